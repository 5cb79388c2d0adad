/* anchors.h - the literals of all patterns, found in one pass over a text
 * (private to rule) */
#ifndef TLSTRAIL_ANCHORS_H
#define TLSTRAIL_ANCHORS_H

#include <tlstrail/util.h>

#define TT_BYTE_GROUPS 16

/* Anchors by the pair of bytes in them that is rarest in stamps.  Built once
 * by tt_anchors_index(); all of it is in the arena of the rules. */
struct tt_anchors {
	TT_VEC(struct tt_slice) list; /* lower case */
	uint16_t *head;	 /* pair -> anchor + 1; 0: none has it */
	uint16_t *next;	 /* anchor -> the next of this pair, + 1 */
	uint8_t *at;	 /* where in the anchor its pair stands */
	uint64_t *pairs; /* is there one?  Small enough for a cache */
	/* The same, nearly, by half bytes: a bit for each of eight groups of
	 * pairs that has this [first or second byte][low or high half]. */
	uint8_t halves[2][2][16];
	/* By the bytes themselves, of which seven bits count: a bit for each
	 * of [twice eight] groups that has this [first or second byte]. */
	uint8_t bytes[TT_BYTE_GROUPS / 8][2][128];
};

static inline size_t tt_anchors_pair(const uint8_t *p)
{
	return (size_t)p[0] << 8 | p[1];
}

void tt_anchors_index(struct tt_anchors *a, struct tt_arena *arena);

/* Sets the bit of each anchor that is in `text`, case folded and every run of
 * white space one space, none behind a parenthesis: a stamp is folded where it
 * pleases its writer, also inside a literal, and comments are matched without
 * the space around them.  `bits` has one for each; `low` is room for
 * text.n + TT_ANCHORS_ROOM bytes. */
#define TT_ANCHORS_ROOM 64
void tt_anchors_find(const struct tt_anchors *a, struct tt_slice text,
		     uint8_t *low, uint64_t *bits);

/* The implementations, for the test that they agree. */
struct tt_anchors_variant {
	const char *name;
	void (*find)(const struct tt_anchors *a, struct tt_slice text,
		     uint8_t *low, uint64_t *bits);
	bool (*is_there)(void);
};
extern const struct tt_anchors_variant tt_anchors_variants[]; /* best first */
extern const size_t tt_n_anchors_variants;

#endif
