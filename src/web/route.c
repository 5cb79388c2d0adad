/* route.c - who may ask for what
 *
 * The browser is the gate's ally and everyone else's too: any page can make it
 * send requests here.  So a request must name this server as its browser
 * knows it (Host: an attacker's name that was bound to 127.0.0.1 does not do),
 * must not come from another site, and must know the token. */
#include "request.h"

#include <stdio.h>

static bool refuse(struct tt_refusal *r, unsigned status, const char *code,
		   const char *text)
{
	*r = (struct tt_refusal){ .status = status, .code = code,
				  .text = text };
	return false;
}

bool tt_is_same_secret(struct tt_slice a, struct tt_slice b)
{
	uint8_t differ = 0;

	if (a.n != b.n)
		return false;
	for (size_t i = 0; i < a.n; i++)
		differ |= (uint8_t)(a.p[i] ^ b.p[i]);
	return differ == 0;
}

/* ---- where it comes from ---- */

/* One of the three names that this server has, each with its port. */
static bool is_own_host(struct tt_slice s, uint16_t port)
{
	static const char *const names[] = { "127.0.0.1", "localhost",
					     "[::1]" };
	char text[32];

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		/* Browsers leave the port of http out. */
		if (port == 80)
			snprintf(text, sizeof(text), "%s", names[i]);
		else
			snprintf(text, sizeof(text), "%s:%u", names[i], port);
		if (tt_slice_eq(s, tt_slice_str(text)))
			return true;
	}
	return false;
}

/* Absent, or the page's own. */
static bool is_own_origin(struct tt_slice origin, struct tt_slice host)
{
	const struct tt_slice scheme = TT_S("http://");

	return !origin.p ||
	       (tt_slice_eq(tt_slice_sub(origin, 0, scheme.n), scheme) &&
		tt_slice_eq(tt_slice_sub(origin, scheme.n, origin.n), host));
}

static bool is_own_site(struct tt_slice site)
{
	return !site.p || tt_slice_eq(site, TT_S("same-origin")) ||
	       tt_slice_eq(site, TT_S("none"));
}

/* A link that was followed to the page, as from the file that opens it. */
static bool is_navigation(const struct tt_request *r)
{
	return r->method == TT_METHOD_GET &&
	       tt_slice_eq(r->path, TT_S("/")) &&
	       tt_slice_eq(r->field[TT_FIELD_MODE], TT_S("navigate")) &&
	       tt_slice_eq(r->field[TT_FIELD_DEST], TT_S("document"));
}

static bool check_site(const struct tt_request *r, const struct tt_gate *gate,
		       struct tt_refusal *refusal_r)
{
	const struct tt_slice host = r->field[TT_FIELD_HOST];

	if (!is_own_host(host, gate->port))
		return refuse(refusal_r, 403, "host",
			      "this server is not called that");
	/* Who comes by a link with the right token was given it. */
	if (!is_own_origin(r->field[TT_FIELD_ORIGIN], host) ||
	    (!is_own_site(r->field[TT_FIELD_SITE]) && !is_navigation(r)))
		return refuse(refusal_r, 403, "cross-site",
			      "the request comes from another site");
	return true;
}

/* ---- the query: name=value&... ---- */

struct argument {
	struct tt_slice name, value; /* as sent */
};

static bool next_argument(struct tt_slice *rest, struct argument *a)
{
	if (!rest->n)
		return false;
	const size_t end = tt_slice_chr(*rest, '&');
	const struct tt_slice s = tt_slice_sub(*rest, 0, end);
	const size_t at = tt_slice_chr(s, '=');

	*rest = end == SIZE_MAX ? TT_NO_SLICE :
				  tt_slice_sub(*rest, end + 1, rest->n);
	a->name = tt_slice_sub(s, 0, at);
	a->value = at == SIZE_MAX ? TT_NO_SLICE :
				    tt_slice_sub(s, at + 1, s.n);
	return true;
}

/* Without its %XX, at most `room` bytes of it; -1: it is longer, or none. */
static int unescape(struct tt_slice s, uint8_t *buf, size_t room)
{
	size_t n = 0;

	for (size_t i = 0; i < s.n; i++) {
		int c = s.p[i] == '+' ? ' ' : s.p[i];

		if (c == '%') {
			const int high = i + 2 < s.n ? tt_hex(s.p[i + 1]) : -1;
			const int low = i + 2 < s.n ? tt_hex(s.p[i + 2]) : -1;

			if (high < 0 || low < 0)
				return -1;
			c = high * 16 + low;
			i += 2;
		}
		if (n == room || c == 0)
			return -1;
		buf[n++] = (uint8_t)c;
	}
	return (int)n;
}

/* The value of the one argument of that name; p NULL: none, or several. */
static struct tt_slice find_argument(struct tt_slice query,
				     struct tt_slice name)
{
	struct tt_slice found = TT_NO_SLICE;
	struct argument a;

	while (next_argument(&query, &a)) {
		if (!tt_slice_eq(a.name, name))
			continue;
		if (found.p)
			return TT_NO_SLICE;
		found = a.value;
	}
	return found;
}

static bool take_redact(struct tt_route *route, struct tt_slice value)
{
	if (tt_slice_eq(value, TT_S("1")) ||
	    tt_slice_eq(value, TT_S("addresses")))
		route->redact = TT_REDACT_ADDRESSES;
	else if (tt_slice_eq(value, TT_S("domains")))
		route->redact = TT_REDACT_DOMAINS;
	else
		return tt_slice_eq(value, TT_S("0"));
	return true;
}

static bool take_name(struct tt_route *route, struct tt_slice value)
{
	const int n = unescape(value, route->name, sizeof(route->name));

	if (n > 0)
		route->name_n = (size_t)n;
	return n >= 0;
}

static bool take_mtime(struct tt_route *route, struct tt_slice value)
{
	route->mtime_unix = tt_slice_number(value, TT_MTIME_MAX);
	route->has_mtime = route->mtime_unix >= 0;
	return route->has_mtime;
}

static const struct parameter {
	const char *name;
	bool (*take)(struct tt_route *route, struct tt_slice value);
} parameters[] = {
	{ "redact", take_redact },
	{ "name", take_name },
	{ "mtime", take_mtime },
};
#define N_PARAMETERS (sizeof(parameters) / sizeof(*parameters))

static bool take_query(struct tt_route *route, struct tt_slice query,
		       struct tt_refusal *refusal_r)
{
	unsigned seen = 0;
	struct argument a;

	while (next_argument(&query, &a)) {
		size_t i = 0;

		while (i < N_PARAMETERS &&
		       !tt_slice_eq(a.name, tt_slice_str(parameters[i].name)))
			i++;
		if (i == N_PARAMETERS || seen & 1u << i ||
		    !parameters[i].take(route, a.value))
			return refuse(refusal_r, 400, "query",
				      "the query is name=FILE, mtime=SECONDS "
				      "and redact=1 or redact=domains, each at "
				      "most once");
		seen |= 1u << i;
	}
	return true;
}

/* ---- what there is ---- */

static const struct place {
	const char *path;
	enum tt_route_kind kind;
	bool is_post;
	bool is_beginning; /* the rest is not judged here */
} places[] = {
	{ "/", TT_ROUTE_PAGE, false, false },
	{ "/api/timeline", TT_ROUTE_TIMELINE, true, false },
	{ "/api/case", TT_ROUTE_CASE, false, false },
	{ "/api/messages", TT_ROUTE_CASE, false, false },
	{ "/api/messages/", TT_ROUTE_CASE, false, true },
};

static bool is_at(struct tt_slice path, const struct place *p)
{
	const struct tt_slice own = tt_slice_str(p->path);

	return tt_slice_eq(p->is_beginning ? tt_slice_sub(path, 0, own.n) :
					     path,
			   own);
}

static const struct place *find_place(const struct tt_request *r,
				      struct tt_refusal *refusal_r)
{
	const struct place *p = NULL;

	for (size_t i = 0; i < sizeof(places) / sizeof(*places); i++)
		if (is_at(r->path, &places[i]))
			p = &places[i];
	if (!p) {
		(void)refuse(refusal_r, 404, "path", "there is no such page");
		return NULL;
	}
	if (p->is_post ? r->method == TT_METHOD_POST :
			 r->method == TT_METHOD_GET ||
				 r->method == TT_METHOD_HEAD)
		return p;
	(void)refuse(refusal_r, 405, "method",
		     p->is_post ? "POST is what it takes" :
				  "GET is what it takes");
	refusal_r->allow = p->is_post ? "POST" : "GET, HEAD";
	return NULL;
}

/* The page's own address has the token; its requests say it in a field that
 * no form and no link can set. */
static bool check_token(const struct tt_request *r, const struct tt_gate *gate,
			enum tt_route_kind kind, struct tt_refusal *refusal_r)
{
	struct tt_slice token = r->field[TT_FIELD_TOKEN];

	if (!token.p && kind == TT_ROUTE_PAGE)
		token = find_argument(r->query, TT_S("token"));
	return tt_is_same_secret(token, gate->token) ||
	       refuse(refusal_r, 403, "token",
		      "the token is missing or wrong: open the URL that "
		      "tlstrail serve printed");
}

static bool check_length(const struct tt_request *r, bool is_post,
			 struct tt_refusal *refusal_r)
{
	if (is_post && !r->field[TT_FIELD_LENGTH].p)
		return refuse(refusal_r, 411, "length",
			      "give the length of the body (Content-Length)");
	if (r->length > TT_MAX_serve_body)
		return refuse(refusal_r, 413, "too-large",
			      "that is more than is taken at a time (limit "
			      "serve_body); tlstrail scan takes it");
	return is_post || r->length == 0 ||
	       refuse(refusal_r, 400, "malformed", "a body that nobody reads");
}

static bool take_target(struct tt_route *route, const struct tt_request *r,
			const struct tt_gate *gate,
			struct tt_refusal *refusal_r)
{
	const size_t n = r->path.n + (r->query.n ? 1 + r->query.n : 0);

	if (!gate->has_case) {
		route->kind = TT_ROUTE_NO_CASE;
		return tt_slice_eq(r->path, TT_S("/api/case")) ||
		       refuse(refusal_r, 404, "path", "no case is served");
	}
	if (n > TT_MAX_browse_question)
		return refuse(refusal_r, 414, "uri",
			      "the URI is too long (limit browse_question)");
	route->target_n = n;
	memcpy(route->target, r->path.p, r->path.n);
	if (r->query.n) {
		route->target[r->path.n] = '?';
		memcpy(route->target + r->path.n + 1, r->query.p, r->query.n);
	}
	return true;
}

bool tt_route_find(struct tt_route *route_r, const struct tt_request *r,
		   const struct tt_gate *gate, struct tt_refusal *refusal_r)
{
	*route_r = (struct tt_route){ 0 };
	*refusal_r = (struct tt_refusal){ 0 };
	if (!check_site(r, gate, refusal_r))
		return false;
	const struct place *const p = find_place(r, refusal_r);

	if (!p || !check_token(r, gate, p->kind, refusal_r) ||
	    !check_length(r, p->is_post, refusal_r))
		return false;
	route_r->kind = p->kind;
	route_r->is_multipart = tt_slice_istarts(r->field[TT_FIELD_TYPE],
						 TT_S("multipart/form-data;"));
	if (p->kind == TT_ROUTE_CASE)
		return take_target(route_r, r, gate, refusal_r);
	return p->kind != TT_ROUTE_TIMELINE ||
	       take_query(route_r, r->query, refusal_r);
}
