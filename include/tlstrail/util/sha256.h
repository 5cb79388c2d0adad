/* sha256.h - SHA-256 of a stream (OpenSSL libcrypto) */
#ifndef TLSTRAIL_UTIL_SHA256_H
#define TLSTRAIL_UTIL_SHA256_H

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

/* A sum as 64 hexadecimal digits and a NUL. */
#define TT_SHA256_HEX (2 * TT_SHA256_LEN + 1)
void tt_sha256_hex(const uint8_t sum[TT_SHA256_LEN],
		   char text_r[TT_SHA256_HEX]);

/* Version of libcrypto, as "name version" and a line end. */
void tt_util_versions(struct tt_out *out);

#endif
