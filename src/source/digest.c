/* digest.c - SHA-256 of a whole file, as it lies on disk
 *
 * A file of mail whose messages are hashed is hashed with them, as it is read.
 * Any other regular file is read again through the same descriptor, because
 * archives seek in it and a damaged one is not read to its end; pread() leaves
 * the position alone.  A large one is read by a thread of its own beside the
 * parse, so that its pages come from the disk once and the hash costs no time
 * where there is a second core; others, where no thread can be had, and
 * whatever is left of one that was read, when the parse is done.  A pipe is
 * hashed while it is read, and has a hash only if its end was seen.  One block
 * of memory. */
#include "input.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define BLOCK 65536

/* Until it is joined, size, is_whole and the hash are the thread's. */
struct tt_digest_thread {
	pthread_t thread;
	struct tt_digest *digest;
	int fd;
	volatile const int *stop;
	uint64_t *beat;
};

/* Reads on from `size`; ends early where *stop is set by another thread or a
 * handler of signals. */
static void hash_file(struct tt_digest *d, int fd, volatile const int *stop,
		      uint64_t *beat)
{
	uint8_t *block = tt_malloc(BLOCK);
	ssize_t got = 1;

	while (got > 0 && !(stop && __atomic_load_n(stop, __ATOMIC_RELAXED))) {
		got = pread(fd, block, BLOCK, (off_t)d->size);
		if (got < 0 && errno == EINTR) {
			got = 1;
			continue;
		}
		if (got <= 0)
			break;
		tt_sha256_add(d->hash, (struct tt_slice){ block, (size_t)got });
		d->size += (uint64_t)got;
		tt_beat(beat, (uint64_t)got);
	}
	d->is_whole = got == 0;
	tt_free(&block);
}

static void *run_digest(void *arg)
{
	struct tt_digest_thread *t = arg;

	hash_file(t->digest, t->fd, t->stop, t->beat);
	return NULL;
}

static void start_thread(struct tt_digest *d, const struct tt_walk *walk)
{
	struct tt_digest_thread *t = tt_zalloc(sizeof(*t));

	t->digest = d;
	t->fd = d->fd;
	t->stop = walk->stop;
	t->beat = walk->beat;
	d->beside = t;
	if (!tt_thread_start(&t->thread, run_digest, t))
		tt_free(&d->beside);
}

void tt_digest_begin(struct tt_digest *d, int fd, const struct stat *st)
{
	d->fd = fd;
	d->is_regular = S_ISREG(st->st_mode);
	d->mtime_unix = st->st_mtim.tv_sec;
	d->mtime_ns = (uint32_t)st->st_mtim.tv_nsec;
	tt_sha256_begin(d->hash);
	d->is_large = d->is_regular &&
		      (uint64_t)st->st_size >= TT_MAX_ahead_from;
}

void tt_digest_apart(struct tt_digest *d, const struct tt_walk *walk)
{
	if (d->is_large && !d->beside && !d->is_along && d->size == 0)
		start_thread(d, walk);
}

void tt_digest_along(struct tt_digest *d, struct tt_sha256 *beside,
		     struct tt_slice seen)
{
	d->is_along = true;
	d->size = 0;
	tt_sha256_beside(d->hash, beside);
	tt_digest_follow(d, 0, seen);
}

void tt_digest_know(struct tt_digest *d, const uint8_t sum[TT_SHA256_LEN],
		    uint64_t n)
{
	d->is_known = true;
	d->size = n;
	memcpy(d->sha256, sum, TT_SHA256_LEN);
}

void tt_digest_follow(struct tt_digest *d, uint64_t off, struct tt_slice bytes)
{
	if (!d->is_along || off != d->size)
		return;
	tt_sha256_lend(d->hash, bytes);
	d->size += bytes.n;
}

void tt_digest_add(struct tt_digest *d, const uint8_t *p, size_t n)
{
	if (d->is_regular)
		return;
	tt_sha256_add(d->hash, (struct tt_slice){ p, n });
	d->size += n;
	d->is_whole = n == 0;
}

bool tt_digest_is_at(const struct tt_digest *d, uint64_t size)
{
	return !d->beside && d->is_regular && d->size == size;
}

void tt_digest_end(struct tt_digest *d, const struct tt_walk *walk)
{
	if (d->beside) {
		(void)pthread_join(d->beside->thread, NULL);
		tt_free(&d->beside);
	} else if (d->is_regular && !d->is_whole) {
		if (d->is_known)
			d->size = 0; /* it is not what it was */
		d->is_known = false;
		hash_file(d, d->fd, walk->stop, walk->beat);
	}
	if (!d->is_known)
		tt_sha256_end(d->hash, d->sha256);
	d->is_read = true;
}
