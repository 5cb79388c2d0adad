/* report_compare - what got better between two cases, and what worse
 *
 * Months, receivers and senders that both cases have are compared by the
 * share of their mail that is known to meet the profile, then by the share
 * under TLS 1.3.  What so few messages show by chance once in twenty times
 * (chi-square of the two shares) is no change, unless it is from all to none.
 * Those that one case alone has are told as numbers. */
#include <stdlib.h>
#include "report_answer.h"
#include "report_lines.h"
#include "words.h"

#define TOP_CHANGES 10
#define SHARE 9 /* columns of each */
#define LEAST_TENTHS 10 /* a change of less than one point is none */
#define CHANCE 3.84	/* chi-square, one degree of freedom, 5 % */

struct change {
	const struct tt_group *old, *now;
	int direction; /* more than 0: better */
	double weight;
};
struct changes {
	TT_VEC(struct change) v;
	uint64_t same, only_old, only_now;
};

struct kind {
	const char *what, *title, *unknown;
	const struct tt_groups *old, *now;
};

/* m of n messages, then and now. */
struct shares {
	uint64_t old_m, old_n, now_m, now_n;
};

static uint64_t entered(const struct tt_group *g)
{
	const struct tt_states s = tt_states_of(g);

	return s.all - s.n[TT_STATE_NONE];
}

static double chi_square(const struct shares *s)
{
	const double m = (double)(s->old_m + s->now_m);
	const double a = (double)s->old_n, b = (double)s->now_n;
	const double d = (double)s->old_m * b - (double)s->now_m * a;
	const double spread = m * (a + b - m) * a * b;

	return spread > 0 ? d * d * (a + b) / spread : 0;
}

static int change_of(const struct shares *s, double *weight_r)
{
	const int old = (int)tt_share(s->old_m, s->old_n);
	const int now = (int)tt_share(s->now_m, s->now_n);
	const int by = now - old;

	*weight_r = chi_square(s);
	if (abs(by) == 1000 || (abs(by) >= LEAST_TENTHS && *weight_r >= CHANCE))
		return by;
	return 0;
}

static int cmp_key(const void *a, const void *b)
{
	const struct tt_group *const x = *(const struct tt_group *const *)a;
	const struct tt_group *const y = *(const struct tt_group *const *)b;
	const int by_name = tt_slice_cmp(x->name, y->name);

	if (x->month != y->month)
		return x->month < y->month ? -1 : 1;
	if (!x->name.p != !y->name.p)
		return x->name.p ? 1 : -1;
	if (by_name)
		return by_name;
	if (!x->part.p != !y->part.p)
		return x->part.p ? 1 : -1;
	return tt_slice_cmp(x->part, y->part);
}

/* Heaviest first, then by key. */
static int cmp_weight(const void *a, const void *b)
{
	const struct change *x = a, *y = b;

	if (x->weight != y->weight)
		return x->weight > y->weight ? -1 : 1;
	return cmp_key(&x->now, &y->now);
}

static const struct tt_group **by_key(const struct tt_groups *g,
				      struct tt_arena *arena)
{
	const struct tt_group **v =
		TT_NEW_N(arena, const struct tt_group *, g->n + 1);

	for (size_t i = 0; i < g->n; i++)
		v[i] = &g->v[i];
	if (g->n)
		qsort(v, g->n, sizeof(v[0]), cmp_key);
	return v;
}

static void add_change(struct changes *to, const struct tt_group *old,
		       const struct tt_group *now, struct tt_arena *arena)
{
	struct change c = { .old = old, .now = now };
	const struct shares meets = { tt_group_meeting(old), entered(old),
				      tt_group_meeting(now), entered(now) };
	const struct shares tls13 = { old->version[TT_TLSV1_3], meets.old_n,
				      now->version[TT_TLSV1_3], meets.now_n };

	if (meets.old_n && meets.now_n)
		c.direction = change_of(&meets, &c.weight);
	if (meets.old_n && meets.now_n && !c.direction)
		c.direction = change_of(&tls13, &c.weight);
	if (c.direction)
		*tt_vec_push(arena, &to->v) = c;
	else
		to->same++;
}

static void find_changes(struct changes *to, const struct tt_groups *old,
			 const struct tt_groups *now, struct tt_arena *arena)
{
	const struct tt_group **x = by_key(old, arena);
	const struct tt_group **y = by_key(now, arena);
	size_t i = 0, k = 0;

	*to = (struct changes){ 0 };
	while (i < old->n || k < now->n) {
		const int c = i == old->n ? 1 :
			      k == now->n ? -1 :
					    cmp_key(&x[i], &y[k]);

		if (c == 0)
			add_change(to, x[i], y[k], arena);
		to->only_old += c < 0;
		to->only_now += c > 0;
		i += c <= 0;
		k += c >= 0;
	}
	if (to->v.n)
		qsort(to->v.v, to->v.n, sizeof(to->v.v[0]), cmp_weight);
}

/* ---- printing ---- */

/* Right-aligned, so that it ends before column `end`. */
static void put_share(struct tt_lines *l, uint64_t n, uint64_t whole,
		      size_t end)
{
	struct tt_out text;

	tt_out_init(&text, -1);
	tt_share_put(&text, n, whole);
	tt_lay_to(&l->lay, end - text.n);
	tt_lay_put(&l->lay, tt_lay_collected(&text));
	tt_out_release(&text);
}

static size_t bar_width(const struct tt_lines *l)
{
	const size_t width = tt_lines_bar_width(l);

	return width > SHARE + 8 ? width - SHARE : 8;
}

static void put_shares(struct tt_lines *l, const struct tt_group *g)
{
	const struct tt_states s = tt_states_of(g);
	const size_t bar = bar_width(l), at = l->name + bar;

	tt_lines_bar(l, &s, bar);
	tt_lay_to(&l->lay, at);
	tt_lines_number(l, g->messages, 11);
	put_share(l, tt_group_meeting(g), entered(g), at + 11 + SHARE);
	put_share(l, g->version[TT_TLSV1_3], entered(g),
		  at + 11 + 2 * SHARE);
	tt_lay_end(&l->lay);
}

static void put_label(struct tt_lines *l, const struct tt_group *g,
		      const char *unknown)
{
	struct tt_out text;

	tt_out_init(&text, -1);
	if (g->month != TT_NO_MONTH)
		tt_month_put(&text, g->month);
	else if (!g->name.p)
		tt_out_str(&text, unknown);
	else
		tt_out_text(&text, tt_lines_filtered(l, g->name));
	if (g->part.p) {
		tt_out_str(&text, " ");
		tt_out_text(&text, tt_lines_filtered(l, g->part));
	}
	tt_lay_line(&l->lay, 0);
	tt_lay_cut(&l->lay, tt_lay_collected(&text), l->name - 5);
	tt_out_release(&text);
	tt_lay_to(&l->lay, l->name - 4);
}

static void put_change(struct tt_lines *l, const struct change *c,
		       const char *unknown)
{
	put_label(l, c->now, unknown);
	tt_lay_put(&l->lay, TT_S("old"));
	tt_lay_to(&l->lay, l->name);
	put_shares(l, c->old);
	tt_lay_to(&l->lay, l->name - 4);
	tt_lay_put(&l->lay, TT_S("new"));
	tt_lay_to(&l->lay, l->name);
	put_shares(l, c->now);
}

static void put_title(struct tt_lines *l, const char *word, const char *what,
		      enum tt_tint tint)
{
	const size_t at = l->name + bar_width(l) + 11;

	tt_lay_end(&l->lay);
	tt_out_str(l->lay.out, "\n");
	tt_lay_tint(&l->lay, tint);
	tt_lay_str(&l->lay, word);
	tt_lay_tint(&l->lay, TT_TINT_NONE);
	tt_lay_gap(&l->lay, " ");
	tt_lay_str(&l->lay, what);
	tt_lay_tint(&l->lay, TT_TINT_DIM);
	tt_lay_to(&l->lay, at - 8);
	tt_lay_put(&l->lay, TT_S("messages"));
	tt_lay_to(&l->lay, at + SHARE - 4);
	tt_lay_put(&l->lay, TT_S("meet"));
	tt_lay_to(&l->lay, at + 2 * SHARE - 7);
	tt_lay_put(&l->lay, TT_S("TLS 1.3"));
	tt_lay_tint(&l->lay, TT_TINT_NONE);
	tt_lay_end(&l->lay);
}

static void put_side(struct tt_lines *l, const struct changes *c,
		     bool is_better, const struct kind *kind)
{
	uint64_t n = 0;

	for (size_t i = 0; i < c->v.n; i++) {
		if ((c->v.v[i].direction > 0) != is_better)
			continue;
		if (n == 0)
			put_title(l, is_better ? "Better:" : "Worse:",
				  kind->what,
				  is_better ? TT_TINT_GOOD : TT_TINT_BAD);
		if (n++ < TOP_CHANGES)
			put_change(l, &c->v.v[i], kind->unknown);
	}
	if (n > TOP_CHANGES) {
		tt_lay_line(&l->lay, 0);
		tt_lay_str(&l->lay, "and ");
		tt_lines_number(l, n - TOP_CHANGES, 0);
		tt_lay_gap(&l->lay, " ");
		tt_lay_str(&l->lay, "more");
		tt_lay_end(&l->lay);
	}
}

static void put_rest(struct tt_lines *l, const struct changes *c,
		     const char *what)
{
	struct tt_out text;

	tt_out_init(&text, -1);
	tt_out_str(&text, what);
	tt_out_str(&text, ": ");
	tt_words_big(&text, c->same);
	tt_out_str(&text, " as before or within chance, ");
	tt_words_big(&text, c->only_old);
	tt_out_str(&text, " in the old case alone, ");
	tt_words_big(&text, c->only_now);
	tt_out_str(&text, " in the new one alone.");
	tt_lines_text(l, &text);
	tt_out_release(&text);
}

static void put_whole(struct tt_lines *l, const char *word,
		      const struct tt_report *r)
{
	const struct tt_group all = tt_groups_sum(&r->months);

	tt_lines_name(l, tt_slice_str(word), "", 0);
	put_shares(l, &all);
}

void tt_report_compare(struct tt_out *out, const struct tt_report *old,
		       const struct tt_report *now,
		       const struct tt_report_look *look)
{
	const struct kind kinds[] = {
		{ "receiving systems", "Receiving systems", "not known",
		  &old->receivers, &now->receivers },
		{ "senders", "Senders", "not named", &old->peer_parts,
		  &now->peer_parts },
		{ "months", "Months", "undated", &old->months, &now->months },
	};
	struct tt_arena arena = { 0 };
	struct changes c[3];
	struct tt_lines l;

	tt_lines_begin(&l, out, look);
	put_title(&l, "All mail", "", TT_TINT_BOLD);
	put_whole(&l, "old", old);
	put_whole(&l, "new", now);
	for (size_t i = 0; i < 3; i++) {
		find_changes(&c[i], kinds[i].old, kinds[i].now, &arena);
		put_side(&l, &c[i], false, &kinds[i]);
		put_side(&l, &c[i], true, &kinds[i]);
	}
	tt_out_str(out, "\n");
	for (size_t i = 0; i < 3; i++)
		put_rest(&l, &c[i], kinds[i].title);
	tt_lines_end(&l);
	tt_arena_release(&arena);
}
