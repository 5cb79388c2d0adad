/* field_ends.c - where the fields of a header block end, by 64 bytes
 *
 * Two lines of three are folds: to walk from one line end to the next costs
 * more than to compare all bytes with the ones behind them.  The plain twin
 * does walk, and finishes what is left over. */
#include <string.h>
#include <tlstrail/util/cpu.h>

#include "field_ends.h"

static size_t find_plain(struct tt_slice block, size_t from, size_t *ends_r,
			 size_t most)
{
	size_t n = 0, at = from;

	while (n < most && at < block.n) {
		const uint8_t *const lf =
			memchr(block.p + at, '\n', block.n - at);

		if (!lf)
			break;
		at = (size_t)(lf - block.p) + 1;
		if (at == block.n ||
		    (block.p[at] != ' ' && block.p[at] != '\t'))
			ends_r[n++] = at - 1;
	}
	return n;
}

#if TT_VECTORS
#include <immintrin.h>

#define AVX2 __attribute__((target("avx2")))
#define SET(c) _mm256_set1_epi8((char)(c))

/* A bit for each of thirty-two bytes at p that is such an LF. */
AVX2 static inline uint64_t ends_of(const uint8_t *p)
{
	const __m256i x = _mm256_loadu_si256((const void *)p);
	const __m256i y = _mm256_loadu_si256((const void *)(p + 1));
	const __m256i fold = _mm256_or_si256(_mm256_cmpeq_epi8(y, SET(' ')),
					     _mm256_cmpeq_epi8(y, SET('\t')));
	const __m256i end =
		_mm256_andnot_si256(fold, _mm256_cmpeq_epi8(x, SET('\n')));

	return (uint32_t)_mm256_movemask_epi8(end);
}

AVX2 static size_t find_avx2(struct tt_slice block, size_t from,
			     size_t *ends_r, size_t most)
{
	size_t n = 0, at = from;

	if (at > block.n)
		return 0;
	for (; block.n - at > 64; at += 64) {
		uint64_t ends = ends_of(block.p + at) |
				ends_of(block.p + at + 32) << 32;

		for (; ends; ends &= ends - 1) {
			ends_r[n++] = at + (size_t)__builtin_ctzll(ends);
			if (n == most)
				return n;
		}
	}
	return n + find_plain(block, at, ends_r + n, most - n);
}
#endif

const struct tt_field_ends_variant tt_field_ends_variants[] = {
#if TT_VECTORS
	{ "avx2", find_avx2, tt_cpu_has_avx2 },
#endif
	{ "plain", find_plain, tt_cpu_any },
};
const size_t tt_n_field_ends_variants =
	sizeof(tt_field_ends_variants) / sizeof(tt_field_ends_variants[0]);

size_t tt_field_ends(struct tt_slice block, size_t from, size_t *ends_r,
		     size_t most)
{
	const struct tt_field_ends_variant *v = tt_field_ends_variants;

	while (!v->is_there())
		v++;
	return v->find(block, from, ends_r, most);
}
