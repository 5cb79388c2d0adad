/* stamp.c - one Received value into slots
 *
 * Grammar: RFC 5321, 4.4 (from, by, via, with, id, for; then ";" and a
 * date) and RFC 8314, 4.3 (tls).  Clause words count at the top level only,
 * and the first of each wins.  Line breaks become spaces one for one, so that
 * every slot maps back to its bytes.
 *
 * Never fails on content.  What does not fit is left in TT_SLOT_TAIL, and the
 * stamp is flagged: malformed, truncated, two `by`. */
#include <string.h>
#include "date_parts.h"
#include "stamp_lex.h"
#include "stamp_peer.h"

struct splitter {
	struct tt_stamp *s;
	struct tt_tokens tokens;
	struct tt_slice date_text; /* in bare */
	bool is_date_plain; /* as nearly all are: whole */
	enum tt_slot cur;
	bool is_dropped;  /* words of a repeated clause */
	bool is_past_date;
	size_t words_of[TT_SLOT_PLACES];
	size_t last_by; /* token index of the last `by`; 0: none */
	bool has_by_in_with; /* a second `by` of a host, in a with clause */
};

/* Extends a slot to take in one more word of its clause. */
static void extend(struct tt_slice *slot, struct tt_slice word)
{
	if (!slot->p)
		*slot = word;
	else
		*slot = tt_slice_from(slot->p, word.p + word.n);
}

/* ---- the two copies of the value ---- */

/* The value again with every comment blanked: the same offsets. */
static void blank_comments(struct splitter *sp, struct tt_arena *arena)
{
	const struct tt_slice flat = sp->s->flat;
	uint8_t *bare = tt_arena_alloc(arena, flat.n);

	if (flat.n)
		memcpy(bare, flat.p, flat.n);
	for (size_t i = 0; i < sp->tokens.list.n; i++) {
		const struct tt_token *t = &sp->tokens.list.v[i];

		if (t->kind == TT_TOKEN_COMMENT)
			memset(bare + (t->whole.p - flat.p), ' ', t->whole.n);
	}
	sp->s->bare = (struct tt_slice){ bare, flat.n };
}

static struct tt_slice in_bare(const struct tt_stamp *s, struct tt_slice flat)
{
	return tt_slice_sub(s->bare, (size_t)(flat.p - s->flat.p), flat.n);
}

/* ---- the date ---- */

/* Could a date begin with this word?  Saves trying at most words. */
static bool may_begin_date(struct tt_slice w)
{
	return w.n && (tt_is_digit(w.p[0]) || tt_is_alpha(w.p[0]));
}

/* First token from `from` on (to the next semicolon) where a date begins. */
static bool date_at(struct splitter *sp, size_t from)
{
	struct tt_stamp *s = sp->s;

	for (size_t i = from; i < sp->tokens.list.n; i++) {
		const struct tt_token *t = &sp->tokens.list.v[i];
		bool is_plain;
		size_t used;

		if (t->kind == TT_TOKEN_SEMI)
			return false;
		if (t->kind != TT_TOKEN_WORD || !may_begin_date(t->text))
			continue;
		/* The flat text: a zone may stand in a comment. */
		const struct tt_slice rest =
			tt_slice_from(t->text.p, s->flat.p + s->flat.n);

		if (!tt_date_parse_told(rest, &s->date, &used, &is_plain))
			continue;
		sp->is_date_plain = is_plain;
		sp->date_text = tt_slice_sub(rest, 0, used);
		return true;
	}
	return false;
}

static bool is_semi(const struct splitter *sp, size_t i)
{
	return sp->tokens.list.v[i].kind == TT_TOKEN_SEMI;
}

/* The date stands after the last semicolon; or after an earlier one; or,
 * where there is none, behind the last clause. */
static void find_date(struct splitter *sp)
{
	size_t last_semi = SIZE_MAX;

	for (size_t i = sp->tokens.list.n; i-- > 0;) {
		if (!is_semi(sp, i))
			continue;
		if (last_semi == SIZE_MAX)
			last_semi = i;
		if (date_at(sp, i + 1))
			return;
	}
	if (date_at(sp, 0))
		return;
	if (last_semi == SIZE_MAX || last_semi + 1 >= sp->tokens.list.n)
		return;
	const struct tt_token *first = &sp->tokens.list.v[last_semi + 1];
	const struct tt_token *last =
		&sp->tokens.list.v[sp->tokens.list.n - 1];

	sp->s->has_date_text = true;
	sp->date_text = tt_slice_from(first->whole.p,
				      last->whole.p + last->whole.n);
}

static bool is_in_date(const struct splitter *sp, const struct tt_token *t)
{
	return sp->date_text.p && t->whole.p >= sp->date_text.p &&
	       t->whole.p < sp->date_text.p + sp->date_text.n;
}

/* ---- clauses ---- */

static bool is_word_by(const struct tt_token *t)
{
	return t->is_clause && t->clause == TT_SLOT_BY;
}

/* Is token i still in the from clause?  What stands before the first `by` is
 * what the client said, clause words and semicolons included. */
static bool is_before_by(const struct splitter *sp, size_t i)
{
	return sp->s->has[TT_SLOT_FROM] && !sp->s->has[TT_SLOT_BY] &&
	       sp->last_by > i;
}

/* May the clause begin here?  (RFC 5321: from first, by before with.) */
static bool may_begin(const struct splitter *sp, enum tt_slot c, size_t i)
{
	const struct tt_stamp *s = sp->s;

	switch (c) {
	case TT_SLOT_FROM:
		return sp->cur == TT_SLOT_HEAD && !sp->words_of[TT_SLOT_HEAD];
	case TT_SLOT_BY:
		/* A HELO may be the word itself: from by (...) by mx */
		return !is_before_by(sp, i) || i == 0 ||
		       sp->tokens.list.v[i - 1].kind != TT_TOKEN_WORD ||
		       sp->words_of[TT_SLOT_FROM];
	case TT_SLOT_WITH:
		return !is_before_by(sp, i);
	case TT_SLOT_TLS:
		return sp->cur == TT_SLOT_WITH && sp->words_of[TT_SLOT_WITH];
	case TT_SLOT_ID:
	case TT_SLOT_FOR:
	case TT_SLOT_VIA:
		return s->has[TT_SLOT_BY] ||
		       (s->has[TT_SLOT_FROM] && !is_before_by(sp, i)) ||
		       (!s->has[TT_SLOT_FROM] &&
			!sp->words_of[TT_SLOT_HEAD]);
	default:
		return true;
	}
}

/* Is the word behind token i a mailbox in angle brackets? */
static bool is_mailbox_next(const struct splitter *sp, size_t i)
{
	return i + 1 < sp->tokens.list.n &&
	       tt_slice_istarts(sp->tokens.list.v[i + 1].text, TT_S("<"));
}

/* A clause that stood before: its words are not the clause's, its comments
 * are.  A second `by` is another receiver's name, and one of the two was said
 * by the client; but in a with clause (MailboxResubmission by AntispamTT) it
 * is so only where another `with` follows, and never where it names the user
 * that logged in (by <u@example.org> with cram_md5). */
static void repeat(struct splitter *sp, enum tt_slot c, size_t i)
{
	const bool is_in_with = sp->cur == TT_SLOT_WITH;

	sp->is_dropped = true;
	sp->s->has_two_by |= c == TT_SLOT_BY && !is_in_with;
	sp->has_by_in_with |= c == TT_SLOT_BY && is_in_with &&
			      !is_mailbox_next(sp, i);
	if (c == TT_SLOT_WITH)
		sp->cur = c;
	else if (c != TT_SLOT_BY || !is_in_with)
		sp->cur = TT_SLOT_TAIL;
}

static bool begin_clause(struct splitter *sp, const struct tt_token *t,
			 size_t i)
{
	const enum tt_slot c = t->clause;

	if (!t->is_clause || !may_begin(sp, c, i))
		return false;
	/* Past the date only Courier's id is a clause. */
	if (sp->is_past_date && (c != TT_SLOT_ID || sp->s->has[c]))
		return false;
	if (c == TT_SLOT_WITH && sp->has_by_in_with)
		sp->s->has_two_by = true;
	if (sp->s->has[c]) {
		repeat(sp, c, i);
		return true;
	}
	sp->s->has[c] = true;
	sp->cur = c;
	sp->is_dropped = false;
	return true;
}

static void take_word(struct splitter *sp, struct tt_slice word)
{
	struct tt_stamp *s = sp->s;
	enum tt_slot slot = sp->is_dropped ? TT_SLOT_TAIL : sp->cur;

	if (sp->is_past_date && slot != TT_SLOT_ID)
		slot = TT_SLOT_AFTER_DATE;
	if (slot == TT_SLOT_BY && sp->words_of[TT_SLOT_BY])
		slot = TT_SLOT_BY_TAIL;
	/* TAIL is scattered: keep its first stretch only. */
	if (slot == TT_SLOT_TAIL && s->slot[slot].p && sp->is_dropped)
		return;
	sp->words_of[slot]++;
	extend(&s->slot[slot], in_bare(s, word));
}

static void take_comment(struct splitter *sp, const struct tt_token *t,
			 struct tt_arena *arena)
{
	const enum tt_slot place = sp->is_past_date ? TT_SLOT_AFTER_DATE :
						      sp->cur;

	*tt_vec_push(arena, &sp->s->comments) = (struct tt_comment){
		.place = place,
		.text = t->text,
		.is_sender = tt_comment_is_sender(t->text),
		.is_open = t->is_open,
	};
}

static void assign(struct splitter *sp, struct tt_arena *arena)
{
	for (size_t i = sp->tokens.list.n; i-- > 0 && !sp->last_by;)
		if (is_word_by(&sp->tokens.list.v[i]))
			sp->last_by = i;
	for (size_t i = 0; i < sp->tokens.list.n; i++) {
		const struct tt_token *t = &sp->tokens.list.v[i];

		if (is_in_date(sp, t)) {
			sp->is_past_date = true;
			sp->cur = TT_SLOT_DATE;
		} else if (t->kind == TT_TOKEN_COMMENT) {
			take_comment(sp, t, arena);
		} else if (t->kind == TT_TOKEN_SEMI) {
			if (!sp->is_past_date && !is_before_by(sp, i))
				sp->cur = TT_SLOT_TAIL;
			sp->is_dropped = false;
		} else if (!begin_clause(sp, t, i)) {
			take_word(sp, t->text);
		}
	}
}

/* A clause word with nothing after it, where the value ends without a date:
 * the stamp was cut. */
static bool ends_in_clause(const struct splitter *sp)
{
	static const enum tt_slot ends[] = { TT_SLOT_FROM, TT_SLOT_BY,
					     TT_SLOT_WITH, TT_SLOT_ID };

	if (sp->date_text.p)
		return false;
	for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++)
		if (sp->cur == ends[i] && sp->s->has[ends[i]] &&
		    !sp->words_of[ends[i]])
			return true;
	return false;
}

/* What stands where the date belongs, to the end of the value: the beginning of
 * one, or the semicolon before it alone. */
static bool ends_in_date(const struct splitter *sp)
{
	const struct tt_slice flat = sp->s->flat;
	const size_t n = sp->tokens.list.n;

	if (!sp->date_text.p)
		return n > 0 && is_semi(sp, n - 1);
	return !sp->is_date_plain && !sp->tokens.is_cut &&
	       tt_date_is_cut(tt_slice_from(sp->date_text.p, flat.p + flat.n));
}

void tt_stamp_split(struct tt_stamp *stamp_r, struct tt_slice raw,
		    uint64_t off, struct tt_arena *arena,
		    struct tt_diags *diags)
{
	struct splitter sp = { .s = stamp_r, .cur = TT_SLOT_HEAD };
	struct tt_flat flat;

	*stamp_r = (struct tt_stamp){ .raw = raw, .off = off };
	tt_flatten(&flat, raw, arena);
	stamp_r->flat = flat.text;
	stamp_r->has_nul = flat.seen & TT_FLAT_NUL;
	tt_stamp_lex(&sp.tokens, &flat, arena);
	if (sp.tokens.is_cut)
		tt_diag_limit(diags, TT_DIAG_tokens_cut, TT_LIM_stamp_tokens,
			      off, 0);
	stamp_r->has_long_mailbox = sp.tokens.is_mailbox_cut;
	if (sp.tokens.is_mailbox_cut)
		tt_diag_limit(diags, TT_DIAG_mailbox_cut, TT_LIM_mailbox,
			      off, 0);
	blank_comments(&sp, arena);
	find_date(&sp);
	assign(&sp, arena);
	if (sp.date_text.p)
		stamp_r->slot[TT_SLOT_DATE] = sp.date_text;
	stamp_r->has_date_text |= stamp_r->date.is_set;
	stamp_r->is_truncated = sp.tokens.is_cut || ends_in_clause(&sp) ||
				(sp.tokens.has_open && !stamp_r->date.is_set);
	stamp_r->is_date_cut = ends_in_date(&sp);
	stamp_r->is_malformed = sp.tokens.is_malformed ||
				stamp_r->is_truncated;
	tt_stamp_read_peer(stamp_r);
}

/* ---- back to bytes ---- */

static bool is_inside(struct tt_slice whole, struct tt_slice part)
{
	return part.p && part.p >= whole.p && part.p <= whole.p + whole.n;
}

uint64_t tt_stamp_off(const struct tt_stamp *stamp, struct tt_slice s)
{
	if (is_inside(stamp->flat, s))
		return stamp->off + (uint64_t)(s.p - stamp->flat.p);
	if (is_inside(stamp->bare, s))
		return stamp->off + (uint64_t)(s.p - stamp->bare.p);
	return stamp->off;
}

struct tt_slice tt_stamp_raw(const struct tt_stamp *stamp, struct tt_slice s)
{
	return tt_slice_sub(stamp->raw,
			    (size_t)(tt_stamp_off(stamp, s) - stamp->off),
			    s.n);
}

struct tt_slice tt_first_word(struct tt_slice s)
{
	size_t n = 0;

	s = tt_slice_trim(s);
	while (n < s.n && !tt_is_space(s.p[n]))
		n++;
	return tt_slice_sub(s, 0, n);
}
