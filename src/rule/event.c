/* event.c - what follows from an event once its log was read to the end */
#include <tlstrail/rule/event.h>

/* Zones reach from -12:00 to +14:00; a year that was guessed may be the one
 * beside it. */
#define ZONE_UNKNOWN_S 50400
#define YEAR_UNKNOWN_S 31622400

const char *tt_side_name(enum tt_side s)
{
	static const char *const names[] = {
		[TT_SIDE_NULL] = NULL,
		[TT_SIDE_RECEIVER] = "receiver",
		[TT_SIDE_SENDER] = "sender",
		[TT_SIDE_SUBMITTER] = "submitter",
	};

	return names[s];
}

enum tt_verdict tt_event_verdict(const struct tt_event *e)
{
	if (e->verdict != TT_UNKNOWN)
		return e->verdict;
	switch (e->silence) {
	case TT_SILENCE_NOTHING:
		break;
	case TT_SILENCE_CLEAR:
		return TT_CLEARTEXT;
	case TT_SILENCE_IF_LEVEL:
		return e->level && e->level->is_seen ? TT_CLEARTEXT
						     : TT_UNKNOWN;
	}
	return TT_UNKNOWN;
}

static int64_t in_year(int64_t us, int year)
{
	const int64_t s = us / 1000000;

	return tt_date_in_year(s, year) * 1000000 + us % 1000000;
}

/* By its zone, an hour that came twice is one of two. */
static void take_zone(const struct tt_log_clock *c, int64_t *us,
		      int64_t *uncertainty_s)
{
	const int64_t part = (*us % 1000000 + 1000000) % 1000000;
	bool is_double = false;

	if (!c->zone) {
		*us -= c->offset_us;
		return;
	}
	*us = tt_zone_instant(c->zone, (*us - part) / 1000000, &is_double) *
		      1000000 +
	      part;
	*uncertainty_s += is_double ? 3600 : 0;
}

bool tt_event_time(const struct tt_event *e, const struct tt_log_clock *clock,
		   int64_t *unix_us_r, int64_t *uncertainty_s_r)
{
	const struct tt_log_clock *const c = clock ? clock : e->clock;
	const bool is_local = e->time != TT_LOG_UTC;

	*unix_us_r = e->time_us;
	*uncertainty_s_r = 0;
	if (e->time == TT_LOG_UNTIMED)
		return false;
	/* Where nobody knows the year at all, the order is still right: in a
	 * year that has all days. */
	if (e->time == TT_LOG_NO_YEAR)
		*unix_us_r = in_year(e->time_us, (c && c->year ? c->year :
								  1972) +
							 e->years);
	if (is_local && c)
		take_zone(c, unix_us_r, uncertainty_s_r);
	if (e->time == TT_LOG_NO_YEAR && !(c && c->has_year))
		*uncertainty_s_r += YEAR_UNKNOWN_S;
	if (is_local && !(c && c->has_zone))
		*uncertainty_s_r += ZONE_UNKNOWN_S;
	return true;
}
