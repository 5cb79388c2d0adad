/* join_mark.c - is mail still to be concluded on with what came of logs? */
#include "store_private.h"

void tt_join_mark(struct tt_case *c, bool is_due)
{
	if (c->join == is_due)
		return;
	c->join = is_due;
	tt_option_put(c, TT_JOIN_MARK, false, is_due ? TT_S("1") : TT_S("0"));
}

enum tt_status tt_case_needs_join(struct tt_case *c, bool *needs_r,
				  struct tt_err *err)
{
	if (c->join < 0) {
		struct tt_slice mark;

		tt_arena_clear(&c->scratch);
		if (tt_case_option(c, TT_JOIN_MARK, &mark, &c->scratch,
				   err) < 0)
			return tt_case_status(c, err);
		c->join = tt_slice_eq(mark, TT_S("1"));
	}
	*needs_r = c->join != 0;
	return tt_case_status(c, err);
}

enum tt_status tt_case_concluded(struct tt_case *c, struct tt_err *err)
{
	tt_write_begin(c);
	tt_join_mark(c, false);
	return tt_write_end(c, 1, err);
}
