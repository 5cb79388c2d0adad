/* tree_dir.c - opens a directory, lists its names, puts them into order
 *
 * Read-only, access time and all, as files are (input_file.c).  What a name
 * is comes with the listing; only where the file system keeps still is it
 * asked for.  Nothing but the names is held: sixteen bytes and the text for
 * each, bounded by TT_MAX_tree_names for all directories on the way. */
#include "tree_dir.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "input.h"

static enum tt_kind kind_of_mode(mode_t mode)
{
	return S_ISREG(mode) ? TT_KIND_FILE :
	       S_ISDIR(mode) ? TT_KIND_DIR :
	       S_ISLNK(mode) ? TT_KIND_LINK :
			       TT_KIND_SPECIAL;
}

static enum tt_kind kind_of(int fd, const struct dirent *e)
{
	struct stat st;

	switch (e->d_type) {
	case DT_REG: return TT_KIND_FILE;
	case DT_DIR: return TT_KIND_DIR;
	case DT_LNK: return TT_KIND_LINK;
	case DT_UNKNOWN: break;
	default: return TT_KIND_SPECIAL;
	}
	/* Who opens what is gone by now will tell. */
	return fstatat(fd, e->d_name, &st, AT_SYMLINK_NOFOLLOW) == 0 ?
		       kind_of_mode(st.st_mode) :
		       TT_KIND_FILE;
}

static void add_name(struct tt_dir *d, const struct dirent *e, uint64_t room)
{
	const struct tt_slice text = tt_slice_str(e->d_name);
	const uint64_t need = sizeof(*d->v) + text.n + 1;

	if (need > room - d->bytes) {
		d->n_cut++;
		return;
	}
	if (d->n == d->cap) {
		d->cap = d->cap ? tt_mul_size(d->cap, 2) : 64;
		d->v = tt_realloc(d->v, tt_mul_size(d->cap, sizeof(*d->v)));
	}
	d->v[d->n++] = (struct tt_name){
		tt_arena_cstr(&d->text, text),
		(uint32_t)text.n,
		kind_of(d->fd, e),
	};
	d->bytes += need;
}

static bool is_name(const struct dirent *e)
{
	return strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0;
}

/* The next name of a listing; NULL at the end, or with errno. */
static const struct dirent *next_name(DIR *list)
{
	const struct dirent *e;

	errno = 0;
	while ((e = readdir(list)) != NULL && !is_name(e))
		;
	return e;
}

/* A listing of an open directory, which stays open. */
static DIR *list_of(int fd)
{
	const int own = fcntl(fd, F_DUPFD_CLOEXEC, 0);
	DIR *list = own < 0 ? NULL : fdopendir(own);

	if (!list && own >= 0)
		close(own);
	return list;
}

static int open_dir(int at, const char *name, bool is_met)
{
	return tt_open_evidence(at, name,
				O_DIRECTORY | (is_met ? O_NOFOLLOW : 0));
}

struct tt_dir *tt_dir_open(int at, const char *name, bool is_met,
			   uint64_t room)
{
	const int fd = open_dir(at, name, is_met);
	DIR *list = fd < 0 ? NULL : list_of(fd);
	struct stat st;
	const struct dirent *e;

	if (!list || fstat(fd, &st) != 0) {
		const int code = errno;

		if (list)
			closedir(list);
		if (fd >= 0)
			close(fd);
		errno = code;
		return NULL;
	}
	struct tt_dir *d = tt_zalloc(sizeof(*d));

	d->fd = fd;
	d->before = st;
	while ((e = next_name(list)) != NULL)
		add_name(d, e, room);
	d->failed = errno;
	closedir(list);
	return d;
}

void tt_dir_close(struct tt_dir **dir)
{
	struct tt_dir *d = *dir;

	if (!d)
		return;
	close(d->fd);
	tt_arena_release(&d->text);
	tt_free(&d->v);
	tt_free(dir);
}

void tt_dir_sort(struct tt_dir *dir)
{
	dir->store = tt_mailstore_choose(dir->v, dir->n);
	if (dir->n)
		qsort(dir->v, dir->n, sizeof(*dir->v), dir->store->order);
}

int64_t tt_dir_count(int at, const char *name)
{
	const int fd = open_dir(at, name, true);
	DIR *list = fd < 0 ? NULL : list_of(fd);
	int64_t n = 0;

	if (fd >= 0)
		close(fd);
	if (!list)
		return -1;
	while (next_name(list) != NULL)
		n++;
	const int code = errno;

	closedir(list);
	errno = code;
	return code ? -1 : n;
}
