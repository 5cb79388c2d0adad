/* ahead.h - small files that are read, and hashed together, before their turn */
#ifndef TLSTRAIL_RUN_AHEAD_H
#define TLSTRAIL_RUN_AHEAD_H

#include <tlstrail/record.h>

#define TT_AHEAD_FILES 8

/* Made by tt_ahead_open(); all 0: there are none, and nothing is read. */
struct tt_ahead {
	struct tt_reader_room *room[TT_AHEAD_FILES];
	uint8_t sum[TT_AHEAD_FILES][TT_SHA256_LEN];
};

void tt_ahead_open(struct tt_ahead *a);
void tt_ahead_close(struct tt_ahead *a);
/* Of n entries, TT_AHEAD_FILES at most, each that is small enough gets its
 * `ahead` and the sum of it; both stay until the next call.  What was read of
 * those before is over. */
void tt_ahead_read(struct tt_ahead *a, struct tt_entry *const *entry,
		   size_t n);
/* Where it was read to; NULL: it was not. */
struct tt_reader_room *tt_ahead_room(const struct tt_ahead *a,
				     const struct tt_entry *entry);

#endif
