/* context.c - TLS-bearing headers other than Received
 *
 * One that a rule calls a witness of the border hop (ProtonMail's
 * X-Pm-Transfer-Encryption) speaks where the border is that service's; all
 * others are shown and decide nothing.  Where it stands twice, one of them is
 * not the receiver's and there is no telling which: then neither speaks. */
#include "work.h"

struct saying {
	const struct tt_field *field;
	struct tt_header_reading reading;
};

static enum tt_verdict verdict_of(const struct tt_finding *f)
{
	if (f->is_clear)
		return TT_CLEARTEXT;
	return f->says_tls ? TT_ENCRYPTED : TT_UNKNOWN;
}

/* The statement that stands brings its own version and suite: those of the
 * other witness stay in the evidence. */
static void take_facts(struct tt_work *w, struct tt_hop *hop,
		       const struct tt_finding *f)
{
	const bool is_clear = f->is_clear;

	hop->version = is_clear ? TT_TLS_NONE : f->version;
	hop->cipher = is_clear || f->cipher.n == 0 ? TT_NO_SLICE : f->cipher;
	hop->is_cipher_unreliable = !is_clear && f->is_cipher_wrong;
	hop->bits = is_clear ? -1 : f->bits;
	tt_hop_set_suite(w->options->rules, hop);
}

/* Whether the header's word stands instead of the stamp's: it is worse, or
 * says more. */
static bool is_to_stand(const struct tt_hop *hop, const struct tt_finding *f)
{
	const enum tt_verdict v = verdict_of(f);

	if (v == TT_UNKNOWN)
		return false;
	if (hop->verdict == TT_UNKNOWN)
		return true;
	if (hop->verdict == TT_ENCRYPTED && v == TT_CLEARTEXT)
		return true;
	return hop->verdict == TT_ENCRYPTED && v == TT_ENCRYPTED &&
	       f->version != TT_TLS_NONE &&
	       (hop->version == TT_TLS_NONE || f->version < hop->version);
}

static bool is_other(const struct tt_hop *hop, const struct tt_finding *f)
{
	const enum tt_verdict v = verdict_of(f);

	if (v == TT_UNKNOWN || hop->verdict == TT_UNKNOWN ||
	    hop->verdict == TT_LOCAL)
		return false;
	if (v != hop->verdict)
		return true;
	return f->version != TT_TLS_NONE && hop->version != TT_TLS_NONE &&
	       f->version != hop->version;
}

static void add_witness(struct tt_work *w, size_t i, const struct saying *s)
{
	struct tt_hop *const hop = &w->t->hops.v[i];
	const struct tt_finding *const f = &s->reading.finding;

	*tt_vec_push(w->arena, &hop->witnesses) = (struct tt_witness){
		.kind = TT_EVIDENCE_HEADER,
		.side = "receiver",
		.host = hop->by.name,
		.verdict = verdict_of(f),
		.version = f->version,
	};
	*tt_vec_push(w->arena, &hop->evidence) = tt_evidence_of_field(
		s->field, s->reading.rule, f->span);
	if (!s->field->is_complete)
		tt_anomaly_add(w, i, TT_ANOMALY_truncated,
			       "the receiver's header has no line end, and may "
			       "have gone on");
	if (is_other(hop, f))
		tt_anomaly_add(w, i, TT_ANOMALY_conflict,
			       "the receiver's header says otherwise");
	if (is_to_stand(hop, f)) {
		hop->verdict = verdict_of(f);
		hop->decided_by = s->reading.rule;
		take_facts(w, hop, f);
		hop->basis = TT_BASIS_MARKER;
	} else if (hop->verdict == verdict_of(f)) {
		/* Agreed, and this witness states it outright: the stronger
		 * grounds are the verdict's. */
		hop->basis = TT_BASIS_MARKER;
	}
	hop->is_mute = hop->is_mute && hop->verdict == TT_UNKNOWN;
}

static void add_context(struct tt_work *w, const struct saying *s)
{
	const struct tt_slice value =
		tt_text_words(w->arena, tt_slice_trim(s->field->value));
	const struct tt_slice name = s->field->name;

	*tt_vec_push(w->arena, &w->t->context) = (struct tt_context){
		.kind = "other",
		.evidence = tt_evidence_of_field(s->field, s->reading.rule,
						 s->reading.finding.span),
		.text = tt_slice_str(tt_arena_printf(
			w->arena, "%.*s: %.*s", (int)name.n,
			(const char *)name.p, (int)value.n,
			(const char *)value.p)),
	};
}

static bool is_of_border(const struct tt_work *w, const struct saying *s)
{
	const int border = w->t->result.border;

	return s->reading.is_border_witness && border >= 0 &&
	       tt_host_is_under(w->t->hops.v[border].by.name,
				s->reading.border_under);
}

void tt_context_read(struct tt_work *w, const struct tt_header *header)
{
	TT_VEC(struct saying) all = { 0 };
	size_t n_witness = 0;

	for (size_t i = 0; i < header->fields.n; i++) {
		struct saying s;

		s.field = &header->fields.v[i];
		if (tt_slice_ieq(s.field->name, TT_S("Received")) ||
		    !tt_field_read(&s.reading, w->matcher, s.field, w->diags))
			continue;
		n_witness += is_of_border(w, &s);
		*tt_vec_push(w->arena, &all) = s;
	}
	for (size_t i = 0; i < all.n; i++)
		if (n_witness == 1 && is_of_border(w, &all.v[i]))
			add_witness(w, (size_t)w->t->result.border,
				    &all.v[i]);
		else
			add_context(w, &all.v[i]);
}
