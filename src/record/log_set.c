/* log_set.c - files that are one log, rotated
 *
 * By their names: logrotate's numbers and dates, before an extension too
 * (mail.1.log), newsyslog's and exicyclog's numbers, compressed or not.  By
 * the times of their first lines where all of a set have a year: whoever
 * copied them may have named them anew. */
#include <stdlib.h>

#include "lines.h"

enum age {
	DATED,	  /* rank: the date; the smaller the older */
	NUMBERED, /* rank: the greater the older */
	LIVE,
};

/* The name without what rotation put into it is stem and ext together. */
struct name {
	struct tt_slice stem, ext; /* stem: with the directory */
	enum age age;
	uint64_t rank;
	struct tt_log_file file;
	bool has_times; /* all of the set have, and of one kind */
};

/* ---- names ---- */

static size_t digits_before(struct tt_slice s)
{
	size_t n = 0;

	while (n < s.n && tt_is_digit(s.p[s.n - n - 1]))
		n++;
	return n;
}

static struct tt_slice less(struct tt_slice s, size_t n)
{
	return tt_slice_sub(s, 0, s.n - n);
}

/* "YYYYMMDD" and hours, minutes, seconds behind it, for comparing. */
static uint64_t date_rank(struct tt_slice digits)
{
	uint64_t rank = (uint64_t)tt_slice_number(digits, INT64_MAX);

	for (size_t n = digits.n; n < 14; n++)
		rank *= 10;
	return rank;
}

static bool is_century(struct tt_slice digits)
{
	return tt_slice_istarts(digits, TT_S("20")) ||
	       tt_slice_istarts(digits, TT_S("19"));
}

/* "-2026-11-21" at the end; returns its length. */
static size_t dashed_date(struct tt_slice s, uint64_t *rank_r)
{
	const struct tt_slice d = tt_slice_sub(s, s.n < 10 ? s.n : s.n - 10,
					       10);
	uint8_t digits[8];

	if (s.n < 11 || d.p[4] != '-' || d.p[7] != '-' || !is_century(d))
		return 0;
	memcpy(digits, d.p, 4);
	memcpy(digits + 4, d.p + 5, 2);
	memcpy(digits + 6, d.p + 8, 2);
	const struct tt_slice all = { digits, sizeof(digits) };

	if (tt_slice_number(all, INT64_MAX) < 0)
		return 0;
	*rank_r = date_rank(all);
	return 11;
}

/* What rotation put at the end of s is taken off; false: nothing. */
static bool take_mark(struct tt_slice *s, struct name *name)
{
	size_t n = dashed_date(*s, &name->rank);

	if (n) {
		name->age = DATED;
		*s = less(*s, n);
		return true;
	}
	n = digits_before(*s);
	const struct tt_slice digits = tt_slice_sub(*s, s->n - n, n);
	const uint8_t before = n && n + 1 < s->n ? s->p[s->n - n - 1] : 0;

	if (n >= 8 && n <= 14 && (before == '-' || before == '.' ||
				  before == '_')) {
		/* else seconds since the epoch */
		name->rank = is_century(digits) && n % 2 == 0 ?
				     date_rank(digits) :
				     (uint64_t)tt_slice_number(digits,
							       INT64_MAX);
		name->age = DATED;
	} else if (n && n <= 4 && before == '.') {
		name->rank = (uint64_t)tt_slice_number(digits, INT64_MAX);
		name->age = NUMBERED;
	} else {
		return false;
	}
	*s = less(*s, n + 1);
	return true;
}

static struct tt_slice without_packing(struct tt_slice s)
{
	static const char *const packings[] = { ".gz",	".bz2", ".xz",
						".zst", ".lz4", ".Z" };

	for (size_t i = 0; i < sizeof(packings) / sizeof(packings[0]); i++) {
		const struct tt_slice p = tt_slice_str(packings[i]);

		if (tt_slice_iends(s, p))
			return less(s, p.n);
	}
	return s;
}

/* ".log" at the end; returns its length. */
static size_t extension(struct tt_slice s)
{
	size_t n = 0;

	while (n < s.n && n < 6 && tt_is_alpha(s.p[s.n - n - 1]))
		n++;
	return n && n + 1 < s.n && s.p[s.n - n - 1] == '.' ? n + 1 : 0;
}

static void read_name(struct name *name)
{
	const struct tt_slice all = without_packing(name->file.path);
	struct tt_slice s = all;

	name->age = LIVE;
	name->ext = TT_NO_SLICE;
	if (!take_mark(&s, name)) {
		const size_t n = extension(s);
		struct tt_slice before = less(s, n);

		if (n && take_mark(&before, name)) {
			name->ext = tt_slice_sub(s, s.n - n, n);
			s = before;
		}
	}
	name->stem = s;
}

/* ---- order ---- */

/* By stem and ext as if they were one. */
static int compare_stems(const struct name *a, const struct name *b)
{
	const size_t n_a = a->stem.n + a->ext.n, n_b = b->stem.n + b->ext.n;

	for (size_t i = 0; i < n_a && i < n_b; i++) {
		const uint8_t x = i < a->stem.n ? a->stem.p[i] :
						  a->ext.p[i - a->stem.n];
		const uint8_t y = i < b->stem.n ? b->stem.p[i] :
						  b->ext.p[i - b->stem.n];

		if (x != y)
			return x < y ? -1 : 1;
	}
	return (n_a > n_b) - (n_a < n_b);
}

static int compare_given(const struct name *a, const struct name *b)
{
	return (a->file.given > b->file.given) -
	       (a->file.given < b->file.given);
}

static int compare_ages(const struct name *a, const struct name *b)
{
	if (a->age != b->age)
		return a->age < b->age ? -1 : 1;
	if (a->rank != b->rank && a->age != LIVE)
		return (a->rank < b->rank) == (a->age == DATED) ? -1 : 1;
	return compare_given(a, b);
}

static int by_stem(const void *va, const void *vb)
{
	const struct name *const a = va, *const b = vb;
	const int c = compare_stems(a, b);

	return c ? c : compare_ages(a, b);
}

static int by_set(const void *va, const void *vb)
{
	const struct name *const a = va, *const b = vb;

	if (a->file.set != b->file.set)
		return a->file.set < b->file.set ? -1 : 1;
	if (a->has_times && a->file.time_us != b->file.time_us)
		return a->file.time_us < b->file.time_us ? -1 : 1;
	return compare_ages(a, b);
}

/* names[0 .. n) are one set, oldest first by name. */
static void make_set(struct name *names, size_t n)
{
	bool has_times = names[0].file.time >= TT_LOG_LOCAL;
	size_t set = names[0].file.given;

	for (size_t i = 1; i < n; i++) {
		has_times &= names[i].file.time == names[0].file.time;
		if (names[i].file.given < set)
			set = names[i].file.given;
	}
	for (size_t i = 0; i < n; i++) {
		names[i].has_times = has_times;
		names[i].file.set = set;
	}
}

void tt_log_files_sort(struct tt_log_file *files, size_t n)
{
	struct name *names = tt_malloc(tt_mul_size(n + 1, sizeof(*names)));
	size_t first = 0;

	for (size_t i = 0; i < n; i++) {
		names[i].file = files[i];
		read_name(&names[i]);
	}
	qsort(names, n, sizeof(*names), by_stem);
	for (size_t i = 1; i <= n; i++) {
		if (i < n && compare_stems(&names[first], &names[i]) == 0)
			continue;
		make_set(names + first, i - first);
		first = i;
	}
	qsort(names, n, sizeof(*names), by_set);
	for (size_t i = 0; i < n; i++)
		files[i] = names[i].file;
	tt_free(&names);
}
