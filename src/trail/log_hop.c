/* log_hop.c - what logs say of a transfer: a hop of their own, or a witness
 *
 * A log of either end outranks a claimed stamp; among what is trusted the
 * worse stands (cleartext before encrypted, a lower version before a higher
 * one, with its suite), and what differs is a conflict.  A witness that says
 * nothing does not differ. */
#include <string.h>

#include "book_parts.h"

/* ---- quotes ---- */

static void quote(struct tt_hop *hop, const struct tt_event *e,
		  struct tt_arena *arena)
{
	for (size_t i = 0; i < e->quotes.n; i++) {
		const struct tt_event_quote *q = &e->quotes.v[i];
		bool is_there = false;

		for (size_t k = 0; k < hop->evidence.n; k++)
			is_there |= hop->evidence.v[k].origin == q->origin &&
				    hop->evidence.v[k].off == q->off;
		if (is_there)
			continue;
		*tt_vec_push(arena, &hop->evidence) = (struct tt_evidence){
			.kind = q->kind,
			.rule = q->rule,
			.off = q->off,
			.text = q->text,
			.origin = q->origin,
			.pointer = q->pointer,
		};
	}
}

struct tt_attempt tt_log_attempt(const struct tt_event *e,
				 const struct tt_log_clock *clock,
				 struct tt_arena *arena)
{
	struct tt_hop as_hop = { 0 };
	int64_t at, unsure;
	struct tt_attempt a = {
		.recipient = e->recipient,
		.from = { e->host, e->from.ip },
		.by = { e->by.name, e->by.ip },
		.outcome = e->outcome,
		.text = e->text,
	};

	a.has_time = tt_event_time(e, clock, &at, &unsure);
	a.time_unix = a.has_time ? at / 1000000 : 0;
	quote(&as_hop, e, arena);
	a.evidence.v = as_hop.evidence.v;
	a.evidence.n = as_hop.evidence.n;
	a.evidence.cap = as_hop.evidence.cap;
	return a;
}

bool tt_log_is_try(const struct tt_log_leg *leg, const struct tt_event *e)
{
	const size_t n = leg->delivers.n;

	if (e->recipient.n == 0)
		return n && tt_book_time(e) <=
				    tt_book_time(leg->delivers.v[n - 1]);
	for (size_t i = 0; i < n; i++)
		if (tt_slice_ieq(leg->delivers.v[i]->recipient, e->recipient))
			return true;
	return false;
}

/* ---- witnesses ---- */

static void add_witness(struct tt_hop *hop, const struct tt_event *e,
			const char *key, struct tt_arena *arena)
{
	*tt_vec_push(arena, &hop->witnesses) = (struct tt_witness){
		.kind = e->quotes.n ? e->quotes.v[0].kind : TT_EVIDENCE_LOG,
		.is_experimental = e->is_experimental,
		.side = tt_side_name(e->side),
		.host = e->host,
		.key = key,
		.verdict = tt_event_verdict(e),
		.version = e->version,
	};
	quote(hop, e, arena);
	if (hop->server_auth == TT_AUTH_NULL)
		hop->server_auth = e->server_auth;
	if (hop->client_auth == TT_AUTH_NULL)
		hop->client_auth = e->client_auth;
}

/* The sender's events of a leg say one thing, once for each recipient: the one
 * that states most speaks for all. */
static const struct tt_event *speaker(const struct tt_log_leg *leg)
{
	const struct tt_event *best = NULL;

	for (size_t i = 0; i < leg->delivers.n; i++) {
		const struct tt_event *const d = leg->delivers.v[i];

		if (!best || (tt_event_verdict(best) == TT_UNKNOWN &&
			      tt_event_verdict(d) != TT_UNKNOWN) ||
		    (best->version == TT_TLS_NONE && d->version != TT_TLS_NONE))
			best = d;
	}
	return best;
}

/* ---- which statement stands ---- */

static bool is_speaking(enum tt_verdict v)
{
	return v == TT_ENCRYPTED || v == TT_CLEARTEXT;
}

static bool is_worse(const struct tt_hop *hop, const struct tt_event *e)
{
	const enum tt_verdict v = tt_event_verdict(e);

	if (!is_speaking(hop->verdict))
		return true;
	if (v != hop->verdict)
		return v == TT_CLEARTEXT;
	return v == TT_ENCRYPTED && e->version != TT_TLS_NONE &&
	       (hop->version == TT_TLS_NONE || e->version < hop->version);
}

static bool is_different(const struct tt_hop *hop, const struct tt_event *e)
{
	const enum tt_verdict v = tt_event_verdict(e);

	if (!is_speaking(v) || !is_speaking(hop->verdict))
		return false;
	return v != hop->verdict ||
	       (e->version != TT_TLS_NONE && hop->version != TT_TLS_NONE &&
		e->version != hop->version);
}

static void take_facts(struct tt_hop *hop, const struct tt_event *e,
		       const struct tt_rules *rules)
{
	hop->verdict = tt_event_verdict(e);
	hop->version = e->version;
	hop->cipher = e->cipher.n ? e->cipher : TT_NO_SLICE;
	hop->is_cipher_unreliable = e->is_cipher_wrong;
	hop->is_version_ambiguous = e->is_version_ambiguous;
	hop->bits = e->bits;
	hop->version_implied = TT_TLS_NONE;
	hop->cipher_iana = TT_NO_SLICE;
	hop->suite_flags = 0;
	tt_hop_set_suite(rules, hop);
	hop->decided_by = e->quotes.n ? e->quotes.v[0].rule : NULL;
	hop->basis = TT_BASIS_LOG;
}

/* Two sides that agree on the verdict, and on the version where both state
 * one. */
static bool is_agreed(const struct tt_witness *a, const struct tt_witness *b)
{
	return a->side && b->side && strcmp(a->side, b->side) != 0 &&
	       is_speaking(a->verdict) && a->verdict == b->verdict &&
	       (a->version == TT_TLS_NONE || b->version == TT_TLS_NONE ||
		a->version == b->version);
}

static void corroborate(struct tt_hop *hop)
{
	for (size_t i = 0; i < hop->witnesses.n; i++)
		for (size_t k = 0; k < i; k++)
			hop->is_corroborated |=
				is_agreed(&hop->witnesses.v[i],
					  &hop->witnesses.v[k]);
}

/* A statement of a log beside what stands so far. */
static void weigh(struct tt_work *w, size_t i, const struct tt_event *e,
		  bool is_stamp_claimed)
{
	struct tt_hop *const hop = &w->t->hops.v[i];
	const enum tt_verdict v = tt_event_verdict(e);

	if (!is_speaking(v))
		return;
	/* Over loopback nothing left the machine, TLS or not. */
	if (hop->verdict == TT_LOCAL && v == TT_CLEARTEXT)
		return;
	if (is_different(hop, e))
		tt_anomaly_add(w, i, TT_ANOMALY_conflict,
			       "the %s's log says otherwise",
			       tt_side_name(e->side) ? tt_side_name(e->side) :
						       "other");
	/* A log that states no version does not differ from one that is
	 * claimed. */
	if ((is_stamp_claimed && (v != hop->verdict || e->version)) ||
	    is_worse(hop, e))
		take_facts(hop, e, w->options->rules);
	else if (hop->verdict == v &&
		 (is_stamp_claimed || hop->basis != TT_BASIS_MARKER))
		hop->basis = TT_BASIS_LOG;
	hop->is_trusted = true;
}

void tt_log_witness(struct tt_work *w, size_t i, const struct tt_log_leg *leg,
		    const char *key)
{
	struct tt_hop *const hop = &w->t->hops.v[i];
	const struct tt_event *const sent = speaker(leg);
	bool is_claimed = !hop->is_trusted;

	if (leg->accept) {
		add_witness(hop, leg->accept, key, w->arena);
		weigh(w, i, leg->accept, is_claimed);
		is_claimed &= !is_speaking(tt_event_verdict(leg->accept));
	}
	if (sent) {
		add_witness(hop, sent,
			    !leg->accept		   ? key :
			    leg->from && leg->from->is_ses ? "ses-message-id" :
							     "next-queue-id",
			    w->arena);
		weigh(w, i, sent, is_claimed);
	}
	corroborate(hop);
	hop->is_mute = hop->is_mute && hop->verdict == TT_UNKNOWN;
}

/* ---- hops that only logs know ---- */

static struct tt_slice or_none(struct tt_slice s)
{
	return s.n ? s : TT_NO_SLICE;
}

static struct tt_slice first_of(struct tt_slice a, struct tt_slice b)
{
	return a.n ? a : or_none(b);
}

static bool is_same_ip(struct tt_slice a, struct tt_slice b)
{
	struct tt_ip x, y;

	return a.n && b.n && tt_ip_parse(a, &x) && tt_ip_parse(b, &y) &&
	       tt_ip_eq(&x, &y);
}

static bool is_loopback(struct tt_slice text)
{
	struct tt_ip ip;

	return text.n && tt_ip_parse(text, &ip) && tt_ip_is_loopback(&ip);
}

/* What the host is called by others, else by its own log. */
static struct tt_log_name_ip called(const struct tt_book *book,
				    const struct tt_log_node *n)
{
	struct tt_log_name_ip c = { 0 };

	if (!n || n->is_ses)
		return c;
	c = book ? tt_book_called(book, n) : n->known->called;
	c.name = first_of(c.name, n->host);
	return c;
}

static void fill_sides(struct tt_hop *hop, const struct tt_log_leg *leg,
		       const struct tt_book *book)
{
	const struct tt_log_name_ip from = called(book, leg->from);
	const struct tt_log_name_ip to = called(book, leg->to);
	const struct tt_event *const a = leg->accept;
	const struct tt_event *const d =
		leg->delivers.n ? leg->delivers.v[0] : NULL;

	if (a) {
		hop->from.helo = or_none(a->from.helo);
		hop->from.rdns = tt_reverse_name(a->from.rdns);
		hop->from.name = first_of(a->from.name,
					  first_of(hop->from.rdns,
						   hop->from.helo));
		hop->from.ip = or_none(a->from.ip);
		hop->by.name = first_of(a->by.name, to.name);
		hop->by.ip = first_of(a->by.ip, to.ip);
	}
	if (!d)
		return;
	hop->from.name = first_of(hop->from.name,
				  first_of(d->from.name, from.name));
	hop->from.ip = first_of(hop->from.ip,
				first_of(d->from.ip, from.ip));
	hop->by.name = first_of(hop->by.name, d->by.name);
	hop->by.ip = first_of(hop->by.ip, d->by.ip);
}

static void fill_time(struct tt_hop *hop, const struct tt_event *e,
		      const struct tt_log_clock *clock)
{
	int64_t us, unsure;

	const struct tt_log_clock *const c = clock ? clock : e->clock;

	hop->has_time = tt_event_time(e, clock, &us, &unsure) &&
			!(e->time == TT_LOG_NO_YEAR && c && c->year == 0);
	if (!hop->has_time)
		return;
	hop->time_unix = us / 1000000 - (us % 1000000 < 0);
	hop->time_us = (int)(us - hop->time_unix * 1000000);
	hop->time_uncertainty_s = unsure;
}

void tt_log_hop(struct tt_hop *hop, const struct tt_log_leg *leg,
		const struct tt_book *book,
		const struct tt_log_clock *clock, const char *key,
		const struct tt_rules *rules, struct tt_arena *arena)
{
	const struct tt_event *const sent = speaker(leg);
	const struct tt_event *const e = leg->accept ? leg->accept : sent;

	*hop = (struct tt_hop){ .bits = -1, .is_trusted = true };
	fill_sides(hop, leg, book);
	hop->transport = e->transport;
	hop->id = leg->accept ? or_none(leg->accept->queue_id) :
				or_none(sent->next_queue_id);
	hop->software = leg->accept ? or_none(leg->accept->software) :
				      TT_NO_SLICE;
	if (leg->delivers.n == 1)
		hop->recipient = or_none(leg->delivers.v[0]->recipient);
	fill_time(hop, e, clock);
	hop->is_parsed = hop->has_time;
	hop->writer = e->quotes.n ? e->quotes.v[0].rule : NULL;
	if (leg->accept) {
		add_witness(hop, leg->accept, key, arena);
		take_facts(hop, leg->accept, rules);
	}
	for (size_t i = 0; i < leg->also.n; i++) {
		add_witness(hop, leg->also.v[i], "ses-message-id", arena);
		if (is_worse(hop, leg->also.v[i]))
			take_facts(hop, leg->also.v[i], rules);
	}
	if (sent) {
		add_witness(hop, sent, key, arena);
		if (!leg->accept || is_worse(hop, sent))
			take_facts(hop, sent, rules);
	}
	if (hop->verdict == TT_UNKNOWN)
		hop->basis = TT_BASIS_NONE;
	/* As one side sees both: two may be behind one address of a third. */
	hop->is_within_host =
		is_same_ip(e->from.ip, e->by.ip) ||
		(sent && is_same_ip(sent->from.ip, sent->by.ip));
	const bool is_local = is_loopback(hop->from.ip) ||
			      is_loopback(hop->by.ip) ||
			      hop->is_within_host ||
			      hop->transport == TT_TRANSPORT_LOCAL;

	/* Nothing left the machine, unless TLS says so. */
	if (is_local && hop->verdict != TT_ENCRYPTED) {
		hop->verdict = TT_LOCAL;
		hop->basis = TT_BASIS_LOG;
	}
	hop->is_excluded = is_local || hop->transport == TT_TRANSPORT_HTTP ||
			   hop->transport == TT_TRANSPORT_FETCH;
	corroborate(hop);
}

static bool is_at_odds(const struct tt_witness *a, const struct tt_witness *b)
{
	if (!is_speaking(a->verdict) || !is_speaking(b->verdict))
		return false;
	return a->verdict != b->verdict ||
	       (a->version != TT_TLS_NONE && b->version != TT_TLS_NONE &&
		a->version != b->version);
}

/* Stamps were held against their logs when these were joined. */
static void tell_odds(struct tt_work *w, size_t i)
{
	const struct tt_hop *const hop = &w->t->hops.v[i];

	if (hop->off != TT_NO_OFF || hop->verdict == TT_LOCAL)
		return;
	for (size_t x = 0; x < hop->witnesses.n; x++)
		for (size_t y = 0; y < x; y++)
			if (is_at_odds(&hop->witnesses.v[x],
				       &hop->witnesses.v[y]))
				tt_anomaly_add(w, i, TT_ANOMALY_conflict,
					       "the logs of this hop differ");
}

void tt_log_oddities(struct tt_work *w)
{
	for (size_t i = 0; i < w->t->hops.n; i++) {
		const struct tt_hop *const hop = &w->t->hops.v[i];

		tell_odds(w, i);
		if (hop->verdict != TT_ENCRYPTED || hop->basis != TT_BASIS_LOG)
			continue;
		tt_hop_tell_suite(w, i);
		if (hop->is_version_ambiguous)
			tt_anomaly_add(w, i, TT_ANOMALY_ambiguous_version,
				       "the version logged names no single "
				       "version");
	}
}
