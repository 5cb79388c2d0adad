/* pool_hand.c - one worker, as its parent sees it
 *
 * Whatever it says is looked at as if it came from whoever wrote the evidence:
 * frames by frame.c, what stands in the shared memory once, when it is gone
 * and writes no more. */
#define _GNU_SOURCE
#include "pool.h"
#include "process.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define PIPE_BYTES 262144

/* Who took less of the processor between two looks waited. */
#define IDLE_NS 1000000

/* For a job to end in. */
#define LAST_WORDS_MS 1000

/* ---- life ---- */

static bool fail(struct tt_pool *pool, const char *what)
{
	(void)tt_err_io(&pool->err, "%s", what);
	return false;
}

static void *map_shared(void)
{
	struct tt_shared *const s =
		mmap(NULL, sizeof(*s), PROT_READ | PROT_WRITE,
		     MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	return s == MAP_FAILED ? NULL : s;
}

/* The parent's ends are the first of each pair. */
struct ends {
	int sock[2], out[2], words[2];
};

static bool start(struct tt_pool *pool, struct tt_hand *h,
		  const struct ends *e)
{
	struct tt_shared *const s = map_shared();

	if (!s)
		return fail(pool, "memory for a worker");
	s->parent = getpid();
	const pid_t pid = fork();

	if (pid == 0)
		tt_worker_serve(&pool->o, s, e->sock[1], e->out[1],
				e->words[1]);
	if (pid < 0) {
		munmap(s, sizeof(*s));
		return fail(pool, "starting a worker");
	}
	*h = (struct tt_hand){ .pid = pid,
			       .sock = e->sock[0],
			       .pipe = e->out[0],
			       .words = e->words[0],
			       .shared = s };
	tt_frame_reader_init(&h->reader, TT_FRAME_DONE + 1);
	tt_queue_init(&h->items);
	return true;
}

/* Words are never waited for, neither to be written nor to be read. */
static bool open_ends(struct ends *e)
{
	const int kind = SOCK_SEQPACKET | SOCK_CLOEXEC;

	if (socketpair(AF_UNIX, kind, 0, e->sock) != 0 ||
	    pipe2(e->out, O_CLOEXEC) != 0 ||
	    pipe2(e->words, O_CLOEXEC | O_NONBLOCK) != 0)
		return false;
	(void)fcntl(e->out[0], F_SETPIPE_SZ, PIPE_BYTES);
	return fcntl(e->out[0], F_SETFL, O_NONBLOCK) == 0;
}

static void close_ends(const struct ends *e, size_t i)
{
	const int ends[] = { e->sock[i], e->out[i], e->words[i] };

	for (size_t k = 0; k < sizeof(ends) / sizeof(*ends); k++)
		if (ends[k] >= 0)
			close(ends[k]);
}

bool tt_hand_start(struct tt_pool *pool, struct tt_hand *h)
{
	struct ends e = { { -1, -1 }, { -1, -1 }, { -1, -1 } };
	bool is_started = false;

	if (open_ends(&e))
		is_started = start(pool, h, &e);
	else
		(void)fail(pool, "a pipe for a worker");
	close_ends(&e, 1);
	if (!is_started)
		close_ends(&e, 0);
	return is_started;
}

/* ---- work ---- */

static void stamp(struct tt_pool_item *item)
{
	struct tt_item_head head;

	memcpy(&head, item->message.buf, sizeof(head));
	head.serial = item->serial;
	head.resume = item->resume;
	memcpy(item->message.buf, &head, sizeof(head));
}

bool tt_hand_give(struct tt_hand *h, struct tt_pool_item *item)
{
	stamp(item);
	const struct tt_slice message = { item->message.buf,
					  item->message.n };

	if (tt_item_send(h->sock, message, item->fds, item->n) <= 0)
		return false; /* busy; or gone, as its pipe will tell */
	if (!h->items.n) {
		h->cpu_ns = -1; /* its time begins to count */
		h->waited_ns = 0;
	}
	tt_queue_push(&h->items, item);
	h->is_used = true;
	return true;
}

void tt_hand_kill(struct tt_hand *h, enum tt_loss why, int number)
{
	if (h->is_killed)
		return;
	h->is_killed = true;
	h->why = why;
	h->number = number;
	(void)kill(h->pid, SIGKILL);
}

/* False: that is not what it has in hand. */
static bool take_done(struct tt_pool *pool, struct tt_hand *h,
		      struct tt_slice bytes)
{
	uint64_t serial;

	if (bytes.n != sizeof(serial) || !h->items.first)
		return false;
	memcpy(&serial, bytes.p, sizeof(serial));
	if (serial != h->items.first->serial)
		return false;
	tt_pool_item_done(pool, tt_queue_pop(&h->items), TT_ITEM_DONE);
	return true;
}

static bool take_frame(struct tt_pool *pool, struct tt_hand *h,
		       const struct tt_frame *f)
{
	const struct tt_pool_sink *const sink = &pool->o.sink;

	if (f->type == TT_FRAME_DONE)
		return take_done(pool, h, f->bytes);
	if (f->type >= pool->o.n_types || !h->items.first)
		return false;
	if (!pool->is_deaf &&
	    !sink->frame(sink->ctx, h->items.first->tag, f))
		pool->is_stopped = pool->is_deaf = true;
	return true;
}

static void take_frames(struct tt_pool *pool, struct tt_hand *h)
{
	struct tt_frame f;
	int more;

	while ((more = tt_frame_next(&h->reader, &f)) > 0)
		if (!take_frame(pool, h, &f))
			break;
	if (more != 0) {
		h->reader.is_broken = true;
		tt_hand_kill(h, TT_LOSS_FRAME, 0);
	}
}

static void add_bytes(struct tt_pool *pool, struct tt_hand *h, const uint8_t *p,
		      size_t n)
{
	while (n && !h->reader.is_broken) {
		size_t room;
		uint8_t *const to = tt_frame_reader_room(&h->reader, &room);
		const size_t take = n < room ? n : room;

		memcpy(to, p, take);
		tt_frame_reader_add(&h->reader, take);
		take_frames(pool, h);
		p += take;
		n -= take;
	}
}

/* ---- death ---- */

/* What it had told, but not yet put into the pipe.  False: that does not go
 * together, so that nobody knows what else is missing. */
static bool take_rest(struct tt_pool *pool, struct tt_hand *h)
{
	const struct tt_shared *const s = h->shared;
	const uint64_t base = s->base, total = s->total;

	if (base > h->received || total < h->received ||
	    total - base > TT_SHARED_ROOM)
		return false;
	add_bytes(pool, h, s->room + (h->received - base),
		  (size_t)(total - h->received));
	return !tt_frame_is_torn(&h->reader);
}

/* The end of what stands in its standard error, as one line. */
static void take_words(const struct tt_hand *h, struct tt_lost *lost)
{
	char text[4096];
	struct tt_slice s = { (const uint8_t *)text, 0 };
	ssize_t n;

	while ((n = read(h->words, text, sizeof(text))) > 0)
		s.n = (size_t)n;
	s = tt_slice_trim(s);
	if (s.n >= sizeof(lost->said))
		s = tt_slice_sub(s, s.n - sizeof(lost->said) + 1, s.n);
	if (s.n)
		memcpy(lost->said, s.p, s.n);
	for (size_t i = 0; i < s.n; i++)
		if (lost->said[i] == '\n' || lost->said[i] == '\0')
			lost->said[i] = ' ';
}

/* mem.c and GLib say so. */
static bool is_of_memory(const struct tt_lost *lost)
{
	const struct tt_slice said = tt_slice_str(lost->said);

	return tt_slice_find(said, TT_S("out of memory")) != SIZE_MAX ||
	       tt_slice_find(said, TT_S("failed to allocate")) != SIZE_MAX;
}

static struct tt_lost loss_of(const struct tt_hand *h, int status)
{
	struct tt_lost lost = { .why = h->why,
				.number = h->number,
				.limit = h->limit };

	take_words(h, &lost);
	if (h->is_killed)
		return lost;
	lost.why = is_of_memory(&lost)	? TT_LOSS_MEMORY :
		   WIFSIGNALED(status) ? TT_LOSS_SIGNAL :
					 TT_LOSS_EXIT;
	lost.number = WIFSIGNALED(status) ? WTERMSIG(status) :
					    WEXITSTATUS(status);
	return lost;
}

/* Whether the item can be read on behind what ended the worker. */
static bool can_go_on(const struct tt_pool *pool,
		      const struct tt_pool_item *item, struct tt_lost *lost,
		      uint64_t resume)
{
	if (!lost->is_record || !item->can_retry || pool->is_stopped ||
	    lost->why == TT_LOSS_FRAME || resume <= item->resume)
		return false;
	lost->is_too_often = item->n_retries >= TT_MAX_item_retries;
	return !lost->is_too_often && tt_pool_item_rewind(item);
}

static void lose(struct tt_pool *pool, struct tt_hand *h, struct tt_lost lost)
{
	const struct tt_shared *const s = h->shared;
	const struct tt_pool_sink *const sink = &pool->o.sink;
	struct tt_pool_item *const item = h->items.first;
	const uint64_t resume = s->records + 1;

	lost.is_record = s->is_in_record != 0;
	lost.off = lost.is_record ? s->off : 0;
	lost.is_item = !can_go_on(pool, item, &lost, resume);
	sink->lost(sink->ctx, item->tag, &lost);
	if (lost.is_item) {
		tt_pool_item_done(pool, tt_queue_pop(&h->items),
				  TT_ITEM_LOST);
		return;
	}
	item->resume = resume;
	item->n_retries++;
}

/* It was never ready: others will not be, either, if this goes on. */
static void count_stillborn(struct tt_pool *pool, const struct tt_hand *h,
			    const struct tt_lost *lost)
{
	struct tt_err why = h->shared->err;

	why.text[sizeof(why.text) - 1] = '\0';
	if (!why.status)
		tt_lost_text(lost, &why);
	if (++pool->n_stillborn < 3 && !h->shared->err.status)
		return;
	(void)tt_err_set(&pool->err, TT_IO, "a worker could not begin: %s",
			 why.text);
}

/* It may have read what it had not come to. */
static void rewind_items(const struct tt_hand *h)
{
	for (const struct tt_pool_item *i = h->items.first; i; i = i->next)
		if (i->can_retry)
			(void)tt_pool_item_rewind(i);
}

/* What its end means for what it had in hand. */
static void settle(struct tt_pool *pool, struct tt_hand *h, int status)
{
	struct tt_pool_item *const item = h->items.first;
	const struct tt_lost lost = loss_of(h, status);

	if (h->shared->is_ready) {
		pool->n_stillborn = 0;
		tt_confined_add(&pool->confined, &pool->n_confined,
				&h->shared->confined);
		/* One that it never reached has to do with its end only if
		 * this happens again. */
		if (item && !pool->is_stopped &&
		    (h->shared->serial == item->serial ||
		     lost.why == TT_LOSS_FRAME ||
		     ++item->n_retries > TT_MAX_item_retries))
			lose(pool, h, lost);
	} else if ((item || pool->o.is_fresh) && !pool->is_stopped &&
		   !h->is_cancelled) {
		count_stillborn(pool, h, &lost);
	}
	/* What nobody waits for is not for another. */
	if (h->is_cancelled && h->items.first)
		tt_pool_item_done(pool, tt_queue_pop(&h->items),
				  TT_ITEM_STOPPED);
	rewind_items(h);
	tt_queue_put_back(&pool->waiting, &h->items);
}

/* Its pipe has come to its end, so it is gone, or pretends to be. */
static void bury(struct tt_pool *pool, struct tt_hand *h)
{
	int status = 0;

	(void)kill(h->pid, SIGKILL);
	while (waitpid(h->pid, &status, 0) < 0 && errno == EINTR)
		;
	if (!take_rest(pool, h)) {
		h->is_killed = true;
		h->why = TT_LOSS_FRAME;
	}
	settle(pool, h, status);
	close(h->sock);
	close(h->pipe);
	close(h->words);
	munmap(h->shared, sizeof(*h->shared));
	tt_frame_reader_release(&h->reader);
	*h = (struct tt_hand){ 0 };
}

void tt_hand_read(struct tt_pool *pool, struct tt_hand *h)
{
	size_t room;
	uint8_t *const to = tt_frame_reader_room(&h->reader, &room);
	const ssize_t n = read(h->pipe, to, room);

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n <= 0) {
		bury(pool, h);
		return;
	}
	h->received += (uint64_t)n;
	if (h->reader.is_broken)
		return; /* killed for it, and to be drained */
	tt_frame_reader_add(&h->reader, (size_t)n);
	take_frames(pool, h);
}

void tt_hand_end(struct tt_pool *pool, struct tt_hand *h)
{
	(void)kill(h->pid, SIGKILL);
	(void)fcntl(h->pipe, F_SETFL, 0);
	while (h->pid)
		tt_hand_read(pool, h);
}

void tt_hand_dismiss(struct tt_hand *h)
{
	(void)shutdown(h->sock, SHUT_WR);
}

void tt_hand_wait(struct tt_pool *pool, struct tt_hand *h)
{
	struct pollfd p = { h->pipe, POLLIN, 0 };

	while (h->pid && poll(&p, 1, LAST_WORDS_MS) > 0)
		tt_hand_read(pool, h);
	if (h->pid)
		tt_hand_end(pool, h);
}

/* ---- the watch ---- */

static unsigned or_default(unsigned given, enum tt_limit_id limit)
{
	return given ? given : (unsigned)tt_limit_get(limit)->value;
}

static void kill_late(struct tt_hand *h, enum tt_loss why, unsigned seconds,
		      enum tt_limit_id limit)
{
	h->limit = limit;
	tt_hand_kill(h, why, (int)seconds);
}

void tt_hand_watch(struct tt_pool *pool, struct tt_hand *h, int64_t passed_ns)
{
	const unsigned cpu = or_default(pool->o.cpu_seconds,
					pool->o.cpu_limit);
	const unsigned wait = or_default(pool->o.wait_seconds,
					 pool->o.wait_limit);
	const uint64_t beat = h->received +
			      __atomic_load_n(&h->shared->beat,
					      __ATOMIC_RELAXED);
	const int64_t now = tt_process_cpu(h->pid);

	if (!h->items.n || h->is_killed)
		return;
	if (beat != h->beat || h->cpu_ns < 0) {
		h->beat = beat;
		h->cpu_ns = h->seen_ns = now;
		h->waited_ns = 0;
		return;
	}
	/* A machine that has too much to do is not waiting. */
	if (now - h->seen_ns < IDLE_NS)
		h->waited_ns += passed_ns;
	h->seen_ns = now;
	if (now >= 0 && now - h->cpu_ns >= (int64_t)cpu * 1000000000)
		kill_late(h, TT_LOSS_CPU, cpu, pool->o.cpu_limit);
	else if (h->items.first->can_retry &&
		 h->waited_ns >= (int64_t)wait * 1000000000)
		kill_late(h, TT_LOSS_WAIT, wait, pool->o.wait_limit);
}

void tt_lost_text(const struct tt_lost *lost, struct tt_err *text_r)
{
	*text_r = (struct tt_err){ 0 };
	switch (lost->why) {
	case TT_LOSS_SIGNAL:
		tt_err_set(text_r, TT_IO, "killed by signal %d (%s)",
			   lost->number, strsignal(lost->number));
		break;
	case TT_LOSS_EXIT:
		tt_err_set(text_r, TT_IO, "ended with status %d",
			   lost->number);
		break;
	case TT_LOSS_CPU:
		tt_err_set(text_r, TT_LIMIT,
			   "%d s of CPU time without going on (limit %s)",
			   lost->number, tt_limit_get(lost->limit)->name);
		break;
	case TT_LOSS_WAIT:
		tt_err_set(text_r, TT_LIMIT,
			   "%d s without going on (limit %s)", lost->number,
			   tt_limit_get(lost->limit)->name);
		break;
	case TT_LOSS_MEMORY:
		tt_err_set(text_r, TT_LIMIT,
			   "out of memory (limit worker_memory)");
		break;
	case TT_LOSS_FRAME:
		tt_err_set(text_r, TT_INPUT, "a reply that is none");
		break;
	}
}
