/* redact.c - mail addresses become tokens that are the same everywhere
 *
 * In a text, what stands before an at sign is a local part: an atom, a quoted
 * string, both with comments and folds in and around them, and in angle
 * brackets all that stands there.  %40, =40 and HTML's &#64; are at signs too,
 * &lt; is a bracket and &quot; a quote.  Local parts that stand without one,
 * behind words of a server, are found by the patterns of rules/redact.yaml.
 * Encoded words that nobody decoded are taken whole: what is in them cannot be
 * seen.  What was cut off may have been an at sign:
 * where a text ends early, or shows a cut (TT_CUT_MARK), what could be the
 * beginning of a local part is taken for one.
 *
 * An atom that a fold has torn is one in angle brackets only: elsewhere it is
 * no address by the grammar, and what stands before an address is mostly a
 * word.  Base64 that is not an encoded word is not decoded.
 *
 * Where it is not sure, it takes more and not less.  Time is linear in the
 * text, but for the patterns, which are bounded by the matcher; a text is at
 * most TT_MAX_header_value bytes. */
#include "rules.h"

#define TOKEN_DIGITS 10
#define MAX_ENTITY 8 /* digits or letters of one */

/* Who is told where a limit hid more than addresses. */
struct listener {
	struct tt_diags *diags; /* NULL: nobody listens */
	bool has_told[2];	/* that a pattern gave up, came too often */
};

struct tt_redact {
	struct tt_matcher *m;
	const struct tt_rules *rules;
	struct tt_slice key;
	bool has_domains;
	struct tt_sha256 *hash;
	struct tt_arena filtered; /* of the last tt_redact_filter() */
	struct tt_diags diags;	  /* of one text: whether a pattern gave up */
	struct listener shown, written, *told;
	struct tt_out_filter filter;
};

/* A part of a text and what takes its place. */
struct part {
	size_t from, to;
	struct tt_slice token;
};

struct parts {
	TT_VEC(struct part) list;
};

struct job {
	struct tt_redact *r;
	struct tt_arena *arena;
	struct tt_slice s;
	bool has_marks; /* of cuts in it */
	bool is_cut;	/* at its end */
	struct parts marks, parts;
};

/* ---- tokens ---- */

static struct tt_slice token(struct job *j, const char *kind,
			     struct tt_slice a, struct tt_slice b)
{
	static const char digits[] = "0123456789abcdef";
	uint8_t sum[TT_SHA256_LEN];
	uint8_t *text = tt_arena_alloc(j->arena, TOKEN_DIGITS + 2);

	tt_sha256_begin(j->r->hash);
	tt_sha256_add(j->r->hash, j->r->key);
	tt_sha256_add(j->r->hash, TT_S("\0"));
	tt_sha256_add(j->r->hash, a);
	if (b.p) {
		tt_sha256_add(j->r->hash, TT_S("@"));
		tt_sha256_add(j->r->hash, b);
	}
	tt_sha256_end(j->r->hash, sum);
	text[0] = (uint8_t)kind[0];
	text[1] = '-';
	for (size_t i = 0; i < TOKEN_DIGITS; i++)
		text[2 + i] = (uint8_t)digits[sum[i / 2] >> (i % 2 ? 0 : 4) &
					      15];
	return (struct tt_slice){ text, TOKEN_DIGITS + 2 };
}

/* Without folds, comments, quotes and what quotes a byte, so that every
 * spelling of a local part or domain gives the same token.  All of it where a
 * comment does not end: what looks like one need not be. */
static struct tt_slice plain(struct job *j, struct tt_slice s)
{
	uint8_t *p = tt_arena_alloc(j->arena, s.n);
	size_t n = 0, depth = 0;
	bool is_quoted = false;

	for (size_t i = 0; i < s.n; i++) {
		const uint8_t c = s.p[i];

		if (c == '\\' && i + 1 < s.n) {
			p[n] = s.p[++i];
			n += depth == 0;
		} else if (c == '"' && depth == 0) {
			is_quoted = !is_quoted;
		} else if (!is_quoted && (c == '(' || c == ')')) {
			depth += c == '(';
			depth -= c == ')' && depth;
		} else if (depth == 0 && (is_quoted || !tt_is_space(c))) {
			p[n++] = c;
		}
	}
	if (depth)
		return tt_slice_trim(s);
	return (struct tt_slice){ p, n };
}

static struct tt_slice lowered(struct job *j, struct tt_slice s)
{
	uint8_t *p = tt_arena_alloc(j->arena, s.n + 1);

	for (size_t i = 0; i < s.n; i++)
		p[i] = tt_lower(s.p[i]);
	return (struct tt_slice){ p, s.n };
}

static void add_part(struct job *j, size_t from, size_t to,
		     struct tt_slice by)
{
	*tt_vec_push(j->arena, &j->parts.list) = (struct part){ from, to, by };
}

/* ---- an at sign, and what stands around it ---- */

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

/* Bytes of the at sign at i; 0: none. */
static size_t at_sign(struct tt_slice s, size_t i)
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

static bool is_bracket_before(struct tt_slice s, size_t lo, size_t i)
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
	return is_bracket_before(s, lo, k) ? k : i;
}

/* Where the local part before the at sign begins; `at`: there is none. */
static size_t local_before(struct tt_slice s, size_t lo, size_t at)
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

/* The same before a cut: also from a quote or bracket that is still open. */
static size_t local_before_cut(struct tt_slice s, size_t lo, size_t cut)
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

	return open < cut ? open : local_before(s, lo, cut);
}

/* The end of the comment that begins at i; i: none, or one in which something
 * stands that is to be taken by itself. */
static size_t skip_comment(struct tt_slice s, size_t i)
{
	size_t depth = 0;

	for (size_t k = i; k < s.n && (depth || k == i); k++) {
		if (at_sign(s, k) || s.p[k] == (uint8_t)TT_CUT_MARK[0] ||
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
			const size_t end = skip_comment(s, i);

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

/* The domain behind an at sign that ends before i: [*from_r, returned). A
 * comment may stand before it and around its dots, and in angle brackets a
 * fold, too. */
static size_t domain_behind(struct tt_slice s, size_t i, bool is_bracketed,
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

/* Takes the address around the at sign; returns where to go on. */
static size_t take_address(struct job *j, size_t lo, size_t at, size_t sign,
			   const struct part *mark)
{
	size_t from = local_before(j->s, lo, at), domain_from;
	size_t end = domain_behind(j->s, at + sign,
				   is_bracket_before(j->s, lo, from),
				   &domain_from);
	bool is_local = false;

	/* a@b@example.org: b may be half of a local part. In a@b.(c)d@e it is
	 * d, and the rest is a domain. */
	if (end > domain_from && end < j->s.n && at_sign(j->s, end)) {
		const size_t next = local_before(j->s, domain_from, end);

		is_local = next == domain_from;
		end = is_local ? end : next;
	}
	const struct tt_slice domain = lowered(
		j, plain(j, tt_slice_sub(j->s, domain_from,
					       end - domain_from)));

	/* user=alice@example.org: the pattern knows where it begins. */
	if (mark && mark->from > from && mark->from < at)
		from = mark->from;
	const struct tt_slice local =
		plain(j, tt_slice_sub(j->s, from, at - from));

	if (local.n)
		add_part(j, from, at, token(j, "u", local, domain));
	if (is_local)
		return domain_from;
	if (domain.n && j->r->has_domains) {
		const struct tt_slice d =
			token(j, "d", domain, TT_NO_SLICE);
		uint8_t *text = tt_arena_alloc(j->arena, d.n + 8);

		memcpy(text, d.p, d.n);
		memcpy(text + d.n, ".invalid", 8);
		add_part(j, domain_from, end,
			 (struct tt_slice){ text, d.n + 8 });
	}
	return end;
}

/* Takes what a cut may have left of a local part. */
static void take_cut(struct job *j, size_t lo, size_t cut)
{
	const size_t from = local_before_cut(j->s, lo, cut);
	const struct tt_slice local =
		plain(j, tt_slice_sub(j->s, from, cut - from));

	if (local.n)
		add_part(j, from, cut, token(j, "u", local, TT_NO_SLICE));
}

/* ---- words of servers ---- */

static void add_mark(struct job *j, struct tt_slice local)
{
	const size_t from = (size_t)(local.p - j->s.p);
	size_t i = j->marks.list.n;
	struct part *v;

	(void)tt_vec_push(j->arena, &j->marks.list);
	v = j->marks.list.v;
	for (; i > 0 && v[i - 1].from > from; i--)
		v[i] = v[i - 1];
	v[i] = (struct part){ from, from + local.n, TT_NO_SLICE };
}

/* Once for each message and once for what writers filter: what was hidden is
 * seen, and why stands in a diag. */
static void tell(struct listener *to, bool is_too_many)
{
	if (!to->diags || to->has_told[is_too_many])
		return;
	to->has_told[is_too_many] = true;
	if (is_too_many)
		tt_diag_limit(to->diags, TT_DIAG_redact_words,
			      TT_LIM_redact_words, TT_NO_OFF, 0);
	else
		tt_diag_add(to->diags, TT_DIAG_regex_limit, TT_NO_OFF,
			    "a pattern of rules/redact.yaml gave up on a text "
			    "that makes it work too long; the rest of the "
			    "text was hidden");
}

/* One pattern, as often as it is there. Where it gives up, or is there more
 * than TT_MAX_redact_words times, the rest of the text is taken for one. */
static void find_word(struct job *j, uint32_t pattern)
{
	struct tt_slice rest = j->s;
	struct tt_match match;
	size_t n = 0;

	while (rest.n && n < TT_MAX_redact_words &&
	       tt_pattern_match(j->r->m, pattern, rest, &match)) {
		const struct tt_slice local = tt_match_group(&match, "local");
		const size_t end =
			(size_t)(match.span.p - rest.p) + match.span.n;

		if (local.n)
			add_mark(j, local);
		rest = tt_slice_sub(rest, match.span.n ? end : end + 1,
				    rest.n);
		n++;
	}
	if (rest.n == 0 ||
	    (n < TT_MAX_redact_words && !j->r->diags.is_serious))
		return;
	tell(j->r->told, n == TT_MAX_redact_words);
	add_mark(j, rest);
}

static void find_words(struct job *j)
{
	const struct tt_rules *rules = j->r->rules;

	tt_diags_init(&j->r->diags, j->arena);
	tt_matcher_context(j->r->m, &j->r->diags, 0);
	for (size_t i = 0; i < rules->redact.n; i++)
		find_word(j, rules->redact.v[i].pattern);
}

/* ---- the text ---- */

/* The end of an encoded word that begins at i; i: none does. */
static size_t encoded_word(struct tt_slice s, size_t i)
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

static bool is_cut_mark(struct tt_slice s, size_t i)
{
	const struct tt_slice mark = TT_S(TT_CUT_MARK);

	return tt_slice_eq(tt_slice_sub(s, i, mark.n), mark);
}

static void find_parts(struct job *j)
{
	const struct parts *m = &j->marks;
	size_t lo = 0, i = 0, mark = 0;

	while (i < j->s.n) {
		const size_t sign = at_sign(j->s, i);
		const size_t word = encoded_word(j->s, i);

		/* The last mark that begins before this place. */
		while (mark < m->list.n && m->list.v[mark].from < i)
			mark++;
		if (word > i) {
			add_part(j, i, word,
				 token(j, "w", tt_slice_sub(j->s, i, word - i),
				       TT_NO_SLICE));
			lo = i = word;
		} else if (sign) {
			const size_t end = take_address(
				j, lo, i, sign,
				mark ? &m->list.v[mark - 1] : NULL);

			lo = i = end > i ? end : i + sign;
		} else if (j->has_marks && is_cut_mark(j->s, i)) {
			take_cut(j, lo, i);
			lo = i += sizeof(TT_CUT_MARK) - 1;
		} else {
			i++;
		}
	}
	if (j->is_cut)
		take_cut(j, lo, i);
}

/* What a mark covers from `from` on, up to `to`. */
static void add_word(struct job *j, size_t from, size_t to)
{
	const struct tt_slice word =
		plain(j, tt_slice_sub(j->s, from, to - from));

	/* user=alice&#64;x.example: for the pattern it ends before the ; */
	if (at_sign(j->s, from) >= to - from)
		return;
	add_part(j, from, to, token(j, "u", word, TT_NO_SLICE));
}

/* Local parts without an at sign: what of the marks no address has taken. */
static void add_words(struct job *j)
{
	const struct parts all = j->parts;
	size_t k = 0, end = 0;

	j->parts = (struct parts){ 0 };
	for (size_t i = 0; i < j->marks.list.n; i++) {
		const struct part *m = &j->marks.list.v[i];

		for (; k < all.list.n && all.list.v[k].from < m->to; k++) {
			const struct part *p = &all.list.v[k];

			end = m->from > end ? m->from : end;
			if (end < p->from)
				add_word(j, end, p->from);
			add_part(j, p->from, p->to, p->token);
			end = p->to;
		}
		end = m->from > end ? m->from : end;
		if (end < m->to) {
			add_word(j, end, m->to);
			end = m->to;
		}
	}
	for (; k < all.list.n; k++)
		add_part(j, all.list.v[k].from, all.list.v[k].to,
			 all.list.v[k].token);
}

/* The gap [from, to) between two parts of a field that is wholly an address:
 * a display name, a comment. */
static void add_gap(struct job *j, struct tt_out *o, size_t from, size_t to,
		    bool is_wholly)
{
	static const char around[] = " \t\r\n<>(),;:\"'";
	size_t a = from, b = to;

	while (is_wholly && a < b && memchr(around, j->s.p[a], 13))
		a++;
	while (is_wholly && a < b && memchr(around, j->s.p[b - 1], 13))
		b--;
	if (!is_wholly || a == b || (b - a == 1 && j->s.p[a] == '@')) {
		tt_out_bytes(o, tt_slice_sub(j->s, from, to - from));
		return;
	}
	tt_out_bytes(o, tt_slice_sub(j->s, from, a - from));
	tt_out_bytes(o, token(j, j->parts.list.n ? "n" : "u",
			      tt_slice_sub(j->s, a, b - a), TT_NO_SLICE));
	tt_out_bytes(o, tt_slice_sub(j->s, b, to - b));
}

/* A domain stays as it is, what its comments say does not. */
static void put_domain(struct job *j, struct tt_out *o, size_t from, size_t to)
{
	while (from < to) {
		const size_t comment =
			tt_slice_chr(tt_slice_sub(j->s, from, to - from), '(');

		if (comment == SIZE_MAX)
			break;
		tt_out_bytes(o, tt_slice_sub(j->s, from, comment));
		from += comment;
		const size_t end = skip_comment(j->s, from);

		if (end == from || end > to)
			break;
		add_gap(j, o, from, end, true);
		from = end;
	}
	tt_out_bytes(o, tt_slice_sub(j->s, from, to - from));
}

static struct tt_slice put_parts(struct job *j, bool is_wholly)
{
	struct tt_out o;
	size_t at = 0;

	tt_out_init(&o, -1);
	for (size_t i = 0; i < j->parts.list.n; i++) {
		const struct part *p = &j->parts.list.v[i];

		/* The sign and a domain that stays are no gap of a name. */
		add_gap(j, &o, at, p->from, is_wholly);
		tt_out_bytes(&o, p->token);
		at = p->to;
		const size_t sign = at < j->s.n ? at_sign(j->s, at) : 0;
		size_t from, end;

		if (!is_wholly || !sign)
			continue;
		end = domain_behind(j->s, at + sign,
				    is_bracket_before(j->s, 0, p->from), &from);
		if (j->r->has_domains ||
		    (i + 1 < j->parts.list.n && p[1].from < end))
			end = from;
		put_domain(j, &o, at, end);
		at = end;
	}
	add_gap(j, &o, at, j->s.n, is_wholly);
	const struct tt_slice all = tt_arena_dup(
		j->arena, (struct tt_slice){ o.buf, o.n });

	tt_out_release(&o);
	return all;
}

static struct tt_slice redact(struct tt_redact *r, struct tt_arena *arena,
			      struct tt_slice s, bool has_words,
			      bool is_wholly, bool is_cut)
{
	struct job j = { .r = r, .arena = arena, .s = s,
			 .has_marks = has_words, .is_cut = is_cut };

	if (s.n == 0)
		return s;
	if (has_words)
		find_words(&j);
	find_parts(&j);
	if (has_words)
		add_words(&j);
	if (j.parts.list.n == 0 && !is_wholly)
		return s;
	return put_parts(&j, is_wholly);
}

struct tt_slice tt_redact_text(struct tt_redact *r, struct tt_arena *arena,
			       struct tt_slice s)
{
	return redact(r, arena, s, true, false, false);
}

struct tt_slice tt_redact_cut(struct tt_redact *r, struct tt_arena *arena,
			      struct tt_slice s)
{
	return redact(r, arena, s, true, false, true);
}

struct tt_slice tt_redact_prose(struct tt_redact *r, struct tt_arena *arena,
				struct tt_slice s)
{
	return redact(r, arena, s, false, false, false);
}

struct tt_slice tt_redact_address(struct tt_redact *r, struct tt_arena *arena,
				  struct tt_slice s)
{
	return redact(r, arena, s, false, true, false);
}

bool tt_redact_names(struct tt_redact *r, struct tt_arena *arena,
		     struct tt_slice stamp, struct tt_slice name)
{
	struct job j = { .r = r, .arena = arena, .s = stamp };

	if (stamp.n == 0 || name.n == 0)
		return false;
	find_words(&j);
	for (size_t i = 0; i < j.marks.list.n; i++) {
		const struct part *m = &j.marks.list.v[i];

		if (tt_slice_eq(tt_slice_sub(stamp, m->from, m->to - m->from),
				name))
			return true;
	}
	return false;
}

/* ---- the samples of rules/redact.yaml ---- */

const char *tt_redact_word(struct tt_matcher *m, struct tt_slice stamp,
			   struct tt_slice *local_r)
{
	const struct tt_rules *rules = tt_matcher_rules(m);
	struct tt_match match;

	for (size_t i = 0; i < rules->redact.n; i++) {
		if (!tt_pattern_match(m, rules->redact.v[i].pattern, stamp,
				      &match))
			continue;
		*local_r = tt_match_group(&match, "local");
		return rules->redact.v[i].id;
	}
	return NULL;
}

/* ---- life ---- */

static struct tt_slice apply(void *ctx, struct tt_slice s)
{
	struct tt_redact *r = ctx;

	tt_arena_clear(&r->filtered);
	r->told = &r->written;
	const struct tt_slice filtered = tt_redact_text(r, &r->filtered, s);

	r->told = &r->shown;
	return filtered;
}

struct tt_redact *tt_redact_new(const struct tt_rules *rules,
				struct tt_slice key, bool has_domains)
{
	struct tt_redact *r = tt_zalloc(sizeof(*r));

	r->m = tt_matcher_new(rules);
	r->rules = rules;
	r->key = key;
	r->has_domains = has_domains;
	r->hash = tt_sha256_new();
	r->filter = (struct tt_out_filter){ apply, r };
	r->told = &r->shown;
	return r;
}

void tt_redact_tell_to(struct tt_redact *r, struct tt_diags *diags)
{
	r->shown = (struct listener){ .diags = diags };
}

const struct tt_out_filter *tt_redact_filter(struct tt_redact *r,
					     struct tt_diags *diags)
{
	r->written = (struct listener){ .diags = diags };
	return &r->filter;
}

void tt_redact_free(struct tt_redact **r)
{
	if (!*r)
		return;
	tt_matcher_free(&(*r)->m);
	tt_sha256_free(&(*r)->hash);
	tt_arena_release(&(*r)->filtered);
	tt_free(r);
}
