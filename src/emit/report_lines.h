/* report_lines.h - rows of a name, a bar and numbers, for a terminal */
#ifndef TLSTRAIL_EMIT_REPORT_LINES_H
#define TLSTRAIL_EMIT_REPORT_LINES_H

#include "lay.h"
#include "report_state.h"

struct tt_lines {
	struct tt_lay lay;
	size_t name; /* columns of the first column, its space included */
	/* Taken from the writer: what is laid out is filtered whole, before it
	 * is cut, and once. */
	const struct tt_out_filter *filter;
};
#define TT_LINES_NUMBERS 22 /* columns behind the bar */

void tt_lines_begin(struct tt_lines *l, struct tt_out *out,
		    const struct tt_report_look *look);
/* Gives the writer its filter back. */
void tt_lines_end(struct tt_lines *l);
/* Evidence as it may be shown; borrowed until the next call. */
struct tt_slice tt_lines_filtered(const struct tt_lines *l, struct tt_slice s);
/* An empty line and a heading. */
void tt_lines_title(struct tt_lines *l, const char *title);
/* A paragraph that was collected. */
void tt_lines_text(struct tt_lines *l, const struct tt_out *text);
/* Begins a row; p NULL: `unknown`. */
void tt_lines_name(struct tt_lines *l, struct tt_slice name,
		   const char *unknown, size_t indent);
/* Right-aligned in `width` columns. */
void tt_lines_number(struct tt_lines *l, uint64_t n, size_t width);
void tt_lines_bar(struct tt_lines *l, const struct tt_states *s, size_t width);
size_t tt_lines_bar_width(const struct tt_lines *l);

#endif
