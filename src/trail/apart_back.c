/* apart_back.c - logs that were put aside, for a mail after all
 *
 * That a log carries mails is known when one is met.  What was put aside is
 * taken back, as if the book had taken it: it puts events in an order of its
 * own, whatever order they come in. */
#include "apart.h"

/* Events borrow from their bytes, which stay with them. */
static bool take_back(struct tt_book *b, const struct tt_chunk *chunk)
{
	struct tt_slice bytes;
	struct tt_event *e;

	if (!tt_apart_read(b->apart, chunk->piece, &b->arena, &bytes))
		return false;
	while (e = TT_NEW(&b->arena, struct tt_event),
	       tt_apart_get(b->apart, &bytes, e, &b->arena))
		if (b->events.n >= TT_MAX_log_events)
			b->n_cut++;
		else
			*tt_vec_push(&b->arena, &b->events) = e;
	return !tt_apart_is_failed(b->apart);
}

void tt_book_together(struct tt_book *b)
{
	struct tt_apart *const a = b->apart;
	struct tt_chunk chunk;

	if (!a)
		return;
	tt_apart_end(a);
	tt_apart_settle_clocks(a);
	tt_sorter_begin(a->chunks);
	while (tt_sorter_next(a->chunks, &chunk) && take_back(b, &chunk))
		;
	if (!tt_apart_is_failed(a)) /* else it tells why */
		tt_apart_free(&b->apart);
}
