/* conn_life.c - what becomes of a connection
 *
 * The library does nothing for one that is put aside until its worker has
 * answered; tt_conns_expire() looks to its time. */
#include "libmicrohttpd.h"
#include "web.h"

#include <unistd.h>

void tt_conn_init(struct tt_conn *c, struct tt_web *web)
{
	*c = (struct tt_conn){ .web = web, .fd = -1 };
	tt_out_init(&c->answer, -1);
}

void tt_conn_free(struct tt_conn *c)
{
	struct tt_web *const web = c->web;

	tt_bodies_release(c);
	tt_out_release(&c->answer);
	if (c->fd >= 0)
		close(c->fd);
	tt_conn_init(c, web);
}

void tt_conn_put_aside(struct tt_conn *c)
{
	tt_mhd.MHD_suspend_connection(c->mhd);
	c->state = TT_CONN_ASKED;
}

void tt_conn_go_on(struct tt_conn *c)
{
	if (!c->mhd || c->state != TT_CONN_ASKED)
		return;
	c->state = TT_CONN_BODY;
	tt_mhd.MHD_resume_connection(c->mhd);
}

void tt_conn_closed(struct tt_conn *c)
{
	tt_form_end(c);
	c->mhd = NULL;
	tt_conn_free(c);
}
