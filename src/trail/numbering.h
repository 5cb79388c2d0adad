/* numbering.h - what there is one copy of, by number (private to trail)
 *
 * For what goes to a spool and comes back: a clock, an origin, a rule's name.
 * They are few beside the events that share them. */
#ifndef TLSTRAIL_NUMBERING_H
#define TLSTRAIL_NUMBERING_H

#include <tlstrail/util/arena.h>
#include <tlstrail/util/slots.h>

/* What is numbered: one address, or two together. */
struct tt_numbered {
	const void *what, *with;
};

#define TT_NUMBERED_LATELY_BITS 4

struct tt_numbering {
	TT_VEC(struct tt_numbered) list; /* number 1 is v[0] */
	struct tt_slots slots;
	/* By hash: most that is asked for is what was asked for before. */
	struct tt_numbered_lately {
		struct tt_numbered of;
		size_t number;
	} lately[1 << TT_NUMBERED_LATELY_BITS];
};

void tt_numbering_release(struct tt_numbering *n);

static inline uint64_t tt_number_hash(const void *what, const void *with)
{
	return ((uintptr_t)what ^ ((uintptr_t)with << 7)) *
	       UINT64_C(0x9e3779b97f4a7c15);
}

size_t tt_number_slowly(struct tt_numbering *n, struct tt_arena *arena,
			const void *what, const void *with);
/* From 1 on; 0 where what is NULL. */
static inline size_t tt_number_of(struct tt_numbering *n,
				  struct tt_arena *arena, const void *what,
				  const void *with)
{
	const struct tt_numbered_lately *const x =
		&n->lately[tt_number_hash(what, with) >>
			   (64 - TT_NUMBERED_LATELY_BITS)];

	if (!what)
		return 0;
	return x->of.what == what && x->of.with == with ?
		       x->number :
		       tt_number_slowly(n, arena, what, with);
}

#endif
