/* record_paste.c - a stream that is one pasted text
 *
 * The whole stream is the message; its first TT_MAX_header_block bytes are
 * kept as the header, page text, decoration and all, for the message floor
 * to repair.  The bid takes text in which stamps stand under decoration, and
 * outbids a plain message only where the damage is plain to see: a stamp that
 * goes on at the first column or holds what no server writes, lines all cut at
 * one width, text before the first field, blank lines where no header is
 * complete. */
#include <string.h>

#include "reader.h"

/* ---- lines ---- */

static struct tt_slice next_line(struct tt_slice *rest)
{
	const size_t lf = tt_slice_chr(*rest, '\n');
	struct tt_slice line = tt_slice_sub(*rest, 0, lf);
	const size_t n = tt_slice_chr(line, '\r');

	if (n == SIZE_MAX) {
		*rest = tt_slice_sub(*rest, line.n + 1, rest->n);
		return line;
	}
	line = tt_slice_sub(line, 0, n);
	*rest = tt_slice_sub(*rest, line.n, rest->n);
	*rest = tt_slice_sub(*rest, tt_line_end_any(*rest), rest->n);
	return line;
}

static bool is_blank(struct tt_slice line)
{
	size_t n = 0;

	while (n < line.n && tt_is_space(line.p[n]))
		n++;
	return n == line.n;
}

static bool is_fold(struct tt_slice line)
{
	return line.n && (*line.p == ' ' || *line.p == '\t');
}

static bool is_name_byte(uint8_t c)
{
	return tt_is_alpha(c) || tt_is_digit(c) || c == '-' || c == '_' ||
	       c == '.';
}

static bool is_field(struct tt_slice line)
{
	size_t n = 0;

	while (n < line.n && is_name_byte(line.p[n]))
		n++;
	if (n == 0)
		return false;
	while (n < line.n && (line.p[n] == ' ' || line.p[n] == '\t'))
		n++;
	return n < line.n && line.p[n] == ':';
}

static bool is_stamp(struct tt_slice line)
{
	return tt_slice_istarts(line, TT_S("Received:")) ||
	       tt_slice_istarts(line, TT_S("Received :"));
}

/* ---- decoration ---- */

static size_t decoration(struct tt_slice s)
{
	static const char *const entities[] = { "&gt;", "&nbsp;", "&#62;",
						"&#160;", "&#124;" };

	if (s.n == 0)
		return 0;
	if (strchr(" \t>|:.)]([#", *s.p) || tt_is_digit(*s.p) || *s.p >= 0x80)
		return 1;
	for (size_t i = 0; i < sizeof(entities) / sizeof(entities[0]); i++) {
		const struct tt_slice e = tt_slice_str(entities[i]);

		if (tt_slice_istarts(s, e))
			return e.n;
	}
	return 0;
}

/* A stamp behind decoration, with the words of one. */
static bool is_decorated_stamp(struct tt_slice line)
{
	static const char *const words[] = { "from", "by",  "(",   "id",
					     "with", "via", "=20", "&nbsp;" };
	size_t n;

	for (int k = 0; k < 64 && (n = decoration(line)) > 0; k++)
		line = tt_slice_sub(line, n, line.n);
	if (!is_stamp(line))
		return false;
	line = tt_slice_sub(line, tt_slice_chr(line, ':') + 1, line.n);
	for (int k = 0; k < 8 && line.n &&
			(tt_is_space(*line.p) || *line.p >= 0x80);
	     k++)
		line = tt_slice_sub(line, 1, line.n);
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (tt_slice_istarts(line, tt_slice_str(words[i])))
			return true;
	return line.n == 0 || *line.p == '=';
}

static bool has_stamp(struct tt_slice s)
{
	while (s.n)
		if (is_decorated_stamp(next_line(&s)))
			return true;
	return false;
}

/* ---- plain damage in what begins like a message ---- */

/* Is one of `signs` at the byte c somewhere in the line? */
static bool has_sign(struct tt_slice line, uint8_t c,
		     const char *const *signs)
{
	size_t at;

	while ((at = tt_slice_chr(line, c)) != SIZE_MAX) {
		line = tt_slice_sub(line, at, line.n);
		for (size_t i = 0; signs[i]; i++) {
			const struct tt_slice sign = tt_slice_str(signs[i]);

			if (tt_slice_eq(tt_slice_sub(line, 0, sign.n), sign))
				return true;
		}
		line = tt_slice_sub(line, 1, line.n);
	}
	return false;
}

/* What no server writes into a stamp.  Asked of each stamp of each mail: the
 * bytes that begin such a sign are looked for, not the signs.  A space that is
 * none counts where the line has no other: beside plain ones it is a word of
 * the sender's. */
static bool is_encoded(struct tt_slice line)
{
	static const char *const equals[] = { "=3D", NULL };
	static const char *const entities[] = { "&lt;",	  "&gt;",   "&#",
						"&nbsp;", "&quot;", NULL };

	return has_sign(line, '=', equals) || has_sign(line, '&', entities) ||
	       (tt_slice_chr(line, 0xa0) != SIZE_MAX &&
		tt_slice_chr(line, ' ') == SIZE_MAX) ||
	       (line.n && line.p[line.n - 1] == '=');
}

/* What the pages that show a header have above it. */
bool tt_is_page_title(struct tt_slice line)
{
	static const char *const titles[] = {
		"Copy to clipboard", "Download Original", "Original Message",
		"Internet headers",  "Message headers",	  "Message Options",
	};

	for (size_t i = 0; i < sizeof(titles) / sizeof(titles[0]); i++)
		if (tt_slice_istarts(line, tt_slice_str(titles[i])))
			return true;
	return false;
}

struct block {
	bool has_from, has_date, has_stamp, is_damaged;
	size_t n_lines;
	size_t n_lost; /* lines that go on where none should begin */
	size_t n_odd;  /* lines that begin nothing and continue nothing */
	size_t n_cut;  /* those behind one of the width */
	size_t width;  /* of the longest line so far */
};

/* An odd line: does it go on behind a line that was cut at the width? */
static void look_at_odd(struct block *b, struct tt_slice before)
{
	b->n_odd++;
	b->n_cut += before.n == b->width;
}

static bool is_wrapped(const struct block *b)
{
	return b->n_odd > 1 && b->n_cut == b->n_odd && b->width >= 40;
}

/* The lines up to the first blank one.  Every mail is read so once more: of
 * a folded line only a stamp's is looked into. */
static struct block look_at_block(struct tt_slice *rest)
{
	struct block b = { 0 };
	struct tt_slice before = TT_NO_SLICE;
	bool in_stamp = false, is_lead = true;

	while (rest->n) {
		const struct tt_slice line = next_line(rest);

		if (is_blank(line))
			break;
		const bool may_begin = !is_fold(line);
		const bool is_begun = may_begin && is_field(line);
		const bool is_other = may_begin && !is_begun;

		b.n_lines++;
		b.n_lost += is_other && (in_stamp || is_lead) &&
			    !tt_slice_istarts(line, TT_S("From ")) &&
			    *line.p != '>';
		if (is_other)
			look_at_odd(&b, before);
		if (line.n > b.width)
			b.width = line.n;
		if (is_lead && may_begin)
			b.is_damaged |= tt_is_page_title(line);
		if (is_begun) {
			is_lead = false;
			in_stamp = is_stamp(line);
			b.has_stamp |= in_stamp;
			b.has_from |= tt_slice_istarts(line, TT_S("From:"));
			b.has_date |= tt_slice_istarts(line, TT_S("Date:"));
		}
		b.is_damaged |= in_stamp && is_encoded(line);
		before = line;
	}
	return b;
}

/* A body that begins like a header, or lines that are all parted by blank
 * ones: the stamps of a message inside a body do not count. */
static bool goes_on(struct tt_slice rest, const struct block *b)
{
	while (rest.n) {
		const struct tt_slice now = rest;
		const struct tt_slice line = next_line(&rest);

		if (is_blank(line))
			continue;
		if (b->has_stamp && b->n_lines > 1)
			return is_field(line) || is_fold(line);
		return has_stamp(now);
	}
	return false;
}

static bool is_damaged(struct tt_slice prefix)
{
	struct tt_slice rest = tt_bid_lead(prefix);
	const struct block b = look_at_block(&rest);
	const bool is_header = b.has_from && b.has_date;

	if (!b.has_stamp && !has_stamp(rest))
		return false;
	/* One odd line in a whole message is its own damage, and told. */
	return b.is_damaged || b.n_lost > is_header || is_wrapped(&b) ||
	       (!is_header && goes_on(rest, &b));
}

/* ---- the bid ---- */

bool tt_paste_is_utf16(struct tt_slice s)
{
	size_t n[2] = { 0, 0 };
	const size_t most = s.n < 512 ? s.n : 512;

	if (s.n >= 2 && ((s.p[0] == 0xff && s.p[1] == 0xfe) ||
			 (s.p[0] == 0xfe && s.p[1] == 0xff)))
		return true;
	if (most == 0 || !memchr(s.p, 0, most))
		return false;
	for (size_t i = 0; i < most; i++)
		n[i & 1] += s.p[i] == 0;
	return most > 15 && (n[0] > most * 3 / 8 || n[1] > most * 3 / 8) &&
	       (n[0] < most / 16 || n[1] < most / 16);
}

static bool is_utf16_mail(struct tt_slice s)
{
	static const uint8_t name[] = "R\0e\0c\0e\0i\0v\0e\0d\0";
	static const uint8_t from[] = "F\0r\0o\0m\0";

	return tt_paste_is_utf16(s) &&
	       (tt_slice_find(s, (struct tt_slice){ name, 15 }) != SIZE_MAX ||
		tt_slice_find(s, (struct tt_slice){ from, 7 }) != SIZE_MAX);
}

/* Comes last, and lets well alone where another format has no doubt. */
int tt_paste_bid(struct tt_slice prefix, bool is_whole, int best)
{
	(void)is_whole;
	if (is_utf16_mail(prefix))
		return 80;
	if (best > 60)
		return 0;
	if (best)
		return is_damaged(prefix) ? 75 : 0;
	if (memchr(prefix.p, 0, prefix.n))
		return 0;
	return has_stamp(prefix) ? 40 : 0;
}
