/* sorter.c - more rows than memory holds, in order
 *
 * Full memory is sorted and becomes a run in the spool; the runs are merged as
 * they are read, each by a piece at a time, from a heap of those that have
 * rows left.  Rows in memory stay where they are: their numbers are put in the
 * order of the keys, digit by digit, and those of one key in that of the
 * comparison.  n log n comparisons; memory does not go with the rows. */
#define _GNU_SOURCE /* qsort_r */
#include <stdlib.h>
#include <string.h>
#include <tlstrail/util/arena.h>
#include <tlstrail/util/limits.h>
#include <tlstrail/util/spool.h>

#define LEAST_ROWS 16 /* of a run that are read at a time */
#define DIGIT_BITS 11
#define DIGITS ((64 + DIGIT_BITS - 1) / DIGIT_BITS)
#define DIGIT_VALUES (1U << DIGIT_BITS)

struct run {
	uint64_t off; /* of the rows that were not read yet */
	uint64_t left;
	uint8_t *rows; /* at hand */
	size_t at, n;
};

struct tt_sorter {
	struct tt_spool *spool;
	size_t size; /* of a row */
	uint64_t (*key)(const void *row);
	int (*compare)(const void *a, const void *b);
	uint8_t *rows;
	size_t n, cap, most;
	uint32_t *order; /* of rows; once they are sorted */
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
				uint64_t (*key)(const void *row),
				int (*compare)(const void *a, const void *b))
{
	struct tt_sorter *s = tt_zalloc(sizeof(*s));

	s->spool = spool;
	s->size = row_bytes;
	s->key = key;
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
	tt_free(&(*sorter)->order);
	tt_arena_release(&(*sorter)->arena);
	tt_free(sorter);
}

uint64_t tt_sorter_n(const struct tt_sorter *s)
{
	return s->n_all;
}

/* ---- in ---- */

struct keyed {
	uint64_t key;
	uint32_t row;
};

static unsigned digit_of(uint64_t key, unsigned digit)
{
	return (unsigned)(key >> digit * DIGIT_BITS) & (DIGIT_VALUES - 1);
}

/* One digit; false: all have the same, and nothing was done. */
static bool sort_digit(const struct keyed *from, struct keyed *to, size_t n,
		       unsigned digit)
{
	uint32_t at[DIGIT_VALUES] = { 0 };
	uint32_t before = 0;

	for (size_t i = 0; i < n; i++)
		at[digit_of(from[i].key, digit)]++;
	if (at[digit_of(from[0].key, digit)] == n)
		return false;
	for (size_t i = 0; i < DIGIT_VALUES; i++) {
		const uint32_t here = at[i];

		at[i] = before;
		before += here;
	}
	for (size_t i = 0; i < n; i++)
		to[at[digit_of(from[i].key, digit)]++] = from[i];
	return true;
}

static int compare_rows(const void *x, const void *y, void *ctx)
{
	const struct tt_sorter *const s = ctx;

	return s->compare(s->rows + ((const struct keyed *)x)->row * s->size,
			  s->rows + ((const struct keyed *)y)->row * s->size);
}

static void sort_equals(struct tt_sorter *s, struct keyed *v, size_t n)
{
	for (size_t i = 0, end; i < n; i = end) {
		for (end = i + 1; end < n && v[end].key == v[i].key; end++)
			;
		if (end - i > 1)
			qsort_r(v + i, end - i, sizeof(*v), compare_rows, s);
	}
}

static void sort(struct tt_sorter *s)
{
	struct keyed *v, *other;

	if (s->is_sorted || s->n == 0)
		return;
	v = tt_malloc(tt_mul_size(s->n, sizeof(*v)));
	other = tt_malloc(tt_mul_size(s->n, sizeof(*other)));
	for (size_t i = 0; i < s->n; i++)
		v[i] = (struct keyed){ s->key(s->rows + i * s->size),
				       (uint32_t)i };
	for (unsigned digit = 0; digit < DIGITS; digit++) {
		struct keyed *const last = v;

		if (!sort_digit(v, other, s->n, digit))
			continue;
		v = other;
		other = last;
	}
	sort_equals(s, v, s->n);
	s->order = tt_realloc(s->order, tt_mul_size(s->n, sizeof(*s->order)));
	for (size_t i = 0; i < s->n; i++)
		s->order[i] = v[i].row;
	tt_free(&v);
	tt_free(&other);
	s->is_sorted = true;
}

static const uint8_t *row_at(const struct tt_sorter *s, size_t i)
{
	return s->rows + s->order[i] * s->size;
}

static void end_run(struct tt_sorter *s)
{
	const uint64_t off = tt_spool_size(s->spool);

	if (s->n == 0)
		return;
	sort(s);
	for (size_t i = 0; i < s->n; i++)
		(void)tt_spool_add(s->spool,
				   (struct tt_slice){ row_at(s, i), s->size });
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
	tt_free(&s->order);
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
		memcpy(row_r, row_at(s, s->at++), s->size);
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
