/* mailstore.h - the registry of mail stores that are directories
 *
 * To add a store: its file, and one row in mailstore.c.  A store tells by the
 * names in a directory whether it is one of its own, what each name is to
 * it, and in which order they are read; the tree does the rest. */
#ifndef TLSTRAIL_SOURCE_MAILSTORE_H
#define TLSTRAIL_SOURCE_MAILSTORE_H

#include <tlstrail/util.h>

enum tt_kind { TT_KIND_FILE, TT_KIND_DIR, TT_KIND_LINK, TT_KIND_SPECIAL };

/* One name of a directory. */
struct tt_name {
	const char *text; /* in the directory's arena */
	uint32_t n;
	uint32_t kind; /* enum tt_kind */
};

static inline struct tt_slice tt_name_slice(const struct tt_name *name)
{
	return (struct tt_slice){ (const uint8_t *)name->text, name->n };
}

/* What a file or directory is to its store. */
enum tt_use {
	TT_USE_READ,	   /* to be looked at, to be walked */
	TT_USE_OWN,	   /* no mail: indexes and the like */
	TT_USE_DELETED,	   /* a message that was deleted by its name */
	TT_USE_UNFINISHED, /* a directory of deliveries under way */
};

struct tt_mailstore {
	const char *name;
	/* 0-100 on all names of a directory. */
	int (*bid)(const struct tt_name *v, size_t n);
	/* Asked for files and directories only. */
	enum tt_use (*use)(const struct tt_name *name);
	/* For qsort(), of two struct tt_name; 0 only where they are equal. */
	int (*order)(const void *a, const void *b);
	/* Asked as `use`: is it a message, or a directory of nothing else, by
	 * its name alone? */
	bool (*is_mail)(const struct tt_name *name);
};

extern const struct tt_mailstore tt_mailstores[];
extern const size_t tt_n_mailstores;

/* The highest bid; the last row takes any directory. */
const struct tt_mailstore *tt_mailstore_choose(const struct tt_name *v,
					       size_t n);

/* mailstore_names.c */

/* Whether it is a file, or directory, of the kind that stores keep beside
 * their mail; in an archive as well as on disk. */
bool tt_mailstore_owns(struct tt_slice name, bool is_dir);
/* The last part of a member's path. */
struct tt_slice tt_mailstore_base(struct tt_slice path);
/* By bytes, whatever the locale. */
int tt_mailstore_order(const void *a, const void *b);
/* OWN or READ: what every store makes of a name it has no word for. */
enum tt_use tt_mailstore_use(const struct tt_name *name);
/* *.eml: what every store takes for a message. */
bool tt_mailstore_is_mail(const struct tt_name *name);

/* mailstore_maildir.c */
int tt_maildir_bid(const struct tt_name *v, size_t n);
enum tt_use tt_maildir_use(const struct tt_name *name);
int tt_maildir_order(const void *a, const void *b);
bool tt_maildir_is_mail(const struct tt_name *name);
/* Whether the path of an archive's member is of a delivery under way. */
bool tt_maildir_is_unfinished(struct tt_slice path);
/* Whether the path is of a message: cur or new, and a delivery's name. */
bool tt_maildir_is_message(struct tt_slice path);

/* mailstore_mh.c */
int tt_mh_bid(const struct tt_name *v, size_t n);
enum tt_use tt_mh_use(const struct tt_name *name);
int tt_mh_order(const void *a, const void *b);
bool tt_mh_is_mail(const struct tt_name *name);

#endif
