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

#define SEALS (F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_WRITE)

bool tt_body_reserve(struct tt_conn *c, uint64_t n)
{
	struct tt_web *const web = c->web;

	if (n > TT_MAX_serve_bodies - web->reserved)
		return false;
	web->reserved += n;
	c->reserved = n;
	return true;
}

struct tt_body *tt_body_new(struct tt_conn *c)
{
	const int fd =
		memfd_create("request", MFD_CLOEXEC | MFD_ALLOW_SEALING);

	if (fd < 0)
		return NULL;
	if (!c->bodies)
		c->bodies = tt_zalloc(tt_mul_size(TT_MAX_serve_files,
						  sizeof(*c->bodies)));
	struct tt_body *const body = &c->bodies[c->n_bodies++];

	*body = (struct tt_body){ .fd = fd };
	return body;
}

bool tt_body_add(struct tt_conn *c, struct tt_body *body, struct tt_slice bytes)
{
	if (bytes.n > c->reserved - c->body_n)
		return false;
	while (bytes.n) {
		const ssize_t n = write(body->fd, bytes.p, bytes.n);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return false;
		c->body_n += (uint64_t)n;
		bytes = tt_slice_sub(bytes, (size_t)n, bytes.n);
	}
	return true;
}

static bool seal(const struct tt_body *body)
{
	const struct timespec times[2] = {
		{ .tv_nsec = UTIME_OMIT },
		{ .tv_sec = body->mtime_unix },
	};

	if (body->has_mtime && futimens(body->fd, times) != 0)
		return false;
	return lseek(body->fd, 0, SEEK_SET) == 0 &&
	       fcntl(body->fd, F_ADD_SEALS, SEALS) == 0;
}

bool tt_bodies_seal(struct tt_conn *c)
{
	for (size_t i = 0; i < c->n_bodies; i++)
		if (!seal(&c->bodies[i]))
			return false;
	return true;
}

void tt_bodies_release(struct tt_conn *c)
{
	for (size_t i = 0; i < c->n_bodies; i++)
		if (c->bodies[i].fd >= 0)
			close(c->bodies[i].fd);
	tt_free(&c->bodies);
	c->n_bodies = 0;
	c->web->reserved -= c->reserved;
	c->reserved = c->body_n = 0;
}
