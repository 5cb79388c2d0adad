/* add.c - messages as they are met
 *
 * One row for each content.  Which of its occurrences is the primary one is
 * decided by where they lie alone, so that the order of reading, and a scan
 * that was cut off and begun again, come to the same. */
#include "store_private.h"

/* ---- which of two occurrences counts ---- */

struct place {
	bool is_inside;
	int64_t source;
	uint64_t top_off;
	int64_t seq;
};

struct key {
	struct tt_slice path, member;
	int64_t generation;
};

static struct key key_of(struct tt_case *c, int64_t source)
{
	struct tt_query q = tt_query(c, TT_STMT_SOURCE_GET,
				     "SELECT path, member, generation"
				     " FROM source WHERE id = ?");
	struct key key = { 0 };

	tt_put_int(&q, source);
	if (tt_query_step(&q) == 1) {
		key.path = tt_get_copy(&q, &c->scratch);
		key.member = tt_get_copy(&q, &c->scratch);
		key.generation = tt_get_int(&q);
	} else {
		tt_case_refuse(c, TT_INPUT, "a source that was not begun");
	}
	tt_query_end(&q);
	return key;
}

static int compare_sources(struct tt_case *c, int64_t a, int64_t b)
{
	const struct key ka = key_of(c, a), kb = key_of(c, b);
	int order = tt_slice_cmp(ka.path, kb.path);

	if (!order)
		order = tt_slice_cmp(ka.member, kb.member);
	/* What was read last of a file that has changed counts. */
	return order ? order : ka.generation > kb.generation ? -1 : 1;
}

/* A message of its own shows what its way here was; one that somebody put
 * into another is only claimed. */
static bool is_before(struct tt_case *c, const struct place *a,
		      const struct place *b)
{
	if (a->is_inside != b->is_inside)
		return b->is_inside;
	if (a->source != b->source)
		return compare_sources(c, a->source, b->source) < 0;
	if (a->top_off != b->top_off)
		return a->top_off < b->top_off;
	return a->seq < b->seq;
}

#define PLACE \
	"SELECT id, parent_sha256 IS NOT NULL, source_id, top_off, seq" \
	" FROM message WHERE content_sha256 = ?"

static int64_t find_by(struct tt_query *q, struct place *place_r)
{
	int64_t id = 0;

	if (tt_query_step(q) == 1) {
		id = tt_get_int(q);
		place_r->is_inside = tt_get_int(q);
		place_r->source = tt_get_int(q);
		place_r->top_off = (uint64_t)tt_get_int(q);
		place_r->seq = tt_get_int(q);
	}
	tt_query_end(q);
	return id;
}

static int64_t find(struct tt_case *c, const uint8_t content[TT_SHA256_LEN],
		    struct place *place_r)
{
	struct tt_query q;
	int64_t candidate, id = 0;
	size_t at = 0;

	while (!id && (candidate = tt_content_next(c, content, &at)) != 0) {
		q = tt_query(c, TT_STMT_MESSAGE_COMPARE, PLACE " AND id = ?");
		tt_put_hash(&q, true, content);
		tt_put_int(&q, candidate);
		id = find_by(&q, place_r);
	}
	if (c->n_late == 0)
		return id;
	q = tt_query(c, TT_STMT_MESSAGE_FIND, PLACE);
	tt_put_hash(&q, true, content);
	return find_by(&q, place_r);
}

/* ---- rows ---- */

#define KEPT_COLUMNS                                               \
	"source_id, top_off, seq, off, length, sha256, is_decoded," \
	" parent_sha256, message_id, date, from_id, recipients,"   \
	" subject, end_to_end"
#define KEPT_VALUES "?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?"

static void put_kept(struct tt_query *q, const struct tt_case_mail *mail)
{
	const struct tt_timeline *const t = mail->t;
	const struct tt_identity *const i = &t->identity;

	tt_put_int(q, mail->place.source);
	tt_put_int(q, (int64_t)mail->place.top_off);
	tt_put_int(q, mail->place.seq);
	tt_put_int(q, (int64_t)t->off);
	tt_put_int(q, (int64_t)t->length);
	tt_put_hash(q, true, t->sha256);
	tt_put_int(q, t->is_decoded);
	tt_put_hash(q, t->has_parent, t->parent_sha256);
	tt_put_text(q, i->message_id);
	tt_put_if(q, i->date.is_set, i->date.unix_s);
	tt_put_string(q, i->from);
	tt_put_text(q, tt_recipients_text(i, &q->c->scratch));
	tt_put_text(q, i->subject);
	tt_put_some(q, i->end_to_end, TT_E2E_NONE);
}

static struct tt_query add_concluded(struct tt_case *c)
{
	return tt_query(c, TT_STMT_MESSAGE_ADD_WHOLE,
			"INSERT INTO message(content_sha256, " KEPT_COLUMNS
			", " TT_CONCLUSION_COLUMNS ") VALUES (?, " KEPT_VALUES
			", " TT_CONCLUSION_VALUES ")");
}

static struct tt_query add_unconcluded(struct tt_case *c)
{
	return tt_query(c, TT_STMT_MESSAGE_ADD,
			"INSERT INTO message(content_sha256, " KEPT_COLUMNS
			", is_concluded, is_joined, more_diags)"
			" VALUES (?, " KEPT_VALUES ", 0, 0, 0)");
}

static int64_t add_message(struct tt_case *c, const struct tt_case_mail *mail)
{
	struct tt_query q = mail->rules ? add_concluded(c) : add_unconcluded(c);

	tt_put_hash(&q, true, mail->t->content_sha256);
	put_kept(&q, mail);
	if (mail->rules)
		tt_put_conclusion(&q, mail->t, false, TT_NO_SLICE,
				  mail->rules);
	tt_query_run(&q);
	return c->broken.status == TT_OK ? sqlite3_last_insert_rowid(c->db) : 0;
}

static void move_message(struct tt_case *c, int64_t id,
			 const struct tt_case_mail *mail)
{
	struct tt_query q = tt_query(
		c, TT_STMT_MESSAGE_MOVE,
		"UPDATE message SET (" KEPT_COLUMNS ", is_concluded,"
		" is_joined, more_diags, listed) ="
		" (" KEPT_VALUES ", 0, 0, 0, NULL)"
		" WHERE id = ?");

	put_kept(&q, mail);
	tt_put_int(&q, id);
	tt_query_run(&q);
}

static void put_record(struct tt_case *c, int64_t id, struct tt_slice record)
{
	struct tt_query q = tt_query(c, TT_STMT_RECORD_PUT,
				     "INSERT OR REPLACE INTO record"
				     "(message_id, read) VALUES (?, ?)");

	tt_put_int(&q, id);
	tt_put_blob(&q, record);
	tt_query_run(&q);
}

static void add_headers(struct tt_case *c, int64_t id,
			const struct tt_case_mail *mail)
{
	for (size_t i = 0; i < mail->n_headers; i++) {
		struct tt_query q =
			tt_query(c, TT_STMT_HEADER_ADD,
				 "INSERT INTO header(message_id, seq, name_id,"
				 " value_id) VALUES (?, ?, ?, ?)");

		tt_put_int(&q, id);
		tt_put_int(&q, (int64_t)i);
		tt_put_int(&q, tt_string_id(c, mail->headers[i].name));
		tt_put_int(&q, tt_string_id(c, mail->headers[i].value));
		tt_query_run(&q);
	}
}

static void drop_headers(struct tt_case *c, int64_t id)
{
	struct tt_query q = tt_query(c, TT_STMT_HEADER_DROP,
				     "DELETE FROM header WHERE message_id = ?");

	tt_put_int(&q, id);
	tt_query_run(&q);
}

static void add_occurrence(struct tt_case *c, int64_t id,
			   const struct tt_case_mail *mail)
{
	struct tt_query q =
		tt_query(c, TT_STMT_OCCURRENCE_ADD,
			 "INSERT OR REPLACE INTO occurrence(source_id, top_off,"
			 " seq, message_id, off, length, is_decoded, sha256)"
			 " VALUES (?, ?, ?, ?, ?, ?, ?, ?)");

	tt_put_int(&q, mail->place.source);
	tt_put_int(&q, (int64_t)mail->place.top_off);
	tt_put_int(&q, mail->place.seq);
	tt_put_int(&q, id);
	tt_put_int(&q, (int64_t)mail->t->off);
	tt_put_int(&q, (int64_t)mail->t->length);
	tt_put_int(&q, mail->t->is_decoded);
	tt_put_hash(&q, true, mail->t->sha256);
	tt_query_run(&q);
}

static int64_t add_new(struct tt_case *c, const struct tt_case_mail *mail)
{
	const int64_t id = add_message(c, mail);

	tt_content_add(c, mail->t->content_sha256, id);
	put_record(c, id, mail->record);
	add_headers(c, id, mail);
	if (mail->rules)
		tt_rows_replace(c, id, true, mail->t, mail->record);
	return id;
}

static void make_primary(struct tt_case *c, int64_t id,
			 const struct tt_case_mail *mail)
{
	move_message(c, id, mail);
	put_record(c, id, mail->record);
	drop_headers(c, id);
	add_headers(c, id, mail);
	if (mail->rules)
		tt_conclude(c, id, mail->t, mail->record, TT_NO_SLICE,
			    mail->rules);
	else
		tt_rows_drop(c, id); /* they quote what was read before */
}

enum tt_status tt_case_add(struct tt_case *c, const struct tt_case_mail *mail,
			   struct tt_err *err)
{
	const struct place here = {
		.is_inside = mail->t->has_parent,
		.source = mail->place.source,
		.top_off = mail->place.top_off,
		.seq = mail->place.seq,
	};
	struct place was;

	tt_write_begin(c);
	if (!mail->t->has_hash)
		tt_case_refuse(c, TT_INPUT, "a message without its hash");
	int64_t id = find(c, mail->t->content_sha256, &was);

	const bool is_primary = !id || is_before(c, &here, &was);

	if (!id)
		id = add_new(c, mail);
	else if (is_primary)
		make_primary(c, id, mail);
	if (is_primary && mail->rules)
		tt_join_mark(c, true);
	add_occurrence(c, id, mail);
	return tt_write_end(c, 1, err);
}
