/* parts_base64 - base64 four digits at a time (RFC 2045, 6.8)
 *
 * Takes whole quanta as long as nothing but digits comes; the decoder, which
 * knows of padding and of what is passed over, takes the rest.  With AVX2
 * thirty-two digits go at once, and what comes before the first byte that is
 * none of them is used; with AVX512VBMI sixty-four.  All variants give the
 * same answer. */
#include <tlstrail/message/base64.h>
#include <tlstrail/util/cpu.h>

#include "parts.h"

/* Values of the base64 digits; TT_NO_DIGIT: none. */
#define NO TT_NO_DIGIT
static const uint8_t digits[128] = {
	NO, NO, NO, NO, NO, NO, NO, NO,
	NO, NO, NO, NO, NO, NO, NO, NO,
	NO, NO, NO, NO, NO, NO, NO, NO,
	NO, NO, NO, NO, NO, NO, NO, NO,
	NO, NO, NO, NO, NO, NO, NO, NO,
	NO, NO, NO, 62, NO, NO, NO, 63,
	52, 53, 54, 55, 56, 57, 58, 59,
	60, 61, NO, NO, NO, NO, NO, NO,
	NO, 0, 1, 2, 3, 4, 5, 6,
	7, 8, 9, 10, 11, 12, 13, 14,
	15, 16, 17, 18, 19, 20, 21, 22,
	23, 24, 25, NO, NO, NO, NO, NO,
	NO, 26, 27, 28, 29, 30, 31, 32,
	33, 34, 35, 36, 37, 38, 39, 40,
	41, 42, 43, 44, 45, 46, 47, 48,
	49, 50, 51, NO, NO, NO, NO, NO,
};

uint8_t tt_base64_digit(uint8_t c)
{
	return c < sizeof(digits) ? digits[c] : NO;
}

static size_t quanta_plain(struct tt_slice s, uint8_t *out)
{
	size_t i = 0;

	for (; i + 4 <= s.n; i += 4, out += 3) {
		const uint8_t a = tt_base64_digit(s.p[i]);
		const uint8_t b = tt_base64_digit(s.p[i + 1]);
		const uint8_t c = tt_base64_digit(s.p[i + 2]);
		const uint8_t d = tt_base64_digit(s.p[i + 3]);

		if ((a | b | c | d) & NO)
			break;
		out[0] = (uint8_t)(a << 2 | b >> 4);
		out[1] = (uint8_t)(b << 4 | c >> 2);
		out[2] = (uint8_t)(c << 6 | d);
	}
	return i;
}

#if TT_VECTORS
#include <immintrin.h>

#define AVX2 __attribute__((target("avx2")))
#define SET(c) _mm256_set1_epi8((char)(c))

/* -1 where a byte lies in [from, to]; all of them are below 0x80. */
AVX2 static __m256i within(__m256i x, int from, int to)
{
	return _mm256_and_si256(_mm256_cmpgt_epi8(x, SET(from - 1)),
				_mm256_cmpgt_epi8(SET(to + 1), x));
}

/* What is added to the byte `c`, whose value as a digit is v. */
#define STEP(is, c, v) _mm256_and_si256(is, SET((v) - (c)))

/* Digits become their values; returns a bit for each that is one. */
AVX2 static uint32_t values(__m256i *x)
{
	const __m256i upper = within(*x, 'A', 'Z');
	const __m256i lower = within(*x, 'a', 'z');
	const __m256i number = within(*x, '0', '9');
	const __m256i plus = _mm256_cmpeq_epi8(*x, SET('+'));
	const __m256i slash = _mm256_cmpeq_epi8(*x, SET('/'));
	const __m256i letter = _mm256_or_si256(upper, lower);
	const __m256i sign = _mm256_or_si256(plus, slash);
	const __m256i any =
		_mm256_or_si256(_mm256_or_si256(letter, number), sign);
	const __m256i step = _mm256_or_si256(
		_mm256_or_si256(STEP(upper, 'A', 0), STEP(lower, 'a', 26)),
		_mm256_or_si256(STEP(number, '0', 52),
				_mm256_or_si256(STEP(plus, '+', 62),
						STEP(slash, '/', 63))));

	*x = _mm256_add_epi8(*x, step);
	return (uint32_t)_mm256_movemask_epi8(any);
}

/* Four values of six bits each become three bytes; the last eight of the
 * thirty-two that come are void. */
AVX2 static __m256i join(__m256i x)
{
	const __m256i order = _mm256_setr_epi8(
		2, 1, 0, 6, 5, 4, 10, 9, 8, 14, 13, 12, -1, -1, -1, -1,
		2, 1, 0, 6, 5, 4, 10, 9, 8, 14, 13, 12, -1, -1, -1, -1);
	const __m256i lanes = _mm256_setr_epi32(0, 1, 2, 4, 5, 6, 3, 7);

	x = _mm256_maddubs_epi16(x, _mm256_set1_epi16(0x0140));
	x = _mm256_madd_epi16(x, _mm256_set1_epi32(0x00011000));
	return _mm256_permutevar8x32_epi32(_mm256_shuffle_epi8(x, order),
					   lanes);
}

AVX2 static size_t quanta_avx2(struct tt_slice s, uint8_t *out)
{
	size_t i = 0;

	while (s.n - i >= 32) {
		__m256i x = _mm256_loadu_si256((const void *)(s.p + i));
		const uint32_t none = ~values(&x);
		const size_t n =
			none ? (size_t)__builtin_ctz(none) / 4 * 4 : 32;

		_mm256_storeu_si256((void *)(out + i / 4 * 3), join(x));
		i += n;
		if (n < 32)
			return i;
	}
	return i + quanta_plain(tt_slice_sub(s, i, s.n), out + i / 4 * 3);
}

#define AVX512 __attribute__((target("avx512bw,avx512vbmi")))

/* The lowest n of sixty-four; n is not 0. */
static uint64_t lowest(size_t n)
{
	return ~(uint64_t)0 >> (64 - n);
}

/* join() for sixty-four: what comes are the first forty-eight. */
AVX512 static __m512i join64(__m512i x)
{
	static const uint8_t order[64] = {
		2, 1, 0, 6, 5, 4, 10, 9, 8, 14, 13, 12,
		18, 17, 16, 22, 21, 20, 26, 25, 24, 30, 29, 28,
		34, 33, 32, 38, 37, 36, 42, 41, 40, 46, 45, 44,
		50, 49, 48, 54, 53, 52, 58, 57, 56, 62, 61, 60,
	};

	x = _mm512_maddubs_epi16(x, _mm512_set1_epi32(0x01400140));
	x = _mm512_madd_epi16(x, _mm512_set1_epi32(0x00011000));
	return _mm512_permutexvar_epi8(_mm512_loadu_si512(order), x);
}

AVX512 static size_t quanta_avx512(struct tt_slice s, uint8_t *out)
{
	const __m512i low = _mm512_loadu_si512(digits);
	const __m512i high = _mm512_loadu_si512(digits + 64);

	for (size_t i = 0;;) {
		const size_t left = s.n - i;
		const uint64_t here = left ? lowest(left < 64 ? left : 64) : 0;
		const __m512i c = _mm512_maskz_loadu_epi8(here, s.p + i);
		/* The table is of seven bits; NO and the eighth are one. */
		const __m512i x = _mm512_permutex2var_epi8(low, c, high);
		const uint64_t none =
			_mm512_movepi8_mask(_mm512_or_si512(x, c)) | ~here;
		const size_t n =
			none ? (size_t)__builtin_ctzll(none) / 4 * 4 : 64;

		if (n == 0)
			return i;
		_mm512_mask_storeu_epi8(out + i / 4 * 3, lowest(n / 4 * 3),
					join64(x));
		i += n;
		if (n < 64)
			return i;
	}
}
#endif

const struct tt_base64_variant tt_base64_variants[] = {
#if TT_VECTORS
	{ "avx512", quanta_avx512, tt_cpu_has_avx512vbmi },
	{ "avx2", quanta_avx2, tt_cpu_has_avx2 },
#endif
	{ "plain", quanta_plain, tt_cpu_any },
};
const size_t tt_n_base64_variants =
	sizeof(tt_base64_variants) / sizeof(tt_base64_variants[0]);

size_t tt_base64_quanta(struct tt_slice s, uint8_t *out)
{
	const struct tt_base64_variant *v = tt_base64_variants;

	while (!v->is_there())
		v++;
	return v->quanta(s, out);
}

/* ---- all of a text ---- */

/* The four characters of a quantum, what is passed over left out: one with
 * padding, or in pieces.  Returns where it ends; 0: it is none. */
static size_t gather(struct tt_slice s, uint8_t quantum[4])
{
	size_t n = 0, i = 0;

	for (; i < s.n && n < 4; i++) {
		if (tt_is_space(s.p[i]))
			continue;
		if (s.p[i] != '=' && tt_base64_digit(s.p[i]) == NO)
			return 0;
		quantum[n++] = s.p[i];
	}
	return n == 4 ? i : 0;
}

/* Bytes that it says: 1 to 3; 0: its padding is not at its end. */
static size_t decode_quantum(const uint8_t quantum[4], uint8_t *out)
{
	const size_t n = quantum[3] != '=' ? 3 : quantum[2] != '=' ? 2 : 1;
	uint32_t bits = 0;

	for (size_t i = 0; i < 4; i++) {
		const bool is_padding = quantum[i] == '=';

		if (is_padding && i <= n)
			return 0;
		bits = bits << 6 |
		       (is_padding ? 0 : tt_base64_digit(quantum[i]));
	}
	for (size_t i = 0; i < n; i++)
		out[i] = (uint8_t)(bits >> (16 - 8 * i));
	return n;
}

static size_t skip_space(struct tt_slice s, size_t at)
{
	while (at < s.n && tt_is_space(s.p[at]))
		at++;
	return at;
}

size_t tt_base64_decode(struct tt_slice s, uint8_t *out, size_t *n_r)
{
	size_t at = skip_space(s, 0);

	*n_r = 0;
	for (size_t n = 3; n == 3 && at < s.n; at = skip_space(s, at)) {
		struct tt_slice rest = tt_slice_sub(s, at, s.n);
		const size_t plain = tt_base64_quanta(rest, out + *n_r);
		uint8_t quantum[4];

		at += plain;
		*n_r += plain / 4 * 3;
		rest = tt_slice_sub(s, at, s.n);
		if (skip_space(rest, 0) == rest.n)
			continue;
		const size_t length = gather(rest, quantum);

		n = length ? decode_quantum(quantum, out + *n_r) : 0;
		at += n ? length : 0;
		*n_r += n;
	}
	return at;
}
