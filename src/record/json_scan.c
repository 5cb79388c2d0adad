/* json_scan.c - where a JSON value ends, sixty-four bytes at a time
 *
 * A block becomes four masks (quotes, backslashes, brackets, line ends), by
 * which machine ever; what follows from them is the same code for all, after
 * Langdale and Lemire's simdjson: backslashes that count are found by adding,
 * the inside of strings by a running exclusive or.  Only brackets outside of
 * strings are looked at one by one. */
#include <string.h>

#include <tlstrail/util/cpu.h>

#include "json.h"

#define BLOCK ((size_t)64)

struct masks {
	uint64_t quote, back, bracket, line_end;
};

/* Which bytes a backslash stands before; *carry: the next block's first. */
static inline uint64_t escaped(uint64_t back, uint64_t *carry)
{
	const uint64_t even = UINT64_C(0x5555555555555555);
	uint64_t on_even;

	back &= ~*carry;
	const uint64_t follows = back << 1 | *carry;
	const uint64_t odd_starts = back & ~even & ~follows;

	*carry = __builtin_add_overflow(odd_starts, back, &on_even);
	return (even ^ (on_even << 1)) & follows;
}

/* Bit i: how many of bits 0 to i are set, modulo 2. */
static inline uint64_t running_xor(uint64_t x)
{
	x ^= x << 1;
	x ^= x << 2;
	x ^= x << 4;
	x ^= x << 8;
	x ^= x << 16;
	x ^= x << 32;
	return x;
}

/* May an object or array begin at p[at]?  At the beginning, behind a bracket
 * that opens, a comma or a colon. */
static bool may_open(const uint8_t *p, size_t at)
{
	size_t i = at;

	while (i && tt_is_space(p[i - 1]))
		i--;
	return i == 0 || p[i - 1] == ',' || p[i - 1] == ':' ||
	       p[i - 1] == '[' || p[i - 1] == '{';
}

static void mark_begin(struct tt_json_marks *marks, unsigned depth, size_t at)
{
	marks->open[depth] = (uint32_t)marks->n;
	if (marks->n < TT_JSON_MARKS)
		marks->v[marks->n].begin = (uint32_t)at;
	marks->n++;
}

static void mark_end(struct tt_json_marks *marks, unsigned depth, size_t end)
{
	const uint32_t i = marks->open[depth];

	if (i >= TT_JSON_MARKS)
		return;
	marks->v[i].length = (uint32_t)end - marks->v[i].begin;
	marks->v[i].next = (uint32_t)marks->n;
}

/* One bracket outside of strings, or a line end inside one. */
static enum tt_json_scan_state take(struct tt_json_scan *scan,
				    const uint8_t *p, size_t at)
{
	const uint8_t c = p[at];
	const bool is_object = (c & 0x20) != 0; /* { } against [ ] */
	const uint64_t level = UINT64_C(1) << (scan->depth & 63);

	scan->pos = at;
	if (c == '{' || c == '[') {
		if (!may_open(p, at))
			return TT_JSON_BROKEN;
		if (scan->depth == TT_MAX_log_depth)
			return TT_JSON_DEEP;
		scan->kinds = is_object ? scan->kinds | level :
					  scan->kinds & ~level;
		if (scan->marks)
			mark_begin(scan->marks, scan->depth, at);
		scan->depth++;
		return TT_JSON_MORE;
	}
	if (c == '\n')
		return TT_JSON_BROKEN;
	scan->depth--;
	if (((scan->kinds >> scan->depth) & 1) != is_object)
		return TT_JSON_BROKEN;
	scan->pos = at + 1;
	if (scan->marks)
		mark_end(scan->marks, scan->depth, at + 1);
	return scan->depth ? TT_JSON_MORE : TT_JSON_WHOLE;
}

static inline enum tt_json_scan_state
step(struct tt_json_scan *scan, const uint8_t *p, size_t at, struct masks m)
{
	uint64_t quote = m.quote;

	if (m.back | scan->escape)
		quote &= ~escaped(m.back, &scan->escape);
	const uint64_t inside = running_xor(quote) ^ scan->string;
	uint64_t look = (m.bracket & ~inside) | (m.line_end & inside);

	scan->string = 0 - (inside >> 63);
	for (; look; look &= look - 1) {
		const enum tt_json_scan_state state =
			take(scan, p, at + (size_t)__builtin_ctzll(look));

		if (state != TT_JSON_MORE)
			return state;
	}
	return TT_JSON_MORE;
}

static struct masks masks_plain(const uint8_t *p)
{
	struct masks m = { 0 };

	for (size_t i = 0; i < BLOCK; i++) {
		const uint64_t bit = UINT64_C(1) << i;
		const uint8_t fold = p[i] | 0x20;

		m.quote |= p[i] == '"' ? bit : 0;
		m.back |= p[i] == '\\' ? bit : 0;
		m.line_end |= p[i] == '\n' ? bit : 0;
		m.bracket |= fold == '{' || fold == '}' ? bit : 0;
	}
	return m;
}

/* What is left over, less than a block: in a copy, so that no byte outside of
 * s is read.  Unless the value ends in it, it is looked at again. */
static enum tt_json_scan_state finish(struct tt_json_scan *scan,
				      struct tt_slice s)
{
	struct tt_json_scan last = *scan;
	uint8_t rest[BLOCK] = { 0 };

	if (s.n == scan->pos)
		return TT_JSON_MORE;
	memcpy(rest, s.p + scan->pos, s.n - scan->pos);
	const struct masks m = masks_plain(rest);

	last.marks = NULL; /* what is looked at again is marked once */
	if (step(&last, s.p, scan->pos, m) == TT_JSON_MORE)
		return TT_JSON_MORE;
	return step(scan, s.p, scan->pos, m);
}

/* The loop, once for each machine. */
#define SCAN(name, attribute, masks_of)                                      \
	attribute static enum tt_json_scan_state name(                       \
		struct tt_json_scan *scan, struct tt_slice s)                \
	{                                                                    \
		enum tt_json_scan_state state;                               \
		size_t at = scan->pos;                                       \
                                                                             \
		for (; s.n - at >= BLOCK; at += BLOCK) {                     \
			state = step(scan, s.p, at, masks_of(s.p + at));     \
			if (state != TT_JSON_MORE)                           \
				return state;                                \
		}                                                            \
		scan->pos = at;                                              \
		return finish(scan, s);                                      \
	}

SCAN(scan_plain, , masks_plain)

#if TT_VECTORS
#include <immintrin.h>

static inline uint64_t bits16(__m128i hit, unsigned at)
{
	return (uint64_t)(unsigned)_mm_movemask_epi8(hit) << at;
}

static inline struct masks masks_sse2(const uint8_t *p)
{
	struct masks m = { 0 };

	for (unsigned i = 0; i < BLOCK; i += 16) {
		const __m128i x = _mm_loadu_si128((const void *)(p + i));
		const __m128i fold = _mm_or_si128(x, _mm_set1_epi8(0x20));

		m.quote |= bits16(_mm_cmpeq_epi8(x, _mm_set1_epi8('"')), i);
		m.back |= bits16(_mm_cmpeq_epi8(x, _mm_set1_epi8('\\')), i);
		m.line_end |= bits16(_mm_cmpeq_epi8(x, _mm_set1_epi8('\n')), i);
		m.bracket |= bits16(
			_mm_or_si128(_mm_cmpeq_epi8(fold, _mm_set1_epi8('{')),
				     _mm_cmpeq_epi8(fold, _mm_set1_epi8('}'))),
			i);
	}
	return m;
}

SCAN(scan_sse2, , masks_sse2)

#define AVX2 __attribute__((target("avx2")))

AVX2 static inline uint64_t bits32(__m256i hit, unsigned at)
{
	return (uint64_t)(unsigned)_mm256_movemask_epi8(hit) << at;
}

AVX2 static inline struct masks masks_avx2(const uint8_t *p)
{
	struct masks m = { 0 };

	for (unsigned i = 0; i < BLOCK; i += 32) {
		const __m256i x = _mm256_loadu_si256((const void *)(p + i));
		const __m256i fold =
			_mm256_or_si256(x, _mm256_set1_epi8(0x20));

		m.quote |=
			bits32(_mm256_cmpeq_epi8(x, _mm256_set1_epi8('"')), i);
		m.back |= bits32(_mm256_cmpeq_epi8(x, _mm256_set1_epi8('\\')),
				 i);
		m.line_end |=
			bits32(_mm256_cmpeq_epi8(x, _mm256_set1_epi8('\n')), i);
		m.bracket |= bits32(
			_mm256_or_si256(
				_mm256_cmpeq_epi8(fold, _mm256_set1_epi8('{')),
				_mm256_cmpeq_epi8(fold,
						  _mm256_set1_epi8('}'))),
			i);
	}
	return m;
}

SCAN(scan_avx2, AVX2, masks_avx2)
#endif

const struct tt_json_variant tt_json_variants[] = {
#if TT_VECTORS
	{ "avx2", scan_avx2, tt_cpu_has_avx2 },
	{ "sse2", scan_sse2, tt_cpu_any },
#endif
	{ "plain", scan_plain, tt_cpu_any },
};
const size_t tt_n_json_variants =
	sizeof(tt_json_variants) / sizeof(tt_json_variants[0]);

enum tt_json_scan_state tt_json_scan(struct tt_json_scan *scan,
				     struct tt_slice s)
{
	const struct tt_json_variant *v = tt_json_variants;

	while (!v->is_there())
		v++;
	return v->scan(scan, s);
}
