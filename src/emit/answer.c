/* answer - the timeline in one sentence
 *
 * "Received over TLS 1.3 on every recorded transfer into example.org; the two
 * hops before that are the sender's own claim (TLS on each)."
 *
 * The first half speaks of the trusted part, which alone decides the result,
 * the second of what the sender claims.  It says what was recorded and on
 * what grounds; it never says "secure", and "no earlier transfer is recorded"
 * is all that can be said of a transfer that left no stamp. */
#include "answer.h"
#include "words.h"

/* At most so many hops are told one by one. */
#define TOLD 3

bool tt_answer_decides(const struct tt_timeline *t, size_t i)
{
	const struct tt_hop *h = &t->hops.v[i];

	if (!h->is_trusted || h->is_excluded)
		return false;
	/* Counted in silent_internal instead; the border hop never is. */
	return !(h->is_mute && h->verdict == TT_UNKNOWN &&
		 h->index != t->result.border);
}

struct tt_slice tt_answer_receiver(const struct tt_timeline *t)
{
	if (t->result.receiving_domain.n)
		return t->result.receiving_domain;
	for (size_t i = t->hops.n; i-- > 0;)
		if (t->hops.v[i].is_trusted && t->hops.v[i].by.name.n)
			return t->hops.v[i].by.name;
	return TT_S("the receiving server");
}

static void put_receiver(struct tt_out *out, const struct tt_timeline *t)
{
	tt_out_text(out, tt_answer_receiver(t));
}

/* Between the i-th of n: ", " or " and ". */
static void put_join(struct tt_out *out, size_t i, size_t n)
{
	if (i)
		tt_out_str(out, i + 1 == n ? " and " : ", ");
}

/* ---- the versions of the hops that met the profile ---- */

struct versions {
	uint32_t stated, implied; /* bit per enum tt_tls */
	unsigned hops;
};

enum tt_fit tt_answer_fit(const struct tt_timeline *t, const struct tt_hop *h)
{
	static const struct tt_profile any = { 0 };

	return tt_hop_fit(h, t->result.profile ? t->result.profile : &any);
}

static struct versions versions_met(const struct tt_timeline *t)
{
	struct versions v = { 0 };

	for (size_t i = 0; i < t->hops.n; i++) {
		const struct tt_hop *h = &t->hops.v[i];

		if (!tt_answer_decides(t, i) || tt_answer_fit(t, h) != TT_FIT_MEETS)
			continue;
		v.hops++;
		if (h->version == TT_TLS_NONE && h->version_implied)
			v.implied |= 1u << h->version_implied;
		else
			v.stated |= 1u << h->version;
	}
	return v;
}

static size_t count_bits(uint32_t bits)
{
	size_t n = 0;

	for (; bits; bits &= bits - 1)
		n++;
	return n;
}

/* "TLS 1.3, TLS 1.2 (implied by the suite) and TLS of no recorded version" */
static void put_versions(struct tt_out *out, const struct versions *v)
{
	const uint32_t implied = v->implied & ~v->stated;
	const size_t n = count_bits(v->stated | implied);
	size_t i = 0;

	for (int tls = TT_TLSV1_3; tls >= TT_TLS_NONE; tls--) {
		if (!((v->stated | implied) >> tls & 1))
			continue;
		put_join(out, i++, n);
		tt_out_str(out, tt_words_tls((enum tt_tls)tls));
		if (tls == TT_TLS_NONE)
			tt_out_str(out, " of no recorded version");
		if (implied >> tls & 1)
			tt_out_str(out, " (implied by the suite)");
	}
}

/* ---- hops that failed, or do not say enough ---- */

static bool is_failed(enum tt_fit fit)
{
	return fit == TT_FIT_CLEARTEXT || fit == TT_FIT_VERSION ||
	       fit == TT_FIT_SUITE;
}

static bool is_open(enum tt_fit fit)
{
	return fit == TT_FIT_UNKNOWN || fit == TT_FIT_NO_VERSION ||
	       fit == TT_FIT_NO_SUITE;
}

static void put_profile(struct tt_out *out, const struct tt_timeline *t)
{
	tt_out_str(out, "profile ");
	if (t->result.profile)
		tt_out_text(out, t->result.profile->name);
}

static enum tt_tls known_version(const struct tt_hop *h)
{
	return h->version ? h->version : h->version_implied;
}

static void put_used(struct tt_out *out, const struct tt_hop *h)
{
	tt_out_str(out, tt_words_tls(known_version(h)));
	tt_out_str(out, " (");
	if (h->version == TT_TLS_NONE && h->version_implied)
		tt_out_str(out, "implied by the suite");
	else
		tt_words_ground(out, h);
	tt_out_str(out, ")");
}

static void put_cleartext(struct tt_out *out, const struct tt_hop *h)
{
	tt_out_str(out, "was cleartext (");
	tt_words_ground(out, h);
	tt_out_str(out, ")");
}

static void put_suite(struct tt_out *out, const struct tt_timeline *t,
		      const struct tt_hop *h)
{
	tt_out_str(out, "used ");
	if (h->cipher.n)
		tt_out_text(out, tt_text_cut(h->cipher, 48));
	else
		tt_out_str(out, "a suite");
	if (h->anomalies >> TT_ANOMALY_null_cipher & 1) {
		tt_out_str(out, ", a suite without encryption");
		return;
	}
	tt_out_str(out, ", which ");
	put_profile(out, t);
	tt_out_str(out, " rules out");
}

/* "hop 2 was cleartext (by keyword SMTP)" */
static void put_why(struct tt_out *out, const struct tt_timeline *t,
		    const struct tt_hop *h)
{
	tt_out_printf(out, "hop %d ", h->index);
	switch (tt_answer_fit(t, h)) {
	case TT_FIT_CLEARTEXT:
		put_cleartext(out, h);
		return;
	case TT_FIT_VERSION:
		tt_out_str(out, "used ");
		put_used(out, h);
		tt_out_str(out, ", older than ");
		put_profile(out, t);
		tt_out_str(out, " asks for");
		return;
	case TT_FIT_SUITE:
		put_suite(out, t, h);
		return;
	case TT_FIT_UNKNOWN:
		tt_out_str(out, "does not say whether TLS was used");
		return;
	case TT_FIT_NO_VERSION:
		tt_out_str(out, "says TLS, but not which version");
		return;
	case TT_FIT_NO_SUITE:
		tt_out_str(out, "says TLS, but not which suite");
		return;
	case TT_FIT_MEETS:
		return;
	}
}

/* The first TOLD deciding hops that `is_wanted` picks, joined; returns how
 * many there are. */
static size_t put_reasons(struct tt_out *out, const struct tt_timeline *t,
			  bool (*is_wanted)(enum tt_fit))
{
	size_t n = 0, told = 0;

	for (size_t i = 0; i < t->hops.n; i++)
		n += tt_answer_decides(t, i) &&
		     is_wanted(tt_answer_fit(t, &t->hops.v[i]));
	const size_t parts = n > TOLD ? TOLD + 1 : n;

	for (size_t i = 0; i < t->hops.n && told < TOLD; i++) {
		if (!tt_answer_decides(t, i) ||
		    !is_wanted(tt_answer_fit(t, &t->hops.v[i])))
			continue;
		put_join(out, told++, parts);
		put_why(out, t, &t->hops.v[i]);
	}
	if (n > TOLD) {
		tt_out_str(out, " and ");
		tt_words_count(out, n - TOLD);
		tt_out_str(out, n - TOLD == 1 ? " more like it" :
						" more like them");
	}
	return n;
}

/* "; the other two used TLS 1.3" */
static void put_others(struct tt_out *out, const struct tt_timeline *t)
{
	const struct versions v = versions_met(t);

	if (v.hops == 0)
		return;
	tt_out_str(out, "; the other ");
	if (v.hops > 1)
		tt_words_count(out, v.hops);
	else
		tt_out_str(out, "transfer");
	tt_out_str(out, " used ");
	put_versions(out, &v);
}

/* ---- the trusted part, by result ---- */

static void put_pass(struct tt_out *out, const struct tt_timeline *t)
{
	const struct versions v = versions_met(t);

	tt_out_str(out, "Received over ");
	put_versions(out, &v);
	tt_out_str(out, v.hops > 1 ? " on every recorded transfer into " :
				     " on the one recorded transfer into ");
	put_receiver(out, t);
}

static void put_fail(struct tt_out *out, const struct tt_timeline *t)
{
	tt_out_str(out, "On the way into ");
	put_receiver(out, t);
	tt_out_str(out, ", ");
	if (put_reasons(out, t, is_failed) == 0) {
		/* Not reached while trail and emit agree; say the least. */
		tt_out_str(out, "a transfer breaks ");
		put_profile(out, t);
	}
	put_others(out, t);
}

static void put_undetermined(struct tt_out *out, const struct tt_timeline *t)
{
	tt_out_str(out, "Not determined: on the way into ");
	put_receiver(out, t);
	tt_out_str(out, ", ");
	if (put_reasons(out, t, is_open) == 0)
		tt_out_str(out, "only inner transfers are recorded, in stamps "
				"of a form that can never state TLS");
	put_others(out, t);
}

/* What the trusted stamps tell of instead of network transfers. */
static void put_instead(struct tt_out *out, const struct tt_timeline *t)
{
	static const char *const words[] = { "hand-over inside a host",
					     "submission over HTTP",
					     "retrieval from a mailbox" };
	bool has[3] = { false, false, false };
	size_t n = 0, told = 0;

	for (size_t i = 0; i < t->hops.n; i++) {
		const struct tt_hop *h = &t->hops.v[i];

		if (h->is_trusted)
			has[h->transport == TT_TRANSPORT_HTTP  ? 1 :
			    h->transport == TT_TRANSPORT_FETCH ? 2 :
								 0] = true;
	}
	for (size_t k = 0; k < 3; k++)
		n += has[k];
	for (size_t k = 0; k < 3; k++) {
		if (!has[k])
			continue;
		put_join(out, told++, n);
		tt_out_str(out, words[k]);
	}
}

/* In a message inside another only a log makes a hop trusted. */
static bool has_log(const struct tt_timeline *t)
{
	for (size_t i = 0; i < t->hops.n; i++)
		if (t->hops.v[i].is_trusted)
			return true;
	return false;
}

static void put_none(struct tt_out *out, const struct tt_timeline *t)
{
	if (t->is_no_message) {
		tt_out_str(out, "Not of one message: what a log tells of many, "
				"or beside them");
		return;
	}
	if (t->hops.n == 0) {
		tt_out_str(out, "No transfer is recorded: ");
		tt_out_str(out, t->is_of_logs ?
					"no log tells of one that carried the "
					"message" :
					"the message has no Received field");
		return;
	}
	if (t->result.border < 0) {
		tt_out_str(out, "No stamp of this message was written by a "
				"receiver to be trusted");
		if (t->has_parent && has_log(t))
			tt_out_str(out, "; what logs prove of it stands below");
		return;
	}
	tt_out_str(out, "No network transfer into ");
	put_receiver(out, t);
	tt_out_str(out, " is recorded, only ");
	put_instead(out, t);
}

/* ---- the claimed part ---- */

struct claims {
	unsigned all, network, open;
	const struct tt_hop *admits; /* the first that fails */
};

static struct claims count_claims(const struct tt_timeline *t)
{
	struct claims c = { 0 };

	for (size_t i = 0; i < t->hops.n; i++) {
		const struct tt_hop *h = &t->hops.v[i];

		if (h->is_trusted)
			continue;
		c.all++;
		if (h->is_excluded)
			continue;
		c.network++;
		c.open += h->verdict == TT_UNKNOWN;
		if (!c.admits && is_failed(tt_answer_fit(t, h)))
			c.admits = h;
	}
	return c;
}

static void put_admission(struct tt_out *out, const struct tt_timeline *t,
			  const struct claims *c)
{
	const struct tt_hop *h = c->admits;
	const enum tt_fit fit = h ? tt_answer_fit(t, h) : TT_FIT_MEETS;

	if (!h) {
		tt_out_str(out, " and admits a failure");
		return;
	}
	tt_out_str(out, c->all == 1 ? " and admits " : " and admit ");
	if (fit == TT_FIT_CLEARTEXT)
		tt_out_str(out, "cleartext");
	else if (fit == TT_FIT_VERSION)
		tt_out_str(out, tt_words_tls(known_version(h)));
	else
		tt_out_str(out, "a weak suite");
	tt_out_printf(out, " on hop %d", h->index);
}

static void put_silence(struct tt_out *out, const struct claims *c)
{
	if (c->open == c->network) {
		tt_out_str(out, c->all == 1 ? " (it does not say" :
					      " (they do not say");
	} else {
		tt_out_str(out, " (");
		tt_words_count(out, c->open);
		tt_out_str(out, c->open == 1 ? " of them does not say" :
					       " of them do not say");
	}
	tt_out_str(out, " whether TLS was used)");
}

static void put_claim_words(struct tt_out *out, const struct tt_timeline *t,
			    const struct claims *c)
{
	switch (t->result.claimed) {
	case TT_CLAIMED_NONE:
		tt_out_str(out, c->all == 1 ?
					" and tells of no network transfer" :
					" and tell of no network transfer");
		return;
	case TT_CLAIMED_OK:
		tt_out_str(out, c->network == 1 ? " (TLS)" : " (TLS on each)");
		return;
	case TT_CLAIMED_NO_VERSION:
		tt_out_str(out, c->network == 1 ?
					" (TLS of no recorded version)" :
					" (TLS on each, not always with its "
					"version)");
		return;
	case TT_CLAIMED_SILENT:
		put_silence(out, c);
		return;
	case TT_CLAIMED_ADMITS_FAILURE:
		put_admission(out, t, c);
		return;
	}
}

static void put_claimed(struct tt_out *out, const struct tt_timeline *t)
{
	const struct claims c = count_claims(t);

	if (c.all == 0) {
		if (t->hops.n && !t->has_parent)
			tt_out_str(out, t->result.border > 0 ?
						"; what was before that is "
						"told by logs" :
					t->result.border == 0 ?
						"; no earlier transfer is "
						"recorded" :
						", as logs tell");
		return;
	}
	if (t->result.border < 0) {
		tt_out_str(out, c.all == 1 ? "; the one hop is" : "; the ");
		if (c.all > 1) {
			tt_words_count(out, c.all);
			tt_out_str(out, " hops are");
		}
	} else {
		tt_out_str(out, "; the ");
		tt_words_count(out, c.all);
		tt_out_str(out, c.all == 1 ? " hop before that is" :
					     " hops before that are");
	}
	tt_out_str(out, " the sender's own claim");
	put_claim_words(out, t, &c);
}

void tt_answer(struct tt_out *out, const struct tt_timeline *t)
{
	static void (*const parts[])(struct tt_out *,
				     const struct tt_timeline *) = {
		[TT_RESULT_NONE] = put_none,
		[TT_RESULT_PASS] = put_pass,
		[TT_RESULT_UNDETERMINED] = put_undetermined,
		[TT_RESULT_FAIL] = put_fail,
	};

	parts[t->result.verdict](out, t);
	put_claimed(out, t);
	tt_out_str(out, ".");
}
