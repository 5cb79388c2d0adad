/* slice.c - comparing and searching runs of bytes
 *
 * Everything is linear in the longer operand but tt_slice_ifind(), whose
 * needles are short literals of ours.  Nothing here can fail. */
#define _GNU_SOURCE /* memmem */
#include <string.h>
#include <tlstrail/util/slice.h>

struct tt_slice tt_slice_str(const char *s)
{
	return (struct tt_slice){ (const uint8_t *)s, s ? strlen(s) : 0 };
}

bool tt_slice_same_folded(const uint8_t *a, const uint8_t *b, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (tt_lower(a[i]) != tt_lower(b[i]))
			return false;
	return true;
}

bool tt_slice_iends(struct tt_slice a, struct tt_slice suffix)
{
	return a.n >= suffix.n &&
	       tt_slice_same_folded(a.p + (a.n - suffix.n), suffix.p, suffix.n);
}

int tt_slice_cmp(struct tt_slice a, struct tt_slice b)
{
	const size_t n = a.n < b.n ? a.n : b.n;
	const int c = n ? memcmp(a.p, b.p, n) : 0;

	if (c)
		return c;
	return a.n == b.n ? 0 : a.n < b.n ? -1 : 1;
}

size_t tt_slice_find(struct tt_slice hay, struct tt_slice needle)
{
	if (needle.n == 0)
		return 0;
	if (hay.n < needle.n)
		return SIZE_MAX;
	const uint8_t *at = memmem(hay.p, hay.n, needle.p, needle.n);

	return at ? (size_t)(at - hay.p) : SIZE_MAX;
}

size_t tt_slice_ifind(struct tt_slice hay, struct tt_slice needle)
{
	for (size_t i = 0; i + needle.n <= hay.n; i++)
		if (tt_slice_same_folded(hay.p + i, needle.p, needle.n))
			return i;
	return SIZE_MAX;
}

struct tt_slice tt_slice_trim(struct tt_slice a)
{
	while (a.n && tt_is_space(a.p[0])) {
		a.p++;
		a.n--;
	}
	while (a.n && tt_is_space(a.p[a.n - 1]))
		a.n--;
	return a;
}

int64_t tt_slice_number(struct tt_slice a, int64_t max)
{
	int64_t v = 0;

	if (a.n == 0)
		return -1;
	for (size_t i = 0; i < a.n; i++) {
		const int64_t d = a.p[i] - '0';

		if (!tt_is_digit(a.p[i]) || d > max || v > (max - d) / 10)
			return -1;
		v = v * 10 + d;
	}
	return v;
}
