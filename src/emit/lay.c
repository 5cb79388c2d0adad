/* lay - text laid out in columns
 *
 * Width is at least MIN_WIDTH whatever the terminal says. Each call costs
 * time linear in its bytes; a line holds at most `width` columns, of which
 * the last is used. */
#include "lay.h"

#define MIN_WIDTH 20

void tt_lay_init(struct tt_lay *l, struct tt_out *out, size_t width,
		 bool has_color)
{
	*l = (struct tt_lay){
		.out = out,
		.width = width < MIN_WIDTH ? MIN_WIDTH : width,
		.has_color = has_color,
	};
}

void tt_lay_end(struct tt_lay *l)
{
	l->gap = NULL;
	if (l->col == 0)
		return;
	tt_out_str(l->out, "\n");
	l->col = 0;
}

void tt_lay_line(struct tt_lay *l, size_t indent)
{
	tt_lay_end(l);
	l->indent = indent < l->width / 2 ? indent : l->width / 2;
}

void tt_lay_to(struct tt_lay *l, size_t col)
{
	l->gap = NULL;
	if (col > l->col) {
		tt_out_pad(l->out, ' ', col - l->col);
		l->col = col;
	}
}

void tt_lay_tint(struct tt_lay *l, enum tt_tint tint)
{
	/* Select Graphic Rendition (ECMA-48, 8.3.117), the eight colours
	 * every terminal has; brightness is left to the reader's theme. */
	static const char *const codes[TT_TINT_COUNT] = {
		[TT_TINT_NONE] = "\033[0m",   [TT_TINT_BOLD] = "\033[1m",
		[TT_TINT_DIM] = "\033[2m",    [TT_TINT_GOOD] = "\033[32m",
		[TT_TINT_BAD] = "\033[1;31m", [TT_TINT_DOUBT] = "\033[33m",
	};

	if (!l->has_color || (tint == TT_TINT_NONE && !l->is_tinted))
		return;
	tt_out_str(l->out, codes[tint]);
	l->is_tinted = tint != TT_TINT_NONE;
}

void tt_lay_gap(struct tt_lay *l, const char *gap)
{
	l->gap = gap;
}

static void wrap(struct tt_lay *l)
{
	tt_lay_end(l);
	tt_lay_to(l, l->indent);
}

/* A piece longer than a line: as much as fits, again and again. */
static void put_long(struct tt_lay *l, struct tt_slice s)
{
	while (s.n) {
		const size_t room = l->width > l->col ? l->width - l->col : 0;
		struct tt_slice part = tt_text_cut(s, room);

		if (part.n == 0 && l->col > l->indent) {
			wrap(l);
			continue;
		}
		/* The widest sign, \\u10ffff, fits half of MIN_WIDTH, so this
		 * only keeps the loop from standing still. */
		if (part.n == 0)
			part = s;
		tt_out_text(l->out, part);
		l->col += tt_text_width(part);
		s = tt_slice_sub(s, part.n, s.n);
	}
}

/* Wraps where `width` columns more do not fit this line, else pays the gap. */
static void make_room(struct tt_lay *l, size_t width)
{
	const struct tt_slice gap = l->gap ? tt_slice_str(l->gap) :
					     TT_NO_SLICE;
	const size_t gap_width = gap.n ? tt_text_width(gap) : 0;

	if (l->col > l->indent && l->col + gap_width + width > l->width) {
		wrap(l);
	} else if (gap_width) {
		tt_out_bytes(l->out, gap);
		l->col += gap_width;
	}
	l->gap = NULL;
}

/* Of that width. */
static void put(struct tt_lay *l, struct tt_slice s, size_t width)
{
	make_room(l, width);
	if (l->col + width > l->width) {
		put_long(l, s);
		return;
	}
	tt_out_text(l->out, s);
	l->col += width;
}

void tt_lay_put(struct tt_lay *l, struct tt_slice s)
{
	if (s.n)
		put(l, s, tt_text_width(s));
}

void tt_lay_put_in(struct tt_lay *l, const char *before, struct tt_slice s,
		   const char *after)
{
	const struct tt_slice b = tt_slice_str(before), a = tt_slice_str(after);

	make_room(l, tt_text_width(b) + tt_text_width(s) + tt_text_width(a));
	put_long(l, b);
	put_long(l, s);
	put_long(l, a);
}

void tt_lay_text(struct tt_lay *l, struct tt_slice s)
{
	size_t i = 0;

	while (i < s.n) {
		const size_t from = i;

		while (i < s.n && !tt_is_space(s.p[i]))
			i++;
		if (i > from)
			tt_lay_put(l, tt_slice_sub(s, from, i - from));
		if (i < s.n)
			tt_lay_gap(l, " ");
		while (i < s.n && tt_is_space(s.p[i]))
			i++;
	}
}

void tt_lay_str(struct tt_lay *l, const char *s)
{
	tt_lay_text(l, tt_slice_str(s));
}

#define DOTS TT_S("\xe2\x80\xa6") /* U+2026, one column */

void tt_lay_cut(struct tt_lay *l, struct tt_slice s, size_t width)
{
	const size_t whole = tt_text_width(s);

	if (width == 0 || s.n == 0)
		return;
	if (whole <= width) {
		put(l, s, whole);
		return;
	}
	tt_lay_put(l, tt_text_cut(s, width - 1));
	tt_out_bytes(l->out, DOTS);
	l->col++;
}

void tt_lay_cut_front(struct tt_lay *l, struct tt_slice s, size_t width)
{
	const size_t whole = tt_text_width(s);

	if (width == 0 || s.n == 0)
		return;
	if (whole <= width) {
		put(l, s, whole);
		return;
	}
	/* A column is at most four bytes, so the end is looked at only. */
	size_t from = s.n > 4 * width ? s.n - 4 * width : 0;

	while (from < s.n &&
	       ((s.p[from] & 0xc0) == 0x80 ||
		tt_text_width(tt_slice_sub(s, from, s.n)) > width - 1))
		from++;
	const struct tt_slice end = tt_slice_sub(s, from, s.n);

	tt_lay_put(l, DOTS);
	tt_out_text(l->out, end);
	l->col += tt_text_width(end);
}

void tt_lay_rule(struct tt_lay *l, const char *sign, size_t n)
{
	while (n--) {
		tt_out_str(l->out, sign);
		l->col++;
	}
}
