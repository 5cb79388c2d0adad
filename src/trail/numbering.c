/* numbering.c - addresses by number; open addressing, no more than half full */
#include "numbering.h"

void tt_numbering_release(struct tt_numbering *n)
{
	tt_free(&n->slot);
	*n = (struct tt_numbering){ 0 };
}

static bool is_that(const struct tt_numbering *n, size_t number, const void *what,
		    const void *with)
{
	const struct tt_numbered *const x = &n->list.v[number - 1];

	return x->what == what && x->with == with;
}

static uint32_t *slot_of(const struct tt_numbering *n, const void *what,
			 const void *with)
{
	size_t i = (size_t)(tt_number_hash(what, with) >> 32) &
		   (n->n_slots - 1);

	while (n->slot[i] && !is_that(n, n->slot[i], what, with))
		i = (i + 1) & (n->n_slots - 1);
	return &n->slot[i];
}

static void grow(struct tt_numbering *n)
{
	tt_free(&n->slot);
	n->n_slots = n->n_slots ? n->n_slots * 2 : 16;
	n->slot = tt_zalloc(tt_mul_size(n->n_slots, sizeof(*n->slot)));
	for (size_t i = 0; i < n->list.n; i++)
		*slot_of(n, n->list.v[i].what, n->list.v[i].with) =
			(uint32_t)(i + 1);
}

size_t tt_number_slowly(struct tt_numbering *n, struct tt_arena *arena,
			const void *what, const void *with)
{
	const uint64_t h = tt_number_hash(what, with);

	if (n->n_slots < 2 * (n->list.n + 1))
		grow(n);
	uint32_t *const slot = slot_of(n, what, with);

	if (!*slot) {
		*tt_vec_push(arena, &n->list) =
			(struct tt_numbered){ what, with };
		*slot = (uint32_t)n->list.n;
	}
	n->lately[h >> (64 - TT_NUMBERED_LATELY_BITS)] =
		(struct tt_numbered_lately){ { what, with }, *slot };
	return *slot;
}
