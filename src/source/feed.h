/* feed.h - an input as libarchive's callbacks see it */
#ifndef TLSTRAIL_SOURCE_FEED_H
#define TLSTRAIL_SOURCE_FEED_H

#include "input.h"

struct archive;

struct tt_feed {
	struct tt_input *in; /* borrowed */
	uint8_t *block;	     /* TT_MAX_window bytes */
	uint64_t given;
	uint64_t n_zero; /* at the end of what was given */
	/* What libarchive's last block of data still holds. */
	const uint8_t *data;
	size_t n_data;
	int64_t data_off, at; /* of the block, and where reading stands */
};

/* Opens `a`, whose formats and filters are set, on feed->in.  Seeking is
 * offered where the input can.  ARCHIVE_OK or libarchive's failure. */
int tt_feed_open(struct tt_feed *feed, struct archive *a);
void tt_feed_release(struct tt_feed *feed);

/* The current entry's data begins anew. */
void tt_feed_begin(struct tt_feed *feed);
/* Up to n bytes of it: > 0, 0 at the end, < 0 libarchive's failure. */
int64_t tt_feed_data(struct tt_feed *feed, struct archive *a, uint8_t *buf,
		     size_t n) TT_MUST_CHECK;

/* Turns libarchive's last error into a diag; nothing where the input below
 * has failed, which was told there. */
void tt_feed_diag(const struct tt_feed *feed, struct archive *a,
		  const char *what);

#endif
