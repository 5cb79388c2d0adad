#!/usr/bin/env python3
"""Is a mail told the same whether its logs are read for it alone or in full?

usage: sift.py PROGRAM LAB

Logs given by --log are kept only as far as the mail can be joined with them; a
log among the FILEs is kept in full.  Every mail of the lab by itself, all mail
of a scenario at once, and the logs in both orders must give the same timelines
byte for byte; and so must a directory of its mail and logs, which nobody named.
Ends with 0 where all is well.
"""
import glob, json, os, re, shutil, subprocess, sys, tempfile

program, lab = sys.argv[1:3]


def logs_of(scenario):
    files = glob.glob(os.path.join(lab, scenario, "logs", "*"))
    return sorted(f for f in files if re.search(
        r"(\.mail\.log|\.exim_mainlog|\.postfix\.log)$", f)
        and not os.path.basename(f).startswith("loghost"))


def mails_of(scenario):
    return sorted(glob.glob(os.path.join(lab, scenario, "Maildir*", "*", "*")))


def told(mails, arguments):
    """The mails' timelines, as they were written."""
    run = subprocess.run([program, "show", "--json", *mails, *arguments],
                         capture_output=True)
    if run.returncode not in (0, 3):
        sys.exit(f"{mails}: ended with {run.returncode}\n{run.stderr}")
    return [l for l in run.stdout.split(b"\n") if l
            and json.loads(l).get("source", {}).get("path") in mails]


def of(mail, lines):
    return [l for l in lines
            if json.loads(l).get("source", {}).get("path") == mail]


def named(logs):
    return [a for log in logs for a in ("--log", log)]


def told_of_folder(root, files, mails):
    """Those of the mails, of a directory with nothing but these files."""
    with tempfile.TemporaryDirectory() as top:
        for f in files:
            to = os.path.join(top, os.path.relpath(f, root))
            os.makedirs(os.path.dirname(to), exist_ok=True)
            shutil.copy2(f, to)
        run = subprocess.run([program, "show", "--json", top],
                             capture_output=True)
        if run.returncode not in (0, 3):
            sys.exit(f"{root}: ended with {run.returncode}\n{run.stderr}")
        lines = run.stdout.replace(top.encode(), root.encode()).split(b"\n")
    return [l for m in mails for l in of(m, filter(None, lines))]


bad = n = joined = 0
for scenario in sorted(os.listdir(lab)):
    logs, mails = logs_of(scenario), mails_of(scenario)
    if not logs or not mails:
        continue
    full = told(mails, logs)
    if len(full) < len(mails):
        sys.exit(f"{scenario}: {len(full)} timelines, not {len(mails)}")
    joined += sum(b'"witnesses":[{' in l for l in full)
    n += 1
    root = os.path.join(lab, scenario)
    if told_of_folder(root, logs + mails, mails) != full:
        bad += 1
        print(root, "as a directory")
    rows = [(mails, full)] + [([m], of(m, full)) for m in mails]
    for some, lines in rows:
        for order in logs, logs[::-1]:
            n += 1
            if told(some, named(order)) != lines:
                bad += 1
                print(some[0], order)
print(f"{n} runs, {joined} messages joined, {bad} differ")
sys.exit(1 if bad or joined == 0 else 0)
