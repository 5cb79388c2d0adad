/* result.c - what the trusted part amounts to under a profile
 *
 * Only trusted network hops decide; the claimed part is told apart.  Unknown
 * is never a pass.  A pure function of the hops; linear. */
#include "work.h"

enum judgement { MEETS, LACKS, BREAKS };

static enum tt_tls version_of(const struct tt_hop *hop)
{
	return hop->version != TT_TLS_NONE ? hop->version :
					     hop->version_implied;
}

static enum judgement judge(const struct tt_hop *hop,
			    const struct tt_profile *profile)
{
	static const enum judgement of[] = {
		[TT_FIT_MEETS] = MEETS,	     [TT_FIT_UNKNOWN] = LACKS,
		[TT_FIT_NO_VERSION] = LACKS, [TT_FIT_NO_SUITE] = LACKS,
		[TT_FIT_CLEARTEXT] = BREAKS, [TT_FIT_VERSION] = BREAKS,
		[TT_FIT_SUITE] = BREAKS,
	};

	return of[tt_hop_fit(hop, profile)];
}

static void count(struct tt_result *r, const struct tt_hop *hop)
{
	r->hops++;
	if (hop->is_excluded)
		r->excluded++;
	else if (hop->verdict == TT_ENCRYPTED)
		r->encrypted++;
	else if (hop->verdict == TT_CLEARTEXT)
		r->cleartext++;
	else
		r->unknown++;
}

/* Strongest grounds first. */
static bool is_stronger(enum tt_basis a, enum tt_basis b)
{
	static const int rank[] = {
		[TT_BASIS_NONE] = 0,	[TT_BASIS_SOFTWARE] = 1,
		[TT_BASIS_KEYWORD] = 2, [TT_BASIS_LOG] = 3,
		[TT_BASIS_MARKER] = 4,
	};

	return rank[a] > rank[b];
}

static void take_trusted(struct tt_result *r, const struct tt_hop *hop)
{
	static const enum tt_result_verdict verdicts[] = {
		[MEETS] = TT_RESULT_PASS,
		[LACKS] = TT_RESULT_UNDETERMINED,
		[BREAKS] = TT_RESULT_FAIL,
	};
	const enum judgement j = judge(hop, r->profile);

	/* A form that can never state TLS, inside the receiver: its silence
	 * is counted.  At the border it would hide the one hop that matters. */
	if (hop->is_mute && hop->verdict == TT_UNKNOWN &&
	    hop->index != r->border) {
		r->silent_internal++;
		return;
	}
	if (r->verdict < verdicts[j])
		r->verdict = verdicts[j];
	if (j == BREAKS && is_stronger(hop->basis, r->fail_basis))
		r->fail_basis = hop->basis;
}

/* The order of enum tt_claimed is the model's: the first that fits is the
 * greatest. */
static void take_claimed(struct tt_result *r, const struct tt_hop *hop)
{
	const enum judgement j = judge(hop, r->profile);
	const enum tt_claimed c =
		j == BREAKS			? TT_CLAIMED_ADMITS_FAILURE :
		hop->verdict != TT_ENCRYPTED	? TT_CLAIMED_SILENT :
		j == LACKS			? TT_CLAIMED_NO_VERSION :
						  TT_CLAIMED_OK;

	if (r->claimed < c)
		r->claimed = c;
}

/* Lowest version of the trusted network hops; null if any is encrypted
 * without one. */
static enum tt_tls weakest(const struct tt_hop *hops, size_t n)
{
	enum tt_tls low = TT_TLS_NONE;

	for (size_t i = 0; i < n; i++) {
		const enum tt_tls v = version_of(&hops[i]);

		if (!hops[i].is_trusted || hops[i].is_excluded ||
		    hops[i].verdict != TT_ENCRYPTED)
			continue;
		if (v == TT_TLS_NONE)
			return TT_TLS_NONE;
		if (low == TT_TLS_NONE || v < low)
			low = v;
	}
	return low;
}

void tt_result_judge(struct tt_result *r, const struct tt_hop *hops, size_t n)
{
	r->verdict = TT_RESULT_NONE;
	r->fail_basis = TT_BASIS_NONE;
	r->claimed = TT_CLAIMED_NONE;
	r->silent_internal = r->hops = r->excluded = 0;
	r->encrypted = r->cleartext = r->unknown = 0;
	for (size_t i = 0; i < n; i++) {
		count(r, &hops[i]);
		if (hops[i].is_excluded)
			continue;
		if (hops[i].is_trusted)
			take_trusted(r, &hops[i]);
		else
			take_claimed(r, &hops[i]);
	}
	/* Trusted network hops there are, but none that could speak. */
	if (r->verdict == TT_RESULT_NONE && r->silent_internal > 0)
		r->verdict = TT_RESULT_UNDETERMINED;
	r->weakest = weakest(hops, n);
}
