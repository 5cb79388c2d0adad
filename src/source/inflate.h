/* inflate.h - the engines that undo gzip, for source_gzip.c
 *
 * zlib is always there, and its word on a damaged stream stands.  ISA-L, when
 * it was found at build time, is more than twice as fast on a stream that is
 * sound; it says so where it is not, and zlib goes over the member again.
 * Only a member with a right checksum that ISA-L can read and zlib refuses (a
 * code that is never used is damaged) tells them apart. */
#ifndef TLSTRAIL_SOURCE_INFLATE_H
#define TLSTRAIL_SOURCE_INFLATE_H

#include <tlstrail/util.h>

enum tt_inflate_end {
	TT_INFLATE_MORE,    /* goes on */
	TT_INFLATE_STARVED, /* nothing could be done without more input */
	TT_INFLATE_DONE,    /* the member has ended, its checksum is right */
	TT_INFLATE_BAD,
};

/* Both move as bytes are taken and given. */
struct tt_inflate_io {
	const uint8_t *in;
	size_t n_in;
	uint8_t *out;
	size_t n_out;
};

struct tt_inflate_ops {
	const char *name;
	bool is_judge; /* what it says of a damaged stream stands */
	/* Free with close(), which takes NULL too. */
	void *(*open)(void);
	void (*close)(void *engine);
	/* A member begins (RFC 1952, 2.3): the next input holds the first
	 * four bytes of it, if there are so many. */
	void (*begin)(void *engine);
	enum tt_inflate_end (*run)(void *engine, struct tt_inflate_io *io);
	/* After TT_INFLATE_BAD; static. */
	const char *(*why)(const void *engine);
};

extern const struct tt_inflate_ops tt_inflate_zlib;
/* NULL where it is not built in. */
extern const struct tt_inflate_ops *const tt_inflate_isal;
/* "ISA-L 2.30.0" and a line end, or nothing. */
void tt_inflate_versions(struct tt_out *out);

#endif
