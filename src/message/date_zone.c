/* date_zone - the zone of a date: digits, a name, or both
 *
 * Reads "+0200", "+02:00", "&#43;0200", "GMT", "GMT+2", "IST +0530" and
 * "(GMT-8)" where no other zone stands.  A name with several meanings is
 * not guessed, an offset no place on earth has is not believed: both leave
 * has_offset false.  Bounded by the cursor; finds no zone at worst. */
#include "date_parts.h"

bool tt_date_skip_comment(struct tt_date_cursor *c)
{
	int depth = 0;

	/* a counter, not recursion: the depth is the sender's to choose */
	for (const uint8_t *p = c->p; p < c->end; p++) {
		if (*p == '\\') {
			p++;
		} else if (*p == '(') {
			depth++;
		} else if (*p == ')' && --depth == 0) {
			c->p = p + 1;
			return true;
		}
	}
	return false;
}

struct zone {
	char name[6];
	int offset_min;
};

/* RFC 5322 4.3, UTC, and names that stand for one offset only in the tz
 * database.  IST, AST, SST, GST and their like have several meanings and are
 * left out on purpose. */
static const struct zone zones[] = {
	{ "UTC", 0 }, { "GMT", 0 }, { "UT", 0 }, { "Z", 0 },
	{ "EST", -300 }, { "EDT", -240 }, { "CST", -360 }, { "CDT", -300 },
	{ "MST", -420 }, { "MDT", -360 }, { "PST", -480 }, { "PDT", -420 },
	{ "CET", 60 }, { "CEST", 120 }, { "MET", 60 }, { "MEST", 120 },
	{ "EET", 120 }, { "EEST", 180 }, { "WET", 0 }, { "WEST", 60 },
	{ "BST", 60 }, { "MSK", 180 }, { "MSD", 240 }, { "IDT", 180 },
	{ "JST", 540 }, { "KST", 540 }, { "HKT", 480 }, { "PKT", 300 },
	{ "WIB", 420 }, { "WITA", 480 }, { "SAST", 120 }, { "BRT", -180 },
	{ "BRST", -120 }, { "AEST", 600 }, { "AEDT", 660 },
	{ "ACST", 570 }, { "ACDT", 630 }, { "AWST", 480 },
	{ "NZST", 720 }, { "NZDT", 780 }, { "AKST", -540 },
	{ "AKDT", -480 }, { "HST", -600 }, { "NST", -210 }, { "NDT", -150 },
};

/* Web pages and logs pasted as mail write the plus as an entity. */
static const struct tt_slice html_plus = { (const uint8_t *)"&#43;", 5 };

/* Bytes of the sign, 0 where there is none. */
static size_t sign_bytes(const struct tt_date_cursor *c)
{
	if (tt_cur_at(c, '+') || tt_cur_at(c, '-'))
		return 1;
	if (tt_slice_istarts(tt_slice_from(c->p, c->end), html_plus))
		return html_plus.n;
	return 0;
}

static bool at_offset(const struct tt_date_cursor *c)
{
	const size_t n = sign_bytes(c);

	return n > 0 && (size_t)(c->end - c->p) > n && tt_is_digit(c->p[n]);
}

/* ":mm" after "+hh" */
static bool read_colon_minutes(struct tt_date_cursor *c, int *mm_r)
{
	if (c->end - c->p < 3 || *c->p != ':' || !tt_is_digit(c->p[1]) ||
	    !tt_is_digit(c->p[2]))
		return false;
	*mm_r = (c->p[1] - '0') * 10 + (c->p[2] - '0');
	c->p += 3;
	return true;
}

/* +hhmm, +hh:mm, +hmm, +hh, +h: `c` stands on the sign.  Digits that make
 * no offset are consumed all the same: they belong to the date. */
static void read_offset(struct tt_date_cursor *c, struct tt_date_parts *d)
{
	const bool is_east = !tt_cur_at(c, '-');
	const size_t sign = sign_bytes(c);
	int value = 0, n = 0;

	for (c->p += sign; tt_cur_at_digit(c) && n < 4; c->p++, n++)
		value = value * 10 + (*c->p - '0');
	const int hh = n > 2 ? value / 100 : value;
	int mm = n > 2 ? value % 100 : 0;
	const bool is_plain = sign == 1 && n == 4;

	if (n < 3)
		read_colon_minutes(c, &mm);
	const bool is_sane = hh <= TT_DATE_OFFSET_HOURS && mm < 60 &&
			     !tt_cur_at_digit(c);

	tt_cur_skip_digits(c);
	d->has_zone = true;
	d->is_zone_unread = !is_sane;
	d->is_repaired |= !is_plain || !is_sane;
	d->offset_min = !is_sane ? 0 : (is_east ? 1 : -1) * (hh * 60 + mm);
	/* RFC 5322 3.3: -0000 says that the local zone is not known */
	d->has_offset = is_sane && (is_east || d->offset_min != 0);
}

static const struct zone *find_zone(struct tt_slice w)
{
	for (size_t i = 0; i < sizeof zones / sizeof *zones; i++)
		if (tt_slice_ieq(tt_slice_str(zones[i].name), w))
			return &zones[i];
	return NULL;
}

/* A zone we do not know: upper case, and either one letter (military, which
 * RFC 5322 4.3 tells to ignore) or ending in T for "time".  Other words are
 * the stamp's: "id", "for". */
static bool is_zone_like(struct tt_slice w)
{
	for (size_t i = 0; i < w.n; i++)
		if (w.p[i] < 'A' || w.p[i] > 'Z')
			return false;
	return w.n == 1 || (w.n > 2 && w.n < 6 && w.p[w.n - 1] == 'T');
}

/* "GMT", "GMT+2", "IST +0530": digits say more than the name. */
static bool read_name(struct tt_date_cursor *c, struct tt_date_parts *d)
{
	struct tt_date_cursor next = *c;
	const struct tt_slice w = tt_cur_word(&next);
	const struct zone *const zone = find_zone(w);

	if (tt_cur_at_digit(&next) || (!zone && !is_zone_like(w)))
		return false;
	*c = next;
	d->is_repaired = true;
	tt_cur_skip_space(&next);
	if (at_offset(&next)) {
		*c = next;
		read_offset(c, d);
		return true;
	}
	d->has_zone = true;
	d->is_zone_unread = zone == NULL;
	d->has_offset = zone != NULL;
	d->offset_min = zone ? zone->offset_min : 0;
	return true;
}

static bool read_bare(struct tt_date_cursor *c, struct tt_date_parts *d)
{
	if (at_offset(c)) {
		read_offset(c, d);
		return true;
	}
	return tt_cur_at_alpha(c) && read_name(c, d);
}

/* "(GMT-8)" in the zone's stead. */
static bool read_comment(struct tt_date_cursor *c, struct tt_date_parts *d)
{
	struct tt_date_cursor next = *c;
	struct tt_date_parts sub = *d;

	next.p++;
	tt_cur_skip_space(&next);
	if (!read_bare(&next, &sub))
		return false;
	tt_cur_skip_space(&next);
	if (!tt_cur_take(&next, ')'))
		return false;
	*c = next;
	*d = sub;
	d->is_repaired = true;
	return true;
}

/* "(any comment) +0200", allowed by RFC 5322 4.3 */
static bool read_behind(struct tt_date_cursor *c, struct tt_date_parts *d)
{
	struct tt_date_cursor next = *c;

	if (!tt_date_skip_comment(&next))
		return false;
	tt_cur_skip_space(&next);
	if (!at_offset(&next))
		return false;
	d->is_repaired = true;
	read_offset(&next, d);
	*c = next;
	return true;
}

void tt_date_zone_read(struct tt_date_cursor *c, struct tt_date_parts *d)
{
	struct tt_date_cursor next = *c;

	tt_cur_skip_space(&next);
	const bool is_found =
		tt_cur_at(&next, '(') ?
			read_behind(&next, d) || read_comment(&next, d) :
			read_bare(&next, d);

	if (!is_found)
		return;
	d->is_repaired |= !tt_is_space(*c->p); /* "10:00+0200" */
	*c = next;
}

/* A zone without a name is written "-03" there. */
void tt_date_zone_skip_go(struct tt_date_cursor *c)
{
	struct tt_date_cursor next = *c;

	if (!tt_cur_take(&next, ' '))
		return;
	const struct tt_slice w = tt_cur_word(&next);

	if (w.n == 0 && at_offset(&next)) {
		next.p += sign_bytes(&next);
		tt_cur_skip_digits(&next);
	} else if (w.n == 0 || (!find_zone(w) && !is_zone_like(w))) {
		return;
	}
	*c = next;
	if (!tt_slice_istarts(tt_slice_from(c->p, c->end), TT_S(" m=")))
		return;
	for (c->p++; c->p < c->end && !tt_is_space(*c->p);)
		c->p++;
}
