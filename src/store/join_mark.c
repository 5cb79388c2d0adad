/* join_mark.c - is mail still to be concluded on with what came of logs, and
 * did the last scan come to its end? */
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

void tt_open_mark(struct tt_case *c, bool is_open)
{
	tt_option_put(c, TT_OPEN_MARK, false, is_open ? TT_S("1") : TT_S("0"));
}

enum tt_status tt_case_is_unfinished(struct tt_case *c, bool *is_r,
				     struct tt_err *err)
{
	struct tt_slice mark = TT_NO_SLICE;

	tt_arena_clear(&c->scratch);
	const enum tt_status status =
		tt_case_option(c, TT_OPEN_MARK, &mark, &c->scratch, err);

	if (status < 0)
		return status;
	/* A file that was begun, too: a scan of others may have come to its
	 * end since. */
	*is_r = tt_slice_eq(mark, TT_S("1")) ||
		tt_case_int(c, "SELECT EXISTS (SELECT 1 FROM source"
			       " WHERE state = 1 AND member = x'')");
	return tt_case_status(c, err);
}
