/* limits.c - the table of limits.h as data */
#include <assert.h>
#include <tlstrail/util/limits.h>

static const struct tt_limit limits[] = {
#define ROW(name, value, unit, reason) { #name, unit, reason, value },
	TT_LIMITS(ROW)
#undef ROW
};

const struct tt_limit *tt_limit_get(enum tt_limit_id id)
{
	assert(id < TT_LIM_COUNT);
	return &limits[id];
}
