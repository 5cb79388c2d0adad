/* anchors_index.c - by which pair of bytes each literal is looked for
 *
 * A literal is looked for where the pair of it stands that is rarest in
 * stamps.  Vectors tell most pairs of a text from these by what their bytes
 * have: the pairs are put into groups such that a pair whose bytes, or half
 * bytes, are of one group is seldom another one. */
#include <limits.h>
#include "anchors.h"

/* ---- the rarest pair ---- */

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

static void add_anchor(struct tt_anchors *a, uint16_t i,
		       const struct rarities *r)
{
	const uint8_t at = rarest_pair(r, a->list.v[i]);
	const size_t pair = tt_anchors_pair(a->list.v[i].p + at);

	a->at[i] = at;
	a->pairs[pair / 64] |= (uint64_t)1 << (pair % 64);
	a->next[i] = a->head[pair];
	a->head[pair] = (uint16_t)(i + 1);
}

/* ---- groups by half bytes ---- */

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

/* ---- groups by bytes ---- */

#define COMMON_WORDS ((PAIRS + 63) / 64)

/* Which of the common pairs have a byte as their first, or second. */
struct bytes_of {
	uint64_t common[2][ASCII][COMMON_WORDS];
};

static void find_bytes(struct bytes_of *b)
{
	*b = (struct bytes_of){ 0 };
	for (size_t i = 0; i < 2 * PAIRS; i++)
		b->common[i % 2][(uint8_t)common[i]][i / 128] |=
			(uint64_t)1 << (i / 2 % 64);
}

/* Common pairs by the first and second bytes that a group has, and how many
 * it lets through. */
struct byte_group {
	uint64_t is[2][COMMON_WORDS];
	int n;
};

static struct byte_group with_bytes(struct byte_group g,
				    const struct bytes_of *b, size_t pair)
{
	const uint64_t *const first = b->common[0][pair >> 8 & 127];
	const uint64_t *const second = b->common[1][pair & 127];

	g.n = 0;
	for (size_t w = 0; w < COMMON_WORDS; w++) {
		g.is[0][w] |= first[w];
		g.is[1][w] |= second[w];
		g.n += __builtin_popcountll(g.is[0][w] & g.is[1][w]);
	}
	return g;
}

static void add_to_byte_group(struct tt_anchors *a,
			      struct byte_group groups[TT_BYTE_GROUPS],
			      const struct bytes_of *b, size_t pair)
{
	struct byte_group best = { .n = 0 };
	size_t at = TT_BYTE_GROUPS;
	int least = INT_MAX;

	for (size_t i = 0; i < TT_BYTE_GROUPS && least > 0; i++) {
		const struct byte_group with = with_bytes(groups[i], b, pair);

		if (with.n - groups[i].n >= least)
			continue;
		least = with.n - groups[i].n;
		best = with;
		at = i;
	}
	groups[at] = best;
	a->bytes[at / 8][0][pair >> 8 & 127] |= (uint8_t)(1U << (at % 8));
	a->bytes[at / 8][1][pair & 127] |= (uint8_t)(1U << (at % 8));
}

/* ---- the index ---- */

static void group_pairs(struct tt_anchors *a)
{
	struct group groups[8] = { 0 };
	struct byte_group byte_groups[TT_BYTE_GROUPS] = { 0 };
	struct halves_of h;
	struct bytes_of b;

	find_halves(&h);
	find_bytes(&b);
	for (size_t w = 0; w < 65536 / 64; w++)
		for (uint64_t left = a->pairs[w]; left; left &= left - 1) {
			const size_t pair =
				64 * w + (size_t)__builtin_ctzll(left);

			add_to_group(a, groups, &h, pair);
			add_to_byte_group(a, byte_groups, &b, pair);
		}
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
