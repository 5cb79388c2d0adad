/* message - one message's header into a timeline, and out
 *
 * The same for a message of its own and for one inside another: what differs
 * is in its head. */
#include <tlstrail/message/paste.h>

#include "show.h"

/* What the message's own delivery reports tell. */
static void add_attempts(struct tt_show *s, struct tt_timeline *t,
			 const struct tt_message_head *head,
			 struct tt_diags *diags)
{
	for (size_t i = 0; i < head->found->status.n; i++) {
		const struct tt_status_part *part = &head->found->status.v[i];

		if (part->message == head->message)
			tt_attempts_add(t, part->text, part->off, s->matcher,
					&s->record, diags);
	}
}

void tt_show_message(struct tt_show *s, struct tt_timeline *t,
		     const struct tt_message_head *head, struct tt_diags *diags)
{
	struct tt_trail_options trail = s->o->trail;
	struct tt_header header;

	if (head->length > head->block.n)
		tt_diag_limit(diags, TT_DIAG_header_cut, TT_LIM_header_block,
			      head->block.n, head->length);
	tt_header_slice(&header, head->block, &s->record, diags);
	header.paste = head->paste && head->paste->from ? head->paste : NULL;
	tt_identity_read(&t->identity, &header, head->end_to_end,
			 head->want_all ? TT_WANT_ALL : TT_WANT_BRIEF,
			 &s->record, diags);
	/* Only texts name it; a case keeps none. */
	trail.want_receiver =
		head->want_all && !s->taker &&
		(!s->is_json || s->o->emit.is_verbose);
	trail.is_claimed = t->has_parent;
	trail.book = s->book;
	tt_timeline_read(t, &header, &trail, s->matcher, &s->record, diags);
	add_attempts(s, t, head, diags);
	const bool is_outside = tt_show_is_outside(s, t);

	if (s->taker) {
		if (!is_outside)
			s->taker->message(s->taker->ctx, t, &header);
		return;
	}
	/* What logs tell of it is told of no other message. */
	tt_timeline_conclude(t, &trail, &s->record, diags);
	if (is_outside)
		return;
	tt_totals_add(&s->totals, t);
	struct tt_timeline shown = *t;

	if (s->redact)
		tt_redact_timeline(s->redact, &s->record, &shown, &header,
				   diags);
	tt_tell_message(s, t, diags); /* its writer has a filter */
	s->o->ops->timeline(s->emit, &shown);
	s->is_partial |= diags->is_serious;
}
