/* numbering.h - what there is one copy of, by number (private to trail)
 *
 * For what goes to a spool and comes back: a clock, an origin, a rule's name.
 * They are few beside the events that share them. */
#ifndef TLSTRAIL_NUMBERING_H
#define TLSTRAIL_NUMBERING_H

#include <tlstrail/util/arena.h>

/* What is numbered: one address, or two together. */
struct tt_numbered {
	const void *what, *with;
};

struct tt_numbering {
	TT_VEC(struct tt_numbered) list; /* number 1 is v[0] */
	uint32_t *slot;			 /* numbers; 0: free */
	size_t n_slots, last;
};

void tt_numbering_release(struct tt_numbering *n);
/* From 1 on; 0 where what is NULL. */
size_t tt_number_of(struct tt_numbering *n, struct tt_arena *arena,
		    const void *what, const void *with);

#endif
