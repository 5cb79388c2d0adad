#!/usr/bin/env python3
"""One mail of ours to each recipient, through the SMTP server on PORT.

usage: send.py PORT RECIPIENT...
"""
import smtplib, sys

port, recipients = int(sys.argv[1]), sys.argv[2:]
for number, to in enumerate(recipients):
    # The HELO and the subject say what a log or a stamp would say of TLS.
    with smtplib.SMTP("127.0.0.1", port, "TLSv1.1", timeout=60) as smtp:
        smtp.sendmail("sender@a.example", [to], (
            f"From: sender@a.example\r\nTo: {to}\r\n"
            "Subject: TLS connection established from a.example: TLSv1.1\r\n"
            f"Message-ID: <{number}.tlstrail@a.example>\r\n"
            "Date: Thu, 1 Jan 2026 00:00:00 +0000\r\n\r\nOurs.\r\n"
        ).encode())
