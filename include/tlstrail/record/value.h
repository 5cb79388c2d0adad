/* record/value.h - floor 2: what is in one JSON value or CSV record
 *
 * Members are found when they are asked for, so of a long event only what the
 * rules look at is read.  Nodes live in the arena given and borrow the bytes
 * of the value; what a place in the text says can be quoted from `raw`. */
#ifndef TLSTRAIL_RECORD_VALUE_H
#define TLSTRAIL_RECORD_VALUE_H

#include <tlstrail/record/log.h>

struct tt_value {
	struct tt_slice raw; /* as it stands; a string with its quotes */
	struct tt_slice key; /* decoded; of an object's member */
	size_t index;	     /* of an array's element */
	struct tt_value *parent, *first, *next;
	struct tt_value *found; /* the member that was asked for last */
	uint64_t keys; /* tt_value_keys() */
	uint32_t mark; /* its own */
	bool is_read;
	bool is_marked; /* the reader's marks are of what it is in */
	bool is_text; /* a CSV field: no quotes, nothing to decode */
};

/* What is wrong with what was read so far. */
struct tt_value_faults {
	bool is_bad;	/* not well formed: nothing of it is to be used */
	bool is_double; /* a key that was asked for is there twice */
	bool is_cut;	/* more than TT_MAX_json_members; the rest is unread */
};

struct tt_value_reader {
	struct tt_arena *arena;
	struct tt_value_faults faults;
	const struct tt_json_marks *marks; /* of one value */
	const uint8_t *base;		   /* which begins here */
};

/* A whole value: object, array or scalar. */
struct tt_value *tt_value_new(struct tt_value_reader *r, struct tt_slice raw);
/* One that a reader of values gave, with its marks: what it holds is the same
 * as without them, and found sooner.  One of them to a tt_value_reader. */
struct tt_value *tt_value_marked(struct tt_value_reader *r,
				 const struct tt_log_value *value);
/* A record of CSV as an object of texts, `names` the line that names them. */
struct tt_value *tt_value_csv(struct tt_value_reader *r, struct tt_slice names,
			      struct tt_slice record);

static inline bool tt_value_begins(const struct tt_value *v, uint8_t c)
{
	return !v->is_text && v->raw.n && *v->raw.p == c;
}
static inline bool tt_value_is_object(const struct tt_value *v)
{
	return v->is_text ? v->first != NULL : tt_value_begins(v, '{');
}
static inline bool tt_value_is_array(const struct tt_value *v)
{
	return tt_value_begins(v, '[');
}
/* The first member or element; further ones by ->next.  NULL: none. */
struct tt_value *tt_value_first(struct tt_value_reader *r, struct tt_value *v);
/* The member of that key: the last, if it is there twice.  NULL: none. */
struct tt_value *tt_value_get(struct tt_value_reader *r, struct tt_value *v,
			      struct tt_slice key);
static inline uint64_t tt_value_key_bit(struct tt_slice key)
{
	unsigned h = (unsigned)key.n;

	if (key.n)
		h += key.p[0] * 3u + key.p[key.n / 2] * 7u +
		     key.p[key.n - 1] * 13u;
	return UINT64_C(1) << (h & 63);
}
/* A set that has the bit of every key of the object, and may have others:
 * whoever asks for a key whose bit is missing would find nothing.  All bits,
 * where a key is there twice or that is not known. */
uint64_t tt_value_keys(struct tt_value_reader *r, struct tt_value *v);
/* What a scalar says: a string decoded, a number or true as written; n 0 for
 * null, objects and arrays.  Borrowed from the value or in the arena. */
struct tt_slice tt_value_text(struct tt_value_reader *r,
			      const struct tt_value *v);
/* The JSON value that a string holds (an envelope's text): NULL where it holds
 * no whole object or array. */
struct tt_value *tt_value_inside(struct tt_value_reader *r,
				 const struct tt_value *v);
/* RFC 6901, from the value's outermost parent; "" for that itself. */
const char *tt_value_pointer(const struct tt_value *v, struct tt_arena *arena);

/* A time as structured logs write it: ISO 8601 and its relatives, or a number
 * since the epoch in seconds (with a fraction), milliseconds or microseconds,
 * told apart by its size.  False: neither. */
bool tt_value_time(struct tt_slice text, enum tt_log_time *time_r,
		   int64_t *us_r);

#endif
