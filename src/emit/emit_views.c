/* emit_views - what the page of `serve` shows beside a timeline's own object
 *
 * One line of JSON for each timeline: its answer in one sentence, its text as
 * `show` prints it of one message, the organisational domains of the hosts it
 * names, by which the page draws its lanes, and how each hop fits the profile,
 * by which it marks those that break it.  None of it can be made from
 * the object alone without saying it a second time in other words. */
#include "answer.h"
#include "emit_private.h"
#include "view.h"

#define WIDTH 80

struct tt_emit {
	struct tt_out *out;
	struct tt_arena arena;
};

static struct tt_emit *views_begin(const struct tt_emit_options *options)
{
	struct tt_emit *e = tt_zalloc(sizeof(*e));

	e->out = options->out;
	tt_arena_init(&e->arena);
	return e;
}

static void put_collected(struct tt_out *out, struct tt_out *text)
{
	(void)tt_out_json(out, tt_lay_collected(text));
	tt_out_release(text);
}

static void put_answer(struct tt_out *out, const struct tt_timeline *t)
{
	struct tt_out text;

	tt_out_init(&text, -1);
	tt_answer(&text, t);
	put_collected(out, &text);
}

static void put_text(struct tt_out *out, const struct tt_timeline *t)
{
	struct tt_out text;
	struct tt_lay l;

	tt_out_init(&text, -1);
	tt_lay_init(&l, &text, WIDTH, false);
	tt_view_message(&l, t, false);
	put_collected(out, &text);
}

/* A member for each name that has one; a name may come twice. */
static void put_organisation(struct tt_emit *e, struct tt_slice name,
			     const char **sep)
{
	const struct tt_slice org = tt_org_domain(&e->arena, name);

	if (!org.n)
		return;
	tt_out_str(e->out, *sep);
	(void)tt_out_json(e->out, name);
	tt_out_str(e->out, ":");
	(void)tt_out_json(e->out, org);
	*sep = ",";
}

static void put_organisations(struct tt_emit *e, const struct tt_timeline *t)
{
	const char *sep = "";

	for (size_t i = 0; i < t->hops.n; i++) {
		const struct tt_hop *h = &t->hops.v[i];

		put_organisation(e, h->from.rdns, &sep);
		put_organisation(e, h->from.name, &sep);
		put_organisation(e, h->from.helo, &sep);
		put_organisation(e, h->by.name, &sep);
	}
	tt_arena_clear(&e->arena);
}

/* Of every hop, trusted or not: what it says of itself. */
static void put_fits(struct tt_out *out, const struct tt_timeline *t)
{
	for (size_t i = 0; i < t->hops.n; i++)
		tt_out_printf(out, "%s\"%s\"", i ? "," : "",
			      tt_fit_name(tt_answer_fit(t, &t->hops.v[i])));
}

static void views_timeline(struct tt_emit *e, const struct tt_timeline *t)
{
	tt_out_str(e->out, "{\"answer\":");
	put_answer(e->out, t);
	tt_out_str(e->out, ",\"text\":");
	put_text(e->out, t);
	tt_out_str(e->out, ",\"organisations\":{");
	put_organisations(e, t);
	tt_out_str(e->out, "},\"fits\":[");
	put_fits(e->out, t);
	tt_out_str(e->out, "]}\n");
}

static void views_end(struct tt_emit *e, const struct tt_totals *totals)
{
	(void)totals;
	tt_arena_release(&e->arena);
	tt_free(&e);
}

const struct tt_emit_ops tt_emit_views = {
	.name = "views",
	.begin = views_begin,
	.timeline = views_timeline,
	.end = views_end,
};
