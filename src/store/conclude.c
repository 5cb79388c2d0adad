/* conclude.c - what is made of a message, kept in its row */
#include <tlstrail/trail/codec.h>

#include "store_private.h"

/* ---- the row ---- */

static void put_result(struct tt_query *q, const struct tt_timeline *t)
{
	const struct tt_result *const r = &t->result;

	tt_put_if(q, !t->is_no_message, r->verdict);
	tt_put_some(q, r->fail_basis, TT_BASIS_NONE);
	tt_put_some(q, r->border, -1);
	tt_put_some(q, r->border_basis, TT_BORDER_NULL);
	tt_put_int(q, r->claimed);
	tt_put_int(q, r->silent_internal);
	tt_put_int(q, r->hops);
	tt_put_int(q, r->encrypted);
	tt_put_int(q, r->cleartext);
	tt_put_int(q, r->unknown);
	tt_put_int(q, r->excluded);
	tt_put_some(q, r->weakest, TT_TLS_NONE);
}

static size_t count_attempts(const struct tt_timeline *t)
{
	size_t n = t->attempts.n;

	for (size_t i = 0; i < t->hops.n; i++)
		n += t->hops.v[i].attempts.n;
	return n;
}

static void put_entry(struct tt_query *q, const struct tt_timeline *t,
		      const struct tt_entry_hop *e)
{
	const struct tt_hop *const hop =
		e->hop >= 0 ? &t->hops.v[e->hop] : NULL;
	const enum tt_tls version =
		!hop		     ? TT_TLS_NONE :
		hop->version	     ? hop->version :
				       hop->version_implied;

	tt_put_if(q, e->has_time, e->time_unix);
	tt_put_some(q, e->worst_fit, -1);
	tt_put_some(q, e->hop, -1);
	tt_put_if(q, hop, hop ? (int64_t)hop->verdict : 0);
	tt_put_some(q, version, TT_TLS_NONE);
	tt_put_if(q, hop && t->result.profile,
		  hop && t->result.profile ?
			  (int64_t)tt_hop_fit(hop, t->result.profile) :
			  0);
	tt_put_string(q, e->receiver);
	tt_put_string(q, e->peer);
	tt_put_string(q, e->part);
	tt_put_some(q, e->basis, TT_PEER_NONE);
}

static struct tt_slice key_of(struct tt_case *c, const struct tt_timeline *t,
			      struct tt_slice log_key)
{
	uint8_t *const hash = tt_arena_alloc(&c->scratch, TT_SHA256_LEN);

	if (log_key.n) {
		tt_sha256_begin(c->hash);
		tt_sha256_add(c->hash, log_key);
		tt_sha256_end(c->hash, hash);
	} else {
		memcpy(hash, t->content_sha256, TT_SHA256_LEN);
	}
	return (struct tt_slice){ hash, TT_SHA256_LEN };
}

/* Where lists have it; what is no message is in none.  Nobody received what
 * is inside another: its own date stands for that. */
static void put_listed(struct tt_query *q, const struct tt_timeline *t,
		       struct tt_slice log_key, const struct tt_entry_hop *e)
{
	const struct tt_date *const date = &t->identity.date;
	const bool is_by_date = !e->has_time && t->has_parent && date->is_set;
	const struct tt_listed l = {
		.is_embedded = t->has_parent,
		.has_time = e->has_time || is_by_date,
		.time_unix = is_by_date ? date->unix_s : e->time_unix,
		.key = key_of(q->c, t, log_key).p,
	};

	if (t->is_no_message)
		tt_put_null(q);
	else
		tt_put_blob(q, tt_listed_put(&l, &q->c->scratch));
}

void tt_put_conclusion(struct tt_query *q, const struct tt_timeline *t,
		       bool is_joined, struct tt_slice log_key,
		       const struct tt_rules *rules)
{
	const struct tt_entry_hop e =
		tt_entry_find(t, rules, &q->c->scratch);

	tt_put_int(q, true);
	tt_put_int(q, is_joined);
	tt_put_int(q, t->diags ? (int64_t)t->diags->more : 0);
	tt_put_int(q, (int64_t)count_attempts(t));
	put_result(q, t);
	put_entry(q, t, &e);
	put_listed(q, t, log_key, &e);
}

static void update_message(struct tt_case *c, int64_t id,
			   const struct tt_timeline *t, bool is_joined,
			   const struct tt_rules *rules)
{
	struct tt_query q = tt_query(
		c, TT_STMT_MESSAGE_RESULT,
		"UPDATE message SET (" TT_CONCLUSION_COLUMNS ") ="
		" (" TT_CONCLUSION_VALUES ") WHERE id = ?");

	tt_put_conclusion(&q, t, is_joined, TT_NO_SLICE, rules);
	tt_put_int(&q, id);
	tt_query_run(&q);
}

/* Has the message no rows yet? */
static bool is_first(struct tt_case *c, int64_t id, bool *had_bytes_r)
{
	struct tt_query q = tt_query(
		c, TT_STMT_MESSAGE_STATE,
		"SELECT verdict IS NULL, is_joined FROM message WHERE id = ?");
	bool is = false;

	*had_bytes_r = false;
	tt_put_int(&q, id);
	if (tt_query_step(&q) == 1) {
		is = tt_get_int(&q);
		*had_bytes_r = tt_get_int(&q);
	} else {
		tt_case_refuse(c, TT_INPUT, "a message that is not there");
	}
	tt_query_end(&q);
	return is;
}

static void put_concluded(struct tt_case *c, int64_t id, struct tt_slice bytes)
{
	struct tt_query q = tt_query(c, TT_STMT_RECORD_CONCLUDED,
				     "INSERT INTO record(message_id, concluded)"
				     " VALUES (?1, ?2) ON CONFLICT(message_id)"
				     " DO UPDATE SET concluded = ?2");

	tt_put_int(&q, id);
	if (bytes.n)
		tt_put_blob(&q, bytes);
	else
		tt_put_null(&q);
	tt_query_run(&q);
}

/* Logs brought texts from elsewhere: the rows are those of the same timeline
 * with the texts that its bytes have. */
static void replace_from(struct tt_case *c, int64_t id, bool first,
			 struct tt_slice bytes, const struct tt_rules *rules)
{
	struct tt_timeline same;

	if (tt_timeline_get(&same, bytes, rules, &c->scratch))
		tt_rows_replace(c, id, first, &same, bytes);
	else
		tt_case_refuse(c, TT_INPUT, "a record that is none");
}

static void replace_joined(struct tt_case *c, int64_t id, bool first,
			   struct tt_slice bytes, const struct tt_rules *rules)
{
	replace_from(c, id, first, bytes, rules);
	put_concluded(c, id, bytes);
	tt_log_order_forget(c);
}

void tt_conclude(struct tt_case *c, int64_t id, const struct tt_timeline *t,
		 struct tt_slice read, struct tt_slice bytes,
		 const struct tt_rules *rules)
{
	bool had_bytes;
	const bool first = is_first(c, id, &had_bytes);

	if (bytes.n) {
		replace_joined(c, id, first, bytes, rules);
	} else {
		tt_rows_replace(c, id, first, t, read);
		if (had_bytes) {
			put_concluded(c, id, TT_NO_SLICE);
			tt_log_order_forget(c);
		}
	}
	update_message(c, id, t, bytes.n != 0, rules);
}

enum tt_status tt_case_conclude(struct tt_case *c, int64_t id,
				const struct tt_timeline *t,
				struct tt_slice read, struct tt_slice bytes,
				const struct tt_rules *rules,
				struct tt_err *err)
{
	tt_write_begin(c);
	tt_conclude(c, id, t, read, bytes, rules);
	return tt_write_end(c, 1, err);
}

/* ---- messages of logs alone ---- */

enum tt_status tt_case_drop_log_only(struct tt_case *c, struct tt_err *err)
{
	static const char *const tables[] = { "detail", "anomaly", "diag",
					      "record" };

	tt_write_begin(c);
	for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]); i++)
		tt_case_exec(c, tt_arena_printf(
					&c->scratch,
					"DELETE FROM %s WHERE message_id IN"
					" (SELECT id FROM message"
					"  WHERE log_key IS NOT NULL)",
					tables[i]));
	tt_case_exec(c, "DELETE FROM message WHERE log_key IS NOT NULL");
	tt_log_order_forget(c);
	tt_log_order_begin(c);
	return tt_write_end(c, 1, err);
}

static int64_t add_message(struct tt_case *c, struct tt_slice key,
			   const struct tt_timeline *t,
			   const struct tt_rules *rules)
{
	const struct tt_identity *const i = &t->identity;
	const struct tt_origin origin = {
		.path = t->path,
		.member = t->member,
		.n_member = t->n_member,
	};
	struct tt_query q = tt_query(
		c, TT_STMT_LOG_ONLY_ADD,
		"INSERT INTO message(log_key, source_id, top_off, seq, off,"
		" length, is_decoded, message_id, date, from_id, subject, "
		TT_CONCLUSION_COLUMNS ")"
		" VALUES (?, ?, ?, 0, ?, ?, 0, ?, ?, ?, ?, "
		TT_CONCLUSION_VALUES ")");

	tt_put_blob(&q, key);
	tt_put_some(&q, t->path.n ? tt_source_find(c, &origin) : 0, 0);
	tt_put_int(&q, (int64_t)t->off);
	tt_put_int(&q, (int64_t)t->off);
	tt_put_int(&q, (int64_t)t->length);
	tt_put_text(&q, i->message_id);
	tt_put_if(&q, i->date.is_set, i->date.unix_s);
	tt_put_string(&q, i->from);
	tt_put_text(&q, i->subject);
	tt_put_conclusion(&q, t, true, key, rules);
	tt_query_run(&q);
	return c->broken.status == TT_OK ? sqlite3_last_insert_rowid(c->db) : 0;
}

/* Where there is no record yet. */
static void add_concluded(struct tt_case *c, int64_t id, struct tt_slice bytes)
{
	struct tt_query q = tt_query(c, TT_STMT_RECORD_ADD,
				     "INSERT INTO record(message_id, concluded)"
				     " VALUES (?, ?)");

	tt_put_int(&q, id);
	tt_put_blob(&q, bytes);
	tt_query_run(&q);
}

/* The rows are those of the timeline itself: where its texts went is known,
 * unless they are very many. */
static void add_log_only(struct tt_case *c, int64_t id,
			 const struct tt_timeline *t,
			 const struct tt_rules *rules)
{
	c->log_only = id;
	c->concluded.n = 0;
	tt_code_places_begin(c->places);
	tt_timeline_put_at(&c->concluded, t, c->places);
	const struct tt_slice bytes = { c->concluded.buf, c->concluded.n };

	if (c->places->is_full)
		replace_from(c, id, true, bytes, rules);
	else
		tt_rows_add_placed(c, id, t, bytes);
	add_concluded(c, id, bytes);
	c->log_only = 0;
	tt_log_order_forget(c);
}

enum tt_status tt_case_add_log_only(struct tt_case *c, struct tt_slice key,
				    const struct tt_timeline *t,
				    const struct tt_rules *rules,
				    struct tt_err *err)
{
	tt_write_begin(c);
	const int64_t id = add_message(c, key, t, rules);

	add_log_only(c, id, t, rules);
	return tt_write_end_anew(c, 1, err);
}

/* ---- the end ---- */

enum tt_status tt_case_finish(struct tt_case *c, struct tt_err *err)
{
	tt_write_begin(c);
	tt_log_order_make(c);
	tt_schema_index(c, tt_schema_late_n);
	tt_open_mark(c, false);
	return tt_case_commit(c, err);
}
