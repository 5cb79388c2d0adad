/* loose.c - where words of the client could pose as the receiver's
 *
 * Many writers print a HELO or an address as it came.  Such words can close
 * a comment early, or leave one open, and what follows looks like the
 * receiver's own.  The shape of the stamp still tells: a receiver writes its
 * comments whole and in a fixed order.  Linear in the number of comments. */
#include "rules.h"

static bool is_inside(struct tt_slice outer, struct tt_slice s)
{
	return s.p && outer.p && s.p >= outer.p && s.p <= outer.p + outer.n;
}

bool tt_comment_is_in_order(const struct tt_stamp *s, size_t comment)
{
	const struct tt_peer_text *p = &s->peer;
	unsigned n_between = 0;

	for (size_t i = 0; i < s->comments.n; i++) {
		const struct tt_comment *c = &s->comments.v[i];
		const bool is_peer =
			is_inside(c->text, p->comment_address) ||
			is_inside(c->text, p->second_comment_address);

		if (c->place != TT_SLOT_FROM)
			continue;
		if (is_peer && i >= comment)
			return false;
		if (is_peer)
			n_between = 0;
		else if (i < comment && !c->is_sender)
			n_between++;
	}
	return n_between <= (p->comment_address.p ? 0 : 1) &&
	       tt_slice_chr(s->comments.v[comment].text, '[') == SIZE_MAX;
}

/* Two comments with an address each: nobody writes so (0 of 20,758 stamps),
 * and one of them is the client's. */
static bool has_two_peers(const struct tt_stamp *s)
{
	const struct tt_slice a = s->peer.comment_address;
	const struct tt_slice b = s->peer.second_comment_address;

	for (size_t i = 0; a.p && b.p && i < s->comments.n; i++)
		if (is_inside(s->comments.v[i].text, a) !=
		    is_inside(s->comments.v[i].text, b))
			return true;
	return false;
}

bool tt_stamp_is_loose(const struct tt_stamp *s, bool has_marker)
{
	for (size_t i = 0; i < s->comments.n; i++) {
		const struct tt_comment *c = &s->comments.v[i];
		const bool is_half_mailbox =
			c->is_sender &&
			tt_slice_chr(c->text, '<') != SIZE_MAX &&
			tt_slice_chr(c->text, '>') == SIZE_MAX;

		if ((is_half_mailbox && has_marker) ||
		    (c->is_open && (c->is_sender || c->place == TT_SLOT_FROM)))
			return true;
	}
	return has_two_peers(s);
}
