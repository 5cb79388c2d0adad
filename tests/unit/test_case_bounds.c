/* test_case_bounds - as much as a case takes at a time, and one more
 *
 * Rows of messages that lists and figures need are written by SQL of our own:
 * no scan could be waited for. */
#include "case_fixture.h"
#include "store/browse_private.h"

/* ---- checkpoints ---- */

static void records_of_a_checkpoint(void **state)
{
	struct tt_case *c = case_open();

	(void)state;
	tt_write_begin(c);
	for (uint64_t i = 1; i < TT_MAX_checkpoint_records; i++)
		OK(tt_write_end(c, 1, &ok_err));
	assert_true(c->is_in_transaction);
	OK(tt_write_end(c, 1, &ok_err));
	assert_false(c->is_in_transaction);

	tt_write_begin(c);
	for (uint64_t i = 1; i < TT_MAX_checkpoint_anew; i++)
		OK(tt_write_end_anew(c, 1, &ok_err));
	assert_true(c->is_in_transaction);
	OK(tt_write_end_anew(c, 1, &ok_err));
	assert_false(c->is_in_transaction);
	case_close(c);
}

static void time_of_a_checkpoint(void **state)
{
	struct tt_case *c = case_open();

	(void)state;
	tt_write_begin(c);
	c->commit_ms -= (int64_t)TT_MAX_checkpoint_ms / 2;
	OK(tt_case_tick(c, &ok_err));
	assert_true(c->is_in_transaction);
	c->commit_ms -= (int64_t)TT_MAX_checkpoint_ms / 2;
	OK(tt_case_tick(c, &ok_err));
	assert_false(c->is_in_transaction);
	case_close(c);
}

/* ---- values ---- */

static void length_of_a_value(void **state)
{
	struct tt_case *c = case_open();
	struct tt_err err = { 0 };
	char sql[64];

	(void)state;
	snprintf(sql, sizeof(sql), "SELECT length(zeroblob(%llu))",
		 (unsigned long long)TT_MAX_case_value);
	assert_int_equal(tt_case_int(c, sql), TT_MAX_case_value);
	snprintf(sql, sizeof(sql), "SELECT length(zeroblob(%llu))",
		 (unsigned long long)TT_MAX_case_value + 1);
	assert_int_equal(tt_case_int(c, sql), 0);
	assert_int_equal(tt_case_status(c, &err), TT_INPUT);
	assert_non_null(strstr(err.text, "(limit case_value)"));
	(void)!tt_case_close(&c, &err);
}

static void recipients_that_are_listed(void **state)
{
	static char text[TT_ROOM(listed_recipients) + 2];
	const size_t max = TT_ROOM(listed_recipients);
	struct tt_arena arena = { 0 };
	struct tt_slice one = { (const uint8_t *)text, max };
	struct tt_identity i = { .to = { .v = &one, .n = 1, .cap = 1 } };

	(void)state;
	memset(text, 'a', sizeof(text));
	assert_true(tt_slice_eq(tt_recipients_text(&i, &arena), one));
	one.n = max + 1;
	const struct tt_slice cut = tt_recipients_text(&i, &arena);

	assert_int_equal(cut.n, max + 3);
	assert_true(tt_slice_iends(cut, TT_S("a\xe2\x80\xa6")));
	tt_arena_release(&arena);
}

/* ---- batches ---- */

static int count_batch(unsigned what, void *n, void *stmt, void *sql)
{
	(void)what, (void)sql;
	*(int *)n += strstr(sqlite3_sql(stmt), "m.id > ?") != NULL;
	return 0;
}

/* How many batches `n` records of half the limit are read in; the last one is
 * empty. */
static int batches(struct tt_case *c, int n)
{
	struct tt_case_message m;
	struct tt_err err = { 0 };
	int n_batches = 0, n_read = 0;
	char sql[128];

	snprintf(sql, sizeof(sql), "UPDATE record SET read = zeroblob(%llu)"
		 " WHERE message_id <= %d",
		 (unsigned long long)TT_MAX_case_batch / 2, n);
	tt_case_exec(c, sql);
	struct tt_case_walk *w = tt_case_walk_new(c, TT_CASE_MAIL);

	(void)sqlite3_trace_v2(c->db, SQLITE_TRACE_STMT, count_batch,
			       &n_batches);
	while (tt_case_walk_next(w, &m, &err) == 1)
		n_read++;
	(void)sqlite3_trace_v2(c->db, 0, NULL, NULL);
	tt_case_walk_free(&w);
	assert_int_equal(n_read, 3);
	return n_batches;
}

static void bytes_of_a_batch(void **state)
{
	struct tt_case *c = case_open();
	int64_t file = file_begin(c, "a", 7);

	for (int i = 0; i < 3; i++) {
		const struct mail m = { TLS13, 3, i, false };

		mail_add(c, *state, &m, "a", file, (uint64_t)i * 10, 0);
	}
	OK(tt_case_commit(c, &ok_err));
	assert_int_equal(batches(c, 1), 2);
	assert_int_equal(batches(c, 2), 3);
	case_close(c);
}

/* ---- lists and figures ---- */

/* Messages first to last, each of a sender and a time of its own; the subject
 * is so long. */
static void add_rows(uint64_t first, uint64_t last, unsigned subject)
{
	struct tt_case *c = case_open();
	char sql[1000];

	snprintf(sql, sizeof(sql),
		 "WITH RECURSIVE n(i) AS (SELECT %llu UNION ALL"
		 " SELECT i + 1 FROM n WHERE i < %llu)"
		 " INSERT INTO message(id, top_off, seq, off, length,"
		 " is_decoded, is_concluded, is_joined, verdict, fail_basis,"
		 " more_diags, peer_id, listed, subject) SELECT i, i, 0, 0, 0,"
		 " 0, 1, 0, 0, 0, 0, i, CAST(x'018000000066000000' ||"
		 " printf('%%032d', i) AS BLOB), printf('%%*s', %u, '') FROM n",
		 (unsigned long long)first, (unsigned long long)last, subject);
	tt_write_begin(c);
	tt_case_exec(c, sql);
	OK(tt_case_finish(c, &ok_err));
	case_close(c);
}

static struct tt_browse *open_it(void)
{
	struct tt_browse *b;

	OK(tt_browse_open(&b, case_path, &ok_err));
	return b;
}

static struct tt_browse_figures figures_of_all(void)
{
	struct tt_browse *b = open_it();
	const struct tt_browse_figures *g;

	OK(tt_browse_figures(b, &g, &ok_err));
	const struct tt_browse_figures copy = *g;

	tt_browse_close(&b);
	return copy;
}

static void senders_that_are_listed(void **state)
{
	struct tt_browse_figures g;

	(void)state;
	add_rows(1, TT_MAX_browse_top, 0);
	g = figures_of_all();
	assert_int_equal(g.peers.n, TT_MAX_browse_top);
	assert_int_equal(g.more_peers, 0);
	add_rows(TT_MAX_browse_top + 1, TT_MAX_browse_top + 1, 0);
	g = figures_of_all();
	assert_int_equal(g.peers.n, TT_MAX_browse_top);
	assert_int_equal(g.more_peers, 1);
}

static void senders_that_are_counted(void **state)
{
	(void)state;
	add_rows(1, TT_MAX_browse_peers, 0);
	assert_true(figures_of_all().has_all_peers);
	add_rows(TT_MAX_browse_peers + 1, TT_MAX_browse_peers + 1, 0);
	assert_false(figures_of_all().has_all_peers);
}

/* The same, a month apart. */
static void add_months(uint64_t first, uint64_t last)
{
	struct tt_arena arena = { 0 };

	add_rows(first, last, 0);
	struct tt_case *c = case_open();

	for (uint64_t i = first; i <= last; i++) {
		const uint8_t key[TT_SHA256_LEN] = { 0 };
		const struct tt_listed l = {
			.has_time = true,
			.time_unix = tt_month_begin(2000 * 12 + (int32_t)i),
			.key = key,
		};
		struct tt_query q = tt_query_once(
			c, "UPDATE message SET listed = ? WHERE id = ?");

		tt_put_blob(&q, tt_listed_put(&l, &arena));
		tt_put_int(&q, (int64_t)i);
		tt_query_run(&q);
	}
	tt_arena_release(&arena);
	case_close(c);
}

static void months_that_are_listed(void **state)
{
	struct tt_browse_figures g;

	(void)state;
	add_months(1, TT_MAX_browse_months);
	g = figures_of_all();
	assert_int_equal(g.months.n, TT_MAX_browse_months);
	assert_int_equal(g.more_months, 0);
	add_months(TT_MAX_browse_months + 1, TT_MAX_browse_months + 1);
	g = figures_of_all();
	assert_int_equal(g.months.n, TT_MAX_browse_months);
	assert_int_equal(g.more_months, 1);
}

/* TT_MAX_browse_rows would be gigabytes: the same pass, of fewer. */
static void messages_that_are_counted(void **state)
{
	struct tt_browse *b;

	(void)state;
	add_rows(1, 50, 0);
	b = open_it();
	assert_non_null(tt_browse_begin(b, &ok_err));
	tt_figures_sum(b, 50);
	assert_int_equal(b->figures.messages, 50);
	assert_true(b->figures.is_whole);
	tt_figures_sum(b, 49);
	assert_int_equal(b->figures.messages, 49);
	assert_false(b->figures.is_whole);
	OK(tt_browse_end(b, &ok_err));
	tt_browse_close(&b);
}

/* Texts count as entries: a thousand for each message. */
#define THOUSAND (999u * 32)

static bool is_search_cut(void)
{
	struct tt_browse *b = open_it();
	struct tt_browse_options o = { .filter = TT_BROWSE_ALL };
	struct tt_browse_page page;
	struct tt_arena arena = { 0 };

	o.filter.n_terms = 1;
	o.filter.term[0] = TT_S("x");
	OK(tt_browse_list(b, &o, &page, &arena, &ok_err));
	assert_int_equal(page.rows.n, 0);
	assert_int_equal(page.older.is_set, page.is_cut);
	assert_int_equal(page.is_exact, !page.is_cut);
	tt_arena_release(&arena);
	tt_browse_close(&b);
	return page.is_cut;
}

static void work_of_a_list(void **state)
{
	const uint64_t n = TT_MAX_browse_work / 1000;

	(void)state;
	add_rows(1, n, THOUSAND);
	assert_false(is_search_cut());
	add_rows(0, 0, 0); /* the oldest */
	assert_true(is_search_cut());
}

/* The clock is looked at from within the database's own loop. */
static void time_of_a_question(void **state)
{
	static const char endless[] = "WITH RECURSIVE n(i) AS (SELECT 1 UNION"
				      " ALL SELECT i + 1 FROM n)"
				      " SELECT max(i) FROM n";
	struct tt_err err = { 0 };
	struct tt_browse *b;

	(void)state;
	add_rows(1, 1, 0);
	b = open_it();
	assert_non_null(tt_browse_begin(b, &ok_err));
	b->until_ms -= (int64_t)TT_MAX_browse_ms - 50;
	assert_int_equal(tt_case_int(b->c, "SELECT 7"), 7);
	assert_int_equal(tt_case_int(b->c, endless), 0);
	assert_int_equal(tt_browse_end(b, &err), TT_LIMIT);
	assert_non_null(strstr(err.text, "(limit browse_ms)"));
	assert_non_null(tt_browse_begin(b, &ok_err));
	OK(tt_browse_end(b, &ok_err));
	tt_browse_close(&b);
}

#define ROW(f) cmocka_unit_test_setup(f, case_fresh)

int main(void)
{
	const struct CMUnitTest tests[] = {
		ROW(records_of_a_checkpoint),
		ROW(time_of_a_checkpoint),
		ROW(length_of_a_value),
		ROW(recipients_that_are_listed),
		ROW(bytes_of_a_batch),
		ROW(senders_that_are_listed),
		ROW(senders_that_are_counted),
		ROW(months_that_are_listed),
		ROW(messages_that_are_counted),
		ROW(work_of_a_list),
		ROW(time_of_a_question),
	};

	return cmocka_run_group_tests(tests, case_set_up, case_tear_down);
}
