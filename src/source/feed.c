/* feed.c - libarchive's callbacks over an input, and its errors as diags
 *
 * A failure of the input below is shown to libarchive as the end, so that it
 * gives what it has; the failure is remembered by the input and has been told
 * there. */
#include "feed.h"
#include "libarchive.h"

#include <string.h>

/* How many zero bytes lie at the end of all that was given. */
static void count_zeros(struct tt_feed *feed, size_t n)
{
	size_t end = n;

	while (end && feed->block[end - 1] == 0)
		end--;
	feed->n_zero = end ? n - end : feed->n_zero + n;
}

static la_ssize_t feed_read(struct archive *a, void *data,
			    const void **buffer)
{
	struct tt_feed *feed = data;
	const int64_t got = tt_input_read(feed->in, feed->block,
					  (size_t)TT_MAX_window);

	(void)a;
	*buffer = feed->block;
	if (got <= 0)
		return 0;
	feed->given += (uint64_t)got;
	count_zeros(feed, (size_t)got);
	return (la_ssize_t)got;
}

static la_int64_t feed_seek(struct archive *a, void *data, la_int64_t off,
			    int whence)
{
	struct tt_feed *feed = data;
	const int64_t at = tt_input_seek(feed->in, off, whence);

	(void)a;
	return at < 0 ? ARCHIVE_FATAL : at;
}

int tt_feed_open(struct tt_feed *feed, struct archive *a)
{
	feed->block = tt_malloc((size_t)TT_MAX_window);
	tt_la.archive_read_set_read_callback(a, feed_read);
	tt_la.archive_read_set_callback_data(a, feed);
	if (tt_input_can_seek(feed->in))
		tt_la.archive_read_set_seek_callback(a, feed_seek);
	return tt_la.archive_read_open1(a);
}

void tt_feed_release(struct tt_feed *feed)
{
	tt_free(&feed->block);
}

void tt_feed_begin(struct tt_feed *feed)
{
	feed->n_data = 0;
	feed->data_off = feed->at = 0;
}

/* Not archive_read_data(): that drops what it has when the next block cannot
 * be read.  Holes of sparse members read as zeros. */
int64_t tt_feed_data(struct tt_feed *feed, struct archive *a, uint8_t *buf,
		     size_t n)
{
	while (feed->n_data == 0) {
		const void *p;
		la_int64_t off;
		const int r = tt_la.archive_read_data_block(
			a, &p, &feed->n_data, &off);

		if (r != ARCHIVE_OK)
			feed->n_data = 0;
		if (r == ARCHIVE_EOF || (r == ARCHIVE_OK && off < feed->at))
			return r == ARCHIVE_EOF ? 0 : ARCHIVE_FATAL;
		if (r != ARCHIVE_OK)
			return r;
		feed->data = p;
		feed->data_off = off;
	}
	const uint64_t hole = (uint64_t)(feed->data_off - feed->at);

	if (hole) {
		n = n < hole ? n : (size_t)hole;
		memset(buf, 0, n);
	} else {
		n = n < feed->n_data ? n : feed->n_data;
		memcpy(buf, feed->data, n);
		feed->data += n;
		feed->n_data -= n;
		feed->data_off += (int64_t)n;
	}
	feed->at += (int64_t)n;
	return (int64_t)n;
}

/* libarchive has one error number for nearly all of these. */
static const struct {
	const char *text;
	enum tt_diag_code code;
} errors[] = {
	{ "truncated", TT_DIAG_truncated },
	{ "unexpected end", TT_DIAG_truncated },
	{ "no progress", TT_DIAG_truncated }, /* liblzma, of xz */
	{ "encrypted", TT_DIAG_encrypted_member },
	{ "passphrase", TT_DIAG_encrypted_member },
	{ "unsupported", TT_DIAG_read_failed },
	{ "not supported", TT_DIAG_read_failed },
	{ "cannot allocate", TT_DIAG_read_failed },
};

void tt_feed_diag(const struct tt_feed *feed, struct archive *a,
		  const char *what)
{
	const char *text = tt_la.archive_error_string(a);
	enum tt_diag_code code = TT_DIAG_corrupt;

	if (feed->in->is_failed)
		return;
	if (!text)
		text = "damaged";
	for (size_t i = 0; i < sizeof(errors) / sizeof(errors[0]); i++) {
		if (tt_slice_ifind(tt_slice_str(text),
				   tt_slice_str(errors[i].text)) != SIZE_MAX) {
			code = errors[i].code;
			break;
		}
	}
	tt_walk_diag(feed->in->walk, code, feed->given, "%s: %s", what, text);
}
