#!/usr/bin/env python3
"""The Python peer of the benchmark: mailbox.mbox and BytesHeaderParser.

usage: peer.py FILE.mbox

Counts messages, Received fields and those that name a TLS version: less than
tlstrail does, by the means most scripts take.
"""
import mailbox, sys
from email.parser import BytesHeaderParser

messages = stamps = named = 0
parser = BytesHeaderParser()
box = mailbox.mbox(sys.argv[1], create=False)
for key in box.iterkeys():
    with box.get_file(key) as f:
        header = parser.parse(f)
    messages += 1
    for value in header.get_all("Received", []):
        stamps += 1
        named += "TLS" in str(value)
print(messages, stamps, named)
