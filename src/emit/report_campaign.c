/* report_campaign - a test campaign as one table
 *
 * Whoever tests how mail travels sends one message for each combination of,
 * say, a receiver's certificate and the sender's policy, and names it in a
 * header.  A row for each value says what became of its messages: taken by a
 * receiving system, told of in a delivery report, or neither is recorded; and
 * under what those taken travelled. */
#include "report_lines.h"
#include "report_private.h"

#define NUMBER 10 /* columns of each count */

static uint64_t delivered(const struct tt_campaign_row *r)
{
	const struct tt_states s = tt_states_of(&r->mail);

	return s.all - s.n[TT_STATE_NONE];
}

static struct tt_states states_of(const struct tt_campaign_row *r)
{
	struct tt_states s = tt_states_of(&r->mail);

	s.all -= s.n[TT_STATE_NONE];
	s.n[TT_STATE_NONE] = 0;
	return s;
}

/* ---- for a terminal ---- */

static void put_heads(struct tt_lines *l, struct tt_slice header)
{
	static const char *const heads[] = { "delivered", "reported",
					     "neither" };

	tt_lay_line(&l->lay, 0);
	tt_lay_tint(&l->lay, TT_TINT_BOLD);
	tt_lay_cut(&l->lay, tt_lines_filtered(l, header), l->name - 1);
	tt_lay_tint(&l->lay, TT_TINT_NONE);
	tt_lay_tint(&l->lay, TT_TINT_DIM);
	for (size_t i = 0; i < 3; i++) {
		const size_t end = l->name + (i + 1) * NUMBER;

		tt_lay_to(&l->lay, end - strlen(heads[i]));
		tt_lay_put(&l->lay, tt_slice_str(heads[i]));
	}
	tt_lay_tint(&l->lay, TT_TINT_NONE);
	tt_lay_end(&l->lay);
}

static void put_row(struct tt_lines *l, const struct tt_campaign_row *r)
{
	const struct tt_states s = states_of(r);
	struct tt_out text;

	tt_lay_line(&l->lay, l->name + 3 * NUMBER + 2);
	tt_lay_cut(&l->lay, tt_lines_filtered(l, r->value), l->name - 1);
	tt_lay_to(&l->lay, l->name);
	tt_lines_number(l, delivered(r), NUMBER);
	tt_lines_number(l, r->reported, NUMBER);
	tt_lines_number(l, r->mail.messages - delivered(r), NUMBER);
	tt_lay_gap(&l->lay, "  ");
	tt_out_init(&text, -1);
	tt_page_bar_words(&text, &s);
	tt_lay_text(&l->lay, tt_lay_collected(&text));
	tt_out_release(&text);
	tt_lay_end(&l->lay);
}

void tt_report_campaign(struct tt_out *out, const struct tt_campaign *campaign,
			const struct tt_report_look *look)
{
	struct tt_lines l;

	tt_lines_begin(&l, out, look);
	put_heads(&l, campaign->header);
	for (size_t i = 0; i < campaign->rows.n; i++)
		put_row(&l, &campaign->rows.v[i]);
	if (!campaign->rows.n) {
		tt_lay_line(&l.lay, 0);
		tt_lay_str(&l.lay, "No message has this header, or the scan "
				   "did not keep it (--keep-header).");
	}
	tt_lines_end(&l);
}

/* ---- for the page ---- */

static void put_number(struct tt_page *p, uint64_t n)
{
	tt_out_str(p->out, n ? "<td>" : "<td class=\"nil\">");
	tt_words_big(p->out, n);
	tt_out_str(p->out, "</td>");
}

static void put_page_row(struct tt_page *p, const struct tt_campaign_row *r)
{
	const struct tt_states s = states_of(r);

	tt_out_str(p->out, "<tr><th scope=\"row\">");
	tt_html_cut(p->out, r->value, 100);
	tt_out_str(p->out, "</th>");
	put_number(p, delivered(r));
	put_number(p, r->reported);
	put_number(p, r->mail.messages - delivered(r));
	tt_out_str(p->out, "<td class=\"wide\">");
	if (s.all)
		tt_page_bar(p, &s, "row");
	tt_out_str(p->out, "<small>");
	tt_page_bar_words(p->out, &s);
	tt_out_str(p->out, "</small></td></tr>\n");
}

void tt_page_campaign(struct tt_page *p)
{
	const struct tt_campaign *c = p->r->campaign;
	size_t n = 0;

	if (!c)
		return;
	n = c->rows.n < TT_MAX_report_sources ? c->rows.n :
						TT_MAX_report_sources;
	tt_page_begin(p, "campaign", "By header");
	tt_out_str(p->out, "<div class=\"scroll\"><table class=\"campaign\">"
			   "<thead><tr><th scope=\"col\"><code>");
	tt_html_cut(p->out, c->header, 100);
	tt_out_str(p->out, "</code></th><th scope=\"col\">delivered</th>"
			   "<th scope=\"col\">reported</th>"
			   "<th scope=\"col\">neither recorded</th>"
			   "<th scope=\"col\" class=\"wide\">under what</th>"
			   "</tr></thead><tbody>\n");
	for (size_t i = 0; i < n; i++)
		put_page_row(p, &c->rows.v[i]);
	tt_out_str(p->out, "</tbody></table></div>\n");
	tt_page_more(p, c->rows.n - n, "values");
	tt_page_end(p);
}
