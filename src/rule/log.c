/* log.c - lines of a log become events
 *
 * A line is for the rules of its tag: the first whose literal and pattern fit
 * says what it gives.  What a connection told before (its peer, its TLS) is
 * kept with its session; what must wait for the session's end waits there.
 * Memory goes with what is open at a time: sessions and queued messages, both
 * bounded (TT_MAX_log_sessions, TT_MAX_log_queued): the oldest go first and,
 * where something was open, are told. */
#include <string.h>

#include "log.h"

/* ---- begin, streams ---- */

static bool read_line(struct tt_log_reading *c);

struct tt_log *tt_log_begin(const struct tt_log_options *options,
			    struct tt_matcher *m)
{
	struct tt_log *log = tt_zalloc(sizeof(*log));

	log->o = *options;
	log->read_line = read_line;
	log->m = m;
	log->rules = options->rules;
	tt_log_names_init(&log->hosts, options->arena);
	tt_log_names_init(&log->tags, options->arena);
	tt_log_names_init(&log->levels, options->arena);
	log->no_level = TT_NEW(options->arena, struct tt_log_level);
	tt_log_sessions_init(&log->sessions);
	tt_log_sessions_init(&log->queued);
	const size_t n = log->rules->log.list.n;

	log->groups = tt_zalloc(tt_mul_size(n + 1, sizeof(*log->groups)));
	log->answer_groups = tt_zalloc(log->rules->log.answers.n + 1);
	return log;
}

void tt_log_from(struct tt_log *log, const struct tt_origin *origin)
{
	struct tt_origin *copy = TT_NEW(log->o.arena, struct tt_origin);
	struct tt_slice *member = TT_NEW_N(log->o.arena, struct tt_slice,
					   origin->n_member + 1);

	copy->path = tt_arena_dup(log->o.arena, origin->path);
	for (size_t i = 0; i < origin->n_member; i++)
		member[i] = tt_arena_dup(log->o.arena, origin->member[i]);
	copy->member = member;
	copy->n_member = origin->n_member;
	log->origin = copy;
}

/* ---- which rule ---- */

static bool starts(struct tt_slice text, struct tt_slice literal)
{
	return text.n >= literal.n &&
	       tt_bytes_eq(text.p, literal.p, literal.n);
}

static bool begins(const struct tt_log_rule *rule, struct tt_slice text)
{
	for (size_t i = 0; i < rule->begins.n; i++)
		if (starts(text, rule->begins.v[i]))
			return true;
	return rule->begins.n == 0;
}

/* The literals that cost less come first. */
static bool has_literals(struct tt_log_reading *c,
			 const struct tt_log_rule *rule)
{
	const struct tt_slice text = c->line->text;

	if (!begins(rule, text))
		return false;
	if (rule->after_id.n) {
		const size_t n = tt_log_id(c).n;

		if (n == 0 ||
		    !starts(tt_slice_sub(text, n, text.n), rule->after_id))
			return false;
	}
	return !rule->anchor.n || tt_slice_find(text, rule->anchor) != SIZE_MAX;
}

static void read_fields(struct tt_log_reading *c, uint32_t index,
			const struct tt_match *match)
{
	static const char *const names[] = {
#define NAME(name) #name,
		TT_LOG_FIELDS(NAME)
#undef NAME
	};
	struct tt_log_groups *const g = &c->log->groups[index];

	/* Of the rule before: clearing all takes as long as finding them. */
	for (uint8_t i = 0; c->groups && i < c->groups->n; i++)
		c->field[c->groups->field[i]] = TT_NO_SLICE;
	c->groups = g;
	for (uint8_t i = 0; !g->is_known && i < TT_LF_COUNT; i++) {
		const unsigned number = tt_match_number(match, names[i]);

		if (number == 0)
			continue;
		g->field[g->n] = i;
		g->number[g->n++] = (uint8_t)number;
	}
	g->is_known = true;
	for (uint8_t i = 0; i < g->n; i++)
		c->field[g->field[i]] = tt_match_numbered(match, g->number[i]);
}

static bool is_case(const struct tt_log_reading *c,
		    const struct tt_log_case *k, struct tt_slice text)
{
	struct tt_match match;

	for (size_t i = 0; i < k->words.n; i++)
		if (tt_slice_eq(text, k->words.v[i]))
			return true;
	return k->words.n == 0 &&
	       tt_pattern_match(c->log->m, k->pattern, text, &match);
}

/* What the fields say beyond the line. */
static void read_cases(struct tt_log_reading *c)
{
	c->says = c->rule->says;
	for (size_t i = 0; i < c->rule->cases.n; i++) {
		const struct tt_log_case *k = &c->rule->cases.v[i];

		if (!c->field[k->field].n ||
		    !is_case(c, k, c->field[k->field]))
			continue;
		if (k->has_verdict && !c->says.has_verdict) {
			c->says.has_verdict = true;
			c->says.verdict = k->verdict;
		}
		if (k->has_gives)
			c->says.gives = k->gives;
		if (k->has_transport) {
			c->says.has_transport = true;
			c->says.transport = k->transport;
		}
		if (k->outcome)
			c->says.outcome = k->outcome;
	}
}

static bool may_fit(struct tt_log_reading *c, const struct tt_log_rule *rule,
		    struct tt_match *match)
{
	return has_literals(c, rule) &&
	       (rule->tag == TT_NO_INDEX ||
		tt_pattern_match(c->log->m, rule->tag, c->tag, match));
}

static bool fits(struct tt_log_reading *c, const struct tt_log_rule *rule,
		 struct tt_match *match)
{
	if (rule->key == TT_LOG_KEY_PROCESS)
		tt_log_session_fetch_it(&c->log->sessions, c->process);
	return tt_pattern_match(c->log->m, rule->pattern, c->line->text,
				match);
}

static bool try_rule(struct tt_log_reading *c, uint32_t index)
{
	const struct tt_log_rule *const rule =
		&c->log->rules->log.list.v[index];
	struct tt_match match;

	c->rule = rule;
	if (!may_fit(c, rule, &match))
		return false;
	if (rule->glance.is_enough && c->log->o.passes && !c->is_late &&
	    tt_log_pass(c, rule))
		return true;
	if (!fits(c, rule, &match))
		return false;
	if (c->rule->key == TT_LOG_KEY_PROCESS)
		tt_log_session_fetch_kept(&c->log->sessions, c->process);
	read_fields(c, index, &match);
	read_cases(c);
	if (c->log->o.see)
		c->log->o.see(c->log->o.sink.ctx, c->rule->id);
	tt_log_give(c);
	return true;
}

/* Rules behind the one that was taken that would give something else.  (Those
 * that give the same are told apart by their order.) */
static void see_seconds(struct tt_log_reading *c,
			const struct tt_log_service *service, size_t from)
{
	const struct tt_log_rule *const list = c->log->rules->log.list.v;
	struct tt_match match;

	const struct tt_slice text = c->line->text;

	for (size_t i = tt_log_service_next(service, text, from);
	     i < service->rules.n;
	     i = tt_log_service_next(service, text, i + 1)) {
		const struct tt_log_rule *rule = &list[service->rules.v[i]];

		if (rule->says.gives != c->rule->says.gives &&
		    may_fit(c, rule, &match) && fits(c, rule, &match))
			c->log->o.see_second(c->log->o.sink.ctx, c->rule->id,
					     rule->id);
	}
}

/* NULL: the program is one too many. */
static const struct tt_log_service *service_of(struct tt_log_reading *c)
{
	static const struct tt_log_service none;
	const struct tt_log_service *s;
	void **known;

	if (!tt_log_name(&c->log->tags, c->line->tag, &c->tag, &known))
		return NULL;
	if (!*known) {
		s = tt_log_service_find(c->log->rules, c->tag,
					c->line->is_tag_cut);
		*known = (void *)(uintptr_t)(s ? s : &none);
	}
	return *known;
}

static bool try_rules(struct tt_log_reading *c,
		      const struct tt_log_service *service)
{
	const struct tt_slice text = c->line->text;

	for (size_t i = tt_log_service_next(service, text, 0);
	     i < service->rules.n;
	     i = tt_log_service_next(service, text, i + 1)) {
		if (!try_rule(c, service->rules.v[i]))
			continue;
		if (c->log->o.see_second)
			see_seconds(c, service, i + 1);
		return true;
	}
	return false;
}

static bool read_line(struct tt_log_reading *c)
{
	const struct tt_log_service *const service = service_of(c);

	return service && try_rules(c, service);
}

bool tt_log_take_line(struct tt_log *log, const struct tt_log_line *line,
		      struct tt_diags *diags)
{
	struct tt_log_reading *const c = &log->at;
	const struct tt_log_service *service;

	log->n_lines++;
	c->log = log;
	c->origin = log->origin;
	c->line = line;
	c->diags = diags;
	c->is_id_known = false;
	if (log->has_lent)
		tt_arena_clear(&log->lent);
	log->has_lent = false;
	log->line_off = line->off;
	service = tt_log_host(c) ? service_of(c) : NULL;
	if (!service) {
		tt_log_tell_names(c);
		return false;
	}
	c->process = tt_log_session_hash(c->host_name, c->tag, line->pid);
	if (service->rules.n)
		tt_log_session_fetch(&log->sessions, c->process);
	log->gap += line->is_torn || line->is_after_gap;
	log->is_picked = line->is_picked;
	if (line->repeated)
		return false; /* it was said before: nothing more */
	tt_matcher_context(log->m, diags, line->off);
	return try_rules(c, service);
}

struct tt_log_count tt_log_take_value(struct tt_log *log,
				      const struct tt_log_value *value,
				      struct tt_diags *diags)
{
	if (!log->json)
		log->json = tt_json_begin(
			&log->o, log->m,
			&(struct tt_json_lines){ tt_log_take_line, log });
	return tt_json_take(log->json, log->origin, value, diags);
}

/* ---- end ---- */

void tt_log_end(struct tt_log **log_p, struct tt_diags *diags)
{
	struct tt_log *const log = *log_p;
	struct tt_arena arena = { 0 };
	struct tt_diags unheard;

	if (!log)
		return;
	tt_diags_init(&unheard, &arena);
	log->at.diags = diags ? diags : &unheard;
	while (log->sessions.oldest) {
		tt_arena_clear(&log->lent);
		tt_log_open_drop_oldest(log);
	}
	tt_arena_release(&arena);
	tt_log_settle_clocks(log);
	tt_json_end(&log->json);
	tt_arena_release(&log->lent);
	tt_log_sessions_release(&log->sessions);
	tt_log_sessions_release(&log->queued);
	tt_log_spares_release(log);
	tt_free(&log->groups);
	tt_free(&log->answer_groups);
	tt_free(log_p);
}
