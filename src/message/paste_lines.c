/* paste_lines.c - what was put before and between lines, or cut them
 *
 * Quoting, bars and line numbers, indentation, doubled line ends, a wrap at a
 * fixed width.  The first stamp of the least decorated kind says which of
 * them there are: lines that are quoted deeper than it belong to another
 * mail, and so do lines that lack its decoration. */
#include "paste_text.h"

enum decor { DECOR_NONE, DECOR_QUOTE, DECOR_BAR, DECOR_NUMBER };

/* ---- decoration of one line ---- */

static size_t bar_at(struct tt_slice s)
{
	/* U+2502, U+2503, U+00A6 */
	static const char *const bars[] = { "|", "\xe2\x94\x82",
					    "\xe2\x94\x83", "\xc2\xa6" };

	for (size_t i = 0; i < sizeof(bars) / sizeof(bars[0]); i++) {
		const struct tt_slice bar = tt_slice_str(bars[i]);

		if (tt_slice_eq(tt_slice_sub(s, 0, bar.n), bar))
			return bar.n;
	}
	return 0;
}

/* 12: 12. 12) [12] #12 | and a tab or space alone. */
static size_t number_at(struct tt_slice s, uint64_t *number_r)
{
	size_t n = 0;
	uint64_t v = 0;

	while (n < s.n && n < 2 &&
	       (s.p[n] == '[' || s.p[n] == '#' || s.p[n] == '('))
		n++;
	const size_t begin = n;

	while (n < s.n && n < begin + 7 && tt_is_digit(s.p[n]))
		v = v * 10 + (uint64_t)(s.p[n++] - '0');
	if (n == begin || n == begin + 7)
		return 0;
	*number_r = v;
	if (n == s.n)
		return n;
	size_t sep = n;

	while (sep < s.n && s.p[sep] == ' ')
		sep++;
	const struct tt_slice rest = tt_slice_sub(s, sep, s.n);
	const size_t bar = bar_at(rest);

	if (bar)
		return sep + bar;
	if (n < s.n && (s.p[n] == ':' || s.p[n] == '.' || s.p[n] == ')' ||
			s.p[n] == ']' || s.p[n] == '>'))
		return n + 1;
	return s.p[n] == ' ' || s.p[n] == '\t' ? n + (s.p[n] == '\t') : 0;
}

/* Length of one decoration of that kind at the line's beginning, the space
 * behind it left. */
static size_t decor_at(struct tt_slice line, enum decor kind,
		       uint64_t *number_r)
{
	const size_t in = tt_line_indent(line);
	const struct tt_slice s = tt_slice_sub(line, in, line.n);
	size_t n = 0;

	*number_r = 0;
	if (s.n == 0)
		return 0;
	if (kind == DECOR_QUOTE)
		n = s.p[0] == '>';
	else if (kind == DECOR_BAR)
		n = bar_at(s);
	else if (kind == DECOR_NUMBER)
		n = number_at(s, number_r);
	return n ? in + n : 0;
}

static enum decor kind_of(struct tt_slice line, size_t *n_r)
{
	uint64_t number;

	for (enum decor k = DECOR_QUOTE; k <= DECOR_NUMBER; k++) {
		*n_r = decor_at(line, k, &number);
		if (*n_r)
			return k;
	}
	return DECOR_NONE;
}

/* How many decorations stand before a stamp; -1: no stamp. */
static int stamp_depth(struct tt_slice line)
{
	for (int depth = 0; depth < 8; depth++) {
		const struct tt_slice s =
			tt_slice_sub(line, tt_line_indent(line), line.n);
		size_t n;

		if (tt_line_is_stamp(s))
			return depth;
		if (kind_of(line, &n) == DECOR_NONE)
			return -1;
		line = tt_slice_sub(line, n, line.n);
	}
	return -1;
}

/* The first line of the least decorated stamps. */
static size_t find_anchor(struct tt_repairs *r, int *depth_r)
{
	size_t best = SIZE_MAX;

	*depth_r = -1;
	for (size_t i = 0; i < r->lines.list.n; i++) {
		const int d = stamp_depth(tt_line_text(r, i));

		if (d >= 0 && (*depth_r < 0 || d < *depth_r)) {
			*depth_r = d;
			best = i;
		}
		if (*depth_r == 0)
			break;
	}
	return best;
}

/* ---- one layer of decoration ---- */

struct layer {
	enum decor kind;
	size_t space; /* bytes of space behind it that belong to it */
	size_t first, past;
	int depth;
};

static bool is_in_layer(struct tt_repairs *r, const struct layer *l, size_t i,
			uint64_t *last, bool is_down)
{
	const struct tt_slice line = tt_line_text(r, i);
	uint64_t number;

	if (tt_line_is_blank(line))
		return true;
	if (!decor_at(line, l->kind, &number))
		return l->kind == DECOR_NUMBER && tt_line_indent(line) > 0;
	if (l->kind == DECOR_NUMBER) {
		if (is_down ? number <= *last || number > *last + 3 :
			      number >= *last || number + 3 < *last)
			return tt_line_indent(line) > 0 && is_down;
		*last = number;
	}
	return true;
}

static void find_layer(struct tt_repairs *r, struct layer *l, size_t anchor)
{
	const struct tt_slice line = tt_line_text(r, anchor);
	size_t n;
	uint64_t number, last;

	l->kind = kind_of(line, &n);
	const struct tt_slice rest = tt_slice_sub(line, n, line.n);

	l->space = tt_line_indent(rest);
	if (l->kind != DECOR_NUMBER && l->space > 1)
		l->space = 1;
	(void)decor_at(line, l->kind, &number);
	last = number;
	for (l->first = anchor;
	     l->first > 0 && is_in_layer(r, l, l->first - 1, &last, false);)
		l->first--;
	last = number;
	for (l->past = anchor + 1;
	     l->past < r->lines.list.n &&
	     is_in_layer(r, l, l->past, &last, true);)
		l->past++;
}

/* A line without decoration in the middle of a field, or stamps below that
 * are no deeper than these: were they of the same header? */
static void tell_lost(struct tt_repairs *r, const struct layer *l)
{
	if (l->past < r->lines.list.n &&
	    !tt_line_is_blank(tt_line_text(r, l->past)) &&
	    !tt_line_is_blank(tt_line_text(r, l->past - 1))) {
		tt_repair_note(r, TT_DIAG_paste_unsure,
			       r->lines.list.v[l->past].off);
		return;
	}
	for (size_t i = l->past; i < r->lines.list.n; i++) {
		const int d = stamp_depth(tt_line_text(r, i));

		if (d >= 0 && d <= l->depth) {
			tt_repair_note(r, TT_DIAG_paste_unsure,
				       r->lines.list.v[i].off);
			return;
		}
	}
}

/* The text is the layer's lines without it; what stood around is page text,
 * or another mail. */
static void strip_layer(struct tt_repairs *r, const struct layer *l)
{
	const enum tt_diag_code code = l->kind == DECOR_QUOTE ?
					       TT_DIAG_paste_unquoted :
					       TT_DIAG_paste_line_numbers;

	tt_repairs_begin(r);
	if (l->first > 0)
		tt_repair_note(r, TT_DIAG_paste_page_text, 0);
	if (l->past < r->lines.list.n)
		tt_repair_note(r, TT_DIAG_paste_page_text,
			       r->lines.list.v[l->past].off);
	tell_lost(r, l);
	for (size_t i = l->first; i < l->past; i++) {
		const struct tt_line *const at = &r->lines.list.v[i];
		const struct tt_slice line = tt_line_text(r, i);
		const size_t end = at->off + at->n;
		uint64_t number;
		size_t n = decor_at(line, l->kind, &number);

		if (n) {
			const size_t in = tt_line_indent(
				tt_slice_sub(line, n, line.n));

			tt_repair_note(r, code, at->off);
			n += in < l->space ? in : l->space;
		}
		tt_put_run(r, at->off + n, end + (end < r->text.n));
	}
	tt_repairs_turn(r);
}

void tt_paste_prefixes(struct tt_repairs *r)
{
	for (int round = 0; round < 8; round++) {
		struct layer l;
		int depth;

		tt_lines_cut(r);
		const size_t anchor = find_anchor(r, &depth);

		if (depth < 1)
			return;
		l.depth = depth;
		find_layer(r, &l, anchor);
		strip_layer(r, &l);
	}
}

/* ---- every line end doubled ---- */

/* Each line from the first stamp to the last is followed by a blank one. */
static bool is_doubled(struct tt_repairs *r, size_t *first_r)
{
	size_t first = SIZE_MAX, last = 0, n = 0;

	for (size_t i = 0; i < r->lines.list.n; i++) {
		const struct tt_slice s = tt_line_text(r, i);

		if (!tt_line_is_stamp(tt_slice_sub(s, tt_line_indent(s),
						   s.n)))
			continue;
		if (first == SIZE_MAX)
			first = i;
		last = i;
	}
	if (first == SIZE_MAX)
		return false;
	while (last + 2 < r->lines.list.n &&
	       tt_line_is_blank(tt_line_text(r, last + 1)) &&
	       !tt_line_is_blank(tt_line_text(r, last + 2)))
		last += 2;
	for (size_t i = first; i < last; i++, n++)
		if (tt_line_is_blank(tt_line_text(r, i)) !=
		    ((i - first) % 2 == 1))
			return false;
	*first_r = first;
	return n > 3;
}

void tt_paste_double(struct tt_repairs *r)
{
	size_t first;
	bool is_after = false;

	tt_lines_cut(r);
	if (!is_doubled(r, &first))
		return;
	while (first >= 2 && tt_line_is_blank(tt_line_text(r, first - 1)) &&
	       !tt_line_is_blank(tt_line_text(r, first - 2)))
		first -= 2;
	tt_repairs_begin(r);
	for (size_t i = 0; i < r->lines.list.n; i++) {
		const struct tt_line *const l = &r->lines.list.v[i];
		const size_t end = l->off + l->n;

		if (i >= first && is_after &&
		    tt_line_is_blank(tt_line_text(r, i))) {
			tt_repair_note(r, TT_DIAG_paste_blank_lines, l->off);
			is_after = false;
			continue;
		}
		is_after = i >= first && !tt_line_is_blank(tt_line_text(r, i));
		tt_put_run(r, l->off, end + (end < r->text.n));
	}
	tt_repairs_turn(r);
}

/* ---- indentation ---- */

void tt_paste_indent(struct tt_repairs *r)
{
	size_t least = SIZE_MAX;

	tt_lines_cut(r);
	for (size_t i = 0; i < r->lines.list.n; i++) {
		const struct tt_slice s = tt_line_text(r, i);
		const size_t in = tt_line_indent(s);

		if (in < least && tt_line_is_stamp(tt_slice_sub(s, in, s.n)))
			least = in;
	}
	if (least == 0 || least == SIZE_MAX)
		return;
	tt_repairs_begin(r);
	for (size_t i = 0; i < r->lines.list.n; i++) {
		const struct tt_line *const l = &r->lines.list.v[i];
		const size_t in = tt_line_indent(tt_line_text(r, i));
		const size_t end = l->off + l->n;

		if (in)
			tt_repair_note(r, TT_DIAG_paste_indent, l->off);
		tt_put_run(r, l->off + (in < least ? in : least),
			   end + (end < r->text.n));
	}
	tt_repairs_turn(r);
}

/* ---- a wrap at a fixed width ---- */

struct wrap {
	enum decor kind; /* what stands before every line that is whole */
	size_t width;  /* of the longest line that was broken */
	size_t n, n_full; /* broken lines; those of that width */
	size_t n_folds; /* lines still folded, of stamps */
	bool is_over; /* a longer line is whole */
};

/* Does line i go on in the next one, which has lost its fold? */
static bool is_broken(struct tt_repairs *r, size_t i, enum decor kind)
{
	if (i + 1 >= r->lines.list.n)
		return false;
	const struct tt_slice a = tt_line_text(r, i);
	const struct tt_slice b = tt_line_text(r, i + 1);
	uint64_t number;

	return !tt_line_is_blank(a) && b.n && tt_line_indent(b) == 0 &&
	       !tt_line_name(b) && decor_at(b, DECOR_QUOTE, &number) == 0 &&
	       (kind == DECOR_NONE || decor_at(b, kind, &number) == 0);
}

/* The line without its first decoration and one space, and without what the
 * others before its text are. */
static struct tt_slice undecorated(struct tt_slice line, enum decor kind)
{
	uint64_t number;

	if (kind == DECOR_NONE)
		return line;
	for (size_t n; (n = decor_at(line, kind, &number)) > 0;
	     line = tt_slice_sub(line, n, line.n))
		if (kind == DECOR_NUMBER)
			return tt_slice_sub(line, n + 1, line.n);
	return line.n && *line.p == ' ' ? tt_slice_sub(line, 1, line.n) : line;
}

static size_t columns(struct tt_slice s)
{
	size_t n = 0;

	for (size_t i = 0; i < s.n; i++)
		n += (s.p[i] & 0xc0) != 0x80;
	return n;
}

/* Only stamps count: the lines of a signature are all of one length. */
static struct wrap find_wrap(struct tt_repairs *r)
{
	struct wrap w = { 0 };
	bool is_stamp = false;
	int depth;
	size_t skip;
	const size_t anchor = find_anchor(r, &depth);

	if (depth > 0)
		w.kind = kind_of(tt_line_text(r, anchor), &skip);

	for (int pass = 0; pass < 2; pass++)
		for (size_t i = 0; i < r->lines.list.n; i++) {
			const struct tt_slice s = tt_line_text(r, i);
			const size_t n = columns(s);

			const struct tt_slice bare = undecorated(s, w.kind);

			if (tt_line_name(bare))
				is_stamp = tt_line_is_stamp(bare);
			else if (s.n == 0)
				is_stamp = false;
			if (!is_stamp)
				continue;
			if (pass == 0) {
				if (is_broken(r, i, w.kind) && n > w.width)
					w.width = n;
				continue;
			}
			const bool is_cut = is_broken(r, i, w.kind);

			w.n_folds += tt_line_indent(bare) > 0;
			w.is_over |= n > w.width;
			w.n += is_cut;
			w.n_full += is_cut && n == w.width;
		}
	return w;
}

static bool is_usual(size_t width)
{
	static const size_t usual[] = { 64, 65, 66, 68, 70, 72, 74,  75,  76,
					77, 78, 79, 80, 90, 96, 100, 120, 132 };

	for (size_t i = 0; i < sizeof(usual) / sizeof(usual[0]); i++)
		if (usual[i] == width)
			return true;
	return false;
}

/* Writes the text with broken lines of that width joined. */
static void join_wrap(struct tt_repairs *r, const struct wrap *w)
{
	tt_repairs_begin(r);
	for (size_t i = 0; i < r->lines.list.n; i++) {
		const struct tt_line *const l = &r->lines.list.v[i];
		const size_t end = l->off + l->n;
		const bool is_joined =
			columns(tt_line_text(r, i)) == w->width &&
			is_broken(r, i, w->kind);

		if (is_joined)
			tt_repair_note(r, TT_DIAG_paste_rewrapped, end);
		tt_put_run(r, l->off, end + (!is_joined && end < r->text.n));
	}
}

/* With a space at each break: what the text reads like if folds were lost. */
static size_t score_folded(struct tt_repairs *r, enum decor kind)
{
	struct tt_arena arena = { 0 };
	uint8_t *const b = tt_arena_alloc(&arena, r->text.n * 2 + 1);
	size_t n = 0;

	for (size_t i = 0; i < r->lines.list.n; i++) {
		const struct tt_slice s = tt_line_text(r, i);

		if (i && is_broken(r, i - 1, kind))
			b[n++] = ' ';
		if (s.n)
			memcpy(b + n, s.p, s.n);
		n += s.n;
		b[n++] = '\n';
	}
	const size_t score = tt_text_score((struct tt_slice){ b, n }, &arena);

	tt_arena_release(&arena);
	return score;
}

static size_t score_joined(struct tt_repairs *r)
{
	struct tt_arena arena = { 0 };
	const struct tt_slice s = { r->spare.b, r->spare.n };
	const size_t score = tt_text_score(s, &arena);

	tt_arena_release(&arena);
	return score;
}

void tt_paste_wrap(struct tt_repairs *r)
{
	tt_lines_cut(r);
	const struct wrap w = find_wrap(r);
	const struct tt_repair_note before = r->note[TT_DIAG_paste_rewrapped];

	if (w.n == 0 || w.width < 40 || w.is_over)
		return;
	const bool is_pure = w.n_full == w.n;
	const bool is_sure = (is_pure && w.n_folds && is_usual(w.width)) ||
			     (is_pure && w.n > 2);

	if (!is_sure && !(is_usual(w.width) && w.n_full > 1))
		return;
	join_wrap(r, &w);
	const size_t joined = score_joined(r), folded = score_folded(r, w.kind);

	if (is_sure ? joined >= folded : joined > folded) {
		tt_repairs_turn(r);
		return;
	}
	r->note[TT_DIAG_paste_rewrapped] = before;
	if (joined == folded)
		tt_repair_note(r, TT_DIAG_paste_unsure, r->lines.list.v[0].off);
}
