/* from_line.c - the envelope line that begins each message of an mbox
 *
 * RFC 4155, Appendix A: "From ", the sender, an asctime() date.  Met in the
 * wild and taken, too: senders with spaces ("user at example.org", quoted
 * local parts, "-"), none at all ("From  Mon ..."), no seconds, a zone before
 * or after the year, and "remote from HOST" behind it (uucp).  Anything else
 * that begins with "From " is text.  Linear; TT_MAX_mbox_from_line bytes. */
#include <string.h>

#include "reader.h"

#define MAX_WORDS 16

struct words {
	struct tt_slice v[MAX_WORDS];
	size_t n;
};

static bool is_blank(uint8_t c)
{
	return c == ' ' || c == '\t';
}

/* Three letters out of a table of such, as asctime() spells them. */
static bool is_name(struct tt_slice s, const char *names)
{
	if (s.n != 3)
		return false;
	for (; *names; names += 3)
		if (memcmp(s.p, names, 3) == 0)
			return true;
	return false;
}

static bool is_number(struct tt_slice s, int64_t lo, int64_t hi)
{
	return s.n <= 4 && tt_slice_number(s, hi) >= lo;
}

/* hh:mm or hh:mm:ss */
static bool is_time(struct tt_slice s)
{
	if (s.n < 4 || s.n > 8)
		return false;
	const size_t colon = tt_slice_chr(s, ':');

	if (colon == SIZE_MAX || colon > 2)
		return false;
	const struct tt_slice rest = tt_slice_sub(s, colon + 1, s.n);

	return is_number(tt_slice_sub(s, 0, colon), 0, 24) &&
	       is_number(tt_slice_sub(rest, 0, 2), 0, 59) &&
	       (rest.n == 2 || (rest.n == 5 && rest.p[2] == ':' &&
				is_number(tt_slice_sub(rest, 3, 2), 0, 61)));
}

/* MET, (CEST), +0200 */
static bool is_zone(struct tt_slice s)
{
	if (s.n == 5 && (*s.p == '+' || *s.p == '-'))
		return is_number(tt_slice_sub(s, 1, 4), 0, 9999);
	if (s.n > 2 && s.p[0] == '(' && s.p[s.n - 1] == ')')
		s = tt_slice_sub(s, 1, s.n - 2);
	if (s.n == 0 || s.n > 5)
		return false;
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] < 'A' || s.p[i] > 'Z')
			return false;
	return true;
}

static size_t skip_zones(const struct words *w, size_t i)
{
	const size_t most = i + 2; /* "MET DST" */

	while (i < w->n && i < most && is_zone(w->v[i]))
		i++;
	return i;
}

/* Are these words a date and what may follow one, to the last? */
static bool is_date(const struct words *w)
{
	if (w->n < 5 || !is_name(w->v[0], "MonTueWedThuFriSatSun") ||
	    !is_name(w->v[1], "JanFebMarAprMayJunJulAugSepOctNovDec") ||
	    !is_number(w->v[2], 1, 31) || !is_time(w->v[3]))
		return false;
	size_t i = skip_zones(w, 4);

	if (i >= w->n || w->v[i].n != 4 || !is_number(w->v[i], 1970, 9999))
		return false;
	i = skip_zones(w, i + 1);
	if (i + 2 < w->n && tt_slice_eq(w->v[i], TT_S("remote")) &&
	    tt_slice_eq(w->v[i + 1], TT_S("from")))
		i += 3;
	return i == w->n;
}

/* Splits s at blanks; false where there are more words than a date has. */
static bool split(struct tt_slice s, struct words *w)
{
	const uint8_t *p = s.p, *const end = s.p + s.n;

	w->n = 0;
	for (;;) {
		while (p < end && is_blank(*p))
			p++;
		if (p == end)
			return true;
		if (w->n == MAX_WORDS)
			return false;
		const uint8_t *start = p;

		while (p < end && !is_blank(*p))
			p++;
		w->v[w->n++] = tt_slice_from(start, p);
	}
}

/* A sender, then a date: tried at each word that could be a day. */
static bool is_envelope(struct tt_slice s)
{
	struct words words;

	for (size_t i = 1; i + 3 < s.n; i++) {
		if (!is_blank(s.p[i - 1]) ||
		    !is_name(tt_slice_sub(s, i, 3), "MonTueWedThuFriSatSun"))
			continue;
		if (split(tt_slice_sub(s, i, s.n), &words) && is_date(&words))
			return true;
	}
	return false;
}

size_t tt_mbox_from_line(struct tt_slice line)
{
	static const uint8_t from[] = "From ";
	const size_t most = (size_t)TT_MAX_mbox_from_line;
	size_t n = sizeof(from) - 1;

	if (line.n < n || memcmp(line.p, from, n) != 0)
		return 0;
	while (n < line.n && n < most && line.p[n] != '\n' &&
	       line.p[n] != '\r')
		n++;
	const size_t ending = tt_line_end_any(tt_slice_sub(line, n, 3));

	if ((n < line.n && ending == 0) ||
	    !is_envelope(tt_slice_sub(line, sizeof(from) - 1,
				      n - (sizeof(from) - 1))))
		return 0;
	return n + ending;
}
