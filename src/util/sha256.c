/* sha256.c - a hash under way, whichever way of hashing made it */
#include "sha256.h"

void tt_sha256_free(struct tt_sha256 **h)
{
	if (*h)
		(*h)->ops->free(*h);
	*h = NULL;
}

void tt_sha256_begin(struct tt_sha256 *h)
{
	h->ops->begin(h);
}

void tt_sha256_lend(struct tt_sha256 *h, struct tt_slice bytes)
{
	if (bytes.n)
		h->ops->lend(h, bytes);
}

void tt_sha256_settle(struct tt_sha256 *h)
{
	if (h->ops->settle)
		h->ops->settle(h);
}

void tt_sha256_add(struct tt_sha256 *h, struct tt_slice bytes)
{
	tt_sha256_lend(h, bytes);
	tt_sha256_settle(h);
}

void tt_sha256_copy(struct tt_sha256 *to, struct tt_sha256 *from)
{
	tt_sha256_settle(from);
	to->ops->copy(to, from);
}

void tt_sha256_end(struct tt_sha256 *h, uint8_t sum_r[TT_SHA256_LEN])
{
	tt_sha256_settle(h);
	h->ops->end(h, sum_r);
}

void tt_sha256_beside(struct tt_sha256 *h, struct tt_sha256 *other)
{
	if (h->ops->beside)
		h->ops->beside(h, other);
}

void tt_sha256_alone(struct tt_sha256 *h)
{
	tt_sha256_settle(h);
	if (h->ops->alone)
		h->ops->alone(h);
}

void tt_sha256_hex(const uint8_t sum[TT_SHA256_LEN],
		   char text_r[TT_SHA256_HEX])
{
	static const char digits[] = "0123456789abcdef";

	for (size_t i = 0; i < TT_SHA256_LEN; i++) {
		text_r[2 * i] = digits[sum[i] >> 4];
		text_r[2 * i + 1] = digits[sum[i] & 15];
	}
	text_r[2 * TT_SHA256_LEN] = '\0';
}
