/* json.c - records of structured logs become events
 *
 * A value is opened until no envelope fits (SNS in SQS in Lambda ...), then
 * every rule whose conditions hold gives its events: one record may tell of
 * two legs.  Nothing is pushed of a value that proves not to be well formed.
 * Nothing is copied: events are lent while their value is at hand. */
#include <string.h>

#include "json_rules.h"
#include "log_rules.h"

#define N(a) (sizeof(a) / sizeof((a)[0]))

struct tt_json_log {
	struct tt_log_options o;
	struct tt_matcher *m;
	const struct tt_rules *rules;
	struct tt_json_lines lines;
	struct tt_arena scratch; /* of one value */
	struct tt_log_level **level; /* by rule; made when it is needed */
	bool is_told; /* that an experimental rule was at work */
	struct tt_json_told *told; /* made with the first */
};

/* Where the text lies that a value is in: n 0, in the log itself; else it was
 * decoded, and this is the outermost value that holds it. */
struct layer {
	struct tt_slice outer;
	const char *pointer; /* to the value that was decoded */
};

/* One value of the log on its way. */
struct taking {
	struct tt_json_log *log;
	const struct tt_origin *origin;
	const struct tt_log_value *value;
	struct tt_diags *diags;
	struct tt_value_reader reader;
	TT_VEC(struct tt_event *) events;
	TT_VEC(struct tt_json_said *) said;
	TT_VEC(struct tt_log_line) lines;
	TT_VEC(struct tt_log_mail) mails;
	TT_VEC(const char *) rules;
	bool is_deep, is_unread;
	struct tt_log_count count;
};

/* One record in it. */
struct record {
	struct taking *t;
	struct layer *layer;
	struct tt_json_place at;
	const struct tt_json_rule *rule;
	struct tt_json_found f[TT_JF_COUNT];
	/* Told by the other host's answer. */
	struct tt_slice next_queue_id;
	bool is_through;
};

struct tt_json_log *tt_json_begin(const struct tt_log_options *options,
				  struct tt_matcher *m,
				  const struct tt_json_lines *lines)
{
	struct tt_json_log *log = tt_zalloc(sizeof(*log));

	log->o = *options;
	log->m = m;
	log->lines = *lines;
	log->rules = options->rules;
	log->level = tt_zalloc(tt_mul_size(log->rules->json.list.n + 1,
					   sizeof(struct tt_log_level *)));
	return log;
}

void tt_json_end(struct tt_json_log **log)
{
	if (!*log)
		return;
	tt_arena_release(&(*log)->scratch);
	tt_free(&(*log)->level);
	tt_json_told_free(&(*log)->told);
	tt_free(log);
}

/* ---- quotes ---- */

static const enum tt_json_field quoted[] = {
	TT_JF_version,	 TT_JF_verdict, TT_JF_cipher, TT_JF_text, TT_JF_ses_id,
	TT_JF_queue_id, TT_JF_message_id, TT_JF_recipient, TT_JF_time,
};

/* Those of one event, until it is known how many there are. */
struct quotes {
	struct tt_event_quote v[N(quoted)];
	size_t n;
};

static struct tt_slice full_pointer(const struct record *r,
				    const struct tt_value *v)
{
	struct tt_json_log *const log = r->t->log;
	const char *pointer = tt_value_pointer(v, &log->scratch);

	if (*r->layer->pointer)
		pointer = tt_arena_printf(&log->scratch, "%s%s",
					  r->layer->pointer, pointer);
	return tt_slice_str(pointer);
}

static bool has_quote(const struct quotes *q, uint64_t off)
{
	for (size_t i = 0; i < q->n; i++)
		if (q->v[i].off == off)
			return true;
	return false;
}

static void quote(struct record *r, struct quotes *q, enum tt_json_field f)
{
	const struct tt_value *const v = r->f[f].value;
	const struct layer *const layer = r->layer;
	const bool is_inside = layer->outer.n > 0;

	if (!v || r->f[f].text.n == 0)
		return;
	const struct tt_slice text = is_inside ? layer->outer : v->raw;
	const uint64_t off = r->t->value->off +
			     (uint64_t)(text.p - r->t->value->raw.p);

	if (has_quote(q, off))
		return;
	q->v[q->n++] = (struct tt_event_quote){
		.kind = r->rule->kind,
		.rule = r->rule->id,
		.origin = r->t->origin,
		.off = off,
		.text = text,
		.pointer = full_pointer(r, v),
	};
}

/* What decided first, then what it is known by. */
static void quote_all(struct record *r, struct tt_event *e)
{
	const bool is_told = e->kind == TT_EVENT_ATTEMPT ||
			     e->kind == TT_EVENT_CONTEXT;
	struct tt_arena *const arena = &r->t->log->scratch;
	struct quotes q;

	q.n = 0;
	for (size_t i = 0; i < N(quoted); i++) {
		const bool is_idle =
			(quoted[i] == TT_JF_text && !is_told) ||
			(quoted[i] == TT_JF_time && q.n) ||
			(quoted[i] == TT_JF_message_id && e->ses_id.n);

		if (!is_idle)
			quote(r, &q, quoted[i]);
	}
	if (q.n == 0)
		return;
	e->quotes.v = TT_NEW_N(arena, struct tt_event_quote, q.n);
	e->quotes.n = e->quotes.cap = q.n;
	memcpy(e->quotes.v, q.v, q.n * sizeof(*q.v));
}

/* ---- TLS ---- */

static struct tt_log_level *level_of(struct record *r)
{
	struct tt_json_log *const log = r->t->log;
	const size_t i = (size_t)(r->rule - log->rules->json.list.v);

	if (!log->level[i])
		log->level[i] = TT_NEW(log->o.arena, struct tt_log_level);
	return log->level[i];
}

static enum tt_auth auth_of(struct tt_slice word)
{
	const int a = word.n ? tt_auth_by_name(word) : -1;

	return a < 0 ? TT_AUTH_NULL : (enum tt_auth)a;
}

/* A word in place of a version that is none of the table's says nothing. */
static void set_tls(struct record *r, struct tt_event *e)
{
	const struct tt_json_found *const f = r->f;
	const int v = f[TT_JF_verdict].text.n ?
			      tt_verdict_by_name(f[TT_JF_verdict].text) :
			      -1;

	e->silence = r->rule->silence;
	e->level = level_of(r);
	e->server_auth = auth_of(f[TT_JF_server_auth].text);
	e->client_auth = auth_of(f[TT_JF_client_auth].text);
	if (f[TT_JF_bits].text.n)
		e->bits = (int)tt_slice_number(f[TT_JF_bits].text, 65536);
	if (f[TT_JF_version].text.n) {
		e->silence = TT_SILENCE_NOTHING;
		if (tt_version_find(r->t->log->rules, f[TT_JF_version].text,
				    &e->version, &e->is_version_ambiguous))
			e->verdict = TT_ENCRYPTED;
	} else if (f[TT_JF_cipher].text.n) {
		e->verdict = TT_ENCRYPTED;
	}
	if (e->verdict == TT_UNKNOWN && v >= 0)
		e->verdict = (enum tt_verdict)v;
	if (e->verdict == TT_ENCRYPTED)
		level_of(r)->is_seen = true;
	/* Without TLS there was no certificate, whatever a field says of one. */
	if (e->verdict == TT_CLEARTEXT)
		e->server_auth = e->client_auth = TT_AUTH_NULL;
}

/* ---- events ---- */

static struct tt_slice field(const struct record *r, enum tt_json_field f)
{
	return r->f[f].text.n ? r->f[f].text : TT_NO_SLICE;
}

static enum tt_event_kind kind_of(const struct tt_json_rule *rule)
{
	switch (rule->gives) {
	case TT_JSON_ACCEPT:   return TT_EVENT_ACCEPT;
	case TT_JSON_DELIVER:  return TT_EVENT_DELIVER;
	case TT_JSON_ATTEMPT:  return TT_EVENT_ATTEMPT;
	case TT_JSON_IDENTIFY: return TT_EVENT_IDENTIFY;
	case TT_JSON_CONTEXT:
	case TT_JSON_LINE:
	case TT_JSON_MAIL:
	case TT_JSON_NOTHING:  break;
	}
	return TT_EVENT_CONTEXT;
}

static void set_names(struct record *r, struct tt_event *e)
{
	e->host = field(r, TT_JF_host);
	e->ses_id = field(r, TT_JF_ses_id);
	e->queue_id = field(r, TT_JF_queue_id);
	e->next_queue_id = r->next_queue_id.n ? r->next_queue_id : TT_NO_SLICE;
	e->is_through = r->is_through;
	e->message_id = field(r, TT_JF_message_id);
	e->sender = field(r, TT_JF_sender);
	e->recipient = field(r, TT_JF_recipient);
	e->from.name = field(r, TT_JF_from_name);
	e->from.helo = field(r, TT_JF_from_helo);
	e->from.rdns = field(r, TT_JF_from_rdns);
	e->from.ip = field(r, TT_JF_from_ip);
	e->by.name = field(r, TT_JF_by_name);
	e->by.ip = field(r, TT_JF_by_ip);
	e->cipher = field(r, TT_JF_cipher);
	e->about = field(r, TT_JF_about);
	e->text = field(r, TT_JF_text);
}

static void set_outcome(struct record *r, struct tt_event *e)
{
	const char *rule;
	const enum tt_outcome o =
		tt_status_outcome(r->t->log->m, e->text, r->t->value->off,
				  r->t->diags, &rule);

	e->outcome = o != TT_OUTCOME_NONE ? o : r->rule->outcome;
}

/* The queue id that the other host gave, out of its answer. */
static void read_answer(struct record *r)
{
	struct tt_json_log *const log = r->t->log;
	const struct tt_log_rules *const rules = &log->rules->log;
	const struct tt_slice text = r->f[TT_JF_text].text;
	struct tt_match match;

	r->next_queue_id = r->f[TT_JF_next_queue_id].text;
	r->is_through = false;
	if (r->rule->gives != TT_JSON_DELIVER || text.n == 0)
		return;
	for (size_t i = 0; i < rules->answers.n; i++) {
		const struct tt_log_answer *const a = &rules->answers.v[i];

		if (r->next_queue_id.n ||
		    !tt_pattern_match(log->m, a->pattern, text, &match))
			continue;
		r->next_queue_id = tt_match_group(&match, "next_queue_id");
		r->is_through = a->is_through;
		*tt_vec_push(&log->scratch, &r->t->rules) = a->id;
	}
}

/* Is the event of use?  What is not told of is not built. */
static bool is_wanted(const struct record *r)
{
	const struct tt_log_options *const o = &r->t->log->o;
	const struct tt_event_ids ids = {
		.queue_id = r->f[TT_JF_queue_id].text,
		.next_queue_id = r->next_queue_id,
		.message_id = r->f[TT_JF_message_id].text,
		.ses_id = r->f[TT_JF_ses_id].text,
		.origin = r->t->origin,
		.off = r->t->value->off,
	};

	return !o->wants || r->rule->gives == TT_JSON_CONTEXT ||
	       o->wants(o->sink.ctx, &ids);
}

/* Only how a message came is told again and again, and only where it is quoted
 * from the log itself is a copy the same wherever it stands. */
static bool is_told(struct record *r)
{
	struct taking *const t = r->t;
	struct tt_json_said *said;

	if (r->rule->gives != TT_JSON_ACCEPT || r->layer->outer.n)
		return false;
	if (!t->log->told)
		t->log->told = tt_json_told_new();
	if (tt_json_is_told(t->log->told, r->rule, t->origin, r->f, &said))
		return true;
	*tt_vec_push(&t->log->scratch, &t->said) = said;
	return false;
}

/* A line of a daemon that logs in columns: told of by its whole record. */
static void give_line(struct record *r)
{
	const struct tt_log_value *const value = r->t->value;
	struct tt_log_line *l = tt_vec_push(&r->t->log->scratch, &r->t->lines);

	tt_json_read_fields(&r->at, r->rule, r->f);
	*l = (struct tt_log_line){
		.origin = r->t->origin,
		.off = value->off,
		.raw = value->raw,
		.length = value->raw.n,
		.precision_us = 1000000,
		.host = r->f[TT_JF_host].text,
		.tag = r->f[TT_JF_service].text,
		.text = tt_json_line(&r->at, r->rule),
	};
	if (r->f[TT_JF_time].text.n)
		(void)tt_value_time(r->f[TT_JF_time].text, &l->time,
				    &l->time_us);
}

/* What is damaged is read as far as it is not. */
static void give_mail(struct record *r)
{
	struct taking *const t = r->t;
	const struct tt_json_found *const f = &r->f[TT_JF_mail];
	const struct layer *const layer = r->layer;
	bool is_cut;

	tt_json_read_fields(&r->at, r->rule, r->f);
	if (!f->value || f->text.n == 0)
		return;
	const struct tt_slice outer = layer->outer.n ? layer->outer :
						       f->value->raw;
	const int coding = tt_json_coding_of(r->f[TT_JF_encoding].text);

	if (coding < 0) {
		tt_diag_add(t->diags, TT_DIAG_mail_encoding, t->value->off,
			    NULL);
		return;
	}
	struct tt_log_mail mail = {
		.origin = t->origin,
		.off = t->value->off + (uint64_t)(outer.p - t->value->raw.p),
		.pointer = full_pointer(r, f->value),
		.bytes = tt_json_mail_bytes((enum tt_json_coding)coding,
					    f->text, &t->log->scratch,
					    &is_cut),
	};

	mail.is_cut = is_cut;
	if (mail.bytes.n)
		*tt_vec_push(&t->log->scratch, &t->mails) = mail;
	else if (is_cut)
		tt_diag_add(t->diags, TT_DIAG_mail_damaged, mail.off, NULL);
}

/* By what others find the record, or, of a plain log, at least whose mail and
 * when. */
static bool has_name(struct record *r)
{
	const struct tt_json_found *const f = r->f;

	if (r->rule->gives == TT_JSON_CONTEXT || f[TT_JF_ses_id].text.n ||
	    f[TT_JF_queue_id].text.n)
		return true;
	if (r->rule->kind != TT_EVIDENCE_LOG)
		return false;
	if (f[TT_JF_message_id].text.n)
		return true;
	tt_json_read_fields(&r->at, r->rule, r->f);
	return f[TT_JF_recipient].text.n && f[TT_JF_time].text.n;
}

/* False: the rule has nothing to say of it. */
static bool give(struct record *r)
{
	struct tt_json_log *const log = r->t->log;
	struct tt_event *e;

	if (!tt_json_holds(&r->at, &r->rule->each_when))
		return false;
	tt_json_read_keys(&r->at, r->rule, r->f);
	if (!has_name(r)) {
		r->t->is_unread = true;
		return true;
	}
	read_answer(r);
	if (!is_wanted(r))
		return true;
	tt_json_read_fields(&r->at, r->rule, r->f);
	if (is_told(r))
		return true;
	e = TT_NEW(&log->scratch, struct tt_event);
	e->is_lent = true;
	e->kind = kind_of(r->rule);
	e->side = r->rule->side;
	e->software = r->rule->software;
	e->is_shown = log->o.is_shown;
	e->is_experimental = r->rule->is_experimental;
	e->is_id_unstamped = r->rule->is_id_unstamped;
	e->transport = r->rule->transport;
	e->bits = -1;
	set_names(r, e);
	if (r->f[TT_JF_time].text.n)
		(void)tt_value_time(r->f[TT_JF_time].text, &e->time,
				    &e->time_us);
	if (e->kind == TT_EVENT_ACCEPT || e->kind == TT_EVENT_DELIVER)
		set_tls(r, e);
	if (e->kind == TT_EVENT_ATTEMPT)
		set_outcome(r, e);
	if (e->kind == TT_EVENT_CONTEXT)
		e->context = r->rule->context;
	quote_all(r, e);
	if (e->quotes.n == 0) { /* nothing in the record would show it */
		r->t->is_unread = true;
		return true;
	}
	*tt_vec_push(&log->scratch, &r->t->events) = e;
	return true;
}

/* Once for each of a list, or once. */
static bool give_each(struct record *r)
{
	struct tt_value *list = tt_json_at(&r->at, &r->rule->each);
	bool is_given = false;

	if (r->rule->gives == TT_JSON_LINE) {
		give_line(r);
		return true;
	}
	if (r->rule->gives == TT_JSON_MAIL) {
		if (r->t->log->o.mail.take)
			give_mail(r);
		return true;
	}
	r->at.item = list;
	if (!list || !tt_value_is_array(list))
		return give(r);
	r->at.item = tt_value_first(r->at.reader, list);
	do {
		is_given |= give(r);
		if (r->at.item)
			r->at.item = r->at.item->next;
	} while (r->at.item);
	return is_given;
}

static bool take_record(struct taking *t, struct tt_value *v,
			struct layer *layer)
{
	const struct tt_json_rules *const json = &t->log->rules->json;
	struct record r; /* what a rule reads is set by each */
	const uint64_t keys = tt_value_keys(&t->reader, v);
	bool is_known = false, is_ours = false;

	r.t = t;
	r.layer = layer;
	t->count.n++;
	for (size_t i = 0; i < json->list.n; i++) {
		r.rule = &json->list.v[i];
		if (!tt_json_may_hold(keys, &r.rule->when))
			continue;
		r.at = (struct tt_json_place){ &t->reader, t->log->m, v, NULL };
		if (!tt_json_holds(&r.at, &r.rule->when) ||
		    (r.rule->unless.list.n &&
		     tt_json_holds(&r.at, &r.rule->unless)))
			continue;
		is_known = true;
		*tt_vec_push(&t->log->scratch, &t->rules) = r.rule->id;
		if (r.rule->gives != TT_JSON_NOTHING)
			is_ours |= give_each(&r);
	}
	t->count.n_passed += is_known && !is_ours;
	return is_known;
}

/* ---- envelopes ---- */

static void take(struct taking *t, struct tt_value *v, struct layer *layer,
		 unsigned depth);

/* A string that holds JSON. */
static void take_string(struct taking *t, struct tt_value *v,
			struct layer *layer, unsigned depth)
{
	struct tt_value *inner = tt_value_inside(&t->reader, v);
	const char *const pointer =
		tt_arena_printf(&t->log->scratch, "%s%s", layer->pointer,
				tt_value_pointer(v, &t->log->scratch));
	struct layer inside = {
		.outer = layer->outer.n ? layer->outer : v->raw,
		.pointer = pointer,
	};

	if (inner)
		take(t, inner, &inside, depth);
	else
		t->is_unread = true;
}

static const struct tt_json_envelope *envelope_of(struct taking *t,
						  struct tt_value *v)
{
	const struct tt_json_rules *const json = &t->log->rules->json;
	const struct tt_json_place at = { &t->reader, t->log->m, v, NULL };
	const uint64_t keys = tt_value_keys(&t->reader, v);

	for (size_t i = 0; i < json->envelopes.n; i++)
		if (tt_json_may_hold(keys, &json->envelopes.v[i].when) &&
		    tt_json_holds(&at, &json->envelopes.v[i].when))
			return &json->envelopes.v[i];
	return NULL;
}

static void take_object(struct taking *t, struct tt_value *v,
			struct layer *layer, unsigned depth)
{
	const struct tt_json_envelope *const e = envelope_of(t, v);
	const struct tt_json_place at = { &t->reader, t->log->m, v, NULL };
	struct tt_value *inner = e ? tt_json_at(&at, &e->holds) : NULL;

	if (inner) {
		*tt_vec_push(&t->log->scratch, &t->rules) = e->id;
		take(t, inner, layer, depth + 1);
	} else if (!take_record(t, v, layer)) {
		t->is_unread = true;
	}
}

static void take(struct taking *t, struct tt_value *v, struct layer *layer,
		 unsigned depth)
{
	if (depth > TT_MAX_json_layers) {
		t->is_deep = true;
	} else if (tt_value_is_array(v)) {
		for (struct tt_value *e = tt_value_first(&t->reader, v); e;
		     e = e->next)
			take(t, e, layer,
			     tt_value_is_array(e) ? depth + 1 : depth);
	} else if (tt_value_is_object(v)) {
		take_object(t, v, layer, depth);
	} else {
		take_string(t, v, layer, depth);
	}
}

/* ---- one value ---- */

static void tell(struct taking *t)
{
	const uint64_t off = t->value->off;
	const struct tt_value_faults *const faults = &t->reader.faults;

	if (faults->is_bad) {
		tt_diag_add(t->diags, TT_DIAG_json_torn, off, NULL);
		return;
	}
	if (faults->is_double)
		tt_diag_add(t->diags, TT_DIAG_json_double, off, NULL);
	if (faults->is_cut)
		tt_diag_limit(t->diags, TT_DIAG_json_members_cut,
			      TT_LIM_json_members, off, 0);
	if (t->is_deep)
		tt_diag_limit(t->diags, TT_DIAG_json_layers,
			      TT_LIM_json_layers, off, 0);
	if (t->is_unread)
		tt_diag_add(t->diags, TT_DIAG_value_unread, off, NULL);
}

static void push(struct taking *t)
{
	struct tt_json_log *const log = t->log;

	for (size_t i = 0; log->o.see && i < t->rules.n; i++)
		log->o.see(log->o.sink.ctx, t->rules.v[i]);
	for (size_t i = 0; i < t->events.n; i++) {
		if (t->events.v[i]->is_experimental && !log->is_told) {
			log->is_told = true;
			tt_diag_add(t->diags, TT_DIAG_experimental,
				    t->value->off, NULL);
		}
		log->o.sink.take(log->o.sink.ctx, t->events.v[i]);
	}
	for (size_t i = 0; i < t->mails.n; i++)
		log->o.mail.take(log->o.mail.ctx, &t->mails.v[i], t->diags);
	for (size_t i = 0; i < t->lines.n; i++)
		t->count.n_passed += !log->lines.take(
			log->lines.log, &t->lines.v[i], t->diags);
}

struct tt_log_count tt_json_take(struct tt_json_log *log,
				 const struct tt_origin *origin,
				 const struct tt_log_value *value,
				 struct tt_diags *diags)
{
	struct taking t = { .log = log, .origin = origin, .value = value,
			    .diags = diags, .reader = { .arena = &log->scratch } };
	struct layer layer = { .pointer = "" };
	struct tt_value *v;

	tt_matcher_context(log->m, diags, value->off);
	if (value->fields.n) {
		v = tt_value_csv(&t.reader, value->fields, value->raw);
		layer.outer = value->raw;
	} else {
		v = tt_value_marked(&t.reader, value);
	}
	take(&t, v, &layer, 0);
	if (t.count.n == 0) /* an envelope with nothing in it */
		t.count.n = t.count.n_passed = 1;
	tell(&t);
	if (!t.reader.faults.is_bad)
		push(&t);
	for (size_t i = 0; t.reader.faults.is_bad && i < t.said.n; i++)
		tt_json_untell(t.said.v[i]);
	tt_arena_clear(&log->scratch);
	return t.count;
}
