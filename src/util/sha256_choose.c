/* sha256_choose.c - which way of hashing is taken: the best that the machine
 * has */
#include "sha256.h"

const struct tt_sha256_variant tt_sha256_variants[] = {
#if TT_VECTORS
	{ "sha", tt_sha256_lanes_new, tt_sha256_lanes_each, tt_cpu_has_sha },
#endif
	{ "plain", tt_sha256_evp_new, tt_sha256_evp_each, tt_cpu_any },
};
const size_t tt_n_sha256_variants =
	sizeof(tt_sha256_variants) / sizeof(tt_sha256_variants[0]);

static const struct tt_sha256_variant *best(void)
{
	const struct tt_sha256_variant *v = tt_sha256_variants;

	while (!v->is_there())
		v++;
	return v;
}

void tt_sha256_preload(void)
{
	struct tt_sha256 *h = tt_sha256_new();

	tt_sha256_free(&h);
}

struct tt_sha256 *tt_sha256_new(void)
{
	return best()->make();
}

void tt_sha256_each(const struct tt_slice *texts, size_t n,
		    uint8_t (*sums_r)[TT_SHA256_LEN])
{
	best()->each(texts, n, sums_r);
}
