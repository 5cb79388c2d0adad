"""mails.py - messages that containers are hard on, and their normal form

MAILS is a list of (name, bytes).  Every mail has stamps whose evidence runs
over a fold, so that its span holds a line end; what differs is what an mbox
writer, an unpacker or a line-end converter would change.
"""
import hashlib
import os
import re

TOP = os.path.dirname(os.path.dirname(os.path.dirname(
    os.path.abspath(__file__))))

HEAD = """\
Return-Path: <anna@example.org>
Received: from mx.example.net (mx.example.net [203.0.113.9])
\t(using TLSv1.2 with cipher ECDHE-RSA-AES128-GCM-SHA256
\t (128/128 bits))
\tby mbx.example.net (Postfix) with ESMTPS id 4bRkAA11Zzz9tQm
\tfor <carol@example.net>; Tue, 9 Jun 2026 14:03:27 +0000 (UTC)
Received: from mail.example.org (mail.example.org [192.0.2.1])
 by mx.example.net with esmtps  (TLS1.3)
 tls TLS_AES_256_GCM_SHA384
 (Exim 4.96)
 (envelope-from <anna@example.org>)
 id 1q2w3e-000abc-1X
 for carol@example.net; Tue, 09 Jun 2026 14:03:25 +0000
From: Anna <anna@example.org>
To: carol@example.net
Subject: %s
Date: Tue, 9 Jun 2026 14:03:21 +0000
Message-ID: <%s@example.org>
"""


def mail(name, body, line_end=b"\n", subject=None, extra=b""):
    slug = re.sub("[^a-z0-9]+", "-", name.lower()).strip("-")
    head = (HEAD % (subject or name, slug)).encode("utf-8") + extra
    return name, (head + b"\n" + body).replace(b"\n", line_end)


QUOTES = b"""\
From the first line on, this body has lines an mbox writer quotes.

From here it goes on.
>From there too, and
>>From anywhere.
 From with a space is none, nor is
>> From, nor From: or
>Fro
m.

From anna@example.org Tue Jun  9 14:03:21 2026
Received: from nobody by nowhere with ESMTPS

The last line but one reads like an envelope.
"""

FORWARD = b"""\
--b1
Content-Type: text/plain

Please see below.
>From the desk of Anna

--b1
Content-Type: message/rfc822

Received: from a.example.com (a.example.com [198.51.100.7])
\tby b.example.com (Postfix) with ESMTPS id 4bRkCC33Zzz1aaa;
\tMon, 8 Jun 2026 10:00:00 +0000 (UTC)
From: bob@example.com
To: anna@example.org
Subject: inner

From inner to outer.
--b1--
"""

TEN_LINES = b"".join(b"line %d\n" % i for i in range(10))


def written():
    yield mail("LF", TEN_LINES)
    yield mail("CRLF", TEN_LINES, b"\r\n")
    lf = mail("mixed", b"")[1]
    yield "mixed", lf.replace(b"\n", b"\r\n", 7) + b"one\r\ntwo\nthree\r\n"
    yield "CRLF header, LF body", (
        mail("CRLF header, LF body", b"", b"\r\n")[1] + TEN_LINES)
    yield mail("From lines in the body", QUOTES)
    yield mail("From lines in the body, CRLF", QUOTES, b"\r\n")
    yield mail("a body that begins with From", b"From me to you\nwith love\n")
    yield mail("blank lines at the end", TEN_LINES + b"\n\n\n\n")
    yield mail("blank CRLF lines at the end", TEN_LINES + b"\n\n\n", b"\r\n")
    yield mail("no line end at the end", TEN_LINES + b"the last")
    yield mail("no line end behind a quote", TEN_LINES + b">>From")
    yield mail("CRs before the line end", b"one\r\r\ntwo\r\n")
    yield mail("CRs inside lines", b"one\rtwo\r\rthree\n\rfour\n")
    yield mail("bytes above 127", bytes(range(128, 256)) + b"\n",
               subject="gr\u00fc\u00dfe",
               extra=b"X-Latin: gr\xfc\xdfe \x9b31m\n")
    yield mail("NUL", b"one\0two\n\0\0\nFrom \0\n",
               extra=b"X-Nul: a\0b\n")
    yield mail("no body", b"")
    yield mail("blank lines are all of the body", b"\n\n")
    yield mail("a long line", b"x" * 300000 + b"\n")
    yield mail("a forward", FORWARD, extra=b"MIME-Version: 1.0\n"
               b"Content-Type: multipart/mixed; boundary=b1\n")
    yield mail("a forward, CRLF", FORWARD, b"\r\n",
               extra=b"MIME-Version: 1.0\n"
               b"Content-Type: multipart/mixed; boundary=b1\n")


def from_project():
    with open(os.path.join(TOP, "testdata/sample.eml"), "rb") as f:
        yield "testdata/sample.eml", f.read()
    with open(os.path.join(TOP, "testdata/golden/forms.mbox"), "rb") as f:
        box = f.read()
    starts = [m.end() for m in re.finditer(rb"(?:\A|\n\n)From .*\n", box)]
    ends = [m.start() + 1 for m in re.finditer(rb"\n\nFrom .*\n", box)]
    ends.append(len(box))
    for i, (start, end) in enumerate(zip(starts, ends)):
        yield f"testdata/golden/forms.mbox, {i}", box[start:end]


MAILS = list(from_project()) + list(written())


def as_lf(data):
    return re.sub(rb"\r+\n", b"\n", data) if b"\r" in data else data


def as_crlf(data):
    return re.sub(rb"\r*\n", b"\r\n", data)


def unquoted(data):
    data = as_lf(data)
    if b">From " in data:
        data = re.sub(rb"^>+From ", b"From ", data, flags=re.M)
    return data


def normal_form(data):
    """product.md, content_sha256."""
    return unquoted(re.sub(rb"\r+\Z", b"", as_lf(data))).rstrip(b"\n") + b"\n"


def content_sha256(data):
    return hashlib.sha256(normal_form(data)).hexdigest()


def as_mbox(mails, line_end=b"\n"):
    """mboxrd: every From line quoted, one blank line behind each mail."""
    box = []
    for data in mails:
        quoted = re.sub(rb"^(>*From )", rb">\1", data, flags=re.M)
        if quoted and not quoted.endswith(b"\n"):
            quoted += line_end
        box += [b"From anna@example.org Tue Jun  9 14:03:21 2026" + line_end,
                quoted, line_end]
    return b"".join(box)
