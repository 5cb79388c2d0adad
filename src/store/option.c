/* option.c - how a case was made, and whether this scan is made alike */
#include "store_private.h"

void tt_option_put(struct tt_case *c, const char *name, bool is_fixed,
		   struct tt_slice value)
{
	struct tt_query q = tt_query(c, TT_STMT_OPTION_PUT,
				     "INSERT OR REPLACE INTO run"
				     "(name, is_fixed, value) VALUES (?, ?, ?)");

	tt_put_bytes(&q, tt_slice_str(name));
	tt_put_int(&q, is_fixed);
	tt_put_bytes(&q, value);
	tt_query_run(&q);
}

/* In the arena; p NULL: none. */
static struct tt_slice option_get(struct tt_case *c, const char *name,
				  struct tt_arena *arena)
{
	struct tt_query q = tt_query(c, TT_STMT_OPTION_GET,
				     "SELECT value FROM run WHERE name = ?");
	struct tt_slice value = TT_NO_SLICE;

	tt_put_bytes(&q, tt_slice_str(name));
	if (tt_query_step(&q) == 1)
		value = tt_get_copy(&q, arena);
	tt_query_end(&q);
	return value;
}

static void compare_option(struct tt_case *c, const struct tt_case_option *o)
{
	const struct tt_slice was = option_get(c, o->name, &c->scratch);

	if (c->broken.status != TT_OK || tt_slice_eq(was, o->value))
		return;
	tt_case_refuse(c, TT_USAGE,
		       "made with another %s: \"%.*s\" then, \"%.*s\" now",
		       o->name, (int)was.n, was.p ? (const char *)was.p : "",
		       (int)o->value.n,
		       o->value.p ? (const char *)o->value.p : "");
}

/* The fixed ones first: a refused scan leaves no trace. */
void tt_options_take(struct tt_case *c, bool is_new,
		     const struct tt_case_option *o, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (o[i].is_fixed && !is_new)
			compare_option(c, &o[i]);
	for (size_t i = 0; i < n; i++)
		if (is_new || !o[i].is_fixed)
			tt_option_put(c, o[i].name, o[i].is_fixed, o[i].value);
}

enum tt_status tt_case_option(struct tt_case *c, const char *name,
			      struct tt_slice *value_r, struct tt_arena *arena,
			      struct tt_err *err)
{
	*value_r = option_get(c, name, arena);
	return tt_case_status(c, err);
}

enum tt_status tt_case_note(struct tt_case *c, const char *name,
			    struct tt_slice value, struct tt_err *err)
{
	tt_write_begin(c);
	tt_option_put(c, name, false, value);
	return tt_write_end(c, 1, err);
}
