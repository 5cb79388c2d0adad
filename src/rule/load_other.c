/* load_other.c - profiles, layouts and lists of domains, header rules */
#include "rules.h"

/* ---- rules/profiles ---- */

static const struct {
	const char *name;
	unsigned flag;
} forbidden[] = {
	{ "null", TT_SUITE_NULL },   { "export", TT_SUITE_EXPORT },
	{ "rc4", TT_SUITE_RC4 },     { "des", TT_SUITE_DES },
	{ "3des", TT_SUITE_3DES },   { "anon", TT_SUITE_ANON },
	{ "cbc", TT_SUITE_CBC },     { "nofs", TT_SUITE_NOFS },
	{ "nofips", TT_SUITE_NOFIPS }, { "md5", TT_SUITE_MD5 },
};

static enum tt_status load_forbid(struct tt_loader *l,
				  const struct tt_node *root,
				  struct tt_profile *p)
{
	const struct tt_node *list = tt_node_get(root, "forbid");

	for (const struct tt_node *n = list ? list->first : NULL; n;
	     n = n->next) {
		size_t i = 0;

		while (i < sizeof(forbidden) / sizeof(forbidden[0]) &&
		       !tt_slice_eq(n->text, tt_slice_str(forbidden[i].name)))
			i++;
		if (i == sizeof(forbidden) / sizeof(forbidden[0]))
			return tt_rule_bad(&l->file, n, "no such suite class");
		p->forbid |= forbidden[i].flag;
	}
	return TT_OK;
}

enum tt_status tt_load_profile(struct tt_loader *l, const struct tt_node *root)
{
	static const char *const keys[] = { "format", "profile",     "label",
					    "references", "min_version",
					    "forbid", "suite", "note", NULL };
	struct tt_profile p = { .name = tt_node_text(root, "profile"),
				.label = tt_node_text(root, "label") };
	const struct tt_slice suite = tt_node_text(root, "suite");
	enum tt_status st = tt_node_keys(&l->file, root, keys);

	if (st == TT_OK && (!p.name.n || !p.label.n))
		return tt_rule_bad(&l->file, root,
				   "a profile has profile and label");
	if (st == TT_OK)
		st = tt_load_tls(l, root, "min_version", &p.min_version);
	if (st == TT_OK)
		st = load_forbid(l, root, &p);
	p.is_suite_required = tt_slice_eq(suite, TT_S("required"));
	if (st == TT_OK && suite.n && !p.is_suite_required &&
	    !tt_slice_eq(suite, TT_S("optional")))
		return tt_rule_bad(&l->file, root,
				   "suite is required or optional");
	if (st < 0)
		return st;
	*tt_vec_push(&l->rules->arena, &l->rules->profiles) = p;
	return TT_OK;
}

const struct tt_profile *tt_profile_find(const struct tt_rules *rules,
					 struct tt_slice name)
{
	for (size_t i = 0; i < rules->profiles.n; i++)
		if (tt_slice_eq(rules->profiles.v[i].name, name))
			return &rules->profiles.v[i];
	return NULL;
}

const struct tt_profile *tt_rules_profiles(const struct tt_rules *rules,
					   size_t *n_r)
{
	*n_r = rules->profiles.n;
	return rules->profiles.v;
}

/* ---- rules/layout ---- */

static enum tt_status load_inside(struct tt_loader *l,
				  const struct tt_node *list,
				  struct tt_layout *y)
{
	for (const struct tt_node *n = list ? list->first : NULL; n;
	     n = n->next) {
		struct tt_cidr cidr;

		if (!tt_cidr_parse(n->text, &cidr))
			return tt_rule_bad(&l->file, n,
					   "an address or CIDR belongs here");
		*tt_vec_push(&l->rules->arena, &y->inside) = cidr;
	}
	return TT_OK;
}

static enum tt_status load_one_layout(struct tt_loader *l,
				      const struct tt_node *root)
{
	struct tt_rules *r = l->rules;
	struct tt_layout y = { .id = l->file.name,
			       .name = tt_node_text(root, "layout"),
			       .border = tt_node_text(root, "border") };
	const struct tt_node *under = tt_node_get(root, "by_under");

	if (!y.name.n || !y.border.n)
		return tt_rule_bad(&l->file, root,
				   "a layout has layout and border");
	for (const struct tt_node *n = under ? under->first : NULL; n;
	     n = n->next)
		*tt_vec_push(&r->arena, &y.by_under) = n->text;
	enum tt_status st = tt_load_bool(l, root, "by_address", false,
					 &y.by_address);
	if (st == TT_OK)
		st = tt_load_bool(l, root, "border_exact", false,
				  &y.is_border_exact);
	if (st == TT_OK)
		st = tt_load_bool(l, root, "peer_judged", false,
				  &y.is_peer_judged);
	if (st == TT_OK)
		st = load_inside(l, tt_node_get(root, "inside"), &y);
	if (st < 0)
		return st;
	*tt_vec_push(&r->arena, &r->layouts) = y;
	return TT_OK;
}

static enum tt_status load_host_parts(struct tt_loader *l,
				      const struct tt_node *list)
{
	static const char *const keys[] = { "under", "common", "part", NULL };

	for (const struct tt_node *n = list ? list->first : NULL; n;
	     n = n->next) {
		const enum tt_status st = tt_node_keys(&l->file, n, keys);
		const struct tt_host_part part = {
			.under = tt_node_text(n, "under"),
			.common = tt_node_text(n, "common"),
			.part = tt_node_text(n, "part"),
		};

		if (st < 0)
			return st;
		if (!part.under.n)
			return tt_rule_bad(&l->file, n, "under is missing");
		*tt_vec_push(&l->rules->arena, &l->rules->host_parts) = part;
	}
	return TT_OK;
}

enum tt_status tt_load_layout(struct tt_loader *l, const struct tt_node *root)
{
	static const char *const keys[] = {
		"format",     "references",	  "note",	  "layout",
		"by_under",   "by_address",	  "border",	  "border_exact",
		"peer_judged", "inside",	  "shared_providers",
		"own_name_senders", "host_parts", "samples",	  NULL
	};
	struct tt_rules *r = l->rules;
	const struct tt_node *shared = tt_node_get(root, "shared_providers");
	const struct tt_node *own = tt_node_get(root, "own_name_senders");
	const struct tt_node *parts = tt_node_get(root, "host_parts");
	const enum tt_status st = tt_node_keys(&l->file, root, keys);

	if (st < 0)
		return st;
	if (tt_node_get(root, "layout"))
		return load_one_layout(l, root);
	if (!shared && !own && !parts)
		return tt_rule_bad(&l->file, root,
				   "layout, shared_providers, "
				   "own_name_senders or host_parts "
				   "belongs here");
	for (const struct tt_node *n = shared ? shared->first : NULL; n;
	     n = n->next)
		*tt_vec_push(&r->arena, &r->shared) = n->text;
	for (const struct tt_node *n = own ? own->first : NULL; n; n = n->next)
		*tt_vec_push(&r->arena, &r->own_name) = n->text;
	return load_host_parts(l, parts);
}

const struct tt_layout *tt_rules_layouts(const struct tt_rules *rules,
					 size_t *n_r)
{
	*n_r = rules->layouts.n;
	return rules->layouts.v;
}

bool tt_rules_is_shared(const struct tt_rules *rules, struct tt_slice domain)
{
	for (size_t i = 0; i < rules->shared.n; i++)
		if (tt_slice_ieq(rules->shared.v[i], domain))
			return true;
	return false;
}

static bool is_under(struct tt_slice host, struct tt_slice domain)
{
	return tt_slice_iends(host, domain) &&
	       (host.n == domain.n ||
		host.p[host.n - domain.n - 1] == '.');
}

struct tt_slice tt_rules_own_name(const struct tt_rules *rules,
				  struct tt_slice host)
{
	for (size_t i = 0; i < rules->own_name.n; i++)
		if (is_under(host, rules->own_name.v[i]))
			return rules->own_name.v[i];
	return TT_NO_SLICE;
}

/* The label before the domain. */
static struct tt_slice label_before(struct tt_slice host, struct tt_slice domain)
{
	size_t end = host.n - domain.n, start;

	if (end < 2)
		return TT_NO_SLICE;
	end--;
	for (start = end; start > 0 && host.p[start - 1] != '.'; start--)
		;
	return tt_slice_sub(host, start, end - start);
}

struct tt_slice tt_rules_host_part(const struct tt_rules *rules,
				   struct tt_slice host)
{
	for (size_t i = 0; i < rules->host_parts.n; i++) {
		const struct tt_host_part *const p = &rules->host_parts.v[i];

		if (!is_under(host, p->under))
			continue;
		const struct tt_slice label = label_before(host, p->under);

		return label.n && tt_slice_ieq(label, p->common) ? p->part :
								   label;
	}
	return TT_NO_SLICE;
}

/* ---- rules/header ---- */

enum tt_status tt_load_header(struct tt_loader *l, const struct tt_node *root)
{
	static const char *const keys[] = { "format",	  "references", "note",
					    "header",	  "markers",
					    "border_under", "samples",  NULL };
	struct tt_rules *r = l->rules;
	struct tt_header_rule h = {
		.id = l->file.name,
		.field = tt_node_text(root, "header"),
		.border_under = tt_node_text(root, "border_under"),
	};
	const struct tt_node *list = tt_node_get(root, "markers");
	const enum tt_status st = tt_node_keys(&l->file, root, keys);

	if (st < 0)
		return st;
	if (!h.field.n || !list || list->kind != TT_NODE_LIST)
		return tt_rule_bad(&l->file, root,
				   "a header rule has header and markers");
	h.is_border_witness = h.border_under.n > 0;
	for (const struct tt_node *n = list->first; n; n = n->next) {
		uint32_t marker;
		const enum tt_status bad =
			tt_load_marker(l, n, l->file.name, &marker);

		if (bad < 0)
			return bad;
		*tt_vec_push(&r->arena, &h.markers) = marker;
	}
	*tt_vec_push(&r->arena, &r->headers) = h;
	r->header_shapes[h.field.n % 32] |= 1U << (h.field.p[0] & 31);
	return TT_OK;
}
