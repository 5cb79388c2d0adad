/* test_emit_text.c - timelines made by hand, for people: no line is wider than
 * the terminal, one or many, and the words of each state */
#include "by_hand.h"

/* ---- widths ---- */

static size_t longest_line(const char *text)
{
	size_t longest = 0;

	while (*text) {
		const size_t n = strcspn(text, "\n");
		const size_t w = tt_text_width(
			(struct tt_slice){ (const uint8_t *)text, n });

		longest = w > longest ? w : longest;
		text += n + (text[n] == '\n');
	}
	return longest;
}

static void check_width(size_t width, bool is_verbose, size_t n,
			struct tt_slice bytes)
{
	struct example x;
	struct tt_out out;
	struct tt_timeline t[2];

	fill(&x);
	for (size_t f = 0; field_at(&x, f); f++)
		if (bytes.p)
			*field_at(&x, f) = bytes;
	t[0] = t[1] = x.t;
	const char *got =
		emit("text", t, n,
		     (struct tt_emit_options){ .width = (unsigned)width,
					       .is_verbose = is_verbose },
		     &out);

	if (longest_line(got) > width)
		fail_msg("width %zu: %zu columns:\n%s", width,
			 longest_line(got), got);
	tt_out_release(&out);
}

static void test_widths(void **state)
{
	static const struct tt_slice bytes[] = {
		{ NULL, 0 },
#define B(lit) { (const uint8_t *)(lit), sizeof(lit) - 1 }
		B("long.name.without.any.space.that.goes.on.and.on.and.on.and."
		  "on.and.on.and.on.and.on.and.on.and.on.and.on.example.org"),
		B("words that go on and on and on and on and on and on and on "
		  "and on and on and on and on and on and on and on and on"),
		B("\xf4\x8f\xbf\xbf\xf4\x8f\xbf\xbf\xf4\x8f\xbf\xbf\xf4\x8f"
		  "\xbf\xbf\xf4\x8f\xbf\xbf"),
		B("\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff"),
#undef B
	};

	(void)state;
	for (size_t width = 20; width <= 140; width++)
		for (size_t b = 0; b < N(bytes); b++) {
			check_width(width, false, 1, bytes[b]);
			check_width(width, false, 2, bytes[b]);
			check_width(width, true, 1, bytes[b]);
		}
}

static size_t count_lines(const char *text)
{
	size_t n = 0;

	for (; *text; text++)
		n += *text == '\n';
	return n;
}

/* 80 columns by 24 lines, for a chain of usual names. */
static void test_fits_a_screen(void **state)
{
	struct tt_hop hops[MAX_HOPS];
	struct tt_timeline t;
	struct tt_out out;

	(void)state;
	make_timeline(&t, hops, "Ce3Ms CcS Te2Ms Te3Ms TumK", &bcp195);
	t.identity.from = TT_S("A <a@example.org>");
	t.identity.subject = TT_S("subject");
	t.identity.date.is_set = true;
	const char *got = emit("text", &t, 1, (struct tt_emit_options){ 0 },
			       &out);

	if (count_lines(got) > 24)
		fail_msg("%zu lines:\n%s", count_lines(got), got);
	tt_out_release(&out);
}

static const struct {
	const char *name;
	size_t n;
	struct tt_emit_options o;
	const char *has[3], *lacks[3];
} forms[] = {
	{ "no message: nothing", 0, { 0 }, { NULL }, { "messages" } },
	{ "one message: whole, no summary", 1, { 0 },
	  { "[=] pass  Received over TLS 1.3", "mx.example.com" },
	  { "stamps seen", "messages " } },
	{ "two: a line each, and the summary", 2, { 0 },
	  { "pass         [=]  TLS 1.3", "stamps seen     2", "bcp195" },
	  { "Received over" } },
	{ "quiet: no summary", 2, { .is_quiet = true },
	  { "pass         [=]  TLS 1.3" }, { "stamps seen" } },
	{ "verbose: whole, and the summary", 2, { .is_verbose = true },
	  { "Received over TLS 1.3", "bytes 120+23:", "stamps seen" },
	  { "pass         [=]" } },
	{ "no colour unless asked for", 1, { 0 }, { "pass" }, { "\033" } },
	{ "colour", 1, { .has_color = true }, { "\033[32m" }, { NULL } },
};

static void test_forms(void **state)
{
	(void)state;
	for (size_t i = 0; i < N(forms); i++) {
		struct example x;
		struct tt_timeline t[2];
		struct tt_out out;

		fill(&x);
		t[0] = t[1] = x.t;
		const char *got = emit("text", t, forms[i].n, forms[i].o,
				       &out);

		for (size_t k = 0; k < 3 && forms[i].has[k]; k++)
			if (!strstr(got, forms[i].has[k]))
				fail_msg("%s: lacks '%s':\n%s", forms[i].name,
					 forms[i].has[k], got);
		for (size_t k = 0; k < 3 && forms[i].lacks[k]; k++)
			if (strstr(got, forms[i].lacks[k]))
				fail_msg("%s: has '%s':\n%s", forms[i].name,
					 forms[i].lacks[k], got);
		tt_out_release(&out);
	}
}

/* ---- the words of a hop ---- */

static const struct {
	const char *name, *chain, *has;
} states[] = {
	{ "stated", "Te3Ms",
	  "[=]            encrypted, TLS 1.3 stated  TLS_AES_256_GCM_SHA384" },
	{ "implied", "TeiMs",
	  "encrypted, stated; TLS 1.2 implied by the suite" },
	{ "keyword", "TeK",
	  "encrypted, by keyword ESMTP; version not recorded" },
	{ "inferred", "TcS",
	  "[!]            cleartext, inferred: no TLS recorded, and this "
	  "writer" },
	{ "unknown", "Tu", "[?]            unknown: the stamp does not say" },
	{ "mute", "Te3M Tum", "unknown: stamps of this form never say" },
	{ "local", "XlS",
	  "[.]            local, inferred from the form of the stamp" },
	{ "over HTTP", "XehK",
	  "by keyword ESMTP; version not recorded  (not judged)" },
	{ "delay", "Te3M Te3M", "\n[=]   +1m 00s  encrypted" },
	{ "the border", "Ce3M Te3M",
	  "above: the sender's claim \xc2\xb7 below: written by example.net "
	  "(inferred)" },
	{ "no earlier record", "Te3M",
	  "no earlier record \xc2\xb7 below: written by example.net" },
	{ "nothing trusted", "Ce3M", "below: the sender's claim \xe2" },
};

static void test_states(void **state)
{
	(void)state;
	for (size_t i = 0; i < N(states); i++) {
		struct tt_hop hops[MAX_HOPS];
		struct tt_timeline t;
		struct tt_out out;

		make_timeline(&t, hops, states[i].chain, &any_tls);
		const char *got = emit("text", &t, 1,
				       (struct tt_emit_options){ 0 }, &out);

		if (!strstr(got, states[i].has))
			fail_msg("%s: %s", states[i].name, got);
		tt_out_release(&out);
	}
}

/* ---- diags as lines ---- */

static void test_diag_line(void **state)
{
	const struct tt_diag at = { TT_DIAG_truncated, 12, "ends\033 early" };
	const struct tt_diag whole = { TT_DIAG_open_failed, TT_NO_OFF,
				       "permission denied" };
	struct tt_out out;

	(void)state;
	tt_out_init(&out, -1);
	tt_emit_diag(&out, TT_S("a\nb"), &at);
	tt_emit_diag(&out, TT_S("in.eml"), &whole);
	tt_out_bytes(&out, (struct tt_slice){ (const uint8_t *)"", 1 });
	assert_string_equal((char *)out.buf,
			    "tlstrail: a b: ends\\x1b early, at byte 12 "
			    "(truncated)\n"
			    "tlstrail: in.eml: permission denied "
			    "(open-failed)\n");
	tt_out_release(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_widths),
		cmocka_unit_test(test_fits_a_screen),
		cmocka_unit_test(test_forms),
		cmocka_unit_test(test_states),
		cmocka_unit_test(test_diag_line),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
