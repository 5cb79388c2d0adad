/* test_numbers - lists of numbers: as they are put, as they are got, as our own
 * tables and the views of a case have them */
#include "case_fixture.h"

/* ---- getting ---- */

static const struct {
	const char *name, *list;
	int rows; /* of two numbers; -1 after them: it is none */
	bool is_bad;
	int64_t last[2];
} get_rows[] = {
	{ "nothing", "", 0, false, { 0, 0 } },
	{ "a row", "[[1,2]]", 1, false, { 1, 2 } },
	{ "two rows", "[[1,2],[3,4]]", 2, false, { 3, 4 } },
	{ "less than nothing", "[[-1,0]]", 1, false, { -1, 0 } },
	{ "null", "[[null,5]]", 1, false, { TT_NO_NUMBER, 5 } },
	{ "the greatest", "[[9223372036854775807,-9223372036854775807]]", 1,
	  false, { INT64_MAX, -INT64_MAX } },
	{ "one more", "[[9223372036854775808,0]]", 0, true, { 0, 0 } },
	{ "of twenty digits", "[[10000000000000000000,0]]", 0, true, { 0, 0 } },
	{ "a number less", "[[1]]", 0, true, { 0, 0 } },
	{ "a number more", "[[1,2,3]]", 0, true, { 0, 0 } },
	{ "no number", "[[1,]]", 0, true, { 0, 0 } },
	{ "a sign alone", "[[-,1]]", 0, true, { 0, 0 } },
	{ "a text", "[[1,\"2\"]]", 0, true, { 0, 0 } },
	{ "no list", "7", 0, true, { 0, 0 } },
	{ "a row that is cut", "[[1,2],[3", 1, true, { 1, 2 } },
	{ "rows without a comma", "[[1,2][3,4]]", 1, true, { 1, 2 } },
};

static void getting(void **state)
{
	(void)state;
	for (size_t i = 0; i < N(get_rows); i++) {
		struct tt_slice in = tt_slice_str(get_rows[i].list);
		int64_t v[2] = { 0, 0 }, last[2] = { 0, 0 };
		int rows = 0, got;

		while ((got = tt_numbers_next(&in, v, 2)) == 1) {
			memcpy(last, v, sizeof(last));
			rows++;
		}
		if (rows != get_rows[i].rows ||
		    (got < 0) != get_rows[i].is_bad ||
		    memcmp(last, get_rows[i].last, sizeof(last)) != 0)
			fail_msg("%s: %d rows, then %d", get_rows[i].name, rows,
				 got);
	}
}

/* ---- putting ---- */

static void put_row(struct tt_case *c, struct tt_out *list,
		    struct tt_slice record, struct tt_slice text)
{
	struct tt_numbers l;

	tt_numbers_open(&l, c, record);
	tt_numbers_begin(&l);
	tt_numbers_put(&l, INT64_MAX);
	tt_numbers_put(&l, -INT64_MAX);
	tt_numbers_put_if(&l, false, 7);
	tt_numbers_put_if(&l, true, 10);
	tt_numbers_put_text(&l, text);
	tt_numbers_put_string(&l, TT_NO_SLICE);
	tt_numbers_put_name(&l, NULL);
	tt_numbers_end(&l, list);
}

static void putting(void **state)
{
	static const int64_t want[] = { INT64_MAX, -INT64_MAX, TT_NO_NUMBER, 10,
					3,	   -2,	       0,	     0 };
	const struct tt_slice record = TT_S("ab\xff\xfe");
	struct tt_case *c = case_open();
	struct tt_out list;
	int64_t v[N(want)];

	(void)state;
	tt_out_init(&list, -1);
	put_row(c, &list, record, TT_NO_SLICE);
	put_row(c, &list, record, tt_slice_sub(record, 2, 2));
	struct tt_slice in = { list.buf, list.n };

	assert_int_equal(tt_numbers_next(&in, v, N(want)), 1);
	assert_true(v[4] == 0 && v[5] == 0);
	assert_int_equal(tt_numbers_next(&in, v, N(want)), 1);
	assert_memory_equal(v, want, sizeof(want));
	assert_int_equal(tt_numbers_next(&in, v, N(want)), 0);
	/* JSON has no other bytes than these. */
	for (size_t i = 0; i < list.n; i++)
		assert_non_null(strchr("[]0123456789-,nul", list.buf[i]));
	tt_out_release(&list);
	case_close(c);
}

static void a_text_of_elsewhere(void **state)
{
	static const uint8_t bytes[] = "record";
	const struct tt_slice record = { bytes, 4 };
	const struct tt_slice texts[] = {
		TT_S("reco"), { bytes, 5 }, { bytes + 3, 2 }, { bytes + 4, 1 }
	};

	(void)state;
	for (size_t i = 0; i < N(texts); i++) {
		struct tt_case *c = case_open();
		struct tt_err err = { 0 };
		struct tt_out list;

		tt_out_init(&list, -1);
		put_row(c, &list, record, texts[i]);
		assert_string_equal(c->broken.text,
				    "a text that its record lacks");
		tt_out_release(&list);
		assert_int_equal(tt_case_close(&c, &err), TT_INPUT);
	}
}

/* ---- as tables ---- */

static void a_list_that_is_none(void **state)
{
	/* The last is none, too, but that is a case without hops. */
	static const char *const lists[] = { "[[1,2]]", "{}", "[", "" };
	struct tt_arena arena = { 0 };
	struct tt_err err = { 0 };
	struct tt_case *c = case_open();
	struct tt_totals totals;
	const int64_t id = file_begin(c, "a", 1);
	const struct mail m = { TLS13, 1, 1, false };

	mail_put(c, *state, &m, "a", id, 0, 0, AT_ONCE);
	case_close(c);
	for (size_t i = 0; i < N(lists); i++) {
		c = case_open();
		tt_case_exec(c, tt_arena_printf(
					&arena, "UPDATE detail SET hops = '%s'",
					lists[i]));
		case_close(c);
		OK(tt_case_open_to_read(&c, case_path, &ok_err));
		err = (struct tt_err){ 0 };
		assert_int_equal(tt_case_totals(c, &totals, &arena, &err),
				 i == 3 ? TT_OK : TT_INPUT);
		assert_true(i == 3 || strstr(err.text, "a list that is none"));
		(void)!tt_case_close(&c, NULL);
	}
	tt_arena_release(&arena);
}

/* The program's tables tell what the views tell. */
static void as_views_have_it(void **state)
{
	static const char *const pairs[][2] = {
		{ "SELECT group_concat(n.delay || ' ' || n.tls_version || ' ' ||"
		  " n.verdict || n.basis || n.is_trusted || n.is_excluded ||"
		  " n.is_parsed || ' ' || n.writer_id || ' ' ||"
		  " n.decided_by_id) FROM detail d, hop_numbers(d.hops) n",
		  "SELECT group_concat(delay || ' ' || coalesce(tls_version, 0)"
		  " || ' ' || verdict || basis || is_trusted || is_excluded ||"
		  " is_parsed || ' ' || coalesce(writer_id, 0) || ' ' ||"
		  " coalesce(decided_by_id, 0)) FROM hop" },
		{ "SELECT group_concat(n.seq || ' ' || n.rule_id || ' ' ||"
		  " n.source_id || ' ' || n.off || ' ' || n.length || ' ' ||"
		  " n.text_n) FROM detail d, quote_numbers(d.quotes) n",
		  "SELECT group_concat(seq || ' ' || coalesce(rule_id, 0) ||"
		  " ' ' || coalesce(source_id, 0) || ' ' || off || ' ' ||"
		  " length || ' ' || length(text)) FROM evidence" },
	};
	struct tt_case *c = case_open();
	const int64_t id = file_begin(c, "a", 1);

	for (int i = 0; i < WAYS; i++) {
		const struct mail m = { (enum way)i, i, i, false };

		mail_put(c, *state, &m, "a", id, (uint64_t)i, 0, AT_ONCE);
	}
	allow_views(c);
	for (size_t i = 0; i < N(pairs); i++) {
		struct tt_query a = tt_query_once(c, pairs[i][0]);
		struct tt_query b = tt_query_once(c, pairs[i][1]);

		assert_int_equal(tt_query_step(&a), 1);
		assert_int_equal(tt_query_step(&b), 1);
		const struct tt_slice x = tt_get_slice(&a);

		assert_true(x.n > 60);
		assert_true(tt_slice_eq(x, tt_get_slice(&b)));
		tt_query_end(&a);
		tt_query_end(&b);
	}
	case_close(c);
}

#define ROW(f) cmocka_unit_test_setup_teardown(f, case_fresh, case_fresh)

int main(void)
{
	const struct CMUnitTest tests[] = {
		ROW(getting),
		ROW(putting),
		ROW(a_text_of_elsewhere),
		ROW(a_list_that_is_none),
		ROW(as_views_have_it),
	};

	return cmocka_run_group_tests(tests, case_set_up, case_tear_down);
}
