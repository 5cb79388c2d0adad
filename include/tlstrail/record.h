/* tlstrail/record.h - floor 2: a stream is cut into messages
 *
 * Reads a stream through one window and cuts it: mbox (mboxo, mboxrd,
 * mboxcl2), a single message, a pasted header block.  The format is found by
 * bidding on the first bytes, or given.  Memory does not grow with the
 * message: the header block is kept, the body is only passed over (and
 * hashed on the way).
 *
 * mbox: a separator is a line that begins "From ", stands at the start of
 * the stream or after a blank line, and reads as an envelope line: an
 * address (or word) and an asctime date (RFC 4155, Appendix A).  LF and CRLF
 * line ends are accepted, mixed too.  A bare CR ends a line only in a message
 * whose first line (of an mbox: its From line) ends so: elsewhere a sender
 * could end a line with it where his mail was never meant to be cut. */
#ifndef TLSTRAIL_RECORD_H
#define TLSTRAIL_RECORD_H

#include <tlstrail/record/normal.h>
#include <tlstrail/record/scan.h>
#include <tlstrail/source.h>

enum tt_format {
	TT_FORMAT_AUTO,
	TT_FORMAT_MBOX,
	TT_FORMAT_EML,	   /* one message: header block, blank line, body */
	TT_FORMAT_HEADERS, /* a header block alone, as pasted */
	TT_FORMAT_PASTE,   /* pasted text that has one in it, damaged */
	TT_FORMAT_LOG,	   /* lines: record/log.h */
	TT_FORMAT_JSON,	   /* one JSON value after another */
	TT_FORMAT_CSV,	   /* records, and a line that names their fields */
};

/* One message.  Everything is borrowed from the reader until the next call. */
struct tt_record {
	const struct tt_origin *origin;
	uint64_t off;	 /* of its first byte in the stream */
	uint64_t length; /* without the From line and the one blank line an
			  * mbox writer adds */
	struct tt_slice header; /* the header block, first byte of the message
				 * to its last header line; cut at the limit */
	uint64_t header_length; /* uncut */
	/* The first bytes after the blank line, TT_BODY_HEAD at most. */
	struct tt_slice body_head;
	/* Not n 0: the bytes stand nowhere, but were decoded from the text at
	 * this JSON pointer, in the value at off. */
	struct tt_slice pointer;
	bool is_cut; /* that text is damaged behind what is here */
	bool is_pasted; /* the header may want repair: message/paste.h */
	bool has_hash;
	uint8_t sha256[TT_SHA256_LEN];	       /* the bytes as found */
	uint8_t content_sha256[TT_SHA256_LEN]; /* normalised: product.md */
};

#define TT_BODY_HEAD 4096

/* Is the line one of those that stand above the header on a page that shows
 * it ("Internet headers", "Download Original")? */
bool tt_is_page_title(struct tt_slice line);

struct tt_reader; /* opaque */

/* Who reads the body while it is passed over.  One begin for each message
 * with a body: with its header block (cut at the limit; borrowed for the
 * call), where in the message the body begins, and whether bare CRs end its
 * lines; false: the body is not wanted.  Then its bytes in order, in pieces of
 * any size. */
struct tt_body_sink {
	void *ctx;
	bool (*begin)(void *ctx, struct tt_slice header, uint64_t body_off,
		      bool is_cr);
	void (*add)(void *ctx, struct tt_slice bytes);
};

/* Memory that goes from one reader to the next, where many small files are
 * read: a window for each would cost more than what is read into it.  It is
 * with one reader at a time. */
struct tt_reader_room; /* opaque */
struct tt_reader_room *tt_reader_room_new(void);
void tt_reader_room_free(struct tt_reader_room **room);
/* tt_source_lend() of its window: readers with this room have nothing to copy
 * of what the source reads first. */
void tt_reader_room_lend(struct tt_reader_room *room,
			 struct tt_source *source);
/* The window, TT_MAX_window bytes: to read ahead into, what is read with this
 * room next. */
uint8_t *tt_reader_room_window(struct tt_reader_room *room);

struct tt_reader_options {
	enum tt_format as;
	bool want_hash;
	struct tt_body_sink body;    /* begin NULL: nobody */
	struct tt_reader_room *room; /* NULL: the reader has its own */
};

/* Reads the first bytes and chooses the format.  TT_INPUT: no format bids
 * (empty, or not mail); a diag was added to the stream's.  Free with
 * tt_reader_close(), which nulls and leaves the stream alone. */
enum tt_status tt_reader_open(struct tt_reader **reader_r,
			      struct tt_stream *stream,
			      const struct tt_reader_options *options,
			      struct tt_err *err) TT_MUST_CHECK;
void tt_reader_close(struct tt_reader **reader);

/* Do these bytes begin one message, without a doubt?  Of a few hundred at the
 * beginning of a file; false says nothing. */
bool tt_begins_mail(struct tt_slice prefix);

/* 1 a message, 0 the end, -1 reading stopped early (diag added; a message
 * begun before is still returned first). */
int tt_record_next(struct tt_reader *reader,
		   struct tt_record *rec_r) TT_MUST_CHECK;

/* After the end: every byte of the stream is in exactly one of these. */
struct tt_account {
	uint64_t bytes_in;	/* read from the stream */
	uint64_t bytes_records; /* messages */
	uint64_t bytes_frame;	/* From lines, blank lines of the mbox */
	uint64_t bytes_diags;	/* told as passed over */
};
struct tt_account tt_reader_account(const struct tt_reader *reader);
/* Which format it reads. */
enum tt_format tt_reader_format(const struct tt_reader *reader);

/* The registry of formats. */
struct tt_format_bid {
	enum tt_format format;
	const char *name; /* as --as takes it */
	/* 0-100 on the first TT_MAX_sniff bytes; is_whole: there is no more;
	 * best: the highest bid of the rows before. */
	int (*bid)(struct tt_slice prefix, bool is_whole, int best);
	/* Goes to the first message; false: there is none.  May be NULL. */
	bool (*start)(struct tt_reader *r);
	/* As tt_record_next(). */
	int (*next)(struct tt_reader *r, struct tt_record *rec_r);
};
extern const struct tt_format_bid tt_formats[];
extern const size_t tt_n_formats;
const char *tt_format_name(enum tt_format format); /* "auto" for AUTO */

/* Length of the envelope line that `line` begins with, line end included,
 * or 0 where it does not read as one.  For tests and fuzzers. */
size_t tt_mbox_from_line(struct tt_slice line);

#endif
