/* slice.h - borrowed runs of bytes
 *
 * Evidence is bytes with a length, never a C string: a value may hold NUL,
 * need not be UTF-8 and is not terminated.  A slice borrows from whoever
 * owns the bytes and lives as long as they do. */
#ifndef TLSTRAIL_UTIL_SLICE_H
#define TLSTRAIL_UTIL_SLICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

struct tt_slice {
	const uint8_t *p;
	size_t n;
};

/* A slice over a string literal, without its NUL. */
#define TT_S(lit) \
	((struct tt_slice){ (const uint8_t *)(lit), sizeof(lit) - 1 })
#define TT_NO_SLICE ((struct tt_slice){ NULL, 0 })

/* Bytes [p, end). */
static inline struct tt_slice tt_slice_from(const uint8_t *p,
					    const uint8_t *end)
{
	return (struct tt_slice){ p, end > p ? (size_t)(end - p) : 0 };
}

/* Over a NUL-terminated string that is ours (option, rule, table). */
static inline struct tt_slice tt_slice_str(const char *s)
{
	return (struct tt_slice){ (const uint8_t *)s, s ? strlen(s) : 0 };
}

/* `a` from `from` on, `n` bytes at most; both are clamped to its end. */
static inline struct tt_slice tt_slice_sub(struct tt_slice a, size_t from,
					   size_t n)
{
	if (from > a.n)
		from = a.n;
	if (n > a.n - from)
		n = a.n - from;
	return (struct tt_slice){ a.p ? a.p + from : NULL, n };
}

static inline bool tt_four_eq(const uint8_t *a, const uint8_t *b)
{
	uint32_t x, y;

	memcpy(&x, a, sizeof(x));
	memcpy(&y, b, sizeof(y));
	return x == y;
}
static inline bool tt_eight_eq(const uint8_t *a, const uint8_t *b)
{
	uint64_t x, y;

	memcpy(&x, a, sizeof(x));
	memcpy(&y, b, sizeof(y));
	return x == y;
}
/* Are n bytes the same?  Short ones, which most are, without a call: by pieces
 * that overlap. */
static inline bool tt_bytes_eq(const uint8_t *a, const uint8_t *b, size_t n)
{
	if (n >= 8) {
		if (n > 16)
			return tt_eight_eq(a, b) &&
			       memcmp(a + 8, b + 8, n - 8) == 0;
		return tt_eight_eq(a, b) &&
		       tt_eight_eq(a + (n - 8), b + (n - 8));
	}
	if (n >= 4)
		return tt_four_eq(a, b) && tt_four_eq(a + (n - 4), b + (n - 4));
	return n == 0 || (a[0] == b[0] && a[n / 2] == b[n / 2] &&
			  a[n - 1] == b[n - 1]);
}

/* Equality; the `i` forms fold ASCII case only. */
static inline bool tt_slice_eq(struct tt_slice a, struct tt_slice b)
{
	return a.n == b.n && tt_bytes_eq(a.p, b.p, a.n);
}
bool tt_slice_same_folded(const uint8_t *a, const uint8_t *b, size_t n);
/* The first letter decides most comparisons: it is asked without a call (the
 * bit that tells cases apart left out, so that it may err on one side). */
static inline bool tt_slice_may_fold(struct tt_slice a, struct tt_slice b)
{
	return b.n == 0 || ((a.p[0] ^ b.p[0]) & 0xdf) == 0;
}
static inline bool tt_slice_ieq(struct tt_slice a, struct tt_slice b)
{
	return a.n == b.n && tt_slice_may_fold(a, b) &&
	       tt_slice_same_folded(a.p, b.p, a.n);
}
static inline bool tt_slice_istarts(struct tt_slice a, struct tt_slice prefix)
{
	return a.n >= prefix.n && tt_slice_may_fold(a, prefix) &&
	       tt_slice_same_folded(a.p, prefix.p, prefix.n);
}
bool tt_slice_iends(struct tt_slice a, struct tt_slice suffix);

/* Order by bytes, the shorter first where one is the other's beginning. */
int tt_slice_cmp(struct tt_slice a, struct tt_slice b);

/* Index of the first occurrence, or SIZE_MAX. */
size_t tt_slice_find(struct tt_slice hay, struct tt_slice needle);
size_t tt_slice_ifind(struct tt_slice hay, struct tt_slice needle);
static inline size_t tt_slice_chr(struct tt_slice hay, uint8_t c)
{
	const uint8_t *at = hay.n ? memchr(hay.p, c, hay.n) : NULL;

	return at ? (size_t)(at - hay.p) : SIZE_MAX;
}

/* Without leading and trailing space, tab, CR, LF. */
struct tt_slice tt_slice_trim_slowly(struct tt_slice a);
static inline struct tt_slice tt_slice_trim(struct tt_slice a)
{
	/* nearly always there is none */
	if (a.n && a.p[0] > ' ' && a.p[a.n - 1] > ' ')
		return a;
	return tt_slice_trim_slowly(a);
}

/* Decimal digits and nothing else, at most `max`; -1 where not. */
int64_t tt_slice_number(struct tt_slice a, int64_t max);

/* ASCII helpers: isalpha() and friends depend on the locale. */
static inline bool tt_is_digit(uint8_t c)
{
	return c >= '0' && c <= '9';
}

static inline bool tt_is_alpha(uint8_t c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static inline bool tt_is_space(uint8_t c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static inline uint8_t tt_lower(uint8_t c)
{
	return c >= 'A' && c <= 'Z' ? (uint8_t)(c + 32) : c;
}

/* Value of one hexadecimal digit, or -1. */
static inline int tt_hex(uint8_t c)
{
	if (tt_is_digit(c))
		return c - '0';
	c = tt_lower(c);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

#endif
