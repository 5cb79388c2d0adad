/* lists.c - rows of a case for the report's lists and for verify */
#include "store_private.h"

#define BY_PLACE " s.path, s.member, s.generation"

/* ---- worst messages ---- */

static void get_worst(struct tt_query *q, struct tt_worst *w,
		      struct tt_arena *arena)
{
	*w = (struct tt_worst){ .id = tt_get_int(q) };
	w->is_log_only = !tt_get_hash(q, w->content_sha256);
	w->log_key = tt_get_copy(q, arena);
	w->path = tt_get_copy(q, arena);
	w->off = (uint64_t)tt_get_int(q);
	w->message_id = tt_get_copy(q, arena);
	w->subject = tt_get_copy(q, arena);
	w->receiver = tt_get_copy(q, arena);
	w->peer = tt_get_copy(q, arena);
	w->has_time = !tt_get_is_null(q);
	w->time_unix = tt_get_int(q);
	w->fit = (enum tt_fit)tt_get_code(q, TT_FIT_SUITE);
	w->fail_basis = (enum tt_basis)tt_get_code(q, TT_BASIS_LOG);
	w->weakest = (enum tt_tls)tt_get_code(q, TT_TLSV1_3);
}

#define FAILING "verdict = 3 AND parent_sha256 IS NULL"

enum tt_status tt_case_worst(struct tt_case *c, size_t limit,
			     struct tt_worsts *worsts_r,
			     struct tt_arena *arena, struct tt_err *err)
{
	struct tt_query q = tt_query_once(
		c,
		"SELECT m.id, m.content_sha256, m.log_key, s.path, m.off,"
		" m.message_id, m.subject,"
		" (SELECT value FROM string WHERE id = m.receiver_id),"
		" (SELECT value FROM string WHERE id = m.peer_id), m.time,"
		" coalesce(m.worst_fit, 0), coalesce(m.fail_basis, 0),"
		" coalesce(m.weakest, 0)"
		" FROM message m LEFT JOIN source s ON s.id = m.source_id"
		" WHERE m.verdict = 3 AND m.parent_sha256 IS NULL"
		" ORDER BY CASE m.worst_fit WHEN 4 THEN 0 WHEN 6 THEN 1"
		"  ELSE 2 END,"
		" CASE m.fail_basis WHEN 1 THEN 0 WHEN 4 THEN 1 WHEN 2 THEN 2"
		"  ELSE 3 END,"
		" m.log_key IS NOT NULL, m.log_key," BY_PLACE
		", m.top_off, m.seq LIMIT ?");

	*worsts_r = (struct tt_worsts){ 0 };
	tt_put_int(&q, limit ? (int64_t)limit : -1);
	while (tt_query_step(&q) == 1)
		get_worst(&q, tt_vec_push(arena, worsts_r), arena);
	tt_query_end(&q);
	worsts_r->more = (uint64_t)tt_case_int(
				 c, "SELECT count(*) FROM message"
				    " WHERE " FAILING) -
			 worsts_r->n;
	return tt_case_status(c, err);
}

/* ---- options ---- */

/* The marks are ours, and no options. */
enum tt_status tt_case_facts(struct tt_case *c, struct tt_case_facts *facts_r,
			     struct tt_arena *arena, struct tt_err *err)
{
	struct tt_query q = tt_query_once(
		c, "SELECT name, value FROM run WHERE name NOT IN (?, ?)"
		   " ORDER BY name");

	*facts_r = (struct tt_case_facts){ 0 };
	tt_put_text(&q, TT_S(TT_JOIN_MARK));
	tt_put_text(&q, TT_S(TT_OPEN_MARK));
	while (tt_query_step(&q) == 1) {
		struct tt_case_fact *const f = tt_vec_push(arena, facts_r);

		f->name = tt_get_copy(&q, arena);
		f->value = tt_get_copy(&q, arena);
	}
	tt_query_end(&q);
	return tt_case_status(c, err);
}

/* ---- sources ---- */

static void get_source(struct tt_query *q, struct tt_case_source_row *r,
		       struct tt_arena *arena)
{
	*r = (struct tt_case_source_row){ .id = tt_get_int(q) };
	r->path = tt_get_slice(q);
	r->n_member = tt_member_names(tt_get_slice(q), &r->member, arena);
	r->is_file = r->n_member == 0;
	r->is_newest = tt_get_int(q);
	r->state = (enum tt_source_state)tt_get_code(q, TT_SOURCE_FAILED);
	r->is_regular = !tt_get_is_null(q);
	r->size = (uint64_t)tt_get_int(q);
	r->mtime_unix = tt_get_int(q);
	r->has_hash = tt_get_hash(q, r->sha256);
	r->reason = tt_get_slice(q);
	r->occurrences = (uint64_t)tt_get_int(q);
	r->events = (uint64_t)tt_get_int(q);
	r->diags = (uint64_t)tt_get_int(q);
}

enum tt_status tt_case_sources(struct tt_case *c,
			       bool (*take)(void *ctx,
					    const struct tt_case_source_row *r),
			       void *ctx, struct tt_err *err)
{
	struct tt_query q = tt_query_once(
		c, "SELECT s.id, s.path, s.member, NOT EXISTS (SELECT 1 FROM"
		   "  source n WHERE n.path = s.path AND n.member = x''"
		   "  AND n.generation > s.generation),"
		   " s.state, s.size, s.mtime, s.sha256, s.reason,"
		   " (SELECT count(*) FROM main.occurrence WHERE source_id = s.id),"
		   " (SELECT sum(n) FROM batch WHERE source_id = s.id),"
		   " (SELECT count(*) FROM diag WHERE source_id = s.id)"
		   " + s.more_diags FROM source s ORDER BY" BY_PLACE);
	struct tt_arena arena = { 0 };

	while (tt_query_step(&q) == 1) {
		struct tt_case_source_row r;

		tt_arena_clear(&arena);
		get_source(&q, &r, &arena);
		if (c->broken.status != TT_OK || !take(ctx, &r))
			break;
	}
	tt_query_end(&q);
	tt_arena_release(&arena);
	return tt_case_status(c, err);
}

enum tt_status
tt_case_source_diags(struct tt_case *c,
		     bool (*take)(void *ctx, const struct tt_case_diag_row *r),
		     void *ctx, struct tt_err *err)
{
	struct tt_query q = tt_query_once(
		c, "SELECT d.source_id, d.severity, t.value, d.off, d.text"
		   " FROM source s CROSS JOIN diag d ON d.source_id = s.id"
		   " JOIN string t ON t.id = d.code_id"
		   " ORDER BY" BY_PLACE ", d.seq");

	while (tt_query_step(&q) == 1) {
		struct tt_case_diag_row r = { .source = tt_get_int(&q) };

		r.severity = (enum tt_severity)tt_get_code(&q, TT_SEV_FAILED);
		r.code = tt_get_slice(&q);
		r.off = tt_get_off(&q);
		r.text = tt_get_slice(&q);
		if (c->broken.status != TT_OK || !take(ctx, &r))
			break;
	}
	tt_query_end(&q);
	return tt_case_status(c, err);
}

/* ---- what verify compares ---- */

static void get_message_span(struct tt_query *q, struct tt_case_span *s)
{
	s->is_message = true;
	s->is_decoded = tt_get_int(q);
	s->message_off = (uint64_t)tt_get_int(q);
	s->message_length = (uint64_t)tt_get_int(q);
	s->has_hash = tt_get_hash(q, s->sha256);
	s->off = tt_get_off(q);
	s->length = (uint64_t)tt_get_int(q);
	s->text = tt_get_slice(q);
	s->rule = tt_get_slice(q);
}

enum tt_status tt_case_spans(struct tt_case *c, int64_t source,
			     bool (*take)(void *ctx,
					  const struct tt_case_span *s),
			     void *ctx, struct tt_err *err)
{
	struct tt_query q = tt_query_once(
		c, "SELECT m.is_decoded, m.off, m.length, m.sha256, e.off,"
		   " e.length, coalesce(" TT_TEXT_AT("e.text_at", "e.text_n")
		   ", ''), (SELECT value FROM string WHERE id = e.rule_id)"
		   " FROM message m CROSS JOIN record r ON r.message_id = m.id"
		   " CROSS JOIN detail d ON d.message_id = m.id"
		   " CROSS JOIN quote_numbers(d.quotes) e"
		   " WHERE m.source_id = ? AND m.log_key IS NULL"
		   "  AND e.source_id = 0 AND e.off IS NOT NULL"
		   " ORDER BY m.top_off, m.seq, e.seq");
	bool goes_on = true;

	tt_put_int(&q, source);
	while (goes_on && tt_query_step(&q) == 1) {
		struct tt_case_span s = { .source = source };

		get_message_span(&q, &s);
		goes_on = c->broken.status == TT_OK && take(ctx, &s);
	}
	tt_query_end(&q);
	if (goes_on)
		tt_log_order_spans(c, source, take, ctx);
	return tt_case_status(c, err);
}

enum tt_status
tt_case_occurrences(struct tt_case *c, int64_t source,
		    bool (*take)(void *ctx, const struct tt_case_occurrence *o),
		    void *ctx, struct tt_err *err)
{
	struct tt_query q = tt_query_once(
		c, "SELECT o.off, o.length, o.sha256, o.is_decoded,"
		   " m.content_sha256 FROM occurrence o"
		   " JOIN message m ON m.id = o.message_id"
		   " WHERE o.source_id = ? ORDER BY o.top_off, o.seq");

	tt_put_int(&q, source);
	while (tt_query_step(&q) == 1) {
		struct tt_case_occurrence o;

		o.off = (uint64_t)tt_get_int(&q);
		o.length = (uint64_t)tt_get_int(&q);
		(void)tt_get_hash(&q, o.sha256);
		o.is_decoded = tt_get_int(&q);
		(void)tt_get_hash(&q, o.content_sha256);
		if (c->broken.status != TT_OK || !take(ctx, &o))
			break;
	}
	tt_query_end(&q);
	return tt_case_status(c, err);
}
