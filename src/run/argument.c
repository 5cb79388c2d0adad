/* argument.c - one argument: a file, or a directory of them */
#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "lanes.h"

/* ---- what was opened before ---- */

/* The file of that name as an entry with a descriptor of its own. */
static bool open_ready(const struct tt_show_ready *ready, const char *name,
		       struct tt_entry *entry_r, struct stat *st_r)
{
	const struct tt_show_file *file = NULL;

	for (size_t i = 0; i < ready->n_files; i++)
		if (ready->files[i].name == name)
			file = &ready->files[i];
	if (!file || fstat(file->fd, st_r) != 0)
		return false;
	*entry_r = (struct tt_entry){ .kind = TT_ENTRY_NAMED,
				      .path = tt_slice_str(name),
				      .fd = dup(file->fd),
				      .st = st_r };
	if (entry_r->fd < 0)
		return false;
	/* A pipe is read from where it stands. */
	return lseek(entry_r->fd, 0, SEEK_SET) == 0 || errno == ESPIPE;
}

bool tt_show_stat(const struct tt_show_options *o, const char *name,
		  struct stat *st_r)
{
	struct tt_entry entry;

	if (!o->ready)
		return stat(name, st_r) == 0;
	if (!open_ready(o->ready, name, &entry, st_r))
		return false;
	close(entry.fd);
	return true;
}

enum tt_status tt_show_source(struct tt_source **source_r,
			      const struct tt_show_options *o, const char *name,
			      struct tt_diags *diags, struct tt_err *err)
{
	struct tt_entry entry;
	struct stat st;

	if (!o->ready)
		return tt_source_open(source_r, name, diags, err);
	if (!open_ready(o->ready, name, &entry, &st))
		return tt_err_io(err, "%s", name);
	return tt_source_open_entry(source_r, &entry, diags, err);
}

static void show_ready(struct tt_show *s, const char *name)
{
	struct tt_entry entry;
	struct tt_diags diags;
	struct stat st;

	tt_arena_clear(&s->file);
	tt_diags_init(&diags, &s->file);
	if (open_ready(s->o->ready, name, &entry, &st))
		tt_show_entry(s, &entry, &diags);
	else
		s->is_broken = true;
}

/* ---- what is opened now ---- */

static void show_tree(struct tt_show *s, struct tt_tree *tree)
{
	struct tt_entry *entry;
	struct tt_diags diags;
	bool is_alone = s->is_alone; /* one thread is all there can be */

	while (!tt_show_is_stopped(s)) {
		tt_arena_clear(&s->file);
		tt_diags_init(&diags, &s->file);
		if (!tt_tree_next(tree, &entry, &diags))
			break;
		tt_show_entry(s, entry, &diags);
		if (is_alone || entry->kind == TT_ENTRY_NAMED ||
		    s->totals.messages < 2)
			continue;
		if (tt_lanes_take(s, tree))
			break;
		is_alone = true;
	}
}

void tt_show_path(struct tt_show *s, const char *name)
{
	if (s->o->ready) {
		show_ready(s, name);
		return;
	}
	struct tt_tree *tree = tt_tree_open(name, s->o->own, s->o->n_own);

	tt_logs_pass_over(s, tree);
	show_tree(s, tree);
	tt_tree_close(&tree);
}
