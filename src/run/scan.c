/* scan - everything under the PATHs into a case
 *
 * Workers read what the case does not know (scan_walk.c), and at the end all
 * is concluded on.  A scan that was cut off is gone on with by the same
 * command. */
#include <string.h>

#include <tlstrail/emit/report.h>

#include "case.h"
#include "scan.h"

/* ---- reading ---- */

static bool open_reading(struct tt_scan *s)
{
	struct tt_scan_reading *const r = &s->reading;

	r->o = &s->o->show;
	r->keep = s->o->keep;
	r->n_keep = s->o->n_keep;
	if (tt_rules_load_logs(&r->log_rules, r->o->trail.rules, &s->err) !=
	    TT_OK)
		return false;
	r->matcher = tt_matcher_new(r->o->trail.rules);
	r->log_matcher = tt_matcher_new(r->log_rules);
	return true;
}

static void close_reading(struct tt_scan *s)
{
	tt_matcher_free(&s->reading.matcher);
	tt_matcher_free(&s->reading.log_matcher);
	tt_rules_free(&s->reading.log_rules);
}

/* A report tells it.  Where nothing was read, nobody was confined. */
static void note_confined(struct tt_scan *s)
{
	char text[TT_CONFINED_TEXT];

	if (s->progress.files == 0 || s->err.status != TT_OK)
		return;
	tt_confined_text(&s->confined, text);
	(void)!tt_case_note(s->store, "confinement", tt_slice_str(text),
			    &s->err);
}

static void read_all(struct tt_scan *s)
{
	const struct tt_show_options *const o = &s->o->show;
	const struct tt_pool_options pool = {
		.n_workers = s->o->n_workers,
		.is_unconfined = s->o->is_unconfined,
		.n_types = TT_FRAME_COUNT,
		.job = tt_scan_job(&s->reading),
		.sink = tt_scan_sink(s),
		.is_interrupted = o->is_interrupted,
	};
	struct tt_err stopped = { 0 };

	s->pool = tt_pool_new(&pool);
	tt_scan_walk(s);
	if (tt_pool_finish(s->pool, &stopped) != TT_OK &&
	    s->err.status == TT_OK && !tt_show_is_interrupted(o))
		s->err = stopped;
	s->n_workers = tt_pool_confined(s->pool, &s->confined);
	tt_pool_free(&s->pool);
	note_confined(s);
}

/* ---- options of the case ---- */

struct options {
	struct tt_arena *arena;
	TT_VEC(struct tt_case_option) list;
};

static void add_option(struct options *o, const char *name,
		       struct tt_slice value, bool is_fixed)
{
	*tt_vec_push(o->arena, &o->list) = (struct tt_case_option){ name, value,
								    is_fixed };
}

static void add_words(struct options *o, const char *name,
		      const char *const *words, size_t n)
{
	struct tt_out text;

	tt_out_init(&text, -1);
	for (size_t i = 0; i < n; i++) {
		tt_out_str(&text, i ? " " : "");
		tt_out_str(&text, words[i]);
	}
	add_option(
		o, name,
		tt_arena_dup(o->arena, (struct tt_slice){ text.buf, text.n }),
		true);
	tt_out_release(&text);
}

/* What shapes the case must be the same at each scan. */
static enum tt_status open_case(struct tt_scan *s)
{
	const struct tt_show_options *const o = &s->o->show;
	struct options all = { .arena = &s->arena };
	const struct tt_range_words range = tt_range_words(&o->range);
	const char *const year =
		o->year ? tt_arena_printf(&s->arena, "%d", o->year) : "";

	add_option(&all, "rules", tt_slice_str(tt_rules_hash(o->trail.rules)),
		   true);
	add_option(&all, "--profile", o->trail.profile->name, true);
	add_words(&all, "--trust", o->words.trust, o->words.n_trust);
	add_words(&all, "--tz", o->words.tz, o->words.n_tz);
	add_option(&all, "--year", tt_slice_str(year), true);
	add_option(&all, "--since", tt_slice_str(range.since), true);
	add_option(&all, "--until", tt_slice_str(range.until), true);
	add_option(&all, "--as", tt_slice_str(tt_format_name(o->as)), true);
	add_words(&all, "--keep-header", s->o->keep, s->o->n_keep);
	add_option(&all, "version", tt_slice_str(TT_VERSION), false);
	return tt_case_open(&s->store, s->o->path, all.list.v, all.list.n,
			    &s->err);
}

static enum tt_exit exit_of(const struct tt_scan *s,
			    const struct tt_totals *totals)
{
	const uint64_t *const r = totals->result;
	const uint64_t failing = s->o->show.fail_on == TT_FAIL_ON_NEVER ? 0
				 : s->o->show.fail_on == TT_FAIL_ON_FAIL
					 ? r[TT_RESULT_FAIL]
					 : r[TT_RESULT_FAIL] +
						   r[TT_RESULT_UNDETERMINED];

	if (s->is_broken)
		return TT_EXIT_INTERNAL;
	if (s->err.status != TT_OK)
		return TT_EXIT_OUTPUT;
	if (tt_show_is_interrupted(&s->o->show))
		return TT_EXIT_INTERRUPTED;
	if (totals->messages == 0 && !s->has_input)
		return TT_EXIT_NO_INPUT;
	if (failing)
		return TT_EXIT_FAIL_ON;
	return s->is_partial ? TT_EXIT_PARTIAL : TT_EXIT_DONE;
}

/* Was anything of the case skipped, cut or damaged, whenever it was read? */
static void look_for_damage(struct tt_scan *s)
{
	struct tt_code_counts counts = { 0 };
	enum tt_diag_code code;

	if (tt_case_diag_counts(s->store, &counts, &s->arena, &s->err) != TT_OK)
		return;
	for (size_t i = 0; i < counts.n; i++) {
		const bool is_known = tt_diag_find(
			tt_arena_cstr(&s->arena, counts.v[i].code), &code);

		s->is_partial |= !is_known ||
				 tt_diag_info(code)->severity != TT_SEV_NOTE;
		s->has_input |= is_known && code == TT_DIAG_outside_period;
	}
}

/* Whose mail fails most, and what was read and not. */
static void sum_up_rest(struct tt_scan *s)
{
	const struct tt_emit_options *const e = &s->o->show.emit;
	const struct tt_report_look look = { e->width, e->has_color };
	const struct tt_group_options by = { .by = TT_GROUP_PEER,
					     .order = TT_GROUP_BY_WORST,
					     .limit = TT_MAX_report_rows };
	struct tt_report r = { 0 };

	if (tt_case_groups(s->store, &by, &r.worst_peers, &s->arena, &s->err) ==
		    TT_OK &&
	    tt_case_counts(s->store, &r.counts, &s->err) == TT_OK &&
	    tt_case_diag_counts(s->store, &r.diags, &s->arena, &s->err) == TT_OK)
		tt_report_rest(e->out, &r, &look);
}

/* The totals of the whole case, not of what was new; where none are told, as
 * much of them as the exit status is made of. */
static void sum_up(struct tt_scan *s, struct tt_totals *totals)
{
	const struct tt_show_options *const o = &s->o->show;
	const enum tt_status status =
		o->is_quiet ? tt_case_results(s->store, totals, &s->arena,
					      &s->err) :
			      tt_case_totals(s->store, totals, &s->arena,
					     &s->err);

	if (status != TT_OK || o->is_quiet)
		return;
	struct tt_emit_options emit = o->emit;

	tt_progress_clear(s);
	(void)!tt_out_flush(o->messages);
	emit.is_many = true;
	o->ops->end(o->ops->begin(&emit), totals);
	if (totals->messages)
		sum_up_rest(s);
}

static void tell_failure(struct tt_scan *s)
{
	tt_progress_clear(s);
	tt_case_complain(s->o->show.messages,
			 s->is_book_lost ? "logs" : s->o->path, &s->err);
}

static void tell_interrupted(const struct tt_scan *s)
{
	if (tt_show_is_interrupted(&s->o->show))
		tt_out_str(s->o->show.messages,
			   "tlstrail: interrupted; the same command goes on "
			   "where it stopped\n");
}

static enum tt_exit scan(struct tt_scan *s)
{
	struct tt_totals totals;
	struct tt_err closing = { 0 };

	tt_totals_init(&totals, &s->arena);
	tt_progress_begin(s);
	tt_scan_measure(s);
	read_all(s);
	if (!tt_scan_is_stopped(s) && tt_scan_conclude(s) &&
	    tt_case_finish(s->store, &s->err) == TT_OK) {
		sum_up(s, &totals);
		look_for_damage(s);
	}
	if (tt_case_close(&s->store, &closing) != TT_OK &&
	    s->err.status == TT_OK)
		s->err = closing;
	tt_progress_end(s);
	tell_interrupted(s);
	tell_failure(s);
	if (!tt_flush_or_tell(s->o->show.emit.out, s->o->show.messages))
		return TT_EXIT_OUTPUT;
	return exit_of(s, &totals);
}

enum tt_exit tt_run_scan(const struct tt_scan_options *options)
{
	struct tt_scan s = { .o = options };
	enum tt_exit status;

	if (open_case(&s) != TT_OK) {
		tell_failure(&s);
		status = s.err.status == TT_IO ? TT_EXIT_OUTPUT : TT_EXIT_USAGE;
	} else if (!open_reading(&s)) {
		tell_failure(&s);
		(void)!tt_case_close(&s.store, &s.err);
		status = TT_EXIT_INTERNAL;
	} else {
		status = scan(&s);
	}
	close_reading(&s);
	(void)!tt_out_flush(options->show.messages);
	tt_arena_release(&s.record);
	tt_arena_release(&s.arena);
	return status;
}
