"""traps/exim.py - Exim"""
from lines import *

E1 = "1xUoXz-0003kT-2a"
E2 = "1xUoXz-0003kT-2b"
NEW = "1xUoPA-000000001dF-0X2q"
H = "H=out.example.org (helo.example.org) [192.0.2.1]"
TO = "R=dnslookup T=remote_smtp"
X13 = "X=TLS1.3:ECDHE_SECP256R1__RSA_PSS_RSAE_SHA256__AES_256_GCM:256"
X12 = "X=TLS1.2:ECDHE-RSA-AES256-GCM-SHA384:256"
MX = "H=mx.example.net [192.0.2.26]"
MX2 = "H=mx2.example.net [192.0.2.27]"


def own(*lines, begin=0, zone=""):
    return "".join(f"2026-06-09 14:03:{(begin + i) % 60:02}{zone} {l}\n"
                   for i, l in enumerate(lines))


def came(qid=E1, p="P=esmtps", x=X13 + " CV=no", who="a@example.org", more="",
         peer=H):
    return (f"{qid} <= {who} {peer} {p} {x} S=798 id=1@a.example.org{more}"
            ).replace("  ", " ")


def went(qid=E1, to="b@example.net", peer=MX, x=X12 + " CV=yes",
         answer="250 2.0.0 Ok: queued as 4XrB2C", sign="=>"):
    return f'{qid} {sign} {to} {TO} {peer} {x} C="{answer}"'.replace("  ", " ")


TABLE = [
    ("exim: one line tells the leg", own(came()),
     [[f"{E1} encrypted TLSv1.3 fromip=192.0.2.1 rdns=out.example.org "
       "helo=helo.example.org client=untrusted"]]),
    ("exim: P= of RFC 3848 and 6531",
     own(*[came(f"1xUoX{i}-0003kT-2a", f"P={p}", "") for i, p in enumerate((
         "smtp", "smtps", "esmtp", "esmtps", "esmtpa", "esmtpsa", "utf8esmtp",
         "utf8esmtps", "asmtp", "ssmtp"))]),
     [[f"1xUoX{i}-0003kT-2a {'cleartext' if i in (0, 2, 4, 6, 8) else 'encrypted'} -"]
      for i in range(10)]),
    ("exim: utf8esmtpsa and lmtps", own(
        came(E1, "P=utf8esmtpsa", ""), came(E2, "P=utf8esmtpa", "")),
     [[f"{E1} encrypted -"], [f"{E2} cleartext -"]]),
    ("exim: spellings of versions",
     own(*[came(f"1xUoX{i}-0003kT-2a", x=f"X={v}:AES256-SHA:256 CV=no")
           for i, v in enumerate(("TLS1.0", "TLS1", "TLSv1", "TLS1.1",
                                  "TLS1.2", "TLSv1.2", "TLS1.3",
                                  "TLSv1.3"))]),
     [[f"1xUoX{i}-0003kT-2a encrypted {v}"] for i, v in enumerate((
         "TLSv1.0", "TLSv1.0", "TLSv1.0", "TLSv1.1", "TLSv1.2", "TLSv1.2",
         "TLSv1.3", "TLSv1.3"))]),
    ("exim: bits in bytes", own(
        came(x="X=TLS1.2:RSA_AES_128_CBC_SHA1:16 CV=no")),
     [[f"{E1} encrypted TLSv1.2 bits=128"]]),
    ("exim: a suite in GnuTLS's words is not doubted", own(came()),
     [[f"{E1} encrypted TLSv1.3 reliable=true odd=-"]]),
    ("exim: a session that was resumed", own(
        came(x=X13 + "* CV=no"), went(x=X12 + "* CV=yes")),
     [[f"{E1} encrypted TLSv1.3", "4XrB2C encrypted TLSv1.2"]]),
    ("exim: a connection that goes on", own(
        came(), came(E2), went(), went(E2, peer=MX + "*",
                                       answer="250 2.0.0 Ok: queued as 4XrB2D")),
     [[f"{E1} encrypted TLSv1.3", "4XrB2C encrypted TLSv1.2"],
      [f"{E2} encrypted TLSv1.3", "4XrB2D encrypted TLSv1.2"]]),
    ("exim: no suite in the log, but CV=", own(
        came(x="CV=no"), went(x="CV=dane")),
     [[f"{E1} encrypted - client=untrusted", "4XrB2C encrypted - server=verified"]]),
    ("exim: no suite and no CV=", own(came(x=""), went(x="")),
     [[f"{E1} encrypted -", "4XrB2C unknown -"]]),
    ("exim: others have X=, this has not", own(
        came(), went(), came(E2), went(E2, x="", peer=MX2)),
     [[f"{E1} encrypted TLSv1.3", "4XrB2C encrypted TLSv1.2"],
      [f"{E2} encrypted TLSv1.3", "4XrB2C cleartext -"]]),
    ("exim: ... and X= on what comes in is no control for what goes out", own(
        came(), went(x="")),
     [[f"{E1} encrypted TLSv1.3", "4XrB2C unknown -"]]),
    ("exim: a message from before the log", own(
        came(), went(), went(E2, x="", peer=MX2)),
     [[f"{E1} encrypted TLSv1.3", "4XrB2C encrypted TLSv1.2"],
      ["4XrB2C unknown -"]]),
    ("exim: `->` is a second recipient, of the same transfer", own(
        came(), went(), went(to="c@example.net", sign="->")),
     [[f"{E1} encrypted TLSv1.3", "4XrB2C encrypted TLSv1.2"]]),
    ("exim: `->` without what stood before", own(
        came(), went(), f"{E1} -> c@example.net {TO} {MX} {X12} CV=yes "
        'C="250 2.0.0 Ok: queued as 4XrB2C"', f"{E1} Completed"),
     [[f"{E1} encrypted TLSv1.3", "4XrB2C encrypted TLSv1.2"]]),
    ("exim: `*>` was not delivered", own(
        came(), f"{E1} *> b@example.net {TO} {MX} {X12} CV=yes "
        'C="delivery bypassed by -N option"'),
     [[f"{E1} encrypted TLSv1.3"]]),
    ("exim: two hosts for two recipients", own(
        came(), went(), went(to="c@example.com", peer=MX2, x="",
                             answer="250 2.0.0 Ok: queued as 77AB3C")),
     [[f"{E1} encrypted TLSv1.3", "4XrB2C encrypted TLSv1.2 to=b@example.net",
       "77AB3C cleartext - to=c@example.com"]]),
    ("exim: cutthrough", own(
        f'{E1} >> b@example.net {TO} {MX} {X12} CV=yes C="250 2.0.0 Ok: '
        'queued as 4XrB2C"', came(), f"{E1} Completed"),
     [[f"{E1} encrypted TLSv1.3", "4XrB2C encrypted TLSv1.2"]]),
    ("exim: DN= and SNI= before the rest", own(
        came(x=X13 + ' CV=yes DN="CN=x S=1 X=TLS1.0:A:1" SNI="mx.example.net"'),
        went(x=X12 + ' CV=yes DN="/C=XX/O=\\"A\\", Inc/CN=mx.example.net"')),
     [[f"{E1} encrypted TLSv1.3 client=verified",
       "4XrB2C encrypted TLSv1.2 server=verified"]]),
    ("exim: A=, K, PRDR and others", own(
        f"{E1} <= a@example.org {H}:4711 I=[192.0.2.26]:25 P=esmtpsa {X13} "
        "CV=no A=plain_server:a@example.org K S=798 RT=0.1s "
        'id=1@a.example.org T="x" from <a@example.org> for b@example.net',
        f"{E1} => b@example.net F=<a@example.org> P=<a@example.org> {TO} S=801 "
        f'{MX}:25 I=[192.0.2.26]:41000 {X12} CV=yes A=plain K PRDR C="250- 9 '
        'byte chunk, total 9\\n250 OK id=1xUoYj-000000001ee-2xtp" QT=1s DT=0.5s'),
     [[f"{E1} encrypted TLSv1.3", "1xUoYj-000000001ee-2xtp encrypted TLSv1.2"]]),
    ("exim: a host without a name", own(
        came(peer="H=[192.0.2.1]"), came(E2, peer="H=(x) [192.0.2.1]")),
     [[f"{E1} encrypted TLSv1.3 fromip=192.0.2.1 rdns=- helo=-"],
      [f"{E2} encrypted TLSv1.3 fromip=192.0.2.1 rdns=- helo=x"]]),
    ("exim: by IPv6", own(came(peer="H=out.example.org [2001:db8::1]:4711")),
     [[f"{E1} encrypted TLSv1.3 fromip=2001:db8::1"]]),
    ("exim: the long id of 4.97", own(
        came(NEW), went(NEW), f"{NEW} Completed"),
     [[f"{NEW} encrypted TLSv1.3", "4XrB2C encrypted TLSv1.2"]]),
    ("exim: an id of octal escapes", own(
        came().replace("id=1@a", "id=caf\\303\\251@a")), [[f"{E1} encrypted TLSv1.3"]]),
    ("exim: no id", own(came().replace(" id=1@a.example.org", "")),
     [[f"{E1} encrypted TLSv1.3"]]),
    ("exim: a local submission", own(
        f"{E1} <= a@mx.example.net U=a P=local S=798 id=1@a.example.org",
        went()),
     [[f"{E1} local -", "4XrB2C encrypted TLSv1.2"]]),
    ("exim: a bounce is another message", own(
        came(), f"{E1} ** b@example.net {TO} {MX} {X12} CV=yes: SMTP error "
        "from remote mail server after RCPT TO:<b@example.net>: 550 5.1.1 no",
        f"{E2} <= <> R={E1} U=Debian-exim P=local S=1900",
        went(E2, "a@example.org", MX2), f"{E1} Completed"),
     [[f"{E1} encrypted TLSv1.3", "tried bounced b@example.net"],
      [f"{E2} local -", "4XrB2C encrypted TLSv1.2"]]),
    ("exim: a handshake fails, and it goes in clear", own(
        came(), f"{E1} TLS session: (gnutls_handshake): A TLS fatal alert has "
        "been received.: delivering unencrypted to H=mx.example.net "
        "[192.0.2.26] (not in hosts_require_tls)", went(x="")),
     [[f"{E1} encrypted TLSv1.3", "4XrB2C cleartext - tried=handshake-failed"]]),
    ("exim: ... to one, and with TLS to the next", own(
        came(), f"{E1} TLS session: (SSL_connect): error:x: delivering "
        "unencrypted to H=mx.example.net [192.0.2.26] (not in "
        "hosts_require_tls)",
        f"{E1} H=mx.example.net [192.0.2.26] Connection timed out",
        went(peer=MX2)),
     [[f"{E1} encrypted TLSv1.3", "4XrB2C encrypted TLSv1.2"
       " by=mx2.example.net tried=handshake-failed"]]),
    ("exim: TLS is required and not offered", own(
        came(), f"{E1} H=mx.example.net [192.0.2.26]: a TLS session is "
        "required, but the server did not offer TLS support",
        f"{E1} == b@example.net {TO} defer (-38) H=mx.example.net "
        "[192.0.2.26]: a TLS session is required, but the server did not "
        "offer TLS support"),
     [[f"{E1} encrypted TLSv1.3", "tried refused b@example.net"]]),
    ("exim: SSL verify error before a delivery does no harm", own(
        came(), f"{E1} [192.0.2.26] SSL verify error: depth=0 error=self-signed "
        "certificate cert=/CN=mx.example.net", went(x=X12 + " CV=no")),
     [[f"{E1} encrypted TLSv1.3", "4XrB2C encrypted TLSv1.2 server=untrusted"]]),
    ("exim: a TLS error of a client is no message", own(
        "TLS error on connection from out.example.org (x) [192.0.2.1] "
        "(gnutls_handshake): A packet with illegal or unsupported version was "
        "received.", came(p="P=esmtp", x="")), [[f"{E1} cleartext -"]]),
    ("exim: put off, and sent later without X=",
     own(came(), f"{E1} == b@example.net {TO} defer (-44) {MX}: SMTP error from "
         "remote mail server after RCPT TO:<b@example.net>: 450 later",
         came(E2), went(E2, peer=MX2)) +
     own(went(x=""), begin=30),
     [[f"{E1} encrypted TLSv1.3", "4XrB2C cleartext - tried=deferred"],
      [f"{E2} encrypted TLSv1.3", "4XrB2C encrypted TLSv1.2"]]),
    ("exim: zone and milliseconds, and a process id", "".join(
        f"2026-06-09 16:03:20.123 +0200 [77] {l}\n" for l in (came(), went())),
     [[f"{E1} encrypted TLSv1.3 at=2026-06-09T14:03:20.123000Z unsure=0",
       "4XrB2C encrypted TLSv1.2"]]),
    ("exim: to syslog, with its own date", bsd(
        f"exim[77]: 2026-06-09 14:03:20 {came()}",
        f"exim[78]: 2026-06-09 14:03:20 {went()}"),
     [[f"{E1} encrypted TLSv1.3 by=mx", "4XrB2C encrypted TLSv1.2 from=mx"]]),
    ("exim: to syslog, without", bsd(
        f"exim[77]: {came()}", f"exim[78]: {went()}"),
     [[f"{E1} encrypted TLSv1.3", "4XrB2C encrypted TLSv1.2"]]),
    ("exim: to syslog, in pieces", bsd(
        f"exim[77]: [1/2] 2026-06-09 14:03:20 {came()[:60]}",
        f"exim[77]: [2/2] {came()[60:]}"), [[f"{E1} encrypted TLSv1.3"]]),
    ("exim: to syslog, in pieces, one of them lost", bsd(
        f"exim[77]: [1/3] 2026-06-09 14:03:20 {came()[:60]}",
        f"exim[77]: [3/3] {came()[100:]}", f"exim[77]: {came(E2)}"),
     [[f"{E2} encrypted TLSv1.3"]], {"status": 3}),
    ("exim: a local part in quotes", own(
        f'{E1} <= "x [203.0.113.66] P=esmtps"@example.org {H} P=esmtp S=1'),
     [[f"{E1} cleartext - fromip=192.0.2.1"]]),
    ("exim: a file and a pipe are no transfers", own(
        came(), f"{E1} => /home/b/Maildir/ <b@mx.example.net> R=local "
        "T=address_directory", f"{E1} => |/usr/bin/x <b@mx.example.net> R=a "
        "T=address_pipe", f"{E1} => b <b@mx.example.net> R=local_user "
        "T=maildir_home S=900"), [[f"{E1} encrypted TLSv1.3"]]),
    ("exim: LMTP to a store", own(
        came(), f"{E1} => b <b@mx.example.net> R=local T=lmtp "
        "H=store.example.net [192.0.2.28] "
        'C="250 2.0.0 <b@mx.example.net> HaJJJpjQAWtgGwAAG7A98A Saved"'),
     [[f"{E1} encrypted TLSv1.3", "HaJJJpjQAWtgGwAAG7A98A unknown -"]]),
    ("exim: rejected, so it is no message", own(
        f'H=out.example.org [192.0.2.1] {X13} CV=no F=<a@example.org> rejected '
        "RCPT <b@example.net>: relay not permitted",
        f"{E1} H=out.example.org [192.0.2.1] {X13} CV=no F=<a@example.org> "
        "rejected after DATA: spam", came(E2)), [[f"{E2} encrypted TLSv1.3"]]),
]
