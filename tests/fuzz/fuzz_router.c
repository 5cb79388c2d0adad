/* fuzz_router - the bytes of a request, and whether it is let in
 *
 * Aborts where a request is let in that does not call the server by one of its
 * names, comes from another site, lacks the token, or holds what could be read
 * in two ways; where what is refused by its beginning is taken as a whole; and
 * where what the route says was not in the request, or a question to a case is
 * not what was sent.  Each request is shown to a server with a case and to one
 * without. */
#include <stdlib.h>

#include "web/request.h"

#define TOKEN "0123456789abcdef0123456789abcdef"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(int is_so)
{
	if (!is_so)
		abort();
}

#define GATE(with_case)                                                  \
	{                                                                \
		.port = 8080,                                            \
		.token = { (const uint8_t *)TOKEN, sizeof(TOKEN) - 1 },  \
		.has_case = (with_case),                                 \
	}
static const struct tt_gate gates[] = { GATE(false), GATE(true) };

static size_t count(struct tt_slice hay, struct tt_slice needle)
{
	size_t n = 0, at;

	while ((at = tt_slice_ifind(hay, needle)) != SIZE_MAX) {
		hay = tt_slice_sub(hay, at + 1, hay.n);
		n++;
	}
	return n;
}

/* Another look at what was taken for a header. */
static void check_header(struct tt_slice h)
{
	for (size_t i = 0; i < h.n; i++) {
		const uint8_t c = h.p[i];

		must(c != 0 && c != 0x7f && (c >= ' ' || c == '\t' ||
					     c == '\r' || c == '\n'));
		must(c != '\r' || (i + 1 < h.n && h.p[i + 1] == '\n'));
		must(c != '\n' || (i > 0 && h.p[i - 1] == '\r'));
	}
	must(count(h, TT_S("\r\n ")) == 0 && count(h, TT_S("\r\n\t")) == 0);
	must(count(h, TT_S("\r\nHost:")) <= 1);
	must(count(h, TT_S("\r\nContent-Length:")) <= 1);
	must(count(h, TT_S("\r\nX-Tlstrail-Token:")) <= 1);
	must(count(h, TT_S("\r\nTransfer-Encoding:")) == 0);
}

/* Path and query as they stand in the request, and only where there is one
 * who can be asked. */
static void check_question(const struct tt_request *r,
			   const struct tt_route *route, struct tt_slice h,
			   const struct tt_gate *gate)
{
	const struct tt_slice question = { route->target, route->target_n };
	const size_t at = tt_slice_chr(h, '/');

	must(gate->has_case && question.n <= TT_MAX_browse_question);
	must(tt_slice_eq(tt_slice_sub(h, at, question.n), question));
	must(question.n == r->path.n + (r->query.n ? 1 + r->query.n : 0));
	must(tt_slice_eq(r->path, TT_S("/api/case")) ||
	     tt_slice_eq(r->path, TT_S("/api/messages")) ||
	     tt_slice_find(r->path, TT_S("/api/messages/")) == 0);
}

/* What only reads. */
static void check_get(const struct tt_request *r, const struct tt_route *route,
		      struct tt_slice h, const struct tt_gate *gate)
{
	must(r->method == TT_METHOD_GET || r->method == TT_METHOD_HEAD);
	must(r->length == 0 && route->name_n == 0);
	if (route->kind == TT_ROUTE_CASE)
		check_question(r, route, h, gate);
	else if (route->kind == TT_ROUTE_NO_CASE)
		must(!gate->has_case &&
		     tt_slice_eq(r->path, TT_S("/api/case")));
	else
		must(tt_slice_eq(r->path, TT_S("/")));
}

static void check_let_in(const struct tt_request *r,
			 const struct tt_route *route, struct tt_slice h,
			 const struct tt_gate *gate)
{
	const struct tt_slice host = r->field[TT_FIELD_HOST];
	const struct tt_slice origin = r->field[TT_FIELD_ORIGIN];

	must(tt_slice_eq(host, TT_S("127.0.0.1:8080")) ||
	     tt_slice_eq(host, TT_S("localhost:8080")) ||
	     tt_slice_eq(host, TT_S("[::1]:8080")));
	must(!origin.p || (origin.n == 7 + host.n &&
			   memcmp(origin.p + 7, host.p, host.n) == 0));
	must(tt_slice_find(h, gate->token) != SIZE_MAX);
	must(r->length <= TT_MAX_serve_body);
	must(route->name_n <= TT_ROUTE_NAME);
	must(memchr(route->name, 0, route->name_n) == NULL);
	if (route->kind != TT_ROUTE_TIMELINE)
		check_get(r, route, h, gate);
	else
		must(r->method == TT_METHOD_POST &&
		     r->field[TT_FIELD_LENGTH].p);
	if (route->kind == TT_ROUTE_PAGE)
		return;
	must(tt_slice_eq(r->field[TT_FIELD_TOKEN], gate->token));
	must(!r->field[TT_FIELD_SITE].p ||
	     tt_slice_eq(r->field[TT_FIELD_SITE], TT_S("same-origin")) ||
	     tt_slice_eq(r->field[TT_FIELD_SITE], TT_S("none")));
}

/* What is let in by either; a case lets in no more than it is asked. */
static void check_route(const struct tt_request *r, struct tt_slice h)
{
	bool is_in[2];

	for (size_t i = 0; i < 2; i++) {
		struct tt_refusal refusal;
		struct tt_route route;

		is_in[i] = tt_route_find(&route, r, &gates[i], &refusal);
		must(is_in[i] == (refusal.status == 0));
		must(is_in[i] || (refusal.status >= 400 && refusal.code &&
				  refusal.text));
		if (is_in[i])
			check_let_in(r, &route, h, &gates[i]);
		must(!is_in[i] || is_in[0] || route.kind == TT_ROUTE_CASE);
	}
}

/* What has come so far is never taken, and not refused if all of it is not. */
static void check_prefix(struct tt_slice bytes, size_t n, int is_whole)
{
	struct tt_refusal refusal;
	struct tt_request r;
	const int got = tt_request_read(&r, tt_slice_sub(bytes, 0, n),
					&refusal);

	must(got <= 0);
	must(got == 0 || is_whole < 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct tt_slice bytes = { data, size };
	struct tt_refusal refusal;
	struct tt_request r;
	const int is_whole = tt_request_read(&r, bytes, &refusal);

	must((is_whole < 0) == (refusal.status != 0));
	if (is_whole != 0)
		must(is_whole < 0 || r.header_n <= size);
	for (size_t n = 0; n < size && is_whole == 0; n += 1 + size / 8)
		check_prefix(bytes, n, is_whole);
	if (is_whole <= 0)
		return 0;
	for (size_t n = 0; n < r.header_n; n += 1 + r.header_n / 8)
		check_prefix(bytes, n, is_whole);
	check_prefix(bytes, r.header_n - 1, is_whole);
	const struct tt_slice h = tt_slice_sub(bytes, 0, r.header_n);

	check_header(h);
	check_route(&r, h);
	return 0;
}
