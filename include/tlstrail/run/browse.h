/* run/browse.h - floor 8: questions to a case, each answered by JSON
 *
 * A job for a pool of one worker (worker.h) that is not fresh: it opens the
 * case, checks it, and is confined then; after that it knows the case by its
 * descriptor and can do nothing but read it.  An item is one question: its
 * path is what stands in the request, path and query, as it was sent; what its
 * descriptor is does not matter.
 *
 *	/api/case			what the whole comes to
 *	/api/messages?FILTER...		a page of a list
 *	/api/messages/ID		one message
 *
 * A scan that writes the case meanwhile is in no danger, and its questions
 * fail while it does. */
#ifndef TLSTRAIL_RUN_BROWSE_H
#define TLSTRAIL_RUN_BROWSE_H

#include <tlstrail/run.h>
#include <tlstrail/run/worker.h>

/* Frames of an answer: its bytes, in pieces, then its HTTP status in decimal.
 * An answer that is none of TT_BROWSE_DONE says why as
 * {"error":{"code":...,"text":...}}; before one of a case that could not be
 * opened, its reason stands as plain text, too. */
enum tt_browse_frame {
	TT_BROWSE_BYTES,
	TT_BROWSE_END,
	TT_BROWSE_CLOSED,
	TT_BROWSE_COUNT
};
enum {
	TT_BROWSE_DONE = 200,
	TT_BROWSE_NO_CASE = 409, /* the file is none that we can read */
};

struct tt_browsing {
	const char *path;	       /* of the case */
	struct tt_trail_options trail; /* its rules; the profile is the case's */
};

struct tt_job tt_browse_job(const struct tt_browsing *browsing);

/* The same in this process, for tests and for who needs no protection: the
 * answer of one question to `out`; returns its status. */
struct tt_browser;
struct tt_browser *tt_browser_new(const struct tt_browsing *browsing);
void tt_browser_free(struct tt_browser **browser);
unsigned tt_browser_ask(struct tt_browser *browser, struct tt_slice question,
			struct tt_out *out);

#endif
