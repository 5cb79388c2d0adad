/* log_mail.c - mails that the records of logs carry, until they are told
 *
 * What the logs tell of a mail may come after it, so it waits until all of them
 * have been read: put aside (util/spool.h), or in memory where no file may be
 * opened. */
#include <tlstrail/util/spool.h>

#include "log_mail.h"

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

void tt_log_mail_keep(struct tt_show *s, const struct tt_log_mail *mail)
{
	struct tt_log_mails *const m = mails_of(s);
	struct tt_log_mail_kept *const k = tt_vec_push(&m->arena, &m->list);

	*k = (struct tt_log_mail_kept){ .mail = *mail,
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

struct tt_slice tt_log_mail_bytes(struct tt_show *s,
				  const struct tt_log_mail_kept *k,
				  struct tt_arena *arena)
{
	const struct tt_log_mails *const m = s->logs->mails;

	if (!m->spool)
		return k->mail.bytes;
	uint8_t *const p = tt_arena_alloc(arena, k->n);
	const bool is_there = tt_spool_get(m->spool, k->at, p, k->n);

	check_spool(s, m);
	return is_there ? (struct tt_slice){ p, k->n } : TT_NO_SLICE;
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

void tt_logs_free_mails(struct tt_logs *logs)
{
	tt_reader_room_free(&logs->mail_room);
	if (!logs->mails)
		return;
	tt_spool_free(&logs->mails->spool);
	tt_arena_release(&logs->mails->arena);
	tt_free(&logs->mails);
}
