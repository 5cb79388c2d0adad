/* paste_chars.c - what was encoded or replaced byte by byte
 *
 * UTF-16, quoted-printable, HTML entities, spaces that are no spaces, quotes
 * and dashes of a word processor.  An encoder that encodes a character does
 * so everywhere: =XX and &...; are decoded only where the character itself
 * does not stand bare in the stamps, so a HELO that spells a parenthesis in
 * digits never becomes one. */
#include "paste_text.h"

/* ---- UTF-16 ---- */

static int utf16_order(struct tt_slice s)
{
	size_t n[2] = { 0, 0 };

	if (s.n >= 2 && s.p[0] == 0xff && s.p[1] == 0xfe)
		return 1;
	if (s.n >= 2 && s.p[0] == 0xfe && s.p[1] == 0xff)
		return 2;
	for (size_t i = 0; i < s.n && i < 512; i++)
		n[i & 1] += s.p[i] == 0;
	const size_t half = (s.n < 512 ? s.n : 512) / 2;

	if (half < 8)
		return 0;
	if (n[1] > half * 3 / 4 && n[0] < half / 8)
		return 1;
	return n[0] > half * 3 / 4 && n[1] < half / 8 ? 2 : 0;
}

static unsigned unit(const struct tt_text *t, size_t i, int order)
{
	return order == 1 ? (unsigned)(t->b[i] | t->b[i + 1] << 8) :
			    (unsigned)(t->b[i] << 8 | t->b[i + 1]);
}

static void put_utf8(struct tt_repairs *r, unsigned c, size_t i, size_t j)
{
	if (c < 0x80) {
		tt_put_as(r, (uint8_t)c, i, j);
		return;
	}
	if (c < 0x800) {
		tt_put_as(r, (uint8_t)(0xc0 | c >> 6), i, j);
	} else {
		if (c < 0x10000) {
			tt_put_as(r, (uint8_t)(0xe0 | c >> 12), i, j);
		} else {
			tt_put_as(r, (uint8_t)(0xf0 | c >> 18), i, j);
			tt_put_as(r, (uint8_t)(0x80 | (c >> 12 & 63)), i, j);
		}
		tt_put_as(r, (uint8_t)(0x80 | (c >> 6 & 63)), i, j);
	}
	tt_put_as(r, (uint8_t)(0x80 | (c & 63)), i, j);
}

void tt_paste_utf16(struct tt_repairs *r)
{
	const struct tt_text *const t = &r->text;
	const int order = utf16_order((struct tt_slice){ t->b, t->n });

	if (!order)
		return;
	tt_repair_note(r, TT_DIAG_paste_utf16, 0);
	tt_repairs_begin(r);
	for (size_t i = 0; i + 1 < t->n; i += 2) {
		const size_t at = i;
		unsigned c = unit(t, i, order);

		if (c >= 0xd800 && c < 0xdc00 && i + 3 < t->n) {
			const unsigned low = unit(t, i + 2, order);

			if (low >= 0xdc00 && low < 0xe000) {
				c = 0x10000 + ((c - 0xd800) << 10) +
				    (low - 0xdc00);
				i += 2;
			}
		}
		if (c != 0xfeff)
			put_utf8(r, c, at, i + 2);
	}
	tt_repairs_turn(r);
}

/* CRLF, and CR where there is no LF at all, become LF. */
void tt_paste_ends(struct tt_repairs *r)
{
	const struct tt_text *const t = &r->text;
	const struct tt_slice all = { t->b, t->n };
	const bool has_lf = tt_slice_chr(all, '\n') != SIZE_MAX;

	tt_repairs_begin(r);
	for (size_t i = 0; i < t->n; i++) {
		if (t->b[i] != '\r') {
			tt_put(r, i);
			continue;
		}
		size_t j = i;

		while (j < t->n && t->b[j] == '\r')
			j++;
		if (!has_lf)
			tt_put_as(r, '\n', i, i + 1);
		else if (j == t->n || t->b[j] != '\n')
			tt_put(r, i);
		else
			i = j - 1;
	}
	tt_repairs_turn(r);
}

/* ---- which characters stand bare in the stamps ---- */

static size_t last_stamp(struct tt_slice all)
{
	static const uint8_t name[] = "Received:";
	size_t last = 0;

	for (size_t i = 0; i + sizeof(name) - 1 <= all.n; i++)
		if (all.p[i] == 'R' &&
		    memcmp(all.p + i, name, sizeof(name) - 1) == 0)
			last = i;
	return last;
}

/* The blank line below the last stamp, or the end of the text: what stands
 * encoded behind it may be a body that was written so. */
static size_t header_end(struct tt_repairs *r)
{
	const struct tt_slice all = { r->text.b, r->text.n };
	const size_t last = last_stamp(all);
	const size_t n = tt_slice_find(tt_slice_sub(all, last, all.n),
				       TT_S("\n\n"));

	return n == SIZE_MAX ? all.n : last + n;
}

static bool has_encoded(struct tt_slice s, uint8_t lead,
			size_t (*encoded)(struct tt_slice, unsigned *))
{
	size_t at;
	unsigned value;

	while ((at = tt_slice_chr(s, lead)) != SIZE_MAX) {
		s = tt_slice_sub(s, at, s.n);
		if (encoded(s, &value))
			return true;
		s = tt_slice_sub(s, 1, s.n);
	}
	return false;
}

/* Marks every byte value of the text from its first stamp to the end of its
 * last, less what the encoding itself needs.  Quoting is no text. */
static void mark_bare(struct tt_repairs *r, bool bare_r[256], uint8_t lead,
		      size_t (*encoded)(struct tt_slice, unsigned *))
{
	const struct tt_slice all = { r->text.b, header_end(r) };
	const size_t first = tt_slice_ifind(all, TT_S("Received"));
	bool is_start = true;

	for (size_t i = 0; i < 256; i++)
		bare_r[i] = false;
	for (size_t i = first == SIZE_MAX ? 0 : first; i < all.n; i++) {
		const uint8_t c = all.p[i];
		unsigned value;

		if (c == lead) {
			const size_t n = encoded(
				tt_slice_sub(all, i, all.n), &value);

			if (n) {
				is_start = false;
				i += n - 1;
				continue;
			}
		}
		if (!is_start || (c != '>' && c != '|'))
			bare_r[c] = true;
		is_start = c == '\n' ||
			   (is_start && (c == '>' || c == ' ' || c == '|'));
	}
}

/* ---- quoted-printable ---- */

static size_t soft_break(struct tt_slice s)
{
	size_t n = 1;

	while (n < s.n && (s.p[n] == ' ' || s.p[n] == '\t'))
		n++;
	return n < s.n && s.p[n] == '\n' ? n + 1 : 0;
}

/* =XX or a soft line break; its length. */
static size_t qp_length(struct tt_slice s, unsigned *value_r)
{
	*value_r = 0;
	if (s.n >= 3 && tt_hex(s.p[1]) >= 0 && tt_hex(s.p[2]) >= 0) {
		*value_r = (unsigned)(tt_hex(s.p[1]) * 16 + tt_hex(s.p[2]));
		return 3;
	}
	return s.n == 1 ? 1 : soft_break(s);
}

/* Quoting that the line before carries as well. */
static size_t quote_length(struct tt_slice s)
{
	size_t n = 0, past = 0;

	while (n < s.n && (s.p[n] == ' ' || s.p[n] == '>' || s.p[n] == '|')) {
		n++;
		if (s.p[n - 1] != ' ')
			past = n;
	}
	return past && past < s.n && s.p[past] == ' ' ? past + 1 : past;
}

/* Text of the sender, who may write what looks encoded. */
static bool is_free_text(struct tt_slice line)
{
	static const char *const names[] = { "Subject", "From",	 "To",
					     "Cc",	"Sender", "Reply-To",
					     "Comments", "Thread-Topic" };
	const struct tt_slice name =
		tt_slice_sub(line, 0, tt_line_name(line));

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (tt_slice_ieq(name, tt_slice_str(names[i])))
			return true;
	return false;
}

static bool is_qp_text(struct tt_repairs *r, const bool bare[256])
{
	const struct tt_slice all = { r->text.b, header_end(r) };
	size_t n_code = 0, n_soft = 0, line = 0;
	bool is_free = false;

	if (bare['='])
		return false;
	for (size_t i = 0; i < all.n; i++) {
		const struct tt_slice rest = tt_slice_sub(all, i, all.n);
		unsigned c;

		if (i == line) {
			const struct tt_slice text = tt_slice_sub(
				rest, quote_length(rest), rest.n);

			if (tt_line_name(text))
				is_free = is_free_text(text);
		}
		if (all.p[i] == '\n')
			line = i + 1;
		if (all.p[i] != '=' || is_free)
			continue;
		const size_t n = qp_length(rest, &c);

		n_code += n == 3 && c == '=';
		if (n && n < 3 + (c == 0) && i > line) {
			const struct tt_slice next =
				tt_slice_sub(rest, n, rest.n);

			n_soft++;
			if (n_code == 0 && tt_line_is_stamp(next))
				return false;
		}
	}
	return n_code > 0 || n_soft > 1;
}

void tt_paste_qp(struct tt_repairs *r)
{
	const struct tt_slice all = { r->text.b, r->text.n };
	bool bare[256];
	size_t line = 0;

	if (tt_slice_chr(all, '=') == SIZE_MAX)
		return;
	mark_bare(r, bare, '=', qp_length);
	if (!is_qp_text(r, bare))
		return;
	tt_repairs_begin(r);
	for (size_t i = 0; i < all.n; i++) {
		const struct tt_slice rest = tt_slice_sub(all, i, all.n);
		unsigned c = 0;
		size_t n = all.p[i] == '=' ? qp_length(rest, &c) : 0;
		const bool is_code = n == 3 && tt_hex(all.p[i + 1]) >= 0;

		if (all.p[i] == '\n')
			line = i + 1;
		/* A space is encoded at the end of a line only. */
		const bool is_last = (c == ' ' || c == '\t') &&
				     i + n < all.n && all.p[i + n] == '\n';

		if (n == 0 || (is_code && (c < 32 || bare[c]) && !is_last &&
			       c < 128)) {
			tt_put(r, i);
			continue;
		}
		tt_repair_note(r, TT_DIAG_paste_quoted_printable, i);
		if (is_code) {
			tt_put_as(r, (uint8_t)c, i, i + 3);
		} else {
			const struct tt_slice now =
				tt_slice_sub(all, line, i - line);
			const struct tt_slice next =
				tt_slice_sub(rest, n, rest.n);

			line = i + n;
			if (quote_length(now))
				n += quote_length(next);
		}
		i += n - 1;
	}
	tt_repairs_turn(r);
}

/* ---- HTML entities ---- */

static const struct {
	const char *name;
	unsigned c;
} entities[] = {
	{ "lt;", '<' },	     { "gt;", '>' },	 { "amp;", '&' },
	{ "quot;", '"' },    { "apos;", '\'' },	 { "nbsp;", 0xa0 },
	{ "lpar;", '(' },    { "rpar;", ')' },	 { "plus;", '+' },
	{ "colon;", ':' },   { "equals;", '=' }, { "commat;", '@' },
	{ "lowbar;", '_' },  { "period;", '.' }, { "semi;", ';' },
	{ "lsqb;", '[' },    { "rsqb;", ']' },	 { "sol;", '/' },
	{ "ndash;", 0x2013 }, { "mdash;", 0x2014 }, { "ensp;", 0x2002 },
	{ "emsp;", 0x2003 }, { "thinsp;", 0x2009 }, { "Tab;", 9 },
	{ "ldquo;", 0x201c }, { "rdquo;", 0x201d }, { "lsquo;", 0x2018 },
	{ "rsquo;", 0x2019 }, { "shy;", 0xad },	 { "NewLine;", 10 },
};

static size_t number_entity(struct tt_slice s, unsigned *value_r)
{
	const bool is_hex = s.n > 2 && (s.p[2] == 'x' || s.p[2] == 'X');
	size_t n = is_hex ? 3 : 2;
	const size_t begin = n;
	unsigned v = 0;

	while (n < s.n && n < begin + 6) {
		const int d = tt_hex(s.p[n]);

		if (d < 0 || (!is_hex && d > 9))
			break;
		v = v * (is_hex ? 16 : 10) + (unsigned)d;
		n++;
	}
	*value_r = v;
	return n > begin && n < s.n && s.p[n] == ';' && v >= 9 &&
			       v < 0x110000 ?
		       n + 1 :
		       0;
}

static size_t entity_length(struct tt_slice s, unsigned *value_r)
{
	if (s.n > 3 && s.p[1] == '#')
		return number_entity(s, value_r);
	for (size_t i = 0; i < sizeof(entities) / sizeof(entities[0]); i++) {
		const struct tt_slice name = tt_slice_str(entities[i].name);

		if (tt_slice_eq(tt_slice_sub(s, 1, name.n), name)) {
			*value_r = entities[i].c;
			return name.n + 1;
		}
	}
	return 0;
}

void tt_paste_entities(struct tt_repairs *r)
{
	const struct tt_slice all = { r->text.b, r->text.n };
	bool bare[256];

	if (!has_encoded(tt_slice_sub(all, 0, header_end(r)), '&',
			 entity_length))
		return;
	mark_bare(r, bare, '&', entity_length);
	/* Who encodes tabs encodes spaces; who encodes parentheses, which
	 * need it nowhere, encodes what every stamp has. */
	bare['\t'] |= bare[' '];
	bare['\n'] |= tt_slice_chr(all, '\n') != SIZE_MAX;
	bare['('] |= bare[';'] && bare['+'] && bare[':'];
	bare[')'] |= bare['('];
	tt_repairs_begin(r);
	for (size_t i = 0; i < all.n; i++) {
		unsigned c = 0;
		const size_t n = all.p[i] == '&' ?
					 entity_length(tt_slice_sub(all, i,
								    all.n),
						       &c) :
					 0;

		if (n == 0 || (c < 128 && bare[c])) {
			tt_put(r, i);
			continue;
		}
		tt_repair_note(r, TT_DIAG_paste_entities, i);
		put_utf8(r, c, i, i + n);
		i += n - 1;
	}
	tt_repairs_turn(r);
}

/* ---- characters that stand for ASCII ones ---- */

#define GONE 0 /* the character has no width */

static const struct {
	uint16_t first, last;
	uint8_t as;
	enum tt_diag_code code;
} likes[] = {
	{ 0x00a0, 0x00a0, ' ', TT_DIAG_paste_spaces },
	{ 0x00ad, 0x00ad, GONE, TT_DIAG_paste_spaces },
	{ 0x1680, 0x1680, ' ', TT_DIAG_paste_spaces },
	{ 0x180e, 0x180e, GONE, TT_DIAG_paste_spaces },
	{ 0x2000, 0x200a, ' ', TT_DIAG_paste_spaces },
	{ 0x200b, 0x200f, GONE, TT_DIAG_paste_spaces },
	{ 0x2010, 0x2015, '-', TT_DIAG_paste_quotes },
	{ 0x2018, 0x201b, '\'', TT_DIAG_paste_quotes },
	{ 0x201c, 0x201f, '"', TT_DIAG_paste_quotes },
	{ 0x2028, 0x2029, '\n', TT_DIAG_paste_spaces },
	{ 0x202a, 0x202e, GONE, TT_DIAG_paste_spaces },
	{ 0x202f, 0x202f, ' ', TT_DIAG_paste_spaces },
	{ 0x205f, 0x205f, ' ', TT_DIAG_paste_spaces },
	{ 0x2060, 0x2069, GONE, TT_DIAG_paste_spaces },
	{ 0x2212, 0x2212, '-', TT_DIAG_paste_quotes },
	{ 0x3000, 0x3000, ' ', TT_DIAG_paste_spaces },
	{ 0xfeff, 0xfeff, GONE, TT_DIAG_paste_spaces },
};

/* One UTF-8 sequence, or a byte of Latin-1. */
static size_t sequence(struct tt_slice s, unsigned *c_r)
{
	const uint8_t *const p = s.p;

	if (s.n > 1 && (p[0] & 0xe0) == 0xc0 && (p[1] & 0xc0) == 0x80) {
		*c_r = (unsigned)((p[0] & 31) << 6 | (p[1] & 63));
		return 2;
	}
	if (s.n > 2 && (p[0] & 0xf0) == 0xe0 && (p[1] & 0xc0) == 0x80 &&
	    (p[2] & 0xc0) == 0x80) {
		*c_r = (unsigned)((p[0] & 15) << 12 | (p[1] & 63) << 6 |
				  (p[2] & 63));
		return 3;
	}
	*c_r = p[0];
	if (s.n > 3 && (p[0] & 0xf8) == 0xf0 && (p[1] & 0xc0) == 0x80)
		return 4; /* none of them stands for an ASCII one */
	return 1;
}

/* Where lines end as they should, another end is a sender's. */
static void look_for_lines(struct tt_repairs *r)
{
	const struct tt_slice all = { r->text.b, r->text.n };

	r->has_lines = tt_slice_chr(all, '\n') != SIZE_MAX;
}

static bool put_like(struct tt_repairs *r, size_t i, size_t *n_r,
		     bool is_note)
{
	unsigned c;

	*n_r = sequence((struct tt_slice){ r->text.b + i, r->text.n - i },
			&c);
	for (size_t k = 0; k < sizeof(likes) / sizeof(likes[0]); k++) {
		if (c < likes[k].first || c > likes[k].last)
			continue;
		if (is_note)
			tt_repair_note(r, likes[k].code, i);
		if (likes[k].as == '\n' && r->has_lines)
			tt_put_as(r, ' ', i, i + *n_r);
		else if (likes[k].as != GONE)
			tt_put_as(r, likes[k].as, i, i + *n_r);
		return true;
	}
	return false;
}

/* Before a field name, and up to its colon: there no letter but ASCII
 * belongs, whatever the field. */
void tt_paste_spaces(struct tt_repairs *r)
{
	const struct tt_text *const t = &r->text;
	const size_t header = header_end(r);
	bool is_lead = true;

	look_for_lines(r);
	tt_repairs_begin(r);
	for (size_t i = 0; i < t->n; i++) {
		const uint8_t c = t->b[i];
		size_t n = 1;

		if (c >= 0x80) {
			unsigned v;

			n = sequence((struct tt_slice){ t->b + i, t->n - i },
				     &v);
			if (i < header &&
			    (is_lead || (!r->has_lines &&
					 (v == 0x2028 || v == 0x2029))) &&
			    put_like(r, i, &n, true)) {
				is_lead |= !r->has_lines;
				i += n - 1;
				continue;
			}
		}
		tt_put_run(r, i, i + n);
		i += n - 1;
		is_lead = c == '\n' ||
			  (is_lead && (c <= ' ' || c == '>' || c == '|' ||
				       tt_is_digit(c)));
	}
	tt_repairs_turn(r);
}

/* A sender's word may hold a space that is none: "from x<nbsp>with<nbsp>ESMTPS
 * (...) by y with SMTP".  Does the stamp say more with plain ones: a clause
 * twice, or one before by, where no server writes it? */
static bool has_new_clause(struct tt_repairs *r, size_t begin)
{
	struct tt_arena arena = { 0 };
	struct tt_slice bare, word;
	struct tt_diags diags;
	struct tt_stamp s;
	size_t n_by = 0, n_with = 0, n_early = 0;
	struct tt_slice value = tt_slice_from(r->spare.b + begin,
					      r->spare.b + r->spare.n);

	value = tt_slice_sub(value, tt_slice_chr(value, ':') + 1, value.n);
	tt_diags_init(&diags, &arena);
	tt_stamp_split(&s, value, 0, &arena, &diags);
	for (bare = s.bare; (word = tt_first_word(bare)).n > 0;) {
		const bool is_with = tt_slice_ieq(word, TT_S("with"));

		n_by += tt_slice_ieq(word, TT_S("by"));
		n_with += is_with;
		n_early += n_by == 0 && (is_with ||
					 tt_slice_ieq(word, TT_S("tls")) ||
					 tt_slice_ieq(word, TT_S("via")));
		bare = tt_slice_from(word.p + word.n, bare.p + bare.n);
	}
	tt_arena_release(&arena);
	return n_by > 1 || n_with > 1 || (n_by && n_early);
}

static bool is_of_tls(struct tt_slice word)
{
	static const char *const names[] = { "tls", "ssl", "smtps", "smtpsa",
					     "cipher" };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (tt_slice_ifind(word, tt_slice_str(names[i])) != SIZE_MAX)
			return true;
	return false;
}

/* What a sender says has no plain space in it.  A run of text between two of
 * them that holds a changed character and a word of TLS may be his, a marker
 * spelled with odd spaces; where all spaces are odd ones, the paste's. */
struct odd_word {
	size_t begin; /* in the spare text */
	bool is_changed, has_inner, is_of_tls, has_plain;
};

/* Neither indentation nor the space behind the field's name or a number that
 * begins a line. */
static bool is_inside_line(const struct tt_repairs *r, size_t i)
{
	const uint8_t *const b = r->text.b;

	if (b[i] != ' ')
		return false;
	while (i > 0 && tt_is_digit(b[i - 1]))
		i--;
	return i > 0 && !tt_is_space(b[i - 1]) && b[i - 1] != ':';
}

static void end_word(const struct tt_repairs *r, struct odd_word *w)
{
	const struct tt_slice word = { r->spare.b + w->begin,
				       r->spare.n - w->begin };

	w->is_of_tls |= w->has_inner && is_of_tls(word);
	w->begin = r->spare.n;
	w->is_changed = w->has_inner = false;
}

/* One character, changed or not; before it the spare text had n bytes.  What
 * has no width parts words wherever it stands. */
static void see_change(const struct tt_repairs *r, struct odd_word *w,
		       bool is_changed, size_t n)
{
	w->has_inner |= is_changed && r->spare.n == n;
	w->is_changed |= is_changed && n > w->begin;
}

/* Byte i, which stays as it is. */
static void see_byte(const struct tt_repairs *r, struct odd_word *w, size_t i)
{
	if (!tt_is_space(r->text.b[i])) {
		w->has_inner |= w->is_changed;
		return;
	}
	end_word(r, w);
	w->has_plain |= is_inside_line(r, i);
}

/* A field: lines [k, past). */
static void put_field(struct tt_repairs *r, size_t k, size_t past)
{
	const struct tt_line *const last = &r->lines.list.v[past - 1];
	const size_t off = r->lines.list.v[k].off;
	const size_t stop = last->off + last->n;
	const size_t end = stop + (stop < r->text.n);
	const struct tt_repair_note spaces = r->note[TT_DIAG_paste_spaces];
	const struct tt_repair_note quotes = r->note[TT_DIAG_paste_quotes];
	const struct tt_slice line = tt_line_text(r, k);
	const bool is_free = is_free_text(line);
	const size_t begin = r->spare.n;
	struct odd_word word = { .begin = begin };
	bool is_changed = false;

	for (size_t i = off; i < end;) {
		size_t n = 1;
		const size_t spare = r->spare.n;
		const bool is_like = !is_free && r->text.b[i] >= 0x80 &&
				     put_like(r, i, &n, true);

		if (!is_like) {
			see_byte(r, &word, i);
			tt_put_run(r, i, i + n);
		}
		see_change(r, &word, is_like, spare);
		is_changed |= is_like;
		i += n;
	}
	end_word(r, &word);
	if (!is_changed || !tt_line_is_stamp(line) ||
	    !((word.is_of_tls && word.has_plain) ||
	      has_new_clause(r, begin)))
		return;
	r->note[TT_DIAG_paste_spaces] = spaces;
	r->note[TT_DIAG_paste_quotes] = quotes;
	tt_repair_note(r, TT_DIAG_paste_unsure, off);
	r->spare.n = begin;
	tt_put_run(r, off, end);
}

/* In fields whose values are for machines. */
void tt_paste_chars(struct tt_repairs *r)
{
	tt_lines_cut(r);
	look_for_lines(r);
	tt_repairs_begin(r);
	for (size_t k = 0, past; k < r->lines.list.n; k = past) {
		past = k + 1;
		while (past < r->lines.list.n &&
		       tt_line_indent(tt_line_text(r, past)) > 0)
			past++;
		put_field(r, k, past);
	}
	tt_repairs_turn(r);
}
