/* open.c - making, opening and closing a case
 *
 * A case that is written lies in WAL mode and is locked: a commit costs no
 * fsync, and a second scan is refused.  Closing it makes it one file in
 * rollback mode, which can be read from anywhere.  The schema is made before
 * that, in one transaction, so that the file itself says what it is from its
 * first byte on.
 *
 * Nothing in a file is trusted before check() has been through. */
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include "store_private.h"

#define LOCK_MS 3000

#define HEADER_BYTES 72 /* of SQLite's file format that we look at */

/* ---- is it a case? ---- */

static uint32_t big_endian(const uint8_t *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 |
	       (uint32_t)p[2] << 8 | p[3];
}

static enum tt_status judge_header(const uint8_t *h, const char *path,
				   struct tt_err *err)
{
	if (memcmp(h, "SQLite format 3", 16) != 0 ||
	    big_endian(h + 68) != TT_CASE_APPLICATION_ID)
		return tt_err_set(err, TT_USAGE, "%s: not a case", path);
	if (big_endian(h + 60) != TT_CASE_VERSION)
		return tt_err_set(err, TT_USAGE,
				  "%s: a case of version %u, not %d", path,
				  (unsigned)big_endian(h + 60),
				  TT_CASE_VERSION);
	return TT_OK;
}

static enum tt_status judge_file(int fd, const char *path, bool *is_new_r,
				 struct tt_err *err)
{
	uint8_t h[HEADER_BYTES];
	struct stat st;

	if (fstat(fd, &st) != 0)
		return tt_err_io(err, "%s", path);
	*is_new_r = S_ISREG(st.st_mode) && st.st_size == 0;
	if (*is_new_r)
		return TT_OK;
	if (!S_ISREG(st.st_mode) ||
	    pread(fd, h, sizeof(h), 0) != (ssize_t)sizeof(h))
		return tt_err_set(err, TT_USAGE, "%s: not a case", path);
	return judge_header(h, path, err);
}

/* Before SQLite touches it: a file of somebody else is not to be written to,
 * not even by the recovery of a journal that lies beside it. */
static enum tt_status judge(const char *path, bool may_be_new, bool *is_new_r,
			    struct tt_err *err)
{
	const int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);

	*is_new_r = false;
	if (fd < 0 && errno == ENOENT && may_be_new) {
		*is_new_r = true;
		return TT_OK;
	}
	if (fd < 0)
		return tt_err_io(err, "%s", path);
	const enum tt_status status = judge_file(fd, path, is_new_r, err);

	(void)close(fd);
	if (status == TT_OK && *is_new_r && !may_be_new)
		return tt_err_set(err, TT_USAGE, "%s: not a case", path);
	return status;
}

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
	/* A scan that was killed holds its lock until its last write ends. */
	(void)sqlite3_busy_timeout(c->db, LOCK_MS);
	tt_case_exec(c, "PRAGMA cell_size_check = ON");
	tt_case_exec(c, "PRAGMA mmap_size = 0");
	tt_case_exec(c, "PRAGMA cache_size = -16000");
	/* Sorted are rows of a few numbers: no file of ours lies elsewhere. */
	tt_case_exec(c, "PRAGMA temp_store = MEMORY");
}

/* ---- the schema ---- */

/* An index that SQLite made for a UNIQUE or PRIMARY KEY has no statement. */
static void compare_object(struct tt_query *q, size_t *n)
{
	const struct tt_slice name = tt_get_slice(q);
	const struct tt_slice sql = tt_get_slice(q);

	if (!sql.p && tt_slice_istarts(name, TT_S("sqlite_autoindex_")))
		return;
	if (*n >= tt_schema_n || !sql.p ||
	    !tt_slice_eq(sql, tt_slice_str(tt_schema[*n])))
		tt_case_refuse(q->c, TT_INPUT,
			       "its schema is not that of a case");
	++*n;
}

static void compare_schema(struct tt_case *c)
{
	struct tt_query q = tt_query_once(
		c, "SELECT name, sql FROM sqlite_schema ORDER BY rowid");
	size_t n = 0;

	while (tt_query_step(&q) == 1)
		compare_object(&q, &n);
	tt_query_end(&q);
	if (n != tt_schema_n)
		tt_case_refuse(c, TT_INPUT, "its schema is not whole");
}

/* Another program's numbers would be read as ours. */
static void compare_words(struct tt_case *c)
{
	struct tt_query q = tt_query_once(
		c, "SELECT word FROM word WHERE kind = ? AND code = ?");

	for (size_t k = 0; k < tt_words_n && q.s; k++)
		for (int i = 0; i < tt_words[k].n; i++) {
			const char *const word = tt_words[k].name(i);

			q.put = 0;
			tt_put_bytes(&q, tt_slice_str(tt_words[k].kind));
			tt_put_int(&q, i);
			const bool has = tt_query_step(&q) == 1;

			if (has != (word != NULL) ||
			    (has && !tt_slice_eq(tt_get_slice(&q),
						 tt_slice_str(word))))
				tt_case_refuse(c, TT_INPUT,
					       "its words are not ours");
			(void)sqlite3_reset(q.s);
		}
	tt_query_end(&q);
}

static void check_structure(struct tt_case *c)
{
	struct tt_query q = tt_query_once(c, "PRAGMA quick_check(1)");

	if (tt_query_step(&q) == 1) {
		const struct tt_slice s = tt_get_slice(&q);

		if (!tt_slice_eq(s, TT_S("ok")))
			tt_case_refuse(c, TT_INPUT, "damaged: %.*s", (int)s.n,
				       (const char *)s.p);
	}
	tt_query_end(&q);
}

static void put_words(struct tt_case *c)
{
	for (size_t k = 0; k < tt_words_n; k++)
		for (int i = 0; i < tt_words[k].n; i++) {
			const char *const word = tt_words[k].name(i);
			struct tt_query q = tt_query_once(
				c, "INSERT INTO word VALUES (?, ?, ?)");

			tt_put_bytes(&q, tt_slice_str(tt_words[k].kind));
			tt_put_int(&q, i);
			tt_put_bytes(&q, tt_slice_str(word ? word : ""));
			if (word)
				(void)tt_query_step(&q);
			tt_query_end(&q);
		}
}

static void make_schema(struct tt_case *c)
{
	for (size_t i = 0; i < tt_schema_n; i++)
		tt_case_exec(c, tt_schema[i]);
	put_words(c);
	tt_case_exec(c, tt_arena_printf(&c->scratch,
					"PRAGMA application_id = %d",
					TT_CASE_APPLICATION_ID));
	tt_case_exec(c, tt_arena_printf(&c->scratch, "PRAGMA user_version = %d",
					TT_CASE_VERSION));
}

/* ---- options ---- */

void tt_option_put(struct tt_case *c, const char *name, bool is_fixed,
		   struct tt_slice value)
{
	struct tt_query q = tt_query(c, TT_STMT_OPTION_PUT,
				     "INSERT OR REPLACE INTO run"
				     "(name, is_fixed, value) VALUES (?, ?, ?)");

	tt_put_bytes(&q, tt_slice_str(name));
	tt_put_int(&q, is_fixed);
	tt_put_bytes(&q, value);
	tt_query_run(&q);
}

/* In the arena; p NULL: none. */
static struct tt_slice option_get(struct tt_case *c, const char *name,
				  struct tt_arena *arena)
{
	struct tt_query q = tt_query(c, TT_STMT_OPTION_GET,
				     "SELECT value FROM run WHERE name = ?");
	struct tt_slice value = TT_NO_SLICE;

	tt_put_bytes(&q, tt_slice_str(name));
	if (tt_query_step(&q) == 1)
		value = tt_get_copy(&q, arena);
	tt_query_end(&q);
	return value;
}

static void compare_option(struct tt_case *c, const struct tt_case_option *o)
{
	const struct tt_slice was = option_get(c, o->name, &c->scratch);

	if (c->broken.status != TT_OK || tt_slice_eq(was, o->value))
		return;
	tt_case_refuse(c, TT_USAGE,
		       "made with another %s: \"%.*s\" then, \"%.*s\" now",
		       o->name, (int)was.n, was.p ? (const char *)was.p : "",
		       (int)o->value.n,
		       o->value.p ? (const char *)o->value.p : "");
}

/* The fixed ones first: a refused scan leaves no trace. */
static void take_options(struct tt_case *c, bool is_new,
			 const struct tt_case_option *o, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (o[i].is_fixed && !is_new)
			compare_option(c, &o[i]);
	for (size_t i = 0; i < n; i++)
		if (is_new || !o[i].is_fixed)
			tt_option_put(c, o[i].name, o[i].is_fixed, o[i].value);
}

enum tt_status tt_case_option(struct tt_case *c, const char *name,
			      struct tt_slice *value_r, struct tt_arena *arena,
			      struct tt_err *err)
{
	*value_r = option_get(c, name, arena);
	return tt_case_status(c, err);
}

/* ---- transactions ---- */

static int64_t now_ms(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static void commit(struct tt_case *c)
{
	if (!c->is_in_transaction || c->broken.status != TT_OK)
		return;
	struct tt_query q = tt_query(c, TT_STMT_COMMIT, "COMMIT");

	tt_query_run(&q);
	c->is_in_transaction = false;
}

void tt_write_begin(struct tt_case *c)
{
	tt_arena_clear(&c->scratch);
	if (!c->is_writer)
		tt_case_refuse(c, TT_USAGE, "opened to be read only");
	if (c->is_in_transaction || c->broken.status != TT_OK)
		return;
	struct tt_query q = tt_query(c, TT_STMT_BEGIN, "BEGIN IMMEDIATE");

	tt_query_run(&q);
	c->is_in_transaction = c->broken.status == TT_OK;
	c->since_commit = 0;
	c->commit_ms = now_ms();
}

enum tt_status tt_write_end(struct tt_case *c, unsigned records,
			    struct tt_err *err)
{
	c->since_commit += records;
	return c->since_commit >= TT_MAX_checkpoint_records ?
		       tt_case_commit(c, err) :
		       tt_case_tick(c, err);
}

enum tt_status tt_case_tick(struct tt_case *c, struct tt_err *err)
{
	if (c->is_in_transaction &&
	    now_ms() - c->commit_ms >= (int64_t)TT_MAX_checkpoint_ms)
		return tt_case_commit(c, err);
	return tt_case_status(c, err);
}

enum tt_status tt_case_commit(struct tt_case *c, struct tt_err *err)
{
	commit(c);
	return tt_case_status(c, err);
}

/* ---- opening and closing ---- */

static struct tt_case *case_new(bool is_writer)
{
	struct tt_case *const c = tt_zalloc(sizeof(*c));

	c->is_writer = is_writer;
	c->strings = tt_strings_new();
	c->hash = tt_sha256_new();
	c->join = -1;
	return c;
}

static void case_free(struct tt_case **c)
{
	for (size_t i = 0; i < TT_STMT_COUNT; i++)
		(void)sqlite3_finalize((*c)->stmt[i]);
	(void)sqlite3_close((*c)->db);
	tt_strings_free(&(*c)->strings);
	tt_sha256_free(&(*c)->hash);
	tt_arena_release(&(*c)->scratch);
	tt_arena_release(&(*c)->found);
	tt_arena_release(&(*c)->logs_arena);
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

static void check(struct tt_case *c)
{
	compare_schema(c);
	compare_words(c);
}

static void make(struct tt_case *c, const struct tt_case_option *options,
		 size_t n)
{
	tt_case_exec(c, "BEGIN IMMEDIATE");
	make_schema(c);
	take_options(c, true, options, n);
	tt_case_exec(c, "COMMIT");
}

/* In this order: locked before WAL, a case needs no shared memory. */
static void lock(struct tt_case *c)
{
	tt_case_exec(c, "PRAGMA locking_mode = EXCLUSIVE");
	tt_case_exec(c, "PRAGMA journal_mode = WAL");
	tt_case_exec(c, "PRAGMA synchronous = NORMAL");
	tt_case_exec(c, "PRAGMA wal_autocheckpoint = 8192");
}

enum tt_status tt_case_open(struct tt_case **case_r, const char *path,
			    const struct tt_case_option *options, size_t n,
			    struct tt_err *err)
{
	bool is_new;
	const enum tt_status status = judge(path, true, &is_new, err);

	*case_r = NULL;
	if (status < 0)
		return status;
	struct tt_case *const c = case_new(true);

	connect(c, path, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE);
	/* One that was killed while it was made is empty now, too. */
	is_new = tt_case_int(c, "PRAGMA page_count") == 0;
	if (is_new)
		make(c, options, n);
	lock(c);
	check(c);
	if (!is_new) {
		tt_write_begin(c);
		take_options(c, false, options, n);
	}
	commit(c);
	return hand_over(case_r, c, path, err);
}

enum tt_status tt_case_open_to_read(struct tt_case **case_r, const char *path,
				    struct tt_err *err)
{
	bool is_new;
	const enum tt_status status = judge(path, false, &is_new, err);

	*case_r = NULL;
	if (status < 0)
		return status;
	struct tt_case *const c = case_new(false);

	connect(c, path, SQLITE_OPEN_READONLY);
	tt_case_exec(c, "PRAGMA query_only = ON");
	tt_case_exec(c, "BEGIN"); /* one state, whoever writes meanwhile */
	check(c);
	check_structure(c);
	return hand_over(case_r, c, path, err);
}

enum tt_status tt_case_close(struct tt_case **c, struct tt_err *err)
{
	if (!*c)
		return TT_OK;
	commit(*c);
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

size_t tt_case_own_files(const struct tt_case *c, struct tt_file_id own_r[3])
{
	static const char *const endings[] = { "", "-wal", "-journal" };
	const char *const name = sqlite3_db_filename(c->db, "main");
	struct tt_arena arena = { 0 };
	size_t n = 0;

	for (size_t i = 0; i < 3; i++) {
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
