/* test_spool.c - what is put aside comes back, and rows in their order */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <tlstrail/util/limits.h>
#include <tlstrail/util/spool.h>

#define PIECE 1000

static void fill(uint8_t bytes[PIECE], uint64_t number)
{
	for (size_t i = 0; i < PIECE; i++)
		bytes[i] = (uint8_t)(number * 31 + i);
}

static void check_piece(struct tt_spool *s, uint64_t number)
{
	uint8_t bytes[PIECE], expected[PIECE];

	fill(expected, number);
	assert_true(tt_spool_get(s, number * PIECE, bytes, PIECE));
	assert_memory_equal(bytes, expected, PIECE);
}

/* Read while it is written, near its end and far from it, in memory and
 * beyond; what is not there is not given. */
static void test_spool(void **state)
{
	const uint64_t n = 3 * TT_MAX_spool_memory / PIECE;
	struct tt_spool *s = tt_spool_new();
	uint8_t bytes[PIECE];

	(void)state;
	for (uint64_t i = 0; i < n; i++) {
		fill(bytes, i);
		assert_int_equal(
			tt_spool_add(s, (struct tt_slice){ bytes, PIECE }),
			i * PIECE);
		if (i % 97 == 0) {
			check_piece(s, i);
			check_piece(s, i / 2);
			check_piece(s, i - i / 100);
		}
	}
	for (uint64_t i = 0; i < n; i += 7)
		check_piece(s, i);
	assert_int_equal(tt_spool_size(s), n * PIECE);
	assert_false(tt_spool_get(s, n * PIECE - 1, bytes, 2));
	assert_false(tt_spool_get(s, UINT64_MAX, bytes, 1));
	assert_true(tt_spool_get(s, n * PIECE, bytes, 0));
	assert_int_equal(tt_spool_status(s, NULL), TT_OK);
	tt_spool_free(&s);
	assert_null(s);
}

/* More than a spool takes is told before it is looked at. */
static void test_full(void **state)
{
	struct tt_spool *s = tt_spool_new();
	struct tt_err err = { 0 };
	uint8_t byte = 0;

	(void)state;
	(void)tt_spool_add(s, (struct tt_slice){ &byte, 1 });
	(void)tt_spool_add(s, (struct tt_slice){ &byte, TT_MAX_spool });
	assert_int_equal(tt_spool_status(s, &err), TT_LIMIT);
	assert_string_equal(err.text, "limit spool: 68719476736 bytes");
	tt_spool_free(&s);
}

/* More than a block at a time. */
static void test_large(void **state)
{
	const size_t n = (size_t)TT_MAX_spool_memory + 12345;
	struct tt_spool *s = tt_spool_new();
	uint8_t *const bytes = test_malloc(n), *const back = test_malloc(n);

	(void)state;
	for (size_t i = 0; i < n; i++)
		bytes[i] = (uint8_t)(i >> 8 ^ i);
	(void)tt_spool_add(s, (struct tt_slice){ bytes, n });
	assert_int_equal(tt_spool_add(s, (struct tt_slice){ bytes, n }), n);
	assert_true(tt_spool_get(s, n - 10, back, n));
	assert_memory_equal(back, bytes + n - 10, 10);
	assert_memory_equal(back + 10, bytes, n - 10);
	tt_spool_free(&s);
	test_free(bytes);
	test_free(back);
}

/* No place for a file: what memory holds is kept, the rest is told. */
static void test_no_place(void **state)
{
	const char *const before = getenv("TMPDIR");
	struct tt_spool *s = tt_spool_new();
	struct tt_err err = { 0 };
	uint8_t bytes[PIECE] = { 0 };

	(void)state;
	setenv("TMPDIR", "/nonexistent/place", 1);
	for (uint64_t i = 0; i < TT_MAX_spool_memory / PIECE; i++)
		(void)tt_spool_add(s, (struct tt_slice){ bytes, PIECE });
	assert_int_equal(tt_spool_status(s, &err), TT_OK);
	(void)tt_spool_add(s, (struct tt_slice){ bytes, PIECE });
	(void)tt_spool_add(s, (struct tt_slice){ bytes, PIECE });
	assert_int_equal(tt_spool_status(s, &err), TT_IO);
	assert_non_null(strstr(err.text, "/nonexistent/place"));
	assert_false(tt_spool_get(s, 0, bytes, 1));
	tt_spool_free(&s);
	if (before)
		setenv("TMPDIR", before, 1);
	else
		unsetenv("TMPDIR");
}

/* ---- rows ---- */

struct row {
	uint64_t key, number, sum;
};

static uint64_t key_of(const void *row)
{
	return ((const struct row *)row)->key;
}

static int by_key(const void *x, const void *y)
{
	const struct row *const a = x, *const b = y;

	if (a->key != b->key)
		return a->key < b->key ? -1 : 1;
	return (a->number > b->number) - (a->number < b->number);
}

/* All of them, twice: a run may be read again. */
static void check_rows(struct tt_sorter *sorter, uint64_t n)
{
	for (int i = 0; i < 2; i++) {
		struct row before = { 0 }, row;
		uint64_t found = 0, numbers = 0;

		tt_sorter_begin(sorter);
		for (; tt_sorter_next(sorter, &row); found++) {
			assert_true(found == 0 || by_key(&before, &row) < 0);
			assert_int_equal(row.sum, row.key ^ row.number);
			numbers += row.number;
			before = row;
		}
		assert_int_equal(found, n);
		assert_int_equal(numbers, n ? n * (n - 1) / 2 : 0);
		assert_false(tt_sorter_next(sorter, &row));
	}
}

static void sort_rows(uint64_t n, uint64_t keys)
{
	struct tt_spool *s = tt_spool_new();
	struct tt_sorter *sorter =
		tt_sorter_new(s, sizeof(struct row), key_of, by_key);
	uint64_t x = 88172645463325252;

	for (uint64_t i = 0; i < n; i++) {
		x ^= x << 13;
		x ^= x >> 7;
		x ^= x << 17;
		const struct row row = { x % keys, i, (x % keys) ^ i };

		tt_sorter_add(sorter, &row);
	}
	assert_int_equal(tt_sorter_n(sorter), n);
	check_rows(sorter, n);
	assert_int_equal(tt_spool_status(s, NULL), TT_OK);
	tt_sorter_free(&sorter);
	tt_spool_free(&s);
}

static void test_sorter(void **state)
{
	const uint64_t most = TT_MAX_sort_memory / sizeof(struct row);

	(void)state;
	sort_rows(0, 1);
	sort_rows(1, 1);
	sort_rows(1000, 10);
	sort_rows(most, 1 << 20);
	sort_rows(most + 1, 1 << 20);
	sort_rows(4 * most + 77, 1000);
}

/* Files that were opened before serve where none can be opened now; there is
 * no third. */
static void test_reserve(void **state)
{
	const uint64_t n = TT_MAX_spool_memory / PIECE + 2;
	struct tt_spool *spools[] = { tt_spool_new(), tt_spool_new(),
				      tt_spool_new() };
	struct tt_err err = { 0 };
	uint8_t bytes[PIECE];

	(void)state;
	unsetenv("TMPDIR");
	tt_spool_reserve(3);
	setenv("TMPDIR", "/nowhere", 1);
	for (size_t k = 0; k < sizeof(spools) / sizeof(*spools); k++)
		for (uint64_t i = 0; i < n; i++) {
			fill(bytes, i);
			(void)tt_spool_add(spools[k], (struct tt_slice){
							      bytes, PIECE });
		}
	unsetenv("TMPDIR");
	for (size_t k = 0; k < TT_SPOOL_RESERVE; k++) {
		check_piece(spools[k], 0);
		check_piece(spools[k], n - 1);
		assert_int_equal(tt_spool_status(spools[k], NULL), TT_OK);
	}
	assert_int_equal(tt_spool_status(spools[TT_SPOOL_RESERVE], &err),
			 TT_IO);
	assert_non_null(strstr(err.text, "a file for what logs tell"));
	for (size_t k = 0; k < sizeof(spools) / sizeof(*spools); k++)
		tt_spool_free(&spools[k]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_spool),
		cmocka_unit_test(test_full),
		cmocka_unit_test(test_large),
		cmocka_unit_test(test_no_place),
		cmocka_unit_test(test_sorter),
		cmocka_unit_test(test_reserve), /* the last: it stays */
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
