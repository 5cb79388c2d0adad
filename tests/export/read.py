#!/usr/bin/env python3
"""read.py - exports, read by other people's parsers

Usage: read.py FORMAT OUT UNDATED N_UNDATED JSONL

OUT and UNDATED were written in FORMAT, and JSONL has the timelines of the same
mails as tlstrail.timeline/1.  Read with the csv and json modules, every hop of
JSONL must be there once, in order, and say the same; a cell must not be one
that a spreadsheet reckons out, nor have a character that acts on a terminal.
What ECS allows is listed here, from its reference for 9.0.  Prints what is
wrong, a line each, twenty at most; status 1 where anything was.
"""

import base64
import csv
import datetime
import ipaddress
import json
import re
import sys
import unicodedata

csv.field_size_limit(1 << 24)

problems = 0


def wrong(where, what):
    global problems
    problems += 1
    if problems <= 20:
        print("%s: %s" % (where, what[:300].encode("unicode_escape").decode()))


def get(obj, path):
    """The member at a dotted path, its exact bytes where it is text."""
    *outer, last = path.split(".")
    for name in outer:
        obj = (obj or {}).get(name)
    return exact(obj or {}, last)


def exact(obj, name):
    value, b64 = obj.get(name), obj.get(name + "_b64")
    if isinstance(b64, list):
        return [base64.b64decode(b) for b in b64]
    if b64 is not None:
        return base64.b64decode(b64)
    if isinstance(value, list):
        return [v.encode() if isinstance(v, str) else v for v in value]
    return value.encode() if isinstance(value, str) else value


# Of csv and timesketch: the column, and where the timeline has it.
OF_MESSAGE = {
    "source_path": "source.path", "source_member": "source.member",
    "source_offset": "source.offset", "source_length": "source.length",
    "source_sha256": "source.sha256", "parent": "parent",
    "content_sha256": "message.content_sha256",
    "message_id": "message.message_id", "message_date": "message.date",
    "message_from": "message.from", "message_to": "message.to",
    "message_subject": "message.subject", "end_to_end": "message.end_to_end",
    "profile": "result.profile", "result": "result.verdict",
    "weakest": "result.weakest", "claimed": "result.claimed",
}
ONLY_CSV = {
    "fail_basis": "result.fail_basis", "border": "result.border",
    "border_basis": "result.border_basis",
    "silent_internal": "result.silent_internal", "hops": "result.hops",
    "encrypted": "result.encrypted", "cleartext": "result.cleartext",
    "unknown": "result.unknown", "excluded": "result.excluded",
    "advice": "advice",
}
OF_HOP = {
    "hop": "index", "from_name": "from.name", "from_helo": "from.helo",
    "from_rdns": "from.rdns", "from_ip": "from.ip", "by_name": "by.name",
    "by_ip": "by.ip", "via": "via", "with": "with", "id": "id", "for": "for",
    "recipient": "recipient", "transport": "transport",
    "time_uncertainty_s": "time_uncertainty_s", "delay_s": "delay_s",
    "tls_version": "tls_version",
    "tls_version_implied": "tls_version_implied", "cipher": "cipher",
    "cipher_iana": "cipher_iana", "cipher_reliable": "cipher_reliable",
    "bits": "bits", "verdict": "verdict", "basis": "basis",
    "server_auth": "server_auth", "client_auth": "client_auth",
    "software": "software", "trusted": "trusted", "link": "link",
    "corroborated": "corroborated",
}


def hops_of(timelines, is_dated):
    for t in timelines:
        for h in t["hops"]:
            if is_dated is None or (h["time"] is not None) == is_dated:
                yield t, h


def instant(text):
    return datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))


# ---- CSV ----

FORMULA = "=+-@\t\r\uff1d\uff0b\uff0d\uff20"


def check_cell(where, cell):
    """No cell acts: neither on a spreadsheet nor on a terminal."""
    bare = cell.lstrip("\"'` \u00a0\u1680\u202f\u205f\u3000"
                       + "".join(map(chr, range(0x2000, 0x200b))))
    if (bare and bare[0] in FORMULA and not cell.startswith("'")
            and not re.fullmatch(r"-?[0-9]+", cell)):
        wrong(where, "a formula: " + cell)
    for c in cell:
        if unicodedata.category(c) in ("Cc", "Cf", "Zl", "Zp", "Cs", "Co"):
            wrong(where, "acts on a terminal: " + cell)
            return


def rows_of(path, line_end):
    with open(path, newline="", encoding="utf-8") as f:
        text = f.read()
    if text and not text.endswith(line_end):
        wrong(path, "the last row is not ended")
    if text.count("\n") != text.count(line_end):
        wrong(path, "a line end inside a row")
    rows = list(csv.reader(text.splitlines(keepends=True), strict=True))
    for n, row in enumerate(rows):
        if len(row) != len(rows[0]):
            wrong("%s:%d" % (path, n + 1), "%d cells" % len(row))
        for cell in row:
            check_cell("%s:%d" % (path, n + 1), cell)
    return rows


def said(value):
    """As a cell has it; None where only the exact text can be compared."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, list):
        parts = [said(v) for v in value]
        return None if None in parts else " | ".join(parts)
    text = re.sub(rb"[\r\n\t][ \r\n\t]*", b" ", value)
    return text.decode() if re.fullmatch(rb"[ -~]*", text) else None


def unquoted(cell):
    bare = cell[1:].lstrip("\"'` ")
    return cell[1:] if cell[:1] == "'" and bare[:1] in tuple("=+-@") else cell


def check_csv(out, _undated, timelines):
    rows = rows_of(out, "\r\n")
    want = []
    for t in timelines:
        want += [(t, h) for h in t["hops"]] or [(t, None)]
    if len(rows) != len(want) + 1:
        wrong(out, "%d rows for %d hops" % (len(rows) - 1, len(want)))
    for n, (cells, (t, h)) in enumerate(zip(rows[1:], want)):
        row = dict(zip(rows[0], cells))
        pairs = [(k, get(t, p)) for k, p in OF_MESSAGE.items()]
        pairs += [(k, get(t, p)) for k, p in ONLY_CSV.items()]
        if h:
            pairs += [(k, get(h, p)) for k, p in OF_HOP.items()]
            pairs += [("time", exact(h, "time"))]
            for k in ("kind", "rule", "offset", "length", "pointer", "text"):
                pairs += [("evidence_" + k,
                           [exact(e, k) for e in h["evidence"]])]
            if row["time_local"] and (instant(row["time_local"]) !=
                                      instant(h["time"])):
                wrong(out, "time_local: " + row["time_local"])
            if bool(row["time_local"]) != (h["time"] is not None and
                                           h["utc_offset"] is not None):
                wrong(out, "time_local: " + row["time_local"])
        elif any(row[k] for k in OF_HOP):
            wrong(out, "a hop where there is none")
        for key, value in pairs:
            cell = said(value)
            if cell is not None and unquoted(row[key]) != cell:
                wrong("%s:%d: %s" % (out, n + 2, key),
                      "%r, not %r" % (row[key], cell))


L2T = ("date,time,timezone,MACB,source,sourcetype,type,user,host,short,desc,"
       "version,filename,inode,notes,format,extra").split(",")


def check_l2tcsv(out, undated, timelines):
    for path, is_dated in ((out, True), (undated, False)):
        rows = rows_of(path, "\n")
        want = list(hops_of(timelines, is_dated))
        if rows and rows[0] != L2T or (is_dated and not rows):
            wrong(path, "not the 17 columns")
        if len(rows[1:]) != len(want):
            wrong(path, "%d rows for %d hops" % (len(rows) - 1, len(want)))
        for line, cells, (_, h) in zip(range(2, 1 << 30), rows[1:], want):
            row = dict(zip(L2T, cells))
            when = row["date"] + " " + row["time"]
            if is_dated:
                if instant(h["time"]).replace(microsecond=0) != (
                        datetime.datetime.strptime(when + " +0000",
                                                   "%m/%d/%Y %H:%M:%S %z")):
                    wrong(path, when)
            elif when != " ":
                wrong(path, "a time made up: " + when)
            if not row["short"].startswith(h["verdict"]):
                wrong("%s:%d" % (path, line), row["short"])
            if any("," in c for c in cells):
                wrong("%s:%d" % (path, line), "a comma in a cell")
            if row["version"] != "2" or row["timezone"] != "UTC":
                wrong("%s:%d" % (path, line), "version, timezone")


# ---- JSON Lines ----

def events_of(path):
    events = []
    with open(path, "rb") as f:
        for n, line in enumerate(f.read().decode("utf-8").split("\n")[:-1]):
            def once(pairs, n=n):
                if len(dict(pairs)) != len(pairs):
                    wrong("%s:%d" % (path, n + 1), "a key twice")
                return dict(pairs)
            events.append(json.loads(line, object_pairs_hook=once))
            for c in set(line):
                if unicodedata.category(c) in ("Cc", "Zl", "Zp") or (
                        unicodedata.bidirectional(c) in
                        ("LRE", "RLE", "LRO", "RLO", "PDF",
                         "LRI", "RLI", "FSI", "PDI")):
                    wrong("%s:%d" % (path, n + 1), "acts on a terminal")
    return events


def matched(out, undated, timelines):
    for path, is_dated in ((out, True), (undated, False)):
        events = events_of(path)
        want = list(hops_of(timelines, is_dated))
        if len(events) != len(want):
            wrong(path, "%d events for %d hops" % (len(events), len(want)))
        for n, (event, (t, h)) in enumerate(zip(events, want)):
            yield "%s:%d" % (path, n + 1), event, t, h


def check_lists(where, member, h):
    """Anomalies and quotations, with their places."""
    quotes = h["evidence"]
    for key, value in (
            ("anomalies", exact(h, "anomalies")),
            ("evidence", [exact(q, "text") for q in quotes]),
            ("evidence_rule", [exact(q, "rule") or b"" for q in quotes]),
            ("evidence_offset", [q["offset"] for q in quotes]),
            ("evidence_path", [exact(q, "path") or b"" for q in quotes]
             if any(q["path"] for q in quotes) else [])):
        if (member(key) or []) != value:
            wrong("%s: %s" % (where, key), "%r" % member(key))


def check_timesketch(out, undated, timelines):
    epoch = datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)
    for where, e, t, h in matched(out, undated, timelines):
        if not isinstance(e["message"], str) or not e["timestamp_desc"]:
            wrong(where, "message, timestamp_desc")
        if set(e) & {"_id", "_type", "_index", "_source", "tag", "label"}:
            wrong(where, "a key of Timesketch's own")
        if h["time"] is None:
            if "datetime" in e or "timestamp" in e:
                wrong(where, "a time made up")
        else:
            when = instant(e["datetime"])
            us = (when - epoch) // datetime.timedelta(microseconds=1)
            if when != instant(h["time"]) or type(e["timestamp"]) is not int:
                wrong(where, "datetime: " + e["datetime"])
            if us != e["timestamp"]:
                wrong(where, "timestamp: %d" % e["timestamp"])
        for keys, obj in ((OF_MESSAGE, t), (OF_HOP, h)):
            for key, path in keys.items():
                value, got = get(obj, path), exact(e, key)
                if (got if key in e else None) != (
                        None if value == [] else value):
                    wrong("%s: %s" % (where, key), "%r" % got)
        check_lists(where, lambda key, e=e: exact(e, key), h)
        if any(v is None for v in e.values()):
            wrong(where, "null")


def is_ip(v):
    return isinstance(v, str) and bool(ipaddress.ip_address(v))


def is_list(of):
    return lambda v: isinstance(v, list) and v and all(map(of, v))


def is_word(*words):
    return lambda v: v in words


def is_text(v):
    return isinstance(v, str)


def is_long(v):
    return type(v) is int


def is_date(v):
    return bool(instant(v))


ECS = {
    "@timestamp": is_date, "message": is_text, "ecs.version": is_text,
    "event.kind": is_word("event"), "event.category": is_word(["email"]),
    "event.type": is_word(["info"]), "event.module": is_text,
    "event.dataset": is_text, "event.action": is_text,
    "event.sequence": is_long, "event.id": is_text, "event.hash": is_text,
    "event.timezone": lambda v: bool(re.fullmatch(r"[+-]\d\d:\d\d", v)),
    "file.path": is_text, "log.file.path": is_text,
    "email.message_id": is_text, "email.local_id": is_text,
    "email.from.address": is_list(is_text),
    "email.to.address": is_list(is_text), "email.subject": is_text,
    "email.origination_timestamp": is_date,
    "email.delivery_timestamp": is_date,
    "source.address": is_text, "source.domain": is_text, "source.ip": is_ip,
    "destination.address": is_text, "destination.domain": is_text,
    "destination.ip": is_ip, "observer.hostname": is_text,
    "observer.product": is_text,
    "network.protocol": is_word("smtp", "lmtp", "http"),
    "network.direction": is_word("inbound", "internal"),
    "tls.established": is_word(True, False),
    "tls.version": lambda v: bool(re.fullmatch(r"2|3|1\.[0-3]", v)),
    "tls.version_protocol": is_word("tls", "ssl"), "tls.cipher": is_text,
    "related.hosts": is_list(is_text), "related.ip": is_list(is_ip),
}


def leaves(obj, path=""):
    for key, value in obj.items():
        if isinstance(value, dict) and path + key != "tlstrail":
            if not value:
                yield path + key, None
            yield from leaves(value, path + key + ".")
        elif path + key != "tlstrail":
            yield path + key, value


def ecs_exact(event, path):
    """The bytes of a field: in tlstrail.b64 where it is not UTF-8."""
    b64 = event["tlstrail"].get("b64", {}).get(path)
    if isinstance(b64, list):
        return [base64.b64decode(b) for b in b64]
    return base64.b64decode(b64) if b64 is not None else get(event, path)


OWN = {
    "tlstrail.source.path": "source.path",
    "tlstrail.source.member": "source.member",
    "tlstrail.source.offset": "source.offset",
    "tlstrail.source.length": "source.length",
    "tlstrail.source.sha256": "source.sha256",
    "tlstrail.source.content_sha256": "message.content_sha256",
    "tlstrail.source.parent": "parent",
    "tlstrail.message.from": "message.from",
    "tlstrail.message.to": "message.to",
    "tlstrail.message.end_to_end": "message.end_to_end",
    "tlstrail.message.profile": "result.profile",
    "tlstrail.message.result": "result.verdict",
    "tlstrail.message.weakest": "result.weakest",
    "tlstrail.message.claimed": "result.claimed",
    "email.subject": "message.subject",
    "email.origination_timestamp": "message.date",
}
OWN_HOP = {
    "tlstrail.from.name": "from.name", "tlstrail.from.helo": "from.helo",
    "tlstrail.from.rdns": "from.rdns", "tlstrail.from.ip": "from.ip",
    "tlstrail.by.name": "by.name", "tlstrail.by.ip": "by.ip",
    "tlstrail.via": "via", "tlstrail.with": "with", "tlstrail.for": "for",
    "tlstrail.recipient": "recipient", "tlstrail.transport": "transport",
    "tlstrail.verdict": "verdict", "tlstrail.basis": "basis",
    "tlstrail.tls_version": "tls_version",
    "tlstrail.tls_version_implied": "tls_version_implied",
    "tlstrail.cipher": "cipher",
    "tlstrail.cipher_reliable": "cipher_reliable", "tlstrail.bits": "bits",
    "tlstrail.server_auth": "server_auth",
    "tlstrail.client_auth": "client_auth", "tlstrail.trusted": "trusted",
    "tlstrail.link": "link", "tlstrail.corroborated": "corroborated",
    "tlstrail.time_uncertainty_s": "time_uncertainty_s",
    "tlstrail.delay_s": "delay_s",
    "email.local_id": "id", "observer.product": "software",
}


def check_ecs(out, undated, timelines):
    for where, e, t, h in matched(out, undated, timelines):
        for path, value in leaves(e):
            try:
                if not ECS[path](value):
                    wrong("%s: %s" % (where, path), repr(value))
            except (KeyError, ValueError, AttributeError) as error:
                wrong("%s: %s" % (where, path), repr(error))
        if h["time"] is None:
            if "@timestamp" in e:
                wrong(where, "a time made up")
        elif instant(e["@timestamp"]) != instant(h["time"]):
            wrong(where, "@timestamp: " + e["@timestamp"])
        if not e["ecs"]["version"]:
            wrong(where, "no ecs.version")
        established = {"encrypted": True, "cleartext": False}
        if e.get("tls", {}).get("established") is not established.get(
                h["verdict"]):
            wrong(where, "tls.established of " + h["verdict"])
        version = {"tls": "TLSv", "ssl": "SSLv", None: ""}[
            e.get("tls", {}).get("version_protocol")]
        version += e.get("tls", {}).get("version", "")
        if version != (h["tls_version"] or ""):
            wrong(where, "tls.version " + version)
        for keys, obj in ((OWN, t), (OWN_HOP, h)):
            for key, path in keys.items():
                value, got = get(obj, path), ecs_exact(e, key)
                if got != (None if value == [] else value):
                    wrong("%s: %s" % (where, key), "%r" % got)
        check_lists(where, lambda key, e=e: ecs_exact(e, "tlstrail." + key), h)


CHECKS = {"csv": check_csv, "timesketch": check_timesketch,
          "l2tcsv": check_l2tcsv, "ecs": check_ecs}


def main():
    name, out, undated, n_undated, jsonl = sys.argv[1:]
    with open(jsonl, encoding="utf-8") as f:
        timelines = [json.loads(line) for line in f]
    want = 0 if name == "csv" else sum(1 for _ in hops_of(timelines, False))
    if int(n_undated) != want:
        wrong(undated, "%s told, not %d" % (n_undated, want))
    CHECKS[name](out, undated, timelines)
    return problems != 0


sys.exit(main())
