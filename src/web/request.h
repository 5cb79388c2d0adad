/* request.h - what a request says, and what is done about it; both pure */
#ifndef TLSTRAIL_WEB_REQUEST_H
#define TLSTRAIL_WEB_REQUEST_H

#include <tlstrail/run.h>

/* ---- request.c: the bytes of a header ---- */

enum tt_method { TT_METHOD_OTHER, TT_METHOD_GET, TT_METHOD_HEAD, TT_METHOD_POST };

/* Header fields that are looked at; of each there may be one. */
enum tt_request_field {
	TT_FIELD_HOST,
	TT_FIELD_ORIGIN,
	TT_FIELD_SITE, /* Sec-Fetch-Site */
	TT_FIELD_MODE, /* Sec-Fetch-Mode */
	TT_FIELD_DEST, /* Sec-Fetch-Dest */
	TT_FIELD_TOKEN, /* X-Tlstrail-Token */
	TT_FIELD_TYPE, /* Content-Type */
	TT_FIELD_LENGTH, /* Content-Length */
	TT_FIELD_ENCODING, /* Transfer-Encoding */
	TT_FIELD_EXPECT,
	TT_FIELD_UPGRADE,
	TT_FIELD_COUNT
};

struct tt_request {
	enum tt_method method;
	struct tt_slice path, query; /* as sent; query without the '?' */
	struct tt_slice field[TT_FIELD_COUNT]; /* p NULL: there is none */
	uint64_t length; /* of the body */
	size_t header_n; /* bytes, the empty line included */
};

/* Why it is refused, and by which status.  Static. */
struct tt_refusal {
	unsigned status; /* 0: it is not */
	const char *code, *text;
	const char *allow; /* of 405: the header field */
};

/* Reads a header from its beginning; slices borrow from `bytes`.  1: it is
 * whole; 0: more is needed; -1: refused, whatever else comes.  Stricter than
 * RFC 9112 has it: each leniency there was once understood by two programs in
 * two ways. */
int tt_request_read(struct tt_request *r, struct tt_slice bytes,
		    struct tt_refusal *refusal_r) TT_MUST_CHECK;

/* ---- route.c: who may ask for what ---- */

enum tt_route_kind {
	TT_ROUTE_PAGE,	   /* GET / */
	TT_ROUTE_TIMELINE, /* POST /api/timeline */
	TT_ROUTE_CASE,	   /* GET /api/case, /api/messages... */
	TT_ROUTE_NO_CASE,  /* GET /api/case, where none is served */
};

/* A server's own. */
struct tt_gate {
	uint16_t port;
	struct tt_slice token;
	bool has_case;
};

#define TT_ROUTE_NAME 255
#define TT_ROUTE_TARGET TT_ROOM(browse_question)
/* The last second of the year 9999. */
#define TT_MTIME_MAX 253402300799

struct tt_route {
	enum tt_route_kind kind;
	enum tt_redact_what redact;
	bool has_mtime;
	int64_t mtime_unix; /* of the file, as its owner knows it */
	bool is_multipart;  /* several files, each with a name of its own */
	size_t name_n;	    /* 0: it has none */
	uint8_t name[TT_ROUTE_NAME];
	size_t target_n; /* of TT_ROUTE_CASE: path and query, as sent */
	uint8_t target[TT_ROUTE_TARGET];
};

/* False: refused. */
bool tt_route_find(struct tt_route *route_r, const struct tt_request *r,
		   const struct tt_gate *gate,
		   struct tt_refusal *refusal_r) TT_MUST_CHECK;

/* The same bytes?  Takes as long wherever they differ. */
bool tt_is_same_secret(struct tt_slice a, struct tt_slice b);

#endif
