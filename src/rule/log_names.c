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

/* Eight bytes at a time: each line is asked for two. */
uint64_t tt_log_name_hash(struct tt_slice text)
{
	uint64_t h = text.n, word;
	size_t at = 0;

	for (; text.n - at >= sizeof(word); at += sizeof(word)) {
		memcpy(&word, text.p + at, sizeof(word));
		h = (h ^ word) * UINT64_C(0x9e3779b97f4a7c15);
		h ^= h >> 32;
	}
	for (word = 0; at < text.n; at++)
		word = word << 8 | text.p[at];
	h = (h ^ word) * UINT64_C(0x9e3779b97f4a7c15);
	return h ^ h >> 32;
}

static struct tt_log_name **head_of(const struct tt_log_names *names,
				    struct tt_slice text)
{
	return &names->heads[tt_log_name_hash(text) % HEADS];
}

static bool is_named(const struct tt_log_name *x, struct tt_slice text)
{
	return x && tt_slice_eq(x->text, text);
}

struct tt_slice tt_log_name(struct tt_log_names *names, struct tt_slice text,
			    void ***known_r)
{
	struct tt_log_name *x = names->last;

	if (!is_named(x, text)) {
		x = *head_of(names, text);
		while (x && !is_named(x, text))
			x = x->next;
	}
	if (!x) {
		struct tt_log_name **const head = head_of(names, text);

		x = TT_NEW(names->arena, struct tt_log_name);
		x->text = tt_arena_dup(names->arena, text);
		names->n++;
		if (names->n <= TT_MAX_log_names) {
			x->next = *head;
			*head = x;
		}
	}
	names->last = x;
	if (known_r)
		*known_r = &x->known;
	return x->text;
}
