/* input_bytes.c - an input over memory, borrowed or held
 *
 * zip and 7-Zip keep their directory at the end, so one that is itself
 * compressed, a member, or comes through a pipe is held in memory, up to
 * TT_MAX_nested_member. */
#include "input.h"

#include <stdio.h>
#include <string.h>

#define FIRST_ROOM 262144

struct bytes_input {
	struct tt_input in;
	struct tt_slice bytes;
	size_t at;
	uint8_t *held; /* NULL where the bytes are borrowed */
};

static int64_t bytes_read(struct tt_input *in, uint8_t *buf, size_t n)
{
	struct bytes_input *b = (struct bytes_input *)in;
	const struct tt_slice part = tt_slice_sub(b->bytes, b->at, n);

	if (part.n)
		memcpy(buf, part.p, part.n);
	b->at += part.n;
	return (int64_t)part.n;
}

static int64_t bytes_seek(struct tt_input *in, int64_t off, int whence)
{
	struct bytes_input *b = (struct bytes_input *)in;
	int64_t at = whence == SEEK_CUR ? (int64_t)b->at :
		     whence == SEEK_END ? (int64_t)b->bytes.n :
					  0;

	if (__builtin_add_overflow(at, off, &at) || at < 0)
		return -1;
	b->at = (uint64_t)at < b->bytes.n ? (size_t)at : b->bytes.n;
	return (int64_t)b->at;
}

static void bytes_close(struct tt_input *in)
{
	tt_free(&((struct bytes_input *)in)->held);
}

static const struct tt_input_ops ops = {
	.read = bytes_read,
	.seek = bytes_seek,
	.close = bytes_close,
};

struct tt_input *tt_input_bytes(struct tt_walk *walk, struct tt_slice bytes)
{
	struct bytes_input *b = tt_input_new(&ops, walk, NULL, sizeof(*b));

	b->bytes = bytes;
	return &b->in;
}

struct tt_input *tt_input_hold(struct tt_input *below)
{
	struct tt_walk *walk = below->walk;
	size_t n = 0, cap = FIRST_ROOM;
	uint8_t *held = tt_malloc(cap);
	int64_t got;

	while ((got = tt_input_read(below, held + n, cap - n)) > 0) {
		n += (size_t)got;
		if (n > TT_MAX_nested_member)
			break;
		if (n == cap)
			held = tt_realloc(held, cap *= 2);
	}
	if (n > TT_MAX_nested_member) {
		tt_walk_limit(walk, TT_DIAG_limit_nested, TT_LIM_nested_member,
			      0);
		tt_free(&held);
		tt_input_close(&below);
		return NULL;
	}
	/* What lies below has given all it has, but counts its layers. */
	struct bytes_input *b = tt_input_new(&ops, walk, below, sizeof(*b));

	b->bytes = (struct tt_slice){ held, n };
	b->held = held;
	return &b->in;
}
