/* apart_slab.c - events as they come, into chunks of one id
 *
 * Most events of a message stand close together in a log.  They wait in a slab
 * of memory; when it is full each id's are written behind one another, in the
 * order of first events, with one row for all.  Those of an id that began in
 * its newer half, and was met in its last quarter, stay: more may come. */
#include <string.h>

#include "apart.h"

#define SECOND INT64_C(1000000)

/* An event in the slab: what it is known by, then its bytes. */
struct item {
	size_t run;
	size_t next;  /* of its id; NONE: it is the last */
	size_t at, n; /* bytes in the slab */
	struct tt_apart_places place;	   /* in it */
	size_t queue_n, ses_n, host_n; /* bytes of each */
	int64_t us;
	uint64_t off; /* of the line that it begins with */
	uint32_t clock, origin;
	int years;
	enum tt_log_time time;
	enum tt_event_kind kind;
	enum tt_side side;
};

#define NONE SIZE_MAX

/* Those of one id, one after the other. */
struct run {
	uint64_t id;
	size_t first, last; /* items */
	size_t to; /* which it will be among those that stay; NONE: written */
};

struct tt_slab {
	struct tt_out bytes;
	struct tt_arena arena;
	TT_VEC(struct item) items;
	TT_VEC(struct run) runs; /* as their first items came */
	struct tt_slots slots; /* of runs, by id */
};

/* ---- begin and end ---- */

struct tt_slab *tt_slab_new(void)
{
	struct tt_slab *const s = tt_zalloc(sizeof(*s));

	tt_out_init(&s->bytes, -1);
	return s;
}

void tt_slab_free(struct tt_slab **slab)
{
	struct tt_slab *const s = *slab;

	if (!s)
		return;
	tt_out_release(&s->bytes);
	tt_arena_release(&s->arena);
	tt_slots_release(&s->slots);
	tt_free(slab);
}

/* ---- the slab ---- */

static struct tt_slice slice_at(const struct tt_slab *s, size_t at, size_t n)
{
	return (struct tt_slice){ s->bytes.buf + at, n };
}

static struct tt_slice host_of(const struct tt_slab *s, const struct item *x)
{
	return slice_at(s, x->place.host, x->host_n);
}

static struct tt_slice queue_of(const struct tt_slab *s, const struct item *x)
{
	return slice_at(s, x->place.queue_id, x->queue_n);
}

static struct tt_slice ses_of(const struct tt_slab *s, const struct item *x)
{
	return slice_at(s, x->place.ses_id, x->ses_n);
}

/* Are both of one id and one clock, so that they are of one node? */
static bool is_alike(const struct tt_slab *s, const struct item *a,
		     const struct item *b)
{
	return a->queue_n + a->ses_n > 0 &&
	       (a->queue_n == 0 ||
		tt_slice_eq(host_of(s, a), host_of(s, b))) &&
	       tt_slice_eq(queue_of(s, a), queue_of(s, b)) &&
	       tt_slice_eq(ses_of(s, a), ses_of(s, b)) &&
	       a->clock == b->clock && a->time == b->time &&
	       a->years == b->years;
}

/* In the order of the book (tt_book_by_content()), as far as it is told by what
 * is at hand; 0: it is not. */
static int compare(const struct tt_slab *s, const struct item *a,
		   const struct item *b)
{
	const int64_t at = a->us / SECOND, bt = b->us / SECOND;
	int c = tt_slice_cmp(host_of(s, a), host_of(s, b));

	if (c == 0)
		c = (at > bt) - (at < bt);
	if (c == 0)
		c = (int)a->kind - (int)b->kind;
	return c ? c : (int)a->side - (int)b->side;
}

/* Fills what is known of the first event, if that is the same in any year and
 * zone, and of one node: a queue id that is accepted twice may be two. */
static void fill_first(const struct tt_slab *s, const struct run *r,
		       struct tt_chunk *chunk)
{
	const struct item *const begin = &s->items.v[r->first];
	const struct item *first = begin;
	size_t n_accepts = 0;
	bool is_clear = true;

	chunk->least = chunk->most = begin->us;
	for (size_t i = r->first; i != NONE; i = s->items.v[i].next) {
		const struct item *const x = &s->items.v[i];
		const int c = compare(s, x, first);

		if (x != begin && !is_alike(s, x, begin))
			return;
		n_accepts += x->queue_n && x->kind == TT_EVENT_ACCEPT;
		is_clear = (is_clear || c < 0) && (x == begin || c != 0);
		if (c < 0)
			first = x;
		if (x->us < chunk->least)
			chunk->least = x->us;
		if (x->us > chunk->most)
			chunk->most = x->us;
	}
	chunk->is_plain = is_clear && n_accepts < 2 && chunk->least >= 0;
	chunk->time = first->time;
	chunk->years = first->years;
	chunk->clock = first->clock;
	chunk->origin = first->origin;
	chunk->us = first->us;
	chunk->off = first->off;
	chunk->prefix = tt_book_prefix(queue_of(s, first));
}

static void write_run(struct tt_apart *a, const struct run *r)
{
	const struct tt_slab *const s = a->slab;
	struct tt_chunk chunk;

	memset(&chunk, 0, sizeof(chunk)); /* holes, too: it goes to a file */
	chunk.id = r->id;
	chunk.piece.at = tt_spool_size(a->spool);
	for (size_t i = r->first; i != NONE; i = s->items.v[i].next) {
		const struct item *const x = &s->items.v[i];

		(void)tt_spool_add(a->spool, slice_at(s, x->at, x->n));
		chunk.piece.n += x->n;
	}
	fill_first(s, r, &chunk);
	tt_sorter_add(a->chunks, &chunk);
}

/* An id is a hash, of which nothing is known. */
static uint64_t hash_id(uint64_t id)
{
	return id * UINT64_C(0x9e3779b97f4a7c15);
}

static void fill_slots(struct tt_slab *s)
{
	for (size_t i = 0; i < s->runs.n; i++)
		tt_slots_put(&s->slots, hash_id(s->runs.v[i].id), i);
}

/* The item at i is the run's last. */
static void link_item(struct tt_slab *s, size_t run, size_t i)
{
	struct run *const r = &s->runs.v[run];

	*(r->first == NONE ? &r->first : &s->items.v[r->last].next) = i;
	r->last = i;
	s->items.v[i].run = run;
	s->items.v[i].next = NONE;
}

/* The last item is of this id. */
static void join_run(struct tt_slab *s, uint64_t id)
{
	if (tt_slots_grow(&s->slots, s->runs.n))
		fill_slots(s);
	uint32_t *slot = tt_slots_first(&s->slots, hash_id(id));

	while (*slot && s->runs.v[*slot - 1].id != id)
		slot = tt_slots_next(&s->slots, slot);
	if (!*slot) {
		*tt_vec_push(&s->arena, &s->runs) =
			(struct run){ .id = id, .first = NONE, .to = NONE };
		*slot = (uint32_t)s->runs.n;
	}
	link_item(s, *slot - 1, s->items.n - 1);
}

/* ---- the slab is full ---- */

static bool is_young(const struct tt_slab *s, const struct run *r)
{
	return s->items.v[r->first].at >= s->bytes.n / 2 &&
	       s->items.v[r->last].at >= s->bytes.n / 4 * 3;
}

/* To the n-th place, with its bytes, behind those before it. */
static void move_item(struct tt_slab *s, size_t n, struct item x)
{
	const size_t by = x.at - s->bytes.n;

	memmove(s->bytes.buf + s->bytes.n, s->bytes.buf + x.at, x.n);
	s->bytes.n += x.n;
	x.at -= by;
	x.place.queue_id -= by;
	x.place.ses_id -= by;
	x.place.host -= by;
	s->items.v[n] = x;
}

/* Those that stay go to the front.  Runs keep their places until all items have
 * found theirs. */
static void move_young(struct tt_slab *s)
{
	const size_t n_items = s->items.n, n_runs = s->runs.n;

	s->bytes.n = s->items.n = s->runs.n = 0;
	for (size_t i = 0; i < n_runs; i++)
		s->runs.v[i].first = NONE;
	for (size_t i = 0; i < n_items; i++) {
		const size_t run = s->items.v[i].run;

		if (s->runs.v[run].to == NONE)
			continue;
		move_item(s, s->items.n, s->items.v[i]);
		link_item(s, run, s->items.n++);
	}
	for (size_t i = 0; i < n_runs; i++) {
		struct run r = s->runs.v[i];

		if (r.to == NONE)
			continue;
		for (size_t k = r.first; k != NONE; k = s->items.v[k].next)
			s->items.v[k].run = r.to;
		r.to = NONE;
		s->runs.v[s->runs.n++] = r;
	}
	tt_slots_clear(&s->slots);
	fill_slots(s);
}

static void write_slab(struct tt_apart *a, bool is_last)
{
	struct tt_slab *const s = a->slab;
	size_t n = 0;

	for (size_t i = 0; i < s->runs.n; i++) {
		struct run *const r = &s->runs.v[i];

		if (!is_last && is_young(s, r))
			r->to = n++;
		else
			write_run(a, r);
	}
	move_young(s);
}

/* ---- events ---- */

static int64_t modulo(int64_t v, int64_t by)
{
	return (v % by + by) % by;
}

/* What has no name meets what is of its host, kind and second, where several
 * events of one record stand together and copies of them.  Years and zones move
 * the seconds of a minute by whole minutes. */
static uint64_t hash_nameless(const struct tt_event *e)
{
	const int64_t second = e->time == TT_LOG_UNTIMED ?
				       0 :
				       modulo(e->time_us, 60 * SECOND) / SECOND;

	return (uint64_t)tt_book_hash(tt_host_label(e->host)) +
	       (uint64_t)(second * 8 + (int64_t)e->kind + 1) *
		       UINT64_C(0x9e3779b97f4a7c15);
}

static void add_item(struct tt_apart *a, const struct tt_event *e, size_t clock)
{
	struct tt_slab *const s = a->slab;
	const struct tt_event_quote *const q = e->quotes.n ? e->quotes.v : NULL;
	const struct tt_slice host = tt_host_label(e->host);
	const uint64_t id = tt_book_id(e).n ? tt_book_hash(tt_book_id(e)) :
					      hash_nameless(e);
	struct item *const x = tt_vec_push(&s->arena, &s->items);

	*x = (struct item){
		.at = s->bytes.n,
		.queue_n = e->queue_id.n,
		.ses_n = e->ses_id.n,
		.host_n = host.n,
		.us = e->time == TT_LOG_UNTIMED ? 0 : e->time_us,
		.off = q ? q->off : 0,
		.clock = (uint32_t)clock,
		.origin = (uint32_t)tt_number_of(&a->origins, &a->book->arena,
						 q ? q->origin : NULL, NULL),
		.years = e->years,
		.time = e->time,
		.kind = e->kind,
		.side = e->side,
	};
	tt_apart_put(a, &s->bytes, e, clock, &x->place);
	x->n = s->bytes.n - x->at;
	join_run(s, id);
	tt_apart_name(a, id, e->message_id);
	if (e->next_queue_id.n && (e->kind == TT_EVENT_DELIVER ||
				   e->kind == TT_EVENT_LINK)) {
		const struct tt_tie tie = { id,
					    tt_book_hash(e->next_queue_id) };

		tt_sorter_add(a->ties, &tie);
	}
	if (s->bytes.n >= TT_MAX_log_slab)
		write_slab(a, false);
}

/* Contexts of no message stand beside many, and are few. */
static void keep_context(struct tt_apart *a, const struct tt_event *e,
			 size_t clock)
{
	struct tt_book *const b = a->book;

	if (b->events.n >= TT_MAX_log_events) {
		b->n_cut++;
		return;
	}
	*tt_vec_push(&b->arena, &b->events) = tt_event_dup(e, &b->arena);
	*tt_vec_push(&b->arena, &a->context_clocks) = (uint32_t)clock;
}

void tt_apart_take(struct tt_apart *a, const struct tt_event *e)
{
	const size_t clock = tt_apart_clock(a, e);

	if (tt_apart_is_failed(a))
		return;
	if (tt_book_id(e).n || tt_book_is_transfer(e))
		add_item(a, e, clock);
	else if (e->kind == TT_EVENT_CONTEXT)
		keep_context(a, e, clock);
}

void tt_apart_end(struct tt_apart *a)
{
	write_slab(a, true);
	tt_slab_free(&a->slab);
}
