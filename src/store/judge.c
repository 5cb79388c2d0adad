/* judge.c - is a file a case?
 *
 * By the first bytes of it, before SQLite touches it: a file of somebody else
 * is not to be written to, not even by the recovery of a journal that lies
 * beside it. */
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include "store_private.h"

#define HEADER_BYTES 72 /* of SQLite's file format that we look at */

static uint32_t big_endian(const uint8_t *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 |
	       (uint32_t)p[2] << 8 | p[3];
}

static enum tt_status judge_header(const uint8_t *h, const char *path,
				   struct tt_err *err)
{
	if (memcmp(h, "SQLite format 3", 16) != 0 ||
	    big_endian(h + 68) != TT_CASE_APPLICATION_ID)
		return tt_err_set(err, TT_USAGE, "%s: not a case", path);
	if (big_endian(h + 60) != TT_CASE_VERSION)
		return tt_err_set(err, TT_USAGE,
				  "%s: a case of version %u, not %d: scan the "
				  "evidence anew, into another file", path,
				  (unsigned)big_endian(h + 60),
				  TT_CASE_VERSION);
	return TT_OK;
}

static enum tt_status judge_file(int fd, const char *path, bool *is_new_r,
				 struct tt_err *err)
{
	uint8_t h[HEADER_BYTES];
	struct stat st;

	if (fstat(fd, &st) != 0)
		return tt_err_io(err, "%s", path);
	*is_new_r = S_ISREG(st.st_mode) && st.st_size == 0;
	if (*is_new_r)
		return TT_OK;
	if (!S_ISREG(st.st_mode) ||
	    pread(fd, h, sizeof(h), 0) != (ssize_t)sizeof(h))
		return tt_err_set(err, TT_USAGE, "%s: not a case", path);
	return judge_header(h, path, err);
}

enum tt_status tt_file_judge(const char *path, bool may_be_new, bool *is_new_r,
			     struct tt_err *err)
{
	const int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);

	*is_new_r = false;
	if (fd < 0 && errno == ENOENT && may_be_new) {
		*is_new_r = true;
		return TT_OK;
	}
	if (fd < 0)
		return tt_err_io(err, "%s", path);
	const enum tt_status status = judge_file(fd, path, is_new_r, err);

	(void)close(fd);
	if (status == TT_OK && *is_new_r && !may_be_new)
		return tt_err_set(err, TT_USAGE, "%s: not a case", path);
	return status;
}

/* At its end, in a journal that is one of several databases': what SQLite takes
 * a file's name before it for, and may remove that file. */
static bool names_others(int fd, off_t size)
{
	static const uint8_t magic[8] = { 0xd9, 0xd5, 0x05, 0xf9,
					  0x20, 0xa1, 0x63, 0xd7 };
	uint8_t end[sizeof(magic)];

	return size >= (off_t)sizeof(end) &&
	       (pread(fd, end, sizeof(end), size - (off_t)sizeof(end)) !=
			(ssize_t)sizeof(end) ||
		memcmp(end, magic, sizeof(end)) == 0);
}

bool tt_has_journal(struct tt_case *c, const char *path)
{
	const char *const name =
		tt_arena_printf(&c->scratch, "%s-journal", path);
	const int fd = open(name, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	struct stat st = { 0 };

	if (fd < 0)
		return false;
	if (fstat(fd, &st) == 0 && names_others(fd, st.st_size))
		tt_case_refuse(c, TT_INPUT, "a journal of others lies beside"
					    " it" TT_SCAN_ANEW);
	(void)close(fd);
	return st.st_size > 0;
}
