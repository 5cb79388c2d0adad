/* yaml.h - a rule file as a small tree (private to rule) */
#ifndef TLSTRAIL_YAML_H
#define TLSTRAIL_YAML_H

#include <tlstrail/util.h>

enum tt_node_kind { TT_NODE_SCALAR, TT_NODE_MAP, TT_NODE_LIST };

struct tt_node {
	enum tt_node_kind kind;
	unsigned line;		/* 1 = first */
	struct tt_slice text;	/* scalar */
	struct tt_slice key;	/* where it is a map's value */
	struct tt_node *first, *next;
};

/* What a file reports its errors with. */
struct tt_rule_file {
	const char *path; /* to show */
	const char *name; /* "received/postfix" */
	struct tt_slice bytes;
	struct tt_arena *arena;
	struct tt_err *err;
};

/* Reads a document.  Anchors, aliases, tags, a second document, more than
 * TT_MAX_yaml_depth levels or TT_MAX_yaml_bytes are refused.  Without
 * want_samples, reading stops at the top-level key `samples`, which must be
 * the last: most of a file's bytes are samples. */
enum tt_status tt_yaml_read(struct tt_node **root_r,
			    const struct tt_rule_file *file,
			    bool want_samples) TT_MUST_CHECK;

/* Records "FILE:LINE: text"; returns TT_RULE. */
enum tt_status tt_rule_bad(const struct tt_rule_file *file,
			   const struct tt_node *at, const char *fmt, ...)
	TT_PRINTF(3, 4);

/* Value of a key, or NULL. */
const struct tt_node *tt_node_get(const struct tt_node *map, const char *key);
/* A scalar value of a key as text; n 0 and p NULL where missing. */
struct tt_slice tt_node_text(const struct tt_node *map, const char *key);
/* Is the node (a scalar, or a list of scalars) equal to / holding `s`? */
bool tt_node_has(const struct tt_node *node, struct tt_slice s);

/* Refuses keys that are not in the NULL-terminated list. */
enum tt_status tt_node_keys(const struct tt_rule_file *file,
			    const struct tt_node *map,
			    const char *const *known) TT_MUST_CHECK;

#endif
