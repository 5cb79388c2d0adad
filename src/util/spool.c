/* spool.c - what memory is too dear for
 *
 * Written from one end to the other, and read in pieces that mostly stand
 * close to those before them: blocks that were read stay for a while. */
#define _GNU_SOURCE /* O_TMPFILE */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <tlstrail/util/arena.h>
#include <tlstrail/util/limits.h>
#include <tlstrail/util/spool.h>
#include <tlstrail/util/text.h>

#define BLOCK_BYTES 65536
#define BLOCKS 32

struct block {
	uint64_t number; /* of it in the file, + 1; 0: none */
	uint8_t *bytes;
};

struct tt_spool {
	int fd;		 /* -1: all is in memory */
	uint64_t in_file; /* bytes; what follows them is in buf */
	uint8_t *buf;
	size_t n, cap;
	struct block block[BLOCKS];
	struct tt_err err;
};

struct tt_spool *tt_spool_new(void)
{
	struct tt_spool *s = tt_zalloc(sizeof(*s));

	s->fd = -1;
	return s;
}

void tt_spool_free(struct tt_spool **spool)
{
	struct tt_spool *const s = *spool;

	if (!s)
		return;
	if (s->fd >= 0)
		close(s->fd);
	for (size_t i = 0; i < BLOCKS; i++)
		tt_free(&s->block[i].bytes);
	tt_free(&s->buf);
	tt_free(spool);
}

uint64_t tt_spool_size(const struct tt_spool *s)
{
	return s->in_file + s->n;
}

enum tt_status tt_spool_status(const struct tt_spool *s, struct tt_err *err)
{
	if (s->err.status != TT_OK && err && err->status == TT_OK)
		*err = s->err;
	return s->err.status;
}

/* ---- the file ---- */

static const char *directory(void)
{
	const char *const dir = getenv("TMPDIR");

	return dir && *dir ? dir : "/tmp";
}

static bool fail(struct tt_spool *s, const char *what)
{
	tt_err_io(&s->err, "%s in %s", what, directory());
	return false;
}

/* Some file systems have no files without a name: then it loses it at once. */
static int open_named(const char *dir)
{
	char name[4096];
	const size_t n = tt_text_format(name, sizeof(name),
					"%s/tlstrail.XXXXXX", dir);

	if (n + 1 >= sizeof(name)) {
		errno = ENAMETOOLONG;
		return -1;
	}
	const int fd = mkostemp(name, O_CLOEXEC);

	if (fd >= 0)
		(void)unlink(name);
	return fd;
}

/* A descriptor, or -1 and errno. */
static int open_nameless(void)
{
	int fd = -1;

#ifdef O_TMPFILE
	fd = open(directory(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
#endif
	return fd >= 0 ? fd : open_named(directory());
}

/* Those that were taken are gone; the first that is not gives its errno. */
static struct {
	size_t n, n_taken;
	struct {
		int fd, sys_errno;
	} file[TT_SPOOL_RESERVE];
} reserve;

void tt_spool_reserve(size_t n)
{
	while (reserve.n < n && reserve.n < TT_SPOOL_RESERVE) {
		reserve.file[reserve.n].fd = open_nameless();
		reserve.file[reserve.n++].sys_errno = errno;
	}
}

static int take_reserve(void)
{
	if (reserve.n_taken == reserve.n) {
		errno = EMFILE;
		return -1;
	}
	errno = reserve.file[reserve.n_taken].sys_errno;
	return reserve.file[reserve.n_taken++].fd;
}

static bool open_file(struct tt_spool *s)
{
	if (s->fd < 0)
		s->fd = reserve.n ? take_reserve() : open_nameless();
	return s->fd >= 0 || fail(s, "a file for what logs tell");
}

/* All that is in memory. */
static bool write_out(struct tt_spool *s)
{
	size_t done = 0;

	if (!open_file(s))
		return false;
	while (done < s->n) {
		const ssize_t w = pwrite(s->fd, s->buf + done, s->n - done,
					 (off_t)(s->in_file + done));

		if (w < 0 && errno == EINTR)
			continue;
		if (w < 0)
			return fail(s, "the file of what logs tell, written");
		done += (size_t)w;
	}
	s->in_file += s->n;
	s->n = 0;
	return true;
}

static bool read_file(struct tt_spool *s, uint64_t off, uint8_t *to, size_t n)
{
	while (n) {
		const ssize_t r = pread(s->fd, to, n, (off_t)off);

		if (r < 0 && errno == EINTR)
			continue;
		if (r == 0)
			errno = EIO;
		if (r <= 0)
			return fail(s, "the file of what logs tell, read");
		to += r;
		off += (uint64_t)r;
		n -= (size_t)r;
	}
	return true;
}

/* ---- in ---- */

static size_t most_in_memory(const struct tt_spool *s)
{
	return s->fd < 0 ? (size_t)TT_MAX_spool_memory : (size_t)TT_MAX_window;
}

static void make_room(struct tt_spool *s, size_t n)
{
	const size_t need = tt_add_size(s->n, n);

	if (need <= s->cap)
		return;
	s->cap = s->cap ? s->cap : 4096;
	while (s->cap < need)
		s->cap = tt_mul_size(s->cap, 2);
	s->buf = tt_realloc(s->buf, s->cap);
}

uint64_t tt_spool_add(struct tt_spool *s, struct tt_slice bytes)
{
	const uint64_t off = tt_spool_size(s);

	if (s->err.status != TT_OK || bytes.n == 0)
		return off;
	if (bytes.n > TT_MAX_spool - off) {
		tt_err_set(&s->err, TT_LIMIT, "limit spool: %llu bytes",
			   (unsigned long long)TT_MAX_spool);
		return off;
	}
	if (s->n && tt_add_size(s->n, bytes.n) > most_in_memory(s) &&
	    !write_out(s))
		return off;
	make_room(s, bytes.n);
	memcpy(s->buf + s->n, bytes.p, bytes.n);
	s->n += bytes.n;
	return off;
}

/* ---- out ---- */

/* The block's bytes; NULL: they cannot be read.  Those behind the file's end
 * of its last block are not to be looked at. */
static const uint8_t *block_of(struct tt_spool *s, uint64_t number)
{
	struct block *const b = &s->block[number % BLOCKS];
	const uint64_t off = number * BLOCK_BYTES;
	const uint64_t left = s->in_file - off;
	const bool is_whole = left >= BLOCK_BYTES;

	if (b->number == number + 1)
		return b->bytes;
	if (!b->bytes)
		b->bytes = tt_malloc(BLOCK_BYTES);
	b->number = 0;
	if (!read_file(s, off, b->bytes,
		       is_whole ? BLOCK_BYTES : (size_t)left))
		return NULL;
	/* The file may still grow. */
	b->number = is_whole ? number + 1 : 0;
	return b->bytes;
}

static bool get_from_file(struct tt_spool *s, uint64_t off, uint8_t *to,
			  size_t n)
{
	if (n >= BLOCK_BYTES)
		return read_file(s, off, to, n);
	while (n) {
		const size_t at = (size_t)(off % BLOCK_BYTES);
		const size_t m = n < BLOCK_BYTES - at ? n : BLOCK_BYTES - at;
		const uint8_t *const bytes = block_of(s, off / BLOCK_BYTES);

		if (!bytes)
			return false;
		memcpy(to, bytes + at, m);
		to += m;
		off += m;
		n -= m;
	}
	return true;
}

bool tt_spool_get(struct tt_spool *s, uint64_t off, void *to, size_t n)
{
	const uint64_t size = tt_spool_size(s);

	if (s->err.status != TT_OK || off > size || n > size - off)
		return false;
	const uint64_t left = off < s->in_file ? s->in_file - off : 0;
	const size_t m = left < n ? (size_t)left : n;

	if (m && !get_from_file(s, off, to, m))
		return false;
	if (n > m)
		memcpy((uint8_t *)to + m, s->buf + (off + m - s->in_file),
		       n - m);
	return true;
}
