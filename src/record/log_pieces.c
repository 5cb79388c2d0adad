/* log_pieces.c - a text that a daemon cut in pieces for its logger
 *
 * "[1/3] ", "[2/3] ", "[3/3] " before the pieces, each behind a head of its
 * own and lines of others between them.  The first takes those that follow it
 * in the window, if they come soon, and they are passed over when they are
 * met.  A piece that was not taken is never a line: what it begins with may
 * be where a sender wanted the cut. */
#include "lines.h"

#define NEAR 64 /* lines that are looked through for the rest */

static int passed_over(struct tt_reader *r, size_t n, enum tt_part part)
{
	tt_pass_bytes(r, n, part);
	return 0;
}

/* Was the piece at `off` given with an earlier line?  Those before it are
 * forgotten. */
static bool was_joined(struct tt_log_state *log, uint64_t off)
{
	bool is_it = false;
	size_t n = 0;

	for (size_t i = 0; i < log->n_joined; i++) {
		is_it |= log->joined[i] == off;
		if (log->joined[i] > off)
			log->joined[n++] = log->joined[i];
	}
	log->n_joined = n;
	return is_it;
}

/* Is the line the next piece of what `key` began?  That is host, tag and pid,
 * each behind the other.  Then it is the last one. */
static bool is_next(struct tt_slice line, struct tt_slice key,
		    struct tt_log_piece *last, struct tt_slice *text_r)
{
	struct tt_log_piece p;
	struct tt_log_line l;

	if (!tt_log_unwrap(line, &l) || !tt_log_piece(l.text, &p) ||
	    p.k != last->k + 1 || p.n != last->n)
		return false;
	if (l.host.n + l.tag.n + l.pid.n != key.n ||
	    !tt_slice_eq(l.host, tt_slice_sub(key, 0, l.host.n)) ||
	    !tt_slice_eq(l.tag, tt_slice_sub(key, l.host.n, l.tag.n)) ||
	    !tt_slice_eq(l.pid, tt_slice_sub(key, l.host.n + l.tag.n, l.pid.n)))
		return false;
	*text_r = tt_slice_sub(l.text, p.length, l.text.n);
	*last = p;
	return true;
}

static void keep_key(struct tt_log_text *key, const struct tt_log_line *l)
{
	key->n = 0;
	tt_log_text_add(key, l->host);
	tt_log_text_add(key, l->tag);
	tt_log_text_add(key, l->pid);
}

/* Joins the pieces behind the first; returns how far the last one reaches, or
 * 0 where one is missing. */
static size_t join(struct tt_reader *r, const struct tt_seen_line *first,
		   struct tt_log_piece last)
{
	struct tt_log_state *const log = r->log;
	const size_t n_before = log->n_joined;
	size_t from = first->all;
	struct tt_seen_line seen;
	struct tt_slice text;

	for (int i = 0; i < NEAR && from < TT_MAX_log_line &&
			log->n_joined < TT_LOG_JOINED &&
			tt_see_line(r, from, &seen) && !seen.is_long &&
			!seen.is_open;
	     i++, from += seen.all) {
		const struct tt_slice key = { log->aside.p, log->aside.n };
		const bool was_line = last.is_line;

		if (!is_next(tt_window_line(r, from, &seen), key, &last, &text))
			continue;
		if (was_line)
			tt_log_text_add(&log->text, TT_S("\n"));
		tt_log_text_add(&log->text, text);
		log->joined[log->n_joined++] =
			r->base + r->at + from + seen.lead.length;
		if (last.k == last.n)
			return from + seen.n;
	}
	log->n_joined = n_before;
	return 0;
}

int tt_log_take_pieces(struct tt_reader *r, struct tt_seen_line *seen,
		       const struct tt_log_piece *first, struct tt_log_line *l)
{
	struct tt_log_state *const log = r->log;
	size_t reach = 0;

	if (first->k > 1) {
		if (was_joined(log, l->off))
			return passed_over(r, seen->all, TT_PART_RECORD);
		tt_stream_diag(r->stream, TT_DIAG_log_piece, l->off, NULL);
		return passed_over(r, seen->all, TT_PART_STRAY);
	}
	keep_key(&log->aside, l);
	log->text.n = 0;
	tt_log_text_add(&log->text,
			tt_slice_sub(l->text, first->length, l->text.n));
	if (!seen->is_open)
		reach = join(r, seen, *first);
	/* The window may have moved. */
	*l = (struct tt_log_line){ .off = l->off };
	l->raw = tt_window_line(r, 0, seen);
	(void)tt_log_unwrap_onto(l->raw, l);
	if (reach)
		l->raw.n = reach - seen->lead.length;
	if (reach) {
		l->text = (struct tt_slice){ log->text.p, log->text.n };
	} else {
		tt_stream_diag(r->stream, TT_DIAG_log_piece, l->off, NULL);
		l->text = tt_slice_sub(l->text, first->length, l->text.n);
		l->is_torn = true;
	}
	tt_log_unwrap_text(l);
	tt_pass_bytes(r, seen->all, TT_PART_RECORD);
	return 1;
}
