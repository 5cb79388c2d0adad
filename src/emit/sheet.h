/* sheet.h - rows of CSV that a spreadsheet shows and does not run
 *
 * RFC 4180: CR LF after each row, a cell with a comma or a quote in quotes,
 * quotes doubled.  Evidence is spelled out as for a terminal (util/out.h): no
 * cell has a control, a bidi character, a line end, or bytes that are not
 * UTF-8.  A text that a spreadsheet may take for a formula gets a ' before it
 * (see sheet.c); numbers do not.
 *
 * One walk over the cells writes the names and the values, so that neither
 * can be without the other: each call names its column.  Numbers, words and
 * names are ours; texts are evidence. */
#ifndef TLSTRAIL_EMIT_SHEET_H
#define TLSTRAIL_EMIT_SHEET_H

#include <tlstrail/emit.h>

struct tt_sheet {
	struct tt_out *out; /* borrowed */
	struct tt_out cell; /* the text at hand */
	bool is_raw;	    /* no ' before anything */
	bool is_split_flat; /* for readers that split at commas: a space */
	bool is_header;	    /* names, not values */
	size_t n_cells;	    /* in this row */
	size_t n_columns;   /* of the header; 0 before it has ended */
	const char *line_end;
};

void tt_sheet_init(struct tt_sheet *c, const struct tt_emit_options *options);
void tt_sheet_release(struct tt_sheet *c);

/* p NULL and a NULL word are an empty cell. */
void tt_sheet_text(struct tt_sheet *c, const char *name, struct tt_slice v);
void tt_sheet_word(struct tt_sheet *c, const char *name, const char *word);
void tt_sheet_bool(struct tt_sheet *c, const char *name, bool is);
void tt_sheet_i64(struct tt_sheet *c, const char *name, bool has, int64_t v);
void tt_sheet_u64(struct tt_sheet *c, const char *name, bool has, uint64_t v);
void tt_sheet_hash(struct tt_sheet *c, const char *name, bool has,
		 const uint8_t sum[TT_SHA256_LEN]);

/* A cell made of pieces: evidence, our words, a number; tt_sheet_next() before
 * each item of a list puts " | " between them; tt_sheet_list() ends it. */
void tt_sheet_add(struct tt_sheet *c, struct tt_slice v);
void tt_sheet_add_word(struct tt_sheet *c, const char *word);
void tt_sheet_add_u64(struct tt_sheet *c, uint64_t v);
void tt_sheet_next(struct tt_sheet *c, size_t i);
void tt_sheet_list(struct tt_sheet *c, const char *name);

/* A row that has fewer cells than the header is filled with empty ones. */
void tt_sheet_end_row(struct tt_sheet *c);

#endif
