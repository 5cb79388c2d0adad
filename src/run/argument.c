/* argument.c - one argument: a file, or a directory of them */
#include "lanes.h"

void tt_show_path(struct tt_show *s, const char *name)
{
	struct tt_tree *tree = tt_tree_open(name, s->o->own, s->o->n_own);
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
	tt_tree_close(&tree);
}
