/* stamp_flat.c - one pass over the bytes of a Received value
 *
 * By blocks of 64 bytes: line breaks become spaces one for one, and the places
 * that the lexer asks for become bits, so that it need not look at the bytes
 * between them.  With vectors a byte's kind is what two tables of its half
 * bytes have in common; the plain twin has one of all bytes. */
#include <string.h>
#include <tlstrail/util/cpu.h>
#include "stamp_flat.h"

#define BLOCK TT_FLAT_BLOCK
#define MARKS                                                             \
	(TT_FLAT_BREAK | TT_FLAT_SPACE | TT_FLAT_QUOTE | TT_FLAT_PAREN | \
	 TT_FLAT_SIGN)

static const uint8_t kinds[256] = {
	['\0'] = TT_FLAT_NUL,	['\t'] = TT_FLAT_BREAK,
	['\n'] = TT_FLAT_BREAK, ['\r'] = TT_FLAT_BREAK,
	[' '] = TT_FLAT_SPACE,	['"'] = TT_FLAT_QUOTE,
	['('] = TT_FLAT_PAREN,	[')'] = TT_FLAT_PAREN,
	[';'] = TT_FLAT_SIGN,	['<'] = TT_FLAT_SIGN,
	['\\'] = TT_FLAT_ESCAPE,
};

static void fill_plain(struct tt_flat_room *room, const uint8_t *raw,
		       size_t n_blocks)
{
	for (; n_blocks > 0; n_blocks--, raw += BLOCK) {
		uint64_t marks = 0, parens = 0;

		for (unsigned i = 0; i < BLOCK; i++) {
			const uint8_t kind = kinds[raw[i]];

			room->text[i] = kind == TT_FLAT_BREAK ? ' ' : raw[i];
			marks |= (uint64_t)((kind & MARKS) != 0) << i;
			parens |= (uint64_t)(kind == TT_FLAT_PAREN) << i;
			room->seen |= kind;
		}
		*room->marks++ = marks;
		*room->parens++ = parens;
		room->text += BLOCK;
	}
}

#if TT_VECTORS
#include <immintrin.h>

#define AVX2 __attribute__((target("avx2")))
#define SET32(c) _mm256_set1_epi8(c)

/* Rows of the table above whose low, or high, half this is. */
static const uint8_t low_halves[16] = {
	[0x0] = TT_FLAT_NUL | TT_FLAT_SPACE,
	[0x2] = TT_FLAT_QUOTE,
	[0x8] = TT_FLAT_PAREN,
	[0x9] = TT_FLAT_PAREN | TT_FLAT_BREAK,
	[0xa] = TT_FLAT_BREAK,
	[0xb] = TT_FLAT_SIGN,
	[0xc] = TT_FLAT_SIGN | TT_FLAT_ESCAPE,
	[0xd] = TT_FLAT_BREAK,
};
static const uint8_t high_halves[16] = {
	[0x0] = TT_FLAT_NUL | TT_FLAT_BREAK,
	[0x2] = TT_FLAT_SPACE | TT_FLAT_QUOTE | TT_FLAT_PAREN,
	[0x3] = TT_FLAT_SIGN,
	[0x5] = TT_FLAT_ESCAPE,
};

AVX2 static inline __m256i twice(const uint8_t table[16])
{
	return _mm256_broadcastsi128_si256(
		_mm_loadu_si128((const void *)table));
}

AVX2 static inline __m256i kinds_of(__m256i x)
{
	const __m256i half = SET32(15);
	const __m256i low = _mm256_and_si256(x, half);
	const __m256i high = _mm256_and_si256(_mm256_srli_epi16(x, 4), half);

	return _mm256_and_si256(_mm256_shuffle_epi8(twice(low_halves), low),
				_mm256_shuffle_epi8(twice(high_halves), high));
}

/* A bit for each byte that is not zero. */
AVX2 static inline uint32_t bits_of(__m256i x)
{
	return ~(uint32_t)_mm256_movemask_epi8(
		_mm256_cmpeq_epi8(x, _mm256_setzero_si256()));
}

struct half_block {
	uint64_t marks, parens;
};

AVX2 static inline struct half_block
fill_half(uint8_t *text, const uint8_t *raw, __m256i *seen)
{
	const __m256i x = _mm256_loadu_si256((const void *)raw);
	const __m256i kind = kinds_of(x);
	const __m256i is_break =
		_mm256_cmpeq_epi8(kind, SET32(TT_FLAT_BREAK));

	_mm256_storeu_si256((void *)text,
			    _mm256_blendv_epi8(x, SET32(' '), is_break));
	*seen = _mm256_or_si256(*seen, kind);
	return (struct half_block){
		bits_of(_mm256_and_si256(kind, SET32(MARKS))),
		bits_of(_mm256_and_si256(kind, SET32(TT_FLAT_PAREN))),
	};
}

AVX2 static unsigned all_of(__m256i x)
{
	uint64_t part[4];

	_mm256_storeu_si256((void *)part, x);
	part[0] |= part[1] | part[2] | part[3];
	part[0] |= part[0] >> 32;
	part[0] |= part[0] >> 16;
	return (part[0] | part[0] >> 8) & 0xff;
}

AVX2 static void fill_avx2(struct tt_flat_room *room, const uint8_t *raw,
			   size_t n_blocks)
{
	__m256i seen = _mm256_setzero_si256();

	for (; n_blocks > 0; n_blocks--, raw += BLOCK) {
		const struct half_block a = fill_half(room->text, raw, &seen);
		const struct half_block b =
			fill_half(room->text + 32, raw + 32, &seen);

		*room->marks++ = a.marks | b.marks << 32;
		*room->parens++ = a.parens | b.parens << 32;
		room->text += BLOCK;
	}
	room->seen |= all_of(seen);
}
#endif

const struct tt_flat_variant tt_flat_variants[] = {
#if TT_VECTORS
	{ "avx2", fill_avx2, tt_cpu_has_avx2 },
#endif
	{ "plain", fill_plain, tt_cpu_any },
};
const size_t tt_n_flat_variants =
	sizeof(tt_flat_variants) / sizeof(tt_flat_variants[0]);

void tt_flatten(struct tt_flat *flat_r, struct tt_slice raw,
		struct tt_arena *arena)
{
	const struct tt_flat_variant *v = tt_flat_variants;
	const size_t n = raw.n / BLOCK, rest = raw.n % BLOCK;
	uint8_t *const text =
		tt_arena_alloc(arena, tt_add_size(raw.n, BLOCK));
	uint64_t *const bits =
		tt_arena_alloc(arena, tt_mul_size(n + 1, 2 * sizeof(*bits)));
	struct tt_flat_room room = { text, bits, bits + n + 1, 0 };
	uint8_t last[BLOCK];

	while (!v->is_there())
		v++;
	memset(last, 'x', sizeof(last)); /* of no kind */
	if (rest)
		memcpy(last, raw.p + (raw.n - rest), rest);
	v->fill(&room, raw.p, n);
	v->fill(&room, last, 1);
	bits[n] |= (uint64_t)1 << rest;
	bits[2 * n + 1] |= (uint64_t)1 << rest;
	*flat_r = (struct tt_flat){ { text, raw.n }, bits, bits + n + 1,
				    room.seen };
}
