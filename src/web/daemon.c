/* daemon.c - the library: it reads bodies and writes answers
 *
 * It has no socket that listens and no thread: connections are given to it one
 * by one, and it runs when its epoll descriptor says so.  Each connection has
 * one request, whose header was read before (request.c), and ends with its
 * answer. */
#include "libmicrohttpd.h"
#include "web.h"

#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* What it may take of a connection's memory beside the header: its own. */
#define DAEMON_HEADER (TT_MAX_serve_header + 4096)

#define NS_PER_MS 1000000.0

/* ---- answers ---- */

static void add_fields(struct MHD_Response *r, const struct tt_conn *c,
		       const char *type)
{
	char timing[96];

	for (size_t i = 0; i < tt_n_reply_fields; i++)
		(void)tt_mhd.MHD_add_response_header(
			r, tt_reply_fields[i].name, tt_reply_fields[i].value);
	(void)tt_mhd.MHD_add_response_header(r, "Content-Type", type);
	if (!c->done_ns)
		return;
	const int64_t now = tt_web_now_ns();

	snprintf(timing, sizeof(timing), "worker;dur=%.3f, total;dur=%.3f",
		 (double)(c->done_ns - c->asked_ns) / NS_PER_MS,
		 (double)(now - c->since_ns) / NS_PER_MS);
	(void)tt_mhd.MHD_add_response_header(r, "Server-Timing", timing);
}

static enum MHD_Result reply(struct tt_conn *c, unsigned status,
			     struct tt_slice body, const char *type,
			     enum MHD_ResponseMemoryMode mode)
{
	struct MHD_Response *const r = tt_mhd.MHD_create_response_from_buffer(
		body.n, (void *)(uintptr_t)body.p, mode);

	if (!r)
		return MHD_NO;
	add_fields(r, c, type);
	const enum MHD_Result queued =
		tt_mhd.MHD_queue_response(c->mhd, status, r);

	tt_mhd.MHD_destroy_response(r);
	c->state = TT_CONN_REPLY;
	c->since_ns = tt_web_now_ns();
	return queued;
}

static enum MHD_Result reply_refused(struct tt_conn *c)
{
	struct tt_out out;

	tt_out_init(&out, -1);
	tt_refusal_body(&out, &c->refusal, &c->why);
	const enum MHD_Result queued =
		reply(c, c->refusal.status,
		      (struct tt_slice){ out.buf, out.n }, "application/json",
		      MHD_RESPMEM_MUST_COPY);

	tt_out_release(&out);
	return queued;
}

/* The answer is the connection's until it ends. */
static enum MHD_Result reply_answer(struct tt_conn *c)
{
	if (c->refusal.status)
		return reply_refused(c);
	return reply(c, c->status ? c->status : MHD_HTTP_OK,
		     (struct tt_slice){ c->answer.buf, c->answer.n },
		     "application/json", MHD_RESPMEM_PERSISTENT);
}

/* ---- requests ---- */

static void ask(struct tt_conn *c)
{
	tt_conn_put_aside(c);
	if (c->route.kind == TT_ROUTE_CASE)
		tt_case_ask(c);
	else
		tt_ask(c);
	if (c->refusal.status)
		tt_conn_go_on(c);
}

static bool begin_body(struct tt_conn *c)
{
	struct tt_body *body;

	if (c->route.is_multipart)
		return tt_form_begin(c);
	body = tt_body_new(c);
	if (!body)
		return false;
	memcpy(body->name, c->route.name, c->route.name_n);
	body->name_n = c->route.name_n;
	body->has_mtime = c->route.has_mtime;
	body->mtime_unix = c->route.mtime_unix;
	return true;
}

/* What has come of the body; then, with no bytes, its end. */
static enum MHD_Result take_body(struct tt_conn *c, const char *data,
				 size_t *n)
{
	if (*n && c->form)
		tt_form_take(c, data, *n);
	else if (*n && !tt_body_add(c, &c->bodies[0],
				    (struct tt_slice){ (const uint8_t *)data,
						       *n }))
		return MHD_NO;
	if (*n) {
		*n = 0;
		return MHD_YES;
	}
	tt_form_end(c);
	if (c->is_done || c->refusal.status)
		return reply_answer(c);
	ask(c);
	return MHD_YES;
}

static enum MHD_Result answer(void *cls, struct MHD_Connection *mhd,
			      const char *url, const char *method,
			      const char *version, const char *data, size_t *n,
			      void **request)
{
	const union MHD_ConnectionInfo *const info =
		tt_mhd.MHD_get_connection_info(
			mhd, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
	struct tt_conn *const c = info ? info->socket_context : NULL;

	/* What it read of the header was read before. */
	(void)cls, (void)url, (void)method, (void)version;
	if (!c || c->state == TT_CONN_REPLY)
		return MHD_NO;
	if (!*request) {
		*request = c;
		if (c->route.kind == TT_ROUTE_TIMELINE)
			return begin_body(c) ? MHD_YES : MHD_NO;
		if (c->route.kind == TT_ROUTE_CASE)
			return MHD_YES; /* the end of no body is next */
	}
	if (c->route.kind == TT_ROUTE_NO_CASE)
		return reply(c, MHD_HTTP_OK, TT_S("null\n"),
			     "application/json", MHD_RESPMEM_PERSISTENT);
	if (c->route.kind == TT_ROUTE_PAGE)
		return reply(c, MHD_HTTP_OK, tt_page(),
			     "text/html; charset=utf-8",
			     MHD_RESPMEM_PERSISTENT);
	return take_body(c, data, n);
}

static void notice(void *cls, struct MHD_Connection *mhd, void **context,
		   enum MHD_ConnectionNotificationCode what)
{
	struct tt_web *const web = cls;

	if (what == MHD_CONNECTION_NOTIFY_STARTED) {
		*context = web->adding;
		web->adding->mhd = mhd;
	} else if (*context) {
		tt_conn_closed(*context);
	}
}

/* ---- the daemon ---- */

/* What it has to say is about requests, and they are refused aloud. */
static void TT_PRINTF(2, 0) no_words(void *cls, const char *fmt, va_list ap)
{
	(void)cls, (void)fmt, (void)ap;
}

enum tt_status tt_daemon_open(struct tt_web *web, struct tt_err *err)
{
	const union MHD_DaemonInfo *info;

	if (tt_libmicrohttpd_load(err) < 0)
		return tt_err_wrap(err, "the HTTP library");
	web->daemon = tt_mhd.MHD_start_daemon(
		MHD_USE_EPOLL | MHD_USE_NO_LISTEN_SOCKET |
			MHD_ALLOW_SUSPEND_RESUME | MHD_USE_ERROR_LOG,
		0, NULL, NULL, answer, web,
		MHD_OPTION_EXTERNAL_LOGGER, no_words, NULL,
		MHD_OPTION_NOTIFY_CONNECTION, notice, web,
		MHD_OPTION_STRICT_FOR_CLIENT, 1,
		MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)DAEMON_HEADER,
		MHD_OPTION_CONNECTION_LIMIT,
		(unsigned)TT_MAX_serve_connections,
		/* Never sooner than tt_conns_expire(). */
		MHD_OPTION_CONNECTION_TIMEOUT, 2 * (unsigned)TT_MAX_serve_reply,
		MHD_OPTION_END);
	info = web->daemon ?
		       tt_mhd.MHD_get_daemon_info(web->daemon,
						  MHD_DAEMON_INFO_EPOLL_FD) :
		       NULL;
	if (!info)
		return tt_err_set(err, TT_IO, "the HTTP library does not "
				  "start");
	web->epoll = info->epoll_fd;
	return TT_OK;
}

void tt_daemon_close(struct tt_web *web)
{
	if (!web->daemon)
		return;
	/* What is put aside must go on before the end. */
	for (size_t i = 0; i < web->n_conns; i++)
		if (web->conns[i].state == TT_CONN_ASKED)
			tt_conn_go_on(&web->conns[i]);
	tt_mhd.MHD_stop_daemon(web->daemon);
	web->daemon = NULL;
}

bool tt_daemon_add(struct tt_conn *c)
{
	struct tt_web *const web = c->web;
	const int fd = dup(c->fd);

	if (fd < 0)
		return false;
	web->adding = c;
	/* It closes the descriptor where it does not take it. */
	const enum MHD_Result added =
		tt_mhd.MHD_add_connection(web->daemon, fd, NULL, 0);

	web->adding = NULL;
	return added == MHD_YES;
}

void tt_daemon_run(struct tt_web *web)
{
	(void)tt_mhd.MHD_run(web->daemon);
}

int tt_daemon_timeout(const struct tt_web *web)
{
	MHD_UNSIGNED_LONG_LONG ms;

	if (tt_mhd.MHD_get_timeout(web->daemon, &ms) != MHD_YES)
		return -1;
	return ms < 1000 ? (int)ms : 1000;
}

void tt_web_versions(struct tt_out *out)
{
	if (tt_libmicrohttpd_load(NULL) == TT_OK)
		tt_out_printf(out, "libmicrohttpd %s\n",
			      tt_mhd.MHD_get_version());
	else
		tt_out_str(out, "libmicrohttpd not found\n");
}
