/* log_glance.c - lines that tell of messages nobody asks for
 *
 * Where logs are read for a mail, nearly all of their lines are of others.  A
 * rule that may be read at a glance says so: its literals alone tell what kind
 * of line it is, and the queue id it begins with whose.  A line of an id that
 * is not wanted is then counted for what it is, and its pattern is not
 * matched.  What it says beyond (the id that its message goes on under) is
 * looked at as far as it may make it wanted after all. */
#include <string.h>

#include "log.h"

/* Behind the last place where the literal stands: what stands before it may
 * have been a sender's to write. */
static struct tt_slice behind_last(struct tt_slice text,
				   struct tt_slice literal)
{
	struct tt_slice rest = TT_NO_SLICE;

	for (size_t at; (at = tt_slice_find(text, literal)) != SIZE_MAX;) {
		text = tt_slice_sub(text, at + literal.n, text.n);
		rest = text;
	}
	return rest;
}

static struct tt_slice answer_of(const struct tt_log_reading *c,
				 const struct tt_log_glance *g)
{
	struct tt_slice answer = g->answer.n ?
					 behind_last(c->line->text, g->answer) :
					 TT_NO_SLICE;

	if (answer.n && answer.p[answer.n - 1] == ')')
		answer.n--;
	return answer;
}

static bool has_any(const struct tt_log_glance *g, struct tt_slice text)
{
	for (size_t i = 0; i < g->unless.n; i++)
		if (tt_slice_find(text, g->unless.v[i]) != SIZE_MAX)
			return true;
	return false;
}

static bool passes(const struct tt_log_reading *c,
		   const struct tt_event_ids *ids, enum tt_log_passing how)
{
	return c->log->o.passes(c->log->o.sink.ctx, ids, how);
}

/* ---- sessions ---- */

/* Is anything wanted that waits for the session's end? */
static bool is_awaited(const struct tt_log_reading *c,
		       const struct tt_log_session *x)
{
	for (const struct tt_log_waiting *w = x->waiting; w; w = w->next) {
		const struct tt_event_ids ids = tt_log_ids_of(w->line);

		if (!passes(c, &ids, TT_PASS_NOT_YET))
			return true;
	}
	return tt_log_is_put_off_wanted(c->log, x);
}

static bool pass_end(struct tt_log_reading *c)
{
	struct tt_log_session *const x = tt_log_open_look(c);

	if (x && is_awaited(c, x))
		return false;
	if (x)
		tt_log_open_drop(c->log, x, NULL);
	return true;
}

/* What a session says of itself, or of a message that it brought. */
static bool pass_session(struct tt_log_reading *c)
{
	const enum tt_log_gives gives = c->rule->says.gives;
	struct tt_log_session *x;

	c->host->has_opened |= gives == TT_GIVES_open;
	if (c->line->pid.n > sizeof(x->key_room) ||
	    (gives == TT_GIVES_tls && !tt_log_level_of(c)->is_seen) ||
	    (gives == TT_GIVES_open && !pass_end(c)))
		return false;
	x = tt_log_open_look(c);
	/* It ends what waits, as that came before it. */
	if (x && gives == TT_GIVES_tls && x->waiting)
		return false;
	if (!x) {
		x = tt_log_open_add(c);
		if (x)
			x->is_opened = gives == TT_GIVES_open;
	}
	return x && tt_log_put_off(c, x);
}

static bool pass_accepted(struct tt_log_reading *c)
{
	const struct tt_event_ids ids = { .queue_id = tt_log_id(c) };

	if (!passes(c, &ids, TT_PASS_NOT_YET) || !pass_session(c))
		return false;
	tt_log_queued_add(c, ids.queue_id);
	return true;
}

/* ---- messages ---- */

/* ids are not longer than TT_LOG_USED there */
static void set_used(struct tt_log_session *x, struct tt_slice id,
		     uint64_t line)
{
	struct tt_log_unread *u = x->unread;

	if (!u) {
		tt_log_session_use(x, id, line);
		return;
	}
	while (u->next)
		u = u->next;
	u->used_line = line;
	u->used_n = (uint8_t)id.n;
	memcpy(u->used, id.p, id.n);
}

static bool pass_delivery(struct tt_log_reading *c, struct tt_event_ids *ids)
{
	struct tt_log_session *const x = tt_log_open_look(c);

	if (x && (x->has_data || x->message ||
		  (x->unread && ids->queue_id.n > TT_LOG_USED)))
		return false;
	(void)tt_log_next_id(c, answer_of(c, &c->rule->glance),
			     &ids->next_queue_id);
	if (!passes(c, ids, TT_PASS_EVENT))
		return false;
	(void)tt_log_see_event(c);
	if (x)
		set_used(x, ids->queue_id, c->log->n_lines);
	return true;
}

static bool pass_identity(struct tt_log_reading *c, struct tt_event_ids *ids)
{
	const size_t at = ids->queue_id.n + c->rule->after_id.n;

	ids->message_id = tt_log_bare(
		tt_slice_sub(c->line->text, at, c->line->text.n));
	if (!passes(c, ids, TT_PASS_EVENT))
		return false;
	(void)tt_log_see_event(c);
	return true;
}

static bool pass_message(struct tt_log_reading *c)
{
	struct tt_event_ids ids = {
		.queue_id = tt_log_id(c),
		.origin = c->origin,
		.off = c->line->off,
	};

	switch (c->rule->says.gives) {
	case TT_GIVES_deliver:
		return pass_delivery(c, &ids);
	case TT_GIVES_identify:
		return pass_identity(c, &ids);
	default:
		break;
	}
	if (!passes(c, &ids, TT_PASS_LINE))
		return false;
	if (c->rule->says.gives == TT_GIVES_end)
		tt_log_queued_end(c, ids.queue_id);
	return true;
}

/* Half a line may say less than its literals do; and where a tag was cut, they
 * may be those of another daemon. */
bool tt_log_pass(struct tt_log_reading *c, const struct tt_log_rule *rule)
{
	c->rule = rule;
	if (c->line->is_torn || c->line->is_tag_cut ||
	    has_any(&rule->glance, c->line->text))
		return false;
	switch (rule->says.gives) {
	case TT_GIVES_close:
		return pass_end(c);
	case TT_GIVES_open:
	case TT_GIVES_tls:
		return pass_session(c);
	case TT_GIVES_accept:
		return pass_accepted(c);
	default:
		return pass_message(c);
	}
}
