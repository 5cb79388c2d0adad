/* log_key.c - stamps whose id no log knows meet the logs by other keys
 *
 * Some writers give no id, or one that their log does not have.  Such a stamp
 * is told by the log that handed over to the next stamp, or else by Message-ID,
 * peer and time, all three.  Whoever has seen a message can copy them into a
 * stamp of his own, so that a claimed stamp is never joined by them; and where
 * two messages of the logs or two stamps fit, nothing tells which is which. */
#include "joining.h"

enum fit {
	NO_FIT,
	OTHER_TIME, /* all but the time */
	FITS,
};

/* ---- names and addresses ---- */

static bool is_ip(struct tt_slice a, struct tt_slice b)
{
	struct tt_ip x, y;

	return a.n && b.n && tt_ip_parse(a, &x) && tt_ip_parse(b, &y) &&
	       tt_ip_eq(&x, &y);
}

static bool is_name(struct tt_slice a, struct tt_slice b)
{
	return a.n && b.n && tt_slice_ieq(a, b);
}

/* The stamp and its writer's log: what both say of the peer. */
static bool is_peer(const struct tt_hop *hop, const struct tt_event *a)
{
	if (hop->from.ip.n && a->from.ip.n)
		return is_ip(hop->from.ip, a->from.ip);
	if (hop->from.rdns.n && a->from.rdns.n)
		return is_name(hop->from.rdns, a->from.rdns);
	return is_name(hop->from.name, a->from.name);
}

/* Some logs name no host. */
static bool is_host(const struct tt_hop *hop, const struct tt_log_node *n,
		    const struct tt_event *a)
{
	if (hop->by.ip.n && a->by.ip.n && !is_ip(hop->by.ip, a->by.ip))
		return false;
	return n->host.n == 0 || tt_log_is_host(n->host, hop->by.name) ||
	       tt_log_is_host(a->by.name, hop->by.name);
}

/* A HELO is anybody's word: it is no key. */
static bool is_sender(const struct join *j, const struct tt_hop *hop,
		      const struct tt_log_leg *leg)
{
	const struct tt_event *const d = leg->delivers.v[0];
	const struct tt_log_name_ip known =
		tt_book_called(j->book, leg->from);
	const struct tt_slice ip = d->from.ip.n ? d->from.ip : known.ip;

	if (hop->from.ip.n && ip.n)
		return is_ip(hop->from.ip, ip);
	return tt_log_is_host(known.name.n ? known.name : leg->from->host,
			      hop->from.rdns);
}

/* Where the log has no name of the receiver: it sent what the stamp below took,
 * and from the address that the stamp above says. */
static bool is_from_below(const struct join *j, size_t i,
			  const struct tt_log_leg *leg)
{
	const struct tt_slice ip = leg->delivers.v[0]->from.ip;

	return i > 0 && j->stamp[i - 1].node == leg->from &&
	       is_ip(j->w->t->hops.v[i].from.ip,
		     ip.n ? ip : tt_book_called(j->book, leg->from).ip);
}

static bool is_receiver(const struct join *j, size_t i,
			const struct tt_log_leg *leg)
{
	const struct tt_hop *const hop = &j->w->t->hops.v[i];
	const struct tt_event *const d = leg->delivers.v[0];

	return is_ip(hop->by.ip, d->by.ip) ||
	       tt_log_is_host(d->by.name, hop->by.name) ||
	       (d->by.name.n == 0 && hop->by.ip.n == 0 &&
		is_from_below(j, i, leg));
}

/* Does the log name recipients, and the stamp another? */
static bool is_for_others(const struct tt_hop *hop,
			  const struct tt_event *const *events, size_t n)
{
	bool is_any = false;

	for (size_t i = 0; hop->for_.n && i < n; i++) {
		if (tt_slice_ieq(events[i]->recipient, hop->for_))
			return false;
		is_any |= events[i]->recipient.n > 0;
	}
	return is_any;
}

static bool is_dated(const struct tt_hop *hop, const struct tt_event *e)
{
	int64_t us, unsure;

	return hop->has_time && tt_event_time(e, NULL, &us, &unsure);
}

/* ---- what fits the stamp ---- */

static bool is_claimed(const struct join *j, size_t i)
{
	return !j->w->t->hops.v[i].is_trusted && !j->stamp[i].node;
}

static enum fit fit_node(const struct join *j, size_t i,
			 const struct tt_log_node *n)
{
	const struct tt_hop *const hop = &j->w->t->hops.v[i];
	const struct tt_event *const a = n->in ? n->in->accept : NULL;
	struct tt_log_clock clock;

	if (!a || n->is_ses || j->stamp[i].node ||
	    (hop->id.n && !n->is_unstamped) || !is_dated(hop, a) ||
	    !is_host(hop, n, a) || !is_peer(hop, a) ||
	    is_for_others(hop, n->events.v, n->events.n))
		return NO_FIT;
	if (a->clock)
		clock = tt_join_learn(a, hop, true);
	return tt_join_is_near(hop, a, a->clock ? &clock : NULL) ? FITS :
								   OTHER_TIME;
}

static enum fit fit_leg(const struct join *j, size_t i,
			const struct tt_log_leg *leg)
{
	const struct tt_hop *const hop = &j->w->t->hops.v[i];
	const struct tt_log_leg *const known = j->stamp[i].leg;
	const struct tt_event *d;

	if (leg->accept || leg->delivers.n == 0 || leg->from->is_ses ||
	    j->stamp[i].sent || (known && known->delivers.n))
		return NO_FIT;
	d = leg->delivers.v[0];
	/* Both say what the receiver called it: that was the better key. */
	if ((hop->id.n && d->next_queue_id.n) || !is_dated(hop, d) ||
	    !is_receiver(j, i, leg) || !is_sender(j, hop, leg) ||
	    is_for_others(hop, leg->delivers.v, leg->delivers.n))
		return NO_FIT;
	return tt_join_is_sent(j, hop, d) ? FITS : OTHER_TIME;
}

/* ---- which it is ---- */

/* What was found among all that have the Message-ID. */
struct search {
	size_t i; /* the stamp */
	const struct tt_log_node *node;
	const struct tt_log_leg *leg;
	bool is_late;	 /* one is of another time */
	const char *why; /* it is not joined */
};

static bool is_joined(const struct join *j, const struct tt_log_leg *leg)
{
	for (size_t i = 0; i < j->w->t->hops.n; i++)
		if (j->stamp[i].leg == leg || j->stamp[i].sent == leg)
			return true;
	return false;
}

/* To several recipients at once: one answer at one time. */
static bool is_one_transfer(const struct tt_log_leg *x,
			    const struct tt_log_leg *y)
{
	const struct tt_event *const a = x->delivers.v[0];
	const struct tt_event *const b = y->delivers.v[0];

	return x->from == y->from && a->time_us == b->time_us &&
	       tt_slice_eq(a->text, b->text) &&
	       is_ip(a->by.ip, b->by.ip);
}

static void try_node(const struct join *j, struct search *s,
		     const struct tt_log_node *n)
{
	const enum fit fit = fit_node(j, s->i, n);

	if (fit == NO_FIT || tt_join_is_stamped(j, n))
		return;
	s->is_late |= fit == OTHER_TIME;
	if (fit == FITS && s->node)
		s->why = "of more than one message";
	if (fit == FITS && !s->node)
		s->node = n;
}

static void try_legs(const struct join *j, struct search *s,
		     const struct tt_log_node *n)
{
	for (size_t i = 0; i < n->out.n; i++) {
		const struct tt_log_leg *const leg = n->out.v[i];
		const enum fit fit = fit_leg(j, s->i, leg);

		if (fit == NO_FIT || is_joined(j, leg))
			continue;
		s->is_late |= fit == OTHER_TIME;
		if (fit == FITS && s->leg && !is_one_transfer(s->leg, leg))
			s->why = "of more than one message";
		if (fit == FITS && !s->leg)
			s->leg = leg;
	}
}

/* Does it fit another stamp as well?  A claimed one cannot make it doubtful. */
static bool is_for_another(const struct join *j, const struct search *s)
{
	for (size_t i = 0; i < j->w->t->hops.n; i++)
		if (i != s->i && !is_claimed(j, i) &&
		    ((s->node && fit_node(j, i, s->node) == FITS) ||
		     (s->leg && fit_leg(j, i, s->leg) == FITS)))
			return true;
	return false;
}

/* Is it found, and without doubt?  Why not is told at the end. */
static bool is_found(struct join *j, struct search *s)
{
	if (s->node || s->leg) {
		if (is_claimed(j, s->i))
			s->why = "the stamp is only claimed";
		else if (!s->why && is_for_another(j, s))
			s->why = "two stamps fit";
	} else if (s->is_late) {
		s->why = "at another time";
	}
	if (s->why)
		j->stamp[s->i].why = s->why;
	return !s->why && (s->node || s->leg);
}

/* Goes through all that have the Message-ID: of more than the bound none is
 * known to be the only one. */
static bool search(struct join *j, struct search *s,
		   void (*try_one)(const struct join *, struct search *,
				   const struct tt_log_node *))
{
	const struct tt_log_node *n = tt_book_by_message(
		j->book, j->w->t->identity.message_id, j->w->arena);
	size_t left = TT_MAX_join_copies;

	for (; n && left > 0; n = n->same_message, left--)
		try_one(j, s, n);
	j->stamp[s->i].has_more |= n != NULL;
	return !n && is_found(j, s);
}

/* ---- the stamp ---- */

static void take_node(struct join *j, size_t i, const struct tt_log_node *n,
		      const char *key)
{
	struct joined *const to = &j->stamp[i];
	const struct tt_log_leg *const before = to->leg;

	/* Its clock is known now. */
	(void)tt_join_is_time(j, &j->w->t->hops.v[i], n->in->accept);
	to->node = n;
	to->leg = n->in;
	to->key = key;
	if (before && before != n->in)
		to->sent = before;
}

/* Whom the next stamp's log names. */
static bool take_chained(struct join *j, size_t i)
{
	const struct tt_log_node *const n =
		i + 1 < j->w->t->hops.n ? tt_join_before(&j->stamp[i + 1]) :
					  NULL;

	if (!n || tt_join_is_stamped(j, n) || fit_node(j, i, n) != FITS)
		return false;
	take_node(j, i, n, "next-queue-id");
	return true;
}

static void take_sent(struct join *j, size_t i, const struct tt_log_leg *leg)
{
	struct joined *const to = &j->stamp[i];

	if (to->leg) {
		to->sent = leg;
	} else {
		to->leg = leg;
		to->key = "message-id";
	}
}

static void find_node(struct join *j, size_t i)
{
	struct search s = { .i = i };

	if (!j->stamp[i].node && !take_chained(j, i) && search(j, &s, try_node))
		take_node(j, i, s.node, "message-id");
}

static void find_sent(struct join *j, size_t i)
{
	struct search s = { .i = i };

	if (!j->stamp[i].ses && search(j, &s, try_legs))
		take_sent(j, i, s.leg);
}

static void tell_why(struct join *j, size_t i)
{
	const struct tt_hop *const hop = &j->w->t->hops.v[i];

	if (j->stamp[i].why && !j->stamp[i].leg)
		tt_diag_add(j->w->diags, TT_DIAG_join_refused, hop->off,
			    "hop %d: a log that fits %.*s has the Message-ID, "
			    "but %s",
			    hop->index, (int)hop->by.name.n,
			    (const char *)hop->by.name.p, j->stamp[i].why);
}

/* Once: it is the same for all stamps. */
static void tell_more(struct join *j)
{
	for (size_t i = 0; i < j->w->t->hops.n; i++)
		if (j->stamp[i].has_more && !j->stamp[i].leg &&
		    !is_claimed(j, i)) {
			tt_diag_limit(j->w->diags, TT_DIAG_copies_cut,
				      TT_LIM_join_copies,
				      j->w->t->hops.v[i].off, 0);
			return;
		}
}

/* What is found for one stamp may tell more of the next, or of the one
 * below. */
void tt_join_by_message(struct join *j)
{
	const size_t n = j->w->t->hops.n;

	for (size_t i = n; i-- > 0;)
		find_node(j, i);
	for (size_t i = n; i-- > 0;)
		find_sent(j, i);
	for (size_t i = n; i-- > 0;)
		if (!j->stamp[i].node)
			(void)take_chained(j, i);
	for (size_t i = 0; i < n; i++)
		tell_why(j, i);
	tell_more(j);
}
