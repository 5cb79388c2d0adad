#!/usr/bin/env python3
"""make.py - what the rows of tests/web paste, drop and compare with

usage: make.py PROGRAM DIR [CORPUS.tar.zst]

In DIR: damage/ has headers pasted in every damaged way (tests/paste/damage.py)
of fixtures, and of a few messages of the corpus where that is at hand;
damage.json names them, with what `show --json` says of each; payloads.json has
the payloads of tests/unit/payloads.h; sixty.eml is a message of 60 hops,
weak.eml one of three, all of them trusted, the oldest by a weak suite.
"""
import base64
import json
import os
import random
import sys

here = os.path.dirname(os.path.abspath(__file__))
sys.path[:0] = [os.path.join(here, "..", "paste"),
                os.path.join(here, "..", "cli")]
sys.dont_write_bytecode = True
import damage  # noqa: E402
import names  # noqa: E402

top = os.path.join(here, "..", "..")
FIXTURES = ["testdata/sample.eml", "testdata/damage/exim-crlf.eml",
            "testdata/damage/gmail.eml"]
N_CORPUS = 4  # messages of it, damaged in every way


def header_of(path):
    with open(os.path.join(top, path), "rb") as f:
        b = f.read().replace(b"\r\n", b"\n")
    return b.split(b"\n\n")[0].decode("latin-1")


def corpus_headers(corpus):
    damage.corpus = corpus
    all_of_them = [(n, h) for n, h in damage.messages()
                   if "received:" in h.lower() and h.isascii()]
    return random.Random(6).sample(all_of_them, N_CORPUS)


def damaged(bases, work):
    rng, rows = random.Random(3), []
    for i, (origin, name, h) in enumerate(bases):
        for way, f in damage.WAYS.items():
            path = f"{work}/damage/{i}.{way}"
            with open(path, "wb") as out:
                out.write(damage.to_bytes(f(h + "\n", rng), True))
            rows.append({"origin": origin, "name": name, "way": way,
                         "path": path})
    return rows


def sixty():
    orgs = ["alpha.example", "beta.example.net", "gamma.example.org",
            "a-very-long-name-of-an-organisation.example", "example.co.uk"]
    states = ["\t(using TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 "
              "(256/256 bits))\n",
              "\t(using TLSv1.2 with cipher ECDHE-RSA-AES256-GCM-SHA384 "
              "(256/256 bits))\n", "",
              "\t(using TLSv1 with cipher AES256-SHA (256/256 bits))\n"]
    out, before, at = [], "client.example.com", 3600
    for i in range(60):
        at += [1, 2, 75, 3, 1, 4000, 2, -90][i % 8]
        state = states[i % 4 if i < 57 else 0]
        by = f"mx{i}." + (orgs[i // 3 % 5] if i < 57 else "example.net")
        out.append(f"Received: from {before} ({before} [198.51.100.{i + 1}])\n"
                   f"{state}\tby {by} (Postfix) with ESMTP{'S' * bool(state)}"
                   f" id AB{i:04}\n\tfor <x@example.net>; Tue, 9 Jun 2026 "
                   f"{at // 3600:02}:{at // 60 % 60:02}:{at % 60:02} +0000\n")
        before = by
    return "".join(reversed(out)) + (
        "Date: Tue, 9 Jun 2026 01:00:00 +0000\nFrom: a@alpha.example\n"
        "To: x@example.net\nSubject: sixty hops\n"
        "Message-ID: <60@alpha.example>\n\nbody\n")


def weak():
    ways = ["TLSv1.2 with cipher RC4-SHA (128/128 bits)",
            "TLSv1.2 with cipher ECDHE-RSA-AES256-GCM-SHA384 (256/256 bits)",
            "TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 (256/256 bits)"]
    before, out = ["out.example.org", "192.0.2.1"], []
    for i, way in enumerate(ways):
        by = f"mx{i}.example.net"
        out.append(f"Received: from {before[0]} ({before[0]} [{before[1]}])\n"
                   f"\t(using {way})\n\tby {by} (Postfix) with ESMTPS id "
                   f"W{i}\n\tfor <x@example.net>; Tue, 9 Jun 2026 "
                   f"14:03:2{i} +0000\n")
        before = [by, f"10.0.0.{i + 1}"]
    return "".join(reversed(out)) + (
        "From: a@example.org\nTo: x@example.net\nSubject: a weak suite\n"
        "Message-ID: <weak@example.org>\n\nbody\n")


def write(work, name, value):
    with open(os.path.join(work, name), "w", encoding="ascii") as f:
        json.dump(value, f)


def main(program, work, corpus=None):
    damage.program = program
    os.makedirs(f"{work}/damage")
    bases = [("fixtures", n, header_of(n)) for n in FIXTURES]
    if corpus:
        bases += [("corpus", n, h) for n, h in corpus_headers(corpus)]
    rows = damaged(bases, work)
    said = damage.run([r["path"] for r in rows])
    for r in rows:
        r["timelines"] = said.get(r["path"], [])
    write(work, "damage.json", rows)
    write(work, "payloads.json", [
        base64.b64encode(p).decode()
        for p in names.payloads(os.path.join(here, "../unit/payloads.h"))])
    with open(os.path.join(work, "sixty.eml"), "w", encoding="ascii") as f:
        f.write(sixty())
    with open(os.path.join(work, "weak.eml"), "w", encoding="ascii") as f:
        f.write(weak())


main(*sys.argv[1:])
