/* parts.h - what a part's header says, and its decoders (private) */
#ifndef TLSTRAIL_MESSAGE_PARTS_PRIVATE_H
#define TLSTRAIL_MESSAGE_PARTS_PRIVATE_H

#include "mime.h"

/* ---- parts_decode.c ---- */

enum tt_coding {
	TT_CODING_IDENTITY, /* 7bit, 8bit, binary, none, or a word of no
			     * meaning */
	TT_CODING_BASE64,
	TT_CODING_QP,
	TT_CODING_UNREAD, /* uuencode and the like */
};
enum tt_coding tt_coding_of(struct tt_slice word);

struct tt_decoder {
	enum tt_coding coding;
	uint32_t acc;	 /* base64: bits not given yet */
	unsigned n_bits;
	uint8_t held[3]; /* quoted-printable: "=", "=3", "=\r" */
	size_t n_held;
};
/* Decodes on into `out`, which has room for s.n + 3 bytes; returns how many
 * bytes came. */
size_t tt_decode(struct tt_decoder *d, struct tt_slice s, uint8_t *out);

/* ---- parts_dashes.c ---- */

/* How many bytes at the beginning of s, where a quantum of base64 begins, are
 * whole lines of whole quanta none of which is "---": what they say has no
 * line that begins with three dashes at a quantum, and so none with five. */
size_t tt_base64_dashless(struct tt_slice s);

/* All give the same answer. */
struct tt_dashless_variant {
	const char *name;
	size_t (*dashless)(struct tt_slice s);
	bool (*is_there)(void);
};
extern const struct tt_dashless_variant tt_dashless_variants[]; /* best first */
extern const size_t tt_n_dashless_variants;

/* ---- parts_base64.c ---- */

/* The value of a digit, or TT_NO_DIGIT. */
#define TT_NO_DIGIT 0x80
uint8_t tt_base64_digit(uint8_t c);
/* Decodes whole quanta at the start of s, whose bits begin there; returns how
 * many bytes of s they are.  `out` has room for s.n bytes, and what lies
 * behind those that came may be overwritten. */
size_t tt_base64_quanta(struct tt_slice s, uint8_t *out);

/* The same by one way of several, for tests; the last is the plain one. */
struct tt_base64_variant {
	const char *name;
	size_t (*quanta)(struct tt_slice s, uint8_t *out);
	bool (*is_there)(void); /* on this machine */
};
extern const struct tt_base64_variant tt_base64_variants[]; /* best first */
extern const size_t tt_n_base64_variants;

/* ---- parts_type.c ---- */

enum tt_part_kind {
	TT_PART_LEAF, /* nothing in it concerns us */
	TT_PART_TEXT, /* may hold armour */
	TT_PART_MULTIPART,
	TT_PART_MESSAGE,
	TT_PART_STATUS,
};

struct tt_part_type {
	enum tt_part_kind kind;
	enum tt_coding coding;
	struct tt_slice boundary; /* in the header, or in arena */
	bool is_digest;
	bool is_outlook, is_tnef; /* holds what is not read */
	enum tt_end_to_end label;
};

/* Reads Content-Type, Content-Transfer-Encoding and Content-Disposition of a
 * header block; `where` lacks a value only.  in_digest: no type means message/rfc822 (RFC 2046 5.1.5). */
void tt_part_look(struct tt_part_type *type_r, struct tt_slice header,
		  bool is_cr, bool in_digest, const struct tt_mime_field *where);

/* What a line that begins with "-----BEGIN PGP " says. */
enum tt_end_to_end tt_armour(struct tt_slice line);

#endif
