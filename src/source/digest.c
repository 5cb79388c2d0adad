/* digest.c - SHA-256 of a whole file, as it lies on disk
 *
 * A regular file is read again through the same descriptor when the parse is
 * done, because archives seek in it and a damaged one is not read to its end;
 * pread() leaves the position alone.  A pipe is hashed while it is read, and
 * has a hash only if its end was seen.  One block of memory. */
#include "input.h"

#include <errno.h>
#include <sys/stat.h>
#include <unistd.h>

#define BLOCK 65536

void tt_digest_begin(struct tt_digest *d, const struct stat *st)
{
	d->is_regular = S_ISREG(st->st_mode);
	d->mtime_unix = st->st_mtim.tv_sec;
	d->mtime_ns = (uint32_t)st->st_mtim.tv_nsec;
	tt_sha256_begin(d->hash);
}

void tt_digest_add(struct tt_digest *d, const uint8_t *p, size_t n)
{
	if (d->is_regular)
		return;
	tt_sha256_add(d->hash, (struct tt_slice){ p, n });
	d->size += n;
	d->is_whole = n == 0;
}

static void hash_file(struct tt_digest *d, int fd, volatile const int *stop)
{
	uint8_t *block = tt_malloc(BLOCK);
	ssize_t got = 1;

	while (got > 0 && !(stop && *stop)) {
		got = pread(fd, block, BLOCK, (off_t)d->size);
		if (got < 0 && errno == EINTR) {
			got = 1;
			continue;
		}
		if (got <= 0)
			break;
		tt_sha256_add(d->hash, (struct tt_slice){ block, (size_t)got });
		d->size += (uint64_t)got;
	}
	d->is_whole = got == 0;
	tt_free(&block);
}

void tt_digest_end(struct tt_digest *d, int fd, volatile const int *stop)
{
	if (d->is_regular)
		hash_file(d, fd, stop);
	tt_sha256_end(d->hash, d->sha256);
	d->is_read = true;
}
