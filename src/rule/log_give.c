/* log_give.c - what a line gives, by its rule and the fields' cases */
#include <string.h>

#include "log.h"

/* Who was connected to, where the delivery's own line does not say. */
static void take_server(struct tt_log_reading *c, struct tt_event *e,
			const struct tt_log_session *x)
{
	if (e->by.name.n || e->by.ip.n || !x || !tt_log_is_same(c, x->open))
		return;
	const struct tt_slice name = tt_log_kept_field(x->open, TT_LF_by_name);
	const struct tt_slice ip = tt_log_kept_field(x->open, TT_LF_by_ip);

	if (!name.n && !ip.n)
		return;
	e->by.name = name;
	e->by.ip = ip;
	if (e->from.ip.n == 0)
		e->from.ip = tt_log_kept_field(x->open, TT_LF_from_ip);
	tt_log_quote_kept(c->log, e, x->open);
}

/* What a line before said of the message at hand; not of what went to another
 * recipient. */
static const struct tt_log_kept *message_of(const struct tt_log_reading *c,
					    const struct tt_log_session *x)
{
	const struct tt_log_kept *const k = x ? x->message : NULL;
	const struct tt_slice to =
		k ? tt_log_kept_field(k, TT_LF_recipient) : TT_NO_SLICE;

	return to.n == 0 || tt_slice_ieq(to, c->field[TT_LF_recipient]) ? k :
									  NULL;
}

/* Which message it was, where a line before said so. */
static void take_message(struct tt_log_reading *c, struct tt_event *e,
			 const struct tt_log_session *x)
{
	struct tt_arena *const arena = c->log->o.arena;
	const struct tt_log_kept *const k = message_of(c, x);

	if (!k)
		return;
	if (e->queue_id.n == 0)
		e->queue_id = tt_arena_dup(
			arena, tt_log_kept_field(k, TT_LF_queue_id));
	if (e->message_id.n == 0)
		e->message_id = tt_arena_dup(
			arena,
			tt_log_bare(tt_log_kept_field(k, TT_LF_message_id)));
	if (e->sender.n == 0)
		e->sender = tt_arena_dup(
			arena, tt_log_bare(tt_log_kept_field(k, TT_LF_sender)));
	tt_log_quote_kept(c->log, e, k);
}

/* A filter that hands a message back may name the id it had (XFORWARD). */
static void link_origin(struct tt_log_reading *c)
{
	struct tt_event *e;
	struct tt_event_ids ids = tt_log_ids(c);

	ids.next_queue_id = ids.queue_id;
	ids.queue_id = c->field[TT_LF_orig_queue_id];
	if (ids.queue_id.n == 0 || !tt_log_is_wanted(c, &ids))
		return;
	e = tt_log_event(c, TT_EVENT_LINK);
	e->next_queue_id = e->queue_id;
	e->queue_id = c->field[TT_LF_orig_queue_id];
	e->is_origin_link = true;
	tt_log_push(c->log, e);
}

/* Which of what the session said before is of this message. */
static struct tt_log_accepted know(struct tt_log_reading *c,
				   const struct tt_log_session *x)
{
	const struct tt_slice *const f = c->field;
	const bool has_peer = f[TT_LF_from_name].n || f[TT_LF_from_ip].n ||
			      f[TT_LF_from_helo].n;
	struct tt_log_accepted known = { .years = tt_log_see_event(c) };

	/* Some tell it only where they tell of TLS. */
	if (x && !has_peer && tt_log_is_same(c, x->open))
		known.peer = x->open;
	else if (x && !has_peer && !x->open && tt_log_is_same(c, x->tls))
		known.peer = x->tls;
	if (f[TT_LF_version].n)
		tt_log_see_level(c);
	else if (x && tt_log_is_same(c, x->tls))
		known.tls = x->tls;
	else if (x && tt_log_is_same(c, x->clear))
		known.clear = x->clear;
	else if (!c->says.has_verdict)
		known.silence = tt_log_silence(c, x, &known.level);
	return known;
}

/* Lines were picked out of the log, and none in which the connection begins,
 * which this daemon logs: what its process said before, or says later, may be
 * of another. */
static bool may_be_another(const struct tt_log_reading *c,
			   const struct tt_log_session *x)
{
	return c->log->is_picked && c->rule->key == TT_LOG_KEY_PROCESS &&
	       c->rule->needs_whole && !x->is_opened;
}

static struct tt_log_session *session_of(struct tt_log_reading *c,
					 bool is_waiting)
{
	struct tt_log_session *const x = is_waiting ? tt_log_open_add(c)
						    : tt_log_open_find(c);

	return x && may_be_another(c, x) ? NULL : x;
}

static void accept(struct tt_log_reading *c)
{
	const bool is_waiting = !c->rule->is_at_once &&
				c->rule->key != TT_LOG_KEY_NONE;
	struct tt_log_session *const x = session_of(c, is_waiting);
	const struct tt_log_accepted known = know(c, x);

	if (!c->is_late)
		tt_log_queued_add(c, c->field[TT_LF_queue_id]);
	link_origin(c);
	if (is_waiting && x)
		tt_log_wait(c, x, &known);
	else
		tt_log_push(c->log, tt_log_accepted(c, &known));
}

static void simple(struct tt_log_reading *c, enum tt_event_kind kind)
{
	const struct tt_event_ids ids = tt_log_ids(c);

	if (!tt_log_is_wanted(c, &ids))
		return;
	struct tt_event *e = tt_log_event(c, kind);

	e->recipient = tt_log_bare(c->field[TT_LF_recipient]);
	tt_log_push(c->log, e);
}

/* Was the connection used for another message, or for this one at its turn
 * before: is its id another's now, or was it put off meanwhile? */
static bool is_used_up(const struct tt_log_reading *c,
		       const struct tt_log_session *x)
{
	const struct tt_log_session *queued;

	if (x->used_by.n == 0 || c->field[TT_LF_reused].n ||
	    c->rule->key != TT_LOG_KEY_PROCESS || c->rule->is_at_once)
		return false;
	if (!tt_slice_eq(x->used_by, c->field[TT_LF_queue_id]))
		return true;
	queued = tt_log_queued(c);
	return queued && queued->queued_line > x->used_line;
}

/* Is what the session said before of this leg?  Of the same peer, and not of
 * a connection that is used up. */
static bool is_of(const struct tt_log_reading *c,
		  const struct tt_log_session *x, const struct tt_log_kept *k)
{
	return x && tt_log_is_same(c, k) && !is_used_up(c, x);
}

static void set_used(const struct tt_log_reading *c, struct tt_log_session *x)
{
	if (x)
		tt_log_session_use(x, c->field[TT_LF_queue_id],
				   c->log->n_lines);
}

static void set_leg_tls(struct tt_log_reading *c, struct tt_event *e,
			struct tt_log_session *x)
{
	const bool is_clear = c->says.has_verdict &&
			      c->says.verdict == TT_CLEARTEXT;

	if (c->field[TT_LF_version].n) {
		tt_log_set_tls(c->log, e, c->rule, c->field);
	} else if (is_clear) {
		e->verdict = TT_CLEARTEXT;
	} else if (x && is_of(c, x, x->tls)) {
		tt_log_take_tls(c->log, e, x->tls);
	} else if (x && is_of(c, x, x->clear)) {
		tt_log_take_clear(c->log, e, x->clear);
	} else if (c->says.has_verdict) {
		tt_log_set_verdict(c, e);
	} else {
		e->silence = tt_log_silence(c, x, &e->level);
	}
}

/* All answers have the group: its number is looked for once. */
static struct tt_slice next_id(struct tt_log *log, size_t answer,
			       const struct tt_match *match)
{
	uint8_t *const number = &log->answer_groups[answer];

	if (*number == 0)
		*number = (uint8_t)tt_match_number(match, "next_queue_id");
	return *number ? tt_match_numbered(match, *number) : TT_NO_SLICE;
}

const struct tt_log_answer *tt_log_next_id(struct tt_log_reading *c,
					   struct tt_slice answer,
					   struct tt_slice *next_r)
{
	const struct tt_log_rules *const log = &c->log->rules->log;
	struct tt_match match;

	if (answer.n == 0)
		return NULL;
	for (size_t i = 0; i < log->answers.n; i++) {
		const struct tt_log_answer *const a = &log->answers.v[i];

		if (tt_slice_find(answer, a->anchor) == SIZE_MAX ||
		    !tt_pattern_match(c->log->m, a->pattern, answer, &match))
			continue;
		*next_r = next_id(c->log, i, &match);
		if (c->log->o.see)
			c->log->o.see(c->log->o.sink.ctx, a->id);
		return a;
	}
	return NULL;
}

static const struct tt_log_answer *read_answer(struct tt_log_reading *c,
					       const struct tt_log_session *x,
					       struct tt_slice *next_r)
{
	const struct tt_log_kept *const k = message_of(c, x);
	struct tt_slice answer = c->field[TT_LF_answer];

	if (c->says.gives != TT_GIVES_deliver || next_r->n)
		return NULL;
	if (answer.n == 0 && k)
		answer = tt_log_kept_field(k, TT_LF_answer);
	return tt_log_next_id(c, answer, next_r);
}

/* Known by what a line before said of the session's message, too. */
static struct tt_event_ids ids_with(const struct tt_log_reading *c,
				    const struct tt_log_session *x)
{
	const struct tt_log_kept *const k = message_of(c, x);
	struct tt_event_ids ids = tt_log_ids(c);

	if (k && ids.queue_id.n == 0)
		ids.queue_id = tt_log_kept_field(k, TT_LF_queue_id);
	if (k && ids.message_id.n == 0)
		ids.message_id =
			tt_log_bare(tt_log_kept_field(k, TT_LF_message_id));
	return ids;
}

static void judge_attempt(struct tt_log_reading *c, struct tt_event *e)
{
	const char *rule;
	const struct tt_slice text = c->field[TT_LF_text].n
					     ? c->field[TT_LF_text]
					     : c->field[TT_LF_answer];

	e->outcome = c->says.outcome;
	if (c->says.outcome == TT_OUTCOME_DEFERRED ||
	    c->says.outcome == TT_OUTCOME_BOUNCED) {
		const enum tt_outcome o = tt_status_outcome(
			c->log->m, text, c->line->off, c->diags, &rule);

		if (o != TT_OUTCOME_NONE)
			e->outcome = o;
	}
}

static void deliver_to(struct tt_log_reading *c, struct tt_slice recipient,
		       struct tt_log_session *x)
{
	const bool is_sent = c->says.gives == TT_GIVES_deliver;
	struct tt_event_ids ids = ids_with(c, x);
	const struct tt_log_answer *const answer =
		read_answer(c, x, &ids.next_queue_id);

	if (c->field[TT_LF_version].n)
		tt_log_see_level(c);
	if (!tt_log_is_wanted(c, &ids)) {
		set_used(c, x);
		return;
	}
	struct tt_event *e = tt_log_event(c, is_sent ? TT_EVENT_DELIVER
						     : TT_EVENT_ATTEMPT);

	e->next_queue_id = ids.next_queue_id;
	e->is_through = answer && answer->is_through;
	e->recipient = tt_log_bare(tt_slice_trim(recipient));
	take_server(c, e, x);
	take_message(c, e, x);
	set_leg_tls(c, e, x);
	set_used(c, x);
	if (!is_sent)
		judge_attempt(c, e);
	/* What the host did with it itself was no transfer. */
	if (is_sent && e->transport == TT_TRANSPORT_LOCAL && e->next_queue_id.n)
		e->kind = TT_EVENT_LINK;
	tt_log_push(c->log, e);
}

/* Length of the first of several recipients: no comma ends an address in
 * brackets or quotes. */
static size_t first_recipient(struct tt_slice list)
{
	bool is_quoted = false;
	int depth = 0;

	for (size_t i = 0; i < list.n; i++) {
		const uint8_t c = list.p[i];

		if (c == '"')
			is_quoted = !is_quoted;
		else if (!is_quoted && c == '<')
			depth++;
		else if (!is_quoted && c == '>' && depth)
			depth--;
		else if (!is_quoted && !depth && c == ',')
			return i;
	}
	return list.n;
}

static void deliver(struct tt_log_reading *c)
{
	/* One that is new would say nothing. */
	struct tt_log_session *const x = tt_log_open_find(c);
	struct tt_slice list = c->field[TT_LF_recipient];

	if (c->rule->needs_data && !(x && x->has_data))
		return;
	do {
		const size_t n = c->rule->is_list ? first_recipient(list)
						  : list.n;

		deliver_to(c, tt_slice_sub(list, 0, n), x);
		list = tt_slice_sub(list, n + 1, list.n);
	} while (list.n);
	if (x && x->has_data) {
		x->has_data = false;
		tt_log_kept_drop(&x->message);
	}
}

/* A try that left the session in clear. */
static void attempt(struct tt_log_reading *c)
{
	struct tt_event *e = tt_log_event(c, TT_EVENT_ATTEMPT);

	e->recipient = tt_log_bare(c->field[TT_LF_recipient]);
	judge_attempt(c, e);
	tt_log_push(c->log, e);
	if (c->says.has_verdict && c->says.verdict == TT_CLEARTEXT)
		tt_log_open_clear(c);
}

static void context(struct tt_log_reading *c)
{
	struct tt_event *e = tt_log_event(c, TT_EVENT_CONTEXT);

	e->context = c->rule->context;
	tt_log_push(c->log, e);
}

void tt_log_give(struct tt_log_reading *c)
{
	switch (c->says.gives) {
	case TT_GIVES_open:
		tt_log_open(c);
		break;
	case TT_GIVES_tls:
		tt_log_open_tls(c);
		break;
	case TT_GIVES_clear:
		tt_log_open_clear(c);
		break;
	case TT_GIVES_message:
		tt_log_open_message(c);
		break;
	case TT_GIVES_data:
		tt_log_open_data(c);
		break;
	case TT_GIVES_close:
		tt_log_open_close(c);
		break;
	case TT_GIVES_accept:
		accept(c);
		break;
	case TT_GIVES_identify:
		simple(c, TT_EVENT_IDENTIFY);
		break;
	case TT_GIVES_active:
		tt_log_queued_add(c, c->field[TT_LF_queue_id]);
		break;
	case TT_GIVES_deliver:
		deliver(c);
		break;
	case TT_GIVES_attempt:
		if (c->field[TT_LF_peer].n || c->field[TT_LF_status].n)
			deliver(c);
		else
			attempt(c);
		break;
	case TT_GIVES_link:
		simple(c, TT_EVENT_LINK);
		break;
	case TT_GIVES_end:
		tt_log_queued_end(c, c->field[TT_LF_queue_id]);
		break;
	case TT_GIVES_context:
		context(c);
		break;
	case TT_GIVES_level:
		tt_log_see_level(c);
		break;
	case TT_GIVES_reload:
		c->host->reloads++;
		break;
	case TT_GIVES_gap:
		c->log->gap++;
		break;
	case TT_GIVES_nothing:
	case TT_GIVES_COUNT:
		break;
	}
}
