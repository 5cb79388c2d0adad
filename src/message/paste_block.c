/* paste_block.c - which lines are the header, and how its fields go on
 *
 * Starts from the first stamp (or, without one, the first known field) and
 * takes fields, folds and lines that lost their fold, upward and downward.
 * A blank line ends the header as ever, unless it stands where no header is
 * complete yet: From and Date were not seen and a known field follows, or
 * every field so far stood apart. */
#include <tlstrail/record.h>

#include "paste_text.h"

enum line_kind { LINE_BLANK, LINE_FIELD, LINE_FOLD, LINE_OTHER };

static enum line_kind kind_of(struct tt_slice line)
{
	if (tt_line_is_blank(line))
		return LINE_BLANK;
	if (tt_line_indent(line))
		return LINE_FOLD;
	return tt_line_name(line) ? LINE_FIELD : LINE_OTHER;
}

static bool is_named(struct tt_slice line, const char *name)
{
	return tt_slice_ieq(tt_slice_sub(line, 0, tt_line_name(line)),
			    tt_slice_str(name));
}

static size_t find_seed(struct tt_repairs *r)
{
	size_t known = SIZE_MAX;

	for (size_t i = 0; i < r->lines.list.n; i++) {
		const struct tt_slice line = tt_line_text(r, i);

		if (tt_line_is_stamp(line))
			return i;
		if (known == SIZE_MAX && tt_line_is_known(line))
			known = i;
	}
	return known;
}

static size_t next_text(struct tt_repairs *r, size_t i)
{
	while (i < r->lines.list.n && tt_line_is_blank(tt_line_text(r, i)))
		i++;
	return i;
}

/* The first line of the header: above the seed, fields without a gap; over
 * a blank line only where the fields below it stand apart as well. */
static size_t find_first(struct tt_repairs *r, size_t seed)
{
	const size_t below = next_text(r, seed + 1);
	bool is_apart = false;
	size_t first = seed;

	for (size_t i = seed + 1; i < below + 1 && i < r->lines.list.n; i++)
		is_apart |= tt_line_is_blank(tt_line_text(r, i));
	for (size_t i = seed; i-- > 0;) {
		const struct tt_slice line = tt_line_text(r, i);
		const enum line_kind kind = kind_of(line);

		if (tt_is_page_title(line) || (kind == LINE_BLANK && !is_apart))
			break;
		if (kind == LINE_FIELD)
			first = i;
		if (kind == LINE_OTHER && is_apart)
			break;
	}
	return first;
}

/* Does the stamp's text end as its date does: +0200, perhaps (CEST)? */
static bool ends_in_date(struct tt_slice s)
{
	s = tt_slice_trim(s);
	if (s.n && s.p[s.n - 1] == ')') {
		while (s.n && s.p[s.n - 1] != '(')
			s.n--;
		s = tt_slice_trim(tt_slice_sub(s, 0, s.n ? s.n - 1 : 0));
	}
	if (s.n < 10 || (s.p[s.n - 5] != '+' && s.p[s.n - 5] != '-'))
		return s.n > 3 &&
		       tt_slice_eq(tt_slice_sub(s, s.n - 3, 3), TT_S("GMT"));
	for (size_t i = s.n - 4; i < s.n; i++)
		if (!tt_is_digit(s.p[i]))
			return false;
	return true;
}

struct walk {
	struct tt_repairs *r;
	size_t i;
	bool has_from, has_date, is_stamp, is_whole;
	size_t n_fields, n_gaps; /* gaps between fields */
	size_t n_lost;		 /* lines without their fold */
};

static bool is_complete(const struct walk *w)
{
	return w->has_from && w->has_date;
}

/* Over the blank lines at w->i: does the header go on behind them? */
static bool goes_on(struct walk *w)
{
	const size_t next = next_text(w->r, w->i);

	if (next == w->r->lines.list.n)
		return false;
	const struct tt_slice line = tt_line_text(w->r, next);
	const enum line_kind kind = kind_of(line);
	const bool is_apart =
		w->n_fields > 2 && w->n_gaps + 1 == w->n_fields;

	/* A line of spaces is a fold (RFC 5322, 4.2), not the end. */
	const bool is_inside = w->is_stamp && !w->is_whole;

	if (kind == LINE_FOLD)
		return w->n_gaps > 0 || is_inside;
	if (kind == LINE_OTHER)
		return is_inside && tt_line_text(w->r, w->i).n > 0;
	if (kind != LINE_FIELD)
		return false;
	return is_apart || (!is_complete(w) &&
			    (tt_line_is_known(line) || w->n_gaps > 0));
}

static void put_line(struct walk *w, bool is_lost)
{
	struct tt_repairs *const r = w->r;
	const struct tt_line *const l = &r->lines.list.v[w->i];
	const size_t end = l->off + l->n;

	if (is_lost) {
		tt_put_space(r, l->off);
		tt_repair_note(r, TT_DIAG_paste_unfolded, l->off);
	}
	tt_put_run(r, l->off, end + (end < r->text.n));
}

/* One line; false: the header ended before it. */
static bool take_line(struct walk *w)
{
	struct tt_repairs *const r = w->r;
	const struct tt_slice line = tt_line_text(r, w->i);
	const enum line_kind kind = kind_of(line);

	if (kind == LINE_BLANK) {
		const size_t next = next_text(r, w->i);

		if (!goes_on(w))
			return false;
		tt_repair_note(r, TT_DIAG_paste_blank_lines,
			       r->lines.list.v[w->i].off);
		w->n_gaps += kind_of(tt_line_text(r, next)) == LINE_FIELD;
		w->i = next;
		return true;
	}
	if (kind == LINE_FIELD) {
		w->n_fields++;
		w->has_from |= is_named(line, "From");
		w->has_date |= is_named(line, "Date");
		w->is_stamp = tt_line_is_stamp(line);
		w->is_whole = false;
	}
	/* Behind its date a stamp has nothing more but a comment. */
	if (kind == LINE_OTHER && w->is_stamp && w->is_whole &&
	    line.p[0] != '(') {
		if (w->i + 1 >= r->lines.list.n ||
		    kind_of(tt_line_text(r, w->i + 1)) != LINE_FIELD)
			return false;
		tt_repair_note(r, TT_DIAG_paste_page_text,
			       r->lines.list.v[w->i++].off);
		return true;
	}
	put_line(w, kind == LINE_OTHER);
	w->is_whole |= w->is_stamp && ends_in_date(line);
	w->i++;
	return true;
}

/* Stamps below what was taken: of another mail, or lost. */
static void look_below(struct walk *w)
{
	struct tt_repairs *const r = w->r;

	for (size_t i = w->i; i < r->lines.list.n; i++)
		if (tt_line_is_stamp(tt_line_text(r, i))) {
			if (!is_complete(w) || w->n_gaps > 0)
				tt_repair_note(r, TT_DIAG_paste_unsure,
					       r->lines.list.v[i].off);
			else if (i == next_text(r, w->i))
				tt_repair_note(r, TT_DIAG_body_like_header,
					       r->lines.list.v[i].off);
			return;
		}
}

void tt_paste_block(struct tt_repairs *r)
{
	struct walk w = { .r = r };

	tt_lines_cut(r);
	const size_t seed = find_seed(r);

	if (seed == SIZE_MAX)
		return;
	w.i = find_first(r, seed);
	if (next_text(r, 0) < w.i)
		tt_repair_note(r, TT_DIAG_paste_page_text, 0);
	tt_repairs_begin(r);
	while (w.i < r->lines.list.n && take_line(&w))
		;
	if (next_text(r, w.i) < r->lines.list.n) {
		r->end = r->text.from[r->lines.list.v[w.i].off];
		if (!tt_line_is_blank(tt_line_text(r, w.i)))
			tt_repair_note(r, TT_DIAG_paste_page_text,
				       r->lines.list.v[w.i].off);
	} else {
		r->end = SIZE_MAX;
	}
	look_below(&w);
	tt_repairs_turn(r);
}
