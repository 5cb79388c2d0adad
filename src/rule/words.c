/* words.c - what a `with` word, or its absence, means
 *
 * The writer's own words come first, then the general table. */
#include "reader.h"

static struct tt_slice squeeze(struct tt_stamp_reader *rd, struct tt_slice s)
{
	uint8_t *p = tt_arena_alloc(tt_matcher_scratch(rd->m), s.n);
	size_t n = 0;

	for (size_t i = 0; i < s.n; i++) {
		if (tt_is_space(s.p[i]) && (n == 0 || p[n - 1] == ' '))
			continue;
		p[n++] = tt_is_space(s.p[i]) ? ' ' : tt_lower(s.p[i]);
	}
	while (n && p[n - 1] == ' ')
		n--;
	return (struct tt_slice){ p, n };
}

struct with_words {
	struct tt_slice whole, last, first;
};

static bool word_is(const struct tt_word_rule *w, const struct with_words *with)
{
	for (size_t i = 0; i < w->is.n; i++) {
		const struct tt_slice is = w->is.v[i];

		if (tt_slice_eq(is, TT_S("any")))
			return true;
		if (with->whole.n == 0 && tt_slice_eq(is, TT_S("absent")))
			return true;
		if (with->whole.n && (tt_slice_eq(is, with->whole) ||
				      tt_slice_eq(is, with->last) ||
				      tt_slice_eq(is, with->first)))
			return true;
	}
	return false;
}

static bool pattern_is(struct tt_stamp_reader *rd, uint32_t pattern,
		       struct tt_slice text)
{
	struct tt_match match;

	return tt_pattern_match(rd->m, pattern, text, &match);
}

static bool when_holds(struct tt_stamp_reader *rd, const struct tt_when *w)
{
	if (w->year_min && (!rd->year || rd->year < w->year_min))
		return false;
	if (w->year_max && (!rd->year || rd->year > w->year_max))
		return false;
	if (w->has_from >= 0 && w->has_from != rd->s->has[TT_SLOT_FROM])
		return false;
	if (w->peers && !(w->peers >> tt_peer_class_of(rd->r) & 1))
		return false;
	if (w->by_name != TT_NO_INDEX &&
	    !pattern_is(rd, w->by_name, rd->s->slot[TT_SLOT_BY]))
		return false;
	if (w->software_version != TT_NO_INDEX &&
	    !pattern_is(rd, w->software_version, rd->r->software_version))
		return false;
	struct tt_match match;

	return !w->has_cond || tt_cond_holds(rd, &w->cond, &match);
}

static bool find_word(struct tt_stamp_reader *rd, const struct tt_word_list *words,
		      const struct with_words *with)
{
	for (size_t i = 0; i < words->list.n; i++) {
		const struct tt_word_rule *w = &words->list.v[i];
		const bool is_like = w->like != TT_NO_INDEX && with->whole.n &&
				     pattern_is(rd, w->like, with->whole);

		if ((is_like || word_is(w, with)) &&
		    when_holds(rd, &w->when)) {
			rd->r->word = w->gives;
			return true;
		}
	}
	return false;
}

void tt_read_word(struct tt_stamp_reader *rd)
{
	struct with_words with = {
		.whole = squeeze(rd, rd->s->slot[TT_SLOT_WITH]),
	};
	size_t i = with.whole.n;

	while (i && with.whole.p[i - 1] != ' ')
		i--;
	with.last = tt_slice_sub(with.whole, i, with.whole.n);
	with.first = tt_first_word(with.whole);
	if (find_word(rd, &rd->writer->words, &with))
		return;
	find_word(rd, &rd->rules->keywords, &with);
}
