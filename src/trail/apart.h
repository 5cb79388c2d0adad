/* apart.h - logs message by message (private to trail)
 *
 * What is told of a message needs the events that hang together with it and no
 * others, but for what its hosts are called and the contexts.  So events go to
 * a spool as they come, those of one id that come together in one piece (a
 * chunk), and memory has a row for each chunk at most:
 *
 *   apart.c        beginning and end
 *   apart_slab.c   events into chunks
 *   apart_rows.c   the rows that memory has, and their orders
 *   apart_event.c  an event as bytes
 *   apart_time.c   when it was, once all are known
 *   apart_mail.c   which mails hang together with which ids
 *   apart_part.c   what hangs together, as a book of its own
 *   apart_chain.c  which chunks hang together, and the order of messages
 *   apart_tell.c   messages in that order, each read again when it is due
 *   apart_back.c   or all of it back into memory
 *
 * Whatever names another id - "queued as", the next queue id of a filter - ties
 * two ids together, whether that join holds or not: it is judged when both are
 * read (book_node.c), as a book in memory would.  So does a mail whose stamps
 * and Message-ID name them. */
#ifndef TRAIL_APART_H
#define TRAIL_APART_H

#include <tlstrail/util/out.h>
#include <tlstrail/util/spool.h>

#include "book_parts.h"
#include "numbering.h"

/* Where something lies in the spool. */
struct tt_piece {
	uint64_t at, n; /* bytes */
};

/* Events of one id that came together. */
struct tt_chunk {
	uint64_t id; /* hash of it */
	struct tt_piece piece;
	/* Is it one node, whose first event is known by its raw time?  Then all
	 * are of one clock, and lie between least and most.  */
	bool is_plain;
	enum tt_log_time time;
	int years;
	uint32_t clock, origin;	  /* numbers */
	int64_t us, least, most; /* of the first event, of all */
	uint64_t off;		  /* of its line */
	uint64_t prefix;	  /* its queue id's first bytes */
};

/* One id names another. */
struct tt_tie {
	uint64_t id, next;
};

/* A piece of what hangs together, or, after all of those, a mail. */
struct tt_chain_piece {
	uint64_t chain; /* by where its first piece lies */
	struct tt_piece piece; /* of a mail: behind all others, of no bytes */
	int64_t mail;
	uint64_t is_tied; /* to another id, or its own; of each piece alike */
};

/* A mail names an id, or a Message-ID (as its hash). */
struct tt_mail_key {
	uint64_t key;
	int64_t mail;
};

/* Those whose two sides are there, while chains are looked for. */
struct tt_ties {
	struct tt_tie *v;
	size_t n, cap;
};

/* A message, by what it begins with: that order is tt_book_by_begin()'s, as far
 * as it goes. */
struct tt_apart_message {
	int64_t us;
	uint32_t path;	  /* rank */
	uint32_t begin_n; /* bytes of the piece, what it begins with: then its
			   * timeline follows; 0: the piece is its chunk */
	uint64_t off, prefix;
	struct tt_piece piece;
};

/* By how much the times of one day are moved, of one clock. */
struct tt_apart_day {
	bool is_known;
	int64_t number; /* of days, by the log */
	size_t clock;
	enum tt_log_time time;
	int years;
	int64_t by;
};

/* Events that wait for others of their id; apart_slab.c. */
struct tt_slab;

struct tt_apart {
	struct tt_trail_options options;
	struct tt_book *book;	/* whose it is */
	struct tt_book *part;	/* what is looked at: one chain */
	struct tt_spool *spool;
	struct tt_err err;	/* what was read is not what was written */
	struct tt_slab *slab;
	struct tt_sorter *chunks, *ties, *pieces, *messages;
	struct tt_apart_mails *mails; /* apart_mail.c; NULL: none is joined */

	struct tt_numbering clocks, levels, origins, rules;
	struct tt_numbering names, services; /* texts, by place and length */
	const struct tt_log_clock *year_clock; /* of the event before that ... */
	size_t year_number;		       /* ... lacks a year */
	TT_VEC(uint32_t) context_clocks; /* of the book's own events */
	struct tt_log_clock *guess;	 /* by clock: with the book's year */
	struct tt_apart_day day;	 /* of the event before */
	uint32_t *path_rank;		 /* by origin */

	struct tt_out bytes; /* timeline, while it is put */
	struct tt_apart_telling *telling; /* apart_tell.c */
};

/* ---- apart.c ---- */

void tt_apart_free(struct tt_apart **a);

/* ---- apart_slab.c ---- */

struct tt_slab *tt_slab_new(void);
void tt_slab_free(struct tt_slab **slab);
void tt_apart_take(struct tt_apart *a, const struct tt_event *e);
/* The last events into their chunks. */
void tt_apart_end(struct tt_apart *a);

/* ---- apart_rows.c ---- */

/* By id, and as they were written. */
struct tt_sorter *tt_apart_chunks_new(struct tt_spool *spool);
/* By their next ids. */
struct tt_sorter *tt_apart_ties_new(struct tt_spool *spool);
/* By chain; a chain's mails come last. */
struct tt_sorter *tt_apart_pieces_new(struct tt_spool *spool);
/* By what they begin with, as far as rows know it; 0: they begin alike. */
struct tt_sorter *tt_apart_messages_new(struct tt_spool *spool);
int tt_apart_by_known(const struct tt_apart_message *a,
		      const struct tt_apart_message *b);
/* Unless it is the last again. */
void tt_ties_add(struct tt_ties *ties, uint64_t id, uint64_t next);

/* ---- apart_mail.c; where there are no mails, of nothing ---- */

void tt_apart_mails_free(struct tt_apart *a);
/* The event's id may be met by its Message-ID. */
void tt_apart_name(struct tt_apart *a, uint64_t id, struct tt_slice message_id);
/* After the last event: ties by what mails name and logs have. */
void tt_apart_mails_tie(struct tt_apart *a, struct tt_ties *ties);
/* After that, for ids in their order: does any mail name it? */
bool tt_apart_mails_name(struct tt_apart *a, uint64_t id);
/* Mails that are tied to any chain, in their order, with one key that is. */
void tt_apart_mails_begin(struct tt_apart *a);
bool tt_apart_mails_next(struct tt_apart *a, struct tt_mail_key *key_r);
/* With the part, which is built. */
void tt_apart_mails_join(struct tt_apart *a, const int64_t *mails, size_t n);
/* Whoever joins wants no more. */
bool tt_apart_is_stopped(const struct tt_apart *a);

/* ---- apart_event.c ---- */

/* Texts of an event that it does not share with many. */
#define TT_APART_EACH_TEXT(X)             \
	X(queue_id, queue_id)           \
	X(ses_id, ses_id)               \
	X(host, host)                   \
	X(next_queue_id, next_queue_id) \
	X(message_id, message_id)       \
	X(sender, sender)               \
	X(recipient, recipient)         \
	X(about, about)                 \
	X(from_name, from.name)         \
	X(from_helo, from.helo)         \
	X(from_rdns, from.rdns)         \
	X(from_ip, from.ip)             \
	X(by_name, by.name)             \
	X(by_ip, by.ip)                 \
	X(cipher, cipher)               \
	X(text, text)
enum {
#define TT_APART_TEXT(name, member) TT_APART_##name,
	TT_APART_EACH_TEXT(TT_APART_TEXT)
#undef TT_APART_TEXT
		TT_APART_TEXTS
};

/* Where they begin in out. */
struct tt_apart_places {
	size_t queue_id, ses_id, host;
};
/* places_r may be NULL. */
void tt_apart_put(struct tt_apart *a, struct tt_out *out,
		  const struct tt_event *e, size_t clock,
		  struct tt_apart_places *places_r);
/* The next of *bytes, with the book's time; false: that was the last, or, where
 * a->err says so, no event. */
bool tt_apart_get(struct tt_apart *a, struct tt_slice *bytes,
		  struct tt_event *e_r, struct tt_arena *arena);
/* Bytes of the spool, in arena; false: they are not there. */
bool tt_apart_read(struct tt_apart *a, struct tt_piece piece,
		   struct tt_arena *arena, struct tt_slice *bytes_r);
/* Is all that was put aside what is read again? */
enum tt_status tt_apart_status(const struct tt_apart *a, struct tt_err *err);
bool tt_apart_is_failed(const struct tt_apart *a);

/* ---- apart_time.c ---- */

/* Which year its clock has is known at the end; 0: it has none. */
size_t tt_apart_clock(struct tt_apart *a, const struct tt_event *e);
/* After the last event: the years; then the contexts' times and order. */
void tt_apart_settle_clocks(struct tt_apart *a);
void tt_apart_settle_contexts(struct tt_apart *a);
void tt_apart_set_time(struct tt_apart *a, struct tt_event *e, size_t clock);

/* ---- apart_chain.c ---- */

/* After tt_apart_settle_clocks(): messages are in their order. */
void tt_apart_chain(struct tt_apart *a);

/* ---- apart_part.c ---- */

/* The part is empty, and takes events; then it is built. */
void tt_apart_part_begin(struct tt_apart *a);
bool tt_apart_part_add(struct tt_apart *a, struct tt_piece piece);
void tt_apart_part_build(struct tt_apart *a);
/* Hosts are called what any message says. */
void tt_apart_part_name(struct tt_apart *a);

/* ---- apart_tell.c ---- */

void tt_apart_tell_free(struct tt_apart *a);
/* The part's messages, which are many or hang together with others: each is
 * put into the spool as it is told. */
void tt_apart_conclude_part(struct tt_apart *a);
/* Messages are asked for once each, in their order. */
bool tt_apart_is_untold(struct tt_apart *a, size_t message);
bool tt_apart_timeline(struct tt_timeline *t, struct tt_apart *a,
		       struct tt_arena *arena, struct tt_diags *diags);
/* Of the message that is due; as tt_book_key(). */
struct tt_slice tt_apart_key(struct tt_apart *a, struct tt_arena *arena);
/* After the last of them: the rest of each log; as tt_book_list_rest(). */
size_t tt_apart_list_rest(struct tt_apart *a, struct tt_book_rest **rest_r);

#endif
