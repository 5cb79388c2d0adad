/* log_state.c - what a log reader keeps from line to line
 *
 * Text that was decoded or joined stands in room that grows with it and is
 * used again for the next line. */
#include <string.h>

#include "lines.h"

void tt_log_text_add(struct tt_log_text *t, struct tt_slice s)
{
	if (s.n == 0)
		return;
	if (s.n > t->cap - t->n) {
		t->cap = tt_mul_size(tt_add_size(t->n, s.n), 2);
		t->p = tt_realloc(t->p, t->cap);
	}
	memcpy(t->p + t->n, s.p, s.n);
	t->n += s.n;
}

void tt_log_state_free(struct tt_log_state **log)
{
	if (!*log)
		return;
	tt_free(&(*log)->text.p);
	tt_free(&(*log)->aside.p);
	tt_free(&(*log)->from.p);
	tt_free(&(*log)->marks);
	tt_free(log);
}
