/* log_lost.c - what logs told is not all there any more */
#include "logs.h"

void tt_logs_lose(struct tt_show *s, const struct tt_err *err)
{
	if (s->logs->is_lost)
		return;
	s->logs->is_lost = true;
	tt_out_str(s->o->messages, "tlstrail: logs: ");
	tt_out_text(s->o->messages, tt_slice_str(err->text));
	tt_out_str(s->o->messages, "\n");
}

void tt_logs_check(struct tt_show *s, const struct tt_book *book)
{
	struct tt_err err = { 0 };

	if (book && tt_book_status(book, &err) != TT_OK)
		tt_logs_lose(s, &err);
}

bool tt_logs_is_lost(const struct tt_show *s)
{
	return s->logs && s->logs->is_lost;
}
