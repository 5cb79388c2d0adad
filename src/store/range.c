/* range.c - a case as if it had the messages of some time only
 *
 * Tables are hidden by views of the same name in the connection's own schema,
 * which SQLite looks at first: so every statement of this floor keeps its
 * words, and none can forget the bounds.  The file is not written to, and its
 * own views stay unused: only those in `temp` are run. */
#include "store_private.h"

/* What nothing dates is kept. */
#define WITHIN(m)                                                            \
	"coalesce(coalesce(" m ".time, " m ".date) BETWEEN %lld AND %lld, 1)"

/* What is inside others goes with them, wherever they were met. */
static const char messages[] =
	"CREATE TEMP VIEW message AS SELECT m.* FROM main.message m"
	" WHERE CASE WHEN m.parent_sha256 IS NULL THEN " WITHIN("m")
	" ELSE EXISTS (SELECT 1 FROM main.occurrence o"
	"  JOIN main.occurrence p ON p.source_id = o.source_id"
	"  AND p.top_off = o.top_off AND p.seq = 0"
	"  JOIN main.message c ON c.id = p.message_id"
	"  WHERE o.message_id = m.id AND " WITHIN("c") ") END";

static const char *const others[] = {
	"CREATE TEMP VIEW occurrence AS SELECT o.* FROM main.occurrence o"
	" WHERE o.message_id IN (SELECT id FROM temp.message)",
	"CREATE TEMP VIEW anomaly AS SELECT a.* FROM main.anomaly a"
	" WHERE a.message_id IN (SELECT id FROM temp.message)",
	"CREATE TEMP VIEW diag AS SELECT d.* FROM main.diag d"
	" WHERE d.message_id IS NULL"
	" OR d.message_id IN (SELECT id FROM temp.message)",
};

enum tt_status tt_case_limit_to(struct tt_case *c,
				const struct tt_range *range,
				struct tt_err *err)
{
	const long long first = range->has_since ? range->since : -INT64_MAX;
	const long long last = range->has_until ? range->until : INT64_MAX;

	if (!tt_range_is_given(range))
		return tt_case_status(c, err);
	c->is_limited = true;
	tt_case_exec(c, "PRAGMA query_only = OFF");
	tt_case_exec(c, tt_arena_printf(&c->scratch, messages, first, last,
					first, last));
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
		tt_case_exec(c, others[i]);
	tt_case_exec(c, "PRAGMA query_only = ON");
	return tt_case_status(c, err);
}

/* ---- how many that are ---- */

#define TOLD                                                              \
	"message WHERE parent_sha256 IS NULL"                             \
	" AND (verdict IS NOT NULL OR NOT is_concluded)"

void tt_case_count_outside(struct tt_case *c, struct tt_case_counts *counts)
{
	if (!c->is_limited)
		return;
	counts->outside = (uint64_t)(
		tt_case_int(c, "SELECT count(*) FROM main." TOLD) -
		tt_case_int(c, "SELECT count(*) FROM temp." TOLD));
	counts->undated = (uint64_t)tt_case_int(
		c, "SELECT count(*) FROM temp." TOLD
		   " AND time IS NULL AND date IS NULL");
}
