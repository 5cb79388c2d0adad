/* layout.c - does a known receiver's chain stand at the top?
 *
 * Layouts are data (rules/layout) and are anchored: every stamp from the top
 * to the border must fit, so a forged chain below another receiver's stamps
 * fits nothing.  Linear in the stamps for each layout. */
#include "work.h"

/* 10/8 or 2002: (6to4), as Google names its inner hosts. */
static bool is_inner_address(struct tt_slice by)
{
	struct tt_ip ip;

	if (!tt_text_ip(by, &ip))
		return false;
	return ip.is_v6 ? ip.a[0] == 0x20 && ip.a[1] == 0x02 : ip.a[0] == 10;
}

/* A stamp of the system's own hosts. */
static bool is_fit(const struct tt_layout *l, const struct tt_hop *hop,
		   const struct tt_leg *leg)
{
	if (l->by_address && !leg->stamp.has[TT_SLOT_FROM] &&
	    is_inner_address(hop->by.name))
		return true;
	for (size_t i = 0; i < l->by_under.n; i++)
		if (tt_host_is_under(hop->by.name, l->by_under.v[i]))
			return true;
	return false;
}

static bool is_border_name(const struct tt_layout *l, struct tt_slice by)
{
	return l->is_border_exact ? l->border.n > 0 &&
					    tt_slice_ieq(by, l->border) :
				    tt_host_is_under(by, l->border);
}

/* A stamp that took the message from outside the system. */
static bool has_outer_peer(const struct tt_layout *l, const struct tt_leg *leg)
{
	const struct tt_ip *const ip = &leg->reading.from_ip;

	if (!l->is_peer_judged || !ip->is_set || tt_ip_is_private(ip) ||
	    tt_ip_is_loopback(ip))
		return false;
	for (size_t i = 0; i < l->inside.n; i++)
		if (tt_cidr_has(&l->inside.v[i], ip))
			return false;
	return true;
}

/* Walks down; a stamp that does not fit before the border is met refutes the
 * whole layout. */
static bool find_border(const struct tt_work *w, const struct tt_layout *l,
			size_t top, size_t *border_r)
{
	for (size_t i = top + 1; i-- > 0;) {
		const struct tt_hop *const hop = &w->t->hops.v[i];
		const bool is_border = is_border_name(l, hop->by.name);

		if (!is_border && !is_fit(l, hop, &w->leg[i]))
			return false;
		if (is_border || has_outer_peer(l, &w->leg[i])) {
			*border_r = i;
			return true;
		}
	}
	return false;
}

bool tt_layout_border(const struct tt_work *w, size_t top, size_t *border_r)
{
	size_t n = 0;
	const struct tt_layout *const l =
		w->options->rules ? tt_rules_layouts(w->options->rules, &n) :
				    NULL;

	for (size_t i = 0; i < n; i++)
		if (find_border(w, &l[i], top, border_r))
			return true;
	return false;
}
