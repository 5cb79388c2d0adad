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
#define MEMO_BITS 12
#define MEMO_ENTRIES (1 << MEMO_BITS)
#define MEMO_BYTES 48

struct memo {
	char name[MEMO_BYTES]; /* what follows its end is zero */
	size_t n;	       /* 0: none yet */
	bool holds;
};

/* The name's answer, or the one its place is free for. */
static struct memo *memo_of(struct memo table[MEMO_ENTRIES],
			    const char name[MEMO_BYTES])
{
	uint64_t hash = 0;

	for (size_t i = 0; i < MEMO_BYTES; i += sizeof(hash)) {
		uint64_t word;

		memcpy(&word, name + i, sizeof(word));
		hash = (hash ^ word) * UINT64_C(0x9e3779b97f4a7c15);
	}
	return &table[hash >> (64 - MEMO_BITS)];
}

/* What `ask` says of the name, or said before of the same bytes. */
static bool remember(struct memo table[MEMO_ENTRIES], struct tt_slice name,
		     bool (*ask)(struct tt_slice name))
{
	char key[MEMO_BYTES] = "";

	if (name.n == 0 || name.n > MEMO_BYTES)
		return ask(name);
	memcpy(key, name.p, name.n);
	struct memo *const m = memo_of(table, key);

	if (m->n != name.n || memcmp(m->name, key, MEMO_BYTES) != 0) {
		memcpy(m->name, key, MEMO_BYTES);
		m->n = name.n;
		m->holds = ask(name);
	}
	return m->holds;
}

/* Of a lower-case name with a NUL behind it. */
static bool ask_list(struct tt_slice name)
{
	const psl_ctx_t *const list = psl_builtin();

	return !list || psl_is_public_suffix(list, (const char *)name.p);
}

static bool is_public_suffix(const char *name)
{
	static _Thread_local struct memo table[MEMO_ENTRIES];

	return remember(table, tt_slice_str(name), ask_list);
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
	for (const char *at = buf; at && *at && !is_public_suffix(at);
	     at = strchr(at, '.'), at = at ? at + 1 : NULL)
		org = at;
	return org ? tt_arena_dup(arena, tt_slice_str(org)) : TT_NO_SLICE;
}

/* How many bytes both end in, ASCII case folded. */
static size_t common_end(struct tt_slice a, struct tt_slice b)
{
	const size_t most = a.n < b.n ? a.n : b.n;
	size_t n = 0;

	/* Mostly they are spelled the same. */
	for (uint64_t x, y; most - n >= sizeof(x); n += sizeof(x)) {
		memcpy(&x, a.p + (a.n - n - sizeof(x)), sizeof(x));
		memcpy(&y, b.p + (b.n - n - sizeof(y)), sizeof(y));
		if (x != y)
			break;
	}
	while (n < most && tt_lower(a.p[a.n - 1 - n]) ==
				   tt_lower(b.p[b.n - 1 - n]))
		n++;
	return n;
}

/* The labels that both names end in. */
static struct tt_slice common_labels(struct tt_slice a, struct tt_slice b)
{
	const size_t n = common_end(a, b), i = a.n - n, k = b.n - n;
	const struct tt_slice end = tt_slice_sub(a, i, n);
	const size_t dot = tt_slice_chr(end, '.');

	/* All of it, if a label begins there in both. */
	if ((i == 0 || a.p[i - 1] == '.') && (k == 0 || b.p[k - 1] == '.'))
		return end;
	return dot == SIZE_MAX ? TT_NO_SLICE : tt_slice_sub(end, dot + 1, n);
}

/* More than a public suffix? */
static bool is_domain(struct tt_slice name)
{
	char buf[HOST_MAX + 1];

	return take_host(name, buf) && !ends_in_number(buf) &&
	       !is_public_suffix(buf);
}

/* They do where what both end in is: one question to the list, about a short
 * name, in place of two. */
bool tt_host_shares_domain(struct tt_slice a, struct tt_slice b)
{
	static _Thread_local struct memo table[MEMO_ENTRIES];

	return remember(table, common_labels(tt_text_host(a), tt_text_host(b)),
			is_domain);
}

void tt_trail_versions(struct tt_out *out)
{
	tt_out_printf(out, "libpsl %s\n", psl_get_version());
}
