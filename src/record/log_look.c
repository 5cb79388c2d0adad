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

/* Where a NUL or a clock may be, from `at` on; both may be missed in the last
 * bytes. */
static size_t skip_plain(struct tt_slice s, size_t at)
{
	for (; s.n - at >= sizeof(lanes) + CLOCK; at += sizeof(lanes)) {
		const lanes x = load(s.p + at), y = load(s.p + at + CLOCK);

		if (is_any((lanes)((x == ':') & (y == ':')) |
			   (lanes)(x == 0)))
			break;
	}
	return at;
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

		if (before[i] > at || (i > 1 && s.p[from] != '<'))
			continue;
		if (tt_log_unwrap(tt_slice_sub(s, from, s.n), &l) &&
		    tt_log_is_syslog(&l))
			return from;
	}
	return SIZE_MAX;
}

/* Is the byte at `at` the first colon of "hh:mm:ss"? */
static bool is_clock(struct tt_slice s, size_t at, size_t from)
{
	return s.p[at] == ':' && at >= from + 2 && s.n - at > CLOCK + 2 &&
	       s.p[at + CLOCK] == ':' && tt_is_digit(s.p[at - 1]) &&
	       tt_is_digit(s.p[at + 1]);
}

struct tt_log_look tt_log_look(struct tt_slice s, size_t from)
{
	struct tt_log_look look = { s.n, s.n };
	size_t at = 0;

	for (;;) {
		at = skip_plain(s, at);
		const size_t block = s.n - at >= sizeof(lanes) + CLOCK ?
					     sizeof(lanes) :
					     s.n - at;

		if (block == 0)
			return look;
		for (const size_t end = at + block; at < end; at++) {
			if (s.p[at] == 0) {
				look.nul = at;
				return look;
			}
			if (look.head < s.n || !is_clock(s, at, from))
				continue;
			const size_t head = head_of(s, at);

			if (head != SIZE_MAX && head > from)
				look.head = head;
		}
	}
}
