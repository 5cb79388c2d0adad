/* browse_list.c - a page of a list, and how long the list is
 *
 * A pass over the index finds which messages are on the page; only those are
 * read.  How many fit in all is taken from the figures where one filter at
 * most is set; else the pass of a first page goes on to the end, and that of
 * another is followed by one that counts. */
#include "browse_private.h"

/* ---- how many ---- */

/* Of lists by one filter at most, the figures know. */
static bool is_known(const struct tt_browse_filter *f,
		     const struct tt_browse_figures *all, uint64_t *n_r)
{
	const int n = (f->verdict != TT_BROWSE_ANY) +
		      (f->basis != TT_BROWSE_ANY) +
		      (f->way != TT_BROWSE_ANY);

	if (n > 1 || f->is_embedded || f->has_peer || f->has_month ||
	    f->n_terms || !all->is_whole)
		return false;
	*n_r = f->verdict != TT_BROWSE_ANY ? all->result[f->verdict] :
	       f->basis != TT_BROWSE_ANY   ? all->basis[f->basis] :
	       f->way != TT_BROWSE_ANY	   ? all->way[f->way] :
					     all->messages;
	return true;
}

struct found {
	int64_t id;
	struct tt_cursor cursor;
};
struct finding {
	TT_VEC(struct found) list;
	bool has_more, is_cut;
	struct tt_cursor last; /* looked at */
	bool has_total;
	uint64_t total; /* of the whole list, as far as it was looked at */
};

static void find(struct tt_case *c, const struct tt_browse_options *o,
		 bool is_newer, struct finding *f, struct tt_arena *arena)
{
	static const struct tt_cursor none;
	struct tt_pass p;

	const struct tt_cursor *const from =
		is_newer == o->is_newer ? &o->from : &none;

	f->list.n = 0;
	f->has_more = false;
	tt_pass_begin(&p, c, &o->filter, from, is_newer, TT_MAX_browse_work);
	while (!f->has_more && tt_pass_next(&p) == 1) {
		f->has_more = f->list.n >= o->limit;
		if (!f->has_more)
			*tt_vec_push(arena, &f->list) =
				(struct found){ p.row.id, p.row.cursor };
	}
	f->is_cut = p.is_cut;
	f->last = p.row.cursor;
	if (!f->has_total && !from->is_set) {
		f->total = f->list.n + f->has_more;
		while (f->has_more && tt_pass_next(&p) == 1)
			f->total++;
		f->has_total = !p.is_cut;
	}
	tt_pass_end(&p);
}

static void count(struct tt_browse *b, const struct tt_browse_filter *filter,
		  struct finding *f)
{
	static const struct tt_cursor none;
	struct tt_pass p;

	f->total = 0;
	tt_pass_begin(&p, b->c, filter, &none, false, TT_MAX_browse_work);
	while (tt_pass_next(&p) == 1)
		f->total++;
	f->has_total = !p.is_cut;
	tt_pass_end(&p);
}

static void turn_round(struct finding *f)
{
	for (size_t i = 0; i < f->list.n / 2; i++) {
		struct found *const a = &f->list.v[i];
		struct found *const b = &f->list.v[f->list.n - 1 - i];
		const struct found kept = *a;

		*a = *b;
		*b = kept;
	}
}

/* ---- rows ---- */

#define STRING_OF(id) "(SELECT value FROM string WHERE id = " id ")"
static const char row_sql[] =
	"SELECT m.parent_sha256 IS NOT NULL, m.content_sha256, m.is_joined,"
	" m.date, m.message_id, " STRING_OF("m.from_id") ", m.recipients,"
	" m.subject, " STRING_OF("m.peer_id") ", " STRING_OF("m.receiver_id")
	", m.verdict, m.fail_basis, coalesce(m.weakest, 0), m.hops,"
	" m.encrypted, m.cleartext, m.unknown, m.entry_verdict,"
	" m.entry_version FROM message m WHERE m.id = ?";

static void get_texts(struct tt_query *q, struct tt_browse_row *r,
		      struct tt_arena *arena)
{
	r->message_id = tt_get_copy(q, arena);
	r->from = tt_get_copy(q, arena);
	r->to = tt_get_copy(q, arena);
	r->subject = tt_get_copy(q, arena);
	r->peer = tt_get_copy(q, arena);
	r->receiver = tt_get_copy(q, arena);
}

static void get_row(struct tt_query *q, struct tt_browse_row *r,
		    struct tt_arena *arena)
{
	r->is_embedded = tt_get_int(q);
	r->is_log_only = !tt_get_hash(q, r->content_sha256);
	r->is_joined = tt_get_int(q);
	r->has_date = !tt_get_is_null(q);
	r->date_unix = tt_get_int(q);
	get_texts(q, r, arena);
	r->verdict = (enum tt_result_verdict)tt_get_code(q, TT_RESULT_FAIL);
	r->fail_basis = (enum tt_basis)tt_get_code(q, TT_BASIS_LOG);
	r->weakest = (enum tt_tls)tt_get_code(q, TT_TLSV1_3);
	r->hops = (uint64_t)tt_get_int(q);
	r->encrypted = (uint64_t)tt_get_int(q);
	r->cleartext = (uint64_t)tt_get_int(q);
	r->unknown = (uint64_t)tt_get_int(q);
	r->way = tt_way_get(q);
}

static void read_row(struct tt_case *c, const struct found *found,
		     struct tt_browse_row *r, struct tt_arena *arena)
{
	struct tt_query q = tt_query(c, TT_STMT_BROWSE_ROW, row_sql);
	struct tt_listed listed;

	*r = (struct tt_browse_row){ .cursor = found->cursor };
	(void)tt_listed_get(&listed, (struct tt_slice){ found->cursor.bytes,
							TT_CURSOR_LEN });
	r->has_time = listed.has_time;
	r->time_unix = listed.time_unix;
	tt_put_int(&q, found->id);
	if (tt_query_step(&q) == 1)
		get_row(&q, r, arena);
	tt_query_end(&q);
}

/* ---- the page ---- */

/* Where the next call goes on, on that side on which this one stopped; on the
 * other, where it came from. */
static void set_cursors(const struct finding *f,
			const struct tt_browse_options *o, bool is_newer,
			struct tt_browse_page *page)
{
	struct tt_cursor *const ahead = is_newer ? &page->newer : &page->older;
	struct tt_cursor *const back = is_newer ? &page->older : &page->newer;
	const size_t n = f->list.n;

	page->is_cut = f->is_cut;
	if (f->is_cut)
		*ahead = f->last;
	else if (f->has_more)
		*ahead = f->list.v[is_newer ? 0 : n - 1].cursor;
	if (is_newer == o->is_newer && o->from.is_set)
		*back = n ? f->list.v[is_newer ? n - 1 : 0].cursor : o->from;
}

static void list(struct tt_browse *b, const struct tt_browse_options *o,
		 struct tt_browse_page *page, struct tt_arena *arena)
{
	struct finding f = { 0 };
	bool is_newer = o->is_newer;

	tt_figures_take(b);
	f.has_total = is_known(&o->filter, &b->figures, &f.total);
	find(b->c, o, is_newer, &f, arena);
	/* The first page is whole, however one came to it. */
	if (is_newer && !f.has_more && !f.is_cut) {
		is_newer = false;
		find(b->c, o, is_newer, &f, arena);
	}
	if (is_newer)
		turn_round(&f);
	if (!f.has_total && o->from.is_set)
		count(b, &o->filter, &f);
	set_cursors(&f, o, is_newer, page);
	for (size_t i = 0; i < f.list.n; i++)
		read_row(b->c, &f.list.v[i], tt_vec_push(arena, &page->rows),
			 arena);
	page->total = f.total;
	page->is_exact = f.has_total;
}

enum tt_status tt_browse_list(struct tt_browse *browse,
			      const struct tt_browse_options *options,
			      struct tt_browse_page *page_r,
			      struct tt_arena *arena, struct tt_err *err)
{
	struct tt_browse_options o = *options;

	*page_r = (struct tt_browse_page){ 0 };
	if (!tt_browse_begin(browse, err))
		return err->status;
	if (o.limit == 0 || o.limit > TT_MAX_browse_page)
		o.limit = TT_MAX_browse_page;
	list(browse, &o, page_r, arena);
	return tt_browse_end(browse, err);
}
