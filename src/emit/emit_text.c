/* emit_text - timelines for people
 *
 * One message is shown whole; of many each is a line, and a summary closes
 * them.  Which it will be is known when the second message comes, so the
 * first one's two forms wait in memory.  A message inside another follows it
 * in its form, set apart, and makes no second one.  With is_verbose every message is
 * shown whole. */
#include "emit_private.h"
#include "view.h"

#define DEFAULT_WIDTH 80

struct tt_emit {
	struct tt_emit_options o;
	size_t width;
	uint64_t n;
	struct tt_out whole, line; /* of the first message and those in it */
	struct tt_arena arena;
	struct tt_slice profile; /* name, in the arena */
};

static struct tt_emit *text_begin(const struct tt_emit_options *options)
{
	struct tt_emit *e = tt_zalloc(sizeof(*e));

	e->o = *options;
	e->n = options->is_many ? 2 : 0;
	e->width = options->width ? options->width : DEFAULT_WIDTH;
	tt_out_init(&e->whole, -1);
	tt_out_init(&e->line, -1);
	tt_arena_init(&e->arena);
	return e;
}

static void put_whole(const struct tt_emit *e, struct tt_out *out,
		      const struct tt_timeline *t)
{
	struct tt_lay l;

	tt_lay_init(&l, out, e->width, e->o.has_color);
	tt_view_message(&l, t, e->o.is_verbose);
}

/* To a file or pipe nothing is cut. */
static void put_line(const struct tt_emit *e, struct tt_out *out,
		     const struct tt_timeline *t)
{
	const bool is_cut = e->o.width != 0;
	struct tt_lay l;

	tt_lay_init(&l, out, is_cut ? e->width : TT_UNCUT, e->o.has_color);
	tt_view_line(&l, t, is_cut);
}

static void put_rule(const struct tt_emit *e)
{
	struct tt_lay l;

	tt_lay_init(&l, e->o.out, e->width, e->o.has_color);
	tt_out_str(e->o.out, "\n");
	tt_lay_rule(&l, "=", l.width);
	tt_lay_end(&l);
	tt_out_str(e->o.out, "\n");
}

static void text_timeline(struct tt_emit *e, const struct tt_timeline *t)
{
	const struct tt_profile *profile = t->result.profile;

	e->n += !t->has_parent;
	if (!e->profile.n && profile)
		e->profile = tt_arena_dup(&e->arena, profile->name);
	if (e->o.is_verbose) {
		if (e->n > 1 && !t->has_parent)
			put_rule(e);
		put_whole(e, e->o.out, t);
		return;
	}
	if (e->n == 1) {
		put_whole(e, &e->whole, t);
		put_line(e, &e->line, t);
		return;
	}
	if (e->n == 2 && !t->has_parent)
		tt_out_bytes(e->o.out, (struct tt_slice){ e->line.buf,
							  e->line.n });
	put_line(e, e->o.out, t);
}

static void text_end(struct tt_emit *e, const struct tt_totals *totals)
{
	struct tt_lay l;

	if (e->n == 1 && !e->o.is_verbose)
		tt_out_bytes(e->o.out, (struct tt_slice){ e->whole.buf,
							  e->whole.n });
	if (e->n > 1 && totals->messages && !e->o.is_quiet) {
		tt_lay_init(&l, e->o.out, e->width, e->o.has_color);
		tt_view_summary(&l, totals, e->profile);
	}
	tt_out_release(&e->whole);
	tt_out_release(&e->line);
	tt_arena_release(&e->arena);
	tt_free(&e);
}

const struct tt_emit_ops tt_emit_text = {
	.name = "text",
	.begin = text_begin,
	.timeline = text_timeline,
	.end = text_end,
};
