/* sample_log.c - what the log lines of a sample give, under the JSON's names */
#include <string.h>

#include "log_rules.h"

static void take(void *ctx, struct tt_event *event)
{
	struct tt_log_proof *const proof = ctx;

	*tt_vec_push(proof->arena, &proof->events) =
		event->is_lent ? tt_event_dup(event, proof->arena) : event;
}

static void take_mail(void *ctx, const struct tt_log_mail *mail,
		      struct tt_diags *diags)
{
	struct tt_log_proof *const proof = ctx;

	(void)diags;
	*tt_vec_push(proof->arena, &proof->mails) =
		tt_arena_dup(proof->arena, mail->bytes);
}

static void see(void *ctx, const char *rule)
{
	struct tt_log_proof *const proof = ctx;

	*tt_vec_push(proof->arena, &proof->rules) = rule;
}

static void see_second(void *ctx, const char *first, const char *second)
{
	struct tt_log_proof *const proof = ctx;

	*tt_vec_push(proof->arena, &proof->seconds) =
		(struct tt_log_second){ first, second };
}

void tt_log_sample_read(struct tt_log_proof *proof_r, struct tt_matcher *m,
			const struct tt_sample *sample, struct tt_arena *arena)
{
	const struct tt_log_options options = {
		.rules = tt_matcher_rules(m),
		.arena = arena,
		.sink = { proof_r, take },
		.mail = { proof_r, take_mail },
		.see = see,
		.see_second = see_second,
		.year = 2026,
	};
	const struct tt_origin origin = { .path = TT_S("sample") };
	struct tt_log *log = tt_log_begin(&options, m);
	struct tt_diags diags;

	*proof_r = (struct tt_log_proof){ .arena = arena };
	tt_diags_init(&diags, arena);
	tt_log_from(log, &origin);
	for (size_t i = 0; sample->is_json && i < sample->fields.n; i++) {
		const struct tt_log_value value = {
			.raw = tt_slice_trim(sample->fields.v[i]),
			.fields = sample->names,
		};

		tt_log_take_value(log, &value, &diags);
	}
	for (size_t i = 0; !sample->is_json && i < sample->fields.n; i++) {
		struct tt_log_line line;

		(void)tt_log_unwrap(sample->fields.v[i], &line);
		line.raw = sample->fields.v[i];
		line.length = line.raw.n;
		tt_log_take_line(log, &line, &diags);
	}
	tt_log_end(&log, NULL);
}

static struct tt_slice named(const char *name)
{
	return name ? tt_slice_str(name) : TT_S("null");
}

static struct tt_slice text(struct tt_slice s)
{
	return s.n ? s : TT_S("null");
}

static const char *const kinds[] = {
	[TT_EVENT_ACCEPT] = "accept",	  [TT_EVENT_DELIVER] = "deliver",
	[TT_EVENT_ATTEMPT] = "attempt",	  [TT_EVENT_IDENTIFY] = "identify",
	[TT_EVENT_LINK] = "link",	  [TT_EVENT_CONTEXT] = "context",
};

struct tt_slice tt_event_value(const struct tt_event *e, struct tt_slice key,
			       struct tt_arena *arena)
{
	const char *const bits =
		e->bits < 0 ? NULL : tt_arena_printf(arena, "%d", e->bits);
	const struct {
		const char *key;
		struct tt_slice value;
	} values[] = {
		{ "event", named(kinds[e->kind]) },
		{ "side", named(tt_side_name(e->side)) },
		{ "verdict", named(tt_verdict_name(tt_event_verdict(e))) },
		{ "tls_version", named(tt_tls_name(e->version)) },
		{ "cipher", text(e->cipher) },
		{ "bits", named(bits) },
		{ "client_auth", named(tt_auth_name(e->client_auth)) },
		{ "server_auth", named(tt_auth_name(e->server_auth)) },
		{ "transport", named(tt_transport_name(e->transport)) },
		{ "outcome", named(tt_outcome_name(e->outcome)) },
		{ "host", text(e->host) },
		{ "queue_id", text(e->queue_id) },
		{ "next_queue_id", text(e->next_queue_id) },
		{ "message_id", text(e->message_id) },
		{ "ses_id", text(e->ses_id) },
		{ "recipient", text(e->recipient) },
		{ "sender", text(e->sender) },
		{ "name", text(e->from.name) },
		{ "helo", text(e->from.helo) },
		{ "rdns", text(e->from.rdns) },
		{ "ip", text(e->from.ip) },
		{ "by", text(e->by.name) },
		{ "by_ip", text(e->by.ip) },
		{ "text", text(e->text) },
		{ "context", named(e->context) },
		{ "about", text(e->about) },
		{ "pointer", e->quotes.n ? text(e->quotes.v[0].pointer) :
					   TT_S("null") },
	};

	for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++)
		if (tt_slice_eq(key, tt_slice_str(values[i].key)))
			return values[i].value;
	return TT_NO_SLICE;
}
