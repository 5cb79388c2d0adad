/* codec.c - where something stands, as bytes and back */
#include <tlstrail/source.h>

#include "codec.h"

static void code_place(struct tt_codec *c, struct tt_origin *o)
{
	tt_code_text(c, &o->path);
	o->n_member = tt_code_count(c, o->n_member, 1);
	struct tt_slice *const member = TT_NEW_N(c->arena, struct tt_slice,
						 o->n_member);

	for (size_t i = 0; i < o->n_member; i++) {
		if (c->out)
			member[i] = o->member[i];
		tt_code_text(c, &member[i]);
	}
	o->member = member;
}

/* Quotes of one log stand together: most are of the origin before. */
enum { NO_ORIGIN, SAME_ORIGIN, NEW_ORIGIN };

void tt_code_origin(struct tt_codec *c, const struct tt_origin **origin)
{
	struct tt_trail_codec *const last = (struct tt_trail_codec *)c;
	uint64_t what = !*origin		  ? NO_ORIGIN
			: *origin == last->origin ? SAME_ORIGIN
						  : NEW_ORIGIN;

	tt_code_u64(c, &what);
	if (what == NEW_ORIGIN) {
		struct tt_origin *const o = TT_NEW(c->arena, struct tt_origin);

		if (c->out)
			*o = **origin;
		code_place(c, o);
		last->origin = c->out ? *origin : o;
	}
	if (c->out)
		return;
	c->is_bad |= what > NEW_ORIGIN ||
		     (what == SAME_ORIGIN && !last->origin);
	*origin = what == NO_ORIGIN ? NULL : last->origin;
}
