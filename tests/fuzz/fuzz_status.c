/* fuzz_status - the text of a delivery report
 *
 * Aborts where a piece of evidence is not the bytes it points at, an attempt
 * has no outcome, or a bound is passed.  Rules are read from ./rules. */
#include <stdlib.h>
#include <string.h>

#include <tlstrail/trail.h>

#define OFF 77 /* of the text in its message */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(int is_so)
{
	if (!is_so)
		abort();
}

static struct tt_matcher *the_matcher(void)
{
	static struct tt_rules *rules;
	static struct tt_matcher *matcher;
	struct tt_err err = { 0 };

	if (matcher)
		return matcher;
	must(tt_rules_load(&rules, "rules", NULL, 0, false, &err) == TT_OK);
	return matcher = tt_matcher_new(rules);
}

static void check(const struct tt_attempt *a, struct tt_slice text)
{
	must(a->outcome != TT_OUTCOME_NONE);
	must(tt_outcome_name(a->outcome) != NULL);
	must(a->evidence.n > 0);
	for (size_t i = 0; i < a->evidence.n; i++) {
		const struct tt_evidence *e = &a->evidence.v[i];

		must(e->off >= OFF && e->off - OFF + e->text.n <= text.n);
		must(e->text.p == text.p + (e->off - OFF));
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct tt_slice text = { data, size };
	struct tt_arena arena = { 0 };
	struct tt_timeline t = { 0 };
	struct tt_diags diags;

	tt_diags_init(&diags, &arena);
	tt_attempts_add(&t, text, OFF, the_matcher(), &arena, &diags);
	must(t.attempts.n <= TT_MAX_report_recipients);
	for (size_t i = 0; i < t.attempts.n; i++)
		check(&t.attempts.v[i], text);
	must(diags.list.n <= TT_MAX_diags);
	tt_arena_release(&arena);
	return 0;
}
