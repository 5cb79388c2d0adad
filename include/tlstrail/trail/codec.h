/* trail/codec.h - floor 5: a timeline as bytes, and back
 *
 * What a worker hands to its parent, and what a case keeps.  The bytes are no
 * interface: another version of the encoding is refused, not guessed at. */
#ifndef TLSTRAIL_TRAIL_CODEC_H
#define TLSTRAIL_TRAIL_CODEC_H

#include <tlstrail/trail.h>

/* Changes whenever the encoding does; the first byte of it. */
#define TT_CODEC_VERSION 1

/* After either step of trail.h.  All of it but result.profile, which goes by
 * its name. */
void tt_timeline_put(struct tt_out *out, const struct tt_timeline *t);

/* False: the bytes are no timeline of this version, or name a profile that
 * the rules lack; *t_r is not to be used then.  Whatever they hold, nothing
 * past them is read, and memory is at most a few dozen times their number.
 * Text is borrowed from `bytes`, the rest lives in the arena. */
bool tt_timeline_get(struct tt_timeline *t_r, struct tt_slice bytes,
		     const struct tt_rules *rules,
		     struct tt_arena *arena) TT_MUST_CHECK;

#endif
