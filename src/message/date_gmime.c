/* date_gmime - dates as GMime reads them
 *
 * The second opinion on tt_date_parse(), and the last resort for the Date
 * field.  GMime takes any words for a date: where it finds no time of day it
 * says midnight, and a zone it does not know it takes for UTC.  So a text
 * without a colon is refused, and an offset of zero counts as written only
 * where the text has one.  Reads TT_MAX_date_text bytes at most, up to the
 * first NUL; false where GMime finds no date. */
#include <string.h>

#include <gmime/gmime.h>

#include "mime.h"

static bool has_zero_offset(struct tt_slice s)
{
	return tt_slice_find(s, TT_S("+00")) != SIZE_MAX ||
	       tt_slice_find(s, TT_S("GMT")) != SIZE_MAX ||
	       tt_slice_find(s, TT_S("UT")) != SIZE_MAX;
}

bool tt_date_parse_gmime(struct tt_slice s, struct tt_date *date_r)
{
	char text[256 + 1]; /* TT_MAX_date_text and NUL */

	*date_r = (struct tt_date){ 0 };
	s = tt_slice_sub(tt_slice_trim(s), 0, TT_MAX_date_text);
	if (s.n >= sizeof text || tt_slice_chr(s, ':') == SIZE_MAX)
		return false;
	memcpy(text, s.p, s.n);
	text[s.n] = '\0';
	tt_mime_start();
	GDateTime *const when = g_mime_utils_header_decode_date(text);

	if (!when)
		return false;
	const int64_t offset_us = g_date_time_get_utc_offset(when);

	date_r->is_set = true;
	date_r->unix_s = g_date_time_to_unix(when);
	date_r->offset_min = (int)(offset_us / G_TIME_SPAN_MINUTE);
	date_r->has_offset = offset_us != 0 || has_zero_offset(s);
	date_r->is_zone_unread = !date_r->has_offset;
	date_r->is_repaired = true;
	g_date_time_unref(when);
	return true;
}
