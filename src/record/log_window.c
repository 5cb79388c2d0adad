/* log_window.c - whole lines in the window, and what is kept beside it */
#include "lines.h"

/* A line at the limit, and CR LF. */
#define MAX_SEEN ((size_t)TT_MAX_log_line + 2)

/* `at` stays where it is in the stream, so `scan` must be there. */
bool tt_see_line(struct tt_reader *r, size_t from, struct tt_seen_line *seen_r)
{
	size_t seen = 0;

	for (;;) {
		const struct tt_slice s =
			tt_slice_from(r->buf + r->at + from, r->buf + r->end);
		const size_t lf = r->log->find_end(
			tt_slice_sub(s, seen, s.n), &seen_r->is_odd);
		const bool is_end = lf != SIZE_MAX;
		size_t n = is_end ? seen + lf : s.n;

		if (!is_end && n < MAX_SEEN && tt_reader_more(r)) {
			seen = n;
			continue;
		}
		seen_r->is_odd |= seen > 0;
		seen_r->all = n + is_end;
		seen_r->is_open = !is_end && r->is_end;
		while (is_end && n && s.p[n - 1] == '\r')
			n--;
		seen_r->is_long = n > TT_MAX_log_line;
		seen_r->n = seen_r->is_long ? (size_t)TT_MAX_log_line : n;
		seen_r->lead.length = 0;
		if (r->log->has_lead)
			(void)tt_log_lead(tt_slice_sub(s, 0, seen_r->n),
					  &seen_r->lead);
		return s.n > 0;
	}
}

void tt_pass_bytes(struct tt_reader *r, size_t n, enum tt_part part)
{
	if (part == TT_PART_RECORD)
		r->account.bytes_records += n;
	else if (part == TT_PART_FRAME)
		r->account.bytes_frame += n;
	else
		r->account.bytes_diags += n;
	r->at += n;
	r->scan = r->at;
}

uint64_t tt_pass_long_line(struct tt_reader *r)
{
	const uint64_t before = r->account.bytes_diags;

	r->part = TT_PART_STRAY;
	do {
		const struct tt_slice s = tt_reader_rest(r);
		const size_t lf = tt_slice_chr(s, '\n');

		r->scan += lf == SIZE_MAX ? s.n : lf + 1;
		if (lf == SIZE_MAX)
			continue;
		tt_reader_pass(r, TT_PART_STRAY);
		return r->account.bytes_diags - before;
	} while (tt_reader_more(r));
	tt_reader_pass(r, TT_PART_STRAY);
	return r->account.bytes_diags - before;
}
