/* log_message.c - a message that only logs know
 *
 * Its hops are the legs of its nodes, from the one it began with: what came
 * in, then what went out, branch by branch. */
#include "book_parts.h"

struct telling {
	struct tt_timeline *t;
	const struct tt_trail_options *options;
	struct tt_arena *arena;
};

static void tell_leg(struct telling *x, const struct tt_log_leg *leg)
{
	struct tt_hop *hop;

	if (x->t->hops.n >= TT_MAX_hops)
		return;
	hop = tt_vec_push(x->arena, &x->t->hops);
	tt_log_hop(hop, leg, NULL, NULL,
		   leg->from && leg->to ? "next-queue-id" : NULL,
		   x->options->rules, x->arena);
	hop->index = (int)x->t->hops.n - 1;
	hop->off = TT_NO_OFF;
}

/* Tries before the success of a leg are that hop's, others the message's. */
static void tell_tries(struct telling *x, const struct tt_log_node *n)
{
	for (size_t i = 0; i < n->attempts.n; i++) {
		const struct tt_event *const e = n->attempts.v[i];
		bool was_delivered = false;

		for (size_t k = 0; k < n->out.n; k++)
			was_delivered |= tt_log_is_try(n->out.v[k], e);
		if (!was_delivered && x->t->attempts.n < TT_MAX_attempts)
			*tt_vec_push(x->arena, &x->t->attempts) =
				tt_log_attempt(e, NULL, x->arena);
	}
}

static void tell_hop_tries(struct telling *x, const struct tt_log_leg *leg)
{
	struct tt_hop *const hop = &x->t->hops.v[x->t->hops.n - 1];
	const struct tt_log_node *const n = leg->from;

	for (size_t i = 0; n && i < n->attempts.n; i++)
		if (tt_log_is_try(leg, n->attempts.v[i]))
			*tt_vec_push(x->arena, &hop->attempts) =
				tt_log_attempt(n->attempts.v[i], NULL,
					       x->arena);
}

/* Nodes of one message are few; a circle ends at the hop limit. */
static void tell_node(struct telling *x, const struct tt_log_node *n,
		      const struct tt_log_node *first, size_t depth)
{
	if (depth > TT_MAX_hops || x->t->hops.n >= TT_MAX_hops)
		return;
	if (n->in) {
		tell_leg(x, n->in);
		tell_hop_tries(x, n->in);
	}
	tell_tries(x, n);
	for (size_t i = 0; i < n->out.n; i++) {
		const struct tt_log_leg *const leg = n->out.v[i];

		if (leg->to) {
			tell_node(x, leg->to, first, depth + 1);
		} else {
			tell_leg(x, leg);
			tell_hop_tries(x, leg);
		}
	}
	for (const struct tt_log_node *k = first; k; k = k->next)
		if (k->parent == n && !(k->in && k->in->from))
			tell_node(x, k, first, depth + 1);
}

static void fill_source(struct tt_timeline *t, const struct tt_log_node *first)
{
	const struct tt_event *const e = first->events.v[0];
	const struct tt_event_quote *const q =
		e->quotes.n ? &e->quotes.v[0] : NULL;

	if (!q || !q->origin)
		return;
	t->path = q->origin->path;
	t->member = q->origin->member;
	t->n_member = q->origin->n_member;
	t->off = q->off;
	t->length = q->text.n;
}

static struct tt_slice in_brackets(struct tt_slice id, struct tt_arena *arena)
{
	const size_t n = tt_slice_sub(id, 0, tt_slice_chr(id, '\0')).n;
	uint8_t *const p = tt_arena_alloc(arena, tt_add_size(n, 2));

	p[0] = '<';
	memcpy(p + 1, id.p, n);
	p[n + 1] = '>';
	return (struct tt_slice){ p, n + 2 };
}

static void fill_identity(struct telling *x, const struct tt_log_node *first)
{
	struct tt_identity *const id = &x->t->identity;

	for (const struct tt_log_node *n = first; n && !id->message_id.n;
	     n = n->next)
		if (n->message_id.n)
			id->message_id = in_brackets(n->message_id, x->arena);
}

bool tt_log_is_untold(const struct tt_book *b, size_t message)
{
	if (b->is_told[message])
		return false;
	for (const struct tt_log_node *n = b->first.v[message]; n; n = n->next)
		for (size_t i = 0; i < n->events.n; i++)
			if (n->events.v[i]->is_shown)
				return true;
	return false;
}

bool tt_log_message(struct tt_timeline *t, const struct tt_book *book,
		    size_t message, const struct tt_trail_options *options,
		    struct tt_arena *arena, struct tt_diags *diags)
{
	struct telling x = { t, options, arena };
	struct tt_work w = { .t = t, .options = options, .arena = arena,
			     .diags = diags };

	const struct tt_log_node *const first = book->first.v[message];

	*t = (struct tt_timeline){ .diags = diags, .is_of_logs = true };
	t->result = (struct tt_result){ .profile = options->profile,
					.border = -1 };
	fill_source(t, first);
	fill_identity(&x, first);
	tell_node(&x, first, first, 0);
	for (const struct tt_log_node *n = first; n; n = n->next)
		tt_log_contexts(t, book, n, arena);
	tt_log_reports(t, book, arena);
	w.told = TT_NEW_N(arena, struct tt_slice *, t->hops.n);
	tt_log_oddities(&w);
	tt_anomaly_chain(&w);
	tt_result_judge(&t->result, t->hops.v, t->hops.n);
	tt_anomaly_list(&w);
	tt_advise(t, options->rules, arena);
	book->is_told[message] =
		t->hops.n + t->attempts.n + t->context.n > 0;
	return book->is_told[message];
}

/* Queue ids come again, and some logs have none: the place of the first line
 * makes the key one message's. */
struct tt_slice tt_book_begin_key(const struct tt_event *e,
				  struct tt_arena *arena)
{
	const struct tt_event_quote *const q = e->quotes.n ? e->quotes.v : NULL;
	struct tt_out key;

	if (e->queue_id.n == 0 && e->ses_id.n)
		return e->ses_id;
	tt_out_init(&key, -1);
	tt_out_bytes(&key, e->host);
	tt_out_str(&key, "/");
	tt_out_bytes(&key, e->queue_id);
	if (q && q->origin) {
		tt_out_str(&key, "/");
		tt_out_bytes(&key, q->origin->path);
		for (size_t i = 0; i < q->origin->n_member; i++) {
			tt_out_str(&key, "/");
			tt_out_bytes(&key, q->origin->member[i]);
		}
		tt_out_str(&key, ":");
		tt_out_u64(&key, q->off);
		tt_out_bytes(&key, q->pointer);
	}
	const struct tt_slice copy =
		tt_arena_dup(arena, (struct tt_slice){ key.buf, key.n });

	tt_out_release(&key);
	return copy;
}
