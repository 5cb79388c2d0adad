/* output - where a command writes to, and never over the evidence
 *
 * A file that is there already is opened without being cut, compared by
 * device and inode with each input and with everything below the directories
 * among them, and only then emptied.  One that is made now may lie in such a
 * directory; the walk then passes over it.  The same goes for standard output
 * and standard error when they are files: the shell has made or emptied them,
 * and one that is not empty is not ours to add to. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include "cli.h"

enum place { ELSEWHERE, SAME, INSIDE };

/* Where this regular file is, seen from the input `name`. */
static enum place place_of(const struct stat *file, const char *name,
			   bool want_inside)
{
	const struct tt_file_id id = { file->st_dev, file->st_ino };
	struct stat st;
	const int rc = strcmp(name, "-") == 0 ? fstat(STDIN_FILENO, &st) :
						stat(name, &st);

	if (rc != 0)
		return ELSEWHERE;
	if (S_ISDIR(st.st_mode))
		return want_inside && tt_tree_holds(name, &id) ? INSIDE :
								 ELSEWHERE;
	return S_ISREG(st.st_mode) && st.st_dev == file->st_dev &&
			       st.st_ino == file->st_ino ?
		       SAME :
		       ELSEWHERE;
}

/* Refuses a file that is evidence, and keeps in mind one that is not. */
static int take_file(const char *command, struct tt_show_options *o,
		     const struct stat *file, bool want_inside,
		     const char *what)
{
	if (!S_ISREG(file->st_mode))
		return TT_EXIT_DONE;
	for (size_t i = 0; i < o->n_files; i++) {
		switch (place_of(file, o->files[i], want_inside)) {
		case ELSEWHERE: break;
		case SAME:
			return tt_cli_usage(command, "%s is one of the inputs",
					    what);
		case INSIDE:
			return tt_cli_usage(command, "%s lies in the input %s",
					    what, o->files[i]);
		}
	}
	const bool is_manifest = what[0] == '-' && what[1] == '-';

	for (size_t i = 0; i < o->n_own; i++)
		if (is_manifest && o->own[i].dev == file->st_dev &&
		    o->own[i].ino == file->st_ino)
			return tt_cli_usage(
				command, "%s is written to already", what);
	if (o->n_own < TT_SHOW_OWN)
		o->own[o->n_own++] =
			(struct tt_file_id){ file->st_dev, file->st_ino };
	return TT_EXIT_DONE;
}

/* As by `tlstrail in.mbox >>in.mbox`, or `tlstrail . >out`. */
static int take_standard(const char *command, struct tt_show_options *o, int fd,
			 const char *what)
{
	struct stat st;

	return fstat(fd, &st) == 0 ?
		       take_file(command, o, &st, st.st_size > 0, what) :
		       TT_EXIT_DONE;
}

static int refuse(const char *path, int *fd)
{
	tt_cli_say("%s: cannot be written: %s", path, strerror(errno));
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
	return TT_EXIT_OUTPUT;
}

static int open_file(const char *command, struct tt_show_options *o,
		     const char *option, const char *path, int *fd_r)
{
	const int flags = O_WRONLY | O_CREAT | O_CLOEXEC | O_NOCTTY;
	char what[300];
	struct stat st;
	bool is_new = true;

	*fd_r = open(path, flags | O_EXCL, 0666);
	if (*fd_r < 0 && errno == EEXIST) {
		is_new = false;
		*fd_r = open(path, flags, 0666);
	}
	if (*fd_r < 0 || fstat(*fd_r, &st) < 0)
		return refuse(path, fd_r);
	snprintf(what, sizeof(what), "%s %s: that", option,
		 path);
	if (take_file(command, o, &st, !is_new, what)) {
		close(*fd_r);
		*fd_r = -1;
		return TT_EXIT_USAGE;
	}
	if (S_ISREG(st.st_mode) && ftruncate(*fd_r, 0) < 0)
		return refuse(path, fd_r);
	return TT_EXIT_DONE;
}

int tt_cli_output(const char *command, struct tt_show_options *o,
		  const char *path, int *fd_r)
{
	int status = take_standard(command, o, STDERR_FILENO, "standard error");

	*fd_r = STDOUT_FILENO;
	if (status)
		return status;
	if (!path || strcmp(path, "-") == 0)
		return take_standard(command, o, STDOUT_FILENO,
				     "standard output");
	return open_file(command, o, "-o", path, fd_r);
}

int tt_cli_second_output(const char *command, struct tt_show_options *o,
			 const char *option, const char *path, int *fd_r)
{
	return open_file(command, o, option, path, fd_r);
}

int tt_cli_spare(const char *command, const char *case_path,
		 const char *option, const char *file)
{
	return tt_case_is_source(case_path, file) ?
		       tt_cli_usage(command, "%s %s: the case was read from it",
				    option, file) :
		       TT_EXIT_DONE;
}
