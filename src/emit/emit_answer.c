/* emit_answer - all that the page of `serve` shows of some timelines
 *
 * The beginning of one JSON object, made in one go by the outputs that also
 * stand alone, so that nothing in it can differ from what they write:
 *	{"timelines":[A,...],"text":"...","views":[B,...]
 * A is a line of jsonl, B one of views, text is what `text` has of all of
 * them.  The caller adds its own members and the end.
 *
 * Wants is_verbose, so that what only texts name is read as well.
 *
 * Timelines go out as they come; the rest waits in memory, within the bound of
 * the output itself.  What was cut leaves the output failed. */
#include "emit_private.h"

struct tt_emit {
	struct tt_out *out;
	struct tt_out line, text, views;
	struct tt_emit *as_json, *as_text, *as_view;
	uint64_t n;
};

static struct tt_emit *begin_part(const struct tt_emit_ops *ops,
				  struct tt_out *part,
				  const struct tt_emit_options *options)
{
	struct tt_emit_options own = *options;

	tt_out_init(part, -1);
	part->most = options->out->most;
	own.out = part;
	own.is_verbose = false;
	return ops->begin(&own);
}

static struct tt_emit *answer_begin(const struct tt_emit_options *options)
{
	struct tt_emit *const e = tt_zalloc(sizeof(*e));

	e->out = options->out;
	e->as_json = begin_part(&tt_emit_jsonl, &e->line, options);
	e->as_text = begin_part(&tt_emit_text, &e->text, options);
	tt_out_init(&e->views, -1);
	e->views.most = options->out->most;
	e->as_view = tt_emit_views.begin(
		&(struct tt_emit_options){ .out = &e->line });
	tt_out_str(e->out, "{\"timelines\":[");
	return e;
}

/* What is in `line` becomes a member of a list, without its line end. */
static void put_line(struct tt_emit *e, struct tt_out *to)
{
	tt_out_str(to, e->n ? ",\n" : "\n");
	tt_out_bytes(to, (struct tt_slice){ e->line.buf,
					    e->line.n ? e->line.n - 1 : 0 });
	e->line.n = 0;
}

static void answer_timeline(struct tt_emit *e, const struct tt_timeline *t)
{
	tt_emit_jsonl.timeline(e->as_json, t);
	put_line(e, e->out);
	tt_emit_views.timeline(e->as_view, t);
	put_line(e, &e->views);
	tt_emit_text.timeline(e->as_text, t);
	e->n++;
}

static void answer_end(struct tt_emit *e, const struct tt_totals *totals)
{
	const char *const end = e->n ? "\n]" : "]";

	tt_emit_jsonl.end(e->as_json, totals);
	tt_emit_views.end(e->as_view, totals);
	tt_emit_text.end(e->as_text, totals);
	tt_out_str(e->out, end);
	tt_out_str(e->out, ",\"text\":");
	(void)tt_out_json(e->out,
			  (struct tt_slice){ e->text.buf, e->text.n });
	tt_out_str(e->out, ",\"views\":[");
	tt_out_bytes(e->out, (struct tt_slice){ e->views.buf, e->views.n });
	tt_out_str(e->out, end);
	if (!e->out->failed)
		e->out->failed = e->line.failed ? e->line.failed :
				 e->text.failed ? e->text.failed :
						  e->views.failed;
	tt_out_release(&e->line);
	tt_out_release(&e->text);
	tt_out_release(&e->views);
	tt_free(&e);
}

const struct tt_emit_ops tt_emit_answer = {
	.name = "answer",
	.begin = answer_begin,
	.timeline = answer_timeline,
	.end = answer_end,
	.is_whole = true,
};

void tt_emit_error(struct tt_out *out, const char *code, struct tt_slice text)
{
	tt_out_str(out, "{\"error\":{\"code\":\"");
	tt_out_str(out, code);
	tt_out_str(out, "\",\"text\":");
	(void)tt_out_json(out, text);
	tt_out_str(out, "}}\n");
}
