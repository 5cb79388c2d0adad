/* run/answer.h - floor 8: what `show` says of some bytes, as one JSON object
 *
 * A job for a pool (worker.h): the bytes of a request are read by a confined
 * process that knows them by a descriptor only, and what it has to say comes
 * back in frames:
 *
 *	{"timelines":[
 *	<an object of show --json>,
 *	...
 *	],"text":"...","views":[
 *	{"answer":"...","text":"...","organisations":{...},"fits":[...]},
 *	...
 *	],"diags":[...],"status":N}
 *
 * Each timeline is the line that show --json prints, to the byte; "diags" are
 * those of files and not of messages, with the file's "path"; "text" is what
 * show prints without colour, 80 columns wide; "views" has for each timeline
 * what show says of it alone (tt_emit_answer); "status" is its exit status.
 *
 * No record of an answer is begun (tt_work_record()) and no sign of life
 * given: TT_MAX_worker_cpu is all the time that an answer gets, and a worker
 * that is lost takes the answer along. */
#ifndef TLSTRAIL_RUN_ANSWER_H
#define TLSTRAIL_RUN_ANSWER_H

#include <tlstrail/run.h>
#include <tlstrail/run/worker.h>

struct tt_answer_reading;

/* Loads and compiles all that answers need, once.  `options` says how
 * evidence is read and judged; borrowed.  NULL: err tells.  Free with
 * tt_answer_reading_free(), which nulls. */
struct tt_answer_reading *
tt_answer_reading_new(const struct tt_show_options *options,
		      struct tt_err *err);
void tt_answer_reading_free(struct tt_answer_reading **reading);

/* Its frames; what a pool is told of an item: what is to be hidden (enum
 * tt_redact_what), and how many of its entries, the last ones, are logs that
 * are only joined, as by --log.  The paths of the entries are the names that
 * the answer calls them by, "-" for what has none. */
enum tt_answer_frame {
	TT_ANSWER_BYTES,  /* the next of the object */
	TT_ANSWER_END,	  /* there are no more */
	TT_ANSWER_LONG,	  /* longer than TT_MAX_answer; in place of all */
	TT_ANSWER_BROKEN, /* an internal error; in place of all */
	TT_ANSWER_COUNT
};
static inline uint32_t tt_answer_note(enum tt_redact_what redact,
				      size_t n_logs)
{
	return (uint32_t)redact | (uint32_t)n_logs << 8;
}

struct tt_job tt_answer_job(struct tt_answer_reading *reading);

#endif
