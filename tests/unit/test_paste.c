/* test_paste - pasted headers: what each repair makes of them, and what none
 * of them may */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include <tlstrail/message.h>
#include <tlstrail/message/paste.h>

/* NULL for the block: the paste stays as it is. */
struct row {
	const char *name, *pasted, *block, *codes;
};

#define STAMP                                                               \
	"Received: from a.example (a.example [192.0.2.1])\n"                \
	"\tby mx.example.net (Postfix) with ESMTPS id 4Xq\n"                \
	"\tfor <b@example.net>; Tue, 09 Jun 2026 14:03:21 +0000\n"
#define OLDER                                                               \
	"Received: from pc (pc [198.51.100.7])\n"                           \
	"\tby a.example (Postfix) with ESMTP id 2Bq;\n"                     \
	"\tTue, 09 Jun 2026 14:03:19 +0000\n"
#define REST                                                                \
	"From: A <a@example.org>\n"                                         \
	"Date: Tue, 09 Jun 2026 14:03:18 +0000\n"

static const struct row repairs[] = {
	{ "folds lost",
	  "Received: from a.example (a.example [192.0.2.1])\n"
	  "by mx.example.net (Postfix) with ESMTPS id 4Xq\n"
	  "for <b@example.net>; Tue, 09 Jun 2026 14:03:21 +0000\n" REST,
	  "Received: from a.example (a.example [192.0.2.1])\n"
	  " by mx.example.net (Postfix) with ESMTPS id 4Xq\n"
	  " for <b@example.net>; Tue, 09 Jun 2026 14:03:21 +0000\n" REST,
	  "paste-unfolded " },
	{ "more indentation",
	  "    Received: from a.example by mx.example.net;\n"
	  "      Tue, 09 Jun 2026 14:03:21 +0000\n"
	  "    From: a@example.org\n",
	  "Received: from a.example by mx.example.net;\n"
	  "  Tue, 09 Jun 2026 14:03:21 +0000\n"
	  "From: a@example.org\n",
	  "paste-indent " },
	{ "quoted",
	  "> Received: from a.example by mx.example.net;\n"
	  ">  Tue, 09 Jun 2026 14:03:21 +0000\n"
	  "> From: a@example.org\n",
	  "Received: from a.example by mx.example.net;\n"
	  " Tue, 09 Jun 2026 14:03:21 +0000\n"
	  "From: a@example.org\n",
	  "paste-unquoted " },
	{ "quoted twice, without a space",
	  ">> Received: from a.example by mx.example.net;\n"
	  ">>  Tue, 09 Jun 2026 14:03:21 +0000\n",
	  "Received: from a.example by mx.example.net;\n"
	  " Tue, 09 Jun 2026 14:03:21 +0000\n",
	  "paste-unquoted " },
	{ "blank lines between the fields", STAMP "\n" OLDER "\n" REST,
	  STAMP OLDER REST, "paste-blank-lines " },
	{ "every line end doubled",
	  "Received: from a.example\n\n\tby mx.example.net;\n\n"
	  "\tTue, 09 Jun 2026 14:03:21 +0000\n\nFrom: a@example.org\n\n"
	  "Date: x\n",
	  "Received: from a.example\n\tby mx.example.net;\n"
	  "\tTue, 09 Jun 2026 14:03:21 +0000\nFrom: a@example.org\n"
	  "Date: x\n",
	  "paste-blank-lines " },
	{ "quoted-printable",
	  "Received: from a.example by mx.example.net (version=3DTLS1_2 ciph=\n"
	  "er=3DX); Tue, 09 Jun 2026 14:03:21 +0000=20\n",
	  "Received: from a.example by mx.example.net (version=TLS1_2 cipher=X"
	  "); Tue, 09 Jun 2026 14:03:21 +0000 \n",
	  "paste-quoted-printable " },
	{ "HTML entities",
	  "Received: from a.example by mx.example.net for &lt;b@example.net"
	  "&gt;; Tue, 09 Jun 2026 14:03:21 &#43;0000\n",
	  "Received: from a.example by mx.example.net for <b@example.net>;"
	  " Tue, 09 Jun 2026 14:03:21 +0000\n",
	  "paste-entities " },
	{ "no-break spaces",
	  "Received:\u00a0from\u00a0a.example\u00a0by mx.example.net;\n"
	  "\u00a0Tue, 09\u00a0Jun 2026 14:03:21 +0000\n",
	  "Received: from a.example by mx.example.net;\n"
	  " Tue, 09 Jun 2026 14:03:21 +0000\n",
	  "paste-spaces " },
	{ "no-break spaces, all but where a line begins in digits",
	  "Received:\u00a0from\u00a0a.example\u00a0([192.0.2.1])\u00a0by\n"
	  "\tmx.example.net\u00a0with\u00a0ESMTPS\u00a0id\u00a04Xq;\n"
	  "\t09\u00a0Jun\u00a02026\u00a014:03:21\u00a0+0000\n",
	  "Received: from a.example ([192.0.2.1]) by\n"
	  "\tmx.example.net with ESMTPS id 4Xq;\n"
	  "\t09 Jun 2026 14:03:21 +0000\n",
	  "paste-spaces " },
	{ "a no-break space beside a plain one",
	  "Received: from a.example ([192.0.2.1])\u00a0 by\n"
	  "\tmx.example.net with ESMTPS\u00a0 (using\u00a0 TLSv1.3) id 4Xq;\n"
	  "\t09 Jun 2026 14:03:21 +0000\n",
	  "Received: from a.example ([192.0.2.1])  by\n"
	  "\tmx.example.net with ESMTPS  (using  TLSv1.3) id 4Xq;\n"
	  "\t09 Jun 2026 14:03:21 +0000\n",
	  "paste-spaces " },
	{ "smart quotes and dashes",
	  "Received: from a.example (envelope\u2010from \u201cb@c\u201d)\n"
	  "\tby mx.example.net; Tue, 09 Jun 2026 14:03:21 \u20130700\n"
	  "Subject: \u201cas written\u201d\n",
	  "Received: from a.example (envelope-from \"b@c\")\n"
	  "\tby mx.example.net; Tue, 09 Jun 2026 14:03:21 -0700\n"
	  "Subject: \u201cas written\u201d\n",
	  "paste-quotes " },
	{ "Gmail's page",
	  "Original Message\nMessage ID\t<x@example.com>\n"
	  "Created at:\tTue (Delivered after 3 seconds)\nFrom:\tA\n"
	  "SPF:\tPASS with IP 192.0.2.1 Learn more\n\nDownload Original\n"
	  "Copy to clipboard\n\n" STAMP REST,
	  STAMP REST, "paste-page-text " },
	{ "Outlook's page",
	  "Message Options\nSettings\nImportance\nNormal\nSensitivity\n"
	  "Normal\nInternet headers\n" STAMP REST "\nClose\n",
	  STAMP REST, "paste-page-text " },
	{ "a letter around it",
	  "Hi, here it is:\n\n" STAMP REST "\nBest regards,\nBob\n",
	  STAMP REST, "paste-page-text " },
	{ "line numbers",
	  "1: Received: from a.example by mx.example.net;\n"
	  "2:  Tue, 09 Jun 2026 14:03:21 +0000\n3: From: a@example.org\n",
	  "Received: from a.example by mx.example.net;\n"
	  " Tue, 09 Jun 2026 14:03:21 +0000\nFrom: a@example.org\n",
	  "paste-line-numbers " },
	{ "bars",
	  "| Received: from a.example by mx.example.net;\n"
	  "|  Tue, 09 Jun 2026 14:03:21 +0000\n| From: a@example.org\n",
	  "Received: from a.example by mx.example.net;\n"
	  " Tue, 09 Jun 2026 14:03:21 +0000\nFrom: a@example.org\n",
	  "paste-line-numbers " },
	{ "only the stamps", STAMP OLDER, NULL, "" },
	{ "oldest first", OLDER STAMP, STAMP OLDER, "paste-order " },
	{ "wrapped inside a suite's name",
	  "Received: from a.example (a.example [192.0.2.1])\n"
	  " by mx.example.net (Postfix) with ESMTPS (version=TLS1_3 cipher=TLS_AES_\n"
	  "256_GCM_SHA384) id 4Xq; Tue, 09 Jun 2026 14:03:21 +0000\n"
	  "From: a@example.org\n",
	  "Received: from a.example (a.example [192.0.2.1])\n"
	  " by mx.example.net (Postfix) with ESMTPS (version=TLS1_3 cipher=TLS_AES_"
	  "256_GCM_SHA384) id 4Xq; Tue, 09 Jun 2026 14:03:21 +0000\n"
	  "From: a@example.org\n",
	  "paste-rewrapped " },
	{ "quoted, and its folds lost",
	  "> Received: from a.example\n> by mx.example.net;\n"
	  "> Tue, 09 Jun 2026 14:03:21 +0000\n> From: a@example.org\n",
	  "Received: from a.example\n by mx.example.net;\n"
	  " Tue, 09 Jun 2026 14:03:21 +0000\nFrom: a@example.org\n",
	  "paste-unquoted paste-unfolded " },
	{ "a line of spaces inside a stamp",
	  "Received: from a.example\n   \nby mx.example.net;\n"
	  " Tue, 09 Jun 2026 14:03:21 +0000\nFrom: a@example.org\n",
	  "Received: from a.example\n by mx.example.net;\n"
	  " Tue, 09 Jun 2026 14:03:21 +0000\nFrom: a@example.org\n",
	  "paste-blank-lines paste-unfolded " },
};

/* What a sender wrote, and what is no header, makes no stamp say more. */
static const struct row kept[] = {
	{ "sound", STAMP OLDER REST, NULL, "" },
	{ "a HELO that is quoted-printable",
	  "Received: from x=3D=28version=3DTLS1_3=29 (a.example [192.0.2.1])\n"
	  "\tby mx.example.net (Postfix) with ESMTP id 4Xq;\n"
	  "\tTue, 09 Jun 2026 14:03:21 +0000\n",
	  "Received: from x==28version=TLS1_3=29 (a.example [192.0.2.1])\n"
	  "\tby mx.example.net (Postfix) with ESMTP id 4Xq;\n"
	  "\tTue, 09 Jun 2026 14:03:21 +0000\n",
	  "paste-quoted-printable " },
	{ "a HELO with spaces in quoted-printable",
	  "Received: from x=3D=20with=20ESMTPS (a.example [192.0.2.1])\n"
	  "\tby mx.example.net (Postfix) with ESMTP id 4Xq;\n"
	  "\tTue, 09 Jun 2026 14:03:21 +0000\n",
	  "Received: from x==20with=20ESMTPS (a.example [192.0.2.1])\n"
	  "\tby mx.example.net (Postfix) with ESMTP id 4Xq;\n"
	  "\tTue, 09 Jun 2026 14:03:21 +0000\n",
	  "paste-quoted-printable " },
	{ "a HELO with an equals sign beside a bare one",
	  "Received: from version=3DTLS1_3 (a.example [192.0.2.1])\n"
	  "\tby mx.example.net (envelope-from <b=c@example.org>) with ESMTP;\n"
	  "\tTue, 09 Jun 2026 14:03:21 +0000\n",
	  NULL, "" },
	{ "a HELO that spells parentheses as entities",
	  "Received: from x&#41;&#40;version=TLS1_3&#41; (a.example "
	  "[192.0.2.1])\n\tby mx.example.net (Postfix) with ESMTP id 4Xq;\n"
	  "\tTue, 09 Jun 2026 14:03:21 +0000\n",
	  NULL, "" },
	{ "a HELO with no-break spaces",
	  "Received: from x\u00a0with\u00a0ESMTPS (a.example [192.0.2.1])\n"
	  "\tby mx.example.net (Postfix) with ESMTP id 4Xq;\n"
	  "\tTue, 09 Jun 2026 14:03:21 +0000\n",
	  NULL, "paste-unsure " },
	{ "a HELO with no-break spaces, and no other with",
	  "Received: from x\u00a0with\u00a0ESMTPS (a.example [192.0.2.1])\n"
	  "\tby mx.example.net; Tue, 09 Jun 2026 14:03:21 +0000\n",
	  NULL, "paste-unsure " },
	{ "a HELO with &nbsp;",
	  "Received: from x&nbsp;with&nbsp;ESMTPS (a.example [192.0.2.1])\n"
	  "\tby mx.example.net (Postfix) with ESMTP id 4Xq;\n"
	  "\tTue, 09 Jun 2026 14:03:21 +0000\n",
	  "Received: from x\u00a0with\u00a0ESMTPS (a.example [192.0.2.1])\n"
	  "\tby mx.example.net (Postfix) with ESMTP id 4Xq;\n"
	  "\tTue, 09 Jun 2026 14:03:21 +0000\n",
	  "paste-entities paste-unsure " },
	{ "a HELO that is Postfix's comment, with no-break spaces",
	  "Received: from (using\u00a0TLSv1.3\u00a0with\u00a0cipher\u00a0X) (a "
	  "[192.0.2.1]) by mx.example.net (Postfix) with SMTP id 4Xq;\n"
	  "\tTue, 09 Jun 2026 14:03:21 +0000\n",
	  NULL, "paste-unsure " },
	{ "a version in a HELO with a zero-width space",
	  "Received: from x(TLS\u200b1.3) (a.example "
	  "[192.0.2.1]) by mx.example.net (Postfix) with SMTP id 4Xq;\n"
	  "\tTue, 09 Jun 2026 14:03:21 +0000\n",
	  NULL, "paste-unsure " },
	{ "a version in a HELO with a dash",
	  "Received: from x(TLS\u20101.3) (a.example "
	  "[192.0.2.1]) by mx.example.net (Postfix) with SMTP id 4Xq;\n"
	  "\tTue, 09 Jun 2026 14:03:21 +0000\n",
	  NULL, "paste-unsure " },
	{ "a tls clause in for, with no-break spaces",
	  "Received: from a.example ([192.0.2.1])\n"
	  "\tby mx.example.net (Exim 4.96) with smtp id 4Xq "
	  "for\n\tx\u00a0with\u00a0esmtps\u00a0tls\u00a0X@example.net;\n"
	  "\tTue, 09 Jun 2026 14:03:21 +0000\n",
	  NULL, "paste-unsure " },
	{ "a tls clause in a HELO, with &#32;",
	  "Received: from x&#32;with&#32;esmtps&#32;tls&#32;X (a "
	  "[192.0.2.1]) by mx.example.net with SMTP id 4Xq;\n"
	  "\tTue, 09 Jun 2026 14:03:21 +0000\n",
	  NULL, "" },
	{ "a tls clause in a HELO, with =20",
	  "Received: from x=20with=20esmtps=20tls=20X (a "
	  "[192.0.2.1]) by mx.example.net with SMTP id 4Xq;\n"
	  "\tTue, 09 Jun 2026 14:03:21 +0000\n",
	  NULL, "" },
	{ "a HELO with &Tab; where folds are spaces",
	  "Received: from x&Tab;(using&Tab;TLSv1.3) (a.example "
	  "[192.0.2.1])\n by mx.example.net with SMTP id 4Xq;\n"
	  " Tue, 09 Jun 2026 14:03:21 +0000\n",
	  NULL, "" },
	{ "a HELO with &#10; where lines end",
	  "Received: from x&#10;(using&#10;TLSv1.3) (a.example "
	  "[192.0.2.1]) by mx.example.net with SMTP id 4Xq; "
	  "Tue, 09 Jun 2026 14:03:21 +0000\n",
	  NULL, "" },
	{ "a stamp without a parenthesis, and a HELO with two",
	  "Received: from x&#40;TLS1.3&#41; by mx.example.net "
	  "with SMTP id 4Xq;\n"
	  "\tTue, 09 Jun 2026 14:03:21 +0000\n",
	  NULL, "" },
	{ "a HELO with a line separator",
	  "Received: from x\u2028Received:\u00a0from\u00a0b (a.example "
	  "[192.0.2.1])\n\tby mx.example.net (Postfix) with ESMTP id 4Xq;\n"
	  "\tTue, 09 Jun 2026 14:03:21 +0000\n",
	  "Received: from x Received: from b (a.example "
	  "[192.0.2.1])\n\tby mx.example.net (Postfix) with ESMTP id 4Xq;\n"
	  "\tTue, 09 Jun 2026 14:03:21 +0000\n",
	  "paste-spaces " },
	{ "a subject that reads like a stamp",
	  STAMP "Subject: Received: from x by y (version=3DTLS1_3)\n" REST,
	  NULL, "" },
	{ "a body that goes on like a stamp",
	  STAMP REST "\n\t(version=TLS1_3 cipher=TLS_AES_256_GCM_SHA384)\n",
	  STAMP REST, "" },
	{ "a body with a stamp of its own", STAMP REST "\n" OLDER,
	  STAMP REST, "body-like-header " },
	{ "a body with entities", STAMP REST "\n<p>a &lt; b&nbsp;&gt; c\n",
	  STAMP REST, "" },
	{ "a body in quoted-printable", STAMP REST "\na=3Db =\nc=3Dd\n",
	  STAMP REST, "" },
	{ "a body with quotes in it", STAMP REST "\n> " OLDER, STAMP REST,
	  "" },
	{ "dates that rise and names that do not fit",
	  "Received: from pc by a.example with ESMTP;\n"
	  "\tTue, 09 Jun 2026 14:03:19 +0000\n"
	  "Received: from pc2 by mx.example.net with ESMTPS;\n"
	  "\tTue, 09 Jun 2026 14:03:21 +0000\n",
	  NULL, "paste-order-kept " },
	{ "no stamp, nothing to gain",
	  "> Subject: x\n> From: a@example.org\n", NULL, "" },
	{ "no text", "", NULL, "" },
};

/* Every byte of the block stands in the paste, and a span of any length lies
 * in it. */
static void check_spans(const struct tt_paste *p, const char *name)
{
	for (size_t i = 0; p->from && i < p->block.n; i++) {
		uint64_t off;
		const struct tt_slice s = tt_paste_span(p, i, 1, &off);
		const uint8_t c = p->block.p[i];

		assert_true(off + s.n <= p->pasted.n);
		if (s.n == 1 && *s.p < 0x80 && *s.p != c)
			fail_msg("%s: %c at %zu was %c", name, c, i, *s.p);
		if (s.n == 0 && c != ' ')
			fail_msg("%s: %c at %zu came from nowhere", name, c,
				 i);
	}
}

static void check_row(const struct row *row)
{
	const struct tt_slice pasted = tt_slice_str(row->pasted);
	const struct tt_slice want =
		tt_slice_str(row->block ? row->block : row->pasted);
	struct tt_arena arena = { 0 };
	struct tt_diags diags;
	struct tt_paste p;
	char codes[256] = "";
	size_t n = 0;

	tt_diags_init(&diags, &arena);
	tt_paste_repair(&p, pasted, &arena, &diags);
	for (size_t i = 0; i < diags.list.n && n < sizeof(codes); i++)
		n += (size_t)snprintf(codes + n, sizeof(codes) - n, "%s ",
				      tt_diag_info(diags.list.v[i].code)->code);
	if (!tt_slice_eq(p.block, want))
		fail_msg("%s: '%.*s'", row->name, (int)p.block.n,
			 (const char *)p.block.p);
	if (strcmp(codes, row->codes) != 0)
		fail_msg("%s: %s", row->name, codes);
	check_spans(&p, row->name);
	tt_arena_release(&arena);
}

static void test_repairs(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(repairs) / sizeof(repairs[0]); i++)
		check_row(&repairs[i]);
}

static void test_kept(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(kept) / sizeof(kept[0]); i++)
		check_row(&kept[i]);
}

/* UTF-16 of a header: it holds NULs. */
static void test_utf16(void **state)
{
	static const char text[] = STAMP REST;
	uint8_t wide[2 * sizeof(text)];

	(void)state;
	for (int high = 0; high < 2; high++) {
		struct tt_arena arena = { 0 };
		struct tt_diags diags;
		struct tt_paste p;
		uint64_t off;

		for (size_t i = 0; i + 1 < sizeof(text); i++) {
			wide[2 * i + (size_t)!high] = 0;
			wide[2 * i + (size_t)high] = (uint8_t)text[i];
		}
		tt_diags_init(&diags, &arena);
		tt_paste_repair(&p,
				(struct tt_slice){ wide, 2 * sizeof(text) - 2 },
				&arena, &diags);
		assert_true(tt_slice_eq(p.block, tt_slice_str(text)));
		assert_int_equal(diags.list.v[0].code, TT_DIAG_paste_utf16);
		const struct tt_slice s = tt_paste_span(&p, 10, 4, &off);

		assert_int_equal(off, 20);
		assert_int_equal(s.n, 8);
		tt_arena_release(&arena);
	}
}

struct quote {
	const char *name, *pasted, *words, *quoted;
};

/* What evidence quotes of words in the block: the paste's own bytes. */
static const struct quote quotes[] = {
	{ "over a quoted line's end",
	  "> Received: from a.example by\n>  mx.example.net; Tue, 09 Jun 2026 "
	  "14:03:21 +0000\n",
	  "by\n mx", "by\n>  mx" },
	{ "an encoded sign",
	  "Received: from a.example by b.example (version=3DTLS1_2); Tue, 09 "
	  "Jun 2026 14:03:21 +0000\n",
	  "version=TLS1_2", "version=3DTLS1_2" },
	{ "an entity at the end",
	  "Received: from a.example by b.example for &lt;c@d&gt;; Tue, 09 Jun "
	  "2026 14:03:21 +0000\n",
	  "<c@d>", "&lt;c@d&gt;" },
};

static void test_quotes(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(quotes) / sizeof(quotes[0]); i++) {
		const struct quote *const q = &quotes[i];
		const struct tt_slice words = tt_slice_str(q->words);
		struct tt_arena arena = { 0 };
		struct tt_diags diags;
		struct tt_paste p;
		uint64_t off;

		tt_diags_init(&diags, &arena);
		tt_paste_repair(&p, tt_slice_str(q->pasted), &arena, &diags);
		const size_t at = tt_slice_find(p.block, words);

		if (at == SIZE_MAX || !p.from)
			fail_msg("%s: not repaired", q->name);
		const struct tt_slice s =
			tt_paste_span(&p, at, words.n, &off);

		if (!tt_slice_eq(s, tt_slice_str(q->quoted)))
			fail_msg("%s: '%.*s'", q->name, (int)s.n,
				 (const char *)s.p);
		assert_ptr_equal(s.p, p.pasted.p + off);
		tt_arena_release(&arena);
	}
}

struct body {
	const char *name, *pasted, *body;
	bool is_intact;
};

static const struct body bodies[] = {
	{ "none", STAMP REST, "", true },
	{ "as it was", STAMP REST "\n--b\n\nx\n", "--b\n\nx\n", true },
	{ "below page text", "Internet headers\n\n" STAMP REST "\n--b\n",
	  "--b\n", true },
	{ "below indented lines",
	  "  Received: from a by b; Tue, 09 Jun 2026 14:03:21 +0000\n"
	  "  From: a@b\n  Date: x\n\n  --b\n",
	  "  --b\n", false },
};

static void test_bodies(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(bodies) / sizeof(bodies[0]); i++) {
		const struct body *const b = &bodies[i];
		struct tt_arena arena = { 0 };
		struct tt_diags diags;
		struct tt_paste p;

		tt_diags_init(&diags, &arena);
		tt_paste_repair(&p, tt_slice_str(b->pasted), &arena, &diags);
		if (!tt_slice_eq(p.body, tt_slice_str(b->body)) ||
		    p.is_body_intact != b->is_intact)
			fail_msg("%s: '%.*s' %d", b->name, (int)p.body.n,
				 (const char *)p.body.p, p.is_body_intact);
		tt_arena_release(&arena);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_repairs),
		cmocka_unit_test(test_kept),
		cmocka_unit_test(test_utf16),
		cmocka_unit_test(test_quotes),
		cmocka_unit_test(test_bodies),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
