/* report_delay - how long the trusted transfers took
 *
 * Drawn on a logarithmic scale from a second to a month: from the median to
 * what nine in ten do not exceed, and a mark for the longest. */
#include "report_private.h"

/* Ends of the scale's decades, in seconds, and their words. */
static const struct {
	int64_t s;
	const char *word;
} ticks[] = {
	{ 1, "1 s" },	    { 10, "10 s" },	  { 60, "1 min" },
	{ 600, "10 min" },  { 3600, "1 h" },	  { 36000, "10 h" },
	{ 432000, "5 d" },  { 2592000, "30 d" },
};
#define TICKS (sizeof(ticks) / sizeof(ticks[0]))

/* Hundredths of a percent of the width; straight between two ticks, which
 * needs no logarithm and gives the same everywhere. */
static uint64_t place_of(int64_t s)
{
	const uint64_t step = 10000 / (TICKS - 1);

	for (size_t i = 1; i < TICKS; i++) {
		const int64_t from = ticks[i - 1].s, to = ticks[i].s;

		if (s < from)
			return 0;
		if (s < to)
			return (i - 1) * step +
			       (uint64_t)(s - from) * step /
				       (uint64_t)(to - from);
	}
	return 9950;
}

static void put_span(struct tt_out *out, int64_t s)
{
	struct tt_out text;

	tt_out_init(&text, -1);
	tt_words_delay(&text, s);
	/* without the sign: these are no differences */
	tt_out_bytes(out, tt_slice_sub((struct tt_slice){ text.buf, text.n },
				       1, text.n));
	tt_out_release(&text);
}

static void put_cell(struct tt_page *p, int64_t s)
{
	tt_out_str(p->out, "<td>");
	put_span(p->out, s);
	tt_out_str(p->out, "</td>");
}

static void put_drawn(struct tt_page *p, const struct tt_delay *d)
{
	const uint64_t from = place_of(d->median_s), to = place_of(d->p90_s);

	tt_out_str(p->out, "<td class=\"wide\"><svg class=\"bar delay\" "
			   "aria-hidden=\"true\">");
	tt_page_rect(p->out, "track", 0, 10000, 7, 1);
	tt_page_rect(p->out, "s2", from, to > from + 60 ? to - from : 60, 3, 9);
	tt_page_rect(p->out, "max", place_of(d->max_s), 50, 1, 13);
	tt_out_str(p->out, "</svg></td>");
}

static void put_row(struct tt_page *p, const struct tt_delay *d,
		    const char *unknown)
{
	tt_out_str(p->out, "<tr><th scope=\"row\">");
	tt_page_name(p, d->name, unknown);
	tt_out_str(p->out, "</th>");
	put_drawn(p, d);
	put_cell(p, d->median_s);
	put_cell(p, d->p90_s);
	put_cell(p, d->max_s);
	tt_out_str(p->out, "<td class=\"n\">");
	tt_words_big(p->out, d->hops);
	tt_out_str(p->out, d->negative ? "</td><td>" : "</td><td class=\"nil\">");
	tt_words_big(p->out, d->negative);
	tt_out_str(p->out, "</td></tr>\n");
}

static void put_scale(struct tt_page *p)
{
	tt_out_str(p->out, "<tr class=\"scale\"><td></td><td class=\"wide\">"
			   "<svg class=\"bar delay\" aria-hidden=\"true\">");
	for (size_t i = 0; i + 1 < TICKS; i += 2) {
		const uint64_t x = i * (10000 / (TICKS - 1));

		tt_out_printf(p->out,
			      "<text class=\"tick\" x=\"%u.%02u%%\" y=\"11\">"
			      "%s</text>",
			      (unsigned)(x / 100), (unsigned)(x % 100),
			      ticks[i].word);
	}
	tt_out_str(p->out, "</svg></td><td colspan=\"5\"></td></tr>\n");
}

void tt_page_delays(struct tt_page *p)
{
	const struct tt_delays *d = &p->r->delays;
	const size_t n = d->by_receiver.n < TT_MAX_report_rows ?
				 d->by_receiver.n :
				 TT_MAX_report_rows;

	tt_page_begin(p, "delays", "Delays");
	if (!d->all.hops) {
		tt_page_para(p, "note", "No trusted transfer has both a date "
					"and a dated one before it.");
		tt_page_end(p);
		return;
	}
	tt_page_para(p, "note",
		     "Of trusted transfers, from the date of the hop before: "
		     "the bar goes from the median to what nine in ten do not "
		     "exceed, the mark is the longest. Clocks that disagree "
		     "give negative delays; these are counted apart.");
	tt_out_str(p->out,
		   "<div class=\"scroll\"><table class=\"bars delays\"><thead>"
		   "<tr><th scope=\"col\">receiving domain</th>"
		   "<th scope=\"col\" class=\"wide\">delay</th>"
		   "<th scope=\"col\">median</th><th scope=\"col\">9 in 10</th>"
		   "<th scope=\"col\">longest</th><th scope=\"col\">transfers"
		   "</th><th scope=\"col\">negative</th></tr></thead><tbody>\n");
	put_scale(p);
	put_row(p, &d->all, "all");
	for (size_t i = 0; i < n; i++)
		put_row(p, &d->by_receiver.v[i], "not known");
	tt_out_str(p->out, "</tbody></table></div>\n");
	tt_page_more(p, d->by_receiver.n - n, "receiving domains");
	tt_page_end(p);
}
