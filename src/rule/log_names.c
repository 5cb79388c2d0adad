/* log_names.c - what is met again and again in a log: hosts, tags, levels
 *
 * One copy of each name, so that names can be compared by their place, and
 * what is known of it.  Bounded: of names past TT_MAX_log_names each has a
 * copy of its own, and nothing is known of them, which is told; a log of honest
 * hosts has a few hundred. */
#include <string.h>

#include "log.h"
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
	uint32_t half;
	size_t at = 0;

	for (; text.n - at >= sizeof(word); at += sizeof(word)) {
		memcpy(&word, text.p + at, sizeof(word));
		h = (h ^ word) * UINT64_C(0x9e3779b97f4a7c15);
		h ^= h >> 32;
	}
	word = 0;
	if (text.n - at >= sizeof(half)) {
		memcpy(&word, text.p + at, sizeof(half));
		memcpy(&half, text.p + (text.n - sizeof(half)), sizeof(half));
		word |= (uint64_t)half << 32;
		at = text.n;
	}
	for (; at < text.n; at++)
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

static struct tt_log_name **recent_of(struct tt_log_names *names,
				      struct tt_slice text)
{
	uint32_t end = 0;

	if (text.n >= sizeof(end))
		memcpy(&end, text.p + (text.n - sizeof(end)), sizeof(end));
	return &names->recent[end * UINT32_C(0x9e3779b1) >> 28];
}

static struct tt_log_name *find_or_add(struct tt_log_names *names,
				       struct tt_slice text)
{
	struct tt_log_name **const head = head_of(names, text);
	struct tt_log_name *x = *head;

	while (x && !is_named(x, text))
		x = x->next;
	if (x)
		return x;
	x = TT_NEW(names->arena, struct tt_log_name);
	x->text = tt_arena_dup(names->arena, text);
	names->n++;
	if (names->n <= TT_MAX_log_names) {
		x->next = *head;
		*head = x;
	}
	return x;
}

struct tt_slice tt_log_name(struct tt_log_names *names, struct tt_slice text,
			    void ***known_r)
{
	struct tt_log_name **const recent = recent_of(names, text);

	if (!is_named(*recent, text))
		*recent = find_or_add(names, text);
	if (known_r)
		*known_r = &(*recent)->known;
	return (*recent)->text;
}

/* What is told while lines are read that were put off is for nobody. */
void tt_log_see_names(struct tt_log_reading *c,
		      const struct tt_log_names *names)
{
	if (names->n <= TT_MAX_log_names || c->log->is_names_told || c->is_late)
		return;
	c->log->is_names_told = true;
	tt_diag_limit(c->diags, TT_DIAG_names_cut, TT_LIM_log_names,
		      c->line->off, 0);
}
