/* sha256.h - SHA-256 of a stream (OpenSSL libcrypto), or of texts at hand */
#ifndef TLSTRAIL_UTIL_SHA256_H
#define TLSTRAIL_UTIL_SHA256_H

#include <stdbool.h>
#include <tlstrail/util/out.h>

#define TT_SHA256_LEN 32

struct tt_sha256; /* opaque */

/* Loads the library, which else is loaded with the first hash, for a process
 * that will not be let to. */
void tt_sha256_preload(void);

/* Caller frees with tt_sha256_free(), which nulls; NULL is fine there. */
struct tt_sha256 *tt_sha256_new(void);
void tt_sha256_free(struct tt_sha256 **h);

/* Starts anew. */
void tt_sha256_begin(struct tt_sha256 *h);
void tt_sha256_add(struct tt_sha256 *h, struct tt_slice bytes);
/* `to` goes on from where `from` stands; `from` is not changed. */
void tt_sha256_copy(struct tt_sha256 *to, const struct tt_sha256 *from);
void tt_sha256_end(struct tt_sha256 *h, uint8_t sum_r[TT_SHA256_LEN]);

/* The sums of n whole texts, side by side where the machine can: each step of
 * a sum waits for the one before it, but not for those of other sums. */
void tt_sha256_each(const struct tt_slice *texts, size_t n,
		    uint8_t (*sums_r)[TT_SHA256_LEN]);

/* How; the first that is there, the last is always.  For tests. */
struct tt_sha256_variant {
	const char *name;
	void (*each)(const struct tt_slice *texts, size_t n,
		     uint8_t (*sums_r)[TT_SHA256_LEN]);
	bool (*is_there)(void);
};
extern const struct tt_sha256_variant tt_sha256_variants[];
extern const size_t tt_n_sha256_variants;

/* A sum as 64 hexadecimal digits and a NUL. */
#define TT_SHA256_HEX (2 * TT_SHA256_LEN + 1)
void tt_sha256_hex(const uint8_t sum[TT_SHA256_LEN],
		   char text_r[TT_SHA256_HEX]);

/* Version of libcrypto, as "name version" and a line end. */
void tt_util_versions(struct tt_out *out);

#endif
