#!/usr/bin/env python3
"""Does `show --json` say of the transfer a -> b what was forced?

usage: check.py "WHAT VERSION [DOMAIN]" FILE

WHAT   mail, both, receiver, sender: one delivered mail, and whose log was
       beside it; logs: the logs alone, of which the mail to DOMAIN is meant
VERSION of the transfer; "none": it was in clear.  The two speak over
       loopback, where a transfer in clear counts as local.
"""
import json, sys

what, version, *domain = sys.argv[1].split()
timelines = [json.loads(line) for line in open(sys.argv[2])]


def fail(why):
    sys.exit(f"{why}\n{json.dumps(timelines, indent=1)[:3000]}")


if domain:
    timelines = [t for t in timelines if any(
        (hop["recipient"] or "").endswith("@" + domain[0])
        for hop in t["hops"])]
if len(timelines) != 1:
    fail(f"{len(timelines)} timelines, not 1")
hops = timelines[0]["hops"]
versions = {h["tls_version"] for h in hops} - {None}
want = set() if version == "none" else {version}
if versions != want:
    fail(f"versions {versions}, not {want}")
for hop in hops:
    if hop["verdict"] == "encrypted" and hop["tls_version"] is None:
        fail(f"hop {hop['index']} is encrypted without a version")
if version != "none":
    hop = next(h for h in hops if h["tls_version"])
    if hop["verdict"] != "encrypted":
        fail("not encrypted")
    kinds = {(w["kind"], w["side"]) for w in hop["witnesses"]}
    expected = {
        "mail": {("received", "receiver")},
        "both": {("received", "receiver"), ("log", "receiver"),
                 ("log", "sender")},
        "receiver": {("received", "receiver"), ("log", "receiver")},
        "sender": {("received", "receiver"), ("log", "sender")},
        "logs": {("log", "receiver"), ("log", "sender")},
    }[what]
    if kinds != expected:
        fail(f"witnesses {kinds}, not {expected}")
    if hop["corroborated"] != (("log", "sender") in kinds):
        fail("corroborated is wrong: it takes two sides")
if any("conflict" in h["anomalies"] for h in hops):
    fail("a conflict where there is none")
