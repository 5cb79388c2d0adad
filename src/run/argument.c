/* argument.c - one argument: a file, or a directory of them */
#include <sys/stat.h>

#include "lanes.h"

static void show_ready(struct tt_show *s, const char *name)
{
	struct tt_entry entry;
	struct tt_diags diags;
	struct stat st;

	tt_arena_clear(&s->file);
	tt_diags_init(&diags, &s->file);
	if (tt_show_ready_open(s->o->ready, name, &entry, &st))
		tt_show_entry(s, &entry, &diags);
	else
		s->is_broken = true;
}

static void show_tree(struct tt_show *s, struct tt_tree *tree)
{
	struct tt_entry *entry;
	struct tt_diags diags;
	bool is_alone = s->is_alone; /* one thread is all there can be */

	while (!tt_show_is_stopped(s)) {
		tt_arena_clear(&s->file);
		tt_diags_init(&diags, &s->file);
		if (!tt_tree_next(tree, &entry, &diags))
			break;
		tt_show_entry(s, entry, &diags);
		if (is_alone || entry->kind == TT_ENTRY_NAMED ||
		    s->totals.messages < 2)
			continue;
		if (tt_lanes_take(s, tree))
			break;
		is_alone = true;
	}
}

void tt_show_path(struct tt_show *s, const char *name)
{
	if (s->o->ready) {
		show_ready(s, name);
		return;
	}
	struct tt_tree *tree = tt_tree_open(name, s->o->own, s->o->n_own);

	tt_logs_pass_over(s, tree);
	show_tree(s, tree);
	tt_tree_close(&tree);
}
