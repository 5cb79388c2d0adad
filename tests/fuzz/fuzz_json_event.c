/* fuzz_json_event - values of a structured log, through rules/json
 *
 * Aborts where what is quoted does not stand at its place, where an event has
 * no evidence, or a bound is passed; or where a stream's values give other
 * events or diags with what is found sooner (the marks of where objects end,
 * the rules that a record's keys allow) than without.  Rules are read from
 * ./rules. */
#include <stdlib.h>
#include <string.h>

#include <tlstrail/rule/event.h>
#include <tlstrail/util/sha256.h>

#include "rule/json_rules.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(int is_so)
{
	if (!is_so)
		abort();
}

static struct tt_rules *load(void)
{
	struct tt_rules *mail, *logs;
	struct tt_err err = { 0 };

	must(tt_rules_load(&mail, "rules", NULL, 0, false, &err) == TT_OK);
	must(tt_rules_load_logs(&logs, mail, &err) == TT_OK);
	tt_rules_free(&mail);
	return logs;
}

static struct tt_rules *the_rules(void)
{
	static struct tt_rules *logs;

	if (!logs)
		logs = load();
	return logs;
}

/* Each of them is asked, whatever keys a record has. */
static struct tt_rules *plain_rules(void)
{
	static struct tt_rules *logs;

	if (logs)
		return logs;
	logs = load();
	for (size_t i = 0; i < logs->json.list.n; i++)
		logs->json.list.v[i].when.keys = 0;
	for (size_t i = 0; i < logs->json.envelopes.n; i++)
		logs->json.envelopes.v[i].when.keys = 0;
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

/* ---- second opinion ---- */

static void add_event(void *ctx, struct tt_event *e)
{
	struct tt_sha256 *const h = ctx;
	const int64_t numbers[] = { e->kind,	e->verdict, e->version,
				    e->outcome, e->time_us };
	const struct tt_slice parts[] = {
		{ (const uint8_t *)numbers, sizeof(numbers) },
		e->host,      e->queue_id,  e->next_queue_id, e->message_id,
		e->ses_id,    e->recipient, e->from.ip,	      e->by.name,
		e->cipher,    e->text,
	};

	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		tt_sha256_add(h, parts[i]);
	for (size_t i = 0; i < e->quotes.n; i++) {
		tt_sha256_add(h, e->quotes.v[i].text);
		tt_sha256_add(h, e->quotes.v[i].pointer);
	}
}

static void read_stream(bool is_plain, struct tt_slice bytes,
			uint8_t sum[TT_SHA256_LEN])
{
	static struct tt_matcher *matchers[2];
	const struct tt_reader_options ro = { .as = TT_FORMAT_JSON };
	const struct tt_origin origin = { .path = TT_S("fuzz") };
	struct tt_rules *rules = is_plain ? plain_rules() : the_rules();
	struct tt_sha256 *h = tt_sha256_new();
	struct tt_arena arena = { 0 };
	const struct tt_log_options o = { .rules = rules, .arena = &arena,
					  .sink = { h, add_event } };
	struct tt_matcher **const m = &matchers[is_plain];
	struct tt_reader *reader = NULL;
	struct tt_log_value value;
	struct tt_diags diags;
	struct tt_err err;

	if (!*m)
		*m = tt_matcher_new(rules);
	struct tt_log *log = tt_log_begin(&o, *m);

	tt_diags_init(&diags, &arena);
	tt_sha256_begin(h);
	struct tt_stream *stream = tt_stream_from_bytes(bytes, &diags);

	must(tt_reader_open(&reader, stream, &ro, &err) == TT_OK);
	tt_log_from(log, &origin);
	while (tt_log_value_next(reader, &value) > 0) {
		if (is_plain)
			value.marks = NULL;
		tt_log_take_value(log, &value, &diags);
	}
	for (size_t i = 0; i < diags.list.n; i++)
		tt_sha256_add(h, (struct tt_slice){
			(const uint8_t *)&diags.list.v[i].code,
			sizeof(diags.list.v[i].code) });
	tt_sha256_end(h, sum);
	tt_log_end(&log, NULL);
	tt_reader_close(&reader);
	tt_stream_free(&stream);
	tt_sha256_free(&h);
	tt_arena_release(&arena);
}

static void check_second_opinion(struct tt_slice bytes)
{
	uint8_t fast[TT_SHA256_LEN], slow[TT_SHA256_LEN];

	read_stream(false, bytes, fast);
	read_stream(true, bytes, slow);
	must(memcmp(fast, slow, sizeof(fast)) == 0);
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
	tt_log_end(&log, NULL);
	tt_arena_release(&arena);
	if (size)
		check_second_opinion(raw);
	return 0;
}
