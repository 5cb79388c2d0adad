/* slots.h - where in a list is what has this key?
 *
 * The list is the caller's, and so are its keys, what their hash is, and when
 * two are equal; here is only the way from a hash to a place in the list, by
 * open addressing, no more than half full.  A slot is 4 bytes, and has the
 * place + 1; 0: it is free.  {0} is empty.
 *
 *	if (tt_slots_grow(&s, list.n))
 *		for (i = 0; i < list.n; i++)
 *			tt_slots_put(&s, hash(list.v[i]), i);
 *	slot = tt_slots_first(&s, hash(key));
 *	while (*slot && !equal(list.v[*slot - 1], key))
 *		slot = tt_slots_next(&s, slot);
 *
 * Then *slot says where it is, or is to be filled when it is added. */
#ifndef TLSTRAIL_UTIL_SLOTS_H
#define TLSTRAIL_UTIL_SLOTS_H

#include <tlstrail/util/err.h>
#include <tlstrail/util/slice.h>

struct tt_slots {
	uint32_t *v;
	size_t n; /* a power of two, or 0 */
};

/* Room for one more beside n, before it is looked for.  True: the slots are
 * others, and empty; those n are to be put in again.  Bounded by UINT32_MAX / 2
 * places: the caller's own bound is far below. */
bool tt_slots_grow(struct tt_slots *s, size_t n) TT_MUST_CHECK;
/* Of a place whose key is not there yet. */
void tt_slots_put(struct tt_slots *s, uint64_t hash, size_t place);
/* Empties it, and keeps its memory. */
void tt_slots_clear(struct tt_slots *s);
void tt_slots_release(struct tt_slots *s);

/* The upper half of the hash counts: where it comes of a product, the lower
 * bits know little.  s->n is not 0. */
static inline uint32_t *tt_slots_first(const struct tt_slots *s, uint64_t hash)
{
	return &s->v[(size_t)(hash >> 32) & (s->n - 1)];
}

static inline uint32_t *tt_slots_next(const struct tt_slots *s,
				      const uint32_t *slot)
{
	return &s->v[((size_t)(slot - s->v) + 1) & (s->n - 1)];
}

#endif
