"""traps/services.py - structured logs: SES and AWS, other services"""
import json
from lines import *

ID = "0100019e00000001-11111111-2222-4333-8444-555555555501-000000"
ID2 = "0100019e00000002-11111111-2222-4333-8444-555555555502-000000"
MTA = "a8-11.smtp-out.amazonses.com"


def rows(*values, sep="\n"):
    return sep.join(json.dumps(v) for v in values) + sep


def tags(outgoing="TLSv1.3", source="TLSv1.2", **more):
    t = {"ses:operation": ["SendEmail"], "ses:source-ip": ["192.0.2.7"],
         "ses:outgoing-ip": ["198.51.100.5"],
         "ses:configuration-set": ["strict"]}
    if source is not None:
        t["ses:source-tls-version"] = [source]
    if outgoing is not None:
        t["ses:outgoing-tls-version"] = [outgoing]
    return {**t, **more}


def mail_part(id_=ID, t=None, to=("b@example.net",)):
    return {"timestamp": "2026-06-09T14:03:21.000Z", "messageId": id_,
            "source": "a@example.org", "destination": list(to),
            "sourceArn": "arn:aws:ses:us-east-1:111122223333:identity/x",
            "tags": tags() if t is None else t}


def delivery(id_=ID, t=None, to=("b@example.net",), at="22",
             answer="250 2.0.0 Ok: queued as 4XrB2C"):
    return {"eventType": "Delivery", "mail": mail_part(id_, t, to),
            "delivery": {"timestamp": f"2026-06-09T14:03:{at}.500Z",
                         "recipients": list(to), "reportingMTA": MTA,
                         "smtpResponse": answer,
                         "remoteMtaIp": "192.0.2.26"}}


def send(id_=ID, t=None):
    return {"eventType": "Send",
            "mail": mail_part(id_, tags(None) if t is None else t),
            "send": {}}


def bounce(text="smtp; 550 5.1.1 no", id_=ID, to="b@example.net"):
    return {"eventType": "Bounce", "mail": mail_part(id_, tags(None)),
            "bounce": {"timestamp": "2026-06-09T14:03:23.000Z",
                       "bounceType": "Permanent", "bounceSubType": "General",
                       "reportingMTA": "dns; " + MTA,
                       "bouncedRecipients": [{
                           "emailAddress": to, "action": "failed",
                           "status": "5.0.0", "diagnosticCode": text}]}}


def trail(id_=ID, version="TLSv1.3", cipher="TLS_AES_128_GCM_SHA256",
          ip="192.0.2.7", **more):
    r = {"eventVersion": "1.11", "eventTime": "2026-06-09T14:03:21Z",
         "eventSource": "ses.amazonaws.com", "eventName": "SendEmail",
         "awsRegion": "us-east-1", "sourceIPAddress": ip,
         "additionalEventData": {"sesMessageId": id_}}
    if version:
        r["tlsDetails"] = {
            "tlsVersion": version, "cipherSuite": cipher,
            "clientProvidedHostHeader": "email.us-east-1.amazonaws.com"}
    return {**r, **more}


def sns(value, **more):
    return {"Type": "Notification", "MessageId": "1", "TopicArn": "arn:x",
            "Message": json.dumps(value) + "\n", **more}


def bridge(value):
    return {"version": "0", "id": "1", "detail-type": "Email Delivered",
            "source": "aws.ses", "account": "1", "time":
            "2026-06-09T14:03:22Z", "region": "us-east-1", "resources": [],
            "detail": value}


def watch(*values):
    return {"messageType": "DATA_MESSAGE", "logGroup": "g", "logStream": "s",
            "logEvents": [{"id": str(i), "timestamp": 1781013802000,
                           "message": json.dumps(v)}
                          for i, v in enumerate(values)]}


BOTH = [["- encrypted TLSv1.2 fromip=192.0.2.7 "
         "by=email.us-east-1.amazonaws.com via=http",
         "4XrB2C encrypted TLSv1.3 from=" + MTA + " fromip=198.51.100.5 "
         "byip=192.0.2.26 to=b@example.net"]]
LEG_A = "- encrypted TLSv1.2"
REQUIRED = "530 5.7.0 Must issue a STARTTLS command first"


def outgoing(word):
    return rows(delivery(t=tags(word)))


def inbound(**more):
    return {"resource_arn": "arn:x", "event_timestamp": 1781013802000,
            "ingress_point_type": "OPEN", "ingress_point_name": "in",
            "message_id": "0000llcki1jmushh817gr586f963a5inhkvnh81",
            "message_size_bytes": 9, "rule_set_id": "rs",
            "sender_ip_address": "192.0.2.1",
            "smtp_mail_from": "a@example.org", "smtp_helo": "out.example.org",
            "tls_protocol": "TLSv1.3",
            "tls_cipher_suite": "TLS_AES_256_GCM_SHA384",
            "recipients": ["b@example.net"], "ingress_point_metadata": {},
            **more}


MM = "0000llcki1jmushh817gr586f963a5inhkvnh81"


def kumo(type_="Delivery", **more):
    return {"type": type_, "id": "1d98076abbbc11ed940250ebf67f93bd",
            "sender": "a@example.org", "recipient": "b@example.net",
            "queue": "example.net", "size": 9, "response": {
                "code": 250, "content": "OK: queued as 4XrB2C"},
            "peer_address": {"name": "mx.example.net.", "addr": "192.0.2.26"},
            "timestamp": 1781013802, "event_time":
            "2026-06-09T14:03:22.118Z", "headers": {}, "nodeid": "n",
            "delivery_protocol": "ESMTP", "reception_protocol": None, **more}


KTLS = {"tls_cipher": "TLS13_AES_256_GCM_SHA384",
        "tls_protocol_version": "TLSv1_3", "tls_peer_subject_name": []}
PMTA = ("type,timeLogged,timeQueued,orig,rcpt,dsnAction,dsnStatus,dsnDiag,"
        "dsnMta,dlvType,dlvSourceIp,dlvDestinationIp,envId,"
        "header_Message-Id,dlvTlsProtocol,dlvTlsCipher\n")


def pmta(tls="TLSv1.2,ECDHE-RSA-AES256-GCM-SHA384", type_="d", env="",
         mid="<1@a.example.org>", diag="smtp;250 2.0.0 OK", to="b@example.net"):
    return (f"{type_},2026-06-09 14:03:22+0000,2026-06-09 14:03:21+0000,"
            f"a@example.org,{to},relayed,2.0.0 (success),{diag},"
            f"mx.example.net (192.0.2.26),smtp,192.0.2.9,192.0.2.26,{env},"
            f"{mid},{tls}\n")


def gmail(state="1", version="TLSv1.3", way="in", mid="<1@a.example.org>"):
    c = {"smtp_tls_state": state, "smtp_tls_version": version,
         "smtp_tls_cipher": version and "TLS_AES_128_GCM_SHA256"}
    if way == "in":
        c["smtp_in_connect_ip"] = "192.0.2.1"
    else:
        c["smtp_out_connect_ip"] = "192.0.2.26"
        c["smtp_out_remote_host"] = "mx.example.net"
    return {"gmail": {"event_info": {"timestamp_usec": "1781013802054000"},
                      "message_info": {
                          "rfc2822_message_id": mid, "source": {
                              "address": "a@example.org"},
                          "destination": [{"address": "b@example.net"}],
                          "connection_info": c}}}


def grid(tls, event="delivered", **more):
    return {"email": "b@example.net", "event": event, "ip": "192.0.2.9",
            "response": "250 2.0.0 OK", "sg_message_id": "14c5.filter0001",
            "smtp-id": "<14c5@ismtpd-1>", "timestamp": 1781013802, "tls": tls,
            **more}


def gun(tls, cert=True):
    return {"event-data": {
        "id": "x", "timestamp": 1781013802.9, "event": "delivered",
        "delivery-status": {"tls": tls, "mx-host": "mx.example.net",
                            "code": 250, "certificate-verified": cert},
        "envelope": {"sender": "a@example.org", "sending-ip": "192.0.2.9"},
        "recipient": "b@example.net",
        "message": {"headers": {"message-id": "1@a.example.org"}}}}


def spark(tls, id_="0004"):
    return {"msys": {"message_event": {
        "type": "delivery", "event_id": "9", "timestamp": "1781013802",
        "message_id": id_, "rcpt_to": "b@example.net",
        "msg_from": "a@example.org", "ip_address": "192.0.2.26",
        "sending_ip": "192.0.2.9", "outbound_tls": tls}}}


def pod(inbound):
    return {"guid": "g", "ts": "2026-06-09T07:03:22.686439-0700",
            "msg": {"header": {"message-id": ["<1@a.example.org>"]}},
            "filter": {"qid": "3b7Qh2"},
            "connection": {"tls": {"inbound": inbound} if inbound else {},
                           "helo": "x", "ip": "192.0.2.1",
                           "host": "out.example.org"},
            "envelope": {"from": "a@example.org", "rcpts": ["b@example.net"]}}


SES_MAIL = mail(["from a8-11.smtp-out.amazonses.com "
                 "(a8-11.smtp-out.amazonses.com [198.51.100.5])",
                 "by mx.example.net (Postfix) with ESMTPS id 4XrB2C",
                 "for <b@example.net>; Tue,  9 Jun 2026 14:03:22 +0000 (UTC)"],
                f"<{ID}@email.amazonses.com>")
QUIET = delivery(answer="250 OK")
NOWHERE = {k: v for k, v in tags().items() if k != "ses:outgoing-ip"}

TABLE = [
    # ---- envelopes ----
    ("ses: an event is of two legs", rows(delivery()), BOTH),
    ("ses: objects without a line end between them",
     rows(send(ID2), delivery(), sep=""),
     [[LEG_A + " fromip=192.0.2.7"], *BOTH]),
    ("ses: one array", json.dumps([send(ID2), delivery()]),
     [[LEG_A], *BOTH]),
    ("ses: pretty printed", "\n".join(json.dumps(v, indent=2) for v in
                                      (send(ID2), delivery())),
     [[LEG_A], *BOTH]),
    ("ses: in SNS", rows(sns(delivery(), SigningCertURL="x",
                             UnsubscribeURL="y")), BOTH),
    ("ses: in SNS as Lambda spells it", rows(
        {"Records": [{"EventSource": "aws:sns", "Sns": sns(
            delivery(), SigningCertUrl="x", UnsubscribeUrl="y")}]}), BOTH),
    ("ses: in SNS in SQS", rows(
        {"Messages": [{"MessageId": "1", "Body": json.dumps(sns(delivery()))}]}),
     BOTH),
    ("ses: in SQS, raw", rows(
        {"Messages": [{"MessageId": "1", "Body": json.dumps(delivery())},
                      {"MessageId": "2", "Body": json.dumps(send(ID2))}]}),
     [*BOTH, [LEG_A]]),
    ("ses: in SQS in Lambda", rows(
        {"Records": [{"eventSource": "aws:sqs", "body": json.dumps(
            sns(delivery()))}]}), BOTH),
    ("ses: in EventBridge", rows(bridge(delivery()), bridge(send(ID2)), sep=""),
     [*BOTH, [LEG_A]]),
    ("ses: in EventBridge in CloudWatch", rows(
        {"messageType": "CONTROL_MESSAGE", "logEvents": [{
            "id": "", "timestamp": 1, "message": "CWL CONTROL MESSAGE"}]},
        watch(bridge(delivery()), bridge(send(ID2))), sep=""),
     [*BOTH, [LEG_A]]),
    ("ses: CloudWatch's export of lines", "".join(
        f"2026-06-09T14:03:2{i}.000Z {json.dumps(v)}\n"
        for i, v in enumerate((bridge(delivery()), bridge(send(ID2))))),
     [*BOTH, [LEG_A]]),
    ("ses: the same event in three envelopes is one witness",
     {"a.json": rows(delivery()), "b.json": rows(sns(delivery())),
      "c.json": rows(bridge(delivery()))},
     [[BOTH[0][0] + " n=1", BOTH[0][1] + " n=1"]]),
    ("ses: the same event twice in a file", rows(delivery(), delivery()),
     [[BOTH[0][0] + " n=1", BOTH[0][1] + " n=1"]]),
    ("ses: deeper than anybody packs", rows(sns(sns(sns(sns(sns(sns(sns(sns(
        sns(delivery())))))))))), [], {"status": 3}),
    ("ses: a key that stands twice: the last counts",
     rows(delivery()).replace('"ses:outgoing-tls-version": ["TLSv1.3"]',
                              '"ses:outgoing-tls-version": ["TLSv1.3"], '
                              '"ses:outgoing-tls-version": ["TLSv1.1"]'),
     [[LEG_A, "4XrB2C encrypted TLSv1.1"]], {"status": 3}),
    ("ses: a record that is cut", rows(send(ID2)) + rows(delivery())[:-300],
     [[LEG_A]], {"status": 3}),
    # ---- versions ----
    *[(f"ses: the version {w}", outgoing(w), [[
        LEG_A, f"4XrB2C encrypted {v}"]]) for w, v in (
            ("TLSv1", "TLSv1.0"), ("TLSv1.0", "TLSv1.0"),
            ("TLSv1.1", "TLSv1.1"), ("TLSv1_2", "TLSv1.2"),
            ("TLS1_2", "TLSv1.2"), ("tlsv1.2", "TLSv1.2"))],
    ("ses: no tag of the way out", outgoing(None),
     [[LEG_A, "4XrB2C unknown -"]]),
    ("ses: an empty tag", outgoing(""), [[LEG_A, "4XrB2C unknown -"]]),
    ("ses: a tag of no values", rows(delivery(t=tags(
        **{"ses:outgoing-tls-version": []}))), [[LEG_A, "4XrB2C unknown -"]]),
    ("ses: NONE is not documented", outgoing("NONE"),
     [[LEG_A, "4XrB2C unknown -"]]),
    ("ses: neither tag, as before 2023", rows(delivery(t=tags(None, None))),
     [["- unknown -", "4XrB2C unknown -"]]),
    ("ses: an old notification has no tags", rows(
        {"notificationType": "Delivery", "mail": {
            "timestamp": "2026-06-09T14:03:21.000Z", "messageId": ID,
            "sourceIp": "192.0.2.7", "destination": ["b@example.net"]},
         "delivery": delivery()["delivery"]}),
     [["- unknown - fromip=192.0.2.7", "4XrB2C unknown -"]]),
    ("ses: a suite, as Postbox tags it", rows(delivery(t=tags(
        **{"ses:outgoing-tls-cipher": ["AES_128_GCM_SHA256"]}))),
     [[LEG_A, "4XrB2C encrypted TLSv1.3 cipher=AES_128_GCM_SHA256"]]),
    ("ses: an offset in place of Z",
     rows(delivery()).replace("14:03:22.500Z", "17:03:22.500+03:00"),
     [[LEG_A, "4XrB2C encrypted TLSv1.3 at=2026-06-09T14:03:22.500000Z"]]),
    ("ses: a date as the guide's example has it",
     rows(delivery()).replace("2026-06-09T14:03:22.500Z",
                              "2026-06-09T14:03:22 +0000"),
     [[LEG_A, "4XrB2C encrypted TLSv1.3 at=2026-06-09T14:03:22Z"]]),
    ("ses: `\"bounce\":null` beside a delivery",
     rows({**delivery(), "bounce": None}), BOTH),
    # ---- what happened ----
    ("ses: sent is not delivered", rows(send()), [[LEG_A]]),
    ("ses: several recipients of one event", rows(delivery(
        to=("b@example.net", "c@example.net"))),
     [[LEG_A, "4XrB2C encrypted TLSv1.3"]]),
    ("ses: two recipients, two ways", rows(
        delivery(), {**delivery(t=tags("TLSv1"), to=("c@example.com",)),
                     "delivery": {**delivery()["delivery"], "recipients":
                                  ["c@example.com"], "remoteMtaIp":
                                  "192.0.2.99", "smtpResponse":
                                  "250 2.0.0 Ok: queued as 77AB3C"}}),
     [[LEG_A, "4XrB2C encrypted TLSv1.3 to=b@example.net",
       "77AB3C encrypted TLSv1.0 to=c@example.com"]]),
    ("ses: delayed, then delivered", rows(
        {"eventType": "DeliveryDelay", "mail": mail_part(t=tags(None)),
         "deliveryDelay": {"timestamp": "2026-06-09T14:03:22.000Z",
                           "delayType": "TransientCommunicationFailure",
                           "delayedRecipients": [{
                               "emailAddress": "b@example.net", "status":
                               "4.4.1", "diagnosticCode": "smtp; 421 x"}]}},
        delivery(at="52")),
     [[LEG_A, "4XrB2C encrypted TLSv1.3 tried=deferred"]]),
    ("ses: the events in any order", rows(
        delivery(at="52"), send(),
        {"eventType": "DeliveryDelay", "mail": mail_part(t=tags(None)),
         "deliveryDelay": {"timestamp": "2026-06-09T14:03:22.000Z",
                           "delayType": "General", "delayedRecipients": [{
                               "emailAddress": "b@example.net"}]}}),
     [[LEG_A + " n=1", "4XrB2C encrypted TLSv1.3 tried=deferred"]]),
    ("ses: bounced", rows(bounce()),
     [[LEG_A, "tried bounced b@example.net"]]),
    ("ses: bounced for want of STARTTLS", rows(bounce(
        "smtp; " + REQUIRED)), [[LEG_A, "tried refused b@example.net"]]),
    *[(f"ses: bounced: {t[:40]}", rows(bounce("smtp; " + t)),
       [[LEG_A, f"tried {o} b@example.net"]]) for t, o in (
           ("451 5.7.3 STARTTLS is required to send mail", "refused"),
           ("538 5.7.11 Encryption required for requested authentication "
            "mechanism", "refused"),
           ("500 Remote server does not support TLS (state 6).", "refused"),
           ("550 5.7.10 Encryption needed", "refused"),
           ("550 5.7.30 REQUIRETLS support required", "refused"),
           ("421 4.7.29 This message was not sent over TLS", "refused"),
           ("503 Bad sequence of commands (TLS required)", "refused"),
           ("554 4.4.7 Message expired: unable to deliver in 840 minutes."
            "<421 4.4.1 Failed to establish connection>", "bounced"))],
    ("ses: rejected: it was sent nowhere", rows(
        {"eventType": "Reject", "mail": mail_part(t=tags(None)),
         "reject": {"reason": "Bad content"}}),
     [[LEG_A, "tried refused b@example.net"]]),
    ("ses: complaints, opens and clicks are of no leg", rows(
        delivery(), {"eventType": "Open", "mail": mail_part(t=tags(None)),
                     "open": {"ipAddress": "192.0.2.99", "timestamp":
                              "2026-06-09T15:00:00.000Z", "userAgent": "x"}},
        {"eventType": "Click", "mail": mail_part(t=tags(None)), "click": {
            "ipAddress": "192.0.2.99", "timestamp":
            "2026-06-09T15:00:00.000Z", "link": "http://x", "linkTags": None}}),
     [[BOTH[0][0] + " n=1", BOTH[0][1]]]),
    ("ses: by SMTP, as the operation says", rows(send(t=tags(
        None, **{"ses:operation": ["SMTP"]}))),
     [["- encrypted TLSv1.2 by=email-smtp.amazonaws.com"]]),
    ("ses: GetMessageInsights", rows({
        "MessageId": ID, "FromEmailAddress": "a@example.org",
        "EmailTags": [{"Name": "ses:source-tls-version", "Value": "TLSv1.3"},
                      {"Name": "ses:outgoing-tls-version", "Value": "TLSv1"},
                      {"Name": "ses:source-ip", "Value": "192.0.2.7"},
                      {"Name": "ses:outgoing-ip", "Value": "198.51.100.5"}],
        "Insights": [
            {"Destination": d, "Events": [
                {"Timestamp": "2026-06-09T14:03:21Z", "Type": "SEND"},
                {"Timestamp": "2026-06-09T14:03:22Z", "Type": t}]}
            for d, t in (("b@example.net", "DELIVERY"),
                         ("c@example.net", "BOUNCE"))]}),
     [["- encrypted TLSv1.3", "- encrypted TLSv1.0 to=b@example.net"]]),
    # ---- CloudTrail ----
    ("cloudtrail: the way to SES", rows({"Records": [trail()]}),
     [["- encrypted TLSv1.3 cipher=TLS_AES_128_GCM_SHA256 fromip=192.0.2.7 "
       "by=email.us-east-1.amazonaws.com"]]),
    ("cloudtrail: 1.2, with OpenSSL's name", rows({"Records": [trail(
        version="TLSv1.2", cipher="ECDHE-RSA-AES128-GCM-SHA256")]}),
     [["- encrypted TLSv1.2 odd=-"]]),
    ("cloudtrail: no tlsDetails", rows({"Records": [trail(
        version=None, ip="cognito-idp.amazonaws.com")]}),
     [["- unknown - fromip=- by=email.us-east-1.amazonaws.com"]]),
    ("cloudtrail: tlsDetails null", rows({"Records": [trail(
        version=None, tlsDetails=None)]}), [["- unknown -"]]),
    ("cloudtrail: it repeats itself", rows({"Records": [trail(), trail()]}),
     [["- encrypted TLSv1.3 n=1"]]),
    ("cloudtrail: another service", rows({"Records": [trail(
        eventSource="sesv2.amazonaws.com")]}), []),
    ("cloudtrail: and the event's tag", rows(
        {"Records": [trail(version="TLSv1.2", cipher="X")]}, delivery()),
     [["- encrypted TLSv1.2 n=2 both=false",
       "4XrB2C encrypted TLSv1.3"]]),
    ("cloudtrail: it differs from the tag", rows(
        {"Records": [trail()]}, delivery()),
     [["- encrypted TLSv1.2 n=2 odd=conflict", "4XrB2C encrypted TLSv1.3"]]),
    ("cloudtrail: a policy of the set", rows({"Records": [
        trail(), {"eventVersion": "1.11", "eventTime": "2026-06-09T13:00:00Z",
                  "eventSource": "ses.amazonaws.com",
                  "eventName": "PutConfigurationSetDeliveryOptions",
                  "awsRegion": "us-east-1", "sourceIPAddress": "192.0.2.7",
                  "requestParameters": {"configurationSetName": "strict",
                                        "tlsPolicy": "REQUIRE"}}]},
        delivery()),
     [["- encrypted TLSv1.2 n=2", "4XrB2C encrypted TLSv1.3",
       "context policy TlsPolicy REQUIRE"]]),
    ("cloudtrail: the policy's older shape, of another set", rows(
        {"Records": [{"eventVersion": "1.11",
                      "eventTime": "2026-06-09T13:00:00Z",
                      "eventSource": "ses.amazonaws.com",
                      "eventName": "PutConfigurationSetDeliveryOptions",
                      "awsRegion": "us-east-1", "sourceIPAddress": "192.0.2.7",
                      "requestParameters": {"configurationSetName": "lax",
                                            "deliveryOptions": {
                                                "tlsPolicy": "Require"}}}]},
        delivery()),
     [*BOTH, ["context policy lax: TlsPolicy Require"]]),
    ("cloudtrail: lookup-events", rows({"Events": [{
        "EventId": "1", "EventName": "SendEmail",
        "CloudTrailEvent": json.dumps(trail())}]}),
     [["- encrypted TLSv1.3"]]),
    # ---- a mail that SES sent ----
    ("ses: beside the mail", {"m.eml": SES_MAIL, "e.json": rows(QUIET)},
     [["- encrypted TLSv1.2 trusted=true",
       "4XrB2C encrypted TLSv1.3 both=true keys=-,ses-message-id"]]),
    ("ses: beside a mail that came from another address",
     {"m.eml": SES_MAIL.replace("198.51.100.5", "203.0.113.66"),
      "e.json": rows(QUIET)},
     [["4XrB2C encrypted - n=1", "diag join-refused"]], {"status": 3}),
    ("ses: ... but the receiver's answer has the stamp's id",
     {"m.eml": SES_MAIL.replace("198.51.100.5", "203.0.113.66"),
      "e.json": rows(delivery())},
     [["- encrypted TLSv1.2",
       "4XrB2C encrypted TLSv1.3 keys=-,next-queue-id"]]),
    ("ses: ... or it is another message with that id",
     {"m.eml": SES_MAIL.replace(ID, ID2), "e.json": rows(delivery())},
     [["4XrB2C encrypted - n=1"]]),
    ("ses: beside a mail that copies the Message-ID",
     {"m.eml": SES_MAIL.replace(MTA, "evil.example.org").replace(
         "198.51.100.5", "203.0.113.66"), "e.json": rows(QUIET)},
     [["4XrB2C encrypted - n=1", "diag join-refused"]], {"status": 3}),
    ("ses: no address in the event, and a host of SES",
     {"m.eml": SES_MAIL, "e.json": rows(delivery(
         t=NOWHERE, answer="250 OK"))},
     [["- encrypted TLSv1.2", "4XrB2C encrypted TLSv1.3 both=true"]]),
    ("ses: no address in the event, and another host",
     {"m.eml": SES_MAIL.replace(MTA, "evil.example.org"),
      "e.json": rows(delivery(t=NOWHERE, answer="250 OK"))},
     [["4XrB2C encrypted - n=1", "diag join-refused"]], {"status": 3}),
    # ---- what SES takes ----
    ("ses: a receipt says nothing of TLS", rows(
        {"notificationType": "Received", "receipt": {
            "timestamp": "2026-06-09T14:03:22.000Z", "recipients":
            ["b@example.net"], "spamVerdict": {"status": "PASS"},
            "action": {"type": "S3", "bucketName": "b", "objectKey": "k"}},
         "mail": {"timestamp": "2026-06-09T14:03:21.000Z", "messageId":
                  "o3vrnil0e2ic28tr", "source": "a@example.org"}}),
     [["o3vrnil0e2ic28tr unknown -"]]),
    ("mail manager: ingress", rows(inbound()),
     [[f"{MM} encrypted TLSv1.3 fromip=192.0.2.1 helo=out.example.org"]]),
    ("mail manager: a suite that the version has not", rows(inbound(
        tls_protocol="TLSv1.2")),
     [[f"{MM} encrypted TLSv1.2 odd=version-cipher-mismatch"]]),
    ("mail manager: no protocol, or an empty one", rows(
        inbound(tls_protocol="", tls_cipher_suite=""),
        {k: v for k, v in inbound(message_id="second1").items()
         if not k.startswith("tls")}),
     [[f"{MM} unknown -"], ["second1 unknown -"]]),
    ("mail manager: a policy's log has no message", rows({
        "event_timestamp": 1781013802000, "ingress_point_type": "OPEN",
        "ingress_point_session_id": "s", "traffic_policy_id": "tp",
        "traffic_policy_verdict": "REJECT", "sender_ip_address": "192.0.2.1",
        "recipient": "b@example.net", "tls_protocol": "TLSv1.3",
        "tls_cipher_suite": "X"}), []),
    ("mail manager: the relay's leg is not known", rows(inbound(), {
        "event_timestamp": 1781013803000, "message_id": MM, "rule_set_name":
        "r", "rule_name": "n", "rule_index": 1, "recipients_matched":
        ["b@example.net"], "action_metadata": {
            "action_name": "RELAY", "action_index": 1,
            "action_status": "SUCCESS"}}),
     [[f"{MM} encrypted TLSv1.3", "- unknown - to=b@example.net"]]),
    # ---- TLS-RPT ----
    ("tls-rpt: figures are of no message", rows({
        "organization-name": "x", "date-range": {
            "start-datetime": "2026-06-09T00:00:00Z",
            "end-datetime": "2026-06-09T23:59:59Z"}, "report-id": "1",
        "policies": [{"policy": {"policy-type": "sts", "policy-domain":
                                 "example.net", "mx-host": "mx.example.net"},
                      "summary": {"total-successful-session-count": "41",
                                  "total-failure-session-count": 3}}]}),
     [["context tlsrpt example.net: 3 sessions failed"]]),
    # ---- others ----
    ("kumomta: with TLS and without", rows(
        kumo(**KTLS), kumo(id="2d98076abbbc11ed940250ebf67f93bd")),
     [["4XrB2C encrypted TLSv1.3 by=mx.example.net byip=192.0.2.26"],
      ["4XrB2C cleartext -"]]),
    ("kumomta: without, where none tells of it", rows(kumo()),
     [["4XrB2C unknown -"]]),
    ("kumomta: a reception's silence is not a delivery's", rows(
        kumo(**KTLS), kumo("Reception", id="3d98", reception_protocol="ESMTP",
                           delivery_protocol=None)),
     [["4XrB2C encrypted TLSv1.3"], ["3d98 unknown -"]]),
    ("kumomta: recipients in an array", rows(kumo(
        recipient=["b@example.net", "c@example.net"], **KTLS)),
     [["4XrB2C encrypted TLSv1.3"]]),
    ("kumomta: a try", rows(kumo("TransientFailure", response={
        "code": 450, "content": "later"}, **KTLS), kumo(**KTLS)),
     [["4XrB2C encrypted TLSv1.3 tried=deferred"]]),
    ("powermta: TLS", PMTA + pmta(),
     [["- encrypted TLSv1.2 by=mx.example.net byip=192.0.2.26 "
       "fromip=192.0.2.9"]]),
    ("powermta: nothing in the columns says nothing", PMTA + pmta(","),
     [["- unknown -"]]),
    ("powermta: two messages without an envelope id", PMTA + pmta() + pmta(
        mid="<2@a.example.org>"),
     [["- encrypted TLSv1.2"], ["- encrypted TLSv1.2"]]),
    ("powermta: a bounce for want of TLS", PMTA + pmta(
        ",", "b", diag=f"smtp;{REQUIRED}"), [["tried refused b@example.net"]]),
    ("gmail: in and out", rows(gmail(), gmail(way="out")),
     [["<1@a.example.org> encrypted TLSv1.3 fromip=192.0.2.1",
       "- encrypted TLSv1.3 by=mx.example.net"]]),
    ("gmail: a state without a version", rows(gmail(version=None)),
     [["<1@a.example.org> encrypted -"]]),
    ("gmail: state 0 is not documented", rows(gmail("0", None)),
     [["<1@a.example.org> unknown -"]]),
    ("gmail: no state", rows(gmail(None, None)),
     [["<1@a.example.org> unknown -"]]),
    *[(f"sendgrid: tls {t!r}", rows([grid(t)]), [[f"- {v} -"]])
      for t, v in ((1, "encrypted"), (0, "cleartext"), ("1", "encrypted"),
                   ("0", "cleartext"), (True, "encrypted"),
                   (False, "cleartext"), (None, "unknown"))],
    ("sendgrid: TLS was required", rows([grid(
        None, "bounce", reason="TLS required but not supported")]),
     [["tried refused b@example.net"]]),
    ("mailgun: with a certificate", rows(gun(True)),
     [["- encrypted - server=verified by=mx.example.net"]]),
    ("mailgun: without", rows(gun(True, False)),
     [["- encrypted - server=untrusted"]]),
    ("mailgun: in clear", rows(gun(False, False)),
     [["- cleartext - server=-"]]),
    ("sparkpost: texts for numbers", rows(spark("1"), spark("0", "0005")),
     [["- encrypted -"], ["- cleartext -"]]),
    ("proofpoint: on demand", rows(pod({
        "cipher": "ECDHE-RSA-AES128-GCM-SHA256", "cipherBits": 128,
        "version": "TLSv1.2"})),
     [["3b7Qh2 encrypted TLSv1.2 fromip=192.0.2.1 "
       "at=2026-06-09T14:03:22.686439Z"]]),
    ("proofpoint: on demand, no tls", rows(pod(None)), [["3b7Qh2 unknown -"]]),
]
