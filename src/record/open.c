/* open.c - the formats, and which of them an input is
 *
 * Each format bids on the first TT_MAX_sniff bytes, and the highest bid reads
 * the input; what nobody bids on is refused with a diag.  A reader's memory
 * comes from the room that is lent to it, and goes back there. */
#include "lines.h"

#include <inttypes.h>
#include <tlstrail/util/window.h>

const struct tt_format_bid tt_formats[] = {
	{ TT_FORMAT_MBOX, "mbox", tt_mbox_bid, tt_mbox_start, tt_mbox_next },
	{ TT_FORMAT_EML, "eml", tt_eml_bid, NULL, tt_eml_next },
	{ TT_FORMAT_HEADERS, "headers", tt_headers_bid, NULL,
	  tt_headers_next },
	{ TT_FORMAT_PASTE, "paste", tt_paste_bid, NULL, tt_headers_next },
	/* behind mail, which may have a log in it */
	{ TT_FORMAT_LOG, "log", tt_log_bid, tt_log_start, tt_log_no_record },
	{ TT_FORMAT_JSON, "json", tt_json_bid, tt_log_start,
	  tt_log_no_record },
	{ TT_FORMAT_CSV, "csv", tt_csv_bid, tt_log_start, tt_log_no_record },
};
const size_t tt_n_formats = sizeof(tt_formats) / sizeof(tt_formats[0]);

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

uint8_t *tt_reader_room_window(struct tt_reader_room *room)
{
	if (!room->buf) {
		room->cap = (size_t)TT_MAX_window;
		room->buf = tt_window_new(room->cap);
	}
	return room->buf;
}

void tt_reader_room_lend(struct tt_reader_room *room,
			 struct tt_source *source)
{
	tt_source_lend(source, tt_reader_room_window(room),
		       (size_t)TT_MAX_window);
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

	return o->is_delivery && o->n_member == 0 && tt_begins_mail(prefix);
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

/* Nothing to cut: says why, once.  `prefix` is good where no format is. */
static enum tt_status refuse(struct tt_reader *r, struct tt_slice prefix,
			     struct tt_err *err)
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
	else if (!r->format && tt_paste_is_utf16(prefix))
		tt_stream_diag(r->stream, TT_DIAG_not_mail, 0,
			       "the input is UTF-16, in which only mail is "
			       "read: for a log, iconv -f UTF-16 -t UTF-8");
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

/* Messages and the file they stand in are hashed side by side. */
static void hash_file(const struct tt_reader *r)
{
	const bool is_mail = r->format && r->format->next != tt_log_no_record;

	tt_stream_digest(r->stream,
			 is_mail && r->normal ? tt_normal_hash(r->normal) :
						NULL,
			 (struct tt_slice){ r->buf, r->end });
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
	if (r->buf)
		r->end = tt_stream_take(stream, r->buf, &r->known_sum);
	r->n_known = r->account.bytes_in = r->end;
	/* Of a small file that was all: where that is known nothing moves. */
	if (r->end)
		tt_reader_fill(r);
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
	hash_file(r);
	if (is_empty_item(r)) {
		r->format = named(TT_FORMAT_EML);
		return TT_OK;
	}
	if (got && r->format && (!r->format->start || r->format->start(r)))
		return TT_OK;
	const enum tt_status status = refuse(r, prefix, err);

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

enum tt_format tt_reader_format(const struct tt_reader *reader)
{
	return reader->format->format;
}

const char *tt_format_name(enum tt_format format)
{
	const struct tt_format_bid *const f = named(format);

	return f ? f->name : "auto";
}

void tt_reader_close(struct tt_reader **reader)
{
	struct tt_reader *r = *reader;

	if (!r)
		return;
	tt_log_state_free(&r->log);
	tt_stream_digest_leave(r->stream);
	leave_room(r);
	tt_free(reader);
}

