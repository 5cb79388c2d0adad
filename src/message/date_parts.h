/* date_parts.h - what the date readers share (private to message)
 *
 * date.c has the calendar and the plain form, date_odd.c the other forms,
 * date_zone.c zones.  A cursor never passes its end. */
#ifndef TLSTRAIL_DATE_PARTS_H
#define TLSTRAIL_DATE_PARTS_H

#include <tlstrail/message.h>

/* +1400 is in use; one more for a summer there */
enum { TT_DATE_OFFSET_HOURS = 15 };

struct tt_date_parts {
	int year, month, day, hour, minute, second;
	int offset_min; /* 0 while has_offset is false */
	bool has_offset;
	bool has_zone;	     /* something stood there, known or not */
	bool is_zone_unread; /* and not known; -0000 is */
	bool is_repaired;
};

struct tt_date_cursor {
	const uint8_t *p, *end;
};

/* An instant of the calendar; false where there is no such day or time. */
bool tt_date_parts_finish(const struct tt_date_parts *d,
			  struct tt_date *date_r);

/* tt_date_parse(), and whether what it read is as RFC 5322 3.3 writes it,
 * seconds and offset included. */
bool tt_date_parse_told(struct tt_slice s, struct tt_date *date_r,
			size_t *used_r, bool *is_plain_r);

/* Any form but the plain one; false where there is no date. */
bool tt_date_odd_read(struct tt_date_cursor *c, struct tt_date_parts *d);

/* Reads a zone after optional space; moves and sets nothing if none. */
void tt_date_zone_read(struct tt_date_cursor *c, struct tt_date_parts *d);

/* "UTC m=+12.3456", which Go's time.String() adds after the offset. */
void tt_date_zone_skip_go(struct tt_date_cursor *c);

/* Passes a comment with what it nests; one that is not closed stays. */
bool tt_date_skip_comment(struct tt_date_cursor *c);

static inline bool tt_cur_at(const struct tt_date_cursor *c, uint8_t byte)
{
	return c->p < c->end && *c->p == byte;
}

static inline bool tt_cur_take(struct tt_date_cursor *c, uint8_t byte)
{
	if (!tt_cur_at(c, byte))
		return false;
	c->p++;
	return true;
}

static inline bool tt_cur_at_digit(const struct tt_date_cursor *c)
{
	return c->p < c->end && tt_is_digit(*c->p);
}

static inline bool tt_cur_at_alpha(const struct tt_date_cursor *c)
{
	return c->p < c->end && tt_is_alpha(*c->p);
}

static inline void tt_cur_skip_space(struct tt_date_cursor *c)
{
	while (c->p < c->end && tt_is_space(*c->p))
		c->p++;
}

static inline void tt_cur_skip_digits(struct tt_date_cursor *c)
{
	while (tt_cur_at_digit(c))
		c->p++;
}

/* Letters; empty where there are none. */
static inline struct tt_slice tt_cur_word(struct tt_date_cursor *c)
{
	const uint8_t *const start = c->p;

	while (tt_cur_at_alpha(c))
		c->p++;
	return tt_slice_from(start, c->p);
}

#endif
