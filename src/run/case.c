/* case.c - a case that is read: its rules, its timelines, what is wrong */
#include <string.h>
#include <sys/stat.h>

#include <tlstrail/store/figures.h>
#include <tlstrail/trail/codec.h>

#include "case.h"

bool tt_case_has_rules(struct tt_case *c, const struct tt_rules *rules,
		       struct tt_arena *arena, struct tt_err *err)
{
	const char *const now = tt_rules_hash(rules);
	struct tt_slice then;

	if (tt_case_option(c, "rules", &then, arena, err) != TT_OK)
		return false;
	if (tt_slice_eq(then, tt_slice_str(now)))
		return true;
	tt_err_set(err, TT_USAGE,
		   "made with the rule set %.*s; this one is %s (--rules adds "
		   "what is missing)",
		   (int)then.n, then.p ? (const char *)then.p : "", now);
	return false;
}

bool tt_case_timeline(struct tt_timeline *t_r, const struct tt_case_message *m,
		      const struct tt_trail_options *trail,
		      struct tt_arena *arena, struct tt_err *err)
{
	const bool is_whole = m->concluded.n > 0;
	struct tt_trail_options own = *trail;

	if (!tt_timeline_get(t_r, is_whole ? m->concluded : m->record,
			     trail->rules, arena)) {
		tt_err_set(err, TT_INPUT,
			   "a record of the case cannot be read");
		return false;
	}
	if (is_whole)
		return true;
	struct tt_diags *const diags = TT_NEW(arena, struct tt_diags);

	*diags = *t_r->diags;
	t_r->diags = diags;
	own.profile = t_r->result.profile;
	own.is_claimed = t_r->has_parent;
	tt_timeline_conclude(t_r, &own, arena, diags);
	return true;
}

bool tt_case_tell_cut(struct tt_case *c, const char *path,
		      struct tt_out *messages, struct tt_err *err)
{
	bool is_cut = false;

	if (tt_case_is_unfinished(c, &is_cut, err) != TT_OK || !is_cut)
		return false;
	tt_out_str(messages, "tlstrail: ");
	tt_out_text(messages, tt_slice_str(path));
	tt_out_str(messages, ": the scan was cut off; run it again to have all "
			     "mail in the case\n");
	return true;
}

void tt_case_complain(struct tt_out *messages, const char *path,
		      const struct tt_err *err)
{
	const struct tt_slice text = tt_slice_str(err->text);
	const struct tt_slice name = tt_slice_str(path);

	if (err->status == TT_OK)
		return;
	tt_out_str(messages, "tlstrail: ");
	if (!tt_slice_eq(tt_slice_sub(text, 0, name.n), name)) {
		tt_out_text(messages, name);
		tt_out_str(messages, ": ");
	}
	tt_out_text(messages, text);
	tt_out_str(messages, "\n");
}

enum tt_exit tt_case_exit(const struct tt_err *err)
{
	return err->status == TT_USAGE ? TT_EXIT_USAGE : TT_EXIT_NO_INPUT;
}

/* ---- what must not be written to ---- */

struct looking {
	struct stat file;
	struct tt_arena arena;
	bool is_found;
};

static bool look_at(void *ctx, const struct tt_case_source_row *r)
{
	struct looking *const l = ctx;
	struct stat st;

	if (!r->is_file || !r->is_regular)
		return true;
	tt_arena_clear(&l->arena);
	l->is_found = stat(tt_arena_cstr(&l->arena, r->path), &st) == 0 &&
		      st.st_dev == l->file.st_dev &&
		      st.st_ino == l->file.st_ino;
	return !l->is_found;
}

bool tt_case_is_source(const char *path, const char *file)
{
	struct looking l = { .is_found = false };
	struct tt_case *c = NULL;
	struct tt_err err = { 0 };

	if (!file || strcmp(file, "-") == 0 || stat(file, &l.file) != 0 ||
	    !S_ISREG(l.file.st_mode))
		return false;
	if (tt_case_open_to_read(&c, path, &err) == TT_OK)
		(void)!tt_case_sources(c, look_at, &l, &err);
	if (c)
		(void)!tt_case_close(&c, &err);
	tt_arena_release(&l.arena);
	return l.is_found;
}
