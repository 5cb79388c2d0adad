/* book.h - the events of all logs, as nodes and legs (private to trail)
 *
 * A node is a message on one host: a queue id there.  A leg is a transfer: the
 * receiver's account of it (accept), the sender's (deliver), or both.  What a
 * host did with a message by itself (a filter's second pass, a forward) links
 * two nodes without a leg. */
#ifndef TRAIL_BOOK_H
#define TRAIL_BOOK_H

#include <tlstrail/trail/join.h>

#include "work.h"

struct tt_log_leg;

/* What a host is called, and its address; n 0: not known. */
struct tt_log_name_ip {
	struct tt_slice name, ip;
};

/* A host as its peers call it: a log has a short name, or none. */
struct tt_log_host {
	struct tt_slice place; /* the log's name for it, or the log's path */
	struct tt_log_name_ip called; /* by any message */
	/* With what the node begins that told so, and whether it was not its
	 * own leg that did: of what two books say, the first holds. */
	const struct tt_event *called_by;
	bool is_called_late;
	int year; /* the latest that its logs are guessed to be of */
	struct tt_log_host *next;
};

struct tt_log_node {
	struct tt_slice host, queue_id; /* is_ses: the SES message id, and
					 * what the first event names */
	bool is_ses;
	bool is_unstamped; /* no stamp has its queue id */
	struct tt_slice about; /* what it was sent by; n 0: not logged */
	struct tt_log_host *known;
	struct tt_slice message_id; /* n 0: not logged */
	struct tt_log_leg *in;	    /* NULL: not known how it came */
	struct tt_log_node *parent; /* whom it went on from, on this host */
	TT_VEC(struct tt_log_leg *) out;
	TT_VEC(const struct tt_event *) attempts;
	TT_VEC(const struct tt_event *) events;
	size_t message;		  /* which of the book's */
	struct tt_log_node *next; /* of that message */
	struct tt_log_node *same; /* the next of this queue id */
	struct tt_log_node *same_message; /* ... of this Message-ID */
};

struct tt_log_leg {
	struct tt_log_node *from, *to; /* NULL: no log of that side */
	const struct tt_event *accept; /* NULL: no log of the receiver */
	TT_VEC(const struct tt_event *) also; /* it has two (CloudTrail) */
	TT_VEC(const struct tt_event *) delivers; /* one for each recipient */
	struct tt_log_leg *same; /* the next of this next queue id */
};

struct tt_apart; /* apart.h */

struct tt_book {
	struct tt_arena arena;
	struct tt_sift *sift;	/* NULL: every event is kept */
	struct tt_apart *apart; /* not here, but there; or NULL */
	TT_VEC(struct tt_event *) events;
	TT_VEC(struct tt_book_rest) left_out; /* by the sift; by log */
	TT_VEC(struct tt_log_node *) nodes;
	TT_VEC(struct tt_log_leg *) legs;
	size_t n_accepts; /* of legs, the first: those that a node begins */
	TT_VEC(const struct tt_event *) context; /* of no one message */
	struct tt_log_host **hosts;		 /* chains */
	size_t n_hosts;				 /* of them */
	struct tt_log_node **by_id; /* open addressing over queue ids */
	struct tt_log_leg **by_next; /* ... and next queue ids, of legs whose
				      * receiver no log tells of */
	struct tt_log_node **by_message; /* ... and Message-IDs */
	size_t mask, message_mask;
	uint64_t n_cut;
	TT_VEC(struct tt_log_node *) first; /* of each message */
	/* Joined with a mail, by whichever thread. */
	_Atomic bool *is_told;
	_Atomic bool *is_context_told; /* by index of context */
};

/* The first node of a queue id; others by ->same.  NULL: none. */
struct tt_log_node *tt_book_node(const struct tt_book *book,
				 struct tt_slice queue_id);
/* The same of legs by what the receiver called the message. */
struct tt_log_leg *tt_book_leg(const struct tt_book *book,
			       struct tt_slice next_queue_id);
/* ... of a Message-ID, others by ->same_message; arena for its plain form. */
struct tt_log_node *tt_book_by_message(const struct tt_book *book,
				       struct tt_slice message_id,
				       struct tt_arena *arena);
/* What the node's host is called by the logs of the node's own message: what
 * is told of a mail does not depend on which other messages the book has. */
struct tt_log_name_ip tt_book_called(const struct tt_book *book,
				     const struct tt_log_node *n);
/* Do two names mean one host: equal, or one is the other's first label? */
bool tt_log_is_host(struct tt_slice a, struct tt_slice b);
/* Are two Message-IDs one, as logs spell them (without brackets, octal)? */
bool tt_log_is_id(struct tt_arena *arena, struct tt_slice a,
		  struct tt_slice b);
/* Could both have been at one time, give or take what is not known of their
 * clocks?  Clocks that are not NULL know better than the events' own. */
bool tt_log_is_near(const struct tt_event *a, const struct tt_log_clock *ca,
		    const struct tt_event *b, const struct tt_log_clock *cb);

/* ---- log_context.c ---- */

/* One of the book's, of no one message. */
void tt_log_context(struct tt_timeline *t, const struct tt_book *book,
		    size_t i, struct tt_arena *arena);
/* What is told beside the hops of the node's message. */
void tt_log_contexts(struct tt_timeline *t, const struct tt_book *book,
		     const struct tt_log_node *n, struct tt_arena *arena);
/* Reports on TLS with the domains that the hops went to; after the hops. */
void tt_log_reports(struct tt_timeline *t, const struct tt_book *book,
		    struct tt_arena *arena);

/* log_ses.c: SES's account of a mail, known by its Message-ID; NULL: none. */
const struct tt_log_node *tt_log_ses_node(const struct tt_book *book,
					  struct tt_slice message_id);
/* Did the hop take the message from SES?  Then *leg_r is which of its
 * deliveries that was, or NULL where nothing tells which. */
bool tt_log_ses_hop(const struct tt_hop *hop, const struct tt_log_node *n,
		    const struct tt_log_leg **leg_r);

/* log_hop.c: legs become hops, or witnesses of them. */

/* A hop that only logs know; index 0.  book: as tt_book_called(); NULL: hosts
 * are called what any message says. */
void tt_log_hop(struct tt_hop *hop, const struct tt_log_leg *leg,
		const struct tt_book *book,
		const struct tt_log_clock *clock, const char *key,
		const struct tt_rules *rules, struct tt_arena *arena);
/* What the logs say of a hop that a stamp tells; key is that of the receiver's
 * log, or of the sender's where no other is there. */
void tt_log_witness(struct tt_work *w, size_t i, const struct tt_log_leg *leg,
		    const char *key);
/* What is odd in what logs say: where those of a hop that only they know
 * differ, and in versions and suites; after all of them. */
void tt_log_oddities(struct tt_work *w);
/* Was the attempt one before the success of the leg: to one of its recipients,
 * or, where it names none, no later? */
bool tt_log_is_try(const struct tt_log_leg *leg, const struct tt_event *e);
/* A try that carried nothing. */
struct tt_attempt tt_log_attempt(const struct tt_event *e,
				 const struct tt_log_clock *clock,
				 struct tt_arena *arena);

#endif
