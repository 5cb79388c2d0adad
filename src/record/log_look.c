/* log_look.c - where a line ends, and what should not be inside it
 *
 * NULs, which a file has where the machine went down while it was written;
 * and the head of another line, which stands there where two wrote at once or
 * a line end was lost.  A head has a clock: " hh:mm:ss" or "Thh:mm:ss".  Its
 * separators are looked for together with the line's end, thirty-two bytes at
 * a time where the machine can; a line nearly always has one clock and no
 * NUL, and is not looked at again. */
#include <string.h>

#include <tlstrail/util/cpu.h>

#include "lines.h"

/* From the byte before a clock to its colons. */
#define FIRST 3
#define SECOND 6

/* ---- where a line ends ---- */

/* Whether it is odd is left to a closer look. */
static size_t end_plain(struct tt_slice s, bool *is_odd_r)
{
	*is_odd_r = true;
	return tt_slice_chr(s, '\n');
}

#if TT_VECTORS
#include <immintrin.h>

#define AVX2 __attribute__((target("avx2")))
#define BLOCK 32

AVX2 static inline uint32_t are(const uint8_t *p, char c)
{
	const __m256i x = _mm256_loadu_si256((const void *)p);

	return (uint32_t)_mm256_movemask_epi8(
		_mm256_cmpeq_epi8(x, _mm256_set1_epi8(c)));
}

AVX2 static size_t end_avx2(struct tt_slice s, bool *is_odd_r)
{
	uint32_t clocks = 0;
	bool is_odd = false;
	size_t at = 0;

	for (; s.n - at >= BLOCK + SECOND; at += BLOCK) {
		const uint8_t *const p = s.p + at;
		const uint32_t end = are(p, '\n');
		const uint32_t line = end ^ (end - 1); /* all: none here */
		uint32_t found = are(p + FIRST, ':') & are(p + SECOND, ':') &
				 line;

		is_odd |= (are(p, 0) & line) != 0;
		if (found) {
			found &= are(p, ' ') | are(p, 'T');
			is_odd |= (found & (found - 1)) || (found && clocks);
			clocks |= found;
		}
		if (end) {
			*is_odd_r = is_odd;
			return at + (size_t)__builtin_ctz(end);
		}
	}
	const size_t n = end_plain(tt_slice_sub(s, at, s.n), is_odd_r);

	return n == SIZE_MAX ? n : at + n;
}
#endif

const struct tt_line_end_variant tt_line_end_variants[] = {
#if TT_VECTORS
	{ "avx2", end_avx2, tt_cpu_has_avx2 },
#endif
	{ "plain", end_plain, tt_cpu_any },
};
const size_t tt_n_line_end_variants =
	sizeof(tt_line_end_variants) / sizeof(tt_line_end_variants[0]);

tt_line_end_finder *tt_line_end_choose(void)
{
	const struct tt_line_end_variant *v = tt_line_end_variants;

	while (!v->is_there())
		v++;
	return v->find;
}

/* ---- the closer look ---- */

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

/* Is the byte at `at` a clock's first colon? */
static bool is_clock(struct tt_slice s, size_t at)
{
	return at >= FIRST && s.n - at > FIRST + 2 && s.p[at + FIRST] == ':' &&
	       (s.p[at - FIRST] == ' ' || s.p[at - FIRST] == 'T');
}

struct tt_log_look tt_log_look(struct tt_slice text, bool want_head)
{
	struct tt_log_look look = { text.n, text.n };
	const size_t nul = tt_slice_chr(text, 0);

	if (nul != SIZE_MAX)
		look.nul = nul;
	for (size_t at = 0, n; want_head; at++) {
		n = tt_slice_chr(tt_slice_sub(text, at, look.nul - at), ':');
		if (n == SIZE_MAX)
			break;
		at += n;
		const size_t head =
			is_clock(text, at) ? head_of(text, at) : SIZE_MAX;

		if (head == SIZE_MAX)
			continue;
		look.head = head;
		break;
	}
	return look;
}
