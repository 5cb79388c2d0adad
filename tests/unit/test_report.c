/* test_report.c - the arithmetic and the sentences of reports */
#include "report_fixture.h"
#include "emit/report_answer.h"

#define MONTH(year, month) ((year) * 12 + (month) - 1)

/* Text of a writer in memory, with a NUL. */
static const char *text_of(struct tt_out *out)
{
	tt_out_bytes(out, (struct tt_slice){ (const uint8_t *)"", 1 });
	return (const char *)out->buf;
}

/* ---- shares ---- */

static const struct {
	const char *name;
	uint64_t n, whole;
	const char *want;
} shares[] = {
	{ "of nothing", 0, 0, "0 %" },
	{ "none", 0, 7, "0 %" },
	{ "all", 7, 7, "100 %" },
	{ "a third", 1, 3, "33.3 %" },
	{ "rounded up", 2, 3, "66.7 %" },
	{ "few are not none", 1, 1000000, "0.1 %" },
	{ "nearly all are not all", 999999, 1000000, "99.9 %" },
	{ "more than 64 bits of thousandths", UINT64_MAX / 2, UINT64_MAX - 1,
	  "50.0 %" },
};

static void shares_are_rounded(void **state)
{
	(void)state;
	for (size_t i = 0; i < N(shares); i++) {
		struct tt_out out;

		tt_out_init(&out, -1);
		tt_share_put(&out, shares[i].n, shares[i].whole);
		if (strcmp(text_of(&out), shares[i].want) != 0)
			fail_msg("%s: %s", shares[i].name, (char *)out.buf);
		tt_out_release(&out);
	}
}

/* ---- periods ---- */

struct period_row {
	const char *name;
	struct {
		int32_t month;
		uint64_t n;
	} mail[6];
	size_t columns;
	const char *first, *last; /* their labels */
	uint64_t in_first, undated, later;
};

static const struct period_row period_rows[] = {
	{ "nothing", { { 0, 0 } }, 0, NULL, NULL, 0, 0, 0 },
	{ "nothing is dated", { { TT_NO_MONTH, 3 } }, 0, NULL, NULL, 0, 3, 0 },
	{ "one month", { { MONTH(2024, 2), 3 } }, 1, "2024-02", "2024-02", 3, 0,
	  0 },
	{ "months between have columns",
	  { { MONTH(2023, 11), 1 }, { MONTH(2024, 2), 3 } }, 4, "2023-11",
	  "2024-02", 1, 0, 0 },
	{ "five years are months",
	  { { MONTH(2020, 1), 10 }, { MONTH(2024, 12), 10 } }, 60, "2020-01",
	  "2024-12", 10, 0, 0 },
	{ "six are quarters",
	  { { MONTH(2019, 2), 10 }, { MONTH(2024, 12), 10 } }, 24, "2019 Q1",
	  "2024 Q4", 10, 0, 0 },
	{ "sixteen are years",
	  { { MONTH(2009, 2), 10 }, { MONTH(2024, 12), 10 } }, 16, "2009",
	  "2024", 10, 0, 0 },
	{ "a little of before is folded",
	  { { MONTH(1998, 1), 1 }, { MONTH(2020, 1), 40 },
	    { MONTH(2024, 12), 40 } },
	  61, "before 2020-01", "2024-12", 1, 0, 0 },
	{ "a little of years later is told apart",
	  { { MONTH(2024, 1), 400 }, { MONTH(2024, 2), 400 },
	    { MONTH(2030, 4), 1 }, { MONTH(2031, 1), 1 } },
	  2, "2024-01", "2024-02", 400, 0, 2 },
	{ "much of years later is not",
	  { { MONTH(2024, 1), 40 }, { MONTH(2028, 1), 40 } }, 49, "2024-01",
	  "2028-01", 40, 0, 0 },
	{ "a lifetime later is told apart, if it is less",
	  { { MONTH(2024, 1), 3 }, { MONTH(2024, 2), 3 },
	    { MONTH(2099, 12), 1 }, { MONTH(9999, 12), 1 } },
	  2, "2024-01", "2024-02", 3, 0, 2 },
	{ "... but not because of what is dated before mail was",
	  { { MONTH(1904, 1), 5 }, { MONTH(2024, 2), 3 } }, 61, "before 1965",
	  "2024", 5, 0, 0 },
	{ "undated beside dated",
	  { { TT_NO_MONTH, 5 }, { MONTH(2024, 1), 4 } }, 1, "2024-01",
	  "2024-01", 4, 5, 0 },
};

static void check_label(const struct period_row *row, const struct tt_periods *p,
			size_t i, const char *want)
{
	struct tt_out out;

	tt_out_init(&out, -1);
	tt_period_put(&out, p, i);
	if (strcmp(text_of(&out), want) != 0)
		fail_msg("%s: column %zu is %s", row->name, i, (char *)out.buf);
	tt_out_release(&out);
}

static void check_periods(const struct period_row *row)
{
	struct tt_arena arena = { 0 };
	struct tt_group v[6] = { 0 };
	struct tt_groups months = { .v = v };
	struct tt_periods p;
	uint64_t shown = 0, all = 0;

	for (; months.n < 6 && row->mail[months.n].n; months.n++) {
		v[months.n].month = row->mail[months.n].month;
		v[months.n].messages = row->mail[months.n].n;
		all += row->mail[months.n].n;
	}
	tt_periods_make(&p, &months, &arena);
	if (p.v.n != row->columns)
		fail_msg("%s: %zu columns", row->name, p.v.n);
	for (size_t i = 0; i < p.v.n; i++)
		shown += p.v.v[i].sum.messages;
	if (shown + p.undated.messages + p.later.messages != all)
		fail_msg("%s: mail is lost", row->name);
	if (p.undated.messages != row->undated ||
	    p.later.messages != row->later)
		fail_msg("%s: undated or later", row->name);
	if (row->columns) {
		check_label(row, &p, 0, row->first);
		check_label(row, &p, p.v.n - 1, row->last);
		if (p.v.v[0].sum.messages != row->in_first)
			fail_msg("%s: in the first column", row->name);
	}
	tt_arena_release(&arena);
}

static void periods_hold_all_mail(void **state)
{
	(void)state;
	for (size_t i = 0; i < N(period_rows); i++)
		check_periods(&period_rows[i]);
}

/* ---- sentences ---- */

struct month_row {
	int32_t month;
	uint64_t tls13, tls12, tls, old, clear, silent, none;
};
struct answer_row {
	const char *name;
	struct month_row months[4];
	const char *lede, *since, *last;
};

static const struct answer_row answer_rows[] = {
	{ "nothing at all", { { 0, 0, 0, 0, 0, 0, 0, 0 } },
	  "The case holds no message.", "None of the mail is dated.",
	  "No cleartext and no TLS older than 1.2 was met." },
	{ "no transfer", { { MONTH(2024, 1), 0, 0, 0, 0, 0, 0, 20 } },
	  "No transfer into a receiving system is recorded in this mail.",
	  "No month has enough mail to tell a trend. The mail is from "
	  "2024-01.",
	  "No cleartext and no TLS older than 1.2 was met." },
	{ "one message", { { MONTH(2024, 1), 1, 0, 0, 0, 0, 0, 0 } },
	  "100 % of 1 message reached the receiving system over TLS.",
	  "No month has enough mail to tell a trend. The mail is from "
	  "2024-01.",
	  "No cleartext and no TLS older than 1.2 was met." },
	{ "better and better",
	  { { MONTH(2024, 1), 2, 10, 0, 3, 5, 0, 0 },
	    { MONTH(2024, 2), 11, 9, 0, 0, 1, 0, 0 },
	    { MONTH(2024, 3), 19, 1, 0, 0, 0, 0, 0 } },
	  "90.2 % of 61 messages reached the receiving system over TLS, 9.8 % "
	  "in cleartext.",
	  "Since 2024-02 more than half of each month's mail has come under "
	  "TLS 1.3. The mail is from 2024-01 to 2024-03.",
	  "Last cleartext: 2024-02; last TLS 1.1 or older: 2024-01." },
	{ "it was better once",
	  { { MONTH(2024, 1), 20, 0, 0, 0, 0, 0, 0 },
	    { MONTH(2024, 2), 5, 9, 0, 0, 6, 0, 0 } },
	  "85.0 % of 40 messages reached the receiving system over TLS, "
	  "15.0 % in cleartext.",
	  "Since 2024-01 more than half of each month's mail has come under "
	  "TLS 1.2 or later. The mail is from 2024-01 to 2024-02.",
	  "Last cleartext: 2024-02." },
	{ "a month with little mail is no trend",
	  { { MONTH(2024, 1), 20, 0, 0, 0, 0, 0, 0 },
	    { MONTH(2024, 2), 0, 0, 0, 0, 9, 0, 0 } },
	  "69.0 % of 29 messages reached the receiving system over TLS, "
	  "31.0 % in cleartext.",
	  "Since 2024-01 more than half of each month's mail has come under "
	  "TLS 1.3. The mail is from 2024-01 to 2024-02.",
	  "Last cleartext: 2024-02." },
	{ "just half is not more than half",
	  { { MONTH(2024, 1), 10, 0, 0, 0, 10, 0, 0 } },
	  "50.0 % of 20 messages reached the receiving system over TLS, "
	  "50.0 % in cleartext.",
	  "In 2024-01 no more than half of the mail came under TLS. The mail "
	  "is from 2024-01.",
	  "Last cleartext: 2024-01." },
	{ "the month that tells is not the last one",
	  { { MONTH(2024, 1), 10, 0, 0, 0, 10, 0, 0 },
	    { MONTH(2024, 2), 2, 0, 0, 0, 0, 0, 0 } },
	  "54.5 % of 22 messages reached the receiving system over TLS, "
	  "45.5 % in cleartext.",
	  "In 2024-01 no more than half of the mail came under TLS. The mail "
	  "is from 2024-01 to 2024-02.",
	  "Last cleartext: 2024-01." },
	{ "mail that entered nowhere is in no share",
	  { { MONTH(2024, 1), 5, 0, 6, 0, 0, 1, 88 } },
	  "91.7 % of 12 messages reached the receiving system over TLS.",
	  "Since 2024-01 more than half of each month's mail has come under "
	  "TLS. The mail is from 2024-01.",
	  "No cleartext and no TLS older than 1.2 was met." },
};

static void fill_month(struct tt_group *g, const struct month_row *m)
{
	g->month = m->month;
	g->version[TT_TLSV1_3] = m->tls13;
	g->version[TT_TLSV1_2] = m->tls12;
	g->version[TT_TLS_NONE] = m->tls;
	g->version[TT_TLSV1_0] = m->old;
	g->verdict[TT_ENCRYPTED] = m->tls13 + m->tls12 + m->tls + m->old;
	g->verdict[TT_CLEARTEXT] = m->clear;
	g->verdict[TT_UNKNOWN] = m->silent;
	g->messages = g->verdict[TT_ENCRYPTED] + m->clear + m->silent + m->none;
}

static void check_sentence(const char *name,
			   void (*put)(struct tt_out *,
				       const struct tt_report_answer *),
			   const struct tt_report_answer *a, const char *want)
{
	struct tt_out out;

	tt_out_init(&out, -1);
	put(&out, a);
	if (strcmp(text_of(&out), want) != 0)
		fail_msg("%s: %s", name, (char *)out.buf);
	tt_out_release(&out);
}

static void the_answer_in_sentences(void **state)
{
	(void)state;
	for (size_t i = 0; i < N(answer_rows); i++) {
		const struct answer_row *row = &answer_rows[i];
		struct tt_group v[4] = { 0 };
		struct tt_report r = { .months = { .v = v } };
		struct tt_report_answer a;

		for (; r.months.n < 4 && row->months[r.months.n].month;
		     r.months.n++)
			fill_month(&v[r.months.n], &row->months[r.months.n]);
		tt_report_answer(&a, &r);
		check_sentence(row->name, tt_answer_lede, &a, row->lede);
		check_sentence(row->name, tt_answer_since, &a, row->since);
		check_sentence(row->name, tt_answer_last, &a, row->last);
	}
}

/* ---- comparing ---- */

struct compare_row {
	const char *name;
	uint64_t old_met, old_n, now_met, now_n;
	const char *want; /* begins a line; NULL: no change is told */
};

static const struct compare_row compare_rows[] = {
	{ "nothing changed", 10, 20, 10, 20, NULL },
	{ "all of one message", 0, 1, 1, 1, "Better: receiving systems" },
	{ "none of one message", 1, 1, 0, 1, "Worse: receiving systems" },
	{ "two of three, then three", 2, 3, 3, 3, NULL },
	{ "within chance", 50, 100, 60, 100, NULL },
	{ "beyond chance", 50, 100, 65, 100, "Better: receiving systems" },
	{ "beyond chance, for the worse", 500, 1000, 450, 1000,
	  "Worse: receiving systems" },
	{ "beyond chance, but less than a point", 5000000, 10000000, 5090000,
	  10000000, NULL },
	{ "nothing entered", 0, 0, 5, 5, NULL },
};

static struct tt_report report_of(struct tt_group *g, uint64_t met, uint64_t n)
{
	*g = (struct tt_group){ .name = TT_S("example.net"),
				.month = TT_NO_MONTH };
	g->messages = n;
	g->verdict[TT_ENCRYPTED] = met;
	g->version[TT_TLSV1_2] = met;
	g->fit[TT_FIT_MEETS] = met;
	g->verdict[TT_CLEARTEXT] = n - met;
	g->fit[TT_FIT_CLEARTEXT] = n - met;
	return (struct tt_report){ .receivers = { .v = g, .n = 1 } };
}

static void changes_beyond_chance_are_told(void **state)
{
	const struct tt_report_look look = { .width = 80 };

	(void)state;
	for (size_t i = 0; i < N(compare_rows); i++) {
		const struct compare_row *row = &compare_rows[i];
		struct tt_group x, y;
		const struct tt_report old =
			report_of(&x, row->old_met, row->old_n);
		const struct tt_report now =
			report_of(&y, row->now_met, row->now_n);
		struct tt_out out;

		tt_out_init(&out, -1);
		tt_report_compare(&out, &old, &now, &look);
		const char *text = text_of(&out);
		const bool is_told = strstr(text, "Better:") ||
				     strstr(text, "Worse:");

		if (is_told != (row->want != NULL) ||
		    (row->want && !strstr(text, row->want)))
			fail_msg("%s: %s", row->name, text);
		tt_out_release(&out);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(shares_are_rounded),
		cmocka_unit_test(periods_hold_all_mail),
		cmocka_unit_test(the_answer_in_sentences),
		cmocka_unit_test(changes_beyond_chance_are_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
