/* parts.h - what a walk over the parts of a message finds (RFC 2046)
 *
 * A push parser: body bytes go in as they are read, in pieces of any size,
 * and the answer does not depend on the pieces.  It holds no body: only
 * header blocks of messages inside, and delivery-status texts, up to their
 * limits.  Every limit hit is a diag with its place. */
#ifndef TLSTRAIL_MESSAGE_PARTS_H
#define TLSTRAIL_MESSAGE_PARTS_H

#include <tlstrail/util.h>

enum tt_end_to_end {
	TT_E2E_NONE,
	TT_E2E_SMIME,
	TT_E2E_SMIME_SIGNED,
	TT_E2E_SMIME_UNKNOWN,
	TT_E2E_PGP,
	TT_E2E_PGP_SIGNED,
	TT_E2E_PGP_INLINE,
	TT_E2E_PGP_SIGNED_INLINE,
};
/* "smime", "pgp-signed-inline", ...; NULL for none. */
const char *tt_end_to_end_name(enum tt_end_to_end e);

#define TT_CARRIER (-1)

/* A message inside: message/rfc822, message/global, text/rfc822-headers, an
 * attached .eml. */
struct tt_embedded {
	int parent;	 /* index of the one it stands in, or TT_CARRIER */
	bool is_decoded; /* it, or one around it, was base64 or
			  * quoted-printable: it has no place in the carrier */
	uint64_t off;	 /* of its first byte in the carrier; TT_NO_OFF */
	uint64_t length; /* of the bytes as found, or decoded */
	struct tt_slice header; /* its header block; cut at the limit */
	uint64_t header_length; /* uncut */
	enum tt_end_to_end end_to_end;
	bool has_hash;
	uint8_t sha256[TT_SHA256_LEN], content_sha256[TT_SHA256_LEN];
};

/* The text of a message/delivery-status or message/global-delivery-status
 * part (RFC 3464), decoded; cut at the limit. */
struct tt_status_part {
	int message; /* the one it stands in: index, or TT_CARRIER */
	struct tt_slice text;
	uint64_t off; /* of text in the message whose part it is; TT_NO_OFF
		       * where it was decoded */
};

/* In the arena of tt_parts_begin(); in the order of their first bytes. */
struct tt_parts_found {
	enum tt_end_to_end end_to_end; /* of the carrier */
	TT_VEC(struct tt_embedded) embedded;
	TT_VEC(struct tt_status_part) status;
	struct tt_diags diags; /* offsets in the carrier */
};

struct tt_parts; /* opaque */

/* Caller frees with tt_parts_free(), which nulls; NULL is fine there. */
struct tt_parts *tt_parts_new(void);
void tt_parts_free(struct tt_parts **parts);

struct tt_parts_options {
	uint64_t body_off; /* of the first byte of the body in the message */
	bool is_cr;	   /* a bare CR ends a line */
	bool want_hash;
	struct tt_arena *arena;
};

/* Starts anew with a message's header block, which is only looked at now.
 * Returns whether the body is of interest at all. */
bool tt_parts_begin(struct tt_parts *parts, struct tt_slice header,
		    const struct tt_parts_options *options);
void tt_parts_add(struct tt_parts *parts, struct tt_slice bytes);
/* Until the next tt_parts_begin(), as long as the arena lives. */
const struct tt_parts_found *tt_parts_end(struct tt_parts *parts);

#endif
