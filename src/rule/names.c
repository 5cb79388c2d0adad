/* names.c - the model's words and the values behind them */
#include "rules.h"

static const char *const verdicts[] = { "unknown", "encrypted", "cleartext",
					"local" };
static const char *const bases[] = { "none", "marker", "keyword", "software",
				     "log" };
static const char *const transports[] = { "other", "smtp", "lmtp",
					  "http",  "fetch", "local" };
static const char *const versions[] = { NULL,	   "SSLv2",   "SSLv3",
					"TLSv1.0", "TLSv1.1", "TLSv1.2",
					"TLSv1.3" };
static const char *const auths[] = { NULL,	  "verified",  "trusted",
				     "untrusted", "anonymous", "none" };

static const char *const kinds[] = {
	[TT_EVIDENCE_RECEIVED] = "received",
	[TT_EVIDENCE_HEADER] = "header",
	[TT_EVIDENCE_LOG] = "log",
	[TT_EVIDENCE_SES] = "ses",
	[TT_EVIDENCE_CLOUDTRAIL] = "cloudtrail",
	[TT_EVIDENCE_MAILMANAGER] = "mailmanager",
	[TT_EVIDENCE_TLSRPT] = "tlsrpt",
	[TT_EVIDENCE_OTHER] = "other",
};

#define N(a) (sizeof(a) / sizeof((a)[0]))

static int find(const char *const *names, size_t n, struct tt_slice s)
{
	for (size_t i = 0; i < n; i++)
		if (names[i] && tt_slice_eq(s, tt_slice_str(names[i])))
			return (int)i;
	return -1;
}

const char *tt_verdict_name(enum tt_verdict v)
{
	return verdicts[v];
}

const char *tt_basis_name(enum tt_basis b)
{
	return bases[b];
}

const char *tt_transport_name(enum tt_transport t)
{
	return transports[t];
}

const char *tt_tls_name(enum tt_tls v)
{
	return versions[v];
}

const char *tt_auth_name(enum tt_auth a)
{
	return auths[a];
}

const char *tt_evidence_kind_name(enum tt_evidence_kind k)
{
	return kinds[k];
}

int tt_verdict_by_name(struct tt_slice s)
{
	return find(verdicts, N(verdicts), s);
}

int tt_basis_by_name(struct tt_slice s)
{
	return find(bases, N(bases), s);
}

int tt_transport_by_name(struct tt_slice s)
{
	return find(transports, N(transports), s);
}

int tt_tls_by_name(struct tt_slice s)
{
	return find(versions, N(versions), s);
}

int tt_auth_by_name(struct tt_slice s)
{
	return find(auths, N(auths), s);
}
