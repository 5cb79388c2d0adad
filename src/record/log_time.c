/* log_time.c - the times that loggers and daemons write at a line's beginning
 *
 * Asked of every line, so nothing is copied and no library is called.  A time
 * that cannot be (month 13, hour 25) is none. */
#include "lines.h"

#define SECOND INT64_C(1000000)
#define DAY (INT64_C(86400) * SECOND)

/* Days since 1970 of a day of the Gregorian calendar. */
static int64_t days_of(int64_t y, int m, int d)
{
	y -= m <= 2;
	const int64_t era = y / 400;
	const int64_t of_era = y - era * 400;
	const int64_t of_year = (153 * (m + (m > 2 ? -3 : 9)) + 2) / 5 + d - 1;

	return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 +
	       of_year - 719468;
}

/* Two digits, or -1. */
static int two(const uint8_t *p)
{
	const unsigned a = (unsigned)p[0] - '0', b = (unsigned)p[1] - '0';

	return a < 10 && b < 10 ? (int)(a * 10 + b) : -1;
}

static int four(const uint8_t *p)
{
	const int a = two(p), b = two(p + 2);

	return a < 0 || b < 0 ? -1 : a * 100 + b;
}

#define NAME(a, b, c) ((a) << 16 | (b) << 8 | (c))

/* 1 to 12, or 0. */
static int month(const uint8_t *p)
{
	switch (NAME(p[0], p[1], p[2])) {
	case NAME('J', 'a', 'n'): return 1;
	case NAME('F', 'e', 'b'): return 2;
	case NAME('M', 'a', 'r'): return 3;
	case NAME('A', 'p', 'r'): return 4;
	case NAME('M', 'a', 'y'): return 5;
	case NAME('J', 'u', 'n'): return 6;
	case NAME('J', 'u', 'l'): return 7;
	case NAME('A', 'u', 'g'): return 8;
	case NAME('S', 'e', 'p'): return 9;
	case NAME('O', 'c', 't'): return 10;
	case NAME('N', 'o', 'v'): return 11;
	case NAME('D', 'e', 'c'): return 12;
	default: return 0;
	}
}

static bool is_day(int m, int d)
{
	static const uint8_t days[] = { 31, 29, 31, 30, 31, 30,
					31, 31, 30, 31, 30, 31 };

	return m >= 1 && m <= 12 && d >= 1 && d <= days[m - 1];
}

/* "hh:mm:ss" in microseconds, or -1; a leap second is the next one. */
static int64_t clock_of(const uint8_t *p)
{
	const int h = two(p), m = two(p + 3), s = two(p + 6);

	if (p[2] != ':' || p[5] != ':' || h < 0 || h > 23 || m < 0 ||
	    m > 59 || s < 0 || s > 60)
		return -1;
	return (h * 3600 + m * 60 + s) * SECOND;
}

/* ".123" or ",123456789" behind seconds; returns its length. */
static size_t fraction(struct tt_slice s, struct tt_log_stamp *t)
{
	int unit = (int)SECOND;
	size_t n = 1;

	if (s.n < 2 || (s.p[0] != '.' && s.p[0] != ',') || !tt_is_digit(s.p[1]))
		return 0;
	for (; n < s.n && tt_is_digit(s.p[n]); n++) {
		if (unit == 1)
			continue;
		unit /= 10;
		t->us += (s.p[n] - '0') * unit;
	}
	t->precision_us = unit;
	return n;
}

/* ---- RFC 3164, 4.1.2: "Nov  1 17:06:43", a year after the day too ---- */

/* The day of the month, padded or not; returns its length. */
static size_t bsd_day(const uint8_t *p, int *day_r)
{
	const int low = p[1] - '0';

	if (!tt_is_digit(p[1])) {
		*day_r = p[0] - '0';
		return tt_is_digit(p[0]) && p[1] == ' ' ? 1 : 0;
	}
	*day_r = p[0] == ' ' ? low : two(p);
	return *day_r < 0 ? 0 : 2;
}

size_t tt_log_time_bsd(struct tt_slice s, struct tt_log_stamp *t_r)
{
	const int m = s.n >= 14 ? month(s.p) : 0;
	int day, year = -1;

	if (m == 0 || s.p[3] != ' ')
		return 0;
	size_t at = 4 + bsd_day(s.p + 4, &day);

	if (at == 4 || s.p[at] != ' ' || !is_day(m, day))
		return 0;
	at++;
	if (s.n - at > 5 && s.p[at + 4] == ' ') {
		year = four(s.p + at);
		at += 5;
	}
	const int64_t us = s.n - at >= 8 ? clock_of(s.p + at) : -1;

	if (us < 0 || (at > 7 && year < 1970))
		return 0;
	at += 8;
	*t_r = (struct tt_log_stamp){
		.time = year < 0 ? TT_LOG_NO_YEAR : TT_LOG_LOCAL,
		.precision_us = (int)SECOND,
	};
	if (year < 0)
		year = m == 2 && day == 29 ? 1972 : 1970;
	t_r->us = days_of(year, m, day) * DAY + us;
	return at + fraction(tt_slice_sub(s, at, s.n), t_r);
}

/* ---- ISO 8601 and its relatives ---- */

/* "Z", "+02:00", "+0200"; " +0200" behind a date that has a space in it.
 * Returns its length, 0 where there is none. */
static size_t zone(struct tt_slice s, bool is_spaced, struct tt_log_stamp *t)
{
	size_t at = is_spaced && s.n && *s.p == ' ';

	if (s.n && (*s.p == 'Z' || *s.p == 'z')) {
		t->has_offset = true;
		return 1;
	}
	if (s.n < at + 5 || (s.p[at] != '+' && s.p[at] != '-'))
		return 0;
	const int sign = s.p[at++] == '-' ? -1 : 1;
	const int h = two(s.p + at);

	at += 2;
	if (s.p[at] == ':' && s.n - at >= 3)
		at++;
	const int m = s.n - at >= 2 ? two(s.p + at) : -1;

	if (h < 0 || h > 23 || m < 0 || m > 59)
		return 0;
	t->has_offset = true;
	t->offset_min = sign * (h * 60 + m);
	return at + 2;
}

size_t tt_log_time_iso(struct tt_slice s, struct tt_log_stamp *t_r)
{
	if (s.n < 19 || !tt_is_digit(*s.p) || s.p[4] != s.p[7] ||
	    (s.p[4] != '-' && s.p[4] != '/') ||
	    (s.p[10] != 'T' && s.p[10] != ' '))
		return 0;
	const int y = four(s.p), m = two(s.p + 5), d = two(s.p + 8);
	const int64_t us = clock_of(s.p + 11);
	size_t at = 19;

	if (y < 1970 || !is_day(m, d) || us < 0)
		return 0;
	*t_r = (struct tt_log_stamp){
		.time = TT_LOG_LOCAL,
		.us = days_of(y, m, d) * DAY + us,
		.precision_us = (int)SECOND,
	};
	at += fraction(tt_slice_sub(s, at, s.n), t_r);
	at += zone(tt_slice_sub(s, at, s.n), s.p[10] == ' ', t_r);
	if (t_r->has_offset) {
		t_r->time = TT_LOG_UTC;
		t_r->us -= t_r->offset_min * 60 * SECOND;
	}
	return at;
}

/* "Wed Sep 14 09:48:19 2022" */
size_t tt_log_time_asctime(struct tt_slice s, struct tt_log_stamp *t_r)
{
	if (s.n < 24 || !tt_is_alpha(s.p[0]) || !tt_is_alpha(s.p[1]) ||
	    !tt_is_alpha(s.p[2]) || s.p[3] != ' ' || s.p[10] != ' ' ||
	    s.p[19] != ' ')
		return 0;
	const int m = month(s.p + 4), y = four(s.p + 20);
	const int64_t us = clock_of(s.p + 11);
	int day;

	if (bsd_day(s.p + 8, &day) != 2 || !is_day(m, day) || y < 1970 ||
	    us < 0)
		return 0;
	*t_r = (struct tt_log_stamp){
		.time = TT_LOG_LOCAL,
		.us = days_of(y, m, day) * DAY + us,
		.precision_us = (int)SECOND,
	};
	return 24;
}

/* journalctl's short-full: "Sat 2026-11-21 17:06:43 UTC".  Of other zones the
 * name says little. */
size_t tt_log_time_full(struct tt_slice s, struct tt_log_stamp *t_r)
{
	size_t n;

	if (s.n < 26 || !tt_is_alpha(*s.p) || s.p[3] != ' ')
		return 0;
	s = tt_slice_sub(s, 4, s.n);
	n = tt_log_time_iso(s, t_r);
	if (n == 0 || n >= s.n || s.p[10] != ' ' || s.p[n] != ' ')
		return 0;
	const size_t word = ++n;

	while (n < s.n && n < word + 6 && tt_is_alpha(s.p[n]))
		n++;
	if (n < word + 2)
		return 0;
	if (tt_slice_eq(tt_slice_sub(s, word, n - word), TT_S("UTC"))) {
		t_r->time = TT_LOG_UTC;
		t_r->has_offset = true;
	}
	return 4 + n;
}

/* ---- instants ---- */

/* n hexadecimal digits, or UINT64_MAX. */
static uint64_t hex_of(const uint8_t *p, size_t n)
{
	uint64_t v = 0;

	for (size_t i = 0; i < n; i++) {
		const int d = tt_hex(p[i]);

		if (d < 0)
			return UINT64_MAX;
		v = v << 4 | (uint64_t)d;
	}
	return v;
}

/* multilog writes the system's clock and 10 s, whatever leap seconds there
 * have been. */
#define TAI64_EPOCH (UINT64_C(1) << 62)
#define TAI64_OFFSET 10

size_t tt_log_time_tai64n(struct tt_slice s, struct tt_log_stamp *t_r)
{
	if (s.n < 25 || *s.p != '@')
		return 0;
	const uint64_t seconds = hex_of(s.p + 1, 16);
	const uint64_t ns = hex_of(s.p + 17, 8);

	if (seconds == UINT64_MAX || ns > 999999999 ||
	    seconds < TAI64_EPOCH + TAI64_OFFSET ||
	    seconds - TAI64_EPOCH > UINT32_MAX)
		return 0;
	*t_r = (struct tt_log_stamp){
		.time = TT_LOG_UTC,
		.us = (int64_t)(seconds - TAI64_EPOCH - TAI64_OFFSET) * SECOND +
		      (int64_t)ns / 1000,
		.precision_us = 1,
	};
	return 25;
}

bool tt_log_time_micros(struct tt_slice s, struct tt_log_stamp *t_r)
{
	const int64_t us = tt_slice_number(s, INT64_MAX);

	if (us < 0)
		return false;
	*t_r = (struct tt_log_stamp){
		.time = TT_LOG_UTC, .us = us, .precision_us = 1
	};
	return true;
}

/* splogger's "1157519909.633171". */
size_t tt_log_time_epoch(struct tt_slice s, struct tt_log_stamp *t_r)
{
	const size_t dot = tt_slice_chr(tt_slice_sub(s, 0, 11), '.');
	const int64_t seconds =
		tt_slice_number(tt_slice_sub(s, 0, dot), UINT32_MAX);

	if (dot == SIZE_MAX || dot < 9 || seconds < 0)
		return 0;
	*t_r = (struct tt_log_stamp){
		.time = TT_LOG_UTC, .us = seconds * SECOND
	};
	const size_t n = fraction(tt_slice_sub(s, dot, s.n), t_r);

	return n == 7 ? dot + n : 0;
}

void tt_log_set_time(struct tt_log_line *l, const struct tt_log_stamp *t)
{
	if (t->time < l->time)
		return;
	l->time = t->time;
	l->time_us = t->us;
	l->precision_us = t->precision_us;
	l->has_offset = t->has_offset;
	l->offset_min = t->offset_min;
}
