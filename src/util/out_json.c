/* out_json.c - JSON strings (RFC 8259, section 7) and Base64 (RFC 4648, 4)
 *
 * Beyond what JSON asks, DEL, C1, U+2028, U+2029 and the bidi controls are
 * escaped too, so that a line shown on a terminal or pasted into a script
 * stays inert. */
#include <stdio.h>
#include <string.h>
#include <tlstrail/util/cpu.h>
#include <tlstrail/util/out.h>
#include "ascii.h"
#include "utf8.h"

static bool is_plain(uint8_t c)
{
	return c >= 0x20 && c < 0x7f && c != '"' && c != '\\';
}

/* The same of eight bytes at once. */
static bool is_plain_word(uint64_t x)
{
	return !(tt_ascii_odd(x) | tt_ascii_has(x, '"') |
		 tt_ascii_has(x, '\\'));
}

static bool are_plain(const uint8_t *p)
{
	return is_plain_word(tt_ascii_eight(p));
}

/* How many plain bytes follow. */
static size_t plain_run(struct tt_slice s)
{
	size_t n = 0;

	while (s.n - n >= 8 && are_plain(s.p + n))
		n += 8;
	while (n < s.n && is_plain(s.p[n]))
		n++;
	return n;
}

static void put_escape(struct tt_out *o, uint32_t c)
{
	static const char short_forms[][2] = {
		{ '"', '"' },  { '\\', '\\' }, { '\b', 'b' }, { '\f', 'f' },
		{ '\n', 'n' }, { '\r', 'r' },  { '\t', 't' },
	};
	char text[8];

	for (size_t i = 0; i < sizeof(short_forms) / 2; i++) {
		if (c != (uint8_t)short_forms[i][0])
			continue;
		const uint8_t pair[2] = { '\\', (uint8_t)short_forms[i][1] };

		tt_out_bytes(o, (struct tt_slice){ pair, 2 });
		return;
	}
	snprintf(text, sizeof(text), "\\u%04x", (unsigned)c & 0xffffU);
	tt_out_str(o, text);
}

static bool must_escape(uint32_t c)
{
	return c < 0x20 || c == '"' || c == '\\' ||
	       (c >= 0x7f && c <= 0x9f) || c == 0x2028 || c == 0x2029 ||
	       (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069) ||
	       c == 0x200e || c == 0x200f || c == 0x61c;
}

#if TT_VECTORS
#include <immintrin.h>

#define BLOCK 16

/* Signed: what is not ASCII is less than a space. */
static bool copy_block(uint8_t *to, const uint8_t *from)
{
	const __m128i x = _mm_loadu_si128((const void *)from);
	const __m128i odd = _mm_or_si128(
		_mm_cmpeq_epi8(x, _mm_set1_epi8(0x7f)),
		_mm_or_si128(_mm_cmpeq_epi8(x, _mm_set1_epi8('"')),
			     _mm_cmpeq_epi8(x, _mm_set1_epi8('\\'))));

	_mm_storeu_si128((void *)to, x);
	return !_mm_movemask_epi8(_mm_or_si128(
		odd, _mm_cmplt_epi8(x, _mm_set1_epi8(0x20))));
}
#else
#define BLOCK 8

static bool copy_block(uint8_t *to, const uint8_t *from)
{
	memcpy(to, from, BLOCK);
	return are_plain(from);
}
#endif

/* Fewer than a block: two halves that overlap, or byte by byte. */
static bool copy_short(uint8_t *to, struct tt_slice s)
{
	const size_t last = s.n - 4;
	uint32_t a, b;

	if (s.n >= 8) {
		memcpy(to, s.p, 8);
		memcpy(to + s.n - 8, s.p + s.n - 8, 8);
		return are_plain(s.p) && are_plain(s.p + s.n - 8);
	}
	if (s.n >= 4) {
		memcpy(&a, s.p, 4);
		memcpy(&b, s.p + last, 4);
		memcpy(to, &a, 4);
		memcpy(to + last, &b, 4);
		return is_plain_word((uint64_t)a << 32 | b);
	}
	for (size_t i = 0; i < s.n; i++) {
		to[i] = s.p[i];
		if (!is_plain(s.p[i]))
			return false;
	}
	return true;
}

/* Copies s if all of it is plain; else what is at `to` is nothing. */
static bool copy_plain(uint8_t *to, struct tt_slice s)
{
	size_t i = 0;

	if (s.n < BLOCK)
		return copy_short(to, s);
	for (; s.n - i >= BLOCK; i += BLOCK)
		if (!copy_block(to + i, s.p + i))
			return false;
	/* The last block goes over some bytes again. */
	return i == s.n || copy_block(to + s.n - BLOCK, s.p + s.n - BLOCK);
}

/* Most strings are plain and find room. */
static bool put_plain(struct tt_out *o, struct tt_slice s)
{
	if (o->cap - o->n < 2 || s.n > o->cap - o->n - 2)
		return false;
	uint8_t *const to = o->buf + o->n;

	if (!copy_plain(to + 1, s))
		return false;
	to[0] = to[s.n + 1] = '"';
	o->n += s.n + 2;
	return true;
}

/* Apart, so that what it needs of the stack is not paid for each string. */
__attribute__((noinline)) static bool put_piecewise(struct tt_out *o,
						    struct tt_slice s)
{
	bool has_bad = false;
	size_t from = 0, i = 0;

	tt_out_bytes(o, TT_S("\""));
	for (;;) {
		uint32_t c = 0;

		i += plain_run(tt_slice_sub(s, i, s.n));
		if (i == s.n)
			break;
		const size_t n = tt_utf8_next(tt_slice_sub(s, i, 4), &c);

		if (n > 1 && !must_escape(c)) {
			i += n;
			continue;
		}
		tt_out_bytes(o, tt_slice_sub(s, from, i - from));
		if (n == 0) {
			tt_out_bytes(o, TT_S("\xef\xbf\xbd"));
			has_bad = true;
		} else {
			put_escape(o, c);
		}
		i += n ? n : 1;
		from = i;
	}
	tt_out_bytes(o, tt_slice_sub(s, from, i - from));
	tt_out_bytes(o, TT_S("\""));
	return has_bad;
}

bool tt_out_json(struct tt_out *o, struct tt_slice s)
{
	if (o->filter)
		s = o->filter->apply(o->filter->ctx, s);
	return !put_plain(o, s) && put_piecewise(o, s);
}

void tt_out_base64(struct tt_out *o, struct tt_slice s)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				     "abcdefghijklmnopqrstuvwxyz0123456789+/";

	if (o->filter)
		s = o->filter->apply(o->filter->ctx, s);
	tt_out_bytes(o, TT_S("\""));
	for (size_t i = 0; i < s.n; i += 3) {
		const size_t n = s.n - i < 3 ? s.n - i : 3;
		const uint32_t v = (uint32_t)s.p[i] << 16 |
				   (n > 1 ? (uint32_t)s.p[i + 1] << 8 : 0) |
				   (n > 2 ? s.p[i + 2] : 0U);
		uint8_t quad[4];

		for (size_t k = 0; k < 4; k++)
			quad[k] = k <= n ? (uint8_t)digits[v >> (18 - 6 * k) &
							   63] :
					   '=';
		tt_out_bytes(o, (struct tt_slice){ quad, 4 });
	}
	tt_out_bytes(o, TT_S("\""));
}
