/* redact.c - mail addresses become tokens that are the same everywhere
 *
 * In a text, what stands before an at sign is a local part: redact_scan.c
 * finds it.  %40, =40 and HTML's &#64; are at signs too, &lt; is a bracket and
 * &quot; a quote.  Local parts that stand without one,
 * behind words of a server, are found by the patterns of rules/redact.yaml.
 * Encoded words that nobody decoded are taken whole: what is in them cannot be
 * seen.  What was cut off may have been an at sign:
 * where a text ends early, or shows a cut (TT_CUT_MARK), what could be the
 * beginning of a local part is taken for one.
 *
 * Base64 that is not an encoded word is not decoded.
 *
 * Where it is not sure, it takes more and not less.  Time is linear in the
 * text, but for the patterns, which are bounded by the matcher; a text is at
 * most TT_MAX_header_value bytes. */
#include "redact_scan.h"
#include "rules.h"

#define TOKEN_DIGITS 10

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

/* Takes the address around the at sign; returns where to go on. */
static size_t take_address(struct job *j, size_t lo, size_t at, size_t sign,
			   const struct part *mark)
{
	size_t from = tt_local_before(j->s, lo, at), domain_from;
	size_t end = tt_domain_behind(j->s, at + sign,
				      tt_is_bracket_before(j->s, lo, from),
				      &domain_from);
	bool is_local = false;

	/* a@b@example.org: b may be half of a local part. In a@b.(c)d@e it is
	 * d, and the rest is a domain. */
	if (end > domain_from && end < j->s.n && tt_at_sign(j->s, end)) {
		const size_t next = tt_local_before(j->s, domain_from, end);

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
	const size_t from = tt_local_before_cut(j->s, lo, cut);
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
		const size_t sign = tt_at_sign(j->s, i);
		const size_t word = tt_encoded_word(j->s, i);

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
	if (tt_at_sign(j->s, from) >= to - from)
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
		const size_t end = tt_skip_comment(j->s, from);

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
		const size_t sign = at < j->s.n ? tt_at_sign(j->s, at) : 0;
		size_t from, end;

		if (!is_wholly || !sign)
			continue;
		end = tt_domain_behind(j->s, at + sign,
				    tt_is_bracket_before(j->s, 0, p->from), &from);
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
