/* test_case - the case file: what it refuses, what scanning again changes,
 * and what is left of it when a scan is cut off, the disk is full or bytes of
 * it are damaged */
#include "case_fixture.h"

#include <errno.h>

/* ---- evidence ---- */

static const char *const paths[] = { "a.mbox", "b.mbox", "c.tar", "d.mbox" };

/* Contents 1, 2 and 4 are met twice; 4 inside another message first. */
static const struct item {
	int path;
	const char *member;
	uint64_t off;
	uint32_t seq;
	struct mail mail;
} items[] = {
	{ 0, NULL, 0, 0, { TLS13, 3, 1, false } },
	{ 0, NULL, 100, 0, { CLEAR, 5, 2, false } },
	{ 0, NULL, 200, 0, { TLS12, 9, 3, false } },
	{ 0, NULL, 200, 1, { CLEAR, 9, 4, true } },
	{ 1, NULL, 0, 0, { CLEAR, 5, 2, false } },
	{ 1, NULL, 50, 0, { SILENT, 35, 5, false } },
	{ 2, "x/in", 0, 0, { TLS13, 3, 1, false } },
	{ 2, "x/in", 10, 0, { SES, 40, 6, false } },
	{ 2, "x/in\1odd", 0, 0, { CLEAR, 9, 4, false } },
	{ 3, NULL, 0, 0, { TLS10, 64, 7, false } },
	{ 3, NULL, 90, 0, { CLEAR, 70, 8, false } },
};

static int64_t source_of(struct tt_case *c, const struct item *i,
			 const int64_t *files)
{
	const struct tt_slice member = tt_slice_str(i->member);
	int64_t id = 0;

	OK(tt_case_member(c, files[i->path], &member, i->member ? 1 : 0, &id,
			  &ok_err));
	return id;
}

static void add_item(struct tt_case *c, const struct fixture *f,
		     const struct item *i, const int64_t *files, enum when when)
{
	mail_put(c, f, &i->mail, paths[i->path], source_of(c, i, files),
		 i->off, i->seq, when);
}

static void begin_all(struct tt_case *c, int64_t files[N(paths)])
{
	for (size_t i = 0; i < N(paths); i++)
		files[i] = file_begin(c, paths[i], 1000);
}

static void end_all(struct tt_case *c, const int64_t files[N(paths)])
{
	for (size_t i = 0; i < N(paths); i++)
		file_end(c, files[i], TT_SOURCE_DONE);
}

static void scan_concluding(struct tt_case *c, const struct fixture *f,
			    const size_t order[N(items)], enum when when)
{
	int64_t files[N(paths)];

	begin_all(c, files);
	for (size_t i = 0; i < N(items); i++)
		add_item(c, f, &items[order ? order[i] : i], files, when);
	end_all(c, files);
	conclude_all(c, f, TT_CASE_UNCONCLUDED);
}

static void scan(struct tt_case *c, const struct fixture *f,
		 const size_t order[N(items)])
{
	scan_concluding(c, f, order, LATER);
}

/* What an undisturbed scan comes to; in the arena. */
static const char *expected(const struct fixture *f, struct tt_arena *arena)
{
	case_remove(case_path);
	struct tt_case *c = case_open();

	scan(c, f, NULL);
	const char *dump = case_dump(c, arena);

	case_close(c);
	case_remove(case_path);
	return dump;
}

/* ---- words and the manual page ---- */

static const struct {
	const char *kind;
	int code;
	const char *word;
} word_rows[] = {
	{ "state", 1, "begun" },	{ "state", 4, "failed" },
	{ "result", 0, "none" },	{ "result", 3, "fail" },
	{ "verdict", 0, "unknown" },	{ "verdict", 1, "encrypted" },
	{ "verdict", 2, "cleartext" },	{ "verdict", 3, "local" },
	{ "basis", 1, "marker" },	{ "basis", 4, "log" },
	{ "transport", 0, "other" },	{ "transport", 5, "local" },
	{ "tls", 1, "SSLv2" },		{ "tls", 3, "TLSv1.0" },
	{ "tls", 6, "TLSv1.3" },	{ "auth", 1, "verified" },
	{ "auth", 5, "none" },		{ "link", 1, "address" },
	{ "link", 5, "none" },		{ "claimed", 4, "admits-failure" },
	{ "border_basis", 4, "top-only" }, { "fit", 0, "meets" },
	{ "fit", 3, "no-suite" },	{ "fit", 4, "cleartext" },
	{ "fit", 6, "suite" },		{ "end_to_end", 1, "smime" },
	{ "end_to_end", 7, "pgp-signed-inline" }, { "peer", 1, "rdns" },
	{ "peer", 3, "address" },	{ "evidence", 0, "received" },
	{ "evidence", 7, "other" },	{ "part", 2, "context" },
	{ "event", 0, "accept" },	{ "event", 5, "context" },
	{ "side", 3, "submitter" },	{ "outcome", 5, "fallback" },
	{ "severity", 0, "note" },	{ "severity", 2, "failed" },
};

static void numbers_of_the_interface(void **state)
{
	struct tt_case *c = case_open();

	(void)state;
	for (size_t i = 0; i < N(word_rows); i++) {
		struct tt_query q = tt_query_once(
			c, "SELECT count(*) FROM word WHERE kind = ?"
			   " AND code = ? AND word = ?");

		tt_put_bytes(&q, tt_slice_str(word_rows[i].kind));
		tt_put_int(&q, word_rows[i].code);
		tt_put_bytes(&q, tt_slice_str(word_rows[i].word));
		assert_int_equal(tt_query_step(&q), 1);
		if (tt_get_int(&q) != 1)
			fail_msg("%s %d is not %s", word_rows[i].kind,
				 word_rows[i].code, word_rows[i].word);
		tt_query_end(&q);
	}
	case_close(c);
}

/* Each table has a section of the page, each column of it an item there, each
 * kind of words and each view an item somewhere. */
static void every_column_is_in_the_manual(void **state)
{
	size_t n;
	uint8_t *page = file_read("doc/tlstrail-case.5", &n);
	const struct tt_slice all = { page, n };
	struct tt_case *c = case_open();
	struct tt_query q = tt_query_once(
		c, "SELECT t.type, t.name, x.name FROM sqlite_schema t"
		   " JOIN pragma_table_info(t.name) x"
		   " WHERE t.type = 'table'"
		   " UNION ALL SELECT 'view', name, '' FROM sqlite_schema"
		   " WHERE type = 'view'"
		   " UNION ALL SELECT DISTINCT 'word', kind, '' FROM word");
	struct tt_arena arena = { 0 };
	int rows = 0;

	(void)state;
	assert_non_null(page);
	for (; tt_query_step(&q) == 1; rows++) {
		const bool is_column = tt_slice_eq(tt_get_slice(&q),
						   TT_S("table"));
		const char *name = tt_arena_cstr(&arena, tt_get_slice(&q));
		const char *column = tt_arena_cstr(&arena, tt_get_slice(&q));
		struct tt_slice in = all;

		if (is_column) {
			const size_t at = tt_slice_find(
				all, tt_slice_str(tt_arena_printf(
					     &arena, ".Ss %s\n", name)));

			if (at == SIZE_MAX)
				fail_msg("no section for %s", name);
			in = tt_slice_sub(all, at + 4, all.n);
			in = tt_slice_sub(in, 0,
					  tt_slice_find(in, TT_S("\n.Ss ")));
		}
		if (tt_slice_find(in, tt_slice_str(tt_arena_printf(
					      &arena, ".It Li %s\n",
					      is_column ? column : name))) ==
		    SIZE_MAX)
			fail_msg("%s %s is not described", name, column);
	}
	assert_true(rows > 110);
	tt_query_end(&q);
	tt_arena_release(&arena);
	tt_free(&page);
	case_close(c);
}

/* ---- opening ---- */

static void make_nothing(void)
{
}
static void make_empty(void)
{
	file_write(case_path, "", 0);
}
static void make_text(void)
{
	static const char text[] = "Received: from a by b; no database, "
				   "though it is longer than a header of one";

	file_write(case_path, text, sizeof(text));
}
static void make_short(void)
{
	file_write(case_path, "SQLite format 3", 16);
}
static void make_directory(void)
{
	assert_int_equal(mkdir(case_path, 0700), 0);
}
static void make_case(void)
{
	case_close(case_open());
}

static void make_finished(void)
{
	struct tt_case *c = case_open();

	/* A second time changes nothing. */
	OK(tt_case_finish(c, &ok_err));
	OK(tt_case_finish(c, &ok_err));
	case_close(c);
}

static void change(const char *sql)
{
	sqlite3 *db;

	assert_int_equal(sqlite3_open(case_path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
	sqlite3_close(db);
}
static void make_with(const char *sql)
{
	make_case();
	change(sql);
}
static void make_half_finished(void)
{
	make_finished();
	change("DROP INDEX anomaly_code");
}
static void make_foreign(void)
{
	sqlite3 *db;

	assert_int_equal(sqlite3_open(case_path, &db), SQLITE_OK);
	assert_int_equal(sqlite3_exec(db, "CREATE TABLE t(a)", NULL, NULL,
				      NULL),
			 SQLITE_OK);
	sqlite3_close(db);
}
static void make_next_version(void)
{
	make_with("PRAGMA user_version = 99");
}
static void make_last_version(void)
{
	make_with("PRAGMA user_version = 5");
}
static void make_trigger(void)
{
	make_with("CREATE TRIGGER t AFTER INSERT ON string BEGIN"
		  " DELETE FROM string; END");
}
static void make_view(void)
{
	make_with("CREATE VIEW v AS SELECT 1");
}
static void make_changed_view(void)
{
	make_with("DROP VIEW v_by_peer;"
		  "CREATE VIEW v_by_peer AS SELECT 1");
}
static void make_table(void)
{
	make_with("CREATE TABLE extra(a)");
}
static void make_without_index(void)
{
	make_with("DROP INDEX message_place");
}
static void make_other_words(void)
{
	make_with("UPDATE word SET word = 'cleartext' WHERE kind = 'verdict'"
		  " AND code = 1");
}
static void make_more_words(void)
{
	make_with("INSERT INTO word VALUES ('tls', 0, 'none')");
}
/* By what stands at its end SQLite would remove what it names. */
static void make_journal_of_others(void)
{
	static const char end[] = "other\0\0\0\5\0\0\2\x2d"
				  "\xd9\xd5\x05\xf9\x20\xa1\x63\xd7";
	char name[128];

	make_case();
	snprintf(name, sizeof(name), "%s-journal", case_path);
	file_write(name, (const uint8_t *)end, sizeof(end) - 1);
}
static void make_cut(void)
{
	size_t n;

	make_case();
	uint8_t *p = file_read(case_path, &n);

	file_write(case_path, p, n / 2);
	tt_free(&p);
}

static const struct {
	const char *name;
	void (*make)(void);
	enum tt_status to_write, to_read;
	const char *text; /* in the reason not to read */
} open_rows[] = {
	{ "no file", make_nothing, TT_OK, TT_IO, "No such file" },
	{ "an empty file", make_empty, TT_OK, TT_USAGE, "not a case" },
	{ "text", make_text, TT_USAGE, TT_USAGE, "not a case" },
	{ "shorter than a header", make_short, TT_USAGE, TT_USAGE,
	  "not a case" },
	{ "a directory", make_directory, TT_USAGE, TT_USAGE, "not a case" },
	{ "somebody else's database", make_foreign, TT_USAGE, TT_USAGE,
	  "not a case" },
	{ "another version", make_next_version, TT_USAGE, TT_USAGE,
	  "version 99, not 6" },
	{ "the version before", make_last_version, TT_USAGE, TT_USAGE,
	  "version 5, not 6" },
	{ "a case", make_case, TT_OK, TT_OK, "" },
	{ "a trigger", make_trigger, TT_INPUT, TT_INPUT, "schema" },
	{ "a view more", make_view, TT_INPUT, TT_INPUT, "schema" },
	{ "another view of that name", make_changed_view, TT_INPUT, TT_INPUT,
	  "schema" },
	{ "a table more", make_table, TT_INPUT, TT_INPUT, "schema" },
	{ "one of a scan that ended", make_finished, TT_OK, TT_OK, "" },
	{ "... less an index", make_half_finished, TT_INPUT, TT_INPUT,
	  "schema" },
	{ "an index less", make_without_index, TT_INPUT, TT_INPUT, "schema" },
	{ "other words", make_other_words, TT_INPUT, TT_INPUT, "words" },
	{ "a word more", make_more_words, TT_INPUT, TT_INPUT, "words" },
	{ "a journal of others", make_journal_of_others, TT_INPUT, TT_INPUT,
	  "a journal of others" },
	{ "half a file", make_cut, TT_INPUT, TT_INPUT, "malformed" },
};

static void check_open(size_t i, bool is_to_write)
{
	const enum tt_status want = is_to_write ? open_rows[i].to_write :
						  open_rows[i].to_read;
	struct tt_err err = { 0 };
	struct tt_case *c = NULL;

	case_remove(case_path);
	rmdir(case_path);
	open_rows[i].make();
	const enum tt_status got =
		is_to_write ? tt_case_open(&c, case_path, case_options,
					   N(case_options), &err) :
			      tt_case_open_to_read(&c, case_path, &err);

	if (got != want || (c != NULL) != (want == TT_OK) ||
	    (want != TT_OK && !is_to_write &&
	     !strstr(err.text, open_rows[i].text)))
		fail_msg("%s: %d, not %d: %s", open_rows[i].name, got, want,
			 err.text);
	if (c)
		case_close(c);
	rmdir(case_path);
}

static void opening(void **state)
{
	(void)state;
	for (size_t i = 0; i < N(open_rows); i++) {
		check_open(i, false);
		check_open(i, true);
	}
}

/* A file that is refused is not changed by a byte. */
static void a_refused_file_is_untouched(void **state)
{
	size_t n, m;
	struct tt_err err = { 0 };
	struct tt_case *c = NULL;

	(void)state;
	make_foreign();
	uint8_t *was = file_read(case_path, &n);

	assert_int_equal(tt_case_open(&c, case_path, NULL, 0, &err), TT_USAGE);
	uint8_t *is = file_read(case_path, &m);

	assert_int_equal(n, m);
	assert_memory_equal(was, is, n);
	tt_free(&was);
	tt_free(&is);
}

static const struct {
	const char *name;
	const char *rules, *trust, *tool;
	enum tt_status want;
	const char *text;
} option_rows[] = {
	{ "the same", "r1", "", "1.0", TT_OK, "" },
	{ "another tool", "r1", "", "1.1", TT_OK, "" },
	{ "other rules", "r2", "", "1.0", TT_USAGE,
	  "made with another rules: \"r1\" then, \"r2\" now" },
	{ "another trust", "r1", "10.0.0.0/8", "1.0", TT_USAGE,
	  "another --trust: \"\" then, \"10.0.0.0/8\" now" },
};

static void options(void **state)
{
	(void)state;
	make_case();
	for (size_t i = 0; i < N(option_rows); i++) {
		const struct tt_case_option o[] = {
			{ "rules", tt_slice_str(option_rows[i].rules), true },
			{ "--trust", tt_slice_str(option_rows[i].trust),
			  true },
			{ "tool", tt_slice_str(option_rows[i].tool), false },
		};
		struct tt_err err = { 0 };
		struct tt_case *c = NULL;
		const enum tt_status got =
			tt_case_open(&c, case_path, o, N(o), &err);

		if (got != option_rows[i].want ||
		    !strstr(err.text, option_rows[i].text))
			fail_msg("%s: %d: %s", option_rows[i].name, got,
				 err.text);
		if (c)
			case_close(c);
	}
	struct tt_arena arena = { 0 };
	struct tt_case *c = case_open();
	struct tt_slice tool, none;

	OK(tt_case_option(c, "tool", &tool, &arena, &ok_err));
	OK(tt_case_option(c, "nothing", &none, &arena, &ok_err));
	assert_true(tt_slice_eq(tool, TT_S("1.0")));
	assert_null(none.p);
	case_close(c);
	tt_arena_release(&arena);
}

static void two_scans_at_once(void **state)
{
	struct tt_err err = { 0 };
	struct tt_case *c = case_open(), *second = NULL;

	(void)state;
	assert_int_equal(tt_case_open(&second, case_path, case_options,
				      N(case_options), &err),
			 TT_USAGE);
	assert_non_null(strstr(err.text, "in use by another"));
	assert_null(second);
	case_close(c);
}

static void a_case_is_one_file_when_closed(void **state)
{
	struct tt_case *c = case_open();
	struct tt_file_id own[TT_CASE_FILES];
	struct stat st;
	char journal[128];

	snprintf(journal, sizeof(journal), "%s-journal", case_path);
	scan(c, *state, NULL);
	assert_int_equal(stat(journal, &st), 0);
	assert_int_equal(tt_case_own_files(c, own), 2);
	assert_true(own[1].ino == st.st_ino);
	case_close(c);
	assert_int_equal(stat(journal, &st), -1);
	assert_int_equal(stat(case_path, &st), 0);
	assert_true(own[0].ino == st.st_ino);
}

/* ---- the same evidence again ---- */

static void scanning_again_adds_nothing(void **state)
{
	struct tt_arena arena = { 0 };
	const char *want = expected(*state, &arena);
	struct tt_case *c = case_open();

	for (int i = 0; i < 3; i++) {
		scan(c, *state, NULL);
		case_close(c);
		c = case_open();
		assert_string_equal(case_dump(c, &arena), want);
	}
	case_close(c);
	tt_arena_release(&arena);
}

static uint32_t seed = 1;
static size_t draw(size_t n)
{
	seed = seed * 1664525u + 1013904223u;
	return (seed >> 8) % n;
}

static void shuffle(size_t order[N(items)])
{
	for (size_t i = 0; i < N(items); i++)
		order[i] = i;
	for (size_t i = N(items); i > 1; i--) {
		const size_t k = draw(i), was = order[i - 1];

		order[i - 1] = order[k];
		order[k] = was;
	}
}

/* ---- which contents there are ---- */

/* Read from somewhere else each time. */
static void add_content(struct tt_case *c, const struct fixture *f, int64_t id,
			uint8_t last)
{
	static uint64_t off;
	const struct mail m = { TLS13, 3, 1, false };
	struct read_mail r;

	mail_read(&r, f, &m);
	r.b.t.content_sha256[TT_SHA256_LEN - 1] = last;
	const struct tt_case_mail mail = {
		.place = { id, off++, 0 },
		.t = &r.b.t,
		.record = r.b.block,
	};

	OK(tt_case_add(c, &mail, &ok_err));
	mail_release(&r);
}

static int64_t n_messages(struct tt_case *c)
{
	return tt_case_int(c, "SELECT count(*) FROM message");
}

static void contents_that_begin_alike(void **state)
{
	struct tt_case *c = case_open();
	int64_t id = file_begin(c, "a.mbox", 1);

	/* In memory, as read from the case, in the index. */
	for (int round = 0; round < 3; round++) {
		for (uint8_t last = 0; last < 40; last++)
			add_content(c, *state, id, last);
		assert_int_equal(n_messages(c), 40);
		if (round == 1)
			OK(tt_case_finish(c, &ok_err));
		case_close(c);
		c = case_open();
	}
	case_close(c);
}

static void contents_too_many_for_memory(void **state)
{
	struct tt_case *c = case_open();
	int64_t id = file_begin(c, "a.mbox", 1);
	uint8_t content[TT_SHA256_LEN] = { 0 };

	add_content(c, *state, id, 1);
	for (uint32_t i = 0; i < TT_MAX_case_contents; i++) {
		assert_int_equal(c->n_late, 0);
		memcpy(content, &i, sizeof(i));
		tt_content_add(c, content, 7);
	}
	assert_int_equal(c->n_late, 1);
	for (int round = 0; round < 2; round++) {
		add_content(c, *state, id, 1);
		add_content(c, *state, id, 2);
		assert_int_equal(n_messages(c), 2);
		case_close(c);
		c = case_open();
		assert_int_equal(c->n_late, 1);
	}
	OK(tt_case_finish(c, &ok_err));
	assert_int_equal(c->n_late, tt_schema_late_n);
	case_close(c);
}

/* Nor does it matter when a message is concluded on. */
static void order_does_not_matter(void **state)
{
	struct tt_arena arena = { 0 };
	const char *want = expected(*state, &arena);

	for (int i = 0; i < 30; i++) {
		size_t order[N(items)];
		struct tt_case *c;

		case_remove(case_path);
		c = case_open();
		shuffle(order);
		scan_concluding(c, *state, order, i % 2 ? AT_ONCE : LATER);
		assert_string_equal(case_dump(c, &arena), want);
		case_close(c);
	}
	tt_arena_release(&arena);
}

/* Each content where it lies first, but for 4: a message of its own counts
 * before one inside another. */
static void walk_in_order_of_exports(void **state)
{
	static const struct {
		const char *path;
		uint64_t off;
		int content;
	} want[] = {
		{ "a.mbox", 0, 1 },   { "a.mbox", 100, 2 },
		{ "a.mbox", 200, 3 }, { "b.mbox", 50, 5 },
		{ "c.tar", 10, 6 },   { "c.tar", 0, 4 },
		{ "d.mbox", 0, 7 },   { "d.mbox", 90, 8 },
	};
	struct tt_case *c = case_open();
	struct tt_case_message m;
	struct tt_err err = { 0 };
	size_t n = 0;

	scan(c, *state, NULL);
	struct tt_case_walk *w = tt_case_walk_new(c, TT_CASE_ALL);

	for (; tt_case_walk_next(w, &m, &err) == 1; n++) {
		uint8_t hash[TT_SHA256_LEN];

		assert_true(n < N(want));
		content_hash(hash, want[n].content);
		assert_memory_equal(m.content_sha256, hash, sizeof(hash));
		assert_true(tt_slice_eq(m.path, tt_slice_str(want[n].path)));
		assert_int_equal(m.off, want[n].off);
		assert_true(m.record.n > 0 && m.concluded.n == 0);
	}
	assert_int_equal(n, N(want));
	tt_case_walk_free(&w);
	case_close(c);
}

static void one_message_by_its_content(void **state)
{
	struct tt_arena arena = { 0 };
	struct tt_case *c = case_open();
	struct tt_case_message m;
	uint8_t hash[TT_SHA256_LEN];
	struct tt_err err = { 0 };

	scan(c, *state, NULL);
	content_hash(hash, 6);
	assert_int_equal(tt_case_find(c, hash, &m, &arena, &err), 1);
	assert_true(tt_slice_eq(m.path, TT_S("c.tar")));
	content_hash(hash, 99);
	assert_int_equal(tt_case_find(c, hash, &m, &arena, &err), 0);
	case_close(c);
	tt_arena_release(&arena);
}

/* ---- sources ---- */

static const struct {
	const char *name;
	enum tt_source_state state; /* it was left in */
	uint64_t size_now;	    /* 1000 then */
	bool is_pipe;
	enum tt_case_known want;
	unsigned tries;
	int generations; /* after it is begun again */
} look_rows[] = {
	{ "begun", TT_SOURCE_BEGUN, 1000, false, TT_CASE_NEW, 1, 1 },
	{ "begun, and has grown", TT_SOURCE_BEGUN, 1001, false, TT_CASE_NEW,
	  1, 2 },
	{ "done", TT_SOURCE_DONE, 1000, false, TT_CASE_SAME, 0, 1 },
	{ "done, and has grown", TT_SOURCE_DONE, 1001, false, TT_CASE_CHANGED,
	  0, 2 },
	{ "done, and a pipe now", TT_SOURCE_DONE, 1000, true, TT_CASE_CHANGED,
	  0, 2 },
	{ "skipped", TT_SOURCE_SKIPPED, 1000, false, TT_CASE_BAD, 1, 1 },
	{ "skipped, and has grown", TT_SOURCE_SKIPPED, 1001, false,
	  TT_CASE_CHANGED, 1, 2 },
	{ "failed", TT_SOURCE_FAILED, 1000, false, TT_CASE_NEW, 0, 1 },
};

static void check_look(size_t i)
{
	const struct tt_case_file now = {
		.path = TT_S("a.mbox"),
		.is_regular = !look_rows[i].is_pipe,
		.size = look_rows[i].size_now,
		.mtime_unix = 1700000000,
	};
	struct tt_case *c = case_open();
	struct tt_case_look look;
	int64_t id = file_begin(c, "a.mbox", 1000);

	if (look_rows[i].state != TT_SOURCE_BEGUN)
		file_end(c, id, look_rows[i].state);
	case_close(c);
	c = case_open();
	OK(tt_case_look(c, &now, &look, &ok_err));
	if (look.known != look_rows[i].want ||
	    look.tries != look_rows[i].tries ||
	    look.has_hash != (look_rows[i].state != TT_SOURCE_BEGUN))
		fail_msg("%s: known %d, tries %u", look_rows[i].name,
			 look.known, look.tries);
	OK(tt_case_begin(c, &now, &id, &ok_err));
	if (tt_case_int(c, "SELECT count(*) FROM source") !=
	    look_rows[i].generations)
		fail_msg("%s: generations", look_rows[i].name);
	case_close(c);
	case_remove(case_path);
}

static void what_is_known_of_a_file(void **state)
{
	struct tt_case_look look;
	const struct tt_case_file none = { .path = TT_S("z") };
	struct tt_case *c = case_open();

	(void)state;
	OK(tt_case_look(c, &none, &look, &ok_err));
	assert_int_equal(look.known, TT_CASE_NEW);
	case_close(c);
	case_remove(case_path);
	for (size_t i = 0; i < N(look_rows); i++)
		check_look(i);
}

/* A mailbox that has lost one message and got another: what is gone stays
 * under its old generation, what is still there is not kept twice. */
static void a_file_that_has_changed(void **state)
{
	static const struct mail first = { TLS13, 3, 1, false };
	static const struct mail gone = { CLEAR, 4, 2, false };
	static const struct mail added = { TLS12, 5, 3, false };
	struct tt_case *c = case_open();
	int64_t id = file_begin(c, "a.mbox", 1000);

	mail_add(c, *state, &gone, "a.mbox", id, 0, 0);
	mail_add(c, *state, &first, "a.mbox", id, 500, 0);
	file_end(c, id, TT_SOURCE_DONE);
	id = file_begin(c, "a.mbox", 1100);
	mail_add(c, *state, &first, "a.mbox", id, 0, 0);
	mail_add(c, *state, &added, "a.mbox", id, 500, 0);
	file_end(c, id, TT_SOURCE_DONE);
	assert_int_equal(tt_case_int(c, "SELECT count(*) FROM message"), 3);
	assert_int_equal(tt_case_int(c, "SELECT count(*) FROM occurrence"), 3);
	assert_int_equal(
		tt_case_int(c, "SELECT count(*) FROM occurrence o"
			       " JOIN source s ON s.id = o.source_id"
			       " WHERE s.generation = 0"),
		1);
	assert_int_equal(
		tt_case_int(c, "SELECT count(*) FROM message m"
			       " JOIN occurrence o ON (m.source_id, m.top_off,"
			       " m.seq) = (o.source_id, o.top_off, o.seq)"
			       " AND o.message_id = m.id"),
		3);
	case_close(c);
}

static const struct {
	const char *name;
	struct tt_slice names[3];
	size_t n;
	const char *key;
} member_rows[] = {
	{ "none", { { NULL, 0 } }, 0, "" },
	{ "one", { { (const uint8_t *)"a/b", 3 } }, 1, "a/b" },
	{ "two",
	  { { (const uint8_t *)"a", 1 }, { (const uint8_t *)"b", 1 } },
	  2,
	  "a\001b" },
	{ "a name with the bytes that part names",
	  { { (const uint8_t *)"a\1b\2", 4 }, { (const uint8_t *)"c", 1 } },
	  2,
	  "a\2Ab\2B\001c" },
};

static void members(void **state)
{
	struct tt_case *c = case_open();
	struct tt_arena arena = { 0 };

	(void)state;
	for (size_t i = 0; i < N(member_rows); i++) {
		struct tt_slice *names;
		const struct tt_slice key = tt_member_key(
			c, member_rows[i].names, member_rows[i].n);

		if (!tt_slice_eq(key, tt_slice_str(member_rows[i].key)))
			fail_msg("%s: key", member_rows[i].name);
		assert_int_equal(tt_member_names(key, &names, &arena),
				 member_rows[i].n);
		for (size_t k = 0; k < member_rows[i].n; k++)
			if (!tt_slice_eq(names[k], member_rows[i].names[k]))
				fail_msg("%s: name %zu", member_rows[i].name,
					 k);
	}
	case_close(c);
	tt_arena_release(&arena);
}

static void diags_of_a_source(void **state)
{
	struct tt_arena arena = { 0 };
	struct tt_diags diags;
	struct tt_case *c = case_open();
	const int64_t id = file_begin(c, "a.mbox", 1);

	(void)state;
	tt_diags_init(&diags, &arena);
	tt_diag_add(&diags, TT_DIAG_no_colon, 7, NULL);
	tt_diag_add(&diags, TT_DIAG_no_header, TT_NO_OFF, "none in %s", "it");
	diags.more = 3;
	OK(tt_case_add_diags(c, id, &diags, &ok_err));
	OK(tt_case_add_diags(c, id, &diags, &ok_err));
	assert_int_equal(tt_case_int(c, "SELECT count(*) FROM diag"), 4);
	assert_int_equal(tt_case_int(c, "SELECT max(seq) FROM diag"), 3);
	assert_int_equal(tt_case_int(c, "SELECT more_diags FROM source"), 6);
	/* Read again, it says what it says then. */
	(void)file_begin(c, "a.mbox", 1);
	OK(tt_case_add_diags(c, id, &diags, &ok_err));
	assert_int_equal(tt_case_int(c, "SELECT count(*) FROM diag"), 2);
	assert_int_equal(tt_case_int(c, "SELECT more_diags FROM source"), 3);
	case_close(c);
	tt_arena_release(&arena);
}

/* Lost with a worker: known by the row, of the file or of a member. */
static void a_file_less_a_record(void **state)
{
	const struct tt_case_file now = { .path = TT_S("a.tar"),
					  .is_regular = true,
					  .size = 1,
					  .mtime_unix = 1700000000 };
	const struct tt_slice member = TT_S("b.eml");
	struct tt_arena arena = { 0 };
	struct tt_case *c = case_open();
	struct tt_case_look look;
	struct tt_diags diags;
	int64_t id = file_begin(c, "a.tar", 1), in;

	(void)state;
	tt_diags_init(&diags, &arena);
	tt_diag_add(&diags, TT_DIAG_worker_lost, 0, NULL);
	OK(tt_case_member(c, id, &member, 1, &in, &ok_err));
	OK(tt_case_add_diags(c, in, &diags, &ok_err));
	file_end(c, id, TT_SOURCE_DONE);
	OK(tt_case_look(c, &now, &look, &ok_err));
	assert_int_equal(look.known, TT_CASE_SAME);
	assert_true(look.has_lost);
	id = file_begin(c, "a.tar", 1);
	file_end(c, id, TT_SOURCE_DONE);
	OK(tt_case_look(c, &now, &look, &ok_err));
	assert_int_equal(look.known, TT_CASE_SAME);
	assert_false(look.has_lost);
	case_close(c);
	tt_arena_release(&arena);
}

/* ---- events ---- */

static void add_events(struct tt_case *c, int64_t log,
		       const struct tt_origin *origin, const char *const *ids,
		       size_t n)
{
	struct tt_arena arena = { 0 };

	for (size_t i = 0; i < n; i++) {
		struct tt_event e = {
			.kind = TT_EVENT_DELIVER,
			.host = TT_S("mx"),
			.queue_id = tt_slice_str(ids[i]),
			.time_us = 5000000,
			.verdict = TT_ENCRYPTED,
			.version = TT_TLSV1_3,
			.bits = -1,
		};
		*tt_vec_push(&arena, &e.quotes) = (struct tt_event_quote){
			.origin = origin,
			.off = 100 * i,
			.text = TT_S("line"),
		};
		OK(tt_case_add_event(c, log, &e, tt_slice_str(ids[i]), &ok_err));
	}
	tt_arena_release(&arena);
}

static bool take_event(void *ctx, const struct tt_case_event *e)
{
	char *const all = ctx;

	assert_true(e->log > 0);
	snprintf(all + strlen(all), 64 - strlen(all), "%.*s ",
		 (int)e->record.n, (const char *)e->record.p);
	return true;
}

static const char *events_of(struct tt_case *c, char all[64])
{
	all[0] = '\0';
	OK(tt_case_events(c, take_event, all, &ok_err));
	return all;
}

static void events(void **state)
{
	static const char *const second[] = { "C", "A" };
	static const char *const first[] = { "B" };
	const struct tt_origin z = { .path = TT_S("z.log") };
	const struct tt_origin a = { .path = TT_S("a.log") };
	struct tt_arena arena = { 0 };
	struct tt_case *c = case_open();
	struct tt_slice shared;
	char all[64];
	bool is_due;

	OK(tt_case_needs_join(c, &is_due, &ok_err));
	assert_false(is_due);
	const int64_t zid = file_begin(c, "z.log", 9);
	const int64_t aid = file_begin(c, "a.log", 9);

	add_events(c, zid, &z, second, 2);
	add_events(c, aid, &a, first, 1);
	OK(tt_case_add_log(c, zid, TT_S("clocks"), &ok_err));
	assert_string_equal(events_of(c, all), "B C A ");
	OK(tt_case_log(c, zid, &shared, &arena, &ok_err));
	assert_true(tt_slice_eq(shared, TT_S("clocks")));
	OK(tt_case_needs_join(c, &is_due, &ok_err));
	assert_true(is_due);
	OK(tt_case_concluded(c, &ok_err));
	case_close(c);
	c = case_open();
	OK(tt_case_needs_join(c, &is_due, &ok_err));
	assert_false(is_due);
	/* Mail that was concluded on without them may be what they wait for. */
	mail_put(c, *state, &items[0].mail, "z.log", zid, 0, 0, LATER);
	OK(tt_case_needs_join(c, &is_due, &ok_err));
	assert_false(is_due);
	mail_put(c, *state, &items[1].mail, "z.log", zid, 9, 0, AT_ONCE);
	OK(tt_case_needs_join(c, &is_due, &ok_err));
	assert_true(is_due);
	OK(tt_case_concluded(c, &ok_err));
	/* To read a log anew forgets what it said. */
	(void)file_begin(c, "z.log", 9);
	assert_string_equal(events_of(c, all), "B ");
	OK(tt_case_needs_join(c, &is_due, &ok_err));
	assert_true(is_due);
	case_close(c);
	tt_arena_release(&arena);
}

/* Two sources of one file are told apart, and the newest generation counts. */
static void where_an_event_lies(void **state)
{
	static const char *const ids[] = { "A" };
	static const struct tt_slice member[] = {
		{ (const uint8_t *)"in.log", 6 }
	};
	const struct tt_origin file = { .path = TT_S("a.log") };
	const struct tt_origin in = { .path = TT_S("a.log"),
				      .member = member,
				      .n_member = 1 };
	struct tt_case *c = case_open();
	int64_t id = file_begin(c, "a.log", 9);

	(void)state;
	add_events(c, id, &file, ids, 1);
	add_events(c, id, &in, ids, 1);
	id = file_begin(c, "a.log", 10);
	add_events(c, id, &in, ids, 1);
	tt_events_end(c);
	allow_views(c);
	assert_int_equal(
		tt_case_int(c, "SELECT group_concat(s.generation || s.member,"
			       " '') = '00in.log1in.log' FROM event e"
			       " JOIN source s ON s.id = e.source_id"),
		1);
	case_close(c);
}

struct settling {
	struct tt_case *c;
	struct tt_arena arena;
	size_t n, n_settled; /* events; that were settled before */
};

static bool settle_event(void *ctx, const struct tt_case_event *event)
{
	struct settling *const x = ctx;
	struct tt_event_shared shared;
	struct tt_slice bytes;
	struct tt_event e;

	x->n++;
	x->n_settled += event->is_settled;
	OK(tt_case_log(x->c, event->log, &bytes, &x->arena, &ok_err));
	assert_true(tt_event_shared_get(&shared, bytes, &x->arena));
	assert_true(tt_event_get(&e, event->record, &shared, &x->arena));
	tt_case_settle(x->c, &e);
	return true;
}

/* Returns how many of the events were settled before. */
static size_t settle_all(struct tt_case *c, size_t n)
{
	struct settling x = { .c = c };

	OK(tt_case_events(c, settle_event, &x, &ok_err));
	assert_int_equal(x.n, n);
	tt_arena_release(&x.arena);
	return x.n_settled;
}

/* A log whose lines have no year, and a service whose silence means that there
 * was no TLS: both are known at the log's end. */
static void a_log_settles_its_events(void **state)
{
	const struct tt_origin a = { .path = TT_S("a.log") };
	struct tt_log_clock clock = { .has_year = true,
				      .has_zone = true,
				      .year = 2024,
				      .offset_us = 3600000000 };
	struct tt_log_level level = { true };
	struct tt_event_shared shared = { 0 };
	struct tt_arena arena = { 0 };
	struct tt_event e = {
		.kind = TT_EVENT_ACCEPT,
		.time = TT_LOG_NO_YEAR,
		.time_us = 86400000000,
		.clock = &clock,
		.level = &level,
		.silence = TT_SILENCE_IF_LEVEL,
		.bits = -1,
	};
	struct tt_out record, bytes;
	struct tt_case *c = case_open();
	const int64_t id = file_begin(c, "a.log", 9);

	(void)state;
	*tt_vec_push(&arena, &e.quotes) = (struct tt_event_quote){
		.rule = "log/x",
		.origin = &a,
		.text = TT_S("line"),
	};
	tt_out_init(&record, -1);
	tt_out_init(&bytes, -1);
	tt_event_put(&record, &e, &shared, &arena);
	tt_event_shared_put(&bytes, &shared);
	e.clock = NULL;
	e.level = NULL;
	OK(tt_case_add_event(c, id, &e,
			     (struct tt_slice){ record.buf, record.n },
			     &ok_err));
	assert_int_equal(tt_case_int(c, "SELECT count(*) FROM settled"), 0);
	OK(tt_case_add_log(c, id, (struct tt_slice){ bytes.buf, bytes.n },
			   &ok_err));
	assert_int_equal(settle_all(c, 1), 0);
	assert_int_equal(settle_all(c, 1), 1);
	allow_views(c);
	/* 2024-01-02T00:00:00+01:00 */
	assert_int_equal(tt_case_int(c, "SELECT time_us FROM event"),
			 1704150000000000);
	assert_int_equal(tt_case_int(c, "SELECT time_uncertainty FROM event"),
			 0);
	assert_int_equal(tt_case_int(c, "SELECT verdict FROM event"),
			 TT_CLEARTEXT);
	/* Read anew, it is not known until the log has ended again. */
	assert_int_equal(file_begin(c, "a.log", 9), id);
	assert_int_equal(tt_case_int(c, "SELECT count(*) FROM settled"), 0);
	case_close(c);
	tt_out_release(&record);
	tt_out_release(&bytes);
	tt_arena_release(&arena);
}

/* Touched, but the same: one generation stands.  A thing of which nothing can
 * be read has one row, however often it is met. */
static void what_has_not_really_changed(void **state)
{
	static const struct mail mail = { TLS13, 3, 1, false };
	static const struct tt_case_file pipe = { .path = TT_S("pipe") };
	struct tt_case *c = case_open();
	int64_t id;

	for (uint64_t size = 1000; size < 1003; size++) {
		id = file_begin(c, "a.mbox", size); /* end says: same hash */
		mail_add(c, *state, &mail, "a.mbox", id, 0, 0);
		file_end(c, id, TT_SOURCE_DONE);
		OK(tt_case_begin(c, &pipe, &id, &ok_err));
		OK(tt_case_end(c, id, TT_SOURCE_DONE, NULL, TT_NO_SLICE,
			       &ok_err));
	}
	assert_int_equal(tt_case_int(c, "SELECT count(*) FROM source"), 2);
	assert_int_equal(tt_case_int(c, "SELECT count(*) FROM occurrence"), 1);
	assert_int_equal(tt_case_int(c, "SELECT size FROM source"
					" WHERE path = x'612e6d626f78'"),
			 1002);
	case_close(c);
}

static void an_event_of_no_file(void **state)
{
	const struct tt_origin none = { .path = TT_S("a.log") };
	struct tt_arena arena = { 0 };
	struct tt_case *c = case_open();
	struct tt_event e = { .kind = TT_EVENT_ACCEPT };
	struct tt_err err = { 0 };

	(void)state;
	*tt_vec_push(&arena, &e.quotes) = (struct tt_event_quote){
		.origin = &none,
		.text = TT_S("line"),
	};
	assert_int_equal(tt_case_add_event(c, 1, &e, TT_S("r"), &err),
			 TT_INPUT);
	assert_non_null(strstr(err.text, "not begun"));
	assert_int_equal(tt_case_close(&c, NULL), TT_INPUT);
	tt_arena_release(&arena);
}

/* A log that has grown: the lines that are still there count once. */
static void a_log_that_has_grown(void **state)
{
	static const char *const ids[] = { "A", "B", "C" };
	const struct tt_origin a = { .path = TT_S("a.log") };
	struct tt_case *c = case_open();
	int64_t id = file_begin(c, "a.log", 9);
	char all[64];

	(void)state;
	add_events(c, id, &a, ids, 2);
	file_end(c, id, TT_SOURCE_DONE);
	id = file_begin(c, "a.log", 19);
	add_events(c, id, &a, ids, 3);
	file_end(c, id, TT_SOURCE_DONE);
	assert_string_equal(events_of(c, all), "A B C ");
	case_close(c);
}

/* Queue ids by the view, whose texts are places. */
static bool are_queue_ids(struct tt_case *c, const char *want)
{
	char sql[256];

	tt_events_end(c);
	allow_views(c);
	snprintf(sql, sizeof(sql),
		 "SELECT group_concat(s.generation || e.queue_id, ' ') = '%s'"
		 " FROM event e JOIN source s ON s.id = e.source_id", want);
	return tt_case_int(c, sql) == 1;
}

/* What it does not tell any more stays, told by its generation of then. */
static void a_log_that_has_changed(void **state)
{
	static const char *const was[] = { "first", "B", "third", "C", "5" };
	static const char *const is[] = { "first", "second", "third" };
	const struct tt_origin a = { .path = TT_S("a.log") };
	struct tt_case *c = case_open();
	int64_t id = file_begin(c, "a.log", 9);

	(void)state;
	add_events(c, id, &a, was, 5);
	assert_true(are_queue_ids(c, "0first 0B 0third 0C 05"));
	file_end(c, id, TT_SOURCE_DONE);
	id = file_begin(c, "a.log", 19);
	add_events(c, id, &a, is, 3);
	file_end(c, id, TT_SOURCE_DONE);
	assert_true(are_queue_ids(c, "0B 0C 05 1first 1second 1third"));
	case_close(c);
}

static bool count_event(void *ctx, const struct tt_case_event *e)
{
	(void)e;
	++*(uint64_t *)ctx;
	return true;
}

/* Two logs at once, each of more events than a row holds. */
static void events_of_many_batches(void **state)
{
	static const char *const ids[] = { "A", "BCDEFGHIJKLMNOPQRSTUVWXYZ" };
	const struct tt_origin a = { .path = TT_S("a.log") };
	const struct tt_origin b = { .path = TT_S("b.log") };
	struct tt_case *c = case_open();
	const int64_t aid = file_begin(c, "a.log", 9);
	const int64_t bid = file_begin(c, "b.log", 9);
	struct tt_case_counts counts;
	uint64_t n = 0;

	(void)state;
	for (int i = 0; i < 1000; i++) {
		add_events(c, aid, &a, ids, 2);
		add_events(c, bid, &b, ids + 1, 1);
	}
	file_end(c, aid, TT_SOURCE_DONE);
	file_end(c, bid, TT_SOURCE_DONE);
	OK(tt_case_counts(c, &counts, &ok_err));
	assert_int_equal(counts.events, 3000);
	OK(tt_case_events(c, count_event, &n, &ok_err));
	assert_int_equal(n, 3000);
	assert_in_range(tt_case_int(c, "SELECT count(*) FROM batch"), 4, 30);
	assert_in_range(tt_case_int(c, "SELECT max(length(facts)"
				       " + length(records)) FROM batch"),
			TT_MAX_event_batch, TT_MAX_event_batch + 200);
	assert_int_equal(n_rows(c, "event WHERE length(queue_id) = 25"), 2000);
	/* A worker died of one: the other's stay. */
	OK(tt_case_forget_events(c, bid, &ok_err));
	assert_int_equal(n_rows(c, "event"), 2000);
	case_close(c);
}

static void a_batch_that_is_none(void **state)
{
	static const char *const ids[] = { "A" };
	const struct tt_origin a = { .path = TT_S("a.log") };
	struct tt_err err = { 0 };
	struct tt_case *c = case_open();
	const int64_t id = file_begin(c, "a.log", 9);
	uint64_t n = 0;

	(void)state;
	add_events(c, id, &a, ids, 1);
	file_end(c, id, TT_SOURCE_DONE);
	tt_case_exec(c, "UPDATE batch SET records = x'0501'");
	assert_int_equal(tt_case_events(c, count_event, &n, &err), TT_INPUT);
	assert_non_null(strstr(err.text, "a batch of events that is none"));
	assert_int_equal(n, 0);
	(void)!tt_case_close(&c, NULL);
}

/* ---- conclusions ---- */

static void concluding_again_changes_nothing(void **state)
{
	struct tt_arena arena = { 0 };
	struct tt_case *c = case_open();

	scan(c, *state, NULL);
	const char *once = case_dump(c, &arena);

	conclude_all(c, *state, TT_CASE_MAIL);
	assert_string_equal(case_dump(c, &arena), once);
	assert_int_equal(n_rows(c, "hop"), 16);
	case_close(c);
	tt_arena_release(&arena);
}

static void messages_of_logs_alone(void **state)
{
	static const struct mail m = { SES, 3, 1, false };
	struct read_mail r;
	struct tt_case *c = case_open();
	struct tt_case_message got;
	struct tt_err err = { 0 };
	const int64_t id = file_begin(c, "a.log", 9);
	const struct fixture *const f = *state;

	assert_true(id > 0);
	mail_read(&r, f, &m);
	r.b.t.path = TT_S("a.log");
	r.b.t.has_hash = false;
	for (int i = 0; i < 2; i++) {
		OK(tt_case_drop_log_only(c, &ok_err));
		r.b.t.off = 2;
		log_only_put(c, f, "b", &r);
		r.b.t.off = 1;
		log_only_put(c, f, "a", &r);
	}
	struct tt_case_walk *w = tt_case_walk_new(c, TT_CASE_ALL);

	assert_int_equal(tt_case_walk_next(w, &got, &err), 1);
	assert_true(got.is_log_only && !got.has_hash && got.record.n == 0);
	assert_int_equal(got.off, 1);
	assert_int_equal(got.concluded.n, r.bytes.n);
	assert_memory_equal(got.concluded.p, r.bytes.buf, r.bytes.n);
	assert_int_equal(tt_case_walk_next(w, &got, &err), 1);
	assert_int_equal(got.off, 2);
	assert_true(tt_slice_eq(got.path, TT_S("a.log")));
	assert_int_equal(tt_case_walk_next(w, &got, &err), 0);
	tt_case_walk_free(&w);
	assert_int_equal(n_rows(c, "hop"), 4);
	OK(tt_case_drop_log_only(c, &ok_err));
	assert_int_equal(n_rows(c, "hop"), 0);
	assert_int_equal(n_rows(c, "evidence"), 0);
	case_close(c);
	mail_release(&r);
}

/* As a scan that ends makes it, and as one does that was cut off before. */
static void the_order_of_quotations(void **state)
{
	static const struct mail m = { SES, 3, 1, false };
	static const struct tt_origin log = { .path = TT_S("a.log") };
	static const char sql[] =
		"SELECT list = '[[5,1,1],[5,2,1],[7,1,0],[7,2,0]]'"
		" FROM log_order";
	struct read_mail r;
	struct tt_case *c = case_open();
	const int64_t id = file_begin(c, "a.log", 9);
	struct tt_evidence two[2] = {
		{ .origin = &log, .off = 7, .text = TT_S("line") },
		{ .origin = &log, .off = 5, .text = TT_S("line") },
	};

	OK(tt_case_add_log(c, id, TT_S("clocks"), &ok_err));
	mail_read(&r, *state, &m);
	r.b.t.path = log.path;
	r.b.t.has_hash = false;
	for (size_t i = 0; i < r.b.t.hops.n; i++)
		r.b.t.hops.v[i].evidence.n = 0;
	r.b.t.hops.v[0].evidence.v = two;
	r.b.t.hops.v[0].evidence.n = 2;
	OK(tt_case_drop_log_only(c, &ok_err));
	log_only_put(c, *state, "b", &r);
	log_only_put(c, *state, "a", &r);
	case_close(c);
	c = case_open();
	assert_int_equal(tt_case_int(c, "SELECT count(*) FROM log_order"), 0);
	OK(tt_case_finish(c, &ok_err));
	assert_int_equal(tt_case_int(c, sql), 1);
	OK(tt_case_drop_log_only(c, &ok_err));
	assert_int_equal(tt_case_int(c, "SELECT count(*) FROM log_order"), 0);
	log_only_put(c, *state, "b", &r);
	log_only_put(c, *state, "a", &r);
	OK(tt_case_finish(c, &ok_err));
	assert_int_equal(tt_case_int(c, sql), 1);
	case_close(c);
	mail_release(&r);
}

/* More texts than are remembered where they went. */
static void a_long_message_of_logs_alone(void **state)
{
	enum { HOPS = 400 };
	static const struct mail m = { SES, 3, 1, false };
	struct tt_arena arena = { 0 };
	struct read_mail r;
	struct tt_case *c = case_open();

	(void)file_begin(c, "a.log", 9);
	mail_read(&r, *state, &m);
	r.b.t.path = TT_S("a.log");
	r.b.t.has_hash = false;
	const struct tt_hop hop = r.b.t.hops.v[0];

	r.b.t.hops.v = TT_NEW_N(&arena, struct tt_hop, HOPS);
	r.b.t.hops.n = r.b.t.hops.cap = HOPS;
	r.b.t.anomalies.n = 0;
	for (int i = 0; i < HOPS; i++) {
		r.b.t.hops.v[i] = hop;
		r.b.t.hops.v[i].index = i;
		r.b.t.hops.v[i].anomalies = 0;
		r.b.t.hops.v[i].id = tt_slice_str(
			tt_arena_printf(&arena, "id%d", i));
		r.b.t.hops.v[i].by.name = tt_slice_str(
			tt_arena_printf(&arena, "mx%d", i));
	}
	log_only_put(c, *state, "a", &r);
	assert_true(c->places->is_full);
	assert_int_equal(n_rows(c, "hop WHERE id = 'id' || idx"
				   " AND by_name = 'mx' || idx"),
			 HOPS);
	case_close(c);
	mail_release(&r);
	tt_arena_release(&arena);
}

/* ---- cut off ---- */

/* A case and its journal, as they lie on the disk. */
static void copy_case(const char *from, const char *to)
{
	char from_journal[256], to_journal[256];

	snprintf(from_journal, sizeof(from_journal), "%s-journal", from);
	snprintf(to_journal, sizeof(to_journal), "%s-journal", to);
	file_copy(from, to);
	file_copy(from_journal, to_journal);
}

/* The files as they lie after each message, committed or not: as a kill
 * leaves them.  What was committed is there, and going on gives the same. */
static void killed_anywhere(void **state)
{
	struct tt_arena arena = { 0 };
	const char *want = expected(*state, &arena);
	char copy[128];

	snprintf(copy, sizeof(copy), "%s.copy", case_path);
	for (size_t at = 0; at <= N(items); at++) {
		struct tt_case *c = case_open();
		int64_t files[N(paths)];

		begin_all(c, files);
		for (size_t i = 0; i < at; i++)
			add_item(c, *state, &items[i], files, LATER);
		if (at % 2)
			OK(tt_case_commit(c, &ok_err));
		copy_case(case_path, copy);
		case_close(c);
		copy_case(copy, case_path);
		/* It can be read as it lies there. */
		OK(tt_case_open_to_read(&c, case_path, &ok_err));
		assert_true(tt_case_int(c, "SELECT count(*) FROM occurrence") ==
			    (at % 2 ? (int64_t)at : 0));
		case_close(c);
		c = case_open();
		if (at % 2)
			assert_true(tt_case_int(c, "SELECT count(*) FROM"
						   " occurrence") ==
				    (int64_t)at);
		scan(c, *state, NULL);
		assert_string_equal(case_dump(c, &arena), want);
		case_close(c);
		case_remove(case_path);
	}
	case_remove(copy);
	tt_arena_release(&arena);
}

/* Cut off in a change that memory does not hold: the file has some of it, and
 * the journal what was there before. */
static void killed_in_a_long_change(void **state)
{
	struct tt_case *c = case_open();
	struct stat before, after;
	char copy[128];

	(void)state;
	snprintf(copy, sizeof(copy), "%s.copy", case_path);
	tt_write_begin(c);
	tt_case_exec(c, "INSERT INTO string VALUES (1, 'was')");
	OK(tt_case_commit(c, &ok_err));
	assert_int_equal(stat(case_path, &before), 0);
	tt_write_begin(c);
	tt_case_exec(c, "UPDATE string SET value = 'is'");
	for (int i = 0; i < 30; i++)
		tt_case_exec(c, "INSERT INTO string(value)"
				" VALUES (randomblob(1000000))");
	copy_case(case_path, copy);
	case_close(c);
	copy_case(copy, case_path);
	assert_int_equal(stat(case_path, &after), 0);
	assert_true(after.st_size > before.st_size);
	OK(tt_case_open_to_read(&c, case_path, &ok_err));
	assert_int_equal(tt_case_int(c, "SELECT count(*) FROM string"), 1);
	assert_int_equal(tt_case_int(c, "SELECT value = 'was' FROM string"), 1);
	case_close(c);
	assert_int_equal(stat(case_path, &after), 0);
	assert_int_equal(after.st_size, before.st_size);
	case_remove(copy);
}

/* ---- the disk is full ---- */

static enum tt_status fill(struct tt_case *c, const struct fixture *f,
			   int pages, struct tt_err *err)
{
	char sql[64];
	int64_t id = file_begin(c, "a.mbox", 1);

	snprintf(sql, sizeof(sql), "PRAGMA max_page_count = %d", pages);
	tt_case_exec(c, sql);
	for (int i = 0; i < 300; i++) {
		const struct mail m = { TLS13, 3, i, false };
		struct read_mail r;

		mail_read(&r, f, &m);
		const struct tt_case_mail mail = {
			.place = { id, (uint64_t)i, 0 },
			.t = &r.b.t,
			.record = r.b.block,
		};
		const enum tt_status s = tt_case_add(c, &mail, err);

		mail_release(&r);
		if (s != TT_OK)
			return s;
	}
	return TT_OK;
}

/* max_page_count stands for a disk: SQLite says SQLITE_FULL alike. */
static void the_disk_is_full(void **state)
{
	for (int more = 1; more < 8; more++) {
		struct tt_err err = { 0 };
		struct tt_case *c = case_open();
		const int pages =
			(int)tt_case_int(c, "PRAGMA page_count") + more;

		assert_int_equal(fill(c, *state, pages, &err), TT_IO);
		assert_int_equal(err.sys_errno, ENOSPC);
		/* It stays so. */
		assert_int_equal(tt_case_commit(c, NULL), TT_IO);
		assert_int_equal(tt_case_close(&c, NULL), TT_IO);
		/* Nothing of it is damaged, and it goes on. */
		OK(tt_case_open_to_read(&c, case_path, &ok_err));
		case_close(c);
		c = case_open();
		OK(fill(c, *state, 1000000, &ok_err));
		assert_int_equal(
			tt_case_int(c, "SELECT count(*) FROM message"), 300);
		assert_int_equal(
			tt_case_int(c, "SELECT count(*) FROM"
				       " pragma_integrity_check"
				       " WHERE integrity_check <> 'ok'"),
			0);
		case_close(c);
		case_remove(case_path);
	}
}

/* ---- damage ---- */

static bool take_any(void *ctx, const struct tt_case_event *e)
{
	*(size_t *)ctx += e->record.n;
	return true;
}
static bool take_source(void *ctx, const struct tt_case_source_row *r)
{
	*(size_t *)ctx += r->path.n + r->n_member;
	return true;
}
static bool take_diag(void *ctx, const struct tt_case_diag_row *r)
{
	*(size_t *)ctx += r->text.n;
	return true;
}
static bool take_span(void *ctx, const struct tt_case_span *s)
{
	*(size_t *)ctx += s->text.n;
	return true;
}

/* All that a report, an export or verify asks; true: all was answered. */
static bool read_all(struct tt_case *c)
{
	struct tt_arena arena = { 0 };
	struct tt_err err = { 0 };
	struct tt_case_walk *w = tt_case_walk_new(c, TT_CASE_ALL);
	struct tt_case_message m;
	struct tt_totals totals;
	struct tt_case_counts counts;
	struct tt_groups groups;
	struct tt_delays delays;
	struct tt_worsts worsts;
	struct tt_code_counts codes;
	struct tt_faults faults;
	struct tt_case_facts facts;
	struct tt_campaign campaign;
	size_t bytes = 0;
	int failures = 0;

	while (tt_case_walk_next(w, &m, &err) == 1)
		bytes += m.record.n + m.path.n;
	tt_case_walk_free(&w);
	failures += tt_case_totals(c, &totals, &arena, &err) < 0;
	failures += tt_case_counts(c, &counts, &err) < 0;
	for (int by = TT_GROUP_MONTH; by <= TT_GROUP_HEADER; by++) {
		const struct tt_group_options o = {
			.by = (enum tt_group_by)by,
			.order = TT_GROUP_BY_WORST,
			.limit = 3,
			.header = TT_S("x-test"),
		};

		failures += tt_case_groups(c, &o, &groups, &arena, &err) < 0;
	}
	failures += tt_case_delays(c, &delays, &arena, &err) < 0;
	failures += tt_case_worst(c, 5, &worsts, &arena, &err) < 0;
	failures += tt_case_diag_counts(c, &codes, &arena, &err) < 0;
	failures += tt_case_anomaly_counts(c, &codes, &arena, &err) < 0;
	failures += tt_case_faults(c, 3, &faults, &arena, &err) < 0;
	failures += tt_case_facts(c, &facts, &arena, &err) < 0;
	failures += tt_case_campaign(c, TT_S("x-test"), &campaign, &arena,
				     &err) < 0;
	failures += tt_case_events(c, take_any, &bytes, &err) < 0;
	failures += tt_case_sources(c, take_source, &bytes, &err) < 0;
	failures += tt_case_source_diags(c, take_diag, &bytes, &err) < 0;
	failures += tt_case_spans(c, 1, take_span, &bytes, &err) < 0;
	tt_arena_release(&arena);
	return failures == 0;
}

static void reading_changes_no_byte(void **state)
{
	struct tt_case *c = case_open();
	size_t n, m;

	scan(c, *state, NULL);
	case_close(c);
	uint8_t *was = file_read(case_path, &n);

	OK(tt_case_open_to_read(&c, case_path, &ok_err));
	assert_true(read_all(c));
	int64_t id;
	struct tt_err err = { 0 };
	const struct tt_case_file file = { .path = TT_S("x") };

	assert_int_equal(tt_case_begin(c, &file, &id, &err), TT_USAGE);
	assert_int_equal(tt_case_close(&c, NULL), TT_USAGE);
	uint8_t *is = file_read(case_path, &m);

	assert_int_equal(n, m);
	assert_memory_equal(was, is, n);
	tt_free(&was);
	tt_free(&is);
}

#define PAGE 8192

/* Bits, runs of bytes and whole pages of a sound case, by a fixed seed.  None
 * may crash us; those that the checks let through are read to the end. */
static void damage(uint8_t *p, size_t n, int round)
{
	const size_t at = draw(n), run = round % 3 == 1 ? draw(64) + 1 : 1;

	for (size_t i = at; i < n && i < at + run; i++)
		p[i] = round % 3 == 0 ? p[i] ^ (uint8_t)(1u << draw(8)) :
					(uint8_t)draw(256);
	if (round % 3 == 2)
		memmove(p + at / PAGE * PAGE, p + draw(n) / PAGE * PAGE, PAGE);
}

/* So many that there is little in the file that says nothing. */
static void make_full(const struct fixture *f)
{
	struct tt_case *c = case_open();
	const int64_t id = file_begin(c, "full.mbox", 1);

	for (int i = 0; i < 200; i++) {
		const struct mail m = { (enum way)(i % WAYS), i, 100 + i, false };

		mail_put(c, f, &m, "full.mbox", id, (uint64_t)i, 0, AT_ONCE);
	}
	file_end(c, id, TT_SOURCE_DONE);
	OK(tt_case_finish(c, &ok_err));
	case_close(c);
}

static void a_damaged_case_is_no_danger(void **state)
{
	struct tt_case *c = NULL;
	const char *rounds = getenv("CASE_DAMAGE_ROUNDS");
	const int n_rounds = rounds ? (int)strtol(rounds, NULL, 10) : 400;
	int refused = 0, answered = 0;
	size_t n;

	make_full(*state);
	uint8_t *sound = file_read(case_path, &n);
	uint8_t *bad = tt_malloc(n + 1);

	seed = 7;
	for (int i = 0; i < n_rounds; i++) {
		memcpy(bad, sound, n);
		damage(bad, n, i);
		file_write(case_path, bad, i % 10 == 9 ? draw(n) : n);
		if (tt_case_open_to_read(&c, case_path, NULL) < 0) {
			refused++;
			continue;
		}
		answered += read_all(c);
		(void)!tt_case_close(&c, NULL);
	}
	print_message("%d refused, %d answered of %d\n", refused, answered,
		      n_rounds);
	assert_true(refused > n_rounds / 4);
	assert_true(answered > 0);
	tt_free(&sound);
	tt_free(&bad);
}

#define ROW(f) cmocka_unit_test_setup_teardown(f, case_fresh, case_fresh)

int main(void)
{
	const struct CMUnitTest tests[] = {
		ROW(numbers_of_the_interface),
		ROW(every_column_is_in_the_manual),
		ROW(opening),
		ROW(a_refused_file_is_untouched),
		ROW(options),
		ROW(two_scans_at_once),
		ROW(a_case_is_one_file_when_closed),
		ROW(scanning_again_adds_nothing),
		ROW(order_does_not_matter),
		ROW(contents_that_begin_alike),
		ROW(contents_too_many_for_memory),
		ROW(walk_in_order_of_exports),
		ROW(one_message_by_its_content),
		ROW(what_is_known_of_a_file),
		ROW(a_file_that_has_changed),
		ROW(members),
		ROW(diags_of_a_source),
		ROW(a_file_less_a_record),
		ROW(events),
		ROW(where_an_event_lies),
		ROW(an_event_of_no_file),
		ROW(a_log_settles_its_events),
		ROW(what_has_not_really_changed),
		ROW(a_log_that_has_grown),
		ROW(a_log_that_has_changed),
		ROW(events_of_many_batches),
		ROW(a_batch_that_is_none),
		ROW(concluding_again_changes_nothing),
		ROW(messages_of_logs_alone),
		ROW(the_order_of_quotations),
		ROW(a_long_message_of_logs_alone),
		ROW(killed_anywhere),
		ROW(killed_in_a_long_change),
		ROW(the_disk_is_full),
		ROW(reading_changes_no_byte),
		ROW(a_damaged_case_is_no_danger),
	};

	return cmocka_run_group_tests(tests, case_set_up, case_tear_down);
}
