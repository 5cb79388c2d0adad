/* sheet - cells and rows
 *
 * What a spreadsheet takes for a formula: a cell that begins with = + - @ or
 * with one of their full-width forms (Excel of some languages), also behind
 * spaces and quotes, which programs take off.  TAB and CR, at which some
 * begin anew, do not stand in a cell: they are spelled out as a space.  With
 * the ' before it a cell is shown as it is.  Who reads the file takes off the
 * first ' of a cell where what follows would have been given one: nothing is
 * lost. */
#include "sheet.h"

void tt_sheet_init(struct tt_sheet *c, const struct tt_emit_options *options)
{
	*c = (struct tt_sheet){
		.out = options->out,
		.is_raw = options->is_csv_raw,
		.line_end = "\r\n",
	};
	tt_out_init(&c->cell, -1);
}

void tt_sheet_release(struct tt_sheet *c)
{
	tt_out_release(&c->cell);
}

/* ---- what is before a formula, and what begins one ---- */

/* Bytes of the first space or quote, 0: there is none. */
static size_t skipped(struct tt_slice s)
{
	static const char *const blanks[] = {
		" ", "\"", "'", "`",
		"\xc2\xa0",	/* no-break space */
		"\xe1\x9a\x80", /* ogham space */
		"\xe2\x80\x80", "\xe2\x80\x81", "\xe2\x80\x82", "\xe2\x80\x83",
		"\xe2\x80\x84", "\xe2\x80\x85", "\xe2\x80\x86", "\xe2\x80\x87",
		"\xe2\x80\x88", "\xe2\x80\x89", "\xe2\x80\x8a", /* U+2000 on */
		"\xe2\x80\xaf", /* narrow no-break space */
		"\xe2\x81\x9f", /* mathematical space */
		"\xe3\x80\x80", /* ideographic space */
	};

	for (size_t i = 0; i < sizeof(blanks) / sizeof(blanks[0]); i++) {
		const struct tt_slice b = tt_slice_str(blanks[i]);

		if (tt_slice_eq(tt_slice_sub(s, 0, b.n), b))
			return b.n;
	}
	return 0;
}

static bool is_formula(struct tt_slice s)
{
	static const char *const signs[] = {
		"=",		"+",		"-",	        "@",
		"\xef\xbc\x9d", "\xef\xbc\x8b", "\xef\xbc\x8d", "\xef\xbc\xa0",
	};

	/* Nearly all cells, and a row has seventy. */
	if (s.n == 0 || tt_is_alpha(s.p[0]) || tt_is_digit(s.p[0]))
		return false;
	for (size_t n; (n = skipped(s)) > 0;)
		s = tt_slice_sub(s, n, s.n);
	for (size_t i = 0; i < sizeof(signs) / sizeof(signs[0]); i++) {
		const struct tt_slice sign = tt_slice_str(signs[i]);

		if (tt_slice_eq(tt_slice_sub(s, 0, sign.n), sign))
			return true;
	}
	return false;
}

/* ---- one cell ---- */

static void put_quoted(struct tt_out *o, struct tt_slice s)
{
	while (s.n) {
		const size_t at = tt_slice_chr(s, '"');
		const size_t n = at == SIZE_MAX ? s.n : at + 1;

		tt_out_bytes(o, tt_slice_sub(s, 0, n));
		if (at != SIZE_MAX)
			tt_out_bytes(o, TT_S("\""));
		s = tt_slice_sub(s, n, s.n);
	}
}

/* s is safe to look at. */
static void put_cell(struct tt_sheet *c, struct tt_slice s, bool is_text)
{
	const bool is_quoted = tt_slice_chr(s, ',') != SIZE_MAX ||
			       tt_slice_chr(s, '"') != SIZE_MAX;

	if (c->n_cells++)
		tt_out_bytes(c->out, TT_S(","));
	if (is_quoted)
		tt_out_bytes(c->out, TT_S("\""));
	if (is_text && !c->is_raw && is_formula(s))
		tt_out_bytes(c->out, TT_S("'"));
	if (is_quoted)
		put_quoted(c->out, s);
	else
		tt_out_bytes(c->out, s);
	if (is_quoted)
		tt_out_bytes(c->out, TT_S("\""));
}

static void put_name(struct tt_sheet *c, const char *name)
{
	c->cell.n = 0;
	put_cell(c, tt_slice_str(name), false);
}

static void without_commas(struct tt_out *cell)
{
	for (size_t i = 0; i < cell->n; i++)
		if (cell->buf[i] == ',')
			cell->buf[i] = ' ';
}

static void end_cell(struct tt_sheet *c, const char *name, bool is_text)
{
	if (c->is_header) {
		put_name(c, name);
		return;
	}
	if (c->is_split_flat)
		without_commas(&c->cell);
	put_cell(c, (struct tt_slice){ c->cell.buf, c->cell.n }, is_text);
	c->cell.n = 0;
}

/* ---- by kind ---- */

void tt_sheet_text(struct tt_sheet *c, const char *name, struct tt_slice v)
{
	tt_sheet_add(c, v);
	end_cell(c, name, true);
}

void tt_sheet_word(struct tt_sheet *c, const char *name, const char *word)
{
	tt_sheet_add_word(c, word);
	end_cell(c, name, true);
}

void tt_sheet_bool(struct tt_sheet *c, const char *name, bool is)
{
	tt_sheet_word(c, name, is ? "true" : "false");
}

void tt_sheet_i64(struct tt_sheet *c, const char *name, bool has, int64_t v)
{
	if (has)
		tt_out_i64(&c->cell, v);
	end_cell(c, name, false);
}

void tt_sheet_u64(struct tt_sheet *c, const char *name, bool has, uint64_t v)
{
	if (has)
		tt_out_u64(&c->cell, v);
	end_cell(c, name, false);
}

void tt_sheet_hash(struct tt_sheet *c, const char *name, bool has,
		 const uint8_t sum[TT_SHA256_LEN])
{
	char text[TT_SHA256_HEX];

	if (has) {
		tt_sha256_hex(sum, text);
		tt_out_str(&c->cell, text);
	}
	end_cell(c, name, false);
}

void tt_sheet_add(struct tt_sheet *c, struct tt_slice v)
{
	if (c->is_header || !v.p)
		return;
	c->cell.filter = c->out->filter; /* --redact */
	tt_out_text(&c->cell, v);
}

void tt_sheet_add_word(struct tt_sheet *c, const char *word)
{
	if (word)
		tt_out_str(&c->cell, word);
}

void tt_sheet_add_u64(struct tt_sheet *c, uint64_t v)
{
	tt_out_u64(&c->cell, v);
}

void tt_sheet_next(struct tt_sheet *c, size_t i)
{
	if (i)
		tt_out_bytes(&c->cell, TT_S(" | "));
}

void tt_sheet_list(struct tt_sheet *c, const char *name)
{
	end_cell(c, name, true);
}

void tt_sheet_end_row(struct tt_sheet *c)
{
	if (c->is_header)
		c->n_columns = c->n_cells;
	while (c->n_cells < c->n_columns)
		put_cell(c, TT_NO_SLICE, false);
	tt_out_str(c->out, c->line_end);
	c->n_cells = 0;
}
