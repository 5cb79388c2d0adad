/* date_cut - is this the beginning of a date whose end is missing?
 *
 * A header that was cut by hand, or by a line that got lost, often ends inside
 * the last date it has.  Only the form that RFC 5322, 3.3, asks for is
 * followed: what else ends oddly may be how somebody writes. */
#include <string.h>

#include "date_parts.h"

enum seen { WHOLE, ENDED, OTHER };

/* A name of `names`, three letters each; ENDED: its beginning, at the end. */
static enum seen read_name(struct tt_date_cursor *c, const char *names)
{
	const struct tt_slice word = tt_cur_word(c);

	if (word.n == 0 || word.n > 3)
		return OTHER;
	for (; *names; names += 3)
		if (tt_slice_ieq(word, (struct tt_slice){ (const uint8_t *)names,
							  word.n }))
			return c->p == c->end ? ENDED :
			       word.n == 3    ? WHOLE :
						OTHER;
	return OTHER;
}

/* min to max digits; ENDED: fewer, or so many, at the end. */
static enum seen read_digits(struct tt_date_cursor *c, int min, int max)
{
	int n = 0;

	for (; tt_cur_at_digit(c) && n < max; c->p++)
		n++;
	if (c->p == c->end)
		return ENDED;
	return n < min ? OTHER : WHOLE;
}

static enum seen read_space(struct tt_date_cursor *c)
{
	const uint8_t *const from = c->p;

	tt_cur_skip_space(c);
	return c->p == c->end ? ENDED : c->p > from ? WHOLE : OTHER;
}

static enum seen read_byte(struct tt_date_cursor *c, uint8_t byte)
{
	if (!tt_cur_take(c, byte))
		return OTHER;
	return c->p == c->end ? ENDED : WHOLE;
}

/* [Www,] D Mon YYYY and the space behind it. */
static enum seen read_day(struct tt_date_cursor *c)
{
	enum seen s = WHOLE;

	if (tt_cur_at_alpha(c)) {
		s = read_name(c, "montuewedthufrisatsun");
		if (s == WHOLE)
			s = read_byte(c, ',');
		if (s == WHOLE)
			s = read_space(c);
	}
	if (s == WHOLE)
		s = read_digits(c, 1, 2);
	if (s == WHOLE)
		s = read_space(c);
	if (s == WHOLE)
		s = read_name(c, "janfebmaraprmayjunjulaugsepoctnovdec");
	if (s == WHOLE)
		s = read_space(c);
	if (s == WHOLE)
		s = read_digits(c, 4, 4);
	return s == WHOLE ? read_space(c) : s;
}

/* Two digits, behind which the time may end; ENDED: with one. */
static enum seen read_two(struct tt_date_cursor *c)
{
	const uint8_t *const from = c->p;
	const enum seen s = read_digits(c, 2, 2);

	return s == ENDED && c->p - from == 2 ? OTHER : s;
}

/* HH:MM[:SS] [+hhmm]: without seconds or zone it is whole. */
static enum seen read_time(struct tt_date_cursor *c)
{
	enum seen s = read_digits(c, 1, 2);

	if (s == WHOLE)
		s = read_byte(c, ':');
	if (s == WHOLE)
		s = read_two(c);
	if (s == WHOLE && tt_cur_at(c, ':')) {
		s = read_byte(c, ':');
		if (s == WHOLE)
			s = read_two(c);
	}
	if (s != WHOLE)
		return s;
	tt_cur_skip_space(c);
	if (!tt_cur_at(c, '+') && !tt_cur_at(c, '-'))
		return OTHER;
	c->p++;
	const uint8_t *const from = c->p;

	tt_cur_skip_digits(c);
	/* Some write the hours alone. */
	return c->p == c->end && c->p - from != 2 && c->p - from < 4 ? ENDED :
									OTHER;
}

bool tt_date_is_cut(struct tt_slice s)
{
	s = tt_slice_trim(s);
	if (s.n == 0)
		return false;
	struct tt_date_cursor c = { s.p, s.p + s.n };
	const enum seen day = read_day(&c);

	return day == ENDED || (day == WHOLE && read_time(&c) == ENDED);
}
