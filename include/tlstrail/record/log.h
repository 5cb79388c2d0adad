/* record/log.h - floor 2: a stream is cut into log lines or JSON values
 *
 * A log is text of one record a line, in any of the wrappers that loggers put
 * around what a daemon said: RFC 3164 (with and without <PRI>), RFC 5424,
 * RFC 3339 heads of rsyslog and journalctl's short-iso, journald's JSON and
 * export formats, docker's json-file, Kubernetes' CRI, multilog's TAI64N, a
 * date of the daemon's own (Exim's mainlog, Cisco's), or none; and grep's file
 * names and container names of docker compose and kubectl in front of that.
 * The wrapper is taken off here; what the daemon said is for the rules
 * (rule/event.h).
 *
 * A structured log is one JSON value after another, whatever white space is
 * between them (NDJSON, concatenated, pretty), or CSV with a line that names
 * its fields. */
#ifndef TLSTRAIL_RECORD_LOG_H
#define TLSTRAIL_RECORD_LOG_H

#include <tlstrail/record.h>

/* How much of a time was written; the rest is a guess until somebody knows
 * (a stamp of the same host, --year, --tz). */
enum tt_log_time {
	TT_LOG_UNTIMED,
	TT_LOG_NO_YEAR, /* month to second, local: RFC 3164 */
	TT_LOG_LOCAL,	/* year to second, local: Exim's mainlog */
	TT_LOG_UTC,	/* an instant */
};

/* One line, unwrapped.  Everything is borrowed until the next call. */
struct tt_log_line {
	const struct tt_origin *origin;
	uint64_t off;	     /* of `raw` in the stream */
	struct tt_slice raw; /* the record as it stands, no line end; cut at
			      * TT_MAX_log_line.  Of a line that came in
			      * pieces: from the first to the last */
	uint64_t length;     /* of it, uncut */
	enum tt_log_time time;
	/* UTC, or the local time read as if it were UTC; NO_YEAR: in 1970
	 * (1972 for Feb 29). */
	int64_t time_us;
	int precision_us;     /* 1000000: whole seconds */
	bool has_offset;      /* the zone was written ... */
	int offset_min;	      /* ... and time_us is corrected by it */
	struct tt_slice host; /* n 0: none written */
	struct tt_slice tag;  /* "postfix/smtpd", "exim"; n 0: none */
	struct tt_slice pid;  /* as written; n 0: none */
	/* What the daemon said.  Lies in `raw` where nothing was decoded. */
	struct tt_slice text;
	const char *pointer; /* JSON pointer of what was decoded; NULL */
	bool is_tag_cut;     /* RFC 5424's app-name, which rsyslog cuts at the
			      * slash: without one, what was behind is lost */
	/* Not all of what the daemon said is in `text`: the stream ends in
	 * the middle of the line, or another line's head stands in it, before
	 * which it was cut (two writers at once, or a sender who would like
	 * to write a line: nobody can tell, so what stands behind is never a
	 * line).  Nothing follows from what such a line lacks. */
	bool is_torn;
	/* Bytes between the line before (or the beginning) and this one were
	 * passed over and told: lines are missing, or halves of some. */
	bool is_after_gap;
	/* grep picked it out, so lines between this and the one before may be
	 * missing, and nothing follows from that they are not there.  Its
	 * "mail.log:12:" is no part of `raw`. */
	bool is_picked;
	unsigned repeated; /* "message repeated N times"; 0: said once */
};

/* One JSON value (or one CSV record) of a stream. */
struct tt_log_value {
	const struct tt_origin *origin;
	uint64_t off;
	struct tt_slice raw;	/* one whole value; at most TT_MAX_log_value */
	struct tt_slice fields; /* CSV: the line that names them; else n 0 */
	/* An ISO time in front of it (CloudWatch exports); n 0: none. */
	struct tt_slice lead;
	const struct tt_json_marks *marks; /* of raw (value.h); or NULL */
};

/* A reader (record.h) that chose TT_FORMAT_LOG gives lines; TT_FORMAT_JSON and
 * TT_FORMAT_CSV values.  As tt_record_next(): 1, 0 at the end, -1 reading
 * stopped early (diag added).  What is neither (binary, half a line, a value
 * cut in the middle, a line over the limit) is a diag with its offset, and the
 * rest goes on.  Lines and values are tt_account's records. */
int tt_log_line_next(struct tt_reader *reader,
		     struct tt_log_line *line_r) TT_MUST_CHECK;
int tt_log_value_next(struct tt_reader *reader,
		      struct tt_log_value *value_r) TT_MUST_CHECK;

/* Takes the wrapper off one line that has no line end: fills all but origin,
 * off, raw and length, which are zero and the caller's to set behind it.
 * False: it has none, and all of it is text. */
bool tt_log_unwrap(struct tt_slice line, struct tt_log_line *line_r);

/* ---- rotated sets ---- */

/* One of the files given.  path is set by the caller and borrowed; the time
 * is that of its first line, where it was looked at. */
struct tt_log_file {
	struct tt_slice path;
	size_t given; /* place on the command line: the caller's */
	enum tt_log_time time;
	int64_t time_us;
	size_t set; /* the same number for all of one set */
};

/* The time of a log's first line that has one, as far as TT_MAX_sniff bytes
 * tell; nothing is read past.  Only before the first tt_log_line_next(). */
void tt_log_first_time(struct tt_reader *reader, struct tt_log_file *file_r);

/* Which of the files are one log that was rotated (mail.log, mail.log.1,
 * mail.log.2.gz; maillog-20261121; mainlog.01): those of one directory whose
 * names differ in that only.  Puts them in the order in which they are to be
 * read: sets as their first file was given, in a set the oldest first. */
void tt_log_files_sort(struct tt_log_file *files, size_t n);

#endif
