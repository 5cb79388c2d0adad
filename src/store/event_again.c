/* event_again.c - events of a log that has changed
 *
 * What the log told before and tells again is kept once, as the newest
 * generation has it.  Both are held against each other by hashes of their
 * records, which hold the places of the lines: in an order of their own, so
 * that memory does not go with the logs. */
#include <tlstrail/util/spool.h>

#include "store_private.h"

struct row {
	uint64_t digest;
	int64_t batch;
	uint64_t i; /* of its events */
};

static uint64_t digest_of(const void *row)
{
	return ((const struct row *)row)->digest;
}

static uint64_t batch_of(const void *row)
{
	return (uint64_t)((const struct row *)row)->batch;
}

static int by_place(const struct row *a, const struct row *b)
{
	if (a->batch != b->batch)
		return a->batch < b->batch ? -1 : 1;
	return (a->i > b->i) - (a->i < b->i);
}

static int by_batch(const void *x, const void *y)
{
	return by_place(x, y);
}

static int by_digest(const void *x, const void *y)
{
	const struct row *const a = x, *const b = y;

	if (a->digest != b->digest)
		return a->digest < b->digest ? -1 : 1;
	return by_place(a, b);
}

static struct tt_sorter *sorter_new(struct tt_spool *spool,
				    uint64_t (*key)(const void *row),
				    int (*compare)(const void *a,
						   const void *b))
{
	return tt_sorter_new(spool, sizeof(struct row), key, compare);
}

/* ---- what there is of both ---- */

static uint64_t hash_of(struct tt_case *c, struct tt_slice record)
{
	uint8_t sum[TT_SHA256_LEN];
	uint64_t v;

	tt_sha256_begin(c->hash);
	tt_sha256_add(c->hash, record);
	tt_sha256_end(c->hash, sum);
	memcpy(&v, sum, sizeof(v));
	return v;
}

static void add_events(struct tt_case *c, int64_t source, struct tt_sorter *to)
{
	struct tt_query q = tt_query_once(
		c, "SELECT id, records FROM batch WHERE source_id = ?");

	tt_put_int(&q, source);
	while (tt_query_step(&q) == 1) {
		struct row r = { .batch = tt_get_int(&q) };
		struct tt_slice in = tt_get_slice(&q), record;

		for (; tt_batch_next(c, &in, &record); r.i++) {
			r.digest = hash_of(c, record);
			tt_sorter_add(to, &r);
		}
	}
	tt_query_end(&q);
}

/* Those of `before` that are in `now`, too, into `gone`. */
static void find_gone(struct tt_sorter *before, struct tt_sorter *now,
		      struct tt_sorter *gone)
{
	struct row old, new;

	tt_sorter_begin(before);
	tt_sorter_begin(now);
	bool has_new = tt_sorter_next(now, &new);

	while (tt_sorter_next(before, &old)) {
		while (has_new && new.digest < old.digest)
			has_new = tt_sorter_next(now, &new);
		if (has_new && new.digest == old.digest)
			tt_sorter_add(gone, &old);
	}
}

/* ---- what goes ---- */

struct dropping {
	struct tt_sorter *gone;
	struct row next;
	bool has_next;
	int64_t batch; /* at hand */
};

static bool is_kept(void *ctx, uint64_t i)
{
	struct dropping *const d = ctx;

	if (!d->has_next || d->next.batch != d->batch || d->next.i != i)
		return true;
	d->has_next = tt_sorter_next(d->gone, &d->next);
	return false;
}

static void drop(struct tt_case *c, struct tt_sorter *gone)
{
	struct dropping d = { .gone = gone };

	tt_sorter_begin(gone);
	d.has_next = tt_sorter_next(gone, &d.next);
	while (d.has_next && c->broken.status == TT_OK) {
		d.batch = d.next.batch;
		tt_batch_keep(c, d.batch, is_kept, &d);
	}
}

static void drop_of(struct tt_case *c, int64_t before, int64_t now)
{
	struct tt_spool *spool = tt_spool_new();
	struct tt_sorter *a = sorter_new(spool, digest_of, by_digest);
	struct tt_sorter *b = sorter_new(spool, digest_of, by_digest);
	struct tt_sorter *gone = sorter_new(spool, batch_of, by_batch);
	struct tt_err err = { 0 };

	add_events(c, before, a);
	add_events(c, now, b);
	find_gone(a, b, gone);
	if (tt_spool_status(spool, &err) == TT_OK)
		drop(c, gone);
	if (tt_spool_status(spool, &err) != TT_OK)
		tt_case_refuse(c, err.status, "%s", err.text);
	tt_sorter_free(&a);
	tt_sorter_free(&b);
	tt_sorter_free(&gone);
	tt_spool_free(&spool);
}

void tt_events_drop_superseded(struct tt_case *c, int64_t file)
{
	struct pair {
		int64_t before, now;
	};
	TT_VEC(struct pair) pairs = { 0 };
	struct tt_query q = tt_query_once(
		c, "SELECT os.id, ns.id FROM source f"
		   " JOIN source ns ON ns.path = f.path"
		   "  AND ns.generation = f.generation"
		   " JOIN source os ON os.path = ns.path"
		   "  AND os.member = ns.member"
		   "  AND os.generation < ns.generation"
		   " WHERE f.id = ? AND EXISTS"
		   "  (SELECT 1 FROM batch WHERE source_id = os.id)");

	tt_put_int(&q, file);
	while (tt_query_step(&q) == 1) {
		struct pair *const p = tt_vec_push(&c->scratch, &pairs);

		p->before = tt_get_int(&q);
		p->now = tt_get_int(&q);
	}
	tt_query_end(&q);
	for (size_t i = 0; i < pairs.n && c->broken.status == TT_OK; i++)
		drop_of(c, pairs.v[i].before, pairs.v[i].now);
	tt_case_exec(c, TT_SETTLED_DROP);
}
