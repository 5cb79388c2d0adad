/* load_words.c - what `with` words mean, in writers and in the general table
 *
 * A word that yields `cleartext` from silence needs a positive control: the
 * loader refuses one without. */
#include <string.h>
#include "rules.h"

static const struct {
	const char *name;
	enum tt_peer_class peer;
} peers[] = {
	{ "private", TT_PEER_PRIVATE },	  { "loopback", TT_PEER_LOOPBACK },
	{ "public", TT_PEER_PUBLIC },	  { "same", TT_PEER_SAME },
	{ "none", TT_PEER_NONE },
};

static enum tt_status load_peers(struct tt_loader *l,
				 const struct tt_node *node,
				 struct tt_when *w)
{
	const bool is_list = node && node->kind == TT_NODE_LIST;

	for (const struct tt_node *n = tt_node_items(node); n;
	     n = is_list ? n->next : NULL) {
		size_t i = 0;

		while (i < sizeof(peers) / sizeof(peers[0]) &&
		       !tt_slice_eq(n->text, tt_slice_str(peers[i].name)))
			i++;
		if (i == sizeof(peers) / sizeof(peers[0]))
			return tt_rule_bad(&l->file, n, "no such peer class");
		w->peers |= 1U << peers[i].peer;
	}
	return TT_OK;
}

static enum tt_status load_year(struct tt_loader *l,
				const struct tt_node *when, const char *key,
				int *year_r)
{
	const struct tt_node *n = tt_node_get(when, key);

	*year_r = 0;
	if (!n)
		return TT_OK;
	const int64_t y = tt_slice_number(n->text, 9999);

	if (y < 0)
		return tt_rule_bad(&l->file, n, "%s is a year", key);
	*year_r = (int)y;
	return TT_OK;
}

static enum tt_status load_optional_pattern(struct tt_loader *l,
					    const struct tt_node *map,
					    const char *key,
					    uint32_t *pattern_r)
{
	const struct tt_node *n = tt_node_get(map, key);

	*pattern_r = TT_NO_INDEX;
	return n ? tt_load_pattern(l, n, TT_NO_SLICE, pattern_r) : TT_OK;
}

static enum tt_status load_when(struct tt_loader *l,
				const struct tt_node *word, struct tt_when *w)
{
	static const char *const keys[] = { "year_min", "year_max",  "has_from",
					    "peer",	"by_name",
					    "software_version", "has", NULL };
	const struct tt_node *has;
	const struct tt_node *when = tt_node_get(word, "when");

	*w = (struct tt_when){ .has_from = -1,
			       .by_name = TT_NO_INDEX,
			       .software_version = TT_NO_INDEX };
	if (!when)
		return TT_OK;
	enum tt_status st = tt_node_keys(&l->file, when, keys);
	bool has_from = false;

	if (st == TT_OK)
		st = load_year(l, when, "year_min", &w->year_min);
	if (st == TT_OK)
		st = load_year(l, when, "year_max", &w->year_max);
	if (st == TT_OK)
		st = tt_load_bool(l, when, "has_from", false, &has_from);
	if (tt_node_get(when, "has_from"))
		w->has_from = has_from;
	if (st == TT_OK)
		st = load_peers(l, tt_node_get(when, "peer"), w);
	if (st == TT_OK)
		st = load_optional_pattern(l, when, "by_name", &w->by_name);
	if (st == TT_OK)
		st = load_optional_pattern(l, when, "software_version",
					   &w->software_version);
	has = tt_node_get(when, "has");
	w->has_cond = has != NULL;
	if (st == TT_OK && has)
		st = tt_load_cond(l, has, &w->cond, false);
	return st;
}

static struct tt_slice lower(struct tt_loader *l, struct tt_slice s)
{
	uint8_t *p = tt_arena_alloc(&l->rules->arena, s.n);

	for (size_t i = 0; i < s.n; i++)
		p[i] = tt_lower(s.p[i]);
	return (struct tt_slice){ p, s.n };
}

static enum tt_status load_gives(struct tt_loader *l,
				 const struct tt_node *node,
				 struct tt_word_rule *w)
{
	const struct tt_slice basis = tt_node_text(node, "basis");
	const struct tt_slice transport = tt_node_text(node, "transport");
	const int v = tt_verdict_by_name(tt_node_text(node, "verdict"));
	const int b = basis.p ? tt_basis_by_name(basis) : TT_BASIS_NONE;
	const int t = transport.p ? tt_transport_by_name(transport) :
				    TT_TRANSPORT_SMTP;

	if (v < 0 || b < 0 || t < 0)
		return tt_rule_bad(&l->file, node,
				   "verdict, basis or transport is unknown");
	if (v == TT_CLEARTEXT && !tt_node_get(node, "control"))
		return tt_rule_bad(&l->file, node,
				   "cleartext by silence needs a control");
	if ((v == TT_UNKNOWN) != (b == TT_BASIS_NONE) && v != TT_LOCAL)
		return tt_rule_bad(&l->file, node,
				   "unknown has basis none, others have one");
	w->gives = (struct tt_word){
		.rule = w->id,
		.verdict = (enum tt_verdict)v,
		.basis = (enum tt_basis)b,
		.transport = (enum tt_transport)t,
		.has_transport = transport.p != NULL,
		.is_tls_word = v == TT_ENCRYPTED,
	};
	return tt_load_bool(l, node, "mute", false, &w->gives.is_mute);
}

static enum tt_status load_word(struct tt_loader *l,
				const struct tt_node *node, const char *owner,
				struct tt_word_rule *w)
{
	static const char *const keys[] = { "id",	 "is",	    "like",
					    "when",	 "verdict", "basis",
					    "transport", "mute",    "control",
					    "note",	 NULL };
	const struct tt_node *is = tt_node_get(node, "is");
	const struct tt_slice id = tt_node_text(node, "id");
	const bool is_list = is && is->kind == TT_NODE_LIST;
	enum tt_status st = tt_node_keys(&l->file, node, keys);

	if (st < 0)
		return st;
	*w = (struct tt_word_rule){ 0 };
	w->id = id.n ? tt_rule_id(l, owner, id) :
		       tt_arena_printf(&l->rules->arena, "%s#word-%u", owner,
				       node->line);
	if (!is && !tt_node_get(node, "like"))
		return tt_rule_bad(&l->file, node, "a word has is or like");
	for (const struct tt_node *n = tt_node_items(is); n;
	     n = is_list ? n->next : NULL)
		*tt_vec_push(&l->rules->arena, &w->is) = lower(l, n->text);
	st = load_optional_pattern(l, node, "like", &w->like);
	if (st == TT_OK)
		st = load_when(l, node, &w->when);
	if (st == TT_OK)
		st = load_gives(l, node, w);
	return st;
}

enum tt_status tt_load_words(struct tt_loader *l, const struct tt_node *list,
			     const char *owner, struct tt_word_list *words_r)
{
	if (!list)
		return TT_OK;
	if (list->kind != TT_NODE_LIST)
		return tt_rule_bad(&l->file, list, "words is a list");
	for (const struct tt_node *n = list->first; n; n = n->next) {
		struct tt_word_rule w;
		const enum tt_status st = load_word(l, n, owner, &w);

		if (st < 0)
			return st;
		*tt_vec_push(&l->rules->arena, &words_r->list) = w;
	}
	return TT_OK;
}

enum tt_status tt_load_keywords(struct tt_loader *l,
				const struct tt_node *root)
{
	return tt_load_words(l, tt_node_get(root, "keywords"), l->file.name,
			     &l->rules->keywords);
}
