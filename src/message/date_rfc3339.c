/* date_rfc3339 - a time as a user gives it, to the letter
 *
 * Nothing is guessed and nothing repaired: what is not RFC 3339 is refused, so
 * that a mistyped bound never selects other mail than was meant. */
#include "date_parts.h"

enum { LAST_OF_DAY = 86399 };

/* n digits, no more and no less. */
static bool take_digits(struct tt_date_cursor *c, int n, int *value_r)
{
	*value_r = 0;
	for (; n > 0; n--, c->p++) {
		if (!tt_cur_at_digit(c))
			return false;
		*value_r = *value_r * 10 + (*c->p - '0');
	}
	return true;
}

static bool take_date(struct tt_date_cursor *c, struct tt_date_parts *d)
{
	return take_digits(c, 4, &d->year) && tt_cur_take(c, '-') &&
	       take_digits(c, 2, &d->month) && tt_cur_take(c, '-') &&
	       take_digits(c, 2, &d->day);
}

/* Is there a fraction that is not zero? */
static bool take_fraction(struct tt_date_cursor *c, bool *has_r)
{
	*has_r = false;
	if (!tt_cur_take(c, '.'))
		return true;
	if (!tt_cur_at_digit(c))
		return false;
	for (; tt_cur_at_digit(c); c->p++)
		*has_r |= *c->p != '0';
	return true;
}

static bool take_offset(struct tt_date_cursor *c, struct tt_date_parts *d)
{
	int hours, minutes;

	if (tt_cur_take(c, 'Z') || tt_cur_take(c, 'z'))
		return true;
	const bool is_west = tt_cur_at(c, '-');

	if (!is_west && !tt_cur_at(c, '+'))
		return false;
	c->p++;
	if (!take_digits(c, 2, &hours) || !tt_cur_take(c, ':') ||
	    !take_digits(c, 2, &minutes) || hours > 23 || minutes > 59)
		return false;
	d->offset_min = (hours * 60 + minutes) * (is_west ? -1 : 1);
	return true;
}

static bool take_time(struct tt_date_cursor *c, struct tt_date_parts *d,
		      bool *has_fraction_r)
{
	return (tt_cur_take(c, 'T') || tt_cur_take(c, 't') ||
		tt_cur_take(c, ' ')) &&
	       take_digits(c, 2, &d->hour) && tt_cur_take(c, ':') &&
	       take_digits(c, 2, &d->minute) && tt_cur_take(c, ':') &&
	       take_digits(c, 2, &d->second) &&
	       take_fraction(c, has_fraction_r) && take_offset(c, d);
}

bool tt_date_read_rfc3339(struct tt_slice s, struct tt_date_span *span_r)
{
	struct tt_date_cursor c = { s.p, s.p + s.n };
	struct tt_date_parts d = { 0 };
	struct tt_date date = { 0 };
	bool has_fraction = false;

	if (!take_date(&c, &d))
		return false;
	const bool is_day = c.p == c.end;

	if (!is_day && (!take_time(&c, &d, &has_fraction) || c.p != c.end))
		return false;
	if (!tt_date_parts_finish(&d, &date))
		return false;
	span_r->first = date.unix_s + has_fraction;
	span_r->last = date.unix_s + (is_day ? LAST_OF_DAY : 0);
	return true;
}
