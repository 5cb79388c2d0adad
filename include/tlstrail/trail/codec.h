/* trail/codec.h - floor 5: timelines and events as bytes, and back
 *
 * What a worker hands to its parent, and what a case keeps.  The bytes are no
 * interface: another version of the encoding is refused, not guessed at. */
#ifndef TLSTRAIL_TRAIL_CODEC_H
#define TLSTRAIL_TRAIL_CODEC_H

#include <tlstrail/rule/event.h>
#include <tlstrail/trail.h>
#include <tlstrail/util/code.h>

/* Changes whenever the encoding does; the first byte of it. */
#define TT_CODEC_VERSION 2

/* After either step of trail.h.  All of it but result.profile, which goes by
 * its name. */
void tt_timeline_put(struct tt_out *out, const struct tt_timeline *t);
/* The same; where its texts stand, unless that is NULL. */
void tt_timeline_put_at(struct tt_out *out, const struct tt_timeline *t,
			struct tt_code_places *places);
/* The same, for bytes that are soon read and thrown away: they are made sooner,
 * and may be more. */
void tt_timeline_put_aside(struct tt_out *out, const struct tt_timeline *t);

/* False: the bytes are no timeline of this version, or name a profile that
 * the rules lack; *t_r is not to be used then.  Whatever they hold, nothing
 * past them is read, and memory is at most a few dozen times their number.
 * Text is borrowed from `bytes`, the rest lives in the arena. */
bool tt_timeline_get(struct tt_timeline *t_r, struct tt_slice bytes,
		     const struct tt_rules *rules,
		     struct tt_arena *arena) TT_MUST_CHECK;

/* ---- events of a log ---- */

/* Clocks and levels that events of one log share, and which are settled when
 * it has ended: an event holds their numbers here. */
struct tt_event_shared {
	TT_VEC(struct tt_log_clock *) clocks;
	TT_VEC(struct tt_log_level *) levels;
	/* Where lines stand, unless another place is told; NULL: nowhere. */
	const struct tt_origin *origin;
	bool is_open; /* the log has not ended: the lists are not known yet */
};

/* Clocks and levels that *shared lacks are added, in arena. */
void tt_event_put(struct tt_out *out, const struct tt_event *e,
		  struct tt_event_shared *shared, struct tt_arena *arena);
/* As tt_timeline_get(); a number that *shared lacks is a fault.  Where shared
 * is open, or NULL, the event has neither clock nor level. */
bool tt_event_get(struct tt_event *e_r, struct tt_slice bytes,
		  const struct tt_event_shared *shared,
		  struct tt_arena *arena) TT_MUST_CHECK;
/* All of them, once the log has ended. */
void tt_event_shared_put(struct tt_out *out,
			 const struct tt_event_shared *shared);
bool tt_event_shared_get(struct tt_event_shared *shared_r,
			 struct tt_slice bytes,
			 struct tt_arena *arena) TT_MUST_CHECK;

#endif
