/* inflate_zlib.c - gzip members by zlib */
#include "inflate.h"

#include <limits.h>
#include <zlib.h>

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

/* zlib fails to start only without memory, and then tt_malloc() has ended the
 * process; a state that was not set up makes inflate() fail, too. */
static void *zlib_open(void)
{
	z_stream *z = tt_zalloc(sizeof(*z));

	z->zalloc = zlib_alloc;
	z->zfree = zlib_free;
	/* 15: the largest window; 16: gzip framing, with its checksums. */
	(void)inflateInit2(z, 15 + 16);
	return z;
}

static void zlib_close(void *engine)
{
	if (!engine)
		return;
	inflateEnd(engine);
	tt_free(&engine);
}

static void zlib_begin(void *engine)
{
	inflateReset(engine);
}

static uInt at_most(size_t n)
{
	return n < UINT_MAX ? (uInt)n : UINT_MAX;
}

static enum tt_inflate_end zlib_run(void *engine, struct tt_inflate_io *io)
{
	z_stream *z = engine;
	const uInt n_in = at_most(io->n_in), n_out = at_most(io->n_out);

	z->next_in = (z_const Bytef *)io->in;
	z->avail_in = n_in;
	z->next_out = io->out;
	z->avail_out = n_out;
	const int r = inflate(z, Z_NO_FLUSH);

	io->in += n_in - z->avail_in;
	io->n_in -= n_in - z->avail_in;
	io->out += n_out - z->avail_out;
	io->n_out -= n_out - z->avail_out;
	if (r == Z_OK || r == Z_STREAM_END)
		return r == Z_OK ? TT_INFLATE_MORE : TT_INFLATE_DONE;
	return r == Z_BUF_ERROR && io->n_in == 0 ? TT_INFLATE_STARVED :
						   TT_INFLATE_BAD;
}

static const char *zlib_why(const void *engine)
{
	const z_stream *z = engine;

	return z->msg ? z->msg : "damaged";
}

const struct tt_inflate_ops tt_inflate_zlib = {
	.name = "zlib",
	.is_judge = true,
	.open = zlib_open,
	.close = zlib_close,
	.begin = zlib_begin,
	.run = zlib_run,
	.why = zlib_why,
};
