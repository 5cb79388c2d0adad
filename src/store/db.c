/* db.c - statements, and what SQLite says where it fails */
#include <errno.h>
#include <stdarg.h>
#include <string.h>
#include "store_private.h"
#include "util/utf8.h"

/* ---- failure ---- */

struct failure {
	int code; /* of SQLite, without its details */
	enum tt_status status;
	int sys_errno; /* 0: what the system said */
	const char *limit; /* that was met; or NULL */
};

static const struct failure failures[] = {
	{ SQLITE_FULL, TT_IO, ENOSPC, NULL },
	{ SQLITE_IOERR, TT_IO, 0, NULL },
	{ SQLITE_CANTOPEN, TT_IO, 0, NULL },
	{ SQLITE_READONLY, TT_IO, EROFS, NULL },
	{ SQLITE_PERM, TT_IO, EACCES, NULL },
	{ SQLITE_AUTH, TT_IO, EACCES, NULL },
	{ SQLITE_BUSY, TT_USAGE, EBUSY, NULL },
	{ SQLITE_LOCKED, TT_USAGE, EBUSY, NULL },
	{ SQLITE_TOOBIG, TT_INPUT, 0, " (limit case_value)" },
	/* by browse.c alone */
	{ SQLITE_INTERRUPT, TT_LIMIT, 0, " (limit browse_ms)" },
};

/* What is in none of the rows is said of what the file holds. */
static struct failure failure_of(int code)
{
	for (size_t i = 0; i < sizeof(failures) / sizeof(failures[0]); i++)
		if (failures[i].code == code)
			return failures[i];
	return (struct failure){ code, TT_INPUT, 0, NULL };
}

/* What was begun is undone at once, so that no later commit keeps half. */
static void undo(struct tt_case *c)
{
	if (c->db && !sqlite3_get_autocommit(c->db))
		(void)sqlite3_exec(c->db, "ROLLBACK", NULL, NULL, NULL);
	c->is_in_transaction = false;
}

void tt_case_break(struct tt_case *c)
{
	if (c->broken.status != TT_OK)
		return;
	const int code = sqlite3_errcode(c->db) & 0xff;

	if (code == SQLITE_NOMEM)
		tt_out_of_memory();
	if (sqlite3_extended_errcode(c->db) == SQLITE_READONLY_ROLLBACK) {
		tt_case_refuse(c, TT_USAGE, TT_CUT_OFF);
		return;
	}
	struct failure f = failure_of(code);

	if (!f.sys_errno)
		f.sys_errno = sqlite3_system_errno(c->db);
	(void)tt_err_set(&c->broken, f.status, "%s%s%s%s",
			 f.sys_errno == EBUSY	? "in use by another: " :
			 f.status == TT_INPUT	? "damaged: " :
						  "",
			 f.status == TT_IO && f.sys_errno ?
				 strerror(f.sys_errno) :
				 sqlite3_errmsg(c->db),
			 f.limit ? f.limit : "",
			 f.status == TT_INPUT ? TT_SCAN_ANEW : "");
	c->broken.sys_errno = f.sys_errno;
	undo(c);
}

void tt_case_refuse(struct tt_case *c, enum tt_status status, const char *fmt,
		    ...)
{
	if (c->broken.status != TT_OK)
		return;
	va_list ap;

	va_start(ap, fmt);
	(void)tt_text_vformat(c->broken.text, sizeof(c->broken.text), fmt, ap);
	va_end(ap);
	c->broken.status = status;
	undo(c);
}

enum tt_status tt_case_status(const struct tt_case *c, struct tt_err *err)
{
	if (c->broken.status != TT_OK && err && err->status == TT_OK)
		*err = c->broken;
	return c->broken.status;
}

/* ---- statements ---- */

void tt_case_exec(struct tt_case *c, const char *sql)
{
	if (c->broken.status == TT_OK &&
	    sqlite3_exec(c->db, sql, NULL, NULL, NULL) != SQLITE_OK)
		tt_case_break(c);
}

int64_t tt_query_int(struct tt_query *q)
{
	const int64_t v = tt_query_step(q) == 1 ? tt_get_int(q) : 0;

	tt_query_end(q);
	return v;
}

int64_t tt_case_int(struct tt_case *c, const char *sql)
{
	struct tt_query q = tt_query_once(c, sql);

	return tt_query_int(&q);
}

static sqlite3_stmt *prepare(struct tt_case *c, const char *sql, unsigned flags)
{
	sqlite3_stmt *s = NULL;

	if (c->broken.status == TT_OK &&
	    sqlite3_prepare_v3(c->db, sql, -1, flags, &s, NULL) != SQLITE_OK)
		tt_case_break(c);
	return s;
}

struct tt_query tt_query(struct tt_case *c, enum tt_stmt id, const char *sql)
{
	if (!c->stmt[id])
		c->stmt[id] = prepare(c, sql, SQLITE_PREPARE_PERSISTENT);
	return (struct tt_query){
		.c = c,
		.s = c->broken.status == TT_OK ? c->stmt[id] : NULL,
	};
}

struct tt_query tt_query_once(struct tt_case *c, const char *sql)
{
	return (struct tt_query){
		.c = c,
		.s = prepare(c, sql, 0),
		.is_own = true,
	};
}

int tt_query_step(struct tt_query *q)
{
	if (!q->s || q->c->broken.status != TT_OK)
		return -1;
	q->got = 0;
	switch (sqlite3_step(q->s)) {
	case SQLITE_ROW:
		return 1;
	case SQLITE_DONE:
		return 0;
	default:
		tt_case_break(q->c);
		return -1;
	}
}

void tt_query_end(struct tt_query *q)
{
	if (q->s && q->is_own)
		(void)sqlite3_finalize(q->s);
	else if (q->s)
		(void)sqlite3_reset(q->s);
	q->s = NULL;
}

void tt_query_run(struct tt_query *q)
{
	(void)tt_query_step(q);
	tt_query_end(q);
}

/* ---- columns in ---- */

/* All are bound by reference: what they point at outlives the step. */
#define PUT(q, bind, ...)                                                \
	do {                                                             \
		if ((q)->s &&                                            \
		    bind((q)->s, ++(q)->put, ##__VA_ARGS__) != SQLITE_OK) \
			tt_case_break((q)->c);                           \
	} while (0)

void tt_put_null(struct tt_query *q)
{
	PUT(q, sqlite3_bind_null);
}

void tt_put_int(struct tt_query *q, int64_t v)
{
	PUT(q, sqlite3_bind_int64, v);
}

void tt_put_off(struct tt_query *q, uint64_t v)
{
	tt_put_if(q, v != TT_NO_OFF, (int64_t)v);
}

void tt_put_some(struct tt_query *q, int64_t v, int64_t none)
{
	tt_put_if(q, v != none, v);
}

void tt_put_if(struct tt_query *q, bool has, int64_t v)
{
	if (has)
		tt_put_int(q, v);
	else
		tt_put_null(q);
}

/* Eight bytes of ASCII, none of them NUL. */
static bool is_plain(const uint8_t *p)
{
	uint64_t word;

	memcpy(&word, p, sizeof(word));
	return ((word | (word - UINT64_C(0x0101010101010101))) &
		UINT64_C(0x8080808080808080)) == 0;
}

bool tt_is_text(struct tt_slice s)
{
	uint32_t code;
	size_t n, i = 0;

	while (s.n - i >= sizeof(uint64_t) && is_plain(s.p + i))
		i += sizeof(uint64_t);
	for (; i < s.n; i += n) {
		n = 1;
		if (s.p[i] == 0)
			return false;
		if (s.p[i] >= 0x80 &&
		    (n = tt_utf8_next(tt_slice_sub(s, i, 4), &code)) == 0)
			return false;
	}
	return true;
}

/* A null pointer would be null. */
static const void *bytes_of(struct tt_slice s)
{
	return s.n ? (const void *)s.p : "";
}

void tt_put_blob(struct tt_query *q, struct tt_slice s)
{
	PUT(q, sqlite3_bind_blob64, bytes_of(s), s.n, SQLITE_STATIC);
}

static void put_known_text(struct tt_query *q, struct tt_slice s)
{
	PUT(q, sqlite3_bind_text64, bytes_of(s), s.n, SQLITE_STATIC,
	    SQLITE_UTF8);
}

void tt_put_ascii(struct tt_query *q, struct tt_slice s)
{
	if (s.n)
		put_known_text(q, s);
	else
		tt_put_null(q);
}

void tt_put_bytes(struct tt_query *q, struct tt_slice s)
{
	if (tt_is_text(s))
		put_known_text(q, s);
	else
		tt_put_blob(q, s);
}

void tt_put_text(struct tt_query *q, struct tt_slice s)
{
	if (s.n)
		tt_put_bytes(q, s);
	else
		tt_put_null(q);
}

void tt_put_hash(struct tt_query *q, bool has,
		 const uint8_t hash[TT_SHA256_LEN])
{
	if (has)
		tt_put_blob(q, (struct tt_slice){ hash, TT_SHA256_LEN });
	else
		tt_put_null(q);
}

/* ---- columns out ---- */

bool tt_get_is_null(const struct tt_query *q)
{
	return sqlite3_column_type(q->s, q->got) == SQLITE_NULL;
}

void tt_get_skip(struct tt_query *q)
{
	q->got++;
}

int64_t tt_get_int(struct tt_query *q)
{
	return sqlite3_column_int64(q->s, q->got++);
}

int tt_get_code(struct tt_query *q, int max)
{
	const int64_t v = tt_get_int(q);

	if (v >= 0 && v <= max)
		return (int)v;
	tt_case_refuse(q->c, TT_INPUT, "a number that stands for nothing");
	return 0;
}

uint64_t tt_get_off(struct tt_query *q)
{
	const bool is_null = tt_get_is_null(q);
	const int64_t v = tt_get_int(q);

	return is_null ? TT_NO_OFF : (uint64_t)v;
}

struct tt_slice tt_get_slice(struct tt_query *q)
{
	const int i = q->got++;

	if (sqlite3_column_type(q->s, i) == SQLITE_NULL)
		return TT_NO_SLICE;
	/* The order matters: a number would become text by the first. */
	const uint8_t *const p = sqlite3_column_blob(q->s, i);
	const int n = sqlite3_column_bytes(q->s, i);

	return p ? (struct tt_slice){ p, (size_t)n } : TT_S("");
}

struct tt_slice tt_get_copy(struct tt_query *q, struct tt_arena *arena)
{
	const struct tt_slice s = tt_get_slice(q);

	if (!s.p || s.n)
		return s.p ? tt_arena_dup(arena, s) : TT_NO_SLICE;
	return TT_S("");
}

bool tt_get_hash(struct tt_query *q, uint8_t hash_r[TT_SHA256_LEN])
{
	const struct tt_slice s = tt_get_slice(q);

	memset(hash_r, 0, TT_SHA256_LEN);
	if (!s.p)
		return false;
	if (s.n != TT_SHA256_LEN) {
		tt_case_refuse(q->c, TT_INPUT, "a hash of %zu bytes", s.n);
		return false;
	}
	memcpy(hash_r, s.p, TT_SHA256_LEN);
	return true;
}
