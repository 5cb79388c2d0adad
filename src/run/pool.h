/* pool.h - the parent's side of a pool, for pool*.c */
#ifndef TLSTRAIL_RUN_POOL_H
#define TLSTRAIL_RUN_POOL_H

#include <time.h>

#include "worker.h"

/* An item that was given and is not done. */
struct tt_pool_item {
	struct tt_pool_item *next;
	void *tag;
	uint64_t serial, resume; /* resume: records that need not come again */
	unsigned n_retries;
	bool can_retry; /* all of it are regular files */
	uint64_t size;	/* bytes of its files */
	struct tt_out message;
	size_t n; /* descriptors, and where they stood */
	int *fds;
	int64_t *at;
};

struct tt_pool_queue {
	struct tt_pool_item *first, **last;
	size_t n;
	uint64_t size;
};

/* A worker, as its parent sees it. */
struct tt_hand {
	pid_t pid; /* 0: none */
	int sock, pipe, words; /* words: its standard error */
	struct tt_shared *shared;
	struct tt_frame_reader reader;
	uint64_t received;	    /* bytes of its frames */
	struct tt_pool_queue items; /* that it has, in order */
	bool is_used;		    /* it was given one */
	/* The watch: what it showed last, and since when that is so. */
	uint64_t beat;
	int64_t cpu_ns, waited_ns;
	int64_t seen_ns; /* its processor time at the last look */
	bool is_cancelled; /* nobody waits for what it was given */
	bool is_killed; /* by us, for: */
	enum tt_loss why;
	int number;
	enum tt_limit_id limit;
};

struct tt_pool {
	struct tt_pool_options o;
	struct tt_hand *hands;
	size_t n_hands;
	struct tt_pool_queue waiting; /* for a worker */
	uint64_t n_given;
	size_t n_files, max_files; /* that are open for items */
	unsigned n_stillborn;	   /* workers, in a row */
	struct tt_err err;	   /* why there are no workers */
	struct tt_confined confined; /* all that are gone; n_confined of them */
	size_t n_confined;
	int64_t tick_ns, watch_ns; /* when they were last */
	bool is_stopped, is_deaf;  /* deaf: the sink wants no frames more */
};

/* ---- pool_item.c ---- */

void tt_queue_init(struct tt_pool_queue *q);
void tt_queue_push(struct tt_pool_queue *q, struct tt_pool_item *item);
struct tt_pool_item *tt_queue_pop(struct tt_pool_queue *q);
/* Moves all of `from` before those of `to`. */
void tt_queue_put_back(struct tt_pool_queue *to, struct tt_pool_queue *from);

/* Takes the descriptors, whatever it returns. */
enum tt_status tt_pool_item_new(struct tt_pool *pool,
				struct tt_pool_item **item_r,
				struct tt_entry *entries, size_t n,
				uint32_t note, void *tag,
				struct tt_err *err) TT_MUST_CHECK;
/* Closes, frees and tells the sink. */
void tt_pool_item_done(struct tt_pool *pool, struct tt_pool_item *item,
		       enum tt_item_end end);
/* Its files stand where they stood when it was given. */
bool tt_pool_item_rewind(const struct tt_pool_item *item);

/* ---- pool_hand.c ---- */

/* Forks a worker; false: pool->err tells. */
bool tt_hand_start(struct tt_pool *pool, struct tt_hand *h);
/* Sends it an item, which is in its queue then; false: not now. */
bool tt_hand_give(struct tt_hand *h, struct tt_pool_item *item);
/* Takes what its pipe has, once; at the end of it, it is buried. */
void tt_hand_read(struct tt_pool *pool, struct tt_hand *h);
/* Kills it, for that reason, unless it was killed before. */
void tt_hand_kill(struct tt_hand *h, enum tt_loss why, int number);
/* Kills it if it shows no life. */
void tt_hand_watch(struct tt_pool *pool, struct tt_hand *h, int64_t passed_ns);
/* Kills it in any case, takes what it still said, buries it. */
void tt_hand_end(struct tt_pool *pool, struct tt_hand *h);
/* Lets one end by itself when it has done what it has; waits for that. */
void tt_hand_dismiss(struct tt_hand *h);
void tt_hand_wait(struct tt_pool *pool, struct tt_hand *h);

#endif
