/* report_pieces.c - what the sections of the HTML report are made of
 *
 * Headings, paragraphs, names and bars.  Our own words and what comes from
 * outside are escaped alike; a bar is told in words for those who cannot see
 * it. */
#include "report_private.h"

void tt_page_begin(struct tt_page *p, const char *id, const char *title)
{
	tt_out_str(p->out, "<section id=\"");
	tt_out_str(p->out, id);
	tt_out_str(p->out, "\">\n<h2>");
	tt_html_str(p->out, title);
	tt_out_str(p->out, "</h2>\n");
}

void tt_page_end(struct tt_page *p)
{
	tt_out_str(p->out, "</section>\n");
}

void tt_page_para(struct tt_page *p, const char *class, const char *words)
{
	tt_out_str(p->out, "<p class=\"");
	tt_out_str(p->out, class);
	tt_out_str(p->out, "\">");
	tt_html_str(p->out, words);
	tt_out_str(p->out, "</p>\n");
}

void tt_page_more(struct tt_page *p, uint64_t more, const char *what)
{
	if (!more)
		return;
	tt_out_str(p->out, "<p class=\"note\">and ");
	tt_words_big(p->out, more);
	tt_out_str(p->out, " more ");
	tt_html_str(p->out, what);
	tt_out_str(p->out, "</p>\n");
}

void tt_page_name(struct tt_page *p, struct tt_slice name, const char *unknown)
{
	if (name.p)
		tt_html_cut(p->out, name, 60);
	else
		tt_html_str(p->out, unknown);
}

static void put_percent(struct tt_out *out, const char *name, uint64_t v)
{
	tt_out_printf(out, " %s=\"%u.%02u%%\"", name, (unsigned)(v / 100),
		      (unsigned)(v % 100));
}

void tt_page_rect(struct tt_out *out, const char *class, uint64_t x,
		  uint64_t width, unsigned y, unsigned height)
{
	tt_out_str(out, "<rect class=\"");
	tt_out_str(out, class);
	tt_out_str(out, "\"");
	put_percent(out, "x", x);
	put_percent(out, "width", width);
	tt_out_printf(out, " y=\"%u\" height=\"%u\"/>", y, height);
}

void tt_page_bar_words(struct tt_out *out, const struct tt_states *s)
{
	bool is_begun = false;

	for (int i = 0; i < TT_STATE_COUNT; i++) {
		if (!s->n[i])
			continue;
		tt_out_str(out, is_begun ? ", " : "");
		tt_out_str(out, tt_state_words((enum tt_state)i)->word);
		tt_out_str(out, " ");
		tt_words_big(out, s->n[i]);
		is_begun = true;
	}
}

void tt_page_bar(struct tt_page *p, const struct tt_states *s,
		 const char *class)
{
	const unsigned height = 40; /* the style sheet cuts it */
	uint64_t before = 0;

	tt_out_str(p->out, "<svg class=\"bar ");
	tt_out_str(p->out, class);
	tt_out_str(p->out, "\" role=\"img\"><title>");
	tt_page_bar_words(p->out, s);
	tt_out_str(p->out, "</title>");
	for (int i = 0; i < TT_STATE_COUNT && s->all; i++) {
		const uint64_t from = before * 10000 / s->all;

		before += s->n[i];
		if (s->n[i])
			tt_page_rect(p->out,
				     tt_state_words((enum tt_state)i)->class,
				     from, before * 10000 / s->all - from, 0,
				     height);
	}
	tt_out_str(p->out, "</svg>");
}
