/* worker.c - the worker's side: items in, frames out
 *
 * Forked by pool.c, it first lets go of everything that is not its own:
 * descriptors (the case file's, the output's), handlers of signals, the
 * terminal.  Then the job prepares, the process is confined (confine.c), and
 * items are taken until the parent closes the socket.
 *
 * The frames of a record gather in memory of its own and go to the shared room
 * at its end, in one piece; the room goes into the pipe when there is enough
 * in it, or nothing else to do. */
#define _GNU_SOURCE
#include "confine.h"
#include "worker.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Where its descriptors stand, beside standard error. */
#define SOCK 3
#define PIPE 4

/* A write costs as much as a small message; waiting costs the parent's time. */
#define ENOUGH_BYTES 16384
#define ENOUGH_ITEMS 4

/* Descriptors beyond those of one item: a thread, a library. */
#define SPARE_FILES 8

struct tt_work {
	struct tt_shared *shared;
	struct tt_out out; /* frames that are not in the room */
	size_t frame;	   /* where the last begins */
	uint64_t resume, n_begun; /* records of the item */
	uint32_t note;		  /* that came with it */
	unsigned n_done;   /* items in the room */
	bool is_in_record;
};

static void set64(uint64_t *to, uint64_t v)
{
	__atomic_store_n(to, v, __ATOMIC_RELEASE);
}

static void set32(uint32_t *to, uint32_t v)
{
	__atomic_store_n(to, v, __ATOMIC_RELEASE);
}

/* ---- frames ---- */

/* Whoever read the pipe is gone, or SIGPIPE would not be the end. */
static void write_all(const uint8_t *p, size_t n)
{
	while (n) {
		const ssize_t done = write(PIPE, p, n);

		if (done < 0 && errno != EINTR)
			_exit(TT_WORKER_BROKEN);
		if (done > 0) {
			p += done;
			n -= (size_t)done;
		}
	}
}

static void send_room(struct tt_work *w)
{
	struct tt_shared *const s = w->shared;

	write_all(s->room, (size_t)(s->total - s->base));
	set64(&s->base, s->total);
	w->n_done = 0;
}

/* Into the room with what is told: from here on it is not lost. */
static void commit(struct tt_work *w)
{
	struct tt_shared *const s = w->shared;

	if (w->out.n > TT_SHARED_ROOM - (size_t)(s->total - s->base))
		send_room(w);
	if (w->out.n)
		memcpy(s->room + (s->total - s->base), w->out.buf, w->out.n);
	set64(&s->total, s->total + w->out.n);
	w->out.n = 0;
	if (s->total - s->base >= ENOUGH_BYTES)
		send_room(w);
}

struct tt_out *tt_work_frame(struct tt_work *work, uint32_t type)
{
	work->frame = tt_frame_begin(&work->out, type);
	return &work->out;
}

bool tt_work_frame_end(struct tt_work *work)
{
	const bool fits = work->out.n <= TT_MAX_frame + TT_FRAME_HEAD;
	bool is_told;

	if (!fits)
		work->out.n = work->frame;
	is_told = fits && tt_frame_end(&work->out, work->frame);
	if (!work->is_in_record)
		commit(work);
	return is_told;
}

/* ---- records ---- */

void tt_work_record_end(struct tt_work *work)
{
	struct tt_shared *const s = work->shared;

	commit(work);
	set64(&s->records, work->n_begun);
	set32(&s->is_in_record, 0);
	work->is_in_record = false;
}

bool tt_work_record(struct tt_work *work, uint64_t off)
{
	struct tt_shared *const s = work->shared;

	if (work->is_in_record)
		tt_work_record_end(work);
	tt_work_on(work);
	if (work->n_begun++ < work->resume) {
		set64(&s->records, work->n_begun);
		return false;
	}
	set64(&s->off, off);
	set32(&s->is_in_record, 1);
	work->is_in_record = true;
	return true;
}

void tt_work_on(struct tt_work *work)
{
	(void)__atomic_fetch_add(&work->shared->beat, 1, __ATOMIC_RELAXED);
}

uint64_t *tt_work_beat(struct tt_work *work)
{
	return &work->shared->beat;
}

uint32_t tt_work_note(const struct tt_work *work)
{
	return work->note;
}

/* ---- items ---- */

static void end_item(struct tt_work *w, uint64_t serial)
{
	struct tt_out *out;

	if (w->is_in_record)
		tt_work_record_end(w);
	out = tt_work_frame(w, TT_FRAME_DONE);
	tt_out_bytes(out, (struct tt_slice){ (const uint8_t *)&serial,
					     sizeof(serial) });
	(void)!tt_work_frame_end(w);
	set64(&w->shared->serial, 0);
	if (++w->n_done >= ENOUGH_ITEMS)
		send_room(w);
}

static void do_item(struct tt_work *w, const struct tt_job *job, void *state,
		    struct tt_item_got *got)
{
	const size_t n = got->head.n;

	set64(&w->shared->records, 0);
	set64(&w->shared->serial, got->head.serial);
	w->resume = got->head.resume;
	w->note = got->head.note;
	w->n_begun = 0;
	tt_work_on(w);
	job->run(state, w, got->entries, n);
	for (size_t i = 0; i < n; i++)
		if (got->entries[i].fd >= 0)
			close(got->entries[i].fd);
	end_item(w, got->head.serial);
}

/* The next one; what waits in the room goes out before waiting. */
static bool next_item(struct tt_work *w, struct tt_item_got *got)
{
	int r = tt_item_receive(SOCK, got, false);

	if (r < 0 && errno == EAGAIN) {
		send_room(w);
		r = tt_item_receive(SOCK, got, true);
	}
	if (r < 0)
		_exit(TT_WORKER_BROKEN);
	return r > 0;
}

/* The items that are there, in the order they came in. */
struct items {
	struct tt_item_got *got;
	size_t n;
};

static void look_at_files(struct tt_item_got *got)
{
	for (size_t i = 0; i < got->head.n; i++) {
		if (fstat(got->entries[i].fd, &got->st[i]) != 0)
			_exit(TT_WORKER_BROKEN);
		got->entries[i].st = &got->st[i];
	}
}

/* What is there already comes with the next one, `most` items in all. */
static bool next_items(struct tt_work *w, struct items *items, size_t most)
{
	int r = 1;

	items->n = 0;
	if (!next_item(w, &items->got[items->n++]))
		return false;
	while (items->n < most && r > 0) {
		r = tt_item_receive(SOCK, &items->got[items->n], false);
		items->n += r > 0;
	}
	if (r < 0 && errno != EAGAIN)
		_exit(TT_WORKER_BROKEN);
	for (size_t i = 0; i < items->n; i++)
		look_at_files(&items->got[i]);
	return true;
}

static void look_ahead(struct tt_work *w, const struct tt_job *job, void *state,
		       const struct items *items)
{
	struct tt_entry *first[TT_JOB_AHEAD];
	size_t n = 0;

	tt_work_on(w);
	for (size_t i = 0; i < items->n; i++)
		if (items->got[i].head.n)
			first[n++] = &items->got[i].entries[0];
	job->ahead(state, first, n);
}

static void do_items(struct tt_work *w, const struct tt_job *job, void *state,
		     struct items *items)
{
	if (job->ahead)
		look_ahead(w, job, state, items);
	for (size_t i = 0; i < items->n; i++)
		do_item(w, job, state, &items->got[i]);
}

static void open_items(struct items *items, size_t most)
{
	items->got = tt_zalloc(tt_mul_size(most, sizeof(*items->got)));
	for (size_t i = 0; i < most; i++)
		items->got[i].bytes = tt_malloc(TT_ITEM_ROOM);
}

/* ---- the beginning ---- */

static void close_from(int first)
{
#ifdef SYS_close_range
	if (syscall(SYS_close_range, (unsigned)first, ~0u, 0u) == 0)
		return;
#endif
	const long n = sysconf(_SC_OPEN_MAX);

	for (int fd = first; fd < n; fd++)
		close(fd);
}

/* Only these stay.  What libraries say is for the parent to print, since it
 * may quote evidence; a sanitizer's report is for whoever runs the tests. */
static void keep_descriptors(int sock, int out, int words)
{
	const int s = fcntl(sock, F_DUPFD, PIPE + 1);
	const int p = fcntl(out, F_DUPFD, PIPE + 1);
	const int w = TT_IS_SANITIZED ? STDERR_FILENO :
					fcntl(words, F_DUPFD, PIPE + 1);
	const int null = open("/dev/null", O_RDWR);

	if (s < 0 || p < 0 || w < 0 || null < 0 || dup2(s, SOCK) < 0 ||
	    dup2(p, PIPE) < 0 || dup2(w, STDERR_FILENO) < 0 ||
	    dup2(null, STDIN_FILENO) < 0 || dup2(null, STDOUT_FILENO) < 0)
		_exit(TT_WORKER_BROKEN);
	close_from(PIPE + 1);
}

/* An interrupt from the terminal is the parent's to answer. */
static void reset_signals(void)
{
	static const struct {
		int number;
		void (*to)(int);
	} signals[] = {
		{ SIGINT, SIG_IGN },  { SIGQUIT, SIG_IGN },
		{ SIGHUP, SIG_IGN },  { SIGTERM, SIG_DFL },
		{ SIGPIPE, SIG_DFL }, { SIGALRM, SIG_DFL },
		{ SIGCHLD, SIG_DFL }, { SIGUSR1, SIG_DFL },
		{ SIGUSR2, SIG_DFL }, { SIGSEGV, SIG_DFL },
		{ SIGBUS, SIG_DFL },  { SIGFPE, SIG_DFL },
		{ SIGILL, SIG_DFL },  { SIGABRT, SIG_DFL },
	};
	sigset_t none;

	for (size_t i = 0; i < sizeof(signals) / sizeof(*signals); i++)
		(void)signal(signals[i].number, signals[i].to);
	sigemptyset(&none);
	(void)sigprocmask(SIG_SETMASK, &none, NULL);
}

static void confine(const struct tt_pool_options *o, struct tt_shared *s)
{
	const struct tt_confine_options c = {
		.memory = o->memory,
		.more_files = (unsigned)TT_MAX_item_files + SPARE_FILES,
		.has_no_landlock = o->is_unconfined,
		.has_no_seccomp = o->is_unconfined,
	};

	if (tt_confine(&c, &s->confined, &s->err) < 0)
		_exit(TT_WORKER_BROKEN);
	set32(&s->is_ready, 1);
}

_Noreturn void tt_worker_serve(const struct tt_pool_options *options,
			       struct tt_shared *shared, int sock, int out,
			       int words)
{
	const struct tt_job *const job = &options->job;
	struct tt_work work = { .shared = shared };
	struct items items;
	const size_t most = job->ahead && !options->is_fresh ? TT_JOB_AHEAD : 1;

	reset_signals();
	(void)setenv("TZ", "UTC0", 1); /* or the zone's file is asked for */
	(void)prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
	if (getppid() != shared->parent)
		_exit(TT_WORKER_BROKEN); /* it died before that */
	keep_descriptors(sock, out, words);
	open_items(&items, most);
	tt_out_init(&work.out, -1);
	void *const state = job->begin ? job->begin(job->ctx) : job->ctx;

	confine(options, shared);
	while (next_items(&work, &items, most)) {
		do_items(&work, job, state, &items);
		if (options->is_fresh)
			break;
	}
	send_room(&work);
	if (job->end)
		job->end(state);
	_exit(0);
}
