/* ahead.c - small files that are read, and hashed together, before their turn
 *
 * Each sum waits for itself, so that those of three take the time of one
 * (util/sha256.h).  A file that goes into a window as a whole is read to the
 * window of a room of its own, where its reader finds it. */
#include "ahead.h"

#include <sys/stat.h>

void tt_ahead_open(struct tt_ahead *a)
{
	for (size_t i = 0; i < TT_AHEAD_FILES; i++)
		a->room[i] = tt_reader_room_new();
}

void tt_ahead_close(struct tt_ahead *a)
{
	for (size_t i = 0; i < TT_AHEAD_FILES; i++)
		tt_reader_room_free(&a->room[i]);
}

static bool is_small(const struct tt_entry *entry)
{
	return entry->kind == TT_ENTRY_FILE && entry->st->st_size > 0 &&
	       entry->st->st_size <= (off_t)TT_MAX_window;
}

/* The longest first: then those that are left at the end end together. */
static void add_by_length(struct tt_entry **entry, size_t n,
			  struct tt_entry *more)
{
	for (; n > 0 && entry[n - 1]->ahead.n < more->ahead.n; n--)
		entry[n] = entry[n - 1];
	entry[n] = more;
}

static void hash(struct tt_ahead *a, struct tt_entry *const *entry, size_t n)
{
	struct tt_slice text[TT_AHEAD_FILES] = { { 0 } };

	for (size_t i = 0; i < n; i++) {
		text[i] = entry[i]->ahead;
		entry[i]->ahead_sum = a->sum[i];
	}
	tt_sha256_each(text, n, a->sum);
}

void tt_ahead_read(struct tt_ahead *a, struct tt_entry *const *entry, size_t n)
{
	struct tt_entry *small[TT_AHEAD_FILES];
	size_t n_small = 0;

	for (size_t i = 0; i < n && i < TT_AHEAD_FILES; i++) {
		if (!is_small(entry[i]))
			continue;
		tt_entry_read_ahead(entry[i],
				    tt_reader_room_window(a->room[i]),
				    (size_t)TT_MAX_window);
		add_by_length(small, n_small++, entry[i]);
	}
	hash(a, small, n_small);
}

struct tt_reader_room *tt_ahead_room(const struct tt_ahead *a,
				     const struct tt_entry *entry)
{
	for (size_t i = 0; i < TT_AHEAD_FILES && entry->ahead.n; i++)
		if (tt_reader_room_window(a->room[i]) == entry->ahead.p)
			return a->room[i];
	return NULL;
}
