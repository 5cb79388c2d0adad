/* log_time.c - years and zones that a log does not write */
#include "log.h"

#define US INT64_C(1000000)
#define DAY_US (INT64_C(86400) * US)
#define HALF_YEAR_US (183 * DAY_US)

static void set_zone(const struct tt_log *log, struct tt_slice host,
		     struct tt_log_clock *clock)
{
	for (size_t i = 0; i < log->o.zones.n; i++) {
		const struct tt_log_zone *z = &log->o.zones.v[i];

		if (z->host.n && !tt_slice_ieq(z->host, host))
			continue;
		clock->has_zone = true;
		clock->offset_us = (int64_t)z->offset_min * 60 * US;
		clock->zone = z->zone;
		if (z->host.n)
			return; /* its own zone beats that of all */
	}
}

static struct tt_log_seen *new_host(struct tt_log *log, struct tt_slice name)
{
	struct tt_log_seen *const h = TT_NEW(log->o.arena, struct tt_log_seen);

	h->clock = TT_NEW(log->o.arena, struct tt_log_clock);
	set_zone(log, name, h->clock);
	*tt_vec_push(log->o.arena, &log->known_hosts) = h;
	return h;
}

bool tt_log_host(struct tt_log_reading *c)
{
	struct tt_log *const log = c->log;
	const struct tt_slice text = c->line->host;
	void **known;

	/* Nearly all lines are of the host of the one before. */
	if (!log->last_host || !tt_slice_eq(log->last_name, text)) {
		if (!tt_log_name(&log->hosts, text, &log->last_name, &known))
			return false;
		if (!*known)
			*known = new_host(log, log->last_name);
		log->last_host = *known;
	}
	c->host_name = log->last_name;
	c->host = log->last_host;
	return true;
}

/* Times without a year stand in 1970, but for Feb 29, which it has not. */
static bool is_leap_day(int64_t us)
{
	return us >= 2 * 365 * DAY_US;
}

/* As if it were the day before, of the year of the others. */
static int64_t of_1970(int64_t us)
{
	return is_leap_day(us) ? us - (2 * 365 + 1) * DAY_US : us;
}

/* Lines stand in the order of their writing, so a step back of half a year is
 * a new year; one forward is a line of the old year that came late. */
int tt_log_year(struct tt_log_seen *h, int64_t us)
{
	const int64_t step =
		h->is_begun ? of_1970(us) - of_1970(h->last_us) : 0;

	if (step > HALF_YEAR_US)
		return h->years - 1;
	if (step < -HALF_YEAR_US)
		h->years++;
	h->is_begun = true;
	h->last_us = us;
	if (is_leap_day(us)) {
		h->has_leap_day = true;
		h->leap_years = h->years;
	}
	return h->years;
}

/* A log was not written after its file: what is later than that is of the
 * year before; and one that has a Feb 29 is of a year that had it. */
static void settle_clock(const struct tt_log *log, struct tt_log_seen *h)
{
	const int64_t mtime = log->o.mtime_unix;
	const int64_t last = h->last_us / US;
	int year = log->o.year;

	h->clock->has_year = year > 0;
	if (year == 0 && mtime > 0) {
		year = tt_date_year(mtime);
		if (tt_date_in_year(last, year) > mtime + 86400)
			year--;
		year -= h->years;
		while (h->has_leap_day &&
		       !tt_date_is_leap(year + h->leap_years))
			year--;
	}
	h->clock->year = year > 0 ? year : 0;
}

void tt_log_settle_clocks(struct tt_log *log)
{
	for (size_t i = 0; i < log->known_hosts.n; i++)
		settle_clock(log, log->known_hosts.v[i]);
}
