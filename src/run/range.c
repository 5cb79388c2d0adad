/* range - which messages --since and --until leave out
 *
 * A message is judged by itself, before any log tells of it, so that show and
 * scan leave out the same.  One that nothing dates is kept: that it is outside
 * cannot be said. */
#include "show.h"

bool tt_show_is_outside(struct tt_show *s, const struct tt_timeline *t)
{
	if (t->has_parent)
		return s->is_outside;
	const enum tt_range_place place = tt_range_find(&s->o->range, t);

	s->is_outside = place == TT_RANGE_OUTSIDE;
	s->totals.outside += place == TT_RANGE_OUTSIDE;
	s->totals.undated += place == TT_RANGE_UNDATED;
	if (s->is_outside && s->taker)
		s->taker->outside(s->taker->ctx);
	return s->is_outside;
}

static void put_messages(struct tt_out *o, uint64_t n, const char *one,
			 const char *many)
{
	tt_out_u64(o, n);
	tt_out_str(o, n == 1 ? one : many);
}

void tt_tell_range(struct tt_out *messages, uint64_t outside, uint64_t undated)
{
	if (!outside && !undated)
		return;
	tt_out_str(messages, "tlstrail: ");
	if (outside)
		put_messages(messages, outside,
			     " message outside --since and --until was left "
			     "out",
			     " messages outside --since and --until were left "
			     "out");
	tt_out_str(messages, outside && undated ? "; " : "");
	if (undated)
		put_messages(messages, undated,
			     " message that nothing dates was kept",
			     " messages that nothing dates were kept");
	tt_out_str(messages, "\n");
}
