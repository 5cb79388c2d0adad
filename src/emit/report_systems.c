/* report_systems - who received, who sent, and both over time
 *
 * Lists are bounded; what they leave out is told as a number. */
#include "report_private.h"

/* ---- tables of groups ---- */

static void put_cells(struct tt_page *p, const struct tt_group *g)
{
	const struct tt_states s = tt_states_of(g);
	const uint64_t failing = tt_group_failing(g);

	tt_out_str(p->out, "<td class=\"wide\">");
	tt_page_bar(p, &s, "row");
	tt_out_str(p->out, "</td><td>");
	tt_words_big(p->out, g->messages);
	tt_out_str(p->out, failing ? "</td><td class=\"bad\">" :
				     "</td><td class=\"nil\">");
	if (failing)
		tt_out_str(p->out, "<span class=\"sign sc\">\xe2\x96\xb2"
				   "</span> ");
	tt_words_big(p->out, failing);
	tt_out_str(p->out, "</td></tr>\n");
}

static void begin_table(struct tt_page *p, const char *what)
{
	tt_out_str(p->out, "<table class=\"bars\"><thead><tr>"
			   "<th scope=\"col\">");
	tt_html_str(p->out, what);
	tt_out_str(p->out, "</th><th scope=\"col\" class=\"wide\">how its mail "
			   "travelled</th><th scope=\"col\">messages</th>"
			   "<th scope=\"col\">failing</th></tr></thead>"
			   "<tbody>\n");
}

static void end_table(struct tt_page *p)
{
	tt_out_str(p->out, "</tbody></table>\n");
}

/* How a peer's name is known, where it is not by its address. */
static const char *basis_note(enum tt_peer_basis b)
{
	switch (b) {
	case TT_PEER_HELO: return "HELO";
	case TT_PEER_ADDRESS: return "address";
	case TT_PEER_NONE:
	case TT_PEER_RDNS: break;
	}
	return NULL;
}

static void put_name(struct tt_page *p, const struct tt_group *g,
		     const char *unknown, bool want_basis)
{
	const char *note = want_basis && g->name.p ? basis_note(g->basis) :
						     NULL;

	tt_out_str(p->out, "<tr><th scope=\"row\">");
	tt_page_name(p, g->name, unknown);
	if (note) {
		tt_out_str(p->out, " <small>");
		tt_out_str(p->out, note);
		tt_out_str(p->out, "</small>");
	}
	tt_out_str(p->out, "</th>");
	put_cells(p, g);
}

static void put_receivers(struct tt_page *p)
{
	const struct tt_groups *g = &p->r->receivers;
	const size_t n = g->n < TT_MAX_report_rows ? g->n : TT_MAX_report_rows;

	tt_page_begin(p, "receivers", "Receiving systems");
	begin_table(p, "receiving domain");
	for (size_t i = 0; i < n; i++)
		put_name(p, &g->v[i], "not known", false);
	end_table(p);
	tt_page_more(p, g->more + g->n - n, "receiving domains");
	tt_page_end(p);
}

/* ---- who sent ---- */

/* Regions of a provider stand below it. */
static void put_peer_parts(struct tt_page *p, struct tt_slice peer)
{
	const struct tt_groups *g = &p->r->peer_parts;

	for (size_t i = 0; peer.p && i < g->n; i++) {
		if (!g->v[i].part.p || !tt_slice_eq(g->v[i].name, peer))
			continue;
		tt_out_str(p->out, "<tr class=\"part\"><th scope=\"row\">");
		tt_html_cut(p->out, g->v[i].part, 60);
		tt_out_str(p->out, "</th>");
		put_cells(p, &g->v[i]);
	}
}

static void put_peers(struct tt_page *p)
{
	const struct tt_groups *g = &p->r->peers;
	const size_t n = g->n < TT_MAX_report_rows ? g->n : TT_MAX_report_rows;

	tt_page_begin(p, "senders", "Sending organisations");
	tt_page_para(p, "note",
		     "Who handed the mail to the receiving system: the domain "
		     "its address resolves to, else what it called itself "
		     "(HELO: anyone can), else its address. Largest first.");
	begin_table(p, "sender");
	for (size_t i = 0; i < n; i++) {
		put_name(p, &g->v[i], "not named", true);
		put_peer_parts(p, g->v[i].name);
	}
	end_table(p);
	tt_page_more(p, g->more + g->n - n, "senders");
}

/* Those with failing mail, most first: whom to write to. */
static void put_worst_peers(struct tt_page *p)
{
	const struct tt_groups *g = &p->r->worst_peers;
	size_t n = 0;

	while (n < g->n && n < TT_MAX_report_rows &&
	       tt_group_failing(&g->v[n]))
		n++;
	if (n) {
		tt_out_str(p->out, "<h3>With most failing messages</h3>\n");
		begin_table(p, "sender");
		for (size_t i = 0; i < n; i++)
			put_name(p, &g->v[i], "not named", true);
		end_table(p);
	}
	tt_page_end(p);
}

/* ---- heat map ---- */

/* A cell is one of these; shape and colour both tell. */
struct heat {
	const char *class, *sign, *words;
};
enum {
	HEAT_GOOD,
	HEAT_FEW,
	HEAT_SOME,
	HEAT_MOST,
	HEAT_SILENT,
	HEAT_COUNT,
};
static const struct heat heats[] = {
	[HEAT_GOOD] = { "s2", "", "none fails" },
	[HEAT_SILENT] = { "su", "?", "most cannot be judged" },
	[HEAT_FEW] = { "hf", "\xe2\x96\xb5", "less than one in ten fails" },
	[HEAT_SOME] = { "hs", "\xe2\x96\xb3", "less than half fail" },
	[HEAT_MOST] = { "hm", "\xe2\x96\xb2", "half or more fail" },
};

static const struct heat *heat_of(const struct tt_group *g)
{
	const uint64_t failing = tt_group_failing(g);

	if (2 * failing >= g->messages)
		return &heats[HEAT_MOST];
	if (failing)
		return &heats[10 * failing < g->messages ? HEAT_FEW :
							   HEAT_SOME];
	return 2 * tt_group_meeting(g) > g->messages ? &heats[HEAT_GOOD] :
						       &heats[HEAT_SILENT];
}

static void put_heat_cell(struct tt_page *p, size_t column,
			  const struct tt_group *g)
{
	const uint64_t step = 10000 / p->periods.v.n, x = column * step;
	const struct heat *h = heat_of(g);

	/* Height and place come from the style sheet: there are a thousand. */
	tt_out_printf(p->out,
		      "<rect class=\"%s\" x=\"%u.%02u%%\" "
		      "width=\"%u.%02u%%\"><title>",
		      h->class, (unsigned)(x / 100), (unsigned)(x % 100),
		      (unsigned)(step * 90 / 10000),
		      (unsigned)(step * 90 / 100 % 100));
	tt_period_put(p->out, &p->periods, column);
	tt_out_str(p->out, ": ");
	tt_words_big(p->out, tt_group_failing(g));
	tt_out_str(p->out, " of ");
	tt_words_big(p->out, g->messages);
	tt_out_str(p->out, " fail</title></rect>");
	if (*h->sign) {
		const uint64_t mid = x + step * 45 / 100;

		tt_out_printf(p->out,
			      "<text class=\"mark\" x=\"%u.%02u%%\" y=\"13\">"
			      "%s</text>",
			      (unsigned)(mid / 100), (unsigned)(mid % 100),
			      h->sign);
	}
}

static void put_heat_row(struct tt_page *p, const struct tt_group *peer)
{
	const struct tt_groups *g = &p->r->peer_months;
	struct tt_group cells[TT_PERIODS] = { 0 };

	for (size_t i = 0; i < g->n; i++) {
		const size_t at = tt_period_find(&p->periods, g->v[i].month);

		if (at < TT_PERIODS && !g->v[i].name.p == !peer->name.p &&
		    tt_slice_eq(g->v[i].name, peer->name))
			tt_group_add(&cells[at], &g->v[i]);
	}
	tt_out_str(p->out, "<tr><th scope=\"row\">");
	tt_page_name(p, peer->name, "not named");
	tt_out_str(p->out, "</th><td><svg class=\"heat\" role=\"img\">");
	for (size_t i = 0; i < p->periods.v.n; i++)
		if (cells[i].messages)
			put_heat_cell(p, i, &cells[i]);
	tt_out_str(p->out, "</svg></td></tr>\n");
}

static void put_heat_legend(struct tt_page *p)
{
	tt_out_str(p->out, "<ul class=\"legend small\">");
	for (int i = 0; i < HEAT_COUNT; i++) {
		tt_out_str(p->out, "<li><svg class=\"chip\" aria-hidden="
				   "\"true\"><rect class=\"");
		tt_out_str(p->out, heats[i].class);
		tt_out_str(p->out, "\" width=\"100%\" height=\"100%\"/>"
				   "<text class=\"mark\" x=\"50%\" y=\"11\">");
		tt_out_str(p->out, heats[i].sign);
		tt_out_str(p->out, "</text></svg>");
		tt_out_str(p->out, heats[i].words);
		tt_out_str(p->out, "</li>");
	}
	tt_out_str(p->out, "</ul>\n");
}

static void put_heat_axis(struct tt_page *p)
{
	tt_out_str(p->out, "<tr class=\"foot\"><td></td><td><span>");
	tt_period_put(p->out, &p->periods, 0);
	tt_out_str(p->out, "</span><span>");
	tt_period_put(p->out, &p->periods, p->periods.v.n - 1);
	tt_out_str(p->out, "</span></td></tr>\n");
}

static void put_heat(struct tt_page *p)
{
	const struct tt_groups *peers = &p->r->peers;
	const size_t n = peers->n < TT_MAX_report_peers ? peers->n :
							  TT_MAX_report_peers;

	tt_page_begin(p, "heat", "Senders over time");
	if (!p->periods.v.n || !n) {
		tt_page_para(p, "note", "No message is dated.");
		tt_page_end(p);
		return;
	}
	put_heat_legend(p);
	tt_out_str(p->out, "<table class=\"map\"><tbody>\n");
	for (size_t i = 0; i < n; i++)
		put_heat_row(p, &peers->v[i]);
	put_heat_axis(p);
	end_table(p);
	tt_page_more(p, peers->more + peers->n - n, "senders");
	tt_page_end(p);
}

void tt_page_systems(struct tt_page *p)
{
	put_receivers(p);
	put_peers(p);
	put_worst_peers(p);
	put_heat(p);
}
