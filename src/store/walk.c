/* walk.c - messages, one after another
 *
 * In the order of exports one statement runs over all; nothing is sorted, for
 * the indexes are.  Where messages are concluded on meanwhile they are read a
 * batch at a time instead: what a statement gives of rows that change under it
 * is not told. */
#include "store_private.h"

#define COLUMNS                                                            \
	"m.id, m.log_key IS NOT NULL, r.read, r.concluded, s.path, m.off," \
	" m.length, m.is_decoded, m.is_concluded, m.sha256,"                 \
	" m.content_sha256"

enum phase { MAIL, LOG_ONLY, OVER };

struct tt_case_walk {
	struct tt_case *c;
	enum tt_case_order order;
	enum phase phase;
	struct tt_query q;
	bool has_query;
	/* a batch */
	struct tt_arena arena;
	TT_VEC(struct tt_case_message) batch;
	size_t at;
	int64_t last; /* id */
};

struct tt_case_walk *tt_case_walk_new(struct tt_case *c,
				      enum tt_case_order order)
{
	struct tt_case_walk *const w = tt_zalloc(sizeof(*w));

	w->c = c;
	w->order = order;
	return w;
}

static void end_query(struct tt_case_walk *w)
{
	if (w->has_query)
		tt_query_end(&w->q);
	w->has_query = false;
}

void tt_case_walk_free(struct tt_case_walk **walk)
{
	if (!*walk)
		return;
	end_query(*walk);
	tt_arena_release(&(*walk)->arena);
	tt_free(walk);
}

/* arena NULL: borrowed from the row. */
static struct tt_slice get_bytes(struct tt_query *q, struct tt_arena *arena)
{
	return arena ? tt_get_copy(q, arena) : tt_get_slice(q);
}

static void get_message(struct tt_query *q, struct tt_case_message *m,
			struct tt_arena *arena)
{
	*m = (struct tt_case_message){ .id = tt_get_int(q) };
	m->is_log_only = tt_get_int(q);
	m->record = get_bytes(q, arena);
	m->concluded = get_bytes(q, arena);
	m->path = get_bytes(q, arena);
	m->off = (uint64_t)tt_get_int(q);
	m->length = (uint64_t)tt_get_int(q);
	m->is_decoded = tt_get_int(q);
	m->is_concluded = tt_get_int(q);
	m->has_hash = tt_get_hash(q, m->sha256);
	(void)tt_get_hash(q, m->content_sha256);
}

/* ---- in the order of exports ---- */

static const char by_place[] =
	"SELECT " COLUMNS " FROM source s"
	" CROSS JOIN message m ON m.source_id = s.id AND m.log_key IS NULL"
	" LEFT JOIN record r ON r.message_id = m.id"
	" ORDER BY s.path, s.member, s.generation, m.top_off, m.seq";
static const char by_log_key[] =
	"SELECT " COLUMNS " FROM message m"
	" LEFT JOIN source s ON s.id = m.source_id"
	" LEFT JOIN record r ON r.message_id = m.id"
	" WHERE m.log_key IS NOT NULL ORDER BY m.log_key";

static int next_by_place(struct tt_case_walk *w, struct tt_case_message *m_r)
{
	for (; w->phase != OVER; w->phase++) {
		if (!w->has_query)
			w->q = tt_query_once(w->c, w->phase == MAIL ?
							   by_place :
							   by_log_key);
		w->has_query = true;
		const int got = tt_query_step(&w->q);

		if (got == 1)
			get_message(&w->q, m_r, NULL);
		if (got != 0)
			return w->c->broken.status == TT_OK ? got : -1;
		end_query(w);
	}
	return 0;
}

/* ---- in batches ---- */

static void read_batch(struct tt_case_walk *w)
{
	struct tt_query q = tt_query_once(
		w->c, w->order == TT_CASE_MAIL ?
			      "SELECT " COLUMNS " FROM message m"
			      " JOIN source s ON s.id = m.source_id"
			      " JOIN record r ON r.message_id = m.id"
			      " WHERE m.log_key IS NULL AND m.id > ?"
			      " ORDER BY m.id" :
			      "SELECT " COLUMNS " FROM message m"
			      " JOIN source s ON s.id = m.source_id"
			      " JOIN record r ON r.message_id = m.id"
			      " WHERE m.log_key IS NULL"
			      " AND (m.is_joined OR NOT m.is_concluded)"
			      " AND m.id > ? ORDER BY m.id");
	uint64_t bytes = 0;

	tt_put_int(&q, w->last);
	while (bytes < TT_MAX_case_batch &&
	       w->batch.n < TT_MAX_checkpoint_records &&
	       tt_query_step(&q) == 1) {
		struct tt_case_message *const m =
			tt_vec_push(&w->arena, &w->batch);

		get_message(&q, m, &w->arena);
		w->last = m->id;
		bytes += m->record.n + m->concluded.n;
	}
	tt_query_end(&q);
}

static int next_of_batch(struct tt_case_walk *w, struct tt_case_message *m_r)
{
	if (w->at == w->batch.n) {
		tt_arena_clear(&w->arena);
		w->batch.v = NULL;
		w->batch.n = w->batch.cap = w->at = 0;
		read_batch(w);
	}
	if (w->c->broken.status != TT_OK)
		return -1;
	if (w->at == w->batch.n)
		return 0;
	*m_r = w->batch.v[w->at++];
	return 1;
}

int tt_case_walk_next(struct tt_case_walk *walk, struct tt_case_message *m_r,
		      struct tt_err *err)
{
	const int got = walk->order == TT_CASE_ALL ?
				next_by_place(walk, m_r) :
				next_of_batch(walk, m_r);

	if (got < 0)
		(void)tt_case_status(walk->c, err);
	return got;
}

#define FIND                                          \
	"SELECT " COLUMNS " FROM message m"           \
	" LEFT JOIN source s ON s.id = m.source_id"   \
	" LEFT JOIN record r ON r.message_id = m.id"

static int find_by(struct tt_query *q, struct tt_case_message *m_r,
		   struct tt_arena *arena, struct tt_err *err)
{
	struct tt_case *const c = q->c;
	const int got = tt_query_step(q);

	if (got == 1)
		get_message(q, m_r, arena);
	tt_query_end(q);
	return tt_case_status(c, err) == TT_OK ? got : -1;
}

static int find(struct tt_case *c, const char *sql, struct tt_slice key,
		struct tt_case_message *m_r, struct tt_arena *arena,
		struct tt_err *err)
{
	struct tt_query q = tt_query_once(c, sql);

	tt_put_blob(&q, key);
	return find_by(&q, m_r, arena, err);
}

int tt_case_find_mail(struct tt_case *c, int64_t id,
		      struct tt_case_message *m_r, struct tt_arena *arena,
		      struct tt_err *err)
{
	struct tt_query q = tt_query(c, TT_STMT_MESSAGE_MAIL,
				     FIND " WHERE m.id = ?"
					  " AND m.log_key IS NULL");

	tt_put_int(&q, id);
	return find_by(&q, m_r, arena, err);
}

int tt_case_find(struct tt_case *c, const uint8_t content[TT_SHA256_LEN],
		 struct tt_case_message *m_r, struct tt_arena *arena,
		 struct tt_err *err)
{
	return find(c, FIND " WHERE m.content_sha256 = ?",
		    (struct tt_slice){ content, TT_SHA256_LEN }, m_r, arena,
		    err);
}

int tt_case_find_listed(struct tt_case *c, struct tt_slice listed,
			struct tt_case_message *m_r, struct tt_arena *arena,
			struct tt_err *err)
{
	return find(c, FIND " WHERE m.listed = ?", listed, m_r, arena, err);
}
