/* emit_l2tcsv - the 17 columns of log2timeline, a row for each dated hop
 *
 * As plaso writes them: a line end is LF, and a comma of a text is a space,
 * for many of the format's readers split at every comma.  `version` is 2,
 * that of the format.  Cells that plaso fills with "-" are empty. */
#include <tlstrail/source.h>

#include "sheet.h"
#include "emit_private.h"
#include "moment.h"

struct tt_emit {
	struct tt_emit_options o;
	struct tt_sheet csv;
	struct tt_out raw; /* the line that tells the hop */
	bool has_undated;  /* its header is written */
};

/* "cipher: X; " as plaso writes what has no column. */
static void add_extra(struct tt_sheet *c, const char *name, struct tt_slice v)
{
	if (v.n == 0)
		return;
	tt_sheet_add_word(c, c->cell.n ? "; " : NULL);
	tt_sheet_add_word(c, name);
	tt_sheet_add_word(c, ": ");
	tt_sheet_add(c, v);
}

static void add_extra_word(struct tt_sheet *c, const char *name,
			   const char *word)
{
	if (word)
		add_extra(c, name, tt_slice_str(word));
}

static void add_extra_hash(struct tt_sheet *c, const struct tt_timeline *t)
{
	char text[TT_SHA256_HEX];

	if (!t->has_hash)
		return;
	tt_sha256_hex(t->sha256, text);
	add_extra_word(c, "sha256", text);
}

static void put_extra(struct tt_sheet *c, const struct tt_timeline *t,
		      const struct tt_hop *h)
{
	add_extra(c, "message_id", t->identity.message_id);
	add_extra(c, "from", t->identity.from);
	add_extra(c, "subject", t->identity.subject);
	add_extra(c, "with", h->with);
	add_extra(c, "id", h->id);
	add_extra(c, "helo", h->from.helo);
	add_extra(c, "software", h->software);
	add_extra_word(c, "tls_version", tt_tls_name(h->version));
	add_extra_word(c, "tls_version_implied",
		       tt_tls_name(h->version_implied));
	add_extra(c, "cipher", h->cipher);
	add_extra_word(c, "result", tt_result_verdict_name(t->result.verdict));
	if (h->has_time && h->time_uncertainty_s) {
		tt_sheet_add_word(c, "; time_uncertainty_s: ");
		tt_out_i64(&c->cell, h->time_uncertainty_s);
	}
	add_extra_hash(c, t);
	tt_sheet_list(c, "extra");
}

static void put_file(struct tt_sheet *c, const struct tt_timeline *t)
{
	tt_sheet_add(c, t->path);
	for (size_t i = 0; i < t->n_member; i++) {
		tt_sheet_add_word(c, " > ");
		tt_sheet_add(c, t->member[i]);
	}
	tt_sheet_list(c, "filename");
}

/* What the hop's evidence says, for a line of a timeline. */
static void put_told(struct tt_emit *e, const struct tt_hop *h)
{
	struct tt_sheet *const c = &e->csv;

	tt_sheet_add_word(c, tt_verdict_name(h->verdict));
	tt_sheet_add_word(c, h->version ? " " : NULL);
	tt_sheet_add_word(c, tt_tls_name(h->version));
	tt_sheet_list(c, "short");
	e->raw.n = 0;
	tt_moment_tell(&e->raw, h);
	tt_sheet_text(c, "desc", (struct tt_slice){ e->raw.buf, e->raw.n });
}

static void put_codes(struct tt_sheet *c, uint32_t bits)
{
	for (unsigned i = 0; i < TT_ANOMALY_COUNT; i++) {
		if (!(bits >> i & 1))
			continue;
		tt_sheet_add_word(c, c->cell.n ? " " : NULL);
		tt_sheet_add_word(c,
				tt_anomaly_name((enum tt_anomaly_code)i));
	}
	tt_sheet_list(c, "notes");
}

/* "06/09/2026" */
static void put_date(struct tt_sheet *c, const struct tt_moment *m)
{
	const char *const d = m->date;

	if (*d)
		tt_out_printf(&c->cell, "%.2s/%.2s/%.4s", d + 5, d + 8, d);
	tt_sheet_word(c, "date", NULL);
	if (*d) /* no room for a fraction of a second */
		tt_out_printf(&c->cell, "%.8s", m->clock);
	tt_sheet_word(c, "time", NULL);
}

static void put_row(struct tt_emit *e, const struct tt_moment *m,
		    const struct tt_timeline *t, const struct tt_hop *h)
{
	struct tt_sheet *const c = &e->csv;

	put_date(c, m);
	tt_sheet_word(c, "timezone", "UTC");
	tt_sheet_word(c, "MACB", "....");
	tt_sheet_word(c, "source", "EMAIL");
	tt_sheet_word(c, "sourcetype",
		    h->is_stamp ? "Email Received field" : "Mail log");
	tt_sheet_word(c, "type", tt_moment_kind(h));
	tt_sheet_text(c, "user", h->recipient);
	tt_sheet_text(c, "host", h->by.name.n ? h->by.name : h->by.ip);
	put_told(e, h);
	tt_sheet_word(c, "version", "2");
	put_file(c, t);
	tt_sheet_word(c, "inode", NULL);
	put_codes(c, h->anomalies);
	tt_sheet_word(c, "format", "tlstrail");
	put_extra(c, t, h);
	tt_sheet_end_row(c);
}

static void put_header(struct tt_emit *e, struct tt_out *out)
{
	static const struct tt_timeline no_message;
	static const struct tt_hop no_hop;
	static const struct tt_moment no_moment;

	e->csv.out = out;
	e->csv.is_header = true;
	put_row(e, &no_moment, &no_message, &no_hop);
	e->csv.is_header = false;
}

static struct tt_emit *l2tcsv_begin(const struct tt_emit_options *options)
{
	struct tt_emit *e = tt_zalloc(sizeof(*e));

	e->o = *options;
	tt_sheet_init(&e->csv, options);
	tt_out_init(&e->raw, -1);
	e->csv.line_end = "\n";
	e->csv.is_split_flat = true;
	put_header(e, options->out);
	return e;
}

/* A file without rows has no header, so that it is seen to be empty. */
static void begin_undated(struct tt_emit *e)
{
	if (!e->has_undated)
		put_header(e, e->o.undated);
	e->has_undated = true;
}

static void l2tcsv_timeline(struct tt_emit *e, const struct tt_timeline *t)
{
	for (size_t i = 0; i < t->hops.n; i++) {
		struct tt_moment m;
		const bool has_time = tt_moment_of(&m, &t->hops.v[i]);
		struct tt_out *const out = tt_moment_out(&e->o, has_time);

		if (!out)
			continue;
		if (!has_time)
			begin_undated(e);
		e->csv.out = out;
		put_row(e, &m, t, &t->hops.v[i]);
	}
}

static void l2tcsv_end(struct tt_emit *e, const struct tt_totals *totals)
{
	(void)totals;
	tt_sheet_release(&e->csv);
	tt_out_release(&e->raw);
	tt_free(&e);
}

const struct tt_emit_ops tt_emit_l2tcsv = {
	.name = "l2tcsv",
	.begin = l2tcsv_begin,
	.timeline = l2tcsv_timeline,
	.end = l2tcsv_end,
	.is_whole = true,
	.needs_time = true,
	.ending = ".csv",
};
