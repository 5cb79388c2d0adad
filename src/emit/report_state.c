/* report_state - groups of messages become shares of seven states
 *
 * Pure arithmetic; nothing here prints but numbers and months. */
#include "report_state.h"

#define LONE_MONTHS 24	/* a gap this long, and ... */
#define LONE_SHARE 200	/* ... no more than one message in so many after it */
#define FAR_MONTHS (TT_PERIODS * 12) /* no axis shows both its ends */
#define EPOCH (1970 * 12) /* what is dated before has no say */
#define FOLDED_SHARE 50 /* one in so many may be older than the axis */

const struct tt_state_words *tt_state_words(enum tt_state s)
{
	static const struct tt_state_words words[] = {
		[TT_STATE_TLS13] = { "TLS 1.3", "\xe2\x97\x8f", "s3", "#" },
		[TT_STATE_TLS12] = { "TLS 1.2", "\xe2\x97\x90", "s2", "=" },
		[TT_STATE_TLS] = { "TLS, version not recorded",
				   "\xe2\x97\x8b", "st", "-" },
		[TT_STATE_OLD] = { "TLS 1.1 or older", "\xe2\x97\x86", "so",
				   "o" },
		[TT_STATE_CLEAR] = { "cleartext", "\xe2\x96\xb2", "sc", "!" },
		[TT_STATE_SILENT] = { "not recorded", "?", "su", "?" },
		[TT_STATE_NONE] = { "no transfer recorded", "\xe2\x80\x93",
				    "sn", "." },
	};

	return &words[s];
}

struct tt_states tt_states_of(const struct tt_group *g)
{
	struct tt_states s = { .all = g->messages };
	uint64_t known = 0;

	s.n[TT_STATE_TLS13] = g->version[TT_TLSV1_3];
	s.n[TT_STATE_TLS12] = g->version[TT_TLSV1_2];
	s.n[TT_STATE_TLS] = g->version[TT_TLS_NONE];
	for (int v = TT_SSLV2; v < TT_TLSV1_2; v++)
		s.n[TT_STATE_OLD] += g->version[v];
	s.n[TT_STATE_CLEAR] = g->verdict[TT_CLEARTEXT];
	s.n[TT_STATE_SILENT] = g->verdict[TT_UNKNOWN];
	for (int i = 0; i < TT_STATE_NONE; i++)
		known += s.n[i];
	s.n[TT_STATE_NONE] = known < s.all ? s.all - known : 0;
	return s;
}

#define ADD(a, b)                                                  \
	do {                                                       \
		for (size_t k = 0; k < sizeof(a) / sizeof((a)[0]); \
		     k++)                                          \
			(a)[k] += (b)[k];                          \
	} while (0)

void tt_group_add(struct tt_group *sum, const struct tt_group *g)
{
	sum->messages += g->messages;
	ADD(sum->result, g->result);
	ADD(sum->verdict, g->verdict);
	ADD(sum->version, g->version);
	ADD(sum->fit, g->fit);
}

struct tt_group tt_groups_sum(const struct tt_groups *groups)
{
	struct tt_group sum = { 0 };

	for (size_t i = 0; i < groups->n; i++)
		tt_group_add(&sum, &groups->v[i]);
	return sum;
}

uint64_t tt_group_failing(const struct tt_group *g)
{
	return g->fit[TT_FIT_CLEARTEXT] + g->fit[TT_FIT_VERSION] +
	       g->fit[TT_FIT_SUITE];
}

unsigned tt_share(uint64_t n, uint64_t whole)
{
	if (!whole || n >= whole)
		return whole ? 1000 : 0;
	const double share = 1000.0 * (double)n / (double)whole;
	const unsigned tenths = (unsigned)(share + 0.5);

	if (n && !tenths)
		return 1;
	return tenths >= 1000 ? 999 : tenths;
}

void tt_share_put(struct tt_out *out, uint64_t n, uint64_t whole)
{
	const unsigned tenths = tt_share(n, whole);

	if (tenths % 1000 == 0)
		tt_out_printf(out, "%u %%", tenths / 10);
	else
		tt_out_printf(out, "%u.%u %%", tenths / 10, tenths % 10);
}

/* ---- time ---- */

/* Towards the past, also before year 0. */
static int32_t floor_to(int32_t month, int32_t step)
{
	const int32_t rest = month % step;

	return month - (rest < 0 ? rest + step : rest);
}

/* Is what comes after a gap not worth an axis?  A few messages, years later;
 * or so much later that one clock must err, and they are fewer. */
static bool is_lone(int32_t before, int32_t after, uint64_t n, uint64_t all)
{
	const int32_t gap = after - before;

	return (gap > LONE_MONTHS && n * LONE_SHARE <= all) ||
	       (gap > FAR_MONTHS && before >= EPOCH && n * 2 <= all);
}

/* Clocks err: a few messages that come years after all others do not make
 * the axis. */
int32_t tt_months_last(const struct tt_groups *months)
{
	const uint64_t all = tt_groups_sum(months).messages;
	int32_t last = TT_NO_MONTH;
	uint64_t after = 0;

	for (size_t i = months->n; i-- > 0;) {
		const struct tt_group *g = &months->v[i];

		if (g->month == TT_NO_MONTH)
			continue;
		if (last == TT_NO_MONTH || is_lone(g->month, last, after, all))
			last = g->month;
		after += g->messages;
	}
	return last;
}

static int32_t earliest_for(int32_t last, int32_t step)
{
	return floor_to(last, step) - (TT_PERIODS - 2) * step;
}

/* Months if they show nearly all of the mail, else quarters, else years. */
static int32_t choose_step(const struct tt_groups *months, int32_t last)
{
	static const int32_t steps[] = { 1, 3, 12 };
	const uint64_t all = tt_groups_sum(months).messages;

	for (size_t k = 0; k < 2; k++) {
		const int32_t from = earliest_for(last, steps[k]);
		uint64_t before = 0;

		for (size_t i = 0; i < months->n; i++)
			if (months->v[i].month != TT_NO_MONTH &&
			    months->v[i].month < from)
				before += months->v[i].messages;
		if (before * FOLDED_SHARE <= all)
			return steps[k];
	}
	return steps[2];
}

static struct tt_period *column_for(struct tt_periods *p, int32_t month,
				    int32_t earliest, struct tt_arena *arena)
{
	int32_t at = floor_to(month, p->step);

	if (at < earliest) { /* those of before share the first */
		at = earliest - p->step;
		p->is_folded = true;
	}
	while (!p->v.n || p->v.v[p->v.n - 1].first < at) {
		struct tt_period *new = tt_vec_push(arena, &p->v);
		const int32_t first =
			p->v.n > 1 ? new[-1].first + p->step : at;

		*new = (struct tt_period){ .first = first,
					   .last = first + p->step - 1 };
	}
	return &p->v.v[p->v.n - 1];
}

void tt_periods_make(struct tt_periods *p, const struct tt_groups *months,
		     struct tt_arena *arena)
{
	const int32_t last = tt_months_last(months);

	*p = (struct tt_periods){ .step = 1 };
	if (last != TT_NO_MONTH)
		p->step = choose_step(months, last);
	for (size_t i = 0; i < months->n; i++) {
		const struct tt_group *g = &months->v[i];

		if (g->month == TT_NO_MONTH) {
			tt_group_add(&p->undated, g);
		} else if (g->month > last) {
			tt_group_add(&p->later, g);
		} else {
			const int32_t from = earliest_for(last, p->step);

			tt_group_add(&column_for(p, g->month, from, arena)->sum,
				     g);
		}
	}
}

size_t tt_period_find(const struct tt_periods *p, int32_t month)
{
	if (month == TT_NO_MONTH || !p->v.n)
		return SIZE_MAX;
	if (month > p->v.v[p->v.n - 1].last)
		return SIZE_MAX;
	for (size_t i = p->v.n; i-- > 0;)
		if (month >= p->v.v[i].first)
			return i;
	return 0;
}

void tt_month_put(struct tt_out *out, int32_t month)
{
	const int32_t year = floor_to(month, 12) / 12;

	tt_out_printf(out, "%04d-%02d", (int)year,
		      (int)(month - year * 12 + 1));
}

void tt_period_put(struct tt_out *out, const struct tt_periods *p, size_t i)
{
	const struct tt_period *c = &p->v.v[i];
	const int32_t year = floor_to(c->first, 12) / 12;

	if (i == 0 && p->is_folded) {
		tt_out_str(out, "before ");
		tt_period_put(out, p, 1);
	} else if (p->step == 1) {
		tt_month_put(out, c->first);
	} else if (p->step == 3) {
		tt_out_printf(out, "%04d Q%d", (int)year,
			      (int)(c->first - year * 12) / 3 + 1);
	} else {
		tt_out_printf(out, "%04d", (int)year);
	}
}
