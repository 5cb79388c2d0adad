#!/usr/bin/env python3
"""A directory of many kinds of files, for several threads to read.

usage: files.py DIRECTORY FILE...

Each FILE some times over, by names that sort; between them an mbox and a
compressed one whose answers are larger than may wait in memory, an empty file,
one that is no mail, a link and a pipe.
"""
import gzip
import os
import sys

directory, files = sys.argv[1], sys.argv[2:]
number = 0


def put(data, suffix):
    global number
    number += 1
    path = os.path.join(directory, f"{number:05d}.{suffix}")
    with open(path, "wb") as f:
        f.write(data)
    return path


contents = [open(f, "rb").read() for f in files]
mail = contents[0].replace(b"\r\n", b"\n")
# in one read or a few, as found or changed by its normal form
long = [mail + b"text\n" * n for n in (9000, 13107, 40000, 60000)]
long += [m.replace(b"\n", b"\r\n") for m in long]
long += [m + b"\n\n" for m in long] + [m + b">From x\n" for m in long]
mbox = (b"From a@b Mon Jan  1 00:00:00 2024\n" + mail + b"\n") * 1500
while number < 700:
    for data in contents:
        put(data, "eml")
    if number > 150 and mbox:
        for data in long:
            put(data, "eml")
        put(gzip.compress(long[1], 1, mtime=0), "eml.gz")
        put(mbox, "mbox")
        put(gzip.compress(mbox, 1, mtime=0), "mbox.gz")
        put(b"", "eml")
        put(b"\0\1\2\3" * 100, "bin")
        os.symlink("00001.eml", put(b"", "link") + "s")
        os.mkfifo(os.path.join(directory, f"{number:05d}.pipe"))
        mbox = b""
