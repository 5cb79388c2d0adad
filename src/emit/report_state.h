/* report_state.h - what the mail travelled under, in seven states
 *
 * Told of the hop by which a message entered its receiving system.  Each state
 * has a word, a sign and a colour, so that none of them alone carries it. */
#ifndef TLSTRAIL_EMIT_REPORT_STATE_H
#define TLSTRAIL_EMIT_REPORT_STATE_H

#include <tlstrail/emit/report.h>

enum tt_state {
	TT_STATE_TLS13,
	TT_STATE_TLS12,
	TT_STATE_TLS,	 /* its version is not recorded */
	TT_STATE_OLD,	 /* TLS 1.1 and older */
	TT_STATE_CLEAR,
	TT_STATE_SILENT, /* the record does not say */
	TT_STATE_NONE,	 /* no transfer into the system is recorded */
	TT_STATE_COUNT,
};

struct tt_states {
	uint64_t n[TT_STATE_COUNT];
	uint64_t all;
};

struct tt_state_words {
	const char *word;  /* "TLS 1.3" */
	const char *sign;  /* one column: a shape */
	const char *class; /* of the style sheet */
	const char *bar;   /* one column, for bars of text */
};
/* Static storage. */
const struct tt_state_words *tt_state_words(enum tt_state s);

struct tt_states tt_states_of(const struct tt_group *g);
void tt_group_add(struct tt_group *sum, const struct tt_group *g);
/* All of them; name and month are those of the first. */
struct tt_group tt_groups_sum(const struct tt_groups *groups);

/* Entry hops that fail the profile; those that are known to meet it. */
uint64_t tt_group_failing(const struct tt_group *g);
static inline uint64_t tt_group_meeting(const struct tt_group *g)
{
	return g->fit[TT_FIT_MEETS];
}

/* Tenths of a percent, rounded; never 0 or 1000 where some are, or are not. */
unsigned tt_share(uint64_t n, uint64_t whole);
/* "97.2 %" */
void tt_share_put(struct tt_out *out, uint64_t n, uint64_t whole);

/* ---- time ---- */

/* A column of a chart: months from first to last, both in it. */
struct tt_period {
	int32_t first, last;
	struct tt_group sum;
};
struct tt_periods {
	TT_VEC(struct tt_period) v;
	int32_t step;	 /* months in each: 1, 3 or 12 */
	bool is_folded;	 /* the first holds all that came earlier */
	struct tt_group undated;
	struct tt_group later; /* years after all others: clocks err */
};
#define TT_PERIODS 61 /* five years of months, and what came earlier */

/* The last month, but for a few messages years later; or TT_NO_MONTH. */
int32_t tt_months_last(const struct tt_groups *months);
/* Months, or quarters, or years where months are too many. */
void tt_periods_make(struct tt_periods *p, const struct tt_groups *months,
		     struct tt_arena *arena);
/* Index, or SIZE_MAX: undated or later. */
size_t tt_period_find(const struct tt_periods *p, int32_t month);
/* "2024-03", "2024 Q1", "2024"; "before 2019" */
void tt_period_put(struct tt_out *out, const struct tt_periods *p, size_t i);
void tt_month_put(struct tt_out *out, int32_t month);

#endif
