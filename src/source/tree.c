/* tree.c - one argument into files: itself, or all that lies below it
 *
 * A directory's names are listed, put into the order of the store they are of
 * and taken one by one; a directory among them is entered where it stands.
 * Files are opened by their directory's descriptor and without following
 * links, so that what is read is what was listed.  Bounded by
 * TT_MAX_tree_depth and TT_MAX_tree_names; a descriptor for each level is
 * held.  What is not read is told, and the walk goes on. */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "input.h"
#include "tree_dir.h"

/* Of the names that are told in one diag. */
#define NAMES_BYTES 300

struct tt_tree {
	const char *root;
	const struct tt_file_id *own;
	size_t n_own;
	const struct tt_file_id *known; /* sorted */
	size_t n_known;
	struct tt_dir *dir; /* innermost */
	size_t depth;	    /* directories entered */
	uint64_t held;	    /* bytes of their names */
	struct tt_out path;
	struct tt_entry entry;
	struct stat st;
	bool is_begun;
	bool leaves_mail, has_left_mail;
	bool is_raw;	   /* every name is looked at and none opened */
	bool has_met_own;  /* or may have */
	bool has_answered; /* a file was given, or trouble told */
};

struct tt_tree *tt_tree_open(const char *path, const struct tt_file_id *own,
			     size_t n_own)
{
	struct tt_tree *t = tt_zalloc(sizeof(*t));

	t->root = path;
	t->own = own;
	t->n_own = n_own;
	t->entry.fd = -1;
	tt_out_init(&t->path, -1);
	return t;
}

void tt_tree_leave_mail(struct tt_tree *tree)
{
	tree->leaves_mail = true;
}

bool tt_tree_has_left_mail(const struct tt_tree *tree)
{
	return tree->has_left_mail;
}

void tt_tree_pass_over(struct tt_tree *tree, const struct tt_file_id *known,
		       size_t n)
{
	tree->known = known;
	tree->n_known = n;
}

int tt_file_id_order(const void *a, const void *b)
{
	const struct tt_file_id *const x = a, *const y = b;

	if (x->dev != y->dev)
		return x->dev < y->dev ? -1 : 1;
	return (x->ino > y->ino) - (x->ino < y->ino);
}

static void drop_file(struct tt_tree *t)
{
	if (t->entry.fd >= 0)
		close(t->entry.fd);
	t->entry.fd = -1;
}

void tt_tree_close(struct tt_tree **tree)
{
	struct tt_tree *t = *tree;

	if (!t)
		return;
	drop_file(t);
	while (t->dir) {
		struct tt_dir *parent = t->dir->parent;

		tt_dir_close(&t->dir);
		t->dir = parent;
	}
	tt_out_release(&t->path);
	tt_free(tree);
}

/* ---- paths ---- */

static void set_path(struct tt_tree *t, size_t n, struct tt_slice name)
{
	t->path.n = n;
	if (n && name.n && t->path.buf[n - 1] != '/')
		tt_out_str(&t->path, "/");
	tt_out_bytes(&t->path, name);
}

static struct tt_slice path_of(const struct tt_tree *t)
{
	return (struct tt_slice){ t->path.buf, t->path.n };
}

/* ---- what is not read ---- */

static void tell_errno(struct tt_diags *diags, int code)
{
	tt_diag_add(diags, TT_DIAG_open_failed, TT_NO_OFF, "%s",
		    code == ENOENT ? "gone since its directory was listed" :
				     strerror(code));
}

/* Names for one diag, as many as there is room for. */
struct named {
	struct tt_out text;
	uint64_t n, n_cut;
};

static void add_named(struct named *l, const struct tt_name *name)
{
	const struct tt_slice s = tt_name_slice(name);

	l->n++;
	if (l->text.n + s.n + 2 > NAMES_BYTES) {
		l->n_cut++;
		return;
	}
	tt_out_str(&l->text, l->text.n ? ", " : "");
	tt_out_bytes(&l->text, s);
}

static void tell_named(struct named *l, struct tt_diags *diags,
		       enum tt_diag_code code, const char *what)
{
	char more[40] = "";

	if (l->n_cut)
		snprintf(more, sizeof(more), " and %" PRIu64 " more",
			 l->n_cut);
	if (l->n)
		tt_diag_add(diags, code, TT_NO_OFF, "%s: %.*s%s", what,
			    (int)l->text.n, (const char *)l->text.buf, more);
	tt_out_release(&l->text);
}

/* Deliveries under way in `name`, a Maildir's tmp. */
static void tell_unfinished(const struct tt_dir *d, const struct tt_name *name,
			    struct tt_diags *diags)
{
	const int64_t n = tt_dir_count(d->fd, name->text);

	if (n < 0)
		tt_diag_add(diags, TT_DIAG_open_failed, TT_NO_OFF, "%s: %s",
			    name->text, strerror(errno));
	else if (n > 0)
		tt_diag_add(diags, TT_DIAG_unfinished, TT_NO_OFF,
			    "%" PRId64 " file%s in %s, of deliveries that "
			    "have not ended, left unread",
			    n, n == 1 ? "" : "s", name->text);
}

/* Keeps the names that are to be read, and tells of the others. */
static void sift(struct tt_dir *d, struct tt_diags *diags)
{
	struct named own = { .text.fd = -1 }, deleted = { .text.fd = -1 };
	size_t n = 0;

	for (size_t i = 0; i < d->n; i++) {
		const struct tt_name *name = &d->v[i];
		enum tt_use use = TT_USE_READ;

		if (name->kind == TT_KIND_FILE || name->kind == TT_KIND_DIR)
			use = d->store->use(name);
		switch (use) {
		case TT_USE_READ: d->v[n++] = *name; break;
		case TT_USE_OWN: add_named(&own, name); break;
		case TT_USE_DELETED: add_named(&deleted, name); break;
		case TT_USE_UNFINISHED: tell_unfinished(d, name, diags); break;
		}
	}
	d->n = n;
	tell_named(&own, diags, TT_DIAG_store_own,
		   "the mail store's own files were not read");
	tell_named(&deleted, diags, TT_DIAG_deleted,
		   "messages that are deleted by their names were left");
}

/* ---- directories ---- */

static void tell_limit(struct tt_tree *t, struct tt_diags *diags,
		       enum tt_diag_code code, enum tt_limit_id limit)
{
	t->has_met_own = t->is_raw;
	tt_diag_limit(diags, code, limit, TT_NO_OFF, 0);
}

/* Enters `name` of the innermost directory; the path is set. */
static void enter(struct tt_tree *t, const char *name, struct tt_diags *diags)
{
	if (t->depth >= TT_MAX_tree_depth) {
		tell_limit(t, diags, TT_DIAG_tree_depth, TT_LIM_tree_depth);
		return;
	}
	struct tt_dir *d = tt_dir_open(t->dir ? t->dir->fd : AT_FDCWD, name,
				       t->dir != NULL,
				       TT_MAX_tree_names - t->held);

	if (!d) {
		tell_errno(diags, errno);
		return;
	}
	d->parent = t->dir;
	d->path_n = t->path.n;
	t->dir = d;
	t->depth++;
	t->held += d->bytes;
	if (d->failed)
		tt_diag_add(diags, TT_DIAG_read_failed, TT_NO_OFF, "%s",
			    strerror(d->failed));
	if (d->n_cut)
		tell_limit(t, diags, TT_DIAG_tree_names, TT_LIM_tree_names);
	tt_dir_sort(d);
	if (!t->is_raw)
		sift(d, diags);
}

/* Leaves the innermost directory, telling if it has changed: mail that came
 * or was moved in the meantime may have been missed. */
static void leave(struct tt_tree *t, struct tt_diags *diags)
{
	struct tt_dir *d = t->dir;
	struct stat now;

	set_path(t, d->path_n, TT_NO_SLICE);
	if (!t->is_raw && fstat(d->fd, &now) == 0 &&
	    !tt_is_unchanged(&d->before, &now))
		tt_diag_add(diags, TT_DIAG_changed, TT_NO_OFF,
			    "files came, went or were renamed in the "
			    "directory while it was read");
	t->dir = d->parent;
	t->depth--;
	t->held -= d->bytes;
	tt_dir_close(&d);
}

/* ---- files ---- */

static bool is_own(const struct tt_tree *t, const struct stat *st)
{
	for (size_t i = 0; i < t->n_own; i++)
		if (t->own[i].dev == (uint64_t)st->st_dev &&
		    t->own[i].ino == (uint64_t)st->st_ino)
			return true;
	return false;
}

static bool is_known(const struct tt_tree *t, const struct stat *st)
{
	const struct tt_file_id id = { (uint64_t)st->st_dev,
				       (uint64_t)st->st_ino };

	return t->n_known && bsearch(&id, t->known, t->n_known, sizeof(id),
				     tt_file_id_order);
}

static void look_at(struct tt_tree *t, const struct tt_name *name)
{
	struct stat st;

	if (fstatat(t->dir->fd, name->text, &st, AT_SYMLINK_NOFOLLOW) == 0)
		t->has_met_own |= is_own(t, &st);
}

static void tell_special(struct tt_diags *diags)
{
	tt_diag_add(diags, TT_DIAG_not_regular, TT_NO_OFF,
		    "a pipe, socket or device; not opened");
}

static void open_file(struct tt_tree *t, const struct tt_name *name,
		      struct tt_diags *diags)
{
	const int fd = tt_open_evidence(t->dir->fd, name->text, O_NOFOLLOW);

	if (fd < 0 && errno == ELOOP) {
		tt_diag_add(diags, TT_DIAG_link_skipped, TT_NO_OFF, NULL);
		return;
	}
	if (fd < 0 || fstat(fd, &t->st) != 0) {
		tell_errno(diags, errno);
	} else if (!S_ISREG(t->st.st_mode)) {
		tell_special(diags);
	} else if (is_own(t, &t->st)) {
		tt_diag_add(diags, TT_DIAG_own_output, TT_NO_OFF, NULL);
	} else if (is_known(t, &t->st)) {
		t->has_answered = true;
	} else {
		t->entry.kind = TT_ENTRY_FILE;
		t->entry.fd = fd;
		t->entry.st = &t->st;
		return;
	}
	if (fd >= 0)
		close(fd);
}

/* A message by its name, which is left? */
static bool is_left(struct tt_tree *t, const struct tt_name *name)
{
	const bool is_mail = t->leaves_mail &&
			     (t->dir->store->is_mail(name) ||
			      tt_maildir_is_message(path_of(t)));

	t->has_left_mail |= is_mail;
	return is_mail;
}

/* Takes one name of the innermost directory. */
static void take_name(struct tt_tree *t, const struct tt_name *name,
		      struct tt_diags *diags)
{
	set_path(t, t->dir->path_n, tt_name_slice(name));
	if (is_left(t, name))
		return;
	if (name->kind == TT_KIND_DIR)
		enter(t, name->text, diags);
	else if (t->is_raw)
		look_at(t, name);
	else if (name->kind == TT_KIND_FILE)
		open_file(t, name, diags);
	else if (name->kind == TT_KIND_LINK)
		tt_diag_add(diags, TT_DIAG_link_skipped, TT_NO_OFF, NULL);
	else
		tell_special(diags);
}

/* ---- the walk ---- */

/* A link that was named is followed; pipes come by links, too, and have no
 * name to tell. */
static void tell_link(const char *path, const struct stat *st,
		      struct tt_diags *diags)
{
	char to[256];
	struct stat link;

	if (lstat(path, &link) != 0 || !S_ISLNK(link.st_mode) ||
	    !(S_ISREG(st->st_mode) || S_ISDIR(st->st_mode)))
		return;
	const ssize_t n = readlink(path, to, sizeof(to));

	if (n > 0)
		tt_diag_add(diags, TT_DIAG_link_followed, TT_NO_OFF,
			    "a symbolic link; read was what it points to, "
			    "%.*s%s", (int)n, to,
			    (size_t)n == sizeof(to) ? TT_CUT_MARK : "");
}

static void begin(struct tt_tree *t, struct tt_diags *diags)
{
	struct stat st;

	t->is_begun = true;
	set_path(t, 0, tt_slice_str(t->root));
	if (strcmp(t->root, "-") != 0 && stat(t->root, &st) == 0) {
		tell_link(t->root, &st, diags);
		if (S_ISDIR(st.st_mode)) {
			enter(t, t->root, diags);
			return;
		}
	}
	/* What is wrong with it will show when it is opened. */
	t->entry.kind = TT_ENTRY_NAMED;
}

/* The end: of a directory with nothing in it, something must be said. */
static void end(struct tt_tree *t, struct tt_diags *diags)
{
	set_path(t, 0, tt_slice_str(t->root));
	if (!t->has_answered)
		tt_diag_add(diags, TT_DIAG_empty, TT_NO_OFF,
			    "there is no file to read in this directory");
	t->has_answered = true;
}

static bool is_over(const struct tt_tree *t)
{
	return t->is_begun && !t->dir && t->has_answered;
}

static void step(struct tt_tree *t, struct tt_diags *diags)
{
	struct tt_dir *d = t->dir;

	if (!t->is_begun)
		begin(t, diags);
	else if (!d)
		end(t, diags);
	else if (d->at < d->n)
		take_name(t, &d->v[d->at++], diags);
	else
		leave(t, diags);
}

bool tt_tree_next(struct tt_tree *tree, struct tt_entry **entry_r,
		  struct tt_diags *diags)
{
	const uint64_t told = diags->list.n + diags->more;

	drop_file(tree);
	tree->entry.kind = TT_ENTRY_TOLD;
	while (tree->entry.kind == TT_ENTRY_TOLD &&
	       diags->list.n + diags->more == told) {
		if (is_over(tree))
			return false;
		step(tree, diags);
	}
	tree->has_answered |= tree->entry.kind != TT_ENTRY_TOLD ||
			      diags->is_serious;
	tree->entry.path = tree->entry.kind == TT_ENTRY_NAMED ?
				   tt_slice_str(tree->root) :
				   path_of(tree);
	*entry_r = &tree->entry;
	return true;
}

bool tt_tree_holds(const char *path, const struct tt_file_id *file)
{
	struct tt_tree *t = tt_tree_open(path, file, 1);
	struct tt_arena arena = { 0 };
	struct tt_diags diags;
	struct tt_entry *entry;

	t->is_raw = true;
	do {
		tt_arena_clear(&arena);
		tt_diags_init(&diags, &arena);
	} while (!t->has_met_own && tt_tree_next(t, &entry, &diags));
	const bool holds = t->has_met_own;

	tt_tree_close(&t);
	tt_arena_release(&arena);
	return holds;
}
