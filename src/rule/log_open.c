/* log_open.c - sessions and queued messages, while a log is read
 *
 * What a session told is kept for what comes; what waits for its end is pushed
 * when that comes, or when it will not. */
#include "log.h"

/* ---- sessions ---- */

/* Both named, and not the same. */
static bool differ(struct tt_slice a, struct tt_slice b)
{
	return a.n && b.n && !tt_slice_ieq(a, b);
}

/* May the line that was kept be of the connection at hand?  A process goes on
 * to other peers, and where lines were lost nobody saw it do so. */
bool tt_log_is_same(const struct tt_log_reading *c, const struct tt_log_kept *k)
{
	if (!k || (c->rule->key == TT_LOG_KEY_PROCESS && k->gap != c->log->gap))
		return false;
	const struct tt_slice peer = tt_log_kept_field(k, TT_LF_peer);

	return !differ(tt_log_kept_field(k, TT_LF_from_ip),
		       c->field[TT_LF_from_ip]) &&
	       !differ(tt_log_kept_field(k, TT_LF_by_ip),
		       c->field[TT_LF_by_ip]) &&
	       (peer.n == 0 || tt_slice_ieq(peer, c->field[TT_LF_peer]));
}

void tt_log_open_drop(struct tt_log *log, struct tt_log_session *x,
		      struct tt_log_reading *close)
{
	if (x->unread)
		tt_log_pass_put_off(log, x);
	tt_log_wait_end(log, x, close);
	tt_log_session_drop(&log->sessions, x);
}

struct tt_log_session *tt_log_open_find(struct tt_log_reading *c)
{
	struct tt_log_session *const x = tt_log_open_look(c);

	if (!x || !x->unread)
		return x;
	tt_log_read_put_off(c->log, x);
	return tt_log_open_look(c);
}

/* What was put off and is wanted is read first: the oldest is another then. */
void tt_log_open_drop_oldest(struct tt_log *log)
{
	while (tt_log_is_put_off_wanted(log, log->sessions.oldest))
		tt_log_read_put_off(log, log->sessions.oldest);
	tt_log_open_drop(log, log->sessions.oldest, NULL);
	tt_log_sessions_fetch_oldest(&log->sessions);
}

/* NULL: the line says of no session. */
struct tt_log_session *tt_log_open_add(struct tt_log_reading *c)
{
	struct tt_log *const log = c->log;
	const struct tt_slice key = tt_log_key(c);
	struct tt_log_session *x = tt_log_open_find(c);

	if (x || key.n == 0)
		return x;
	if (log->sessions.n >= TT_MAX_log_sessions) {
		/* A client's process that is long done is no loss. */
		if (log->sessions.oldest->is_opened && log->n_dropped++ == 0)
			tt_diag_limit(c->diags, TT_DIAG_sessions_cut,
				      TT_LIM_log_sessions, c->line->off, 0);
		tt_log_open_drop_oldest(log);
	}
	x = tt_log_session_add(&log->sessions, tt_log_key_hash(c, key),
			       c->host_name, c->tag, key);
	x->gap = log->gap;
	return x;
}

bool tt_log_is_whole(const struct tt_log_reading *c,
		     const struct tt_log_session *x)
{
	return x && x->is_opened && x->gap == c->log->gap &&
	       tt_log_is_same(c, x->open);
}

void tt_log_open(struct tt_log_reading *c)
{
	struct tt_log_session *x = tt_log_open_find(c);

	c->host->has_opened = true;
	if (x)
		tt_log_open_drop(c->log, x, NULL);
	x = tt_log_open_add(c);
	if (!x)
		return;
	x->is_opened = true;
	tt_log_keep(&x->open, c);
}

/* What was accepted before came without TLS; or by another connection, if this
 * one's beginning was not seen. */
static void end_before_tls(const struct tt_log_reading *c,
			   struct tt_log_session *x)
{
	struct tt_log_reading end = *c;

	end.says.has_verdict = false;
	tt_log_wait_end(c->log, x, tt_log_is_whole(c, x) ? &end : NULL);
}

void tt_log_open_tls(struct tt_log_reading *c)
{
	struct tt_log_session *x = tt_log_open_add(c);

	tt_log_see_level(c);
	if (!x)
		return;
	if (x->waiting)
		end_before_tls(c, x);
	tt_log_keep(&x->tls, c);
	tt_log_kept_drop(&x->clear);
	tt_log_session_used(x, TT_NO_SLICE);
}

void tt_log_open_clear(struct tt_log_reading *c)
{
	struct tt_log_session *x = tt_log_open_add(c);

	if (!x)
		return;
	tt_log_keep(&x->clear, c);
	tt_log_kept_drop(&x->tls);
	tt_log_session_used(x, TT_NO_SLICE);
}

void tt_log_open_message(struct tt_log_reading *c)
{
	struct tt_log_session *x = tt_log_open_add(c);

	if (!x)
		return;
	tt_log_keep(&x->message, c);
	x->has_data = false;
}

void tt_log_open_data(struct tt_log_reading *c)
{
	struct tt_log_session *x = tt_log_open_find(c);

	if (x)
		x->has_data = true;
}

/* Of a connection whose beginning was not seen: does its end speak of what came
 * before?  Not where the host's log has no beginnings, of any daemon's
 * connections: who filters by words takes them all away. */
static bool is_end_of_it(const struct tt_log_reading *c)
{
	return c->says.has_verdict && c->host->has_opened && !c->log->is_picked;
}

void tt_log_open_close(struct tt_log_reading *c)
{
	struct tt_log_session *x = tt_log_open_find(c);

	if (x)
		tt_log_open_drop(c->log, x,
				 tt_log_is_whole(c, x) || is_end_of_it(c) ?
					 c :
					 NULL);
}

/* ---- queued messages ---- */

static uint64_t hash_queued(const struct tt_log_reading *c, struct tt_slice id)
{
	return tt_log_session_hash(c->host_name, TT_NO_SLICE, id);
}

static struct tt_log_session *find_queued(const struct tt_log_reading *c,
					  uint64_t hash, struct tt_slice id)
{
	return tt_log_session_find(&c->log->queued, hash, c->host_name,
				   TT_NO_SLICE, id);
}

struct tt_log_session *tt_log_queued(const struct tt_log_reading *c)
{
	const struct tt_slice id = c->field[TT_LF_queue_id];

	return id.n ? find_queued(c, hash_queued(c, id), id) : NULL;
}

enum tt_silence tt_log_silence(struct tt_log_reading *c,
			       const struct tt_log_session *x,
			       const struct tt_log_level **level_r)
{
	const struct tt_log_rule *const rule = c->rule;
	const struct tt_log_session *const q =
		rule->needs_active ? tt_log_queued(c) : NULL;

	if (c->log->is_picked ||
	    (rule->needs_whole && !tt_log_is_whole(c, x)) ||
	    (rule->needs_active && !(q && q->gap == c->log->gap)))
		return TT_SILENCE_NOTHING;
	if (rule->silence == TT_SILENCE_IF_LEVEL)
		*level_r = tt_log_level_of(c);
	return rule->silence;
}

void tt_log_queued_add(struct tt_log_reading *c, struct tt_slice id)
{
	struct tt_log *const log = c->log;

	if (!id.n)
		return;
	const uint64_t hash = hash_queued(c, id);
	struct tt_log_session *x = find_queued(c, hash, id);

	if (!x) {
		if (log->queued.n >= TT_MAX_log_queued) {
			if (log->n_unqueued++ == 0)
				tt_diag_limit(c->diags, TT_DIAG_queued_cut,
					      TT_LIM_log_queued, c->line->off,
					      0);
			tt_log_session_drop(&log->queued, log->queued.oldest);
		}
		x = tt_log_session_add(&log->queued, hash, c->host_name,
				       TT_NO_SLICE, id);
	}
	x->gap = log->gap;
	x->queued_line = log->n_lines;
}

void tt_log_queued_end(struct tt_log_reading *c, struct tt_slice id)
{
	struct tt_log_session *x =
		id.n ? find_queued(c, hash_queued(c, id), id) : NULL;

	if (x)
		tt_log_session_drop(&c->log->queued, x);
}
