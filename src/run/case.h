/* case.h - what the commands that read a case share */
#ifndef TLSTRAIL_RUN_CASE_H
#define TLSTRAIL_RUN_CASE_H

#include <tlstrail/run.h>
#include <tlstrail/store.h>

/* Is this the rule set that the case was made with?  Another may conclude
 * otherwise; err says so. */
bool tt_case_has_rules(struct tt_case *c, const struct tt_rules *rules,
		       struct tt_arena *arena, struct tt_err *err);

/* The timeline of a message, as show would have it: kept, or concluded on
 * anew.  trail has the rules; the profile is the case's.  Lives in the arena
 * and in *m. */
bool tt_case_timeline(struct tt_timeline *t_r, const struct tt_case_message *m,
		      const struct tt_trail_options *trail,
		      struct tt_arena *arena, struct tt_err *err);

/* Was the scan cut off?  If so it is told. */
bool tt_case_tell_cut(struct tt_case *c, const char *path,
		      struct tt_out *messages, struct tt_err *err);
/* "tlstrail: CASE: what is wrong"; the case's name once. */
void tt_case_complain(struct tt_out *messages, const char *path,
		      const struct tt_err *err);
/* Of a command that could not read its case. */
enum tt_exit tt_case_exit(const struct tt_err *err);

#endif
