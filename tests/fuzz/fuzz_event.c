/* fuzz_event - the lines of a log become events
 *
 * Aborts where a quote is not the bytes it points at, an event quotes nothing,
 * a queue id stands in none of the lines that are quoted for it, a version is
 * told without encryption, or the same bytes give other events the second
 * time.  Rules are read from ./rules. */
#include <stdlib.h>
#include <string.h>

#include <tlstrail/rule/event.h>

#include "record/lines.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct told {
	struct tt_slice bytes;
	struct tt_sha256 *sum;
	uint64_t n;
};

static void must(int is_so)
{
	if (!is_so)
		abort();
}

static const struct tt_rules *the_rules(void)
{
	static struct tt_rules *logs;
	struct tt_rules *rules;
	struct tt_err err = { 0 };

	if (logs)
		return logs;
	must(tt_rules_load(&rules, "rules", NULL, 0, false, &err) == TT_OK);
	must(tt_rules_load_logs(&logs, rules, &err) == TT_OK);
	tt_rules_free(&rules);
	return logs;
}

static bool is_said(const struct tt_event *e, struct tt_slice what)
{
	for (size_t i = 0; i < e->quotes.n; i++)
		if (tt_slice_find(e->quotes.v[i].text, what) != SIZE_MAX)
			return true;
	return what.n == 0;
}

static void check_quotes(const struct told *t, const struct tt_event *e)
{
	must(e->quotes.n > 0);
	for (size_t i = 0; i < e->quotes.n; i++) {
		const struct tt_event_quote *q = &e->quotes.v[i];

		must(q->rule && q->origin);
		must(q->off <= t->bytes.n &&
		     q->text.n <= t->bytes.n - q->off);
		must(q->text.n == 0 ||
		     memcmp(t->bytes.p + q->off, q->text.p, q->text.n) == 0);
	}
}

static void take(void *ctx, struct tt_event *e)
{
	struct told *const t = ctx;
	const int64_t numbers[] = { e->kind, e->side, e->verdict, e->silence,
				    e->version, e->bits, e->outcome,
				    e->transport, e->time_us };
	const struct tt_slice parts[] = {
		{ (const uint8_t *)numbers, sizeof(numbers) },
		e->host, e->queue_id, e->next_queue_id, e->message_id,
		e->sender, e->recipient, e->from.ip, e->by.ip, e->text
	};

	check_quotes(t, e);
	must(e->version == TT_TLS_NONE || e->verdict == TT_ENCRYPTED);
	must(e->quotes.v[0].pointer.n ||
	     (is_said(e, e->queue_id) && is_said(e, e->next_queue_id) &&
	      is_said(e, e->recipient)));
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		tt_sha256_add(t->sum, parts[i]);
	t->n++;
}

static void read_lines(struct tt_log *log, struct tt_reader *r,
		       struct tt_diags *diags)
{
	struct tt_log_line l;

	while (tt_log_line_next(r, &l) > 0)
		tt_log_take_line(log, &l, diags);
}

/* How many events, and their sum. */
static uint64_t run(struct tt_slice bytes, struct tt_matcher *m,
		    uint8_t sum_r[TT_SHA256_LEN])
{
	struct tt_arena arena = { 0 };
	struct tt_diags diags;
	struct tt_reader *r;
	struct told t = { .bytes = bytes, .sum = tt_sha256_new() };
	const struct tt_reader_options as_log = { .as = TT_FORMAT_LOG };
	const struct tt_log_options options = { .rules = the_rules(),
						.arena = &arena,
						.year = 2026,
						.sink = { &t, take } };
	const struct tt_origin origin = { .path = TT_S("a.log") };
	struct tt_log *log = tt_log_begin(&options, m);

	tt_sha256_begin(t.sum);
	tt_diags_init(&diags, &arena);
	tt_log_from(log, &origin);
	struct tt_stream *stream = tt_stream_from_bytes(bytes, &diags);

	if (tt_reader_open(&r, stream, &as_log, NULL) == TT_OK) {
		read_lines(log, r, &diags);
		tt_reader_close(&r);
	}
	tt_log_end(&log, NULL);
	tt_sha256_end(t.sum, sum_r);
	tt_sha256_free(&t.sum);
	tt_stream_free(&stream);
	tt_arena_release(&arena);
	return t.n;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct tt_matcher *matcher;
	uint8_t first[TT_SHA256_LEN], second[TT_SHA256_LEN];

	if (!matcher)
		matcher = tt_matcher_new(the_rules());
	const struct tt_slice bytes = { data, size };
	const uint64_t n = run(bytes, matcher, first);

	must(run(bytes, matcher, second) == n);
	must(memcmp(first, second, sizeof(first)) == 0);
	return 0;
}
