/* apart_chain.c - which chunks hang together, and the order of messages
 *
 * Chunks and ties are sorted by id and meet; what is tied is united, in memory
 * that goes with the ties that met something.  A chunk that is alone and plain
 * is a message whose place in the order is known.  Every other chain is read to
 * be concluded, and before that for what hosts are called, if it may say so. */
#include <stdlib.h>

#include "apart.h"

#define DAY_US (INT64_C(86400) * 1000000)
#define SECOND_US INT64_C(1000000)

/* Ids that are tied; by number once they are sorted. */
struct ids {
	struct tt_arena arena;
	struct tt_ties ties;
	uint64_t *id;
	size_t *parent;
	uint64_t *first; /* where its chain begins, by root */
	size_t n;
	bool has_own; /* an id names itself: it may stand for two hosts */
};

/* ---- ties ---- */

/* Those whose other side is there: a log of it, or a mail. */
static void find_ties(struct tt_apart *a, struct ids *ids)
{
	struct tt_chunk chunk;
	struct tt_tie tie;

	tt_sorter_begin(a->chunks);
	tt_sorter_begin(a->ties);
	bool has_chunk = tt_sorter_next(a->chunks, &chunk);

	while (tt_sorter_next(a->ties, &tie)) {
		while (has_chunk && chunk.id < tie.next)
			has_chunk = tt_sorter_next(a->chunks, &chunk);
		const bool is_there = has_chunk && chunk.id == tie.next;

		if (tie.id == tie.next)
			ids->has_own = true;
		else if (is_there || tt_apart_mails_name(a, tie.next))
			tt_ties_add(&ids->ties, tie.id, tie.next);
	}
}

static int by_value(const void *x, const void *y)
{
	const uint64_t a = *(const uint64_t *)x, b = *(const uint64_t *)y;

	return (a > b) - (a < b);
}

/* SIZE_MAX: it is tied to nothing. */
static size_t index_of(const struct ids *ids, uint64_t id)
{
	size_t from = 0, to = ids->n;

	while (from < to) {
		const size_t mid = from + (to - from) / 2;

		if (ids->id[mid] == id)
			return mid;
		if (ids->id[mid] < id)
			from = mid + 1;
		else
			to = mid;
	}
	return SIZE_MAX;
}

static size_t root_of(struct ids *ids, size_t i)
{
	while (ids->parent[i] != i) {
		ids->parent[i] = ids->parent[ids->parent[i]];
		i = ids->parent[i];
	}
	return i;
}

/* The lesser is the root: paths are halved as they are walked, so a long one
 * is walked once. */
static void unite(struct ids *ids, const struct tt_tie *tie)
{
	const size_t x = root_of(ids, index_of(ids, tie->id));
	const size_t y = root_of(ids, index_of(ids, tie->next));

	if (x < y)
		ids->parent[y] = x;
	else
		ids->parent[x] = y;
}

static void number_ids(struct ids *ids)
{
	const size_t most = tt_mul_size(ids->ties.n, 2);

	ids->id = TT_NEW_N(&ids->arena, uint64_t, most);
	for (size_t i = 0; i < ids->ties.n; i++) {
		ids->id[2 * i] = ids->ties.v[i].id;
		ids->id[2 * i + 1] = ids->ties.v[i].next;
	}
	if (most)
		qsort(ids->id, most, sizeof(*ids->id), by_value);
	for (size_t i = 0; i < most; i++)
		if (ids->n == 0 || ids->id[ids->n - 1] != ids->id[i])
			ids->id[ids->n++] = ids->id[i];
	ids->parent = TT_NEW_N(&ids->arena, size_t, ids->n);
	ids->first = TT_NEW_N(&ids->arena, uint64_t, ids->n);
	for (size_t i = 0; i < ids->n; i++) {
		ids->parent[i] = i;
		ids->first[i] = UINT64_MAX;
	}
	for (size_t i = 0; i < ids->ties.n; i++)
		unite(ids, &ids->ties.v[i]);
}

static void find_firsts(struct tt_apart *a, struct ids *ids)
{
	struct tt_chunk chunk;

	if (ids->n == 0)
		return;
	tt_sorter_begin(a->chunks);
	while (tt_sorter_next(a->chunks, &chunk)) {
		const size_t i = index_of(ids, chunk.id);

		if (i == SIZE_MAX)
			continue;
		uint64_t *const first = &ids->first[root_of(ids, i)];

		if (chunk.piece.at < *first)
			*first = chunk.piece.at;
	}
}

/* ---- chunks that are messages ---- */

static int64_t time_of(struct tt_apart *a, const struct tt_chunk *c, int64_t us)
{
	struct tt_event e = { .time = c->time, .time_us = us,
			      .years = c->years };

	tt_apart_set_time(a, &e, c->clock);
	return e.book_us;
}

/* Its events stand in the order of their raw times if year and zone move all
 * of them by the same, in whole seconds. */
static bool is_moved_as_one(struct tt_apart *a, const struct tt_chunk *c,
			    int64_t *us_r)
{
	const int64_t least = time_of(a, c, c->least);

	*us_r = time_of(a, c, c->us);
	if (c->time == TT_LOG_UNTIMED)
		return true;
	return c->most - c->least <= DAY_US && least >= SECOND_US &&
	       (least - c->least) % SECOND_US == 0 &&
	       time_of(a, c, c->most) - least == c->most - c->least;
}

static bool take_plain(struct tt_apart *a, const struct tt_chunk *c)
{
	struct tt_apart_message m = {
		.us = 0,
		.path = c->origin ? a->path_rank[c->origin - 1] : 0,
		.off = c->off,
		.prefix = c->prefix,
		.piece = c->piece,
	};

	if (!c->is_plain || !is_moved_as_one(a, c, &m.us))
		return false;
	tt_sorter_add(a->messages, &m);
	return true;
}

/* The chunks of one id, one after the other. */
struct sorting {
	struct tt_apart *a;
	struct ids *ids;
	struct tt_chunk first;
	size_t n;
	uint64_t chain;
	bool is_tied;
};

static void begin_id(struct sorting *x, const struct tt_chunk *c)
{
	const size_t i = index_of(x->ids, c->id);

	x->first = *c;
	x->n = 0;
	x->is_tied = i != SIZE_MAX;
	x->chain = x->is_tied ? x->ids->first[root_of(x->ids, i)] : c->piece.at;
}

static void add_piece(const struct sorting *x, const struct tt_chunk *c)
{
	const struct tt_chain_piece piece = {
		.chain = x->chain,
		.piece = c->piece,
		.is_tied = x->is_tied || x->ids->has_own,
	};

	tt_sorter_add(x->a->pieces, &piece);
}

/* One that is alone is a message, or is read for what it is. */
static void end_id(struct sorting *x)
{
	if (x->n == 1 && !x->is_tied && !take_plain(x->a, &x->first))
		add_piece(x, &x->first);
}

static void sort_out(struct tt_apart *a, struct ids *ids)
{
	struct sorting x = { .a = a, .ids = ids };
	struct tt_chunk c;

	tt_sorter_begin(a->chunks);
	while (tt_sorter_next(a->chunks, &c)) {
		if (x.n == 0 || c.id != x.first.id) {
			end_id(&x);
			begin_id(&x, &c);
		} else if (x.n == 1 && !x.is_tied) {
			add_piece(&x, &x.first);
		}
		if (x.is_tied || x.n > 0)
			add_piece(&x, &c);
		x.n++;
	}
	end_id(&x);
}

/* Mails follow what they are tied to. */
static void add_mails(struct tt_apart *a, struct ids *ids)
{
	struct tt_mail_key key;

	tt_apart_mails_begin(a);
	while (tt_apart_mails_next(a, &key)) {
		const size_t root = root_of(ids, index_of(ids, key.key));
		const struct tt_chain_piece piece = {
			.chain = ids->first[root],
			.piece = { UINT64_MAX, 0 },
			.mail = key.mail,
			.is_tied = true,
		};

		tt_sorter_add(a->pieces, &piece);
	}
}

/* ---- what hosts are called ---- */

static bool is_before(const struct tt_log_host *x, const struct tt_log_host *y)
{
	if (x->is_called_late != y->is_called_late)
		return y->is_called_late;
	const int c = tt_book_by_content(x->called_by, y->called_by);

	return (c ? c : tt_book_by_place(x->called_by, y->called_by)) < 0;
}

static void learn(struct tt_book *b, const struct tt_log_host *from)
{
	struct tt_log_host *const host = tt_book_host_at(b, from->place);

	if (host->called_by && !is_before(from, host))
		return;
	host->called.name = tt_arena_dup(&b->arena, from->called.name);
	host->called.ip = tt_arena_dup(&b->arena, from->called.ip);
	host->called_by = tt_event_dup(from->called_by, &b->arena);
	host->is_called_late = from->is_called_late;
}

/* ---- chains that are read ---- */

/* What the next piece is of, all of it; false: there are no more. */
struct reading {
	struct tt_apart *a;
	bool is_of_tied; /* only what may name hosts */
	struct tt_chain_piece next;
	bool has_next;
	TT_VEC(int64_t) mails; /* of the chain, in the part */
};

static void next_piece(struct reading *r)
{
	do
		r->has_next = tt_sorter_next(r->a->pieces, &r->next);
	while (r->has_next && r->is_of_tied && !r->next.is_tied);
}

static bool read_chain(struct reading *r)
{
	struct tt_apart *const a = r->a;
	const uint64_t chain = r->next.chain;
	bool is_read = true;

	tt_apart_part_begin(a);
	r->mails.v = NULL;
	r->mails.n = r->mails.cap = 0;
	while (r->has_next && r->next.chain == chain) {
		if (r->next.piece.n == 0)
			*tt_vec_push(&a->part->arena, &r->mails) =
				r->next.mail;
		else
			is_read = is_read && tt_apart_part_add(a, r->next.piece);
		next_piece(r);
	}
	if (is_read)
		tt_apart_part_build(a);
	return is_read;
}

/* Each chain is built, and then looked at. */
static void read_chains(struct tt_apart *a, bool is_of_tied,
			void (*look)(struct reading *))
{
	struct reading r = { .a = a, .is_of_tied = is_of_tied };

	tt_sorter_begin(a->pieces);
	next_piece(&r);
	while (r.has_next && !tt_apart_is_failed(a) &&
	       !tt_apart_is_stopped(a) && read_chain(&r))
		look(&r);
}

/* A host is named where it hands over to another of the chain, which it does
 * by naming that one's id: chunks of one id that none names name nobody. */
static void learn_names(struct reading *r)
{
	struct tt_apart *const a = r->a;

	for (size_t i = 0; i < a->part->n_hosts; i++)
		for (const struct tt_log_host *h = a->part->hosts[i]; h;
		     h = h->next)
			if (h->called_by)
				learn(a->book, h);
}

/* What a mail was joined with is not told for itself. */
static void conclude(struct reading *r)
{
	tt_apart_part_name(r->a);
	tt_apart_mails_join(r->a, r->mails.v, r->mails.n);
	tt_apart_conclude_part(r->a);
}

/* ---- all of it ---- */

static int by_path(const void *x, const void *y)
{
	const struct tt_numbered *const a =
		*(const struct tt_numbered *const *)x;
	const struct tt_numbered *const b =
		*(const struct tt_numbered *const *)y;

	return tt_slice_cmp(((const struct tt_origin *)a->what)->path,
			    ((const struct tt_origin *)b->what)->path);
}

/* Origins by their paths; members stand in no order. */
static void rank_paths(struct tt_apart *a)
{
	const struct tt_numbered *const v = a->origins.list.v;
	const size_t n = a->origins.list.n;
	const struct tt_numbered **list =
		tt_malloc(tt_mul_size(n, sizeof(*list)));
	uint32_t rank = 0;

	a->path_rank = TT_NEW_N(&a->book->arena, uint32_t, n + 1);
	for (size_t i = 0; i < n; i++)
		list[i] = &v[i];
	if (n)
		qsort(list, n, sizeof(*list), by_path);
	for (size_t i = 0; i < n; i++) {
		rank += i && by_path(&list[i - 1], &list[i]) != 0;
		a->path_rank[list[i] - v] = rank;
	}
	tt_free(&list);
}

void tt_apart_chain(struct tt_apart *a)
{
	struct ids ids = { 0 };

	rank_paths(a);
	tt_apart_mails_tie(a, &ids.ties);
	find_ties(a, &ids);
	tt_sorter_free(&a->ties);
	number_ids(&ids);
	find_firsts(a, &ids);
	sort_out(a, &ids);
	add_mails(a, &ids);
	tt_sorter_free(&a->chunks);
	tt_arena_release(&ids.arena);
	tt_free(&ids.ties.v);
	read_chains(a, true, learn_names);
	read_chains(a, false, conclude);
	tt_sorter_free(&a->pieces);
	tt_apart_mails_begin(a);
	tt_sorter_begin(a->messages);
}
