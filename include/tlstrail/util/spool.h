/* spool.h - bytes that are put aside and read again, however many they are
 *
 * They stay in memory as long as they are few (TT_MAX_spool_memory).  More go
 * into a file without a name in $TMPDIR, or /tmp: it is gone with the process,
 * whatever ends that.  A spool that failed takes nothing more and gives
 * nothing; tt_spool_status() tells why. */
#ifndef TLSTRAIL_UTIL_SPOOL_H
#define TLSTRAIL_UTIL_SPOOL_H

#include <tlstrail/util/err.h>
#include <tlstrail/util/slice.h>

struct tt_spool; /* opaque */

/* Opens files for the first n spools that will need one, for a process that
 * will not be let to.  Where none can be had, or none is left, a spool fails
 * and tells why. */
#define TT_SPOOL_RESERVE 2 /* at most */
void tt_spool_reserve(size_t n);

/* No file is made yet.  Free with tt_spool_free(), which nulls. */
struct tt_spool *tt_spool_new(void);
void tt_spool_free(struct tt_spool **spool);

/* Puts them behind what is there; returns where that is, in bytes. */
uint64_t tt_spool_add(struct tt_spool *spool, struct tt_slice bytes);
uint64_t tt_spool_size(const struct tt_spool *spool);
/* The n bytes from off on; false: they are not there, or cannot be read. */
bool tt_spool_get(struct tt_spool *spool, uint64_t off, void *to,
		  size_t n) TT_MUST_CHECK;

/* TT_OK; TT_IO: the system said no; TT_LIMIT: it would be larger than
 * TT_MAX_spool. */
enum tt_status tt_spool_status(const struct tt_spool *spool,
			       struct tt_err *err);

/* ---- rows of one size, in an order ---- */

struct tt_sorter; /* opaque */

/* What memory (TT_MAX_sort_memory) does not hold goes to the spool, which is
 * borrowed and outlives it.  compare is qsort()'s, and total: no two rows are
 * equal, or it is all one which comes first.  It goes by key first: a row of a
 * lesser key is less. */
struct tt_sorter *tt_sorter_new(struct tt_spool *spool, size_t row_bytes,
				uint64_t (*key)(const void *row),
				int (*compare)(const void *a, const void *b));
void tt_sorter_free(struct tt_sorter **sorter);
void tt_sorter_add(struct tt_sorter *sorter, const void *row);
uint64_t tt_sorter_n(const struct tt_sorter *sorter);
/* After the last row: from the first on, as often as it is asked for. */
void tt_sorter_begin(struct tt_sorter *sorter);
/* False: there are no more, or the spool failed. */
bool tt_sorter_next(struct tt_sorter *sorter, void *row_r);

#endif
