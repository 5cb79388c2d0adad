/* book.c - events become nodes and legs
 *
 * Events are put in an order of their own first, so that the order in which
 * logs were given changes nothing.  Linear but for the sorting; bounded by
 * TT_MAX_log_events. */
#include <stdlib.h>
#include <string.h>

#include "book.h"
#include "sift.h"

#define LOGS_AT_A_TIME 8
#define WINDOW_US (INT64_C(300) * 1000000)
/* A short queue id is used again when the clock comes round (Postfix: the
 * microseconds of a second): then another message begins. */
#define SAME_MESSAGE_US (INT64_C(2) * 1000000)

struct tt_book *tt_book_new(void)
{
	return tt_zalloc(sizeof(struct tt_book));
}

void tt_book_free(struct tt_book **book)
{
	if (!*book)
		return;
	tt_free(&(*book)->by_id);
	tt_free(&(*book)->by_next);
	tt_free(&(*book)->by_message);
	tt_sift_free(&(*book)->sift);
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

static struct tt_event_ids ids_of(const struct tt_event *e)
{
	const struct tt_event_quote *const q =
		e->quotes.n ? &e->quotes.v[0] : NULL;

	return (struct tt_event_ids){
		e->queue_id, e->next_queue_id,	  e->message_id,
		e->ses_id,   q ? q->origin : NULL, q ? q->off : 0,
	};
}

void tt_book_take(void *ctx, struct tt_event *event)
{
	struct tt_book *const b = ctx;
	const struct tt_event_ids ids = ids_of(event);

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

/* ---- names ---- */

static struct tt_slice without_dot(struct tt_slice s)
{
	while (s.n && s.p[s.n - 1] == '.')
		s.n--;
	return s;
}

bool tt_log_is_host(struct tt_slice a, struct tt_slice b)
{
	a = without_dot(a);
	b = without_dot(b);
	if (a.n == 0 || b.n == 0)
		return false;
	if (tt_slice_ieq(a, b))
		return true;

	const bool is_short = tt_slice_chr(a, '.') == SIZE_MAX ||
			      tt_slice_chr(b, '.') == SIZE_MAX;

	return is_short && tt_host_is_name(a) && tt_host_is_name(b) &&
	       tt_slice_ieq(tt_host_label(a), tt_host_label(b));
}

/* Exim and Sendmail write bytes above 126 as \ooo. */
struct tt_slice tt_log_plain_id(struct tt_arena *arena, struct tt_slice s)
{
	s = tt_slice_trim(s);
	if (s.n >= 2 && s.p[0] == '<' && s.p[s.n - 1] == '>')
		s = tt_slice_trim(tt_slice_sub(s, 1, s.n - 2));
	if (tt_slice_chr(s, '\\') == SIZE_MAX)
		return s;
	uint8_t *p = tt_arena_alloc(arena, s.n);
	size_t n = 0;

	for (size_t i = 0; i < s.n; i++) {
		const bool is_octal = s.p[i] == '\\' && s.n - i > 3 &&
				      s.p[i + 1] >= '0' && s.p[i + 1] <= '3' &&
				      s.p[i + 2] >= '0' && s.p[i + 2] <= '7' &&
				      s.p[i + 3] >= '0' && s.p[i + 3] <= '7';

		p[n++] = is_octal ? (uint8_t)((s.p[i + 1] - '0') << 6 |
					      (s.p[i + 2] - '0') << 3 |
					      (s.p[i + 3] - '0')) :
				    s.p[i];
		i += is_octal ? 3 : 0;
	}
	return (struct tt_slice){ p, n };
}

bool tt_log_is_id(struct tt_arena *arena, struct tt_slice a, struct tt_slice b)
{
	return tt_slice_eq(tt_log_plain_id(arena, a),
			   tt_log_plain_id(arena, b));
}

bool tt_log_is_near(const struct tt_event *a, const struct tt_log_clock *ca,
		    const struct tt_event *b, const struct tt_log_clock *cb)
{
	int64_t at, bt, au, bu;

	if (!tt_event_time(a, ca, &at, &au) || !tt_event_time(b, cb, &bt, &bu))
		return true; /* nothing speaks against it */
	const int64_t apart = at > bt ? at - bt : bt - at;

	return apart <= WINDOW_US + (au + bu) * 1000000;
}

/* ---- hosts and times ---- */

static size_t hash_id(struct tt_slice s)
{
	uint64_t h = UINT64_C(14695981039346656037);

	for (size_t i = 0; i < s.n; i++)
		h = (h ^ s.p[i]) * UINT64_C(0x100000001b3);
	return (size_t)(h ^ h >> 32);
}

/* Exim's own file names no host: then all of one file are one. */
static struct tt_log_host *host_of(struct tt_book *b, const struct tt_event *e)
{
	struct tt_slice place = e->host;

	if (place.n == 0 && e->quotes.n && e->quotes.v[0].origin)
		place = e->quotes.v[0].origin->path;
	struct tt_log_host **at = &b->hosts[hash_id(place) % TT_LOG_HOSTS];

	while (*at && !tt_slice_eq((*at)->place, place))
		at = &(*at)->next;
	if (!*at) {
		*at = TT_NEW(&b->arena, struct tt_log_host);
		(*at)->place = place;
	}
	return *at;
}

static bool is_year_guessed(const struct tt_event *e)
{
	return e->time == TT_LOG_NO_YEAR && e->clock && !e->clock->has_year;
}

/* Copies of a log that were written to at different times are guessed to be of
 * different years: the latest is for all, or they would be two. */
static void guess_years(struct tt_book *b)
{
	const struct tt_log_clock *last = NULL;

	for (size_t i = 0; i < b->events.n; i++) {
		const struct tt_event *const e = b->events.v[i];

		if (!is_year_guessed(e) || e->clock == last)
			continue;
		last = e->clock;
		struct tt_log_host *const host = host_of(b, e);

		if (last->year > host->year)
			host->year = last->year;
	}
}

/* Once: sorting asks for it many times. */
static void settle_times(struct tt_book *b)
{
	const struct tt_log_clock *last = NULL;
	struct tt_log_clock clock;
	int64_t unsure;

	guess_years(b);
	for (size_t i = 0; i < b->events.n; i++) {
		struct tt_event *const e = b->events.v[i];
		const bool is_guess = is_year_guessed(e);

		if (is_guess && e->clock != last) {
			last = e->clock;
			clock = *last;
			clock.year = host_of(b, e)->year;
		}
		if (!tt_event_time(e, is_guess ? &clock : NULL, &e->book_us,
				   &unsure))
			e->book_us = 0;
	}
}

/* ---- order, and what is there twice ---- */

static int compare(struct tt_slice a, struct tt_slice b)
{
	return tt_slice_cmp(a, b);
}

static int64_t time_of(const struct tt_event *e)
{
	return e->book_us;
}

/* CloudTrail and SES are two witnesses. */
static enum tt_evidence_kind evidence_of(const struct tt_event *e)
{
	return e->quotes.n ? e->quotes.v[0].kind : TT_EVIDENCE_LOG;
}

static struct tt_slice key_of(const struct tt_event *e)
{
	return e->queue_id.n ? e->queue_id : e->ses_id;
}

/* What makes two accounts of one thing the same, whatever wraps them; whole
 * seconds, since one wrapper may have no more. */
static int by_content(const struct tt_event *a, const struct tt_event *b)
{
	const int64_t at = time_of(a) / 1000000, bt = time_of(b) / 1000000;
	int c = compare(a->queue_id, b->queue_id);

	if (c == 0)
		c = compare(a->ses_id, b->ses_id);
	if (c == 0)
		c = compare(tt_host_label(a->host), tt_host_label(b->host));
	if (c == 0)
		c = (at > bt) - (at < bt);
	if (c == 0)
		c = (int)a->kind - (int)b->kind;
	if (c == 0)
		c = (int)a->side - (int)b->side;
	/* Those of one record without a name stand together. */
	if (c == 0 && key_of(a).n == 0)
		c = compare(a->text, b->text);
	if (c == 0)
		c = compare(a->recipient, b->recipient);
	if (c == 0)
		c = compare(a->next_queue_id, b->next_queue_id);
	if (c == 0)
		c = compare(a->from.ip, b->from.ip);
	if (c == 0)
		c = compare(a->by.ip, b->by.ip);
	if (c == 0)
		c = compare(a->text, b->text);
	if (c == 0)
		c = compare(a->about, b->about);
	return c ? c : (int)evidence_of(a) - (int)evidence_of(b);
}

static int by_place(const struct tt_event *a, const struct tt_event *b)
{
	const struct tt_event_quote *qa = a->quotes.n ? a->quotes.v : NULL;
	const struct tt_event_quote *qb = b->quotes.n ? b->quotes.v : NULL;
	int c = 0;

	if (!qa || !qb)
		return 0;
	if (qa->origin && qb->origin)
		c = compare(qa->origin->path, qb->origin->path);
	return c ? c : (qa->off > qb->off) - (qa->off < qb->off);
}

static int by_order(const void *x, const void *y)
{
	const struct tt_event *const a = *(struct tt_event *const *)x;
	const struct tt_event *const b = *(struct tt_event *const *)y;
	const int c = by_content(a, b);

	return c ? c : by_place(a, b);
}

/* The same event in several files or wrappers is one witness.  A better
 * account (one that states something) is kept. */
static void drop_copies(struct tt_book *b)
{
	size_t n = 0;

	if (b->events.n)
		qsort(b->events.v, b->events.n, sizeof(*b->events.v),
		      by_order);
	for (size_t i = 0; i < b->events.n; i++) {
		struct tt_event *const e = b->events.v[i];

		if (n == 0 || by_content(b->events.v[n - 1], e) != 0)
			b->events.v[n++] = e;
		else if (tt_event_verdict(b->events.v[n - 1]) == TT_UNKNOWN &&
			 tt_event_verdict(e) != TT_UNKNOWN)
			b->events.v[n - 1] = e;
	}
	b->events.n = n;
}

/* ---- nodes ---- */

static struct tt_log_node **slot_of(const struct tt_book *b, struct tt_slice id)
{
	size_t i = hash_id(id) & b->mask;

	while (b->by_id[i] && !tt_slice_eq(b->by_id[i]->queue_id, id))
		i = (i + 1) & b->mask;
	return &b->by_id[i];
}

struct tt_log_node *tt_book_node(const struct tt_book *b, struct tt_slice id)
{
	return b->by_id && id.n ? *slot_of(b, id) : NULL;
}

static struct tt_slice next_of(const struct tt_log_leg *leg)
{
	return leg->delivers.v[0]->next_queue_id;
}

static struct tt_log_leg **leg_slot(const struct tt_book *b, struct tt_slice id)
{
	size_t i = hash_id(id) & b->mask;

	while (b->by_next[i] && !tt_slice_eq(next_of(b->by_next[i]), id))
		i = (i + 1) & b->mask;
	return &b->by_next[i];
}

struct tt_log_leg *tt_book_leg(const struct tt_book *b, struct tt_slice id)
{
	return b->by_next && id.n ? *leg_slot(b, id) : NULL;
}

static struct tt_log_node *add_node(struct tt_book *b,
				    const struct tt_event *e)
{
	struct tt_log_node **slot = slot_of(b, key_of(e));
	struct tt_log_node *n = TT_NEW(&b->arena, struct tt_log_node);

	n->host = e->host;
	n->known = host_of(b, e);
	n->queue_id = key_of(e);
	n->is_ses = e->queue_id.n == 0 && e->ses_id.n;
	n->is_unstamped = e->is_id_unstamped;
	*tt_vec_push(&b->arena, &b->nodes) = n;
	while (n->queue_id.n && *slot)
		slot = &(*slot)->same;
	if (n->queue_id.n)
		*slot = n;
	return n;
}

static struct tt_log_leg *add_leg(struct tt_book *b, struct tt_log_node *from,
				  struct tt_log_node *to)
{
	struct tt_log_leg *leg = TT_NEW(&b->arena, struct tt_log_leg);

	leg->from = from;
	leg->to = to;
	*tt_vec_push(&b->arena, &b->legs) = leg;
	if (from)
		*tt_vec_push(&b->arena, &from->out) = leg;
	if (to)
		to->in = leg;
	return leg;
}

/* One host's events of one queue id, in the order of time: at a second ACCEPT
 * the id is used for another message. */
static bool begins_anew(const struct tt_log_node *n, const struct tt_event *e)
{
	return e->kind == TT_EVENT_ACCEPT && !n->is_ses && n->in && n->in->accept &&
	       time_of(e) - time_of(n->in->accept) > SAME_MESSAGE_US;
}

/* What has no name is a message of its own, but for what stands in the same
 * record (a mail to several). */
static bool is_of_record(const struct tt_log_node *n, const struct tt_event *e)
{
	const struct tt_event *const first = n->events.v[0];

	return n->queue_id.n == 0 && first->quotes.n && e->quotes.n &&
	       first->kind == e->kind && by_place(first, e) == 0;
}

static bool is_of_node(const struct tt_log_node *n, const struct tt_event *e)
{
	if (key_of(e).n == 0)
		return is_of_record(n, e);
	if (n->is_ses || e->queue_id.n == 0)
		return n->is_ses && e->queue_id.n == 0 &&
		       tt_slice_eq(n->queue_id, e->ses_id);
	return tt_slice_eq(n->queue_id, e->queue_id) &&
	       tt_slice_ieq(tt_host_label(n->host), tt_host_label(e->host));
}

static bool says_no_more(const struct tt_event *a, const struct tt_event *b)
{
	const enum tt_verdict v = tt_event_verdict(a);

	return evidence_of(a) == evidence_of(b) &&
	       (v == TT_UNKNOWN ||
		(v == tt_event_verdict(b) && a->version == b->version));
}

static int count_sides(const struct tt_event *e)
{
	return (e->from.ip.n > 0) + (e->by.name.n > 0);
}

/* Every event of a message tells how it came to SES: one witness. */
static bool fold(const struct tt_event **kept, const struct tt_event *e)
{
	const bool is_less = says_no_more(*kept, e);

	if (!says_no_more(e, *kept) && !is_less)
		return false;
	if (is_less && (!says_no_more(e, *kept) ||
			count_sides(e) > count_sides(*kept)))
		*kept = e;
	return true;
}

static void take_ses_accept(struct tt_book *b, struct tt_log_leg *leg,
			    const struct tt_event *e)
{
	bool is_told = fold(&leg->accept, e);

	for (size_t i = 0; !is_told && i < leg->also.n; i++)
		is_told = fold(&leg->also.v[i], e);
	if (is_told)
		return;
	if (e->cipher.n && !leg->accept->cipher.n) {
		*tt_vec_push(&b->arena, &leg->also) = leg->accept;
		leg->accept = e;
	} else {
		*tt_vec_push(&b->arena, &leg->also) = e;
	}
}

static void take_accept(struct tt_book *b, struct tt_log_node *n,
			const struct tt_event *e)
{
	if (!n->in)
		add_leg(b, NULL, n);
	if (!n->in->accept)
		n->in->accept = e;
	else if (n->is_ses)
		take_ses_accept(b, n->in, e);
}

static bool is_transfer(const struct tt_event *e)
{
	return e->kind == TT_EVENT_ACCEPT || e->kind == TT_EVENT_DELIVER ||
	       e->kind == TT_EVENT_ATTEMPT;
}

static void build_nodes(struct tt_book *b)
{
	struct tt_log_node *n = NULL;

	for (size_t i = 0; i < b->events.n; i++) {
		const struct tt_event *e = b->events.v[i];

		if (key_of(e).n == 0 && !is_transfer(e)) {
			if (e->kind == TT_EVENT_CONTEXT)
				*tt_vec_push(&b->arena, &b->context) = e;
			continue;
		}
		if (!n || !is_of_node(n, e) || begins_anew(n, e))
			n = add_node(b, e);
		*tt_vec_push(&b->arena, &n->events) = e;
		if (n->message_id.n == 0)
			n->message_id = e->message_id;
		if (n->about.n == 0)
			n->about = e->about;
		if (e->kind == TT_EVENT_ACCEPT)
			take_accept(b, n, e);
		if (e->kind == TT_EVENT_ATTEMPT)
			*tt_vec_push(&b->arena, &n->attempts) = e;
	}
}

/* ---- legs ---- */

static bool may_be_one(struct tt_book *b, const struct tt_log_node *x,
		       const struct tt_log_node *y)
{
	/* SES gives a Message-ID of its own. */
	return x->is_ses || y->is_ses || x->message_id.n == 0 ||
	       y->message_id.n == 0 ||
	       tt_log_is_id(&b->arena, x->message_id, y->message_id);
}

/* The node that the answer named: on another host, at that time. */
static struct tt_log_node *next_node(struct tt_book *b,
				     const struct tt_log_node *from,
				     const struct tt_event *d)
{
	struct tt_log_node *best = NULL;

	for (struct tt_log_node *n = tt_book_node(b, d->next_queue_id); n;
	     n = n->same) {
		const struct tt_event *const a = n->in ? n->in->accept : NULL;
		const struct tt_event *const when =
			a ? a : (n->events.n ? n->events.v[0] : NULL);
		const bool is_named = tt_log_is_host(n->host, d->by.name);

		if (n == from || !may_be_one(b, from, n) ||
		    (when && !tt_log_is_near(d, NULL, when, NULL)))
			continue;
		if (!best || is_named)
			best = n;
	}
	return best;
}

/* Several recipients in one transaction are one leg. */
static struct tt_log_leg *same_leg(const struct tt_log_node *from,
				   const struct tt_log_node *to,
				   const struct tt_event *d)
{
	for (size_t i = 0; i < from->out.n; i++) {
		struct tt_log_leg *const leg = from->out.v[i];
		const struct tt_event *const e = leg->delivers.v[0];

		if (to && leg->to == to)
			return leg;
		/* One host's accounts in two shapes. */
		if (from->is_ses && !to && !leg->to && e->recipient.n &&
		    tt_slice_ieq(e->recipient, d->recipient) &&
		    tt_log_is_near(e, NULL, d, NULL))
			return leg;
		if (!to && !leg->to && e->next_queue_id.n &&
		    tt_slice_eq(e->next_queue_id, d->next_queue_id))
			return leg;
		if (!to && !leg->to && !e->next_queue_id.n &&
		    !d->next_queue_id.n && e->time_us == d->time_us &&
		    tt_slice_eq(e->by.ip, d->by.ip) &&
		    tt_slice_eq(e->text, d->text))
			return leg;
	}
	return NULL;
}

static void take_deliver(struct tt_book *b, struct tt_log_node *from,
			 const struct tt_event *d)
{
	struct tt_log_node *to =
		d->next_queue_id.n ? next_node(b, from, d) : NULL;
	struct tt_log_leg *leg = same_leg(from, to, d);

	if (d->transport == TT_TRANSPORT_LOCAL && !to)
		return; /* into a mailbox: no transfer between hosts */
	if (d->is_through) {
		if (to && !to->parent)
			to->parent = from; /* a filter stands between */
		to = NULL;
		leg = same_leg(from, NULL, d);
	}
	if (!leg && to && to->in && !to->in->from) {
		leg = to->in;
		leg->from = from;
		*tt_vec_push(&b->arena, &from->out) = leg;
	} else if (!leg) {
		leg = add_leg(b, from, to && !to->in ? to : NULL);
	}
	*tt_vec_push(&b->arena, &leg->delivers) = d;
}

/* The same host's other id.  One that was named by the filter's answer (a leg
 * over loopback) is a leg already. */
static void take_link(struct tt_book *b, struct tt_log_node *from,
		      const struct tt_event *e)
{
	for (struct tt_log_node *n = tt_book_node(b, e->next_queue_id); n;
	     n = n->same)
		if (n != from && !n->parent &&
		    tt_slice_ieq(tt_host_label(n->host),
				 tt_host_label(from->host))) {
			n->parent = from;
			return;
		}
}

static void build_legs(struct tt_book *b)
{
	for (size_t i = 0; i < b->nodes.n; i++) {
		struct tt_log_node *const n = b->nodes.v[i];

		for (size_t k = 0; k < n->events.n; k++) {
			if (n->events.v[k]->kind == TT_EVENT_DELIVER)
				take_deliver(b, n, n->events.v[k]);
			if (n->events.v[k]->kind == TT_EVENT_LINK)
				take_link(b, n, n->events.v[k]);
		}
	}
}

static bool is_loopback(struct tt_slice text)
{
	struct tt_ip ip;

	return text.n && tt_ip_parse(text, &ip) && tt_ip_is_loopback(&ip);
}

/* The first who says it is believed: the book's order is its own. */
static void learn(struct tt_log_name_ip *called, const struct tt_log_node *n,
		  struct tt_slice name, struct tt_slice ip)
{
	if (called->name.n || is_loopback(ip) || !tt_host_is_name(name) ||
	    (n->host.n && !tt_log_is_host(n->host, name)))
		return;
	called->name = name;
	called->ip = ip;
}

/* Where both sides of a leg have a log, each names the other. */
static void learn_sender(struct tt_log_name_ip *called,
			 const struct tt_log_leg *leg)
{
	const struct tt_event *const a = leg->accept;

	if (leg->from && a)
		learn(called, leg->from,
		      a->from.rdns.n ? a->from.rdns : a->from.name,
		      a->from.ip);
}

static void learn_receiver(struct tt_log_name_ip *called,
			   const struct tt_log_leg *leg)
{
	if (leg->to && leg->delivers.n)
		learn(called, leg->to, leg->delivers.v[0]->by.name,
		      leg->delivers.v[0]->by.ip);
}

static void name_hosts(struct tt_book *b)
{
	for (size_t i = 0; i < b->legs.n; i++) {
		const struct tt_log_leg *const leg = b->legs.v[i];

		if (leg->from)
			learn_sender(&leg->from->known->called, leg);
		if (leg->to)
			learn_receiver(&leg->to->known->called, leg);
	}
}

struct tt_log_name_ip tt_book_called(const struct tt_book *b,
				     const struct tt_log_node *n)
{
	struct tt_log_name_ip called = { 0 };

	for (const struct tt_log_node *k = b->first.v[n->message]; k;
	     k = k->next) {
		if (k->known != n->known)
			continue;
		for (size_t i = 0; i < k->out.n; i++)
			learn_sender(&called, k->out.v[i]);
		if (k->in)
			learn_receiver(&called, k->in);
	}
	return called;
}

static void index_legs(struct tt_book *b)
{
	for (size_t i = 0; i < b->legs.n; i++) {
		struct tt_log_leg *const leg = b->legs.v[i];

		if (leg->to || !leg->delivers.n || !next_of(leg).n)
			continue;
		struct tt_log_leg **slot = leg_slot(b, next_of(leg));

		while (*slot)
			slot = &(*slot)->same;
		*slot = leg;
	}
}

static struct tt_log_node **message_slot(const struct tt_book *b,
					 struct tt_slice plain)
{
	size_t i = hash_id(plain) & b->message_mask;

	while (b->by_message[i] &&
	       !tt_slice_eq(b->by_message[i]->message_id, plain))
		i = (i + 1) & b->message_mask;
	return &b->by_message[i];
}

struct tt_log_node *tt_book_by_message(const struct tt_book *b,
				       struct tt_slice message_id,
				       struct tt_arena *arena)
{
	const struct tt_slice plain =
		tt_log_plain_id(arena, message_id);

	return plain.n ? *message_slot(b, plain) : NULL;
}

static void index_messages(struct tt_book *b)
{
	size_t cap = 64;

	while (cap < b->nodes.n * 2)
		cap *= 2;
	b->by_message =
		tt_zalloc(tt_mul_size(cap, sizeof(struct tt_log_node *)));
	b->message_mask = cap - 1;
	/* From the end: each goes before what is there. */
	for (size_t i = b->nodes.n; i-- > 0;) {
		struct tt_log_node *const n = b->nodes.v[i];

		n->message_id = tt_log_plain_id(&b->arena, n->message_id);
		if (n->message_id.n == 0)
			continue;
		struct tt_log_node **const slot =
			message_slot(b, n->message_id);

		n->same_message = *slot;
		*slot = n;
	}
}

/* ---- messages ---- */

static struct tt_log_node *before(const struct tt_log_node *n)
{
	return n->in && n->in->from ? n->in->from : n->parent;
}

/* The node a message begins with; ids that name one another in a circle have
 * none, and the walk ends. */
static struct tt_log_node *origin_of(struct tt_log_node *n, size_t most)
{
	for (; before(n) && most > 0; most--)
		n = before(n);
	return n;
}

/* As their first lines stand in time, and in the logs. */
static int by_begin(const void *x, const void *y)
{
	const struct tt_event *const a =
		(*(struct tt_log_node *const *)x)->events.v[0];
	const struct tt_event *const b =
		(*(struct tt_log_node *const *)y)->events.v[0];
	const int64_t at = time_of(a), bt = time_of(b);
	const int c = (at > bt) - (at < bt);
	const int p = c ? c : by_place(a, b);

	return p ? p : by_content(a, b);
}

static void number_messages(struct tt_book *b)
{
	for (size_t i = 0; i < b->nodes.n; i++)
		b->nodes.v[i]->message = SIZE_MAX;
	for (size_t i = 0; i < b->nodes.n; i++) {
		struct tt_log_node *const first =
			origin_of(b->nodes.v[i], (size_t)TT_MAX_hops);

		if (first->message == SIZE_MAX)
			*tt_vec_push(&b->arena, &b->first) = first;
		first->message = 0;
	}
	if (b->first.n)
		qsort(b->first.v, b->first.n, sizeof(*b->first.v), by_begin);
	for (size_t i = 0; i < b->first.n; i++)
		b->first.v[i]->message = i;
	for (size_t i = 0; i < b->nodes.n; i++) {
		struct tt_log_node *const n = b->nodes.v[i];
		struct tt_log_node *const first =
			origin_of(n, (size_t)TT_MAX_hops);

		n->message = first->message;
		if (n != first) {
			n->next = first->next;
			first->next = n;
		}
	}
}

void tt_book_settle(struct tt_book *b, struct tt_diags *diags)
{
	size_t cap = 1024;

	if (b->n_cut)
		tt_diag_limit(diags, TT_DIAG_events_cut, TT_LIM_log_events,
			      TT_NO_OFF, b->events.n + b->n_cut);
	b->hosts = TT_NEW_N(&b->arena, struct tt_log_host *, TT_LOG_HOSTS);
	settle_times(b);
	drop_copies(b);
	while (cap < b->events.n * 2)
		cap *= 2;
	b->by_id = tt_zalloc(tt_mul_size(cap, sizeof(struct tt_log_node *)));
	b->by_next = tt_zalloc(tt_mul_size(cap, sizeof(struct tt_log_leg *)));
	b->mask = cap - 1;
	build_nodes(b);
	build_legs(b);
	name_hosts(b);
	index_legs(b);
	index_messages(b);
	number_messages(b);
	b->is_context_told =
		TT_NEW_N(&b->arena, _Atomic bool, b->context.n + 1);
	b->is_told = TT_NEW_N(&b->arena, _Atomic bool, b->first.n + 1);
}

bool tt_book_is_untold(const struct tt_book *b, size_t message)
{
	if (b->is_told[message])
		return false;
	for (const struct tt_log_node *n = b->first.v[message]; n; n = n->next)
		for (size_t i = 0; i < n->events.n; i++)
			if (n->events.v[i]->is_shown)
				return true;
	return false;
}

size_t tt_book_n_messages(const struct tt_book *book)
{
	return book->first.n;
}
