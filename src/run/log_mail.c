/* log_mail.c - mails that the records of logs carry
 *
 * Each is a message of its own.  What the logs tell of it may come after it,
 * so it waits until all of them have been read: put aside (util/spool.h), or
 * in memory where no file may be opened. */
#include <stdlib.h>

#include <tlstrail/util/spool.h>

#include "logs.h"

struct kept {
	struct tt_log_mail mail; /* bytes.p NULL: in the spool */
	uint64_t at;		 /* there */
	size_t n, seq;
	bool is_late; /* of a log that nobody named */
};

struct tt_log_mails {
	struct tt_arena arena;
	struct tt_spool *spool; /* NULL: in the arena */
	TT_VEC(struct kept) list;
};

/* ---- taking ---- */

static struct tt_log_mails *mails_of(struct tt_show *s)
{
	struct tt_logs *const logs = s->logs;

	if (logs->mails)
		return logs->mails;
	logs->mails = tt_zalloc(sizeof(*logs->mails));
	if (!s->o->ready)
		logs->mails->spool = tt_spool_new();
	return logs->mails;
}

static void check_spool(struct tt_show *s, const struct tt_log_mails *m)
{
	struct tt_err err = { 0 };

	if (m->spool && tt_spool_status(m->spool, &err) != TT_OK)
		tt_logs_lose(s, &err);
}

static void keep(struct tt_show *s, const struct tt_log_mail *mail)
{
	struct tt_log_mails *const m = mails_of(s);
	struct kept *const k = tt_vec_push(&m->arena, &m->list);

	*k = (struct kept){ .mail = *mail,
			    .n = mail->bytes.n,
			    .seq = m->list.n,
			    .is_late = s->logs->log == NULL };
	k->mail.pointer = tt_arena_dup(&m->arena, mail->pointer);
	k->mail.bytes = m->spool ? TT_NO_SLICE :
				   tt_arena_dup(&m->arena, mail->bytes);
	if (m->spool)
		k->at = tt_spool_add(m->spool, mail->bytes);
	check_spool(s, m);
}

static struct tt_reader_room *room_of(struct tt_logs *logs)
{
	if (!logs->mail_room)
		logs->mail_room = tt_reader_room_new();
	return logs->mail_room;
}

void tt_logs_take_mail(void *ctx, const struct tt_log_mail *mail,
		       struct tt_diags *diags)
{
	struct tt_show *const s = ctx;

	(void)room_of(s->logs);
	if (!s->taker) {
		keep(s, mail);
		return;
	}
	tt_show_log_mail(s, mail, diags);
	s->taker->message_end(s->taker->ctx);
}

bool tt_logs_have_mail(const struct tt_show *s, const struct tt_book *book)
{
	const struct tt_log_mails *const m = s->logs->mails;
	const bool is_late = book == s->logs->late;

	for (size_t i = 0; m && i < m->list.n; i++)
		if (m->list.v[i].is_late == is_late)
			return true;
	return false;
}

uint64_t tt_logs_n_mails(const struct tt_logs *logs)
{
	return logs && logs->mails ? logs->mails->list.n : 0;
}

/* ---- telling ---- */

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
	const struct kept *const a = x, *const b = y;
	const int c = compare_places(a->mail.origin, b->mail.origin);

	return c ? c : (a->seq > b->seq) - (a->seq < b->seq);
}

static void tell_mail(struct tt_show *s, struct tt_log_mails *m,
		      const struct kept *k)
{
	struct tt_log_mail mail = k->mail;
	struct tt_arena arena = { 0 };
	struct tt_diags diags;

	tt_arena_clear(&s->file);
	tt_diags_init(&diags, &s->file);
	if (m->spool) {
		uint8_t *const p = tt_arena_alloc(&arena, k->n);

		mail.bytes = (struct tt_slice){ p, k->n };
		if (!tt_spool_get(m->spool, k->at, p, k->n))
			mail.bytes.n = 0;
		check_spool(s, m);
	}
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
			tell_mail(s, m, &m->list.v[i]);
}

void tt_logs_free_mails(struct tt_logs *logs)
{
	tt_reader_room_free(&logs->mail_room);
	if (!logs->mails)
		return;
	tt_spool_free(&logs->mails->spool);
	tt_arena_release(&logs->mails->arena);
	tt_free(&logs->mails);
}
