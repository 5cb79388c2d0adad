/* test_join.c - mail joined with logs, a row for each sentence of the model
 *
 * A row is a header block, what two logs say (each as a file of its own, with
 * shipped rules), and what must come out of one hop.  The logs are given in
 * both orders, which must change nothing. */
#include "log_fixture.h"
#include "trail_fixture.h"

#define D "; Tue, 9 Jun 2026 14:03:21 +0200\n"
#define ID "Message-ID: <1@a.example.org>\n"

/* ---- stamps ---- */

#define STAMP(with, id)                                           \
	"Received: from out.example.org (out.example.org [192.0.2.1])\n" \
	"\tby mx.example.net (Postfix) with " with " id " id "\n"  \
	"\tfor <b@example.net>" D
#define MARKED(id)                                                \
	"Received: from out.example.org (out.example.org [192.0.2.1])\n" \
	"\t(using TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 (256/256 bits))\n" \
	"\tby mx.example.net (Postfix) with ESMTPS id " id "\n"    \
	"\tfor <b@example.net>" D
/* Above the others: they are then the sender's claim. */
#define TOP                                                       \
	"Received: from mx.example.net (mx.example.net [203.0.113.25])\n" \
	"\tby in.example.com (Postfix) with ESMTPS id 4Top10\n"    \
	"\tfor <b@example.com>; Tue, 9 Jun 2026 14:03:25 +0200\n"

/* ---- logs of mx and of out ---- */

#define MX "Jun  9 14:03:20 mx postfix/smtpd[7]: "
#define CONNECT MX "connect from out.example.org[192.0.2.1]\n"
#define TLS(v) MX "Anonymous TLS connection established from "    \
	"out.example.org[192.0.2.1]: " v " with cipher "           \
	"ECDHE-RSA-AES256-GCM-SHA384 (256/256 bits)\n"
#define CLIENT(id) MX id ": client=out.example.org[192.0.2.1]\n"
#define MID(id, mid) "Jun  9 14:03:20 mx postfix/cleanup[8]: " id  \
	": message-id=<" mid ">\n"
#define BYE(tls) MX "disconnect from out.example.org[192.0.2.1] ehlo=2 " \
	tls "mail=1 rcpt=1 data=1 quit=1 commands=7\n"
#define OUT "Jun  9 14:03:20 out postfix/smtp[9]: "
#define OUT_QUEUED                                                \
	"Jun  9 14:03:19 out postfix/cleanup[5]: 4Out10: "         \
	"message-id=<1@a.example.org>\n"                           \
	"Jun  9 14:03:19 out postfix/qmgr[6]: 4Out10: from=<a@example.org>, " \
	"size=9, nrcpt=1 (queue active)\n"
#define OUT_TLS(v) OUT "Trusted TLS connection established to "    \
	"mx.example.net[192.0.2.26]:25: " v " with cipher "        \
	"ECDHE-RSA-AES256-GCM-SHA384 (256/256 bits)\n"
#define OUT_SENT(next) OUT "4Out10: to=<b@example.net>, "          \
	"relay=mx.example.net[192.0.2.26]:25, delay=1, delays=0/0/1/0, " \
	"dsn=2.0.0, status=sent (250 2.0.0 Ok: queued as " next ")\n"
#define OUT_DEFERRED "Jun  9 14:01:20 out postfix/smtp[8]: 4Out10: " \
	"to=<b@example.net>, relay=mx.example.net[192.0.2.26]:25, "  \
	"delay=1, delays=0/0/1/0, dsn=4.7.5, status=deferred "     \
	"(Cannot start TLS: handshake failure)\n"

/* ---- SES ---- */

#define SES(ip, id)                                               \
	"Received: from a8.smtp-out.amazonses.com "                \
	"(a8.smtp-out.amazonses.com [" ip "])\n"                   \
	"\t(using TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 (256/256 bits))\n" \
	"\tby mx.example.net (Postfix) with ESMTPS id 4Mx10\n"    \
	"\tfor <b@example.net>" D                                 \
	"Message-ID: <" id "@eu-west-1.amazonses.com>\n"
#define SES_SENT(v)                                               \
	"{\"eventType\":\"Delivery\",\"mail\":{\"messageId\":\"0100-1\"," \
	"\"timestamp\":\"2026-06-09T12:03:19.5Z\",\"tags\":{"      \
	"\"ses:source-tls-version\":[\"TLSv1.2\"],"               \
	"\"ses:source-ip\":[\"198.51.100.7\"],"                   \
	"\"ses:outgoing-ip\":[\"192.0.2.1\"],"                    \
	"\"ses:outgoing-tls-version\":[\"" v "\"]}},\"delivery\":{" \
	"\"timestamp\":\"2026-06-09T12:03:20.5Z\","               \
	"\"recipients\":[\"b@example.net\"]}}\n"
#define TRAIL                                                     \
	"{\"eventTime\":\"2026-06-09T12:03:19Z\",\"eventSource\":"  \
	"\"ses.amazonaws.com\",\"eventName\":\"SendEmail\","       \
	"\"awsRegion\":\"eu-west-1\",\"sourceIPAddress\":"         \
	"\"198.51.100.7\",\"additionalEventData\":{\"sesMessageId\":" \
	"\"0100-1\"},\"tlsDetails\":{\"tlsVersion\":\"TLSv1.2\","  \
	"\"cipherSuite\":\"ECDHE-RSA-AES128-GCM-SHA256\"}}\n"

struct row {
	const char *name, *header, *log[2];
	int hop;
	const char *verdict, *version, *basis, *witnesses, *says;
};

static const struct row rows[] = {
	{ "a stamp alone", STAMP("ESMTPS", "4Mx10") ID, { "", "" }, 0,
	  "encrypted", "-", "keyword", "r", "" },
	{ "its host's log gives the version", STAMP("ESMTPS", "4Mx10") ID,
	  { CONNECT TLS("TLSv1.2") CLIENT("4Mx10")
		    MID("4Mx10", "1@a.example.org") BYE("starttls=1 "), "" },
	  0, "encrypted", "TLSv1.2", "log", "rl", "" },
	{ "the sender's log corroborates", MARKED("4Mx10") ID,
	  { "", OUT_QUEUED OUT_TLS("TLSv1.3") OUT_SENT("4Mx10") }, 0,
	  "encrypted", "TLSv1.3", "marker", "rs", "corroborated" },
	{ "both logs", MARKED("4Mx10") ID,
	  { CONNECT TLS("TLSv1.3") CLIENT("4Mx10")
		    MID("4Mx10", "1@a.example.org") BYE("starttls=1 "),
	    OUT_QUEUED OUT_TLS("TLSv1.3") OUT_SENT("4Mx10") },
	  0, "encrypted", "TLSv1.3", "marker", "rls", "corroborated" },
	{ "the sender's log says a lower version", MARKED("4Mx10") ID,
	  { "", OUT_QUEUED OUT_TLS("TLSv1.1") OUT_SENT("4Mx10") }, 0,
	  "encrypted", "TLSv1.1", "log", "rs", "conflict" },
	{ "the receiver's log says cleartext", MARKED("4Mx10") ID,
	  { CONNECT CLIENT("4Mx10") MID("4Mx10", "1@a.example.org") BYE(""),
	    "" },
	  0, "cleartext", "-", "log", "rl", "conflict" },
	{ "a third that agrees still corroborates", MARKED("4Mx10") ID,
	  { CONNECT CLIENT("4Mx10") MID("4Mx10", "1@a.example.org") BYE(""),
	    OUT_QUEUED OUT_TLS("TLSv1.3") OUT_SENT("4Mx10") },
	  0, "cleartext", "-", "log", "rls", "conflict corroborated" },
	{ "a log that says nothing does not differ", MARKED("4Mx10") ID,
	  { CLIENT("4Mx10") MID("4Mx10", "1@a.example.org"), "" }, 0,
	  "encrypted", "TLSv1.3", "marker", "rl", "" },
	{ "a copied id: another Message-ID", MARKED("4Mx10") ID,
	  { CONNECT TLS("TLSv1.1") CLIENT("4Mx10")
		    MID("4Mx10", "2@other.example.org") BYE("starttls=1 "),
	    "" },
	  0, "encrypted", "TLSv1.3", "marker", "r", "join-refused" },
	{ "a copied id: at another time", MARKED("4Mx10") ID,
	  { "Jun  9 19:03:20 mx postfix/smtpd[7]: 4Mx10: "
	    "client=out.example.org[192.0.2.1]\n", "" },
	  0, "encrypted", "TLSv1.3", "marker", "r", "join-refused" },
	{ "another host's id", MARKED("4Mx10") ID,
	  { "Jun  9 14:03:20 mail postfix/smtpd[7]: 4Mx10: "
	    "client=out.example.org[192.0.2.1]\n", "" },
	  0, "encrypted", "TLSv1.3", "marker", "r", "" },
	{ "a log outranks a claimed stamp", TOP STAMP("ESMTP", "4Mx10") ID,
	  { CONNECT TLS("TLSv1.2") CLIENT("4Mx10")
		    MID("4Mx10", "1@a.example.org") BYE("starttls=1 "), "" },
	  0, "encrypted", "TLSv1.2", "log", "rl", "conflict" },
	{ "a hop that only logs know", TOP ID,
	  { "Jun  9 14:03:24 mx postfix/smtpd[7]: connect from "
	    "out.example.org[192.0.2.1]\n"
	    "Jun  9 14:03:24 mx postfix/smtpd[7]: Anonymous TLS connection "
	    "established from out.example.org[192.0.2.1]: TLSv1.2 with cipher "
	    "AES256-SHA (256/256 bits)\n"
	    "Jun  9 14:03:24 mx postfix/smtpd[7]: 4Mx10: "
	    "client=out.example.org[192.0.2.1]\n"
	    MID("4Mx10", "1@a.example.org")
	    "Jun  9 14:03:24 mx postfix/smtp[9]: 4Mx10: to=<b@example.com>, "
	    "relay=in.example.com[203.0.113.9]:25, delay=1, delays=0/0/1/0, "
	    "dsn=2.0.0, status=sent (250 2.0.0 Ok: queued as 4Top10)\n", "" },
	  0, "encrypted", "TLSv1.2", "log", "l", "" },
	{ "a hop that only logs know, and they differ", TOP ID,
	  { CONNECT TLS("TLSv1.2") CLIENT("4Mx10")
		    MID("4Mx10", "1@a.example.org")
	    "Jun  9 14:03:24 mx postfix/smtp[9]: 4Mx10: to=<b@example.com>, "
	    "relay=in.example.com[203.0.113.9]:25, delay=1, delays=0/0/1/0, "
	    "dsn=2.0.0, status=sent (250 2.0.0 Ok: queued as 4Top10)\n",
	    OUT_QUEUED OUT_TLS("TLSv1.1") OUT_SENT("4Mx10") },
	  0, "encrypted", "TLSv1.1", "log", "ls", "conflict" },
	{ "a try before the success", MARKED("4Mx10") ID,
	  { "", OUT_QUEUED OUT_DEFERRED OUT_TLS("TLSv1.3")
			OUT_SENT("4Mx10") },
	  0, "encrypted", "TLSv1.3", "marker", "rs", "corroborated tried" },
	{ "the same log twice is one witness", STAMP("ESMTPS", "4Mx10") ID,
	  { CONNECT TLS("TLSv1.2") CLIENT("4Mx10") BYE("starttls=1 "),
	    CONNECT TLS("TLSv1.2") CLIENT("4Mx10") BYE("starttls=1 ") },
	  0, "encrypted", "TLSv1.2", "log", "rl", "" },
	{ "SES: the tag corroborates", SES("192.0.2.1", "0100-1"),
	  { SES_SENT("TLSv1.3"), "" }, 1,
	  "encrypted", "TLSv1.3", "marker", "rs", "corroborated" },
	{ "SES: the way to it is a hop below", SES("192.0.2.1", "0100-1"),
	  { SES_SENT("TLSv1.3"), "" }, 0,
	  "encrypted", "TLSv1.2", "log", "l", "" },
	{ "SES: CloudTrail is a second witness",
	  SES("192.0.2.1", "0100-1"), { SES_SENT("TLSv1.3"), TRAIL }, 0,
	  "encrypted", "TLSv1.2", "log", "ll", "" },
	{ "SES: the tag says a lower version", SES("192.0.2.1", "0100-1"),
	  { SES_SENT("TLSv1"), "" }, 1,
	  "encrypted", "TLSv1.0", "log", "rs", "conflict" },
	{ "SES: no tag changes nothing", SES("192.0.2.1", "0100-1"),
	  { SES_SENT(""), "" }, 1,
	  "encrypted", "TLSv1.3", "marker", "rs", "" },
	{ "SES: a copied Message-ID", SES("192.0.2.99", "0100-1"),
	  { SES_SENT("TLSv1.1"), "" }, 0,
	  "encrypted", "TLSv1.3", "marker", "r", "join-refused" },
	{ "SES: another message", SES("192.0.2.1", "0100-2"),
	  { SES_SENT("TLSv1.1"), "" }, 0,
	  "encrypted", "TLSv1.3", "marker", "r", "" },
	{ "SES: CloudTrail alone", SES("192.0.2.1", "0100-1"),
	  { TRAIL, "" }, 0, "encrypted", "TLSv1.2", "log", "l", "" },
};

/* ---- one row ---- */

static struct tt_rules *log_rules;

/* r: the stamp; l: its host's log; s: the sender's */
static const char *witnesses(const struct tt_hop *hop, char buf[16])
{
	size_t n = 0;

	for (size_t i = 0; i < hop->witnesses.n && n < 15; i++) {
		const struct tt_witness *w = &hop->witnesses.v[i];

		buf[n++] = w->kind == TT_EVIDENCE_RECEIVED ? 'r' :
			   strcmp(w->side, "sender") == 0  ? 's' :
							     'l';
	}
	buf[n] = '\0';
	return buf;
}

static const char *says(const struct built *b, const struct tt_hop *hop,
			char buf[64])
{
	bool is_refused = false;

	for (size_t i = 0; i < b->diags.list.n; i++)
		is_refused |= b->diags.list.v[i].code == TT_DIAG_join_refused;
	snprintf(buf, 64, "%s%s%s%s",
		 hop->anomalies & (UINT32_C(1) << TT_ANOMALY_conflict) ?
			 "conflict " : "",
		 hop->is_corroborated ? "corroborated " : "",
		 hop->attempts.n ? "tried " : "",
		 is_refused ? "join-refused " : "");
	if (buf[0])
		buf[strlen(buf) - 1] = '\0';
	return buf;
}

static void check(const struct fixture *f, const struct row *r, bool is_turned)
{
	struct tt_arena arena = { 0 };
	struct tt_book *book = tt_book_new();
	struct tt_trail_options options = {
		.rules = f->rules,
		.profile = tt_profile_find(f->rules, TT_S("bcp195")),
		.book = book,
	};
	struct built b = { .block = tt_slice_str(r->header) };
	char w[16], s[64];

	for (int i = 0; i < 2; i++) {
		const int k = is_turned ? 1 - i : i;

		(void)read_log(book, log_rules, &arena, k ? "second.log" : "first.log",
			 r->log[k]);
	}
	tt_diags_init(&b.diags, &b.arena);
	tt_book_settle(book, &b.diags);
	tt_header_slice(&b.header, b.block, &b.arena, &b.diags);
	tt_identity_read(&b.t.identity, &b.header, (enum tt_end_to_end)0,
			 TT_WANT_ALL, &b.arena, &b.diags);
	tt_timeline_build(&b.t, &b.header, &options, f->matcher, &b.arena,
			  &b.diags);
	assert_true((size_t)r->hop < b.t.hops.n);
	const struct tt_hop *const hop = &b.t.hops.v[r->hop];
	const char *const v = tt_tls_name(hop->version);

	if (strcmp(tt_verdict_name(hop->verdict), r->verdict) ||
	    strcmp(v ? v : "-", r->version) ||
	    strcmp(tt_basis_name(hop->basis), r->basis) ||
	    strcmp(witnesses(hop, w), r->witnesses) ||
	    strcmp(says(&b, hop, s), r->says))
		fail_msg("%s%s: %s %s %s, witnesses %s, says '%s'", r->name,
			 is_turned ? " (turned)" : "",
			 tt_verdict_name(hop->verdict), v ? v : "-",
			 tt_basis_name(hop->basis), witnesses(hop, w),
			 says(&b, hop, s));
	tt_book_free(&book);
	tt_arena_release(&arena);
	tt_arena_release(&b.arena);
}

static void test_rows(void **state)
{
	const struct fixture *const f = *state;
	struct tt_err err;

	assert_int_equal(tt_rules_load_logs(&log_rules, f->rules, &err),
			 TT_OK);
	for (size_t i = 0; i < N(rows); i++) {
		check(*state, &rows[i], false);
		check(*state, &rows[i], true);
	}
	tt_rules_free(&log_rules);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_rows) };

	return cmocka_run_group_tests(tests, load, unload);
}
