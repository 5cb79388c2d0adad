/* reader.h - the window every format cuts from, and the registry's ends
 *
 * buf[at .. end) is read and not yet passed on; `scan` is where a format
 * looks, at <= scan <= end.  Reading on passes what lies well before `scan`
 * to where it belongs (`part`) and moves the rest to the front, so a format
 * may look back TT_LAG bytes and never has to keep a position of its own. */
#ifndef TLSTRAIL_RECORD_READER_H
#define TLSTRAIL_RECORD_READER_H

#include <tlstrail/record.h>

/* A blank line CR CR LF and the byte before it. */
#define TT_LAG 4

#define TT_NOT_YET UINT64_MAX

enum tt_part {
	TT_PART_FRAME,
	TT_PART_STRAY,
	TT_PART_RECORD,
};

/* Empty while a reader has it. */
struct tt_reader_room {
	uint8_t *buf, *header, *head;
	size_t cap, cap_header;
	struct tt_normal *normal;
};

struct tt_reader {
	struct tt_stream *stream;
	struct tt_reader_room *room; /* where its memory goes; NULL: free */
	const struct tt_format_bid *format;
	uint8_t *buf;
	size_t cap, at, scan, end;
	size_t chunk;  /* most that is read at a time */
	uint64_t base; /* offset of buf[0] in the stream */
	bool is_end, is_failed;
	enum tt_part part;
	struct tt_account account;

	/* The message being cut; offsets count from its first byte. */
	uint64_t off;	 /* in the stream */
	uint64_t length; /* passed so far */
	uint64_t header_length, body_off;
	uint64_t blank; /* a line known to be blank begins here */
	bool is_cr;	/* a bare CR ends a line */
	const uint8_t *in_window; /* its header, where nothing moved it */
	uint8_t *header;	  /* else: a copy */
	size_t n_header, cap_header;
	uint8_t *head; /* TT_BODY_HEAD bytes of the body */
	size_t n_head;
	struct tt_body_sink body;
	bool is_asked, is_wanted; /* the sink was, and wants the body */
	struct tt_normal *normal; /* NULL: no hashes wanted */
	/* SHA-256 of n_known bytes, with which the stream begins, or NULL;
	 * the stream's. */
	const uint8_t *known_sum;
	size_t n_known;

	struct tt_log_state *log; /* lines.h; logs only */

	bool is_length_good; /* mbox: every Content-Length was right */
	bool is_done;	     /* eml: the one message was given */
};

/* The real tt_reader_open(), with the size of a read: tests make it small so
 * that everything straddles two blocks. */
enum tt_status tt_reader_open_chunk(struct tt_reader **reader_r,
				    struct tt_stream *stream,
				    const struct tt_reader_options *options,
				    size_t chunk, struct tt_err *err);

/* Reads on until n bytes lie at `scan`, or the stream ends; returns how many
 * there are, which may be more. */
size_t tt_reader_need(struct tt_reader *r, size_t n);
/* Reads one block on; false at the end. */
bool tt_reader_more(struct tt_reader *r);
/* Reads on as far as there is room behind what was read: nothing moves. */
void tt_reader_fill(struct tt_reader *r);
/* Passes the bytes up to `scan` - or all that is left - to the part. */
void tt_reader_pass(struct tt_reader *r, enum tt_part part);
void tt_reader_pass_all(struct tt_reader *r, enum tt_part part);

/* A message begins at `scan`, which must be `at`. */
void tt_reader_begin(struct tt_reader *r);
void tt_reader_finish(struct tt_reader *r, struct tt_record *rec_r);

/* `scan` in the message. */
uint64_t tt_reader_offset(const struct tt_reader *r);
struct tt_slice tt_reader_rest(const struct tt_reader *r);
/* The header block, as far as it was passed; until the next read. */
struct tt_slice tt_reader_header(const struct tt_reader *r);

/* Length of the line end at the beginning of s, 0 where there is none: LF,
 * CRLF, CRCRLF, and CR where is_cr. */
size_t tt_line_end(struct tt_slice s, bool is_cr);
/* Where it is not known yet what ends lines. */
size_t tt_line_end_any(struct tt_slice s);

/* `scan` goes over a byte order mark and blank lines; false: the stream ended
 * with them. */
bool tt_reader_skip_lead(struct tt_reader *r);
/* `scan` goes to the blank line that ends the header block; false: the stream
 * ended before. */
bool tt_reader_skip_header(struct tt_reader *r);

/* What bidders share: s without mark and blank lines. */
struct tt_slice tt_bid_lead(struct tt_slice prefix);

/* record_mbox.c, record_eml.c, record_paste.c: bids, and as in struct tt_format_bid. */
int tt_mbox_bid(struct tt_slice prefix, bool is_whole, int best);
bool tt_mbox_start(struct tt_reader *r);
int tt_mbox_next(struct tt_reader *r, struct tt_record *rec_r);
int tt_eml_bid(struct tt_slice prefix, bool is_whole, int best);
int tt_headers_bid(struct tt_slice prefix, bool is_whole, int best);
/* UTF-16, by its mark or by every other byte being NUL. */
bool tt_paste_is_utf16(struct tt_slice s);
int tt_paste_bid(struct tt_slice prefix, bool is_whole, int best);
int tt_eml_next(struct tt_reader *r, struct tt_record *rec_r);
int tt_headers_next(struct tt_reader *r, struct tt_record *rec_r);

#endif
