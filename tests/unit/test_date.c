/* test_date - dates in, instants out; GMime as second opinion */
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include <tlstrail/message.h>

enum { NO_OFFSET = 9999 };

struct row {
	const char *name, *text;
	const char *time;  /* NULL: no date */
	int offset_min;	   /* NO_OFFSET: has_offset is false */
	bool is_repaired;
	const char *after; /* what `used` leaves over */
};

static const struct row rows[] = {
	/* RFC 5322 3.3 */
	{ "plain", "Thu, 29 Apr 2021 10:11:12 +0200", "2021-04-29T08:11:12Z",
	  120, false, "" },
	{ "west", "Thu, 29 Apr 2021 23:11:12 -0330", "2021-04-30T02:41:12Z",
	  -210, false, "" },
	{ "one digit day", "Mon, 3 Jun 2024 00:00:00 +0000",
	  "2024-06-03T00:00:00Z", 0, false, "" },
	{ "padded day", "Mon,  3 Jun 2024 00:00:00 +0000",
	  "2024-06-03T00:00:00Z", 0, false, "" },
	{ "no weekday", "3 Jun 2024 00:00:00 +0000", "2024-06-03T00:00:00Z",
	  0, false, "" },
	{ "no space behind the comma", "Thu,29 Apr 2021 10:11:12 +0200",
	  "2021-04-29T08:11:12Z", 120, false, "" },
	{ "no seconds", "Thu, 29 Apr 2021 10:11 +0200",
	  "2021-04-29T08:11:00Z", 120, false, "" },
	{ "lower case", "thu, 29 apr 2021 10:11:12 +0200",
	  "2021-04-29T08:11:12Z", 120, false, "" },
	{ "folded", "\r\n Thu, 29\r\n\tApr 2021 10:11:12\r\n +0200",
	  "2021-04-29T08:11:12Z", 120, false, "" },
	{ "minus zero", "Thu, 29 Apr 2021 10:11:12 -0000",
	  "2021-04-29T10:11:12Z", NO_OFFSET, false, "" },
	{ "wrong weekday is not checked", "Mon, 29 Apr 2021 10:11:12 +0000",
	  "2021-04-29T10:11:12Z", 0, false, "" },
	{ "leap second", "Sat, 31 Dec 2016 23:59:60 +0000",
	  "2017-01-01T00:00:00Z", 0, false, "" },
	{ "leap day", "29 Feb 2000 12:00:00 +0000", "2000-02-29T12:00:00Z", 0,
	  false, "" },
	/* what follows is not ours */
	{ "zone comment", "Thu, 29 Apr 2021 10:11:12 +0000 (UTC)",
	  "2021-04-29T10:11:12Z", 0, false, " (UTC)" },
	{ "zone comment, digits", "Thu, 29 Apr 2021 10:11:12 -0300 (-03)",
	  "2021-04-29T13:11:12Z", -180, false, " (-03)" },
	{ "zone comment, other zone",
	  "Thu, 29 Apr 2021 10:11:12 +0800 (CST)", "2021-04-29T02:11:12Z",
	  480, false, " (CST)" },
	{ "id behind", "Sat, 11 Dec 2010 12:19:59 +0900 id 0EFECD52",
	  "2010-12-11T03:19:59Z", 540, false, " id 0EFECD52" },
	{ "dots behind", "Mon, 18 Sep 2023 14:19:23 +0200.752_9",
	  "2023-09-18T12:19:23Z", 120, false, ".752_9" },
	{ "offset behind the offset", "Fri, 05 Dec 2025 10:49:09 +0000-68-3",
	  "2025-12-05T10:49:09Z", 0, false, "-68-3" },
	{ "word that is no zone", "Fri, 05 Dec 2025 10:49:09 id 7",
	  "2025-12-05T10:49:09Z", NO_OFFSET, true, " id 7" },
	{ "comment that is no zone", "Fri, 05 Dec 2025 10:49:09 (by x)",
	  "2025-12-05T10:49:09Z", NO_OFFSET, true, " (by x)" },
	/* years and days */
	{ "two digits, 2000 on", "Thu, 07 Sep 23 14:07:33 +0200",
	  "2023-09-07T12:07:33Z", 120, true, "" },
	{ "49 is 2049", "7 Sep 49 14:07:33 +0000", "2049-09-07T14:07:33Z", 0,
	  true, "" },
	{ "50 is 1950", "7 Sep 50 14:07:33 +0000", "1950-09-07T14:07:33Z", 0,
	  true, "" },
	{ "three digits", "7 Sep 103 14:07:33 +0000", "2003-09-07T14:07:33Z",
	  0, true, "" },
	{ "four digits, early", "7 Sep 0003 14:07:33 +0000",
	  "0003-09-07T14:07:33Z", 0, true, "" },
	{ "one digit", "7 Sep 3 14:07:33 +0000", NULL, 0, false, NULL },
	{ "five digits", "7 Sep 20233 14:07:33 +0000", NULL, 0, false, NULL },
	{ "three-digit day", "Thu, 029 Apr 2021 10:11:12 +0000",
	  "2021-04-29T10:11:12Z", 0, true, "" },
	{ "four-digit day", "Thu, 0029 Apr 2021 10:11:12 +0000", NULL, 0,
	  false, NULL },
	/* names */
	{ "month in full", "Wed, 26 April 2023 19:43:30 +0000",
	  "2023-04-26T19:43:30Z", 0, true, "" },
	{ "weekday in full", "Wednesday, 26 Apr 2023 19:43:30 +0000",
	  "2023-04-26T19:43:30Z", 0, true, "" },
	{ "Sept.", "26 Sept. 2023 19:43:30 +0000", "2023-09-26T19:43:30Z", 0,
	  true, "" },
	{ "no comma", "Wed 26 Apr 2023 19:43:30 +0000",
	  "2023-04-26T19:43:30Z", 0, true, "" },
	{ "foreign weekday", "\xd0\xa1\xd1\x80, 26 Apr 2023 19:43:30 +0000",
	  "2023-04-26T19:43:30Z", 0, true, "" },
	{ "weekday twice", "Wed, \xef\xbf\xbd, 26 Apr 2023 19:43:30 +0000",
	  "2023-04-26T19:43:30Z", 0, true, "" },
	{ "no weekday at all", "Foo, 26 Apr 2023 19:43:30 +0000", NULL, 0,
	  false, NULL },
	{ "no month", "26 Avr 2023 19:43:30 +0000", NULL, 0, false, NULL },
	{ "dashes", "26-Apr-2023 19:43:30 +0000", "2023-04-26T19:43:30Z", 0,
	  true, "" },
	{ "dashes and space", "26- Apr 2023 19:43:30 +0000",
	  "2023-04-26T19:43:30Z", 0, true, "" },
	{ "no space at the month", "26Apr 2023 19:43:30 +0000",
	  "2023-04-26T19:43:30Z", 0, true, "" },
	{ "space before the comma", "Wed , 26 Apr 2023 19:43:30 +0000",
	  "2023-04-26T19:43:30Z", 0, true, "" },
	{ "comments inside",
	  "Fri, 21 Nov 1997 09(comment):   55  :  06 -0600",
	  "1997-11-21T15:55:06Z", -360, true, "" },
	{ "comment before the zone", "21 Nov 1997 09:55:06 (x(y)) -0600",
	  "1997-11-21T15:55:06Z", -360, true, "" },
	{ "one-digit hour", "26 Apr 2023 9:43:30 +0000",
	  "2023-04-26T09:43:30Z", 0, true, "" },
	{ "one-digit minute and second", "26 Apr 2023 09:4:3 +0000",
	  "2023-04-26T09:04:03Z", 0, true, "" },
	{ "fraction", "Thu, 17 Nov 2022 22:27:12.246 +0000",
	  "2022-11-17T22:27:12Z", 0, true, "" },
	{ "PM", "26 Apr 2023 07:43:30 PM +0000", "2023-04-26T19:43:30Z", 0,
	  true, "" },
	{ "12 AM", "26 Apr 2023 12:43:30 AM +0000", "2023-04-26T00:43:30Z", 0,
	  true, "" },
	{ "13 PM", "26 Apr 2023 13:43:30 PM +0000", NULL, 0, false, NULL },
	/* zones */
	{ "GMT", "Mon, 26 Sep 2022 21:57:50 GMT", "2022-09-26T21:57:50Z", 0,
	  true, "" },
	{ "Z", "Mon, 26 Sep 2022 21:57:50 Z", "2022-09-26T21:57:50Z", 0, true,
	  "" },
	{ "EST", "Mon, 26 Sep 2022 21:57:50 EST", "2022-09-27T02:57:50Z",
	  -300, true, "" },
	{ "JST", "Mon, 26 Sep 2022 21:57:50 JST", "2022-09-26T12:57:50Z", 540,
	  true, "" },
	{ "name and comment", "Thu, 2 Jan 2025 01:56:51 GMT (GMT)",
	  "2025-01-02T01:56:51Z", 0, true, " (GMT)" },
	{ "ambiguous name", "Mon, 26 Sep 2022 21:57:50 IST",
	  "2022-09-26T21:57:50Z", NO_OFFSET, true, "" },
	{ "military letter", "Mon, 26 Sep 2022 21:57:50 A",
	  "2022-09-26T21:57:50Z", NO_OFFSET, true, "" },
	{ "name, then digits", "Mon, 26 Sep 2022 21:57:50 IST +0530",
	  "2022-09-26T16:27:50Z", 330, true, "" },
	{ "GMT with digits", "Mon, 26 Sep 2022 21:57:50 GMT+0200",
	  "2022-09-26T19:57:50Z", 120, true, "" },
	{ "GMT with a colon", "Mon, 26 Sep 2022 21:57:50 GMT-02:30",
	  "2022-09-27T00:27:50Z", -150, true, "" },
	{ "digits with a colon", "Mon, 26 Sep 2022 21:57:50 +02:00",
	  "2022-09-26T19:57:50Z", 120, true, "" },
	{ "hours only", "Mon, 26 Sep 2022 21:57:50 +02",
	  "2022-09-26T19:57:50Z", 120, true, "" },
	{ "three digits of zone", "Mon, 26 Sep 2022 21:57:50 +530",
	  "2022-09-26T16:27:50Z", 330, true, "" },
	{ "in a comment", "Mon, 26 Sep 2022 21:57:50 (GMT-8)",
	  "2022-09-27T05:57:50Z", -480, true, "" },
	{ "entity", "Mon, 26 Sep 2022 21:57:50 &#43;0000",
	  "2022-09-26T21:57:50Z", 0, true, "" },
	{ "entity cut short", "Mon, 26 Sep 2022 21:57:50 &#43;",
	  "2022-09-26T21:57:50Z", NO_OFFSET, true, " &#43;" },
	{ "15 hours", "Mon, 26 Sep 2022 21:57:50 +1500",
	  "2022-09-26T06:57:50Z", 900, false, "" },
	{ "16 hours", "Mon, 26 Sep 2022 21:57:50 +1600",
	  "2022-09-26T21:57:50Z", NO_OFFSET, true, "" },
	{ "60 minutes", "Mon, 26 Sep 2022 21:57:50 +0260",
	  "2022-09-26T21:57:50Z", NO_OFFSET, true, "" },
	{ "five digits of zone", "Mon, 26 Sep 2022 21:57:50 +00000",
	  "2022-09-26T21:57:50Z", NO_OFFSET, true, "" },
	{ "no zone", "Mon, 26 Sep 2022 21:57:50", "2022-09-26T21:57:50Z",
	  NO_OFFSET, true, "" },
	{ "sign alone", "Mon, 26 Sep 2022 21:57:50 +",
	  "2022-09-26T21:57:50Z", NO_OFFSET, true, " +" },
	{ "zone glued on", "Mon, 26 Sep 2022 21:57:50+0200",
	  "2022-09-26T19:57:50Z", 120, true, "" },
	/* other orders */
	{ "Go", "2023-07-28 19:32:25.928333532 +0000 UTC m=+68.81909 x",
	  "2023-07-28T19:32:25Z", 0, true, " x" },
	{ "Go without a zone name", "2023-07-28 19:32:25.9 -0300 -03 m=+6.8",
	  "2023-07-28T22:32:25Z", -180, true, "" },
	{ "Go without the clock", "2023-07-28 19:32:25.9 +0200 CEST",
	  "2023-07-28T17:32:25Z", 120, true, "" },
	{ "Go, damaged clock", "2023-07-28 19:32:25.9 +0000 UTC m=+6a@b.11",
	  "2023-07-28T19:32:25Z", 0, true, "" },
	{ "ISO with Z", "2023-07-28T19:32:25Z", "2023-07-28T19:32:25Z", 0,
	  true, "" },
	{ "ISO with an offset", "2023-07-28T19:32:25.5+02:00",
	  "2023-07-28T17:32:25Z", 120, true, "" },
	{ "ISO with a name", "2023-07-28 19:32:25 UTC",
	  "2023-07-28T19:32:25Z", 0, true, "" },
	{ "ISO with slashes", "2023/07/28 19:32:25 +0000 id 3",
	  "2023-07-28T19:32:25Z", 0, true, " id 3" },
	{ "asctime", "Sat Oct 26 09:35:12 1991", "1991-10-26T09:35:12Z",
	  NO_OFFSET, true, "" },
	{ "asctime with a name", "Sat Oct 26 09:35:12 EDT 1991",
	  "1991-10-26T13:35:12Z", -240, true, "" },
	{ "asctime, zone last", "Sat Oct  6 09:35:12 1991 +0100",
	  "1991-10-06T08:35:12Z", 60, true, "" },
	{ "zone before the year", "Wed Aug 27 13:08:45 +0000 2008",
	  "2008-08-27T13:08:45Z", 0, true, "" },
	{ "American", "Apr 26, 2023, 07:43 PM EST", "2023-04-27T00:43:00Z",
	  -300, true, "" },
	{ "two-digit year and zone", "Sat, 26 Oct 91 09:35:12 EDT",
	  "1991-10-26T13:35:12Z", -240, true, "" },
	/* the calendar, and no date at all */
	{ "31 Feb", "31 Feb 2021 10:11:12 +0000", NULL, 0, false, NULL },
	{ "29 Feb 2021", "29 Feb 2021 10:11:12 +0000", NULL, 0, false, NULL },
	{ "29 Feb 1900", "29 Feb 1900 10:11:12 +0000", NULL, 0, false, NULL },
	{ "day 0", "0 Feb 2021 10:11:12 +0000", NULL, 0, false, NULL },
	{ "hour 24", "1 Feb 2021 24:00:00 +0000", NULL, 0, false, NULL },
	{ "minute 60", "1 Feb 2021 10:60:00 +0000", NULL, 0, false, NULL },
	{ "second 61", "1 Feb 2021 10:00:61 +0000", NULL, 0, false, NULL },
	{ "month 13", "2021-13-01 10:00:00 +0000", NULL, 0, false, NULL },
	{ "day only", "02-04-2024", NULL, 0, false, NULL },
	{ "date without time", "29 Jan 2023", NULL, 0, false, NULL },
	{ "asctime without year", "Sat Oct 26 09:35:12", NULL, 0, false,
	  NULL },
	{ "redacted", "2024-12-10 13:08:x@y +0000 UTC", NULL, 0, false,
	  NULL },
	{ "a version number", "15.20.6723.5", NULL, 0, false, NULL },
	{ "a word", "with ESMTP", NULL, 0, false, NULL },
	{ "empty", "", NULL, 0, false, NULL },
	{ "space", " \t ", NULL, 0, false, NULL },
	{ "open comment", "Thu, 29 Apr (2021 10:11:12 +0200", NULL, 0, false,
	  NULL },
};

static void check_row(const struct row *row)
{
	char time[24];
	struct tt_date d;
	size_t used = 99;
	const struct tt_slice s = tt_slice_str(row->text);
	const bool ok = tt_date_parse(s, &d, &used);

	if (ok != (row->time != NULL) || ok != d.is_set)
		fail_msg("%s: %s", row->name, ok ? "read" : "refused");
	if (!ok) {
		if (used != 0)
			fail_msg("%s: used %zu", row->name, used);
		return;
	}
	tt_date_rfc3339(d.unix_s, time);
	if (strcmp(time, row->time) != 0)
		fail_msg("%s: %s", row->name, time);
	if (d.has_offset != (row->offset_min != NO_OFFSET) ||
	    d.offset_min != (d.has_offset ? row->offset_min : 0))
		fail_msg("%s: offset %d %d", row->name, d.has_offset,
			 d.offset_min);
	if (d.is_repaired != row->is_repaired)
		fail_msg("%s: repaired %d", row->name, d.is_repaired);
	if (used > s.n || strcmp(row->text + used, row->after) != 0)
		fail_msg("%s: used %zu", row->name, used);
}

static void test_parse(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		check_row(&rows[i]);
}

/* Each beginning of each row: must not read on (the sanitizer looks), and
 * never use more than there is. */
static void test_cut(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		const struct tt_slice s = tt_slice_str(rows[i].text);

		for (size_t n = 0; n <= s.n; n++) {
			uint8_t *const copy = tt_malloc(n + 1);
			struct tt_date d;
			size_t used = 0;

			memcpy(copy + 1, s.p, n);
			tt_date_parse((struct tt_slice){ copy + 1, n }, &d,
				      &used);
			if (used > n)
				fail_msg("%s: used %zu of %zu", rows[i].name,
					 used, n);
			tt_free_(copy);
		}
	}
}

/* Longer than any date: no date, and no time spent. */
static void test_long(void **state)
{
	enum { LONG = 100000 };
	uint8_t *const text = tt_malloc(LONG);
	struct tt_date d;
	size_t used = 0;

	(void)state;
	memset(text, ' ', LONG);
	memcpy(text, "1 Jan", 5);
	memcpy(text + LONG - 20, "2024 10:00:00 +0000", 19);
	assert_false(tt_date_parse((struct tt_slice){ text, LONG }, &d,
				   &used));
	tt_free_(text);
}

/* A date may be folded wherever it has a space: the same, but longer. */
static void test_folded(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		char wide[400];
		size_t n = 0, used = 0, used_wide = 0;
		struct tt_date d, e;

		if (!rows[i].time || rows[i].is_repaired || rows[i].after[0])
			continue;
		for (const char *p = rows[i].text; *p; p++)
			n += (size_t)snprintf(wide + n, sizeof wide - n, "%s",
					      *p == ' ' ? "\r\n\t  " :
							  (char[]){ *p, 0 });
		assert_true(tt_date_parse(tt_slice_str(rows[i].text), &d,
					  &used));
		if (!tt_date_parse(tt_slice_str(wide), &e, &used_wide) ||
		    used_wide != n || d.unix_s != e.unix_s ||
		    d.has_offset != e.has_offset ||
		    d.offset_min != e.offset_min ||
		    d.is_zone_unread != e.is_zone_unread || e.is_repaired)
			fail_msg("%s: %s", rows[i].name, wide);
	}
}

/* Every 17th day of 600 years, against GMime (which begins in 1969) and
 * back to text. */
static void test_calendar(void **state)
{
	static const char *const months[] = { "Jan", "Feb", "Mar", "Apr",
					      "May", "Jun", "Jul", "Aug",
					      "Sep", "Oct", "Nov", "Dec" };
	(void)state;
	for (int64_t t = INT64_C(-2208945296); t < INT64_C(16725225600);
	     t += 17 * 86400 + 61) {
		char iso[24], text[64];
		struct tt_date own, other;
		size_t used = 0;

		assert_int_equal(tt_date_rfc3339(t, iso), 20);
		const int month = (iso[5] - '0') * 10 + iso[6] - '0';

		snprintf(text, sizeof text, "%.2s %s %.4s %.8s +0000",
			 iso + 8, months[month - 1], iso, iso + 11);
		const struct tt_slice s = tt_slice_str(text);

		if (!tt_date_parse(s, &own, &used) || own.unix_s != t)
			fail_msg("%s: %" PRId64, text, own.unix_s);
		if (t > 0 && (!tt_date_parse_gmime(s, &other) ||
			      other.unix_s != t))
			fail_msg("GMime, %s: %" PRId64, text, other.unix_s);
		if (tt_date_year(t) != (int)tt_slice_number(
				tt_slice_sub(tt_slice_str(iso), 0, 4), 9999))
			fail_msg("year of %s", iso);
	}
}

static void test_ends(void **state)
{
	static const struct {
		const char *name;
		int64_t unix_s;
		const char *text;
		int year;
	} ends[] = {
		{ "epoch", 0, "1970-01-01T00:00:00Z", 1970 },
		{ "before it", -1, "1969-12-31T23:59:59Z", 1969 },
		{ "first", INT64_C(-62167219200), "0000-01-01T00:00:00Z", 0 },
		{ "below", INT64_C(-62167219201), "", -1 },
		{ "last", INT64_C(253402300799), "9999-12-31T23:59:59Z",
		  9999 },
		{ "above", INT64_C(253402300800), "", 10000 },
		{ "2100 has no leap day", INT64_C(4107542400),
		  "2100-03-01T00:00:00Z", 2100 },
		{ "2000 has one", INT64_C(951782400), "2000-02-29T00:00:00Z",
		  2000 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
		char text[24];
		const size_t n = tt_date_rfc3339(ends[i].unix_s, text);

		if (n != strlen(ends[i].text) || strcmp(text, ends[i].text))
			fail_msg("%s: %s", ends[i].name, text);
		if (tt_date_year(ends[i].unix_s) != ends[i].year)
			fail_msg("%s: year %d", ends[i].name,
				 tt_date_year(ends[i].unix_s));
	}
	assert_true(tt_date_year(INT64_MAX) > 9999);
	assert_true(tt_date_year(INT64_MIN) < 0);
}

static void test_gmime(void **state)
{
	struct tt_date d;

	(void)state;
	assert_true(tt_date_parse_gmime(
		TT_S("Tuesday 19 September 2023 at 10:00"), &d));
	assert_true(d.is_set && d.is_repaired && !d.has_offset);
	assert_int_equal(d.unix_s, 1695117600);
	assert_true(tt_date_parse_gmime(TT_S("19 Sep 2023 10:00 +0200"), &d));
	assert_true(d.has_offset && d.offset_min == 120);
	/* no time of day: GMime would say midnight */
	assert_false(tt_date_parse_gmime(TT_S("02-04-2024"), &d));
	assert_false(d.is_set);
	assert_false(tt_date_parse_gmime(TT_NO_SLICE, &d));
}

/* What a user gives is taken to the letter. */
static void test_rfc3339(void **state)
{
	static const struct {
		const char *name, *text;
		int64_t first, last;
	} good[] = {
		{ "a day", "2026-06-09", 1780963200, 1781049599 },
		{ "a leap day", "2024-02-29", 1709164800, 1709251199 },
		{ "UTC", "2026-06-09T14:03:21Z", 1781013801, 1781013801 },
		{ "small letters", "2026-06-09t14:03:21z", 1781013801,
		  1781013801 },
		{ "a space, as the note of 5.6 lets",
		  "2026-06-09 14:03:21Z", 1781013801, 1781013801 },
		{ "east", "2026-06-09T16:03:21+02:00", 1781013801,
		  1781013801 },
		{ "west, the day before", "2026-06-08T22:33:21-15:30",
		  1781013801, 1781013801 },
		{ "between two seconds", "2026-06-09T14:03:21.25Z",
		  1781013802, 1781013801 },
		{ "a fraction of nothing", "2026-06-09T14:03:21.000Z",
		  1781013801, 1781013801 },
		{ "a leap second", "2016-12-31T23:59:60Z", 1483228800,
		  1483228800 },
		{ "before 1970", "1969-12-31T23:59:59Z", -1, -1 },
		{ "the first day", "0000-01-01", INT64_C(-62167219200),
		  INT64_C(-62167132801) },
	};
	static const char *const bad[] = {
		"",
		"2026",
		"2026-06",
		"2026-6-9",
		"2026-06-09T",
		"2026-06-09T14:03",
		"2026-06-09T14:03Z",
		"2026-06-09T14:03:21", /* no offset */
		"2026-06-09T14:03:21+0200",
		"2026-06-09T14:03:21+02",
		"2026-06-09T14:03:21+24:00",
		"2026-06-09T14:03:21.Z",
		"2026-06-09T24:00:00Z",
		"2026-06-09T14:60:00Z",
		"2026-13-01",
		"2026-00-01",
		"2026-02-29",
		"2026-06-31",
		"02026-06-09",
		"2026-06-09 ",
		" 2026-06-09",
		"2026-06-09Z",
		"9 Jun 2026",
		"-026-06-09",
		"2026-06-09T14:03:21Z2026",
	};
	struct tt_date_span span;

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		if (!tt_date_read_rfc3339(tt_slice_str(good[i].text), &span))
			fail_msg("%s: refused", good[i].name);
		if (span.first != good[i].first || span.last != good[i].last)
			fail_msg("%s: %" PRId64 " to %" PRId64, good[i].name,
				 span.first, span.last);
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		if (tt_date_read_rfc3339(tt_slice_str(bad[i]), &span))
			fail_msg("%s: taken", bad[i]);
}

/* A date at each of its bytes: cut, but where what is left is one. */
static void test_is_cut(void **state)
{
	static const struct {
		const char *date, *whole; /* beginnings, parted by '|' */
	} dates[] = {
		{ "Mon, 1 Jan 2024 01:02:03 +0000",
		  "Mon, 1 Jan 2024 01:02|Mon, 1 Jan 2024 01:02:03|"
		  "Mon, 1 Jan 2024 01:02:03 |Mon, 1 Jan 2024 01:02:03 +00|"
		  "Mon, 1 Jan 2024 01:02:03 +0000" },
		{ "12 Dec 2023 1:02 -0500",
		  "12 Dec 2023 1:02|12 Dec 2023 1:02 |12 Dec 2023 1:02 -05|"
		  "12 Dec 2023 1:02 -0500" },
	};
	static const char *const others[] = {
		"", " ", "Monday", "Mo, 1", "Mon 1", "Mon, 1 Janu", "Mon, x",
		"2024-01-01", "123", "1 Jan 202 01", "1 Jan 2024 1:02 GMT",
		"1 Jan 2024 01:02:03 +00 x", "unknown", "1 Foo 2024",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(dates) / sizeof(dates[0]); i++)
		for (size_t n = 1; n <= strlen(dates[i].date); n++) {
			const struct tt_slice s = {
				(const uint8_t *)dates[i].date, n
			};
			char find[64], among[256];

			snprintf(find, sizeof(find), "|%.*s|", (int)n,
				 dates[i].date);
			snprintf(among, sizeof(among), "|%s|", dates[i].whole);
			if (tt_date_is_cut(s) != !strstr(among, find))
				fail_msg("%s: %d", find, tt_date_is_cut(s));
		}
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		if (tt_date_is_cut(tt_slice_str(others[i])))
			fail_msg("%s: cut", others[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_parse),
		cmocka_unit_test(test_cut),
		cmocka_unit_test(test_long),
		cmocka_unit_test(test_folded),
		cmocka_unit_test(test_calendar),
		cmocka_unit_test(test_ends),
		cmocka_unit_test(test_gmime),
		cmocka_unit_test(test_rfc3339),
		cmocka_unit_test(test_is_cut),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
