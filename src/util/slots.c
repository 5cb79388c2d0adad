/* slots.c - the memory of slots.h */
#include <string.h>
#include <tlstrail/util/arena.h>
#include <tlstrail/util/slots.h>

#define LEAST 16

bool tt_slots_grow(struct tt_slots *s, size_t n)
{
	const size_t before = s->n;

	while (s->n / 2 < tt_add_size(n, 1))
		s->n = s->n ? tt_mul_size(s->n, 2) : LEAST;
	if (s->n == before)
		return false;
	tt_free(&s->v);
	s->v = tt_zalloc(tt_mul_size(s->n, sizeof(*s->v)));
	return true;
}

void tt_slots_put(struct tt_slots *s, uint64_t hash, size_t place)
{
	uint32_t *slot = tt_slots_first(s, hash);

	while (*slot)
		slot = tt_slots_next(s, slot);
	*slot = (uint32_t)(place + 1);
}

void tt_slots_clear(struct tt_slots *s)
{
	if (s->n)
		memset(s->v, 0, s->n * sizeof(*s->v));
}

void tt_slots_release(struct tt_slots *s)
{
	tt_free(&s->v);
	s->n = 0;
}
