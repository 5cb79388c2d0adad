/* browse_message.c - one message of a case, as show would have it
 *
 * The timelines are what `export --format jsonl` prints of it and of those
 * inside it, to the byte, and the text is what `show` would. */
#include <tlstrail/emit/browse.h>

#include "browse.h"
#include "case.h"

struct telling {
	struct tt_browser *b;
	struct tt_case *c;
	struct tt_out *out;
	struct tt_emit *emit;
	struct tt_totals totals;
	struct tt_err *err;
};

/* A case does not keep it, for only the text names it. */
static void name_receiver(struct tt_timeline *t, struct tt_arena *arena)
{
	struct tt_slice *const name = &t->result.receiving_domain;

	for (size_t i = t->hops.n; i-- > 0 && !name->n;)
		if (t->hops.v[i].is_trusted)
			*name = tt_org_domain(arena, t->hops.v[i].by.name);
}

static void tell(struct telling *x, const struct tt_case_message *m)
{
	struct tt_timeline t;

	if (!tt_case_timeline(&t, m, &x->b->o->trail, &x->b->arena, x->err))
		return;
	name_receiver(&t, &x->b->arena);
	tt_totals_add(&x->totals, &t);
	tt_emit_answer.timeline(x->emit, &t);
}

static void tell_inside(struct telling *x, const struct tt_browse_inside *in)
{
	for (size_t i = 0; i < in->list.n; i++) {
		struct tt_case_message m;

		if (tt_case_find(x->c, in->list.v[i].sha256, &m, &x->b->arena,
				 x->err) == 1)
			tell(x, &m);
	}
}

static void tell_all(struct telling *x, const struct tt_case_message *m)
{
	struct tt_browse_inside inside = { 0 };
	struct tt_browse_places places = { 0 };

	if (tt_browse_inside(x->b->browse, m->id, TT_MAX_browse_inside,
			     &inside, &x->b->arena, x->err) != TT_OK ||
	    tt_browse_places(x->b->browse, m->id, TT_MAX_browse_places,
			     &places, &x->b->arena, x->err) != TT_OK)
		return;
	const struct tt_emit_options options = { .out = x->out,
						 .is_verbose = true,
						 .is_quiet = true };

	tt_totals_init(&x->totals, &x->b->arena);
	x->emit = tt_emit_answer.begin(&options);
	tell(x, m);
	tell_inside(x, &inside);
	tt_emit_answer.end(x->emit, &x->totals);
	tt_out_str(x->out, ",\"diags\":[],\"status\":0,\"more_inside\":");
	tt_out_u64(x->out, inside.more);
	tt_emit_browse_places(x->out, &places);
	tt_out_str(x->out, "}\n");
}

static int find(struct telling *x, const struct tt_question *q,
		struct tt_case_message *m)
{
	return q->has_content ?
		       tt_case_find(x->c, q->content, m, &x->b->arena, x->err) :
		       tt_browse_find(x->b->browse, &q->cursor, m, &x->b->arena,
				      x->err);
}

int tt_browser_message(struct tt_browser *b, const struct tt_question *q,
		       struct tt_out *out, struct tt_err *err)
{
	struct telling x = { .b = b, .out = out, .err = err };
	struct tt_case_message m;

	x.c = tt_browse_begin(b->browse, err);
	if (!x.c)
		return -1;
	const int found = find(&x, q, &m);

	if (found == 1)
		tell_all(&x, &m);
	(void)!tt_browse_end(b->browse, err);
	return err->status == TT_OK ? found : -1;
}
