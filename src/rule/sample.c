/* sample.c - the samples of a rule file, and what of the set fits a stamp */
#include "json_rules.h"
#include "log_rules.h"

static enum tt_status load_fields(struct tt_loader *l,
				  const struct tt_node *node,
				  struct tt_sample *s)
{
	const struct tt_node *received = tt_node_get(node, "received");
	const struct tt_node *header = tt_node_get(node, "header");
	const struct tt_node *status = tt_node_get(node, "status");
	const struct tt_node *log = tt_node_get(node, "log");
	const struct tt_node *json = tt_node_get(node, "json");
	const struct tt_node *value = received ? received :
				      header   ? header :
				      log      ? log :
				      json     ? json :
						 status;
	const bool is_list = value && value->kind == TT_NODE_LIST;

	if (!value || !!received + !!header + !!status + !!log + !!json != 1)
		return tt_rule_bad(&l->file, node,
				   "a sample has received, header, status, "
				   "log or json");
	s->is_log = log || json;
	s->is_json = json != NULL;
	s->names = tt_node_text(node, "csv");
	s->is_header = header != NULL;
	s->is_status = status != NULL;
	for (const struct tt_node *n = tt_node_items(value); n;
	     n = is_list ? n->next : NULL)
		*tt_vec_push(&l->rules->arena, &s->fields) = n->text;
	return TT_OK;
}

static enum tt_status load_expect(struct tt_loader *l,
				  const struct tt_node *node,
				  struct tt_sample *s)
{
	const struct tt_node *map = tt_node_get(node, "expect");

	if (!map || map->kind != TT_NODE_MAP || !map->first)
		return tt_rule_bad(&l->file, node, "a sample has expect");
	for (const struct tt_node *n = map->first; n; n = n->next) {
		if (n->kind != TT_NODE_SCALAR)
			return tt_rule_bad(&l->file, n,
					   "an expected value is one word");
		*tt_vec_push(&l->rules->arena, &s->expect) =
			(struct tt_expect){ n->key, n->text };
	}
	return TT_OK;
}

enum tt_status tt_load_samples(struct tt_loader *l, const struct tt_node *root)
{
	static const char *const keys[] = { "received", "header", "status",
					    "log",	"json",	  "csv",
					    "expect",	"note",	  NULL };
	const struct tt_node *list = tt_node_get(root, "samples");

	if (!list)
		return TT_OK;
	if (list->kind != TT_NODE_LIST)
		return tt_rule_bad(&l->file, list, "samples is a list");
	for (const struct tt_node *n = list->first; n; n = n->next) {
		struct tt_sample s = { .path = l->file.path,
				       .rule = l->file.name,
				       .line = n->line };
		enum tt_status st = tt_node_keys(&l->file, n, keys);

		if (st == TT_OK)
			st = load_fields(l, n, &s);
		if (st == TT_OK)
			st = load_expect(l, n, &s);
		if (st < 0)
			return st;
		*tt_vec_push(&l->rules->arena, &l->rules->samples) = s;
	}
	return TT_OK;
}

const struct tt_sample *tt_rules_samples(const struct tt_rules *rules,
					 size_t *n_r)
{
	*n_r = rules->samples.n;
	return rules->samples.v;
}

static const char *word_id_at(const struct tt_word_list *words, size_t *i)
{
	if (*i < words->list.n)
		return words->list.v[*i].id;
	*i -= words->list.n;
	return NULL;
}

const char *tt_rules_id_at(const struct tt_rules *r, size_t i)
{
	const char *id;

	if (i < r->writers.n)
		return r->writers.v[i].id;
	i -= r->writers.n;
	if (i < r->markers.n)
		return r->markers.v[i].id;
	i -= r->markers.n;
	if (i < r->headers.n)
		return r->headers.v[i].id;
	i -= r->headers.n;
	if (i < r->layouts.n)
		return r->layouts.v[i].id;
	i -= r->layouts.n;
	if (i < r->redact.n)
		return r->redact.v[i].id;
	i -= r->redact.n;
	if (i < r->status_files.n)
		return r->status_files.v[i];
	i -= r->status_files.n;
	if (i < r->statuses.n)
		return r->statuses.v[i].id;
	i -= r->statuses.n;
	if (i < r->log.list.n)
		return r->log.list.v[i].id;
	i -= r->log.list.n;
	if (i < r->log.answers.n)
		return r->log.answers.v[i].id;
	i -= r->log.answers.n;
	if (i < r->json.envelopes.n)
		return r->json.envelopes.v[i].id;
	i -= r->json.envelopes.n;
	if (i < r->json.list.n)
		return r->json.list.v[i].id;
	i -= r->json.list.n;
	for (size_t k = 0; k < r->writers.n; k++)
		if ((id = word_id_at(&r->writers.v[k].words, &i)) != NULL)
			return id;
	return word_id_at(&r->keywords, &i);
}
