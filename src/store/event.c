/* event.c - facts of logs, as they were read
 *
 * The columns are for people and joins in SQL; concluding reads the record.
 * The same record at the same place is one row, however often it is read. */
#include <tlstrail/trail/codec.h>

#include "store_private.h"

#define DIGEST_BYTES 8

/* ---- what a log tells of its events at its end ---- */

static void put_time(struct tt_query *q, const struct tt_event *e)
{
	int64_t at = 0, uncertainty = 0;
	const bool has = tt_event_time(e, NULL, &at, &uncertainty);

	tt_put_if(q, has, at);
	tt_put_if(q, has, uncertainty);
}

/* Years, zones and what silence means are known once the log has ended; the
 * rows of its events, which are long, are not written again for that. */
enum tt_status tt_case_settle(struct tt_case *c, int64_t id,
			      const struct tt_event *e, struct tt_err *err)
{
	tt_write_begin(c);
	struct tt_query q =
		tt_query(c, TT_STMT_SETTLED_ADD,
			 "INSERT OR REPLACE INTO settled VALUES (?, ?, ?, ?)");

	tt_put_int(&q, id);
	put_time(&q, e);
	tt_put_int(&q, tt_event_verdict(e));
	tt_query_run(&q);
	return tt_write_end_anew(c, err);
}

enum tt_status tt_case_add_log(struct tt_case *c, int64_t log,
			       struct tt_slice shared, struct tt_err *err)
{
	tt_write_begin(c);
	struct tt_query q = tt_query(c, TT_STMT_LOG_PUT,
				     "INSERT OR REPLACE INTO log"
				     "(source_id, shared) VALUES (?, ?)");

	tt_put_int(&q, log);
	tt_put_blob(&q, shared);
	tt_query_run(&q);
	return tt_write_end(c, 0, err);
}

/* ---- logs and their events ---- */

enum tt_status tt_case_log(struct tt_case *c, int64_t log,
			   struct tt_slice *shared_r, struct tt_arena *arena,
			   struct tt_err *err)
{
	struct tt_query q = tt_query(c, TT_STMT_LOG_GET,
				     "SELECT shared FROM log"
				     " WHERE source_id = ?");

	*shared_r = TT_NO_SLICE;
	tt_put_int(&q, log);
	if (tt_query_step(&q) == 1)
		*shared_r = tt_get_copy(&q, arena);
	tt_query_end(&q);
	return tt_case_status(c, err);
}

static void put_digest(struct tt_query *q, struct tt_slice record,
		       uint8_t sum[TT_SHA256_LEN])
{
	tt_sha256_begin(q->c->hash);
	tt_sha256_add(q->c->hash, record);
	tt_sha256_end(q->c->hash, sum);
	tt_put_blob(q, (struct tt_slice){ sum, DIGEST_BYTES });
}

static void put_keys(struct tt_query *q, const struct tt_event *e)
{
	tt_put_string(q, e->host);
	tt_put_string(q, e->software);
	tt_put_text(q, e->queue_id);
	tt_put_text(q, e->next_queue_id);
	tt_put_text(q, e->message_id);
	tt_put_text(q, e->ses_id);
	tt_put_text(q, e->recipient);
}

static void add_row(struct tt_case *c, int64_t log, int64_t source,
		    const struct tt_event *e, struct tt_slice record)
{
	uint8_t sum[TT_SHA256_LEN];
	struct tt_query q = tt_query(
		c, TT_STMT_EVENT_ADD,
		"INSERT OR IGNORE INTO event(log_id, source_id, off, digest,"
		" kind, side, host_id, software_id, queue_id, next_queue_id,"
		" message_id, ses_id, recipient, tls_version, cipher_id,"
		" outcome, record)"
		" VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");

	tt_put_int(&q, log);
	tt_put_int(&q, source);
	tt_put_int(&q, e->quotes.n ? (int64_t)e->quotes.v[0].off : 0);
	put_digest(&q, record, sum);
	tt_put_int(&q, e->kind);
	tt_put_some(&q, e->side, TT_SIDE_NULL);
	put_keys(&q, e);
	tt_put_some(&q, e->version, TT_TLS_NONE);
	tt_put_string(&q, e->cipher);
	tt_put_some(&q, e->outcome, TT_OUTCOME_NONE);
	tt_put_blob(&q, record);
	tt_query_run(&q);
}

enum tt_status tt_case_add_event(struct tt_case *c, int64_t log,
				 const struct tt_event *event,
				 struct tt_slice record, struct tt_err *err)
{
	tt_write_begin(c);
	const int64_t source =
		event->quotes.n && event->quotes.v[0].origin ?
			tt_source_find(c, event->quotes.v[0].origin) :
			log;

	add_row(c, log, source, event, record);
	tt_join_mark(c, true);
	return tt_write_end_anew(c, err);
}

enum tt_status tt_case_events(struct tt_case *c,
			      bool (*take)(void *ctx,
					   const struct tt_case_event *e),
			      void *ctx, struct tt_err *err)
{
	struct tt_query q = tt_query_once(
		c, "SELECT e.id, e.log_id, e.record, k.event_id IS NOT NULL"
		   " FROM source s CROSS JOIN event e ON e.source_id = s.id"
		   " LEFT JOIN settled k ON k.event_id = e.id"
		   " ORDER BY s.path, s.member, s.generation, e.off,"
		   " e.digest");

	while (tt_query_step(&q) == 1) {
		struct tt_case_event e = { .id = tt_get_int(&q) };

		e.log = tt_get_int(&q);
		e.record = tt_get_slice(&q);
		e.is_settled = tt_get_int(&q);
		if (!take(ctx, &e))
			break;
	}
	tt_query_end(&q);
	return tt_case_status(c, err);
}
