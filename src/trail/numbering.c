/* numbering.c - addresses by number */
#include "numbering.h"

void tt_numbering_release(struct tt_numbering *n)
{
	tt_slots_release(&n->slots);
	*n = (struct tt_numbering){ 0 };
}

static bool is_that(const struct tt_numbering *n, size_t number, const void *what,
		    const void *with)
{
	const struct tt_numbered *const x = &n->list.v[number - 1];

	return x->what == what && x->with == with;
}

static void refill(struct tt_numbering *n)
{
	for (size_t i = 0; i < n->list.n; i++)
		tt_slots_put(&n->slots,
			     tt_number_hash(n->list.v[i].what,
					    n->list.v[i].with),
			     i);
}

size_t tt_number_slowly(struct tt_numbering *n, struct tt_arena *arena,
			const void *what, const void *with)
{
	const uint64_t h = tt_number_hash(what, with);

	if (tt_slots_grow(&n->slots, n->list.n))
		refill(n);
	uint32_t *slot = tt_slots_first(&n->slots, h);

	while (*slot && !is_that(n, *slot, what, with))
		slot = tt_slots_next(&n->slots, slot);
	if (!*slot) {
		*tt_vec_push(arena, &n->list) =
			(struct tt_numbered){ what, with };
		*slot = (uint32_t)n->list.n;
	}
	n->lately[h >> (64 - TT_NUMBERED_LATELY_BITS)] =
		(struct tt_numbered_lately){ { what, with }, *slot };
	return *slot;
}
