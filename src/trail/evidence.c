/* evidence.c - the bytes a verdict rests on
 *
 * Entries quote the message as it is, folds included: slices of the flat and
 * the bare text are mapped back to the raw value, which has the same length.
 * A slice that is not of this stamp is ignored. */
#include "work.h"

/* Compared as numbers: the slices may be of unrelated objects. */
static bool is_within(struct tt_slice outer, struct tt_slice s)
{
	const uintptr_t begin = (uintptr_t)outer.p, at = (uintptr_t)s.p;

	return s.n > 0 && s.p && outer.p && at >= begin &&
	       at - begin <= outer.n && s.n <= outer.n - (at - begin);
}

static bool add_span(struct tt_work *w, size_t i, const char *rule,
		     struct tt_slice span)
{
	const struct tt_stamp *const s = &w->leg[i].stamp;
	struct tt_hop *const hop = &w->t->hops.v[i];

	if (!is_within(s->flat, span) && !is_within(s->bare, span))
		return false;

	const struct tt_evidence e = {
		.kind = TT_EVIDENCE_RECEIVED,
		.rule = rule,
		.off = tt_stamp_off(s, span),
		.text = tt_stamp_raw(s, span),
	};

	for (size_t k = 0; k < hop->evidence.n; k++)
		if (hop->evidence.v[k].off == e.off &&
		    hop->evidence.v[k].text.n == e.text.n)
			return true; /* two rules, one statement */
	*tt_vec_push(w->arena, &hop->evidence) = e;
	return true;
}

void tt_evidence_span(struct tt_work *w, size_t i, const char *rule,
		      struct tt_slice span)
{
	(void)add_span(w, i, rule, span);
}

/* What stood there where no word did: silence is read off the whole. */
static void add_whole(struct tt_work *w, size_t i, const char *rule)
{
	(void)add_span(w, i, rule, tt_slice_trim(w->leg[i].stamp.flat));
}

/* The keyword; for an inference also the words that name the writer, since
 * the same keyword of another writer would mean something else. */
void tt_evidence_word(struct tt_work *w, size_t i)
{
	const struct tt_leg *const leg = &w->leg[i];
	const char *const rule = leg->reading.word.rule;
	const bool is_named = w->t->hops.v[i].basis == TT_BASIS_SOFTWARE &&
			      add_span(w, i, leg->reading.writer,
				       leg->reading.identify_span);
	const bool is_quoted = add_span(
		w, i, rule, tt_slice_trim(leg->stamp.slot[TT_SLOT_WITH]));

	if (!is_named && !is_quoted &&
	    !add_span(w, i, rule, leg->reading.identify_span))
		add_whole(w, i, rule);
}

/* Which of the addresses in the from clause is the peer's. */
void tt_evidence_peer(struct tt_work *w, size_t i)
{
	const struct tt_leg *const leg = &w->leg[i];
	const struct tt_peer_text *const p = &leg->stamp.peer;
	const struct {
		struct tt_slice text;
		const struct tt_ip *ip;
	} places[] = {
		{ p->comment_address, &p->comment_ip },
		{ p->second_comment_address, &p->second_comment_ip },
		{ p->bare_address, &p->bare_ip },
		{ p->first_literal, &p->literal_ip },
	};
	bool is_quoted = false;

	for (size_t k = 0;
	     !is_quoted && k < sizeof(places) / sizeof(places[0]); k++)
		is_quoted = tt_ip_eq(places[k].ip, &leg->reading.from_ip) &&
			    add_span(w, i, leg->reading.writer,
				     places[k].text);
	if (is_quoted && tt_leg_is_same_host(leg))
		tt_evidence_span(w, i, leg->reading.writer,
				 leg->stamp.by_address);
	if (!is_quoted)
		add_whole(w, i, leg->reading.writer);
}

struct tt_evidence tt_evidence_of_field(const struct tt_field *field,
					const char *rule,
					struct tt_slice span)
{
	const struct tt_slice all = tt_slice_trim(field->value);
	const struct tt_slice text = is_within(field->value, span) ? span :
								     all;

	return (struct tt_evidence){
		.kind = TT_EVIDENCE_HEADER,
		.rule = rule,
		.off = field->value_off +
		       (uint64_t)(text.p - field->value.p),
		.text = text,
	};
}
