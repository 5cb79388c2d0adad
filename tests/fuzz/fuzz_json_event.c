/* fuzz_json_event - one value of a structured log, through rules/json
 *
 * Aborts where what is quoted does not stand at its place, where an event has
 * no evidence, or a bound is passed.  Rules are read from ./rules. */
#include <stdlib.h>
#include <string.h>

#include <tlstrail/rule/event.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(int is_so)
{
	if (!is_so)
		abort();
}

static struct tt_rules *the_rules(void)
{
	static struct tt_rules *logs;
	struct tt_rules *mail;
	struct tt_err err = { 0 };

	if (logs)
		return logs;
	must(tt_rules_load(&mail, "rules", NULL, 0, false, &err) == TT_OK);
	must(tt_rules_load_logs(&logs, mail, &err) == TT_OK);
	tt_rules_free(&mail);
	return logs;
}

static void take(void *ctx, struct tt_event *e)
{
	const struct tt_slice *const raw = ctx;
	const enum tt_verdict v = tt_event_verdict(e);

	must(v == TT_ENCRYPTED || v == TT_CLEARTEXT || v == TT_UNKNOWN ||
	     v == TT_LOCAL);
	must(e->version == TT_TLS_NONE || v == TT_ENCRYPTED);
	must(e->quotes.n > 0);
	must(e->kind == TT_EVENT_CONTEXT || e->queue_id.n || e->ses_id.n);
	for (size_t i = 0; i < e->quotes.n; i++) {
		const struct tt_event_quote *q = &e->quotes.v[i];

		must(q->off <= raw->n && q->text.n <= raw->n - q->off);
		must(memcmp(q->text.p, raw->p + q->off, q->text.n) == 0);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct tt_slice raw = { data, size };
	const struct tt_origin origin = { .path = TT_S("fuzz") };
	struct tt_arena arena = { 0 };
	struct tt_log_options o = { .rules = the_rules(), .arena = &arena,
				    .sink = { &raw, take } };
	static struct tt_matcher *m;
	struct tt_diags diags;

	if (!m)
		m = tt_matcher_new(o.rules);
	struct tt_log *log = tt_log_begin(&o, m);
	const struct tt_log_value value = { .raw = raw };

	tt_diags_init(&diags, &arena);
	tt_log_from(log, &origin);
	if (size)
		tt_log_take_value(log, &value, &diags);
	must(diags.list.n <= TT_MAX_diags);
	tt_log_end(&log);
	tt_arena_release(&arena);
	return 0;
}
