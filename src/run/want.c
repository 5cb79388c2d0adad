/* want.c - which mails the logs are read for
 *
 * Logs may be a thousand times the mail.  Where they are given as witnesses
 * only, the mail is read twice: here, without a word, for what it can be joined
 * by; and once more when the logs are known. */
#include <sys/stat.h>

#include "logs.h"

/* The output of that reading. */
struct tt_emit {
	struct tt_show *show;
	struct tt_book *book;
	bool is_enough; /* too many: no need to go on */
};

static void take(struct tt_emit *e, const struct tt_timeline *t)
{
	if (tt_book_want(e->book, t))
		return;
	e->is_enough = true;
	e->show->is_broken = true; /* stops it */
}

static bool is_file(const struct tt_show_options *o, const char *path)
{
	struct stat st;

	return tt_show_stat(o, path, &st) && S_ISREG(st.st_mode);
}

/* Both can be read twice, and no log is to be told. */
static bool can_want(const struct tt_show *s)
{
	struct stat st;

	for (size_t i = 0; i < s->o->n_logs; i++)
		if (!is_file(s->o, s->o->logs[i]))
			return false;
	for (size_t i = 0; i < s->o->n_files; i++)
		if (s->logs->is_log[i] ||
		    !tt_show_stat(s->o, s->o->files[i], &st) ||
		    !(S_ISREG(st.st_mode) || S_ISDIR(st.st_mode)))
			return false;
	return s->o->n_logs > 0 && s->logs->found.n == 0;
}

void tt_quiet_begin(struct tt_quiet *q, const struct tt_show *s)
{
	tt_out_init(&q->out, -1);
	tt_out_init(&q->messages, -1);
	q->o = *s->o;
	q->o.emit.out = &q->out;
	q->o.messages = &q->messages;
	q->o.is_quiet = true;
	q->o.manifest = NULL;
	q->o.redact = TT_REDACT_NOTHING;
	q->s = (struct tt_show){ .o = &q->o, .is_alone = true };
	tt_show_open(&q->s);
}

void tt_quiet_end(struct tt_quiet *q)
{
	tt_show_close(&q->s);
	tt_out_release(&q->out);
	tt_out_release(&q->messages);
}

void tt_logs_want(struct tt_show *s)
{
	static const struct tt_emit_ops ops = { .name = "want",
						.timeline = take };
	struct tt_book *const book = s->logs->book;
	struct tt_emit e = { .book = book };
	struct tt_quiet q;

	if (!can_want(s))
		return;
	(void)tt_book_want(book, NULL);
	tt_quiet_begin(&q, s);
	q.o.ops = &ops;
	e.show = &q.s;
	q.s.emit = &e;
	for (size_t i = 0; i < s->o->n_files && !tt_show_is_stopped(&q.s);
	     i++) {
		tt_show_path(&q.s, s->o->files[i]);
		q.messages.n = 0;
	}
	if (e.is_enough)
		tt_book_want_all(book);
	tt_quiet_end(&q);
}
