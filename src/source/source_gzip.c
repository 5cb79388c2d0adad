/* source_gzip.c - gzip streams (RFC 1952), inflated by zlib
 *
 * Members follow each other as in `cat a.gz b.gz`; zero bytes between or
 * after them (tape padding) are passed over.  A stream that ends early or is
 * damaged gives what could be read, then a diag and -1.  Bytes after the last
 * member that are no member are counted in a diag.  Output goes straight into
 * the caller's buffer; one block of TT_MAX_window bytes holds the input. */
#include "layer.h"

#include <inttypes.h>
#include <string.h>
#include <zlib.h>

struct gzip_input {
	struct tt_input in;
	z_stream z;
	uint8_t *block;
	uint64_t read;	    /* compressed bytes taken from below */
	bool is_below_end;  /* below has no more */
	bool is_between;    /* a member has ended, no other has begun */
	bool has_failed;    /* tell on the next call: bytes came before it */
};

/* Fetches more input behind what is left; false at the end or on failure. */
static bool refill(struct gzip_input *g)
{
	if (g->is_below_end)
		return false;
	if (g->z.avail_in)
		memmove(g->block, g->z.next_in, g->z.avail_in);
	const size_t left = g->z.avail_in;
	const int64_t got = tt_input_read(g->in.below, g->block + left,
					  (size_t)TT_MAX_window - left);

	g->z.next_in = g->block;
	if (got <= 0) {
		g->is_below_end = true;
		return false;
	}
	g->z.avail_in += (uInt)got;
	g->read += (uint64_t)got;
	return true;
}

static uint64_t position(const struct gzip_input *g)
{
	return g->read - g->z.avail_in;
}

static int64_t fail(struct gzip_input *g, enum tt_diag_code code,
		    const char *why)
{
	/* What failed below has been told there. */
	if (!g->in.below->is_failed)
		tt_walk_diag(g->in.walk, code, position(g), "gzip: %s", why);
	g->has_failed = true;
	return -1;
}

/* Bytes that are no member follow the last one. */
static int64_t tell_trailing(struct gzip_input *g)
{
	const uint64_t at = position(g);
	const uint64_t n = g->z.avail_in + tt_input_drain(g->in.below);

	g->z.avail_in = 0;
	tt_walk_diag(g->in.walk, TT_DIAG_trailing, at,
		     "%" PRIu64 " bytes follow the end of the gzip stream", n);
	return g->in.below->is_failed ? -1 : 0;
}

/* Between members: 1 another begins, 0 that was the last, -1 failed below. */
static int next_member(struct gzip_input *g)
{
	for (;;) {
		while (g->z.avail_in && *g->z.next_in == 0) {
			g->z.next_in++;
			g->z.avail_in--;
		}
		if (g->z.avail_in >= 2 || !refill(g))
			break;
	}
	if (g->z.avail_in == 0)
		return g->in.below->is_failed ? -1 : 0;
	if (g->z.avail_in < 2 || g->z.next_in[0] != 0x1f ||
	    g->z.next_in[1] != 0x8b)
		return (int)tell_trailing(g);
	inflateReset(&g->z);
	g->is_between = false;
	return 1;
}

/* One call of inflate(); *done_r when the member has ended.  Returns false
 * where it cannot go on. */
static bool inflate_some(struct gzip_input *g)
{
	const int r = inflate(&g->z, Z_NO_FLUSH);

	if (r == Z_STREAM_END) {
		g->is_between = true;
		return true;
	}
	if (r == Z_OK)
		return true;
	if (r == Z_BUF_ERROR && g->z.avail_in == 0) {
		fail(g, TT_DIAG_truncated, "the stream ends early");
		return false;
	}
	fail(g, TT_DIAG_corrupt, g->z.msg ? g->z.msg : "damaged");
	return false;
}

static int64_t gzip_read(struct tt_input *in, uint8_t *buf, size_t n)
{
	struct gzip_input *g = (struct gzip_input *)in;
	const uInt room = n < TT_MAX_window * 16 ? (uInt)n :
						   (uInt)TT_MAX_window * 16;

	if (g->has_failed)
		return -1;
	g->z.next_out = buf;
	g->z.avail_out = room;
	while (g->z.avail_out == room) {
		if (g->is_between) {
			const int more = next_member(g);

			if (more <= 0)
				return more;
		}
		if (g->z.avail_in == 0)
			(void)refill(g);
		if (!inflate_some(g))
			break;
	}
	const int64_t got = (int64_t)(room - g->z.avail_out);

	return got == 0 && g->has_failed ? -1 : got;
}

static void gzip_close(struct tt_input *in)
{
	struct gzip_input *g = (struct gzip_input *)in;

	inflateEnd(&g->z);
	tt_free(&g->block);
}

static const struct tt_input_ops ops = {
	.read = gzip_read,
	.close = gzip_close,
	.is_made = true,
};

static void *zlib_alloc(void *opaque, uInt items, uInt size)
{
	(void)opaque;
	return tt_malloc(tt_mul_size(items, size));
}

static void zlib_free(void *opaque, void *p)
{
	(void)opaque;
	tt_free_(p);
}

struct tt_input *tt_gzip_unwrap(const struct tt_layer *layer,
				struct tt_input *below)
{
	struct gzip_input *g =
		tt_input_new(&ops, below->walk, below, sizeof(*g));

	(void)layer;
	g->in.n_filters++;
	g->block = tt_malloc((size_t)TT_MAX_window);
	g->z.zalloc = zlib_alloc;
	g->z.zfree = zlib_free;
	/* 15: the largest window; 16: gzip framing, with its checksums. */
	if (inflateInit2(&g->z, 15 + 16) != Z_OK)
		fail(g, TT_DIAG_corrupt, "zlib does not start");
	return &g->in;
}
