/* test_trust.c - the trust boundary, a row for each sentence of the model
 *
 * Each row is a whole header block, newest stamp first, in forms that real
 * servers write; it is read with the shipped rules.  Trusted is what stands
 * at or above the border, and nothing else. */
#include "trail_fixture.h"

#define D "; Tue, 2 Jan 2024 10:00:00 +0000\n"

/* ---- what servers write ---- */

/* HELO, verified name, address */
#define POSTFIX(helo, rdns, ip, by)                                 \
	"Received: from " helo " (" rdns " [" ip "])\n"             \
	"\t(using TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 "      \
	"(256/256 bits))\n"                                         \
	"\tby " by " (Postfix) with ESMTPS id 4T4Bxx1qYzz\n"        \
	"\tfor <u@example.org>" D
#define PICKUP(by)                                                  \
	"Received: by " by " (Postfix, from userid 1001)\n"         \
	"\tid 4T4Bxx2qYzz" D
/* No verified name: HELO and address. */
#define EXCHANGE(helo, ip, by, by_ip)                               \
	"Received: from " helo " (" ip ") by " by " (" by_ip ") "   \
	"with\n Microsoft SMTP Server (version=TLS1_2,\n "          \
	"cipher=TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384) id "         \
	"15.1.2507.27" D
#define SENDMAIL(helo, comment, by)                                 \
	"Received: from " helo " (" comment ")\n"                   \
	"\tby " by " (8.17.1/8.17.1) with ESMTPS id "               \
	"402A00Ab012345\n\t(version=TLSv1.3 "                       \
	"cipher=TLS_AES_256_GCM_SHA384 bits=256 verify=NO)\n"       \
	"\tfor <u@example.org>" D
#define AMAVIS                                                      \
	"Received: from mx.example.org ([127.0.0.1])\n"             \
	"\tby localhost (mx.example.org [127.0.0.1]) "              \
	"(amavisd-new, port 10024)\n\twith ESMTP id AbCdEfGh" D
#define LOOP(by)                                                    \
	"Received: from localhost (localhost [127.0.0.1])\n"        \
	"\tby " by " (Postfix) with ESMTP id 4T4Bxx3qYzz\n"         \
	"\tfor <u@example.org>" D
#define LMTP(by)                                                    \
	"Received: from " by " ([192.0.2.25])\n"                    \
	"\tby store." by " with LMTP\n"                             \
	"\tid EGabc12345 (envelope-from <s@example.com>)\n"         \
	"\tfor <u@example.org>" D
#define FETCH(from, by)                                             \
	"Received: from " from " [203.0.113.25]\n"                  \
	"\tby " by " with POP3 (fetchmail-6.4.37)\n"                \
	"\tfor <u@localhost> (single-drop)" D
#define GMAIL(helo, ip)                                             \
	"Received: from " helo " (" helo ". [" ip "])\n"            \
	"        by mx.google.com with ESMTPS id "                  \
	"a1-20020a05620a.1.2024.01.02.02.00.00\n"                   \
	"        for <u@example.org>\n        (version=TLS1_3 "     \
	"cipher=TLS_AES_256_GCM_SHA384 bits=256/256);\n"            \
	"        Tue, 02 Jan 2024 02:00:00 -0800 (PST)\n"
#define GOOGLE(by)                                                  \
	"Received: by " by " with SMTP id ab1csp123456;\n"          \
	"        Tue, 2 Jan 2024 02:00:00 -0800 (PST)\n"
#define EDGE EXCHANGE("out.example.net", "192.0.2.7",               \
		      "AM7EUR03FT001.mail.protection.outlook.com",  \
		      "10.152.16.1")
#define STORE                                                       \
	"Received: from AM0PR01MB0001.eurprd01.prod.outlook.com "   \
	"(::1) by\n AM0PR01MB0002.eurprd01.prod.outlook.com with "  \
	"HTTPS" D
#define FRONT(ip)                                                   \
	EXCHANGE("AM7EUR03FT001.eop-EUR03.prod.protection.outlook.com", \
		 ip, "AM0PR01CA0001.outlook.office365.com",         \
		 "2603:10a6:208:168::19")

/* An outside peer: ends the walk whatever stands below. */
#define OUTSIDE(by) POSTFIX("out.example.net", "out.example.net", \
			    "203.0.113.9", by)

/* ---- rows ---- */

struct row {
	const char *name, *block;
	const char *trust; /* words of --trust */
	int border;	   /* 0 = oldest */
	enum tt_border_basis basis;
	const char *domain; /* receiving domain */
	const char *anomaly; /* "hop:code"; NULL: none of chain and peer */
	bool is_told;	    /* diag that asks for the address */
};

#define TOP TT_BORDER_TOP_ONLY
#define INFERRED TT_BORDER_INFERRED
#define LAYOUT TT_BORDER_LAYOUT
#define GIVEN TT_BORDER_GIVEN

static const struct row rows[] = {
	/* the start */
	{ "no Received: no border", "Subject: x\n", NULL, -1, TT_BORDER_NULL,
	  "", NULL, false },
	{ "the top stamp is trusted", OUTSIDE("mx.example.org"), NULL, 0, TOP,
	  "example.org", NULL, false },
	{ "what a stamp says of itself does not make it trusted",
	  OUTSIDE("mx.example.org") OUTSIDE("mx2.example.org"), NULL, 1, TOP,
	  "example.org", NULL, false },
	{ "nor does the HELO of the peer above",
	  POSTFIX("mx2.example.org", "unknown", "203.0.113.9",
		  "mx.example.org") OUTSIDE("mx2.example.org"),
	  NULL, 1, TOP, "example.org", NULL, false },
	{ "nor a HELO that a writer records as name",
	  EXCHANGE("mx2.example.org", "203.0.113.9", "mx.example.org",
		   "192.0.2.2") OUTSIDE("mx2.example.org"),
	  NULL, 1, TOP, "example.org", NULL, false },
	{ "DKIM, ARC and TLS-Required change nothing",
	  "ARC-Seal: i=1; a=rsa-sha256; d=example.org; cv=none; b=AAAA\n"
	  OUTSIDE("mx.example.org")
	  "DKIM-Signature: v=1; a=rsa-sha256; d=example.org; b=AAAA\n"
	  "TLS-Required: No\n" OUTSIDE("mx2.example.org"),
	  NULL, 1, TOP, "example.org", NULL, false },

	/* 1 fetch or LMTP */
	{ "1 retrieval: the stamp below is trusted",
	  FETCH("pop.example.com", "home.example.org")
	  OUTSIDE("mx.example.com") OUTSIDE("out.example.net"),
	  NULL, 1, INFERRED, "example.org", NULL, false },
	{ "1 retrieval: the receiving domain becomes that of the next",
	  FETCH("pop.example.com", "home.example.org")
	  POSTFIX("in.example.com", "in.example.com", "203.0.113.9",
		  "mx.example.com") OUTSIDE("in.example.com"),
	  NULL, 0, INFERRED, "example.org", NULL, false },
	{ "1 retrieval: and is the old one no longer",
	  FETCH("pop.example.com", "home.example.org")
	  POSTFIX("in.example.org", "in.example.org", "203.0.113.9",
		  "mx.example.com") OUTSIDE("in.example.org"),
	  NULL, 1, INFERRED, "example.org", NULL, false },
	{ "1 retrieval: layouts are tried again",
	  FETCH("pop.example.com", "home.example.org")
	  GOOGLE("2002:a05:6a10:1:b0:1:2:3")
	  GMAIL("out.example.net", "203.0.113.9") OUTSIDE("out.example.net"),
	  NULL, 1, LAYOUT, "example.org", "3:chain-break", false },
	{ "1 LMTP, whoever the peer is",
	  LMTP("mx.example.org") OUTSIDE("mx.example.org")
	  OUTSIDE("out.example.net"),
	  NULL, 1, INFERRED, "example.org", NULL, false },

	/* 2 same host */
	{ "2 a pipe or uid, same host below",
	  PICKUP("mx.example.org") OUTSIDE("mx.example.org")
	  OUTSIDE("out.example.net"),
	  NULL, 1, INFERRED, "example.org", NULL, false },
	{ "2 a pipe or uid, another host of the domain below",
	  PICKUP("mx.example.org") OUTSIDE("mx2.example.org")
	  OUTSIDE("out.example.net"),
	  NULL, 1, INFERRED, "example.org", NULL, false },
	{ "2 a pipe or uid, a foreign host below",
	  PICKUP("mx.example.org") OUTSIDE("mx.example.com"),
	  NULL, 1, TOP, "example.org", NULL, false },
	{ "2 a loopback peer: filter and back again",
	  LOOP("mx.example.org") AMAVIS OUTSIDE("mx.example.org")
	  OUTSIDE("out.example.net"),
	  NULL, 1, INFERRED, "example.org", NULL, false },
	{ "2 a loopback peer, a foreign host below",
	  LOOP("mx.example.org") OUTSIDE("mx.example.com"), NULL, 1, TOP,
	  "example.org", NULL, false },
	{ "2 a loopback peer, no by below",
	  LOOP("mx.example.org")
	  "Received: from x ([203.0.113.9]) with ESMTP id 1" D
	  OUTSIDE("out.example.net"),
	  NULL, 1, INFERRED, "example.org", NULL, false },
	{ "2 a HELO of localhost is no loopback peer",
	  POSTFIX("localhost", "unknown", "203.0.113.9", "mx.example.org")
	  OUTSIDE("mx.example.org"),
	  NULL, 1, TOP, "example.org", NULL, false },
	{ "2 the peer is by's own address",
	  EXCHANGE("ex1.example.org", "192.0.2.2", "ex1.example.org",
		   "192.0.2.2")
	  EXCHANGE("out.example.net", "203.0.113.9", "ex1.example.org",
		   "192.0.2.2") OUTSIDE("out.example.net"),
	  NULL, 1, INFERRED, "example.org", NULL, false },
	{ "2 a missing from in an SMTP stamp ends the walk",
	  "Received: by mx.example.org (Postfix) with ESMTP id 4T4" D
	  OUTSIDE("mx.example.org"),
	  NULL, 1, TOP, "example.org", NULL, false },
	{ "2 with local beside a public address is no local form",
	  "Received: from x ([203.0.113.9]) by mx.example.org with LOCAL" D
	  OUTSIDE("mx.example.org"),
	  NULL, 1, TOP, "example.org", NULL, false },
	{ "2 holds before a receiving domain is met",
	  LOOP("mailer") OUTSIDE("mailer") OUTSIDE("out.example.net"), NULL,
	  1, INFERRED, "", NULL, false },

	/* 3 private peer */
	{ "3 by of the domain, first label of the rDNS",
	  POSTFIX("x", "mx2.office.lan", "10.0.0.5", "mx.example.org")
	  OUTSIDE("mx2.example.org") OUTSIDE("out.example.net"),
	  NULL, 1, INFERRED, "example.org", NULL, false },
	{ "3 by of the domain, first label of the HELO",
	  POSTFIX("mx2.office.lan", "unknown", "10.0.0.5", "mx.example.org")
	  OUTSIDE("mx2.example.org") OUTSIDE("out.example.net"),
	  NULL, 1, INFERRED, "example.org", NULL, false },
	{ "3 by of the domain, no label fits",
	  POSTFIX("a.office.lan", "unknown", "10.0.0.5", "mx.example.org")
	  OUTSIDE("mx2.example.org"),
	  NULL, 1, TOP, "example.org", NULL, false },
	{ "3 the label fits, by of another domain",
	  POSTFIX("mx2.example.com", "unknown", "10.0.0.5",
		  "mx.example.org") OUTSIDE("mx2.example.com"),
	  NULL, 1, TOP, "example.org", NULL, false },
	{ "3 by's address is the peer",
	  POSTFIX("a.office.lan", "unknown", "10.0.0.5", "mx.example.org")
	  EXCHANGE("out.example.net", "203.0.113.9", "ex1.office.lan",
		   "10.0.0.5") OUTSIDE("out.example.net"),
	  NULL, 1, INFERRED, "example.org", NULL, false },
	{ "3 the verified rDNS is in the domain",
	  POSTFIX("x", "in.example.org", "10.0.0.5", "mx.example.org")
	  OUTSIDE("filter.example.com") OUTSIDE("out.example.net"),
	  NULL, 1, INFERRED, "example.org", "2:chain-break", false },
	{ "3 other private ranges: 100.64/10",
	  POSTFIX("mx2", "unknown", "100.64.0.5", "mx.example.org")
	  OUTSIDE("mx2.example.org"),
	  NULL, 0, INFERRED, "example.org", NULL, false },
	{ "3 other private ranges: fc00::/7",
	  POSTFIX("mx2", "unknown", "IPv6:fd00::5", "mx.example.org")
	  OUTSIDE("mx2.example.org"),
	  NULL, 0, INFERRED, "example.org", NULL, false },
	{ "3 a public peer is not private",
	  POSTFIX("mx2", "unknown", "192.0.2.5", "mx.example.org")
	  OUTSIDE("mx2.example.org"),
	  NULL, 1, TOP, "example.org", NULL, false },
	{ "3 not before a receiving domain is met",
	  POSTFIX("mx2", "unknown", "10.0.0.5", "mailer")
	  OUTSIDE("mx2.example.org"),
	  NULL, 1, TOP, "", NULL, false },
	{ "3 a HELO that is a public literal ends the walk",
	  POSTFIX("[203.0.113.5]", "in.example.org", "10.0.0.5",
		  "mx.example.org") OUTSIDE("mx2.example.org"),
	  NULL, 1, TOP, "example.org", "1:nat-peer", false },
	{ "3 a HELO of User ends the walk",
	  POSTFIX("User", "in.example.org", "10.0.0.5", "mx.example.org")
	  OUTSIDE("mx2.example.org"),
	  NULL, 1, TOP, "example.org", "1:nat-peer", false },
	{ "3 a private literal does not",
	  POSTFIX("[10.0.0.5]", "in.example.org", "10.0.0.5",
		  "mx.example.org") OUTSIDE("in.example.org"),
	  NULL, 0, INFERRED, "example.org", NULL, false },

	/* 4 own name */
	{ "4 verified rDNS and by in the domain",
	  POSTFIX("x", "mx2.example.org", "203.0.113.5", "mx.example.org")
	  OUTSIDE("in.example.org") OUTSIDE("out.example.net"),
	  NULL, 1, INFERRED, "example.org", NULL, false },
	{ "4 by elsewhere",
	  POSTFIX("x", "mx2.example.org", "203.0.113.5", "mx.example.org")
	  OUTSIDE("mx2.example.com"),
	  NULL, 1, TOP, "example.org", NULL, false },
	{ "4 may be forged: not verified",
	  SENDMAIL("x", "mx2.example.org [203.0.113.5] (may be forged)",
		   "mx.example.org") OUTSIDE("mx2.example.org"),
	  NULL, 1, TOP, "example.org", NULL, false },
	{ "4 the name spells the address: a customer line",
	  POSTFIX("x", "203-0-113-5.dsl.example.org", "203.0.113.5",
		  "mx.example.org") OUTSIDE("mx2.example.org"),
	  NULL, 1, TOP, "example.org", NULL, false },
	{ "4 a shared provider is nobody's own name",
	  POSTFIX("x", "mx0b.pphosted.com", "203.0.113.5",
		  "mx0a.pphosted.com") OUTSIDE("mx0b.pphosted.com"),
	  NULL, 1, TOP, "pphosted.com", NULL, false },
	{ "4 not before a receiving domain is met",
	  POSTFIX("x", "mx2.example.org", "203.0.113.5", "mailer")
	  OUTSIDE("mx2.example.org"),
	  NULL, 1, TOP, "", NULL, false },
	{ "the walk stops at the first failure",
	  OUTSIDE("mx.example.org") PICKUP("mx.example.org")
	  PICKUP("mx.example.org"),
	  NULL, 2, TOP, "example.org", NULL, false },

	/* 5 given */
	{ "5 the address is in --trust CIDR",
	  OUTSIDE("mx.example.org") OUTSIDE("out.example.net")
	  OUTSIDE("x.example.com"),
	  "203.0.113.0/28", 0, GIVEN, "example.org", "1:chain-break", false },
	{ "5 another CIDR", OUTSIDE("mx.example.org")
	  OUTSIDE("out.example.net"),
	  "203.0.113.128/25", 1, TOP, "example.org", NULL, false },
	{ "5 the verified rDNS is --trust NAME",
	  OUTSIDE("mx.example.org")
	  POSTFIX("y", "y.example.com", "192.0.2.77", "out.example.net")
	  OUTSIDE("y.example.com"),
	  "out.example.net", 1, GIVEN, "example.org", NULL, false },
	{ "5 the verified rDNS lies below --trust NAME",
	  OUTSIDE("mx.example.org")
	  POSTFIX("y", "y.example.com", "192.0.2.77", "out.example.net")
	  OUTSIDE("y.example.com"),
	  "Example.NET.", 1, GIVEN, "example.org", NULL, false },
	{ "5 NAME joins the receiving domains",
	  OUTSIDE("mx.example.org") LOOP("a.example.net")
	  OUTSIDE("b.example.net") OUTSIDE("y.example.com"),
	  "out.example.net example.net", 0, GIVEN, "example.org",
	  "1:chain-break", false },
	{ "5 CIDR does not join them",
	  OUTSIDE("mx.example.org") LOOP("a.example.net")
	  OUTSIDE("b.example.net") OUTSIDE("y.example.com"),
	  "203.0.113.9", 2, GIVEN, "example.org", NULL, false },
	{ "5 a NAME does not count where only HELO is recorded",
	  EXCHANGE("out.example.net", "203.0.113.9", "mx.example.org",
		   "192.0.2.2") OUTSIDE("out.example.net"),
	  "example.net", 1, TOP, "example.org", NULL, true },
	{ "5 nor where the rDNS may be forged",
	  SENDMAIL("x", "out.example.net [203.0.113.9] (may be forged)",
		   "mx.example.org") OUTSIDE("out.example.net"),
	  "example.net", 1, TOP, "example.org", NULL, true },
	{ "5 the address counts there",
	  EXCHANGE("out.example.net", "203.0.113.9", "mx.example.org",
		   "192.0.2.2")
	  POSTFIX("y", "y.example.com", "192.0.2.77", "out.example.net"),
	  "203.0.113.9", 0, GIVEN, "example.org", NULL, false },
	{ "5 holds before a receiving domain is met",
	  OUTSIDE("mailer") OUTSIDE("out.example.net"), "203.0.113.9", 0,
	  GIVEN, "example.net", NULL, false },

	/* layouts */
	{ "Outlook: the edge is the border",
	  STORE FRONT("2603:10a6:208:168:cafe::1") EDGE
	  POSTFIX("y", "y.example.com", "192.0.2.77", "out.example.net"),
	  NULL, 1, LAYOUT, "outlook.com", NULL, false },
	{ "Outlook: a newer stamp with a public peer is the border",
	  STORE FRONT("203.0.113.9") EDGE OUTSIDE("out.example.net"), NULL, 2,
	  LAYOUT, "outlook.com", NULL, false },
	{ "Outlook: a private peer is inside",
	  STORE FRONT("10.13.1.1") EDGE OUTSIDE("out.example.net"), NULL, 1,
	  LAYOUT, "outlook.com", NULL, false },
	{ "layouts are anchored: a forged chain below another's stamp",
	  OUTSIDE("mx.example.org") STORE FRONT("10.13.1.1") EDGE, NULL, 3,
	  TOP, "example.org", "2:chain-break", false },
	{ "layouts are anchored: another's stamp within",
	  STORE OUTSIDE("mx.example.org") EDGE, NULL, 2, TOP, "outlook.com",
	  NULL, false },
	{ "from a layout's border rules 1 to 4 hold no longer",
	  STORE EXCHANGE("localhost", "127.0.0.1",
			 "AM7EUR03FT001.mail.protection.outlook.com",
			 "10.152.16.1") EDGE,
	  NULL, 1, LAYOUT, "outlook.com", "0:chain-break", false },
	{ "from a layout's border rule 5 goes on",
	  STORE EDGE POSTFIX("y", "y.example.com", "192.0.2.77",
			     "out.example.net") OUTSIDE("y.example.com"),
	  "192.0.2.7", 1, GIVEN, "outlook.com", NULL, false },
	{ "Gmail: inner stamps without from, then mx.google.com",
	  GOOGLE("2002:a05:6a10:1:b0:1:2:3") GOOGLE("10.31.1.2")
	  GMAIL("out.example.net", "203.0.113.9") OUTSIDE("out.example.net"),
	  NULL, 1, LAYOUT, "google.com", NULL, false },
	{ "Gmail: mx.google.com at the top",
	  GMAIL("out.example.net", "203.0.113.9") OUTSIDE("out.example.net"),
	  NULL, 1, LAYOUT, "google.com", NULL, false },
	{ "Gmail: another name of Google's is no border",
	  GOOGLE("mail-ed1-f1.google.com")
	  GMAIL("out.example.net", "203.0.113.9"),
	  NULL, 1, TOP, "google.com", NULL, false },

	/* what leads the walk astray */
	{ "a forged chain below the border is never taken up",
	  OUTSIDE("mx.example.org")
	  POSTFIX("mx.example.org", "mx.example.org", "192.0.2.2",
		  "mx.example.org")
	  PICKUP("mx.example.org") LMTP("mx.example.org"),
	  NULL, 3, TOP, "example.org", NULL, false },
	{ "a HELO that closes a comment early proves no loopback",
	  "Received: from x ([127.0.0.1]) by mx.example.org with ESMTP id 1 "
	  "([203.0.113.9]) by mx.example.org with ESMTP id 2" D
	  OUTSIDE("mx.example.org"),
	  NULL, 1, TOP, "example.org", NULL, false },

	/* anomalies that need the border */
	{ "a domain that sends under its own name only",
	  OUTSIDE("mx.example.org")
	  GOOGLE("mail-ed1-f1.google.com"),
	  NULL, 1, TOP, "example.org", "0:chain-break", false },
	{ "... and does",
	  POSTFIX("mail-ed1-f1.google.com", "mail-ed1-f1.google.com",
		  "203.0.113.9", "mx.example.org")
	  GOOGLE("mail-ed1-f1.google.com"),
	  NULL, 1, TOP, "example.org", NULL, false },
};

/* ---- running them ---- */

/* Of the anomalies about the chain: "1:nat-peer 2:chain-break". */
static const char *chain_anomalies(struct tt_arena *a,
				   const struct tt_timeline *t)
{
	const char *text = "";

	for (size_t i = 0; i < t->anomalies.n; i++) {
		const struct tt_anomaly *const x = &t->anomalies.v[i];

		assert_true(x->text.n > 0);
		if (x->code != TT_ANOMALY_nat_peer &&
		    x->code != TT_ANOMALY_chain_break)
			continue;
		text = tt_arena_printf(a, "%s%s%d:%s", text, *text ? " " : "",
				       x->hop, tt_anomaly_name(x->code));
	}
	return text;
}

static bool is_told_about_names(const struct tt_diags *diags)
{
	for (size_t i = 0; i < diags->list.n; i++)
		if (diags->list.v[i].code == TT_DIAG_trust_name)
			return true;
	return false;
}

static void check_row(const struct fixture *f, const struct row *row)
{
	struct built b;
	const struct tt_result *const r = &b.t.result;

	build(&b, f, tt_slice_str(row->block), row->trust);
	if (r->border != row->border || r->border_basis != row->basis)
		fail_msg("%s: border %d, basis %d", row->name, r->border,
			 (int)r->border_basis);
	for (size_t i = 0; i < b.t.hops.n; i++)
		if (b.t.hops.v[i].is_trusted !=
			    (row->border >= 0 && (int)i >= row->border) ||
		    !is_quoted_right(&b, &b.t.hops.v[i]))
			fail_msg("%s: trust or evidence of hop %zu",
				 row->name, i);
	if (!tt_slice_eq(r->receiving_domain, tt_slice_str(row->domain)))
		fail_msg("%s: receiving domain '%.*s'", row->name,
			 (int)r->receiving_domain.n,
			 (const char *)r->receiving_domain.p);

	const char *const got = chain_anomalies(&b.arena, &b.t);

	if (strcmp(got, row->anomaly ? row->anomaly : "") != 0)
		fail_msg("%s: anomalies '%s'", row->name, got);
	if (is_told_about_names(&b.diags) != row->is_told)
		fail_msg("%s: diag", row->name);
	tt_arena_release(&b.arena);
}

static void test_walk(void **state)
{
	for (size_t i = 0; i < N(rows); i++)
		check_row(*state, &rows[i]);
}

/* ---- times across the border ---- */

static void test_times(void **state)
{
#define AT(by, date)                                                   \
	"Received: from out.example.net (out.example.net [203.0.113.9])\n" \
	"\tby " by " (Postfix) with ESMTP id 4T4; " date "\n"
	static const struct {
		const char *name, *block;
		int64_t delay_s;
		bool has_delay;
		uint32_t anomalies; /* of the newest hop */
	} times[] = {
		{ "a minute back is normal",
		  AT("mx.example.org", "2 Jan 2024 10:00:00 +0000")
		  AT("out.example.net", "2 Jan 2024 11:01:00 +0100"),
		  -(int64_t)TT_ROOM(time_reversed), true, 0 },
		{ "more is told",
		  AT("mx.example.org", "2 Jan 2024 10:00:00 +0000")
		  AT("out.example.net", "2 Jan 2024 11:01:01 +0100"),
		  -(int64_t)TT_ROOM(time_reversed) - 1, true, 1U << TT_ANOMALY_time_reversed },
		{ "an undated stamp between is passed over",
		  AT("mx.example.org", "2 Jan 2024 10:00:00 +0000")
		  AT("b.example.net", "")
		  AT("out.example.net", "2 Jan 2024 09:59:00 +0000"), 60,
		  true, 0 },
		{ "five days are not stale",
		  AT("mx.example.org", "7 Jan 2024 10:00:00 +0000")
		  AT("out.example.net", "2 Jan 2024 10:00:00 +0000"),
		  TT_ROOM(stale), true, 0 },
		{ "more are",
		  AT("mx.example.org", "7 Jan 2024 10:00:01 +0000")
		  AT("out.example.net", "2 Jan 2024 10:00:00 +0000"),
		  TT_ROOM(stale) + 1, true, 1U << TT_ANOMALY_stale },
		{ "undated: no delay",
		  AT("mx.example.org", "")
		  AT("out.example.net", "2 Jan 2024 10:00:00 +0000"), 0,
		  false,
		  1U << TT_ANOMALY_no_date | 1U << TT_ANOMALY_truncated },
		{ "-0000 is a zone, whatever else was repaired",
		  AT("mx.example.org", "7 Jan 24 10:00:01 -0000")
		  AT("out.example.net", "7 Jan 2024 10:00:00 +0000"), 1,
		  true, 0 },
		{ "an unknown zone: UTC",
		  AT("mx.example.org", "7 Jan 2024 10:00:01 QQST")
		  AT("out.example.net", "7 Jan 2024 10:00:00 +0000"), 1,
		  true, 1U << TT_ANOMALY_bad_date },
		{ "no zone: UTC",
		  AT("mx.example.org", "7 Jan 2024 10:00:01")
		  AT("out.example.net", "7 Jan 2024 10:00:00 +0000"), 1,
		  true, 1U << TT_ANOMALY_bad_date },
		{ "unreadable: no delay",
		  AT("mx.example.org", "Tue, 99 Foo 2024")
		  AT("out.example.net", "2 Jan 2024 10:00:00 +0000"), 0,
		  false, 1U << TT_ANOMALY_bad_date },
	};

	for (size_t i = 0; i < N(times); i++) {
		struct built b;

		build(&b, *state, tt_slice_str(times[i].block), NULL);

		const struct tt_hop *const hop =
			&b.t.hops.v[b.t.hops.n - 1];

		if (hop->delay_s != times[i].delay_s ||
		    hop->has_delay != times[i].has_delay ||
		    hop->anomalies != times[i].anomalies)
			fail_msg("%s: delay %lld, anomalies %x",
				 times[i].name, (long long)hop->delay_s,
				 hop->anomalies);
		tt_arena_release(&b.arena);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_walk),
		cmocka_unit_test(test_times),
	};

	return cmocka_run_group_tests(tests, load, unload);
}
