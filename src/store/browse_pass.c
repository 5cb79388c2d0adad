/* browse_pass.c - the index of lists, entry after entry
 *
 * The index holds all that is filtered by, so that a pass reads it and nothing
 * else, in the order of lists, and filters here: then what was looked at can
 * be counted, and a pass that stops can be gone on with. */
#include "browse_private.h"

#define TEXT_OF_WORK 32 /* bytes searched in the time of one entry */

/* ---- from where to where ---- */

struct bound {
	uint8_t bytes[TT_LISTED_LEN + 1];
	size_t n;
};

static struct tt_slice slice_of(const struct bound *b)
{
	return (struct tt_slice){ b->bytes, b->n };
}

static struct bound bound_of(struct tt_slice s)
{
	struct bound b = { .n = s.n };

	memcpy(b.bytes, s.p, s.n);
	return b;
}

/* All of a kind from a time on; has_time false: from the undated on. */
static struct bound bound_at(bool is_embedded, bool has_time, int64_t time,
			     struct tt_arena *arena)
{
	static const uint8_t least[TT_SHA256_LEN];
	const struct tt_listed l = { .is_embedded = is_embedded,
				     .has_time = has_time,
				     .time_unix = time,
				     .key = least };

	return bound_of(tt_slice_sub(tt_listed_put(&l, arena), 0, 9));
}

static void find_bounds(const struct tt_browse_filter *f, struct bound *low,
			struct bound *high, struct tt_arena *arena)
{
	const bool is_month = f->has_month && f->month != TT_NO_MONTH;
	const bool is_undated = f->has_month && f->month == TT_NO_MONTH;
	const bool e = f->is_embedded;

	*low = is_month ? bound_at(e, true, tt_month_begin(f->month), arena) :
			  bound_at(e, false, 0, arena);
	*high = is_month ? bound_at(e, true, tt_month_begin(f->month + 1),
				    arena) :
		is_undated ? bound_at(e, true, INT64_MIN + 1, arena) :
			     bound_of((struct tt_slice){
				     (const uint8_t *)(e ? "\1" : "\2"), 1 });
}

/* Without the one at the cursor. */
static void narrow(struct bound *low, struct bound *high,
		   const struct tt_cursor *from, bool is_newer)
{
	struct bound at = bound_of(
		(struct tt_slice){ from->bytes, TT_CURSOR_LEN });

	if (!from->is_set)
		return;
	if (is_newer)
		at.bytes[at.n++] = 0; /* the next value there can be */
	if (is_newer && tt_slice_cmp(slice_of(&at), slice_of(low)) > 0)
		*low = at;
	if (!is_newer && tt_slice_cmp(slice_of(&at), slice_of(high)) < 0)
		*high = at;
}

/* ---- statements ---- */

#define COLUMNS                                                     \
	"SELECT m.id, m.listed, m.verdict, m.fail_basis,"          \
	" m.entry_verdict, m.entry_version, m.peer_id"
#define TEXTS ", m.message_id, f.value, m.recipients, m.subject"
#define FROM " FROM message m INDEXED BY message_listed"
#define SENDERS " LEFT JOIN string f ON f.id = m.from_id"
#define WHERE " WHERE m.listed >= ? AND m.listed < ? ORDER BY m.listed"

static const char *sql_of(bool has_terms, bool is_newer)
{
	static const char *const all[2][2] = {
		{ COLUMNS FROM WHERE " DESC", COLUMNS FROM WHERE },
		{ COLUMNS TEXTS FROM SENDERS WHERE " DESC",
		  COLUMNS TEXTS FROM SENDERS WHERE },
	};

	return all[has_terms][is_newer];
}

static int64_t string_find(struct tt_case *c, struct tt_slice s)
{
	struct tt_query q =
		tt_query_once(c, "SELECT id FROM string WHERE value = ?");

	tt_put_bytes(&q, s);

	return tt_query_int(&q);
}

void tt_pass_begin(struct tt_pass *p, struct tt_case *c,
		   const struct tt_browse_filter *filter,
		   const struct tt_cursor *from, bool is_newer,
		   uint64_t max_work)
{
	struct bound low, high;

	*p = (struct tt_pass){ .c = c, .filter = filter, .max_work = max_work };
	if (filter->has_peer && filter->peer.n) {
		p->peer_id = string_find(c, filter->peer);
		p->is_void = p->peer_id == 0;
	}
	find_bounds(filter, &low, &high, &c->scratch);
	narrow(&low, &high, from, is_newer);
	p->q = tt_query_once(c, sql_of(filter->n_terms > 0, is_newer));
	tt_put_blob(&p->q, tt_arena_dup(&c->scratch, slice_of(&low)));
	tt_put_blob(&p->q, tt_arena_dup(&c->scratch, slice_of(&high)));
}

/* ---- entries ---- */

enum tt_way tt_way_get(struct tt_query *q)
{
	static const enum tt_way ways[] = {
		[TT_UNKNOWN] = TT_WAY_UNKNOWN,
		[TT_ENCRYPTED] = TT_WAY_NO_VERSION,
		[TT_CLEARTEXT] = TT_WAY_CLEARTEXT,
		[TT_LOCAL] = TT_WAY_LOCAL,
	};
	const bool has_entry = !tt_get_is_null(q);
	const int verdict = tt_get_code(q, TT_LOCAL);
	const int version = tt_get_code(q, TT_TLSV1_3);

	if (!has_entry)
		return TT_WAY_NONE;
	return verdict == TT_ENCRYPTED && version ?
		       (enum tt_way)(TT_WAY_TLS + version - 1) :
		       ways[verdict];
}

static void get_row(struct tt_query *q, struct tt_pass_row *r)
{
	r->id = tt_get_int(q);
	const struct tt_slice listed = tt_get_slice(q);

	r->cursor.is_set = listed.n == TT_CURSOR_LEN;
	if (r->cursor.is_set)
		memcpy(r->cursor.bytes, listed.p, TT_CURSOR_LEN);
	else
		tt_case_refuse(q->c, TT_INPUT, "a place of %zu bytes",
			       listed.n);
	(void)tt_listed_get(&r->listed, (struct tt_slice){ r->cursor.bytes,
							   TT_CURSOR_LEN });
	r->verdict = tt_get_code(q, TT_RESULT_FAIL);
	r->basis = tt_get_code(q, TT_BASIS_LOG);
	r->way = tt_way_get(q);
	r->peer_id = tt_get_int(q);
}

static bool fits(int wanted, int is)
{
	return wanted == TT_BROWSE_ANY || wanted == is;
}

static bool has_term(const struct tt_slice text[4], struct tt_slice term)
{
	for (size_t i = 0; i < 4; i++)
		for (struct tt_slice s = text[i]; s.n >= term.n; s.p++, s.n--)
			if (tt_slice_istarts(s, term))
				return true;
	return false;
}

/* The columns that follow; their length is counted as work. */
static bool has_terms(struct tt_pass *p)
{
	struct tt_slice text[4];

	for (size_t i = 0; i < 4; i++) {
		text[i] = tt_get_slice(&p->q);
		p->work += text[i].n / TEXT_OF_WORK;
	}
	for (size_t i = 0; i < p->filter->n_terms; i++)
		if (!has_term(text, p->filter->term[i]))
			return false;
	return true;
}

static bool is_wanted(struct tt_pass *p)
{
	const struct tt_browse_filter *const f = p->filter;
	const struct tt_pass_row *const r = &p->row;

	return fits(f->verdict, r->verdict) && fits(f->basis, r->basis) &&
	       fits(f->way, (int)r->way) &&
	       (!f->has_peer || r->peer_id == p->peer_id) &&
	       (!f->n_terms || has_terms(p));
}

int tt_pass_next(struct tt_pass *p)
{
	int got;

	if (p->is_void)
		return 0;
	while ((got = tt_query_step(&p->q)) == 1) {
		p->is_cut = p->work >= p->max_work;
		if (p->is_cut)
			return 0; /* this one was not looked at */
		p->work++;
		get_row(&p->q, &p->row);
		if (p->c->broken.status != TT_OK)
			return -1;
		if (is_wanted(p))
			return 1;
	}
	return got;
}

void tt_pass_end(struct tt_pass *p)
{
	tt_query_end(&p->q);
}
