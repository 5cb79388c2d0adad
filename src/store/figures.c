/* figures.c - sums over a case: totals, counts, codes, delays
 *
 * Each is one pass over one table, two for hops; nothing but the answer is
 * kept in memory. */
#include <stdlib.h>
#include "store_private.h"

#define SENT "m.parent_sha256 IS NULL AND m.verdict IS NOT NULL"
#define HOPS                                                         \
	" FROM message m CROSS JOIN detail d ON d.message_id = m.id" \
	" CROSS JOIN hop_numbers(d.hops) h"

/* ---- totals ---- */

static void total_messages(struct tt_case *c, struct tt_totals *t)
{
	struct tt_query q = tt_query_once(
		c, "SELECT m.parent_sha256 IS NOT NULL, m.verdict"
		   " FROM message m WHERE m.verdict IS NOT NULL");

	/* Counted here, nothing is sorted. */
	while (tt_query_step(&q) == 1) {
		const bool is_embedded = tt_get_int(&q);
		const int verdict = tt_get_code(&q, TT_RESULT_FAIL);

		if (is_embedded) {
			t->embedded++;
		} else {
			t->messages++;
			t->result[verdict]++;
		}
	}
	tt_query_end(&q);
}

static void total_hops(struct tt_case *c, struct tt_totals *t)
{
	struct tt_query q = tt_query_once(
		c, "SELECT h.verdict, h.basis, h.tls_version,"
		   " h.is_stamp, h.is_parsed, h.writer_id = 0"
		   HOPS " WHERE " SENT);

	while (tt_query_step(&q) == 1) {
		const int verdict = tt_get_code(&q, TT_LOCAL);
		const int basis = tt_get_code(&q, TT_BASIS_LOG);
		const int version = tt_get_code(&q, TT_TLSV1_3);
		const bool is_stamp = tt_get_int(&q);
		const bool is_parsed = tt_get_int(&q);
		const bool has_no_writer = tt_get_int(&q);

		t->hops++;
		t->verdict[verdict]++;
		t->basis[basis]++;
		if (verdict == TT_ENCRYPTED)
			t->version[version]++;
		t->stamps += is_stamp;
		t->unparsed += is_stamp && !is_parsed;
		t->no_writer += is_stamp && has_no_writer;
	}
	tt_query_end(&q);
}

static void total_rules(struct tt_case *c, struct tt_totals *t)
{
	struct tt_query q = tt_query_once(
		c, "SELECT s.value, g.n FROM (SELECT h.decided_by_id AS id,"
		   "  count(*) AS n" HOPS " WHERE " SENT
		   "  AND h.decided_by_id > 0 GROUP BY 1) g"
		   " JOIN string s ON s.id = g.id"
		   " ORDER BY g.n DESC, s.value");

	while (tt_query_step(&q) == 1) {
		struct tt_rule_count *const r = tt_vec_push(t->arena, &t->rules);

		r->rule = tt_arena_cstr(t->arena, tt_get_slice(&q));
		r->n = (uint64_t)tt_get_int(&q);
	}
	tt_query_end(&q);
}

static void total_anomalies(struct tt_case *c, struct tt_totals *t)
{
	struct tt_query q = tt_query_once(
		c, "SELECT s.value, g.n FROM (SELECT a.code_id AS id,"
		   "  count(DISTINCT a.message_id * 1000 + a.hop) AS n"
		   "  FROM anomaly a JOIN message m ON m.id = a.message_id"
		   "  WHERE " SENT " AND a.hop IS NOT NULL GROUP BY 1) g"
		   " JOIN string s ON s.id = g.id");

	while (tt_query_step(&q) == 1) {
		const struct tt_slice name = tt_get_slice(&q);
		const uint64_t n = (uint64_t)tt_get_int(&q);

		for (int i = 0; i < TT_ANOMALY_COUNT; i++)
			if (tt_slice_eq(name, tt_slice_str(tt_anomaly_name(
						      (enum tt_anomaly_code)i))))
				t->anomalies[i] += n;
	}
	tt_query_end(&q);
}

enum tt_status tt_case_results(struct tt_case *c, struct tt_totals *totals_r,
			       struct tt_arena *arena, struct tt_err *err)
{
	tt_totals_init(totals_r, arena);
	total_messages(c, totals_r);
	return tt_case_status(c, err);
}

enum tt_status tt_case_totals(struct tt_case *c, struct tt_totals *totals_r,
			      struct tt_arena *arena, struct tt_err *err)
{
	tt_totals_init(totals_r, arena);
	total_messages(c, totals_r);
	total_hops(c, totals_r);
	total_rules(c, totals_r);
	total_anomalies(c, totals_r);
	return tt_case_status(c, err);
}

/* ---- counts ---- */

static uint64_t count(struct tt_case *c, const char *sql)
{
	return (uint64_t)tt_case_int(c, sql);
}

static void count_files(struct tt_case *c, struct tt_case_counts *counts)
{
	struct tt_query q = tt_query_once(
		c, "SELECT s.state, count(*) FROM source s"
		   " WHERE s.member = x'' AND NOT EXISTS (SELECT 1 FROM"
		   "  source n WHERE n.path = s.path AND n.member = x''"
		   "  AND n.generation > s.generation) GROUP BY 1");

	while (tt_query_step(&q) == 1) {
		const int state = tt_get_code(&q, TT_SOURCE_FAILED);

		counts->files[state] = (uint64_t)tt_get_int(&q);
	}
	tt_query_end(&q);
}

enum tt_status tt_case_counts(struct tt_case *c,
			      struct tt_case_counts *counts_r,
			      struct tt_err *err)
{
	*counts_r = (struct tt_case_counts){ 0 };
	struct tt_query q = tt_query_once(
		c, "SELECT count(*) FILTER"
		   "  (WHERE verdict IS NOT NULL OR NOT is_concluded),"
		   " count(parent_sha256),"
		   " count(log_key) FILTER (WHERE verdict IS NOT NULL),"
		   " count(*) FILTER (WHERE NOT is_concluded),"
		   " count(*) FILTER (WHERE is_joined AND log_key IS NULL)"
		   " FROM message");

	if (tt_query_step(&q) == 1) {
		const uint64_t all = (uint64_t)tt_get_int(&q);

		counts_r->embedded = (uint64_t)tt_get_int(&q);
		counts_r->log_only = (uint64_t)tt_get_int(&q);
		counts_r->unconcluded = (uint64_t)tt_get_int(&q);
		counts_r->joined = (uint64_t)tt_get_int(&q);
		counts_r->messages =
			all - counts_r->embedded - counts_r->log_only;
	}
	tt_query_end(&q);
	counts_r->occurrences = count(c, "SELECT count(*) FROM occurrence");
	counts_r->events = count(c, "SELECT sum(n) FROM batch");
	count_files(c, counts_r);
	tt_case_count_outside(c, counts_r);
	return tt_case_needs_join(c, &counts_r->needs_join, err);
}

/* ---- codes ---- */

static enum tt_status code_counts(struct tt_case *c, const char *sql,
				  struct tt_code_counts *counts_r,
				  struct tt_arena *arena, struct tt_err *err)
{
	struct tt_query q = tt_query_once(c, sql);

	*counts_r = (struct tt_code_counts){ 0 };
	while (tt_query_step(&q) == 1) {
		struct tt_code_count *const n = tt_vec_push(arena, counts_r);

		n->code = tt_get_copy(&q, arena);
		n->messages = (uint64_t)tt_get_int(&q);
		n->sources = (uint64_t)tt_get_int(&q);
	}
	tt_query_end(&q);
	return tt_case_status(c, err);
}

enum tt_status tt_case_diag_counts(struct tt_case *c,
				   struct tt_code_counts *counts_r,
				   struct tt_arena *arena, struct tt_err *err)
{
	return code_counts(
		c,
		"SELECT s.value, g.m, g.s FROM (SELECT code_id AS id,"
		"  count(DISTINCT message_id) AS m,"
		"  count(DISTINCT source_id) AS s FROM diag GROUP BY 1) g"
		" JOIN string s ON s.id = g.id"
		" ORDER BY g.m + g.s DESC, s.value",
		counts_r, arena, err);
}

enum tt_status tt_case_anomaly_counts(struct tt_case *c,
				      struct tt_code_counts *counts_r,
				      struct tt_arena *arena,
				      struct tt_err *err)
{
	return code_counts(
		c,
		"SELECT s.value, g.m, 0 FROM (SELECT code_id AS id,"
		"  count(DISTINCT message_id) AS m FROM anomaly GROUP BY 1) g"
		" JOIN string s ON s.id = g.id ORDER BY g.m DESC, s.value",
		counts_r, arena, err);
}

/* ---- delays ---- */

/* How often each delay occurs, in their order: enough for any quantile. */
struct histogram {
	TT_VEC(struct bar {
		int64_t delay;
		uint64_t n;
	}) bars;
	uint64_t n; /* without negative ones */
};

static int64_t quantile(const struct histogram *h, unsigned percent)
{
	const uint64_t want = (h->n * percent + 99) / 100;
	uint64_t seen = 0;

	for (size_t i = 0; i < h->bars.n; i++)
		if ((seen += h->bars.v[i].n) >= want)
			return h->bars.v[i].delay;
	return 0;
}

static void add_bar(struct tt_delay *d, struct histogram *h, int64_t delay,
		    uint64_t n, struct tt_arena *arena)
{
	d->hops += n;
	if (delay < 0) {
		d->negative += n;
		return;
	}
	*tt_vec_push(arena, &h->bars) = (struct bar){ delay, n };
	h->n += n;
	d->max_s = delay;
}

static void end_delay(struct tt_delay *d, struct histogram *h)
{
	d->median_s = quantile(h, 50);
	d->p90_s = quantile(h, 90);
	h->bars.n = 0;
	h->n = 0;
}

#define DELAYS                                                     \
	HOPS                                                      \
	" LEFT JOIN string s ON s.id = m.receiver_id WHERE " SENT \
	" AND h.is_trusted AND NOT h.is_excluded AND h.delay IS NOT NULL"

static void delays_of_all(struct tt_case *c, struct tt_delay *all,
			  struct tt_arena *scratch)
{
	struct tt_query q = tt_query_once(
		c, "SELECT h.delay, count(*)" DELAYS " GROUP BY 1 ORDER BY 1");
	struct histogram h = { 0 };

	while (tt_query_step(&q) == 1) {
		const int64_t delay = tt_get_int(&q);

		add_bar(all, &h, delay, (uint64_t)tt_get_int(&q), scratch);
	}
	tt_query_end(&q);
	end_delay(all, &h);
}

static void delays_by_receiver(struct tt_case *c, struct tt_delays *d,
			       struct tt_arena *arena,
			       struct tt_arena *scratch)
{
	struct tt_query q = tt_query_once(
		c, "SELECT coalesce(m.receiver_id, 0), s.value, h.delay,"
		   " count(*)" DELAYS " GROUP BY 1, 3 ORDER BY 1, 3");
	struct histogram h = { 0 };
	struct tt_delay *at = NULL;
	int64_t last = -1;

	while (tt_query_step(&q) == 1) {
		const int64_t id = tt_get_int(&q);

		if (id != last && at)
			end_delay(at, &h);
		if (id != last) {
			at = tt_vec_push(arena, &d->by_receiver);
			*at = (struct tt_delay){
				.name = tt_get_copy(&q, arena),
			};
		} else {
			tt_get_skip(&q);
		}
		last = id;
		const int64_t delay = tt_get_int(&q);

		add_bar(at, &h, delay, (uint64_t)tt_get_int(&q), scratch);
	}
	if (at)
		end_delay(at, &h);
	tt_query_end(&q);
}

static int more_hops(const void *a, const void *b)
{
	const struct tt_delay *const x = a, *const y = b;

	if (x->hops != y->hops)
		return x->hops > y->hops ? -1 : 1;
	return tt_slice_cmp(x->name, y->name);
}

enum tt_status tt_case_delays(struct tt_case *c, struct tt_delays *delays_r,
			      struct tt_arena *arena, struct tt_err *err)
{
	struct tt_arena scratch = { 0 };

	*delays_r = (struct tt_delays){ 0 };
	delays_of_all(c, &delays_r->all, &scratch);
	delays_by_receiver(c, delays_r, arena, &scratch);
	tt_arena_release(&scratch);
	if (delays_r->by_receiver.n)
		qsort(delays_r->by_receiver.v, delays_r->by_receiver.n,
		      sizeof(struct tt_delay), more_hops);
	return tt_case_status(c, err);
}
