#!/usr/bin/env python3
"""names.py - the payloads of tests/unit/payloads.h as names of files

usage: names.py PAYLOADS.h MESSAGE    makes d/ (directories), t.tar and t.zip
       names.py --check FILE...       what of it acts on whoever reads FILE

A name in d/ has no slash and no NUL.  In the archives it has both, where the
format can hold it, and a message stands in each.  What ends in a backslash is
no file in a zip (three of them): libarchive makes a directory of it.
"""
import ast
import io
import json
import os
import re
import sys
import tarfile
import zipfile

# C0 but LF, DEL, C1, bidi controls and line separators.
ACTS = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e"
                  "\u2066-\u2069]")


def payloads(header):
    with open(header, encoding="ascii") as f:
        text = f.read()
    for rest in re.split(r"\bPAYLOAD\(", text)[2:]:
        literals = re.findall(r'"(?:[^"\\]|\\.)*"', rest.split("PAYLOAD")[0])
        name = b"".join(ast.literal_eval("b" + s) for s in literals[1:])
        if name:
            yield name


def make(header, message):
    with open(message, "rb") as f:
        mail = f.read()
    tar = tarfile.open("t.tar", "w", format=tarfile.PAX_FORMAT)
    zipped = zipfile.ZipFile("t.zip", "w")
    n = 0
    for name in payloads(header):
        n += 1
        path = b"d/%03d" % n + name.replace(b"/", b"_").replace(b"\0", b"_")
        os.makedirs(path)
        with open(path + b"/m.eml", "wb") as f:
            f.write(mail)
        info = tarfile.TarInfo(
            (b"%03d" % n + name).decode("utf-8", "surrogateescape"))
        info.size = len(mail)
        tar.addfile(info, io.BytesIO(mail))
        zipped.writestr(zipfile.ZipInfo(
            "%03d" % n + name.decode("latin-1")), mail)
    tar.close()
    zipped.close()
    if n < 80:
        sys.exit(f"{n} payloads only")


def check(files):
    n_acts = n_bad = 0
    names = set()
    for path in files:
        with open(path, "rb") as f:
            text = f.read().decode("utf-8")  # fails where it is none
        n_acts += len(ACTS.findall(text))
        for line in text.split("\n"):
            if not line.startswith("{"):
                continue
            try:
                source = json.loads(line)["source"]
                names.add((source["path"], tuple(source["member"])))
            except (ValueError, KeyError):
                n_bad += 1
    print(f"{len(names)} names, {n_acts} that act, "
          f"{n_bad} lines of JSON that are none")


if __name__ == "__main__":
    if sys.argv[1] == "--check":
        check(sys.argv[2:])
    else:
        make(*sys.argv[1:])
