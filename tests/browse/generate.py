#!/usr/bin/env python3
"""A mailbox of small messages for cases to be looked through, the same bytes
each time.

usage: generate.py --messages N [--seed S] [--peers P]

Three stamps a message, five years of days, P peers of which few send most,
TLS versions, cleartext and silence in the shares of a busy year; every 500th
message carries another.  Example names and documentation addresses.
"""
import argparse, random, sys, time

parser = argparse.ArgumentParser()
parser.add_argument("--messages", type=int, default=1000)
parser.add_argument("--seed", type=int, default=1)
parser.add_argument("--peers", type=int, default=2000)
options = parser.parse_args()
rng = random.Random(options.seed)

TLS = [
    (60, "(using TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 (256/256 bits))",
     "ESMTPS"),
    (28, "(using TLSv1.2 with cipher ECDHE-RSA-AES256-GCM-SHA384"
     " (256/256 bits))", "ESMTPS"),
    (3, "(using TLSv1 with cipher AES256-SHA (256/256 bits))", "ESMTPS"),
    (6, "", "ESMTP"),
    (3, "", "ESMTPS"),
]
WAYS = [way for way in TLS for _ in range(way[0])]
WORDS = ("order invoice meeting report weekly update your account delivery "
         "reminder offer news minutes draft contract question answer ticket "
         "backup failed done Zürich naïve café").split()
PEERS = [f"p{i}" + (".example", ".test")[i % 2]
         for i in range(options.peers)]


def stamp_date(t):
    return time.strftime("%a, %d %b %Y %H:%M:%S +0000", time.gmtime(t))


def peer():
    # Few send most: the n-th as often as 1/n, about.
    return int(options.peers ** rng.random()) - 1


def header(i, t):
    n, (_, tls, word) = peer(), rng.choice(WAYS)
    host, user = PEERS[n], rng.randrange(400)
    address = f"192.0.2.{n % 250 + 1}"
    subject = " ".join(rng.choice(WORDS) for _ in range(4))
    lines = [
        f"Received: from mx.example.net (mx.example.net [198.51.100.9])",
        "\t(using TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 (256/256 bits))",
        f"\tby box.example.net (Postfix) with ESMTPS id B{i:X};",
        "\t" + stamp_date(t + 2),
        f"Received: from out.{host} (out.{host} [{address}])",
    ] + (["\t" + tls] if tls else []) + [
        f"\tby mx.example.net (Postfix) with {word} id M{i:X}",
        f"\tfor <user{user}@example.net>; " + stamp_date(t + 1),
        f"Received: from pc ([203.0.113.{n % 250 + 1}]) by out.{host}",
        f"\t(Postfix) with ESMTPSA id P{i:X}; " + stamp_date(t),
        f"Message-ID: <{i}.{rng.getrandbits(64):x}@{host}>",
        f"Date: {stamp_date(t)}",
        f"From: Sender {n} <s{n}@{host}>",
        f"To: user{user}@example.net",
        f"Subject: {subject} {i}",
    ]
    return lines


def message(i):
    t = 1640995200 + i * 157680000 // options.messages
    lines = [f"From s@example.org {time.asctime(time.gmtime(t))}"]
    lines += header(i, t)
    if i % 500 == 7:
        lines += ["MIME-Version: 1.0", "Content-Type: message/rfc822", ""]
        lines += header(options.messages + i, t - 900)
    return "\n".join(lines) + f"\n\nText {i}.\n\n"


out = open(sys.stdout.fileno(), "w", encoding="utf-8", newline="\n")
for number in range(options.messages):
    out.write(message(number))
