/* advice.c - what to do where a hop failed or cannot be shown
 *
 * The texts are data (rules/advice.yaml); here is only what is the matter with
 * a hop.  Each is told once. */
#include "work.h"

/* An old version is one that fails; where TLS alone is wanted none is. */
static unsigned matter(const struct tt_timeline *t, size_t i)
{
	const struct tt_hop *const hop = &t->hops.v[i];
	const unsigned first = i == 0 ? 1U << TT_ADVICE_UNRECORDED : 0;

	switch (tt_hop_fit(hop, t->result.profile)) {
	case TT_FIT_UNKNOWN:
		return first | 1U << TT_ADVICE_UNKNOWN;
	case TT_FIT_CLEARTEXT:
		return first | 1U << TT_ADVICE_CLEARTEXT;
	case TT_FIT_VERSION:
		return first | 1U << TT_ADVICE_VERSION;
	case TT_FIT_MEETS:
	case TT_FIT_NO_VERSION:
	case TT_FIT_NO_SUITE:
	case TT_FIT_SUITE:
		break;
	}
	return first;
}

static bool is_about(const struct tt_advice *a, const struct tt_hop *hop)
{
	if (a->by_under.n)
		return tt_host_is_under(hop->by.name, a->by_under);
	return tt_host_is_under(hop->from.rdns, a->from_under) ||
	       tt_host_is_under(hop->from.name, a->from_under);
}

void tt_advise(struct tt_timeline *t, const struct tt_rules *rules,
	       struct tt_arena *arena)
{
	size_t n;
	const struct tt_advice *const all = tt_rules_advice(rules, &n);
	unsigned *const matters = tt_arena_alloc(
		arena, tt_mul_size(sizeof(*matters), t->hops.n));

	for (size_t i = 0; i < t->hops.n; i++)
		matters[i] = matter(t, i);
	for (size_t k = 0; k < n; k++)
		for (size_t i = 0; i < t->hops.n; i++)
			if ((all[k].cases & matters[i]) &&
			    is_about(&all[k], &t->hops.v[i])) {
				*tt_vec_push(arena, &t->advice) = all[k].text;
				break;
			}
}
