/* ask.c - requests to workers, answers to connections
 *
 * Each request is read by a process of its own, which is kept ready before.
 * What it sends is the answer, and no more is believed of it than that it is
 * bytes: the page takes it for data. */
#include "web.h"

#include <sys/stat.h>

/* ---- what the workers say ---- */

static bool take_frame(void *ctx, void *tag, const struct tt_frame *frame)
{
	struct tt_conn *const c = tag;

	(void)ctx;
	if (frame->type == TT_ANSWER_BYTES && !c->is_answered &&
	    frame->bytes.n <= TT_MAX_answer - c->answer.n)
		tt_out_bytes(&c->answer, frame->bytes);
	else if (frame->type == TT_ANSWER_LONG)
		c->refusal = (struct tt_refusal){
			413, "answer-too-long",
			"the answer is too long for a page (limit answer); "
			"tlstrail scan takes it", NULL
		};
	else
		c->is_answered = frame->type == TT_ANSWER_END;
	return true;
}

static void take_loss(void *ctx, void *tag, const struct tt_lost *lost)
{
	struct tt_conn *const c = tag;

	tt_lost_text(lost, &c->why);
	c->refusal = (struct tt_refusal){
		422, "worker-lost", "reading it ended the process that read it",
		NULL
	};
	if (c->is_gone)
		return;
	tt_web_say(ctx, "a worker was lost: ", c->why.text);
	if (lost->said[0])
		tt_web_say(ctx, "it said: ", lost->said);
}

void tt_ask_end(void *ctx, void *tag, enum tt_item_end end)
{
	struct tt_conn *const c = tag;

	(void)ctx;
	if (!c->refusal.status && (end != TT_ITEM_DONE || !c->is_answered))
		c->refusal = (struct tt_refusal){
			end == TT_ITEM_STOPPED ? 503 : 500, "no-answer",
			"there was no answer to be had", NULL
		};
	c->is_done = true;
	c->done_ns = tt_web_now_ns();
	tt_bodies_release(c);
	tt_conn_go_on(c);
}

/* ---- the pool ---- */

enum tt_status tt_ask_open(struct tt_web *web, struct tt_err *err)
{
	const struct tt_pool_options o = {
		.n_workers = tt_pool_cores() + 1, /* one is kept ready */
		.is_unconfined = web->o.is_unconfined,
		.is_fresh = true,
		.wait_limit = TT_LIM_serve_wait,
		.n_types = TT_ANSWER_COUNT,
		.job = tt_answer_job(web->reading),
		.sink = { web, take_frame, take_loss, tt_ask_end, NULL },
	};

	web->pool = tt_pool_new(&o);
	if (tt_pool_get_ready(web->pool, err) == TT_OK)
		return TT_OK;
	tt_pool_free(&web->pool);
	return err->status;
}

/* There are no workers to be had: who waits for one has been told, and the
 * next request tries anew. */
static void give_up(struct tt_web *web, const struct tt_err *err)
{
	tt_web_say(web, "", err->text);
	tt_pool_free(&web->pool);
}

void tt_ask_refuse(struct tt_conn *c, const char *text)
{
	c->refusal = (struct tt_refusal){ 503, "busy", text, NULL };
	tt_bodies_release(c);
}

/* Its files in the order of a command line: those to be shown, then those that
 * are only joined.  The pool closes them. */
#define MOST_FILES TT_ROOM(serve_files) /* more are refused before */

struct files {
	struct tt_entry entries[MOST_FILES];
	struct stat st[MOST_FILES];
	size_t n, n_logs;
};

static bool add_files(struct tt_conn *c, struct files *f, bool is_log)
{
	for (size_t i = 0; i < c->n_bodies; i++) {
		struct tt_body *const b = &c->bodies[i];
		const struct tt_slice name = { b->name, b->name_n };

		if (b->is_log != is_log)
			continue;
		if (f->n == MOST_FILES || fstat(b->fd, &f->st[f->n]) != 0)
			return false;
		f->entries[f->n] = (struct tt_entry){
			.kind = TT_ENTRY_NAMED,
			.path = name.n ? name : TT_S("-"),
			.fd = b->fd,
			.st = &f->st[f->n],
		};
		f->n++;
		f->n_logs += is_log;
	}
	return true;
}

static void forget_files(struct tt_conn *c)
{
	for (size_t i = 0; i < c->n_bodies; i++)
		c->bodies[i].fd = -1;
}

static void queue(struct tt_conn *c)
{
	struct tt_web *const web = c->web;
	struct tt_err err = { 0 };
	struct files f = { .n = 0 };

	if (!tt_bodies_seal(c) || !add_files(c, &f, false) ||
	    !add_files(c, &f, true)) {
		tt_ask_refuse(c, "there is no memory to be had for it");
		return;
	}
	const uint32_t note = tt_answer_note(c->route.redact, f.n_logs);

	forget_files(c);
	if (tt_pool_queue(web->pool, f.entries, f.n, note, c, &err) == TT_OK)
		return;
	tt_ask_refuse(c, "there is no process to be had that could read it");
	give_up(web, &err);
}

void tt_ask(struct tt_conn *c)
{
	struct tt_web *const web = c->web;
	struct tt_err err = { 0 };

	c->asked_ns = tt_web_now_ns();
	if (!web->pool && tt_ask_open(web, &err) != TT_OK) {
		tt_web_say(web, "", err.text);
		tt_ask_refuse(c, "there is no process to be had that could read it");
	} else if (tt_pool_n_items(web->pool) >= TT_MAX_serve_items) {
		tt_ask_refuse(c, "too many requests wait (limit serve_items)");
	} else {
		queue(c);
	}
}

void tt_ask_cancel(struct tt_conn *c)
{
	c->is_gone = true;
	if (c->web->pool)
		tt_pool_cancel(c->web->pool, c);
}

void tt_ask_turn(struct tt_web *web)
{
	struct tt_err err = { 0 };

	if (web->pool && tt_pool_turn(web->pool, &err) != TT_OK)
		give_up(web, &err);
}
