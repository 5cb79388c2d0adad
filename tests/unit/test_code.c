/* test_code.c - texts that come again, or stand in another, in few bytes */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include <tlstrail/util/code.h>

#define N(array) (sizeof(array) / sizeof *(array))

#define LINE                                                              \
	"Jan  1 00:00:10 mx1 postfix/smtpd[1]: A1: client=mail.example.net" \
	"[203.0.113.9]"

static const struct row {
	const char *name;
	enum tt_code_looking looking;
	const char *texts[4];
	size_t bytes; /* of all of them */
} rows[] = {
	{ "each once", TT_LOOK_FOR_SAME, { "mail.example.net", "ESMTP" }, 17 + 6 },
	{ "one that comes again", TT_LOOK_FOR_SAME, { "ESMTP", "mx", "ESMTP" }, 6 + 3 + 1 },
	{ "one byte never does", TT_LOOK_FOR_SAME, { "x", "x" }, 2 + 2 },
	{ "an empty one", TT_LOOK_FOR_SAME, { "", "" }, 2 },
	{ "a copy of what stands in a line", TT_LOOK_INSIDE, { LINE, "mail.example.net" },
	  80 + 17 },
	{ "and then again", TT_LOOK_INSIDE, { LINE, "mail.example.net", "mail.example.net" },
	  80 + 17 + 1 },
	{ "a line again", TT_LOOK_INSIDE, { LINE, LINE }, 80 + 1 },
	{ "a copy, by place", TT_LOOK_AT_PLACE, { LINE, "mail.example.net" },
	  80 + 17 },
	{ "one that comes again, by place", TT_LOOK_AT_PLACE,
	  { "ESMTP", "ESMTP" }, 6 + 6 },
};

static size_t put(struct tt_out *out, const struct row *r)
{
	struct tt_code_texts texts;
	struct tt_codec c = { .out = out, .texts = &texts };

	tt_code_texts_init(&texts, r->looking);
	for (size_t i = 0; i < N(r->texts) && r->texts[i]; i++) {
		struct tt_slice s = tt_slice_str(r->texts[i]);

		tt_code_text(&c, &s);
	}
	return out->n;
}

static void test_texts(void **state)
{
	(void)state;
	for (size_t k = 0; k < N(rows); k++) {
		const struct row *const r = &rows[k];
		struct tt_code_texts texts;
		struct tt_out out;

		tt_out_init(&out, -1);
		if (put(&out, r) != r->bytes)
			fail_msg("%s: %zu bytes", r->name, out.n);
		struct tt_codec c = { .in = { out.buf, out.n },
				      .texts = &texts };

		tt_code_texts_init(&texts, TT_LOOK_FOR_SAME);
		for (size_t i = 0; i < N(r->texts) && r->texts[i]; i++) {
			struct tt_slice s;

			tt_code_text(&c, &s);
			if (!tt_slice_eq(s, tt_slice_str(r->texts[i])))
				fail_msg("%s: text %zu", r->name, i);
		}
		assert_false(c.is_bad);
		assert_int_equal(c.in.n, 0);
		tt_out_release(&out);
	}
}

/* A piece of a text by where it lies, its very beginning and end too; what is
 * too short, or a piece of no line, is written out. */
static void test_place(void **state)
{
	static const struct {
		enum tt_code_looking looking;
		size_t from, n, bytes;
	} pieces[] = {
		{ TT_LOOK_AT_PLACE, 0, 6, 4 },	 { TT_LOOK_AT_PLACE, 44, 16, 4 },
		{ TT_LOOK_AT_PLACE, 73, 6, 4 },	 { TT_LOOK_AT_PLACE, 16, 3, 4 },
		{ TT_LOOK_INSIDE, 44, 16, 4 },	 { TT_LOOK_INSIDE, 16, 3, 4 },
		{ TT_LOOK_FOR_SAME, 44, 16, 17 },
	};
	const struct tt_slice line = tt_slice_str(LINE);
	struct tt_code_texts texts;
	struct tt_out out;

	(void)state;
	for (size_t i = 0; i < N(pieces); i++) {
		struct tt_slice whole = line, back;
		struct tt_slice piece = tt_slice_sub(line, pieces[i].from,
						     pieces[i].n);

		tt_out_init(&out, -1);
		struct tt_codec c = { .out = &out, .texts = &texts };

		tt_code_texts_init(&texts, pieces[i].looking);
		tt_code_text(&c, &whole);
		tt_code_text(&c, &piece);
		assert_int_equal(out.n, 80 + pieces[i].bytes);
		c = (struct tt_codec){ .in = { out.buf, out.n },
				       .texts = &texts };
		tt_code_texts_init(&texts, TT_LOOK_AT_PLACE);
		tt_code_text(&c, &whole);
		tt_code_text(&c, &back);
		assert_true(tt_slice_eq(whole, line));
		assert_true(tt_slice_eq(back, piece));
		assert_false(c.is_bad);
		tt_out_release(&out);
	}
}

/* Literal, a piece, again, and a copy of it: each is where its place says. */
static void test_places(void **state)
{
	static struct tt_code_places places;
	static char many[TT_CODE_PLACES + 1];
	const char copy[] = LINE;
	const struct tt_slice line = tt_slice_str(LINE);
	struct tt_slice texts[] = {
		line, tt_slice_sub(line, 44, 16), tt_slice_str("x"), line,
		tt_slice_str(copy), tt_slice_sub(line, 0, 6),
	};
	struct tt_code_texts known;
	struct tt_out out;

	(void)state;
	tt_out_init(&out, -1);
	for (int round = 0; round < 2; round++) {
		struct tt_codec c = { .out = &out,
				      .texts = &known,
				      .places = &places };

		tt_code_texts_init(&known, TT_LOOK_INSIDE);
		tt_code_places_begin(&places);
		assert_int_equal(tt_code_place_of(&places, line), SIZE_MAX);
		for (size_t i = 0; i < N(texts); i++)
			tt_code_text(&c, &texts[i]);
		for (size_t i = 0; i < N(texts); i++) {
			const size_t at = tt_code_place_of(&places, texts[i]);

			assert_true(at <= out.n && texts[i].n <= out.n - at);
			assert_memory_equal(out.buf + at, texts[i].p,
					    texts[i].n);
		}
		assert_int_equal(places.n, N(texts) - 1);
		assert_false(places.is_full);
		for (size_t i = 0; i < TT_CODE_PLACES / 2; i++) {
			struct tt_slice s = { (uint8_t *)many + i, 1 };

			tt_code_text(&c, &s);
		}
		assert_true(places.is_full);
	}
	tt_out_release(&out);
}

/* As C strings: the same one where the text came again. */
static void test_names(void **state)
{
	struct tt_arena arena = { 0 };
	struct tt_code_texts texts;
	struct tt_out out;
	const char *name = "log/postfix#client", *first, *second;

	(void)state;
	tt_out_init(&out, -1);
	struct tt_codec c = { .out = &out, .texts = &texts };

	tt_code_texts_init(&texts, TT_LOOK_FOR_SAME);
	tt_code_name(&c, &name);
	tt_code_name(&c, &name);
	c = (struct tt_codec){ .in = { out.buf, out.n },
			       .arena = &arena,
			       .texts = &texts };
	tt_code_texts_init(&texts, TT_LOOK_FOR_SAME);
	tt_code_name(&c, &first);
	tt_code_name(&c, &second);
	assert_false(c.is_bad);
	assert_string_equal(first, name);
	assert_ptr_equal(first, second);
	tt_out_release(&out);
	tt_arena_release(&arena);
}

/* The first text is "abcdefgh"; what then asks for another is refused. */
static const struct bad {
	const char *name;
	uint8_t bytes[4];
	size_t n;
} bad[] = {
	{ "a text that did not come", { 5 }, 1 },
	{ "inside of one that did not come", { 1, 1, 0, 4 }, 4 },
	{ "from past its end", { 1, 0, 9, 0 }, 4 },
	{ "to past its end", { 1, 0, 5, 4 }, 4 },
	{ "cut off", { 1, 0, 5 }, 3 },
	{ "a longer one than is left", { 6, 'a' }, 2 },
};

static void test_refused(void **state)
{
	(void)state;
	for (size_t i = 0; i < N(bad); i++) {
		struct tt_code_texts texts;
		uint8_t bytes[16] = { 18, 'a', 'b', 'c', 'd',
				      'e', 'f', 'g', 'h' };
		struct tt_codec c = { .in = { bytes, 9 + bad[i].n },
				      .texts = &texts };
		struct tt_slice s;

		memcpy(bytes + 9, bad[i].bytes, bad[i].n);
		tt_code_texts_init(&texts, TT_LOOK_FOR_SAME);
		tt_code_text(&c, &s);
		assert_int_equal(s.n, 8);
		assert_false(c.is_bad);
		tt_code_text(&c, &s);
		if (!c.is_bad)
			fail_msg("%s: was not refused", bad[i].name);
	}
}

/* Few bytes cannot stand for more than a frame holds: what would is written
 * out, and refused where somebody else wrote it. */
static void test_no_bomb(void **state)
{
	struct tt_code_texts texts;
	struct tt_arena arena = { 0 };
	const size_t n = 1048576;
	uint8_t *const text = tt_arena_zalloc(&arena, n);
	struct tt_slice s = { text, n };
	struct tt_out out;

	(void)state;
	tt_out_init(&out, -1);
	struct tt_codec c = { .out = &out, .texts = &texts };

	tt_code_texts_init(&texts, TT_LOOK_FOR_SAME);
	for (size_t i = 0; i <= TT_MAX_frame / n + 1; i++)
		tt_code_text(&c, &s);
	assert_true(out.n > 2 * n); /* the last is there a second time */
	assert_true(out.n < 3 * n);
	out.n = out.n - n - 4; /* and now it is asked for once more */
	c = (struct tt_codec){ .in = { out.buf, out.n }, .texts = &texts };
	tt_code_texts_init(&texts, TT_LOOK_FOR_SAME);
	for (size_t i = 0; i <= TT_MAX_frame / n; i++)
		tt_code_text(&c, &s);
	assert_false(c.is_bad);
	assert_int_equal(c.in.n, 0);
	c.in = (struct tt_slice){ (const uint8_t *)"\3", 1 };
	tt_code_text(&c, &s);
	assert_true(c.is_bad);
	tt_out_release(&out);
	tt_arena_release(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_texts),
		cmocka_unit_test(test_place),
		cmocka_unit_test(test_places),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_no_bomb),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
