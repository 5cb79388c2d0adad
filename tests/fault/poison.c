/* poison.c - what a message does that a parser has no answer to
 *
 * Linked into a tlstrail of its own, in front of tt_timeline_read(),
 * tt_event_put() and tt_book_take() (-Wl,--wrap): a header field "X-Poison: crash" and the like,
 * or that Message-ID in a log, does in a worker or reader what an unknown fault of a
 * parser would do.  No hook is in the program
 * itself.  The limits of a worker are lowered, or a hang would take 10 s.
 * POISON_CORES in the environment is how many cores the machine has; with
 * POISON_FORK it has no process more. */
#define _GNU_SOURCE
#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <tlstrail/run/guard.h>
#include <tlstrail/run/worker.h>
#include <tlstrail/trail/codec.h>

void __real_tt_timeline_read(struct tt_timeline *, const struct tt_header *,
			     const struct tt_trail_options *,
			     struct tt_matcher *, struct tt_arena *,
			     struct tt_diags *);
void __wrap_tt_timeline_read(struct tt_timeline *, const struct tt_header *,
			     const struct tt_trail_options *,
			     struct tt_matcher *, struct tt_arena *,
			     struct tt_diags *);
void __real_tt_event_put(struct tt_out *out, const struct tt_event *e,
			 struct tt_event_shared *shared,
			 struct tt_arena *arena);
void __wrap_tt_event_put(struct tt_out *out, const struct tt_event *e,
			 struct tt_event_shared *shared,
			 struct tt_arena *arena);
void __real_tt_book_take(void *book, struct tt_event *e);
void __wrap_tt_book_take(void *book, struct tt_event *e);
struct tt_pool *__real_tt_pool_new(const struct tt_pool_options *);
struct tt_pool *__wrap_tt_pool_new(const struct tt_pool_options *);
int __real_tt_guard_begin(struct tt_guard **, const struct tt_guard_options *);
int __wrap_tt_guard_begin(struct tt_guard **, const struct tt_guard_options *);
pid_t __real_fork(void);
pid_t __wrap_fork(void);
int __real_sched_getaffinity(pid_t pid, size_t size, cpu_set_t *cores);
int __wrap_tt_guard_begin(struct tt_guard **guard_r,
			  const struct tt_guard_options *options)
{
	struct tt_guard_options o = *options;

	o.cpu_seconds = 1;
	o.memory = 64 << 20;
	return __real_tt_guard_begin(guard_r, &o);
}

pid_t __wrap_fork(void)
{
	if (!getenv("POISON_FORK"))
		return __real_fork();
	errno = EAGAIN;
	return -1;
}

int __wrap_sched_getaffinity(pid_t pid, size_t size, cpu_set_t *cores);

static _Noreturn void hang(void)
{
	for (volatile unsigned i = 0;; i++)
		;
}

static _Noreturn void eat(void)
{
	for (;;)
		memset(tt_malloc(1 << 20), 1, 1 << 20);
}

static void swallow(struct tt_slice poison)
{
	if (tt_slice_eq(poison, TT_S("crash")))
		raise(SIGSEGV);
	else if (tt_slice_eq(poison, TT_S("abort")))
		abort();
	else if (tt_slice_eq(poison, TT_S("exit")))
		_exit(9);
	else if (tt_slice_eq(poison, TT_S("hang")))
		hang();
	else if (tt_slice_eq(poison, TT_S("eat")))
		eat();
}

void __wrap_tt_timeline_read(struct tt_timeline *t,
			     const struct tt_header *header,
			     const struct tt_trail_options *options,
			     struct tt_matcher *matcher, struct tt_arena *arena,
			     struct tt_diags *diags)
{
	for (size_t i = 0; i < header->fields.n; i++)
		if (tt_slice_ieq(header->fields.v[i].name, TT_S("X-Poison")))
			swallow(tt_slice_trim(header->fields.v[i].value));
	__real_tt_timeline_read(t, header, options, matcher, arena, diags);
}

void __wrap_tt_event_put(struct tt_out *out, const struct tt_event *e,
			 struct tt_event_shared *shared,
			 struct tt_arena *arena)
{
	swallow(e->message_id);
	__real_tt_event_put(out, e, shared, arena);
}

void __wrap_tt_book_take(void *book, struct tt_event *e)
{
	swallow(e->message_id);
	__real_tt_book_take(book, e);
}

struct tt_pool *__wrap_tt_pool_new(const struct tt_pool_options *options)
{
	struct tt_pool_options o = *options;

	o.cpu_seconds = 1;
	o.memory = 64 << 20;
	return __real_tt_pool_new(&o);
}

int __wrap_sched_getaffinity(pid_t pid, size_t size, cpu_set_t *cores)
{
	const char *const text = getenv("POISON_CORES");
	const int64_t n = tt_slice_number(tt_slice_str(text), CPU_SETSIZE);

	if (n < 1)
		return __real_sched_getaffinity(pid, size, cores);
	CPU_ZERO(cores);
	for (size_t i = 0; i < (size_t)n; i++)
		CPU_SET(i, cores);
	return 0;
}
