/* anchors.c - all literals of a rule set, looked for at once
 *
 * A text is folded, then each of its pairs of bytes is looked up among those
 * that anchors are known by.  With vectors both go by 32 bytes: most pairs are
 * told from those of anchors by their half bytes.  The plain twin serves
 * machines without; both give the same answer.
 *
 * Linear in the text, but for the anchors that share one pair. */
#include <limits.h>
#include <string.h>
#include <tlstrail/util/cpu.h>
#include "anchors.h"

/* ---- the index ---- */

/* The pairs that stamps are made of, the most common first: of 26,000 stamps,
 * folded; without those of digits, all of which are common. */
static const char common[] =
	"prroeromm  () ammptlco.c s fitth w, wifr.pan bvels.n.ed.odna"
	"s_e.leexond ouhe=tplorxaut mesrsrd.oh y by; mb itp c +t lor "
	"idoo::mtsmokk.ioteicsahashecphse tsoaeofsip oscmgcrvipciftn "
	"we j_s_am__gedenr=(vn=micrjad,cdracadhpontrtnd_r_wa_h__ee_ps"
	" viansa vit;sptrinelstl. dn.femaolnoalpefiar:dnechticer. edb"
	"otet hcts  ottbnun])htaiillaep [s;deg fo <dmrgmn:ce:.tatngpf"
	"(:bourbits(pue aqun,.mrihureu,ffafeuulho:atue dabeme(oebzae-"
	"ga-s(ukalia->;t> rt)apmo.auib:rptob e,opjous -tfixs)yohigei,";

#define PAIRS (sizeof(common) / 2)
#define ASCII 128

/* How seldom each pair stands in a stamp. */
struct rarities {
	uint16_t of[ASCII][ASCII];
};

static void rank_pairs(struct rarities *r)
{
	for (int a = 0; a < ASCII; a++)
		for (int b = 0; b < ASCII; b++)
			r->of[a][b] = tt_is_digit((uint8_t)a) ||
						      tt_is_digit((uint8_t)b) ?
					      0 :
					      PAIRS;
	for (uint16_t i = 0; i < PAIRS; i++)
		r->of[(uint8_t)common[2 * i]][(uint8_t)common[2 * i + 1]] = i;
}

/* Where the anchor's rarest pair stands: what the search looks for. */
static uint8_t rarest_pair(const struct rarities *r, struct tt_slice a)
{
	uint8_t best = 0;
	unsigned most = 0;

	for (uint8_t i = 0; i + 1U < a.n && i < UINT8_MAX; i++) {
		const uint8_t b = a.p[i], c = a.p[i + 1];
		const unsigned is = b < ASCII && c < ASCII ? r->of[b][c] :
							     PAIRS;

		if (is > most) {
			best = i;
			most = is;
		}
	}
	return best;
}

static inline size_t pair_at(const uint8_t *p)
{
	return (size_t)p[0] << 8 | p[1];
}

static void add_anchor(struct tt_anchors *a, uint16_t i,
		       const struct rarities *r)
{
	const uint8_t at = rarest_pair(r, a->list.v[i]);
	const size_t pair = pair_at(a->list.v[i].p + at);

	a->at[i] = at;
	a->pairs[pair / 64] |= (uint64_t)1 << (pair % 64);
	a->next[i] = a->head[pair];
	a->head[pair] = (uint16_t)(i + 1);
}

/* Which of the 64 most common pairs have a half byte: a group is to let few of
 * them through. */
struct halves_of {
	uint64_t common[2][2][16]; /* first or second byte, low or high half */
};

static void find_halves(struct halves_of *h)
{
	*h = (struct halves_of){ 0 };
	for (size_t i = 0; i < 2 * 64; i++) {
		const uint8_t c = (uint8_t)common[i];
		const uint64_t bit = (uint64_t)1 << (i / 2);

		h->common[i % 2][0][c & 15] |= bit;
		h->common[i % 2][1][c >> 4] |= bit;
	}
}

/* Common pairs by the four half bytes that a group has. */
struct group {
	uint64_t is[2][2];
};

static struct group with_pair(struct group g, const struct halves_of *h,
			      size_t pair)
{
	for (int k = 0; k < 2; k++) {
		const uint8_t c = (uint8_t)(pair >> (8 - 8 * k));

		g.is[k][0] |= h->common[k][0][c & 15];
		g.is[k][1] |= h->common[k][1][c >> 4];
	}
	return g;
}

static int n_let_through(const struct group *g)
{
	return __builtin_popcountll(g->is[0][0] & g->is[0][1] & g->is[1][0] &
				    g->is[1][1]);
}

/* The group that lets the fewest more through when it takes the pair. */
static unsigned best_group(const struct group groups[8],
			   const struct halves_of *h, size_t pair)
{
	unsigned best = 0;
	int least = INT_MAX;

	for (unsigned i = 0; i < 8; i++) {
		const struct group with = with_pair(groups[i], h, pair);
		const int more =
			n_let_through(&with) - n_let_through(&groups[i]);

		if (more < least) {
			best = i;
			least = more;
		}
	}
	return best;
}

static void add_to_group(struct tt_anchors *a, struct group groups[8],
			 const struct halves_of *h, size_t pair)
{
	const unsigned i = best_group(groups, h, pair);

	groups[i] = with_pair(groups[i], h, pair);
	for (int k = 0; k < 2; k++) {
		const uint8_t c = (uint8_t)(pair >> (8 - 8 * k));

		a->halves[k][0][c & 15] |= (uint8_t)(1U << i);
		a->halves[k][1][c >> 4] |= (uint8_t)(1U << i);
	}
}

static void group_pairs(struct tt_anchors *a)
{
	struct group groups[8] = { 0 };
	struct halves_of h;

	find_halves(&h);
	for (size_t w = 0; w < 65536 / 64; w++)
		for (uint64_t left = a->pairs[w]; left; left &= left - 1)
			add_to_group(a, groups, &h,
				     64 * w + (size_t)__builtin_ctzll(left));
}

void tt_anchors_index(struct tt_anchors *a, struct tt_arena *arena)
{
	struct rarities r;

	a->head = TT_NEW_N(arena, uint16_t, 65536);
	a->pairs = TT_NEW_N(arena, uint64_t, 65536 / 64);
	a->next = TT_NEW_N(arena, uint16_t, a->list.n + 1);
	a->at = TT_NEW_N(arena, uint8_t, a->list.n + 1);
	rank_pairs(&r);
	for (size_t i = 0; i < a->list.n; i++)
		add_anchor(a, (uint16_t)i, &r);
	group_pairs(a);
}

/* ---- the search ---- */

/* The anchors whose rarest pair stands at `at`. */
static inline void try_anchors(const struct tt_anchors *a,
			       struct tt_slice text, size_t at, uint64_t *bits)
{
	const size_t pair = pair_at(text.p + at);

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
#endif

const struct tt_anchors_variant tt_anchors_variants[] = {
#if TT_VECTORS
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
