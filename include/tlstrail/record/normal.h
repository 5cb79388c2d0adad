/* normal.h - both hashes of a message in one pass
 *
 * `sha256` is over the bytes as found.  `content_sha256` is over the same
 * bytes with line ends as LF, every '>' before "From " at a line start
 * removed, trailing blank lines removed and one LF at the end, so that it is
 * equal for the same mail in mbox, Maildir or .eml (product.md). */
#ifndef TLSTRAIL_RECORD_NORMAL_H
#define TLSTRAIL_RECORD_NORMAL_H

#include <tlstrail/util.h>

struct tt_normal;

struct tt_normal *tt_normal_new(void);
void tt_normal_free(struct tt_normal **n); /* nulls; NULL is fine */

/* is_cr: a bare CR ends a line, too; else it is a byte like others. */
void tt_normal_begin(struct tt_normal *n, bool is_cr);
/* One of its hashes, for others to go beside (util/sha256.h). */
struct tt_sha256 *tt_normal_hash(struct tt_normal *n);
/* After begin: the bytes to come stand at text.p already, and stay there until
 * tt_normal_settle() or the end; sum is the SHA-256 of all of text.  Where no
 * more and no fewer come, nothing is hashed that is known. */
void tt_normal_expect(struct tt_normal *n, struct tt_slice text,
		      const uint8_t sum[TT_SHA256_LEN]);
/* The bytes stay where they are until tt_normal_settle() or the end. */
void tt_normal_add(struct tt_normal *n, struct tt_slice bytes);
/* What has come is going to move. */
void tt_normal_settle(struct tt_normal *n);
void tt_normal_end(struct tt_normal *n, uint8_t raw_r[TT_SHA256_LEN],
		   uint8_t content_r[TT_SHA256_LEN]);

#endif
