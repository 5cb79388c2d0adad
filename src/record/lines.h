/* lines.h - what the readers of logs share (private to record)
 *
 * A log reader keeps `scan` at `at`, the first byte that is not accounted
 * for, and looks at whole lines in the window; so nothing is copied, and
 * reading on moves the line it looks at to the front. */
#ifndef TLSTRAIL_RECORD_LINES_H
#define TLSTRAIL_RECORD_LINES_H

#include <stddef.h>
#include <string.h>

#include <tlstrail/record/log.h>

#include "reader.h"

/* In two halves: one is long enough for gcc to make `rep stos` of it, which
 * takes as long as all else that is done with a line's time. */
static inline void tt_log_line_clear(struct tt_log_line *l)
{
	const size_t half = offsetof(struct tt_log_line, host);

	memset(l, 0, half);
	memset((uint8_t *)l + half, 0, sizeof(*l) - half);
}

/* ---- log_time.c: times as they stand at the beginning of a line ---- */

struct tt_log_stamp {
	enum tt_log_time time;
	int64_t us;
	int precision_us;
	bool has_offset;
	int offset_min;
};

/* Each gives the length of the time that s begins with, and 0 for none. */
size_t tt_log_time_bsd(struct tt_slice s, struct tt_log_stamp *t_r);
size_t tt_log_time_iso(struct tt_slice s, struct tt_log_stamp *t_r);
size_t tt_log_time_asctime(struct tt_slice s, struct tt_log_stamp *t_r);
size_t tt_log_time_full(struct tt_slice s, struct tt_log_stamp *t_r);
size_t tt_log_time_tai64n(struct tt_slice s, struct tt_log_stamp *t_r);
size_t tt_log_time_epoch(struct tt_slice s, struct tt_log_stamp *t_r);
/* Decimal microseconds since the epoch, as journald has them. */
bool tt_log_time_micros(struct tt_slice s, struct tt_log_stamp *t_r);

/* The better of two: an instant, then a year, then the one nearer to the
 * daemon. */
void tt_log_set_time(struct tt_log_line *l, const struct tt_log_stamp *t);

/* ---- log_head.c ---- */

/* tt_log_unwrap() of a line in a wrapper whose time was set. */
bool tt_log_unwrap_onto(struct tt_slice line, struct tt_log_line *l);
/* The head of the line before, up to its tag: many lines of a second have the
 * same. */
#define TT_LOG_MEMO_TAGS 16
#define TT_LOG_MEMO_TAG 32
struct tt_log_memo {
	/* Tags of the last lines that had a process id, by their last bytes */
	struct {
		size_t n;
		uint8_t text[TT_LOG_MEMO_TAG];
	} tags[TT_LOG_MEMO_TAGS];
	uint8_t head[96];
	size_t n; /* 0: none */
	size_t host_at, host_n;
	struct tt_log_stamp stamp;
};
/* The same for lines of one log, one after the other. */
void tt_log_unwrap_next(struct tt_slice line, struct tt_log_memo *memo,
			struct tt_log_line *l);

/* What may stand inside a text: a date of the daemon's own, "message repeated
 * N times".  Of a line whose time, host and tag are set. */
void tt_log_unwrap_text(struct tt_log_line *l);
/* Is the head one that a logger writes, with host and tag? */
bool tt_log_is_syslog(const struct tt_log_line *l);
/* "[2/3] " or "[2\3] ": a text that a daemon cut for its logger. */
struct tt_log_piece {
	unsigned k, n;
	bool is_line; /* the cut was at a line end */
	size_t length; /* of the mark */
};
bool tt_log_piece(struct tt_slice text, struct tt_log_piece *piece_r);
/* Of a line that Kubernetes wrote: 'F' a whole one, 'P' one that goes on; 0 of
 * all others. */
uint8_t tt_log_container_word(struct tt_slice line);

/* ---- log_look.c: where a line ends, and inside a text ---- */

/* Index of the line end, or SIZE_MAX.  *is_odd_r: a NUL is in front of it, or
 * more than one clock; or nobody looked. */
typedef size_t tt_line_end_finder(struct tt_slice s, bool *is_odd_r);
/* The best that the machine has: AVX2's, or one that does not look. */
tt_line_end_finder *tt_line_end_choose(void);

/* The implementations, for the test that they agree. */
struct tt_line_end_variant {
	const char *name;
	tt_line_end_finder *find;
	bool (*is_there)(void);
};
extern const struct tt_line_end_variant tt_line_end_variants[];
extern const size_t tt_n_line_end_variants;

struct tt_log_look {
	size_t nul;  /* where the first NUL is; text.n: there is none */
	size_t head; /* where the head of another line begins; text.n */
};
struct tt_log_look tt_log_look(struct tt_slice text, bool want_head);

/* ---- log_lead.c: what grep, docker compose or kubectl put in front ---- */

struct tt_log_lead {
	size_t length;	/* up to where the line begins; 0: nothing is there */
	size_t name_n;	/* of the file's or container's name, the first of it */
	bool is_column; /* a container's: its lines were not picked out */
};
bool tt_log_lead(struct tt_slice line, struct tt_log_lead *lead_r);
/* The line at `at` is taken: what came from another file is behind a gap, and
 * it is told once that lines were picked out. */
void tt_log_lead_take(struct tt_reader *r, struct tt_slice line,
		      const struct tt_log_lead *lead);

/* ---- log_window.c: whole lines in the window ---- */

struct tt_seen_line {
	struct tt_log_lead lead; /* in `n`, and no part of the line */
	size_t n;     /* its text, without CRs at its end */
	size_t all;   /* with its line end */
	bool is_open; /* the stream ended before a line end */
	bool is_long; /* over TT_MAX_log_line */
	bool is_odd;  /* what should not be in it may be there */
};
/* The line that begins `from` bytes behind `at`; false: the stream ended.
 * Moves what is in the window. */
bool tt_see_line(struct tt_reader *r, size_t from, struct tt_seen_line *seen_r);
/* The first n bytes of the window are accounted for. */
void tt_pass_bytes(struct tt_reader *r, size_t n, enum tt_part part);
/* ... to the end of a line that is too long; returns how many were passed. */
uint64_t tt_pass_long_line(struct tt_reader *r);

static inline struct tt_slice tt_window(const struct tt_reader *r, size_t from,
					size_t n)
{
	return (struct tt_slice){ r->buf + r->at + from, n };
}
/* The line that begins `from` bytes behind `at`, without what is in front. */
static inline struct tt_slice tt_window_line(const struct tt_reader *r,
					     size_t from,
					     const struct tt_seen_line *seen)
{
	return tt_window(r, from + seen->lead.length,
			 seen->n - seen->lead.length);
}

/* ---- log_state.c: what a log reader keeps; freed with it ---- */

enum tt_log_kind {
	TT_LOG_LINES,
	TT_LOG_DOCKER,
	TT_LOG_JOURNAL,
	TT_LOG_EXPORT,
};

#define TT_LOG_JOINED 64

struct tt_log_state {
	enum tt_log_kind kind;
	tt_line_end_finder *find_end;
	bool has_times; /* lines of this log have one in front */
	bool is_own;	/* a daemon writes it, by its own date */
	bool is_begun;
	uint64_t told; /* bytes passed over before the last line */
	bool is_in_piece; /* what a container wrote last goes on */
	struct tt_log_text { /* what was decoded or joined */
		uint8_t *p;
		size_t n, cap;
	} text, aside; /* aside: host, tag and pid; names of fields */
	bool has_lead;	    /* most lines have one */
	bool is_picked;	    /* ... that grep wrote */
	bool is_after_file; /* the last line was of another file */
	struct tt_log_text from; /* the name in front of it */
	struct tt_log_memo memo;
	struct tt_json_marks *marks; /* of the last value; or NULL */
	/* Pieces that were given with an earlier line: their offsets. */
	uint64_t joined[TT_LOG_JOINED];
	size_t n_joined;
};
void tt_log_state_free(struct tt_log_state **log);
void tt_log_text_add(struct tt_log_text *t, struct tt_slice s);

enum tt_log_kind tt_log_kind(struct tt_slice prefix);

/* ---- one line of each kind: 1 a line, 0 passed over ---- */

int tt_log_take_docker(struct tt_reader *r, const struct tt_seen_line *seen,
		       struct tt_log_line *l);
/* The line that `l` begins, with those that follow it; `seen` may change. */
int tt_log_take_pieces(struct tt_reader *r, struct tt_seen_line *seen,
		       const struct tt_log_piece *first,
		       struct tt_log_line *l);
/* As tt_log_line_next(). */
int tt_log_journal_next(struct tt_reader *r, struct tt_log_line *l);
int tt_log_export_next(struct tt_reader *r, struct tt_log_line *l);
/* The time of a journal's or docker's object; of a line of an export. */
void tt_log_object_time(struct tt_slice object, struct tt_log_line *l);
void tt_log_export_time(struct tt_slice line, struct tt_log_line *l);

/* ---- registry ---- */

int tt_log_bid(struct tt_slice prefix, bool is_whole, int best);
bool tt_log_start(struct tt_reader *r);
int tt_json_bid(struct tt_slice prefix, bool is_whole, int best);
int tt_csv_bid(struct tt_slice prefix, bool is_whole, int best);
int tt_csv_next(struct tt_reader *r, struct tt_log_value *v);
/* The next value, whatever the reader's format: as tt_log_value_next(). */
int tt_json_value_next(struct tt_reader *r, struct tt_log_value *v);
/* No message is in it: says so. */
int tt_log_no_record(struct tt_reader *r, struct tt_record *rec_r);

#endif
