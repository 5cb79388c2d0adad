/* browse_question.c - what somebody asks, from the bytes of a request
 *
 * Nothing is guessed: a parameter that is not known, comes twice or cannot be
 * read is refused, so that no list shows more than was asked for. */
#include "browse.h"

#define N(a) (sizeof(a) / sizeof((a)[0]))

static bool read_hex(struct tt_slice s, uint8_t *to, size_t n)
{
	if (s.n != 2 * n)
		return false;
	for (size_t i = 0; i < n; i++) {
		const int high = tt_hex(s.p[2 * i]);
		const int low = tt_hex(s.p[2 * i + 1]);

		if (high < 0 || low < 0)
			return false;
		to[i] = (uint8_t)(high * 16 + low);
	}
	return true;
}

static bool read_cursor(struct tt_slice s, struct tt_cursor *cursor)
{
	cursor->is_set = read_hex(s, cursor->bytes, TT_CURSOR_LEN);
	return cursor->is_set;
}

/* Without its %XX; p NULL: they are not whole. */
static struct tt_slice unescape(struct tt_slice s, struct tt_arena *arena)
{
	uint8_t *const to = tt_arena_alloc(arena, s.n + 1);
	size_t n = 0;

	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] != '%') {
			to[n++] = s.p[i] == '+' ? ' ' : s.p[i];
			continue;
		}
		if (!read_hex(tt_slice_sub(s, i + 1, 2), &to[n], 1))
			return TT_NO_SLICE;
		n++;
		i += 2;
	}
	return (struct tt_slice){ to, n };
}

/* ---- parameters ---- */

static bool is_none(struct tt_slice s)
{
	return tt_slice_eq(s, TT_S("-"));
}

/* The number whose word it is. */
static bool find_word(struct tt_slice s, const char *(*name)(int), int from,
		      int n, int *to)
{
	for (int i = from; i < n; i++)
		if (tt_slice_eq(s, tt_slice_str(name(i)))) {
			*to = i;
			return true;
		}
	return false;
}

static const char *verdict_name(int i)
{
	return tt_result_verdict_name((enum tt_result_verdict)i);
}
static const char *basis_name(int i)
{
	return tt_basis_name((enum tt_basis)i);
}
static const char *way_name(int i)
{
	return tt_way_name((enum tt_way)i);
}

static bool take_verdict(struct tt_browse_options *o, struct tt_slice s)
{
	return find_word(s, verdict_name, 0, TT_RESULT_FAIL + 1,
			 &o->filter.verdict);
}

static bool take_basis(struct tt_browse_options *o, struct tt_slice s)
{
	return find_word(s, basis_name, TT_BASIS_NONE + 1, TT_BASIS_LOG + 1,
			 &o->filter.basis);
}

static bool take_version(struct tt_browse_options *o, struct tt_slice s)
{
	return find_word(s, way_name, 0, TT_WAY_COUNT, &o->filter.way);
}

static bool take_peer(struct tt_browse_options *o, struct tt_slice s)
{
	o->filter.has_peer = true;
	o->filter.peer = is_none(s) ? TT_NO_SLICE : s;
	return true;
}

static bool take_month(struct tt_browse_options *o, struct tt_slice s)
{
	const int64_t year = tt_slice_number(tt_slice_sub(s, 0, 4), 9999);
	const int64_t month = tt_slice_number(tt_slice_sub(s, 5, 2), 12);

	o->filter.has_month = true;
	o->filter.month = TT_NO_MONTH;
	if (is_none(s))
		return true;
	if (s.n != 7 || s.p[4] != '-' || year < 0 || month < 1)
		return false;
	o->filter.month = (int32_t)(year * 12 + month - 1);
	return true;
}

static bool take_inside(struct tt_browse_options *o, struct tt_slice s)
{
	o->filter.is_embedded = tt_slice_eq(s, TT_S("1"));
	return o->filter.is_embedded || tt_slice_eq(s, TT_S("0"));
}

static bool take_q(struct tt_browse_options *o, struct tt_slice s)
{
	struct tt_browse_filter *const f = &o->filter;

	for (s = tt_slice_trim(s); s.n; s = tt_slice_trim(s)) {
		size_t n = 0;

		while (n < s.n && !tt_is_space(s.p[n]))
			n++;
		if (f->n_terms == TT_BROWSE_TERMS)
			return false;
		f->term[f->n_terms++] = tt_slice_sub(s, 0, n);
		s = tt_slice_sub(s, n, s.n);
	}
	return true;
}

static bool take_after(struct tt_browse_options *o, struct tt_slice s)
{
	return !o->from.is_set && read_cursor(s, &o->from);
}

static bool take_before(struct tt_browse_options *o, struct tt_slice s)
{
	o->is_newer = true;
	return !o->from.is_set && read_cursor(s, &o->from);
}

static bool take_limit(struct tt_browse_options *o, struct tt_slice s)
{
	const int64_t n = tt_slice_number(s, (int64_t)TT_MAX_browse_page);

	o->limit = n > 0 ? (size_t)n : 0;
	return n > 0;
}

static const struct parameter {
	const char *name;
	bool (*take)(struct tt_browse_options *o, struct tt_slice value);
	const char *text; /* what it must be */
} parameters[] = {
	{ "verdict", take_verdict,
	  "verdict is pass, fail, undetermined or none" },
	{ "basis", take_basis, "basis is marker, keyword, software or log" },
	{ "version", take_version,
	  "version is TLSv1.3 or the like, no-version, cleartext, unknown, "
	  "local or none" },
	{ "peer", take_peer, "peer is a domain, an address or -" },
	{ "month", take_month, "month is as 2026-06, or -" },
	{ "inside", take_inside, "inside is 1 or 0" },
	{ "q", take_q, "q is at most 8 words" },
	{ "after", take_after, "after is what next was; not with before" },
	{ "before", take_before,
	  "before is what previous was; not with after" },
	{ "limit", take_limit, "limit is a number from 1 to 200" },
};

/* What it is wrong with; NULL: nothing. */
static const char *take_argument(struct tt_browse_options *o,
				 struct tt_slice argument, unsigned *seen,
				 struct tt_arena *arena)
{
	const size_t at = tt_slice_chr(argument, '=');
	const struct tt_slice name = tt_slice_sub(argument, 0, at);
	const struct tt_slice value = unescape(
		at == SIZE_MAX ? TT_S("") :
				 tt_slice_sub(argument, at + 1, argument.n),
		arena);

	for (size_t i = 0; i < N(parameters); i++) {
		const struct parameter *const p = &parameters[i];

		if (!tt_slice_eq(name, tt_slice_str(p->name)))
			continue;
		if (*seen >> i & 1)
			return "a parameter that comes twice";
		*seen |= 1u << i;
		if (!value.p)
			return "a % that no two hexadecimal digits follow";
		return value.n && !p->take(o, value) ? p->text : NULL;
	}
	return "a parameter that is none of those of a list";
}

static void read_list(struct tt_question *q, struct tt_slice query,
		      struct tt_arena *arena)
{
	unsigned seen = 0;

	q->kind = TT_QUESTION_LIST;
	q->list = (struct tt_browse_options){ .filter = TT_BROWSE_ALL,
					      .limit = 50 };
	while (query.n && !q->text) {
		const size_t end = tt_slice_chr(query, '&');

		q->text = take_argument(&q->list, tt_slice_sub(query, 0, end),
					&seen, arena);
		query = end == SIZE_MAX ? TT_NO_SLICE :
					  tt_slice_sub(query, end + 1, query.n);
	}
	if (q->text)
		q->kind = TT_QUESTION_BAD;
}

/* ---- the path ---- */

#define MESSAGES TT_S("/api/messages")

static void read_message(struct tt_question *q, struct tt_slice id)
{
	q->has_content = read_hex(id, q->content, TT_SHA256_LEN);
	if (q->has_content || read_cursor(id, &q->cursor))
		q->kind = TT_QUESTION_MESSAGE;
}

void tt_question_read(struct tt_question *q, struct tt_slice bytes,
		      struct tt_arena *arena)
{
	const size_t at = tt_slice_chr(bytes, '?');
	const struct tt_slice path = tt_slice_sub(bytes, 0, at);
	const struct tt_slice query =
		at == SIZE_MAX ? TT_NO_SLICE :
				 tt_slice_sub(bytes, at + 1, bytes.n);
	const struct tt_slice start = tt_slice_sub(path, 0, MESSAGES.n + 1);

	*q = (struct tt_question){ .kind = TT_QUESTION_NONE };
	if (tt_slice_eq(path, MESSAGES)) {
		read_list(q, query, arena);
	} else if (query.n) {
		q->kind = TT_QUESTION_BAD;
		q->text = "only lists have parameters";
	} else if (tt_slice_eq(path, TT_S("/api/case"))) {
		q->kind = TT_QUESTION_FIGURES;
	} else if (tt_slice_eq(start, TT_S("/api/messages/"))) {
		read_message(q, tt_slice_sub(path, start.n, path.n));
	}
}
