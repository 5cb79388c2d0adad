/* conn.c - connections, from the listener to the library and to their end
 *
 * A header is looked at where it lies, in the socket (MSG_PEEK), until it is
 * whole; only then, and only where it is let in, the library gets the
 * connection.  Who is slow waits here and costs a descriptor.  There are
 * TT_MAX_serve_connections of them at a time, and the next one takes the place
 * of the one that has let us wait longest, so that nobody can keep others out
 * by doing nothing. */
#define _GNU_SOURCE
#include "web.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define NS_PER_S 1000000000

/* Taken in a row before others are looked at. */
#define ACCEPT_AT_A_TIME 16

size_t tt_conns_count(const struct tt_web *web)
{
	size_t n = 0;

	for (size_t i = 0; i < web->n_conns; i++)
		n += web->conns[i].state != TT_CONN_FREE;
	return n;
}

/* ---- the end ---- */

/* Nothing more is said, and what comes is read until its end. */
static void linger(struct tt_conn *c)
{
	tt_bodies_release(c);
	(void)shutdown(c->fd, SHUT_WR);
	c->state = TT_CONN_LINGER;
	c->since_ns = tt_web_now_ns();
}

/* The library sees that the other side has gone. */
static void cut(struct tt_conn *c)
{
	if (c->mhd)
		(void)shutdown(c->fd, SHUT_RDWR);
	else
		tt_conn_free(c);
}

/* ---- the door ---- */

static void turn_away(struct tt_conn *c, const struct tt_refusal *refusal)
{
	struct tt_out out;

	tt_out_init(&out, -1);
	tt_refusal_write(&out, refusal, c->is_head);
	/* It is far less than a socket holds. */
	(void)!send(c->fd, out.buf, out.n, MSG_NOSIGNAL | MSG_DONTWAIT);
	tt_out_release(&out);
	linger(c);
}

static bool is_let_in(struct tt_conn *c, const struct tt_request *r,
		      struct tt_refusal *refusal_r)
{
	c->is_head = r->method == TT_METHOD_HEAD;
	if (!tt_route_find(&c->route, r, &c->web->gate, refusal_r))
		return false;
	if (c->route.kind != TT_ROUTE_TIMELINE || tt_body_reserve(c, r->length))
		return true;
	*refusal_r = (struct tt_refusal){
		503, "busy", "too much waits already (limit serve_bodies)", NULL
	};
	return false;
}

/* So that poll() tells of what is new, and not of what was seen. */
static void wait_for_more(struct tt_conn *c, size_t n)
{
	const int low = (int)n + 1;

	c->n_peeked = n;
	(void)setsockopt(c->fd, SOL_SOCKET, SO_RCVLOWAT, &low, sizeof(low));
}

static void look(struct tt_conn *c, struct tt_slice bytes)
{
	struct tt_refusal refusal;
	struct tt_request r;
	const int is_whole = tt_request_read(&r, bytes, &refusal);

	if (is_whole == 0) {
		wait_for_more(c, bytes.n);
		return;
	}
	if (is_whole > 0 && bytes.n - r.header_n > r.length)
		refusal = (struct tt_refusal){
			400, "malformed", "more follows than the body", NULL
		};
	else if (is_whole > 0 && is_let_in(c, &r, &refusal)) {
		wait_for_more(c, 0);
		c->state = TT_CONN_BODY;
		if (!tt_daemon_add(c))
			tt_conn_free(c);
		return;
	}
	turn_away(c, &refusal);
}

static void peek(struct tt_conn *c)
{
	uint8_t header[TT_ROOM(serve_header)];
	const ssize_t n = recv(c->fd, header, sizeof(header),
			       MSG_PEEK | MSG_DONTWAIT);

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	/* Its end, or no more than was there before: that is its end too. */
	if (n <= 0 || (size_t)n <= c->n_peeked)
		tt_conn_free(c);
	else
		look(c, (struct tt_slice){ header, (size_t)n });
}

static void drop(struct tt_conn *c)
{
	uint8_t unread[65536];
	const ssize_t n = recv(c->fd, unread, sizeof(unread), MSG_DONTWAIT);

	if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR))
		tt_conn_free(c);
}

void tt_conn_read(struct tt_conn *c)
{
	if (c->state == TT_CONN_DOOR)
		peek(c);
	else if (c->state == TT_CONN_LINGER)
		drop(c);
	else if (c->state == TT_CONN_ASKED)
		tt_ask_cancel(c);
}

/* What is waited for: of one that waits for us, that it goes away. */
static short events_of(const struct tt_conn *c)
{
	switch (c->state) {
	case TT_CONN_DOOR:
	case TT_CONN_LINGER: return POLLIN;
	case TT_CONN_ASKED: return c->is_gone ? 0 : POLLRDHUP;
	case TT_CONN_FREE:
	case TT_CONN_BODY:
	case TT_CONN_REPLY: break; /* the library does */
	}
	return 0;
}

size_t tt_conns_poll(const struct tt_web *web, struct pollfd *fds,
		     struct tt_conn **of)
{
	size_t n = 0;

	for (size_t i = 0; i < web->n_conns; i++) {
		struct tt_conn *const c = &web->conns[i];

		if (!events_of(c))
			continue;
		fds[n] = (struct pollfd){ c->fd, events_of(c), 0 };
		of[n++] = c;
	}
	return n;
}

/* ---- who goes, who comes ---- */

/* It is waited for, and not we by it. */
static bool can_go(const struct tt_conn *c)
{
	return c->state == TT_CONN_DOOR || c->state == TT_CONN_BODY ||
	       c->state == TT_CONN_LINGER;
}

static struct tt_conn *oldest(const struct tt_web *web)
{
	struct tt_conn *best = NULL;

	for (size_t i = 0; i < web->n_conns; i++) {
		struct tt_conn *const c = &web->conns[i];

		if (can_go(c) && (!best || c->since_ns < best->since_ns))
			best = c;
	}
	return best;
}

static struct tt_conn *free_place(struct tt_web *web)
{
	for (size_t i = 0; i < web->n_conns; i++)
		if (web->conns[i].state == TT_CONN_FREE)
			return &web->conns[i];
	return NULL;
}

static struct tt_conn *make_room(struct tt_web *web)
{
	struct tt_conn *c = free_place(web);
	struct tt_conn *const old = c ? NULL : oldest(web);

	if (!old)
		return c;
	cut(old);
	if (old->state != TT_CONN_FREE)
		tt_daemon_run(web); /* it closes it */
	return free_place(web);
}

/* Where descriptors or memory are short, it is not by waiting that they come. */
static void shed_one(struct tt_web *web, int why)
{
	struct tt_conn *const old = oldest(web);

	if (old && why != EAGAIN && why != EINTR && why != ECONNABORTED)
		cut(old);
}

bool tt_conns_have_room(const struct tt_web *web)
{
	return tt_conns_count(web) < web->n_conns || oldest(web);
}

void tt_conns_accept(struct tt_web *web)
{
	for (int i = 0; i < ACCEPT_AT_A_TIME && tt_conns_have_room(web); i++) {
		const int fd = accept4(web->listener, NULL, NULL,
				       SOCK_CLOEXEC | SOCK_NONBLOCK);

		if (fd < 0) {
			shed_one(web, errno);
			return;
		}
		struct tt_conn *const c = make_room(web);

		if (!c) {
			close(fd);
			return;
		}
		c->fd = fd;
		c->state = TT_CONN_DOOR;
		c->since_ns = tt_web_now_ns();
		peek(c); /* most have said all by then */
	}
}

static int64_t patience_s(const struct tt_conn *c)
{
	switch (c->state) {
	case TT_CONN_DOOR:
	case TT_CONN_BODY: return (int64_t)TT_MAX_serve_request;
	case TT_CONN_REPLY: return (int64_t)TT_MAX_serve_reply;
	case TT_CONN_LINGER: return (int64_t)TT_MAX_serve_linger;
	case TT_CONN_FREE:
	case TT_CONN_ASKED: break; /* the pool has an eye on it */
	}
	return INT64_MAX / NS_PER_S;
}

void tt_conns_expire(struct tt_web *web)
{
	const int64_t now = tt_web_now_ns();

	for (size_t i = 0; i < web->n_conns; i++) {
		struct tt_conn *const c = &web->conns[i];

		if (c->state != TT_CONN_FREE &&
		    now - c->since_ns > patience_s(c) * NS_PER_S)
			cut(c);
	}
}
