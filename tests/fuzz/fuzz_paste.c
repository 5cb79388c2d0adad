/* fuzz_paste - pasted text through every repair, and what comes of it
 *
 * Aborts where a repaired byte comes from outside the paste, or is neither
 * the byte that stands there nor what that place decodes to (=XX, &...;,
 * UTF-16, a character that only looks like an ASCII one); a space or a line
 * end may stand for anything.  So no letter or digit is ever made up. */
#include <stdlib.h>
#include <string.h>

#include <tlstrail/message.h>
#include <tlstrail/message/paste.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(int is_so)
{
	if (!is_so)
		abort();
}

/* ---- decoded once more, the slow way ---- */

#define MAX_WIDTH 255 /* where a place is wider, its end is not known */
#define ANY_SIGN 0x1ff /* an entity with a name: no letter, no digit */

struct place {
	unsigned c[MAX_WIDTH * 2];
	size_t n;
};

static void add(struct place *p, unsigned c)
{
	must(p->n < sizeof(p->c) / sizeof(p->c[0]));
	p->c[p->n++] = c;
}

static void add_utf8(struct place *p, unsigned c)
{
	if (c < 0x80) {
		add(p, c);
		return;
	}
	if (c >= 0x10000) {
		add(p, 0xf0 | c >> 18);
		add(p, 0x80 | (c >> 12 & 63));
	} else if (c >= 0x800) {
		add(p, 0xe0 | c >> 12);
	}
	add(p, c < 0x800 ? 0xc0 | c >> 6 : 0x80 | (c >> 6 & 63));
	add(p, 0x80 | (c & 63));
}

static void read_utf16(struct place *to, const uint8_t *s, size_t n, int high)
{
	unsigned pair = 0;

	for (size_t i = 0; i + 1 < n; i += 2) {
		unsigned c = (unsigned)(s[i + (size_t)high] << 8 |
					s[i + 1 - (size_t)high]);

		if (pair && c >= 0xdc00 && c < 0xe000)
			c = 0x10000 + ((pair - 0xd800) << 10) + (c - 0xdc00);
		else if (pair)
			add_utf8(to, pair);
		pair = c >= 0xd800 && c < 0xdc00 && i + 3 < n ? c : 0;
		if (!pair && c != 0xfeff)
			add_utf8(to, c);
	}
}

static int digit(unsigned c)
{
	return c < 256 ? tt_hex((uint8_t)c) : -1;
}

/* &...; at i of p into `to`; its length or 0. */
static size_t entity(const struct place *p, size_t i, struct place *to)
{
	size_t end = i;
	unsigned v = 0;

	if (p->c[i] != '&')
		return 0;
	while (end < p->n && p->c[end] != ';')
		end++;
	if (end == p->n || end < i + 2)
		return 0;
	if (p->c[i + 1] != '#') {
		add(to, ANY_SIGN);
		return end + 1 - i;
	}
	const bool is_hex = (p->c[i + 2] | 32) == 'x';

	for (size_t k = i + 2 + is_hex; k < end; k++) {
		if (digit(p->c[k]) < 0)
			return 0;
		v = v * (is_hex ? 16 : 10) + (unsigned)digit(p->c[k]);
	}
	add_utf8(to, v);
	return end + 1 - i;
}

static void read_entities(const struct place *p, struct place *to)
{
	for (size_t i = 0; i < p->n;) {
		const size_t n = entity(p, i, to);

		if (n == 0)
			add(to, p->c[i]);
		i += n ? n : 1;
	}
}

static void read_qp(const struct place *p, struct place *to)
{
	for (size_t i = 0; i < p->n; i++) {
		if (p->c[i] == '=' && i + 2 < p->n &&
		    digit(p->c[i + 1]) >= 0 && digit(p->c[i + 2]) >= 0) {
			add(to, (unsigned)(digit(p->c[i + 1]) * 16 +
					   digit(p->c[i + 2])));
			i += 2;
		} else {
			add(to, p->c[i]);
		}
	}
}

static bool is_letter(uint8_t c)
{
	return tt_is_alpha(c) || tt_is_digit(c);
}

/* One character of at most four bytes; one of them, or one that it looks
 * like. */
static bool can_be(const struct place *p, uint8_t c)
{
	if (p->n == 0 || p->n > 4)
		return false;
	for (size_t i = 0; i < p->n; i++)
		if (p->c[i] == c || (p->c[i] == ANY_SIGN && !is_letter(c)))
			return true;
	return p->c[0] >= 0x80 && memchr("-'\"", c, 3);
}

static bool is_decoded(const uint8_t *s, size_t n, uint8_t c, int utf16)
{
	struct place a = { .n = 0 }, b = { .n = 0 }, d = { .n = 0 };

	if (utf16)
		read_utf16(&a, s, n, utf16 - 1);
	else
		for (size_t i = 0; i < n; i++)
			add(&a, s[i]);
	read_entities(&a, &b);
	read_qp(&b, &d);
	return can_be(&d, c);
}

/* ---- the properties ---- */

static bool has_diag(const struct tt_diags *d, enum tt_diag_code code)
{
	for (size_t i = 0; i < d->list.n; i++)
		if (d->list.v[i].code == code)
			return true;
	return false;
}

static void check_byte(const struct tt_paste *p, size_t i, bool is_utf16)
{
	const size_t from = p->from[i], width = p->width[i];
	const uint8_t *const s = p->pasted.p + from;
	const uint8_t c = p->block.p[i];

	must(from <= p->pasted.n && width <= p->pasted.n - from);
	if (c == ' ' || c == '\n' || width == MAX_WIDTH)
		return;
	must(width > 0);
	if (!is_utf16)
		must(is_decoded(s, width, c, 0));
	else
		must(is_decoded(s, width, c, 1) || is_decoded(s, width, c, 2));
}

static bool is_inside(struct tt_slice s, struct tt_slice all)
{
	return s.n == 0 || (s.p >= all.p && s.p + s.n <= all.p + all.n);
}

static void check_spans(const struct tt_paste *p)
{
	const size_t step = p->block.n / 64 + 1;

	for (size_t i = 0; i <= p->block.n; i += step)
		for (size_t n = 0; n < 3 * step; n += step) {
			uint64_t off;
			const struct tt_slice s =
				tt_paste_span(p, i, n, &off);

			must(is_inside(s, p->pasted));
			must(off <= p->pasted.n);
			must(s.n == 0 || s.p == p->pasted.p + off);
		}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct tt_arena arena = { 0 };
	struct tt_header header;
	struct tt_diags diags;
	struct tt_paste p;

	tt_diags_init(&diags, &arena);
	tt_paste_repair(&p, (struct tt_slice){ data, size }, &arena, &diags);
	must(p.pasted.p == data && p.pasted.n == size);
	must(is_inside(p.body, p.pasted));
	must(p.first_diag == diags.list.n);
	for (size_t i = 0; i < diags.list.n; i++)
		must(diags.list.v[i].off <= size);
	if (p.from) {
		const bool is_utf16 = has_diag(&diags, TT_DIAG_paste_utf16);

		for (size_t i = 0; i < p.block.n; i++)
			check_byte(&p, i, is_utf16);
		check_spans(&p);
	} else {
		must(is_inside(p.block, p.pasted));
	}
	tt_header_slice(&header, p.block, &arena, &diags);
	tt_arena_release(&arena);
	return 0;
}
