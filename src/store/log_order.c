/* log_order.c - quotations of logs, in the order of the logs
 *
 * So that who compares them with their bytes goes through a log once.  It is
 * made of all that is concluded as a scan ends: a row for each quotation would
 * be a dozen for each message, in no order of any table.  Many are a row, a
 * list of numbers (numbers.c).
 *
 * Most are of messages that only logs know, and those are all added anew: their
 * quotations are put aside then.  Others are looked for. */
#include <tlstrail/util/spool.h>

#include "store_private.h"

#define ROW_BYTES 16384
#define ROW_NUMBERS 3 /* off, message, seq */

struct place {
	int64_t source, off, length, message, seq;
};

static int by_number(int64_t a, int64_t b)
{
	return (a > b) - (a < b);
}

/* Sources, and places in them, as far as both fit. */
#define OFF_BITS 40
static uint64_t key_of(const void *row)
{
	const struct place *const p = row;
	const uint64_t most = (UINT64_C(1) << OFF_BITS) - 1;
	const uint64_t off = (uint64_t)p->off < most ? (uint64_t)p->off : most;

	return p->source >> (63 - OFF_BITS) ?
		       UINT64_MAX :
		       (uint64_t)p->source << OFF_BITS | off;
}

static int by_place(const void *x, const void *y)
{
	const struct place *const a = x, *const b = y;
	int c = by_number(a->source, b->source);

	if (c == 0)
		c = by_number(a->off, b->off);
	if (c == 0)
		c = by_number(a->length, b->length);
	if (c == 0)
		c = by_number(a->message, b->message);
	return c ? c : by_number(a->seq, b->seq);
}

/* ---- what there is ---- */

struct tt_log_order {
	struct tt_spool *spool;
	struct tt_sorter *places;
	bool has_log_only; /* all of them, and no others */
};

static struct tt_log_order *order_new(void)
{
	struct tt_log_order *const o = tt_zalloc(sizeof(*o));

	o->spool = tt_spool_new();
	o->places = tt_sorter_new(o->spool, sizeof(struct place), key_of,
				  by_place);
	return o;
}

void tt_log_order_free(struct tt_log_order **order)
{
	if (!*order)
		return;
	tt_sorter_free(&(*order)->places);
	tt_spool_free(&(*order)->spool);
	tt_free(order);
}

void tt_log_order_begin(struct tt_case *c)
{
	tt_log_order_free(&c->order);
	c->order = order_new();
	c->order->has_log_only = true;
}

static void add(struct tt_log_order *o, const struct place *p)
{
	if (p->source > 0 && p->off >= 0)
		tt_sorter_add(o->places, p);
}

void tt_log_order_add(struct tt_case *c, int64_t seq, int64_t source,
		      const struct tt_evidence *e)
{
	const struct place p = {
		.source = source,
		.off = e->off == TT_NO_OFF ? -1 : (int64_t)e->off,
		.length = (int64_t)tt_evidence_length(e),
		.message = c->log_only,
		.seq = seq,
	};

	if (c->log_only && c->order)
		add(c->order, &p);
}

static void add_quotes(struct tt_case *c, struct tt_log_order *o,
		       int64_t message, struct tt_slice quotes)
{
	int64_t v[TT_QUOTE_NUMBERS];
	struct place p = { .message = message };
	int more;

	for (; (more = tt_numbers_next(&quotes, v, TT_QUOTE_NUMBERS)) == 1;
	     p.seq++) {
		p.source = v[TT_QUOTE_SOURCE];
		p.off = v[TT_QUOTE_OFF];
		p.length = v[TT_QUOTE_LENGTH];
		add(o, &p);
	}
	if (more < 0)
		tt_case_refuse(c, TT_INPUT, "a list that is none");
}

static void look_for_others(struct tt_case *c, struct tt_log_order *o)
{
	struct tt_query q = tt_query_once(
		c, "SELECT m.id, d.quotes FROM message m CROSS JOIN detail d"
		   " ON d.message_id = m.id WHERE m.is_joined"
		   " AND (m.log_key IS NULL OR ?)");

	tt_put_int(&q, !o->has_log_only);

	while (tt_query_step(&q) == 1) {
		const int64_t message = tt_get_int(&q);

		add_quotes(c, o, message, tt_get_slice(&q));
	}
	tt_query_end(&q);
}

/* ---- making ---- */

static void end_row(struct tt_case *c, int64_t source, struct tt_out *list)
{
	struct tt_query q = tt_query(c, TT_STMT_LOG_ORDER_ADD,
				     "INSERT INTO log_order(source_id, list)"
				     " VALUES (?, ?)");

	tt_put_int(&q, source);
	tt_put_ascii(&q, (struct tt_slice){ list->buf, list->n });
	tt_query_run(&q);
	list->n = 0;
}

static void put_all(struct tt_case *c, struct tt_sorter *places)
{
	struct tt_numbers l;
	struct place p;
	struct tt_out list;
	int64_t source = 0;

	tt_numbers_open(&l, c, TT_NO_SLICE);
	tt_out_init(&list, -1);
	tt_sorter_begin(places);
	while (tt_sorter_next(places, &p)) {
		if (list.n && (p.source != source || list.n >= ROW_BYTES))
			end_row(c, source, &list);
		source = p.source;
		tt_numbers_begin(&l);
		tt_numbers_put(&l, p.off);
		tt_numbers_put(&l, p.message);
		tt_numbers_put(&l, p.seq);
		tt_numbers_end(&l, &list);
	}
	if (list.n)
		end_row(c, source, &list);
	tt_out_release(&list);
}

static void make(struct tt_case *c)
{
	struct tt_err err = { 0 };

	if (!c->order)
		c->order = order_new();
	look_for_others(c, c->order);
	put_all(c, c->order->places);
	if (tt_spool_status(c->order->spool, &err) != TT_OK)
		tt_case_refuse(c, err.status, "%s", err.text);
}

void tt_log_order_make(struct tt_case *c)
{
	if (tt_case_int(c, "SELECT EXISTS (SELECT 1 FROM log)") &&
	    !tt_case_int(c, "SELECT EXISTS (SELECT 1 FROM log_order)"))
		make(c);
	tt_log_order_free(&c->order);
	c->has_forgotten = false;
}

void tt_log_order_forget(struct tt_case *c)
{
	if (!c->has_forgotten)
		tt_case_exec(c, "DELETE FROM log_order");
	c->has_forgotten = true;
}

/* ---- reading ---- */

struct reading {
	struct tt_case *c;
	struct tt_arena arena; /* of one span */
	int64_t source;
	bool (*take)(void *ctx, const struct tt_case_span *s);
	void *ctx;
};

/* The text that two numbers of a list are the place of. */
static struct tt_slice text_of(struct tt_slice record, int64_t at, int64_t n)
{
	const uint64_t length = n < 0 ? -(uint64_t)n : (uint64_t)n;

	return at < 1 || length > SIZE_MAX ?
		       TT_S("") :
		       tt_slice_sub(record, (size_t)at - 1, (size_t)length);
}

/* False: no more are wanted. */
static bool take_quote(struct reading *r, int64_t off, int64_t seq,
		       struct tt_slice quotes, struct tt_slice record)
{
	int64_t v[TT_QUOTE_NUMBERS];
	int more;

	while ((more = tt_numbers_next(&quotes, v, TT_QUOTE_NUMBERS)) == 1 &&
	       seq > 0)
		seq--;
	if (more < 0)
		tt_case_refuse(r->c, TT_INPUT, "a list that is none");
	if (more != 1 || v[TT_QUOTE_SOURCE] != r->source ||
	    v[TT_QUOTE_OFF] != off)
		return more >= 0;
	const struct tt_case_span s = {
		.source = r->source,
		.off = (uint64_t)off,
		.length = (uint64_t)v[TT_QUOTE_LENGTH],
		.text = text_of(record, v[TT_QUOTE_TEXT_AT],
				v[TT_QUOTE_TEXT_N]),
		.rule = tt_string_of(r->c, v[TT_QUOTE_RULE],
				     &r->arena),
	};

	return r->c->broken.status == TT_OK && r->take(r->ctx, &s);
}

static bool take_place(struct reading *r, int64_t off, int64_t message,
		       int64_t seq)
{
	struct tt_query q = tt_query(
		r->c, TT_STMT_DETAIL_GET,
		"SELECT d.quotes, " TT_RECORDED " FROM detail d"
		" JOIN record r ON r.message_id = d.message_id"
		" WHERE d.message_id = ?");
	bool goes_on = true;

	tt_arena_clear(&r->arena);
	tt_put_int(&q, message);
	if (tt_query_step(&q) == 1) {
		const struct tt_slice quotes = tt_get_slice(&q);

		goes_on = take_quote(r, off, seq, quotes, tt_get_slice(&q));
	}
	tt_query_end(&q);
	return goes_on;
}

static bool take_row(struct reading *r, struct tt_slice list)
{
	int64_t v[ROW_NUMBERS];
	int more;

	while ((more = tt_numbers_next(&list, v, ROW_NUMBERS)) == 1)
		if (!take_place(r, v[0], v[1], v[2]))
			return false;
	if (more < 0)
		tt_case_refuse(r->c, TT_INPUT, "a list that is none");
	return more == 0;
}

void tt_log_order_spans(struct tt_case *c, int64_t source,
			bool (*take)(void *ctx, const struct tt_case_span *s),
			void *ctx)
{
	struct reading r = {
		.c = c, .source = source, .take = take, .ctx = ctx
	};
	struct tt_query q = tt_query_once(c, "SELECT list FROM log_order"
					     " WHERE source_id = ?"
					     " ORDER BY id");

	tt_put_int(&q, source);
	while (tt_query_step(&q) == 1)
		if (!take_row(&r, tt_get_slice(&q)))
			break;
	tt_query_end(&q);
	tt_arena_release(&r.arena);
}
