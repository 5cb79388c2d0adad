/* log_book.c - the books that logs are read into */
#include "logs.h"

/* A process that may open nothing reads so little that it stays in memory. */
struct tt_book *tt_logs_book_alone(const struct tt_show *s)
{
	struct tt_book *const book = tt_book_new();

	if (!s->o->ready)
		tt_book_apart(book, &s->o->trail);
	return book;
}

void tt_logs_settle(struct tt_show *s, struct tt_book *book)
{
	struct tt_diags diags;

	tt_diags_init(&diags, &s->arena);
	if (tt_logs_have_mail(s, book))
		tt_book_together(book);
	tt_book_settle(book, &diags);
	tt_logs_check(s, book);
	(void)tt_tell_source(s, TT_S("logs"), &diags, 0);
	s->is_partial |= diags.is_serious;
}
