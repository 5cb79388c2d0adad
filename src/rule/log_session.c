/* log_session.c - the connections of a log that are open
 *
 * A hash table, and a list from the one that began first: where there are too
 * many, that one goes.  Nothing else of the log is held. */
#include <string.h>

#include "log_names.h"
#include "log_rules.h"

#define FIRST_SLOTS 2048

void tt_log_sessions_init(struct tt_log_sessions *s)
{
	*s = (struct tt_log_sessions){ .n_slots = FIRST_SLOTS };
	s->slots = tt_zalloc(tt_mul_size(s->n_slots, sizeof(*s->slots)));
}

uint64_t tt_log_session_hash(struct tt_slice host, struct tt_slice tag,
			     struct tt_slice key)
{
	uint64_t h = (uint64_t)(uintptr_t)host.p * UINT64_C(0x9e3779b97f4a7c15);

	h ^= (uint64_t)(uintptr_t)tag.p * UINT64_C(0xc2b2ae3d27d4eb4f);
	h = (h ^ tt_log_name_hash(key)) * UINT64_C(0x9e3779b97f4a7c15);
	return h ^ h >> 32;
}

void tt_log_session_fetch(const struct tt_log_sessions *s, uint64_t hash)
{
	__builtin_prefetch(&s->slots[(size_t)hash & (s->n_slots - 1)]);
}

void tt_log_session_fetch_it(const struct tt_log_sessions *s, uint64_t hash)
{
	const struct tt_log_slot *const slot =
		&s->slots[(size_t)hash & (s->n_slots - 1)];

	if (slot->hash != hash || !slot->session)
		return;
	__builtin_prefetch(slot->session);
	__builtin_prefetch(&slot->session->open);
	__builtin_prefetch(&slot->session->used_by);
}

void tt_log_session_fetch_kept(const struct tt_log_sessions *s, uint64_t hash)
{
	const struct tt_log_slot *const slot =
		&s->slots[(size_t)hash & (s->n_slots - 1)];

	if (slot->hash == hash && slot->session && slot->session->tls)
		__builtin_prefetch(slot->session->tls);
}

static void fetch(const struct tt_log_session *x)
{
	__builtin_prefetch(x);
	__builtin_prefetch(&x->open);
	__builtin_prefetch(&x->older);
}

void tt_log_sessions_fetch_oldest(const struct tt_log_sessions *s)
{
	const struct tt_log_session *const x = s->oldest;

	if (!x || !x->newer)
		return;
	__builtin_prefetch(x->unread);
	__builtin_prefetch(x->tls);
	__builtin_prefetch(&s->slots[(size_t)x->hash & (s->n_slots - 1)]);
	fetch(x->newer);
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
					   uint64_t hash, struct tt_slice host,
					   struct tt_slice tag,
					   struct tt_slice key)
{
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

static struct tt_slice put_text(uint8_t room[static 16], uint8_t **more,
				struct tt_slice text)
{
	uint8_t *to = room;

	if (text.n > 16) {
		tt_free(more);
		*more = to = tt_malloc(text.n);
	}
	if (text.n)
		memcpy(to, text.p, text.n);
	return (struct tt_slice){ to, text.n };
}

struct tt_log_session *tt_log_session_add(struct tt_log_sessions *s,
					  uint64_t hash, struct tt_slice host,
					  struct tt_slice tag,
					  struct tt_slice key)
{
	struct tt_log_session *const x = tt_log_spare_get(&s->spare, sizeof(*x));

	if (s->n * 2 >= s->n_slots)
		grow(s);
	*x = (struct tt_log_session){
		.hash = hash,
		.host = host,
		.tag = tag,
	};
	x->key = put_text(x->key_room, &x->key_long, key);
	put(s, x);
	link_newest(s, x);
	s->n++;
	return x;
}

void tt_log_session_used(struct tt_log_session *x, struct tt_slice id)
{
	x->used_by = put_text(x->used_room, &x->used_long, id);
}

void tt_log_session_use(struct tt_log_session *x, struct tt_slice id,
			uint64_t line)
{
	x->used_line = line;
	if (!tt_slice_eq(x->used_by, id))
		tt_log_session_used(x, id);
}

void tt_log_session_drop(struct tt_log_sessions *s, struct tt_log_session *x)
{
	take_out(s, x);
	unlink_age(s, x);
	tt_log_kept_drop(&x->open);
	tt_log_kept_drop(&x->tls);
	tt_log_kept_drop(&x->clear);
	tt_log_kept_drop(&x->message);
	tt_free(&x->key_long);
	tt_free(&x->used_long);
	tt_log_spare_put(&s->spare, x);
	s->n--;
}

void tt_log_sessions_release(struct tt_log_sessions *s)
{
	while (s->oldest)
		tt_log_session_drop(s, s->oldest);
	tt_log_spare_release(&s->spare);
	tt_free(&s->slots);
}
