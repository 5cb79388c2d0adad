"""told.py - is every record of a log used by a timeline, or told?

Usage: told.py TLSTRAIL FILE

A record is a JSON value, or one of a list or of an envelope's list, a CSV row or
a line of text.  It is used where a
timeline quotes a byte of it, or is of a message whose id it has, or it has the
session's id of a record that is quoted; it is told
where a message on standard error names its offset, or is among those that a
message counts."""
import json
import re
import subprocess
import sys

SESSION = re.compile(rb"\b[0-9A-F]{16}\b")
ID = re.compile(rb"[0-9a-z-]{16,}|<[^<>\s]+@[^<>\s]+>")


DECODER = json.JSONDecoder(strict=False)
LIST = re.compile(r'\[|\{\s*(?:"\w+"\s*:\s*(?:"[^"]*"|\d+)\s*,\s*)*'
                  r'"(?:Records|Messages|logEvents)"\s*:\s*\[')


def items(text, at):
    """Spans of the elements of the array whose [ is before `at`."""
    spans = []
    while True:
        while text[at].isspace() or text[at] == ",":
            at += 1
        if text[at] == "]":
            return spans
        end = DECODER.raw_decode(text, at)[1]
        spans.append((at, end))
        at = end


def values(data):
    """Spans of the JSON records that follow each other; None: no JSON."""
    text, at, spans = data.decode("latin-1"), 0, []  # an offset is a byte
    while True:
        while at < len(text) and text[at].isspace():
            at += 1
        if at == len(text):
            return spans
        try:
            value, end = DECODER.raw_decode(text, at)
        except ValueError:
            return None
        if not isinstance(value, (dict, list)):
            return None
        inner = LIST.match(text, at)
        spans += items(text, inner.end()) if inner else [(at, end)]
        at = end


def lines(data, is_csv):
    """Spans of lines; a CSV's first one names its columns."""
    spans, at = [], 0
    for line in data.splitlines(keepends=True):
        if line.strip() and not line.startswith(b"#"):
            spans.append((at, at + len(line)))
        at += len(line)
    return spans[1:] if is_csv else spans


def quotes(timeline):
    for hop in timeline["hops"]:
        yield from hop["evidence"]
        for attempt in hop["attempts"]:
            yield from attempt["evidence"]
    for attempt in timeline["attempts"]:
        yield from attempt["evidence"]
    for context in timeline["context"]:
        yield from context["evidence"]


def main(program, path):
    data = open(path, "rb").read()
    run = subprocess.run([program, "show", "--json", path],
                         capture_output=True)
    said = run.stderr.decode("utf-8", "replace")
    if "(not-mail)" in said or "(log-unread)" in said:
        print("told: nothing in it is read")
        return 0
    shown = [json.loads(line) for line in run.stdout.splitlines()]
    offsets = {q["offset"] for t in shown for q in quotes(t)
               if q["offset"] is not None}
    ids = {i.strip(b"<>") for t in shown for i in
           ID.findall((t["message"]["message_id"] or "").encode())}
    ids |= {i.split(b"@")[0] for i in ids}
    spans = values(data)
    if spans is None:
        spans = lines(data, path.endswith(".csv"))
        ids |= {(" %s " % hop["id"]).encode() for t in shown
                for hop in t["hops"] if hop["id"]}
    ids |= {i for b, e in spans if any(b <= o < e for o in offsets)
            for i in SESSION.findall(data[b:e])}
    named = {int(n) for n in re.findall(r"at byte (\d+) \(\S*un", said)}
    left = [s for s in spans
            if not any(s[0] <= o < s[1] for o in offsets)
            and not any(s[0] <= o < s[1] for o in named)
            and not any(i in data[s[0]:s[1]] for i in ids)]
    counted = sum(int(n) for n in re.findall(r"(\d+) of (?:its|the) ", said))
    print(f"{len(spans)} records, {len(spans) - len(left)} used or named, "
          f"{counted} counted")
    for begin, end in left if len(left) > counted else []:
        print(begin, data[begin:end][:200])
    return len(left) > counted


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
