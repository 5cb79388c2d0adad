/* built_in.h - the rule files as the build read them (private to rule)
 *
 * tools/compile_rules.c writes them down as tables of constants: a start that
 * finds the same files need not read YAML, which takes six times as long as
 * everything else that is done with a rule.  A file that is not the same byte
 * for byte is read, whatever else was built in. */
#ifndef TLSTRAIL_RULE_BUILT_IN_H
#define TLSTRAIL_RULE_BUILT_IN_H

#include "yaml.h"

/* A piece of the text that all files and their words stand in. */
struct tt_built_in_piece {
	uint32_t at, n; /* at TT_BUILT_IN_NONE: there is none */
};
#define TT_BUILT_IN_NONE UINT32_MAX

/* Nodes stand in the order of the file: a collection's first child, if it has
 * one, is the node behind it. */
struct tt_built_in_node {
	struct tt_built_in_piece text, key;
	uint32_t next; /* of the same collection; in its file; 0: the last */
	uint16_t line;
	uint8_t kind;
	bool has_children;
};

struct tt_built_in {
	const char *name; /* "received/postfix.yaml" */
	struct tt_built_in_piece bytes;
	uint32_t first, n; /* nodes, the root first */
};

/* The file of that name, where it has the same bytes; else NULL. */
const struct tt_built_in *tt_built_in_find(const char *name,
					   struct tt_slice bytes);
/* What tt_yaml_read() gives for it without samples, in the arena but for its
 * texts, which are there for ever. */
struct tt_node *tt_built_in_tree(const struct tt_built_in *file,
				 struct tt_arena *arena);
/* How many files there are, sorted by name, and each. */
size_t tt_built_in_count(void);
const struct tt_built_in *tt_built_in_at(size_t i);
struct tt_slice tt_built_in_bytes(const struct tt_built_in *file);
/* SHA-256 of all of them, as tt_rules_hash() gives it. */
const char *tt_built_in_hash(void);

#endif
