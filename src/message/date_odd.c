/* date_odd - dates that are not as RFC 5322 3.3 writes them
 *
 * A token reader for the obsolete forms of RFC 5322 4.3 and for those met in
 * real mail.  Whatever departs from 3.3 sets is_repaired.  Bounded by the
 * cursor (TT_MAX_date_text); returns false where day or time is missing, the
 * calendar is checked by the caller. */
#include "date_parts.h"

/* RFC 5322 3.3 has three letters; relays with a date format of
 * their own write names in full. */
static const char *const months[] = {
	"january", "february", "march", "april", "may", "june", "july",
	"august", "september", "october", "november", "december",
};

static const char *const weekdays[] = {
	"monday", "tuesday", "wednesday", "thursday", "friday", "saturday",
	"sunday",
};

/* Space and, as 4.3 has it, comments. */
static void skip_cfws(struct tt_date_cursor *c, struct tt_date_parts *d)
{
	tt_cur_skip_space(c);
	while (tt_cur_at(c, '(') && tt_date_skip_comment(c)) {
		d->is_repaired = true;
		tt_cur_skip_space(c);
	}
}

/* The same where 3.3 wants space. */
static void skip_gap(struct tt_date_cursor *c, struct tt_date_parts *d)
{
	d->is_repaired |= c->p == c->end || !tt_is_space(*c->p);
	skip_cfws(c, d);
}

/* How many digits, 1 to max_digits; 0 where there are none or more. */
static int read_number(struct tt_date_cursor *c, int max_digits, int *value_r)
{
	int n = 0, value = 0;

	for (; tt_cur_at_digit(c) && n < max_digits; n++)
		value = value * 10 + (*c->p++ - '0');
	*value_r = value;
	return tt_cur_at_digit(c) ? 0 : n;
}

/* Index of the name that `w` is or abbreviates to three letters or more. */
static int find_name(const char *const *names, int n, struct tt_slice w)
{
	if (w.n < 3)
		return -1;
	for (int i = 0; i < n; i++)
		if (tt_slice_istarts(tt_slice_str(names[i]), w))
			return i;
	return -1;
}

/* "Apr", "april", "Sept." */
static bool read_month(struct tt_date_cursor *c, struct tt_date_parts *d)
{
	const struct tt_slice w = tt_cur_word(c);

	d->month = find_name(months, 12, w) + 1;
	d->is_repaired |= w.n > 3;
	d->is_repaired |= tt_cur_take(c, '.');
	return d->month > 0;
}

/* RFC 5322 4.3: 00-49 count from 2000, 50-99 and three digits from 1900. */
static bool read_year(struct tt_date_cursor *c, struct tt_date_parts *d)
{
	const int n = read_number(c, 4, &d->year);

	if (n < 2)
		return false;
	if (n == 2 && d->year < 50)
		d->year += 2000;
	else if (n < 4)
		d->year += 1900;
	d->is_repaired |= n < 4 || d->year < 1900;
	return true;
}

/* A weekday in another script, or its damaged bytes, up to a comma. */
static void skip_foreign_day(struct tt_date_cursor *c,
			     struct tt_date_parts *d)
{
	struct tt_date_cursor next = *c;
	bool is_foreign = false;

	for (; next.p < next.end; next.p++) {
		if (*next.p == ',' || tt_is_space(*next.p))
			break;
		is_foreign |= *next.p >= 0x80;
	}
	if (!is_foreign || !tt_cur_take(&next, ','))
		return;
	d->is_repaired = true;
	tt_cur_skip_space(&next);
	*c = next;
}

/* Its truth is not checked: a wrong weekday says nothing about the time. */
static void skip_weekday(struct tt_date_cursor *c, struct tt_date_parts *d)
{
	struct tt_date_cursor next = *c;
	const struct tt_slice w = tt_cur_word(&next);

	if (find_name(weekdays, 7, w) >= 0) {
		*c = next;
		d->is_repaired |= w.n > 3;
		d->is_repaired |= tt_cur_take(c, '.');
		d->is_repaired |= !tt_cur_at(c, ',');
		skip_cfws(c, d);
		tt_cur_take(c, ',');
		skip_cfws(c, d);
	}
	skip_foreign_day(c, d);
}

/* ".246" and ISO 8601's ",246": whole seconds are kept. */
static void skip_fraction(struct tt_date_cursor *c, struct tt_date_parts *d)
{
	if (c->end - c->p < 2 || (*c->p != '.' && *c->p != ',') ||
	    !tt_is_digit(c->p[1]))
		return;
	d->is_repaired = true;
	c->p++;
	tt_cur_skip_digits(c);
}

/* "7:43 PM"; false for "13:00 PM". */
static bool read_half_day(struct tt_date_cursor *c, struct tt_date_parts *d)
{
	struct tt_date_cursor next = *c;

	tt_cur_skip_space(&next);
	const struct tt_slice w = tt_cur_word(&next);
	const bool is_pm = tt_slice_ieq(w, TT_S("pm"));

	if (!is_pm && !tt_slice_ieq(w, TT_S("am")))
		return true;
	if (d->hour < 1 || d->hour > 12)
		return false;
	d->hour = d->hour % 12 + (is_pm ? 12 : 0);
	d->is_repaired = true;
	*c = next;
	return true;
}

/* ":mm", with the space and comments 4.3 allows around the colon. */
static int read_colon_part(struct tt_date_cursor *c, struct tt_date_parts *d,
			   int *value_r)
{
	struct tt_date_cursor next = *c;
	struct tt_date_parts sub = *d;

	skip_cfws(&next, &sub);
	if (!tt_cur_take(&next, ':'))
		return 0;
	skip_cfws(&next, &sub);
	const int n = read_number(&next, 2, value_r);

	d->is_repaired |= n != 2 || next.p - c->p > 3;
	*c = next;
	return n == 0 ? -1 : n;
}

/* HH:MM[:SS]; 3.3 lets the seconds go. */
static bool read_time(struct tt_date_cursor *c, struct tt_date_parts *d)
{
	const int n = read_number(c, 2, &d->hour);

	d->is_repaired |= n == 1;
	if (n == 0 || read_colon_part(c, d, &d->minute) <= 0)
		return false;
	const int n_second = read_colon_part(c, d, &d->second);

	if (n_second < 0)
		return false;
	if (n_second > 0)
		skip_fraction(c, d);
	return read_half_day(c, d);
}

/* YYYY-MM-DD[T ]HH:MM:SS[.frac][ ]zone */
static bool read_iso(struct tt_date_cursor *c, struct tt_date_parts *d)
{
	if (read_number(c, 4, &d->year) != 4)
		return false;
	const uint8_t sep = tt_cur_at(c, '/') ? '/' : '-'; /* not mixed */

	d->is_repaired = true;
	if (!tt_cur_take(c, sep) || !read_number(c, 2, &d->month) ||
	    !tt_cur_take(c, sep) || !read_number(c, 2, &d->day))
		return false;
	if (!tt_cur_take(c, 'T') && !tt_cur_take(c, 't')) {
		if (!tt_cur_take(c, ' '))
			return false;
		tt_cur_skip_space(c);
	}
	if (!read_time(c, d))
		return false;
	const uint8_t *const zone = c->p;

	/* Go's name comes behind an offset only */
	tt_date_zone_read(c, d);
	if (c->p > zone && tt_is_digit(c->p[-1]))
		tt_date_zone_skip_go(c);
	return true;
}

/* D Mon Y time zone; also "26-Apr-2023" (IMAP, RFC 9051 date-time), and the
 * day as "029". */
static bool read_day_first(struct tt_date_cursor *c, struct tt_date_parts *d)
{
	const int n = read_number(c, 3, &d->day);

	if (n == 0)
		return false;
	d->is_repaired |= n > 2;
	d->is_repaired |= tt_cur_take(c, '-');
	skip_gap(c, d);
	if (!read_month(c, d))
		return false;
	d->is_repaired |= tt_cur_take(c, '-') || tt_cur_take(c, ',');
	skip_gap(c, d);
	if (!read_year(c, d))
		return false;
	d->is_repaired |= tt_cur_take(c, ',');
	skip_gap(c, d);
	if (!read_time(c, d))
		return false;
	tt_date_zone_read(c, d);
	return true;
}

/* The rest of asctime(): time [zone] year */
static bool read_time_year(struct tt_date_cursor *c, struct tt_date_parts *d)
{
	if (!read_time(c, d))
		return false;
	tt_date_zone_read(c, d);
	skip_cfws(c, d);
	return read_year(c, d);
}

/* The rest of "Apr 26, 2023 19:43:30" */
static bool read_year_time(struct tt_date_cursor *c, struct tt_date_parts *d)
{
	if (!read_year(c, d))
		return false;
	tt_cur_take(c, ',');
	skip_cfws(c, d);
	return read_time(c, d);
}

/* Mon D, then asctime() or the American order, zone at last. */
static bool read_month_first(struct tt_date_cursor *c,
			     struct tt_date_parts *d)
{
	d->is_repaired = true;
	if (!read_month(c, d))
		return false;
	skip_cfws(c, d);
	if (!read_number(c, 2, &d->day))
		return false;
	tt_cur_take(c, ',');
	skip_cfws(c, d);
	struct tt_date_cursor next = *c;
	int year = 0;
	const bool is_year_next = read_number(&next, 4, &year) == 4;

	if (!(is_year_next ? read_year_time(c, d) : read_time_year(c, d)))
		return false;
	if (!d->has_zone)
		tt_date_zone_read(c, d);
	return true;
}

/* The first byte that is no weekday tells the order: a letter begins a month,
 * four digits and a dash are ISO 8601, other digits are the day. */
bool tt_date_odd_read(struct tt_date_cursor *c, struct tt_date_parts *d)
{
	skip_weekday(c, d);
	if (tt_cur_at_alpha(c))
		return read_month_first(c, d);
	if (c->end - c->p > 4 && tt_is_digit(c->p[2]) &&
	    (c->p[4] == '-' || c->p[4] == '/'))
		return read_iso(c, d);
	return read_day_first(c, d);
}
