/* source_gzip.c - gzip streams (RFC 1952)
 *
 * Members follow each other as in `cat a.gz b.gz`; zero bytes between or
 * after them (tape padding) are passed over.  A stream that ends early or is
 * damaged gives what could be read, then a diag and -1.  Bytes after the last
 * member that are no member are counted in a diag.  One block of
 * TT_MAX_window bytes holds the input.
 *
 * A file is inflated by the fastest engine (inflate.h).  Where that one does
 * not come to a member's end, the judge inflates the member again from its
 * beginning, past what was given already: at most once a stream, so that
 * reading stays linear.  What cannot be gone back in (a pipe, a layer below)
 * is the judge's from the start. */
#include "layer.h"

#include "inflate.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

struct gzip_input {
	struct tt_input in;
	const struct tt_inflate_ops *ops;
	void *engine;
	struct tt_inflate_io io;
	uint8_t *block;
	uint64_t read;	    /* compressed bytes taken from below */
	uint64_t member;    /* the member begins there below, */
	uint64_t given;	    /* this much of it was given, */
	uint64_t again;	    /* and so much is to be passed over */
	bool is_below_end;  /* below has no more */
	bool is_between;    /* a member has ended, no other has begun */
	bool has_failed;    /* tell on the next call: bytes came before it */
};

/* Fetches more input behind what is left; false at the end or on failure. */
static bool refill(struct gzip_input *g)
{
	if (g->is_below_end)
		return false;
	if (g->io.n_in)
		memmove(g->block, g->io.in, g->io.n_in);
	const size_t left = g->io.n_in;
	const int64_t got = tt_input_read(g->in.below, g->block + left,
					  (size_t)TT_MAX_window - left);

	g->io.in = g->block;
	if (got <= 0) {
		g->is_below_end = true;
		return false;
	}
	g->io.n_in += (size_t)got;
	g->read += (uint64_t)got;
	return true;
}

static uint64_t position(const struct gzip_input *g)
{
	return g->read - g->io.n_in;
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
	const uint64_t n = g->io.n_in + tt_input_drain(g->in.below);

	g->io.n_in = 0;
	tt_walk_diag(g->in.walk, TT_DIAG_trailing, at,
		     "%" PRIu64 " bytes follow the end of the gzip stream", n);
	return g->in.below->is_failed ? -1 : 0;
}

/* Between members: 1 another begins, 0 that was the last, -1 failed below. */
static int next_member(struct gzip_input *g)
{
	for (;;) {
		while (g->io.n_in && *g->io.in == 0) {
			g->io.in++;
			g->io.n_in--;
		}
		if (g->io.n_in >= 4 || !refill(g))
			break;
	}
	if (g->io.n_in == 0)
		return g->in.below->is_failed ? -1 : 0;
	if (g->io.n_in < 2 || g->io.in[0] != 0x1f || g->io.in[1] != 0x8b)
		return (int)tell_trailing(g);
	g->ops->begin(g->engine);
	g->member = position(g);
	g->given = 0;
	g->is_between = false;
	return 1;
}

/* The judge's turn, from the beginning of the member; false: it was his
 * already, or the file cannot be gone back in. */
static bool judge(struct gzip_input *g)
{
	struct tt_walk *walk = g->in.walk;

	if (g->ops->is_judge || g->in.below->is_failed ||
	    tt_input_seek(g->in.below, (int64_t)g->member, SEEK_SET) < 0)
		return false;
	walk->file_bytes -= g->read - g->member;
	g->read = g->member;
	g->io.n_in = 0;
	g->is_below_end = false;
	g->again = g->given;
	g->ops->close(g->engine);
	g->ops = &tt_inflate_zlib;
	g->engine = g->ops->open();
	return true;
}

/* What came again of what was given before makes room for what follows. */
static void pass_over(struct gzip_input *g, uint8_t *out)
{
	const size_t n = (size_t)(g->io.out - out);
	const size_t drop = g->again < n ? (size_t)g->again : n;

	if (drop) {
		memmove(out, out + drop, n - drop);
		g->io.out -= drop;
		g->io.n_out += drop;
		g->again -= drop;
	}
	g->given += n - drop;
}

/* One step of the engine.  False where it cannot go on. */
static bool inflate_some(struct gzip_input *g)
{
	uint8_t *out = g->io.out;
	const enum tt_inflate_end end = g->ops->run(g->engine, &g->io);

	pass_over(g, out);
	if (end == TT_INFLATE_MORE ||
	    (end == TT_INFLATE_STARVED && !g->is_below_end))
		return true;
	if (end == TT_INFLATE_DONE) {
		g->is_between = true;
		return true;
	}
	if (judge(g))
		return true;
	if (end == TT_INFLATE_STARVED)
		fail(g, TT_DIAG_truncated, "the stream ends early");
	else
		fail(g, TT_DIAG_corrupt, g->ops->why(g->engine));
	return false;
}

static int64_t gzip_read(struct tt_input *in, uint8_t *buf, size_t n)
{
	struct gzip_input *g = (struct gzip_input *)in;

	if (g->has_failed)
		return -1;
	g->io.out = buf;
	g->io.n_out = n;
	while (g->io.n_out == n) {
		if (g->is_between) {
			const int more = next_member(g);

			if (more <= 0)
				return more;
		}
		if (g->io.n_in == 0)
			(void)refill(g);
		if (!inflate_some(g))
			break;
	}
	const int64_t got = (int64_t)(n - g->io.n_out);

	return got == 0 && g->has_failed ? -1 : got;
}

static void gzip_close(struct tt_input *in)
{
	struct gzip_input *g = (struct gzip_input *)in;

	g->ops->close(g->engine);
	tt_free(&g->block);
}

static const struct tt_input_ops ops = {
	.read = gzip_read,
	.close = gzip_close,
	.is_made = true,
};

struct tt_input *tt_gzip_unwrap_by(const struct tt_inflate_ops *engine,
				   struct tt_input *below)
{
	struct gzip_input *g =
		tt_input_new(&ops, below->walk, below, sizeof(*g));

	g->in.n_filters++;
	g->block = tt_malloc((size_t)TT_MAX_window);
	g->ops = engine;
	g->engine = engine->open();
	return &g->in;
}

struct tt_input *tt_gzip_unwrap(const struct tt_layer *layer,
				struct tt_input *below)
{
	(void)layer;
	return tt_gzip_unwrap_by(tt_inflate_isal && tt_input_is_file(below) ?
					 tt_inflate_isal :
					 &tt_inflate_zlib,
				 below);
}
