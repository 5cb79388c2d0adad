/* fuzz_emit - no text gets out of its place in an output
 *
 * Any bytes in every text of a timeline, in one of them alone, and numbers of
 * all sizes.  Each output is the same twice; it is UTF-8 without a character
 * that acts on a terminal; a line is an object whose braces and quotes match,
 * or a row with as many cells as the first, none of which a spreadsheet
 * reckons out. */
#include <stdlib.h>
#include <string.h>

#include <tlstrail/emit.h>
#include <tlstrail/source.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define MAX_INPUT 65536
#define N_NUMBERS 48 /* bytes at the front */

static void must(int is_so)
{
	if (!is_so)
		abort();
}

/* ---- a timeline of the input ---- */

struct made {
	struct tt_timeline t;
	struct tt_hop hop;
	struct tt_slice member, to, advice;
	struct tt_witness witness;
	struct tt_attempt attempt;
	struct tt_evidence evidence[2];
	struct tt_origin origin;
	struct tt_anomaly anomaly;
	struct tt_context context;
};

static struct tt_slice *text_at(struct made *m, size_t i)
{
	struct tt_slice *const texts[] = {
		&m->t.path, &m->member, &m->to, &m->advice,
		&m->t.identity.message_id, &m->t.identity.from,
		&m->t.identity.subject, &m->hop.from.name, &m->hop.from.helo,
		&m->hop.from.rdns, &m->hop.from.ip, &m->hop.by.name,
		&m->hop.by.ip, &m->hop.via, &m->hop.with, &m->hop.id,
		&m->hop.for_, &m->hop.recipient, &m->hop.cipher,
		&m->hop.cipher_iana, &m->hop.software, &m->witness.host,
		&m->attempt.recipient, &m->attempt.by.name, &m->attempt.text,
		&m->evidence[0].text, &m->evidence[1].text,
		&m->evidence[1].pointer, &m->origin.path, &m->anomaly.text,
		&m->context.text,
	};

	return i < sizeof(texts) / sizeof(texts[0]) ? texts[i] : NULL;
}

static int64_t number(const uint8_t *at)
{
	int64_t n;

	memcpy(&n, at, sizeof(n));
	return n;
}

static void fill_numbers(struct made *m, const uint8_t *p)
{
	struct tt_hop *const h = &m->hop;

	m->t.has_hash = p[0] & 1;
	m->t.is_decoded = p[0] & 2;
	m->t.identity.date.is_set = p[0] & 4;
	h->has_time = p[0] & 8;
	h->has_offset = p[0] & 16;
	h->has_delay = p[0] & 32;
	h->is_stamp = p[0] & 64;
	h->is_trusted = p[0] & 128;
	h->verdict = p[1] % (TT_LOCAL + 1);
	h->basis = p[2] % (TT_BASIS_LOG + 1);
	h->version = p[3] % (TT_TLSV1_3 + 1);
	h->version_implied = p[4] % (TT_TLSV1_3 + 1);
	h->transport = p[5] % (TT_TRANSPORT_LOCAL + 1);
	h->anomalies = p[6];
	m->t.result.border = (int8_t)p[7];
	h->time_unix = number(p + 8) >> (p[1] & 56);
	h->offset_min = (int)number(p + 16);
	h->delay_s = number(p + 24);
	m->t.identity.date.unix_s = number(p + 32);
	h->time_us = (int)number(p + 40);
	h->index = (int)number(p + 36);
	h->bits = (int)number(p + 44 - 4);
}

static void hang(struct made *m)
{
	m->t.member = &m->member;
	m->t.n_member = 1;
	m->t.identity.to.v = &m->to;
	m->t.advice.v = &m->advice;
	m->t.hops.v = &m->hop;
	m->t.anomalies.v = &m->anomaly;
	m->t.context.v = &m->context;
	m->t.attempts.v = m->hop.attempts.v = &m->attempt;
	m->t.identity.to.n = m->t.advice.n = m->t.hops.n =
		m->t.anomalies.n = m->t.context.n = m->t.attempts.n =
			m->hop.attempts.n = m->hop.witnesses.n = 1;
	m->hop.witnesses.v = &m->witness;
	m->hop.evidence.v = m->evidence;
	m->hop.evidence.n = 2;
	m->evidence[0].rule = "received/postfix#using";
	m->evidence[1].origin = &m->origin;
	m->context.kind = "other";
	m->anomaly.hop = m->hop.index;
}

/* ---- what must hold of an output ---- */

static bool is_harmful(uint32_t c)
{
	return (c < 0x20 && c != '\n') || (c >= 0x7f && c < 0xa0) ||
	       c == 0x61c || c == 0x200e || c == 0x200f ||
	       (c >= 0x2028 && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);
}

static size_t code_point(const uint8_t *p, const uint8_t *end, uint32_t *c_r)
{
	const size_t n = *p < 0x80 ? 1 : *p < 0xc2 ? 0 : *p < 0xe0 ? 2 :
			 *p < 0xf0 ? 3 : *p < 0xf5 ? 4 : 0;

	must(n > 0 && (size_t)(end - p) >= n);
	*c_r = n < 2 ? *p : *p & (0x7fu >> n);
	for (size_t i = 1; i < n; i++) {
		must((p[i] & 0xc0) == 0x80);
		*c_r = *c_r << 6 | (p[i] & 0x3fu);
	}
	must(n != 3 || (*c_r >= 0x800 && *c_r >> 11 != 27));
	must(n != 4 || (*c_r >= 0x10000 && *c_r <= 0x10ffff));
	return n;
}

static void check_bytes(const struct tt_out *out, bool has_cr)
{
	size_t at = 0;

	while (at < out->n) {
		const uint8_t *const p = out->buf + at;
		const uint8_t *const end = out->buf + out->n;
		uint32_t c;
		const size_t n = code_point(p, end, &c);

		if (c == '\r' && has_cr)
			must(p + 1 < end && p[1] == '\n');
		else
			must(!is_harmful(c));
		at += n;
	}
}

/* Quotes and braces match, and nothing stands behind the object. */
static void check_objects(const struct tt_out *out)
{
	int depth = 0;
	bool is_string = false;

	for (size_t i = 0; i < out->n; i++) {
		const uint8_t c = out->buf[i];

		if (is_string) {
			must(c != '\n');
			i += c == '\\';
			is_string = c != '"';
			continue;
		}
		is_string = c == '"';
		must(c < 0x80);
		depth += c == '{' || c == '[';
		depth -= c == '}' || c == ']';
		must(depth > 0 || c == '}' || c == '\n');
		must(c != '\n' || depth == 0);
	}
	must(depth == 0 && !is_string);
}

/* One cell, quotes taken off; ends at the comma or the line's end. */
static size_t read_cell(const struct tt_out *out, size_t at, struct tt_out *cell)
{
	const bool is_quoted = at < out->n && out->buf[at] == '"';

	cell->n = 0;
	at += is_quoted;
	for (; at < out->n; at++) {
		const uint8_t c = out->buf[at];

		if (is_quoted && c == '"') {
			if (at + 1 >= out->n || out->buf[at + 1] != '"')
				return at + 1;
			at++;
		} else if (!is_quoted) {
			must(c != '"');
			if (c == ',' || c == '\r' || c == '\n')
				return at;
		}
		tt_out_bytes(cell, (struct tt_slice){ &out->buf[at], 1 });
	}
	return at;
}

static void check_cell(const struct tt_out *cell)
{
	size_t at = 0, digits = 1;

	while (at < cell->n && strchr(" \"'`", cell->buf[at]))
		at++;
	if (at == cell->n || !strchr("=+-@", cell->buf[at]) ||
	    cell->buf[0] == '\'')
		return;
	while (digits < cell->n && tt_is_digit(cell->buf[digits]))
		digits++;
	must(cell->buf[0] == '-' && digits == cell->n && digits > 1);
}

static void check_rows(const struct tt_out *out, size_t n_rows)
{
	size_t at = 0, n = 0, n_first = 0, seen = 0;
	struct tt_out cell;

	tt_out_init(&cell, -1);
	while (at < out->n) {
		at = read_cell(out, at, &cell);
		check_cell(&cell);
		n++;
		must(at < out->n);
		if (out->buf[at] == ',') {
			at++;
			continue;
		}
		at += out->buf[at] == '\r';
		must(at < out->n && out->buf[at] == '\n');
		at++;
		n_first = n_first ? n_first : n;
		must(n == n_first);
		n = 0;
		seen++;
	}
	must(n == 0 && seen == n_rows);
	tt_out_release(&cell);
}

/* ---- each output ---- */

static void write_one(const char *name, const struct tt_timeline *t,
		      struct tt_out *out, struct tt_out *undated)
{
	const struct tt_emit_ops *const ops = tt_emit_find(name);
	uint64_t n_undated = 0;
	const struct tt_emit_options o = { .out = out,
					   .undated = undated,
					   .n_undated = &n_undated };

	tt_out_init(out, -1);
	tt_out_init(undated, -1);
	struct tt_emit *e = ops->begin(&o);

	ops->timeline(e, t);
	ops->end(e, NULL);
	must((undated->n > 0) == (n_undated > 0));
}

static void check_output(const char *name, const struct tt_timeline *t,
			 bool is_rows)
{
	struct tt_out out, undated, again, again_undated;
	const bool has_cr = strcmp(name, "csv") == 0;

	write_one(name, t, &out, &undated);
	write_one(name, t, &again, &again_undated);
	must(tt_slice_eq((struct tt_slice){ out.buf, out.n },
			 (struct tt_slice){ again.buf, again.n }));
	check_bytes(&out, has_cr);
	check_bytes(&undated, has_cr);
	if (is_rows) {
		check_rows(&out, undated.n ? 1 : 2);
		check_rows(&undated, undated.n ? 2 : 0);
	} else {
		check_objects(&out);
		check_objects(&undated);
		must(out.n == 0 || out.buf[out.n - 1] == '\n');
	}
	tt_out_release(&out);
	tt_out_release(&undated);
	tt_out_release(&again);
	tt_out_release(&again_undated);
}

static void check_all(const struct made *m)
{
	check_output("csv", &m->t, true);
	check_output("l2tcsv", &m->t, true);
	check_output("timesketch", &m->t, false);
	check_output("ecs", &m->t, false);
	check_output("jsonl", &m->t, false);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct made m;
	struct tt_slice rest;
	size_t n = 0;

	if (size < N_NUMBERS || size > MAX_INPUT)
		return 0;
	memset(&m, 0, sizeof(m));
	fill_numbers(&m, data);
	hang(&m);
	rest = tt_slice_sub((struct tt_slice){ data, size }, N_NUMBERS, size);
	while (text_at(&m, n))
		n++;
	for (size_t i = 0; i < n; i++)
		*text_at(&m, i) = tt_slice_sub(rest, i * (rest.n / n),
					       rest.n / n);
	check_all(&m);
	*text_at(&m, data[0] % n) = rest;
	check_all(&m);
	return 0;
}
