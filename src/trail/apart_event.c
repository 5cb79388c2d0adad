/* apart_event.c - an event on its way through the spool
 *
 * Its bytes are the codec's.  What it shares with others - its clock, where
 * its lines stand, the names of rules - goes by number and comes back as the
 * same; so does which year its time is to be read in, which the book settles
 * when it has all (book_order.c). */
#include <tlstrail/trail/codec.h>

#include "apart.h"
#include "codec.h"

/* Always false. */
static bool is_broken(struct tt_apart *a)
{
	tt_err_set(&a->err, TT_IO,
		   "the file of what logs tell is not what was written");
	return false;
}

bool tt_apart_read(struct tt_apart *a, struct tt_piece piece,
		   struct tt_arena *arena, struct tt_slice *bytes_r)
{
	if (piece.n > tt_spool_size(a->spool))
		return is_broken(a);
	uint8_t *const p = tt_arena_alloc(arena, (size_t)piece.n);

	*bytes_r = (struct tt_slice){ p, (size_t)piece.n };
	return tt_spool_get(a->spool, piece.at, p, (size_t)piece.n) ||
	       is_broken(a);
}

/* ---- clocks ---- */

/* A clock without a year has that of the host that was met when it last
 * changed: as settle_times() has it. */
size_t tt_apart_clock(struct tt_apart *a, const struct tt_event *e)
{
	struct tt_arena *const arena = &a->book->arena;

	if (!e->clock || e->time != TT_LOG_NO_YEAR)
		return tt_number_of(&a->clocks, arena, e->clock, NULL);
	if (e->clock != a->year_clock) {
		a->year_clock = e->clock;
		a->year_number = tt_number_of(&a->clocks, arena, e->clock,
					      tt_book_host(a->book, e));
	}
	return a->year_number;
}

void tt_apart_settle_clocks(struct tt_apart *a)
{
	const struct tt_numbered *const v = a->clocks.list.v;
	const size_t n = a->clocks.list.n;

	a->guess = TT_NEW_N(&a->book->arena, struct tt_log_clock, n + 1);
	for (size_t i = 0; i < n; i++) {
		const struct tt_log_clock *const c = v[i].what;
		struct tt_log_host *const host = (struct tt_log_host *)v[i].with;

		if (host && !c->has_year && c->year > host->year)
			host->year = c->year;
	}
	for (size_t i = 0; i < n; i++) {
		const struct tt_log_host *const host = v[i].with;

		a->guess[i] = *(const struct tt_log_clock *)v[i].what;
		if (host && !a->guess[i].has_year)
			a->guess[i].year = host->year;
	}
}

void tt_apart_set_time(struct tt_apart *a, struct tt_event *e, size_t clock)
{
	int64_t unsure;

	e->clock = clock ? a->clocks.list.v[clock - 1].what : NULL;
	if (!tt_event_time(e,
			   tt_book_is_year_guessed(e) ? &a->guess[clock - 1] :
							NULL,
			   &e->book_us, &unsure))
		e->book_us = 0;
}

void tt_apart_settle_contexts(struct tt_apart *a)
{
	struct tt_book *const b = a->book;

	for (size_t i = 0; i < b->events.n; i++)
		tt_apart_set_time(a, b->events.v[i], a->context_clocks.v[i]);
	tt_book_drop_copies(b);
}

/* ---- out ---- */

/* What the codec would share goes by number beside it. */
static const struct tt_origin nowhere = { .path = { NULL, 0 } };
static const struct tt_event_shared nothing_shared = { .origin = &nowhere,
						       .is_soon_read = true };

static void put_number(struct tt_out *out, uint64_t n)
{
	struct tt_codec c = { .out = out };

	tt_code_u64(&c, &n);
}

static void put_shared(struct tt_apart *a, struct tt_out *out,
		       const struct tt_event *e, size_t clock)
{
	struct tt_arena *const arena = &a->book->arena;

	put_number(out, clock);
	put_number(out, tt_number_of(&a->levels, arena, e->level, NULL));
	put_number(out, e->quotes.n);
	for (size_t i = 0; i < e->quotes.n; i++) {
		put_number(out, tt_number_of(&a->origins, arena,
					     e->quotes.v[i].origin, NULL));
		put_number(out, tt_number_of(&a->rules, arena,
					     e->quotes.v[i].rule, NULL));
	}
}

void tt_apart_put(struct tt_apart *a, struct tt_out *out,
		  const struct tt_event *e, size_t clock)
{
	struct tt_event_shared same = nothing_shared;
	struct tt_event bare = *e;

	bare.clock = NULL;
	bare.level = NULL;
	bare.quotes.v = tt_arena_alloc(
		&a->scratch,
		tt_mul_size(e->quotes.n, sizeof(*e->quotes.v)));
	for (size_t i = 0; i < e->quotes.n; i++) {
		bare.quotes.v[i] = e->quotes.v[i];
		bare.quotes.v[i].origin = &nowhere;
		bare.quotes.v[i].rule = "";
	}
	a->one.n = 0;
	tt_event_put(&a->one, &bare, &same, &a->scratch);
	put_shared(a, out, e, clock);
	put_number(out, a->one.n);
	tt_out_bytes(out, (struct tt_slice){ a->one.buf, a->one.n });
	tt_arena_clear(&a->scratch);
}

/* ---- in ---- */

static size_t get_number(struct tt_codec *c, size_t most)
{
	uint64_t n = 0;

	tt_code_u64(c, &n);
	c->is_bad |= n > most;
	return c->is_bad ? 0 : (size_t)n;
}

struct shared {
	size_t clock, level, n_quotes;
	struct {
		size_t origin, rule;
	} *quote;
};

static void get_shared(struct tt_apart *a, struct tt_codec *c, struct shared *s)
{
	s->clock = get_number(c, a->clocks.list.n);
	s->level = get_number(c, a->levels.list.n);
	s->n_quotes = get_number(c, c->in.n);
	s->quote = tt_arena_alloc(c->arena, tt_mul_size(s->n_quotes,
							sizeof(*s->quote)));
	for (size_t i = 0; i < s->n_quotes; i++) {
		s->quote[i].origin = get_number(c, a->origins.list.n);
		s->quote[i].rule = get_number(c, a->rules.list.n);
	}
}

static const void *known(const struct tt_numbering *n, size_t number)
{
	return number ? n->list.v[number - 1].what : NULL;
}

static void take_shared(struct tt_apart *a, struct tt_event *e,
			const struct shared *s)
{
	e->level = known(&a->levels, s->level);
	for (size_t i = 0; i < e->quotes.n; i++) {
		e->quotes.v[i].origin = known(&a->origins, s->quote[i].origin);
		e->quotes.v[i].rule = known(&a->rules, s->quote[i].rule);
	}
	tt_apart_set_time(a, e, s->clock);
}

bool tt_apart_get(struct tt_apart *a, struct tt_slice *bytes,
		  struct tt_event *e_r, struct tt_arena *arena)
{
	struct tt_codec c = { .in = *bytes, .arena = arena };
	struct shared s;

	if (bytes->n == 0)
		return false;
	get_shared(a, &c, &s);
	const size_t n = get_number(&c, c.in.n);

	if (c.is_bad || n > c.in.n ||
	    !tt_event_get(e_r, tt_slice_sub(c.in, 0, n), &nothing_shared,
			  arena) ||
	    e_r->quotes.n != s.n_quotes)
		return is_broken(a);
	*bytes = tt_slice_sub(c.in, n, c.in.n);
	take_shared(a, e_r, &s);
	return true;
}
