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

struct walk {
	struct tt_slice block;
	size_t at;
	uint8_t line_end; /* '\n', or '\r' where bare CRs end lines */
	struct tt_arena *arena;
	struct tt_diags *diags;
	struct tt_header *h;
};

struct line {
	struct tt_slice text; /* without its line end */
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

/* Past the line that begins at w->at; where its last byte but its end stands
 * behind.  There is a byte left. */
static const uint8_t *pass_line(struct walk *w, bool *is_ended_r)
{
	const uint8_t *const from = w->block.p + w->at;
	const uint8_t *const end =
		memchr(from, w->line_end, w->block.n - w->at);

	*is_ended_r = end != NULL;
	w->at = end ? (size_t)(end - w->block.p) + 1 : w->block.n;
	return end ? end : w->block.p + w->block.n;
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

static bool next_line(struct walk *w, struct line *line_r)
{
	/* before any sum: a block of no bytes may have no address */
	if (w->at == w->block.n)
		return false;
	line_r->off = w->at;
	const uint8_t *const end = pass_line(w, &line_r->is_ended);

	line_r->text = line_text(w, w->block.p + line_r->off, end);
	return true;
}

static bool is_fold_byte(uint8_t c)
{
	return c == ' ' || c == '\t';
}

static bool is_name_byte(uint8_t c)
{
	return c > 32 && c < 127 && c != ':';
}

/* How many of the eight bytes at p are name bytes before the first that is
 * none (util/out_json.c tells how: no carry reaches that one, as the bytes
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

/* The value goes on to the end of the last folded line.  A line is looked at
 * before it is read: most of them begin a field. */
static void take_folds(struct walk *w, struct tt_field *f)
{
	const uint8_t *from = NULL, *end = NULL;

	while (w->at < w->block.n && is_fold_byte(w->block.p[w->at])) {
		from = w->block.p + w->at;
		end = pass_line(w, &f->is_complete);
	}
	if (!from)
		return;
	const struct tt_slice last = line_text(w, from, end);

	f->value = tt_slice_from(f->value.p, last.p + last.n);
}

static void skip_folds(struct walk *w)
{
	struct tt_field none = { .value = { w->block.p, 0 } };

	take_folds(w, &none);
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

static void add_field(struct walk *w, const struct line *line, size_t name)
{
	size_t colon = name;
	struct tt_field f = { .off = line->off,
			      .is_complete = line->is_ended };

	while (colon < line->text.n && line->text.p[colon] != ':')
		colon++;
	if (colon != name)
		tt_diag_add(w->diags, TT_DIAG_space_before_colon, line->off,
			    NULL);
	f.name = tt_slice_sub(line->text, 0, name);
	f.value = tt_slice_sub(line->text, colon + 1, line->text.n);
	f.value_off = line->off + colon + 1;
	take_folds(w, &f);
	bound_value(w, &f);
	*tt_vec_push(w->arena, &w->h->fields) = f;
}

/* Is the line a field?  Its name's length, else 0. */
static size_t field_name(struct tt_slice text)
{
	const size_t name = name_length(text);
	size_t colon = name;

	while (colon < text.n && is_fold_byte(text.p[colon]))
		colon++;
	return colon < text.n && text.p[colon] == ':' ? name : 0;
}

static void take_line(struct walk *w, const struct line *line)
{
	const struct tt_slice text = line->text;
	const size_t name = field_name(text);

	if (name && text.p[0] == '>') {
		tt_diag_add(w->diags, TT_DIAG_quoted_field, line->off, NULL);
	} else if (name) {
		add_field(w, line, name);
		return;
	} else if (tt_slice_istarts(text, TT_S("From ")) ||
		   tt_slice_istarts(text, TT_S(">From "))) {
		tt_diag_add(w->diags, TT_DIAG_from_line, line->off, NULL);
	} else if (text.n && is_fold_byte(text.p[0])) {
		tt_diag_add(w->diags, TT_DIAG_orphan_fold, line->off, NULL);
	} else if (text.n) {
		tt_diag_add(w->diags, TT_DIAG_no_colon, line->off, NULL);
	}
	skip_folds(w);
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
			  .arena = arena,
			  .diags = diags,
			  .h = header_r };
	struct line line;

	*header_r = (struct tt_header){ 0 };
	skip_lead(&w);
	if (ends_in_bare_cr(tt_slice_sub(block, w.at, block.n)))
		w.line_end = '\r';
	while (next_line(&w, &line)) {
		if (header_r->fields.n >= TT_MAX_header_fields) {
			tt_diag_limit(diags, TT_DIAG_fields_cut,
				      TT_LIM_header_fields, line.off, 0);
			header_r->is_cut = true;
			break;
		}
		take_line(&w, &line);
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
