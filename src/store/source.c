/* source.c - what was read, and how far
 *
 * A file's row says how it stands; rows of its members have its path and
 * generation.  To begin a file anew forgets its events and diags: they follow
 * from the whole of a log, which may have grown.  Messages follow from their
 * own bytes and are only ever added to. */
#include "store_private.h"

/* ---- members ---- */

struct tt_slice tt_member_key(struct tt_case *c, const struct tt_slice *member,
			      size_t n)
{
	size_t room = 1;

	for (size_t i = 0; i < n; i++)
		room = tt_add_size(room, tt_add_size(1, tt_mul_size(
							2, member[i].n)));
	uint8_t *const key = tt_arena_alloc(&c->scratch, room);
	uint8_t *p = key;

	for (size_t i = 0; i < n; i++) {
		if (i)
			*p++ = TT_MEMBER_END;
		for (size_t k = 0; k < member[i].n; k++) {
			uint8_t b = member[i].p[k];

			if (b == TT_MEMBER_END || b == TT_MEMBER_ESCAPE) {
				*p++ = TT_MEMBER_ESCAPE;
				b = (uint8_t)(b + '@'); /* "A", "B" */
			}
			*p++ = b;
		}
	}
	return tt_slice_from(key, p);
}

static struct tt_slice name_of(struct tt_slice key, struct tt_arena *arena)
{
	uint8_t *const name = tt_arena_alloc(arena, key.n + 1);
	uint8_t *p = name;

	for (size_t i = 0; i < key.n; i++)
		if (key.p[i] == TT_MEMBER_ESCAPE && i + 1 < key.n)
			*p++ = (uint8_t)(key.p[++i] - '@');
		else
			*p++ = key.p[i];
	return tt_slice_from(name, p);
}

size_t tt_member_names(struct tt_slice key, struct tt_slice **names_r,
		       struct tt_arena *arena)
{
	TT_VEC(struct tt_slice) names = { 0 };

	while (key.n) {
		size_t end = tt_slice_chr(key, TT_MEMBER_END);

		if (end == SIZE_MAX)
			end = key.n;
		*tt_vec_push(arena, &names) =
			name_of(tt_slice_sub(key, 0, end), arena);
		key = tt_slice_sub(key, end + 1, key.n);
	}
	*names_r = names.v;
	return names.n;
}

/* ---- files ---- */

struct row {
	int64_t id; /* 0: there is none */
	int generation, tries;
	enum tt_source_state state;
	bool has_size, has_hash;
	uint64_t size;
	int64_t mtime_unix;
	int64_t mtime_ns;
	uint8_t sha256[TT_SHA256_LEN];
};

static struct row newest(struct tt_case *c, struct tt_slice path)
{
	struct tt_query q = tt_query(
		c, TT_STMT_SOURCE_NEWEST,
		"SELECT id, generation, tries, state, size IS NOT NULL, size,"
		" mtime, mtime_ns, sha256 FROM source"
		" WHERE path = ? AND member = x''"
		" ORDER BY generation DESC LIMIT 1");
	struct row r = { 0 };

	tt_put_blob(&q, path);
	if (tt_query_step(&q) == 1) {
		r.id = tt_get_int(&q);
		r.generation = tt_get_code(&q, INT32_MAX - 1);
		r.tries = tt_get_code(&q, INT32_MAX - 1);
		r.state = (enum tt_source_state)tt_get_code(&q,
							    TT_SOURCE_FAILED);
		r.has_size = tt_get_int(&q);
		r.size = (uint64_t)tt_get_int(&q);
		r.mtime_unix = tt_get_int(&q);
		r.mtime_ns = tt_get_int(&q);
		r.has_hash = tt_get_hash(&q, r.sha256);
	}
	tt_query_end(&q);
	return r;
}

static bool looks_unchanged(const struct row *r, const struct tt_case_file *f)
{
	return f->is_regular && r->has_size && r->size == f->size &&
	       r->mtime_unix == f->mtime_unix && r->mtime_ns == f->mtime_ns;
}

/* What is no file says nothing of itself: unless it was read to its end it
 * goes on, and one of which nothing was read stays the same. */
static bool goes_on(const struct row *r, const struct tt_case_file *f)
{
	return looks_unchanged(r, f) ||
	       (!f->is_regular && !r->has_size && !r->has_hash);
}

static bool has_lost(struct tt_case *c, int64_t file)
{
	struct tt_query q = tt_query(
		c, TT_STMT_SOURCE_LOST,
		"SELECT 1 FROM diag WHERE source_id IN " TT_OF_FILE
		" AND code_id = (SELECT id FROM string WHERE value = ?2)"
		" LIMIT 1");

	tt_put_int(&q, file);
	tt_put_bytes(&q, tt_slice_str(tt_diag_info(TT_DIAG_worker_lost)->code));
	const bool has = tt_query_step(&q) == 1;

	tt_query_end(&q);
	return has;
}

enum tt_status tt_case_look(struct tt_case *c, const struct tt_case_file *f,
			    struct tt_case_look *look_r, struct tt_err *err)
{
	const struct row r = newest(c, f->path);
	const bool is_settled = r.state == TT_SOURCE_DONE ||
				r.state == TT_SOURCE_SKIPPED;

	*look_r = (struct tt_case_look){
		.known = TT_CASE_NEW,
		.tries = (unsigned)r.tries,
		.has_hash = r.has_hash,
	};
	memcpy(look_r->sha256, r.sha256, sizeof(r.sha256));
	if (r.id && is_settled && !looks_unchanged(&r, f))
		look_r->known = TT_CASE_CHANGED;
	else if (r.id && r.state == TT_SOURCE_DONE)
		look_r->known = TT_CASE_SAME;
	else if (r.id && r.state == TT_SOURCE_SKIPPED)
		look_r->known = TT_CASE_BAD;
	if (look_r->known == TT_CASE_SAME)
		look_r->has_lost = has_lost(c, r.id);
	return tt_case_status(c, err);
}

static void forget(struct tt_case *c, enum tt_stmt id, const char *sql,
		   int64_t file)
{
	struct tt_query q = tt_query(c, id, sql);

	tt_put_int(&q, file);
	tt_query_run(&q);
}

static void forget_all(struct tt_case *c, int64_t file)
{
	tt_events_forget(c, file);
	forget(c, TT_STMT_FORGET_LOGS,
	       "DELETE FROM log WHERE source_id IN " TT_OF_FILE, file);
	forget(c, TT_STMT_FORGET_DIAGS,
	       "DELETE FROM diag WHERE source_id IN " TT_OF_FILE, file);
	forget(c, TT_STMT_FORGET_MORE,
	       "UPDATE source SET more_diags = 0 WHERE more_diags <> 0"
	       " AND id IN " TT_OF_FILE,
	       file);
}

static void begin_again(struct tt_case *c, int64_t file)
{
	struct tt_query q =
		tt_query(c, TT_STMT_SOURCE_BEGIN,
			 "UPDATE source SET state = ?, tries = tries + 1,"
			 " sha256 = NULL, reason = NULL WHERE id = ?");

	tt_put_int(&q, TT_SOURCE_BEGUN);
	tt_put_int(&q, file);
	tt_query_run(&q);
	forget_all(c, file);
}

/* size and mtime: those of f, NULL for none. */
static int64_t add_row(struct tt_case *c, struct tt_slice path,
		       struct tt_slice member, int generation, int64_t file,
		       const struct tt_case_file *f)
{
	struct tt_query q = tt_query(
		c, TT_STMT_SOURCE_ADD,
		"INSERT INTO source(path, member, generation, file_id, state,"
		" tries, size, mtime, mtime_ns, more_diags)"
		" VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 0)");
	const bool has_size = f && f->is_regular;

	tt_put_blob(&q, path);
	tt_put_blob(&q, member);
	tt_put_int(&q, generation);
	tt_put_some(&q, file, 0);
	tt_put_int(&q, TT_SOURCE_BEGUN);
	tt_put_int(&q, file ? 0 : 1);
	tt_put_if(&q, has_size, has_size ? (int64_t)f->size : 0);
	tt_put_if(&q, has_size, has_size ? f->mtime_unix : 0);
	tt_put_if(&q, has_size, has_size ? (int64_t)f->mtime_ns : 0);
	tt_query_run(&q);
	return c->broken.status == TT_OK ? sqlite3_last_insert_rowid(c->db) : 0;
}

enum tt_status tt_case_begin(struct tt_case *c, const struct tt_case_file *f,
			     int64_t *source_r, struct tt_err *err)
{
	tt_write_begin(c);
	c->found_source = 0; /* it may be of an older generation now */
	const struct row r = newest(c, f->path);

	if (r.id && goes_on(&r, f)) {
		*source_r = r.id;
		begin_again(c, r.id);
	} else {
		*source_r = add_row(c, f->path, TT_NO_SLICE,
				    r.id ? r.generation + 1 : 0, 0, f);
	}
	return tt_write_end(c, 0, err);
}

/* ---- members of a file ---- */

struct file_key {
	struct tt_slice path; /* in c->scratch */
	int generation;
};

static struct file_key key_of(struct tt_case *c, int64_t file)
{
	struct tt_query q = tt_query(c, TT_STMT_SOURCE_KEY,
				     "SELECT path, generation FROM source"
				     " WHERE id = ? AND member = x''");
	struct file_key key = { 0 };

	tt_put_int(&q, file);
	if (tt_query_step(&q) == 1) {
		key.path = tt_get_copy(&q, &c->scratch);
		key.generation = tt_get_code(&q, INT32_MAX - 1);
	} else {
		tt_case_refuse(c, TT_INPUT, "a source that was not begun");
	}
	tt_query_end(&q);
	return key;
}

static int64_t member_of(struct tt_case *c, int64_t file,
			 struct tt_slice member)
{
	const struct file_key key = key_of(c, file);
	struct tt_query q = tt_query(c, TT_STMT_MEMBER_GET,
				     "SELECT id FROM source WHERE path = ?"
				     " AND member = ? AND generation = ?");
	int64_t id = 0;

	tt_put_blob(&q, key.path);
	tt_put_blob(&q, member);
	tt_put_int(&q, key.generation);
	if (tt_query_step(&q) == 1)
		id = tt_get_int(&q);
	tt_query_end(&q);
	return id ? id :
		    add_row(c, key.path, member, key.generation, file, NULL);
}

enum tt_status tt_case_member(struct tt_case *c, int64_t file,
			      const struct tt_slice *member, size_t n_member,
			      int64_t *source_r, struct tt_err *err)
{
	tt_write_begin(c);
	*source_r = n_member ? member_of(c, file,
					 tt_member_key(c, member, n_member)) :
			       file;
	return tt_write_end(c, 0, err);
}

/* Both, with a byte between that is in no path. */
static struct tt_slice origin_key(struct tt_case *c,
				  const struct tt_origin *origin)
{
	const struct tt_slice member =
		tt_member_key(c, origin->member, origin->n_member);
	uint8_t *const key = tt_arena_alloc(
		&c->scratch,
		tt_add_size(tt_add_size(origin->path.n, member.n), 1));

	if (origin->path.n)
		memcpy(key, origin->path.p, origin->path.n);
	key[origin->path.n] = 0;
	if (member.n)
		memcpy(key + origin->path.n + 1, member.p, member.n);
	return (struct tt_slice){ key, origin->path.n + 1 + member.n };
}

static int64_t look_up(struct tt_case *c, const struct tt_origin *origin)
{
	const struct row file = newest(c, origin->path);

	if (!file.id)
		tt_case_refuse(c, TT_INPUT,
			       "evidence of a file that was not begun");
	if (!file.id || !origin->n_member)
		return file.id;
	return member_of(c, file.id,
			 tt_member_key(c, origin->member, origin->n_member));
}

/* Events come a log at a time. */
int64_t tt_source_find(struct tt_case *c, const struct tt_origin *origin)
{
	const struct tt_slice key = origin_key(c, origin);

	if (c->found_source && tt_slice_eq(c->found_key, key))
		return c->found_source;
	c->found_source = look_up(c, origin);
	tt_arena_clear(&c->found);
	c->found_key = tt_arena_dup(&c->found, key);
	return c->found_source;
}

/* ---- the end of a file ---- */

/* Of `?1`, newest of its path: the same places in the generations before. */
#define OLDER                                                             \
	"SELECT o.id FROM source f JOIN source o ON o.path = f.path"      \
	" WHERE f.id = ?1 AND o.generation < f.generation"
#define SAME_PLACE                                                          \
	" JOIN source os ON os.id = old.source_id"                          \
	" JOIN source ns ON ns.path = os.path AND ns.member = os.member"    \
	" JOIN source f ON f.id = ?1 AND ns.generation = f.generation"

#define OLDER_SAME                                                       \
	OLDER " AND o.generation IN (SELECT x.generation FROM source x"  \
	      " WHERE x.path = f.path AND x.member = x'' AND x.sha256 = " \
	      "f.sha256)"

/* What stands in the new generation too is not kept twice.  A primary
 * occurrence stays: its record is the message's. */
static void drop_superseded(struct tt_case *c, int64_t file)
{
	static const char *const sql[] = {
		"DELETE FROM occurrence WHERE (source_id, top_off, seq) IN"
		" (SELECT old.source_id, old.top_off, old.seq"
		"  FROM occurrence old" SAME_PLACE
		"  JOIN message m ON m.id = old.message_id"
		"  WHERE old.source_id IN (" OLDER ")"
		"  AND (m.source_id, m.top_off, m.seq) IS NOT"
		"      (old.source_id, old.top_off, old.seq)"
		"  AND EXISTS (SELECT 1 FROM occurrence new"
		"   WHERE new.message_id = old.message_id"
		"   AND new.source_id = ns.id))",
		"DELETE FROM log WHERE source_id IN (" OLDER ")"
		" AND NOT EXISTS (SELECT 1 FROM batch WHERE log_id ="
		" log.source_id)",
		/* The same bytes, touched: the older one told nothing more. */
		"DELETE FROM diag WHERE source_id IN (" OLDER_SAME ")",
		"DELETE FROM source WHERE id IN (" OLDER_SAME ")"
		" AND NOT EXISTS (SELECT 1 FROM occurrence o"
		"  WHERE o.source_id = source.id)"
		" AND NOT EXISTS (SELECT 1 FROM batch b"
		"  WHERE b.source_id = source.id)",
	};

	tt_events_drop_superseded(c, file);
	for (size_t i = 0; i < sizeof(sql) / sizeof(sql[0]); i++) {
		struct tt_query q = tt_query_once(c, sql[i]);

		tt_put_int(&q, file);
		tt_query_run(&q);
	}
}

static void end_row(struct tt_case *c, int64_t file, enum tt_source_state state,
		    const struct tt_digest *digest, struct tt_slice reason)
{
	struct tt_query q =
		tt_query(c, TT_STMT_SOURCE_END,
			 "UPDATE source SET state = ?, tries = CASE WHEN ?1 = 3"
			 " THEN tries ELSE 0 END, sha256 = ?, reason = ?"
			 " WHERE id = ?");

	tt_put_int(&q, state);
	tt_put_hash(&q, digest && digest->is_whole,
		    digest ? digest->sha256 : NULL);
	tt_put_text(&q, reason);
	tt_put_int(&q, file);
	tt_query_run(&q);
}

enum tt_status tt_case_end(struct tt_case *c, int64_t file,
			   enum tt_source_state state,
			   const struct tt_digest *digest,
			   struct tt_slice reason, struct tt_err *err)
{
	tt_write_begin(c);
	tt_events_end_file(c, file);
	end_row(c, file, state, digest, reason);
	if (state == TT_SOURCE_DONE && key_of(c, file).generation > 0) {
		/* Or each row would be looked for in all. */
		tt_schema_index(c, tt_schema_late_n);
		drop_superseded(c, file);
	}
	return tt_write_end(c, 1, err);
}
