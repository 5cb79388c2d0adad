/* log_context.c - what the logs tell beside the hops: complaints about the
 * message, and the policy of the configuration set that it was sent by
 *
 * It decides nothing: whether a policy held when the message was sent is for
 * who reads the times. */
#include "book.h"

static void add(struct tt_timeline *t, const struct tt_event *e,
		struct tt_arena *arena)
{
	const struct tt_event_quote *const q = e->quotes.v;
	struct tt_context c = { .kind = e->context, .text = e->text };

	if (e->quotes.n == 0 || t->context.n >= TT_MAX_attempts)
		return;
	c.evidence = (struct tt_evidence){
		.kind = q->kind,
		.rule = q->rule,
		.off = q->off,
		.text = q->text,
		.origin = q->origin,
		.pointer = q->pointer,
	};
	*tt_vec_push(arena, &t->context) = c;
}

static bool is_of(const struct tt_event *e, const struct tt_log_node *n)
{
	if (e->ses_id.n || e->queue_id.n)
		return n->is_ses && tt_slice_eq(e->ses_id, n->queue_id);
	return n->about.n && tt_slice_eq(e->about, n->about);
}

void tt_log_contexts(struct tt_timeline *t, const struct tt_book *book,
		     const struct tt_log_node *n, struct tt_arena *arena)
{
	for (size_t i = 0; i < book->context.n; i++)
		if (is_of(book->context.v[i], n))
			add(t, book->context.v[i], arena);
}
