/* test_advice - what is advised for hops of SES, and that nothing is for
 * others; no advice names a command that does not exist */
#include "trail_fixture.h"

#define FROM(host, tls)                                       \
	"Received: from " host " (" host " [192.0.2.1])\n" tls \
	"\tby mx.example.net (Postfix) with ESMTP"
#define END " id 4Mx10\n\tfor <b@example.net>; " \
	"Tue, 9 Jun 2026 14:03:21 +0200\n"
#define TLS(v) "\t(using " v " with cipher ECDHE-RSA-AES256-SHA " \
	"(256/256 bits))\n"

static const struct row {
	const char *name, *header, *advice;
} rows[] = {
	{ "another host", FROM("a.example.org", "") END, "" },
	{ "cleartext of another host", FROM("a.example.org", "") END, "" },
	{ "meets the profile", FROM("a8.smtp-out.amazonses.com",
	  TLS("TLSv1.3")) "S" END, "advice#ses-submission" },
	{ "an old version", FROM("a8.smtp-out.amazonses.com",
	  TLS("TLSv1")) "S" END,
	  "advice#ses-submission advice#ses-delivery-version" },
	{ "in clear", FROM("a8.smtp-out.amazonses.com", "") END,
	  "advice#ses-submission advice#ses-delivery-cleartext" },
	{ "a name that only looks like it",
	  FROM("a8.smtp-out.amazonses.com.example.org", "") END, "" },
};

static const char *id_of(const struct tt_rules *rules, struct tt_slice text)
{
	size_t n;
	const struct tt_advice *all = tt_rules_advice(rules, &n);

	for (size_t i = 0; i < n; i++)
		if (tt_slice_eq(all[i].text, text))
			return all[i].id;
	return "?";
}

static void test_rows(void **state)
{
	const struct fixture *const f = *state;

	for (size_t i = 0; i < N(rows); i++) {
		struct built b;
		char got[300] = "";
		size_t n = 0;

		build(&b, f, tt_slice_str(rows[i].header), "");
		for (size_t k = 0; k < b.t.advice.n; k++)
			n += (size_t)snprintf(
				got + n, sizeof(got) - n, "%s%s", k ? " " : "",
				id_of(f->rules, b.t.advice.v[k]));
		if (strcmp(got, rows[i].advice) != 0)
			fail_msg("%s: '%s'", rows[i].name, got);
		tt_arena_release(&b.arena);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_rows) };

	return cmocka_run_group_tests(tests, load, unload);
}
