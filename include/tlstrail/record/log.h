/* record/log.h - floor 2: a stream is cut into log lines or JSON values
 *
 * A log is text of one record a line, in any of the wrappers that loggers put
 * around what a daemon said: RFC 3164 (with and without <PRI>), RFC 5424,
 * RFC 3339 heads of rsyslog and journalctl's short-iso, journald's JSON and
 * export formats, docker's json-file, multilog's TAI64N, a date of the
 * daemon's own (Exim's mainlog, Cisco's), or none.  The wrapper is taken off
 * here; what the daemon said is for the rules (rule/event.h).
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
			      * TT_MAX_log_line */
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
	bool is_tag_cut; /* RFC 5424's app-name, cut at the slash by rsyslog */
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

#endif
