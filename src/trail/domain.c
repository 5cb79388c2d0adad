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

/* Mail goes round among few domains, and the list takes long to answer. */
#define MEMO_ENTRIES 256
#define MEMO_BYTES 48

struct memo {
	char name[MEMO_BYTES]; /* what follows its NUL is zero */
	bool is_public;
};

/* The name's answer, or the one its place is free for. */
static struct memo *memo_of(const char name[MEMO_BYTES])
{
	static _Thread_local struct memo table[MEMO_ENTRIES];
	uint64_t hash = 0;

	for (size_t i = 0; i < MEMO_BYTES; i += sizeof(hash)) {
		uint64_t word;

		memcpy(&word, name + i, sizeof(word));
		hash = (hash ^ word) * UINT64_C(0x9e3779b97f4a7c15);
	}
	return &table[hash >> 56];
}

static bool ask_list(const char *name)
{
	const psl_ctx_t *const list = psl_builtin();

	return !list || psl_is_public_suffix(list, name);
}

static bool is_public_suffix(const char *name, size_t n)
{
	char key[MEMO_BYTES] = "";

	if (n >= MEMO_BYTES)
		return ask_list(name);
	memcpy(key, name, n);
	struct memo *const m = memo_of(key);

	if (memcmp(m->name, key, MEMO_BYTES) != 0) {
		memcpy(m->name, key, MEMO_BYTES);
		m->is_public = ask_list(name);
	}
	return m->is_public;
}

/* psl_registrable_domain(), which asks of each name from the host upwards,
 * with what was answered before. */
struct tt_slice tt_org_domain(struct tt_arena *arena, struct tt_slice host)
{
	char buf[HOST_MAX + 1];
	const char *org = NULL;

	if (!take_host(tt_text_host(host), buf) || buf[0] == '.' ||
	    ends_in_number(buf) || !psl_builtin())
		return TT_NO_SLICE;
	for (const char *at = buf; at && *at && !is_public_suffix(at, strlen(at));
	     at = strchr(at, '.'), at = at ? at + 1 : NULL)
		org = at;
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
	return !is_public_suffix(buf, a.n - at);
}

void tt_trail_versions(struct tt_out *out)
{
	tt_out_printf(out, "libpsl %s\n", psl_get_version());
}
