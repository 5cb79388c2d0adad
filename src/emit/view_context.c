/* view_context - what is told beside the hops of one timeline, and what to do
 *
 * What logs tell (policies, reports, complaints) is always shown; headers that
 * tell of TLS but decide nothing, and the advice, with -v. */
#include <stdio.h>

#include "view.h"
#include "words.h"

static void put_when(struct tt_lay *l, const struct tt_context *c)
{
	char buf[24];

	if (!c->has_time)
		return;
	tt_lay_put(l, tt_words_day(c->time_unix, buf));
	tt_lay_gap(l, " ");
	tt_lay_put(l, tt_words_clock(c->time_unix, buf));
	tt_lay_str(l, " UTC");
	tt_lay_gap(l, "  ");
}

static void put_quote(struct tt_lay *l, const struct tt_context *c)
{
	char span[64];

	snprintf(span, sizeof(span), "bytes %llu+%llu:",
		 (unsigned long long)c->evidence.off,
		 (unsigned long long)tt_evidence_length(&c->evidence));
	tt_lay_gap(l, "  ");
	tt_lay_str(l, span);
	tt_lay_gap(l, " ");
	tt_lay_text(l, c->evidence.text);
}

static bool is_of_log(const struct tt_context *c)
{
	return c->evidence.origin != NULL;
}

static void put_context(struct tt_lay *l, const struct tt_context *c,
			bool is_verbose)
{
	tt_lay_line(l, 2);
	if (is_of_log(c)) {
		put_when(l, c);
		tt_lay_put(l, tt_slice_str(c->kind));
		tt_lay_put(l, TT_S(":"));
		tt_lay_gap(l, " ");
	} else {
		tt_lay_str(l, "Beside the hops: ");
	}
	tt_lay_text(l, c->text);
	if (is_verbose)
		put_quote(l, c);
	tt_lay_end(l);
}

void tt_view_contexts(struct tt_lay *l, const struct tt_timeline *t,
		      bool is_verbose)
{
	bool is_begun = false;

	for (size_t i = 0; i < t->context.n; i++) {
		const struct tt_context *const c = &t->context.v[i];

		if (!is_of_log(c) && !is_verbose)
			continue;
		if (is_of_log(c) && !is_begun) {
			tt_lay_line(l, 0);
			tt_lay_str(l, "Beside the hops, as logs tell:");
			tt_lay_end(l);
			is_begun = true;
		}
		put_context(l, c, is_verbose);
	}
}

void tt_view_advice(struct tt_lay *l, const struct tt_timeline *t)
{
	for (size_t i = 0; i < t->advice.n; i++) {
		tt_lay_line(l, 2);
		tt_lay_str(l, "Advice: ");
		tt_lay_text(l, t->advice.v[i]);
		tt_lay_end(l);
	}
}
