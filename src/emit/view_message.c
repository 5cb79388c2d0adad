/* view_message - one timeline for people
 *
 * The answer in a sentence, who the message says it is, the hops from the
 * oldest to the newest with a line where trust begins, and the figures.
 * Three to five hops fit 80 columns by 24 lines. */
#include <stdio.h>
#include "answer.h"
#include "view.h"
#include "words.h"

enum tt_tint tt_view_result_tint(enum tt_result_verdict v)
{
	static const enum tt_tint tints[] = {
		[TT_RESULT_NONE] = TT_TINT_NONE,
		[TT_RESULT_PASS] = TT_TINT_GOOD,
		[TT_RESULT_UNDETERMINED] = TT_TINT_DOUBT,
		[TT_RESULT_FAIL] = TT_TINT_BAD,
	};

	return tints[v];
}

struct tt_slice tt_view_place(struct tt_out *out, const struct tt_timeline *t)
{
	if (!t->n_member && !t->off && !t->is_decoded)
		return t->path;
	tt_out_bytes(out, t->path);
	for (size_t i = 0; i < t->n_member; i++) {
		tt_out_str(out, "/");
		tt_out_bytes(out, t->member[i]);
	}
	if (t->off) {
		tt_out_str(out, "#");
		tt_out_u64(out, t->off);
	}
	if (t->is_decoded)
		tt_out_str(out, " (decoded)");
	return tt_lay_collected(out);
}

static void put_answer(struct tt_lay *l, const struct tt_timeline *t)
{
	const enum tt_result_verdict v = t->result.verdict;
	struct tt_out text;

	tt_lay_line(l, 0);
	tt_lay_tint(l, tt_view_result_tint(v));
	tt_lay_str(l, tt_words_result_sign(v));
	tt_lay_str(l, " ");
	tt_lay_str(l, tt_result_verdict_name(v));
	tt_lay_tint(l, TT_TINT_NONE);
	tt_lay_gap(l, "  ");
	tt_out_init(&text, -1);
	tt_answer(&text, t);
	tt_lay_text(l, tt_lay_collected(&text));
	tt_out_release(&text);
	tt_lay_end(l);
}

/* ---- identity ---- */

#define LABEL_WIDTH 9

static void label(struct tt_lay *l, const char *word)
{
	tt_lay_line(l, LABEL_WIDTH);
	tt_lay_tint(l, TT_TINT_DIM);
	tt_lay_str(l, word);
	tt_lay_tint(l, TT_TINT_NONE);
	tt_lay_to(l, LABEL_WIDTH);
}

/* In brief form a long field is cut, so that the hops stay on the screen. */
static void put_field(struct tt_lay *l, const char *word, struct tt_slice v,
		      bool is_verbose)
{
	if (!v.p)
		return;
	label(l, word);
	if (is_verbose)
		tt_lay_text(l, v);
	else
		tt_lay_cut(l, v, l->width - LABEL_WIDTH);
}

static void put_to(struct tt_lay *l, const struct tt_identity *id,
		   bool is_verbose)
{
	const size_t n = is_verbose || id->to.n < 2 ? id->to.n : 1;

	if (n == 0)
		return;
	label(l, "To");
	for (size_t i = 0; i < n; i++) {
		if (is_verbose)
			tt_lay_text(l, id->to.v[i]);
		else
			tt_lay_cut(l, id->to.v[i],
				   l->width - LABEL_WIDTH - 12);
		tt_lay_gap(l, ", ");
	}
	if (n == id->to.n)
		return;
	tt_lay_gap(l, " ");
	tt_lay_str(l, "and ");
	struct tt_out count;

	tt_out_init(&count, -1);
	tt_words_big(&count, id->to.n - n);
	tt_lay_put_in(l, "", tt_lay_collected(&count), " more");
	tt_out_release(&count);
}

static void put_date(struct tt_lay *l, const struct tt_timeline *t,
		     bool is_verbose)
{
	const struct tt_identity *id = &t->identity;
	char buf[24];

	if (!id->date.is_set && !id->message_id.n)
		return;
	label(l, "Date");
	if (id->date.is_set) {
		tt_lay_put(l, tt_words_day(id->date.unix_s, buf));
		tt_lay_gap(l, " ");
		tt_lay_put(l, tt_words_clock(id->date.unix_s, buf));
		tt_lay_str(l, " UTC");
	} else {
		tt_lay_str(l, "none");
	}
	tt_lay_gap(l, "  ");
	if (is_verbose || l->col + 20 > l->width)
		tt_lay_put(l, id->message_id);
	else
		tt_lay_cut(l, id->message_id, l->width - l->col - 2);
}

static void put_hash(struct tt_lay *l, const char *word,
		     const uint8_t sum[TT_SHA256_LEN])
{
	struct tt_out hex;

	tt_out_init(&hex, -1);
	for (size_t i = 0; i < TT_SHA256_LEN; i++)
		tt_out_printf(&hex, "%02x", sum[i]);
	label(l, word);
	tt_lay_put(l, tt_lay_collected(&hex));
	tt_out_release(&hex);
}

static void put_source(struct tt_lay *l, const struct tt_timeline *t,
		       bool is_verbose)
{
	struct tt_out text;

	tt_out_init(&text, -1);
	const struct tt_slice place = tt_view_place(&text, t);

	label(l, "File");
	if (is_verbose)
		tt_lay_put(l, place);
	else
		tt_lay_cut_front(l, place, l->width - LABEL_WIDTH);
	if (is_verbose) {
		text.n = 0;
		if (t->is_decoded)
			tt_out_printf(&text, "%llu decoded bytes",
				      (unsigned long long)t->length);
		else
			tt_out_printf(&text, "bytes %llu+%llu",
				      (unsigned long long)t->off,
				      (unsigned long long)t->length);
		tt_lay_gap(l, "  ");
		tt_lay_put(l, tt_lay_collected(&text));
	}
	tt_out_release(&text);
	if (!is_verbose || !t->has_hash)
		return;
	put_hash(l, "SHA-256", t->sha256);
	put_hash(l, "content", t->content_sha256);
}

static void put_identity(struct tt_lay *l, const struct tt_timeline *t,
			 bool is_verbose)
{
	const struct tt_identity *id = &t->identity;
	const bool has_source = is_verbose || t->n_member || t->off;

	if (!id->from.p && !id->to.n && !id->subject.p &&
	    !id->message_id.n && !id->date.is_set && !has_source)
		return;
	tt_out_str(l->out, "\n");
	put_field(l, "From", id->from, is_verbose);
	put_to(l, id, is_verbose);
	put_field(l, "Subject", id->subject, is_verbose);
	put_date(l, t, is_verbose);
	/* A file of its own needs no telling which it was. */
	if (has_source)
		put_source(l, t, is_verbose);
	tt_lay_end(l);
}

/* ---- hops ---- */

/* The rest of the line, if it is worth it. */
static void fill_rule(struct tt_lay *l)
{
	if (l->col + 2 >= l->width)
		return;
	tt_lay_to(l, l->col + 1);
	tt_lay_rule(l, TT_RULE, l->width - l->col);
}

/* Is a hop trusted that no stamp of the receiver tells? */
static bool is_told_by_logs(const struct tt_timeline *t)
{
	for (size_t i = 0; i < t->hops.n; i++)
		if (t->hops.v[i].is_trusted &&
		    (t->result.border < 0 || (int)i < t->result.border))
			return true;
	return false;
}

static void put_border(struct tt_lay *l, const struct tt_timeline *t)
{
	const struct tt_result *r = &t->result;
	struct tt_out text;

	tt_out_init(&text, -1);
	if (r->border < 0 && is_told_by_logs(t))
		tt_out_str(&text, "told by logs alone");
	else if (r->border < 0)
		tt_out_str(&text, "below: the sender's claim");
	else if (r->border == 0)
		tt_out_str(&text, "no earlier record");
	else if (is_told_by_logs(t))
		tt_out_str(&text, "above: told by logs, else the sender's "
				  "claim");
	else
		tt_out_str(&text, "above: the sender's claim");
	if (r->border >= 0) {
		tt_out_str(&text, TT_DOT "below: written by ");
		tt_out_text(&text, tt_answer_receiver(t));
		tt_out_str(&text, " (");
		tt_out_str(&text, tt_words_border(r->border_basis));
		tt_out_str(&text, ")");
	}
	tt_lay_line(l, 3);
	tt_lay_tint(l, TT_TINT_BOLD);
	tt_lay_rule(l, TT_RULE, 2);
	tt_lay_gap(l, " ");
	tt_lay_text(l, tt_lay_collected(&text));
	fill_rule(l);
	tt_lay_tint(l, TT_TINT_NONE);
	tt_lay_end(l);
	tt_out_release(&text);
}

/* Days since 1970, rounded down before it too. */
static int64_t day_of(int64_t unix_s)
{
	return unix_s / 86400 - (unix_s % 86400 < 0);
}

/* The day stands on its own line where it is another than the one above: of
 * the hop before, or of the Date line for the first. */
static void put_day(struct tt_lay *l, const struct tt_hop *h, int64_t *day)
{
	char buf[24];

	if (!h->has_time || day_of(h->time_unix) == *day)
		return;
	const struct tt_slice text = tt_words_day(h->time_unix, buf);

	if (!text.n)
		return;
	*day = day_of(h->time_unix);
	tt_lay_line(l, 0);
	tt_lay_tint(l, TT_TINT_DIM);
	tt_lay_to(l, 3);
	tt_lay_put(l, text);
	tt_lay_str(l, " UTC");
	tt_lay_tint(l, TT_TINT_NONE);
	tt_lay_end(l);
}

static void put_hops(struct tt_lay *l, const struct tt_timeline *t,
		     bool is_verbose)
{
	const struct tt_date *date = &t->identity.date;
	int64_t day = date->is_set ? day_of(date->unix_s) : INT64_MIN;

	if (t->result.border < 0 && t->hops.n)
		put_border(l, t);
	for (size_t i = 0; i < t->hops.n; i++) {
		if (t->hops.v[i].index == t->result.border)
			put_border(l, t);
		put_day(l, &t->hops.v[i], &day);
		tt_view_hop(l, t, i, is_verbose);
		tt_lay_end(l);
	}
}

/* ---- figures and notes ---- */

/* "3 encrypted," as one piece. */
static void put_count(struct tt_lay *l, uint64_t n, const char *word,
		      const char *after)
{
	struct tt_out text;

	tt_out_init(&text, -1);
	tt_words_big(&text, n);
	tt_out_str(&text, " ");
	tt_out_str(&text, word);
	tt_lay_put_in(l, "", tt_lay_collected(&text), after);
	tt_out_release(&text);
}

static void put_counts(struct tt_lay *l, const struct tt_result *r)
{
	const struct {
		unsigned n;
		const char *word;
	} parts[] = {
		{ r->encrypted, "encrypted" },
		{ r->cleartext, "cleartext" },
		{ r->unknown, "unknown" },
		{ r->excluded, "not judged" },
	};
	const size_t n = sizeof(parts) / sizeof(parts[0]);
	size_t left = 0;

	for (size_t i = 0; i < n; i++)
		left += parts[i].n != 0;
	tt_lay_gap(l, TT_DOT);
	put_count(l, r->hops, r->hops == 1 ? "hop" : "hops",
		  left ? ":" : "");
	for (size_t i = 0; i < n; i++) {
		if (!parts[i].n)
			continue;
		tt_lay_gap(l, " ");
		put_count(l, parts[i].n, parts[i].word, --left ? "," : "");
	}
}

static void put_figures(struct tt_lay *l, const struct tt_result *r)
{
	tt_lay_line(l, 3);
	tt_lay_rule(l, TT_RULE, 2);
	tt_lay_gap(l, " ");
	tt_lay_str(l, "profile ");
	tt_lay_put(l, r->profile ? r->profile->name : TT_S("none"));
	tt_lay_put(l, TT_S(":"));
	tt_lay_gap(l, " ");
	tt_lay_str(l, tt_result_verdict_name(r->verdict));
	if (r->weakest) {
		tt_lay_gap(l, TT_DOT);
		tt_lay_str(l, "weakest ");
		tt_lay_str(l, tt_words_tls(r->weakest));
	}
	put_counts(l, r);
	if (r->silent_internal) {
		tt_lay_gap(l, TT_DOT);
		put_count(l, r->silent_internal, "inner", "");
		tt_lay_str(l, " of a form that can never state TLS");
	}
	fill_rule(l);
	tt_lay_end(l);
}

static const char *e2e_words(enum tt_end_to_end e)
{
	static const char *const words[] = {
		[TT_E2E_NONE] = NULL,
		[TT_E2E_SMIME] = "S/MIME encrypted",
		[TT_E2E_SMIME_SIGNED] = "S/MIME signed",
		[TT_E2E_SMIME_UNKNOWN] = "S/MIME, of a kind it does not name",
		[TT_E2E_PGP] = "OpenPGP encrypted",
		[TT_E2E_PGP_SIGNED] = "OpenPGP signed",
		[TT_E2E_PGP_INLINE] = "OpenPGP encrypted, inside the text",
		[TT_E2E_PGP_SIGNED_INLINE] = "OpenPGP signed, inside the text",
	};

	return words[e];
}

static void put_notes(struct tt_lay *l, const struct tt_timeline *t)
{
	const char *e2e = e2e_words(t->identity.end_to_end);

	if (e2e) {
		tt_lay_line(l, 0);
		tt_lay_str(l, "The content is labelled ");
		tt_lay_str(l, e2e);
		tt_lay_str(l, "; not verified.");
		tt_lay_end(l);
	}
	for (size_t i = 0; i < t->anomalies.n; i++) {
		const struct tt_anomaly *a = &t->anomalies.v[i];

		if (a->hop >= 0)
			continue;
		tt_lay_line(l, 2);
		tt_lay_str(l, "* ");
		tt_lay_text(l, a->text);
		tt_lay_gap(l, " ");
		tt_lay_put_in(l, "[", tt_slice_str(tt_anomaly_name(a->code)),
			      "]");
		tt_lay_end(l);
	}
}

static void put_diag(struct tt_lay *l, const struct tt_diag *d)
{
	tt_lay_line(l, 2);
	tt_lay_str(l, "Reading: ");
	tt_lay_text(l, tt_slice_str(d->text));
	if (d->off != TT_NO_OFF) {
		struct tt_out off;

		tt_out_init(&off, -1);
		tt_out_u64(&off, d->off);
		tt_lay_put(l, TT_S(","));
		tt_lay_str(l, " at byte ");
		tt_lay_put(l, tt_lay_collected(&off));
		tt_out_release(&off);
	}
	tt_lay_gap(l, " ");
	tt_lay_put_in(l, "[", tt_slice_str(tt_diag_info(d->code)->code), "]");
	tt_lay_end(l);
}

/* What parts a message inside from the one that carries it. */
static void put_inside(struct tt_lay *l)
{
	tt_out_str(l->out, "\n");
	tt_lay_line(l, 3);
	tt_lay_tint(l, TT_TINT_BOLD);
	tt_lay_rule(l, TT_RULE, 2);
	tt_lay_gap(l, " ");
	tt_lay_text(l, TT_S("a message inside, forwarded or returned: all of "
			    "it is claimed"));
	fill_rule(l);
	tt_lay_tint(l, TT_TINT_NONE);
	tt_lay_end(l);
	tt_out_str(l->out, "\n");
}

void tt_view_message(struct tt_lay *l, const struct tt_timeline *t,
		     bool is_verbose)
{
	if (t->has_parent)
		put_inside(l);
	put_answer(l, t);
	put_identity(l, t, is_verbose);
	if (t->hops.n) {
		tt_out_str(l->out, "\n");
		put_hops(l, t, is_verbose);
	}
	if (!t->is_no_message)
		put_figures(l, &t->result);
	put_notes(l, t);
	tt_view_attempts(l, t, is_verbose);
	tt_view_contexts(l, t, is_verbose);
	if (!is_verbose)
		return;
	tt_view_advice(l, t);
	for (size_t i = 0; t->diags && i < t->diags->list.n; i++)
		put_diag(l, &t->diags->list.v[i]);
}
