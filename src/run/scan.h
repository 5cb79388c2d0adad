/* scan.h - what the files of a scan share
 *
 * The parent walks (scan_walk.c), workers read (scan_job.c) and send frames;
 * the parent checks them and puts them into the case (scan_take.c); when all
 * is read, it concludes (scan_conclude.c). */
#ifndef TLSTRAIL_RUN_SCAN_H
#define TLSTRAIL_RUN_SCAN_H

#include <tlstrail/run/worker.h>
#include <tlstrail/store/figures.h>
#include <tlstrail/trail/codec.h>
#include <tlstrail/util/code.h>

#include "show.h"

enum tt_scan_frame {
	TT_FRAME_STREAM, /* what follows is of this file and member */
	TT_FRAME_MAIL,
	TT_FRAME_OUTSIDE, /* a message outside --since and --until: nothing */
	TT_FRAME_EVENT,
	TT_FRAME_SHARED,   /* the log has ended: what its events share */
	TT_FRAME_FILE_END, /* of the file: its digest and diags */
	TT_FRAME_COUNT,
};

/* ---- frames, by code.h: the same for both sides ---- */

struct tt_frame_stream {
	uint32_t file; /* which of the item's */
	bool is_log;
	TT_VEC(struct tt_slice) member;
};
void tt_frame_code_stream(struct tt_codec *c, struct tt_frame_stream *f);

struct tt_frame_mail {
	uint64_t top_off;
	uint32_t seq;
	TT_VEC(struct tt_case_header) headers;
	struct tt_slice record;
};
void tt_frame_code_mail(struct tt_codec *c, struct tt_frame_mail *f);

struct tt_frame_file_end {
	uint32_t file;
	struct tt_digest digest;
	struct tt_diags diags;
	uint64_t logs; /* streams that were one */
};
void tt_frame_code_file_end(struct tt_codec *c, struct tt_frame_file_end *f);

/* ---- scan_job.c ---- */

/* What is the same for all workers; made before they are forked. */
struct tt_scan_reading {
	const struct tt_show_options *o;
	struct tt_matcher *matcher;
	struct tt_rules *log_rules;
	struct tt_matcher *log_matcher;
	bool is_compiled; /* both, as machine code: tt_scan_compile() */
	const char *const *keep;	/* --keep-header */
	size_t n_keep;
};
struct tt_job tt_scan_job(struct tt_scan_reading *reading);
/* Before a worker is forked, and no sooner than there is something to read: it
 * takes as long as five hundred messages. */
void tt_scan_compile(struct tt_scan_reading *reading);

/* ---- the parent ---- */

struct tt_scan {
	const struct tt_scan_options *o;
	struct tt_case *store;
	struct tt_pool *pool;
	struct tt_confined confined; /* its workers, each of n_workers */
	size_t n_workers;
	struct tt_arena arena;	     /* the run's */
	struct tt_arena record;	     /* cleared at each frame and message */
	struct tt_scan_reading reading;
	struct tt_err err; /* why the case cannot be written to, or TT_OK */
	bool is_partial, is_broken; /* exit status 3, 70 */
	bool has_input;		    /* something was mail or log, ever */
	bool is_book_lost;	    /* err is of what was put aside */
	struct tt_progress {
		uint64_t files, bytes, messages, events; /* of this run */
		uint64_t same, skipped, lost;
		uint64_t outside, undated; /* by --since and --until */
		uint64_t bytes_in_all; /* to be read; 0: not known */
		int64_t begun_ms, told_ms;
		bool is_shown; /* a line stands on the terminal */
	} progress;
};

/* Interrupted, or the case cannot be written to. */
static inline bool tt_scan_is_stopped(const struct tt_scan *s)
{
	return s->err.status != TT_OK || tt_show_is_interrupted(&s->o->show);
}

/* ---- scan_walk.c ---- */

/* Gives what is new under the paths to the pool. */
void tt_scan_walk(struct tt_scan *s);
/* How many bytes there are, for the progress on a terminal. */
void tt_scan_measure(struct tt_scan *s);

/* ---- scan_take.c ---- */

#define TT_GROUP_FILES 64

struct tt_case_file tt_scan_file(const struct tt_entry *entry);
/* Files that are read as one, and how far they came: the tag of an item. */
struct tt_scan_item;
struct tt_scan_item *tt_scan_item_new(void);
/* One more of them is begun in the case; diags are the walk's.  False: the case
 * cannot be written to (s->err). */
bool tt_scan_item_add(struct tt_scan *s, struct tt_scan_item *item,
		      const struct tt_entry *entry,
		      const struct tt_diags *diags);
/* It was not given to the pool after all. */
void tt_scan_item_drop(struct tt_scan_item **item);
struct tt_pool_sink tt_scan_sink(struct tt_scan *s);
/* What the walk says of a place where there is nothing to read. */
bool tt_scan_told(struct tt_scan *s, const struct tt_entry *entry,
		  const struct tt_diags *diags);

/* ---- scan_events.c ---- */

/* What events share as they go into the book; to be freed after that. */
struct tt_scan_events;
struct tt_scan_events *tt_scan_events_new(struct tt_scan *s,
					  struct tt_book *book);
void tt_scan_events_free(struct tt_scan_events **events);
/* All of the case's; false: s->err, or interrupted. */
bool tt_scan_events_take(struct tt_scan_events *events);
/* s->err says that what the case holds is no record. */
void tt_scan_is_no_record(struct tt_scan *s);
/* Has it all that it took?  False: s->err, which is of no case. */
bool tt_scan_has_book(struct tt_scan *s, const struct tt_book *book);

/* ---- scan_conclude.c ---- */

/* On what was read; with what logs tell where there is a book.  In s->record. */
void tt_scan_conclude_on(struct tt_scan *s, struct tt_timeline *t,
			 struct tt_book *book);
/* Joins and judges what is in the case; false: s->err, or interrupted. */
bool tt_scan_conclude(struct tt_scan *s);

/* ---- scan_progress.c ---- */

void tt_progress_begin(struct tt_scan *s);
/* Should something have been told by now? */
bool tt_progress_is_late(const struct tt_scan *s);
/* Now and then. */
void tt_progress_tick(struct tt_scan *s);
/* -v: a line for a file that was read, or for one that was not. */
struct tt_file_told {
	const char *state;
	bool is_read; /* what follows is told */
	uint64_t bytes, messages, events, outside;
};
void tt_progress_file(struct tt_scan *s, struct tt_slice path,
		      const struct tt_file_told *told);
/* Before other messages, and at the end: the line is taken away. */
void tt_progress_clear(struct tt_scan *s);
/* What was read in this run. */
void tt_progress_end(struct tt_scan *s);

#endif
