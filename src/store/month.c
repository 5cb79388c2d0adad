/* month.c - months of days, and their first seconds
 *
 * Days are counted from the year 0, so that nothing here divides a negative
 * number. */
#include "store_private.h"

#define DAY_S 86400
#define DAYS_TO_1970 719528 /* from January 1 of the year 0 */

/* Counted from March 1 of the year -400: the leap day ends a year, and 400
 * years repeat. */
int32_t tt_month_of_day(int64_t day)
{
	const int64_t z = day - 60 + 146097;
	const int64_t era = z / 146097 - 1, doe = z % 146097;
	const int64_t yoe =
		(doe - doe / 1460 + doe / 36524 - doe / 146096) / 365;
	const int64_t doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
	const int64_t from_march = (5 * doy + 2) / 153;

	return (int32_t)((era * 400 + yoe) * 12 + from_march + 2);
}

int64_t tt_month_begin(int32_t month)
{
	static const int16_t days_before[] = { 0,   31,	 59,  90,  120, 151,
					       181, 212, 243, 273, 304, 334 };
	const int64_t year = month / 12, in_year = month % 12;
	/* Leap days of the years before; the year 0 is a leap year. */
	const int64_t before =
		year ? (year + 3) / 4 - (year + 99) / 100 + (year + 399) / 400 :
		       0;
	const bool is_leap =
		year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
	const int64_t day = year * 365 + before + days_before[in_year] +
			    (is_leap && in_year > 1);

	return (day - DAYS_TO_1970) * DAY_S;
}
