/* log_lead.c - what was put in front of each line by who picked it out
 *
 * grep writes "mail.log.1:", "12:", "mail.log.1:12:" before the lines it
 * found, and a dash for each colon before those around them; docker compose
 * writes "mailserver-1  | ", kubectl "[pod/mx-0/postfix] ".  It is no part of
 * the log: a line is what stands behind it, so that the same line of the file
 * itself is its copy.  Only where most lines of a log have it, and only before
 * a time: else the end of a torn line, which may be a sender's, could begin
 * one. */
#include <string.h>

#include "lines.h"

#define MAX_LEAD 255 /* more is no name that a file has, or a container */

static bool is_name_byte(uint8_t c)
{
	return tt_is_alpha(c) || tt_is_digit(c) ||
	       (c != 0 && strchr("._/~+,%@=-", c));
}

static size_t digits_at(struct tt_slice s, size_t at)
{
	size_t n = 0;

	while (at + n < s.n && n < 20 && tt_is_digit(s.p[at + n]))
		n++;
	return n;
}

static bool begins_line(struct tt_slice s)
{
	struct tt_log_line l;

	return s.n && tt_log_unwrap(s, &l) && l.time;
}

/* Behind the mark at `at`, which may be followed by a number and the same mark
 * again: does a line begin there?  Then *length_r is how far it is. */
static bool ends_name(struct tt_slice line, size_t at, size_t *length_r)
{
	const size_t digits = digits_at(line, at + 1);
	const size_t mark = at + 1 + digits;

	*length_r = at + 1;
	if (begins_line(tt_slice_sub(line, *length_r, line.n)))
		return true;
	if (digits == 0 || mark >= line.n || line.p[mark] != line.p[at])
		return false;
	*length_r = mark + 1;
	return begins_line(tt_slice_sub(line, *length_r, line.n));
}

/* "mailserver-1  | " */
static bool ends_column(struct tt_slice line, size_t at, size_t *length_r)
{
	while (at < line.n && at < MAX_LEAD && line.p[at] == ' ')
		at++;
	*length_r = at + 2;
	return at < line.n && line.p[at] == '|' && at + 1 < line.n &&
	       line.p[at + 1] == ' ' &&
	       begins_line(tt_slice_sub(line, *length_r, line.n));
}

/* "[pod/mx-0/postfix] "; returns where the name ends. */
static size_t bracketed_end(struct tt_slice line, struct tt_log_lead *lead)
{
	size_t at = 1;

	while (at < line.n && at < MAX_LEAD && is_name_byte(line.p[at]))
		at++;
	lead->is_column = true;
	lead->length = at + 2;
	return at + 1 < line.n && line.p[at] == ']' && line.p[at + 1] == ' ' &&
			       begins_line(tt_slice_sub(line, at + 2, line.n)) ?
		       at :
		       0;
}

/* Where the name ends; 0: there is none. */
static size_t name_end(struct tt_slice line, struct tt_log_lead *lead)
{
	size_t at = 0;

	if (*line.p == '[')
		return bracketed_end(line, lead);
	for (; at < line.n && at < MAX_LEAD && is_name_byte(line.p[at]); at++)
		if (line.p[at] == '-' && ends_name(line, at, &lead->length))
			return at;
	if (at == line.n || at == MAX_LEAD)
		return 0;
	if (line.p[at] == ':')
		return ends_name(line, at, &lead->length) ? at : 0;
	lead->is_column = true;
	return ends_column(line, at, &lead->length) ? at : 0;
}

bool tt_log_lead(struct tt_slice line, struct tt_log_lead *lead_r)
{
	*lead_r = (struct tt_log_lead){ 0 };
	if (line.n == 0 || !(is_name_byte(*line.p) || *line.p == '[') ||
	    begins_line(line))
		return false;
	const size_t n = name_end(line, lead_r);

	/* A number alone is the line's, and all come from one file. */
	lead_r->name_n = digits_at(line, 0) == n ? 0 : n;
	if (n == 0)
		lead_r->length = 0;
	return n > 0;
}

void tt_log_lead_take(struct tt_reader *r, struct tt_slice line,
		      const struct tt_log_lead *lead)
{
	struct tt_log_state *const log = r->log;
	const struct tt_slice name = tt_slice_sub(line, 0, lead->name_n);
	const struct tt_slice last = { log->from.p, log->from.n };

	if (lead->length == 0 || lead->is_column)
		return;
	if (!log->is_picked)
		tt_stream_diag(r->stream, TT_DIAG_log_picked, r->base + r->at,
			       NULL);
	else if (!tt_slice_eq(name, last))
		log->is_after_file = true;
	log->is_picked = true;
	log->from.n = 0;
	tt_log_text_add(&log->from, name);
}
