/* identity - who a message says it is
 *
 * Message-ID, From, Subject, To and Date of the first field of each name
 * (all of To), and what the top Content-Type declares about encryption from
 * end to end.  Everything here is the sender's word.  GMime is called only
 * where a field needs it (mime*.c); pure ASCII goes past it.  Never fails on
 * content: a missing field leaves n 0, an unreadable one stays as written. */
#include "mime.h"

/* What every field's reader needs. */
struct reader {
	const struct tt_header *h;
	struct tt_arena *arena;
	struct tt_diags *diags;
};

static struct tt_mime_field field_of(const struct reader *r,
				     const struct tt_field *f)
{
	return (struct tt_mime_field){
		.value = f->value,
		.off = f->value_off,
		.arena = r->arena,
		.diags = r->diags,
	};
}

/* First field of that name, one line, decoded. */
static struct tt_slice read_text(const struct reader *r, const char *name)
{
	const struct tt_field *const f = tt_header_find(r->h, name);

	if (!f)
		return TT_NO_SLICE;
	const struct tt_mime_field field = field_of(r, f);

	return tt_mime_text(&field);
}

/* The first <...>; without one, the value as it stands. */
static struct tt_slice read_message_id(const struct reader *r)
{
	const struct tt_field *const f = tt_header_find(r->h, "Message-ID");

	if (!f)
		return TT_NO_SLICE;
	const size_t open = tt_slice_chr(f->value, '<');
	const struct tt_slice from_open =
		tt_slice_sub(f->value, open, f->value.n);
	const size_t close = tt_slice_chr(from_open, '>');
	struct tt_slice id = f->value;

	if (open != SIZE_MAX && close != SIZE_MAX)
		id = tt_slice_sub(from_open, 0, close + 1);
	return tt_mime_one_line(r->arena, id);
}

/* GMime is the last resort: it reads prose dates ("at 10:00") that ours
 * refuses, and marks them repaired. */
static void read_date(const struct reader *r, struct tt_date *date_r)
{
	const struct tt_field *const f = tt_header_find(r->h, "Date");
	size_t used = 0;

	if (f && !tt_date_parse(f->value, date_r, &used))
		tt_date_parse_gmime(f->value, date_r);
}

/* RFC 5322 3.6 allows one To; real mail has several, and all are shown. */
static void read_to(const struct reader *r, struct tt_identity *identity)
{
	for (size_t i = 0; i < r->h->fields.n; i++) {
		const struct tt_field *const f = &r->h->fields.v[i];

		if (!tt_slice_ieq(f->name, TT_S("To")))
			continue;
		const struct tt_mime_field field = field_of(r, f);

		tt_mime_add_addresses(identity, &field);
	}
}

/* ---- end to end ---- */

static const char *const end_to_end_names[] = {
	[TT_E2E_NONE] = NULL,
	[TT_E2E_SMIME] = "smime",
	[TT_E2E_SMIME_SIGNED] = "smime-signed",
	[TT_E2E_SMIME_UNKNOWN] = "smime-unknown",
	[TT_E2E_PGP] = "pgp",
	[TT_E2E_PGP_SIGNED] = "pgp-signed",
	[TT_E2E_PGP_INLINE] = "pgp-inline",
	[TT_E2E_PGP_SIGNED_INLINE] = "pgp-signed-inline",
};

const char *tt_end_to_end_name(enum tt_end_to_end e)
{
	return end_to_end_names[e];
}

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
} types[] = {
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

/* "type/subtype" without what follows it. */
static struct tt_slice bare_type(struct tt_slice value)
{
	const struct tt_slice s = tt_slice_trim(value);
	size_t n = 0;

	while (n < s.n && s.p[n] != ';' && s.p[n] != '(' && s.p[n] != '\0' &&
	       !tt_is_space(s.p[n]))
		n++;
	return tt_slice_sub(s, 0, n);
}

/* The label only: nothing is verified or decrypted, and multipart/signed
 * without a known protocol claims nothing. */
static enum tt_end_to_end declared(const struct tt_mime_field *f,
				   struct tt_slice type)
{
	for (size_t i = 0; i < sizeof types / sizeof *types; i++) {
		if (!tt_slice_ieq(type, tt_slice_str(types[i].type.text)))
			continue;
		if (!types[i].param)
			return types[i].type.is;
		return find_meaning(types[i].values,
				    tt_mime_param(f, types[i].param),
				    types[i].type.is);
	}
	return TT_E2E_NONE;
}

/* RFC 9580 6.2: an armour header stands alone at the start of a line. */
static enum tt_end_to_end inline_armour(struct tt_slice body)
{
	static const struct meaning armours[] = {
		{ "MESSAGE-----", TT_E2E_PGP_INLINE },
		{ "SIGNED MESSAGE-----", TT_E2E_PGP_SIGNED_INLINE },
		{ 0 },
	};
	const struct tt_slice begin = TT_S("-----BEGIN PGP ");

	for (size_t at = 0; at < body.n;) {
		const struct tt_slice rest = tt_slice_sub(body, at, body.n);
		const size_t found = tt_slice_find(rest, begin);

		if (found == SIZE_MAX)
			break;
		const struct tt_slice label =
			tt_slice_sub(rest, found + begin.n, rest.n);

		at += found + begin.n;
		/* quoted ("> -----BEGIN") is someone else's message */
		if (at > begin.n && body.p[at - begin.n - 1] != '\n' &&
		    body.p[at - begin.n - 1] != '\r')
			continue;
		for (const struct meaning *m = armours; m->text; m++)
			if (tt_slice_istarts(label, tt_slice_str(m->text)))
				return m->is;
	}
	return TT_E2E_NONE;
}

/* Armour counts in a text body only: in an attachment it is the attachment's
 * affair, and a missing type is text/plain (RFC 2045 5.2). */
static enum tt_end_to_end read_end_to_end(const struct reader *r,
					  struct tt_slice body_head)
{
	const struct tt_field *const f = tt_header_find(r->h, "Content-Type");

	if (!f)
		return inline_armour(body_head);
	const struct tt_mime_field field = field_of(r, f);
	const struct tt_slice type = bare_type(f->value);

	if (type.n == 0 || tt_slice_istarts(type, TT_S("text/")))
		return inline_armour(body_head);
	return declared(&field, type);
}

void tt_identity_read(struct tt_identity *identity_r,
		      const struct tt_header *h, struct tt_slice body_head,
		      enum tt_identity_want want, struct tt_arena *arena,
		      struct tt_diags *diags)
{
	const struct reader r = { h, arena, diags };

	*identity_r = (struct tt_identity){
		.message_id = read_message_id(&r),
		.from = read_text(&r, "From"),
		.subject = read_text(&r, "Subject"),
		.end_to_end = read_end_to_end(&r, body_head),
	};
	read_date(&r, &identity_r->date);
	if (want == TT_WANT_ALL)
		read_to(&r, identity_r);
}
