#!/usr/bin/env python3
"""fixtures.py - writes the inputs of tests/damage into testdata/damage

Usage: tests/damage/fixtures.py

Small, so that every prefix of each can be read.  What is packed is packed
from the plain ones.  Run by hand: the files are kept, the packers of another
day would make others.
"""
import bz2
import gzip
import io
import lzma
import os
import subprocess
import tarfile
import tempfile
import zipfile

top = os.path.dirname(os.path.dirname(os.path.dirname(
    os.path.abspath(__file__))))
out = os.path.join(top, "testdata/damage")

POSTFIX = """\
Received: from mail.example.org (mail.example.org [198.51.100.7])
\t(using TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 (256/256 bits)
\t key-exchange X25519 server-signature RSA-PSS (2048 bits))
\t(No client certificate requested)
\tby mx.example.net (Postfix) with ESMTPS id 4bRk9N2vJzz3wXp
\tfor <carol@example.net>; Tue,  9 Jun 2026 14:03:24 +0000 (UTC)
"""
INNER = """\
Received: from mx.example.net (mx.example.net [10.20.3.7])
\tby mbx.example.net (Postfix) with ESMTP id 6C1D84A03F
\tfor <carol@example.net>; Tue,  9 Jun 2026 14:03:25 +0000 (UTC)
"""
LOCAL = """\
Received: by mail.example.org (Postfix, from userid 33)
\tid 58E2B2141A; Tue,  9 Jun 2026 14:03:21 +0000 (UTC)
"""
EXCHANGE = """\
Received: from am0pr01.example.org (2001:db8::10) by am9pr01.example.net
 (2001:db8::20) with Microsoft SMTP Server (version=TLS1_2,
 cipher=TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384) id 15.20.7918.19; Tue, 9 Jun
 2026 14:03:27 +0000
"""
EXIM = """\
Received: from mail.example.org ([198.51.100.7])
\tby mx.example.com with esmtps (TLS1.2) tls ECDHE-RSA-AES128-GCM-SHA256
\t(Exim 4.96) (envelope-from <anna@example.org>)
\tid 1q2w3e-000abc-1X; Tue, 09 Jun 2026 14:03:22 +0000
"""
GMAIL = """\
Received: from mail.example.org (mail.example.org. [198.51.100.7])
        by mx.google.com with ESMTPS id 5b1f17b1804b1-42cb6af3
        for <a@example.com>
        (version=TLS1_3 cipher=TLS_AES_128_GCM_SHA256 bits=128/128);
        Tue, 09 Jun 2026 07:03:27 -0700 (PDT)
"""
SENDMAIL = """\
Received: from mail.example.org (mail.example.org [198.51.100.7])
\tby mail.example.net (8.17.1/8.17.1) with ESMTPS id 2BGMf4uY685293
\t(version=TLSv1.3 cipher=TLS_AES_256_GCM_SHA384 bits=256 verify=OK)
\tfor <a@example.net>; Tue, 9 Jun 2026 14:03:05 GMT
"""
QMAIL = """\
Received: from unknown (HELO mail.example.org) (198.51.100.7)
  by 0 with (DHE-RSA-AES256-SHA encrypted) SMTP; 9 Jun 2026 14:03:00 -0000
"""
PLAIN_TEXT = """\
Received: from old.example.org (old.example.org [192.0.2.9])
\tby relay.example.org (Postfix) with SMTP id 1D84A03F6C
\tfor <carol@example.net>; Tue,  9 Jun 2026 14:03:20 +0000 (UTC)
"""
FIELDS = """\
From: Anna <anna@example.org>
To: carol@example.net
Subject: %s
Date: Tue, 9 Jun 2026 14:03:21 +0000
Message-ID: <%s@example.org>
"""
FROM = "From anna@example.org Tue Jun  9 14:03:21 2026\n"


def mail(slug, *stamps, more="", body="Text.\n"):
    return "".join(stamps) + FIELDS % (slug, slug) + more + "\n" + body


def part(kind, text):
    return f"--b1\nContent-Type: {kind}\n\n{text}\n"


DSN = mail(
    "dsn", INNER, POSTFIX,
    more="MIME-Version: 1.0\nContent-Type: multipart/report; "
         "report-type=delivery-status;\n boundary=b1\n",
    body=part("text/plain", "It could not be delivered.") +
    part("message/delivery-status",
         "Reporting-MTA: dns; mx.example.net\n\n"
         "Final-Recipient: rfc822; bob@example.com\nAction: failed\n"
         "Status: 4.7.5\nDiagnostic-Code: smtp; 403 4.7.0 TLS handshake "
         "failed\n") +
    part("message/rfc822", mail("bounced", EXIM)) + "--b1--\n")
FORWARD = mail(
    "forward", GMAIL,
    more="MIME-Version: 1.0\n"
         "Content-Type: multipart/mixed; boundary=b1\n",
    body=part("text/plain", "See below.") +
    part("message/rfc822", mail("inner", EXCHANGE, SENDMAIL)) + "--b1--\n")
SMIME = mail(
    "smime", EXCHANGE, EXIM,
    more="MIME-Version: 1.0\nContent-Type: multipart/signed; boundary=b1;\n"
         " protocol=\"application/pkcs7-signature\"; micalg=sha-256\n",
    body=part("text/plain", "Signed.") +
    part("application/pkcs7-signature", "bm90IGEgc2lnbmF0dXJl") + "--b1--\n")
BOX = [mail("one", INNER, POSTFIX), mail("two", EXCHANGE, EXIM),
       mail("three", GMAIL, body=">From the start\nit was quoted.\n")]


def box(mails):
    return "".join(FROM + m + "\n" for m in mails)


def with_length(text):
    head, body = text.split("\n\n", 1)
    return f"{head}\nContent-Length: {len(body)}\n\n{body}"


PLAIN = {
    "postfix.eml": mail("postfix", INNER, POSTFIX, LOCAL),
    "exchange.eml": mail("exchange", EXCHANGE, EXCHANGE.replace(
        "TLS1_2", "TLS1_3").replace("14:03:27", "14:03:26")),
    "exim-crlf.eml": mail("exim", EXIM, PLAIN_TEXT).replace("\n", "\r\n"),
    "gmail.eml": mail("gmail", GMAIL, SENDMAIL),
    "qmail.eml": mail("qmail", QMAIL, PLAIN_TEXT),
    "claims.eml": mail("claims", INNER, POSTFIX, EXIM, PLAIN_TEXT, LOCAL),
    "proton.eml": mail(
        "proton", POSTFIX.replace("mx.example.net", "mailin.protonmail.ch"),
        more="X-Pm-Transfer-Encryption: TLSv1.3 with cipher "
             "TLS_AES_256_GCM_SHA384\n"),
    "dsn.eml": DSN,
    "forward.eml": FORWARD,
    "smime.eml": SMIME,
    "no-body.eml": mail("no-body", GMAIL, body=""),
    "no-end.eml": mail("no-end", SENDMAIL, body="no line end"),
    "latin.eml": mail("gr\xfc\xdfe", EXIM, more="X-Nul: a\0b\n",
                      body="\xfc\xdf\0\n"),
    "odd.eml": mail("odd", "From: nobody@example.org\nno colon here\n",
                    POSTFIX, "Received : from a by b; no date\n"
                    "X-Empty:\n"),
    "mac.eml": mail("mac", POSTFIX).replace("\n", "\r"),
    "pasted.txt": INNER + POSTFIX + FIELDS % ("pasted", "pasted"),
    "received.txt": GMAIL + EXIM,
    "one.mbox": box(BOX[:1]),
    "three.mbox": box(BOX),
    "crlf.mbox": box(BOX[:2]).replace("\n", "\r\n"),
    "length.mbox": box([with_length(mail(
        "length", EXIM, body="Text.\n\n" + FROM + "is text here.\n")),
        with_length(mail("next", GMAIL))]),
}


def tar(members):
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w",
                      format=tarfile.USTAR_FORMAT) as t:
        for name, data in members:
            info = tarfile.TarInfo(name)
            info.size = len(data)
            t.addfile(info, io.BytesIO(data))
    data = made.getvalue().rstrip(b"\0")
    return data + bytes(-len(data) % 512) + bytes(1024)


def zipped(members, method):
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", method) as z:
        for name, data in members:
            z.writestr(zipfile.ZipInfo(name), data, compress_type=method)
    return made.getvalue()


def run(*command, data):
    return subprocess.run(command, input=data, check=True,
                          stdout=subprocess.PIPE).stdout


def seven(members):
    with tempfile.TemporaryDirectory() as d:
        for name, data in members:
            with open(os.path.join(d, name), "wb") as f:
                f.write(data)
        subprocess.run(["7z", "a", "-bd", "x.7z"] + [n for n, _ in members],
                       cwd=d, check=True, stdout=subprocess.DEVNULL)
        with open(os.path.join(d, "x.7z"), "rb") as f:
            return f.read()


def cpio(members):
    made = b""
    for i, (name, data) in enumerate(members + [("TRAILER!!!", b"")]):
        fields = [i, 0o100644, 0, 0, 1, 0, len(data), 0, 0, 0, 0,
                  len(name) + 1, 0]
        for piece in (b"070701" + b"".join(b"%08X" % f for f in fields) +
                      name.encode() + b"\0", data):
            made += piece + b"\0" * (-len(made + piece) % 4)
    return made


def packed(raw):
    three = raw["three.mbox"]
    two = [("a.eml", raw["postfix.eml"]), ("b.eml", raw["gmail.eml"])]
    return {
        "exchange.eml.gz": gzip.compress(raw["exchange.eml"], mtime=0),
        "twice.mbox.gz": gzip.compress(three[:900], mtime=0) +
        gzip.compress(three[900:], mtime=0),
        "three.mbox.bz2": bz2.compress(three),
        "claims.eml.xz": lzma.compress(raw["claims.eml"]),
        "three.mbox.zst": run("zstd", "-q", data=three),
        "claims.eml.lz4": run("lz4", "-q", data=raw["claims.eml"]),
        "two.tar": tar(two),
        "two.tar.gz": gzip.compress(tar(two), mtime=0),
        "two.cpio": cpio(two),
        "two.zip": zipped(two, zipfile.ZIP_DEFLATED),
        "stored.zip": zipped(two, zipfile.ZIP_STORED),
        "two.7z": seven(two),
        "zip-in-tar.tgz": gzip.compress(tar(
            [("in.zip", zipped(two, zipfile.ZIP_DEFLATED))]), mtime=0),
    }


def main():
    os.makedirs(out, exist_ok=True)
    raw = {name: text.encode("latin-1") for name, text in PLAIN.items()}
    for name, data in {**raw, **packed(raw)}.items():
        with open(os.path.join(out, name), "wb") as f:
            f.write(data)


main()
