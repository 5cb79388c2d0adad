/* moment.h - a hop as an event: its time, and one line that tells it
 *
 * For the outputs that are read by the tools of timelines.  Times are UTC, so
 * that a file has one zone only: what those tools make of several differs. */
#ifndef TLSTRAIL_EMIT_MOMENT_H
#define TLSTRAIL_EMIT_MOMENT_H

#include <tlstrail/emit.h>

struct tt_moment {
	char date[16], clock[16]; /* "2026-06-09", "14:03:22.250000" */
	int64_t unix_us;
};

/* false: the hop has no time, or one that RFC 3339 cannot write. */
bool tt_moment_of(struct tt_moment *m, const struct tt_hop *h);

/* "+05:30": the stamp's offset from UTC; empty where it has none. */
void tt_moment_zone(char zone[8], const struct tt_hop *h);
/* The clock of the stamp and its offset, "2026-06-09T19:33:22+05:30"; empty
 * where one of them is not known. */
void tt_moment_local(char local[32], const struct tt_hop *h);

/* Where the event of a hop goes; NULL: nowhere.  Counts those without time. */
struct tt_out *tt_moment_out(const struct tt_emit_options *o, bool has_time);

/* What the time is of: the receiver's stamp, or a log's record. */
const char *tt_moment_kind(const struct tt_hop *h);

/* "a.example.org [192.0.2.1] to mx.example.com: encrypted, ..."; bytes of the
 * evidence as they are, to be escaped as a whole. */
void tt_moment_tell(struct tt_out *raw, const struct tt_hop *h);

#endif
