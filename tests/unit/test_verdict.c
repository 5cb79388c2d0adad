/* test_verdict.c - from one stamp to verdict, basis, evidence, anomalies
 *
 * First on readings made by hand, so that the order of evidence is tested
 * apart from the rules; then on whole stamps with the shipped rules. */
#include "trail_fixture.h"

/* ---- readings made by hand ---- */

enum {
	LOOPBACK = 1 << 0,
	SAME = 1 << 1,
	AMBIGUOUS = 1 << 2,
	PARTIAL = 1 << 3,
	RELIABLE = 1 << 4,
	PEER = 1 << 5,
};

struct say { /* a finding */
	const char *span;
	bool is_clear, says_tls, is_keyword, is_ambiguous;
	enum tt_tls version;
	const char *cipher;
	int bits;
};

struct row {
	const char *name;
	unsigned flags;
	struct say says[2];
	struct tt_word word;
	const char *with; /* of the stamp; NULL: no clause */
	enum tt_verdict verdict;
	enum tt_basis basis;
	enum tt_tls version;
	enum tt_transport transport;
	bool is_excluded;
	uint32_t anomalies;
};

#define A(code) (UINT32_C(1) << TT_ANOMALY_##code)
#define TLS13 { .span = "using", .says_tls = true, .version = TT_TLSV1_3 }
#define TLS12 { .span = "client", .says_tls = true, .version = TT_TLSV1_2 }
#define CLEAR { .span = "client", .is_clear = true }
#define BARE                                                   \
	{ .rule = "w#bare", .verdict = TT_CLEARTEXT,           \
	  .basis = TT_BASIS_KEYWORD, .has_transport = true,    \
	  .transport = TT_TRANSPORT_SMTP }
#define SILENT                                                 \
	{ .rule = "w#silent", .verdict = TT_CLEARTEXT,         \
	  .basis = TT_BASIS_SOFTWARE, .has_transport = true,   \
	  .transport = TT_TRANSPORT_SMTP }
#define ESMTPS                                                 \
	{ .rule = "k#tls", .verdict = TT_ENCRYPTED,            \
	  .basis = TT_BASIS_KEYWORD, .is_tls_word = true,      \
	  .has_transport = true, .transport = TT_TRANSPORT_SMTP }
#define PIPE                                                   \
	{ .rule = "w#pipe", .verdict = TT_LOCAL,               \
	  .basis = TT_BASIS_SOFTWARE }
#define MUTE                                                   \
	{ .rule = "w#mute", .is_mute = true }

static const struct row rows[] = {
	{ .name = "a marker decides", .says = { TLS13 }, .word = BARE,
	  .with = "SMTP", .verdict = TT_ENCRYPTED, .basis = TT_BASIS_MARKER,
	  .version = TT_TLSV1_3, .transport = TT_TRANSPORT_SMTP },
	{ .name = "a marker beats a loopback address", .flags = LOOPBACK,
	  .says = { TLS13 }, .with = "ESMTPS", .word = ESMTPS,
	  .verdict = TT_ENCRYPTED, .basis = TT_BASIS_MARKER,
	  .version = TT_TLSV1_3, .transport = TT_TRANSPORT_SMTP,
	  .is_excluded = true },
	{ .name = "a TLS keyword beats a loopback address",
	  .flags = LOOPBACK, .with = "ESMTPS", .word = ESMTPS,
	  .verdict = TT_ENCRYPTED, .basis = TT_BASIS_KEYWORD,
	  .transport = TT_TRANSPORT_SMTP, .is_excluded = true },
	{ .name = "loopback: nothing left the machine", .flags = LOOPBACK,
	  .with = "ESMTP", .word = BARE, .verdict = TT_LOCAL,
	  .basis = TT_BASIS_NONE, .transport = TT_TRANSPORT_SMTP,
	  .is_excluded = true },
	{ .name = "equal addresses: nothing left the machine",
	  .flags = SAME, .with = "ESMTP", .word = SILENT,
	  .verdict = TT_LOCAL, .basis = TT_BASIS_NONE,
	  .transport = TT_TRANSPORT_SMTP, .is_excluded = true },
	{ .name = "local by the writer's form", .word = PIPE,
	  .verdict = TT_LOCAL, .basis = TT_BASIS_SOFTWARE,
	  .transport = TT_TRANSPORT_LOCAL, .is_excluded = true },
	{ .name = "a bare keyword, judged by writer", .with = "ESMTP",
	  .word = BARE, .verdict = TT_CLEARTEXT, .basis = TT_BASIS_KEYWORD,
	  .transport = TT_TRANSPORT_SMTP },
	{ .name = "silence, judged by writer", .with = "ESMTP",
	  .word = SILENT, .verdict = TT_CLEARTEXT,
	  .basis = TT_BASIS_SOFTWARE, .transport = TT_TRANSPORT_SMTP },
	{ .name = "no rule: unknown", .with = "ESMTP",
	  .transport = TT_TRANSPORT_SMTP },
	{ .name = "no with beside a peer is SMTP", .flags = PEER,
	  .transport = TT_TRANSPORT_SMTP },
	{ .name = "an unknown word is other", .flags = PEER,
	  .with = "NNFMP", .transport = TT_TRANSPORT_OTHER },
	{ .name = "LMTP in an unknown wording", .with = "odd LMTPA",
	  .transport = TT_TRANSPORT_LMTP },
	{ .name = "a mute form is unknown", .with = "SMTP", .word = MUTE,
	  .transport = TT_TRANSPORT_SMTP },
	{ .name = "a cut stamp is never cleartext by silence",
	  .flags = PARTIAL, .with = "ESMTP", .word = SILENT,
	  .transport = TT_TRANSPORT_SMTP },
	{ .name = "a cut stamp keeps its marker", .flags = PARTIAL,
	  .says = { TLS13 }, .with = "ESMTP", .word = SILENT,
	  .verdict = TT_ENCRYPTED, .basis = TT_BASIS_MARKER,
	  .version = TT_TLSV1_3, .transport = TT_TRANSPORT_SMTP },
	{ .name = "ambiguous: a bare keyword is unknown",
	  .flags = AMBIGUOUS, .with = "ESMTP", .word = BARE,
	  .transport = TT_TRANSPORT_SMTP, .anomalies = A(ambiguous_stamp) },
	{ .name = "ambiguous: the address proves nothing",
	  .flags = AMBIGUOUS | LOOPBACK, .with = "ESMTP", .word = BARE,
	  .transport = TT_TRANSPORT_SMTP, .anomalies = A(ambiguous_stamp) },
	{ .name = "ambiguous: the form proves nothing", .flags = AMBIGUOUS,
	  .with = "local", .word = PIPE, .transport = TT_TRANSPORT_OTHER,
	  .anomalies = A(ambiguous_stamp) },
	{ .name = "ambiguous: markers are still read", .flags = AMBIGUOUS,
	  .says = { TLS13 }, .with = "ESMTP", .word = BARE,
	  .verdict = TT_ENCRYPTED, .basis = TT_BASIS_MARKER,
	  .version = TT_TLSV1_3, .transport = TT_TRANSPORT_SMTP,
	  .anomalies = A(ambiguous_stamp) },
	{ .name = "ambiguous: TLS keywords are still read",
	  .flags = AMBIGUOUS, .with = "ESMTPS", .word = ESMTPS,
	  .verdict = TT_ENCRYPTED, .basis = TT_BASIS_KEYWORD,
	  .transport = TT_TRANSPORT_SMTP, .anomalies = A(ambiguous_stamp) },
	{ .name = "stated: no TLS", .says = { CLEAR }, .with = "ESMTP",
	  .word = BARE, .verdict = TT_CLEARTEXT, .basis = TT_BASIS_MARKER,
	  .transport = TT_TRANSPORT_SMTP },
	{ .name = "TLS and no TLS: the worse stands",
	  .says = { TLS13, CLEAR }, .with = "ESMTP", .word = BARE,
	  .verdict = TT_CLEARTEXT, .basis = TT_BASIS_MARKER,
	  .transport = TT_TRANSPORT_SMTP, .anomalies = A(conflict) },
	{ .name = "two versions: the lower stands",
	  .says = { TLS13, TLS12 }, .with = "ESMTPS", .word = ESMTPS,
	  .verdict = TT_ENCRYPTED, .basis = TT_BASIS_MARKER,
	  .version = TT_TLSV1_2, .transport = TT_TRANSPORT_SMTP,
	  .anomalies = A(conflict) },
	{ .name = "a version is found in any finding",
	  .says = { { .span = "using", .says_tls = true }, TLS12 },
	  .verdict = TT_ENCRYPTED, .basis = TT_BASIS_MARKER,
	  .version = TT_TLSV1_2, .transport = TT_TRANSPORT_OTHER },
	{ .name = "a finding that is a keyword",
	  .says = { { .span = "using", .says_tls = true,
		      .is_keyword = true } },
	  .with = "SMTPS", .verdict = TT_ENCRYPTED,
	  .basis = TT_BASIS_KEYWORD, .transport = TT_TRANSPORT_SMTP },
	{ .name = "a marker beside such a finding",
	  .says = { { .span = "using", .says_tls = true,
		      .is_keyword = true }, TLS12 },
	  .with = "SMTPS", .verdict = TT_ENCRYPTED,
	  .basis = TT_BASIS_MARKER, .version = TT_TLSV1_2,
	  .transport = TT_TRANSPORT_SMTP },
	{ .name = "a cipher-family name is no version",
	  .says = { { .span = "using", .says_tls = true,
		      .is_ambiguous = true } },
	  .with = "ESMTPS", .word = ESMTPS, .verdict = TT_ENCRYPTED,
	  .basis = TT_BASIS_MARKER, .transport = TT_TRANSPORT_SMTP,
	  .anomalies = A(ambiguous_version) },
	{ .name = "certificates alone say nothing of TLS",
	  .says = { { .span = "using" } }, .with = "ESMTP", .word = BARE,
	  .verdict = TT_CLEARTEXT, .basis = TT_BASIS_KEYWORD,
	  .transport = TT_TRANSPORT_SMTP },
	{ .name = "a reliable keyword differs from the marker",
	  .flags = RELIABLE, .says = { TLS13 }, .with = "ESMTP",
	  .word = BARE, .verdict = TT_ENCRYPTED, .basis = TT_BASIS_MARKER,
	  .version = TT_TLSV1_3, .transport = TT_TRANSPORT_SMTP,
	  .anomalies = A(keyword_marker_mismatch) },
	{ .name = "a TLS keyword beside a statement of none",
	  .flags = RELIABLE, .says = { CLEAR }, .with = "ESMTPS",
	  .word = ESMTPS, .verdict = TT_CLEARTEXT,
	  .basis = TT_BASIS_MARKER, .transport = TT_TRANSPORT_SMTP,
	  .anomalies = A(keyword_marker_mismatch) },
	{ .name = "http is excluded, and stays encrypted", .with = "HTTPS",
	  .word = { .rule = "k#https", .is_tls_word = true,
		    .verdict = TT_ENCRYPTED, .has_transport = true,
		    .transport = TT_TRANSPORT_HTTP },
	  .verdict = TT_ENCRYPTED, .basis = TT_BASIS_KEYWORD,
	  .transport = TT_TRANSPORT_HTTP, .is_excluded = true },
};

/* A stamp with the wanted clause, and places for two findings. */
static struct tt_slice make_value(struct tt_arena *a, const struct row *row)
{
	return tt_slice_str(tt_arena_printf(
		a, "from a.example (a.example [192.0.2.1]) (using) (client) "
		   "by mx.example%s%s id 1; Tue, 2 Jan 2024 10:00:00 +0000",
		row->with ? " with " : "", row->with ? row->with : ""));
}

static void add_say(struct tt_arena *a, struct tt_leg *leg,
		    const struct say *say)
{
	const struct tt_slice flat = leg->stamp.flat;
	const struct tt_slice span = tt_slice_str(say->span);
	const size_t at = tt_slice_find(flat, span);

	assert_true(at != SIZE_MAX);
	*tt_vec_push(a, &leg->reading.findings) = (struct tt_finding){
		.rule = "w#finding",
		.span = tt_slice_sub(flat, at, span.n),
		.is_clear = say->is_clear,
		.says_tls = say->says_tls,
		.is_keyword_basis = say->is_keyword,
		.is_ambiguous = say->is_ambiguous,
		.version = say->version,
		.cipher = tt_slice_str(say->cipher),
		.bits = say->bits ? say->bits : -1,
	};
}

static void make_reading(struct tt_arena *a, struct tt_leg *leg,
			 const struct row *row)
{
	struct tt_reading *const r = &leg->reading;

	r->writer = "w";
	r->is_loopback = row->flags & LOOPBACK;
	r->is_same_host = row->flags & SAME;
	r->is_ambiguous = row->flags & AMBIGUOUS;
	r->keyword_reliable = row->flags & RELIABLE;
	r->has_peer = row->flags & PEER;
	r->word = row->word;
	leg->is_partial = row->flags & PARTIAL;
	assert_true(tt_ip_parse(TT_S("192.0.2.1"), &r->from_ip));
	for (size_t i = 0; i < N(row->says); i++)
		if (row->says[i].span)
			add_say(a, leg, &row->says[i]);
}

static void check_row(const struct row *row)
{
	struct tt_arena a = { 0 };
	struct tt_diags diags;
	struct tt_hop hop = { 0 };
	struct tt_leg leg = { 0 };
	struct tt_timeline t = { .hops = { &hop, 1, 1 } };
	const struct tt_trail_options options = { 0 };
	const struct tt_field field = { .value = make_value(&a, row),
					.value_off = 100,
					.is_complete = true };
	struct tt_slice *told[] = { NULL };
	struct tt_work w = { &t, &options, NULL, &a, &diags, &leg, told };

	tt_diags_init(&diags, &a);
	leg.field = &field;
	tt_stamp_split(&leg.stamp, field.value, field.value_off, &a, &diags);
	make_reading(&a, &leg, row);
	tt_hop_fill(&w, 0);
	tt_hop_judge(&w, 0);
	tt_anomaly_stamp(&w, 0);
	if (hop.verdict != row->verdict || hop.basis != row->basis ||
	    hop.version != row->version || hop.transport != row->transport ||
	    hop.is_excluded != row->is_excluded ||
	    hop.anomalies != row->anomalies)
		fail_msg("%s: %s/%s version %d %s excluded %d anomalies %x",
			 row->name, tt_verdict_name(hop.verdict),
			 tt_basis_name(hop.basis), (int)hop.version,
			 tt_transport_name(hop.transport), hop.is_excluded,
			 hop.anomalies);
	if (hop.verdict != TT_UNKNOWN && hop.evidence.n == 0)
		fail_msg("%s: no evidence", row->name);
	for (size_t i = 0; i < hop.evidence.n; i++) {
		const struct tt_evidence *const e = &hop.evidence.v[i];

		assert_true(e->off >= 100);
		assert_true(tt_slice_eq(
			e->text, tt_slice_sub(field.value, e->off - 100,
					      e->text.n)));
	}
	assert_int_equal(hop.witnesses.n, 1);
	assert_int_equal(hop.witnesses.v[0].verdict, hop.verdict);
	tt_arena_release(&a);
}

static void test_order(void **state)
{
	(void)state;
	for (size_t i = 0; i < N(rows); i++)
		check_row(&rows[i]);
}

/* ---- whole header blocks, with the shipped rules ---- */

#define DATE "; Tue, 2 Jan 2024 10:00:00 +0000\n"

struct stamp_row {
	const char *name, *block;
	enum tt_verdict verdict;
	enum tt_basis basis;
	enum tt_tls version, implied;
	const char *cipher, *evidence; /* how it begins; NULL: not looked at */
	uint32_t anomalies;
};

#define EXIM_(tls)                                                      \
	"Received: from out.example.net ([192.0.2.1] helo=x.example)\n" \
	"\tby mx.example.org with esmtps " tls "\n"                     \
	"\t(Exim 4.96) id 1qXyZa-0001Ab-2C" DATE
#define SENDMAIL_(tls)                                                  \
	"Received: from out.example.net (out.example.net [192.0.2.1])\n" \
	"\tby mx.example.org (8.17.1/8.17.1) with ESMTP id 302A00Ab012345\n" \
	"\t" tls DATE

static const struct stamp_row stamp_rows[] = {
	{ "the marker is quoted with its folds",
	  "Received: from out.example.net (out.example.net [192.0.2.1])\n"
	  "\t(using TLSv1.3 with cipher TLS_AES_256_GCM_SHA384\n"
	  "\t (256/256 bits))\n"
	  "\tby mx.example.org (Postfix) with ESMTPS id 4Xq" DATE,
	  TT_ENCRYPTED, TT_BASIS_MARKER, TT_TLSV1_3, TT_TLS_NONE,
	  "TLS_AES_256_GCM_SHA384",
	  "using TLSv1.3 with cipher TLS_AES_256_GCM_SHA384\n\t (256/256 "
	  "bits", 0 },
	{ "a keyword is quoted",
	  "Received: from out.example.net (out.example.net [192.0.2.1])\n"
	  "\tby mx.example.org (Postfix) with ESMTP id 4Xq" DATE,
	  TT_CLEARTEXT, TT_BASIS_KEYWORD, TT_TLS_NONE, TT_TLS_NONE, NULL,
	  "ESMTP", 0 },
	{ "a HELO that poses as a marker",
	  "Received: from x (HELO version=TLS1_3\n"
	  " cipher=TLS_AES_256_GCM_SHA384) (203.0.113.9)\n"
	  "\tby mx.example.org with SMTP" DATE,
	  TT_UNKNOWN, TT_BASIS_NONE, TT_TLS_NONE, TT_TLS_NONE, NULL, NULL,
	  A(sender_text) },
	{ "TLSv1/SSLv3 is no version; the suite implies one",
	  SENDMAIL_("(version=TLSv1/SSLv3 "
		    "cipher=ECDHE-RSA-AES256-GCM-SHA384 bits=256 verify=NO)"),
	  TT_ENCRYPTED, TT_BASIS_MARKER, TT_TLS_NONE, TT_TLSV1_2,
	  "ECDHE-RSA-AES256-GCM-SHA384", NULL, A(ambiguous_version) },
	{ "TLSv1/SSLv3 beside an old suite implies nothing",
	  SENDMAIL_("(version=TLSv1/SSLv3 cipher=DHE-RSA-AES256-SHA "
		    "bits=256 verify=NO)"),
	  TT_ENCRYPTED, TT_BASIS_MARKER, TT_TLS_NONE, TT_TLS_NONE,
	  "DHE-RSA-AES256-SHA", NULL, A(ambiguous_version) },
	{ "a suite of another version",
	  SENDMAIL_("(version=TLSv1.3 cipher=ECDHE-RSA-AES256-GCM-SHA384 "
		    "bits=256 verify=NO)"),
	  TT_ENCRYPTED, TT_BASIS_MARKER, TT_TLSV1_3, TT_TLS_NONE,
	  "ECDHE-RSA-AES256-GCM-SHA384", NULL, A(version_cipher_mismatch) },
	{ "Exim with GnuTLS names a 1.2 suite under 1.3: no anomaly",
	  EXIM_("(TLS1.3) tls TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384"),
	  TT_ENCRYPTED, TT_BASIS_MARKER, TT_TLSV1_3, TT_TLS_NONE,
	  "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384", NULL, 0 },
	{ "a NULL suite keeps the word",
	  SENDMAIL_("(version=TLSv1.2 cipher=ECDHE-RSA-NULL-SHA bits=0 "
		    "verify=NO)"),
	  TT_ENCRYPTED, TT_BASIS_MARKER, TT_TLSV1_2, TT_TLS_NONE,
	  "ECDHE-RSA-NULL-SHA", NULL, A(null_cipher) },
	{ "SASL bits are not TLS",
	  "Received: from out.example.net (out.example.net [192.0.2.1])\n"
	  "\t(authenticated bits=128)\n"
	  "\tby mx.example.org (V8/cf) with ESMTP id 302A00Ab012345" DATE,
	  TT_UNKNOWN, TT_BASIS_NONE, TT_TLS_NONE, TT_TLS_NONE, NULL, NULL,
	  0 },
	{ "a cut marker is never cleartext",
	  "Received: from out.example.net ([192.0.2.1])\n"
	  "\tby mx.example.org (Postfix) with ESMTP (TLS\n",
	  TT_UNKNOWN, TT_BASIS_NONE, TT_TLS_NONE, TT_TLS_NONE, NULL, NULL,
	  A(truncated) | A(malformed) | A(no_date) },
};

static void test_stamps(void **state)
{
	for (size_t i = 0; i < N(stamp_rows); i++) {
		const struct stamp_row *const row = &stamp_rows[i];
		struct built b;

		build(&b, *state, tt_slice_str(row->block), NULL);
		assert_int_equal(b.t.hops.n, 1);

		const struct tt_hop *const hop = &b.t.hops.v[0];

		if (hop->verdict != row->verdict ||
		    hop->basis != row->basis ||
		    hop->version != row->version ||
		    hop->version_implied != row->implied ||
		    hop->anomalies != row->anomalies)
			fail_msg("%s: %s/%s version %d implied %d "
				 "anomalies %x, not %x",
				 row->name, tt_verdict_name(hop->verdict),
				 tt_basis_name(hop->basis),
				 (int)hop->version, (int)hop->version_implied,
				 hop->anomalies, row->anomalies);
		if (row->cipher && !tt_slice_eq(hop->cipher,
						tt_slice_str(row->cipher)))
			fail_msg("%s: cipher %.*s", row->name,
				 (int)hop->cipher.n,
				 (const char *)hop->cipher.p);
		if (row->evidence &&
		    (hop->evidence.n != 1 ||
		     !tt_slice_istarts(hop->evidence.v[0].text,
				       tt_slice_str(row->evidence))))
			fail_msg("%s: %zu pieces of evidence, '%.*s'",
				 row->name, hop->evidence.n,
				 (int)hop->evidence.v[0].text.n,
				 (const char *)hop->evidence.v[0].text.p);
		if (!is_quoted_right(&b, hop))
			fail_msg("%s: evidence", row->name);
		tt_arena_release(&b.arena);
	}
}

/* ---- clauses, as model.md spells them ---- */

static void test_clauses(void **state)
{
	static const struct {
		const char *name, *block, *with, *via, *id, *for_;
		enum tt_transport transport;
	} clauses[] = {
		{ "a comment before the word",
		  "Received: from x ([192.0.2.1]) by mx.example.org with\n"
		  " (TLSv1.2:AES encrypted) esmtp id 1r for <u@example.org>"
		  DATE, "esmtp", NULL, "1r", "u@example.org",
		  TT_TRANSPORT_SMTP },
		{ "two with clauses",
		  "Received: from x ([192.0.2.1]) by mx.example.org with "
		  "ESMTP with STARTTLS id q-1" DATE, "ESMTP", NULL, "q-1",
		  NULL, TT_TRANSPORT_SMTP },
		{ "a version in a comment",
		  "Received: from x ([192.0.2.1]) by mx.example.org with "
		  "Microsoft SMTPSVC(7.5)" DATE, "Microsoft SMTPSVC", NULL,
		  NULL, NULL, TT_TRANSPORT_SMTP },
		{ "a token with slashes",
		  "Received: from x ([192.0.2.1]) by mx.example.org with "
		  "ESMTP/TLS/AES256-SHA" DATE, "ESMTP/TLS/AES256-SHA", NULL,
		  NULL, NULL, TT_TRANSPORT_SMTP },
		{ "several words, and via",
		  "Received: from x (192.0.2.1) by mx.example.org "
		  "(192.0.2.2) with Microsoft\n SMTP  Server id 15.1.2 via "
		  "Frontend Transport" DATE, "Microsoft SMTP Server",
		  "Frontend Transport", "15.1.2", NULL, TT_TRANSPORT_SMTP },
		{ "an id in angle brackets stays so",
		  "Received: from x ([192.0.2.1]) by mx.example.org with "
		  "ESMTP id <0P96A@example.org> (original) for "
		  "u@example.org" DATE, "ESMTP", NULL, "<0P96A@example.org>",
		  "u@example.org", TT_TRANSPORT_SMTP },
		{ "many recipients",
		  "Received: from x ([192.0.2.1]) by mx.example.org with "
		  "ESMTP id 1 for <multiple recipients>" DATE, "ESMTP", NULL,
		  "1", "multiple recipients", TT_TRANSPORT_SMTP },
		{ "a quoted local part without angle brackets",
		  "Received: from x ([192.0.2.1]) by mx.example.org with "
		  "esmtp id 1 for \"a b\"@example.org" DATE, "esmtp", NULL,
		  "1", "\"a b\"@example.org", TT_TRANSPORT_SMTP },
		{ "and within them",
		  "Received: from x ([192.0.2.1]) by mx.example.org with "
		  "esmtp id 1 for <\"a>b\"@example.org>" DATE, "esmtp", NULL,
		  "1", "\"a>b\"@example.org", TT_TRANSPORT_SMTP },
		{ "a quote that does not end",
		  "Received: from x ([192.0.2.1]) by mx.example.org with "
		  "esmtp id 1 for <\"a@example.org>" DATE, "esmtp", NULL,
		  "1", "\"a@example.org", TT_TRANSPORT_SMTP },
	};

	for (size_t i = 0; i < N(clauses); i++) {
		struct built b;

		build(&b, *state, tt_slice_str(clauses[i].block), NULL);

		const struct tt_hop *const hop = &b.t.hops.v[0];
		const struct {
			struct tt_slice got;
			const char *want;
		} parts[] = {
			{ hop->with, clauses[i].with },
			{ hop->via, clauses[i].via },
			{ hop->id, clauses[i].id },
			{ hop->for_, clauses[i].for_ },
		};

		for (size_t k = 0; k < N(parts); k++)
			if (!tt_slice_eq(parts[k].got,
					 tt_slice_str(parts[k].want)) ||
			    (parts[k].want == NULL) != (parts[k].got.p ==
							NULL))
				fail_msg("%s: '%.*s', not '%s'",
					 clauses[i].name,
					 (int)parts[k].got.n,
					 (const char *)parts[k].got.p,
					 parts[k].want ? parts[k].want : "");
		if (hop->transport != clauses[i].transport)
			fail_msg("%s: transport", clauses[i].name);
		tt_arena_release(&b.arena);
	}
}

/* ---- the header that speaks of ProtonMail's border ---- */

#define PROTON(tls, with)                                               \
	"Received: from out.example.net (out.example.net [192.0.2.1])\n" \
	tls "\tby mailin001.protonmail.ch (Postfix) with " with         \
	" id 4Xq" DATE
#define USING12                                                         \
	"\t(using TLSv1.2 with cipher ECDHE-RSA-AES256-GCM-SHA384 "     \
	"(256/256 bits))\n"
#define PM(text) "X-Pm-Transfer-Encryption: " text "\n"
#define PM13 PM("TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 (256/256 bits)")
#define PM12                                                            \
	PM("TLSv1.2 with cipher ECDHE-RSA-AES256-GCM-SHA384 (256/256 bits)")
#define PM11 PM("TLSv1.1 with cipher AES256-SHA (256/256 bits)")

static void test_header_witness(void **state)
{
	static const struct {
		const char *name, *block;
		enum tt_verdict verdict;
		enum tt_basis basis;
		enum tt_tls version;
		size_t witnesses, context;
		uint32_t anomalies;
	} witness[] = {
		{ "it agrees", PROTON(USING12, "ESMTPS") PM12, TT_ENCRYPTED,
		  TT_BASIS_MARKER, TT_TLSV1_2, 2, 0, 0 },
		{ "it agrees: none", PROTON("", "ESMTP") PM("none"),
		  TT_CLEARTEXT, TT_BASIS_MARKER, TT_TLS_NONE, 2, 0, 0 },
		{ "it adds the version", PROTON("", "ESMTPS") PM13,
		  TT_ENCRYPTED, TT_BASIS_MARKER, TT_TLSV1_3, 2, 0, 0 },
		{ "it differs: cleartext stands",
		  PROTON(USING12, "ESMTPS") PM("none"), TT_CLEARTEXT,
		  TT_BASIS_MARKER, TT_TLS_NONE, 2, 0, A(conflict) },
		{ "it differs: the stamp's silence stands",
		  PROTON("", "ESMTP") PM13, TT_CLEARTEXT, TT_BASIS_KEYWORD,
		  TT_TLS_NONE, 2, 0, A(conflict) },
		{ "it differs: the lower version stands",
		  PROTON(USING12, "ESMTPS") PM11, TT_ENCRYPTED,
		  TT_BASIS_MARKER, TT_TLSV1_1, 2, 0, A(conflict) },
		{ "it differs: the stamp's lower version stands",
		  PROTON(USING12, "ESMTPS") PM13, TT_ENCRYPTED,
		  TT_BASIS_MARKER, TT_TLSV1_2, 2, 0, A(conflict) },
		{ "twice: nobody knows whose it is",
		  PROTON("", "ESMTP") PM13 PM("none"), TT_CLEARTEXT,
		  TT_BASIS_KEYWORD, TT_TLS_NONE, 1, 2, 0 },
		{ "another's border: context",
		  "Received: from out.example.net (out.example.net "
		  "[192.0.2.1])\n\tby mx.example.org (Postfix) with ESMTP "
		  "id 4Xq" DATE PM13, TT_CLEARTEXT, TT_BASIS_KEYWORD,
		  TT_TLS_NONE, 1, 1, 0 },
	};

	for (size_t i = 0; i < N(witness); i++) {
		struct built b;

		build(&b, *state, tt_slice_str(witness[i].block), NULL);

		const struct tt_hop *const hop = &b.t.hops.v[0];

		if (hop->verdict != witness[i].verdict ||
		    hop->basis != witness[i].basis ||
		    hop->version != witness[i].version ||
		    hop->witnesses.n != witness[i].witnesses ||
		    b.t.context.n != witness[i].context ||
		    hop->anomalies != witness[i].anomalies)
			fail_msg("%s: %s/%s version %d, %zu witnesses, %zu "
				 "context, anomalies %x",
				 witness[i].name,
				 tt_verdict_name(hop->verdict),
				 tt_basis_name(hop->basis),
				 (int)hop->version, hop->witnesses.n,
				 b.t.context.n, hop->anomalies);
		assert_false(hop->is_corroborated);
		if (!is_quoted_right(&b, hop))
			fail_msg("%s: evidence", witness[i].name);
		tt_arena_release(&b.arena);
	}
}

/* ---- bounds ---- */

static void test_hop_limit(void **state)
{
	struct tt_out out;
	struct built b;

	tt_out_init(&out, -1);
	for (unsigned i = 0; i < TT_MAX_hops + 3; i++)
		tt_out_printf(&out,
			      "Received: from a%u.example by b%u.example with "
			      "SMTP; Tue, 2 Jan 2024 10:00:00 +0000\n", i, i);
	build(&b, *state, (struct tt_slice){ out.buf, out.n }, NULL);
	assert_int_equal(b.t.hops.n, TT_MAX_hops);
	assert_int_equal(b.t.hops.v[0].index, 0);
	assert_true(tt_slice_eq(b.t.hops.v[TT_MAX_hops - 1].by.name,
				TT_S("b0.example")));
	assert_true(tt_slice_eq(b.t.hops.v[0].by.name, TT_S("b499.example")));
	assert_int_equal(b.diags.list.n, 1);
	assert_int_equal(b.diags.list.v[0].code, TT_DIAG_hops_cut);
	tt_arena_release(&b.arena);
	tt_out_release(&out);
}

static void test_no_stamp(void **state)
{
	struct built b;

	build(&b, *state, TT_S("X-Received: by 10.1.2.3 with SMTP id a; Tue, "
			       "2 Jan 2024 10:00:00 +0000\nSubject: x\n"),
	      NULL);
	assert_int_equal(b.t.hops.n, 0);
	assert_int_equal(b.t.result.border, -1);
	assert_int_equal(b.t.result.border_basis, TT_BORDER_NULL);
	assert_int_equal(b.t.result.verdict, TT_RESULT_NONE);
	tt_arena_release(&b.arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_order),
		cmocka_unit_test(test_stamps),
		cmocka_unit_test(test_clauses),
		cmocka_unit_test(test_header_witness),
		cmocka_unit_test(test_hop_limit),
		cmocka_unit_test(test_no_stamp),
	};

	return cmocka_run_group_tests(tests, load, unload);
}
