/* content.c - which messages a new case has, by the hashes of their contents
 *
 * In an index these keys would come in no order, and each message would write
 * a page of it anew.  So they stand in a table in memory, by their first four
 * bytes, until the index is made of all of them (tt_schema_late): when the
 * scan ends, or when they are too many for memory.  Contents may share four
 * bytes: what is found is a candidate. */
#include "store_private.h"

#define LEAST_SLOTS 1024

struct slot {
	uint32_t key, id; /* id 0: empty */
};

struct tt_contents {
	struct slot *slot;
	size_t n, n_slots; /* n_slots: a power of two */
};

static uint32_t key_of(const uint8_t content[TT_SHA256_LEN])
{
	uint32_t key;

	memcpy(&key, content, sizeof(key));
	return key;
}

static void put(struct tt_contents *t, uint32_t key, uint32_t id)
{
	size_t at = key & (t->n_slots - 1);

	while (t->slot[at].id)
		at = (at + 1) & (t->n_slots - 1);
	t->slot[at] = (struct slot){ key, id };
}

/* At most three of four slots are taken. */
static void grow(struct tt_contents *t)
{
	struct tt_contents more = { .n = t->n, .n_slots = 2 * t->n_slots };

	if (t->slot && t->n < t->n_slots / 4 * 3)
		return;
	if (!t->slot)
		more.n_slots = LEAST_SLOTS;
	more.slot = tt_zalloc(tt_mul_size(more.n_slots, sizeof(struct slot)));
	for (size_t i = 0; i < t->n_slots; i++)
		if (t->slot[i].id)
			put(&more, t->slot[i].key, t->slot[i].id);
	tt_free(&t->slot);
	*t = more;
}

/* False: it has no place in memory. */
static bool add(struct tt_contents *t, uint32_t key, int64_t id)
{
	if (id <= 0 || id > (int64_t)UINT32_MAX ||
	    t->n >= TT_MAX_case_contents)
		return false;
	grow(t);
	put(t, key, (uint32_t)id);
	t->n++;
	return true;
}

void tt_contents_free(struct tt_contents **contents)
{
	if (*contents)
		tt_free(&(*contents)->slot);
	tt_free(contents);
}

/* From here on the index is asked. */
static void give_up(struct tt_case *c)
{
	tt_contents_free(&c->contents);
	tt_schema_index(c, 1);
}

/* Those that a scan that was cut off has left. */
static void load(struct tt_case *c)
{
	struct tt_query q = tt_query_once(
		c, "SELECT id, content_sha256 FROM message"
		   " WHERE content_sha256 IS NOT NULL");
	uint8_t content[TT_SHA256_LEN];
	bool has_room = true;

	c->contents = tt_zalloc(sizeof(*c->contents));
	while (has_room && tt_query_step(&q) == 1) {
		const int64_t id = tt_get_int(&q);

		has_room = !tt_get_hash(&q, content) ||
			   add(c->contents, key_of(content), id);
	}
	tt_query_end(&q);
	if (!has_room)
		give_up(c);
}

int64_t tt_content_next(struct tt_case *c, const uint8_t content[TT_SHA256_LEN],
			size_t *at)
{
	const uint32_t key = key_of(content);

	if (c->n_late == 0 && !c->contents)
		load(c);
	if (c->n_late || c->contents->n == 0)
		return 0;
	for (;; ++*at) {
		const struct tt_contents *const t = c->contents;
		const struct slot *const s =
			&t->slot[(key + *at) & (t->n_slots - 1)];

		if (!s->id)
			return 0;
		if (s->key == key) {
			++*at;
			return s->id;
		}
	}
}

void tt_content_add(struct tt_case *c, const uint8_t content[TT_SHA256_LEN],
		    int64_t id)
{
	if (c->n_late || !c->contents || c->broken.status != TT_OK)
		return;
	if (!add(c->contents, key_of(content), id))
		give_up(c);
}
