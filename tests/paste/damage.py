#!/usr/bin/env python3
"""damage.py - real headers, pasted in every damaged way, read as before

usage: damage.py PROGRAM CORPUS.tar.zst [--only WAY] [--keep DIR]

Takes messages spread over the corpus, reads each header whole, damages a
copy in every way a clipboard does, and reads that.  Every hop must be as
before (from, by, with, id, time, verdict, basis, version, cipher), or a diag
must say what was lost; a verdict that differs and is not told is wrong, and
so is a quote that is not what stands at its offset.
"""
import base64, collections, html, json, os, random, re, subprocess, sys
import tempfile, tarfile, io

program = corpus = only = keep = None

N_MESSAGES = 300
# What says that something may be missing.
TELLS = {"paste-unsure", "paste-order-kept", "orphan-fold", "no-colon",
         "limit-header-block", "body-like-header", "quoted-field"}
SAME = ("with", "id", "time", "verdict", "basis", "tls_version", "cipher")


def lines(h):
    return h.split("\n")


def each(h, f):
    return "\n".join(f(i, s) for i, s in enumerate(lines(h)))


def fields(h):
    return re.split(r"\n(?![ \t])", h)


def qp(h):
    out = []
    for line in lines(h):
        s = "".join(f"={b:02X}" if b == 61 or b > 126 else chr(b)
                    for b in line.encode("latin-1"))
        if s.endswith(" "):
            s = s[:-1] + "=20"
        while len(s) > 76:
            cut = 75
            while "=" in s[cut - 2:cut]:
                cut -= 1
            out.append(s[:cut] + "=")
            s = s[cut:]
        out.append(s)
    return "\n".join(out)


def entities(h):
    return html.escape(h).replace("+", "&#43;")


def dashes(h, r):
    return each(h, lambda i, s: s if re.match("(?i)subject|from|to|cc", s)
                else s.replace(" -", " \u2013").replace('"', "\u201d"))


def wrap(h, w):
    out = []
    for s in lines(h):
        while len(s) > w:
            out.append(s[:w])
            s = s[w:]
        out.append(s)
    return "\n".join(out)


def received(h):
    return "\n".join(f for f in fields(h) if f.lower().startswith("received:"))


def unfold(h):
    return each(h, lambda i, s: s.lstrip(" \t"))


def quote(h, q="> "):
    return each(h, lambda i, s: q + s)


def number(h, form):
    return each(h, lambda i, s: form % (i + 1) + s)


def indent(h, by="    "):
    return each(h, lambda i, s: by + s if s else s)


def gmail(h, r):
    return ("Message ID\t<x@mail.example>\nCreated at:\tTue, Jun 9, 2026 at"
            " 2:03 PM (Delivered after 2 seconds)\nFrom:\tA <a@example.org>\n"
            "To:\tb@example.net\nSubject:\tx\nSPF:\tPASS with IP 192.0.2.1"
            "\nDKIM:\t'PASS' with domain example.org\nDMARC:\t'PASS'\n\n"
            "Download Original\nCopy to clipboard\n" + h + "\n\n")


def outlook(h, r):
    return ("Properties\nSettings\nImportance: Normal\nSensitivity: Normal\n"
            "Security\nExpires: never\n\nInternet headers\n\n" + h +
            "\n\nClose\n")


def letter(h, r):
    return ("Hi, here are the headers:\n\n" + h + "\n\nBest regards,\nBob\n"
            "Received: yesterday, sorry\n")


WAYS = {
    "intact": lambda h, r: h,
    "a-unfolded": lambda h, r: unfold(h),
    "b-indent": lambda h, r: indent(h),
    "b-indent-tab": lambda h, r: indent(h, "\t"),
    "c-quoted": lambda h, r: quote(h),
    "c-quoted-twice": lambda h, r: quote(quote(h)),
    "c-quoted-bare": lambda h, r: quote(h, ">"),
    "d-blank-some": lambda h, r: "".join(
        f + ("\n\n" if r.random() < .3 else "\n") for f in fields(h)),
    "d-blank-fields": lambda h, r: "\n\n".join(fields(h)),
    "d-blank-lines": lambda h, r: "\n\n".join(lines(h)),
    "e-qp": lambda h, r: qp(h),
    "f-entities": lambda h, r: entities(h),
    "f-entities-nbsp": lambda h, r: entities(h).replace("  ", "&nbsp; "),
    "g-nbsp": lambda h, r: h.replace(" ", "\u00a0"),
    "g-nbsp-some": lambda h, r: "".join(
        "\u00a0" if c == " " and r.random() < .2 else c for c in h),
    "g-zero-width": lambda h, r: h.replace("; ", "\u200b; "),
    "h-quotes": dashes,
    "i-gmail": gmail,
    "i-outlook": outlook,
    "i-letter": letter,
    "j-colon": lambda h, r: number(h, "%d: "),
    "j-tab": lambda h, r: number(h, "%d\t"),
    "j-bar": lambda h, r: number(h, " %3d | "),
    "j-dot": lambda h, r: number(h, "%d. "),
    "j-pipe": lambda h, r: quote(h, "| "),
    "j-box": lambda h, r: quote(h, "\u2502 "),
    "k-received": lambda h, r: received(h),
    "l-oldest-first": lambda h, r: "\n".join(
        reversed(received(h).split("\nReceived:")[0:0] or
                 fields(received(h)))),
    "m-utf16le": lambda h, r: ("\ufeff" + h).encode("utf-16-le"),
    "m-utf16be": lambda h, r: ("\ufeff" + h).encode("utf-16-be"),
    "m-utf16le-bare": lambda h, r: h.encode("utf-16-le"),
    "n-wrap-72": lambda h, r: wrap(h, 72),
    "n-wrap-76": lambda h, r: wrap(h, 76),
    "n-wrap-80": lambda h, r: wrap(h, 80),
    "crlf-quoted": lambda h, r: quote(h).replace("\n", "\r\n"),
    "quoted+unfolded": lambda h, r: quote(unfold(h)),
    "qp+quoted": lambda h, r: qp(quote(h)),
    "quoted+qp": lambda h, r: quote(qp(h)),
    "number+indent": lambda h, r: number(indent(h), "%d: "),
    "wrap+quoted": lambda h, r: quote(wrap(h, 76)),
    "quoted+wrap": lambda h, r: wrap(quote(h), 76),
    "unfolded+blank": lambda h, r: "\n\n".join(unfold(f) for f in fields(h)),
    "entities+quoted": lambda h, r: entities(quote(h)),
    "letter+indent+unfolded": lambda h, r: letter(indent(unfold(h)), r),
    "gmail+nbsp": lambda h, r: gmail(h, r).replace(" ", "\u00a0"),
    "utf16+quoted+received": lambda h, r: ("\ufeff" + quote(
        received(h))).encode("utf-16-le"),
    "wrap+indent": lambda h, r: indent(wrap(h, 72)),
}


def messages():
    raw = subprocess.run(["zstd", "-dcq", corpus], stdout=subprocess.PIPE,
                         check=True).stdout
    with tarfile.open(fileobj=io.BytesIO(raw)) as tar:
        members = [m for m in tar if m.isfile()]
        step = max(1, len(members) // N_MESSAGES)
        for m in members[::step][:N_MESSAGES]:
            b = tar.extractfile(m).read().replace(b"\r\n", b"\n")
            yield m.name, b.split(b"\n\n")[0].decode("latin-1")


def to_bytes(damaged, is_ascii):
    if isinstance(damaged, bytes):
        return damaged
    try:
        # Letters of the header are bytes of some charset; what the damage
        # put in is UTF-8.
        return damaged.encode("latin-1") if is_ascii else \
            damaged.encode("utf-8")
    except UnicodeEncodeError:
        return damaged.encode("utf-8")


def run(files):
    p = subprocess.run([program, "show", "--json"] + files,
                       stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    if p.returncode not in (0, 3, 4):
        sys.exit(f"status {p.returncode}: {p.stderr[-500:]}")
    found = {}
    for line in p.stdout.decode().split("\n"):
        if line:
            t = json.loads(line)
            found.setdefault(t["source"]["path"], []).append(t)
    return found


def key(hop):
    clean = lambda s: s if s is None else s.encode(
        "ascii", "replace").decode()
    return tuple(clean(hop[k]) for k in SAME) + (
        hop["from"]["name"], hop["from"]["ip"], hop["by"]["name"])


def bad_quotes(t, data):
    for h in t["hops"]:
        for e in h["evidence"]:
            text = base64.b64decode(e["text_b64"]) if "text_b64" in e else \
                e["text"].encode()
            if data[e["offset"]:e["offset"] + e["length"]] != text:
                return e
    return None


def main():
    rng = random.Random(3)
    work = tempfile.mkdtemp(prefix="paste") if not keep else keep
    os.makedirs(work, exist_ok=True)
    base = [(n, h) for n, h in messages() if "received:" in h.lower()]
    total = collections.Counter()
    worst = []
    plain = {}
    for i, (name, h) in enumerate(base):
        path = f"{work}/{i:03d}.eml"
        with open(path, "wb") as f:
            f.write(h.encode("latin-1") + b"\n\nbody\n")
        plain[i] = path
    read = run(list(plain.values()))
    ref = {i: read[p][0] for i, p in plain.items()}
    for way, damage in WAYS.items():
        if only and only not in way:
            continue
        paths, count = {}, collections.Counter()
        for i, (name, h) in enumerate(base):
            is_ascii = h.isascii() or way[0] not in "gm"
            data = to_bytes(damage(h + "\n", rng), is_ascii)
            paths[i] = f"{work}/{i:03d}.{way}.txt", data
            with open(paths[i][0], "wb") as f:
                f.write(data)
        found = run([p for p, _ in paths.values()])
        for i, (path, data) in paths.items():
            got = found.get(path, [])
            want = [key(h) for h in ref[i]["hops"]]
            if len(got) != 1:
                count["none" if not got else "many"] += 1
                worst.append((way, path, f"{len(got)} messages"))
                continue
            t = got[0]
            codes = {d["code"] for d in t["diags"]}
            have = [key(h) for h in t["hops"]]
            e = bad_quotes(t, data)
            if e:
                count["bad quote"] += 1
                worst.append((way, path, f"quote {e}"))
            if have == want:
                count["same"] += 1
            elif codes & TELLS:
                count["told"] += 1
            else:
                count["wrong"] += 1
                d = next(((a, b) for a, b in zip(want, have) if a != b),
                         (len(want), len(have)))
                worst.append((way, path, f"{d[0]}\n    -> {d[1]}"))
        total += count
        print(f"{way:24} " + " ".join(
            f"{k} {v}" for k, v in sorted(count.items())))
    for way, path, what in worst[:12 if not only else 40]:
        print(f"  {way} {path}\n    {what}")
    n_bad = sum(total[k] for k in ("wrong", "none", "many", "bad quote"))
    if not keep:
        for f in os.listdir(work):
            os.unlink(os.path.join(work, f))
        os.rmdir(work)
    n = sum(total[k] for k in ("same", "told", "wrong", "none", "many"))
    print(f"{n} pastes of {len(base)} headers: {total['same']} the same, "
          f"{total['told']} told, {n_bad} wrong")
    return 1 if n_bad else 0


def option(name):
    return sys.argv[sys.argv.index(name) + 1] if name in sys.argv else None


if __name__ == "__main__":
    program, corpus = sys.argv[1:3]
    only, keep = option("--only"), option("--keep")
    sys.exit(main())
