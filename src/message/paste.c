/* paste.c - the repairs of a pasted header, in the order they are tried
 *
 * Each looks for the traces of one damage and leaves the text alone where
 * there are none.  What comes out is taken only where it has at least as many
 * whole stamps as what was pasted.  Linear; memory as paste_text.c says. */
#include <tlstrail/message/paste.h>

#include "paste_text.h"

static void (*const repairs[])(struct tt_repairs *r) = {
	tt_paste_utf16,	   tt_paste_ends,  tt_paste_entities,
	tt_paste_spaces,   tt_paste_qp,	   tt_paste_wrap,
	tt_paste_prefixes, tt_paste_double, tt_paste_indent,
	tt_paste_wrap,	   tt_paste_block, tt_paste_chars,
	tt_paste_order,
};

/* Where n codes were repaired: told in the order of the table. */
static size_t tell(struct tt_repairs *r, struct tt_diags *diags)
{
	size_t n = 0;

	for (enum tt_diag_code c = 0; c < TT_DIAG_COUNT; c++) {
		const struct tt_repair_note *const note = &r->note[c];

		if (note->n == 0)
			continue;
		if (note->n == 1)
			tt_diag_add(diags, c, note->off, NULL);
		else
			tt_diag_add(diags, c, note->off,
				    "%s (%llu times)", tt_diag_info(c)->text,
				    (unsigned long long)note->n);
		n++;
	}
	return n;
}

static bool has_repair(const struct tt_repairs *r)
{
	for (enum tt_diag_code c = 0; c < TT_DIAG_COUNT; c++)
		if (r->note[c].n && c != TT_DIAG_body_like_header &&
		    c != TT_DIAG_paste_unsure && c != TT_DIAG_paste_order_kept)
			return true;
	return false;
}

/* Were all repairs of the header's own lines? */
static bool is_body_intact(const struct tt_repairs *r)
{
	static const enum tt_diag_code all_lines[] = {
		TT_DIAG_paste_utf16,	   TT_DIAG_paste_entities,
		TT_DIAG_paste_spaces,	   TT_DIAG_paste_quotes,
		TT_DIAG_paste_rewrapped,   TT_DIAG_paste_unquoted,
		TT_DIAG_paste_indent,	   TT_DIAG_paste_line_numbers,
		TT_DIAG_paste_blank_lines, TT_DIAG_paste_quoted_printable,
	};

	for (size_t i = 0; i < sizeof(all_lines) / sizeof(all_lines[0]); i++)
		if (r->note[all_lines[i]].n)
			return false;
	return true;
}

/* Without the blank line that ends the header. */
static struct tt_slice body_at(struct tt_slice pasted, size_t end)
{
	size_t n = end;

	while (n < pasted.n && pasted.p[n] == '\r')
		n++;
	n += n < pasted.n && pasted.p[n] == '\n';
	return tt_slice_sub(pasted, n, pasted.n);
}

/* The paste as a text; the first of them maps to itself. */
static void begin(struct tt_repairs *r, struct tt_slice pasted)
{
	const size_t cap = tt_add_size(tt_mul_size(pasted.n, 9) / 4, 64);

	tt_text_init(&r->text, r->arena, cap);
	tt_text_init(&r->spare, r->arena, cap);
	for (size_t i = 0; i < pasted.n; i++) {
		r->text.b[i] = pasted.p[i];
		r->text.from[i] = (uint32_t)i;
		r->text.width[i] = 1;
	}
	r->text.n = pasted.n;
	r->end = SIZE_MAX;
}

void tt_paste_repair(struct tt_paste *paste_r, struct tt_slice pasted,
		     struct tt_arena *arena, struct tt_diags *diags)
{
	struct tt_repairs r = { .arena = arena };
	struct tt_arena scratch = { 0 };

	*paste_r = (struct tt_paste){ .pasted = pasted, .block = pasted };
	pasted = tt_slice_sub(pasted, 0, (size_t)TT_MAX_header_block);
	begin(&r, pasted);
	for (size_t i = 0; i < sizeof(repairs) / sizeof(repairs[0]); i++)
		repairs[i](&r);

	const struct tt_slice block = { r.text.b, r.text.n };
	/* Stamps in a body are none of this header's. */
	const struct tt_slice before = tt_slice_sub(pasted, 0, r.end);
	/* Without a stamp there is nothing to be gained. */
	const bool is_worth = r.note[TT_DIAG_paste_utf16].n > 0 ||
			      tt_slice_ifind(block, TT_S("Received")) !=
				      SIZE_MAX;
	const bool is_better = is_worth && has_repair(&r) &&
			       tt_text_score(block, &scratch) >=
				       tt_text_score(before, &scratch);

	tt_arena_release(&scratch);
	if (r.end < pasted.n)
		paste_r->body = body_at(pasted, r.end);
	paste_r->is_body_intact = !is_better || is_body_intact(&r);
	if (is_better) {
		paste_r->block = block;
		paste_r->from = r.text.from;
		paste_r->width = r.text.width;
		(void)tell(&r, diags);
	} else {
		/* A header that ends where it should. */
		if (r.end < pasted.n)
			paste_r->block = tt_slice_sub(pasted, 0, r.end);
		for (enum tt_diag_code c = 0; c < TT_DIAG_COUNT; c++)
			if (c != TT_DIAG_body_like_header &&
			    c != TT_DIAG_paste_order_kept &&
			    c != TT_DIAG_paste_unsure)
				r.note[c].n = 0;
		(void)tell(&r, diags);
	}
	paste_r->first_diag = diags->list.n;
}

struct tt_slice tt_paste_span(const struct tt_paste *paste, uint64_t off,
			      uint64_t n, uint64_t *off_r)
{
	const size_t size = paste->block.n;

	if (size == 0 || off >= size) {
		*off_r = paste->pasted.n;
		return TT_NO_SLICE;
	}
	*off_r = paste->from[off];
	if (n > size - off)
		n = size - off;
	if (n == 0)
		return tt_slice_sub(paste->pasted, (size_t)*off_r, 0);
	const size_t last = (size_t)(off + n - 1);
	const uint64_t end = (uint64_t)paste->from[last] + paste->width[last];

	return tt_slice_sub(paste->pasted, (size_t)*off_r,
			    end > *off_r ? (size_t)(end - *off_r) : 0);
}
