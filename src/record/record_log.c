/* record_log.c - a stream of log lines
 *
 * One record a line, whatever the wrapper.  In a log whose lines have times,
 * one without is half a line: the end of one whose beginning is in another
 * file, or text with line ends in it, which a sender may have written.  It is
 * told and passed over.  NULs end a line: no daemon writes them, and a file
 * has them where the machine went down. */
#include <string.h>

#include "json.h"
#include "lines.h"

/* ---- which kind of log ---- */

/* The first line that is not blank, without zeros in front; the rest of s
 * stays. */
static struct tt_slice first_line(struct tt_slice *s)
{
	struct tt_slice line = TT_NO_SLICE;

	while (s->n && line.n == 0) {
		line = tt_slice_sub(*s, 0, tt_slice_chr(*s, '\n'));
		*s = tt_slice_sub(*s, line.n + 1, s->n);
		line = tt_slice_trim(line);
		while (line.n && *line.p == 0)
			line = tt_slice_sub(line, 1, line.n);
	}
	return line;
}

static bool has_key(struct tt_slice object, struct tt_slice wanted)
{
	struct tt_slice key, value;
	struct tt_json_walk walk = { 0 };

	while (tt_json_next(object, &walk, &key, &value) > 0)
		if (tt_slice_eq(key, wanted))
			return true;
	return false;
}

static enum tt_log_kind kind_of_object(struct tt_slice line)
{
	if (has_key(line, TT_S("__REALTIME_TIMESTAMP")) ||
	    (has_key(line, TT_S("MESSAGE")) &&
	     has_key(line, TT_S("_HOSTNAME"))))
		return TT_LOG_JOURNAL;
	if (has_key(line, TT_S("log")) && has_key(line, TT_S("stream")) &&
	    has_key(line, TT_S("time")))
		return TT_LOG_DOCKER;
	return TT_LOG_LINES;
}

/* The object that begins the next line; the rest of s stays. */
static bool first_object(struct tt_slice *s, struct tt_slice *object_r)
{
	struct tt_json_scan scan = { 0 };

	while (s->n && (tt_is_space(*s->p) || *s->p == 0x1e))
		*s = tt_slice_sub(*s, 1, s->n);
	if (s->n == 0 || *s->p != '{' ||
	    tt_json_scan(&scan, *s) != TT_JSON_WHOLE) {
		(void)first_line(s);
		return false;
	}
	*object_r = tt_slice_sub(*s, 0, scan.pos);
	*s = tt_slice_sub(*s, scan.pos, s->n);
	return true;
}

/* The first line may be half of one, where a file was cut at a size. */
enum tt_log_kind tt_log_kind(struct tt_slice prefix)
{
	enum tt_log_kind kind = TT_LOG_LINES;
	struct tt_slice object;

	if (tt_slice_istarts(prefix, TT_S("__CURSOR=")))
		return TT_LOG_EXPORT;
	for (int i = 0; i < 2 && kind == TT_LOG_LINES; i++)
		if (first_object(&prefix, &object))
			kind = kind_of_object(object);
	return kind;
}

/* ---- the bid ---- */

struct heads {
	size_t n_lines, n_heads;
	size_t n_leads; /* heads behind a lead; in n_heads */
	size_t n_binary; /* behind a head; not in n_lines */
	size_t n_own, n_loggers; /* dates with a space: without a tag, with */
};

/* "2026-11-21 17:06:43": what daemons write, and few loggers. */
static bool is_own_date(struct tt_slice line)
{
	return line.n > 19 && tt_is_digit(*line.p) && line.p[10] == ' ' &&
	       line.p[4] == line.p[7];
}

/* Bytes that no text has: what a disk or a crash put there tells of no format.
 */
static bool is_binary(struct tt_slice line)
{
	for (size_t i = 0; i < line.n; i++)
		if (line.p[i] < ' ' && line.p[i] != '\t' &&
		    line.p[i] != '\r' && line.p[i] != 033)
			return true;
	return false;
}

static struct heads count_heads(struct tt_slice s, bool is_whole)
{
	struct heads h = { 0 };
	struct tt_log_lead lead;
	struct tt_log_line l;

	while (s.n && h.n_lines < TT_MAX_bid_lines) {
		const bool is_last = tt_slice_chr(s, '\n') == SIZE_MAX;
		struct tt_slice line = first_line(&s);

		if (line.n == 0 || (is_last && !is_whole && h.n_lines))
			break;
		const bool has_lead = tt_log_lead(line, &lead);

		line = tt_slice_sub(line, lead.length, line.n);
		const bool has_head = tt_log_unwrap(line, &l) && l.time;

		if (h.n_heads && !has_head && is_binary(line)) {
			if (++h.n_binary == TT_MAX_bid_lines)
				break;
			continue;
		}
		h.n_lines++;
		h.n_heads += has_head;
		h.n_leads += has_lead;
		h.n_own += is_own_date(line) && l.tag.n == 0;
		h.n_loggers += is_own_date(line) && l.tag.n;
	}
	return h;
}

/* All mail is asked this: a time or an object is no header field. */
static bool begins_log(struct tt_slice s)
{
	const bool is_object = *s.p == '{';
	const struct tt_slice line = first_line(&s);
	struct tt_log_lead lead;
	struct tt_log_line l;

	return is_object || (tt_log_unwrap(line, &l) && l.time) ||
	       tt_log_lead(line, &lead);
}

/* What mail bids on may have a log in its body: then it must begin as one. */
int tt_log_bid(struct tt_slice prefix, bool is_whole, int best)
{
	const struct tt_slice s = tt_bid_lead(prefix);

	if (best >= 90 || s.n == 0 || (best && !begins_log(s)))
		return 0;
	if (tt_log_kind(s) != TT_LOG_LINES)
		return 88;
	const struct heads h = count_heads(s, is_whole);

	return h.n_heads * 2 > h.n_lines ? 85 : 0;
}

bool tt_log_start(struct tt_reader *r)
{
	(void)tt_reader_need(r, (size_t)TT_MAX_sniff);
	const struct tt_slice s = tt_bid_lead(
		tt_slice_sub(tt_reader_rest(r), 0, (size_t)TT_MAX_sniff));

	r->log = tt_zalloc(sizeof(*r->log));
	r->log->find_end = tt_line_end_choose();
	r->log->kind = tt_log_kind(s);
	/* Told to be a log, objects that are none are told one by one. */
	if (r->log->kind == TT_LOG_LINES && s.n && *s.p == '{')
		r->log->kind = TT_LOG_JOURNAL;
	const struct heads h = count_heads(s, false);

	r->log->has_times = h.n_heads > 0;
	r->log->has_lead = h.n_leads * 2 > h.n_lines;
	r->log->is_own = h.n_own && h.n_own >= h.n_loggers;
	return true;
}

int tt_log_no_record(struct tt_reader *r, struct tt_record *rec_r)
{
	(void)rec_r;
	if (!r->is_done)
		tt_stream_diag(r->stream, TT_DIAG_not_mail, 0,
			       "the input is a log and not mail (%s)",
			       r->format->name);
	r->is_done = true;
	tt_reader_pass_all(r, TT_PART_STRAY);
	return r->is_failed ? -1 : 0;
}

/* ---- one line of text ---- */

static void tell(struct tt_reader *r, enum tt_diag_code code)
{
	tt_stream_diag(r->stream, code, r->base + r->at, NULL);
}

static int passed_over(struct tt_reader *r, size_t n, enum tt_diag_code code)
{
	tell(r, code);
	tt_pass_bytes(r, n, TT_PART_STRAY);
	return 0;
}

/* NULs at the beginning. */
static int pass_nuls(struct tt_reader *r, struct tt_slice s)
{
	size_t n = 0;

	while (n < s.n && s.p[n] == 0)
		n++;
	return passed_over(r, n, TT_DIAG_log_binary);
}

/* Half a line, up to the first NUL; or what journalctl says of itself: "-- Boot
 * 1234 --", and grep, "--". */
static int pass_headless(struct tt_reader *r, const struct tt_seen_line *seen)
{
	const struct tt_slice line = tt_window(r, 0, seen->n);
	const size_t nul = tt_slice_chr(line, 0);

	if (!tt_slice_istarts(line, TT_S("-- ")) &&
	    !(r->log->has_lead && tt_slice_eq(line, TT_S("--"))))
		return passed_over(r, nul < seen->n ? nul : seen->all,
				   TT_DIAG_log_no_head);
	tt_pass_bytes(r, seen->all, TT_PART_FRAME);
	return 0;
}

/* Kubernetes cuts what a container writes at 16 KiB.  The first piece says
 * what it says; the others begin where a sender may have wanted it. */
static bool goes_on(struct tt_reader *r, struct tt_log_line *l)
{
	const bool is_in_piece = r->log->is_in_piece;
	const uint8_t word = tt_log_container_word(l->raw);

	if (word == 0)
		return false;
	r->log->is_in_piece = word == 'P';
	l->is_torn = word == 'P';
	if (l->is_torn && !is_in_piece)
		tell(r, TT_DIAG_log_piece);
	return is_in_piece;
}

static int take_raw(struct tt_reader *r, struct tt_seen_line *seen,
		    struct tt_log_line *l);

/* The line up to the first NUL, which is in the text. */
static int take_beginning(struct tt_reader *r, struct tt_seen_line *seen,
			  size_t nul, struct tt_log_line *l)
{
	const uint64_t off = l->off;

	seen->n = seen->lead.length + (size_t)(l->text.p - l->raw.p) + nul;
	seen->all = seen->n;
	seen->is_open = true;
	tt_log_line_clear(l);
	l->off = off;
	l->raw = tt_window_line(r, 0, seen);
	return take_raw(r, seen, l);
}

/* In a daemon's own log what stands behind the date is all its words, even
 * those that begin like a host and a tag: an administrator may have it log
 * what a sender said. */
static void leave_own(struct tt_log_line *l)
{
	l->text = tt_slice_from(l->host.p, l->raw.p + l->raw.n);
	l->host = l->tag = l->pid = TT_NO_SLICE;
	l->repeated = 0;
}

static int take_raw(struct tt_reader *r, struct tt_seen_line *seen,
		    struct tt_log_line *l)
{
	struct tt_log_piece piece;

	tt_log_unwrap_next(l->raw, &r->log->memo, l);
	if (r->log->is_own && l->host.n && l->tag.n && is_own_date(l->raw))
		leave_own(l);
	if (!l->time && r->log->has_times)
		return pass_headless(r, seen);
	const bool is_syslog = tt_log_is_syslog(l);

	if (seen->is_odd) {
		const struct tt_log_look look = tt_log_look(l->text, is_syslog);

		if (look.nul < l->text.n) /* the rest is another line */
			return take_beginning(r, seen, look.nul, l);
		if (look.head < l->text.n) {
			tell(r, TT_DIAG_log_mixed);
			l->text.n = look.head;
			l->is_torn = true;
		}
	}
	if (is_syslog && !l->is_torn && tt_log_piece(l->text, &piece))
		return tt_log_take_pieces(r, seen, &piece, l);
	if (seen->is_open) {
		tell(r, TT_DIAG_log_torn);
		l->is_torn = true;
	}
	tt_pass_bytes(r, seen->all, TT_PART_RECORD);
	return 1;
}

static int take_text(struct tt_reader *r, struct tt_seen_line *seen,
		     struct tt_log_line *l)
{
	tt_log_line_clear(l);
	l->raw = tt_window_line(r, 0, seen);
	l->off = r->base + r->at + seen->lead.length;
	tt_log_lead_take(r, tt_window(r, 0, seen->n), &seen->lead);
	if (*l->raw.p == 0)
		return pass_nuls(r, l->raw);
	if (tt_is_digit(*l->raw.p) && goes_on(r, l))
		return passed_over(r, seen->all, TT_DIAG_log_piece);
	return take_raw(r, seen, l);
}

/* A line over the limit: its beginning is kept beside the window. */
static int take_long(struct tt_reader *r, struct tt_seen_line *seen,
		     struct tt_log_line *l)
{
	struct tt_log_text *const kept = &r->log->text;
	bool is_line = r->log->kind == TT_LOG_LINES;

	kept->n = 0;
	tt_log_text_add(kept, tt_window_line(r, 0, seen));
	tt_log_lead_take(r, tt_window(r, 0, seen->n), &seen->lead);
	l->raw = (struct tt_slice){ kept->p, kept->n };
	l->off += seen->lead.length;
	l->is_torn = true;
	(void)tt_log_unwrap_onto(l->raw, l);
	if (!l->time && r->log->has_times)
		is_line = false;
	tt_diag_limit(tt_stream_diags(r->stream), TT_DIAG_log_line_cut,
		      TT_LIM_log_line, l->off, 0);
	tt_pass_bytes(r, seen->n, is_line ? TT_PART_RECORD : TT_PART_STRAY);
	l->length = l->raw.n + tt_pass_long_line(r);
	return is_line;
}

static int take_line(struct tt_reader *r, struct tt_seen_line *seen,
		     struct tt_log_line *l)
{
	if (seen->n == 0) {
		tt_pass_bytes(r, seen->all, TT_PART_FRAME);
		return 0;
	}
	if (r->log->kind == TT_LOG_LINES && !seen->is_long)
		return take_text(r, seen, l);
	*l = (struct tt_log_line){ .off = r->base + r->at };
	return seen->is_long ? take_long(r, seen, l) :
			       tt_log_take_docker(r, seen, l);
}

static void skip_mark(struct tt_reader *r)
{
	if (r->log->is_begun)
		return;
	r->log->is_begun = true;
	if (tt_reader_need(r, 3) >= 3 &&
	    memcmp(r->buf + r->at, "\xef\xbb\xbf", 3) == 0)
		tt_pass_bytes(r, 3, TT_PART_FRAME);
}

static int next_line(struct tt_reader *r, struct tt_log_line *l)
{
	struct tt_seen_line seen;

	skip_mark(r);
	while (tt_see_line(r, 0, &seen))
		if (take_line(r, &seen, l))
			return 1;
	return r->is_failed ? -1 : 0;
}

/* Whose pieces are not joined: the first says what it says, another nothing
 * that may be taken for a line's beginning. */
static void tell_piece(struct tt_reader *r, struct tt_log_line *l)
{
	struct tt_log_piece piece;

	if (!tt_log_piece(l->text, &piece))
		return;
	tt_stream_diag(r->stream, TT_DIAG_log_piece, l->off, NULL);
	l->is_torn = true;
	if (piece.k > 1)
		return;
	l->text = tt_slice_sub(l->text, piece.length, l->text.n);
	tt_log_unwrap_text(l);
}

int tt_log_line_next(struct tt_reader *r, struct tt_log_line *l)
{
	const enum tt_log_kind kind = r->log->kind;
	const int took = kind == TT_LOG_EXPORT	? tt_log_export_next(r, l) :
			 kind == TT_LOG_JOURNAL ? tt_log_journal_next(r, l) :
						  next_line(r, l);

	if (took <= 0)
		return took;
	if (kind != TT_LOG_LINES)
		tell_piece(r, l);
	l->origin = tt_stream_origin(r->stream);
	if (l->length == 0) /* it is not over the limit */
		l->length = l->raw.n;
	/* The rest of a line that is too long was passed with it. */
	l->is_after_gap = r->account.bytes_diags - (l->length - l->raw.n) !=
				  r->log->told ||
			  r->log->is_after_file;
	l->is_picked = r->log->is_picked;
	r->log->is_after_file = false;
	r->log->told = r->account.bytes_diags;
	return 1;
}

static struct tt_slice behind_lead(const struct tt_reader *r,
				   struct tt_slice line)
{
	struct tt_log_lead lead = { 0 };

	if (r->log->has_lead)
		(void)tt_log_lead(line, &lead);
	return tt_slice_sub(line, lead.length, line.n);
}

void tt_log_first_time(struct tt_reader *r, struct tt_log_file *file_r)
{
	struct tt_slice s = tt_bid_lead(
		tt_slice_sub(tt_reader_rest(r), 0, (size_t)TT_MAX_sniff));
	struct tt_log_line l;

	file_r->time = TT_LOG_UNTIMED;
	while (s.n && file_r->time == TT_LOG_UNTIMED) {
		struct tt_slice object;

		tt_log_line_clear(&l);
		if (r->log->kind == TT_LOG_LINES)
			(void)tt_log_unwrap(behind_lead(r, first_line(&s)), &l);
		else if (r->log->kind == TT_LOG_EXPORT)
			tt_log_export_time(first_line(&s), &l);
		else if (first_object(&s, &object))
			tt_log_object_time(object, &l);
		file_r->time = l.time;
		file_r->time_us = l.time_us;
	}
}
