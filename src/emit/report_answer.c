/* report_answer - the first ten seconds of a report
 *
 * The same figures and sentences for HTML and for the terminal. */
#include "report_answer.h"
#include "words.h"

#define MIN_MONTH 10  /* messages: a month with fewer tells no majority */

/* ---- since when ---- */

/* Messages of a month under this state or a better one. */
static uint64_t at_least(const struct tt_states *s, enum tt_state worst)
{
	uint64_t n = 0;

	for (int i = 0; i <= (int)worst; i++)
		n += s->n[i];
	return n;
}

/* Those that entered, where they are enough to tell a majority; else 0. */
static uint64_t told_of(const struct tt_group *g)
{
	const struct tt_states s = tt_states_of(g);
	const uint64_t told = s.all - s.n[TT_STATE_NONE];

	return g->month == TT_NO_MONTH || told < MIN_MONTH ? 0 : told;
}

/* The month from which on all months have more than half, or TT_NO_MONTH. */
static int32_t majority_since(const struct tt_groups *months,
			      enum tt_state worst)
{
	int32_t since = TT_NO_MONTH;

	for (size_t i = months->n; i-- > 0;) {
		const struct tt_group *g = &months->v[i];
		const struct tt_states s = tt_states_of(g);
		const uint64_t told = told_of(g);

		if (!told)
			continue;
		if (2 * at_least(&s, worst) <= told)
			break;
		since = g->month;
	}
	return since;
}

static int32_t newest_told(const struct tt_groups *months)
{
	for (size_t i = months->n; i-- > 0;)
		if (told_of(&months->v[i]))
			return months->v[i].month;
	return TT_NO_MONTH;
}

static void find_times(struct tt_report_answer *a,
		       const struct tt_groups *months)
{
	for (int s = 0; s < TT_STATE_COUNT; s++)
		a->last_of[s] = TT_NO_MONTH;
	for (size_t i = 0; i < months->n; i++) {
		const struct tt_group *g = &months->v[i];
		const struct tt_states s = tt_states_of(g);

		if (g->month == TT_NO_MONTH || g->month > a->last)
			continue;
		if (a->first == TT_NO_MONTH)
			a->first = g->month;
		for (int k = 0; k < TT_STATE_COUNT; k++)
			if (s.n[k])
				a->last_of[k] = g->month;
	}
	a->most = TT_STATE_NONE;
	a->newest = newest_told(months);
	for (int s = 0; s <= TT_STATE_TLS; s++) {
		a->since = majority_since(months, (enum tt_state)s);
		if (a->since != TT_NO_MONTH) {
			a->most = (enum tt_state)s;
			return;
		}
	}
}

void tt_report_answer(struct tt_report_answer *a, const struct tt_report *r)
{
	*a = (struct tt_report_answer){
		.all = tt_groups_sum(&r->months),
		.first = TT_NO_MONTH,
		.last = tt_months_last(&r->months),
	};
	a->states = tt_states_of(&a->all);
	a->outside = a->states.n[TT_STATE_NONE];
	a->entered = a->states.all -= a->outside;
	a->states.n[TT_STATE_NONE] = 0;
	a->over_tls = a->all.verdict[TT_ENCRYPTED];
	a->failing = tt_group_failing(&a->all);
	if (a->all.result[TT_RESULT_FAIL] > a->failing)
		a->inner = a->all.result[TT_RESULT_FAIL] - a->failing;
	a->silent = a->all.result[TT_RESULT_UNDETERMINED];
	find_times(a, &r->months);
}

/* ---- sentences ---- */

void tt_answer_range(struct tt_out *out, const struct tt_report *r)
{
	const struct tt_range_words w = tt_range_words(&r->range);

	if (!tt_range_is_given(&r->range))
		return;
	tt_out_str(out, "Only mail received");
	if (r->range.has_since)
		tt_out_printf(out, " from %s", w.since);
	if (r->range.has_until)
		tt_out_printf(out, " to %s", w.until);
	tt_out_str(out, " is in the figures: ");
	tt_words_big(out, r->counts.outside);
	tt_out_str(out, r->counts.outside == 1 ? " message is" :
						 " messages are");
	tt_out_str(out, " left out");
	if (r->counts.undated) {
		tt_out_str(out, ", and ");
		tt_words_big(out, r->counts.undated);
		tt_out_str(out, " that nothing dates ");
		tt_out_str(out, r->counts.undated == 1 ? "is" : "are");
		tt_out_str(out, " in them");
	}
	tt_out_str(out, ".");
}

void tt_answer_lede(struct tt_out *out, const struct tt_report_answer *a)
{
	if (!a->all.messages) {
		tt_out_str(out, "The case holds no message.");
		return;
	}
	if (!a->entered) {
		tt_out_str(out, "No transfer into a receiving system is "
				"recorded in this mail.");
		return;
	}
	tt_share_put(out, a->over_tls, a->entered);
	tt_out_str(out, " of ");
	tt_words_big(out, a->entered);
	tt_out_str(out, a->entered == 1 ? " message" : " messages");
	tt_out_str(out, " reached the receiving system over TLS");
	if (a->states.n[TT_STATE_CLEAR]) {
		tt_out_str(out, ", ");
		tt_share_put(out, a->states.n[TT_STATE_CLEAR], a->entered);
		tt_out_str(out, " in cleartext");
	}
	tt_out_str(out, ".");
}

void tt_answer_since(struct tt_out *out, const struct tt_report_answer *a)
{
	static const char *const words[] = {
		[TT_STATE_TLS13] = "TLS 1.3",
		[TT_STATE_TLS12] = "TLS 1.2 or later",
		[TT_STATE_TLS] = "TLS",
	};

	if (a->first == TT_NO_MONTH) {
		tt_out_str(out, "None of the mail is dated.");
		return;
	}
	if (a->newest == TT_NO_MONTH) {
		tt_out_str(out, "No month has enough mail to tell a trend");
	} else if (a->most == TT_STATE_NONE) {
		tt_out_str(out, "In ");
		tt_month_put(out, a->newest);
		tt_out_str(out, " no more than half of the mail came under "
				"TLS");
	} else {
		tt_out_str(out, "Since ");
		tt_month_put(out, a->since);
		tt_out_str(out, " more than half of each month's mail has "
				"come under ");
		tt_out_str(out, words[a->most]);
	}
	tt_out_str(out, ". The mail is from ");
	tt_month_put(out, a->first);
	if (a->last > a->first) {
		tt_out_str(out, " to ");
		tt_month_put(out, a->last);
	}
	tt_out_str(out, ".");
}

void tt_answer_last(struct tt_out *out, const struct tt_report_answer *a)
{
	static const struct {
		enum tt_state state;
		const char *word;
	} rows[] = {
		{ TT_STATE_CLEAR, "cleartext" },
		{ TT_STATE_OLD, "TLS 1.1 or older" },
	};
	bool is_begun = false;

	for (size_t i = 0; i < 2; i++) {
		if (a->last_of[rows[i].state] == TT_NO_MONTH)
			continue;
		tt_out_str(out, is_begun ? "; last " : "Last ");
		tt_out_str(out, rows[i].word);
		tt_out_str(out, ": ");
		tt_month_put(out, a->last_of[rows[i].state]);
		is_begun = true;
	}
	tt_out_str(out, is_begun ? "." : "No cleartext and no TLS older than "
					 "1.2 was met.");
}

void tt_answer_rest(struct tt_out *out, const struct tt_report_answer *a,
		    struct tt_slice profile)
{
	if (!a->failing) {
		tt_out_str(out, "No message fails profile ");
		tt_out_text(out, profile);
		tt_out_str(out, " where it entered the receiving system.");
	} else {
		tt_words_big(out, a->failing);
		tt_out_str(out, a->failing == 1 ? " message fails profile " :
						  " messages fail profile ");
		tt_out_text(out, profile);
		tt_out_str(out, a->failing == 1 ? " where it entered " :
						  " where they entered ");
		tt_out_str(out, "the receiving system.");
	}
	if (a->inner) {
		tt_out_str(out, " ");
		tt_words_big(out, a->inner);
		tt_out_str(out, " more on another trusted transfer alone.");
	}
	if (a->silent) {
		tt_out_str(out, " Of ");
		tt_words_big(out, a->silent);
		tt_out_str(out, " the records do not say enough to judge.");
	}
}
