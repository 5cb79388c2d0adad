/* load_writer.c - files of rules/received: one writer of Received fields */
#include "rules.h"

static const struct {
	const char *name;
	enum tt_from_source source;
} sources[] = {
	{ "none", TT_FROM_NONE },
	{ "first_word", TT_FROM_FIRST_WORD },
	{ "comment_name", TT_FROM_COMMENT_NAME },
	{ "comment_address", TT_FROM_COMMENT_ADDRESS },
	{ "second_comment_address", TT_FROM_SECOND_COMMENT_ADDRESS },
	{ "comment_helo", TT_FROM_COMMENT_HELO },
	{ "bare_address", TT_FROM_BARE_ADDRESS },
	{ "first_literal", TT_FROM_FIRST_LITERAL },
	{ "first_word_unless_literal", TT_FROM_NAME_UNLESS_LITERAL },
};

static enum tt_status load_sources(struct tt_loader *l,
				   const struct tt_node *node,
				   enum tt_from_source out[TT_FROM_TRIES])
{
	const bool is_list = node && node->kind == TT_NODE_LIST;
	size_t tries = 0;

	if (!node)
		return TT_OK;
	for (size_t i = 0; i < TT_FROM_TRIES; i++)
		out[i] = TT_FROM_NONE;
	for (const struct tt_node *n = tt_node_items(node); n;
	     n = is_list ? n->next : NULL) {
		size_t i = 0;

		while (i < sizeof(sources) / sizeof(sources[0]) &&
		       !tt_slice_eq(n->text, tt_slice_str(sources[i].name)))
			i++;
		if (i == sizeof(sources) / sizeof(sources[0]) ||
		    tries == TT_FROM_TRIES)
			return tt_rule_bad(&l->file, n,
					   "no such source, or too many");
		out[tries++] = sources[i].source;
	}
	return TT_OK;
}

static enum tt_status load_from(struct tt_loader *l, const struct tt_node *root,
				struct tt_from_map *map_r)
{
	static const char *const keys[] = { "name", "helo", "rdns", "ip",
					    NULL };
	const struct tt_node *from = tt_node_get(root, "from");

	*map_r = (struct tt_from_map){
		.name = { TT_FROM_FIRST_WORD },
		.helo = { TT_FROM_COMMENT_HELO, TT_FROM_FIRST_WORD },
		.rdns = { TT_FROM_COMMENT_NAME },
		.ip = { TT_FROM_COMMENT_ADDRESS, TT_FROM_BARE_ADDRESS,
			TT_FROM_FIRST_LITERAL },
	};
	if (!from)
		return TT_OK;
	enum tt_status st = tt_node_keys(&l->file, from, keys);

	if (st == TT_OK)
		st = load_sources(l, tt_node_get(from, "name"), map_r->name);
	if (st == TT_OK)
		st = load_sources(l, tt_node_get(from, "helo"), map_r->helo);
	if (st == TT_OK)
		st = load_sources(l, tt_node_get(from, "rdns"), map_r->rdns);
	if (st == TT_OK)
		st = load_sources(l, tt_node_get(from, "ip"), map_r->ip);
	return st;
}

static enum tt_status load_alternative(struct tt_loader *l,
				       const struct tt_node *node,
				       struct tt_identify *alt)
{
	static const char *const keys[] = { "all", "weak", NULL };
	const struct tt_node *all = tt_node_get(node, "all");
	enum tt_status st = tt_node_keys(&l->file, node, keys);

	*alt = (struct tt_identify){ .anchor = TT_NO_INDEX };
	if (st < 0)
		return st;
	if (!all || all->kind != TT_NODE_LIST || !all->first)
		return tt_rule_bad(&l->file, node,
				   "an alternative has a list named all");
	for (const struct tt_node *n = all->first; n; n = n->next) {
		struct tt_cond c;

		st = tt_load_cond(l, n, &c, false);
		if (st < 0)
			return st;
		*tt_vec_push(&l->rules->arena, &alt->conds.list) = c;
		if (alt->anchor == TT_NO_INDEX && !c.is_negated &&
		    c.kind == TT_COND_PATTERN)
			alt->anchor =
				l->rules->patterns.v[c.pattern].anchor;
	}
	return tt_load_bool(l, node, "weak", false, &alt->is_weak);
}

static enum tt_status load_alternatives(struct tt_loader *l,
					const struct tt_node *list,
					struct tt_writer *w,
					bool is_ambiguous)
{
	if (!list)
		return TT_OK;
	if (list->kind != TT_NODE_LIST)
		return tt_rule_bad(&l->file, list,
				   "a list of alternatives belongs here");
	for (const struct tt_node *n = list->first; n; n = n->next) {
		struct tt_identify alt;
		const enum tt_status st = load_alternative(l, n, &alt);

		if (st < 0)
			return st;
		if (is_ambiguous)
			*tt_vec_push(&l->rules->arena, &w->ambiguous) = alt;
		else
			*tt_vec_push(&l->rules->arena, &w->identify) = alt;
	}
	return TT_OK;
}

static enum tt_status load_own_markers(struct tt_loader *l,
				       const struct tt_node *list,
				       struct tt_writer *w)
{
	for (const struct tt_node *n = tt_node_items(list); n; n = n->next) {
		uint32_t marker;
		const enum tt_status st =
			tt_load_marker(l, n, l->file.name, &marker);

		if (st < 0)
			return st;
		if (!l->rules->markers.v[marker].places.slots &&
		    !l->rules->markers.v[marker].places.comments)
			return tt_rule_bad(&l->file, n, "slot is missing");
		*tt_vec_push(&l->rules->arena, &w->markers) = marker;
	}
	return TT_OK;
}

/* uses: ids of markers.yaml, or "all" (the generic writer). */
static enum tt_status load_uses(struct tt_loader *l, const struct tt_node *list,
				struct tt_writer *w)
{
	const bool is_list = list && list->kind == TT_NODE_LIST;

	for (const struct tt_node *n = tt_node_items(list); n;
	     n = is_list ? n->next : NULL) {
		const bool is_all = tt_slice_eq(n->text, TT_S("all"));
		const char *id = tt_rule_id(l, "markers", n->text);
		bool is_found = false;

		for (size_t i = 0; i < l->rules->markers.n; i++) {
			const struct tt_slice other =
				tt_slice_str(l->rules->markers.v[i].id);

			if (is_all ? !tt_slice_istarts(other,
						       TT_S("markers#")) :
				     !tt_slice_eq(other, tt_slice_str(id)))
				continue;
			*tt_vec_push(&l->rules->arena, &w->markers) =
				(uint32_t)i;
			is_found = true;
		}
		if (!is_found)
			return tt_rule_bad(&l->file, n,
					   "no such marker in markers.yaml");
	}
	return TT_OK;
}

static enum tt_status load_flags(struct tt_loader *l,
				 const struct tt_node *root,
				 struct tt_writer *w)
{
	const struct {
		const char *key;
		bool *value;
	} flags[] = {
		{ "generic", &w->is_generic },
		{ "forged_pattern", &w->is_forged },
		{ "rdns_verified", &w->rdns_verified },
		{ "keyword_reliable", &w->keyword_reliable },
	};

	for (size_t i = 0; i < sizeof(flags) / sizeof(flags[0]); i++) {
		const enum tt_status st = tt_load_bool(
			l, root, flags[i].key, false, flags[i].value);

		if (st < 0)
			return st;
	}
	return TT_OK;
}

enum tt_status tt_load_writer(struct tt_loader *l, const struct tt_node *root)
{
	static const char *const keys[] = {
		"format",    "software", "references",	  "identify",
		"ambiguous", "from",	 "rdns_verified", "keyword_reliable",
		"uses",	     "markers",	 "words",	  "generic",
		"forged_pattern", "note", "samples",	  NULL
	};
	struct tt_writer w = { .id = l->file.name,
			       .software = tt_node_text(root, "software") };
	enum tt_status st = tt_node_keys(&l->file, root, keys);

	if (st == TT_OK)
		st = load_flags(l, root, &w);
	if (st == TT_OK && !w.is_generic && !tt_node_get(root, "identify"))
		return tt_rule_bad(&l->file, root, "identify is missing");
	if (st == TT_OK)
		st = load_alternatives(l, tt_node_get(root, "identify"), &w,
				       false);
	if (st == TT_OK)
		st = load_alternatives(l, tt_node_get(root, "ambiguous"), &w,
				       true);
	if (st == TT_OK)
		st = load_from(l, root, &w.from);
	if (st == TT_OK)
		st = load_own_markers(l, tt_node_get(root, "markers"), &w);
	if (st == TT_OK)
		st = load_uses(l, tt_node_get(root, "uses"), &w);
	if (st == TT_OK)
		st = tt_load_words(l, tt_node_get(root, "words"), l->file.name,
				   &w.words);
	if (st < 0)
		return st;
	*tt_vec_push(&l->rules->arena, &l->rules->writers) = w;
	if (w.is_generic)
		l->rules->generic = (uint32_t)(l->rules->writers.n - 1);
	return TT_OK;
}
