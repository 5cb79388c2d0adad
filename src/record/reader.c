/* reader.c - window and account, which all formats share
 *
 * Memory: one block of TT_MAX_window bytes and what must be seen together
 * (an envelope line; TT_MAX_mbox_lookahead behind a Content-Length), a header
 * block up to TT_MAX_header_block, the first TT_BODY_HEAD bytes of the body.
 * A stream that fails is cut where it failed: the message begun before is
 * given, then -1. */
#include "reader.h"

#include <string.h>

uint64_t tt_reader_offset(const struct tt_reader *r)
{
	return r->length + (r->scan - r->at);
}

struct tt_slice tt_reader_rest(const struct tt_reader *r)
{
	return tt_slice_from(r->buf + r->scan, r->buf + r->end);
}

struct tt_slice tt_reader_header(const struct tt_reader *r)
{
	return (struct tt_slice){ r->in_window ? r->in_window : r->header,
				  r->n_header };
}

static void copy_header(struct tt_reader *r, size_t at, struct tt_slice s)
{
	if (at + s.n > r->cap_header) {
		r->cap_header = (at + s.n) * 2;
		r->header = tt_realloc(r->header, r->cap_header);
	}
	if (s.n)
		memcpy(r->header + at, s.p, s.n);
}

/* The window is going to move. */
static void save_header(struct tt_reader *r)
{
	if (r->in_window)
		copy_header(r, 0, tt_reader_header(r));
	r->in_window = NULL;
}

/* s comes of the window: nearly always all of a header is there, and can
 * stay. */
static void keep_header(struct tt_reader *r, struct tt_slice s)
{
	const size_t room = (size_t)TT_MAX_header_block - r->n_header;
	const struct tt_slice mine = tt_slice_sub(s, 0, room);

	if (r->n_header == 0)
		r->in_window = mine.p;
	else if (!r->in_window)
		copy_header(r, r->n_header, mine);
	r->n_header += mine.n;
}

static void keep_head(struct tt_reader *r, struct tt_slice s)
{
	const size_t room = TT_BODY_HEAD - r->n_head;
	const size_t n = s.n < room ? s.n : room;

	if (n)
		memcpy(r->head + r->n_head, s.p, n);
	r->n_head += n;
}

/* The part of s, which begins at r->length, that lies in [from, to). */
static struct tt_slice between(const struct tt_reader *r, struct tt_slice s,
			       uint64_t from, uint64_t to)
{
	const uint64_t lo = from > r->length ? from - r->length : 0;
	const uint64_t hi = to > r->length ? to - r->length : 0;
	const size_t start = lo < s.n ? (size_t)lo : s.n;
	const size_t stop = hi < s.n ? (size_t)hi : s.n;

	return stop > start ? tt_slice_sub(s, start, stop - start) :
			      TT_NO_SLICE;
}

/* The first bytes of a body come when all of its header was kept. */
static void take_body(struct tt_reader *r, struct tt_slice s)
{
	if (s.n == 0)
		return;
	if (r->n_head < TT_BODY_HEAD)
		keep_head(r, s);
	if (!r->is_asked && r->body.begin)
		r->is_wanted = r->body.begin(
			r->body.ctx,
			tt_reader_header(r), r->body_off, r->is_cr);
	r->is_asked = true;
	if (r->is_wanted)
		r->body.add(r->body.ctx, s);
}

static void take_record(struct tt_reader *r, struct tt_slice s)
{
	if (r->length < r->header_length)
		keep_header(r, between(r, s, 0, r->header_length));
	if (r->body_off != TT_NOT_YET)
		take_body(r, between(r, s, r->body_off, TT_NOT_YET));
	if (r->normal)
		tt_normal_add(r->normal, s);
	r->length += s.n;
	r->account.bytes_records += s.n;
}

static void pass_to(struct tt_reader *r, size_t to)
{
	const struct tt_slice s =
		tt_slice_from(r->buf + r->at, r->buf + to);

	if (s.n == 0)
		return;
	if (r->part == TT_PART_RECORD)
		take_record(r, s);
	else if (r->part == TT_PART_FRAME)
		r->account.bytes_frame += s.n;
	else
		r->account.bytes_diags += s.n;
	r->at = to;
}

void tt_reader_pass(struct tt_reader *r, enum tt_part part)
{
	r->part = part;
	pass_to(r, r->scan);
}

void tt_reader_pass_all(struct tt_reader *r, enum tt_part part)
{
	r->part = part;
	do {
		r->scan = r->end;
		pass_to(r, r->end);
	} while (tt_reader_more(r));
}

static void make_room(struct tt_reader *r)
{
	const size_t keep = r->end - r->at;

	if (r->at || r->cap - keep < r->chunk) {
		save_header(r);
		if (r->normal)
			tt_normal_settle(r->normal);
		tt_stream_digest_settle(r->stream);
	}
	if (r->at) {
		memmove(r->buf, r->buf + r->at, keep);
		r->base += r->at;
		r->scan -= r->at;
		r->at = 0;
		r->end = keep;
	}
	if (r->cap - keep < r->chunk) {
		r->cap = tt_add_size(tt_mul_size(keep, 2), r->chunk);
		r->buf = tt_realloc(r->buf, r->cap);
	}
}

static bool read_on(struct tt_reader *r, size_t n)
{
	const int64_t got = tt_stream_read(r->stream, r->buf + r->end, n);

	if (got <= 0) {
		r->is_end = true;
		r->is_failed = got < 0;
		return false;
	}
	r->end += (size_t)got;
	r->account.bytes_in += (uint64_t)got;
	return true;
}

bool tt_reader_more(struct tt_reader *r)
{
	if (r->is_end)
		return false;
	if (r->scan - r->at > TT_LAG)
		pass_to(r, r->scan - TT_LAG);
	make_room(r);
	return read_on(r, r->chunk);
}

void tt_reader_fill(struct tt_reader *r)
{
	if (!r->is_end && r->end < r->cap)
		(void)read_on(r, r->cap - r->end);
}

size_t tt_reader_need(struct tt_reader *r, size_t n)
{
	while (r->end - r->scan < n && tt_reader_more(r))
		;
	return r->end - r->scan;
}

void tt_reader_begin(struct tt_reader *r)
{
	r->part = TT_PART_RECORD;
	r->off = r->base + r->at;
	r->length = 0;
	r->header_length = r->body_off = r->blank = TT_NOT_YET;
	r->in_window = NULL;
	r->n_header = r->n_head = 0;
	r->is_asked = r->is_wanted = false;
	if (r->normal)
		tt_normal_begin(r->normal, r->is_cr);
	if (r->normal && r->known_sum && r->off == 0)
		tt_normal_expect(r->normal,
				 (struct tt_slice){ r->buf, r->n_known },
				 r->known_sum);
}

void tt_reader_finish(struct tt_reader *r, struct tt_record *rec_r)
{
	const uint64_t header = r->header_length < r->length ?
					r->header_length :
					r->length;

	*rec_r = (struct tt_record){
		.origin = tt_stream_origin(r->stream),
		.off = r->off,
		.length = r->length,
		.header = tt_reader_header(r),
		.header_length = header,
		.body_head = { r->head, r->n_head },
		.is_pasted = r->format->format == TT_FORMAT_HEADERS ||
			     r->format->format == TT_FORMAT_PASTE,
		.has_hash = r->normal != NULL,
	};
	if (r->normal)
		tt_normal_end(r->normal, rec_r->sha256,
			      rec_r->content_sha256);
}

size_t tt_line_end(struct tt_slice s, bool is_cr)
{
	size_t n = 0;

	while (n < s.n && n < 2 && s.p[n] == '\r')
		n++;
	if (n < s.n && s.p[n] == '\n')
		return is_cr && n == 2 ? 1 : n + 1;
	return is_cr && n ? 1 : 0;
}

size_t tt_line_end_any(struct tt_slice s)
{
	const size_t n = tt_line_end(s, false);

	return n ? n : tt_line_end(s, true);
}

bool tt_reader_skip_lead(struct tt_reader *r)
{
	static const uint8_t mark[] = { 0xef, 0xbb, 0xbf };

	if (tt_reader_need(r, sizeof(mark)) >= sizeof(mark) &&
	    memcmp(r->buf + r->scan, mark, sizeof(mark)) == 0)
		r->scan += sizeof(mark);
	while (r->scan < r->end || tt_reader_more(r)) {
		const uint8_t c = r->buf[r->scan];

		if (c != '\n' && c != '\r')
			return true;
		r->scan++;
	}
	return false;
}

/* A line end and the beginning of another one. */
static const struct tt_scan_rule blank_rules[] = {
	{ '\n', '\n', '\r', '\n', '\n', false },
	{ '\n', '\n', '\r', '\r', '\r', false },
};

bool tt_reader_skip_header(struct tt_reader *r)
{
	const struct tt_scan_rule *rule = &blank_rules[r->is_cr];

	for (;;) {
		const struct tt_slice s = tt_reader_rest(r);
		const size_t i = tt_scan(rule, s);

		if (i + TT_LAG >= s.n && !r->is_end) {
			/* Not all of the pair's line end need be here. */
			r->scan += i < s.n ? i : s.n - (s.n > 0);
			(void)tt_reader_more(r);
			continue;
		}
		if (i == s.n) {
			r->scan = r->end;
			return false;
		}
		r->scan += i + 1;
		const size_t n = tt_line_end(tt_reader_rest(r), r->is_cr);

		if (n == 0)
			continue;
		r->header_length = tt_reader_offset(r);
		r->blank = r->header_length;
		tt_reader_pass(r, TT_PART_RECORD);
		r->body_off = r->length + n;
		return true;
	}
}

struct tt_slice tt_bid_lead(struct tt_slice prefix)
{
	if (prefix.n >= 3 && memcmp(prefix.p, "\xef\xbb\xbf", 3) == 0)
		prefix = tt_slice_sub(prefix, 3, prefix.n);
	while (prefix.n && (*prefix.p == '\n' || *prefix.p == '\r'))
		prefix = tt_slice_sub(prefix, 1, prefix.n);
	return prefix;
}

int tt_record_next(struct tt_reader *reader, struct tt_record *rec_r)
{
	return reader->format->next(reader, rec_r);
}

struct tt_account tt_reader_account(const struct tt_reader *reader)
{
	return reader->account;
}
