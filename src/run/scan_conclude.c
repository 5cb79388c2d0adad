/* scan_conclude.c - from what was read to what is told
 *
 * A pure function of the case's records and events: whatever came first, the
 * conclusions are the same.  Mail was concluded on without events as it came
 * (scan_take.c); where there are any, those it is joined with are what changes
 * it, and little else is written. */
#include <string.h>

#include "scan.h"

struct concluding {
	struct tt_scan *s;
	struct tt_book *book; /* NULL: there are no events */
	struct tt_arena events;
	struct tt_out bytes, alone;
	/* Of the log that the last event was of. */
	int64_t log;
	struct tt_event_shared shared;
};

static void is_no_record(struct tt_scan *s)
{
	tt_err_set(&s->err, TT_INPUT, "a record of the case cannot be read");
}

/* ---- the book ---- */

static bool share(struct concluding *x, int64_t log)
{
	struct tt_scan *const s = x->s;
	struct tt_slice bytes;

	if (log == x->log)
		return true;
	if (tt_case_log(s->store, log, &bytes, &x->events, &s->err) != TT_OK)
		return false;
	x->log = log;
	if (!tt_event_shared_get(&x->shared, bytes, &x->events))
		is_no_record(s);
	return s->err.status == TT_OK;
}

static bool take_event(void *ctx, int64_t log, struct tt_slice record)
{
	struct concluding *const x = ctx;
	struct tt_event *const e = TT_NEW(&x->events, struct tt_event);

	if (!x->book)
		x->book = tt_book_new();
	if (!share(x, log))
		return false;
	if (!tt_event_get(e, tt_arena_dup(&x->events, record), &x->shared,
			  &x->events)) {
		is_no_record(x->s);
		return false;
	}
	tt_book_take(x->book, e);
	return !tt_scan_is_stopped(x->s);
}

static bool open_book(struct concluding *x)
{
	struct tt_scan *const s = x->s;
	struct tt_diags diags;

	if (tt_case_events(s->store, take_event, x, &s->err) != TT_OK ||
	    tt_scan_is_stopped(s))
		return false;
	if (!x->book)
		return true;
	tt_diags_init(&diags, &s->arena);
	tt_book_settle(x->book, &diags);
	for (size_t i = 0; i < diags.list.n; i++)
		tt_emit_diag(s->o->show.messages, TT_S("logs"),
			     &diags.list.v[i]);
	s->is_partial |= diags.is_serious;
	return true;
}

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
		is_no_record(s);
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
static bool take_message(struct concluding *x, const struct tt_case_message *m)
{
	struct tt_scan *const s = x->s;
	struct tt_timeline t;
	struct tt_slice joined = TT_NO_SLICE;
	bool is_good = conclude(x, m->record, NULL, &t, &x->alone);

	if (is_good && x->book) {
		is_good = conclude(x, m->record, x->book, &t, &x->bytes);
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
	return is_good;
}

static bool take_all(struct concluding *x, bool is_all)
{
	struct tt_scan *const s = x->s;
	struct tt_case_walk *walk = tt_case_walk_new(
		s->store, is_all ? TT_CASE_MAIL : TT_CASE_UNCONCLUDED);
	struct tt_case_message m;
	int more = 0;

	while (!tt_scan_is_stopped(s) &&
	       (more = tt_case_walk_next(walk, &m, &s->err)) > 0) {
		if (!take_message(x, &m))
			break;
		tt_progress_tick(s);
	}
	tt_case_walk_free(&walk);
	return more == 0 && !tt_scan_is_stopped(s);
}

/* ---- what only logs know ---- */

static bool keep_log_only(struct concluding *x, struct tt_slice key,
			  const struct tt_timeline *t)
{
	x->bytes.n = 0;
	tt_timeline_put(&x->bytes, t);
	return tt_case_add_log_only(x->s->store, key, t, bytes_of(&x->bytes),
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
	return !x->book || add_contexts(x);
}

/* Mail that came may be what events waited for, or what was told of logs
 * alone: where there are any, all is joined anew. */
static bool join_all(struct concluding *x)
{
	return open_book(x) && take_all(x, x->book != NULL) &&
	       add_all_log_only(x) &&
	       tt_case_concluded(x->s->store, &x->s->err) == TT_OK;
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
	const bool is_done = join_all(&x);

	tt_out_release(&x.bytes);
	tt_out_release(&x.alone);
	tt_book_free(&x.book);
	tt_arena_release(&x.events);
	return is_done;
}
