/* test_anchors - all implementations of the search find what a plain search
 * of each anchor finds
 *
 * Texts are made of pieces of anchors, white space, parentheses and noise, so
 * that ends of blocks, runs of space and anchors fall together in every way.
 * Each lies at the end of its memory: reads beyond it show in `make asan`. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "rule/anchors.h"

#define B(text) { (const uint8_t *)(text), sizeof(text) - 1 }
#define N(a) (sizeof(a) / sizeof((a)[0]))
#define MOST 300

/* One pair, one byte more than the pair, pairs that several share, the ends of
 * bytes, and two that overlap. */
static const struct tt_slice anchors[] = {
	B("sg"),	B("tls"),      B("tls:"),   B("(8."),
	B("/8."),	B("version="), B("using "), B("with cipher"),
	B("\xff\x80"),	B("aa"),       B("aaa"),    B("(from "),
	B("\0z"),	B("- -"),      B("dragonfly mail agent"),
	B("mailboxresubmissionmailboxresubmissionx"),
};
static const struct tt_slice others[] = {
	B(" "),	 B("\t"), B("\r\n\t"), B("\v\f"), B("("), B("( "), B(" ("),
	B("\0"), B("x"),  B("@[`{"),   B("\0\0"), B("example.org"),
};

static unsigned noise(uint32_t *seed)
{
	*seed = *seed * 1664525 + 1013904223;
	return *seed >> 16;
}

static size_t add(uint8_t *text, size_t n, struct tt_slice s)
{
	for (size_t i = 0; i < s.n && n < MOST; i++)
		text[n++] = s.p[i];
	return n;
}

/* Anchors in capitals here and there, cut here and there. */
static size_t make_text(uint8_t *text, uint32_t *seed)
{
	const size_t most = noise(seed) % MOST;
	size_t n = 0;

	while (n < most) {
		const unsigned kind = noise(seed) % 8;
		struct tt_slice s = kind < 4 ?
					    anchors[noise(seed) % N(anchors)] :
					    others[noise(seed) % N(others)];
		const size_t from = n;

		if (kind == 0)
			s = tt_slice_sub(s, noise(seed) % 3, noise(seed) % 12);
		n = add(text, n, s);
		if (kind == 1 && n > from && tt_is_alpha(text[from]))
			text[from] &= 0xdf;
	}
	return n < most ? n : most;
}

static bool is_white(uint8_t c)
{
	return c == ' ' || (c >= 9 && c <= 13);
}

/* What the header asks for, to the letter. */
static void find_each(const struct tt_anchors *a, struct tt_slice text,
		      uint64_t *bits)
{
	uint8_t low[MOST];
	size_t n = 0;

	for (size_t i = 0; i < text.n; i++) {
		const bool is_run = i > 0 && (is_white(text.p[i - 1]) ||
					      text.p[i - 1] == '(');

		if (!is_white(text.p[i]))
			low[n++] = tt_lower(text.p[i]);
		else if (!is_run)
			low[n++] = ' ';
	}
	for (size_t i = 0; i < a->list.n; i++)
		if (tt_slice_find((struct tt_slice){ low, n },
				  a->list.v[i]) != SIZE_MAX)
			bits[i / 64] |= (uint64_t)1 << (i % 64);
}

static void check_text(const struct tt_anchors *a, struct tt_slice text,
		       unsigned *n_found)
{
	uint64_t want[1] = { 0 };

	find_each(a, text, want);
	*n_found += (unsigned)__builtin_popcountll(want[0]);
	for (size_t k = 0; k < tt_n_anchors_variants; k++) {
		const struct tt_anchors_variant *v = &tt_anchors_variants[k];
		uint8_t *low = malloc(text.n + TT_ANCHORS_ROOM);
		uint64_t bits[1] = { 0 };

		if (v->is_there())
			v->find(a, text, low, bits);
		if (v->is_there() && bits[0] != want[0])
			fail_msg("%s: %zu bytes \"%.*s\": %llx, not %llx",
				 v->name, text.n, (int)text.n,
				 (const char *)text.p,
				 (unsigned long long)bits[0],
				 (unsigned long long)want[0]);
		free(low);
	}
}

static void test_variants(void **state)
{
	struct tt_arena arena = { 0 };
	struct tt_anchors a = { 0 };
	uint32_t seed = 4;
	unsigned n_found = 0;

	(void)state;
	for (size_t i = 0; i < N(anchors); i++)
		*tt_vec_push(&arena, &a.list) = anchors[i];
	tt_anchors_index(&a, &arena);
	assert_string_equal(
		tt_anchors_variants[tt_n_anchors_variants - 1].name, "plain");
	for (unsigned round = 0; round < 100000; round++) {
		uint8_t made[MOST];
		const size_t n = make_text(made, &seed);
		uint8_t *text = malloc(n + !n);

		memcpy(text, made, n);
		check_text(&a, (struct tt_slice){ text, n }, &n_found);
		free(text);
	}
	assert_true(n_found > 100000);
	tt_arena_release(&arena);
}

/* No anchor at all: nothing is found, and nothing is read. */
static void test_none(void **state)
{
	struct tt_arena arena = { 0 };
	struct tt_anchors a = { 0 };
	uint8_t low[TT_ANCHORS_ROOM + 4];
	uint64_t bits[1] = { 0 };

	(void)state;
	tt_anchors_index(&a, &arena);
	tt_anchors_find(&a, TT_S("tls:"), low, bits);
	tt_anchors_find(&a, TT_NO_SLICE, low, bits);
	assert_int_equal(bits[0], 0);
	tt_arena_release(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_variants),
		cmocka_unit_test(test_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
