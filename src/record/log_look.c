/* log_look.c - what should not be inside a line
 *
 * NULs, which a file has where the machine went down while it was written;
 * and the head of another line, which stands there where two wrote at once or
 * a line end was lost.  A head has a clock: two colons, three bytes apart,
 * are looked for sixteen bytes at a time on any machine, and nearly no line
 * has them. */
#include <string.h>

#include "lines.h"

typedef uint8_t lanes __attribute__((vector_size(16)));
typedef uint64_t halves __attribute__((vector_size(16)));

#define CLOCK 3 /* from one colon to the next */

static lanes load(const uint8_t *p)
{
	lanes x;

	memcpy(&x, p, sizeof(x));
	return x;
}

static bool is_any(lanes hit)
{
	const halves h = (halves)hit;

	return (h[0] | h[1]) != 0;
}

/* Is there a NUL or a clock in the sixteen bytes at p?  CLOCK more are
 * read. */
static bool may_be_in(const uint8_t *p)
{
	const lanes x = load(p), y = load(p + CLOCK);

	return is_any((lanes)((x == ':') & (y == ':')) | (lanes)(x == 0));
}

/* Nearly all texts are clean: the last block overlaps the one before. */
static bool is_clean(struct tt_slice s)
{
	const size_t block = sizeof(lanes), n = block + CLOCK;
	size_t at = 0;

	if (s.n < n)
		return false;
	for (; s.n - at >= n; at += block)
		if (may_be_in(s.p + at))
			return false;
	return !may_be_in(s.p + s.n - n) && s.p[s.n - 1] && s.p[s.n - 2] &&
	       s.p[s.n - 3];
}

/* The head that has its clock's first colon at `at` begins here: SIZE_MAX
 * where it is none that a logger writes. */
static size_t head_of(struct tt_slice s, size_t at)
{
	/* "Nov 21 17", "2026-11-21T17", and that behind "<22>1 " */
	static const size_t before[] = { 9, 13, 17, 18, 19, 20 };
	struct tt_log_line l;

	for (size_t i = 0; i < sizeof(before) / sizeof(before[0]); i++) {
		const size_t from = at - before[i];

		if (before[i] >= at || (i > 1 && s.p[from] != '<'))
			continue;
		if (tt_log_unwrap(tt_slice_sub(s, from, s.n), &l) &&
		    tt_log_is_syslog(&l))
			return from;
	}
	return SIZE_MAX;
}

static bool is_clock(struct tt_slice s, size_t at)
{
	return s.n - at > CLOCK + 2 && s.p[at + CLOCK] == ':' && at >= 2 &&
	       tt_is_digit(s.p[at - 1]) && tt_is_digit(s.p[at + 1]);
}

struct tt_log_look tt_log_look(struct tt_slice text, bool want_head)
{
	struct tt_log_look look = { text.n, text.n };
	size_t head;

	if (text.n == 0 || is_clean(text))
		return look;
	const size_t nul = tt_slice_chr(text, 0);

	if (nul != SIZE_MAX)
		look.nul = nul;
	for (size_t at = 0; want_head && at < look.nul; at++) {
		if (text.p[at] != ':' || !is_clock(text, at))
			continue;
		head = head_of(text, at);
		if (head == SIZE_MAX)
			continue;
		look.head = head;
		break;
	}
	return look;
}
