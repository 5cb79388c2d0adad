/* joining.h - a mail's stamps while they meet the book (private to trail)
 *
 * What is found for a stamp is written down first and told at the end, when
 * all is known: no join depends on the order of the stamps. */
#ifndef TRAIL_JOINING_H
#define TRAIL_JOINING_H

#include "book.h"

struct joined {
	const struct tt_log_leg *leg;	/* NULL: none */
	const struct tt_log_leg *sent;	/* the sender's account, where the book
					 * does not know that it is of `leg` */
	const struct tt_log_node *node; /* its receiver's */
	const struct tt_log_node *ses;	/* who handed over was SES */
	const char *key;		/* by which leg was found */
	const char *why; /* no other key did, though a log has the
			  * Message-ID; NULL: none has */
	bool has_more; /* more of them than are looked at */
};

/* A host's clock, as its own stamp settled it. */
struct host_clock {
	struct tt_slice host;
	const struct tt_log_clock *of;
	struct tt_log_clock clock;
};

struct join {
	struct tt_work *w;
	const struct tt_book *book;
	struct joined *stamp; /* by hop */
	TT_VEC(struct host_clock) clocks;
};

static inline bool tt_join_is_stamped(const struct join *j,
				      const struct tt_log_node *n)
{
	for (size_t i = 0; i < j->w->t->hops.n; i++)
		if (j->stamp[i].node == n)
			return true;
	return false;
}

/* Who handed over to the stamp; NULL: no log tells. */
static inline const struct tt_log_node *
tt_join_before(const struct joined *to)
{
	if (to->ses)
		return to->ses;
	if (to->leg && to->leg->from)
		return to->leg->from;
	if (to->sent)
		return to->sent->from;
	return to->node ? to->node->parent : NULL;
}

/* ---- log_clock.c ---- */

/* NULL: no stamp told; the event's own is to be used. */
const struct tt_log_clock *tt_join_clock(const struct join *j,
					 const struct tt_event *e);
/* Seconds between both; 0 for an event without a time. */
int64_t tt_join_apart(const struct tt_event *e,
		      const struct tt_log_clock *clock, int64_t unix_s,
		      int64_t *unsure_r);
/* The event's clock (it has one) with what a stamp of the same transfer says:
 * the year that brings both together, and, where it is the host's own, its
 * zone. */
struct tt_log_clock tt_join_learn(const struct tt_event *e,
				  const struct tt_hop *hop, bool is_own);
/* The hop has a time. */
bool tt_join_is_near(const struct tt_hop *hop, const struct tt_event *e,
		     const struct tt_log_clock *clock);
/* Are stamp and event of one time?  Then the host's clock is known. */
bool tt_join_is_time(struct join *j, const struct tt_hop *hop,
		     const struct tt_event *e);
/* Is the stamp of when the sender says it sent? */
bool tt_join_is_sent(const struct join *j, const struct tt_hop *hop,
		     const struct tt_event *d);

/* ---- log_join.c ---- */

/* Is it the mail's, or is one of them not known? */
bool tt_join_is_message(struct join *j, struct tt_slice message_id);
/* When the node took the message, as far as it tells; NULL: no event. */
const struct tt_event *tt_join_time_event(const struct tt_log_node *n);

/* ---- log_key.c ---- */

/* Stamps that no id joins, by what handed over to the next, or by Message-ID,
 * peer and time. */
void tt_join_by_message(struct join *j);

#endif
