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
	const struct tt_flat *map;
	struct tt_slice flat; /* its text */
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

/* Does every parenthesis have its other half? */
static bool match_plain(struct parens *ps, const struct lexer *lx)
{
	const struct tt_slice flat = lx->flat;
	size_t i = tt_flat_next(lx->map->parens, 0);

	for (; i < flat.n; i = tt_flat_next(lx->map->parens, i + 1))
		if (flat.p[i] == '(')
			open_paren(ps, i);
		else
			close_paren(ps, i);
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
	if ((lx->map->seen & TT_FLAT_ESCAPE) && match_slowly(&ps, lx, true))
		return;
	ps.depth = ps.left_over = 0;
	lx->out->is_malformed = lx->map->seen & TT_FLAT_QUOTE ?
					!match_slowly(&ps, lx, false) :
					!match_plain(&ps, lx);
}

#define WORD2(a, b) ((uint32_t)(a) | (uint32_t)(b) << 8)
#define WORD3(a, b, c) (WORD2(a, b) | (uint32_t)(c) << 16)
#define WORD4(a, b, c, d) (WORD3(a, b, c) | (uint32_t)(d) << 24)

/* A word of two to four bytes as a number.  The bit that is set folds case and
 * makes no letter of another byte. */
static uint32_t word_number(struct tt_slice w)
{
	uint32_t v = WORD2(w.p[0] | 0x20, w.p[1] | 0x20);

	if (w.n > 2)
		v |= (uint32_t)(w.p[2] | 0x20) << 16;
	if (w.n > 3)
		v |= (uint32_t)(w.p[3] | 0x20) << 24;
	return v;
}

static bool clause_of(struct tt_slice word, enum tt_slot *slot_r)
{
	if (word.n < 2 || word.n > 4)
		return false;
	switch (word_number(word)) {
	case WORD4('f', 'r', 'o', 'm'): *slot_r = TT_SLOT_FROM; return true;
	case WORD2('b', 'y'): *slot_r = TT_SLOT_BY; return true;
	case WORD3('v', 'i', 'a'): *slot_r = TT_SLOT_VIA; return true;
	case WORD4('w', 'i', 't', 'h'): *slot_r = TT_SLOT_WITH; return true;
	case WORD2('i', 'd'): *slot_r = TT_SLOT_ID; return true;
	case WORD3('f', 'o', 'r'): *slot_r = TT_SLOT_FOR; return true;
	case WORD3('t', 'l', 's'): *slot_r = TT_SLOT_TLS; return true;
	default: return false;
	}
}

/* Does it end a comment that was left open, and an address?  tls does not: it
 * is a clause only behind a with. */
static bool is_clause_word(struct tt_slice w)
{
	enum tt_slot clause;

	return clause_of(w, &clause) && clause != TT_SLOT_TLS;
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

	while ((i = tt_flat_next(lx->map->marks, i)) < lx->flat.n) {
		const uint8_t c = lx->flat.p[i];
		size_t past = 0;

		if (c == '<')
			past = angle_end(lx, i);
		else if (c != '"')
			break;
		else if (lx->is_for)
			past = quote_end(lx, i);
		i = past ? past : i + 1;
	}
	return i < lx->flat.n ? i : lx->flat.n;
}

static size_t take_word(struct lexer *lx, size_t at)
{
	const size_t end = word_end(lx, at);
	const struct tt_slice word = { lx->flat.p + at, end - at };
	enum tt_slot clause = TT_SLOT_HEAD;
	const bool is_clause = clause_of(word, &clause);

	push(lx, (struct tt_token){ TT_TOKEN_WORD, false, is_clause, clause,
				    word, word });
	if (is_clause && clause != TT_SLOT_TLS)
		lx->is_for = clause == TT_SLOT_FOR;
	return end;
}

static size_t take_semi(struct lexer *lx, size_t at)
{
	const struct tt_slice semi = tt_slice_sub(lx->flat, at, 1);

	push(lx, (struct tt_token){ .kind = TT_TOKEN_SEMI,
				    .text = semi,
				    .whole = semi });
	lx->is_for = false;
	return at + 1;
}

void tt_stamp_lex(struct tt_tokens *tokens_r, const struct tt_flat *flat,
		  struct tt_arena *arena)
{
	struct lexer lx = { .map = flat,
			    .flat = flat->text,
			    .arena = arena,
			    .out = tokens_r };
	size_t i = 0;

	*tokens_r = (struct tt_tokens){ 0 };
	/* Room for a usual stamp, which has about forty. */
	tokens_r->list.cap = 64;
	tokens_r->list.v = tt_arena_alloc(
		arena, tokens_r->list.cap * sizeof(*tokens_r->list.v));
	find_matches(&lx);
	while (i < lx.flat.n) {
		const uint8_t c = lx.flat.p[i];

		if (tokens_r->list.n >= TT_MAX_stamp_tokens) {
			tokens_r->is_cut = true;
			return;
		}
		if (c == ' ' || c == ')')
			i++;
		else if (c == '(')
			i = take_comment(&lx, i);
		else if (c == ';')
			i = take_semi(&lx, i);
		else
			i = take_word(&lx, i);
	}
}
