/* emit_ecs - JSON Lines in the Elastic Common Schema, one for each dated hop
 *
 * The schema's fields carry what they are defined for and nothing else;
 * whatever it has no field for stands under `tlstrail`.  A field that is not
 * known is left out: above all tls.established, for which false means that
 * there was no TLS.  Fields of type ip hold addresses only, for Elasticsearch
 * refuses a whole document for one that is none.  @timestamp is required, so
 * hops without time go elsewhere. */
#include <tlstrail/source.h>

#include "emit_private.h"
#include "moment.h"
#include "object.h"

#define ECS_VERSION "9.0.0"

struct tt_emit {
	struct tt_emit_options o;
	struct tt_out raw;   /* the line that tells the hop */
	struct tt_out spare; /* exact bytes of fields that are not UTF-8 */
};

/* One hop on its way out. */
struct event {
	struct tt_object j;
	const struct tt_timeline *t;
	const struct tt_hop *h;
	struct tt_arena arena;
};

/* ---- what the schema's types ask for ---- */

/* The address in its canonical form, p NULL where it is none. */
static struct tt_slice ip_of(struct event *e, struct tt_slice s)
{
	struct tt_ip ip = { 0 };

	if (s.n == 0 || !tt_ip_parse(s, &ip))
		return TT_NO_SLICE;
	return tt_ip_text(&e->arena, &ip);
}

/* "A <a@b>" has a@b, as has "a@b"; else p NULL.  The last <...> counts: a
 * display name can hold others. */
static struct tt_slice address_of(struct tt_slice s)
{
	size_t open = 0;

	s = tt_slice_trim(s);
	if (s.n && s.p[s.n - 1] == '>') {
		for (size_t i = 0; i < s.n; i++)
			if (s.p[i] == '<')
				open = i + 1;
		s = tt_slice_sub(s, open, s.n - 1 - open);
	}
	if (tt_slice_chr(s, '@') == SIZE_MAX ||
	    tt_slice_chr(s, ' ') != SIZE_MAX)
		return TT_NO_SLICE;
	return s;
}

/* Without its angle brackets, as the schema's example has it. */
static struct tt_slice bare_id(struct tt_slice id)
{
	if (id.n > 2 && id.p[0] == '<' && id.p[id.n - 1] == '>')
		return tt_slice_sub(id, 1, id.n - 2);
	return id;
}

static struct tt_slice first_of(struct tt_slice a, struct tt_slice b)
{
	return a.n ? a : b;
}

/* ---- event, file, email ---- */

/* The same hop of the same message, wherever and whenever it is exported. */
static void put_id(struct event *e)
{
	char sum[TT_SHA256_HEX], text[TT_SHA256_HEX + 16];

	if (!e->t->has_hash)
		return;
	tt_sha256_hex(e->t->content_sha256, sum);
	(void)tt_text_format(text, sizeof(text), "%s-%d", sum, e->h->index);
	tt_object_word(&e->j, "id", text);
}

static void put_event(struct event *e)
{
	static const char *const category[] = { "email" }, *const type[] = {
		"info"
	};
	char zone[8];

	tt_object_open(&e->j, "event");
	tt_object_word(&e->j, "kind", "event");
	tt_object_words(&e->j, "category", category, 1);
	tt_object_words(&e->j, "type", type, 1);
	tt_object_word(&e->j, "module", "tlstrail");
	tt_object_word(&e->j, "dataset", "tlstrail.hop");
	tt_object_word(&e->j, "action", "message-relayed");
	tt_object_i64(&e->j, "sequence", e->h->index);
	put_id(e);
	tt_object_hash(&e->j, "hash", e->t->has_hash, e->t->sha256);
	tt_moment_zone(zone, e->h);
	tt_object_word(&e->j, "timezone", *zone ? zone : NULL);
	tt_object_close(&e->j);
}

/* log.file.path is for logs alone.  file.hash is of the file, which we do not
 * have of a mailbox: event.hash is the message's. */
static void put_file(struct event *e)
{
	const bool is_log = !e->t->has_hash && !e->h->is_stamp;

	if (is_log)
		tt_object_open(&e->j, "log");
	tt_object_open(&e->j, "file");
	tt_object_text(&e->j, "path", e->t->path);
	tt_object_close(&e->j);
	if (is_log)
		tt_object_close(&e->j);
}

static void put_addresses(struct event *e, const char *name,
			  const struct tt_slice *v, size_t n)
{
	struct tt_slice *const list =
		TT_NEW_N(&e->arena, struct tt_slice, n);
	size_t used = 0;

	for (size_t i = 0; i < n; i++) {
		list[used] = address_of(v[i]);
		used += list[used].p != NULL;
	}
	tt_object_open(&e->j, name);
	tt_object_texts(&e->j, "address", list, used);
	tt_object_close(&e->j);
}

/* When the message came to where it is: the newest hop says it. */
static void put_delivery(struct event *e)
{
	const struct tt_hop *const last = &e->t->hops.v[e->t->hops.n - 1];

	tt_object_date(&e->j, "delivery_timestamp",
		       last->is_trusted && last->has_time, last->time_unix);
}

static void put_email(struct event *e)
{
	const struct tt_identity *const id = &e->t->identity;

	tt_object_open(&e->j, "email");
	tt_object_text(&e->j, "message_id", bare_id(id->message_id));
	tt_object_text(&e->j, "local_id", e->h->id);
	put_addresses(e, "from", &id->from, id->from.p ? 1 : 0);
	put_addresses(e, "to", id->to.v, id->to.n);
	tt_object_text(&e->j, "subject", id->subject);
	tt_object_date(&e->j, "origination_timestamp", id->date.is_set,
		       id->date.unix_s);
	put_delivery(e);
	tt_object_close(&e->j);
}

/* ---- the two sides and the way between ---- */

static void put_side(struct event *e, const char *name, struct tt_slice host,
		     struct tt_slice ip)
{
	const struct tt_slice named = ip_of(e, host);

	tt_object_open(&e->j, name);
	tt_object_text(&e->j, "address", first_of(host, ip));
	tt_object_text(&e->j, "domain",
		       host.n && !named.p ? host : TT_NO_SLICE);
	ip = ip_of(e, ip);
	tt_object_text(&e->j, "ip", ip.p ? ip : named);
	tt_object_close(&e->j);
}

static void put_sides(struct event *e)
{
	const struct tt_hop *const h = e->h;

	/* What the receiver looked up comes before what the sender said. */
	put_side(e, "source",
		 first_of(h->from.rdns, first_of(h->from.name, h->from.helo)),
		 h->from.ip);
	put_side(e, "destination", h->by.name, h->by.ip);
	tt_object_open(&e->j, "observer");
	tt_object_text(&e->j, "hostname",
		       h->is_stamp && h->by.name.n ? h->by.name :
						     TT_NO_SLICE);
	tt_object_text(&e->j, "product", h->software);
	tt_object_close(&e->j);
}

/* Seen from the receiving system's border, where there is one. */
static const char *direction_of(const struct event *e)
{
	const int border = e->t->result.border;

	if (border < 0 || !e->h->is_trusted || e->h->index < border)
		return NULL;
	return e->h->index == border ? "inbound" : "internal";
}

static void put_network(struct event *e)
{
	static const char *const protocols[] = {
		[TT_TRANSPORT_SMTP] = "smtp",
		[TT_TRANSPORT_LMTP] = "lmtp",
		[TT_TRANSPORT_HTTP] = "http",
		[TT_TRANSPORT_LOCAL] = NULL,
	};

	tt_object_open(&e->j, "network");
	tt_object_word(&e->j, "protocol", protocols[e->h->transport]);
	tt_object_word(&e->j, "direction", direction_of(e));
	tt_object_close(&e->j);
}

/* "TLSv1.3" is the version 1.3 of the protocol tls, "SSLv3" 3 of ssl. */
static void put_version(struct event *e)
{
	const char *const name = tt_tls_name(e->h->version);

	if (!name)
		return;
	tt_object_word(&e->j, "version", strchr(name, 'v') + 1);
	tt_object_word(&e->j, "version_protocol",
		       e->h->version <= TT_SSLV3 ? "ssl" : "tls");
}

static void put_tls(struct event *e)
{
	const struct tt_hop *const h = e->h;

	tt_object_open(&e->j, "tls");
	if (h->verdict == TT_ENCRYPTED || h->verdict == TT_CLEARTEXT)
		tt_object_bool(&e->j, "established",
			       h->verdict == TT_ENCRYPTED);
	put_version(e);
	if (!h->is_cipher_unreliable && h->cipher.p)
		tt_object_text(&e->j, "cipher",
			       first_of(h->cipher_iana, h->cipher));
	tt_object_close(&e->j);
}

/* ---- to search by ---- */

static void add_once(struct tt_slice *list, size_t *n, struct tt_slice s)
{
	for (size_t i = 0; i < *n; i++)
		if (tt_slice_eq(list[i], s))
			return;
	if (s.n)
		list[(*n)++] = s;
}

static void put_related(struct event *e)
{
	const struct tt_hop *const h = e->h;
	struct tt_slice hosts[4], ips[3];
	size_t n_hosts = 0, n_ips = 0;
	const struct tt_slice names[] = { h->from.name, h->from.helo,
					  h->from.rdns, h->by.name };

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (!ip_of(e, names[i]).p)
			add_once(hosts, &n_hosts, names[i]);
	add_once(ips, &n_ips, ip_of(e, h->from.ip));
	add_once(ips, &n_ips, ip_of(e, h->by.ip));
	add_once(ips, &n_ips, ip_of(e, h->by.name));
	tt_object_open(&e->j, "related");
	tt_object_texts(&e->j, "hosts", hosts, n_hosts);
	tt_object_texts(&e->j, "ip", ips, n_ips);
	tt_object_close(&e->j);
}

/* ---- what the schema has no field for ---- */

static void put_own_source(struct event *e)
{
	const struct tt_timeline *const t = e->t;

	tt_object_open(&e->j, "source");
	tt_object_text(&e->j, "path", t->path);
	tt_object_texts(&e->j, "member", t->member, t->n_member);
	if (!t->is_decoded) {
		tt_object_u64(&e->j, "offset", t->off);
		tt_object_u64(&e->j, "length", t->length);
	}
	tt_object_hash(&e->j, "sha256", t->has_hash, t->sha256);
	tt_object_hash(&e->j, "content_sha256", t->has_hash,
		       t->content_sha256);
	tt_object_hash(&e->j, "parent", t->has_parent && t->has_hash,
		       t->parent_sha256);
	tt_object_close(&e->j);
}

static void put_own_message(struct event *e)
{
	const struct tt_result *const r = &e->t->result;
	const struct tt_identity *const id = &e->t->identity;

	tt_object_open(&e->j, "message");
	tt_object_text(&e->j, "from", id->from);
	tt_object_texts(&e->j, "to", id->to.v, id->to.n);
	tt_object_word(&e->j, "end_to_end",
		       tt_end_to_end_name(id->end_to_end));
	if (r->profile)
		tt_object_text(&e->j, "profile", r->profile->name);
	tt_object_word(&e->j, "result", tt_result_verdict_name(r->verdict));
	tt_object_word(&e->j, "weakest", tt_tls_name(r->weakest));
	tt_object_word(&e->j, "claimed", tt_claimed_name(r->claimed));
	tt_object_close(&e->j);
}

static void put_own_sides(struct event *e)
{
	const struct tt_hop *const h = e->h;

	tt_object_open(&e->j, "from");
	tt_object_text(&e->j, "name", h->from.name);
	tt_object_text(&e->j, "helo", h->from.helo);
	tt_object_text(&e->j, "rdns", h->from.rdns);
	tt_object_text(&e->j, "ip", h->from.ip);
	tt_object_close(&e->j);
	tt_object_open(&e->j, "by");
	tt_object_text(&e->j, "name", h->by.name);
	tt_object_text(&e->j, "ip", h->by.ip);
	tt_object_close(&e->j);
	tt_object_text(&e->j, "via", h->via);
	tt_object_text(&e->j, "with", h->with);
	tt_object_text(&e->j, "for", h->for_);
	tt_object_text(&e->j, "recipient", h->recipient);
	tt_object_word(&e->j, "transport", tt_transport_name(h->transport));
}

static void put_own_tls(struct event *e)
{
	const struct tt_hop *const h = e->h;

	tt_object_word(&e->j, "verdict", tt_verdict_name(h->verdict));
	tt_object_word(&e->j, "basis", tt_basis_name(h->basis));
	tt_object_word(&e->j, "tls_version", tt_tls_name(h->version));
	tt_object_word(&e->j, "tls_version_implied",
		       tt_tls_name(h->version_implied));
	tt_object_text(&e->j, "cipher", h->cipher);
	if (h->cipher.p)
		tt_object_bool(&e->j, "cipher_reliable",
			       !h->is_cipher_unreliable);
	if (h->bits >= 0)
		tt_object_i64(&e->j, "bits", h->bits);
	tt_object_word(&e->j, "server_auth", tt_auth_name(h->server_auth));
	tt_object_word(&e->j, "client_auth", tt_auth_name(h->client_auth));
	tt_object_bool(&e->j, "trusted", h->is_trusted);
	tt_object_word(&e->j, "link", tt_link_name(h->link));
	tt_object_bool(&e->j, "corroborated", h->is_corroborated);
	if (h->has_time)
		tt_object_i64(&e->j, "time_uncertainty_s",
			      h->time_uncertainty_s);
	if (h->has_delay)
		tt_object_i64(&e->j, "delay_s", h->delay_s);
}

/* Inside the object, as ,"b64":{...} */
static void put_exact(struct event *e, const struct tt_out *spare)
{
	if (spare->n == 0)
		return;
	tt_out_str(e->j.out, ",\"b64\":{");
	tt_out_bytes(e->j.out, (struct tt_slice){ spare->buf, spare->n });
	tt_out_str(e->j.out, "}");
}

/* ---- the output ---- */

static void put_all(struct tt_emit *emit, struct event *e, struct tt_slice told,
		    const char *timestamp)
{
	struct tt_object *const j = &e->j;

	tt_object_word(j, "@timestamp", timestamp);
	tt_object_text(j, "message", told);
	tt_object_open(j, "ecs");
	tt_object_word(j, "version", ECS_VERSION);
	tt_object_close(j);
	put_event(e);
	put_file(e);
	put_email(e);
	put_sides(e);
	put_network(e);
	put_tls(e);
	put_related(e);
	tt_object_open(j, "tlstrail");
	put_own_source(e);
	put_own_message(e);
	put_own_sides(e);
	put_own_tls(e);
	tt_object_anomalies(j, e->h->anomalies);
	tt_object_evidence(j, e->h);
	put_exact(e, &emit->spare);
	tt_object_close(j);
}

static void put_hop(struct tt_emit *emit, const struct tt_timeline *t,
		    const struct tt_hop *h)
{
	struct tt_moment m;
	const bool has_time = tt_moment_of(&m, h);
	struct event e = { .t = t, .h = h };
	struct tt_out *const out = tt_moment_out(&emit->o, has_time);
	char timestamp[40];

	if (!out)
		return;
	(void)tt_text_format(timestamp, sizeof(timestamp), "%sT%sZ", m.date,
			     m.clock);
	emit->raw.n = emit->spare.n = 0;
	tt_moment_tell(&emit->raw, h);
	tt_object_begin(&e.j, out);
	e.j.spare = &emit->spare;
	put_all(emit, &e,
		(struct tt_slice){ emit->raw.buf, emit->raw.n },
		has_time ? timestamp : NULL);
	tt_object_end(&e.j);
	tt_arena_release(&e.arena);
}

static struct tt_emit *ecs_begin(const struct tt_emit_options *options)
{
	struct tt_emit *e = tt_zalloc(sizeof(*e));

	e->o = *options;
	tt_out_init(&e->raw, -1);
	tt_out_init(&e->spare, -1);
	return e;
}

static void ecs_timeline(struct tt_emit *e, const struct tt_timeline *t)
{
	for (size_t i = 0; i < t->hops.n; i++)
		put_hop(e, t, &t->hops.v[i]);
}

static void ecs_end(struct tt_emit *e, const struct tt_totals *totals)
{
	(void)totals;
	tt_out_release(&e->raw);
	tt_out_release(&e->spare);
	tt_free(&e);
}

const struct tt_emit_ops tt_emit_ecs = {
	.name = "ecs",
	.begin = ecs_begin,
	.timeline = ecs_timeline,
	.end = ecs_end,
	.is_whole = true,
	.needs_time = true,
	.ending = ".jsonl",
};
