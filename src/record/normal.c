/* normal.c - raw and normalised SHA-256, hashed once where they are the same
 *
 * A mail with LF line ends and nothing quoted is its own normal form but for
 * its last line ends.  So one hash runs until the first byte that would
 * change (a CR, or '>' before "From "), and is then forked.  Whatever may
 * still turn out to be dropped is held back as counts, never as bytes: line
 * ends that may be trailing, '>' at a line start, the beginning of "From ",
 * CRs before an LF.  Where the raw hash of what is coming is known it is only
 * counted, and hashed after all if it turns out to be something else.  Both
 * hashes go side by side, over bytes that stay where they are until then.
 * Linear; memory is one staging block. */
#include <tlstrail/record/normal.h>

#include <string.h>

#include <tlstrail/record/scan.h>

#define STAGE 16384
#define TIMES_8(s) s s s s s s s s
#define RUN(s)                                        \
	{                                                \
		(const uint8_t *)TIMES_8(TIMES_8(s)), 64 \
	}
#define FROM "From "
#define FROM_LEN (sizeof(FROM) - 1)

struct tt_normal {
	struct tt_sha256 *raw, *content;
	bool is_cr;
	bool is_forked;
	bool is_line_start;
	uint64_t n_lf;	  /* held back: line ends, */
	uint64_t n_quote; /* then '>', */
	size_t n_from;	  /* then this much of "From "; */
	uint64_t n_cr;	  /* or CRs (CR files: one, its LF is dropped) */
	const uint8_t *at;   /* where it stands, if it is expected; or NULL */
	size_t n_at;	     /* of it, what the raw hash has yet to get */
	size_t n_expected;   /* of it, what hashes to */
	uint8_t expected[TT_SHA256_LEN]; /* ... this */
	size_t n_stage;
	uint8_t stage[STAGE];
};

/* Any CR, and an LF before '>'. */
static const struct tt_scan_rule change_rule = { '\n', '>', '>',
						 '\r', '\r', true };

struct tt_normal *tt_normal_new(void)
{
	struct tt_normal *n = tt_zalloc(sizeof(*n));

	n->raw = tt_sha256_new();
	n->content = tt_sha256_new();
	tt_sha256_beside(n->content, n->raw);
	return n;
}

void tt_normal_free(struct tt_normal **n)
{
	if (!*n)
		return;
	tt_sha256_free(&(*n)->raw);
	tt_sha256_free(&(*n)->content);
	tt_free(n);
}

struct tt_sha256 *tt_normal_hash(struct tt_normal *n)
{
	return n->raw;
}

void tt_normal_begin(struct tt_normal *n, bool is_cr)
{
	tt_sha256_begin(n->raw);
	n->is_cr = is_cr;
	n->is_forked = false;
	n->is_line_start = true;
	n->n_lf = n->n_quote = n->n_cr = 0;
	n->n_from = n->n_stage = 0;
	n->at = NULL;
}

void tt_normal_expect(struct tt_normal *n, struct tt_slice text,
		      const uint8_t sum[TT_SHA256_LEN])
{
	n->at = text.p;
	n->n_at = 0;
	n->n_expected = text.n;
	memcpy(n->expected, sum, sizeof(n->expected));
}

static void add_raw(struct tt_normal *n, struct tt_slice s)
{
	if (n->at)
		n->n_at += s.n;
	else
		tt_sha256_lend(n->raw, s);
}

/* What was expected comes to be hashed after all. */
static void expect_nothing(struct tt_normal *n)
{
	if (n->at)
		tt_sha256_lend(n->raw, (struct tt_slice){ n->at, n->n_at });
	n->at = NULL;
}

void tt_normal_settle(struct tt_normal *n)
{
	expect_nothing(n);
	tt_sha256_settle(n->raw);
	tt_sha256_settle(n->content);
}

static void end_raw(struct tt_normal *n, uint8_t sum_r[TT_SHA256_LEN])
{
	if (n->at && n->n_at == n->n_expected) {
		memcpy(sum_r, n->expected, TT_SHA256_LEN);
		return;
	}
	expect_nothing(n);
	tt_sha256_end(n->raw, sum_r);
}

static void flush_stage(struct tt_normal *n)
{
	tt_sha256_add(n->content, (struct tt_slice){ n->stage, n->n_stage });
	n->n_stage = 0;
}

/* Bytes of the normal form; before the fork they are the raw ones too. */
static void put(struct tt_normal *n, struct tt_slice s)
{
	if (!n->is_forked) {
		add_raw(n, s);
		return;
	}
	if (s.n > STAGE - n->n_stage)
		flush_stage(n);
	if (s.n > STAGE) {
		tt_sha256_lend(n->content, s);
	} else if (s.n) {
		memcpy(n->stage + n->n_stage, s.p, s.n);
		n->n_stage += s.n;
	}
}

/* As many of the byte as there are at hand, which stay where they are. */
static struct tt_slice run_of(uint8_t c, uint64_t count)
{
	static const struct tt_slice lf = RUN("\n"), cr = RUN("\r"),
				     quote = RUN(">");
	const struct tt_slice all = c == '\n' ? lf : c == '\r' ? cr : quote;

	return count < all.n ? tt_slice_sub(all, 0, (size_t)count) : all;
}

static void add_raw_fill(struct tt_normal *n, uint8_t c, uint64_t count)
{
	for (struct tt_slice run; count; count -= run.n) {
		run = run_of(c, count);
		add_raw(n, run);
	}
}

static void put_fill(struct tt_normal *n, uint8_t c, uint64_t count)
{
	for (struct tt_slice run; count; count -= run.n) {
		run = run_of(c, count);
		put(n, run);
	}
}

static void put_lf(struct tt_normal *n)
{
	put_fill(n, '\n', n->n_lf);
	n->n_lf = 0;
}

/* A run of bytes; line ends at its end are held back. */
static void emit(struct tt_normal *n, struct tt_slice s)
{
	size_t keep = s.n;

	while (keep && s.p[keep - 1] == '\n')
		keep--;
	if (keep) {
		put_lf(n);
		put(n, (struct tt_slice){ s.p, keep });
	}
	n->n_lf += s.n - keep;
}

/* What was held back of a quoted "From " that is none. */
static void emit_quote(struct tt_normal *n)
{
	if (n->n_quote == 0)
		return;
	put_lf(n);
	put_fill(n, '>', n->n_quote);
	put(n, (struct tt_slice){ (const uint8_t *)FROM, n->n_from });
	n->n_quote = 0;
	n->n_from = 0;
}

/* The forms part here: `rest` is what the raw hash has yet to get of the
 * bytes at hand. */
static void fork_hash(struct tt_normal *n, struct tt_slice rest)
{
	if (n->is_forked)
		return;
	tt_sha256_copy(n->content, n->raw);
	if (n->at)
		tt_sha256_add(n->content,
			      (struct tt_slice){ n->at, n->n_at });
	n->is_forked = true;
	add_raw_fill(n, '\n', n->n_lf);
	add_raw_fill(n, '>', n->n_quote);
	add_raw(n, (struct tt_slice){ (const uint8_t *)FROM, n->n_from });
	add_raw(n, rest);
}

/* After a CR.  True where the byte was used up. */
static bool take_after_cr(struct tt_normal *n, uint8_t c)
{
	if (n->is_cr) {
		n->n_cr = 0;
		return c == '\n';
	}
	if (c == '\r') {
		n->n_cr++;
		return true;
	}
	if (c == '\n') {
		n->n_cr = 0;
		n->n_lf++;
		n->is_line_start = true;
		return true;
	}
	put_lf(n);
	put_fill(n, '\r', n->n_cr);
	n->n_cr = 0;
	return false;
}

/* At a line start.  True where the byte was used up; `rest` is behind it. */
static bool take_quote(struct tt_normal *n, uint8_t c, struct tt_slice rest)
{
	if (c == '>' && n->n_from == 0) {
		n->n_quote++;
		return true;
	}
	if (n->n_quote && c == (uint8_t)FROM[n->n_from]) {
		if (++n->n_from < FROM_LEN)
			return true;
		fork_hash(n, rest);
		n->n_quote = 0;
		n->n_from = 0;
		put_lf(n);
		put(n, TT_S(FROM));
		n->is_line_start = false;
		return true;
	}
	emit_quote(n);
	n->is_line_start = false;
	return false;
}

/* Could the line at p be a quoted "From "?  true also where its end is not
 * there yet. */
static bool may_be_quoted(const uint8_t *p, const uint8_t *end)
{
	while (p < end && *p == '>')
		p++;
	const size_t left = (size_t)(end - p);

	return memcmp(p, FROM, left < FROM_LEN ? left : FROM_LEN) == 0;
}

/* Passes over bytes that stay as they are; returns where that ends. */
static const uint8_t *take_run(struct tt_normal *n, const uint8_t *p,
			       const uint8_t *end)
{
	const uint8_t *q = p;

	for (;;) {
		q += tt_scan(&change_rule, tt_slice_from(q, end));
		if (q == end || *q == '\r' || may_be_quoted(q + 1, end))
			break;
		q++;
	}
	emit(n, tt_slice_from(p, q));
	if (q == end) {
		n->is_line_start = end[-1] == '\n';
	} else if (*q == '\n') {
		n->n_lf++;
		n->is_line_start = true;
		q++;
	} else {
		fork_hash(n, tt_slice_from(q, end));
		n->n_cr = 1;
		n->n_lf += n->is_cr;
		n->is_line_start = n->is_cr;
		q++;
	}
	return q;
}

void tt_normal_add(struct tt_normal *n, struct tt_slice bytes)
{
	const uint8_t *p = bytes.p, *const end = bytes.p + bytes.n;

	if (n->is_forked)
		add_raw(n, bytes);
	while (p < end) {
		if (n->n_cr) {
			if (take_after_cr(n, *p))
				p++;
		} else if (n->is_line_start) {
			if (take_quote(n, *p, tt_slice_from(p + 1, end)))
				p++;
		} else {
			p = take_run(n, p, end);
		}
	}
}

void tt_normal_end(struct tt_normal *n, uint8_t raw_r[TT_SHA256_LEN],
		   uint8_t content_r[TT_SHA256_LEN])
{
	/* CRs held back are the beginning of a last line end: dropped. */
	emit_quote(n);
	if (!n->is_forked && n->n_lf == 1) {
		put_lf(n);
		end_raw(n, raw_r);
		memcpy(content_r, raw_r, TT_SHA256_LEN);
		return;
	}
	fork_hash(n, TT_NO_SLICE);
	n->n_lf = 1;
	put_lf(n);
	flush_stage(n);
	end_raw(n, raw_r);
	tt_sha256_end(n->content, content_r);
}
