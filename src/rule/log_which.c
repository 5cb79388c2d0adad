/* log_which.c - which session a line is of, by the key that its rule names
 *
 * Nothing is opened, read or dropped for it: whoever looks may be reading what
 * the session put off. */
#include "log.h"

struct tt_slice tt_log_key(const struct tt_log_reading *c)
{
	switch (c->rule->key) {
	case TT_LOG_KEY_PROCESS:
		return c->line->pid;
	case TT_LOG_KEY_SESSION:
		return c->field[TT_LF_session];
	case TT_LOG_KEY_QUEUE:
		return c->field[TT_LF_queue_id];
	case TT_LOG_KEY_NONE:
		break;
	}
	return TT_NO_SLICE;
}

uint64_t tt_log_key_hash(const struct tt_log_reading *c, struct tt_slice key)
{
	return c->rule->key == TT_LOG_KEY_PROCESS ?
		       c->process :
		       tt_log_session_hash(c->host_name, c->tag, key);
}

struct tt_log_session *tt_log_open_look(const struct tt_log_reading *c)
{
	const struct tt_slice key = tt_log_key(c);

	return key.n ? tt_log_session_find(&c->log->sessions,
					   tt_log_key_hash(c, key),
					   c->host_name, c->tag, key)
		     : NULL;
}
