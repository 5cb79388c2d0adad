/* sha256_lanes.c - SHA-256 of several texts, three at a time
 *
 * FIPS 180-4 by the SHA instructions of x86-64.  A round's result is the next
 * round's input and takes longer to come than to be asked for, so with one
 * text the processor waits for more than half of the time; with three in hand
 * it does not wait, and more would not fit its registers.
 *
 * Whole texts: a lane that is done takes the next one; where there are no more,
 * those that remain go on by fewer.  Streams: what is lent to one lies where
 * it is until something has to be hashed, and those that go beside it go
 * along for as long as they have anything.  Texts are read in place, but for
 * blocks that two slices share and the last one or two, which are padded in a
 * copy. */
#include "sha256.h"

#if TT_VECTORS
#include <cpuid.h>
#include <immintrin.h>
#include <stdatomic.h>
#include <string.h>
#include <tlstrail/util/arena.h>

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
	__m128i abef, cdgh; /* the sum's words, as the instructions want */
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

	f->w[0] = _mm_shuffle_epi8(_mm_loadu_si128(p), big_endian);
	f->w[1] = _mm_shuffle_epi8(_mm_loadu_si128(p + 1), big_endian);
	f->w[2] = _mm_shuffle_epi8(_mm_loadu_si128(p + 2), big_endian);
	f->w[3] = _mm_shuffle_epi8(_mm_loadu_si128(p + 3), big_endian);
}

/* The next block goes on from here, and does not wait for memory. */
SHA_INLINE void end_block(struct lane *l, struct flow *f)
{
	l->abef = f->abef = _mm_add_epi32(l->abef, f->abef);
	l->cdgh = f->cdgh = _mm_add_epi32(l->cdgh, f->cdgh);
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

SHA_INLINE struct flow flow_of(const struct lane *l)
{
	return (struct flow){ .abef = l->abef, .cdgh = l->cdgh };
}

SHA_INLINE void run_blocks(struct lane *const *lane, size_t n_blocks, size_t n)
{
	struct flow x = flow_of(lane[0]);
	struct flow y = flow_of(lane[n > 1 ? 1 : 0]);
	struct flow z = flow_of(lane[n > 2 ? 2 : 0]);

	for (size_t b = 0; b < n_blocks; b++) {
		load_block(&x, lane[0], b);
		if (n > 1)
			load_block(&y, lane[1], b);
		if (n > 2)
			load_block(&z, lane[2], b);
		sixteen_rounds(&x, &y, &z, n, 0);
		sixteen_rounds(&x, &y, &z, n, 4);
		sixteen_rounds(&x, &y, &z, n, 8);
		sixteen_rounds(&x, &y, &z, n, 12);
		end_block(lane[0], &x);
		if (n > 1)
			end_block(lane[1], &y);
		if (n > 2)
			end_block(lane[2], &z);
	}
}

/* As many blocks of each of the n lanes. */
SHA static void run(struct lane *const *lane, size_t n_blocks, size_t n)
{
	if (n == 3)
		run_blocks(lane, n_blocks, 3);
	else if (n == 2)
		run_blocks(lane, n_blocks, 2);
	else
		run_blocks(lane, n_blocks, 1);
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

static void begin_sum(struct lane *l)
{
	l->abef = _mm_set_epi32(0x6a09e667, (int)0xbb67ae85, 0x510e527f,
				(int)0x9b05688c);
	l->cdgh = _mm_set_epi32(0x3c6ef372, (int)0xa54ff53a, 0x1f83d9ab,
				0x5be0cd19);
	l->n_blocks = l->n_last = 0;
}

/* Behind the `rest` bytes that `last` has of a text of n bytes. */
static void pad(struct lane *l, size_t rest, uint64_t n)
{
	l->n_last = rest + 1 + LENGTH_BYTES <= BLOCK ? 1 : 2;
	memset(l->last + rest, 0, sizeof(l->last) - rest);
	l->last[rest] = 0x80;
	put_big_endian(l->last + l->n_last * BLOCK - LENGTH_BYTES, n * 8,
		       LENGTH_BYTES);
}

static void end_sum(const struct lane *l, uint8_t sum_r[TT_SHA256_LEN])
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

/* ---- whole texts ---- */

static void begin(struct lane *l, struct tt_slice text, size_t which)
{
	const size_t rest = text.n % BLOCK;

	begin_sum(l);
	l->p = text.p;
	l->n_blocks = text.n / BLOCK;
	l->which = which;
	if (rest)
		memcpy(l->last, text.p + text.n - rest, rest);
	pad(l, rest, text.n);
}

void tt_sha256_lanes_each(const struct tt_slice *texts, size_t n,
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
			end_sum(done, sums_r[done->which]);
			lane[l] = lane[--n_lanes];
			lane[n_lanes] = done;
		}
	}
}

/* ---- streams ---- */

struct stream {
	struct tt_sha256 h;
	struct lane lane; /* its blocks come before what is lent */
	uint64_t n;	  /* bytes of the text, with those lent */
	size_t n_part;	  /* in lane.last: the beginning of a block */
	struct tt_slice lent;
	struct stream *next; /* beside it: a ring */
};

static void stream_begin(struct tt_sha256 *h)
{
	struct stream *const s = (struct stream *)h;

	begin_sum(&s->lane);
	s->n = 0;
	s->n_part = 0;
	s->lent = TT_NO_SLICE;
}

static struct tt_slice take_lent(struct stream *s, size_t n)
{
	const struct tt_slice taken = tt_slice_sub(s->lent, 0, n);

	s->lent = tt_slice_sub(s->lent, taken.n, s->lent.n);
	return taken;
}

/* A block of its own for what does not make one where it lies. */
static void fill_part(struct stream *s)
{
	const struct tt_slice more = take_lent(s, BLOCK - s->n_part);

	if (more.n)
		memcpy(s->lane.last + s->n_part, more.p, more.n);
	s->n_part += more.n;
	if (s->n_part < BLOCK)
		return;
	s->lane.p = s->lane.last;
	s->lane.n_blocks = 1;
	s->n_part = 0;
}

/* Has the lane anything to run?  What is lent and makes no block is kept. */
static bool has_more(struct stream *s)
{
	struct lane *const l = &s->lane;

	if (l->n_blocks)
		return true;
	if (s->n_part || s->lent.n < BLOCK) {
		fill_part(s);
	} else {
		l->p = s->lent.p;
		l->n_blocks = s->lent.n / BLOCK;
		(void)take_lent(s, l->n_blocks * BLOCK);
	}
	return l->n_blocks > 0;
}

static void stream_settle(struct tt_sha256 *h)
{
	struct stream *const s = (struct stream *)h;
	struct lane *lane[LANES] = { &s->lane };

	while (has_more(s)) {
		size_t n = 1;

		for (struct stream *o = s->next; o != s && n < LANES;
		     o = o->next)
			if (has_more(o))
				lane[n++] = &o->lane;
		run(lane, fewest_blocks(lane, n), n);
	}
}

static void stream_lend(struct tt_sha256 *h, struct tt_slice bytes)
{
	struct stream *const s = (struct stream *)h;

	s->n += bytes.n;
	if (s->lent.p && s->lent.p + s->lent.n == bytes.p) {
		s->lent.n += bytes.n;
		return;
	}
	stream_settle(h);
	s->lent = bytes;
}

static void stream_copy(struct tt_sha256 *to, const struct tt_sha256 *from)
{
	struct stream *const t = (struct stream *)to;
	const struct stream *const f = (const struct stream *)from;

	t->lane = f->lane;
	t->n = f->n;
	t->n_part = f->n_part;
	t->lent = TT_NO_SLICE;
}

static void stream_end(struct tt_sha256 *h, uint8_t sum_r[TT_SHA256_LEN])
{
	struct stream *const s = (struct stream *)h;
	struct lane *lane[] = { &s->lane };

	pad(&s->lane, s->n_part, s->n);
	(void)has_blocks(&s->lane);
	run(lane, s->lane.n_blocks, 1);
	end_sum(&s->lane, sum_r);
}

static void stream_beside(struct tt_sha256 *h, struct tt_sha256 *other)
{
	struct stream *const s = (struct stream *)h;
	struct stream *const o = (struct stream *)other;

	s->next = o->next;
	o->next = s;
}

static void stream_alone(struct tt_sha256 *h)
{
	struct stream *const s = (struct stream *)h;
	struct stream *before = s;

	while (before->next != s)
		before = before->next;
	before->next = s->next;
	s->next = s;
}

static void stream_free(struct tt_sha256 *h)
{
	stream_alone(h);
	tt_free(&h);
}

struct tt_sha256 *tt_sha256_lanes_new(void)
{
	static const struct tt_sha256_ops ops = {
		.free = stream_free,
		.begin = stream_begin,
		.lend = stream_lend,
		.settle = stream_settle,
		.copy = stream_copy,
		.end = stream_end,
		.beside = stream_beside,
		.alone = stream_alone,
	};
	struct stream *const s = tt_zalloc(sizeof(*s));

	s->h.ops = &ops;
	s->next = s;
	stream_begin(&s->h);
	return &s->h;
}
#endif
