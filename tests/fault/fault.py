#!/usr/bin/env python3
"""Cut scans off, and look whether they are gone on with (tests/fault/run).

usage: fault.py TLSTRAIL POISON WORK few|full

Prints rows of TAP.  Work is a directory of ours; POISON the program of
poison.c.
"""
import mailbox, os, random, re, shutil, signal, sqlite3, subprocess, sys
import tarfile, time

TLSTRAIL, POISON, WORK, HOW_MUCH = sys.argv[1:]
IS_FULL = HOW_MUCH == "full"
CASE = f"{WORK}/k/k.case"
RNG = random.Random(5)
# What changes a file or a name, as far as a scan has a use for it.
CALLS = ("write writev pwrite64 pwritev ftruncate fallocate fsync fdatasync "
         "unlink unlinkat rename openat").split()
FORMATS = ("jsonl", "csv", "timesketch")


def how_many(full, few):
    return full if IS_FULL else few


def row(is_good, name, *why):
    print(("ok - " if is_good else "not ok - ") + name, flush=True)
    if not is_good:
        for line in "\n".join(str(w) for w in why).splitlines()[:40]:
            print("# " + line[:300])


def skip(name, why):
    print(f"ok - {name} # SKIP {why}", flush=True)


# ---- what is read ----

def message(i):
    """One of a few hundred that differ; every third is in the log."""
    return (
        f"Received: from out{i % 7}.example.org (out{i % 7}.example.org"
        f" [198.51.100.{i % 250 + 1}])\n\t(using TLSv1.{2 + i % 2} with"
        " cipher TLS_AES_256_GCM_SHA384 (256/256 bits))\n"
        f"\tby mx.example.net (Postfix) with ESMTPS id 4F{i:08X}\n"
        f"\tfor <u@example.net>; Mon, 2 Jun 2025 10:{i % 60:02}:00 +0000\n"
        f"Message-ID: <m{i}@example.org>\nSubject: {i}\n"
        "Date: Mon, 2 Jun 2025 10:00:00 +0000\nFrom: a@example.org\n\n"
        f"text {i}\n")


def log_line(i):
    head = f"2025-06-02T10:{i % 60:02}:00+00:00 mx postfix/"
    peer = f"out{i % 7}.example.org[198.51.100.{i % 250 + 1}]"
    return (
        f"{head}smtpd[{i}]: connect from {peer}\n"
        f"{head}smtpd[{i}]: Anonymous TLS connection established from {peer}:"
        " TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 (256/256 bits)\n"
        f"{head}smtpd[{i}]: 4F{i:08X}: client={peer}\n"
        f"{head}cleanup[9]: 4F{i:08X}: message-id=<m{i}@example.org>\n"
        f"{head}smtpd[{i}]: disconnect from {peer} ehlo=2 starttls=1 mail=1"
        " rcpt=1 data=1 quit=1 commands=7\n")


def make_evidence():
    into = f"{WORK}/in"
    os.makedirs(f"{into}/Maildir/cur")
    with open(f"{into}/one.mbox", "w") as box:
        for i in range(1400):
            box.write("From a@example.org Mon Jun  2 10:00:00 2025\n"
                      + message(i) + "\n")
    for i in range(200, 400):
        with open(f"{into}/Maildir/cur/{i}.M{i}P1.host:2,S", "w") as mail:
            mail.write(message(i))
    with open(f"{into}/mail.log", "w") as log:
        log.writelines(log_line(i) for i in range(0, 1800, 3))
    shutil.copytree("testdata/damage", f"{into}/damage")
    shutil.copytree("testdata/golden", f"{into}/golden")
    subprocess.run(["gzip", "-k", f"{into}/one.mbox"], check=True)
    return into


# ---- runs ----

def run(*command, **more):
    return subprocess.run(command, stdout=subprocess.PIPE,
                          stderr=subprocess.PIPE, **more)


def scan_command(case, *paths, program=TLSTRAIL):
    return [program, "scan", "-q", "-j", "2", "-o", case, *paths]


def exports(case):
    """All of what is told of a case; None with the reason where it fails."""
    told = []
    for name in FORMATS:
        r = run(TLSTRAIL, "export", "-q", "--format", name, case)
        if r.returncode:
            return r.stderr
        told.append(r.stdout)
    page = f"{WORK}/page.html"
    r = run(TLSTRAIL, "report", case, "-o", page)
    if r.returncode:
        return r.stderr
    with open(page, "rb") as f:
        told.append(f.read())
    return told


def fresh():
    shutil.rmtree(f"{WORK}/k", ignore_errors=True)
    os.mkdir(f"{WORK}/k")


def soundness(case):
    """Of a case as it was left: "" or what is wrong.  It is looked at in a
    copy, for to open it is to mend it."""
    copy = f"{WORK}/copy"
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(os.path.dirname(case), copy)
    name = f"{copy}/{os.path.basename(case)}"
    if not os.path.exists(name):
        return ""
    db = sqlite3.connect(name)
    try:
        said = db.execute("PRAGMA integrity_check").fetchall()
        return "" if said == [("ok",)] else str(said)
    except sqlite3.Error as why:
        return str(why)
    finally:
        db.close()


class Base:
    """The scan that nothing happens to."""

    def __init__(self):
        self.paths = [make_evidence()]
        self.seconds = 3600
        for _ in range(3):
            fresh()
            begin = time.monotonic()
            r = run(*scan_command(CASE, *self.paths))
            self.took(begin)
        self.status, self.err = r.returncode, r.stderr
        self.told = exports(CASE)
        self.bytes = os.path.getsize(CASE)

    def took(self, begin):
        """A scan came to its end.  The fastest counts: where others use the
        machine, one that is slow now is not so later, and what shall hit it
        would come too late."""
        self.seconds = min(self.seconds, time.monotonic() - begin)

    def wrong(self, where):
        """Goes on with the case as it lies; what is not as it should be."""
        unsound = soundness(CASE)
        r = run(*scan_command(CASE, *self.paths))
        told = exports(CASE)
        if unsound:
            return [f"{where}: {unsound}"]
        if r.returncode != self.status:
            return [f"{where}: then status {r.returncode}: "
                    + r.stderr.decode(errors="replace")]
        if isinstance(told, bytes):
            return [f"{where}: {told.decode(errors='replace')}"]
        return [f"{where}: {name} differs" for name, a, b
                in zip((*FORMATS, "report"), told, self.told) if a != b]


def spread(points, n):
    """n of them, the first and the last too."""
    if len(points) <= n:
        return points
    step = (len(points) - 1) / (n - 1)
    return [points[round(i * step)] for i in range(n)]


# ---- killed ----

def writes_of(base):
    """(call, number) of all of the parent's, in their order."""
    fresh()
    trace = f"{WORK}/trace"
    run("strace", "-o", trace, "-e", "trace=" + ",".join(CALLS),
        *scan_command(CASE, *base.paths))
    seen, points = {}, []
    with open(trace, errors="replace") as lines:
        for line in lines:
            called = re.match(r"(\w+)\((.*)", line)
            if not called:
                continue
            call, rest = called.groups()
            seen[call] = seen.get(call, 0) + 1
            if call != "openat" or "O_CREAT" in rest:
                points.append((call, seen[call]))
    return points


def inject(base, call, what):
    fresh()
    return run("strace", "-o", "/dev/null", "-e", f"trace={call}",
               "-e", f"inject={call}:{what}",
               *scan_command(CASE, *base.paths))


def killed_at_writes(base):
    points = writes_of(base)
    wanted = how_many(500, 24)
    row(len(points) >= 500, f"a scan makes 500 writes or more"
        f" ({len(points)})", f"{len(points)}")
    wrong, killed = [], 0
    for call, n in spread(points, wanted + wanted // 10):
        r = inject(base, call, f"signal=KILL:when={n}")
        killed += r.returncode in (-9, 137)
        wrong += base.wrong(f"{call} {n}")
    row(not wrong, f"killed before each of {killed} writes, and gone on with",
        *wrong)
    row(killed >= wanted, "... which it was", f"{killed} of {wanted}")


def killed_at_instants(base):
    wanted = how_many(200, 12)
    wrong, killed, tries = [], 0, 0
    while killed < wanted and tries < 3 * wanted and len(wrong) < 10:
        fresh()
        tries += 1
        begin = time.monotonic()
        child = subprocess.Popen(scan_command(CASE, *base.paths),
                                 stdout=subprocess.DEVNULL,
                                 stderr=subprocess.DEVNULL)
        time.sleep(RNG.uniform(0, base.seconds))
        child.kill()
        if child.wait() == -9:
            killed += 1
        else:
            base.took(begin)
        wrong += base.wrong(f"try {tries}")
    row(not wrong, f"killed at {killed} random instants, and gone on with",
        *wrong)
    row(killed >= wanted, "... which it was", f"{killed} of {wanted}")


def interrupted(base):
    wanted = how_many(40, 6)
    wrong, stopped = [], 0
    for i in range(wanted):
        fresh()
        begin = time.monotonic()
        child = subprocess.Popen(
            scan_command(CASE, *base.paths), stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL)
        while not os.path.exists(CASE) and child.poll() is None:
            time.sleep(0.001)
        time.sleep(RNG.uniform(0, base.seconds / 2))
        child.send_signal(signal.SIGINT)
        status = child.wait()
        if status == 130:
            stopped += 1
        else:
            base.took(begin)
        if status not in (130, base.status):
            wrong.append(f"status {status}")
        wrong += base.wrong(f"interrupt {i}")
    row(not wrong, f"interrupted {stopped} times (130), and gone on with",
        *wrong)
    row(stopped > wanted // 4, "... which it was", f"{stopped} of {wanted}")


# ---- a full disk ----

def full_at_writes(base):
    """From its nth write on the disk is full."""
    points = [n for call, n in writes_of(base) if call == "pwrite64"]
    wanted = how_many(50, 8)
    wrong, full = [], 0
    for n in spread(points, wanted + 5):
        r = inject(base, "pwrite64", f"error=ENOSPC:when={n}+")
        full += r.returncode == 74
        # How many writes there are hangs on how two workers take turns.
        if r.returncode not in (74, base.status):
            wrong.append(f"pwrite64 {n}: status {r.returncode}: "
                         + r.stderr.decode(errors="replace"))
        wrong += base.wrong(f"pwrite64 {n}")
    row(not wrong, f"disk full from one of {full} writes on: exit 74, sound,"
        " and gone on with", *wrong)
    row(full >= wanted, "... which it was", f"{full} of {wanted}")


def mounted(size):
    fresh()
    return run("mount", "-t", "tmpfs", "-o", f"size={size}", "tlstrail-test",
               f"{WORK}/k").returncode == 0


def full_at_sizes(base):
    wanted = how_many(50, 8)
    name = f"disks of {wanted} sizes that are too small: exit 74, sound, and"\
        " gone on with"
    wrong, full = [], 0
    for i in range(wanted):
        size = (4096 + base.bytes * i // wanted) // 4096 * 4096
        if not mounted(size):
            skip(name, "no file system may be mounted here")
            return
        try:
            r = run(*scan_command(CASE, *base.paths))
            full += r.returncode == 74
            if r.returncode != 74:
                wrong.append(f"{size} bytes: status {r.returncode}: "
                             + r.stderr.decode(errors="replace"))
            run("mount", "-o", "remount,size=256m", f"{WORK}/k", check=True)
            wrong += base.wrong(f"{size} bytes")
        finally:
            run("umount", f"{WORK}/k")
    row(not wrong, name, *wrong)
    row(full == wanted, "... which they were", f"{full} of {wanted}")


# ---- poison ----

KINDS = ("crash", "abort", "exit", "hang", "eat")


def clean(name):
    """A directory of that name, with nothing in it."""
    into = f"{WORK}/{name}"
    shutil.rmtree(into, ignore_errors=True)
    os.makedirs(into)
    return into


def poisoned(as_mbox, n, every, kinds=KINDS):
    """Where n messages are, of which one of `every` is poison, and the names
    of those that are."""
    into = clean("poison")
    bad = []
    box = open(f"{into}/box.mbox", "w") if as_mbox else None
    for i in range(n):
        text = message(i)
        if i % every == every // 2:
            kind = kinds[i // every % len(kinds)]
            text = f"X-Poison: {kind}\n" + text
            bad.append(f"<m{i}@example.org>")
        if box:
            box.write("From a@example.org Mon Jun  2 10:00:00 2025\n"
                      + text + "\n")
        else:
            with open(f"{into}/{i}.eml", "w") as mail:
                mail.write(text)
    if box:
        box.close()
    return into, bad


def others(lines, bad):
    return [line for line in lines if not any(name in line for name in bad)]


def jsonl(case):
    r = run(TLSTRAIL, "export", "-q", case)
    return r.stdout.decode().splitlines()


def poison(name, as_mbox, n, every):
    into, bad = poisoned(as_mbox, n, every)
    fresh()
    run(*scan_command(CASE, into))
    want = others(jsonl(CASE), bad)
    whole = jsonl(CASE)
    fresh()
    r = run(*scan_command(CASE, into, program=POISON))
    got = jsonl(CASE)
    lost = r.stderr.decode(errors="replace").splitlines()
    row(r.returncode == 3 and len(want) == n - len(bad) and got == want,
        f"{name}: {len(bad)} of {n} that crash, hang or eat memory cost"
        " themselves alone", f"status {r.returncode}, {len(got)} of"
        f" {len(want)}", *lost[:9])
    told = sum("worker-lost" in line for line in lost)
    row(told == len(bad), "... each is told of", f"{told}", *lost[:9])
    run(*scan_command(CASE, into))
    row(jsonl(CASE) == want, "... and is not tried again")
    run(*scan_command(CASE, "--retry-skipped", into))
    row(jsonl(CASE) == whole, "... but with --retry-skipped",
        f"{len(jsonl(CASE))} of {len(whole)}")


def poison_at_the_limit():
    """So many crashes in one file that the rest of it is given up."""
    n, limit = 400, 128
    into, _ = poisoned(True, n, 2, ("crash",))
    fresh()
    r = run(*scan_command(CASE, into, program=POISON))
    lost = r.stderr.decode(errors="replace").splitlines()
    told = [line for line in lost if "a message was passed over" in line]
    given_up = [line for line in lost if "the rest of the file was not read"
                f" (limit item_retries: {limit} times)" in line]
    row(r.returncode == 3 and len(told) == limit and len(given_up) == 1
        and len(lost) == limit + 1,
        f"after {limit} crashes in a file its rest is given up, and told by"
        " the limit's name", f"status {r.returncode}, {len(told)}", *lost[-9:])
    row(len(jsonl(CASE)) == limit + 1, "... what was read until then is kept",
        f"{len(jsonl(CASE))}")


def n_events(case):
    db = sqlite3.connect(case)
    n, = db.execute("SELECT count(*) FROM event").fetchone()
    db.close()
    return n


def poison_beside_logs():
    """What an archive's logs told before a crash comes again, once."""
    into, bad = poisoned(True, 40, 10, ("crash",))
    for i in range(2):
        with open(f"{into}/{'az'[i]}.log", "w") as log:
            log.writelines(log_line(k) for k in range(i, 60, 2))
    with tarfile.open(f"{into}/all.tar", "w") as tar:
        for name in ("a.log", "box.mbox", "z.log"):
            tar.add(f"{into}/{name}", name)
            os.unlink(f"{into}/{name}")
    fresh()
    run(*scan_command(CASE, into))
    want = others(jsonl(CASE), bad)
    n = n_events(CASE)
    fresh()
    r = run(*scan_command(CASE, into, program=POISON))
    got = others(jsonl(CASE), bad)
    row(r.returncode == 3 and got == want and n_events(CASE) == n,
        "crashes beside logs: each event is there once",
        f"status {r.returncode}, {n_events(CASE)} of {n} events", r.stderr)


def poison_in_a_log():
    """Without the end of a log nobody knows the years of its lines."""
    into, _ = poisoned(True, 40, 100)
    fresh()
    run(*scan_command(CASE, into))
    want = jsonl(CASE)
    with open(f"{into}/mail.log", "w") as log:
        log.writelines(log_line(i) for i in range(0, 30, 3))
        log.write(log_line(33).replace("m33@example.org", "crash"))
        log.writelines(log_line(i) for i in range(36, 60, 3))
    fresh()
    r = run(*scan_command(CASE, into, program=POISON))
    row(r.returncode == 3 and jsonl(CASE) == want and not n_events(CASE) and
        b"what logs in it tell is not kept" in r.stderr,
        "a crash in a log costs that log alone",
        f"status {r.returncode}, {len(jsonl(CASE))} of {len(want)}, "
        f"{n_events(CASE)} events", r.stderr)
    run(*scan_command(CASE, "--retry-skipped", into))
    row(n_events(CASE) > 0, "... and it is read with --retry-skipped")


# ---- show: a reader that is lost, and its guard ----

def shown(program, *args, **more):
    return run(program, "show", "--json", *args, **more)


def timelines(r):
    return r.stdout.decode().splitlines()


def told(r):
    return [line for line in r.stderr.decode(errors="replace").splitlines()
            if "worker-lost" in line]


def show_poison(name, as_mbox, n, every):
    """What show prints of the others is what it prints without the poison."""
    into, bad = poisoned(as_mbox, n, every)
    whole = timelines(shown(TLSTRAIL, into))
    want = others(whole, bad)
    r = shown(POISON, into)
    row(r.returncode == 3 and len(whole) == n and len(want) == n - len(bad)
        and timelines(r) == want,
        f"show, {name}: {len(bad)} of {n} that crash, hang or eat memory cost"
        " themselves alone", f"status {r.returncode}, {len(timelines(r))} of"
        f" {len(want)}", *told(r)[:9])
    row(len(told(r)) == len(bad), "... each is told of", *told(r)[:9])
    if not as_mbox:
        return
    out, manifest = f"{WORK}/out", f"{WORK}/manifest"
    r = shown(POISON, into, "-o", out, "--manifest", manifest)
    with open(out) as file:
        got = file.read().splitlines()
    with open(manifest) as file:
        n_sources = file.read().count("box.mbox")
    row(r.returncode == 3 and got == want and n_sources > 0,
        "... into files as well", f"status {r.returncode}, {len(got)}")


def show_poison_at_the_limit():
    n, limit = 400, 128
    into, _ = poisoned(True, n, 2, ("crash",))
    r = shown(POISON, into)
    row(r.returncode == 70 and len(told(r)) == 1 and
        "too often (limit item_retries)" in told(r)[0],
        f"show: after {limit} crashes the answer ends, and why is told",
        f"status {r.returncode}", *told(r)[:9])


def show_poison_in_a_log():
    """A line, read for the log itself or for a mail."""
    into = clean("poison")
    with open(f"{into}/mail.log", "w") as log:
        log.writelines(log_line(i) for i in range(0, 30, 3))
        log.write(log_line(33).replace("m33@example.org", "crash"))
        log.writelines(log_line(i) for i in range(36, 60, 3))
    whole = timelines(shown(TLSTRAIL, f"{into}/mail.log"))
    r = shown(POISON, f"{into}/mail.log")
    got = timelines(r)
    row(r.returncode == 3 and len(told(r)) == 1 and len(got) == len(whole)
        and sum(a != b for a, b in zip(got, whole)) <= 1,
        "show: a crash in a log costs that line alone",
        f"status {r.returncode}, {len(got)} of {len(whole)}", *told(r))


def show_guarded():
    """What becomes of the guard, becomes of its reader; and the other way."""
    into, _ = poisoned(True, 20, 10, ("crash",))
    box = f"{into}/box.mbox"
    with open(box, "rb") as file:
        r = shown(POISON, "-", stdin=file)
    row(r.returncode == 3 and len(timelines(r)) == 18 and len(told(r)) == 2,
        "show: a file as standard input is read again", r.returncode, r.stderr)
    with open(box, "rb") as file:
        r = shown(POISON, "-", input=file.read())
    row(r.returncode == 70 and len(told(r)) == 1 and
        b"standard input: the answer ends here" in r.stderr and
        b"through a pipe cannot be read again" in r.stderr,
        "show: a pipe is not, and the answer's end is told",
        r.returncode, r.stderr)
    r = run(POISON, "show", "--json", "testdata/sample.eml",
            env={**os.environ, "POISON_FORK": "1"})
    row(r.returncode == 0 and len(timelines(r)) == 1 and
        b"no process could be had to read in" in r.stderr,
        "show: without a process more it reads in its own, and says so",
        r.returncode, r.stderr)
    r = shown(POISON, box, preexec_fn=lambda: signal.signal(
        signal.SIGCHLD, signal.SIG_IGN))
    row(r.returncode == 3 and len(timelines(r)) == 18,
        "show: how a reader ended is known where children are ignored",
        r.returncode, r.stderr)
    r = shown(POISON, box, close_fds=False,
              preexec_fn=lambda: (os.close(0), os.close(1)))
    row(r.returncode == 74 and not r.stdout,
        "show: without standard input and output it ends, and says so",
        r.returncode, r.stderr)
    for signal_, status in ((signal.SIGINT, 130), (signal.SIGTERM, -15),
                            (signal.SIGKILL, -9)):
        p = subprocess.Popen([TLSTRAIL, "show"], stdin=subprocess.PIPE,
                             stdout=subprocess.DEVNULL,
                             stderr=subprocess.DEVNULL)
        p.stdin.write(message(1).encode())
        p.stdin.flush()
        time.sleep(0.3)
        children = f"/proc/{p.pid}/task/{p.pid}/children"
        with open(children) as file:
            readers = file.read().split()
        p.send_signal(signal_)
        time.sleep(0.1)
        if signal_ == signal.SIGINT:
            p.stdin.close()
        got = p.wait(20)
        time.sleep(0.2)
        left = [r for r in readers if os.path.exists(f"/proc/{r}")
                and " Z" not in open(f"/proc/{r}/stat").read()]
        row(len(readers) == 1 and got == status and not left,
            f"show: {signal_.name} to the guard ends its reader too",
            got, readers, left)


# ---- all of it ----

def main():
    base = Base()
    row(base.status == 3 and isinstance(base.told, list)
        and base.told[0].count(b"\n") > 400,
        f"a scan that nothing happens to ({base.seconds:.2f} s)",
        base.status, base.err, base.told)
    if run("strace", "-o", "/dev/null", "true").returncode:
        skip("killed or with a full disk at writes",
             "strace does not run here")
    else:
        killed_at_writes(base)
        full_at_writes(base)
    killed_at_instants(base)
    interrupted(base)
    full_at_sizes(base)
    n = how_many(10000, 600)
    poison("files", False, n, n // how_many(100, 10))
    poison("a mailbox", True, n, n // how_many(100, 10))
    poison_at_the_limit()
    poison_beside_logs()
    poison_in_a_log()
    n = how_many(2000, 400)
    show_poison("files", False, n, n // how_many(50, 10))
    show_poison("a mailbox", True, n, n // how_many(50, 10))
    show_poison_at_the_limit()
    show_poison_in_a_log()
    show_guarded()


main()
