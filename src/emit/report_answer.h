/* report_answer.h - the answer that a report begins with, as figures */
#ifndef TLSTRAIL_EMIT_REPORT_ANSWER_H
#define TLSTRAIL_EMIT_REPORT_ANSWER_H

#include "report_state.h"

struct tt_report_answer {
	struct tt_group all;
	struct tt_states states; /* of those that entered; NONE is 0 */
	uint64_t outside; /* no entry is recorded */
	uint64_t entered;  /* messages with an entry hop */
	uint64_t over_tls; /* of those */
	int32_t first, last; /* months that have mail, or TT_NO_MONTH */

	/* More than half of each month's mail since then; TT_STATE_NONE: of
	 * no state can that be said. */
	enum tt_state most;
	int32_t since;
	int32_t newest; /* month with mail enough to say so, or TT_NO_MONTH */
	int32_t last_of[TT_STATE_COUNT]; /* month it was last met in */

	uint64_t failing; /* at their entry */
	uint64_t inner; /* they fail at another trusted hop alone */
	uint64_t silent; /* undetermined */
};

void tt_report_answer(struct tt_report_answer *a, const struct tt_report *r);

/* Sentences; what is evidence in them has been through tt_out_text(). */
void tt_answer_lede(struct tt_out *out, const struct tt_report_answer *a);
/* Nothing, where all mail is in the figures. */
void tt_answer_range(struct tt_out *out, const struct tt_report *r);
void tt_answer_since(struct tt_out *out, const struct tt_report_answer *a);
void tt_answer_last(struct tt_out *out, const struct tt_report_answer *a);
void tt_answer_rest(struct tt_out *out, const struct tt_report_answer *a,
		    struct tt_slice profile);
#endif
