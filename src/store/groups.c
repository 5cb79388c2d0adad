/* groups.c - messages by month, peer, receiver or a header's value
 *
 * The database sums up by key and by what is told of each message, which is
 * packed into one number, for it sorts a row for each of its messages; the rows
 * of one key follow one another and are folded here.  Where only the first of
 * an order are wanted, no more than a few times as many are held. */
#include <stdlib.h>
#include "store_private.h"

/* Days are counted from the year 0, so that months need no division of
 * negative numbers; what no year of four digits tells is undated. */
#define DAY                                                        \
	"CASE WHEN m.time BETWEEN -62167219200 AND 253402300799" \
	" THEN (m.time + 62167219200) / 86400 END"
#define SENT "m.parent_sha256 IS NULL AND m.verdict IS NOT NULL"
/* Four bits for each; no entry is 15. */
#define TOLD                                        \
	", (coalesce(m.verdict, 0) << 16)"          \
	" + (coalesce(m.entry_verdict, 15) << 12)"  \
	" + (coalesce(m.entry_version, 0) << 8)"    \
	" + (coalesce(m.entry_fit, 0) << 4)"        \
	" + coalesce(m.peer_basis, 0), count(*)"
#define NO_ENTRY 15
#define BY_ALL " GROUP BY 1, 2, 3 ORDER BY 1, 2, 3"

/* Number of the name, or 0; that of the part, or the day, which may be null. */
static const char *const keys[] = {
	[TT_GROUP_MONTH] = "SELECT 0, " DAY,
	[TT_GROUP_RECEIVER] = "SELECT coalesce(m.receiver_id, 0), 0",
	[TT_GROUP_PEER] = "SELECT coalesce(m.peer_id, 0), 0",
	[TT_GROUP_PEER_PART] = "SELECT coalesce(m.peer_id, 0),"
			       " coalesce(m.peer_part_id, 0)",
	[TT_GROUP_PEER_MONTH] = "SELECT coalesce(m.peer_id, 0), " DAY,
	[TT_GROUP_HEADER] = "SELECT h.value_id, 0",
};

struct fold {
	struct tt_group g;
	int64_t name_id, part_id;
	size_t rank; /* of the peer, by PEER_MONTH */
};

struct folding {
	struct tt_case *c;
	const struct tt_group_options *o;
	struct tt_arena *arena;   /* the answer's */
	struct tt_arena scratch;
	TT_VEC(struct fold) folds;
	uint64_t n; /* of all groups */
	bool is_by_month, is_by_peer;
	const struct tt_groups *peers; /* PEER_MONTH: the ones wanted */
	const int64_t *peer_ids;
};

/* ---- the order ---- */

static uint64_t failing(const struct tt_group *g)
{
	return g->fit[TT_FIT_CLEARTEXT] + g->fit[TT_FIT_VERSION] +
	       g->fit[TT_FIT_SUITE];
}

/* p NULL first. */
static int compare_names(struct tt_slice a, struct tt_slice b)
{
	if (!a.p || !b.p)
		return (a.p != NULL) - (b.p != NULL);
	return tt_slice_cmp(a, b);
}

static int by_key(const void *a, const void *b)
{
	const struct fold *const x = a, *const y = b;

	if (x->rank != y->rank)
		return x->rank < y->rank ? -1 : 1;
	if (x->g.month != y->g.month)
		return x->g.month < y->g.month ? -1 : 1;
	const int order = compare_names(x->g.name, y->g.name);

	return order ? order : compare_names(x->g.part, y->g.part);
}

static int by_size(const void *a, const void *b)
{
	const struct fold *const x = a, *const y = b;

	if (x->g.messages != y->g.messages)
		return x->g.messages > y->g.messages ? -1 : 1;
	return by_key(a, b);
}

static int by_worst(const void *a, const void *b)
{
	const uint64_t x = failing(&((const struct fold *)a)->g);
	const uint64_t y = failing(&((const struct fold *)b)->g);

	return x != y ? (x > y ? -1 : 1) : by_size(a, b);
}

static void sort(struct folding *f)
{
	static int (*const orders[])(const void *, const void *) = {
		[TT_GROUP_BY_KEY] = by_key,
		[TT_GROUP_BY_SIZE] = by_size,
		[TT_GROUP_BY_WORST] = by_worst,
	};
	const bool is_ranked = f->o->by == TT_GROUP_PEER_MONTH;

	if (f->folds.n)
		qsort(f->folds.v, f->folds.n, sizeof(struct fold),
		      is_ranked ? by_key : orders[f->o->order]);
}

/* ---- folding ---- */

static size_t limit_of(const struct folding *f)
{
	return f->o->by == TT_GROUP_PEER_MONTH || !f->o->limit ? SIZE_MAX :
								  f->o->limit;
}

/* Only the first of the order can be among the answer. */
static void drop_rest(struct folding *f)
{
	const size_t limit = limit_of(f);

	if (limit > SIZE_MAX / 4 || f->folds.n < 4 * limit)
		return;
	sort(f);
	f->folds.n = limit;
}

static size_t rank_of(const struct folding *f, int64_t peer)
{
	for (size_t i = 0; f->peers && i < f->peers->n; i++)
		if (f->peer_ids[i] == peer)
			return i;
	return 0;
}

static struct fold *fold_for(struct folding *f, struct tt_query *q)
{
	const int64_t name = tt_get_int(q);
	const bool is_dated = f->is_by_month && !tt_get_is_null(q);
	const int64_t second = tt_get_int(q);
	const int64_t part = f->is_by_month ? 0 : second;
	const int32_t month = is_dated ? tt_month_of_day(second) : TT_NO_MONTH;
	struct fold *last = f->folds.n ? &f->folds.v[f->folds.n - 1] : NULL;

	if (last && last->name_id == name && last->part_id == part &&
	    last->g.month == month)
		return last;
	drop_rest(f);
	f->n++;
	last = tt_vec_push(&f->scratch, &f->folds);
	*last = (struct fold){
		.g = { .name = tt_string_of(f->c, name, f->arena),
		       .part = tt_string_of(f->c, part, f->arena),
		       .month = month },
		.name_id = name,
		.part_id = part,
		.rank = rank_of(f, name),
	};
	return last;
}

/* In [0, max]; a value outside breaks the case. */
static int code(struct folding *f, int64_t v, int max)
{
	if (v >= 0 && v <= max)
		return (int)v;
	tt_case_refuse(f->c, TT_INPUT, "a number that stands for nothing");
	return 0;
}

static void take_row(struct folding *f, struct tt_query *q)
{
	struct tt_group *const g = &fold_for(f, q)->g;
	const int64_t told = tt_get_int(q);
	const int result = code(f, told >> 16, TT_RESULT_FAIL);
	const int verdict = code(f, told >> 12 & 15, NO_ENTRY);
	const int version = code(f, told >> 8 & 15, TT_TLSV1_3);
	const int fit = code(f, told >> 4 & 15, TT_FIT_SUITE);
	const int basis = code(f, told & 15, TT_PEER_ADDRESS);
	const uint64_t n = (uint64_t)tt_get_int(q);

	g->messages += n;
	g->result[result] += n;
	if (f->is_by_peer && (int)g->basis < basis)
		g->basis = (enum tt_peer_basis)basis;
	if (verdict > TT_LOCAL)
		return;
	g->verdict[verdict] += n;
	g->fit[fit] += n;
	if (verdict == TT_ENCRYPTED)
		g->version[version] += n;
}

/* ---- statements ---- */

/* The peers wanted, as numbers: they come from the database and are few. */
static const char *among(struct folding *f)
{
	const char *list = "";

	for (size_t i = 0; f->peers && i < f->peers->n; i++)
		list = tt_arena_printf(&f->scratch, "%s%s%lld", list,
				       i ? "," : "",
				       (long long)f->peer_ids[i]);
	return f->peers ? tt_arena_printf(&f->scratch,
					  " AND coalesce(m.peer_id, 0) IN (%s)",
					  list) :
			  "";
}

static const char *from_of(const struct folding *f)
{
	return f->o->by == TT_GROUP_HEADER ?
		       " FROM header h JOIN message m ON m.id = h.message_id"
		       " JOIN string n ON n.id = h.name_id AND n.value = ?"
		       " WHERE " SENT :
		       " FROM message m WHERE " SENT;
}

static void fold_all(struct folding *f)
{
	struct tt_query q = tt_query_once(
		f->c, tt_arena_printf(&f->scratch, "%s%s%s%s%s",
				      keys[f->o->by], TOLD, from_of(f),
				      among(f), BY_ALL));

	f->is_by_month = f->o->by == TT_GROUP_MONTH ||
			 f->o->by == TT_GROUP_PEER_MONTH;
	f->is_by_peer = f->o->by == TT_GROUP_PEER ||
			f->o->by == TT_GROUP_PEER_PART ||
			f->o->by == TT_GROUP_PEER_MONTH;
	if (f->o->by == TT_GROUP_HEADER)
		tt_put_bytes(&q, f->o->header);
	while (tt_query_step(&q) == 1)
		take_row(f, &q);
	tt_query_end(&q);
	sort(f);
}

static void give(struct folding *f, struct tt_groups *groups_r)
{
	const size_t limit = limit_of(f);

	for (size_t i = 0; i < f->folds.n && i < limit; i++)
		*tt_vec_push(f->arena, groups_r) = f->folds.v[i].g;
	groups_r->more = f->n - groups_r->n;
}

/* The peers first, then their months. */
static void fold_peers(struct folding *f, struct tt_groups *peers)
{
	struct tt_group_options o = *f->o;

	o.by = TT_GROUP_PEER;
	struct folding p = { .c = f->c, .o = &o, .arena = f->arena };

	fold_all(&p);
	give(&p, peers);
	int64_t *const ids = TT_NEW_N(&f->scratch, int64_t, peers->n + 1);

	for (size_t i = 0; i < peers->n; i++)
		ids[i] = p.folds.v[i].name_id;
	f->peers = peers;
	f->peer_ids = ids;
	tt_arena_release(&p.scratch);
}

enum tt_status tt_case_groups(struct tt_case *c,
			      const struct tt_group_options *options,
			      struct tt_groups *groups_r,
			      struct tt_arena *arena, struct tt_err *err)
{
	struct folding f = { .c = c, .o = options, .arena = arena };
	struct tt_groups peers = { 0 };

	*groups_r = (struct tt_groups){ 0 };
	if (options->by == TT_GROUP_PEER_MONTH && options->limit)
		fold_peers(&f, &peers);
	fold_all(&f);
	give(&f, groups_r);
	if (f.peers)
		groups_r->more = peers.more;
	tt_arena_release(&f.scratch);
	return tt_case_status(c, err);
}
