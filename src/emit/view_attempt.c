/* view_attempt - tries that carried nothing, for people
 *
 *   deferred  carol@example.net: mx.example.com -> mx.example.net [192.0.2.1]
 *             smtp; 451 4.7.0 try again later
 *
 * The words are those of a delivery report in the message; long ones wrap. */
#include <stdio.h>
#include "view.h"
#include "words.h"

#define INDENT 4

static void put_side(struct tt_lay *l, struct tt_slice name,
		     struct tt_slice ip)
{
	if (name.n)
		tt_lay_put(l, name);
	else if (!ip.n)
		tt_lay_str(l, "(not named)");
	if (!ip.n)
		return;
	if (name.n)
		tt_lay_gap(l, " ");
	tt_lay_put_in(l, "[", ip, "]");
}

static void put_when(struct tt_lay *l, const struct tt_attempt *a)
{
	char buf[24];
	const size_t n = a->has_time ? tt_date_rfc3339(a->time_unix, buf) : 0;

	if (!n)
		return;
	const struct tt_slice when = { (const uint8_t *)buf, n };

	tt_lay_gap(l, "  ");
	tt_lay_put(l, tt_slice_sub(when, 0, 10));
	tt_lay_gap(l, " ");
	tt_lay_put(l, tt_slice_sub(when, 11, 8));
	tt_lay_str(l, " UTC");
}

static void put_quote(struct tt_lay *l, const struct tt_evidence *e)
{
	char span[64];

	snprintf(span, sizeof(span), "bytes %llu+%llu:",
		 (unsigned long long)e->off,
		 (unsigned long long)tt_evidence_length(e));
	tt_lay_line(l, INDENT);
	tt_lay_to(l, INDENT);
	tt_lay_str(l, span);
	tt_lay_gap(l, " ");
	tt_lay_text(l, e->text);
	tt_lay_end(l);
}

static void put_attempt(struct tt_lay *l, const struct tt_attempt *a,
			bool is_verbose)
{
	tt_lay_line(l, INDENT);
	tt_lay_to(l, 2);
	tt_lay_str(l, tt_outcome_name(a->outcome));
	tt_lay_gap(l, "  ");
	if (a->recipient.n)
		tt_lay_put(l, a->recipient);
	else
		tt_lay_str(l, "(no recipient)");
	tt_lay_put(l, TT_S(":"));
	tt_lay_gap(l, " ");
	put_side(l, a->from.name, a->from.ip);
	tt_lay_gap(l, " ");
	tt_lay_str(l, TT_ARROW);
	tt_lay_gap(l, " ");
	put_side(l, a->by.name, a->by.ip);
	put_when(l, a);
	tt_lay_end(l);
	tt_lay_line(l, INDENT);
	tt_lay_to(l, INDENT);
	tt_lay_text(l, a->text);
	tt_lay_end(l);
	for (size_t i = 0; is_verbose && i < a->evidence.n; i++)
		put_quote(l, &a->evidence.v[i]);
}

static bool is_of_log(const struct tt_timeline *t)
{
	const struct tt_attempt *const a = &t->attempts.v[0];

	return a->evidence.n && a->evidence.v[0].origin;
}

void tt_view_attempts(struct tt_lay *l, const struct tt_timeline *t,
		      bool is_verbose)
{
	if (!t->attempts.n)
		return;
	tt_lay_line(l, 0);
	tt_lay_str(l, is_of_log(t) ?
			      "Attempts that carried nothing, as logs tell:" :
			      "Attempts that carried nothing, as a delivery "
			      "report in this message claims:");
	tt_lay_end(l);
	for (size_t i = 0; i < t->attempts.n; i++)
		put_attempt(l, &t->attempts.v[i], is_verbose);
}
