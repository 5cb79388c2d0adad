/* log_event.c - what a line's fields say, as an event that stays
 *
 * Everything is copied into the log's arena, the whole line once: events quote
 * it, and most fields lie in it. */
#include "log.h"

/* ---- events ---- */

/* A field of the line at hand, in memory that stays. */
struct tt_slice tt_log_lift(struct tt_log_reading *c, struct tt_slice s)
{
	const struct tt_slice raw = c->line->raw;

	if (s.n == 0)
		return TT_NO_SLICE;
	if (!c->raw.p)
		c->raw = tt_arena_dup(c->log->o.arena, raw);
	if (s.p >= raw.p && s.p + s.n <= raw.p + raw.n)
		return tt_slice_sub(c->raw, (size_t)(s.p - raw.p), s.n);
	return tt_arena_dup(c->log->o.arena, s);
}

struct tt_slice tt_log_bare(struct tt_slice s)
{
	if (s.n >= 2 && s.p[0] == '<' && s.p[s.n - 1] == '>')
		return tt_slice_sub(s, 1, s.n - 2);
	return s;
}

void tt_log_quote(struct tt_log_reading *c, struct tt_event *e)
{
	const char *const pointer = c->line->pointer;

	if (!c->raw.p)
		c->raw = tt_arena_dup(c->log->o.arena, c->line->raw);
	*tt_vec_push(c->log->o.arena, &e->quotes) = (struct tt_event_quote){
		.kind = TT_EVIDENCE_LOG,
		.rule = c->rule->id,
		.origin = c->log->origin,
		.off = c->line->off,
		.text = c->raw,
		.pointer = pointer ? tt_slice_str(pointer) : TT_NO_SLICE,
	};
}

void tt_log_quote_kept(struct tt_log *log, struct tt_event *e,
		       const struct tt_log_kept *k)
{
	*tt_vec_push(log->o.arena, &e->quotes) = (struct tt_event_quote){
		.kind = TT_EVIDENCE_LOG,
		.rule = k->rule->id,
		.origin = k->origin,
		.off = k->off,
		.text = tt_arena_dup(log->o.arena, k->raw),
		.pointer = k->pointer ? tt_slice_str(k->pointer) : TT_NO_SLICE,
	};
}

struct tt_event *tt_log_event(struct tt_log_reading *c, enum tt_event_kind kind)
{
	struct tt_log *const log = c->log;
	struct tt_event *e = TT_NEW(log->o.arena, struct tt_event);

	/* Nearly all quote one line or two, and there are many of them. */
	e->quotes.cap = 2;
	e->quotes.v = tt_arena_alloc(log->o.arena,
				     e->quotes.cap * sizeof(*e->quotes.v));

	if (c->rule->is_experimental && !log->is_told) {
		log->is_told = true;
		tt_diag_add(c->diags, TT_DIAG_experimental, c->line->off, NULL);
	}
	e->kind = kind;
	e->side = c->rule->side;
	e->software = c->rule->software;
	e->is_experimental = c->rule->is_experimental;
	e->is_id_unstamped = c->rule->is_id_unstamped;
	e->is_shown = c->log->o.is_shown;
	e->host = c->host_name;
	e->service = c->tag;
	e->time = c->line->time;
	e->time_us = c->line->time_us;
	if (e->time == TT_LOG_NO_YEAR)
		e->years = tt_log_year(c->host, e->time_us);
	if (e->time != TT_LOG_UTC)
		e->clock = c->host->clock;
	e->queue_id = tt_log_lift(c, c->field[TT_LF_queue_id]);
	e->next_queue_id = tt_log_lift(c, c->field[TT_LF_next_queue_id]);
	e->message_id = tt_log_lift(c, tt_log_bare(c->field[TT_LF_message_id]));
	e->sender = tt_log_lift(c, tt_log_bare(c->field[TT_LF_sender]));
	e->from.name = tt_log_lift(c, c->field[TT_LF_from_name]);
	e->from.helo = tt_log_lift(c, c->field[TT_LF_from_helo]);
	e->from.rdns = tt_log_lift(c, c->field[TT_LF_from_rdns]);
	e->from.ip = tt_log_lift(c, c->field[TT_LF_from_ip]);
	e->by.name = tt_log_lift(c, c->field[TT_LF_by_name]);
	e->by.ip = tt_log_lift(c, c->field[TT_LF_by_ip]);
	e->text = tt_log_lift(c, c->field[TT_LF_text].n
					 ? c->field[TT_LF_text]
					 : c->field[TT_LF_answer]);
	e->transport = c->says.has_transport ? c->says.transport
					     : TT_TRANSPORT_SMTP;
	e->bits = -1;
	tt_log_quote(c, e);
	return e;
}

void tt_log_push(const struct tt_log *log, struct tt_event *e)
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
	e->cipher = tt_arena_dup(log->o.arena, field[TT_LF_cipher]);
	e->is_cipher_wrong = rule->is_cipher_wrong &&
			     (rule->when_version == TT_TLS_NONE ||
			      rule->when_version == e->version);
	e->bits = read_bits(rule, field[TT_LF_bits]);
	e->client_auth = read_auth(&rule->client_auth, field[TT_LF_client]);
	e->server_auth = read_auth(&rule->server_auth, field[TT_LF_server]);
}

void tt_log_take_tls(struct tt_log *log, struct tt_event *e,
		     const struct tt_log_kept *tls)
{
	tt_log_set_tls(log, e, tls->rule, tls->field);
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
	const uintptr_t key[] = {
		(uintptr_t)c->host_name.p,
		(uintptr_t)c->tag.p,
		c->host->reloads,
		c->rule->level_number,
		is_of_process
			? (uintptr_t)tt_slice_number(c->line->pid, INT32_MAX)
			: 0,
	};
	void **known;

	(void)tt_log_name(
		&log->levels,
		(struct tt_slice){ (const uint8_t *)key, sizeof(key) }, &known);
	if (!*known)
		*known = TT_NEW(log->o.arena, struct tt_log_level);
	return *known;
}

void tt_log_see_level(struct tt_log_reading *c)
{
	tt_log_level_of(c)->is_seen = true;
}
