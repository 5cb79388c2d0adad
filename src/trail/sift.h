/* sift.h - which events a mail can be joined with (private to trail)
 *
 * Wanted are the ids of the mails' stamps, their Message-IDs, and every id that
 * an event says together with a wanted one: what hangs together in the book is
 * kept as a whole or left out as a whole, so a mail is joined as if all were
 * there. */
#ifndef TRAIL_SIFT_H
#define TRAIL_SIFT_H

#include <tlstrail/trail/join.h>

struct tt_sift;

/* A Message-ID without brackets and octal digits, in arena if need be. */
struct tt_slice tt_log_plain_id(struct tt_arena *arena, struct tt_slice s);
/* The message id that SES put into its Message-ID; n 0: it is none of SES's. */
struct tt_slice tt_log_ses_id(struct tt_slice message_id);

struct tt_sift *tt_sift_new(void);
void tt_sift_free(struct tt_sift **sift); /* nulls */
/* false: there are more ids than TT_MAX_join_ids. */
bool tt_sift_add_mail(struct tt_sift *sift, const struct tt_timeline *t);
/* Is the event of these ids wanted, as far as is known by now? */
bool tt_sift_has(const struct tt_sift *sift, const struct tt_event_ids *ids);
/* The same, once and for all.  Then all of them are from now on.  What is
 * not may turn out to be wanted later. */
bool tt_sift_takes(struct tt_sift *sift, const struct tt_event_ids *ids);
/* Is what was left out wanted after all?  (Or perhaps: once in a while it is
 * said for nothing.)  The logs are to be read again, then, by the same sift;
 * forgets what was left out. */
bool tt_sift_again(struct tt_sift *sift);

#endif
