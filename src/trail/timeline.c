/* timeline.c - one header block becomes one timeline
 *
 * Each Received field is one hop, the bottom-most is 0; X-Received is none.
 * At most TT_MAX_hops are kept, the newest, and a diag tells the rest.  Never
 * fails: what cannot be read is empty, flagged and told.  Everything is done
 * hop by hop in a fixed number of passes. */
#include "work.h"

static bool is_stamp(const struct tt_field *f)
{
	return tt_slice_ieq(f->name, TT_S("Received"));
}

/* The fields come newest first: leg and hop n-1 is the first one.  Legs are
 * not cleared: split(), guess_years() and read_leg() set all of them. */
static void collect(struct tt_work *w, const struct tt_header *header)
{
	const size_t max = (size_t)TT_MAX_hops;
	size_t all = 0;
	const struct tt_field *first_cut = NULL;

	for (size_t i = 0; i < header->fields.n; i++) {
		if (!is_stamp(&header->fields.v[i]))
			continue;
		if (all == max)
			first_cut = &header->fields.v[i];
		all++;
	}

	size_t n = all < max ? all : max;

	w->t->hops.v = TT_NEW_N(w->arena, struct tt_hop, n);
	w->t->hops.n = w->t->hops.cap = n;
	w->leg = tt_arena_alloc(w->arena, tt_mul_size(sizeof(*w->leg), n));
	w->told = TT_NEW_N(w->arena, struct tt_slice *, n);
	for (size_t i = 0; n > 0; i++)
		if (is_stamp(&header->fields.v[i]))
			w->leg[--n].field = &header->fields.v[i];
	if (first_cut)
		tt_diag_limit(w->diags, TT_DIAG_hops_cut, TT_LIM_hops,
			      first_cut->off, all);
}

/* Was one of these told since the list had `from` entries?  Entries past the
 * list's bound have no code and count as well. */
static bool was_told(const struct tt_diags *d, size_t from, uint64_t more,
		     enum tt_diag_code code)
{
	for (size_t i = from; i < d->list.n; i++)
		if (d->list.v[i].code == code)
			return true;
	return d->more > more;
}

static void split(struct tt_work *w, struct tt_leg *leg)
{
	const struct tt_field *const f = leg->field;
	const size_t told = w->diags->list.n;
	const uint64_t more = w->diags->more;

	tt_stamp_split(&leg->stamp, f->value, f->value_off, w->arena,
		       w->diags);
	leg->is_partial = tt_leg_is_cut(leg) ||
			  was_told(w->diags, told, more, TT_DIAG_tokens_cut);
}

static void read_leg(struct tt_work *w, struct tt_leg *leg)
{
	const size_t told = w->diags->list.n;
	const uint64_t more = w->diags->more;

	tt_stamp_read(&leg->reading, w->matcher, &leg->stamp, leg->year,
		      w->arena, w->diags);
	/* A pattern that gave up did not say no. */
	leg->is_partial |= was_told(w->diags, told, more,
				    TT_DIAG_regex_limit);
}

/* Rules ask for the year.  A stamp without a date borrows that of the nearest
 * dated one above, else below, else of the Date field. */
static void guess_years(struct tt_work *w)
{
	const struct tt_date *const date = &w->t->identity.date;
	const size_t n = w->t->hops.n;
	int year = 0;

	for (size_t i = n; i-- > 0;) {
		if (w->leg[i].stamp.date.is_set)
			year = tt_date_year(w->leg[i].stamp.date.unix_s);
		w->leg[i].year = year;
	}
	year = date->is_set ? tt_date_year(date->unix_s) : 0;
	for (size_t i = 0; i < n; i++) {
		if (w->leg[i].year == 0)
			w->leg[i].year = year;
		else
			year = w->leg[i].year;
	}
}

static void build_hops(struct tt_work *w)
{
	for (size_t i = 0; i < w->t->hops.n; i++)
		split(w, &w->leg[i]);
	guess_years(w);
	for (size_t i = 0; i < w->t->hops.n; i++) {
		read_leg(w, &w->leg[i]);
		tt_hop_fill(w, i);
		tt_hop_judge(w, i);
		tt_anomaly_stamp(w, i);
	}
}

/* Logs may prove hops of a message inside another: who put it there is another
 * question, and it has no result. */
static void leave_open(struct tt_result *r)
{
	r->verdict = TT_RESULT_NONE;
	r->fail_basis = TT_BASIS_NONE;
	r->weakest = TT_TLS_NONE;
}

void tt_timeline_read(struct tt_timeline *t, const struct tt_header *header,
		      const struct tt_trail_options *options,
		      struct tt_matcher *matcher, struct tt_arena *arena,
		      struct tt_diags *diags)
{
	struct tt_work w = {
		.t = t,
		.options = options,
		.matcher = matcher,
		.arena = arena,
		.diags = diags,
	};

	t->diags = diags;
	t->result = (struct tt_result){ .profile = options->profile };
	t->anomalies.v = NULL;
	t->anomalies.n = t->anomalies.cap = 0;
	t->attempts.v = NULL;
	t->attempts.n = t->attempts.cap = 0;
	t->context.v = NULL;
	t->context.n = t->context.cap = 0;
	t->advice.v = NULL;
	t->advice.n = t->advice.cap = 0;
	collect(&w, header);
	build_hops(&w);
	tt_trust_walk(&w);
	tt_context_read(&w, header);
	tt_pasted_back(&w, header);
	tt_anomaly_list(&w);
}

void tt_timeline_conclude(struct tt_timeline *t,
			  const struct tt_trail_options *options,
			  struct tt_arena *arena, struct tt_diags *diags)
{
	struct tt_work w = {
		.t = t,
		.options = options,
		.arena = arena,
		.diags = diags,
		.told = TT_NEW_N(arena, struct tt_slice *, t->hops.n),
	};

	t->result.profile = options->profile;
	tt_anomaly_unlist(&w);
	if (options->book)
		tt_log_join(&w);
	tt_anomaly_chain(&w);
	tt_result_judge(&t->result, t->hops.v, t->hops.n);
	if (t->has_parent)
		leave_open(&t->result);
	tt_anomaly_list(&w);
	tt_advise(t, options->rules, arena);
}

void tt_timeline_build(struct tt_timeline *t, const struct tt_header *header,
		       const struct tt_trail_options *options,
		       struct tt_matcher *matcher, struct tt_arena *arena,
		       struct tt_diags *diags)
{
	tt_timeline_read(t, header, options, matcher, arena, diags);
	tt_timeline_conclude(t, options, arena, diags);
}
