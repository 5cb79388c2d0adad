/* campaign.c - messages by the value of a header, and what came of them
 *
 * Those that were delivered are grouped as any others.  One that was not is
 * met again inside the report of its failure, if the case has that. */
#include <stdlib.h>
#include "store_private.h"

static const char reported[] =
	"SELECT v.value, g.n FROM (SELECT h.value_id AS value_id,"
	" count(DISTINCT m.id) AS n FROM header h"
	" JOIN string n ON n.id = h.name_id AND n.value = ?"
	" JOIN message m ON m.id = h.message_id"
	" JOIN message r ON r.content_sha256 = m.parent_sha256"
	" WHERE r.attempts > 0 GROUP BY 1) g"
	" JOIN string v ON v.id = g.value_id";

static int by_value(const void *a, const void *b)
{
	const struct tt_campaign_row *const x = a, *const y = b;

	return tt_slice_cmp(x->value, y->value);
}

static struct tt_campaign_row *row_for(struct tt_campaign *to, size_t sorted,
				       struct tt_slice value,
				       struct tt_arena *arena)
{
	const struct tt_campaign_row key = { .value = value };
	struct tt_campaign_row *row =
		sorted ? bsearch(&key, to->rows.v, sorted, sizeof(key),
				 by_value) :
			 NULL;

	if (!row) {
		row = tt_vec_push(arena, &to->rows);
		*row = key;
	}
	return row;
}

static void add_reported(struct tt_case *c, struct tt_campaign *to,
			 struct tt_arena *arena)
{
	struct tt_query q = tt_query_once(c, reported);
	const size_t sorted = to->rows.n;

	tt_put_bytes(&q, to->header);
	while (tt_query_step(&q) == 1) {
		const struct tt_slice value = tt_get_copy(&q, arena);

		row_for(to, sorted, value, arena)->reported =
			(uint64_t)tt_get_int(&q);
	}
	tt_query_end(&q);
}

static void sort(struct tt_campaign *to)
{
	if (to->rows.n)
		qsort(to->rows.v, to->rows.n, sizeof(to->rows.v[0]), by_value);
}

enum tt_status tt_case_campaign(struct tt_case *c, struct tt_slice header,
				struct tt_campaign *campaign_r,
				struct tt_arena *arena, struct tt_err *err)
{
	const struct tt_group_options o = { .by = TT_GROUP_HEADER,
					    .header = header };
	struct tt_groups groups;

	*campaign_r = (struct tt_campaign){ .header = header };
	if (tt_case_groups(c, &o, &groups, arena, err) < 0)
		return tt_case_status(c, NULL);
	for (size_t i = 0; i < groups.n; i++)
		*tt_vec_push(arena, &campaign_r->rows) =
			(struct tt_campaign_row){ groups.v[i].name,
						  groups.v[i], 0 };
	sort(campaign_r);
	add_reported(c, campaign_r, arena);
	sort(campaign_r);
	return tt_case_status(c, err);
}
