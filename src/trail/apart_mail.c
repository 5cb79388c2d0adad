/* apart_mail.c - mails that are joined with logs that were put aside
 *
 * A mail names ids - of its stamps, of SES - and its Message-ID.  Each that the
 * logs have, or say that a message went on by, ties it to a chain; a
 * Message-ID stands for the ids that have it, as an id of its own.  A chain is
 * read as a book of its own, which has all that these mails can be joined
 * with (sift.h has the same mails ask for the same events). */
#include "apart.h"
#include "sift.h"

struct tt_apart_mails {
	struct tt_book_joiner joiner;
	bool is_stopped;
	struct tt_arena scratch;
	struct tt_sorter *ids, *names; /* what mails name, by that */
	struct tt_sorter *having; /* ids of events, by their Message-IDs */
	struct tt_sorter *joined; /* what of it there is, by mail */
	/* How far a walk over each is. */
	struct tt_mail_key id, mail;
	bool has_id, has_mail;
};

/* ---- begin and end ---- */

static int by_number(int64_t a, int64_t b)
{
	return (a > b) - (a < b);
}

static uint64_t key_of(const void *row)
{
	return ((const struct tt_mail_key *)row)->key;
}

/* In the order of numbers, which may be less than 0. */
static uint64_t mail_of(const void *row)
{
	return (uint64_t)((const struct tt_mail_key *)row)->mail ^
	       UINT64_C(1) << 63;
}

static int by_key(const void *x, const void *y)
{
	const struct tt_mail_key *const a = x, *const b = y;

	if (a->key != b->key)
		return a->key < b->key ? -1 : 1;
	return by_number(a->mail, b->mail);
}

static int by_mail(const void *x, const void *y)
{
	const struct tt_mail_key *const a = x, *const b = y;
	const int c = by_number(a->mail, b->mail);

	return c ? c : by_key(x, y);
}

void tt_book_join_apart(struct tt_book *b, const struct tt_book_joiner *joiner)
{
	struct tt_spool *const spool = b->apart->spool;
	struct tt_apart_mails *const m = tt_zalloc(sizeof(*m));

	m->joiner = *joiner;
	m->ids = tt_sorter_new(spool, sizeof(struct tt_mail_key), key_of,
			       by_key);
	m->names = tt_sorter_new(spool, sizeof(struct tt_mail_key), key_of,
			       by_key);
	m->having = tt_apart_ties_new(spool);
	m->joined = tt_sorter_new(spool, sizeof(struct tt_mail_key), mail_of,
				  by_mail);
	b->apart->mails = m;
}

void tt_apart_mails_free(struct tt_apart *a)
{
	if (!a->mails)
		return;
	tt_arena_release(&a->mails->scratch);
	tt_sorter_free(&a->mails->ids);
	tt_sorter_free(&a->mails->names);
	tt_sorter_free(&a->mails->having);
	tt_sorter_free(&a->mails->joined);
	tt_free(&a->mails);
}

/* ---- what mails and events name ---- */

static uint64_t hash_name(struct tt_slice message_id, struct tt_arena *arena)
{
	const struct tt_slice plain = tt_log_plain_id(arena, message_id);

	return plain.n ? tt_book_hash(plain) : 0;
}

static void add_id(struct tt_apart_mails *m, int64_t mail, struct tt_slice id)
{
	const struct tt_mail_key key = { tt_book_hash(id), mail };

	if (id.n)
		tt_sorter_add(m->ids, &key);
}

void tt_book_join_mail(struct tt_book *b, int64_t mail,
		       const struct tt_timeline *t)
{
	struct tt_apart *const a = b->apart;
	const struct tt_slice message_id = t->identity.message_id;
	const struct tt_mail_key name = { hash_name(message_id, &a->mails->scratch),
					  mail };

	if (name.key)
		tt_sorter_add(a->mails->names, &name);
	add_id(a->mails, mail, tt_log_ses_id(message_id));
	for (size_t i = 0; i < t->hops.n; i++)
		add_id(a->mails, mail, t->hops.v[i].id);
	tt_arena_clear(&a->mails->scratch);
}

void tt_apart_name(struct tt_apart *a, uint64_t id, struct tt_slice message_id)
{
	if (!a->mails || message_id.n == 0)
		return;
	const struct tt_tie tie = { id, hash_name(message_id, &a->mails->scratch) };

	if (tie.next)
		tt_sorter_add(a->mails->having, &tie);
	tt_arena_clear(&a->mails->scratch);
}

/* ---- what of it there is ---- */

/* Ids that a log has a chunk of, or a tie to. */
static void find_ids(struct tt_apart *a)
{
	struct tt_apart_mails *const m = a->mails;
	struct tt_chunk chunk;
	struct tt_tie to;
	struct tt_mail_key key;

	tt_sorter_begin(a->chunks);
	tt_sorter_begin(a->ties);
	tt_sorter_begin(m->ids);
	bool has_chunk = tt_sorter_next(a->chunks, &chunk);
	bool has_tie = tt_sorter_next(a->ties, &to);

	while (tt_sorter_next(m->ids, &key)) {
		while (has_chunk && chunk.id < key.key)
			has_chunk = tt_sorter_next(a->chunks, &chunk);
		while (has_tie && to.next < key.key)
			has_tie = tt_sorter_next(a->ties, &to);
		if ((has_chunk && chunk.id == key.key) ||
		    (has_tie && to.next == key.key))
			tt_sorter_add(m->joined, &key);
	}
}

/* A Message-ID that both have is an id that both are tied to. */
static void find_names(struct tt_apart *a, struct tt_ties *ties)
{
	struct tt_apart_mails *const m = a->mails;
	struct tt_tie has;
	struct tt_mail_key key;

	tt_sorter_begin(m->having);
	tt_sorter_begin(m->names);
	bool has_event = tt_sorter_next(m->having, &has);

	while (tt_sorter_next(m->names, &key)) {
		while (has_event && has.next < key.key)
			has_event = tt_sorter_next(m->having, &has);
		for (; has_event && has.next == key.key;
		     has_event = tt_sorter_next(m->having, &has))
			tt_ties_add(ties, has.id, key.key);
		if (ties->n && ties->v[ties->n - 1].next == key.key)
			tt_sorter_add(m->joined, &key);
	}
}

/* All that a mail names is tied to the first of it; if that is all, it is tied
 * to itself: then it is known that a mail names it. */
static void tie_mails(struct tt_apart *a, struct tt_ties *ties)
{
	struct tt_sorter *const joined = a->mails->joined;
	struct tt_mail_key key, first = { 0 };
	size_t n = 0; /* of the mail's keys */

	tt_sorter_begin(joined);
	while (tt_sorter_next(joined, &key)) {
		if (n && key.mail == first.mail) {
			tt_ties_add(ties, first.key, key.key);
			n++;
			continue;
		}
		if (n == 1)
			tt_ties_add(ties, first.key, first.key);
		first = key;
		n = 1;
	}
	if (n == 1)
		tt_ties_add(ties, first.key, first.key);
}

void tt_apart_mails_tie(struct tt_apart *a, struct tt_ties *ties)
{
	struct tt_apart_mails *const m = a->mails;

	if (!m)
		return;
	find_ids(a);
	find_names(a, ties);
	tie_mails(a, ties);
	tt_sorter_free(&m->names);
	tt_sorter_free(&m->having);
	tt_sorter_begin(m->ids);
	m->has_id = tt_sorter_next(m->ids, &m->id);
}

bool tt_apart_mails_name(struct tt_apart *a, uint64_t id)
{
	struct tt_apart_mails *const m = a->mails;

	while (m && m->has_id && m->id.key < id)
		m->has_id = tt_sorter_next(m->ids, &m->id);
	return m && m->has_id && m->id.key == id;
}

/* ---- mails in their order ---- */

void tt_apart_mails_begin(struct tt_apart *a)
{
	struct tt_apart_mails *const m = a->mails;

	if (!m)
		return;
	tt_sorter_begin(m->joined);
	m->has_mail = tt_sorter_next(m->joined, &m->mail);
}

bool tt_apart_mails_next(struct tt_apart *a, struct tt_mail_key *key_r)
{
	struct tt_apart_mails *const m = a->mails;

	if (!m || !m->has_mail)
		return false;
	*key_r = m->mail;
	while (m->has_mail && m->mail.mail == key_r->mail)
		m->has_mail = tt_sorter_next(m->joined, &m->mail);
	return true;
}

bool tt_book_has_joined(struct tt_book *b, int64_t mail)
{
	struct tt_apart_mails *const m = b->apart->mails;

	while (m->has_mail && m->mail.mail < mail)
		m->has_mail = tt_sorter_next(m->joined, &m->mail);
	return m->has_mail && m->mail.mail == mail;
}

/* ---- the join ---- */

bool tt_apart_is_stopped(const struct tt_apart *a)
{
	return a->mails && a->mails->is_stopped;
}

void tt_apart_mails_join(struct tt_apart *a, const int64_t *mails, size_t n)
{
	struct tt_apart_mails *const m = a->mails;

	if (n)
		tt_book_index(a->part);
	for (size_t i = 0; i < n && !m->is_stopped; i++)
		m->is_stopped = !m->joiner.join(m->joiner.ctx, mails[i],
						a->part);
}
