/* conclude_rows.c - a concluded timeline as rows: hops, evidence, anomalies,
 * diags
 *
 * All that stood of the message goes first: the rows are a function of the
 * timeline. */
#include "store_private.h"

enum part { PART_HOP, PART_ATTEMPT, PART_CONTEXT };

/* ---- what was there ---- */

static void drop(struct tt_case *c, enum tt_stmt id, const char *sql,
		 int64_t message)
{
	struct tt_query q = tt_query(c, id, sql);

	tt_put_int(&q, message);
	tt_query_run(&q);
}

void tt_rows_drop(struct tt_case *c, int64_t id)
{
	drop(c, TT_STMT_HOP_DROP, "DELETE FROM hop WHERE message_id = ?", id);
	drop(c, TT_STMT_EVIDENCE_DROP,
	     "DELETE FROM evidence WHERE message_id = ?", id);
	drop(c, TT_STMT_ANOMALY_DROP,
	     "DELETE FROM anomaly WHERE message_id = ?", id);
	drop(c, TT_STMT_DIAG_DROP, "DELETE FROM diag WHERE message_id = ?",
	     id);
}

/* ---- hops ---- */

static void put_ends(struct tt_query *q, const struct tt_hop *h)
{
	tt_put_text(q, h->from.name);
	tt_put_text(q, h->from.helo);
	tt_put_text(q, h->from.rdns);
	tt_put_text(q, h->from.ip);
	tt_put_text(q, h->by.name);
	tt_put_text(q, h->by.ip);
	tt_put_string(q, h->via);
	tt_put_string(q, h->with);
	tt_put_text(q, h->id);
	tt_put_text(q, h->for_);
	tt_put_text(q, h->recipient);
	tt_put_int(q, h->transport);
}

static void put_times(struct tt_query *q, const struct tt_hop *h)
{
	tt_put_if(q, h->has_time, h->time_unix);
	tt_put_if(q, h->has_time, h->time_us);
	tt_put_if(q, h->has_time, h->time_uncertainty_s);
	tt_put_if(q, h->has_offset, h->offset_min);
	tt_put_if(q, h->has_delay, h->delay_s);
}

static void put_tls(struct tt_query *q, const struct tt_timeline *t,
		    const struct tt_hop *h)
{
	tt_put_some(q, h->version, TT_TLS_NONE);
	tt_put_some(q, h->version_implied, TT_TLS_NONE);
	tt_put_string(q, h->cipher);
	tt_put_string(q, h->cipher_iana);
	tt_put_int(q, !h->is_cipher_unreliable);
	tt_put_some(q, h->bits, -1);
	tt_put_int(q, h->verdict);
	tt_put_int(q, h->basis);
	tt_put_int(q, t->result.profile ? tt_hop_fit(h, t->result.profile) :
					  TT_FIT_UNKNOWN);
	tt_put_some(q, h->server_auth, TT_AUTH_NULL);
	tt_put_some(q, h->client_auth, TT_AUTH_NULL);
}

static void put_standing(struct tt_query *q, const struct tt_timeline *t,
			 const struct tt_hop *h)
{
	tt_put_string(q, h->software);
	tt_put_int(q, h->is_trusted);
	tt_put_int(q, h->is_excluded);
	tt_put_int(q, tt_hop_is_silent(t, h));
	tt_put_int(q, h->is_corroborated);
	tt_put_int(q, h->is_stamp);
	tt_put_int(q, h->is_parsed);
	tt_put_some(q, h->link, TT_LINK_NULL);
	tt_put_name(q, h->writer);
	tt_put_name(q, h->decided_by);
}

static void add_hop(struct tt_case *c, int64_t id, const struct tt_timeline *t,
		    const struct tt_hop *hop)
{
	struct tt_query q = tt_query(
		c, TT_STMT_HOP_ADD,
		"INSERT INTO hop VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?,"
		" ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?,"
		" ?, ?, ?, ?, ?, ?, ?)");

	tt_put_int(&q, id);
	tt_put_int(&q, hop->index);
	put_ends(&q, hop);
	put_times(&q, hop);
	put_tls(&q, t, hop);
	put_standing(&q, t, hop);
	tt_query_run(&q);
}

/* ---- evidence ---- */

struct quoting {
	struct tt_case *c;
	int64_t message, seq;
	struct tt_slice record; /* that is kept of the message */
	size_t from;		/* where in it the last text was */
	int hop; /* -1: of the message */
	enum part part;
};

/* Shorter ones are not worth a look. */
#define LEAST_QUOTED 32
/* Records of mail and logs are shorter, and no longer one costs more. */
#define MOST_SEARCHED 16384

/* The record has the texts in their order, but those that came before. */
static size_t search(struct quoting *at, struct tt_slice text)
{
	const size_t ahead = tt_slice_find(
		tt_slice_sub(at->record, at->from, at->from + MOST_SEARCHED),
		text);

	return ahead != SIZE_MAX ?
		       at->from + ahead :
		       tt_slice_find(tt_slice_sub(at->record, 0, MOST_SEARCHED),
				     text);
}

/* Where in the record the text stands, to be quoted from there; SIZE_MAX: it
 * is to be kept. */
static size_t place_of(struct quoting *at, const struct tt_evidence *e)
{
	const struct tt_slice text = e->text;
	const uintptr_t p = (uintptr_t)text.p, q = (uintptr_t)at->record.p;

	if (text.n < LEAST_QUOTED || tt_evidence_length(e) != text.n ||
	    !tt_is_text(text))
		return SIZE_MAX;
	const bool is_inside = p >= q && p - q <= at->record.n &&
			       text.n <= at->record.n - (p - q);
	const size_t place = is_inside ? p - q : search(at, text);

	if (place != SIZE_MAX)
		at->from = place;
	return place;
}

static void add_evidence(struct quoting *at, const struct tt_evidence *e)
{
	const size_t place = place_of(at, e);
	struct tt_query q = tt_query(
		at->c, TT_STMT_EVIDENCE_ADD,
		"INSERT INTO evidence VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?,"
		" ?, ?)");

	tt_put_int(&q, at->message);
	tt_put_int(&q, at->seq++);
	tt_put_some(&q, at->hop, -1);
	tt_put_int(&q, at->part);
	tt_put_int(&q, e->kind);
	tt_put_name(&q, e->rule);
	tt_put_some(&q, e->origin ? tt_source_find(at->c, e->origin) : 0, 0);
	tt_put_off(&q, e->off);
	tt_put_int(&q, (int64_t)tt_evidence_length(e));
	tt_put_text(&q, e->pointer);
	tt_put_if(&q, place != SIZE_MAX, (int64_t)place);
	if (place == SIZE_MAX)
		tt_put_bytes(&q, e->text);
	else
		tt_put_null(&q);
	tt_query_run(&q);
}

static void add_all_evidence(struct quoting *at, const struct tt_evidence *v,
			     size_t n)
{
	for (size_t i = 0; i < n; i++)
		add_evidence(at, &v[i]);
}

static void add_attempts(struct quoting *at, const struct tt_attempt *v,
			 size_t n)
{
	at->part = PART_ATTEMPT;
	for (size_t i = 0; i < n; i++)
		add_all_evidence(at, v[i].evidence.v, v[i].evidence.n);
}

static void quote_all(struct tt_case *c, int64_t id,
		      const struct tt_timeline *t, struct tt_slice record)
{
	struct quoting at = { .c = c, .message = id, .record = record };

	for (size_t i = 0; i < t->hops.n; i++) {
		const struct tt_hop *const hop = &t->hops.v[i];

		at.hop = hop->index;
		at.part = PART_HOP;
		add_all_evidence(&at, hop->evidence.v, hop->evidence.n);
		add_attempts(&at, hop->attempts.v, hop->attempts.n);
	}
	at.hop = -1;
	add_attempts(&at, t->attempts.v, t->attempts.n);
	at.part = PART_CONTEXT;
	for (size_t i = 0; i < t->context.n; i++)
		add_evidence(&at, &t->context.v[i].evidence);
}

/* ---- the rest ---- */

static void add_anomaly(struct tt_case *c, int64_t id, size_t seq,
			const struct tt_anomaly *a)
{
	struct tt_query q = tt_query(
		c, TT_STMT_ANOMALY_ADD,
		"INSERT INTO anomaly VALUES (?, ?, ?, ?, ?)");

	tt_put_int(&q, id);
	tt_put_int(&q, (int64_t)seq);
	tt_put_name(&q, tt_anomaly_name(a->code));
	tt_put_some(&q, a->hop, -1);
	tt_put_bytes(&q, a->text);
	tt_query_run(&q);
}

void tt_rows_replace(struct tt_case *c, int64_t id, bool is_first,
		     const struct tt_timeline *t, struct tt_slice record)
{
	if (!is_first)
		tt_rows_drop(c, id);
	for (size_t i = 0; i < t->hops.n; i++)
		add_hop(c, id, t, &t->hops.v[i]);
	quote_all(c, id, t, record);
	for (size_t i = 0; i < t->anomalies.n; i++)
		add_anomaly(c, id, i, &t->anomalies.v[i]);
	if (t->diags)
		tt_diag_rows_add(c, 0, id, 0, t->diags);
}
