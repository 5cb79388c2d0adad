/* event.c - facts of logs, one after another, and what is known at the end
 *
 * Years, zones and what silence means are known once the log has ended; the
 * rows of its events, which are long, are not written again for that. */
#include "store_private.h"

/* ---- as they come ---- */

enum tt_status tt_case_add_event(struct tt_case *c, int64_t log,
				 const struct tt_event *event,
				 struct tt_slice record, struct tt_err *err)
{
	tt_write_begin(c);
	const int64_t source =
		event->quotes.n && event->quotes.v[0].origin ?
			tt_source_find(c, event->quotes.v[0].origin) :
			log;

	return c->broken.status == TT_OK ?
		       tt_batch_add(c, log, source, event, record, err) :
		       tt_case_status(c, err);
}

/* ---- what a log tells of its events at its end ---- */

void tt_case_settle(struct tt_case *c, const struct tt_event *e)
{
	struct tt_settling *const s = &c->settling;
	int64_t at = 0, uncertainty = 0;
	const bool has = tt_event_time(e, NULL, &at, &uncertainty);
	struct tt_numbers l;

	tt_numbers_open(&l, c, TT_NO_SLICE);
	tt_numbers_begin(&l);
	tt_numbers_put_if(&l, has, at);
	tt_numbers_put_if(&l, has, uncertainty);
	tt_numbers_put(&l, tt_event_verdict(e));
	tt_numbers_end(&l, &s->times);
	s->n++;
}

/* As many as the batch has, or nothing. */
static void keep_settled(struct tt_case *c, int64_t batch, uint64_t n)
{
	struct tt_settling *const s = &c->settling;

	if (s->n != n || n == 0)
		return;
	tt_write_begin(c);
	struct tt_query q = tt_query(c, TT_STMT_SETTLED_ADD,
				     "INSERT OR REPLACE INTO settled"
				     " VALUES (?, ?)");

	tt_put_int(&q, batch);
	tt_put_ascii(&q, (struct tt_slice){ s->times.buf, s->times.n });
	tt_query_run(&q);
	(void)tt_write_end_anew(c, n, NULL);
}

enum tt_status tt_case_add_log(struct tt_case *c, int64_t log,
			       struct tt_slice shared, struct tt_err *err)
{
	tt_write_begin(c);
	tt_events_end_log(c, log);
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

static struct tt_origin get_origin(struct tt_query *q, struct tt_arena *arena)
{
	struct tt_origin o = { .path = tt_get_slice(q) };
	struct tt_slice *member;

	o.n_member = tt_member_names(tt_get_slice(q), &member, arena);
	o.member = member;
	return o;
}

/* False: no more are wanted. */
static bool take_batch(struct tt_query *q,
		       bool (*take)(void *ctx, const struct tt_case_event *e),
		       void *ctx, struct tt_arena *arena)
{
	struct tt_case *const c = q->c;
	const int64_t batch = tt_get_int(q);
	struct tt_case_event e = { .log = tt_get_int(q) };
	uint64_t n = 0;
	bool goes_on = true;

	e.is_settled = tt_get_int(q);
	const struct tt_origin origin = get_origin(q, arena);

	e.origin = &origin;
	struct tt_slice in = tt_get_slice(q);

	c->settling.n = c->settling.times.n = 0;
	for (; goes_on && tt_batch_next(c, &in, &e.record); n++)
		goes_on = take(ctx, &e);
	if (goes_on)
		keep_settled(c, batch, n);
	return goes_on && c->broken.status == TT_OK;
}

enum tt_status tt_case_events(struct tt_case *c,
			      bool (*take)(void *ctx,
					   const struct tt_case_event *e),
			      void *ctx, struct tt_err *err)
{
	struct tt_arena arena = { 0 };

	tt_events_end(c);
	struct tt_query q = tt_query_once(
		c, "SELECT b.id, b.log_id, k.batch_id IS NOT NULL, s.path,"
		   " s.member, b.records"
		   " FROM source s CROSS JOIN batch b ON b.source_id = s.id"
		   " LEFT JOIN settled k ON k.batch_id = b.id"
		   " ORDER BY s.path, s.member, s.generation, b.id");

	while (tt_query_step(&q) == 1 && take_batch(&q, take, ctx, &arena))
		tt_arena_clear(&arena);
	tt_query_end(&q);
	tt_arena_release(&arena);
	return tt_case_status(c, err);
}
