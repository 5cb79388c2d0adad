/* open.c - making, opening and closing a case
 *
 * A case that is written is locked: a second scan is refused.  What a scan adds
 * stands at the end of the file and is written once; what was there before a
 * commit lies in a journal until the next, so that commits are few: each waits
 * for the disk.  Closing it makes it one file.  The schema is made before that,
 * in one transaction, so that the file itself says what it is from its first
 * byte on.
 *
 * Nothing in a file is trusted before tt_schema_check() has been through. */
#include <sys/stat.h>
#include "store_private.h"

#define LOCK_MS 3000

/* ---- the connection ---- */

/* What our own statements need, and no more. */
static void lower_limits(sqlite3 *db)
{
	static const struct {
		int id, value;
	} limits[] = {
		{ SQLITE_LIMIT_LENGTH, (int)TT_MAX_case_value },
		{ SQLITE_LIMIT_SQL_LENGTH, 16384 },
		{ SQLITE_LIMIT_COLUMN, 64 },
		{ SQLITE_LIMIT_EXPR_DEPTH, 50 },
		{ SQLITE_LIMIT_COMPOUND_SELECT, 8 },
		{ SQLITE_LIMIT_VDBE_OP, 25000 },
		{ SQLITE_LIMIT_FUNCTION_ARG, 8 },
		{ SQLITE_LIMIT_ATTACHED, 0 },
		{ SQLITE_LIMIT_LIKE_PATTERN_LENGTH, 64 },
		{ SQLITE_LIMIT_VARIABLE_NUMBER, 64 },
		{ SQLITE_LIMIT_TRIGGER_DEPTH, 1 },
		{ SQLITE_LIMIT_WORKER_THREADS, 0 },
	};

	for (size_t i = 0; i < sizeof(limits) / sizeof(limits[0]); i++)
		(void)sqlite3_limit(db, limits[i].id, limits[i].value);
}

static void trust_nothing(sqlite3 *db)
{
	static const struct {
		int id, value;
	} settings[] = {
		{ SQLITE_DBCONFIG_DEFENSIVE, 1 },
		{ SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0 },
		{ SQLITE_DBCONFIG_ENABLE_TRIGGER, 0 },
		{ SQLITE_DBCONFIG_ENABLE_VIEW, 0 },
		{ SQLITE_DBCONFIG_ENABLE_LOAD_EXTENSION, 0 },
		{ SQLITE_DBCONFIG_WRITABLE_SCHEMA, 0 },
	};

	for (size_t i = 0; i < sizeof(settings) / sizeof(settings[0]); i++)
		(void)sqlite3_db_config(db, settings[i].id, settings[i].value,
					(int *)NULL);
}

/* A name that SQLite does not take for something else: "file:..." is a URI,
 * ":memory:" is no file. */
static void connect(struct tt_case *c, const char *path, int flags)
{
	const char *const name =
		path[0] == '/' ? path :
				 tt_arena_printf(&c->scratch, "./%s", path);

	if (sqlite3_open_v2(name, &c->db, flags | SQLITE_OPEN_NOMUTEX, NULL) !=
	    SQLITE_OK)
		tt_case_break(c);
	(void)sqlite3_extended_result_codes(c->db, 1);
	lower_limits(c->db);
	trust_nothing(c->db);
	tt_number_tables(c->db);
	/* A scan that was killed holds its lock until its last write ends. */
	(void)sqlite3_busy_timeout(c->db, LOCK_MS);
	tt_case_exec(c, "PRAGMA cell_size_check = ON");
	tt_case_exec(c, "PRAGMA mmap_size = 0");
	tt_case_exec(c, "PRAGMA cache_size = -8000");
	/* Who reads sorts few numbers: no file of ours lies elsewhere. */
	if (!c->is_writer)
		tt_case_exec(c, "PRAGMA temp_store = MEMORY");
}

/* ---- opening and closing ---- */

static struct tt_case *case_new(bool is_writer)
{
	struct tt_case *const c = tt_zalloc(sizeof(*c));

	c->is_writer = is_writer;
	c->strings = tt_strings_new();
	c->hash = tt_sha256_new();
	c->join = -1;
	tt_out_init(&c->hops, -1);
	tt_out_init(&c->quotes, -1);
	tt_out_init(&c->concluded, -1);
	c->places = tt_zalloc(sizeof(*c->places));
	tt_out_init(&c->settling.times, -1);
	return c;
}

static void case_free(struct tt_case **c)
{
	for (size_t i = 0; i < TT_STMT_COUNT; i++)
		(void)sqlite3_finalize((*c)->stmt[i]);
	(void)sqlite3_close((*c)->db);
	tt_strings_free(&(*c)->strings);
	tt_contents_free(&(*c)->contents);
	tt_sha256_free(&(*c)->hash);
	tt_out_release(&(*c)->hops);
	tt_out_release(&(*c)->quotes);
	tt_out_release(&(*c)->concluded);
	tt_free(&(*c)->places);
	tt_out_release(&(*c)->settling.times);
	tt_batches_free(&(*c)->batches);
	tt_log_order_free(&(*c)->order);
	tt_arena_release(&(*c)->scratch);
	tt_arena_release(&(*c)->found);
	tt_free(c);
}

/* Gives the case to the caller, or tells why there is none. */
static enum tt_status hand_over(struct tt_case **case_r, struct tt_case *c,
				const char *path, struct tt_err *err)
{
	enum tt_status status = tt_case_status(c, err);

	if (status == TT_OK) {
		*case_r = c;
		return TT_OK;
	}
	case_free(&c);
	(void)tt_err_wrap(err, "%s", path);
	return status;
}

/* To sort the keys of an index takes more than memory has: files without a
 * name, beside the case, where its owner has room for it. */
static void sort_beside(const char *path)
{
	const char *const end = strrchr(path, '/');

	if (sqlite3_initialize() != SQLITE_OK)
		tt_out_of_memory();
	if (!sqlite3_temp_directory)
		sqlite3_temp_directory =
			!end	    ? sqlite3_mprintf(".") :
			end == path ? sqlite3_mprintf("/") :
				      sqlite3_mprintf("%.*s",
						      (int)(end - path), path);
}

static void make(struct tt_case *c, const struct tt_case_option *options,
		 size_t n)
{
	tt_case_exec(c, "PRAGMA page_size = 8192");
	/* So that the journal stays from the first write to the last: where
	 * the case lies among the evidence, the directory does not change
	 * while it is read. */
	tt_case_exec(c, "PRAGMA journal_mode = TRUNCATE");
	tt_case_exec(c, "BEGIN IMMEDIATE");
	tt_schema_make(c);
	tt_options_take(c, true, options, n);
	tt_open_mark(c, true);
	tt_case_exec(c, "COMMIT");
}

/* At once, or a reader would be met at the first commit. */
static void lock(struct tt_case *c)
{
	tt_case_exec(c, "PRAGMA locking_mode = EXCLUSIVE");
	tt_case_exec(c, "PRAGMA journal_mode = TRUNCATE");
	tt_case_exec(c, "PRAGMA synchronous = NORMAL");
	tt_case_exec(c, "BEGIN EXCLUSIVE");
	tt_case_exec(c, "COMMIT");
}

enum tt_status tt_case_open(struct tt_case **case_r, const char *path,
			    const struct tt_case_option *options, size_t n,
			    struct tt_err *err)
{
	bool is_new;
	const enum tt_status status = tt_file_judge(path, true, &is_new, err);

	*case_r = NULL;
	if (status < 0)
		return status;
	struct tt_case *const c = case_new(true);

	sort_beside(path);
	(void)tt_has_journal(c, path);
	connect(c, path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE);
	/* One that was killed while it was made is empty now, too. */
	is_new = tt_case_int(c, "PRAGMA page_count") == 0;
	if (is_new)
		make(c, options, n);
	lock(c);
	tt_schema_check(c);
	if (!is_new) {
		tt_write_begin(c);
		tt_options_take(c, false, options, n);
		tt_open_mark(c, true);
	}
	tt_transaction_end(c);
	return hand_over(case_r, c, path, err);
}

/* What a scan that was killed had begun.  Who may not write there is told so
 * when the case is read. */
static void take_back(struct tt_case *c, const char *path)
{
	connect(c, path, SQLITE_OPEN_READWRITE);
	(void)tt_case_int(c, "SELECT count(*) FROM sqlite_schema");
	(void)sqlite3_close(c->db);
	c->db = NULL;
}

enum tt_status tt_case_open_to_read(struct tt_case **case_r, const char *path,
				    struct tt_err *err)
{
	bool is_new;
	const enum tt_status status = tt_file_judge(path, false, &is_new, err);

	*case_r = NULL;
	if (status < 0)
		return status;
	struct tt_case *const c = case_new(false);

	if (tt_has_journal(c, path))
		take_back(c, path);
	connect(c, path, SQLITE_OPEN_READONLY);
	tt_case_exec(c, "PRAGMA query_only = ON");
	tt_case_exec(c, "BEGIN"); /* one state, whoever writes meanwhile */
	tt_schema_check(c);
	tt_structure_check(c);
	return hand_over(case_r, c, path, err);
}

enum tt_status tt_case_close(struct tt_case **c, struct tt_err *err)
{
	if (!*c)
		return TT_OK;
	tt_events_end(*c);
	tt_transaction_end(*c);
	for (size_t i = 0; i < TT_STMT_COUNT; i++) {
		(void)sqlite3_finalize((*c)->stmt[i]);
		(*c)->stmt[i] = NULL;
	}
	if ((*c)->is_writer)
		tt_case_exec(*c, "PRAGMA journal_mode = DELETE");
	const enum tt_status status = tt_case_status(*c, err);

	case_free(c);
	return status;
}

size_t tt_case_own_files(const struct tt_case *c,
			 struct tt_file_id own_r[TT_CASE_FILES])
{
	static const char *const endings[] = { "", "-journal" };
	const char *const name = sqlite3_db_filename(c->db, "main");
	struct tt_arena arena = { 0 };
	size_t n = 0;

	for (size_t i = 0; i < TT_CASE_FILES; i++) {
		struct stat st;

		if (stat(tt_arena_printf(&arena, "%s%s", name, endings[i]),
			 &st) == 0)
			own_r[n++] = (struct tt_file_id){ st.st_dev, st.st_ino };
	}
	tt_arena_release(&arena);
	return n;
}

void tt_store_versions(struct tt_out *out)
{
	tt_out_printf(out, "SQLite %s\n", sqlite3_libversion());
}
