/* test_gloss.c - every word and code of the outputs is explained, and nothing
 * else is */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <tlstrail/emit.h>

static const char *verdict(int i) { return tt_verdict_name((enum tt_verdict)i); }
static const char *basis(int i) { return tt_basis_name((enum tt_basis)i); }
static const char *transport(int i)
{
	return tt_transport_name((enum tt_transport)i);
}
static const char *auth(int i) { return tt_auth_name((enum tt_auth)i); }
static const char *link_(int i) { return tt_link_name((enum tt_link)i); }
static const char *anomaly(int i)
{
	return tt_anomaly_name((enum tt_anomaly_code)i);
}
static const char *result(int i)
{
	return tt_result_verdict_name((enum tt_result_verdict)i);
}
static const char *claimed(int i) { return tt_claimed_name((enum tt_claimed)i); }
static const char *border(int i)
{
	return tt_border_basis_name((enum tt_border_basis)i);
}
static const char *end_to_end(int i)
{
	return tt_end_to_end_name((enum tt_end_to_end)i);
}
static const char *outcome(int i)
{
	return tt_outcome_name((enum tt_outcome)i);
}
static const char *diag(int i)
{
	return tt_diag_info((enum tt_diag_code)i)->code;
}

static const struct kind {
	const char *name;
	const char *(*word)(int i); /* NULL: a value without a word */
	int n;
} kinds[] = {
	{ "verdict", verdict, TT_LOCAL + 1 },
	{ "basis", basis, TT_BASIS_LOG + 1 },
	{ "transport", transport, TT_TRANSPORT_LOCAL + 1 },
	{ "certificate", auth, TT_AUTH_NONE + 1 },
	{ "link", link_, TT_LINK_NONE + 1 },
	{ "anomaly", anomaly, TT_ANOMALY_COUNT },
	{ "result", result, TT_RESULT_FAIL + 1 },
	{ "claimed", claimed, TT_CLAIMED_ADMITS_FAILURE + 1 },
	{ "border", border, TT_BORDER_TOP_ONLY + 1 },
	{ "end-to-end", end_to_end, TT_E2E_PGP_SIGNED_INLINE + 1 },
	{ "attempt", outcome, TT_OUTCOME_FALLBACK + 1 },
	{ "diag", diag, TT_DIAG_COUNT },
};
#define N_KINDS (sizeof(kinds) / sizeof(kinds[0]))

static size_t count(const char *kind, const char *code)
{
	const struct tt_gloss *g;
	size_t n = 0;

	for (size_t i = 0; (g = tt_gloss_at(i)); i++)
		n += strcmp(g->kind, kind) == 0 && strcmp(g->code, code) == 0;
	return n;
}

static void test_every_value_once(void **state)
{
	(void)state;
	for (size_t k = 0; k < N_KINDS; k++)
		for (int i = 0; i < kinds[k].n; i++) {
			const char *word = kinds[k].word(i);

			if (word && count(kinds[k].name, word) != 1)
				fail_msg("%s %s: %zu entries", kinds[k].name,
					 word, count(kinds[k].name, word));
		}
}

static bool is_word_of(const struct kind *k, const char *code)
{
	for (int i = 0; i < k->n; i++)
		if (k->word(i) && strcmp(k->word(i), code) == 0)
			return true;
	return false;
}

static void test_no_entry_is_left_over(void **state)
{
	const struct tt_gloss *g;

	(void)state;
	for (size_t i = 0; (g = tt_gloss_at(i)); i++) {
		size_t k = 0;

		while (k < N_KINDS && strcmp(kinds[k].name, g->kind) != 0)
			k++;
		if (k == N_KINDS || !is_word_of(&kinds[k], g->code))
			fail_msg("%s %s is explained, but nothing prints it",
				 g->kind, g->code);
		if (!g->text || strlen(g->text) < 8)
			fail_msg("%s %s: no text", g->kind, g->code);
	}
}

static void test_find(void **state)
{
	(void)state;
	assert_string_equal(tt_gloss_find("nat-peer")->kind, "anomaly");
	assert_string_equal(tt_gloss_find("limit-hops")->kind, "diag");
	assert_null(tt_gloss_find("no such code"));
	assert_null(tt_gloss_find(""));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_value_once),
		cmocka_unit_test(test_no_entry_is_left_over),
		cmocka_unit_test(test_find),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
