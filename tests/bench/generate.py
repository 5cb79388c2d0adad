#!/usr/bin/env python3
"""A plain mailbox for the benchmark, the same bytes each time.

usage: generate.py --messages N [--seed S]

Four stamps of three writers, 40 other fields and a body of 18 to 30 KB a
message; example names and documentation addresses.
"""
import argparse, base64, random, sys, time

parser = argparse.ArgumentParser()
parser.add_argument("--messages", type=int, default=1000)
parser.add_argument("--seed", type=int, default=1)
options = parser.parse_args()
rng = random.Random(options.seed)
TEXT = base64.encodebytes(rng.randbytes(60000)).decode()


def stamp_date(t):
    return time.strftime("%a, %d %b %Y %H:%M:%S +0000", time.gmtime(t))


def message(i):
    t = 1780000000 + 97 * i
    n = rng.randrange(1, 255)
    lines = [
        f"From user{n}@example.org " + time.asctime(time.gmtime(t)),
        f"Received: from mx.example.net (10.0.0.{n}) by box.example.net"
        " (10.0.1.2) with\n Microsoft SMTP Server (version=TLS1_2,"
        "\n cipher=TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384) id 15.20.1.1; " +
        stamp_date(t + 3),
        f"Received: from out.example.org (203.0.113.{n}) by mx.example.net"
        "\n (10.0.0.2) with Microsoft SMTP Server (version=TLS1_3,"
        "\n cipher=TLS_AES_256_GCM_SHA384) id 15.20.1.2; " +
        stamp_date(t + 2),
        f"Received: from app.example.org (app.example.org [198.51.100.{n}])"
        "\n\t(using TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 (256/256"
        f" bits))\n\tby out.example.org (Postfix) with ESMTPS id {i:011X}"
        f"\n\tfor <user{n}@example.net>; " + stamp_date(t + 1),
        f"Received: by app.example.org (Postfix, from userid {n})"
        f"\n\tid {i:010X}; " + stamp_date(t),
    ]
    lines += [f"X-Field-{k}: {rng.getrandbits(400):x}" for k in range(40)]
    lines += [
        "Date: " + stamp_date(t), f"From: user{n}@example.org",
        f"To: user{n}@example.net", f"Subject: message {i}",
        f"Message-ID: <{i}@app.example.org>", "",
    ]
    at = rng.randrange(len(TEXT) - 30000)
    return "\n".join(lines) + "\n" + TEXT[at:at + rng.randrange(18000, 30000)]


for number in range(options.messages):
    sys.stdout.write(message(number) + "\n\n")
