#!/usr/bin/env python3
"""The mails of an mboxrd as files of a Maildir.

usage: maildir.py FILE.mbox DIRECTORY

Names sort as the mails stand; one ">" is taken off a quoted From line.
"""
import os, re, sys

mbox, directory = sys.argv[1:3]
for name in ("cur", "new", "tmp"):
    os.makedirs(os.path.join(directory, name))
quoted = re.compile(rb"^>(>*From )", re.M)
number = 0
lines = []


def put():
    global number
    if lines:
        path = os.path.join(
            directory, "cur",
            f"{1780000000 + number}.M{number % 1000000:06}P1.mail:2,S")
        with open(path, "wb") as f:
            f.write(quoted.sub(rb"\1", b"".join(lines[1:-1])))
        number += 1
        lines.clear()


with open(mbox, "rb") as box:
    for line in box:
        if line.startswith(b"From "):
            put()
        lines.append(line)
put()
