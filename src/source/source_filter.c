/* source_filter.c - bzip2, xz, zstd and lz4 streams, by libarchive
 *
 * One libarchive handle undoes exactly one compression (its own search for
 * further layers is bypassed), so that layers are counted and limited here as
 * for gzip.  Damage gives what could be read, less the decoder's last block
 * (64 or 128 KiB), then a diag and -1. */
#include "feed.h"
#include "layer.h"
#include "libarchive.h"

#include <inttypes.h>

struct filter_input {
	struct tt_input in;
	struct tt_feed feed;
	struct archive *a;
	const char *name;
	bool is_open;
};

static int64_t fail(struct filter_input *f)
{
	if (f->in.below->is_failed)
		return -1;
	tt_feed_diag(&f->feed, f->a, f->name);
	return -1;
}

/* The stream has ended: does anything follow it? */
static int64_t finish(struct filter_input *f)
{
	const int64_t used = tt_la.archive_filter_bytes(f->a, -1);
	const uint64_t all = f->feed.given + tt_input_drain(f->in.below);

	if (f->in.below->is_failed)
		return -1;
	if (used > 0 && (uint64_t)used < all)
		tt_walk_diag(f->in.walk, TT_DIAG_trailing, (uint64_t)used,
			     "%" PRIu64 " bytes follow the end of the %s "
			     "stream", all - (uint64_t)used, f->name);
	return 0;
}

static int open_stream(struct filter_input *f)
{
	struct archive_entry *entry;

	f->is_open = true;
	tt_feed_begin(&f->feed);
	const int r = tt_feed_open(&f->feed, f->a);

	/* A stream that fails at once passes for an empty one, but leaves its
	 * error; archive_read_next_header() would clear that. */
	if (r == ARCHIVE_OK && tt_la.archive_errno(f->a) != 0)
		return ARCHIVE_FATAL;
	return r == ARCHIVE_OK ?
		       tt_la.archive_read_next_header(f->a, &entry) :
		       r;
}

static int64_t filter_read(struct tt_input *in, uint8_t *buf, size_t n)
{
	struct filter_input *f = (struct filter_input *)in;

	if (!f->a)
		return -1;
	if (!f->is_open) {
		const int r = open_stream(f);

		if (r == ARCHIVE_EOF)
			return finish(f);
		if (r != ARCHIVE_OK && r != ARCHIVE_WARN)
			return fail(f);
	}
	const int64_t got = tt_feed_data(&f->feed, f->a, buf, n);

	if (got == 0)
		return finish(f);
	return got < 0 ? fail(f) : got;
}

static void filter_close(struct tt_input *in)
{
	struct filter_input *f = (struct filter_input *)in;

	if (f->a)
		tt_la.archive_read_free(f->a);
	tt_feed_release(&f->feed);
}

static const struct tt_input_ops ops = {
	.read = filter_read,
	.close = filter_close,
	.is_made = true,
};

struct tt_input *tt_filter_unwrap(const struct tt_layer *layer,
				  struct tt_input *below)
{
	struct filter_input *f =
		tt_input_new(&ops, below->walk, below, sizeof(*f));
	const char *why;

	f->in.n_filters++;
	f->name = layer->name;
	f->feed.in = below;
	if (!tt_libarchive_load(&why)) {
		tt_walk_diag(below->walk, TT_DIAG_read_failed, 0, "%s: %s",
			     layer->name, why);
		return &f->in;
	}
	f->a = tt_la.archive_read_new();
	/* A handle that could not be set up refuses to be opened, below. */
	(void)tt_la.archive_read_support_format_raw(f->a);
	(void)tt_la.archive_read_support_format_empty(f->a);
	(void)tt_la.archive_read_append_filter(f->a, layer->code);
	return &f->in;
}
