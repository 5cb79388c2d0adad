"""traps/others.py - the logs of other servers and gateways"""
from lines import *

GCM = "ECDHE-RSA-AES256-GCM-SHA384"
SID = "HaJJJpjQAWtgGwAAG7A98A"
LOGIN = "b2mhdcxgKMHAAAIK"
COURIER = "0000000000BB052F.000000006B01D200.00004A0F"
CID = "000000006B01D200.00004A0F"
DMA = "dma[ba2038.55d2e03ddf60]"
UUID = "D33D6290-C923-4DAC-A4B4-D0E7B8FAF010"
UU2 = "D33D6290-C923-4DAC-A4B4-D0E7B8FAF011"


def login(words=", TLS", user="a", ip="192.0.2.10", sid=LOGIN):
    return (f"dovecot: submission-login: Login: user=<{user}>, method=PLAIN, "
            f"rip={ip}, lip=192.0.2.12, mpid=6130{words}, session=<{sid}>")


def relayed(sid=LOGIN, qid="QtcTF+PQAWvyFwAAuJYqJg", next_="749C6BA217A"):
    return (f"dovecot: submission(a)<6130><{sid}>: Successfully relayed "
            f"message: from=<a@example.org>, size=256, id={qid}, nrcpt=1, "
            f"reply=`250 2.0.0 Ok: 466 bytes queued as {next_}'")


def cisco(*lines):
    return "".join(f"Tue Jun  9 14:03:{20 + i} 2026 Info: {l}\n"
                   for i, l in enumerate(lines))


def icid(n=5, ip="192.0.2.1", host="out.example.org"):
    return (f"New SMTP ICID {n} interface Data 1 (192.0.2.26) address {ip} "
            f"reverse dns host {host} verified yes")


def dcid(n=30):
    return (f"New SMTP DCID {n} interface 192.0.2.26 address 192.0.2.27 "
            "port 25")


FIELDS = ("#Software: Microsoft Exchange Server\r\n#Version: 15.0.0.0\r\n"
          "#Log-type: SMTP Receive Protocol Log\r\n#Date: 2026-06-09T14:00:00"
          ".000Z\r\n#Fields: date-time,connector-id,session-id,sequence-number,"
          "local-endpoint,remote-endpoint,event,data,context\r\n")
BULK = ("using bulk encryption algorithm CALG_AES_256 with strength 256 bits, "
        "MAC hash algorithm CALG_SHA_384 with strength 384 bits and key "
        "exchange algorithm CALG_ECDH_EPHEM with strength 384 bits")


def exchange(*rows, sid="08DE000000000001", head=FIELDS, begin=0,
             ends="192.0.2.26:25,192.0.2.1:51034", conn="EX1\\Default EX1"):
    def field(s):
        return '"' + s.replace('"', '""') + '"' if "," in s or '"' in s else s
    return head + "".join(
        f"2026-06-09T14:03:{20 + begin + i}.000Z,{conn},{sid},{i},{ends},"
        f"{e},{field(d)},{field(c)}\r\n" for i, (e, d, c) in enumerate(rows))


def ok_in(n, mid="<1@a.example.org>"):
    return (">", f"250 2.6.0 {mid} [InternalId={n}, Hostname=EX1.example.net] "
            "4523 bytes in 0.123, 35.9 KB/sec Queued mail for delivery", "")


def tls(version="TLS1_2", way="SERVER", sep="_"):
    return ("*", "", f"TLS protocol SP_PROT{sep}{version}_{way} negotiation "
            f"succeeded {BULK}")


def haraka(*lines):
    return "".join(f"2026-06-09T14:03:{20 + i}.000Z {l}\n"
                   for i, l in enumerate(lines))


def h_in(uuid=UUID):
    return (f"[NOTICE] [{uuid}] [core] connect ip=192.0.2.1 port=57986 "
            "local_ip=:: local_port=25")


def h_bye(used="Y", uuid=UUID, helo="x"):
    return (f"[NOTICE] [{uuid}] [core] disconnect ip=192.0.2.1 "
            f"rdns=out.example.org helo={helo} relay=N early=N esmtp=Y "
            f"tls={used} pipe=N errors=0 txns=1 rcpts=1/0/0 msgs=1/0/0 "
            'bytes=451 lr="" time=2.304')


def h_ok(uuid=UUID, n=1):
    return f'[NOTICE] [{uuid}.{n}] [core] queue code=OK msg="x"'


def h_sent(used="Y", uuid=UUID + ".1.1"):
    return (f"[NOTICE] [{uuid}] [outbound]  delivered file=1_0_90 "
            "domain=example.net host=mx.example.net ip=192.0.2.26 port=25 "
            f'mode=SMTP tls={used} auth=N response="2.0.0 Ok: queued as '
            '4XrB2C" delay=4.565 fails=0 rcpts=1/0/0')


def mimecast(code="7O7I7MvGP1mj8plHRDuHEA", tls="TlsVer=TLSv1.3|"
             "Cphr=TLS_AES_256_GCM_SHA384|", act="Acc", way="Inbound"):
    return (f"datetime=2026-06-09T14:03:22+0000|aCode={code}|acc=C0A0|"
            f"SpamLimit=0|IP=192.0.2.1|Dir={way}|MsgId=<1@a.example.org>|"
            "Subject=x|headerFrom=a@example.org|Sender=a@example.org|"
            f"Rcpt=b@example.net|SpamInfo=[]|Act={act}|{tls}"
            "SpamProcessingDetail={}|SpamScore=1\n")


TABLE = [
    # ---- Dovecot ----
    ("dovecot: LMTP says nothing of TLS", bsd(
        "dovecot: lmtp(7008): Connect from 192.0.2.26",
        f"dovecot: lmtp(b)<7008><{SID}>: msgid=<1@a.example.org>: saved mail "
        "to INBOX", "dovecot: lmtp(7008): Disconnect from 192.0.2.26: Client "
        "has quit the connection (state=READY)"), []),
    ("dovecot: LMTP and its sender", bsd(
        active("4Xq10"), tls_out(tag="postfix/lmtp[9]",
                                 peer="store.example.net[192.0.2.28]:24"),
        sent("4Xq10", tag="postfix/lmtp[9]",
             peer="store.example.net[192.0.2.28]:24",
             answer=f"250 2.0.0 <b@example.net> {SID} Saved")) + bsd(
        f"dovecot: lmtp(b)<7008><{SID}>: msgid=<1@a.example.org>: saved mail "
        "to INBOX", host="store", begin=5),
     [[f"{SID} encrypted TLSv1.2 to=b@example.net"]]),
    ("dovecot: a submission with TLS", bsd(login(), relayed()),
     [["QtcTF+PQAWvyFwAAuJYqJg encrypted - fromip=192.0.2.10"]]),
    ("dovecot: `secured` is of loopback", bsd(
        login(", secured", ip="127.0.0.1"), relayed()),
     [["QtcTF+PQAWvyFwAAuJYqJg local - fromip=127.0.0.1"]]),
    ("dovecot: `secured` from elsewhere says no TLS", bsd(
        login(", secured"), relayed()),
     [["QtcTF+PQAWvyFwAAuJYqJg unknown - fromip=192.0.2.10"]]),
    ("dovecot: no word of TLS", bsd(login(""), relayed()),
     [["QtcTF+PQAWvyFwAAuJYqJg unknown -"]]),
    ("dovecot: a user that is named TLS", bsd(
        login(", secured", user="a>, TLS, session=<x"), relayed()),
     [["QtcTF+PQAWvyFwAAuJYqJg unknown -"]]),
    ("dovecot: another session's TLS", bsd(
        login(), login("", sid="c2mhdcxgKMHAAAIK"),
        relayed("c2mhdcxgKMHAAAIK")),
     [["QtcTF+PQAWvyFwAAuJYqJg unknown -"]]),
    ("dovecot: %k in the login line", bsd(
        login(", TLS, TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 (256/256 "
              "bits)"), relayed()),
     [["QtcTF+PQAWvyFwAAuJYqJg encrypted TLSv1.3"]]),
    # ---- Courier ----
    ("courier: nothing of TLS, in or out", bsd(
        "courieresmtpd: started,ip=[::ffff:192.0.2.1],port=[5000]",
        f"courierd: newmsg,id={COURIER}: dns; helo.example.org "
        "(out.example.org [::ffff:192.0.2.1])",
        f"courieresmtp: id={COURIER},from=<a@example.org>,addr=<b@example.net>"
        ": 250 2.0.0 Ok: queued as 4XrB2C",
        f"courieresmtp: id={COURIER},from=<a@example.org>,addr=<b@example.net>"
        ",success: delivered: mx.example.net [::ffff:192.0.2.26]"),
     [[f"{CID} unknown - fromip=192.0.2.1 rdns=out.example.org",
       "4XrB2C unknown - by=mx.example.net byip=192.0.2.26"]]),
    ("courier: a shutdown after a delivery is harmless", bsd(
        f"courieresmtp: id={COURIER},from=<a@example.org>,addr=<b@example.net>"
        ",success: delivered: mx.example.net [::ffff:192.0.2.26]",
        f"courieresmtp: id={COURIER},from=<a@example.org>,addr=<b@example.net>"
        ": Unexpected SSL connection shutdown."),
     [["- unknown - byip=192.0.2.26"]]),
    ("courier: an unknown client", bsd(
        f"courierd: newmsg,id={COURIER}: dns; x (unknown [::ffff:192.0.2.1])"),
     [[f"{CID} unknown - fromip=192.0.2.1 rdns=- helo=x"]]),
    # ---- amavis ----
    ("amavis: both ids on a line", bsd(
        connect(), tls_in(), client("4Xq10"), bye(STARTTLS),
        "amavis[5]: (00005-01) Passed CLEAN {RelayedInbound}, "
        "[192.0.2.1]:38530 [192.0.2.1] <a@example.org> -> <b@example.net>,"
        "<c@example.net>, Queue-ID: 4Xq10, Message-ID: <1@a.example.org>, "
        "mail_id: HbcS3oOZSFKL, Hits: -, size: 912, queued_as: 4Xq20, 130 ms",
        active("4Xq20"), tls_out(), sent("4Xq20")),
     [["4Xq10 encrypted TLSv1.3", "4XrB2C encrypted TLSv1.2"]]),
    ("amavis: a blocked message has no second id", bsd(
        connect(), tls_in(), client("4Xq10"), bye(STARTTLS),
        "amavis[5]: (00005-01) Blocked SPAM {DiscardedInbound}, "
        "[192.0.2.1]:38530 [192.0.2.1] <a@example.org> -> <b@example.net>, "
        "Queue-ID: 4Xq10, Message-ID: <1@a.example.org>, mail_id: Hb, Hits: "
        "9, size: 912, 130 ms"), [["4Xq10 encrypted TLSv1.3"]]),
    ("amavis: a sender that is the rest of the line", bsd(
        "amavis[5]: (00005-01) Passed CLEAN {RelayedInbound}, [192.0.2.1] "
        '<"x> -> <y>, Queue-ID: 4XVICT1M, queued_as: 4XEVIL"@example.org> -> '
        "<b@example.net>, Queue-ID: 4Xq10, mail_id: Hb, Hits: -, size: 9, "
        "queued_as: 4Xq20, 1 ms", active("4Xq20"), tls_out(), sent("4Xq20")),
     [["4XrB2C encrypted TLSv1.2"]]),
    # ---- dma ----
    ("dma: the second EHLO is inside TLS", bsd(
        f"{DMA}: trying remote delivery to mx.example.net [192.0.2.26] pref 0",
        f"{DMA}:   Server supports STARTTLS", f"{DMA}: SSL initialization "
        "successful", f"{DMA}:   Server does not support STARTTLS",
        f"{DMA}: <b@example.net> delivery successful"),
     [["- encrypted - by=mx.example.net to=b@example.net"]]),
    ("dma: no STARTTLS", bsd(
        f"{DMA}: trying remote delivery to mx.example.net [192.0.2.26] pref 0",
        f"{DMA}:   Server does not support STARTTLS",
        f"{DMA}: <b@example.net> delivery successful"),
     [["- cleartext - byip=192.0.2.26"]]),
    ("dma: TLS to the first host, the second has none", bsd(
        f"{DMA}: trying remote delivery to mx.example.net [192.0.2.26] pref 0",
        f"{DMA}: SSL initialization successful",
        f"{DMA}: remote delivery deferred: mx.example.net: 450 later",
        f"{DMA}: trying remote delivery to mx2.example.net [192.0.2.27] pref 9",
        f"{DMA}:   Server does not support STARTTLS",
        f"{DMA}: <b@example.net> delivery successful"),
     [["- cleartext - by=mx2.example.net"]]),
    ("dma: the beginning is lost", bsd(
        f"{DMA}: <b@example.net> delivery successful"), [["- unknown -"]]),
    # ---- msmtp ----
    ("msmtp: TLS and not, without a version",
     "Jun 09 14:03:20 host=mx.example.net tls=on auth=on user=a "
     "from=a@example.org recipients=b@example.net mailsize=319 "
     "smtpstatus=250 smtpmsg='250 2.0.0 Ok: queued as 4XrB2C' exitcode=EX_OK\n"
     "Jun 09 14:03:21 host=mx.example.net tls=off auth=off from=a@example.org "
     "recipients=b@example.net mailsize=319 smtpstatus=250 smtpmsg='250 2.0.0 "
     "Ok: queued as 4XrB2D' exitcode=EX_OK\n",
     [["4XrB2C encrypted -"], ["4XrB2D cleartext -"]]),
    ("msmtp: tls=on, and no mail went",
     "Jun 09 14:03:20 host=mx.example.net tls=on auth=on user=a "
     "from=a@example.org recipients=b@example.net mailsize=319 "
     "smtpstatus=550 smtpmsg='550 5.1.1 no' errormsg='x' "
     "exitcode=EX_DATAERR\n", [["tried bounced b@example.net"]]),
    # ---- Cisco ----
    ("cisco: what comes in", cisco(
        icid(), "ICID 5 ACCEPT SG UNKNOWNLIST match sbrs[none]",
        "ICID 5 TLS success protocol TLSv1.2 cipher " + GCM,
        "Start MID 77 ICID 5", "MID 77 ICID 5 From: <a@example.org>",
        "MID 77 ICID 5 RID 0 To: <b@example.net>",
        "MID 77 Message-ID '<1@a.example.org>'", "ICID 5 close"),
     [["77 encrypted TLSv1.2 fromip=192.0.2.1"]]),
    ("cisco: before versions were told", cisco(
        icid(), "ICID 5 TLS success", "Start MID 77 ICID 5", "ICID 5 close"),
     [["77 encrypted -"]]),
    ("cisco: TLS failed, and the mail came", cisco(
        icid(), "ICID 5 TLS failed", "Start MID 77 ICID 5", "ICID 5 close"),
     [["77 cleartext -"]]),
    ("cisco: no word of TLS is none, says the vendor", cisco(
        icid(), "Start MID 77 ICID 5", "ICID 5 close"), [["77 cleartext -"]]),
    ("cisco: the connection's beginning is lost", cisco(
        "Start MID 77 ICID 5", "ICID 5 close"), [["77 unknown -"]]),
    ("cisco: several messages of a connection", cisco(
        icid(), "ICID 5 TLS success protocol TLSv1.3 cipher X",
        "Start MID 77 ICID 5", "Start MID 78 ICID 5", "ICID 5 close"),
     [["77 encrypted TLSv1.3"], ["78 encrypted TLSv1.3"]]),
    ("cisco: protocol TLSv1/SSLv3 is no version", cisco(
        icid(), "ICID 5 TLS success protocol TLSv1/SSLv3 cipher "
        "DHE-RSA-AES256-SHA", "Start MID 77 ICID 5"),
     [["77 encrypted - odd=ambiguous-version"]]),
    ("cisco: what goes out", cisco(
        dcid(), "DCID 30 TLS success protocol TLSv1.2 cipher " + GCM +
        " for example.net", "Delivery start DCID 30 MID 77 to RID [0]",
        "Message done DCID 30 MID 77 to RID [0]", "DCID 30 close"),
     [["- encrypted TLSv1.2 byip=192.0.2.27"]]),
    ("cisco: TLS was required and not there", cisco(
        dcid(), "DCID 30 TLS failed: STARTTLS unexpected response",
        "Delivery start DCID 30 MID 77 to RID [0]",
        "Message done DCID 30 MID 77 to RID [0]"),
     [["- cleartext -"]]),
    ("cisco: a message it made itself has ICID 0", cisco(
        "Start MID 77 ICID 0", dcid(),
        "DCID 30 TLS success protocol TLSv1.2 cipher " + GCM,
        "Message done DCID 30 MID 77 to RID [0]"),
     [["- encrypted TLSv1.2"]]),
    # ---- Exchange ----
    ("exchange: one session, two messages", exchange(
        ("+", "", ""), tls(), ("<", "MAIL FROM:<a@example.org>", ""),
        ok_in(44), ok_in(45, "<2@a.example.org>"), ("-", "", "Remote")),
     [["44 encrypted TLSv1.2 fromip=192.0.2.1 bits=256"],
      ["45 encrypted TLSv1.2"]]),
    ("exchange: versions",
     "".join(exchange(("+", "", ""), tls(v), ok_in(44 + i), ("-", "", ""),
                      sid=f"08DE00000000000{i}", head=FIELDS if i == 0 else "",
                      begin=4 * i)
             for i, v in enumerate(("SSL3", "TLS1", "TLS1_0", "TLS1_1",
                                    "TLS1_2", "TLS1_3"))),
     [["44 encrypted SSLv3"], ["45 encrypted TLSv1.0"],
      ["46 encrypted TLSv1.0"], ["47 encrypted TLSv1.1"],
      ["48 encrypted TLSv1.2"], ["49 encrypted TLSv1.3"]]),
    ("exchange: SP_PROT-TLS1_2, as the documents have it", exchange(
        ("+", "", ""), tls(sep="-"), ok_in(44)), [["44 encrypted TLSv1.2"]]),
    ("exchange: STARTTLS, and no success", exchange(
        ("+", "", ""), ("<", "STARTTLS", ""), (">", "220 2.0.0 SMTP server "
         "ready", ""), ("*", "", "TLS negotiation failed with error "
                        "NoCredentials"), ("-", "", "Local")), []),
    ("exchange: no TLS, in a log that tells of it",
     exchange(("+", "", ""), tls(), ok_in(44), ("-", "", "Remote")) +
     exchange(("+", "", ""), ok_in(45, "<2@a.example.org>"),
              ("-", "", "Remote"), sid="08DE000000000002", head="", begin=9),
     [["44 encrypted TLSv1.2"], ["45 cleartext -"]]),
    ("exchange: two sessions, woven", FIELDS + "".join(
        exchange(row, sid=f"08DE00000000000{s}", head="", begin=i)
        for i, (s, row) in enumerate((
            (1, ("+", "", "")), (2, ("+", "", "")), (1, tls()),
            (2, ok_in(45, "<2@a.example.org>")), (1, ok_in(44))))),
     [["45 cleartext -"], ["44 encrypted TLSv1.2"]]),
    ("exchange: fields in another order",
     FIELDS.replace("event,data,context", "event,context,data") +
     "".join(exchange((e, c, d), head="", begin=i) for i, (e, d, c) in
             enumerate((("+", "", ""), tls(), ok_in(44)))),
     [["44 encrypted TLSv1.2"]]),
    ("exchange: LF and no other head", exchange(
        ("+", "", ""), tls(), ok_in(44),
        head=FIELDS[FIELDS.index("#Fields"):]).replace("\r", ""),
     [["44 encrypted TLSv1.2"]]),
    ("exchange: the head again, as of the next hour",
     exchange(("+", "", ""), tls()) +
     exchange(ok_in(44), begin=5), [["44 encrypted TLSv1.2"]]),
    ("exchange: what it sends", exchange(
        ("*", "", "attempting to connect"), ("+", "", ""),
        tls("TLS1_3", "CLIENT"),
        ("*", "", "sending message with RecordId 12 and InternetMessageId "
         "<2@example.net>"),
        (">", "MAIL FROM:<a@example.org>", ""), ("<", "250 2.1.0 Ok", ""),
        (">", "BDAT 2048 LAST", ""),
        ("<", "250 2.0.0 Ok: queued as 4XrB2C", ""), (">", "QUIT", ""),
        ("-", "", "Local"), ends="192.0.2.26:25001,192.0.2.27:25",
        conn="Internet"),
     [["4XrB2C encrypted TLSv1.3 byip=192.0.2.27"]]),
    ("exchange: the front end's TLS is not the back end's",
     exchange(("+", "", ""), tls(), ok_in(44), ("-", "", "")) +
     exchange(("+", "", ""), ok_in(44), ("-", "", ""), head="", begin=5,
              sid="08DE000000000002",
              ends="192.0.2.26:2525,192.0.2.26:41000"),
     [["44 encrypted TLSv1.2"], ["08DE000000000002 local -"]]),
    ("exchange: message tracking has no field for TLS",
     "#Software: Microsoft Exchange Server\r\n#Version: 15.01.2507.006\r\n"
     "#Log-type: Message Tracking Log\r\n#Fields: date-time,client-ip,"
     "client-hostname,server-ip,server-hostname,source-context,connector-id,"
     "source,event-id,internal-message-id,message-id\r\n"
     "2026-06-09T14:03:22.123Z,192.0.2.1,out.example.org,192.0.2.26,EX1,"
     "08DE;x,EX1\\Default EX1,SMTP,RECEIVE,44,<1@a.example.org>\r\n",
     [], {"status": 3, "says": "value-unread"}),
    ("exchange: nor has the trace of Microsoft 365",
     "origin_timestamp_utc,sender_address,recipient_status,message_subject,"
     "total_bytes,message_id,network_message_id,original_client_ip,"
     "directionality,connector_id\r\n2026-06-09T14:03:22.1234567Z,"
     "a@example.org,b@example.net##Receive;Deliver,TLSv1.3,2048,"
     "<1@a.example.org>,1,192.0.2.1,Inbound,TLS\r\n",
     [], {"status": 3, "says": "value-unread"}),
    # ---- Haraka ----
    ("haraka: in, with a version", haraka(
        h_in(), f"[INFO] [{UUID}] [tls] secured: cipher=TLS_AES_256_GCM_SHA384"
        " version=TLSv1.3 verified=false", h_ok(), h_bye()),
     [[f"{UUID}.1 encrypted TLSv1.3"]]),
    ("haraka: in, the end tells", haraka(h_in(), h_ok(), h_bye("N", helo="Y")),
     [[f"{UUID}.1 cleartext -"]]),
    ("haraka: in, two connections", haraka(
        h_in(), h_in(UU2), f"[INFO] [{UUID}] [tls] secured: cipher=X "
        "version=TLSv1.3 verified=false", h_ok(UU2), h_ok(),
        h_bye("N", UU2), h_bye()),
     [[f"{UU2}.1 cleartext -"], [f"{UUID}.1 encrypted TLSv1.3"]]),
    ("haraka: out", haraka(
        f"[INFO] [{UUID}.1.1] [outbound] secured verified=true cipher={GCM} "
        "version=TLSv1.2 error= cn=mx.example.net organization= issuer=x "
        'expires="x" fingerprint=AA', h_sent()),
     [["4XrB2C encrypted TLSv1.2 server=verified by=mx.example.net"]]),
    ("haraka: out, tls=N beside another's TLS", haraka(
        f"[INFO] [{UUID}.1.2] [outbound] secured verified=true cipher={GCM} "
        "version=TLSv1.2", h_sent("N")), [["4XrB2C cleartext -"]]),
    ("haraka: behind a syslog head", bsd(
        f"haraka: {h_in()}", f"haraka: {h_ok()}", f"haraka: {h_bye('N')}"),
     [[f"{UUID}.1 cleartext -"]]),
    # ---- gateways ----
    ("mimecast: a receipt", mimecast(),
     [["7O7I7MvGP1mj8plHRDuHEA encrypted TLSv1.3 fromip=192.0.2.1"]]),
    ("mimecast: TlsVer=TLSv1", mimecast(
        tls="TlsVer=TLSv1|Cphr=TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA|"),
     [["7O7I7MvGP1mj8plHRDuHEA encrypted TLSv1.0"]]),
    ("mimecast: no TlsVer says nothing", mimecast(tls=""),
     [["7O7I7MvGP1mj8plHRDuHEA unknown -"]]),
    ("mimecast: a refusal is no message", mimecast(act="Rej"), []),
    ("barracuda: ENC and `-`", bsd(
        "scan[9390]: out.example.org[192.0.2.1] 1781013800-4739a8be0001-R6OEVB"
        " 1781013800 1781013801 SCAN ENC a@example.org b@example.net 0.01 0 0 "
        "- SZ:34602 SUBJ:x",
        "scan[9390]: unknown[192.0.2.2] 1781013800-4739a8be0002-R6OEVB"
        " 1781013800 1781013801 SCAN - a@example.org b@example.net 0.01 0 0 "
        "- SZ:34602 SUBJ:x"),
     [["1781013800-4739a8be0001-R6OEVB encrypted - fromip=192.0.2.1"],
      ["1781013800-4739a8be0002-R6OEVB unknown - rdns=-"]]),
    ("proofpoint: its Sendmail tells of TLS, the filter of the message", bsd(
        "sendmail[7]: STARTTLS=client, relay=mx.example.net., "
        f"version=TLSv1.2, verify=OK, cipher={GCM}, bits=256/256",
        "sendmail[7]: 3b7Qh2abcd: to=<b@example.net>, delay=00:00:01, "
        "xdelay=00:00:01, mailer=esmtp, pri=30798, relay=mx.example.net. "
        "[192.0.2.26], dsn=2.0.0, stat=Sent (Ok: queued as 4XrB2C)",
        "filter_instance1[9]: rprt s=4cwtbdrj71 m=1 x=4cwtbdrj71-1 mod=mail "
        "cmd=msg module= rule= action=continue attachments=0 rcpts=1 "
        "routes=default_inbound size=1047 guid=aOH73jx "
        'hdr_mid=<1@a.example.org> qid=3b7Qh2abcd subject="x" spamscore=0'),
     [["4XrB2C encrypted TLSv1.2"]]),
    ("proofpoint: tls among the routes of a session is not judged",
     "[2026-06-09 14:03:22.487175 +0000] rprt s=4cwtbdrj71 mod=session "
     "cmd=connect ip=192.0.2.1 country=us lip=192.0.2.26 prot=smtp:smtp "
     "hops_active=f routes=default_inbound,tls notroutes=x perlwait=0.003\n" *
     3, []),
    ("rspamd: its line is of no leg", bsd(
        "rspamd[9]: <abc123>; task; rspamd_task_write_log: id: "
        "<1@a.example.org>, qid: <4Xq10>, ip: 192.0.2.1, from: "
        "<a@example.org>, (default: F (no action): [0.10/15.00] []), len: 9",
        connect(), client("4Xq10"), bye()), [["4Xq10 cleartext -"]]),
    ("qmail: nothing of TLS is in its log",
     "@400000006a2816d51dcd6500 new msg 7\n"
     "@400000006a2816d51dcd6500 info msg 7: bytes 9 from <a@example.org> qp "
     "77 uid 89\n"
     "@400000006a2816d51dcd6500 starting delivery 1: msg 7 to remote "
     "b@example.net\n"
     "@400000006a2816d51dcd6500 delivery 1: success: 192.0.2.26_accepted_"
     "message./Remote_host_said:_250_2.0.0_Ok:_queued_as_4XrB2C/\n"
     "@400000006a2816d51dcd6500 end msg 7\n", []),
]
