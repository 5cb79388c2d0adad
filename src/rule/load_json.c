/* load_json.c - rules/json: what the records of structured logs give
 *
 * A file has the envelopes or the records of one software.  `fields` of the
 * file are those of all its records that do not have their own. */
#include "json_rules.h"

#define N(a) (sizeof(a) / sizeof((a)[0]))

static const char *const field_names[] = {
#define NAME(name) #name,
	TT_JSON_FIELDS(NAME)
#undef NAME
};
static const char *const gives_names[] = { "nothing", "accept",   "deliver",
					   "attempt", "identify", "context",
					  "line",    "mail" };
static const char *const side_names[] = { "null", "receiver", "sender",
					  "submitter" };
static const char *const silence_names[] = { "nothing", "clear", "if-level" };

/* ---- paths ---- */

/* "key", "key[a=b]", "[a=b]" */
static enum tt_status load_step(struct tt_loader *l, const struct tt_node *at,
				struct tt_slice text,
				struct tt_json_path *path)
{
	const size_t open = tt_slice_chr(text, '[');
	struct tt_json_step step = { .key = tt_slice_sub(text, 0, open) };

	if (open != SIZE_MAX) {
		const struct tt_slice where =
			tt_slice_sub(text, open + 1, text.n - open - 2);
		const size_t is = tt_slice_chr(where, '=');

		if (text.p[text.n - 1] != ']' || is == SIZE_MAX)
			return tt_rule_bad(&l->file, at,
					   "a choice is [KEY=VALUE]");
		step.where_key = tt_slice_sub(where, 0, is);
		step.where_is = tt_slice_sub(where, is + 1, where.n);
	}
	if (text.n == 0)
		return tt_rule_bad(&l->file, at, "a step of a path is empty");
	*tt_vec_push(&l->rules->arena, &path->steps) = step;
	return TT_OK;
}

/* Where the step ends: no point in a choice divides. */
static size_t step_length(struct tt_slice s)
{
	size_t n = 0;

	for (bool is_in = false; n < s.n && (is_in || s.p[n] != '.'); n++)
		is_in = s.p[n] == '[' || (is_in && s.p[n] != ']');
	return n;
}

static enum tt_status load_path_text(struct tt_loader *l,
				     const struct tt_node *at,
				     struct tt_slice text,
				     struct tt_json_path *path_r)
{
	enum tt_status st = TT_OK;

	*path_r = (struct tt_json_path){ .is_set = true };
	if (text.n && *text.p == '@') {
		path_r->is_of_item = true;
		text = tt_slice_sub(text, 1, text.n);
		if (text.n == 0)
			return TT_OK;
		if (*text.p == '.')
			text = tt_slice_sub(text, 1, text.n);
	}
	do {
		const size_t n = step_length(text);

		st = load_step(l, at, tt_slice_sub(text, 0, n), path_r);
		text = tt_slice_sub(text, n + 1, text.n);
	} while (st == TT_OK && text.n);
	return st;
}

static enum tt_status load_path(struct tt_loader *l, const struct tt_node *node,
				struct tt_json_path *path_r)
{
	if (node->kind != TT_NODE_SCALAR || node->text.n == 0)
		return tt_rule_bad(&l->file, node, "a path belongs here");
	return load_path_text(l, node, node->text, path_r);
}

/* ---- conditions ---- */

static enum tt_status load_when(struct tt_loader *l, const struct tt_node *node,
				struct tt_json_whens *whens)
{
	const bool is_list = node->kind == TT_NODE_LIST;
	struct tt_json_when w = { 0 };
	const enum tt_status st =
		load_path_text(l, node, node->key, &w.path);

	if (st < 0)
		return st;
	w.is_any = !is_list && tt_slice_eq(node->text, TT_S("*"));
	w.is_absent = !is_list && tt_slice_eq(node->text, TT_S("!"));
	for (const struct tt_node *n = tt_node_items(node); n;
	     n = is_list ? n->next : NULL)
		*tt_vec_push(&l->rules->arena, &w.is) = n->text;
	*tt_vec_push(&l->rules->arena, &whens->list) = w;
	return TT_OK;
}

/* The keys without which the conditions fail before anything that lies deeper
 * is read: what is not well formed there is to be met as ever. */
static uint64_t keys_of(const struct tt_json_whens *whens)
{
	uint64_t keys = 0;

	for (size_t i = 0; i < whens->list.n; i++) {
		const struct tt_json_when *const w = &whens->list.v[i];
		const struct tt_json_step *const first = w->path.steps.v;
		const bool is_flat = w->path.steps.n == 1 &&
				     !first->where_key.n;

		if (w->path.is_of_item || !first->key.n)
			break;
		if (!w->is_absent)
			keys |= tt_value_key_bit(first->key);
		if (!is_flat || (!w->is_any && !w->is_absent))
			break;
	}
	return keys;
}

static enum tt_status load_whens(struct tt_loader *l,
				 const struct tt_node *owner, const char *key,
				 bool is_needed, struct tt_json_whens *whens)
{
	const struct tt_node *map = tt_node_get(owner, key);
	enum tt_status st = TT_OK;

	if (!map && !is_needed)
		return TT_OK;
	if (!map || map->kind != TT_NODE_MAP || !map->first)
		return tt_rule_bad(&l->file, owner, "%s is missing", key);
	for (const struct tt_node *n = map->first; st == TT_OK && n;
	     n = n->next)
		st = load_when(l, n, whens);
	whens->keys = keys_of(whens);
	return st;
}

/* ---- fields ---- */

static enum tt_status load_way_map(struct tt_loader *l,
				   const struct tt_node *node,
				   struct tt_json_way *way)
{
	static const char *const keys[] = { "path",   "pattern", "text",
					    "values", "note",	 NULL };
	const struct tt_node *path = tt_node_get(node, "path");
	const struct tt_node *pattern = tt_node_get(node, "pattern");
	const struct tt_node *values = tt_node_get(node, "values");
	enum tt_status st = tt_node_keys(&l->file, node, keys);

	way->text = tt_node_text(node, "text");
	if (st == TT_OK && path)
		st = load_path(l, path, &way->path);
	if (st == TT_OK && pattern)
		st = tt_load_pattern(l, pattern, TT_NO_SLICE, &way->pattern);
	for (const struct tt_node *n = values ? values->first : NULL; n;
	     n = n->next)
		*tt_vec_push(&l->rules->arena, &way->words) =
			(struct tt_json_word){ n->key, n->text };
	if (st == TT_OK && !path && way->text.n == 0)
		return tt_rule_bad(&l->file, node, "path or text is missing");
	return st;
}

static enum tt_status load_way(struct tt_loader *l, const struct tt_node *node,
			       struct tt_json_ways *ways)
{
	struct tt_json_way way = { .pattern = TT_NO_INDEX };
	const enum tt_status st =
		node->kind == TT_NODE_MAP ? load_way_map(l, node, &way) :
					    load_path(l, node, &way.path);

	if (st == TT_OK)
		*tt_vec_push(&l->rules->arena, &ways->list) = way;
	return st;
}

static int field_by_name(struct tt_slice name)
{
	for (size_t i = 0; i < N(field_names); i++)
		if (tt_slice_eq(name, tt_slice_str(field_names[i])))
			return (int)i;
	return -1;
}

/* Of fields that take words of the model: one that it has not would be read as
 * nothing. */
static bool is_word_of(int field, struct tt_slice word)
{
	switch (field) {
	case TT_JF_verdict:
		return tt_verdict_by_name(word) >= 0;
	case TT_JF_server_auth:
	case TT_JF_client_auth:
		return tt_auth_by_name(word) >= 0;
	default:
		return true;
	}
}

static enum tt_status check_words(struct tt_loader *l,
				  const struct tt_node *node, int field,
				  const struct tt_json_ways *ways)
{
	for (size_t i = 0; i < ways->list.n; i++) {
		const struct tt_json_way *const way = &ways->list.v[i];

		for (size_t k = 0; k < way->words.n; k++) {
			const struct tt_slice word = way->words.v[k].gives;

			if (!is_word_of(field, word))
				return tt_rule_bad(&l->file, node,
						   "no such word: %.*s",
						   (int)word.n,
						   (const char *)word.p);
		}
	}
	return TT_OK;
}

static enum tt_status load_field(struct tt_loader *l,
				 const struct tt_node *node,
				 struct tt_json_rule *rule)
{
	const int field = field_by_name(node->key);
	const bool is_list = node->kind == TT_NODE_LIST;
	enum tt_status st = TT_OK;

	if (field < 0)
		return tt_rule_bad(&l->file, node, "no such field: %.*s",
				   (int)node->key.n,
				   (const char *)node->key.p);
	rule->field[field] = (struct tt_json_ways){ 0 };
	rule->fields |= UINT32_C(1) << field;
	for (const struct tt_node *n = is_list ? node->first : node;
	     st == TT_OK && n; n = is_list ? n->next : NULL)
		st = load_way(l, n, &rule->field[field]);
	return st == TT_OK ? check_words(l, node, field, &rule->field[field]) :
			     st;
}

static enum tt_status load_fields(struct tt_loader *l,
				  const struct tt_node *owner,
				  struct tt_json_rule *rule)
{
	const struct tt_node *map = tt_node_get(owner, "fields");
	enum tt_status st = TT_OK;

	if (map && map->kind != TT_NODE_MAP)
		return tt_rule_bad(&l->file, map, "fields is a map");
	for (const struct tt_node *n = map ? map->first : NULL;
	     st == TT_OK && n; n = n->next)
		st = load_field(l, n, rule);
	return st;
}

/* ---- records ---- */

static enum tt_status load_names(struct tt_loader *l,
				 const struct tt_node *node,
				 struct tt_json_rule *rule)
{
	const struct tt_node *transport = tt_node_get(node, "transport");
	const struct tt_slice outcome = tt_node_text(node, "outcome");

	if (transport) {
		const int t = tt_transport_by_name(transport->text);

		if (t < 0)
			return tt_rule_bad(&l->file, transport,
					   "no such transport");
		rule->transport = (enum tt_transport)t;
	}
	for (int o = TT_OUTCOME_DEFERRED; o <= TT_OUTCOME_FALLBACK; o++)
		if (tt_slice_eq(outcome, tt_slice_str(tt_outcome_name(
						 (enum tt_outcome)o))))
			rule->outcome = (enum tt_outcome)o;
	if (outcome.n && rule->outcome == TT_OUTCOME_NONE)
		return tt_rule_bad(&l->file, node, "no such outcome");
	return TT_OK;
}

static enum tt_status load_words(struct tt_loader *l,
				 const struct tt_node *node,
				 struct tt_json_rule *rule)
{
	int gives, side, silence;
	enum tt_status st = tt_load_word(l, node, "gives", gives_names,
					 N(gives_names), TT_JSON_NOTHING,
					 &gives);

	if (st == TT_OK)
		st = tt_load_word(l, node, "side", side_names, N(side_names),
				  TT_SIDE_NULL, &side);
	if (st == TT_OK)
		st = tt_load_word(l, node, "silence", silence_names,
				  N(silence_names), TT_SILENCE_NOTHING,
				  &silence);
	if (st < 0)
		return st;
	rule->gives = (enum tt_json_gives)gives;
	rule->side = (enum tt_side)side;
	rule->silence = (enum tt_silence)silence;
	rule->context = tt_load_context(tt_node_text(node, "context"));
	return load_names(l, node, rule);
}

/* What carries a mail says where, and nothing else does. */
static enum tt_status check_mail(struct tt_loader *l,
				 const struct tt_node *node,
				 const struct tt_json_rule *rule)
{
	if ((rule->gives == TT_JSON_MAIL) ==
	    (rule->field[TT_JF_mail].list.n > 0))
		return TT_OK;
	return tt_rule_bad(&l->file, node, "what gives a mail has its field");
}

/* The columns of what is a line of a daemon's log. */
static enum tt_status load_columns(struct tt_loader *l,
				   const struct tt_node *node,
				   struct tt_json_rule *rule)
{
	const struct tt_node *line = tt_node_get(node, "line");
	const bool is_list = line && line->kind == TT_NODE_LIST;
	enum tt_status st = TT_OK;

	if ((rule->gives == TT_JSON_LINE) != (line != NULL))
		return tt_rule_bad(&l->file, node,
				   "what gives a line has its columns");
	for (const struct tt_node *n = line ? tt_node_items(line) : NULL;
	     st == TT_OK && n; n = is_list ? n->next : NULL) {
		if (rule->line.n == TT_JSON_COLUMNS)
			return tt_rule_bad(&l->file, n, "too many columns");
		st = load_path(l, n, tt_vec_push(&l->rules->arena,
						 &rule->line));
	}
	return st;
}

static enum tt_status load_record(struct tt_loader *l,
				  const struct tt_node *node,
				  const struct tt_json_rule *of_file)
{
	static const char *const keys[] = {
		"id",	   "when",    "unless",	 "each",   "each_when",
		"gives",   "side",    "silence", "transport", "outcome",
		"context", "fields",  "note",	 "line",	 NULL
	};
	const struct tt_slice id = tt_node_text(node, "id");
	const struct tt_node *each = tt_node_get(node, "each");
	struct tt_json_rule rule = *of_file;
	enum tt_status st = tt_node_keys(&l->file, node, keys);

	if (st == TT_OK && !id.n)
		return tt_rule_bad(&l->file, node, "a record has id and when");
	rule.id = tt_rule_id(l, l->file.name, id);
	if (st == TT_OK)
		st = load_whens(l, node, "when", true, &rule.when);
	if (st == TT_OK)
		st = load_whens(l, node, "unless", false, &rule.unless);
	if (st == TT_OK)
		st = load_whens(l, node, "each_when", false, &rule.each_when);
	if (st == TT_OK && each)
		st = load_path(l, each, &rule.each);
	if (st == TT_OK)
		st = load_words(l, node, &rule);
	if (st == TT_OK)
		st = load_columns(l, node, &rule);
	if (st == TT_OK)
		st = load_fields(l, node, &rule);
	if (st == TT_OK)
		st = check_mail(l, node, &rule);
	if (st == TT_OK)
		*tt_vec_push(&l->rules->arena, &l->rules->json.list) = rule;
	return st;
}

static enum tt_status load_envelope(struct tt_loader *l,
				    const struct tt_node *node)
{
	static const char *const keys[] = { "id", "when", "holds", "note",
					    NULL };
	const struct tt_slice id = tt_node_text(node, "id");
	const struct tt_node *holds = tt_node_get(node, "holds");
	struct tt_json_envelope e = { 0 };
	enum tt_status st = tt_node_keys(&l->file, node, keys);

	if (st == TT_OK && (!id.n || !holds))
		return tt_rule_bad(&l->file, node,
				   "an envelope has id, when and holds");
	e.id = tt_rule_id(l, l->file.name, id);
	if (st == TT_OK)
		st = load_whens(l, node, "when", true, &e.when);
	if (st == TT_OK)
		st = load_path(l, holds, &e.holds);
	if (st == TT_OK)
		*tt_vec_push(&l->rules->arena, &l->rules->json.envelopes) = e;
	return st;
}

static enum tt_status load_of_file(struct tt_loader *l,
				   const struct tt_node *root,
				   struct tt_json_rule *of_file)
{
	static const char *const kinds[] = { "log", "ses", "cloudtrail",
					     "mailmanager", "tlsrpt" };
	static const enum tt_evidence_kind kind_ids[] = {
		TT_EVIDENCE_LOG,	 TT_EVIDENCE_SES,
		TT_EVIDENCE_CLOUDTRAIL,	 TT_EVIDENCE_MAILMANAGER,
		TT_EVIDENCE_TLSRPT,
	};
	int kind;
	enum tt_status st = tt_load_word(l, root, "kind", kinds, N(kinds), 0,
					 &kind);

	if (st == TT_OK)
		st = tt_load_bool(l, root, "experimental", false,
				  &of_file->is_experimental);
	if (st == TT_OK)
		st = tt_load_bool(l, root, "unstamped_ids", false,
				  &of_file->is_id_unstamped);
	if (st < 0)
		return st;
	of_file->kind = kind_ids[kind];
	of_file->software = tt_node_text(root, "software");
	of_file->transport = TT_TRANSPORT_SMTP;
	return load_fields(l, root, of_file);
}

enum tt_status tt_load_json(struct tt_loader *l, const struct tt_node *root)
{
	static const char *const keys[] = {
		"format",  "software",	   "kind",   "experimental",
		"fields",  "envelopes",	   "records", "references",
		"note",	   "samples",	   "unstamped_ids", NULL
	};
	const struct tt_node *envelopes = tt_node_get(root, "envelopes");
	const struct tt_node *records = tt_node_get(root, "records");
	struct tt_json_rule of_file = { 0 };
	enum tt_status st = tt_node_keys(&l->file, root, keys);

	if (st == TT_OK && !envelopes && !records)
		return tt_rule_bad(&l->file, root,
				   "envelopes or records belongs here");
	if (st == TT_OK)
		st = load_of_file(l, root, &of_file);
	for (const struct tt_node *n = envelopes ? envelopes->first : NULL;
	     st == TT_OK && n; n = n->next)
		st = load_envelope(l, n);
	for (const struct tt_node *n = records ? records->first : NULL;
	     st == TT_OK && n; n = n->next)
		st = load_record(l, n, &of_file);
	return st;
}
