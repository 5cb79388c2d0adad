/* log_session.c - the connections of a log that are open
 *
 * A hash table, and a list from the one that began first: where there are too
 * many, that one goes.  Nothing else of the log is held. */
#include <string.h>

#include "log_rules.h"

#define FIRST_SLOTS 2048

void tt_log_sessions_init(struct tt_log_sessions *s)
{
	*s = (struct tt_log_sessions){ .n_slots = FIRST_SLOTS };
	s->slots = tt_zalloc(tt_mul_size(s->n_slots, sizeof(*s->slots)));
}

static uint64_t hash_bytes(uint64_t h, struct tt_slice s)
{
	for (size_t i = 0; i < s.n; i++)
		h = (h ^ s.p[i]) * UINT64_C(0x100000001b3);
	return (h ^ 0xff) * UINT64_C(0x100000001b3);
}

/* Host and tag are interned: their places are their names. */
static uint64_t hash_of(struct tt_slice host, struct tt_slice tag,
			struct tt_slice key)
{
	uint64_t h = (uint64_t)(uintptr_t)host.p * UINT64_C(0x9e3779b97f4a7c15);

	h ^= (uint64_t)(uintptr_t)tag.p * UINT64_C(0xc2b2ae3d27d4eb4f);
	h = hash_bytes(h, key);
	h *= UINT64_C(0x9e3779b97f4a7c15);
	return h ^ h >> 32;
}

static void unlink_age(struct tt_log_sessions *s, struct tt_log_session *x)
{
	*(x->older ? &x->older->newer : &s->oldest) = x->newer;
	*(x->newer ? &x->newer->older : &s->newest) = x->older;
}

static void link_newest(struct tt_log_sessions *s, struct tt_log_session *x)
{
	x->newer = NULL;
	x->older = s->newest;
	*(s->newest ? &s->newest->newer : &s->oldest) = x;
	s->newest = x;
}

struct tt_log_session *tt_log_session_find(struct tt_log_sessions *s,
					   struct tt_slice host,
					   struct tt_slice tag,
					   struct tt_slice key)
{
	const uint64_t hash = hash_of(host, tag, key);
	size_t i = (size_t)hash & (s->n_slots - 1);

	for (; s->slots[i].session; i = (i + 1) & (s->n_slots - 1)) {
		struct tt_log_session *const x = s->slots[i].session;

		if (s->slots[i].hash == hash && x->host.p == host.p &&
		    x->tag.p == tag.p && tt_slice_eq(x->key, key))
			return x;
	}
	return NULL;
}

static void put(struct tt_log_sessions *s, struct tt_log_session *x)
{
	size_t i = (size_t)x->hash & (s->n_slots - 1);

	while (s->slots[i].session)
		i = (i + 1) & (s->n_slots - 1);
	s->slots[i] = (struct tt_log_slot){ x->hash, x };
}

static void grow(struct tt_log_sessions *s)
{
	tt_free(&s->slots);
	s->n_slots *= 2;
	s->slots = tt_zalloc(tt_mul_size(s->n_slots, sizeof(*s->slots)));
	for (struct tt_log_session *x = s->oldest; x; x = x->newer)
		put(s, x);
}

/* What stands behind in the same run is moved up, where its own place is not
 * behind the gap. */
static void take_out(struct tt_log_sessions *s,
		     const struct tt_log_session *x)
{
	const size_t mask = s->n_slots - 1;
	size_t gap = (size_t)x->hash & mask;

	while (s->slots[gap].session != x)
		gap = (gap + 1) & mask;
	for (size_t i = (gap + 1) & mask; s->slots[i].session;
	     i = (i + 1) & mask) {
		const size_t own = (size_t)s->slots[i].hash & mask;

		if (((i - own) & mask) < ((i - gap) & mask))
			continue;
		s->slots[gap] = s->slots[i];
		gap = i;
	}
	s->slots[gap].session = NULL;
}

struct tt_log_session *tt_log_session_add(struct tt_log_sessions *s,
					  struct tt_slice host,
					  struct tt_slice tag,
					  struct tt_slice key)
{
	struct tt_log_session *x = tt_zalloc(sizeof(*x) + key.n);

	if (s->n * 2 >= s->n_slots)
		grow(s);
	x->hash = hash_of(host, tag, key);
	x->host = host;
	x->tag = tag;
	if (key.n)
		memcpy(x + 1, key.p, key.n);
	x->key = (struct tt_slice){ (const uint8_t *)(x + 1), key.n };
	put(s, x);
	link_newest(s, x);
	s->n++;
	return x;
}

void tt_log_session_unused(struct tt_log_session *x)
{
	tt_free_((void *)(uintptr_t)x->used_by.p);
	x->used_by = TT_NO_SLICE;
}

void tt_log_session_drop(struct tt_log_sessions *s, struct tt_log_session *x)
{
	take_out(s, x);
	unlink_age(s, x);
	tt_log_forget(&x->open);
	tt_log_forget(&x->tls);
	tt_log_forget(&x->clear);
	tt_log_forget(&x->message);
	tt_log_session_unused(x);
	tt_free(&x);
	s->n--;
}

void tt_log_sessions_release(struct tt_log_sessions *s)
{
	while (s->oldest)
		tt_log_session_drop(s, s->oldest);
	tt_free(&s->slots);
}

/* ---- lines that are kept ---- */

/* One piece of memory: the fields, the line, and what was decoded. */
void tt_log_keep(struct tt_log_kept *k, const struct tt_log_kept *from)
{
	const size_t head = sizeof(struct tt_slice) * TT_LF_COUNT;
	size_t n = head + from->raw.n;

	tt_log_forget(k);
	for (int i = 0; i < TT_LF_COUNT; i++)
		n += from->field[i].n;
	struct tt_slice *const field = tt_malloc(n);
	uint8_t *at = (uint8_t *)field + head;

	*k = *from;
	k->field = field;
	k->raw.p = at;
	if (from->raw.n)
		memcpy(at, from->raw.p, from->raw.n);
	at += from->raw.n;
	for (int i = 0; i < TT_LF_COUNT; i++) {
		field[i] = from->field[i];
		if (field[i].n == 0)
			continue;
		memcpy(at, from->field[i].p, field[i].n);
		field[i].p = at;
		at += field[i].n;
	}
}

void tt_log_forget(struct tt_log_kept *k)
{
	tt_free(&k->field);
	*k = (struct tt_log_kept){ 0 };
}
