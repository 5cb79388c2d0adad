/* conclude_rows.c - a concluded timeline as rows: hops, evidence, anomalies,
 * diags
 *
 * All that stood of the message goes first: the rows are a function of the
 * timeline.  Hops and evidence are lists of numbers (numbers.c). */
#include "store_private.h"

enum part { PART_HOP, PART_ATTEMPT, PART_CONTEXT };

/* ---- hops ---- */

static void put_texts(struct tt_numbers *l, const struct tt_hop *h)
{
	tt_numbers_put_text(l, h->from.name);
	tt_numbers_put_text(l, h->from.helo);
	tt_numbers_put_text(l, h->from.rdns);
	tt_numbers_put_text(l, h->from.ip);
	tt_numbers_put_text(l, h->by.name);
	tt_numbers_put_text(l, h->by.ip);
	tt_numbers_put_text(l, h->id);
	tt_numbers_put_text(l, h->for_);
	tt_numbers_put_text(l, h->recipient);
}

static void put_way(struct tt_numbers *l, const struct tt_hop *h)
{
	tt_numbers_put_string(l, h->via);
	tt_numbers_put_string(l, h->with);
	tt_numbers_put(l, h->transport);
	tt_numbers_put_if(l, h->has_time, h->time_unix);
	tt_numbers_put_if(l, h->has_time, h->time_us);
	tt_numbers_put_if(l, h->has_time, h->time_uncertainty_s);
	tt_numbers_put_if(l, h->has_offset, h->offset_min);
	tt_numbers_put_if(l, h->has_delay, h->delay_s);
}

static void put_tls(struct tt_numbers *l, const struct tt_timeline *t,
		    const struct tt_hop *h)
{
	tt_numbers_put(l, h->version);
	tt_numbers_put(l, h->version_implied);
	tt_numbers_put_string(l, h->cipher);
	tt_numbers_put_string(l, h->cipher_iana);
	tt_numbers_put(l, !h->is_cipher_unreliable);
	tt_numbers_put_if(l, h->bits != -1, h->bits);
	tt_numbers_put(l, h->verdict);
	tt_numbers_put(l, h->basis);
	tt_numbers_put(l, t->result.profile ?
				  tt_hop_fit(h, t->result.profile) :
				  TT_FIT_UNKNOWN);
	tt_numbers_put(l, h->server_auth);
	tt_numbers_put(l, h->client_auth);
}

static void put_standing(struct tt_numbers *l, const struct tt_timeline *t,
			 const struct tt_hop *h)
{
	tt_numbers_put_string(l, h->software);
	tt_numbers_put(l, h->is_trusted);
	tt_numbers_put(l, h->is_excluded);
	tt_numbers_put(l, tt_hop_is_silent(t, h));
	tt_numbers_put(l, h->is_corroborated);
	tt_numbers_put(l, h->is_stamp);
	tt_numbers_put(l, h->is_parsed);
	tt_numbers_put(l, h->link);
	tt_numbers_put_name(l, h->writer);
	tt_numbers_put_name(l, h->decided_by);
}

static void make_hops(struct tt_numbers *l, const struct tt_timeline *t)
{
	for (size_t i = 0; i < t->hops.n; i++) {
		const struct tt_hop *const h = &t->hops.v[i];

		tt_numbers_begin(l);
		put_texts(l, h);
		put_way(l, h);
		put_tls(l, t, h);
		put_standing(l, t, h);
		tt_numbers_end(l, &l->c->hops);
	}
}

/* ---- evidence ---- */

struct quoting {
	struct tt_numbers *l;
	int64_t seq; /* of the message */
	int hop; /* -1: of the message */
	enum part part;
};

static void quote(struct quoting *at, const struct tt_evidence *e)
{
	struct tt_numbers *const l = at->l;
	const int64_t source =
		e->origin ? tt_source_find(l->c, e->origin) : 0;

	tt_log_order_add(l->c, at->seq++, source, e);
	tt_numbers_begin(l);
	tt_numbers_put_if(l, at->hop != -1, at->hop);
	tt_numbers_put(l, at->part);
	tt_numbers_put(l, e->kind);
	tt_numbers_put_name(l, e->rule);
	tt_numbers_put(l, source);
	tt_numbers_put_if(l, e->off != TT_NO_OFF, (int64_t)e->off);
	tt_numbers_put(l, (int64_t)tt_evidence_length(e));
	tt_numbers_put_text(l, e->text);
	tt_numbers_put_text(l, e->pointer);
	tt_numbers_end(l, &l->c->quotes);
}

static void quote_each(struct quoting *at, const struct tt_evidence *v,
		       size_t n)
{
	for (size_t i = 0; i < n; i++)
		quote(at, &v[i]);
}

static void quote_attempts(struct quoting *at, const struct tt_attempt *v,
			   size_t n)
{
	at->part = PART_ATTEMPT;
	for (size_t i = 0; i < n; i++)
		quote_each(at, v[i].evidence.v, v[i].evidence.n);
}

static void make_quotes(struct tt_numbers *l, const struct tt_timeline *t)
{
	struct quoting at = { .l = l };

	for (size_t i = 0; i < t->hops.n; i++) {
		const struct tt_hop *const hop = &t->hops.v[i];

		at.hop = hop->index;
		at.part = PART_HOP;
		quote_each(&at, hop->evidence.v, hop->evidence.n);
		quote_attempts(&at, hop->attempts.v, hop->attempts.n);
	}
	at.hop = -1;
	quote_attempts(&at, t->attempts.v, t->attempts.n);
	at.part = PART_CONTEXT;
	for (size_t i = 0; i < t->context.n; i++)
		quote(&at, &t->context.v[i].evidence);
}

static void put_list(struct tt_query *q, const struct tt_out *list)
{
	tt_put_ascii(q, (struct tt_slice){ list->buf, list->n });
}

static void add_detail(struct tt_case *c, int64_t id,
		       const struct tt_timeline *t, struct tt_numbers *l)
{
	struct tt_query q = tt_query(
		c, TT_STMT_DETAIL_PUT,
		"INSERT OR REPLACE INTO detail VALUES (?, ?, ?)");

	c->hops.n = c->quotes.n = 0;
	make_hops(l, t);
	make_quotes(l, t);
	tt_put_int(&q, id);
	put_list(&q, &c->hops);
	put_list(&q, &c->quotes);
	tt_query_run(&q);
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

static void drop(struct tt_case *c, enum tt_stmt id, const char *sql,
		 int64_t message)
{
	struct tt_query q = tt_query(c, id, sql);

	tt_put_int(&q, message);
	tt_query_run(&q);
}

void tt_rows_drop(struct tt_case *c, int64_t id)
{
	drop(c, TT_STMT_DETAIL_DROP, "DELETE FROM detail WHERE message_id = ?",
	     id);
	drop(c, TT_STMT_ANOMALY_DROP,
	     "DELETE FROM anomaly WHERE message_id = ?", id);
	drop(c, TT_STMT_DIAG_DROP, "DELETE FROM diag WHERE message_id = ?",
	     id);
}

static void add_rows(struct tt_case *c, int64_t id,
		     const struct tt_timeline *t, struct tt_numbers *l)
{
	add_detail(c, id, t, l);
	for (size_t i = 0; i < t->anomalies.n; i++)
		add_anomaly(c, id, i, &t->anomalies.v[i]);
	if (t->diags)
		tt_diag_rows_add(c, 0, id, 0, t->diags);
}

void tt_rows_replace(struct tt_case *c, int64_t id, bool is_first,
		     const struct tt_timeline *t, struct tt_slice record)
{
	struct tt_numbers l;

	if (!is_first)
		tt_rows_drop(c, id);
	tt_numbers_open(&l, c, record);
	add_rows(c, id, t, &l);
}

void tt_rows_add_placed(struct tt_case *c, int64_t id,
			const struct tt_timeline *t, struct tt_slice record)
{
	struct tt_numbers l;

	tt_numbers_open(&l, c, record);
	l.places = c->places;
	add_rows(c, id, t, &l);
}
