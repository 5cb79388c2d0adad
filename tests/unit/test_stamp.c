/* test_stamp - one Received value into slots, comments, peer and date
 *
 * A row is a value and what must come out of it, written as text: every slot
 * that is there by the name rule files use ("with=ESMTP"), every comment with
 * the slot it belongs to ("with(X)"; a sender's begins with "!", an unclosed
 * one ends in "~"), what is known of the peer, the date, and flags.  Space
 * runs are shown as one space.  Every slice of every row is also mapped back
 * to the message and must be the same bytes there. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include <tlstrail/message.h>

#define N(a) (sizeof(a) / sizeof((a)[0]))
#define B(text) { (const uint8_t *)(text), sizeof(text) - 1 }
#define OFF 1000 /* where the value lies in the message */

struct row {
	const char *name;
	struct tt_slice value;
	const char *out;
};

static const struct row rows[] = {
	{ "the plain form",
	  B("from a.example.org (a.example.org [192.0.2.1]) by mx.example.net "
	    "(Postfix) with ESMTPS id 4bRk9N for <u@example.net>; Tue, 9 Jun "
	    "2026 14:03:21 +0000"),
	  "from=a.example.org | by=mx.example.net | with=ESMTPS | id=4bRk9N | "
	  "for=<u@example.net> | from(a.example.org [192.0.2.1]) | "
	  "by(Postfix) | peer.name=a.example.org | peer.ip=[192.0.2.1] | "
	  "@2026-06-09T14:03:21Z+0" },
	{ "folded, with CRLF and tabs",
	  B("from a.example.org (a.example.org\r\n\t[192.0.2.1])\r\n\tby "
	    "mx.example.net (Postfix)\r\n\twith ESMTPS\r\n id "
	    "4bRk9N;\r\n\tTue, 9 Jun 2026\r\n 14:03:21 +0000 (UTC)"),
	  "from=a.example.org | by=mx.example.net | with=ESMTPS | id=4bRk9N | "
	  "from(a.example.org [192.0.2.1]) | by(Postfix) | after_date(UTC) | "
	  "peer.name=a.example.org | peer.ip=[192.0.2.1] | "
	  "@2026-06-09T14:03:21Z+0" },
	{ "nothing",
	  B(""),
	  "" },
	{ "only space",
	  B(" \r\n\t "),
	  "" },
	{ "IPv6 addresses in plain parentheses",
	  B("from a.example.org (2001:db8::1) by b.example.org "
	    "(2001:db8:0:f::2) with Microsoft SMTP Server (version=TLS1_2, "
	    "cipher=X) id 15.20.1.2 via Frontend Transport; Tue, 9 Jun 2026 "
	    "14:03:21 +0000"),
	  "from=a.example.org | by=b.example.org | via=Frontend Transport | "
	  "with=Microsoft SMTP Server | id=15.20.1.2 | from(2001:db8::1) | "
	  "by(2001:db8:0:f::2) | with(version=TLS1_2, cipher=X) | "
	  "peer.ip=2001:db8::1 | by.ip=2001:db8:0:f::2 | "
	  "@2026-06-09T14:03:21Z+0" },
	{ "no id",
	  B("from a.example.org (::1) by b.example.org with HTTPS; Tue, 9 Jun "
	    "2026 14:03:21 +0000"),
	  "from=a.example.org | by=b.example.org | with=HTTPS | from(::1) | "
	  "peer.ip=::1 | @2026-06-09T14:03:21Z+0" },
	{ "no from",
	  B("by m.example.org with SMTP id d75a77b6 for <u@example.org>; Tue, "
	    "9 Jun 2026 07:03:21 -0700 (PDT)"),
	  "by=m.example.org | with=SMTP | id=d75a77b6 | for=<u@example.org> | "
	  "after_date(PDT) | @2026-06-09T14:03:21Z-420" },
	{ "no with: userid is no from clause",
	  B("by host1 (Postfix, from userid 0) id 39DEA3F725; Tue, 9 Jun 2026 "
	    "14:03:21 +0000 (UTC)"),
	  "by=host1 | id=39DEA3F725 | by(Postfix, from userid 0) | "
	  "after_date(UTC) | @2026-06-09T14:03:21Z+0" },
	{ "zone index in a literal",
	  B("from b.example.org ([fe80::56f3:5435]) by b.example.org "
	    "([fe80::56f3:5435%6]) with mapi id 15.20.6631.046; Tue, 9 Jun "
	    "2026 14:03:21 +0000"),
	  "from=b.example.org | by=b.example.org | with=mapi | "
	  "id=15.20.6631.046 | from([fe80::56f3:5435]) | "
	  "by([fe80::56f3:5435%6]) | peer.ip=[fe80::56f3:5435] | "
	  "by.ip=[fe80::56f3:5435%6] | @2026-06-09T14:03:21Z+0" },
	{ "no semicolon: a Go date",
	  B("by filterdrecv-7fd9-m with SMTP id filterdrecv-7fd9-m-17 "
	    "2026-07-28 19:32:25.928333532 +0000 UTC m=+6810983.819"),
	  "by=filterdrecv-7fd9-m | with=SMTP | id=filterdrecv-7fd9-m-17 | "
	  "@2026-07-28T19:32:25Z+0" },
	{ "no semicolon: a plain date",
	  B("from a ([192.0.2.1]) by geopod-3 (SG) with ESMTP id X Tue, 09 "
	    "Jun 2026 14:03:21.5 +0000 (UTC)"),
	  "from=a | by=geopod-3 | with=ESMTP | id=X | from([192.0.2.1]) | "
	  "by(SG) | after_date(UTC) | peer.ip=[192.0.2.1] | "
	  "@2026-06-09T14:03:21Z+0" },
	{ "nested comment",
	  B("from a.example.org (a.example.org [192.0.2.1]) (using TLSv1.2 "
	    "with cipher ECDHE-RSA-AES256-GCM-SHA384 (256/256 bits)) (No "
	    "client certificate requested) by b.example.org (Postfix) with "
	    "ESMTPS id 1; Tue, 9 Jun 2026 14:03:21 +0000"),
	  "from=a.example.org | by=b.example.org | with=ESMTPS | id=1 | "
	  "from(a.example.org [192.0.2.1]) | from(using TLSv1.2 with cipher "
	  "ECDHE-RSA-AES256-GCM-SHA384 (256/256 bits)) | from(No client "
	  "certificate requested) | by(Postfix) | peer.name=a.example.org | "
	  "peer.ip=[192.0.2.1] | @2026-06-09T14:03:21Z+0" },
	{ "comment three deep",
	  B("from [10.1.1.9] (unknown [192.0.2.1] (AS64496 Example Networks "
	    "(Europe) (EX) / IAM, MA)) by b.example.org (Stalwart SMTP) with "
	    "ESMTP id 3D8; Tue, 9 Jun 2026 14:03:21 +0000"),
	  "from=[10.1.1.9] | by=b.example.org | with=ESMTP | id=3D8 | "
	  "from(unknown [192.0.2.1] (AS64496 Example Networks (Europe) (EX) / "
	  "IAM, MA)) | by(Stalwart SMTP) | peer.name=unknown | "
	  "peer.ip=[192.0.2.1] | peer.literal=[10.1.1.9] | "
	  "@2026-06-09T14:03:21Z+0" },
	{ "a comment after the date",
	  B("from a (192.0.2.1) by b.example.org id h0uvo2oqm4 for "
	    "<u@example.org>; Tue, 9 Jun 2026 14:03:21 +0000 (envelope-from "
	    "<s@example.org>)"),
	  "from=a | by=b.example.org | id=h0uvo2oqm4 | for=<u@example.org> | "
	  "from(192.0.2.1) | !after_date(envelope-from <s@example.org>) | "
	  "peer.ip=192.0.2.1 | @2026-06-09T14:03:21Z+0" },
	{ "no by",
	  B("(qmail 4441 invoked from network); 2 Feb 2026 01:42:45 -0000"),
	  "head(qmail 4441 invoked from network) | @2026-02-02T01:42:45Z" },
	{ "no by, and a by in the comment",
	  B("(qmail 4441 invoked by uid 502); 2 Feb 2026 01:42:45 -0000"),
	  "head(qmail 4441 invoked by uid 502) | @2026-02-02T01:42:45Z" },
	{ "HELO says localhost",
	  B("from localhost.example.org (192.0.2.193) by b.example.org "
	    "(10.13.181.57) with Microsoft SMTP Server id 15.20.1.44 via "
	    "Frontend Transport; Tue, 9 Jun 2026 14:03:21 +0000"),
	  "from=localhost.example.org | by=b.example.org | via=Frontend "
	  "Transport | with=Microsoft SMTP Server | id=15.20.1.44 | "
	  "from(192.0.2.193) | by(10.13.181.57) | peer.ip=192.0.2.193 | "
	  "by.ip=10.13.181.57 | @2026-06-09T14:03:21Z+0" },
	{ "cut behind by",
	  B("from a.example.org (::1) by"),
	  "from=a.example.org | from(::1) | peer.ip=::1 #malformed #truncated" },
	{ "cut inside the peer",
	  B("from a.example.org (a.example.or"),
	  "from=a.example.org | from(a.example.or~ | peer.name=a.example.or "
	  "#malformed #truncated" },
	{ "an address damaged by a redactor",
	  B("from a.example.org ([fe80::x@pot:5fc5]) by b.example.org "
	    "([fe80::x@pot:5fc5%2]) with mapi id 15.20.1; Tue, 9 Jun 2026 "
	    "14:03:21 +0000"),
	  "from=a.example.org | by=b.example.org | with=mapi | id=15.20.1 | "
	  "from([fe80::x@pot:5fc5]) | by([fe80::x@pot:5fc5%2]) | "
	  "@2026-06-09T14:03:21Z+0" },
	{ "two semicolons: the date stands last",
	  B("from a ([192.0.2.1]) by b.example.org with ESMTP id 1 for "
	    "<u@example.org>;e0ff9c6a684b9cf1; Tue, 9 Jun 2026 14:03:21 +0000"),
	  "from=a | by=b.example.org | with=ESMTP | id=1 | "
	  "for=<u@example.org> | tail=e0ff9c6a684b9cf1 | from([192.0.2.1]) | "
	  "peer.ip=[192.0.2.1] | @2026-06-09T14:03:21Z+0" },
	{ "old OpenSMTPD: a semicolon before by",
	  B("from localhost (localhost [127.0.0.1]); by b.example.org "
	    "(OpenSMTPD) with ESMTP id 1; Tue, 9 Jun 2026 14:03:21 +0000"),
	  "from=localhost | by=b.example.org | with=ESMTP | id=1 | "
	  "from(localhost [127.0.0.1]) | by(OpenSMTPD) | peer.name=localhost "
	  "| peer.ip=[127.0.0.1] | @2026-06-09T14:03:21Z+0" },
	{ "text between semicolon and date",
	  B("from a ([192.0.2.1]) by b.example.org with IBM ESMTP Gateway; "
	    "Violators will be prosecuted; (version=TLSv1/SSLv3 "
	    "cipher=AES128-SHA bits=128/128) Wed, 8 Mar 2017 10:00:00 -0500"),
	  "from=a | by=b.example.org | with=IBM ESMTP Gateway | "
	  "tail=Violators will be prosecuted | from([192.0.2.1]) | "
	  "tail(version=TLSv1/SSLv3 cipher=AES128-SHA bits=128/128) | "
	  "peer.ip=[192.0.2.1] | @2017-03-08T15:00:00Z-300" },
	{ "two-digit year",
	  B("from 192.0.2.140:13012 by b.example.org with HTTP/1.1 (Lisa "
	    "V7-5-5-0.0 on API V5-51-3-2); Tue, 09 Jun 26 14:03:21 +0200"),
	  "from=192.0.2.140:13012 | by=b.example.org | with=HTTP/1.1 | "
	  "with(Lisa V7-5-5-0.0 on API V5-51-3-2) | "
	  "peer.literal=192.0.2.140:13012 | @2026-06-09T12:03:21Z+120" },
	{ "unbalanced: never closed",
	  B("from [192.0.2.135] by 3capp.example.org (via"),
	  "from=[192.0.2.135] | by=3capp.example.org | by(~ | "
	  "peer.literal=[192.0.2.135] #malformed #truncated" },
	{ "unbalanced: the date survives",
	  B("from a ([192.0.2.1]) by b.example.org (cipher=AES256-GCM-SHA384 "
	    "id 62/87; Tue, 9 Jun 2026 14:03:21 +0000"),
	  "from=a | by=b.example.org | id=62/87 | from([192.0.2.1]) | "
	  "by(cipher=AES256-GCM-SHA384~ | peer.ip=[192.0.2.1] | "
	  "@2026-06-09T14:03:21Z+0 #malformed" },
	{ "unbalanced: a marker that was cut",
	  B("from a ([192.0.2.1]) by b.example.org with ESMTP (TLS= for "
	    "<u@example.org>; Tue, 9 Jun 2026 14:03:21 +0000"),
	  "from=a | by=b.example.org | with=ESMTP | for=<u@example.org> | "
	  "from([192.0.2.1]) | with(TLS=~ | peer.ip=[192.0.2.1] | "
	  "@2026-06-09T14:03:21Z+0 #malformed" },
	{ "unbalanced: one too many closed",
	  B("from a ([192.0.2.1])) by b.example.org with ESMTP id 1; Tue, 9 "
	    "Jun 2026 14:03:21 +0000"),
	  "from=a | by=b.example.org | with=ESMTP | id=1 | from([192.0.2.1]) "
	  "| peer.ip=[192.0.2.1] | @2026-06-09T14:03:21Z+0 #malformed" },
	{ "IPv6: tag",
	  B("from a.example.org (jackson.example.org [IPv6:::1]) by "
	    "b.example.org (Postfix) with ESMTP id D26; Tue, 9 Jun 2026 "
	    "14:03:21 +0000"),
	  "from=a.example.org | by=b.example.org | with=ESMTP | id=D26 | "
	  "from(jackson.example.org [IPv6:::1]) | by(Postfix) | "
	  "peer.name=jackson.example.org | peer.ip=[IPv6:::1] | "
	  "@2026-06-09T14:03:21Z+0" },
	{ "Courier: id after the date",
	  B("from localhost (localhost [127.0.0.1]) by b.example.org with "
	    "dsn; Sat, 11 Dec 2010 12:19:59 +0900 id "
	    "0EFECD52.4D02EDDF.0000C65A"),
	  "from=localhost | by=b.example.org | with=dsn | "
	  "id=0EFECD52.4D02EDDF.0000C65A | from(localhost [127.0.0.1]) | "
	  "peer.name=localhost | peer.ip=[127.0.0.1] | "
	  "@2010-12-11T03:19:59Z+540" },
	{ "no zone that anybody knows",
	  B("by recvd-1 with SMTP id recvd-1-69 2026-12-10 13:08:11 QQT"),
	  "by=recvd-1 | with=SMTP | id=recvd-1-69 | @2026-12-10T13:08:11Z" },
	{ "bytes above ASCII",
	  B("from a ([192.0.2.1]) by b.example.org (Postfix) with ESMTP for "
	    "<u.example.org>; Tue, \357\277\275, 29 Jan 2026 17:21:28 +0000 "
	    "(UTC)"),
	  "from=a | by=b.example.org | with=ESMTP | for=<u.example.org> | "
	  "from([192.0.2.1]) | by(Postfix) | after_date(UTC) | "
	  "peer.ip=[192.0.2.1] | @2026-01-29T17:21:28Z+0" },
	{ "v4-mapped, no parentheses",
	  B("from ::ffff:192.0.2.48 by injection-api-1 via HTTP; Fri, 17 May "
	    "2026 12:39:14 UTC"),
	  "from=::ffff:192.0.2.48 | by=injection-api-1 | via=HTTP | "
	  "peer.literal=::ffff:192.0.2.48 | @2026-05-17T12:39:14Z+0" },
	{ "1: clause words inside other clauses",
	  B("from a.example.org ([192.0.2.1]) by b.example.org (Exim 4.9 with "
	    "cipher X from userid 1) with ESMTP id 1 via Frontend Transport "
	    "for <u@example.org>; Tue, 9 Jun 2026 14:03:21 +0000"),
	  "from=a.example.org | by=b.example.org | via=Frontend Transport | "
	  "with=ESMTP | id=1 | for=<u@example.org> | from([192.0.2.1]) | "
	  "by(Exim 4.9 with cipher X from userid 1) | peer.ip=[192.0.2.1] | "
	  "@2026-06-09T14:03:21Z+0" },
	{ "1: with STARTTLS",
	  B("from a ([192.0.2.1]) by b.example.org with ESMTP with STARTTLS "
	    "(version=TLSv1.2, cipher=X) id z-1; Tue, 9 Jun 2026 14:03:21 "
	    "+0000"),
	  "from=a | by=b.example.org | with=ESMTP | id=z-1 | tail=STARTTLS | "
	  "from([192.0.2.1]) | with(version=TLSv1.2, cipher=X) | "
	  "peer.ip=[192.0.2.1] | @2026-06-09T14:03:21Z+0" },
	{ "1: by <addr> with cram_md5",
	  B("from a ([192.0.2.1]) by b.example.org with ESMTPA by "
	    "<u@example.org> with cram_md5 id 1; Tue, 9 Jun 2026 14:03:21 "
	    "+0000"),
	  "from=a | by=b.example.org | with=ESMTPA | id=1 | "
	  "tail=<u@example.org> | from([192.0.2.1]) | peer.ip=[192.0.2.1] | "
	  "@2026-06-09T14:03:21Z+0" },
	{ "1: by a part of the machine",
	  B("from a (2001:db8::1) by b.example.org (2001:db8::2) with "
	    "MailboxResubmission by AntispamTT id 15.20; Tue, 9 Jun 2026 "
	    "14:03:21 +0000"),
	  "from=a | by=b.example.org | with=MailboxResubmission | id=15.20 | "
	  "tail=AntispamTT | from(2001:db8::1) | by(2001:db8::2) | "
	  "peer.ip=2001:db8::1 | by.ip=2001:db8::2 | @2026-06-09T14:03:21Z+0" },
	{ "1: a second from of a certificate",
	  B("from a ([192.0.2.1]) by b.example.org with esmtps (TLS1.3) tls "
	    "TLS_AES_256_GCM_SHA384 from C=XX,CN=a.example.org (verified) "
	    "(Exim 4.96) id 1q2w3e-000abc-1X; Tue, 9 Jun 2026 14:03:21 +0000"),
	  "from=a | by=b.example.org | with=esmtps | id=1q2w3e-000abc-1X | "
	  "tls=TLS_AES_256_GCM_SHA384 from C=XX,CN=a.example.org | "
	  "from([192.0.2.1]) | with(TLS1.3) | tls(verified) | tls(Exim 4.96) "
	  "| peer.ip=[192.0.2.1] | @2026-06-09T14:03:21Z+0" },
	{ "2: several words",
	  B("from a ([192.0.2.1]) by b.example.org with MailEnable ESMTP; "
	    "Tue, 9 Jun 2026 14:03:21 +0000"),
	  "from=a | by=b.example.org | with=MailEnable ESMTP | "
	  "from([192.0.2.1]) | peer.ip=[192.0.2.1] | @2026-06-09T14:03:21Z+0" },
	{ "2: a comment first",
	  B("from a ([192.0.2.1]) by b.example.org with (TLSv1.2:X encrypted) "
	    "esmtp id 1r1v; Tue, 9 Jun 2026 14:03:21 +0000"),
	  "from=a | by=b.example.org | with=esmtp | id=1r1v | "
	  "from([192.0.2.1]) | with(TLSv1.2:X encrypted) | "
	  "peer.ip=[192.0.2.1] | @2026-06-09T14:03:21Z+0" },
	{ "2: with is empty",
	  B("from a ([192.0.2.1]) by b.example.org (ESMTP) with id 1; Tue, 9 "
	    "Jun 2026 14:03:21 +0000"),
	  "from=a | by=b.example.org | id=1 | from([192.0.2.1]) | by(ESMTP) | "
	  "peer.ip=[192.0.2.1] | @2026-06-09T14:03:21Z+0" },
	{ "2: slashes",
	  B("from a ([192.0.2.1]) by b.example.org with "
	    "ESMTP/TLS/ECDHE-RSA-AES128-GCM-SHA256; 23 Feb 2026 10:00:00 +0000"),
	  "from=a | by=b.example.org | "
	  "with=ESMTP/TLS/ECDHE-RSA-AES128-GCM-SHA256 | from([192.0.2.1]) | "
	  "peer.ip=[192.0.2.1] | @2026-02-23T10:00:00Z+0" },
	{ "2: a version behind the word",
	  B("from a ([192.0.2.1]) by b.example.org with Microsoft "
	    "SMTPSVC(7.5.7601.1); Tue, 9 Jun 2026 14:03:21 +0000"),
	  "from=a | by=b.example.org | with=Microsoft SMTPSVC | "
	  "from([192.0.2.1]) | with(7.5.7601.1) | peer.ip=[192.0.2.1] | "
	  "@2026-06-09T14:03:21Z+0" },
	{ "2: over TLS secured channel",
	  B("from a ([192.0.2.1]) by b.example.org over TLS secured channel "
	    "with Microsoft SMTPSVC(7.5); Tue, 9 Jun 2026 14:03:21 +0000"),
	  "from=a | by=b.example.org | by_tail=over TLS secured channel | "
	  "with=Microsoft SMTPSVC | from([192.0.2.1]) | with(7.5) | "
	  "peer.ip=[192.0.2.1] | @2026-06-09T14:03:21Z+0" },
	{ "3: Yandex: a comment behind the date",
	  B("from a (a [192.0.2.1]) by b.example.org (nwsmtp/Yandex) with "
	    "ESMTPSA id X; Tue, 9 Jun 2026 14:03:21 +0000 (using TLSv1.3 with "
	    "cipher X (256/256 bits)) (Client certificate not present)"),
	  "from=a | by=b.example.org | with=ESMTPSA | id=X | from(a "
	  "[192.0.2.1]) | by(nwsmtp/Yandex) | after_date(using TLSv1.3 with "
	  "cipher X (256/256 bits)) | after_date(Client certificate not "
	  "present) | peer.name=a | peer.ip=[192.0.2.1] | "
	  "@2026-06-09T14:03:21Z+0" },
	{ "3: spaces behind the semicolon",
	  B("from a by b;\n\n\t  Tue, 9 Jun 2026 14:03:21 +0000"),
	  "from=a | by=b | @2026-06-09T14:03:21Z+0" },
	{ "4: the zone as an entity",
	  B("from a by b; Tue, 9 Jun 2026 14:03:21 &#43;0000"),
	  "from=a | by=b | @2026-06-09T14:03:21Z+0" },
	{ "4: -0000",
	  B("from a by b; 9 Jun 2026 14:03:21 -0000"),
	  "from=a | by=b | @2026-06-09T14:03:21Z" },
	{ "4: a bad date is a date's text",
	  B("from a by b with SMTP; yesterday, at noon"),
	  "from=a | by=b | with=SMTP #bad-date" },
	{ "5: quotes, colons, semicolons in a comment",
	  B("from a (\"x\"; y: z [192.0.2.1]) by b (b; c) with SMTP; Tue, 9 "
	    "Jun 2026 14:03:21 +0000"),
	  "from=a | by=b | with=SMTP | from(\"x\"; y: z [192.0.2.1]) | by(b; "
	  "c) | @2026-06-09T14:03:21Z+0" },
	{ "6: quoted-printable debris",
	  B("from a ([192.0.2.1]) by b with ESMTPS id 1 (version=3DTLS1_2 "
	    "cipher=3DX); Tue, 9 Jun 2026 14:03:21 +0000"),
	  "from=a | by=b | with=ESMTPS | id=1 | from([192.0.2.1]) | "
	  "id(version=3DTLS1_2 cipher=3DX) | peer.ip=[192.0.2.1] | "
	  "@2026-06-09T14:03:21Z+0" },
	{ "7: port and helo in one comment",
	  B("from [192.0.2.175] (port=51336 helo=IDEACENTRE1) by b with "
	    "esmtpa (Exim 4.89_1) id 1eWP1e-0000vu-HQ; Tue, 9 Jun 2026 "
	    "14:03:21 +0000"),
	  "from=[192.0.2.175] | by=b | with=esmtpa | id=1eWP1e-0000vu-HQ | "
	  "helo=IDEACENTRE1 | from(port=51336 helo=IDEACENTRE1) | with(Exim "
	  "4.89_1) | peer.literal=[192.0.2.175] | @2026-06-09T14:03:21Z+0" },
	{ "7: address with port, helo",
	  B("from a ([192.0.2.1]:60938 helo=app2.example.net) by b with "
	    "ESMTP; Tue, 9 Jun 2026 14:03:21 +0000"),
	  "from=a | by=b | with=ESMTP | helo=app2.example.net | "
	  "from([192.0.2.1]:60938 helo=app2.example.net) | "
	  "peer.ip=[192.0.2.1]:60938 | @2026-06-09T14:03:21Z+0" },
	{ "7: HELO, then user@address",
	  B("from unknown (HELO a.example.org) (u@192.0.2.1) by b with SMTP; "
	    "9 Jun 2026 14:03:21 -0000"),
	  "from=unknown | by=b | with=SMTP | helo=a.example.org | !from(HELO "
	  "a.example.org) | from(u@192.0.2.1) | peer.ip=192.0.2.1 | "
	  "@2026-06-09T14:03:21Z" },
	{ "7: address with login",
	  B("from a (192.0.2.1 with plain) by b with SMTP; Tue, 9 Jun 2026 "
	    "14:03:21 +0000"),
	  "from=a | by=b | with=SMTP | from(192.0.2.1 with plain) | "
	  "peer.ip=192.0.2.1 | @2026-06-09T14:03:21Z+0" },
	{ "7: address first, then the name (ZoneMTA)",
	  B("from a ([192.0.2.1] a.example.org) by b (ZoneMTA) with ESMTP id "
	    "1.001; Tue, 9 Jun 2026 14:03:21 +0000"),
	  "from=a | by=b | with=ESMTP | id=1.001 | from([192.0.2.1] "
	  "a.example.org) | by(ZoneMTA) | peer.name=a.example.org | "
	  "peer.ip=[192.0.2.1] | @2026-06-09T14:03:21Z+0" },
	{ "7: LHLO",
	  B("from a (LHLO b.example.org) (192.0.2.1) by b with LMTP; Tue, 9 "
	    "Jun 2026 14:03:21 +0000"),
	  "from=a | by=b | with=LMTP | helo=b.example.org | !from(LHLO "
	  "b.example.org) | from(192.0.2.1) | peer.ip=192.0.2.1 | "
	  "@2026-06-09T14:03:21Z+0" },
	{ "7: name and literal without parentheses",
	  B("from a.example.org [192.0.2.1] by b with SMTP; Tue, 9 Jun 2026 "
	    "14:03:21 +0000"),
	  "from=a.example.org [192.0.2.1] | by=b | with=SMTP | "
	  "peer.bare=[192.0.2.1] | @2026-06-09T14:03:21Z+0" },
	{ "7: an odd HELO",
	  B("from ?IPv6:::1? (a [192.0.2.1]) by b with SMTP; Tue, 9 Jun 2026 "
	    "14:03:21 +0000"),
	  "from=?IPv6:::1? | by=b | with=SMTP | from(a [192.0.2.1]) | "
	  "peer.name=a | peer.ip=[192.0.2.1] | @2026-06-09T14:03:21Z+0" },
	{ "7: EHLO in quotes",
	  B("from a (192.0.2.1) (\"EHLO x.example.org\") by b with SMTP; Tue, "
	    "9 Jun 2026 14:03:21 +0000"),
	  "from=a | by=b | with=SMTP | helo=x.example.org | from(192.0.2.1) | "
	  "from(\"EHLO x.example.org\") | peer.ip=192.0.2.1 | "
	  "@2026-06-09T14:03:21Z+0" },
	{ "7: may be forged",
	  B("from a (b.example.org [192.0.2.1] (may be forged)) by c with "
	    "SMTP; Tue, 9 Jun 2026 14:03:21 +0000"),
	  "from=a | by=c | with=SMTP | from(b.example.org [192.0.2.1] (may be "
	  "forged)) | peer.name=b.example.org | peer.ip=[192.0.2.1] | "
	  "@2026-06-09T14:03:21Z+0 #may-be-forged" },
	{ "7: local socket",
	  B("from localhost (localhost [local]) by b (OpenSMTPD) with ESMTP "
	    "id 1; Tue, 9 Jun 2026 14:03:21 +0000"),
	  "from=localhost | by=b | with=ESMTP | id=1 | from(localhost "
	  "[local]) | by(OpenSMTPD) | peer.name=localhost | "
	  "@2026-06-09T14:03:21Z+0 #socket" },
	{ "7: ident",
	  B("from a (ident@b.example.org [192.0.2.1]) by c (8.17.1/8.17.1) "
	    "with SMTP id 1; Tue, 9 Jun 2026 14:03:21 +0000"),
	  "from=a | by=c | with=SMTP | id=1 | from(ident@b.example.org "
	  "[192.0.2.1]) | by(8.17.1/8.17.1) | peer.name=b.example.org | "
	  "peer.ip=[192.0.2.1] | @2026-06-09T14:03:21Z+0" },
	{ "9: a host named from",
	  B("from from (from [192.0.2.1]) by b with SMTP; Tue, 9 Jun 2026 "
	    "14:03:21 +0000"),
	  "from=from | by=b | with=SMTP | from(from [192.0.2.1]) | "
	  "peer.name=from | peer.ip=[192.0.2.1] | @2026-06-09T14:03:21Z+0" },
	{ "HELO is the word by",
	  B("from by (a [192.0.2.1]) by b with SMTP; Tue, 9 Jun 2026 14:03:21 "
	    "+0000"),
	  "from=by | by=b | with=SMTP | from(a [192.0.2.1]) | peer.name=a | "
	  "peer.ip=[192.0.2.1] | @2026-06-09T14:03:21Z+0" },
	{ "HELO is the word with",
	  B("from with (a [192.0.2.1]) by b with SMTP; Tue, 9 Jun 2026 "
	    "14:03:21 +0000"),
	  "from=with | by=b | with=SMTP | from(a [192.0.2.1]) | peer.name=a | "
	  "peer.ip=[192.0.2.1] | @2026-06-09T14:03:21Z+0" },
	{ "no HELO at all",
	  B("from (a [192.0.2.1]) by b with SMTP; Tue, 9 Jun 2026 14:03:21 "
	    "+0000"),
	  "by=b | with=SMTP | from(a [192.0.2.1]) | peer.name=a | "
	  "peer.ip=[192.0.2.1] | @2026-06-09T14:03:21Z+0" },
	{ "no HELO, no comment",
	  B("from by b with SMTP; Tue, 9 Jun 2026 14:03:21 +0000"),
	  "by=b | with=SMTP | @2026-06-09T14:03:21Z+0" },
	{ "HELO closes its comment around a name",
	  B("from x (trusted.example.net) (unknown [192.0.2.1]) by b with "
	    "SMTP; Tue, 9 Jun 2026 14:03:21 +0000"),
	  "from=x | by=b | with=SMTP | from(trusted.example.net) | "
	  "from(unknown [192.0.2.1]) | peer.name=unknown | "
	  "peer.ip=[192.0.2.1] | @2026-06-09T14:03:21Z+0" },
	{ "HELO with parentheses",
	  B("from unknown (HELO x (y) z) (192.0.2.1) by b with SMTP; 9 Jun "
	    "2026 14:03:21 -0000"),
	  "from=unknown | by=b | with=SMTP | helo=x | !from(HELO x (y) z) | "
	  "from(192.0.2.1) | peer.ip=192.0.2.1 | @2026-06-09T14:03:21Z" },
	{ "HELO that closes its comment",
	  B("from unknown (HELO x) (y) (192.0.2.1) by b with SMTP; 9 Jun 2026 "
	    "14:03:21 -0000"),
	  "from=unknown | by=b | with=SMTP | helo=x | !from(HELO x) | from(y) "
	  "| from(192.0.2.1) | peer.ip=192.0.2.1 | @2026-06-09T14:03:21Z" },
	{ "HELO that opens a comment",
	  B("from unknown (HELO x(a) by y with ESMTPS () (192.0.2.1) by b "
	    "with SMTP; 9 Jun 2026 14:03:21 -0000"),
	  "from=unknown | by=y | with=ESMTPS | tail=b | helo=x | !from(HELO "
	  "x~ | from(a) | with() | with(192.0.2.1) | peer.name=a | "
	  "@2026-06-09T14:03:21Z #malformed #two-by" },
	{ "HELO in quotes",
	  B("from \"x with ESMTPS\" (a [192.0.2.1]) by b with SMTP id 1; Tue, "
	    "9 Jun 2026 14:03:21 +0000"),
	  "from=\"x with ESMTPS\" | by=b | with=SMTP | id=1 | from(a "
	  "[192.0.2.1]) | peer.name=a | peer.ip=[192.0.2.1] | "
	  "@2026-06-09T14:03:21Z+0" },
	{ "HELO in angle brackets",
	  B("from <x by y> (a [192.0.2.1]) by b with SMTP id 1; Tue, 9 Jun "
	    "2026 14:03:21 +0000"),
	  "from=<x by y> | by=b | with=SMTP | id=1 | from(a [192.0.2.1]) | "
	  "peer.name=a | peer.ip=[192.0.2.1] | @2026-06-09T14:03:21Z+0" },
	{ "HELO opens an angle bracket",
	  B("from <x (a [192.0.2.1]) by b with SMTP id 1 for <u@example.org>; "
	    "Tue, 9 Jun 2026 14:03:21 +0000"),
	  "from=<x | by=b | with=SMTP | id=1 | for=<u@example.org> | from(a "
	  "[192.0.2.1]) | peer.name=a | peer.ip=[192.0.2.1] | "
	  "@2026-06-09T14:03:21Z+0" },
	{ "HELO of clause words: with",
	  B("from x with ESMTPS (a [192.0.2.1]) by b with SMTP id 1; Tue, 9 "
	    "Jun 2026 14:03:21 +0000"),
	  "from=x with ESMTPS | by=b | with=SMTP | id=1 | from(a [192.0.2.1]) "
	  "| peer.name=a | peer.ip=[192.0.2.1] | @2026-06-09T14:03:21Z+0" },
	{ "HELO of clause words: id, for, via",
	  B("from x id y for z via SSL (a [192.0.2.1]) by b with SMTP; Tue, 9 "
	    "Jun 2026 14:03:21 +0000"),
	  "from=x id y for z via SSL | by=b | with=SMTP | from(a [192.0.2.1]) "
	  "| peer.name=a | peer.ip=[192.0.2.1] | @2026-06-09T14:03:21Z+0" },
	{ "HELO of clause words: by",
	  B("from x by y with ESMTPS (a [192.0.2.1]) by b with SMTP id 1; "
	    "Tue, 9 Jun 2026 14:03:21 +0000"),
	  "from=x | by=y | with=ESMTPS | id=1 | tail=b | with(a [192.0.2.1]) "
	  "| @2026-06-09T14:03:21Z+0 #two-by" },
	{ "HELO of clause words: by, before any word of transport",
	  B("from x by y with ESMTPS (a [192.0.2.1]) by b with QMQP id 1; "
	    "Tue, 9 Jun 2026 14:03:21 +0000"),
	  "from=x | by=y | with=ESMTPS | id=1 | tail=b | with(a [192.0.2.1]) "
	  "| @2026-06-09T14:03:21Z+0 #two-by" },
	{ "HELO of clause words: by, and a mailbox to hide behind",
	  B("from x by y with ESMTPS by <u@z> (a [192.0.2.1]) by b with SMTP "
	    "id 1; Tue, 9 Jun 2026 14:03:21 +0000"),
	  "from=x | by=y | with=ESMTPS | id=1 | tail=<u@z> | "
	  "with(a [192.0.2.1]) | @2026-06-09T14:03:21Z+0 #two-by" },
	{ "HELO of clause words: by alone",
	  B("from x by y (a [192.0.2.1]) by b id 1; Tue, 9 Jun 2026 14:03:21 "
	    "+0000"),
	  "from=x | by=y | id=1 | tail=b | by(a [192.0.2.1]) | "
	  "by.ip=[192.0.2.1] | @2026-06-09T14:03:21Z+0 #two-by" },
	{ "HELO with a semicolon and a date",
	  B("from x; Mon, 8 Jun 2026 10:00:00 +0000 (z) (a [192.0.2.1]) by b "
	    "with SMTP; Tue, 9 Jun 2026 14:03:21 +0000"),
	  "from=x; Mon, 8 Jun 2026 10:00:00 +0000 | by=b | with=SMTP | "
	  "from(z) | from(a [192.0.2.1]) | peer.name=a | peer.ip=[192.0.2.1] "
	  "| @2026-06-09T14:03:21Z+0" },
	{ "HELO with an escaped parenthesis",
	  B("from unknown (HELO x\\) y) (192.0.2.1) by b with SMTP; 9 Jun "
	    "2026 14:03:21 -0000"),
	  "from=unknown | by=b | with=SMTP | helo=x\\ | !from(HELO x\\) y) | "
	  "from(192.0.2.1) | peer.ip=192.0.2.1 | @2026-06-09T14:03:21Z" },
	{ "a backslash before the receiver's parenthesis",
	  B("from unknown (HELO x\\) (192.0.2.1) by b with SMTP; 9 Jun 2026 "
	    "14:03:21 -0000"),
	  "from=unknown | by=b | with=SMTP | helo=x\\ | !from(HELO x\\) | "
	  "from(192.0.2.1) | peer.ip=192.0.2.1 | @2026-06-09T14:03:21Z" },
	{ "an unclosed HELO comment",
	  B("from unknown (HELO x (192.0.2.1) by b with SMTP; 9 Jun 2026 "
	    "14:03:21 -0000"),
	  "from=unknown | by=b | with=SMTP | helo=x | !from(HELO x~ | "
	  "from(192.0.2.1) | peer.ip=192.0.2.1 | @2026-06-09T14:03:21Z "
	  "#malformed" },
	{ "for: a quoted local part",
	  B("from a (a [192.0.2.1]) by b with SMTP id 1 for <\"u> "
	    "(version=TLS1_3) \"@example.org>; Tue, 9 Jun 2026 14:03:21 +0000"),
	  "from=a | by=b | with=SMTP | id=1 | for=<\"u> (version=TLS1_3) "
	  "\"@example.org> | from(a [192.0.2.1]) | peer.name=a | "
	  "peer.ip=[192.0.2.1] | @2026-06-09T14:03:21Z+0" },
	{ "for: a quoted pair in it",
	  B("from a (a [192.0.2.1]) by b with SMTP id 1 for <\"u\\\" (x) "
	    "\"@example.org>; Tue, 9 Jun 2026 14:03:21 +0000"),
	  "from=a | by=b | with=SMTP | id=1 | for=<\"u\\\" (x) "
	  "\"@example.org> | from(a [192.0.2.1]) | peer.name=a | "
	  "peer.ip=[192.0.2.1] | @2026-06-09T14:03:21Z+0" },
	{ "for: no angle brackets",
	  B("from a (a [192.0.2.1]) by b with SMTP id 1 for u@example.org; "
	    "Tue, 9 Jun 2026 14:03:21 +0000"),
	  "from=a | by=b | with=SMTP | id=1 | for=u@example.org | from(a "
	  "[192.0.2.1]) | peer.name=a | peer.ip=[192.0.2.1] | "
	  "@2026-06-09T14:03:21Z+0" },
	{ "for: many recipients",
	  B("from a (a [192.0.2.1]) by b with SMTP id 1 for <multiple "
	    "recipients>; Tue, 9 Jun 2026 14:03:21 +0000"),
	  "from=a | by=b | with=SMTP | id=1 | for=<multiple recipients> | "
	  "from(a [192.0.2.1]) | peer.name=a | peer.ip=[192.0.2.1] | "
	  "@2026-06-09T14:03:21Z+0" },
	{ "for: a parenthesis in angle brackets",
	  B("from a (a [192.0.2.1]) by b with SMTP id 1 for "
	    "<u(x)@example.org>; Tue, 9 Jun 2026 14:03:21 +0000"),
	  "from=a | by=b | with=SMTP | id=1 | for=<u(x)@example.org> | from(a "
	  "[192.0.2.1]) | peer.name=a | peer.ip=[192.0.2.1] | "
	  "@2026-06-09T14:03:21Z+0" },
	{ "envelope-from: a quoted local part",
	  B("from a ([192.0.2.1]) by b with smtp (Exim 4.96) (envelope-from "
	    "<\"x) (TLS1.3) tls T (\"@example.org>) id 1; Tue, 9 Jun 2026 "
	    "14:03:21 +0000"),
	  "from=a | by=b | with=smtp | id=1 | from([192.0.2.1]) | with(Exim "
	  "4.96) | !with(envelope-from <\"x) (TLS1.3) tls T (\"@example.org>) "
	  "| peer.ip=[192.0.2.1] | @2026-06-09T14:03:21Z+0" },
	{ "envelope-from: half an address",
	  B("from a ([192.0.2.1]) by b with smtp (envelope-from <x) (TLS1.3) "
	    "(@example.org>) id 1; Tue, 9 Jun 2026 14:03:21 +0000"),
	  "from=a | by=b | with=smtp | id=1 | from([192.0.2.1]) | "
	  "!with(envelope-from <x) | with(TLS1.3) | with(@example.org>) | "
	  "peer.ip=[192.0.2.1] | @2026-06-09T14:03:21Z+0" },
	{ "envelope-from without a comment",
	  B("from a (a [192.0.2.1]) by b with ESMTP id 1 envelope-from <\"x "
	    "(y) \"@example.org> (authenticated bits=0); Tue, 9 Jun 2026 "
	    "14:03:21 +0000"),
	  "from=a | by=b | with=ESMTP | id=1 envelope-from <\"x (y) "
	  "\"@example.org> | from(a [192.0.2.1]) | id(authenticated bits=0) | "
	  "peer.name=a | peer.ip=[192.0.2.1] | @2026-06-09T14:03:21Z+0" },
	{ "tls clause",
	  B("from a ([192.0.2.1]) by b with esmtps (TLS1.3) tls "
	    "TLS_AES_256_GCM_SHA384 (Exim 4.96) (envelope-from "
	    "<s@example.org>) id 1; Tue, 9 Jun 2026 14:03:21 +0000"),
	  "from=a | by=b | with=esmtps | id=1 | tls=TLS_AES_256_GCM_SHA384 | "
	  "from([192.0.2.1]) | with(TLS1.3) | tls(Exim 4.96) | "
	  "!tls(envelope-from <s@example.org>) | peer.ip=[192.0.2.1] | "
	  "@2026-06-09T14:03:21Z+0" },
	{ "tls before with is no clause",
	  B("from a tls X ([192.0.2.1]) by b with esmtps id 1; Tue, 9 Jun "
	    "2026 14:03:21 +0000"),
	  "from=a tls X | by=b | with=esmtps | id=1 | from([192.0.2.1]) | "
	  "peer.ip=[192.0.2.1] | @2026-06-09T14:03:21Z+0" },
	{ "tls without a with word is no clause",
	  B("from a ([192.0.2.1]) by b with tls X id 1; Tue, 9 Jun 2026 "
	    "14:03:21 +0000"),
	  "from=a | by=b | with=tls X | id=1 | from([192.0.2.1]) | "
	  "peer.ip=[192.0.2.1] | @2026-06-09T14:03:21Z+0" },
	{ "tls clause, behind a comment",
	  B("from a ([192.0.2.1]) by b with (x) esmtps tls X (y) id 1; Tue, 9 "
	    "Jun 2026 14:03:21 +0000"),
	  "from=a | by=b | with=esmtps | id=1 | tls=X | from([192.0.2.1]) | "
	  "with(x) | tls(y) | peer.ip=[192.0.2.1] | @2026-06-09T14:03:21Z+0" },
	{ "NUL in a comment",
	  B("from a (HELO x\000y) (192.0.2.1) by b with SMTP; Tue, 9 Jun 2026 "
	    "14:03:21 +0000"),
	  "from=a | by=b | with=SMTP | helo=x\\0y | !from(HELO x\\0y) | "
	  "from(192.0.2.1) | peer.ip=192.0.2.1 | @2026-06-09T14:03:21Z+0 #nul" },
	{ "NUL between words",
	  B("from a\000b ([192.0.2.1]) by b with SMTP; Tue, 9 Jun 2026 "
	    "14:03:21 +0000"),
	  "from=a\\0b | by=b | with=SMTP | from([192.0.2.1]) | "
	  "peer.ip=[192.0.2.1] | @2026-06-09T14:03:21Z+0 #nul" },
	{ "tabs and carriage returns are space",
	  B("from\ta\r(b\t[192.0.2.1])\nby\rc with\tSMTP; Tue, 9 Jun 2026 "
	    "14:03:21 +0000"),
	  "from=a | by=c | with=SMTP | from(b [192.0.2.1]) | peer.name=b | "
	  "peer.ip=[192.0.2.1] | @2026-06-09T14:03:21Z+0" },
	{ "upper-case clause words",
	  B("FROM a ([192.0.2.1]) BY b WITH SMTP ID 1 FOR <u@example.org>; "
	    "Tue, 9 Jun 2026 14:03:21 +0000"),
	  "from=a | by=b | with=SMTP | id=1 | for=<u@example.org> | "
	  "from([192.0.2.1]) | peer.ip=[192.0.2.1] | @2026-06-09T14:03:21Z+0" },
	{ "words glued to comments",
	  B("from a([192.0.2.1])by b(Postfix)with SMTP(x)id 1(y);Tue, 9 Jun "
	    "2026 14:03:21 +0000"),
	  "from=a | by=b | with=SMTP | id=1 | from([192.0.2.1]) | by(Postfix) "
	  "| with(x) | id(y) | peer.ip=[192.0.2.1] | @2026-06-09T14:03:21Z+0" },
	{ "an address as by",
	  B("from a ([192.0.2.1]) by 10.1.2.3 with SMTP id 1; Tue, 9 Jun 2026 "
	    "14:03:21 +0000"),
	  "from=a | by=10.1.2.3 | with=SMTP | id=1 | from([192.0.2.1]) | "
	  "peer.ip=[192.0.2.1] | by.ip=10.1.2.3 | @2026-06-09T14:03:21Z+0" },
	{ "a 2002: address as by",
	  B("by 2002:a05:6a10:: with SMTP id 1; Tue, 9 Jun 2026 07:03:21 "
	    "-0700 (PDT)"),
	  "by=2002:a05:6a10:: | with=SMTP | id=1 | after_date(PDT) | "
	  "by.ip=2002:a05:6a10:: | @2026-06-09T14:03:21Z-420" },
	{ "empty comments",
	  B("from a () by b () with SMTP (); Tue, 9 Jun 2026 14:03:21 +0000"),
	  "from=a | by=b | with=SMTP | from() | by() | with() | "
	  "@2026-06-09T14:03:21Z+0" },
};

/* ---- what came out, as text ---- */

static void put(struct tt_out *o, struct tt_slice s)
{
	for (size_t i = 0; i < s.n; i++) {
		const bool is_space = tt_is_space(s.p[i]);

		if (is_space && i + 1 < s.n && tt_is_space(s.p[i + 1]))
			continue;
		if (s.p[i] == '\0')
			tt_out_str(o, "\\0");
		else
			tt_out_bytes(o, is_space ? TT_S(" ") :
						   tt_slice_sub(s, i, 1));
	}
}

static void put_named(struct tt_out *o, const char *name, struct tt_slice s)
{
	if (!s.p)
		return;
	tt_out_printf(o, "%s%s=", o->n ? " | " : "", name);
	put(o, s);
}

static void put_comments(struct tt_out *o, const struct tt_stamp *s)
{
	for (size_t i = 0; i < s->comments.n; i++) {
		const struct tt_comment *c = &s->comments.v[i];

		tt_out_printf(o, "%s%s%s(", o->n ? " | " : "",
			      c->is_sender ? "!" : "",
			      tt_slot_name(c->place, false));
		put(o, c->text);
		tt_out_str(o, c->is_open ? "~" : ")");
	}
}

static void put_peer(struct tt_out *o, const struct tt_stamp *s)
{
	const struct tt_peer_text *p = &s->peer;

	put_named(o, "peer.name", p->comment_name);
	put_named(o, "peer.ip", p->comment_address);
	put_named(o, "peer.ip2", p->second_comment_address);
	put_named(o, "peer.bare", p->bare_address);
	put_named(o, "peer.literal", p->first_literal);
	put_named(o, "by.ip", s->by_address);
}

static void put_date(struct tt_out *o, const struct tt_stamp *s)
{
	char text[24];

	if (!s->date.is_set)
		return;
	tt_date_rfc3339(s->date.unix_s, text);
	tt_out_printf(o, "%s@%s", o->n ? " | " : "", text);
	if (s->date.has_offset)
		tt_out_printf(o, "%+d", s->date.offset_min);
}

static void put_flags(struct tt_out *o, const struct tt_stamp *s)
{
	const struct {
		const char *name;
		bool is_set;
	} flags[] = {
		{ "bad-date", s->has_date_text && !s->date.is_set },
		{ "malformed", s->is_malformed },
		{ "truncated", s->is_truncated },
		{ "nul", s->has_nul },
		{ "two-by", s->has_two_by },
		{ "may-be-forged", s->peer.is_maybe_forged },
		{ "socket", s->peer.is_local_socket },
	};

	for (size_t i = 0; i < N(flags); i++)
		if (flags[i].is_set)
			tt_out_printf(o, " #%s", flags[i].name);
}

static void put_all(struct tt_out *o, const struct tt_stamp *s)
{
	for (int i = 0; i < TT_SLOT_COUNT; i++)
		if (i != TT_SLOT_TCP_INFO && i != TT_SLOT_DATE)
			put_named(o, tt_slot_name((enum tt_slot)i, false),
				  s->slot[i]);
	put_comments(o, s);
	put_peer(o, s);
	put_date(o, s);
	put_flags(o, s);
}

/* ---- and back to the bytes ---- */

static bool is_same_byte(uint8_t found, uint8_t flat)
{
	return found == flat || (flat == ' ' && tt_is_space(found));
}

/* Where the words of a slot hold comments, those are blanked. */
static void check_back(const char *name, const struct tt_stamp *s,
		       struct tt_slice part, bool is_bare)
{
	if (!part.p || !part.n)
		return;
	const uint64_t off = tt_stamp_off(s, part);
	const struct tt_slice raw = tt_stamp_raw(s, part);

	if (off < OFF || off - OFF > s->raw.n ||
	    raw.p != s->raw.p + (off - OFF) || raw.n != part.n)
		fail_msg("%s: '%.*s' lies outside", name, (int)part.n,
			 (const char *)part.p);
	for (size_t i = 0; i < part.n; i++)
		if (!is_same_byte(raw.p[i], part.p[i]) &&
		    !(is_bare && part.p[i] == ' '))
			fail_msg("%s: '%.*s' is '%.*s' in the message", name,
				 (int)part.n, (const char *)part.p,
				 (int)raw.n, (const char *)raw.p);
}

static void check_offsets(const char *name, const struct tt_stamp *s)
{
	const struct tt_peer_text *p = &s->peer;
	const struct tt_slice parts[] = {
		p->first_word,	   p->first_literal,
		p->comment_name,   p->comment_address,
		p->comment_helo,   p->second_comment_address,
		p->bare_address,   s->by_address,
	};

	for (int i = 0; i < TT_SLOT_COUNT; i++)
		check_back(name, s, s->slot[i], i < TT_SLOT_PLACES);
	for (size_t i = 0; i < s->comments.n; i++)
		check_back(name, s, s->comments.v[i].text, false);
	for (size_t i = 0; i < N(parts); i++)
		check_back(name, s, parts[i], true);
	assert_int_equal(s->flat.n, s->raw.n);
	assert_int_equal(s->bare.n, s->raw.n);
}

static void split(struct tt_stamp *s, struct tt_slice value,
		  struct tt_arena *arena, struct tt_diags *diags)
{
	tt_diags_init(diags, arena);
	tt_stamp_split(s, value, OFF, arena, diags);
}

static void test_rows(void **state)
{
	size_t n_wrong = 0;

	(void)state;
	for (size_t i = 0; i < N(rows); i++) {
		struct tt_arena arena = { 0 };
		struct tt_diags diags;
		struct tt_stamp s;
		struct tt_out out;

		tt_out_init(&out, -1);
		split(&s, rows[i].value, &arena, &diags);
		put_all(&out, &s);
		check_offsets(rows[i].name, &s);
		if (!tt_slice_eq((struct tt_slice){ out.buf, out.n },
				 tt_slice_str(rows[i].out))) {
			print_error("%s:\n  %.*s\nnot\n  %s\n", rows[i].name,
				    (int)out.n, (const char *)out.buf,
				    rows[i].out);
			n_wrong++;
		}
		tt_out_release(&out);
		tt_arena_release(&arena);
	}
	assert_int_equal(n_wrong, 0);
}

/* Every prefix of every row: nothing points outside, and what was cut in the
 * middle of a comment or clause says so. */
static void test_prefixes(void **state)
{
	struct tt_arena arena = { 0 };

	(void)state;
	for (size_t i = 0; i < N(rows); i++)
		for (size_t n = 0; n < rows[i].value.n; n++) {
			struct tt_diags diags;
			struct tt_stamp s;

			/* A copy, so that a sanitizer sees its end. */
			const struct tt_slice part = {
				tt_arena_dup(&arena,
					     tt_slice_sub(rows[i].value, 0, n))
					.p, n };

			split(&s, part, &arena, &diags);
			check_offsets(rows[i].name, &s);
			tt_arena_clear(&arena);
		}
	tt_arena_release(&arena);
}

static struct tt_slice pump(struct tt_arena *a, const char *unit, size_t n)
{
	const size_t n_unit = strlen(unit);
	uint8_t *p = tt_arena_alloc(a, n * n_unit);

	for (size_t i = 0; i < n; i++)
		memcpy(p + i * n_unit, unit, n_unit);
	return (struct tt_slice){ p, n * n_unit };
}

static void test_bounds(void **state)
{
	const size_t max = (size_t)TT_MAX_header_value;
	const struct {
		const char *name, *unit;
		size_t n;
		bool is_cut, is_truncated;
		size_t comments;
	} bounds[] = {
		{ "words", "x ", (size_t)TT_MAX_stamp_tokens, false, false,
		  0 },
		{ "one word more", "x ", (size_t)TT_MAX_stamp_tokens + 1,
		  true, true, 0 },
		{ "comments", "()", (size_t)TT_MAX_stamp_tokens + 1, true,
		  true, (size_t)TT_MAX_stamp_tokens },
		{ "open comments", "(", max, true, true,
		  (size_t)TT_MAX_stamp_tokens },
		{ "closed ones", ")", max, false, false, 0 },
		{ "semicolons", ";", max, true, true, 0 },
		{ "by", "by ", max / 3, true, true, 0 },
		{ "for", "from for ", max / 9, true, true, 0 },
		{ "dates", "9 Jun 2026 ", max / 11, true, true, 0 },
		{ "half addresses", "<\"", max / 2, false, false, 0 },
		{ "backslashes", "\\(", max / 2, true, true,
		  (size_t)TT_MAX_stamp_tokens - 1 },
	};

	(void)state;
	for (size_t i = 0; i < N(bounds); i++) {
		struct tt_arena arena = { 0 };
		struct tt_diags diags;
		struct tt_stamp s;

		split(&s,
		      tt_slice_trim(pump(&arena, bounds[i].unit,
					 bounds[i].n)),
		      &arena, &diags);
		if ((diags.list.n == 1) != bounds[i].is_cut ||
		    s.is_truncated != bounds[i].is_truncated ||
		    s.comments.n != bounds[i].comments)
			fail_msg("%s: %zu diags, truncated %d, %zu comments",
				 bounds[i].name, diags.list.n,
				 (int)s.is_truncated, s.comments.n);
		check_offsets(bounds[i].name, &s);
		tt_arena_release(&arena);
	}
}

/* Nesting is one comment, however deep. */
static void test_nesting(void **state)
{
	const size_t depth = 10000;
	struct tt_arena arena = { 0 };
	struct tt_diags diags;
	struct tt_stamp s;
	struct tt_out out;

	(void)state;
	tt_out_init(&out, -1);
	tt_out_str(&out, "from a (");
	tt_out_pad(&out, '(', depth);
	tt_out_str(&out, "by x with ESMTPS");
	tt_out_pad(&out, ')', depth);
	tt_out_str(&out, ") by b with SMTP");
	split(&s, (struct tt_slice){ out.buf, out.n }, &arena, &diags);
	assert_int_equal(s.comments.n, 1);
	assert_int_equal(s.comments.v[0].text.n, 2 * depth + 16);
	assert_false(s.is_malformed);
	assert_true(tt_slice_eq(s.slot[TT_SLOT_BY], TT_S("b")));
	assert_true(tt_slice_eq(s.slot[TT_SLOT_WITH], TT_S("SMTP")));
	tt_out_release(&out);
	tt_arena_release(&arena);
}

static void test_slot_names(void **state)
{
	(void)state;
	for (int i = 0; i < TT_SLOT_COUNT; i++)
		for (int k = 0; k < 2; k++) {
			const char *name =
				tt_slot_name((enum tt_slot)i, k == 1);
			enum tt_slot place;
			bool is_comment;

			if (!name)
				continue;
			assert_true(tt_slot_by_name(tt_slice_str(name),
						    &place, &is_comment));
			assert_int_equal(place, i);
			assert_int_equal(is_comment, k);
		}
	enum tt_slot place;
	bool is_comment;

	assert_false(tt_slot_by_name(TT_S("helo_comment"), &place,
				     &is_comment));
	assert_false(tt_slot_by_name(TT_S(""), &place, &is_comment));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_prefixes),
		cmocka_unit_test(test_bounds),
		cmocka_unit_test(test_nesting),
		cmocka_unit_test(test_slot_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
