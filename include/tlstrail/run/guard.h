/* run/guard.h - floor 8: a process that watches the one that reads
 *
 * What a worker is for a scan (run/worker.h), a reader is for `show`: evidence
 * is read by a process that may crash, or come to no end, without taking the
 * answer along.  What it finds goes straight to its output; it only tells, in
 * memory that is shared, where it is and how much it has written.
 *
 *	status = tt_guard_begin(&guard, &options);
 *	if (status >= 0)
 *		return status;	... the guard's, when the last reader ended
 *	options.show->guard = guard;	... in a reader
 *	status = tt_run_show(options.show);
 *	tt_guard_done(&guard);
 *
 * A reader that dies, takes TT_MAX_worker_cpu seconds of the
 * processor for one record without going on, or TT_MAX_worker_memory for it, is
 * followed by another.  As the
 * same bytes give the same answer, that one reads everything again, writes
 * nothing of what stands in the outputs already, passes over the record that
 * the first was lost with - a diag tells (worker_lost) - and goes on from
 * there.  Files of a directory are read by several threads; where a reader with
 * several is lost, nobody knows by which, and the next has one.
 *
 * There is no other reader, and the exit status is TT_EXIT_INTERNAL, where
 * evidence cannot be read again (a pipe), after TT_MAX_item_retries of them,
 * and where the last was lost at no record or amid a write. */
#ifndef TLSTRAIL_RUN_GUARD_H
#define TLSTRAIL_RUN_GUARD_H

#include <tlstrail/source.h>

struct tt_guard;
struct tt_out_ledger; /* util/out.h */
struct tt_show_options; /* run.h */

/* Where a reader is.  Two places are one if they are so in all of these: what
 * is read (tt_guard_in()), at what of it, and which. */
enum tt_place {
	TT_PLACE_NONE,	 /* at nothing that could be passed over */
	TT_PLACE_LANES,	 /* at several files; never passed over */
	TT_PLACE_FILE,	 /* comes to its n-th stream */
	TT_PLACE_STREAM, /* comes to its n-th record */
	TT_PLACE_RECORD, /* that begins at byte n */
	TT_PLACE_TELLING /* the n-th message that only logs know */
};

/* ---- the guard's side ---- */

struct tt_guard_options {
	const struct tt_show_options *show; /* its files, and `messages` */
	unsigned cpu_seconds; /* 0: the limits table's */
	uint64_t memory;
};

/* Begins to read.  Returns in each reader, with -1 and *guard_r; and in the
 * caller's own process, when the last reader has ended: with the exit status.
 * Where the system has no other process, the caller's own reads: that is told,
 * -1, and *guard_r is NULL.  The caller has one thread.  From here on the
 * handlers of SIGINT and SIGCHLD are the guard's. */
int tt_guard_begin(struct tt_guard **guard_r,
		   const struct tt_guard_options *options);

/* ---- the reader's side; guard NULL: nothing ---- */

/* Which reader it is: 0, the first. */
unsigned tt_guard_nth(const struct tt_guard *guard);

/* For the n-th of three outputs (struct tt_out.ledger); NULL without guard. */
struct tt_out_ledger *tt_guard_ledger(struct tt_guard *guard, unsigned n);

/* What counts as going on, beside what is written: for tt_source_beat_to(), of
 * the n-th lane. */
uint64_t *tt_guard_beat(struct tt_guard *guard, unsigned lane);

/* What is read is from here on this; NULL: what no file has. */
void tt_guard_in(struct tt_guard *guard, const struct tt_origin *origin);

/* It is there.  NULL; or why a reader was lost there, so that it is to be
 * passed over. */
const char *tt_guard_at(struct tt_guard *guard, enum tt_place place,
			uint64_t n) TT_MUST_CHECK;

/* It has told everything: the status it ends with is the answer's.  Nulls. */
void tt_guard_done(struct tt_guard **guard);

#endif
