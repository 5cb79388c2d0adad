/* test_json_events - envelopes and quirks of structured logs
 *
 * Every row is a stream as it lies on disk; what it gives is written as one
 * line for each event, and what was told as the codes of its diags. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#include <tlstrail/record/value.h>
#include <tlstrail/rule/event.h>

#include "rule/json_rules.h"

#define N(a) (sizeof(a) / sizeof((a)[0]))

/* `plain`: without what finds rules and ends of objects sooner. */
static struct tt_rules *rules, *plain;

struct seen {
	char text[2000];
	const char *stream;
	size_t n, n_bytes;
	const char *wanted; /* an id; NULL: all are */
	enum tt_format as;
};

static bool is_wanted(void *ctx, const struct tt_event_ids *ids)
{
	const struct seen *s = ctx;
	const struct tt_slice id = tt_slice_str(s->wanted ? s->wanted : "");

	return !s->wanted || tt_slice_eq(ids->ses_id, id) ||
	       tt_slice_eq(ids->queue_id, id) ||
	       tt_slice_eq(ids->message_id, id) ||
	       tt_slice_eq(ids->next_queue_id, id);
}

static void take(void *ctx, struct tt_event *e)
{
	static const char kinds[] = "ADTILC";
	struct seen *s = ctx;
	const char *version = tt_tls_name(e->version);

	s->n += (size_t)snprintf(
		s->text + s->n, sizeof(s->text) - s->n, "%c %.*s %s %s\n",
		kinds[e->kind], (int)e->ses_id.n, (const char *)e->ses_id.p,
		tt_verdict_name(tt_event_verdict(e)), version ? version : "-");
	/* What is quoted stands there. */
	for (size_t i = 0; i < e->quotes.n; i++) {
		const struct tt_event_quote *q = &e->quotes.v[i];

		assert_true(q->off + q->text.n <= s->n_bytes);
		assert_memory_equal(q->text.p, s->stream + q->off, q->text.n);
	}
	assert_true(e->quotes.n > 0);
}

static void take_mail(void *ctx, const struct tt_log_mail *mail,
		      struct tt_diags *diags)
{
	struct seen *s = ctx;

	(void)diags;
	s->n += (size_t)snprintf(
		s->text + s->n, sizeof(s->text) - s->n,
		"M %.*s%s at %d of %.*s\n", (int)mail->bytes.n,
		(const char *)mail->bytes.p, mail->is_cut ? " (cut)" : "",
		(int)mail->off, (int)mail->pointer.n, (const char *)mail->pointer.p);
	assert_true(mail->off < s->n_bytes);
}

static void add_diags(struct seen *s, const struct tt_diags *d)
{
	for (size_t i = 0; i < d->list.n; i++)
		s->n += (size_t)snprintf(
			s->text + s->n, sizeof(s->text) - s->n, "%s\n",
			tt_diag_info(d->list.v[i].code)->code);
}

/* One value after another, as the reader gives them. */
static void read_by(struct tt_rules *by, struct seen *s, const char *text,
		    size_t n)
{
	const struct tt_origin origin = { .path = TT_S("row") };
	struct tt_matcher *m = tt_matcher_new(by);
	struct tt_arena arena = { 0 };
	const struct tt_reader_options ro = {
		.as = s->as ? s->as : TT_FORMAT_JSON
	};
	const struct tt_log_options o = { .rules = by, .arena = &arena,
					  .sink = { s, take },
					  .mail = { s, take_mail },
					  .wants = is_wanted };
	struct tt_log *log = tt_log_begin(&o, m);
	struct tt_reader *reader = NULL;
	struct tt_log_value value;
	struct tt_diags diags;
	struct tt_err err;

	*s = (struct seen){ .stream = text, .n_bytes = n,
			    .wanted = s->wanted, .as = s->as };
	tt_diags_init(&diags, &arena);
	struct tt_stream *stream = tt_stream_from_bytes(
		(struct tt_slice){ (const uint8_t *)text, n }, &diags);

	assert_int_equal(tt_reader_open(&reader, stream, &ro, &err), TT_OK);
	tt_log_from(log, &origin);
	while (tt_log_value_next(reader, &value) > 0) {
		if (by == plain)
			value.marks = NULL;
		tt_log_take_value(log, &value, &diags);
	}
	add_diags(s, &diags);
	tt_log_end(&log, NULL);
	tt_reader_close(&reader);
	tt_stream_free(&stream);
	tt_matcher_free(&m);
	tt_arena_release(&arena);
}

static void read_stream(struct seen *s, const char *text, size_t n)
{
	s->wanted = NULL;
	s->as = TT_FORMAT_JSON;
	read_by(rules, s, text, n);
}

#define SEND "{\"eventType\":\"Send\",\"mail\":{\"messageId\":\"m1\"}," \
	     "\"send\":{}}"
#define TAGGED(v) "{\"eventType\":\"Send\",\"mail\":{\"messageId\":\"m1\"," \
		  "\"tags\":{\"ses:source-tls-version\":" v "}}}"
#define DELIVERY(v)                                                       \
	"{\"eventType\":\"Delivery\",\"mail\":{\"messageId\":\"m2\","     \
	"\"tags\":{\"ses:outgoing-tls-version\":" v "}},\"delivery\":{"   \
	"\"recipients\":[\"a@example.net\"]}}"
#define SEND_B "{\"eventType\":\"Send\",\"mail\":{\"messageId\":\"m3\"}," \
	       "\"send\":{}}"
#define SENT "A m1 unknown -\n"
#define SENT_B "A m3 unknown -\n"
#define UNREAD "value-unread\n"

#define RECEIPT(encoding, content)                                       \
	"{\"receipt\":{\"action\":{\"type\":\"SNS\"" encoding "}},"         \
	"\"mail\":{\"messageId\":\"q1\"},\"content\":" content "}"
#define TAKEN "A  unknown -\n"
#define BASE64 ",\"encoding\":\"BASE64\""

static const struct row {
	const char *name, *stream, *want;
} rows[] = {
	{ "a mail as text", RECEIPT(",\"encoding\":\"UTF8\"",
				    "\"A: \\u0062\\n\""),
	  TAKEN "M A: b\n at 91 of /content\n" },
	{ "a mail as text, which nothing says", RECEIPT("", "\"A: b\""),
	  TAKEN "M A: b at 73 of /content\n" },
	{ "a mail in base64", RECEIPT(BASE64, "\"QTogYg==\""),
	  TAKEN "M A: b at 93 of /content\n" },
	{ "... with lines", RECEIPT(BASE64, "\"QTog\\r\\nYg==\\n\""),
	  TAKEN "M A: b at 93 of /content\n" },
	{ "... that was cut", RECEIPT(BASE64, "\"QTogYg\""),
	  TAKEN "M A:  (cut) at 93 of /content\n" },
	{ "... that is none", RECEIPT(BASE64, "\"A: b\""),
	  TAKEN "mail-damaged\n" },
	{ "a mail in what is not known",
	  RECEIPT(",\"encoding\":\"Base85\"", "\"QTogYg==\""),
	  TAKEN "mail-encoding\n" },
	{ "content that is empty", RECEIPT("", "\"\""), TAKEN },
	{ "content that is null", RECEIPT("", "null"), TAKEN },
	{ "content that is an object", RECEIPT("", "{\"a\":\"A: b\"}"),
	  TAKEN },
	{ "content of no receipt",
	  "{\"mail\":{\"messageId\":\"m1\"},\"content\":\"A: b\"}", SENT },
	{ "a mail in an envelope",
	  "{\"Message\":\"{\\\"receipt\\\":{},\\\"mail\\\":{\\\"messageId"
	  "\\\":\\\"q1\\\"},\\\"content\\\":\\\"A: b\\\"}\","
	  "\"Type\":\"Notification\"}",
	  TAKEN "M A: b at 11 of /Message/content\n" },
	{ "two mails in a list",
	  "[" RECEIPT("", "\"A: b\"") "," RECEIPT("", "\"A: c\"") "]",
	  TAKEN "M A: b at 74 of /0/content\n"
		      "M A: c at 155 of /1/content\n" },
	{ "a mail in a record that is not well formed",
	  "{\"receipt\":{},\"mail\":{\"messageId\":\"q1\"},\"content\":"
	  "\"A: b\",}", "json-torn\n" },
	{ "one a line", SEND "\n" SEND_B "\n", SENT SENT_B },
	{ "no line between", SEND SEND_B, SENT SENT_B },
	{ "the same again", SEND "\n" SEND_B "\n" SEND "\n", SENT SENT_B },
	{ "the same again, but for a tag", SEND TAGGED("[\"TLSv1.2\"]") SEND,
	  SENT "A m1 encrypted TLSv1.2\n" SENT },
	{ "the same again, the first in pieces",
	  "{\"mail\":{\"messageId\":\"m1\",\"x\" 1}}" SEND,
	  SENT "json-torn\n" },
	{ "a report without its figures",
	  "{\"organization-name\":\"a\",\"policies\":[{\"policy\":{"
	  "\"policy-domain\":\"b\"},\"summary\":{}}]}", UNREAD },
	{ "an array", "[" SEND "," SEND_B "]", SENT SENT_B },
	{ "arrays in an array", "[[" SEND "]]", SENT },
	{ "pretty", "{\n \"eventType\" : \"Send\",\n \"mail\" : {\n  "
	  "\"messageId\" : \"m1\" }\n}\n", SENT },
	{ "a time in front", "2026-05-04T09:00:02.000Z " SEND "\n", SENT },
	{ "cut in the middle", SEND "\n{\"eventType\":\"Send\",\"mail\":{\"me",
	  SENT "json-torn\n" },
	{ "cut, and the next follows",
	  "{\"eventType\":\"Send\",\"mail\":{\"messageId\":\"m9\"\n" SEND "\n",
	  SENT "json-torn\n" },
	{ "a key twice: the last counts",
	  "{\"mail\":{\"messageId\":\"m0\",\"messageId\":\"m1\"}}",
	  SENT "json-double\n" },
	{ "a key with an escape", "{\"mail\":{\"message\\u0049d\":\"m1\"}}",
	  SENT },
	{ "a member without a colon",
	  "{\"mail\":{\"messageId\":\"m1\",\"x\" 1}}", "json-torn\n" },
	{ "a comma at the end", "{\"mail\":{\"messageId\":\"m1\",}}",
	  "json-torn\n" },
	{ "a number for an id", "{\"mail\":{\"messageId\":71}}",
	  "A 71 unknown -\n" },
	{ "an object for an id", "{\"mail\":{\"messageId\":{}}}",
	  UNREAD },
	{ "null for an id", "{\"mail\":{\"messageId\":null}}", UNREAD },
	{ "mail is a string", "{\"mail\":\"x\"}", UNREAD },
	{ "a record of another service", SEND "{\"level\":\"info\"}",
	  SENT UNREAD },
	{ "a version", TAGGED("[\"TLSv1.2\"]"), "A m1 encrypted TLSv1.2\n" },
	{ "a version, not in a list", TAGGED("\"TLSv1.2\""),
	  "A m1 encrypted TLSv1.2\n" },
	{ "a version, spelled otherwise", TAGGED("[\"tlsv1_3\"]"),
	  "A m1 encrypted TLSv1.3\n" },
	{ "a version that is none", TAGGED("[\"none\"]"), SENT },
	{ "an empty version", TAGGED("[\"\"]"), SENT },
	{ "an empty list", TAGGED("[]"), SENT },
	{ "null", TAGGED("null"), SENT },
	{ "both legs", DELIVERY("[\"TLSv1\"]"),
	  "A m2 unknown -\nD m2 encrypted TLSv1.0\n" },
	{ "no tag is no cleartext", DELIVERY("[]"),
	  "A m2 unknown -\nD m2 unknown -\n" },
	{ "an envelope of text that is no JSON",
	  "{\"Type\":\"Notification\",\"Message\":\"Successfully validated\"}",
	  UNREAD },
	{ "an envelope of half a value",
	  "{\"Type\":\"Notification\",\"Message\":\"{\\\"mail\\\":\"}",
	  UNREAD },
	{ "seven envelopes",
	  "{\"Body\":[[[[[[[" SEND "]]]]]]]}", "limit-json-layers\n" },
	{ "text that imitates a record",
	  "{\"mail\":{\"messageId\":\"m1\",\"commonHeaders\":{\"subject\":"
	  "\"\\\",\\\"messageId\\\":\\\"m9\\\",\\\"x\\\":\\\"\"}}}", SENT },
	{ "a header that imitates a tag",
	  "{\"mail\":{\"messageId\":\"m1\",\"headers\":[{\"name\":"
	  "\"ses:source-tls-version\",\"value\":\"TLSv1.3\"}]}}", SENT },
};

static void check_rows(void **state)
{
	size_t n_bad = 0;

	(void)state;
	for (size_t i = 0; i < N(rows); i++) {
		struct seen s;

		read_stream(&s, rows[i].stream, strlen(rows[i].stream));
		if (strcmp(s.text, rows[i].want) == 0)
			continue;
		print_error("%s: want\n%sgot\n%s", rows[i].name, rows[i].want,
			    s.text);
		n_bad++;
	}
	assert_int_equal(n_bad, 0);
}

/* However a stream is cut, what is told of is a beginning of all of it. */
static void check_cuts(void **state)
{
	static const char whole[] = SEND "\n" DELIVERY("[\"TLSv1.3\"]");
	struct seen all, part;

	(void)state;
	read_stream(&all, whole, sizeof(whole) - 1);
	for (size_t n = 1; n < sizeof(whole) - 1; n++) {
		read_stream(&part, whole, n);
		char *diag = strstr(part.text, "json-torn");

		if (diag)
			*diag = '\0';
		assert_memory_equal(part.text, all.text, strlen(part.text));
	}
}

/* ---- second opinion ---- */

static uint32_t noise(uint32_t *seed)
{
	*seed = *seed * 1664525 + 1013904223;
	return *seed >> 8;
}

/* One byte changed, left out, or put in twice. */
static size_t damage(char *text, size_t n, uint32_t *seed)
{
	static const char bytes[] = "{}[]\":,\\ \n0a\xc3";
	const size_t at = noise(seed) % n;

	switch (noise(seed) % 3) {
	case 0:
		text[at] = bytes[noise(seed) % (sizeof(bytes) - 1)];
		return n;
	case 1:
		memmove(text + at, text + at + 1, n - at - 1);
		return n - 1;
	}
	memmove(text + at + 1, text + at, n - at);
	return n + 1;
}

static void check_second(const char *name, const char *text, size_t n)
{
	struct seen fast = { 0 }, slow = { 0 };

	read_by(rules, &fast, text, n);
	read_by(plain, &slow, text, n);
	if (fast.n != slow.n || memcmp(fast.text, slow.text, fast.n) != 0)
		fail_msg("%s: %.*s\ngives\n%s, without marks\n%s", name,
			 (int)n, text, fast.text, slow.text);
}

/* What is found sooner is what would be found, and what is wrong is told so:
 * of each row, and of each with some damage. */
static void check_second_opinion(void **state)
{
	uint32_t seed = 1;
	char text[1000];

	(void)state;
	for (size_t i = 0; i < N(rows); i++) {
		check_second(rows[i].name, rows[i].stream,
			     strlen(rows[i].stream));
		for (int k = 0; k < 300; k++) {
			size_t n = strlen(rows[i].stream);

			assert_true(n + 10 < sizeof(text));
			memcpy(text, rows[i].stream, n);
			for (uint32_t j = 1 + noise(&seed) % 4; j > 0; j--)
				n = damage(text, n, &seed);
			check_second(rows[i].name, text, n);
		}
	}
}

/* More objects than are marked: those behind are found as well. */
static void check_many_objects(void **state)
{
	enum { OBJECTS = 3000 };
	static char text[3 * OBJECTS + 100];
	size_t n = (size_t)snprintf(text, sizeof(text), "{\"x\":[{}");

	(void)state;
	for (int i = 0; i < OBJECTS; i++)
		n += (size_t)snprintf(text + n, sizeof(text) - n, ",{}");
	n += (size_t)snprintf(text + n, sizeof(text) - n,
			      "],\"mail\":{\"messageId\":\"m1\"}}");
	struct seen s;

	read_stream(&s, text, n);
	assert_string_equal(s.text, SENT);
}

/* ---- bounds ---- */

#define CSV_NAMES "type,timeLogged,orig,rcpt,dlvType,envId"
#define CSV_RECORD "d,2026-05-04 09:00:02+0000,a@example.org,b@example.net," \
		   "smtp,e1"

/* What stands first is read, whatever the number of members behind. */
static const struct members_row {
	const char *name;
	enum tt_format as;
	const char *lead, *more, *tail, *lead2, *more2, *tail2;
	uint64_t n; /* how many times `more` */
	const char *want;
} members_rows[] = {
	{ "members at the limit", TT_FORMAT_JSON,
	  "{\"mail\":{\"messageId\":\"m1\"}", ",\"a\":0", "}", "", "", "",
	  TT_ROOM(json_members) - 1, SENT },
	{ "a member more", TT_FORMAT_JSON,
	  "{\"mail\":{\"messageId\":\"m1\"}", ",\"a\":0", "}", "", "", "",
	  TT_ROOM(json_members), SENT "limit-json-members\n" },
	{ "elements at the limit", TT_FORMAT_JSON, "[" SEND, ",[]", "]", "",
	  "", "", TT_ROOM(json_members) - 1, SENT },
	{ "an element more", TT_FORMAT_JSON, "[" SEND, ",[]", "]", "", "",
	  "", TT_ROOM(json_members), SENT "limit-json-members\n" },
	{ "fields of CSV at the limit", TT_FORMAT_CSV, CSV_NAMES, ",x", "\n",
	  CSV_RECORD, ",", "\n", TT_ROOM(json_members) - 6,
	  "D  unknown -\nexperimental-rule\n" },
	{ "a field more", TT_FORMAT_CSV, CSV_NAMES, ",x", "\n", CSV_RECORD,
	  ",", "\n", TT_ROOM(json_members) - 5,
	  "D  unknown -\nlimit-json-members\nexperimental-rule\n" },
};

static void put_line(struct tt_out *out, const char *lead, const char *more,
		     const char *tail, uint64_t n)
{
	tt_out_str(out, lead);
	for (uint64_t i = 0; i < n; i++)
		tt_out_str(out, more);
	tt_out_str(out, tail);
}

static void check_members(void **state)
{
	size_t n_bad = 0;

	(void)state;
	for (size_t i = 0; i < N(members_rows); i++) {
		const struct members_row *const row = &members_rows[i];
		struct seen s = { .as = row->as };
		struct tt_out out;

		tt_out_init(&out, -1);
		put_line(&out, row->lead, row->more, row->tail, row->n);
		put_line(&out, row->lead2, row->more2, row->tail2, row->n);
		read_by(rules, &s, (const char *)out.buf, out.n);
		tt_out_release(&out);
		if (strcmp(s.text, row->want) == 0)
			continue;
		print_error("%s: want\n%sgot\n%s", row->name, row->want,
			    s.text);
		n_bad++;
	}
	assert_int_equal(n_bad, 0);
}

/* Who wants one message is given its events, and told of no other. */
static const struct wanted_row {
	const char *id, *want;
} wanted_rows[] = {
	{ "m1", SENT },
	{ "m2", "A m2 unknown -\nD m2 unknown -\n" },
	{ "m2@eu-west-1.amazonses.com", "A m2 unknown -\nD m2 unknown -\n" },
	{ "4F7E21B2C3", "D m2 unknown -\n" },
	{ "a@example.net", "" },
	{ "m", "" },
};

static void check_wanted(void **state)
{
	static const char stream[] =
		SEND "\n{\"mail\":{\"messageId\":\"m2\",\"sourceArn\":"
		"\"arn:aws:ses:eu-west-1:1:identity/a\"},\"delivery\":{"
		"\"recipients\":[\"a@example.net\"],\"smtpResponse\":"
		"\"250 2.0.0 Ok: queued as 4F7E21B2C3\"}}";

	(void)state;
	for (size_t i = 0; i < N(wanted_rows); i++) {
		struct seen s = { .wanted = wanted_rows[i].id };

		read_by(rules, &s, stream, sizeof(stream) - 1);
		assert_string_equal(s.text, wanted_rows[i].want);
	}
}

static const struct time_row {
	const char *text;
	int64_t us; /* -1: no time */
} time_rows[] = {
	{ "2026-06-09T14:03:21.118Z", INT64_C(1781013801118000) },
	{ "2026-06-09T17:03:21.118+03:00", INT64_C(1781013801118000) },
	{ "2026-06-09T14:03:21.118000+00:00", INT64_C(1781013801118000) },
	{ "2026-06-09 14:03:21+0000", INT64_C(1781013801000000) },
	{ "1781013801", INT64_C(1781013801000000) },
	{ "1781013801.5", INT64_C(1781013801500000) },
	{ "1781013801118", INT64_C(1781013801118000) },
	{ "1781013801118001", INT64_C(1781013801118001) },
	{ "yesterday", -1 },
	{ "", -1 },
};

static void check_times(void **state)
{
	(void)state;
	for (size_t i = 0; i < N(time_rows); i++) {
		enum tt_log_time time;
		int64_t us = 0;
		const bool is_time = tt_value_time(
			tt_slice_str(time_rows[i].text), &time, &us);

		assert_int_equal(is_time, time_rows[i].us >= 0);
		if (is_time && us != time_rows[i].us)
			fail_msg("%s: %lld", time_rows[i].text, (long long)us);
	}
}

static int load(void **state)
{
	struct tt_rules *mail;
	struct tt_err err;
	bool is_there;

	(void)state;
	if (tt_rules_load(&mail, "rules", NULL, 0, false, &err) < 0)
		return -1;
	is_there = tt_rules_load_logs(&rules, mail, &err) == TT_OK &&
		   tt_rules_load_logs(&plain, mail, &err) == TT_OK;
	for (size_t i = 0; is_there && i < plain->json.list.n; i++)
		plain->json.list.v[i].when.keys = 0;
	for (size_t i = 0; is_there && i < plain->json.envelopes.n; i++)
		plain->json.envelopes.v[i].when.keys = 0;
	tt_rules_free(&mail);
	return is_there ? 0 : -1;
}

static int unload(void **state)
{
	(void)state;
	tt_rules_free(&rules);
	tt_rules_free(&plain);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(check_rows),
		cmocka_unit_test(check_cuts),
		cmocka_unit_test(check_second_opinion),
		cmocka_unit_test(check_many_objects),
		cmocka_unit_test(check_members),
		cmocka_unit_test(check_wanted),
		cmocka_unit_test(check_times),
	};

	return cmocka_run_group_tests(tests, load, unload);
}
