/* test_worker.c - a pool of workers, and what becomes of those that go wrong
 *
 * An item is a file of lines.  The job of these tests takes each line for a
 * record and sends "LINE NUMBER: LINE" of it, but for words that make it do
 * what a parser must not do: crash, hang, take memory, lie. */
#define _GNU_SOURCE
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include <tlstrail/message.h>

#include "run/confine.h"
#include "run/worker.h"

#define N(array) (sizeof(array) / sizeof *(array))
#define LINE 0
#define NOTE 1
#define BIG 2
#define TYPES 3

/* ---- the job ---- */

static void put(struct tt_work *work, uint32_t type, struct tt_slice s)
{
	struct tt_out *const out = tt_work_frame(work, type);

	tt_out_bytes(out, s);
	(void)!tt_work_frame_end(work);
}

static _Noreturn void hang(void)
{
	for (volatile unsigned i = 0;; i++)
		;
}

static void take_memory(void)
{
	for (;;)
		memset(tt_malloc(1 << 20), 1, 1 << 20);
}

/* What no frame looks like, past all that would not send it. */
static void lie(const char *bytes, size_t n)
{
	if (write(4, bytes, n) == (ssize_t)n)
		(void)poll(NULL, 0, -1);
}

static void say(const char *text, size_t n, unsigned times)
{
	while (times--)
		(void)!write(STDERR_FILENO, text, n);
}

/* Writes into what the parent will look at when it is gone. */
static _Noreturn void lie_in_memory(struct tt_work *work, uint64_t base,
				    uint64_t total)
{
	/* Its first member. */
	struct tt_shared *const s = (struct tt_shared *)tt_work_beat(work);

	s->base = base;
	s->total = total;
	abort();
}

static void send_big(struct tt_work *work, size_t n)
{
	struct tt_out *const out = tt_work_frame(work, BIG);

	tt_out_pad(out, 'x', n);
	if (!tt_work_frame_end(work))
		put(work, NOTE, TT_S("too big"));
}

static void do_word(struct tt_work *work, struct tt_slice word)
{
	if (tt_slice_eq(word, TT_S("crash")))
		raise(SIGSEGV);
	else if (tt_slice_eq(word, TT_S("abort")))
		abort();
	else if (tt_slice_eq(word, TT_S("hang")))
		hang();
	else if (tt_slice_eq(word, TT_S("wait")))
		(void)poll(NULL, 0, -1);
	else if (tt_slice_eq(word, TT_S("eat")))
		take_memory();
	else if (tt_slice_eq(word, TT_S("say")))
		say("this cannot be:\n\0it is not\n", 27, 1);
	else if (tt_slice_eq(word, TT_S("shout"))) /* more than fits */
		say("xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", 32, 10000);
	else if (tt_slice_eq(word, TT_S("exit")))
		_exit(9);
	else if (tt_slice_eq(word, TT_S("open")))
		(void)!open("/tmp/tt-worker-was-here", O_WRONLY | O_CREAT,
			    0600);
	else if (tt_slice_eq(word, TT_S("lie type")))
		lie("\77\0\0\0\0\0\0\0", 8);
	else if (tt_slice_eq(word, TT_S("lie length")))
		lie("\0\0\0\0\0\0\0\177", 8);
	else if (tt_slice_eq(word, TT_S("lie done")))
		lie("\100\0\0\0\10\0\0\0........", 16);
	else if (tt_slice_eq(word, TT_S("lie base")))
		lie_in_memory(work, 1, 4711);
	else if (tt_slice_eq(word, TT_S("lie total")))
		lie_in_memory(work, 0, UINT64_MAX);
	else if (tt_slice_eq(word, TT_S("lie torn")))
		lie_in_memory(work, 0, 5);
	else if (tt_slice_eq(word, TT_S("big")))
		send_big(work, TT_MAX_frame);
	else if (tt_slice_eq(word, TT_S("too big")))
		send_big(work, TT_MAX_frame + 1);
}

static void do_line(struct tt_work *work, struct tt_slice line, unsigned at)
{
	struct tt_out *const out = tt_work_frame(work, LINE);

	tt_out_printf(out, "%u: %.*s", at, (int)line.n,
		      (const char *)line.p);
	assert_true(tt_work_frame_end(work));
	do_word(work, line);
}

static size_t read_all(int fd, uint8_t *buf, size_t n)
{
	size_t has = 0;
	ssize_t got = 1;

	while (has < n && got > 0) {
		got = read(fd, buf + has, n - has);
		has += got > 0 ? (size_t)got : 0;
	}
	return has;
}

/* Lines before "--" are records, those behind it are not. */
static void do_file(struct tt_work *work, struct tt_slice text)
{
	bool is_record = true;
	unsigned at = 0;

	for (size_t i = 0; i < text.n; at++) {
		struct tt_slice line = tt_slice_sub(text, i, text.n);
		const size_t n = tt_slice_find(line, TT_S("\n"));

		line.n = n < line.n ? n : line.n;
		if (tt_slice_eq(line, TT_S("--"))) {
			tt_work_record_end(work);
			is_record = false;
		} else if (!is_record || tt_work_record(work, i)) {
			do_line(work, line, at);
		}
		i += line.n + 1;
	}
}

/* Beginnings of items that were read before their turn. */
static struct beginning {
	int fd; /* 0: none */
	size_t n;
	uint8_t bytes[20];
} beginnings[TT_JOB_AHEAD];

static void look_ahead(void *state, struct tt_entry *const *entries, size_t n)
{
	(void)state;
	memset(beginnings, 0, sizeof(beginnings));
	for (size_t i = 0; i < n; i++) {
		struct beginning *const b = &beginnings[i];

		if (!S_ISREG(entries[i]->st->st_mode))
			continue;
		b->fd = entries[i]->fd;
		b->n = read_all(b->fd, b->bytes, sizeof(b->bytes));
	}
}

static size_t read_whole(int fd, uint8_t *buf, size_t n)
{
	size_t has = 0;

	for (size_t i = 0; i < TT_JOB_AHEAD; i++)
		if (beginnings[i].fd == fd) {
			has = beginnings[i].n;
			memcpy(buf, beginnings[i].bytes, has);
		}
	return has + read_all(fd, buf + has, n - has);
}

static void run(void *state, struct tt_work *work, struct tt_entry *entries,
		size_t n)
{
	static uint8_t buf[65536];

	(void)state;
	for (size_t i = 0; i < n; i++) {
		if (n > 1)
			put(work, NOTE, entries[i].path);
		do_file(work, (struct tt_slice){
				      buf, read_whole(entries[i].fd, buf,
						      sizeof(buf)) });
	}
}

/* ---- the sink: what is said of each item, in order ---- */

#define MAX_ITEMS 1100

struct said {
	struct tt_out text[MAX_ITEMS];
	size_t n_done, n_lost, n_ticks, n_frames;
	size_t stop_after; /* frames */
	volatile int is_interrupted;
	bool is_quiet; /* big frames are counted, not kept */
};

static bool on_frame(void *ctx, void *tag, const struct tt_frame *f)
{
	struct said *const s = ctx;
	struct tt_out *const out = &s->text[(uintptr_t)tag];

	if (f->type == BIG)
		tt_out_printf(out, "big %zu", f->bytes.n);
	else
		tt_out_bytes(out, f->bytes);
	tt_out_str(out, "\n");
	return ++s->n_frames != s->stop_after;
}

static void on_lost(void *ctx, void *tag, const struct tt_lost *lost)
{
	struct said *const s = ctx;
	struct tt_out *const out = &s->text[(uintptr_t)tag];
	struct tt_err text;

	s->n_lost++;
	tt_lost_text(lost, &text);
	tt_out_printf(out, "lost %s", lost->is_item ? "item" : "record");
	if (lost->is_record)
		tt_out_printf(out, " at %u", (unsigned)lost->off);
	tt_out_printf(out, ": %s\n", text.text);
	if (lost->said[0])
		tt_out_printf(out, "said: %s\n", lost->said);
}

static void on_done(void *ctx, void *tag, enum tt_item_end end)
{
	static const char *const names[] = { "done\n", "lost\n",
					     "stopped\n" };
	struct said *const s = ctx;

	s->n_done++;
	tt_out_str(&s->text[(uintptr_t)tag], names[end]);
}

static bool on_tick(void *ctx)
{
	((struct said *)ctx)->n_ticks++;
	return true;
}

static struct said *said_new(void)
{
	struct said *const s = tt_zalloc(sizeof(*s));

	for (size_t i = 0; i < MAX_ITEMS; i++)
		tt_out_init(&s->text[i], -1);
	return s;
}

static void said_free(struct said *s)
{
	for (size_t i = 0; i < MAX_ITEMS; i++)
		tt_out_release(&s->text[i]);
	tt_free(&s);
}

static const char *text_of(struct said *s, size_t i)
{
	struct tt_out *const out = &s->text[i];

	tt_out_pad(out, '\0', 1);
	out->n--;
	return (const char *)out->buf;
}

static struct tt_pool *pool_by(struct said *s, size_t n_workers,
			       enum tt_limit_id cpu, enum tt_limit_id wait,
			       unsigned cpu_seconds)
{
	const struct tt_pool_options o = {
		.n_workers = n_workers,
		.cpu_limit = cpu,
		.wait_limit = wait,
		.cpu_seconds = cpu_seconds,
		.wait_seconds = 2,
		.n_types = TYPES,
		.job = { .ahead = look_ahead, .run = run },
		.sink = { s, on_frame, on_lost, on_done, on_tick },
		.is_interrupted = &s->is_interrupted,
	};

	return tt_pool_new(&o);
}

static struct tt_pool *pool_for(struct said *s, size_t n_workers)
{
	return pool_by(s, n_workers, (enum tt_limit_id)0, (enum tt_limit_id)0,
		       1);
}

/* ---- giving ---- */

static int file_of(const char *text)
{
	const int fd = memfd_create("item", MFD_CLOEXEC);
	const size_t n = strlen(text);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, n), n);
	assert_int_equal(lseek(fd, 0, SEEK_SET), 0);
	return fd;
}

static int pipe_of(const char *text)
{
	int ends[2];

	assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
	assert_int_equal(write(ends[1], text, strlen(text)), strlen(text));
	close(ends[1]);
	return ends[0];
}

static struct tt_entry entry_of(int fd, struct stat *st)
{
	assert_int_equal(fstat(fd, st), 0);
	return (struct tt_entry){ .kind = TT_ENTRY_FILE,
				  .path = TT_S("a/file"),
				  .fd = fd,
				  .st = st };
}

static enum tt_status give(struct tt_pool *pool, int fd, size_t tag)
{
	struct stat st;
	struct tt_entry entry = entry_of(fd, &st);
	struct tt_err err = { 0 };
	const enum tt_status status = tt_pool_give(
		pool, &entry, 1, (void *)(uintptr_t)tag, &err);

	assert_int_equal(entry.fd, -1);
	return status;
}

static size_t n_open_files(void)
{
	DIR *const d = opendir("/proc/self/fd");
	size_t n = 0;

	while (readdir(d))
		n++;
	closedir(d);
	return n;
}

/* No child of ours is left, dead or alive. */
static void assert_no_children(void)
{
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
	assert_int_equal(errno, ECHILD);
}

/* ---- one item ---- */

static const struct row {
	const char *name, *text, *said;
	enum tt_limit_id cpu, wait;
	bool is_pipe, needs_memory_limit, needs_filter, needs_words;
} rows[] = {
	{ .name = "nothing", .text = "", .said = "done\n" },
	{ .name = "lines", .text = "a\nb\n", .said = "0: a\n1: b\ndone\n" },
	{ .name = "lines of a pipe", .text = "a\nb\n",
	  .said = "0: a\n1: b\ndone\n", .is_pipe = true },
	{ .name = "a crash",
	  .text = "a\ncrash\nb\n",
	  .said = "0: a\nlost record at 2: killed by signal 11 "
		  "(Segmentation fault)\n2: b\ndone\n" },
	{ .name = "a crash at once and at the end",
	  .text = "crash\nb\ncrash\n",
	  .said = "lost record at 0: killed by signal 11 "
		  "(Segmentation fault)\n1: b\n"
		  "lost record at 8: killed by signal 11 "
		  "(Segmentation fault)\ndone\n" },
	{ .name = "a crash of a pipe",
	  .text = "a\ncrash\nb\n",
	  .said = "0: a\nlost item at 2: killed by signal 11 "
		  "(Segmentation fault)\nlost\n",
	  .is_pipe = true },
	{ .name = "a crash outside of records",
	  .text = "a\n--\nb\ncrash\nc\n",
	  .said = "0: a\n2: b\n3: crash\nlost item: killed by signal 11 "
		  "(Segmentation fault)\nlost\n" },
	{ .name = "an abort",
	  .text = "abort\nb\n",
	  .said = "lost record at 0: killed by signal 6 (Aborted)\n"
		  "1: b\ndone\n" },
	{ .name = "a loop without end",
	  .text = "a\nhang\nb\n",
	  .said = "0: a\nlost record at 2: 1 s of CPU time without going on "
		  "(limit worker_cpu)\n2: b\ndone\n" },
	{ .name = "waiting for nothing",
	  .text = "a\nwait\nb\n",
	  .said = "0: a\nlost record at 2: 2 s without going on "
		  "(limit worker_wait)\n2: b\ndone\n" },
	{ .name = "waiting for nothing, for somebody who waits",
	  .text = "a\nwait\nb\n",
	  .said = "0: a\nlost record at 2: 2 s without going on "
		  "(limit serve_wait)\n2: b\ndone\n",
	  .cpu = TT_LIM_browse_open, .wait = TT_LIM_serve_wait },
	{ .name = "a loop without end, in a case",
	  .text = "a\nhang\nb\n",
	  .said = "0: a\nlost record at 2: 1 s of CPU time without going on "
		  "(limit browse_open)\n2: b\ndone\n",
	  .cpu = TT_LIM_browse_open, .wait = TT_LIM_serve_wait },
	{ .name = "too much memory",
	  .text = "a\neat\nb\n",
	  .said = "0: a\nlost record at 2: out of memory "
		  "(limit worker_memory)\nsaid: tlstrail: out of memory\n"
		  "2: b\ndone\n",
	  .needs_memory_limit = true },
	{ .name = "last words",
	  .text = "say\nabort\nb\n",
	  .said = "0: say\nlost record at 4: killed by signal 6 (Aborted)\n"
		  "said: this cannot be:  it is not\n2: b\ndone\n",
	  .needs_words = true },
	{ .name = "more words than fit",
	  .text = "shout\nabort\nb\n",
	  .said = "0: shout\nlost record at 6: killed by signal 6 "
		  "(Aborted)\n"
		  "said: xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
		  "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
		  "xxxxxxxxxxxxxxxx\n2: b\ndone\n",
	  .needs_words = true },
	{ .name = "an end of its own",
	  .text = "a\nexit\nb\n",
	  .said = "0: a\nlost record at 2: ended with status 9\n2: b\n"
		  "done\n" },
	{ .name = "a forbidden call",
	  .text = "a\nopen\nb\n",
	  .said = "0: a\nlost record at 2: killed by signal 31 (Bad system "
		  "call)\n2: b\ndone\n",
	  .needs_filter = true },
	{ .name = "a type nobody asked for",
	  .text = "a\nlie type\nb\n",
	  .said = "lost item at 2: a reply that is none\nlost\n" },
	{ .name = "a length beyond the limit",
	  .text = "a\nlie length\nb\n",
	  .said = "lost item at 2: a reply that is none\nlost\n" },
	{ .name = "another item's end",
	  .text = "a\nlie done\nb\n",
	  .said = "lost item at 2: a reply that is none\nlost\n" },
	{ .name = "a beginning that was not sent",
	  .text = "a\nlie base\nb\n",
	  .said = "lost item at 2: a reply that is none\nlost\n" },
	{ .name = "an end beyond the memory",
	  .text = "a\nlie total\nb\n",
	  .said = "lost item at 2: a reply that is none\nlost\n" },
	{ .name = "a frame that is torn",
	  .text = "a\nlie torn\nb\n",
	  .said = "lost item at 2: a reply that is none\nlost\n" },
	{ .name = "a frame as long as may be",
	  .text = "big\nb\n",
	  .said = "0: big\ntoo big\n1: b\ndone\n" },
};

static struct tt_confined reached;

/* What this machine and this build reach at all. */
static int find_reached(void **state)
{
	struct said *const s = said_new();
	struct tt_pool *pool = pool_for(s, 1);
	struct tt_err err = { 0 };

	(void)state;
	if (give(pool, file_of("a\n"), 0) < 0 ||
	    tt_pool_finish(pool, &err) < 0)
		return -1;
	tt_pool_confined(pool, &reached);
	tt_pool_free(&pool);
	said_free(s);
	return 0;
}

static void test_row(void **state)
{
	const struct row *const row = *state;

	if ((row->needs_memory_limit && !reached.has_memory) ||
	    (row->needs_filter && !reached.has_seccomp) ||
	    (row->needs_words && TT_IS_SANITIZED))
		skip();
	struct said *const s = said_new();
	/* What eats all it may have is given pages by the kernel, of which some
	 * machines make a second's work. */
	struct tt_pool *pool = pool_by(s, 2, row->cpu, row->wait,
				       row->needs_memory_limit ?
					       TT_MAX_worker_cpu : 1);
	struct tt_err err = { 0 };
	const size_t n_files = n_open_files();

	assert_int_equal(give(pool,
			      row->is_pipe ? pipe_of(row->text) :
					     file_of(row->text), 0),
			 TT_OK);
	assert_int_equal(tt_pool_finish(pool, &err), TT_OK);
	assert_string_equal(text_of(s, 0), row->said);
	assert_int_equal(s->n_done, 1);
	tt_pool_free(&pool);
	assert_int_equal(n_open_files(), n_files);
	assert_no_children();
	said_free(s);
}

/* ---- many ---- */

#define MANY 1000
#define EACH 3 /* good lines of a file */

static const char *const poisons[] = { "crash", "abort", "exit", "open",
				       "crash" };

/* Every hundredth item has a poison in it; two hang, two eat. */
static void text_for(char *text, size_t room, size_t i, bool is_poisoned)
{
	const char *poison = i % 100 == 7 ? poisons[i / 100 % N(poisons)] :
			     i == 333 || i == 666 ? "hang" :
			     i == 444 || i == 777 ? "eat" :
						    NULL;

	if (poison && !reached.has_seccomp && strcmp(poison, "open") == 0)
		poison = "crash";
	if (poison && !reached.has_memory && strcmp(poison, "eat") == 0)
		poison = "crash";
	snprintf(text, room, "first %zu\n%s\nlast %zu\n", i,
		 is_poisoned && poison ? poison : "middle", i);
}

static struct said *read_many(size_t n_workers, bool is_poisoned)
{
	struct said *const s = said_new();
	struct tt_pool *pool = pool_for(s, n_workers);
	struct tt_err err = { 0 };
	char text[200];

	for (size_t i = 0; i < MANY; i++) {
		text_for(text, sizeof(text), i, is_poisoned);
		assert_int_equal(give(pool, file_of(text), i), TT_OK);
	}
	assert_int_equal(tt_pool_finish(pool, &err), TT_OK);
	tt_pool_free(&pool);
	assert_int_equal(s->n_done, MANY);
	assert_no_children();
	return s;
}

/* A mailbox of nothing but poison is left after so many. */
static void test_too_many_crashes(void **state)
{
	struct said *const s = said_new();
	struct tt_pool *pool = pool_for(s, 1);
	struct tt_err err = { 0 };
	struct tt_out text;

	(void)state;
	tt_out_init(&text, -1);
	for (unsigned i = 0; i < TT_MAX_item_retries + 2; i++)
		tt_out_str(&text, "exit\n");
	tt_out_pad(&text, '\0', 1);
	assert_int_equal(give(pool, file_of((const char *)text.buf), 0),
			 TT_OK);
	assert_int_equal(tt_pool_finish(pool, &err), TT_OK);
	tt_pool_free(&pool);
	assert_int_equal(s->n_lost, TT_MAX_item_retries + 1);
	tt_out_printf(&text, "lost item at %u: ended with status 9\nlost\n",
		      5 * (unsigned)TT_MAX_item_retries);
	const char *const end = (const char *)text.buf +
				5 * (TT_MAX_item_retries + 2) + 1;
	const size_t n_end = text.n - (size_t)(end - (char *)text.buf);
	const char *const said = text_of(s, 0);

	assert_true(s->text[0].n > n_end);
	assert_memory_equal(said + s->text[0].n - n_end, end, n_end);
	tt_out_release(&text);
	assert_no_children();
	said_free(s);
}

/* The others are read as if nothing had been, and of the poisoned all but the
 * record with the poison. */
static void test_poison(void **state)
{
	struct said *const clean = read_many(2, false);
	struct said *const hurt = read_many(3, true);
	size_t n_same = 0;

	(void)state;
	assert_int_equal(clean->n_lost, 0);
	assert_int_equal(clean->n_frames, MANY * EACH);
	assert_int_equal(hurt->n_lost, 14);
	assert_int_equal(hurt->n_frames, MANY * EACH - 14);
	for (size_t i = 0; i < MANY; i++) {
		const char *const text = text_of(hurt, i);

		if (strcmp(text_of(clean, i), text) == 0)
			n_same++;
		else
			assert_true(strstr(text, "0: first") &&
				    strstr(text, "\nlost record at ") &&
				    strstr(text, "\n2: last") &&
				    strstr(text, "\ndone\n"));
	}
	assert_int_equal(n_same, MANY - 14);
	said_free(clean);
	said_free(hurt);
}

/* ---- interruption ---- */

/* What was told stays told, and every item that was given hears its end. */
static void test_stop(void **state)
{
	struct said *const s = said_new();
	struct tt_pool *pool = pool_for(s, 2);
	struct tt_err err = { 0 };
	size_t n_given = 0;

	(void)state;
	s->stop_after = 100;
	for (size_t i = 0; i < MANY; i++)
		n_given += give(pool, file_of("a\nb\nc\n"), i) == TT_OK;
	assert_int_equal(tt_pool_finish(pool, &err), TT_INPUT);
	assert_string_equal(err.text, "stopped");
	assert_int_equal(s->n_frames, 100);
	assert_int_equal(s->n_done, n_given);
	assert_true(n_given < MANY);
	tt_pool_free(&pool);
	assert_no_children();
	said_free(s);
}

static volatile int *flag;

static void on_alarm(int number)
{
	(void)number;
	*flag = 1;
}

/* As by Ctrl-C: a flag set in a handler, while a worker is in the middle. */
static void test_interrupt(void **state)
{
	struct said *const s = said_new();
	struct tt_pool *pool = pool_for(s, 1);
	struct tt_err err = { 0 };
	const struct sigaction action = { .sa_handler = on_alarm };

	(void)state;
	flag = &s->is_interrupted;
	sigaction(SIGALRM, &action, NULL);
	assert_int_equal(give(pool, file_of("a\nb\nwait\nc\n"), 0), TT_OK);
	assert_int_equal(give(pool, file_of("d\n"), 1), TT_OK);
	alarm(1);
	assert_int_equal(tt_pool_finish(pool, &err), TT_INPUT);
	assert_string_equal(err.text, "interrupted");
	assert_string_equal(text_of(s, 0), "0: a\n1: b\nstopped\n");
	assert_string_equal(text_of(s, 1), "stopped\n");
	assert_int_equal(give(pool, file_of("e\n"), 2), TT_INPUT);
	tt_pool_free(&pool);
	assert_no_children();
	said_free(s);
}

/* Freed before it was finished: all are told. */
static void test_early_end(void **state)
{
	struct said *const s = said_new();
	struct tt_pool *pool = pool_for(s, 1);

	(void)state;
	assert_int_equal(give(pool, file_of("wait\n"), 0), TT_OK);
	tt_pool_free(&pool);
	assert_int_equal(s->n_done, 1);
	assert_no_children();
	said_free(s);
}

/* ---- items of several files, and their limits ---- */

static enum tt_status give_files(struct tt_pool *pool, size_t n,
				 struct tt_slice path)
{
	struct stat st[260];
	struct tt_entry entries[260];
	struct tt_err err = { 0 };

	for (size_t i = 0; i < n; i++) {
		entries[i] = entry_of(file_of("x\n"), &st[i]);
		entries[i].path = path;
	}
	const enum tt_status status =
		tt_pool_give(pool, entries, n, NULL, &err);

	for (size_t i = 0; i < n; i++)
		assert_int_equal(entries[i].fd, -1);
	return status;
}

static void test_files(void **state)
{
	struct said *const s = said_new();
	struct tt_pool *pool = pool_for(s, 1);
	struct tt_err err = { 0 };
	const size_t n_files = n_open_files();
	uint8_t *const path = tt_malloc(TT_MAX_item_bytes);

	(void)state;
	memset(path, 'p', TT_MAX_item_bytes);
	assert_int_equal(give_files(pool, TT_MAX_item_files + 1, TT_S("p")),
			 TT_LIMIT);
	assert_int_equal(give_files(pool, 2,
				    (struct tt_slice){
					    path, TT_MAX_item_bytes / 2 + 1 }),
			 TT_LIMIT);
	assert_int_equal(s->n_done, 0);
	assert_int_equal(give_files(pool, TT_MAX_item_files, TT_S("p")),
			 TT_OK);
	assert_int_equal(give_files(pool, 2,
				    (struct tt_slice){
					    path, TT_MAX_item_bytes / 2 }),
			 TT_OK);
	assert_int_equal(tt_pool_finish(pool, &err), TT_OK);
	assert_int_equal(s->n_done, 2);
	assert_int_equal(s->n_frames, 2 * (TT_MAX_item_files + 2));
	tt_pool_free(&pool);
	assert_int_equal(n_open_files(), n_files);
	tt_free_(path);
	said_free(s);
}

/* ---- workers that cannot begin ---- */

static void *crash_at_once(void *ctx)
{
	(void)ctx;
	abort();
}

static void test_stillborn(void **state)
{
	struct said *const s = said_new();
	struct tt_err err = { 0 };
	const struct tt_pool_options o = {
		.n_workers = 2,
		.n_types = TYPES,
		.job = { .begin = crash_at_once, .run = run },
		.sink = { s, on_frame, on_lost, on_done, NULL },
	};
	struct tt_pool *pool = tt_pool_new(&o);

	(void)state;
	assert_int_equal(give(pool, file_of("a\n"), 0), TT_OK);
	assert_int_equal(tt_pool_finish(pool, &err), TT_IO);
	assert_non_null(strstr(err.text, "a worker could not begin"));
	assert_string_equal(text_of(s, 0), "stopped\n");
	tt_pool_free(&pool);
	assert_no_children();
	said_free(s);
}

static enum tt_status queue(struct tt_pool *pool, int fd, size_t tag)
{
	struct stat st;
	struct tt_entry entry = entry_of(fd, &st);
	struct tt_err err = { 0 };

	return tt_pool_queue(pool, &entry, 1, 0, (void *)(uintptr_t)tag, &err);
}

static void *begin_slowly(void *ctx)
{
	const struct timespec a_while = { 0, 50000000 };

	nanosleep(&a_while, NULL);
	return ctx;
}

/* Who goes away while a worker begins leaves the others theirs, however many
 * do. */
static void test_cancelled_early(void **state)
{
	struct said *const s = said_new();
	struct tt_err err = { 0 };
	const struct tt_pool_options o = {
		.n_workers = 1,
		.n_types = TYPES,
		.is_fresh = true,
		.job = { .begin = begin_slowly, .run = run },
		.sink = { s, on_frame, on_lost, on_done, NULL },
	};
	struct tt_pool *pool = tt_pool_new(&o);

	(void)state;
	for (size_t i = 0; i < 8; i++) {
		assert_int_equal(queue(pool, file_of("a\n"), 0), TT_OK);
		assert_int_equal(tt_pool_turn(pool, &err), TT_OK);
		tt_pool_cancel(pool, NULL);
		while (tt_pool_n_items(pool))
			assert_int_equal(tt_pool_turn(pool, &err), TT_OK);
	}
	assert_int_equal(queue(pool, file_of("b\n"), 1), TT_OK);
	assert_int_equal(tt_pool_finish(pool, &err), TT_OK);
	assert_string_equal(text_of(s, 0),
			    "stopped\nstopped\nstopped\nstopped\n"
			    "stopped\nstopped\nstopped\nstopped\n");
	assert_string_equal(text_of(s, 1), "0: b\ndone\n");
	tt_pool_free(&pool);
	assert_no_children();
	said_free(s);
}

/* ---- what a worker has not ---- */

static void *look_around(void *ctx)
{
	size_t n = 0;

	(void)ctx;
	for (int fd = 5; fd < 1024; fd++)
		n += fcntl(fd, F_GETFD) >= 0;
	return (void *)(uintptr_t)n;
}

static void say_state(void *state, struct tt_work *work,
		      struct tt_entry *entries, size_t n)
{
	(void)entries;
	(void)n;
	put(work, NOTE,
	    state ? TT_S("has descriptors") : TT_S("has none"));
}

static void test_inherited(void **state)
{
	struct said *const s = said_new();
	struct tt_err err = { 0 };
	const struct tt_pool_options o = {
		.n_workers = 1,
		.n_types = TYPES,
		.job = { .begin = look_around, .run = say_state },
		.sink = { s, on_frame, on_lost, on_done, NULL },
	};
	struct tt_pool *pool = tt_pool_new(&o);
	const int ours = file_of("the case");

	(void)state;
	assert_true(ours >= 3);
	assert_int_equal(give(pool, file_of("a\n"), 0), TT_OK);
	assert_int_equal(tt_pool_finish(pool, &err), TT_OK);
	assert_string_equal(text_of(s, 0), "has none\ndone\n");
	tt_pool_free(&pool);
	close(ours);
	said_free(s);
}

/* ---- the same is read ---- */

static const char *const charsets[] = {
	"utf-8", "us-ascii", "koi8-r", "koi8-u", "iso-2022-jp", "shift_jis",
	"euc-jp", "euc-kr", "ks_c_5601-1987", "gb2312", "gbk", "gb18030",
	"big5", "iso-8859-1", "iso-8859-2", "iso-8859-5", "iso-8859-7",
	"iso-8859-15", "iso-8859-16", "windows-1250", "windows-1251",
	"windows-1252", "windows-1256", "cp1258",
};

/* Words in each, and an address, which GMime decodes. */
static void read_subject(struct tt_work *work, const char *charset)
{
	struct tt_arena arena = { 0 };
	struct tt_header header;
	struct tt_identity identity = { 0 };
	struct tt_diags diags;
	const char *const block = tt_arena_printf(
		&arena,
		"Subject: =?%s?Q?=C4=E3=BA=C3?=\n"
		"From: \"=?%s?Q?=C4=E3=BA=C3?=\" <a@example.net>\n"
		"To: =?%s?Q?=C4=E3?= <b@example.net>\n"
		"Content-Type: text/plain; name*=%s''%%C4%%E3\n",
		charset, charset, charset, charset);

	tt_diags_init(&diags, &arena);
	tt_header_slice(&header, tt_slice_str(block), &arena, &diags);
	tt_identity_read(&identity, &header, TT_E2E_NONE, TT_WANT_ALL, &arena,
			 &diags);
	put(work, NOTE, identity.subject);
	put(work, NOTE, identity.from);
	tt_arena_release(&arena);
}

static void read_charsets(void *state, struct tt_work *work,
			  struct tt_entry *entries, size_t n)
{
	(void)state;
	(void)entries;
	(void)n;
	for (size_t i = 0; i < N(charsets); i++)
		read_subject(work, charsets[i]);
}

static struct said *said_of_charsets(bool is_unconfined)
{
	struct said *const s = said_new();
	struct tt_err err = { 0 };
	const struct tt_pool_options o = {
		.n_workers = 1,
		.is_unconfined = is_unconfined,
		.n_types = TYPES,
		.job = { .run = read_charsets },
		.sink = { s, on_frame, on_lost, on_done, NULL },
	};
	struct tt_pool *pool = tt_pool_new(&o);

	assert_int_equal(give(pool, file_of("a\n"), 0), TT_OK);
	assert_int_equal(tt_pool_finish(pool, &err), TT_OK);
	tt_pool_free(&pool);
	return s;
}

static void test_charsets(void **state)
{
	struct said *const free_s = said_of_charsets(true);
	struct said *const s = said_of_charsets(false);

	(void)state;
	assert_string_equal(text_of(s, 0), text_of(free_s, 0));
	assert_null(strstr(text_of(s, 0), "=?"));
	assert_int_equal(s->n_frames, 2 * N(charsets));
	said_free(free_s);
	said_free(s);
}

int main(void)
{
	const struct CMUnitTest others[] = {
		cmocka_unit_test(test_poison),
		cmocka_unit_test(test_too_many_crashes),
		cmocka_unit_test(test_stop),
		cmocka_unit_test(test_interrupt),
		cmocka_unit_test(test_early_end),
		cmocka_unit_test(test_files),
		cmocka_unit_test(test_stillborn),
		cmocka_unit_test(test_cancelled_early),
		cmocka_unit_test(test_inherited),
		cmocka_unit_test(test_charsets),
	};
	struct CMUnitTest tests[N(rows)];

	for (size_t i = 0; i < N(rows); i++)
		tests[i] = (struct CMUnitTest){
			rows[i].name, test_row, NULL, NULL,
			(void *)(uintptr_t)&rows[i]
		};
	const int failed = cmocka_run_group_tests_name("one item", tests,
						       find_reached, NULL);

	return failed +
	       cmocka_run_group_tests(others, find_reached, NULL);
}
