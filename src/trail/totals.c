/* totals.c - sums over many timelines, for the closing summary
 *
 * Memory grows with the number of rules, not of messages. */
#include "work.h"
#include <string.h>

void tt_totals_init(struct tt_totals *t, struct tt_arena *arena)
{
	*t = (struct tt_totals){ .arena = arena };
}

static struct tt_rule_count *find_rule(struct tt_totals *t, const char *rule)
{
	for (size_t i = 0; i < t->rules.n; i++)
		if (strcmp(t->rules.v[i].rule, rule) == 0)
			return &t->rules.v[i];
	return NULL;
}

static void count_rule(struct tt_totals *t, const char *rule, uint64_t n)
{
	struct tt_rule_count *const c = find_rule(t, rule);

	if (c)
		c->n += n;
	else /* a name that was decoded goes with its timeline */
		*tt_vec_push(t->arena, &t->rules) = (struct tt_rule_count){
			.rule = tt_arena_cstr(t->arena, tt_slice_str(rule)),
			.n = n
		};
}

static void count_hop(struct tt_totals *t, const struct tt_hop *hop)
{
	t->hops++;
	t->verdict[hop->verdict]++;
	t->basis[hop->basis]++;
	if (hop->verdict == TT_ENCRYPTED)
		t->version[hop->version]++;
	if (hop->is_stamp) {
		t->stamps++;
		t->unparsed += !hop->is_parsed;
		t->no_writer += !hop->writer;
	}
	for (uint32_t left = hop->anomalies; left; left &= left - 1)
		t->anomalies[__builtin_ctz(left)]++;
	if (hop->decided_by)
		count_rule(t, hop->decided_by, 1);
}

void tt_totals_add(struct tt_totals *t, const struct tt_timeline *timeline)
{
	if (timeline->has_parent) {
		t->embedded++;
		return;
	}
	t->messages++;
	t->result[timeline->result.verdict]++;
	for (size_t i = 0; i < timeline->hops.n; i++)
		count_hop(t, &timeline->hops.v[i]);
}

static void add_all(uint64_t *to, const uint64_t *from, size_t n)
{
	for (size_t i = 0; i < n; i++)
		to[i] += from[i];
}

void tt_totals_join(struct tt_totals *t, const struct tt_totals *from)
{
#define ADD_ALL(a) add_all(t->a, from->a, sizeof(t->a) / sizeof(t->a[0]))
	t->messages += from->messages;
	t->hops += from->hops;
	t->embedded += from->embedded;
	t->outside += from->outside;
	t->undated += from->undated;
	ADD_ALL(result);
	ADD_ALL(verdict);
	ADD_ALL(basis);
	ADD_ALL(version);
	t->stamps += from->stamps;
	t->unparsed += from->unparsed;
	t->no_writer += from->no_writer;
	ADD_ALL(anomalies);
#undef ADD_ALL
	for (size_t i = 0; i < from->rules.n; i++)
		count_rule(t, from->rules.v[i].rule, from->rules.v[i].n);
}
