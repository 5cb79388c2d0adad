/* record_eml.c - a stream that is one message, or a pasted header block
 *
 * The whole stream is the message, byte order mark and leading blank lines
 * included: the header slicer names such damage.  The bid wants lines that
 * read as header fields (RFC 5322, 2.2), one of them a name that mail has;
 * it puts up with a few broken lines, as a paste has them. */
#include <string.h>

#include "reader.h"

/* ---- bids ---- */

/* Names that only mail has, or that a paste may have nothing else of; a '-'
 * at the end stands for a family. */
static const char *const names[] = {
	"Received",	 "From",	"To",
	"Cc",		 "Bcc",		"Subject",
	"Date",		 "Message-ID",	"Return-Path",
	"Reply-To",	 "Sender",	"In-Reply-To",
	"References",	 "Delivered-To", "Envelope-To",
	"Original-Recipient", "MIME-Version", "Mailing-List",
	"Precedence",	 "Autocrypt",	"Authentication-Results",
	"DomainKey-Signature", "DKIM-Signature", "Received-SPF",
	"ARC-",		 "X-",		"List-",
	"Resent-",	 "Content-",	"Feedback-ID",
	"Delivery-Date", "Status",	"Apparently-To",
};

struct look {
	size_t n_lines, n_fields, n_bad;
	size_t n_known; /* up to ENOUGH_KNOWN: more of them say no more */
};
#define ENOUGH_KNOWN 2

static bool is_known(struct tt_slice name)
{
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		/* Most differ in their first letter, all of them capitals. */
		if ((uint8_t)names[i][0] != (*name.p & 0xdf))
			continue;
		const struct tt_slice known = tt_slice_str(names[i]);

		if (known.p[known.n - 1] == '-' ?
			    tt_slice_istarts(name, known) :
			    tt_slice_ieq(name, known))
			return true;
	}
	return false;
}

/* ftext (RFC 5322, 3.6.8), then perhaps space, then a colon; empty where the
 * line does not begin so. */
static struct tt_slice field_name(struct tt_slice line)
{
	size_t n = 0, colon;

	while (n < line.n && line.p[n] > 32 && line.p[n] < 127 &&
	       line.p[n] != ':')
		n++;
	colon = n;
	while (colon < line.n &&
	       (line.p[colon] == ' ' || line.p[colon] == '\t'))
		colon++;
	return colon < line.n && line.p[colon] == ':' ?
		       tt_slice_sub(line, 0, n) :
		       TT_NO_SLICE;
}

static bool is_quoted_from(struct tt_slice line)
{
	while (line.n && *line.p == '>')
		line = tt_slice_sub(line, 1, line.n);
	return tt_slice_istarts(line, TT_S("From "));
}

static void look_at(struct look *l, struct tt_slice line)
{
	l->n_lines++;
	if (*line.p == ' ' || *line.p == '\t') {
		if (l->n_fields == 0)
			l->n_bad++;
		return;
	}
	const struct tt_slice name = field_name(line);

	if (name.n) {
		l->n_fields++;
		if (l->n_known < ENOUGH_KNOWN)
			l->n_known += is_known(name);
	} else if (!is_quoted_from(line)) {
		l->n_bad++;
	}
}

/* Sixteen bytes side by side, on any machine; what is true of one is -1. */
typedef uint8_t lanes __attribute__((vector_size(16)));
typedef int8_t marks __attribute__((vector_size(16)));

/* Whether s has control characters that text has not.  All of it is looked
 * at: nearly always the answer is no. */
static bool has_control(struct tt_slice s)
{
	marks found = { 0 };
	size_t i = 0;

	for (; s.n - i >= sizeof(lanes); i += sizeof(lanes)) {
		lanes c;

		memcpy(&c, s.p + i, sizeof(c));
		found |= (c < 32) & (c != '\t') & (c != '\n') & (c != '\r');
	}
	for (size_t j = 0; j < sizeof(found); j++)
		if (found[j])
			return true;
	for (; i < s.n; i++)
		if (s.p[i] < 32 && !tt_is_space(s.p[i]))
			return true;
	return false;
}

/* More control characters than any charset of mail needs; of NULs, more than
 * damage or a sender who would rather not be read puts there. */
static bool is_binary(struct tt_slice s)
{
	size_t n_nul = 0, n_control = 0;

	if (!has_control(s))
		return false;
	for (size_t i = 0; i < s.n; i++) {
		const uint8_t c = s.p[i];

		n_nul += c == 0;
		n_control += c < 32 && c != '\t' && c != '\n' && c != '\r' &&
			     c != '\f' && c != 27;
	}
	return n_nul > 1 + s.n / 50 || n_control > 1 + s.n / 20;
}

/* Length of the line's text: up to LF or CR. */
static size_t line_length(struct tt_slice s)
{
	const size_t lf = tt_slice_chr(s, '\n');
	const size_t n = lf < s.n ? lf : s.n;
	const size_t cr = tt_slice_chr(tt_slice_sub(s, 0, n), '\r');

	return cr < n ? cr : n;
}

/* A line end before another one; of CRs it takes a closer look. */
static const struct tt_scan_rule blank_rule = { '\n', '\n', '\r',
						'\r', '\r', false };

/* Where the first blank line begins; s.n where there is none.  The first line
 * is none.  `pair_r`: the first place that had to be looked at. */
static size_t find_blank(struct tt_slice s, size_t *pair_r)
{
	size_t at = *pair_r = tt_scan(&blank_rule, s);

	while (at < s.n) {
		at += s.p[at] == '\n' ?
			      1 :
			      tt_line_end_any(tt_slice_sub(s, at, 3));
		if (at == s.n || s.p[at] == '\n' || s.p[at] == '\r')
			return at;
		at += tt_scan(&blank_rule, tt_slice_sub(s, at, s.n));
	}
	return at;
}

static void look(struct look *l, struct tt_slice s, bool is_whole)
{
	*l = (struct look){ 0 };
	while (s.n && l->n_lines < TT_MAX_bid_lines) {
		const size_t n = line_length(s);

		if (n == s.n && !is_whole && l->n_lines)
			return; /* cut in the middle */
		look_at(l, tt_slice_sub(s, 0, n));
		s = tt_slice_sub(s, n, s.n);
		s = tt_slice_sub(s, tt_line_end_any(s), s.n);
	}
}

/* Does it begin like a header block, and is there a body behind it as
 * wanted? */
static bool is_mail(struct tt_slice prefix, bool is_whole, bool want_body)
{
	const struct tt_slice s = tt_bid_lead(prefix);
	struct look l;
	size_t pair;

	if (s.n == 0 || (!is_whole && !want_body))
		return false;
	const size_t blank = find_blank(s, &pair);
	const struct tt_slice rest = tt_slice_sub(s, blank, s.n);
	const bool has_body = !is_whole || tt_slice_trim(rest).n > 0;

	if (has_body != want_body || is_binary(tt_slice_sub(s, 0, pair)))
		return false;
	look(&l, tt_slice_sub(s, 0, blank), is_whole);
	if (l.n_known == 0)
		return false;
	return l.n_bad <= 1 ||
	       (l.n_known == ENOUGH_KNOWN && l.n_bad <= l.n_fields);
}

int tt_eml_bid(struct tt_slice prefix, bool is_whole, int best)
{
	return best < 60 && is_mail(prefix, is_whole, true) ? 60 : 0;
}

/* Enough for a field or two that mail has; where they come later, the formats
 * bid. */
#define BEGINNING ((size_t)512)

bool tt_begins_mail(struct tt_slice prefix)
{
	const struct tt_slice s = tt_slice_sub(prefix, 0, BEGINNING);
	struct look l;
	size_t pair;

	/* an mbox begins with a line that is none of a header */
	if (field_name(tt_slice_sub(s, 0, line_length(s))).n == 0)
		return false;
	look(&l, tt_slice_sub(s, 0, find_blank(s, &pair)), false);
	return l.n_known > 0 && l.n_bad == 0 && !has_control(s);
}

int tt_headers_bid(struct tt_slice prefix, bool is_whole, int best)
{
	/* What is a message has a body. */
	return best == 0 && is_mail(prefix, is_whole, false) ? 70 : 0;
}

/* ---- cutting ---- */

/* How the first line that is not blank ends: 1 in a bare CR, 0 otherwise, -1
 * if that cannot be seen in s. */
static int first_line_end(struct tt_slice s, bool is_all)
{
	s = tt_bid_lead(s);
	const size_t n = line_length(s);

	if (n == s.n || (n + 3 > s.n && !is_all))
		return -1;
	return tt_line_end(tt_slice_sub(s, n, 3), false) == 0;
}

/* Whether bare CRs end lines, as in files of old Macs.  Those have no LF: in
 * a file that has some, a bare CR in the first line is text (a sender's
 * address, say), and must not end the header where the sender wants it. */
static bool is_cr_file(struct tt_reader *r)
{
	int found = -1;

	for (size_t want = 8; found < 0 && want <= TT_MAX_sniff; want *= 2) {
		const size_t n = tt_reader_need(r, want);

		found = first_line_end(tt_reader_rest(r), n < want);
		if (n < want)
			break;
	}
	if (found <= 0)
		return false;
	const size_t n = tt_reader_need(r, (size_t)TT_MAX_sniff);
	const struct tt_slice head =
		tt_slice_sub(tt_reader_rest(r), 0,
			     n < TT_MAX_sniff ? n : (size_t)TT_MAX_sniff);

	return tt_slice_chr(head, '\n') == SIZE_MAX;
}

static int next(struct tt_reader *r, struct tt_record *rec_r, bool has_body)
{
	if (r->is_done)
		return r->is_failed ? -1 : 0;
	r->is_done = true;
	r->is_cr = is_cr_file(r);
	tt_reader_begin(r);
	if (has_body && tt_reader_skip_lead(r))
		(void)tt_reader_skip_header(r);
	tt_reader_pass_all(r, TT_PART_RECORD);
	tt_reader_finish(r, rec_r);
	return 1;
}

int tt_eml_next(struct tt_reader *r, struct tt_record *rec_r)
{
	return next(r, rec_r, true);
}

/* Told to be all header, it is one whatever blank lines it has. */
int tt_headers_next(struct tt_reader *r, struct tt_record *rec_r)
{
	return next(r, rec_r, false);
}
