/* run/frame.h - floor 8: typed runs of bytes through a pipe
 *
 * A frame is its type and length, 32 bits each in the machine's order, and as
 * many bytes as that.  It comes from a process that reads hostile input, and
 * so is hostile: a length over TT_MAX_frame or a type nobody asked for ends
 * the reading, and nothing is kept of what is not whole. */
#ifndef TLSTRAIL_RUN_FRAME_H
#define TLSTRAIL_RUN_FRAME_H

#include <tlstrail/util.h>

#define TT_FRAME_HEAD 8

struct tt_frame {
	uint32_t type;
	struct tt_slice bytes; /* borrowed from the reader, until it reads on */
};

/* ---- writing ---- */

/* Begins a frame in `out`, in memory; returns where it stands.  What follows
 * in `out` is its bytes, until tt_frame_end(). */
size_t tt_frame_begin(struct tt_out *out, uint32_t type);
/* False, and the frame is gone again: it is longer than TT_MAX_frame. */
bool tt_frame_end(struct tt_out *out, size_t at) TT_MUST_CHECK;

/* ---- reading ---- */

struct tt_frame_reader {
	uint32_t n_types; /* 0 .. n_types - 1 are known */
	uint8_t *buf;
	size_t at, n, cap; /* what waits is buf[at .. n) */
	bool is_broken;
};

/* No allocation. */
void tt_frame_reader_init(struct tt_frame_reader *r, uint32_t n_types);
void tt_frame_reader_release(struct tt_frame_reader *r);

/* Room for at least one byte more, *n_r bytes of it; what was put there is
 * told by tt_frame_reader_add().  Frames got before are gone. */
uint8_t *tt_frame_reader_room(struct tt_frame_reader *r, size_t *n_r);
void tt_frame_reader_add(struct tt_frame_reader *r, size_t n);

/* 1: the next whole frame; 0: more bytes are needed; -1: this is no frame, and
 * nothing comes any more. */
int tt_frame_next(struct tt_frame_reader *r,
		  struct tt_frame *frame_r) TT_MUST_CHECK;

/* Bytes of a frame that is not whole wait. */
bool tt_frame_is_torn(const struct tt_frame_reader *r);

#endif
