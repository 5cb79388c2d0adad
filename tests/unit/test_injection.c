/* test_injection - what a stamp says, and what its sender would like it to
 *
 * First the forms that tools of this kind are known to misread, each with the
 * right reading.  Then stamps in which words of the sender (HELO, recipient,
 * envelope sender, id, login, rDNS) pose as the receiver's.  None of them may
 * come out as encrypted, unless the stamp is told to be ambiguous: a lax
 * writer leaves shapes that cannot be told apart.  Every row is a test of its
 * own. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include <tlstrail/trail.h>

#define N(a) (sizeof(a) / sizeof((a)[0]))
#define B(text) { (const uint8_t *)(text), sizeof(text) - 1 }
#define A(code) (UINT32_C(1) << TT_ANOMALY_##code)

struct row {
	const char *name;
	struct tt_slice stamp;
	enum tt_verdict verdict;
	enum tt_basis basis;
	enum tt_tls version;
	const char *cipher;
	uint32_t anomalies;
};

static const struct row forms[] = {
	{ "Gmail, TLS 1.3",
	  B("from mail.example.org (mail.example.org [198.51.100.7]) by "
	    "mx.google.com with ESMTPS id 5b1f17b1804b1-42cb6af3 for "
	    "<a@example.com> (version=TLS1_3 cipher=TLS_AES_128_GCM_SHA256 "
	    "bits=128/128); Mon, 02 Sep 2024 03:00:00 -0700 (PDT)"),
	  TT_ENCRYPTED, TT_BASIS_MARKER, TT_TLSV1_3, "TLS_AES_128_GCM_SHA256",
	  0 },
	{ "Gmail, Google Transport Security",
	  B("from mail.example.org (mail.example.org [198.51.100.7]) by "
	    "mx.google.com with SMTPS id "
	    "b31sor1345013uaa.124.2017.10.10.01.17.02 for <m@example.com> "
	    "(Google Transport Security); Tue, 10 Oct 2017 01:17:02 -0700 "
	    "(PDT)"),
	  TT_ENCRYPTED, TT_BASIS_KEYWORD, TT_TLS_NONE, NULL, 0 },
	{ "Exchange Online, TLS 1.2",
	  B("from am0pr01.example.org (2001:db8::10) by am9pr01.example.net "
	    "(2001:db8::20) with Microsoft SMTP Server (version=TLS1_2, "
	    "cipher=TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384) id 15.20.7918.19; "
	    "Mon, 2 Sep 2024 10:00:00 +0000"),
	  TT_ENCRYPTED, TT_BASIS_MARKER, TT_TLSV1_2,
	  "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384", 0 },
	{ "Exchange on premises, (TLS)",
	  B("from mail.example.com (192.0.2.1) by mx3.example.net (192.0.2.2) "
	    "with Microsoft SMTP Server (TLS) id 15.1.225.42 via Mailbox "
	    "Transport; Thu, 22 Dec 2016 14:46:26 +0100"),
	  TT_ENCRYPTED, TT_BASIS_MARKER, TT_TLS_NONE, NULL, 0 },
	{ "Exchange, HTTPS",
	  B("from am0pr01.eurprd01.prod.exchangelabs.com (::1) by "
	    "am0pr01.eurprd01.prod.exchangelabs.com with HTTPS; Mon, 2 Sep "
	    "2024 10:00:00 +0000"),
	  TT_ENCRYPTED, TT_BASIS_KEYWORD, TT_TLS_NONE, NULL, 0 },
	{ "Exchange, mapi",
	  B("from am0pr01.example.org ([fe80::1]) by am0pr01.example.org "
	    "([fe80::1%3]) with mapi id 15.20.7918.019; Mon, 2 Sep 2024 "
	    "10:00:00 +0000"),
	  TT_LOCAL, TT_BASIS_KEYWORD, TT_TLS_NONE, NULL, 0 },
	{ "IIS, over TLS secured channel",
	  B("from mail.example.org ([198.51.100.7]) by bay004.example.com "
	    "over TLS secured channel with Microsoft SMTPSVC(7.5.7601.23143); "
	    "Sat, 14 Nov 2015 22:30:08 -0800"),
	  TT_ENCRYPTED, TT_BASIS_MARKER, TT_TLS_NONE, NULL, 0 },
	{ "Postfix, TLS 1.3",
	  B("from mail.example.org (mail.example.org [198.51.100.7]) (using "
	    "TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 (256/256 bits) "
	    "key-exchange X25519 server-signature RSA-PSS (2048 bits) "
	    "server-digest SHA256) (No client certificate requested) by "
	    "mx.example.com (Postfix) with ESMTPS id 4WxYz for "
	    "<a@example.com>; Mon, 2 Sep 2024 10:00:00 +0000 (UTC)"),
	  TT_ENCRYPTED, TT_BASIS_MARKER, TT_TLSV1_3, "TLS_AES_256_GCM_SHA384",
	  0 },
	{ "Postfix, TLS 1.0",
	  B("from mail.example.org (mail.example.org [198.51.100.7]) (using "
	    "TLSv1 with cipher AES256-SHA (256/256 bits)) (No client "
	    "certificate requested) by mx.example.com (Postfix) with ESMTPS "
	    "id E3BA06C03CC for <a@example.com>; Sat, 7 Sep 2013 12:07:11 "
	    "-0400 (EDT)"),
	  TT_ENCRYPTED, TT_BASIS_MARKER, TT_TLSV1_0, "AES256-SHA", 0 },
	{ "Postfix, SSL 3",
	  B("from mail.example.org (mail.example.org [198.51.100.7]) (using "
	    "SSLv3 with cipher DES-CBC3-SHA (168/168 bits)) (No client "
	    "certificate requested) by mx.example.com (Postfix) with ESMTPS "
	    "id E3BA06C03CD for <a@example.com>; Sat, 7 Sep 2013 12:07:11 "
	    "-0400 (EDT)"),
	  TT_ENCRYPTED, TT_BASIS_MARKER, TT_SSLV3, "DES-CBC3-SHA", 0 },
	{ "Exim 4.96, tls clause",
	  B("from mail.example.org ([198.51.100.7]) by mx.example.com with "
	    "esmtps (TLS1.3) tls TLS_AES_256_GCM_SHA384 (Exim 4.96) "
	    "(envelope-from <s@example.org>) id 1q2w3e-000abc-1X; Mon, 02 Sep "
	    "2024 10:00:00 +0000"),
	  TT_ENCRYPTED, TT_BASIS_MARKER, TT_TLSV1_3, "TLS_AES_256_GCM_SHA384",
	  0 },
	{ "Exim 4.89, version:suite:bits",
	  B("from [192.0.2.36] (port=51336 helo=IDEACENTRE1) by "
	    "server10.example.net with esmtpsa (TLSv1:AES128-SHA:128) (Exim "
	    "4.89_1) (envelope-from <s@example.org>) id 1eWP1e-0000vu-HQ; "
	    "Tue, 02 Jan 2018 09:02:52 -0700"),
	  TT_ENCRYPTED, TT_BASIS_MARKER, TT_TLSV1_0, "AES128-SHA", 0 },
	{ "Sendmail, TLSv1/SSLv3",
	  B("from abc.example.com ([192.0.2.1]) by def.example.com "
	    "(8.14.4/8.13.8) with ESMTP id r7JEfLgH003867 "
	    "(version=TLSv1/SSLv3 cipher=DHE-RSA-AES256-SHA bits=256 "
	    "verify=NOT) for <a@example.com>; Mon, 19 Aug 2013 10:41:21 -0400"),
	  TT_ENCRYPTED, TT_BASIS_MARKER, TT_TLS_NONE, "DHE-RSA-AES256-SHA",
	  A(ambiguous_version) },
	{ "Sendmail, TLS 1.3",
	  B("from mail.example.org (mail.example.org [198.51.100.7]) by "
	    "mail.example.net (8.17.1/8.17.1) with ESMTPS id 2BGMf4uY685293 "
	    "(version=TLSv1.3 cipher=TLS_AES_256_GCM_SHA384 bits=256 "
	    "verify=OK) for <a@example.net>; Fri, 16 Dec 2022 22:41:05 GMT"),
	  TT_ENCRYPTED, TT_BASIS_MARKER, TT_TLSV1_3, "TLS_AES_256_GCM_SHA384",
	  0 },
	{ "Cisco ESA, ESMTP/TLS/SUITE",
	  B("from mail.example.org ([198.51.100.7]) by ob1.example.com with "
	    "ESMTP/TLS/ECDHE-RSA-AES128-GCM-SHA256; 23 Feb 2021 10:00:00 +0000"),
	  TT_ENCRYPTED, TT_BASIS_MARKER, TT_TLS_NONE,
	  "ECDHE-RSA-AES128-GCM-SHA256", 0 },
	{ "Yahoo, SMTPs",
	  B("from 127.0.0.1 (EHLO mail.example.org) (198.51.100.7) by "
	    "atlas123.free.mail.bf1.yahoo.com with SMTPs (version=TLS1_3 "
	    "cipher=TLS_AES_128_GCM_SHA256); Mon, 02 Sep 2024 10:00:00 +0000"),
	  TT_ENCRYPTED, TT_BASIS_MARKER, TT_TLSV1_3, "TLS_AES_128_GCM_SHA256",
	  0 },
	{ "OpenSMTPD",
	  B("from mail.example.org (mail.example.org [198.51.100.7]) by "
	    "mx.example.net (OpenSMTPD) with ESMTPS id 1a2b3c4d "
	    "(TLSv1.3:TLS_CHACHA20_POLY1305_SHA256:256:NO) for "
	    "<a@example.net>; Mon, 2 Sep 2024 10:00:00 +0000 (UTC)"),
	  TT_ENCRYPTED, TT_BASIS_MARKER, TT_TLSV1_3,
	  "TLS_CHACHA20_POLY1305_SHA256", 0 },
	{ "qmail, SUITE encrypted",
	  B("from unknown (HELO mail.example.org) (198.51.100.7) by 0 with "
	    "(DHE-RSA-AES256-SHA encrypted) SMTP; 2 Sep 2012 10:00:00 -0000"),
	  TT_ENCRYPTED, TT_BASIS_MARKER, TT_TLS_NONE, "DHE-RSA-AES256-SHA", 0 },
	{ "Mimecast, with STARTTLS",
	  B("from mail.example.org (mail.example.org [198.51.100.7]) by "
	    "relay.mimecast.com with ESMTP with STARTTLS (version=TLSv1.2, "
	    "cipher=TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384) id uk-mta-12-AbCd; "
	    "Mon, 02 Sep 2024 10:00:00 +0100"),
	  TT_ENCRYPTED, TT_BASIS_MARKER, TT_TLSV1_2,
	  "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384", 0 },
	{ "Momentum",
	  B("from [10.220.136.203] ([10.220.136.203:60938] "
	    "helo=app2.example.net) by mx4.mta.example.com (envelope-from "
	    "<s@example.com>) (ecelerity 3.6.25.56547 r(Core:3.6.25.0)) with "
	    "ESMTPS (cipher=ECDHE-RSA-AES256-GCM-SHA384) id BD/7B-10868; Tue, "
	    "03 Apr 2018 03:31:22 +0000"),
	  TT_ENCRYPTED, TT_BASIS_MARKER, TT_TLS_NONE,
	  "ECDHE-RSA-AES256-GCM-SHA384", 0 },
	{ "UTF8SMTPS",
	  B("from mail.example.org (mail.example.org [198.51.100.7]) by "
	    "mx.example.com (Postfix) with UTF8SMTPS id 4WxYzA; Mon, 2 Sep "
	    "2024 10:00:00 +0000 (UTC)"),
	  TT_ENCRYPTED, TT_BASIS_KEYWORD, TT_TLS_NONE, NULL, 0 },
	{ "LMTPS",
	  B("from mx.example.com (mx.example.com [198.51.100.8]) by "
	    "store.example.com (Cyrus 3.8) with LMTPS; Mon, 2 Sep 2024 "
	    "10:00:00 +0000"),
	  TT_ENCRYPTED, TT_BASIS_KEYWORD, TT_TLS_NONE, NULL, 0 },
	{ "plain ESMTP",
	  B("from mail.example.org (mail.example.org [198.51.100.7]) by "
	    "mx.example.com (Postfix) with ESMTP id 4WxYzB for "
	    "<a@example.com>; Mon, 2 Sep 2024 10:00:00 +0000 (UTC)"),
	  TT_CLEARTEXT, TT_BASIS_KEYWORD, TT_TLS_NONE, NULL, 0 },
	{ "plain, a host named tls",
	  B("from tlsmail.example.org (atlsmtp01.example.org [198.51.100.7]) "
	    "by mx.example.com (Postfix) with ESMTP id 4WxYzC for "
	    "<a@example.com>; Mon, 2 Sep 2024 10:00:00 +0000"),
	  TT_CLEARTEXT, TT_BASIS_KEYWORD, TT_TLS_NONE, NULL, 0 },
	{ "plain, a host named cipher",
	  B("from mail.ciphertrust.example (mail.ciphertrust.example "
	    "[198.51.100.7]) by mx.example.com (Postfix) with ESMTP id 4WxYzD "
	    "for <a@example.com>; Mon, 2 Sep 2024 10:00:00 +0000"),
	  TT_CLEARTEXT, TT_BASIS_KEYWORD, TT_TLS_NONE, NULL, 0 },
	{ "HELO TLSv1.3",
	  B("from TLSv1.3 (unknown [203.0.113.9]) by mx.example.com (Postfix) "
	    "with SMTP id 4WxYzE for <a@example.com>; Mon, 2 Sep 2024 "
	    "10:00:00 +0000"),
	  TT_CLEARTEXT, TT_BASIS_KEYWORD, TT_TLS_NONE, NULL, 0 },
	{ "HELO version= cipher=",
	  B("from mail.example.org (HELO version=TLS1_3 "
	    "cipher=TLS_AES_256_GCM_SHA384) (203.0.113.9) by mx.example.com "
	    "with SMTP; 2 Sep 2024 10:00:00 -0000"),
	  TT_UNKNOWN, TT_BASIS_NONE, TT_TLS_NONE, NULL, A(sender_text) },
	{ "for <starttls@",
	  B("from mail.example.org (mail.example.org [198.51.100.7]) by "
	    "mx.example.com (Postfix) with ESMTP id 4WxYzF for "
	    "<starttls@example.com>; Mon, 2 Sep 2024 10:00:00 +0000"),
	  TT_CLEARTEXT, TT_BASIS_KEYWORD, TT_TLS_NONE, NULL, 0 },
	{ "a content filter, loopback",
	  B("from localhost (unknown [127.0.0.1]) by mx.example.com (Postfix) "
	    "with ESMTP id 120FE21170 for <x@example.com>; Sat, 27 Feb 2021 "
	    "22:57:57 +0000 (UTC)"),
	  TT_LOCAL, TT_BASIS_NONE, TT_TLS_NONE, NULL, 0 },
	{ "SES inbound",
	  B("from mail.example.org (mail.example.org [198.51.100.7]) by "
	    "inbound-smtp.us-east-1.amazonaws.com with SMTP id abc123 for "
	    "a@example.com; Mon, 02 Sep 2024 10:00:00 +0000 (UTC)"),
	  TT_UNKNOWN, TT_BASIS_NONE, TT_TLS_NONE, NULL, 0 },
	{ "a NULL suite",
	  B("from mail.example.org (mail.example.org [198.51.100.7]) (using "
	    "TLSv1.2 with cipher AECDH-NULL-SHA (0/0 bits)) (No client "
	    "certificate requested) by mx.example.com (Postfix) with ESMTPS "
	    "id 4WxYzG; Mon, 2 Sep 2024 10:00:00 +0000"),
	  TT_ENCRYPTED, TT_BASIS_MARKER, TT_TLSV1_2, "AECDH-NULL-SHA",
	  A(null_cipher) },
	{ "Postini, no with",
	  B("from source ([192.0.2.254]) (using SSLv3) by "
	    "exprod8mx8.postini.com; Wed, 08 Jan 2007 15:02:31 PST"),
	  TT_ENCRYPTED, TT_BASIS_MARKER, TT_SSLV3, NULL, 0 },
};

static const struct row injections[] = {
	{ "HELO closes its place and poses as a TLS comment (Postfix)",
	  B("from evil.example (using TLSv1.3 with cipher "
	    "TLS_AES_256_GCM_SHA384 (256/256 bits)) (unknown [203.0.113.9]) "
	    "by mx.example.com (Postfix) with SMTP id 4WxYzE; Mon, 2 Sep 2024 "
	    "10:00:00 +0000"),
	  TT_ENCRYPTED, TT_BASIS_MARKER, TT_TLSV1_3, "TLS_AES_256_GCM_SHA384",
	  A(keyword_marker_mismatch) | A(ambiguous_stamp) },
	{ "the same with a forged address in front",
	  B("from evil.example (mx.example.net [192.0.2.1]) (using TLSv1.3 "
	    "with cipher TLS_AES_256_GCM_SHA384 (256/256 bits)) (unknown "
	    "[203.0.113.9]) by mx.example.com (Postfix) with SMTP id 4WxYzE; "
	    "Mon, 2 Sep 2024 10:00:00 +0000"),
	  TT_ENCRYPTED, TT_BASIS_MARKER, TT_TLSV1_3, "TLS_AES_256_GCM_SHA384",
	  A(keyword_marker_mismatch) | A(ambiguous_stamp) },
	{ "HELO closes its comment: using (qmail)",
	  B("from unknown (HELO evil.example) (using TLSv1.3 with cipher "
	    "TLS_AES_256_GCM_SHA384 (256/256 bits)) (203.0.113.9) by "
	    "mx.example.com with SMTP; 2 Sep 2024 10:00:00 -0000"),
	  TT_UNKNOWN, TT_BASIS_NONE, TT_TLS_NONE, NULL, A(ambiguous_stamp) },
	{ "HELO closes its comment: version= (qmail)",
	  B("from unknown (HELO evil.example) (version=TLS1_3 "
	    "cipher=TLS_AES_256_GCM_SHA384 bits=256/256) (203.0.113.9) by "
	    "mx.example.com with SMTP; 2 Sep 2024 10:00:00 -0000"),
	  TT_UNKNOWN, TT_BASIS_NONE, TT_TLS_NONE, NULL, A(ambiguous_stamp) },
	{ "HELO with by and ESMTPS of its own (qmail)",
	  B("from unknown (HELO evil.example) by mx.example.com with ESMTPS "
	    "(x) (203.0.113.9) by mx.example.com with SMTP; 2 Sep 2024 "
	    "10:00:00 -0000"),
	  TT_ENCRYPTED, TT_BASIS_KEYWORD, TT_TLS_NONE, NULL,
	  A(ambiguous_stamp) },
	{ "HELO with by, ESMTPS, id and version= (qmail)",
	  B("from unknown (HELO evil.example) by other.example with ESMTPS id "
	    "1 (version=TLS1_3 cipher=TLS_AES_256_GCM_SHA384 bits=256/256) "
	    "(203.0.113.9) by mx.example.com with SMTP; 2 Sep 2024 10:00:00 "
	    "-0000"),
	  TT_ENCRYPTED, TT_BASIS_MARKER, TT_TLSV1_3, "TLS_AES_256_GCM_SHA384",
	  A(ambiguous_stamp) },
	{ "HELO with ESMTPS inside its comment",
	  B("from unknown (HELO evil.example with ESMTPS) (203.0.113.9) by "
	    "mx.example.com with SMTP; 2 Sep 2024 10:00:00 -0000"),
	  TT_UNKNOWN, TT_BASIS_NONE, TT_TLS_NONE, NULL, 0 },
	{ "HELO with a whole stamp and its date (qmail)",
	  B("from unknown (HELO x) (203.0.113.1) by mx.example.com with "
	    "(TLS_AES_256_GCM_SHA384 encrypted) SMTP; 2 Sep 2024 10:00:00 "
	    "-0000) (203.0.113.9) by mx.example.com with SMTP; 2 Sep 2024 "
	    "10:00:01 -0000"),
	  TT_ENCRYPTED, TT_BASIS_MARKER, TT_TLS_NONE, "TLS_AES_256_GCM_SHA384",
	  A(ambiguous_stamp) | A(malformed) },
	{ "HELO is \"with ESMTPS\"",
	  B("from with ESMTPS (unknown [203.0.113.9]) by mx.example.com "
	    "(Postfix) with SMTP id 4WxYzE; Mon, 2 Sep 2024 10:00:00 +0000"),
	  TT_CLEARTEXT, TT_BASIS_KEYWORD, TT_TLS_NONE, NULL, 0 },
	{ "HELO in quotes with ESMTPS",
	  B("from \"x with ESMTPS\" (unknown [203.0.113.9]) by mx.example.com "
	    "(Postfix) with SMTP id 4WxYzE; Mon, 2 Sep 2024 10:00:00 +0000"),
	  TT_CLEARTEXT, TT_BASIS_KEYWORD, TT_TLS_NONE, NULL, 0 },
	{ "HELO of all clauses, ESMTPS",
	  B("from x by y with ESMTPS id z (unknown [203.0.113.9]) by "
	    "mx.example.com (Postfix) with SMTP id 4WxYzE; Mon, 2 Sep 2024 "
	    "10:00:00 +0000"),
	  TT_ENCRYPTED, TT_BASIS_KEYWORD, TT_TLS_NONE, NULL,
	  A(ambiguous_stamp) },
	{ "HELO of all clauses, the receiver names no transport",
	  B("from x by y with ESMTPS id z (unknown [203.0.113.9]) by "
	    "mx.example.com (Postfix) id 4WxYzE; Mon, 2 Sep 2024 10:00:00 "
	    "+0000"),
	  TT_ENCRYPTED, TT_BASIS_KEYWORD, TT_TLS_NONE, NULL,
	  A(ambiguous_stamp) },
	{ "HELO with by and version=",
	  B("from x by y (version=TLS1_3 cipher=TLS_AES_256_GCM_SHA384 "
	    "bits=256/256) (unknown [203.0.113.9]) by mx.example.com "
	    "(Postfix) with SMTP id 4WxYzE; Mon, 2 Sep 2024 10:00:00 +0000"),
	  TT_ENCRYPTED, TT_BASIS_MARKER, TT_TLSV1_3, "TLS_AES_256_GCM_SHA384",
	  A(ambiguous_stamp) },
	{ "HELO with clauses, semicolon and date",
	  B("from x by y with ESMTPS (version=TLS1_3 "
	    "cipher=TLS_AES_256_GCM_SHA384 bits=256/256); Mon, 2 Sep 2024 "
	    "09:00:00 +0000 (unknown [203.0.113.9]) by mx.example.com "
	    "(Postfix) with SMTP id 4WxYzE; Mon, 2 Sep 2024 10:00:00 +0000"),
	  TT_ENCRYPTED, TT_BASIS_MARKER, TT_TLSV1_3, "TLS_AES_256_GCM_SHA384",
	  A(ambiguous_stamp) },
	{ "helo= with an open parenthesis (Exim)",
	  B("from [203.0.113.9] (helo=x (TLS1.3) tls TLS_AES_256_GCM_SHA384) "
	    "by mx.example.com with smtp (Exim 4.96) id 1q2w3e-000abc-1X; "
	    "Mon, 2 Sep 2024 10:00:00 +0000"),
	  TT_CLEARTEXT, TT_BASIS_KEYWORD, TT_TLS_NONE, NULL, 0 },
	{ "helo= closes its comment, tls clause (Exim)",
	  B("from [203.0.113.9] (helo=x) by y with esmtps (TLS1.3) tls "
	    "TLS_AES_256_GCM_SHA384 (Exim 4.96) id 1q2w3e-000abc-1Y) by "
	    "mx.example.com with smtp (Exim 4.96) id 1q2w3e-000abc-1X; Mon, 2 "
	    "Sep 2024 10:00:00 +0000"),
	  TT_ENCRYPTED, TT_BASIS_MARKER, TT_TLSV1_3, "TLS_AES_256_GCM_SHA384",
	  A(ambiguous_stamp) | A(malformed) },
	{ "for <\"... (version= ...)\"@>",
	  B("from mail.example.org (mail.example.org [198.51.100.7]) by "
	    "mx.example.com (Postfix) with ESMTP id 4WxYzF for <\"a "
	    "(version=TLS1_3 cipher=TLS_AES_256_GCM_SHA384)\"@example.com>; "
	    "Mon, 2 Sep 2024 10:00:00 +0000"),
	  TT_CLEARTEXT, TT_BASIS_KEYWORD, TT_TLS_NONE, NULL, A(sender_text) },
	{ "for <\"x> (version= ...)\"@>: angle closed inside quotes",
	  B("from mail.example.org (mail.example.org [198.51.100.7]) by "
	    "mx.example.com (Postfix) with ESMTP id 4WxYzF for <\"a> "
	    "(version=TLS1_3 cipher=TLS_AES_256_GCM_SHA384 "
	    "bits=256/256)\"@example.com>; Mon, 2 Sep 2024 10:00:00 +0000"),
	  TT_CLEARTEXT, TT_BASIS_KEYWORD, TT_TLS_NONE, NULL, A(sender_text) },
	{ "for x(version= ...)",
	  B("from mail.example.org (mail.example.org [198.51.100.7]) by "
	    "mx.example.com (Postfix) with ESMTP id 4WxYzF for "
	    "a@example.com(version=TLS1_3 cipher=TLS_AES_256_GCM_SHA384 "
	    "bits=256/256); Mon, 2 Sep 2024 10:00:00 +0000"),
	  TT_CLEARTEXT, TT_BASIS_KEYWORD, TT_TLS_NONE, NULL, 0 },
	{ "for <x(version= ...)@>",
	  B("from mail.example.org (mail.example.org [198.51.100.7]) by "
	    "mx.example.com with ESMTP id 4WxYzF for <a(version=TLS1_3 "
	    "cipher=TLS_AES_256_GCM_SHA384 bits=256/256)@example.com>; Mon, 2 "
	    "Sep 2024 10:00:00 +0000"),
	  TT_UNKNOWN, TT_BASIS_NONE, TT_TLS_NONE, NULL, A(sender_text) },
	{ "the same at Gmail",
	  B("from mail.example.org (mail.example.org. [198.51.100.7]) by "
	    "mx.google.com with ESMTP id 5b1f17b1804b1-42cb6af3 for "
	    "<a(version=TLS1_3 cipher=TLS_AES_256_GCM_SHA384 "
	    "bits=256/256)@example.com>; Mon, 2 Sep 2024 10:00:00 +0000"),
	  TT_CLEARTEXT, TT_BASIS_KEYWORD, TT_TLS_NONE, NULL, A(sender_text) },
	{ "for <\"x\\\">(version= ...)\"@> at Gmail: a quoted pair",
	  B("from mail.example.org (mail.example.org. [198.51.100.7]) by "
	    "mx.google.com with ESMTP id 5b1f17b1804b1-42cb6af3 for "
	    "<\"a\\\">(version=TLS1_3 cipher=TLS_AES_256_GCM_SHA384 "
	    "bits=256/256)\"@example.com>; Mon, 2 Sep 2024 10:00:00 +0000"),
	  TT_CLEARTEXT, TT_BASIS_KEYWORD, TT_TLS_NONE, NULL, A(sender_text) },
	{ "for <x with ESMTPS>",
	  B("from mail.example.org (mail.example.org [198.51.100.7]) by "
	    "mx.example.com (Postfix) with ESMTP id 4WxYzF for <a with "
	    "ESMTPS>; Mon, 2 Sep 2024 10:00:00 +0000"),
	  TT_CLEARTEXT, TT_BASIS_KEYWORD, TT_TLS_NONE, NULL, 0 },
	{ "id version=TLS1_3",
	  B("from mail.example.org (mail.example.org [198.51.100.7]) by "
	    "mx.example.com (Postfix) with ESMTP id version=TLS1_3; Mon, 2 "
	    "Sep 2024 10:00:00 +0000"),
	  TT_CLEARTEXT, TT_BASIS_KEYWORD, TT_TLS_NONE, NULL, A(sender_text) },
	{ "id <version= cipher=@>",
	  B("from mail.example.org (mail.example.org [198.51.100.7]) by "
	    "mx.example.com (Postfix) with ESMTP id <version=TLS1_3 "
	    "cipher=TLS_AES_256_GCM_SHA384@example.com>; Mon, 2 Sep 2024 "
	    "10:00:00 +0000"),
	  TT_CLEARTEXT, TT_BASIS_KEYWORD, TT_TLS_NONE, NULL, A(sender_text) },
	{ "envelope-from <\"x) (TLS1.3) tls SUITE (\"@> (Exim)",
	  B("from mail.example.org ([198.51.100.7]) by mx.example.com with "
	    "smtp (Exim 4.96) (envelope-from <\"x) (TLS1.3) tls "
	    "TLS_AES_256_GCM_SHA384 (\"@example.org>) id 1q2w3e-000abc-1X; "
	    "Mon, 2 Sep 2024 10:00:00 +0000"),
	  TT_CLEARTEXT, TT_BASIS_KEYWORD, TT_TLS_NONE, NULL, 0 },
	{ "envelope-from <version=@> (Exim)",
	  B("from mail.example.org ([198.51.100.7]) by mx.example.com with "
	    "smtp (Exim 4.96) (envelope-from <version=TLS1_3@example.org>) id "
	    "1q2w3e-000abc-1X; Mon, 2 Sep 2024 10:00:00 +0000"),
	  TT_CLEARTEXT, TT_BASIS_KEYWORD, TT_TLS_NONE, NULL, A(sender_text) },
	{ "envelope-from <s)(TLS1.3@> (Exim)",
	  B("from mail.example.org ([198.51.100.7]) by mx.example.com with "
	    "smtp (envelope-from <s)(TLS1.3@example.org>) (Exim 4.96) id "
	    "1q2w3e-000abc-1X; Mon, 2 Sep 2024 10:00:00 +0000"),
	  TT_CLEARTEXT, TT_BASIS_KEYWORD, TT_TLS_NONE, NULL, 0 },
	{ "envelope-from <s)(TLS1.3)(@> (Exim)",
	  B("from mail.example.org ([198.51.100.7]) by mx.example.com with "
	    "smtp (envelope-from <s)(TLS1.3)(@example.org>) (Exim 4.96) id "
	    "1q2w3e-000abc-1X; Mon, 2 Sep 2024 10:00:00 +0000"),
	  TT_ENCRYPTED, TT_BASIS_MARKER, TT_TLSV1_3, NULL,
	  A(keyword_marker_mismatch) | A(ambiguous_stamp) },
	{ "envelope-from behind the date closes its comment",
	  B("from mail.example.org (198.51.100.7) by mx.example.com id "
	    "h0abcdefghij for <a@example.com>; Mon, 2 Sep 2024 10:00:00 +0000 "
	    "(envelope-from <s@x) (version=TLS1_3 "
	    "cipher=TLS_AES_256_GCM_SHA384 bits=256/256>)"),
	  TT_UNKNOWN, TT_BASIS_NONE, TT_TLS_NONE, NULL, 0 },
	{ "HELO with quoted pairs that balance",
	  B("from mail.example.org (HELO x\\) \\(using TLSv1.3 with cipher "
	    "TLS_AES_256_GCM_SHA384 (256/256 bits)) (203.0.113.9) by "
	    "mx.example.com with SMTP; 2 Sep 2024 10:00:00 -0000"),
	  TT_UNKNOWN, TT_BASIS_NONE, TT_TLS_NONE, NULL, A(sender_text) },
	{ "HELO with a quoted pair that closes",
	  B("from unknown (HELO x\\) (using TLSv1.3 with cipher "
	    "TLS_AES_256_GCM_SHA384 (256/256 bits)) (203.0.113.9) by "
	    "mx.example.com with SMTP; 2 Sep 2024 10:00:00 -0000"),
	  TT_UNKNOWN, TT_BASIS_NONE, TT_TLS_NONE, NULL, A(ambiguous_stamp) },
	{ "HELO with escaped spaces",
	  B("from x\\ with\\ ESMTPS (unknown [203.0.113.9]) by mx.example.com "
	    "(Postfix) with SMTP id 4WxYzE; Mon, 2 Sep 2024 10:00:00 +0000"),
	  TT_CLEARTEXT, TT_BASIS_KEYWORD, TT_TLS_NONE, NULL, 0 },
	{ "a marker folded over two lines",
	  B("from x (HELO "
	    "version=TLS1_3\r\n\tcipher=TLS_AES_256_GCM_SHA384)\r\n "
	    "(203.0.113.9) by mx.example.com with SMTP; 2 Sep 2024 10:00:00 "
	    "-0000"),
	  TT_UNKNOWN, TT_BASIS_NONE, TT_TLS_NONE, NULL, A(sender_text) },
	{ "for < folded, using ...>",
	  B("from x (unknown [203.0.113.9]) by mx.example.com (Postfix) "
	    "with\r\n SMTP id 4Wx for <\r\n using TLSv1.3 with cipher "
	    "X@example.com>; Mon, 2 Sep 2024 10:00:00 +0000"),
	  TT_CLEARTEXT, TT_BASIS_KEYWORD, TT_TLS_NONE, NULL, A(sender_text) },
	{ "NUL in front of the closed comment",
	  B("from x (HELO a\000) (version=TLS1_3 "
	    "cipher=TLS_AES_256_GCM_SHA384) (203.0.113.9) by mx.example.com "
	    "with SMTP; 2 Sep 2024 10:00:00 -0000"),
	  TT_UNKNOWN, TT_BASIS_NONE, TT_TLS_NONE, NULL,
	  A(ambiguous_stamp) | A(nul_byte) },
	{ "NUL inside the marker",
	  B("from x (HELO version=TLS1_3\000 cipher=TLS_AES_256_GCM_SHA384) "
	    "(203.0.113.9) by mx.example.com with SMTP; 2 Sep 2024 10:00:00 "
	    "-0000"),
	  TT_UNKNOWN, TT_BASIS_NONE, TT_TLS_NONE, NULL,
	  A(sender_text) | A(nul_byte) },
	{ "NUL behind a semicolon, by and ESMTPS",
	  B("from x by y with ESMTPS id 1;\000 (unknown [203.0.113.9]) by "
	    "mx.example.com (Postfix) with SMTP id 4WxYzE; Mon, 2 Sep 2024 "
	    "10:00:00 +0000"),
	  TT_ENCRYPTED, TT_BASIS_KEYWORD, TT_TLS_NONE, NULL,
	  A(ambiguous_stamp) | A(nul_byte) },
	{ "rDNS name of marker words",
	  B("from x (using TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 "
	    "[203.0.113.9]) by mx.example.com (Postfix) with SMTP id 1; Mon, "
	    "2 Sep 2024 10:00:00 +0000"),
	  TT_ENCRYPTED, TT_BASIS_MARKER, TT_TLSV1_3, "TLS_AES_256_GCM_SHA384",
	  A(keyword_marker_mismatch) | A(ambiguous_stamp) },
	{ "ident version=",
	  B("from x (version=TLS1_3@unknown [203.0.113.9]) by mx.example.com "
	    "(8.17.1/8.17.1) with SMTP id 482A00Ab012345; Mon, 2 Sep 2024 "
	    "10:00:00 +0000"),
	  TT_CLEARTEXT, TT_BASIS_SOFTWARE, TT_TLS_NONE, NULL, 0 },
	{ "(helo=x) under a Postfix name",
	  B("from x (helo=mail.example.org) ([203.0.113.9]) by mx.example.com "
	    "(Postfix) with ESMTP id 44414417; Mon, 2 Sep 2024 10:00:00 +0000"),
	  TT_CLEARTEXT, TT_BASIS_KEYWORD, TT_TLS_NONE, NULL, 0 },
	{ "(TLS1.3) right behind the peer (Exim)",
	  B("from [203.0.113.9] (port=1 helo=evil.example) (TLS1.3) by "
	    "mx.example.com with smtp (Exim 4.96) id 1q2w3e-000abc-1X; Mon, 2 "
	    "Sep 2024 10:00:00 +0000"),
	  TT_CLEARTEXT, TT_BASIS_KEYWORD, TT_TLS_NONE, NULL, 0 },
	{ "Cyrillic look-alike of HELO",
	  B("from \321\205 (\320\235ELO version=TLS1_3 "
	    "cipher=TLS_AES_256_GCM_SHA384) (203.0.113.9) by mx.example.com "
	    "with SMTP; 2 Sep 2024 10:00:00 -0000"),
	  TT_UNKNOWN, TT_BASIS_NONE, TT_TLS_NONE, NULL, 0 },
	{ "no-break space behind HELO",
	  B("from x (HELO\302\240version=TLS1_3 "
	    "cipher=TLS_AES_256_GCM_SHA384) (203.0.113.9) by mx.example.com "
	    "with SMTP; 2 Sep 2024 10:00:00 -0000"),
	  TT_UNKNOWN, TT_BASIS_NONE, TT_TLS_NONE, NULL, 0 },
	{ "Cyrillic E in ESMTPS",
	  B("from x (x [203.0.113.9]) by mx.example.com (Postfix) with "
	    "\320\225SMTPS id 1; Mon, 2 Sep 2024 10:00:00 +0000"),
	  TT_UNKNOWN, TT_BASIS_NONE, TT_TLS_NONE, NULL, 0 },
	{ "long s in ESMTPS",
	  B("from x (x [203.0.113.9]) by mx.example.com (Postfix) with "
	    "ESMTP\305\277 id 1; Mon, 2 Sep 2024 10:00:00 +0000"),
	  TT_UNKNOWN, TT_BASIS_NONE, TT_TLS_NONE, NULL, 0 },
	{ "using in front of the peer, a writer nobody knows",
	  B("from evil.example (using TLSv1.3 with cipher "
	    "TLS_AES_256_GCM_SHA384 (256/256 bits)) (real.example.net "
	    "[203.0.113.9]) by mx.example.com with SMTP id 4WxYzE; Mon, 2 Sep "
	    "2024 10:00:00 +0000"),
	  TT_ENCRYPTED, TT_BASIS_MARKER, TT_TLSV1_3, "TLS_AES_256_GCM_SHA384",
	  A(ambiguous_stamp) },
	{ "version= in front of the peer, a writer nobody knows",
	  B("from evil.example (version=TLS1_3 cipher=TLS_AES_256_GCM_SHA384 "
	    "bits=256/256) (real.example.net [203.0.113.9]) by mx.example.com "
	    "with SMTP id 4WxYzE; Mon, 2 Sep 2024 10:00:00 +0000"),
	  TT_UNKNOWN, TT_BASIS_NONE, TT_TLS_NONE, NULL, 0 },
	{ "by and version= in front of the peer, a writer nobody knows",
	  B("from x by y (version=TLS1_3 cipher=TLS_AES_256_GCM_SHA384 "
	    "bits=256/256) (real.example.net [203.0.113.9]) by mx.example.com "
	    "with SMTP id 4WxYzE; Mon, 2 Sep 2024 10:00:00 +0000"),
	  TT_ENCRYPTED, TT_BASIS_MARKER, TT_TLSV1_3, "TLS_AES_256_GCM_SHA384",
	  A(ambiguous_stamp) },
	{ "HELO with a whole Exchange stamp",
	  B("from x (203.0.113.9) by y with Microsoft SMTP Server "
	    "(version=TLS1_3, cipher=TLS_AES_256_GCM_SHA384) id 15.20.7918.1 "
	    "(203.0.113.9) by mx3.example.net (192.0.2.2) with Microsoft SMTP "
	    "Server id 15.1.225.42; Mon, 2 Sep 2024 10:00:00 +0000"),
	  TT_ENCRYPTED, TT_BASIS_MARKER, TT_TLSV1_3, "TLS_AES_256_GCM_SHA384",
	  A(ambiguous_stamp) },
	{ "HELO with ESMTP/TLS/ (Cisco ESA)",
	  B("from x (HELO with ESMTP/TLS/ECDHE-RSA-AES128-GCM-SHA256) "
	    "([203.0.113.9]) by ob1.hc123.iphmx.com with ESMTP; 23 Feb 2021 "
	    "10:00:00 +0000"),
	  TT_CLEARTEXT, TT_BASIS_SOFTWARE, TT_TLS_NONE, NULL, 0 },
	{ "a tab behind HELO",
	  B("from x (HELO\tversion=TLS1_3 cipher=TLS_AES_256_GCM_SHA384) "
	    "(203.0.113.9) by mx.example.com with SMTP; 2 Sep 2024 10:00:00 "
	    "-0000"),
	  TT_UNKNOWN, TT_BASIS_NONE, TT_TLS_NONE, NULL, A(sender_text) },
	{ "HELO and a colon",
	  B("from x (HELO: version=TLS1_3 cipher=TLS_AES_256_GCM_SHA384) "
	    "(203.0.113.9) by mx.example.com with SMTP; 2 Sep 2024 10:00:00 "
	    "-0000"),
	  TT_UNKNOWN, TT_BASIS_NONE, TT_TLS_NONE, NULL, 0 },
	{ "space in front of HELO",
	  B("from x ( HELO version=TLS1_3 cipher=TLS_AES_256_GCM_SHA384) "
	    "(203.0.113.9) by mx.example.com with SMTP; 2 Sep 2024 10:00:00 "
	    "-0000"),
	  TT_UNKNOWN, TT_BASIS_NONE, TT_TLS_NONE, NULL, A(sender_text) },
	{ "HELO in quotes",
	  B("from x (\"HELO version=TLS1_3 cipher=TLS_AES_256_GCM_SHA384\") "
	    "(203.0.113.9) by mx.example.com with SMTP; 2 Sep 2024 10:00:00 "
	    "-0000"),
	  TT_UNKNOWN, TT_BASIS_NONE, TT_TLS_NONE, NULL, A(sender_text) },
	{ "HELO comment never closed",
	  B("from x (HELO x (203.0.113.9) by mx.example.com with SMTP; 2 Sep "
	    "2024 10:00:00 -0000"),
	  TT_UNKNOWN, TT_BASIS_NONE, TT_TLS_NONE, NULL,
	  A(ambiguous_stamp) | A(malformed) },
	{ "HELO comment never closed, by and ESMTPS",
	  B("from x (HELO x by y with ESMTPS (203.0.113.9) by mx.example.com "
	    "with SMTP; 2 Sep 2024 10:00:00 -0000"),
	  TT_ENCRYPTED, TT_BASIS_KEYWORD, TT_TLS_NONE, NULL,
	  A(ambiguous_stamp) | A(malformed) },
	{ "HELO comment never closed, all of it",
	  B("from x (HELO (x by y with ESMTPS (version=TLS1_3 "
	    "cipher=TLS_AES_256_GCM_SHA384 bits=256/256) (203.0.113.9) by "
	    "mx.example.com with SMTP; 2 Sep 2024 10:00:00 -0000"),
	  TT_ENCRYPTED, TT_BASIS_MARKER, TT_TLSV1_3, "TLS_AES_256_GCM_SHA384",
	  A(ambiguous_stamp) | A(malformed) },
	{ "HELO closes its comment, with ESMTPS",
	  B("from x (HELO a) with ESMTPS (version=TLS1_3 "
	    "cipher=TLS_AES_256_GCM_SHA384 bits=256/256) (203.0.113.9) by "
	    "mx.example.com with SMTP; 2 Sep 2024 10:00:00 -0000"),
	  TT_UNKNOWN, TT_BASIS_NONE, TT_TLS_NONE, NULL, A(ambiguous_stamp) },
	{ "a vertical tab behind HELO",
	  B("from x (HELO\013version=TLS1_3 cipher=TLS_AES_256_GCM_SHA384) "
	    "(203.0.113.9) by mx.example.com with SMTP; 2 Sep 2024 10:00:00 "
	    "-0000"),
	  TT_UNKNOWN, TT_BASIS_NONE, TT_TLS_NONE, NULL, 0 },
	{ "HELO with a tls clause",
	  B("from x tls TLS_AES_256_GCM_SHA384 (unknown [203.0.113.9]) by "
	    "mx.example.com (Postfix) with SMTP id 4WxYzE; Mon, 2 Sep 2024 "
	    "10:00:00 +0000"),
	  TT_CLEARTEXT, TT_BASIS_KEYWORD, TT_TLS_NONE, NULL, 0 },
	{ "HELO with via SSL (Postfix)",
	  B("from x via SSL (unknown [203.0.113.9]) by mx.example.com "
	    "(Postfix) with SMTP id 4WxYzE; Mon, 2 Sep 2024 10:00:00 +0000"),
	  TT_CLEARTEXT, TT_BASIS_KEYWORD, TT_TLS_NONE, NULL, 0 },
	{ "for <x (Google Transport Security)@>",
	  B("from x (unknown [203.0.113.9]) by mx.google.com with SMTP id "
	    "b31sor1345013uaa for <m (Google Transport "
	    "Security)@example.com>; Mon, 2 Sep 2024 10:00:00 +0000"),
	  TT_CLEARTEXT, TT_BASIS_KEYWORD, TT_TLS_NONE, NULL, 0 },
	{ "two peers, a writer nobody knows",
	  B("from evil (mx.internal [10.0.0.1]) (unknown [203.0.113.9]) by "
	    "mx.example.com with SMTP id 1; Mon, 2 Sep 2024 10:00:00 +0000"),
	  TT_UNKNOWN, TT_BASIS_NONE, TT_TLS_NONE, NULL, A(ambiguous_stamp) },
	{ "two peers (Postfix)",
	  B("from evil (mx.internal [10.0.0.1]) (unknown [203.0.113.9]) by "
	    "mx.example.com (Postfix) with SMTP id 1; Mon, 2 Sep 2024 "
	    "10:00:00 +0000"),
	  TT_UNKNOWN, TT_BASIS_NONE, TT_TLS_NONE, NULL, A(ambiguous_stamp) },
	{ "envelope-from <\"x (version= ...) \"@> without a comment (Haraka)",
	  B("from x (x [203.0.113.9]) by mx.example.com (Haraka/2.8.13) with "
	    "ESMTP id F28D9EB2-EBC8-4A09-8563-F7E5CFC246B7.1 envelope-from "
	    "<\"x (version=TLS1_3 cipher=TLS_AES_256_GCM_SHA384) "
	    "\"@example.org>; Mon, 2 Sep 2024 10:00:00 +0000"),
	  TT_CLEARTEXT, TT_BASIS_KEYWORD, TT_TLS_NONE, NULL, A(sender_text) },
	{ "HELO with via SSL, a writer nobody knows",
	  B("from x via SSL (unknown [203.0.113.9]) by mx.example.com with "
	    "SMTP id 4WxYzE; Mon, 2 Sep 2024 10:00:00 +0000"),
	  TT_UNKNOWN, TT_BASIS_NONE, TT_TLS_NONE, NULL, 0 },
	{ "HELO with via SSL and no name",
	  B("from x via SSL ([203.0.113.9]) by mx.example.com with SMTP; Mon, "
	    "2 Sep 2024 10:00:00 +0000"),
	  TT_UNKNOWN, TT_BASIS_NONE, TT_TLS_NONE, NULL, 0 },
	{ "HELO with for and version= (Gmail)",
	  B("from x for y (version=TLS1_3 cipher=TLS_AES_256_GCM_SHA384 "
	    "bits=256/256) (unknown [203.0.113.9]) by mx.google.com with SMTP "
	    "id 1; Mon, 2 Sep 2024 10:00:00 +0000"),
	  TT_CLEARTEXT, TT_BASIS_KEYWORD, TT_TLS_NONE, NULL, 0 },
	{ "HELO with id and version= (Gmail)",
	  B("from x id y (version=TLS1_3 cipher=TLS_AES_256_GCM_SHA384 "
	    "bits=256/256) (unknown [203.0.113.9]) by mx.google.com with SMTP "
	    "id 1; Mon, 2 Sep 2024 10:00:00 +0000"),
	  TT_CLEARTEXT, TT_BASIS_KEYWORD, TT_TLS_NONE, NULL, 0 },
	{ "HELO with id and version=, a writer nobody knows",
	  B("from x id y (version=TLS1_3 cipher=TLS_AES_256_GCM_SHA384 "
	    "bits=256/256) (unknown [203.0.113.9]) by mx.example.com with "
	    "SMTP id 1; Mon, 2 Sep 2024 10:00:00 +0000"),
	  TT_UNKNOWN, TT_BASIS_NONE, TT_TLS_NONE, NULL, 0 },
	{ "HELO with semicolon, date and version=",
	  B("from x; Mon, 2 Sep 2024 09:00:00 +0000 (version=TLS1_3 "
	    "cipher=TLS_AES_256_GCM_SHA384 bits=256/256) (unknown "
	    "[203.0.113.9]) by mx.example.com with SMTP id 1; Mon, 2 Sep 2024 "
	    "10:00:00 +0000"),
	  TT_UNKNOWN, TT_BASIS_NONE, TT_TLS_NONE, NULL, 0 },
	{ "HELO with semicolon and version=",
	  B("from x; (version=TLS1_3 cipher=TLS_AES_256_GCM_SHA384 "
	    "bits=256/256) (unknown [203.0.113.9]) by mx.example.com with "
	    "SMTP id 1; Mon, 2 Sep 2024 10:00:00 +0000"),
	  TT_UNKNOWN, TT_BASIS_NONE, TT_TLS_NONE, NULL, 0 },
	{ "HELO with semicolon, date, id and version=",
	  B("from x; Mon, 2 Sep 2024 09:00:00 +0000 id (version=TLS1_3 "
	    "cipher=TLS_AES_256_GCM_SHA384 bits=256/256) (unknown "
	    "[203.0.113.9]) by mx.example.com with SMTP; Mon, 2 Sep 2024 "
	    "10:00:00 +0000"),
	  TT_UNKNOWN, TT_BASIS_NONE, TT_TLS_NONE, NULL, 0 },
	{ "HELO leaves its comment open, by and ESMTPS",
	  B("from unknown (HELO x(a) by y with ESMTPS () (203.0.113.9) by "
	    "mx.example.com with SMTP; 2 Sep 2024 10:00:00 -0000"),
	  TT_ENCRYPTED, TT_BASIS_KEYWORD, TT_TLS_NONE, NULL,
	  A(ambiguous_stamp) | A(malformed) },
	{ "HELO leaves its comment open, using",
	  B("from unknown (HELO x(a) (using TLSv1.3 with cipher "
	    "TLS_AES_256_GCM_SHA384 (256/256 bits)) () (203.0.113.9) by "
	    "mx.example.com with SMTP; 2 Sep 2024 10:00:00 -0000"),
	  TT_UNKNOWN, TT_BASIS_NONE, TT_TLS_NONE, NULL,
	  A(ambiguous_stamp) | A(malformed) },
	{ "a login that closes its comment, a writer nobody knows",
	  B("from x (x [203.0.113.9]) (Authenticated sender: a) (using "
	    "TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 (256/256 bits)) by "
	    "mx.example.com (Lax) with ESMTP id 1; Mon, 2 Sep 2024 10:00:00 "
	    "+0000"),
	  TT_ENCRYPTED, TT_BASIS_MARKER, TT_TLSV1_3, "TLS_AES_256_GCM_SHA384",
	  A(ambiguous_stamp) },
	{ "a login that closes its comment (Postfix)",
	  B("from x (x [203.0.113.9]) (Authenticated sender: a) (using "
	    "TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 (256/256 bits)) by "
	    "mx.example.com (Postfix) with ESMTPA id 1; Mon, 2 Sep 2024 "
	    "10:00:00 +0000"),
	  TT_ENCRYPTED, TT_BASIS_MARKER, TT_TLSV1_3, "TLS_AES_256_GCM_SHA384",
	  A(keyword_marker_mismatch) | A(ambiguous_stamp) },
	{ "for <\"x> (version= ...) \"@> at Gmail",
	  B("from mail.example.org (mail.example.org. [198.51.100.7]) by "
	    "mx.google.com with ESMTP id 5b1f17b1804b1-42cb6af3 for <\"a> "
	    "(version=TLS1_3 cipher=TLS_AES_256_GCM_SHA384 bits=256/256) "
	    "\"@example.com>; Mon, 2 Sep 2024 10:00:00 +0000"),
	  TT_CLEARTEXT, TT_BASIS_KEYWORD, TT_TLS_NONE, NULL, A(sender_text) },
	{ "for \"x (version= ...) \"@ at Gmail",
	  B("from mail.example.org (mail.example.org. [198.51.100.7]) by "
	    "mx.google.com with ESMTP id 5b1f17b1804b1-42cb6af3 for \"a "
	    "(version=TLS1_3 cipher=TLS_AES_256_GCM_SHA384 bits=256/256) "
	    "\"@example.com; Mon, 2 Sep 2024 10:00:00 +0000"),
	  TT_CLEARTEXT, TT_BASIS_KEYWORD, TT_TLS_NONE, NULL, A(sender_text) },
	{ "for <\"x> (version= ...) \"@> at Sendmail",
	  B("from mail.example.org (mail.example.org [198.51.100.7]) by "
	    "mx.example.com (8.17.1/8.17.1) with ESMTP id 482A00Ab012345 for "
	    "<\"a> (version=TLS1_3 cipher=TLS_AES_256_GCM_SHA384 "
	    "bits=256/256) \"@example.com>; Mon, 2 Sep 2024 10:00:00 +0000"),
	  TT_CLEARTEXT, TT_BASIS_SOFTWARE, TT_TLS_NONE, NULL, A(sender_text) },
	{ "for <\"x> (using ...) \"@> at Postfix",
	  B("from mail.example.org (mail.example.org [198.51.100.7]) by "
	    "mx.example.com (Postfix) with ESMTP id 4W for <\"a> (using "
	    "TLSv1.3 with cipher X) \"@example.com>; Mon, 2 Sep 2024 10:00:00 "
	    "+0000"),
	  TT_CLEARTEXT, TT_BASIS_KEYWORD, TT_TLS_NONE, NULL, A(sender_text) },
	{ "for <\"x\"with LMTPS>",
	  B("from x (x [203.0.113.9]) by mx.example.com with LMTP id 1 for "
	    "<\"x\"with LMTPS>; Mon, 2 Sep 2024 10:00:00 +0000"),
	  TT_CLEARTEXT, TT_BASIS_KEYWORD, TT_TLS_NONE, NULL, 0 },
	{ "rDNS name \"with esmtps\" (Exim)",
	  B("from a.example.org with esmtps ([203.0.113.9] helo=x) by "
	    "mx.example.com with smtp (Exim 4.96) id 1q2w3e-000abc-1X; Mon, 2 "
	    "Sep 2024 10:00:00 +0000"),
	  TT_CLEARTEXT, TT_BASIS_KEYWORD, TT_TLS_NONE, NULL, 0 },
	{ "HELO with HTTPS",
	  B("from x with HTTPS ([203.0.113.9]) by mx.example.com with SMTP; "
	    "Mon, 2 Sep 2024 10:00:00 +0000"),
	  TT_UNKNOWN, TT_BASIS_NONE, TT_TLS_NONE, NULL, 0 },
};

/* ---- one stamp through grammar, rules and trail ---- */

struct fixture {
	struct tt_rules *rules;
	struct tt_matcher *matcher;
	struct tt_arena arena;
};

static struct fixture fixture;

static int load(void **state)
{
	struct tt_err err = { 0 };

	(void)state;
	if (tt_rules_load(&fixture.rules, "rules", NULL, 0, false, &err) < 0) {
		print_error("%s\n", err.text);
		return -1;
	}
	fixture.matcher = tt_matcher_new(fixture.rules);
	return 0;
}

static int unload(void **state)
{
	(void)state;
	tt_matcher_free(&fixture.matcher);
	tt_rules_free(&fixture.rules);
	tt_arena_release(&fixture.arena);
	return 0;
}

static struct tt_slice as_block(struct tt_slice stamp)
{
	static const char head[] = "Received: ";
	const size_t n_head = sizeof(head) - 1;
	uint8_t *p = tt_arena_alloc(&fixture.arena, n_head + stamp.n + 1);

	memcpy(p, head, n_head);
	memcpy(p + n_head, stamp.p, stamp.n);
	p[n_head + stamp.n] = '\n';
	return (struct tt_slice){ p, n_head + stamp.n + 1 };
}

/* The hop of a stamp; its evidence is checked against the bytes. */
static struct tt_diags diags; /* of the stamp that was read last */

static const struct tt_hop *read_stamp(struct tt_slice stamp)
{
	static struct tt_timeline t;
	const struct tt_trail_options options = {
		.rules = fixture.rules,
		.profile = tt_profile_find(fixture.rules, TT_S("bcp195")),
	};
	struct tt_header header;

	tt_arena_clear(&fixture.arena);
	const struct tt_slice block = as_block(stamp);

	t = (struct tt_timeline){ 0 };
	tt_diags_init(&diags, &fixture.arena);
	tt_header_slice(&header, block, &fixture.arena, &diags);
	tt_timeline_build(&t, &header, &options, fixture.matcher,
			  &fixture.arena, &diags);
	assert_int_equal(t.hops.n, 1);
	for (size_t i = 0; i < t.hops.v[0].evidence.n; i++) {
		const struct tt_evidence *e = &t.hops.v[0].evidence.v[i];

		assert_true(tt_slice_eq(e->text,
					tt_slice_sub(block, (size_t)e->off,
						     e->text.n)));
	}
	return &t.hops.v[0];
}

static void check(const struct row *row)
{
	const struct tt_hop *h = read_stamp(row->stamp);
	const char *cipher = row->cipher ? row->cipher : "";

	if (h->verdict != row->verdict || h->basis != row->basis ||
	    h->version != row->version || h->anomalies != row->anomalies ||
	    !tt_slice_eq(h->cipher, tt_slice_str(cipher)))
		fail_msg("%s: %s/%s, version %d, cipher %.*s, anomalies "
			 "%x, not %x", row->name,
			 tt_verdict_name(h->verdict), tt_basis_name(h->basis),
			 (int)h->version, (int)h->cipher.n,
			 (const char *)h->cipher.p, h->anomalies,
			 row->anomalies);
}

static void test_form(void **state)
{
	check(*state);
}

static void test_injection(void **state)
{
	const struct row *row = *state;

	/* Also where somebody should write so into the table. */
	assert_true(row->verdict != TT_ENCRYPTED ||
		    row->anomalies & A(ambiguous_stamp));
	check(row);
}

/* ---- the same with much of it ---- */

static struct tt_slice around(const char *head, size_t depth,
			      const char *inside, const char *tail)
{
	static struct tt_out out;

	out.n = 0;
	tt_out_init(&out, -1);
	tt_out_str(&out, head);
	tt_out_pad(&out, '(', depth);
	tt_out_str(&out, inside);
	tt_out_pad(&out, ')', depth);
	tt_out_str(&out, tail);

	const struct tt_slice s = tt_arena_dup(
		&fixture.arena, (struct tt_slice){ out.buf, out.n });

	tt_out_release(&out);
	return s;
}

static void test_deep(void **state)
{
	static const struct {
		const char *name, *head, *inside, *tail;
		enum tt_verdict verdict;
	} deep[] = {
		{ "HELO of 10,000 nested comments", "from x (HELO ",
		  "version=TLS1_3 cipher=TLS_AES_256_GCM_SHA384",
		  ") (203.0.113.9) by mx.example.com with SMTP; "
		  "2 Sep 2024 10:00:00 -0000", TT_UNKNOWN },
		{ "10,000 nested comments in front of the peer", "from x ",
		  "version=TLS1_3 cipher=TLS_AES_256_GCM_SHA384",
		  " (unknown [203.0.113.9]) by mx.example.com (Postfix) with "
		  "SMTP id 1; Mon, 2 Sep 2024 10:00:00 +0000",
		  TT_CLEARTEXT },
		{ "10,000 nested comments with by and ESMTPS", "from x ",
		  " by y with ESMTPS ", " (unknown [203.0.113.9]) by "
		  "mx.example.com (Postfix) with SMTP id 1; Mon, 2 Sep 2024 "
		  "10:00:00 +0000", TT_CLEARTEXT },
	};

	(void)state;
	for (size_t i = 0; i < N(deep); i++) {
		struct tt_arena keep = fixture.arena;

		/* The value must outlive the arena's next use. */
		fixture.arena = (struct tt_arena){ 0 };
		const struct tt_slice stamp =
			around(deep[i].head, 10000, deep[i].inside,
			       deep[i].tail);
		struct tt_arena mine = fixture.arena;

		fixture.arena = keep;
		const struct tt_hop *h = read_stamp(stamp);

		if (h->verdict != deep[i].verdict || h->cipher.n)
			fail_msg("%s: %s", deep[i].name,
				 tt_verdict_name(h->verdict));
		tt_arena_release(&mine);
	}
}

/* A marker behind more text than is searched is not found, and that is told. */
static void test_long_text(void **state)
{
	static const struct {
		size_t before;
		bool is_found;
	} rows[] = {
		{ (size_t)TT_MAX_sender_text - 100, true },
		{ (size_t)TT_MAX_sender_text, false },
	};

	(void)state;
	for (size_t i = 0; i < N(rows); i++) {
		struct tt_out out;

		tt_out_init(&out, -1);
		tt_out_str(&out, "from mail.example.org (HELO ");
		tt_out_pad(&out, 'x', rows[i].before);
		tt_out_str(&out, " version=TLS1_3 cipher=AES128-SHA) "
				 "(203.0.113.9) by mx.example.com with SMTP; "
				 "2 Sep 2024 10:00:00 -0000");
		const struct tt_hop *const h = read_stamp(
			(struct tt_slice){ out.buf, out.n });

		assert_int_equal(h->verdict, TT_UNKNOWN);
		assert_int_equal((h->anomalies & A(sender_text)) != 0,
				 rows[i].is_found);
		assert_int_equal(diags.list.n, !rows[i].is_found);
		if (diags.list.n)
			assert_int_equal(diags.list.v[0].code,
					 TT_DIAG_sender_cut);
		tt_out_release(&out);
	}
}

/* A bare CR and a field in a value: no second hop (checked in read_stamp). */
static void test_bare_cr(void **state)
{
	const struct tt_hop *h = read_stamp(TT_S(
		"from x (unknown [203.0.113.9])\n\tby mx.example.com "
		"(Postfix) with SMTP id 4W for <a@b\rReceived: from x by "
		"mx.example.com with ESMTPS id 1>; Mon, 2 Sep 2024 10:00:00 "
		"+0000"));

	(void)state;
	assert_int_equal(h->verdict, TT_CLEARTEXT);
	h = read_stamp(TT_S("from x\rReceived: from x by y with ESMTPS id 1; "
			    "Mon, 2 Sep 2024 10:00:00 +0000 (unknown "
			    "[203.0.113.9]) by mx.example.com (Postfix) with "
			    "SMTP id 1; Mon, 2 Sep 2024 10:00:00 +0000"));
	assert_true(h->verdict != TT_ENCRYPTED ||
		    h->anomalies & A(ambiguous_stamp));
}

static struct CMUnitTest tests[N(forms) + N(injections) + 3];

int main(void)
{
	size_t n = 0;

	for (size_t i = 0; i < N(forms); i++)
		tests[n++] = (struct CMUnitTest){
			.name = forms[i].name,
			.test_func = test_form,
			.initial_state = (void *)(uintptr_t)&forms[i],
		};
	for (size_t i = 0; i < N(injections); i++)
		tests[n++] = (struct CMUnitTest){
			.name = injections[i].name,
			.test_func = test_injection,
			.initial_state = (void *)(uintptr_t)&injections[i],
		};
	tests[n++] = (struct CMUnitTest)cmocka_unit_test(test_deep);
	tests[n++] = (struct CMUnitTest)cmocka_unit_test(test_long_text);
	tests[n++] = (struct CMUnitTest)cmocka_unit_test(test_bare_cr);
	return cmocka_run_group_tests(tests, load, unload);
}
