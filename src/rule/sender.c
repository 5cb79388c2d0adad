/* sender.c - markers in places that the sender writes
 *
 * They are no evidence; that somebody put a whole marker there is worth
 * telling.  Only markers with an anchor are looked for: syntax enough to be
 * no accident.  Of a text longer than TT_MAX_sender_text the rest is not
 * searched, which is told. */
#include <string.h>
#include "reader.h"

/* A bare version or suite word is a name like any other; a marker has parts. */
static bool is_whole_marker(const struct tt_finding *f)
{
	for (size_t i = 0; i < f->span.n; i++)
		if (f->span.p[i] == ' ' || f->span.p[i] == '=' ||
		    f->span.p[i] == ':')
			return f->version != TT_TLS_NONE || f->cipher.n;
	return false;
}

static bool begins_word(struct tt_slice text, size_t i)
{
	static const char before[] = " (=<\"[";

	return i == 0 || memchr(before, text.p[i - 1], sizeof(before) - 1);
}

static bool find_marker(struct tt_stamp_reader *rd, struct tt_slice text)
{
	struct tt_hits hits;
	struct tt_finding f;

	if (text.n < 8)
		return false;
	tt_hits_find(rd->m, &rd->rules->anchors, text, &hits);
	for (uint32_t k = 0; k < rd->rules->markers.n; k++) {
		const struct tt_marker *marker = &rd->rules->markers.v[k];
		const uint32_t anchor =
			rd->rules->patterns.v[marker->pattern].anchor;

		/* Only markers with an anchor are syntax enough. */
		if (!marker->says_tls || anchor == TT_NO_INDEX ||
		    !tt_hits_has(&hits, anchor))
			continue;
		for (size_t i = 0; i < text.n; i++) {
			if (!begins_word(text, i) ||
			    !tt_marker_match(rd->m, k,
					     tt_slice_sub(text, i, text.n),
					     &f) ||
			    !is_whole_marker(&f))
				continue;
			*tt_vec_push(rd->arena, &rd->r->sender_text) = f;
			return true;
		}
	}
	return false;
}

static bool add_sender_text(struct tt_stamp_reader *rd, struct tt_slice text)
{
	if (find_marker(rd, tt_slice_sub(text, 0, (size_t)TT_MAX_sender_text)))
		return true;
	if (text.n > TT_MAX_sender_text)
		tt_diag_limit(rd->diags, TT_DIAG_sender_cut,
			      TT_LIM_sender_text, rd->s->off, 0);
	return false;
}

/* A marker has parts and one of these words: most names have neither. */
static bool may_hold_marker(struct tt_slice s)
{
	const bool has_parts = tt_slice_chr(s, ' ') != SIZE_MAX ||
			       tt_slice_chr(s, '=') != SIZE_MAX ||
			       tt_slice_chr(s, ':') != SIZE_MAX;

	return has_parts &&
	       (tt_slice_ifind(s, TT_S("tls")) != SIZE_MAX ||
		tt_slice_ifind(s, TT_S("ssl")) != SIZE_MAX ||
		tt_slice_ifind(s, TT_S("cipher")) != SIZE_MAX ||
		tt_slice_ifind(s, TT_S("encrypted")) != SIZE_MAX);
}

void tt_read_sender_text(struct tt_stamp_reader *rd)
{
	const struct tt_stamp *s = rd->s;
	const struct tt_slice slots[] = { s->slot[TT_SLOT_FROM],
					  s->slot[TT_SLOT_HELO],
					  s->slot[TT_SLOT_ID],
					  s->slot[TT_SLOT_FOR] };

	for (size_t i = 0; i < sizeof(slots) / sizeof(slots[0]); i++)
		if (may_hold_marker(slots[i]) && add_sender_text(rd, slots[i]))
			return;
	for (size_t i = 0; i < s->comments.n; i++)
		if (s->comments.v[i].is_sender &&
		    may_hold_marker(s->comments.v[i].text) &&
		    add_sender_text(rd, s->comments.v[i].text))
			return;
}
