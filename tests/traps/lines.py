"""traps/lines.py - log lines in short"""

OUT = "out.example.org[192.0.2.1]"
MX = "mx.example.net[192.0.2.26]:25"
MX2 = "mx2.example.net[192.0.2.27]:25"
AES = "TLS_AES_256_GCM_SHA384 (256/256 bits)"
ECDHE = "ECDHE-RSA-AES256-GCM-SHA384 (256/256 bits)"
V13 = f"TLSv1.3 with cipher {AES}"
V12 = f"TLSv1.2 with cipher {ECDHE}"


def bsd(*lines, host="mx", begin=0, minute=3):
    """`tag: text`, a second each."""
    return "".join(f"Jun  9 14:{minute:02}:{(begin + i) % 60:02} {host} {l}\n"
                   for i, l in enumerate(lines))


def connect(peer=OUT, tag="postfix/smtpd[7]"):
    return f"{tag}: connect from {peer}"


def client(qid, peer=OUT, tag="postfix/smtpd[7]"):
    return f"{tag}: {qid}: client={peer}"


def tls_in(version=V13, peer=OUT, tag="postfix/smtpd[7]", trust="Anonymous"):
    return f"{tag}: {trust} TLS connection established from {peer}: {version}"


def tls_out(version=V12, peer=MX, tag="postfix/smtp[9]", trust="Untrusted",
            how="established"):
    return f"{tag}: {trust} TLS connection {how} to {peer}: {version}"


def bye(words="ehlo=1 mail=1 rcpt=1 data=1 quit=1 commands=5", peer=OUT,
        tag="postfix/smtpd[7]"):
    return f"{tag}: disconnect from {peer} {words}".rstrip()


STARTTLS = "ehlo=2 starttls=1 mail=1 rcpt=1 data=1 quit=1 commands=7"


def active(qid, tag="postfix/qmgr[3]"):
    return f"{tag}: {qid}: from=<a@example.org>, size=9, nrcpt=1 (queue active)"


def removed(qid, tag="postfix/qmgr[3]"):
    return f"{tag}: {qid}: removed"


def msgid(qid, mid="<1@a.example.org>", tag="postfix/cleanup[8]"):
    return f"{tag}: {qid}: message-id={mid}"


def sent(qid, to="b@example.net", peer=MX, as_="4XrB2C", more="", tls="",
         tag="postfix/smtp[9]", answer=None):
    answer = answer or f"250 2.0.0 Ok: queued as {as_}"
    return (f"{tag}: {qid}: to=<{to}>, relay={peer},{more} delay=0.1, "
            f"delays=0/0/0.1/0,{tls} dsn=2.0.0, status=sent ({answer})")


def put_off(qid, to="b@example.net", peer=MX, why="host said: 450 later",
            dsn="4.7.1", status="deferred", tag="postfix/smtp[9]"):
    return (f"{tag}: {qid}: to=<{to}>, relay={peer}, delay=0.1, "
            f"delays=0/0/0.1/0, dsn={dsn}, status={status} ({why})")


def mail(stamp, mid="<1@a.example.org>", to="b@example.net", more=""):
    """A mail with this stamp, which is a list of folded lines."""
    return ("Received: " + "\n\t".join(stamp) + f"\n{more}"
            f"Message-ID: {mid}\nFrom: a@example.org\nTo: {to}\n"
            "Subject: x\n\nbody\n")
