/* stamp_lex.h - words, comments and semicolons of a Received value
 * (private to message) */
#ifndef TLSTRAIL_STAMP_LEX_H
#define TLSTRAIL_STAMP_LEX_H

#include <tlstrail/message.h>
#include "stamp_flat.h"

enum tt_token_kind { TT_TOKEN_WORD, TT_TOKEN_COMMENT, TT_TOKEN_SEMI };

struct tt_token {
	enum tt_token_kind kind;
	bool is_open;	      /* comment whose parenthesis is not closed */
	bool is_clause;	      /* a word that may begin a clause ... */
	enum tt_slot clause;  /* ... this one */
	struct tt_slice text; /* comment: without its parentheses */
	struct tt_slice whole; /* comment: with them */
};

struct tt_tokens {
	TT_VEC(struct tt_token) list;
	bool is_malformed; /* parentheses do not balance */
	bool is_cut;	   /* more than TT_MAX_stamp_tokens */
	bool is_mailbox_cut; /* a quoted one, more than TT_MAX_mailbox */
	bool has_open;	   /* a comment was not closed */
};

/* Cuts `flat` into tokens; linear in its length. */
void tt_stamp_lex(struct tt_tokens *tokens_r, const struct tt_flat *flat,
		  struct tt_arena *arena);

#endif
