/* verdict.c - from the reading of one stamp to verdict and basis
 *
 * Order: an explicit statement, a TLS keyword, proof that nothing left the
 * machine, the bare keyword judged by its writer, unknown.  Silence decides
 * nothing in a stamp that was not seen whole or that two writers fit.  Where
 * one stamp states two things, the worse stands and `conflict` is told. */
#include "work.h"

/* What the findings of one stamp say together. */
struct statement {
	const char *rule, *clear_rule;
	bool says_tls, is_marker, is_clear;
	bool is_conflict, is_ambiguous;
};

/* Findings about certificates may stand in a comment of their own. */
static void take_certificates(struct tt_hop *hop, const struct tt_finding *f)
{
	if (hop->server_auth == TT_AUTH_NULL)
		hop->server_auth = f->server_auth;
	if (hop->client_auth == TT_AUTH_NULL)
		hop->client_auth = f->client_auth;
}

static void take_cipher(struct tt_hop *hop, const struct tt_finding *f)
{
	hop->cipher = f->cipher.n > 0 ? f->cipher : TT_NO_SLICE;
	hop->is_cipher_unreliable = f->is_cipher_wrong;
	hop->bits = f->bits;
}

static void take_tls(struct statement *s, struct tt_hop *hop,
		     const struct tt_finding *f)
{
	const bool is_other = f->version != TT_TLS_NONE &&
			      hop->version != TT_TLS_NONE &&
			      f->version != hop->version;

	s->says_tls = true;
	s->is_ambiguous |= f->is_ambiguous;
	s->is_conflict |= is_other;
	if (!s->rule || (!s->is_marker && !f->is_keyword_basis))
		s->rule = f->rule;
	s->is_marker |= !f->is_keyword_basis;
	if (is_other && f->version < hop->version) {
		hop->version = f->version;
		take_cipher(hop, f); /* the lower version with its suite */
		return;
	}
	if (hop->version == TT_TLS_NONE)
		hop->version = f->version;
	if (hop->cipher.n == 0 && f->cipher.n > 0) {
		const int bits = hop->bits;

		take_cipher(hop, f);
		if (hop->bits < 0)
			hop->bits = bits;
	} else if (hop->bits < 0) {
		hop->bits = f->bits;
	}
}

static struct statement take_findings(struct tt_work *w, size_t i)
{
	struct tt_hop *const hop = &w->t->hops.v[i];
	const struct tt_reading *const r = &w->leg[i].reading;
	struct statement s = { 0 };

	for (size_t k = 0; k < r->findings.n; k++) {
		const struct tt_finding *const f = &r->findings.v[k];

		take_certificates(hop, f);
		if (f->is_clear) {
			s.is_clear = true;
			s.clear_rule = f->rule;
		} else if (f->says_tls) {
			take_tls(&s, hop, f);
		}
		/* A pattern of look-aheads has no span; its suite has. */
		tt_evidence_span(w, i, f->rule,
				 f->span.n > 0 ? f->span : f->cipher);
	}
	s.is_conflict |= s.is_clear && s.says_tls;
	return s;
}

/* Has the version that is stated no suite of this name? */
static bool is_mismatch(enum tt_tls version, const struct tt_suite *suite)
{
	return version != TT_TLS_NONE && suite->first != TT_TLS_NONE &&
	       (version < suite->first || version > suite->last);
}

void tt_hop_set_suite(const struct tt_rules *rules, struct tt_hop *hop)
{
	const struct tt_suite *const suite =
		hop->cipher.n > 0 && rules ?
			tt_suite_find(rules, hop->cipher) :
			NULL;

	hop->cipher_iana = TT_NO_SLICE;
	hop->version_implied = TT_TLS_NONE;
	hop->suite_flags = suite ? suite->flags : 0;
	hop->is_suite_mismatch = suite && is_mismatch(hop->version, suite);
	if (!suite)
		return;
	if (suite->iana.n > 0)
		hop->cipher_iana = suite->iana;
	if (hop->version == TT_TLS_NONE && !hop->is_cipher_unreliable)
		hop->version_implied = suite->only;
}

/* Said of stated versions only, and not where the writer is known to print a
 * wrong suite (Exim with GnuTLS under TLS 1.3). */
void tt_hop_tell_suite(struct tt_work *w, size_t i)
{
	const struct tt_hop *const hop = &w->t->hops.v[i];

	if (hop->is_cipher_unreliable)
		return;
	if (hop->suite_flags & TT_SUITE_NULL)
		tt_anomaly_add(w, i, TT_ANOMALY_null_cipher,
			       "the suite does not encrypt");
	if (hop->is_suite_mismatch)
		tt_anomaly_add(w, i, TT_ANOMALY_version_cipher_mismatch,
			       "%s has no suite of that name",
			       tt_tls_name(hop->version));
}

static bool judge_statement(struct tt_work *w, size_t i)
{
	struct tt_hop *const hop = &w->t->hops.v[i];
	const struct statement s = take_findings(w, i);

	if (s.is_conflict)
		tt_anomaly_add(w, i, TT_ANOMALY_conflict,
			       s.is_clear ? "the stamp states TLS and no TLS" :
					    "the stamp states two versions");
	if (s.is_clear) {
		hop->verdict = TT_CLEARTEXT;
		hop->basis = TT_BASIS_MARKER;
		hop->decided_by = s.clear_rule;
		hop->version = TT_TLS_NONE;
		hop->cipher = TT_NO_SLICE;
		hop->is_cipher_unreliable = false;
		hop->bits = -1;
		return true;
	}
	if (!s.says_tls)
		return false;
	if (s.is_ambiguous)
		tt_anomaly_add(w, i, TT_ANOMALY_ambiguous_version,
			       "the version written names no single version");
	hop->verdict = TT_ENCRYPTED;
	hop->basis = s.is_marker ? TT_BASIS_MARKER : TT_BASIS_KEYWORD;
	hop->decided_by = s.rule;
	tt_hop_set_suite(w->options->rules, hop);
	tt_hop_tell_suite(w, i);
	return true;
}

/* RFC 3848 and 6531, or what this writer's own table adds to them. */
static bool judge_keyword(struct tt_work *w, size_t i)
{
	struct tt_hop *const hop = &w->t->hops.v[i];
	const struct tt_word *const word = &w->leg[i].reading.word;

	if (!word->is_tls_word && word->verdict != TT_ENCRYPTED)
		return false;
	hop->verdict = TT_ENCRYPTED;
	hop->basis = TT_BASIS_KEYWORD;
	hop->decided_by = word->rule;
	tt_evidence_word(w, i);
	return true;
}

/* By the writer's form, or by addresses the receiver wrote. */
static bool judge_local(struct tt_work *w, size_t i)
{
	struct tt_hop *const hop = &w->t->hops.v[i];
	const struct tt_leg *const leg = &w->leg[i];
	const struct tt_word *const word = &leg->reading.word;
	const bool is_word = word->verdict == TT_LOCAL &&
			     !leg->reading.is_ambiguous;

	if (!is_word && !tt_leg_is_loopback(leg) && !tt_leg_is_same_host(leg))
		return false;
	hop->verdict = TT_LOCAL;
	if (is_word) {
		hop->basis = word->basis;
		hop->decided_by = word->rule;
		tt_evidence_word(w, i);
	} else {
		tt_evidence_peer(w, i);
	}
	return true;
}

/* Only here silence counts, and only with a rule that has a positive control
 * (its `control`). */
static bool judge_bare_word(struct tt_work *w, size_t i)
{
	struct tt_hop *const hop = &w->t->hops.v[i];
	const struct tt_leg *const leg = &w->leg[i];
	const struct tt_word *const word = &leg->reading.word;

	if (leg->is_partial || leg->reading.is_ambiguous)
		return false;
	if (word->verdict == TT_UNKNOWN)
		hop->decided_by = word->rule;
	if (word->verdict != TT_CLEARTEXT)
		return false;
	hop->verdict = TT_CLEARTEXT;
	hop->basis = word->basis;
	hop->decided_by = word->rule;
	tt_evidence_word(w, i);
	return true;
}

/* SMTP-family words that no rule knows; the longer family first. */
static enum tt_transport transport_of(const struct tt_hop *hop,
				      const struct tt_reading *r)
{
	if (r->word.has_transport)
		return r->word.transport;
	if (hop->verdict == TT_LOCAL)
		return TT_TRANSPORT_LOCAL;
	if (hop->with.n == 0)
		return r->has_peer ? TT_TRANSPORT_SMTP : TT_TRANSPORT_OTHER;
	if (tt_slice_ifind(hop->with, TT_S("lmtp")) != SIZE_MAX)
		return TT_TRANSPORT_LMTP;
	return tt_slice_ifind(hop->with, TT_S("smtp")) != SIZE_MAX ?
		       TT_TRANSPORT_SMTP :
		       TT_TRANSPORT_OTHER;
}

/* An ambiguous stamp stays in: the words that would take it out may be the
 * sender's. */
static bool is_excluded(const struct tt_hop *hop, const struct tt_leg *leg)
{
	if (leg->reading.is_ambiguous)
		return false;
	return hop->verdict == TT_LOCAL ||
	       hop->transport == TT_TRANSPORT_HTTP ||
	       hop->transport == TT_TRANSPORT_FETCH ||
	       tt_leg_is_loopback(leg) || tt_leg_is_same_host(leg);
}

/* The writer's keyword and its own statement differ. */
static void check_keyword(struct tt_work *w, size_t i)
{
	const struct tt_hop *const hop = &w->t->hops.v[i];
	const struct tt_reading *const r = &w->leg[i].reading;
	const bool is_bare = r->word.verdict == TT_CLEARTEXT &&
			     r->word.basis == TT_BASIS_KEYWORD;
	const bool is_tls = r->word.is_tls_word ||
			    r->word.verdict == TT_ENCRYPTED;

	if (!r->keyword_reliable || hop->basis != TT_BASIS_MARKER)
		return;
	if (hop->verdict == TT_ENCRYPTED && is_bare)
		tt_anomaly_add(w, i, TT_ANOMALY_keyword_marker_mismatch,
			       "TLS is stated, the keyword says none");
	if (hop->verdict == TT_CLEARTEXT && is_tls)
		tt_anomaly_add(w, i, TT_ANOMALY_keyword_marker_mismatch,
			       "the keyword says TLS, none is stated");
}

void tt_hop_judge(struct tt_work *w, size_t i)
{
	struct tt_hop *const hop = &w->t->hops.v[i];
	const struct tt_leg *const leg = &w->leg[i];

	hop->verdict = TT_UNKNOWN;
	hop->basis = TT_BASIS_NONE;
	(void)(judge_statement(w, i) || judge_keyword(w, i) ||
	       judge_local(w, i) || judge_bare_word(w, i));
	check_keyword(w, i);
	hop->is_mute = hop->verdict == TT_UNKNOWN && leg->reading.word.is_mute;
	hop->transport = transport_of(hop, &leg->reading);
	hop->is_excluded = is_excluded(hop, leg);
	*tt_vec_push(w->arena, &hop->witnesses) = (struct tt_witness){
		.kind = TT_EVIDENCE_RECEIVED,
		.side = "receiver",
		.host = hop->by.name.n > 0 ? hop->by.name : hop->by.ip,
		.verdict = hop->verdict,
		.version = hop->version,
	};
}
