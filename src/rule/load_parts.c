/* load_parts.c - the parts that several kinds of rule files share:
 * patterns with their anchors, places, booleans, conditions, markers */
#include <stdio.h>
#include <string.h>
#include "rules.h"

const char *tt_rule_id(struct tt_loader *l, const char *owner,
		       struct tt_slice id)
{
	return tt_arena_printf(&l->rules->arena, "%s#%.*s", owner, (int)id.n,
			       (const char *)id.p);
}

const struct tt_node *tt_node_items(const struct tt_node *node)
{
	return node && node->kind != TT_NODE_SCALAR ? node->first : node;
}

static uint32_t add_anchor(struct tt_rules *r, struct tt_anchors *to,
			   struct tt_slice literal)
{
	uint8_t *low = tt_arena_alloc(&r->arena, literal.n);

	for (size_t i = 0; i < literal.n; i++)
		low[i] = tt_lower(literal.p[i]);
	const struct tt_slice a = { low, literal.n };

	for (size_t i = 0; i < to->list.n; i++)
		if (tt_slice_eq(to->list.v[i], a))
			return (uint32_t)i;
	*tt_vec_push(&r->arena, &to->list) = a;
	return (uint32_t)(to->list.n - 1);
}

enum tt_status tt_load_anchor(struct tt_loader *l, const struct tt_node *at,
			      struct tt_anchors *to, uint32_t *anchor_r)
{
	if (at->kind != TT_NODE_SCALAR || at->text.n < 2)
		return tt_rule_bad(&l->file, at,
				   "an anchor has two bytes at least");
	*anchor_r = add_anchor(l->rules, to, at->text);
	return TT_OK;
}

/* What could make a pattern's time unbounded, or step out of the subject. */
static const char *refused_part(struct tt_slice pattern)
{
	/* Recursion, by name and number, callouts, control verbs. */
	static const char *const parts[] = {
		"(?R",	"(?C",	"(*",	"(?&",	"(?P>", "\\g",	"\\C",
		"(?+",	"(?0",	"(?1",	"(?2",	"(?3",	"(?4",	"(?5",
		"(?6",	"(?7",	"(?8",	"(?9",	"(?-0", "(?-1", "(?-2",
		"(?-3", "(?-4", "(?-5", "(?-6", "(?-7", "(?-8", "(?-9",
	};

	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		if (tt_slice_find(pattern, tt_slice_str(parts[i])) != SIZE_MAX)
			return parts[i];
	return NULL;
}

/* Between two words of a clause a comment may stand: a literal with a space
 * in it is not sure to be there. */
static enum tt_status check_anchor(struct tt_loader *l,
				   const struct tt_node *at,
				   const struct tt_places *places)
{
	const struct tt_slice anchor = tt_node_text(at, "anchor");

	if (places->slots && tt_slice_chr(anchor, ' ') != SIZE_MAX)
		return tt_rule_bad(&l->file, at,
				   "the anchor of a clause's words has no "
				   "space");
	return TT_OK;
}

enum tt_status tt_load_pattern(struct tt_loader *l, const struct tt_node *at,
			       struct tt_slice anchor, uint32_t *pattern_r)
{
	struct tt_rules *r = l->rules;

	if (at->kind != TT_NODE_SCALAR || at->text.n == 0)
		return tt_rule_bad(&l->file, at, "a pattern belongs here");
	if (at->text.n > TT_MAX_pattern_bytes)
		return tt_rule_bad(&l->file, at,
				   "longer than limit pattern_bytes");
	if (r->patterns.n >= TT_MAX_rules)
		return tt_rule_bad(&l->file, at, "more than limit rules");
	if (anchor.p && anchor.n < 2)
		return tt_rule_bad(&l->file, at,
				   "an anchor has two bytes at least");
	const char *bad = refused_part(at->text);

	if (bad)
		return tt_rule_bad(&l->file, at,
				   "'%s' is refused in a pattern", bad);
	const struct tt_pattern p = {
		.text = at->text,
		.file = l->file.path,
		.line = at->line,
		.anchor = anchor.p ? add_anchor(r, &r->anchors, anchor) :
				     TT_NO_INDEX,
	};

	*tt_vec_push(&r->arena, &r->patterns) = p;
	*pattern_r = (uint32_t)(r->patterns.n - 1);
	/* Shipped patterns were compiled by the build's own tests. */
	return r->want_samples ? tt_pattern_check(&p, l->file.err) : TT_OK;
}

enum tt_status tt_load_bool(struct tt_loader *l, const struct tt_node *map,
			    const char *key, bool fallback, bool *value_r)
{
	const struct tt_node *n = tt_node_get(map, key);

	*value_r = fallback;
	if (!n)
		return TT_OK;
	*value_r = tt_slice_eq(n->text, TT_S("true"));
	if (!*value_r && !tt_slice_eq(n->text, TT_S("false")))
		return tt_rule_bad(&l->file, n, "%s is true or false", key);
	return TT_OK;
}

enum tt_status tt_load_tls(struct tt_loader *l, const struct tt_node *map,
			   const char *key, enum tt_tls *version_r)
{
	const struct tt_node *n = tt_node_get(map, key);

	*version_r = TT_TLS_NONE;
	if (!n || tt_slice_eq(n->text, TT_S("none")))
		return TT_OK;
	const int v = tt_tls_by_name(n->text);

	if (v < 0)
		return tt_rule_bad(&l->file, n,
				   "%s is SSLv2, SSLv3, TLSv1.0 ... TLSv1.3",
				   key);
	*version_r = (enum tt_tls)v;
	return TT_OK;
}

enum tt_status tt_load_places(struct tt_loader *l, const struct tt_node *map,
			      struct tt_places *places_r)
{
	const struct tt_node *slot = tt_node_get(map, "slot");
	const bool is_list = slot && slot->kind == TT_NODE_LIST;

	*places_r = (struct tt_places){ 0 };
	if (!slot)
		return tt_rule_bad(&l->file, map, "slot is missing");
	for (const struct tt_node *n = tt_node_items(slot); n;
	     n = is_list ? n->next : NULL) {
		enum tt_slot place;
		bool is_comment;

		if (!tt_slot_by_name(n->text, &place, &is_comment))
			return tt_rule_bad(&l->file, n, "no such slot: %.*s",
					   (int)n->text.n,
					   (const char *)n->text.p);
		if (is_comment)
			places_r->comments |= 1U << place;
		else
			places_r->slots |= 1U << place;
	}
	return TT_OK;
}

/* ---- conditions ---- */

enum tt_status tt_load_cond(struct tt_loader *l, const struct tt_node *node,
			    struct tt_cond *cond_r, bool is_negated)
{
	static const char *const keys[] = { "slot",   "pattern", "anchor",
					    "absent", "not",	 NULL };
	const struct tt_node *inner = tt_node_get(node, "not");
	const struct tt_node *absent = tt_node_get(node, "absent");
	const struct tt_node *pattern = tt_node_get(node, "pattern");
	enum tt_status st = tt_node_keys(&l->file, node, keys);

	if (st < 0)
		return st;
	if (inner && !is_negated)
		return tt_load_cond(l, inner, cond_r, true);
	*cond_r = (struct tt_cond){ .is_negated = is_negated };
	if (absent) {
		enum tt_slot place;
		bool is_comment;

		if (!tt_slot_by_name(absent->text, &place, &is_comment))
			return tt_rule_bad(&l->file, absent, "no such slot");
		cond_r->kind = TT_COND_ABSENT;
		if (is_comment)
			cond_r->places.comments = 1U << place;
		else
			cond_r->places.slots = 1U << place;
		return TT_OK;
	}
	if (!pattern)
		return tt_rule_bad(&l->file, node,
				   "a condition has slot and pattern, absent "
				   "or not");
	st = tt_load_places(l, node, &cond_r->places);
	if (st == TT_OK)
		st = check_anchor(l, node, &cond_r->places);
	if (st == TT_OK)
		st = tt_load_pattern(l, pattern, tt_node_text(node, "anchor"),
				     &cond_r->pattern);
	return st;
}

/* ---- markers ---- */

enum tt_status tt_load_auth_map(struct tt_loader *l,
				const struct tt_node *node,
				struct tt_auth_map *map_r)
{
	*map_r = (struct tt_auth_map){ 0 };
	if (!node)
		return TT_OK;
	map_r->is_set = true;
	if (node->kind == TT_NODE_SCALAR) {
		const int a = tt_auth_by_name(node->text);

		if (a < 0)
			return tt_rule_bad(&l->file, node,
					   "no such certificate state");
		map_r->fixed = (enum tt_auth)a;
		return TT_OK;
	}
	const struct tt_slice group = tt_node_text(node, "group");
	const struct tt_node *map = tt_node_get(node, "map");

	if (!group.n || group.n >= sizeof(map_r->group) || !map ||
	    map->kind != TT_NODE_MAP)
		return tt_rule_bad(&l->file, node,
				   "a value map has group and map");
	memcpy(map_r->group, group.p, group.n);
	for (const struct tt_node *n = map->first; n; n = n->next) {
		const int a = tt_auth_by_name(n->text);

		if (a < 0)
			return tt_rule_bad(&l->file, n,
					   "no such certificate state");
		*tt_vec_push(&l->rules->arena, &map_r->values) =
			(struct tt_auth_value){ n->key, (enum tt_auth)a };
	}
	return TT_OK;
}

static enum tt_status load_marker_when(struct tt_loader *l,
				       const struct tt_node *node,
				       struct tt_marker *m)
{
	static const char *const keys[] = { "version", "suite_family", NULL };
	const struct tt_node *when = tt_node_get(node, "when");
	bool is_reliable;
	enum tt_status st =
		tt_load_bool(l, node, "cipher_reliable", true, &is_reliable);

	m->is_cipher_wrong = !is_reliable;
	if (st < 0 || !when)
		return st;
	st = tt_node_keys(&l->file, when, keys);
	if (st == TT_OK)
		st = tt_load_tls(l, when, "version", &m->when_version);
	if (st == TT_OK)
		st = tt_load_tls(l, when, "suite_family",
				 &m->when_suite_last);
	return st;
}

static enum tt_status load_marker_flags(struct tt_loader *l,
					const struct tt_node *node,
					struct tt_marker *m)
{
	const struct tt_slice verdict = tt_node_text(node, "verdict");
	const struct tt_slice basis = tt_node_text(node, "basis");
	const struct tt_slice unit = tt_node_text(node, "bits_unit");

	m->is_clear = tt_slice_eq(verdict, TT_S("cleartext"));
	if (verdict.n && !m->is_clear &&
	    !tt_slice_eq(verdict, TT_S("encrypted")))
		return tt_rule_bad(&l->file, node,
				   "a marker says encrypted or cleartext");
	m->is_keyword_basis = tt_slice_eq(basis, TT_S("keyword"));
	if (basis.n && !m->is_keyword_basis &&
	    !tt_slice_eq(basis, TT_S("marker")))
		return tt_rule_bad(&l->file, node,
				   "a marker's basis is marker or keyword");
	m->is_bits_bytes = tt_slice_eq(unit, TT_S("bytes"));
	if (unit.n && !m->is_bits_bytes && !tt_slice_eq(unit, TT_S("bits")))
		return tt_rule_bad(&l->file, node,
				   "bits_unit is bits or bytes");
	return tt_load_bool(l, node, "tls", true, &m->says_tls);
}

enum tt_status tt_load_marker(struct tt_loader *l, const struct tt_node *node,
			      const char *owner, uint32_t *marker_r)
{
	static const char *const keys[] = {
		"id",	     "slot",	  "anchor",	     "pattern",
		"tls",	     "verdict",	  "basis",	     "bits_unit",
		"when",	     "client_auth", "server_auth",   "cipher_reliable",
		"note",	     NULL
	};
	struct tt_marker m = { 0 };
	enum tt_status st = tt_node_keys(&l->file, node, keys);
	const struct tt_slice id = tt_node_text(node, "id");
	const struct tt_node *pattern = tt_node_get(node, "pattern");

	if (st < 0)
		return st;
	if (!id.n || !pattern)
		return tt_rule_bad(&l->file, node,
				   "a marker has id, slot and pattern");
	m.id = tt_rule_id(l, owner, id);
	/* A header rule has no slots: its marker reads the field's value. */
	if (tt_node_get(node, "slot"))
		st = tt_load_places(l, node, &m.places);
	if (st == TT_OK)
		st = check_anchor(l, node, &m.places);
	if (st == TT_OK)
		st = tt_load_pattern(l, pattern, tt_node_text(node, "anchor"),
				     &m.pattern);
	if (st == TT_OK)
		st = load_marker_flags(l, node, &m);
	if (st == TT_OK)
		st = load_marker_when(l, node, &m);
	if (st == TT_OK)
		st = tt_load_auth_map(l, tt_node_get(node, "client_auth"),
				   &m.client_auth);
	if (st == TT_OK)
		st = tt_load_auth_map(l, tt_node_get(node, "server_auth"),
				   &m.server_auth);
	if (st < 0)
		return st;
	*tt_vec_push(&l->rules->arena, &l->rules->markers) = m;
	*marker_r = (uint32_t)(l->rules->markers.n - 1);
	return TT_OK;
}

enum tt_status tt_load_markers(struct tt_loader *l, const struct tt_node *root)
{
	const struct tt_node *list = tt_node_get(root, "markers");

	if (!list || list->kind != TT_NODE_LIST)
		return tt_rule_bad(&l->file, root, "markers is a list");
	for (const struct tt_node *n = list->first; n; n = n->next) {
		uint32_t unused;
		const enum tt_status st =
			tt_load_marker(l, n, l->file.name, &unused);

		if (st < 0)
			return st;
	}
	return TT_OK;
}
