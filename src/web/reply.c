/* reply.c - what every answer says, and how it says no */
#include "web.h"

#include "page_bytes.h"

/* The page may run its own script and style, by their hashes, ask its own
 * server, and nothing else: what a message says can be shown, never run. */
#define POLICY                                                      \
	"default-src 'none'; script-src '" TT_PAGE_SCRIPT "'; "     \
	"style-src '" TT_PAGE_STYLE "'; connect-src 'self'; "       \
	"base-uri 'none'; form-action 'none'; frame-ancestors 'none'; " \
	"require-trusted-types-for 'script'; trusted-types 'none'"

const struct tt_reply_field tt_reply_fields[] = {
	{ "Content-Security-Policy", POLICY },
	{ "X-Content-Type-Options", "nosniff" },
	{ "X-Frame-Options", "DENY" },
	{ "Referrer-Policy", "same-origin" },
	{ "Cross-Origin-Opener-Policy", "same-origin" },
	{ "Cross-Origin-Resource-Policy", "same-origin" },
	{ "Cache-Control", "no-store" },
	{ "Connection", "close" },
};
const size_t tt_n_reply_fields =
	sizeof(tt_reply_fields) / sizeof(*tt_reply_fields);

static const char *reason(unsigned status)
{
	static const struct {
		unsigned status;
		const char *reason;
	} reasons[] = {
		{ 400, "Bad Request" },
		{ 403, "Forbidden" },
		{ 404, "Not Found" },
		{ 405, "Method Not Allowed" },
		{ 411, "Length Required" },
		{ 413, "Content Too Large" },
		{ 414, "URI Too Long" },
		{ 417, "Expectation Failed" },
		{ 431, "Request Header Fields Too Large" },
		{ 503, "Service Unavailable" },
	};

	for (size_t i = 0; i < sizeof(reasons) / sizeof(*reasons); i++)
		if (reasons[i].status == status)
			return reasons[i].reason;
	return "Error";
}

void tt_refusal_body(struct tt_out *out, const struct tt_refusal *r,
		     const struct tt_err *why)
{
	struct tt_out text;

	tt_out_init(&text, -1);
	tt_out_str(&text, r->text);
	if (why->text[0]) {
		tt_out_str(&text, ": ");
		tt_out_str(&text, why->text);
	}
	tt_emit_error(out, r->code, (struct tt_slice){ text.buf, text.n });
	tt_out_release(&text);
}

void tt_refusal_write(struct tt_out *out, const struct tt_refusal *r,
		      bool is_head)
{
	const struct tt_err nothing_more = { 0 };
	struct tt_out body;

	tt_out_init(&body, -1);
	tt_refusal_body(&body, r, &nothing_more);
	tt_out_printf(out, "HTTP/1.1 %u %s\r\n", r->status,
		      reason(r->status));
	for (size_t i = 0; i < tt_n_reply_fields; i++) {
		tt_out_str(out, tt_reply_fields[i].name);
		tt_out_str(out, ": ");
		tt_out_str(out, tt_reply_fields[i].value);
		tt_out_str(out, "\r\n");
	}
	if (r->allow)
		tt_out_printf(out, "Allow: %s\r\n", r->allow);
	tt_out_printf(out,
		      "Content-Type: application/json\r\n"
		      "Content-Length: %zu\r\n\r\n", body.n);
	if (!is_head)
		tt_out_bytes(out, (struct tt_slice){ body.buf, body.n });
	tt_out_release(&body);
}
