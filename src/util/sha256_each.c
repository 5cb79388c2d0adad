/* sha256_each.c - SHA-256 of several texts, three at a time
 *
 * FIPS 180-4 by the SHA instructions of x86-64.  A round's result is the next
 * round's input and takes longer to come than to be asked for, so with one
 * text the processor waits for more than half of the time; with three in hand
 * it does not wait, and more would not fit its registers.  A lane that is done
 * takes the next text; where there are no more, those that remain go on by
 * fewer.  Texts are read in place, but for their last block or two, which are
 * padded in a copy. */
#include <tlstrail/util/cpu.h>
#include <tlstrail/util/sha256.h>

static void each_plain(const struct tt_slice *texts, size_t n,
		       uint8_t (*sums_r)[TT_SHA256_LEN])
{
	struct tt_sha256 *h = n ? tt_sha256_new() : NULL;

	for (size_t i = 0; i < n; i++) {
		tt_sha256_begin(h);
		tt_sha256_add(h, texts[i]);
		tt_sha256_end(h, sums_r[i]);
	}
	tt_sha256_free(&h);
}

#if TT_VECTORS
#include <cpuid.h>
#include <immintrin.h>
#include <stdatomic.h>
#include <string.h>

#define LANES 3
#define BLOCK ((size_t)64)
#define LENGTH_BYTES 8 /* the text's, in bits, at the end of the padding */
#define SHA __attribute__((target("sha,sse4.1,ssse3")))
#define SHA_INLINE SHA __attribute__((always_inline)) static inline

static bool ask_for_sha(void)
{
	unsigned a, b, c, d;

	return __builtin_cpu_supports("ssse3") != 0 &&
	       __builtin_cpu_supports("sse4.1") != 0 &&
	       __get_cpuid_count(7, 0, &a, &b, &c, &d) != 0 &&
	       (b & bit_SHA) != 0;
}

/* Asked once: a virtual machine has to be left for the answer. */
bool tt_cpu_has_sha(void)
{
	enum { NOT_YET, NO, YES };
	static atomic_int known = NOT_YET;
	int answer = atomic_load_explicit(&known, memory_order_relaxed);

	if (answer == NOT_YET) {
		answer = ask_for_sha() ? YES : NO;
		atomic_store_explicit(&known, answer, memory_order_relaxed);
	}
	return answer == YES;
}

static const uint32_t round_words[64] __attribute__((aligned(16))) = {
	0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1,
	0x923f82a4, 0xab1c5ed5, 0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3,
	0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174, 0xe49b69c1, 0xefbe4786,
	0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
	0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147,
	0x06ca6351, 0x14292967, 0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13,
	0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85, 0xa2bfe8a1, 0xa81a664b,
	0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
	0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a,
	0x5b9cca4f, 0x682e6ff3, 0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208,
	0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
};

struct lane {
	__m128i abef, cdgh; /* the state's words, as the instructions want */
	const uint8_t *p;
	size_t n_blocks; /* from p */
	size_t n_last;	 /* blocks in `last` that come behind them */
	size_t which;	 /* of the texts */
	uint8_t last[2 * BLOCK];
};

/* One text in the midst of a block. */
struct flow {
	__m128i abef, cdgh, w[4];
};

SHA_INLINE void load_block(struct flow *f, const struct lane *l, size_t b)
{
	const __m128i big_endian = _mm_set_epi64x(0x0c0d0e0f08090a0b,
						  0x0405060700010203);
	const __m128i *const p = (const void *)(l->p + b * BLOCK);

	f->abef = l->abef;
	f->cdgh = l->cdgh;
	f->w[0] = _mm_shuffle_epi8(_mm_loadu_si128(p), big_endian);
	f->w[1] = _mm_shuffle_epi8(_mm_loadu_si128(p + 1), big_endian);
	f->w[2] = _mm_shuffle_epi8(_mm_loadu_si128(p + 2), big_endian);
	f->w[3] = _mm_shuffle_epi8(_mm_loadu_si128(p + 3), big_endian);
}

SHA_INLINE void add_block(struct lane *l, const struct flow *f)
{
	l->abef = _mm_add_epi32(l->abef, f->abef);
	l->cdgh = _mm_add_epi32(l->cdgh, f->cdgh);
}

/* Rounds 4 * i to 4 * i + 3, and the words that rounds to come need. */
SHA_INLINE void four_rounds(struct flow *f, size_t i)
{
	__m128i *const now = &f->w[i % 4], *const next = &f->w[(i + 1) % 4];
	__m128i *const before = &f->w[(i + 3) % 4];
	const __m128i k = _mm_load_si128((const void *)(round_words + 4 * i));
	const __m128i sum = _mm_add_epi32(*now, k);

	f->cdgh = _mm_sha256rnds2_epu32(f->cdgh, f->abef, sum);
	if (i >= 3 && i < 15)
		*next = _mm_sha256msg2_epu32(
			_mm_add_epi32(*next,
				      _mm_alignr_epi8(*now, *before, 4)),
			*now);
	f->abef = _mm_sha256rnds2_epu32(f->abef, f->cdgh,
					_mm_shuffle_epi32(sum, 0x0e));
	if (i >= 1 && i < 13)
		*before = _mm_sha256msg1_epu32(*before, *now);
}

/* n and i are constants wherever these stand: what does not apply is not
 * there, and the flows are in registers. */
SHA_INLINE void rounds_of_each(struct flow *x, struct flow *y, struct flow *z,
			       size_t n, size_t i)
{
	four_rounds(x, i);
	if (n > 1)
		four_rounds(y, i);
	if (n > 2)
		four_rounds(z, i);
}

SHA_INLINE void sixteen_rounds(struct flow *x, struct flow *y, struct flow *z,
			       size_t n, size_t i)
{
	rounds_of_each(x, y, z, n, i);
	rounds_of_each(x, y, z, n, i + 1);
	rounds_of_each(x, y, z, n, i + 2);
	rounds_of_each(x, y, z, n, i + 3);
}

SHA_INLINE void run_block(struct lane *const *lane, size_t b, size_t n)
{
	struct flow x, y, z;

	load_block(&x, lane[0], b);
	if (n > 1)
		load_block(&y, lane[1], b);
	if (n > 2)
		load_block(&z, lane[2], b);
	sixteen_rounds(&x, &y, &z, n, 0);
	sixteen_rounds(&x, &y, &z, n, 4);
	sixteen_rounds(&x, &y, &z, n, 8);
	sixteen_rounds(&x, &y, &z, n, 12);
	add_block(lane[0], &x);
	if (n > 1)
		add_block(lane[1], &y);
	if (n > 2)
		add_block(lane[2], &z);
}

/* As many blocks of each of the n lanes. */
SHA static void run(struct lane *const *lane, size_t n_blocks, size_t n)
{
	if (n == 3)
		for (size_t b = 0; b < n_blocks; b++)
			run_block(lane, b, 3);
	else if (n == 2)
		for (size_t b = 0; b < n_blocks; b++)
			run_block(lane, b, 2);
	else
		for (size_t b = 0; b < n_blocks; b++)
			run_block(lane, b, 1);
	for (size_t l = 0; l < n; l++) {
		lane[l]->p += n_blocks * BLOCK;
		lane[l]->n_blocks -= n_blocks;
	}
}

static void put_big_endian(uint8_t *to, uint64_t v, size_t n)
{
	for (size_t i = 0; i < n; i++)
		to[i] = (uint8_t)(v >> 8 * (n - 1 - i));
}

static void begin(struct lane *l, struct tt_slice text, size_t which)
{
	const size_t rest = text.n % BLOCK;

	l->abef = _mm_set_epi32(0x6a09e667, (int)0xbb67ae85, 0x510e527f,
				(int)0x9b05688c);
	l->cdgh = _mm_set_epi32(0x3c6ef372, (int)0xa54ff53a, 0x1f83d9ab,
				0x5be0cd19);
	l->p = text.p;
	l->n_blocks = text.n / BLOCK;
	l->n_last = rest + 1 + LENGTH_BYTES <= BLOCK ? 1 : 2;
	l->which = which;
	memset(l->last, 0, sizeof(l->last));
	if (rest)
		memcpy(l->last, text.p + text.n - rest, rest);
	l->last[rest] = 0x80;
	put_big_endian(l->last + l->n_last * BLOCK - LENGTH_BYTES,
		       (uint64_t)text.n * 8, LENGTH_BYTES);
}

static void end(const struct lane *l, uint8_t sum_r[TT_SHA256_LEN])
{
	uint32_t x[4], y[4];

	memcpy(x, &l->abef, sizeof(x)); /* f e b a */
	memcpy(y, &l->cdgh, sizeof(y)); /* h g d c */
	const uint32_t word[] = { x[3], x[2], y[3], y[2],
				  x[1], x[0], y[1], y[0] };

	for (size_t i = 0; i < 8; i++)
		put_big_endian(sum_r + 4 * i, word[i], 4);
}

/* Goes on to the last blocks; false: they are done. */
static bool has_blocks(struct lane *l)
{
	if (l->n_blocks == 0 && l->n_last) {
		l->p = l->last;
		l->n_blocks = l->n_last;
		l->n_last = 0;
	}
	return l->n_blocks > 0;
}

static size_t fewest_blocks(struct lane *const *lane, size_t n)
{
	size_t least = lane[0]->n_blocks;

	for (size_t l = 1; l < n; l++)
		if (lane[l]->n_blocks < least)
			least = lane[l]->n_blocks;
	return least;
}

static void each_sha(const struct tt_slice *texts, size_t n,
		     uint8_t (*sums_r)[TT_SHA256_LEN])
{
	struct lane room[LANES], *lane[LANES];
	size_t n_lanes = 0, next = 0;

	for (size_t l = 0; l < LANES; l++)
		lane[l] = &room[l];
	while (n_lanes || next < n) {
		for (; n_lanes < LANES && next < n; n_lanes++, next++) {
			begin(lane[n_lanes], texts[next], next);
			(void)has_blocks(lane[n_lanes]);
		}
		run(lane, fewest_blocks(lane, n_lanes), n_lanes);
		for (size_t l = n_lanes; l-- > 0;) {
			struct lane *const done = lane[l];

			if (has_blocks(done))
				continue;
			end(done, sums_r[done->which]);
			lane[l] = lane[--n_lanes];
			lane[n_lanes] = done;
		}
	}
}
#endif

const struct tt_sha256_variant tt_sha256_variants[] = {
#if TT_VECTORS
	{ "sha", each_sha, tt_cpu_has_sha },
#endif
	{ "plain", each_plain, tt_cpu_any },
};
const size_t tt_n_sha256_variants =
	sizeof(tt_sha256_variants) / sizeof(tt_sha256_variants[0]);

void tt_sha256_each(const struct tt_slice *texts, size_t n,
		    uint8_t (*sums_r)[TT_SHA256_LEN])
{
	const struct tt_sha256_variant *v = tt_sha256_variants;

	while (!v->is_there())
		v++;
	v->each(texts, n, sums_r);
}
