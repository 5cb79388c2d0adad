/* run/worker.h - floor 8: processes without rights read the evidence
 *
 * The parent walks the tree, opens each file and gives it to a pool; workers,
 * forked and confined (confine.h), get the descriptors, do the caller's job
 * with them and send frames (frame.h) back.  The parent hands them to the
 * caller's sink as they come: those of one item in their order, items mixed.
 *
 *	pool = tt_pool_new(&options);
 *	while (tt_tree_next(tree, &entry, &diags))
 *		if (tt_pool_give(pool, entry, 1, tag, &err) < 0) ...
 *	tt_pool_finish(pool, &err);
 *	tt_pool_free(&pool);
 *
 * A worker that crashes, hangs or takes more memory than it may is replaced.
 * Was a record in work (tt_work_record()), then that record is lost and the
 * item is read once more without it: the frames of a record come all or not
 * at all, and never twice.  Else, or where the item cannot be read again (a
 * pipe) or has been too often (TT_MAX_item_retries), the rest of the item is
 * lost.  Either way the sink is told why.
 *
 * Hanging is judged by the processor's time, not the clock's, since the worker
 * last said that it goes on: TT_MAX_worker_cpu seconds.  The clock alone
 * (TT_MAX_worker_wait) ends one that waits for nothing. */
#ifndef TLSTRAIL_RUN_WORKER_H
#define TLSTRAIL_RUN_WORKER_H

#include <tlstrail/run/confine.h>
#include <tlstrail/run/frame.h>
#include <tlstrail/source.h>

struct tt_pool;
struct tt_work; /* in a worker: the item it is at */

/* ---- the worker's side ---- */

#define TT_JOB_AHEAD 8

struct tt_job {
	void *ctx; /* the parent's, as it was when the worker was forked */
	/* Before the worker is confined: opens, loads and compiles what run()
	 * will need (tt_matcher_compile(), the rules of logs), and returns
	 * what it gets; NULL: nothing, and run() gets ctx.  What the parent
	 * had of these at the fork need not be made anew. */
	void *(*begin)(void *ctx);
	/* These are the first entries of the items that will be read next, in
	 * this order; TT_JOB_AHEAD at most.  NULL: an item at a time. */
	void (*ahead)(void *state, struct tt_entry *const *entries, size_t n);
	/* Reads one item.  Each entry has its descriptor and may go to
	 * tt_source_open_entry(); what is left open is closed for it. */
	void (*run)(void *state, struct tt_work *work, struct tt_entry *entries,
		    size_t n);
	void (*end)(void *state); /* NULL: nothing; not after a crash */
};

/* A record begins, at `off` of what is being read; the one before is over and
 * its frames are sent.  False: this one is to be passed over, with no frame:
 * it was sent before, or is the one that a worker was lost with.  So the same
 * item must give the same records in the same order each time. */
bool tt_work_record(struct tt_work *work, uint64_t off) TT_MUST_CHECK;
/* The record is over: what is read until the next is no record's. */
void tt_work_record_end(struct tt_work *work);

/* It goes on: to be called now and then while much is read for one record or
 * for none.  Costs next to nothing. */
void tt_work_on(struct tt_work *work);
/* What counts that: for tt_source_beat_to(), which does it for all reading. */
uint64_t *tt_work_beat(struct tt_work *work);

/* What tt_pool_queue() was told of the item. */
uint32_t tt_work_note(const struct tt_work *work);

/* A frame of the job's, of type 0 .. n_types - 1: its bytes are appended to
 * what tt_work_frame() returns, then it is ended, and nothing else is done in
 * between.  False: with it the frames of the record would be longer than
 * TT_MAX_frame, and it is dropped; something shorter should tell of it.
 * Frames between records may come twice, where the item is read once more. */
struct tt_out *tt_work_frame(struct tt_work *work, uint32_t type);
bool tt_work_frame_end(struct tt_work *work) TT_MUST_CHECK;

/* ---- the parent's side ---- */

enum tt_loss {
	TT_LOSS_SIGNAL, /* number: which */
	TT_LOSS_EXIT,	/* number: its status */
	TT_LOSS_CPU,	/* number: seconds */
	TT_LOSS_WAIT,	/* number: seconds */
	TT_LOSS_MEMORY,
	TT_LOSS_FRAME,	/* it sent what is no frame, or another time */
};

struct tt_lost {
	enum tt_loss why;
	int number;
	enum tt_limit_id limit; /* of a time */
	bool is_item;	/* with all of the item that was not read before */
	bool is_record; /* `off` is the place of the record in work */
	bool is_too_often; /* limit item_retries: else it would be read on */
	uint64_t off;
	/* What it, or a library in it, said last on its standard error:
	 * hostile, as all that comes from it. */
	char said[128];
};

/* "killed by signal 11 (Segmentation fault)", "10 s of CPU time without an
 * answer", ...  `text_r` as tt_err's. */
void tt_lost_text(const struct tt_lost *lost, struct tt_err *text_r);

enum tt_item_end {
	TT_ITEM_DONE,	 /* the job came to its end; records may be lost */
	TT_ITEM_LOST,	 /* not to its end */
	TT_ITEM_STOPPED, /* interrupted, or never begun for that */
};

/* All get the tag that the item was given with. */
struct tt_pool_sink {
	void *ctx;
	/* Checked for type and length only.  False: stop everything. */
	bool (*frame)(void *ctx, void *tag, const struct tt_frame *frame);
	void (*lost)(void *ctx, void *tag, const struct tt_lost *lost);
	void (*done)(void *ctx, void *tag, enum tt_item_end end);
	/* About four times a second while there is something to wait for, for
	 * progress and checkpoints; NULL: not wanted.  False: stop. */
	bool (*tick)(void *ctx);
};

struct tt_pool_options {
	size_t n_workers; /* -j; 0: one for each core */
	bool is_unconfined; /* --no-sandbox */
	/* Each item has a worker of its own, which ends with it: nothing that
	 * one did to its process is there for the next.  One is kept ready. */
	bool is_fresh;
	/* Whose bounds are kept, and told of; 0: worker_cpu, worker_wait. */
	enum tt_limit_id cpu_limit, wait_limit;
	unsigned cpu_seconds, wait_seconds; /* 0: the limits table's */
	uint64_t memory;
	uint32_t n_types; /* of frames; at most TT_POOL_TYPES */
	struct tt_job job;
	struct tt_pool_sink sink;
	volatile const int *is_interrupted; /* set by a handler; or NULL */
};
#define TT_POOL_TYPES 64

/* Cores this process may use. */
size_t tt_pool_cores(void);

/* No worker is forked yet: each is when there is an item for it.  The caller
 * has no other thread by then.  `options` is copied.  Calls
 * tt_source_preload() and tt_message_preload().  Free with tt_pool_free(),
 * which nulls, and ends what still runs. */
struct tt_pool *tt_pool_new(const struct tt_pool_options *options);
void tt_pool_free(struct tt_pool **pool);

/* Gives an item: entries with their descriptors (tt_entry_open() for what was
 * named), which the pool takes.  Hands frames to the sink while all workers
 * have enough to do.  TT_OK: the sink will be told done(), or has been.  Else
 * it hears nothing of the item: TT_LIMIT, more entries or longer paths than
 * TT_MAX_item_files, TT_MAX_item_bytes; TT_IO, there are no workers to be
 * had (err tells); TT_INPUT, stopped or interrupted. */
enum tt_status tt_pool_give(struct tt_pool *pool, struct tt_entry *entries,
			    size_t n, void *tag,
			    struct tt_err *err) TT_MUST_CHECK;

/* Waits for all items that were given; every one has been told done() then.
 * TT_IO, TT_INPUT: as above, and some of them as TT_ITEM_STOPPED. */
enum tt_status tt_pool_finish(struct tt_pool *pool,
			      struct tt_err *err) TT_MUST_CHECK;

/* ---- of a caller that waits for other things too ----
 *
 * It polls what tt_pool_fds() lists, for TT_POOL_TICK_MS at most while
 * tt_pool_n_items() is not 0, and calls tt_pool_turn() after each poll. */
#define TT_POOL_TICK_MS 250

/* tt_pool_give() without waiting: the item waits for a worker.  `note` goes to
 * the worker with it (tt_work_note()). */
enum tt_status tt_pool_queue(struct tt_pool *pool, struct tt_entry *entries,
			     size_t n, uint32_t note, void *tag,
			     struct tt_err *err) TT_MUST_CHECK;
/* Takes what the workers have said, gives out what waits, and keeps one worker
 * ready where each is fresh.  Never waits.  As tt_pool_finish(). */
enum tt_status tt_pool_turn(struct tt_pool *pool,
			    struct tt_err *err) TT_MUST_CHECK;
/* Nobody waits any more for items with that tag, where each is fresh: what is
 * not begun is told done() at once, as TT_ITEM_STOPPED; what is in work ends
 * with its worker, as one that was killed. */
void tt_pool_cancel(struct tt_pool *pool, const void *tag);
/* Descriptors that have something to read when tt_pool_turn() has something
 * to do; returns how many, at most TT_MAX_workers. */
size_t tt_pool_fds(const struct tt_pool *pool, int *fds_r);
/* Items that are not done. */
size_t tt_pool_n_items(const struct tt_pool *pool);
/* Waits until the worker that is kept ready is so. */
enum tt_status tt_pool_get_ready(struct tt_pool *pool,
				 struct tt_err *err) TT_MUST_CHECK;

/* What every worker reached that ever was ready, and how many those are: with
 * none, *c_r says nothing. */
size_t tt_pool_confined(const struct tt_pool *pool, struct tt_confined *c_r);

#endif
