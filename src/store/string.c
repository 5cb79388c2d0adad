/* string.c - texts that many rows share, by their numbers
 *
 * A table of the last texts seen stands before the database: mail names a few
 * thousand hosts over and over.  A text evicts the one in its place, so that a
 * flood of new ones costs a look-up each and no memory. */
#include "store_private.h"

#define SLOTS 16384	/* a power of two */
#define LONGEST 256 /* bytes; longer texts are looked up */

struct slot {
	uint64_t hash;
	int64_t id; /* 0: empty */
	uint8_t *bytes;
	size_t n, room;
};

struct tt_strings {
	struct slot slot[SLOTS];
};

struct tt_strings *tt_strings_new(void)
{
	return tt_zalloc(sizeof(struct tt_strings));
}

void tt_strings_free(struct tt_strings **strings)
{
	for (size_t i = 0; *strings && i < SLOTS; i++)
		tt_free(&(*strings)->slot[i].bytes);
	tt_free(strings);
}

/* As FNV-1a, but eight bytes at a time: only speed depends on it. */
static uint64_t hash_of(struct tt_slice s)
{
	uint64_t h = 0xcbf29ce484222325u ^ s.n, word = 0;
	size_t i = 0;

	for (; s.n - i >= sizeof(word); i += sizeof(word)) {
		memcpy(&word, s.p + i, sizeof(word));
		h = (h ^ word) * 0x9e3779b97f4a7c15u;
		h ^= h >> 32;
	}
	word = 0;
	for (; i < s.n; i++)
		word = word << 8 | s.p[i];
	h = (h ^ word) * 0x9e3779b97f4a7c15u;
	return h ^ h >> 32;
}

static void keep(struct slot *slot, uint64_t hash, struct tt_slice s,
		 int64_t id)
{
	if (slot->room < s.n) {
		slot->bytes = tt_realloc(slot->bytes, s.n);
		slot->room = s.n;
	}
	if (s.n)
		memcpy(slot->bytes, s.p, s.n);
	slot->n = s.n;
	slot->hash = hash;
	slot->id = id;
}

static int64_t add(struct tt_case *c, struct tt_slice s)
{
	struct tt_query q = tt_query(c, TT_STMT_STRING_ADD,
				     "INSERT INTO string(value) VALUES (?)");

	tt_put_bytes(&q, s);
	tt_query_run(&q);
	return c->broken.status == TT_OK ? sqlite3_last_insert_rowid(c->db) : 0;
}

static int64_t find(struct tt_case *c, struct tt_slice s)
{
	struct tt_query q = tt_query(c, TT_STMT_STRING_GET,
				     "SELECT id FROM string WHERE value = ?");
	int64_t id = 0;

	tt_put_bytes(&q, s);
	if (tt_query_step(&q) == 1)
		id = tt_get_int(&q);
	tt_query_end(&q);
	return id ? id : add(c, s);
}

int64_t tt_string_id(struct tt_case *c, struct tt_slice s)
{
	const uint64_t hash = hash_of(s);
	struct slot *const slot = &c->strings->slot[hash % SLOTS];

	if (s.n > LONGEST)
		return find(c, s);
	if (slot->id && slot->hash == hash && slot->n == s.n &&
	    (s.n == 0 || memcmp(slot->bytes, s.p, s.n) == 0))
		return slot->id;
	const int64_t id = find(c, s);

	if (id)
		keep(slot, hash, s, id);
	return id;
}

void tt_put_string(struct tt_query *q, struct tt_slice s)
{
	if (s.n)
		tt_put_int(q, tt_string_id(q->c, s));
	else
		tt_put_null(q);
}

void tt_put_name(struct tt_query *q, const char *s)
{
	tt_put_string(q, s ? tt_slice_str(s) : TT_NO_SLICE);
}

struct tt_slice tt_string_of(struct tt_case *c, int64_t id,
			     struct tt_arena *arena)
{
	struct tt_slice s = TT_NO_SLICE;

	if (!id)
		return s;
	struct tt_query q = tt_query(c, TT_STMT_STRING_VALUE,
				     "SELECT value FROM string WHERE id = ?");

	tt_put_int(&q, id);
	if (tt_query_step(&q) == 1)
		s = tt_get_copy(&q, arena);
	tt_query_end(&q);
	return s;
}
