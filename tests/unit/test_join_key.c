/* test_join_key.c - stamps whose id no log knows, joined by other keys
 *
 * A row is a header block, the log of a gateway that writes no id into its
 * stamps (and of others), and every hop that must come out: verdict, version,
 * and for each witness r (the stamp), l (its host's log) or s (the sender's)
 * with the key. */
#include "log_fixture.h"
#include "log_rules_fixture.h"

#define ID "Message-ID: <1@a.example.org>\n"
#define OTHER_ID "Message-ID: <2@a.example.org>\n"

/* ---- stamps ---- */

#define TLS "/TLS/AES256-SHA"
#define AT(s) "; 09 Jun 2026 14:03:" s " +0200\n"
#define ESA_FROM(name, ip, tls, at)                                      \
	"Received: from " name " (HELO " name ") ([" ip "])\n"           \
	"\tby esa.example.net with ESMTP" tls AT(at)
#define ESA(ip) ESA_FROM("out.example.org", ip, TLS, "21")
/* A stamp of the next host: the gateway's is then claimed. */
#define TOP(id)                                                          \
	"Received: from esa.example.net (esa.example.net [203.0.113.10])\n" \
	"\tby in.example.com (Postfix) with ESMTPS id " id "\n"           \
	"\tfor <b@example.com>; Tue, 9 Jun 2026 14:03:25 +0200\n"
/* ... of the receiving system itself. */
#define INNER                                                            \
	"Received: from esa.example.net (esa.example.net [203.0.113.10])\n"   \
	"\tby store.example.net (Postfix) with ESMTPS id 4In10\n"          \
	"\tfor <b@example.net>; Tue, 9 Jun 2026 14:03:25 +0200\n"
/* ... that has an id no log knows. */
#define BARE_TOP(from, for_)                                             \
	"Received: from " from "\n"                                       \
	"\tby in.example.com with ESMTPS" for_                            \
	"; Tue, 9 Jun 2026 14:03:25 +0200\n"
#define ESA_HOST "esa.example.net (esa.example.net [203.0.113.10])"

/* ---- the gateway's log ---- */

#define L(at) "Tue Jun  9 " at " 2026 Info: "
#define IN_AT(at, n, ip, v)                                              \
	L(at) "New SMTP ICID " n " interface Data 1 (203.0.113.10) "      \
	"address " ip " reverse dns host out.example.org verified yes\n"  \
	L(at) "ICID " n " TLS success protocol " v " cipher AES256-SHA\n" \
	L(at) "Start MID " n " ICID " n "\n"
#define IN(n, v) IN_AT("14:03:20", n, "192.0.2.1", v)
#define MID(n) L("14:03:20") "MID " n " Message-ID '<1@a.example.org>'\n"
#define TO(n, who) L("14:03:20") "MID " n " ICID " n " RID 0 To: <" who ">\n"
#define OUT_AT(at, n, ip, v)                                             \
	L(at) "New SMTP DCID " n " interface 203.0.113.10 address " ip    \
	" port 25\n"                                                      \
	L(at) "DCID " n " TLS success protocol " v " cipher AES256-SHA\n" \
	L(at) "Message done DCID " n " MID " n " to RID [0]\n"
#define OUT(n, ip, v) OUT_AT("14:03:24", n, ip, v)

/* ---- the log of who sends to the gateway, and of what is behind it ---- */

#define P(who) "Jun  9 14:03:20 out postfix/" who
#define SENT_BY(rcpt, v, answer)                                         \
	P("cleanup[5]: 4Out10: message-id=<1@a.example.org>\n")            \
	P("qmgr[6]: 4Out10: from=<a@example.org>, size=9, nrcpt=1 "        \
	  "(queue active)\n")                                             \
	P("smtp[9]: Untrusted TLS connection established to ")            \
	"esa.example.net[203.0.113.10]:25: " v " with cipher AES256-SHA " \
	"(256/256 bits)\n"                                                \
	P("smtp[9]: 4Out10: to=<" rcpt ">, ")                              \
	"relay=esa.example.net[203.0.113.10]:25, delay=1, "               \
	"delays=0/0/1/0, dsn=2.0.0, status=sent (" answer ")\n"
#define SENT(rcpt, v) SENT_BY(rcpt, v, "250 ok:  Message accepted")

/* ---- Google: its log has no id of its stamps ---- */

#define GOOGLE(ip)                                                       \
	"Received: from out.example.org (out.example.org. [" ip "])\n"   \
	"\tby mx.google.com with ESMTPS id d9443c01-2b1d5f8si4121785ad.12\n" \
	"\tfor <b@example.net>\n\t(version=TLS1_3 "                      \
	"cipher=TLS_AES_128_GCM_SHA256 bits=128/128);\n"                 \
	"\tTue, 09 Jun 2026 05:03:22 -0700 (PDT)\n"
#define GMAIL(ip, us, v)                                                 \
	"{\"gmail\":{\"event_info\":{\"timestamp_usec\":\"" us "\"},"    \
	"\"message_info\":{\"rfc2822_message_id\":"                      \
	"\"<1@a.example.org>\",\"destination\":[{\"address\":"           \
	"\"b@example.net\"}],\"connection_info\":{"                      \
	"\"smtp_in_connect_ip\":\"" ip "\",\"smtp_tls_state\":\"1\","    \
	"\"smtp_tls_version\":\"" v "\"}}}}\n"
#define GMAIL_AT "1781006602054000"

static const struct row {
	const char *name, *header, *log, *want;
} rows[] = {
	{ "Google's log", GOOGLE("192.0.2.1") ID,
	  GMAIL("192.0.2.1", GMAIL_AT, "TLSv1.3"),
	  "encrypted TLSv1.3 r l:message-id\n" },
	{ "Google's log says otherwise", GOOGLE("192.0.2.1") ID,
	  GMAIL("192.0.2.1", GMAIL_AT, "TLSv1.2"),
	  "encrypted TLSv1.2 r l:message-id conflict\n" },
	{ "Google's log, of another peer", GOOGLE("192.0.2.1") ID,
	  GMAIL("192.0.2.9", GMAIL_AT, "TLSv1.3"), "encrypted TLSv1.3 r\n" },
	{ "Google's log, of another mail", GOOGLE("192.0.2.1") OTHER_ID,
	  GMAIL("192.0.2.1", GMAIL_AT, "TLSv1.3"), "encrypted TLSv1.3 r\n" },
	{ "Google's log, of another day", GOOGLE("192.0.2.1") ID,
	  GMAIL("192.0.2.1", "1780920202054000", "TLSv1.3"),
	  "encrypted TLSv1.3 r\njoin-refused\n" },
	{ "the gateway's own log", ESA("192.0.2.1") ID,
	  IN("7", "TLSv1.2") MID("7"),
	  "encrypted TLSv1.2 r l:message-id\n" },
	{ "a log without the Message-ID", ESA("192.0.2.1") ID,
	  IN("7", "TLSv1.2"), "encrypted - r\n" },
	{ "a mail without one", ESA("192.0.2.1"), IN("7", "TLSv1.2") MID("7"),
	  "encrypted - r\n" },
	{ "another Message-ID", ESA("192.0.2.1") OTHER_ID,
	  IN("7", "TLSv1.2") MID("7"), "encrypted - r\n" },
	{ "another peer", ESA("192.0.2.66") ID, IN("7", "TLSv1.2") MID("7"),
	  "encrypted - r\n" },
	{ "an hour later", ESA("192.0.2.1") ID,
	  IN_AT("15:03:20", "7", "192.0.2.1", "TLSv1.2") MID("7"),
	  "encrypted - r\njoin-refused\n" },
	{ "within the window", ESA("192.0.2.1") ID,
	  IN_AT("14:08:10", "7", "192.0.2.1", "TLSv1.2") MID("7"),
	  "encrypted TLSv1.2 r l:message-id\n" },
	{ "two copies at one time", ESA("192.0.2.1") ID,
	  IN("7", "TLSv1.2") MID("7") IN("8", "TLSv1") MID("8"),
	  "encrypted - r\njoin-refused\n" },
	{ "a copy of another peer", ESA("192.0.2.1") ID,
	  IN("7", "TLSv1.2") MID("7")
	  IN_AT("14:03:20", "8", "192.0.2.66", "TLSv1") MID("8"),
	  "encrypted TLSv1.2 r l:message-id\n" },
	{ "a copy of another time", ESA("192.0.2.1") ID,
	  IN("7", "TLSv1.2") MID("7")
	  IN_AT("16:03:20", "8", "192.0.2.1", "TLSv1") MID("8"),
	  "encrypted TLSv1.2 r l:message-id\n" },
	{ "a claimed stamp", TOP("4Top10") ESA("192.0.2.1") ID,
	  IN("7", "TLSv1.2") MID("7"),
	  "encrypted - r\nencrypted - r\njoin-refused\n" },
	{ "a claimed copy beside the trusted one",
	  ESA("192.0.2.1") ESA("192.0.2.1") ID, IN("7", "TLSv1.2") MID("7"),
	  "encrypted - r\nencrypted TLSv1.2 r l:message-id\n" },
	{ "an id in the stamp that is no queue id",
	  "Received: from out.example.org (out.example.org [192.0.2.1])\n"
	  "\tby esa.example.net (Postfix) with ESMTPS id 15.20.1; "
	  "Tue, 9 Jun 2026 14:03:21 +0200\n" ID,
	  IN("7", "TLSv1.2") MID("7"),
	  "encrypted TLSv1.2 r l:message-id\n" },
	{ "a MID is no stamp's id",
	  "Received: from evil.example.org (evil.example.org [192.0.2.66])\n"
	  "\tby esa.example.net (Postfix) with ESMTPS id 7; "
	  "Tue, 9 Jun 2026 14:03:21 +0200\n" ID,
	  IN("7", "TLSv1.2") MID("7"), "encrypted - r\n" },
	{ "the stamp names its recipient",
	  "Received: from out.example.org (out.example.org [192.0.2.1])\n"
	  "\tby esa.example.net with ESMTPS for <b@example.net>"
	  AT("21") ID,
	  IN("7", "TLSv1") MID("7") TO("7", "c@example.net")
	  IN("8", "TLSv1.2") MID("8") TO("8", "b@example.net"),
	  "encrypted TLSv1.2 r l:message-id\n" },
	{ "only the other recipient's copy is there",
	  "Received: from out.example.org (out.example.org [192.0.2.1])\n"
	  "\tby esa.example.net with ESMTPS for <b@example.net>"
	  AT("21") ID,
	  IN("7", "TLSv1") MID("7") TO("7", "c@example.net"),
	  "encrypted - r\n" },
	/* the sender's log */
	{ "the sender's log", ESA("192.0.2.1") ID,
	  SENT("b@example.net", "TLSv1.2"),
	  "encrypted TLSv1.2 r s:message-id corroborated\n" },
	{ "both logs", ESA("192.0.2.1") ID,
	  SENT("b@example.net", "TLSv1.2") IN("7", "TLSv1.2") MID("7"),
	  "encrypted TLSv1.2 r l:message-id s:message-id corroborated\n" },
	{ "both logs, and the sender's says less", ESA("192.0.2.1") ID,
	  SENT("b@example.net", "TLSv1.1") IN("7", "TLSv1.2") MID("7"),
	  "encrypted TLSv1.1 r l:message-id s:message-id conflict "
	  "corroborated\n" },
	{ "the sender's log, and another's rDNS",
	  ESA_FROM("evil.example.org", "192.0.2.66", TLS, "21") ID,
	  SENT("b@example.net", "TLSv1.2"), "encrypted - r\n" },
	{ "another's HELO",
	  "Received: from evil.example.org (HELO out) ([192.0.2.66])\n"
	  "\tby esa.example.net with ESMTP" TLS AT("21") ID,
	  SENT("b@example.net", "TLSv1.2"), "encrypted - r\n" },
	{ "to another recipient",
	  "Received: from out.example.org (out.example.org [192.0.2.1])\n"
	  "\tby esa.example.net with ESMTPS for <b@example.net>"
	  AT("21") ID,
	  SENT("c@example.net", "TLSv1.2"), "encrypted - r\n" },
	{ "sent at another time",
	  ESA_FROM("out.example.org", "192.0.2.1", TLS, "21") ID,
	  "Jun  7 14:03:20 out postfix/cleanup[5]: 4Out10: "
	  "message-id=<1@a.example.org>\n"
	  "Jun  7 14:03:20 out postfix/smtp[9]: 4Out10: to=<b@example.net>, "
	  "relay=esa.example.net[203.0.113.10]:25, delay=1, "
	  "delays=0/0/1/0, dsn=2.0.0, status=sent (250 ok)\n",
	  "encrypted - r\njoin-refused\n" },
	{ "the receiver's id is another", TOP("4Top10") ID,
	  L("14:03:24") "MID 7 Message-ID '<1@a.example.org>'\n"
	  OUT("7", "198.51.100.9", "TLSv1.2"), "encrypted - r\n" },
	/* the way on */
	{ "the gateway's log of both sides, behind a stamp of its system",
	  INNER ESA("192.0.2.1") ID,
	  IN("7", "TLSv1.2") MID("7") OUT("7", "10.0.0.7", "TLSv1.3"),
	  "encrypted TLSv1.2 r l:message-id\n"
	  "encrypted TLSv1.3 r s:message-id corroborated\n" },
	{ "a message the gateway sent on from elsewhere",
	  BARE_TOP("esa.example.net (esa.example.net [203.0.113.99])", "")
	  ESA("192.0.2.1") ID,
	  IN("7", "TLSv1.2") MID("7") OUT("7", "10.0.0.7", "TLSv1.3"),
	  "encrypted - r\nencrypted - r\njoin-refused\n" },
	{ "the next stamp's sender is the claimed stamp's host",
	  BARE_TOP(ESA_HOST, " id 4Top10") ESA("192.0.2.1") ID,
	  IN("7", "TLSv1.2") MID("7")
	  "Jun  9 14:03:24 in postfix/smtpd[3]: connect from "
	  "esa.example.net[203.0.113.10]\n"
	  "Jun  9 14:03:24 in postfix/smtpd[3]: 4Top10: "
	  "client=esa.example.net[203.0.113.10]\n",
	  "encrypted - r\nencrypted - r l:queue-id\njoin-refused\n" },
	{ "a chain of queue ids reaches it",
	  TOP("4Top10")
	  "Received: from out.example.org (out.example.org [192.0.2.1])\n"
	  "\tby mx.example.net with ESMTPS; "
	  "Tue, 9 Jun 2026 14:03:21 +0200\n" ID,
	  "Jun  9 14:03:20 mx postfix/smtpd[7]: connect from "
	  "out.example.org[192.0.2.1]\n"
	  "Jun  9 14:03:20 mx postfix/smtpd[7]: Anonymous TLS connection "
	  "established from out.example.org[192.0.2.1]: TLSv1.2 with cipher "
	  "AES256-SHA (256/256 bits)\n"
	  "Jun  9 14:03:20 mx postfix/smtpd[7]: 4Mx10: "
	  "client=out.example.org[192.0.2.1]\n"
	  "Jun  9 14:03:20 mx postfix/cleanup[8]: 4Mx10: "
	  "message-id=<1@a.example.org>\n"
	  "Jun  9 14:03:24 mx postfix/smtp[9]: 4Mx10: to=<b@example.com>, "
	  "relay=in.example.com[203.0.113.9]:25, delay=1, delays=0/0/1/0, "
	  "dsn=2.0.0, status=sent (250 2.0.0 Ok: queued as 4Top10)\n",
	  "encrypted TLSv1.2 r l:next-queue-id\n"
	  "encrypted - r s:next-queue-id\n" },
};

/* ---- one row ---- */

static size_t put_hop(char *at, size_t size, const struct tt_hop *hop)
{
	const char *const v = tt_tls_name(hop->version);
	const bool is_odd = hop->anomalies &
			    (UINT32_C(1) << TT_ANOMALY_conflict);
	size_t n = (size_t)snprintf(at, size, "%s %s",
				    tt_verdict_name(hop->verdict),
				    v ? v : "-");

	for (size_t i = 0; i < hop->witnesses.n && n < size; i++) {
		const struct tt_witness *const w = &hop->witnesses.v[i];
		const char letter =
			w->kind == TT_EVIDENCE_RECEIVED	 ? 'r' :
			strcmp(w->side, "sender") == 0 ? 's' :
							   'l';

		n += (size_t)snprintf(at + n, size - n, " %c%s%s", letter,
				      w->key ? ":" : "", w->key ? w->key : "");
	}
	if (n < size)
		n += (size_t)snprintf(at + n, size - n, "%s%s\n",
				      is_odd ? " conflict" : "",
				      hop->is_corroborated ? " corroborated" :
							     "");
	return n;
}

static void put_all(char *text, size_t size, const struct built *b)
{
	size_t n = 0;

	for (size_t i = 0; i < b->t.hops.n && n < size; i++)
		n += put_hop(text + n, size - n, &b->t.hops.v[i]);
	for (size_t i = 0; i < b->diags.list.n && n < size; i++)
		n += (size_t)snprintf(
			text + n, size - n, "%s\n",
			tt_diag_info(b->diags.list.v[i].code)->code);
}

static void check(const struct fixture *f, const struct row *r)
{
	struct tt_arena arena = { 0 };
	struct tt_book *book = tt_book_new();
	struct tt_trail_options options = {
		.rules = f->rules,
		.profile = tt_profile_find(f->rules, TT_S("bcp195")),
		.book = book,
	};
	struct built b = { .block = tt_slice_str(r->header) };
	char text[1024] = "";

	(void)read_log(book, log_rules, &arena, "one.log", r->log);
	tt_diags_init(&b.diags, &b.arena);
	tt_book_settle(book, &b.diags);
	tt_header_slice(&b.header, b.block, &b.arena, &b.diags);
	tt_identity_read(&b.t.identity, &b.header, (enum tt_end_to_end)0,
			 TT_WANT_ALL, &b.arena, &b.diags);
	tt_timeline_build(&b.t, &b.header, &options, f->matcher, &b.arena,
			  &b.diags);
	put_all(text, sizeof(text), &b);
	if (strcmp(text, r->want) != 0)
		fail_msg("%s: expected\n%sfound\n%s", r->name, r->want, text);
	tt_book_free(&book);
	tt_arena_release(&arena);
	tt_arena_release(&b.arena);
}

static void test_rows(void **state)
{
	for (size_t i = 0; i < N(rows); i++)
		check(*state, &rows[i]);
}

/* ---- bounds ---- */

/* The one in the middle fits, and many others have its Message-ID. */
static void check_copies(const struct fixture *f, uint64_t n,
			 const char *want)
{
	struct row row = { "copies", ESA("192.0.2.1") ID, NULL, want };
	struct tt_out log;

	tt_out_init(&log, -1);
	for (uint64_t i = 1; i <= n; i++)
		tt_out_printf(&log,
			      L("14:03:20") "New SMTP ICID %llu interface Data "
			      "1 (203.0.113.10) address 192.0.2.%d reverse "
			      "dns host out.example.org verified yes\n"
			      L("14:03:20") "ICID %llu TLS success protocol "
			      "TLSv1.2 cipher AES256-SHA\n"
			      L("14:03:20") "Start MID %llu ICID %llu\n"
			      L("14:03:20") "MID %llu Message-ID "
			      "'<1@a.example.org>'\n",
			      (unsigned long long)i, i == n / 2 ? 1 : 2,
			      (unsigned long long)i, (unsigned long long)i,
			      (unsigned long long)i, (unsigned long long)i);
	tt_out_bytes(&log, (struct tt_slice){ (const uint8_t *)"", 1 });
	row.log = (const char *)log.buf;
	check(f, &row);
	tt_out_release(&log);
}

static void test_copies(void **state)
{
	check_copies(*state, TT_MAX_join_copies,
		     "encrypted TLSv1.2 r l:message-id\n");
	check_copies(*state, TT_MAX_join_copies + 1,
		     "encrypted - r\nlimit-join-copies\n");
}

/* The gateway's log says that it was `s` seconds after the stamp. */
static void check_window(const struct fixture *f, int64_t s, const char *want)
{
	struct row row = { "window", ESA("192.0.2.1") ID, NULL, want };
	const int64_t at = (14 * 60 + 3) * 60 + 21 + s;
	char log[1000], text[64];
	size_t n = 0;

	snprintf(text, sizeof(text), "Tue Jun  9 %02d:%02d:%02d 2026 Info: ",
		 (int)(at / 3600), (int)(at / 60 % 60), (int)(at % 60));
	static const char *const lines[] = {
		("New SMTP ICID 7 interface Data 1 (203.0.113.10) address "
		 "192.0.2.1 reverse dns host out.example.org verified yes"),
		"ICID 7 TLS success protocol TLSv1.2 cipher AES256-SHA",
		"Start MID 7 ICID 7", "MID 7 Message-ID '<1@a.example.org>'"
	};

	for (size_t i = 0; i < N(lines); i++)
		n += (size_t)snprintf(log + n, sizeof(log) - n, "%s%s\n", text,
				      lines[i]);
	row.log = log;
	check(f, &row);
}

static void test_window(void **state)
{
	const int64_t most = (int64_t)TT_MAX_join_window;
	static const char joined[] = "encrypted TLSv1.2 r l:message-id\n";
	static const char refused[] = "encrypted - r\njoin-refused\n";

	check_window(*state, most, joined);
	check_window(*state, most + 1, refused);
	check_window(*state, -most, joined);
	check_window(*state, -most - 1, refused);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_rows),
					    cmocka_unit_test(test_copies),
					    cmocka_unit_test(test_window) };

	return cmocka_run_group_tests(tests, load_logs, unload_logs);
}
