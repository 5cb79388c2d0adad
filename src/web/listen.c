/* listen.c - the address, on the loopback interface and nowhere else */
#define _GNU_SOURCE
#include "web.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

union address {
	struct sockaddr any;
	struct sockaddr_in v4;
	struct sockaddr_in6 v6;
};

static socklen_t set_address(union address *a, bool is_ipv6, uint16_t port)
{
	memset(a, 0, sizeof(*a));
	if (is_ipv6) {
		a->v6.sin6_family = AF_INET6;
		a->v6.sin6_addr = in6addr_loopback;
		a->v6.sin6_port = htons(port);
		return sizeof(a->v6);
	}
	a->v4.sin_family = AF_INET;
	a->v4.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	a->v4.sin_port = htons(port);
	return sizeof(a->v4);
}

static bool open_listener(struct tt_web *web)
{
	const int type = SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK;
	const int on = 1;
	union address a;
	socklen_t n = set_address(&a, web->o.is_ipv6, web->o.port);

	web->listener = socket(a.any.sa_family, type, 0);
	if (web->listener < 0 ||
	    setsockopt(web->listener, SOL_SOCKET, SO_REUSEADDR, &on,
		       sizeof(on)) != 0 ||
	    bind(web->listener, &a.any, n) != 0 ||
	    listen(web->listener, SOMAXCONN) != 0 ||
	    getsockname(web->listener, &a.any, &n) != 0)
		return false;
	web->gate.port = ntohs(web->o.is_ipv6 ? a.v6.sin6_port :
						a.v4.sin_port);
	return true;
}

enum tt_status tt_web_listen(struct tt_web *web, struct tt_err *err)
{
	const char *const host = web->o.is_ipv6 ? "[::1]" : "127.0.0.1";

	if (!open_listener(web))
		return tt_err_io(err, "listening on %s port %u", host,
				 web->o.port);
	snprintf(web->url, sizeof(web->url), "http://%s:%u/?token=%s", host,
		 web->gate.port, web->token);
	return TT_OK;
}
