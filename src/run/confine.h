/* confine.h - the filter of calls, for confine.c */
#ifndef TLSTRAIL_RUN_CONFINE_PRIVATE_H
#define TLSTRAIL_RUN_CONFINE_PRIVATE_H

#include <tlstrail/run/confine.h>

/* Sanitizers take more memory and more calls than they would get. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define TT_IS_SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer) || \
	__has_feature(memory_sanitizer)
#define TT_IS_SANITIZED 1
#endif
#endif
#ifndef TT_IS_SANITIZED
#define TT_IS_SANITIZED 0
#endif

/* ---- confine_calls.c ---- */

/* Has the kernel filters of calls? */
bool tt_calls_can_filter(void);
/* Puts the calling process, which has no new privileges by now, under one. */
enum tt_status tt_calls_filter(bool is_reader,
			       struct tt_err *err) TT_MUST_CHECK;

#endif
