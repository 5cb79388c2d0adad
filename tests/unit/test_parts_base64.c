/* test_parts_base64 - all ways of decoding base64 give the same bytes */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#include <tlstrail/message/base64.h>

#include "message/parts.h"

#define LEN 300

static uint32_t noise(uint32_t *state)
{
	*state = *state * 1664525u + 1013904223u;
	return *state >> 8;
}

static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
			     "abcdefghijklmnopqrstuvwxyz0123456789+/";

/* Each digit at each place of a block. */
static void test_digits(void **state)
{
	(void)state;
	for (size_t k = 0; k < tt_n_base64_variants; k++) {
		const struct tt_base64_variant *v = &tt_base64_variants[k];

		for (size_t i = 0; v->is_there() && i < 64 * 64; i++) {
			const size_t at = i / 64, d = i % 64;
			uint8_t text[64], out[64] = { 0 };

			memset(text, 'A', sizeof(text));
			text[at] = (uint8_t)digits[d];
			assert_int_equal(
				v->quanta((struct tt_slice){ text, 64 }, out),
				64);
			for (size_t b = 0; b < 48 * 8; b++) {
				const bool is = out[b / 8] >> (7 - b % 8) & 1;
				const bool want =
					b / 6 == at && d >> (5 - b % 6) & 1;

				if (is != want)
					fail_msg("%s: '%c' at %zu", v->name,
						 digits[d], at);
			}
		}
	}
}

/* Every byte that is no digit, at each place, ends it before its quantum. */
static void test_no_digits(void **state)
{
	(void)state;
	for (size_t k = 0; k < tt_n_base64_variants; k++) {
		const struct tt_base64_variant *v = &tt_base64_variants[k];

		for (size_t i = 0; v->is_there() && i < 64 * 256; i++) {
			const size_t at = i / 256, c = i % 256;
			uint8_t text[64], out[64];

			if (c && strchr(digits, (int)c))
				continue;
			memset(text, 'A', sizeof(text));
			text[at] = (uint8_t)c;
			const size_t n = v->quanta(
				(struct tt_slice){ text, 64 }, out);

			if (n != at / 4 * 4)
				fail_msg("%s: byte %zu at %zu: %zu", v->name,
					 c, at, n);
		}
	}
}

/* No byte behind the room for s.n is touched. */
static void test_variants(void **state)
{
	const struct tt_base64_variant *plain =
		&tt_base64_variants[tt_n_base64_variants - 1];
	uint8_t text[LEN], want[LEN], out[LEN + 1];
	uint32_t seed = 2;

	(void)state;
	assert_string_equal(plain->name, "plain");
	for (unsigned round = 0; round < 50000; round++) {
		const size_t off = noise(&seed) % 40;
		const struct tt_slice s = {
			text + off, noise(&seed) % (sizeof(text) - off)
		};
		const size_t odd = off + noise(&seed) % (2 * LEN);

		for (size_t i = 0; i < sizeof(text); i++)
			text[i] = (uint8_t)digits[noise(&seed) % 64];
		if (odd < sizeof(text))
			text[odd] = (uint8_t)noise(&seed);
		const size_t n = plain->quanta(s, want);

		for (size_t k = 0; k + 1 < tt_n_base64_variants; k++) {
			if (!tt_base64_variants[k].is_there())
				continue;
			memset(out, 0x5a, sizeof(out));
			if (tt_base64_variants[k].quanta(s, out) != n ||
			    memcmp(out, want, n / 4 * 3) != 0 ||
			    out[s.n] != 0x5a)
				fail_msg("round %u: %s", round,
					 tt_base64_variants[k].name);
		}
	}
}

/* ---- lines in which no armour begins ---- */

/* Lines of whole quanta, with now and then something else among them. */
static size_t make_lines(uint8_t *text, size_t room, uint32_t *seed)
{
	static const char *const odd[] = { "LS0t", "=",  "\r", " ",
					   "\n",   "A",  "-",  "\x80",
					   "LS0",  "S0t", "\r\n" };
	const size_t line = (noise(seed) % 24 + 1) * 4;
	const bool is_cr = noise(seed) % 2;
	size_t n = 0, at = 0;

	while (n + 8 < room) {
		if (noise(seed) % 150 == 0) {
			const char *const o = odd[noise(seed) % 11];

			memcpy(text + n, o, strlen(o));
			n += strlen(o);
		} else if (at == line) {
			if (is_cr)
				text[n++] = '\r';
			text[n++] = '\n';
			at = 0;
		} else {
			text[n++] = (uint8_t)digits[noise(seed) % 64];
			at++;
		}
	}
	return n;
}

/* By its words: whole lines, of whole quanta, none of them LS0t. */
static size_t dashless(struct tt_slice s)
{
	size_t taken = 0;

	for (size_t begin = 0, i = 0; i < s.n; i++) {
		if (s.p[i] != '\n')
			continue;
		const size_t end = i - (i > begin && s.p[i - 1] == '\r');
		bool is_good = end > begin && (end - begin) % 4 == 0;

		for (size_t k = begin; k < end && is_good; k++)
			is_good = s.p[k] && strchr(digits, s.p[k]) &&
				  (k + 4 > s.n ||
				   memcmp(s.p + k, "LS0t", 4) != 0);
		if (!is_good)
			break;
		taken = begin = i + 1;
	}
	return taken;
}

static void test_dashless(void **state)
{
	uint8_t text[600];
	uint32_t seed = 4;

	(void)state;
	for (unsigned round = 0; round < 50000; round++) {
		const size_t room = noise(&seed) % (sizeof(text) - 20) + 20;
		const struct tt_slice s = { text,
					    make_lines(text, room, &seed) };
		const size_t want = dashless(s);

		for (size_t k = 0; k < tt_n_dashless_variants; k++) {
			const struct tt_dashless_variant *const v =
				&tt_dashless_variants[k];

			if (v->is_there() && v->dashless(s) != want)
				fail_msg("round %u: %s: %zu, not %zu", round,
					 v->name, v->dashless(s), want);
		}
	}
}

/* All of a text: how much of it is whole, and what that says. */
static void test_text(void **state)
{
	static const struct {
		const char *name, *text;
		size_t whole; /* SIZE_MAX: all */
		const char *says;
	} rows[] = {
		{ "nothing", "", SIZE_MAX, "" },
		{ "whole", "QTogYgoK", SIZE_MAX, "A: b\n\n" },
		{ "one left", "QTogYgo=", SIZE_MAX, "A: b\n" },
		{ "two left", "QTogYg==", SIZE_MAX, "A: b" },
		{ "lines", "QTog\r\nYgoK\n", SIZE_MAX, "A: b\n\n" },
		{ "a quantum over two lines", "QTo\ngYgoK\n", SIZE_MAX,
		  "A: b\n\n" },
		{ "blanks around", " QTogYg= = \n", SIZE_MAX, "A: b" },
		{ "a quantum is cut", "QTogYgo", 4, "A: " },
		{ "the first is cut", "QTo", 0, "" },
		{ "no digit", "QTog-goK", 4, "A: " },
		{ "more behind the padding", "QTogYg==QTog", 8, "A: b" },
		{ "padding alone", "QTog====", 4, "A: " },
		{ "padding at the wrong place", "QTogY=oK", 4, "A: " },
		{ "padding too soon", "QTogY===", 4, "A: " },
	};
	uint8_t out[32];
	size_t n;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++) {
		const struct tt_slice text = tt_slice_str(rows[i].text);
		const size_t want = rows[i].whole == SIZE_MAX ? text.n :
								rows[i].whole;
		const size_t whole = tt_base64_decode(text, out, &n);

		if (whole != want || n != strlen(rows[i].says) ||
		    memcmp(out, rows[i].says, n) != 0)
			fail_msg("%s: %zu whole, %zu bytes \"%.*s\"",
				 rows[i].name, whole, n, (int)n,
				 (const char *)out);
	}
}

/* As long as the quick ways take it, too: at each place one byte that is none
 * of base64. */
static void test_text_damaged(void **state)
{
	char text[400 + 1];
	uint8_t out[400];
	size_t n;

	(void)state;
	for (size_t at = 0; at < 400; at++) {
		memset(text, 'A', 400);
		text[at] = '*';
		assert_int_equal(
			tt_base64_decode((struct tt_slice){
						 (const uint8_t *)text, 400 },
					 out, &n),
			at / 4 * 4);
		assert_int_equal(n, at / 4 * 3);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_digits),
		cmocka_unit_test(test_no_digits),
		cmocka_unit_test(test_variants),
		cmocka_unit_test(test_dashless),
		cmocka_unit_test(test_text),
		cmocka_unit_test(test_text_damaged),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
