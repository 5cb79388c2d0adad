/* read.c - one stamp through the rule set
 *
 * Who wrote it, what the writer's places say (markers), what its `with` word
 * means, and whether the sender tried to say it himself.  Patterns run only
 * where their anchor occurs in the stamp. */
#include "reader.h"

/* ---- markers ---- */

static void add_findings(struct tt_stamp_reader *rd, uint32_t marker)
{
	const struct tt_marker *k = &rd->rules->markers.v[marker];
	const struct tt_stamp *s = rd->s;
	struct tt_finding f;

	if (!tt_hits_has(&rd->hits,
			 rd->rules->patterns.v[k->pattern].anchor))
		return;
	for (uint32_t left = k->places.slots & rd->there.slots; left;
	     left &= left - 1) {
		const struct tt_slice slot = s->slot[__builtin_ctz(left)];

		if (slot.n && tt_marker_match(rd->m, marker, slot, &f))
			*tt_vec_push(rd->arena, &rd->r->findings) = f;
	}
	if (!(k->places.comments & rd->there.comments))
		return;
	for (size_t i = 0; i < s->comments.n; i++) {
		const struct tt_comment *c = &s->comments.v[i];

		if ((k->places.comments >> c->place & 1) && !c->is_sender &&
		    tt_marker_match(rd->m, marker, c->text, &f)) {
			*tt_vec_push(rd->arena, &rd->r->findings) = f;
			if (c->place == TT_SLOT_FROM && f.says_tls &&
			    !rd->r->is_ambiguous)
				rd->r->is_ambiguous =
					!tt_comment_is_in_order(s, i);
		}
	}
}

/* A writer may state the version in one place and its wrong suite in another
 * (Exim: (TLS1.3) tls SUITE). */
static void settle_suites(struct tt_stamp_reader *rd)
{
	struct tt_reading *r = rd->r;
	enum tt_tls stated = TT_TLS_NONE;

	for (size_t i = 0; i < r->findings.n; i++)
		if (r->findings.v[i].version != TT_TLS_NONE)
			stated = r->findings.v[i].version;
	for (size_t i = 0; i < r->findings.n; i++) {
		struct tt_finding *f = &r->findings.v[i];

		if (f->version == TT_TLS_NONE && f->cipher.n)
			f->is_cipher_wrong =
				tt_marker_is_wrong(rd->rules, f, stated);
	}
}

static struct tt_places places_of(const struct tt_stamp *s)
{
	struct tt_places p = { 0 };

	for (int i = 0; i < TT_SLOT_COUNT; i++)
		p.slots |= (uint32_t)(s->slot[i].p != NULL) << i;
	for (size_t i = 0; i < s->comments.n; i++)
		p.comments |= (uint32_t)1 << s->comments.v[i].place;
	return p;
}

static void begin(struct tt_stamp_reader *rd, struct tt_matcher *m,
		  const struct tt_stamp *stamp, struct tt_diags *diags)
{
	rd->there = places_of(stamp);
	tt_matcher_context(m, diags, stamp->off);
	tt_hits_find(m, &tt_matcher_rules(m)->anchors, stamp->flat, &rd->hits);
}

void tt_stamp_read(struct tt_reading *reading_r, struct tt_matcher *m,
		   const struct tt_stamp *stamp, int year,
		   struct tt_arena *arena, struct tt_diags *diags)
{
	struct tt_stamp_reader rd = { .m = m,
			     .rules = tt_matcher_rules(m),
			     .s = stamp,
			     .arena = arena,
			     .diags = diags,
			     .r = reading_r,
			     .year = year };

	*reading_r = (struct tt_reading){ 0 };
	begin(&rd, m, stamp, diags);
	tt_read_writer(&rd);
	reading_r->is_ambiguous |= stamp->has_two_by ||
				   stamp->has_long_mailbox;
	tt_read_peer(&rd);
	for (size_t i = 0; i < rd.writer->markers.n; i++)
		add_findings(&rd, rd.writer->markers.v[i]);
	reading_r->is_ambiguous |=
		tt_stamp_is_loose(stamp, reading_r->findings.n > 0);
	settle_suites(&rd);
	tt_read_sender_text(&rd);
	tt_read_word(&rd);
	if (reading_r->is_ambiguous)
		reading_r->software = TT_NO_SLICE;
}

/* ---- what of the whole set fits ---- */

static void fit_writers(struct tt_stamp_reader *rd, struct tt_fits *fits, bool is_weak)
{
	struct tt_slice span, version;

	for (size_t i = 0; i < rd->rules->writers.n; i++) {
		const struct tt_writer *w = &rd->rules->writers.v[i];
		bool is_fit = false;

		for (size_t k = 0; k < w->identify.n; k++)
			is_fit |= w->identify.v[k].is_weak == is_weak &&
				  tt_alternative_fits(rd, &w->identify.v[k],
						   &span, &version);
		if (is_fit && !w->is_generic && !w->is_forged)
			*tt_vec_push(rd->arena, &fits->writers) = w->id;
	}
}

void tt_stamp_fits(struct tt_fits *fits_r, struct tt_matcher *m,
		   const struct tt_stamp *stamp, struct tt_arena *arena)
{
	struct tt_reading reading = { 0 };
	struct tt_stamp_reader rd = { .m = m,
			     .rules = tt_matcher_rules(m),
			     .s = stamp,
			     .arena = arena,
			     .r = &reading };

	*fits_r = (struct tt_fits){ 0 };
	begin(&rd, m, stamp, NULL);
	fit_writers(&rd, fits_r, false);
	if (fits_r->writers.n == 0)
		fit_writers(&rd, fits_r, true);
	for (uint32_t k = 0; k < rd.rules->markers.n; k++) {
		const size_t before = reading.findings.n;

		add_findings(&rd, k);
		for (size_t i = before; i < reading.findings.n; i++)
			if (reading.findings.v[i].says_tls)
				*tt_vec_push(arena, &fits_r->findings) =
					reading.findings.v[i];
	}
}

/* ---- TLS-bearing headers other than Received ---- */

static bool header_fits(struct tt_matcher *m, const struct tt_header_rule *h,
			const struct tt_field *field,
			struct tt_header_reading *reading_r)
{
	if (!tt_slice_ieq(h->field, field->name))
		return false;
	const struct tt_slice value = tt_slice_trim(field->value);

	for (size_t i = 0; i < h->markers.n; i++) {
		struct tt_finding f;

		if (!tt_marker_match(m, h->markers.v[i], value, &f))
			continue;
		*reading_r = (struct tt_header_reading){
			.rule = f.rule,
			.is_border_witness = h->is_border_witness,
			.border_under = h->border_under,
			.finding = f,
		};
		return true;
	}
	return false;
}

__attribute__((noinline)) static bool
read_field(struct tt_header_reading *reading_r, struct tt_matcher *m,
	   const struct tt_field *field, struct tt_diags *diags)
{
	const struct tt_rules *rules = tt_matcher_rules(m);

	tt_matcher_context(m, diags, field->value_off);
	for (size_t i = 0; i < rules->headers.n; i++)
		if (header_fits(m, &rules->headers.v[i], field, reading_r))
			return true;
	return false;
}

/* Nearly every field is none of ours: length and first letter tell, and what
 * reads the others stands apart. */
bool tt_field_read(struct tt_header_reading *reading_r, struct tt_matcher *m,
		   const struct tt_field *field, struct tt_diags *diags)
{
	const uint32_t *const shapes = tt_matcher_rules(m)->header_shapes;

	if (!field->name.n || !(shapes[field->name.n % 32] >>
					(field->name.p[0] & 31) &
				1))
		return false;
	return read_field(reading_r, m, field, diags);
}
