/* test_case_figures - what a case comes to, against sums taken over the same
 * timelines one by one, and against figures worked out by hand */
#include "case_fixture.h"

static const struct item {
	const char *path;
	uint64_t off;
	uint32_t seq;
	struct mail mail;
} items[] = {
	{ "a", 0, 0, { TLS13, 3, 1, false } },
	{ "a", 9, 0, { CLEAR, 5, 2, false } },
	{ "a", 9, 1, { CLEAR, 5, 3, true } }, /* in no figure but embedded */
	{ "a", 20, 0, { TLS12, 9, 4, false } },
	{ "b", 0, 0, { CLEAR, 5, 2, false } }, /* again */
	{ "b", 9, 0, { SILENT, 35, 5, false } },
	{ "b", 20, 0, { SES, 40, 6, false } },
	{ "b", 30, 0, { TLS10, 64, 7, false } },
	{ "c", 0, 0, { CLEAR, 70, 8, false } },
	{ "c", 9, 0, { TLS13, 70, 9, false } },
};

static const struct mail *mail_of(int content)
{
	for (size_t i = 0; i < N(items); i++)
		if (items[i].mail.content == content)
			return &items[i].mail;
	fail_msg("no content %d", content);
	return NULL;
}

static void fill(struct tt_case *c, const struct fixture *f)
{
	for (size_t i = 0; i < N(items); i++)
		mail_add(c, f, &items[i].mail, items[i].path,
			 file_begin(c, items[i].path, 7), items[i].off,
			 items[i].seq);
	for (size_t i = 0; i < N(items); i++)
		file_end(c, file_begin(c, items[i].path, 7), TT_SOURCE_DONE);
	conclude_all(c, f, TT_CASE_UNCONCLUDED);
}

/* A case filled and opened as a report opens it. */
static struct tt_case *filled(const struct fixture *f)
{
	struct tt_case *c = case_open();

	fill(c, f);
	case_close(c);
	OK(tt_case_open_to_read(&c, case_path, &ok_err));
	return c;
}

/* ---- totals ---- */

static uint64_t n_of_rule(const struct tt_totals *t, const char *rule)
{
	for (size_t i = 0; i < t->rules.n; i++)
		if (!strcmp(t->rules.v[i].rule, rule))
			return t->rules.v[i].n;
	return 0;
}

static void totals_of(const struct fixture *f, struct tt_totals *t)
{
	for (int content = 1; content <= 9; content++) {
		const struct mail *m = mail_of(content);
		const struct tt_trail_options o = trail_options(f, m);
		struct read_mail r;

		mail_read(&r, f, m);
		tt_timeline_conclude(&r.b.t, &o, &r.b.arena, &r.b.diags);
		tt_totals_add(t, &r.b.t);
		for (size_t i = 0; i < t->rules.n; i++)
			t->rules.v[i].rule = tt_arena_cstr(
				t->arena, tt_slice_str(t->rules.v[i].rule));
		mail_release(&r);
	}
}

static void totals(void **state)
{
	struct tt_arena arena = { 0 };
	struct tt_totals want, got;
	struct tt_case *c = filled(*state);

	tt_totals_init(&want, &arena);
	totals_of(*state, &want);
	OK(tt_case_totals(c, &got, &arena, &ok_err));
	assert_int_equal(got.messages, 8);
	assert_int_equal(got.messages, want.messages);
	assert_int_equal(got.embedded, 1);
	assert_int_equal(got.hops, want.hops);
	assert_int_equal(got.stamps, want.stamps);
	assert_int_equal(got.unparsed, want.unparsed);
	assert_int_equal(got.no_writer, want.no_writer);
	assert_memory_equal(got.result, want.result, sizeof(want.result));
	assert_memory_equal(got.verdict, want.verdict, sizeof(want.verdict));
	assert_memory_equal(got.basis, want.basis, sizeof(want.basis));
	assert_memory_equal(got.version, want.version, sizeof(want.version));
	assert_memory_equal(got.anomalies, want.anomalies,
			    sizeof(want.anomalies));
	assert_int_equal(got.rules.n, want.rules.n);
	assert_true(got.rules.n > 1);
	for (size_t i = 0; i < want.rules.n; i++)
		assert_int_equal(n_of_rule(&got, want.rules.v[i].rule),
				 want.rules.v[i].n);
	case_close(c);
	tt_arena_release(&arena);
}

static void counts(void **state)
{
	struct tt_case_counts n;
	struct tt_case *c = filled(*state);

	OK(tt_case_counts(c, &n, &ok_err));
	assert_int_equal(n.messages, 8);
	assert_int_equal(n.embedded, 1);
	assert_int_equal(n.occurrences, 10);
	assert_int_equal(n.unconcluded, 0);
	assert_int_equal(n.events, 0);
	assert_int_equal(n.files[TT_SOURCE_DONE], 3);
	assert_int_equal(n.files[TT_SOURCE_BEGUN], 0);
	case_close(c);
}

/* ---- groups ---- */

#define MONTH(m) (2026 * 12 + (m) - 1)

static const struct {
	const char *name;
	struct tt_group_options o;
	const char *want; /* month name part basis: messages/pass/fail, ... */
} group_rows[] = {
	{ "months",
	  { .by = TT_GROUP_MONTH },
	  "2026-01 - - 0: 3 pass 2 fail 1 clear 1 unknown 0 v12 1 v13 1\n"
	  "2026-02 - - 0: 2 pass 1 fail 0 clear 0 unknown 1 v12 0 v13 1\n"
	  "2026-03 - - 0: 3 pass 1 fail 2 clear 1 unknown 0 v12 0 v13 1\n" },
	{ "receivers",
	  { .by = TT_GROUP_RECEIVER },
	  "- example.net - 0: 8 pass 4 fail 3 clear 2 unknown 1 v12 1 v13 3\n" },
	{ "peers by name",
	  { .by = TT_GROUP_PEER },
	  "- 192.0.2.4 - 3: 1 pass 0 fail 0 clear 0 unknown 1 v12 0 v13 0\n"
	  "- amazonses.com - 1: 1 pass 1 fail 0 clear 0 unknown 0 v12 0 v13 1\n"
	  "- example.com - 1: 2 pass 1 fail 1 clear 0 unknown 0 v12 1 v13 0\n"
	  "- example.org - 2: 4 pass 2 fail 2 clear 2 unknown 0 v12 0 v13 2\n" },
	{ "the worst peers",
	  { .by = TT_GROUP_PEER, .order = TT_GROUP_BY_WORST, .limit = 1 },
	  "- example.org - 2: 4 pass 2 fail 2 clear 2 unknown 0 v12 0 v13 2\n"
	  "3 more\n" },
	{ "the largest peers",
	  { .by = TT_GROUP_PEER, .order = TT_GROUP_BY_SIZE, .limit = 2 },
	  "- example.org - 2: 4 pass 2 fail 2 clear 2 unknown 0 v12 0 v13 2\n"
	  "- example.com - 1: 2 pass 1 fail 1 clear 0 unknown 0 v12 1 v13 0\n"
	  "2 more\n" },
	{ "parts of peers",
	  { .by = TT_GROUP_PEER_PART, .order = TT_GROUP_BY_SIZE },
	  "- example.org - 2: 4 pass 2 fail 2 clear 2 unknown 0 v12 0 v13 2\n"
	  "- example.com - 1: 2 pass 1 fail 1 clear 0 unknown 0 v12 1 v13 0\n"
	  "- 192.0.2.4 - 3: 1 pass 0 fail 0 clear 0 unknown 1 v12 0 v13 0\n"
	  "- amazonses.com us-west-2 1: 1 pass 1 fail 0 clear 0 unknown 0 "
	  "v12 0 v13 1\n" },
	{ "months of the largest peers",
	  { .by = TT_GROUP_PEER_MONTH, .order = TT_GROUP_BY_SIZE, .limit = 2 },
	  "2026-01 example.org - 2: 2 pass 1 fail 1 clear 1 unknown 0 v12 0 "
	  "v13 1\n"
	  "2026-03 example.org - 2: 2 pass 1 fail 1 clear 1 unknown 0 v12 0 "
	  "v13 1\n"
	  "2026-01 example.com - 1: 1 pass 1 fail 0 clear 0 unknown 0 v12 1 "
	  "v13 0\n"
	  "2026-03 example.com - 1: 1 pass 0 fail 1 clear 0 unknown 0 v12 0 "
	  "v13 0\n"
	  "2 more\n" },
	{ "values of a header",
	  { .by = TT_GROUP_HEADER, .header = { (const uint8_t *)"x-test", 6 } },
	  "- even - 0: 4 pass 2 fail 2 clear 2 unknown 0 v12 1 v13 1\n"
	  "- odd - 0: 4 pass 2 fail 1 clear 0 unknown 1 v12 0 v13 2\n" },
	{ "a header that was not kept",
	  { .by = TT_GROUP_HEADER, .header = { (const uint8_t *)"x-none", 6 } },
	  "" },
};

static void print_group(struct tt_out *out, const struct tt_group *g)
{
	if (g->month == TT_NO_MONTH)
		tt_out_str(out, "-");
	else
		tt_out_printf(out, "%04d-%02d", g->month / 12,
			      g->month % 12 + 1);
	tt_out_str(out, " ");
	tt_out_text(out, g->name.p ? g->name : TT_S("-"));
	tt_out_str(out, " ");
	tt_out_text(out, g->part.p ? g->part : TT_S("-"));
	tt_out_printf(out,
		      " %d: %d pass %d fail %d clear %d unknown %d v12 %d v13 "
		      "%d\n",
		      g->basis, (int)g->messages,
		      (int)g->result[TT_RESULT_PASS],
		      (int)g->result[TT_RESULT_FAIL],
		      (int)g->verdict[TT_CLEARTEXT],
		      (int)g->verdict[TT_UNKNOWN],
		      (int)g->version[TT_TLSV1_2],
		      (int)g->version[TT_TLSV1_3]);
}

static void groups(void **state)
{
	struct tt_case *c = filled(*state);

	for (size_t i = 0; i < N(group_rows); i++) {
		struct tt_arena arena = { 0 };
		struct tt_groups got;
		struct tt_out out;

		tt_out_init(&out, -1);
		OK(tt_case_groups(c, &group_rows[i].o, &got, &arena,
				  &ok_err));
		for (size_t k = 0; k < got.n; k++)
			print_group(&out, &got.v[k]);
		if (got.more)
			tt_out_printf(&out, "%d more\n", (int)got.more);
		tt_out_bytes(&out, (struct tt_slice){ (uint8_t *)"", 1 });
		if (strcmp((char *)out.buf, group_rows[i].want) != 0)
			fail_msg("%s:\n%s", group_rows[i].name, out.buf);
		tt_out_release(&out);
		tt_arena_release(&arena);
	}
	case_close(c);
}

static const struct {
	const char *name;
	int64_t time;
	int32_t month;
} month_rows[] = {
	{ "the epoch", 0, 1970 * 12 },
	{ "a second before", -1, 1969 * 12 + 11 },
	{ "the end of a leap February", 1709251199, 2024 * 12 + 1 },
	{ "the March behind it", 1709251200, 2024 * 12 + 2 },
	{ "the end of a February without", 951868799, 2000 * 12 + 1 },
	{ "the year 2100", 4102444800, 2100 * 12 },
	{ "the last month told", 253402300799, 9999 * 12 + 11 },
	{ "beyond it", 253402300800, TT_NO_MONTH },
	{ "the first month told", -62167219200, 0 },
	{ "before the year 0", -62167219201, TT_NO_MONTH },
};

static void months(void **state)
{
	static const struct tt_group_options o = { .by = TT_GROUP_MONTH };
	struct tt_case *c = case_open();

	fill(c, *state);
	for (size_t i = 0; i < N(month_rows); i++) {
		struct tt_arena arena = { 0 };
		struct tt_groups got;

		tt_case_exec(c, tt_arena_printf(
					&arena, "UPDATE message SET time = %lld",
					(long long)month_rows[i].time));
		OK(tt_case_groups(c, &o, &got, &arena, &ok_err));
		if (got.n != 1 || got.v[0].month != month_rows[i].month)
			fail_msg("%s: %d", month_rows[i].name,
				 got.n ? got.v[0].month : -1);
		tt_arena_release(&arena);
	}
	case_close(c);
}

/* ---- delays ---- */

/* Of content n the border hop took n + 2 seconds. */
static void delays(void **state)
{
	struct tt_arena arena = { 0 };
	struct tt_delays d;
	struct tt_case *c = filled(*state);

	OK(tt_case_delays(c, &d, &arena, &ok_err));
	assert_int_equal(d.all.hops, 8); /* 3 4 6 7 8 9 10 11 */
	assert_int_equal(d.all.median_s, 7);
	assert_int_equal(d.all.p90_s, 11);
	assert_int_equal(d.all.max_s, 11);
	assert_int_equal(d.all.negative, 0);
	assert_int_equal(d.by_receiver.n, 1);
	assert_true(tt_slice_eq(d.by_receiver.v[0].name,
				TT_S("example.net")));
	assert_int_equal(d.by_receiver.v[0].median_s, 7);
	case_close(c);
	c = case_open();
	tt_case_exec(c, "UPDATE detail"
			" SET hops = json_set(hops, '$[1][25]', -5)"
			" WHERE hops ->> '$[1][25]' > 8");
	OK(tt_case_delays(c, &d, &arena, &ok_err));
	assert_int_equal(d.all.hops, 8);
	assert_int_equal(d.all.negative, 3);
	assert_int_equal(d.all.median_s, 6);
	case_close(c);
	tt_arena_release(&arena);
}

/* ---- lists ---- */

static void worst(void **state)
{
	static const char *const want[] = { "<2@example.org>",
					    "<8@example.org>",
					    "<7@example.org>" };
	struct tt_arena arena = { 0 };
	struct tt_worsts w;
	struct tt_case *c = filled(*state);

	OK(tt_case_worst(c, 0, &w, &arena, &ok_err));
	assert_int_equal(w.n, N(want));
	for (size_t i = 0; i < w.n; i++)
		assert_true(tt_slice_eq(w.v[i].message_id,
					tt_slice_str(want[i])));
	assert_int_equal(w.v[0].fit, TT_FIT_CLEARTEXT);
	assert_int_equal(w.v[2].weakest, TT_TLSV1_0);
	assert_true(tt_slice_eq(w.v[0].path, TT_S("a")));
	assert_int_equal(w.v[0].off, 9);
	assert_true(tt_slice_eq(w.v[0].peer, TT_S("example.org")));
	OK(tt_case_worst(c, 1, &w, &arena, &ok_err));
	assert_int_equal(w.n, 1);
	assert_int_equal(w.more, 2);
	case_close(c);
	tt_arena_release(&arena);
}

static bool print_source(void *ctx, const struct tt_case_source_row *r)
{
	struct tt_out *const out = ctx;

	tt_out_text(out, r->path);
	for (size_t i = 0; i < r->n_member; i++) {
		tt_out_str(out, "/");
		tt_out_text(out, r->member[i]);
	}
	tt_out_printf(out, " %s %d newest %d hash %d: %d %d %d\n",
		      tt_source_state_name(r->state), (int)r->size,
		      r->is_newest, r->has_hash, (int)r->occurrences,
		      (int)r->events, (int)r->diags);
	return true;
}

static bool count_diag(void *ctx, const struct tt_case_diag_row *r)
{
	assert_true(tt_slice_eq(r->code, TT_S("no-colon")));
	assert_int_equal(r->off, 5);
	assert_int_equal(r->severity, TT_SEV_DIAG);
	++*(int *)ctx;
	return true;
}

static void sources_and_their_diags(void **state)
{
	static const struct tt_slice member[] = {
		{ (const uint8_t *)"in.tar", 6 }, { (const uint8_t *)"x", 1 }
	};
	struct tt_arena arena = { 0 };
	struct tt_diags diags;
	struct tt_code_counts codes;
	struct tt_case *c = case_open();
	struct tt_out out;
	int64_t id;
	int n = 0;

	fill(c, *state);
	id = file_begin(c, "a", 8); /* it has grown */
	OK(tt_case_member(c, id, member, 2, &id, &ok_err));
	tt_diags_init(&diags, &arena);
	tt_diag_add(&diags, TT_DIAG_no_colon, 5, NULL);
	OK(tt_case_add_diags(c, id, &diags, &ok_err));
	tt_out_init(&out, -1);
	OK(tt_case_sources(c, print_source, &out, &ok_err));
	tt_out_bytes(&out, (struct tt_slice){ (uint8_t *)"", 1 });
	assert_string_equal((char *)out.buf,
			    "a done 7 newest 0 hash 1: 4 0 0\n"
			    "a begun 8 newest 1 hash 0: 0 0 0\n"
			    "a/in.tar/x begun 0 newest 1 hash 0: 0 0 1\n"
			    "b done 7 newest 1 hash 1: 4 0 0\n"
			    "c done 7 newest 1 hash 1: 2 0 0\n");
	OK(tt_case_source_diags(c, count_diag, &n, &ok_err));
	assert_int_equal(n, 1);
	OK(tt_case_diag_counts(c, &codes, &arena, &ok_err));
	assert_int_equal(codes.v[0].sources, 1);
	case_close(c);
	tt_out_release(&out);
	tt_arena_release(&arena);
}

/* ---- spans ---- */

struct spans {
	int n;
};

/* What is quoted stands in the message at its place. */
static bool check_span(void *ctx, const struct tt_case_span *s)
{
	struct tt_arena arena = { 0 };
	int content;

	memcpy(&content, s->sha256, sizeof(content));
	const struct tt_slice block =
		block_of(&arena, mail_of(content - 1000));

	assert_true(s->is_message && s->has_hash && !s->is_decoded);
	assert_int_equal(s->message_length, block.n);
	assert_int_equal(s->length, s->text.n);
	assert_true(s->length > 0);
	assert_true(tt_slice_eq(
		s->text,
		tt_slice_sub(block, (size_t)s->off, (size_t)s->length)));
	tt_arena_release(&arena);
	((struct spans *)ctx)->n++;
	return true;
}

static bool check_occurrence(void *ctx, const struct tt_case_occurrence *o)
{
	static const uint64_t want[] = { 0, 9, 20, 30 };

	assert_int_equal(o->off, want[*(int *)ctx]);
	++*(int *)ctx;
	return true;
}

static void spans_and_occurrences(void **state)
{
	struct tt_case *c = filled(*state);
	struct spans all = { 0 };
	int n = 0;

	for (int64_t id = 1; id <= 3; id++)
		OK(tt_case_spans(c, id, check_span, &all, &ok_err));
	assert_int_equal(all.n, n_rows(c, "evidence"));
	assert_true(all.n > 10);
	OK(tt_case_occurrences(c, 2, check_occurrence, &n, &ok_err));
	assert_int_equal(n, 4);
	case_close(c);
}

/* ---- views, as any program reads them ---- */

static const struct {
	const char *sql, *want;
} view_rows[] = {
	{ "SELECT path, member, state, size FROM v_source WHERE path = 'a'",
	  "a||done|7" },
	{ "SELECT verdict, fail_basis, receiver, peer, peer_basis, path, off,"
	  " occurrences, copies, is_embedded FROM v_message"
	  " WHERE message_id = '<2@example.org>'",
	  "fail|keyword|example.net|example.org|helo|a|9|2|0|0" },
	{ "SELECT received FROM v_message"
	  " WHERE message_id = '<6@example.org>'",
	  "2026-02-10T12:00:06Z" },
	{ "SELECT h.tls_version, h.cipher, h.bits, h.verdict, h.basis, h.fit,"
	  " h.is_border, h.from_ip FROM v_hop h JOIN v_message m"
	  " ON m.id = h.message_id WHERE m.message_id = '<1@example.org>'"
	  " AND h.hop = 1",
	  "TLSv1.3|TLS_AES_256_GCM_SHA384|256|encrypted|marker|meets|1|"
	  "192.0.2.1" },
	{ "SELECT count(*), sum(e.off >= 9), min(kind), min(part), min(e.path)"
	  " FROM v_evidence e JOIN v_message m ON m.id = e.message_id"
	  " WHERE m.message_id = '<2@example.org>'",
	  "2|2|received|hop|a" },
	{ "SELECT group_concat(mail || ' ' || fit, ', ') FROM"
	  " (SELECT * FROM v_weak ORDER BY mail)",
	  "<2@example.org> cleartext, <5@example.org> unknown, "
	  "<7@example.org> version, <8@example.org> cleartext" },
	{ "SELECT month, messages, pass, fail, undetermined, \"TLSv1.3\","
	  " older, cleartext, unknown FROM v_by_month WHERE month = '2026-03'",
	  "2026-03|3|1|2|0|1|1|1|0" },
	{ "SELECT peer, part, basis, messages, encrypted, weakest, failing"
	  " FROM v_by_peer WHERE part IS NOT NULL",
	  "amazonses.com|us-west-2|rdns|1|1|TLSv1.3|0" },
	{ "SELECT group_concat(peer, ' ') FROM v_by_peer",
	  "example.org example.com 192.0.2.4 amazonses.com" },
	{ "SELECT count(*) FROM v_event", "0" },
};

/* Columns with a bar between; the first row only. */
static const char *first_row(sqlite3 *db, const char *sql,
			     struct tt_arena *arena)
{
	sqlite3_stmt *s = NULL;
	const char *row = "";

	if (sqlite3_prepare_v2(db, sql, -1, &s, NULL) != SQLITE_OK)
		fail_msg("%s: %s", sql, sqlite3_errmsg(db));
	const int got = sqlite3_step(s);

	if (got != SQLITE_ROW && got != SQLITE_DONE)
		fail_msg("%s: %s", sql, sqlite3_errmsg(db));
	for (int i = 0; got == SQLITE_ROW && i < sqlite3_column_count(s); i++) {
		const char *text = (const char *)sqlite3_column_text(s, i);

		row = tt_arena_printf(arena, "%s%s%s", row, i ? "|" : "",
				      text ? text : "");
	}
	sqlite3_finalize(s);
	return row;
}

static void views(void **state)
{
	struct tt_case *c = filled(*state);
	struct tt_arena arena = { 0 };
	sqlite3 *db;

	case_close(c);
	assert_int_equal(sqlite3_open(case_path, &db), SQLITE_OK);
	for (size_t i = 0; i < N(view_rows); i++)
		assert_string_equal(first_row(db, view_rows[i].sql, &arena),
				    view_rows[i].want);
	sqlite3_close(db);
	tt_arena_release(&arena);
}

/* Each statement that the manual page shows can be run. */
static void examples_of_the_manual(void **state)
{
	struct tt_case *c = filled(*state);
	struct tt_arena arena = { 0 };
	size_t n, at, shown = 0;
	uint8_t *page = file_read("doc/tlstrail-case.5", &n);
	struct tt_slice rest = { page, n };
	sqlite3 *db;

	case_close(c);
	assert_non_null(page);
	assert_int_equal(sqlite3_open(case_path, &db), SQLITE_OK);
	while ((at = tt_slice_find(rest, TT_S("\nSELECT "))) != SIZE_MAX) {
		rest = tt_slice_sub(rest, at + 1, rest.n);
		const size_t end = tt_slice_find(rest, TT_S("\n.Ed"));

		assert_true(end != SIZE_MAX);
		(void)first_row(db,
				tt_arena_cstr(&arena,
					      tt_slice_sub(rest, 0, end)),
				&arena);
		shown++;
	}
	assert_true(shown >= 6);
	sqlite3_close(db);
	tt_free(&page);
	tt_arena_release(&arena);
}

/* ---- parts of a domain ---- */

static const struct {
	const char *host, *part; /* "": none */
} part_rows[] = {
	{ "a27-29.smtp-out.us-west-2.amazonses.com", "us-west-2" },
	{ "a8-71.smtp-out.amazonses.com", "us-east-1" },
	{ "A8-71.SMTP-OUT.AmazonSES.com", "us-east-1" },
	{ "amazonses.com", "" },
	{ ".amazonses.com", "" },
	{ "notamazonses.com", "" },
	{ "a.example.org", "" },
	{ "", "" },
};

static void parts(void **state)
{
	const struct fixture *const f = *state;

	for (size_t i = 0; i < N(part_rows); i++)
		if (!tt_slice_eq(tt_rules_host_part(
					 f->rules,
					 tt_slice_str(part_rows[i].host)),
				 tt_slice_str(part_rows[i].part)))
			fail_msg("%s", part_rows[i].host);
}

#define ROW(f) cmocka_unit_test_setup_teardown(f, case_fresh, case_fresh)

int main(void)
{
	const struct CMUnitTest tests[] = {
		ROW(totals),
		ROW(counts),
		ROW(groups),
		ROW(months),
		ROW(delays),
		ROW(worst),
		ROW(sources_and_their_diags),
		ROW(spans_and_occurrences),
		ROW(views),
		ROW(examples_of_the_manual),
		ROW(parts),
	};

	return cmocka_run_group_tests(tests, case_set_up, case_tear_down);
}
