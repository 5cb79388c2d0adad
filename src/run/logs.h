/* logs.h - the logs of a run */
#ifndef TLSTRAIL_RUN_LOGS_H
#define TLSTRAIL_RUN_LOGS_H

#include <pthread.h>

#include "show.h"

/* A FILE that is a log, or a file below one. */
struct tt_logs_found {
	const char *path;
	struct tt_log_file file;
	struct tt_file_id id; /* where it is below */
	uint64_t bytes;	      /* of its text, about */
	bool is_below, is_member; /* ... of an archive: its first member is */
};

struct tt_logs {
	struct tt_arena arena; /* events */
	struct tt_book *book, *late;
	struct tt_log *log; /* being read; NULL: none */
	bool is_shown;	    /* a FILE */
	bool is_only;	    /* by --log: nothing else is wanted */
	_Atomic bool is_lost; /* what was put aside: it ends the run */
	uint64_t n_streams;
	int64_t mtime; /* of a log that nobody named; 0: not known */
	bool *is_log; /* by FILE */
	TT_VEC(struct tt_logs_found) found;
	TT_VEC(struct tt_file_id) known; /* those below, sorted */
	uint64_t bytes_below;
	bool has_mail; /* or what may be */
	TT_VEC(const char *) given; /* by --log, or met below what is */
	struct tt_log_mails *mails; /* that they carry; NULL: none yet */
	struct tt_reader_room *mail_room;
	struct tt_rules *rules; /* loaded when the first log is met */
	struct tt_matcher *matcher;
	pthread_mutex_t lock; /* for what is met by several threads */
};

/* ---- log_found.c ---- */

/* Is the file a log, by its first bytes?  Nothing is told: it is read again, as
 * what it is.  The path is borrowed. */
bool tt_logs_look(struct tt_show *s, const char *path,
		  struct tt_logs_found *found_r);
/* Fills what is found of the FILEs. */
void tt_logs_find(struct tt_show *s);

/* ---- log_book.c ---- */

/* A book that no mail is joined with. */
struct tt_book *tt_logs_book_alone(const struct tt_show *s);
/* After the book's last event. */
void tt_logs_settle(struct tt_show *s, struct tt_book *book);

/* ---- log_lost.c ---- */

/* What was put aside is gone: that is told, once, and ends the run. */
void tt_logs_lose(struct tt_show *s, const struct tt_err *err);
/* Has it all that it took?  Else the same. */
void tt_logs_check(struct tt_show *s, const struct tt_book *book);

/* ---- log_mail.c, log_mail_tell.c: mails that logs carry ---- */

/* struct tt_log_mail_sink's take; ctx is the struct tt_show.  A taker gets the
 * mail at once; else it waits for what all logs tell of it. */
void tt_logs_take_mail(void *ctx, const struct tt_log_mail *mail,
		       struct tt_diags *diags);
/* Were any met in a log that is read into the book? */
bool tt_logs_have_mail(const struct tt_show *s, const struct tt_book *book);
/* Those of the book, which is settled, in the order of their logs. */
void tt_logs_tell_mails(struct tt_show *s, struct tt_book *book);
void tt_logs_free_mails(struct tt_logs *logs);

/* ---- want.c ---- */

/* A reading of which nothing is seen; the mail's own is another. */
struct tt_quiet {
	struct tt_show s;
	struct tt_show_options o;
	struct tt_out out, messages;
};
void tt_quiet_begin(struct tt_quiet *q, const struct tt_show *s);
void tt_quiet_end(struct tt_quiet *q);

/* The book shall have what can be joined with the mails, if they can be read
 * beforehand. */
void tt_logs_want(struct tt_show *s);

/* ---- log_stream.c ---- */

/* One log, or a set of files that are one; end it with tt_log_end().  mtime: of
 * its newest file, 0: not known.  NULL: there are no rules for logs, which has
 * been told and ends the run. */
struct tt_log *tt_logs_begin_log(struct tt_show *s, int64_t mtime,
				 struct tt_book *book);

/* ---- logs.c: of a taker, which reads what it is given ---- */

/* Rules and matcher are borrowed. */
void tt_logs_open(struct tt_show *s, struct tt_rules *rules,
		  struct tt_matcher *matcher);
/* When the newest file of the next log was last written to. */
void tt_logs_set_mtime(struct tt_show *s, int64_t mtime_unix);
/* The streams since the last one's end were one log, and it has ended; false:
 * there was none. */
bool tt_logs_end_log(struct tt_show *s);
/* After that: what its events share is needed no more. */
void tt_logs_forget(struct tt_show *s);

#endif
