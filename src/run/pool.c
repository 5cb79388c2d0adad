/* pool.c - items to workers, frames to the sink
 *
 * One loop (pump) waits for whatever the workers say; it runs while an item
 * cannot be placed and while items are not done.  A worker is forked when
 * there is an item that no idle one could take.  Small files are given ahead,
 * so that no worker waits between them; nothing is put behind a large one,
 * where it would wait for long. */
#define _GNU_SOURCE
#include "pool.h"

#include <tlstrail/message.h>

#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#define AHEAD 16
#define AHEAD_BYTES 262144

#define TICK_MS TT_POOL_TICK_MS
#define NS_PER_MS 1000000
/* More than that between two looks is not the worker's waiting: this process
 * was stopped, or the sink took its time. */
#define PASSED_MAX_NS ((int64_t)4 * TICK_MS * NS_PER_MS)

static int64_t now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

size_t tt_pool_cores(void)
{
	cpu_set_t cores;

	if (sched_getaffinity(0, sizeof(cores), &cores) != 0)
		return 1;
	return (size_t)CPU_COUNT(&cores);
}

/* ---- to the workers ---- */

static bool is_interrupted(const struct tt_pool *pool)
{
	return pool->o.is_interrupted && *pool->o.is_interrupted;
}

static bool is_over(const struct tt_pool *pool)
{
	return pool->is_stopped || pool->err.status || is_interrupted(pool);
}

static bool can_take(const struct tt_pool *pool, const struct tt_hand *h,
		     const struct tt_pool_item *item)
{
	if (!h->pid || h->is_killed || (pool->o.is_fresh && h->is_used))
		return false;
	return h->items.n == 0 ||
	       (h->items.n < AHEAD &&
		h->items.size + item->size <= AHEAD_BYTES);
}

/* The one with the least to do; NULL: none has room. */
static struct tt_hand *least_busy(struct tt_pool *pool,
				  const struct tt_pool_item *item)
{
	struct tt_hand *best = NULL;

	for (size_t i = 0; i < pool->n_hands; i++) {
		struct tt_hand *const h = &pool->hands[i];

		if (can_take(pool, h, item) &&
		    (!best || h->items.n < best->items.n))
			best = h;
	}
	return best;
}

/* A worker more, where there may be one.  If the system has none, those that
 * there are go on. */
static struct tt_hand *one_more(struct tt_pool *pool)
{
	size_t n_alive = 0;
	struct tt_hand *free = NULL;

	for (size_t i = 0; i < pool->n_hands; i++) {
		n_alive += pool->hands[i].pid != 0;
		if (!pool->hands[i].pid)
			free = &pool->hands[i];
	}
	if (!free || tt_hand_start(pool, free))
		return free;
	if (n_alive)
		pool->err = (struct tt_err){ 0 };
	return NULL;
}

static struct tt_hand *choose(struct tt_pool *pool,
			      const struct tt_pool_item *item)
{
	struct tt_hand *const best = least_busy(pool, item);
	struct tt_hand *more;

	if (best && best->items.n == 0)
		return best;
	more = one_more(pool);
	return more ? more : best;
}

static size_t n_in_hand(const struct tt_pool *pool)
{
	size_t n = 0;

	for (size_t i = 0; i < pool->n_hands; i++)
		n += pool->hands[i].items.n;
	return n;
}

/* Gives out what waits, as far as there are workers for it. */
static void place(struct tt_pool *pool)
{
	while (pool->waiting.first && !is_over(pool)) {
		struct tt_hand *const h = choose(pool, pool->waiting.first);
		struct tt_pool_queue one;

		if (!h)
			return;
		tt_queue_init(&one);
		tt_queue_push(&one, tt_queue_pop(&pool->waiting));
		if (tt_hand_give(h, one.first))
			continue;
		tt_queue_put_back(&pool->waiting, &one);
		return; /* it is full, or gone, as will be seen */
	}
}

/* ---- from the workers ---- */

static void watch(struct tt_pool *pool)
{
	const struct tt_pool_sink *const sink = &pool->o.sink;
	const int64_t now = now_ns();
	int64_t passed = now - pool->watch_ns;

	if (passed < (int64_t)TICK_MS * NS_PER_MS)
		return;
	pool->watch_ns = now;
	if (passed > PASSED_MAX_NS)
		passed = PASSED_MAX_NS;
	for (size_t i = 0; i < pool->n_hands; i++)
		if (pool->hands[i].pid)
			tt_hand_watch(pool, &pool->hands[i], passed);
	if (sink->tick && !sink->tick(sink->ctx))
		pool->is_stopped = true;
}

/* Waits for a word for so long, and takes what there is. */
static void pump_for(struct tt_pool *pool, int ms)
{
	struct pollfd fds[64];
	struct tt_hand *of[64];
	nfds_t n = 0;

	for (size_t i = 0; i < pool->n_hands; i++) {
		struct tt_hand *const h = &pool->hands[i];

		if (!h->pid)
			continue;
		fds[n] = (struct pollfd){ h->pipe, POLLIN, 0 };
		of[n++] = h;
	}
	if (poll(fds, n, ms) > 0)
		for (nfds_t i = 0; i < n && !pool->is_stopped; i++)
			if (fds[i].revents)
				tt_hand_read(pool, of[i]);
	watch(pool);
}

static void pump(struct tt_pool *pool)
{
	pump_for(pool, TICK_MS);
}

/* Ends everything; what workers still have to say is taken. */
static void stop(struct tt_pool *pool)
{
	struct tt_pool_item *item;

	pool->is_stopped = true;
	for (size_t i = 0; i < pool->n_hands; i++)
		if (pool->hands[i].pid)
			tt_hand_end(pool, &pool->hands[i]);
	while ((item = tt_queue_pop(&pool->waiting)) != NULL)
		tt_pool_item_done(pool, item, TT_ITEM_STOPPED);
}

static enum tt_status status_of(struct tt_pool *pool, struct tt_err *err)
{
	if (!is_over(pool))
		return TT_OK;
	stop(pool);
	if (pool->err.status)
		return tt_err_set(err, TT_IO, "%s", pool->err.text);
	return tt_err_set(err, TT_INPUT, "%s",
			  is_interrupted(pool) ? "interrupted" : "stopped");
}

/* ---- the pool ---- */

/* Descriptors that may be open for items; a half is the caller's. */
static size_t files_allowed(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
		return 128;
	return limit.rlim_cur < 2 * 65536 ? (size_t)limit.rlim_cur / 2 : 65536;
}

struct tt_pool *tt_pool_new(const struct tt_pool_options *options)
{
	struct tt_pool *pool = tt_zalloc(sizeof(*pool));
	const size_t n = options->n_workers ? options->n_workers :
					      tt_pool_cores();

	tt_sha256_preload();
	tt_source_preload();
	tt_message_preload();
	pool->o = *options;
	if (!pool->o.cpu_limit)
		pool->o.cpu_limit = TT_LIM_worker_cpu;
	if (!pool->o.wait_limit)
		pool->o.wait_limit = TT_LIM_worker_wait;
	pool->n_hands = n < TT_MAX_workers ? n : (size_t)TT_MAX_workers;
	pool->hands = tt_zalloc(
		tt_mul_size(pool->n_hands, sizeof(*pool->hands)));
	tt_queue_init(&pool->waiting);
	pool->max_files = files_allowed();
	pool->watch_ns = now_ns();
	return pool;
}

void tt_pool_free(struct tt_pool **pool)
{
	struct tt_pool *const p = *pool;

	if (!p)
		return;
	if (n_in_hand(p) || p->waiting.n)
		stop(p);
	for (size_t i = 0; i < p->n_hands; i++)
		if (p->hands[i].pid)
			tt_hand_dismiss(&p->hands[i]);
	for (size_t i = 0; i < p->n_hands; i++)
		if (p->hands[i].pid)
			tt_hand_wait(p, &p->hands[i]);
	tt_free(&p->hands);
	tt_free(pool);
}

static enum tt_status refuse(struct tt_entry *entries, size_t n,
			     enum tt_status status)
{
	for (size_t i = 0; i < n; i++) {
		if (entries[i].fd >= 0)
			close(entries[i].fd);
		entries[i].fd = -1;
	}
	return status;
}

enum tt_status tt_pool_give(struct tt_pool *pool, struct tt_entry *entries,
			    size_t n, void *tag, struct tt_err *err)
{
	struct tt_pool_item *item;

	while (pool->n_files + n > pool->max_files && n_in_hand(pool) &&
	       !is_over(pool))
		pump(pool);
	if (status_of(pool, err) < 0)
		return refuse(entries, n,
			      pool->err.status ? TT_IO : TT_INPUT);
	if (tt_pool_item_new(pool, &item, entries, n, 0, tag, err) < 0)
		return TT_LIMIT;
	tt_queue_push(&pool->waiting, item);
	place(pool);
	while (pool->waiting.n && !is_over(pool)) {
		pump(pool);
		place(pool);
	}
	if (is_over(pool))
		stop(pool);
	return TT_OK;
}

enum tt_status tt_pool_finish(struct tt_pool *pool, struct tt_err *err)
{
	while ((n_in_hand(pool) || pool->waiting.n) && !is_over(pool)) {
		place(pool);
		pump(pool);
	}
	return status_of(pool, err);
}

/* ---- beside other things ---- */

enum tt_status tt_pool_queue(struct tt_pool *pool, struct tt_entry *entries,
			     size_t n, uint32_t note, void *tag,
			     struct tt_err *err)
{
	struct tt_pool_item *item;

	if (status_of(pool, err) < 0)
		return refuse(entries, n,
			      pool->err.status ? TT_IO : TT_INPUT);
	if (tt_pool_item_new(pool, &item, entries, n, note, tag, err) < 0)
		return TT_LIMIT;
	tt_queue_push(&pool->waiting, item);
	place(pool);
	return TT_OK;
}

static struct tt_hand *unused(struct tt_pool *pool)
{
	for (size_t i = 0; i < pool->n_hands; i++)
		if (pool->hands[i].pid && !pool->hands[i].is_used)
			return &pool->hands[i];
	return NULL;
}

/* Where there is none to be had now, there will be one for the next item. */
static void keep_ready(struct tt_pool *pool)
{
	if (pool->o.is_fresh && !is_over(pool) && !unused(pool))
		(void)one_more(pool);
}

enum tt_status tt_pool_turn(struct tt_pool *pool, struct tt_err *err)
{
	place(pool);
	pump_for(pool, 0);
	place(pool);
	keep_ready(pool);
	return status_of(pool, err);
}

static void cancel_waiting(struct tt_pool *pool, const void *tag)
{
	struct tt_pool_queue all = { 0 };
	struct tt_pool_item *item;

	tt_queue_init(&all);
	tt_queue_put_back(&all, &pool->waiting);
	while ((item = tt_queue_pop(&all)) != NULL) {
		if (item->tag == tag)
			tt_pool_item_done(pool, item, TT_ITEM_STOPPED);
		else
			tt_queue_push(&pool->waiting, item);
	}
}

void tt_pool_cancel(struct tt_pool *pool, const void *tag)
{
	cancel_waiting(pool, tag);
	for (size_t i = 0; i < pool->n_hands; i++) {
		struct tt_hand *const h = &pool->hands[i];

		if (pool->o.is_fresh && h->pid && h->items.first &&
		    h->items.first->tag == tag) {
			h->is_cancelled = true;
			tt_hand_kill(h, TT_LOSS_SIGNAL, SIGKILL);
		}
	}
}

size_t tt_pool_fds(const struct tt_pool *pool, int *fds_r)
{
	size_t n = 0;

	for (size_t i = 0; i < pool->n_hands; i++)
		if (pool->hands[i].pid)
			fds_r[n++] = pool->hands[i].pipe;
	return n;
}

size_t tt_pool_n_items(const struct tt_pool *pool)
{
	return n_in_hand(pool) + pool->waiting.n;
}

enum tt_status tt_pool_get_ready(struct tt_pool *pool, struct tt_err *err)
{
	const struct tt_hand *h;

	for (keep_ready(pool); !is_over(pool); pump_for(pool, 1)) {
		h = unused(pool);
		if (h && __atomic_load_n(&h->shared->is_ready,
					 __ATOMIC_ACQUIRE))
			break;
		keep_ready(pool);
	}
	return status_of(pool, err);
}

size_t tt_pool_confined(const struct tt_pool *pool, struct tt_confined *c_r)
{
	size_t n = pool->n_confined;

	*c_r = pool->confined;
	for (size_t i = 0; i < pool->n_hands; i++) {
		const struct tt_hand *const h = &pool->hands[i];

		if (h->pid &&
		    __atomic_load_n(&h->shared->is_ready, __ATOMIC_ACQUIRE))
			tt_confined_add(c_r, &n, &h->shared->confined);
	}
	return n;
}
