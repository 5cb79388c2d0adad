/* ascii.h - bytes of ASCII, eight at once (private to util) */
#ifndef TLSTRAIL_ASCII_H
#define TLSTRAIL_ASCII_H

#include <tlstrail/util/slice.h>

#define TT_ASCII_ONES UINT64_C(0x0101010101010101)
#define TT_ASCII_HIGH (TT_ASCII_ONES * 0x80)

static inline uint64_t tt_ascii_eight(const uint8_t *p)
{
	uint64_t x;

	memcpy(&x, p, sizeof(x));
	return x;
}

/* 0 where all eight are printable.  The first term has a high bit where a byte
 * is not ASCII; where all are, a carry or borrow into the high bit tells of
 * DEL and of a control. */
static inline uint64_t tt_ascii_odd(uint64_t x)
{
	return (x | (x + TT_ASCII_ONES) | (x - TT_ASCII_ONES * 0x20)) &
	       TT_ASCII_HIGH;
}

/* 0 where none of them, all ASCII, is c: that one would be a zero, of which a
 * one is borrowed. */
static inline uint64_t tt_ascii_has(uint64_t x, uint8_t c)
{
	return ((x ^ TT_ASCII_ONES * c) - TT_ASCII_ONES) & TT_ASCII_HIGH;
}

#endif
