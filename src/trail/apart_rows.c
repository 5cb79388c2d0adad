/* apart_rows.c - what memory has of logs that are put aside, and its orders
 *
 * Rows are compared to the end, so that two runs sort alike. */
#include "apart.h"

/* ---- chunks ---- */

static uint64_t id_of(const void *chunk)
{
	return ((const struct tt_chunk *)chunk)->id;
}

static int by_id(const void *x, const void *y)
{
	const struct tt_chunk *const a = x, *const b = y;

	if (a->id != b->id)
		return a->id < b->id ? -1 : 1;
	return (a->piece.at > b->piece.at) - (a->piece.at < b->piece.at);
}

struct tt_sorter *tt_apart_chunks_new(struct tt_spool *spool)
{
	return tt_sorter_new(spool, sizeof(struct tt_chunk), id_of, by_id);
}

/* ---- ties ---- */

static uint64_t next_of(const void *tie)
{
	return ((const struct tt_tie *)tie)->next;
}

static int by_next(const void *x, const void *y)
{
	const struct tt_tie *const a = x, *const b = y;

	if (a->next != b->next)
		return a->next < b->next ? -1 : 1;
	return (a->id > b->id) - (a->id < b->id);
}

struct tt_sorter *tt_apart_ties_new(struct tt_spool *spool)
{
	return tt_sorter_new(spool, sizeof(struct tt_tie), next_of, by_next);
}

void tt_ties_add(struct tt_ties *ties, uint64_t id, uint64_t next)
{
	const struct tt_tie *const last = ties->n ? &ties->v[ties->n - 1] : NULL;

	if (last && last->id == id && last->next == next)
		return;
	if (ties->n == ties->cap) {
		ties->cap = ties->cap ? tt_mul_size(ties->cap, 2) : 64;
		ties->v = tt_realloc(ties->v, tt_mul_size(ties->cap,
							  sizeof(*ties->v)));
	}
	ties->v[ties->n++] = (struct tt_tie){ id, next };
}

/* ---- pieces of chains ---- */

static uint64_t chain_of(const void *piece)
{
	return ((const struct tt_chain_piece *)piece)->chain;
}

static int by_chain(const void *x, const void *y)
{
	const struct tt_chain_piece *const a = x, *const b = y;

	if (a->chain != b->chain)
		return a->chain < b->chain ? -1 : 1;
	if (a->piece.at != b->piece.at)
		return a->piece.at < b->piece.at ? -1 : 1;
	return (a->mail > b->mail) - (a->mail < b->mail);
}

struct tt_sorter *tt_apart_pieces_new(struct tt_spool *spool)
{
	return tt_sorter_new(spool, sizeof(struct tt_chain_piece), chain_of,
			     by_chain);
}

/* ---- messages ---- */

int tt_apart_by_known(const struct tt_apart_message *a,
		      const struct tt_apart_message *b)
{
	if (a->us != b->us)
		return a->us < b->us ? -1 : 1;
	if (a->path != b->path)
		return a->path < b->path ? -1 : 1;
	if (a->off != b->off)
		return a->off < b->off ? -1 : 1;
	return (a->prefix > b->prefix) - (a->prefix < b->prefix);
}

/* Signed time, as a number in the same order. */
static uint64_t begin_of(const void *message)
{
	return (uint64_t)((const struct tt_apart_message *)message)->us ^
	       UINT64_C(1) << 63;
}

static int by_begin(const void *x, const void *y)
{
	const struct tt_apart_message *const a = x, *const b = y;
	const int c = tt_apart_by_known(a, b);

	return c ? c :
		   (a->piece.at > b->piece.at) - (a->piece.at < b->piece.at);
}

struct tt_sorter *tt_apart_messages_new(struct tt_spool *spool)
{
	return tt_sorter_new(spool, sizeof(struct tt_apart_message), begin_of,
			     by_begin);
}
