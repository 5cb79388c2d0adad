/* header.c - one header block into fields
 *
 * Walks the block once.  A field is a line "name:value" and the lines after
 * it that begin with space or tab (RFC 5322, 2.2).  Line ends are LF or CRLF;
 * bare CRs are line ends only where the block has no LF at all: in an LF file
 * a CR inside a value, the first one too, must not let a sender begin a field
 * of his own.
 *
 * Every damage becomes a diag with its offset, and the walk goes on.  Bounded
 * by TT_MAX_header_fields and TT_MAX_header_value; linear. */
#include <string.h>
#include <tlstrail/message.h>

#include "field_ends.h"

/* Fields whose ends are found at a time. */
#define ENDS 64

struct walk {
	struct tt_slice block;
	size_t at;
	size_t end[ENDS], n_ends, next_end; /* LFs only */
	uint8_t line_end; /* '\n', or '\r' where bare CRs end lines */
	struct tt_arena *arena;
	struct tt_diags *diags;
	struct tt_header *h;
};

/* A line and the folds behind it. */
struct lines {
	struct tt_slice text; /* without the last one's end */
	size_t off;
	bool is_ended;
};

static bool ends_in_bare_cr(struct tt_slice block)
{
	/* Nearly every block has an LF, in its first line. */
	if (tt_slice_chr(block, '\n') != SIZE_MAX)
		return false;
	const size_t cr = tt_slice_chr(block, '\r');

	if (cr == SIZE_MAX)
		return false;
	while (block.n > 1 && block.p[block.n - 1] == '\r')
		block.n--;
	return cr + 1 >= block.n || block.p[cr + 1] != '\r';
}

static bool is_fold_byte(uint8_t c)
{
	return c == ' ' || c == '\t';
}

/* Where the last of the lines that begin at w->at ends; the block's length, if
 * it does not. */
static size_t end_of_lines(struct walk *w)
{
	if (w->next_end == w->n_ends && w->n_ends == ENDS) {
		w->n_ends = tt_field_ends(w->block, w->at, w->end, ENDS);
		w->next_end = 0;
	}
	return w->next_end < w->n_ends ? w->end[w->next_end++] : w->block.n;
}

/* The same where bare CRs end lines. */
static size_t end_by_cr(const struct walk *w)
{
	const struct tt_slice s = w->block;
	size_t at = w->at;

	while (at < s.n && (s.p[at] != '\r' ||
			    (at + 1 < s.n && is_fold_byte(s.p[at + 1]))))
		at++;
	return at;
}

/* The bytes up to a line's end, without the CRs before an LF. */
static struct tt_slice line_text(const struct walk *w, const uint8_t *from,
				 const uint8_t *end)
{
	if (w->line_end == '\n')
		while (end > from && end[-1] == '\r')
			end--;
	return (struct tt_slice){ from, (size_t)(end - from) };
}

static bool next_lines(struct walk *w, struct lines *lines_r)
{
	/* before any sum: a block of no bytes may have no address */
	if (w->at == w->block.n)
		return false;
	const size_t end = w->line_end == '\n' ? end_of_lines(w) :
						 end_by_cr(w);

	lines_r->off = w->at;
	lines_r->is_ended = end < w->block.n;
	lines_r->text =
		line_text(w, w->block.p + w->at, w->block.p + end);
	w->at = end + lines_r->is_ended;
	return true;
}

static struct tt_slice first_line(const struct walk *w, struct tt_slice text)
{
	const size_t n = tt_slice_chr(text, w->line_end);

	return n == SIZE_MAX ? text : line_text(w, text.p, text.p + n);
}

static bool is_name_byte(uint8_t c)
{
	return c > 32 && c < 127 && c != ':';
}

/* How many of the eight bytes at p are name bytes before the first that is
 * none (util/ascii.h tells how: no carry reaches that one, as the bytes
 * below it are good).  Names are long (X-MS-Exchange-...), and most fields are
 * of no other interest. */
static size_t name_bytes(const uint8_t *p)
{
	const uint64_t ones = UINT64_C(0x0101010101010101);
	uint64_t x;

	memcpy(&x, p, sizeof(x));
	if (__BYTE_ORDER__ != __ORDER_LITTLE_ENDIAN__)
		x = __builtin_bswap64(x);
	const uint64_t bad = (x | (x + ones) | (x - ones * 33) |
			      ((x ^ ones * ':') - ones)) &
			     ones * 0x80;

	return bad ? (size_t)__builtin_ctzll(bad) / 8 : 8;
}

/* Length of a field name (RFC 5322: 33-126 without the colon). */
static size_t name_length(struct tt_slice text)
{
	size_t n = 0;

	while (text.n - n >= 8) {
		const size_t more = name_bytes(text.p + n);

		n += more;
		if (more < 8)
			return n;
	}
	while (n < text.n && is_name_byte(text.p[n]))
		n++;
	return n;
}

static void bound_value(struct walk *w, struct tt_field *f)
{
	if (f->value.n <= TT_MAX_header_value)
		return;
	tt_diag_limit(w->diags, TT_DIAG_value_cut, TT_LIM_header_value,
		      f->value_off, f->value.n);
	f->value.n = (size_t)TT_MAX_header_value;
	f->is_cut = true;
}

static void add_field(struct walk *w, const struct lines *lines, size_t name)
{
	const struct tt_slice text = lines->text;
	size_t colon = name;
	struct tt_field f = { .off = lines->off,
			      .is_complete = lines->is_ended };

	while (colon < text.n && text.p[colon] != ':')
		colon++;
	if (colon != name)
		tt_diag_add(w->diags, TT_DIAG_space_before_colon, f.off, NULL);
	f.name = tt_slice_sub(text, 0, name);
	f.value = tt_slice_sub(text, colon + 1, text.n);
	f.value_off = f.off + colon + 1;
	bound_value(w, &f);
	*tt_vec_push(w->arena, &w->h->fields) = f;
}

/* Do the lines begin a field?  Its name's length, else 0. */
static size_t field_name(struct tt_slice text)
{
	const size_t name = name_length(text);
	size_t colon = name;

	while (colon < text.n && is_fold_byte(text.p[colon]))
		colon++;
	return colon < text.n && text.p[colon] == ':' ? name : 0;
}

/* What is no field; folds behind it are not told of. */
static void tell_line(struct walk *w, struct tt_slice line, size_t off)
{
	if (tt_slice_istarts(line, TT_S("From ")) ||
	    tt_slice_istarts(line, TT_S(">From ")))
		tt_diag_add(w->diags, TT_DIAG_from_line, off, NULL);
	else if (line.n && is_fold_byte(line.p[0]))
		tt_diag_add(w->diags, TT_DIAG_orphan_fold, off, NULL);
	else if (line.n)
		tt_diag_add(w->diags, TT_DIAG_no_colon, off, NULL);
}

static void take_lines(struct walk *w, const struct lines *lines)
{
	const size_t name = field_name(lines->text);

	if (name == 0)
		tell_line(w, first_line(w, lines->text), lines->off);
	else if (lines->text.p[0] == '>')
		tt_diag_add(w->diags, TT_DIAG_quoted_field, lines->off, NULL);
	else
		add_field(w, lines, name);
}

/* Byte order mark and blank lines before the first field. */
static void skip_lead(struct walk *w)
{
	if (w->block.n >= 3 && memcmp(w->block.p, "\xef\xbb\xbf", 3) == 0) {
		tt_diag_add(w->diags, TT_DIAG_bom, 0, NULL);
		w->at = 3;
	}
	const size_t from = w->at;

	while (w->at < w->block.n && (w->block.p[w->at] == '\n' ||
				      w->block.p[w->at] == '\r'))
		w->at++;
	if (w->at > from)
		tt_diag_add(w->diags, TT_DIAG_blank_lead, from, NULL);
}

void tt_header_slice(struct tt_header *header_r, struct tt_slice block,
		     struct tt_arena *arena, struct tt_diags *diags)
{
	struct walk w = { .block = block,
			  .line_end = '\n',
			  .n_ends = ENDS,
			  .next_end = ENDS,
			  .arena = arena,
			  .diags = diags,
			  .h = header_r };
	struct lines lines;

	*header_r = (struct tt_header){ 0 };
	skip_lead(&w);
	if (ends_in_bare_cr(tt_slice_sub(block, w.at, block.n)))
		w.line_end = '\r';
	while (next_lines(&w, &lines)) {
		if (header_r->fields.n >= TT_MAX_header_fields) {
			tt_diag_limit(diags, TT_DIAG_fields_cut,
				      TT_LIM_header_fields, lines.off, 0);
			header_r->is_cut = true;
			break;
		}
		take_lines(&w, &lines);
	}
	if (header_r->fields.n == 0)
		tt_diag_add(diags, TT_DIAG_no_header, 0, NULL);
}

const struct tt_field *tt_header_find(const struct tt_header *h,
				      const char *name)
{
	const struct tt_slice want = tt_slice_str(name);

	for (size_t i = 0; i < h->fields.n; i++)
		if (tt_slice_ieq(h->fields.v[i].name, want))
			return &h->fields.v[i];
	return NULL;
}
