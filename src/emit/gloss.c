/* gloss - what each code and word of the output means
 *
 * For `explain`, and for anyone who writes a page about the output.  Texts of
 * diags come from their own table; the test proves that every value of the
 * enums has its entry and that no entry is left over. */
#include <string.h>
#include <tlstrail/emit.h>

static const struct tt_gloss glosses[] = {
	/* ---- anomalies ---- */
	{ "anomaly", "time-reversed",
	  "This stamp is dated more than 60 seconds before the one before it. "
	  "Clocks differ, so a reversal is a fact to look at, not a proof of "
	  "forgery.",
	  "hop 1 at 14:03:22, hop 2 at 13:58:02" },
	{ "anomaly", "stale",
	  "More than five days lie between the newest claimed stamp and the "
	  "border hop: longer than mail usually waits in a queue.  Seen with "
	  "old stamps placed under new ones.",
	  "newest claimed stamp of 1 May, border hop of 9 June" },
	{ "anomaly", "chain-break",
	  "In the trusted part a stamp names a sender that does not fit the "
	  "host that wrote the stamp before it; or the newest claimed stamp "
	  "bears the name of a provider that the border did not meet.",
	  "by mail.example.org, then from other.example.net" },
	{ "anomaly", "no-date", "The stamp has no date at all.",
	  "by mx.example.org with SMTP id 1" },
	{ "anomaly", "bad-date",
	  "Something stands where the date belongs, but it is no date.",
	  "; Mon, 99 Foo 2026" },
	{ "anomaly", "no-by",
	  "The stamp does not name the host that wrote it.",
	  "from a.example (192.0.2.1); Mon, 1 Jun 2026 ..." },
	{ "anomaly", "nat-peer",
	  "The peer has a private address but calls itself by a public "
	  "address or `User`: a client behind address translation, so trust "
	  "ends here.",
	  "from [203.0.113.9] (unknown [10.0.0.1])" },
	{ "anomaly", "version-cipher-mismatch",
	  "The version and the cipher suite stated together cannot occur "
	  "together.",
	  "TLSv1.1 with TLS_AES_256_GCM_SHA384" },
	{ "anomaly", "ambiguous-version",
	  "The version is written as a name of several versions, so none is "
	  "taken.  OpenSSL's `TLSv1/SSLv3` is such a name.",
	  "TLSv1/SSLv3 cipher=AES256-SHA" },
	{ "anomaly", "keyword-marker-mismatch",
	  "The `with` keyword and the statement about TLS contradict each "
	  "other, in a stamp of a writer whose keyword can be relied on.",
	  "with ESMTP, but (using TLSv1.3 ...)" },
	{ "anomaly", "conflict",
	  "Witnesses of one hop differ.  All are kept; the worse of the "
	  "trusted ones stands.",
	  "the stamp says TLSv1.3, another witness says cleartext" },
	{ "anomaly", "sender-text",
	  "A whole statement about TLS stands in a place that the sender "
	  "fills (such as HELO).  It is not evidence and was not used.",
	  "from x (HELO version=TLS1_3 cipher=...) by mx with SMTP" },
	{ "anomaly", "ambiguous-stamp",
	  "It cannot be told who wrote the stamp: two writers fit, or the "
	  "sender's words may have closed a comment early.  A bare keyword "
	  "then decides nothing.",
	  "from x (a) (using TLSv1.3) ([192.0.2.1]) by mx with SMTP" },
	{ "anomaly", "malformed",
	  "The stamp does not follow the grammar of a Received field; what "
	  "could be read was read.",
	  "from a.example (192.0.2.1 by mx.example.org" },
	{ "anomaly", "nul-byte", "The stamp holds a NUL byte.",
	  "from a.ex\\x00ample by mx.example.org" },
	{ "anomaly", "truncated",
	  "The stamp ends in the middle of a comment, a clause or its date.  "
	  "What it does not say decides nothing then.",
	  "from a.example (a.example [192.0" },
	{ "anomaly", "null-cipher",
	  "The suite authenticates but does not encrypt.  The hop keeps the "
	  "word `encrypted`, because TLS was used, and fails every profile.",
	  "cipher=TLS_RSA_WITH_NULL_SHA256" },
	{ "anomaly", "forged-pattern",
	  "The stamp has a form that bulk-mail programs are known to forge.",
	  "from unknown (HELO localhost) (user@...@127.0.0.1)" },

	/* ---- verdict of a hop ---- */
	{ "verdict", "encrypted",
	  "TLS protected this transfer, from host to host.  The version may "
	  "not be recorded.  It says nothing about other transfers, or about "
	  "the message at rest.",
	  "(using TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 ...)" },
	{ "verdict", "cleartext",
	  "The record says or implies that this transfer, as this host saw "
	  "it, had no TLS.  TLS that ended on a balancer in front of the host "
	  "is invisible to it.",
	  "by mx.example.org (Postfix) with ESMTP" },
	{ "verdict", "local",
	  "No transfer over a network: a local user, a pipe, the same host, "
	  "or delivery into a mailbox store.",
	  "by mx.example.org (Postfix, from userid 1000)" },
	{ "verdict", "unknown",
	  "The record says nothing that decides.  Unknown is never counted "
	  "as a pass.",
	  "by mail.example.net with SMTP id 7" },

	/* ---- basis of a verdict ---- */
	{ "basis", "marker",
	  "Stated: the stamp says so in words, such as a version and suite.",
	  "version=TLS1_3 cipher=TLS_AES_256_GCM_SHA384 bits=256/256" },
	{ "basis", "keyword",
	  "By keyword: the `with` word tells (RFC 3848, RFC 6531).  The S of "
	  "ESMTPS means TLS; no version comes with it.",
	  "with ESMTPSA" },
	{ "basis", "software",
	  "Inferred: no TLS recorded, and this writer records it when used; "
	  "or, for `local`, known from the form of the stamp.  The rule names "
	  "the counts or source that the inference stands on.",
	  "tlstrail rules show received/postfix" },
	{ "basis", "log", "A record of a log that was given decided.",
	  "Anonymous TLS connection established from ..." },
	{ "basis", "none", "Nothing decided; always so for `unknown`.", "" },

	/* ---- result of a message ---- */
	{ "result", "pass",
	  "Every trusted network hop meets the profile.  It says nothing of "
	  "transfers before the trust boundary.",
	  "" },
	{ "result", "fail",
	  "A trusted network hop was cleartext or breaks the profile.",
	  "TLS 1.0 under profile bcp195" },
	{ "result", "undetermined",
	  "No failure was found, but a trusted network hop is unknown or "
	  "lacks what the profile needs.",
	  "with ESMTPS alone: no version for bcp195 to judge" },
	{ "result", "none",
	  "There is no trusted network hop to judge.",
	  "a draft without Received fields" },

	/* ---- what the sender's part claims ---- */
	{ "claimed", "none",
	  "No network hop is recorded below the trust boundary.  It does not "
	  "mean that there was none.",
	  "" },
	{ "claimed", "ok",
	  "Every claimed network hop tells of TLS that meets the profile.",
	  "" },
	{ "claimed", "no-version",
	  "Every claimed network hop tells of TLS, but one lacks what the "
	  "profile needs, such as its version.",
	  "" },
	{ "claimed", "silent",
	  "A claimed network hop does not say whether TLS was used.", "" },
	{ "claimed", "admits-failure",
	  "A claimed network hop was, by its own words, cleartext or breaks "
	  "the profile.",
	  "" },

	/* ---- how the border is known ---- */
	{ "border", "given",
	  "A --trust option was used on the way down to the border.",
	  "--trust 192.0.2.0/24" },
	{ "border", "layout",
	  "The stamps from the top to the border are laid out as this "
	  "receiver is known to do it.",
	  "by mx.example.mail.protection.outlook.com" },
	{ "border", "inferred",
	  "Each trusted stamp says, in words the receiver wrote itself, that "
	  "it took the message from inside.",
	  "from mx1.example.org (mx1.example.org [10.0.0.5]) by store" },
	{ "border", "top-only",
	  "Only the newest stamp is trusted: nothing it says shows that the "
	  "one below was written inside.",
	  "" },

	/* ---- how a hop meets the one before ---- */
	{ "link", "address",
	  "The peer's address is that of the host that wrote the stamp "
	  "before.",
	  "" },
	{ "link", "name", "The peer's name is the `by` of the stamp before.",
	  "" },
	{ "link", "label",
	  "The names differ, but their first labels are equal.",
	  "relay1.example.org and relay1.internal" },
	{ "link", "domain",
	  "The names lie in one organisational domain.",
	  "out3.example.org and mx.example.org" },
	{ "link", "none", "Both are known, and nothing fits.", "" },

	/* ---- transport ---- */
	{ "transport", "smtp", "SMTP, or a network peer without a keyword.",
	  "with ESMTPS" },
	{ "transport", "lmtp", "Local delivery protocol (RFC 2033).",
	  "with LMTP" },
	{ "transport", "http",
	  "Handed in over HTTP or HTTPS, as webmail does; listed, not judged.",
	  "with HTTPS" },
	{ "transport", "fetch",
	  "Fetched from a mailbox by POP3 or IMAP; listed, not judged.",
	  "with POP3" },
	{ "transport", "local", "Inside one host or store.", "with mapi" },
	{ "transport", "other", "Another protocol, or none named.",
	  "with QMQP" },

	/* ---- certificates ---- */
	{ "certificate", "verified",
	  "The certificate was checked, name included.", "verify=OK" },
	{ "certificate", "trusted",
	  "The certificate's chain was checked, not its name.", "" },
	{ "certificate", "untrusted",
	  "A certificate was shown that did not pass the check.",
	  "(not verified)" },
	{ "certificate", "anonymous",
	  "The suite works without a certificate.", "ADH-AES256-SHA" },
	{ "certificate", "none", "None was asked for, or none shown.",
	  "(No client certificate requested)" },

	/* ---- what the top MIME labels declare ---- */
	{ "end-to-end", "smime",
	  "Labelled as S/MIME and encrypted.  No label is verified.",
	  "application/pkcs7-mime; smime-type=enveloped-data" },
	{ "end-to-end", "smime-signed",
	  "Labelled as S/MIME and signed, not encrypted.",
	  "multipart/signed; protocol=\"application/pkcs7-signature\"" },
	{ "end-to-end", "smime-unknown",
	  "Labelled as S/MIME, without a word on what was done.",
	  "application/pkcs7-mime" },
	{ "end-to-end", "pgp", "Labelled as OpenPGP and encrypted.",
	  "multipart/encrypted" },
	{ "end-to-end", "pgp-signed",
	  "Labelled as OpenPGP and signed, not encrypted.",
	  "multipart/signed; protocol=\"application/pgp-signature\"" },
	{ "end-to-end", "pgp-inline",
	  "The body begins with an armoured OpenPGP message.",
	  "-----BEGIN PGP MESSAGE-----" },
	{ "end-to-end", "pgp-signed-inline",
	  "The body begins with an OpenPGP signed text.",
	  "-----BEGIN PGP SIGNED MESSAGE-----" },

	/* ---- attempts ---- */
	{ "attempt", "deferred",
	  "A try to deliver that carried nothing and will be repeated.",
	  "Action: delayed" },
	{ "attempt", "bounced",
	  "A delivery was given up; TLS is not named as the reason.",
	  "Action: failed" },
	{ "attempt", "refused",
	  "One side asked for TLS and the other did not offer or start it, so "
	  "nothing was sent.",
	  "530 5.7.0 Must issue a STARTTLS command first" },
	{ "attempt", "handshake-failed",
	  "The other side offered TLS and it did not come about: a handshake, "
	  "a certificate or the sender's own TLS failed; nothing was sent.",
	  "Cannot start TLS: handshake failure" },
	{ "attempt", "fallback",
	  "TLS did not come about, and the sender went on without it.",
	  "" },

	/* ---- diags ---- */
#define ROW(id, code, sev, text, example) { "diag", code, text, example },
	TT_DIAG_CODES(ROW)
#undef ROW
};

#define N_GLOSSES (sizeof(glosses) / sizeof(glosses[0]))

const struct tt_gloss *tt_gloss_find(const char *code)
{
	for (size_t i = 0; i < N_GLOSSES; i++)
		if (strcmp(glosses[i].code, code) == 0)
			return &glosses[i];
	return NULL;
}

const struct tt_gloss *tt_gloss_at(size_t i)
{
	return i < N_GLOSSES ? &glosses[i] : NULL;
}
