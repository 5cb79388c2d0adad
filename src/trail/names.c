/* names.c - the words of the model and the JSON for this floor's enums
 *
 * Static storage; NULL where the output says null. */
#include "work.h"

const char *tt_link_name(enum tt_link l)
{
	static const char *const names[] = {
		[TT_LINK_NULL] = NULL,	     [TT_LINK_ADDRESS] = "address",
		[TT_LINK_NAME] = "name",     [TT_LINK_LABEL] = "label",
		[TT_LINK_DOMAIN] = "domain", [TT_LINK_NONE] = "none",
	};

	return names[l];
}

const char *tt_anomaly_name(enum tt_anomaly_code c)
{
	static const char *const names[] = {
#define NAME(id, name) name,
		TT_ANOMALIES(NAME)
#undef NAME
	};

	return names[c];
}

const char *tt_result_verdict_name(enum tt_result_verdict v)
{
	static const char *const names[] = {
		[TT_RESULT_NONE] = "none",
		[TT_RESULT_PASS] = "pass",
		[TT_RESULT_UNDETERMINED] = "undetermined",
		[TT_RESULT_FAIL] = "fail",
	};

	return names[v];
}

const char *tt_claimed_name(enum tt_claimed c)
{
	static const char *const names[] = {
		[TT_CLAIMED_NONE] = "none",
		[TT_CLAIMED_OK] = "ok",
		[TT_CLAIMED_NO_VERSION] = "no-version",
		[TT_CLAIMED_SILENT] = "silent",
		[TT_CLAIMED_ADMITS_FAILURE] = "admits-failure",
	};

	return names[c];
}

const char *tt_border_basis_name(enum tt_border_basis b)
{
	static const char *const names[] = {
		[TT_BORDER_NULL] = NULL,
		[TT_BORDER_GIVEN] = "given",
		[TT_BORDER_LAYOUT] = "layout",
		[TT_BORDER_INFERRED] = "inferred",
		[TT_BORDER_TOP_ONLY] = "top-only",
	};

	return names[b];
}
