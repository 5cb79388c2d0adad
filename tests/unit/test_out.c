/* test_out - what the writer lets through: text for a terminal, JSON, Base64
 *
 * Each row is a payload and what must come out.  The last row of each table
 * is one that would act on a reader if it came through. */
#define _GNU_SOURCE
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <tlstrail/util.h>

#define N(a) (sizeof(a) / sizeof((a)[0]))

struct row {
	const char *name;
	struct tt_slice in;
	const char *out;
};

static void check(const struct row *r, void (*put)(struct tt_out *o,
						   struct tt_slice s))
{
	struct tt_out o;

	tt_out_init(&o, -1);
	put(&o, r->in);
	tt_out_bytes(&o, TT_S("\0"));
	if (strcmp((const char *)o.buf, r->out) != 0)
		print_error("%s: [%s], expected [%s]\n", r->name,
			    (const char *)o.buf, r->out);
	assert_string_equal((const char *)o.buf, r->out);
	tt_out_release(&o);
}

static void put_json(struct tt_out *o, struct tt_slice s)
{
	(void)tt_out_json(o, s);
}

static void test_text(void **state)
{
	static const struct row rows[] = {
		{ "plain", { (const uint8_t *)"mx.example", 10 },
		  "mx.example" },
		{ "UTF-8 stays", { (const uint8_t *)"gr\xc3\xbc\xc3\x9f", 6 },
		  "gr\xc3\xbc\xc3\x9f" },
		{ "a fold is one space",
		  { (const uint8_t *)"a\r\n\t b", 6 }, "a b" },
		{ "escape", { (const uint8_t *)"\x1b[31m", 5 }, "\\x1b[31m" },
		{ "NUL", { (const uint8_t *)"a\0b", 3 }, "a\\x00b" },
		{ "DEL", { (const uint8_t *)"\x7f", 1 }, "\\x7f" },
		{ "raw C1", { (const uint8_t *)"\x9b" "2J", 3 }, "\\x9b2J" },
		{ "C1 in UTF-8", { (const uint8_t *)"\xc2\x9b" "2J", 4 },
		  "\\u009b2J" },
		{ "bidi override", { (const uint8_t *)"\xe2\x80\xae" "x", 4 },
		  "\\u202ex" },
		{ "bidi isolate", { (const uint8_t *)"\xe2\x81\xa6", 3 },
		  "\\u2066" },
		{ "line separator", { (const uint8_t *)"\xe2\x80\xa8", 3 },
		  "\\u2028" },
		{ "overlong slash", { (const uint8_t *)"\xc0\xaf", 2 },
		  "\\xc0\\xaf" },
		{ "surrogate", { (const uint8_t *)"\xed\xa0\x80", 3 },
		  "\\xed\\xa0\\x80" },
		{ "cut sequence", { (const uint8_t *)"\xe2\x82", 2 },
		  "\\xe2\\x82" },
		{ "OSC 52", { (const uint8_t *)"\x1b]52;c;QQ==\x07", 12 },
		  "\\x1b]52;c;QQ==\\x07" },
	};

	(void)state;
	for (size_t i = 0; i < N(rows); i++)
		check(&rows[i], tt_out_text);
}

static void test_json(void **state)
{
	static const struct row rows[] = {
		{ "plain", { (const uint8_t *)"a", 1 }, "\"a\"" },
		{ "quote and backslash", { (const uint8_t *)"\"\\", 2 },
		  "\"\\\"\\\\\"" },
		{ "line feed", { (const uint8_t *)"\r\n", 2 }, "\"\\r\\n\"" },
		{ "NUL", { (const uint8_t *)"\0", 1 }, "\"\\u0000\"" },
		{ "C1 in UTF-8", { (const uint8_t *)"\xc2\x9b", 2 },
		  "\"\\u009b\"" },
		{ "not UTF-8", { (const uint8_t *)"a\xff", 2 },
		  "\"a\xef\xbf\xbd\"" },
		{ "line separator", { (const uint8_t *)"\xe2\x80\xa8", 3 },
		  "\"\\u2028\"" },
		{ "bidi override", { (const uint8_t *)"\xe2\x80\xae", 3 },
		  "\"\\u202e\"" },
		{ "direction mark", { (const uint8_t *)"\xe2\x80\x8e", 3 },
		  "\"\\u200e\"" },
		{ "Arabic letter mark", { (const uint8_t *)"\xd8\x9c", 2 },
		  "\"\\u061c\"" },
	};

	(void)state;
	for (size_t i = 0; i < N(rows); i++)
		check(&rows[i], put_json);
}

static void test_json_tells_of_bad_bytes(void **state)
{
	struct tt_out o;

	(void)state;
	tt_out_init(&o, -1);
	assert_true(tt_out_json(&o, TT_S("a\xff")));
	assert_false(tt_out_json(&o, TT_S("a\xc3\xbc")));
	tt_out_release(&o);
}

static void test_base64(void **state)
{
	/* RFC 4648, section 10 */
	static const struct row rows[] = {
		{ "empty", { (const uint8_t *)"", 0 }, "\"\"" },
		{ "f", { (const uint8_t *)"f", 1 }, "\"Zg==\"" },
		{ "fo", { (const uint8_t *)"fo", 2 }, "\"Zm8=\"" },
		{ "foobar", { (const uint8_t *)"foobar", 6 },
		  "\"Zm9vYmFy\"" },
		{ "high bytes", { (const uint8_t *)"\xff\xfe", 2 },
		  "\"//4=\"" },
	};

	(void)state;
	for (size_t i = 0; i < N(rows); i++)
		check(&rows[i], tt_out_base64);
}

static void test_width(void **state)
{
	static const struct {
		const char *name, *text;
		size_t width, cut_at, cut;
	} rows[] = {
		{ "ASCII", "abcdef", 6, 3, 3 },
		{ "two bytes, one column", "\xc3\xbc\xc3\xbc", 2, 1, 2 },
		{ "an escape takes four", "a\x1b" "b", 6, 4, 1 },
		{ "nothing fits", "abc", 3, 0, 0 },
		{ "all fits", "abc", 3, 9, 3 },
	};

	(void)state;
	for (size_t i = 0; i < N(rows); i++) {
		const struct tt_slice s = tt_slice_str(rows[i].text);

		if (tt_text_width(s) != rows[i].width ||
		    tt_text_cut(s, rows[i].cut_at).n != rows[i].cut)
			print_error("%s\n", rows[i].name);
		assert_int_equal(tt_text_width(s), rows[i].width);
		assert_int_equal(tt_text_cut(s, rows[i].cut_at).n,
				 rows[i].cut);
	}
}

static void test_numbers(void **state)
{
	struct tt_out o;

	(void)state;
	tt_out_init(&o, -1);
	tt_out_u64(&o, UINT64_MAX);
	tt_out_str(&o, " ");
	tt_out_i64(&o, INT64_MIN);
	for (uint64_t v = 8; v <= 10; v++) {
		tt_out_str(&o, " ");
		tt_out_u64(&o, v);
	}
	tt_out_bytes(&o, TT_S("\0"));
	assert_string_equal((const char *)o.buf,
			    "18446744073709551615 -9223372036854775808 "
			    "8 9 10");
	/* Of each length, its least, most and some number between. */
	for (uint64_t least = 1; least < UINT64_MAX / 10; least *= 10) {
		const uint64_t v[] = { least, least * 10 - 1, least * 7,
				       least + least / 3 };

		for (size_t i = 0; i < 4; i++) {
			char want[24];

			snprintf(want, sizeof(want), "%" PRIu64, v[i]);
			o.n = 0;
			tt_out_u64(&o, v[i]);
			tt_out_bytes(&o, TT_S("\0"));
			assert_string_equal((const char *)o.buf, want);
		}
	}
	tt_out_release(&o);
}

static void test_failed_write_is_remembered(void **state)
{
	struct tt_out o;
	const int fd = open("/dev/full", O_WRONLY);

	(void)state;
	if (fd < 0)
		skip();
	tt_out_init(&o, fd);
	tt_out_str(&o, "x");
	assert_int_equal(tt_out_flush(&o), -1);
	assert_int_not_equal(o.failed, 0);
	tt_out_release(&o);
	close(fd);
}

/* Many bytes are looked at at once: no place may be overlooked.  Of each length
 * up to `most`, one odd byte at each place, which is shown as `shown`. */
static void check_everywhere(void (*put)(struct tt_out *o, struct tt_slice s),
			     const char *quote, uint8_t odd, const char *shown)
{
	enum { most = 40 };
	const char *const pads = "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx";
	uint8_t in[most];
	char want[2 * most + 16];

	for (size_t n = 1; n <= most; n++)
		for (size_t at = 0; at < n; at++) {
			memset(in, 'x', n);
			in[at] = odd;
			snprintf(want, sizeof(want), "%s%.*s%s%.*s%s", quote,
				 (int)at, pads, shown, (int)(n - 1 - at), pads,
				 quote);
			const struct row row = { "one odd byte", { in, n },
						 want };

			check(&row, put);
		}
}

static void test_json_everywhere(void **state)
{
	static const char *const shown[256] = {
		['"'] = "\\\"", ['\\'] = "\\\\", ['\n'] = "\\n",
		[0x00] = "\\u0000", [0x1f] = "\\u001f", [0x7f] = "\\u007f",
		[0x80] = "\xef\xbf\xbd", [0xff] = "\xef\xbf\xbd",
		[' '] = " ", ['!'] = "!", ['#'] = "#", ['['] = "[",
		[']'] = "]", ['~'] = "~",
	};

	(void)state;
	for (unsigned c = 0; c < 256; c++)
		if (shown[c])
			check_everywhere(put_json, "\"", (uint8_t)c, shown[c]);
}

static void test_text_everywhere(void **state)
{
	static const char *const shown[256] = {
		[0x00] = "\\x00", [0x1f] = "\\x1f", [0x7f] = "\\x7f",
		[0x80] = "\\x80", [0xff] = "\\xff", ['\t'] = " ",
		[' '] = " ",	  ['"'] = "\"",	['\\'] = "\\",
		['~'] = "~",
	};

	(void)state;
	for (unsigned c = 0; c < 256; c++)
		if (shown[c])
			check_everywhere(tt_out_text, "", (uint8_t)c, shown[c]);
}

/* What a writer with a descriptor gets where its buffer ends is what one in
 * memory collects. */
static void test_end_of_room(void **state)
{
	const struct tt_slice s = TT_S("of twenty-three letters");

	(void)state;
	for (size_t left = 0; left <= s.n + 4; left++) {
		FILE *const file = tmpfile();
		uint8_t got[128];
		struct tt_out o;

		assert_non_null(file);
		tt_out_init(&o, fileno(file));
		tt_out_str(&o, " ");
		tt_out_pad(&o, ' ', o.cap - 1 - left);
		const size_t before = o.n;

		(void)tt_out_json(&o, s);
		tt_out_quoted(&o, s);
		assert_int_equal(tt_out_flush(&o), 0);
		assert_int_equal(fseek(file, (long)before, SEEK_SET), 0);
		const size_t n = fread(got, 1, sizeof(got), file);
		const struct tt_slice want =
			TT_S("\"of twenty-three letters\""
			     "\"of twenty-three letters\"");

		assert_true(tt_slice_eq((struct tt_slice){ got, n }, want));
		tt_out_release(&o);
		fclose(file);
	}
}

/* Whoever comes after a writer that is gone writes what it had not. */
static void test_ledger(void **state)
{
	char path[] = "/tmp/tt-out-XXXXXX", got[16] = "";
	const int fd = mkstemp(path);
	struct tt_out_ledger ledger = { 0 };
	struct tt_out o;

	(void)state;
	assert_true(fd >= 0);
	tt_out_init(&o, fd);
	o.ledger = &ledger;
	tt_out_str(&o, "one ");
	assert_int_equal(tt_out_flush(&o), 0);
	tt_out_str(&o, "two "); /* and is gone */
	tt_out_release(&o);
	assert_int_equal(ledger.done, 4);
	assert_int_equal(ledger.begun, 4);

	ledger.before = ledger.done;
	tt_out_init(&o, fd);
	o.ledger = &ledger;
	tt_out_str(&o, "on");
	assert_int_equal(tt_out_flush(&o), 0);
	tt_out_str(&o, "e two ");
	assert_int_equal(tt_out_flush(&o), 0);
	tt_out_str(&o, "three");
	assert_int_equal(tt_out_flush(&o), 0);
	tt_out_release(&o);
	assert_int_equal(ledger.before, 0);
	assert_int_equal(ledger.done, 13);
	assert_int_equal(pread(fd, got, sizeof(got) - 1, 0), 13);
	assert_string_equal(got, "one two three");
	close(fd);
	unlink(path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_text),
		cmocka_unit_test(test_json),
		cmocka_unit_test(test_json_everywhere),
		cmocka_unit_test(test_text_everywhere),
		cmocka_unit_test(test_end_of_room),
		cmocka_unit_test(test_json_tells_of_bad_bytes),
		cmocka_unit_test(test_base64),
		cmocka_unit_test(test_width),
		cmocka_unit_test(test_numbers),
		cmocka_unit_test(test_failed_write_is_remembered),
		cmocka_unit_test(test_ledger),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
