/* request.c - the bytes of a request's header
 *
 * Read here before the library sees them, for the library lets through what
 * can be understood in two ways: lines that end in LF alone, values that are
 * cut at a NUL, folded lines, a length given twice.  What is let through here
 * it reads as it is read here. */
#include "request.h"

static int refuse(struct tt_refusal *r, unsigned status, const char *code,
		  const char *text)
{
	*r = (struct tt_refusal){ .status = status, .code = code,
				  .text = text };
	return -1;
}

static int malformed(struct tt_refusal *r, const char *text)
{
	return refuse(r, 400, "malformed", text);
}

/* ---- bytes ---- */

/* RFC 9110, 5.6.2. */
static bool is_token_char(uint8_t c)
{
	return tt_is_alpha(c) || tt_is_digit(c) ||
	       (c && tt_slice_chr(TT_S("!#$%&'*+-.^_`|~"), c) != SIZE_MAX);
}

static bool is_token(struct tt_slice s)
{
	for (size_t i = 0; i < s.n; i++)
		if (!is_token_char(s.p[i]))
			return false;
	return s.n > 0;
}

static bool is_control(uint8_t c)
{
	return (c < ' ' && c != '\t') || c == 0x7f;
}

/* Line ends are CR LF, and nothing else is a control character: as far as it
 * has come. */
static const char *what_is_odd(struct tt_slice s)
{
	for (size_t i = 0; i < s.n; i++) {
		if (!is_control(s.p[i]))
			continue;
		if (s.p[i] == '\n')
			return "a line ends in LF alone";
		if (s.p[i] != '\r')
			return "a control character in the header";
		if (i + 1 < s.n && s.p[i + 1] != '\n')
			return "a CR that ends no line";
		i++;
	}
	return NULL;
}

/* ---- the request line ---- */

static struct tt_slice word(struct tt_slice *rest)
{
	const size_t at = tt_slice_chr(*rest, ' ');
	const struct tt_slice s = tt_slice_sub(*rest, 0, at);

	*rest = at == SIZE_MAX ? TT_NO_SLICE :
				 tt_slice_sub(*rest, at + 1, rest->n);
	return s;
}

static enum tt_method method_of(struct tt_slice s)
{
	if (tt_slice_eq(s, TT_S("GET")))
		return TT_METHOD_GET;
	if (tt_slice_eq(s, TT_S("HEAD")))
		return TT_METHOD_HEAD;
	return tt_slice_eq(s, TT_S("POST")) ? TT_METHOD_POST : TT_METHOD_OTHER;
}

static bool is_uri(struct tt_slice s)
{
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] <= ' ' || s.p[i] >= 0x7f || s.p[i] == '#')
			return false;
	return s.n > 0 && s.p[0] == '/';
}

static int read_request_line(struct tt_request *r, struct tt_slice line,
			     struct tt_refusal *refusal_r)
{
	const struct tt_slice method = word(&line), uri = word(&line);
	const size_t query = tt_slice_chr(uri, '?');

	if (!is_token(method) || uri.n == 0 || line.n == 0)
		return malformed(refusal_r, "the request line is none");
	if (!tt_slice_eq(line, TT_S("HTTP/1.1")) &&
	    !tt_slice_eq(line, TT_S("HTTP/1.0")))
		return refuse(refusal_r, 400, "version",
			      "HTTP/1.1 is what is spoken here");
	if (uri.n > TT_MAX_serve_uri)
		return refuse(refusal_r, 414, "uri", "the URI is too long (limit serve_uri)");
	if (!is_uri(uri))
		return malformed(refusal_r, "the URI is not a path");
	r->method = method_of(method);
	r->path = tt_slice_sub(uri, 0, query);
	if (query != SIZE_MAX)
		r->query = tt_slice_sub(uri, query + 1, uri.n);
	return 1;
}

/* ---- fields ---- */

static struct tt_slice field_name(enum tt_request_field f)
{
	static const char *const names[TT_FIELD_COUNT] = {
		[TT_FIELD_HOST] = "Host",
		[TT_FIELD_ORIGIN] = "Origin",
		[TT_FIELD_SITE] = "Sec-Fetch-Site",
		[TT_FIELD_MODE] = "Sec-Fetch-Mode",
		[TT_FIELD_DEST] = "Sec-Fetch-Dest",
		[TT_FIELD_TOKEN] = "X-Tlstrail-Token",
		[TT_FIELD_TYPE] = "Content-Type",
		[TT_FIELD_LENGTH] = "Content-Length",
		[TT_FIELD_ENCODING] = "Transfer-Encoding",
		[TT_FIELD_EXPECT] = "Expect",
		[TT_FIELD_UPGRADE] = "Upgrade",
	};

	return tt_slice_str(names[f]);
}

static struct tt_slice trim(struct tt_slice s)
{
	while (s.n && (s.p[0] == ' ' || s.p[0] == '\t'))
		s = tt_slice_sub(s, 1, s.n);
	while (s.n && (s.p[s.n - 1] == ' ' || s.p[s.n - 1] == '\t'))
		s.n--;
	return s;
}

static int read_field(struct tt_request *r, struct tt_slice line,
		      struct tt_refusal *refusal_r)
{
	const size_t colon = tt_slice_chr(line, ':');
	const struct tt_slice name = tt_slice_sub(line, 0, colon);

	if (colon == SIZE_MAX || !is_token(name))
		return malformed(refusal_r, "a line of the header is no field");
	for (int f = 0; f < TT_FIELD_COUNT; f++) {
		if (!tt_slice_ieq(name, field_name((enum tt_request_field)f)))
			continue;
		if (r->field[f].p)
			return malformed(refusal_r,
					 "a field that may come once is there "
					 "twice");
		r->field[f] = trim(tt_slice_sub(line, colon + 1, line.n));
	}
	return 1;
}

static int read_length(struct tt_request *r, struct tt_refusal *refusal_r)
{
	const struct tt_slice s = r->field[TT_FIELD_LENGTH];
	const struct tt_slice expect = r->field[TT_FIELD_EXPECT];

	if (r->field[TT_FIELD_ENCODING].p)
		return refuse(refusal_r, 411, "length",
			      "give the length of the body (Content-Length); "
			      "no other coding is taken");
	if (expect.p && !tt_slice_ieq(expect, TT_S("100-continue")))
		return refuse(refusal_r, 417, "expect",
			      "nothing but 100-continue can be expected");
	if (r->field[TT_FIELD_UPGRADE].p)
		return malformed(refusal_r, "there is nothing to upgrade to");
	if (!s.p)
		return 1;
	const int64_t n = s.n > 18 ? -1 : tt_slice_number(s, INT64_MAX);

	if (n < 0)
		return malformed(refusal_r, "Content-Length is no number");
	r->length = (uint64_t)n;
	return 1;
}

static int read_lines(struct tt_request *r, struct tt_slice rest,
		      struct tt_refusal *refusal_r)
{
	int status = 1;

	for (unsigned n = 0; rest.n && status > 0; n++) {
		const size_t end = tt_slice_find(rest, TT_S("\r\n"));
		const struct tt_slice line = tt_slice_sub(rest, 0, end);

		rest = tt_slice_sub(rest, end + 2, rest.n);
		if (n > TT_MAX_serve_fields)
			return refuse(refusal_r, 431, "header",
				      "the header has too many fields (limit "
				      "serve_fields)");
		status = n ? read_field(r, line, refusal_r) :
			     read_request_line(r, line, refusal_r);
	}
	return status > 0 ? read_length(r, refusal_r) : status;
}

int tt_request_read(struct tt_request *r, struct tt_slice bytes,
		    struct tt_refusal *refusal_r)
{
	const size_t end = tt_slice_find(bytes, TT_S("\r\n\r\n"));
	const struct tt_slice header = tt_slice_sub(
		bytes, 0, end == SIZE_MAX ? bytes.n : end + 2);
	const char *const odd = what_is_odd(header);

	*r = (struct tt_request){ 0 };
	*refusal_r = (struct tt_refusal){ 0 };
	if (odd)
		return malformed(refusal_r, odd);
	if (bytes.n && !is_token_char(bytes.p[0]))
		return malformed(refusal_r, "the request line is none");
	if (end == SIZE_MAX ? bytes.n >= TT_MAX_serve_header :
			      end + 4 > TT_MAX_serve_header)
		return refuse(refusal_r, 431, "header",
			      "the header is too long (limit serve_header)");
	if (end == SIZE_MAX)
		return 0;
	r->header_n = end + 4;
	return read_lines(r, header, refusal_r);
}
