/* show - the pipeline: files in, timelines out, an exit status
 *
 * Pulls streams, messages and headers from the floors below, one message at a
 * time, and pushes its timeline to the output; memory does not grow with
 * the mail.  An argument is a file, or a directory whose files are taken one by
 * one.  A file that cannot be read is named and the rest goes on.  What
 * belongs to a message stands in its timeline; what belongs to a file is told
 * on the messages' descriptor. */

#include "show.h"

/* ---- the end ---- */

static bool is_failed_on(const struct tt_show *s)
{
	const uint64_t *r = s->totals.result;

	switch (s->o->fail_on) {
	case TT_FAIL_ON_NEVER:
		return false;
	case TT_FAIL_ON_FAIL:
		return r[TT_RESULT_FAIL] > 0;
	case TT_FAIL_ON_UNDETERMINED:
		return r[TT_RESULT_FAIL] + r[TT_RESULT_UNDETERMINED] > 0;
	}
	return false;
}

static enum tt_exit exit_of(const struct tt_show *s, bool is_written)
{
	if (s->is_broken)
		return TT_EXIT_INTERNAL;
	if (!is_written || tt_logs_is_lost(s))
		return TT_EXIT_OUTPUT;
	if (tt_show_is_interrupted(s->o))
		return TT_EXIT_INTERRUPTED;
	if (s->totals.messages == 0 && s->totals.outside == 0 &&
	    !tt_logs_have_read(s))
		return TT_EXIT_NO_INPUT;
	if (is_failed_on(s))
		return TT_EXIT_FAIL_ON;
	return s->is_partial ? TT_EXIT_PARTIAL : TT_EXIT_DONE;
}

static void begin_show(struct tt_show *s)
{
	tt_show_open(s);
	tt_manifest_begin(s);
	s->emit = s->o->ops->begin(&s->o->emit);
}

/* The last words; returns the exit status. */
static enum tt_exit end_show(struct tt_show *s)
{
	const struct tt_show_options *const o = s->o;
	bool is_written;

	o->ops->end(s->emit, &s->totals);
	if (tt_show_is_interrupted(o))
		tt_out_printf(o->messages,
			      "tlstrail: interrupted after %llu message%s\n",
			      (unsigned long long)s->totals.messages,
			      s->totals.messages == 1 ? "" : "s");
	if (!o->is_quiet)
		tt_tell_range(o->messages, s->totals.outside,
			       s->totals.undated);
	tt_manifest_end(s);
	(void)tt_tell_source(s, TT_S("--redact"), &s->hidden, 0);
	s->is_partial |= s->hidden.is_serious;
	is_written = tt_flush_or_tell(o->emit.out, o->messages);
	is_written &= !(o->manifest && o->manifest->failed);
	return exit_of(s, is_written);
}

enum tt_exit tt_run_show(const struct tt_show_options *options)
{
	struct tt_show s = {
		.o = options,
		.is_json = options->ops->is_whole,
		.is_alone = tt_guard_nth(options->guard) > 0,
		.beat = tt_guard_beat(options->guard, 0),
	};

	begin_show(&s);
	tt_logs_begin(&s);
	for (size_t i = 0; i < options->n_files && !tt_show_is_stopped(&s);
	     i++) {
		if (tt_logs_is_file(&s, i))
			continue;
		tt_show_path(&s, options->files[i]);
		/* Messages come when they are due, even if the run is long. */
		(void)!tt_out_flush(options->messages);
	}
	tt_logs_tell(&s);
	const enum tt_exit status = end_show(&s);

	(void)!tt_out_flush(options->messages);
	tt_logs_end(&s);
	tt_show_close(&s);
	return status;
}
