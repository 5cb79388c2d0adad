/* log_unread.c - lines of a session that are read when they are of use
 *
 * What a session says of itself counts for the messages it brought, and whether
 * any of these is wanted is seen by their queue ids alone.  Until one is, its
 * lines wait as they came; where none was when the session ends, they were of
 * no use.  What is read late is read as it would have been then: with the gaps
 * and reloads before it, and behind the lines before it. */
#include <string.h>

#include "log.h"

#define MOST 8 /* lines of a session; then they are read */
#define MOST_BYTES 2048 /* of one */

static struct tt_log_unread *copy(const struct tt_log_reading *c,
				  uint32_t text_at)
{
	const struct tt_slice raw = c->line->raw;
	struct tt_log_unread *u;
	struct tt_log_spare *spare;
	size_t size = sizeof(*u) + raw.n;

	u = tt_log_kept_room(c->log, &size, &spare);
	*u = (struct tt_log_unread){
		.spare = spare,
		.host = c->host,
		.rule = c->rule,
		.origin = c->origin,
		.pointer = c->line->pointer,
		.off = c->line->off,
		.gap = c->log->gap,
		.time_us = c->line->time_us,
		.n = (uint32_t)raw.n,
		.text_at = text_at,
		.text_n = (uint32_t)c->line->text.n,
		.reloads = c->host->reloads,
		.time = (uint8_t)c->line->time,
	};
	memcpy(u->raw, raw.p, raw.n);
	return u;
}

/* Of two lines that say of TLS, one behind the other, the first was for nobody,
 * but for messages before it, which it ends. */
static bool is_replaced(const struct tt_log_reading *c,
			const struct tt_log_session *x,
			const struct tt_log_unread *last)
{
	return !last->next && x->n_accepts == 0 &&
	       last->rule->says.gives == TT_GIVES_tls &&
	       c->rule->says.gives == TT_GIVES_tls;
}

bool tt_log_put_off(struct tt_log_reading *c, struct tt_log_session *x)
{
	const struct tt_slice raw = c->line->raw, text = c->line->text;
	const uintptr_t at = (uintptr_t)text.p - (uintptr_t)raw.p;
	struct tt_log_unread **last = &x->unread;

	if (x->n_unread == MOST || raw.n > MOST_BYTES || at > raw.n ||
	    text.n > raw.n - at)
		return false;
	while (*last && !is_replaced(c, x, *last))
		last = &(*last)->next;
	if (*last) {
		tt_log_kept_give((*last)->spare, *last);
		x->n_unread--;
	}
	*last = copy(c, (uint32_t)at);
	x->n_unread++;
	x->n_accepts += c->rule->says.gives == TT_GIVES_accept;
	return true;
}

static struct tt_slice text_of(const struct tt_log_unread *u)
{
	return (struct tt_slice){ u->raw + u->text_at, u->text_n };
}

/* ---- are they of use? ---- */

static bool passes(const struct tt_log *log, const struct tt_log_unread *u,
		   enum tt_log_passing how)
{
	const struct tt_slice text = text_of(u);
	const struct tt_event_ids ids = {
		.queue_id = tt_slice_sub(text, 0, tt_log_id_length(text)),
		.origin = u->origin,
		.off = u->off,
	};

	return log->o.passes(log->o.sink.ctx, &ids, how);
}

bool tt_log_is_put_off_wanted(const struct tt_log *log,
			      const struct tt_log_session *x)
{
	const struct tt_log_unread *u = x->n_accepts ? x->unread : NULL;

	for (; u; u = u->next)
		if (u->rule->says.gives == TT_GIVES_accept &&
		    !passes(log, u, TT_PASS_NOT_YET))
			return true;
	return false;
}

static void pass_one(struct tt_log *log, const struct tt_log_unread *u)
{
	const struct tt_log_line line = { .time = (enum tt_log_time)u->time,
					  .time_us = u->time_us };
	struct tt_log_reading c = { .log = log,
				    .line = &line,
				    .diags = log->at.diags,
				    .host = u->host,
				    .rule = u->rule };

	if (u->rule->says.gives != TT_GIVES_accept)
		return;
	(void)passes(log, u, TT_PASS_EVENT);
	(void)tt_log_see_event(&c);
}

void tt_log_pass_put_off(struct tt_log *log, struct tt_log_session *x)
{
	struct tt_log_unread *next;

	for (struct tt_log_unread *u = x->unread; u; u = next) {
		next = u->next;
		if (x->n_accepts)
			pass_one(log, u);
		tt_log_kept_give(u->spare, u);
	}
	x->unread = NULL;
	x->n_unread = x->n_accepts = 0;
}

/* ---- then they are read ---- */

/* What stays the same for all of them. */
struct session {
	struct tt_slice host, tag, pid;
	uint64_t process;
};

/* What is told of the line, to those who read the log now: it may be of a file
 * before. */
static void tell(struct tt_log *log, const struct tt_log_unread *u,
		 const struct tt_diags *told)
{
	const struct tt_slice path = u->origin->path;

	for (size_t i = 0; i < told->list.n; i++) {
		const struct tt_diag *const d = &told->list.v[i];

		if (u->origin == log->origin)
			tt_diag_add(log->at.diags, d->code, d->off, "%s",
				    d->text);
		else
			tt_diag_add(log->at.diags, d->code, d->off,
				    "in %.*s: %s", (int)path.n,
				    (const char *)path.p, d->text);
	}
}

static void read_one(struct tt_log *log, const struct session *s,
		     const struct tt_log_unread *u)
{
	const struct tt_log_line line = {
		.off = u->off,
		.raw = { u->raw, u->n },
		.text = text_of(u),
		.host = s->host,
		.tag = s->tag,
		.pid = s->pid,
		.time = (enum tt_log_time)u->time,
		.time_us = u->time_us,
		.pointer = u->pointer,
	};
	struct tt_diags told;
	struct tt_log_reading c = {
		.log = log,
		.origin = u->origin,
		.line = &line,
		.diags = &told,
		.host = u->host,
		.host_name = s->host,
		.tag = s->tag,
		.process = s->process,
		.is_late = true,
	};
	const unsigned reloads = u->host->reloads;

	tt_diags_init(&told, &log->lent);
	tt_matcher_context(log->m, &told, u->off);
	log->gap = u->gap;
	u->host->reloads = u->reloads;
	(void)log->read_line(&c);
	u->host->reloads = reloads;
	tell(log, u, &told);
	c.rule = u->rule;
	struct tt_log_session *const x = u->used_n ? tt_log_open_look(&c) : NULL;

	if (x)
		tt_log_session_use(x, (struct tt_slice){ u->used, u->used_n },
				   u->used_line);
}

/* An opening line makes another session, of the same name. */
void tt_log_read_put_off(struct tt_log *log, struct tt_log_session *x)
{
	struct tt_log_unread *u = x->unread, *next;
	uint8_t pid[sizeof(x->key_room)];
	const uint64_t gap = log->gap;
	const struct session s = { x->host, x->tag, { pid, x->key.n }, x->hash };

	memcpy(pid, x->key.p, x->key.n);
	log->has_lent = true;
	x->unread = NULL;
	x->n_unread = x->n_accepts = 0;
	for (; u; u = next) {
		next = u->next;
		read_one(log, &s, u);
		tt_log_kept_give(u->spare, u);
	}
	log->gap = gap;
	tt_matcher_context(log->m, log->at.diags, log->line_off);
}
