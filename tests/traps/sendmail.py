"""traps/sendmail.py - Sendmail, OpenSMTPD"""
from lines import *

Q1 = "6599E3Kf013674"
Q2 = "6599E3Kf013675"
GCM = "ECDHE-RSA-AES256-GCM-SHA384"


def s_tls(who="server", peer="out.example.org [192.0.2.1]", version="TLSv1.3",
          verify="NO", cipher="TLS_AES_256_GCM_SHA384", pid=13674):
    return (f"sm-mta[{pid}]: STARTTLS={who}, relay={peer}, version={version}, "
            f"verify={verify}, cipher={cipher}, bits=256/256")


def s_from(qid=Q1, proto="ESMTPS", peer="out.example.org [192.0.2.1]",
           pid=13674, mid="<1@a.example.org>", who="<a@example.org>"):
    return (f"sm-mta[{pid}]: {qid}: from={who}, size=798, class=0, nrcpts=1, "
            f"msgid={mid}, proto={proto}, daemon=MTA-v4, relay={peer}")


def s_to(qid=Q1, to="<b@example.net>", peer="mx.example.net. [192.0.2.26]",
         stat="Sent (Ok: queued as 4XrB2C)", pid=13676, dsn="2.0.0",
         mailer="esmtp", more=""):
    return (f"sm-mta[{pid}]: {qid}: to={to},{more} delay=00:00:01, "
            f"xdelay=00:00:01, mailer={mailer}, pri=30798, relay={peer}, "
            f"dsn={dsn}, stat={stat}")


def c_tls(peer="mx.example.net.", **more):
    return s_tls("client", peer, "TLSv1.2", "OK", GCM, **{"pid": 13676, **more})


S1 = "24ba331012345678"
S2 = "34ba331012345678"
S3 = "44ba331012345678"


def o(text):
    return f"smtpd[5]: {text}"


def o_in(sid=S1, ip="192.0.2.1", host="out.example.org"):
    return o(f"{sid} smtp connected address={ip} host={host}")


def o_tls(sid=S1, way="smtp", version="TLSv1.3"):
    return o(f"{sid} {way} tls ciphers={version}:TLS_AES_256_GCM_SHA384:256")


def o_msg(sid=S1, msg="24ba3310"):
    return o(f"{sid} smtp message msgid={msg} size=9 nrcpt=1 proto=ESMTP")


def o_out(sid=S2):
    return o(f"{sid} mta connecting address=smtp+tls://192.0.2.26:25 "
             "host=mx.example.net")


def o_sent(sid=S2, ev="24ba3310bccd7baf", to="b@example.net", result="Ok",
           stat="250 2.0.0 Ok: queued as 4XrB2C"):
    return o(f'{sid} mta delivery evpid={ev} from=<a@example.org> to=<{to}> '
             'rcpt=<-> source="192.0.2.9" relay="192.0.2.26 (mx.example.net)" '
             f'delay=1s result="{result}" stat="{stat}"')


TABLE = [
    ("sendmail: the session's line and the message's", bsd(s_tls(), s_from()),
     [[f"{Q1} encrypted TLSv1.3 client=none fromip=192.0.2.1"]]),
    ("sendmail: proto= alone", bsd(s_from(), s_from(Q2, "ESMTP")),
     [[f"{Q1} encrypted -"], [f"{Q2} cleartext -"]]),
    ("sendmail: proto=ESMTPSA and SMTP", bsd(
        s_from(proto="ESMTPSA"), s_from(Q2, "SMTP")),
     [[f"{Q1} encrypted -"], [f"{Q2} cleartext -"]]),
    ("sendmail: proto=ESMTPA", bsd(s_from(proto="ESMTPA")),
     [[f"{Q1} cleartext -"]]),
    ("sendmail: a session with several messages", bsd(
        s_tls(), s_from(), s_from(Q2)),
     [[f"{Q1} encrypted TLSv1.3"], [f"{Q2} encrypted TLSv1.3"]]),
    ("sendmail: another process's session", bsd(
        s_tls(pid=9), s_from(proto="ESMTPS")), [[f"{Q1} encrypted -"]]),
    ("sendmail: verify= says nothing of encryption",
     bsd(*[l for i, v in enumerate(("NO", "NOT", "OK", "FAIL", "NONE"))
           for l in (s_tls(verify=v, pid=20 + i),
                     s_from(f"6599E3Kf01367{i}", pid=20 + i))]),
     [[f"6599E3Kf01367{i} encrypted TLSv1.3 client={c}"]
      for i, c in enumerate(("none", "none", "verified", "untrusted", "-"))]),
    ("sendmail: what goes out, by the name without its dot", bsd(
        s_from(), c_tls(), s_to()),
     [[f"{Q1} encrypted -", "4XrB2C encrypted TLSv1.2 by=mx.example.net "
       "byip=192.0.2.26 server=verified"]]),
    ("sendmail: one TLS line for a run of the queue", bsd(
        s_from(), s_from(Q2), c_tls(), s_to(),
        s_to(Q2, stat="Sent (Ok: queued as 4XrB2D)")),
     [[f"{Q1} encrypted -", "4XrB2C encrypted TLSv1.2"],
      [f"{Q2} encrypted -", "4XrB2D encrypted TLSv1.2"]]),
    ("sendmail: TLS to another host of the same run", bsd(
        s_from(), s_from(Q2), c_tls(), s_to(),
        s_to(Q2, peer="mx2.example.net. [192.0.2.27]",
             stat="Sent (Ok: queued as 4XrB2D)")),
     [[f"{Q1} encrypted -", "4XrB2C encrypted TLSv1.2"],
      [f"{Q2} encrypted -", "4XrB2D cleartext - by=mx2.example.net"]]),
    ("sendmail: two hosts in turn", bsd(
        s_from(), s_from(Q2), c_tls(), s_to(), c_tls("mx2.example.net."),
        s_to(Q2, peer="mx2.example.net. [192.0.2.27]",
             stat="Sent (Ok: queued as 4XrB2D)")),
     [[f"{Q1} encrypted -", "4XrB2C encrypted TLSv1.2"],
      [f"{Q2} encrypted -", "4XrB2D encrypted TLSv1.2"]]),
    ("sendmail: a smart host in brackets", bsd(
        s_from(), c_tls("[192.0.2.26]"), s_to(peer="[192.0.2.26] [192.0.2.26]")),
     [[f"{Q1} encrypted -", "4XrB2C encrypted TLSv1.2 byip=192.0.2.26"]]),
    ("sendmail: by the program that submits", bsd(
        f"sendmail[7]: {Q2}: from=root, size=9, class=0, nrcpts=1, "
        "msgid=<1@a.example.org>, relay=root@localhost",
        s_from(proto="ESMTP", peer="localhost [127.0.0.1]"),
        s_to(Q2, peer="[127.0.0.1] [127.0.0.1]", pid=7, mailer="relay",
             stat=f"Sent ({Q1} Message accepted for delivery)"),
        c_tls(), s_to()),
     [[f"{Q2} local -", f"{Q1} local -", "4XrB2C encrypted TLSv1.2"]]),
    ("sendmail: what is queued was not tried", bsd(
        s_from(), s_to(stat="queued", peer="mx.example.net.", dsn="4.0.0")),
     [[f"{Q1} encrypted -"]]),
    ("sendmail: without a control nothing", bsd(s_from(), s_to()),
     [[f"{Q1} encrypted -", "4XrB2C unknown -"]]),
    ("sendmail: several recipients on one line", bsd(
        s_from(), c_tls(), s_to(to="<b@example.net>,<c@example.net>")),
     [[f"{Q1} encrypted -", "4XrB2C encrypted TLSv1.2"]]),
    ("sendmail: a bare address with a comma in it", bsd(
        s_from(who='<"a, b"@example.org>'), c_tls(),
        s_to(to='<"c, d"@example.net>')),
     [[f"{Q1} encrypted -", "4XrB2C encrypted TLSv1.2"]]),
    ("sendmail: ctladdr", bsd(
        s_from(), c_tls(), s_to(more=" ctladdr=<list@x.example> (1000/1000),")),
     [[f"{Q1} encrypted -", "4XrB2C encrypted TLSv1.2"]]),
    ("sendmail: cached as unreachable: no connection", bsd(
        s_from(), c_tls(), s_to(peer="mx.example.net.", dsn="4.0.0",
                                stat="Deferred: Connection refused by "
                                "mx.example.net.")),
     [[f"{Q1} encrypted -", "tried deferred b@example.net"]]),
    ("sendmail: a handshake fails, and it waits", bsd(
        s_from(), "sm-mta[13676]: STARTTLS=client, error: connect failed=-1, "
        "reason=sslv3 alert handshake failure, SSL_error=1, errno=0, retry=-1",
        "sm-mta[13676]: ruleset=tls_server, arg1=SOFTWARE, "
        "relay=mx.example.net, reject=403 4.7.0 TLS handshake failed.",
        s_to(dsn="4.0.0", stat="Deferred: 403 4.7.0 TLS handshake failed.")),
     [[f"{Q1} encrypted -", "tried handshake-failed b@example.net"]]),
    ("sendmail: the policy says clear", bsd(
        s_from(), "sm-mta[13676]: ruleset=try_tls, arg1=mx.example.net, "
        "relay=mx.example.net, reject=550 5.7.1 <b@example.net>... do not try "
        "TLS with mx.example.net [192.0.2.26]", s_to()),
     [[f"{Q1} encrypted -", "4XrB2C cleartext -"]]),
    ("sendmail: a local mailer is no transfer", bsd(
        s_from(), s_to(mailer="local", peer="local", stat="Sent")),
     [[f"{Q1} encrypted -"]]),
    ("sendmail: `may be forged`", bsd(
        s_from(peer="out.example.org [192.0.2.1] (may be forged)")),
     [[f"{Q1} encrypted - fromip=192.0.2.1"]]),
    ("sendmail: by IPv6, and without a name", bsd(
        s_from(peer="[IPv6:2001:db8::1]"), s_from(Q2, peer="[192.0.2.1]")),
     [[f"{Q1} encrypted - fromip=2001:db8::1"],
      [f"{Q2} encrypted - fromip=192.0.2.1 rdns=-"]]),
    ("sendmail: noise of the alias database", bsd(
        "sendmail[9]: alias database /etc/mail/aliases rebuilt by root",
        "sendmail[9]: /etc/mail/aliases: 9 aliases, longest 10 bytes",
        s_from(proto="ESMTP")), [[f"{Q1} cleartext -"]]),
    ("sendmail: the tag of the submission program", bsd(
        s_from(proto="ESMTP").replace("sm-mta", "sm-msp-queue"),
        s_from(Q2).replace("sm-mta", "sendmail")),
     [[f"{Q1} cleartext -"], [f"{Q2} encrypted -"]]),
    ("sendmail: a copy that relay=a@localhost sent", bsd(
        s_from(proto="ESMTP", peer="localhost [127.0.0.1]"),
        f"sendmail[7]: {Q2}: from=root, size=9, class=0, nrcpts=1, "
        "msgid=<2@a.example.org>, relay=root@localhost"),
     [[f"{Q1} local -"], [f"{Q2} local - via=local"]]),
    # ---- OpenSMTPD ----
    ("opensmtpd: proto=ESMTP under TLS", bsd(o_in(), o_tls(), o_msg()),
     [["24ba3310 encrypted TLSv1.3 fromip=192.0.2.1"]]),
    ("opensmtpd: no TLS line", bsd(o_in(), o_msg()),
     [["24ba3310 cleartext -"]]),
    ("opensmtpd: the beginning is not there", bsd(o_msg()),
     [["24ba3310 unknown -"]]),
    ("opensmtpd: sessions of one process, woven", bsd(
        o_in(), o_in(S3, "192.0.2.2", "old.example.org"), o_tls(),
        o_msg(S3, "44ba3310"), o_msg()),
     [["44ba3310 cleartext - fromip=192.0.2.2"],
      ["24ba3310 encrypted TLSv1.3"]]),
    ("opensmtpd: a session with several deliveries", bsd(
        o_in(), o_msg(), o_in(S3), o_msg(S3, "44ba3310"), o_out(),
        o_tls(S2, "mta"), o_sent(), o_sent(ev="44ba3310bccd7baf",
                                           stat="250 2.0.0 Ok: queued as 4XrB2D")),
     [["24ba3310 cleartext -", "4XrB2C encrypted TLSv1.3"],
      ["44ba3310 cleartext -", "4XrB2D encrypted TLSv1.3"]]),
    ("opensmtpd: a delivery in clear", bsd(o_out(), o_sent()),
     [["4XrB2C cleartext - by=mx.example.net byip=192.0.2.26"]]),
    ("opensmtpd: a local client", bsd(
        o_in(ip="local", host="mx.example.net"), o_msg()),
     [["24ba3310 local -"]]),
    ("opensmtpd: an unknown client", bsd(
        o_in(host="<unknown>"), o_msg()),
     [["24ba3310 cleartext - fromip=192.0.2.1 rdns=-"]]),
    ("opensmtpd: put off, then refused", bsd(
        o_out(), o_tls(S2, "mta"), o_sent(result="TempFail",
                                          stat="450 4.7.1 later"),
        o_sent(result="PermFail", stat="550 5.1.1 no")),
     [["tried deferred b@example.net", "tried bounced b@example.net"]]),
    ("opensmtpd: opportunistic TLS failed", bsd(
        o_out(), o(f"{S2} mta error reason=TLS handshake failed"),
        o("smtp-out: opportunistic TLS failed, downgrading to plain"),
        o(f"{S2} mta disconnected reason=x messages=0"),
        o_out(S3), o_sent(S3)), [["4XrB2C cleartext -"]]),
    ("opensmtpd: to a local hand", bsd(
        o_in(), o_tls(), o_msg(),
        o(f"{S3} mda delivery evpid=24ba3310bccd7baf from=<a@example.org> "
          "to=<b@mx.example.net> rcpt=<b@mx.example.net> user=b delay=1s "
          "result=Ok stat=Delivered")), [["24ba3310 encrypted TLSv1.3"]]),
    ("opensmtpd: an answer in quotes", bsd(
        o_out(), o_tls(S2, "mta"),
        o_sent(stat='250 2.0.0 "Ok: queued as 4XVICT1M" it is')),
     [["- encrypted TLSv1.3"]]),
    ("opensmtpd: the words of 5.x", bsd(
        o("smtp-in: New session 24ba331012345678 from host out.example.org "
          "[192.0.2.1]"),
        o("smtp-in: Started TLS on session 24ba331012345678: version=TLSv1.2, "
          f"cipher={GCM}, bits=256"),
        o("smtp-in: Accepted message 24ba3310 on session 24ba331012345678: "
          "from=<a@example.org>, to=<b@example.net>, size=9, ndest=1, "
          "proto=ESMTP"),
        o("smtp-in: Closing session 24ba331012345678")),
     [["24ba3310 encrypted TLSv1.2 fromip=192.0.2.1"]]),
    ("opensmtpd: the words of 5.x, several recipients", bsd(
        o("smtp-in: New session 24ba331012345678 from host out.example.org "
          "[192.0.2.1]"),
        *[o("smtp-in: Accepted message 24ba3310 on session 24ba331012345678: "
            f"from=<a@example.org>, to=<{c}@example.net>, size=9, ndest=1, "
            "proto=ESMTP") for c in "bc"]),
     [["24ba3310 cleartext - fromip=192.0.2.1"]]),
    ("opensmtpd: the words of 5.x, of what goes out", bsd(
        o("smtp-out: Connecting to smtp+tls://192.0.2.26:25 (mx.example.net) "
          "on session 34ba331012345678..."),
        o("smtp-out: Connected on session 34ba331012345678"),
        o("smtp-out: Started TLS on session 34ba331012345678: "
          f"version=TLSv1.2, cipher={GCM}, bits=256"),
        o("relay: Ok for 24ba3310bccd7baf: session=34ba331012345678, "
          "from=<a@example.org>, to=<b@example.net>, rcpt=<->, "
          "source=192.0.2.9, relay=192.0.2.26 (mx.example.net), delay=1s, "
          "stat=250 2.0.0 Ok: queued as 4XrB2C"),
        o("relay: TempFail for 24ba3310bccd7bb0: session=34ba331012345678, "
          "from=<a@example.org>, to=<c@example.net>, rcpt=<->, "
          "source=192.0.2.9, relay=192.0.2.26 (mx.example.net), delay=1s, "
          "stat=450 4.7.1 later"),
        o("smtp-out: Closing session 34ba331012345678: 1 message sent.")),
     [["4XrB2C encrypted TLSv1.2 by=mx.example.net to=b@example.net",
       "tried deferred c@example.net"]]),
]
