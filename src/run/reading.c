/* reading.c - what a run, or one lane of it, reads with */
#include "show.h"

bool tt_show_is_interrupted(const struct tt_show_options *o)
{
	return o->is_interrupted && *o->is_interrupted;
}

bool tt_show_is_stopped(const struct tt_show *s)
{
	return s->is_broken || s->o->emit.out->failed ||
	       tt_show_is_interrupted(s->o) || tt_logs_is_lost(s);
}

bool tt_show_wants_hash(const struct tt_show *s)
{
	return s->is_json || s->o->emit.is_verbose;
}

void tt_show_open(struct tt_show *s)
{
	const struct tt_show_ready *const ready = s->o->ready;

	tt_show_open_with(s, ready ? ready->matcher :
				     tt_matcher_new(s->o->trail.rules));
}

void tt_show_open_with(struct tt_show *s, struct tt_matcher *matcher)
{
	const struct tt_show_options *const o = s->o;

	tt_arena_init(&s->arena);
	tt_arena_init(&s->file);
	tt_arena_init(&s->record);
	tt_totals_init(&s->totals, &s->arena);
	tt_diags_init(&s->hidden, &s->arena);
	s->matcher = matcher;
	s->room = tt_reader_room_new();
	s->parts = tt_parts_new();
	if (o->redact) {
		s->redact = tt_redact_new(o->trail.rules, o->redact_key,
					  o->redact == TT_REDACT_DOMAINS);
		o->messages->filter = tt_redact_filter(s->redact, &s->hidden);
	}
}

void tt_show_close(struct tt_show *s)
{
	s->o->messages->filter = NULL; /* it goes with redact */
	tt_redact_free(&s->redact);
	tt_parts_free(&s->parts);
	tt_reader_room_free(&s->room);
	if (!s->o->ready)
		tt_matcher_free(&s->matcher);
	tt_arena_release(&s->record);
	tt_arena_release(&s->file);
	tt_arena_release(&s->arena);
}
