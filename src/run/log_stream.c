/* log_stream.c - one log that is met goes into its book */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "logs.h"

#define LOOK_EVERY 4096 /* records */

bool tt_logs_is_format(enum tt_format f)
{
	return f == TT_FORMAT_LOG || f == TT_FORMAT_JSON || f == TT_FORMAT_CSV;
}

bool tt_logs_want_only(const struct tt_show *s)
{
	return s->logs && s->logs->is_only;
}

/* They loaded when the program was built, or with their samples at its start:
 * not to load now is no fault of the input, and ends the run. */
static bool load_rules(struct tt_show *s)
{
	struct tt_logs *const logs = s->logs;
	struct tt_err err = { 0 };

	if (logs->rules)
		return true;
	if (tt_rules_load_logs(&logs->rules, s->o->trail.rules, &err) < 0) {
		s->is_broken = true;
		tt_out_str(s->o->messages, "tlstrail: ");
		tt_out_text(s->o->messages, tt_slice_str(err.text));
		tt_out_str(s->o->messages, "\n");
		return false;
	}
	logs->matcher = tt_matcher_new(logs->rules);
	return true;
}

struct tt_log *tt_logs_begin_log(struct tt_show *s, int64_t mtime,
				 struct tt_book *book)
{
	const struct tt_event_sink to_book = { book, tt_book_take };

	if (!load_rules(s))
		return NULL;
	struct tt_log_options o = {
		.rules = s->logs->rules,
		.arena = &s->logs->arena,
		.sink = s->taker ? s->taker->events : to_book,
		.wants = s->taker ? NULL : tt_book_wants,
		.passes = book && tt_book_is_for_mail(book) ? tt_book_passes :
							      NULL,
		.year = s->o->year,
		.mtime_unix = mtime,
		.is_shown = s->logs->is_shown,
	};

	if (s->logs->is_shown)
		o.mail = (struct tt_log_mail_sink){ s, tt_logs_take_mail };
	o.zones.v = s->o->zones.v;
	o.zones.n = s->o->zones.n;
	return tt_log_begin(&o, s->logs->matcher);
}

/* What was met of one stream. */
struct met {
	struct tt_log_count count;
	uint64_t first_passed;
};

static void meet(struct tt_show *s, struct met *met, struct tt_log_count count,
		 uint64_t off)
{
	if (met->count.n / LOOK_EVERY != (met->count.n + count.n) / LOOK_EVERY)
		tt_logs_check(s, s->logs->log ? s->logs->book : s->logs->late);
	if (count.n_passed && met->count.n_passed == 0)
		met->first_passed = off;
	met->count.n += count.n;
	met->count.n_passed += count.n_passed;
}

static int next_line(struct tt_show *s, struct tt_reader *reader,
		     struct tt_stream *stream, struct tt_log_line *line_r,
		     uint64_t n)
{
	return tt_show_is_lost(s, stream, n) ? -1 :
					       tt_log_line_next(reader, line_r);
}

static int next_value(struct tt_show *s, struct tt_reader *reader,
		      struct tt_stream *stream, struct tt_log_value *value_r,
		      uint64_t n)
{
	return tt_show_is_lost(s, stream, n) ?
		       -1 :
		       tt_log_value_next(reader, value_r);
}

static int read_lines(struct tt_show *s, struct tt_reader *reader,
		      struct tt_stream *stream, struct tt_log *log)
{
	struct tt_diags *const diags = tt_stream_diags(stream);
	struct tt_log_line line;
	struct met met = { 0 };
	int more = 0;

	while (!tt_show_is_stopped(s) &&
	       (more = next_line(s, reader, stream, &line, met.count.n)) > 0) {
		if (s->taker)
			s->taker->line(s->taker->ctx);
		const bool is_read =
			!tt_show_is_passed_over(s, stream, "the line",
						line.off) &&
			(tt_log_take_line(log, &line, diags) || line.repeated);

		meet(s, &met, (struct tt_log_count){ 1, !is_read }, line.off);
	}
	if (tt_show_is_stopped(s) || met.count.n_passed == 0)
		return more;
	if (met.count.n_passed == met.count.n)
		tt_stream_diag(stream, TT_DIAG_log_unread, 0, NULL);
	else
		tt_stream_diag(stream, TT_DIAG_log_passed, met.first_passed,
			       "no rule reads %" PRIu64 " of its %" PRIu64
			       " lines",
			       met.count.n_passed, met.count.n);
	return more;
}

static int read_values(struct tt_show *s, struct tt_reader *reader,
		       struct tt_stream *stream, struct tt_log *log)
{
	struct tt_log_value value;
	struct met met = { 0 };
	int more = 0;

	while (!tt_show_is_stopped(s) &&
	       (more = next_value(s, reader, stream, &value, met.count.n)) >
		       0) {
		if (s->taker)
			s->taker->line(s->taker->ctx);
		meet(s, &met,
		     tt_show_is_passed_over(s, stream, "the record",
					    value.off) ?
			     (struct tt_log_count){ 1, 1 } :
			     tt_log_take_value(log, &value,
					       tt_stream_diags(stream)),
		     value.off);
	}
	if (met.count.n_passed)
		tt_stream_diag(stream, TT_DIAG_log_passed, met.first_passed,
			       "%" PRIu64 " of its %" PRIu64
			       " records tell of no transfer",
			       met.count.n_passed, met.count.n);
	return more;
}

/* Lines or values of one stream. */
static int read_stream(struct tt_show *s, struct tt_reader *reader,
		       struct tt_stream *stream, struct tt_log *log)
{
	if (s->taker)
		s->taker->stream(s->taker->ctx, tt_stream_origin(stream));
	tt_log_from(log, tt_stream_origin(stream));
	return tt_reader_format(reader) == TT_FORMAT_LOG ?
		       read_lines(s, reader, stream, log) :
		       read_values(s, reader, stream, log);
}

/* One that nobody named: files of a directory may be read by several threads,
 * but there is one book, whose order is its own. */
static int read_late(struct tt_show *s, struct tt_reader *reader,
		     struct tt_stream *stream)
{
	struct tt_logs *const logs = s->logs;

	if (!logs->late)
		logs->late = tt_logs_book_alone(s);
	logs->is_shown = true;
	struct tt_log *log = tt_logs_begin_log(s, 0, logs->late);
	const int more = log ? read_stream(s, reader, stream, log) : -1;

	tt_log_end(&log, tt_stream_diags(stream));
	return more;
}

int tt_logs_stream(struct tt_show *s, struct tt_reader *reader,
		   struct tt_stream *stream)
{
	struct tt_logs *const logs = s->logs;

	pthread_mutex_lock(&logs->lock);
	logs->n_streams++;
	/* A taker's item is one log, if it is any. */
	if (s->taker && !logs->log)
		logs->log = tt_logs_begin_log(s, logs->mtime, NULL);
	const int more = logs->log ?
				 read_stream(s, reader, stream, logs->log) :
				 read_late(s, reader, stream);

	pthread_mutex_unlock(&logs->lock);
	return more;
}
