/* frame.c - typed, length-prefixed runs of bytes
 *
 * The reader holds what has come and is no whole frame yet: at most one frame
 * of TT_MAX_frame and what one read gives beside it. */
#include <string.h>

#include <tlstrail/run/frame.h>

/* One read's worth. */
#define ROOM 65536

struct head {
	uint32_t type, length;
};

/* ---- writing ---- */

size_t tt_frame_begin(struct tt_out *out, uint32_t type)
{
	const struct head h = { type, 0 };
	const size_t at = out->n;

	tt_out_bytes(out, (struct tt_slice){ (const uint8_t *)&h, sizeof(h) });
	return at;
}

bool tt_frame_end(struct tt_out *out, size_t at)
{
	const size_t length = out->n - at - TT_FRAME_HEAD;
	const uint32_t n = (uint32_t)length;

	if (length > TT_MAX_frame) {
		out->n = at;
		return false;
	}
	memcpy(out->buf + at + offsetof(struct head, length), &n, sizeof(n));
	return true;
}

/* ---- reading ---- */

void tt_frame_reader_init(struct tt_frame_reader *r, uint32_t n_types)
{
	*r = (struct tt_frame_reader){ .n_types = n_types };
}

void tt_frame_reader_release(struct tt_frame_reader *r)
{
	tt_free(&r->buf);
	tt_frame_reader_init(r, r->n_types);
}

static struct head head_of(const struct tt_frame_reader *r)
{
	struct head h;

	memcpy(&h, r->buf + r->at, sizeof(h));
	return h;
}

/* Bytes still missing of the frame that is begun, where that is known. */
static size_t missing(const struct tt_frame_reader *r)
{
	const size_t has = r->n - r->at;

	if (has < TT_FRAME_HEAD)
		return TT_FRAME_HEAD - has;
	const size_t whole = TT_FRAME_HEAD + (size_t)head_of(r).length;

	return whole > has && whole <= TT_FRAME_HEAD + TT_MAX_frame ?
		       whole - has :
		       0;
}

uint8_t *tt_frame_reader_room(struct tt_frame_reader *r, size_t *n_r)
{
	const size_t has = r->n - r->at;

	if (has)
		memmove(r->buf, r->buf + r->at, has);
	r->at = 0;
	r->n = has;
	const size_t want = missing(r) > ROOM ? missing(r) : ROOM;

	if (r->cap - r->n < want) {
		r->cap = r->n + want;
		r->buf = tt_realloc(r->buf, r->cap);
	}
	*n_r = r->cap - r->n;
	return r->buf + r->n;
}

void tt_frame_reader_add(struct tt_frame_reader *r, size_t n)
{
	r->n += n;
}

static int refuse(struct tt_frame_reader *r)
{
	r->is_broken = true;
	r->at = r->n;
	return -1;
}

int tt_frame_next(struct tt_frame_reader *r, struct tt_frame *frame_r)
{
	if (r->is_broken)
		return refuse(r);
	if (r->n - r->at < TT_FRAME_HEAD)
		return 0;
	const struct head h = head_of(r);

	if (h.type >= r->n_types || h.length > TT_MAX_frame)
		return refuse(r);
	if (r->n - r->at - TT_FRAME_HEAD < h.length)
		return 0;
	*frame_r = (struct tt_frame){
		h.type, { r->buf + r->at + TT_FRAME_HEAD, h.length }
	};
	r->at += TT_FRAME_HEAD + h.length;
	return 1;
}

bool tt_frame_is_torn(const struct tt_frame_reader *r)
{
	return !r->is_broken && r->n > r->at;
}
