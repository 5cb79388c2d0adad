/* report_method - on what grounds the report stands
 *
 * How it was made, how much of the evidence the rules could read, what the
 * figures cannot tell, and what was read, with hashes. */
#include "report_private.h"

#define TOP_RULES 15

/* ---- method ---- */

static void put_fact(struct tt_page *p, struct tt_slice name,
		     struct tt_slice value)
{
	tt_out_str(p->out, "<div><dt>");
	tt_html_cut(p->out, name, 60);
	tt_out_str(p->out, "</dt><dd>");
	if (value.n)
		tt_html_cut(p->out, value, 400);
	else
		tt_out_str(p->out, "<span class=\"nil\">not given</span>");
	tt_out_str(p->out, "</dd></div>\n");
}

static void put_method(struct tt_page *p)
{
	static const char *const words[] = {
		"Each server on the way writes a Received field, and most "
		"write down whether TLS protected the transfer. Every figure "
		"is of what such a stamp, or a log given to the program, says; "
		"the words and the place in the file are kept with each.",
		"A message is told by its entry: the border hop, at which the "
		"receiving system took it from outside, by that system's own "
		"record. What stands below the border is the sender's claim; "
		"it is shown and decides nothing. Its month is when it was "
		"taken there.",
		"A message passes where every trusted transfer is known to "
		"meet the profile, fails where one is known not to, and is "
		"undetermined otherwise. Silence counts as cleartext only for "
		"writers that are known to record TLS when it is used.",
		"A failure is the sender's part where its receiver took "
		"others' mail as the profile asks in the same month; the "
		"receiver's where in the whole case it took none so; else it "
		"is left open.",
	};

	tt_page_begin(p, "method", "Method");
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		tt_page_para(p, "text", words[i]);
	tt_out_str(p->out, "<dl class=\"facts\">\n");
	for (size_t i = 0; i < p->r->facts.n; i++)
		put_fact(p, p->r->facts.v[i].name, p->r->facts.v[i].value);
	tt_out_str(p->out, "</dl>\n");
	tt_page_end(p);
}

/* ---- coverage ---- */

struct count {
	const char *word;
	uint64_t n, whole;
};

static void put_counts(struct tt_page *p, const struct count *v, size_t n)
{
	tt_out_str(p->out, "<table class=\"counts\"><tbody>\n");
	for (size_t i = 0; i < n; i++) {
		if (!v[i].n && !v[i].whole)
			continue;
		tt_out_str(p->out, "<tr><th scope=\"row\">");
		tt_html_str(p->out, v[i].word);
		tt_out_str(p->out, "</th><td>");
		tt_words_big(p->out, v[i].n);
		tt_out_str(p->out, "</td><td>");
		if (v[i].whole)
			tt_share_put(p->out, v[i].n, v[i].whole);
		tt_out_str(p->out, "</td></tr>\n");
	}
	tt_out_str(p->out, "</tbody></table>\n");
}

#define PUT_COUNTS(p, v) put_counts(p, v, sizeof(v) / sizeof((v)[0]))

static void put_stamps(struct tt_page *p)
{
	const struct tt_totals *t = &p->r->totals;
	const struct tt_case_counts *c = &p->r->counts;
	const struct count counts[] = {
		{ "messages", c->messages, 0 },
		{ "messages inside them, in no figure", c->embedded, 0 },
		{ "of the messages, with something a log told", c->joined,
		  c->messages },
		{ "messages that logs alone know", c->log_only, 0 },
		{ "places where they were found", c->occurrences, 0 },
		{ "hops of all messages", t->hops, 0 },
		{ "of the hops, with a stamp of their own", t->stamps,
		  t->hops },
		{ "of the stamps, written by a known program",
		  t->stamps - t->no_writer, t->stamps },
		{ "of the stamps, by none that is known", t->no_writer,
		  t->stamps },
		{ "of the stamps, without a readable receiver or date",
		  t->unparsed, t->stamps },
		{ "of the hops, encrypted", t->verdict[TT_ENCRYPTED],
		  t->hops },
		{ "of the hops, cleartext", t->verdict[TT_CLEARTEXT],
		  t->hops },
		{ "of the hops, not told", t->verdict[TT_UNKNOWN], t->hops },
		{ "of the hops, within a host", t->verdict[TT_LOCAL],
		  t->hops },
		{ "events of logs", c->events, 0 },
		{ "messages in no figure, for a scan was cut off",
		  c->unconcluded, 0 },
	};

	PUT_COUNTS(p, counts);
}

static int by_count(const struct tt_rule_count *a,
		    const struct tt_rule_count *b)
{
	if (a->n != b->n)
		return a->n > b->n ? -1 : 1;
	return tt_slice_cmp(tt_slice_str(a->rule), tt_slice_str(b->rule));
}

/* The most used first; ties by name, so that no order of reading shows. */
static void put_rules(struct tt_page *p)
{
	const struct tt_totals *t = &p->r->totals;
	const struct tt_rule_count *last = NULL;
	size_t told = 0;

	tt_out_str(p->out, "<h3>What decided</h3>\n");
	tt_out_str(p->out, "<table class=\"counts\"><tbody>\n");
	for (; told < TOP_RULES; told++) {
		const struct tt_rule_count *best = NULL;

		for (size_t i = 0; i < t->rules.n; i++) {
			const struct tt_rule_count *c = &t->rules.v[i];

			if ((!last || by_count(last, c) < 0) &&
			    (!best || by_count(c, best) < 0))
				best = c;
		}
		if (!best)
			break;
		tt_out_str(p->out, "<tr><th scope=\"row\"><code>");
		tt_html_str(p->out, best->rule);
		tt_out_str(p->out, "</code></th><td>");
		tt_words_big(p->out, best->n);
		tt_out_str(p->out, "</td><td></td></tr>\n");
		last = best;
	}
	tt_out_str(p->out, "</tbody></table>\n");
	tt_page_more(p, t->rules.n - told, "rules");
}

static void put_codes(struct tt_page *p, const char *title,
		      const struct tt_code_counts *codes)
{
	tt_out_str(p->out, "<h3>");
	tt_html_str(p->out, title);
	tt_out_str(p->out, "</h3>\n");
	if (!codes->n) {
		tt_page_para(p, "note", "None.");
		return;
	}
	tt_out_str(p->out, "<table class=\"counts\"><tbody>\n");
	for (size_t i = 0; i < codes->n; i++) {
		const struct tt_code_count *c = &codes->v[i];
		char code[64];
		const struct tt_gloss *g = NULL;

		tt_out_str(p->out, "<tr><th scope=\"row\"><code>");
		tt_html_cut(p->out, c->code, 60);
		tt_out_str(p->out, "</code>");
		if (c->code.n < sizeof(code)) {
			memcpy(code, c->code.p, c->code.n);
			code[c->code.n] = '\0';
			g = tt_gloss_find(code);
		}
		if (g) {
			tt_out_str(p->out, " <small>");
			tt_html_str(p->out, g->text);
			tt_out_str(p->out, "</small>");
		}
		tt_out_str(p->out, "</th><td>");
		tt_words_big(p->out, c->messages + c->sources);
		tt_out_str(p->out, "</td><td></td></tr>\n");
	}
	tt_out_str(p->out, "</tbody></table>\n");
}

static void put_coverage(struct tt_page *p)
{
	tt_page_begin(p, "coverage", "Coverage");
	tt_page_para(p, "note",
		     "A clean result means little where much could not be "
		     "read: this is how much was.");
	put_stamps(p);
	put_rules(p);
	put_codes(p, "Messages with anomalies", &p->r->anomalies);
	put_codes(p, "Skipped, cut or repaired", &p->r->diags);
	tt_page_end(p);
}

/* ---- limitations ---- */

static void put_limitations(struct tt_page *p)
{
	static const char *const words[] = {
		"A stamp says what its writer chose to write. Stamps below the "
		"border can be forged; those above it were written inside the "
		"receiving system and are taken at their word.",
		"TLS that ended on a balancer or proxy in front of a server "
		"leaves no trace in the server's stamp, and neither does what "
		"happened before the oldest stamp.",
		"That a transfer was encrypted does not say to whom: mail "
		"servers commonly check no certificate.",
		"Inferred cleartext rests on what a program is known to write. "
		"A site that changed its form would be judged wrongly; each "
		"rule names the control it rests on.",
		"Times are the receivers' clocks. Undated mail is in the "
		"totals and in no month.",
		"The mail in a case is what was kept. It is no fair sample of "
		"what was sent.",
	};

	tt_page_begin(p, "limitations", "Limitations");
	tt_out_str(p->out, "<ul class=\"text\">\n");
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		tt_out_str(p->out, "<li>");
		tt_html_str(p->out, words[i]);
		tt_out_str(p->out, "</li>\n");
	}
	tt_out_str(p->out, "</ul>\n");
	tt_page_end(p);
}

/* ---- sources ---- */

static void put_source(struct tt_page *p, const struct tt_report_source *s)
{
	tt_out_str(p->out, "<tr><th scope=\"row\">");
	tt_html_cut(p->out, s->path, 160);
	if (s->state != TT_SOURCE_DONE) {
		tt_out_str(p->out, " <b>");
		tt_html_str(p->out, tt_source_state_name(s->state));
		tt_out_str(p->out, "</b>");
	}
	if (s->reason.n) {
		tt_out_str(p->out, " <small>");
		tt_html_cut(p->out, s->reason, 160);
		tt_out_str(p->out, "</small>");
	}
	tt_out_str(p->out, "</th><td>");
	if (s->is_regular)
		tt_words_big(p->out, s->size);
	tt_out_str(p->out, "</td><td>");
	tt_words_big(p->out, s->messages);
	tt_out_str(p->out, "</td><td>");
	tt_words_big(p->out, s->events);
	tt_out_str(p->out, "</td><td class=\"hash\"><code>");
	if (s->has_hash)
		tt_html_hash(p->out, s->sha256, TT_SHA256_LEN);
	tt_out_str(p->out, "</code></td></tr>\n");
}

static void put_sources(struct tt_page *p)
{
	const struct tt_report_sources *s = &p->r->sources;

	tt_page_begin(p, "sources", "Sources");
	tt_out_str(p->out,
		   "<div class=\"scroll\"><table class=\"sources\"><thead><tr>"
		   "<th scope=\"col\">file</th><th scope=\"col\">bytes</th>"
		   "<th scope=\"col\">messages</th><th scope=\"col\">events"
		   "</th><th scope=\"col\">sha256</th></tr></thead><tbody>\n");
	for (size_t i = 0; i < s->list.n; i++)
		put_source(p, &s->list.v[i]);
	tt_out_str(p->out, "</tbody></table></div>\n");
	tt_page_more(p, s->more, "files");
	tt_out_str(p->out, "<p class=\"note\">sha256 of the whole list, a line "
			   "<code>HASH  PATH</code> for each file: <code>");
	tt_html_hash(p->out, s->digest, TT_SHA256_LEN);
	tt_out_str(p->out, "</code></p>\n");
	tt_page_end(p);
}

void tt_page_method(struct tt_page *p)
{
	put_method(p);
	put_coverage(p);
	put_limitations(p);
	put_sources(p);
}
