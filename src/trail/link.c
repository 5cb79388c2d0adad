/* link.c - how a hop's `from` meets the `by` of the hop before it
 *
 * Description, not proof: a sender can write any HELO, so no trust rests on
 * it.  Null where there is nothing on both sides to compare. */
#include "work.h"

struct pair {
	struct tt_slice by;
};

static bool is_same_name(const struct pair *p, struct tt_slice from)
{
	return tt_slice_ieq(from, p->by);
}

static bool is_same_label(const struct pair *p, struct tt_slice from)
{
	return tt_slice_ieq(tt_host_label(from), tt_host_label(p->by));
}

static bool is_same_domain(const struct pair *p, struct tt_slice from)
{
	return tt_host_shares_domain(from, p->by);
}

enum tt_link tt_hop_link(const struct tt_hop *prev, const struct tt_hop *hop)
{
	static const struct {
		bool (*fits)(const struct pair *p, struct tt_slice from);
		enum tt_link link;
	} ways[] = {
		{ is_same_name, TT_LINK_NAME },
		{ is_same_label, TT_LINK_LABEL },
		{ is_same_domain, TT_LINK_DOMAIN },
	};
	const struct tt_slice names[] = { hop->from.name, hop->from.helo,
					  hop->from.rdns };
	const struct pair pair = { prev->by.name };
	const bool has_ips = hop->from.ip.n > 0 && prev->by.ip.n > 0;
	bool has_names = false;

	if (has_ips && tt_slice_eq(hop->from.ip, prev->by.ip))
		return TT_LINK_ADDRESS;
	if (!tt_host_is_name(prev->by.name))
		return has_ips ? TT_LINK_NONE : TT_LINK_NULL;
	for (size_t w = 0; w < sizeof(ways) / sizeof(ways[0]); w++)
		for (size_t k = 0; k < 3; k++) {
			if (!tt_host_is_name(names[k]))
				continue;
			has_names = true;
			if (k && tt_slice_eq(names[k], names[0]))
				continue; /* most writers give one name */
			if (ways[w].fits(&pair, names[k]))
				return ways[w].link;
		}
	return has_names || has_ips ? TT_LINK_NONE : TT_LINK_NULL;
}
