/* stamp_flat.h - a Received value without line breaks, and where in it the
 * bytes stand that may mean something (private to message) */
#ifndef TLSTRAIL_STAMP_FLAT_H
#define TLSTRAIL_STAMP_FLAT_H

#include <tlstrail/util.h>

/* The kinds of bytes; most are of none. */
enum {
	TT_FLAT_NUL = 1,
	TT_FLAT_BREAK = 2, /* tab, CR, LF */
	TT_FLAT_SPACE = 4,
	TT_FLAT_QUOTE = 8,
	TT_FLAT_PAREN = 16,
	TT_FLAT_SIGN = 32,   /* ; and < */
	TT_FLAT_ESCAPE = 64, /* a backslash */
};

struct tt_flat {
	struct tt_slice text; /* each tab, CR and LF is a space */
	/* A bit for each space, quote, parenthesis and sign; one for each
	 * parenthesis; and both have one behind the last byte. */
	const uint64_t *marks, *parens;
	unsigned seen; /* the kinds there are */
};

/* All of it is in `arena`. */
void tt_flatten(struct tt_flat *flat_r, struct tt_slice raw,
		struct tt_arena *arena);

/* The first bit from `from` on, which is at most the length of the text. */
static inline size_t tt_flat_next(const uint64_t *bits, size_t from)
{
	size_t w = from / 64;
	uint64_t word = bits[w] >> (from % 64);

	if (word)
		return from + (size_t)__builtin_ctzll(word);
	do
		word = bits[++w];
	while (!word);
	return 64 * w + (size_t)__builtin_ctzll(word);
}

#define TT_FLAT_BLOCK 64

/* Where the next block goes: as many bytes, and a word of bits each. */
struct tt_flat_room {
	uint8_t *text;
	uint64_t *marks, *parens;
	unsigned seen;
};

/* The implementations, for the test that they agree. */
struct tt_flat_variant {
	const char *name;
	void (*fill)(struct tt_flat_room *room, const uint8_t *raw,
		     size_t n_blocks);
	bool (*is_there)(void);
};
extern const struct tt_flat_variant tt_flat_variants[]; /* best first */
extern const size_t tt_n_flat_variants;

#endif
