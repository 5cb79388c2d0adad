/* pasted - a message that was pasted: its header repaired, its body walked
 *
 * The label comes from the repaired header.  The body is walked as any other
 * where no repair was one that is made to all lines of a paste: what stood
 * quoted, encoded or cut would be walked past in silence, so that such a body
 * is left, and told (paste-body). */
#include <tlstrail/message/paste.h>

#include "show.h"

const struct tt_parts_found *tt_pasted_found(struct tt_show *s,
					     const struct tt_record *rec,
					     struct tt_paste *paste_r,
					     struct tt_diags *diags)
{
	tt_paste_repair(paste_r, rec->header, &s->record, diags);
	const struct tt_slice body = paste_r->body;
	const uint64_t off = body.n ? (uint64_t)(body.p - rec->header.p) :
				      rec->header_length;
	const bool is_cr = tt_slice_chr(rec->header, '\n') == SIZE_MAX;

	if (tt_embedded_begin(s, paste_r->block, off, is_cr) &&
	    tt_slice_trim(body).n) {
		if (paste_r->is_body_intact)
			tt_embedded_add(s, body);
		else
			tt_diag_add(diags, TT_DIAG_paste_body, off, NULL);
	}
	return tt_embedded_found(s, rec);
}
