/* log_mail_tell.c - mails that the records of logs carry are messages */
#include <stdlib.h>

#include "log_mail.h"

void tt_logs_take_mail(void *ctx, const struct tt_log_mail *mail,
		       struct tt_diags *diags)
{
	struct tt_show *const s = ctx;

	if (!s->logs->mail_room)
		s->logs->mail_room = tt_reader_room_new();
	if (!s->taker) {
		tt_log_mail_keep(s, mail);
		return;
	}
	tt_show_log_mail(s, mail, diags);
	s->taker->message_end(s->taker->ctx);
}

static int compare_places(const struct tt_origin *a, const struct tt_origin *b)
{
	int c = tt_slice_cmp(a->path, b->path);
	size_t i = 0;

	while (c == 0 && i < a->n_member && i < b->n_member) {
		c = tt_slice_cmp(a->member[i], b->member[i]);
		i++;
	}
	return c ? c : (a->n_member > b->n_member) - (a->n_member < b->n_member);
}

/* Files of a directory are read by several threads, each of them by one. */
static int by_place(const void *x, const void *y)
{
	const struct tt_log_mail_kept *const a = x, *const b = y;
	const int c = compare_places(a->mail.origin, b->mail.origin);

	return c ? c : (a->seq > b->seq) - (a->seq < b->seq);
}

static void tell_mail(struct tt_show *s, const struct tt_log_mail_kept *k)
{
	struct tt_log_mail mail = k->mail;
	struct tt_arena arena = { 0 };
	struct tt_diags diags;

	tt_arena_clear(&s->file);
	tt_diags_init(&diags, &s->file);
	mail.bytes = tt_log_mail_bytes(s, k, &arena);
	if (mail.bytes.n)
		tt_show_log_mail(s, &mail, &diags);
	tt_arena_release(&arena);
	(void)tt_tell_source(s, mail.origin->path, &diags, 0);
	s->is_partial |= diags.is_serious;
}

void tt_logs_tell_mails(struct tt_show *s, struct tt_book *book)
{
	struct tt_log_mails *const m = s->logs->mails;
	const bool is_late = book == s->logs->late;

	if (!m)
		return;
	if (is_late)
		qsort(m->list.v, m->list.n, sizeof(*m->list.v), by_place);
	for (size_t i = 0; i < m->list.n && !tt_show_is_stopped(s); i++)
		if (m->list.v[i].is_late == is_late)
			tell_mail(s, &m->list.v[i]);
}
