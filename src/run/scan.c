/* scan - everything under the PATHs into a case
 *
 * The parent walks the trees and opens the files; workers read them.  Files
 * that the case knows and that have not changed are passed over, so a scan
 * that was cut off is gone on with by the same command.  Files that may be one
 * log that was rotated are one item.  At the end all is concluded on. */
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <tlstrail/record/log.h>

#include "case.h"
#include "scan.h"

/* Files that were met one after the other and may be one log. */
struct group {
	struct tt_arena arena;
	size_t n;
	struct tt_entry entry[TT_GROUP_FILES];
	struct stat st[TT_GROUP_FILES];
	struct tt_diags diags[TT_GROUP_FILES]; /* of the walk */
	size_t order[TT_GROUP_FILES]; /* as sorted: which was met then */
};

static bool is_stopped(const struct tt_scan *s)
{
	return s->err.status != TT_OK ||
	       tt_show_is_interrupted(&s->o->show);
}

/* ---- what is to be read ---- */

static void close_entry(struct tt_entry *entry)
{
	if (entry->fd >= 0)
		close(entry->fd);
	entry->fd = -1;
}

static void forget(struct group *g)
{
	for (size_t i = 0; i < g->n; i++)
		close_entry(&g->entry[i]);
	g->n = 0;
	tt_arena_clear(&g->arena);
}

static void tell_bad(struct tt_scan *s, const struct tt_entry *entry)
{
	const struct tt_diag d = { TT_DIAG_worker_lost, TT_NO_OFF,
				   "passed over: a worker died of it before "
				   "(--retry-skipped tries it again)" };

	s->progress.skipped++;
	s->is_partial = true;
	tt_progress_clear(s);
	tt_emit_diag(s->o->show.messages, tt_shown_name(entry->path), &d);
}

static void pass_over(struct tt_scan *s, const struct group *g)
{
	s->progress.same += g->n;
	for (size_t i = 0; i < g->n && s->progress.bytes_in_all; i++)
		s->progress.bytes_in_all -= tt_scan_file(&g->entry[i]).size;
}

/* Has one of them to be read?  Then all have: a session of a log may begin in
 * one and end in the next. */
static bool is_wanted(struct tt_scan *s, const struct group *g)
{
	bool is_any = false;

	for (size_t i = 0; i < g->n; i++) {
		const struct tt_case_file f = tt_scan_file(&g->entry[i]);
		struct tt_case_look look;

		if (tt_case_look(s->store, &f, &look, &s->err) != TT_OK)
			return false;
		if (look.known == TT_CASE_BAD && !s->o->wants_skipped) {
			tell_bad(s, &g->entry[i]);
			return false;
		}
		is_any |= look.known != TT_CASE_SAME ||
			  (look.has_lost && s->o->wants_skipped);
	}
	if (!is_any)
		pass_over(s, g);
	return is_any;
}

/* ---- items ---- */

static void sort(struct group *g)
{
	struct tt_log_file files[TT_GROUP_FILES];
	struct tt_entry before[TT_GROUP_FILES];

	memset(files, 0, sizeof(files));
	for (size_t i = 0; i < g->n; i++) {
		files[i].path = g->entry[i].path;
		files[i].given = i;
		before[i] = g->entry[i];
	}
	tt_log_files_sort(files, g->n);
	for (size_t i = 0; i < g->n; i++)
		g->entry[i] = before[files[i].given];
	for (size_t i = 0; i < g->n; i++)
		g->order[i] = files[i].given;
}

static void give(struct tt_scan *s, struct group *g)
{
	struct tt_scan_item *item = tt_scan_item_new();

	sort(g);
	for (size_t i = 0; i < g->n; i++)
		if (!tt_scan_item_add(s, item, &g->entry[i],
				      &g->diags[g->order[i]])) {
			tt_scan_item_drop(&item);
			return;
		}
	/* It takes the descriptors, whatever comes of it. */
	const enum tt_status status =
		tt_pool_give(s->pool, g->entry, g->n, item, &s->err);

	for (size_t i = 0; i < g->n; i++)
		g->entry[i].fd = -1;
	if (status != TT_OK)
		tt_scan_item_drop(&item);
	if (status == TT_INPUT && !s->is_broken)
		s->err = (struct tt_err){ 0 }; /* interrupted */
}

static void flush(struct tt_scan *s, struct group *g)
{
	if (g->n && !is_stopped(s) && is_wanted(s, g))
		give(s, g);
	forget(g);
}

static bool is_same_log(const struct group *g, const struct tt_entry *entry)
{
	struct tt_log_file two[2] = { { .path = g->entry[0].path },
				      { .path = entry->path, .given = 1 } };

	if (g->n == 0 || g->n == TT_GROUP_FILES ||
	    g->entry[0].kind != TT_ENTRY_FILE || entry->kind != TT_ENTRY_FILE)
		return false;
	tt_log_files_sort(two, 2);
	return two[0].set == two[1].set;
}

/* ---- the walk ---- */

/* Opens what was named; false: it cannot be read, which its diags tell. */
static bool is_open(struct tt_scan *s, struct group *g, struct tt_diags *diags)
{
	struct tt_entry *const entry = &g->entry[g->n];
	struct tt_err why = { 0 };

	if (entry->kind != TT_ENTRY_NAMED)
		return true;
	if (tt_entry_open(entry, &g->st[g->n], diags, &why) == TT_OK)
		return true;
	s->is_partial = true;
	return false;
}

static void take_entry(struct tt_scan *s, struct group *g,
		       struct tt_entry *entry, const struct tt_diags *diags)
{
	struct tt_entry *const to = &g->entry[g->n];
	struct tt_diags *const mine = &g->diags[g->n];

	*to = *entry;
	to->path = tt_slice_str(tt_arena_cstr(&g->arena, entry->path));
	to->fd = -1;
	if (entry->kind == TT_ENTRY_FILE) {
		g->st[g->n] = *entry->st;
		to->st = &g->st[g->n];
		to->fd = entry->fd;
		entry->fd = -1; /* ours now */
	}
	tt_diags_init(mine, &g->arena);
	tt_diags_join(mine, diags);
	if (entry->kind == TT_ENTRY_TOLD || !is_open(s, g, mine))
		(void)!tt_scan_told(s, to, mine);
	else
		g->n++;
}

static void walk(struct tt_scan *s, struct group *g, const char *path,
		 const struct tt_file_id *own, size_t n_own)
{
	struct tt_tree *tree = tt_tree_open(path, own, n_own);
	struct tt_entry *entry;
	struct tt_diags diags;

	while (!is_stopped(s)) {
		tt_arena_clear(&s->record);
		tt_diags_init(&diags, &s->record);
		if (!tt_tree_next(tree, &entry, &diags))
			break;
		if (!is_same_log(g, entry))
			flush(s, g);
		take_entry(s, g, entry, &diags);
	}
	flush(s, g);
	tt_tree_close(&tree);
}

/* ---- how much there is: for a terminal ---- */

static uint64_t size_of(const struct tt_entry *entry, const char *path)
{
	struct stat st;

	if (entry->kind == TT_ENTRY_FILE)
		return (uint64_t)entry->st->st_size;
	return entry->kind == TT_ENTRY_NAMED &&
			       stat(path, &st) == 0 && S_ISREG(st.st_mode) ?
		       (uint64_t)st.st_size :
		       0;
}

/* Nobody waits long to be told how long there is to wait. */
static void measure(struct tt_scan *s)
{
	const struct tt_show_options *const o = &s->o->show;
	uint64_t all = 0;
	struct tt_diags diags;
	struct tt_entry *entry;

	for (size_t i = 0; i < o->n_files && s->o->is_terminal; i++) {
		struct tt_tree *tree = tt_tree_open(o->files[i], NULL, 0);

		tt_arena_clear(&s->record);
		tt_diags_init(&diags, &s->record);
		while (!is_stopped(s) && !tt_progress_is_late(s) &&
		       tt_tree_next(tree, &entry, &diags))
			all += size_of(entry, o->files[i]);
		tt_tree_close(&tree);
	}
	s->progress.bytes_in_all = tt_progress_is_late(s) ? 0 : all;
}

/* ---- the run ---- */

static bool open_reading(struct tt_scan *s)
{
	struct tt_scan_reading *const r = &s->reading;

	r->o = &s->o->show;
	r->keep = s->o->keep;
	r->n_keep = s->o->n_keep;
	if (tt_rules_load_logs(&r->log_rules, r->o->trail.rules, &s->err) !=
	    TT_OK)
		return false;
	r->matcher = tt_matcher_new(r->o->trail.rules);
	r->log_matcher = tt_matcher_new(r->log_rules);
	tt_matcher_compile(r->matcher);
	tt_matcher_compile(r->log_matcher);
	tt_message_preload();
	return true;
}

static void close_reading(struct tt_scan *s)
{
	tt_matcher_free(&s->reading.matcher);
	tt_matcher_free(&s->reading.log_matcher);
	tt_rules_free(&s->reading.log_rules);
}

static void read_all(struct tt_scan *s)
{
	const struct tt_show_options *const o = &s->o->show;
	const struct tt_pool_options pool = {
		.n_workers = s->o->n_workers,
		.is_unconfined = s->o->is_unconfined,
		.n_types = TT_FRAME_COUNT,
		.job = tt_scan_job(&s->reading),
		.sink = tt_scan_sink(s),
		.is_interrupted = o->is_interrupted,
	};
	struct tt_file_id own[TT_SHOW_OWN + 3];
	struct tt_err stopped = { 0 };
	struct group *g = tt_zalloc(sizeof(*g));
	size_t n_own = o->n_own;

	memcpy(own, o->own, n_own * sizeof(own[0]));
	n_own += tt_case_own_files(s->store, own + n_own);
	s->pool = tt_pool_new(&pool);
	for (size_t i = 0; i < o->n_files && !is_stopped(s); i++)
		walk(s, g, o->files[i], own, n_own);
	if (tt_pool_finish(s->pool, &stopped) != TT_OK &&
	    s->err.status == TT_OK && !tt_show_is_interrupted(o))
		s->err = stopped;
	tt_pool_confined(s->pool, &s->confined);
	tt_pool_free(&s->pool);
	tt_arena_release(&g->arena);
	tt_free(&g);
}

/* ---- options of the case ---- */

struct options {
	struct tt_arena *arena;
	TT_VEC(struct tt_case_option) list;
};

static void add_option(struct options *o, const char *name,
		       struct tt_slice value, bool is_fixed)
{
	*tt_vec_push(o->arena, &o->list) =
		(struct tt_case_option){ name, value, is_fixed };
}

static void add_words(struct options *o, const char *name,
		      const char *const *words, size_t n)
{
	struct tt_out text;

	tt_out_init(&text, -1);
	for (size_t i = 0; i < n; i++) {
		tt_out_str(&text, i ? " " : "");
		tt_out_str(&text, words[i]);
	}
	add_option(o, name,
		   tt_arena_dup(o->arena,
				(struct tt_slice){ text.buf, text.n }),
		   true);
	tt_out_release(&text);
}

/* What shapes the case must be the same at each scan. */
static enum tt_status open_case(struct tt_scan *s)
{
	const struct tt_show_options *const o = &s->o->show;
	struct options all = { .arena = &s->arena };
	const char *const year =
		o->year ? tt_arena_printf(&s->arena, "%d", o->year) : "";

	add_option(&all, "rules",
		   tt_slice_str(tt_rules_hash(o->trail.rules)), true);
	add_option(&all, "--profile", o->trail.profile->name, true);
	add_words(&all, "--trust", o->words.trust, o->words.n_trust);
	add_words(&all, "--tz", o->words.tz, o->words.n_tz);
	add_option(&all, "--year", tt_slice_str(year), true);
	add_option(&all, "--as", tt_slice_str(tt_format_name(o->as)), true);
	add_words(&all, "--keep-header", s->o->keep, s->o->n_keep);
	add_option(&all, "version", tt_slice_str(TT_VERSION), false);
	return tt_case_open(&s->store, s->o->path, all.list.v, all.list.n,
			    &s->err);
}

static enum tt_exit exit_of(const struct tt_scan *s,
			    const struct tt_totals *totals)
{
	const uint64_t *const r = totals->result;
	const uint64_t failing =
		s->o->show.fail_on == TT_FAIL_ON_NEVER ? 0 :
		s->o->show.fail_on == TT_FAIL_ON_FAIL ?
			r[TT_RESULT_FAIL] :
			r[TT_RESULT_FAIL] + r[TT_RESULT_UNDETERMINED];

	if (s->is_broken)
		return TT_EXIT_INTERNAL;
	if (s->err.status != TT_OK)
		return TT_EXIT_OUTPUT;
	if (tt_show_is_interrupted(&s->o->show))
		return TT_EXIT_INTERRUPTED;
	if (totals->messages == 0 && !s->has_input)
		return TT_EXIT_NO_INPUT;
	if (failing)
		return TT_EXIT_FAIL_ON;
	return s->is_partial ? TT_EXIT_PARTIAL : TT_EXIT_DONE;
}

/* Was anything of the case skipped, cut or damaged, whenever it was read? */
static void look_for_damage(struct tt_scan *s)
{
	struct tt_code_counts counts = { 0 };
	enum tt_diag_code code;

	if (tt_case_diag_counts(s->store, &counts, &s->arena, &s->err) !=
	    TT_OK)
		return;
	for (size_t i = 0; i < counts.n; i++)
		s->is_partial |= !tt_diag_find(tt_arena_cstr(&s->arena,
							     counts.v[i].code),
					       &code) ||
				 tt_diag_info(code)->severity != TT_SEV_NOTE;
}

/* The totals of the whole case, not of what was new. */
static void sum_up(struct tt_scan *s, struct tt_totals *totals)
{
	const struct tt_show_options *const o = &s->o->show;

	tt_totals_init(totals, &s->arena);
	if (tt_case_totals(s->store, totals, &s->arena, &s->err) != TT_OK ||
	    o->is_quiet)
		return;
	struct tt_emit_options emit = o->emit;

	tt_progress_clear(s);
	(void)!tt_out_flush(o->messages);
	emit.is_many = true;
	o->ops->end(o->ops->begin(&emit), totals);
}

static void tell_failure(struct tt_scan *s)
{
	tt_progress_clear(s);
	tt_case_complain(s->o->show.messages, s->o->path, &s->err);
}

static void tell_interrupted(const struct tt_scan *s)
{
	if (tt_show_is_interrupted(&s->o->show))
		tt_out_str(s->o->show.messages,
			   "tlstrail: interrupted; the same command goes on "
			   "where it stopped\n");
}

static enum tt_exit scan(struct tt_scan *s)
{
	struct tt_totals totals;
	struct tt_err closing = { 0 };

	tt_totals_init(&totals, &s->arena);
	tt_progress_begin(s);
	measure(s);
	read_all(s);
	if (!is_stopped(s) && tt_scan_conclude(s)) {
		sum_up(s, &totals);
		look_for_damage(s);
	}
	if (tt_case_close(&s->store, &closing) != TT_OK &&
	    s->err.status == TT_OK)
		s->err = closing;
	tt_progress_end(s);
	tell_interrupted(s);
	tell_failure(s);
	if (tt_out_flush(s->o->show.emit.out) < 0)
		return TT_EXIT_OUTPUT;
	return exit_of(s, &totals);
}

enum tt_exit tt_run_scan(const struct tt_scan_options *options)
{
	struct tt_scan s = { .o = options };
	enum tt_exit status;

	if (open_case(&s) != TT_OK) {
		tell_failure(&s);
		status = s.err.status == TT_IO ? TT_EXIT_OUTPUT :
						 TT_EXIT_USAGE;
	} else if (!open_reading(&s)) {
		tell_failure(&s);
		(void)!tt_case_close(&s.store, &s.err);
		status = TT_EXIT_INTERNAL;
	} else {
		status = scan(&s);
	}
	close_reading(&s);
	(void)!tt_out_flush(options->show.messages);
	tt_arena_release(&s.record);
	tt_arena_release(&s.arena);
	return status;
}
