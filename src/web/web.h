/* web.h - what the files of this floor share while a server runs */
#ifndef TLSTRAIL_WEB_WEB_H
#define TLSTRAIL_WEB_WEB_H

#include <tlstrail/run/answer.h>
#include <tlstrail/run/browse.h>
#include <tlstrail/web.h>

#include "request.h"

struct MHD_Daemon;
struct MHD_Connection;
struct MHD_PostProcessor;
struct pollfd;

enum tt_conn_state {
	TT_CONN_FREE,
	TT_CONN_DOOR,	/* its header is looked at, and not yet taken */
	TT_CONN_BODY,	/* the library has it, and more is to come */
	TT_CONN_ASKED,	/* ... a worker has its body */
	TT_CONN_REPLY,	/* ... the answer goes out */
	TT_CONN_LINGER, /* it was told no: what it still sends is dropped, or
			 * the answer would be lost with it */
};

/* One file of a request. */
struct tt_body {
	int fd; /* memory as a file; -1: it has been given away */
	bool is_log; /* it is only joined */
	bool has_mtime;
	int64_t mtime_unix;
	size_t name_n; /* 0: it has none */
	uint8_t name[TT_ROUTE_NAME];
};

/* A connection, which has one request. */
struct tt_conn {
	struct tt_web *web;
	enum tt_conn_state state;
	int fd; /* our own, beside the library's */
	int64_t since_ns;  /* in this state; of the request, until it is whole */
	size_t n_peeked;
	struct tt_route route;
	bool is_head;
	struct MHD_Connection *mhd; /* once it has been heard of */

	struct tt_body *bodies; /* TT_MAX_serve_files; NULL: there is none */
	size_t n_bodies;
	uint64_t body_n, reserved; /* bytes that came, that may come */
	struct MHD_PostProcessor *form; /* NULL: it is one file */
	bool has_mtime;			 /* of the next part */
	int64_t mtime_unix;

	int64_t asked_ns, done_ns;
	struct tt_out answer;
	bool is_answered; /* the answer is whole */
	bool is_done;	  /* its worker is */
	bool is_gone;	  /* nobody is there any more to be answered */
	unsigned status;  /* of the answer; 0: 200 */
	struct tt_refusal refusal; /* status 0: none */
	struct tt_err why;	   /* of the refusal, where that is not all */
};

struct tt_web {
	struct tt_web_options o;
	struct tt_gate gate;
	char token[33], url[128];
	int listener, signals;
	struct MHD_Daemon *daemon;
	int epoll; /* the daemon's */
	struct tt_conn *conns;
	size_t n_conns; /* TT_MAX_serve_connections, where there are
			 * descriptors for so many */
	struct tt_conn *adding; /* while the library is given it */
	uint64_t reserved;	/* bytes of bodies that may come */
	struct tt_answer_reading *reading;
	struct tt_pool *pool; /* NULL: it broke, and is made at need */
	struct tt_browsing browsing;
	struct tt_pool *case_pool; /* the same; NULL without a case, too */
	struct tt_file_id case_id; /* which file it is */
	char *opener, *opener_dir; /* files of tt_web_open_browser() */
};

/* ---- say.c ---- */

int64_t tt_web_now_ns(void);
/* "tlstrail: ..." on the messages' descriptor; text may quote anything. */
void tt_web_say(struct tt_web *web, const char *what, const char *text);

/* ---- listen.c ---- */

/* Binds to the loopback interface; sets listener, gate.port and url. */
enum tt_status tt_web_listen(struct tt_web *web,
			     struct tt_err *err) TT_MUST_CHECK;

/* ---- conn_life.c ---- */

void tt_conn_init(struct tt_conn *c, struct tt_web *web);
/* A worker is to answer it; the library waits. */
void tt_conn_put_aside(struct tt_conn *c);
/* Where it was put aside; nothing else happens to it. */
void tt_conn_go_on(struct tt_conn *c);
/* The library is done with it. */
void tt_conn_closed(struct tt_conn *c);
void tt_conn_free(struct tt_conn *c);

/* ---- conn.c: connections until the library has them, and after ---- */

/* Is there room for one more, if need be by letting one go? */
bool tt_conns_have_room(const struct tt_web *web);
/* Takes those that wait at the listener. */
void tt_conns_accept(struct tt_web *web);
/* Those that are waited for here and not in the library; returns how many. */
size_t tt_conns_poll(const struct tt_web *web, struct pollfd *fds,
		     struct tt_conn **of);
void tt_conn_read(struct tt_conn *c);
/* Ends what has taken too long. */
void tt_conns_expire(struct tt_web *web);
size_t tt_conns_count(const struct tt_web *web);

/* ---- body.c: memory as a file ---- */

/* Keeps room for so many bytes; false: there is too much already. */
bool tt_body_reserve(struct tt_conn *c, uint64_t n);
/* One more file, which has nothing yet; NULL: there is no memory. */
struct tt_body *tt_body_new(struct tt_conn *c);
/* Adds to it; false: it cannot be. */
bool tt_body_add(struct tt_conn *c, struct tt_body *body,
		 struct tt_slice bytes);
/* They change no more. */
bool tt_bodies_seal(struct tt_conn *c);
void tt_bodies_release(struct tt_conn *c);

/* ---- form.c: several files in one request (multipart/form-data) ---- */

/* Once the library has the connection; false: it cannot be read. */
bool tt_form_begin(struct tt_conn *c);
/* What is wrong is c->refusal. */
void tt_form_take(struct tt_conn *c, const char *data, size_t n);
/* At the end of the body, or of the connection. */
void tt_form_end(struct tt_conn *c);

/* ---- ask.c: workers ---- */

enum tt_status tt_ask_open(struct tt_web *web, struct tt_err *err) TT_MUST_CHECK;
/* Gives the body to a worker; where that cannot be, c->refusal says so.  In
 * the end is_done is set and the connection goes on. */
void tt_ask(struct tt_conn *c);
/* Nobody waits for its answer any more. */
void tt_ask_cancel(struct tt_conn *c);
/* An item of either pool is at its end: its connection goes on. */
void tt_ask_end(void *ctx, void *tag, enum tt_item_end end);
/* It cannot be asked now. */
void tt_ask_refuse(struct tt_conn *c, const char *text);
/* Takes what workers have said. */
void tt_ask_turn(struct tt_web *web);

/* ---- case.c: the worker that has the case ---- */

/* Opens the case, and tells why that cannot be. */
enum tt_status tt_case_check(struct tt_web *web,
			     struct tt_err *err) TT_MUST_CHECK;
/* As tt_ask() and tt_ask_turn(). */
void tt_case_ask(struct tt_conn *c);
void tt_case_turn(struct tt_web *web);

/* ---- daemon.c: the library ---- */

enum tt_status tt_daemon_open(struct tt_web *web,
			      struct tt_err *err) TT_MUST_CHECK;
/* All connections go with it. */
void tt_daemon_close(struct tt_web *web);
/* Gives it the connection, whose header is whole; false: it does not take it. */
bool tt_daemon_add(struct tt_conn *c);
void tt_daemon_run(struct tt_web *web);
/* Milliseconds it wants to be waited for; -1: as long as you like. */
int tt_daemon_timeout(const struct tt_web *web);

/* ---- reply.c ---- */

/* Fields of every answer. */
struct tt_reply_field {
	const char *name, *value;
};
extern const struct tt_reply_field tt_reply_fields[];
extern const size_t tt_n_reply_fields;

/* {"error":{"code":...,"text":...}} */
void tt_refusal_body(struct tt_out *out, const struct tt_refusal *r,
		     const struct tt_err *why);
/* As a whole answer, for one the library never sees. */
void tt_refusal_write(struct tt_out *out, const struct tt_refusal *r,
		      bool is_head);

/* ---- browser.c ---- */

/* Removes what tt_web_open_browser() made. */
void tt_web_close_browser(struct tt_web *web);

/* ---- page.c ---- */

struct tt_slice tt_page(void);

#endif
