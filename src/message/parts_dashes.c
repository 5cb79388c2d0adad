/* parts_dashes - base64 in which no armour begins, without decoding it
 *
 * An armour's line begins with five dashes, wherever that is in a quantum, so
 * one quantum at least is "---": LS0t.  Where lines hold whole quanta, as they
 * do but for the last and for what was made to be odd, it stands there in one
 * piece.  Everything else is left to the decoder. */
#include <tlstrail/util/cpu.h>

#include "parts.h"

#define DASHES "LS0t"

/* Of s, what is known so far. */
struct lines {
	size_t begin; /* of the line that is looked at */
	size_t taken; /* whole lines */
};

/* A line feed stands at `at`. */
static bool take_line(struct lines *l, struct tt_slice s, size_t at)
{
	const size_t end = at - (at > l->begin && s.p[at - 1] == '\r');
	const size_t n = end - l->begin;

	if (n == 0 || n % 4)
		return false;
	l->begin = l->taken = at + 1;
	return true;
}

static bool is_dashes(struct tt_slice s, size_t i)
{
	return s.n - i >= 4 && memcmp(s.p + i, DASHES, 4) == 0;
}

static size_t go_on(struct lines *l, struct tt_slice s, size_t i)
{
	for (; i < s.n; i++) {
		const uint8_t c = s.p[i];

		if (c == '\r' && i + 1 < s.n && s.p[i + 1] == '\n')
			continue;
		if (c == '\n' ? !take_line(l, s, i) :
				tt_base64_digit(c) == TT_NO_DIGIT ||
					is_dashes(s, i))
			break;
	}
	return l->taken;
}

static size_t dashless_plain(struct tt_slice s)
{
	struct lines l = { 0, 0 };

	return go_on(&l, s, 0);
}

#if TT_VECTORS
#include <immintrin.h>

/* Line feeds of one block that stand before its first odd byte. */
static bool take_lines(struct lines *l, struct tt_slice s, size_t block,
		       uint64_t feeds, uint64_t odd)
{
	if (odd)
		feeds &= (odd & -odd) - 1;
	for (; feeds; feeds &= feeds - 1)
		if (!take_line(l, s, block + (size_t)__builtin_ctzll(feeds)))
			return false;
	return true;
}

#define AVX2 __attribute__((target("avx2")))
#define AVX2_INLINE AVX2 __attribute__((always_inline)) static inline
#define SET(c) _mm256_set1_epi8((char)(c))

AVX2_INLINE __m256i block32(const uint8_t *p)
{
	return _mm256_loadu_si256((const void *)p);
}

AVX2_INLINE __m256i equals32(__m256i x, char c)
{
	return _mm256_cmpeq_epi8(x, SET(c));
}

/* Bytes above 0x7f are negative, and in none. */
AVX2_INLINE __m256i within32(__m256i x, char from, char to)
{
	return _mm256_and_si256(_mm256_cmpgt_epi8(x, SET(from - 1)),
				_mm256_cmpgt_epi8(SET(to + 1), x));
}

AVX2_INLINE __m256i is_digit(__m256i x)
{
	/* 'A' and 'a' differ in one bit, which no other digit's place needs */
	const __m256i small = _mm256_or_si256(x, SET(0x20));

	return _mm256_or_si256(within32(small, 'a', 'z'),
			       _mm256_or_si256(within32(x, '/', '9'),
					       equals32(x, '+')));
}

AVX2 static size_t dashless_avx2(struct tt_slice s)
{
	struct lines l = { 0, 0 };
	size_t i = 0;

	for (; s.n - i >= 32 + 3; i += 32) {
		const __m256i x = block32(s.p + i), y = block32(s.p + i + 1);
		const __m256i feed = equals32(x, '\n');
		const __m256i end = _mm256_and_si256(equals32(x, '\r'),
						     equals32(y, '\n'));
		const __m256i dashes = _mm256_and_si256(
			_mm256_and_si256(equals32(x, 'L'), equals32(y, 'S')),
			_mm256_and_si256(equals32(block32(s.p + i + 2), '0'),
					 equals32(block32(s.p + i + 3), 't')));
		const __m256i good = _mm256_or_si256(
			is_digit(x), _mm256_or_si256(feed, end));
		const uint32_t odd =
			~(uint32_t)_mm256_movemask_epi8(good) |
			(uint32_t)_mm256_movemask_epi8(dashes);

		if (!take_lines(&l, s, i,
				(uint32_t)_mm256_movemask_epi8(feed), odd) ||
		    odd)
			return l.taken;
	}
	return go_on(&l, s, i);
}

#define AVX512 __attribute__((target("avx512bw")))
#define AVX512_INLINE AVX512 __attribute__((always_inline)) static inline
#define SET64(c) _mm512_set1_epi8((char)(c))

AVX512_INLINE __m512i block64(const uint8_t *p)
{
	return _mm512_loadu_si512((const void *)p);
}

AVX512_INLINE uint64_t equals64(__m512i x, char c)
{
	return _mm512_cmpeq_epi8_mask(x, SET64(c));
}

/* As within32(), above all of them too. */
AVX512_INLINE uint64_t within64(__m512i x, char from, char to)
{
	return _mm512_cmple_epu8_mask(_mm512_sub_epi8(x, SET64(from)),
				      SET64(to - from));
}

AVX512 static size_t dashless_avx512(struct tt_slice s)
{
	struct lines l = { 0, 0 };
	size_t i = 0;

	for (; s.n - i >= 64 + 3; i += 64) {
		const __m512i x = block64(s.p + i), y = block64(s.p + i + 1);
		const uint64_t feeds = equals64(x, '\n');
		const uint64_t good =
			within64(_mm512_or_si512(x, SET64(0x20)), 'a', 'z') |
			within64(x, '/', '9') | equals64(x, '+');
		uint64_t odd = ~(good | feeds |
				 (equals64(x, '\r') & equals64(y, '\n')));
		const uint64_t dashes = equals64(x, 'L') & equals64(y, 'S');

		if (dashes)
			odd |= dashes & equals64(block64(s.p + i + 2), '0') &
			       equals64(block64(s.p + i + 3), 't');
		if (!take_lines(&l, s, i, feeds, odd) || odd)
			return l.taken;
	}
	return go_on(&l, s, i);
}
#endif

const struct tt_dashless_variant tt_dashless_variants[] = {
#if TT_VECTORS
	{ "avx512", dashless_avx512, tt_cpu_has_avx512vbmi },
	{ "avx2", dashless_avx2, tt_cpu_has_avx2 },
#endif
	{ "plain", dashless_plain, tt_cpu_any },
};
const size_t tt_n_dashless_variants =
	sizeof(tt_dashless_variants) / sizeof(tt_dashless_variants[0]);

size_t tt_base64_dashless(struct tt_slice s)
{
	const struct tt_dashless_variant *v = tt_dashless_variants;

	while (!v->is_there())
		v++;
	return v->dashless(s);
}
