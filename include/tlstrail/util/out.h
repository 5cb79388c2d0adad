/* out.h - one buffered writer for every output
 *
 * Text from evidence cannot act on the reader: tt_out_text() lets through
 * printable characters only and spells the others out (\x1b, \u202e); JSON
 * is escaped by tt_out_json().  A failed write is remembered, not retried:
 * check tt_out_flush() at the end. */
#ifndef TLSTRAIL_UTIL_OUT_H
#define TLSTRAIL_UTIL_OUT_H

#include <tlstrail/util/err.h>
#include <tlstrail/util/slice.h>

/* What evidence goes through on its way out, before it is escaped. The
 * answer is borrowed until the next call. */
struct tt_out_filter {
	struct tt_slice (*apply)(void *ctx, struct tt_slice s);
	void *ctx;
};

/* What has been written, in memory that may be shared with a process which is
 * there when the writer is no more. */
struct tt_out_ledger {
	uint64_t before; /* bytes that stand there already: the first so many
			  * that come are dropped */
	uint64_t begun, done; /* bytes of all that came: up to which was given
			       * to write(), and up to which it wrote */
};

struct tt_out {
	int fd; /* -1: memory only, read buf[0 .. n) */
	uint8_t *buf;
	size_t n, cap;
	int failed; /* errno of the first failed write */
	size_t most; /* in memory: what would be more is dropped, and failed is
		      * EFBIG; 0: no bound */
	const struct tt_out_filter *filter; /* borrowed; NULL: none */
	struct tt_out_ledger *ledger;	    /* borrowed; NULL: none */
};

/* fd -1 collects in memory. No allocation. */
void tt_out_init(struct tt_out *o, int fd);
/* Frees; does not flush and does not close fd. */
void tt_out_release(struct tt_out *o);
/* 0, or -1 with errno's value in o->failed. */
int tt_out_flush(struct tt_out *o) TT_MUST_CHECK;

void tt_out_bytes_slowly(struct tt_out *o, struct tt_slice s);
void tt_out_grow(struct tt_out *o, size_t n);
/* Our own bytes, as they are.  Inline, for a hop in JSON is a hundred
 * literals of known length, each a store or two then. */
static inline void tt_out_bytes(struct tt_out *o, struct tt_slice s)
{
	if (s.n == 0)
		return;
	if (s.n > o->cap - o->n) {
		tt_out_bytes_slowly(o, s);
		return;
	}
	memcpy(o->buf + o->n, s.p, s.n);
	o->n += s.n;
}
/* In memory without a bound: the next n bytes, which the caller fills before
 * anything else is put. */
static inline uint8_t *tt_out_room(struct tt_out *o, size_t n)
{
	if (n > o->cap - o->n)
		tt_out_grow(o, n);
	o->n += n;
	return o->buf + (o->n - n);
}
static inline void tt_out_str(struct tt_out *o, const char *s)
{
	tt_out_bytes(o, tt_slice_str(s));
}
/* Our own bytes between quotes: nothing in them needs an escape. */
void tt_out_quoted(struct tt_out *o, struct tt_slice s);
void tt_out_printf(struct tt_out *o, const char *fmt, ...) TT_PRINTF(2, 3);
void tt_out_u64(struct tt_out *o, uint64_t v);
void tt_out_i64(struct tt_out *o, int64_t v);
/* n times the byte c. */
void tt_out_pad(struct tt_out *o, char c, size_t n);

/* Evidence for a terminal: C0, DEL, C1 (raw and UTF-8), bidi controls, line
 * separators and broken UTF-8 are spelled out; folds become one space. */
void tt_out_text(struct tt_out *o, struct tt_slice s);
/* Columns tt_out_text() takes for it (each code point counts one). */
size_t tt_text_width(struct tt_slice s);
/* The longest beginning of s that is at most `width` columns. */
struct tt_slice tt_text_cut(struct tt_slice s, size_t width);

/* A JSON string with its quotes; bytes that are not UTF-8 become U+FFFD.
 * Returns whether any did: the caller then adds the _b64 sibling. */
bool tt_out_json(struct tt_out *o, struct tt_slice s);
/* Base64 (RFC 4648) with quotes. */
void tt_out_base64(struct tt_out *o, struct tt_slice s);

#endif
