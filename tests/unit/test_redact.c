/* test_redact - what becomes of addresses, logins and names
 *
 * No row may let through the word it plants; the last column is what must be
 * left, with a token as `%u`, `%n`, `%w` or `%d`. */
#include "redact_fixture.h"

#define N(a) (sizeof(a) / sizeof((a)[0]))

/* Tokens as their kind: u-0123456789 becomes %u. */
static const char *shape(struct tt_slice s)
{
	char *text = tt_arena_cstr(&arena, s), *to = text;

	for (const char *p = text; *p;) {
		size_t n = 0;

		if (p[1] == '-' && strchr("unwd", p[0]))
			n = strspn(p + 2, "0123456789abcdef");
		if (n >= 10) {
			const char kind = *p;

			*to++ = '%';
			*to++ = kind;
			p += 12;
		} else {
			*to++ = *p++;
		}
	}
	*to = '\0';
	return text;
}

struct row {
	const char *name, *in, *out;
};

static void check(const struct row *r, struct tt_redact *x,
		  struct tt_slice (*f)(struct tt_redact *, struct tt_arena *,
				       struct tt_slice))
{
	const char *got = shape(f(x, &arena, tt_slice_str(r->in)));

	if (strcmp(got, r->out) != 0)
		print_error("%s: [%s], expected [%s]\n", r->name, got, r->out);
	assert_string_equal(got, r->out);
}

static void test_text(void **state)
{
	static const struct row rows[] = {
		{ "no address", "mx.example.org [192.0.2.1]",
		  "mx.example.org [192.0.2.1]" },
		{ "bare", "for alice@x.example;", "for %u@x.example;" },
		{ "in brackets", "<alice@x.example>", "<%u@x.example>" },
		{ "folded around the sign", "<alice\r\n\t@\r\n x.example>",
		  "<%u@\r\n x.example>" },
		{ "folded within", "for <al\r\n ice@x.example>;",
		  "for <%u@x.example>;" },
		{ "quoted", "<\"john doe\"@x.example>", "<%u@x.example>" },
		{ "quoted, with an escape", "<\"jo\\\"hn alice\"@x.example>",
		  "<%u@x.example>" },
		{ "quoted, and its begin is cut", "john alice\"@x.example",
		  "%u@x.example" },
		{ "a comment before the sign", "<alice (john)@x.example>",
		  "<%u@x.example>" },
		{ "UTF-8", "j\xc3\xb6hn@x.example", "%u@x.example" },
		{ "VERP", "<b-alice=x.example@l.example>", "<%u@l.example>" },
		{ "percent", "alice%x.example@relay.example",
		  "%u@relay.example" },
		{ "URL-encoded", "q=alice%40x.example", "%u%40x.example" },
		{ "quoted-printable", "alice=40x.example", "%u=40x.example" },
		{ "two signs", "alice@x.example@y.example",
		  "%u@%u@y.example" },
		{ "a literal", "alice@[192.0.2.1]", "%u@[192.0.2.1]" },
		{ "an encoded word", "=?utf-8?b?YWxpY2VA?= x",
		  "%w x" },
		{ "one that was cut", "x =?utf-8?q?alice", "x %w" },
		{ "envelope-from", "(envelope-from <alice@x.example>)",
		  "(envelope-from <%u@x.example>)" },
		{ "envelope-from, no domain", "(envelope-from alice)",
		  "(envelope-from %u)" },
		{ "sender", "(Authenticated sender: alice)",
		  "(Authenticated sender: %u)" },
		{ "authid", "(using TLS) (authid alice)",
		  "(using TLS) (authid %u)" },
		{ "user=", "(user=alice mech=LOGIN)", "(user=%u mech=LOGIN)" },
		{ "user= with a domain", "(user=alice@x.example mech=LOGIN)",
		  "(user=%u@x.example mech=LOGIN)" },
		{ "userid", "(Postfix, from userid 1000)",
		  "(Postfix, from userid %u)" },
		{ "for, no domain", "id 4Xq\r\n\tfor <root>; Mon",
		  "id 4Xq\r\n\tfor <%u>; Mon" },
		{ "local", "from alice by mx.example with local (Exim)",
		  "from %u by mx.example with local (Exim)" },
		{ "local, software in between",
		  "from alice by mx.example (Postfix) with local id 4; Mon",
		  "from %u by mx.example (Postfix) with local id 4; Mon" },
		{ "local, a login with a dot",
		  "from al.ice by mx.example with local (Exim 4.96)",
		  "from %u by mx.example with local (Exim 4.96)" },
		{ "local, in quotes",
		  "from \"al ice\" by mx.example with local (Exim 4.96)",
		  "from %u by mx.example with local (Exim 4.96)" },
		{ "local, from a host",
		  "from a.example by mx.example (Postfix) with local id 4",
		  "from a.example by mx.example (Postfix) with local id 4" },
		{ "HTML", "&lt;alice&#64;x.example&gt;",
		  "&lt;%u&#64;x.example&gt;" },
		{ "HTML, in hex", "alice&#x0040;x.example",
		  "%u&#x0040;x.example" },
		{ "HTML, by name", "alice&commat;x.example",
		  "%u&commat;x.example" },
		{ "HTML, another number", "alice&#65;x.example",
		  "alice&#65;x.example" },
		{ "HTML, a letter as a number", "al&#105;ce&#64;x.example",
		  "%u&#64;x.example" },
		{ "HTML, behind a space", "x&nbsp;alice&#64;x.example",
		  "x&nbsp;%u&#64;x.example" },
		{ "HTML, folded", "&lt;al\r\n ice&#64;x.example&gt;",
		  "&lt;%u&#64;x.example&gt;" },
		{ "HTML, quoted", "&quot;john doe&quot;@x.example",
		  "%u@x.example" },
		{ "HTML, behind user=", "(user=alice&#64;x.example)",
		  "(user=%u&#64;x.example)" },
		{ "URL-encoded twice", "alice%2540x.example",
		  "%u%2540x.example" },
		{ "an address in the comment of a domain",
		  "alice@a.(bob\\@y.example)x.example",
		  "%u@a.(%u@y.example)x.example" },
		{ "space around a dot", "for john.\r\n smith@x.example",
		  "for %u@x.example" },
		{ "torn, no brackets: no address", "for al\r\n ice@x.example",
		  "for al\r\n %u@x.example" },
		{ "two words and an address in one", "user al\"alice@x.example",
		  "user %u@x.example" },
		{ "cut", "by alice\xe2\x80\xa6", "by %u\xe2\x80\xa6" },
		{ "cut in a quoted one", "<\"john ali\xe2\x80\xa6 and bob",
		  "<%u\xe2\x80\xa6 and bob" },
		{ "cut in brackets", "for <ali (c\xe2\x80\xa6",
		  "for <%u\xe2\x80\xa6" },
		{ "cut behind the sign", "a@x.exa\xe2\x80\xa6",
		  "%u@x.exa\xe2\x80\xa6" },
		{ "a sign alone", "(TLS1.3) @ (@x.example>)",
		  "(TLS1.3) @ (@x.example>)" },
		{ "client certificates", "using TLSv1.3 with cipher A (256/256"
		  " bits) (No client certificate requested)",
		  "using TLSv1.3 with cipher A (256/256 bits) (No client "
		  "certificate requested)" },
	};
	struct tt_redact *x = tt_redact_new(rules, TT_NO_SLICE, false);

	(void)state;
	for (size_t i = 0; i < N(rows); i++)
		check(&rows[i], x, tt_redact_text);
	tt_redact_free(&x);
}

static void test_cut(void **state)
{
	static const struct row rows[] = {
		{ "nothing of an address", "(x) ", "(x) " },
		{ "an atom", "mx.example (ali", "mx.example (%u" },
		{ "in brackets", "(mx.example) for <ali ce",
		  "(mx.example) for <%u" },
		{ "an open quote", "for \"john ali", "for %u" },
		{ "a closed quote", "\"a b\" <c>", "\"a b\" <c>" },
		{ "an address", "<alice@x.exa", "<%u@x.exa" },
		{ "a sign that was cut", "alice=4", "%u" },
	};
	struct tt_redact *x = tt_redact_new(rules, TT_NO_SLICE, false);

	(void)state;
	for (size_t i = 0; i < N(rows); i++)
		check(&rows[i], x, tt_redact_cut);
	tt_redact_free(&x);
}

static void test_address(void **state)
{
	static const struct row rows[] = {
		{ "a name", "Alice <alice@x.example>", "%n <%u@x.example>" },
		{ "a name in a comment", "alice@x.example (Alice D)",
		  "%u@x.example (%n)" },
		{ "two", "\"D, A\" <a@x.example>, B <b@y.example>",
		  "\"%n\" <%u@x.example>, %n <%u@y.example>" },
		{ "a name in the domain", "alice@a.(Alice D)x.example",
		  "%u@a.(%n)x.example" },
		{ "no domain", "root", "%u" },
		{ "no domain, in brackets", "<root>", "<%u>" },
		{ "a group", "undisclosed-recipients:;", "%u:;" },
		{ "nothing", "", "" },
	};
	struct tt_redact *x = tt_redact_new(rules, TT_NO_SLICE, false);

	(void)state;
	for (size_t i = 0; i < N(rows); i++)
		check(&rows[i], x, tt_redact_address);
	tt_redact_free(&x);
}

static void test_domains(void **state)
{
	static const struct row rows[] = {
		{ "with its domain", "mx.example for <alice@x.example>;",
		  "mx.example for <%u@%d.invalid>;" },
		{ "no local part", "<@x.example>", "<@%d.invalid>" },
		{ "a literal", "alice@[192.0.2.1]", "%u@%d.invalid" },
		{ "a comment behind a dot", "alice@a.(c)x.example;",
		  "%u@%d.invalid;" },
		{ "a comment before a dot", "alice@a (c) .x.example (d)",
		  "%u@%d.invalid (d)" },
		{ "a comment before it", "alice@(c (d))x.example",
		  "%u@(c (d))%d.invalid" },
		{ "a fold in brackets", "<alice@a.\r\n x.example>",
		  "<%u@%d.invalid>" },
		{ "a local part behind a comment in it",
		  "alice@x.example.(d)bob@y.example",
		  "%u@%d.invalid%u@%d.invalid" },
		{ "the next sentence", "alice@a.example. Then",
		  "%u@%d.invalid. Then" },
	};
	struct tt_redact *x = tt_redact_new(rules, TT_NO_SLICE, true);
	static const struct row whole = { "wholly", "A <alice@x.example>",
					  "%n <%u@%d.invalid>" };

	(void)state;
	for (size_t i = 0; i < N(rows); i++)
		check(&rows[i], x, tt_redact_text);
	check(&whole, x, tt_redact_address);
	tt_redact_free(&x);
}

static struct tt_slice local_of(struct tt_redact *x, const char *in)
{
	const struct tt_slice s = tt_redact_text(x, &arena, tt_slice_str(in));
	const size_t at = tt_slice_chr(s, '@');

	if (at == SIZE_MAX || at < 12)
		print_error("%s: %s\n", in, tt_arena_cstr(&arena, s));
	assert_true(at != SIZE_MAX && at >= 12);
	return tt_slice_sub(s, at - 12, 12);
}

/* However it is written, an address has one token; the case of a domain does
 * not count, that of a local part does, and a key changes it. */
static void test_same(void **state)
{
	static const char *const same[] = {
		"alice@x.example", "<alice@X.Example>", "\"alice\"@x.example",
		"alice (c)@x.example", "<al\r\n ice@x.example>",
		"(user=alice@x.example mech=LOGIN)",
		"(envelope-from <alice@x.example>)",
		"smtp.mailfrom=alice@x.example", "for alice@x.example;",
		"alice@x.(c)Example", "<alice@x\r\n .example>",
	};
	static const char *const other[] = { "Alice@x.example",
					     "alice@y.example" };
	struct tt_redact *x = tt_redact_new(rules, TT_NO_SLICE, false);
	struct tt_redact *keyed = tt_redact_new(rules, TT_S("k"), false);
	const struct tt_slice want = local_of(x, same[0]);

	(void)state;
	for (size_t i = 0; i < N(same); i++) {
		if (!tt_slice_eq(local_of(x, same[i]), want))
			print_error("%s\n", same[i]);
		assert_true(tt_slice_eq(local_of(x, same[i]), want));
	}
	for (size_t i = 0; i < N(other); i++)
		assert_false(tt_slice_eq(local_of(x, other[i]), want));
	assert_false(tt_slice_eq(local_of(keyed, same[0]), want));
	tt_redact_free(&keyed);
	tt_redact_free(&x);
}

/* A pattern that gives up, or is there too often, hides the rest. */
static void test_limit(void **state)
{
	struct tt_redact *x = tt_redact_new(rules, TT_NO_SLICE, false);
	struct tt_diags d;
	struct tt_out o;

	(void)state;
	tt_out_init(&o, -1);
	for (size_t i = 0; i < TT_MAX_redact_words + 20; i++)
		tt_out_printf(&o, "authid alice%zu ", i);
	tt_out_str(&o, "authid alice alice@x.example alice");
	tt_diags_init(&d, &arena);
	tt_redact_tell_to(x, &d);
	const struct tt_slice s = tt_redact_text(
		x, &arena, (struct tt_slice){ o.buf, o.n });

	assert_true(tt_slice_find(s, TT_S("alice")) == SIZE_MAX);
	assert_int_equal(d.list.n, 1);
	assert_int_equal(d.list.v[0].code, TT_DIAG_redact_words);
	assert_non_null(strstr(d.list.v[0].text, "redact_words"));
	tt_out_release(&o);
	tt_redact_free(&x);
}

/* What a limit hid in a name is told to the writer's diags, not the shown. */
static void test_filter_tells(void **state)
{
	struct tt_redact *x = tt_redact_new(rules, TT_NO_SLICE, false);
	struct tt_diags shown, written;
	struct tt_out name, o;

	(void)state;
	tt_out_init(&name, -1);
	for (size_t i = 0; i < TT_MAX_redact_words + 20; i++)
		tt_out_str(&name, "authid a ");
	tt_diags_init(&shown, &arena);
	tt_diags_init(&written, &arena);
	tt_redact_tell_to(x, &shown);
	tt_out_init(&o, -1);
	o.filter = tt_redact_filter(x, &written);
	for (size_t i = 0; i < 2; i++)
		tt_out_text(&o, (struct tt_slice){ name.buf, name.n });
	assert_int_equal(shown.list.n, 0);
	assert_int_equal(written.list.n, 1);
	assert_int_equal(written.list.v[0].code, TT_DIAG_redact_words);
	assert_true(written.is_serious);
	tt_out_release(&name);
	tt_out_release(&o);
	tt_redact_free(&x);
}

/* A writer with the filter: text, JSON and Base64. */
static void test_filter(void **state)
{
	struct tt_redact *x = tt_redact_new(rules, TT_NO_SLICE, false);
	const struct tt_slice in = TT_S("<alice@x.example>");
	struct tt_out o;

	(void)state;
	tt_out_init(&o, -1);
	o.filter = tt_redact_filter(x, NULL);
	tt_out_text(&o, in);
	(void)tt_out_json(&o, in);
	tt_out_base64(&o, in);
	const struct tt_slice all = { o.buf, o.n };

	assert_true(tt_slice_find(all, TT_S("alice")) == SIZE_MAX);
	assert_true(tt_slice_find(all, TT_S("PGFsaWNl")) == SIZE_MAX);
	assert_true(tt_slice_find(all, TT_S("@x.example>\"")) != SIZE_MAX);
	tt_out_release(&o);
	tt_redact_free(&x);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_text),
		cmocka_unit_test(test_address),
		cmocka_unit_test(test_domains),
		cmocka_unit_test(test_same),
		cmocka_unit_test(test_limit),
		cmocka_unit_test(test_filter),
		cmocka_unit_test(test_filter_tells),
		cmocka_unit_test(test_cut),
	};

	return cmocka_run_group_tests(tests, open_rules, close_rules);
}
