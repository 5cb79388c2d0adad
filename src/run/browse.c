/* browse.c - the process that answers questions to a case */
#include <tlstrail/emit/browse.h>

#include "browse.h"
#include "case.h"

/* Frames go through a pipe in pieces of this. */
#define PIECE 65536

/* ---- answers ---- */

static unsigned refuse(struct tt_out *out, unsigned status, const char *code,
		       const char *text)
{
	out->n = 0;
	tt_emit_error(out, code, tt_slice_str(text));
	return status;
}

static unsigned fail(struct tt_out *out, const struct tt_err *err)
{
	if (err->status == TT_USAGE && err->sys_errno)
		return refuse(out, 503, "case-in-use", err->text);
	if (err->status == TT_LIMIT)
		return refuse(out, 503, "case-too-slow",
			      "it takes too long to tell (limit browse_ms)");
	return refuse(out, 500, "case-unreadable", err->text);
}

static unsigned tell_figures(struct tt_browser *b, struct tt_out *out)
{
	const struct tt_browse_figures *figures;
	struct tt_err err = { 0 };

	if (tt_browse_figures(b->browse, &figures, &err) != TT_OK)
		return fail(out, &err);
	tt_emit_browse_figures(out, figures);
	return TT_BROWSE_DONE;
}

static unsigned tell_list(struct tt_browser *b, const struct tt_question *q,
			  struct tt_out *out)
{
	struct tt_browse_page page;
	struct tt_err err = { 0 };

	if (tt_browse_list(b->browse, &q->list, &page, &b->arena, &err) !=
	    TT_OK)
		return fail(out, &err);
	tt_emit_browse_page(out, &page);
	return TT_BROWSE_DONE;
}

static unsigned tell_message(struct tt_browser *b, const struct tt_question *q,
			     struct tt_out *out)
{
	struct tt_err err = { 0 };
	const int found = tt_browser_message(b, q, out, &err);

	if (found < 0)
		return fail(out, &err);
	return found ? TT_BROWSE_DONE :
		       refuse(out, 404, "no-message",
			      "the case has no such message");
}

unsigned tt_browser_ask(struct tt_browser *browser, struct tt_slice question,
			struct tt_out *out)
{
	struct tt_question q;

	tt_arena_clear(&browser->arena);
	if (!browser->browse)
		return refuse(out,
			      browser->err.status == TT_USAGE ?
				      TT_BROWSE_NO_CASE :
				      500,
			      "no-case", browser->err.text);
	tt_question_read(&q, question, &browser->arena);
	switch (q.kind) {
	case TT_QUESTION_FIGURES: return tell_figures(browser, out);
	case TT_QUESTION_LIST: return tell_list(browser, &q, out);
	case TT_QUESTION_MESSAGE: return tell_message(browser, &q, out);
	case TT_QUESTION_BAD: return refuse(out, 400, "query", q.text);
	case TT_QUESTION_NONE: break;
	}
	return refuse(out, 404, "path", "there is nothing of that name");
}

/* ---- opening ---- */

static bool has_our_rules(struct tt_browser *b)
{
	struct tt_case *const c = tt_browse_begin(b->browse, &b->err);
	const bool has = c && tt_case_has_rules(c, b->o->trail.rules,
						&b->arena, &b->err);

	if (c)
		(void)!tt_browse_end(b->browse, &b->err);
	return has && b->err.status == TT_OK;
}

struct tt_browser *tt_browser_new(const struct tt_browsing *browsing)
{
	struct tt_browser *const b = tt_zalloc(sizeof(*b));

	b->o = browsing;
	if (tt_browse_open(&b->browse, browsing->path, &b->err) == TT_OK &&
	    !has_our_rules(b))
		tt_browse_close(&b->browse);
	return b;
}

void tt_browser_free(struct tt_browser **browser)
{
	tt_browse_close(&(*browser)->browse);
	tt_arena_release(&(*browser)->arena);
	tt_free(browser);
}

/* ---- the job ---- */

static void *begin(void *ctx)
{
	return tt_browser_new(ctx);
}

static void send(struct tt_work *work, uint32_t type, struct tt_slice bytes)
{
	tt_out_bytes(tt_work_frame(work, type), bytes);
	/* They are far shorter than TT_MAX_frame. */
	(void)!tt_work_frame_end(work);
}

static void run(void *state, struct tt_work *work, struct tt_entry *entries,
		size_t n)
{
	struct tt_browser *const b = state;
	struct tt_out out, status;

	(void)n;
	tt_out_init(&out, -1);
	tt_out_init(&status, -1);
	if (!b->browse)
		send(work, TT_BROWSE_CLOSED, tt_slice_str(b->err.text));
	tt_out_u64(&status, tt_browser_ask(b, entries[0].path, &out));
	for (size_t at = 0; at < out.n; at += PIECE)
		send(work, TT_BROWSE_BYTES,
		     tt_slice_sub((struct tt_slice){ out.buf, out.n }, at,
				  PIECE));
	send(work, TT_BROWSE_END, (struct tt_slice){ status.buf, status.n });
	tt_out_release(&out);
	tt_out_release(&status);
}

static void end(void *state)
{
	struct tt_browser *b = state;

	tt_browser_free(&b);
}

struct tt_job tt_browse_job(const struct tt_browsing *browsing)
{
	return (struct tt_job){ .ctx = (void *)(uintptr_t)browsing,
				.begin = begin,
				.run = run,
				.end = end };
}
