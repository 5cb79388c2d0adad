/* emit_csv - a hop is a row
 *
 * Each row has the columns of its message before those of the hop, so that it
 * can be sorted and filtered by itself.  A message without hops has one row,
 * with nothing in the columns of the hop: no message is missing.  Lists are
 * one cell, with " | " between.  Everything that JSON Lines has is here too,
 * though less apart. */
#include <tlstrail/source.h>

#include "sheet.h"
#include "emit_private.h"
#include "moment.h"

struct tt_emit {
	struct tt_sheet csv;
};

static void put_texts(struct tt_sheet *c, const char *name,
		      const struct tt_slice *v, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		tt_sheet_next(c, i);
		tt_sheet_add(c, v[i]);
	}
	tt_sheet_list(c, name);
}

static void put_date(struct tt_sheet *c, const char *name, bool has,
		     int64_t unix_s)
{
	char text[24] = "";

	if (has)
		(void)tt_date_rfc3339(unix_s, text);
	tt_sheet_word(c, name, text);
}

/* ---- the message ---- */

static void put_source(struct tt_sheet *c, const struct tt_timeline *t)
{
	tt_sheet_text(c, "source_path", t->path);
	put_texts(c, "source_member", t->member, t->n_member);
	tt_sheet_u64(c, "source_offset", !t->is_decoded, t->off);
	tt_sheet_u64(c, "source_length", !t->is_decoded, t->length);
	tt_sheet_hash(c, "source_sha256", t->has_hash, t->sha256);
	tt_sheet_hash(c, "parent", t->has_parent && t->has_hash,
		    t->parent_sha256);
}

static void put_identity(struct tt_sheet *c, const struct tt_timeline *t)
{
	const struct tt_identity *const id = &t->identity;

	tt_sheet_text(c, "message_id", id->message_id);
	put_date(c, "message_date", id->date.is_set, id->date.unix_s);
	tt_sheet_text(c, "message_from", id->from);
	put_texts(c, "message_to", id->to.v, id->to.n);
	tt_sheet_text(c, "message_subject", id->subject);
	tt_sheet_word(c, "end_to_end", tt_end_to_end_name(id->end_to_end));
	tt_sheet_hash(c, "content_sha256", t->has_hash, t->content_sha256);
}

static void put_result(struct tt_sheet *c, const struct tt_result *r)
{
	tt_sheet_text(c, "profile", r->profile ? r->profile->name : TT_NO_SLICE);
	tt_sheet_word(c, "result", tt_result_verdict_name(r->verdict));
	tt_sheet_word(c, "fail_basis",
		    r->fail_basis == TT_BASIS_NONE ?
			    NULL :
			    tt_basis_name(r->fail_basis));
	tt_sheet_i64(c, "border", r->border >= 0, r->border);
	tt_sheet_word(c, "border_basis", tt_border_basis_name(r->border_basis));
	tt_sheet_word(c, "claimed", tt_claimed_name(r->claimed));
	tt_sheet_u64(c, "silent_internal", true, r->silent_internal);
	tt_sheet_u64(c, "hops", true, r->hops);
	tt_sheet_u64(c, "encrypted", true, r->encrypted);
	tt_sheet_u64(c, "cleartext", true, r->cleartext);
	tt_sheet_u64(c, "unknown", true, r->unknown);
	tt_sheet_u64(c, "excluded", true, r->excluded);
	tt_sheet_word(c, "weakest", tt_tls_name(r->weakest));
}

/* Those of the message, or of one hop, with their texts. */
static void put_anomalies(struct tt_sheet *c, const char *name,
			  const struct tt_timeline *t, int hop)
{
	size_t n = 0;

	for (size_t i = 0; i < t->anomalies.n; i++) {
		const struct tt_anomaly *const a = &t->anomalies.v[i];

		if (a->hop != hop && (hop >= 0 || a->hop >= 0))
			continue;
		tt_sheet_next(c, n++);
		tt_sheet_add_word(c, tt_anomaly_name(a->code));
		tt_sheet_add_word(c, ": ");
		tt_sheet_add(c, a->text);
	}
	tt_sheet_list(c, name);
}

static void add_attempt(struct tt_sheet *c, const struct tt_attempt *a)
{
	const struct tt_slice by = a->by.name.n ? a->by.name : a->by.ip;
	char date[24] = "";

	tt_sheet_add_word(c, tt_outcome_name(a->outcome));
	if (a->has_time && tt_date_rfc3339(a->time_unix, date)) {
		tt_sheet_add_word(c, " ");
		tt_sheet_add_word(c, date);
	}
	tt_sheet_add_word(c, a->recipient.n ? " for " : NULL);
	tt_sheet_add(c, a->recipient);
	tt_sheet_add_word(c, by.n ? " by " : NULL);
	tt_sheet_add(c, by);
	tt_sheet_add_word(c, a->text.n ? ": " : NULL);
	tt_sheet_add(c, a->text);
}

static void put_attempts(struct tt_sheet *c, const char *name,
			 const struct tt_attempt *v, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		tt_sheet_next(c, i);
		add_attempt(c, &v[i]);
	}
	tt_sheet_list(c, name);
}

static void put_context(struct tt_sheet *c, const struct tt_timeline *t)
{
	for (size_t i = 0; i < t->context.n; i++) {
		tt_sheet_next(c, i);
		tt_sheet_add_word(c, t->context.v[i].kind);
		tt_sheet_add_word(c, ": ");
		tt_sheet_add(c, t->context.v[i].text);
	}
	tt_sheet_list(c, "context");
}

static void put_diags(struct tt_sheet *c, const struct tt_diags *d)
{
	for (size_t i = 0; d && i < d->list.n; i++) {
		const struct tt_diag *const one = &d->list.v[i];

		tt_sheet_next(c, i);
		tt_sheet_add_word(c, tt_diag_info(one->code)->code);
		tt_sheet_add_word(c, ": ");
		tt_sheet_add(c, tt_slice_str(one->text));
	}
	if (d && d->more) {
		tt_sheet_next(c, d->list.n);
		tt_sheet_add_word(c, tt_diag_info(TT_DIAG_diags_more)->code);
		tt_sheet_add_word(c, ": ");
		tt_sheet_add_u64(c, d->more);
		tt_sheet_add_word(c, " more are not listed");
	}
	tt_sheet_list(c, "diags");
}

static void put_message(struct tt_sheet *c, const struct tt_timeline *t)
{
	put_source(c, t);
	put_identity(c, t);
	put_result(c, &t->result);
	put_anomalies(c, "message_anomalies", t, -1);
	put_attempts(c, "message_attempts", t->attempts.v, t->attempts.n);
	put_context(c, t);
	put_texts(c, "advice", t->advice.v, t->advice.n);
	put_diags(c, t->diags);
}

/* ---- the hop ---- */

static void put_sides(struct tt_sheet *c, const struct tt_hop *h)
{
	tt_sheet_text(c, "from_name", h->from.name);
	tt_sheet_text(c, "from_helo", h->from.helo);
	tt_sheet_text(c, "from_rdns", h->from.rdns);
	tt_sheet_text(c, "from_ip", h->from.ip);
	tt_sheet_text(c, "by_name", h->by.name);
	tt_sheet_text(c, "by_ip", h->by.ip);
	tt_sheet_text(c, "via", h->via);
	tt_sheet_text(c, "with", h->with);
	tt_sheet_text(c, "id", h->id);
	tt_sheet_text(c, "for", h->for_);
	tt_sheet_text(c, "recipient", h->recipient);
}

/* The offset stands with the clock: "+0200" alone would be a formula, and a
 * spreadsheet would make a number of it. */
static void put_times(struct tt_sheet *c, const struct tt_hop *h)
{
	struct tt_moment m;

	char local[32];

	if (tt_moment_of(&m, h)) {
		tt_sheet_add_word(c, m.date);
		tt_sheet_add_word(c, "T");
		tt_sheet_add_word(c, m.clock);
		tt_sheet_add_word(c, "Z");
	}
	tt_sheet_word(c, "time", NULL);
	tt_moment_local(local, h);
	tt_sheet_word(c, "time_local", local);
	tt_sheet_i64(c, "time_uncertainty_s", h->has_time,
		   h->time_uncertainty_s);
	tt_sheet_i64(c, "delay_s", h->has_delay, h->delay_s);
}

static void put_tls(struct tt_sheet *c, const struct tt_hop *h)
{
	tt_sheet_word(c, "tls_version", tt_tls_name(h->version));
	tt_sheet_word(c, "tls_version_implied", tt_tls_name(h->version_implied));
	tt_sheet_text(c, "cipher", h->cipher);
	tt_sheet_text(c, "cipher_iana", h->cipher_iana);
	if (h->cipher.p)
		tt_sheet_bool(c, "cipher_reliable", !h->is_cipher_unreliable);
	else
		tt_sheet_word(c, "cipher_reliable", NULL);
	tt_sheet_i64(c, "bits", h->bits >= 0, h->bits);
	tt_sheet_word(c, "verdict", tt_verdict_name(h->verdict));
	tt_sheet_word(c, "basis", tt_basis_name(h->basis));
	tt_sheet_word(c, "server_auth", tt_auth_name(h->server_auth));
	tt_sheet_word(c, "client_auth", tt_auth_name(h->client_auth));
	tt_sheet_text(c, "software", h->software);
	tt_sheet_bool(c, "trusted", h->is_trusted);
	tt_sheet_word(c, "link", tt_link_name(h->link));
	tt_sheet_bool(c, "corroborated", h->is_corroborated);
}

/* "received receiver mx.example.com encrypted TLSv1.3" */
static void put_witnesses(struct tt_sheet *c, const struct tt_hop *h)
{
	for (size_t i = 0; i < h->witnesses.n; i++) {
		const struct tt_witness *const w = &h->witnesses.v[i];
		const char *const words[] = { w->side, w->key,
					      tt_verdict_name(w->verdict),
					      tt_tls_name(w->version) };

		tt_sheet_next(c, i);
		tt_sheet_add_word(c, tt_evidence_kind_name(w->kind));
		for (size_t k = 0; k < sizeof(words) / sizeof(words[0]); k++) {
			tt_sheet_add_word(c, words[k] ? " " : NULL);
			tt_sheet_add_word(c, words[k]);
		}
		tt_sheet_add_word(c, w->host.n ? " at " : NULL);
		tt_sheet_add(c, w->host);
	}
	tt_sheet_list(c, "witnesses");
}

/* Of one quotation; the columns below have each as many items. */
enum part { KIND, RULE, PATH, OFFSET, LENGTH, POINTER, TEXT };

static void add_path(struct tt_sheet *c, const struct tt_origin *origin)
{
	if (!origin)
		return;
	tt_sheet_add(c, origin->path);
	for (size_t i = 0; i < origin->n_member; i++) {
		tt_sheet_add_word(c, " > ");
		tt_sheet_add(c, origin->member[i]);
	}
}

static void add_part(struct tt_sheet *c, const struct tt_evidence *e,
		     enum part part)
{
	switch (part) {
	case KIND: tt_sheet_add_word(c, tt_evidence_kind_name(e->kind)); break;
	case RULE:
		if (e->rule)
			tt_sheet_add(c, tt_slice_str(e->rule));
		break;
	case PATH: add_path(c, e->origin); break;
	case OFFSET: tt_sheet_add_u64(c, e->off); break;
	case LENGTH: tt_sheet_add_u64(c, tt_evidence_length(e)); break;
	case POINTER: tt_sheet_add(c, e->pointer); break;
	case TEXT: tt_sheet_add(c, e->text); break;
	}
}

static void put_evidence(struct tt_sheet *c, const struct tt_hop *h)
{
	static const char *const names[] = {
		[KIND] = "evidence_kind",     [RULE] = "evidence_rule",
		[PATH] = "evidence_path",     [OFFSET] = "evidence_offset",
		[LENGTH] = "evidence_length", [POINTER] = "evidence_pointer",
		[TEXT] = "evidence_text",
	};

	for (size_t part = 0; part < sizeof(names) / sizeof(names[0]);
	     part++) {
		for (size_t i = 0; i < h->evidence.n; i++) {
			tt_sheet_next(c, i);
			add_part(c, &h->evidence.v[i], (enum part)part);
		}
		tt_sheet_list(c, names[part]);
	}
}

static void put_hop(struct tt_sheet *c, const struct tt_timeline *t,
		    const struct tt_hop *h)
{
	tt_sheet_i64(c, "hop", true, h->index);
	put_sides(c, h);
	tt_sheet_word(c, "transport", tt_transport_name(h->transport));
	put_times(c, h);
	put_tls(c, h);
	put_witnesses(c, h);
	put_attempts(c, "attempts", h->attempts.v, h->attempts.n);
	put_evidence(c, h);
	put_anomalies(c, "anomalies", t, h->index);
	tt_sheet_end_row(c);
}

/* ---- the output ---- */

static struct tt_emit *csv_begin(const struct tt_emit_options *options)
{
	static const struct tt_timeline no_message;
	static const struct tt_hop no_hop;
	struct tt_emit *e = tt_zalloc(sizeof(*e));

	tt_sheet_init(&e->csv, options);
	e->csv.is_header = true;
	put_message(&e->csv, &no_message);
	put_hop(&e->csv, &no_message, &no_hop);
	e->csv.is_header = false;
	return e;
}

static void csv_timeline(struct tt_emit *e, const struct tt_timeline *t)
{
	for (size_t i = 0; i < t->hops.n; i++) {
		put_message(&e->csv, t);
		put_hop(&e->csv, t, &t->hops.v[i]);
	}
	if (t->hops.n)
		return;
	put_message(&e->csv, t);
	tt_sheet_end_row(&e->csv);
}

static void csv_end(struct tt_emit *e, const struct tt_totals *totals)
{
	(void)totals;
	tt_sheet_release(&e->csv);
	tt_free(&e);
}

const struct tt_emit_ops tt_emit_csv = {
	.name = "csv",
	.begin = csv_begin,
	.timeline = csv_timeline,
	.end = csv_end,
	.is_whole = true,
	.ending = ".csv",
};
