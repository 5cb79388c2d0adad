/* emit_json - one timeline as one line of JSON
 *
 * The object of the schema tlstrail.timeline/1: every key always there, in
 * its order, null or [] where nothing is known.  Readers depend on both.
 * Bytes that are not UTF-8 appear as U+FFFD, and only then a sibling
 * "<key>_b64" follows with the exact bytes.
 *
 * Memory does not grow with the output: all goes through the buffered
 * writer.  A failed write is remembered there. */
#include <tlstrail/source.h>

#include "emit_private.h"

struct tt_emit {
	struct tt_out *out;
};

/* ---- members; a key comes as the literal before its value, `,"name":` ---- */

static void put_word(struct tt_out *o, const char *word)
{
	if (word)
		tt_out_quoted(o, tt_slice_str(word));
	else
		tt_out_bytes(o, TT_S("null"));
}

/* The literal is inlined with its length: a store or two. */
static inline void put_null_or(struct tt_out *o, struct tt_slice key,
			       const char *word)
{
	tt_out_bytes(o, key);
	put_word(o, word);
}

static inline void put_bool(struct tt_out *o, struct tt_slice key, bool is)
{
	tt_out_bytes(o, key);
	tt_out_bytes(o, is ? TT_S("true") : TT_S("false"));
}

static inline void put_u64(struct tt_out *o, struct tt_slice key, uint64_t v)
{
	tt_out_bytes(o, key);
	tt_out_u64(o, v);
}

static inline void put_i64_if(struct tt_out *o, struct tt_slice key, bool has,
			      int64_t v)
{
	tt_out_bytes(o, key);
	if (has)
		tt_out_i64(o, v);
	else
		tt_out_bytes(o, TT_S("null"));
}

/* `,"name":` becomes `,"name_b64":`; the last name counts, as in
 * `,"source":{"path":`. */
static void put_b64_key(struct tt_out *o, struct tt_slice key)
{
	const size_t end = key.n - 2; /* the closing quote */
	size_t at = end;

	while (at > 0 && key.p[at - 1] != '"')
		at--;
	tt_out_bytes(o, TT_S(",\""));
	tt_out_bytes(o, tt_slice_sub(key, at, end - at));
	tt_out_bytes(o, TT_S("_b64\":"));
}

static void put_comma(struct tt_out *o, size_t i)
{
	if (i)
		tt_out_bytes(o, TT_S(","));
}

/* Was not all of it shown? */
static bool put_value(struct tt_out *o, struct tt_slice v)
{
	if (v.p)
		return tt_out_json(o, v);
	tt_out_bytes(o, TT_S("null"));
	return false;
}

static void put_exact(struct tt_out *o, struct tt_slice key, struct tt_slice v)
{
	put_b64_key(o, key);
	tt_out_base64(o, v);
}

__attribute__((always_inline)) static inline void
put_text(struct tt_out *o, struct tt_slice key, struct tt_slice v)
{
	tt_out_bytes(o, key);
	if (put_value(o, v))
		put_exact(o, key, v);
}

/* A list of strings.  Where one is not UTF-8 the sibling lists the bytes of
 * all, so that both have the same length. */
static void put_texts(struct tt_out *o, struct tt_slice key,
		      const struct tt_slice *v, size_t n)
{
	bool is_broken = false;

	tt_out_bytes(o, key);
	tt_out_bytes(o, TT_S("["));
	for (size_t i = 0; i < n; i++) {
		put_comma(o, i);
		is_broken |= tt_out_json(o, v[i]);
	}
	tt_out_bytes(o, TT_S("]"));
	if (!is_broken)
		return;
	put_b64_key(o, key);
	tt_out_bytes(o, TT_S("["));
	for (size_t i = 0; i < n; i++) {
		put_comma(o, i);
		tt_out_base64(o, v[i]);
	}
	tt_out_bytes(o, TT_S("]"));
}

static void put_time(struct tt_out *o, struct tt_slice key, bool has,
		     int64_t unix_s)
{
	char text[24];
	const size_t n = has ? tt_date_rfc3339(unix_s, text) : 0;

	tt_out_bytes(o, key);
	if (n == 0) {
		tt_out_bytes(o, TT_S("null"));
		return;
	}
	tt_out_quoted(o, (struct tt_slice){ (const uint8_t *)text, n });
}

/* "+0530"; zones beyond a day do not reach us, but stay two digits here. */
static void put_offset(struct tt_out *o, struct tt_slice key, bool has,
		       int offset_min)
{
	const unsigned abs = offset_min < 0 ? 0u - (unsigned)offset_min :
					      (unsigned)offset_min;
	const unsigned h = abs / 60 % 100, m = abs % 60;
	const char text[5] = { offset_min < 0 ? '-' : '+',
			       (char)('0' + h / 10), (char)('0' + h % 10),
			       (char)('0' + m / 10), (char)('0' + m % 10) };

	tt_out_bytes(o, key);
	if (!has) {
		tt_out_bytes(o, TT_S("null"));
		return;
	}
	tt_out_quoted(o, (struct tt_slice){ (const uint8_t *)text, 5 });
}

static void put_hash(struct tt_out *o, struct tt_slice key, bool has,
		     const uint8_t sum[TT_SHA256_LEN])
{
	char text[TT_SHA256_HEX];

	tt_out_bytes(o, key);
	if (!has) {
		tt_out_bytes(o, TT_S("null"));
		return;
	}
	tt_sha256_hex(sum, text);
	tt_out_quoted(o, (struct tt_slice){ (const uint8_t *)text,
					    sizeof(text) - 1 });
}

/* ---- the objects, in the order of the schema ---- */

static void put_source(struct tt_out *o, const struct tt_timeline *t)
{
	put_text(o, TT_S(",\"source\":{\"path\":"), t->path);
	put_texts(o, TT_S(",\"member\":"), t->member, t->n_member);
	if (t->is_decoded) {
		tt_out_bytes(o, TT_S(",\"offset\":null,\"length\":null"));
	} else {
		put_u64(o, TT_S(",\"offset\":"), t->off);
		put_u64(o, TT_S(",\"length\":"), t->length);
	}
	put_hash(o, TT_S(",\"sha256\":"), t->has_hash, t->sha256);
	put_hash(o, TT_S("},\"parent\":"), t->has_parent && t->has_hash,
		 t->parent_sha256);
}

static void put_message(struct tt_out *o, const struct tt_timeline *t)
{
	const struct tt_identity *id = &t->identity;

	put_text(o, TT_S(",\"message\":{\"message_id\":"), id->message_id);
	put_time(o, TT_S(",\"date\":"), id->date.is_set, id->date.unix_s);
	put_text(o, TT_S(",\"from\":"), id->from);
	put_texts(o, TT_S(",\"to\":"), id->to.v, id->to.n);
	put_text(o, TT_S(",\"subject\":"), id->subject);
	put_null_or(o, TT_S(",\"end_to_end\":"),
		    tt_end_to_end_name(id->end_to_end));
	put_hash(o, TT_S(",\"content_sha256\":"), t->has_hash,
		 t->content_sha256);
	tt_out_bytes(o, TT_S("}"));
}

static void put_evidence(struct tt_out *o, const struct tt_evidence *e)
{
	put_null_or(o, TT_S("{\"kind\":"), tt_evidence_kind_name(e->kind));
	/* A rule is named by its file, which the user may have named. */
	put_text(o, TT_S(",\"rule\":"),
		 e->rule ? tt_slice_str(e->rule) : TT_NO_SLICE);
	if (e->origin) {
		put_text(o, TT_S(",\"path\":"), e->origin->path);
		put_texts(o, TT_S(",\"member\":"), e->origin->member,
			  e->origin->n_member);
	} else {
		tt_out_bytes(o, TT_S(",\"path\":null,\"member\":null"));
	}
	put_u64(o, TT_S(",\"offset\":"), e->off);
	put_u64(o, TT_S(",\"length\":"), tt_evidence_length(e));
	put_text(o, TT_S(",\"pointer\":"),
		 e->pointer.n ? e->pointer : TT_NO_SLICE);
	put_text(o, TT_S(",\"text\":"), e->text);
	tt_out_bytes(o, TT_S("}"));
}

static void put_witness(struct tt_out *o, const struct tt_witness *w)
{
	put_null_or(o, TT_S("{\"kind\":"), tt_evidence_kind_name(w->kind));
	put_null_or(o, TT_S(",\"side\":"), w->side);
	put_text(o, TT_S(",\"host\":"), w->host);
	put_null_or(o, TT_S(",\"key\":"), w->key);
	put_null_or(o, TT_S(",\"verdict\":"), tt_verdict_name(w->verdict));
	put_null_or(o, TT_S(",\"tls_version\":"), tt_tls_name(w->version));
	tt_out_bytes(o, TT_S("}"));
}

static void put_sides(struct tt_out *o, const struct tt_hop *h)
{
	put_text(o, TT_S(",\"from\":{\"name\":"), h->from.name);
	put_text(o, TT_S(",\"helo\":"), h->from.helo);
	put_text(o, TT_S(",\"rdns\":"), h->from.rdns);
	put_text(o, TT_S(",\"ip\":"), h->from.ip);
	put_text(o, TT_S("},\"by\":{\"name\":"), h->by.name);
	put_text(o, TT_S(",\"ip\":"), h->by.ip);
	put_text(o, TT_S("},\"via\":"), h->via);
	put_text(o, TT_S(",\"with\":"), h->with);
	put_text(o, TT_S(",\"id\":"), h->id);
	put_text(o, TT_S(",\"for\":"), h->for_);
	put_text(o, TT_S(",\"recipient\":"), h->recipient);
	put_null_or(o, TT_S(",\"transport\":"),
		    tt_transport_name(h->transport));
}

static void put_tls(struct tt_out *o, const struct tt_hop *h)
{
	put_null_or(o, TT_S(",\"tls_version\":"), tt_tls_name(h->version));
	put_null_or(o, TT_S(",\"tls_version_implied\":"),
		    tt_tls_name(h->version_implied));
	put_text(o, TT_S(",\"cipher\":"), h->cipher);
	put_text(o, TT_S(",\"cipher_iana\":"), h->cipher_iana);
	if (h->cipher.p)
		put_bool(o, TT_S(",\"cipher_reliable\":"),
			 !h->is_cipher_unreliable);
	else
		tt_out_bytes(o, TT_S(",\"cipher_reliable\":null"));
	put_i64_if(o, TT_S(",\"bits\":"), h->bits >= 0, h->bits);
	put_null_or(o, TT_S(",\"verdict\":"), tt_verdict_name(h->verdict));
	put_null_or(o, TT_S(",\"basis\":"), tt_basis_name(h->basis));
	put_null_or(o, TT_S(",\"server_auth\":"),
		    tt_auth_name(h->server_auth));
	put_null_or(o, TT_S(",\"client_auth\":"),
		    tt_auth_name(h->client_auth));
}

static void put_codes(struct tt_out *o, struct tt_slice key, uint32_t bits)
{
	tt_out_bytes(o, key);
	tt_out_bytes(o, TT_S("["));
	for (uint32_t left = bits; left; left &= left - 1) {
		put_comma(o, left != bits);
		put_word(o, tt_anomaly_name(
				    (enum tt_anomaly_code)__builtin_ctz(left)));
	}
	tt_out_bytes(o, TT_S("]"));
}

static void put_attempt(struct tt_out *o, const struct tt_attempt *a)
{
	put_time(o, TT_S("{\"time\":"), a->has_time, a->time_unix);
	put_text(o, TT_S(",\"recipient\":"), a->recipient);
	put_text(o, TT_S(",\"from\":{\"name\":"), a->from.name);
	put_text(o, TT_S(",\"ip\":"), a->from.ip);
	put_text(o, TT_S("},\"by\":{\"name\":"), a->by.name);
	put_text(o, TT_S(",\"ip\":"), a->by.ip);
	put_null_or(o, TT_S("},\"outcome\":"), tt_outcome_name(a->outcome));
	put_text(o, TT_S(",\"text\":"), a->text);
	tt_out_bytes(o, TT_S(",\"evidence\":["));
	for (size_t i = 0; i < a->evidence.n; i++) {
		put_comma(o, i);
		put_evidence(o, &a->evidence.v[i]);
	}
	tt_out_bytes(o, TT_S("]}"));
}

static void put_attempts(struct tt_out *o, struct tt_slice key,
			 const struct tt_attempt *v, size_t n)
{
	tt_out_bytes(o, key);
	for (size_t i = 0; i < n; i++) {
		put_comma(o, i);
		put_attempt(o, &v[i]);
	}
}

/* A stamp's whole seconds; a log's fraction where it has one. */
static void put_instant(struct tt_out *o, const struct tt_hop *h)
{
	char text[24 + 7];
	size_t n = h->time_us ? tt_date_rfc3339(h->time_unix, text) : 0;

	if (n == 0) {
		put_time(o, TT_S(",\"time\":"), h->has_time, h->time_unix);
		return;
	}
	/* six digits, in place of the Z */
	text[n - 1] = '.';
	unsigned us = (unsigned)h->time_us;

	for (size_t i = 6; i-- > 0; us /= 10)
		text[n + i] = (char)('0' + us % 10);
	n += 6;
	text[n++] = 'Z';
	tt_out_bytes(o, TT_S(",\"time\":"));
	tt_out_quoted(o, (struct tt_slice){ (const uint8_t *)text, n });
}

static void put_hop(struct tt_out *o, const struct tt_hop *h)
{
	put_i64_if(o, TT_S("{\"index\":"), true, h->index);
	put_sides(o, h);
	put_instant(o, h);
	put_offset(o, TT_S(",\"utc_offset\":"), h->has_offset, h->offset_min);
	put_i64_if(o, TT_S(",\"time_uncertainty_s\":"), h->has_time,
		   h->time_uncertainty_s);
	put_i64_if(o, TT_S(",\"delay_s\":"), h->has_delay, h->delay_s);
	put_tls(o, h);
	put_text(o, TT_S(",\"software\":"), h->software);
	put_bool(o, TT_S(",\"trusted\":"), h->is_trusted);
	put_null_or(o, TT_S(",\"link\":"), tt_link_name(h->link));
	put_bool(o, TT_S(",\"corroborated\":"), h->is_corroborated);
	tt_out_bytes(o, TT_S(",\"witnesses\":["));
	for (size_t i = 0; i < h->witnesses.n; i++) {
		put_comma(o, i);
		put_witness(o, &h->witnesses.v[i]);
	}
	put_attempts(o, TT_S("],\"attempts\":["), h->attempts.v,
		     h->attempts.n);
	tt_out_bytes(o, TT_S("],\"evidence\":["));
	for (size_t i = 0; i < h->evidence.n; i++) {
		put_comma(o, i);
		put_evidence(o, &h->evidence.v[i]);
	}
	put_codes(o, TT_S("],\"anomalies\":"), h->anomalies);
	tt_out_bytes(o, TT_S("}"));
}

static void put_result(struct tt_out *o, const struct tt_result *r)
{
	put_text(o, TT_S(",\"result\":{\"profile\":"),
		 r->profile ? r->profile->name : TT_NO_SLICE);
	put_null_or(o, TT_S(",\"verdict\":"),
		    tt_result_verdict_name(r->verdict));
	put_null_or(o, TT_S(",\"fail_basis\":"),
		    r->fail_basis == TT_BASIS_NONE ?
			    NULL :
			    tt_basis_name(r->fail_basis));
	put_i64_if(o, TT_S(",\"border\":"), r->border >= 0, r->border);
	put_null_or(o, TT_S(",\"border_basis\":"),
		    tt_border_basis_name(r->border_basis));
	put_null_or(o, TT_S(",\"claimed\":"), tt_claimed_name(r->claimed));
	put_u64(o, TT_S(",\"silent_internal\":"), r->silent_internal);
	put_u64(o, TT_S(",\"hops\":"), r->hops);
	put_u64(o, TT_S(",\"encrypted\":"), r->encrypted);
	put_u64(o, TT_S(",\"cleartext\":"), r->cleartext);
	put_u64(o, TT_S(",\"unknown\":"), r->unknown);
	put_u64(o, TT_S(",\"excluded\":"), r->excluded);
	put_null_or(o, TT_S(",\"weakest\":"), tt_tls_name(r->weakest));
	tt_out_bytes(o, TT_S("}"));
}

static void put_anomaly(struct tt_out *o, const struct tt_anomaly *a)
{
	put_null_or(o, TT_S("{\"code\":"), tt_anomaly_name(a->code));
	put_i64_if(o, TT_S(",\"hop\":"), a->hop >= 0, a->hop);
	put_text(o, TT_S(",\"text\":"), a->text);
	tt_out_bytes(o, TT_S("}"));
}

static void put_context(struct tt_out *o, const struct tt_context *c)
{
	put_null_or(o, TT_S("{\"kind\":"), c->kind);
	put_time(o, TT_S(",\"time\":"), c->has_time, c->time_unix);
	put_text(o, TT_S(",\"text\":"), c->text);
	tt_out_bytes(o, TT_S(",\"evidence\":["));
	put_evidence(o, &c->evidence);
	tt_out_bytes(o, TT_S("]}"));
}

void tt_emit_diag_json(struct tt_out *o, struct tt_slice path,
		       const struct tt_diag *d)
{
	const struct tt_diag_info *info = tt_diag_info(d->code);

	if (path.p)
		put_text(o, TT_S("{\"path\":"), path);
	put_null_or(o, path.p ? TT_S(",\"severity\":") :
				TT_S("{\"severity\":"),
		    info->severity == TT_SEV_FAILED ? "failed" : "diag");
	put_null_or(o, TT_S(",\"code\":"), info->code);
	tt_out_bytes(o, TT_S(",\"offset\":"));
	if (d->off == TT_NO_OFF)
		tt_out_bytes(o, TT_S("null"));
	else
		tt_out_u64(o, d->off);
	put_text(o, TT_S(",\"text\":"), tt_slice_str(d->text));
	tt_out_bytes(o, TT_S("}"));
}

static void put_diags(struct tt_out *o, const struct tt_diags *d)
{
	tt_out_bytes(o, TT_S(",\"diags\":["));
	for (size_t i = 0; d && i < d->list.n; i++) {
		put_comma(o, i);
		tt_emit_diag_json(o, TT_NO_SLICE, &d->list.v[i]);
	}
	/* The list is bounded: how many are not on it is told as its last. */
	if (d && d->more) {
		tt_out_bytes(o, TT_S(",{\"severity\":\"diag\",\"code\":\""));
		tt_out_str(o, tt_diag_info(TT_DIAG_diags_more)->code);
		tt_out_bytes(o, TT_S("\",\"offset\":null,\"text\":\""));
		tt_out_u64(o, d->more);
		tt_out_bytes(o, TT_S(" more are not listed\"}"));
	}
	tt_out_bytes(o, TT_S("]"));
}

static void json_timeline(struct tt_emit *e, const struct tt_timeline *t)
{
	struct tt_out *o = e->out;

	tt_out_bytes(o, TT_S("{\"schema\":\"tlstrail.timeline/1\""));
	put_source(o, t);
	put_message(o, t);
	tt_out_bytes(o, TT_S(",\"hops\":["));
	for (size_t i = 0; i < t->hops.n; i++) {
		put_comma(o, i);
		put_hop(o, &t->hops.v[i]);
	}
	tt_out_bytes(o, TT_S("]"));
	put_result(o, &t->result);
	tt_out_bytes(o, TT_S(",\"anomalies\":["));
	for (size_t i = 0; i < t->anomalies.n; i++) {
		put_comma(o, i);
		put_anomaly(o, &t->anomalies.v[i]);
	}
	put_attempts(o, TT_S("],\"attempts\":["), t->attempts.v,
		     t->attempts.n);
	tt_out_bytes(o, TT_S("],\"context\":["));
	for (size_t i = 0; i < t->context.n; i++) {
		put_comma(o, i);
		put_context(o, &t->context.v[i]);
	}
	tt_out_bytes(o, TT_S("]"));
	put_texts(o, TT_S(",\"advice\":"), t->advice.v, t->advice.n);
	put_diags(o, t->diags);
	tt_out_bytes(o, TT_S("}\n"));
}

static struct tt_emit *json_begin(const struct tt_emit_options *options)
{
	struct tt_emit *e = tt_zalloc(sizeof(*e));

	e->out = options->out;
	return e;
}

static void json_end(struct tt_emit *e, const struct tt_totals *totals)
{
	(void)totals; /* --json carries timelines only */
	tt_free(&e);
}

const struct tt_emit_ops tt_emit_jsonl = {
	.name = "jsonl",
	.begin = json_begin,
	.timeline = json_timeline,
	.end = json_end,
	.is_whole = true,
	.ending = ".jsonl",
};
