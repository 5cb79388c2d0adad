/* log_names.c - what is met again and again in a log: hosts, tags, levels
 *
 * One copy of each name, so that names can be compared by their place, and
 * what is known of it.  Bounded: of names past TT_MAX_log_names each has a
 * copy of its own, and nothing is known of them; a log of honest hosts has a
 * few hundred. */
#include <string.h>

#include "log_names.h"

#define HEADS 4096

struct tt_log_name {
	struct tt_slice text;
	void *known;
	struct tt_log_name *next;
};

void tt_log_names_init(struct tt_log_names *names, struct tt_arena *arena)
{
	*names = (struct tt_log_names){ .arena = arena };
	names->heads = TT_NEW_N(arena, struct tt_log_name *, HEADS);
}

static size_t head_of(struct tt_slice text)
{
	uint32_t h = 2166136261U;

	for (size_t i = 0; i < text.n; i++)
		h = (h ^ text.p[i]) * 16777619U;
	return (h ^ h >> 15) % HEADS;
}

struct tt_slice tt_log_name(struct tt_log_names *names, struct tt_slice text,
			    void ***known_r)
{
	struct tt_log_name **const head = &names->heads[head_of(text)];
	struct tt_log_name *x = *head;

	while (x && !tt_slice_eq(x->text, text))
		x = x->next;
	if (!x) {
		x = TT_NEW(names->arena, struct tt_log_name);
		x->text = tt_arena_dup(names->arena, text);
		names->n++;
		if (names->n <= TT_MAX_log_names) {
			x->next = *head;
			*head = x;
		}
	}
	if (known_r)
		*known_r = &x->known;
	return x->text;
}
