/* log_join.c - the logs' accounts of a message whose stamps are at hand
 *
 * A stamp's id is the queue id on the host that wrote it: that node of the
 * book is the message's, if its Message-ID (where one is logged) is the mail's
 * and the times are near.  A stamp may be forged: one that copies another
 * message's id is refused.  From the nodes that are joined the walk goes back
 * along legs; what it meets that no stamp tells is a hop of the logs, directly
 * below the hop it handed over to. */
#include <inttypes.h>
#include <string.h>

#include "joining.h"

/* ---- a stamp and its node ---- */

bool tt_join_is_message(struct join *j, struct tt_slice message_id)
{
	const struct tt_slice own = j->w->t->identity.message_id;

	/* One inside another is all claimed: it must be named. */
	if (message_id.n == 0 || own.n == 0)
		return !j->w->t->has_parent;
	return tt_log_is_id(j->w->arena, message_id, own);
}

static void refuse(struct join *j, const struct tt_hop *hop, const char *why)
{
	tt_diag_add(j->w->diags, TT_DIAG_join_refused, hop->off,
		    "hop %d: the log of %.*s has the id %.*s, but %s",
		    hop->index, (int)hop->by.name.n,
		    (const char *)hop->by.name.p, (int)hop->id.n,
		    (const char *)hop->id.p, why);
}

const struct tt_event *tt_join_time_event(const struct tt_log_node *n)
{
	if (n->in && n->in->accept)
		return n->in->accept;
	return n->events.n ? n->events.v[0] : NULL;
}

static const struct tt_log_node *find_node(struct join *j,
					   const struct tt_hop *hop)
{
	const char *why = NULL;

	for (const struct tt_log_node *n = tt_book_node(j->book, hop->id); n;
	     n = n->same) {
		if (n->is_unstamped ||
		    (n->host.n && !tt_log_is_host(n->host, hop->by.name)))
			continue;
		if (!tt_join_is_message(j, n->message_id))
			why = "for another Message-ID";
		else if (!tt_join_is_time(j, hop, tt_join_time_event(n)))
			why = "at another time";
		else
			return n;
	}
	if (why)
		refuse(j, hop, why);
	return NULL;
}

/* Only the sender's log is there: the receiver's answer named the stamp's
 * id. */
static const struct tt_log_leg *find_leg(struct join *j,
					 const struct tt_hop *hop)
{
	for (const struct tt_log_leg *leg = tt_book_leg(j->book, hop->id); leg;
	     leg = leg->same) {
		const struct tt_event *const d = leg->delivers.v[0];
		const struct tt_slice id =
			leg->from ? leg->from->message_id : TT_NO_SLICE;
		const bool is_named =
			tt_log_is_host(d->by.name, hop->by.name) ||
			(hop->by.ip.n && tt_slice_eq(d->by.ip, hop->by.ip));

		if (tt_join_is_message(j, id) && (is_named || id.n) &&
		    tt_join_is_sent(j, hop, d))
			return leg;
	}
	return NULL;
}

static void join_stamp(struct join *j, size_t i)
{
	const struct tt_hop *const hop = &j->w->t->hops.v[i];
	struct joined *const to = &j->stamp[i];

	to->node = find_node(j, hop);
	if (!to->node)
		return;
	to->leg = to->node->in;
	to->key = "queue-id";
}

/* After all nodes are known, and with them the clocks. */
static void join_sender(struct join *j, size_t i)
{
	if (j->stamp[i].node)
		return;
	j->stamp[i].leg = find_leg(j, &j->w->t->hops.v[i]);
	j->stamp[i].key = "next-queue-id";
}

/* ---- a stamp that took from SES ---- */

/* Anybody can write a Message-ID: only the hop that took from SES is joined,
 * unless the receiver's answer to SES has named its stamp. */
static void join_ses(struct join *j)
{
	const struct tt_log_node *const n = tt_log_ses_node(
		j->book, j->w->t->identity.message_id);
	const struct tt_log_leg *leg;

	for (size_t i = n ? j->w->t->hops.n : 0; i-- > 0;) {
		const struct tt_log_leg *const known = j->stamp[i].leg;

		if (!(known && known->from == n) &&
		    !tt_log_ses_hop(&j->w->t->hops.v[i], n, &leg))
			continue;
		if (!j->stamp[i].leg) {
			j->stamp[i].leg = leg;
			j->stamp[i].key = "ses-message-id";
		}
		j->stamp[i].ses = n;
		return;
	}
	if (n)
		tt_diag_add(j->w->diags, TT_DIAG_join_refused, TT_NO_OFF,
			    "SES knows the message id %.*s, but no stamp took "
			    "the message from where SES says it sent it",
			    (int)n->queue_id.n, (const char *)n->queue_id.p);
}

/* ---- tries ---- */

static bool was_delivered(const struct tt_log_node *n,
			  const struct tt_event *e)
{
	for (size_t i = 0; i < n->out.n; i++)
		if (tt_log_is_try(n->out.v[i], e))
			return true;
	return false;
}

/* Those of the sending side before its success. */
static void add_tries(struct join *j, struct tt_hop *hop,
		      const struct tt_log_leg *leg)
{
	const struct tt_log_node *const n = leg ? leg->from : NULL;

	for (size_t i = 0; n && i < n->attempts.n; i++)
		if (tt_log_is_try(leg, n->attempts.v[i]))
			*tt_vec_push(j->w->arena, &hop->attempts) =
				tt_log_attempt(n->attempts.v[i],
					       tt_join_clock(j, n->attempts.v[i]),
					       j->w->arena);
}

/* Those of a host on the way that came to nothing. */
static void add_lost(struct join *j, const struct tt_log_node *n)
{
	struct tt_timeline *const t = j->w->t;

	for (size_t i = 0; n && i < n->attempts.n; i++) {
		const struct tt_event *const e = n->attempts.v[i];

		if (was_delivered(n, e) ||
		    t->attempts.n >= TT_MAX_attempts)
			continue;
		*tt_vec_push(j->w->arena, &t->attempts) = tt_log_attempt(
			e, tt_join_clock(j, e), j->w->arena);
	}
}

/* ---- hops that only logs know ---- */

struct found {
	TT_VEC(const struct tt_log_leg *) legs; /* newest first */
};

/* Back from a stamp's node until another's, or to the first log. */
static void walk_back(struct join *j, const struct joined *to, struct found *f)
{
	const struct tt_log_node *n = tt_join_before(to);

	while (n && f->legs.n < TT_MAX_hops && !tt_join_is_stamped(j, n)) {
		if (n->in)
			*tt_vec_push(j->w->arena, &f->legs) = n->in;
		add_lost(j, n);
		n = n->in && n->in->from ? n->in->from : n->parent;
	}
}

static const struct tt_event *event_of(const struct tt_log_leg *leg)
{
	return leg->accept ? leg->accept : leg->delivers.v[0];
}

/* A host's own clock, or, of one without a stamp, with the year of the stamp
 * above. */
static const struct tt_log_clock *clock_near(struct join *j,
					     const struct tt_event *e,
					     const struct tt_hop *hop)
{
	const struct tt_log_clock *const own = tt_join_clock(j, e);
	struct tt_log_clock *guess;

	if (own || !e->clock || e->clock->has_year || !hop->has_time)
		return own;
	guess = TT_NEW(j->w->arena, struct tt_log_clock);
	*guess = tt_join_learn(e, hop, false);
	return guess;
}

struct growing {
	TT_VEC(struct tt_hop) hops;
	TT_VEC(struct tt_slice *) told;
};

static void grow(struct join *j, struct growing *g, size_t i)
{
	struct tt_work *const w = j->w;
	struct found f = { 0 };

	walk_back(j, &j->stamp[i], &f);
	for (size_t k = f.legs.n; k-- > 0;) {
		const struct tt_log_leg *const leg = f.legs.v[k];
		struct tt_hop *const hop = tt_vec_push(w->arena, &g->hops);

		tt_log_hop(hop, leg, j->book,
			   clock_near(j, event_of(leg), &w->t->hops.v[i]),
			   leg->to && leg->to->is_ses ? "ses-message-id" :
							"next-queue-id",
			   w->options->rules, w->arena);
		add_tries(j, hop, leg);
		hop->off = TT_NO_OFF;
		*tt_vec_push(w->arena, &g->told) = NULL;
	}
	*tt_vec_push(w->arena, &g->hops) = w->t->hops.v[i];
	*tt_vec_push(w->arena, &g->told) = w->told[i];
}

static void insert_hops(struct join *j)
{
	struct tt_work *const w = j->w;
	struct tt_result *const r = &w->t->result;
	struct growing g = { 0 };

	for (size_t i = 0; i < w->t->hops.n; i++) {
		grow(j, &g, i);
		if (r->border == (int)i)
			r->border = -2 - (int)(g.hops.n - 1); /* its new place */
	}
	if (r->border < -1)
		r->border = -2 - r->border;
	w->t->hops.v = g.hops.v;
	w->t->hops.n = g.hops.n;
	w->t->hops.cap = g.hops.cap;
	w->told = g.told.v;
	for (size_t i = 0; i < g.hops.n; i++)
		g.hops.v[i].index = (int)i;
}

/* ---- the mail ---- */

static void set_told(struct join *j, const struct tt_log_node *n)
{
	if (n)
		j->w->options->book->is_told[n->message] = true;
}

static void add_leg(struct join *j, size_t i, const struct tt_log_leg *leg,
		    const char *key)
{
	if (!leg)
		return;
	tt_log_witness(j->w, i, leg, key);
	add_tries(j, &j->w->t->hops.v[i], leg);
	set_told(j, leg->from);
}

/* What was found for the stamp becomes its witnesses. */
static void tell_stamp(struct join *j, size_t i)
{
	const struct joined *const to = &j->stamp[i];

	if (to->ses)
		tt_log_contexts(j->w->t, j->book, to->ses, j->w->arena);
	set_told(j, to->ses);
	set_told(j, to->node);
	add_leg(j, i, to->leg, to->key);
	add_leg(j, i, to->sent, "message-id");
	add_lost(j, to->node);
}

void tt_log_join(struct tt_work *w)
{
	const size_t n = w->t->hops.n;
	struct join j = { .w = w, .book = w->options->book };

	if (n == 0)
		return;
	j.stamp = TT_NEW_N(w->arena, struct joined, n);
	for (size_t i = 0; i < n; i++)
		join_stamp(&j, i);
	for (size_t i = 0; i < n; i++)
		join_sender(&j, i);
	join_ses(&j);
	tt_join_by_message(&j);
	for (size_t i = 0; i < n; i++)
		tell_stamp(&j, i);
	insert_hops(&j);
	tt_log_oddities(w);
	tt_log_reports(w->t, j.book, w->arena);
}
