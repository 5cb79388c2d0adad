/* emit/browse.h - floor 7: what is asked of a case, as JSON
 *
 * One object each, as tlstrail-serve(1) has them: what is not known is left
 * out, bytes that are not UTF-8 stand in a sibling "<key>_b64" too. */
#ifndef TLSTRAIL_EMIT_BROWSE_H
#define TLSTRAIL_EMIT_BROWSE_H

#include <tlstrail/emit.h>
#include <tlstrail/store/browse.h>

void tt_emit_browse_figures(struct tt_out *out,
			    const struct tt_browse_figures *figures);
void tt_emit_browse_page(struct tt_out *out, const struct tt_browse_page *page);
/* Members of an object that somebody else begins and ends, with a comma
 * before: "places", "more_places". */
void tt_emit_browse_places(struct tt_out *out,
			   const struct tt_browse_places *places);

#endif
