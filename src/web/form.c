/* form.c - several files in one request (multipart/form-data, RFC 7578)
 *
 * The library takes the parts apart as they come; each goes into a file of its
 * own.  A part called "file" is shown, one called "log" is only joined, as
 * --log does, and one called "mtime" tells when the next was last changed.
 * Once something is wrong the rest is dropped, since there is no answer before
 * the end of the body. */
#include "libmicrohttpd.h"
#include "web.h"

#include <string.h>

/* Of headers of parts, which the library keeps until they are whole. */
#define PART_HEADER 4096

static enum MHD_Result refuse(struct tt_conn *c, unsigned status,
			      const char *code, const char *text)
{
	if (!c->refusal.status)
		c->refusal = (struct tt_refusal){ status, code, text, NULL };
	return MHD_NO;
}

static enum MHD_Result take_mtime(struct tt_conn *c, struct tt_slice value)
{
	c->mtime_unix = tt_slice_number(value, TT_MTIME_MAX);
	c->has_mtime = c->mtime_unix >= 0;
	return c->has_mtime ? MHD_YES :
			      refuse(c, 400, "part",
				     "mtime is seconds since 1970");
}

static struct tt_body *begin_file(struct tt_conn *c, bool is_log,
				  const char *name)
{
	const struct tt_slice s = tt_slice_str(name ? name : "");
	struct tt_body *body;

	if (c->n_bodies == TT_MAX_serve_files || s.n > TT_ROUTE_NAME)
		return NULL;
	body = tt_body_new(c);
	if (!body)
		return NULL;
	memcpy(body->name, s.p, s.n);
	body->name_n = s.n;
	body->is_log = is_log;
	body->has_mtime = c->has_mtime;
	body->mtime_unix = c->mtime_unix;
	c->has_mtime = false;
	return body;
}

static enum MHD_Result take_part(void *ctx, enum MHD_ValueKind kind,
				 const char *key, const char *name,
				 const char *type, const char *coding,
				 const char *data, uint64_t off, size_t n)
{
	struct tt_conn *const c = ctx;
	const struct tt_slice what = tt_slice_str(key ? key : "");
	const struct tt_slice bytes = { (const uint8_t *)data, n };
	const bool is_log = tt_slice_eq(what, TT_S("log"));
	struct tt_body *body = NULL;

	(void)kind, (void)type, (void)coding;
	if (c->refusal.status)
		return MHD_NO;
	if (tt_slice_eq(what, TT_S("mtime")))
		return off == 0 && n ? take_mtime(c, bytes) : MHD_YES;
	if (!is_log && !tt_slice_eq(what, TT_S("file")))
		return refuse(c, 400, "part",
			      "parts are called file, log or mtime");
	if (off == 0)
		body = begin_file(c, is_log, name);
	else if (c->n_bodies)
		body = &c->bodies[c->n_bodies - 1];
	if (!body || !tt_body_add(c, body, bytes))
		return refuse(c, 413, "too-many-files",
			      "too many files, or too long a name (limit "
			      "serve_files)");
	return MHD_YES;
}

bool tt_form_begin(struct tt_conn *c)
{
	c->form = tt_mhd.MHD_create_post_processor(c->mhd, PART_HEADER,
						   take_part, c);
	return c->form != NULL;
}

void tt_form_take(struct tt_conn *c, const char *data, size_t n)
{
	if (!c->refusal.status &&
	    tt_mhd.MHD_post_process(c->form, data, n) != MHD_YES)
		(void)refuse(c, 400, "malformed",
			     "the body is no multipart/form-data");
}

void tt_form_end(struct tt_conn *c)
{
	if (!c->form)
		return;
	if (tt_mhd.MHD_destroy_post_processor(c->form) != MHD_YES)
		(void)refuse(c, 400, "malformed",
			     "the body ends before its last part does");
	c->form = NULL;
	if (!c->n_bodies)
		(void)refuse(c, 400, "part", "no part is called file");
}
