/* view.h - what the text output shows: a message, a line, a summary */
#ifndef TLSTRAIL_EMIT_VIEW_H
#define TLSTRAIL_EMIT_VIEW_H

#include "lay.h"
#include <tlstrail/emit.h>

#define TT_ARROW "\xe2\x86\x92"	    /* U+2192 */
#define TT_RULE "\xe2\x94\x80"	    /* U+2500 */
#define TT_INSIDE "\xe2\x94\x94"	    /* U+2514 */
#define TT_DOT " \xc2\xb7 "	    /* U+00B7 between spaces */

enum tt_tint tt_view_tint(enum tt_verdict v);
enum tt_tint tt_view_result_tint(enum tt_result_verdict v);

/* Where its bytes are: "box.tar/mail/in.mbox#1024".  Borrowed from the
 * timeline, or put together in `out`, in memory and empty so far. */
struct tt_slice tt_view_place(struct tt_out *out,
			      const struct tt_timeline *t);

/* The whole timeline. */
void tt_view_message(struct tt_lay *l, const struct tt_timeline *t,
		     bool is_verbose);
/* One hop of it, and the gutter its lines stand right of. */
void tt_view_hop(struct tt_lay *l, const struct tt_timeline *t, size_t i,
		 bool is_verbose);
size_t tt_view_gutter(const struct tt_lay *l);
/* The tries that carried nothing, if there are any. */
void tt_view_attempts(struct tt_lay *l, const struct tt_timeline *t,
		      bool is_verbose);
/* What stands beside the hops: of logs, and with -v of headers. */
void tt_view_contexts(struct tt_lay *l, const struct tt_timeline *t,
		      bool is_verbose);
void tt_view_advice(struct tt_lay *l, const struct tt_timeline *t);

/* One line. is_cut: columns are cut so that it fits the width; else the
 * layout must be wide enough (TT_UNCUT). */
#define TT_UNCUT ((size_t)1 << 30)
void tt_view_line(struct tt_lay *l, const struct tt_timeline *t, bool is_cut);

/* What many messages come to. */
void tt_view_summary(struct tt_lay *l, const struct tt_totals *totals,
		     struct tt_slice profile);

#endif
