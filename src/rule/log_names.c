/* log_names.c - what is met again and again in a log: hosts, tags, levels
 *
 * One copy of each name, so that names can be compared by their place, and
 * what is known of it.  Bounded: names past TT_MAX_log_names are not kept, and
 * lines of them are passed over, which is told; a log of honest hosts has a few
 * hundred. */
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

/* NULL: it would be one too many. */
static struct tt_log_name *find_or_add(struct tt_log_names *names,
				       struct tt_slice text)
{
	struct tt_log_name **const head = head_of(names, text);
	struct tt_log_name *x = *head;

	while (x && !is_named(x, text))
		x = x->next;
	if (x || names->n == TT_MAX_log_names)
		return x;
	x = TT_NEW(names->arena, struct tt_log_name);
	x->text = tt_arena_dup(names->arena, text);
	x->next = *head;
	*head = x;
	names->n++;
	return x;
}

bool tt_log_name(struct tt_log_names *names, struct tt_slice text,
		 struct tt_slice *name_r, void ***known_r)
{
	struct tt_log_name **const recent = recent_of(names, text);

	if (!is_named(*recent, text)) {
		struct tt_log_name *const x = find_or_add(names, text);

		if (!x)
			return false;
		*recent = x;
	}
	*name_r = (*recent)->text;
	*known_r = &(*recent)->known;
	return true;
}

void tt_log_tell_names(struct tt_log_reading *c)
{
	if (c->log->is_names_told)
		return;
	c->log->is_names_told = true;
	tt_diag_limit(c->diags, TT_DIAG_names_cut, TT_LIM_log_names,
		      c->line->off, 0);
}
