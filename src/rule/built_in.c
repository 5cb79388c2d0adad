/* built_in.c - the rule set that the build tested: its hash, its files and
 * what they hold
 *
 * A file of its own, because it is compiled anew when a rule changes.  Nothing
 * here comes from outside of the program: a file that was found is only
 * compared. */
#include <string.h>
#include <tlstrail/rule.h>
#include "built_in.h"
#include "rules_hash.h"
/* text, nodes and files */
#include "rules_built_in.h"

#define N_FILES (sizeof(files) / sizeof(files[0]))

static struct tt_slice piece(struct tt_built_in_piece p)
{
	return p.at == TT_BUILT_IN_NONE ?
		       TT_NO_SLICE :
		       (struct tt_slice){ (const uint8_t *)text + p.at, p.n };
}

size_t tt_built_in_count(void)
{
	return N_FILES;
}

const struct tt_built_in *tt_built_in_at(size_t i)
{
	return &files[i];
}

struct tt_slice tt_built_in_bytes(const struct tt_built_in *file)
{
	return piece(file->bytes);
}

const char *tt_built_in_hash(void)
{
	return TT_RULES_HASH;
}

const struct tt_built_in *tt_built_in_find(const char *name,
					   struct tt_slice bytes)
{
	size_t from = 0, to = N_FILES;

	while (from < to) {
		const size_t at = from + (to - from) / 2;
		const int order = strcmp(name, files[at].name);

		if (order == 0)
			return tt_slice_eq(piece(files[at].bytes), bytes) ?
				       &files[at] :
				       NULL;
		if (order < 0)
			to = at;
		else
			from = at + 1;
	}
	return NULL;
}

struct tt_node *tt_built_in_tree(const struct tt_built_in *file,
				 struct tt_arena *arena)
{
	struct tt_node *tree = tt_arena_alloc(
		arena, tt_mul_size(file->n, sizeof(*tree)));

	for (uint32_t i = 0; i < file->n; i++) {
		const struct tt_built_in_node *n = &nodes[file->first + i];

		tree[i] = (struct tt_node){
			.kind = (enum tt_node_kind)n->kind,
			.line = n->line,
			.text = piece(n->text),
			.key = piece(n->key),
			.first = n->has_children ? &tree[i + 1] : NULL,
			.next = n->next ? &tree[n->next] : NULL,
		};
	}
	return tree;
}
