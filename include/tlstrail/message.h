/* tlstrail/message.h - floor 3: a header block becomes fields, slots, dates
 *
 * The slicer and the Received grammar are our own: bytes and offsets, every
 * damage named, no value that does not point at its bytes.  GMime decodes
 * what it is good at (addresses, encoded words, Content-Type, odd dates), one
 * field of at most TT_MAX_gmime_value bytes at a time. */
#ifndef TLSTRAIL_MESSAGE_H
#define TLSTRAIL_MESSAGE_H

#include <tlstrail/message/parts.h>
#include <tlstrail/util.h>

/* ---- header block -> fields (RFC 5322, 2.2) ---- */

struct tt_field {
	struct tt_slice name;  /* as written, without space before the colon */
	struct tt_slice value; /* after the colon, folds and all, without the
				* last line end; borrowed from the block */
	uint64_t off;	       /* of the name in the message */
	uint64_t value_off;
	bool is_cut;	       /* longer than TT_MAX_header_value */
	bool is_complete;      /* its line end was seen */
};

struct tt_paste; /* message/paste.h */

struct tt_header {
	TT_VEC(struct tt_field) fields;
	bool is_cut;
	const struct tt_paste *paste; /* the block is a repaired one */
};

/* Never fails on content: damage goes to diags. Fields live in `arena`,
 * their bytes in `block`. */
void tt_header_slice(struct tt_header *header_r, struct tt_slice block,
		     struct tt_arena *arena, struct tt_diags *diags);

/* First field of that name (ASCII case folded), or NULL. */
const struct tt_field *tt_header_find(const struct tt_header *h,
				      const char *name);

/* ---- dates (RFC 5322, 3.3 and 4.3; repairs of formats met in the wild) -- */

struct tt_date {
	bool is_set;
	int64_t unix_s;	     /* UTC */
	bool has_offset;     /* false for -0000, an unknown zone name, none */
	int offset_min;	     /* east of UTC, as written */
	bool is_zone_unread; /* none there, or none we know: UTC was taken */
	bool is_repaired;    /* not as RFC 5322 3.3 writes it: zone names and
			      * other forms of 4.3 count as repaired */
};

/* A date that begins at the start of `s` (after space); *used_r bytes of it
 * belong to the date.  false: no date there. */
bool tt_date_parse(struct tt_slice s, struct tt_date *date_r, size_t *used_r);
/* The same by GMime: slower, more forgiving, and the tests' second opinion. */
bool tt_date_parse_gmime(struct tt_slice s, struct tt_date *date_r);

/* The beginning of a date as RFC 5322 3.3 writes it, ended before a whole time
 * of day, or inside its seconds or its offset. */
bool tt_date_is_cut(struct tt_slice s);

/* 2026-06-09T14:03:21Z, 20 bytes; empty where the year leaves 0-9999. */
size_t tt_date_rfc3339(int64_t unix_s, char out_r[24]);
/* The way back, to the letter of RFC 3339: a date-time with its offset, or a
 * full-date (UTC), whose first and last second are given.  Of a fraction both
 * seconds around it are given: [first, last] is what surely is not later and
 * not earlier.  false: it is neither. */
struct tt_date_span {
	int64_t first, last; /* unix; first > last inside of a second */
};
bool tt_date_read_rfc3339(struct tt_slice s, struct tt_date_span *span_r);
/* Gregorian year of an instant (UTC). */
int tt_date_year(int64_t unix_s);
bool tt_date_is_leap(int year);
/* The same month, day and time of day in another year; of February 29, where
 * there is none, in the last year before that has it. */
int64_t tt_date_in_year(int64_t unix_s, int year);

/* ---- Received -> slots ---- */

struct tt_ip {
	bool is_set, is_v6;
	uint8_t a[16]; /* IPv4 in the first four */
};

/* Places of a stamp, by grammar (RFC 5321 4.4, RFC 8314 4.3 for tls).  Every
 * place has comments of its own: those that stand after its words and before
 * the next clause. */
enum tt_slot {
	TT_SLOT_HEAD, /* words before any clause */
	TT_SLOT_FROM, /* all words of the clause, comments left out */
	TT_SLOT_BY,   /* the first word after by */
	TT_SLOT_BY_TAIL, /* the other words of the by clause */
	TT_SLOT_VIA,
	TT_SLOT_WITH,
	TT_SLOT_ID,
	TT_SLOT_FOR,
	TT_SLOT_TLS,
	TT_SLOT_TAIL, /* words and repeated clauses after the last clause, up
		       * to the date, on both sides of the ';' */
	TT_SLOT_DATE,
	TT_SLOT_AFTER_DATE,
	TT_SLOT_PLACES, /* how many have comments */
	/* Read out of the from clause and its comments: */
	TT_SLOT_HELO = TT_SLOT_PLACES,
	TT_SLOT_TCP_INFO, /* what the receiver wrote about the peer */
	TT_SLOT_COUNT,
};

struct tt_comment {
	enum tt_slot place;
	struct tt_slice text; /* without the outer parentheses, trimmed */
	bool is_sender;	      /* begins HELO, EHLO, LHLO, helo=,
			       * envelope-from: written by the sender */
	bool is_open;	      /* its closing parenthesis is missing */
};

/* What the from clause says of the peer, before any writer is known. */
struct tt_peer_text {
	struct tt_slice first_word;
	struct tt_slice first_literal;	/* first word without [ ], if it is an
					 * address */
	struct tt_slice comment_name;	/* name in the first receiver comment */
	struct tt_slice comment_address;	/* first address in comments */
	struct tt_slice second_comment_address;
	struct tt_slice comment_helo; /* HELO word, helo=, "EHLO x" */
	struct tt_slice bare_address; /* second word, `name [192.0.2.1]` */
	/* What these four addresses say; is_set: they are there. */
	struct tt_ip literal_ip, comment_ip, second_comment_ip, bare_ip;
	bool is_address_damaged;      /* redacted, or cut */
	bool is_maybe_forged;	      /* "may be forged" */
	bool is_local_socket;	      /* [local], [unix socket], /path */
};

struct tt_stamp {
	struct tt_slice raw;  /* the field's value, as found */
	uint64_t off;	      /* of raw in the message */
	struct tt_slice flat; /* raw with each CR and LF as a space: same
			       * length, so every slice below maps back */
	struct tt_slice bare; /* flat with comments blanked: the words */
	struct tt_slice slot[TT_SLOT_COUNT]; /* into bare, HELO and TCP_INFO
					* into flat; p NULL: absent */
	bool has[TT_SLOT_PLACES];	     /* the clause word stood there */
	TT_VEC(struct tt_comment) comments;  /* in order */
	struct tt_peer_text peer;
	struct tt_slice by_address;	 /* address in a by comment, or by */
	struct tt_ip by_ip;		 /* what it says */
	struct tt_date date;
	bool has_date_text;  /* something stood where the date belongs */
	bool is_malformed;   /* unbalanced, or a clause cut short */
	bool is_truncated;   /* ends inside a comment or a clause */
	bool is_date_cut;    /* ends inside its date */
	bool has_nul;
	bool has_two_by;     /* two receivers are named: one by the client */
	bool has_long_mailbox; /* what is read may be of a client's address */
};

/* Splits one Received value.  Never fails on content: what cannot be read is
 * left empty and flagged.  Slices point into stamp->flat, in `arena`. */
void tt_stamp_split(struct tt_stamp *stamp_r, struct tt_slice raw,
		    uint64_t off, struct tt_arena *arena,
		    struct tt_diags *diags);

/* Offset in the message of a slice of stamp->flat or stamp->bare. */
uint64_t tt_stamp_off(const struct tt_stamp *stamp, struct tt_slice s);
/* The same bytes as found: what evidence quotes. */
struct tt_slice tt_stamp_raw(const struct tt_stamp *stamp, struct tt_slice s);
/* The first word of a clause, without the space around it. */
struct tt_slice tt_first_word(struct tt_slice s);

/* The name of a slot in rule files ("from_comment"), and back: place, and
 * whether its comments are meant.  false: no such slot. */
bool tt_slot_by_name(struct tt_slice name, enum tt_slot *place_r,
		     bool *is_comment_r);
const char *tt_slot_name(enum tt_slot place, bool is_comment);

/* ---- addresses ---- */

/* Reads `s` whole: brackets, IPv6: tag, zone index and :port are taken off,
 * ::ffff: becomes IPv4.  false where it is not an address. */
bool tt_ip_parse(struct tt_slice s, struct tt_ip *ip_r);
/* Lower case, RFC 5952; in arena. */
struct tt_slice tt_ip_text(struct tt_arena *arena, const struct tt_ip *ip);
bool tt_ip_eq(const struct tt_ip *a, const struct tt_ip *b);
bool tt_ip_is_loopback(const struct tt_ip *ip);
/* RFC 1918, 100.64/10, fc00::/7, link-local; not loopback. */
bool tt_ip_is_private(const struct tt_ip *ip);

struct tt_cidr {
	struct tt_ip net;
	unsigned bits;
};
bool tt_cidr_parse(struct tt_slice s, struct tt_cidr *cidr_r);
bool tt_cidr_has(const struct tt_cidr *cidr, const struct tt_ip *ip);

/* ---- identity (GMime) ---- */

/* Who the message says it is.  All slices in arena, decoded to UTF-8 where
 * the charset is on the list and as written elsewhere; n 0 and p NULL where
 * the field is missing. */
struct tt_identity {
	struct tt_slice message_id; /* with its angle brackets */
	struct tt_slice from, subject;
	TT_VEC(struct tt_slice) to;
	struct tt_date date;
	enum tt_end_to_end end_to_end;
};

/* `what` says how much is wanted: a listing of a million messages needs no
 * recipients. */
enum tt_identity_want { TT_WANT_BRIEF, TT_WANT_ALL };
void tt_identity_read(struct tt_identity *identity_r,
		      const struct tt_header *h, enum tt_end_to_end label,
		      enum tt_identity_want want, struct tt_arena *arena,
		      struct tt_diags *diags);

/* Loads what would be loaded on first use - GMime, the C library's modules for
 * the charsets on the list - for a process that will not be let to. */
void tt_message_preload(void);

void tt_message_versions(struct tt_out *out);

#endif
