/* fault.c - whose part a failing entry is
 *
 * One pass over the messages, summed up by receiver, month and peer; what the
 * receiver did with others in that month, and in the whole case, is a sum over
 * these sums. */
#include "store_private.h"

#define SENT "m.parent_sha256 IS NULL AND m.verdict IS NOT NULL"
#define TEXT(n) #n
#define NUMBER(n) TEXT(n)

/* r, p: receiver and peer, 0 where not known; m: month, null where undated. */
#define ENTRIES                                                           \
	"SELECT coalesce(m.receiver_id, 0) AS r,"                         \
	" strftime('%Y-%m', m.time, 'unixepoch') AS m,"                   \
	" coalesce(m.peer_id, 0) AS p,"                                   \
	" sum(m.entry_fit = ?1) AS met, sum(m.entry_fit >= ?2) AS failed" \
	" FROM message m WHERE " SENT " AND m.entry_verdict IS NOT NULL"  \
	" GROUP BY 1, 2, 3"
#define WITH_OTHERS                                                \
	"SELECT r, m, p, failed,"                                  \
	" sum(met) OVER (PARTITION BY r, m) AS met_then,"          \
	" sum(met) OVER (PARTITION BY r) AS met_ever,"             \
	" sum(failed) OVER (PARTITION BY r) AS failed_ever FROM (" \
	ENTRIES ")"
/* ?3, ?4, ?5: sender, receiver, open */
#define PARTS                                                        \
	"SELECT CASE WHEN r = 0 THEN ?5"                             \
	" WHEN m IS NOT NULL AND met_then > 0 THEN ?3"               \
	" WHEN met_ever = 0 AND failed_ever >= " NUMBER(TT_FAULT_MIN) \
	" THEN ?4 ELSE ?5 END AS part, r, p, failed"                 \
	" FROM (" WITH_OTHERS ") WHERE failed > 0"

static const char statement[] =
	"SELECT g.part, s.value, g.n FROM (SELECT part,"
	" CASE part WHEN ?4 THEN r ELSE p END AS who, sum(failed) AS n"
	" FROM (" PARTS ") GROUP BY 1, 2) g"
	" LEFT JOIN string s ON s.id = g.who"
	" ORDER BY g.part, g.n DESC, s.value";

enum tt_status tt_case_faults(struct tt_case *c, size_t limit,
			      struct tt_faults *faults_r,
			      struct tt_arena *arena, struct tt_err *err)
{
	struct tt_query q = tt_query_once(c, statement);

	*faults_r = (struct tt_faults){ 0 };
	tt_put_int(&q, TT_FIT_MEETS);
	tt_put_int(&q, TT_FIT_CLEARTEXT);
	tt_put_int(&q, TT_PART_SENDER);
	tt_put_int(&q, TT_PART_RECEIVER);
	tt_put_int(&q, TT_PART_OPEN);
	while (tt_query_step(&q) == 1) {
		struct tt_fault_list *const l =
			&faults_r->part[tt_get_code(&q, TT_PART_OPEN)];
		const struct tt_slice name = tt_get_copy(&q, arena);
		const uint64_t n = (uint64_t)tt_get_int(&q);

		l->total += n;
		if (limit && l->n >= limit) {
			l->more++;
			continue;
		}
		*tt_vec_push(arena, l) = (struct tt_fault){ name, n };
	}
	tt_query_end(&q);
	return tt_case_status(c, err);
}
