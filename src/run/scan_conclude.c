/* scan_conclude.c - from what was read to what is told
 *
 * A pure function of the case's records and events: whatever came first, the
 * conclusions are the same.  Mail was concluded on without events as it came
 * (scan_take.c); where there are any, those it is joined with are what changes
 * it, and little else is written.
 *
 * Memory does not go with the logs: mails say first what they name, then events
 * are put aside, and what hangs together is joined piece by piece
 * (trail/join.h). */
#include <string.h>

#include "scan.h"

struct concluding {
	struct tt_scan *s;
	struct tt_book *book; /* NULL: there are no events */
	struct tt_out bytes, alone;
};

/* ---- one message ---- */

void tt_scan_conclude_on(struct tt_scan *s, struct tt_timeline *t,
			 struct tt_book *book)
{
	struct tt_trail_options trail = s->o->show.trail;
	struct tt_diags *const diags = TT_NEW(&s->record, struct tt_diags);

	*diags = *t->diags;
	t->diags = diags;
	trail.book = book;
	tt_timeline_conclude(t, &trail, &s->record, diags);
}

static bool conclude(struct concluding *x, struct tt_slice record,
		     struct tt_book *book, struct tt_timeline *t,
		     struct tt_out *out)
{
	struct tt_scan *const s = x->s;

	if (!tt_timeline_get(t, record, s->o->show.trail.rules, &s->record)) {
		tt_scan_is_no_record(s);
		return false;
	}
	tt_scan_conclude_on(s, t, book);
	out->n = 0;
	if (x->book)
		tt_timeline_put(out, t);
	return true;
}

static struct tt_slice bytes_of(const struct tt_out *out)
{
	return (struct tt_slice){ out->buf, out->n };
}

/* Did the logs tell anything of it?  Then it differs from what it is alone,
 * which is what is kept of it unless they did before. */
static bool take_message(struct concluding *x, const struct tt_case_message *m,
			 struct tt_book *book)
{
	struct tt_scan *const s = x->s;
	struct tt_timeline t;
	struct tt_slice joined = TT_NO_SLICE;
	bool is_good = conclude(x, m->record, NULL, &t, &x->alone);

	if (is_good && book) {
		is_good = conclude(x, m->record, book, &t, &x->bytes);
		if (!tt_slice_eq(bytes_of(&x->alone), bytes_of(&x->bytes)))
			joined = bytes_of(&x->bytes);
	}
	if (!m->is_concluded || m->concluded.n || joined.n)
		is_good = is_good &&
			  tt_case_conclude(s->store, m->id, &t, m->record,
					   joined,
					   s->o->show.trail.rules,
					   &s->err) == TT_OK;
	tt_arena_clear(&s->record);
	tt_progress_tick(s);
	return is_good && !tt_scan_is_stopped(s);
}

/* Each mail of that order. */
static bool walk(struct concluding *x, enum tt_case_order order,
		 bool (*take)(struct concluding *x,
			      const struct tt_case_message *m))
{
	struct tt_scan *const s = x->s;
	struct tt_case_walk *walk = tt_case_walk_new(s->store, order);
	struct tt_case_message m;
	int more = 0;

	while (!tt_scan_is_stopped(s) &&
	       (more = tt_case_walk_next(walk, &m, &s->err)) > 0)
		if (!take(x, &m))
			break;
	tt_case_walk_free(&walk);
	return more == 0 && !tt_scan_is_stopped(s);
}

/* ---- mail and logs ---- */

static bool join_mail(void *ctx, int64_t mail, struct tt_book *part)
{
	struct concluding *const x = ctx;
	struct tt_scan *const s = x->s;
	struct tt_case_message m;

	if (tt_case_find_mail(s->store, mail, &m, &s->record, &s->err) > 0)
		return take_message(x, &m, part);
	if (s->err.status == TT_OK)
		tt_scan_is_no_record(s);
	return false;
}

static bool name_mail(struct concluding *x, const struct tt_case_message *m)
{
	struct tt_scan *const s = x->s;
	struct tt_timeline t;
	const bool is_good = tt_timeline_get(
		&t, m->record, s->o->show.trail.rules, &s->record);

	if (is_good)
		tt_book_join_mail(x->book, m->id, &t);
	else
		tt_scan_is_no_record(s);
	tt_arena_clear(&s->record);
	return is_good;
}

/* Of mail that no chain of events was met by. */
static bool take_other(struct concluding *x, const struct tt_case_message *m)
{
	if (!x->book)
		return take_message(x, m, NULL);
	return tt_book_has_joined(x->book, m->id) ||
	       take_message(x, m,
			    tt_book_has_contexts(x->book) ? x->book : NULL);
}

static bool take_others(struct concluding *x)
{
	const bool is_all = x->book && tt_book_has_contexts(x->book);

	return walk(x, is_all ? TT_CASE_MAIL : TT_CASE_UNCONCLUDED,
		    take_other);
}

static void tell_of_book(struct tt_scan *s, const struct tt_diags *diags)
{
	for (size_t i = 0; i < diags->list.n; i++)
		tt_emit_diag(s->o->show.messages, TT_S("logs"),
			     &diags->list.v[i]);
	s->is_partial |= diags->is_serious;
}

/* All mail that has to do with logs is joined with what they tell of it. */
static bool settle(struct concluding *x)
{
	struct tt_scan *const s = x->s;
	struct tt_diags diags;

	tt_diags_init(&diags, &s->arena);
	tt_book_settle(x->book, &diags);
	tell_of_book(s, &diags);
	return tt_scan_has_book(s, x->book) && !tt_scan_is_stopped(s);
}

/* ---- what only logs know ---- */

static bool keep_log_only(struct concluding *x, struct tt_slice key,
			  const struct tt_timeline *t)
{
	return tt_case_add_log_only(x->s->store, key, t,
				    x->s->o->show.trail.rules,
				    &x->s->err) == TT_OK;
}

/* Its events stay: what comes later may join them. */
static bool is_outside(struct tt_scan *s, const struct tt_timeline *t)
{
	const enum tt_range_place place =
		tt_range_find(&s->o->show.range, t);

	s->progress.outside += place == TT_RANGE_OUTSIDE;
	s->progress.undated += place == TT_RANGE_UNDATED;
	return place == TT_RANGE_OUTSIDE;
}

static bool add_log_only(struct concluding *x, size_t i)
{
	struct tt_scan *const s = x->s;
	struct tt_timeline t;
	struct tt_diags diags;

	tt_diags_init(&diags, &s->record);
	const bool is_good =
		!tt_book_timeline(&t, x->book, i, &s->o->show.trail, &s->record,
				  &diags) ||
		is_outside(s, &t) ||
		keep_log_only(x, tt_book_key(x->book, i, &s->record), &t);

	tt_arena_clear(&s->record);
	return is_good;
}

/* Policies and reports of no message: one of each place. */
static bool add_contexts(struct concluding *x)
{
	struct tt_scan *const s = x->s;
	struct tt_timeline t;
	struct tt_diags diags;
	size_t at = 0;
	bool is_good = true;

	tt_diags_init(&diags, &s->record);
	while (is_good && !tt_scan_is_stopped(s) &&
	       tt_book_contexts(&t, x->book, &at, &s->o->show.trail, &s->record,
				&diags)) {
		const char *const key = tt_arena_printf(
			&s->record, "context/%.*s:%zu", (int)t.path.n,
			(const char *)t.path.p, at);

		is_good = keep_log_only(x, tt_slice_str(key), &t);
		tt_arena_clear(&s->record);
		tt_diags_init(&diags, &s->record);
	}
	return is_good;
}

static bool add_all_log_only(struct concluding *x)
{
	struct tt_scan *const s = x->s;

	if (tt_case_drop_log_only(s->store, &s->err) != TT_OK)
		return false;
	for (size_t i = 0; x->book && i < tt_book_n_messages(x->book); i++)
		if (tt_book_is_untold(x->book, i) &&
		    (tt_scan_is_stopped(s) || !add_log_only(x, i)))
			return false;
	return !x->book ||
	       (tt_scan_has_book(s, x->book) && add_contexts(x));
}

/* ---- all of it ---- */

/* Mail that came may be what events waited for, or what was told of logs
 * alone: where there are any, all is joined anew. */
static bool join_all(struct concluding *x)
{
	return take_others(x) && add_all_log_only(x) &&
	       tt_case_concluded(x->s->store, &x->s->err) == TT_OK;
}

static bool join_with_logs(struct concluding *x)
{
	const struct tt_book_joiner joiner = { x, join_mail };
	struct tt_scan_events *events;

	x->book = tt_book_new();
	tt_book_apart(x->book, &x->s->o->show.trail);
	tt_book_join_apart(x->book, &joiner);
	events = tt_scan_events_new(x->s, x->book);
	const bool is_done = walk(x, TT_CASE_MAIL, name_mail) &&
			     tt_scan_events_take(events) && settle(x) &&
			     join_all(x);

	tt_book_free(&x->book);
	tt_scan_events_free(&events);
	return is_done;
}

bool tt_scan_conclude(struct tt_scan *s)
{
	struct concluding x = { .s = s };
	struct tt_case_counts counts;
	bool needs_join = false;

	if (tt_case_needs_join(s->store, &needs_join, &s->err) != TT_OK ||
	    tt_case_counts(s->store, &counts, &s->err) != TT_OK)
		return false;
	if (!needs_join && counts.unconcluded == 0)
		return true;
	tt_out_init(&x.bytes, -1);
	tt_out_init(&x.alone, -1);
	const bool is_done = counts.events ? join_with_logs(&x) : join_all(&x);

	tt_out_release(&x.bytes);
	tt_out_release(&x.alone);
	return is_done;
}
