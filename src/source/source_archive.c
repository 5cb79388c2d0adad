/* source_archive.c - members of zip, tar, 7-Zip and cpio archives
 *
 * libarchive with exactly one format enabled and no filter.  Nothing is ever
 * extracted: a member is a stream, its name a run of bytes.  Members that are
 * encrypted, links or devices become diags and the walk goes on; where the
 * archive itself is damaged, what came before stands.  Bounded by
 * TT_MAX_members for all archives of one file. */
#include "feed.h"
#include "layer.h"
#include "libarchive.h"
#include "mailstore.h"

#include <iconv.h>
#include <inttypes.h>
#include <locale.h>
#include <pthread.h>
#include <string.h>

#define NAMES_LOCALE "C.UTF-8"

struct tt_archive {
	struct archive *a;
	struct tt_feed feed;
	struct tt_input *below; /* owned */
	const struct tt_layer *layer;
	struct tt_arena names; /* cleared at each member */
	locale_t utf8;
	uint64_t n_seen;
	uint64_t n_listed; /* members of a zip, by its end record */
	bool is_over;
};

struct member_input {
	struct tt_input in;
	struct tt_archive *ar;
};

static int64_t member_read(struct tt_input *in, uint8_t *buf, size_t n)
{
	struct tt_archive *ar = ((struct member_input *)in)->ar;
	const int64_t got = tt_feed_data(&ar->feed, ar->a, buf, n);

	if (got > 0 || (got == 0 && !ar->below->is_failed))
		return got;
	if (got == ARCHIVE_FATAL || got == 0)
		ar->is_over = true;
	tt_feed_diag(&ar->feed, ar->a, ar->layer->name);
	return -1;
}

static const struct tt_input_ops member_ops = {
	.read = member_read,
	.is_made = true,
};

/* Names flagged as UTF-8 are converted to the locale's charset and lost where
 * that is ASCII: so libarchive reads headers under a UTF-8 locale, whatever
 * the user's is. */
static int next_header(struct tt_archive *ar, struct archive_entry **entry_r)
{
	const locale_t before = ar->utf8 ? uselocale(ar->utf8) : (locale_t)0;
	const int r = tt_la.archive_read_next_header(ar->a, entry_r);

	if (ar->utf8)
		uselocale(before);
	return r;
}

static struct tt_slice member_name(struct tt_archive *ar,
				   struct archive_entry *entry)
{
	const char *name = tt_la.archive_entry_pathname(entry);

	if (name)
		return tt_arena_dup(&ar->names, tt_slice_str(name));
	/* Marked as UTF-8 and is not: its place has to serve. */
	return tt_slice_str(tt_arena_printf(&ar->names, "?%" PRIu64,
					    ar->n_seen));
}

/* In a mail store that was packed the same is left as in one on disk. */
static bool is_to_be_read(struct tt_walk *walk, struct tt_slice member)
{
	if (tt_maildir_is_unfinished(member))
		tt_walk_diag(walk, TT_DIAG_unfinished, TT_NO_OFF,
			     "a delivery that has not ended, left unread");
	else if (tt_mailstore_owns(tt_mailstore_base(member), false))
		tt_walk_diag(walk, TT_DIAG_store_own, TT_NO_OFF, NULL);
	else
		return true;
	return false;
}

/* Whether the member has bytes of its own; tells of those that do not. */
static bool has_content(struct tt_archive *ar, struct archive_entry *entry,
			size_t depth)
{
	struct tt_walk *walk = ar->below->walk;
	const unsigned type = tt_la.archive_entry_filetype(entry);
	const bool is_link = tt_la.archive_entry_hardlink(entry) != NULL &&
			     tt_la.archive_entry_size(entry) == 0;

	/* A zip's member whose name ends in \ passes for a directory with
	 * bytes that nobody gives out: told. */
	if (type == AE_IFDIR && tt_la.archive_entry_size(entry) == 0)
		return false;
	if (tt_la.archive_entry_is_data_encrypted(entry)) {
		tt_walk_diag(walk, TT_DIAG_encrypted_member, TT_NO_OFF, NULL);
		return false;
	}
	if ((type == AE_IFREG || type == 0) && !is_link)
		return is_to_be_read(walk, walk->member[depth]);
	tt_walk_diag(walk, TT_DIAG_not_a_member, TT_NO_OFF, NULL);
	return false;
}

/* What libarchive takes for an end.  A tar ends with blocks of zeros (POSIX,
 * pax, "ustar Interchange Format"): cut between two members it has none.  A
 * zip says how many members it has, up to 65,534. */
static void check_end(const struct tt_archive *ar)
{
	struct tt_walk *walk = ar->below->walk;

	if (ar->layer->code == ARCHIVE_FORMAT_TAR && ar->feed.n_zero < 512)
		tt_walk_diag(walk, TT_DIAG_truncated, ar->feed.given,
			     "tar: the mark of its end is missing");
	if (ar->n_listed < 65535 && ar->n_listed > ar->n_seen)
		tt_walk_diag(walk, TT_DIAG_corrupt, TT_NO_OFF,
			     "zip: %" PRIu64 " of its %" PRIu64 " members were "
			     "found", ar->n_seen, ar->n_listed);
}

static int end_walk(struct tt_archive *ar, int r)
{
	struct tt_walk *walk = ar->below->walk;

	ar->is_over = true;
	if (ar->below->is_failed)
		return -1;
	if (r == ARCHIVE_EOF) {
		check_end(ar);
		if (ar->n_seen == 0)
			tt_walk_diag(walk, TT_DIAG_empty, TT_NO_OFF,
				     "%s: the archive has no members",
				     ar->layer->name);
		return 0;
	}
	if (ar->n_seen == 0 &&
	    tt_la.archive_read_has_encrypted_entries(ar->a) == 1)
		tt_walk_diag(walk, TT_DIAG_encrypted_member, TT_NO_OFF,
			     "%s: %s", ar->layer->name,
			     tt_la.archive_error_string(ar->a));
	else
		tt_feed_diag(&ar->feed, ar->a, ar->layer->name);
	return -1;
}

/* Counts a member; false where there are too many. */
static bool count_member(struct tt_archive *ar)
{
	struct tt_walk *walk = ar->below->walk;

	ar->n_seen++;
	if (walk->n_members++ < TT_MAX_members)
		return true;
	tt_walk_limit(walk, TT_DIAG_limit_members, TT_LIM_members, 0);
	ar->is_over = walk->is_over = true;
	return false;
}

int tt_archive_next(struct tt_archive *ar, size_t depth,
		    struct tt_input **member_r)
{
	struct tt_walk *walk = ar->below->walk;
	struct archive_entry *entry;

	walk->origin.n_member = depth;
	while (!ar->is_over) {
		walk->origin.n_member = depth;
		const int r = next_header(ar, &entry);

		if (r != ARCHIVE_OK && r != ARCHIVE_WARN)
			return end_walk(ar, r);
		if (!count_member(ar))
			return -1;
		tt_arena_clear(&ar->names);
		walk->member[depth] = member_name(ar, entry);
		walk->origin.n_member = depth + 1;
		if (!has_content(ar, entry, depth))
			continue;
		struct member_input *m = tt_input_new(&member_ops, walk, NULL,
						      sizeof(*m));

		tt_feed_begin(&ar->feed);
		m->ar = ar;
		m->in.level = ar->below->level + 1;
		m->in.n_filters = ar->below->n_filters;
		*member_r = &m->in;
		return 1;
	}
	return -1;
}

static const struct {
	int code;
	int (**support)(struct archive *a);
} formats[] = {
	{ ARCHIVE_FORMAT_ZIP, &tt_la.archive_read_support_format_zip },
	{ ARCHIVE_FORMAT_7ZIP, &tt_la.archive_read_support_format_7zip },
	{ ARCHIVE_FORMAT_CPIO, &tt_la.archive_read_support_format_cpio },
	{ ARCHIVE_FORMAT_TAR, &tt_la.archive_read_support_format_tar },
};

#define ZIP_END 22 /* bytes of the record at its end, without its comment */

static uint64_t two_bytes(const uint8_t *p)
{
	return (uint64_t)p[0] | (uint64_t)p[1] << 8;
}

/* The last end record (APPNOTE.TXT, 4.3.16) whose comment ends within s: one
 * of a zip that is stored inside stands before it.  SIZE_MAX: none. */
static size_t find_zip_end(struct tt_slice s)
{
	for (size_t i = s.n >= ZIP_END ? s.n - ZIP_END + 1 : 0; i-- > 0;)
		if (memcmp(s.p + i, "PK\5\6", 4) == 0 &&
		    two_bytes(s.p + i + 20) <= s.n - i - ZIP_END)
			return i;
	return SIZE_MAX;
}

/* A zip without its directory is read from the front, and libarchive keeps
 * still about the members it could not know of.  So it does where directory
 * and members do not lie where they say: then the number tells. */
static void check_zip_end(struct tt_archive *ar)
{
	struct tt_input *const in = ar->below;
	const int64_t room = ZIP_END + 65535;
	const int64_t end = tt_input_seek(in, 0, SEEK_END);
	const int64_t from = end > room ? end - room : 0;
	uint8_t *tail = tt_malloc((size_t)room);
	int64_t n = 0, got = 1;

	if (end >= 0 && tt_input_seek(in, from, SEEK_SET) == from)
		while (n < room && got > 0) {
			got = tt_input_read(in, tail + n, (size_t)(room - n));
			n += got > 0 ? got : 0;
		}
	const size_t at = find_zip_end((struct tt_slice){ tail, (size_t)n });

	if (at != SIZE_MAX)
		ar->n_listed = two_bytes(tail + at + 10);
	else if (!in->is_failed)
		tt_walk_diag(in->walk, TT_DIAG_truncated,
			     (uint64_t)from + (uint64_t)n,
			     "zip: the directory at its end is missing");
	tt_free(&tail);
	(void)!tt_input_seek(in, 0, SEEK_SET);
}

struct tt_archive *tt_archive_open(const struct tt_layer *layer,
				   struct tt_input *below)
{
	struct tt_archive *ar;
	const char *why;

	if (!tt_libarchive_load(&why)) {
		tt_walk_diag(below->walk, TT_DIAG_read_failed, 0, "%s: %s",
			     layer->name, why);
		tt_input_close(&below);
		return NULL;
	}
	ar = tt_zalloc(sizeof(*ar));
	ar->below = below;
	ar->feed.in = below;
	ar->layer = layer;
	ar->a = tt_la.archive_read_new();
	ar->utf8 = newlocale(LC_CTYPE_MASK, NAMES_LOCALE, (locale_t)0);
	for (size_t i = 0; i < sizeof(formats) / sizeof(formats[0]); i++)
		if (formats[i].code == layer->code)
			(void)(*formats[i].support)(ar->a);
	if (layer->code == ARCHIVE_FORMAT_ZIP)
		check_zip_end(ar);
	/* Without this, what follows the first end mark of a tar is dropped
	 * without a word. */
	if (layer->code == ARCHIVE_FORMAT_TAR)
		(void)tt_la.archive_read_set_format_option(
			ar->a, "tar", "read_concatenated_archives", "1");
	if (tt_feed_open(&ar->feed, ar->a) == ARCHIVE_OK)
		return ar;
	tt_feed_diag(&ar->feed, ar->a, layer->name);
	tt_archive_close(&ar);
	return NULL;
}

void tt_archive_close(struct tt_archive **ar)
{
	if (!*ar)
		return;
	tt_la.archive_read_free((*ar)->a);
	if ((*ar)->utf8)
		freelocale((*ar)->utf8);
	tt_feed_release(&(*ar)->feed);
	tt_input_close(&(*ar)->below);
	tt_arena_release(&(*ar)->names);
	tt_free(ar);
}

/* What is open stays loaded.  volatile: nobody reads these. */
static void preload(void)
{
	static volatile locale_t names;
	static volatile iconv_t of_7z;

	(void)!tt_libarchive_load(NULL); /* told where it is needed */
	names = newlocale(LC_CTYPE_MASK, NAMES_LOCALE, (locale_t)0);
	of_7z = iconv_open("UTF-8", "UTF-16LE");
	(void)names;
	(void)of_7z;
}

void tt_source_preload(void)
{
	static pthread_once_t is_loaded = PTHREAD_ONCE_INIT;

	(void)pthread_once(&is_loaded, preload);
}
