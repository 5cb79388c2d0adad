/* view_hop - one hop for people
 *
 *   2  17:06:44  relay1.example.net [192.0.2.11] -> mx.example.com
 * [=]      +3 s  encrypted, TLS 1.2 stated  ECDHE-RSA-AES256-GCM-SHA384
 *
 * Index and state stand in the left column, time and delay in the next, so
 * that the eye can run down them; narrow terminals drop the time column and
 * keep the order. */
#include <stdio.h>
#include "answer.h"
#include "view.h"
#include "words.h"

#define NARROW 60
#define GUTTER_WIDE 15
#define GUTTER_NARROW 5
#define SIGN_WIDTH 3
#define TIME_END 13 /* the column times and delays end before */

size_t tt_view_gutter(const struct tt_lay *l)
{
	return l->width < NARROW ? GUTTER_NARROW : GUTTER_WIDE;
}

enum tt_tint tt_view_tint(enum tt_verdict v)
{
	static const enum tt_tint tints[] = {
		[TT_UNKNOWN] = TT_TINT_DOUBT,
		[TT_ENCRYPTED] = TT_TINT_GOOD,
		[TT_CLEARTEXT] = TT_TINT_BAD,
		[TT_LOCAL] = TT_TINT_DIM,
	};

	return tints[v];
}

/* ---- who -> whom ---- */

static void put_time(struct tt_lay *l, const struct tt_hop *h)
{
	char buf[24];
	struct tt_slice clock = TT_NO_SLICE;

	if (h->has_time)
		clock = tt_words_clock(h->time_unix, buf);
	if (clock.n)
		tt_lay_put(l, clock);
	else
		tt_lay_put(l, TT_S("no date "));
}

static void put_delay(struct tt_lay *l, const struct tt_hop *h, bool is_right)
{
	struct tt_out text;

	if (!h->has_delay)
		return;
	tt_out_init(&text, -1);
	tt_words_delay(&text, h->delay_s);
	if (is_right && text.n < TIME_END)
		tt_lay_to(l, TIME_END - text.n);
	tt_lay_put(l, tt_lay_collected(&text));
	tt_out_release(&text);
}

static void put_peers(struct tt_lay *l, const struct tt_hop *h)
{
	const struct tt_slice who = tt_words_peer(h), whom = tt_words_host(h);
	const struct tt_slice ip = h->from.ip;

	if (who.n)
		tt_lay_put(l, who);
	else
		tt_lay_str(l, h->verdict == TT_LOCAL ? "(this host)" :
						       "(sender not named)");
	/* An address literal as name needs no second address. */
	if (ip.n && tt_slice_ifind(who, ip) == SIZE_MAX) {
		tt_lay_gap(l, " ");
		tt_lay_put_in(l, "[", ip, "]");
	}
	tt_lay_gap(l, " ");
	if (whom.n)
		tt_lay_put_in(l, TT_ARROW " ", whom, "");
	else
		tt_lay_put_in(l, TT_ARROW " ", TT_S("(receiver not named)"),
			      "");
}

static void put_head(struct tt_lay *l, const struct tt_hop *h)
{
	const size_t gutter = tt_view_gutter(l);

	char index[16];
	const int digits = snprintf(index, sizeof(index), "%d", h->index);

	tt_lay_line(l, gutter);
	tt_lay_to(l, digits < SIGN_WIDTH ? (size_t)(SIGN_WIDTH - digits) : 0);
	tt_lay_str(l, index);
	if (gutter == GUTTER_WIDE) {
		tt_lay_to(l, SIGN_WIDTH + 2);
		put_time(l, h);
		tt_lay_to(l, gutter);
	} else {
		tt_lay_to(l, gutter);
		put_time(l, h);
		tt_lay_gap(l, "  ");
		put_delay(l, h, false);
		tt_lay_line(l, gutter);
		tt_lay_to(l, gutter);
	}
	put_peers(l, h);
}

/* ---- the state ---- */

static void put_version(struct tt_lay *l, const struct tt_hop *h)
{
	if (h->version) {
		tt_lay_str(l, tt_words_tls(h->version));
		return;
	}
	if (h->version_implied) {
		tt_lay_str(l, tt_words_tls(h->version_implied));
		tt_lay_str(l, " implied by the suite");
		return;
	}
	tt_lay_str(l, "version not recorded");
}

/* The verdict's word and its grounds, as one phrase. */
static void put_state(struct tt_lay *l, const struct tt_hop *h)
{
	struct tt_out ground;

	tt_lay_tint(l, tt_view_tint(h->verdict));
	tt_lay_str(l, tt_verdict_name(h->verdict));
	tt_lay_tint(l, TT_TINT_NONE);
	if (h->verdict == TT_UNKNOWN) {
		tt_lay_str(l, !h->is_stamp ? ": the record does not say"
			      : h->is_mute ? ": stamps of this form never say"
					   : ": the stamp does not say");
		return;
	}
	tt_out_init(&ground, -1);
	tt_words_ground(&ground, h);
	if (h->verdict == TT_ENCRYPTED && h->version) {
		tt_lay_put(l, TT_S(","));
		tt_lay_gap(l, " ");
		put_version(l, h);
		tt_lay_gap(l, " ");
		tt_lay_text(l, tt_lay_collected(&ground));
	} else if (ground.n) {
		tt_lay_put(l, TT_S(","));
		tt_lay_gap(l, " ");
		tt_lay_text(l, tt_lay_collected(&ground));
	}
	tt_out_release(&ground);
	if (h->verdict == TT_ENCRYPTED && !h->version) {
		tt_lay_put(l, TT_S(";"));
		tt_lay_gap(l, " ");
		put_version(l, h);
	}
}

/* Listed, but not judged: what is not in the line already is told. */
static const char *excluded_words(const struct tt_hop *h)
{
	if (h->transport == TT_TRANSPORT_HTTP ||
	    h->transport == TT_TRANSPORT_FETCH)
		return "(not judged)";
	return h->verdict == TT_LOCAL ? "" : "(same host, not judged)";
}

static void put_suite(struct tt_lay *l, const struct tt_hop *h)
{
	if (h->cipher.n) {
		tt_lay_gap(l, "  ");
		tt_lay_put(l, h->cipher);
	}
	if (h->cipher.n && h->is_cipher_unreliable) {
		tt_lay_gap(l, " ");
		tt_lay_put(l, TT_S("(suite name not reliable)"));
	}
	/* Told, not failed: SMTP between strangers checks no name anyway. */
	if (h->suite_flags & TT_SUITE_ANON) {
		tt_lay_gap(l, " ");
		tt_lay_put(l, TT_S("(no server certificate)"));
	}
	if (h->is_excluded) {
		tt_lay_gap(l, "  ");
		tt_lay_str(l, excluded_words(h));
	}
	if (h->is_corroborated) {
		tt_lay_gap(l, "  ");
		tt_lay_str(l, "(corroborated)");
	}
}

static void put_sign_line(struct tt_lay *l, const struct tt_hop *h)
{
	const size_t gutter = tt_view_gutter(l);

	tt_lay_line(l, gutter);
	tt_lay_tint(l, tt_view_tint(h->verdict));
	tt_lay_str(l, tt_words_sign(h->verdict));
	tt_lay_tint(l, TT_TINT_NONE);
	if (gutter == GUTTER_WIDE)
		put_delay(l, h, true);
	tt_lay_to(l, gutter);
	put_state(l, h);
	put_suite(l, h);
}

static void put_anomalies(struct tt_lay *l, const struct tt_timeline *t,
			  const struct tt_hop *h)
{
	for (size_t k = 0; k < t->anomalies.n; k++) {
		const struct tt_anomaly *a = &t->anomalies.v[k];

		if (a->hop != h->index)
			continue;
		tt_lay_line(l, tt_view_gutter(l) + 2);
		tt_lay_to(l, tt_view_gutter(l));
		tt_lay_tint(l, TT_TINT_DOUBT);
		tt_lay_str(l, "*");
		tt_lay_tint(l, TT_TINT_NONE);
		tt_lay_gap(l, " ");
		tt_lay_text(l, a->text);
		tt_lay_gap(l, " ");
		tt_lay_put_in(l, "[", tt_slice_str(tt_anomaly_name(a->code)),
			      "]");
	}
}

/* ---- what logs say of it ---- */

static void put_says(struct tt_lay *l, const struct tt_witness *w)
{
	const char *version = tt_tls_name(w->version);

	static const char *const names[] = {
		[TT_EVIDENCE_SES] = "SES event",
		[TT_EVIDENCE_CLOUDTRAIL] = "CloudTrail record",
		[TT_EVIDENCE_MAILMANAGER] = "Mail Manager log",
		[TT_EVIDENCE_TLSRPT] = "TLS report",
		[TT_EVIDENCE_OTHER] = "record",
		[TT_EVIDENCE_LOG] = "log",
	};

	if (w->side)
		tt_lay_put_in(l, "", tt_slice_str(w->side), "'s ");
	tt_lay_str(l, names[w->kind]);
	tt_lay_gap(l, " ");
	if (w->verdict == TT_UNKNOWN)
		version = "no word of TLS";
	else if (!version)
		version = tt_verdict_name(w->verdict);
	tt_lay_put_in(l, "(", tt_slice_str(version),
		      w->is_experimental ? "; by a rule that saw no real log)" :
					   ")");
}

/* Which witness said what, where one is not the stamp. */
static void put_logs(struct tt_lay *l, const struct tt_hop *h)
{
	const size_t gutter = tt_view_gutter(l);
	bool is_next = false;

	for (size_t i = 0; i < h->witnesses.n; i++) {
		const struct tt_witness *w = &h->witnesses.v[i];

		if (w->kind == TT_EVIDENCE_RECEIVED ||
		    w->kind == TT_EVIDENCE_HEADER)
			continue;
		if (!is_next) {
			tt_lay_line(l, gutter + 2);
			tt_lay_to(l, gutter);
			tt_lay_tint(l, TT_TINT_DIM);
			tt_lay_str(l, "by the ");
		} else {
			tt_lay_gap(l, ", ");
		}
		put_says(l, w);
		is_next = true;
	}
	if (is_next)
		tt_lay_tint(l, TT_TINT_NONE);
}

static void put_tries(struct tt_lay *l, const struct tt_hop *h)
{
	for (size_t i = 0; i < h->attempts.n; i++) {
		const struct tt_attempt *a = &h->attempts.v[i];

		tt_lay_line(l, tt_view_gutter(l) + 2);
		tt_lay_to(l, tt_view_gutter(l));
		tt_lay_put_in(l, "before: ",
			      tt_slice_str(tt_outcome_name(a->outcome)), "");
		tt_lay_gap(l, " ");
		tt_lay_text(l, a->text);
	}
}

/* ---- -v: what the stamp says, and where ---- */

#define DETAIL_WIDTH 9

/* One line of facts; its label comes with the first that is known. */
struct details {
	struct tt_lay *l;
	const char *label;
	bool has_begun;
};

static void fact(struct details *d, const char *name, struct tt_slice v)
{
	const size_t gutter = tt_view_gutter(d->l);

	if (!v.n)
		return;
	if (!d->has_begun) {
		tt_lay_line(d->l, gutter + DETAIL_WIDTH);
		tt_lay_to(d->l, gutter);
		tt_lay_tint(d->l, TT_TINT_DIM);
		tt_lay_str(d->l, d->label);
		tt_lay_tint(d->l, TT_TINT_NONE);
		tt_lay_to(d->l, gutter + DETAIL_WIDTH);
	} else {
		tt_lay_gap(d->l, TT_DOT);
	}
	tt_lay_put_in(d->l, name, v, "");
	d->has_begun = true;
}

static void fact_word(struct details *d, const char *name, const char *word)
{
	if (word)
		fact(d, name, tt_slice_str(word));
}

static void put_clauses(struct tt_lay *l, const struct tt_hop *h)
{
	struct details d = { l, "clauses", false };

	fact(&d, "via ", h->via);
	fact(&d, "with ", h->with);
	fact(&d, "id ", h->id);
	fact(&d, "for ", h->for_);
}

static void put_times(struct tt_lay *l, const struct tt_hop *h)
{
	const int off = h->offset_min;
	struct details d = { l, "time", false };
	char text[32];

	if (!h->has_time)
		return;
	snprintf(text, sizeof(text), "%c%02d%02d", off < 0 ? '-' : '+',
		 (off < 0 ? -off : off) / 60, (off < 0 ? -off : off) % 60);
	fact_word(&d, "zone ", h->has_offset ? text : "not stated");
	if (!h->has_delay)
		return;
	snprintf(text, sizeof(text), "%+lld s", (long long)h->delay_s);
	fact_word(&d, "since the hop before: ", text);
}

static void put_tls_details(struct tt_lay *l, const struct tt_hop *h)
{
	struct details d = { l, "TLS", false };
	char text[16];

	if (!tt_slice_eq(h->cipher, h->cipher_iana))
		fact(&d, "IANA name ", h->cipher_iana);
	snprintf(text, sizeof(text), "%d bits", h->bits);
	fact_word(&d, "key ", h->bits < 0 ? NULL : text);
	fact_word(&d, "server certificate: ", tt_auth_name(h->server_auth));
	fact_word(&d, "client certificate: ", tt_auth_name(h->client_auth));
}

static void put_details(struct tt_lay *l, const struct tt_hop *h)
{
	struct details from = { l, "from", false }, by = { l, "by", false };

	fact(&from, "named ", h->from.name);
	fact(&from, "HELO ", h->from.helo);
	fact(&from, "rDNS ", h->from.rdns);
	fact(&from, "address ", h->from.ip);
	fact_word(&from, "link to the hop before: ", tt_link_name(h->link));
	fact(&by, "named ", h->by.name);
	fact(&by, "address ", h->by.ip);
	fact(&by, "software ", h->software);
	fact_word(&by, "transport ", tt_transport_name(h->transport));
	put_clauses(l, h);
	put_times(l, h);
	put_tls_details(l, h);
}

static void put_witness(struct tt_lay *l, const struct tt_witness *w)
{
	struct details d = { l, "witness", false };

	fact_word(&d, "", tt_evidence_kind_name(w->kind));
	fact_word(&d, "side ", w->side);
	fact(&d, "host ", w->host);
	fact_word(&d, "joined by ", w->key);
	fact_word(&d, "says ", tt_verdict_name(w->verdict));
	fact_word(&d, "version ", tt_tls_name(w->version));
	fact_word(&d, "", w->is_experimental ? "experimental" : NULL);
}

static void put_quote(struct tt_lay *l, const struct tt_evidence *e)
{
	char span[64];

	snprintf(span, sizeof(span), "bytes %llu+%llu:",
		 (unsigned long long)e->off,
		 (unsigned long long)tt_evidence_length(e));
	tt_lay_line(l, tt_view_gutter(l) + 2);
	tt_lay_to(l, tt_view_gutter(l));
	tt_lay_tint(l, TT_TINT_DIM);
	tt_lay_str(l, span);
	tt_lay_tint(l, TT_TINT_NONE);
	tt_lay_gap(l, " ");
	tt_lay_text(l, e->text);
	tt_lay_tint(l, TT_TINT_DIM);
	tt_lay_gap(l, "  ");
	tt_lay_put_in(l, "(rule ",
		      tt_slice_str(e->rule ? e->rule : "none: the grammar"),
		      ")");
	tt_lay_tint(l, TT_TINT_NONE);
}

void tt_view_hop(struct tt_lay *l, const struct tt_timeline *t, size_t i,
		 bool is_verbose)
{
	const struct tt_hop *h = &t->hops.v[i];

	put_head(l, h);
	put_sign_line(l, h);
	put_logs(l, h);
	put_tries(l, h);
	put_anomalies(l, t, h);
	if (!is_verbose)
		return;
	put_details(l, h);
	/* One witness is the stamp itself. */
	for (size_t k = 0; h->witnesses.n > 1 && k < h->witnesses.n; k++)
		put_witness(l, &h->witnesses.v[k]);
	for (size_t k = 0; k < h->evidence.n; k++)
		put_quote(l, &h->evidence.v[k]);
}
