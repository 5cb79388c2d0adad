/* test_jansson - JSON as we read it, against a library that reads nothing else
 *
 * What jansson takes, we take: each value ends where it says, and holds the
 * same members, element for element; found by marks and without.  (It refuses
 * more than we do: what a scalar says is for who asks for it.)  Read are the
 * structured logs among our files, and values made by chance; each once as it
 * is, and with some damage. */
#include <errno.h>
#include <glob.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>
#include <tlstrail/record.h>
#include <tlstrail/record/value.h>

#define FLAGS (JSON_ALLOW_NUL | JSON_DECODE_ANY)

static size_t n_same, n_refused;

/* ---- member by member ---- */

static bool is_same(struct tt_value_reader *r, struct tt_value *v,
		    const json_t *want);

static bool is_same_object(struct tt_value_reader *r, struct tt_value *v,
			   const json_t *want)
{
	const char *key;
	json_t *member;
	size_t n;

	if (!tt_value_is_object(v))
		return false;
	json_object_keylen_foreach((json_t *)(uintptr_t)want, key, n, member)
	{
		struct tt_value *const m = tt_value_get(
			r, v, (struct tt_slice){ (const uint8_t *)key, n });

		if (!m || !is_same(r, m, member))
			return false;
	}
	for (struct tt_value *m = tt_value_first(r, v); m; m = m->next)
		if (!json_object_getn(want, (const char *)m->key.p, m->key.n))
			return false;
	return true;
}

static bool is_same_array(struct tt_value_reader *r, struct tt_value *v,
			  const json_t *want)
{
	size_t n = 0;

	if (!tt_value_is_array(v))
		return false;
	for (struct tt_value *e = tt_value_first(r, v); e; e = e->next, n++)
		if (e->index != n || n >= json_array_size(want) ||
		    !is_same(r, e, json_array_get(want, n)))
			return false;
	return n == json_array_size(want);
}

static bool is_same_number(struct tt_slice text, const json_t *want)
{
	char digits[400], *end;

	if (text.n == 0 || text.n >= sizeof(digits))
		return text.n > 0; /* a number longer than is worth it */
	memcpy(digits, text.p, text.n);
	digits[text.n] = '\0';
	errno = 0;
	return (json_is_integer(want) ?
			strtoll(digits, &end, 10) == json_integer_value(want) :
			!(fabs(strtod(digits, &end) - json_real_value(want)) >
			  0)) &&
	       *end == '\0';
}

static bool is_same(struct tt_value_reader *r, struct tt_value *v,
		    const json_t *want)
{
	const struct tt_slice text = tt_value_text(r, v);

	switch (json_typeof(want)) {
	case JSON_OBJECT: return is_same_object(r, v, want);
	case JSON_ARRAY: return is_same_array(r, v, want);
	case JSON_STRING:
		return tt_slice_eq(text,
				   (struct tt_slice){
					   (const uint8_t *)json_string_value(
						   want),
					   json_string_length(want) });
	case JSON_INTEGER:
	case JSON_REAL: return is_same_number(text, want);
	case JSON_TRUE: return tt_slice_eq(text, TT_S("true"));
	case JSON_FALSE: return tt_slice_eq(text, TT_S("false"));
	case JSON_NULL: return tt_slice_eq(v->raw, TT_S("null")) && !text.n;
	}
	return false;
}

/* ---- one value, one stream ---- */

static void check_value(const char *name, const struct tt_log_value *value)
{
	json_error_t error;
	json_t *const want = json_loadb((const char *)value->raw.p,
					value->raw.n, FLAGS, &error);

	n_refused += want == NULL;
	for (int is_marked = 0; want && is_marked < 2; is_marked++) {
		struct tt_arena arena = { 0 };
		struct tt_value_reader r = { .arena = &arena };
		struct tt_value *const v =
			is_marked ? tt_value_marked(&r, value) :
				    tt_value_new(&r, value->raw);

		if (!is_same(&r, v, want) || r.faults.is_bad)
			fail_msg("%s%s: jansson reads otherwise: %.*s", name,
				 is_marked ? ", marked" : "",
				 (int)value->raw.n, value->raw.p);
		tt_arena_release(&arena);
		n_same++;
	}
	json_decref(want);
}

/* Where its first value ends, if it begins with one; 0: it is none. */
static size_t first_length(struct tt_slice s)
{
	json_error_t error;
	json_t *const first = json_loadb((const char *)s.p, s.n,
					 FLAGS | JSON_DISABLE_EOF_CHECK,
					 &error);
	const size_t n = first ? (size_t)error.position : 0;
	const bool is_value = json_is_object(first) || json_is_array(first);

	json_decref(first);
	return is_value ? n : 0;
}

static void check_stream(const char *name, struct tt_slice s)
{
	const struct tt_reader_options o = { .as = TT_FORMAT_JSON };
	const size_t first = s.n && (*s.p == '{' || *s.p == '[') ?
				     first_length(s) :
				     0;
	struct tt_arena arena = { 0 };
	struct tt_log_value v;
	struct tt_reader *r;
	struct tt_diags diags;
	struct tt_err err;
	size_t n = 0;

	tt_diags_init(&diags, &arena);
	struct tt_stream *stream = tt_stream_from_bytes(s, &diags);

	assert_int_equal(tt_reader_open(&r, stream, &o, &err), TT_OK);
	while (tt_log_value_next(r, &v) > 0) {
		if (n++ == 0 && first && (v.off != 0 || v.raw.n != first))
			fail_msg("%s: the first value ends at %llu, not %zu",
				 name, (unsigned long long)(v.off + v.raw.n),
				 first);
		check_value(name, &v);
	}
	if (first && n == 0)
		fail_msg("%s: a value was passed over: %.*s", name, (int)s.n,
			 s.p);
	tt_reader_close(&r);
	tt_stream_free(&stream);
	tt_arena_release(&arena);
}

/* ---- chance ---- */

static uint32_t noise(uint32_t *seed)
{
	*seed = *seed * 1664525 + 1013904223;
	return *seed >> 8;
}

static void put_space(struct tt_out *out, uint32_t *seed)
{
	static const char *const spaces[] = { "", "", "", " ", "\n", "\r\n\t" };

	tt_out_str(out, spaces[noise(seed) % 6]);
}

static void put_string(struct tt_out *out, uint32_t *seed)
{
	static const char *const pieces[] = {
		"a", "messageId", " ", "{", "]", ",", ":", "0", "\\\"", "\\\\",
		"\\/", "\\b", "\\f", "\\n", "\\r", "\\t", "\\u0041", "\\u00e4",
		"\\u20AC", "\\ud83d\\ude00", "\\udbff\\udfff", "\\u0000", "\xc3\xa4",
		"\xe2\x82\xac", "\xf0\x9f\x98\x80", "\x7f", "\\ud83d"
	};
	const uint32_t n = noise(seed) % 6;

	tt_out_str(out, "\"");
	for (uint32_t i = 0; i < n; i++) /* the last piece is none */
		tt_out_str(out, pieces[noise(seed) % 1000 ?
					       noise(seed) % 26 : 26]);
	tt_out_str(out, "\"");
}

/* Few, so that some stand twice. */
static void put_key(struct tt_out *out, uint32_t *seed)
{
	static const char *const keys[] = { "\"a\"", "\"b\"", "\"\"",
					    "\"\\u0061\"", "\"mail\"",
					    "\"\xc3\xa4\"", "\"a\\\\\"" };

	tt_out_str(out, keys[noise(seed) % 7]);
}

static void put_value(struct tt_out *out, uint32_t *seed, unsigned depth)
{
	static const char *const scalars[] = {
		"true", "false", "null", "0", "-1", "1781013801118", "1.5",
		"-2e3", "0.000001E+7", "9223372036854775807"
	};
	const uint32_t kind = noise(seed) % (depth ? 4 : 2);
	const bool is_object = kind == 2;
	const uint32_t n = noise(seed) % 5;

	put_space(out, seed);
	if (kind == 0)
		tt_out_str(out, scalars[noise(seed) % 10]);
	if (kind == 1)
		put_string(out, seed);
	if (kind > 1)
		tt_out_str(out, is_object ? "{" : "[");
	for (uint32_t i = 0; kind > 1 && i < n; i++) {
		tt_out_str(out, i ? "," : "");
		put_space(out, seed);
		if (is_object) {
			put_key(out, seed);
			put_space(out, seed);
			tt_out_str(out, ":");
		}
		put_value(out, seed, depth - 1);
	}
	if (kind > 1)
		tt_out_str(out, is_object ? "}" : "]");
	put_space(out, seed);
}

/* One byte changed, left out, or put in twice. */
static void damage(struct tt_out *out, uint32_t *seed)
{
	static const char bytes[] = "{}[]\":,\\ \n0a-\xc3\x1f";
	const size_t at = noise(seed) % out->n;
	const uint32_t how = noise(seed) % 3;

	if (how == 0)
		out->buf[at] = (uint8_t)bytes[noise(seed) %
					      (sizeof(bytes) - 1)];
	if (how == 1)
		memmove(out->buf + at, out->buf + at + 1, --out->n - at);
	if (how == 2) {
		tt_out_str(out, " ");
		memmove(out->buf + at + 1, out->buf + at, out->n - 1 - at);
	}
}

static void check_damaged(const char *name, struct tt_slice s, unsigned times,
			  uint32_t *seed)
{
	for (unsigned k = 0; s.n && k < times; k++) {
		struct tt_out out;

		tt_out_init(&out, -1);
		tt_out_bytes(&out, s);
		for (uint32_t j = 1 + noise(seed) % 3; j > 0 && out.n > 1; j--)
			damage(&out, seed);
		check_stream(name, (struct tt_slice){ out.buf, out.n });
		tt_out_release(&out);
	}
}

static void values_by_chance(void **state)
{
	uint32_t seed = 1;

	(void)state;
	n_same = n_refused = 0;
	for (unsigned i = 0; i < 3000; i++) {
		struct tt_out out;

		tt_out_init(&out, -1);
		tt_out_str(&out, "[");
		put_value(&out, &seed, 5);
		tt_out_str(&out, "]");
		const struct tt_slice s = { out.buf, out.n };

		check_stream("by chance", s);
		check_damaged("by chance, damaged", s, 10, &seed);
		tt_out_release(&out);
	}
	print_message("%zu times the same, %zu values refused by jansson\n",
		      n_same, n_refused);
	assert_true(n_same > 20000);
}

/* ---- files ---- */

static struct tt_slice read_file(const char *path)
{
	FILE *const f = fopen(path, "rb");
	struct tt_out out;
	uint8_t part[4096];
	size_t n;

	tt_out_init(&out, -1);
	while (f && (n = fread(part, 1, sizeof(part), f)) > 0)
		tt_out_bytes(&out, (struct tt_slice){ part, n });
	if (f)
		fclose(f);
	const struct tt_slice s = { tt_malloc(out.n + 1), out.n };

	if (out.n)
		memcpy((uint8_t *)(uintptr_t)s.p, out.buf, out.n);
	tt_out_release(&out);
	return s;
}

/* By its form, as the program would. */
static bool is_json(struct tt_slice s)
{
	const struct tt_reader_options o = { .as = TT_FORMAT_AUTO };
	struct tt_arena arena = { 0 };
	struct tt_reader *r;
	struct tt_diags diags;
	struct tt_err err;
	bool is = false;

	tt_diags_init(&diags, &arena);
	struct tt_stream *stream = tt_stream_from_bytes(s, &diags);

	if (tt_reader_open(&r, stream, &o, &err) == TT_OK) {
		is = tt_reader_format(r) == TT_FORMAT_JSON;
		tt_reader_close(&r);
	}
	tt_stream_free(&stream);
	tt_arena_release(&arena);
	return is;
}

/* How many of them are structured logs. */
static size_t check_files(const char *pattern)
{
	uint32_t seed = 7;
	size_t n_files = 0;
	glob_t found;

	if (glob(pattern, 0, NULL, &found) != 0)
		return 0;
	for (size_t i = 0; i < found.gl_pathc; i++) {
		const char *const path = found.gl_pathv[i];
		struct tt_slice s = read_file(path);

		if (is_json(s)) {
			n_files++;
			check_stream(path, s);
			check_damaged(path, s, s.n < 100000 ? 50 : 1, &seed);
		}
		tt_free_((void *)(uintptr_t)s.p);
	}
	globfree(&found);
	return n_files;
}

static void our_files(void **state)
{
	(void)state;
	n_same = n_refused = 0;
	assert_true(check_files("tests/fuzz/seeds/*/*") +
			    check_files("testdata/*/*") >
		    10);
	print_message("%zu times the same, %zu values refused by jansson\n",
		      n_same, n_refused);
}

/* They lie beside the checkout, or nowhere. */
static void samples(void **state)
{
	const char *const shared = getenv("TT_SHARED");
	char pattern[512];

	(void)state;
	snprintf(pattern, sizeof(pattern), "%s/samples/*/*",
		 shared ? shared : "../shared");
	if (check_files(pattern) == 0)
		skip();
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(values_by_chance),
		cmocka_unit_test(our_files),
		cmocka_unit_test(samples),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
