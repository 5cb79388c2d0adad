/* report - from a case to a report
 *
 * Figures are asked of the case, which has summed them up; only the worst
 * messages are taken as timelines, and concluded on as export does.  Lists
 * are bounded by the limits table, and the list of files is hashed whole. */
#include <stdlib.h>
#include <string.h>

#include <tlstrail/run/report.h>

#include "case.h"
#include "show.h"

/* One case, while it is told of. */
struct telling {
	const struct tt_report_options *o;
	struct tt_case *store;
	struct tt_arena arena;
	struct tt_report r;
	struct tt_campaign campaign;
	struct tt_trail_options trail;
	struct tt_err err;
	bool is_cut; /* not all mail is in the figures */

	/* sources */
	struct tt_report_source file; /* the one that members belong to */
	bool has_file;
	struct tt_sha256 *list;
};

/* ---- sources ---- */

static void hash_line(struct telling *x, const struct tt_report_source *s)
{
	struct tt_out line;

	tt_out_init(&line, -1);
	for (size_t i = 0; s->has_hash && i < TT_SHA256_LEN; i++)
		tt_out_printf(&line, "%02x", s->sha256[i]);
	tt_out_str(&line, "  ");
	tt_out_bytes(&line, s->path);
	tt_out_str(&line, "\n");
	tt_sha256_add(x->list, (struct tt_slice){ line.buf, line.n });
	tt_out_release(&line);
}

static void end_file(struct telling *x)
{
	struct tt_report_sources *const to = &x->r.sources;

	if (!x->has_file)
		return;
	x->has_file = false;
	hash_line(x, &x->file);
	if (to->list.n < TT_MAX_report_sources)
		*tt_vec_push(&x->arena, &to->list) = x->file;
	else
		to->more++;
}

static void begin_file(struct telling *x, const struct tt_case_source_row *r)
{
	x->has_file = true;
	x->file = (struct tt_report_source){
		.path = tt_arena_dup(&x->arena, r->path),
		.reason = tt_arena_dup(&x->arena, r->reason),
		.state = r->state,
		.is_regular = r->is_regular,
		.has_hash = r->has_hash,
		.size = r->size,
	};
	memcpy(x->file.sha256, r->sha256, TT_SHA256_LEN);
}

/* Members follow their file; what an older generation of it held is counted
 * with the newest, for its messages stand. */
static bool take_source(void *ctx, const struct tt_case_source_row *r)
{
	struct telling *const x = ctx;

	if (!x->has_file || !tt_slice_eq(x->file.path, r->path)) {
		end_file(x);
		begin_file(x, r);
	} else if (r->is_file && r->is_newest) {
		const struct tt_report_source was = x->file;

		begin_file(x, r);
		x->file.messages = was.messages;
		x->file.events = was.events;
		x->file.diags = was.diags;
	}
	x->file.messages += r->occurrences;
	x->file.events += r->events;
	x->file.diags += r->diags;
	return true;
}

static void take_sources(struct telling *x)
{
	x->list = tt_sha256_new();
	tt_sha256_begin(x->list);
	(void)!tt_case_sources(x->store, take_source, x, &x->err);
	end_file(x);
	tt_sha256_end(x->list, x->r.sources.digest);
	tt_sha256_free(&x->list);
}

/* ---- timelines of the worst ---- */

static const struct tt_timeline *conclude(struct telling *x,
					  const struct tt_case_message *m)
{
	struct tt_timeline *const t = TT_NEW(&x->arena, struct tt_timeline);

	return tt_case_timeline(t, m, &x->trail, &x->arena, &x->err) ? t :
								      NULL;
}

static void take_timelines(struct telling *x)
{
	const struct tt_worsts *const w = &x->r.worst;
	const struct tt_timeline **const v =
		TT_NEW_N(&x->arena, const struct tt_timeline *, w->n + 1);

	for (size_t i = 0; i < w->n && x->err.status == TT_OK; i++) {
		struct tt_case_message m;

		if (!w->v[i].is_log_only &&
		    tt_case_find(x->store, w->v[i].content_sha256, &m,
				 &x->arena, &x->err) == 1)
			v[i] = conclude(x, &m);
	}
	x->r.timelines = v;
}

/* ---- figures ---- */

static void take_groups(struct telling *x, struct tt_groups *to,
			enum tt_group_by by, enum tt_group_order order,
			size_t limit)
{
	const struct tt_group_options o = { .by = by, .order = order,
					    .limit = limit };

	if (x->err.status == TT_OK)
		(void)!tt_case_groups(x->store, &o, to, &x->arena, &x->err);
}

/* Peers that are not listed have no parts to be shown. */
static void keep_listed_parts(struct tt_report *r)
{
	size_t n = 0;

	for (size_t i = 0; i < r->peer_parts.n; i++) {
		const struct tt_group *const part = &r->peer_parts.v[i];
		bool is_listed = false;

		for (size_t k = 0; part->part.p && k < r->peers.n; k++)
			is_listed |= tt_slice_eq(r->peers.v[k].name,
						 part->name);
		if (is_listed)
			r->peer_parts.v[n++] = *part;
	}
	r->peer_parts.n = n;
}

static void take_all_groups(struct telling *x)
{
	struct tt_report *const r = &x->r;
	const bool is_whole = x->o->old_path != NULL;
	const size_t rows = is_whole ? 0 : TT_MAX_report_rows;

	take_groups(x, &r->months, TT_GROUP_MONTH, TT_GROUP_BY_KEY, 0);
	take_groups(x, &r->receivers, TT_GROUP_RECEIVER, TT_GROUP_BY_SIZE,
		    rows);
	take_groups(x, &r->peers, TT_GROUP_PEER, TT_GROUP_BY_SIZE, rows);
	take_groups(x, &r->peer_parts, TT_GROUP_PEER_PART, TT_GROUP_BY_KEY, 0);
	if (is_whole)
		return;
	keep_listed_parts(r);
	take_groups(x, &r->worst_peers, TT_GROUP_PEER, TT_GROUP_BY_WORST, rows);
	take_groups(x, &r->peer_months, TT_GROUP_PEER_MONTH, TT_GROUP_BY_SIZE,
		    TT_MAX_report_peers);
}

/* What tells it now: the program and libraries may be others than those of
 * the scan. */
static void add_versions(struct telling *x)
{
	struct tt_out text;

	tt_out_init(&text, -1);
	tt_out_str(&text, "tlstrail " TT_VERSION "\n");
	tt_util_versions(&text);
	tt_source_versions(&text);
	tt_message_versions(&text);
	tt_rule_versions(&text);
	tt_trail_versions(&text);
	tt_store_versions(&text);
	const struct tt_slice all = tt_slice_trim((struct tt_slice){
		text.buf, text.n });
	struct tt_out line;

	tt_out_init(&line, -1);
	for (size_t i = 0; i < all.n; i++)
		tt_out_bytes(&line, all.p[i] == '\n' ? TT_S(", ") :
						       tt_slice_sub(all, i, 1));
	*tt_vec_push(&x->arena, &x->r.facts) = (struct tt_case_fact){
		TT_S("reported by"),
		tt_arena_dup(&x->arena, (struct tt_slice){ line.buf, line.n }),
	};
	tt_out_release(&line);
	tt_out_release(&text);
}

static void take_lists(struct telling *x)
{
	struct tt_report *const r = &x->r;
	struct tt_arena *const a = &x->arena;
	struct tt_case *const c = x->store;

	if (tt_case_totals(c, &r->totals, a, &x->err) < 0 ||
	    tt_case_counts(c, &r->counts, &x->err) < 0 ||
	    tt_case_faults(c, TT_MAX_report_rows, &r->faults, a, &x->err) < 0 ||
	    tt_case_delays(c, &r->delays, a, &x->err) < 0 ||
	    tt_case_worst(c, TT_MAX_report_worst, &r->worst, a, &x->err) < 0 ||
	    tt_case_diag_counts(c, &r->diags, a, &x->err) < 0 ||
	    tt_case_anomaly_counts(c, &r->anomalies, a, &x->err) < 0 ||
	    tt_case_facts(c, &r->facts, a, &x->err) < 0)
		return;
	add_versions(x);
	take_sources(x);
	/* Of a stamp's words some are a login only beside the whole stamp,
	 * which a case does not keep. */
	if (x->o->is_page && !x->o->redact)
		take_timelines(x);
}

static void take_campaign(struct telling *x)
{
	if (tt_case_campaign(x->store, x->o->header, &x->campaign, &x->arena,
			     &x->err) == TT_OK)
		x->r.campaign = &x->campaign;
}

/* ---- opening ---- */

static void take_trust(struct telling *x)
{
	struct tt_slice words, profile;

	if (tt_case_option(x->store, "--trust", &words, &x->arena, &x->err) <
		    0 ||
	    tt_case_option(x->store, "--profile", &profile, &x->arena,
			   &x->err) < 0)
		return;
	x->r.profile = profile;
	x->trail.rules = x->o->rules;
	x->trail.want_receiver = true;
}

/* Where the report does not say so itself. */
static void tell_range(struct telling *x)
{
	const struct tt_report_options *const o = x->o;
	const bool is_told = !o->old_path && (o->is_page || !o->header.n);
	struct tt_case_counts counts;

	if (tt_range_is_given(&o->range) && !is_told &&
	    x->err.status == TT_OK &&
	    tt_case_counts(x->store, &counts, &x->err) == TT_OK)
		tt_tell_range(x->o->messages, counts.outside, counts.undated);
}

/* Figures of one case; false: x->err tells why not. */
static bool tell_of(struct telling *x, const char *path,
		    const struct tt_report_options *o)
{
	x->o = o;
	if (tt_case_open_to_read(&x->store, path, &x->err) < 0 ||
	    (o->is_page &&
	     !tt_case_has_rules(x->store, o->rules, &x->arena, &x->err)) ||
	    tt_case_limit_to(x->store, &o->range, &x->err) < 0)
		return false;
	x->r.range = o->range;
	take_trust(x);
	take_all_groups(x);
	if (x->err.status == TT_OK && !o->old_path)
		take_lists(x);
	if (x->err.status == TT_OK && o->header.n)
		take_campaign(x);
	tell_range(x);
	if (x->err.status == TT_OK)
		x->is_cut = tt_case_tell_cut(x->store, path, o->messages,
					     &x->err);
	return x->err.status == TT_OK;
}

static void release(struct telling *x)
{
	struct tt_err err = { 0 };

	if (x->store)
		(void)!tt_case_close(&x->store, &err);
	tt_arena_release(&x->arena);
}

/* ---- telling ---- */

static void put_report(const struct telling *x, const struct telling *old)
{
	const struct tt_report_options *const o = x->o;

	if (old)
		tt_report_compare(o->out, &old->r, &x->r, &o->look);
	else if (o->is_page)
		tt_report_html(o->out, &x->r);
	else if (o->header.n)
		tt_report_campaign(o->out, &x->campaign, &o->look);
	else
		tt_report_text(o->out, &x->r, &o->look);
}

static enum tt_exit exit_of(const struct telling *x, const struct telling *old)
{
	const struct telling *const bad =
		old && old->err.status != TT_OK	 ? old :
		x->err.status != TT_OK ? x :
						   NULL;

	if (bad) {
		tt_case_complain(bad->o->messages,
				 bad == old ? bad->o->old_path : bad->o->path,
				 &bad->err);
		return tt_case_exit(&bad->err);
	}
	if (!tt_flush_or_tell(x->o->out, x->o->messages))
		return TT_EXIT_OUTPUT;
	return x->is_cut || (old && old->is_cut) ? TT_EXIT_PARTIAL :
						    TT_EXIT_DONE;
}

enum tt_exit tt_run_report(const struct tt_report_options *options)
{
	struct telling now = { 0 }, old = { 0 };
	struct tt_redact *redact = NULL;
	const bool is_compared = options->old_path != NULL;
	bool is_told = true;

	if (options->redact) {
		redact = tt_redact_new(options->rules, options->redact_key,
				       options->redact == TT_REDACT_DOMAINS);
		options->out->filter = tt_redact_filter(redact, NULL);
		options->messages->filter = options->out->filter;
	}
	if (is_compared)
		is_told = tell_of(&old, options->old_path, options);
	if (is_told && tell_of(&now, options->path, options))
		put_report(&now, is_compared ? &old : NULL);
	now.o = options;
	const enum tt_exit status = exit_of(&now, is_compared ? &old : NULL);

	(void)!tt_out_flush(options->messages);
	options->out->filter = options->messages->filter = NULL;
	tt_redact_free(&redact);
	release(&now);
	release(&old);
	return status;
}
