/* out_text.c - evidence made safe to look at
 *
 * Allow-list, not filter: a code point is printed if it is printable text,
 * else spelled out.  The traps are C1 as UTF-8 (C2 9B acts as ESC [ on some
 * terminals), bidi controls (U+202A-202E, U+2066-2069, U+200E/F, U+061C) and
 * U+2028/2029.  A fold (CR LF and the space after it) becomes one space. */
#include <stdio.h>
#include <tlstrail/util/out.h>
#include "ascii.h"
#include "utf8.h"

static bool is_printable(uint32_t c)
{
	static const struct {
		uint32_t from, to;
	} bad[] = {
		{ 0x00, 0x1f },	      { 0x7f, 0x9f },
		{ 0xad, 0xad },	      { 0x61c, 0x61c },
		{ 0x180e, 0x180e },   { 0x200b, 0x200f },
		{ 0x2028, 0x202e },   { 0x2060, 0x206f },
		{ 0xe000, 0xf8ff },   { 0xfe00, 0xfe0f },
		{ 0xfeff, 0xfeff },   { 0xfff0, 0xfffb },
		{ 0xfffe, 0xffff },   { 0xe0000, 0x10ffff },
	};

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (c >= bad[i].from && c <= bad[i].to)
			return false;
	return true;
}

/* One unit of text: how many bytes it takes, how it is shown. */
struct unit {
	size_t n, width;
	struct tt_slice show;
	char spelled[16];
};

static bool is_fold(uint8_t c)
{
	return c == '\r' || c == '\n' || c == '\t';
}

static void next_unit(struct tt_slice s, struct unit *u)
{
	uint32_t c = 0;

	if (is_fold(s.p[0])) {
		u->n = 1;
		while (u->n < s.n && tt_is_space(s.p[u->n]))
			u->n++;
		u->width = 1;
		u->show = TT_S(" ");
		return;
	}
	u->n = tt_utf8_next(s, &c);
	if (u->n && is_printable(c)) {
		u->width = 1;
		u->show = (struct tt_slice){ s.p, u->n };
		return;
	}
	const int w = u->n > 1 ? snprintf(u->spelled, sizeof(u->spelled),
					  "\\u%04x", (unsigned)c) :
				 snprintf(u->spelled, sizeof(u->spelled),
					  "\\x%02x", s.p[0]);

	u->n = u->n ? u->n : 1;
	u->width = (size_t)w;
	u->show = (struct tt_slice){ (const uint8_t *)u->spelled, u->width };
}

/* Bytes of printable ASCII from there on: one column each.  Mostly all are:
 * the last eight are looked at together, some of them again. */
static size_t ascii_run(struct tt_slice s, size_t from)
{
	size_t i = from;

	while (s.n - i >= 8 && !tt_ascii_odd(tt_ascii_eight(s.p + i)))
		i += 8;
	if (i > from && s.n - i < 8 &&
	    !tt_ascii_odd(tt_ascii_eight(s.p + (s.n - 8))))
		i = s.n;
	while (i < s.n && s.p[i] >= 0x20 && s.p[i] < 0x7f)
		i++;
	return i - from;
}

void tt_out_text(struct tt_out *o, struct tt_slice s)
{
	size_t from = 0, i = 0;

	if (o->filter)
		s = o->filter->apply(o->filter->ctx, s);
	while (i < s.n) {
		struct unit u;
		const size_t run = ascii_run(s, i);

		i += run; /* printable ASCII goes out as it is */
		if (run)
			continue;
		tt_out_bytes(o, tt_slice_sub(s, from, i - from));
		next_unit(tt_slice_sub(s, i, s.n), &u);
		tt_out_bytes(o, u.show);
		i += u.n;
		from = i;
	}
	tt_out_bytes(o, tt_slice_sub(s, from, i - from));
}

struct tt_slice tt_text_cut(struct tt_slice s, size_t width)
{
	size_t i = ascii_run(tt_slice_sub(s, 0, width), 0), used = i;

	while (i < s.n) {
		struct unit u;

		next_unit(tt_slice_sub(s, i, s.n), &u);
		if (u.width > width - used)
			break;
		used += u.width;
		i += u.n;
	}
	return tt_slice_sub(s, 0, i);
}

size_t tt_text_width(struct tt_slice s)
{
	size_t used = 0;

	for (size_t i = 0; i < s.n;) {
		const size_t run = ascii_run(s, i);
		struct unit u;

		used += run;
		i += run;
		if (i == s.n)
			break;
		next_unit(tt_slice_sub(s, i, s.n), &u);
		used += u.width;
		i += u.n;
	}
	return used;
}
