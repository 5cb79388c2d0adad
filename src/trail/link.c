/* link.c - how a hop's `from` meets the `by` of the hop before it
 *
 * Description, not proof: a sender can write any HELO, so no trust rests on
 * it.  Null where there is nothing on both sides to compare. */
#include "work.h"

static bool is_same_name(struct tt_slice by, struct tt_slice from)
{
	return tt_slice_ieq(from, by);
}

static bool is_same_label(struct tt_slice by, struct tt_slice from)
{
	/* The first letter tells nearly all apart. */
	return tt_slice_may_fold(from, by) &&
	       tt_slice_ieq(tt_host_label(from), tt_host_label(by));
}

static bool is_same_domain(struct tt_slice by, struct tt_slice from)
{
	return tt_host_shares_domain(from, by);
}

/* The names the stamp gives its peer, each once: most writers give one. */
static size_t names_of(const struct tt_hop *hop, struct tt_slice names_r[3])
{
	const struct tt_slice names[] = { hop->from.name, hop->from.helo,
					  hop->from.rdns };
	size_t n = 0;

	for (size_t k = 0; k < 3; k++)
		if (!(n && tt_slice_eq(names[k], names_r[0])) &&
		    tt_host_is_name(names[k]))
			names_r[n++] = names[k];
	return n;
}

enum tt_link tt_hop_link(const struct tt_hop *prev, const struct tt_hop *hop)
{
	static const struct {
		bool (*fits)(struct tt_slice by, struct tt_slice from);
		enum tt_link link;
	} ways[] = {
		{ is_same_name, TT_LINK_NAME },
		{ is_same_label, TT_LINK_LABEL },
		{ is_same_domain, TT_LINK_DOMAIN },
	};
	const bool has_ips = hop->from.ip.n > 0 && prev->by.ip.n > 0;
	struct tt_slice names[3];

	if (has_ips && tt_slice_eq(hop->from.ip, prev->by.ip))
		return TT_LINK_ADDRESS;
	if (!tt_host_is_name(prev->by.name))
		return has_ips ? TT_LINK_NONE : TT_LINK_NULL;

	const size_t n = names_of(hop, names);

	for (size_t w = 0; w < sizeof(ways) / sizeof(ways[0]); w++)
		for (size_t k = 0; k < n; k++)
			if (ways[w].fits(prev->by.name, names[k]))
				return ways[w].link;
	return n || has_ips ? TT_LINK_NONE : TT_LINK_NULL;
}
