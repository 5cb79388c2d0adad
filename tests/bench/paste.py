#!/usr/bin/env python3
"""Wall time of one pasted header block, process start included.

usage: paste.py PROGRAM MESSAGE
"""
import statistics, subprocess, sys, time

program, message = sys.argv[1:3]
with open(message, "rb") as f:
    header = f.read().split(b"\n\n")[0] + b"\n"


def once(command):
    begin = time.perf_counter()
    subprocess.run(command, input=header, stdout=subprocess.DEVNULL)
    return (time.perf_counter() - begin) * 1000


rows = {"tlstrail show -": [program, "show", "-"],
        "true (process start alone)": ["true"],
        "python3 -c 'import email'": [sys.executable, "-c", "import email"]}
print(f"\none pasted header of {len(header)} bytes, wall, median of 20")
median = {}
for name, command in rows.items():
    once(command)
    median[name] = statistics.median(once(command) for _ in range(20))
    print(f"{name:28} {median[name]:6.2f} ms")


def judge(value, bound, text):
    said = ("ok" if value <= bound else
            "within 2x" if value <= 2 * bound else "NOT")
    print(f"    {said:10}{value:8.3f} ({bound:g})  {text}")


own, _, python = median.values()
judge(own, 5, "ms")
judge(own / python, 0.1, "wall of python3 -c 'import email'")
