/* identity - who a message says it is
 *
 * Message-ID, From, Subject, To and Date of the first field of each name
 * (all of To), and what its parts declare about encryption from end to end
 * (parts.c).  Everything here is the sender's word.  GMime is called only
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

	if (!f || tt_date_parse(f->value, date_r, &used) ||
	    tt_date_parse_gmime(f->value, date_r))
		return;
	if (f->value.n > TT_MAX_date_text)
		tt_diag_limit(r->diags, TT_DIAG_date_cut, TT_LIM_date_text,
			      f->off, f->value.n);
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

void tt_identity_read(struct tt_identity *identity_r,
		      const struct tt_header *h, enum tt_end_to_end label,
		      enum tt_identity_want want, struct tt_arena *arena,
		      struct tt_diags *diags)
{
	const struct reader r = { h, arena, diags };

	*identity_r = (struct tt_identity){
		.message_id = read_message_id(&r),
		.from = read_text(&r, "From"),
		.subject = read_text(&r, "Subject"),
		.end_to_end = label,
	};
	read_date(&r, &identity_r->date);
	if (want == TT_WANT_ALL)
		read_to(&r, identity_r);
}
