/* log_rest.c - what logs tell that no timeline of a message shows
 *
 * Nothing that is read is dropped silently: policies and reports of no message
 * have a timeline of their own, and the rest is counted, log by log. */
#include <stdlib.h>

#include "book_parts.h"

static const struct tt_origin *origin_of(const struct tt_event *e)
{
	return e->quotes.n ? e->quotes.v[0].origin : NULL;
}

static bool is_same(const struct tt_origin *a, const struct tt_origin *b)
{
	if (a == b || !a || !b)
		return a == b;
	if (!tt_slice_eq(a->path, b->path) || a->n_member != b->n_member)
		return false;
	for (size_t i = 0; i < a->n_member; i++)
		if (!tt_slice_eq(a->member[i], b->member[i]))
			return false;
	return true;
}

/* ---- context ---- */

static void begin(struct tt_timeline *t, const struct tt_event *e,
		  const struct tt_trail_options *options,
		  struct tt_diags *diags)
{
	const struct tt_event_quote *const q = &e->quotes.v[0];

	*t = (struct tt_timeline){ .diags = diags,
				   .is_of_logs = true,
				   .is_no_message = true };
	t->result =
		(struct tt_result){ .profile = options->profile, .border = -1 };
	if (!q->origin)
		return;
	t->path = q->origin->path;
	t->member = q->origin->member;
	t->n_member = q->origin->n_member;
	t->off = q->off;
	t->length = q->text.n;
}

bool tt_book_contexts(struct tt_timeline *t, const struct tt_book *b,
		      size_t *at, const struct tt_trail_options *options,
		      struct tt_arena *arena, struct tt_diags *diags)
{
	const struct tt_event *first = NULL;

	for (; *at < b->context.n; ++*at) {
		const struct tt_event *const e = b->context.v[*at];

		if (!e->is_shown || b->is_context_told[*at] || e->quotes.n == 0)
			continue;
		if (!first)
			begin(t, first = e, options, diags);
		else if (!is_same(origin_of(first), origin_of(e)) ||
			 t->context.n >= TT_MAX_attempts)
			break;
		tt_log_context(t, b, *at, arena);
	}
	if (first)
		tt_result_judge(&t->result, t->hops.v, t->hops.n);
	return first != NULL;
}

/* ---- the rest ---- */

static uint64_t hash_of(const struct tt_origin *o)
{
	return (uintptr_t)o * UINT64_C(0x9e3779b97f4a7c15);
}

static struct tt_book_rest *rest_of(struct tt_counting *c,
				    const struct tt_origin *o)
{
	if (c->list.n && c->list.v[c->last].origin == o)
		return &c->list.v[c->last];
	if (tt_slots_grow(&c->slots, c->list.n))
		for (size_t i = 0; i < c->list.n; i++)
			tt_slots_put(&c->slots, hash_of(c->list.v[i].origin),
				     i);
	uint32_t *slot = tt_slots_first(&c->slots, hash_of(o));

	while (*slot && c->list.v[*slot - 1].origin != o)
		slot = tt_slots_next(&c->slots, slot);
	if (!*slot) {
		*tt_vec_push(c->arena, &c->list) =
			(struct tt_book_rest){ .origin = o,
					       .first_unused = TT_NO_OFF };
		*slot = (uint32_t)c->list.n;
	}
	c->last = *slot - 1;
	return &c->list.v[c->last];
}

static void add_rest(struct tt_counting *c, const struct tt_book_rest *more)
{
	struct tt_book_rest *const r = rest_of(c, more->origin);

	r->n += more->n;
	r->n_unused += more->n_unused;
	if (more->first_unused < r->first_unused)
		r->first_unused = more->first_unused;
}

static void count_left_out(struct tt_counting *c, const struct tt_book *b)
{
	for (size_t i = 0; i < b->left_out.n; i++)
		add_rest(c, &b->left_out.v[i]);
}

static void count(struct tt_counting *c, const struct tt_event *e, bool is_told)
{
	const struct tt_origin *const o = origin_of(e);
	struct tt_book_rest *r;

	if (!o)
		return;
	r = rest_of(c, o);
	r->n++;
	r->n_unused += !is_told;
	if (!is_told && e->quotes.v[0].off < r->first_unused)
		r->first_unused = e->quotes.v[0].off;
}

void tt_count_node(struct tt_counting *c, const struct tt_log_node *n,
		   bool is_told)
{
	for (size_t k = 0; k < n->events.n; k++)
		count(c, n->events.v[k], is_told);
}

static int by_path(const void *x, const void *y)
{
	const struct tt_origin *const a =
		((const struct tt_book_rest *)x)->origin;
	const struct tt_origin *const b =
		((const struct tt_book_rest *)y)->origin;
	int c = tt_slice_cmp(a->path, b->path);

	for (size_t i = 0; c == 0 && i < a->n_member && i < b->n_member; i++)
		c = tt_slice_cmp(a->member[i], b->member[i]);
	return c ? c :
		   (a->n_member > b->n_member) - (a->n_member < b->n_member);
}

size_t tt_count_list(struct tt_counting *c, const struct tt_book *b,
		     struct tt_book_rest **rest_r)
{
	size_t n = 0;

	for (size_t i = 0; i < b->context.n; i++)
		count(c, b->context.v[i], b->is_context_told[i]);
	for (size_t i = 0; i < c->list.n; i++)
		if (c->list.v[i].n_unused)
			c->list.v[n++] = c->list.v[i];
	if (n)
		qsort(c->list.v, n, sizeof(*c->list.v), by_path);
	*rest_r = c->list.v;
	return n;
}

size_t tt_log_list_rest(const struct tt_book *b, struct tt_arena *arena,
			struct tt_book_rest **rest_r)
{
	struct tt_counting c = { .arena = arena };

	count_left_out(&c, b);
	for (size_t i = 0; i < b->nodes.n; i++)
		tt_count_node(&c, b->nodes.v[i],
			      b->is_told[b->nodes.v[i]->message]);
	const size_t n = tt_count_list(&c, b, rest_r);

	tt_slots_release(&c.slots);
	return n;
}
