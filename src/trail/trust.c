/* trust.c - which stamps the receiving system wrote
 *
 * Walks down from the top stamp, which is trusted.  An older stamp is
 * trusted only on the word of the trusted one above it: fetch or LMTP, same
 * host, private peer, own name, or given by the user.  What a stamp says of
 * itself and what the peer said never suffice alone.  The walk stops at the
 * first step where no rule holds; each step looks at two stamps, so it is
 * linear.  A stamp that a HELO may have rewritten says nothing of its peer
 * and ends the walk. */
#include "work.h"

enum step { STEP_NO, STEP_YES, STEP_END };

struct walk {
	struct tt_work *w;
	/* Receiving domains: one of the stamps, n 0 until met, and the names
	 * of --trust that were used. */
	struct tt_slice own;
	int unasked; /* from this stamp down `own` was not looked for yet */
	TT_VEC(struct tt_slice) given;
	bool is_given_only; /* below a layout's border */
	bool has_given, has_layout;
};

/* A trusted stamp and the next older one. */
struct pair {
	const struct tt_hop *h, *l;
	const struct tt_leg *leg; /* of h */
	const struct tt_ip *peer; /* of h; not set: not known */
	struct tt_slice rdns;	  /* of the peer, verified; n 0: none */
};

/* The newest trusted `by` with a domain makes the receiving domain; older ones
 * change nothing.  Looked for when a rule asks: most walks end before. */
static struct tt_slice own_domain(struct walk *k)
{
	const struct tt_timeline *const t = k->w->t;

	while (k->own.n == 0 && k->unasked >= t->result.border)
		k->own = tt_org_domain(k->w->arena,
				       t->hops.v[k->unasked--].by.name);
	return k->own;
}

static bool has_domain(struct walk *k)
{
	return k->given.n > 0 || own_domain(k).n > 0;
}

/* The receiving domain the name lies in; n 0: none. */
static struct tt_slice domain_of(struct walk *k, struct tt_slice name)
{
	if (name.n == 0)
		return TT_NO_SLICE;
	if (tt_host_is_under(name, own_domain(k)))
		return k->own;
	for (size_t i = 0; i < k->given.n; i++)
		if (tt_host_is_under(name, k->given.v[i]))
			return k->given.v[i];
	return TT_NO_SLICE;
}

static bool is_inside(struct walk *k, struct tt_slice name)
{
	return domain_of(k, name).n > 0;
}

/* The writer looked the name up and back, and it is not made of the address:
 * a generated name is verified for whoever rents the line. */
static bool is_verified(struct tt_work *w, const struct tt_hop *h,
			const struct tt_leg *leg)
{
	return leg->reading.rdns_verified && !leg->reading.is_ambiguous &&
	       !leg->stamp.peer.is_maybe_forged &&
	       leg->reading.from_ip.is_set &&
	       tt_host_is_name(h->from.rdns) &&
	       !tt_host_spells(w->arena, h->from.rdns,
			       &leg->reading.from_ip);
}

/* ---- rule 1: fetch or LMTP ---- */

/* Neither is spoken by strangers: the user fetches from his own mailbox, and
 * LMTP goes from a queue to its store (RFC 2033). */
static enum step by_fetch(struct walk *k, const struct pair *p)
{
	(void)k;
	return p->h->transport == TT_TRANSPORT_FETCH ||
			       p->h->transport == TT_TRANSPORT_LMTP ?
		       STEP_YES :
		       STEP_NO;
}

/* ---- rule 2: same host ---- */

/* Pipe, uid, filter: the form says local and no address contradicts it. */
static bool is_within_host(const struct pair *p)
{
	if (tt_leg_is_loopback(p->leg) || tt_leg_is_same_host(p->leg))
		return true;
	return p->leg->reading.word.verdict == TT_LOCAL && !p->peer->is_set;
}

static bool is_localhost(struct tt_slice name)
{
	struct tt_ip ip;

	return tt_slice_ieq(name, TT_S("localhost")) ||
	       tt_slice_ieq(name, TT_S("localhost.localdomain")) ||
	       (tt_text_ip(name, &ip) && tt_ip_is_loopback(&ip));
}

static enum step by_same_host(struct walk *k, const struct pair *p)
{
	const struct tt_slice by = p->l->by.name;
	const bool is_absent = by.n == 0 && p->l->by.ip.n == 0;
	const bool is_same_ip = p->h->by.ip.n > 0 &&
				tt_slice_eq(p->h->by.ip, p->l->by.ip);

	if (!is_within_host(p))
		return STEP_NO;
	return is_absent || is_same_ip || is_localhost(by) ||
			       tt_host_is_same(p->h->by.name, by) ||
			       is_inside(k, by) ?
		       STEP_YES :
		       STEP_NO;
}

/* ---- rule 3: private peer ---- */

/* A client behind address translation or a balancer: it gives the public
 * address it believes to have, or the name a mail client gives. */
static bool is_outside_helo(struct tt_slice helo)
{
	struct tt_ip ip;

	if (tt_slice_ieq(helo, TT_S("User")))
		return true;
	return tt_text_ip(helo, &ip) && !tt_ip_is_private(&ip) &&
	       !tt_ip_is_loopback(&ip);
}

/* Inner names often have another domain: mx2.office.lan is mx2.example.org. */
static bool has_label_of(const struct tt_hop *h, struct tt_slice by)
{
	const struct tt_slice names[] = { h->from.rdns, h->from.helo };

	for (size_t i = 0; i < 2; i++)
		if (tt_host_is_name(names[i]) &&
		    tt_slice_ieq(tt_host_label(names[i]), tt_host_label(by)))
			return true;
	return false;
}

static enum step by_private_peer(struct walk *k, const struct pair *p)
{
	const struct tt_slice by = p->l->by.name;

	if (!p->peer->is_set || !tt_ip_is_private(p->peer))
		return STEP_NO;
	if (is_outside_helo(p->h->from.helo)) {
		tt_anomaly_add(k->w, (size_t)p->h->index, TT_ANOMALY_nat_peer,
			       "private peer address, but the HELO is of a "
			       "client outside");
		return STEP_END;
	}
	if (!has_domain(k))
		return STEP_NO;
	if (is_inside(k, by) && has_label_of(p->h, by))
		return STEP_YES;
	if (tt_slice_eq(p->h->from.ip, p->l->by.ip))
		return STEP_YES;
	return is_inside(k, p->rdns) ? STEP_YES : STEP_NO;
}

/* ---- rule 4: own name ---- */

static bool is_shared(const struct walk *k, struct tt_slice domain)
{
	const struct tt_rules *const rules = k->w->options->rules;
	const struct tt_slice org = tt_org_domain(k->w->arena, domain);

	return rules &&
	       tt_rules_is_shared(rules, org.n > 0 ? org : domain);
}

/* A name under a shared provider's domain is one of thousands of customers. */
static enum step by_own_name(struct walk *k, const struct pair *p)
{
	const struct tt_slice domain = domain_of(k, p->rdns);

	return domain.n > 0 && tt_host_is_under(p->l->by.name, domain) &&
			       !is_shared(k, domain) ?
		       STEP_YES :
		       STEP_NO;
}

/* ---- rule 5: given ---- */

static bool has_given_address(const struct tt_trust *trust,
			      const struct tt_ip *peer)
{
	for (size_t i = 0; peer->is_set && i < trust->cidrs.n; i++)
		if (tt_cidr_has(&trust->cidrs.v[i], peer))
			return true;
	return false;
}

static const struct tt_slice *given_name(const struct tt_trust *trust,
					 struct tt_slice name)
{
	for (size_t i = 0; i < trust->names.n; i++)
		if (tt_host_is_under(name, trust->names.v[i]))
			return &trust->names.v[i];
	return NULL;
}

/* The names of --trust that the verified one is or lies below join the
 * receiving domains. */
static bool join_given(struct walk *k, struct tt_slice rdns)
{
	const struct tt_trust *const trust = &k->w->options->trust;
	bool is_given = false;

	for (size_t i = 0; i < trust->names.n; i++) {
		if (!tt_host_is_under(rdns, trust->names.v[i]))
			continue;
		is_given = true;
		if (!is_inside(k, trust->names.v[i]))
			*tt_vec_push(k->w->arena, &k->given) =
				trust->names.v[i];
	}
	return is_given;
}

/* The sender writes a HELO: matching a NAME with it would let anybody in. */
static void tell_unverified(struct walk *k, const struct pair *p)
{
	const struct tt_hop *const h = p->h;
	const struct tt_slice names[] = { h->from.helo, h->from.name,
					  h->from.rdns };

	for (size_t i = 0; i < 3; i++) {
		const struct tt_slice *const name =
			given_name(&k->w->options->trust, names[i]);

		if (!name)
			continue;
		tt_diag_add(k->w->diags, TT_DIAG_trust_name, h->off,
			    "--trust %.*s matched only a name that hop %d's "
			    "peer gave and nobody verified: give its address",
			    (int)name->n, (const char *)name->p, h->index);
		return;
	}
}

static enum step by_given(struct walk *k, const struct pair *p)
{
	const struct tt_trust *const trust = &k->w->options->trust;

	if (join_given(k, p->rdns) || has_given_address(trust, p->peer)) {
		k->has_given = true;
		return STEP_YES;
	}
	tell_unverified(k, p);
	return STEP_NO;
}

/* ---- the walk ---- */

static bool is_step(struct walk *k, const struct pair *p)
{
	static enum step (*const rules[])(struct walk *k,
					  const struct pair *p) = {
		by_fetch, by_same_host, by_private_peer, by_own_name,
	};

	if (p->leg->reading.is_ambiguous)
		return false;
	for (size_t i = 0;
	     !k->is_given_only && i < sizeof(rules) / sizeof(rules[0]); i++) {
		const enum step s = rules[i](k, p);

		if (s != STEP_NO)
			return s == STEP_YES;
	}
	return by_given(k, p) == STEP_YES;
}

static void take(struct walk *k, size_t i)
{
	k->w->t->hops.v[i].is_trusted = true;
	k->w->t->result.border = (int)i;
}

/* Takes stamp i and what a layout says stands below it; the index of the
 * last one taken. */
static size_t enter(struct walk *k, size_t i)
{
	size_t border = i;

	k->is_given_only = tt_layout_border(k->w, i, &border);
	k->has_layout |= k->is_given_only;
	for (;;) {
		take(k, i);
		if (i == border)
			return i;
		i--;
	}
}

/* From *i to the next older stamp, if a rule holds. */
static bool step_down(struct walk *k, size_t *i)
{
	const struct tt_leg *const leg = &k->w->leg[*i];
	const struct tt_hop *const h = &k->w->t->hops.v[*i];
	const struct pair p = {
		.h = h,
		.l = h - 1,
		.leg = leg,
		.peer = tt_leg_peer(leg),
		.rdns = is_verified(k->w, h, leg) ? h->from.rdns : TT_NO_SLICE,
	};

	if (!is_step(k, &p))
		return false;
	--*i;
	if (!k->is_given_only && h->transport == TT_TRANSPORT_FETCH) {
		/* Another system: its domain, and its layout. */
		k->own = TT_NO_SLICE;
		k->unasked = (int)*i;
		*i = enter(k, *i);
	} else {
		take(k, *i);
	}
	return true;
}

static enum tt_border_basis basis_of(const struct walk *k, bool is_top)
{
	if (k->has_given)
		return TT_BORDER_GIVEN;
	if (k->has_layout)
		return TT_BORDER_LAYOUT;
	return is_top ? TT_BORDER_TOP_ONLY : TT_BORDER_INFERRED;
}

void tt_trust_walk(struct tt_work *w)
{
	const size_t n = w->t->hops.n;
	struct walk k = { .w = w, .unasked = (int)n - 1 };

	w->t->result.border = -1;
	w->t->result.border_basis = TT_BORDER_NULL;
	w->t->result.receiving_domain = TT_NO_SLICE;
	if (n == 0 || w->options->is_claimed)
		return;

	size_t i = enter(&k, n - 1);

	while (i > 0 && step_down(&k, &i))
		;
	w->t->result.border_basis = basis_of(&k, i == n - 1);
	for (size_t h = n; w->options->want_receiver && h-- > i;)
		if (w->t->result.receiving_domain.n == 0)
			w->t->result.receiving_domain = tt_org_domain(
				w->arena, w->t->hops.v[h].by.name);
}
