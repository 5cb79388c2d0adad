/* test_browse - lists of a case, against a plain reading of all its messages
 *
 * The reading uses no index and none of the code under test: every message is
 * fetched, filtered and sorted here. */
#include <stdio.h>
#include "case_fixture.h"
#include <tlstrail/store/browse.h>

#define COUNT 240
#define EVERY(n, what) for (int what = 0; what < (n); what++)

/* ---- the plain reading ---- */

struct plain {
	bool is_embedded, has_time;
	int64_t time;
	uint8_t key[TT_SHA256_LEN];
	int verdict, basis, way;
	char peer[64], month[8], text[256];
};
struct plains {
	struct plain v[COUNT + 16];
	size_t n;
};

static int way_of(int verdict, int version, bool has_entry)
{
	if (!has_entry)
		return TT_WAY_NONE;
	if (verdict == TT_ENCRYPTED)
		return version ? TT_WAY_TLS + version - 1 : TT_WAY_NO_VERSION;
	return verdict == TT_CLEARTEXT ? TT_WAY_CLEARTEXT :
	       verdict == TT_LOCAL     ? TT_WAY_LOCAL :
					 TT_WAY_UNKNOWN;
}

static void get_string(struct tt_query *q, char *to, size_t size)
{
	const struct tt_slice s = tt_get_slice(q);

	snprintf(to, size, "%.*s", (int)s.n, s.p ? (const char *)s.p : "");
}

static int newest_first(const void *a, const void *b)
{
	const struct plain *const x = a, *const y = b;

	if (x->has_time != y->has_time)
		return x->has_time ? -1 : 1;
	if (x->time != y->time)
		return x->time > y->time ? -1 : 1;
	return memcmp(y->key, x->key, TT_SHA256_LEN);
}

static void get_plain(struct tt_query *q, struct plain *p)
{
	struct tt_sha256 *hash = tt_sha256_new();

	p->is_embedded = tt_get_int(q);
	const struct tt_slice content = tt_get_slice(q);
	const struct tt_slice log = tt_get_slice(q);

	if (content.p) {
		memcpy(p->key, content.p, TT_SHA256_LEN);
	} else {
		tt_sha256_begin(hash);
		tt_sha256_add(hash, log);
		tt_sha256_end(hash, p->key);
	}
	tt_sha256_free(&hash);
	p->has_time = !tt_get_is_null(q);
	p->time = tt_get_int(q);
	p->verdict = (int)tt_get_int(q);
	p->basis = (int)tt_get_int(q);
	const bool has_entry = !tt_get_is_null(q);
	const int entry = (int)tt_get_int(q);

	p->way = way_of(entry, (int)tt_get_int(q), has_entry);
	get_string(q, p->peer, sizeof(p->peer));
	get_string(q, p->month, sizeof(p->month));
	get_string(q, p->text, sizeof(p->text));
}

static void read_plainly(struct tt_case *c, struct plains *all)
{
	struct tt_query q = tt_query_once(
		c, "SELECT parent_sha256 IS NOT NULL, content_sha256, log_key,"
		   " coalesce(time, CASE WHEN parent_sha256 IS NOT NULL THEN"
		   "  date END), verdict, fail_basis, entry_verdict,"
		   " entry_version,"
		   " (SELECT value FROM string WHERE id = peer_id),"
		   " strftime('%Y-%m', coalesce(time, CASE WHEN parent_sha256"
		   "  IS NOT NULL THEN date END), 'unixepoch'),"
		   " coalesce(message_id, '') || char(10) ||"
		   " coalesce((SELECT value FROM string WHERE id = from_id),"
		   "  '') || char(10) || coalesce(subject, '')"
		   " FROM message NOT INDEXED WHERE verdict IS NOT NULL");

	all->n = 0;
	while (tt_query_step(&q) == 1)
		get_plain(&q, &all->v[all->n++]);
	tt_query_end(&q);
	assert_int_equal(c->broken.status, TT_OK);
	qsort(all->v, all->n, sizeof(all->v[0]), newest_first);
}

static bool holds(const char *text, struct tt_slice term)
{
	return tt_slice_ifind(tt_slice_str(text), term) != SIZE_MAX;
}

static bool fits(const struct plain *p, const struct tt_browse_filter *f)
{
	char month[16];

	snprintf(month, sizeof(month), "%04d-%02d", f->month / 12,
		 f->month % 12 + 1);
	if (p->is_embedded != f->is_embedded ||
	    (f->verdict != TT_BROWSE_ANY && p->verdict != f->verdict) ||
	    (f->basis != TT_BROWSE_ANY && p->basis != f->basis) ||
	    (f->way != TT_BROWSE_ANY && p->way != f->way))
		return false;
	if (f->has_peer && !tt_slice_eq(tt_slice_str(p->peer), f->peer))
		return false;
	if (f->has_month && strcmp(p->month, f->month == TT_NO_MONTH ? "" :
								      month))
		return false;
	for (size_t i = 0; i < f->n_terms; i++)
		if (!holds(p->text, f->term[i]))
			return false;
	return true;
}

/* ---- a case of everything ---- */

static void add_log_only(struct tt_case *c, const struct fixture *f, int i)
{
	const struct mail m = { i % 2 ? CLEAR : TLS12, 20 + i, 5000 + i, false };
	const struct tt_trail_options o = trail_options(f, &m);
	char key[32];
	struct read_mail r;

	mail_read(&r, f, &m);
	tt_timeline_conclude(&r.b.t, &o, &r.b.arena, &r.b.diags);
	snprintf(key, sizeof(key), "mx.example.net/Q%d", i);
	log_only_put(c, f, key, &r);
	mail_release(&r);
}

static void fill(struct tt_case *c, const struct fixture *f)
{
	unsigned seed = 7;
	int64_t file = file_begin(c, "a", 7);

	EVERY(COUNT, i) {
		seed = seed * 1103515245u + 12345u;
		const struct mail m = { (enum way)(seed >> 16) % WAYS,
					(int)(seed >> 8) % 120, i,
					i % 9 == 4 };

		mail_add(c, f, &m, "a", file,
			 (uint64_t)(m.is_embedded ? i - 1 : i) * 10,
			 m.is_embedded);
	}
	file_end(c, file, TT_SOURCE_DONE);
	conclude_all(c, f, TT_CASE_UNCONCLUDED);
	EVERY(8, i)
		add_log_only(c, f, i);
	/* Undated ones, as of stamps whose date nobody could read. */
	tt_case_exec(c, "UPDATE message SET time = NULL, listed ="
			" CAST(substr(listed, 1, 1) || zeroblob(8) ||"
			" substr(listed, 10) AS BLOB) WHERE parent_sha256 IS NULL"
			" AND id % 17 = 3");
	OK(tt_case_finish(c, &ok_err));
}

static struct tt_browse *filled(const struct fixture *f, struct plains *all)
{
	struct tt_case *c = case_open();
	struct tt_browse *b;

	fill(c, f);
	read_plainly(c, all);
	case_close(c);
	OK(tt_browse_open(&b, case_path, &ok_err));
	return b;
}

/* ---- lists ---- */

static const struct tt_cursor nowhere;
static struct tt_arena pages;

static void get_page(struct tt_browse *b, const struct tt_browse_filter *f,
		     const struct tt_cursor *from, bool is_newer, size_t limit,
		     struct tt_browse_page *page)
{
	const struct tt_browse_options o = { *f, *from, is_newer, limit };

	tt_arena_clear(&pages);
	OK(tt_browse_list(b, &o, page, &pages, &ok_err));
	assert_false(page->is_cut);
}

static const struct plain *next_plain(const struct plains *all, size_t *at,
				      const struct tt_browse_filter *f)
{
	while (*at < all->n && !fits(&all->v[*at], f))
		++*at;
	return *at < all->n ? &all->v[(*at)++] : NULL;
}

static void assert_row(const struct tt_browse_row *r, const struct plain *p)
{
	assert_non_null(p);
	assert_memory_equal(r->cursor.bytes + 9, p->key, TT_SHA256_LEN);
	assert_int_equal(r->is_embedded, p->is_embedded);
	assert_int_equal(r->has_time, p->has_time);
	assert_int_equal(r->time_unix, p->time);
	assert_int_equal((int)r->verdict, p->verdict);
	assert_int_equal((int)r->fail_basis, p->basis);
	assert_int_equal((int)r->way, p->way);
	assert_true(tt_slice_eq(r->peer, tt_slice_str(p->peer)));
}

/* All pages to the end, each message once; then back to the first. */
static size_t walk(struct tt_browse *b, const struct plains *all,
		   const struct tt_browse_filter *f, size_t limit)
{
	struct tt_cursor from = nowhere;
	struct tt_browse_page page;
	size_t at = 0, n = 0, n_pages = 0;
	uint64_t total = 0;

	do {
		get_page(b, f, &from, false, limit, &page);
		assert_true(page.is_exact);
		assert_int_equal(page.newer.is_set, from.is_set);
		for (size_t i = 0; i < page.rows.n; i++)
			assert_row(&page.rows.v[i], next_plain(all, &at, f));
		n += page.rows.n;
		n_pages++;
		total = page.total;
		from = page.older;
	} while (from.is_set);
	assert_null(next_plain(all, &at, f));
	assert_int_equal(total, n);
	for (; page.newer.is_set; n_pages--)
		get_page(b, f, &page.newer, true, limit, &page);
	assert_int_equal(n_pages, 1);
	at = 0;
	for (size_t i = 0; i < page.rows.n; i++)
		assert_row(&page.rows.v[i], next_plain(all, &at, f));
	return n;
}

/* The i-th way to set a filter; all of them in turn. */
static bool set_filter(struct tt_browse_filter *f, int i)
{
	static const char *const peers[] = { NULL, "example.org",
					     "192.0.2.4", "", "nobody.example" };
	static const int32_t months[] = { 0, 2026 * 12 + 1, 2026 * 12 + 3,
					  2026 * 12 + 9, TT_NO_MONTH };
	static const char *const terms[] = { "", "mail 1", "1@EXAMPLE", "~" };
	const int way = i / 5 % 5, peer = i / 25 % 5, month = i / 125 % 5;
	const int term = i / 625 % 4;

	*f = TT_BROWSE_ALL;
	f->verdict = i % 5 - 1;
	f->way = way == 0 ? TT_BROWSE_ANY :
		 way == 1 ? TT_WAY_CLEARTEXT :
		 way == 2 ? TT_WAY_UNKNOWN :
		 way == 3 ? TT_WAY_TLS + TT_TLSV1_3 - 1 :
			    TT_WAY_NONE;
	f->has_peer = peer > 0;
	f->peer = peer ? tt_slice_str(peers[peer]) : TT_NO_SLICE;
	f->has_month = month > 0;
	f->month = months[month];
	f->n_terms = term > 0;
	f->term[0] = tt_slice_str(terms[term]);
	f->is_embedded = i / 2500 % 2;
	f->basis = i / 5000 % 6 - 1;
	return i < 30000;
}

static void all_filters(void **state)
{
	struct plains all;
	struct tt_browse *b = filled(*state, &all);
	struct tt_browse_filter f;
	size_t n = 0, n_some = 0;

	for (int i = 0; set_filter(&f, i); i++) {
		const size_t got = walk(b, &all, &f, i < 300 ? 7 : 50);

		n += got;
		n_some += got > 0;
	}
	assert_true(n_some > 500 && n > 6000);
	tt_browse_close(&b);
}

static void pages_of_each_size(void **state)
{
	struct plains all;
	struct tt_browse *b = filled(*state, &all);
	const struct tt_browse_filter f = TT_BROWSE_ALL;

	for (size_t limit = 1; limit <= 12; limit++)
		assert_true(walk(b, &all, &f, limit) > 200);
	assert_int_equal(walk(b, &all, &f, TT_MAX_browse_page),
			 walk(b, &all, &f, SIZE_MAX));
	tt_browse_close(&b);
}

static void two_terms_are_both_wanted(void **state)
{
	struct plains all;
	struct tt_browse *b = filled(*state, &all);
	struct tt_browse_filter f = TT_BROWSE_ALL;

	f.n_terms = 2;
	f.term[0] = TT_S("someone@");
	f.term[1] = TT_S("MAIL 23");
	assert_true(walk(b, &all, &f, 3) > 3);
	f.term[0] = TT_S("no one@");
	assert_int_equal(walk(b, &all, &f, 3), 0);
	tt_browse_close(&b);
}

/* Any bytes are a cursor: what lies beyond it is what there is. */
static void cursors_from_anywhere(void **state)
{
	struct plains all;
	struct tt_browse *b = filled(*state, &all);
	struct tt_browse_filter f = TT_BROWSE_ALL;
	struct tt_browse_page page;
	struct tt_cursor from = { .is_set = true };

	EVERY(2, is_newer)
	EVERY(256, byte) {
		memset(from.bytes, byte, sizeof(from.bytes));
		f.is_embedded = byte & 1;
		get_page(b, &f, &from, is_newer, 5, &page);
		for (size_t i = 0; i < page.rows.n; i++)
			assert_int_equal(page.rows.v[i].is_embedded, byte & 1);
	}
	tt_browse_close(&b);
}

/* ---- figures ---- */

static void figures(void **state)
{
	struct plains all;
	struct tt_browse *b = filled(*state, &all);
	const struct tt_browse_figures *g;
	struct tt_browse_filter f;
	uint64_t in_months = 0, of_peers = 0;

	OK(tt_browse_figures(b, &g, &ok_err));
	assert_true(g->is_whole && g->has_all_peers);
	assert_int_equal(g->more_months + g->more_peers, 0);
	EVERY(TT_RESULT_FAIL + 1, i) {
		f = TT_BROWSE_ALL;
		f.verdict = i;
		assert_int_equal(g->result[i], walk(b, &all, &f, 100));
	}
	EVERY(TT_WAY_COUNT, i) {
		f = TT_BROWSE_ALL;
		f.way = i;
		assert_int_equal(g->way[i], walk(b, &all, &f, 100));
	}
	for (size_t i = 0; i < g->months.n; i++) {
		const struct tt_browse_month *const m = &g->months.v[i];

		f = TT_BROWSE_ALL;
		f.has_month = true;
		f.month = m->month;
		assert_int_equal(m->messages, walk(b, &all, &f, 100));
		f.verdict = TT_RESULT_FAIL;
		assert_int_equal(m->result[TT_RESULT_FAIL],
				 walk(b, &all, &f, 100));
		assert_true(i == 0 || m->month == TT_NO_MONTH ||
			    m->month < m[-1].month);
		in_months += m->messages;
	}
	for (size_t i = 0; i < g->peers.n; i++) {
		f = TT_BROWSE_ALL;
		f.has_peer = true;
		f.peer = g->peers.v[i].name;
		assert_int_equal(g->peers.v[i].messages,
				 walk(b, &all, &f, 100));
		of_peers += g->peers.v[i].messages;
	}
	assert_int_equal(in_months, g->messages);
	assert_int_equal(of_peers, g->messages);
	tt_browse_close(&b);
}

/* What a scan adds is in the next answer. */
static void a_case_that_changes(void **state)
{
	const struct mail m = { TLS13, 119, 9000, false };
	struct plains all;
	struct tt_browse *b = filled(*state, &all);
	struct tt_browse_filter f = TT_BROWSE_ALL;
	struct tt_browse_page page;
	const struct tt_browse_options o = { .filter = f, .limit = 5 };

	get_page(b, &f, &nowhere, false, 5, &page);
	const uint64_t before = page.total;
	struct tt_case *c = case_open();

	assert_int_equal(tt_browse_list(b, &o, &page, &pages,
					&(struct tt_err){ 0 }),
			 TT_USAGE);
	mail_add(c, *state, &m, "b", file_begin(c, "b", 7), 0, 0);
	conclude_all(c, *state, TT_CASE_UNCONCLUDED);
	case_close(c);
	get_page(b, &f, &nowhere, false, 5, &page);
	assert_int_equal(page.total, before + 1);
	tt_browse_close(&b);
}

/* ---- one message ---- */

static void one_message(void **state)
{
	struct plains all;
	struct tt_browse *b = filled(*state, &all);
	struct tt_browse_filter f = TT_BROWSE_ALL;
	struct tt_browse_page page;
	struct tt_case_message m;
	struct tt_arena arena = { 0 };
	struct tt_err err = { 0 };
	struct tt_browse_inside inside;
	struct tt_browse_places places;

	f.n_terms = 1;
	f.term[0] = TT_S("<3@example.org>");
	get_page(b, &f, &nowhere, false, 5, &page);
	assert_int_equal(page.rows.n, 1);
	const struct tt_cursor at = page.rows.v[0].cursor;

	assert_non_null(tt_browse_begin(b, &err));
	assert_int_equal(tt_browse_find(b, &at, &m, &arena, &err), 1);
	assert_int_equal(tt_browse_find(b, &nowhere, &m, &arena, &err), 0);
	assert_int_equal(tt_browse_find(b, &at, &m, &arena, &err), 1);
	OK(tt_browse_places(b, m.id, 10, &places, &arena, &ok_err));
	assert_int_equal(places.list.n, 1);
	assert_true(places.list.v[0].is_primary);
	assert_true(tt_slice_eq(places.list.v[0].path, TT_S("a")));
	OK(tt_browse_inside(b, m.id, 10, &inside, &arena, &ok_err));
	assert_int_equal(inside.list.n, 1);
	assert_int_equal(inside.list.v[0].sha256[0], 4);
	OK(tt_browse_end(b, &ok_err));
	tt_arena_release(&arena);
	tt_browse_close(&b);
}

static void often_the_same(void **state)
{
	const struct mail m = { TLS13, 3, 1, false };
	struct tt_case *c = case_open();
	struct tt_arena arena = { 0 };
	struct tt_browse_places places;
	struct tt_browse *b;

	EVERY(30, i)
		mail_add(c, *state, &m, "a", file_begin(c, "a", 7),
			 (uint64_t)(29 - i) * 10, 0);
	conclude_all(c, *state, TT_CASE_UNCONCLUDED);
	OK(tt_case_finish(c, &ok_err));
	case_close(c);
	OK(tt_browse_open(&b, case_path, &ok_err));
	assert_non_null(tt_browse_begin(b, &ok_err));
	OK(tt_browse_places(b, 1, 10, &places, &arena, &ok_err));
	assert_int_equal(places.list.n, 10);
	assert_int_equal(places.more, 20);
	EVERY(10, i)
		assert_int_equal(places.list.v[i].is_primary, i == 0);
	assert_int_equal(places.list.v[0].off, 0);
	OK(tt_browse_places(b, 1, 100, &places, &arena, &ok_err));
	assert_int_equal(places.list.n, 30);
	assert_int_equal(places.more, 0);
	OK(tt_browse_end(b, &ok_err));
	tt_arena_release(&arena);
	tt_browse_close(&b);
}

/* ---- files that are no case of ours ---- */

static void a_scan_that_was_cut_off(void **state)
{
	struct tt_err err = { 0 };
	struct tt_browse *b;

	(void)state;
	case_close(case_open());
	assert_int_equal(tt_browse_open(&b, case_path, &err), TT_USAGE);
	assert_null(b);
	assert_non_null(strstr(err.text, "cut off"));
}

static void made_by_others(void **state)
{
	static const char *const changes[] = {
		"PRAGMA user_version = 1",
		"DROP INDEX message_listed",
		"CREATE TABLE extra(a)",
		"PRAGMA application_id = 7",
	};
	struct tt_browse *b;

	(void)state;
	EVERY((int)N(changes), i) {
		sqlite3 *db;

		struct tt_case *c = case_open();

		OK(tt_case_finish(c, &ok_err));
		case_close(c);
		assert_int_equal(sqlite3_open(case_path, &db), SQLITE_OK);
		assert_int_equal(sqlite3_exec(db, changes[i], NULL, NULL, NULL),
				 SQLITE_OK);
		sqlite3_close(db);
		assert_true(tt_browse_open(&b, case_path,
					   &(struct tt_err){ 0 }) < 0);
		assert_null(b);
		case_remove(case_path);
	}
}

/* A value that no scan writes ends the question, and only that. */
static void odd_values(void **state)
{
	static const char *const changes[] = {
		"UPDATE message SET listed = x'018000' WHERE id = 6",
		"UPDATE message SET verdict = 99 WHERE id = 6",
		"UPDATE message SET entry_verdict = -1 WHERE id = 6",
		("UPDATE message SET entry_verdict = 1, entry_version = 70"
		 " WHERE id = 6"),
	};
	const struct tt_browse_options o = { .filter = TT_BROWSE_ALL };
	struct tt_browse_page page;
	struct plains all;
	struct tt_browse *b;

	EVERY((int)N(changes), i) {
		b = filled(*state, &all);
		tt_browse_close(&b);
		struct tt_case *c = case_open();

		tt_case_exec(c, changes[i]);
		case_close(c);
		OK(tt_browse_open(&b, case_path, &ok_err));
		EVERY(2, again)
			assert_int_equal(tt_browse_list(b, &o, &page, &pages,
							&(struct tt_err){ 0 }),
					 TT_INPUT);
		tt_browse_close(&b);
		case_remove(case_path);
	}
}

static void months_of_days(void **state)
{
	(void)state;
	EVERY(10000 * 12, i) {
		const int64_t day = (tt_month_begin(i) - tt_month_begin(0)) /
				    86400;

		assert_int_equal(tt_month_of_day(day), i);
		assert_int_equal(day ? tt_month_of_day(day - 1) : -1, i - 1);
	}
	assert_int_equal(tt_month_begin(1970 * 12), 0);
	assert_int_equal(tt_month_begin(2026 * 12 + 5), 1780272000);
}

static int clear_pages(void **state)
{
	tt_arena_release(&pages);
	return case_fresh(state);
}

#define ROW(f) cmocka_unit_test_setup_teardown(f, case_fresh, clear_pages)

int main(void)
{
	const struct CMUnitTest tests[] = {
		ROW(all_filters),	   ROW(pages_of_each_size),
		ROW(two_terms_are_both_wanted), ROW(cursors_from_anywhere),
		ROW(figures),		   ROW(a_case_that_changes),
		ROW(one_message),	   ROW(often_the_same),
		ROW(a_scan_that_was_cut_off), ROW(made_by_others),
			   ROW(odd_values),
		ROW(months_of_days),
	};

	return cmocka_run_group_tests(tests, case_set_up, case_tear_down);
}
