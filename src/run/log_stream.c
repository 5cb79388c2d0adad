/* log_stream.c - one log that is met goes into its book */
#include <stdio.h>
#include <stdlib.h>

#include "logs.h"

bool tt_logs_is_format(enum tt_format f)
{
	return f == TT_FORMAT_LOG || f == TT_FORMAT_JSON || f == TT_FORMAT_CSV;
}

bool tt_logs_want_only(const struct tt_show *s)
{
	return s->logs->is_only;
}

/* They loaded when the program was built, or with their samples at its start:
 * not to load now is no fault of the input. */
static void load_rules(struct tt_show *s)
{
	struct tt_logs *const logs = s->logs;
	struct tt_err err = { 0 };

	if (logs->rules)
		return;
	if (tt_rules_load_logs(&logs->rules, s->o->trail.rules, &err) < 0) {
		(void)!tt_out_flush(s->o->messages);
		fprintf(stderr, "tlstrail: %s\n", err.text);
		exit(TT_EXIT_INTERNAL);
	}
	logs->matcher = tt_matcher_new(logs->rules);
}

struct tt_log *tt_logs_begin_log(struct tt_show *s, int64_t mtime,
				 struct tt_book *book)
{
	const struct tt_event_sink to_book = { book, tt_book_take };

	load_rules(s);
	struct tt_log_options o = {
		.rules = s->logs->rules,
		.arena = &s->logs->arena,
		.sink = s->taker ? s->taker->events : to_book,
		.year = s->o->year,
		.mtime_unix = mtime,
		.is_shown = s->logs->is_shown,
	};

	o.zones.v = s->o->zones.v;
	o.zones.n = s->o->zones.n;
	return tt_log_begin(&o, s->logs->matcher);
}

static int read_lines(struct tt_show *s, struct tt_reader *reader,
		      struct tt_stream *stream, struct tt_log *log)
{
	struct tt_diags *const diags = tt_stream_diags(stream);
	struct tt_log_line line;
	bool is_any = false, is_read = false;
	int more = 0;

	while (!tt_show_is_stopped(s) &&
	       (more = tt_log_line_next(reader, &line)) > 0) {
		is_any = true;
		if (s->taker)
			s->taker->line(s->taker->ctx);
		is_read |= tt_log_take_line(log, &line, diags);
	}
	if (is_any && !is_read && !tt_show_is_stopped(s))
		tt_stream_diag(stream, TT_DIAG_log_unread, 0, NULL);
	return more;
}

/* Lines or values of one stream. */
static int read_stream(struct tt_show *s, struct tt_reader *reader,
		       struct tt_stream *stream, struct tt_log *log)
{
	struct tt_log_value value;
	int more = 0;

	if (s->taker)
		s->taker->stream(s->taker->ctx, tt_stream_origin(stream));
	tt_log_from(log, tt_stream_origin(stream));
	if (tt_reader_format(reader) == TT_FORMAT_LOG)
		return read_lines(s, reader, stream, log);
	while (!tt_show_is_stopped(s) &&
	       (more = tt_log_value_next(reader, &value)) > 0) {
		if (s->taker)
			s->taker->line(s->taker->ctx);
		tt_log_take_value(log, &value, tt_stream_diags(stream));
	}
	return more;
}

/* One that nobody named: files of a directory may be read by several threads,
 * but there is one book, whose order is its own. */
static int read_late(struct tt_show *s, struct tt_reader *reader,
		     struct tt_stream *stream)
{
	struct tt_logs *const logs = s->logs;

	if (!logs->late)
		logs->late = tt_book_new();
	logs->is_shown = true;
	struct tt_log *log = tt_logs_begin_log(s, 0, logs->late);
	const int more = read_stream(s, reader, stream, log);

	tt_log_end(&log);
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
