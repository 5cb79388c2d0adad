/* test_org_domain.c - names: organisational domains, names that spell an
 * address, words of --trust */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "trail/work.h"

#define N(a) (sizeof(a) / sizeof((a)[0]))

static void test_org_domain(void **state)
{
	static const struct {
		const char *name, *host, *org;
	} rows[] = {
		{ "host of a domain", "mx.example.org", "example.org" },
		{ "deep host", "a.b.c.mx.example.org", "example.org" },
		{ "the domain itself", "example.org", "example.org" },
		{ "case is folded", "MX.Example.ORG", "example.org" },
		{ "trailing dot", "mx.example.org.", "example.org" },
		{ "suffix of two labels", "mx.example.co.uk",
		  "example.co.uk" },
		{ "private part of the list", "a.b.github.io", "b.github.io" },
		{ "unlisted top level", "srv.office.lan", "office.lan" },
		{ "a public suffix", "co.uk", "" },
		{ "a top level", "org", "" },
		{ "single label", "localhost", "" },
		{ "IPv4", "192.0.2.1", "" },
		{ "IPv4 literal", "[192.0.2.1]", "" },
		{ "IPv6", "2001:db8::1", "" },
		{ "number with dots", "192.0.2", "" },
		{ "empty", "", "" },
		{ "only dots", "...", "" },
		{ "leading dot", ".org", "" },
		{ "a space inside", "mx example.org", "" },
	};
	struct tt_arena a = { 0 };

	(void)state;
	for (size_t i = 0; i < N(rows); i++) {
		const struct tt_slice got =
			tt_org_domain(&a, tt_slice_str(rows[i].host));

		if (!tt_slice_eq(got, tt_slice_str(rows[i].org)))
			fail_msg("%s: got '%.*s'", rows[i].name, (int)got.n,
				 (const char *)got.p);
	}
	tt_arena_release(&a);
}

static void test_org_domain_bytes(void **state)
{
	struct tt_arena a = { 0 };
	uint8_t buf[300];

	(void)state;
	assert_int_equal(tt_org_domain(&a, TT_S("mx\0.example.org")).n, 0);
	memset(buf, 'a', sizeof(buf));
	memcpy(buf + 250, ".example.org", 12);
	assert_int_equal(
		tt_org_domain(&a, (struct tt_slice){ buf, 262 }).n, 0);
	tt_arena_release(&a);
}

static void test_spells(void **state)
{
	static const struct {
		const char *name, *host, *ip;
		bool spells;
	} rows[] = {
		{ "dashes", "203-0-113-9.dsl.example.net", "203.0.113.9", 1 },
		{ "dots", "h.203.0.113.9.example.net", "203.0.113.9", 1 },
		{ "underscores", "h_203_0_113_9.example.net", "203.0.113.9",
		  1 },
		{ "reversed", "9.113.0.203.example.net", "203.0.113.9", 1 },
		{ "padded", "p203000113009.example.net", "203.0.113.9", 1 },
		{ "padded and reversed", "p009.113.000.203.example.net",
		  "203.0.113.9", 1 },
		{ "no separators", "p20301139.example.net", "203.0.113.9", 1 },
		{ "four digits", "h4-3-2-1.example.net", "1.2.3.4", 1 },
		{ "a digit less", "h4-3-2-.example.net", "1.2.3.4", 0 },
		{ "hex", "xcb007109.example.net", "203.0.113.9", 1 },
		{ "hex, upper case", "xCB007109.example.net", "203.0.113.9",
		  1 },
		{ "hex reversed", "h-097100cb.example.net", "203.0.113.9", 1 },
		{ "another address", "203-0-113-90.example.net",
		  "203.0.113.9", 0 },
		{ "longer number", "1203-0-113-9.example.net", "203.0.113.9",
		  0 },
		{ "a mail server", "mail9.example.net", "203.0.113.9", 0 },
		{ "IPv6 groups", "2001-db8--25.example.net", "2001:db8::25",
		  1 },
		{ "IPv6 digits",
		  "h-20010db8000000000000000000000025.example.net",
		  "2001:db8::25", 1 },
		{ "IPv6 nibbles",
		  "5.2.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0."
		  "1.0.0.2.example.net",
		  "2001:db8::25", 1 },
		{ "IPv6 mail server", "mail25.example.net", "2001:db8::25",
		  0 },
	};
	struct tt_arena a = { 0 };

	(void)state;
	for (size_t i = 0; i < N(rows); i++) {
		struct tt_ip ip;

		assert_true(tt_ip_parse(tt_slice_str(rows[i].ip), &ip));
		if (tt_host_spells(&a, tt_slice_str(rows[i].host), &ip) !=
		    rows[i].spells)
			fail_msg("%s", rows[i].name);
	}
	tt_arena_release(&a);
}

static void test_under(void **state)
{
	static const struct {
		const char *name, *host, *domain;
		bool is_under;
	} rows[] = {
		{ "equal", "example.org", "example.org", 1 },
		{ "below", "mx.Example.org", "example.ORG", 1 },
		{ "same ending", "myexample.org", "example.org", 0 },
		{ "above", "org", "example.org", 0 },
		{ "no domain", "example.org", "", 0 },
		{ "no name", "", "example.org", 0 },
	};

	(void)state;
	for (size_t i = 0; i < N(rows); i++)
		if (tt_host_is_under(tt_slice_str(rows[i].host),
				     tt_slice_str(rows[i].domain)) !=
		    rows[i].is_under)
			fail_msg("%s", rows[i].name);
}

/* Each pair twice, for an answer is kept; and by the domains of both. */
static void test_shares_domain(void **state)
{
	static const struct {
		const char *name, *a, *b;
		bool is_shared;
	} rows[] = {
		{ "two hosts", "a.example.org", "b.example.org", 1 },
		{ "deep hosts", "a.b.mail-relay.example.org",
		  "c.d.mail-relay.example.org", 1 },
		{ "host and domain", "mx.example.org", "example.org", 1 },
		{ "the same", "mx.example.org", "mx.example.org", 1 },
		{ "case of the last bytes", "a.example.ORG", "b.example.org",
		  1 },
		{ "case further in", "a.Outbound-Protection.example.org",
		  "b.outbound-protection.example.org", 1 },
		{ "trailing dot", "a.example.org.", "b.example.org", 1 },
		{ "a common end within a label", "aexample.org", "bexample.org",
		  0 },
		{ "one is within a label", "example.org", "myexample.org", 0 },
		{ "two customers", "a.github.io", "b.github.io", 0 },
		{ "one customer", "x.a.github.io", "y.a.github.io", 1 },
		{ "a suffix of two labels", "a.co.uk", "b.co.uk", 0 },
		{ "nothing in common", "a.example.org", "a.example.net", 0 },
		{ "addresses", "10.0.113.9", "9.0.113.9", 0 },
		{ "single labels", "relay", "relay", 0 },
		{ "none", "", "a.example.org", 0 },
		{ "longer than what is kept",
		  "a.a-name-of-more-than-forty-eight-bytes-altogether.example."
		  "org",
		  "b.a-name-of-more-than-forty-eight-bytes-altogether.example."
		  "org",
		  1 },
	};
	struct tt_arena arena = { 0 };

	(void)state;
	for (size_t i = 0; i < 2 * N(rows); i++) {
		const struct tt_slice a = tt_slice_str(rows[i / 2].a);
		const struct tt_slice b = tt_slice_str(rows[i / 2].b);
		const struct tt_slice org = tt_org_domain(&arena, a);
		const bool is_same =
			org.n && tt_slice_eq(org, tt_org_domain(&arena, b));

		if (tt_host_shares_domain(a, b) != rows[i / 2].is_shared ||
		    tt_host_shares_domain(b, a) != rows[i / 2].is_shared ||
		    is_same != rows[i / 2].is_shared)
			fail_msg("%s", rows[i / 2].name);
	}
	/* The bytes of one that was asked, and a NUL. */
	assert_true(tt_host_shares_domain(TT_S("a.example.org"),
					  TT_S("b.example.org")));
	assert_false(tt_host_shares_domain(TT_S("a.example.org\0"),
					   TT_S("b.example.org\0")));
	tt_arena_release(&arena);
}

static void test_trust_words(void **state)
{
	static const struct {
		const char *name, *word;
		size_t cidrs, names;
	} rows[] = {
		{ "network", "192.0.2.0/24", 1, 0 },
		{ "IPv6 network", "2001:db8::/32", 1, 0 },
		{ "address", "192.0.2.7", 1, 0 },
		{ "IPv6 address", "2001:db8::7", 1, 0 },
		{ "name", "relay.example.net", 0, 1 },
		{ "name with dot", "Relay.Example.NET.", 0, 1 },
		{ "short name", "relay", 0, 1 },
		{ "cut address", "192.0.2", 0, 0 },
		{ "mask too long", "192.0.2.0/33", 0, 0 },
		{ "a space", "relay example.net", 0, 0 },
		{ "empty label", "relay..example.net", 0, 0 },
		{ "leading dot", ".example.net", 0, 0 },
		{ "empty", "", 0, 0 },
		{ "a dot", ".", 0, 0 },
	};

	(void)state;
	for (size_t i = 0; i < N(rows); i++) {
		struct tt_arena a = { 0 };
		struct tt_trust t = { 0 };
		const bool ok =
			tt_trust_add(&t, &a, tt_slice_str(rows[i].word));

		if (ok != (rows[i].cidrs + rows[i].names > 0) ||
		    t.cidrs.n != rows[i].cidrs || t.names.n != rows[i].names)
			fail_msg("%s: %zu networks, %zu names", rows[i].name,
				 t.cidrs.n, t.names.n);
		if (t.names.n > 0 && rows[i].word[0] == 'R')
			assert_true(tt_slice_eq(t.names.v[0],
						TT_S("relay.example.net")));
		tt_arena_release(&a);
	}
}

static void test_words(void **state)
{
	static const struct {
		const char *name, *slot, *words;
	} rows[] = {
		{ "one word", "ESMTPS", "ESMTPS" },
		{ "trimmed", "  ESMTP\t", "ESMTP" },
		{ "folded", "Microsoft\n\t SMTP  Server",
		  "Microsoft SMTP Server" },
		{ "comment first", "(TLSv1.2 encrypted) esmtp", "esmtp" },
		{ "comment last", "Microsoft SMTPSVC(7.5)",
		  "Microsoft SMTPSVC" },
		{ "nested comment", "a (b (c) d) e", "a e" },
		{ "quoted parenthesis", "a (b \\) c) d", "a d" },
		{ "open comment", "a (b", "a" },
		{ "comment alone", "(a)", "" },
		{ "nothing", " ", "" },
	};
	struct tt_arena a = { 0 };

	(void)state;
	for (size_t i = 0; i < N(rows); i++) {
		const struct tt_slice got =
			tt_text_words(&a, tt_slice_str(rows[i].slot));

		if (!tt_slice_eq(got, tt_slice_str(rows[i].words)))
			fail_msg("%s: '%.*s'", rows[i].name, (int)got.n,
				 (const char *)got.p);
	}
	tt_arena_release(&a);
}

/* One thing to be changed, at each place of a slot of each length. */
static void test_words_everywhere(void **state)
{
	static const struct {
		const char *odd, *words; /* what becomes of it */
	} rows[] = {
		{ "xx", "xx" }, { "x ", "x " }, { "x\t", "x " },
		{ " \n", " " }, { "  ", " " },	  { "(", "" },
		{ "()", " " },	{ "\\", "\\" },
	};
	const char *const pads = "aaaaaaaaaaaaaaaaaaaaaaaa";
	struct tt_arena a = { 0 };
	char slot[64], words[64];

	(void)state;
	for (size_t i = 0; i < N(rows); i++)
		for (size_t before = 1; before < 24; before++)
			for (size_t after = 1; after < 24; after++) {
				const bool is_open = rows[i].odd[0] == '(' &&
						     !rows[i].odd[1];

				snprintf(slot, sizeof(slot), "%.*s%s%.*s",
					 (int)before, pads, rows[i].odd,
					 (int)after, pads);
				snprintf(words, sizeof(words), "%.*s%s%.*s",
					 (int)before, pads, rows[i].words,
					 is_open ? 0 : (int)after, pads);
				const struct tt_slice got = tt_text_words(
					&a, tt_slice_str(slot));

				if (!tt_slice_eq(got, tt_slice_str(words)))
					fail_msg("'%s': '%.*s'", slot,
						 (int)got.n,
						 (const char *)got.p);
			}
	tt_arena_release(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_org_domain),
		cmocka_unit_test(test_org_domain_bytes),
		cmocka_unit_test(test_spells),
		cmocka_unit_test(test_under),
		cmocka_unit_test(test_shares_domain),
		cmocka_unit_test(test_trust_words),
		cmocka_unit_test(test_words),
		cmocka_unit_test(test_words_everywhere),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
