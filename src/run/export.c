/* export - the timelines of a case through an output, in the case's order
 *
 * What is kept of a message is concluded on again, or, where logs joined, is
 * taken as it was concluded: in both cases what show would say. */
#include <tlstrail/store/figures.h>

#include "case.h"
#include "show.h"

struct exporting {
	const struct tt_export_options *o;
	struct tt_case *store;
	struct tt_arena record;
	struct tt_totals totals;
	struct tt_emit *emit;
	struct tt_err err;
	bool is_cut; /* not all mail is in the case */
};

static bool is_stopped(const struct exporting *x)
{
	return x->err.status != TT_OK || x->o->emit.out->failed ||
	       (x->o->is_interrupted && *x->o->is_interrupted);
}

static void take(struct exporting *x, const struct tt_case_message *m)
{
	struct tt_timeline t;

	if (!tt_case_timeline(&t, m, &x->o->trail, &x->record, &x->err))
		return;
	tt_totals_add(&x->totals, &t);
	x->o->ops->timeline(x->emit, &t);
}

static void take_all(struct exporting *x)
{
	struct tt_case_walk *walk = tt_case_walk_new(x->store, TT_CASE_ALL);
	struct tt_case_message m;

	while (!is_stopped(x) && tt_case_walk_next(walk, &m, &x->err) > 0) {
		take(x, &m);
		tt_arena_clear(&x->record);
	}
	tt_case_walk_free(&walk);
}

static void tell_range(struct exporting *x)
{
	struct tt_case_counts counts;

	if (!x->o->is_quiet && tt_range_is_given(&x->o->range) &&
	    tt_case_counts(x->store, &counts, &x->err) == TT_OK)
		tt_tell_range(x->o->messages, counts.outside, counts.undated);
}

static enum tt_exit exit_of(struct exporting *x)
{
	if (!tt_flush_or_tell(x->o->emit.out, x->o->messages) ||
	    (x->o->emit.undated &&
	     !tt_flush_or_tell(x->o->emit.undated, x->o->messages)))
		return TT_EXIT_OUTPUT;
	if (x->err.status != TT_OK)
		return tt_case_exit(&x->err);
	return is_stopped(x) ? TT_EXIT_INTERRUPTED
	       : x->is_cut   ? TT_EXIT_PARTIAL
			     : TT_EXIT_DONE;
}

enum tt_exit tt_run_export(const struct tt_export_options *options)
{
	struct tt_arena arena = { 0 };
	struct exporting x = { .o = options };

	if (tt_case_open_to_read(&x.store, options->path, &x.err) == TT_OK &&
	    tt_case_has_rules(x.store, options->trail.rules, &x.record,
			      &x.err) &&
	    tt_case_limit_to(x.store, &options->range, &x.err) == TT_OK) {
		tt_totals_init(&x.totals, &arena);
		x.emit = options->ops->begin(&options->emit);
		take_all(&x);
		options->ops->end(x.emit, &x.totals);
		tell_range(&x);
		x.is_cut = tt_case_tell_cut(x.store, options->path,
					    options->messages, &x.err);
	}
	if (x.store)
		(void)!tt_case_close(&x.store, &x.err);
	const enum tt_exit status = exit_of(&x);

	tt_case_complain(options->messages, options->path, &x.err);
	(void)!tt_out_flush(options->messages);
	tt_arena_release(&x.record);
	tt_arena_release(&arena);
	return status;
}
