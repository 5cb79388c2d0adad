/* scan.c - pairs of bytes, sixteen or sixty-four at a time
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
#define AVX2 __attribute__((target("avx2")))
#define AVX2_INLINE AVX2 __attribute__((always_inline)) static inline

/* What a rule has that costs a comparison.  Few rules have all, and where a
 * loop stands this is a constant. */
struct shape {
	bool has_a2;	 /* a1 is not the same */
	bool has_b;	 /* it says something a does not say */
	bool is_b_alone; /* whatever follows */
};

struct wide {
	__m256i a, a1, a2, b, b1;
};

/* All ones where one of thirty-two bytes at p matches. */
AVX2_INLINE __m256i hits(const struct wide *w, struct shape shape,
			 const uint8_t *p)
{
	const __m256i x = _mm256_loadu_si256((const void *)p);
	const __m256i y = _mm256_loadu_si256((const void *)(p + 1));
	__m256i after = _mm256_cmpeq_epi8(y, w->a1), hit;

	if (shape.has_a2)
		after = _mm256_or_si256(after, _mm256_cmpeq_epi8(y, w->a2));
	hit = _mm256_and_si256(after, _mm256_cmpeq_epi8(x, w->a));
	if (!shape.has_b)
		return hit;
	__m256i b = _mm256_cmpeq_epi8(x, w->b);

	if (!shape.is_b_alone)
		b = _mm256_and_si256(b, _mm256_cmpeq_epi8(y, w->b1));
	return _mm256_or_si256(hit, b);
}

AVX2_INLINE unsigned mask_of(__m256i hit)
{
	return (unsigned)_mm256_movemask_epi8(hit);
}

/* Sixty-four bytes for one question, as long as the answer is no. */
AVX2_INLINE size_t scan_shape(const struct tt_scan_rule *rule,
			      struct shape shape, struct tt_slice s)
{
	const struct wide w = { SET32(rule->a), SET32(rule->a1),
				SET32(rule->a2), SET32(rule->b),
				SET32(rule->b1) };
	size_t i = 0;

	for (; s.n - i > 64; i += 64) {
		const __m256i one = hits(&w, shape, s.p + i);
		const __m256i two = hits(&w, shape, s.p + i + 32);
		const __m256i any = _mm256_or_si256(one, two);

		if (!_mm256_testz_si256(any, any)) {
			const uint64_t mask =
				mask_of(one) | (uint64_t)mask_of(two) << 32;

			return i + (size_t)__builtin_ctzll(mask);
		}
	}
	if (s.n - i > 32) {
		const unsigned mask = mask_of(hits(&w, shape, s.p + i));

		if (mask)
			return i + (size_t)__builtin_ctz(mask);
		i += 32;
	}
	return scan_from(rule, s, i);
}

AVX2 static size_t scan_avx2(const struct tt_scan_rule *rule,
			     struct tt_slice s)
{
	if (rule->b == rule->a && !rule->is_b_alone &&
	    (rule->b1 == rule->a1 || rule->b1 == rule->a2))
		return rule->a2 == rule->a1 ?
			       scan_shape(rule, (struct shape){ 0 }, s) :
			       scan_shape(rule,
					  (struct shape){ .has_a2 = true }, s);
	if (rule->a2 == rule->a1 && rule->is_b_alone)
		return scan_shape(rule,
				  (struct shape){ .has_b = true,
						  .is_b_alone = true }, s);
	if (!rule->is_b_alone)
		return scan_shape(rule,
				  (struct shape){ .has_a2 = true,
						  .has_b = true }, s);
	return scan_shape(rule, (struct shape){ true, true, true }, s);
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
