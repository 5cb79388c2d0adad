"""The rows of tests/browse: a case is scanned, served and asked."""
import base64
import json
import os
import re
import sqlite3
import subprocess
import sys
import urllib.parse

sys.path.insert(0, "tests/serve")
from serve import (TLSTRAIL, WORK, Server, ask_form, check, form,  # noqa: E402
                   get, limit, read)

MAIL = os.path.join(WORK, "mail.mbox")
CASE = os.path.join(WORK, "case")
COUNT = 1200


def run(*args, **more):
    return subprocess.run([TLSTRAIL, *args], capture_output=True, **more)


def make():
    with open(MAIL, "wb") as f:
        subprocess.run(["python3", "tests/browse/generate.py", "--messages",
                        str(COUNT), "--peers", "60"], stdout=f, check=True)
    payloads()
    done = run("scan", "-q", "-o", CASE, MAIL,
               os.path.join(WORK, "payloads.mbox"))
    check("a case is scanned", done.returncode == 0, done.stderr)


# ---- asking ----

def ask(s, path, **query):
    if query:
        path += "?" + urllib.parse.urlencode(query)
    status, body, _ = get(s, path, **{"X-Tlstrail-Token": s.token})
    return status, json.loads(body)


def walk(s, **query):
    """All pages, and back again."""
    pages, back, cursor = [], [], {}
    while True:
        status, page = ask(s, "/api/messages", **query, **cursor)
        if status != 200:
            raise RuntimeError(page)
        pages.append([m["id"] for m in page["messages"]])
        total = page["total"], page["total_exact"]
        if "next" not in page:
            break
        cursor = {"after": page["next"]}
    while "previous" in page:
        back.insert(0, [m["id"] for m in page["messages"]])
        _, page = ask(s, "/api/messages", **query, before=page["previous"])
    back.insert(0, [m["id"] for m in page["messages"]])
    return sum(pages, []), total, back == pages


# ---- what the case holds, by SQL of our own ----

def rows(sql, *args):
    with sqlite3.connect("file:%s?mode=ro" % CASE, uri=True) as db:
        return db.execute(sql, args).fetchall()


def expected(where):
    return [r[0] for r in rows(
        "SELECT content_sha256 FROM v_message WHERE %s"
        " ORDER BY received DESC, content_sha256 DESC" % where)]


FILTERS = [
    ({}, "NOT is_embedded"),
    ({"verdict": "fail"}, "NOT is_embedded AND verdict = 'fail'"),
    ({"verdict": "undetermined"},
     "NOT is_embedded AND verdict = 'undetermined'"),
    ({"basis": "keyword"}, "NOT is_embedded AND fail_basis = 'keyword'"),
    ({"basis": "marker", "verdict": "fail"},
     "NOT is_embedded AND fail_basis = 'marker'"),
    ({"peer": "p3.test"}, "NOT is_embedded AND peer = 'p3.test'"),
    ({"peer": "nobody.example"}, "0"),
    ({"peer": "-"}, "NOT is_embedded AND peer IS NULL"),
    ({"month": "2024-02"},
     "NOT is_embedded AND received BETWEEN '2024-02' AND '2024-03'"),
    ({"month": "1999-01"}, "0"),
    ({"q": "CONTRACT"}, "NOT is_embedded AND subject LIKE '%contract%'"),
    ({"q": "Zürich draft"}, "NOT is_embedded AND subject LIKE '%Zürich%'"
     " AND subject LIKE '%draft%'"),
    ({"q": "user7@example.net"},
     "NOT is_embedded AND id IN (SELECT id FROM message"
     " WHERE recipients LIKE '%user7@example.net%')"),
    ({"q": "s5@p5.test", "verdict": "pass"},
     "NOT is_embedded AND \"from\" LIKE '%s5@p5.test%'"
     " AND verdict = 'pass'"),
    ({"version": "cleartext"}, "NOT is_embedded AND id IN"
     " (SELECT id FROM message WHERE entry_verdict = 2)"),
    ({"version": "TLSv1.2", "month": "2023-07"},
     "NOT is_embedded AND received BETWEEN '2023-07' AND '2023-08'"
     " AND id IN (SELECT id FROM message WHERE entry_version = 5)"),
]


def test_lists(s):
    for query, where in FILTERS:
        want = expected(where)
        for limit in (7, 200) if want and len(want) < 200 else (200,):
            ids, total, is_same = walk(s, limit=limit, **query)
            check("list %s by %d" % (urllib.parse.urlencode(query) or "all",
                                     limit),
                  ids == want and total == (len(want), True) and is_same,
                  "%d of %d, %s, back %s" % (len(ids), len(want), total,
                                             is_same))
    ids, _, _ = walk(s, inside=1)
    check("messages inside others have a list of their own",
          sorted(ids) == sorted(expected("is_embedded")) and ids, ids)


def test_figures(s):
    status, f = ask(s, "/api/case")
    check("figures are given", status == 200 and f["whole"], f)
    for key, sql in (
            ("verdicts", "SELECT verdict, count(*) FROM v_message"
             " WHERE NOT is_embedded GROUP BY 1"),
            ("bases", "SELECT fail_basis, count(*) FROM v_message"
             " WHERE fail_basis IS NOT NULL GROUP BY 1")):
        got = {k: n for k, n in f[key].items() if n}
        check("figures: " + key, got == dict(rows(sql)), got)
    months = {m.get("month"): (m["messages"], m["verdicts"]["fail"])
              for m in f["months"]}
    want = {m: (n, bad) for m, n, bad in rows(
        "SELECT month, messages, fail FROM v_by_month")}
    check("figures: months as v_by_month has them", months == want, months)
    check("figures: months add up",
          sum(m["messages"] for m in f["months"]) == f["messages"])
    peers = [(p.get("peer"), p["messages"]) for p in f["peers"]]
    counts = dict(rows("SELECT peer, count(*) FROM v_message"
                       " WHERE NOT is_embedded GROUP BY 1"))
    check("figures: senders, most first",
          all(counts[p] == n for p, n in peers) and
          [n for _, n in peers] == sorted(counts.values(),
                                          reverse=True)[:len(peers)], peers)
    check("figures: how much was read",
          (f["coverage"]["embedded"], f["coverage"]["files"]["done"],
           f["coverage"]["mail"]) == (len(expected("is_embedded")), 2,
                                      f["messages"]), f["coverage"])


# ---- one message ----

def test_timelines(s):
    lines = {json.loads(line)["message"]["content_sha256"]: line
             for line in run("export", "--format", "jsonl",
                             CASE).stdout.splitlines()}
    bad, n_inside = [], 0
    for key, line in lines.items():
        _, body, _ = get(s, "/api/messages/" + key,
                         **{"X-Tlstrail-Token": s.token})
        got = body.split(b"\n")
        answer = json.loads(body)
        inside = [t["message"]["content_sha256"]
                  for t in answer["timelines"][1:]]
        n_inside += len(inside)
        if got[1].rstrip(b",") != line:
            bad.append(key)
        if any(json.loads(lines[i])["parent"] != key for i in inside):
            bad.append("inside " + key)
        if not answer["places"] or not answer["places"][0]["primary"]:
            bad.append("place of " + key)
    check("each timeline is what export prints", not bad and lines, bad[:3])
    check("messages inside come with their carrier", n_inside > 0)
    key = expected("subject LIKE '% 77' AND NOT is_embedded")[0]
    _, answer = ask(s, "/api/messages/" + key)
    place = answer["places"][0]
    one = os.path.join(WORK, "one.eml")
    with open(MAIL, "rb") as f, open(one, "wb") as g:
        f.seek(place["offset"])
        g.write(f.read(place["length"]))
    told = [line for line in answer["text"].splitlines()
            if not line.startswith("File ")]
    text = run("show", one).stdout.decode().splitlines()
    check("the text is what show prints", told == text,
          set(told) ^ set(text))
    with open(one, "rb") as f:
        status, pasted, _ = ask_form(s, form([("file", "one.eml", f.read())]))
    mine, theirs = ([{k: v[k] for k in ("answer", "organisations", "fits")}
                     for v in a["views"]]
                    for a in (answer, json.loads(pasted)))
    check("sentence, lanes and marks are those of a paste",
          status == 200 and mine == theirs and mine, (mine, theirs))
    carrier = next(json.loads(line)["source"]["sha256"] for line in lines.values()
                   if json.loads(line)["message"]["subject"].endswith(" 7"))
    _, answer = ask(s, "/api/messages/" + carrier)
    check("each inside has a view of its own",
          len(answer["views"]) == len(answer["timelines"]) == 2, answer)
    for name in ("0" * 64, "0" * 82, "f" * 63, "x" * 64, "", "..", "%2e%2e",
                 key + "/", "0" * 500):
        status, answer = ask(s, "/api/messages/" + name)
        check("no message /%.12s (%d)" % (name, len(name)),
              status == 404 and "error" in answer, answer)


# ---- hostile ----

HOSTILE = [
    "verdict=maybe", "verdict=FAIL", "verdict=0", "verdict=fail%00",
    "verdict=fail&verdict=pass", "basis=none", "basis=-1", "version=TLSv1.4",
    "version=9999999999", "month=2026-13", "month=2026-00", "month=2026-6",
    "month=20266-06", "month=-026-06", "month=2026-06-01", "month=%2d%2d",
    "limit=0", "limit=201", "limit=-1", "limit=1e3", "limit=99999999999999999",
    "inside=2", "inside=yes", "after=0", "after=" + "0" * 81,
    "after=" + "g" * 82, "before=" + "0" * 83,
    "after=" + "0" * 82 + "&before=" + "0" * 82, "q=a+b+c+d+e+f+g+h+i",
    "q=%", "q=%1", "q=%zz", "q=a%2", "order=id", "offset=10", "%71=a",
    "=a", "&", "q=a&&q=b", "a", "Q=a", "limit=10;verdict=fail",
]
HARMLESS = [
    "q=%27%20OR%201=1--", "peer=%27;DROP%20TABLE%20message--", "q=%25",
    "q=_", "q=%00", "q=%ff%fe", "peer=%00", "q=" + "a" * 900, "q=%3Cscript%3E",
    "peer=" + "%41" * 300, "q=", "verdict=", "month=0000-01", "month=9999-12",
    "after=" + "0" * 82, "before=" + "f" * 82, "after=" + "f" * 82,
    "before=" + "0" * 82, "q=%22", "q=%5C", "q=%0a",
]


def test_hostile(s):
    for query in HOSTILE:
        status, answer = ask(s, "/api/messages?" + query)
        check("refused: " + query[:60], status == 400 and
              answer["error"]["code"] == "query", (status, answer))
    for query in HARMLESS:
        status, answer = ask(s, "/api/messages?" + query)
        check("harmless: " + query[:60], status == 200 and
              len(answer["messages"]) <= 50, (status, answer))
    for path, want in (("/api/case?a=b", 400), ("/api/case/", 404),
                       ("/api/messagesx", 404), ("/api/message", 404),
                       ("/api/messages/%s?q=a" % ("0" * 64), 400),
                       ("/api/messages?q=" + "a" * 1100, 414)):
        status, answer = ask(s, path)
        check("status %d: %.40s" % (want, path), status == want,
              (status, answer))
    status, _, _ = get(s, "/api/case")
    check("no token, no case", status == 403, status)
    status, _, _ = get(s, "/api/messages", Host="example.org",
                       **{"X-Tlstrail-Token": s.token})
    check("another host's name, no case", status == 403, status)


# ---- text that would act ----

TEXTS = ["<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>",
         "';alert(1)//", "</script><svg onload=alert(1)>", "&lt;b&gt;",
         "{{7*7}}", "${7*7}", "\u202egnp.exe", "javascript:alert(1)",
         "\\u003cscript\\u003e", "</title></head>", "<!--", "]]>",
         "' OR '1'='1", "\ufeffbom", "a\u2028b"]


def payloads():
    """80 messages, each with one of these in one field."""
    with open(os.path.join(WORK, "payloads.mbox"), "w",
              encoding="utf-8") as f:
        for i in range(80):
            text = "payload-%d " % i + TEXTS[i % len(TEXTS)]
            coded = "=?utf-8?b?%s?=" % base64.b64encode(
                text.encode()).decode()
            field = ("Subject: " + text, "Subject: " + coded,
                     "From: %s <a@b.example>" % coded,
                     "From: \"%s\" <a@b.example>" % re.sub(
                         r'(["\\\\])', r"\\\1", text),
                     "Message-ID: <%s>" % text)[i // 16]
            f.write("From a@b.example Mon Jun  1 12:00:00 2026\n"
                    "Received: from a.example (a.example [192.0.2.1])\n"
                    "\tby mx.example.net (Postfix) with ESMTPS id P%d;\n"
                    "\tMon, 01 Jun 2026 12:00:%02d +0000\n%s\n"
                    "X-Number: %d\n\nText.\n\n" % (i, i % 60, field, i))


def test_payloads(s):
    _, page = ask(s, "/api/messages", q="payload-", limit=200)
    told = {}
    for m in page["messages"]:
        for key in ("subject", "from", "to", "message_id"):
            found = re.search(r"payload-(\d+) (.*)", m.get(key, ""), re.S)
            if found:
                told[int(found[1])] = found[2]
    # Of a Message-ID what stands before the first > is it.
    bad = [i for i in range(80) if i not in told or (
        i < 64 and not told[i].replace("\\", "").startswith(
            TEXTS[i % len(TEXTS)].replace("\\", "")))]
    check("80 payloads are found, and are the text they were",
          page["total"] == 80 and not bad,
          (page["total"], [(i, told.get(i)) for i in bad]))


# ---- other files, other programs ----

def refused(name, path, status, text):
    done = run("serve", path, timeout=60)
    check("refused: " + name, done.returncode == status and
          text in done.stderr and not done.stdout,
          (done.returncode, done.stdout, done.stderr))


def changed(name, sql):
    path = os.path.join(WORK, name)
    with open(CASE, "rb") as f, open(path, "wb") as g:
        g.write(f.read())
    db = sqlite3.connect(path)
    db.executescript(sql)
    db.close()
    return path


def test_files():
    refused("no file", os.path.join(WORK, "none"), 4, b"No such file")
    refused("no case", MAIL, 2, b"not a case")
    refused("a directory", WORK, 2, b"not a case")
    refused("another version", changed("v", "PRAGMA user_version = 2"), 2,
            b"version 2")
    refused("a trigger", changed("t", "CREATE TRIGGER t AFTER INSERT ON word"
                                 " BEGIN DELETE FROM word; END"), 4,
            b"schema is not that of a case; scan")
    refused("a view more", changed("w", "CREATE VIEW z AS SELECT 1"), 4,
            b"schema")
    refused("a scan that was cut off", changed(
        "c", "".join("DROP INDEX %s;" % r[0] for r in rows(
            "SELECT name FROM sqlite_schema WHERE type = 'index' AND sql IS"
            " NOT NULL AND rowid > (SELECT max(rowid) FROM sqlite_schema"
            " WHERE type = 'view')"))), 2, b"cut off")
    refused("other rules", changed("r", "UPDATE run SET value = 'x'"
                                   " WHERE name = 'rules'"), 2, b"rule set")
    path = os.path.join(WORK, "half")
    with open(CASE, "rb") as f, open(path, "wb") as g:
        g.write(f.read()[:os.path.getsize(CASE) // 2])
    refused("half a file", path, 4, b"; scan the evidence into a new case")
    done = run("serve", CASE, CASE, timeout=60)
    check("two cases are one too many", done.returncode == 2, done)


def test_gone():
    """The file of a case that is served: removed, replaced, put back."""
    path, kept = os.path.join(WORK, "gone"), os.path.join(WORK, "kept")

    def error(s):
        status, answer = ask(s, "/api/messages")
        return status, answer.get("error", {}).get("code")

    with open(CASE, "rb") as f, open(path, "wb") as g:
        g.write(f.read())
    with Server(path) as s:
        os.link(path, kept)
        os.unlink(path)
        check("removed", error(s) == (410, "case-gone"), error(s))
        os.mkdir(path)
        check("a directory in its place", error(s) == (410, "case-gone"))
        os.rmdir(path)
        with open(CASE, "rb") as f, open(path, "wb") as g:
            g.write(f.read())
        check("replaced", error(s) == (410, "case-gone"), error(s))
        os.unlink(path)
        os.symlink(kept, path)
        check("put back, by a link", error(s) == (200, None), error(s))
        status, _, _ = ask_form(s, form([("file", "a", b"Subject: a\n\n")]))
        check("... and what is pasted is answered", status == 200)
        with open(kept, "r+b") as f:
            f.truncate(8192)
        status, answer = ask(s, "/api/messages", q="contract")
        check("damaged: what can be done is said", status == 500 and
              answer["error"]["code"] == "case-unreadable" and
              answer["error"]["text"].startswith("damaged: ") and
              "scan the evidence into a new case" in answer["error"]["text"],
              (status, answer))


def test_no_case():
    with Server() as s:
        check("no case is null", ask(s, "/api/case") == (200, None))
        status, answer = ask(s, "/api/messages")
        check("no case has no messages", status == 404, answer)


def test_scan_meanwhile(s):
    more = os.path.join(WORK, "more.mbox")
    with open(more, "wb") as f:
        subprocess.run(["python3", "tests/browse/generate.py", "--messages",
                        "3000", "--seed", "5"], stdout=f, check=True)
    _, before = ask(s, "/api/messages")
    scan = subprocess.Popen([TLSTRAIL, "scan", "-q", "-o", CASE, more],
                            stdout=subprocess.DEVNULL)
    statuses = set()
    while scan.poll() is None:
        status, answer = ask(s, "/api/messages", q="contract")
        statuses.add((status, answer.get("error", {}).get("code")))
    check("a scan is not kept from its case", scan.returncode == 0)
    check("questions meanwhile are answered or refused",
          statuses <= {(200, None), (503, "case-in-use")}, statuses)
    status, after = ask(s, "/api/messages")
    check("what it added is seen", status == 200 and
          after["total"] > before["total"] + 2900,
          (status, before["total"], after.get("total")))
    _, f = ask(s, "/api/case")
    check("... and counted", f["messages"] == after["total"])


# ---- bounds ----

def carrier(n):
    """A mail with n messages inside."""
    inside = b"".join(
        b"--B\nContent-Type: message/rfc822\n\nFrom: a@example.org\n"
        b"Subject: inside %d\n\nx\n" % i for i in range(n))
    return b"Content-Type: multipart/digest; boundary=B\nSubject: %d inside" \
        b"\nReceived: from a.example.org by mx.example.net; Mon, 1 Jun 2026 " \
        b"10:00:00 +0000\n\n%s--B--\n" % (n, inside)


def test_bounds():
    case = os.path.join(WORK, "bounds")
    box = os.path.join(WORK, "bounds.mbox")
    inside, places = limit("browse_inside"), limit("browse_places")
    one = b"From a@example.org Mon Jun  1 10:00:00 2026\n%s\n"
    more = [read("testdata/golden/attached.eml"), read("testdata/sample.eml")]
    with open(box, "wb") as f:
        for n in (inside, inside + 1):
            f.write(one % carrier(n))
        for i, mail in enumerate(more):
            f.write(one % mail.replace(b"\r\n", b"\n") * (places + i))
    done = run("scan", "-q", "-o", case, box)
    with Server(case) as s:
        _, page = ask(s, "/api/messages")
        got = {}
        for m in page["messages"]:
            answer = ask(s, "/api/messages/" + m["id"])[1]
            if m["subject"].endswith(" inside"):
                got["inside", m["subject"]] = (
                    len(answer["timelines"]) - 1, answer["more_inside"])
            else:
                got["places", len(got)] = (
                    len(answer["places"]), answer["more_places"])
    values = sorted(got.items())
    for name, most in (("browse_inside", inside), ("browse_places", places)):
        found = sorted(v for k, v in values if "browse_" + k[0] == name)
        check("%s: as many are told, and of one more the number" % name,
              found == [(most, 0), (most, 1)], (found, done.stderr))


def main():
    make()
    with Server(CASE) as s:
        test_figures(s)
        test_lists(s)
        test_timelines(s)
        test_hostile(s)
        test_payloads(s)
        test_scan_meanwhile(s)
    test_bounds()
    test_files()
    test_gone()
    test_no_case()


main()
