/* test_stamp_flat - a value is flattened, and its marks are found, the same by
 * all implementations and as the header says
 *
 * Each value lies at the end of its memory: reads beyond it show in
 * `make asan`. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "message/stamp_flat.h"

#define N(a) (sizeof(a) / sizeof((a)[0]))

static unsigned noise(uint32_t *seed)
{
	*seed = *seed * 1664525 + 1013904223;
	return *seed >> 16;
}

static bool is_in(uint8_t c, const char *set, size_t n)
{
	return memchr(set, c, n) != NULL;
}
#define IS(c, set) is_in((c), (set), sizeof(set) - 1)

/* What the header says of one byte. */
static unsigned kind_of(uint8_t c)
{
	return (IS(c, "\0") ? TT_FLAT_NUL : 0U) |
	       (IS(c, "\t\r\n") ? TT_FLAT_BREAK : 0U) |
	       (IS(c, " ") ? TT_FLAT_SPACE : 0U) |
	       (IS(c, "\"") ? TT_FLAT_QUOTE : 0U) |
	       (IS(c, "()") ? TT_FLAT_PAREN : 0U) |
	       (IS(c, ";<") ? TT_FLAT_SIGN : 0U) |
	       (IS(c, "\\") ? TT_FLAT_ESCAPE : 0U);
}

/* Every byte at every place of a block, by every implementation. */
static void test_bytes(void **state)
{
	(void)state;
	for (size_t k = 0; k < tt_n_flat_variants; k++)
		for (unsigned i = 0; i < 256 * TT_FLAT_BLOCK; i++) {
			const struct tt_flat_variant *v = &tt_flat_variants[k];
			const unsigned at = i % TT_FLAT_BLOCK;
			const uint8_t c = (uint8_t)(i / TT_FLAT_BLOCK);
			const unsigned kind = kind_of(c);
			uint8_t raw[TT_FLAT_BLOCK], text[TT_FLAT_BLOCK];
			uint64_t marks = 1, parens = 1;
			struct tt_flat_room room = { text, &marks, &parens, 0 };

			if (!v->is_there())
				continue;
			memset(raw, 'x', sizeof(raw));
			raw[at] = c;
			v->fill(&room, raw, 1);
			if (kind & TT_FLAT_BREAK)
				raw[at] = ' ';
			if (memcmp(text, raw, sizeof(raw)) != 0 ||
			    room.seen != kind || room.marks != &marks + 1 ||
			    marks != (uint64_t)IS(c, " \t\r\n\"();<") << at ||
			    parens != (uint64_t)IS(c, "()") << at)
				fail_msg("%s: byte %u at %u", v->name, c, at);
		}
}

/* The next mark from each place on, against a plain search. */
static void check_marks(const struct tt_flat *f)
{
	size_t mark = f->text.n, paren = f->text.n;

	for (size_t i = f->text.n + 1; i-- > 0;) {
		if (i < f->text.n && IS(f->text.p[i], " \"();<"))
			mark = i;
		if (i < f->text.n && IS(f->text.p[i], "()"))
			paren = i;
		assert_int_equal(tt_flat_next(f->marks, i), mark);
		assert_int_equal(tt_flat_next(f->parens, i), paren);
	}
}

static void check_value(struct tt_slice raw, struct tt_arena *arena)
{
	struct tt_flat f;
	unsigned seen = 0;

	tt_flatten(&f, raw, arena);
	assert_int_equal(f.text.n, raw.n);
	for (size_t i = 0; i < raw.n; i++) {
		seen |= kind_of(raw.p[i]);
		assert_int_equal(f.text.p[i],
				 IS(raw.p[i], "\t\r\n") ? ' ' : raw.p[i]);
	}
	assert_int_equal(f.seen, seen);
	check_marks(&f);
}

static void test_values(void **state)
{
	static const char made_of[] = "abc.09 \t\r\n()<>;\"\\\0xyzxyzxyzxyzxyzxyz";
	struct tt_arena arena = { 0 };
	uint32_t seed = 7;

	(void)state;
	check_value(TT_NO_SLICE, &arena);
	for (unsigned round = 0; round < 4000; round++) {
		const size_t n = round % 261;
		const unsigned kinds = 1 + noise(&seed) % (N(made_of) - 1);
		uint8_t *raw = malloc(n + !n);

		for (size_t i = 0; i < n; i++)
			raw[i] = (uint8_t)made_of[N(made_of) - 1 -
						  noise(&seed) % kinds];
		check_value((struct tt_slice){ raw, n }, &arena);
		free(raw);
		tt_arena_clear(&arena);
	}
	tt_arena_release(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_bytes),
		cmocka_unit_test(test_values),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
