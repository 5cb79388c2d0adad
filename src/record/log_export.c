/* log_export.c - journald's export format
 *
 * An entry is lines "KEY=value", or "KEY", the length of the value in eight
 * bytes and the value; a blank line ends it.  It is held in the window, up to
 * TT_MAX_log_line bytes, and its values are places there: reading on moves
 * it. */
#include <string.h>

#include "object.h"

/* One field of an entry that begins at `from`: "KEY=value\n", or "KEY\n", the
 * value's length in 8 bytes, the value, "\n".  Returns the length of the
 * field; 0: it is none, or the stream ended in it. */
static size_t export_field(struct tt_reader *r, size_t from,
			   struct tt_slice *key_r, size_t *value_r,
			   size_t *length_r)
{
	struct tt_seen_line seen;
	uint64_t length = 0;

	if (!tt_see_line(r, from, &seen) || seen.is_long || seen.is_open)
		return 0;
	const struct tt_slice line = tt_window(r, from, seen.all - 1);
	const size_t equals = tt_slice_chr(line, '=');

	*key_r = tt_slice_sub(line, 0, equals);
	*value_r = from + key_r->n + 1;
	*length_r = line.n - key_r->n - 1;
	if (equals != SIZE_MAX)
		return seen.all;
	if (tt_reader_need(r, from + seen.all + 8) < from + seen.all + 8)
		return 0;
	for (size_t i = 8; i-- > 0;)
		length = length << 8 | r->buf[r->at + from + seen.all + i];
	if (length > TT_MAX_log_line)
		return 0;
	*value_r = from + seen.all + 8;
	*length_r = (size_t)length;
	const size_t end = *value_r + *length_r;

	if (tt_reader_need(r, end + 1) < end + 1 || r->buf[r->at + end] != '\n')
		return 0;
	*key_r = tt_window(r, from, seen.all - 1);
	return end + 1 - from;
}

struct export_entry {
	size_t n;     /* up to the blank line */
	bool is_open; /* there is none */
	struct {
		size_t at, n;
		bool is_there;
	} v[TT_JOURNAL_FIELDS];
};

/* Places, not slices: the window moves while an entry is read. */
static bool read_entry(struct tt_reader *r, struct export_entry *e)
{
	struct tt_slice key;
	size_t at, length, n;

	*e = (struct export_entry){ 0 };
	while (e->n <= TT_MAX_log_line) {
		e->is_open = tt_reader_need(r, e->n + 1) == e->n;
		if (e->is_open || r->buf[r->at + e->n] == '\n')
			return e->n > 0;
		n = export_field(r, e->n, &key, &at, &length);
		if (n == 0)
			return false;
		for (size_t i = 0; i < TT_JOURNAL_FIELDS; i++) {
			if (e->v[i].is_there ||
			    !tt_slice_eq(key, tt_journal_fields[i].key))
				continue;
			e->v[i].at = at;
			e->v[i].n = length;
			e->v[i].is_there = true;
		}
		e->n += n;
	}
	return false;
}

/* Over what is no entry, to the line behind the next blank one. */
static void pass_entry(struct tt_reader *r)
{
	static const struct tt_scan_rule rule = { '\n', '\n', '\n',
						  '\n', '\n', false };

	tt_stream_diag(r->stream, TT_DIAG_log_torn, r->base + r->at, NULL);
	r->part = TT_PART_STRAY;
	for (;;) {
		const struct tt_slice s = tt_reader_rest(r);
		const size_t i = tt_scan(&rule, s);

		r->scan += i < s.n ? i + 2 : s.n - (s.n > 0);
		if (i < s.n)
			break;
		if (!tt_reader_more(r)) {
			r->scan = r->end;
			break;
		}
	}
	tt_reader_pass(r, TT_PART_STRAY);
}

static void pass_silent(struct tt_reader *r, size_t n)
{
	tt_stream_diag(r->stream, TT_DIAG_log_no_message, r->base + r->at,
		       NULL);
	tt_pass_bytes(r, n, TT_PART_STRAY);
}

int tt_log_export_next(struct tt_reader *r, struct tt_log_line *l)
{
	struct tt_slice v[TT_JOURNAL_FIELDS];
	struct export_entry e;

	for (;;) {
		if (tt_reader_need(r, 1) == 0)
			return r->is_failed ? -1 : 0;
		if (r->buf[r->at] == '\n') {
			tt_pass_bytes(r, 1, TT_PART_FRAME);
			continue;
		}
		if (!read_entry(r, &e)) {
			pass_entry(r);
			continue;
		}
		if (e.v[TT_JOURNAL_MESSAGE].is_there)
			break;
		pass_silent(r, e.n);
	}
	if (e.is_open)
		tt_stream_diag(r->stream, TT_DIAG_log_torn, r->base + r->at,
			       NULL);
	*l = (struct tt_log_line){ .off = r->base + r->at,
				   .raw = tt_window(r, 0, e.n - 1),
				   .is_torn = e.is_open };
	for (size_t i = 0; i < TT_JOURNAL_FIELDS; i++)
		v[i] = tt_window(r, e.v[i].at, e.v[i].n);
	tt_log_set_journal(l, v);
	tt_pass_bytes(r, e.n, TT_PART_RECORD);
	return 1;
}

void tt_log_export_time(struct tt_slice line, struct tt_log_line *l)
{
	const struct tt_slice key = tt_journal_fields[TT_JOURNAL_STORED].key;
	struct tt_log_stamp t;

	if (tt_slice_eq(tt_slice_sub(line, 0, key.n), key) &&
	    tt_log_time_micros(tt_slice_sub(line, key.n + 1, line.n), &t))
		tt_log_set_time(l, &t);
}
