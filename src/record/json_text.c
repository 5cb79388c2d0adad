/* json_text.c - members of an object, and the text of its strings */
#include <string.h>

#include <tlstrail/util/cpu.h>

#include "json.h"

/* Where the white space at s.p[at] ends; mostly there is none. */
static inline size_t behind_space(struct tt_slice s, size_t at)
{
	while (at < s.n && s.p[at] <= ' ' && tt_is_space(s.p[at]))
		at++;
	return at;
}

/* ---- strings ---- */

/* Length of the string, its quotes included, that s begins with, of which
 * `at` bytes are seen and end no escape; 0: it does not end in s. */
static size_t length_plain(struct tt_slice s, size_t at, bool *is_plain_r)
{
	for (; at < s.n && s.p[at] != '"'; at++)
		if (s.p[at] == '\\') {
			*is_plain_r = false;
			at++;
		}
	return at < s.n ? at + 1 : 0;
}

#if TT_VECTORS
#include <immintrin.h>

static size_t length_sse2(struct tt_slice s, size_t at, bool *is_plain_r)
{
	const __m128i quote = _mm_set1_epi8('"'), back = _mm_set1_epi8('\\');

	while (at < s.n && s.n - at >= 16) {
		const __m128i x = _mm_loadu_si128((const void *)(s.p + at));
		const unsigned hit = (unsigned)_mm_movemask_epi8(
			_mm_or_si128(_mm_cmpeq_epi8(x, quote),
				     _mm_cmpeq_epi8(x, back)));

		at += hit ? (unsigned)__builtin_ctz(hit) : 16;
		if (!hit)
			continue;
		if (s.p[at] == '"')
			return at + 1;
		*is_plain_r = false;
		at += 2;
	}
	return length_plain(s, at, is_plain_r);
}
#endif

const struct tt_json_string_variant tt_json_strings[] = {
#if TT_VECTORS
	{ "sse2", length_sse2 },
#endif
	{ "plain", length_plain },
};
const size_t tt_n_json_strings =
	sizeof(tt_json_strings) / sizeof(tt_json_strings[0]);

static inline size_t string_length(struct tt_slice s, bool *is_plain_r)
{
	*is_plain_r = true;
#if TT_VECTORS
	return length_sse2(s, 1, is_plain_r);
#else
	return length_plain(s, 1, is_plain_r);
#endif
}

/* ---- values ---- */

/* Length of any value; 0 where there is none. */
static size_t value_length(struct tt_slice s)
{
	struct tt_json_scan scan = { 0 };
	bool is_plain;
	size_t n = 0;

	if (s.n == 0)
		return 0;
	if (*s.p == '"')
		return string_length(s, &is_plain);
	if (*s.p == '{' || *s.p == '[')
		return tt_json_scan(&scan, s) == TT_JSON_WHOLE ? scan.pos : 0;
	while (n < s.n && (tt_is_alpha(s.p[n]) || tt_is_digit(s.p[n]) ||
			   s.p[n] == '-' || s.p[n] == '+' || s.p[n] == '.'))
		n++;
	return n;
}

/* The same by the next mark, if it is one of this value's begin. */
static size_t marked_length(struct tt_slice s, struct tt_json_walk *w)
{
	if (s.n == 0 || (*s.p != '{' && *s.p != '[') || !w->marks)
		return value_length(s);
	if (w->mark < w->marks->n && w->mark < TT_JSON_MARKS) {
		const struct tt_json_mark *const m = &w->marks->v[w->mark];

		if (w->base + m->begin == s.p && m->length <= s.n) {
			w->mark = m->next;
			return m->length;
		}
	}
	w->marks = NULL;
	return value_length(s);
}

/* Where the value behind a member's key begins; 0: there is no key. */
static inline size_t take_key(struct tt_slice s, size_t at,
			      struct tt_json_walk *w, struct tt_slice *key_r)
{
	const struct tt_slice rest = { s.p + at, s.n - at };
	const size_t n = rest.n && *rest.p == '"' ?
				 string_length(rest, &w->is_key_plain) :
				 0;

	if (n == 0)
		return 0;
	*key_r = (struct tt_slice){ rest.p + 1, n - 2 };
	at = behind_space(s, at + n);
	return at < s.n && s.p[at] == ':' ? behind_space(s, at + 1) : 0;
}

int tt_json_next(struct tt_slice s, struct tt_json_walk *walk,
		 struct tt_slice *key_r, struct tt_slice *value_r)
{
	const uint8_t open = key_r ? '{' : '[', close = key_r ? '}' : ']';
	size_t at = walk->at;
	const bool is_first = at == 0;

	if (is_first && (s.n == 0 || *s.p != open))
		return -1;
	at = walk->at = behind_space(s, at + is_first);
	if (at < s.n && s.p[at] == close)
		return 0;
	if (!is_first) {
		if (at >= s.n || s.p[at] != ',')
			return -1;
		at = behind_space(s, at + 1);
	}
	if (key_r && (at = take_key(s, at, walk, key_r)) == 0)
		return -1;
	const struct tt_slice rest = { s.p + at, s.n - at };
	const size_t n = marked_length(rest, walk);

	*value_r = (struct tt_slice){ rest.p, n };
	walk->at = at + n;
	return n ? 1 : -1;
}

bool tt_json_plain(struct tt_slice value, struct tt_slice *text_r)
{
	if (value.n < 2 || *value.p != '"')
		return false;
	*text_r = tt_slice_sub(value, 1, value.n - 2);
	return tt_slice_chr(*text_r, '\\') == SIZE_MAX;
}

/* ---- decoding ---- */

/* Four hexadecimal digits, or -1. */
static int32_t unit_at(struct tt_slice s, size_t at)
{
	int32_t v = 0;

	if (s.n < 4 || at > s.n - 4)
		return -1;
	for (size_t i = 0; i < 4; i++) {
		const int d = tt_hex(s.p[at + i]);

		if (d < 0)
			return -1;
		v = v << 4 | d;
	}
	return v;
}

static size_t put_utf8(uint8_t *to, uint32_t c)
{
	if (c < 0x80) {
		to[0] = (uint8_t)c;
		return 1;
	}
	if (c < 0x800) {
		to[0] = (uint8_t)(0xc0 | c >> 6);
		to[1] = (uint8_t)(0x80 | (c & 0x3f));
		return 2;
	}
	if (c < 0x10000) {
		to[0] = (uint8_t)(0xe0 | c >> 12);
		to[1] = (uint8_t)(0x80 | (c >> 6 & 0x3f));
		to[2] = (uint8_t)(0x80 | (c & 0x3f));
		return 3;
	}
	to[0] = (uint8_t)(0xf0 | c >> 18);
	to[1] = (uint8_t)(0x80 | (c >> 12 & 0x3f));
	to[2] = (uint8_t)(0x80 | (c >> 6 & 0x3f));
	to[3] = (uint8_t)(0x80 | (c & 0x3f));
	return 4;
}

/* At the digits of "\uXXXX"; half a pair becomes U+FFFD.  Returns how many
 * bytes of s were read, 0 where they are none. */
static size_t decode_unit(struct tt_slice s, size_t at, uint8_t *to,
			  size_t *n_to)
{
	const int32_t high = unit_at(s, at);
	uint32_t c = (uint32_t)high;
	size_t n = 4;

	if (high < 0)
		return 0;
	if (c >= 0xd800 && c < 0xe000) {
		const bool is_pair =
			c < 0xdc00 &&
			tt_slice_eq(tt_slice_sub(s, at + 4, 2), TT_S("\\u"));
		const int32_t low = is_pair ? unit_at(s, at + 6) : -1;

		c = 0xfffd;
		if (low >= 0xdc00 && low < 0xe000) {
			c = 0x10000 + (((uint32_t)high & 0x3ff) << 10) +
			    ((uint32_t)low & 0x3ff);
			n = 10;
		}
	}
	*n_to += put_utf8(to + *n_to, c);
	return n;
}

size_t tt_json_decode(struct tt_slice value, uint8_t *to)
{
	static const char letters[] = "\"\\/bfnrt", codes[] = "\"\\/\b\f\n\r\t";
	const struct tt_slice s =
		tt_slice_sub(value, 1, value.n < 2 ? 0 : value.n - 2);
	size_t n = 0;

	for (size_t at = 0; at < s.n; at++) {
		if (s.p[at] != '\\' || at + 1 == s.n) {
			to[n++] = s.p[at];
			continue;
		}
		const uint8_t c = s.p[++at];
		const char *const known = c ? strchr(letters, c) : NULL;
		const size_t unit =
			c == 'u' ? decode_unit(s, at + 1, to, &n) : 0;

		if (known)
			to[n++] = (uint8_t)codes[known - letters];
		else if (unit == 0)
			to[n++] = c;
		at += unit;
	}
	return n;
}
