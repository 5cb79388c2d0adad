/* apart_tell.c - messages in their order, each when it is due
 *
 * A chunk is read and concluded then; what hung together with more was
 * concluded before, and is read as a timeline.  Messages that begin at one
 * time and place are held against each other by what they begin with, as in a
 * book; those are few. */
#include <stdlib.h>
#include <string.h>

#include <tlstrail/trail/codec.h>

#include "apart.h"

struct equal {
	struct tt_apart_message m;
	const struct tt_event *begin;
};

struct tt_apart_telling {
	struct tt_arena rest_arena;
	struct tt_counting rest;
	struct tt_apart_message next; /* read, but not due */
	bool has_next, is_begun;
	struct tt_arena arena; /* of those that begin alike; before, of one
				* message that is concluded */
	TT_VEC(struct equal) equals;
	size_t at;	  /* of them that is due */
	uint64_t n_given; /* messages that were due */
	bool is_chunk;		  /* the part is the message at hand */
	struct tt_slice timeline; /* else its bytes */
};

static struct tt_apart_telling *telling_of(struct tt_apart *a)
{
	if (!a->telling) {
		a->telling = tt_zalloc(sizeof(*a->telling));
		a->telling->rest.arena = &a->telling->rest_arena;
	}
	return a->telling;
}

void tt_apart_tell_free(struct tt_apart *a)
{
	if (!a->telling)
		return;
	tt_slots_release(&a->telling->rest.slots);
	tt_arena_release(&a->telling->rest_arena);
	tt_arena_release(&a->telling->arena);
	tt_free(&a->telling);
}

/* ---- messages that are concluded before they are due ---- */

static void count_part(struct tt_apart *a)
{
	const struct tt_book *const p = a->part;

	for (size_t i = 0; i < p->nodes.n; i++)
		tt_count_node(&telling_of(a)->rest, p->nodes.v[i],
			      p->is_told[p->nodes.v[i]->message]);
}

/* What it begins with, by which it may have to be told from others, then its
 * timeline. */
static void put_message(struct tt_apart *a, const struct tt_event *begin,
			const struct tt_timeline *t)
{
	const struct tt_event_quote *const q =
		begin->quotes.n ? begin->quotes.v : NULL;
	const size_t origin = tt_number_of(&a->origins, &a->book->arena,
					   q ? q->origin : NULL, NULL);
	struct tt_apart_message m;

	memset(&m, 0, sizeof(m)); /* holes, too: it goes to a file */
	m.us = tt_book_time(begin);
	m.path = origin ? a->path_rank[origin - 1] : 0;
	m.off = q ? q->off : 0;
	m.prefix = tt_book_prefix(begin->queue_id);
	a->bytes.n = 0;
	tt_apart_put(a, &a->bytes, begin, 0, NULL);
	m.begin_n = (uint32_t)a->bytes.n;
	tt_timeline_put_aside(&a->bytes, t);
	m.piece = (struct tt_piece){ tt_spool_size(a->spool), a->bytes.n };
	(void)tt_spool_add(a->spool,
			   (struct tt_slice){ a->bytes.buf, a->bytes.n });
	tt_sorter_add(a->messages, &m);
}

static void conclude(struct tt_apart *a, size_t message)
{
	const struct tt_log_node *const first = a->part->first.v[message];
	struct tt_arena *const arena = &telling_of(a)->arena;
	struct tt_timeline t;
	struct tt_diags diags;

	tt_diags_init(&diags, arena);
	if (tt_log_is_untold(a->part, message) &&
	    tt_log_message(&t, a->part, message, &a->options, arena, &diags))
		put_message(a, first->events.v[0], &t);
	tt_arena_clear(arena);
}

void tt_apart_conclude_part(struct tt_apart *a)
{
	for (size_t i = 0; i < a->part->first.n; i++)
		conclude(a, i);
	count_part(a);
}

/* ---- the message that is due ---- */

static bool read_chunk(struct tt_apart *a, const struct tt_apart_message *m)
{
	tt_apart_part_begin(a);
	if (!tt_apart_part_add(a, m->piece))
		return false;
	tt_apart_part_build(a);
	tt_apart_part_name(a);
	return a->part->first.n > 0;
}

/* What the message begins with, in arena. */
static const struct tt_event *begin_of(struct tt_apart *a,
				       const struct tt_apart_message *m,
				       struct tt_arena *arena)
{
	struct tt_event *e = TT_NEW(arena, struct tt_event);
	struct tt_slice bytes;

	if (m->begin_n == 0)
		return read_chunk(a, m) ?
			       tt_event_dup(a->part->first.v[0]->events.v[0],
					    arena) :
			       NULL;
	if (!tt_apart_read(a, (struct tt_piece){ m->piece.at, m->begin_n },
			   arena, &bytes) ||
	    !tt_apart_get(a, &bytes, e, arena))
		return NULL;
	e->book_us = m->us;
	return e;
}

static int by_begin(const void *x, const void *y)
{
	return tt_book_by_begin(((const struct equal *)x)->begin,
				((const struct equal *)y)->begin);
}

static bool read_row(struct tt_apart *a, struct tt_apart_telling *x)
{
	if (!x->is_begun)
		x->has_next = tt_sorter_next(a->messages, &x->next);
	x->is_begun = true;
	if (!x->has_next)
		return false;
	*tt_vec_push(&x->arena, &x->equals) = (struct equal){ x->next, NULL };
	x->has_next = tt_sorter_next(a->messages, &x->next);
	return true;
}

/* The next messages that begin alike; mostly one. */
static bool read_equals(struct tt_apart *a, struct tt_apart_telling *x)
{
	x->equals.v = NULL;
	x->equals.n = x->equals.cap = x->at = 0;
	tt_arena_clear(&x->arena);
	if (!read_row(a, x))
		return false;
	while (x->has_next && tt_apart_by_known(&x->next, &x->equals.v[0].m) == 0)
		(void)read_row(a, x);
	if (x->equals.n == 1)
		return true;
	for (size_t i = 0; i < x->equals.n; i++) {
		struct equal *const e = &x->equals.v[i];

		e->begin = begin_of(a, &e->m, &x->arena);
		if (!e->begin)
			return false;
	}
	qsort(x->equals.v, x->equals.n, sizeof(*x->equals.v), by_begin);
	return true;
}

/* The one before is told or not, once and for all. */
static void end_message(struct tt_apart *a, struct tt_apart_telling *x)
{
	if (x->is_chunk)
		count_part(a);
	x->is_chunk = false;
	x->timeline = TT_NO_SLICE;
}

static bool read_timeline(struct tt_apart *a, struct tt_apart_telling *x,
			  const struct tt_apart_message *m)
{
	const struct tt_piece piece = { m->piece.at + m->begin_n,
					m->piece.n - m->begin_n };

	tt_apart_part_begin(a);
	return tt_apart_read(a, piece, &a->part->arena, &x->timeline);
}

static bool is_next_read(struct tt_apart *a, struct tt_apart_telling *x)
{
	end_message(a, x);
	x->n_given++;
	if (x->at == x->equals.n && !read_equals(a, x))
		return false;
	const struct tt_apart_message *const m = &x->equals.v[x->at++].m;

	if (m->begin_n)
		return read_timeline(a, x, m);
	x->is_chunk = read_chunk(a, m);
	return x->is_chunk;
}

bool tt_apart_is_untold(struct tt_apart *a, size_t message)
{
	struct tt_apart_telling *const x = telling_of(a);

	while (x->n_given <= message)
		if (tt_apart_is_failed(a) || !is_next_read(a, x))
			return false;
	return x->timeline.p || (x->is_chunk && tt_log_is_untold(a->part, 0));
}

bool tt_apart_timeline(struct tt_timeline *t, struct tt_apart *a,
		       struct tt_arena *arena, struct tt_diags *diags)
{
	const struct tt_apart_telling *const x = telling_of(a);

	if (x->is_chunk)
		return tt_log_message(t, a->part, 0, &a->options, arena, diags);
	if (!tt_timeline_get(t, x->timeline, a->options.rules, arena))
		return false;
	tt_diags_join(diags, t->diags);
	t->diags = diags;
	return true;
}

struct tt_slice tt_apart_key(struct tt_apart *a, struct tt_arena *arena)
{
	const struct tt_apart_telling *const x = telling_of(a);
	const struct tt_event *const begin =
		x->is_chunk ? a->part->first.v[0]->events.v[0] :
			      begin_of(a, &x->equals.v[x->at - 1].m, arena);

	return begin ? tt_book_begin_key(begin, arena) : TT_NO_SLICE;
}

size_t tt_apart_list_rest(struct tt_apart *a, struct tt_book_rest **rest_r)
{
	struct tt_apart_telling *const x = telling_of(a);

	end_message(a, x);
	return tt_count_list(&x->rest, a->book, rest_r);
}
