/* lay.h - text laid out in columns
 *
 * Pieces are put one after the other and wrap to `indent`; a piece that is
 * longer than a line is broken hard, so nothing is lost. Evidence and our
 * own words go the same way, through tt_out_text(). Colour is kept in one
 * table and takes no columns. */
#ifndef TLSTRAIL_EMIT_LAY_H
#define TLSTRAIL_EMIT_LAY_H

#include <tlstrail/util.h>

enum tt_tint {
	TT_TINT_NONE,
	TT_TINT_BOLD,
	TT_TINT_DIM,
	TT_TINT_GOOD,
	TT_TINT_BAD,
	TT_TINT_DOUBT,
	TT_TINT_COUNT,
};

struct tt_lay {
	struct tt_out *out;
	size_t width;
	size_t indent; /* of lines that wrap */
	size_t col;
	bool has_color;
	bool is_tinted;
	const char *gap; /* owed before the next piece of this line */
};

void tt_lay_init(struct tt_lay *l, struct tt_out *out, size_t width,
		 bool has_color);

/* Ends the line if one has begun. */
void tt_lay_end(struct tt_lay *l);
/* Ends it and begins one at column 0 that wraps to `indent`. */
void tt_lay_line(struct tt_lay *l, size_t indent);
/* Spaces up to the column; nothing if it is passed. */
void tt_lay_to(struct tt_lay *l, size_t col);

/* Colour from here on; NONE ends it. */
void tt_lay_tint(struct tt_lay *l, enum tt_tint tint);

/* What stands between the last piece and the next, if they share a line. */
void tt_lay_gap(struct tt_lay *l, const char *gap);
/* One piece, kept together if it fits a line. */
void tt_lay_put(struct tt_lay *l, struct tt_slice s);
/* The same between signs of ours: "[" ip "]". */
void tt_lay_put_in(struct tt_lay *l, const char *before, struct tt_slice s,
		   const char *after);
/* Words: wraps at spaces. */
void tt_lay_text(struct tt_lay *l, struct tt_slice s);
void tt_lay_str(struct tt_lay *l, const char *s);
/* A beginning that takes at most `width` columns, with U+2026 if cut. */
void tt_lay_cut(struct tt_lay *l, struct tt_slice s, size_t width);
/* The same with the end of s, for paths. */
void tt_lay_cut_front(struct tt_lay *l, struct tt_slice s, size_t width);

/* What a writer with fd -1 has collected; until it is written to again. */
static inline struct tt_slice tt_lay_collected(const struct tt_out *o)
{
	return (struct tt_slice){ o->buf, o->n };
}

/* n times a sign of one column. */
void tt_lay_rule(struct tt_lay *l, const char *sign, size_t n);

#endif
