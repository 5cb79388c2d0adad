/* book_node.c - events in their order become nodes and legs */
#include <stdlib.h>

#include "book_parts.h"
#include "sift.h"

/* A short queue id is used again when the clock comes round (Postfix: the
 * microseconds of a second): then another message begins. */
#define SAME_MESSAGE_US (INT64_C(2) * 1000000)

/* ---- nodes ---- */

static struct tt_log_node **slot_of(const struct tt_book *b, struct tt_slice id)
{
	size_t i = tt_book_hash(id) & b->mask;

	while (b->by_id[i] && !tt_slice_eq(b->by_id[i]->queue_id, id))
		i = (i + 1) & b->mask;
	return &b->by_id[i];
}

struct tt_log_node *tt_book_node(const struct tt_book *b, struct tt_slice id)
{
	return b->by_id && id.n ? *slot_of(b, id) : NULL;
}

static struct tt_slice next_of(const struct tt_log_leg *leg)
{
	return leg->delivers.v[0]->next_queue_id;
}

static struct tt_log_leg **leg_slot(const struct tt_book *b, struct tt_slice id)
{
	size_t i = tt_book_hash(id) & b->mask;

	while (b->by_next[i] && !tt_slice_eq(next_of(b->by_next[i]), id))
		i = (i + 1) & b->mask;
	return &b->by_next[i];
}

struct tt_log_leg *tt_book_leg(const struct tt_book *b, struct tt_slice id)
{
	return b->by_next && id.n ? *leg_slot(b, id) : NULL;
}

static struct tt_log_node *add_node(struct tt_book *b, const struct tt_event *e)
{
	struct tt_log_node **slot = slot_of(b, tt_book_id(e));
	struct tt_log_node *n = TT_NEW(&b->arena, struct tt_log_node);

	n->host = e->host;
	n->known = tt_book_host(b, e);
	n->queue_id = tt_book_id(e);
	n->is_ses = e->queue_id.n == 0 && e->ses_id.n;
	n->is_unstamped = e->is_id_unstamped;
	*tt_vec_push(&b->arena, &b->nodes) = n;
	while (n->queue_id.n && *slot)
		slot = &(*slot)->same;
	if (n->queue_id.n)
		*slot = n;
	return n;
}

static struct tt_log_leg *add_leg(struct tt_book *b, struct tt_log_node *from,
				  struct tt_log_node *to)
{
	struct tt_log_leg *leg = TT_NEW(&b->arena, struct tt_log_leg);

	leg->from = from;
	leg->to = to;
	*tt_vec_push(&b->arena, &b->legs) = leg;
	if (from)
		*tt_vec_push(&b->arena, &from->out) = leg;
	if (to)
		to->in = leg;
	return leg;
}

/* One host's events of one queue id, in the order of time: at a second ACCEPT
 * the id is used for another message. */
static bool begins_anew(const struct tt_log_node *n, const struct tt_event *e)
{
	return e->kind == TT_EVENT_ACCEPT && !n->is_ses && n->in &&
	       n->in->accept &&
	       tt_book_time(e) - tt_book_time(n->in->accept) > SAME_MESSAGE_US;
}

/* What has no name is a message of its own, but for what stands in the same
 * record (a mail to several). */
static bool is_of_record(const struct tt_log_node *n, const struct tt_event *e)
{
	const struct tt_event *const first = n->events.v[0];

	return n->queue_id.n == 0 && first->quotes.n && e->quotes.n &&
	       first->kind == e->kind && tt_book_by_place(first, e) == 0;
}

static bool is_of_node(const struct tt_log_node *n, const struct tt_event *e)
{
	if (tt_book_id(e).n == 0)
		return is_of_record(n, e);
	if (n->is_ses || e->queue_id.n == 0)
		return n->is_ses && e->queue_id.n == 0 &&
		       tt_slice_eq(n->queue_id, e->ses_id);
	return tt_slice_eq(n->queue_id, e->queue_id) &&
	       tt_slice_ieq(tt_host_label(n->host), tt_host_label(e->host));
}

static bool says_no_more(const struct tt_event *a, const struct tt_event *b)
{
	const enum tt_verdict v = tt_event_verdict(a);

	return tt_book_evidence(a) == tt_book_evidence(b) &&
	       (v == TT_UNKNOWN ||
		(v == tt_event_verdict(b) && a->version == b->version));
}

static int count_sides(const struct tt_event *e)
{
	return (e->from.ip.n > 0) + (e->by.name.n > 0);
}

/* Every event of a message tells how it came to SES: one witness. */
static bool fold(const struct tt_event **kept, const struct tt_event *e)
{
	const bool is_less = says_no_more(*kept, e);

	if (!says_no_more(e, *kept) && !is_less)
		return false;
	if (is_less &&
	    (!says_no_more(e, *kept) || count_sides(e) > count_sides(*kept)))
		*kept = e;
	return true;
}

static void take_ses_accept(struct tt_book *b, struct tt_log_leg *leg,
			    const struct tt_event *e)
{
	bool is_told = fold(&leg->accept, e);

	for (size_t i = 0; !is_told && i < leg->also.n; i++)
		is_told = fold(&leg->also.v[i], e);
	if (is_told)
		return;
	if (e->cipher.n && !leg->accept->cipher.n) {
		*tt_vec_push(&b->arena, &leg->also) = leg->accept;
		leg->accept = e;
	} else {
		*tt_vec_push(&b->arena, &leg->also) = e;
	}
}

static void take_accept(struct tt_book *b, struct tt_log_node *n,
			const struct tt_event *e)
{
	if (!n->in)
		add_leg(b, NULL, n);
	if (!n->in->accept)
		n->in->accept = e;
	else if (n->is_ses)
		take_ses_accept(b, n->in, e);
}

bool tt_book_is_transfer(const struct tt_event *e)
{
	return e->kind == TT_EVENT_ACCEPT || e->kind == TT_EVENT_DELIVER ||
	       e->kind == TT_EVENT_ATTEMPT;
}

static void build_nodes(struct tt_book *b)
{
	struct tt_log_node *n = NULL;

	for (size_t i = 0; i < b->events.n; i++) {
		const struct tt_event *e = b->events.v[i];

		if (tt_book_id(e).n == 0 && !tt_book_is_transfer(e)) {
			if (e->kind == TT_EVENT_CONTEXT)
				*tt_vec_push(&b->arena, &b->context) = e;
			continue;
		}
		if (!n || !is_of_node(n, e) || begins_anew(n, e))
			n = add_node(b, e);
		*tt_vec_push(&b->arena, &n->events) = e;
		if (n->message_id.n == 0)
			n->message_id = e->message_id;
		if (n->about.n == 0)
			n->about = e->about;
		if (e->kind == TT_EVENT_ACCEPT)
			take_accept(b, n, e);
		if (e->kind == TT_EVENT_ATTEMPT)
			*tt_vec_push(&b->arena, &n->attempts) = e;
	}
}

/* ---- legs ---- */

static bool may_be_one(struct tt_book *b, const struct tt_log_node *x,
		       const struct tt_log_node *y)
{
	/* SES gives a Message-ID of its own. */
	return x->is_ses || y->is_ses || x->message_id.n == 0 ||
	       y->message_id.n == 0 ||
	       tt_log_is_id(&b->arena, x->message_id, y->message_id);
}

/* The node that the answer named: on another host, at that time. */
static struct tt_log_node *next_node(struct tt_book *b,
				     const struct tt_log_node *from,
				     const struct tt_event *d)
{
	struct tt_log_node *best = NULL;

	for (struct tt_log_node *n = tt_book_node(b, d->next_queue_id); n;
	     n = n->same) {
		const struct tt_event *const a = n->in ? n->in->accept : NULL;
		const struct tt_event *const when =
			a ? a : (n->events.n ? n->events.v[0] : NULL);
		const bool is_named = tt_log_is_host(n->host, d->by.name);

		if (n == from || !may_be_one(b, from, n) ||
		    (when && !tt_log_is_near(d, NULL, when, NULL)))
			continue;
		if (!best || is_named)
			best = n;
	}
	return best;
}

/* Several recipients in one transaction are one leg. */
static struct tt_log_leg *same_leg(const struct tt_log_node *from,
				   const struct tt_log_node *to,
				   const struct tt_event *d)
{
	for (size_t i = 0; i < from->out.n; i++) {
		struct tt_log_leg *const leg = from->out.v[i];
		const struct tt_event *const e = leg->delivers.v[0];

		if (to && leg->to == to)
			return leg;
		/* One host's accounts in two shapes. */
		if (from->is_ses && !to && !leg->to && e->recipient.n &&
		    tt_slice_ieq(e->recipient, d->recipient) &&
		    tt_log_is_near(e, NULL, d, NULL))
			return leg;
		if (!to && !leg->to && e->next_queue_id.n &&
		    tt_slice_eq(e->next_queue_id, d->next_queue_id))
			return leg;
		if (!to && !leg->to && !e->next_queue_id.n &&
		    !d->next_queue_id.n && e->time_us == d->time_us &&
		    tt_slice_eq(e->by.ip, d->by.ip) &&
		    tt_slice_eq(e->text, d->text))
			return leg;
	}
	return NULL;
}

static void take_deliver(struct tt_book *b, struct tt_log_node *from,
			 const struct tt_event *d)
{
	struct tt_log_node *to =
		d->next_queue_id.n ? next_node(b, from, d) : NULL;
	struct tt_log_leg *leg = same_leg(from, to, d);

	if (d->transport == TT_TRANSPORT_LOCAL && !to)
		return; /* into a mailbox: no transfer between hosts */
	if (d->is_through) {
		if (to && !to->parent)
			to->parent = from; /* a filter stands between */
		to = NULL;
		leg = same_leg(from, NULL, d);
	}
	if (!leg && to && to->in && !to->in->from) {
		leg = to->in;
		leg->from = from;
		*tt_vec_push(&b->arena, &from->out) = leg;
	} else if (!leg) {
		leg = add_leg(b, from, to && !to->in ? to : NULL);
	}
	*tt_vec_push(&b->arena, &leg->delivers) = d;
}

/* The same host's other id.  One that was named by the filter's answer (a leg
 * over loopback) is a leg already. */
static void take_link(struct tt_book *b, struct tt_log_node *from,
		      const struct tt_event *e)
{
	for (struct tt_log_node *n = tt_book_node(b, e->next_queue_id); n;
	     n = n->same)
		if (n != from && !n->parent &&
		    tt_slice_ieq(tt_host_label(n->host),
				 tt_host_label(from->host))) {
			n->parent = from;
			return;
		}
}

static void build_legs(struct tt_book *b)
{
	for (size_t i = 0; i < b->nodes.n; i++) {
		struct tt_log_node *const n = b->nodes.v[i];

		for (size_t k = 0; k < n->events.n; k++) {
			if (n->events.v[k]->kind == TT_EVENT_DELIVER)
				take_deliver(b, n, n->events.v[k]);
			if (n->events.v[k]->kind == TT_EVENT_LINK)
				take_link(b, n, n->events.v[k]);
		}
	}
}

static bool is_loopback(struct tt_slice text)
{
	struct tt_ip ip;

	return text.n && tt_ip_parse(text, &ip) && tt_ip_is_loopback(&ip);
}

/* The first who says it is believed: the book's order is its own. */
static void learn(struct tt_log_name_ip *called, const struct tt_log_node *n,
		  struct tt_slice name, struct tt_slice ip)
{
	if (called->name.n || is_loopback(ip) || !tt_host_is_name(name) ||
	    (n->host.n && !tt_log_is_host(n->host, name)))
		return;
	called->name = name;
	called->ip = ip;
}

/* Where both sides of a leg have a log, each names the other. */
static void learn_sender(struct tt_log_name_ip *called,
			 const struct tt_log_leg *leg)
{
	const struct tt_event *const a = leg->accept;

	if (leg->from && a)
		learn(called, leg->from,
		      a->from.rdns.n ? a->from.rdns : a->from.name, a->from.ip);
}

static void learn_receiver(struct tt_log_name_ip *called,
			   const struct tt_log_leg *leg)
{
	if (leg->to && leg->delivers.n)
		learn(called, leg->to, leg->delivers.v[0]->by.name,
		      leg->delivers.v[0]->by.ip);
}

static void note_teacher(struct tt_log_host *host, const struct tt_event *first,
			 bool is_late)
{
	if (!host->called.name.n || host->called_by)
		return;
	host->called_by = first;
	host->is_called_late = is_late;
}

static void name_hosts(struct tt_book *b)
{
	for (size_t i = 0; i < b->legs.n; i++) {
		const struct tt_log_leg *const leg = b->legs.v[i];
		const bool is_late = i >= b->n_accepts;
		const struct tt_log_node *const n = is_late ? leg->from :
							      leg->to;

		if (leg->from) {
			learn_sender(&leg->from->known->called, leg);
			note_teacher(leg->from->known, n->events.v[0],
				     is_late);
		}
		if (leg->to) {
			learn_receiver(&leg->to->known->called, leg);
			note_teacher(leg->to->known, n->events.v[0], is_late);
		}
	}
}

struct tt_log_name_ip tt_book_called(const struct tt_book *b,
				     const struct tt_log_node *n)
{
	struct tt_log_name_ip called = { 0 };

	for (const struct tt_log_node *k = b->first.v[n->message]; k;
	     k = k->next) {
		if (k->known != n->known)
			continue;
		for (size_t i = 0; i < k->out.n; i++)
			learn_sender(&called, k->out.v[i]);
		if (k->in)
			learn_receiver(&called, k->in);
	}
	return called;
}

static void index_legs(struct tt_book *b)
{
	for (size_t i = 0; i < b->legs.n; i++) {
		struct tt_log_leg *const leg = b->legs.v[i];

		if (leg->to || !leg->delivers.n || !next_of(leg).n)
			continue;
		struct tt_log_leg **slot = leg_slot(b, next_of(leg));

		while (*slot)
			slot = &(*slot)->same;
		*slot = leg;
	}
}

static struct tt_log_node **message_slot(const struct tt_book *b,
					 struct tt_slice plain)
{
	size_t i = tt_book_hash(plain) & b->message_mask;

	while (b->by_message[i] &&
	       !tt_slice_eq(b->by_message[i]->message_id, plain))
		i = (i + 1) & b->message_mask;
	return &b->by_message[i];
}

struct tt_log_node *tt_book_by_message(const struct tt_book *b,
				       struct tt_slice message_id,
				       struct tt_arena *arena)
{
	const struct tt_slice plain = tt_log_plain_id(arena, message_id);

	return plain.n ? *message_slot(b, plain) : NULL;
}

static void index_messages(struct tt_book *b)
{
	size_t cap = 16;

	while (cap < b->nodes.n * 2)
		cap *= 2;
	b->by_message = TT_NEW_N(&b->arena, struct tt_log_node *, cap);
	b->message_mask = cap - 1;
	/* From the end: each goes before what is there. */
	for (size_t i = b->nodes.n; i-- > 0;) {
		struct tt_log_node *const n = b->nodes.v[i];

		if (n->message_id.n == 0)
			continue;
		struct tt_log_node **const slot =
			message_slot(b, n->message_id);

		n->same_message = *slot;
		*slot = n;
	}
}

/* ---- messages ---- */

static struct tt_log_node *before(const struct tt_log_node *n)
{
	return n->in && n->in->from ? n->in->from : n->parent;
}

/* The node a message begins with; ids that name one another in a circle have
 * none, and the walk ends. */
static struct tt_log_node *origin_of(struct tt_log_node *n, size_t most)
{
	for (; before(n) && most > 0; most--)
		n = before(n);
	return n;
}

int tt_book_by_begin(const struct tt_event *a, const struct tt_event *b)
{
	const int64_t at = tt_book_time(a), bt = tt_book_time(b);
	const int c = (at > bt) - (at < bt);
	const int p = c ? c : tt_book_by_place(a, b);

	return p ? p : tt_book_by_content(a, b);
}

static int by_begin(const void *x, const void *y)
{
	return tt_book_by_begin((*(struct tt_log_node *const *)x)->events.v[0],
				(*(struct tt_log_node *const *)y)->events.v[0]);
}

static void number_messages(struct tt_book *b)
{
	for (size_t i = 0; i < b->nodes.n; i++)
		b->nodes.v[i]->message = SIZE_MAX;
	for (size_t i = 0; i < b->nodes.n; i++) {
		struct tt_log_node *const first =
			origin_of(b->nodes.v[i], (size_t)TT_MAX_hops);

		if (first->message == SIZE_MAX)
			*tt_vec_push(&b->arena, &b->first) = first;
		first->message = 0;
	}
	if (b->first.n)
		qsort(b->first.v, b->first.n, sizeof(*b->first.v), by_begin);
	for (size_t i = 0; i < b->first.n; i++)
		b->first.v[i]->message = i;
	for (size_t i = 0; i < b->nodes.n; i++) {
		struct tt_log_node *const n = b->nodes.v[i];
		struct tt_log_node *const first =
			origin_of(n, (size_t)TT_MAX_hops);

		n->message = first->message;
		if (n != first) {
			n->next = first->next;
			first->next = n;
		}
	}
}

void tt_book_build(struct tt_book *b)
{
	size_t cap = 16;

	while (cap < b->events.n * 2)
		cap *= 2;
	b->by_id = TT_NEW_N(&b->arena, struct tt_log_node *, cap);
	b->mask = cap - 1;
	build_nodes(b);
	b->n_accepts = b->legs.n;
	build_legs(b);
	name_hosts(b);
	for (size_t i = 0; i < b->nodes.n; i++)
		b->nodes.v[i]->message_id = tt_log_plain_id(
			&b->arena, b->nodes.v[i]->message_id);
	number_messages(b);
}

void tt_book_index(struct tt_book *b)
{
	b->by_next = TT_NEW_N(&b->arena, struct tt_log_leg *, b->mask + 1);
	index_legs(b);
	index_messages(b);
}
