/* parts_type - what the header of a part says it is (RFC 2045, 2046)
 *
 * Reads three fields of a block by a scan for lines that begin with C.  The
 * parameters are read here and not by GMime: a boundary's bytes count as
 * written, its "'" among them, and there may be ten thousand parts.  Only a
 * parameter in pieces (RFC 2231) goes to GMime.  Labels are the sender's word:
 * nothing is verified or decrypted.  Never fails; linear. */
#include <string.h>

#include <tlstrail/record.h>

#include "mime.h"
#include "parts.h"

/* ---- fields ---- */

struct fields {
	struct tt_slice type, encoding, disposition;
};

static bool ends_line(uint8_t c, bool is_cr)
{
	return c == '\n' || (is_cr && c == '\r');
}

/* Value at the start of `s`, with its folds. */
static struct tt_slice value_of(struct tt_slice s, bool is_cr)
{
	size_t n = 0;

	for (; n < s.n; n++) {
		if (!ends_line(s.p[n], is_cr))
			continue;
		if (n + 1 < s.n && s.p[n] == '\r' && s.p[n + 1] == '\n')
			n++;
		if (n + 1 >= s.n || (s.p[n + 1] != ' ' && s.p[n + 1] != '\t'))
			break;
	}
	return tt_slice_trim(tt_slice_sub(s, 0, n));
}

/* `line` begins the field of that name: takes its value, the first counts. */
static void take_field(struct tt_slice *value, struct tt_slice line,
		       struct tt_slice name, bool is_cr)
{
	if (value->p || !tt_slice_istarts(line, name))
		return;
	size_t n = name.n;

	while (n < line.n && (line.p[n] == ' ' || line.p[n] == '\t'))
		n++;
	if (n < line.n && line.p[n] == ':')
		*value = value_of(tt_slice_sub(line, n + 1, line.n), is_cr);
}

static struct fields find_fields(struct tt_slice block, bool is_cr)
{
	static const struct tt_scan_rule rules[] = {
		{ '\n', 'C', 'c', '\n', 'C', false },
		{ '\r', 'C', 'c', '\n', 'C', false },
	};
	struct fields f = { 0 };

	for (size_t at = 0; at < block.n;) {
		const struct tt_slice line =
			tt_slice_sub(block, at, block.n);

		take_field(&f.type, line, TT_S("Content-Type"), is_cr);
		take_field(&f.encoding, line,
			   TT_S("Content-Transfer-Encoding"), is_cr);
		take_field(&f.disposition, line, TT_S("Content-Disposition"),
			   is_cr);
		at += tt_scan(&rules[is_cr], line) + 1;
	}
	return f;
}

/* "type/subtype" without what follows it. */
static struct tt_slice bare_word(struct tt_slice value)
{
	const struct tt_slice s = tt_slice_trim(value);
	size_t n = 0;

	while (n < s.n && s.p[n] != ';' && s.p[n] != '(' && s.p[n] != '\0' &&
	       !tt_is_space(s.p[n]))
		n++;
	return tt_slice_sub(s, 0, n);
}

/* ---- parameters ---- */

struct param {
	struct tt_slice name, value;
	bool is_escaped; /* the value has backslashes or line ends */
};

/* Index of the '"' that ends a quoted string whose inside is `s`, or s.n. */
static size_t quote_end(struct tt_slice s)
{
	size_t n = 0;

	while (n < s.n && s.p[n] != '"')
		n += s.p[n] == '\\' ? 2 : 1;
	return n < s.n ? n : s.n;
}

static size_t token_end(struct tt_slice s, const char *stops)
{
	size_t n = 0;

	while (n < s.n && !tt_is_space(s.p[n]) &&
	       (s.p[n] == '\0' || !strchr(stops, s.p[n])))
		n++;
	return n;
}

static struct tt_slice skip_space(struct tt_slice s)
{
	while (s.n && (tt_is_space(*s.p) || *s.p == '\0'))
		s = tt_slice_sub(s, 1, s.n);
	return s;
}

/* Reads the value at *rest and goes behind it. */
static void read_value(struct tt_slice *rest, struct param *p)
{
	const bool is_quoted = rest->n && *rest->p == '"';
	const struct tt_slice s = tt_slice_sub(*rest, is_quoted, rest->n);
	const size_t n = is_quoted ? quote_end(s) : token_end(s, ";");

	p->value = tt_slice_sub(s, 0, n);
	p->is_escaped = is_quoted &&
			(tt_slice_chr(p->value, '\\') != SIZE_MAX ||
			 tt_slice_chr(p->value, '\n') != SIZE_MAX);
	*rest = tt_slice_sub(s, n + is_quoted, s.n);
}

/* The parameter behind the next ';'. */
static bool next_param(struct tt_slice *rest, struct param *p)
{
	struct tt_slice s = *rest;

	while (s.n && *s.p != ';') {
		const bool is_quote = *s.p == '"';

		s = tt_slice_sub(s, 1, s.n);
		if (is_quote)
			s = tt_slice_sub(s, quote_end(s) + 1, s.n);
	}
	if (s.n == 0)
		return false;
	s = skip_space(tt_slice_sub(s, 1, s.n));
	const size_t n = token_end(s, "=;");

	*p = (struct param){ .name = tt_slice_sub(s, 0, n) };
	s = skip_space(tt_slice_sub(s, n, s.n));
	if (s.n && *s.p == '=') {
		s = skip_space(tt_slice_sub(s, 1, s.n));
		read_value(&s, p);
	}
	*rest = s;
	return true;
}

static struct tt_slice unescape(struct tt_arena *arena, struct tt_slice s)
{
	uint8_t *const copy = tt_arena_alloc(arena, s.n);
	size_t n = 0;

	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] == '\r' || s.p[i] == '\n')
			continue;
		if (s.p[i] == '\\' && i + 1 < s.n)
			i++;
		copy[n++] = s.p[i];
	}
	return (struct tt_slice){ copy, n };
}

static struct tt_slice param(struct tt_slice value, const char *name,
			     const struct tt_mime_field *where)
{
	const struct tt_slice want = tt_slice_str(name);
	struct tt_slice rest = value;
	struct param p;
	bool has_pieces = false;

	while (next_param(&rest, &p)) {
		if (tt_slice_ieq(p.name, want))
			return tt_slice_trim(p.is_escaped ?
						     unescape(where->arena, p.value) :
						     p.value);
		has_pieces |= p.name.n > want.n && p.name.p[want.n] == '*' &&
			      tt_slice_istarts(p.name, want);
	}
	if (!has_pieces)
		return TT_NO_SLICE;
	struct tt_mime_field f = *where;

	f.value = value;
	return tt_mime_param(&f, name);
}

/* Does a file's name, whole or its last piece, end so? */
static bool has_name(const struct fields *f, struct tt_slice suffix)
{
	struct tt_slice of[] = { f->type, f->disposition };
	struct param p;

	for (size_t i = 0; i < 2; i++)
		while (next_param(&of[i], &p)) {
			const size_t star = tt_slice_chr(p.name, '*');
			const struct tt_slice name =
				tt_slice_sub(p.name, 0, star);

			if ((tt_slice_ieq(name, TT_S("name")) ||
			     tt_slice_ieq(name, TT_S("filename"))) &&
			    tt_slice_iends(tt_slice_trim(p.value), suffix))
				return true;
		}
	return false;
}

/* ---- end to end ---- */

struct meaning {
	const char *text;
	enum tt_end_to_end is;
};

/* RFC 8551 3.2.2: smime-type */
static const struct meaning smime_types[] = {
	{ "enveloped-data", TT_E2E_SMIME },
	{ "authEnveloped-data", TT_E2E_SMIME },
	{ "signed-data", TT_E2E_SMIME_SIGNED },
	{ 0 },
};

/* RFC 1847 2.1: protocol */
static const struct meaning protocols[] = {
	{ "application/pkcs7-signature", TT_E2E_SMIME_SIGNED },
	{ "application/x-pkcs7-signature", TT_E2E_SMIME_SIGNED },
	{ "application/pgp-signature", TT_E2E_PGP_SIGNED },
	{ 0 },
};

/* `is` holds where there is no parameter to ask, or it says nothing. */
static const struct {
	/* RFC 8551 3.2, 3.5; RFC 3156; x- forms: Outlook and older */
	struct meaning type;
	const char *param;
	const struct meaning *values;
} labels[] = {
	{ { "application/pkcs7-mime", TT_E2E_SMIME_UNKNOWN }, "smime-type",
	  smime_types },
	{ { "application/x-pkcs7-mime", TT_E2E_SMIME_UNKNOWN }, "smime-type",
	  smime_types },
	{ { "application/pkcs7-signature", TT_E2E_SMIME_SIGNED }, NULL, NULL },
	{ { "application/x-pkcs7-signature", TT_E2E_SMIME_SIGNED }, NULL,
	  NULL },
	{ { "multipart/signed", TT_E2E_NONE }, "protocol", protocols },
	{ { "multipart/encrypted", TT_E2E_PGP }, NULL, NULL },
	{ { "application/pgp-encrypted", TT_E2E_PGP }, NULL, NULL },
	{ { "application/pgp-signature", TT_E2E_PGP_SIGNED }, NULL, NULL },
};

static enum tt_end_to_end find_meaning(const struct meaning *m,
				       struct tt_slice text,
				       enum tt_end_to_end otherwise)
{
	for (; m->text; m++)
		if (tt_slice_ieq(text, tt_slice_str(m->text)))
			return m->is;
	return otherwise;
}

static enum tt_end_to_end declared(struct tt_slice type, struct tt_slice value,
				   const struct tt_mime_field *where)
{
	for (size_t i = 0; i < sizeof labels / sizeof *labels; i++) {
		if (!tt_slice_ieq(type, tt_slice_str(labels[i].type.text)))
			continue;
		if (!labels[i].param)
			return labels[i].type.is;
		return find_meaning(labels[i].values,
				    param(value, labels[i].param, where),
				    labels[i].type.is);
	}
	return TT_E2E_NONE;
}

/* RFC 9580 6.2: an armour header stands alone at the start of a line; quoted
 * ("> -----BEGIN") it is someone else's message. */
enum tt_end_to_end tt_armour(struct tt_slice line)
{
	static const struct meaning armours[] = {
		{ "MESSAGE-----", TT_E2E_PGP_INLINE },
		{ "SIGNED MESSAGE-----", TT_E2E_PGP_SIGNED_INLINE },
		{ 0 },
	};
	const struct tt_slice begin = TT_S("-----BEGIN PGP ");

	if (line.n < begin.n || memcmp(line.p, begin.p, begin.n) != 0)
		return TT_E2E_NONE;
	for (const struct meaning *m = armours; m->text; m++)
		if (tt_slice_istarts(tt_slice_sub(line, begin.n, line.n),
				     tt_slice_str(m->text)))
			return m->is;
	return TT_E2E_NONE;
}

/* ---- kinds ---- */

/* Types that tell more than their first word. */
static const struct {
	const char *type;
	enum tt_part_kind kind;
} kinds[] = {
	{ "message/rfc822", TT_PART_MESSAGE },
	{ "message/global", TT_PART_MESSAGE },
	{ "text/rfc822-headers", TT_PART_MESSAGE },
	{ "message/global-headers", TT_PART_MESSAGE },
	{ "message/delivery-status", TT_PART_STATUS },
	{ "message/global-delivery-status", TT_PART_STATUS },
};

/* Armour counts in a text that is no attachment, and a missing type is
 * text/plain (RFC 2045 5.2). */
static enum tt_part_kind kind_of(const struct fields *f, struct tt_slice type,
				 bool in_digest)
{
	if (type.n == 0 && in_digest)
		return TT_PART_MESSAGE;
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
		if (tt_slice_ieq(type, tt_slice_str(kinds[i].type)))
			return kinds[i].kind;
	if (tt_slice_istarts(type, TT_S("multipart/")))
		return TT_PART_MULTIPART;
	if (has_name(f, TT_S(".eml")))
		return TT_PART_MESSAGE;
	if (tt_slice_ieq(bare_word(f->disposition), TT_S("attachment")))
		return TT_PART_LEAF;
	return type.n == 0 || tt_slice_istarts(type, TT_S("text/")) ?
		       TT_PART_TEXT :
		       TT_PART_LEAF;
}

void tt_part_look(struct tt_part_type *t, struct tt_slice header, bool is_cr,
		  bool in_digest, const struct tt_mime_field *where)
{
	const struct fields f = find_fields(header, is_cr);
	const struct tt_slice type = bare_word(f.type);

	*t = (struct tt_part_type){
		.kind = kind_of(&f, type, in_digest),
		.coding = tt_coding_of(bare_word(f.encoding)),
		.label = declared(type, f.type, where),
	};
	if (t->kind == TT_PART_MULTIPART) {
		t->boundary = param(f.type, "boundary", where);
		t->is_digest = tt_slice_ieq(type, TT_S("multipart/digest"));
	} else if (t->kind == TT_PART_LEAF) {
		t->is_outlook =
			tt_slice_ieq(type, TT_S("application/vnd.ms-outlook")) ||
			has_name(&f, TT_S(".msg"));
		t->is_tnef =
			tt_slice_ieq(type, TT_S("application/ms-tnef")) ||
			has_name(&f, TT_S("winmail.dat"));
	}
}
