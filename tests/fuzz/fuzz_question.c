/* fuzz_question - what is asked of a case
 *
 * Aborts where a question that is taken asks for what no answer may have, has
 * a parameter twice or one that is not known, or is not the same question once
 * it is written again; where one that is refused has no reason. */
#include <stdlib.h>

#include "run/browse.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(int is_so)
{
	if (!is_so)
		abort();
}

/* ---- another look at the parameters ---- */

static const char *const names[] = { "verdict", "basis", "version", "peer",
				     "month",	"inside", "q",	   "after",
				     "before",	"limit" };
#define N_NAMES (sizeof(names) / sizeof(*names))

static size_t number_of(struct tt_slice name)
{
	size_t i = 0;

	while (i < N_NAMES && !tt_slice_eq(name, tt_slice_str(names[i])))
		i++;
	return i;
}

static void check_names(struct tt_slice query)
{
	unsigned seen = 0;

	while (query.n) {
		const size_t end = tt_slice_chr(query, '&');
		const struct tt_slice one = tt_slice_sub(query, 0, end);
		const size_t i = number_of(
			tt_slice_sub(one, 0, tt_slice_chr(one, '=')));

		must(i < N_NAMES && !(seen & 1u << i));
		seen |= 1u << i;
		query = end == SIZE_MAX ? TT_NO_SLICE :
					  tt_slice_sub(query, end + 1, query.n);
	}
}

static void check_filter(const struct tt_browse_filter *f)
{
	must(f->verdict >= TT_BROWSE_ANY && f->verdict <= TT_RESULT_FAIL);
	must(f->basis >= TT_BROWSE_ANY && f->basis <= TT_BASIS_LOG &&
	     f->basis != TT_BASIS_NONE);
	must(f->way >= TT_BROWSE_ANY && f->way < (int)TT_WAY_COUNT);
	must(f->month == TT_NO_MONTH ||
	     (f->month >= 0 && f->month < 10000 * 12));
	must(f->n_terms <= TT_BROWSE_TERMS);
	for (size_t i = 0; i < f->n_terms; i++) {
		must(f->term[i].n > 0);
		for (size_t k = 0; k < f->term[i].n; k++)
			must(!tt_is_space(f->term[i].p[k]));
	}
}

/* ---- the same question, written by us ---- */

static void put_hex(struct tt_out *out, const char *before, struct tt_slice s)
{
	for (size_t i = 0; i < s.n; i++)
		tt_out_printf(out, "%s%02X", before, s.p[i]);
}

static void put_words(struct tt_out *out, const struct tt_browse_filter *f)
{
	if (f->verdict != TT_BROWSE_ANY)
		tt_out_printf(out, "&verdict=%s",
			      tt_result_verdict_name(
				      (enum tt_result_verdict)f->verdict));
	if (f->basis != TT_BROWSE_ANY)
		tt_out_printf(out, "&basis=%s",
			      tt_basis_name((enum tt_basis)f->basis));
	if (f->way != TT_BROWSE_ANY)
		tt_out_printf(out, "&version=%s",
			      tt_way_name((enum tt_way)f->way));
	if (f->is_embedded)
		tt_out_str(out, "&inside=1");
}

static void put_filter(struct tt_out *out, const struct tt_browse_filter *f)
{
	put_words(out, f);
	if (f->has_peer) {
		tt_out_str(out, "&peer=");
		if (f->peer.n)
			put_hex(out, "%", f->peer);
		else
			tt_out_str(out, "-");
	}
	if (f->has_month && f->month == TT_NO_MONTH)
		tt_out_str(out, "&month=-");
	else if (f->has_month)
		tt_out_printf(out, "&month=%04d-%02d", f->month / 12,
			      f->month % 12 + 1);
	tt_out_str(out, "&q=");
	for (size_t i = 0; i < f->n_terms; i++) {
		tt_out_str(out, i ? "+" : "");
		put_hex(out, "%", f->term[i]);
	}
}

static void put_list(struct tt_out *out, const struct tt_browse_options *o)
{
	tt_out_printf(out, "/api/messages?limit=%zu", o->limit);
	put_filter(out, &o->filter);
	if (!o->from.is_set)
		return;
	tt_out_str(out, o->is_newer ? "&before=" : "&after=");
	put_hex(out, "",
		(struct tt_slice){ o->from.bytes, sizeof(o->from.bytes) });
}

static bool is_same_filter(const struct tt_browse_filter *a,
			   const struct tt_browse_filter *b)
{
	bool is_same = a->is_embedded == b->is_embedded &&
		       a->verdict == b->verdict && a->basis == b->basis &&
		       a->way == b->way && a->has_peer == b->has_peer &&
		       tt_slice_eq(a->peer, b->peer) &&
		       a->has_month == b->has_month &&
		       (!a->has_month || a->month == b->month) &&
		       a->n_terms == b->n_terms;

	for (size_t i = 0; is_same && i < a->n_terms; i++)
		is_same = tt_slice_eq(a->term[i], b->term[i]);
	return is_same;
}

static void check_list(const struct tt_browse_options *o,
		       struct tt_arena *arena)
{
	struct tt_question q;
	struct tt_out out;

	must(o->limit >= 1 && o->limit <= TT_MAX_browse_page);
	check_filter(&o->filter);
	tt_out_init(&out, -1);
	put_list(&out, o);
	tt_question_read(&q, (struct tt_slice){ out.buf, out.n }, arena);
	must(q.kind == TT_QUESTION_LIST && q.list.limit == o->limit);
	must(is_same_filter(&o->filter, &q.list.filter));
	must(q.list.from.is_set == o->from.is_set);
	must(!o->from.is_set ||
	     (q.list.is_newer == o->is_newer &&
	      memcmp(q.list.from.bytes, o->from.bytes, TT_CURSOR_LEN) == 0));
	tt_out_release(&out);
}

/* ---- one message ---- */

static void check_message(const struct tt_question *q, struct tt_slice bytes)
{
	const struct tt_slice id = tt_slice_sub(bytes, 14, bytes.n);

	must(tt_slice_find(bytes, TT_S("/api/messages/")) == 0);
	must(id.n == 2 * (q->has_content ? (size_t)TT_SHA256_LEN :
					   (size_t)TT_CURSOR_LEN) ||
	     id.p[id.n - 1] == '?');
	must(q->has_content != q->cursor.is_set);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct tt_slice bytes = { data, size };
	const size_t at = tt_slice_chr(bytes, '?');
	struct tt_arena arena = { 0 };
	struct tt_question q;

	tt_question_read(&q, bytes, &arena);
	must((q.kind == TT_QUESTION_BAD) == (q.text != NULL));
	if (q.kind == TT_QUESTION_LIST && at != SIZE_MAX)
		check_names(tt_slice_sub(bytes, at + 1, bytes.n));
	if (q.kind == TT_QUESTION_LIST)
		check_list(&q.list, &arena);
	if (q.kind == TT_QUESTION_MESSAGE)
		check_message(&q, bytes);
	tt_arena_release(&arena);
	return 0;
}
