/* entry.c - the hop that months, peers and receivers are told of
 *
 * Kept in the message's row, so that a report over a million messages reads
 * neither hops nor timelines. */
#include "store_private.h"

static bool is_network(const struct tt_hop *hop)
{
	return hop->is_trusted && !hop->is_excluded;
}

/* The worse, the greater. */
static int rank(int fit)
{
	static const int ranks[] = {
		[TT_FIT_MEETS] = 0,   [TT_FIT_NO_VERSION] = 1,
		[TT_FIT_NO_SUITE] = 2, [TT_FIT_UNKNOWN] = 3,
		[TT_FIT_VERSION] = 4, [TT_FIT_SUITE] = 5,
		[TT_FIT_CLEARTEXT] = 6,
	};

	return fit < 0 ? -1 : ranks[fit];
}

bool tt_hop_is_silent(const struct tt_timeline *t, const struct tt_hop *hop)
{
	return hop->is_mute && hop->verdict == TT_UNKNOWN &&
	       hop->index != t->result.border;
}

static int worst_of(const struct tt_timeline *t)
{
	int worst = -1;

	for (size_t i = 0; i < t->hops.n && t->result.profile; i++) {
		const struct tt_hop *const hop = &t->hops.v[i];

		if (!is_network(hop) || tt_hop_is_silent(t, hop))
			continue;
		const int fit = (int)tt_hop_fit(hop, t->result.profile);

		if (rank(fit) > rank(worst))
			worst = fit;
	}
	return worst;
}

/* ---- names ---- */

static struct tt_slice domain_or_host(struct tt_arena *arena,
				      struct tt_slice host)
{
	const struct tt_slice org = tt_org_domain(arena, host);

	return org.n ? org : host;
}

/* What a host calls itself names somebody only where it is a domain's. */
static bool take_helo(struct tt_entry_hop *e, struct tt_slice host,
		      struct tt_arena *arena)
{
	e->peer = tt_org_domain(arena, host);
	if (e->peer.n)
		e->basis = TT_PEER_HELO;
	return e->peer.n != 0;
}

static void name_peer(struct tt_entry_hop *e, const struct tt_hop *hop,
		      struct tt_arena *arena)
{
	if (hop->from.rdns.n) {
		e->peer = domain_or_host(arena, hop->from.rdns);
		e->basis = TT_PEER_RDNS;
	} else if (!take_helo(e, hop->from.helo, arena) &&
		   !take_helo(e, hop->from.name, arena) && hop->from.ip.n) {
		e->peer = hop->from.ip;
		e->basis = TT_PEER_ADDRESS;
	}
}

static struct tt_slice part_of(const struct tt_hop *hop,
			       enum tt_peer_basis basis,
			       const struct tt_rules *rules)
{
	const struct tt_slice host = basis == TT_PEER_RDNS ? hop->from.rdns :
				     hop->from.helo.n ? hop->from.helo :
							hop->from.name;

	return rules && basis != TT_PEER_NONE && basis != TT_PEER_ADDRESS ?
		       tt_rules_host_part(rules, host) :
		       TT_NO_SLICE;
}

static struct tt_slice after_at(struct tt_slice mailbox)
{
	for (size_t i = mailbox.n; i-- > 0;)
		if (mailbox.p[i] == '@')
			return tt_slice_sub(mailbox, i + 1, mailbox.n);
	return TT_NO_SLICE;
}

/* Logs of a sender name the receiver's host rarely, but the recipient. */
static struct tt_slice receiver_of_leg(const struct tt_hop *hop,
				       struct tt_arena *arena)
{
	struct tt_slice name = tt_org_domain(arena, hop->by.name);

	if (!name.n)
		name = tt_org_domain(arena, after_at(hop->recipient));
	if (!name.n)
		name = tt_org_domain(arena, after_at(hop->for_));
	return name.n ? name : hop->by.ip;
}

static struct tt_slice name_receiver(const struct tt_timeline *t, int entry,
				     struct tt_arena *arena)
{
	if (t->result.border < 0)
		return entry < 0 ? TT_NO_SLICE :
				   receiver_of_leg(&t->hops.v[entry], arena);
	if (t->result.receiving_domain.n)
		return t->result.receiving_domain;
	for (size_t i = t->hops.n; i-- > 0;) {
		const struct tt_slice name =
			t->hops.v[i].is_trusted ?
				tt_org_domain(arena, t->hops.v[i].by.name) :
				TT_NO_SLICE;

		if (name.n)
			return name;
	}
	return TT_NO_SLICE;
}

struct tt_entry_hop tt_entry_find(const struct tt_timeline *t,
				  const struct tt_rules *rules,
				  struct tt_arena *arena)
{
	struct tt_entry_hop e = { .hop = tt_timeline_entry(t) };

	e.has_time = tt_timeline_received(t, &e.time_unix);
	e.worst_fit = worst_of(t);
	e.receiver = name_receiver(t, e.hop, arena);
	if (e.hop >= 0) {
		const struct tt_hop *const hop = &t->hops.v[e.hop];

		name_peer(&e, hop, arena);
		e.part = part_of(hop, e.basis, rules);
	}
	return e;
}
