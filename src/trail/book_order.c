/* book_order.c - events in an order of their own
 *
 * So the order in which logs were given changes nothing, and copies of a log
 * are one witness. */
#include <stdlib.h>
#include <string.h>

#include "book_parts.h"

#define HOSTS 1024

/* ---- hosts and times ---- */

/* Eight bytes at a time; the last piece may be shorter. */
size_t tt_book_hash(struct tt_slice s)
{
	uint64_t h = UINT64_C(14695981039346656037) + s.n, word;

	for (; s.n > sizeof(word); s.p += sizeof(word), s.n -= sizeof(word)) {
		memcpy(&word, s.p, sizeof(word));
		h = (h ^ word) * UINT64_C(0x9e3779b97f4a7c15);
		h ^= h >> 32;
	}
	h = (h ^ tt_book_prefix(s)) * UINT64_C(0x9e3779b97f4a7c15);
	return (size_t)(h ^ h >> 32);
}

void tt_book_begin_hosts(struct tt_book *b, size_t n)
{
	b->hosts = TT_NEW_N(&b->arena, struct tt_log_host *, n);
	b->n_hosts = n;
}

static struct tt_log_host **host_slot(const struct tt_book *b,
				      struct tt_slice place)
{
	struct tt_log_host **at =
		&b->hosts[tt_book_hash(place) & (b->n_hosts - 1)];

	while (*at && !tt_slice_eq((*at)->place, place))
		at = &(*at)->next;
	return at;
}

struct tt_log_host *tt_book_find_host(const struct tt_book *b,
				      struct tt_slice place)
{
	return *host_slot(b, place);
}

/* Exim's own file names no host: then all of one file are one. */
struct tt_log_host *tt_book_host(struct tt_book *b, const struct tt_event *e)
{
	struct tt_slice place = e->host;

	if (place.n == 0 && e->quotes.n && e->quotes.v[0].origin)
		place = e->quotes.v[0].origin->path;
	return tt_book_host_at(b, place);
}

struct tt_log_host *tt_book_host_at(struct tt_book *b, struct tt_slice place)
{
	struct tt_log_host **const at = host_slot(b, place);

	if (!*at) {
		*at = TT_NEW(&b->arena, struct tt_log_host);
		/* The event may go before the book does. */
		(*at)->place = tt_arena_dup(&b->arena, place);
	}
	return *at;
}

bool tt_book_is_year_guessed(const struct tt_event *e)
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

		if (!tt_book_is_year_guessed(e) || e->clock == last)
			continue;
		last = e->clock;
		struct tt_log_host *const host = tt_book_host(b, e);

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
		const bool is_guess = tt_book_is_year_guessed(e);

		if (is_guess && e->clock != last) {
			last = e->clock;
			clock = *last;
			clock.year = tt_book_host(b, e)->year;
		}
		if (!tt_event_time(e, is_guess ? &clock : NULL, &e->book_us,
				   &unsure))
			e->book_us = 0;
	}
}

/* ---- order, and what is there twice ---- */

/* Most of what is compared is the same, or not there. */
static int compare(struct tt_slice a, struct tt_slice b)
{
	return tt_slice_eq(a, b) ? 0 : tt_slice_cmp(a, b);
}

static int compare_hosts(struct tt_slice a, struct tt_slice b)
{
	return tt_slice_eq(a, b) ? 0 :
				   tt_slice_cmp(tt_host_label(a),
						tt_host_label(b));
}

int64_t tt_book_time(const struct tt_event *e)
{
	return e->book_us;
}

/* CloudTrail and SES are two witnesses. */
enum tt_evidence_kind tt_book_evidence(const struct tt_event *e)
{
	return e->quotes.n ? e->quotes.v[0].kind : TT_EVIDENCE_LOG;
}

struct tt_slice tt_book_id(const struct tt_event *e)
{
	return e->queue_id.n ? e->queue_id : e->ses_id;
}

/* What makes two accounts of one thing the same, whatever wraps them; whole
 * seconds, since one wrapper may have no more. */
int tt_book_by_content(const struct tt_event *a, const struct tt_event *b)
{
	const int64_t at = tt_book_time(a) / 1000000,
		      bt = tt_book_time(b) / 1000000;
	int c = compare(a->queue_id, b->queue_id);

	if (c == 0)
		c = compare(a->ses_id, b->ses_id);
	if (c == 0)
		c = compare_hosts(a->host, b->host);
	if (c == 0)
		c = (at > bt) - (at < bt);
	if (c == 0)
		c = (int)a->kind - (int)b->kind;
	if (c == 0)
		c = (int)a->side - (int)b->side;
	/* Those of one record without a name stand together. */
	if (c == 0 && tt_book_id(a).n == 0)
		c = compare(a->message_id, b->message_id);
	if (c == 0 && tt_book_id(a).n == 0)
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
	return c ? c : (int)tt_book_evidence(a) - (int)tt_book_evidence(b);
}

int tt_book_by_place(const struct tt_event *a, const struct tt_event *b)
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

/* The order begins with the queue id, whose first bytes tell most events
 * apart: they stand beside each, and it need not be looked at. */
struct entry {
	uint64_t first;
	struct tt_event *e;
};

uint64_t tt_book_prefix(struct tt_slice id)
{
	uint64_t first = 0;
	const uint8_t *const p = id.p;

	/* A load and a swap, once the compiler is through. */
	if (id.n >= sizeof(first))
		return (uint64_t)p[0] << 56 | (uint64_t)p[1] << 48 |
		       (uint64_t)p[2] << 40 | (uint64_t)p[3] << 32 |
		       (uint64_t)p[4] << 24 | (uint64_t)p[5] << 16 |
		       (uint64_t)p[6] << 8 | p[7];
	for (size_t i = 0; i < sizeof(first); i++)
		first = first << 8 | (i < id.n ? id.p[i] : 0);
	return first;
}

static int by_order(const void *x, const void *y)
{
	const struct entry *const a = x, *const b = y;

	if (a->first != b->first)
		return a->first < b->first ? -1 : 1;
	const int c = tt_book_by_content(a->e, b->e);

	return c ? c : tt_book_by_place(a->e, b->e);
}

#define FEW 8

/* Each into its place among those before it: most stand behind them. */
static void sort_few(struct entry *x, size_t n)
{
	for (size_t i = 1; i < n; i++) {
		const struct entry here = x[i];
		size_t at = i;

		for (; at > 0 && by_order(&x[at - 1], &here) > 0; at--)
			x[at] = x[at - 1];
		x[at] = here;
	}
}

static void sort_entries(struct tt_book *b, struct entry *x)
{
	for (size_t i = 0; i < b->events.n; i++)
		x[i] = (struct entry){
			tt_book_prefix(b->events.v[i]->queue_id),
			b->events.v[i],
		};
	if (b->events.n <= FEW)
		sort_few(x, b->events.n);
	else
		qsort(x, b->events.n, sizeof(*x), by_order);
	for (size_t i = 0; i < b->events.n; i++)
		b->events.v[i] = x[i].e;
}

static void sort(struct tt_book *b)
{
	struct entry few[FEW];
	struct entry *x = few;

	if (b->events.n > FEW)
		x = tt_malloc(tt_mul_size(b->events.n, sizeof(*x)));
	sort_entries(b, x);
	if (x != few)
		tt_free(&x);
}

/* How much an account states: a silence says less than a line does, and lines
 * are missing where somebody kept those he was looking for. */
static int weight_of(const struct tt_event *e)
{
	return e->verdict != TT_UNKNOWN		? 2 :
	       tt_event_verdict(e) != TT_UNKNOWN ? 1 :
						   0;
}

/* The same event in several files or wrappers is one witness.  The account that
 * states most is kept. */
void tt_book_drop_copies(struct tt_book *b)
{
	size_t n = 0;

	sort(b);
	for (size_t i = 0; i < b->events.n; i++) {
		struct tt_event *const e = b->events.v[i];

		if (n == 0 || tt_book_by_content(b->events.v[n - 1], e) != 0)
			b->events.v[n++] = e;
		else if (weight_of(b->events.v[n - 1]) < weight_of(e))
			b->events.v[n - 1] = e;
	}
	b->events.n = n;
}

void tt_book_order(struct tt_book *b)
{
	tt_book_begin_hosts(b, HOSTS);
	settle_times(b);
	tt_book_drop_copies(b);
}
