/* util/zone.h - time zones by their IANA name, from the system's database
 *
 * The C library reads the database; its answers are kept as the instants at
 * which the offset changes, so that no later question touches the process's
 * own zone. */
#ifndef TLSTRAIL_UTIL_ZONE_H
#define TLSTRAIL_UTIL_ZONE_H

#include <tlstrail/util/arena.h>

struct tt_zone; /* opaque */

/* NULL: no such zone.  Changes TZ for as long as it runs: only while the
 * process has one thread. */
const struct tt_zone *tt_zone_find(struct tt_slice name,
				   struct tt_arena *arena);
/* As it was asked for. */
struct tt_slice tt_zone_name(const struct tt_zone *zone);
/* Seconds since the epoch of a local time, which is given as if it were UTC.
 * Where the clock was set back it may be two: the first, and is_double_r.  One
 * that was skipped is read by the offset before. */
int64_t tt_zone_instant(const struct tt_zone *zone, int64_t local_s,
			bool *is_double_r);

#endif
