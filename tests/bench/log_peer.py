"""What a script does that joins a Postfix log: TLS by process, ids by queue.

python3 tests/bench/log_peer.py LOG prints a line for each delivery.
"""

import re
import sys

LINE = re.compile(rb"\S+ +\S+ \S+ \S+ [^ /]+/(\w+)\[(\d+)\]: (.*)")
TLS = re.compile(rb"(\w+) TLS connection established \w+ "
                 rb"[^\[]+\[([^\]]+)\].*?: (\S+) with cipher (\S+)")
CLIENT = re.compile(rb"(\w+): client=[^\[]+\[([^\]]+)\]")
MESSAGE = re.compile(rb"(\w+): message-id=<?([^>]*)")
TO = re.compile(rb"(\w+): to=<([^>]*)>, .*?relay=([^,]+),.* status=(\w+)")


def join(log, out):
    tls, clients, ids = {}, {}, {}
    for line in log:
        m = LINE.match(line)
        if not m:
            continue
        daemon, pid, text = m.groups()
        if daemon == b"smtpd":
            if t := TLS.match(text):
                tls[pid] = t.groups()
            elif t := CLIENT.match(text):
                clients[t[1]] = t[2], tls.get(pid)
            elif text.startswith(b"disconnect "):
                tls.pop(pid, None)
        elif daemon == b"cleanup":
            if t := MESSAGE.match(text):
                ids[t[1]] = t[2]
        elif daemon == b"smtp":
            if t := TLS.match(text):
                tls[pid] = t.groups()
            elif t := TO.match(text):
                print(t.groups(), ids.get(t[1]), clients.get(t[1]),
                      tls.get(pid), file=out)
        elif text.endswith(b": removed"):
            ids.pop(text[:-9], None)
            clients.pop(text[:-9], None)


with open(sys.argv[1], "rb") as lines:
    join(lines, sys.stdout)
