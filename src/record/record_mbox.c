/* record_mbox.c - messages of an mbox (RFC 4155; mboxo, mboxrd, mboxcl2)
 *
 * A separator is an envelope line (from_line.c) at the start of the stream or
 * after a blank line; every other line that begins "From " is text.  In an LF
 * or CRLF message a bare CR ends no line here: a sender could use one to have
 * a message of his own making cut out of his mail.
 *
 * mboxcl2 does not quote.  So where every message up to here had a right
 * Content-Length, and it leads past a separator to another one or to the end,
 * the lines between are text; a diag says so.  A Content-Length that is wrong
 * once is never heeded again.  It is followed TT_MAX_mbox_lookahead bytes at
 * most. */
#include <string.h>

#include "reader.h"

/* The most that must be seen to judge an envelope line. */
#define LINE_ROOM ((size_t)TT_MAX_mbox_from_line + 4)

static const struct tt_scan_rule from_rules[] = {
	{ '\n', 'F', 'F', '\n', 'F', false },
	{ '\n', 'F', 'F', '\r', 'F', false },
};

int tt_mbox_bid(struct tt_slice prefix, bool is_whole, int best)
{
	(void)is_whole;
	(void)best;
	return tt_mbox_from_line(tt_bid_lead(prefix)) ? 90 : 0;
}

/* Reads on to the end of the line at `scan`. */
static void need_line(struct tt_reader *r)
{
	size_t n = 0;

	while (n < LINE_ROOM && tt_reader_need(r, n + 1) > n &&
	       r->buf[r->scan + n] != '\n' && r->buf[r->scan + n] != '\r')
		n++;
	(void)tt_reader_need(r, n + 3); /* CR CR LF */
}

/* Length of the envelope line at `scan`, or 0.  Reads no further than it has
 * to: five bytes tell nearly always. */
static size_t from_line_here(struct tt_reader *r)
{
	const size_t n = 5;

	if (tt_reader_need(r, n) < n ||
	    memcmp(r->buf + r->scan, "From ", n) != 0)
		return 0;
	if (r->end - r->scan < LINE_ROOM)
		need_line(r);
	return tt_mbox_from_line(tt_slice_sub(tt_reader_rest(r), 0,
					      LINE_ROOM));
}

/* Length of the line end of the blank line that stands before `scan`; 0 where
 * none does.  Looks back TT_LAG bytes at most. */
static size_t blank_before(const struct tt_reader *r)
{
	const uint8_t *const p = r->buf;
	size_t e = r->scan;

	if (e == r->at)
		return 0;
	if (p[e - 1] == '\n') {
		const size_t most = r->is_cr ? 1 : 2;

		e--;
		for (size_t i = 0; i < most && e > r->at && p[e - 1] == '\r';
		     i++)
			e--;
	} else if (r->is_cr && p[e - 1] == '\r') {
		e--;
	} else {
		return 0;
	}
	const bool is_known = r->blank == r->length + (e - r->at);
	const bool is_after = e > r->at && (p[e - 1] == '\n' ||
					    (r->is_cr && p[e - 1] == '\r'));

	return is_known || is_after ? r->scan - e : 0;
}

/* Moves `scan` to the next separator; false: to the end. */
static bool find_from_line(struct tt_reader *r)
{
	const struct tt_scan_rule *rule = &from_rules[r->is_cr];

	for (;;) {
		const struct tt_slice s = tt_reader_rest(r);
		const size_t i = tt_scan(rule, s);

		if (i == s.n) {
			r->scan = r->end - (s.n > 0);
			if (tt_reader_more(r))
				continue;
			r->scan = r->end;
			return false;
		}
		r->scan += i + 1;
		if (blank_before(r) && from_line_here(r))
			return true;
	}
}

/* ---- Content-Length ---- */

/* Value of the message's first Content-Length field, or -1. */
static int64_t content_length(const struct tt_reader *r)
{
	static const struct tt_scan_rule rule = { '\n', 'C', 'c',
						  '\r', 'C', false };
	const struct tt_slice name = TT_S("Content-Length:");
	struct tt_slice s = tt_reader_header(r);

	while (s.n && !tt_slice_istarts(s, name)) {
		const size_t i = tt_scan(&rule, s);

		s = tt_slice_sub(s, i + 1, s.n);
	}
	if (s.n == 0)
		return -1;
	s = tt_slice_sub(s, name.n, s.n);
	size_t n = 0;

	while (n < s.n && s.p[n] != '\n' && s.p[n] != '\r')
		n++;
	return tt_slice_number(tt_slice_trim(tt_slice_sub(s, 0, n)),
			       INT64_MAX);
}

/* Goes `dist` bytes on, if a separator or the end is there: 1 a separator, 0
 * the end, -1 neither. */
static int land(struct tt_reader *r, size_t dist)
{
	const size_t left = tt_reader_need(r, dist + LINE_ROOM);

	if (left < dist)
		return -1;
	const struct tt_slice s = tt_slice_sub(tt_reader_rest(r), dist, left);
	const size_t blank = tt_line_end(s, r->is_cr);

	if (blank < s.n &&
	    !tt_mbox_from_line(tt_slice_sub(s, blank, LINE_ROOM)))
		return -1;
	r->scan += dist + blank;
	return blank < s.n;
}

/* At a separator: does a Content-Length to be trusted lead past it?  1 to
 * another separator, 0 to the end, -1 no. */
static int follow_length(struct tt_reader *r)
{
	const int64_t n = content_length(r);
	const uint64_t here = tt_reader_offset(r);
	uint64_t there;

	r->is_length_good = false;
	if (n < 0 || r->body_off == TT_NOT_YET ||
	    __builtin_add_overflow(r->body_off, (uint64_t)n, &there))
		return -1;
	if (there <= here) {
		r->is_length_good = there == here ||
				    there == here - blank_before(r);
		return -1;
	}
	if (there - here > TT_MAX_mbox_lookahead)
		return -1;
	const int r_land = land(r, (size_t)(there - here));

	if (r_land < 0)
		return -1;
	r->is_length_good = true;
	tt_stream_diag(r->stream, TT_DIAG_content_length, r->off, NULL);
	return r_land;
}

/* Moves `scan` to the message's end. */
static void find_end(struct tt_reader *r)
{
	const uint64_t start = tt_reader_offset(r);

	if (!tt_reader_skip_lead(r))
		return;
	if (tt_reader_offset(r) > start && from_line_here(r) &&
	    blank_before(r))
		return;
	if (!tt_reader_skip_header(r) || !find_from_line(r))
		return;
	if (r->is_length_good)
		(void)follow_length(r);
}

int tt_mbox_next(struct tt_reader *r, struct tt_record *rec_r)
{
	const size_t n = from_line_here(r);

	if (n == 0)
		return r->is_failed ? -1 : 0;
	r->scan += n;
	r->is_cr = r->buf[r->scan - 1] == '\r';
	tt_reader_pass(r, TT_PART_FRAME);
	tt_reader_begin(r);
	r->blank = 0; /* where a blank line comes first */
	find_end(r);
	const size_t blank = blank_before(r);

	r->scan -= blank;
	tt_reader_pass(r, TT_PART_RECORD);
	tt_reader_finish(r, rec_r);
	r->scan += blank;
	tt_reader_pass(r, TT_PART_FRAME);
	return 1;
}

bool tt_mbox_start(struct tt_reader *r)
{
	r->part = TT_PART_FRAME;
	if (!tt_reader_skip_lead(r)) {
		tt_reader_pass(r, TT_PART_STRAY);
		return false;
	}
	tt_reader_pass(r, TT_PART_FRAME);
	if (from_line_here(r))
		return true;
	/* Only asked for by name: the bid wants the line first. */
	const uint64_t off = r->base + r->at;
	const uint64_t before = r->account.bytes_diags;

	r->part = TT_PART_STRAY;
	r->is_cr = true;
	r->blank = TT_NOT_YET;
	if (!find_from_line(r))
		return false;
	tt_reader_pass(r, TT_PART_STRAY);
	tt_stream_diag(r->stream, TT_DIAG_stray_bytes, off,
		       "%llu bytes before the first From line were passed over",
		       (unsigned long long)(r->account.bytes_diags - before));
	return true;
}
