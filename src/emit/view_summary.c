/* view_summary - what many messages come to
 *
 * Results, hops, and coverage: how many stamps were seen, which rules decided
 * them, how many no rule knows and how many could not be read.  Without
 * coverage a share of encrypted hops means nothing. */
#include "view.h"
#include "words.h"

#define LABEL_WIDTH 16
#define TOP_RULES 12 /* the rest are told as a number */

struct part {
	uint64_t n;
	const char *word;
};

static void title(struct tt_lay *l, const char *word)
{
	tt_lay_line(l, LABEL_WIDTH);
	tt_lay_to(l, word[0] == ' ' ? 2 : 0);
	tt_lay_str(l, word[0] == ' ' ? word + 2 : word);
	tt_lay_to(l, LABEL_WIDTH);
}

/* "pass 3,000 (74.5 %)": word and number stay together. */
static void put_part(struct tt_lay *l, const struct part *p, uint64_t whole)
{
	struct tt_out text;

	if (!p->n)
		return;
	tt_out_init(&text, -1);
	tt_out_text(&text, tt_slice_str(p->word));
	tt_out_str(&text, " ");
	tt_words_big(&text, p->n);
	if (whole) {
		const uint64_t tenths = (p->n * 1000 + whole / 2) / whole;

		tt_out_printf(&text, " (%u.%u %%)", (unsigned)(tenths / 10),
			      (unsigned)(tenths % 10));
	}
	tt_lay_put(l, tt_lay_collected(&text));
	tt_lay_gap(l, TT_DOT);
	tt_out_release(&text);
}

static void put_parts(struct tt_lay *l, const struct part *parts, size_t n,
		      uint64_t whole)
{
	bool has_any = false;

	for (size_t i = 0; i < n; i++) {
		put_part(l, &parts[i], whole);
		has_any |= parts[i].n != 0;
	}
	if (!has_any)
		tt_lay_str(l, "none");
	tt_lay_end(l);
}

#define PUT_PARTS(l, parts, whole) \
	put_parts(l, parts, sizeof(parts) / sizeof((parts)[0]), whole)

static void put_number(struct tt_lay *l, const char *word, uint64_t n)
{
	struct tt_out text;

	tt_out_init(&text, -1);
	tt_words_big(&text, n);
	title(l, word);
	tt_lay_put(l, tt_lay_collected(&text));
	tt_out_release(&text);
}

/* Behind a number: what is not in it. */
static void put_beside(struct tt_lay *l, uint64_t n, const char *words)
{
	struct tt_out text;

	tt_out_init(&text, -1);
	tt_out_str(&text, "and ");
	tt_words_big(&text, n);
	tt_out_str(&text, words);
	tt_lay_gap(l, "  ");
	tt_lay_text(l, tt_lay_collected(&text));
	tt_out_release(&text);
}

static void put_results(struct tt_lay *l, const struct tt_totals *t,
			struct tt_slice profile)
{
	const struct part parts[] = {
		{ t->result[TT_RESULT_PASS], "pass" },
		{ t->result[TT_RESULT_FAIL], "fail" },
		{ t->result[TT_RESULT_UNDETERMINED], "undetermined" },
		{ t->result[TT_RESULT_NONE], "none" },
	};

	put_number(l, "messages", t->messages);
	if (t->embedded)
		put_beside(l, t->embedded,
			   " inside them, in none of the figures");
	if (profile.n) {
		tt_lay_gap(l, "  ");
		tt_lay_put_in(l, "(judged by profile ", profile, ")");
	}
	title(l, "  result");
	PUT_PARTS(l, parts, t->messages);
}

static void put_hops(struct tt_lay *l, const struct tt_totals *t)
{
	const struct part verdicts[] = {
		{ t->verdict[TT_ENCRYPTED], "encrypted" },
		{ t->verdict[TT_CLEARTEXT], "cleartext" },
		{ t->verdict[TT_UNKNOWN], "unknown" },
		{ t->verdict[TT_LOCAL], "local" },
	};
	const struct part bases[] = {
		{ t->basis[TT_BASIS_MARKER], "stated" },
		{ t->basis[TT_BASIS_KEYWORD], "by keyword" },
		{ t->basis[TT_BASIS_SOFTWARE], "inferred" },
		{ t->basis[TT_BASIS_LOG], "from a log" },
		/* unknown has no basis, and a loopback address is none */
		{ t->basis[TT_BASIS_NONE] - t->verdict[TT_UNKNOWN],
		  "by address" },
		{ t->verdict[TT_UNKNOWN], "nothing decides" },
	};
	const struct part versions[] = {
		{ t->version[TT_TLSV1_3], "TLS 1.3" },
		{ t->version[TT_TLSV1_2], "TLS 1.2" },
		{ t->version[TT_TLSV1_1], "TLS 1.1" },
		{ t->version[TT_TLSV1_0], "TLS 1.0" },
		{ t->version[TT_SSLV3], "SSL 3" },
		{ t->version[TT_SSLV2], "SSL 2" },
		{ t->version[TT_TLS_NONE], "none stated" },
	};

	put_number(l, "hops", t->hops);
	title(l, "  verdict");
	PUT_PARTS(l, verdicts, t->hops);
	title(l, "  known how");
	PUT_PARTS(l, bases, t->hops);
	title(l, "  TLS version");
	PUT_PARTS(l, versions, t->verdict[TT_ENCRYPTED]);
}

/* The k-th most used rule not yet told; ties by name, so that the order does
 * not hang on the order of the input. */
static const struct tt_rule_count *next_rule(const struct tt_totals *t,
					     const struct tt_rule_count *last)
{
	const struct tt_rule_count *best = NULL;

	for (size_t i = 0; i < t->rules.n; i++) {
		const struct tt_rule_count *c = &t->rules.v[i];
		const struct tt_slice name = tt_slice_str(c->rule);
		const bool is_after =
			!last || c->n < last->n ||
			(c->n == last->n &&
			 tt_slice_cmp(name, tt_slice_str(last->rule)) > 0);

		if (!is_after)
			continue;
		if (!best || c->n > best->n ||
		    (c->n == best->n &&
		     tt_slice_cmp(name, tt_slice_str(best->rule)) < 0))
			best = c;
	}
	return best;
}

static void put_rules(struct tt_lay *l, const struct tt_totals *t)
{
	const struct tt_rule_count *c = NULL;
	size_t told = 0;
	uint64_t rest = 0;

	title(l, "  decided by");
	while ((c = next_rule(t, c))) {
		const struct part p = { c->n, c->rule };

		if (told++ < TOP_RULES)
			put_part(l, &p, 0);
		else
			rest += c->n;
	}
	const struct part more = { rest, "other rules" };

	put_part(l, &more, 0);
	if (!told)
		tt_lay_str(l, "no rule");
	tt_lay_end(l);
}

static void put_coverage(struct tt_lay *l, const struct tt_totals *t)
{
	const struct part parts[] = {
		{ t->stamps - t->no_writer, "of a known writer" },
		{ t->no_writer, "of no known writer" },
		{ t->unparsed, "without by or date" },
	};

	put_number(l, "stamps seen", t->stamps);
	if (t->hops > t->stamps)
		put_beside(l, t->hops - t->stamps,
			   t->hops - t->stamps == 1 ?
				   " hop that only logs know" :
				   " hops that only logs know");
	title(l, "  read");
	PUT_PARTS(l, parts, t->stamps);
	put_rules(l, t);
}

static void put_anomalies(struct tt_lay *l, const struct tt_totals *t)
{
	struct part parts[TT_ANOMALY_COUNT];

	for (int c = 0; c < TT_ANOMALY_COUNT; c++)
		parts[c] = (struct part){
			t->anomalies[c],
			tt_anomaly_name((enum tt_anomaly_code)c)
		};
	title(l, "anomalies");
	PUT_PARTS(l, parts, 0);
}

void tt_view_summary(struct tt_lay *l, const struct tt_totals *totals,
		     struct tt_slice profile)
{
	tt_lay_line(l, 0);
	tt_lay_rule(l, TT_RULE, l->width);
	tt_lay_end(l);
	put_results(l, totals, profile);
	put_hops(l, totals);
	put_coverage(l, totals);
	put_anomalies(l, totals);
}
