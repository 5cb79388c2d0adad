/* apart_part.c - what hangs together, read again as a book of its own
 *
 * It has the contexts of the book whose part it is, and what that knows of
 * hosts; else nothing but its own events. */
#include "apart.h"

#define HOSTS 8

void tt_apart_part_begin(struct tt_apart *a)
{
	struct tt_book *const p = a->part;
	struct tt_arena arena = p->arena;

	tt_arena_clear(&arena);
	*p = (struct tt_book){ .arena = arena };
	tt_book_begin_hosts(p, HOSTS);
	p->context.v = a->book->context.v;
	p->context.n = a->book->context.n;
	p->is_context_told = a->book->is_context_told;
}

bool tt_apart_part_add(struct tt_apart *a, struct tt_piece piece)
{
	struct tt_book *const p = a->part;
	struct tt_event *e = tt_arena_alloc(&p->arena, sizeof(*e));
	struct tt_slice bytes;

	if (!tt_apart_read(a, piece, &p->arena, &bytes))
		return false;
	for (; tt_apart_get(a, &bytes, e, &p->arena);
	     e = tt_arena_alloc(&p->arena, sizeof(*e))) {
		if (p->events.n < TT_MAX_log_events)
			*tt_vec_push(&p->arena, &p->events) = e;
		else
			a->book->n_cut++;
	}
	return !tt_apart_is_failed(a);
}

void tt_apart_part_build(struct tt_apart *a)
{
	struct tt_book *const p = a->part;

	tt_book_drop_copies(p);
	tt_book_build(p);
	p->is_told = TT_NEW_N(&p->arena, _Atomic bool, p->first.n + 1);
}

void tt_apart_part_name(struct tt_apart *a)
{
	for (size_t i = 0; i < a->part->n_hosts; i++)
		for (struct tt_log_host *h = a->part->hosts[i]; h; h = h->next) {
			const struct tt_log_host *const known =
				tt_book_find_host(a->book, h->place);

			h->called = known ? known->called :
					    (struct tt_log_name_ip){ 0 };
		}
}
