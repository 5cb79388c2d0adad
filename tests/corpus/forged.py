#!/usr/bin/env python3
"""The trust border on real mail, and stamps forged directly under it.

usage: forged.py PROGRAM MAIL.tar.zst TIMELINES.jsonl

TIMELINES is what `PROGRAM show --json MAIL.tar.zst` printed.  Two things must
hold for every message:
- delivered by Outlook, its border is the newest stamp written by a host
  below mail.protection.outlook.com;
- with a forged TLS 1.3 stamp put directly under the border, the border stays
  where it was and the forged stamp is not trusted.  Forged are: `by` the
  host of the top stamp; the same with a HELO that names the edge; `by` the
  border's own host, from the peer the border names; `by` that peer; `by`
  localhost from localhost.
"""
import io, json, os, re, subprocess, sys, tarfile, tempfile

OUTLOOK = re.compile(r"(^|\.)(outlook|office365|exchangelabs)\.com$", re.I)
EDGE = re.compile(r"\.mail\.protection\.outlook\.com$", re.I)
FIELD = re.compile(rb"^[!-9;-~]+[ \t]*:", re.M)
FORGED = {
    "by-top": "Received: from mail.example.org (203.0.113.66) by {top}"
              " (203.0.113.67) with Microsoft SMTP Server (version=TLS1_3,"
              " cipher=TLS_AES_256_GCM_SHA384) id 15.20.1.1; {date}",
    "helo-edge": "Received: from {edge} (203.0.113.66) by {top}"
                 " (203.0.113.67) with Microsoft SMTP Server (version=TLS1_3,"
                 " cipher=TLS_AES_256_GCM_SHA384) id 15.20.1.2; {date}",
    "by-border": "Received: from {peer} ({peer} [203.0.113.66])"
                 " (using TLSv1.3 with cipher TLS_AES_256_GCM_SHA384"
                 " (256/256 bits)) by {edge} (Postfix) with ESMTPS"
                 " id 4bRk9N2vJz; {date}",
    "by-peer": "Received: from mail.example.org (mail.example.org"
               " [203.0.113.66]) (using TLSv1.3 with cipher"
               " TLS_AES_256_GCM_SHA384 (256/256 bits)) by {peer} (Postfix)"
               " with ESMTPS id 4bRk9N2vJz; {date}",
    "localhost": "Received: from localhost (localhost [127.0.0.1])"
                 " (using TLSv1.3 with cipher TLS_AES_256_GCM_SHA384"
                 " (256/256 bits)) by localhost (Postfix) with ESMTPS"
                 " id 4bRk9N2vJz; {date}",
}


def name_of(timeline):
    source = timeline["source"]
    return os.path.basename((source["member"] or [source["path"]])[-1])


def by_name(hop):
    return (hop["by"]["name"] or "").rstrip(".")


def from_top(timeline):
    """How many stamps stand above the border."""
    border = timeline["result"]["border"]
    return None if border is None else len(timeline["hops"]) - 1 - border


def header_and_rest(raw):
    end = re.search(rb"\r?\n\r?\n", raw)
    cut = end.start() + 1 if end else len(raw)
    return raw[:cut], raw[cut:]


def end_of_stamp(header, wanted):
    """Offset after the wanted-th Received field from the top."""
    starts = [m.start() for m in FIELD.finditer(header)] + [len(header)]
    seen = -1
    for here, after in zip(starts, starts[1:]):
        if header[here:here + 9].lower() == b"received:":
            seen += 1
        if seen == wanted:
            return after
    return None


def forge(raw, timeline, kind):
    above = from_top(timeline)
    header, _ = header_and_rest(raw)
    at = end_of_stamp(header, above)
    if at is None:
        return None
    hops = timeline["hops"]
    stamp = FORGED[kind].format(top=by_name(hops[-1]) or "mx.example.net",
                                edge=by_name(hops[-1 - above]) or "mx",
                                peer=hops[-1 - above]["from"]["name"] or
                                "mail.example.org",
                                date="Tue, 9 Jun 2026 14:03:21 +0000")
    line_end = b"\r\n" if b"\r\n" in header else b"\n"
    return (header[:at] + stamp.encode() + line_end + header[at:] +
            line_end * 2)


def mail_of(path):
    tar = subprocess.run(["zstd", "-dcq", path], check=True,
                         stdout=subprocess.PIPE).stdout
    with tarfile.open(fileobj=io.BytesIO(tar)) as t:
        for member in t:
            if member.isfile():
                yield (os.path.basename(member.name),
                       t.extractfile(member).read())


def show(program, path):
    out = subprocess.run([program, "show", "--json", path],
                         stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    return [json.loads(l) for l in out.stdout.splitlines()]


def wrong_borders(timelines):
    """Outlook-delivered messages whose border is elsewhere, and their number
    in all."""
    bad, n = [], 0
    for name, t in timelines.items():
        hops = t["hops"]
        if not hops or not OUTLOOK.search(by_name(hops[-1])):
            continue
        edges = [h["index"] for h in hops if EDGE.search(by_name(h))]
        if not edges:
            continue
        n += 1
        if t["result"]["border"] != max(edges):
            bad.append(f"{name}: border {t['result']['border']}, newest "
                       f"edge stamp {max(edges)}")
    return bad, n


def write_forged(tar, mail, timelines, kind):
    """Puts one forged copy of each message into tar; how many."""
    n = 0
    for name, raw in mail:
        t = timelines.get(name)
        if t is None or from_top(t) is None:
            continue
        copy = forge(raw, t, kind)
        if copy is None:
            continue
        info = tarfile.TarInfo(name)
        info.size = len(copy)
        tar.addfile(info, io.BytesIO(copy))
        n += 1
    return n


def trusted_forgeries(program, mail, timelines, kind):
    bad = []
    with tempfile.TemporaryDirectory() as d:
        path = os.path.join(d, "forged.tar")
        with tarfile.open(path, "w") as tar:
            n = write_forged(tar, mail, timelines, kind)
        found = show(program, path)
    if len(found) != n:
        bad.append(f"{kind}: {n} messages forged, {len(found)} timelines")
    for t in found:
        before = timelines[name_of(t)]
        forged = len(t["hops"]) - 2 - from_top(before)
        if len(t["hops"]) != len(before["hops"]) + 1:
            bad.append(f"{kind}: {name_of(t)}: the forged stamp is no hop")
        elif t["hops"][forged]["trusted"] or from_top(t) != from_top(before):
            bad.append(f"{kind}: {name_of(t)}: forged hop {forged} trusted, "
                       f"border {t['result']['border']}")
    return bad, n


def main():
    program, archive, lines = sys.argv[1:4]
    with open(lines, encoding="utf-8") as f:
        timelines = {name_of(t): t for t in map(json.loads, f)}
    mail = list(mail_of(archive))
    bad, n_outlook = wrong_borders(timelines)
    n_forged = 0
    for kind in FORGED:
        more, n = trusted_forgeries(program, mail, timelines, kind)
        bad += more
        n_forged += n
    for line in bad[:20]:
        print(line)
    print(f"{n_outlook} borders at Outlook, {n_forged} forged stamps, "
          f"{len(bad)} wrong")
    return 1 if bad or not n_outlook or not n_forged else 0


if __name__ == "__main__":
    sys.exit(main())
