/* test_identity - Message-ID, From, To, Subject, Date, end to end */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include <tlstrail/message.h>

struct fixture {
	struct tt_arena arena;
	struct tt_diags diags;
	struct tt_identity identity;
};

/* What the walk over the parts says of the whole message. */
static enum tt_end_to_end label(struct fixture *fx, struct tt_slice head,
				struct tt_slice body)
{
	const struct tt_parts_options options = {
		.body_off = head.n,
		.is_cr = tt_slice_chr(body, '\r') != SIZE_MAX &&
			 tt_slice_chr(body, '\n') == SIZE_MAX,
		.arena = &fx->arena,
	};
	struct tt_parts *parts = tt_parts_new();

	if (tt_parts_begin(parts, head, &options))
		tt_parts_add(parts, body);
	const struct tt_parts_found *const all = tt_parts_end(parts);
	const enum tt_end_to_end found = all->end_to_end;

	for (size_t i = 0; i < all->diags.list.n; i++)
		if (all->diags.list.v[i].code == TT_DIAG_gmime_cut)
			tt_diags_join(&fx->diags, &all->diags);
	tt_parts_free(&parts);
	return found;
}

static void setup(struct fixture *fx, struct tt_slice head,
		  struct tt_slice body, enum tt_identity_want want)
{
	struct tt_header h;

	*fx = (struct fixture){ 0 };
	tt_diags_init(&fx->diags, &fx->arena);
	tt_header_slice(&h, head, &fx->arena, &fx->diags);
	tt_identity_read(&fx->identity, &h, label(fx, head, body), want,
			 &fx->arena, &fx->diags);
}

static bool has_diag(const struct fixture *fx, enum tt_diag_code code)
{
	for (size_t i = 0; i < fx->diags.list.n; i++)
		if (fx->diags.list.v[i].code == code)
			return true;
	return false;
}

static void check_slice(const char *name, struct tt_slice got,
			struct tt_slice want)
{
	if (!tt_slice_eq(got, want))
		fail_msg("%s: got \"%.*s\"", name, (int)got.n,
			 got.n ? (const char *)got.p : "");
}

/* ---- subject and from: one decoder ---- */

struct text_row {
	const char *name, *value, *want;
	bool has_charset_diag;
};

static const struct text_row texts[] = {
	{ "plain", "Hello", "Hello", false },
	{ "folded", "Hello\r\n there\n\t you", "Hello there you", false },
	{ "tab", "a\tb", "a b", false },
	{ "raw UTF-8", "gr\xc3\xbc\xc3\x9f", "gr\xc3\xbc\xc3\x9f", false },
	{ "raw Latin-1 stays", "gr\xfc\xdf", "gr\xfc\xdf", false },
	{ "Q", "=?utf-8?Q?gr=C3=BC_x?=", "gr\xc3\xbc x", false },
	{ "B", "=?UTF-8?b?Z3LDvMOf?=", "gr\xc3\xbc\xc3\x9f", false },
	{ "B without padding", "=?utf-8?b?Z3LDvA?=", "gr\xc3\xbc", false },
	{ "B padded twice", "=?utf-8?b?YQ==Yg==?=", "ab", false },
	{ "B and the rest of the alphabet", "=?iso-8859-1?b?+v/0!9?=",
	  "\xc3\xba\xc3\xbf\xc3\xb4", false },
	{ "no space around", "a=?utf-8?q?b?=c", "abc", false },
	{ "text around", "Re: =?utf-8?q?b?= c", "Re: b c", false },
	{ "two words", "=?utf-8?q?a?=\r\n =?utf-8?q?b?=", "ab", false },
	{ "two charsets", "=?utf-8?q?a?= =?iso-8859-1?q?=FC?=",
	  "a\xc3\xbc", false },
	{ "character across words", "=?utf-8?b?ww==?= =?utf-8?q?=BC?=",
	  "\xc3\xbc", false },
	{ "language", "=?utf-8*en?q?a?=", "a", false },
	{ "spaces inside", "=?us-ascii?Q?a b?=", "a b", false },
	{ "question mark inside", "=?utf-8?Q?what?\?=", "what?", false },
	{ "bad hexadecimal", "=?utf-8?Q?100=_=4?=", "100= =4", false },
	{ "Latin-1", "=?ISO-8859-1?Q?=E4?=", "\xc3\xa4", false },
	{ "Latin-9", "=?ISO-8859-15?Q?=A4?=", "\xe2\x82\xac", false },
	{ "windows", "=?windows-1252?Q?=80?=", "\xe2\x82\xac", false },
	{ "cp", "=?cp1251?Q?=C0?=", "\xd0\x90", false },
	{ "KOI8-R", "=?KOI8-R?Q?=C1?=", "\xd0\xb0", false },
	{ "ISO-2022-JP", "=?ISO-2022-JP?B?GyRCJDMbKEI=?=", "\xe3\x81\x93",
	  false },
	{ "Shift_JIS", "=?Shift_JIS?B?grE=?=", "\xe3\x81\x93", false },
	{ "EUC-JP", "=?EUC-JP?Q?=A4=B3?=", "\xe3\x81\x93", false },
	{ "EUC-KR", "=?EUC-KR?Q?=B0=A1?=", "\xea\xb0\x80", false },
	{ "GB2312, in truth GBK", "=?gb2312?B?gUA=?=", "\xe4\xb8\x82",
	  false },
	{ "Big5", "=?big5?Q?=A4=40?=", "\xe4\xb8\x80", false },
	{ "unknown charset", "a =?x-none?Q?=E4?= =?utf-8?q?b?=",
	  "a =?x-none?Q?=E4?= b", true },
	{ "no ISO-8859-17", "=?iso-8859-17?Q?x?=", "=?iso-8859-17?Q?x?=",
	  true },
	{ "no UTF-7", "=?utf-7?Q?+AOQ-?=", "=?utf-7?Q?+AOQ-?=", true },
	{ "bad byte", "=?windows-1252?Q?a=81b?=", "a\xef\xbf\xbd" "b",
	  false },
	{ "cut character", "=?shift_jis?Q?a=82?=", "a\xef\xbf\xbd", false },
	{ "broken UTF-8 passes", "=?utf-8?Q?a=FFb?=", "a\xff" "b", false },
	{ "line end inside decodes to space", "=?utf-8?Q?a=0D=0AB:_c?=",
	  "a B: c", false },
	{ "never closed", "=?utf-8?Q?abc", "=?utf-8?Q?abc", false },
	{ "closed on the next line", "=?utf-8?Q?a\r\n b?= c",
	  "=?utf-8?Q?a b?= c", false },
	{ "no such encoding", "=?utf-8?X?a?=", "=?utf-8?X?a?=", false },
	{ "no charset", "=??q?a?=", "=??q?a?=", false },
	{ "cut opening", "=?utf-8?", "=?utf-8?", false },
	{ "empty word", "=?utf-8?Q?\?=", "", false },
	{ "word after a broken one", "=?utf-8 =?utf-8?q?b?=",
	  "=?utf-8 b", false },
	{ "in quotes, with an address",
	  "\"=?utf-8?q?J=C3=B6rg?=\" <j@example.org>",
	  "\"J\xc3\xb6rg\" <j@example.org>", false },
	{ "empty", "", "", false },
};

static void check_text(const struct text_row *row, const char *field)
{
	char head[512];
	struct fixture fx;
	const bool is_from = strcmp(field, "From") == 0;
	const int n = snprintf(head, sizeof head, "%s: %s\r\n", field,
			       row->value);

	setup(&fx, (struct tt_slice){ (const uint8_t *)head, (size_t)n },
	      TT_NO_SLICE, TT_WANT_BRIEF);
	check_slice(row->name,
		    is_from ? fx.identity.from : fx.identity.subject,
		    tt_slice_str(row->want));
	if (has_diag(&fx, TT_DIAG_charset) != row->has_charset_diag)
		fail_msg("%s: diag", row->name);
	tt_arena_release(&fx.arena);
}

static void test_text(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
		check_text(&texts[i], "From");
		check_text(&texts[i], "Subject");
	}
}

static void test_nul(void **state)
{
	struct fixture fx;

	(void)state;
	setup(&fx,
	      TT_S("Subject: a\0b =?utf-8?q?c=00d?= =?utf-8?q?x\0y?=\n"
		   "To: a\0@example.org\n"
		   "Content-Type: application/pkcs7-mime;\0 "
		   "smime-type=enveloped-data\n"),
	      TT_NO_SLICE, TT_WANT_ALL);
	check_slice("subject", fx.identity.subject,
		    TT_S("a\0b c\0d =?utf-8?q?x\0y?="));
	assert_int_equal(fx.identity.to.n, 1);
	check_slice("to", fx.identity.to.v[0], TT_S("a\0@example.org"));
	assert_int_equal(fx.identity.end_to_end, TT_E2E_SMIME);
	tt_arena_release(&fx.arena);
}

/* ---- recipients ---- */

static void test_to(void **state)
{
	static const struct {
		const char *name, *head;
		const char *to[4];
	} rows[] = {
		{ "one", "To: a@example.org\n", { "a@example.org" } },
		{ "name", "To: A B <a@example.org>\n", { "a@example.org" } },
		{ "several", "To: a@example.org,\n \"x, y\" <b@example.org>\n",
		  { "a@example.org", "b@example.org" } },
		{ "two fields", "To: a@example.org\nTO: b@example.org\n",
		  { "a@example.org", "b@example.org" } },
		{ "not Cc", "Cc: a@example.org\n", { NULL } },
		{ "group", "To: g: a@example.org, b@example.org;, c@e.org\n",
		  { "a@example.org", "b@example.org", "c@e.org" } },
		{ "empty group", "To: undisclosed-recipients:;\n", { NULL } },
		{ "groups in a group", "To: g: h: a@example.org;;\n",
		  { "a@example.org" } },
		{ "semicolons", "To: \"x; y\" <a@e.org>; b@e.org (; x); c@e.org",
		  { "a@e.org", "b@e.org", "c@e.org" } },
		{ "literal", "To: a@[192.0.2.1]\n", { "a@[192.0.2.1]" } },
		{ "quoted local part", "To: \"a b\"@example.org\n",
		  { "\"a b\"@example.org" } },
		{ "punycode stays", "To: a@xn--mnchen-3ya.example\n",
		  { "a@xn--mnchen-3ya.example" } },
		{ "letters stay", "To: a@m\xc3\xbcnchen.example\n",
		  { "a@m\xc3\xbcnchen.example" } },
		{ "charset that is not opened",
		  "To: =?x-none?q?n?= <a@example.org>\n",
		  { "a@example.org" } },
		{ "no address", "To: =?utf-8?q?me?=\n", { "=?utf-8?q?me?=" } },
		{ "unreadable", "To: <>\n", { "<>" } },
		{ "empty", "To: \n", { NULL } },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct fixture fx;
		size_t n = 0;

		while (n < 4 && rows[i].to[n])
			n++;
		setup(&fx, tt_slice_str(rows[i].head), TT_NO_SLICE,
		      TT_WANT_ALL);
		if (fx.identity.to.n != n)
			fail_msg("%s: %zu", rows[i].name, fx.identity.to.n);
		for (size_t k = 0; k < n; k++)
			check_slice(rows[i].name, fx.identity.to.v[k],
				    tt_slice_str(rows[i].to[k]));
		tt_arena_release(&fx.arena);
		setup(&fx, tt_slice_str(rows[i].head), TT_NO_SLICE,
		      TT_WANT_BRIEF);
		assert_int_equal(fx.identity.to.n, 0);
		tt_arena_release(&fx.arena);
	}
}

/* A field of `unit` again and again, `n` bytes. */
static struct tt_slice repeat(struct tt_arena *a, const char *field,
			      const char *unit, size_t n)
{
	const size_t n_field = strlen(field), n_unit = strlen(unit);
	uint8_t *const p = tt_arena_alloc(a, n_field + n + 1);

	memcpy(p, field, n_field);
	for (size_t i = 0; i < n; i++)
		p[n_field + i] = (uint8_t)unit[i % n_unit];
	p[n_field + n] = '\n';
	return (struct tt_slice){ p, n_field + n + 1 };
}

static void test_limits(void **state)
{
	static const struct {
		const char *field, *unit;
		size_t n;
		bool is_cut;
	} rows[] = {
		{ "To:", "g:", 512, false },
		{ "To:", "g:", 514, true },
		{ "To:", "a@e.org, ", 65000, false },
		{ "To:", "a", 16383, false },
		{ "To:", "a", 16385, true },
		{ "To:", "(", 16384, false },
		{ "To:", "<", 16384, false },
		{ "To:", "\"", 16383, false },
		{ "To:", "[", 16384, false },
		{ "To:", "@", 16384, false },
		{ "To:", ",", 16384, false },
		{ "To:", "a.", 16384, false },
		{ "To:", "<@a:", 1000, false },
		{ "To:", "=?utf-8?q?", 16383, false },
		{ "To:", "=?utf-8?q?,", 65000, false },
		{ "Subject:", "=?utf-8?q?", 16384, false },
		{ "Subject:", "=?utf-8?q?a?=", 16384, false },
		{ "Subject:", "=?utf-8?q?a?=", 16385, true },
		{ "Subject:", "=?gb18030?q?a?= ", 16384, false },
		{ "Subject:", "=?utf-8?q?a?=   =?big5?q?b?= ", 16384, false },
		{ "Subject:", "plain", 60000, false },
		{ "Content-Type:", "multipart/signed; a=b;", 16384, false },
		{ "Content-Type: multipart/signed; ", "a=b;", 17000, false },
		{ "Content-Type: multipart/signed; protocol*0=x; ", "a=b;",
		  17000, true },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct tt_arena arena = { 0 };
		struct fixture fx;

		setup(&fx,
		      repeat(&arena, rows[i].field, rows[i].unit, rows[i].n),
		      TT_NO_SLICE, TT_WANT_ALL);
		if (has_diag(&fx, TT_DIAG_gmime_cut) != rows[i].is_cut)
			fail_msg("%s%s: diag", rows[i].field, rows[i].unit);
		if (rows[i].field[0] == 'T' && rows[i].is_cut)
			assert_int_equal(fx.identity.to.v[0].n, rows[i].n);
		tt_arena_release(&fx.arena);
		tt_arena_release(&arena);
	}
}

/* A list longer than GMime gets at a time: no address may be lost. */
static void test_long_to(void **state)
{
	enum { N = 2500 };
	struct tt_arena arena = { 0 };
	struct fixture fx;
	char *const head = tt_arena_alloc(&arena, N * 24 + 8);
	size_t n = (size_t)snprintf(head, 8, "To: ");

	(void)state;
	for (int i = 0; i < N; i++)
		n += (size_t)snprintf(head + n, 25, "\"%d, b\" <a%d@e.org>%s",
				      i % 10, i, i % 7 ? "," : "; ");
	setup(&fx, (struct tt_slice){ (const uint8_t *)head, n }, TT_NO_SLICE,
	      TT_WANT_ALL);
	assert_int_equal(fx.identity.to.n, N);
	for (int i = 0; i < N; i++) {
		char want[16];

		snprintf(want, sizeof want, "a%d@e.org", i);
		check_slice(want, fx.identity.to.v[i], tt_slice_str(want));
	}
	assert_int_equal(fx.diags.list.n, 0);
	tt_arena_release(&fx.arena);
	tt_arena_release(&arena);
}

/* ---- Message-ID and Date ---- */

static void test_message_id(void **state)
{
	static const struct {
		const char *head, *want;
	} rows[] = {
		{ "Message-ID: <a@b>\n", "<a@b>" },
		{ "MESSAGE-id:\r\n <a@b>\r\n", "<a@b>" },
		{ "Message-ID: (x) <a@b> <c@d>\n", "<a@b>" },
		{ "Message-ID: a@b \n", "a@b" },
		{ "Message-ID: <a@b\n", "<a@b" },
		{ "Message-ID: x> <a\n b>\n", "<a b>" },
		{ "Message-ID: \n", "" },
		{ "X: y\n", "" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct fixture fx;

		setup(&fx, tt_slice_str(rows[i].head), TT_NO_SLICE,
		      TT_WANT_BRIEF);
		check_slice(rows[i].head, fx.identity.message_id,
			    tt_slice_str(rows[i].want));
		tt_arena_release(&fx.arena);
	}
}

static void test_date(void **state)
{
	static const struct {
		const char *head;
		bool is_set;
		int64_t unix_s;
	} rows[] = {
		{ "Date: Tue, 19 Sep 2023 10:00:00 +0200\n", true,
		  1695110400 },
		{ "Date:\r\n Tue, 19 Sep 2023\r\n 10:00:00 +0200\r\n", true,
		  1695110400 },
		{ "Date: Tuesday 19 September 2023 at 10:00\n", true,
		  1695117600 },
		{ "Date: 02-04-2024\n", false, 0 },
		{ "Date: yesterday\n", false, 0 },
		{ "X: y\n", false, 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		struct fixture fx;

		setup(&fx, tt_slice_str(rows[i].head), TT_NO_SLICE,
		      TT_WANT_BRIEF);
		if (fx.identity.date.is_set != rows[i].is_set ||
		    fx.identity.date.unix_s != rows[i].unix_s)
			fail_msg("%s", rows[i].head);
		tt_arena_release(&fx.arena);
	}
}

/* ---- end to end ---- */

static void test_end_to_end(void **state)
{
	static const struct {
		const char *type, *body, *want; /* type NULL: no field */
	} rows[] = {
		{ "application/pkcs7-mime; smime-type=enveloped-data", "",
		  "smime" },
		{ "application/pkcs7-mime; name=x; smime-type=\"enveloped-data\"",
		  "", "smime" },
		{ "APPLICATION/X-PKCS7-MIME; Smime-Type=authEnveloped-data",
		  "", "smime" },
		{ "application/pkcs7-mime;\r\n smime-type=signed-data", "",
		  "smime-signed" },
		{ "application/pkcs7-mime", "", "smime-unknown" },
		{ "application/x-pkcs7-mime; smime-type=certs-only", "",
		  "smime-unknown" },
		{ "application/pkcs7-signature", "", "smime-signed" },
		{ "application/x-pkcs7-signature; name=a", "",
		  "smime-signed" },
		{ "multipart/signed; protocol=\"application/pkcs7-signature\"",
		  "", "smime-signed" },
		{ "multipart/signed; micalg=x; "
		  "protocol=application/x-pkcs7-signature",
		  "", "smime-signed" },
		{ "multipart/signed; protocol=\"application/pgp-signature\"",
		  "", "pgp-signed" },
		{ "multipart/signed; protocol=\"application/other\"", "",
		  NULL },
		{ "multipart/signed", "", NULL },
		{ "multipart/encrypted; protocol=\"application/pgp-encrypted\"",
		  "", "pgp" },
		{ "application/pgp-encrypted", "", "pgp" },
		{ "application/pgp-signature", "", "pgp-signed" },
		{ "application/pgp-keys", "", NULL },
		{ "multipart/alternative; boundary=x", "", NULL },
		{ "text/plain", "hello\n", NULL },
		{ "text/plain; charset=utf-8",
		  "-----BEGIN PGP MESSAGE-----\n", "pgp-inline" },
		{ NULL, "hi\n\n-----BEGIN PGP SIGNED MESSAGE-----\n",
		  "pgp-signed-inline" },
		{ "", "hi\r-----BEGIN PGP MESSAGE-----\r", "pgp-inline" },
		{ "text/plain", "> -----BEGIN PGP MESSAGE-----\n", NULL },
		{ "text/plain", "-----BEGIN PGP PUBLIC KEY BLOCK-----\n",
		  NULL },
		{ "text/plain",
		  "-----BEGIN PGP PUBLIC KEY BLOCK-----\n"
		  "-----BEGIN PGP MESSAGE-----\n",
		  "pgp-inline" },
		{ "text/plain", "-----BEGIN PGP MESSAGE", NULL },
		{ "multipart/mixed; boundary=x",
		  "-----BEGIN PGP MESSAGE-----\n", NULL },
		{ "application/pkcs7-mime; smime-type*=x-none''signed-data",
		  "", "smime-unknown" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		char head[256];
		struct fixture fx;
		const int n = snprintf(head, sizeof head, "%s: %s\n",
				       rows[i].type ? "Content-Type" : "X",
				       rows[i].type ? rows[i].type : "");

		setup(&fx,
		      (struct tt_slice){ (const uint8_t *)head, (size_t)n },
		      tt_slice_str(rows[i].body), TT_WANT_BRIEF);
		const char *const got =
			tt_end_to_end_name(fx.identity.end_to_end);

		if (!got != !rows[i].want ||
		    (got && strcmp(got, rows[i].want) != 0))
			fail_msg("%s %s: %s", head, rows[i].body,
				 got ? got : "nothing");
		tt_arena_release(&fx.arena);
	}
}

static void test_missing(void **state)
{
	struct fixture fx;

	(void)state;
	setup(&fx, TT_S("X: y\n"), TT_NO_SLICE, TT_WANT_ALL);
	assert_null(fx.identity.message_id.p);
	assert_null(fx.identity.from.p);
	assert_null(fx.identity.subject.p);
	assert_int_equal(fx.identity.to.n, 0);
	assert_false(fx.identity.date.is_set);
	assert_int_equal(fx.diags.list.n, 0);
	tt_arena_release(&fx.arena);
}

static void test_versions(void **state)
{
	struct tt_out out;

	(void)state;
	tt_out_init(&out, -1);
	tt_message_versions(&out);
	const struct tt_slice text = { out.buf, out.n };

	assert_true(tt_slice_istarts(text, TT_S("GMime 3.")));
	assert_true(tt_slice_find(text, TT_S("\nGLib 2.")) != SIZE_MAX);
	tt_out_release(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_text),
		cmocka_unit_test(test_nul),
		cmocka_unit_test(test_to),
		cmocka_unit_test(test_limits),
		cmocka_unit_test(test_long_to),
		cmocka_unit_test(test_message_id),
		cmocka_unit_test(test_date),
		cmocka_unit_test(test_end_to_end),
		cmocka_unit_test(test_missing),
		cmocka_unit_test(test_versions),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
