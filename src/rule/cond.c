/* cond.c - conditions of rule files on one stamp
 *
 * A pattern runs only where its anchor occurs in the stamp, and on the places
 * the condition names. */
#include "reader.h"

static bool matches_at(struct tt_stamp_reader *rd, const struct tt_cond *c,
		       struct tt_match *match_r)
{
	const struct tt_stamp *s = rd->s;

	for (uint32_t left = c->places.slots & rd->there.slots; left;
	     left &= left - 1)
		if (tt_pattern_match(rd->m, c->pattern,
				     s->slot[__builtin_ctz(left)], match_r))
			return true;
	if (!(c->places.comments & rd->there.comments))
		return false;
	for (size_t i = 0; i < s->comments.n; i++)
		if ((c->places.comments >> s->comments.v[i].place & 1) &&
		    tt_pattern_match(rd->m, c->pattern,
				     s->comments.v[i].text, match_r))
			return true;
	return false;
}

static bool is_absent(const struct tt_stamp_reader *rd, const struct tt_cond *c)
{
	const struct tt_stamp *s = rd->s;

	for (int i = 0; i < TT_SLOT_COUNT; i++)
		if ((c->places.slots >> i & 1) && s->slot[i].n)
			return false;
	for (size_t i = 0; i < s->comments.n; i++)
		if (c->places.comments >> s->comments.v[i].place & 1)
			return false;
	return true;
}

bool tt_cond_holds(struct tt_stamp_reader *rd, const struct tt_cond *c,
		       struct tt_match *match_r)
{
	match_r->m = NULL;
	if (c->kind == TT_COND_ABSENT)
		return is_absent(rd, c) != c->is_negated;
	const uint32_t anchor = rd->rules->patterns.v[c->pattern].anchor;
	const bool is_hit = tt_hits_has(&rd->hits, anchor) &&
			    matches_at(rd, c, match_r);

	return is_hit != c->is_negated;
}

bool tt_alternative_fits(struct tt_stamp_reader *rd, const struct tt_identify *alt,
			     struct tt_slice *span_r,
			     struct tt_slice *version_r)
{
	*span_r = *version_r = TT_NO_SLICE;
	if (!tt_hits_has(&rd->hits, alt->anchor))
		return false;
	for (size_t i = 0; i < alt->conds.list.n; i++) {
		struct tt_match match;

		if (!tt_cond_holds(rd, &alt->conds.list.v[i], &match))
			return false;
		if (!match.m)
			continue;
		if (!span_r->p)
			*span_r = match.span;
		if (!version_r->p)
			*version_r = tt_match_known(
				&match, TT_GROUP_SOFTWARE_VERSION);
	}
	return true;
}

bool tt_any_fits(struct tt_stamp_reader *rd, const struct tt_identify *v, size_t n)
{
	struct tt_slice span, version;

	for (size_t i = 0; i < n; i++)
		if (tt_alternative_fits(rd, &v[i], &span, &version))
			return true;
	return false;
}
