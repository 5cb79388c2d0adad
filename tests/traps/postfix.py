"""traps/postfix.py - Postfix"""
from lines import *

OTHER = "old.example.org[192.0.2.2]"
SUB = "postfix/submission/smtpd[7]"
SIX = "mx.example.net[2001:db8::26]:25"
BARE = "192.0.2.26[192.0.2.26]:25"

TABLE = [
    # ---- what comes in ----
    ("postfix: a session's TLS is of all its messages", bsd(
        connect(), tls_in(), client("4Xq10"), client("4Xq11"),
        client("4Xq12"), bye(STARTTLS.replace("mail=1", "mail=3"))),
     [["4Xq10 encrypted TLSv1.3 fromip=192.0.2.1"],
      ["4Xq11 encrypted TLSv1.3"], ["4Xq12 encrypted TLSv1.3"]]),
    ("postfix: of the next session of the process nothing is left", bsd(
        connect(OTHER), tls_in(peer=OTHER), client("4Xq10", OTHER),
        bye(STARTTLS, OTHER),
        connect(), client("4Xq11"), bye()),
     [["4Xq10 encrypted TLSv1.3"], ["4Xq11 cleartext -"]]),
    ("postfix: nor where the end of the one before is lost", bsd(
        connect(OTHER), tls_in(peer=OTHER), client("4Xq10", OTHER),
        connect(), client("4Xq11"), bye()),
     [["4Xq10 encrypted TLSv1.3"], ["4Xq11 cleartext -"]]),
    ("postfix: nor where both lines between are lost", bsd(
        connect(), tls_in(), client("4Xq10"),
        client("4Xq11", OTHER), bye("", OTHER)),
     [["4Xq10 encrypted TLSv1.3"], ["4Xq11 unknown -"]]),
    ("postfix: sessions of two processes, woven", bsd(
        connect(), connect(OTHER, "postfix/smtpd[8]"), tls_in(),
        client("4Xq11", OTHER, "postfix/smtpd[8]"), client("4Xq10"),
        bye(peer=OTHER, tag="postfix/smtpd[8]"), bye(STARTTLS)),
     [["4Xq11 cleartext -"], ["4Xq10 encrypted TLSv1.3"]]),
    ("postfix: the same process id on two hosts of one file",
     bsd(connect(), host="mx1") + bsd(connect(OTHER), host="mx2", begin=1) +
     bsd(tls_in(), host="mx1", begin=2) +
     bsd(client("4Xq11", OTHER), host="mx2", begin=3) +
     bsd(client("4Xq10"), host="mx1", begin=4) +
     bsd(bye(peer=OTHER), host="mx2", begin=5) +
     bsd(bye(STARTTLS), host="mx1", begin=6),
     [["4Xq11 cleartext - by=mx2"], ["4Xq10 encrypted TLSv1.3 by=mx1"]]),
    ("postfix: the same process id of two services", bsd(
        connect(), connect(OTHER, SUB), tls_in(), client("4Xq11", OTHER, SUB),
        bye(peer=OTHER, tag=SUB), client("4Xq10"), bye(STARTTLS)),
     [["4Xq11 cleartext -"], ["4Xq10 encrypted TLSv1.3"]]),
    ("postfix: the end says STARTTLS, no line says a version", bsd(
        connect(), client("4Xq10"), bye(STARTTLS)),
     [["4Xq10 encrypted -"]]),
    ("postfix: STARTTLS was tried in vain", bsd(
        connect(), client("4Xq10"), bye(
            "ehlo=2 starttls=0/1 mail=1 rcpt=1 data=1 quit=1 commands=6/7")),
     [["4Xq10 cleartext -"]]),
    ("postfix: one STARTTLS of two was refused", bsd(
        connect(), client("4Xq10"), bye(
            "ehlo=2 starttls=1/2 mail=1 rcpt=1 data=1 quit=1 commands=7/8")),
     [["4Xq10 encrypted -"]]),
    ("postfix: chunks in place of DATA", bsd(
        connect(), client("4Xq10"),
        bye("ehlo=1 mail=1 rcpt=1 bdat=2 quit=1 commands=6")),
     [["4Xq10 cleartext -"]]),
    ("postfix: a wrapped service has no STARTTLS", bsd(
        connect(tag="postfix/smtps/smtpd[7]"),
        client("4Xq10", tag="postfix/smtps/smtpd[7]"),
        bye(tag="postfix/smtps/smtpd[7]")),
     [["4Xq10 unknown -"]]),
    ("postfix: a service of any name may be wrapped", bsd(
        connect(tag="postfix/in1/smtpd[7]"),
        client("4Xq10", tag="postfix/in1/smtpd[7]"),
        bye(tag="postfix/in1/smtpd[7]")),
     [["4Xq10 unknown -"]]),
    ("postfix: a wrapped service that logs TLS", bsd(
        connect(tag="postfix/smtps/smtpd[7]"),
        tls_in(tag="postfix/smtps/smtpd[7]"),
        client("4Xq10", tag="postfix/smtps/smtpd[7]"),
        bye(tag="postfix/smtps/smtpd[7]")),
     [["4Xq10 encrypted TLSv1.3"]]),
    ("postfix: before 3.0 the end counts nothing", bsd(
        connect(), client("4Xq10"), bye("")),
     [["4Xq10 unknown -"]]),
    ("postfix: ... unless the service logs TLS", bsd(
        connect(OTHER), tls_in(peer=OTHER), bye("", OTHER),
        connect(), client("4Xq10"), bye("")),
     [["4Xq10 cleartext -"]]),
    ("postfix: ... and not another service", bsd(
        connect(OTHER, SUB), tls_in(peer=OTHER, tag=SUB),
        bye("", OTHER, SUB), connect(), client("4Xq10"), bye("")),
     [["4Xq10 unknown -"]]),
    ("postfix: ... in another file is not this log",
     {"a.log": bsd(connect(OTHER), tls_in(peer=OTHER), bye("", OTHER)),
      "b.log": bsd(connect(), client("4Xq10"), bye(""), begin=10)},
     [["4Xq10 unknown -"]]),
    ("postfix: the log begins in the session",
     bsd(client("4Xq10"), bye("")) +
     bsd(connect(OTHER), tls_in(peer=OTHER), client("4Xq11", OTHER),
         bye("", OTHER), begin=10),
     [["4Xq10 unknown -"], ["4Xq11 encrypted TLSv1.3"]]),
    ("postfix: the log ends in the session",
     bsd(connect(OTHER), tls_in(peer=OTHER), client("4Xq11", OTHER),
         bye("", OTHER)) + bsd(connect(), client("4Xq10"), begin=10),
     [["4Xq11 encrypted TLSv1.3"], ["4Xq10 unknown -"]]),
    ("postfix: the client's port is logged", bsd(
        connect(OUT + ":41022"), tls_in(peer=OUT + ":41022"),
        client("4Xq10", OUT + ":41022"), bye(STARTTLS, OUT + ":41022")),
     [["4Xq10 encrypted TLSv1.3 fromip=192.0.2.1 rdns=out.example.org"]]),
    ("postfix: an unknown client by IPv6", bsd(
        connect("unknown[2001:db8::9]"), tls_in(peer="unknown[2001:db8::9]"),
        client("4Xq10", "unknown[2001:db8::9]"),
        bye(STARTTLS, "unknown[2001:db8::9]")),
     [["4Xq10 encrypted TLSv1.3 fromip=2001:db8::9 rdns=-"]]),
    ("postfix: the server's name by SNI", bsd(
        connect(), tls_in(peer=OUT + " to mx.example.net"), client("4Xq10"),
        bye(STARTTLS)), [["4Xq10 encrypted TLSv1.3"]]),
    ("postfix: what is said of the key exchange", bsd(
        connect(), tls_in(V13 + " key-exchange X25519MLKEM768 server-signature "
                          "ML-DSA-65 (raw public key)"), client("4Xq10"),
        bye(STARTTLS)), [["4Xq10 encrypted TLSv1.3 bits=256"]]),
    ("postfix: TLSv1 is 1.0", bsd(
        connect(), tls_in("TLSv1 with cipher AES256-SHA (256/256 bits)"),
        client("4Xq10"), bye(STARTTLS)),
     [["4Xq10 encrypted TLSv1.0 cipher=AES256-SHA"]]),
    ("postfix: SSLv3", bsd(
        connect(), tls_in("SSLv3 with cipher DES-CBC3-SHA (112/168 bits)"),
        client("4Xq10"), bye(STARTTLS)),
     [["4Xq10 encrypted SSLv3 bits=112"]]),
    ("postfix: the four words of trust are of the client's certificate",
     "".join(bsd(connect(), tls_in(trust=w), client(f"4Xq1{i}"),
                 bye(STARTTLS), begin=10 * i)
             for i, w in enumerate(("Anonymous", "Untrusted", "Trusted",
                                    "Verified"))),
     [["4Xq10 encrypted TLSv1.3 client=none server=-"],
      ["4Xq11 encrypted TLSv1.3 client=untrusted"],
      ["4Xq12 encrypted TLSv1.3 client=trusted"],
      ["4Xq13 encrypted TLSv1.3 client=verified"]]),
    ("postfix: what level 2 says before a handshake is none", bsd(
        connect(),
        "postfix/smtpd[7]: setting up TLS connection from " + OUT,
        f'postfix/smtpd[7]: {OUT}: TLS cipher list "aNULL:-aNULL:HIGH"',
        "postfix/smtpd[7]: SSL_accept:SSLv3/TLS write server hello",
        "postfix/smtpd[7]: SSL_accept error from " + OUT + ": lost connection",
        client("4Xq10"), bye("")),
     [["4Xq10 unknown -"]]),
    ("postfix: a refused handshake is no message", bsd(
        connect(), "postfix/smtpd[7]: SSL_accept error from " + OUT + ": -1",
        "postfix/smtpd[7]: warning: TLS library problem: error:0A000102:SSL "
        "routines::unsupported protocol:ssl/statem/statem_srvr.c:1657:",
        "postfix/smtpd[7]: lost connection after STARTTLS from " + OUT,
        bye("ehlo=1 starttls=0/1 commands=1/2")), []),
    ("postfix: 3.10 says NOQUEUE of a lost connection", bsd(
        connect(), "postfix/smtpd[7]: NOQUEUE: lost connection after STARTTLS "
        "from " + OUT, bye("ehlo=1 starttls=0/1 commands=1/2"),
        connect(), client("4Xq10"), bye()), [["4Xq10 cleartext -"]]),
    ("postfix: a login with commas and names", bsd(
        connect(tag=SUB), tls_in(tag=SUB),
        client("4Xq10", tag=SUB) + ", sasl_method=PLAIN, sasl_username=a, "
        "orig_client=x[203.0.113.66]", bye(STARTTLS, tag=SUB)),
     [["4Xq10 encrypted TLSv1.3 fromip=192.0.2.1"]]),
    ("postfix: a queue id in base 52", bsd(
        connect(), tls_in(), client("4fBxH80NJwz3rT"),
        msgid("4fBxH80NJwz3rT"), bye(STARTTLS)),
     [["4fBxH80NJwz3rT encrypted TLSv1.3"]]),
    ("postfix: any syslog_name", bsd(
        connect(tag="mail-in.1/smtpd[7]"), tls_in(tag="mail-in.1/smtpd[7]"),
        client("4Xq10", tag="mail-in.1/smtpd[7]"),
        bye(STARTTLS, tag="mail-in.1/smtpd[7]")),
     [["4Xq10 encrypted TLSv1.3"]]),
    ("postfix: postscreen and tlsproxy before smtpd", bsd(
        "postfix/postscreen[5]: CONNECT from [192.0.2.1]:4711 to "
        "[192.0.2.26]:25",
        "postfix/tlsproxy[6]: CONNECT from [192.0.2.1]:4711",
        "postfix/tlsproxy[6]: Anonymous TLS connection established from "
        "[192.0.2.1]:4711: " + V13,
        "postfix/postscreen[5]: PASS NEW [192.0.2.1]:4711",
        "postfix/tlsproxy[6]: DISCONNECT [192.0.2.1]:4711",
        connect(), client("4Xq10"), bye()), [["4Xq10 cleartext -"]]),
    # ---- what goes out ----
    ("postfix: a TLS line is of one message", bsd(
        active("4Xq10"), active("4Xq11"), tls_out(), sent("4Xq10"),
        sent("4Xq11", as_="4XrB2D")),
     [["4XrB2C encrypted TLSv1.2"], ["4XrB2D cleartext -"]]),
    ("postfix: ... but of all its recipients there", bsd(
        active("4Xq10"), tls_out(), sent("4Xq10"),
        sent("4Xq10", "c@example.net")),
     [["4XrB2C encrypted TLSv1.2"]]),
    ("postfix: conn_use and `reused`", bsd(
        active("4Xq10"), active("4Xq11"), tls_out(), sent("4Xq10"),
        tls_out(how="reused"),
        sent("4Xq11", as_="4XrB2D", more=" conn_use=2,")),
     [["4XrB2C encrypted TLSv1.2"], ["4XrB2D encrypted TLSv1.2"]]),
    ("postfix: conn_use alone", bsd(
        active("4Xq10"), active("4Xq11"), tls_out(), sent("4Xq10"),
        sent("4Xq11", as_="4XrB2D", more=" conn_use=2,")),
     [["4XrB2C encrypted TLSv1.2"], ["4XrB2D encrypted TLSv1.2"]]),
    ("postfix: conn_use after another peer", bsd(
        active("4Xq10"), active("4Xq11"), active("4Xq12"), tls_out(),
        sent("4Xq10"), tls_out(peer=MX2), sent("4Xq11", peer=MX2,
                                               as_="4XrB2D"),
        sent("4Xq12", as_="4XrB2E", more=" conn_use=2,")),
     [["4XrB2C encrypted TLSv1.2"], ["4XrB2D encrypted TLSv1.2"],
      ["4XrB2E cleartext -"]]),
    ("postfix: a stale TLS line of another peer", bsd(
        active("4Xq10"), tls_out(peer=MX2), sent("4Xq10")),
     [["4XrB2C cleartext -"]]),
    ("postfix: the same name at another address", bsd(
        active("4Xq10"), tls_out(peer="mx.example.net[192.0.2.99]:25"),
        sent("4Xq10")), [["4XrB2C cleartext -"]]),
    ("postfix: the same peer at another port", bsd(
        active("4Xq10"), tls_out(peer="mx.example.net[192.0.2.26]:587"),
        sent("4Xq10")), [["4XrB2C cleartext -"]]),
    ("postfix: one recipient with TLS, one without", bsd(
        active("4Xq10"), tls_out(), sent("4Xq10"),
        sent("4Xq10", "c@example.com", peer=MX2, as_="77AB3C",
             tag="postfix/smtp[10]")),
     [["4XrB2C encrypted TLSv1.2 to=b@example.net",
       "77AB3C cleartext - to=c@example.com"]]),
    ("postfix: TLS to one MX, which fails, and the next in clear", bsd(
        active("4Xq10"), tls_out(), "postfix/smtp[9]: 4Xq10: host "
        "mx.example.net[192.0.2.26] said: 451 later (in reply to end of DATA "
        "command)", sent("4Xq10", peer=MX2)),
     [["4XrB2C cleartext - by=mx2.example.net"]]),
    ("postfix: one recipient is refused on the connection of the other", bsd(
        active("4Xq10"), tls_out(), put_off("4Xq10", "c@example.net"),
        sent("4Xq10")),
     [["4XrB2C encrypted TLSv1.2", "tried deferred c@example.net"]]),
    ("postfix: a relay by IPv6, and one without a name", bsd(
        active("4Xq10"), active("4Xq11"), tls_out(peer=SIX),
        sent("4Xq10", peer=SIX), tls_out(peer=BARE),
        sent("4Xq11", peer=BARE, as_="4XrB2D")),
     [["4XrB2C encrypted TLSv1.2 byip=2001:db8::26"],
      ["4XrB2D encrypted TLSv1.2 byip=192.0.2.26"]]),
    ("postfix: no level, no verdict", bsd(
        active("4Xq10"), sent("4Xq10")), [["4XrB2C unknown -"]]),
    ("postfix: smtp's level is not lmtp's", bsd(
        active("4Xq10"), active("4Xq11"), tls_out(), sent("4Xq10"),
        sent("4Xq11", tag="postfix/lmtp[10]",
             peer="store.example.net[192.0.2.28]:24",
             answer="250 2.0.0 <b@example.net> HaJJJpjQAWtgGwAAG7A98A Saved")),
     [["4XrB2C encrypted TLSv1.2"], ["HaJJJpjQAWtgGwAAG7A98A unknown -"]]),
    ("postfix: smtp's level is not relay/smtp's", bsd(
        active("4Xq10"), active("4Xq11"), tls_out(), sent("4Xq10"),
        sent("4Xq11", as_="4XrB2D", tag="postfix/relay/smtp[10]")),
     [["4XrB2C encrypted TLSv1.2"], ["4XrB2D unknown -"]]),
    ("postfix: a message queued before the log began", bsd(
        tls_out(), sent("4Xq10"), sent("4Xq11", as_="4XrB2D",
                                       tag="postfix/smtp[10]")),
     [["4XrB2C encrypted TLSv1.2"], ["4XrB2D unknown -"]]),
    ("postfix: tlsproxy's line and smtp's are one", bsd(
        active("4Xq10"),
        "postfix/tlsproxy[6]: CONNECT to [192.0.2.26]:25",
        tls_out(tag="postfix/tlsproxy[6]"), tls_out(), sent("4Xq10")),
     [["4XrB2C encrypted TLSv1.2 n=1"]]),
    ("postfix: tlsproxy's line alone is not smtp's", bsd(
        active("4Xq10"), tls_out(tag="postfix/tlsproxy[6]"), sent("4Xq10")),
     [["4XrB2C unknown -"]]),
    ("postfix: an anonymous suite", bsd(
        active("4Xq10"), tls_out(
            "TLSv1.2 with cipher ADH-AES256-GCM-SHA384 (256/256 bits)",
            trust="Anonymous"), sent("4Xq10")),
     [["4XrB2C encrypted TLSv1.2 server=anonymous "
       "cipher=ADH-AES256-GCM-SHA384"]]),
    ("postfix: 3.11 tells in the line",
     "".join(bsd(active(f"4Xq1{i}"), sent(f"4Xq1{i}", as_=f"4XrB2{i}",
                                          tls=f" tls={word},"), begin=5 * i)
             for i, word in enumerate((
                 "may", "may:none", "none", "may?", "dane", "dane:halfdane",
                 "dane:encrypt", "encrypt/!requiretls:nocertmatch", "!dane",
                 "may/requiretls:may"))),
     [["4XrB20 encrypted -"], ["4XrB21 cleartext -"], ["4XrB22 cleartext -"],
      ["4XrB23 unknown -"], ["4XrB24 encrypted -"], ["4XrB25 encrypted -"],
      ["4XrB26 encrypted -"], ["4XrB27 unknown -"], ["4XrB28 unknown -"],
      ["4XrB29 encrypted -"]]),
    ("postfix: 3.11 and a TLS line", bsd(
        active("4Xq10"), tls_out(), sent("4Xq10", tls=" tls=may,")),
     [["4XrB2C encrypted TLSv1.2"]]),
    ("postfix: 3.11 beats a TLS line that is stale", bsd(
        active("4Xq10"), tls_out(), sent("4Xq10", tls=" tls=may:none,")),
     [["4XrB2C cleartext -"]]),
    ("postfix: a handshake fails, and the same try goes in clear", bsd(
        active("4Xq10"),
        f"postfix/smtp[9]: SSL_connect error to {MX}: -1",
        "postfix/smtp[9]: warning: TLS library problem: error:0A000102:x:",
        "postfix/smtp[9]: 4Xq10: Cannot start TLS: handshake failure",
        sent("4Xq10")),
     [["4XrB2C cleartext - tried=handshake-failed"]]),
    ("postfix: a handshake fails, and the next try goes in clear",
     bsd(active("4Xq10"),
         f"postfix/smtp[9]: SSL_connect error to {MX}: -1",
         "postfix/smtp[9]: 4Xq10: Cannot start TLS: handshake failure",
         put_off("4Xq10", dsn="4.7.5",
                 why="Cannot start TLS: handshake failure")) +
     bsd(active("4Xq10"), sent("4Xq10", tag="postfix/smtp[10]"), minute=13),
     [["4XrB2C unknown - tried=handshake-failed,handshake-failed"]]),
    ("postfix: a try with TLS, the next without",
     bsd(active("4Xq10"), tls_out(), put_off("4Xq10")) +
     bsd(active("4Xq10"), sent("4Xq10"), minute=13),
     [["4XrB2C cleartext - tried=deferred"]]),
    ("postfix: TLS is required and not offered, the next MX has it", bsd(
        active("4Xq10"), "postfix/smtp[9]: 4Xq10: TLS is required, but was "
        "not offered by host mx.example.net[192.0.2.26]",
        tls_out(peer=MX2), sent("4Xq10", peer=MX2)),
     [["4XrB2C encrypted TLSv1.2 by=mx2.example.net tried=refused"]]),
    ("postfix: TLS is required and not offered, and that was all", bsd(
        active("4Xq10"), put_off(
            "4Xq10", dsn="4.7.4", why="TLS is required, but was not offered "
            "by host mx.example.net[192.0.2.26]")),
     [["tried refused b@example.net"]]),
    ("postfix: STARTTLS was offered and not taken", bsd(
        active("4Xq10"), "postfix/smtp[9]: Host offered STARTTLS: "
        "[mx.example.net]", sent("4Xq10")), [["4XrB2C cleartext -"]]),
    ("postfix: ... with TLS to another before", bsd(
        active("4Xq10"), tls_out(peer=MX2), sent("4Xq10", peer=MX2,
                                                 as_="4XrB2D"),
        active("4Xq11"), "postfix/smtp[9]: Host offered STARTTLS: "
        "[mx.example.net]", sent("4Xq11")),
     [["4XrB2D encrypted TLSv1.2"], ["4XrB2C cleartext -"]]),
    ("postfix: a certificate that is not trusted is TLS", bsd(
        active("4Xq10"),
        "postfix/smtp[9]: certificate verification failed for " + MX +
        ": untrusted issuer /CN=x", tls_out(), sent("4Xq10")),
     [["4XrB2C encrypted TLSv1.2 server=untrusted"]]),
    ("postfix: a certificate was asked for and not trusted", bsd(
        active("4Xq10"), tls_out(), put_off(
            "4Xq10", dsn="4.7.5", why="Server certificate not trusted")),
     [["tried handshake-failed b@example.net"]]),
    ("postfix: the socket of a store is no network", bsd(
        active("4Xq10"), sent(
            "4Xq10", tag="postfix/lmtp[9]",
            peer="mx.example.net[private/dovecot-lmtp]",
            answer="250 2.0.0 <b@example.net> HaJJJpjQAWtgGwAAG7A98A Saved")),
     []),
    ("postfix: a level that a reload may have changed",
     bsd(active("4Xq10"), tls_out(), sent("4Xq10"), removed("4Xq10"),
         "postfix/master[1]: reload -- version 3.7.11, configuration x",
         active("4Xq11"), sent("4Xq11", as_="4XrB2D",
                               tag="postfix/smtp[10]")),
     [["4XrB2C encrypted TLSv1.2"], ["4XrB2D unknown -"]]),
    # ---- ids ----
    ("postfix: a queue id that is used again",
     bsd(connect(), tls_in(), client("4Xq10"), msgid("4Xq10"),
         active("4Xq10"), bye(STARTTLS), tls_out(), sent("4Xq10"),
         removed("4Xq10")) +
     bsd(connect(OTHER), client("4Xq10", OTHER),
         msgid("4Xq10", "<2@a.example.org>"), active("4Xq10"),
         bye(peer=OTHER), sent("4Xq10", as_="4XrB2D"), removed("4Xq10"),
         minute=33),
     [["4Xq10 encrypted TLSv1.3", "4XrB2C encrypted TLSv1.2"],
      ["4Xq10 cleartext -", "4XrB2D cleartext -"]]),
    ("postfix: the same queue id on two hosts",
     bsd(connect(), tls_in(), client("4Xq10"), msgid("4Xq10"),
         bye(STARTTLS), host="mx1") +
     bsd(connect(OTHER), client("4Xq10", OTHER),
         msgid("4Xq10", "<2@a.example.org>"), bye(peer=OTHER), host="mx2",
         begin=10),
     [["4Xq10 encrypted TLSv1.3 by=mx1"], ["4Xq10 cleartext - by=mx2"]]),
    ("postfix: ids that begin alike", bsd(
        connect(), tls_in(), client("4Xq10A"), bye(STARTTLS),
        connect(), client("4Xq10"), bye()),
     [["4Xq10A encrypted TLSv1.3"], ["4Xq10 cleartext -"]]),
    ("postfix: a filter, by XFORWARD", bsd(
        connect(), tls_in(), client("4Xq10"), msgid("4Xq10"), bye(STARTTLS),
        connect("localhost[127.0.0.1]", "postfix/reinject/smtpd[8]"),
        "postfix/reinject/smtpd[8]: 4Xq20: client=localhost[127.0.0.1], "
        "orig_queue_id=4Xq10, orig_client=" + OUT, msgid("4Xq20"),
        sent("4Xq10", peer="127.0.0.1[127.0.0.1]:10025", as_="4Xq20"),
        active("4Xq20"), tls_out(), sent("4Xq20")),
     [["4Xq10 encrypted TLSv1.3", "4Xq20 local -",
       "4XrB2C encrypted TLSv1.2"]]),
    ("postfix: forwarded by local", bsd(
        connect(), tls_in(), client("4Xq10"), bye(STARTTLS),
        "postfix/local[5]: 4Xq10: to=<b@mx.example.net>, orig_to=<list>, "
        "relay=local, delay=0.1, delays=0/0/0.1/0, dsn=2.0.0, status=sent "
        "(forwarded as 4Xq30)", active("4Xq30"), tls_out(),
        sent("4Xq30", as_="4XrB2C")),
     [["4Xq10 encrypted TLSv1.3", "4XrB2C encrypted TLSv1.2"]]),
    ("postfix: a bounce is another message", bsd(
        connect(), tls_in(), client("4Xq10"), msgid("4Xq10"), active("4Xq10"),
        bye(STARTTLS), put_off("4Xq10", dsn="5.1.1", status="bounced",
                               why="host said: 550 5.1.1 no"),
        "postfix/bounce[6]: 4Xq10: sender non-delivery notification: 4Xq40",
        removed("4Xq10"), active("4Xq40"), tls_out(peer=MX2),
        sent("4Xq40", "a@example.org", peer=MX2, as_="4XrB2D")),
     [["4Xq10 encrypted TLSv1.3", "tried bounced b@example.net"],
      ["4XrB2D encrypted TLSv1.2"]]),
    ("postfix: a canceled message", bsd(
        connect(), client("4Xq10"), "postfix/smtpd[7]: 4Xq10: canceled",
        bye("ehlo=1 mail=1 rcpt=1 rset=1 quit=1 commands=5")),
     [["4Xq10 unknown -"]]),
    ("postfix: the relay's answer quotes an id", bsd(
        active("4Xq10"), sent("4Xq10", answer="250 2.0.0 thanks, Ok: queued "
                              "as 4XVICT1M")), [["- unknown -"]]),
    ("postfix: a record cut at 2000 bytes", bsd(
        active("4Xq10"), tls_out(),
        sent("4Xq10", answer="250 2.0.0 Ok: queued as 4XrB2C " +
             "x" * 1900)[:-8]), [["4XrB2C encrypted TLSv1.2"]]),
    ("postfix: lines of another daemon between", bsd(
        connect(), tls_in(), "postfix/anvil[4]: statistics: max connection "
        "rate 1/60s for (smtp:192.0.2.1)",
        "kernel: x", client("4Xq10"), bye(STARTTLS)),
     [["4Xq10 encrypted TLSv1.3"]]),
]
