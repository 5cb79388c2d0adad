/* log_context.c - what the logs tell beside the hops: complaints about the
 * message, the policy of the configuration set that it was sent by, and what
 * senders reported of TLS with its recipients' domains that day
 *
 * It decides nothing: whether a policy held when the message was sent is for
 * who reads the times. */
#include <string.h>

#include "book.h"

/* What a report covers, by RFC 8460, section 4.1; it tells its start. */
#define DAY_S 86400

static bool add(struct tt_timeline *t, const struct tt_event *e,
		struct tt_arena *arena)
{
	const struct tt_event_quote *const q = e->quotes.v;
	struct tt_context c = { .kind = e->context, .text = e->text };
	int64_t us, unsure;

	if (e->quotes.n == 0 || t->context.n >= TT_MAX_attempts)
		return false;
	c.evidence = (struct tt_evidence){
		.kind = q->kind,
		.rule = q->rule,
		.off = q->off,
		.text = q->text,
		.origin = q->origin,
		.pointer = q->pointer,
	};
	c.has_time = tt_event_time(e, NULL, &us, &unsure);
	c.time_unix = c.has_time ? us / 1000000 : 0;
	*tt_vec_push(arena, &t->context) = c;
	return true;
}

void tt_log_context(struct tt_timeline *t, const struct tt_book *book,
		    size_t i, struct tt_arena *arena)
{
	const struct tt_event *const e = book->context.v[i];
	struct tt_context *c;

	if (!add(t, e, arena))
		return;
	book->is_context_told[i] = true;
	c = &t->context.v[t->context.n - 1];
	/* Beside hops it is known what it is of. */
	if (t->is_no_message && e->about.n)
		c->text = tt_slice_str(tt_arena_printf(
			arena, "%.*s: %.*s", (int)e->about.n,
			(const char *)e->about.p, (int)c->text.n,
			(const char *)c->text.p));
}

static bool is_report(const struct tt_event *e)
{
	return strcmp(e->context, "tlsrpt") == 0;
}

void tt_log_contexts(struct tt_timeline *t, const struct tt_book *book,
		     const struct tt_log_node *n, struct tt_arena *arena)
{
	for (size_t i = 0; n->about.n && i < book->context.n; i++)
		if (!is_report(book->context.v[i]) &&
		    tt_slice_eq(book->context.v[i]->about, n->about))
			tt_log_context(t, book, i, arena);
	for (size_t i = 0; i < n->events.n; i++)
		if (n->events.v[i]->kind == TT_EVENT_CONTEXT)
			(void)add(t, n->events.v[i], arena);
}

/* ---- reports ---- */

static struct tt_slice domain_of(struct tt_slice address)
{
	size_t from = address.n;

	while (from && address.p[from - 1] != '@')
		from--;
	address = from ? tt_slice_sub(address, from, address.n) : TT_NO_SLICE;
	return tt_slice_sub(address, 0, tt_slice_chr(address, '>'));
}

/* Did the hop go to the report's domain on its day? */
static bool is_reported(const struct tt_hop *hop, const struct tt_event *e)
{
	const struct tt_slice domain =
		domain_of(hop->for_.n ? hop->for_ : hop->recipient);
	int64_t us, unsure;

	if (domain.n == 0 || !tt_slice_ieq(domain, e->about) ||
	    !hop->has_time || !tt_event_time(e, NULL, &us, &unsure))
		return false;
	const int64_t s = hop->time_unix - us / 1000000;

	return s >= -unsure && s < DAY_S + unsure;
}

void tt_log_reports(struct tt_timeline *t, const struct tt_book *book,
		    struct tt_arena *arena)
{
	for (size_t i = 0; i < book->context.n; i++) {
		const struct tt_event *const e = book->context.v[i];
		bool is_met = false;

		for (size_t k = 0; is_report(e) && !is_met && k < t->hops.n;
		     k++)
			is_met = is_reported(&t->hops.v[k], e);
		if (is_met)
			tt_log_context(t, book, i, arena);
	}
}
