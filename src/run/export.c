/* export - the timelines of a case through an output, in the case's order
 *
 * What is kept of a message is concluded on again, or, where logs joined, is
 * taken as it was concluded: in both cases what show would say. */
#include "show.h"

#include <tlstrail/store.h>
#include <tlstrail/trail/codec.h>

struct exporting {
	const struct tt_export_options *o;
	struct tt_case *store;
	struct tt_arena record;
	struct tt_totals totals;
	struct tt_emit *emit;
	struct tt_err err;
};

static bool is_stopped(const struct exporting *x)
{
	return x->err.status != TT_OK || x->o->emit.out->failed ||
	       (x->o->is_interrupted && *x->o->is_interrupted);
}

static void take(struct exporting *x, const struct tt_case_message *m)
{
	struct tt_timeline t;
	const bool is_whole = m->concluded.n > 0;

	if (!tt_timeline_get(&t, is_whole ? m->concluded : m->record,
			     x->o->trail.rules, &x->record)) {
		tt_err_set(&x->err, TT_INPUT,
			   "a record of the case cannot be read");
		return;
	}
	if (!is_whole) {
		struct tt_diags *const diags =
			TT_NEW(&x->record, struct tt_diags);

		struct tt_trail_options trail = x->o->trail;

		*diags = *t.diags;
		t.diags = diags;
		trail.profile = t.result.profile; /* the case's */
		tt_timeline_conclude(&t, &trail, &x->record, diags);
	}
	tt_totals_add(&x->totals, &t);
	x->o->ops->timeline(x->emit, &t);
}

static void take_all(struct exporting *x)
{
	struct tt_case_walk *walk = tt_case_walk_new(x->store, TT_CASE_ALL);
	struct tt_case_message m;

	while (!is_stopped(x) &&
	       tt_case_walk_next(walk, &m, &x->err) > 0) {
		take(x, &m);
		tt_arena_clear(&x->record);
	}
	tt_case_walk_free(&walk);
}

/* Another set may conclude otherwise than was concluded. */
static bool has_rules(struct exporting *x)
{
	struct tt_slice hash;
	struct tt_arena *const arena = &x->record;

	if (tt_case_option(x->store, "rules", &hash, arena, &x->err) != TT_OK)
		return false;
	if (tt_slice_eq(hash, tt_slice_str(tt_rules_hash(x->o->trail.rules))))
		return true;
	tt_err_set(&x->err, TT_USAGE,
		   "made with the rule set %.*s; this one is %s (--rules adds "
		   "what is missing)", (int)hash.n, (const char *)hash.p,
		   tt_rules_hash(x->o->trail.rules));
	return false;
}

static enum tt_exit exit_of(struct exporting *x)
{
	if (tt_out_flush(x->o->emit.out) < 0 ||
	    (x->o->emit.undated && tt_out_flush(x->o->emit.undated) < 0))
		return TT_EXIT_OUTPUT;
	if (x->err.status != TT_OK)
		return x->err.status == TT_USAGE ? TT_EXIT_USAGE :
						   TT_EXIT_NO_INPUT;
	return is_stopped(x) ? TT_EXIT_INTERRUPTED : TT_EXIT_DONE;
}

enum tt_exit tt_run_export(const struct tt_export_options *options)
{
	struct tt_arena arena = { 0 };
	struct exporting x = { .o = options };

	if (tt_case_open_to_read(&x.store, options->path, &x.err) == TT_OK &&
	    has_rules(&x)) {
		tt_totals_init(&x.totals, &arena);
		x.emit = options->ops->begin(&options->emit);
		take_all(&x);
		options->ops->end(x.emit, &x.totals);
	}
	if (x.store)
		(void)!tt_case_close(&x.store, &x.err);
	const enum tt_exit status = exit_of(&x);

	if (x.err.status != TT_OK) {
		tt_out_str(options->messages, "tlstrail: ");
		tt_out_text(options->messages, tt_slice_str(options->path));
		tt_out_str(options->messages, ": ");
		tt_out_text(options->messages, tt_slice_str(x.err.text));
		tt_out_str(options->messages, "\n");
	}
	(void)!tt_out_flush(options->messages);
	tt_arena_release(&x.record);
	tt_arena_release(&arena);
	return status;
}
