/* web.c - the server: one loop that waits for all there is to wait for */
#define _GNU_SOURCE
#include "web.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <unistd.h>

/* So often it is looked whether somebody has been waited for too long. */
#define LOOK_MS 250

const char *tt_web_url(const struct tt_web *web)
{
	return web->url;
}

/* ---- the beginning ---- */

/* 128 bits, new at each start. */
static enum tt_status make_token(struct tt_web *web, struct tt_err *err)
{
	static const char digits[] = "0123456789abcdef";
	uint8_t bits[16];

	if (getrandom(bits, sizeof(bits), 0) != sizeof(bits))
		return tt_err_io(err, "a random token");
	for (size_t i = 0; i < sizeof(bits); i++) {
		web->token[2 * i] = digits[bits[i] >> 4];
		web->token[2 * i + 1] = digits[bits[i] & 15];
	}
	web->gate.token = tt_slice_str(web->token);
	return TT_OK;
}

static enum tt_status open_signals(struct tt_web *web, struct tt_err *err)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGHUP);
	if (sigprocmask(SIG_BLOCK, &set, NULL) == 0)
		web->signals = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	return web->signals < 0 ? tt_err_io(err, "waiting for signals") :
				  TT_OK;
}

/* What else is open: workers above all. */
#define OTHER_FILES 32
/* Of a connection: the library's and ours, its body, and one to spare. */
#define CONN_FILES 4

static size_t conns_allowed(void)
{
	struct rlimit limit;
	size_t n = 0;

	if (getrlimit(RLIMIT_NOFILE, &limit) != 0 ||
	    limit.rlim_cur >= OTHER_FILES +
				      CONN_FILES * TT_MAX_serve_connections)
		return TT_MAX_serve_connections;
	if (limit.rlim_cur > OTHER_FILES)
		n = (size_t)(limit.rlim_cur - OTHER_FILES) / CONN_FILES;
	return n ? n : 1;
}

static void make_conns(struct tt_web *web)
{
	web->n_conns = conns_allowed();
	web->conns = tt_zalloc(tt_mul_size(web->n_conns,
					   sizeof(*web->conns)));
	for (size_t i = 0; i < web->n_conns; i++)
		tt_conn_init(&web->conns[i], web);
}

static enum tt_status open_all(struct tt_web *web, struct tt_err *err)
{
	if (make_token(web, err) != TT_OK)
		return TT_IO;
	if (tt_web_listen(web, err) != TT_OK)
		return TT_USAGE; /* another port may do */
	web->reading = tt_answer_reading_new(web->o.show, err);
	if (!web->reading || open_signals(web, err) != TT_OK ||
	    tt_daemon_open(web, err) != TT_OK)
		return TT_IO;
	if (tt_ask_open(web, err) != TT_OK)
		return TT_IO;
	return tt_case_check(web, err);
}

enum tt_status tt_web_new(struct tt_web **web_r,
			  const struct tt_web_options *options,
			  struct tt_err *err)
{
	struct tt_web *const web = tt_zalloc(sizeof(*web));

	*web_r = web;
	web->o = *options;
	web->gate.has_case = options->case_path != NULL;
	web->listener = web->signals = -1;
	make_conns(web);
	const enum tt_status status = open_all(web, err);

	if (status != TT_OK)
		tt_web_free(web_r);
	return status;
}

void tt_web_free(struct tt_web **web)
{
	struct tt_web *const w = *web;

	if (!w)
		return;
	tt_pool_free(&w->pool);
	tt_pool_free(&w->case_pool);
	tt_daemon_close(w);
	for (size_t i = 0; i < w->n_conns; i++)
		tt_conn_free(&w->conns[i]);
	tt_answer_reading_free(&w->reading);
	if (w->listener >= 0)
		close(w->listener);
	if (w->signals >= 0)
		close(w->signals);
	tt_web_close_browser(w);
	tt_free(&w->conns);
	tt_free(web);
}

/* ---- the loop ---- */

#define MAX_FDS 256

/* What is waited for: these, the workers, then connections. */
enum { FD_SIGNALS, FD_DAEMON, FD_LISTENER, N_FIXED };

struct wait {
	struct pollfd fds[MAX_FDS];
	struct tt_conn *of[MAX_FDS];
	size_t n, first_conn;
};

static void list_fds(const struct tt_web *web, struct wait *w)
{
	const bool has_room = tt_conns_have_room(web);
	int workers[64 + 1];
	size_t n = web->pool ? tt_pool_fds(web->pool, workers) : 0;

	if (web->case_pool)
		n += tt_pool_fds(web->case_pool, workers + n);

	w->fds[FD_SIGNALS] = (struct pollfd){ web->signals, POLLIN, 0 };
	w->fds[FD_DAEMON] = (struct pollfd){ web->epoll, POLLIN, 0 };
	w->fds[FD_LISTENER] = (struct pollfd){
		has_room ? web->listener : -1, POLLIN, 0
	};
	for (size_t i = 0; i < n; i++)
		w->fds[N_FIXED + i] = (struct pollfd){ workers[i], POLLIN, 0 };
	w->first_conn = N_FIXED + n;
	w->n = w->first_conn + tt_conns_poll(web, w->fds + w->first_conn,
					     w->of + w->first_conn);
}

static int how_long(const struct tt_web *web)
{
	const int daemon = tt_daemon_timeout(web);
	const bool is_busy = tt_conns_count(web) ||
			     (web->pool && tt_pool_n_items(web->pool)) ||
			     (web->case_pool &&
			      tt_pool_n_items(web->case_pool));

	if (is_busy && (daemon < 0 || daemon > LOOK_MS))
		return LOOK_MS;
	return daemon;
}

/* 0: none. */
static int take_signal(const struct tt_web *web)
{
	struct signalfd_siginfo info;

	return read(web->signals, &info, sizeof(info)) == sizeof(info) ?
		       (int)info.ssi_signo :
		       0;
}

static void turn(struct tt_web *web, const struct wait *w)
{
	for (size_t i = w->first_conn; i < w->n; i++)
		if (w->fds[i].revents)
			tt_conn_read(w->of[i]);
	if (w->fds[FD_LISTENER].revents)
		tt_conns_accept(web);
	tt_ask_turn(web);
	tt_case_turn(web);
	tt_daemon_run(web);
	tt_conns_expire(web);
}

enum tt_exit tt_web_run(struct tt_web *web)
{
	struct wait w;
	int sig = 0;

	while (!sig) {
		list_fds(web, &w);
		if (poll(w.fds, (nfds_t)w.n, how_long(web)) < 0 &&
		    errno != EINTR)
			return TT_EXIT_INTERNAL;
		sig = take_signal(web);
		if (!sig)
			turn(web, &w);
	}
	return sig == SIGINT ? TT_EXIT_INTERRUPTED : TT_EXIT_DONE;
}
