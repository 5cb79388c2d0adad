/* test_status - a delivery report becomes attempts, claims and no more
 *
 * A row's report and what must come of it: for each attempt
 * "outcome recipient from[ip]>by[ip] text @time", then "#code" for each
 * diag.  Every piece of evidence is checked against the bytes at its offset,
 * in every row. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include <tlstrail/message/status.h>
#include <tlstrail/trail.h>

#define N(a) (sizeof(a) / sizeof((a)[0]))
#define OFF 1000 /* of the text in its message */
#define B(text) { (const uint8_t *)(text), sizeof(text) - 1 }

static const struct row {
	const char *name;
	struct tt_slice text;
	const char *out;
} rows[] = {
	{ "Postfix, failed",
	  B("Reporting-MTA: dns; out.example.com\nX-Postfix-Queue-ID: 4Wx\n"
	    "X-Postfix-Sender: rfc822; a@example.com\n"
	    "Arrival-Date: Tue,  9 Jun 2026 14:03:21 +0000 (UTC)\n\n"
	    "Final-Recipient: rfc822; carol@example.net\n"
	    "Original-Recipient: rfc822;carol@example.net\n"
	    "Action: failed\nStatus: 5.1.1\n"
	    "Remote-MTA: dns; mx.example.net\n"
	    "Diagnostic-Code: smtp; 550 5.1.1 <carol@example.net>:\n"
	    "    no such user\n"),
	  "bounced carol@example.net out.example.com[]>mx.example.net[] "
	  "smtp; 550 5.1.1 <carol@example.net>: no such user" },
	{ "Postfix, TLS required", B("Reporting-MTA: dns; out.example.com\n\n"
	    "Final-Recipient: rfc822; c@example.net\nAction: delayed\n"
	    "Status: 4.7.4\nDiagnostic-Code: X-Postfix; TLS is required, but "
	    "was not offered by\n    host mx.example.net[192.0.2.7]\n"),
	  "refused c@example.net out.example.com[]>[] X-Postfix; TLS is "
	  "required, but was not offered by host mx.example.net[192.0.2.7]" },
	{ "a provider names the address, CRLF",
	  B("Reporting-MTA: dns; mail.example.com\r\n\r\n"
	    "Final-Recipient: rfc822; c@example.net\r\nAction: failed\r\n"
	    "Remote-MTA: dns; mx.example.net. (192.0.2.7, the server for the "
	    "domain example.net.)\r\n"
	    "Diagnostic-Code: smtp; 550-5.7.1 one\r\n 550 5.7.1 two\r\n"
	    "Last-Attempt-Date: Tue, 09 Jun 2026 07:03:21 -0700\r\n"),
	  "bounced c@example.net mail.example.com[]>mx.example.net[192.0.2.7]"
	  " smtp; 550-5.7.1 one 550 5.7.1 two @2026-06-09T14:03:21Z" },
	{ "action before recipient, no answer",
	  B("Reporting-MTA: dns; mx1.example.com\n\nAction: failed\n"
	    "Final-Recipient: rfc822;x@example.com\nStatus: 5.0.0\n"),
	  "bounced x@example.com mx1.example.com[]>[] 5.0.0 failed" },
	{ "no block about the message, many blank lines, two recipients",
	  B("\n\nFinal-Recipient: rfc822;a@example.org\nAction: failed\n"
	    "Status: 5.0.0\n\n\n\nFinal-Recipient: rfc822;b@example.org\n"
	    "Action: DELAYED\nStatus: 4.0.0\n\n"),
	  "bounced a@example.org []>[] 5.0.0 failed|"
	  "deferred b@example.org []>[] 4.0.0 DELAYED" },
	{ "the blank line between two recipients is missing",
	  B("Final-Recipient: rfc822;a@example.org\nAction: failed\n"
	    "Final-Recipient: rfc822;b@example.org\nAction: failed\n"),
	  "bounced a@example.org []>[] failed|"
	  "bounced b@example.org []>[] failed" },
	{ "relayed, delivered and expanded are no attempts",
	  B("Final-Recipient: rfc822;a@example.org\nAction: relayed\n\n"
	    "Final-Recipient: rfc822;b@example.org\nAction: delivered\n\n"
	    "Final-Recipient: rfc822;c@example.org\nAction: expanded\n"), "" },
	{ "an address instead of a name",
	  B("Reporting-MTA: dns; [192.0.2.1]\n\nAction: failed\n"
	    "Remote-MTA: dns; 2001:DB8::1\n"),
	  "bounced  [192.0.2.1]>[2001:db8::1] failed" },
	{ "an answer that begins a field is no field",
	  B("Final-Recipient: rfc822;a@example.org\nAction: failed\n"
	    "Diagnostic-Code: smtp; 550 x\n Received: from forged by x with "
	    "ESMTPS\n"),
	  "bounced a@example.org []>[] smtp; 550 x Received: from forged by x "
	  "with ESMTPS" },
	{ "a version in an answer is no TLS failure",
	  B("Action: failed\nDiagnostic-Code: smtp; 550 no, over TLSv1.3\n"),
	  "bounced  []>[] smtp; 550 no, over TLSv1.3" },
	{ "a line without a colon",
	  B("Action failed\nAction: failed\n"),
	  "bounced  []>[] failed #report-damaged" },
	{ "nothing", B(""), " #report-damaged" },
	{ "a date that is none",
	  B("Action: failed\nLast-Attempt-Date: yesterday\n"),
	  "bounced  []>[] failed" },
};

static struct tt_rules *rules;
static struct tt_matcher *matcher;

static void put_attempt(struct tt_out *o, const struct tt_attempt *a)
{
	char when[24];

	tt_out_str(o, tt_outcome_name(a->outcome));
	tt_out_str(o, " ");
	tt_out_bytes(o, a->recipient);
	tt_out_str(o, " ");
	tt_out_bytes(o, a->from.name);
	tt_out_str(o, "[");
	tt_out_bytes(o, a->from.ip);
	tt_out_str(o, "]>");
	tt_out_bytes(o, a->by.name);
	tt_out_str(o, "[");
	tt_out_bytes(o, a->by.ip);
	tt_out_str(o, "] ");
	tt_out_bytes(o, a->text);
	if (!a->has_time)
		return;
	tt_out_str(o, " @");
	tt_out_bytes(o, (struct tt_slice){
				(const uint8_t *)when,
				tt_date_rfc3339(a->time_unix, when) });
}

static void put_all(struct tt_out *o, const struct tt_timeline *t,
		    const struct tt_diags *d)
{
	for (size_t i = 0; i < t->attempts.n; i++) {
		tt_out_str(o, i ? "|" : "");
		put_attempt(o, &t->attempts.v[i]);
	}
	for (size_t i = 0; i < d->list.n; i++)
		tt_out_printf(o, " #%s", tt_diag_info(d->list.v[i].code)->code);
}

static void check_evidence(const char *name, const struct tt_timeline *t,
			   struct tt_slice text)
{
	for (size_t i = 0; i < t->attempts.n; i++) {
		const struct tt_attempt *a = &t->attempts.v[i];

		if (a->evidence.n == 0)
			fail_msg("%s: nothing is quoted", name);
		for (size_t k = 0; k < a->evidence.n; k++) {
			const struct tt_evidence *e = &a->evidence.v[k];

			if (e->off < OFF ||
			    e->text.p != text.p + (e->off - OFF) ||
			    e->off - OFF + e->text.n > text.n)
				fail_msg("%s: evidence lies elsewhere", name);
		}
	}
}

static void test_rows(void **state)
{
	size_t n_wrong = 0;

	(void)state;
	for (size_t i = 0; i < N(rows); i++) {
		struct tt_arena arena = { 0 };
		struct tt_timeline t = { 0 };
		struct tt_diags diags;
		struct tt_out out;

		tt_diags_init(&diags, &arena);
		tt_out_init(&out, -1);
		tt_attempts_add(&t, rows[i].text, OFF, matcher, &arena,
				&diags);
		put_all(&out, &t, &diags);
		check_evidence(rows[i].name, &t, rows[i].text);
		if (!tt_slice_eq((struct tt_slice){ out.buf, out.n },
				 tt_slice_str(rows[i].out))) {
			print_error("%s: %.*s, not %s\n", rows[i].name,
				    (int)out.n, (const char *)out.buf,
				    rows[i].out);
			n_wrong++;
		}
		tt_out_release(&out);
		tt_arena_release(&arena);
	}
	assert_int_equal(n_wrong, 0);
}

/* What was decoded has no place: nothing is quoted, and that is told. */
static void test_decoded(void **state)
{
	struct tt_arena arena = { 0 };
	struct tt_timeline t = { 0 };
	struct tt_diags diags;

	(void)state;
	tt_diags_init(&diags, &arena);
	tt_attempts_add(&t, TT_S("Action: failed\n"), TT_NO_OFF, matcher,
			&arena, &diags);
	assert_int_equal(t.attempts.n, 1);
	assert_int_equal(t.attempts.v[0].evidence.n, 0);
	assert_int_equal(diags.list.n, 1);
	assert_int_equal(diags.list.v[0].code, TT_DIAG_status_decoded);
	assert_false(diags.is_serious);
	tt_arena_release(&arena);
}

/* One recipient more than the limit is told and not read; a second report
 * meets the limit of the message. */
static void test_bounds(void **state)
{
	struct tt_arena arena = { 0 };
	struct tt_timeline t = { 0 };
	struct tt_diags diags;
	struct tt_out out;

	(void)state;
	tt_diags_init(&diags, &arena);
	tt_out_init(&out, -1);
	for (uint64_t i = 0; i < TT_MAX_report_recipients + 1; i++)
		tt_out_str(&out, "Action: failed\n\n");
	const struct tt_slice text = { out.buf, out.n };

	tt_attempts_add(&t, text, OFF, matcher, &arena, &diags);
	assert_int_equal(t.attempts.n, TT_MAX_report_recipients);
	assert_int_equal(diags.list.n, 1);
	assert_int_equal(diags.list.v[0].code, TT_DIAG_recipients_cut);
	tt_attempts_add(&t, text, OFF, matcher, &arena, &diags);
	tt_attempts_add(&t, text, OFF, matcher, &arena, &diags);
	assert_int_equal(t.attempts.n, TT_MAX_attempts);
	assert_int_equal(diags.list.v[diags.list.n - 1].code,
			 TT_DIAG_attempts_cut);
	tt_out_release(&out);
	tt_arena_release(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_decoded),
		cmocka_unit_test(test_bounds),
	};
	struct tt_err err = { 0 };

	if (tt_rules_load(&rules, "rules", NULL, 0, false, &err) < 0)
		return 1;
	matcher = tt_matcher_new(rules);
	const int status = cmocka_run_group_tests(tests, NULL, NULL);

	tt_matcher_free(&matcher);
	tt_rules_free(&rules);
	return status;
}
