/* test_util - slices, arenas, errors, diags, hashes */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <errno.h>
#include <string.h>
#include <tlstrail/util.h>
#include <tlstrail/util/library.h>
#include <tlstrail/util/window.h>

#define N(a) (sizeof(a) / sizeof((a)[0]))

static void test_slice_find(void **state)
{
	static const struct {
		const char *name, *hay, *needle;
		size_t exact, folded;
	} rows[] = {
		{ "at the start", "TLSv1.3", "TLS", 0, 0 },
		{ "case", "with esmtps", "ESMTPS", SIZE_MAX, 5 },
		{ "absent", "plain", "tls", SIZE_MAX, SIZE_MAX },
		{ "longer than the hay", "tl", "tls", SIZE_MAX, SIZE_MAX },
		{ "empty needle", "x", "", 0, 0 },
		{ "at the end", "xtls", "tls", 1, 1 },
	};

	(void)state;
	for (size_t i = 0; i < N(rows); i++) {
		const struct tt_slice h = tt_slice_str(rows[i].hay);
		const struct tt_slice n = tt_slice_str(rows[i].needle);

		if (tt_slice_find(h, n) != rows[i].exact)
			print_error("%s\n", rows[i].name);
		assert_true(tt_slice_find(h, n) == rows[i].exact);
		assert_true(tt_slice_ifind(h, n) == rows[i].folded);
	}
}

/* Wherever the needle stands, and as far as its ends are met without it: the
 * block in which it is found changes nothing. */
/* A byte that differs, wherever it is, in texts of all lengths. */
static void test_slice_eq(void **state)
{
	uint8_t a[40], b[40];

	(void)state;
	for (size_t i = 0; i < sizeof(a); i++)
		a[i] = b[i] = (uint8_t)('A' + i % 26);
	for (size_t n = 0; n <= sizeof(a); n++) {
		const struct tt_slice x = { a, n }, y = { b, n };

		assert_true(tt_slice_eq(x, y) && tt_slice_ieq(x, y));
		for (size_t i = 0; i < n; i++) {
			b[i] ^= 0x20;
			assert_false(tt_slice_eq(x, y));
			assert_true(tt_slice_ieq(x, y));
			b[i] ^= 0x21;
			assert_false(tt_slice_eq(x, y) || tt_slice_ieq(x, y));
			b[i] ^= 0x01;
		}
	}
}

static void test_slice_find_places(void **state)
{
	const struct tt_slice needle = TT_S("ab-ba");
	uint8_t text[180];

	(void)state;
	for (size_t n = needle.n; n <= sizeof(text); n++) {
		for (size_t at = 0; at + needle.n <= n; at++) {
			for (size_t i = 0; i < sizeof(text); i++)
				text[i] = i % 4 ? 'b' : 'a';
			memcpy(text + at, needle.p, needle.n);
			assert_int_equal(tt_slice_find((struct tt_slice){ text, n },
						       needle),
					 at);
			text[at + 2] = 'b';
			assert_true(tt_slice_find((struct tt_slice){ text, n },
						  needle) == SIZE_MAX);
		}
	}
}

static void test_slice_sub(void **state)
{
	static const struct {
		const char *name;
		size_t from, n;
		const char *out;
	} rows[] = {
		{ "inside", 1, 2, "bc" },
		{ "past the end", 9, 2, "" },
		{ "too long", 2, SIZE_MAX, "cd" },
		{ "whole", 0, 4, "abcd" },
	};

	(void)state;
	for (size_t i = 0; i < N(rows); i++) {
		const struct tt_slice s =
			tt_slice_sub(TT_S("abcd"), rows[i].from, rows[i].n);

		if (!tt_slice_eq(s, tt_slice_str(rows[i].out)))
			print_error("%s\n", rows[i].name);
		assert_true(tt_slice_eq(s, tt_slice_str(rows[i].out)));
	}
}

static void test_slice_number(void **state)
{
	static const struct {
		const char *name, *text;
		int64_t max, value;
	} rows[] = {
		{ "zero", "0", 9, 0 },
		{ "at the limit", "255", 255, 255 },
		{ "above it", "256", 255, -1 },
		{ "one digit above a small limit", "9", 5, -1 },
		{ "empty", "", 9, -1 },
		{ "sign", "-1", 9, -1 },
		{ "trailing", "1a", 99, -1 },
		{ "overflow", "99999999999999999999", INT64_MAX, -1 },
	};

	(void)state;
	for (size_t i = 0; i < N(rows); i++) {
		const int64_t v = tt_slice_number(tt_slice_str(rows[i].text),
						  rows[i].max);

		if (v != rows[i].value)
			print_error("%s\n", rows[i].name);
		assert_true(v == rows[i].value);
	}
}

static void test_slice_order(void **state)
{
	(void)state;
	assert_true(tt_slice_cmp(TT_S("a"), TT_S("b")) < 0);
	assert_true(tt_slice_cmp(TT_S("a"), TT_S("ab")) < 0);
	assert_true(tt_slice_cmp(TT_S("b"), TT_S("ab")) > 0);
	assert_int_equal(tt_slice_cmp(TT_S("ab"), TT_S("ab")), 0);
}

static void test_arena_clear_forgets(void **state)
{
	struct tt_arena a;
	TT_VEC(uint32_t) v = { 0 };

	(void)state;
	tt_arena_init(&a);
	for (int round = 0; round < 3; round++) {
		v.v = NULL;
		v.n = v.cap = 0;
		for (uint32_t i = 0; i < 10000; i++)
			*tt_vec_push(&a, &v) = i;
		for (uint32_t i = 0; i < 10000; i++)
			assert_int_equal(v.v[i], i);
		tt_arena_clear(&a);
	}
	void *p = tt_arena_alloc(&a, 3);

	assert_int_equal((uintptr_t)p % _Alignof(max_align_t), 0);
	tt_arena_release(&a);
}

/* All of it can be written to, also once it has grown. */
static void test_window(void **state)
{
	static const size_t sizes[] = { 1, 63, 64, 65, 262144 };

	(void)state;
	for (size_t i = 0; i < N(sizes); i++) {
		uint8_t *w = tt_window_new(sizes[i]);

		assert_int_equal((uintptr_t)w % TT_CACHE_LINE, 0);
		memset(w, 'x', sizes[i]);
		w = tt_realloc(w, 2 * sizes[i]);
		assert_int_equal(w[sizes[i] - 1], 'x');
		memset(w, 'y', 2 * sizes[i]);
		tt_free(&w);
		assert_null(w);
	}
}

static void test_err_first_writer_wins(void **state)
{
	struct tt_err err = { 0 };

	(void)state;
	assert_int_equal(tt_err_set(&err, TT_INPUT, "first"), TT_INPUT);
	assert_int_equal(tt_err_set(&err, TT_IO, "second"), TT_IO);
	assert_int_equal(tt_err_wrap(&err, "reading %s", "x"), TT_INPUT);
	assert_string_equal(err.text, "reading x: first");
	errno = ENOENT;
	err = (struct tt_err){ 0 };
	assert_int_equal(tt_err_io(&err, "f"), TT_IO);
	assert_int_equal(err.sys_errno, ENOENT);
	assert_non_null(strstr(err.text, "f: "));
	assert_int_equal(tt_err_set(NULL, TT_RULE, "nobody asks"), TT_RULE);
}

static void test_err_long_story_is_cut(void **state)
{
	struct tt_err err = { 0 };
	char text[600];

	(void)state;
	memset(text, 'x', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	tt_err_set(&err, TT_INPUT, "%s", text);
	tt_err_wrap(&err, "%s", "context");
	assert_true(strlen(err.text) < sizeof(err.text));
	assert_int_equal(strncmp(err.text, "context: xxx", 12), 0);
}

static void test_diags_are_bounded(void **state)
{
	struct tt_arena a;
	struct tt_diags d;

	(void)state;
	tt_arena_init(&a);
	tt_diags_init(&d, &a);
	tt_diag_add(&d, TT_DIAG_bom, 0, NULL);
	assert_false(d.is_serious);
	for (unsigned i = 0; i < TT_MAX_diags + 10; i++)
		tt_diag_add(&d, TT_DIAG_no_colon, i, NULL);
	assert_true(d.is_serious);
	assert_int_equal(d.list.n, TT_MAX_diags);
	assert_int_equal(d.more, 11);
	tt_arena_release(&a);
}

/* A text that is cut shows it, between two characters. */
static void test_cut_texts_show_it(void **state)
{
	static const struct {
		const char *in, *out;
	} rows[] = {
		{ "123456789", "123456789" },
		{ "1234567890", "123456" TT_CUT_MARK },
		{ "12345\xc3\xbc""890", "12345" TT_CUT_MARK },
		{ "1234\xe2\x82\xac""890", "1234" TT_CUT_MARK },
	};
	struct tt_arena a = { 0 };
	struct tt_err err = { 0 };
	struct tt_diags d;
	char buf[10], name[700];

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const size_t n = tt_text_format(buf, sizeof(buf), "%s",
						rows[i].in);

		assert_string_equal(buf, rows[i].out);
		assert_int_equal(n, strlen(buf));
	}
	memset(name, 'x', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	tt_diags_init(&d, &a);
	tt_diag_add(&d, TT_DIAG_corrupt, 0, "%s", name);
	assert_non_null(strstr(d.list.v[0].text, TT_CUT_MARK));
	(void)tt_err_io(&err, "%s", name);
	assert_non_null(strstr(err.text, TT_CUT_MARK));
	tt_arena_release(&a);
}

static void test_limit_diag_names_the_limit(void **state)
{
	struct tt_arena a;
	struct tt_diags d;

	(void)state;
	tt_arena_init(&a);
	tt_diags_init(&d, &a);
	tt_diag_limit(&d, TT_DIAG_hops_cut, TT_LIM_hops, 7, 501);
	assert_int_equal(d.list.v[0].off, 7);
	assert_non_null(strstr(d.list.v[0].text, "limit hops: 500 stamps"));
	assert_non_null(strstr(d.list.v[0].text, "needed 501"));
	tt_arena_release(&a);
}

static void test_sha256(void **state)
{
	/* FIPS 180-2, appendix B.1 */
	static const uint8_t abc[TT_SHA256_LEN] = {
		0xba, 0x78, 0x16, 0xbf, 0x8f, 0x01, 0xcf, 0xea,
		0x41, 0x41, 0x40, 0xde, 0x5d, 0xae, 0x22, 0x23,
		0xb0, 0x03, 0x61, 0xa3, 0x96, 0x17, 0x7a, 0x9c,
		0xb4, 0x10, 0xff, 0x61, 0xf2, 0x00, 0x15, 0xad
	};
	struct tt_sha256 *h = tt_sha256_new();
	uint8_t sum[TT_SHA256_LEN];

	(void)state;
	for (int round = 0; round < 2; round++) {
		tt_sha256_begin(h);
		tt_sha256_add(h, TT_S("a"));
		tt_sha256_add(h, TT_S("bc"));
		tt_sha256_end(h, sum);
		assert_memory_equal(sum, abc, sizeof(abc));
	}
	tt_sha256_free(&h);
	assert_null(h);
	tt_sha256_free(&h);
}

/* ---- zones ---- */

static const struct zone_row {
	const char *name, *zone;
	int64_t local, utc;
	bool is_double;
} zone_rows[] = {
	{ "winter", "Europe/Berlin", 1743298200, 1743294600, false },
	{ "skipped: 02:30 is 03:30", "Europe/Berlin", 1743301800, 1743298200,
	  false },
	{ "summer", "Europe/Berlin", 1749477600, 1749470400, false },
	{ "twice: the first", "Europe/Berlin", 1761445800, 1761438600, true },
	{ "the last second before", "Europe/Berlin", 1761443999, 1761436799,
	  false },
	{ "half an hour", "Australia/Lord_Howe", 1749477600, 1749439800,
	  false },
	{ "none, ever", "Etc/UTC", 1749477600, 1749477600, false },
};

static const char *const no_zones[] = {
	"", "Nowhere/At_All", "../zoneinfo/UTC", "/usr/share/zoneinfo/UTC",
	"Europe", "zone.tab", ":UTC", "CET-1CEST",
};

static void test_zones(void **state)
{
	struct tt_arena arena = { 0 };
	bool is_double;

	(void)state;
	for (size_t i = 0; i < sizeof(no_zones) / sizeof(no_zones[0]); i++)
		if (tt_zone_find(tt_slice_str(no_zones[i]), &arena))
			fail_msg("'%s' is a zone", no_zones[i]);
	if (!tt_zone_find(TT_S("Europe/Berlin"), &arena)) {
		tt_arena_release(&arena);
		skip(); /* no database on this machine */
	}
	for (size_t i = 0; i < sizeof(zone_rows) / sizeof(zone_rows[0]); i++) {
		const struct zone_row *r = &zone_rows[i];
		const struct tt_zone *z =
			tt_zone_find(tt_slice_str(r->zone), &arena);

		assert_non_null(z);
		if (tt_zone_instant(z, r->local, &is_double) != r->utc ||
		    is_double != r->is_double)
			fail_msg("%s: %lld", r->name,
				 (long long)tt_zone_instant(z, r->local,
							    &is_double));
	}
	tt_arena_release(&arena);
}

/* The C library stands for any: it is there, and has no such function. */
static void test_library(void **state)
{
	static const struct {
		const char *name, *file, *functions[2], *err;
	} rows[] = {
		{ "there", "libc.so.6", { "strlen", "abs" }, "" },
		{ "no file", "libnowhere.so.1", { "strlen", "abs" },
		  "libnowhere.so.1" },
		{ "no function", "libc.so.6", { "strlen", "no_such" },
		  "libc.so.6 has no no_such" },
	};

	(void)state;
	for (size_t i = 0; i < N(rows); i++) {
		struct {
			size_t (*length)(const char *s);
			int (*absolute)(int n);
		} table = { NULL, NULL };
		struct tt_err err = { 0 };
		const enum tt_status st =
			tt_library_load(rows[i].file, rows[i].functions,
					N(rows[i].functions), &table, &err);

		if (st != (*rows[i].err ? TT_IO : TT_OK) ||
		    !strstr(err.text, rows[i].err))
			fail_msg("%s: %d %s", rows[i].name, st, err.text);
		if (st == TT_OK && (table.length("four") != 4 ||
				    table.absolute(-3) != 3))
			fail_msg("%s: the functions", rows[i].name);
	}
}

/* Texts of all lengths around a block, and some long ones beside short ones:
 * by each way of summing them up, and in any number. */
static void test_sha256_each(void **state)
{
	enum { MOST = 200 };
	static uint8_t bytes[MOST * 7];
	static uint8_t want[MOST][TT_SHA256_LEN], got[MOST][TT_SHA256_LEN];
	struct tt_slice text[MOST];
	struct tt_sha256 *h = tt_sha256_new();

	(void)state;
	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (uint8_t)(i * 31 + i / 251);
	for (size_t i = 0; i < MOST; i++) {
		text[i] = (struct tt_slice){ bytes + i,
					     i % 9 == 0 ? i * 5 : i };
		tt_sha256_begin(h);
		tt_sha256_add(h, text[i]);
		tt_sha256_end(h, want[i]);
	}
	tt_sha256_free(&h);
	for (size_t k = 0; k < tt_n_sha256_variants; k++) {
		const struct tt_sha256_variant *v = &tt_sha256_variants[k];

		if (!v->is_there())
			continue;
		for (size_t n = 0; n <= 13; n++)
			for (size_t i = 0; i + n <= MOST; i += n + 1) {
				memset(got, 0, sizeof(got));
				v->each(text + i, n, got);
				if (n && memcmp(got, want[i], n * 32) != 0)
					fail_msg("%s: %zu from %zu", v->name,
						 n, i);
			}
		v->each(text, MOST, got);
		assert_memory_equal(got, want, sizeof(want));
	}
	assert_string_equal(tt_sha256_variants[tt_n_sha256_variants - 1].name,
			    "plain");
}

static uint32_t noise(uint32_t *seed)
{
	*seed = *seed * 1664525 + 1013904223;
	return *seed >> 8;
}

/* Streams of the same bytes, each from a place of its own, that go beside one
 * another: more of them than go together at a time. */
enum { STREAMS = 4, STREAM_BYTES = 4000 };

struct summed {
	struct tt_sha256 *h;
	const uint8_t *from;
	size_t n;
};

static void check_sum(const char *name, struct summed *s)
{
	const struct tt_slice all = { s->from, s->n };
	uint8_t want[1][TT_SHA256_LEN], got[TT_SHA256_LEN];

	tt_sha256_variants[tt_n_sha256_variants - 1].each(&all, 1, want);
	tt_sha256_end(s->h, got);
	if (memcmp(got, want[0], sizeof(got)) != 0)
		fail_msg("%s: %zu bytes", name, s->n);
	tt_sha256_begin(s->h);
	s->from += s->n;
	s->n = 0;
}

/* Something that may be done at any time. */
static void turn(const char *name, struct summed *s, size_t n_s,
		 const uint8_t *end, uint32_t *seed)
{
	struct summed *const one = &s[noise(seed) % n_s];
	struct summed *const other = &s[noise(seed) % n_s];
	const size_t left = (size_t)(end - one->from) - one->n;
	const size_t most = noise(seed) % 3 ? 200 : 9;
	const size_t n = noise(seed) % most;
	const struct tt_slice more = { one->from + one->n,
				       n < left ? n : left };

	switch (noise(seed) % 16) {
	case 0:
		check_sum(name, one);
		return;
	case 1:
		tt_sha256_settle(one->h);
		return;
	case 2:
		if (one == other)
			return;
		tt_sha256_copy(one->h, other->h);
		one->from = other->from;
		one->n = other->n;
		return;
	case 3:
		tt_sha256_alone(one->h);
		if (one != other)
			tt_sha256_beside(one->h, other->h);
		return;
	case 4:
		tt_sha256_add(one->h, more);
		break;
	default:
		tt_sha256_lend(one->h, more);
	}
	one->n += more.n;
}

static void test_sha256_streams(void **state)
{
	static uint8_t bytes[STREAM_BYTES];
	uint32_t seed = 1;

	(void)state;
	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (uint8_t)(i * 31 + i / 251);
	for (size_t k = 0; k < tt_n_sha256_variants * 300; k++) {
		const struct tt_sha256_variant *v =
			&tt_sha256_variants[k % tt_n_sha256_variants];
		struct summed s[STREAMS];

		if (!v->is_there())
			continue;
		for (size_t i = 0; i < STREAMS; i++)
			s[i] = (struct summed){ v->make(), bytes + i * 77, 0 };
		for (size_t i = 0; i < STREAMS; i++)
			tt_sha256_begin(s[i].h);
		for (size_t i = 1; i < STREAMS; i++)
			tt_sha256_beside(s[i].h, s[0].h);
		for (size_t i = 0; i < 200; i++)
			turn(v->name, s, STREAMS, bytes + sizeof(bytes),
			     &seed);
		for (size_t i = 0; i < STREAMS; i++) {
			check_sum(v->name, &s[i]);
			tt_sha256_free(&s[i].h);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_library),
		cmocka_unit_test(test_zones),
		cmocka_unit_test(test_slice_find),
		cmocka_unit_test(test_slice_eq),
		cmocka_unit_test(test_slice_find_places),
		cmocka_unit_test(test_slice_sub),
		cmocka_unit_test(test_slice_number),
		cmocka_unit_test(test_slice_order),
		cmocka_unit_test(test_arena_clear_forgets),
		cmocka_unit_test(test_window),
		cmocka_unit_test(test_err_first_writer_wins),
		cmocka_unit_test(test_err_long_story_is_cut),
		cmocka_unit_test(test_diags_are_bounded),
		cmocka_unit_test(test_limit_diag_names_the_limit),
		cmocka_unit_test(test_cut_texts_show_it),
		cmocka_unit_test(test_sha256),
		cmocka_unit_test(test_sha256_each),
		cmocka_unit_test(test_sha256_streams),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
