/* browse_figures.c - what the whole of a case comes to
 *
 * One pass over the index of lists, with months as they come (they are in its
 * order) and senders in a table that is bounded; kept until the case changes.
 * Of senders with as many messages the one met first goes first: the newest. */
#include <stdlib.h>
#include "browse_private.h"

struct peer {
	int64_t id; /* 0: without one */
	bool is_used;
	uint32_t seq;
	uint64_t messages, failing;
};
struct summing {
	struct tt_browse_figures *all;
	struct tt_arena *arena;
	struct peer *peers; /* open addressing; `room` is a power of two */
	size_t n_peers, room;
	int64_t month_begin, month_end; /* of the last month */
};

/* ---- senders ---- */

static struct peer *slot_of(struct peer *peers, size_t room, int64_t id)
{
	uint64_t h = (uint64_t)id * 0x9e3779b97f4a7c15u;

	for (h ^= h >> 32;; h++) {
		struct peer *const p = &peers[h & (room - 1)];

		if (!p->is_used || p->id == id)
			return p;
	}
}

static void grow(struct summing *s)
{
	const size_t room = s->room ? 2 * s->room : 1024;
	struct peer *const peers = tt_zalloc(tt_mul_size(room, sizeof(*peers)));

	for (size_t i = 0; i < s->room; i++)
		if (s->peers[i].is_used)
			*slot_of(peers, room, s->peers[i].id) = s->peers[i];
	tt_free(&s->peers);
	s->peers = peers;
	s->room = room;
}

static void add_peer(struct summing *s, const struct tt_pass_row *r)
{
	if (2 * s->n_peers >= s->room)
		grow(s);
	struct peer *const p = slot_of(s->peers, s->room, r->peer_id);

	if (!p->is_used && s->n_peers >= TT_MAX_browse_peers) {
		s->all->has_all_peers = false;
		return;
	}
	if (!p->is_used)
		*p = (struct peer){ .id = r->peer_id,
				    .is_used = true,
				    .seq = (uint32_t)s->n_peers++ };
	p->messages++;
	p->failing += r->verdict == TT_RESULT_FAIL;
}

static int by_size(const void *a, const void *b)
{
	const struct peer *const x = a, *const y = b;

	if (x->messages != y->messages)
		return x->messages > y->messages ? -1 : 1;
	if (x->is_used != y->is_used)
		return x->is_used ? -1 : 1;
	return x->seq < y->seq ? -1 : x->seq > y->seq;
}

static void give_peers(struct summing *s, struct tt_case *c)
{
	struct tt_browse_figures *const all = s->all;

	if (s->room)
		qsort(s->peers, s->room, sizeof(*s->peers), by_size);
	for (size_t i = 0; i < s->n_peers && i < TT_MAX_browse_top; i++)
		*tt_vec_push(s->arena, &all->peers) = (struct tt_browse_peer){
			.name = tt_string_of(c, s->peers[i].id, s->arena),
			.messages = s->peers[i].messages,
			.failing = s->peers[i].failing,
		};
	all->more_peers = s->n_peers - all->peers.n;
}

/* ---- months ---- */

static bool is_in_month(const struct summing *s, const struct tt_listed *l)
{
	const struct tt_browse_figures *const all = s->all;

	return all->months.n && l->has_time &&
	       l->time_unix >= s->month_begin && l->time_unix < s->month_end;
}

static int32_t month_of(const struct tt_listed *l)
{
	const int64_t first = tt_month_begin(0);
	const int64_t last = tt_month_begin(10000 * 12) - 1;

	return l->has_time && l->time_unix >= first && l->time_unix <= last ?
		       tt_month_of_day((l->time_unix - first) / 86400) :
		       TT_NO_MONTH;
}

/* NULL: more months than are listed. */
static struct tt_browse_month *month_for(struct summing *s,
					 const struct tt_listed *l)
{
	struct tt_browse_figures *const all = s->all;
	const size_t n = all->months.n;

	if (is_in_month(s, l))
		return all->more_months ? NULL : &all->months.v[n - 1];
	const int32_t month = month_of(l);

	if (n && month == TT_NO_MONTH &&
	    all->months.v[n - 1].month == TT_NO_MONTH)
		return &all->months.v[n - 1];
	s->month_begin = month == TT_NO_MONTH ? 0 : tt_month_begin(month);
	s->month_end = month == TT_NO_MONTH ? 0 : tt_month_begin(month + 1);
	if (month != TT_NO_MONTH && n >= TT_MAX_browse_months) {
		all->more_months++;
		return NULL;
	}
	struct tt_browse_month *const m = tt_vec_push(s->arena, &all->months);

	*m = (struct tt_browse_month){ .month = month };
	return m;
}

/* ---- all ---- */

static void add(struct summing *s, const struct tt_pass_row *r)
{
	struct tt_browse_figures *const all = s->all;
	struct tt_browse_month *const m = month_for(s, &r->listed);

	all->messages++;
	all->result[r->verdict]++;
	all->basis[r->basis]++;
	all->way[r->way]++;
	if (m) {
		m->messages++;
		m->result[r->verdict]++;
		m->way[r->way]++;
	}
	add_peer(s, r);
}

void tt_figures_sum(struct tt_browse *b, uint64_t most)
{
	static const struct tt_cursor none;
	const struct tt_browse_filter filter = TT_BROWSE_ALL;
	struct summing s = { .all = &b->figures, .arena = &b->arena };
	struct tt_pass p;

	tt_arena_clear(&b->arena);
	b->figures = (struct tt_browse_figures){ .has_all_peers = true };
	tt_pass_begin(&p, b->c, &filter, &none, false, most);
	while (tt_pass_next(&p) == 1)
		add(&s, &p.row);
	b->figures.is_whole = !p.is_cut;
	tt_pass_end(&p);
	give_peers(&s, b->c);
	tt_free(&s.peers);
}

void tt_figures_take(struct tt_browse *b)
{
	struct tt_err err = { 0 };

	if (b->has_figures)
		return;
	tt_figures_sum(b, TT_MAX_browse_rows);
	if (tt_case_counts(b->c, &b->figures.counts, &err) == TT_OK &&
	    tt_case_facts(b->c, &b->figures.facts, &b->arena, &err) == TT_OK)
		b->has_figures = true;
}

enum tt_status tt_browse_figures(struct tt_browse *browse,
				 const struct tt_browse_figures **figures_r,
				 struct tt_err *err)
{
	*figures_r = &browse->figures;
	if (!tt_browse_begin(browse, err))
		return err->status;
	tt_figures_take(browse);
	return tt_browse_end(browse, err);
}
