/* scan_events.c - the events of a case go into a book
 *
 * One after another: none stays in memory.  What many of them share - logs'
 * clocks, places, the names of rules - is there once, and stays. */
#include <string.h>

#include <tlstrail/trail/codec.h>
#include <tlstrail/util/slots.h>

#include "scan.h"

/* What is known, by its bytes. */
struct known_one {
	struct tt_slice key;
	const void *what;
};
struct known {
	TT_VEC(struct known_one) list;
	struct tt_slots slots;
};

struct tt_scan_events {
	struct tt_scan *s;
	struct tt_book *book;
	struct tt_arena arena; /* what they share */
	struct tt_arena one;
	struct known names, origins;
	const struct tt_origin *origin; /* the last */
	/* Of the log that the last event was of. */
	int64_t log;
	struct tt_event_shared shared;
};

struct tt_scan_events *tt_scan_events_new(struct tt_scan *s,
					  struct tt_book *book)
{
	struct tt_scan_events *const x = tt_zalloc(sizeof(*x));

	x->s = s;
	x->book = book;
	return x;
}

void tt_scan_events_free(struct tt_scan_events **events)
{
	if (!*events)
		return;
	tt_slots_release(&(*events)->names.slots);
	tt_slots_release(&(*events)->origins.slots);
	tt_arena_release(&(*events)->one);
	tt_arena_release(&(*events)->arena);
	tt_free(events);
}

/* ---- what is there once ---- */

static uint64_t hash_of(struct tt_slice key)
{
	uint64_t h = key.n;

	for (size_t i = 0; i < key.n; i++)
		h = (h ^ key.p[i]) * UINT64_C(0x100000001b3);
	return h * UINT64_C(0x9e3779b97f4a7c15);
}

/* What has the key; where nothing had it, it is to be filled in. */
static struct known_one *find(struct tt_scan_events *x, struct known *k,
			      struct tt_slice key)
{
	if (tt_slots_grow(&k->slots, k->list.n))
		for (size_t i = 0; i < k->list.n; i++)
			tt_slots_put(&k->slots, hash_of(k->list.v[i].key), i);
	uint32_t *slot = tt_slots_first(&k->slots, hash_of(key));

	while (*slot && !tt_slice_eq(k->list.v[*slot - 1].key, key))
		slot = tt_slots_next(&k->slots, slot);
	if (!*slot) {
		*tt_vec_push(&x->arena, &k->list) = (struct known_one){ 0 };
		*slot = (uint32_t)k->list.n;
	}
	return &k->list.v[*slot - 1];
}

static const char *name_of(struct tt_scan_events *x, struct tt_slice name)
{
	struct known_one *const one = find(x, &x->names, name);

	if (!one->what) {
		const char *const copy = tt_arena_cstr(&x->arena, name);

		*one = (struct known_one){ { (const uint8_t *)copy, name.n },
					   copy };
	}
	return one->what;
}

static struct tt_slice text_of(struct tt_scan_events *x, struct tt_slice text)
{
	if (text.n)
		text.p = (const uint8_t *)name_of(x, text);
	return text;
}

static bool is_same(const struct tt_origin *a, const struct tt_origin *b)
{
	if (a->n_member != b->n_member || !tt_slice_eq(a->path, b->path))
		return false;
	for (size_t i = 0; i < a->n_member; i++)
		if (!tt_slice_eq(a->member[i], b->member[i]))
			return false;
	return true;
}

static uint8_t *put_name(uint8_t *p, struct tt_slice name)
{
	memcpy(p, &name.n, sizeof(name.n));
	if (name.n)
		memcpy(p + sizeof(name.n), name.p, name.n);
	return p + sizeof(name.n) + name.n;
}

/* Its names, each behind its length: they may hold anything. */
static struct tt_slice key_of(const struct tt_origin *o, struct tt_arena *arena)
{
	size_t n = sizeof(o->path.n) + o->path.n;

	for (size_t i = 0; i < o->n_member; i++)
		n += sizeof(o->path.n) + o->member[i].n;
	uint8_t *const key = tt_arena_alloc(arena, n);
	uint8_t *p = put_name(key, o->path);

	for (size_t i = 0; i < o->n_member; i++)
		p = put_name(p, o->member[i]);
	return (struct tt_slice){ key, n };
}

static const struct tt_origin *keep_origin(struct tt_scan_events *x,
					   const struct tt_origin *o)
{
	struct tt_origin *const copy = TT_NEW(&x->arena, struct tt_origin);
	struct tt_slice *const member =
		TT_NEW_N(&x->arena, struct tt_slice, o->n_member);

	*copy = *o;
	copy->path = tt_arena_dup(&x->arena, o->path);
	for (size_t i = 0; i < o->n_member; i++)
		member[i] = tt_arena_dup(&x->arena, o->member[i]);
	copy->member = member;
	return copy;
}

static const struct tt_origin *origin_of(struct tt_scan_events *x,
					 const struct tt_origin *o)
{
	if (x->origin && is_same(x->origin, o))
		return x->origin;
	const struct tt_slice key = key_of(o, &x->one);
	struct known_one *const one = find(x, &x->origins, key);

	if (!one->what)
		*one = (struct known_one){ tt_arena_dup(&x->arena, key),
					   keep_origin(x, o) };
	x->origin = one->what;
	return x->origin;
}

/* ---- events ---- */

void tt_scan_is_no_record(struct tt_scan *s)
{
	tt_err_set(&s->err, TT_INPUT, "a record of the case cannot be read");
}

static bool share(struct tt_scan_events *x, int64_t log)
{
	struct tt_scan *const s = x->s;
	struct tt_slice bytes;

	if (log == x->log)
		return true;
	if (tt_case_log(s->store, log, &bytes, &x->arena, &s->err) != TT_OK)
		return false;
	x->log = log;
	if (!tt_event_shared_get(&x->shared, bytes, &x->arena))
		tt_scan_is_no_record(s);
	return s->err.status == TT_OK;
}

/* A book knows these by where they are. */
static void keep(struct tt_scan_events *x, struct tt_event *e)
{
	for (size_t i = 0; i < e->quotes.n; i++) {
		struct tt_event_quote *const q = &e->quotes.v[i];

		q->rule = name_of(x, tt_slice_str(q->rule));
		if (q->origin != x->shared.origin)
			q->origin = origin_of(x, q->origin);
	}
	if (e->context)
		e->context = name_of(x, tt_slice_str(e->context));
	e->software = text_of(x, e->software);
	e->service = text_of(x, e->service);
}

static bool take(void *ctx, const struct tt_case_event *event)
{
	struct tt_scan_events *const x = ctx;
	struct tt_scan *const s = x->s;
	struct tt_event e;

	tt_arena_clear(&x->one);
	if (!share(x, event->log))
		return false;
	x->shared.origin = origin_of(x, event->origin);
	if (!tt_event_get(&e, event->record, &x->shared, &x->one)) {
		tt_scan_is_no_record(s);
		return false;
	}
	if (!event->is_settled)
		tt_case_settle(s->store, &e);
	keep(x, &e);
	tt_book_take(x->book, &e);
	return tt_scan_has_book(s, x->book) && !tt_scan_is_stopped(s);
}

bool tt_scan_has_book(struct tt_scan *s, const struct tt_book *book)
{
	s->is_book_lost |= tt_book_status(book, &s->err) != TT_OK;
	return !s->is_book_lost;
}

bool tt_scan_events_take(struct tt_scan_events *x)
{
	return tt_case_events(x->s->store, take, x, &x->s->err) == TT_OK &&
	       !tt_scan_is_stopped(x->s);
}
