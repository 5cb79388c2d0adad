/* domain.c - organisational domain of a host (libpsl, built-in list)
 *
 * The whole Public Suffix List is used, its private part too: two customers
 * of one hosting service are two organisations.  Names longer than RFC 1035
 * allows, with bytes no host name has, literals and public suffixes have no
 * organisational domain (n 0). */
#include <libpsl.h>
#include <string.h>
#include "work.h"

#define HOST_MAX 253 /* RFC 1035, 2.3.4, as text without the last dot */

static bool is_host_byte(uint8_t c)
{
	return tt_is_alpha(c) || tt_is_digit(c) || c == '-' || c == '.' ||
	       c == '_' || c >= 0x80;
}

/* Lower case and NUL-terminated; false: not a host name of two labels. */
static bool take_host(struct tt_slice host, char buf[HOST_MAX + 1])
{
	bool has_dot = false;

	if (host.n == 0 || host.n > HOST_MAX)
		return false;
	for (size_t i = 0; i < host.n; i++) {
		if (!is_host_byte(host.p[i]))
			return false;
		has_dot |= host.p[i] == '.';
		buf[i] = (char)tt_lower(host.p[i]);
	}
	buf[host.n] = '\0';
	return has_dot;
}

/* No top-level domain is a number (RFC 3696, 2): 10.1.2.3, 10.1.2. */
static bool ends_in_number(const char *name)
{
	const struct tt_slice last = tt_slice_str(strrchr(name, '.') + 1);

	return tt_slice_number(last, INT32_MAX) >= 0;
}

struct tt_slice tt_org_domain(struct tt_arena *arena, struct tt_slice host)
{
	char buf[HOST_MAX + 1];

	if (!take_host(tt_text_host(host), buf) || ends_in_number(buf))
		return TT_NO_SLICE;

	const psl_ctx_t *const list = psl_builtin();
	const char *const org =
		list ? psl_registrable_domain(list, buf) : NULL;

	return org ? tt_arena_dup(arena, tt_slice_str(org)) : TT_NO_SLICE;
}

/* Where the labels that both names end in begin in `a`; a.n where none. */
static size_t common_labels(struct tt_slice a, struct tt_slice b)
{
	size_t i = a.n, k = b.n, at = a.n;

	while (i && k && tt_lower(a.p[i - 1]) == tt_lower(b.p[k - 1])) {
		i--;
		k--;
		if (a.p[i] == '.')
			at = i + 1;
	}
	/* Up to the beginning of one, at a label's beginning of the other. */
	if ((i == 0 || a.p[i - 1] == '.') && (k == 0 || b.p[k - 1] == '.'))
		at = i;
	return at;
}

/* They do where what both end in is more than a public suffix: one question
 * to the list, about a short name, in place of two. */
bool tt_host_shares_domain(struct tt_slice a, struct tt_slice b)
{
	char buf[HOST_MAX + 1];

	a = tt_text_host(a);
	b = tt_text_host(b);
	const size_t at = common_labels(a, b);

	if (!take_host(tt_slice_sub(a, at, a.n), buf) || ends_in_number(buf))
		return false;
	const psl_ctx_t *const list = psl_builtin();

	return list && !psl_is_public_suffix(list, buf);
}

void tt_trail_versions(struct tt_out *out)
{
	tt_out_printf(out, "libpsl %s\n", psl_get_version());
}
