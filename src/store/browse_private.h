/* browse_private.h - what the files of browsing share */
#ifndef BROWSE_PRIVATE_H
#define BROWSE_PRIVATE_H

#include <tlstrail/store/browse.h>
#include "store_private.h"

struct tt_browse {
	struct tt_case *c;
	int64_t version;   /* of the data, when it was last looked at */
	int64_t until_ms;  /* when the call at hand is given up */
	bool has_figures;
	struct tt_arena arena; /* theirs */
	struct tt_browse_figures figures;
};

/* ---- browse_pass.c: one pass over the index of lists ---- */

struct tt_pass_row {
	int64_t id, peer_id; /* 0: no peer */
	struct tt_listed listed; /* borrows from `cursor` */
	struct tt_cursor cursor;
	int verdict, basis;
	enum tt_way way;
};
struct tt_pass {
	struct tt_case *c;
	const struct tt_browse_filter *filter;
	struct tt_query q;
	int64_t peer_id; /* of the filter */
	bool is_void;	 /* nothing can fit it */
	uint64_t work, max_work;
	bool is_cut;
	struct tt_pass_row row; /* the last one looked at */
};
/* Towards older ones, from `from` on (not set: from the newest), or towards
 * newer ones.  End with tt_pass_end(). */
void tt_pass_begin(struct tt_pass *p, struct tt_case *c,
		   const struct tt_browse_filter *filter,
		   const struct tt_cursor *from, bool is_newer,
		   uint64_t max_work);
/* The next that fits: 1, 0 at the end or where is_cut, -1. */
int tt_pass_next(struct tt_pass *p);
void tt_pass_end(struct tt_pass *p);
/* The next two columns: entry_verdict, entry_version. */
enum tt_way tt_way_get(struct tt_query *q);

/* ---- browse_figures.c ---- */

/* Within a question; the case is broken where it fails. */
void tt_figures_take(struct tt_browse *b);
/* The same of `most` messages, whether there are figures or not. */
void tt_figures_sum(struct tt_browse *b, uint64_t most);

#endif
