/* by_hand.h - timelines made by hand, for the tests of the outputs
 *
 * A chain is words, oldest hop first, a letter for each property:
 *   T trusted, C claimed, X trusted and excluded, Y claimed and excluded
 *   e encrypted, c cleartext, u unknown, l local
 *   0 1 2 3: TLS version stated; i: 1.2 implied; m: mute
 *   s suite, n NULL suite, r RC4 suite
 *   M K S G: basis marker, keyword, software, log
 *   h transport http, f transport fetch
 * The result is what src/trail makes of it. */
#ifndef BY_HAND_H
#define BY_HAND_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include <tlstrail/emit.h>
#include "emit/emit_private.h"
#include "trail/work.h"

#define N(a) (sizeof(a) / sizeof((a)[0]))

#define MAX_HOPS 16

static const struct tt_profile any_tls = {
	.name = { (const uint8_t *)"any-tls", 7 },
};
static const struct tt_profile bcp195 = {
	.name = { (const uint8_t *)"bcp195", 6 },
	.min_version = TT_TLSV1_2,
	.forbid = TT_SUITE_NULL | TT_SUITE_RC4,
};
static const struct tt_profile fips = {
	.name = { (const uint8_t *)"fips", 4 },
	.min_version = TT_TLSV1_2,
	.is_suite_required = true,
};

static inline void letter_of_tls(struct tt_hop *h, char c)
{
	switch (c) {
	case '0': h->version = TT_TLSV1_0; break;
	case '1': h->version = TT_TLSV1_1; break;
	case '2': h->version = TT_TLSV1_2; break;
	case '3': h->version = TT_TLSV1_3; break;
	case 'i': h->version_implied = TT_TLSV1_2; break;
	case 's': h->cipher = TT_S("TLS_AES_256_GCM_SHA384"); break;
	case 'n':
		h->cipher = TT_S("TLS_RSA_WITH_NULL_SHA256");
		h->suite_flags = TT_SUITE_NULL;
		h->anomalies |= 1u << TT_ANOMALY_null_cipher;
		break;
	case 'r':
		h->cipher = TT_S("RC4-SHA");
		h->suite_flags = TT_SUITE_RC4;
		break;
	default: fail_msg("no such letter: %c", c);
	}
}

static inline void letter_of_hop(struct tt_hop *h, char c)
{
	switch (c) {
	case ' ':
	case 'C': break;
	case 'T': h->is_trusted = true; break;
	case 'X': h->is_trusted = h->is_excluded = true; break;
	case 'Y': h->is_excluded = true; break;
	case 'e': h->verdict = TT_ENCRYPTED; break;
	case 'c': h->verdict = TT_CLEARTEXT; break;
	case 'u': h->verdict = TT_UNKNOWN; break;
	case 'l': h->verdict = TT_LOCAL; break;
	case 'm': h->is_mute = true; break;
	case 'M': h->basis = TT_BASIS_MARKER; break;
	case 'K': h->basis = TT_BASIS_KEYWORD; break;
	case 'S': h->basis = TT_BASIS_SOFTWARE; break;
	case 'G': h->basis = TT_BASIS_LOG; break;
	case 'h': h->transport = TT_TRANSPORT_HTTP; break;
	case 'f': h->transport = TT_TRANSPORT_FETCH; break;
	default: letter_of_tls(h, c);
	}
}

/* A minute between the hops, the first at 2026-06-09T14:00:00Z. */
static inline void date_hop(struct tt_hop *h)
{
	h->has_time = h->has_offset = true;
	h->time_unix = 1781013600 + 60 * h->index;
	h->has_delay = h->index > 0;
	h->delay_s = 60;
}

/* Fills hops, border and result; names are mx0.example.net and on. */
static inline void make_timeline(struct tt_timeline *t, struct tt_hop *hops,
				 const char *chain,
				 const struct tt_profile *profile)
{
	static const char names[MAX_HOPS][20] = {
		"mx0.example.net", "mx1.example.net", "mx2.example.net",
		"mx3.example.net", "mx4.example.net", "mx5.example.net",
		"mx6.example.net", "mx7.example.net",
	};
	size_t n = 0;

	memset(t, 0, sizeof(*t));
	memset(hops, 0, MAX_HOPS * sizeof(hops[0]));
	t->result.border = -1;
	t->result.profile = profile;
	t->path = TT_S("in.eml");
	for (const char *p = chain; *p; p++) {
		if (p == chain || p[-1] == ' ') {
			hops[n].index = (int)n;
			hops[n].bits = -1;
			hops[n].is_stamp = true;
			hops[n].by.name = tt_slice_str(names[n + 1]);
			hops[n].from.name = tt_slice_str(names[n]);
			hops[n].with = TT_S("ESMTP");
			date_hop(&hops[n]);
			n++;
		}
		letter_of_hop(&hops[n - 1], *p);
	}
	for (size_t i = n; i-- > 0;)
		if (hops[i].is_trusted)
			t->result.border = (int)i;
	t->hops.v = hops;
	t->hops.n = n;
	tt_result_judge(&t->result, hops, n);
	if (t->result.border >= 0) {
		t->result.border_basis = TT_BORDER_INFERRED;
		t->result.receiving_domain = TT_S("example.net");
	}
}

/* ---- the message of the product's page ---- */

struct example {
	struct tt_timeline t;
	struct tt_hop hop;
	struct tt_slice member, to;
	struct tt_witness witness;
	struct tt_evidence evidence;
	struct tt_anomaly anomaly;
	struct tt_diag diag;
	struct tt_diags diags;
};

static inline void fill_hop(struct example *x)
{
	struct tt_hop *h = &x->hop;

	*h = (struct tt_hop){
		.from = { TT_S("a.example.org"), TT_S("a"),
			  TT_S("a.example.org"), TT_S("192.0.2.1") },
		.by = { TT_S("mx.example.com"), TT_NO_SLICE },
		.with = TT_S("ESMTPS"),
		.id = TT_S("4Xq"),
		.for_ = TT_S("b@example.com"),
		.transport = TT_TRANSPORT_SMTP,
		.has_time = true,
		.has_offset = true,
		.time_unix = 1781013802,
		.version = TT_TLSV1_3,
		.cipher = TT_S("TLS_AES_256_GCM_SHA384"),
		.cipher_iana = TT_S("TLS_AES_256_GCM_SHA384"),
		.bits = 256,
		.verdict = TT_ENCRYPTED,
		.basis = TT_BASIS_MARKER,
		.client_auth = TT_AUTH_NONE,
		.software = TT_S("Postfix"),
		.is_trusted = true,
		.is_stamp = true,
	};
	x->witness = (struct tt_witness){ TT_EVIDENCE_RECEIVED, false, "receiver",
					  TT_S("mx.example.com"), NULL,
					  TT_ENCRYPTED, TT_TLSV1_3 };
	x->evidence = (struct tt_evidence){
		.kind = TT_EVIDENCE_RECEIVED,
		.rule = "received/postfix#using",
		.off = 120,
		.text = TT_S("using TLSv1.3\n\twith \"x\""),
	};
	h->witnesses.v = &x->witness;
	h->evidence.v = &x->evidence;
	h->witnesses.n = h->evidence.n = 1;
}

static inline void fill(struct example *x)
{
	struct tt_timeline *t = &x->t;

	memset(x, 0, sizeof(*x));
	fill_hop(x);
	x->member = TT_S("mail/inbox.mbox");
	x->to = TT_S("b@example.com");
	t->path = TT_S("box.tar.gz");
	t->member = &x->member;
	t->n_member = 1;
	t->off = 1024;
	t->length = 8241;
	t->has_hash = true;
	memset(t->sha256, 0xa1, sizeof(t->sha256));
	memset(t->content_sha256, 0x0f, sizeof(t->content_sha256));
	t->identity.message_id = TT_S("<a@b>");
	t->identity.from = TT_S("A <a@example.org>");
	t->identity.subject = TT_S("r\xc3\xa9sum\xc3\xa9");
	t->identity.to.v = &x->to;
	t->identity.to.n = 1;
	t->identity.date.is_set = true;
	t->identity.date.unix_s = 1781013801;
	t->hops.v = &x->hop;
	t->hops.n = 1;
	t->result = (struct tt_result){
		.profile = &bcp195,
		.verdict = TT_RESULT_PASS,
		.border_basis = TT_BORDER_TOP_ONLY,
		.receiving_domain = TT_S("example.com"),
		.hops = 1,
		.encrypted = 1,
		.weakest = TT_TLSV1_3,
	};
	x->anomaly = (struct tt_anomaly){ TT_ANOMALY_bad_date, 0,
					  TT_S("no date") };
	t->anomalies.v = &x->anomaly;
	t->anomalies.n = 1;
	x->hop.anomalies = 1u << TT_ANOMALY_bad_date;
	x->diag = (struct tt_diag){ TT_DIAG_no_colon, 123, "no colon" };
	x->diags.list.v = &x->diag;
	x->diags.list.n = 1;
	t->diags = &x->diags;
}

static inline struct tt_slice *field_at(struct example *x, size_t i)
{
	struct tt_slice *const fields[] = {
		&x->t.path, &x->member, &x->t.identity.message_id,
		&x->t.identity.from, &x->to, &x->t.identity.subject,
		&x->hop.from.name, &x->hop.from.helo, &x->hop.from.rdns,
		&x->hop.from.ip, &x->hop.by.name, &x->hop.by.ip, &x->hop.via,
		&x->hop.with, &x->hop.id, &x->hop.for_, &x->hop.recipient,
		&x->hop.cipher, &x->hop.cipher_iana, &x->hop.software,
		&x->witness.host, &x->evidence.text, &x->anomaly.text,
		&x->t.result.receiving_domain,
	};

	return i < N(fields) ? fields[i] : NULL;
}

/* ---- output caught in memory, with a NUL at its end ---- */

static inline char *emit(const char *name, const struct tt_timeline *t, size_t n,
		  struct tt_emit_options o, struct tt_out *out)
{
	const struct tt_emit_ops *ops = strcmp(name, "views") == 0 ?
						&tt_emit_views :
						tt_emit_find(name);
	struct tt_arena arena = { 0 };
	struct tt_totals totals;

	assert_non_null(ops);
	tt_out_init(out, -1);
	tt_totals_init(&totals, &arena);
	o.out = out;
	struct tt_emit *e = ops->begin(&o);

	for (size_t i = 0; i < n; i++) {
		ops->timeline(e, &t[i]);
		tt_totals_add(&totals, &t[i]);
	}
	ops->end(e, &totals);
	tt_arena_release(&arena);
	tt_out_bytes(out, (struct tt_slice){ (const uint8_t *)"", 1 });
	return (char *)out->buf;
}

#endif
