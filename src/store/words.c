/* words.c - the enumerations that a case keeps as numbers
 *
 * The numbers are the C enumerations' own, and part of the interface:
 * tests/unit/test_case.c has them written down, so that an enumeration that is
 * put in another order is noticed before it reaches somebody's case. */
#include "store_private.h"

#define N(a) (sizeof(a) / sizeof((a)[0]))

const char *tt_source_state_name(enum tt_source_state s)
{
	static const char *const names[] = { NULL, "begun", "done", "skipped",
					     "failed" };

	return (size_t)s < N(names) ? names[s] : NULL;
}

const char *tt_peer_basis_name(enum tt_peer_basis b)
{
	static const char *const names[] = { NULL, "rdns", "helo", "address" };

	return (size_t)b < N(names) ? names[b] : NULL;
}

static const char *fit_name(int code)
{
	return tt_fit_name((enum tt_fit)code);
}

static const char *part_name(int code)
{
	static const char *const names[] = { "hop", "attempt", "context" };

	return names[code];
}

static const char *event_name(int code)
{
	static const char *const names[] = {
		[TT_EVENT_ACCEPT] = "accept",	  [TT_EVENT_DELIVER] = "deliver",
		[TT_EVENT_ATTEMPT] = "attempt",	  [TT_EVENT_IDENTIFY] = "identify",
		[TT_EVENT_LINK] = "link",	  [TT_EVENT_CONTEXT] = "context",
	};

	return names[code];
}

static const char *severity_name(int code)
{
	static const char *const names[] = {
		[TT_SEV_NOTE] = "note",
		[TT_SEV_DIAG] = "diag",
		[TT_SEV_FAILED] = "failed",
	};

	return names[code];
}

/* Table functions take an int; the names' own take their enumeration. */
#define NAMES_OF(noun, type, name)                \
	static const char *noun##_name(int code) \
	{                                         \
		return name((enum type)code);     \
	}
NAMES_OF(state, tt_source_state, tt_source_state_name)
NAMES_OF(result, tt_result_verdict, tt_result_verdict_name)
NAMES_OF(verdict, tt_verdict, tt_verdict_name)
NAMES_OF(basis, tt_basis, tt_basis_name)
NAMES_OF(transport, tt_transport, tt_transport_name)
NAMES_OF(tls, tt_tls, tt_tls_name)
NAMES_OF(auth, tt_auth, tt_auth_name)
NAMES_OF(link, tt_link, tt_link_name)
NAMES_OF(claimed, tt_claimed, tt_claimed_name)
NAMES_OF(border_basis, tt_border_basis, tt_border_basis_name)
NAMES_OF(end_to_end, tt_end_to_end, tt_end_to_end_name)
NAMES_OF(peer, tt_peer_basis, tt_peer_basis_name)
NAMES_OF(evidence, tt_evidence_kind, tt_evidence_kind_name)
NAMES_OF(side, tt_side, tt_side_name)
NAMES_OF(outcome, tt_outcome, tt_outcome_name)

const struct tt_word_kind tt_words[] = {
	{ "state", TT_SOURCE_FAILED + 1, state_name },
	{ "result", TT_RESULT_FAIL + 1, result_name },
	{ "verdict", TT_LOCAL + 1, verdict_name },
	{ "basis", TT_BASIS_LOG + 1, basis_name },
	{ "transport", TT_TRANSPORT_LOCAL + 1, transport_name },
	{ "tls", TT_TLSV1_3 + 1, tls_name },
	{ "auth", TT_AUTH_NONE + 1, auth_name },
	{ "link", TT_LINK_NONE + 1, link_name },
	{ "claimed", TT_CLAIMED_ADMITS_FAILURE + 1, claimed_name },
	{ "border_basis", TT_BORDER_TOP_ONLY + 1, border_basis_name },
	{ "fit", TT_FIT_SUITE + 1, fit_name },
	{ "end_to_end", TT_E2E_PGP_SIGNED_INLINE + 1, end_to_end_name },
	{ "peer", TT_PEER_ADDRESS + 1, peer_name },
	{ "evidence", TT_EVIDENCE_OTHER + 1, evidence_name },
	{ "part", 3, part_name },
	{ "event", TT_EVENT_CONTEXT + 1, event_name },
	{ "side", TT_SIDE_SUBMITTER + 1, side_name },
	{ "outcome", TT_OUTCOME_FALLBACK + 1, outcome_name },
	{ "severity", TT_SEV_FAILED + 1, severity_name },
};
const size_t tt_words_n = N(tt_words);
