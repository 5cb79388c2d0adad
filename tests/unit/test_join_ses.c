/* test_join_ses.c - mail joined with what SES and CloudTrail tell of it
 *
 * A row is a header block, records of one structured log, and every hop that
 * must come out: the peer's address, verdict, version, and its witnesses (r: a
 * stamp, S: SES as the sender, s: SES as the receiver, c: CloudTrail). */
#include "log_fixture.h"
#include "trail_fixture.h"

#define SES "0100019eacb1e89e-6a1f0c52-9b7e-4d10-8c4e-2f1f6d0a9c01-000000"
#define ID "Message-ID: <" SES "@email.amazonses.com>\n"
#define HOST "a8-71.smtp-out.amazonses.com"
#define AT "; Tue, 9 Jun 2026 14:03:22 +0000\n"
#define STAMP(peer, to)                                                 \
	"Received: from " HOST " (" peer ")\n"                          \
	"\t(using TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 "          \
	"(256/256 bits))\n"                                             \
	"\tby mx.example.net (Postfix) with ESMTPS id 4Mx10" to AT
#define PEER HOST " [198.51.100.71]"
#define FOR_B "\n\tfor <b@example.net>"
#define TOP "Received: from mx.example.net (mx.example.net [203.0.113.4])\n" \
	"\tby in.example.net (Postfix) with ESMTPS id 4In10; "          \
	"Tue, 9 Jun 2026 14:03:24 +0000\n"

#define SENT(to, at, mta, out, answer)                                  \
	"{\"eventType\":\"Delivery\",\"mail\":{\"timestamp\":"          \
	"\"2026-06-09T14:03:21.118Z\",\"messageId\":\"" SES "\",\"tags\":{" \
	"\"ses:configuration-set\":[\"strict\"],"                       \
	"\"ses:source-ip\":[\"192.0.2.7\"],"                            \
	"\"ses:source-tls-version\":[\"TLSv1.2\"]" out "}},\"delivery\":{" \
	"\"timestamp\":\"2026-06-09T" at "Z\",\"recipients\":[" to "],"  \
	"\"smtpResponse\":\"" answer "\",\"remoteMtaIp\":\"" mta "\","   \
	"\"reportingMTA\":\"" HOST "\"}}\n"
#define OUT(ip, v) ",\"ses:outgoing-ip\":[\"" ip "\"],"                 \
	"\"ses:outgoing-tls-version\":[\"" v "\"]"
#define B "\"b@example.net\""
#define C "\"c@example.com\""
#define OK "250 2.0.0 Ok"
#define TO_B(out) SENT(B, "14:03:22.054", "203.0.113.4", out, OK)
#define TO_C(out) SENT(C, "14:03:21.900", "203.0.113.9", out, OK)
#define TRAIL(at, tls)                                                  \
	"{\"eventTime\":\"2026-06-09T" at "Z\",\"eventSource\":"        \
	"\"ses.amazonaws.com\",\"eventName\":\"SendEmail\","            \
	"\"awsRegion\":\"us-east-1\",\"sourceIPAddress\":\"192.0.2.7\"," \
	"\"additionalEventData\":{\"sesMessageId\":\"" SES "\"}" tls "}\n"
#define TLS(v) ",\"tlsDetails\":{\"tlsVersion\":\"" v "\","             \
	"\"cipherSuite\":\"TLS_AES_128_GCM_SHA256\"}"
#define POLICY(set)                                                     \
	"{\"eventTime\":\"2026-06-09T08:00:00Z\",\"eventSource\":"      \
	"\"ses.amazonaws.com\",\"eventName\":"                          \
	"\"PutConfigurationSetDeliveryOptions\",\"requestParameters\":{" \
	"\"configurationSetName\":\"" set "\",\"tlsPolicy\":\"REQUIRE\"}}\n"
#define COMPLAINT(id)                                                   \
	"{\"eventType\":\"Complaint\",\"mail\":{\"timestamp\":"         \
	"\"2026-06-09T14:03:21.118Z\",\"messageId\":\"" id "\",\"tags\":{" \
	"\"ses:source-ip\":[\"192.0.2.7\"],"                            \
	"\"ses:source-tls-version\":[\"TLSv1.2\"]}},\"complaint\":{"     \
	"\"complainedRecipients\":[{\"emailAddress\":\"b@example.net\"}]," \
	"\"timestamp\":\"2026-06-10T08:00:00Z\"}}\n"

#define REPORT(domain, day, bad)                                        \
	"{\"organization-name\":\"Example\",\"date-range\":{"          \
	"\"start-datetime\":\"2026-06-" day "T00:00:00Z\"},\"policies\":" \
	"[{\"policy\":{\"policy-domain\":\"" domain "\"},\"summary\":{"  \
	"\"total-successful-session-count\":7,"                         \
	"\"total-failure-session-count\":" bad "}}]}\n"

#define SUBMITTED "192.0.2.7 encrypted TLSv1.2 s\n"
#define ARRIVED(w) "198.51.100.71 encrypted TLSv1.3 " w "\n"
#define REFUSED(ip) ip " encrypted TLSv1.3 r\njoin-refused\n"

static const struct row {
	const char *name, *header, *log, *want;
} rows[] = {
	{ "SES's own address", STAMP(PEER, FOR_B) ID,
	  TO_B(OUT("198.51.100.71", "TLSv1.3")),
	  SUBMITTED ARRIVED("rS corroborated") },
	{ "SES tells of an older version", STAMP(PEER, FOR_B) ID,
	  TO_B(OUT("198.51.100.71", "TLSv1")),
	  SUBMITTED "198.51.100.71 encrypted TLSv1.0 rS conflict\n" },
	{ "a tag is missing: nothing differs", STAMP(PEER, FOR_B) ID,
	  TO_B(",\"ses:outgoing-ip\":[\"198.51.100.71\"]"),
	  SUBMITTED ARRIVED("rS") },
	{ "above it a stamp of the receiver", TOP STAMP(PEER, FOR_B) ID,
	  TO_B(OUT("198.51.100.71", "TLSv1.3")),
	  SUBMITTED ARRIVED("rS corroborated")
	  "203.0.113.4 encrypted - r\n" },
	{ "another peer copied the Message-ID",
	  STAMP("evil.example.org [192.0.2.66]", FOR_B) ID,
	  TO_B(OUT("198.51.100.71", "TLSv1.3")), REFUSED("192.0.2.66") },
	{ "no address told, and a host of SES", STAMP(PEER, FOR_B) ID,
	  TO_B(""), SUBMITTED ARRIVED("rS") },
	{ "no address told, and another rDNS",
	  STAMP("evil.example.org [192.0.2.66]", FOR_B) ID, TO_B(""),
	  REFUSED("192.0.2.66") },
	{ "no address told, and a HELO alone",
	  STAMP("unknown [192.0.2.66]", FOR_B) ID, TO_B(""),
	  REFUSED("192.0.2.66") },
	{ "a name that only ends like one of SES",
	  STAMP("evilamazonses.com [192.0.2.66]", FOR_B) ID, TO_B(""),
	  REFUSED("192.0.2.66") },
	{ "at another time", STAMP(PEER, FOR_B) ID,
	  SENT(B, "18:03:22.054", "203.0.113.4",
	       OUT("198.51.100.71", "TLSv1.3"), OK),
	  REFUSED("198.51.100.71") },
	{ "another domain's Message-ID",
	  STAMP(PEER, FOR_B) "Message-ID: <" SES "@example.org>\n",
	  TO_B(OUT("198.51.100.71", "TLSv1.3")), ARRIVED("r") },
	/* One message to two, from one address. */
	{ "the stamp names whom", STAMP(PEER, FOR_B) ID,
	  TO_C(OUT("198.51.100.71", "TLSv1"))
	  TO_B(OUT("198.51.100.71", "TLSv1.3")),
	  SUBMITTED ARRIVED("rS corroborated") },
	{ "only the other's delivery is there", STAMP(PEER, FOR_B) ID,
	  TO_C(OUT("198.51.100.71", "TLSv1")), SUBMITTED ARRIVED("r") },
	{ "the answer names the stamp's id", STAMP(PEER, "") ID,
	  TO_C(OUT("198.51.100.71", "TLSv1"))
	  SENT(B, "14:03:22.054", "203.0.113.4",
	       OUT("198.51.100.71", "TLSv1.3"), OK ": queued as 4Mx10"),
	  SUBMITTED ARRIVED("rS corroborated") },
	{ "nothing tells which", STAMP(PEER, "") ID,
	  TO_C(OUT("198.51.100.71", "TLSv1"))
	  TO_B(OUT("198.51.100.71", "TLSv1.3")),
	  SUBMITTED ARRIVED("r") },
	{ "to two at once", STAMP(PEER, "") ID,
	  SENT(B "," C, "14:03:22.054", "203.0.113.4",
	       OUT("198.51.100.71", "TLSv1.3"), OK),
	  SUBMITTED ARRIVED("rS corroborated") },
	/* CloudTrail */
	{ "CloudTrail alone", STAMP(PEER, FOR_B) ID,
	  TRAIL("14:03:21", TLS("TLSv1.3")),
	  "192.0.2.7 encrypted TLSv1.3 c\n" ARRIVED("r") },
	{ "without tlsDetails", STAMP(PEER, FOR_B) ID, TRAIL("14:03:21", ""),
	  "192.0.2.7 unknown - c\n" ARRIVED("r") },
	{ "hours in SES's queue", STAMP(PEER, FOR_B) ID,
	  TRAIL("07:03:21", TLS("TLSv1.3")),
	  "192.0.2.7 encrypted TLSv1.3 c\n" ARRIVED("r") },
	{ "sent after it arrived", STAMP(PEER, FOR_B) ID,
	  TRAIL("15:03:21", TLS("TLSv1.3")), REFUSED("198.51.100.71") },
	{ "CloudTrail, and a HELO alone",
	  STAMP("unknown [192.0.2.66]", FOR_B) ID,
	  TRAIL("14:03:21", TLS("TLSv1.3")), REFUSED("192.0.2.66") },
	{ "CloudTrail and SES: the lower version stands",
	  STAMP(PEER, FOR_B) ID,
	  TRAIL("14:03:21", TLS("TLSv1.3"))
	  TO_B(OUT("198.51.100.71", "TLSv1.3")),
	  "192.0.2.7 encrypted TLSv1.2 cs conflict\n" ARRIVED("rS corroborated") },
	/* beside the hops */
	{ "the policy of its configuration set", STAMP(PEER, FOR_B) ID,
	  TO_B(OUT("198.51.100.71", "TLSv1.3")) POLICY("strict")
	  POLICY("other"),
	  SUBMITTED ARRIVED("rS corroborated")
	  "policy: TlsPolicy REQUIRE\n" },
	{ "a complaint, and another's", STAMP(PEER, FOR_B) ID,
	  TO_B(OUT("198.51.100.71", "TLSv1.3")) COMPLAINT(SES)
	  COMPLAINT("0100-x"),
	  SUBMITTED ARRIVED("rS corroborated") "complaint: complaint\n" },
	{ "reports of the day, on the recipient's domain",
	  STAMP(PEER, FOR_B) ID,
	  REPORT("example.net", "09", "3") REPORT("example.net", "08", "4")
	  REPORT("example.net", "10", "5") REPORT("example.org", "09", "6"),
	  ARRIVED("r") "tlsrpt: 3 sessions failed\n" },
	{ "a report of no failure", STAMP(PEER, FOR_B) ID,
	  REPORT("EXAMPLE.NET", "09", "0"),
	  ARRIVED("r") "tlsrpt: 7 sessions, none failed\n" },
};

/* ---- one row ---- */

static struct tt_rules *log_rules;

static char letter(const struct tt_witness *w)
{
	if (w->kind == TT_EVIDENCE_RECEIVED)
		return 'r';
	if (w->kind == TT_EVIDENCE_CLOUDTRAIL)
		return 'c';
	return strcmp(w->side, "sender") == 0 ? 'S' : 's';
}

static size_t put_hop(char *at, size_t size, const struct tt_hop *hop)
{
	const char *const v = tt_tls_name(hop->version);
	const bool is_odd = hop->anomalies &
			    (UINT32_C(1) << TT_ANOMALY_conflict);
	char w[16] = "";

	for (size_t i = 0; i < hop->witnesses.n && i < sizeof(w) - 1; i++)
		w[i] = letter(&hop->witnesses.v[i]);
	return (size_t)snprintf(at, size, "%.*s %s %s %s%s%s\n",
				(int)hop->from.ip.n,
				(const char *)hop->from.ip.p,
				tt_verdict_name(hop->verdict), v ? v : "-", w,
				is_odd ? " conflict" : "",
				hop->is_corroborated ? " corroborated" : "");
}

static void put_all(char *text, size_t size, const struct built *b)
{
	size_t n = 0;

	for (size_t i = 0; i < b->t.hops.n; i++)
		n += put_hop(text + n, size - n, &b->t.hops.v[i]);
	for (size_t i = 0; i < b->diags.list.n; i++)
		n += (size_t)snprintf(
			text + n, size - n, "%s\n",
			tt_diag_info(b->diags.list.v[i].code)->code);
	for (size_t i = 0; i < b->t.context.n; i++)
		n += (size_t)snprintf(text + n, size - n, "%s: %.*s\n",
				      b->t.context.v[i].kind,
				      (int)b->t.context.v[i].text.n,
				      (const char *)b->t.context.v[i].text.p);
}

static void check(const struct fixture *f, const struct row *r)
{
	struct tt_arena arena = { 0 };
	struct tt_book *book = tt_book_new();
	const struct tt_trail_options options = {
		.rules = f->rules,
		.profile = tt_profile_find(f->rules, TT_S("bcp195")),
		.book = book,
	};
	struct built b = { .block = tt_slice_str(r->header) };
	char text[1000] = "";

	assert_int_equal(read_log(book, log_rules, &arena, "ses.json", r->log),
			 0);
	tt_diags_init(&b.diags, &b.arena);
	tt_book_settle(book, &b.diags);
	tt_header_slice(&b.header, b.block, &b.arena, &b.diags);
	tt_identity_read(&b.t.identity, &b.header, (enum tt_end_to_end)0,
			 TT_WANT_ALL, &b.arena, &b.diags);
	tt_timeline_build(&b.t, &b.header, &options, f->matcher, &b.arena,
			  &b.diags);
	put_all(text, sizeof(text), &b);
	tt_book_free(&book);
	tt_arena_release(&arena);
	tt_arena_release(&b.arena);
	if (strcmp(text, r->want))
		fail_msg("%s: want\n%sgot\n%s", r->name, r->want, text);
}

static void test_rows(void **state)
{
	const struct fixture *const f = *state;
	struct tt_err err;

	assert_int_equal(tt_rules_load_logs(&log_rules, f->rules, &err),
			 TT_OK);
	for (size_t i = 0; i < N(rows); i++)
		check(f, &rows[i]);
	tt_rules_free(&log_rules);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_rows) };

	return cmocka_run_group_tests(tests, load, unload);
}
