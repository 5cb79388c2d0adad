/* browse.c - a case that is asked again and again
 *
 * Between two questions no lock is held, so that a scan may come to write.
 * What it changed is noticed by the database's own count of changes: then the
 * schema is compared anew, and figures that were kept are forgotten.  The
 * structure is checked once, when the case is opened: that reads all of it.
 *
 * A question that takes too long is given up by SQLite itself, from within its
 * loop, so that neither a large case nor one made to be slow can hang us. */
#include <time.h>
#include "browse_private.h"

#define STEPS_BETWEEN 20000 /* of SQLite's machine, looks at the clock */
#define LOCK_MS 200	    /* somebody waits for the answer */

const char *tt_way_name(enum tt_way way)
{
	static const char *const names[] = { "none", "unknown", "cleartext",
					     "local", "no-version" };

	return way < TT_WAY_TLS ?
		       names[way] :
		       tt_tls_name((enum tt_tls)(way - TT_WAY_TLS + 1));
}

/* ---- one question ---- */

static int64_t now_ms(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static int is_late(void *browse)
{
	return now_ms() >= ((struct tt_browse *)browse)->until_ms;
}

/* What made the last question fail need not make this one fail. */
static void mend(struct tt_case *c)
{
	c->broken = (struct tt_err){ 0 };
	tt_arena_clear(&c->scratch);
	if (!sqlite3_get_autocommit(c->db))
		tt_case_exec(c, "ROLLBACK");
}

/* Without the index of lists each would read all there is. */
static void need_indexes(struct tt_case *c)
{
	if (c->n_late != tt_schema_late_n)
		tt_case_refuse(c, TT_USAGE, TT_CUT_OFF);
}

static void look_for_changes(struct tt_browse *b)
{
	const int64_t version = tt_case_int(b->c, "PRAGMA data_version");

	if (version == b->version || b->c->broken.status != TT_OK)
		return;
	b->has_figures = false;
	tt_schema_check(b->c);
	need_indexes(b->c);
	if (b->c->broken.status == TT_OK)
		b->version = version;
}

struct tt_case *tt_browse_begin(struct tt_browse *browse, struct tt_err *err)
{
	struct tt_case *const c = browse->c;

	mend(c);
	browse->until_ms = now_ms() + (int64_t)TT_MAX_browse_ms;
	tt_case_exec(c, "BEGIN");
	look_for_changes(browse);
	return tt_case_status(c, err) == TT_OK ? c : NULL;
}

enum tt_status tt_browse_end(struct tt_browse *browse, struct tt_err *err)
{
	tt_case_exec(browse->c, "COMMIT");
	return tt_case_status(browse->c, err);
}

/* ---- opening and closing ---- */

enum tt_status tt_browse_open(struct tt_browse **browse_r, const char *path,
			      struct tt_err *err)
{
	struct tt_case *c;

	*browse_r = NULL;
	if (tt_case_open_to_read(&c, path, err) != TT_OK)
		return err->status;
	struct tt_browse *const b = tt_zalloc(sizeof(*b));

	b->c = c;
	b->version = tt_case_int(c, "PRAGMA data_version");
	need_indexes(c);
	tt_case_exec(c, "COMMIT");
	(void)sqlite3_busy_timeout(c->db, LOCK_MS);
	sqlite3_progress_handler(c->db, STEPS_BETWEEN, is_late, b);
	*browse_r = b;
	if (tt_case_status(c, err) == TT_OK)
		return TT_OK;
	tt_browse_close(browse_r);
	return err->status;
}

void tt_browse_close(struct tt_browse **browse)
{
	if (!*browse)
		return;
	struct tt_err ignored = { 0 };

	mend((*browse)->c);
	(void)!tt_case_close(&(*browse)->c, &ignored);
	tt_arena_release(&(*browse)->arena);
	tt_free(browse);
}

/* ---- one message ---- */

int tt_browse_find(struct tt_browse *browse, const struct tt_cursor *cursor,
		   struct tt_case_message *m_r, struct tt_arena *arena,
		   struct tt_err *err)
{
	return tt_case_find_listed(
		browse->c,
		(struct tt_slice){ cursor->bytes, TT_CURSOR_LEN }, m_r, arena,
		err);
}

static void get_place(struct tt_query *q, struct tt_browse_place *p,
		      struct tt_arena *arena)
{
	p->path = tt_get_copy(q, arena);
	p->n_member = tt_member_names(tt_get_copy(q, arena), &p->member, arena);
	p->off = (uint64_t)tt_get_int(q);
	p->length = (uint64_t)tt_get_int(q);
	p->is_decoded = tt_get_int(q);
	p->is_primary = tt_get_int(q);
}

/* Chosen by the index's order, so that a content met a million times is not
 * sorted; the primary place is among them by itself. */
static const char places_sql[] =
	"SELECT s.path, s.member, o.off, o.length, o.is_decoded, o.is_first"
	" FROM (SELECT * FROM (SELECT o.*, 0 AS is_first FROM occurrence o"
	"   JOIN message m ON m.id = o.message_id WHERE o.message_id = ?1"
	"   AND NOT (o.source_id = m.source_id AND o.top_off = m.top_off"
	"    AND o.seq = m.seq) LIMIT ?2 - 1)"
	"  UNION ALL SELECT o.*, 1 FROM message m JOIN occurrence o"
	"   ON o.source_id = m.source_id AND o.top_off = m.top_off"
	"   AND o.seq = m.seq WHERE m.id = ?1) o"
	" JOIN source s ON s.id = o.source_id ORDER BY o.is_first DESC,"
	" s.path, s.member, s.generation, o.top_off, o.seq";

static uint64_t count_by_id(struct tt_case *c, const char *sql, int64_t id)
{
	struct tt_query q = tt_query_once(c, sql);

	tt_put_int(&q, id);
	const uint64_t n =
		tt_query_step(&q) == 1 ? (uint64_t)tt_get_int(&q) : 0;

	tt_query_end(&q);
	return n;
}

enum tt_status tt_browse_places(struct tt_browse *browse, int64_t id,
				size_t limit,
				struct tt_browse_places *places_r,
				struct tt_arena *arena, struct tt_err *err)
{
	struct tt_case *const c = browse->c;
	struct tt_query q = tt_query_once(c, places_sql);

	*places_r = (struct tt_browse_places){ 0 };
	tt_put_int(&q, id);
	tt_put_int(&q, (int64_t)limit);
	while (tt_query_step(&q) == 1)
		get_place(&q, tt_vec_push(arena, &places_r->list), arena);
	tt_query_end(&q);
	places_r->more = count_by_id(c,
				     "SELECT count(*) FROM occurrence"
				     " WHERE message_id = ?",
				     id) -
			 places_r->list.n;
	return tt_case_status(c, err);
}

#define INSIDE                                                             \
	" FROM message c JOIN occurrence o ON o.source_id = c.source_id"  \
	" AND o.top_off = c.top_off AND o.seq > 0"                        \
	" JOIN message m ON m.id = o.message_id"                          \
	" WHERE c.id = ?1 AND c.seq = 0 AND c.log_key IS NULL"

enum tt_status tt_browse_inside(struct tt_browse *browse, int64_t id,
				size_t limit,
				struct tt_browse_inside *inside_r,
				struct tt_arena *arena, struct tt_err *err)
{
	struct tt_case *const c = browse->c;
	struct tt_query q = tt_query_once(
		c, "SELECT m.content_sha256" INSIDE " ORDER BY o.seq LIMIT ?2");

	*inside_r = (struct tt_browse_inside){ 0 };
	tt_put_int(&q, id);
	tt_put_int(&q, (int64_t)limit);
	while (tt_query_step(&q) == 1)
		(void)tt_get_hash(&q, tt_vec_push(arena, &inside_r->list)->sha256);
	tt_query_end(&q);
	inside_r->more = count_by_id(c, "SELECT count(*)" INSIDE, id) -
			 inside_r->list.n;
	return tt_case_status(c, err);
}
