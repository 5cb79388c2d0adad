/* place.c - where a run is, for who watches it, and what it passes over there
 *
 * Where another reader was lost (run/guard.h), this one tells so and goes on
 * behind it. */
#include "show.h"

void tt_show_in(const struct tt_show *s, const struct tt_origin *origin)
{
	if (!s->lane)
		tt_guard_in(s->o->guard, origin);
}

const char *tt_show_at(const struct tt_show *s, enum tt_place place, uint64_t n)
{
	return s->lane ? NULL : tt_guard_at(s->o->guard, place, n);
}

void tt_show_at_none(const struct tt_show *s)
{
	(void)!tt_show_at(s, TT_PLACE_NONE, 0);
}

bool tt_show_is_lost(struct tt_show *s, struct tt_stream *stream, uint64_t n)
{
	const char *const why = tt_show_at(s, TT_PLACE_STREAM, n);

	if (!why)
		return false;
	s->is_cut_short = true;
	tt_stream_diag(stream, TT_DIAG_worker_lost, TT_NO_OFF,
		       "what comes after %llu record%s was not read: %s",
		       (unsigned long long)n, n == 1 ? "" : "s", why);
	return true;
}

bool tt_show_is_passed_over(struct tt_show *s, struct tt_stream *stream,
			    const char *what, uint64_t off)
{
	const char *const why = tt_show_at(s, TT_PLACE_RECORD, off);

	if (why)
		tt_stream_diag(stream, TT_DIAG_worker_lost, off,
			       "%s was passed over: %s", what, why);
	return why != NULL;
}
