/* util/sha256.h - one way of hashing, behind sha256.h
 *
 * By libcrypto (sha256_evp.c), or by instructions of the processor's own
 * (sha256_lanes.c), which hash several texts in the time of one. */
#ifndef TLSTRAIL_UTIL_SHA256_PRIVATE_H
#define TLSTRAIL_UTIL_SHA256_PRIVATE_H

#include <tlstrail/util/cpu.h>
#include <tlstrail/util/sha256.h>

/* As the functions of the same names; NULL: there is nothing to do. */
struct tt_sha256_ops {
	void (*free)(struct tt_sha256 *h);
	void (*begin)(struct tt_sha256 *h);
	void (*lend)(struct tt_sha256 *h, struct tt_slice bytes);
	void (*settle)(struct tt_sha256 *h);
	void (*copy)(struct tt_sha256 *to, const struct tt_sha256 *from);
	void (*end)(struct tt_sha256 *h, uint8_t sum_r[TT_SHA256_LEN]);
	void (*beside)(struct tt_sha256 *h, struct tt_sha256 *other);
	void (*alone)(struct tt_sha256 *h);
};

/* At the beginning of what the ways keep. */
struct tt_sha256 {
	const struct tt_sha256_ops *ops;
};

struct tt_sha256 *tt_sha256_evp_new(void);
void tt_sha256_evp_each(const struct tt_slice *texts, size_t n,
			uint8_t (*sums_r)[TT_SHA256_LEN]);
#if TT_VECTORS
struct tt_sha256 *tt_sha256_lanes_new(void);
void tt_sha256_lanes_each(const struct tt_slice *texts, size_t n,
			  uint8_t (*sums_r)[TT_SHA256_LEN]);
#endif

#endif
