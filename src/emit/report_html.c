/* report_html - one self-contained page
 *
 * No script, nothing loaded: the policy in its head allows one style sheet,
 * by its hash, and nothing else.  So no element has a style of its own, and
 * what is drawn is drawn by SVG attributes in percent of the width there is.
 * State is told by word, shape and colour together. */
#include "lay.h"
#include "report_private.h"

#define TOP_NAMES 3
#define YEARS 6 /* bars beside the answer */

/* ---- head ---- */

static void put_policy(struct tt_out *out)
{
	struct tt_sha256 *h = tt_sha256_new();
	uint8_t sum[TT_SHA256_LEN];
	struct tt_out text;

	tt_sha256_begin(h);
	tt_sha256_add(h, tt_slice_str(tt_report_style));
	tt_sha256_end(h, sum);
	tt_sha256_free(&h);
	tt_out_init(&text, -1);
	tt_out_base64(&text, (struct tt_slice){ sum, sizeof(sum) });
	tt_out_str(out, "<meta http-equiv=\"Content-Security-Policy\" "
			"content=\"default-src 'none'; style-src 'sha256-");
	/* without the quotes that a JSON string has */
	tt_out_bytes(out, (struct tt_slice){ text.buf + 1, text.n - 2 });
	tt_out_str(out, "'; base-uri 'none'; form-action 'none'\"/>\n");
	tt_out_release(&text);
}

/* What cannot be told by colour alone is told by a texture. */
static const char patterns[] =
	"<svg width=\"0\" height=\"0\" class=\"defs\" aria-hidden=\"true\">"
	"<defs>\n"
	"<pattern id=\"pt\" width=\"6\" height=\"6\" "
	"patternUnits=\"userSpaceOnUse\"><rect class=\"ft\" width=\"6\" "
	"height=\"6\"/><path class=\"l3\" d=\"M0 3H6\"/></pattern>\n"
	"<pattern id=\"po\" width=\"8\" height=\"8\" "
	"patternUnits=\"userSpaceOnUse\"><rect class=\"fo\" width=\"8\" "
	"height=\"8\"/><path class=\"lp\" d=\"M4 1L7 4L4 7L1 4Z\"/>"
	"</pattern>\n"
	"<pattern id=\"pc\" width=\"7\" height=\"7\" "
	"patternUnits=\"userSpaceOnUse\"><rect class=\"fc\" width=\"7\" "
	"height=\"7\"/><path class=\"lp\" d=\"M-1 8L8 -1M-1 1L1 -1M6 8L8 6\"/>"
	"</pattern>\n"
	"<pattern id=\"pu\" width=\"6\" height=\"6\" "
	"patternUnits=\"userSpaceOnUse\"><rect class=\"fu\" width=\"6\" "
	"height=\"6\"/><circle class=\"lu\" cx=\"3\" cy=\"3\" r=\"1\"/>"
	"</pattern>\n"
	"</defs></svg>\n";

static void put_head(struct tt_out *out)
{
	tt_out_str(out, "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n"
			"<meta charset=\"utf-8\"/>\n");
	put_policy(out);
	tt_out_str(out, "<meta name=\"viewport\" content=\"width=device-width, "
			"initial-scale=1\"/>\n"
			"<meta name=\"referrer\" content=\"no-referrer\"/>\n"
			"<meta name=\"color-scheme\" content=\"light dark\"/>\n"
			"<title>How the mail travelled - tlstrail</title>\n"
			"<style>");
	tt_out_str(out, tt_report_style);
	tt_out_str(out, "</style>\n</head>\n<body>\n");
	tt_out_str(out, patterns);
}

/* ---- the answer ---- */

static void put_legend(struct tt_page *p)
{
	const struct tt_states *s = &p->answer.states;

	tt_out_str(p->out, "<ul class=\"legend\">\n");
	for (int i = 0; i < TT_STATE_COUNT; i++) {
		const struct tt_state_words *w =
			tt_state_words((enum tt_state)i);

		if (!s->n[i] && (i != TT_STATE_CLEAR || !s->all))
			continue;
		tt_out_str(p->out, "<li><svg class=\"chip\" aria-hidden="
				   "\"true\"><rect class=\"");
		tt_out_str(p->out, w->class);
		tt_out_str(p->out, "\" width=\"100%\" height=\"100%\"/></svg>"
				   "<span class=\"sign ");
		tt_out_str(p->out, w->class);
		tt_out_str(p->out, "\">");
		tt_out_str(p->out, w->sign);
		tt_out_str(p->out, "</span> <b>");
		tt_share_put(p->out, s->n[i], s->all);
		tt_out_str(p->out, "</b><span>");
		tt_html_str(p->out, w->word);
		tt_out_str(p->out, "</span><span class=\"n\">");
		tt_words_big(p->out, s->n[i]);
		tt_out_str(p->out, "</span></li>\n");
	}
	tt_out_str(p->out, "</ul>\n");
	if (p->answer.outside) {
		tt_out_str(p->out, "<p class=\"note\">");
		tt_words_big(p->out, p->answer.outside);
		tt_out_str(p->out, " more tell of no transfer into a receiving "
				   "system.</p>\n");
	}
}

static void begin_card(struct tt_page *p, const char *title)
{
	tt_out_str(p->out, "<div class=\"card\"><h3>");
	tt_html_str(p->out, title);
	tt_out_str(p->out, "</h3>\n");
}

/* The last years, a bar each. */
static void put_years(struct tt_page *p)
{
	const struct tt_groups *m = &p->r->months;
	struct tt_group years[YEARS] = { 0 };
	const int32_t last = p->periods.v.n ?
				     p->periods.v.v[p->periods.v.n - 1].last :
				     TT_NO_MONTH;

	for (size_t i = 0; i < m->n; i++)
		if (m->v[i].month != TT_NO_MONTH && m->v[i].month <= last &&
		    last / 12 - m->v[i].month / 12 < YEARS)
			tt_group_add(&years[last / 12 - m->v[i].month / 12],
				     &m->v[i]);
	tt_out_str(p->out, "<table class=\"years\"><tbody>\n");
	for (int32_t i = YEARS; i-- > 0;) {
		const struct tt_states s = tt_states_of(&years[i]);

		if (!s.all)
			continue;
		tt_out_printf(p->out, "<tr><th scope=\"row\">%d</th><td>",
			      (int)(last / 12 - i));
		tt_page_bar(p, &s, "row");
		tt_out_str(p->out, "</td><td>");
		tt_words_big(p->out, s.all);
		tt_out_str(p->out, "</td></tr>\n");
	}
	tt_out_str(p->out, "</tbody></table>\n");
}

static void put_since_card(struct tt_page *p)
{
	begin_card(p, "Since when");
	tt_out_str(p->out, "<p>");
	tt_answer_since(p->out, &p->answer);
	tt_out_str(p->out, "</p><p>");
	tt_answer_last(p->out, &p->answer);
	tt_out_str(p->out, "</p>\n");
	put_years(p);
	tt_out_str(p->out, "</div>\n");
}

/* "oldlist.example (45), ..." */
static void put_names(struct tt_page *p, const struct tt_fault_list *l,
		      const char *unknown)
{
	for (size_t i = 0; i < l->n && i < TOP_NAMES; i++) {
		tt_out_str(p->out, i ? ", <span class=\"who\">" :
				       "<span class=\"who\">");
		tt_page_name(p, l->v[i].name, unknown);
		tt_out_str(p->out, "</span> ");
		tt_words_big(p->out, l->v[i].n);
	}
	const uint64_t more =
		l->more + (l->n > TOP_NAMES ? l->n - TOP_NAMES : 0);

	if (more) {
		tt_out_str(p->out, " and ");
		tt_words_big(p->out, more);
		tt_out_str(p->out, " more");
	}
}

static void put_parts(struct tt_page *p)
{
	static const struct {
		const char *word, *why, *unknown;
	} rows[] = {
		[TT_PART_SENDER] = { "the sender's",
				     "its receiver met the profile with others "
				     "that month",
				     "senders not named" },
		[TT_PART_RECEIVER] = { "the receiver's",
				       "it met the profile with nobody",
				       "receivers not known" },
		[TT_PART_OPEN] = { "open", "too little mail to tell by",
				   "senders not named" },
	};
	const struct tt_faults *f = &p->r->faults;

	tt_out_str(p->out, "<dl class=\"parts\">\n");
	for (int i = 0; i < TT_PART_COUNT; i++) {
		const struct tt_fault_list *l = &f->part[i];

		if (!l->total)
			continue;
		tt_out_str(p->out, "<dt><b>");
		tt_words_big(p->out, l->total);
		tt_out_str(p->out, "</b> ");
		tt_html_str(p->out, rows[i].word);
		tt_out_str(p->out, " <small>");
		tt_html_str(p->out, rows[i].why);
		tt_out_str(p->out, "</small></dt><dd><svg class=\"bar thin\" "
				   "aria-hidden=\"true\">");
		tt_page_rect(p->out, "track", 0, 10000, 0, 40);
		tt_page_rect(p->out, "sc", 0,
			     l->total * 10000 / p->answer.failing, 0, 40);
		tt_out_str(p->out, "</svg>");
		put_names(p, l, rows[i].unknown);
		tt_out_str(p->out, "</dd>\n");
	}
	tt_out_str(p->out, "</dl>\n");
}

static void put_rest_card(struct tt_page *p)
{
	struct tt_out words;

	begin_card(p, "Whose part the rest is");
	tt_out_init(&words, -1);
	words.filter = p->out->filter;
	tt_answer_rest(&words, &p->answer, p->r->profile);
	tt_out_str(p->out, "<p>");
	tt_html_written(p->out, tt_lay_collected(&words));
	tt_out_str(p->out, "</p>\n");
	tt_out_release(&words);
	if (p->answer.failing)
		put_parts(p);
	tt_out_str(p->out, "</div>\n");
}

static void put_range(struct tt_page *p)
{
	if (!tt_range_is_given(&p->r->range))
		return;
	tt_out_str(p->out, "<p class=\"note\">");
	tt_answer_range(p->out, p->r);
	tt_out_str(p->out, "</p>\n");
}

static void put_answer(struct tt_page *p)
{
	tt_out_str(p->out, "<header>\n<p class=\"brand\">tlstrail report</p>\n"
			   "<h1>How the mail travelled</h1>\n"
			   "<p class=\"lede\">");
	tt_answer_lede(p->out, &p->answer);
	tt_out_str(p->out, "</p>\n");
	put_range(p);
	if (p->answer.entered) {
		tt_page_bar(p, &p->answer.states, "tall");
		put_legend(p);
		tt_out_str(p->out, "<div class=\"cards\">\n");
		put_since_card(p);
		put_rest_card(p);
		tt_out_str(p->out, "</div>\n");
	}
	tt_out_str(p->out, "</header>\n");
}

void tt_report_html(struct tt_out *out, const struct tt_report *r)
{
	struct tt_arena arena = { 0 };
	struct tt_page p = { .out = out, .r = r, .arena = &arena };

	tt_report_answer(&p.answer, r);
	tt_periods_make(&p.periods, &r->months, &arena);
	put_head(out);
	tt_out_str(out, "<main>\n");
	put_answer(&p);
	tt_page_campaign(&p);
	tt_page_charts(&p);
	tt_page_systems(&p);
	tt_page_delays(&p);
	tt_page_worst(&p);
	tt_page_method(&p);
	tt_out_str(out, "</main>\n</body>\n</html>\n");
	tt_arena_release(&arena);
}
