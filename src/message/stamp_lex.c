/* stamp_lex.c - words, comments and semicolons of a Received value
 *
 * Comments nest (RFC 5322, 3.2.2).  Which parenthesis closes which is found
 * in one pass over the value with a stack, so ten thousand open ones cost no
 * more than one.  Writers do not quote what a client said, so "\)" is read as
 * RFC 5322 means it only where that makes the value balance.
 *
 * A comment that is never closed ends before the next comment, clause word
 * or semicolon: it must not swallow what the receiver wrote after it. */
#include <string.h>
#include "stamp_lex.h"

#define NO_MATCH UINT32_MAX

struct lexer {
	struct tt_slice flat;
	uint32_t *match; /* index of ')' for each '(' */
	struct tt_arena *arena;
	struct tt_tokens *out;
	bool is_for; /* a for clause: quotes and <> belong to an address */
};

/* A quoted local part may hold anything, also parentheses and angles (RFC
 * 5321, 4.1.2): <"x> (version=TLS1_3)"@example.org> is one recipient.  Past
 * such a mailbox that begins at `at`, or 0.  One that is longer than is looked
 * at is flagged: what it holds is read as if the receiver had written it. */
static size_t mailbox_end(const struct lexer *lx, size_t at)
{
	const struct tt_slice flat = lx->flat;
	const size_t most = (size_t)TT_MAX_mailbox;
	const size_t end = flat.n - at > most ? at + most : flat.n;
	size_t i = at + 2;

	if (end - at < 4 || flat.p[at] != '<' || flat.p[at + 1] != '"')
		return 0;
	while (i < end && flat.p[i] != '"')
		i += flat.p[i] == '\\' ? 2 : 1;
	if (i + 1 >= end)
		lx->out->is_mailbox_cut |= end < flat.n;
	if (i + 1 >= end || flat.p[i + 1] != '@')
		return 0;
	for (i += 2; i < end; i++) {
		if (flat.p[i] == '>')
			return i + 1;
		if (tt_is_space(flat.p[i]) || memchr("<(;)\"", flat.p[i], 5))
			return 0;
	}
	lx->out->is_mailbox_cut |= end < flat.n;
	return 0;
}

/* What a byte may mean to the lexer; most mean nothing. */
enum { PLAIN, SPACE, PAREN, SEMI, ANGLE, QUOTE };
static const uint8_t class_of[256] = {
	[' '] = SPACE, ['\t'] = SPACE, ['\r'] = SPACE, ['\n'] = SPACE,
	['('] = PAREN, [')'] = PAREN,	[';'] = SEMI,	['<'] = ANGLE,
	['"'] = QUOTE,
};

/* Open parentheses, and what is left over of both kinds. */
struct parens {
	uint32_t *match, *stack;
	size_t depth, left_over;
};

static void open_paren(struct parens *ps, size_t at)
{
	ps->match[at] = NO_MATCH;
	ps->stack[ps->depth++] = (uint32_t)at;
}

static void close_paren(struct parens *ps, size_t at)
{
	if (ps->depth)
		ps->match[ps->stack[--ps->depth]] = (uint32_t)at;
	else
		ps->left_over++;
}

/* Index of the next byte `c` from `from` on, or n. */
static size_t next_of(struct tt_slice s, size_t from, uint8_t c)
{
	const size_t i = tt_slice_chr(tt_slice_sub(s, from, s.n), c);

	return i == SIZE_MAX ? s.n : from + i;
}

/* Does every parenthesis have its other half?  Jumps from one to the next:
 * there are a dozen in a few hundred bytes. */
static bool match_plain(struct parens *ps, struct tt_slice flat)
{
	size_t o = next_of(flat, 0, '('), c = next_of(flat, 0, ')');

	while (o < flat.n || c < flat.n) {
		if (o < c) {
			open_paren(ps, o);
			o = next_of(flat, o + 1, '(');
		} else {
			close_paren(ps, c);
			c = next_of(flat, c + 1, ')');
		}
	}
	return ps->left_over + ps->depth == 0;
}

/* The same, byte by byte: parentheses of a mailbox with a quoted local part
 * are its own, and with has_pairs a backslash takes the meaning of the byte
 * behind it. */
static bool match_slowly(struct parens *ps, const struct lexer *lx,
			 bool has_pairs)
{
	const struct tt_slice flat = lx->flat;

	for (size_t i = 0; i < flat.n; i++) {
		const uint8_t c = flat.p[i];

		if (c == '(') {
			open_paren(ps, i);
		} else if (c == ')') {
			close_paren(ps, i);
		} else if (c == '<') {
			const size_t past = mailbox_end(lx, i);

			for (; i + 1 < past; i++)
				ps->match[i] = NO_MATCH;
		} else if (c == '\\' && has_pairs && ++i < flat.n) {
			ps->match[i] = NO_MATCH;
		}
	}
	return ps->left_over + ps->depth == 0;
}

static void find_matches(struct lexer *lx)
{
	const size_t size = tt_mul_size(lx->flat.n + 1, sizeof(uint32_t));
	struct parens ps = { 0 };

	/* Read only at parentheses, all of which are set. */
	ps.match = tt_arena_alloc(lx->arena, size);
	ps.stack = tt_arena_alloc(lx->arena, size);
	lx->match = ps.match;
	if (tt_slice_chr(lx->flat, '\\') != SIZE_MAX &&
	    match_slowly(&ps, lx, true))
		return;
	ps.depth = ps.left_over = 0;
	/* A quote is rare, and memchr ten times as fast as memmem. */
	lx->out->is_malformed =
		tt_slice_chr(lx->flat, '"') != SIZE_MAX ?
			!match_slowly(&ps, lx, false) :
			!match_plain(&ps, lx->flat);
}

static bool is_clause_word(struct tt_slice w)
{
	static const struct tt_slice words[] = {
		{ (const uint8_t *)"by", 2 },	{ (const uint8_t *)"id", 2 },
		{ (const uint8_t *)"via", 3 },	{ (const uint8_t *)"for", 3 },
		{ (const uint8_t *)"with", 4 }, { (const uint8_t *)"from", 4 },
	};

	if (w.n < 2 || w.n > 4)
		return false;
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (tt_slice_ieq(w, words[i]))
			return true;
	return false;
}

/* End of the unclosed comment that begins before `at`. */
static size_t open_comment_end(const struct lexer *lx, size_t at)
{
	size_t word = at;

	for (size_t i = at;; i++) {
		const bool is_end = i >= lx->flat.n;
		const uint8_t c = is_end ? ' ' : lx->flat.p[i];

		if (c == '(' || c == ';' || c == ')')
			return i;
		if (c != ' ' && c != '\t')
			continue;
		if (is_clause_word(tt_slice_sub(lx->flat, word, i - word)))
			return word;
		if (is_end)
			return i;
		word = i + 1;
	}
}

static void push(struct lexer *lx, struct tt_token token)
{
	*tt_vec_push(lx->arena, &lx->out->list) = token;
}

static size_t take_comment(struct lexer *lx, size_t at)
{
	const bool is_open = lx->match[at] == NO_MATCH;
	const size_t end = is_open ? open_comment_end(lx, at + 1) :
				     lx->match[at];
	const size_t past = is_open ? end : end + 1;

	push(lx, (struct tt_token){
			 .kind = TT_TOKEN_COMMENT,
			 .is_open = is_open,
			 .text = tt_slice_trim(tt_slice_sub(lx->flat, at + 1,
							    end - at - 1)),
			 .whole = tt_slice_sub(lx->flat, at, past - at) });
	if (is_open)
		lx->out->has_open = true;
	return past;
}

/* Past the '>' that closes the '<' at `at`, or 0.  Outside a for clause an
 * address holds nothing that could hide the receiver's words. */
static size_t angle_end(const struct lexer *lx, size_t at)
{
	const size_t past = mailbox_end(lx, at);

	if (past)
		return past;
	for (size_t i = at + 1; i < lx->flat.n; i++) {
		const uint8_t c = lx->flat.p[i];

		if (c == '>')
			return i + 1;
		if (c == '<' || c == ';' || (c == '(' && !lx->is_for))
			return 0;
	}
	return 0;
}

static size_t quote_end(const struct lexer *lx, size_t at)
{
	for (size_t i = at + 1; i < lx->flat.n; i++) {
		if (lx->flat.p[i] == '\\')
			i++;
		else if (lx->flat.p[i] == '"')
			return i + 1;
	}
	return 0;
}

/* Past the word that begins at `at`. */
static size_t word_end(const struct lexer *lx, size_t at)
{
	size_t i = at;

	while (i < lx->flat.n) {
		const uint8_t c = class_of[lx->flat.p[i]];
		size_t past = 0;

		if (c == PLAIN) {
			i++;
			continue;
		}
		if (c == SPACE || c == PAREN || c == SEMI)
			break;
		if (c == ANGLE)
			past = angle_end(lx, i);
		else if (c == QUOTE && lx->is_for)
			past = quote_end(lx, i);
		i = past ? past : i + 1;
	}
	return i;
}

static size_t take_word(struct lexer *lx, size_t at)
{
	const size_t end = word_end(lx, at);
	const struct tt_slice word = tt_slice_sub(lx->flat, at, end - at);

	push(lx, (struct tt_token){ TT_TOKEN_WORD, false, word, word });
	if (is_clause_word(word))
		lx->is_for = tt_slice_ieq(word, TT_S("for"));
	return end;
}

void tt_stamp_lex(struct tt_tokens *tokens_r, struct tt_slice flat,
		  struct tt_arena *arena)
{
	struct lexer lx = { .flat = flat, .arena = arena, .out = tokens_r };
	size_t i = 0;

	*tokens_r = (struct tt_tokens){ 0 };
	/* Room for a usual stamp, which has about forty. */
	tokens_r->list.cap = 64;
	tokens_r->list.v = tt_arena_alloc(
		arena, tokens_r->list.cap * sizeof(*tokens_r->list.v));
	find_matches(&lx);
	while (i < flat.n) {
		const uint8_t c = flat.p[i];

		if (tokens_r->list.n >= TT_MAX_stamp_tokens) {
			tokens_r->is_cut = true;
			return;
		}
		if (tt_is_space(c) || c == ')') {
			i++;
		} else if (c == '(') {
			i = take_comment(&lx, i);
		} else if (c == ';') {
			const struct tt_slice semi = tt_slice_sub(flat, i, 1);

			push(&lx, (struct tt_token){ TT_TOKEN_SEMI, false,
						     semi, semi });
			lx.is_for = false;
			i++;
		} else {
			i = take_word(&lx, i);
		}
	}
}
