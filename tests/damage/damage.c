/* damage - every beginning of an input, and what is left after an accident
 *
 * Usage: damage STRIDE N DIR [FIXTURE [CASE]]
 *
 * Reads each file of DIR, then its prefixes (every STRIDE-th length), then N
 * damages of it, in this process: bits flipped, bytes changed, blocks
 * removed, doubled, inserted, zeroed.  A case is made of its number alone, so
 * FIXTURE and CASE repeat one, and write it to standard error.  Prints TAP, two rows for each file.  Run from
 * the top of the tree: the rules are read from ./rules.
 *
 * A finding is a hop's verdict and TLS version with one text of its evidence.
 * What must hold of every damaged input:
 *
 *  1. It comes to an end, within 10 s, with status 0, 3 or 4; 4 exactly where
 *     there is no timeline.  (70 would be an account that does not balance.)
 *  2. Bytes in = bytes accounted: the reader has read all bytes of a plain
 *     input, and messages, frames and bytes told as passed over sum to that.
 *  3. Evidence is true: in a plain input every text of evidence stands in the
 *     damaged bytes at its offset; in tar and cpio it stands somewhere.
 *  4. A prefix finds nothing new: each finding is one of the whole input, or
 *     its hop is marked (truncated, malformed, no-by, no-date), or a diag came
 *     that the whole input did not have.
 *  5. Where a checksum guards the bytes (gzip, bzip2, xz, zstd, lz4, zip, 7z),
 *     the findings are exactly those of the whole input or a diag tells.  That
 *     holds of prefixes of tar and cpio, too.
 *  6. Elsewhere no checksum can tell: a flipped bit makes TLSv1.3 of TLSv1.2,
 *     and ESMTP of ESMTPS.  But damage reaches no further than it lies.  A
 *     stamp of the whole input, no byte of which was touched, gives findings
 *     of the whole input only; and what was no stamp before is one only where
 *     bytes of it, or before it in its message, were touched.  Touched are
 *     bytes that were changed or put in, and those at both sides of a gap. */
#define _GNU_SOURCE /* memfd_create, memmem */
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <tlstrail/run.h>

#define MAX_FIXTURES 200
#define MAX_BYTES 65536 /* of a damaged input; fixtures are far smaller */
#define MAX_TOLD 5	/* problems listed for one row */
#define SECONDS 10

/* An input, and where each of its bytes stood in the whole one: -1 where it
 * was changed or put in, or stands at a gap. */
struct input {
	uint8_t p[MAX_BYTES];
	int32_t from[MAX_BYTES];
	size_t n;
};

struct finding {
	enum tt_verdict verdict;
	enum tt_tls version;
	struct tt_slice text; /* in the answer's arena */
	uint64_t off;	      /* of the text in the stream, or TT_NO_OFF */
	size_t hop;	      /* in the answer */
};

struct hop {
	uint64_t off, length; /* of its stamp in the stream */
	uint64_t message;     /* where that begins */
	bool is_marked;
};

struct answer {
	struct tt_arena arena;
	TT_VEC(struct finding) findings;
	TT_VEC(struct hop) hops;
	size_t n_timelines;
	uint32_t n_diags[TT_DIAG_COUNT];
	size_t n_told; /* bytes said of the source */
	enum tt_exit status;
};

enum kind { PLAIN, STORED, GUARDED };

struct fixture {
	char name[256];
	enum kind kind;
	struct input whole;
	struct answer answer;
};

static struct tt_rules *rules;
static const struct tt_profile *profile;
static struct answer *collecting; /* by the output below */
static int memory_file = -1;
static char memory_path[64];
static char *now; /* what is being read, seen by the parent */
static unsigned n_problems;

/* ---- an output that keeps what is found ---- */

static struct tt_emit *keep_begin(const struct tt_emit_options *options)
{
	(void)options;
	return NULL;
}

static void keep_hop(const struct tt_timeline *t, const struct tt_hop *h)
{
	struct answer *a = collecting;
	const uint32_t marks = UINT32_C(1) << TT_ANOMALY_truncated |
			       UINT32_C(1) << TT_ANOMALY_malformed |
			       UINT32_C(1) << TT_ANOMALY_no_by |
			       UINT32_C(1) << TT_ANOMALY_no_date;
	struct finding f = { .verdict = h->verdict,
			     .version = h->version,
			     .off = TT_NO_OFF,
			     .hop = a->hops.n };

	*tt_vec_push(&a->arena, &a->hops) = (struct hop){
		.off = t->off + h->off,
		.length = h->length,
		.message = t->off,
		.is_marked = (h->anomalies & marks) != 0,
	};
	for (size_t i = 0; i < h->evidence.n; i++) {
		f.text = tt_arena_dup(&a->arena, h->evidence.v[i].text);
		f.off = t->off + h->evidence.v[i].off;
		*tt_vec_push(&a->arena, &a->findings) = f;
	}
	if (h->evidence.n == 0)
		*tt_vec_push(&a->arena, &a->findings) = f;
}

static void keep_timeline(struct tt_emit *e, const struct tt_timeline *t)
{
	(void)e;
	collecting->n_timelines++;
	for (size_t i = 0; i < t->hops.n; i++)
		keep_hop(t, &t->hops.v[i]);
	for (size_t i = 0; i < t->diags->list.n; i++)
		collecting->n_diags[t->diags->list.v[i].code]++;
}

static void keep_end(struct tt_emit *e, const struct tt_totals *totals)
{
	(void)e;
	(void)totals;
}

static const struct tt_emit_ops keep = {
	.name = "keep",
	.begin = keep_begin,
	.timeline = keep_timeline,
	.end = keep_end,
	.is_whole = true,
};

static void answer_release(struct answer *a)
{
	tt_arena_release(&a->arena);
	memset(a, 0, sizeof(*a));
}

static void read_input(const struct input *in, struct answer *a)
{
	const char *const path = memory_path;
	struct tt_out out, messages;
	struct tt_show_options o = {
		.files = &path,
		.n_files = 1,
		.ops = &keep,
		.trail = { .rules = rules, .profile = profile },
		.messages = &messages,
	};

	if (ftruncate(memory_file, 0) != 0 ||
	    pwrite(memory_file, in->p, in->n, 0) != (ssize_t)in->n)
		exit(2);
	tt_out_init(&out, open("/dev/null", O_WRONLY | O_CLOEXEC));
	tt_out_init(&messages, -1);
	o.emit.out = &out;
	memset(a, 0, sizeof(*a));
	collecting = a;
	alarm(SECONDS);
	a->status = tt_run_show(&o);
	alarm(0);
	a->n_told = messages.n;
	close(out.fd);
	tt_out_release(&out);
	tt_out_release(&messages);
}

/* ---- what must hold ---- */

static void problem(const char *what, struct tt_slice text)
{
	char shown[200];
	size_t n = 0;

	if (n_problems++ >= MAX_TOLD)
		return;
	for (size_t i = 0; i < text.n && n + 1 < sizeof(shown); i++)
		shown[n++] = text.p[i] >= 32 && text.p[i] < 127 ?
				     (char)text.p[i] :
				     '.';
	shown[n] = '\0';
	printf("# %s: %s%s%s\n", now, what, n ? ": " : "", shown);
}

static bool is_of(const struct answer *whole, const struct finding *f)
{
	for (size_t i = 0; i < whole->findings.n; i++) {
		const struct finding *w = &whole->findings.v[i];

		if (w->verdict == f->verdict && w->version == f->version &&
		    tt_slice_eq(w->text, f->text))
			return true;
	}
	return false;
}

/* Has a diag come that the whole input did not have? */
static bool is_told(const struct answer *whole, const struct answer *a)
{
	for (int i = 0; i < TT_DIAG_COUNT; i++)
		if (a->n_diags[i] > whole->n_diags[i])
			return true;
	return a->n_told > whole->n_told;
}

/* Beginnings that are whole by themselves: nothing is missing in them that
 * could be missed. */
static bool is_whole(const struct fixture *fx, size_t n)
{
	static const struct {
		const char *name;
		size_t n;
	} whole[] = {
		{ "twice.mbox.gz", 472 }, /* the first of two gzip members */
	};

	for (size_t i = 0; i < sizeof(whole) / sizeof(whole[0]); i++)
		if (strcmp(whole[i].name, fx->name) == 0 && whole[i].n == n)
			return true;
	return false;
}

static void check_status(const struct answer *a)
{
	if (a->status != TT_EXIT_DONE && a->status != TT_EXIT_PARTIAL &&
	    a->status != TT_EXIT_NO_INPUT)
		problem("ends with a status of trouble", TT_NO_SLICE);
	if ((a->status == TT_EXIT_NO_INPUT) != (a->n_timelines == 0))
		problem("status and timelines disagree", TT_NO_SLICE);
	if (a->status == TT_EXIT_NO_INPUT && a->n_told == 0)
		problem("nothing found, and nothing said", TT_NO_SLICE);
}

static void check_account(const struct input *in)
{
	const struct tt_reader_options o = { .want_hash = true };
	struct tt_arena arena = { 0 };
	struct tt_reader *reader = NULL;
	struct tt_record rec;
	struct tt_diags diags;

	tt_diags_init(&diags, &arena);
	struct tt_stream *s = tt_stream_from_bytes(
		(struct tt_slice){ in->p, in->n }, &diags);

	if (tt_reader_open(&reader, s, &o, NULL) == TT_OK) {
		while (tt_record_next(reader, &rec) > 0)
			;
		const struct tt_account a = tt_reader_account(reader);

		if (a.bytes_in != in->n)
			problem("not all bytes were read", TT_NO_SLICE);
		if (a.bytes_in !=
		    a.bytes_records + a.bytes_frame + a.bytes_diags)
			problem("bytes are not accounted for", TT_NO_SLICE);
	} else if (diags.list.n == 0) {
		problem("refused without a diag", TT_NO_SLICE);
	}
	tt_reader_close(&reader);
	tt_stream_free(&s);
	tt_arena_release(&arena);
}

static void check_evidence(const struct fixture *fx, const struct input *in,
			   const struct finding *f)
{
	const struct tt_slice all = { in->p, in->n };

	if (f->text.n == 0)
		return;
	if (fx->kind == PLAIN &&
	    !tt_slice_eq(tt_slice_sub(all, (size_t)f->off, f->text.n),
			 f->text))
		problem("evidence is not where it says", f->text);
	if (fx->kind == STORED && tt_slice_find(all, f->text) == SIZE_MAX)
		problem("evidence is not in the input", f->text);
}

static bool is_touched(const struct input *in, uint64_t from, uint64_t to)
{
	for (; from < to && from < in->n; from++)
		if (in->from[from] < 0)
			return true;
	return false;
}

/* Was it a stamp of the whole input? */
static bool was_stamp(const struct fixture *fx, const struct input *in,
		      const struct hop *h)
{
	for (size_t i = 0; i < fx->answer.hops.n; i++) {
		const struct hop *w = &fx->answer.hops.v[i];

		if (in->from[h->off] == (int64_t)w->off &&
		    h->length == w->length)
			return true;
	}
	return false;
}

/* A hop may have a witness, whose evidence lies in another field. */
static bool is_witness_touched(const struct input *in, const struct answer *a,
			       size_t hop)
{
	for (size_t i = 0; i < a->findings.n; i++) {
		const struct finding *f = &a->findings.v[i];

		if (f->hop == hop && f->text.n &&
		    is_touched(in, f->off - 1, f->off + f->text.n + 1))
			return true;
	}
	return false;
}

/* 6. of the head comment: f is no finding of the whole input. */
static void check_reach(const struct fixture *fx, const struct input *in,
			const struct answer *a, const struct finding *f)
{
	const struct hop *h = &a->hops.v[f->hop];
	const uint64_t name = sizeof("\nReceived:") - 1;
	const uint64_t begin = h->off < name ? 0 : h->off - name;
	const uint64_t end = h->off + h->length;

	/* From the line end before its name to the byte behind CR LF, which
	 * could be a fold. */
	if (is_touched(in, begin, end + 3) || is_witness_touched(in, a, f->hop))
		return;
	if (was_stamp(fx, in, h))
		problem("a stamp that was not touched says other things",
			f->text);
	else if (!is_touched(in, h->message, end))
		problem("a stamp where none was", f->text);
}

/* Every finding of the whole input is there, too. */
static bool is_all_there(const struct answer *whole, const struct answer *a)
{
	for (size_t i = 0; i < whole->findings.n; i++)
		if (!is_of(a, &whole->findings.v[i]))
			return false;
	return true;
}

static void check(const struct fixture *fx, const struct input *in,
		  bool is_prefix)
{
	const bool is_exact = (fx->kind == GUARDED ||
			       (fx->kind == STORED && is_prefix)) &&
			      !(is_prefix && is_whole(fx, in->n));
	struct answer a;

	read_input(in, &a);
	const bool is_marked = is_told(&fx->answer, &a);

	check_status(&a);
	if (fx->kind == PLAIN)
		check_account(in);
	for (size_t i = 0; i < a.findings.n; i++) {
		const struct finding *f = &a.findings.v[i];

		check_evidence(fx, in, f);
		if (is_of(&fx->answer, f))
			continue;
		if ((is_prefix || is_exact) && !is_marked &&
		    !(is_prefix && a.hops.v[f->hop].is_marked))
			problem("a finding that nothing marks", f->text);
		if (fx->kind == PLAIN && !is_prefix)
			check_reach(fx, in, &a, f);
	}
	if (is_exact && !is_marked && !is_all_there(&fx->answer, &a))
		problem("findings are gone without a word", TT_NO_SLICE);
	answer_release(&a);
}

/* ---- damages ---- */

static uint64_t random_next(uint64_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return *state * UINT64_C(0x2545f4914f6cdd1d) >> 16;
}

static size_t random_below(uint64_t *state, size_t n)
{
	return n ? (size_t)(random_next(state) % n) : 0;
}

static void touch(struct input *in, size_t i)
{
	if (i < in->n)
		in->from[i] = -1;
}

/* Cuts n bytes out, or makes room for n. */
static void cut_out(struct input *in, size_t at, size_t n)
{
	memmove(in->p + at, in->p + at + n, in->n - at - n);
	memmove(in->from + at, in->from + at + n,
		(in->n - at - n) * sizeof(in->from[0]));
	in->n -= n;
	touch(in, at);
	if (at)
		touch(in, at - 1);
}

static bool make_room(struct input *in, size_t at, size_t n)
{
	if (in->n + n > MAX_BYTES)
		return false;
	memmove(in->p + at + n, in->p + at, in->n - at);
	memmove(in->from + at + n, in->from + at,
		(in->n - at) * sizeof(in->from[0]));
	in->n += n;
	for (size_t i = at; i < at + n; i++)
		touch(in, i);
	touch(in, at + n);
	if (at)
		touch(in, at - 1);
	return true;
}

static void flip_bits(struct input *in, uint64_t *r)
{
	for (size_t n = 1 + random_below(r, 4); n; n--) {
		const size_t i = random_below(r, in->n);

		in->p[i] ^= (uint8_t)(1u << random_below(r, 8));
		touch(in, i);
	}
}

/* Half of them to bytes that mean something here. */
static void change_bytes(struct input *in, uint64_t *r)
{
	static const uint8_t bytes[] = "\n\r\0 ()<>:;.=FRST13\t>\"";

	for (size_t n = 1 + random_below(r, 8); n; n--) {
		const size_t i = random_below(r, in->n);

		in->p[i] = random_below(r, 2) ?
				   (uint8_t)random_next(r) :
				   bytes[random_below(r, sizeof(bytes))];
		touch(in, i);
	}
}

static size_t block(const struct input *in, size_t at, uint64_t *r)
{
	const size_t most = in->n - at < 256 ? in->n - at : 256;

	return 1 + random_below(r, random_below(r, 2) ? most : (most + 7) / 8);
}

static void remove_block(struct input *in, uint64_t *r)
{
	const size_t at = random_below(r, in->n);

	cut_out(in, at, block(in, at, r));
}

static void double_block(struct input *in, uint64_t *r)
{
	const size_t at = random_below(r, in->n), n = block(in, at, r);
	const size_t to = random_below(r, 2) ? at + n :
					       random_below(r, in->n);
	uint8_t copy[256 + 1];

	memcpy(copy, in->p + at, n);
	if (make_room(in, to, n))
		memcpy(in->p + to, copy, n);
}

static void insert_block(struct input *in, uint64_t *r)
{
	const size_t at = random_below(r, in->n + 1);
	const size_t n = 1 + random_below(r, 64);

	if (!make_room(in, at, n))
		return;
	for (size_t i = at; i < at + n; i++)
		in->p[i] = (uint8_t)random_next(r);
}

static void zero_block(struct input *in, uint64_t *r)
{
	const size_t at = random_below(r, in->n), n = block(in, at, r);

	memset(in->p + at, 0, n);
	for (size_t i = at; i < at + n; i++)
		touch(in, i);
}

static const struct {
	const char *name;
	void (*make)(struct input *in, uint64_t *random);
} damages[] = {
	{ "bits flipped", flip_bits },	   { "bytes changed", change_bytes },
	{ "block removed", remove_block }, { "block doubled", double_block },
	{ "bytes inserted", insert_block }, { "block zeroed", zero_block },
};
#define N_DAMAGES (sizeof(damages) / sizeof(damages[0]))

/* ---- one fixture ---- */

static void copy_prefix(struct input *to, const struct input *from, size_t n)
{
	memcpy(to->p, from->p, n);
	memcpy(to->from, from->from, n * sizeof(from->from[0]));
	to->n = n;
}

static void row(const struct fixture *fx, size_t n, const char *what)
{
	printf("%s - %s: %zu %s\n", n_problems ? "not ok" : "ok", fx->name, n,
	       what);
	if (n_problems > MAX_TOLD)
		printf("# %u problems in all\n", n_problems);
	fflush(stdout);
	n_problems = 0;
}

static void try_prefixes(const struct fixture *fx, size_t stride)
{
	static struct input in;
	size_t count = 0;

	for (size_t n = 0; n < fx->whole.n; n += stride, count++) {
		snprintf(now, 300, "%s, the first %zu bytes", fx->name, n);
		copy_prefix(&in, &fx->whole, n);
		check(fx, &in, true);
	}
	row(fx, count, "prefixes");
}

static void try_damage(const struct fixture *fx, size_t number, bool is_shown)
{
	static struct input in;
	uint64_t random = (number + 1) * UINT64_C(0x9e3779b97f4a7c15);

	for (const char *p = fx->name; *p; p++)
		random = (random ^ (uint8_t)*p) * UINT64_C(0x100000001b3);
	snprintf(now, 300, "%s, damage %zu, %s", fx->name, number,
		 damages[number % N_DAMAGES].name);
	copy_prefix(&in, &fx->whole, fx->whole.n);
	damages[number % N_DAMAGES].make(&in, &random);
	if (is_shown)
		fwrite(in.p, 1, in.n, stderr);
	check(fx, &in, false);
}

static void try_damages(const struct fixture *fx, size_t n)
{
	for (size_t i = 0; i < n; i++)
		try_damage(fx, i, false);
	row(fx, n, "damages");
}

static enum kind kind_of(struct tt_slice name)
{
	static const char *const plain[] = { ".eml", ".txt", ".mbox" };
	static const char *const stored[] = { ".tar", ".cpio" };

	for (size_t i = 0; i < sizeof(plain) / sizeof(plain[0]); i++)
		if (tt_slice_iends(name, tt_slice_str(plain[i])))
			return PLAIN;
	for (size_t i = 0; i < sizeof(stored) / sizeof(stored[0]); i++)
		if (tt_slice_iends(name, tt_slice_str(stored[i])))
			return STORED;
	return GUARDED;
}

static bool load(struct fixture *fx, const char *dir, const char *name)
{
	char path[600];

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	FILE *f = fopen(path, "rb");

	if (!f)
		return false;
	snprintf(fx->name, sizeof(fx->name), "%s", name);
	fx->kind = kind_of(tt_slice_str(name));
	fx->whole.n = fread(fx->whole.p, 1, MAX_BYTES, f);
	fclose(f);
	for (size_t i = 0; i < fx->whole.n; i++)
		fx->whole.from[i] = (int32_t)i;
	snprintf(now, 300, "%s, whole", name);
	read_input(&fx->whole, &fx->answer);
	return fx->answer.findings.n > 0;
}

struct plan {
	size_t stride, n;
	const char *dir, *only;
	int64_t number; /* -1: all */
};

static void try_fixture(const struct plan *plan, const char *name)
{
	static struct fixture fx;

	if (!load(&fx, plan->dir, name)) {
		printf("not ok - %s: no findings in the whole\n", name);
		return;
	}
	if (plan->number >= 0) {
		try_damage(&fx, (size_t)plan->number, true);
		row(&fx, 1, "damage");
	} else {
		try_prefixes(&fx, plan->stride);
		try_damages(&fx, plan->n);
	}
	answer_release(&fx.answer);
}

/* In a process of its own, so that a crash is a row like others. */
static void try_apart(const struct plan *plan, const char *name)
{
	int status = 0;

	fflush(stdout);
	const pid_t pid = fork();

	if (pid == 0) {
		try_fixture(plan, name);
		fflush(stdout);
		_exit(0);
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid || status != 0)
		printf("not ok - %s: ended with %d, reading: %s\n", name,
		       status, now);
}

static int open_all(void)
{
	struct tt_err err = { 0 };

	now = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
		   MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	memory_file = memfd_create("damage", MFD_CLOEXEC);
	if (now == MAP_FAILED || memory_file < 0)
		return -1;
	snprintf(memory_path, sizeof(memory_path), "/proc/self/fd/%d",
		 memory_file);
	if (tt_rules_load(&rules, "rules", NULL, 0, false, &err) < 0)
		return -1;
	profile = tt_profile_find(rules, TT_S("bcp195"));
	return profile ? 0 : -1;
}

int main(int argc, char **argv)
{
	struct dirent **names;

	if (argc < 4 || open_all() < 0)
		return 2;
	const struct plan plan = {
		.stride = strtoul(argv[1], NULL, 10),
		.n = strtoul(argv[2], NULL, 10),
		.dir = argv[3],
		.only = argc > 4 ? argv[4] : NULL,
		.number = argc > 5 ? tt_slice_number(tt_slice_str(argv[5]),
					     INT32_MAX) :
				     -1,
	};
	const int n = scandir(plan.dir, &names, NULL, alphasort);

	for (int i = 0; i < n; i++) {
		const char *name = names[i]->d_name;

		if (*name != '.' &&
		    (!plan.only || strcmp(name, plan.only) == 0))
			try_apart(&plan, name);
		free(names[i]);
	}
	if (n >= 0)
		free(names);
	tt_rules_free(&rules);
	return n > 2 && plan.stride ? 0 : 2;
}
