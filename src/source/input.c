/* input.c - reading, peeking and closing of any input, and its limits
 *
 * Decompressed bytes are judged here, whichever layer makes them: their
 * number (TT_MAX_output) and how many come of one byte of the file
 * (TT_MAX_ratio, once TT_MAX_ratio_after have come).  A member that is a bomb
 * by itself is abandoned; when only the sum is too much, the whole file is. */
#include "input.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define DRAIN_BLOCK 16384
#define NAME_ROOM 100

void *tt_input_new(const struct tt_input_ops *ops, struct tt_walk *walk,
		   struct tt_input *below, size_t size)
{
	struct tt_input *in = tt_zalloc(size);

	in->ops = ops;
	in->walk = walk;
	in->below = below;
	in->level = below ? below->level + 1 : 0;
	in->n_filters = below ? below->n_filters : 0;
	return in;
}

void tt_input_close(struct tt_input **in)
{
	while (*in) {
		struct tt_input *below = (*in)->below;

		if (!(*in)->is_bomb && (*in)->level < TT_WALK_LEVELS)
			(*in)->walk->kept[(*in)->level] += (*in)->made;
		if ((*in)->ops->close)
			(*in)->ops->close(*in);
		tt_free(in);
		*in = below;
	}
}

/* More than TT_MAX_ratio bytes for each byte read of the file. */
static bool is_bomb(const struct tt_walk *walk, uint64_t made)
{
	const uint64_t read = walk->file_bytes < walk->file_size ?
				      walk->file_bytes :
				      walk->file_size;

	return made > TT_MAX_ratio_after && made / TT_MAX_ratio > read;
}

/* Counts n bytes that came out of `in`; false: a limit was met. */
static bool count_made(struct tt_input *in, uint64_t n)
{
	struct tt_walk *walk = in->walk;
	const unsigned level = in->level < TT_WALK_LEVELS ?
				       in->level :
				       TT_WALK_LEVELS - 1;

	in->made += n;
	walk->made[level] += n;
	if (walk->made[level] > TT_MAX_output) {
		tt_walk_limit(walk, TT_DIAG_limit_output, TT_LIM_output, 0);
		walk->is_over = true;
		return false;
	}
	if (!is_bomb(walk, walk->kept[level] + in->made))
		return true;
	tt_walk_limit(walk, TT_DIAG_limit_ratio, TT_LIM_ratio, 0);
	in->is_bomb = is_bomb(walk, in->made);
	walk->is_over = !in->is_bomb;
	return false;
}

static int64_t read_on(struct tt_input *in, uint8_t *buf, size_t n)
{
	if (in->is_failed || in->is_end || n == 0)
		return in->is_failed ? -1 : 0;
	const int64_t got = in->ops->read(in, buf, n);

	if (got < 0)
		in->is_failed = true;
	else if (got == 0)
		in->is_end = true;
	else if (in->ops->is_made && !count_made(in, (uint64_t)got))
		in->is_failed = true; /* these bytes are still given */
	return got;
}

int64_t tt_input_read(struct tt_input *in, uint8_t *buf, size_t n)
{
	const size_t left = in->peek_n - in->peek_at;

	if (left == 0)
		return read_on(in, buf, n);
	const size_t take = n < left ? n : left;

	memcpy(buf, in->peek + in->peek_at, take);
	in->peek_at += take;
	return (int64_t)take;
}

struct tt_slice tt_input_peek(struct tt_input *in)
{
	struct tt_slice here = TT_NO_SLICE;
	int64_t got = 1;

	if (in->peek_at == in->peek_n)
		in->peek_at = in->peek_n = 0;
	if (in->peek_n == 0 && in->ops->look)
		here = in->ops->look(in);
	if (here.n)
		return tt_slice_sub(here, 0, sizeof(in->peek));
	while (in->peek_n < sizeof(in->peek) && got > 0) {
		got = read_on(in, in->peek + in->peek_n,
			      sizeof(in->peek) - in->peek_n);
		if (got > 0)
			in->peek_n += (size_t)got;
	}
	return (struct tt_slice){ in->peek + in->peek_at,
				  in->peek_n - in->peek_at };
}

size_t tt_input_take(struct tt_input *in, const uint8_t *buf)
{
	return in->peek_at == in->peek_n && in->ops->take ?
		       in->ops->take(in, buf) :
		       0;
}

bool tt_input_can_seek(const struct tt_input *in)
{
	return in->ops->seek != NULL;
}

int64_t tt_input_seek(struct tt_input *in, int64_t off, int whence)
{
	if (!in->ops->seek)
		return -1;
	/* The position below is ahead by what was peeked. */
	if (whence == SEEK_CUR)
		off -= (int64_t)(in->peek_n - in->peek_at);
	in->peek_at = in->peek_n = 0;
	in->is_end = false;
	return in->ops->seek(in, off, whence);
}

uint64_t tt_input_drain(struct tt_input *in)
{
	uint8_t *block = tt_malloc(DRAIN_BLOCK);
	uint64_t n = 0;
	int64_t got;

	while ((got = tt_input_read(in, block, DRAIN_BLOCK)) > 0)
		n += (uint64_t)got;
	tt_free(&block);
	return n;
}

/* The end of a long name tells more than its beginning, and the text behind
 * it has to find room in the diag. */
static void add_name(struct tt_out *o, struct tt_slice name)
{
	if (name.n > NAME_ROOM) {
		tt_out_str(o, "...");
		name = tt_slice_sub(name, name.n - NAME_ROOM, NAME_ROOM);
	}
	tt_out_bytes(o, name);
	tt_out_str(o, ": ");
}

static void add_later(struct tt_later *l, enum tt_diag_code code,
		      uint64_t off, bool is_of_file, const char *text)
{
	assert(l->n < TT_LATER_DIAGS);
	struct tt_later_diag *d = &l->v[l->n++];

	d->code = code;
	d->off = off;
	d->is_of_file = is_of_file;
	(void)tt_text_format(d->text, sizeof(d->text), "%s", text);
}

void tt_walk_vdiag(struct tt_walk *walk, enum tt_diag_code code, uint64_t off,
		   const char *fmt, va_list ap)
{
	struct tt_out o;
	char text[512];

	if (fmt)
		(void)tt_text_vformat(text, sizeof(text), fmt, ap);
	else
		snprintf(text, sizeof(text), "%s", tt_diag_info(code)->text);
	if (walk->later) {
		add_later(walk->later, code, off, false, text);
		return;
	}
	tt_out_init(&o, -1);
	for (size_t i = 0; i < walk->origin.n_member; i++)
		add_name(&o, walk->origin.member[i]);
	tt_out_str(&o, text);
	tt_diag_add(walk->diags, code, off, "%.*s", (int)o.n,
		    (const char *)o.buf);
	tt_out_release(&o);
}

void tt_walk_file_diag(struct tt_walk *walk, enum tt_diag_code code,
		       uint64_t off, const char *fmt, ...)
{
	char text[512];
	va_list ap;

	va_start(ap, fmt);
	(void)tt_text_vformat(text, sizeof(text), fmt, ap);
	va_end(ap);
	if (walk->later)
		add_later(walk->later, code, off, true, text);
	else
		tt_diag_add(walk->diags, code, off, "%s", text);
}

void tt_walk_diag(struct tt_walk *walk, enum tt_diag_code code, uint64_t off,
		  const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	tt_walk_vdiag(walk, code, off, fmt, ap);
	va_end(ap);
}

void tt_walk_limit(struct tt_walk *walk, enum tt_diag_code code,
		   enum tt_limit_id limit, uint64_t needed)
{
	const struct tt_limit *l = tt_limit_get(limit);
	char more[40] = "";

	if (needed)
		snprintf(more, sizeof(more), ", needed %" PRIu64, needed);
	tt_walk_diag(walk, code, TT_NO_OFF, "%s (limit %s: %" PRIu64 " %s%s)",
		     tt_diag_info(code)->text, l->name, l->value, l->unit,
		     more);
}
