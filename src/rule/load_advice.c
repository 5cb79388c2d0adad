/* load_advice.c - rules/advice.yaml: what to do where a hop failed */
#include "rules.h"

static enum tt_status load_cases(struct tt_loader *l,
				 const struct tt_node *node, unsigned *cases_r)
{
	static const char *const names[] = { "unrecorded", "unknown",
					     "cleartext", "version" };
	const struct tt_node *when = tt_node_get(node, "when");
	const size_t n_names = sizeof(names) / sizeof(names[0]);

	*cases_r = 0;
	for (const struct tt_node *n = when ? when->first : NULL; n;
	     n = n->next) {
		size_t i = 0;

		while (i < n_names &&
		       !tt_slice_eq(n->text, tt_slice_str(names[i])))
			i++;
		if (i == n_names)
			return tt_rule_bad(&l->file, n, "no such case");
		*cases_r |= 1U << i;
	}
	return *cases_r ? TT_OK :
			  tt_rule_bad(&l->file, node, "when is a list");
}

static enum tt_status load_one(struct tt_loader *l, const struct tt_node *n)
{
	static const char *const keys[] = { "id",   "from_under", "by_under",
					    "when", "text",	  NULL };
	struct tt_advice a = {
		.from_under = tt_node_text(n, "from_under"),
		.by_under = tt_node_text(n, "by_under"),
		.text = tt_node_text(n, "text"),
	};
	const struct tt_slice id = tt_node_text(n, "id");
	enum tt_status st = tt_node_keys(&l->file, n, keys);

	if (st == TT_OK && (!id.n || !a.text.n ||
			    !a.from_under.n == !a.by_under.n))
		return tt_rule_bad(&l->file, n,
				   "advice has id, text and from_under or "
				   "by_under");
	a.id = tt_rule_id(l, l->file.name, id);
	if (st == TT_OK)
		st = load_cases(l, n, &a.cases);
	if (st == TT_OK)
		*tt_vec_push(&l->rules->arena, &l->rules->advice) = a;
	return st;
}

enum tt_status tt_load_advice(struct tt_loader *l, const struct tt_node *root)
{
	static const char *const keys[] = { "format", "references", "note",
					    "advice", NULL };
	const struct tt_node *list = tt_node_get(root, "advice");
	enum tt_status st = tt_node_keys(&l->file, root, keys);

	if (st == TT_OK && (!list || list->kind != TT_NODE_LIST))
		return tt_rule_bad(&l->file, root, "advice is a list");
	for (const struct tt_node *n = st == TT_OK ? list->first : NULL;
	     n && st == TT_OK; n = n->next)
		st = load_one(l, n);
	return st;
}

const struct tt_advice *tt_rules_advice(const struct tt_rules *rules,
					size_t *n_r)
{
	*n_r = rules->advice.n;
	return rules->advice.v;
}
