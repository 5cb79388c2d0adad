/* spelled.c - names that spell an address: 203-0-113-9.dsl.example.net
 *
 * A name generated from the address says that a line exists, not that a mail
 * server of that domain does; anyone who rents the line has it verified.
 * Forms tried: the four octets in decimal (plain or padded to three digits)
 * or the address in hex, in order or reversed, separated by '-', '.', '_' or
 * nothing.  Linear in the name for each of the few forms. */
#include "work.h"

static bool is_digit10(uint8_t c)
{
	return tt_is_digit(c);
}

static bool is_digit16(uint8_t c)
{
	return tt_hex(c) >= 0;
}

/* Is `form` in the name, and not within a longer run of digits? */
static bool has_form(struct tt_slice name, struct tt_slice form,
		     bool (*is_digit)(uint8_t))
{
	size_t from = 0;

	for (;;) {
		const struct tt_slice rest = tt_slice_sub(name, from, name.n);
		const size_t at = tt_slice_ifind(rest, form);

		if (at == SIZE_MAX)
			return false;

		const size_t start = from + at, end = start + form.n;

		if ((start == 0 || !is_digit(name.p[start - 1])) &&
		    (end == name.n || !is_digit(name.p[end])))
			return true;
		from = start + 1;
	}
}

/* Decimal, padded to three digits or not; how many there are. */
static size_t put_octet(uint8_t to[3], unsigned v, bool is_padded)
{
	size_t n = 0;

	if (is_padded || v > 99)
		to[n++] = (uint8_t)('0' + v / 100);
	if (is_padded || v > 9)
		to[n++] = (uint8_t)('0' + v / 10 % 10);
	to[n++] = (uint8_t)('0' + v % 10);
	return n;
}

static bool has_octets(struct tt_slice name, const uint8_t o[4], uint8_t sep,
		       bool is_padded)
{
	uint8_t form[4 * 3 + 3];
	size_t n = 0;

	for (size_t i = 0; i < 4; i++) {
		if (i && sep)
			form[n++] = sep;
		n += put_octet(form + n, o[i], is_padded);
	}
	return has_form(name, (struct tt_slice){ form, n }, is_digit10);
}

/* Most names have fewer than the four digits of the shortest form. */
static bool has_four_digits(struct tt_slice name)
{
	size_t n = 0;

	for (size_t i = 0; i < name.n; i++)
		n += tt_is_digit(name.p[i]);
	return n >= 4;
}

static bool spells_decimal(struct tt_slice name, const uint8_t a[4])
{
	static const uint8_t seps[] = { '-', '.', '_', 0 };
	const uint8_t back[4] = { a[3], a[2], a[1], a[0] };

	if (!has_four_digits(name))
		return false;
	for (size_t i = 0; i < sizeof(seps); i++)
		for (int is_padded = 0; is_padded <= 1; is_padded++)
			if (has_octets(name, a, seps[i], is_padded) ||
			    has_octets(name, back, seps[i], is_padded))
				return true;
	return false;
}

/* The first 253 bytes (RFC 1035: no longer name) without separators. */
static struct tt_slice squeeze(struct tt_slice name, uint8_t buf[253])
{
	size_t n = 0;

	for (size_t i = 0; i < name.n && n < 253; i++)
		if (name.p[i] != '-' && name.p[i] != '.' &&
		    name.p[i] != '_')
			buf[n++] = name.p[i];
	return (struct tt_slice){ buf, n };
}

static bool spells_hex(struct tt_slice name, const uint8_t *a, size_t bytes)
{
	static const char hex[] = "0123456789abcdef";
	uint8_t forms[3][32], buf[253];
	const struct tt_slice tight = squeeze(name, buf);
	const size_t n = 2 * bytes;

	for (size_t i = 0; i < bytes; i++) {
		const uint8_t hi = (uint8_t)hex[a[i] >> 4];
		const uint8_t lo = (uint8_t)hex[a[i] & 15];
		const size_t back = bytes - 1 - i;

		forms[0][2 * i] = forms[1][2 * back] = hi;
		forms[0][2 * i + 1] = forms[1][2 * back + 1] = lo;
		/* nibble by nibble, as under ip6.arpa */
		forms[2][n - 1 - 2 * i] = hi;
		forms[2][n - 2 - 2 * i] = lo;
	}
	for (size_t f = 0; f < 3; f++) {
		const struct tt_slice form = { forms[f], n };

		/* 32 digits in a row need no boundary to be told. */
		if (has_form(name, form, is_digit16) ||
		    (bytes > 4 && tt_slice_ifind(tight, form) != SIZE_MAX))
			return true;
	}
	return false;
}

/* 2001-db8--25: the text of the address with '-' for ':'. */
static bool spells_groups(struct tt_arena *arena, struct tt_slice name,
			  const struct tt_ip *ip)
{
	const struct tt_slice text = tt_ip_text(arena, ip);
	uint8_t *const form = tt_arena_alloc(arena, text.n);

	for (size_t i = 0; i < text.n; i++)
		form[i] = text.p[i] == ':' ? '-' : text.p[i];
	return has_form(name, (struct tt_slice){ form, text.n }, is_digit16);
}

bool tt_host_spells(struct tt_arena *arena, struct tt_slice name,
		    const struct tt_ip *ip)
{
	if (!ip->is_set || name.n == 0)
		return false;
	if (ip->is_v6)
		return spells_hex(name, ip->a, 16) ||
		       spells_groups(arena, name, ip);
	return spells_decimal(name, ip->a) || spells_hex(name, ip->a, 4);
}
