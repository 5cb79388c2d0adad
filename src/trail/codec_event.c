/* codec_event.c - what an event of a log is made of, field by field */
#include "codec.h"

enum { LEAST_QUOTE = 6, LEAST_CLOCK = 5, LEAST_LEVEL = 1 };

/* Which of a list it is: its number from 1 on, 0 where it is NULL; `list` NULL
 * where it is not known yet. */
#define CODE_SHARED(c, list, at)                                               \
	do {                                                                   \
		uint64_t n_ = 0;                                               \
                                                                               \
		for (size_t k_ = *(at) ? (list)->n : 0; k_ > 0 && !n_; k_--)   \
			if ((list)->v[k_ - 1] == *(at))                        \
				n_ = k_;                                       \
		tt_code_u64((c), &n_);                                         \
		if ((c)->out || !shared || shared->is_open)                    \
			break;                                                 \
		(c)->is_bad |= n_ > (list)->n;                                 \
		*(at) = n_ && !(c)->is_bad ? (list)->v[n_ - 1] : NULL;         \
	} while (0)

static void code_quote(struct tt_codec *c, struct tt_event_quote *q)
{
	TT_CODE_ENUM(c, enum tt_evidence_kind, &q->kind, TT_EVIDENCE_OTHER);
	tt_code_name(c, &q->rule);
	tt_code_origin(c, &q->origin);
	tt_code_u64(c, &q->off);
	tt_code_text(c, &q->text);
	tt_code_text(c, &q->pointer);
	c->is_bad |= !q->rule || !q->origin;
}

static void code_time(struct tt_codec *c, struct tt_event *e)
{
	TT_CODE_ENUM(c, enum tt_log_time, &e->time, TT_LOG_UTC);
	tt_code_i64(c, &e->time_us);
	tt_code_int(c, &e->years);
}

static void code_keys(struct tt_codec *c, struct tt_event *e)
{
	tt_code_text(c, &e->queue_id);
	tt_code_text(c, &e->next_queue_id);
	tt_code_text(c, &e->message_id);
	tt_code_text(c, &e->ses_id);
	tt_code_bool(c, &e->is_id_unstamped);
	tt_code_bool(c, &e->is_through);
	tt_code_bool(c, &e->is_origin_link);
	tt_code_text(c, &e->sender);
	tt_code_text(c, &e->recipient);
	tt_code_text(c, &e->about);
}

static void code_sides(struct tt_codec *c, struct tt_event *e)
{
	tt_code_text(c, &e->from.name);
	tt_code_text(c, &e->from.helo);
	tt_code_text(c, &e->from.rdns);
	tt_code_text(c, &e->from.ip);
	tt_code_text(c, &e->by.name);
	tt_code_text(c, &e->by.ip);
	TT_CODE_ENUM(c, enum tt_transport, &e->transport, TT_TRANSPORT_LOCAL);
}

static void code_tls(struct tt_codec *c, struct tt_event *e)
{
	TT_CODE_ENUM(c, enum tt_verdict, &e->verdict, TT_LOCAL);
	TT_CODE_ENUM(c, enum tt_silence, &e->silence, TT_SILENCE_IF_LEVEL);
	TT_CODE_ENUM(c, enum tt_tls, &e->version, TT_TLSV1_3);
	tt_code_bool(c, &e->is_version_ambiguous);
	tt_code_text(c, &e->cipher);
	tt_code_bool(c, &e->is_cipher_wrong);
	tt_code_int(c, &e->bits);
	TT_CODE_ENUM(c, enum tt_auth, &e->server_auth, TT_AUTH_NONE);
	TT_CODE_ENUM(c, enum tt_auth, &e->client_auth, TT_AUTH_NONE);
	TT_CODE_ENUM(c, enum tt_outcome, &e->outcome, TT_OUTCOME_FALLBACK);
}

static void code_event(struct tt_codec *c, struct tt_event *e,
		       const struct tt_event_shared *shared)
{
	tt_code_version(c, TT_CODEC_VERSION);
	/* First, as they hold most of what follows. */
	TT_CODE_LIST(c, &e->quotes, LEAST_QUOTE);
	for (size_t i = 0; i < e->quotes.n; i++)
		code_quote(c, &e->quotes.v[i]);
	TT_CODE_ENUM(c, enum tt_event_kind, &e->kind, TT_EVENT_CONTEXT);
	TT_CODE_ENUM(c, enum tt_side, &e->side, TT_SIDE_SUBMITTER);
	tt_code_text(c, &e->software);
	tt_code_bool(c, &e->is_shown);
	tt_code_bool(c, &e->is_experimental);
	tt_code_text(c, &e->host);
	tt_code_text(c, &e->service);
	code_time(c, e);
	CODE_SHARED(c, &shared->clocks, &e->clock);
	CODE_SHARED(c, &shared->levels, &e->level);
	code_keys(c, e);
	code_sides(c, e);
	code_tls(c, e);
	tt_code_name(c, &e->context);
	tt_code_text(c, &e->text);
}

/* The newest are the likeliest. */
#define SHARE(arena, list, type, what)                                         \
	do {                                                                   \
		size_t k_ = (what) ? (list)->n : 0;                            \
                                                                               \
		while (k_ > 0 && (list)->v[k_ - 1] != (what))                  \
			k_--;                                                  \
		if ((what) && k_ == 0)                                         \
			*tt_vec_push((arena), (list)) = (type *)(what);        \
	} while (0)

void tt_event_put(struct tt_out *out, const struct tt_event *e,
		  struct tt_event_shared *shared, struct tt_arena *arena)
{
	struct tt_arena scratch = { 0 };
	struct tt_code_texts texts;
	struct tt_trail_codec c = {
		.base = { .out = out, .arena = &scratch, .texts = &texts },
		.origin = shared->origin,
	};
	struct tt_event same = *e;

	tt_code_texts_init(&texts, TT_LOOK_INSIDE);
	SHARE(arena, &shared->clocks, struct tt_log_clock, e->clock);
	SHARE(arena, &shared->levels, struct tt_log_level, e->level);
	code_event(&c.base, &same, shared);
	tt_arena_release(&scratch);
}

bool tt_event_get(struct tt_event *e_r, struct tt_slice bytes,
		  const struct tt_event_shared *shared, struct tt_arena *arena)
{
	struct tt_code_texts texts;
	struct tt_trail_codec c = {
		.base = { .in = bytes, .arena = arena, .texts = &texts },
		.origin = shared ? shared->origin : NULL,
	};

	tt_code_texts_init(&texts, TT_LOOK_AT_PLACE);
	memset(e_r, 0, sizeof(*e_r));
	code_event(&c.base, e_r, shared);
	return !c.base.is_bad && c.base.in.n == 0;
}

static void code_zone(struct tt_codec *c, const struct tt_zone **zone)
{
	struct tt_slice name = *zone ? tt_zone_name(*zone) : TT_NO_SLICE;

	tt_code_text(c, &name);
	if (c->out || !name.p)
		return;
	*zone = tt_zone_find(name, c->arena);
	c->is_bad |= !*zone;
}

static void code_clock(struct tt_codec *c, struct tt_log_clock *k)
{
	code_zone(c, &k->zone);
	tt_code_bool(c, &k->has_year);
	tt_code_bool(c, &k->has_zone);
	tt_code_int(c, &k->year);
	tt_code_i64(c, &k->offset_us);
}

void tt_event_shared_put(struct tt_out *out,
			 const struct tt_event_shared *shared)
{
	struct tt_codec c = { .out = out };

	tt_code_version(&c, TT_CODEC_VERSION);
	(void)tt_code_count(&c, shared->clocks.n, LEAST_CLOCK);
	for (size_t i = 0; i < shared->clocks.n; i++)
		code_clock(&c, shared->clocks.v[i]);
	(void)tt_code_count(&c, shared->levels.n, LEAST_LEVEL);
	for (size_t i = 0; i < shared->levels.n; i++)
		tt_code_bool(&c, &shared->levels.v[i]->is_seen);
}

bool tt_event_shared_get(struct tt_event_shared *shared_r,
			 struct tt_slice bytes, struct tt_arena *arena)
{
	struct tt_codec c = { .in = bytes, .arena = arena };

	memset(shared_r, 0, sizeof(*shared_r));
	tt_code_version(&c, TT_CODEC_VERSION);
	TT_CODE_LIST(&c, &shared_r->clocks, LEAST_CLOCK);
	for (size_t i = 0; i < shared_r->clocks.n; i++) {
		shared_r->clocks.v[i] = TT_NEW(arena, struct tt_log_clock);
		code_clock(&c, shared_r->clocks.v[i]);
	}
	TT_CODE_LIST(&c, &shared_r->levels, LEAST_LEVEL);
	for (size_t i = 0; i < shared_r->levels.n; i++) {
		shared_r->levels.v[i] = TT_NEW(arena, struct tt_log_level);
		tt_code_bool(&c, &shared_r->levels.v[i]->is_seen);
	}
	return !c.is_bad && c.in.n == 0;
}
