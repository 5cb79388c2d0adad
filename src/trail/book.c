/* book.c - takes the events of all logs, and settles what they tell
 *
 * They are put in an order first (book_order.c), then become nodes and legs
 * (book_node.c).  Linear but for the sorting; bounded by TT_MAX_log_events. */
#include "apart.h"
#include "sift.h"

#define LOGS_AT_A_TIME 8

struct tt_book *tt_book_new(void)
{
	return tt_zalloc(sizeof(struct tt_book));
}

void tt_book_free(struct tt_book **book)
{
	if (!*book)
		return;
	tt_sift_free(&(*book)->sift);
	tt_apart_free(&(*book)->apart);
	tt_arena_release(&(*book)->arena);
	tt_free(book);
}

/* What is left out is counted.  One log follows the other; what waited for the
 * end of a session may be of one before. */
static struct tt_book_rest *left_out_of(struct tt_book *b,
					const struct tt_origin *origin)
{
	const size_t n = b->left_out.n;

	for (size_t i = n; i > 0 && i + LOGS_AT_A_TIME > n; i--)
		if (b->left_out.v[i - 1].origin == origin)
			return &b->left_out.v[i - 1];
	struct tt_book_rest *const r = tt_vec_push(&b->arena, &b->left_out);

	*r = (struct tt_book_rest){ .origin = origin,
				    .first_unused = TT_NO_OFF };
	return r;
}

static void leave_out(struct tt_book *b, const struct tt_event_ids *ids)
{
	struct tt_book_rest *const r =
		ids->origin ? left_out_of(b, ids->origin) : NULL;

	if (!r)
		return;
	r->n++;
	r->n_unused++;
	if (ids->off < r->first_unused)
		r->first_unused = ids->off;
}

bool tt_book_wants(void *ctx, const struct tt_event_ids *ids)
{
	struct tt_book *const b = ctx;

	if (!b->sift || tt_sift_takes(b->sift, ids))
		return true;
	leave_out(b, ids);
	return false;
}

bool tt_book_passes(void *ctx, const struct tt_event_ids *ids,
		    enum tt_log_passing how)
{
	struct tt_book *const b = ctx;

	if (!b->sift)
		return false;
	if (how == TT_PASS_NOT_YET)
		return !tt_sift_has(b->sift, ids);
	if (tt_sift_takes(b->sift, ids))
		return false;
	if (how == TT_PASS_EVENT)
		leave_out(b, ids);
	return true;
}

static struct tt_event_ids ids_of(const struct tt_event *e)
{
	const struct tt_event_quote *const q =
		e->quotes.n ? &e->quotes.v[0] : NULL;

	return (struct tt_event_ids){
		e->queue_id, e->next_queue_id,	   e->message_id,
		e->ses_id,   q ? q->origin : NULL, q ? q->off : 0,
	};
}

void tt_book_take(void *ctx, struct tt_event *event)
{
	struct tt_book *const b = ctx;
	const struct tt_event_ids ids = ids_of(event);

	if (b->apart) {
		tt_apart_take(b->apart, event);
		return;
	}
	if (!tt_book_wants(b, &ids))
		return;
	if (b->events.n >= TT_MAX_log_events) {
		b->n_cut++;
		return;
	}
	*tt_vec_push(&b->arena, &b->events) =
		event->is_lent ? tt_event_dup(event, &b->arena) : event;
}

bool tt_book_want(struct tt_book *b, const struct tt_timeline *t)
{
	if (!b->sift)
		b->sift = tt_sift_new();
	return !t || tt_sift_add_mail(b->sift, t);
}

void tt_book_want_all(struct tt_book *b)
{
	tt_sift_free(&b->sift);
}

bool tt_book_is_for_mail(const struct tt_book *b)
{
	return b->sift != NULL;
}

bool tt_book_again(struct tt_book *b)
{
	if (!b->sift || !tt_sift_again(b->sift))
		return false;
	tt_arena_release(&b->arena);
	b->events.v = NULL;
	b->events.n = b->events.cap = 0;
	b->left_out.v = NULL;
	b->left_out.n = b->left_out.cap = 0;
	b->n_cut = 0;
	return true;
}

static void settle_apart(struct tt_book *b)
{
	tt_apart_end(b->apart);
	tt_apart_settle_clocks(b->apart);
	tt_apart_settle_contexts(b->apart);
	tt_book_build(b);
	tt_book_index(b);
	b->is_context_told =
		TT_NEW_N(&b->arena, _Atomic bool, b->context.n + 1);
	tt_apart_chain(b->apart);
}

static void settle_all(struct tt_book *b)
{
	tt_book_order(b);
	tt_book_build(b);
	tt_book_index(b);
	b->is_context_told =
		TT_NEW_N(&b->arena, _Atomic bool, b->context.n + 1);
	b->is_told = TT_NEW_N(&b->arena, _Atomic bool, b->first.n + 1);
}

void tt_book_settle(struct tt_book *b, struct tt_diags *diags)
{
	const uint64_t n = b->events.n;

	if (b->apart)
		settle_apart(b);
	else
		settle_all(b);
	if (b->n_cut)
		tt_diag_limit(diags, TT_DIAG_events_cut, TT_LIM_log_events,
			      TT_NO_OFF, n + b->n_cut);
}

enum tt_status tt_book_status(const struct tt_book *b, struct tt_err *err)
{
	return b->apart ? tt_apart_status(b->apart, err) : TT_OK;
}

/* ---- what it tells, in memory or put aside ---- */

bool tt_book_is_untold(const struct tt_book *b, size_t message)
{
	return b->apart ? tt_apart_is_untold(b->apart, message) :
			  tt_log_is_untold(b, message);
}

bool tt_book_timeline(struct tt_timeline *t, const struct tt_book *book,
		      size_t message, const struct tt_trail_options *options,
		      struct tt_arena *arena, struct tt_diags *diags)
{
	return book->apart ?
		       tt_apart_timeline(t, book->apart, arena, diags) :
		       tt_log_message(t, book, message, options, arena, diags);
}

struct tt_slice tt_book_key(const struct tt_book *book, size_t message,
			    struct tt_arena *arena)
{
	return book->apart ? tt_apart_key(book->apart, arena) :
			     tt_book_begin_key(book->first.v[message]->events.v[0],
					       arena);
}

size_t tt_book_list_rest(const struct tt_book *b, struct tt_arena *arena,
			 struct tt_book_rest **rest_r)
{
	return b->apart ? tt_apart_list_rest(b->apart, rest_r) :
			  tt_log_list_rest(b, arena, rest_r);
}

bool tt_book_has_contexts(const struct tt_book *b)
{
	return b->context.n > 0;
}

size_t tt_book_n_messages(const struct tt_book *b)
{
	return b->apart ? (size_t)tt_sorter_n(b->apart->messages) : b->first.n;
}
