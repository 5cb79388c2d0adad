/* scan.c - pairs of bytes, sixteen or thirty-two at a time
 *
 * Compares a block and the block one byte further on, so a pair is seen
 * wherever it falls.  The plain twin finishes what is left over and serves
 * machines without either; all give the same answer. */
#include <tlstrail/record/scan.h>
#include <tlstrail/util/cpu.h>

static size_t scan_from(const struct tt_scan_rule *rule, struct tt_slice s,
			size_t i)
{
	for (; i < s.n; i++) {
		const uint8_t c = s.p[i];

		if (c != rule->a && c != rule->b)
			continue;
		if (c == rule->b && rule->is_b_alone)
			return i;
		if (i + 1 == s.n)
			break;
		const uint8_t d = s.p[i + 1];

		if ((c == rule->a && (d == rule->a1 || d == rule->a2)) ||
		    (c == rule->b && d == rule->b1))
			return i;
	}
	return s.n;
}

static size_t scan_plain(const struct tt_scan_rule *rule, struct tt_slice s)
{
	return scan_from(rule, s, 0);
}

#if TT_VECTORS
#include <immintrin.h>

#define SET16(c) _mm_set1_epi8((char)(c))

static size_t scan_sse2(const struct tt_scan_rule *rule, struct tt_slice s)
{
	const __m128i a = SET16(rule->a), a1 = SET16(rule->a1);
	const __m128i a2 = SET16(rule->a2), b = SET16(rule->b);
	const __m128i b1 = SET16(rule->b1);
	const __m128i alone = SET16(rule->is_b_alone ? 0xff : 0);
	size_t i = 0;

	for (; s.n - i > 16; i += 16) {
		const __m128i x = _mm_loadu_si128((const void *)(s.p + i));
		const __m128i y = _mm_loadu_si128((const void *)(s.p + i + 1));
		const __m128i after_a = _mm_or_si128(_mm_cmpeq_epi8(y, a1),
						     _mm_cmpeq_epi8(y, a2));
		const __m128i after_b =
			_mm_or_si128(_mm_cmpeq_epi8(y, b1), alone);
		const __m128i hit = _mm_or_si128(
			_mm_and_si128(_mm_cmpeq_epi8(x, a), after_a),
			_mm_and_si128(_mm_cmpeq_epi8(x, b), after_b));
		const unsigned mask = (unsigned)_mm_movemask_epi8(hit);

		if (mask)
			return i + (size_t)__builtin_ctz(mask);
	}
	return scan_from(rule, s, i);
}

#define SET32(c) _mm256_set1_epi8((char)(c))

__attribute__((target("avx2"))) static size_t
scan_avx2(const struct tt_scan_rule *rule, struct tt_slice s)
{
	const __m256i a = SET32(rule->a), a1 = SET32(rule->a1);
	const __m256i a2 = SET32(rule->a2), b = SET32(rule->b);
	const __m256i b1 = SET32(rule->b1);
	const __m256i alone = SET32(rule->is_b_alone ? 0xff : 0);
	size_t i = 0;

	for (; s.n - i > 32; i += 32) {
		const __m256i x = _mm256_loadu_si256((const void *)(s.p + i));
		const __m256i y =
			_mm256_loadu_si256((const void *)(s.p + i + 1));
		const __m256i after_a =
			_mm256_or_si256(_mm256_cmpeq_epi8(y, a1),
					_mm256_cmpeq_epi8(y, a2));
		const __m256i after_b =
			_mm256_or_si256(_mm256_cmpeq_epi8(y, b1), alone);
		const __m256i hit = _mm256_or_si256(
			_mm256_and_si256(_mm256_cmpeq_epi8(x, a), after_a),
			_mm256_and_si256(_mm256_cmpeq_epi8(x, b), after_b));
		const unsigned mask = (unsigned)_mm256_movemask_epi8(hit);

		if (mask)
			return i + (size_t)__builtin_ctz(mask);
	}
	return scan_from(rule, s, i);
}
#endif

const struct tt_scan_variant tt_scan_variants[] = {
#if TT_VECTORS
	{ "avx2", scan_avx2, tt_cpu_has_avx2 },
	{ "sse2", scan_sse2, tt_cpu_any }, /* every x86-64 has it */
#endif
	{ "plain", scan_plain, tt_cpu_any },
};
const size_t tt_n_scan_variants =
	sizeof(tt_scan_variants) / sizeof(tt_scan_variants[0]);

size_t tt_scan(const struct tt_scan_rule *rule, struct tt_slice s)
{
	const struct tt_scan_variant *v = tt_scan_variants;

	while (!v->is_there())
		v++;
	return v->scan(rule, s);
}
