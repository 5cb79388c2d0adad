/* input_file.c - the file at the bottom of a chain, opened read-only
 *
 * Evidence is never altered: no flag that writes, no terminal taken over, no
 * waiting in open(), and the access time left alone where the system lets us
 * (O_NOATIME is refused with EPERM to those who do not own the file).  No
 * mmap: a file cut while mapped kills the process.  What is neither a regular
 * file nor a pipe is refused, unless it came as standard input.  The file's
 * size and times are compared when it has been read. */
#define _GNU_SOURCE /* O_NOATIME */
#include "input.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Where no memory was lent, the first read is as large as most mails are: what
 * is peeked at would be a read of its own otherwise. */
#define FIRST_READ 32768

struct file_input {
	struct tt_input in;
	int fd;
	bool is_checked; /* at the end, and nothing was read since */
	bool is_told;	 /* of the change */
	int64_t base;	 /* standard input need not stand at its beginning */
	int64_t at;	 /* where the descriptor stands */
	struct stat before;
	bool is_begun;
	uint8_t *first;	      /* own memory for the first read, or NULL */
	struct tt_slice rest; /* what is left of it */
};

static bool is_same_time(struct timespec a, struct timespec b)
{
	return a.tv_sec == b.tv_sec && a.tv_nsec == b.tv_nsec;
}

bool tt_is_unchanged(const struct stat *before, const struct stat *now)
{
	return now->st_size == before->st_size &&
	       is_same_time(now->st_mtim, before->st_mtim) &&
	       is_same_time(now->st_ctim, before->st_ctim);
}

void tt_input_file_check(struct tt_input *in)
{
	struct file_input *f = (struct file_input *)in;
	struct stat now;

	if (!S_ISREG(f->before.st_mode) || f->is_told ||
	    fstat(f->fd, &now) != 0)
		return;
	f->is_checked = true;
	if (tt_is_unchanged(&f->before, &now))
		return;
	f->is_told = true;
	tt_walk_file_diag(in->walk, TT_DIAG_changed, TT_NO_OFF, "%s",
			  tt_diag_info(TT_DIAG_changed)->text);
}

static bool is_stopped(const struct tt_walk *walk)
{
	return walk->stop && *walk->stop;
}

static bool is_regular(const struct file_input *f)
{
	return S_ISREG(f->before.st_mode);
}

/* All bytes have come that there were at the beginning, and nothing has
 * changed: the read that would say so can be spared.  Files of /proc have no
 * size that says something. */
static bool is_at_end(struct file_input *f)
{
	if (!is_regular(f) || f->at == 0 || f->at != f->before.st_size)
		return false;
	tt_input_file_check(&f->in);
	return f->is_checked && !f->is_told;
}

/* n bytes came off the descriptor; 0: there are no more. */
static void note_read(struct file_input *f, const uint8_t *buf, size_t n)
{
	struct tt_walk *walk = f->in.walk;

	if (n)
		f->is_checked = false;
	if (walk->digest)
		tt_digest_add(walk->digest, buf, n);
	f->at += (int64_t)n;
	walk->file_bytes += n;
	tt_beat(walk->beat, n);
}

static int64_t read_on(struct file_input *f, uint8_t *buf, size_t n)
{
	struct tt_walk *walk = f->in.walk;
	ssize_t got;

	if (is_at_end(f))
		return 0;
	do {
		got = read(f->fd, buf, n);
	} while (got < 0 && errno == EINTR && !is_stopped(walk));
	if (got < 0) {
		tt_walk_file_diag(walk, TT_DIAG_read_failed,
				  walk->file_bytes, "%s", strerror(errno));
		return -1;
	}
	if (got == 0)
		tt_input_file_check(&f->in);
	note_read(f, buf, (size_t)got);
	return got;
}

static int64_t take_rest(struct file_input *f, uint8_t *buf, size_t n)
{
	const size_t take = n < f->rest.n ? n : f->rest.n;

	memcpy(buf, f->rest.p, take);
	f->rest = tt_slice_sub(f->rest, take, f->rest.n);
	return (int64_t)take;
}

/* Of the file, where it is one: the next byte to be given. */
static int64_t place_of(const struct file_input *f)
{
	return f->at - (int64_t)f->rest.n;
}

static int64_t file_read(struct tt_input *in, uint8_t *buf, size_t n)
{
	struct file_input *f = (struct file_input *)in;
	const int64_t place = place_of(f);
	const int64_t got = f->rest.n ? take_rest(f, buf, n) :
					read_on(f, buf, n);

	if (got > 0 && in->walk->digest)
		tt_digest_follow(in->walk->digest, (uint64_t)place,
				 (struct tt_slice){ buf, (size_t)got });
	return got;
}

static void read_first(struct file_input *f)
{
	const struct tt_walk *const walk = f->in.walk;
	uint8_t *to = walk->lent;
	size_t n = walk->n_lent;

	f->is_begun = true;
	if (walk->ahead.n) {
		f->rest = walk->ahead;
		note_read(f, f->rest.p, f->rest.n);
		return;
	}
	if (!to) {
		n = FIRST_READ;
		to = f->first = tt_malloc(n);
	}
	const int64_t got = read_on(f, to, n);

	f->in.is_failed = got < 0;
	f->in.is_end = got == 0;
	if (got > 0)
		f->rest = (struct tt_slice){ to, (size_t)got };
}

static struct tt_slice file_look(struct tt_input *in)
{
	struct file_input *f = (struct file_input *)in;

	if (!f->is_begun)
		read_first(f);
	return f->rest.n < TT_INPUT_PEEK ? TT_NO_SLICE : f->rest;
}

void tt_input_file_keep(struct tt_input *in)
{
	struct file_input *f = (struct file_input *)in;

	if (f->rest.n == 0 || f->first)
		return;
	f->first = tt_malloc(f->rest.n);
	memcpy(f->first, f->rest.p, f->rest.n);
	f->rest.p = f->first;
}

static size_t file_take(struct tt_input *in, const uint8_t *buf)
{
	struct file_input *f = (struct file_input *)in;
	const size_t n = f->rest.n && f->rest.p == buf ? f->rest.n : 0;

	if (n)
		f->rest = TT_NO_SLICE;
	return n;
}

static int64_t file_seek(struct tt_input *in, int64_t off, int whence)
{
	struct file_input *f = (struct file_input *)in;

	if (whence == SEEK_SET)
		off += f->base;
	else if (whence == SEEK_CUR)
		off -= (int64_t)f->rest.n;
	f->rest = TT_NO_SLICE;
	const int64_t at = lseek(f->fd, off, whence);

	if (at >= 0)
		f->at = at;
	return at < f->base ? -1 : at - f->base;
}

/* All of it was hashed as it was read, and it was looked at since: the read
 * that would say so can be spared here, too. */
static bool is_hashed(const struct file_input *f, const struct tt_digest *d)
{
	return f->is_checked && !f->is_told && f->before.st_size > 0 &&
	       tt_digest_is_at(d, (uint64_t)f->before.st_size);
}

static void end_digest(struct file_input *f, struct tt_digest *d)
{
	if (is_hashed(f, d))
		d->is_whole = true;
	else
		f->is_checked = false;
	tt_digest_end(d, f->in.walk);
}

static void file_close(struct tt_input *in)
{
	struct file_input *f = (struct file_input *)in;

	if (in->walk->digest)
		end_digest(f, in->walk->digest);
	if (!f->is_checked)
		tt_input_file_check(in);
	tt_free(&f->first);
	if (!in->walk->is_lent)
		close(f->fd);
}

void tt_input_file_digest(struct tt_input *in)
{
	const struct file_input *f = (struct file_input *)in;

	tt_digest_begin(in->walk->digest, f->fd, &f->before);
}

static const struct tt_input_ops file_ops = {
	.read = file_read,
	.seek = file_seek,
	.look = file_look,
	.take = file_take,
	.close = file_close,
};

static const struct tt_input_ops pipe_ops = {
	.read = file_read,
	.close = file_close,
};

bool tt_input_is_file(const struct tt_input *in)
{
	return in->ops == &file_ops;
}

bool tt_input_file_gave(const struct tt_input *in, uint64_t n)
{
	const struct file_input *f = (const struct file_input *)in;

	return f->base == 0 && in->peek_at == in->peek_n &&
	       place_of(f) == (int64_t)n;
}

int tt_open_evidence(int at, const char *path, int more)
{
	const int flags = O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK | more;
	const int fd = openat(at, path, flags | O_NOATIME);

	return fd < 0 && errno == EPERM ? openat(at, path, flags) : fd;
}

/* Opened without waiting, a FIFO reads as ended until a writer has come: once
 * it is known to be one, it is opened again to wait for that. */
static int open_waiting(int fd, const char *path)
{
	const int again = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	const int code = errno;

	close(fd);
	errno = code;
	return again;
}

static void refuse(struct tt_walk *walk, enum tt_diag_code code,
		   struct tt_err *err, const char *why)
{
	const char *path = (const char *)walk->origin.path.p;

	tt_diag_add(walk->diags, code, TT_NO_OFF, "%s", why);
	tt_err_set(err, TT_IO, "%s: %s", path, why);
}

/* Whether what was opened is something to read. */
static bool is_readable(struct tt_walk *walk, mode_t mode, bool is_std,
			struct tt_err *err)
{
	if (S_ISREG(mode) || S_ISFIFO(mode))
		return true;
	if (S_ISDIR(mode)) {
		refuse(walk, TT_DIAG_is_directory, err, "is a directory");
		return false;
	}
	if (is_std && !S_ISBLK(mode))
		return true; /* a terminal, a socket, /dev/null */
	refuse(walk, TT_DIAG_not_regular, err,
	       "neither a regular file nor a pipe");
	return false;
}

static void refuse_errno(struct tt_walk *walk, struct tt_err *err)
{
	const int code = errno;

	refuse(walk, TT_DIAG_open_failed, err, strerror(code));
	if (err)
		err->sys_errno = code;
}

static struct file_input *new_input(struct tt_walk *walk, int fd,
				    const struct stat *st)
{
	const bool is_file = S_ISREG(st->st_mode);
	struct file_input *f = tt_input_new(is_file ? &file_ops : &pipe_ops,
					    walk, NULL, sizeof(*f));

	f->fd = fd;
	f->before = *st;
	if (is_file)
		walk->file_size = (uint64_t)st->st_size;
	/* A file of one read has nothing to be read ahead. */
	if (is_file && walk->file_size > TT_MAX_window)
		(void)posix_fadvise(fd, 0, 0, POSIX_FADV_SEQUENTIAL);
	return f;
}

/* Standard input stands where it was left. */
static void find_base(struct file_input *f)
{
	const int64_t at = is_regular(f) ? lseek(f->fd, 0, SEEK_CUR) : 0;

	f->base = f->at = at < 0 ? 0 : at;
}

static bool is_stdin(struct tt_slice path)
{
	return tt_slice_eq(path, TT_S("-"));
}

struct tt_input *tt_input_opened(struct tt_walk *walk, int fd,
				 const struct stat *st)
{
	struct file_input *f = new_input(walk, fd, st);

	if (!walk->origin.is_met && is_stdin(walk->origin.path))
		find_base(f);
	return &f->in;
}

int tt_open_named(struct tt_walk *walk, const char *path, struct stat *st_r,
		  struct tt_err *err)
{
	const bool is_std = is_stdin(tt_slice_str(path));
	int fd = is_std ? fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 0) :
			  tt_open_evidence(AT_FDCWD, path, 0);

	if (fd >= 0 && !is_std && fstat(fd, st_r) == 0 &&
	    S_ISFIFO(st_r->st_mode))
		fd = open_waiting(fd, path);
	if (fd < 0 || fstat(fd, st_r) != 0)
		refuse_errno(walk, err);
	else if (is_readable(walk, st_r->st_mode, is_std, err))
		return fd;
	if (fd >= 0)
		close(fd);
	return -1;
}

struct tt_input *tt_input_file(struct tt_walk *walk, const char *path,
			       struct tt_err *err)
{
	struct stat st;
	const int fd = tt_open_named(walk, path, &st, err);

	return fd < 0 ? NULL : tt_input_opened(walk, fd, &st);
}
