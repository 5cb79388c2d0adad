/* fuzz_rule_yaml - a rule file, from its bytes to patterns that compile
 *
 * The first byte chooses the kind of file, the rest is its text.  What fails
 * must say why with file and line; what loads is walked.  Patterns are
 * compiled, never run: a rule file is more trusted than that. */
#include <stdlib.h>
#include <string.h>

#include "rule/rules.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(int is_so)
{
	if (!is_so)
		abort();
}

static const struct {
	const char *name;
	enum tt_status (*load)(struct tt_loader *l, const struct tt_node *root);
} kinds[] = {
	{ "received/x", tt_load_writer }, { "markers", tt_load_markers },
	{ "keywords", tt_load_keywords }, { "header/x", tt_load_header },
	{ "layout/x", tt_load_layout },	  { "profiles/x", tt_load_profile },
	{ "suites", tt_load_suites },
};

/* Nodes in all, each reachable once, none deeper than the bound. */
static size_t walk(const struct tt_node *n, unsigned depth)
{
	size_t count = 0;

	must(depth <= TT_MAX_yaml_depth);
	for (; n; n = n->next) {
		must(n->line > 0);
		must(n->kind != TT_NODE_SCALAR || !n->first);
		count += 1 + (n->first ? walk(n->first, depth + 1) : 0);
	}
	return count;
}

static void check_error(const struct tt_err *err)
{
	must(err->status == TT_RULE);
	must(strncmp(err->text, "x.yaml:", 7) == 0);
	must(memchr(err->text, '\0', sizeof(err->text)) != NULL);
}

static void load(struct tt_loader *l, size_t kind)
{
	struct tt_node *root;
	enum tt_status st = tt_yaml_read(&root, &l->file, true);

	if (st == TT_OK) {
		must(walk(root, 0) <= l->file.bytes.n + 1);
		st = kinds[kind].load(l, root);
	}
	if (st == TT_OK)
		st = tt_load_samples(l, root);
	if (st < 0)
		check_error(l->file.err);
	else
		must(l->file.err->status == TT_OK);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size == 0)
		return 0;
	const size_t kind = data[0] % (sizeof(kinds) / sizeof(kinds[0]));
	struct tt_rules *rules = tt_zalloc(sizeof(*rules));
	struct tt_err err = { 0 };
	struct tt_loader l = {
		.rules = rules,
		.file = { .path = "x.yaml",
			  .name = kinds[kind].name,
			  .bytes = { data + 1, size - 1 },
			  .arena = &rules->arena,
			  .err = &err },
	};

	rules->want_samples = true;
	rules->generic = TT_NO_INDEX;
	load(&l, kind);
	tt_rules_free(&rules);
	return 0;
}
