/* out_json.c - JSON strings (RFC 8259, section 7) and Base64 (RFC 4648, 4)
 *
 * Beyond what JSON asks, DEL, C1, U+2028, U+2029 and the bidi controls are
 * escaped too, so that a line shown on a terminal or pasted into a script
 * stays inert. */
#include <stdio.h>
#include <string.h>
#include <tlstrail/util/out.h>
#include "utf8.h"

static bool is_plain(uint8_t c)
{
	return c >= 0x20 && c < 0x7f && c != '"' && c != '\\';
}

/* The same of eight bytes at once: the first term has a high bit where a byte
 * is not ASCII; where all are, a carry or borrow into the high bit tells of
 * DEL, of a control, and of a zero, which is where a quote or a backslash
 * stood. */
static bool are_plain(const uint8_t *p)
{
	const uint64_t ones = UINT64_C(0x0101010101010101);
	uint64_t x;

	memcpy(&x, p, sizeof(x));
	const uint64_t quote = x ^ ones * '"', slash = x ^ ones * '\\';
	const uint64_t bad = x | (x + ones) | (x - ones * 0x20) |
			     (quote - ones) | (slash - ones);

	return (bad & ones * 0x80) == 0;
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

bool tt_out_json(struct tt_out *o, struct tt_slice s)
{
	bool has_bad = false;
	size_t from = 0, i = 0;

	if (o->filter)
		s = o->filter->apply(o->filter->ctx, s);
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
