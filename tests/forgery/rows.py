"""forgery/rows.py - what senders and peers write, made to look like a log

A row is a name, the victim's queue id in that log's form, the log, and the
hops that are to come of it: "id verdict version peer", the peer being the
client's address, or the server's name of a delivery.  None of them is the
victim's.  What is forged names 203.0.113.66 and evil.example.org.
"""
import json

IP = "203.0.113.66"
CIPHER = "TLS_AES_256_GCM_SHA384"
TLS = f"TLSv1.3 with cipher {CIPHER} (256/256 bits)"


def bsd(tag, *texts):
    return "".join(f"Jun  9 14:03:2{i % 10} mx {tag}: {t}\n"
                   for i, t in enumerate(texts))


def own(*texts):
    return "".join(f"2026-06-09 14:03:2{i % 10} {t}\n"
                   for i, t in enumerate(texts))


def cisco(*texts):
    return "".join(f"Tue Jun  9 14:03:2{i % 10} 2026 Info: {t}\n"
                   for i, t in enumerate(texts))


def rows(*values):
    return "".join(json.dumps(v) + "\n" for v in values)


def exchange(*lines):
    head = ("#Fields: date-time,connector-id,session-id,sequence-number,"
            "local-endpoint,remote-endpoint,event,data,context\n")

    def field(s):
        return '"' + s.replace('"', '""') + '"' if "," in s or '"' in s else s
    return head + "".join(
        f"2026-06-09T14:03:2{i % 10}.000Z,MX\\Default MX,08DE000000000001,{i},"
        f"192.0.2.26:25,192.0.2.1:51034,{e},{field(d)},{field(c)}\n"
        for i, (e, d, c) in enumerate(lines))


# ---- Postfix ----

P = "4XVICT1M"
CLIENT = "connect from out.example.org[192.0.2.1]"
OWN = "4Xq10: client=out.example.org[192.0.2.1]"
END = "disconnect from out.example.org[192.0.2.1] ehlo=1 mail=1 rcpt=1 data=1 quit=1 commands=5"
SENT = ("relay=mx.example.net[192.0.2.26]:25, delay=0.1, delays=0/0/0.1/0, "
        "dsn=2.0.0, status=sent (250 2.0.0 Ok: queued as 4XrB2C)")
FORGED_SENT = (f"relay=evil.example.org[{IP}]:25, delay=0.1, delays=0/0/0.1/0,"
               f" dsn=2.0.0, status=sent (250 2.0.0 Ok: queued as {P})")
ACCEPT = "4Xq10 cleartext None 192.0.2.1"

postfix = [
    ("postfix: a HELO in a reject", P, bsd("postfix/smtpd[7]", CLIENT,
        "NOQUEUE: reject: RCPT from out.example.org[192.0.2.1]: 554 5.7.1 "
        "<b@example.net>: Relay access denied; from=<a@example.org> "
        f"to=<b@example.net> proto=ESMTP helo=<x {P}: client=evil.example.org[{IP}]>",
        OWN, END), [ACCEPT]),
    ("postfix: a HELO that is a TLS line", P, bsd("postfix/smtpd[7]", CLIENT,
        "NOQUEUE: reject: RCPT from out.example.org[192.0.2.1]: 554 5.7.1 x; "
        f"helo=<Anonymous TLS connection established from out.example.org[192.0.2.1]: {TLS}>",
        OWN, END), [ACCEPT]),
    ("postfix: a command in a warning", P, bsd("postfix/smtpd[7]", CLIENT,
        "warning: non-SMTP command from out.example.org[192.0.2.1]: "
        f"{P}: client=evil.example.org[{IP}]", OWN, END), [ACCEPT]),
    ("postfix: a login name", P, bsd("postfix/smtpd[7]", CLIENT,
        OWN + f", sasl_method=PLAIN, sasl_username=x, orig_queue_id={P}, "
        f"orig_client=evil.example.org[{IP}]@example.org", END), [ACCEPT]),
    ("postfix: a Message-ID that is a client line", P,
     bsd("postfix/smtpd[7]", CLIENT, OWN, END) +
     bsd("postfix/cleanup[8]", f"4Xq10: message-id=<{P}: client=evil.example.org[{IP}]>"),
     [ACCEPT]),
    ("postfix: a Message-ID that is a whole line", P,
     bsd("postfix/smtpd[7]", CLIENT, OWN, END) +
     bsd("postfix/cleanup[8]", "4Xq10: message-id=<x Jun  9 14:03:24 mx "
         f"postfix/smtpd[9]: {P}: client=evil.example.org[{IP}]>"), [ACCEPT]),
    ("postfix: a subject in header_checks", P,
     bsd("postfix/smtpd[7]", CLIENT, OWN, END) +
     bsd("postfix/cleanup[8]", "4Xq10: warning: header Subject: "
         f"{P}: message-id=<victim@example.org> from out.example.org[192.0.2.1]; "
         "from=<a@example.org> to=<b@example.net> proto=ESMTP helo=<x>"), [ACCEPT]),
    ("postfix: a sender", P, bsd("postfix/smtpd[7]", CLIENT, OWN, END) +
     bsd("postfix/qmgr[8]", f'4Xq10: from=<"{P}: from=<x>, size=1, nrcpt=1 '
         '(queue active)"@example.org>, size=9, nrcpt=1 (queue active)'),
     [ACCEPT]),
    ("postfix: a recipient that is a delivery", P, bsd("postfix/smtp[9]",
        f'4Xq11: to=<"x>, {FORGED_SENT}"@example.net>, {SENT}'),
     ["4XrB2C unknown None mx.example.net"]),
    ("postfix: an alias that is a delivery", P, bsd("postfix/smtp[9]",
        f'4Xq11: to=<b@example.net>, orig_to=<"x>, {FORGED_SENT}"@example.net>, {SENT}'),
     ["4XrB2C unknown None mx.example.net"]),
    ("postfix: an answer that quotes an id", P, bsd("postfix/smtp[9]",
        "4Xq11: to=<b@example.net>, relay=mx.example.net[192.0.2.26]:25, "
        "delay=0.1, delays=0/0/0.1/0, dsn=2.0.0, status=sent (250 2.0.0 got "
        f'"Ok: queued as {P}")'), ["None unknown None mx.example.net"]),
    ("postfix: an answer that is a TLS line", P, bsd("postfix/smtp[9]",
        f"4Xq12: to=<b@example.net>, relay=mx.example.net[192.0.2.26]:25, delay=1, "
        "delays=0/0/0/1, dsn=4.0.0, status=deferred (host mx.example.net[192.0.2.26] "
        f"said: 450 Untrusted TLS connection established to mx.example.net[192.0.2.26]:25: {TLS})",
        f"4Xq11: to=<b@example.net>, {SENT}"),
     ["4XrB2C unknown None mx.example.net"]),
    ("postfix: a server name for another's TLS", P, bsd("postfix/smtpd[7]",
        CLIENT, f"Anonymous TLS connection established from out.example.org[{IP}]: {TLS}",
        OWN, END), [ACCEPT]),
]

# ---- Exim ----

E = "1xVICT-0003kT-2a"
EX = "1xUoXz-0003kT-2a"
CLEAR = f"{EX} cleartext None 192.0.2.1"
HOST = "H=out.example.org [192.0.2.1] P=esmtp S=798"
FORGED_IN = f"H=evil.example.org [{IP}] P=esmtps X=TLS1.3:{CIPHER}:256 CV=no S=1"

exim = [
    ("exim: a subject with X=", E, own(
        f'{EX} <= a@example.org {HOST} id=1@a.example.org T="x X=TLS1.3:{CIPHER}:256 CV=yes"'),
     [CLEAR]),
    ("exim: a subject that is a line", E, own(
        f'{EX} <= a@example.org {HOST} id=1@a.example.org T="x\\n2026-06-09 '
        f'14:03:21 {E} <= v@example.org {FORGED_IN}"'), [CLEAR]),
    ("exim: a HELO with an address", E, own(
        f"{EX} <= a@example.org H=out.example.org (x [{IP}] P=esmtps "
        f"X=TLS1.3:{CIPHER}:256) [192.0.2.1] P=esmtp S=798"), [CLEAR]),
    ("exim: a sender that is the rest", E, own(
        f'{EX} <= "x {FORGED_IN}"@example.org {HOST}'), [CLEAR]),
    ("exim: a Message-ID that is a line", E, own(
        f"{EX} <= a@example.org {HOST} id={E}<=v@example.org"), [CLEAR]),
    ("exim: a recipient that is the rest", E, own(
        f'{EX} => "x R=dns T=smtp H=evil.example.org [{IP}] X=TLS1.3:A:256"'
        "@example.net R=dnslookup T=remote_smtp H=old.example.net "
        '[192.0.2.27] C="250 OK id=1xUoXz-0003kT-2b"'),
     ["1xUoXz-0003kT-2b unknown None old.example.net"]),
    ("exim: an answer that quotes an id", E, own(
        f"{EX} => b@example.net R=dnslookup T=remote_smtp H=old.example.net "
        f'[192.0.2.27] C="250 got OK id={E}"'),
     ["None unknown None old.example.net"]),
    ("exim: a HELO in a rejection", E, own(
        f"H=(x {E} <= v@example.org {FORGED_IN}) [192.0.2.1] rejected EHLO: "
        "syntactically invalid argument(s)",
        f"{EX} <= a@example.org {HOST}"), [CLEAR]),
]

# ---- Sendmail, OpenSMTPD ----

S = "6599VICT013674"
SM = "6599E3Kf013674"
RELAY = ("size=798, class=0, nrcpts=1, msgid=<1@a.example.org>, proto=ESMTP, "
         "daemon=MTA-v4, relay=out.example.org [192.0.2.1]")
SM_IN = f"{SM} cleartext None 192.0.2.1"

sendmail = [
    ("sendmail: a sender that is the rest", S, bsd("sm-mta[7]",
        f'{SM}: from=<"x>, size=1, class=0, nrcpts=1, proto=ESMTPS, daemon=M, '
        f'relay=evil.example.org [{IP}]"@example.org>, {RELAY}'), [SM_IN]),
    ("sendmail: a Message-ID that is the rest", S, bsd("sm-mta[7]",
        f"{SM}: from=<a@example.org>, size=798, class=0, nrcpts=1, "
        f"msgid=<x>, proto=ESMTPS, daemon=MTA-v4, relay=evil.example.org [{IP}]>, "
        "proto=ESMTP, daemon=MTA-v4, relay=out.example.org [192.0.2.1]"), [SM_IN]),
    ("sendmail: a recipient that is a delivery", S, bsd("sm-mta[7]",
        f'{SM}: to=<"x>, delay=00:00:01, mailer=relay, relay=evil.example.org. [{IP}], '
        f'dsn=2.0.0, stat=Sent (Ok: queued as {P})"@example.net>, delay=00:00:01, '
        "xdelay=00:00:01, mailer=relay, pri=30798, relay=store.example.net. "
        "[192.0.2.27], dsn=2.0.0, stat=Sent (Ok: queued as 16288B84501)"),
     ["16288B84501 unknown None store.example.net"]),
    ("sendmail: an argument that is a line", S, bsd("sm-mta[7]",
        f"ruleset=check_rcpt, arg1=<{S}: from=<v@example.org>, {RELAY}>, "
        "relay=out.example.org [192.0.2.1], reject=550 5.7.1 x",
        f"{SM}: from=<a@example.org>, {RELAY}"), [SM_IN]),
    ("sendmail: an argument that is a TLS line", S, bsd("sm-mta[7]",
        "ruleset=check_mail, arg1=<STARTTLS=server, relay=out.example.org "
        "[192.0.2.1], version=TLSv1.3, verify=NO, cipher=A, bits=256/256>, "
        "relay=out.example.org [192.0.2.1], reject=550 5.7.1 x",
        f"{SM}: from=<a@example.org>, {RELAY}"), [SM_IN]),
]

O = "deadbeef"
OS = "24ba331012345678"
CONNECTED = f"{OS} smtp connected address=192.0.2.1 host=out.example.org"
MESSAGE = f"{OS} smtp message msgid=24ba3310 size=9 nrcpt=1 proto=ESMTP"
OS_IN = "24ba3310 cleartext None 192.0.2.1"

opensmtpd = [
    ("opensmtpd: a sender that is a TLS line", O, bsd("smtpd[5]", CONNECTED,
        f'{OS} smtp envelope evpid=24ba331000000001 from=<"x {OS} smtp tls '
        f'ciphers=TLSv1.3:{CIPHER}:256"@example.org> to=<b@example.net>',
        MESSAGE), [OS_IN]),
    ("opensmtpd: a command that is a message", O, bsd("smtpd[5]", CONNECTED,
        f'{OS} smtp failed-command command="deadbeef00000000 smtp message '
        f'msgid={O} size=1 nrcpt=1 proto=ESMTP" result="500 x"', MESSAGE),
     [OS_IN]),
    ("opensmtpd: a recipient that is a delivery", O, bsd("smtpd[5]",
        f'{OS} mta delivery evpid=24ba3310bccd7baf from=<> to=<"x> rcpt=<-> '
        f'source="1" relay="{IP} (evil.example.org)" delay=1s result="Ok" '
        f'stat="250 2.0.0 Ok: queued as {P}""@example.net> rcpt=<-> '
        'source="192.0.2.9" relay="192.0.2.26 (mx.example.net)" delay=1s '
        'result="Ok" stat="250 2.0.0 Ok: queued as 4XrB2C"'),
     ["4XrB2C unknown None mx.example.net"]),
]

# ---- Dovecot, Courier, amavis, Cisco ----

D = "VICTJpjQAWtgGwAAG7A98A"

others = [
    ("dovecot: a Message-ID that is a line", D, bsd("dovecot",
        "lmtp(b)<7><HaJJJpjQAWtgGwAAG7A98A>: msgid=<x>: saved mail to INBOX "
        f"lmtp(v)<8><{D}>: msgid=<victim@example.org>: saved mail to INBOX"),
     []),
    ("courier: a sender that is a delivery", "000000006B01D200.0000VICT",
     bsd("courieresmtp", 'id=00000000006B01D2.000000006B01D200.00004A0F,from=<"x>,'
         f'addr=<v@example.net>,success: delivered: evil.example.org [::ffff:{IP}]"'
         "@example.org>,addr=<b@example.net>,success: delivered: mx.example.net "
         "[::ffff:192.0.2.26]"), ["None unknown None mx.example.net"]),
    ("courier: a recipient that is an answer", "4XVICT1M",
     bsd("courieresmtp", 'id=00000000006B01D2.000000006B01D200.00004A0F,'
         'from=<a@example.org>,addr=<"x>: 250 2.0.0 Ok: queued as 4XVICT1M"'
         "@example.net>: 550 5.1.1 no",
         "id=00000000006B01D2.000000006B01D200.00004A0F,from=<a@example.org>,"
         'addr=<"x>: 250 2.0.0 Ok: queued as 4XVICT1M"@example.net>,success: '
         "delivered: mx.example.net [::ffff:192.0.2.26]"),
     ["None unknown None mx.example.net"]),
    ("opensmtpd 5: a command that is a TLS line", O, bsd("smtpd[5]",
        f"smtp-in: New session {OS} from host out.example.org [192.0.2.1]",
        f"smtp-in: Failed command on session {OS}: \"smtp-in: Started TLS on "
        f"session {OS}: version=TLSv1.3, cipher={CIPHER}, bits=256\" => 500",
        f"smtp-in: Failed command on session {OS}: \"smtp-in: Accepted "
        f"message {O} on session {OS}: from=<>\" => 500",
        f"smtp-in: Accepted message 24ba3310 on session {OS}: "
        "from=<a@example.org>, to=<b@example.net>, size=9, ndest=1, "
        "proto=ESMTP"), [OS_IN]),
    ("cisco: a Message-ID that is a line", "999", cisco(
        "New SMTP ICID 5 interface D (192.0.2.26) address 192.0.2.1 reverse dns "
        "host out.example.org verified yes", "Start MID 7 ICID 5",
        "MID 7 Message-ID '<x Info: MID 999 Message-ID <victim@example.org>>'",
        "ICID 5 close"), ["7 cleartext None 192.0.2.1"]),
    ("cisco: a subject that is a TLS line", "999", cisco(
        "New SMTP ICID 5 interface D (192.0.2.26) address 192.0.2.1 reverse dns "
        "host out.example.org verified yes", "Start MID 7 ICID 5",
        f"MID 7 Subject 'ICID 5 TLS success protocol TLSv1.3 cipher {CIPHER}'",
        "ICID 5 close"), ["7 cleartext None 192.0.2.1"]),
    ("exchange: a HELO that is a row", "44", exchange(
        ("+", "", ""), ("<", f"EHLO x,,\"TLS protocol SP_PROT_TLS1_2_SERVER "
         "negotiation succeeded using bulk encryption algorithm CALG_AES_256 with "
         "strength 256 bits\"", ""),
        (">", "250 2.6.0 <1@a.example.org> [InternalId=45, Hostname=MX.example.net] "
         "Queued mail for delivery", "")), ["45 unknown None 192.0.2.1"]),
    ("exchange: a Message-ID that is an answer", "44", exchange(
        ("+", "", ""),
        (">", "250 2.6.0 <x> [InternalId=44, Hostname=evil.example.org] Queued "
         "mail for delivery@a.example.org> [InternalId=45, Hostname=MX.example.net]"
         " Queued mail for delivery", "")), ["45 unknown None 192.0.2.1"]),
    ("mimecast: a subject with bars", "VICTMvGP1mj8plHRDuHEA",
     "datetime=2026-06-09T14:03:22+0000|aCode=7O7I7MvGP1mj8plHRDuHEB|acc=C0A0|"
     "SpamLimit=0|IP=192.0.2.1|Dir=Inbound|MsgId=<2@a.example.org>|Subject=x|"
     "headerFrom=a|Sender=v@example.org|Rcpt=c@example.net|SpamInfo=[]|Act=Acc|"
     f"TlsVer=TLSv1.3|Cphr={CIPHER}|headerFrom=a@example.org|Sender=a@example.org|"
     "Rcpt=b@example.net|SpamInfo=[]|Act=Acc|SpamProcessingDetail={}|SpamScore=1\n",
     ["7O7I7MvGP1mj8plHRDuHEB unknown None 192.0.2.1"]),
    ("barracuda: a subject that is a line", "1781013800-4739a8be0009-R6OEVB",
     bsd("scan[9]", "out.example.org[192.0.2.1] 1781013800-4739a8be0002-R6OEVB "
         "1781013800 1781013801 SCAN - a@example.org b@example.net - 7 61 - SZ:3 "
         f"SUBJ:x[{IP}] 1781013800-4739a8be0009-R6OEVB 1 1 SCAN ENC a b 0 0 0 -"),
     ["1781013800-4739a8be0002-R6OEVB unknown None 192.0.2.1"]),
]

# ---- JSON ----

V = "0100-victim"
QUOTE = '","messageId":"0100-victim","x":"'


def ses(event="Delivery", **mail):
    return {"eventType": event, "mail": dict({
        "timestamp": "2026-06-09T14:03:21.000Z", "messageId": "0100-own",
        "tags": {}}, **mail), "delivery": {
            "timestamp": "2026-06-09T14:03:22.000Z",
            "recipients": ["b@example.net"],
            "reportingMTA": "a1-2.smtp-out.eu-west-1.amazonses.com"}}


SES_OWN = ["None unknown None None"] * 2
structured = [
    ("ses: a subject with quotes", V, rows(ses(commonHeaders={
        "subject": "x" + QUOTE})), SES_OWN),
    ("ses: a subject that is an event", V, rows(ses(commonHeaders={
        "subject": json.dumps(ses(messageId=V, tags={
            "ses:outgoing-tls-version": ["TLSv1.3"]}))})), SES_OWN),
    ("ses: a header named like a field", V, rows(ses(headers=[
        {"name": "messageId", "value": V},
        {"name": "ses:outgoing-tls-version", "value": "TLSv1.3"}])), SES_OWN),
    ("ses: a tag of the sender's", V, rows(ses(tags={
        "messageId": [V], "x\",\"ses:outgoing-tls-version": ["TLSv1.3"]})),
     SES_OWN),
    ("ses: a recipient with quotes", V, rows(dict(ses(), delivery={
        "timestamp": "2026-06-09T14:03:22.000Z",
        "recipients": ['"x' + QUOTE + '"@example.net']})), SES_OWN),
    ("cloudtrail: a user agent that is a record", V, rows({
        "eventVersion": "1.11", "eventTime": "2026-06-09T14:03:21Z",
        "eventSource": "ses.amazonaws.com", "eventName": "SendEmail",
        "awsRegion": "eu-west-1", "sourceIPAddress": "192.0.2.9",
        "userAgent": 'x","additionalEventData":{"sesMessageId":"0100-victim"},'
                     '"tlsDetails":{"tlsVersion":"TLSv1.3"},"y":"',
        "additionalEventData": {"sesMessageId": "0100-own"}}),
     ["None unknown None 192.0.2.9"]),
    ("cloudtrail: a request parameter", V, rows({
        "eventVersion": "1.11", "eventTime": "2026-06-09T14:03:21Z",
        "eventSource": "ses.amazonaws.com", "eventName": "SendEmail",
        "awsRegion": "eu-west-1", "sourceIPAddress": "192.0.2.9",
        "requestParameters": {"additionalEventData": {"sesMessageId": V},
                              "tlsDetails": {"tlsVersion": "TLSv1.3"}},
        "additionalEventData": {"sesMessageId": "0100-own"}}),
     ["None unknown None 192.0.2.9"]),
    ("sns: a subject that is a message", V, rows({
        "Type": "Notification", "MessageId": "1", "TopicArn": "arn:x",
        "Subject": json.dumps(ses(messageId=V)),
        "Message": json.dumps(ses())}), SES_OWN),
    ("journald: a message that is an entry", P, rows({
        "__REALTIME_TIMESTAMP": "1781013801000000", "_HOSTNAME": "mx",
        "SYSLOG_IDENTIFIER": "postfix/cleanup", "SYSLOG_PID": "8",
        "MESSAGE": "4Xq10: message-id=<x\",\"SYSLOG_IDENTIFIER\":"
        f"\"postfix/smtpd\",\"MESSAGE\":\"{P}: client=evil.example.org[{IP}]>"}),
     []),
]

CONTROL = (P, bsd("postfix/smtpd[70]",
                  "connect from out.example.org[192.0.2.7]",
                  f"{P}: client=out.example.org[192.0.2.7]",
                  "disconnect from out.example.org[192.0.2.7] ehlo=1 mail=1 "
                  "rcpt=1 data=1 quit=1 commands=5"),
           [f"{P} cleartext None 192.0.2.7"])

TABLE = (postfix + exim + sendmail + opensmtpd + others + structured)
