/* emit_timesketch - JSON Lines for Timesketch, an event for each dated hop
 *
 * Timesketch wants `message`, `datetime` and `timestamp_desc`; `timestamp`,
 * where it stands, is in whole microseconds and must be the same instant.
 * Keys of its own (_id, _index, tag ...) are not used.  What is not known is
 * left out.  JSON Lines and not CSV: its reader of CSV makes the times anew,
 * with what zone it takes them for. */
#include <tlstrail/source.h>

#include "emit_private.h"
#include "moment.h"
#include "object.h"

struct tt_emit {
	struct tt_emit_options o;
	struct tt_out raw; /* the line that tells the hop */
};

static void put_source(struct tt_object *j, const struct tt_timeline *t)
{
	tt_object_text(j, "source_path", t->path);
	tt_object_texts(j, "source_member", t->member, t->n_member);
	if (!t->is_decoded) {
		tt_object_u64(j, "source_offset", t->off);
		tt_object_u64(j, "source_length", t->length);
	}
	tt_object_hash(j, "source_sha256", t->has_hash, t->sha256);
	tt_object_hash(j, "parent", t->has_parent && t->has_hash,
		       t->parent_sha256);
	tt_object_hash(j, "content_sha256", t->has_hash, t->content_sha256);
}

static void put_message(struct tt_object *j, const struct tt_timeline *t)
{
	const struct tt_identity *const id = &t->identity;
	const struct tt_result *const r = &t->result;

	put_source(j, t);
	tt_object_text(j, "message_id", id->message_id);
	tt_object_date(j, "message_date", id->date.is_set, id->date.unix_s);
	tt_object_text(j, "message_from", id->from);
	tt_object_texts(j, "message_to", id->to.v, id->to.n);
	tt_object_text(j, "message_subject", id->subject);
	tt_object_word(j, "end_to_end", tt_end_to_end_name(id->end_to_end));
	if (r->profile)
		tt_object_text(j, "profile", r->profile->name);
	tt_object_word(j, "result", tt_result_verdict_name(r->verdict));
	tt_object_word(j, "weakest", tt_tls_name(r->weakest));
	tt_object_word(j, "claimed", tt_claimed_name(r->claimed));
}

static void put_sides(struct tt_object *j, const struct tt_hop *h)
{
	tt_object_i64(j, "hop", h->index);
	tt_object_text(j, "from_name", h->from.name);
	tt_object_text(j, "from_helo", h->from.helo);
	tt_object_text(j, "from_rdns", h->from.rdns);
	tt_object_text(j, "from_ip", h->from.ip);
	tt_object_text(j, "by_name", h->by.name);
	tt_object_text(j, "by_ip", h->by.ip);
	tt_object_text(j, "via", h->via);
	tt_object_text(j, "with", h->with);
	tt_object_text(j, "id", h->id);
	tt_object_text(j, "for", h->for_);
	tt_object_text(j, "recipient", h->recipient);
	tt_object_word(j, "transport", tt_transport_name(h->transport));
}

static void put_tls(struct tt_object *j, const struct tt_hop *h)
{
	tt_object_word(j, "tls_version", tt_tls_name(h->version));
	tt_object_word(j, "tls_version_implied",
		       tt_tls_name(h->version_implied));
	tt_object_text(j, "cipher", h->cipher);
	tt_object_text(j, "cipher_iana", h->cipher_iana);
	if (h->cipher.p)
		tt_object_bool(j, "cipher_reliable", !h->is_cipher_unreliable);
	if (h->bits >= 0)
		tt_object_i64(j, "bits", h->bits);
	tt_object_word(j, "verdict", tt_verdict_name(h->verdict));
	tt_object_word(j, "basis", tt_basis_name(h->basis));
	tt_object_word(j, "server_auth", tt_auth_name(h->server_auth));
	tt_object_word(j, "client_auth", tt_auth_name(h->client_auth));
	tt_object_text(j, "software", h->software);
	tt_object_bool(j, "trusted", h->is_trusted);
	tt_object_word(j, "link", tt_link_name(h->link));
	tt_object_bool(j, "corroborated", h->is_corroborated);
}

static void put_times(struct tt_object *j, const struct tt_hop *h)
{
	char local[32];

	tt_moment_local(local, h);
	tt_object_word(j, "time_local", *local ? local : NULL);
	if (h->has_time)
		tt_object_i64(j, "time_uncertainty_s", h->time_uncertainty_s);
	if (h->has_delay)
		tt_object_i64(j, "delay_s", h->delay_s);
}

/* What Timesketch asks for. */
static void put_event(struct tt_emit *e, struct tt_object *j, bool has_time,
		      const struct tt_moment *m, const struct tt_hop *h)
{
	char date[40];

	e->raw.n = 0;
	tt_moment_tell(&e->raw, h);
	tt_object_text(j, "message",
		       (struct tt_slice){ e->raw.buf, e->raw.n });
	if (has_time) {
		(void)tt_text_format(date, sizeof(date), "%sT%s+00:00",
				     m->date, m->clock);
		tt_object_word(j, "datetime", date);
		tt_object_i64(j, "timestamp", m->unix_us);
	}
	tt_object_word(j, "timestamp_desc", tt_moment_kind(h));
	tt_object_word(j, "data_type", "tlstrail:hop");
}

static struct tt_emit *timesketch_begin(const struct tt_emit_options *options)
{
	struct tt_emit *e = tt_zalloc(sizeof(*e));

	e->o = *options;
	tt_out_init(&e->raw, -1);
	return e;
}

static void timesketch_timeline(struct tt_emit *e,
				const struct tt_timeline *t)
{
	for (size_t i = 0; i < t->hops.n; i++) {
		const struct tt_hop *const h = &t->hops.v[i];
		struct tt_moment m;
		const bool has_time = tt_moment_of(&m, h);
		struct tt_out *const out = tt_moment_out(&e->o, has_time);
		struct tt_object j = { 0 };

		if (!out)
			continue;
		tt_object_begin(&j, out);
		put_event(e, &j, has_time, &m, h);
		put_message(&j, t);
		put_sides(&j, h);
		put_times(&j, h);
		put_tls(&j, h);
		tt_object_anomalies(&j, h->anomalies);
		tt_object_evidence(&j, h);
		tt_object_end(&j);
	}
}

static void timesketch_end(struct tt_emit *e, const struct tt_totals *totals)
{
	(void)totals;
	tt_out_release(&e->raw);
	tt_free(&e);
}

const struct tt_emit_ops tt_emit_timesketch = {
	.name = "timesketch",
	.begin = timesketch_begin,
	.timeline = timesketch_timeline,
	.end = timesketch_end,
	.is_whole = true,
	.needs_time = true,
	.ending = ".jsonl",
};
