/* ready.c - an argument's file, whether it is opened by its name or was before
 */
#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

#include "show.h"

bool tt_show_ready_open(const struct tt_show_ready *ready, const char *name,
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
	if (!tt_show_ready_open(o->ready, name, &entry, st_r))
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
	if (!tt_show_ready_open(o->ready, name, &entry, &st))
		return tt_err_io(err, "%s", name);
	return tt_source_open_entry(source_r, &entry, diags, err);
}
