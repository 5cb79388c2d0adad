#!/usr/bin/env python3
"""Are a scenario's answers the same whatever its log lines are wrapped in?

usage: copies.py PROGRAM LAB FORM DIRECTORY

Every scenario's plain logs are written to DIRECTORY in FORM, and `show --json`
of all its mail must tell the same hops with them as with the plain ones: who,
verdict, version, corroborated.  "torn" logs lack their beginning and end, and
of "picked" ones grep left lines out: there a hop may say less, never something
else.  Ends with 0 where all is well.
"""
import glob, gzip, json, os, re, shutil, struct, subprocess, sys
from datetime import datetime, timezone

program, lab, form, directory = sys.argv[1:5]
HEAD = re.compile(r"^(\w{3} [ \d]\d [\d:]{8}) (\S+) ([^\[: ]+)(?:\[([^\]]*)\])?: ?")


def plain_logs(scenario):
    files = glob.glob(os.path.join(lab, scenario, "logs", "*"))
    return sorted(f for f in files if re.search(
        r"(\.mail\.log|\.exim_mainlog|\.postfix\.log)$", f)
        and not os.path.basename(f).startswith("loghost"))


def lines(path):
    return open(path, "rb").read().splitlines(keepends=True)


def put(path, data):
    with open(path, "wb") as f:
        f.write(data)
    return [path]


def text(line):
    return line.decode("utf-8", "surrogateescape").rstrip("\n")


def fields(line, stamp):
    """What journald keeps of a line that rsyslog wrote."""
    head = HEAD.match(text(line))
    if not head:
        return None
    entry = {"__REALTIME_TIMESTAMP": str(stamp), "_HOSTNAME": head[2],
             "SYSLOG_IDENTIFIER": head[3], "PRIORITY": "6"}
    if head[4] and head[4].isdigit():
        entry["SYSLOG_PID"] = head[4]
    entry["MESSAGE"] = text(line)[head.end():]
    return entry


def stamps(path):
    """Times of the same lines, in microseconds, by the RFC 3339 copy."""
    other = path.replace(".mail.log", ".mail.rfc3339.log")
    if other == path or not os.path.exists(other):
        return None
    return [(int(datetime.fromisoformat(l.split(b" ", 1)[0].decode())
                 .timestamp() * 1e6), l) for l in lines(other)]


def journal(path, name, write):
    times = stamps(path)
    if times is None or len(times) != len(lines(path)):
        return [path]
    entries = [(fields(l, t), iso) for l, (t, iso) in zip(lines(path), times)]
    return put(name, b"".join(write(e, iso) for e, iso in entries if e))


def as_json(entry, iso):
    entry = dict(entry)
    raw = entry["MESSAGE"].encode("utf-8", "surrogateescape")
    try:
        raw.decode()
    except UnicodeDecodeError:
        entry["MESSAGE"] = list(raw)
    return json.dumps(entry).encode() + b"\n"


def as_export(entry, iso):
    out = b"__CURSOR=s=1;i=1\n"
    for key, value in entry.items():
        raw = value.encode("utf-8", "surrogateescape")
        if key == "MESSAGE":
            out += key.encode() + b"\n" + struct.pack("<Q", len(raw)) + \
                raw + b"\n"
        else:
            out += key.encode() + b"=" + raw + b"\n"
    return out + b"\n"


def as_docker(entry, iso):
    when = datetime.fromisoformat(iso.split(b" ", 1)[0].decode())
    head = f"{entry['SYSLOG_IDENTIFIER']}"
    if "SYSLOG_PID" in entry:
        head += f"[{entry['SYSLOG_PID']}]"
    local = when.strftime("%b %e %H:%M:%S")
    line = f"{local} {entry['_HOSTNAME']} {head}: {entry['MESSAGE']}\n"
    return json.dumps({
        "log": line, "stream": "stdout",
        "time": when.astimezone(timezone.utc).strftime(
            "%Y-%m-%dT%H:%M:%S.%fZ")}).encode() + b"\n"


def as_short_iso(entry, iso):
    stamp = re.sub(rb"\.\d+", b"", iso.split(b" ", 1)[0])
    stamp = stamp[:-3] + stamp[-2:]     # +00:00 -> +0000
    return stamp + b" " + iso.split(b" ", 1)[1]


# What somebody looks for who wants to know of TLS: it ends no session.
PICKED = re.compile(rb"TLS|tls|client=|message-id=|status=| [<=]= | [=-]> "
                    rb"|stat=|msgid=|mta delivery")
# Forms in which lines are missing, or may be: they may say less.
LESS = ("torn", "grep", "picked")


def copy(path, name):
    """The log in the form asked for; the paths to give to the program."""
    own = lines(path)
    if form == "crlf":
        return put(name, b"".join(l.rstrip(b"\n") + b"\r\n" for l in own))
    if form == "rotated":
        a, b = len(own) // 3, 2 * len(own) // 3
        base = os.path.join(name + ".d", "mail.log")
        os.makedirs(os.path.dirname(base))
        with gzip.open(base + ".2.gz", "wb") as f:
            f.write(b"".join(own[:a]))
        put(base + ".1", b"".join(own[a:b]))
        put(base, b"".join(own[b:]))
        return [base, base + ".1", base + ".2.gz"]
    if form == "pri":
        return put(name, b"".join(
            b"<22>" + l if HEAD.match(text(l)) else l for l in own))
    if form == "twice":
        return put(name, b"".join(own)) + [path]
    if form == "compose":
        return put(name, b"".join(b"mx-1  | " + l for l in own))
    if form in ("grep", "picked"):
        return put(name, b"".join(
            b"/var/log/mail.log:%d:" % i + l for i, l in enumerate(own, 1)
            if form == "grep" or PICKED.search(l)))
    if form == "torn":
        data = b"".join(own)
        return put(name, data[len(data) // 3:len(data) * 5 // 6])
    writers = {"docker": as_docker, "journal": as_json, "export": as_export,
               "short-iso": as_short_iso}
    return journal(path, name, writers[form])


def logs_of(scenario):
    where = os.path.join(directory, scenario)
    os.makedirs(where)
    if form == "loghost":
        found = glob.glob(os.path.join(lab, scenario, "logs",
                                       "loghost.mail.log"))
        return found + [p for p in plain_logs(scenario)
                        if found and not p.endswith(".mail.log")]
    out = []
    for path in plain_logs(scenario):
        out += copy(path, os.path.join(where, os.path.basename(path)))
    return out


def mails(scenario):
    truth = json.load(open(os.path.join(lab, scenario, "truth.json")))
    return sorted({os.path.join(lab, scenario, f) for m in truth["messages"]
                   for f in m["files"] if os.path.basename(f) != "all.mbox"})


def answers(scenario, logs):
    args = [program, "show", "--json"]
    for log in logs:
        args += ["--log", log]
    run = subprocess.run(args + mails(scenario), stdout=subprocess.PIPE,
                         stderr=subprocess.PIPE)
    if run.returncode not in (0, 3):
        sys.exit(f"{scenario}: ended with {run.returncode}\n"
                 + run.stderr.decode("utf-8", "replace"))
    return [json.loads(l) for l in run.stdout.splitlines()]


def key(hop):
    return (hop["from"]["name"], hop["from"]["ip"], hop["by"]["name"],
            hop["id"], hop["verdict"], hop["tls_version"],
            hop["corroborated"])


def says_less(hop, full):
    """What a hop says with torn logs, against one with whole ones."""
    return hop["verdict"] in ("unknown", full["verdict"]) and \
        hop["tls_version"] in (None, full["tls_version"])


def differences(plain, other):
    for one, two in zip(plain, other):
        if form not in LESS:
            a, b = [key(h) for h in one["hops"]], [key(h) for h in two["hops"]]
            if a != b:
                yield one["source"]["path"], [x for x in a if x not in b], \
                    [x for x in b if x not in a]
            continue
        for hop in two["hops"]:
            full = [h for h in one["hops"] if h["id"] == hop["id"]] or \
                one["hops"]
            if not any(says_less(hop, h) for h in full):
                yield one["source"]["path"], form, key(hop)


shutil.rmtree(directory, ignore_errors=True)
bad = n = hops = 0
for scenario in sorted(os.listdir(lab)):
    if not os.path.isfile(os.path.join(lab, scenario, "truth.json")):
        continue
    logs = logs_of(scenario)
    if not logs or not plain_logs(scenario):
        continue
    plain = answers(scenario, plain_logs(scenario))
    other = answers(scenario, logs)
    if len(plain) != len(other):
        sys.exit(f"{scenario}: {len(other)} timelines, not {len(plain)}")
    n += len(other)
    hops += sum(len(t["hops"]) for t in other)
    for where, lost, new in differences(plain, other):
        bad += 1
        print(f"{where}\n  plain: {lost}\n  {form}: {new}")
print(f"{form}: {n} messages, {hops} hops, {bad} differ")
sys.exit(1 if bad or n == 0 else 0)
