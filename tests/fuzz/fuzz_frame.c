/* fuzz_frame - frames as a worker that was taken over might send them
 *
 * The first byte says how the rest comes: that many bytes at a time.  Aborts
 * where the frames depend on it, hold what was not sent, or what was read does
 * not become the same frames when it is written again. */
#include <stdlib.h>

#include <tlstrail/run/frame.h>

#define TYPES 5

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(int is_so)
{
	if (!is_so)
		abort();
}

static void put(struct tt_out *out, const struct tt_frame *frame)
{
	const size_t at = tt_frame_begin(out, frame->type);

	tt_out_bytes(out, frame->bytes);
	must(tt_frame_end(out, at));
}

/* What is read of `bytes`, `step` at a time, as frames again; returns whether
 * it ended in something else. */
static int copy(struct tt_out *out, struct tt_slice bytes, size_t step)
{
	struct tt_frame_reader r;
	struct tt_frame frame;
	int more = 0;

	tt_frame_reader_init(&r, TYPES);
	for (size_t at = 0; at < bytes.n && more >= 0;) {
		size_t room;
		uint8_t *const to = tt_frame_reader_room(&r, &room);
		struct tt_slice part = tt_slice_sub(bytes, at, step);

		must(room > 0);
		part = tt_slice_sub(part, 0, room);
		memcpy(to, part.p, part.n);
		tt_frame_reader_add(&r, part.n);
		at += part.n;
		while ((more = tt_frame_next(&r, &frame)) > 0) {
			must(frame.type < TYPES &&
			     frame.bytes.n <= bytes.n);
			put(out, &frame);
		}
	}
	must(more < 0 || tt_frame_is_torn(&r) == (out->n < bytes.n));
	tt_frame_reader_release(&r);
	return more < 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct tt_slice bytes = tt_slice_sub(
		(struct tt_slice){ data, size }, 1, SIZE_MAX);
	struct tt_out one, other;

	if (size == 0)
		return 0;
	tt_out_init(&one, -1);
	tt_out_init(&other, -1);
	const int is_refused = copy(&one, bytes, SIZE_MAX);

	must(copy(&other, bytes, data[0] + 1u) == is_refused);
	must(one.n == other.n && one.n <= bytes.n &&
	     (one.n == 0 || memcmp(one.buf, other.buf, one.n) == 0) &&
	     (one.n == 0 || memcmp(one.buf, bytes.p, one.n) == 0));
	tt_out_release(&one);
	tt_out_release(&other);
	return 0;
}
