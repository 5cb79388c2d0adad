/* paste_text.h - what the files of the paste repair share
 *
 * A text is bytes, each with the bytes of the paste it came from.  A repair
 * reads one text and writes another; two of them take turns. */
#ifndef MESSAGE_PASTE_TEXT_H
#define MESSAGE_PASTE_TEXT_H

#include <tlstrail/message.h>

struct tt_text {
	uint8_t *b;
	uint32_t *from;
	uint8_t *width;
	size_t n, cap;
};

struct tt_line {
	size_t off, n; /* n without the line end */
};

struct tt_lines {
	TT_VEC(struct tt_line) list;
};

struct tt_repair_note {
	uint64_t n, off;
};

struct tt_repairs {
	struct tt_text text, spare;
	struct tt_lines lines;
	struct tt_arena *arena;
	struct tt_repair_note note[TT_DIAG_COUNT];
	bool has_lines; /* the text has line ends */
	size_t end; /* the header ended before this byte of the last text */
};

/* ---- paste_text.c ---- */

void tt_text_init(struct tt_text *t, struct tt_arena *arena, size_t cap);
/* Begins the next text; tt_repairs_turn() makes it the current one. */
void tt_repairs_begin(struct tt_repairs *r);
void tt_repairs_turn(struct tt_repairs *r);
/* Into the next text: byte i as it is, bytes [i, j) all as c, a space that
 * stands before byte i. */
void tt_put(struct tt_repairs *r, size_t i);
void tt_put_run(struct tt_repairs *r, size_t i, size_t j);
void tt_put_as(struct tt_repairs *r, uint8_t c, size_t i, size_t j);
void tt_put_space(struct tt_repairs *r, size_t i);
/* One repair at byte i. */
void tt_repair_note(struct tt_repairs *r, enum tt_diag_code code, size_t i);

/* Cuts the current text into r->lines. */
void tt_lines_cut(struct tt_repairs *r);
struct tt_slice tt_line_text(const struct tt_repairs *r, size_t i);
bool tt_line_is_blank(struct tt_slice line);
size_t tt_line_indent(struct tt_slice line);
/* Length of the name of a line that plausibly begins a field at its first
 * byte, or 0: a letter, then letters, digits and - _ .; a colon; and space
 * behind it unless the name is a known one. */
size_t tt_line_name(struct tt_slice line);
bool tt_line_is_known(struct tt_slice line);
bool tt_line_is_stamp(struct tt_slice line);
/* How many stamps of the text have both by and date. */
size_t tt_text_score(struct tt_slice text, struct tt_arena *arena);

/* ---- the repairs, in the order they are tried ---- */

void tt_paste_utf16(struct tt_repairs *r);
void tt_paste_ends(struct tt_repairs *r);
void tt_paste_qp(struct tt_repairs *r);
void tt_paste_entities(struct tt_repairs *r);
void tt_paste_spaces(struct tt_repairs *r);
void tt_paste_prefixes(struct tt_repairs *r);
void tt_paste_double(struct tt_repairs *r);
void tt_paste_indent(struct tt_repairs *r);
void tt_paste_wrap(struct tt_repairs *r);
void tt_paste_block(struct tt_repairs *r);
void tt_paste_chars(struct tt_repairs *r);
void tt_paste_order(struct tt_repairs *r);

#endif
