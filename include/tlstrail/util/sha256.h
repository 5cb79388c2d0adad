/* sha256.h - SHA-256 of a stream, or of texts at hand
 *
 * By the processor's own instructions where it has them, else by libcrypto. */
#ifndef TLSTRAIL_UTIL_SHA256_H
#define TLSTRAIL_UTIL_SHA256_H

#include <stdbool.h>
#include <tlstrail/util/out.h>

#define TT_SHA256_LEN 32

struct tt_sha256; /* opaque */

/* Loads the library, which else is loaded with the first hash that needs it,
 * for a process that will not be let to. */
void tt_sha256_preload(void);

/* Caller frees with tt_sha256_free(), which nulls; NULL is fine there. */
struct tt_sha256 *tt_sha256_new(void);
void tt_sha256_free(struct tt_sha256 **h);

/* Starts anew. */
void tt_sha256_begin(struct tt_sha256 *h);
void tt_sha256_add(struct tt_sha256 *h, struct tt_slice bytes);
/* As add, but the bytes may be hashed as late as at tt_sha256_settle(), and
 * have to stay where they are until then. */
void tt_sha256_lend(struct tt_sha256 *h, struct tt_slice bytes);
void tt_sha256_settle(struct tt_sha256 *h);
/* `to` goes on from where `from` stands, which is settled. */
void tt_sha256_copy(struct tt_sha256 *to, struct tt_sha256 *from);
void tt_sha256_end(struct tt_sha256 *h, uint8_t sum_r[TT_SHA256_LEN]);

/* Each step of a sum waits for the one before it, but not for those of other
 * sums: where the machine can, several take the time of one. */

/* From here on, when one of the two has to be hashed - or of those that went
 * beside `other` before -, what was lent to the rest goes along.  h goes alone
 * until then. */
void tt_sha256_beside(struct tt_sha256 *h, struct tt_sha256 *other);
/* Settled, and by itself again; so is what is freed. */
void tt_sha256_alone(struct tt_sha256 *h);
/* The sums of n whole texts. */
void tt_sha256_each(const struct tt_slice *texts, size_t n,
		    uint8_t (*sums_r)[TT_SHA256_LEN]);

/* How; the first that is there, the last is always.  For tests. */
struct tt_sha256_variant {
	const char *name;
	struct tt_sha256 *(*make)(void); /* tt_sha256_new() */
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
