/* fit.c - one hop against a profile: does it meet it, and if not, why
 *
 * Says nothing of trust or exclusion: result.c knows which hops count.  A
 * cleartext hop breaks every profile; a suite that the writer gets wrong, or
 * that is in no table (no flags), is not judged; a NULL suite breaks all. */
#include "work.h"

enum tt_fit tt_hop_fit(const struct tt_hop *hop, const struct tt_profile *p)
{
	const enum tt_tls version = hop->version ? hop->version :
						   hop->version_implied;

	if (hop->verdict == TT_CLEARTEXT)
		return TT_FIT_CLEARTEXT;
	if (hop->verdict != TT_ENCRYPTED)
		return TT_FIT_UNKNOWN;
	if (!hop->is_cipher_unreliable &&
	    (hop->suite_flags & (p->forbid | TT_SUITE_NULL)))
		return TT_FIT_SUITE;
	if (version && version < p->min_version)
		return TT_FIT_VERSION;
	if (!version && p->min_version)
		return TT_FIT_NO_VERSION;
	return !hop->cipher.n && p->is_suite_required ? TT_FIT_NO_SUITE :
							TT_FIT_MEETS;
}

const char *tt_fit_name(enum tt_fit fit)
{
	static const char *const names[] = {
		[TT_FIT_MEETS] = "meets",
		[TT_FIT_UNKNOWN] = "unknown",
		[TT_FIT_NO_VERSION] = "no-version",
		[TT_FIT_NO_SUITE] = "no-suite",
		[TT_FIT_CLEARTEXT] = "cleartext",
		[TT_FIT_VERSION] = "version",
		[TT_FIT_SUITE] = "suite",
	};

	return names[fit];
}
