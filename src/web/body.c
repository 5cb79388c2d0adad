/* body.c - what a request sends, kept where a worker can read it
 *
 * A file in memory without a name (memfd): it is given away by its descriptor,
 * and sealed before, so that nobody reads what another still writes. */
#define _GNU_SOURCE
#include "web.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

bool tt_body_reserve(struct tt_conn *c, uint64_t n)
{
	struct tt_web *const web = c->web;

	if (n > TT_MAX_serve_bodies - web->reserved)
		return false;
	web->reserved += n;
	c->reserved = n;
	c->body = memfd_create("request", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	return c->body >= 0;
}

bool tt_body_add(struct tt_conn *c, struct tt_slice bytes)
{
	if (bytes.n > c->reserved - c->body_n)
		return false;
	while (bytes.n) {
		const ssize_t n = write(c->body, bytes.p, bytes.n);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		c->body_n += (uint64_t)n;
		bytes = tt_slice_sub(bytes, (size_t)n, bytes.n);
	}
	return true;
}

bool tt_body_seal(struct tt_conn *c)
{
	const struct timespec mtime[2] = {
		{ .tv_nsec = UTIME_OMIT },
		{ .tv_sec = c->route.mtime_unix },
	};

	if (c->route.has_mtime && futimens(c->body, mtime) != 0)
		return false;
	return lseek(c->body, 0, SEEK_SET) == 0 &&
	       fcntl(c->body, F_ADD_SEALS,
		     F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW |
			     F_SEAL_WRITE) == 0;
}

void tt_body_release(struct tt_conn *c)
{
	if (c->body >= 0)
		close(c->body);
	c->body = -1;
	c->web->reserved -= c->reserved;
	c->reserved = c->body_n = 0;
}
