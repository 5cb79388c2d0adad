/* yaml.c - a rule file as a small tree
 *
 * libyaml is driven by events: its document loader would follow aliases, and
 * nesting costs it quadratic time, so depth is bounded as events come.  A file
 * that does not read is TT_RULE with its line. */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <yaml.h>
#include "yaml.h"

struct builder {
	const struct tt_rule_file *file;
	yaml_parser_t parser;
	bool want_samples, is_done;
	struct tt_node *root;
	/* The open collections, and where the next child goes. */
	struct tt_node *open[16];
	struct tt_node **tail[16];
	struct tt_slice key[16];
	bool has_key[16];
	unsigned depth;
};

enum tt_status tt_rule_bad(const struct tt_rule_file *file,
			   const struct tt_node *at, const char *fmt, ...)
{
	char text[300];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	return tt_err_set(file->err, TT_RULE, "%s:%u: %s", file->path,
			  at ? at->line : 1, text);
}

static enum tt_status bad_line(const struct builder *b, size_t line,
			       const char *text)
{
	return tt_err_set(b->file->err, TT_RULE, "%s:%zu: %s", b->file->path,
			  line + 1, text);
}

/* Hangs a node into the tree. */
static enum tt_status attach(struct builder *b, struct tt_node *n)
{
	if (b->depth == 0) {
		b->root = n;
		return TT_OK;
	}
	const unsigned d = b->depth - 1;

	if (b->open[d]->kind == TT_NODE_MAP) {
		if (!b->has_key[d] && n->kind != TT_NODE_SCALAR)
			return tt_rule_bad(b->file, n, "a key must be a word");
		if (!b->has_key[d]) {
			b->key[d] = n->text;
			b->has_key[d] = true;
			return TT_OK;
		}
		size_t n_keys = 0;

		for (const struct tt_node *c = b->open[d]->first; c;
		     c = c->next) {
			if (tt_slice_eq(c->key, b->key[d]))
				return tt_rule_bad(b->file, n,
						   "key given twice");
			if (++n_keys >= TT_MAX_yaml_keys)
				return tt_rule_bad(b->file, n,
						   "more than limit yaml_keys");
		}
		n->key = b->key[d];
		b->has_key[d] = false;
	}
	*b->tail[d] = n;
	b->tail[d] = &n->next;
	return TT_OK;
}

static enum tt_status open_node(struct builder *b, struct tt_node *n)
{
	const enum tt_status st = attach(b, n);

	if (st < 0)
		return st;
	if (b->depth >= TT_MAX_yaml_depth)
		return tt_rule_bad(b->file, n,
				   "nested deeper than limit yaml_depth");
	b->open[b->depth] = n;
	b->tail[b->depth] = &n->first;
	b->has_key[b->depth] = false;
	b->depth++;
	return TT_OK;
}

static struct tt_node *new_node(struct builder *b, enum tt_node_kind kind,
				const yaml_event_t *e)
{
	struct tt_node *n = TT_NEW(b->file->arena, struct tt_node);

	n->kind = kind;
	n->line = (unsigned)e->start_mark.line + 1;
	return n;
}

static enum tt_status take_scalar(struct builder *b, const yaml_event_t *e)
{
	struct tt_node *n = new_node(b, TT_NODE_SCALAR, e);
	const struct tt_slice text = { e->data.scalar.value,
				       e->data.scalar.length };
	const bool is_key = b->depth == 1 && b->open[0]->kind == TT_NODE_MAP &&
			    !b->has_key[0];

	if (e->data.scalar.anchor || e->data.scalar.tag)
		return tt_rule_bad(b->file, n, "anchors and tags are refused");
	if (is_key && !b->want_samples &&
	    tt_slice_eq(text, TT_S("samples"))) {
		b->is_done = true;
		return TT_OK;
	}
	if (is_key && tt_slice_eq(b->key[0], TT_S("samples")) && b->key[0].p)
		return tt_rule_bad(b->file, n, "samples must be the last key");
	n->text = tt_arena_dup(b->file->arena, text);
	return attach(b, n);
}

static enum tt_status take_event(struct builder *b, const yaml_event_t *e)
{
	switch (e->type) {
	case YAML_SCALAR_EVENT:
		return take_scalar(b, e);
	case YAML_MAPPING_START_EVENT:
		if (e->data.mapping_start.anchor || e->data.mapping_start.tag)
			return bad_line(b, e->start_mark.line,
					"anchors and tags are refused");
		return open_node(b, new_node(b, TT_NODE_MAP, e));
	case YAML_SEQUENCE_START_EVENT:
		if (e->data.sequence_start.anchor ||
		    e->data.sequence_start.tag)
			return bad_line(b, e->start_mark.line,
					"anchors and tags are refused");
		return open_node(b, new_node(b, TT_NODE_LIST, e));
	case YAML_MAPPING_END_EVENT:
	case YAML_SEQUENCE_END_EVENT:
		b->depth--;
		return TT_OK;
	case YAML_ALIAS_EVENT:
		return bad_line(b, e->start_mark.line, "aliases are refused");
	case YAML_DOCUMENT_START_EVENT:
		/* libyaml ends the stream by itself; what follows `---` must
		 * not be dropped in silence. */
		if (b->root)
			return bad_line(b, e->start_mark.line,
					"a second document is refused");
		return TT_OK;
	default:
		return TT_OK;
	}
}

static enum tt_status pull(struct builder *b)
{
	while (!b->is_done) {
		yaml_event_t event;

		if (!yaml_parser_parse(&b->parser, &event))
			return bad_line(b, b->parser.problem_mark.line,
					b->parser.problem ?
						b->parser.problem :
						"does not read as YAML");
		if (event.type == YAML_STREAM_END_EVENT)
			b->is_done = true;
		const enum tt_status st = take_event(b, &event);

		yaml_event_delete(&event);
		if (st < 0)
			return st;
	}
	return TT_OK;
}

/* Up to the samples, which are the last key: libyaml would decode all of them
 * before it says where they begin. */
static struct tt_slice without_samples(struct tt_slice bytes)
{
	const size_t at = tt_slice_find(bytes, TT_S("\nsamples:"));

	return tt_slice_sub(bytes, 0, at == SIZE_MAX ? bytes.n : at + 1);
}

enum tt_status tt_yaml_read(struct tt_node **root_r,
			    const struct tt_rule_file *file, bool want_samples)
{
	struct builder b = { .file = file, .want_samples = want_samples };

	*root_r = NULL;
	if (file->bytes.n > TT_MAX_yaml_bytes)
		return tt_err_set(file->err, TT_RULE,
				  "%s:1: longer than limit yaml_bytes",
				  file->path);
	if (!yaml_parser_initialize(&b.parser))
		return tt_err_set(file->err, TT_RULE, "%s: libyaml failed",
				  file->path);
	const struct tt_slice text =
		want_samples ? file->bytes : without_samples(file->bytes);

	yaml_parser_set_input_string(&b.parser, text.p, text.n);
	const enum tt_status st = pull(&b);

	yaml_parser_delete(&b.parser);
	if (st < 0)
		return st;
	if (!b.root || b.root->kind != TT_NODE_MAP)
		return tt_err_set(file->err, TT_RULE,
				  "%s:1: a rule file is a map of keys",
				  file->path);
	*root_r = b.root;
	return TT_OK;
}

const struct tt_node *tt_node_get(const struct tt_node *map, const char *key)
{
	const struct tt_slice want = tt_slice_str(key);

	if (!map || map->kind != TT_NODE_MAP)
		return NULL;
	for (const struct tt_node *n = map->first; n; n = n->next)
		if (tt_slice_eq(n->key, want))
			return n;
	return NULL;
}

struct tt_slice tt_node_text(const struct tt_node *map, const char *key)
{
	const struct tt_node *n = tt_node_get(map, key);

	return n && n->kind == TT_NODE_SCALAR ? n->text : TT_NO_SLICE;
}

bool tt_node_has(const struct tt_node *node, struct tt_slice s)
{
	if (!node)
		return false;
	if (node->kind == TT_NODE_SCALAR)
		return tt_slice_eq(node->text, s);
	for (const struct tt_node *n = node->first; n; n = n->next)
		if (n->kind == TT_NODE_SCALAR && tt_slice_eq(n->text, s))
			return true;
	return false;
}

enum tt_status tt_node_keys(const struct tt_rule_file *file,
			    const struct tt_node *map,
			    const char *const *known)
{
	if (map->kind != TT_NODE_MAP)
		return tt_rule_bad(file, map, "a map of keys belongs here");
	for (const struct tt_node *n = map->first; n; n = n->next) {
		const char *const *k = known;

		while (*k && !tt_slice_eq(n->key, tt_slice_str(*k)))
			k++;
		if (!*k)
			return tt_rule_bad(file, n, "unknown key '%.*s'",
					   (int)n->key.n,
					   (const char *)n->key.p);
	}
	return TT_OK;
}
