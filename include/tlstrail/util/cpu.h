/* tlstrail/util/cpu.h - which vector code there is, and may run here
 *
 * Code for one kind of machine stands between #if TT_VECTORS and #endif, as a
 * row before its plain twin, and says by one of these whether it may be
 * called.  `make PORTABLE=1` leaves it out. */
#ifndef TLSTRAIL_UTIL_CPU_H
#define TLSTRAIL_UTIL_CPU_H

#include <stdbool.h>

#if defined(__x86_64__) && !defined(TT_PORTABLE)
#define TT_VECTORS 1 /* SSE2 is on every x86-64 */

static inline bool tt_cpu_has_avx2(void)
{
	return __builtin_cpu_supports("avx2") != 0;
}

/* Masks and tables of bytes, sixty-four at a time. */
static inline bool tt_cpu_has_avx512vbmi(void)
{
	return __builtin_cpu_supports("avx512bw") != 0 &&
	       __builtin_cpu_supports("avx512vbmi") != 0;
}

/* Those, and bytes of a block put together by a mask. */
static inline bool tt_cpu_has_avx512vbmi2(void)
{
	return tt_cpu_has_avx512vbmi() &&
	       __builtin_cpu_supports("avx512vbmi2") != 0;
}

/* Instructions for SHA-256, and what goes with them (sha256_lanes.c). */
bool tt_cpu_has_sha(void);
#else
#define TT_VECTORS 0
#endif

static inline bool tt_cpu_any(void)
{
	return true;
}

#endif
