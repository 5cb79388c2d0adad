/* load_redact.c - rules/redact.yaml: words of servers before a local part */
#include "rules.h"

static enum tt_status load_word(struct tt_loader *l, const struct tt_node *n)
{
	static const char *const keys[] = { "id", "pattern", NULL };
	const struct tt_slice id = tt_node_text(n, "id");
	const struct tt_node *pattern = tt_node_get(n, "pattern");
	struct tt_redact_rule word = { 0 };
	enum tt_status st = tt_node_keys(&l->file, n, keys);

	if (st < 0)
		return st;
	if (!id.n || !pattern)
		return tt_rule_bad(&l->file, n, "a word has id and pattern");
	if (tt_slice_find(pattern->text, TT_S("(?<local>")) == SIZE_MAX)
		return tt_rule_bad(&l->file, pattern,
				   "the pattern names a group 'local'");
	word.id = tt_rule_id(l, l->file.name, id);
	st = tt_load_pattern(l, pattern, TT_NO_SLICE, &word.pattern);
	if (st == TT_OK)
		*tt_vec_push(&l->rules->arena, &l->rules->redact) = word;
	return st;
}

enum tt_status tt_load_redact(struct tt_loader *l, const struct tt_node *root)
{
	static const char *const keys[] = { "format", "references", "note",
					    "redact", "samples", NULL };
	const struct tt_node *list = tt_node_get(root, "redact");
	enum tt_status st = tt_node_keys(&l->file, root, keys);

	if (st == TT_OK && (!list || list->kind != TT_NODE_LIST))
		return tt_rule_bad(&l->file, root, "redact is a list");
	for (const struct tt_node *n = st == TT_OK ? list->first : NULL;
	     n && st == TT_OK; n = n->next)
		st = load_word(l, n);
	return st;
}
