/* sorter.c - more rows than memory holds, in order
 *
 * Full memory is sorted and becomes a run in the spool; the runs are merged as
 * they are read, each by a piece at a time, from a heap of those that have
 * rows left.  n log n comparisons; memory does not go with the rows. */
#include <stdlib.h>
#include <string.h>
#include <tlstrail/util/arena.h>
#include <tlstrail/util/limits.h>
#include <tlstrail/util/spool.h>

#define LEAST_ROWS 16 /* of a run that are read at a time */

struct run {
	uint64_t off; /* of the rows that were not read yet */
	uint64_t left;
	uint8_t *rows; /* at hand */
	size_t at, n;
};

struct tt_sorter {
	struct tt_spool *spool;
	size_t size; /* of a row */
	int (*compare)(const void *a, const void *b);
	uint8_t *rows;
	size_t n, cap, most;
	uint64_t n_all;
	struct tt_arena arena;
	TT_VEC(struct run) runs; /* as they were written */
	bool is_sorted;		 /* what is in memory */
	size_t at;		 /* next in memory, where there are no runs */
	struct run *reading;	 /* copies of them, in memory's place */
	struct run **heap;	 /* the least first */
	size_t n_heap;
};

struct tt_sorter *tt_sorter_new(struct tt_spool *spool, size_t row_bytes,
				int (*compare)(const void *a, const void *b))
{
	struct tt_sorter *s = tt_zalloc(sizeof(*s));

	s->spool = spool;
	s->size = row_bytes;
	s->compare = compare;
	s->most = (size_t)TT_MAX_sort_memory / row_bytes;
	return s;
}

static void end_reading(struct tt_sorter *s)
{
	tt_free(&s->reading);
	tt_free(&s->heap);
	s->n_heap = 0;
}

void tt_sorter_free(struct tt_sorter **sorter)
{
	if (!*sorter)
		return;
	end_reading(*sorter);
	tt_free(&(*sorter)->rows);
	tt_arena_release(&(*sorter)->arena);
	tt_free(sorter);
}

uint64_t tt_sorter_n(const struct tt_sorter *s)
{
	return s->n_all;
}

/* ---- in ---- */

static void sort(struct tt_sorter *s)
{
	if (!s->is_sorted && s->n)
		qsort(s->rows, s->n, s->size, s->compare);
	s->is_sorted = true;
}

static void end_run(struct tt_sorter *s)
{
	if (s->n == 0)
		return;
	sort(s);
	const struct tt_slice rows = { s->rows, s->n * s->size };
	const uint64_t off = tt_spool_add(s->spool, rows);

	*tt_vec_push(&s->arena, &s->runs) =
		(struct run){ off, s->n, NULL, 0, 0 };
	s->n = 0;
}

void tt_sorter_add(struct tt_sorter *s, const void *row)
{
	if (s->n == s->most)
		end_run(s);
	if (s->n == s->cap) {
		s->cap = s->cap ? s->cap * 2 : 64;
		s->cap = s->cap < s->most ? s->cap : s->most;
		s->rows = tt_realloc(s->rows, tt_mul_size(s->cap, s->size));
	}
	memcpy(s->rows + s->n++ * s->size, row, s->size);
	s->n_all++;
	s->is_sorted = false;
}

/* ---- out ---- */

/* Of each run that are read at a time: all of them have the memory of one. */
static size_t rows_at_hand(const struct tt_sorter *s)
{
	const size_t n = s->most / s->runs.n;

	return n > LEAST_ROWS ? n : LEAST_ROWS;
}

/* False: it has no more. */
static bool refill(struct tt_sorter *s, struct run *r)
{
	const size_t most = rows_at_hand(s);

	r->n = r->left < most ? (size_t)r->left : most;
	r->at = 0;
	if (r->n == 0 ||
	    !tt_spool_get(s->spool, r->off, r->rows, r->n * s->size))
		return false;
	r->off += r->n * s->size;
	r->left -= r->n;
	return true;
}

static const uint8_t *first_of(const struct tt_sorter *s, const struct run *r)
{
	return r->rows + r->at * s->size;
}

static bool is_less(const struct tt_sorter *s, size_t a, size_t b)
{
	return s->compare(first_of(s, s->heap[a]), first_of(s, s->heap[b])) < 0;
}

static void sink(struct tt_sorter *s, size_t i)
{
	for (;;) {
		size_t least = i;

		for (size_t k = 2 * i + 1; k < 2 * i + 3 && k < s->n_heap; k++)
			if (is_less(s, k, least))
				least = k;
		if (least == i)
			return;
		struct run *const r = s->heap[i];

		s->heap[i] = s->heap[least];
		s->heap[least] = r;
		i = least;
	}
}

/* Memory is free once its rows are a run: the runs are read into it. */
static void begin_runs(struct tt_sorter *s)
{
	end_run(s);
	const size_t rows = rows_at_hand(s) * s->size;

	s->rows = tt_realloc(s->rows, tt_mul_size(rows, s->runs.n));
	s->cap = 0;
	s->reading = tt_malloc(tt_mul_size(s->runs.n, sizeof(*s->reading)));
	s->heap = tt_malloc(tt_mul_size(s->runs.n, sizeof(struct run *)));
	for (size_t i = 0; i < s->runs.n; i++) {
		struct run *const r = &s->reading[i];

		*r = s->runs.v[i];
		r->rows = s->rows + i * rows;
		if (refill(s, r))
			s->heap[s->n_heap++] = r;
	}
	for (size_t i = s->n_heap / 2; i-- > 0;)
		sink(s, i);
}

void tt_sorter_begin(struct tt_sorter *s)
{
	end_reading(s);
	s->at = 0;
	if (s->runs.n)
		begin_runs(s);
	else
		sort(s);
}

bool tt_sorter_next(struct tt_sorter *s, void *row_r)
{
	if (s->runs.n == 0) {
		if (s->at == s->n)
			return false;
		memcpy(row_r, s->rows + s->at++ * s->size, s->size);
		return true;
	}
	if (s->n_heap == 0)
		return false;
	struct run *const r = s->heap[0];

	memcpy(row_r, first_of(s, r), s->size);
	if (++r->at == r->n && !refill(s, r))
		s->heap[0] = s->heap[--s->n_heap];
	sink(s, 0);
	return true;
}
