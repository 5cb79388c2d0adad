/* apart.c - a book's logs are put aside: from then on, and until it is freed */
#include "apart.h"

void tt_book_apart(struct tt_book *b, const struct tt_trail_options *options)
{
	struct tt_apart *const a = tt_zalloc(sizeof(*a));

	b->apart = a;
	a->options = *options;
	a->book = b;
	a->part = tt_zalloc(sizeof(*a->part));
	a->spool = tt_spool_new();
	a->chunks = tt_apart_chunks_new(a->spool);
	a->ties = tt_apart_ties_new(a->spool);
	a->pieces = tt_apart_pieces_new(a->spool);
	a->messages = tt_apart_messages_new(a->spool);
	a->slab = tt_slab_new();
	tt_out_init(&a->bytes, -1);
	tt_book_begin_hosts(b, 1024);
}

void tt_apart_free(struct tt_apart **apart)
{
	struct tt_apart *const a = *apart;

	if (!a)
		return;
	tt_slab_free(&a->slab);
	tt_apart_tell_free(a);
	tt_apart_mails_free(a);
	tt_arena_release(&a->part->arena);
	tt_free(&a->part);
	tt_sorter_free(&a->chunks);
	tt_sorter_free(&a->ties);
	tt_sorter_free(&a->pieces);
	tt_sorter_free(&a->messages);
	tt_spool_free(&a->spool);
	tt_numbering_release(&a->clocks);
	tt_numbering_release(&a->levels);
	tt_numbering_release(&a->origins);
	tt_numbering_release(&a->rules);
	tt_numbering_release(&a->names);
	tt_numbering_release(&a->services);
	tt_out_release(&a->bytes);
	tt_free(apart);
}
