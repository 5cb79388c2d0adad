/* layer.h - the registry of what can be wrapped around a stream
 *
 * To add a compression or an archive: its file, and one row in layer.c. */
#ifndef TLSTRAIL_SOURCE_LAYER_H
#define TLSTRAIL_SOURCE_LAYER_H

#include "input.h"

enum tt_layer_kind {
	TT_LAYER_FILTER,  /* one stream out of one stream */
	TT_LAYER_ARCHIVE, /* many */
	TT_LAYER_OUTLOOK, /* known and not read */
};

struct tt_layer {
	const char *name;
	/* 0-100 on the first TT_INPUT_PEEK bytes. */
	int (*bid)(struct tt_slice prefix);
	enum tt_layer_kind kind;
	int code; /* libarchive's number for the filter or format */
	bool needs_seek;
	/* Filters: an input over `below`, which it takes. */
	struct tt_input *(*unwrap)(const struct tt_layer *layer,
				   struct tt_input *below);
};

extern const struct tt_layer tt_layers[];
extern const size_t tt_n_layers;

/* NULL: plain bytes. */
const struct tt_layer *tt_layer_choose(struct tt_slice prefix);

/* source_gzip.c, source_filter.c */
struct tt_input *tt_gzip_unwrap(const struct tt_layer *layer,
				struct tt_input *below);
/* By an engine of inflate.h: for tests. */
struct tt_inflate_ops;
struct tt_input *tt_gzip_unwrap_by(const struct tt_inflate_ops *engine,
				   struct tt_input *below);
struct tt_input *tt_filter_unwrap(const struct tt_layer *layer,
				  struct tt_input *below);

/* source_archive.c: a walk over the members of one archive. */
struct tt_archive;

/* Takes `below`. NULL: not opened, a diag was added. */
struct tt_archive *tt_archive_open(const struct tt_layer *layer,
				   struct tt_input *below);
void tt_archive_close(struct tt_archive **ar); /* nulls */
/* The next member with content: 1, 0 at the end, -1 where the archive cannot
 * be read on (diag added).  The caller closes the input before the next
 * call; the name is borrowed until then.  Sets the walk's innermost member
 * name, at `depth`. */
int tt_archive_next(struct tt_archive *ar, size_t depth,
		    struct tt_input **member_r) TT_MUST_CHECK;

#endif
