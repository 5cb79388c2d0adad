/* log_event.c - what a line's fields say, as an event
 *
 * Nothing is copied: an event is lent while its line is at hand, and most are
 * of no use to whoever reads the log for one mail. */
#include <string.h>

#include "log.h"

/* ---- events ---- */

struct tt_slice tt_log_bare(struct tt_slice s)
{
	if (s.n >= 2 && s.p[0] == '<' && s.p[s.n - 1] == '>')
		return tt_slice_sub(s, 1, s.n - 2);
	return s;
}

void tt_log_quote(struct tt_log_reading *c, struct tt_event *e)
{
	const char *const pointer = c->line->pointer;

	*tt_vec_push(&c->log->lent, &e->quotes) = (struct tt_event_quote){
		.kind = TT_EVIDENCE_LOG,
		.rule = c->rule->id,
		.origin = c->origin,
		.off = c->line->off,
		.text = c->line->raw,
		.pointer = pointer ? tt_slice_str(pointer) : TT_NO_SLICE,
	};
}

void tt_log_quote_kept(struct tt_log *log, struct tt_event *e,
		       const struct tt_log_kept *k)
{
	*tt_vec_push(&log->lent, &e->quotes) = (struct tt_event_quote){
		.kind = TT_EVIDENCE_LOG,
		.rule = k->rule->id,
		.origin = k->origin,
		.off = k->off,
		.text = k->raw,
		.pointer = k->pointer ? tt_slice_str(k->pointer) : TT_NO_SLICE,
	};
}

struct tt_event_ids tt_log_ids(const struct tt_log_reading *c)
{
	return (struct tt_event_ids){
		.queue_id = c->field[TT_LF_queue_id],
		.next_queue_id = c->field[TT_LF_next_queue_id],
		.message_id = tt_log_bare(c->field[TT_LF_message_id]),
		.origin = c->origin,
		.off = c->line->off,
	};
}

/* The first of a host begins its years, and all of them count on. */
int tt_log_see_event(struct tt_log_reading *c)
{
	struct tt_log *const log = c->log;

	if (c->rule->is_experimental && !log->is_told) {
		log->is_told = true;
		tt_diag_add(c->diags, TT_DIAG_experimental, c->line->off,
			    NULL);
	}
	return c->line->time == TT_LOG_NO_YEAR ?
		       tt_log_year(c->host, c->line->time_us) :
		       0;
}

bool tt_log_is_wanted(struct tt_log_reading *c, const struct tt_event_ids *ids)
{
	const struct tt_log_options *const o = &c->log->o;

	if (!o->wants || o->wants(o->sink.ctx, ids))
		return true;
	(void)tt_log_see_event(c);
	return false;
}

struct tt_event *tt_log_event(struct tt_log_reading *c, enum tt_event_kind kind)
{
	return tt_log_event_of(c, kind, tt_log_see_event(c));
}

struct tt_event *tt_log_event_of(struct tt_log_reading *c,
				 enum tt_event_kind kind, int years)
{
	struct tt_log *const log = c->log;
	struct tt_event *e = TT_NEW(&log->lent, struct tt_event);

	log->has_lent = true;
	/* Nearly all quote one line or two, and there are many of them. */
	e->quotes.cap = 2;
	e->quotes.v = tt_arena_alloc(&log->lent,
				     e->quotes.cap * sizeof(*e->quotes.v));

	e->kind = kind;
	e->is_lent = true;
	e->side = c->rule->side;
	e->software = c->rule->software;
	e->is_experimental = c->rule->is_experimental;
	e->is_id_unstamped = c->rule->is_id_unstamped;
	e->is_shown = c->log->o.is_shown;
	e->host = c->host_name;
	e->service = c->tag;
	e->time = c->line->time;
	e->time_us = c->line->time_us;
	e->years = years;
	if (e->time != TT_LOG_UTC)
		e->clock = c->host->clock;
	e->queue_id = c->field[TT_LF_queue_id];
	e->next_queue_id = c->field[TT_LF_next_queue_id];
	e->message_id = tt_log_bare(c->field[TT_LF_message_id]);
	e->sender = tt_log_bare(c->field[TT_LF_sender]);
	e->from.name = c->field[TT_LF_from_name];
	e->from.helo = c->field[TT_LF_from_helo];
	e->from.rdns = c->field[TT_LF_from_rdns];
	e->from.ip = c->field[TT_LF_from_ip];
	e->by.name = c->field[TT_LF_by_name];
	e->by.ip = c->field[TT_LF_by_ip];
	e->text = c->field[TT_LF_text].n ? c->field[TT_LF_text]
					 : c->field[TT_LF_answer];
	e->transport = c->says.has_transport ? c->says.transport
					     : TT_TRANSPORT_SMTP;
	e->bits = -1;
	tt_log_quote(c, e);
	return e;
}

void tt_log_push(struct tt_log *log, struct tt_event *e)
{
	log->o.sink.take(log->o.sink.ctx, e);
}

/* ---- TLS facts ---- */

static enum tt_auth read_auth(const struct tt_auth_map *map,
			      struct tt_slice word)
{
	if (map->is_set && !map->group[0])
		return map->fixed;
	for (size_t i = 0; word.n && i < map->values.n; i++)
		if (tt_slice_ieq(map->values.v[i].word, word))
			return map->values.v[i].auth;
	return TT_AUTH_NULL;
}

static int read_bits(const struct tt_log_rule *rule, struct tt_slice text)
{
	const int64_t n = text.n ? tt_slice_number(text, 65536) : -1;

	return (int)(rule->is_bits_bytes && n > 0 && n <= 32 ? n * 8 : n);
}

void tt_log_set_tls(const struct tt_log *log, struct tt_event *e,
		    const struct tt_log_rule *rule,
		    const struct tt_slice *field)
{
	e->verdict = TT_ENCRYPTED;
	e->version = TT_TLS_NONE;
	if (field[TT_LF_version].n)
		(void)tt_version_find(log->rules, field[TT_LF_version],
				      &e->version, &e->is_version_ambiguous);
	e->cipher = field[TT_LF_cipher];
	e->is_cipher_wrong = rule->is_cipher_wrong &&
			     (rule->when_version == TT_TLS_NONE ||
			      rule->when_version == e->version);
	e->bits = read_bits(rule, field[TT_LF_bits]);
	e->client_auth = read_auth(&rule->client_auth, field[TT_LF_client]);
	e->server_auth = read_auth(&rule->server_auth, field[TT_LF_server]);
}

void tt_log_set_verdict(struct tt_log_reading *c, struct tt_event *e)
{
	if (c->says.verdict == TT_ENCRYPTED)
		tt_log_set_tls(c->log, e, c->rule, c->field);
	else
		e->verdict = c->says.verdict;
}

void tt_log_take_tls(struct tt_log *log, struct tt_event *e,
		     const struct tt_log_kept *tls)
{
	struct tt_slice field[TT_LF_COUNT];

	tt_log_kept_fields(tls, field);
	tt_log_set_tls(log, e, tls->rule, field);
	tt_log_quote_kept(log, e, tls);
}

void tt_log_take_clear(struct tt_log *log, struct tt_event *e,
		       const struct tt_log_kept *clear)
{
	e->verdict = TT_CLEARTEXT;
	tt_log_quote_kept(log, e, clear);
}

/* Of host and tag; a reload may change it, so it begins anew there.  A tag
 * that was cut is of many services, a process only of one. */
struct tt_log_level *tt_log_level_of(struct tt_log_reading *c)
{
	struct tt_log *const log = c->log;
	const bool is_of_process = c->line->is_tag_cut &&
				   c->rule->key == TT_LOG_KEY_PROCESS;
	/* Names have one copy each, and a rule's words are its own. */
	const uintptr_t key[TT_LOG_LEVEL_KEY] = {
		(uintptr_t)c->host_name.p,
		(uintptr_t)c->tag.p,
		c->host->reloads,
		c->rule->level_number,
		is_of_process
			? (uintptr_t)tt_slice_number(c->line->pid, INT32_MAX)
			: 0,
	};
	struct tt_log_level_memo *const memo =
		&log->memo[c->rule->level_number % 2];
	void **known;

	if (memo->level && memcmp(memo->key, key, sizeof(key)) == 0)
		return memo->level;
	const struct tt_slice text = { (const uint8_t *)key, sizeof(key) };
	struct tt_slice name;

	if (!tt_log_name(&log->levels, text, &name, &known)) {
		tt_log_tell_names(c);
		return log->no_level;
	}
	if (!*known)
		*known = TT_NEW(log->o.arena, struct tt_log_level);
	memcpy(memo->key, key, sizeof(key));
	memo->level = *known;
	return memo->level;
}

void tt_log_see_level(struct tt_log_reading *c)
{
	struct tt_log_level *const level = tt_log_level_of(c);

	level->is_seen = level != c->log->no_level;
}
