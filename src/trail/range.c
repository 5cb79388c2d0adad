/* range - when a message was received, and whether that is asked for */
#include "work.h"

static bool is_network(const struct tt_hop *hop)
{
	return hop->is_trusted && !hop->is_excluded;
}

/* A border that is no network hop (mail of a local user) is no entry, and
 * neither is anything behind it. */
int tt_timeline_entry(const struct tt_timeline *t)
{
	const int border = t->result.border;

	if (border >= 0)
		return (size_t)border < t->hops.n &&
				       is_network(&t->hops.v[border]) ?
			       border :
			       -1;
	for (size_t i = t->hops.n; i-- > 0;)
		if (is_network(&t->hops.v[i]))
			return (int)i;
	return -1;
}

bool tt_timeline_received(const struct tt_timeline *t, int64_t *unix_r)
{
	const int entry = tt_timeline_entry(t);
	const struct tt_hop *hop = entry >= 0 ? &t->hops.v[entry] : NULL;

	for (size_t i = t->hops.n; i-- > 0 && !(hop && hop->has_time);)
		if (t->hops.v[i].is_trusted)
			hop = &t->hops.v[i];
	if (!hop || !hop->has_time)
		return false;
	*unix_r = hop->time_unix;
	return true;
}

enum tt_range_place tt_range_find(const struct tt_range *p,
				    const struct tt_timeline *t)
{
	int64_t at = t->identity.date.unix_s;

	if (!tt_range_is_given(p))
		return TT_RANGE_WITHIN;
	if (!tt_timeline_received(t, &at) && !t->identity.date.is_set)
		return TT_RANGE_UNDATED;
	return (p->has_since && at < p->since) ||
			       (p->has_until && at > p->until) ?
		       TT_RANGE_OUTSIDE :
		       TT_RANGE_WITHIN;
}

struct tt_range_words tt_range_words(const struct tt_range *p)
{
	struct tt_range_words w = { "", "" };

	if (p->has_since)
		(void)tt_date_rfc3339(p->since, w.since);
	if (p->has_until)
		(void)tt_date_rfc3339(p->until, w.until);
	return w;
}
