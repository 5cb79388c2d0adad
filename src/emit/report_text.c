/* report_text - the answer of a report for a terminal
 *
 * The same figures as the page, in the same order, as far as they fit a
 * screen or two.  A bar's signs tell the state where there is no colour. */
#include "report_answer.h"
#include "report_lines.h"
#include "view.h"
#include "words.h"

#define DEFAULT_WIDTH 80
#define MAX_WIDTH 120 /* longer bars tell no more */
#define TOP_ROWS 10
#define WORST_PEERS 5
#define LAST_PERIODS 24
#define TOP_NAMES 5

static enum tt_tint tint_of(enum tt_state s)
{
	switch (s) {
	case TT_STATE_TLS13:
	case TT_STATE_TLS12: return TT_TINT_GOOD;
	case TT_STATE_TLS:
	case TT_STATE_SILENT: return TT_TINT_DOUBT;
	case TT_STATE_OLD:
	case TT_STATE_CLEAR: return TT_TINT_BAD;
	case TT_STATE_NONE:
	case TT_STATE_COUNT: break;
	}
	return TT_TINT_DIM;
}

void tt_lines_begin(struct tt_lines *l, struct tt_out *out,
		    const struct tt_report_look *look)
{
	size_t width = look->width ? look->width : DEFAULT_WIDTH;

	if (width > MAX_WIDTH)
		width = MAX_WIDTH;
	tt_lay_init(&l->lay, out, width, look->has_color);
	l->name = l->lay.width / 3;
	l->filter = out->filter;
	out->filter = NULL;
}

void tt_lines_end(struct tt_lines *l)
{
	tt_lay_end(&l->lay);
	l->lay.out->filter = l->filter;
}

struct tt_slice tt_lines_filtered(const struct tt_lines *l, struct tt_slice s)
{
	return l->filter && s.p ? l->filter->apply(l->filter->ctx, s) : s;
}

void tt_lines_title(struct tt_lines *l, const char *title)
{
	tt_lay_end(&l->lay);
	tt_out_str(l->lay.out, "\n");
	tt_lay_tint(&l->lay, TT_TINT_BOLD);
	tt_lay_str(&l->lay, title);
	tt_lay_tint(&l->lay, TT_TINT_NONE);
	tt_lay_end(&l->lay);
}

void tt_lines_text(struct tt_lines *l, const struct tt_out *text)
{
	tt_lay_line(&l->lay, 0);
	tt_lay_text(&l->lay, tt_lay_collected(text));
	tt_lay_end(&l->lay);
}

void tt_lines_name(struct tt_lines *l, struct tt_slice name,
		   const char *unknown, size_t indent)
{
	tt_lay_line(&l->lay, 0);
	tt_lay_to(&l->lay, indent);
	tt_lay_cut(&l->lay,
		   name.p ? tt_lines_filtered(l, name) : tt_slice_str(unknown),
		   l->name - indent - 1);
	tt_lay_to(&l->lay, l->name);
}

void tt_lines_number(struct tt_lines *l, uint64_t n, size_t width)
{
	struct tt_out text;
	const size_t from = l->lay.col;

	tt_out_init(&text, -1);
	tt_words_big(&text, n);
	if (text.n < width)
		tt_lay_to(&l->lay, from + width - text.n);
	tt_lay_put(&l->lay, tt_lay_collected(&text));
	tt_out_release(&text);
}

/* Whatever is there has a sign at least where the bar has room for it. */
void tt_lines_bar(struct tt_lines *l, const struct tt_states *s, size_t width)
{
	uint64_t before = 0;

	for (int i = 0; i < TT_STATE_COUNT && s->all; i++) {
		const enum tt_state state = (enum tt_state)i;
		const uint64_t from = before * width / s->all;

		before += s->n[i];
		if (!s->n[i])
			continue;
		tt_lay_tint(&l->lay, tint_of(state));
		tt_lay_rule(&l->lay, tt_state_words(state)->bar,
			    before * width / s->all - from);
		tt_lay_tint(&l->lay, TT_TINT_NONE);
	}
}

size_t tt_lines_bar_width(const struct tt_lines *l)
{
	const size_t rest = l->lay.width - l->name;

	return rest > TT_LINES_NUMBERS + 8 ? rest - TT_LINES_NUMBERS : 8;
}

/* ---- the answer ---- */

static void put_legend(struct tt_lines *l, const struct tt_report_answer *a)
{
	const struct tt_states *s = &a->states;

	for (int i = 0; i < TT_STATE_COUNT; i++) {
		const enum tt_state state = (enum tt_state)i;
		struct tt_out share;

		if (!s->n[i])
			continue;
		tt_lay_line(&l->lay, 0);
		tt_lay_tint(&l->lay, tint_of(state));
		tt_lay_put(&l->lay, tt_slice_str(tt_state_words(state)->bar));
		tt_lay_tint(&l->lay, TT_TINT_NONE);
		tt_out_init(&share, -1);
		tt_share_put(&share, s->n[i], s->all);
		tt_lay_to(&l->lay, 10 - share.n);
		tt_lay_put(&l->lay, tt_lay_collected(&share));
		tt_out_release(&share);
		tt_lines_number(l, s->n[i], 11);
		tt_lay_gap(&l->lay, "  ");
		tt_lay_str(&l->lay, tt_state_words(state)->word);
	}
	tt_lay_end(&l->lay);
}

static void put_sentences(struct tt_lines *l, const struct tt_report_answer *a,
			  struct tt_slice profile)
{
	struct tt_out text;

	tt_out_init(&text, -1);
	tt_answer_since(&text, a);
	tt_out_str(&text, " ");
	tt_answer_last(&text, a);
	tt_lines_title(l, "Since when");
	tt_lines_text(l, &text);
	text.n = 0;
	tt_answer_rest(&text, a, tt_lines_filtered(l, profile));
	tt_lines_title(l, "Whose part the rest is");
	tt_lines_text(l, &text);
	tt_out_release(&text);
}

static void put_fault(struct tt_lines *l, const struct tt_fault_list *f,
		      const char *word)
{
	if (!f->total)
		return;
	tt_lay_line(&l->lay, 14);
	tt_lines_number(l, f->total, 9);
	tt_lay_gap(&l->lay, " ");
	tt_lay_str(&l->lay, word);
	tt_lay_put(&l->lay, TT_S(":"));
	for (size_t i = 0; i < f->n && i < TOP_NAMES; i++) {
		struct tt_out text;

		tt_lay_gap(&l->lay, " ");
		tt_out_init(&text, -1);
		tt_out_text(&text, f->v[i].name.p ?
					   tt_lines_filtered(l, f->v[i].name) :
					   TT_S("not named"));
		tt_out_str(&text, " ");
		tt_words_big(&text, f->v[i].n);
		if (i + 1 < f->n)
			tt_out_str(&text, ",");
		tt_lay_put(&l->lay, tt_lay_collected(&text));
		tt_out_release(&text);
	}
	tt_lay_gap(&l->lay, " ");
	if (f->more + f->n > TOP_NAMES)
		tt_lay_put(&l->lay, TT_S(TT_CUT_MARK));
	tt_lay_end(&l->lay);
}

static void put_faults(struct tt_lines *l, const struct tt_faults *f)
{
	put_fault(l, &f->part[TT_PART_SENDER], "the sender's");
	put_fault(l, &f->part[TT_PART_RECEIVER], "the receiver's");
	put_fault(l, &f->part[TT_PART_OPEN], "open");
}

/* ---- lists ---- */

static void put_group(struct tt_lines *l, const struct tt_group *g)
{
	const struct tt_states s = tt_states_of(g);
	const size_t bar = tt_lines_bar_width(l);
	const uint64_t failing = tt_group_failing(g);

	tt_lines_bar(l, &s, bar);
	tt_lay_to(&l->lay, l->name + bar);
	tt_lines_number(l, g->messages, 11);
	if (failing)
		tt_lay_tint(&l->lay, TT_TINT_BAD);
	tt_lines_number(l, failing, 11);
	tt_lay_tint(&l->lay, TT_TINT_NONE);
	tt_lay_end(&l->lay);
}

static void put_heading(struct tt_lines *l, const char *title)
{
	const size_t at = l->name + tt_lines_bar_width(l);

	tt_lay_end(&l->lay);
	tt_out_str(l->lay.out, "\n");
	tt_lay_tint(&l->lay, TT_TINT_BOLD);
	tt_lay_cut(&l->lay, tt_slice_str(title), l->name - 1);
	tt_lay_tint(&l->lay, TT_TINT_NONE);
	tt_lay_tint(&l->lay, TT_TINT_DIM);
	tt_lay_to(&l->lay, at + 3);
	tt_lay_put(&l->lay, TT_S("messages"));
	tt_lay_to(&l->lay, at + 15);
	tt_lay_put(&l->lay, TT_S("failing"));
	tt_lay_tint(&l->lay, TT_TINT_NONE);
	tt_lay_end(&l->lay);
}

static void put_more(struct tt_lines *l, uint64_t more)
{
	struct tt_out text;

	if (!more)
		return;
	tt_out_init(&text, -1);
	tt_out_str(&text, "and ");
	tt_words_big(&text, more);
	tt_out_str(&text, " more");
	tt_lay_tint(&l->lay, TT_TINT_DIM);
	tt_lines_text(l, &text);
	tt_lay_tint(&l->lay, TT_TINT_NONE);
	tt_out_release(&text);
}

static void put_groups(struct tt_lines *l, const char *title,
		       const struct tt_groups *g, const struct tt_groups *parts)
{
	const size_t n = g->n < TOP_ROWS ? g->n : TOP_ROWS;

	if (!n)
		return;
	put_heading(l, title);
	for (size_t i = 0; i < n; i++) {
		const struct tt_slice name = g->v[i].name;

		tt_lines_name(l, name, "not named", 0);
		put_group(l, &g->v[i]);
		for (size_t k = 0; parts && name.p && k < parts->n; k++) {
			const struct tt_group *part = &parts->v[k];

			if (!part->part.p || !tt_slice_eq(part->name, name))
				continue;
			tt_lines_name(l, part->part, "", 2);
			put_group(l, part);
		}
	}
	put_more(l, g->more + g->n - n);
}

static void put_odd(struct tt_lines *l, const struct tt_group *g,
		    const char *words)
{
	if (!g->messages)
		return;
	tt_lines_name(l, tt_slice_str(words), "", 0);
	put_group(l, g);
}

/* The first of the last columns that have mail. */
static size_t first_shown(const struct tt_periods *p)
{
	size_t i = p->v.n;

	for (size_t n = 0; i > 0 && n < LAST_PERIODS; i--)
		n += p->v.v[i - 1].sum.messages > 0;
	return i;
}

static void put_period(struct tt_lines *l, const struct tt_periods *p, size_t i,
		       const char *before, const struct tt_group *g)
{
	struct tt_out text;

	if (!g->messages)
		return;
	tt_out_init(&text, -1);
	tt_out_str(&text, before);
	tt_period_put(&text, p, i);
	tt_lines_name(l, tt_lay_collected(&text), "", 0);
	tt_out_release(&text);
	put_group(l, g);
}

static void put_periods(struct tt_lines *l, const struct tt_report *r)
{
	struct tt_arena arena = { 0 };
	struct tt_group before = { 0 };
	struct tt_periods p;

	tt_periods_make(&p, &r->months, &arena);
	const size_t from = first_shown(&p);

	if (r->months.n)
		put_heading(l, "When received");
	for (size_t i = 0; i < from; i++)
		tt_group_add(&before, &p.v.v[i].sum);
	if (from)
		put_period(l, &p, from, "before ", &before);
	for (size_t i = from; i < p.v.n; i++)
		put_period(l, &p, i, "", &p.v.v[i].sum);
	put_odd(l, &p.later, "years later");
	put_odd(l, &p.undated, "undated");
	tt_arena_release(&arena);
}

/* ---- what was read, and what not ---- */

#define LABEL 16 /* columns, as in the summary above it */

struct part {
	const char *word;
	struct tt_slice name; /* in place of a word of ours */
	uint64_t n;
};

static void put_parts(struct tt_lines *l, const char *label,
		      const struct part *parts, size_t n)
{
	struct tt_out text;

	tt_lay_line(&l->lay, LABEL);
	tt_lay_str(&l->lay, label);
	tt_lay_to(&l->lay, LABEL);
	for (size_t i = 0; i < n; i++) {
		if (!parts[i].n)
			continue;
		tt_out_init(&text, -1);
		tt_out_text(&text, parts[i].word ?
					   tt_slice_str(parts[i].word) :
					   tt_lines_filtered(l, parts[i].name));
		tt_out_str(&text, " ");
		tt_words_big(&text, parts[i].n);
		tt_lay_put(&l->lay, tt_lay_collected(&text));
		tt_lay_gap(&l->lay, TT_DOT);
		tt_out_release(&text);
	}
	tt_lay_end(&l->lay);
}

static void put_sources(struct tt_lines *l, const struct tt_report *r)
{
	const uint64_t *f = r->counts.files;
	const struct part files[] = {
		{ "read", TT_NO_SLICE, f[TT_SOURCE_DONE] },
		{ "not to the end", TT_NO_SLICE, f[TT_SOURCE_BEGUN] },
		{ "skipped", TT_NO_SLICE, f[TT_SOURCE_SKIPPED] },
		{ "could not be read", TT_NO_SLICE, f[TT_SOURCE_FAILED] },
		{ "events of logs", TT_NO_SLICE, r->counts.events },
	};
	struct part diags[TOP_ROWS + 1] = { 0 };

	put_parts(l, "files", files, sizeof(files) / sizeof(files[0]));
	for (size_t i = 0; i < r->diags.n; i++) {
		const struct tt_code_count *c = &r->diags.v[i];
		struct part *p = &diags[i < TOP_ROWS ? i : TOP_ROWS];

		p->name = c->code;
		p->word = i < TOP_ROWS ? NULL : "others";
		p->n += c->messages + c->sources;
	}
	if (r->diags.n)
		put_parts(l, "skipped or cut", diags, TOP_ROWS + 1);
}

void tt_report_text(struct tt_out *out, const struct tt_report *r,
		    const struct tt_report_look *look)
{
	struct tt_report_answer a;
	struct tt_lines l;
	struct tt_out text;

	tt_lines_begin(&l, out, look);
	tt_report_answer(&a, r);
	tt_out_init(&text, -1);
	tt_answer_lede(&text, &a);
	tt_lay_tint(&l.lay, TT_TINT_BOLD);
	tt_lines_text(&l, &text);
	tt_lay_tint(&l.lay, TT_TINT_NONE);
	text.n = 0;
	tt_answer_range(&text, r);
	if (text.n)
		tt_lines_text(&l, &text);
	tt_out_release(&text);
	tt_lines_bar(&l, &a.states, l.lay.width);
	tt_lay_end(&l.lay);
	put_legend(&l, &a);
	put_sentences(&l, &a, r->profile);
	put_faults(&l, &r->faults);
	put_periods(&l, r);
	put_groups(&l, "Receiving systems", &r->receivers, NULL);
	put_groups(&l, "Senders", &r->peers, &r->peer_parts);
	tt_view_summary(&l.lay, &r->totals,
			tt_lines_filtered(&l, r->profile));
	put_sources(&l, r);
	tt_lines_end(&l);
}

/* Those of the list that have failing mail; it is in that order. */
static void put_worst_peers(struct tt_lines *l, const struct tt_groups *peers)
{
	struct part worst[WORST_PEERS] = { 0 };

	for (size_t i = 0; i < peers->n && i < WORST_PEERS; i++) {
		const struct tt_group *g = &peers->v[i];

		worst[i].word = g->name.p ? NULL : "not named";
		worst[i].name = g->name;
		worst[i].n = tt_group_failing(g);
	}
	if (worst[0].n)
		put_parts(l, "most failing", worst, WORST_PEERS);
}

void tt_report_rest(struct tt_out *out, const struct tt_report *r,
		    const struct tt_report_look *look)
{
	struct tt_lines l;

	tt_lines_begin(&l, out, look);
	put_worst_peers(&l, &r->worst_peers);
	put_sources(&l, r);
	tt_lines_end(&l);
}
