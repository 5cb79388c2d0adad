/* view_list - one line per message
 *
 *   pass         [=]  TLS 1.2    2026-11-21  corp.example  box.mbox#1024
 *
 * Made to be scanned and grepped: the result's word comes first, then the
 * worst that was met on the way in, the border's date (written by the
 * receiver), the domain of From, the subject, and where the bytes are.
 * Narrow terminals drop columns from the right; a file or pipe gets every
 * column, the last one whole.  A message inside another is marked so instead
 * of a result. */
#include "answer.h"
#include "view.h"
#include "words.h"

#define RESULT_WIDTH 18
#define TLS_WIDTH 11
#define DAY_WIDTH 12
#define CLOCK_WIDTH 18
#define FREE_TEXT 48 /* columns for sender's text where nothing is cut */

/* Rising: the worst of the deciding hops is shown. */
static int rank(const struct tt_hop *h)
{
	if (h->verdict == TT_CLEARTEXT)
		return 0;
	if (h->verdict == TT_UNKNOWN)
		return 1;
	return 2 + (int)(h->version ? h->version : h->version_implied);
}

static const struct tt_hop *worst_hop(const struct tt_timeline *t)
{
	const struct tt_hop *worst = NULL;

	for (size_t i = 0; i < t->hops.n; i++)
		if (tt_answer_decides(t, i) &&
		    (!worst || rank(&t->hops.v[i]) < rank(worst)))
			worst = &t->hops.v[i];
	return worst;
}

static void put_worst(struct tt_lay *l, const struct tt_timeline *t)
{
	const struct tt_hop *h = worst_hop(t);

	if (!h) {
		tt_lay_str(l, "-");
		return;
	}
	if (h->verdict != TT_ENCRYPTED) {
		tt_lay_str(l, tt_verdict_name(h->verdict));
		return;
	}
	tt_lay_str(l, tt_words_tls(h->version ? h->version :
						h->version_implied));
	if (!h->version && h->version_implied)
		tt_lay_str(l, " ~");
}

static void put_date(struct tt_lay *l, const struct tt_timeline *t,
		     bool has_clock)
{
	const int border = t->result.border;
	const struct tt_hop *h =
		border >= 0 && (size_t)border < t->hops.n ?
			&t->hops.v[border] :
			NULL;
	const struct tt_context *const c =
		t->is_no_message ? t->context.v : NULL;
	const bool has_time = h ? h->has_time : c && c->has_time;
	const int64_t unix_s = h ? h->time_unix : has_time ? c->time_unix : 0;
	char buf[24];
	struct tt_slice time = { (const uint8_t *)buf, 0 };

	if (has_time)
		time.n = tt_date_rfc3339(unix_s, buf);
	if (!time.n) {
		tt_lay_str(l, "-");
		return;
	}
	tt_lay_put(l, tt_slice_sub(time, 0, 10));
	if (!has_clock)
		return;
	tt_lay_gap(l, " ");
	tt_lay_put(l, tt_slice_sub(time, 11, 5)); /* without seconds */
}

/* Of no message: the first of what is told. */
static struct tt_slice subject_of(const struct tt_timeline *t)
{
	return t->is_no_message ? t->context.v[0].text : t->identity.subject;
}

/* What follows the last @ of the From field, up to its end. */
static struct tt_slice from_domain(struct tt_slice from)
{
	size_t at = from.n;

	while (at > 0 && from.p[at - 1] != '@')
		at--;
	if (at == 0)
		return from.n ? from : TT_S("-");
	size_t end = at;

	while (end < from.n && from.p[end] != '>' &&
	       !tt_is_space(from.p[end]))
		end++;
	return tt_slice_sub(from, at, end - at);
}

struct columns {
	size_t domain, subject, place; /* 0: not shown */
	bool has_clock;
};

static struct columns choose(size_t width, bool is_cut)
{
	const size_t fixed = RESULT_WIDTH + TLS_WIDTH;

	if (!is_cut)
		return (struct columns){ FREE_TEXT / 2, FREE_TEXT, 1, true };
	if (width < 50)
		return (struct columns){ width > fixed ? width - fixed : 0, 0,
					 0, false };
	const bool is_wide = width >= 100;
	const size_t left = width - fixed - (is_wide ? CLOCK_WIDTH : DAY_WIDTH);

	if (width < 70)
		return (struct columns){ left, 0, 0, false };
	if (!is_wide)
		return (struct columns){ left / 2 - 2, 0, left - left / 2,
					 false };
	return (struct columns){ left / 3 - 2, left / 3 - 2,
				 left - left / 3 * 2, true };
}

/* One column of evidence, cut to it; returns where the next begins. */
static size_t put_column(struct tt_lay *l, size_t at, struct tt_slice s,
			 size_t width)
{
	if (!width)
		return at;
	tt_lay_to(l, at);
	tt_lay_cut(l, s, width);
	return at + width + 2;
}

static void put_where(struct tt_lay *l, const struct tt_timeline *t,
		      size_t width, bool is_cut)
{
	struct tt_out spare;

	tt_out_init(&spare, -1);
	const struct tt_slice place = tt_view_place(&spare, t);

	if (is_cut) {
		tt_lay_cut_front(l, place, width);
	} else {
		tt_out_text(l->out, place);
		l->col++;
	}
	tt_out_release(&spare);
}

/* A message inside another has no result: nobody vouches for its way. */
static void put_result(struct tt_lay *l, const struct tt_timeline *t)
{
	const enum tt_result_verdict v = t->result.verdict;

	if (t->has_parent || t->is_no_message) {
		tt_lay_str(l, t->has_parent ? TT_INSIDE " inside: claimed" :
					      TT_INSIDE " of no message");
		return;
	}
	tt_lay_tint(l, tt_view_result_tint(v));
	tt_lay_str(l, tt_result_verdict_name(v));
	tt_lay_to(l, RESULT_WIDTH - 5);
	tt_lay_str(l, tt_words_result_sign(v));
	tt_lay_tint(l, TT_TINT_NONE);
}

void tt_view_line(struct tt_lay *l, const struct tt_timeline *t, bool is_cut)
{
	const struct columns c = choose(l->width, is_cut);
	size_t at = RESULT_WIDTH + TLS_WIDTH;

	tt_lay_line(l, 0);
	put_result(l, t);
	tt_lay_to(l, RESULT_WIDTH);
	put_worst(l, t);
	if (!is_cut || l->width >= 50) {
		tt_lay_to(l, at);
		put_date(l, t, c.has_clock);
		at += c.has_clock ? CLOCK_WIDTH : DAY_WIDTH;
	}
	at = put_column(l, at, from_domain(t->identity.from), c.domain);
	at = put_column(l, at, subject_of(t), c.subject);
	if (c.place) {
		tt_lay_to(l, at);
		put_where(l, t, c.place, is_cut);
	}
	tt_lay_end(l);
}
