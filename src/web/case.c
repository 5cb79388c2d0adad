/* case.c - questions to the case that is served
 *
 * One worker has the case open, and answers one question after another beside
 * those that read what is pasted, so that neither waits for the other.  It is
 * believed no more than they are. */
#include "web.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

/* ---- what it says ---- */

static void take_status(struct tt_conn *c, struct tt_slice text)
{
	const int64_t status = tt_slice_number(text, 599);

	c->is_answered = status >= 200;
	c->status = c->is_answered ? (unsigned)status : 0;
}

static bool take_frame(void *ctx, void *tag, const struct tt_frame *frame)
{
	struct tt_conn *const c = tag;

	(void)ctx;
	if (frame->type == TT_BROWSE_END)
		take_status(c, frame->bytes);
	else if (frame->type == TT_BROWSE_CLOSED)
		tt_err_set(&c->why, TT_USAGE, "%.*s", (int)frame->bytes.n,
			   (const char *)frame->bytes.p);
	else if (frame->bytes.n <= TT_MAX_answer - c->answer.n)
		tt_out_bytes(&c->answer, frame->bytes);
	else
		c->refusal = (struct tt_refusal){
			413, "answer-too-long",
			"the answer is too long for a page (limit answer)", NULL
		};
	return true;
}

static void take_loss(void *ctx, void *tag, const struct tt_lost *lost)
{
	struct tt_conn *const c = tag;

	tt_lost_text(lost, &c->why);
	c->refusal = (struct tt_refusal){
		500, "worker-lost", "the process that reads the case ended",
		NULL
	};
	tt_web_say(ctx, "the reader of the case was lost: ", c->why.text);
	if (lost->said[0])
		tt_web_say(ctx, "it said: ", lost->said);
}

/* ---- the pool ---- */

static void open_pool(struct tt_web *web)
{
	const struct tt_pool_options o = {
		.n_workers = 1,
		.is_unconfined = web->o.is_unconfined,
		.cpu_limit = TT_LIM_browse_open,
		.wait_limit = TT_LIM_browse_open,
		.n_types = TT_BROWSE_COUNT,
		.job = tt_browse_job(&web->browsing),
		.sink = { web, take_frame, take_loss, tt_ask_end, NULL },
	};

	web->browsing = (struct tt_browsing){ web->o.case_path,
					      web->o.show->trail };
	web->case_pool = tt_pool_new(&o);
}

static void give_up(struct tt_web *web, const struct tt_err *err)
{
	tt_web_say(web, "", err->text);
	tt_pool_free(&web->case_pool);
}

/* A question has no body, and an item needs a descriptor. */
static void queue(struct tt_conn *c)
{
	struct tt_web *const web = c->web;
	struct tt_err err = { 0 };
	struct stat st;
	struct tt_entry entry = {
		.kind = TT_ENTRY_NAMED,
		.path = { c->route.target, c->route.target_n },
		.fd = open("/dev/null", O_RDONLY | O_CLOEXEC),
		.st = &st,
	};

	if (entry.fd < 0 || fstat(entry.fd, &st) != 0) {
		tt_ask_refuse(c, "there are no descriptors to be had");
		return;
	}
	if (tt_pool_queue(web->case_pool, &entry, 1, 0, c, &err) == TT_OK)
		return;
	tt_ask_refuse(c, "there is no process to be had that could read the case");
	give_up(web, &err);
}

/* The worker would read on in a file that nobody finds any more, and tell of
 * it as if it were the case: whoever moved it is to know. */
static bool is_there(struct tt_conn *c)
{
	const struct tt_web *const web = c->web;
	struct stat st;

	if (stat(web->o.case_path, &st) != 0) {
		c->refusal = (struct tt_refusal){
			410, "case-gone",
			"the case is not where it was: put it back, or start "
			"tlstrail serve with the place where it is now", NULL
		};
		(void)tt_err_io(&c->why, "%s", web->o.case_path);
		return false;
	}
	if (st.st_dev == web->case_id.dev && st.st_ino == web->case_id.ino)
		return true;
	c->refusal = (struct tt_refusal){
		410, "case-gone",
		"another file is where the case was: start tlstrail serve "
		"again to look through it", NULL
	};
	tt_err_set(&c->why, TT_USAGE, "%s", web->o.case_path);
	return false;
}

void tt_case_ask(struct tt_conn *c)
{
	struct tt_web *const web = c->web;

	c->asked_ns = tt_web_now_ns();
	if (!is_there(c))
		return;
	if (!web->case_pool)
		open_pool(web);
	if (tt_pool_n_items(web->case_pool) >= TT_MAX_serve_items)
		tt_ask_refuse(c, "too many requests wait (limit serve_items)");
	else
		queue(c);
}

void tt_case_turn(struct tt_web *web)
{
	struct tt_err err = { 0 };

	if (web->case_pool && tt_pool_turn(web->case_pool, &err) != TT_OK)
		give_up(web, &err);
}

/* ---- the first question ---- */

static void wait_for(struct tt_web *web, const struct tt_conn *first)
{
	while (!first->is_done && !first->refusal.status && web->case_pool) {
		struct pollfd fds[2] = { { web->signals, POLLIN, 0 },
					 { -1, POLLIN, 0 } };

		(void)tt_pool_fds(web->case_pool, &fds[1].fd);
		(void)poll(fds, 2, TT_POOL_TICK_MS);
		if (fds[0].revents)
			return;
		tt_case_turn(web);
	}
}

/* Whoever serves a case that is none is to know at once. */
enum tt_status tt_case_check(struct tt_web *web, struct tt_err *err)
{
	static const char question[] = "/api/messages?limit=1";
	struct tt_conn first = { .web = web, .fd = -1 };
	struct stat st;

	if (!web->o.case_path)
		return TT_OK;
	if (stat(web->o.case_path, &st) != 0) {
		(void)tt_err_io(err, "%s", web->o.case_path);
		return TT_INPUT;
	}
	web->case_id = (struct tt_file_id){ st.st_dev, st.st_ino };
	memcpy(first.route.target, question, sizeof(question) - 1);
	first.route.target_n = sizeof(question) - 1;
	tt_out_init(&first.answer, -1);
	tt_case_ask(&first);
	wait_for(web, &first);
	if (!first.is_done) /* or it would be told of later */
		tt_pool_free(&web->case_pool);
	tt_out_release(&first.answer);
	if (first.is_done && first.status == TT_BROWSE_DONE)
		return TT_OK;
	return tt_err_set(err,
			  first.status == TT_BROWSE_NO_CASE ? TT_USAGE :
							      TT_INPUT,
			  "%s",
			  first.why.text[0]    ? first.why.text :
			  first.refusal.status ? first.refusal.text :
						 "the case was not read");
}
