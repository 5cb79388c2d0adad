/* reader.c - window, account and registry of the formats
 *
 * Memory: one block of TT_MAX_window bytes and what must be seen together
 * (an envelope line; TT_MAX_mbox_lookahead behind a Content-Length), a header
 * block up to TT_MAX_header_block, the first TT_BODY_HEAD bytes of the body.
 * A stream that fails is cut where it failed: the message begun before is
 * given, then -1. */
#include "reader.h"

#include <inttypes.h>
#include <string.h>

const struct tt_format_bid tt_formats[] = {
	{ TT_FORMAT_MBOX, "mbox", tt_mbox_bid, tt_mbox_start, tt_mbox_next },
	{ TT_FORMAT_EML, "eml", tt_eml_bid, NULL, tt_eml_next },
	{ TT_FORMAT_HEADERS, "headers", tt_headers_bid, NULL,
	  tt_headers_next },
	{ TT_FORMAT_PASTE, "paste", tt_paste_bid, NULL, tt_headers_next },
};
const size_t tt_n_formats = sizeof(tt_formats) / sizeof(tt_formats[0]);

uint64_t tt_reader_offset(const struct tt_reader *r)
{
	return r->length + (r->scan - r->at);
}

struct tt_slice tt_reader_rest(const struct tt_reader *r)
{
	return tt_slice_from(r->buf + r->scan, r->buf + r->end);
}

static void keep_header(struct tt_reader *r, struct tt_slice s)
{
	const size_t room = (size_t)TT_MAX_header_block - r->n_header;
	const size_t n = s.n < room ? s.n : room;

	if (n == 0)
		return;
	if (r->n_header + n > r->cap_header) {
		r->cap_header = (r->n_header + n) * 2;
		r->header = tt_realloc(r->header, r->cap_header);
	}
	memcpy(r->header + r->n_header, s.p, n);
	r->n_header += n;
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
			(struct tt_slice){ r->header, r->n_header },
			r->body_off, r->is_cr);
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

bool tt_reader_more(struct tt_reader *r)
{
	if (r->is_end)
		return false;
	if (r->scan - r->at > TT_LAG)
		pass_to(r, r->scan - TT_LAG);
	make_room(r);
	const int64_t got =
		tt_stream_read(r->stream, r->buf + r->end, r->chunk);

	if (got <= 0) {
		r->is_end = true;
		r->is_failed = got < 0;
		return false;
	}
	r->end += (size_t)got;
	r->account.bytes_in += (uint64_t)got;
	return true;
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
	r->n_header = r->n_head = 0;
	r->is_asked = r->is_wanted = false;
	if (r->normal)
		tt_normal_begin(r->normal, r->is_cr);
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
		.header = { r->header, r->n_header },
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

/* ---- room ---- */

struct tt_reader_room *tt_reader_room_new(void)
{
	return tt_zalloc(sizeof(struct tt_reader_room));
}

static void empty_room(struct tt_reader_room *room)
{
	tt_free(&room->buf);
	tt_free(&room->header);
	tt_free(&room->head);
	tt_normal_free(&room->normal);
}

void tt_reader_room_free(struct tt_reader_room **room)
{
	if (*room)
		empty_room(*room);
	tt_free(room);
}

static void take_room(struct tt_reader *r, struct tt_reader_room *room,
		      bool want_hash)
{
	struct tt_reader_room had = { 0 };

	if (room) {
		had = *room;
		*room = (struct tt_reader_room){ 0 };
	}
	r->room = room;
	r->buf = had.buf;
	r->cap = had.cap;
	r->header = had.header;
	r->cap_header = had.cap_header;
	r->head = had.head ? had.head : tt_malloc(TT_BODY_HEAD);
	if (want_hash)
		r->normal = had.normal ? had.normal : tt_normal_new();
	else
		tt_normal_free(&had.normal);
}

static void leave_room(struct tt_reader *r)
{
	struct tt_reader_room left = {
		.buf = r->buf,
		.cap = r->cap,
		.header = r->header,
		.cap_header = r->cap_header,
		.head = r->head,
		.normal = r->normal,
	};

	if (r->room)
		*r->room = left;
	else
		empty_room(&left);
}

/* ---- opening ---- */

static const struct tt_format_bid *choose(struct tt_slice prefix,
					  bool is_whole)
{
	const struct tt_format_bid *best = NULL;
	int best_bid = 0;

	for (size_t i = 0; i < tt_n_formats; i++) {
		const int bid =
			tt_formats[i].bid(prefix, is_whole, best_bid);

		if (bid > best_bid) {
			best_bid = bid;
			best = &tt_formats[i];
		}
	}
	return best;
}

static const struct tt_format_bid *named(enum tt_format format)
{
	for (size_t i = 0; i < tt_n_formats; i++)
		if (tt_formats[i].format == format)
			return &tt_formats[i];
	return NULL;
}

/* A file of a Maildir that begins like the one message it should be is one;
 * no format has to look for the end of its header. */
static bool is_message(const struct tt_reader *r, struct tt_slice prefix)
{
	const struct tt_origin *const o = tt_stream_origin(r->stream);

	return o->is_delivery && o->n_member == 0 && tt_eml_begins(prefix);
}

/* What comes behind was not looked at. */
static void tell_not_mail(const struct tt_reader *r)
{
	const struct tt_limit *l = tt_limit_get(TT_LIM_sniff);

	tt_stream_diag(r->stream, TT_DIAG_not_mail, 0,
		       "nothing at the beginning of the input looks like mail "
		       "(limit %s: %" PRIu64 " %s)", l->name, l->value,
		       l->unit);
}

/* Nothing to cut: says why, once. */
static enum tt_status refuse(struct tt_reader *r, struct tt_err *err)
{
	if (r->account.bytes_in == 0 && r->is_failed)
		return tt_err_set(err, TT_INPUT, "nothing could be read");
	if (r->account.bytes_in == 0) {
		tt_stream_diag(r->stream, TT_DIAG_empty, 0, NULL);
		return tt_err_set(err, TT_INPUT, "the input is empty");
	}
	if (r->format && r->format->format == TT_FORMAT_MBOX)
		tt_stream_diag(r->stream, TT_DIAG_not_mail, 0,
			       "no line of the input is an mbox From line");
	else if (r->account.bytes_in > TT_MAX_sniff)
		tell_not_mail(r);
	else
		tt_stream_diag(r->stream, TT_DIAG_not_mail, 0, NULL);
	return tt_err_set(err, TT_INPUT, "the input does not look like mail");
}

/* An empty .eml in an archive or directory is an item somebody put there: a
 * message of no bytes, so that what is counted agrees with what is listed.
 * With nothing inside, its name is all there is to go by. */
static bool is_empty_item(const struct tt_reader *r)
{
	const struct tt_origin *o = tt_stream_origin(r->stream);

	if (r->account.bytes_in || r->is_failed)
		return false;
	if (o->n_member)
		return tt_slice_iends(o->member[o->n_member - 1],
				      TT_S(".eml"));
	return o->is_met && tt_slice_iends(o->path, TT_S(".eml"));
}

enum tt_status tt_reader_open_chunk(struct tt_reader **reader_r,
				    struct tt_stream *stream,
				    const struct tt_reader_options *options,
				    size_t chunk, struct tt_err *err)
{
	struct tt_reader *r = tt_zalloc(sizeof(*r));
	const size_t sniff = chunk < TT_MAX_sniff ? chunk :
						    (size_t)TT_MAX_sniff;

	r->stream = stream;
	r->chunk = chunk;
	r->is_length_good = true;
	r->body = options->body;
	take_room(r, options->room, options->want_hash);
	const size_t got = tt_reader_need(r, sniff + 1);
	const struct tt_slice prefix =
		tt_slice_sub(tt_reader_rest(r), 0, sniff);

	if (options->as != TT_FORMAT_AUTO)
		r->format = named(options->as);
	else if (is_message(r, prefix))
		r->format = named(TT_FORMAT_EML);
	else
		r->format = choose(prefix, got <= sniff && !r->is_failed);
	*reader_r = r;
	if (is_empty_item(r)) {
		r->format = named(TT_FORMAT_EML);
		return TT_OK;
	}
	if (got && r->format && (!r->format->start || r->format->start(r)))
		return TT_OK;
	const enum tt_status status = refuse(r, err);

	tt_reader_close(reader_r);
	return status;
}

enum tt_status tt_reader_open(struct tt_reader **reader_r,
			      struct tt_stream *stream,
			      const struct tt_reader_options *options,
			      struct tt_err *err)
{
	return tt_reader_open_chunk(reader_r, stream, options,
				    (size_t)TT_MAX_window, err);
}

void tt_reader_close(struct tt_reader **reader)
{
	struct tt_reader *r = *reader;

	if (!r)
		return;
	leave_room(r);
	tt_free(reader);
}

int tt_record_next(struct tt_reader *reader, struct tt_record *rec_r)
{
	return reader->format->next(reader, rec_r);
}

struct tt_account tt_reader_account(const struct tt_reader *reader)
{
	return reader->account;
}
