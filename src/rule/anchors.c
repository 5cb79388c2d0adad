/* anchors.c - all literals of a rule set, looked for at once
 *
 * A text is folded, then each of its pairs of bytes is looked up among those
 * that anchors are known by (anchors_index.c).  With vectors both go by 32 or
 * 64 bytes: most pairs are told from those of anchors by the groups that their
 * bytes, or half bytes, are of.  The plain twin serves machines without; all
 * give the same answer.
 *
 * Linear in the text, but for the anchors that share one pair. */
#include <string.h>
#include <tlstrail/util/cpu.h>
#include "anchors.h"

/* ---- the search ---- */

/* The anchors whose rarest pair stands at `at`. */
static inline void try_anchors(const struct tt_anchors *a,
			       struct tt_slice text, size_t at, uint64_t *bits)
{
	const size_t pair = tt_anchors_pair(text.p + at);

	if (!(a->pairs[pair / 64] >> (pair % 64) & 1))
		return;
	for (uint16_t k = a->head[pair]; k; k = a->next[k - 1]) {
		const struct tt_slice lit = a->list.v[k - 1];
		const size_t before = a->at[k - 1];

		if (before <= at && lit.n <= text.n - (at - before) &&
		    tt_bytes_eq(lit.p, text.p + (at - before), lit.n))
			bits[(k - 1) / 64] |= (uint64_t)1 << ((k - 1) % 64);
	}
}

/* As \s of PCRE2 has it. */
static bool is_white(uint8_t c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

static void find_plain(const struct tt_anchors *a, struct tt_slice text,
		       uint8_t *low, uint64_t *bits)
{
	struct tt_slice folded = { low, 0 };
	uint8_t last = 0;

	for (size_t i = 0; i < text.n; i++) {
		const uint8_t c = is_white(text.p[i]) ? ' ' :
							tt_lower(text.p[i]);

		if (c == ' ' && (last == ' ' || last == '('))
			continue;
		low[folded.n++] = last = c;
	}
	for (size_t i = 0; i + 1 < folded.n; i++)
		try_anchors(a, folded, i, bits);
}

#if TT_VECTORS
#include <immintrin.h>

#define AVX2 __attribute__((target("avx2")))
#define BLOCK 32
#define SET32(c) _mm256_set1_epi8(c)

AVX2 static inline __m256i load(const uint8_t *p)
{
	return _mm256_loadu_si256((const void *)p);
}

/* Bytes from `least` to `least` + n. */
AVX2 static inline __m256i is_among(__m256i x, char least, char n)
{
	const __m256i from = _mm256_sub_epi8(x, SET32(least));

	return _mm256_cmpeq_epi8(_mm256_min_epu8(from, SET32(n)), from);
}

AVX2 static inline __m256i white32(__m256i x)
{
	return _mm256_or_si256(_mm256_cmpeq_epi8(x, SET32(' ')),
			       is_among(x, '\t', '\r' - '\t'));
}

AVX2 static inline __m256i fold32(__m256i x, __m256i white)
{
	const __m256i capital = is_among(x, 'A', 'Z' - 'A');

	return _mm256_blendv_epi8(
		_mm256_or_si256(x, _mm256_and_si256(capital, SET32(0x20))),
		SET32(' '), white);
}

/* Folds what stands from p up to the next byte that is left out, and at most
 * a block, to low[*n]; past it and all that is left out behind it.  p[-1] is
 * looked at, and what is written behind *n means nothing. */
AVX2 static inline const uint8_t *fold_block(const uint8_t *p, uint8_t *low,
					     size_t *n)
{
	const __m256i x = load(p), before = load(p - 1);
	const __m256i white = white32(x);
	const __m256i ends = _mm256_or_si256(
		white32(before), _mm256_cmpeq_epi8(before, SET32('(')));
	const uint64_t out =
		(uint32_t)_mm256_movemask_epi8(_mm256_and_si256(white, ends));

	_mm256_storeu_si256((void *)(low + *n), fold32(x, white));
	if (!out) {
		*n += BLOCK;
		return p + BLOCK;
	}
	const unsigned kept = (unsigned)__builtin_ctzll(out);

	*n += kept;
	return p + kept + __builtin_ctzll(~(out >> kept));
}

/* The last bytes, from p to end: read from a copy with room behind it. */
AVX2 static inline void fold_rest(const uint8_t *p, const uint8_t *end,
				  uint8_t *low, size_t *n)
{
	uint8_t copy[2 * BLOCK + 1] = { 0 };
	const uint8_t *q = copy + 1;
	const uint8_t *const past = q + (end - p);

	memcpy(copy, p - 1, (size_t)(end - p) + 1);
	while (q < past)
		q = fold_block(q, low, n);
	*n -= (size_t)(q - past);
}

/* Returns how many bytes the folded text has; as many zeros as a block has
 * stand behind it. */
AVX2 static size_t fold_avx2(struct tt_slice text, uint8_t *low)
{
	const uint8_t *const end = text.p + text.n;
	const uint8_t *p = text.p + 1;
	size_t n = 1;

	low[0] = is_white(text.p[0]) ? ' ' : tt_lower(text.p[0]);
	while (end - p >= BLOCK)
		p = fold_block(p, low, &n);
	fold_rest(p, end, low, &n);
	_mm256_storeu_si256((void *)(low + n), _mm256_setzero_si256());
	return n;
}

struct halves {
	__m256i of[2][2];
};

AVX2 static inline __m256i groups_of(const __m256i halves[2], __m256i x)
{
	const __m256i half = SET32(15);

	return _mm256_and_si256(
		_mm256_shuffle_epi8(halves[0], _mm256_and_si256(x, half)),
		_mm256_shuffle_epi8(
			halves[1],
			_mm256_and_si256(_mm256_srli_epi16(x, 4), half)));
}

AVX2 static void find_avx2(const struct tt_anchors *a, struct tt_slice text,
			   uint8_t *low, uint64_t *bits)
{
	if (text.n < 2)
		return;
	const struct tt_slice folded = { low, fold_avx2(text, low) };
	struct halves h;

	for (int k = 0; k < 4; k++)
		h.of[k / 2][k % 2] = _mm256_broadcastsi128_si256(
			_mm_loadu_si128((const void *)a->halves[k / 2][k % 2]));
	for (size_t i = 0; i + 1 < folded.n; i += BLOCK) {
		const __m256i groups =
			_mm256_and_si256(groups_of(h.of[0], load(low + i)),
					 groups_of(h.of[1], load(low + i + 1)));
		uint32_t may = ~(uint32_t)_mm256_movemask_epi8(
			_mm256_cmpeq_epi8(groups, _mm256_setzero_si256()));

		/* No pair begins at the last byte, or behind it. */
		if (folded.n - 1 - i < BLOCK)
			may &= (1U << (folded.n - 1 - i)) - 1;
		for (; may; may &= may - 1)
			try_anchors(a, folded, i + (size_t)__builtin_ctz(may),
				    bits);
	}
}

/* ---- sixty-four bytes at a time ---- */

#define AVX512 \
	__attribute__((target("avx512bw,avx512vbmi,avx512vbmi2,popcnt")))
#define BLOCK64 64
#define SET64(c) _mm512_set1_epi8(c)

/* As many bits as bytes are left, at most a block's. */
static inline uint64_t first_bits(size_t n)
{
	return n < BLOCK64 ? ((uint64_t)1 << n) - 1 : UINT64_MAX;
}

AVX512 static inline uint64_t among64(__m512i x, char least, char n)
{
	return _mm512_cmple_epu8_mask(_mm512_sub_epi8(x, SET64(least)),
				      SET64(n));
}

/* As fold_avx2(); what is left out goes in one step. */
AVX512 static size_t fold_avx512(struct tt_slice text, uint8_t *low)
{
	uint64_t ends_before = 0; /* is the byte before the block one? */
	size_t n = 0;

	for (size_t i = 0; i < text.n; i += BLOCK64) {
		const uint64_t there = first_bits(text.n - i);
		const __m512i x = _mm512_maskz_loadu_epi8(there, text.p + i);
		const uint64_t white = _mm512_cmpeq_epi8_mask(x, SET64(' ')) |
				       among64(x, '\t', '\r' - '\t');
		const uint64_t ends =
			white | _mm512_cmpeq_epi8_mask(x, SET64('('));
		const uint64_t kept =
			there & ~(white & (ends << 1 | ends_before));
		const __m512i folded = _mm512_mask_blend_epi8(
			white,
			_mm512_mask_add_epi8(x, among64(x, 'A', 'Z' - 'A'), x,
					     SET64(0x20)),
			SET64(' '));

		_mm512_storeu_si512((void *)(low + n),
				    _mm512_maskz_compress_epi8(kept, folded));
		n += (size_t)__builtin_popcountll(kept);
		ends_before = ends >> 63;
	}
	return n;
}

/* A table of 128 bytes. */
struct table {
	__m512i half[2];
};

AVX512 static inline struct table table_of(const uint8_t bytes[128])
{
	return (struct table){ { _mm512_loadu_si512((const void *)bytes),
				 _mm512_loadu_si512(
					 (const void *)(bytes + 64)) } };
}

AVX512 static inline __m512i look_up(const struct table *t, __m512i x)
{
	return _mm512_permutex2var_epi8(t->half[0], x, t->half[1]);
}

AVX512 static inline bool is_equal(const uint8_t *a, const uint8_t *b,
				   size_t n)
{
	const uint64_t all = first_bits(n);

	if (n > BLOCK64)
		return tt_bytes_eq(a, b, n);
	return _mm512_mask_cmpneq_epi8_mask(
		       all, _mm512_maskz_loadu_epi8(all, a),
		       _mm512_maskz_loadu_epi8(all, b)) == 0;
}

/* As try_anchors(); whether they are there makes no branch. */
AVX512 static inline void try_anchors64(const struct tt_anchors *a,
					struct tt_slice text, size_t at,
					uint64_t *bits)
{
	const size_t pair = tt_anchors_pair(text.p + at);

	for (uint16_t k = a->head[pair]; k; k = a->next[k - 1]) {
		const struct tt_slice lit = a->list.v[k - 1];
		const size_t before = a->at[k - 1];

		if (before <= at && lit.n <= text.n - (at - before))
			bits[(k - 1) / 64] |=
				(uint64_t)is_equal(lit.p,
						   text.p + (at - before),
						   lit.n)
				<< ((k - 1) % 64);
	}
}

AVX512 static void find_avx512(const struct tt_anchors *a,
			       struct tt_slice text, uint8_t *low,
			       uint64_t *bits)
{
	const struct tt_slice folded = { low, fold_avx512(text, low) };
	const struct table first[2] = { table_of(a->bytes[0][0]),
					table_of(a->bytes[1][0]) };
	const struct table second[2] = { table_of(a->bytes[0][1]),
					 table_of(a->bytes[1][1]) };

	for (size_t i = 0; i + 1 < folded.n; i += BLOCK64) {
		const uint64_t there = first_bits(folded.n - 1 - i);
		const __m512i x = _mm512_maskz_loadu_epi8(there, low + i);
		const __m512i y = _mm512_maskz_loadu_epi8(there, low + i + 1);
		uint64_t may =
			there &
			(_mm512_test_epi8_mask(look_up(&first[0], x),
					       look_up(&second[0], y)) |
			 _mm512_test_epi8_mask(look_up(&first[1], x),
					       look_up(&second[1], y)));

		for (; may; may &= may - 1)
			try_anchors64(a, folded,
				      i + (size_t)__builtin_ctzll(may), bits);
	}
}
#endif

const struct tt_anchors_variant tt_anchors_variants[] = {
#if TT_VECTORS
	{ "avx512", find_avx512, tt_cpu_has_avx512vbmi2 },
	{ "avx2", find_avx2, tt_cpu_has_avx2 },
#endif
	{ "plain", find_plain, tt_cpu_any },
};
const size_t tt_n_anchors_variants =
	sizeof(tt_anchors_variants) / sizeof(tt_anchors_variants[0]);

void tt_anchors_find(const struct tt_anchors *a, struct tt_slice text,
		     uint8_t *low, uint64_t *bits)
{
	const struct tt_anchors_variant *v = tt_anchors_variants;

	while (!v->is_there())
		v++;
	v->find(a, text, low, bits);
}
