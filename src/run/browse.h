/* browse.h - a question to a case, read and answered */
#ifndef TLSTRAIL_RUN_BROWSE_PRIVATE_H
#define TLSTRAIL_RUN_BROWSE_PRIVATE_H

#include <tlstrail/run/browse.h>
#include <tlstrail/store/browse.h>

enum tt_question_kind {
	TT_QUESTION_FIGURES,
	TT_QUESTION_LIST,
	TT_QUESTION_MESSAGE,
	TT_QUESTION_NONE, /* there is nothing of that name */
	TT_QUESTION_BAD,  /* `text` tells what is wrong with it */
};
struct tt_question {
	enum tt_question_kind kind;
	struct tt_browse_options list;
	/* of a message: one of these */
	bool has_content;
	uint8_t content[TT_SHA256_LEN];
	struct tt_cursor cursor;
	const char *text;
};
/* Slices live in the arena. */
void tt_question_read(struct tt_question *q, struct tt_slice bytes,
		      struct tt_arena *arena);

struct tt_browser {
	const struct tt_browsing *o;
	struct tt_browse *browse; /* NULL: it could not be opened */
	struct tt_err err;	  /* ... and why */
	struct tt_arena arena;	  /* of one question */
};
/* One message, with those inside it and its places, as of POST /api/timeline;
 * 1, 0 there is none, -1. */
int tt_browser_message(struct tt_browser *b, const struct tt_question *q,
		       struct tt_out *out, struct tt_err *err);

#endif
