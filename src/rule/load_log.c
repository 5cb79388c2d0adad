/* load_log.c - rules/log: what the lines of a daemon's log give
 *
 * A file has the lines of one software, in the order in which they are tried;
 * answers.yaml has the words in which any host names the queue id it gave. */
#include <string.h>

#include "log_rules.h"

static const char *const gives_names[] = {
#define NAME(name) #name,
	TT_LOG_GIVES(NAME)
#undef NAME
};

static const char *const field_names[] = {
#define NAME(name) #name,
	TT_LOG_FIELDS(NAME)
#undef NAME
};

static const char *const key_names[] = { "none", "process", "session",
					 "queue_id" };
static const char *const side_names[] = { "null", "receiver", "sender",
					  "submitter" };
static const char *const silence_names[] = { "nothing", "clear", "if-level" };

#define N(a) (sizeof(a) / sizeof((a)[0]))

enum tt_status tt_load_word(struct tt_loader *l, const struct tt_node *map,
			    const char *key, const char *const *names,
			    size_t n, int fallback, int *word_r)
{
	const struct tt_node *node = tt_node_get(map, key);

	*word_r = fallback;
	if (!node)
		return TT_OK;
	for (size_t i = 0; i < n; i++)
		if (tt_slice_eq(node->text, tt_slice_str(names[i]))) {
			*word_r = (int)i;
			return TT_OK;
		}
	return tt_rule_bad(&l->file, node, "no such word for %s: %.*s", key,
			   (int)node->text.n, (const char *)node->text.p);
}

/* ---- cases ---- */

static enum tt_status load_verdict(struct tt_loader *l,
				   const struct tt_node *node,
				   struct tt_log_case *c)
{
	const struct tt_node *verdict = tt_node_get(node, "verdict");
	const struct tt_node *transport = tt_node_get(node, "transport");

	if (verdict) {
		const int v = tt_verdict_by_name(verdict->text);

		if (v < 0)
			return tt_rule_bad(&l->file, verdict,
					   "no such verdict");
		c->has_verdict = true;
		c->verdict = (enum tt_verdict)v;
	}
	if (transport) {
		const int t = tt_transport_by_name(transport->text);

		if (t < 0)
			return tt_rule_bad(&l->file, transport,
					   "no such transport");
		c->has_transport = true;
		c->transport = (enum tt_transport)t;
	}
	return TT_OK;
}

static enum tt_status load_outcome(struct tt_loader *l,
				   const struct tt_node *node,
				   struct tt_log_case *c)
{
	const struct tt_node *outcome = tt_node_get(node, "outcome");

	if (!outcome)
		return TT_OK;
	for (int o = TT_OUTCOME_DEFERRED; o <= TT_OUTCOME_FALLBACK; o++)
		if (tt_slice_eq(outcome->text,
				tt_slice_str(tt_outcome_name(
					(enum tt_outcome)o)))) {
			c->outcome = (enum tt_outcome)o;
			return TT_OK;
		}
	return tt_rule_bad(&l->file, outcome, "no such outcome");
}

/* What a line says, or a case of it. */
static enum tt_status load_says(struct tt_loader *l,
				const struct tt_node *node,
				struct tt_log_case *c)
{
	int gives;
	enum tt_status st = tt_load_word(l, node, "gives", gives_names,
				      N(gives_names), -1, &gives);

	if (st == TT_OK && gives >= 0) {
		c->has_gives = true;
		c->gives = (enum tt_log_gives)gives;
	}
	if (st == TT_OK)
		st = load_verdict(l, node, c);
	if (st == TT_OK)
		st = load_outcome(l, node, c);
	return st;
}

/* The next byte of a pattern, whose white space says nothing. */
static uint8_t next_byte(struct tt_slice *s)
{
	*s = tt_slice_trim(*s);
	const uint8_t c = s->n ? *s->p : 0;

	*s = tt_slice_sub(*s, 1, s->n);
	return c;
}

static bool take_literal(struct tt_slice *s, const char *literal)
{
	struct tt_slice rest = *s;

	for (; *literal; literal++)
		if (next_byte(&rest) != (uint8_t)*literal)
			return false;
	*s = rest;
	return true;
}

static struct tt_slice take_letters(struct tt_slice *s)
{
	size_t n = 0;

	*s = tt_slice_trim(*s);
	while (n < s->n && tt_is_alpha(s->p[n]))
		n++;
	const struct tt_slice word = tt_slice_sub(*s, 0, n);

	*s = tt_slice_sub(*s, n, s->n);
	return word;
}

/* A few words need no matcher, and most cases are that. */
static void read_words(struct tt_loader *l, struct tt_slice pattern,
		       struct tt_log_case *c)
{
	struct tt_slice s = pattern;
	const bool has_anchor = take_literal(&s, "^");
	const bool is_group = take_literal(&s, "(?:");

	do {
		const struct tt_slice word = take_letters(&s);

		if (word.n == 0)
			break;
		*tt_vec_push(&l->rules->arena, &c->words) =
			tt_arena_dup(&l->rules->arena, word);
	} while (is_group && take_literal(&s, "|"));
	if (!has_anchor || (is_group && !take_literal(&s, ")")) ||
	    !take_literal(&s, "$") || tt_slice_trim(s).n)
		c->words.n = 0;
}

static enum tt_status load_case(struct tt_loader *l,
				const struct tt_node *node,
				struct tt_log_rule *rule)
{
	static const char *const keys[] = { "field",   "pattern", "gives",
					    "verdict", "outcome", "transport",
					    "note",    NULL };
	const struct tt_node *pattern = tt_node_get(node, "pattern");
	struct tt_log_case c = { 0 };
	int field = -1;
	enum tt_status st = tt_node_keys(&l->file, node, keys);

	if (st == TT_OK)
		st = tt_load_word(l, node, "field", field_names, N(field_names),
			       -1, &field);
	if (st < 0)
		return st;
	if (field < 0 || !pattern)
		return tt_rule_bad(&l->file, node,
				   "a case has field and pattern");
	c.field = (enum tt_log_field)field;
	st = tt_load_pattern(l, pattern, TT_NO_SLICE, &c.pattern);
	read_words(l, pattern->text, &c);
	if (st == TT_OK)
		st = load_says(l, node, &c);
	if (st == TT_OK)
		*tt_vec_push(&l->rules->arena, &rule->cases) = c;
	return st;
}

static enum tt_status load_cases(struct tt_loader *l,
				 const struct tt_node *node,
				 struct tt_log_rule *rule)
{
	const struct tt_node *list = tt_node_get(node, "cases");
	enum tt_status st = TT_OK;

	if (list && list->kind != TT_NODE_LIST)
		return tt_rule_bad(&l->file, list, "cases is a list");
	for (const struct tt_node *n = list ? list->first : NULL;
	     st == TT_OK && n; n = n->next)
		st = load_case(l, n, rule);
	return st;
}

/* ---- services ---- */

static enum tt_status load_services(struct tt_loader *l,
				    const struct tt_node *node,
				    struct tt_log_rule *rule)
{
	const struct tt_node *service = tt_node_get(node, "service");
	const bool is_list = service && service->kind == TT_NODE_LIST;

	if (!service)
		return tt_rule_bad(&l->file, node, "service is missing");
	for (const struct tt_node *n = tt_node_items(service); n;
	     n = is_list ? n->next : NULL) {
		struct tt_slice name = n->text;

		if (tt_slice_istarts(name, TT_S("*/")))
			name = tt_slice_sub(name, 1, name.n);
		if (name.n == 0)
			return tt_rule_bad(&l->file, n, "a service is empty");
		*tt_vec_push(&l->rules->arena, &rule->services) = name;
	}
	return TT_OK;
}

/* ---- lines ---- */

static enum tt_status load_words(struct tt_loader *l,
				 const struct tt_node *node,
				 struct tt_log_rule *rule)
{
	int key, side, silence;
	enum tt_status st = tt_load_word(l, node, "session", key_names,
				      N(key_names), TT_LOG_KEY_NONE, &key);

	if (st == TT_OK)
		st = tt_load_word(l, node, "side", side_names, N(side_names),
			       TT_SIDE_NULL, &side);
	if (st == TT_OK)
		st = tt_load_word(l, node, "silence", silence_names,
			       N(silence_names), TT_SILENCE_NOTHING, &silence);
	if (st < 0)
		return st;
	rule->key = (enum tt_log_key)key;
	rule->side = (enum tt_side)side;
	rule->silence = (enum tt_silence)silence;
	return TT_OK;
}

static enum tt_status load_needs(struct tt_loader *l,
				 const struct tt_node *node,
				 struct tt_log_rule *rule)
{
	const struct tt_node *needs = tt_node_get(node, "needs");
	const bool is_list = needs && needs->kind == TT_NODE_LIST;

	for (const struct tt_node *n = tt_node_items(needs); n;
	     n = is_list ? n->next : NULL) {
		if (tt_slice_eq(n->text, TT_S("whole-session")))
			rule->needs_whole = true;
		else if (tt_slice_eq(n->text, TT_S("queued-here")))
			rule->needs_active = true;
		else if (tt_slice_eq(n->text, TT_S("data")))
			rule->needs_data = true;
		else
			return tt_rule_bad(&l->file, n,
					   "needs is whole-session, "
					   "queued-here or data");
	}
	return TT_OK;
}

static enum tt_status load_flags(struct tt_loader *l,
				 const struct tt_node *node,
				 struct tt_log_rule *rule)
{
	const struct tt_node *when = tt_node_get(node, "when");
	const struct tt_slice unit = tt_node_text(node, "bits_unit");
	bool is_reliable;
	enum tt_status st = tt_load_bool(l, node, "at_once", false,
					 &rule->is_at_once);

	if (st == TT_OK)
		st = tt_load_bool(l, node, "recipients", false,
				  &rule->is_list);
	if (st == TT_OK)
		st = tt_load_bool(l, node, "cipher_reliable", true,
				  &is_reliable);
	if (st < 0)
		return st;
	rule->is_cipher_wrong = !is_reliable;
	rule->is_bits_bytes = tt_slice_eq(unit, TT_S("bytes"));
	return when ? tt_load_tls(l, when, "version", &rule->when_version) :
		      TT_OK;
}

const char *tt_load_context(struct tt_slice word)
{
	static const char *const kinds[] = { "policy", "tlsrpt", "complaint",
					     "other" };

	for (size_t i = 0; i < N(kinds); i++)
		if (tt_slice_eq(word, tt_slice_str(kinds[i])))
			return kinds[i];
	return "other";
}

static enum tt_status load_rest(struct tt_loader *l,
				const struct tt_node *node,
				struct tt_log_rule *rule)
{
	enum tt_status st = load_services(l, node, rule);

	if (st == TT_OK)
		st = load_says(l, node, &rule->says);
	if (st == TT_OK)
		st = load_words(l, node, rule);
	if (st == TT_OK)
		st = load_needs(l, node, rule);
	if (st == TT_OK)
		st = load_flags(l, node, rule);
	if (st == TT_OK)
		st = tt_load_auth_map(l, tt_node_get(node, "client_auth"),
				      &rule->client_auth);
	if (st == TT_OK)
		st = tt_load_auth_map(l, tt_node_get(node, "server_auth"),
				      &rule->server_auth);
	if (st == TT_OK)
		st = load_cases(l, node, rule);
	return st;
}

/* Levels are told apart by their words, which are few and short. */
static uint32_t level_number(struct tt_slice word)
{
	uint32_t n = 0;

	for (size_t i = 0; i < word.n; i++)
		n = n * 257 + word.p[i];
	return n;
}

static void load_literals(struct tt_loader *l, const struct tt_node *node,
			  struct tt_log_rule *rule)
{
	const struct tt_node *begins = tt_node_get(node, "begins");
	const bool is_list = begins && begins->kind == TT_NODE_LIST;

	rule->after_id = tt_node_text(node, "after_id");
	rule->anchor = tt_node_text(node, "anchor");
	for (const struct tt_node *n = tt_node_items(begins); n;
	     n = is_list ? n->next : NULL)
		*tt_vec_push(&l->rules->arena, &rule->begins) = n->text;
}

/* It is told of by its queue id and nothing else that a pattern would find. */
static bool may_glance(const struct tt_log_rule *rule, struct tt_slice pattern)
{
	const bool has_version =
		tt_slice_find(pattern, TT_S("(?<version>")) != SIZE_MAX;
	const bool is_process = rule->key == TT_LOG_KEY_PROCESS;

	if (rule->is_experimental || rule->is_list || rule->needs_data)
		return false;
	switch (rule->says.gives) {
	case TT_GIVES_open:
	case TT_GIVES_tls:
	case TT_GIVES_close:
		return is_process && rule->begins.n > 0;
	case TT_GIVES_accept:
		return is_process && rule->after_id.n > 0 && !has_version &&
		       !rule->is_at_once;
	case TT_GIVES_identify:
	case TT_GIVES_active:
	case TT_GIVES_deliver:
	case TT_GIVES_end:
		return rule->after_id.n > 0 && !has_version;
	default:
		return false;
	}
}

static enum tt_status load_glance(struct tt_loader *l,
				  const struct tt_node *node,
				  struct tt_log_rule *rule)
{
	static const char *const keys[] = { "unless", "answer", NULL };
	const struct tt_node *const glance = tt_node_get(node, "glance");
	enum tt_status st = TT_OK;

	if (!glance)
		return TT_OK;
	if (!may_glance(rule, tt_node_text(node, "pattern")))
		return tt_rule_bad(&l->file, glance,
				   "such a line is not read at a glance");
	rule->glance.is_enough = true;
	if (glance->kind != TT_NODE_MAP)
		return tt_load_bool(l, node, "glance", false,
				    &rule->glance.is_enough);
	st = tt_node_keys(&l->file, glance, keys);
	const struct tt_node *const unless = tt_node_get(glance, "unless");
	const bool is_list = unless && unless->kind == TT_NODE_LIST;

	rule->glance.answer = tt_node_text(glance, "answer");
	for (const struct tt_node *n = tt_node_items(unless); n;
	     n = is_list ? n->next : NULL)
		*tt_vec_push(&l->rules->arena, &rule->glance.unless) = n->text;
	return st;
}

/* An empty beginning would be one of all texts. */
static bool has_literals(const struct tt_log_rule *rule)
{
	for (size_t i = 0; i < rule->begins.n; i++)
		if (rule->begins.v[i].n == 0)
			return false;
	return rule->begins.n || rule->after_id.n || rule->anchor.n;
}

static enum tt_status load_line(struct tt_loader *l,
				const struct tt_node *node,
				const struct tt_log_rule *of_file)
{
	static const char *const keys[] = {
		"id",	   "service",	  "tag",	 "begins",	 "after_id",
		"anchor",  "pattern",	  "gives",	 "verdict",	 "outcome",
		"transport", "session",	  "side",	 "silence",
		"level",   "needs",	  "at_once",	 "recipients",
		"bits_unit", "cipher_reliable", "when",	 "context",
		"client_auth", "server_auth", "cases",	 "glance",
		"note",	   NULL
	};
	struct tt_rules *const r = l->rules;
	const struct tt_node *pattern = tt_node_get(node, "pattern");
	const struct tt_node *tag = tt_node_get(node, "tag");
	const struct tt_slice id = tt_node_text(node, "id");
	struct tt_log_rule rule = *of_file;
	enum tt_status st = tt_node_keys(&l->file, node, keys);

	if (st < 0)
		return st;
	load_literals(l, node, &rule);
	rule.level_number = level_number(tt_node_text(node, "level"));
	rule.context = tt_load_context(tt_node_text(node, "context"));
	if (!id.n || !pattern || !has_literals(&rule))
		return tt_rule_bad(&l->file, node,
				   "a line has id, service, pattern, gives, "
				   "and begins, after_id or anchor, not empty");
	rule.id = tt_rule_id(l, l->file.name, id);
	rule.tag = TT_NO_INDEX;
	st = tt_load_pattern(l, pattern, TT_NO_SLICE, &rule.pattern);
	if (st == TT_OK && tag)
		st = tt_load_pattern(l, tag, TT_NO_SLICE, &rule.tag);
	if (st == TT_OK)
		st = load_rest(l, node, &rule);
	if (st == TT_OK)
		st = load_glance(l, node, &rule);
	if (st < 0)
		return st;
	*tt_vec_push(&r->arena, &r->log.list) = rule;
	tt_log_service_add(r, (uint32_t)(r->log.list.n - 1));
	return TT_OK;
}

static enum tt_status load_answer(struct tt_loader *l,
				  const struct tt_node *node)
{
	static const char *const keys[] = { "id", "anchor", "pattern",
					    "through", "note", NULL };
	const struct tt_node *pattern = tt_node_get(node, "pattern");
	const struct tt_slice id = tt_node_text(node, "id");
	struct tt_log_answer a = { 0 };
	enum tt_status st = tt_node_keys(&l->file, node, keys);

	if (st < 0)
		return st;
	if (!id.n || !pattern)
		return tt_rule_bad(&l->file, node,
				   "an answer has id and pattern");
	a.id = tt_rule_id(l, l->file.name, id);
	a.anchor = tt_node_text(node, "anchor");
	st = tt_load_pattern(l, pattern, TT_NO_SLICE, &a.pattern);
	if (st == TT_OK)
		st = tt_load_bool(l, node, "through", false, &a.is_through);
	if (st == TT_OK)
		*tt_vec_push(&l->rules->arena, &l->rules->log.answers) = a;
	return st;
}

enum tt_status tt_load_log(struct tt_loader *l, const struct tt_node *root)
{
	static const char *const keys[] = { "format",	"software",
					    "experimental", "references",
					    "unstamped_ids",
					    "lines",	"answers",
					    "note",	"samples", NULL };
	const struct tt_node *lines = tt_node_get(root, "lines");
	const struct tt_node *answers = tt_node_get(root, "answers");
	struct tt_log_rule of_file = {
		.software = tt_node_text(root, "software"),
	};
	enum tt_status st = tt_node_keys(&l->file, root, keys);

	if (st == TT_OK)
		st = tt_load_bool(l, root, "experimental", false,
				  &of_file.is_experimental);
	if (st == TT_OK)
		st = tt_load_bool(l, root, "unstamped_ids", false,
				  &of_file.is_id_unstamped);
	if (st == TT_OK && !lines && !answers)
		return tt_rule_bad(&l->file, root,
				   "lines or answers belongs here");
	for (const struct tt_node *n = lines ? lines->first : NULL;
	     st == TT_OK && n; n = n->next)
		st = load_line(l, n, &of_file);
	for (const struct tt_node *n = answers ? answers->first : NULL;
	     st == TT_OK && n; n = n->next)
		st = load_answer(l, n);
	return st;
}
