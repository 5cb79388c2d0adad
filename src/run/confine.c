/* confine.c - the layers of confinement, from the outside in
 *
 * Resource limits first, for they need no support; then Landlock, whose calls
 * the filter does not know; the filter last (confine_calls.c).  The constants
 * of Landlock are written out here: a kernel may know more than the headers
 * this was built with. */
#define _GNU_SOURCE
#include "confine.h"
#include "process.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

/* As deep as reading goes, of the thread that was there first. */
#define STACK_BYTES (8u << 20)

/* ---- resource limits ---- */

/* Lowers a limit, which needs no right. */
static bool lower(int resource, rlim_t to)
{
	struct rlimit limit;

	if (getrlimit((__rlimit_resource_t)resource, &limit) != 0)
		return false;
	if (limit.rlim_max < to)
		to = limit.rlim_max;
	limit = (struct rlimit){ .rlim_cur = to, .rlim_max = to };
	return setrlimit((__rlimit_resource_t)resource, &limit) == 0;
}

static bool limit_memory(uint64_t memory)
{
	const uint64_t base = tt_process_memory(0).space;

	return !TT_IS_SANITIZED && base &&
	       lower(RLIMIT_AS,
		     base + (memory ? memory : TT_MAX_worker_memory));
}

/* The number of the next descriptor; the limit is one of numbers. */
static rlim_t next_fd(void)
{
	const int fd = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 0);

	if (fd < 0)
		return 64;
	close(fd);
	return (rlim_t)fd;
}

/* No core is left that would hold evidence.  No file grows, unless it is the
 * output. */
static void limit_rest(const struct tt_confine_options *o)
{
	(void)lower(RLIMIT_CORE, 0);
	if (o->is_reader)
		return;
	(void)lower(RLIMIT_FSIZE, 0);
	(void)lower(RLIMIT_STACK, STACK_BYTES);
	(void)lower(RLIMIT_NOFILE, next_fd() + o->more_files);
}

/* ---- Landlock ---- */

/* linux/landlock.h: what a set of rules handles, it forbids unless a rule
 * allows it.  The kernel takes as much of this as its ABI knows. */
struct ruleset {
	uint64_t fs, net, scoped;
};

static const struct layer {
	int abi; /* since which */
	size_t size;
	struct ruleset all; /* of what this and those before know */
} layers[] = {
	{ 1, 8, { 0x1fff, 0, 0 } }, /* reading, writing, making, removing */
	{ 2, 8, { 0x3fff, 0, 0 } }, /* linking and renaming elsewhere */
	{ 3, 8, { 0x7fff, 0, 0 } }, /* truncating */
	{ 4, 16, { 0x7fff, 0x3, 0 } },	/* TCP: bind, connect */
	{ 5, 16, { 0xffff, 0x3, 0 } },	/* ioctl of devices */
	{ 6, 24, { 0xffff, 0x3, 0x3 } }, /* abstract sockets, signals */
};

#define CREATE_VERSION 1u

/* The same on every machine; older headers lack them. */
#ifndef SYS_landlock_create_ruleset
#define SYS_landlock_create_ruleset 444
#define SYS_landlock_restrict_self 446
#endif

/* The ABI; 0: the kernel has no Landlock, or it is switched off. */
static int landlock_abi(void)
{
	const long abi = syscall(SYS_landlock_create_ruleset, NULL, 0,
				 CREATE_VERSION);

	return abi > 0 ? (int)abi : 0;
}

static const struct layer *layer_of(int abi)
{
	size_t i = sizeof(layers) / sizeof(*layers) - 1;

	while (i && layers[i].abi > abi)
		i--;
	return &layers[i];
}

/* What a reader is not held from: to read files and what a directory holds.
 * Nor is it by this layer from truncating and ioctl(), for which the kernel
 * would walk the way to the root at each file that is opened, a third of what
 * that takes; the filter of calls holds it from them. */
#define NOT_OF_READER 0xc00cu

/* The ABI whose rules now stand; 0: none. */
static int landlock(bool is_reader)
{
	const int abi = landlock_abi();

	if (!abi)
		return 0;
	const struct layer *const layer = layer_of(abi);
	struct ruleset rules = layer->all;

	if (is_reader)
		rules.fs &= ~(uint64_t)NOT_OF_READER;
	const int fd = (int)syscall(SYS_landlock_create_ruleset, &rules,
				    layer->size, 0u);

	if (fd < 0)
		return 0;
	const bool stands = syscall(SYS_landlock_restrict_self, fd, 0u) == 0;

	close(fd);
	return stands ? abi : 0;
}

/* ---- all of it ---- */

enum tt_status tt_confine(const struct tt_confine_options *options,
			  struct tt_confined *confined_r, struct tt_err *err)
{
	*confined_r = (struct tt_confined){ 0 };
	limit_rest(options);
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
		return tt_err_io(err, "giving up privileges");
	if (!options->is_reader)
		confined_r->has_memory = limit_memory(options->memory);
	if (!options->has_no_landlock)
		confined_r->landlock = landlock(options->is_reader);
	/* A sanitizer's report takes calls that no filter here would let
	 * through, and would be lost. */
	if (options->has_no_seccomp || TT_IS_SANITIZED || !tt_calls_can_filter())
		return TT_OK;
	if (tt_calls_filter(options->is_reader, err) < 0)
		return TT_IO;
	confined_r->has_seccomp = true;
	return TT_OK;
}

void tt_confined_add(struct tt_confined *all, size_t *n,
		     const struct tt_confined *one)
{
	if ((*n)++ == 0) {
		*all = *one;
		return;
	}
	if (one->landlock < all->landlock)
		all->landlock = one->landlock;
	all->has_seccomp &= one->has_seccomp;
	all->has_memory &= one->has_memory;
}

void tt_confined_text(const struct tt_confined *c,
		      char text_r[TT_CONFINED_TEXT])
{
	const char *const rest = c->has_seccomp ? " + seccomp" : " alone";

	if (c->landlock)
		snprintf(text_r, TT_CONFINED_TEXT, "landlock %d%s",
			 c->landlock, rest);
	else
		snprintf(text_r, TT_CONFINED_TEXT, "%s",
			 c->has_seccomp ? "seccomp alone" : "none");
}
