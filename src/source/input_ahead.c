/* input_ahead.c - a chain of inputs that is read by a thread of its own
 *
 * Inflating a large file takes longer than parsing what comes out: the chain
 * (file and decompressors) runs ahead by up to BLOCKS blocks of TT_MAX_window
 * bytes while the caller works.  The chain has a walk of its own, so that
 * nothing is shared but the blocks: each carries how far the chain's counters
 * and diags had come, and they become the caller's when he takes the block.
 * So what he sees, limits included, is what he would see without the thread.
 * Of blocks that were not taken nothing is told, but that the file changed.
 *
 * Where no thread can be had, the chain is returned as it was. */
#include "input.h"

#include <string.h>

#define BLOCKS 4

struct block {
	int64_t got; /* of tt_input_read() */
	size_t n_later;
	uint64_t file_bytes;
	uint64_t made[TT_WALK_LEVELS], kept[TT_WALK_LEVELS];
	bool is_over, is_failed;
	uint8_t *bytes;
};

struct ahead_input {
	struct tt_input in;
	struct tt_input *chain; /* owned; the thread's until it is joined */
	struct tt_walk walk;	/* the chain's */
	struct tt_later later;
	size_t n_told; /* of `later` */
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t moved;
	unsigned n_filled, n_taken; /* under the lock */
	bool is_closing;	    /* too */
	bool is_at_hand; /* the block n_taken was seen to be filled */
	size_t at;	 /* in it */
	struct block blocks[BLOCKS];
};

/* ---- the thread ---- */

static struct block *wait_for_room(struct ahead_input *a)
{
	struct block *b = NULL;

	pthread_mutex_lock(&a->lock);
	while (a->n_filled - a->n_taken == BLOCKS && !a->is_closing)
		pthread_cond_wait(&a->moved, &a->lock);
	if (!a->is_closing)
		b = &a->blocks[a->n_filled % BLOCKS];
	pthread_mutex_unlock(&a->lock);
	return b;
}

static void hand_over(struct ahead_input *a)
{
	pthread_mutex_lock(&a->lock);
	a->n_filled++;
	pthread_cond_signal(&a->moved);
	pthread_mutex_unlock(&a->lock);
}

static void *run_ahead(void *arg)
{
	struct ahead_input *a = arg;
	struct block *b;
	int64_t got = 1;

	while (got > 0 && (b = wait_for_room(a)) != NULL) {
		got = tt_input_read(a->chain, b->bytes,
				    (size_t)TT_MAX_window);
		b->got = got;
		b->is_failed = a->chain->is_failed;
		b->n_later = a->later.n;
		b->file_bytes = a->walk.file_bytes;
		b->is_over = a->walk.is_over;
		memcpy(b->made, a->walk.made, sizeof(b->made));
		memcpy(b->kept, a->walk.kept, sizeof(b->kept));
		hand_over(a);
	}
	return NULL;
}

/* ---- the caller ---- */

static void tell(struct ahead_input *a, const struct tt_later_diag *d)
{
	struct tt_walk *walk = a->in.walk;

	if (d->is_of_file)
		tt_walk_file_diag(walk, d->code, d->off, "%s", d->text);
	else
		tt_walk_diag(walk, d->code, d->off, "%s", d->text);
}

/* What the chain had counted and told when the block was filled. */
static void merge(struct ahead_input *a, const struct block *b)
{
	struct tt_walk *walk = a->in.walk;

	while (a->n_told < b->n_later)
		tell(a, &a->later.v[a->n_told++]);
	walk->file_bytes = b->file_bytes;
	walk->is_over |= b->is_over;
	for (size_t i = 0; i <= a->in.level && i < TT_WALK_LEVELS; i++) {
		walk->made[i] = b->made[i];
		walk->kept[i] = b->kept[i];
	}
}

static struct block *block_at_hand(struct ahead_input *a)
{
	struct block *b = &a->blocks[a->n_taken % BLOCKS];

	if (a->is_at_hand)
		return b;
	pthread_mutex_lock(&a->lock);
	while (a->n_filled == a->n_taken)
		pthread_cond_wait(&a->moved, &a->lock);
	pthread_mutex_unlock(&a->lock);
	a->is_at_hand = true;
	a->at = 0;
	merge(a, b);
	return b;
}

static void give_back(struct ahead_input *a)
{
	a->is_at_hand = false;
	pthread_mutex_lock(&a->lock);
	a->n_taken++;
	pthread_cond_signal(&a->moved);
	pthread_mutex_unlock(&a->lock);
}

static int64_t ahead_read(struct tt_input *in, uint8_t *buf, size_t n)
{
	struct ahead_input *a = (struct ahead_input *)in;
	const struct block *b = block_at_hand(a);

	if (b->got <= 0)
		return b->got;
	const size_t left = (size_t)b->got - a->at;
	const size_t take = n < left ? n : left;

	memcpy(buf, b->bytes + a->at, take);
	a->at += take;
	if (take == left) {
		in->is_failed |= b->is_failed;
		give_back(a);
	}
	return (int64_t)take;
}

static void free_blocks(struct ahead_input *a)
{
	for (size_t i = 0; i < BLOCKS; i++)
		tt_free(&a->blocks[i].bytes);
	pthread_cond_destroy(&a->moved);
	pthread_mutex_destroy(&a->lock);
}

static void ahead_close(struct tt_input *in)
{
	struct ahead_input *a = (struct ahead_input *)in;

	pthread_mutex_lock(&a->lock);
	a->is_closing = true;
	pthread_cond_signal(&a->moved);
	pthread_mutex_unlock(&a->lock);
	(void)pthread_join(a->thread, NULL);
	tt_input_close(&a->chain);
	for (; a->n_told < a->later.n; a->n_told++)
		if (a->later.v[a->n_told].code == TT_DIAG_changed)
			tell(a, &a->later.v[a->n_told]);
	free_blocks(a);
}

static const struct tt_input_ops ops = {
	.read = ahead_read,
	.close = ahead_close,
};

/* ---- starting ---- */

static void give_walk(struct tt_input *chain, struct tt_walk *walk)
{
	for (; chain; chain = chain->below)
		chain->walk = walk;
}

struct tt_input *tt_input_ahead(struct tt_input *chain)
{
	struct tt_walk *walk = chain->walk;
	struct ahead_input *a = tt_input_new(&ops, walk, NULL, sizeof(*a));

	a->in.level = chain->level;
	a->in.n_filters = chain->n_filters;
	a->chain = chain;
	a->walk = *walk;
	a->walk.diags = NULL;
	a->walk.later = &a->later;
	for (size_t i = 0; i < BLOCKS; i++)
		a->blocks[i].bytes = tt_malloc((size_t)TT_MAX_window);
	pthread_mutex_init(&a->lock, NULL);
	pthread_cond_init(&a->moved, NULL);
	give_walk(chain, &a->walk);
	if (tt_thread_start(&a->thread, run_ahead, a))
		return &a->in;
	give_walk(chain, walk);
	free_blocks(a);
	tt_free(&a);
	return chain;
}
