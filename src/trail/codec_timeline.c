/* codec_timeline.c - what a timeline is made of, field by field
 *
 * Codes that lists grow by in their middle (diags, anomalies) go by their
 * names; enums that the model fixes go by number. */
#include <tlstrail/source.h>

#include "codec.h"

/* The least bytes of each, so that few bytes cannot ask for much memory. */
enum {
	LEAST_HOP = 48,
	LEAST_EVIDENCE = 7,
	LEAST_WITNESS = 7,
	LEAST_ATTEMPT = 10,
	LEAST_NAMED = 3,
};

static void code_date(struct tt_codec *c, struct tt_date *d)
{
	tt_code_bool(c, &d->is_set);
	tt_code_i64(c, &d->unix_s);
	tt_code_bool(c, &d->has_offset);
	tt_code_int(c, &d->offset_min);
	tt_code_bool(c, &d->is_zone_unread);
	tt_code_bool(c, &d->is_repaired);
}

static void code_texts(struct tt_codec *c, struct tt_slice *v, size_t n)
{
	for (size_t i = 0; i < n; i++)
		tt_code_text(c, &v[i]);
}

static void code_identity(struct tt_codec *c, struct tt_identity *id)
{
	tt_code_text(c, &id->message_id);
	tt_code_text(c, &id->from);
	tt_code_text(c, &id->subject);
	TT_CODE_LIST(c, &id->to, 1);
	code_texts(c, id->to.v, id->to.n);
	code_date(c, &id->date);
	TT_CODE_ENUM(c, enum tt_end_to_end, &id->end_to_end,
		     TT_E2E_PGP_SIGNED_INLINE);
}

/* Without one, its bytes mean nothing. */
static void code_hash(struct tt_codec *c, bool *has, uint8_t *hash)
{
	tt_code_bool(c, has);
	if (*has)
		tt_code_bytes(c, hash, TT_SHA256_LEN);
}

/* Most mail lies there as its content is counted. */
static void code_content(struct tt_codec *c, struct tt_timeline *t)
{
	bool is_same =
		memcmp(t->content_sha256, t->sha256, TT_SHA256_LEN) == 0;

	tt_code_bool(c, &is_same);
	if (!is_same)
		tt_code_bytes(c, t->content_sha256, TT_SHA256_LEN);
	else if (!c->out)
		memcpy(t->content_sha256, t->sha256, TT_SHA256_LEN);
}

static void code_source(struct tt_codec *c, struct tt_timeline *t)
{
	struct tt_origin from = {
		.path = t->path,
		.member = t->member,
		.n_member = t->n_member,
	};
	const struct tt_origin *place = &from;

	tt_code_origin(c, &place);
	if (!c->out && place) {
		t->path = place->path;
		t->member = place->member;
		t->n_member = place->n_member;
	}
	((struct tt_trail_codec *)c)->origin =
		NULL; /* `from` is not there for long */
	tt_code_u64(c, &t->off);
	tt_code_u64(c, &t->length);
	code_hash(c, &t->has_hash, t->sha256);
	code_content(c, t);
	code_hash(c, &t->has_parent, t->parent_sha256);
	tt_code_bool(c, &t->is_decoded);
	tt_code_bool(c, &t->is_of_logs);
	tt_code_bool(c, &t->is_no_message);
}

static void code_evidence(struct tt_codec *c, struct tt_evidence *e)
{
	TT_CODE_ENUM(c, enum tt_evidence_kind, &e->kind, TT_EVIDENCE_OTHER);
	tt_code_name(c, &e->rule);
	tt_code_u64(c, &e->off);
	tt_code_text(c, &e->text);
	tt_code_u64(c, &e->length);
	tt_code_origin(c, &e->origin);
	tt_code_text(c, &e->pointer);
}

static void code_witness(struct tt_codec *c, struct tt_witness *w)
{
	TT_CODE_ENUM(c, enum tt_evidence_kind, &w->kind, TT_EVIDENCE_OTHER);
	tt_code_bool(c, &w->is_experimental);
	tt_code_name(c, &w->side);
	tt_code_text(c, &w->host);
	tt_code_name(c, &w->key);
	TT_CODE_ENUM(c, enum tt_verdict, &w->verdict, TT_LOCAL);
	TT_CODE_ENUM(c, enum tt_tls, &w->version, TT_TLSV1_3);
}

static void code_attempt(struct tt_codec *c, struct tt_attempt *a)
{
	TT_CODE_LIST(c, &a->evidence, LEAST_EVIDENCE);
	for (size_t i = 0; i < a->evidence.n; i++)
		code_evidence(c, &a->evidence.v[i]);
	tt_code_bool(c, &a->has_time);
	tt_code_i64(c, &a->time_unix);
	tt_code_text(c, &a->recipient);
	tt_code_text(c, &a->from.name);
	tt_code_text(c, &a->from.ip);
	tt_code_text(c, &a->by.name);
	tt_code_text(c, &a->by.ip);
	TT_CODE_ENUM(c, enum tt_outcome, &a->outcome, TT_OUTCOME_FALLBACK);
	tt_code_text(c, &a->text);
}

static void code_sides(struct tt_codec *c, struct tt_hop *h)
{
	tt_code_text(c, &h->from.name);
	tt_code_text(c, &h->from.helo);
	tt_code_text(c, &h->from.rdns);
	tt_code_text(c, &h->from.ip);
	tt_code_text(c, &h->by.name);
	tt_code_text(c, &h->by.ip);
	tt_code_text(c, &h->via);
	tt_code_text(c, &h->with);
	tt_code_text(c, &h->id);
	tt_code_text(c, &h->for_);
	tt_code_text(c, &h->recipient);
	TT_CODE_ENUM(c, enum tt_transport, &h->transport, TT_TRANSPORT_LOCAL);
}

static void code_times(struct tt_codec *c, struct tt_hop *h)
{
	tt_code_bool(c, &h->has_time);
	tt_code_bool(c, &h->has_offset);
	tt_code_bool(c, &h->has_delay);
	tt_code_i64(c, &h->time_unix);
	tt_code_int(c, &h->time_us);
	tt_code_i64(c, &h->time_uncertainty_s);
	tt_code_int(c, &h->offset_min);
	tt_code_i64(c, &h->delay_s);
}

static void code_tls(struct tt_codec *c, struct tt_hop *h)
{
	TT_CODE_ENUM(c, enum tt_tls, &h->version, TT_TLSV1_3);
	TT_CODE_ENUM(c, enum tt_tls, &h->version_implied, TT_TLSV1_3);
	tt_code_text(c, &h->cipher);
	tt_code_text(c, &h->cipher_iana);
	tt_code_bool(c, &h->is_cipher_unreliable);
	tt_code_uint(c, &h->suite_flags);
	tt_code_int(c, &h->bits);
	TT_CODE_ENUM(c, enum tt_verdict, &h->verdict, TT_LOCAL);
	TT_CODE_ENUM(c, enum tt_basis, &h->basis, TT_BASIS_LOG);
	TT_CODE_ENUM(c, enum tt_auth, &h->server_auth, TT_AUTH_NONE);
	TT_CODE_ENUM(c, enum tt_auth, &h->client_auth, TT_AUTH_NONE);
}

static void code_standing(struct tt_codec *c, struct tt_hop *h)
{
	tt_code_text(c, &h->software);
	tt_code_bool(c, &h->is_trusted);
	tt_code_bool(c, &h->is_corroborated);
	tt_code_bool(c, &h->is_mute);
	tt_code_bool(c, &h->is_excluded);
	tt_code_bool(c, &h->is_stamp);
	tt_code_bool(c, &h->is_within_host);
	tt_code_bool(c, &h->is_parsed);
	TT_CODE_ENUM(c, enum tt_link, &h->link, TT_LINK_NONE);
	tt_code_name(c, &h->writer);
	tt_code_name(c, &h->decided_by);
	tt_code_u64(c, &h->off);
	tt_code_u64(c, &h->length);
}

static void code_hop(struct tt_codec *c, struct tt_hop *h)
{
	tt_code_int(c, &h->index);
	/* First, as lines of logs hold most of what follows. */
	TT_CODE_LIST(c, &h->evidence, LEAST_EVIDENCE);
	for (size_t i = 0; i < h->evidence.n; i++)
		code_evidence(c, &h->evidence.v[i]);
	code_sides(c, h);
	code_times(c, h);
	code_tls(c, h);
	code_standing(c, h);
	TT_CODE_LIST(c, &h->witnesses, LEAST_WITNESS);
	for (size_t i = 0; i < h->witnesses.n; i++)
		code_witness(c, &h->witnesses.v[i]);
	TT_CODE_LIST(c, &h->attempts, LEAST_ATTEMPT);
	for (size_t i = 0; i < h->attempts.n; i++)
		code_attempt(c, &h->attempts.v[i]);
}

static void code_result(struct tt_codec *c, struct tt_result *r, size_t hops)
{
	struct tt_slice profile = c->out ? r->profile->name : TT_NO_SLICE;

	tt_code_text(c, &profile);
	if (!c->out) {
		r->profile = tt_profile_find(
			((struct tt_trail_codec *)c)->rules, profile);
		c->is_bad |= !r->profile;
	}
	TT_CODE_ENUM(c, enum tt_result_verdict, &r->verdict, TT_RESULT_FAIL);
	TT_CODE_ENUM(c, enum tt_basis, &r->fail_basis, TT_BASIS_LOG);
	tt_code_int(c, &r->border);
	c->is_bad |= r->border < -1 || r->border >= (int)hops;
	TT_CODE_ENUM(c, enum tt_border_basis, &r->border_basis,
		     TT_BORDER_TOP_ONLY);
	tt_code_text(c, &r->receiving_domain);
	TT_CODE_ENUM(c, enum tt_claimed, &r->claimed,
		     TT_CLAIMED_ADMITS_FAILURE);
	tt_code_uint(c, &r->silent_internal);
	tt_code_uint(c, &r->hops);
	tt_code_uint(c, &r->encrypted);
	tt_code_uint(c, &r->cleartext);
	tt_code_uint(c, &r->unknown);
	tt_code_uint(c, &r->excluded);
	TT_CODE_ENUM(c, enum tt_tls, &r->weakest, TT_TLSV1_3);
}

static void code_anomaly(struct tt_codec *c, struct tt_anomaly *a,
			 struct tt_timeline *t)
{
	const char *name = c->out ? tt_anomaly_name(a->code) : NULL;
	int code = 0;

	tt_code_name(c, &name);
	tt_code_int(c, &a->hop);
	tt_code_text(c, &a->text);
	c->is_bad |= !name || a->hop < 0 || (size_t)a->hop >= t->hops.n;
	if (c->out || c->is_bad)
		return;
	while (code < TT_ANOMALY_COUNT &&
	       strcmp(tt_anomaly_name((enum tt_anomaly_code)code), name) != 0)
		code++;
	c->is_bad |= code == TT_ANOMALY_COUNT;
	a->code = (enum tt_anomaly_code)code;
	/* The bits of the hop are those of the list. */
	if (!c->is_bad)
		t->hops.v[a->hop].anomalies |= UINT32_C(1) << code;
}

static void code_context(struct tt_codec *c, struct tt_context *x)
{
	tt_code_name(c, &x->kind);
	code_evidence(c, &x->evidence);
	tt_code_text(c, &x->text);
	tt_code_bool(c, &x->has_time);
	tt_code_i64(c, &x->time_unix);
}

static void code_timeline(struct tt_codec *c, struct tt_timeline *t,
			  struct tt_diags *diags)
{
	code_source(c, t);
	code_identity(c, &t->identity);
	TT_CODE_LIST(c, &t->hops, LEAST_HOP);
	for (size_t i = 0; i < t->hops.n; i++) {
		code_hop(c, &t->hops.v[i]);
		c->is_bad |= t->hops.v[i].index != (int)i;
	}
	code_result(c, &t->result, t->hops.n);
	TT_CODE_LIST(c, &t->anomalies, LEAST_NAMED);
	for (size_t i = 0; i < t->anomalies.n; i++)
		code_anomaly(c, &t->anomalies.v[i], t);
	TT_CODE_LIST(c, &t->attempts, LEAST_ATTEMPT);
	for (size_t i = 0; i < t->attempts.n; i++)
		code_attempt(c, &t->attempts.v[i]);
	TT_CODE_LIST(c, &t->context, LEAST_EVIDENCE);
	for (size_t i = 0; i < t->context.n; i++)
		code_context(c, &t->context.v[i]);
	TT_CODE_LIST(c, &t->advice, 1);
	code_texts(c, t->advice.v, t->advice.n);
	tt_diags_code(c, diags);
}

static void put(struct tt_out *out, const struct tt_timeline *t,
		enum tt_code_looking looking, struct tt_code_places *places)
{
	struct tt_arena arena = { 0 };
	struct tt_code_texts texts;
	struct tt_trail_codec c = {
		.base = { .out = out,
			  .arena = &arena,
			  .texts = &texts,
			  .places = places },
	};
	struct tt_timeline same = *t;
	struct tt_diags diags = *t->diags;

	tt_code_texts_init(&texts, looking);
	tt_code_version(&c.base, TT_CODEC_VERSION);
	code_timeline(&c.base, &same, &diags);
	tt_arena_release(&arena);
}

void tt_timeline_put(struct tt_out *out, const struct tt_timeline *t)
{
	tt_timeline_put_at(out, t, NULL);
}

void tt_timeline_put_at(struct tt_out *out, const struct tt_timeline *t,
			struct tt_code_places *places)
{
	put(out, t, t->is_of_logs ? TT_LOOK_INSIDE : TT_LOOK_FOR_SAME, places);
}

void tt_timeline_put_aside(struct tt_out *out, const struct tt_timeline *t)
{
	put(out, t, TT_LOOK_AT_PLACE, NULL);
}

bool tt_timeline_get(struct tt_timeline *t_r, struct tt_slice bytes,
		     const struct tt_rules *rules, struct tt_arena *arena)
{
	struct tt_code_texts texts;
	struct tt_trail_codec c = {
		.base = { .in = bytes, .arena = arena, .texts = &texts },
		.rules = rules,
	};
	struct tt_diags *const diags = TT_NEW(arena, struct tt_diags);

	tt_code_texts_init(&texts, TT_LOOK_FOR_SAME);
	memset(t_r, 0, sizeof(*t_r));
	tt_diags_init(diags, arena);
	tt_code_version(&c.base, TT_CODEC_VERSION);
	if (!c.base.is_bad)
		code_timeline(&c.base, t_r, diags);
	t_r->diags = diags;
	return !c.base.is_bad && c.base.in.n == 0;
}
