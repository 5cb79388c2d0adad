/* report_worst - the messages that fail worst, with their timelines
 *
 * Some are shown hop by hop in the file itself, so that it can be sent to
 * somebody who has neither the case nor the mail; of all, the command that
 * shows them is given. */
#include "answer.h"
#include "lay.h"
#include "report_private.h"

#define QUOTES 2     /* pieces of evidence shown for a hop */
#define QUOTE 120    /* columns of each */
#define SUBJECT 90   /* columns */

struct fault {
	const char *sign, *class, *words;
};

static const struct fault *fault_of(enum tt_fit fit)
{
	static const struct fault faults[] = {
		[TT_FIT_MEETS] = { "\xe2\x97\x8f", "s3", "meets the profile" },
		[TT_FIT_UNKNOWN] = { "?", "su", "not recorded" },
		[TT_FIT_NO_VERSION] = { "\xe2\x97\x8b", "st",
					"version not recorded" },
		[TT_FIT_NO_SUITE] = { "\xe2\x97\x8b", "st",
				      "suite not recorded" },
		[TT_FIT_CLEARTEXT] = { "\xe2\x96\xb2", "sc", "cleartext" },
		[TT_FIT_VERSION] = { "\xe2\x97\x86", "so", "version too old" },
		[TT_FIT_SUITE] = { "\xe2\x97\x86", "so", "forbidden suite" },
	};

	return &faults[fit];
}

/* ---- one timeline ---- */

static void put_hop_state(struct tt_page *p, const struct tt_hop *h)
{
	struct tt_out ground;
	const bool is_tls = h->verdict == TT_ENCRYPTED;

	tt_out_str(p->out, "<b>");
	if (is_tls && h->version)
		tt_html_str(p->out, tt_words_tls(h->version));
	else if (is_tls && h->version_implied) {
		tt_html_str(p->out, tt_words_tls(h->version_implied));
		tt_out_str(p->out, " (implied by the suite)");
	} else if (is_tls)
		tt_out_str(p->out, "TLS, version not recorded");
	else
		tt_html_str(p->out, tt_verdict_name(h->verdict));
	tt_out_str(p->out, "</b>");
	if (h->verdict == TT_UNKNOWN) {
		tt_out_str(p->out, ", the record does not say");
		return;
	}
	tt_out_init(&ground, -1);
	ground.filter = p->out->filter;
	tt_words_ground(&ground, h);
	if (ground.n)
		tt_out_str(p->out, ", ");
	tt_html_written(p->out, tt_lay_collected(&ground));
	tt_out_release(&ground);
	if (h->cipher.n) {
		tt_out_str(p->out, " <span class=\"suite\">");
		tt_html_cut(p->out, h->cipher, 60);
		tt_out_str(p->out, "</span>");
	}
}

static void put_when(struct tt_page *p, const struct tt_hop *h)
{
	char buf[24];

	tt_out_str(p->out, " <span class=\"when\">");
	if (h->has_time)
		tt_out_bytes(p->out,
			     (struct tt_slice){ (const uint8_t *)buf,
						tt_date_rfc3339(h->time_unix,
								buf) });
	else
		tt_out_str(p->out, "no date");
	if (h->has_delay) {
		tt_out_str(p->out, " (");
		tt_words_delay(p->out, h->delay_s);
		tt_out_str(p->out, ")");
	}
	tt_out_str(p->out, "</span>");
}

/* Where the words stand, and the rule that read them. */
static void put_quoted_from(struct tt_page *p, const struct tt_evidence *e)
{
	if (e->off == TT_NO_OFF)
		return;
	tt_out_str(p->out, " <small>");
	if (e->origin) {
		tt_out_str(p->out, "in ");
		tt_html_cut(p->out, e->origin->path, 120);
		tt_out_str(p->out, " ");
	}
	tt_out_str(p->out, "at byte ");
	tt_out_u64(p->out, e->off);
	if (e->rule) {
		tt_out_str(p->out, ", rule ");
		tt_html_str(p->out, e->rule);
	}
	tt_out_str(p->out, "</small>");
}

static void put_quotes(struct tt_page *p, const struct tt_hop *h)
{
	size_t shown = 0;

	for (size_t i = 0; i < h->evidence.n && shown < QUOTES; i++) {
		const struct tt_evidence *e = &h->evidence.v[i];

		tt_out_str(p->out, "<q>");
		tt_html_cut(p->out, e->text, QUOTE);
		tt_out_str(p->out, "</q>");
		put_quoted_from(p, e);
		shown++;
	}
}

static const char *class_of_hop(const struct tt_hop *h,
				const struct tt_profile *profile)
{
	if (h->is_excluded || h->verdict == TT_LOCAL)
		return "sn";
	return fault_of(tt_hop_fit(h, profile))->class;
}

static void put_hop(struct tt_page *p, const struct tt_timeline *t, size_t i)
{
	const struct tt_hop *h = &t->hops.v[i];
	const struct tt_slice who = tt_words_peer(h), whom = tt_words_host(h);

	tt_out_str(p->out, "<li class=\"");
	tt_out_str(p->out, class_of_hop(h, t->result.profile));
	tt_out_str(p->out, h->is_trusted ? "\"><span class=\"hosts\">" :
					   " claimed\"><span class=\"hosts\">");
	tt_page_name(p, who.n ? who : TT_NO_SLICE, "(not named)");
	if (h->from.ip.n && !tt_slice_eq(who, h->from.ip)) {
		tt_out_str(p->out, " [");
		tt_html_cut(p->out, h->from.ip, 45);
		tt_out_str(p->out, "]");
	}
	tt_out_str(p->out, " \xe2\x86\x92 ");
	tt_page_name(p, whom.n ? whom : TT_NO_SLICE, "(not named)");
	tt_out_str(p->out, "</span>");
	put_when(p, h);
	tt_out_str(p->out, "<br/>");
	put_hop_state(p, h);
	if (!h->is_trusted)
		tt_out_str(p->out, " <small>the sender's claim</small>");
	if (h->is_trusted && !h->is_excluded)
		put_quotes(p, h);
	tt_out_str(p->out, "</li>\n");
}

void tt_page_timeline(struct tt_page *p, const struct tt_timeline *t)
{
	const size_t from = t->hops.n > TT_MAX_report_hops ?
				    t->hops.n - TT_MAX_report_hops :
				    0;
	struct tt_out answer;

	tt_out_init(&answer, -1);
	answer.filter = p->out->filter;
	tt_answer(&answer, t);
	tt_out_str(p->out, "<p>");
	tt_html_written(p->out, tt_lay_collected(&answer));
	tt_out_str(p->out, "</p>\n");
	tt_out_release(&answer);
	tt_page_more(p, from, "hops before these");
	tt_out_printf(p->out, "<ol class=\"hops\" start=\"%zu\">\n", from);
	for (size_t i = from; i < t->hops.n; i++)
		put_hop(p, t, i);
	tt_out_str(p->out, "</ol>\n");
}

/* ---- the list ---- */

static void put_members(struct tt_page *p, const struct tt_timeline *t)
{
	for (size_t i = 0; t && i < t->n_member; i++) {
		tt_out_str(p->out, ", in it <code>");
		tt_html_cut(p->out, t->member[i], 120);
		tt_out_str(p->out, "</code>");
	}
}

static void put_place(struct tt_page *p, const struct tt_worst *w,
		      const struct tt_timeline *t)
{
	tt_out_str(p->out, "<p class=\"place\"><code>tlstrail show ");
	tt_html_cut(p->out, w->path, 200);
	tt_out_str(p->out, "</code>");
	put_members(p, t);
	if (w->is_log_only) {
		tt_out_str(p->out, " known to logs alone, as ");
		tt_html_cut(p->out, w->log_key, 80);
	} else {
		tt_out_str(p->out, ", at byte ");
		tt_out_u64(p->out, w->off);
		tt_out_str(p->out, ", content sha256 <code>");
		tt_html_hash(p->out, w->content_sha256, TT_SHA256_LEN);
		tt_out_str(p->out, "</code>");
	}
	tt_out_str(p->out, "</p>\n");
}

static void put_date(struct tt_page *p, const struct tt_worst *w)
{
	char buf[24];
	const struct tt_slice day =
		w->has_time ? tt_words_day(w->time_unix, buf) : TT_NO_SLICE;

	tt_out_str(p->out, "<span class=\"when\">");
	if (day.n)
		tt_out_bytes(p->out, day);
	else
		tt_out_str(p->out, "no date");
	tt_out_str(p->out, "</span> ");
}

static void put_summary(struct tt_page *p, const struct tt_worst *w)
{
	const struct fault *f = fault_of(w->fit);

	tt_out_str(p->out, "<span class=\"sign ");
	tt_out_str(p->out, f->class);
	tt_out_str(p->out, "\">");
	tt_out_str(p->out, f->sign);
	tt_out_str(p->out, "</span> ");
	put_date(p, w);
	tt_out_str(p->out, "<b>");
	tt_out_str(p->out, f->words);
	tt_out_str(p->out, "</b> ");
	if (w->fit == TT_FIT_VERSION && w->weakest)
		tt_html_str(p->out, tt_words_tls(w->weakest));
	tt_out_str(p->out, " <span class=\"hosts\">");
	tt_page_name(p, w->peer, "sender not named");
	tt_out_str(p->out, " \xe2\x86\x92 ");
	tt_page_name(p, w->receiver, "receiver not known");
	tt_out_str(p->out, "</span> <span class=\"subject\">");
	tt_html_cut(p->out, w->subject.n ? w->subject : w->message_id, SUBJECT);
	tt_out_str(p->out, "</span>");
}

static void put_message(struct tt_page *p, size_t i)
{
	const struct tt_worst *w = &p->r->worst.v[i];
	const struct tt_timeline *t = p->r->timelines ? p->r->timelines[i] :
							NULL;

	tt_out_printf(p->out, "<li id=\"m%zu\"><details><summary>", i + 1);
	put_summary(p, w);
	tt_out_str(p->out, "</summary>\n");
	if (t && i < TT_MAX_report_timelines)
		tt_page_timeline(p, t);
	put_place(p, w, t);
	tt_out_str(p->out, "</details></li>\n");
}

void tt_page_worst(struct tt_page *p)
{
	const struct tt_worsts *w = &p->r->worst;

	tt_page_begin(p, "worst", "Worst messages");
	if (!w->n) {
		tt_page_para(p, "note", "No message fails.");
		tt_page_end(p);
		return;
	}
	tt_page_para(p, "note",
		     "Open one for its timeline: each transfer with who "
		     "says so, and the words that say it.");
	tt_out_str(p->out, "<ol class=\"worst\">\n");
	const size_t n = w->n < TT_MAX_report_worst ? w->n :
						      TT_MAX_report_worst;

	for (size_t i = 0; i < n; i++)
		put_message(p, i);
	tt_out_str(p->out, "</ol>\n");
	tt_page_more(p, w->more + w->n - n, "messages that fail");
	tt_page_end(p);
}
