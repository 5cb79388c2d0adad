/* lanes.h - the files of a directory, some at a time */
#ifndef TLSTRAIL_RUN_LANES_H
#define TLSTRAIL_RUN_LANES_H

#include "show.h"

/* Takes what is left of a directory by as many threads as there are cores; what
 * comes out is, byte for byte, what one after the other would give.  Two
 * messages must have been shown before: an output then has one form for all
 * others.  false: nothing was taken, since one is all there can be. */
bool tt_lanes_take(struct tt_show *s, struct tt_tree *tree) TT_MUST_CHECK;

#endif
