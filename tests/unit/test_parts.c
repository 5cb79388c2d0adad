/* test_parts - the walk over MIME parts: what it finds, whatever the pieces */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include <tlstrail/message.h>

/* Each message inside as "parent@offset+length header-length" (decoded: "*"
 * for the offset), each status as "s message:text", then the label, then the
 * diags' codes; one line each. */
struct row {
	const char *name, *head, *body, *want;
};

#define MIXED "Content-Type: multipart/mixed; boundary=ab\n"
#define PART(type, rest) "--ab\nContent-Type: " type "\n\n" rest "\n"

static const struct row rows[] = {
	{ "no parts", "Subject: x\n", "--ab\nhello\n", "" },
	{ "forwarded", MIXED, PART("message/rfc822", "A: b\n\nx") "--ab--\n",
	  "-1@35+7 5\n" },
	{ "CRLF", MIXED,
	  "--ab\r\nContent-Type: message/rfc822\r\n\r\nA: b\r\n\r\nx\r\n"
	  "--ab--\r\n",
	  "-1@38+9 6\n" },
	{ "headers only", MIXED,
	  PART("text/rfc822-headers", "A: b\n") "--ab--\n", "-1@40+5 5\n" },
	{ "no last boundary", MIXED, PART("message/rfc822", "A: b\n\nx"),
	  "-1@35+8 5\n" },
	{ "a boundary that begins like ours", MIXED,
	  PART("message/rfc822", "A: b\n\n--abc\nx") "--ab--\n",
	  "-1@35+13 5\n" },
	{ "space behind the boundary", MIXED,
	  "--ab \t\nContent-Type: message/rfc822\n\nA: b\n\n--ab-- \n",
	  "-1@37+5 5\n" },
	{ "empty parts", MIXED, "--ab\n\n--ab\n--ab\n--ab--\n", "" },
	{ "after the end", MIXED,
	  "--ab--\n" PART("message/rfc822", "A: b\n"), "" },
	{ "digest", "Content-Type: multipart/digest; boundary=\"ab\"\n",
	  "--ab\n\nA: b\n\nx\n--ab\n\nC: d\n\ny\n--ab--\n",
	  "-1@6+7 5\n-1@20+7 5\n" },
	{ "digest of texts that say so",
	  "Content-Type: multipart/digest; boundary=ab\n",
	  PART("text/html", "A: b\n\nx") "--ab--\n", "" },
	{ "blank lines in front of the header", MIXED,
	  PART("message/rfc822", "\n\nA: b\n\nx") "--ab--\n",
	  "-1@35+9 7\n" },
	{ "a header and no blank line", MIXED,
	  "--ab\nContent-Type: message/rfc822\n--ab--\n", "" },
	{ "a journal report's top", "Content-Type: message/rfc822\n",
	  "A: b\n\nx\n", "-1@0+8 5\n" },
	{ "nested, and an outer boundary ends both", MIXED,
	  PART("message/rfc822",
	       "Content-Type: multipart/mixed; boundary=cd\n\n"
	       "--cd\nContent-Type: message/rfc822\n\nA: b\n\nx")
	  "--ab--\n",
	  "-1@35+86 43\n0@114+7 5\n" },
	{ "base64", MIXED,
	  "--ab\nContent-Type: application/octet-stream; name=\"x.eml\"\n"
	  "Content-Transfer-Encoding: base64\n\nQTogYgoKeA==\n--ab--\n",
	  "-1@*+7 5\n" },
	{ "quoted-printable", MIXED,
	  "--ab\nContent-Type: message/rfc822\n"
	  "Content-Transfer-Encoding: quoted-printable\n\n"
	  "A=3A =\nb\n\nx\n--ab--\n",
	  "-1@*+7 5\n" },
	{ "uuencode", MIXED,
	  "--ab\nContent-Type: message/rfc822\n"
	  "Content-Transfer-Encoding: x-uuencode\n\nx\n--ab--\n",
	  "part-encoding\n" },
	{ "four deep", "Content-Type: message/rfc822\n",
	  "Content-Type: message/rfc822\n\nContent-Type: message/rfc822\n\n"
	  "Content-Type: message/rfc822\n\nA: b\n",
	  "-1@0+95 29\n0@30+65 29\n1@60+35 29\nlimit-embedded-depth\n" },
	{ "delivery status", MIXED,
	  PART("message/delivery-status", "Action: failed\n") "--ab--\n",
	  "s -1@44:Action: failed\n\n" },
	{ "no boundary", "Content-Type: multipart/mixed\n", "--ab\n",
	  "no-boundary\n" },
	{ "signed inside", MIXED,
	  PART("multipart/signed; boundary=c; protocol="
	       "\"application/pgp-signature\"", "") "--ab--\n",
	  "pgp-signed\n" },
	{ "armour of a text part", MIXED,
	  PART("text/plain", "-----BEGIN PGP MESSAGE-----") "--ab--\n",
	  "pgp-inline\n" },
	{ "armour of an attachment", MIXED,
	  "--ab\nContent-Disposition: attachment\n\n"
	  "-----BEGIN PGP MESSAGE-----\n--ab--\n", "" },
	{ "armour in base64", "Content-Transfer-Encoding: base64\n",
	  "aGkKLS0tLS1CRUdJTiBQR1Ag\nTUVTU0FHRS0tLS0tCg==\n",
	  "pgp-inline\n" },
	{ "armour in quoted-printable",
	  "Content-Transfer-Encoding: quoted-printable\n",
	  "hi\n=2D----BEGIN PGP=20SIGNED MESSAGE-----\n",
	  "pgp-signed-inline\n" },
	{ "the same, in the first line of a part", MIXED,
	  "--ab\nContent-Transfer-Encoding: Quoted-Printable\n\n"
	  "=2D=2d---BEGIN PGP MESSAGE-----=20\n--ab--\n",
	  "pgp-inline\n" },
	{ "the same, but not encoded", MIXED,
	  PART("text/plain", "=2D----BEGIN PGP MESSAGE-----") "--ab--\n", "" },
	{ "armour of a message inside is its own", MIXED,
	  PART("message/rfc822", "A: b\n\n-----BEGIN PGP MESSAGE-----")
	  "--ab--\n", "-1@35+33 5 pgp-inline\n" },
	{ "Outlook and TNEF", MIXED,
	  PART("application/vnd.ms-outlook", "x")
	  PART("application/ms-tnef", "x") "--ab--\n",
	  "outlook-part\ntnef-part\n" },
};

static void add_line(char *out, size_t size, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));
static void add_line(char *out, size_t size, const char *fmt, ...)
{
	const size_t n = strlen(out);
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(out + n, size - n, fmt, ap);
	va_end(ap);
}

static void describe(char *out, size_t size,
		     const struct tt_parts_found *f)
{
	*out = '\0';
	for (size_t i = 0; i < f->embedded.n; i++) {
		const struct tt_embedded *m = &f->embedded.v[i];
		const char *label = tt_end_to_end_name(m->end_to_end);

		add_line(out, size, "%d@", m->parent);
		if (m->is_decoded)
			add_line(out, size, "*");
		else
			add_line(out, size, "%d", (int)m->off);
		add_line(out, size, "+%d %d%s%s\n", (int)m->length,
			 (int)m->header_length, label ? " " : "",
			 label ? label : "");
	}
	for (size_t i = 0; i < f->status.n; i++)
		add_line(out, size, "s %d@%d:%.*s\n", f->status.v[i].message,
			 (int)f->status.v[i].off, (int)f->status.v[i].text.n,
			 (const char *)f->status.v[i].text.p);
	if (f->end_to_end)
		add_line(out, size, "%s\n", tt_end_to_end_name(f->end_to_end));
	for (size_t i = 0; i < f->diags.list.n; i++)
		add_line(out, size, "%s\n",
			 tt_diag_info(f->diags.list.v[i].code)->code);
}

/* In two pieces, cut at `at`; 0: byte by byte. */
static void check(struct tt_parts *parts, const struct row *row, size_t at)
{
	const struct tt_slice body = tt_slice_str(row->body);
	struct tt_arena arena = { 0 };
	const struct tt_parts_options options = { .want_hash = true,
						  .arena = &arena };
	static char got[1024];

	if (tt_parts_begin(parts, tt_slice_str(row->head), &options)) {
		if (at)
			tt_parts_add(parts, tt_slice_sub(body, 0, at));
		for (size_t i = 0; !at && i < body.n; i++)
			tt_parts_add(parts, tt_slice_sub(body, i, 1));
		if (at)
			tt_parts_add(parts, tt_slice_sub(body, at, body.n));
	}
	describe(got, sizeof(got), tt_parts_end(parts));
	if (strcmp(got, row->want) != 0)
		fail_msg("%s, cut at %zu: %s", row->name, at, got);
	tt_arena_release(&arena);
}

static void test_rows(void **state)
{
	struct tt_parts *parts = tt_parts_new();

	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		for (size_t at = strlen(rows[i].body) + 1; at-- > 0;)
			check(parts, &rows[i], at);
	tt_parts_free(&parts);
}

/* ---- an armour anywhere in base64 ---- */

/* As base64, `line` digits a line, each ended by `end`. */
static void encode(char *out, const char *text, size_t line, const char *end)
{
	static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
				     "abcdefghijklmnopqrstuvwxyz0123456789+/";
	const size_t n = strlen(text);
	size_t at = 0;

	for (size_t i = 0; i < n; i += 3) {
		uint32_t bits = 0;

		for (size_t k = 0; k < 3; k++)
			bits = bits << 8 |
			       (i + k < n ? (uint8_t)text[i + k] : 0);
		for (size_t k = 0; k < 4; k++) {
			*out++ = i + k > n ? '=' :
					     digits[bits >> (18 - 6 * k) & 63];
			if (++at % line == 0)
				out = stpcpy(out, end);
		}
	}
	*out = '\0';
}

/* At each place in a quantum and in a line; lines of whole quanta, which need
 * no decoding where there is none, and others; and cut anywhere. */
static void test_armour_in_base64(void **state)
{
	static const size_t lines[] = { 4, 5, 8, 60, 76 };
	static const char *const ends[] = { "\n", "\r\n", "\n\n" };
	struct tt_parts *parts = tt_parts_new();
	char name[64], text[512], body[1200];
	const struct row row = { name,
				 "Content-Transfer-Encoding: base64\n", body,
				 "pgp-inline\n" };
	const struct row none = { name, row.head, body, "" };

	(void)state;
	for (size_t i = 0; i < 12 * 2 * 5 * 3; i++) {
		const size_t before = i % 12, kind = i / 12 % 2;
		const size_t line = lines[i / 24 % 5];
		const char *const end = ends[i / 120];

		snprintf(text, sizeof(text),
			 "%.*sWords of no weight, to fill the lines before.%s"
			 "-----BEGIN PGP MESSAGE-----\n\n%080d\n%080d\n",
			 (int)before, "a\n--b\n\nc---", kind ? "\n" : " ", 1,
			 2);
		encode(body, text, line, end);
		snprintf(name, sizeof(name), "%zu before, lines of %zu%s",
			 before, line, kind ? "" : ", not at a line's start");
		for (size_t at = 0; at <= strlen(body); at += 7)
			check(parts, kind ? &row : &none, at);
		check(parts, kind ? &row : &none, strlen(body));
	}
	tt_parts_free(&parts);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_armour_in_base64),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
