/* scan_walk.c - what lies under a PATH goes to the workers, file by file
 *
 * The parent walks the trees and opens the files.  Those that the case knows
 * and that have not changed are passed over; those that may be one log that was
 * rotated are one item. */
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <tlstrail/record/log.h>

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
	static const struct tt_file_told same = {
		.state = "known and unchanged",
	};

	for (size_t i = 0; i < g->n; i++)
		tt_progress_file(s, g->entry[i].path, &same);
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
	tt_scan_compile(&s->reading);
	/* It takes the descriptors, whatever comes of it. */
	const enum tt_status status = tt_pool_give(s->pool, g->entry, g->n,
						   item, &s->err);

	for (size_t i = 0; i < g->n; i++)
		g->entry[i].fd = -1;
	if (status != TT_OK)
		tt_scan_item_drop(&item);
	if (status == TT_INPUT && !s->is_broken)
		s->err = (struct tt_err){ 0 }; /* interrupted */
}

static void flush(struct tt_scan *s, struct group *g)
{
	if (g->n && !tt_scan_is_stopped(s) && is_wanted(s, g))
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

static void walk_path(struct tt_scan *s, struct group *g, const char *path,
		      const struct tt_file_id *own, size_t n_own)
{
	struct tt_tree *tree = tt_tree_open(path, own, n_own);
	struct tt_entry *entry;
	struct tt_diags diags;

	while (!tt_scan_is_stopped(s)) {
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

void tt_scan_walk(struct tt_scan *s)
{
	const struct tt_show_options *const o = &s->o->show;
	struct tt_file_id own[TT_SHOW_OWN + TT_CASE_FILES];
	struct group *g = tt_zalloc(sizeof(*g));
	size_t n_own = o->n_own;

	memcpy(own, o->own, n_own * sizeof(own[0]));
	n_own += tt_case_own_files(s->store, own + n_own);
	for (size_t i = 0; i < o->n_files && !tt_scan_is_stopped(s); i++)
		walk_path(s, g, o->files[i], own, n_own);
	tt_arena_release(&g->arena);
	tt_free(&g);
}

/* ---- how much there is: for a terminal ---- */

static uint64_t size_of(const struct tt_entry *entry, const char *path)
{
	struct stat st;

	if (entry->kind == TT_ENTRY_FILE)
		return (uint64_t)entry->st->st_size;
	return entry->kind == TT_ENTRY_NAMED && stat(path, &st) == 0 &&
			       S_ISREG(st.st_mode)
		       ? (uint64_t)st.st_size
		       : 0;
}

/* Nobody waits long to be told how long there is to wait. */
void tt_scan_measure(struct tt_scan *s)
{
	const struct tt_show_options *const o = &s->o->show;
	uint64_t all = 0;
	struct tt_diags diags;
	struct tt_entry *entry;

	for (size_t i = 0; i < o->n_files && s->o->is_terminal; i++) {
		struct tt_tree *tree = tt_tree_open(o->files[i], NULL, 0);

		tt_arena_clear(&s->record);
		tt_diags_init(&diags, &s->record);
		while (!tt_scan_is_stopped(s) && !tt_progress_is_late(s) &&
		       tt_tree_next(tree, &entry, &diags))
			all += size_of(entry, o->files[i]);
		tt_tree_close(&tree);
	}
	s->progress.bytes_in_all = tt_progress_is_late(s) ? 0 : all;
}
