"""reduce.py - what show --json printed, as an export has it

Usage: reduce.py FILE...: each message once (the first by path, member and
place among those with its content, one of its own before one inside another),
sorted lines on standard output.  With --sort, lines are only sorted.
"""

import json
import sys


def place(row, at):
    source = row["source"]
    return (
        row["parent"] is not None,
        source["path"].encode(),
        [m.encode() for m in source["member"]],
        at,
    )


def main():
    only_sort = "--sort" in sys.argv
    best, alone = {}, []
    for name in sys.argv[1:]:
        if name == "--sort":
            continue
        with open(name, encoding="utf-8") as lines:
            for at, line in enumerate(lines):
                row = json.loads(line)
                key = row["message"]["content_sha256"]
                if key is None or only_sort:
                    alone.append(line)
                    continue
                old = best.get(key)
                if old is None or place(row, at) < old[0]:
                    best[key] = (place(row, at), line)
    for line in sorted(alone + [line for _, line in best.values()]):
        sys.stdout.write(line)


main()
