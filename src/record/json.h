/* json.h - JSON as far as logs need it (private to record)
 *
 * Where a value ends, the members of an object, the text of a string.  Whether
 * all of it is well formed is for who reads its fields. */
#ifndef TLSTRAIL_RECORD_JSON_H
#define TLSTRAIL_RECORD_JSON_H

#include <tlstrail/util.h>

/* Brackets of one value that are marked: of an event there are some tens. */
#define TT_JSON_MARKS 1024

enum tt_json_scan_state {
	TT_JSON_MORE,	/* the value goes on behind what was shown */
	TT_JSON_WHOLE,	/* pos: its length */
	TT_JSON_BROKEN, /* pos: where it cannot go on so */
	TT_JSON_DEEP,	/* pos: where it is deeper than the limit */
};

/* Where the objects and arrays of a value begin and end, in the order in which
 * they open: found with the value's end, so that who walks its members need
 * not look for theirs again.  Those behind the cap are not there. */
struct tt_json_marks {
	size_t n;
	uint32_t open[64]; /* of each level, as kinds has them */
	struct tt_json_mark {
		uint32_t begin, length;
		uint32_t next; /* the first that opens behind its end */
	} v[TT_JSON_MARKS];
};

/* {0} before the first call. */
struct tt_json_scan {
	size_t pos;
	uint64_t escape, string; /* carried from one block to the next */
	uint64_t kinds;		 /* a bit a level: 1 an object */
	unsigned depth;
	struct tt_json_marks *marks; /* empty; NULL: not wanted */
};

/* Goes on in s, which begins with the object or array and may have grown
 * since the last call.  By AVX2 or SSE2 where the machine has them.  Besides
 * brackets that do not pair, a value is broken by a line end in a string and
 * by a bracket that opens where no element may begin: so one that was cut
 * ends where the next begins. */
enum tt_json_scan_state tt_json_scan(struct tt_json_scan *scan,
				     struct tt_slice s);

/* The implementations, for the test that they agree. */
struct tt_json_variant {
	const char *name;
	enum tt_json_scan_state (*scan)(struct tt_json_scan *scan,
					struct tt_slice s);
	bool (*is_there)(void);
};
extern const struct tt_json_variant tt_json_variants[]; /* best first */
extern const size_t tt_n_json_variants;

/* How strings are passed over, for the test that both agree: the length of one
 * with its quotes, 0 where it does not end in s.  *is_plain_r becomes false
 * where it has escapes. */
struct tt_json_string_variant {
	const char *name;
	size_t (*length)(struct tt_slice s, size_t at, bool *is_plain_r);
};
extern const struct tt_json_string_variant tt_json_strings[];
extern const size_t tt_n_json_strings;

/* A walk over members; {0} before the first. */
struct tt_json_walk {
	size_t at;
	const struct tt_json_marks *marks; /* NULL: look for ends */
	const uint8_t *base;		   /* of what they are marks of */
	size_t mark; /* the next; with {0} the object's own */
	bool is_key_plain; /* the last key has no escapes */
};

/* The next member of an object (or, key_r NULL, element of an array): 1, 0 at
 * its end, -1 where it is not well formed.  The key is without its quotes, not
 * decoded; strings keep theirs. */
int tt_json_next(struct tt_slice object, struct tt_json_walk *walk,
		 struct tt_slice *key_r, struct tt_slice *value_r);
/* Is it a string that needs no decoding?  Then what is between the quotes. */
bool tt_json_plain(struct tt_slice value, struct tt_slice *text_r);
/* Decodes a string (with its quotes) to `to`, which has value.n bytes;
 * returns how many were written. */
size_t tt_json_decode(struct tt_slice value, uint8_t *to);

#endif
