/* log_tell.c - what only logs know, after the mail
 *
 * Messages of FILEs that no mail was joined with, policies and reports of no
 * message, and how much of each log none of it was. */
#include <inttypes.h>

#include "logs.h"

static void tell_timeline(struct tt_show *s, struct tt_timeline *t,
			  struct tt_diags *diags)
{
	const struct tt_header none = { 0 };
	struct tt_timeline shown = *t;

	if (s->redact)
		tt_redact_timeline(s->redact, &s->record, &shown, &none, diags);
	tt_tell_message(s, t, diags);
	s->o->ops->timeline(s->emit, &shown);
	s->is_partial |= diags->is_serious;
}

static void tell_message(struct tt_show *s, struct tt_book *book, size_t i)
{
	struct tt_timeline t;
	struct tt_diags diags;

	const char *const why = tt_show_at(s, TT_PLACE_TELLING, i);

	tt_diags_init(&diags, &s->record);
	if (why) {
		tt_diag_add(&diags, TT_DIAG_worker_lost, TT_NO_OFF,
			    "a message that only they know was passed over: %s",
			    why);
		(void)tt_tell_source(s, TT_S("the logs"), &diags, 0);
		s->is_partial = true;
	} else if (tt_book_timeline(&t, book, i, &s->o->trail, &s->record, &diags) &&
	    !tt_show_is_outside(s, &t)) {
		tt_totals_add(&s->totals, &t);
		tell_timeline(s, &t, &diags);
	}
	tt_arena_clear(&s->record);
}

/* They are of no message, and do not count as one. */
static void tell_contexts(struct tt_show *s, struct tt_book *book)
{
	struct tt_timeline t;
	struct tt_diags diags;
	size_t at = 0;

	tt_diags_init(&diags, &s->record);
	while (!tt_show_is_stopped(s) &&
	       tt_book_contexts(&t, book, &at, &s->o->trail, &s->record,
				&diags)) {
		tell_timeline(s, &t, &diags);
		tt_arena_clear(&s->record);
		tt_diags_init(&diags, &s->record);
	}
}

/* Names of members before the text, as where a log is read. */
static const char *member_of(struct tt_show *s, const struct tt_origin *origin)
{
	const char *name = "";

	for (size_t i = 0; i < origin->n_member; i++)
		name = tt_arena_printf(&s->record, "%s%.*s: ", name,
				       (int)origin->member[i].n,
				       (const char *)origin->member[i].p);
	return name;
}

static void tell_unused(struct tt_show *s, const struct tt_book_rest *rest)
{
	struct tt_diags diags;

	tt_diags_init(&diags, &s->record);
	tt_diag_add(&diags, TT_DIAG_log_unused, rest->first_unused,
		    "%s%" PRIu64 " of the %" PRIu64 " facts it tells are of no "
		    "message that is shown",
		    member_of(s, rest->origin), rest->n_unused, rest->n);
	(void)tt_tell_source(s, rest->origin->path, &diags, 0);
	tt_arena_clear(&s->record);
}

/* A line for each log: how much of it no timeline shows. */
static void tell_rest(struct tt_show *s, const struct tt_book *book)
{
	struct tt_book_rest *rest;
	const size_t n = tt_book_list_rest(book, &s->file, &rest);

	for (size_t i = 0; i < n && !tt_show_is_stopped(s); i++)
		tell_unused(s, &rest[i]);
}

static void tell_book(struct tt_show *s, struct tt_book *book)
{
	s->book = book;
	tt_logs_tell_mails(s, book);
	for (size_t i = 0; i < tt_book_n_messages(book); i++)
		if (!tt_show_is_stopped(s) && tt_book_is_untold(book, i))
			tell_message(s, book, i);
	tt_show_at_none(s);
	tt_logs_check(s, book);
	tell_contexts(s, book);
	tell_rest(s, book);
}

void tt_logs_tell(struct tt_show *s)
{
	struct tt_logs *const logs = s->logs;

	if (s->book)
		tell_book(s, logs->book);
	if (logs->late) {
		tt_logs_settle(s, logs->late);
		tell_book(s, logs->late);
	}
}
