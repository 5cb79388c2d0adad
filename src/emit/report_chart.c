/* report_chart - what the mail travelled under, month by month
 *
 * Stacked shares, and over them how many messages they are shares of: a month
 * with three messages looks like one with three thousand otherwise.  The
 * same figures stand below as a table. */
#include "report_private.h"

#define TOP 12	   /* px above the highest column */
#define VOLUME 40  /* px of the strip of volumes */
#define SHARES 62  /* px where the shares begin */
#define HEIGHT 150 /* px of the shares */
#define LABELS (SHARES + HEIGHT + 16)
#define MAX_LABELS 4 /* as many as 400 px hold */

/* A layer of a stack, from the bottom up. */
struct layer {
	const char *word, *sign, *class;
	uint64_t n;
};
#define MAX_LAYERS TT_STATE_COUNT

static size_t layers_of_states(const struct tt_group *g, struct layer *v)
{
	const struct tt_states s = tt_states_of(g);

	for (int i = 0; i < TT_STATE_COUNT; i++) {
		const struct tt_state_words *w =
			tt_state_words((enum tt_state)i);

		v[i] = (struct layer){ w->word, w->sign, w->class, s.n[i] };
	}
	return TT_STATE_COUNT;
}

static size_t layers_of_results(const struct tt_group *g, struct layer *v)
{
	static const struct {
		enum tt_result_verdict r;
		struct layer layer;
	} rows[] = {
		{ TT_RESULT_PASS, { "pass", "\xe2\x97\x8f", "s3", 0 } },
		{ TT_RESULT_UNDETERMINED, { "undetermined", "?", "su", 0 } },
		{ TT_RESULT_FAIL, { "fail", "\xe2\x96\xb2", "sc", 0 } },
		{ TT_RESULT_NONE,
		  { "no transfer recorded", "\xe2\x80\x93", "sn", 0 } },
	};

	for (size_t i = 0; i < 4; i++) {
		v[i] = rows[i].layer;
		v[i].n = g->result[rows[i].r];
	}
	return 4;
}

struct chart {
	const char *title, *what;
	size_t (*layers)(const struct tt_group *g, struct layer *v);
};

static const struct chart charts[] = {
	{ "Encryption by month of receipt",
	  "How each message entered the receiving system, by that system's "
	  "own record.",
	  layers_of_states },
	{ "Results by month of receipt",
	  "What all trusted transfers of a message come to, judged by the "
	  "profile.",
	  layers_of_results },
};

/* ---- drawing ---- */

static void put_column(struct tt_page *p, const struct chart *c, size_t i,
		       uint64_t most)
{
	const struct tt_group *g = &p->periods.v.v[i].sum;
	const uint64_t step = 10000 / p->periods.v.n, x = i * step;
	struct layer v[MAX_LAYERS];
	const size_t n = c->layers(g, v);
	uint64_t under = 0;

	if (!g->messages)
		return;
	tt_out_str(p->out, "<g><title>");
	tt_period_put(p->out, &p->periods, i);
	tt_out_str(p->out, ": ");
	tt_words_big(p->out, g->messages);
	tt_out_str(p->out, g->messages == 1 ? " message" : " messages");
	for (size_t k = 0; k < n; k++) {
		if (!v[k].n)
			continue;
		tt_out_str(p->out, ", ");
		tt_out_str(p->out, v[k].word);
		tt_out_str(p->out, " ");
		tt_words_big(p->out, v[k].n);
	}
	tt_out_str(p->out, "</title>");
	const unsigned high = (unsigned)(g->messages * (VOLUME - TOP) / most);

	tt_page_rect(p->out, "vol", x, step * 88 / 100,
		     VOLUME - (high ? high : 1), high ? high : 1);
	for (size_t k = 0; k < n; k++) {
		const uint64_t from = under * HEIGHT / g->messages;

		under += v[k].n;
		const uint64_t to = under * HEIGHT / g->messages;

		if (to > from)
			tt_page_rect(p->out, v[k].class, x, step * 88 / 100,
				     (unsigned)(SHARES + HEIGHT - to),
				     (unsigned)(to - from));
	}
	tt_out_str(p->out, "</g>\n");
}

static void put_label(struct tt_page *p, size_t i)
{
	const size_t n = p->periods.v.n;
	const uint64_t x = i * (10000 / n) + 10000 / n / 2;

	tt_out_printf(p->out,
		      "<text class=\"tick\" y=\"%d\" text-anchor=\"%s\" "
		      "x=\"%u.%02u%%\">",
		      LABELS, x < 800 ? "start" : x > 9200 ? "end" : "middle",
		      (unsigned)((x < 800 ? 0 : x > 9200 ? 10000 : x) / 100),
		      (unsigned)((x < 800 || x > 9200 ? 0 : x) % 100));
	if (i == 0 && p->periods.is_folded) /* in full it would meet the next */
		tt_out_str(p->out, "earlier");
	else
		tt_period_put(p->out, &p->periods, i);
	tt_out_str(p->out, "</text>");
}

static void put_axis(struct tt_page *p, uint64_t most)
{
	static const struct {
		int y;
		const char *word;
	} ticks[] = {
		{ SHARES + 10, "100 %" },
		{ SHARES + HEIGHT / 2 + 4, "50 %" },
		{ SHARES + HEIGHT, "0 %" },
	};

	tt_out_printf(p->out,
		      "<svg class=\"axis\" width=\"46\" height=\"%d\" "
		      "aria-hidden=\"true\">",
		      LABELS + 4);
	tt_out_printf(p->out, "<text class=\"tick\" x=\"0\" y=\"%d\">", TOP + 8);
	tt_words_big(p->out, most);
	tt_out_str(p->out, "</text>");
	for (size_t i = 0; i < 3; i++)
		tt_out_printf(p->out,
			      "<text class=\"tick\" x=\"0\" y=\"%d\">%s"
			      "</text>",
			      ticks[i].y, ticks[i].word);
	tt_out_str(p->out, "</svg>");
}

static uint64_t most_in_column(const struct tt_periods *periods)
{
	uint64_t most = 1;

	for (size_t i = 0; i < periods->v.n; i++)
		if (periods->v.v[i].sum.messages > most)
			most = periods->v.v[i].sum.messages;
	return most;
}

static void put_plot(struct tt_page *p, const struct chart *c)
{
	const size_t n = p->periods.v.n;
	const size_t every = (n + MAX_LABELS - 1) / MAX_LABELS;
	const uint64_t most = most_in_column(&p->periods);

	tt_out_str(p->out, "<div class=\"plot\">");
	put_axis(p, most);
	tt_out_printf(p->out,
		      "<svg class=\"area\" height=\"%d\" role=\"img\" "
		      "aria-label=\"",
		      LABELS + 4);
	tt_html_str(p->out, c->title);
	tt_out_str(p->out, "; the table below has its figures\">\n");
	for (int y = SHARES; y <= SHARES + HEIGHT; y += HEIGHT / 2)
		tt_out_printf(p->out,
			      "<line class=\"grid\" x1=\"0\" x2=\"100%%\" "
			      "y1=\"%d\" y2=\"%d\"/>",
			      y, y);
	for (size_t i = 0; i < n; i++)
		put_column(p, c, i, most);
	for (size_t i = 0; i < n; i += every)
		put_label(p, i);
	tt_out_str(p->out, "</svg></div>\n");
}

/* ---- in words ---- */

static void put_legend(struct tt_page *p, const struct chart *c)
{
	struct layer v[MAX_LAYERS];
	const size_t n = c->layers(&p->answer.all, v);

	tt_out_str(p->out, "<ul class=\"legend small\">");
	for (size_t k = 0; k < n; k++) {
		if (!v[k].n)
			continue;
		tt_out_str(p->out, "<li><svg class=\"chip\" aria-hidden="
				   "\"true\"><rect class=\"");
		tt_out_str(p->out, v[k].class);
		tt_out_str(p->out, "\" width=\"100%\" height=\"100%\"/></svg>"
				   "<span class=\"sign ");
		tt_out_str(p->out, v[k].class);
		tt_out_str(p->out, "\">");
		tt_out_str(p->out, v[k].sign);
		tt_out_str(p->out, "</span> ");
		tt_out_str(p->out, v[k].word);
		tt_out_str(p->out, "</li>");
	}
	tt_out_str(p->out, "</ul>\n");
}

static void put_row(struct tt_page *p, const struct chart *c,
		    const struct tt_group *g)
{
	struct layer v[MAX_LAYERS];
	const size_t n = c->layers(g, v);

	tt_out_str(p->out, "<td>");
	tt_words_big(p->out, g->messages);
	tt_out_str(p->out, "</td>");
	for (size_t k = 0; k < n; k++) {
		tt_out_str(p->out, v[k].n ? "<td>" : "<td class=\"nil\">");
		tt_words_big(p->out, v[k].n);
		tt_out_str(p->out, "</td>");
	}
	tt_out_str(p->out, "</tr>\n");
}

/* Those that no column shows. */
static void put_odd_row(struct tt_page *p, const struct chart *c,
			const struct tt_group *g, const char *words)
{
	if (!g->messages)
		return;
	tt_out_str(p->out, "<tr><th scope=\"row\">");
	tt_out_str(p->out, words);
	tt_out_str(p->out, "</th>");
	put_row(p, c, g);
}

static void put_table(struct tt_page *p, const struct chart *c)
{
	struct layer v[MAX_LAYERS];
	const size_t n = c->layers(&p->answer.all, v);

	tt_out_str(p->out, "<details><summary>The figures</summary>"
			   "<div class=\"scroll\"><table class=\"figures\">"
			   "<thead><tr><th scope=\"col\">when</th>"
			   "<th scope=\"col\">messages</th>");
	for (size_t k = 0; k < n; k++) {
		tt_out_str(p->out, "<th scope=\"col\">");
		tt_out_str(p->out, v[k].word);
		tt_out_str(p->out, "</th>");
	}
	tt_out_str(p->out, "</tr></thead><tbody>\n");
	for (size_t i = 0; i < p->periods.v.n; i++) {
		if (!p->periods.v.v[i].sum.messages)
			continue;
		tt_out_str(p->out, "<tr><th scope=\"row\">");
		tt_period_put(p->out, &p->periods, i);
		tt_out_str(p->out, "</th>");
		put_row(p, c, &p->periods.v.v[i].sum);
	}
	put_odd_row(p, c, &p->periods.later, "years later");
	put_odd_row(p, c, &p->periods.undated, "undated");
	put_odd_row(p, c, &p->answer.all, "all");
	tt_out_str(p->out, "</tbody></table></div></details>\n");
}

void tt_page_charts(struct tt_page *p)
{
	tt_page_begin(p, "months", "Over time");
	if (!p->periods.v.n) {
		tt_page_para(p, "note", "No message is dated.");
		tt_page_end(p);
		return;
	}
	for (size_t i = 0; i < 2; i++) {
		tt_out_str(p->out, "<h3>");
		tt_html_str(p->out, charts[i].title);
		tt_out_str(p->out, "</h3>\n");
		tt_page_para(p, "note", charts[i].what);
		put_legend(p, &charts[i]);
		put_plot(p, &charts[i]);
		put_table(p, &charts[i]);
	}
	tt_page_end(p);
}
