/* test_case_report.c - figures that only reports ask for */
#include "case_fixture.h"

/* ---- whose part a failure is ---- */

struct fault_row {
	const char *name;
	struct mail mail[8];
	size_t n;
	uint64_t want[TT_PART_COUNT];
	const char *who[TT_PART_COUNT]; /* of the first, NULL: not known */
};

#define MAILS(...) { __VA_ARGS__ }, \
	sizeof((struct mail[]){ __VA_ARGS__ }) / sizeof(struct mail)

static const struct fault_row fault_rows[] = {
	{ "others met it in the same month",
	  MAILS({ TLS13, 3, 1, false }, { CLEAR, 9, 2, false },
		{ TLS10, 20, 3, false }),
	  { 2, 0, 0 }, { "example.com" } },
	{ "others met it in another month",
	  MAILS({ TLS13, 3, 1, false }, { TLS10, 45, 2, false }),
	  { 0, 0, 1 }, { NULL, NULL, "example.com" } },
	{ "nobody ever did, and enough failed",
	  MAILS({ TLS10, 3, 1, false }, { TLS10, 4, 2, false },
		{ TLS10, 45, 3, false }, { CLEAR, 90, 4, false },
		{ CLEAR, 91, 5, false }),
	  { 0, 5, 0 }, { NULL, "example.net" } },
	{ "nobody ever did, but few failed",
	  MAILS({ TLS10, 3, 1, false }, { TLS10, 4, 2, false },
		{ TLS10, 45, 3, false }, { TLS10, 90, 4, false }),
	  { 0, 0, 4 }, { NULL, NULL, "example.com" } },
	{ "what is not known fails nothing",
	  MAILS({ TLS13, 3, 1, false }, { SILENT, 4, 2, false }),
	  { 0, 0, 0 }, { NULL } },
	{ "one inside another counts for nothing",
	  MAILS({ TLS13, 3, 1, false }, { TLS10, 4, 2, true }),
	  { 0, 0, 0 }, { NULL } },
	{ "the sender with most comes first",
	  MAILS({ TLS13, 3, 1, false }, { TLS10, 4, 2, false },
		{ CLEAR, 5, 3, false }, { CLEAR, 6, 4, false }),
	  { 3, 0, 0 }, { "example.org" } },
};

static struct tt_case *case_of(const struct fixture *f, const struct mail *m,
			       size_t n)
{
	struct tt_case *c = case_open();
	const int64_t file = file_begin(c, "in.mbox", 1000);

	for (size_t i = 0; i < n; i++)
		mail_add(c, f, &m[i], "in.mbox", file, 1000 * i,
			 m[i].is_embedded);
	file_end(c, file, TT_SOURCE_DONE);
	conclude_all(c, f, TT_CASE_UNCONCLUDED);
	return c;
}

static void check_part(const struct fault_row *row,
		       const struct tt_faults *faults, int part)
{
	const struct tt_fault_list *l = &faults->part[part];

	if (l->total != row->want[part])
		fail_msg("%s: part %d has %u", row->name, part,
			 (unsigned)l->total);
	if (row->who[part] &&
	    (!l->n || !tt_slice_eq(l->v[0].name, tt_slice_str(row->who[part]))))
		fail_msg("%s: part %d begins with %.*s", row->name, part,
			 l->n ? (int)l->v[0].name.n : 0,
			 l->n ? (const char *)l->v[0].name.p : "");
}

static void whose_part_a_failure_is(void **state)
{
	for (size_t i = 0; i < N(fault_rows); i++) {
		const struct fault_row *row = &fault_rows[i];
		struct tt_case *c = case_of(*state, row->mail, row->n);
		struct tt_arena arena = { 0 };
		struct tt_faults faults;

		OK(tt_case_faults(c, 0, &faults, &arena, &ok_err));
		for (int part = 0; part < TT_PART_COUNT; part++)
			check_part(row, &faults, part);
		tt_arena_release(&arena);
		case_close(c);
		case_remove(case_path);
	}
}

static void faults_are_bounded(void **state)
{
	static const struct mail mail[] = { { TLS13, 3, 1, false },
					    { TLS10, 4, 2, false },
					    { CLEAR, 5, 3, false },
					    { CLEAR, 6, 4, false } };
	struct tt_case *c = case_of(*state, mail, N(mail));
	struct tt_arena arena = { 0 };
	struct tt_faults faults;

	OK(tt_case_faults(c, 1, &faults, &arena, &ok_err));
	assert_int_equal(faults.part[TT_PART_SENDER].total, 3);
	assert_int_equal(faults.part[TT_PART_SENDER].n, 1);
	assert_int_equal(faults.part[TT_PART_SENDER].more, 1);
	tt_arena_release(&arena);
	case_close(c);
}

/* ---- a campaign ---- */

/* The fixture's header says "odd" or "even" of the mail's number. */
static void messages_by_a_header(void **state)
{
	static const struct mail mail[] = { { TLS13, 3, 1, false },
					    { CLEAR, 4, 3, false },
					    { TLS12, 5, 2, false },
					    { TLS12, 6, 4, true } };
	struct tt_case *c = case_of(*state, mail, N(mail));
	struct tt_arena arena = { 0 };
	struct tt_campaign k;

	OK(tt_case_campaign(c, TT_S("x-test"), &k, &arena, &ok_err));
	assert_int_equal(k.rows.n, 2);
	assert_true(tt_slice_eq(k.rows.v[0].value, TT_S("even")));
	assert_int_equal(k.rows.v[0].mail.messages, 1);
	assert_int_equal(k.rows.v[0].mail.version[TT_TLSV1_2], 1);
	assert_int_equal(k.rows.v[0].reported, 0);
	assert_true(tt_slice_eq(k.rows.v[1].value, TT_S("odd")));
	assert_int_equal(k.rows.v[1].mail.messages, 2);
	assert_int_equal(k.rows.v[1].mail.verdict[TT_CLEARTEXT], 1);
	OK(tt_case_campaign(c, TT_S("x-other"), &k, &arena, &ok_err));
	assert_int_equal(k.rows.n, 0);
	tt_arena_release(&arena);
	case_close(c);
}

/* A report of a failure holds the message that failed. */
static void a_message_that_came_back(void **state)
{
	static const struct mail mail[] = { { TLS13, 3, 1, false },
					    { TLS12, 5, 2, false },
					    { TLS12, 6, 4, true },
					    { TLS12, 6, 5, true } };
	struct tt_case *c = case_of(*state, mail, N(mail));
	struct tt_arena arena = { 0 };
	struct tt_campaign k;

	/* Of the two, mail 4 lies in one that tells of a try, 5 does not. */
	tt_case_exec(c, "UPDATE message SET attempts = (message_id ="
			" '<1@example.org>'), parent_sha256 = CASE message_id"
			" WHEN '<4@example.org>' THEN (SELECT content_sha256"
			"  FROM message WHERE message_id = '<1@example.org>')"
			" WHEN '<5@example.org>' THEN (SELECT content_sha256"
			"  FROM message WHERE message_id = '<2@example.org>')"
			" END");
	OK(tt_case_campaign(c, TT_S("x-test"), &k, &arena, &ok_err));
	assert_int_equal(k.rows.n, 2);
	assert_int_equal(k.rows.v[0].mail.messages, 1);
	assert_int_equal(k.rows.v[0].reported, 1);
	assert_int_equal(k.rows.v[1].reported, 0);
	tt_arena_release(&arena);
	case_close(c);
}

/* ---- facts ---- */

static void options_are_facts(void **state)
{
	static const struct mail mail[] = { { TLS13, 3, 1, false } };
	struct tt_case *c = case_of(*state, mail, 1);
	struct tt_arena arena = { 0 };
	struct tt_case_facts facts;

	OK(tt_case_facts(c, &facts, &arena, &ok_err));
	assert_int_equal(facts.n, N(case_options));
	assert_true(tt_slice_eq(facts.v[0].name, TT_S("--trust")));
	assert_true(tt_slice_eq(facts.v[1].name, TT_S("rules")));
	assert_true(tt_slice_eq(facts.v[1].value, TT_S("r1")));
	tt_arena_release(&arena);
	case_close(c);
}

#define ROW(f) cmocka_unit_test_setup_teardown(f, case_fresh, case_fresh)

int main(void)
{
	const struct CMUnitTest tests[] = {
		ROW(whose_part_a_failure_is), ROW(faults_are_bounded),
		ROW(messages_by_a_header),    ROW(a_message_that_came_back),
		ROW(options_are_facts),
	};

	return cmocka_run_group_tests(tests, case_set_up, case_tear_down);
}
