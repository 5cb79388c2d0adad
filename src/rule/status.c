/* status.c - what an answer in a delivery report says of TLS
 *
 * Files of rules/status: entries in order, each a pattern and an outcome.
 * The texts of all servers share one list, since a report quotes any of
 * them; the first entry that fits decides, and most answers hold the literals
 * of none.  Bounded by
 * TT_MAX_diagnostic_text, up to which a match is bounded by itself. */
#include "rules.h"

static const char *const names[] = {
	[TT_OUTCOME_NONE] = NULL,
	[TT_OUTCOME_DEFERRED] = "deferred",
	[TT_OUTCOME_BOUNCED] = "bounced",
	[TT_OUTCOME_REFUSED] = "refused",
	[TT_OUTCOME_HANDSHAKE_FAILED] = "handshake-failed",
	[TT_OUTCOME_FALLBACK] = "fallback",
};

const char *tt_outcome_name(enum tt_outcome o)
{
	return names[o];
}

static enum tt_status load_outcome(struct tt_loader *l,
				   const struct tt_node *node,
				   enum tt_outcome *outcome_r)
{
	const struct tt_slice word = tt_node_text(node, "outcome");

	for (size_t i = 1; i < sizeof(names) / sizeof(names[0]); i++)
		if (tt_slice_eq(word, tt_slice_str(names[i]))) {
			*outcome_r = (enum tt_outcome)i;
			return TT_OK;
		}
	return tt_rule_bad(&l->file, node,
			   "outcome is deferred, bounced, refused, "
			   "handshake-failed or fallback");
}

/* One, or a list. */
static enum tt_status load_anchors(struct tt_loader *l,
				   const struct tt_node *node,
				   struct tt_status_rule *s)
{
	struct tt_rules *const r = l->rules;
	const bool is_list = node && node->kind == TT_NODE_LIST;
	enum tt_status st = TT_OK;

	for (const struct tt_node *n = tt_node_items(node); st == TT_OK && n;
	     n = is_list ? n->next : NULL)
		st = tt_load_anchor(l, n, &r->status_anchors,
				    tt_vec_push(&r->arena, &s->anchors));
	return st;
}

static enum tt_status load_entry(struct tt_loader *l,
				 const struct tt_node *node)
{
	static const char *const keys[] = { "id",      "pattern", "anchor",
					    "outcome", "note",	  NULL };
	const struct tt_slice id = tt_node_text(node, "id");
	const struct tt_node *pattern = tt_node_get(node, "pattern");
	struct tt_status_rule s = { .owner = l->file.name };
	enum tt_status st = tt_node_keys(&l->file, node, keys);

	if (st < 0)
		return st;
	if (!id.n || !pattern)
		return tt_rule_bad(&l->file, node,
				   "an answer has id, pattern and outcome");
	s.id = tt_rule_id(l, l->file.name, id);
	st = load_outcome(l, node, &s.outcome);
	if (st == TT_OK)
		st = tt_load_pattern(l, pattern, TT_NO_SLICE, &s.pattern);
	if (st == TT_OK)
		st = load_anchors(l, tt_node_get(node, "anchor"), &s);
	if (st < 0)
		return st;
	*tt_vec_push(&l->rules->arena, &l->rules->statuses) = s;
	return TT_OK;
}

enum tt_status tt_load_status(struct tt_loader *l, const struct tt_node *root)
{
	static const char *const keys[] = { "format", "references", "note",
					    "answers", "samples", NULL };
	const struct tt_node *list = tt_node_get(root, "answers");
	const enum tt_status st = tt_node_keys(&l->file, root, keys);

	if (st < 0)
		return st;
	if (!list || list->kind != TT_NODE_LIST)
		return tt_rule_bad(&l->file, root, "answers is a list");
	*tt_vec_push(&l->rules->arena, &l->rules->status_files) =
		l->file.name;
	for (const struct tt_node *n = list->first; n; n = n->next) {
		const enum tt_status bad = load_entry(l, n);

		if (bad < 0)
			return bad;
	}
	return TT_OK;
}

static bool may_fit(const struct tt_status_rule *s, const struct tt_hits *hits)
{
	for (size_t i = 0; i < s->anchors.n; i++)
		if (tt_hits_has(hits, s->anchors.v[i]))
			return true;
	return s->anchors.n == 0;
}

enum tt_outcome tt_status_outcome(struct tt_matcher *m, struct tt_slice text,
				  uint64_t off, struct tt_diags *diags,
				  const char **rule_r)
{
	const struct tt_rules *r = tt_matcher_rules(m);
	struct tt_match match;
	struct tt_hits hits;

	*rule_r = NULL;
	if (text.n > TT_MAX_diagnostic_text) {
		tt_diag_limit(diags, TT_DIAG_diagnostic_cut,
			      TT_LIM_diagnostic_text, off, text.n);
		text.n = (size_t)TT_MAX_diagnostic_text;
	}
	tt_matcher_context(m, diags, off);
	tt_hits_find(m, &r->status_anchors, text, &hits);
	for (size_t i = 0; i < r->statuses.n; i++) {
		const struct tt_status_rule *s = &r->statuses.v[i];

		if (!may_fit(s, &hits) ||
		    !tt_pattern_match(m, s->pattern, text, &match))
			continue;
		*rule_r = s->id;
		return s->outcome;
	}
	return TT_OUTCOME_NONE;
}
