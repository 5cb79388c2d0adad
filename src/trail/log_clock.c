/* log_clock.c - what the stamps tell of the clocks of logs
 *
 * A log without year or zone is dated by what its host, or the other side of
 * the same transfer, wrote into the mail. */
#include "joining.h"

#define US INT64_C(1000000)

/* Logs that name no host have nothing in common. */
static bool is_of(const struct host_clock *known, const struct tt_event *e)
{
	return e->host.n ? tt_slice_ieq(known->host, e->host) :
			   known->of == e->clock;
}

const struct tt_log_clock *tt_join_clock(const struct join *j,
					   const struct tt_event *e)
{
	for (size_t i = 0; e->clock && i < j->clocks.n; i++)
		if (is_of(&j->clocks.v[i], e))
			return &j->clocks.v[i].clock;
	return NULL;
}

int64_t tt_join_apart(const struct tt_event *e,
			const struct tt_log_clock *clock, int64_t unix_s,
			int64_t *unsure_r)
{
	int64_t us;

	if (!tt_event_time(e, clock, &us, unsure_r))
		return 0;
	return us > unix_s * US ? us / US - unix_s : unix_s - us / US;
}

/* The event's clock with what a stamp of the same transfer says: the year that
 * brings both together, and, where it is the host's own, its zone. */
struct tt_log_clock tt_join_learn(const struct tt_event *e,
				 const struct tt_hop *hop, bool is_own)
{
	struct tt_log_clock c = *e->clock, best;
	int64_t least = INT64_MAX, unsure;

	if (is_own && !c.has_zone && hop->has_offset) {
		c.offset_us = (int64_t)hop->offset_min * 60 * US;
		c.has_zone = true;
	}
	best = c;
	if (c.has_year || e->time != TT_LOG_NO_YEAR)
		return c;
	for (int y = -1; y <= 1; y++) {
		c.year = tt_date_year(hop->time_unix) - e->years + y;
		c.has_year = true;
		const int64_t apart = tt_join_apart(e, &c, hop->time_unix, &unsure);

		if (apart < least) {
			least = apart;
			best = c;
		}
	}
	return best;
}

bool tt_join_is_near(const struct tt_hop *hop, const struct tt_event *e,
		     const struct tt_log_clock *clock)
{
	int64_t unsure = 0;

	return tt_join_apart(e, clock, hop->time_unix, &unsure) <=
	       (int64_t)TT_MAX_join_window + unsure;
}

bool tt_join_is_time(struct join *j, const struct tt_hop *hop,
		     const struct tt_event *e)
{
	struct host_clock known = { 0 };

	if (!hop->has_time || !e)
		return true;
	if (e->clock)
		known = (struct host_clock){ e->host, e->clock,
					     tt_join_learn(e, hop, true) };
	if (!tt_join_is_near(hop, e, e->clock ? &known.clock : NULL))
		return false;
	if (e->clock && !tt_join_clock(j, e))
		*tt_vec_push(j->w->arena, &j->clocks) = known;
	return true;
}

bool tt_join_is_sent(const struct join *j, const struct tt_hop *hop,
		     const struct tt_event *d)
{
	const struct tt_log_clock *clock = tt_join_clock(j, d);
	struct tt_log_clock guess;

	if (!hop->has_time)
		return true;
	if (!clock && d->clock) {
		guess = tt_join_learn(d, hop, false);
		clock = &guess;
	}
	return tt_join_is_near(hop, d, clock);
}
