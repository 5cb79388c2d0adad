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

#include "book.h"

#define US INT64_C(1000000)

struct joined {
	const struct tt_log_leg *leg;	/* NULL: none */
	const struct tt_log_node *node; /* its receiver's */
	const struct tt_log_node *ses;	/* who handed over was SES */
};

/* A host's clock, as its own stamp settled it. */
struct host_clock {
	struct tt_slice host;
	struct tt_log_clock clock;
};

struct join {
	struct tt_work *w;
	const struct tt_book *book;
	struct joined *stamp; /* by hop */
	TT_VEC(struct host_clock) clocks;
};

/* ---- clocks ---- */

static const struct tt_log_clock *clock_of(const struct join *j,
					   const struct tt_event *e)
{
	for (size_t i = 0; e->clock && i < j->clocks.n; i++)
		if (tt_slice_ieq(j->clocks.v[i].host, e->host))
			return &j->clocks.v[i].clock;
	return NULL;
}

static int64_t apart_of(const struct tt_event *e,
			const struct tt_log_clock *clock, int64_t unix_s,
			int64_t *unsure_r)
{
	int64_t us;

	if (!tt_event_time(e, clock, &us, unsure_r))
		return 0;
	return us > unix_s * US ? us / US - unix_s : unix_s - us / US;
}

/* The event's clock with what a stamp of the same transfer says: the year that
 * brings both together, and, where it is the host's own, its zone. */
static struct tt_log_clock learn(const struct tt_event *e,
				 const struct tt_hop *hop, bool is_own)
{
	struct tt_log_clock c = *e->clock, best;
	int64_t least = INT64_MAX, unsure;

	if (is_own && !c.has_zone && hop->has_offset) {
		c.offset_us = (int64_t)hop->offset_min * 60 * US;
		c.has_zone = true;
	}
	best = c;
	if (c.has_year || e->time != TT_LOG_NO_YEAR)
		return c;
	for (int y = -1; y <= 1; y++) {
		c.year = tt_date_year(hop->time_unix) - e->years + y;
		c.has_year = true;
		const int64_t apart = apart_of(e, &c, hop->time_unix, &unsure);

		if (apart < least) {
			least = apart;
			best = c;
		}
	}
	return best;
}

/* Are stamp and event of one time?  Then the host's clock is known. */
static bool is_time_right(struct join *j, const struct tt_hop *hop,
			  const struct tt_event *e)
{
	struct host_clock known = { .host = e->host };
	int64_t unsure = 0;

	if (!hop->has_time || !e)
		return true;
	if (e->clock)
		known.clock = learn(e, hop, true);
	const int64_t apart = apart_of(e, e->clock ? &known.clock : NULL,
				       hop->time_unix, &unsure);

	if (apart > (int64_t)TT_MAX_join_window + unsure)
		return false;
	if (e->clock && !clock_of(j, e))
		*tt_vec_push(j->w->arena, &j->clocks) = known;
	return true;
}

/* ---- a stamp and its node ---- */

static bool is_this_message(struct join *j, struct tt_slice message_id)
{
	const struct tt_slice own = j->w->t->identity.message_id;

	return message_id.n == 0 || own.n == 0 ||
	       tt_log_is_id(j->w->arena, message_id, own);
}

static void refuse(struct join *j, const struct tt_hop *hop, const char *why)
{
	tt_diag_add(j->w->diags, TT_DIAG_join_refused, hop->off,
		    "hop %d: the log of %.*s has the id %.*s, but %s",
		    hop->index, (int)hop->by.name.n,
		    (const char *)hop->by.name.p, (int)hop->id.n,
		    (const char *)hop->id.p, why);
}

static const struct tt_event *time_event(const struct tt_log_node *n)
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
		if (n->host.n && !tt_log_is_host(n->host, hop->by.name))
			continue;
		if (!is_this_message(j, n->message_id))
			why = "for another Message-ID";
		else if (!is_time_right(j, hop, time_event(n)))
			why = "at another time";
		else
			return n;
	}
	if (why)
		refuse(j, hop, why);
	return NULL;
}

static bool is_sent_then(const struct join *j, const struct tt_hop *hop,
			 const struct tt_event *d)
{
	const struct tt_log_clock *clock = clock_of(j, d);
	struct tt_log_clock guess;
	int64_t unsure = 0;

	if (!hop->has_time)
		return true;
	if (!clock && d->clock) {
		guess = learn(d, hop, false);
		clock = &guess;
	}
	return apart_of(d, clock, hop->time_unix, &unsure) <=
	       (int64_t)TT_MAX_join_window + unsure;
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

		if (is_this_message(j, id) && (is_named || id.n) &&
		    is_sent_then(j, hop, d))
			return leg;
	}
	return NULL;
}

static void join_stamp(struct join *j, size_t i)
{
	const struct tt_hop *const hop = &j->w->t->hops.v[i];
	struct joined *const to = &j->stamp[i];

	to->node = find_node(j, hop);
	if (to->node)
		to->leg = to->node->in;
}

/* After all nodes are known, and with them the clocks. */
static void join_sender(struct join *j, size_t i)
{
	if (!j->stamp[i].node)
		j->stamp[i].leg = find_leg(j, &j->w->t->hops.v[i]);
}

/* ---- a stamp that took from SES ---- */

/* Anybody can write a Message-ID: only the hop that took from SES is joined. */
static void join_ses(struct join *j)
{
	const struct tt_log_node *const n = tt_log_ses_node(
		j->book, j->w->t->identity.message_id);
	const struct tt_log_leg *leg;

	for (size_t i = n ? j->w->t->hops.n : 0; i-- > 0;) {
		if (!tt_log_ses_hop(&j->w->t->hops.v[i], n, &leg))
			continue;
		if (!j->stamp[i].leg)
			j->stamp[i].leg = leg;
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

static bool has_recipient(const struct tt_log_leg *leg, struct tt_slice to)
{
	for (size_t i = 0; i < leg->delivers.n; i++)
		if (tt_slice_ieq(leg->delivers.v[i]->recipient, to) ||
		    to.n == 0)
			return true;
	return false;
}

static bool was_delivered(const struct tt_log_node *n, struct tt_slice to)
{
	for (size_t i = 0; i < n->out.n; i++)
		if (has_recipient(n->out.v[i], to))
			return true;
	return false;
}

/* Those of the sending side before its success. */
static void add_tries(struct join *j, struct tt_hop *hop,
		      const struct tt_log_leg *leg)
{
	const struct tt_log_node *const n = leg ? leg->from : NULL;

	for (size_t i = 0; n && i < n->attempts.n; i++)
		if (has_recipient(leg, n->attempts.v[i]->recipient))
			*tt_vec_push(j->w->arena, &hop->attempts) =
				tt_log_attempt(n->attempts.v[i],
					       clock_of(j, n->attempts.v[i]),
					       j->w->arena);
}

/* Those of a host on the way that came to nothing. */
static void add_lost(struct join *j, const struct tt_log_node *n)
{
	struct tt_timeline *const t = j->w->t;

	for (size_t i = 0; n && i < n->attempts.n; i++) {
		const struct tt_event *const e = n->attempts.v[i];

		if (was_delivered(n, e->recipient) ||
		    t->attempts.n >= TT_MAX_attempts)
			continue;
		*tt_vec_push(j->w->arena, &t->attempts) = tt_log_attempt(
			e, clock_of(j, e), j->w->arena);
	}
}

/* ---- hops that only logs know ---- */

static bool is_stamped(const struct join *j, const struct tt_log_node *n)
{
	for (size_t i = 0; i < j->w->t->hops.n; i++)
		if (j->stamp[i].node == n)
			return true;
	return false;
}

struct found {
	TT_VEC(const struct tt_log_leg *) legs; /* newest first */
};

/* Back from a leg until a stamp's node, or to the first log. */
static void walk_back(struct join *j, const struct tt_log_leg *leg,
		      const struct tt_log_node *node,
		      const struct tt_log_node *ses, struct found *f)
{
	const struct tt_log_node *n = ses		? ses :
				      leg && leg->from ? leg->from :
				      node	       ? node->parent :
							 NULL;

	while (n && f->legs.n < TT_MAX_hops && !is_stamped(j, n)) {
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
	const struct tt_log_clock *const own = clock_of(j, e);
	struct tt_log_clock *guess;

	if (own || !e->clock || e->clock->has_year || !hop->has_time)
		return own;
	guess = TT_NEW(j->w->arena, struct tt_log_clock);
	*guess = learn(e, hop, false);
	return guess;
}

struct growing {
	TT_VEC(struct tt_hop) hops;
	TT_VEC(struct tt_leg) legs;
};

static void grow(struct join *j, struct growing *g, size_t i)
{
	struct tt_work *const w = j->w;
	struct found f = { 0 };

	walk_back(j, j->stamp[i].leg, j->stamp[i].node, j->stamp[i].ses, &f);
	for (size_t k = f.legs.n; k-- > 0;) {
		const struct tt_log_leg *const leg = f.legs.v[k];
		struct tt_hop *const hop = tt_vec_push(w->arena, &g->hops);

		tt_log_hop(hop, leg,
			   clock_near(j, event_of(leg), &w->t->hops.v[i]),
			   leg->to && leg->to->is_ses ? "ses-message-id" :
							"next-queue-id",
			   w->options->rules, w->arena);
		add_tries(j, hop, leg);
		hop->off = TT_NO_OFF;
		*tt_vec_push(w->arena, &g->legs) = (struct tt_leg){ 0 };
	}
	*tt_vec_push(w->arena, &g->hops) = w->t->hops.v[i];
	*tt_vec_push(w->arena, &g->legs) = w->leg[i];
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
	w->leg = g.legs.v;
	for (size_t i = 0; i < g.hops.n; i++)
		g.hops.v[i].index = (int)i;
}

static void set_told(struct join *j, const struct tt_log_node *n)
{
	j->w->options->book->is_told[n->message] = true;
	tt_log_contexts(j->w->t, j->book, n, j->w->arena);
}

void tt_log_join(struct tt_work *w)
{
	const size_t n = w->t->hops.n;
	struct join j = { .w = w, .book = w->options->book };

	if (w->t->has_parent || n == 0)
		return; /* a message inside another joins nothing */
	j.stamp = TT_NEW_N(w->arena, struct joined, n);
	for (size_t i = 0; i < n; i++)
		join_stamp(&j, i);
	for (size_t i = 0; i < n; i++)
		join_sender(&j, i);
	join_ses(&j);
	for (size_t i = 0; i < n; i++) {
		if (j.stamp[i].ses)
			set_told(&j, j.stamp[i].ses);
		if (j.stamp[i].node)
			w->options->book->is_told[j.stamp[i].node->message] =
				true;
		if (j.stamp[i].leg)
			tt_log_witness(w, i, j.stamp[i].leg, "queue-id");
		add_tries(&j, &w->t->hops.v[i], j.stamp[i].leg);
		add_lost(&j, j.stamp[i].node);
	}
	insert_hops(&j);
	tt_log_reports(w->t, j.book, w->arena);
}
