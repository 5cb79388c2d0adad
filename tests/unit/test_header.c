/* test_header - the header slicer, field by field and byte by byte
 *
 * A row's block and what must come out of it, written as text: for each field
 * "offset:name=value", a value that is cut ends in "...", one whose line has
 * no end in "~"; then "#code@offset" for each diag.  A value's offset is
 * checked against its bytes in every row. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include <tlstrail/message.h>

#include "message/field_ends.h"

#define N(a) (sizeof(a) / sizeof((a)[0]))

struct row {
	const char *name;
	struct tt_slice block;
	const char *out;
};

#define B(text) { (const uint8_t *)(text), sizeof(text) - 1 }

static const struct row rows[] = {
	{ "LF", B("A: 1\nB: 2\n"), "0:A= 1 5:B= 2" },
	{ "CRLF", B("A: 1\r\nB: 2\r\n"), "0:A= 1 6:B= 2" },
	{ "CR", B("A: 1\rB: 2\r"), "0:A= 1 5:B= 2" },
	{ "CR, with folds", B("A: 1\r 2\r\t3\rB: 4\r"),
	  "0:A= 1\\r 2\\r\\t3 11:B= 4" },
	{ "LF and CRLF mixed", B("A: 1\nB: 2\r\nC: 3\n"),
	  "0:A= 1 5:B= 2 11:C= 3" },
	{ "CRLF, then a line that ends in CR alone: no end there",
	  B("A: 1\r\nB: 2\rC: 3\r\n"), "0:A= 1 6:B= 2\\rC: 3" },
	{ "a bare CR in an LF file begins no field",
	  B("A: 1\nSubject: x\rReceived: from forged\nB: 2\n"),
	  "0:A= 1 5:Subject= x\\rReceived: from forged 38:B= 2" },
	{ "a bare CR in the first line of an LF file",
	  B("Subject: x\rReceived: from forged\nB: 2\n"),
	  "0:Subject= x\\rReceived: from forged 33:B= 2" },
	{ "CR CR LF", B("A: 1\r\r\nB: 2\r\r\n"), "0:A= 1 7:B= 2" },
	{ "folds of space and tab", B("A: 1\n  2\n\t3\nB: 4\n"),
	  "0:A= 1\\n  2\\n\\t3 12:B= 4" },
	{ "a folded line of space alone", B("A: 1\n \n 2\nB: 3\n"),
	  "0:A= 1\\n \\n 2 10:B= 3" },
	{ "a folded line with CRLF ends", B("A: 1\r\n 2\r\nB: 3\r\n"),
	  "0:A= 1\\r\\n 2 10:B= 3" },
	{ "no bytes", B(""), "#no-header@0" },
	{ "no bytes at no address", { NULL, 0 }, "#no-header@0" },
	{ "no line end behind the last", B("A: 1\nB: 2"),
	  "0:A= 1 5:B= 2~" },
	{ "no line end behind a fold", B("A: 1\n 2"), "0:A= 1\\n 2~" },
	{ "an empty value", B("A:\nB: 2\n"), "0:A= 3:B= 2" },
	{ "a name alone, at the end", B("A:"), "0:A=~" },
	{ "a colon in the value", B("A: 1:2\n"), "0:A= 1:2" },
	{ "no space behind the colon", B("A:1\n"), "0:A=1" },
	{ "names of any printable byte", B("X-a_b.c!~: 1\n"),
	  "0:X-a_b.c!~= 1" },
	{ "BOM", B("\xef\xbb\xbf" "A: 1\n"), "3:A= 1 #bom@0" },
	{ "blank lead", B("\n\r\nA: 1\n"), "3:A= 1 #blank-lead@0" },
	{ "BOM, then blank lead", B("\xef\xbb\xbf\n\nA: 1\n"),
	  "5:A= 1 #bom@0 #blank-lead@3" },
	{ "a BOM later is no BOM", B("A: 1\n\xef\xbb\xbf" "B: 2\n"),
	  "0:A= 1 #no-colon@5" },
	{ "Received :", B("Received : from a\n"),
	  "0:Received= from a #space-before-colon@0" },
	{ "Received and a tab", B("Received\t: from a\n"),
	  "0:Received= from a #space-before-colon@0" },
	{ ">Received:", B(">Received: from a\n\tby b\nB: 2\n"),
	  "24:B= 2 #quoted-field@0" },
	{ "a line without a colon", B("A: 1\nnonsense\nB: 2\n"),
	  "0:A= 1 14:B= 2 #no-colon@5" },
	{ "a line without a colon takes its folds along",
	  B("A: 1\nnonsense\n Received: from x\nB: 2\n"),
	  "0:A= 1 32:B= 2 #no-colon@5" },
	{ "Received from, without a colon",
	  B("Received from a by b\nB: 2\n"), "21:B= 2 #no-colon@0" },
	{ "a word before the colon", B("Received from: a\nB: 2\n"),
	  "17:B= 2 #no-colon@0" },
	{ "a name of bytes above ASCII", B("R\xc3\xa9: 1\nB: 2\n"),
	  "7:B= 2 #no-colon@0" },
	{ "a line that begins with a colon", B(": 1\nB: 2\n"),
	  "4:B= 2 #no-colon@0" },
	{ "an orphan fold", B(" by b\nA: 1\n"),
	  "6:A= 1 #orphan-fold@0" },
	{ "two orphan folds are one damage", B(" by b\n\tc\nA: 1\n"),
	  "9:A= 1 #orphan-fold@0" },
	{ "an mbox From line", B("From a@b Tue Jun  9 14:03:21 2026\nA: 1\n"),
	  "34:A= 1 #from-line@0" },
	{ "a quoted From line", B(">From a@b x\nA: 1\n"),
	  "12:A= 1 #from-line@0" },
	{ "NUL in a value", B("A: 1\0 2\nB: 3\n"), "0:A= 1\\0 2 8:B= 3" },
	{ "NUL in a name", B("A\0: 1\nB: 2\n"),
	  "6:B= 2 #no-colon@0" },
	{ "a block of one NUL", B("\0"), "#no-colon@0 #no-header@0" },
	{ "nothing", B(""), "#no-header@0" },
	{ "blank lines alone", B("\n\n\n"), "#blank-lead@0 #no-header@0" },
	{ "one CR", B("\r"), "#blank-lead@0 #no-header@0" },
	{ "a BOM alone", B("\xef\xbb\xbf"), "#bom@0 #no-header@0" },
	{ "half a BOM", B("\xef\xbb"), "#no-colon@0 #no-header@0" },
	{ "UTF-16", B("\xff\xfe" "A\0:\0 \0" "1\0\n\0"),
	  "#no-colon@0 #no-colon@11 #no-header@0" },
	{ "a blank line inside the block", B("A: 1\n\nB: 2\n"),
	  "0:A= 1 6:B= 2" },
	{ "the last byte is a CR", B("A: 1\nB: 2\r"), "0:A= 1 5:B= 2~" },
};

/* ---- what came out, as text ---- */

static void put_value(struct tt_out *o, struct tt_slice s)
{
	for (size_t i = 0; i < s.n; i++)
		switch (s.p[i]) {
		case '\r': tt_out_str(o, "\\r"); break;
		case '\n': tt_out_str(o, "\\n"); break;
		case '\t': tt_out_str(o, "\\t"); break;
		case '\0': tt_out_str(o, "\\0"); break;
		default: tt_out_bytes(o, tt_slice_sub(s, i, 1));
		}
}

static void put_all(struct tt_out *o, const struct tt_header *h,
		    const struct tt_diags *d)
{
	const char *sep = "";

	for (size_t i = 0; i < h->fields.n; i++) {
		const struct tt_field *f = &h->fields.v[i];

		tt_out_printf(o, "%s%llu:", sep, (unsigned long long)f->off);
		put_value(o, f->name);
		tt_out_str(o, "=");
		put_value(o, f->value);
		tt_out_str(o, f->is_cut ? "..." : "");
		tt_out_str(o, f->is_complete ? "" : "~");
		sep = " ";
	}
	for (size_t i = 0; i < d->list.n; i++) {
		tt_out_printf(o, "%s#%s@%llu", sep,
			      tt_diag_info(d->list.v[i].code)->code,
			      (unsigned long long)d->list.v[i].off);
		sep = " ";
	}
}

/* A field's slices are the bytes of the block at its offsets. */
static void check_offsets(const char *name, struct tt_slice block,
			  const struct tt_header *h)
{
	uint64_t past = 0;

	for (size_t i = 0; i < h->fields.n; i++) {
		const struct tt_field *f = &h->fields.v[i];

		if (f->name.p != block.p + f->off ||
		    f->value.p != block.p + f->value_off ||
		    f->value_off + f->value.n > block.n || f->off < past)
			fail_msg("%s: field %zu lies elsewhere", name, i);
		past = f->value_off + f->value.n;
	}
}

static void test_rows(void **state)
{
	size_t n_wrong = 0;

	(void)state;
	for (size_t i = 0; i < N(rows); i++) {
		struct tt_arena arena = { 0 };
		struct tt_diags diags;
		struct tt_header h;
		struct tt_out out;

		tt_diags_init(&diags, &arena);
		tt_out_init(&out, -1);
		tt_header_slice(&h, rows[i].block, &arena, &diags);
		put_all(&out, &h, &diags);
		check_offsets(rows[i].name, rows[i].block, &h);
		if (!tt_slice_eq((struct tt_slice){ out.buf, out.n },
				 tt_slice_str(rows[i].out))) {
			print_error("%s: %.*s, not %s\n", rows[i].name,
				    (int)out.n, (const char *)out.buf,
				    rows[i].out);
			n_wrong++;
		}
		tt_out_release(&out);
		tt_arena_release(&arena);
	}
	assert_int_equal(n_wrong, 0);
}

/* The same block with its line ends replaced has the same fields. */
static void test_line_ends(void **state)
{
	static const char *const ends[] = { "\n", "\r\n", "\r", "\r\r\n" };
	static const char *const lines[] = {
		"A: 1", "Received: from a", "\tby b", " for <c@example.org>",
		"Subject:", "X-Y: z",
	};

	(void)state;
	for (size_t i = 0; i < N(ends); i++) {
		struct tt_arena arena = { 0 };
		struct tt_diags diags;
		struct tt_header h;
		struct tt_out out;

		tt_diags_init(&diags, &arena);
		tt_out_init(&out, -1);
		for (size_t k = 0; k < N(lines); k++) {
			tt_out_str(&out, lines[k]);
			tt_out_str(&out, ends[i]);
		}
		const struct tt_slice block = { out.buf, out.n };

		tt_header_slice(&h, block, &arena, &diags);
		check_offsets(ends[i], block, &h);
		assert_int_equal(h.fields.n, 4);
		assert_int_equal(diags.list.n, 0);
		assert_true(tt_slice_eq(h.fields.v[0].value, TT_S(" 1")));
		assert_true(tt_slice_iends(h.fields.v[1].value,
					   TT_S("<c@example.org>")));
		assert_int_equal(h.fields.v[2].value.n, 0);
		assert_true(tt_slice_eq(h.fields.v[3].value, TT_S(" z")));
		tt_out_release(&out);
		tt_arena_release(&arena);
	}
}

static struct tt_slice repeat(struct tt_arena *a, const char *head,
			      const char *unit, size_t n, const char *tail)
{
	const size_t n_unit = strlen(unit), n_head = strlen(head);
	uint8_t *p = tt_arena_alloc(a, n_head + n * n_unit + strlen(tail));

	memcpy(p, head, n_head);
	for (size_t i = 0; i < n; i++)
		memcpy(p + n_head + i * n_unit, unit, n_unit);
	memcpy(p + n_head + n * n_unit, tail, strlen(tail));
	return (struct tt_slice){ p, n_head + n * n_unit + strlen(tail) };
}

static void test_bounds(void **state)
{
	const size_t max = (size_t)TT_MAX_header_value;
	const struct {
		const char *name;
		const char *head, *unit;
		size_t n;
		const char *tail;
		size_t fields, value; /* of the first field */
		bool is_cut, is_all_cut;
		size_t diags;
	} bounds[] = {
		{ "a value as long as the limit", "A:", "x", max, "\nB: 2\n",
		  2, max, false, false, 0 },
		{ "one byte more is cut, and the next field found", "A:", "x",
		  max + 1, "\nB: 2\n", 2, max, true, false, 1 },
		{ "folds count", "A:", "\n x", max / 3 + 1, "\nB: 2\n", 2,
		  max, true, false, 1 },
		{ "as many fields as the limit", "", "A: 1\n",
		  (size_t)TT_MAX_header_fields, "",
		  (size_t)TT_MAX_header_fields, 2, false, false, 0 },
		{ "one field more", "", "A: 1\n",
		  (size_t)TT_MAX_header_fields + 1, "",
		  (size_t)TT_MAX_header_fields, 2, false, true, 1 },
		{ "damage is told up to a bound", "A: 1\n", "x\n",
		  (size_t)TT_MAX_diags + 50, "", 1, 2, false, false,
		  (size_t)TT_MAX_diags },
	};

	(void)state;
	for (size_t i = 0; i < N(bounds); i++) {
		struct tt_arena arena = { 0 };
		struct tt_diags diags;
		struct tt_header h;
		const struct tt_slice block =
			repeat(&arena, bounds[i].head, bounds[i].unit,
			       bounds[i].n, bounds[i].tail);

		tt_diags_init(&diags, &arena);
		tt_header_slice(&h, block, &arena, &diags);
		check_offsets(bounds[i].name, block, &h);
		if (h.fields.n != bounds[i].fields ||
		    h.fields.v[0].value.n != bounds[i].value ||
		    h.fields.v[0].is_cut != bounds[i].is_cut ||
		    h.is_cut != bounds[i].is_all_cut ||
		    diags.list.n != bounds[i].diags)
			fail_msg("%s: %zu fields, a value of %zu, %zu diags",
				 bounds[i].name, h.fields.n,
				 h.fields.v[0].value.n, diags.list.n);
		tt_arena_release(&arena);
	}
}

static void test_find(void **state)
{
	struct tt_arena arena = { 0 };
	struct tt_diags diags;
	struct tt_header h;

	(void)state;
	tt_diags_init(&diags, &arena);
	tt_header_slice(&h, TT_S("To: 1\nSUBJECT: 2\nsubject: 3\n"), &arena,
			&diags);
	assert_ptr_equal(tt_header_find(&h, "Subject"), &h.fields.v[1]);
	assert_null(tt_header_find(&h, "Subj"));
	assert_null(tt_header_find(&h, ""));
	tt_arena_release(&arena);
}

/* Random blocks, all ends at once and one after the other: few bytes of each
 * kind that matters among many that do not. */
static void test_field_ends(void **state)
{
	static const char letters[] = "\n \t\rxxxxxxxxxxxxxxxxxxxxxxxxxxxx";
	const struct tt_field_ends_variant *const plain =
		&tt_field_ends_variants[tt_n_field_ends_variants - 1];
	uint32_t seed = 7;

	(void)state;
	assert_string_equal(plain->name, "plain");
	for (unsigned round = 0; round < 20000; round++) {
		uint8_t text[400];
		size_t want[400], got[400], n_got = 0, n_want = 0;
		const size_t n = (seed = seed * 69069 + 1) % sizeof(text);
		const size_t most = 1 + round % 9;
		const uint32_t variety = 4 + round % 28;

		for (size_t i = 0; i < n; i++) {
			seed = seed * 69069 + 1;
			text[i] = (uint8_t)letters[(seed >> 16) % variety];
		}
		for (size_t i = 0; i < n; i++)
			if (text[i] == '\n' &&
			    (i + 1 == n || (text[i + 1] != ' ' &&
					    text[i + 1] != '\t')))
				want[n_want++] = i;
		for (size_t k = 0; k < tt_n_field_ends_variants; k++) {
			const struct tt_field_ends_variant *const v =
				&tt_field_ends_variants[k];
			size_t more = most;

			n_got = 0;
			while (v->is_there() && more == most) {
				const size_t from =
					n_got ? got[n_got - 1] + 1 : 0;

				more = v->find((struct tt_slice){ text, n },
					       from, got + n_got, most);
				n_got += more;
			}
			if (v->is_there() &&
			    (n_got != n_want ||
			     memcmp(got, want, n_want * sizeof(*got)) != 0))
				fail_msg("round %u: %s", round, v->name);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_line_ends),
		cmocka_unit_test(test_bounds),
		cmocka_unit_test(test_find),
		cmocka_unit_test(test_field_ends),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
