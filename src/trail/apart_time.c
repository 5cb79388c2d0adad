/* apart_time.c - when an event was, which is known after the last
 *
 * A clock goes by number and comes back as the same; so does which year its
 * time is to be read in, which the book settles when it has all
 * (book_order.c). */
#include "apart.h"

#define DAY_US (INT64_C(86400) * 1000000)

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

static int64_t time_of(const struct tt_apart *a, const struct tt_event *e,
		       size_t clock)
{
	int64_t us, unsure;
	const bool is_timed =
		tt_event_time(e,
			      tt_book_is_year_guessed(e) ? &a->guess[clock - 1] :
							   NULL,
			      &us, &unsure);

	return is_timed ? us : 0;
}

/* Where no zone has its summers, all times of a day are moved by the same. */
static bool is_moved_alike(const struct tt_event *e)
{
	return e->time != TT_LOG_UNTIMED && e->time_us >= 0 &&
	       !(e->clock && e->clock->zone);
}

void tt_apart_set_time(struct tt_apart *a, struct tt_event *e, size_t clock)
{
	struct tt_apart_day *const day = &a->day;
	const int64_t number = e->time_us / DAY_US;

	e->clock = clock ? a->clocks.list.v[clock - 1].what : NULL;
	if (!is_moved_alike(e)) {
		e->book_us = time_of(a, e, clock);
		return;
	}
	if (!day->is_known || day->number != number || day->clock != clock ||
	    day->time != e->time || day->years != e->years)
		*day = (struct tt_apart_day){
			.is_known = true,
			.number = number,
			.clock = clock,
			.time = e->time,
			.years = e->years,
			.by = time_of(a, e, clock) - e->time_us,
		};
	e->book_us = e->time_us + day->by;
}

void tt_apart_settle_contexts(struct tt_apart *a)
{
	struct tt_book *const b = a->book;

	for (size_t i = 0; i < b->events.n; i++)
		tt_apart_set_time(a, b->events.v[i], a->context_clocks.v[i]);
	tt_book_drop_copies(b);
}
