/* test_result.c - what hops amount to under a profile, links, and totals;
 * on hops made by hand */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "trail/work.h"

#define N(a) (sizeof(a) / sizeof((a)[0]))

static const struct tt_profile any_tls = { .min_version = TT_TLS_NONE };
static const struct tt_profile bcp195 = {
	.min_version = TT_TLSV1_2,
	.forbid = TT_SUITE_NULL | TT_SUITE_EXPORT | TT_SUITE_RC4 |
		  TT_SUITE_DES | TT_SUITE_3DES,
};
static const struct tt_profile fips = {
	.min_version = TT_TLSV1_2,
	.forbid = TT_SUITE_RC4 | TT_SUITE_NOFIPS,
	.is_suite_required = true,
};

/* One hop as a word: trust, verdict, then details.
 *   T trusted, C claimed, X trusted and excluded, Y claimed and excluded
 *   e encrypted, c cleartext, u unknown, l local
 *   0 1 2 3: TLS version stated; i: 1.2 implied; m: mute
 *   s suite, n NULL suite, r RC4 suite, a anonymous suite, w wrong suite
 *   M K S: basis marker, keyword, software */
static void take_letter(struct tt_hop *h, char c)
{
	switch (c) {
	case 'T': h->is_trusted = true; break;
	case 'X': h->is_trusted = h->is_excluded = true; break;
	case 'Y': h->is_excluded = true; break;
	case 'e': h->verdict = TT_ENCRYPTED; break;
	case 'c': h->verdict = TT_CLEARTEXT; break;
	case 'l': h->verdict = TT_LOCAL; break;
	case '0': h->version = TT_TLSV1_0; break;
	case '1': h->version = TT_TLSV1_1; break;
	case '2': h->version = TT_TLSV1_2; break;
	case '3': h->version = TT_TLSV1_3; break;
	case 'i': h->version_implied = TT_TLSV1_2; break;
	case 'm': h->is_mute = true; break;
	case 's': h->cipher = TT_S("SUITE"); break;
	case 'n': h->suite_flags |= TT_SUITE_NULL; break;
	case 'r': h->suite_flags |= TT_SUITE_RC4; break;
	case 'a': h->suite_flags |= TT_SUITE_ANON; break;
	case 'w': h->is_cipher_unreliable = true; break;
	case 'M': h->basis = TT_BASIS_MARKER; break;
	case 'K': h->basis = TT_BASIS_KEYWORD; break;
	case 'S': h->basis = TT_BASIS_SOFTWARE; break;
	case 'G': h->basis = TT_BASIS_LOG; break;
	default: break;
	}
}

/* "Ce2 Te3": oldest first. */
static size_t make_hops(const char *text, struct tt_hop hops[16])
{
	size_t n = 0;

	memset(hops, 0, 16 * sizeof(hops[0]));
	for (const char *p = text; *p; p++) {
		if (p == text || p[-1] == ' ') {
			hops[n].index = (int)n;
			n++;
		}
		take_letter(&hops[n - 1], *p);
	}
	return n;
}

struct row {
	const char *name, *hops;
	int border;
	const struct tt_profile *profile;
	enum tt_result_verdict verdict;
	enum tt_basis fail_basis;
	enum tt_claimed claimed;
	enum tt_tls weakest;
	unsigned silent;
};

#define NONE_ TT_RESULT_NONE
#define PASS TT_RESULT_PASS
#define OPEN TT_RESULT_UNDETERMINED
#define FAIL TT_RESULT_FAIL

static const struct row rows[] = {
	{ "no hop at all", "", -1, &bcp195, NONE_, 0, TT_CLAIMED_NONE, 0, 0 },
	{ "one hop of 1.3", "Te3", 0, &bcp195, PASS, 0, TT_CLAIMED_NONE,
	  TT_TLSV1_3, 0 },
	{ "cleartext fails", "TcK", 0, &bcp195, FAIL, TT_BASIS_KEYWORD,
	  TT_CLAIMED_NONE, 0, 0 },
	{ "an old version fails by its grounds", "Te0M", 0, &bcp195, FAIL,
	  TT_BASIS_MARKER, TT_CLAIMED_NONE, TT_TLSV1_0, 0 },
	{ "strongest grounds: marker before the rest", "TcS TcK TcG Te0M", 0,
	  &bcp195, FAIL, TT_BASIS_MARKER, TT_CLAIMED_NONE, TT_TLSV1_0, 0 },
	{ "strongest grounds: log before keyword", "TcS TcG TcK", 0, &bcp195,
	  FAIL, TT_BASIS_LOG, TT_CLAIMED_NONE, 0, 0 },
	{ "strongest grounds: keyword before software", "TcS TcK", 0, &bcp195,
	  FAIL, TT_BASIS_KEYWORD, TT_CLAIMED_NONE, 0, 0 },
	{ "unknown is never a pass", "Tu Te3", 0, &bcp195, OPEN, 0,
	  TT_CLAIMED_NONE, TT_TLSV1_3, 0 },
	{ "failure before unknown", "Tu TcS", 0, &bcp195, FAIL,
	  TT_BASIS_SOFTWARE, TT_CLAIMED_NONE, 0, 0 },
	{ "no version lacks what bcp195 needs", "TeK", 0, &bcp195, OPEN, 0,
	  TT_CLAIMED_NONE, 0, 0 },
	{ "no version is enough for any-tls", "TeK", 0, &any_tls, PASS, 0,
	  TT_CLAIMED_NONE, 0, 0 },
	{ "an implied version satisfies", "Tei", 0, &bcp195, PASS, 0,
	  TT_CLAIMED_NONE, TT_TLSV1_2, 0 },
	{ "weakest of several", "Te3 Te2 Te3", 0, &bcp195, PASS, 0,
	  TT_CLAIMED_NONE, TT_TLSV1_2, 0 },
	{ "weakest is null beside one without version", "Te3 Te", 0, &any_tls,
	  PASS, 0, TT_CLAIMED_NONE, 0, 0 },
	{ "a NULL suite fails every profile", "Te2snM", 0, &any_tls, FAIL,
	  TT_BASIS_MARKER, TT_CLAIMED_NONE, TT_TLSV1_2, 0 },
	{ "RC4 fails bcp195", "Te2srM", 0, &bcp195, FAIL, TT_BASIS_MARKER,
	  TT_CLAIMED_NONE, TT_TLSV1_2, 0 },
	{ "RC4 fails it without a version too", "TesrM", 0, &bcp195, FAIL,
	  TT_BASIS_MARKER, TT_CLAIMED_NONE, 0, 0 },
	{ "a suite the writer gets wrong is not judged", "Te2srw", 0, &bcp195,
	  PASS, 0, TT_CLAIMED_NONE, TT_TLSV1_2, 0 },
	{ "anonymous suites are told, not failed", "Te2sa", 0, &bcp195, PASS,
	  0, TT_CLAIMED_NONE, TT_TLSV1_2, 0 },
	{ "a suite is required by some", "Te3", 0, &fips, OPEN, 0,
	  TT_CLAIMED_NONE, TT_TLSV1_3, 0 },
	{ "a suite not in the table is not judged", "Te3s", 0, &fips, PASS, 0,
	  TT_CLAIMED_NONE, TT_TLSV1_3, 0 },
	{ "local hops alone: none", "Xl Xl", 0, &bcp195, NONE_, 0,
	  TT_CLAIMED_NONE, 0, 0 },
	{ "an excluded hop decides nothing", "Te3 Xe0 Xc", 0, &bcp195, PASS,
	  0, TT_CLAIMED_NONE, TT_TLSV1_3, 0 },
	{ "an inner mute hop does not decide", "Te3 Tum", 0, &bcp195, PASS, 0,
	  TT_CLAIMED_NONE, TT_TLSV1_3, 1 },
	{ "a mute border does", "Tum Te3", 0, &bcp195, OPEN, 0,
	  TT_CLAIMED_NONE, TT_TLSV1_3, 0 },
	{ "nothing but mute hops: not a pass", "Xl Tum", 0, &bcp195, OPEN, 0,
	  TT_CLAIMED_NONE, 0, 1 },
	{ "a claimed failure does not fail", "Cc Te3", 1, &bcp195, PASS, 0,
	  TT_CLAIMED_ADMITS_FAILURE, TT_TLSV1_3, 0 },
	{ "a claimed old version admits failure", "Ce0 Te3", 1, &bcp195, PASS,
	  0, TT_CLAIMED_ADMITS_FAILURE, TT_TLSV1_3, 0 },
	{ "claimed: failure before silence", "Cu Cc Ce3 Te3", 3, &bcp195,
	  PASS, 0, TT_CLAIMED_ADMITS_FAILURE, TT_TLSV1_3, 0 },
	{ "claimed: silence before no version", "Ce Cu Ce3 Te3", 3, &bcp195,
	  PASS, 0, TT_CLAIMED_SILENT, TT_TLSV1_3, 0 },
	{ "claimed: no version before ok", "Ce3 Ce Te3", 2, &bcp195, PASS, 0,
	  TT_CLAIMED_NO_VERSION, TT_TLSV1_3, 0 },
	{ "claimed: ok", "Ce3 Te3", 1, &bcp195, PASS, 0, TT_CLAIMED_OK,
	  TT_TLSV1_3, 0 },
	{ "claimed: mute is silent", "Cum Te3", 1, &bcp195, PASS, 0,
	  TT_CLAIMED_SILENT, TT_TLSV1_3, 0 },
	{ "claimed: excluded alone is none", "Yl Te3", 1, &bcp195, PASS, 0,
	  TT_CLAIMED_NONE, TT_TLSV1_3, 0 },
	{ "claimed versions do not weaken", "Ce0 Te3", 1, &any_tls, PASS, 0,
	  TT_CLAIMED_OK, TT_TLSV1_3, 0 },
};

static void test_result(void **state)
{
	(void)state;
	for (size_t i = 0; i < N(rows); i++) {
		const struct row *const row = &rows[i];
		struct tt_hop hops[16];
		const size_t n = make_hops(row->hops, hops);
		struct tt_result r = { .profile = row->profile,
				       .border = row->border };

		tt_result_judge(&r, hops, n);
		if (r.verdict != row->verdict ||
		    r.fail_basis != row->fail_basis ||
		    r.claimed != row->claimed || r.weakest != row->weakest ||
		    r.silent_internal != row->silent)
			fail_msg("%s: verdict %s, fail_basis %d, claimed %s, "
				 "weakest %d, silent %u",
				 row->name, tt_result_verdict_name(r.verdict),
				 (int)r.fail_basis, tt_claimed_name(r.claimed),
				 (int)r.weakest, r.silent_internal);
		if (r.hops != n || r.hops != r.encrypted + r.cleartext +
						     r.unknown + r.excluded)
			fail_msg("%s: %u hops do not add up", row->name,
				 r.hops);
	}
}

static void test_counts(void **state)
{
	struct tt_hop hops[16];
	const size_t n = make_hops("Ce3 Cu Cc Yl Xe2 Te3", hops);
	struct tt_result r = { .profile = &bcp195, .border = 5 };

	(void)state;
	tt_result_judge(&r, hops, n);
	assert_int_equal(r.hops, 6);
	assert_int_equal(r.encrypted, 2);
	assert_int_equal(r.cleartext, 1);
	assert_int_equal(r.unknown, 1);
	assert_int_equal(r.excluded, 2);
}

/* ---- links ---- */

static void test_link(void **state)
{
	static const struct {
		const char *name;
		const char *by, *by_ip;			/* of the older */
		const char *from, *helo, *rdns, *ip;	/* of the newer */
		enum tt_link link;
	} links[] = {
		{ "same address", "a.example.org", "192.0.2.1",
		  "b.example.net", NULL, NULL, "192.0.2.1",
		  TT_LINK_ADDRESS },
		{ "name, case folded", "MX.example.org", NULL,
		  "mx.Example.ORG", NULL, NULL, "192.0.2.1", TT_LINK_NAME },
		{ "name in the rDNS", "mx.example.org", NULL, "h", "h",
		  "mx.example.org", NULL, TT_LINK_NAME },
		{ "name before label", "mx.example.org", NULL,
		  "mx.example.net", "mx.example.org", NULL, NULL,
		  TT_LINK_NAME },
		{ "first label", "mx1.a.example.org", NULL,
		  "mx1.b.example.net", NULL, NULL, NULL, TT_LINK_LABEL },
		{ "organisational domain", "mx1.example.co.uk", NULL,
		  "out.example.co.uk", NULL, NULL, NULL, TT_LINK_DOMAIN },
		{ "a public suffix is no domain", "mx1.example1.co.uk", NULL,
		  "out.example2.co.uk", NULL, NULL, NULL, TT_LINK_NONE },
		{ "none fits", "mx.example.org", NULL, "out.example.net",
		  NULL, NULL, NULL, TT_LINK_NONE },
		{ "by is not known", NULL, NULL, "out.example.net", NULL,
		  NULL, "192.0.2.1", TT_LINK_NULL },
		{ "from is not known", "mx.example.org", "192.0.2.1", NULL,
		  NULL, NULL, NULL, TT_LINK_NULL },
		{ "a name and an address cannot meet", "mx.example.org", NULL,
		  NULL, NULL, NULL, "192.0.2.1", TT_LINK_NULL },
		{ "literals have no labels", "10.1.2.3", NULL, "10.9.9.9",
		  NULL, NULL, NULL, TT_LINK_NULL },
		{ "two addresses that differ", NULL, "192.0.2.2", NULL, NULL,
		  NULL, "192.0.2.1", TT_LINK_NONE },
	};
	struct tt_arena a = { 0 };

	(void)state;
	for (size_t i = 0; i < N(links); i++) {
		struct tt_hop prev = { 0 }, hop = { 0 };

		prev.by.name = tt_slice_str(links[i].by);
		prev.by.ip = tt_slice_str(links[i].by_ip);
		hop.from.name = tt_slice_str(links[i].from);
		hop.from.helo = tt_slice_str(links[i].helo);
		hop.from.rdns = tt_slice_str(links[i].rdns);
		hop.from.ip = tt_slice_str(links[i].ip);

		const enum tt_link got = tt_hop_link(&prev, &hop);

		if (got != links[i].link)
			fail_msg("%s: link %d", links[i].name, (int)got);
	}
	tt_arena_release(&a);
}

/* ---- totals ---- */

static void test_totals(void **state)
{
	struct tt_arena a = { 0 };
	struct tt_totals totals;
	struct tt_hop hops[16];
	struct tt_timeline t = { 0 };
	char again[] = "received/a#b"; /* another pointer, the same rule */

	(void)state;
	t.hops.n = make_hops("Ce3M Te3M TcK", hops);
	t.hops.v = hops;
	hops[0].decided_by = "received/a#b";
	hops[1].decided_by = again;
	hops[2].decided_by = "received/c#d";
	hops[2].writer = "received/c";
	hops[2].is_parsed = true;
	hops[1].is_stamp = hops[2].is_stamp = true; /* 0: of a log alone */
	hops[1].anomalies = 1U << TT_ANOMALY_stale;
	t.result.verdict = TT_RESULT_FAIL;
	tt_totals_init(&totals, &a);
	tt_totals_add(&totals, &t);
	tt_totals_add(&totals, &t);
	assert_int_equal(totals.messages, 2);
	assert_int_equal(totals.hops, 6);
	assert_int_equal(totals.result[TT_RESULT_FAIL], 2);
	assert_int_equal(totals.verdict[TT_ENCRYPTED], 4);
	assert_int_equal(totals.basis[TT_BASIS_KEYWORD], 2);
	assert_int_equal(totals.version[TT_TLSV1_3], 4);
	assert_int_equal(totals.stamps, 4);
	assert_int_equal(totals.unparsed, 2);
	assert_int_equal(totals.no_writer, 2);
	assert_int_equal(totals.anomalies[TT_ANOMALY_stale], 2);
	assert_int_equal(totals.rules.n, 2);
	assert_int_equal(totals.rules.v[0].n, 4);
	assert_int_equal(totals.rules.v[1].n, 2);
	tt_arena_release(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_result),
		cmocka_unit_test(test_counts),
		cmocka_unit_test(test_link),
		cmocka_unit_test(test_totals),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
