/* confine.h - the filter of calls, for confine.c */
#ifndef TLSTRAIL_RUN_CONFINE_PRIVATE_H
#define TLSTRAIL_RUN_CONFINE_PRIVATE_H

#include <tlstrail/run/confine.h>

/* ---- confine_calls.c ---- */

/* Has the kernel filters of calls? */
bool tt_calls_can_filter(void);
/* Puts the calling process, which has no new privileges by now, under one. */
enum tt_status tt_calls_filter(struct tt_err *err) TT_MUST_CHECK;

#endif
