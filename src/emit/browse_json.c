/* browse_json - see emit/browse.h */
#include <tlstrail/emit/browse.h>
#include <tlstrail/source.h>

#include "object.h"

/* ---- figures ---- */

static void put_results(struct tt_object *j,
			const uint64_t result[TT_RESULT_FAIL + 1])
{
	tt_object_open(j, "verdicts");
	for (int i = 0; i <= TT_RESULT_FAIL; i++)
		tt_object_u64(j,
			      tt_result_verdict_name((enum tt_result_verdict)i),
			      result[i]);
	tt_object_close(j);
}

static void put_ways(struct tt_object *j, const uint64_t way[TT_WAY_COUNT])
{
	tt_object_open(j, "versions");
	for (int i = 0; i < TT_WAY_COUNT; i++)
		if (way[i])
			tt_object_u64(j, tt_way_name((enum tt_way)i), way[i]);
	tt_object_close(j);
}

static void put_bases(struct tt_object *j,
		      const uint64_t basis[TT_BASIS_LOG + 1])
{
	tt_object_open(j, "bases");
	for (int i = TT_BASIS_NONE + 1; i <= TT_BASIS_LOG; i++)
		if (basis[i])
			tt_object_u64(j, tt_basis_name((enum tt_basis)i),
				      basis[i]);
	tt_object_close(j);
}

/* "2026-06". */
static void put_month_name(struct tt_object *j, int32_t month)
{
	char text[8];
	const int year = month / 12, in_year = month % 12 + 1;

	if (month == TT_NO_MONTH)
		return;
	for (int i = 3, y = year; i >= 0; i--, y /= 10)
		text[i] = (char)('0' + y % 10);
	text[4] = '-';
	text[5] = (char)('0' + in_year / 10);
	text[6] = (char)('0' + in_year % 10);
	text[7] = 0;
	tt_object_word(j, "month", text);
}

static void put_months(struct tt_object *j, const struct tt_browse_figures *f)
{
	tt_object_list(j, "months");
	for (size_t i = 0; i < f->months.n; i++) {
		const struct tt_browse_month *const m = &f->months.v[i];
		struct tt_object item = { 0 };

		tt_object_item(j, i);
		tt_object_begin(&item, j->out);
		put_month_name(&item, m->month);
		tt_object_u64(&item, "messages", m->messages);
		put_results(&item, m->result);
		put_ways(&item, m->way);
		tt_object_end(&item);
	}
	tt_object_list_end(j);
	tt_object_u64(j, "more_months", f->more_months);
}

static void put_peers(struct tt_object *j, const struct tt_browse_figures *f)
{
	tt_object_list(j, "peers");
	for (size_t i = 0; i < f->peers.n; i++) {
		const struct tt_browse_peer *const p = &f->peers.v[i];
		struct tt_object item = { 0 };

		tt_object_item(j, i);
		tt_object_begin(&item, j->out);
		tt_object_text(&item, "peer", p->name);
		tt_object_u64(&item, "messages", p->messages);
		tt_object_u64(&item, "fail", p->failing);
		tt_object_end(&item);
	}
	tt_object_list_end(j);
	tt_object_u64(j, "more_peers", f->more_peers);
}

static void put_coverage(struct tt_object *j, const struct tt_case_counts *c)
{
	tt_object_open(j, "coverage");
	tt_object_u64(j, "mail", c->messages);
	tt_object_u64(j, "embedded", c->embedded);
	tt_object_u64(j, "log_only", c->log_only);
	tt_object_u64(j, "occurrences", c->occurrences);
	tt_object_u64(j, "events", c->events);
	tt_object_u64(j, "joined", c->joined);
	tt_object_u64(j, "unconcluded", c->unconcluded);
	tt_object_open(j, "files");
	for (int i = TT_SOURCE_BEGUN; i <= TT_SOURCE_FAILED; i++)
		tt_object_u64(j, tt_source_state_name((enum tt_source_state)i),
			      c->files[i]);
	tt_object_close(j);
	tt_object_close(j);
}

static void put_options(struct tt_object *j, const struct tt_case_facts *facts)
{
	tt_object_list(j, "options");
	for (size_t i = 0; i < facts->n; i++) {
		struct tt_object item = { 0 };

		tt_object_item(j, i);
		tt_object_begin(&item, j->out);
		tt_object_text(&item, "name", facts->v[i].name);
		tt_object_text(&item, "value", facts->v[i].value);
		tt_object_end(&item);
	}
	tt_object_list_end(j);
}

void tt_emit_browse_figures(struct tt_out *out,
			    const struct tt_browse_figures *figures)
{
	struct tt_object j = { 0 };

	tt_object_begin(&j, out);
	tt_object_u64(&j, "messages", figures->messages);
	tt_object_bool(&j, "whole", figures->is_whole);
	put_results(&j, figures->result);
	put_bases(&j, figures->basis);
	put_ways(&j, figures->way);
	put_months(&j, figures);
	put_peers(&j, figures);
	tt_object_bool(&j, "all_peers", figures->has_all_peers);
	put_coverage(&j, &figures->counts);
	put_options(&j, &figures->facts);
	tt_object_end(&j);
}

/* ---- lists ---- */

static void put_cursor(struct tt_object *j, const char *name,
		       const struct tt_cursor *cursor)
{
	static const char digits[] = "0123456789abcdef";
	char text[2 * TT_CURSOR_LEN + 1];

	if (!cursor->is_set)
		return;
	for (size_t i = 0; i < TT_CURSOR_LEN; i++) {
		text[2 * i] = digits[cursor->bytes[i] >> 4];
		text[2 * i + 1] = digits[cursor->bytes[i] & 15];
	}
	text[2 * TT_CURSOR_LEN] = 0;
	tt_object_word(j, name, text);
}

static void put_counts(struct tt_object *j, const struct tt_browse_row *r)
{
	tt_object_u64(j, "hops", r->hops);
	tt_object_u64(j, "encrypted", r->encrypted);
	tt_object_u64(j, "cleartext", r->cleartext);
	tt_object_u64(j, "unknown", r->unknown);
}

static void put_row(struct tt_out *out, const struct tt_browse_row *r)
{
	struct tt_object j = { 0 };

	tt_object_begin(&j, out);
	if (r->is_log_only)
		put_cursor(&j, "id", &r->cursor);
	else
		tt_object_hash(&j, "id", true, r->content_sha256);
	tt_object_hash(&j, "content_sha256", !r->is_log_only,
		       r->content_sha256);
	tt_object_date(&j, "time", r->has_time, r->time_unix);
	tt_object_date(&j, "date", r->has_date, r->date_unix);
	tt_object_text(&j, "message_id", r->message_id);
	tt_object_text(&j, "from", r->from);
	tt_object_text(&j, "to", r->to);
	tt_object_text(&j, "subject", r->subject);
	tt_object_text(&j, "peer", r->peer);
	tt_object_text(&j, "receiver", r->receiver);
	tt_object_word(&j, "verdict", tt_result_verdict_name(r->verdict));
	if (r->fail_basis != TT_BASIS_NONE)
		tt_object_word(&j, "fail_basis", tt_basis_name(r->fail_basis));
	tt_object_word(&j, "weakest", tt_tls_name(r->weakest));
	tt_object_word(&j, "version", tt_way_name(r->way));
	put_counts(&j, r);
	tt_object_bool(&j, "embedded", r->is_embedded);
	tt_object_bool(&j, "log_only", r->is_log_only);
	tt_object_bool(&j, "joined", r->is_joined);
	tt_object_end(&j);
}

void tt_emit_browse_page(struct tt_out *out, const struct tt_browse_page *page)
{
	struct tt_object j = { 0 };

	tt_object_begin(&j, out);
	tt_object_u64(&j, "total", page->total);
	tt_object_bool(&j, "total_exact", page->is_exact);
	tt_object_bool(&j, "cut", page->is_cut);
	put_cursor(&j, "previous", &page->newer);
	put_cursor(&j, "next", &page->older);
	tt_object_list(&j, "messages");
	for (size_t i = 0; i < page->rows.n; i++) {
		tt_object_item(&j, i);
		put_row(out, &page->rows.v[i]);
	}
	tt_object_list_end(&j);
	tt_object_end(&j);
}

/* ---- one message ---- */

void tt_emit_browse_places(struct tt_out *out,
			   const struct tt_browse_places *places)
{
	struct tt_object j = { .out = out, .needs_comma = true };

	tt_object_list(&j, "places");
	for (size_t i = 0; i < places->list.n; i++) {
		const struct tt_browse_place *const p = &places->list.v[i];
		struct tt_object item = { 0 };

		tt_object_item(&j, i);
		tt_object_begin(&item, out);
		tt_object_text(&item, "path", p->path);
		tt_object_texts(&item, "member", p->member, p->n_member);
		if (!p->is_decoded)
			tt_object_u64(&item, "offset", p->off);
		tt_object_u64(&item, "length", p->length);
		tt_object_bool(&item, "primary", p->is_primary);
		tt_object_end(&item);
	}
	tt_object_list_end(&j);
	tt_object_u64(&j, "more_places", places->more);
}
