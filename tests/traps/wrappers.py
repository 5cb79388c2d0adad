"""traps/wrappers.py - what loggers and disks do to lines, and times"""
import gzip
import json
from lines import *

SESSION = (connect(), tls_in(), client("4Xq10"), msgid("4Xq10"),
           bye(STARTTLS))
GOOD = [["4Xq10 encrypted TLSv1.3 at=2026-06-09T14:03:22Z by=mx"]]
CLEAR = (connect(), client("4Xq11"), bye())
NO_YEAR = ["--tz", "+0000"]


def parts(line):
    tag, text = line.split(": ", 1)
    name, pid = tag.rstrip("]").split("[")
    return name, pid, text


def rfc3339(*lines, zone="+00:00", hour=14):
    return "".join(f"2026-06-09T{hour}:03:{20 + i}.000000{zone} mx {l}\n"
                   for i, l in enumerate(lines))


def rfc5424(*lines, cut=True, space="  ", bom=""):
    out = ""
    for i, l in enumerate(lines):
        name, pid, text = parts(l)
        if cut:
            name = name.split("/")[0]
        out += (f"<22>1 2026-06-09T14:03:{20 + i}+00:00 mx {name} {pid} - -"
                f"{space}{bom}{text}\n")
    return out


def entry(i, line, **more):
    name, pid, text = parts(line)
    return {"__CURSOR": f"s=1;i={i}",
            "__REALTIME_TIMESTAMP": str(1781013800000000 + i * 1000000),
            "_HOSTNAME": "mx", "SYSLOG_IDENTIFIER": name, "SYSLOG_PID": pid,
            "_PID": "4711", "MESSAGE": text, **more}


def journal(*lines):
    return "".join(json.dumps(entry(i, l)) + "\n"
                   for i, l in enumerate(lines))


def export(*lines):
    out = b""
    for i, l in enumerate(lines):
        for k, v in entry(i, l).items():
            if k == "MESSAGE" and i % 2:
                v = v.encode()
                out += b"MESSAGE\n" + len(v).to_bytes(8, "little") + v + b"\n"
            else:
                out += f"{k}={v}\n".encode()
        out += b"\n"
    return out


def docker(*lines, inner=True):
    return "".join(json.dumps({
        "log": (bsd(l, begin=20 + i) if inner else l + "\n"),
        "stream": "stdout", "time": f"2026-06-09T14:03:{20 + i}.5Z"}) + "\n"
        for i, l in enumerate(lines))


def dated(day, clock, line, host="mx"):
    return f"{day} {clock} {host} {line}\n"


def pair(*rows, host="mx"):
    """A session for each (id, day, clock of connect, of client, of end)."""
    out = ""
    for qid, day, *clocks in rows:
        for clock, line in zip(clocks, (connect(), client(qid), bye())):
            out += dated(day, clock, line, host)
    return out


def stamp(by, qid, date, mid="<1@a.example.org>", more=""):
    return mail(["from out.example.org (out.example.org [192.0.2.1])",
                 f"by {by} (Postfix) with ESMTP id {qid}",
                 f"for <b@example.net>; {date}"], mid, more=more)


ROTATED = {
    "mail.log": bsd(*SESSION[3:], begin=23),
    "mail.log.1": bsd(SESSION[2], begin=22),
    "mail.log.2.gz": gzip.compress(bsd(*SESSION[:2], begin=20).encode(),
                                   mtime=0),
}
LONG = "4Xq10: message-id=<" + "x" * 250 + "@a.example.org>"
TWICE = (
    bsd(connect(), tls_in(), client("4Xq10"), msgid("4Xq10"), active("4Xq10"),
        bye(STARTTLS), tls_out(), sent("4Xq10"), removed("4Xq10"),
        host="out") +
    bsd(connect(), client("4Xq10"), msgid("4Xq10", "<2@a.example.org>"),
        active("4Xq10"), bye(), sent("4Xq10", as_="4XrB2D"),
        removed("4Xq10"), host="out", minute=33))
FULL = (active("4Xq09"), tls_out(peer=MX2), sent("4Xq09", peer=MX2,
                                                 as_="4XrB2D"),
        active("4Xq10"), tls_out(), sent("4Xq10"))

def led(lead, text):
    return "".join(lead.format(i) + l + "\n"
                   for i, l in enumerate(text.splitlines(), 1))


MAINLOG = ("2026-06-09 14:03:21 1xUoXz-0003kT-2a <= a@example.org "
           "H=out.example.org [192.0.2.1] P=esmtps "
           "X=TLS1.3:ECDHE_X25519__RSA_PSS_RSAE_SHA256__AES_256_GCM:256 "
           "S=798\n")
QUIET = (connect(), client("4Xq11"), bye(""))
UNKNOWN = [["4Xq11 unknown -"]]

TABLE = [
    ("grep: a file's name", led("/var/log/mail.log.1:", bsd(*SESSION, begin=20)),
     GOOD),
    ("grep: a line's number", led("{0}:", bsd(*SESSION, begin=20)), GOOD),
    ("grep: both", led("mail-2026.log:{0}:", bsd(*SESSION, begin=20)), GOOD),
    ("grep: lines around what was found", "mail-a.log-" + "mail-a.log-".join(
        bsd(*SESSION[:2], begin=20).splitlines(True)) + "mail-a.log:" +
     "mail-a.log-".join(bsd(*SESSION[2:], begin=22).splitlines(True)), GOOD),
    ("grep: parts, numbered", led("7-", bsd(*SESSION[:3], begin=20)) + "--\n" +
     led("mail.log:17:", bsd(*SESSION[3:], begin=23)), GOOD),
    ("grep: no time zone, no year in the name",
     led("mail:", rfc3339(*SESSION)), GOOD),
    ("grep: Exim's mainlog", led("exim4/mainlog.2.gz:", MAINLOG),
     [["1xUoXz-0003kT-2a encrypted TLSv1.3"]]),
    ("grep: what it did not pick says nothing",
     led("mail.log:", bsd(*SESSION, *QUIET, begin=20)), GOOD + UNKNOWN),
    ("grep: a session does not go on in another file",
     led("mail.log.1:", bsd(connect(), tls_in(), begin=20)) +
     led("mail.log:", bsd(client("4Xq11"), bye(""), begin=22)), UNKNOWN),
    ("grep: TLS of a process whose connection's beginning was not picked",
     led("mail.log:", bsd(tls_in(), client("4Xq11"), begin=20)), UNKNOWN),
    ("grep: the end of a connection that may be another",
     led("mail.log:", bsd(client("4Xq11"), bye(STARTTLS), begin=20)), UNKNOWN),
    ("grep: a process of one connection only, which Sendmail's are",
     led("maillog:", bsd(
         "sm-mta[77]: STARTTLS=server, relay=out.example.org [192.0.2.1], "
         "version=TLSv1.3, verify=NO, cipher=TLS_AES_256_GCM_SHA384, "
         "bits=256/256",
         "sm-mta[77]: 6A9E3K123456: from=<a@example.org>, size=9, class=0, "
         "nrcpts=1, msgid=<1@a.example.org>, proto=ESMTPS, daemon=MTA, "
         "relay=out.example.org [192.0.2.1]", begin=20)),
     [["6A9E3K123456 encrypted TLSv1.3"]]),
    ("grep: a line without a name in front is none",
     led("mail.log:", bsd(*SESSION, begin=20)) +
     "x mail.log:" + bsd(client("4Xq12"), begin=30), GOOD, {"status": 3}),
    ("docker compose: the container's name",
     led("mailserver-1  | ", bsd(*SESSION, begin=20)), GOOD),
    ("kubectl: pod and container",
     led("[pod/mx-0/postfix] ", bsd(*SESSION, begin=20)), GOOD),
    ("docker compose: two of them",
     "".join(led("mailserver-1  | ", a) + led("web-1 | ", b) for a, b in zip(
         bsd(*SESSION, begin=20).splitlines(True),
         bsd(*[f"nginx[1]: {i}" for i in range(5)]).splitlines(True))), GOOD),
    ("docker compose: silence speaks", led("mx | ", bsd(
        *SESSION, *QUIET, begin=20)), GOOD + [["4Xq11 cleartext -"]]),
    ("wrapper: UTF-16 is told, with what to do",
     bsd(*SESSION).encode("utf-16"), [],
     {"status": 4, "says": "iconv -f UTF-16 -t UTF-8"}),
    ("wrapper: RFC 3164", bsd(*SESSION, begin=20), GOOD),
    ("wrapper: RFC 3164 with its priority", "".join(
        f"<22>{l}\n" for l in bsd(*SESSION, begin=20).splitlines()), GOOD),
    ("wrapper: CRLF", bsd(*SESSION, begin=20).replace("\n", "\r\n"), GOOD),
    ("wrapper: no line end at the end", bsd(*SESSION, begin=20)[:-1], GOOD,
     {"status": 3}),
    ("wrapper: RFC 3339", rfc3339(*SESSION), GOOD),
    ("wrapper: RFC 3339 of another zone",
     rfc3339(*SESSION, zone="+05:30", hour=19).replace("T19:03", "T19:33"),
     GOOD),
    ("wrapper: short-iso, an offset without a colon",
     rfc3339(*SESSION, zone="+0000").replace(".000000", ""), GOOD),
    ("wrapper: RFC 5424, the name cut at its slash", rfc5424(*SESSION), GOOD),
    ("wrapper: RFC 5424, the name whole", rfc5424(*SESSION, cut=False), GOOD),
    ("wrapper: RFC 5424, with a mark", rfc5424(
        *SESSION, space=" ", bom="\ufeff"), GOOD),
    ("wrapper: RFC 5424, what goes out", rfc5424(
        active("4Xq10"), tls_out(), sent("4Xq10")),
     [["4XrB2C encrypted TLSv1.2"]]),
    ("wrapper: RFC 5424, another process's TLS is no control", rfc5424(
        active("4Xq10"), tls_out(peer=MX2), sent(
            "4Xq10", tag="postfix/lmtp[10]")), [["4XrB2C unknown -"]]),
    ("wrapper: RFC 5424, no STARTTLS, and it may be wrapped",
     rfc5424(*CLEAR), [["4Xq11 unknown -"]]),
    ("wrapper: RFC 5424, STARTTLS at the end", rfc5424(
        connect(), client("4Xq10"), bye(STARTTLS)), [["4Xq10 encrypted -"]]),
    ("wrapper: journald", journal(*SESSION), GOOD),
    ("wrapper: journald, keys in another order", "".join(
        json.dumps(dict(reversed(entry(i, l).items()))) + "\n"
        for i, l in enumerate(SESSION)), GOOD),
    ("wrapper: journald, bytes for a message", "".join(
        json.dumps({**entry(i, l), "MESSAGE": list(parts(l)[2].encode())})
        + "\n" for i, l in enumerate(SESSION)), GOOD),
    ("wrapper: journald, a message too large",
     journal(*SESSION[:2]) + json.dumps(entry(2, SESSION[2], MESSAGE=None)) +
     "\n" + json.dumps(entry(3, client("4Xq10"))) + "\n",
     [["4Xq10 unknown -"]], {"status": 3}),
    ("wrapper: journald, only _PID", "".join(
        json.dumps({k: v for k, v in entry(i, l).items()
                    if k != "SYSLOG_PID"}) + "\n"
        for i, l in enumerate(SESSION)), GOOD),
    ("wrapper: journald's export, some of it binary", export(*SESSION), GOOD),
    ("wrapper: docker, an instant before a date", docker(*SESSION),
     [["4Xq10 encrypted TLSv1.3 at=2026-06-09T14:03:22.500000Z by=mx"]]),
    ("wrapper: docker, no date in it", docker(*SESSION, inner=False),
     [["4Xq10 encrypted TLSv1.3 at=2026-06-09T14:03:22.500000Z"]]),
    ("wrapper: docker, a line in pieces",
     docker(*SESSION[:2]) + "".join(json.dumps({
         "log": p, "stream": "stdout", "time": "2026-06-09T14:03:22Z"}) + "\n"
         for p in ("Jun  9 14:03:22 mx postfix/smtpd[7]: 4Xq10: cli",
                   "ent=out.example.org[192.0.2.1]\n")) +
     docker(*SESSION[2:][2:]),
     [["4Xq10 encrypted TLSv1.3"]]),
    ("wrapper: docker, another stream's line between pieces",
     "".join(json.dumps({"log": p, "stream": s,
                         "time": "2026-06-09T14:03:22Z"}) + "\n"
             for s, p in (
                 ("stdout", bsd(connect(), begin=20)),
                 ("stdout", "Jun  9 14:03:22 mx postfix/smtpd[7]: 4Xq10: cli"),
                 ("stderr", "client=evil.example.org[203.0.113.66]\n"),
                 ("stdout", "ent=out.example.org[192.0.2.1]\n"),
                 ("stdout", bsd(bye(STARTTLS), begin=24)))),
     [], {"status": 3}),
    ("wrapper: `message repeated` is no more evidence", bsd(
        *SESSION[:3], "postfix/smtpd[7]: message repeated 3 times: [ 4Xq10: "
        "client=out.example.org[192.0.2.1]]", *SESSION[3:], begin=20),
     [[GOOD[0][0] + " n=1"]]),
    ("wrapper: `last message repeated 3 times`", bsd(
        *SESSION[:3], "last message repeated 3 times", *SESSION[3:],
        begin=20), [["4Xq10 encrypted TLSv1.3 n=1"]]),
    ("wrapper: rate limiting loses lines", bsd(
        *SESSION[:2], "rsyslogd: imuxsock[pid: 7, name: x] from <mx:postfix/"
        "smtpd>: lost 213 messages due to rate-limiting", *SESSION[2:]),
     [["4Xq10 encrypted -"]]),
    ("wrapper: ... and the end is among them", bsd(
        *SESSION[:2], "rsyslogd: imjournal: 213 messages lost due to "
        "rate-limiting", SESSION[2]), [["4Xq10 unknown -"]]),
    ("wrapper: half a line between", bsd(*SESSION[:2], begin=20) +
     "out.example.org[192.0.2.1] ehlo=1\n" + bsd(*SESSION[2:4], begin=22),
     [["4Xq10 unknown -"]], {"status": 3}),
    ("wrapper: a line in the middle of another",
     bsd(*SESSION[:2], begin=20) +
     "Jun  9 14:03:22 mx postfix/smtpd[7]: 4Xq10: client=out.exam"
     "Jun  9 14:03:22 mx postfix/smtpd[8]: 4Xq11: client=x[203.0.113.66]\n" +
     bsd(*SESSION[3:], begin=23), [], {"status": 3}),
    ("wrapper: zero bytes between",
     (bsd(*SESSION[:2], begin=20) + "\0" * 64 +
      bsd(*SESSION[2:], begin=22)), [["4Xq10 encrypted -"]], {"status": 3}),
    ("wrapper: a very long Message-ID", bsd(
        *SESSION[:3], "postfix/cleanup[8]: " + LONG, SESSION[4], begin=20),
     GOOD),
    ("wrapper: a set that was rotated, in any order", dict(
        sorted(ROTATED.items())), GOOD),
    ("wrapper: ... backwards", dict(reversed(sorted(ROTATED.items()))), GOOD),
    ("wrapper: a piece of the set is missing",
     {k: v for k, v in ROTATED.items() if k != "mail.log.2.gz"},
     [["4Xq10 unknown - by=mx"]]),
    ("wrapper: ... and other connections begin in those that are there",
     {k: bsd(connect(tag="postfix/smtpd[99]")) + v if k == "mail.log.1" else v
      for k, v in ROTATED.items() if k != "mail.log.2.gz"},
     [["4Xq10 encrypted - by=mx"]]),
    ("filtered: the end of a connection that may be another",
     bsd(client("4Xq11"), bye(STARTTLS)), UNKNOWN),
    ("filtered: TLS that came behind the message, of another connection",
     bsd(connect(tag="postfix/smtpd[99]"), client("4Xq11"), tls_in(),
         client("4Xq10"), bye(STARTTLS), begin=19),
     [["4Xq10 encrypted TLSv1.3"]] + UNKNOWN),
    ("STARTTLS after a message: that one came without",
     bsd(connect(), client("4Xq11"), tls_in(), client("4Xq10"), bye(STARTTLS)),
     [["4Xq10 encrypted TLSv1.3"], ["4Xq11 cleartext -"]]),
    ("wrapper: ... in a directory, beside the mail",
     {"m.eml": stamp("mx.example.net", "4Xq10", "Tue,  9 Jun 2026 14:03:22 "
                     "+0000 (UTC)").replace("ESMTP", "ESMTPS"),
      **{"logs/" + k: v for k, v in ROTATED.items()}},
     [["4Xq10 encrypted TLSv1.3 keys=-,queue-id"]]),
    ("wrapper: the same log twice is one witness",
     {"a.log": bsd(*SESSION, begin=20), "b.log.gz": gzip.compress(
         bsd(*SESSION, begin=20).encode(), mtime=0)},
     [[GOOD[0][0] + " n=1"]]),
    ("wrapper: the same log in two wrappers is one witness",
     {"a.log": rfc3339(*SESSION), "b.log": journal(*SESSION)},
     [["4Xq10 encrypted TLSv1.3 n=1"]]),
    ("wrapper: ... with and without a year",
     {"a.log": bsd(*SESSION, begin=20), "b.log": rfc3339(*SESSION)},
     [["4Xq10 encrypted TLSv1.3 n=1"]]),
    *[(f"wrapper: a log and {name} of it, which lacks a TLS line",
       dict(pair), [["4XrB2D encrypted TLSv1.2 n=1"],
                    ["4XrB2C encrypted TLSv1.2 n=1"]])
      for name, pair in (("an excerpt", (("a.log", bsd(*FULL)),
                                         ("b.log", bsd(*FULL[:4], minute=3) +
                                          bsd(FULL[5], begin=5)))),
                         ("an earlier one", (("b.log", bsd(*FULL)),
                                             ("a.log", bsd(*FULL[:4]) +
                                              bsd(FULL[5], begin=5)))))],
    # ---- times ----
    ("times: the turn of the year", pair(
        ("4Xq10", "Dec 31", "23:59:57", "23:59:58", "23:59:59"),
        ("4Xq11", "Jan  1", "00:00:07", "00:00:08", "00:00:09")),
     [["4Xq10 cleartext - at=2025-12-31T23:59:58Z"],
      ["4Xq11 cleartext - at=2026-01-01T00:00:08Z"]],
     {"args": ["--year", "2025", "--tz", "+0000"]}),
    ("times: a step back of an hour is no new year", pair(
        ("4Xq10", "Oct 25", "02:59:57", "02:59:58", "02:59:59"),
        ("4Xq11", "Oct 25", "02:00:07", "02:00:08", "02:00:09")),
     [["4Xq10 cleartext - at=2026-10-25T02:59:58Z"],
      ["4Xq11 cleartext - at=2026-10-25T02:00:08Z"]]),
    ("times: a zone with summer time", pair(
        ("4Xq10", "Oct 24", "12:00:07", "12:00:08", "12:00:09"),
        ("4Xq11", "Oct 26", "12:00:07", "12:00:08", "12:00:09")),
     [["4Xq10 cleartext - at=2026-10-24T10:00:08Z"],
      ["4Xq11 cleartext - at=2026-10-26T11:00:08Z"]],
     {"args": ["--year", "2026", "--tz", "Europe/Berlin"]}),
    ("times: a zone for each host",
     {"a.log": pair(("4Xq10", "Jun  9", "10:00:07", "10:00:08", "10:00:09"),
                    host="ny") +
      pair(("4Xq11", "Jun  9", "19:30:07", "19:30:08", "19:30:09"),
           host="kol")},
     [["4Xq10 cleartext - at=2026-06-09T14:00:08Z"],
      ["4Xq11 cleartext - at=2026-06-09T14:00:08Z"]],
     {"args": ["--year", "2026", "--tz", "ny=America/New_York", "--tz",
               "kol=Asia/Kolkata"]}),
    ("times: no zone is known", pair(
        ("4Xq10", "Jun  9", "10:00:07", "10:00:08", "10:00:09")),
     [["4Xq10 cleartext - at=2026-06-09T10:00:08Z unsure=50400"]],
     {"args": ["--year", "2026"]}),
    ("times: the host's own stamp tells year and zone",
     {"m.eml": stamp("mx.example.net", "4Xq10",
                     "Tue,  9 Jun 2026 10:00:08 -0400 (EDT)"),
      "a.log": pair(("4Xq10", "Jun  9", "10:00:07", "10:00:08", "10:00:09"))},
     [["4Xq10 cleartext - keys=-,queue-id both=false n=2"]], {"args": []}),
    ("times: the stamp is of another hour",
     {"m.eml": stamp("mx.example.net", "4Xq10",
                     "Tue,  9 Jun 2026 17:00:08 +0000 (UTC)"),
      "a.log": pair(("4Xq10", "Jun  9", "10:00:07", "10:00:08", "10:00:09"))},
     [["4Xq10 cleartext - n=1", "diag join-refused"]], {"status": 3}),
    ("times: leap day among others", pair(
        ("4Xq10", "Feb 28", "23:59:57", "23:59:58", "23:59:59"),
        ("4Xq11", "Feb 29", "10:00:07", "10:00:08", "10:00:09"),
        ("4Xq12", "Mar  1", "00:00:07", "00:00:08", "00:00:09")),
     [["4Xq10 cleartext - at=2024-02-28T23:59:58Z"],
      ["4Xq11 cleartext - at=2024-02-29T10:00:08Z"],
      ["4Xq12 cleartext - at=2024-03-01T00:00:08Z"]],
     {"args": ["--year", "2024", "--tz", "+0000"]}),
    ("times: leap day after the turn of a year", pair(
        ("4Xq10", "Dec 31", "23:59:57", "23:59:58", "23:59:59"),
        ("4Xq11", "Feb 29", "10:00:07", "10:00:08", "10:00:09"),
        ("4Xq12", "Mar  1", "00:00:07", "00:00:08", "00:00:09")),
     [["4Xq10 cleartext - at=2023-12-31T23:59:58Z"],
      ["4Xq11 cleartext - at=2024-02-29T10:00:08Z"],
      ["4Xq12 cleartext - at=2024-03-01T00:00:08Z"]],
     {"args": ["--year", "2023", "--tz", "+0000"]}),
    ("times: leap day in a file of a later year",
     pair(("4Xq10", "Feb 28", "23:59:57", "23:59:58", "23:59:59"),
          ("4Xq11", "Feb 29", "10:00:07", "10:00:08", "10:00:09")),
     [["4Xq10 cleartext - at=2024-02-28T23:59:58Z"],
      ["4Xq11 cleartext - at=2024-02-29T10:00:08Z"]],
     {"args": ["--tz", "+0000"], "written": 1781013800}),
    ("times: the year before, where the file is older than the line",
     pair(("4Xq10", "Dec 30", "10:00:07", "10:00:08", "10:00:09")),
     [["4Xq10 cleartext - at=2025-12-30T10:00:08Z"]],
     {"args": ["--tz", "+0000"], "written": 1781013800}),
    ("times: leap day fixes the year",
     {"m.eml": stamp("mx.example.net", "4Xq10",
                     "Thu, 29 Feb 2024 10:00:08 +0000 (UTC)"),
      "a.log": pair(("4Xq10", "Feb 29", "10:00:07", "10:00:08", "10:00:09"))},
     [["4Xq10 cleartext - n=2"]], {"args": []}),
    ("times: Exim's date behind an instant", "".join(
        f"2026-06-09T14:03:2{i}.000000+00:00 mx exim[7]: 2026-06-09 "
        f"16:03:2{i} {l}\n" for i, l in enumerate((
            "1xUoXz-0003kT-2a <= a@example.org H=out.example.org [192.0.2.1] "
            "P=esmtp S=9",))),
     [["1xUoXz-0003kT-2a cleartext - at=2026-06-09T14:03:20Z unsure=0"]]),
    ("times: TAI64N", "".join(
        f"@400000006a281b{0x32 + i:02x}00000000 {l}\n" for i, l in enumerate((
            "1xUoXz-0003kT-2a <= a@example.org H=out.example.org [192.0.2.1] "
            "P=esmtp S=9",))),
     [["1xUoXz-0003kT-2a cleartext -"]]),
    # ---- which message it is ----
    ("join: the stamp's id and Message-ID",
     {"m.eml": stamp("mx.example.net", "4Xq10",
                     "Tue,  9 Jun 2026 14:03:22 +0000 (UTC)"),
      "a.log": bsd(*SESSION, begin=20)},
     [["4Xq10 cleartext - keys=-,queue-id odd=conflict"]]),
    ("join: another Message-ID",
     {"m.eml": stamp("mx.example.net", "4Xq10",
                     "Tue,  9 Jun 2026 14:03:22 +0000 (UTC)", "<2@x.example>"),
      "a.log": bsd(*SESSION, begin=20)},
     [["4Xq10 cleartext - n=1", "diag join-refused"]], {"status": 3}),
    ("join: another host of the same id",
     {"m.eml": stamp("other.example.net", "4Xq10",
                     "Tue,  9 Jun 2026 14:03:22 +0000 (UTC)"),
      "a.log": bsd(*SESSION, begin=20)}, [["4Xq10 cleartext - n=1"]]),
    ("join: the id in another case is another id",
     {"m.eml": stamp("mx.example.net", "4xQ10",
                     "Tue,  9 Jun 2026 14:03:22 +0000 (UTC)"),
      "a.log": bsd(*SESSION, begin=20)}, [["4xQ10 cleartext - n=1"]]),
    ("join: an id that the stamp's id begins with",
     {"m.eml": stamp("mx.example.net", "4Xq101",
                     "Tue,  9 Jun 2026 14:03:22 +0000 (UTC)"),
      "a.log": bsd(*SESSION, begin=20)}, [["4Xq101 cleartext - n=1"]]),
    ("join: the id was used again: the one of the stamp's time",
     {"m.eml": stamp("mx.example.net", "4Xq10",
                     "Tue,  9 Jun 2026 14:33:21 +0000 (UTC)"),
      "a.log": bsd(connect(), tls_in(), client("4Xq10"), active("4Xq10"),
                   bye(STARTTLS), removed("4Xq10")) +
      bsd(connect(), client("4Xq10"), active("4Xq10"), bye(),
          removed("4Xq10"), minute=33)},
     [["4Xq10 cleartext - both=false n=2 odd=-"]]),
    ("join: message-id=<> says nothing",
     {"m.eml": stamp("mx.example.net", "4Xq10",
                     "Tue,  9 Jun 2026 14:03:22 +0000 (UTC)"),
      "a.log": bsd(connect(), client("4Xq10"), msgid("4Xq10", "<>"), bye(),
                   begin=21)}, [["4Xq10 cleartext - n=2"]]),
    ("join: a Message-ID of octal escapes",
     {"m.eml": mail(["from out.example.org ([192.0.2.1] helo=x)",
                     "by mx.example.net with esmtp (Exim 4.96)",
                     "id 1xUoXz-0003kT-2a for b@example.net;",
                     "Tue, 09 Jun 2026 14:03:20 +0000"], "<café@a.example.org>"),
      "a.log": "2026-06-09 14:03:20 1xUoXz-0003kT-2a <= a@example.org "
      "H=(x) [192.0.2.1] P=esmtp S=9 id=caf\\303\\251@a.example.org\n"},
     [["1xUoXz-0003kT-2a cleartext - n=2"]]),
    ("join: a Message-ID without brackets, and folded",
     {"m.eml": stamp("mx.example.net", "4Xq10",
                     "Tue,  9 Jun 2026 14:03:22 +0000 (UTC)",
                     "\n 1@a.example.org"),
      "a.log": bsd(connect(), client("4Xq10"),
                   msgid("4Xq10", "1@a.example.org"), bye(), begin=21)},
     [["4Xq10 cleartext - n=2"]]),
    ("join: the same Message-ID twice, by queue id",
     {"m.eml": stamp("mx.example.net", "4Xq11",
                     "Tue,  9 Jun 2026 14:03:32 +0000 (UTC)"),
      "a.log": bsd(*SESSION, begin=20) + bsd(
          connect(), client("4Xq11"), msgid("4Xq11"), bye(), begin=31)},
     [["4Xq11 cleartext - n=2 odd=-"]]),
    ("join: the next host's id in the answer",
     {"m.eml": stamp("mx.example.net", "4XrB2C",
                     "Tue,  9 Jun 2026 14:03:22 +0000 (UTC)"),
      "a.log": bsd(msgid("4Xq10"), active("4Xq10"), tls_out(),
                   sent("4Xq10"), host="out", begin=19)},
     [["4XrB2C cleartext - keys=-,next-queue-id odd=conflict"]]),
    ("join: ... of another message",
     {"m.eml": stamp("mx.example.net", "4XrB2C",
                     "Tue,  9 Jun 2026 14:03:22 +0000 (UTC)"),
      "a.log": bsd(msgid("4Xq10", "<2@x.example>"), active("4Xq10"),
                   tls_out(), sent("4Xq10"), host="out", begin=19)},
     [["4XrB2C cleartext - n=1"]]),
    *[(f"join: a queue id that was used again, {name}",
       {"m.eml": stamp("mx.example.net", qid, f"Tue,  9 Jun 2026 {at} +0000 "
                       "(UTC)", mid), "a.log": TWICE}, [want])
      for name, qid, at, mid, want in (
          ("the first", "4XrB2C", "14:03:08", "<1@a.example.org>",
           ["4Xq10 encrypted TLSv1.3", "4XrB2C cleartext - n=2 odd=conflict"]),
          ("the second", "4XrB2D", "14:33:06", "<2@a.example.org>",
           ["4Xq10 cleartext -", "4XrB2D cleartext - n=2 odd=-"]))],
    ("join: put off with TLS, and sent without",
     {"m.eml": stamp("mx.example.net", "4XrB2C",
                     "Tue,  9 Jun 2026 14:13:01 +0000 (UTC)"),
      "a.log": bsd(msgid("4Xq10"), active("4Xq10"), tls_out(),
                   put_off("4Xq10"), host="out") +
      bsd(active("4Xq10"), sent("4Xq10"), host="out", minute=13)},
     [["4XrB2C cleartext - n=2 both=true odd=- tried=deferred"]]),
    ("join: only the way of the mail's recipient",
     {"m.eml": stamp("mx.example.net", "4XrB2C",
                     "Tue,  9 Jun 2026 14:03:23 +0000 (UTC)"),
      "a.log": bsd(msgid("4Xq10"), active("4Xq10"), sent(
          "4Xq10", "c@example.com", peer=MX2, as_="77AB3C",
          tag="postfix/smtp[10]"), tls_out(peer=MX2), sent("4Xq10"),
          host="out", begin=19)},
     [["4XrB2C cleartext - keys=-,next-queue-id both=true"]]),
    ("join: a HELO that is a host of the log's",
     {"m.eml": mail(["from mx.example.net (evil.example.org [203.0.113.66])",
                     "by other.example.com (Postfix) with ESMTP id 77AB3C",
                     "for <b@example.com>; Tue,  9 Jun 2026 14:03:22 +0000"]),
      "a.log": bsd(*SESSION, begin=20)}, [["77AB3C cleartext - n=1"]]),
    ("join: a subject that is a queue id",
     {"m.eml": stamp("mx.example.net", "77AB3C",
                     "Tue,  9 Jun 2026 14:03:22 +0000 (UTC)").replace(
                         "Subject: x", "Subject: 4Xq10: client=x[192.0.2.1]"),
      "a.log": bsd(*SESSION, begin=20)}, [["77AB3C cleartext - n=1"]]),
    ("join: an id in `for` and in comments is none",
     {"m.eml": mail(["from out.example.org (out.example.org [192.0.2.1])",
                     "(id 4Xq10) by mx.example.net (Postfix) with ESMTP",
                     "for <id@4Xq10.example>; Tue,  9 Jun 2026 14:03:22 +0000"],
                    "<2@x.example>"),
      "a.log": bsd(*SESSION, begin=20)}, [["- cleartext - n=1"]]),
]
