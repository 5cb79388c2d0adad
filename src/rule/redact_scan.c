/* redact_scan.c - an at sign, and how far the address around it reaches
 *
 * A local part is an atom, a quoted string, both with comments and folds in
 * and around them, and in angle brackets all that stands there.  An atom that
 * a fold has torn is one in angle brackets only: elsewhere it is no address by
 * the grammar, and what stands before an address is mostly a word.  Time is
 * linear in what is passed over. */
#include "redact_scan.h"

#define MAX_ENTITY 8 /* digits or letters of one */

static bool is_atext(uint8_t c)
{
	return tt_is_alpha(c) || tt_is_digit(c) || c >= 0x80 ||
	       (c && memchr("!#$%&'*+-/=?^_`{|}~.\\", c, 21) != NULL);
}

static bool is_domain_byte(uint8_t c)
{
	return tt_is_alpha(c) || tt_is_digit(c) || c >= 0x80 || c == '.' ||
	       c == '-' || c == '_';
}

/* Bytes of &#64; or &#x040, which shows the character c; 0: not here. */
static size_t number_entity(struct tt_slice s, size_t i, unsigned c)
{
	const bool is_hex = i + 2 < s.n && (s.p[i + 2] | 0x20) == 'x';
	const unsigned base = is_hex ? 16 : 10;
	const size_t digits = i + (is_hex ? 3 : 2);
	size_t k = digits;
	unsigned v = 0;

	if (!tt_slice_eq(tt_slice_sub(s, i, 2), TT_S("&#")))
		return 0;
	for (; k < s.n && k < digits + MAX_ENTITY && v <= c; k++) {
		const int d = tt_hex(s.p[k]);

		if (d < 0 || d >= (int)base)
			break;
		v = v * base + (unsigned)d;
	}
	if (v != c)
		return 0;
	return k + (k < s.n && s.p[k] == ';') - i;
}

size_t tt_at_sign(struct tt_slice s, size_t i)
{
	static const char *const spelled[] = { "%40", "=40", "%2540",
					       "&commat;" };

	if (s.p[i] == '@')
		return 1;
	if (s.p[i] != '%' && s.p[i] != '=' && s.p[i] != '&')
		return 0;
	for (size_t k = 0; k < sizeof(spelled) / sizeof(spelled[0]); k++) {
		const struct tt_slice sign = tt_slice_str(spelled[k]);

		if (tt_slice_eq(tt_slice_sub(s, i, sign.n), sign))
			return sign.n;
	}
	return number_entity(s, i, '@');
}

static size_t skip_space_back(struct tt_slice s, size_t lo, size_t i)
{
	while (i > lo && tt_is_space(s.p[i - 1]))
		i--;
	return i;
}

static bool is_escaped(struct tt_slice s, size_t lo, size_t i)
{
	size_t n = 0;

	while (i > lo + n && s.p[i - 1 - n] == '\\')
		n++;
	return n & 1;
}

/* Back over the comment or quoted string that ends before i. Where its
 * beginning was cut off, all that is there belongs to it. */
static size_t skip_pair_back(struct tt_slice s, size_t lo, size_t i,
			     uint8_t open, uint8_t close)
{
	size_t depth = 0;

	while (i > lo) {
		const uint8_t c = s.p[--i];

		/* Asked of few bytes only, or a run of \ is quadratic. */
		if ((c != open && c != close) || is_escaped(s, lo, i))
			continue;
		if (c == open && open == close && depth)
			return i;
		if (c == open && open != close && --depth == 0)
			return i;
		depth += c == close;
	}
	return lo;
}

/* The entity that ends before i, from its & to its ; or nothing. */
static struct tt_slice entity_before(struct tt_slice s, size_t lo, size_t i)
{
	size_t k = i - 1;

	if (i == lo || s.p[k] != ';')
		return TT_NO_SLICE;
	while (k > lo && i - k < MAX_ENTITY + 3 &&
	       (tt_is_alpha(s.p[k - 1]) || tt_is_digit(s.p[k - 1])))
		k--;
	k -= k > lo && s.p[k - 1] == '#';
	return k > lo && k + 1 < i && s.p[k - 1] == '&' ?
		       tt_slice_sub(s, k - 1, i - k + 1) :
		       TT_NO_SLICE;
}

static bool is_entity(struct tt_slice e, const char *name, unsigned c)
{
	return e.n && (tt_slice_eq(e, tt_slice_str(name)) ||
		       number_entity(e, 0, c) == e.n);
}

bool tt_is_bracket_before(struct tt_slice s, size_t lo, size_t i)
{
	return i > lo && (s.p[i - 1] == '<' ||
			  is_entity(entity_before(s, lo, i), "&lt;", '<'));
}

/* What an entity shows is of the atom, but for what ends one. */
static bool ends_atom(struct tt_slice e)
{
	return !e.n || is_entity(e, "&lt;", '<') ||
	       is_entity(e, "&gt;", '>') || is_entity(e, "&nbsp;", 0xa0);
}

static size_t skip_atoms_back(struct tt_slice s, size_t lo, size_t i)
{
	for (;;) {
		while (i > lo && is_atext(s.p[i - 1]))
			i--;
		const struct tt_slice e = entity_before(s, lo, i);

		if (ends_atom(e))
			return i;
		i -= e.n;
	}
}

/* Back over &quot;john doe&quot; where it ends before i. */
static size_t skip_quot_back(struct tt_slice s, size_t lo, size_t i)
{
	const struct tt_slice close = entity_before(s, lo, i);
	size_t k = i - close.n;

	if (!is_entity(close, "&quot;", '"'))
		return i;
	for (; k > lo; k--)
		if (is_entity(entity_before(s, lo, k), "&quot;", '"'))
			return k - entity_before(s, lo, k).n;
	return lo;
}

/* In angle brackets all is the address, also what a fold has torn. */
static size_t bracket_before(struct tt_slice s, size_t lo, size_t i)
{
	size_t k = i;

	while (k > lo && (is_atext(s.p[k - 1]) || tt_is_space(s.p[k - 1])))
		k--;
	return tt_is_bracket_before(s, lo, k) ? k : i;
}

size_t tt_local_before(struct tt_slice s, size_t lo, size_t at)
{
	size_t i = skip_space_back(s, lo, at);

	while (i > lo) {
		const size_t was = i;

		if (s.p[i - 1] == ')' && !is_escaped(s, lo, i - 1)) {
			i = skip_space_back(
				s, lo, skip_pair_back(s, lo, i, '(', ')'));
			continue;
		}
		i = s.p[i - 1] == '"' ? skip_pair_back(s, lo, i, '"', '"') :
					skip_quot_back(s, lo, i);
		if (i == was)
			i = skip_atoms_back(s, lo, i);
		/* a."b"@x and a . b@x go on; a "b"@x does not */
		if (i == was)
			break;
		const size_t k = skip_space_back(s, lo, i);

		if (k == lo || (s.p[i] != '.' && s.p[k - 1] != '.' &&
				s.p[i - 1] != '"'))
			break;
		i = k;
	}
	i = bracket_before(s, lo, i);
	while (i < at && (tt_is_space(s.p[i]) || s.p[i] == '\''))
		i++;
	return i;
}

size_t tt_local_before_cut(struct tt_slice s, size_t lo, size_t cut)
{
	size_t quote = cut, bracket = cut;

	for (size_t i = lo; i < cut; i++) {
		if (s.p[i] == '"' && !is_escaped(s, lo, i))
			quote = quote == cut ? i : cut;
		else if (s.p[i] == '<')
			bracket = i + 1;
		else if (s.p[i] == '>')
			bracket = cut;
	}
	const size_t open = quote < bracket ? quote : bracket;

	return open < cut ? open : tt_local_before(s, lo, cut);
}

size_t tt_skip_comment(struct tt_slice s, size_t i)
{
	size_t depth = 0;

	for (size_t k = i; k < s.n && (depth || k == i); k++) {
		if (tt_at_sign(s, k) || s.p[k] == (uint8_t)TT_CUT_MARK[0] ||
		    (s.p[k] == '?' && s.p[k - 1] == '='))
			return i;
		if (s.p[k] == '\\' && k + 1 < s.n &&
		    memchr("()\\", s.p[k + 1], 3))
			k++;
		else if (s.p[k] == '(')
			depth++;
		else if (s.p[k] == ')' && --depth == 0)
			return k + 1;
	}
	return i;
}

/* Over comments and the spaces around them; spaces alone count if `has_spaces`
 * says so, for elsewhere the next sentence begins behind them. */
static size_t skip_gap(struct tt_slice s, size_t i, bool has_spaces)
{
	const size_t from = i;
	bool is_gap = has_spaces;

	for (;;) {
		const size_t was = i;

		while (i < s.n && tt_is_space(s.p[i]))
			i++;
		if (i < s.n && s.p[i] == '(') {
			const size_t end = tt_skip_comment(s, i);

			is_gap |= end > i;
			i = end;
		}
		if (i == was)
			return is_gap ? i : from;
	}
}

/* Labels from i on, without what ends a sentence. */
static size_t labels(struct tt_slice s, size_t i, size_t *end_r)
{
	const size_t from = i;

	while (i < s.n && is_domain_byte(s.p[i]))
		i++;
	*end_r = i;
	while (i > from && (s.p[i - 1] == '.' || s.p[i - 1] == '-'))
		i--;
	return i;
}

static size_t literal(struct tt_slice s, size_t i)
{
	do
		i++;
	while (i < s.n && (is_domain_byte(s.p[i]) || s.p[i] == ':'));
	return i < s.n && s.p[i] == ']' ? i + 1 : i;
}

/* A comment may stand before it and around its dots, and in angle brackets a
 * fold, too. */
size_t tt_domain_behind(struct tt_slice s, size_t i, bool is_bracketed,
			size_t *from_r)
{
	size_t k = skip_gap(s, i, true), end, next;

	if (k < s.n && (is_domain_byte(s.p[k]) || s.p[k] == '['))
		i = k;
	*from_r = i;
	if (i < s.n && s.p[i] == '[')
		return literal(s, i);
	end = labels(s, i, &next);
	while (next > i) {
		k = skip_gap(s, next, is_bracketed);
		if (k == next || k >= s.n || !is_domain_byte(s.p[k]) ||
		    (s.p[next - 1] != '.' && s.p[k] != '.'))
			break;
		const size_t more = labels(s, k, &next);

		if (more > k)
			end = more;
		i = k;
	}
	return end;
}

size_t tt_encoded_word(struct tt_slice s, size_t i)
{
	size_t k = i + 2, marks = 0;

	if (i + 1 >= s.n || s.p[i] != '=' || s.p[i + 1] != '?')
		return i;
	for (; k < s.n && !tt_is_space(s.p[k]); k++) {
		if (s.p[k] != '?')
			continue;
		if (marks >= 2 && k + 1 < s.n && s.p[k + 1] == '=')
			return k + 2;
		marks++;
	}
	return marks >= 2 ? k : i; /* one that was cut */
}
