/* record_csv.c - a stream of CSV records, and the line that names their fields
 *
 * Exchange's protocol logs name them in a comment ("#Fields: ..."), again
 * whenever the service starts; PowerMTA and most others in the first line,
 * which comes again where files were joined.  A record is one line: who writes
 * line ends into fields could be made to write records. */
#include <string.h>

#include "lines.h"

#define MARK TT_S("#Fields:")

/* How many fields the line has; 0 where a quote is not closed. */
static size_t count_fields(struct tt_slice line)
{
	bool is_quoted = false;
	size_t n = 1;

	for (size_t i = 0; i < line.n; i++) {
		if (line.p[i] == '"')
			is_quoted = !is_quoted;
		n += line.p[i] == ',' && !is_quoted;
	}
	return is_quoted ? 0 : n;
}

/* Is it a list of names?  Five at least, and no space behind a comma: a
 * sentence has commas, too. */
static bool are_names(struct tt_slice line)
{
	uint8_t before = ',';

	if (count_fields(line) < 5)
		return false;
	for (size_t i = 0; i < line.n; before = line.p[i++]) {
		const uint8_t c = line.p[i];

		if (!tt_is_alpha(c) && !tt_is_digit(c) &&
		    (c == 0 || !strchr(", -_./()#\"", c)))
			return false;
		if (before == ',' && !tt_is_alpha(c) && c != '"')
			return false;
	}
	return true;
}

static struct tt_slice cut_line(struct tt_slice *s)
{
	struct tt_slice line = tt_slice_sub(*s, 0, tt_slice_chr(*s, '\n'));

	*s = tt_slice_sub(*s, line.n + 1, s->n);
	while (line.n && line.p[line.n - 1] == '\r')
		line.n--;
	return line;
}

int tt_csv_bid(struct tt_slice prefix, bool is_whole, int best)
{
	struct tt_slice s = tt_bid_lead(prefix);

	(void)is_whole;
	if (best >= 50)
		return 0;
	for (unsigned i = 0; i < TT_MAX_bid_lines && s.n && *s.p == '#'; i++)
		if (tt_slice_istarts(cut_line(&s), MARK))
			return 86;
	const struct tt_slice names = cut_line(&s);

	return are_names(names) && s.n &&
			       count_fields(names) ==
				       count_fields(cut_line(&s)) ?
		       50 :
		       0;
}

/* ---- cutting ---- */

static struct tt_slice names_of(const struct tt_reader *r)
{
	return (struct tt_slice){ r->log->aside.p, r->log->aside.n };
}

static void keep_names(struct tt_reader *r, struct tt_slice names)
{
	r->log->aside.n = 0;
	tt_log_text_add(&r->log->aside, tt_slice_trim(names));
}

/* A comment, or the line of names; false: it is a record. */
static bool is_frame(struct tt_reader *r, struct tt_slice line)
{
	if (line.n == 0)
		return true;
	if (*line.p == '#') {
		if (tt_slice_istarts(line, MARK))
			keep_names(r, tt_slice_sub(line, MARK.n, line.n));
		return true;
	}
	if (r->log->aside.n == 0)
		keep_names(r, line);
	return tt_slice_eq(line, names_of(r));
}

static void skip_mark(struct tt_reader *r)
{
	if (!r->log->is_begun && tt_reader_need(r, 3) >= 3 &&
	    memcmp(r->buf + r->at, "\xef\xbb\xbf", 3) == 0)
		tt_pass_bytes(r, 3, TT_PART_FRAME);
	r->log->is_begun = true;
}

/* Over the limit, without a line end where the stream ends, or with a quote
 * that is not closed. */
static bool is_bad(const struct tt_seen_line *seen, struct tt_slice line)
{
	return seen->is_long || seen->is_open || count_fields(line) == 0;
}

static void pass_bad(struct tt_reader *r, const struct tt_seen_line *seen)
{
	const uint64_t off = r->base + r->at;

	if (!seen->is_long) {
		tt_stream_diag(r->stream, TT_DIAG_csv_torn, off, NULL);
		tt_pass_bytes(r, seen->all, TT_PART_STRAY);
		return;
	}
	tt_diag_limit(tt_stream_diags(r->stream), TT_DIAG_log_line_cut,
		      TT_LIM_log_line, off, 0);
	(void)tt_pass_long_line(r);
}

int tt_csv_next(struct tt_reader *r, struct tt_log_value *v)
{
	struct tt_seen_line seen;

	skip_mark(r);
	while (tt_see_line(r, 0, &seen)) {
		const struct tt_slice line = tt_window(r, 0, seen.n);

		if (is_bad(&seen, line)) {
			pass_bad(r, &seen);
			continue;
		}
		if (is_frame(r, line)) {
			tt_pass_bytes(r, seen.all, TT_PART_FRAME);
			continue;
		}
		*v = (struct tt_log_value){
			.origin = tt_stream_origin(r->stream),
			.off = r->base + r->at,
			.raw = line,
			.fields = names_of(r),
		};
		tt_pass_bytes(r, seen.all, TT_PART_RECORD);
		return 1;
	}
	return r->is_failed ? -1 : 0;
}
