/* ip - addresses as mail writes them
 *
 * IPv4 is four decimal octets without leading zeros (some programs read
 * those as octal); IPv6 is the text of RFC 4291 2.2.  The dress is taken off
 * first: [ ], the tag IPv6: (RFC 5321 4.1.3), a zone index (RFC 4007 11),
 * a port.  The whole slice must be the address; bytes a redactor put into
 * it make it none.  No allocation but for the text form. */
#include <string.h>

#include <tlstrail/message.h>

enum { GROUPS = 8 };

/* ---- text to bytes ---- */

/* 0-255 without leading zeros; stops behind the third digit. */
static bool read_octet(const uint8_t **p, const uint8_t *end, uint8_t *v_r)
{
	const uint8_t *const start = *p;
	unsigned v = 0;

	while (*p < end && tt_is_digit(**p) && *p - start < 3)
		v = v * 10 + *(*p)++ - '0';
	*v_r = (uint8_t)v;
	if (*p == start || v > 255)
		return false;
	return *start != '0' || *p - start == 1;
}

static bool read_v4(struct tt_slice s, uint8_t a_r[4])
{
	/* 0.0.0.0 to 255.255.255.255 */
	if (s.n < 7 || s.n > 15)
		return false;
	const uint8_t *p = s.p;
	const uint8_t *const end = s.p + s.n;

	for (int i = 0; i < 4; i++) {
		if (i > 0 && (p == end || *p++ != '.'))
			return false;
		if (!read_octet(&p, end, &a_r[i]))
			return false;
	}
	return p == end;
}

/* Up to 8 groups, "::" once; `at` counts the bytes written. */
struct v6 {
	uint8_t a[16];
	size_t at;
	size_t gap; /* where :: stood */
	bool has_gap;
};

/* One to four hexadecimal digits were read. */
static bool add_group(struct v6 *v, unsigned value, size_t n_digits)
{
	if (n_digits < 1 || n_digits > 4 || v->at + 2 > sizeof v->a)
		return false;
	v->a[v->at++] = (uint8_t)(value >> 8);
	v->a[v->at++] = (uint8_t)value;
	return true;
}

/* The last part may be an IPv4 address. */
static bool add_v4(struct v6 *v, struct tt_slice s)
{
	if (v->at + 4 > sizeof v->a || !read_v4(s, v->a + v->at))
		return false;
	v->at += 4;
	return true;
}

/* One more than a digit's value; 0: it is none. */
static const uint8_t hex[256] = {
	['0'] = 1,  ['1'] = 2,	['2'] = 3,  ['3'] = 4,	['4'] = 5,  ['5'] = 6,
	['6'] = 7,  ['7'] = 8,	['8'] = 9,  ['9'] = 10, ['a'] = 11, ['b'] = 12,
	['c'] = 13, ['d'] = 14, ['e'] = 15, ['f'] = 16, ['A'] = 11, ['B'] = 12,
	['C'] = 13, ['D'] = 14, ['E'] = 15, ['F'] = 16,
};

/* "::" at p */
static bool is_gap(const uint8_t *p, const uint8_t *end)
{
	return end - p > 1 && p[0] == ':' && p[1] == ':';
}

/* Groups parted by single colons, and "::" for the zeros between.  One pass:
 * each stamp of some senders is asked for four such addresses. */
static bool read_groups(struct v6 *v, struct tt_slice s)
{
	const uint8_t *p = s.p;
	const uint8_t *const end = s.p + s.n;

	while (p < end) {
		if (is_gap(p, end)) {
			if (v->has_gap)
				return false;
			v->has_gap = true;
			v->gap = v->at;
			p += 2;
			continue;
		}
		if (v->at > 0 && !(v->has_gap && v->gap == v->at) &&
		    *p++ != ':')
			return false;
		const uint8_t *const start = p;
		unsigned value = 0;

		for (int digit; p < end && (digit = hex[*p] - 1) >= 0; p++)
			value = value << 4 | (unsigned)digit;
		const size_t n = (size_t)(p - start);

		if (p < end && *p == '.')
			return add_v4(v, tt_slice_from(start, end));
		if (!add_group(v, value, n) || (p < end && *p != ':'))
			return false;
		if (p == end)
			return true;
	}
	return v->has_gap;
}

static bool read_v6(struct tt_slice s, uint8_t a_r[16])
{
	struct v6 v = { .at = 0 };

	/* longest: ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255 */
	if (s.n < 2 || s.n > 45 || !read_groups(&v, s))
		return false;
	const size_t missing = sizeof v.a - v.at;

	/* "::" stands for one group at least */
	if (v.has_gap ? missing < 2 : missing > 0)
		return false;
	memset(a_r, 0, 16);
	if (!v.has_gap) {
		memcpy(a_r, v.a, 16);
		return true;
	}
	memcpy(a_r, v.a, v.gap);
	memcpy(a_r + v.gap + missing, v.a + v.gap, v.at - v.gap);
	return true;
}

/* RFC 4291 2.5.5.2: what a dual-stack socket reports for an IPv4 peer */
static const uint8_t mapped[12] = { [10] = 0xff, [11] = 0xff };

static bool is_mapped(const uint8_t a[16])
{
	return memcmp(a, mapped, sizeof mapped) == 0;
}

/* Bare text, and nothing set where it is no address. */
static bool read_bare_v4(struct tt_slice s, struct tt_ip *ip_r)
{
	uint8_t a[4];

	if (!read_v4(s, a))
		return false;
	*ip_r = (struct tt_ip){ .is_set = true };
	memcpy(ip_r->a, a, sizeof a);
	return true;
}

/* *was_mapped_r: it was IPv4 in an IPv6 coat. */
static bool read_bare_v6(struct tt_slice s, struct tt_ip *ip_r,
			 bool *was_mapped_r)
{
	uint8_t a[16];

	*was_mapped_r = false;
	if (!read_v6(s, a))
		return false;
	*was_mapped_r = is_mapped(a);
	*ip_r = (struct tt_ip){ .is_set = true, .is_v6 = !*was_mapped_r };
	if (*was_mapped_r)
		memcpy(ip_r->a, a + 12, 4);
	else
		memcpy(ip_r->a, a, 16);
	return true;
}

static bool read_bare(struct tt_slice s, struct tt_ip *ip_r,
		      bool *was_mapped_r)
{
	*ip_r = (struct tt_ip){ 0 };
	*was_mapped_r = false;
	return read_bare_v4(s, ip_r) || read_bare_v6(s, ip_r, was_mapped_r);
}

/* ---- what stands around it ---- */

/* ":25" at `colon`, to the end. */
static bool is_port(struct tt_slice s, size_t colon)
{
	return s.n - colon - 1 <= 5 &&
	       tt_slice_number(tt_slice_sub(s, colon + 1, s.n), 65535) >= 0;
}

/* "[x]" and "[x]:port" become x; false where brackets do not match. */
static bool strip_brackets(struct tt_slice *s, bool *had_r)
{
	*had_r = s->n > 0 && s->p[0] == '[';
	if (!*had_r)
		return true;
	const size_t close = tt_slice_chr(*s, ']');

	if (close == SIZE_MAX)
		return false;
	if (close + 1 < s->n &&
	    (s->p[close + 1] != ':' || !is_port(*s, close + 1)))
		return false;
	*s = tt_slice_sub(*s, 1, close - 1);
	return true;
}

/* "192.0.2.1:25": one colon, behind a dot. */
static void strip_port(struct tt_slice *s)
{
	const size_t dot = tt_slice_chr(*s, '.');
	const size_t colon = tt_slice_chr(*s, ':');

	if (colon != SIZE_MAX && dot < colon && is_port(*s, colon))
		s->n = colon;
}

/* "%7", "%eth0" behind an IPv6 address; false where it is not one. */
static bool strip_zone(struct tt_slice *s)
{
	const size_t percent = tt_slice_chr(*s, '%');

	if (percent == SIZE_MAX)
		return true;
	if (percent + 1 == s->n || tt_slice_chr(*s, ':') > percent)
		return false;
	for (size_t i = percent + 1; i < s->n; i++) {
		const uint8_t c = s->p[i];

		if (!tt_is_digit(c) && !tt_is_alpha(c) && c != '.' &&
		    c != '_' && c != '-')
			return false;
	}
	s->n = percent;
	return true;
}

/* Bytes that an address may begin with: hexadecimal digits, a bracket, the
 * colon of "::" and the tag's i. */
static bool may_begin(uint8_t c)
{
	return tt_hex(c) >= 0 || c == '[' || c == ':' || (c | 0x20) == 'i';
}

/* "[x]" alone becomes x. */
static struct tt_slice undress(struct tt_slice s)
{
	if (s.n > 2 && s.p[0] == '[' && s.p[s.n - 1] == ']')
		return (struct tt_slice){ s.p + 1, s.n - 2 };
	return s;
}

/* Order matters: brackets hold the tag, the tag or brackets rule out a port
 * without brackets, and the zone index stands last. */
bool tt_ip_parse(struct tt_slice s, struct tt_ip *ip_r)
{
	bool had_brackets = false, was_mapped = false;

	*ip_r = (struct tt_ip){ 0 };
	s = tt_slice_trim(s);
	/* Most of what is asked about is a name: its first letter tells, or
	 * that it has no colon, for IPv6 has one, and so do tag and port. */
	if (s.n == 0 || !may_begin(s.p[0]))
		return false;
	if (read_bare_v4(undress(s), ip_r))
		return true;
	if (tt_slice_chr(s, ':') == SIZE_MAX)
		return false;
	if (read_bare_v6(undress(s), ip_r, &was_mapped))
		return true;
	if (!strip_brackets(&s, &had_brackets))
		return false;
	const bool had_tag = tt_slice_istarts(s, TT_S("IPv6:"));

	if (had_tag)
		s = tt_slice_sub(s, 5, s.n);
	else
		strip_port(&s); /* Momentum: [192.0.2.1:25] */
	if (!strip_zone(&s) || !read_bare(s, ip_r, &was_mapped)) {
		*ip_r = (struct tt_ip){ 0 };
		return false;
	}
	return true;
}

/* ---- bytes to text ---- */

/* RFC 5952 4.2: the longest run of two zero groups or more, the first of
 * equals. */
static int longest_gap(const uint8_t a[16], int *n_r)
{
	int best = -1, best_n = 1;

	for (int i = 0; i < GROUPS;) {
		int n = 0;

		while (i + n < GROUPS && !a[2 * (i + n)] &&
		       !a[2 * (i + n) + 1])
			n++;
		if (n > best_n) {
			best = i;
			best_n = n;
		}
		i += n + 1;
	}
	*n_r = best_n;
	return best;
}

/* By hand, as print_v4() below: printf costs more than reading the stamp. */
static size_t print_hex(char *text, unsigned group)
{
	size_t n = 0;

	for (unsigned shift = 16; shift > 0; shift -= 4)
		if (group >> (shift - 4) || shift == 4)
			text[n++] = "0123456789abcdef"[group >> (shift - 4) &
						       15];
	return n;
}

/* Lower case and no leading zeros (RFC 5952 4.1, 4.3). */
static size_t print_v6(char text_r[48], const uint8_t a[16])
{
	int n_gap = 0;
	const int gap = longest_gap(a, &n_gap);
	size_t n = 0;

	for (int i = 0; i < GROUPS; i++) {
		if (i == gap) {
			text_r[n++] = ':';
			text_r[n++] = ':';
			i += n_gap - 1;
			continue;
		}
		const unsigned group = (unsigned)a[2 * i] << 8 | a[2 * i + 1];

		if (n > 0 && text_r[n - 1] != ':')
			text_r[n++] = ':';
		n += print_hex(text_r + n, group);
	}
	return n;
}

/* By hand: one for each stamp, and printf costs more than reading it. */
static size_t print_v4(char text[16], const uint8_t a[4])
{
	size_t n = 0;

	for (int i = 0; i < 4; i++) {
		if (i)
			text[n++] = '.';
		if (a[i] > 99)
			text[n++] = (char)('0' + a[i] / 100);
		if (a[i] > 9)
			text[n++] = (char)('0' + a[i] / 10 % 10);
		text[n++] = (char)('0' + a[i] % 10);
	}
	return n;
}

struct tt_slice tt_ip_text(struct tt_arena *arena, const struct tt_ip *ip)
{
	char text[48];
	size_t n = 0;

	if (!ip->is_set)
		return TT_NO_SLICE;
	if (ip->is_v6)
		n = print_v6(text, ip->a);
	else
		n = print_v4(text, ip->a);
	return tt_arena_dup(arena,
			    (struct tt_slice){ (const uint8_t *)text, n });
}

/* ---- ranges ---- */

bool tt_ip_eq(const struct tt_ip *a, const struct tt_ip *b)
{
	return a->is_set && b->is_set && a->is_v6 == b->is_v6 &&
	       memcmp(a->a, b->a, a->is_v6 ? 16 : 4) == 0;
}

bool tt_ip_is_loopback(const struct tt_ip *ip)
{
	static const uint8_t one[16] = { [15] = 1 }; /* RFC 4291 2.5.3 */

	if (!ip->is_set)
		return false;
	return ip->is_v6 ? memcmp(ip->a, one, 16) == 0 : ip->a[0] == 127;
}

/* Whether the first `bits` bits are the same; reads no byte beyond them. */
static bool has_bits(const uint8_t *net, unsigned bits, const uint8_t *a)
{
	const unsigned whole = bits / 8, rest = bits % 8;

	if (memcmp(net, a, whole) != 0)
		return false;
	return rest == 0 || (net[whole] ^ a[whole]) >> (8 - rest) == 0;
}

bool tt_ip_is_private(const struct tt_ip *ip)
{
	static const struct tt_cidr nets[] = {
		{ { true, false, { 10 } }, 8 }, /* RFC 1918 */
		{ { true, false, { 172, 16 } }, 12 },
		{ { true, false, { 192, 168 } }, 16 },
		{ { true, false, { 100, 64 } }, 10 }, /* RFC 6598 */
		{ { true, false, { 169, 254 } }, 16 }, /* RFC 3927 */
		{ { true, true, { 0xfc } }, 7 }, /* RFC 4193 */
		{ { true, true, { 0xfe, 0x80 } }, 10 },
	};

	for (size_t i = 0; i < sizeof nets / sizeof *nets; i++)
		if (tt_cidr_has(&nets[i], ip))
			return true;
	return false;
}

bool tt_cidr_has(const struct tt_cidr *cidr, const struct tt_ip *ip)
{
	return ip->is_set && cidr->net.is_set &&
	       cidr->net.is_v6 == ip->is_v6 &&
	       has_bits(cidr->net.a, cidr->bits, ip->a);
}

/* Host bits are cleared, so that equal nets are equal bytes. */
static void clear_host_bits(struct tt_cidr *cidr)
{
	for (unsigned i = 0; i < 16; i++) {
		const unsigned left =
			cidr->bits > 8 * i ? cidr->bits - 8 * i : 0;

		if (left < 8)
			cidr->net.a[i] &= (uint8_t)(0xff00 >> left);
	}
}

bool tt_cidr_parse(struct tt_slice s, struct tt_cidr *cidr_r)
{
	struct tt_cidr cidr = { 0 };
	bool was_mapped = false;

	*cidr_r = cidr;
	s = tt_slice_trim(s);
	if (s.n == 0)
		return false;
	const size_t slash = tt_slice_chr(s, '/');
	const bool has_bits_text = slash != SIZE_MAX;

	if (!read_bare(tt_slice_sub(s, 0, has_bits_text ? slash : s.n),
		       &cidr.net, &was_mapped))
		return false;
	const int64_t max = cidr.net.is_v6 ? 128 : 32;
	int64_t bits = max;

	if (has_bits_text) {
		bits = tt_slice_number(tt_slice_sub(s, slash + 1, s.n), 128);
		/* ::ffff:192.0.2.0/120 is 192.0.2.0/24 */
		bits -= was_mapped ? 96 : 0;
	}
	if (bits < 0 || bits > max)
		return false;
	cidr.bits = (unsigned)bits;
	clear_host_bits(&cidr);
	*cidr_r = cidr;
	return true;
}
