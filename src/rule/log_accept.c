/* log_accept.c - messages that hosts accept
 *
 * Many wait for the end of their session, which may say more of TLS.  What
 * their event is to be made of is kept till then, and nothing is made of those
 * that nobody wants. */
#include "log.h"

/* ---- the event ---- */

static void take_peer(struct tt_log *log, struct tt_event *e,
		      const struct tt_log_kept *open)
{
	const struct tt_slice name = tt_log_kept_field(open, TT_LF_from_name);
	const struct tt_slice ip = tt_log_kept_field(open, TT_LF_from_ip);

	if (open->rule->says.has_transport)
		e->transport = open->rule->says.transport;
	if (!name.n && !ip.n && !open->rule->says.has_transport)
		return;
	e->from.name = name;
	e->from.helo = tt_log_kept_field(open, TT_LF_from_helo);
	e->from.rdns = tt_log_kept_field(open, TT_LF_from_rdns);
	e->from.ip = ip;
	if (open->rule->says.gives == TT_GIVES_open)
		tt_log_quote_kept(log, e, open);
}

/* Who is on this host needs no TLS. */
static bool is_local(const struct tt_log_kept *peer)
{
	return peer && peer->rule->says.has_verdict &&
	       peer->rule->says.verdict == TT_LOCAL;
}

struct tt_event *tt_log_accepted(struct tt_log_reading *c,
				 const struct tt_log_accepted *known)
{
	struct tt_event *const e =
		tt_log_event_of(c, TT_EVENT_ACCEPT, known->years);

	if (known->peer)
		take_peer(c->log, e, known->peer);
	if (c->field[TT_LF_version].n)
		tt_log_set_tls(c->log, e, c->rule, c->field);
	else if (known->tls)
		tt_log_take_tls(c->log, e, known->tls);
	else if (known->clear)
		tt_log_take_clear(c->log, e, known->clear);
	else if (c->says.has_verdict)
		tt_log_set_verdict(c, e);
	else if (is_local(known->peer))
		e->verdict = TT_LOCAL;
	e->silence = e->verdict == TT_LOCAL ? TT_SILENCE_NOTHING
					    : known->silence;
	e->level = known->level;
	return e;
}

/* ---- those that wait ---- */

/* Who never ends its session does not fill the memory with messages: those that
 * waited go without its end. */
static void make_room(struct tt_log_reading *c, struct tt_log_session *x)
{
	struct tt_log *const log = c->log;

	if (x->n_waiting < TT_MAX_log_waiting)
		return;
	if (log->n_hurried++ == 0)
		tt_diag_limit(c->diags, TT_DIAG_waiting_cut,
			      TT_LIM_log_waiting, c->line->off, 0);
	tt_log_wait_end(log, x, NULL);
}

void tt_log_wait(struct tt_log_reading *c, struct tt_log_session *x,
		 const struct tt_log_accepted *known)
{
	make_room(c, x);
	struct tt_log_waiting *const w =
		tt_log_spare_get(&c->log->spare_waiting, sizeof(*w));

	*w = (struct tt_log_waiting){
		.host = c->host,
		.says = c->says,
		.time = c->line->time,
		.time_us = c->line->time_us,
		.known = *known,
	};
	tt_log_keep(&w->line, c);
	(void)tt_log_kept_hold(known->peer);
	(void)tt_log_kept_hold(known->tls);
	(void)tt_log_kept_hold(known->clear);
	if (x->last_waiting)
		x->last_waiting->next = w;
	else
		x->waiting = w;
	x->last_waiting = w;
	x->n_waiting++;
}

/* Does the end of a session end that of the message that waits for it? */
static bool is_end_of(const struct tt_log_reading *close,
		      const struct tt_log_waiting *w)
{
	const struct tt_slice ip = close ? close->field[TT_LF_from_ip] :
					   TT_NO_SLICE;
	const struct tt_log_kept *const peer = w->known.peer;
	struct tt_slice from;

	if (!close || w->line->gap != close->log->gap)
		return false;
	from = tt_log_kept_field(w->line, TT_LF_from_ip);
	if (from.n == 0 && peer)
		from = tt_log_kept_field(peer, TT_LF_from_ip);
	return ip.n == 0 || from.n == 0 || tt_slice_ieq(ip, from);
}

/* What its end says of a message that waited for it. */
static void take_end(struct tt_log_reading *close, struct tt_event *e,
		     const struct tt_log_waiting *w)
{
	const bool is_ended = is_end_of(close, w);

	if (e->verdict != TT_UNKNOWN)
		return;
	if (is_ended && close->says.has_verdict) {
		e->verdict = close->says.verdict;
		tt_log_quote(close, e);
	} else if (!is_ended && w->line->rule->needs_whole) {
		e->silence = TT_SILENCE_NOTHING;
	}
}

struct tt_event_ids tt_log_ids_of(const struct tt_log_kept *k)
{
	return (struct tt_event_ids){
		.queue_id = tt_log_kept_field(k, TT_LF_queue_id),
		.next_queue_id = tt_log_kept_field(k, TT_LF_next_queue_id),
		.message_id = tt_log_bare(
			tt_log_kept_field(k, TT_LF_message_id)),
		.origin = k->origin,
		.off = k->off,
	};
}

static void end_one(struct tt_log *log, const struct tt_log_session *x,
		    const struct tt_log_waiting *w,
		    struct tt_log_reading *close)
{
	const struct tt_event_ids ids = tt_log_ids_of(w->line);

	if (log->o.wants && !log->o.wants(log->o.sink.ctx, &ids))
		return;
	const struct tt_log_line line = {
		.off = w->line->off,
		.raw = w->line->raw,
		.time = w->time,
		.time_us = w->time_us,
		.pointer = w->line->pointer,
	};
	struct tt_log_reading c = {
		.log = log,
		.origin = w->line->origin,
		.line = &line,
		.host = w->host,
		.host_name = x->host,
		.tag = x->tag,
		.rule = w->line->rule,
		.says = w->says,
	};

	tt_log_kept_fields(w->line, c.field);
	struct tt_event *const e = tt_log_accepted(&c, &w->known);

	take_end(close, e, w);
	tt_log_push(log, e);
}

void tt_log_wait_end(struct tt_log *log, struct tt_log_session *x,
		     struct tt_log_reading *close)
{
	struct tt_log_waiting *w = x->waiting, *next;

	for (; w; w = next) {
		end_one(log, x, w, close);
		tt_log_kept_drop(&w->line);
		tt_log_kept_drop(&w->known.peer);
		tt_log_kept_drop(&w->known.tls);
		tt_log_kept_drop(&w->known.clear);
		next = w->next;
		tt_log_spare_put(&log->spare_waiting, w);
	}
	x->waiting = x->last_waiting = NULL;
	x->n_waiting = 0;
}
