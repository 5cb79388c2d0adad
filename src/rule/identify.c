/* identify.c - who wrote a stamp
 *
 * Every alternative of every writer whose anchor occurs is tried: the list is
 * kept by anchor, so a stamp meets only what could fit it.  A strong form
 * beats a weak one (told by shape alone); two of one strength that differ are
 * ambiguous. */
#include "reader.h"

struct candidate {
	const struct tt_writer *writer;
	struct tt_slice span, version;
	bool is_weak;
	unsigned n; /* how many writers of this strength fit */
};

/* Can the alternative still change the outcome? */
static bool is_worth_trying(const struct candidate *best,
			    const struct tt_writer *w,
			    const struct tt_identify *alt)
{
	if (!best->writer)
		return true;
	if (alt->is_weak != best->is_weak)
		return best->is_weak;
	return best->writer != w;
}

static void consider(struct tt_stamp_reader *rd, struct tt_alternative a,
		     struct candidate *best)
{
	const struct tt_writer *w = &rd->rules->writers.v[a.writer];
	const struct tt_identify *alt = &w->identify.v[a.identify];
	struct tt_slice span, version;

	if (w->is_forged) {
		rd->r->is_forged_pattern =
			rd->r->is_forged_pattern ||
			tt_alternative_fits(rd, alt, &span, &version);
		return;
	}
	if (!is_worth_trying(best, w, alt) ||
	    !tt_alternative_fits(rd, alt, &span, &version))
		return;
	if (best->writer && best->is_weak == alt->is_weak)
		best->n++;
	else
		*best = (struct candidate){ w, span, version, alt->is_weak,
					    1 };
}

static void try_list(struct tt_stamp_reader *rd, uint32_t list,
		     struct candidate *best)
{
	const struct tt_rules *r = rd->rules;

	for (uint32_t i = r->alternative_from[list];
	     i < r->alternative_from[list + 1]; i++)
		consider(rd, r->alternatives[i], best);
}

static void find_writer(struct tt_stamp_reader *rd, struct candidate *best)
{
	const uint32_t n = (uint32_t)rd->rules->anchors.list.n;

	for (uint32_t a = tt_hits_next(rd->m, &rd->hits, 0); a < n;
	     a = tt_hits_next(rd->m, &rd->hits, a + 1))
		try_list(rd, a, best);
	try_list(rd, n, best); /* those without an anchor */
}

void tt_read_writer(struct tt_stamp_reader *rd)
{
	const struct tt_rules *rules = rd->rules;
	struct candidate best = { 0 };

	rd->writer = &rules->writers.v[rules->generic];
	find_writer(rd, &best);
	if (best.n > 1)
		rd->r->is_ambiguous = true;
	if (!best.writer || best.n > 1)
		return;
	rd->writer = best.writer;
	rd->r->writer = best.writer->id;
	rd->r->software = best.writer->software;
	rd->r->software_version = best.version;
	rd->r->identify_span = best.span;
	if (tt_any_fits(rd, best.writer->ambiguous.v, best.writer->ambiguous.n))
		rd->r->is_ambiguous = true;
}
