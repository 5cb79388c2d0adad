/* answer.h - the timeline in one sentence */
#ifndef TLSTRAIL_EMIT_ANSWER_H
#define TLSTRAIL_EMIT_ANSWER_H

#include <tlstrail/emit.h>

/* Does the hop belong to the trusted part and decide the result? */
bool tt_answer_decides(const struct tt_timeline *t, size_t i);

/* One hop against the profile of its timeline. */
enum tt_fit tt_answer_fit(const struct tt_timeline *t, const struct tt_hop *h);

/* The receiving domain, else the newest `by`, else "the receiving server". */
struct tt_slice tt_answer_receiver(const struct tt_timeline *t);

/* Writes the sentence, without sign, colour or line end; evidence in it has
 * gone through tt_out_text(). */
void tt_answer(struct tt_out *out, const struct tt_timeline *t);

#endif
