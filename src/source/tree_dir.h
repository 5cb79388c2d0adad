/* tree_dir.h - one directory of a walk: its names, sorted */
#ifndef TLSTRAIL_SOURCE_TREE_DIR_H
#define TLSTRAIL_SOURCE_TREE_DIR_H

#include <sys/stat.h>

#include "mailstore.h"

struct tt_dir {
	struct tt_dir *parent; /* owned by the tree */
	int fd;
	struct stat before;
	struct tt_name *v; /* names, in the order of the walk */
	size_t n, cap, at;
	struct tt_arena text;
	uint64_t bytes;	     /* that the names take */
	uint64_t n_cut;	     /* names for which there was no room */
	int failed;	     /* errno where listing stopped early */
	size_t path_n;	     /* of the tree's path, up to its name */
	const struct tt_mailstore *store;
};

/* Opens and lists `name` of the directory `at`; `room`: bytes that its names
 * may take.  is_met: a link is not followed.  NULL and errno. */
struct tt_dir *tt_dir_open(int at, const char *name, bool is_met,
			   uint64_t room);
void tt_dir_close(struct tt_dir **dir); /* nulls; the parent is left alone */

/* Chooses the store the names are of and puts them into its order. */
void tt_dir_sort(struct tt_dir *dir);

/* How many names the directory `name` of `at` has; -1 and errno. */
int64_t tt_dir_count(int at, const char *name);

#endif
