/* pasted.c - a timeline of a repaired header, back to what was pasted
 *
 * Everything above was read off the repaired block and points into it.  One
 * pass at the end gives each place its offset in the paste, and each quote
 * the bytes that stand there. */
#include <tlstrail/message/paste.h>

#include "work.h"

static void quote(const struct tt_paste *p, struct tt_evidence *e)
{
	uint64_t off;

	e->text = tt_paste_span(p, e->off, e->text.n, &off);
	e->off = off;
}

void tt_pasted_back(struct tt_work *w, const struct tt_header *header)
{
	const struct tt_paste *const p = header->paste;
	uint64_t off;

	if (!p || !p->from)
		return;
	for (size_t i = 0; i < w->t->hops.n; i++) {
		struct tt_hop *const hop = &w->t->hops.v[i];

		hop->length = tt_paste_span(p, hop->off, hop->length, &off).n;
		hop->off = off;
		for (size_t k = 0; k < hop->evidence.n; k++)
			quote(p, &hop->evidence.v[k]);
	}
	for (size_t i = 0; i < w->t->context.n; i++)
		quote(p, &w->t->context.v[i].evidence);
	for (size_t i = p->first_diag; i < w->diags->list.n; i++) {
		struct tt_diag *const d = &w->diags->list.v[i];

		if (d->off == TT_NO_OFF)
			continue;
		(void)tt_paste_span(p, d->off, 1, &off);
		d->off = off;
	}
}
