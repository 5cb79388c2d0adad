/* trail/join.h - floor 5: log events meet the stamps of a message
 *
 * A book holds the events of all logs that were given.  Joins are a pure
 * function of it and of a message's stamps, in the order of the model ("Log
 * evidence and how it is joined"); each names its key.  The same event met in
 * several files or wrappers is one. */
#ifndef TLSTRAIL_TRAIL_JOIN_H
#define TLSTRAIL_TRAIL_JOIN_H

#include <tlstrail/rule/event.h>
#include <tlstrail/trail.h>

struct tt_book; /* opaque */

/* Events added are borrowed and must outlive the book.  Free with
 * tt_book_free(), which nulls. */
struct tt_book *tt_book_new(void);
void tt_book_free(struct tt_book **book);
/* struct tt_event_sink's take, and struct tt_log_options' wants and passes; ctx
 * is the book. */
void tt_book_take(void *ctx, struct tt_event *event);
bool tt_book_wants(void *ctx, const struct tt_event_ids *ids);
bool tt_book_passes(void *ctx, const struct tt_event_ids *ids,
		    enum tt_log_passing how);

/* For logs that are read for mails only, before the first event: the book shall
 * have what can be joined with these mails (t as it is without logs), and
 * nothing else.  NULL: with none.  false: those are too many ids, and every
 * event will be kept. */
bool tt_book_want(struct tt_book *book, const struct tt_timeline *t);
void tt_book_want_all(struct tt_book *book); /* after all */
bool tt_book_is_for_mail(const struct tt_book *book); /* nothing else is kept */
/* After the last event: was something left out that is wanted?  Then the book
 * is empty again, and the logs are to be read once more. */
bool tt_book_again(struct tt_book *book);

/* For logs that are told message by message, before the first event: messages
 * are asked for once each, in their order, by tt_book_is_untold() and then
 * tt_book_timeline().  Memory goes with what is open at a time, and by a few
 * dozen bytes with each message; events are put aside (util/spool.h), and what
 * is taken is borrowed for the call, but for clocks, levels, origins and rules,
 * softwares, services and the kinds of contexts.  options are those of all its
 * timelines, borrowed. */
void tt_book_apart(struct tt_book *book,
		   const struct tt_trail_options *options);
/* ... and mails are joined with them, as tt_book_settle() comes to what each of
 * them names: by `join`, with a book that has it all.  False: no more. */
struct tt_book_joiner {
	void *ctx;
	bool (*join)(void *ctx, int64_t mail, struct tt_book *part);
};
void tt_book_join_apart(struct tt_book *book,
			const struct tt_book_joiner *joiner);
/* Each, before the first event: t as it is without logs, and its number. */
void tt_book_join_mail(struct tt_book *book, int64_t mail,
		       const struct tt_timeline *t);
/* After tt_book_settle(), asked of mails by their numbers from the least on.
 * Others can be joined with what tells of no one message, by the book. */
bool tt_book_has_joined(struct tt_book *book, int64_t mail);
bool tt_book_has_contexts(const struct tt_book *book);
/* After the last event, before tt_book_settle(): mail is joined with it all the
 * same.  What it took is in memory from then on (TT_MAX_log_events). */
void tt_book_together(struct tt_book *book);
/* TT_IO, TT_LIMIT: it could not put aside, or not read again; what it tells is
 * not all. */
enum tt_status tt_book_status(const struct tt_book *book, struct tt_err *err);

/* After the last event, before the first join: indexes, and the chains of
 * events that belong to one message. */
void tt_book_settle(struct tt_book *book, struct tt_diags *diags);

/* Messages that the logs know: one for each chain (queue ids that follow one
 * another, or an SES message id), in order of the book. */
size_t tt_book_n_messages(const struct tt_book *book);
/* Is it of a log that is to be told, and was no mail joined with it? */
bool tt_book_is_untold(const struct tt_book *book, size_t message);
/* What names it, whatever else is in the book: the SES message id, or host,
 * queue id and place of the line it begins with.  Borrowed, or in the arena. */
struct tt_slice tt_book_key(const struct tt_book *book, size_t message,
			    struct tt_arena *arena);
/* A timeline of log evidence alone; fills all of it, source too (path of the
 * first log, no hash).  False: there is nothing to show. */
bool tt_book_timeline(struct tt_timeline *t, const struct tt_book *book,
		      size_t message, const struct tt_trail_options *options,
		      struct tt_arena *arena, struct tt_diags *diags);

/* ---- after all timelines: what none of them showed ---- */

/* Policies, reports and the like of no message, of logs that are to be told:
 * those of one log as the context of a timeline without hops.  *at begins at
 * 0.  False: there are no more. */
bool tt_book_contexts(struct tt_timeline *t, const struct tt_book *book,
		      size_t *at, const struct tt_trail_options *options,
		      struct tt_arena *arena, struct tt_diags *diags);

/* The events of one log. */
struct tt_book_rest {
	const struct tt_origin *origin;
	uint64_t n;
	uint64_t n_unused;
	uint64_t first_unused; /* offset */
};
/* Of each log that has any, in the order of their paths; in arena. */
size_t tt_book_list_rest(const struct tt_book *book, struct tt_arena *arena,
			 struct tt_book_rest **rest_r);

#endif
