/* tlstrail/web.h - floor 9: a page on the loopback interface
 *
 * One process and one thread waits for connections, requests, workers and
 * signals.  What a request sends is read by confined workers (run/answer.h);
 * here it is bytes with a length.
 *
 * What can be asked for, and by whom, stands in tlstrail-serve(1).  The server
 * keeps no state but its token. */
#ifndef TLSTRAIL_WEB_H
#define TLSTRAIL_WEB_H

#include <tlstrail/run.h>

struct tt_web; /* opaque */

struct tt_web_options {
	const struct tt_show_options *show; /* how evidence is read; borrowed */
	bool is_unconfined;		    /* --no-sandbox */
	const char *case_path; /* to be looked through; NULL: none */
	bool is_ipv6;	 /* on ::1 in place of 127.0.0.1 */
	uint16_t port;	 /* 0: a free one */
	struct tt_out *messages; /* standard error; borrowed */
};

/* Loads what answers need, listens, and has a worker ready.  TT_USAGE: no
 * such port to be had; TT_INPUT: no such case; TT_IO: no worker; err tells.  Blocks SIGINT, SIGTERM and SIGHUP,
 * which tt_web_run() waits for.  Free with tt_web_free(), which nulls. */
enum tt_status tt_web_new(struct tt_web **web_r,
			  const struct tt_web_options *options,
			  struct tt_err *err) TT_MUST_CHECK;
void tt_web_free(struct tt_web **web);

/* Where the page is, with the token that opens it: whoever knows it may ask.
 * Borrowed. */
const char *tt_web_url(const struct tt_web *web);

/* Serves until a signal: SIGINT is TT_EXIT_INTERRUPTED, the others are
 * TT_EXIT_DONE. */
enum tt_exit tt_web_run(struct tt_web *web);

/* Opens the page in the user's browser, by a file that only the user can read
 * (a command line can be read by all) and that goes with *web. */
enum tt_status tt_web_open_browser(struct tt_web *web,
				   struct tt_err *err) TT_MUST_CHECK;

/* "libmicrohttpd 0.9.75". */
void tt_web_versions(struct tt_out *out);

#endif
