/* text.c - words of a slot and parts of a host name
 *
 * Reads each byte once.  Comments are skipped as RFC 5322, 3.2.2 nests them,
 * with quoted pairs; one that does not end swallows the rest of the slot, as
 * the slot is no longer than its clause. */
#include "work.h"

/* Past the comment that begins at p. */
static const uint8_t *skip_comment(const uint8_t *p, const uint8_t *end)
{
	size_t depth = 0;

	while (p < end) {
		const uint8_t c = *p++;

		if (c == '\\' && p < end)
			p++;
		else if (c == '(')
			depth++;
		else if (c == ')' && --depth == 0)
			break;
	}
	return p;
}

/* Is nothing to be changed in eight bytes, each with the one behind it?  No
 * comment begins, no byte is a control, as most space is, and no two are
 * spaces.  The terms have a high bit in a byte that is small, is a parenthesis,
 * and begins such a pair. */
static bool are_plain(uint64_t x, uint64_t behind)
{
	const uint64_t ones = UINT64_C(0x0101010101010101);
	const uint64_t open = x ^ ones * '(';
	const uint64_t pair = (x ^ ones * ' ') | (behind ^ ones * ' ');
	const uint64_t bad = ((x - ones * ' ') & ~x) | ((open - ones) & ~open) |
			     ((pair - ones) & ~pair);

	return (bad & ones * 0x80) == 0;
}

static bool are_plain_at(const uint8_t *p)
{
	uint64_t x, behind;

	memcpy(&x, p, sizeof(x));
	memcpy(&behind, p + 1, sizeof(behind));
	return are_plain(x, behind);
}

/* The same of s, of five to nine bytes, but for the last: by two halves that
 * may overlap. */
static bool is_plain_short(struct tt_slice s)
{
	uint32_t x[2], behind[2];
	uint64_t all, all_behind;

	memcpy(&x[0], s.p, 4);
	memcpy(&x[1], s.p + s.n - 5, 4);
	memcpy(&behind[0], s.p + 1, 4);
	memcpy(&behind[1], s.p + s.n - 4, 4);
	memcpy(&all, x, sizeof(all));
	memcpy(&all_behind, behind, sizeof(all_behind));
	return are_plain(all, all_behind);
}

/* Most slots are: nothing has to be copied then.  They are trimmed: a byte
 * follows each space, and the last is looked at alone. */
static bool is_plain(struct tt_slice s)
{
	const size_t step = sizeof(uint64_t);

	if (s.p[s.n - 1] == '(')
		return false;
	if (s.n > step) {
		for (size_t i = 0; s.n - i > step; i += step)
			if (!are_plain_at(s.p + i))
				return false;
		return are_plain_at(s.p + (s.n - 1 - step));
	}
	if (s.n > 4)
		return is_plain_short(s);
	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] == '(' || tt_is_space(s.p[i]))
			return false;
	return true;
}

static struct tt_slice copy_words(struct tt_arena *arena, struct tt_slice s)
{
	uint8_t *const buf = tt_arena_alloc(arena, s.n);
	const uint8_t *p = s.p;
	const uint8_t *const end = s.p + s.n;
	size_t n = 0;
	bool has_gap = false;

	while (p < end) {
		if (*p == '(' || tt_is_space(*p)) {
			p = *p == '(' ? skip_comment(p, end) : p + 1;
			has_gap = true;
			continue;
		}
		/* A gap stands for at least one byte left out, so n never
		 * passes s.n. */
		if (has_gap && n > 0)
			buf[n++] = ' ';
		has_gap = false;
		buf[n++] = *p++;
	}
	return n > 0 ? (struct tt_slice){ buf, n } : TT_NO_SLICE;
}

struct tt_slice tt_text_words(struct tt_arena *arena, struct tt_slice s)
{
	const struct tt_slice t = tt_slice_trim(s);

	if (t.n == 0)
		return TT_NO_SLICE;
	return is_plain(t) ? t : copy_words(arena, t);
}

struct tt_slice tt_text_first(struct tt_slice s)
{
	return tt_slice_sub(s, 0, tt_slice_chr(s, ' '));
}

struct tt_slice tt_text_host(struct tt_slice s)
{
	struct tt_slice t = tt_slice_trim(s);

	while (t.n > 0 && t.p[t.n - 1] == '.')
		t.n--;
	return t.n > 0 ? t : TT_NO_SLICE;
}

bool tt_host_is_under(struct tt_slice name, struct tt_slice domain)
{
	if (domain.n == 0 || !tt_slice_iends(name, domain))
		return false;
	/* myexample.org is not below example.org */
	return name.n == domain.n || name.p[name.n - domain.n - 1] == '.';
}

bool tt_text_ip(struct tt_slice s, struct tt_ip *ip_r)
{
	return s.n > 0 && tt_ip_parse(s, ip_r);
}

bool tt_host_is_name(struct tt_slice s)
{
	struct tt_ip ip;

	/* A bracket begins a literal even where the address in it is
	 * unreadable. */
	return s.n > 0 && s.p[0] != '[' && !tt_text_ip(s, &ip);
}

bool tt_host_is_same(struct tt_slice a, struct tt_slice b)
{
	if (a.n == 0 || b.n == 0)
		return false;
	if (tt_slice_ieq(a, b))
		return true;

	const bool is_short = tt_slice_chr(a, '.') == SIZE_MAX ||
			      tt_slice_chr(b, '.') == SIZE_MAX;

	return is_short && tt_host_is_name(a) && tt_host_is_name(b) &&
	       tt_slice_ieq(tt_host_label(a), tt_host_label(b));
}

struct tt_slice tt_text_lower(struct tt_arena *arena, struct tt_slice s)
{
	if (s.n == 0)
		return TT_NO_SLICE;

	uint8_t *const buf = tt_arena_alloc(arena, s.n);

	for (size_t i = 0; i < s.n; i++)
		buf[i] = tt_lower(s.p[i]);
	return (struct tt_slice){ buf, s.n };
}
