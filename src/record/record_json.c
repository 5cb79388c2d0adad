/* record_json.c - a stream of JSON values
 *
 * One object or array after another, whatever white space is between them:
 * NDJSON, concatenated, pretty, or one array that is the whole file.  A line
 * may have an ISO time in front (CloudWatch's exports).  What is neither is
 * passed over to the line's end, never searched for a value: it may quote one.
 *
 * A value that does not end, or not well, is passed over up to the next line
 * that begins with one.  It is held in the window until its end is seen, so
 * memory is bounded by TT_MAX_log_value; and looked at again from each such
 * line at most TT_MAX_log_depth times. */
#include <string.h>

#include "json.h"
#include "lines.h"

static bool is_opening(uint8_t c)
{
	return c == '{' || c == '[';
}

/* Length of a time and the white space between it and a value; 0 where s does
 * not begin so. */
static size_t lead_length(struct tt_slice s, size_t *time_r)
{
	struct tt_log_stamp t;
	size_t n = *time_r = tt_log_time_iso(s, &t);

	while (n < s.n && (s.p[n] == ' ' || s.p[n] == '\t'))
		n++;
	return *time_r && n > *time_r && n < s.n && is_opening(s.p[n]) ? n : 0;
}

/* ---- the bid ---- */

/* An array of what is no object is more likely "[INFO]". */
static bool begins_value(struct tt_slice s)
{
	const bool is_object = s.n && *s.p == '{';
	size_t n = 1;

	if (s.n == 0 || !is_opening(*s.p))
		return false;
	while (n < s.n && tt_is_space(s.p[n]))
		n++;
	if (n == s.n)
		return false;
	return is_object ? s.p[n] == '"' || s.p[n] == '}' :
			   is_opening(s.p[n]) || s.p[n] == ']';
}

int tt_json_bid(struct tt_slice prefix, bool is_whole, int best)
{
	struct tt_slice s = tt_bid_lead(prefix);
	size_t time;

	(void)is_whole;
	if (best >= 87)
		return 0;
	while (s.n && tt_is_space(*s.p))
		s = tt_slice_sub(s, 1, s.n);
	const size_t lead = lead_length(s, &time);

	return begins_value(tt_slice_sub(s, lead, s.n)) ? 87 : 0;
}

/* ---- between values ---- */

/* White space, commas of those who list without brackets, RFC 7464's record
 * separator. */
static bool is_between(uint8_t c)
{
	return tt_is_space(c) || c == ',' || c == 0x1e;
}

static bool skip_between(struct tt_reader *r)
{
	r->part = TT_PART_FRAME;
	if (!r->log->is_begun && tt_reader_need(r, 3) >= 3 &&
	    memcmp(r->buf + r->scan, "\xef\xbb\xbf", 3) == 0)
		r->scan += 3;
	r->log->is_begun = true;
	while (r->scan < r->end || tt_reader_more(r)) {
		if (!is_between(r->buf[r->scan]))
			break;
		r->scan++;
	}
	tt_reader_pass(r, TT_PART_FRAME);
	return r->scan < r->end;
}

/* `scan` goes to the next line that begins with a value, or a digit that may
 * be a time; what is passed is told already. */
static void pass_to_line(struct tt_reader *r)
{
	r->part = TT_PART_STRAY;
	for (;;) {
		const size_t lf = tt_slice_chr(tt_reader_rest(r), '\n');

		if (lf == SIZE_MAX) {
			r->scan = r->end;
			if (tt_reader_more(r))
				continue;
			break;
		}
		r->scan += lf + 1;
		if (tt_reader_need(r, 1) == 0 ||
		    is_opening(r->buf[r->scan]) ||
		    tt_is_digit(r->buf[r->scan]))
			break;
	}
	tt_reader_pass(r, TT_PART_STRAY);
}

/* ---- a value ---- */

/* Longest time and white space that is looked for. */
#define LEAD ((size_t)64)

static struct tt_json_marks *marks_of(struct tt_log_state *log)
{
	if (!log->marks)
		log->marks = tt_malloc(sizeof(*log->marks));
	log->marks->n = 0;
	return log->marks;
}

/* What is shown ends at the limit, so that the answer does not hang on how many
 * bytes came at once. */
static enum tt_json_scan_state find_end(struct tt_reader *r, size_t lead,
					size_t *length_r)
{
	struct tt_json_scan scan = { .marks = marks_of(r->log) };
	enum tt_json_scan_state state;

	for (;;) {
		const struct tt_slice s = tt_slice_sub(
			tt_reader_rest(r), lead, (size_t)TT_MAX_log_value);

		state = tt_json_scan(&scan, s);
		*length_r = state == TT_JSON_MORE ? s.n : scan.pos;
		if (state != TT_JSON_MORE || s.n == TT_MAX_log_value ||
		    !tt_reader_more(r))
			return state;
	}
}

static void tell_bad(struct tt_reader *r, enum tt_json_scan_state state,
		     size_t length)
{
	const uint64_t off = r->base + r->at;
	struct tt_diags *const d = tt_stream_diags(r->stream);

	if (state == TT_JSON_DEEP)
		tt_diag_limit(d, TT_DIAG_json_deep, TT_LIM_log_depth, off, 0);
	else if (state == TT_JSON_MORE && length == TT_MAX_log_value)
		tt_diag_limit(d, TT_DIAG_json_value_cut, TT_LIM_log_value, off,
			      0);
	else
		tt_stream_diag(r->stream, TT_DIAG_json_torn, off, NULL);
}

/* A value behind `lead` bytes that is good for `length`: another begins there,
 * or on one of the next lines. */
static void pass_bad(struct tt_reader *r, enum tt_json_scan_state state,
		     size_t lead, size_t length)
{
	const size_t n = lead + length;

	tell_bad(r, state, length);
	if (state == TT_JSON_BROKEN && n &&
	    r->buf[r->at + n] != '\n' && r->buf[r->at + n - 1] == '\n') {
		tt_pass_bytes(r, n, TT_PART_STRAY);
		return;
	}
	if (state == TT_JSON_BROKEN)
		r->scan += n;
	pass_to_line(r);
}

static bool take_value(struct tt_reader *r, struct tt_log_value *v)
{
	size_t time, n;
	const size_t here = tt_reader_need(r, LEAD);
	const size_t lead = lead_length(
		tt_slice_sub(tt_reader_rest(r), 0, here), &time);

	if (!is_opening(r->buf[r->at + lead])) {
		tt_stream_diag(r->stream, TT_DIAG_json_stray, r->base + r->at,
			       NULL);
		pass_to_line(r);
		return false;
	}
	const enum tt_json_scan_state state = find_end(r, lead, &n);

	if (state != TT_JSON_WHOLE) {
		pass_bad(r, state, lead, n);
		return false;
	}
	*v = (struct tt_log_value){
		.origin = tt_stream_origin(r->stream),
		.off = r->base + r->at + lead,
		.raw = tt_window(r, lead, n),
		.lead = tt_window(r, 0, lead ? time : 0),
		.marks = r->log->marks,
	};
	tt_pass_bytes(r, lead, TT_PART_FRAME);
	tt_pass_bytes(r, n, TT_PART_RECORD);
	return true;
}

int tt_json_value_next(struct tt_reader *r, struct tt_log_value *v)
{
	while (skip_between(r))
		if (take_value(r, v))
			return 1;
	return r->is_failed ? -1 : 0;
}

int tt_log_value_next(struct tt_reader *r, struct tt_log_value *v)
{
	return r->format->format == TT_FORMAT_CSV ? tt_csv_next(r, v) :
						    tt_json_value_next(r, v);
}
