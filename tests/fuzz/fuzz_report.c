/* fuzz_report - no text gets out of its place in a report
 *
 * Any bytes in every text and figures of all sizes.  A report is the same
 * twice; a page's elements are closed in their order, its attributes quoted,
 * and nothing in it acts on a terminal; text for a terminal keeps its width. */
#include <stdlib.h>
#include <string.h>

#include <tlstrail/emit/report.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define MAX_INPUT 8192
#define N_GROUPS 6
#define PER_GROUP 12 /* bytes of figures */

static void must(int is_so)
{
	if (!is_so)
		abort();
}

/* ---- a report of the input ---- */

struct made {
	struct tt_report r;
	struct tt_group groups[N_GROUPS], months[N_GROUPS];
	struct tt_fault fault;
	struct tt_delay delay;
	struct tt_worst worst;
	struct tt_code_count code;
	struct tt_case_fact fact;
	struct tt_report_source source;
	struct tt_campaign campaign;
	struct tt_campaign_row row;
};

static void fill_group(struct tt_group *g, const uint8_t *p,
		       struct tt_slice name)
{
	const unsigned shift = p[0] % 18; /* a billion messages */

	memset(g, 0, sizeof(*g));
	g->name = p[1] & 1 ? name : TT_NO_SLICE;
	g->part = p[1] & 2 ? name : TT_NO_SLICE;
	g->basis = (enum tt_peer_basis)(p[1] >> 2 & 3);
	for (int v = 0; v <= TT_TLSV1_3; v++)
		g->version[v] = (uint64_t)(p[2 + v / 2] >> v % 2 * 4 & 15)
				<< shift;
	for (int v = 0; v <= TT_TLSV1_3; v++)
		g->verdict[TT_ENCRYPTED] += g->version[v];
	g->verdict[TT_CLEARTEXT] = (uint64_t)p[6] << shift;
	g->verdict[TT_UNKNOWN] = (uint64_t)p[7] << shift;
	g->fit[TT_FIT_MEETS] = g->version[TT_TLSV1_3];
	g->fit[TT_FIT_CLEARTEXT] = g->verdict[TT_CLEARTEXT];
	for (int v = 0; v <= TT_LOCAL; v++)
		g->messages += g->verdict[v];
	g->messages += p[8];
	g->result[TT_RESULT_FAIL] = g->verdict[TT_CLEARTEXT];
	g->month = p[9] == 255 ? TT_NO_MONTH :
				 (p[9] << 8 | p[10]) % (10000 * 12);
}

static int by_month(const void *a, const void *b)
{
	const struct tt_group *const x = a, *const y = b;

	return (x->month > y->month) - (x->month < y->month);
}

static void fill_lists(struct made *m, struct tt_slice text, const uint8_t *p)
{
	struct tt_report *const r = &m->r;

	m->fault = (struct tt_fault){ text, 1u + p[0] };
	r->faults.part[p[0] % TT_PART_COUNT].v = &m->fault;
	r->faults.part[p[0] % TT_PART_COUNT].n = 1;
	r->faults.part[p[0] % TT_PART_COUNT].total = 1u + p[0];
	m->delay = (struct tt_delay){ text, p[0], p[1],
				      (int64_t)p[2] << p[3] % 54,
				      (int64_t)p[3] << p[2] % 54,
				      INT64_MAX >> p[4] % 63 };
	r->delays.all = m->delay;
	r->delays.by_receiver.v = &m->delay;
	r->delays.by_receiver.n = 1;
	m->worst = (struct tt_worst){
		.path = text, .message_id = text, .subject = text,
		.receiver = text, .peer = text, .log_key = text,
		.is_log_only = p[0] & 1, .has_time = p[0] & 2,
		.time_unix = (int64_t)p[1] << p[2] % 54,
		.fit = p[3] % (TT_FIT_SUITE + 1),
	};
	r->worst = (struct tt_worsts){ &m->worst, 1, 1, p[4] };
	m->code = (struct tt_code_count){ text, p[0], p[1] };
	r->diags = r->anomalies = (struct tt_code_counts){ &m->code, 1, 1 };
	m->fact = (struct tt_case_fact){ text, text };
	r->facts = (struct tt_case_facts){ &m->fact, 1, 1 };
	m->source = (struct tt_report_source){ .path = text, .reason = text,
					       .state = 1 + p[0] % 4 };
	r->sources.list.v = &m->source;
	r->sources.list.n = 1;
	r->profile = text;
}

static void fill(struct made *m, const uint8_t *p, struct tt_slice text)
{
	struct tt_report *const r = &m->r;
	const struct tt_groups all = { m->groups, N_GROUPS, 0, 3 };

	memset(m, 0, sizeof(*m));
	for (size_t i = 0; i < N_GROUPS; i++)
		fill_group(&m->groups[i], p + i * PER_GROUP,
			   tt_slice_sub(text, i, text.n));
	memcpy(m->months, m->groups, sizeof(m->months));
	qsort(m->months, N_GROUPS, sizeof(m->months[0]), by_month);
	r->months = (struct tt_groups){ m->months, N_GROUPS, 0, 0 };
	r->receivers = r->peers = r->peer_parts = r->worst_peers =
		r->peer_months = all;
	fill_lists(m, text, p);
	m->row = (struct tt_campaign_row){ text, m->groups[0], p[0] };
	m->campaign.header = text;
	m->campaign.rows.v = &m->row;
	m->campaign.rows.n = 1;
	r->campaign = &m->campaign;
}

/* ---- what must hold ---- */

struct element {
	const uint8_t *name;
	size_t n;
};

static bool is_name(uint8_t c)
{
	return tt_is_alpha(c) || tt_is_digit(c) || c == '-' || c == '!';
}

/* Behind '<'; returns what follows '>'. */
static const uint8_t *tag(const uint8_t *p, const uint8_t *end,
			  struct element *open, size_t *depth)
{
	const bool is_end = p < end && *p == '/';
	const uint8_t *const name = p += is_end;
	bool is_quoted = false;

	while (p < end && is_name(*p))
		p++;
	const size_t n = (size_t)(p - name);

	must(n > 0);
	for (; p < end && (is_quoted || *p != '>'); p++) {
		is_quoted ^= *p == '"';
		must(*p != '<' && *p != '\n' && (is_quoted || *p != '\''));
	}
	must(p < end);
	if (is_end) {
		must(*depth > 0 && open[--*depth].n == n &&
		     memcmp(open[*depth].name, name, n) == 0);
	} else if (p[-1] != '/' && *name != '!') {
		must(*depth < 32);
		open[(*depth)++] = (struct element){ name, n };
	}
	return p + 1;
}

static void check_page(const struct tt_out *out)
{
	const uint8_t *p = out->buf, *const end = p + out->n;
	struct element open[32];
	size_t depth = 0;

	while (p < end) {
		must(*p == '\n' || (*p >= 0x20 && *p != 0x7f));
		if (*p == '<')
			p = tag(p + 1, end, open, &depth);
		else
			p++;
	}
	must(depth == 0);
}

static void check_width(const struct tt_out *out, size_t width)
{
	struct tt_slice rest = { out->buf, out->n };

	while (rest.n) {
		const size_t at = tt_slice_chr(rest, '\n');

		must(at != SIZE_MAX &&
		     tt_text_width(tt_slice_sub(rest, 0, at)) <= width);
		rest = tt_slice_sub(rest, at + 1, rest.n);
	}
}

static void put(struct tt_out *out, const struct made *m, int kind,
		unsigned width)
{
	const struct tt_report_look look = { .width = width };

	tt_out_init(out, -1);
	switch (kind) {
	case 0: tt_report_html(out, &m->r); break;
	case 1: tt_report_text(out, &m->r, &look); break;
	case 2: tt_report_compare(out, &m->r, &m->r, &look); break;
	default: tt_report_campaign(out, &m->campaign, &look);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const size_t head = N_GROUPS * PER_GROUP + 1;
	static struct made m;

	if (size < head || size > MAX_INPUT)
		return 0;
	const unsigned width = 72 + data[head - 1] % 64;

	fill(&m, data, (struct tt_slice){ data + head, size - head });
	for (int kind = 0; kind < 4; kind++) {
		struct tt_out once, again;

		put(&once, &m, kind, width);
		put(&again, &m, kind, width);
		must(once.n == again.n &&
		     memcmp(once.buf, again.buf, once.n) == 0);
		if (kind == 0)
			check_page(&once);
		else
			check_width(&once, width < 120 ? width : 120);
		tt_out_release(&once);
		tt_out_release(&again);
	}
	return 0;
}
