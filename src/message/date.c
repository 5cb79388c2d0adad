/* date - the dates of mail, as written and as met
 *
 * One straight pass reads the form RFC 5322 3.3 asks for, folds included, which
 * is 98 % of real stamps; what it refuses goes to a token reader for the obsolete forms
 * of 4.3 and for those seen in the wild: 2- and 3-digit years, "029 Apr",
 * names in full, zone names, ISO 8601, Go's time.String(), asctime, "&#43;"
 * for a plus.  No libc time function, no locale, no allocation.
 *
 * Reads at most TT_MAX_date_text bytes, so a caller may try every word of a
 * long value.  Returns false where there is no whole date (day and time of
 * day) or the calendar has no such day; never guesses a zone: one that is
 * missing, unknown or out of range leaves has_offset false, the time is then
 * taken as UTC. */
#include <string.h>

#include "date_parts.h"

/* 0000-01-01 and 9999-12-31T23:59:59 */
#define UNIX_FIRST INT64_C(-62167219200)
#define UNIX_LAST INT64_C(253402300799)

enum { DAY_S = 86400 };

#define KEY(a, b, c) \
	((uint32_t)(a) << 16 | (uint32_t)(b) << 8 | (uint32_t)(c))

/* ---- calendar ---- */

static bool is_leap(int64_t y)
{
	return y % 4 == 0 && (y % 100 != 0 || y % 400 == 0);
}

static int days_in(int year, int month)
{
	static const int8_t days[] = { 31, 28, 31, 30, 31, 30,
				       31, 31, 30, 31, 30, 31 };

	return days[month - 1] + (month == 2 && is_leap(year));
}

/* Days since 1970-01-01.  The year is made to begin in March, so that the
 * leap day is its last; 400 years have 146097 days. */
static int64_t days_from_civil(int year, int month, int day)
{
	const int64_t y = (int64_t)year - (month <= 2);
	const int64_t era = (y >= 0 ? y : y - 399) / 400;
	const int64_t in_era = y - era * 400;
	const int64_t in_year =
		(153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
	const int64_t days =
		in_era * 365 + in_era / 4 - in_era / 100 + in_year;

	return era * 146097 + days - 719468;
}

static int64_t civil_from_days(int64_t days, int *month_r, int *day_r)
{
	const int64_t z = days + 719468;
	const int64_t era = (z >= 0 ? z : z - 146096) / 146097;
	const int64_t n = z - era * 146097;
	const int64_t y = (n - n / 1460 + n / 36524 - n / 146096) / 365;
	const int64_t in_year = n - (365 * y + y / 4 - y / 100);
	const int64_t m = (5 * in_year + 2) / 153;

	*day_r = (int)(in_year - (153 * m + 2) / 5 + 1);
	*month_r = (int)(m < 10 ? m + 3 : m - 9);
	return era * 400 + y + (*month_r <= 2);
}

static int64_t floor_days(int64_t unix_s)
{
	return unix_s / DAY_S - (unix_s % DAY_S < 0);
}

bool tt_date_parts_finish(const struct tt_date_parts *d,
			  struct tt_date *date_r)
{
	if (d->month < 1 || d->month > 12 || d->year < 0 || d->year > 9999)
		return false;
	if (d->day < 1 || d->day > days_in(d->year, d->month))
		return false;
	/* 60: a leap second, counted as the second after it */
	if (d->hour > 23 || d->minute > 59 || d->second > 60)
		return false;
	const int64_t days = days_from_civil(d->year, d->month, d->day);
	const int64_t local =
		days * DAY_S + d->hour * 3600 + d->minute * 60 + d->second;

	date_r->is_set = true;
	date_r->unix_s = local - (int64_t)d->offset_min * 60;
	date_r->has_offset = d->has_offset;
	date_r->offset_min = d->offset_min;
	date_r->is_zone_unread = d->is_zone_unread;
	date_r->is_repaired = d->is_repaired;
	return true;
}

/* ---- the straight pass ---- */

static uint32_t key3(const uint8_t *p)
{
	return KEY(p[0] | 0x20, p[1] | 0x20, p[2] | 0x20);
}

/* 1-12, or 0.  All are compared: twelve branches that cannot be foretold
 * cost more than the comparisons do. */
static int month_of(uint32_t key)
{
	static const uint32_t keys[12] = {
		KEY('j', 'a', 'n'), KEY('f', 'e', 'b'), KEY('m', 'a', 'r'),
		KEY('a', 'p', 'r'), KEY('m', 'a', 'y'), KEY('j', 'u', 'n'),
		KEY('j', 'u', 'l'), KEY('a', 'u', 'g'), KEY('s', 'e', 'p'),
		KEY('o', 'c', 't'), KEY('n', 'o', 'v'), KEY('d', 'e', 'c'),
	};
	int month = 0;

	for (int i = 0; i < 12; i++)
		month |= keys[i] == key ? i + 1 : 0;
	return month;
}

static bool is_weekday(uint32_t key)
{
	static const uint32_t keys[8] = {
		KEY('m', 'o', 'n'), KEY('t', 'u', 'e'), KEY('w', 'e', 'd'),
		KEY('t', 'h', 'u'), KEY('f', 'r', 'i'), KEY('s', 'a', 't'),
		KEY('s', 'u', 'n'), KEY('s', 'u', 'n'),
	};
	int found = 0;

	for (int i = 0; i < 8; i++)
		found |= keys[i] == key;
	return found != 0;
}

/* Two digits; a bad one raises bits of *bad above 9. */
static int two(const uint8_t *p, unsigned *bad)
{
	const unsigned a = (unsigned)p[0] - '0';
	const unsigned b = (unsigned)p[1] - '0';

	*bad |= (a > 9) | (b > 9);
	return (int)(a * 10 + b);
}

/* Past the space between two parts, of which the next has n bytes; NULL where
 * it is not so. */
static const uint8_t *gap(const uint8_t *p, const uint8_t *end, ptrdiff_t n)
{
	if (!p || p == end || !tt_is_space(*p))
		return NULL;
	while (p < end && tt_is_space(*p))
		p++;
	return end - p >= n ? p : NULL;
}

/* HH:MM:SS */
static bool read_clock(const uint8_t *p, struct tt_date_parts *d)
{
	unsigned bad = (p[2] != ':') | (p[5] != ':');

	d->hour = two(p, &bad);
	d->minute = two(p + 3, &bad);
	d->second = two(p + 6, &bad);
	return !bad;
}

/* +hhmm */
static bool read_offset(const uint8_t *p, struct tt_date_parts *d)
{
	unsigned bad = p[0] != '+' && p[0] != '-';
	const int hh = two(p + 1, &bad);
	const int mm = two(p + 3, &bad);

	if (bad || hh > TT_DATE_OFFSET_HOURS || mm > 59)
		return false;
	d->offset_min = p[0] == '-' ? -(hh * 60 + mm) : hh * 60 + mm;
	/* RFC 5322 3.3: -0000 says that the local zone is not known */
	d->has_offset = p[0] == '+' || d->offset_min != 0;
	return true;
}

/* Mon YYYY HH:MM:SS +hhmm behind the day. */
static const uint8_t *read_rest(const uint8_t *p, const uint8_t *end,
				struct tt_date_parts *d)
{
	unsigned bad = 0;

	p = gap(p, end, 3);
	d->month = p ? month_of(key3(p)) : 0;
	p = d->month ? gap(p + 3, end, 4) : NULL;
	if (!p)
		return NULL;
	d->year = two(p, &bad) * 100 + two(p + 2, &bad);
	p = bad || d->year < 1900 ? NULL : gap(p + 4, end, 8);
	p = p && read_clock(p, d) ? gap(p + 8, end, 5) : NULL;
	if (!p || !read_offset(p, d) || (end - p > 5 && tt_is_digit(p[5])))
		return NULL;
	d->is_repaired = false;
	return p + 5;
}

/* [Www, ]D Mon YYYY HH:MM:SS +hhmm, folded or not; NULL where not so. */
static const uint8_t *read_plain(const uint8_t *p, const uint8_t *end,
				 struct tt_date_parts *d)
{
	if (end - p < 25)
		return NULL;
	if (p[3] == ',')
		p = is_weekday(key3(p)) ? gap(p + 4, end, 1) : NULL;
	if (!p || !tt_is_digit(p[0]))
		return NULL;
	d->day = *p++ - '0';
	if (p < end && tt_is_digit(*p))
		d->day = d->day * 10 + (*p++ - '0');
	return read_rest(p, end, d);
}

bool tt_date_parse_told(struct tt_slice s, struct tt_date *date_r,
			size_t *used_r, bool *is_plain_r)
{
	const uint8_t *end = s.p + s.n;
	const uint8_t *p = s.p;
	struct tt_date_parts d = { 0 };

	*date_r = (struct tt_date){ 0 };
	*used_r = 0;
	while (p < end && tt_is_space(*p))
		p++;
	if ((uint64_t)(end - p) > TT_MAX_date_text)
		end = p + TT_MAX_date_text;
	const uint8_t *after = read_plain(p, end, &d);

	*is_plain_r = after != NULL;
	if (!after) {
		struct tt_date_cursor c = { p, end };

		d = (struct tt_date_parts){ 0 };
		if (!tt_date_odd_read(&c, &d))
			return false;
		d.is_repaired |= !d.has_zone;
		d.is_zone_unread |= !d.has_zone;
		after = c.p;
	}
	if (!tt_date_parts_finish(&d, date_r))
		return false;
	*used_r = (size_t)(after - s.p);
	return true;
}

bool tt_date_parse(struct tt_slice s, struct tt_date *date_r, size_t *used_r)
{
	bool is_plain;

	return tt_date_parse_told(s, date_r, used_r, &is_plain);
}

/* ---- the way back ---- */

/* Of 0 to 99. */
static void put_two(char *at_r, unsigned value)
{
	at_r[0] = (char)('0' + value / 10);
	at_r[1] = (char)('0' + value % 10);
}

size_t tt_date_rfc3339(int64_t unix_s, char out_r[24])
{
	int month = 0, day = 0;

	out_r[0] = '\0';
	if (unix_s < UNIX_FIRST || unix_s > UNIX_LAST)
		return 0;
	const int64_t days = floor_days(unix_s);
	const unsigned left = (unsigned)(unix_s - days * DAY_S);
	const unsigned year = (unsigned)civil_from_days(days, &month, &day);

	memcpy(out_r, "0000-00-00T00:00:00Z", 21);
	put_two(out_r, year / 100);
	put_two(out_r + 2, year % 100);
	put_two(out_r + 5, (unsigned)month);
	put_two(out_r + 8, (unsigned)day);
	put_two(out_r + 11, left / 3600);
	put_two(out_r + 14, left / 60 % 60);
	put_two(out_r + 17, left % 60);
	return 20;
}

int tt_date_year(int64_t unix_s)
{
	const int64_t far = INT64_C(60000000000000000); /* fits an int year */
	int month = 0, day = 0;

	if (unix_s > far)
		unix_s = far;
	if (unix_s < -far)
		unix_s = -far;
	return (int)civil_from_days(floor_days(unix_s), &month, &day);
}

bool tt_date_is_leap(int year)
{
	return is_leap(year);
}

int64_t tt_date_in_year(int64_t unix_s, int year)
{
	const int64_t days = floor_days(unix_s);
	int month, day;

	(void)civil_from_days(days, &month, &day);
	while (month == 2 && day == 29 && !is_leap(year))
		year--;
	return days_from_civil(year, month, day) * DAY_S + unix_s -
	       days * DAY_S;
}
