/* log_ses.c - which stamp, and which of SES's deliveries, are one transfer
 *
 * The message id that SES gives is in the mail for all to read and copy, and
 * one message goes to many recipients: it is not enough.  The stamp's peer
 * must be where SES says it sent from, and of several deliveries the one is
 * taken that the stamp names; another recipient's may have been by another
 * TLS version. */
#include "book.h"
#include "sift.h"

#define US INT64_C(1000000)

struct tt_slice tt_log_ses_id(struct tt_slice message_id)
{
	const size_t from = message_id.n && *message_id.p == '<';
	const size_t at = tt_slice_chr(message_id, '@');

	if (at == SIZE_MAX ||
	    !tt_slice_iends(message_id, TT_S(".amazonses.com>")))
		return TT_NO_SLICE;
	return tt_slice_sub(message_id, from, at - from);
}

const struct tt_log_node *tt_log_ses_node(const struct tt_book *book,
					  struct tt_slice message_id)
{
	const struct tt_log_node *n =
		tt_book_node(book, tt_log_ses_id(message_id));

	while (n && !n->is_ses)
		n = n->same;
	return n;
}

/* ---- the stamp's peer ---- */

/* A HELO is anybody's word: it counts only where the stamp says nothing else
 * of its peer. */
static bool is_ses_host(const struct tt_hop *hop)
{
	const struct tt_slice domain = TT_S(".amazonses.com");

	return tt_slice_iends(hop->from.rdns, domain) ||
	       (hop->from.ip.n == 0 && hop->from.rdns.n == 0 &&
		tt_slice_iends(hop->from.name, domain));
}

/* Is the event's address the stamp's peer?  Where one of them names none, it
 * must be a host of SES. */
static bool is_ses_peer(const struct tt_hop *hop, const struct tt_event *d)
{
	struct tt_ip a, b;

	if (d->from.ip.n && hop->from.ip.n)
		return tt_ip_parse(d->from.ip, &a) &&
		       tt_ip_parse(hop->from.ip, &b) && tt_ip_eq(&a, &b);
	return is_ses_host(hop);
}

/* How long after the event the stamp was written, in seconds. */
static bool is_after(const struct tt_hop *hop, const struct tt_event *e,
		     int64_t most)
{
	int64_t us, unsure;

	if (!hop->has_time || !tt_event_time(e, NULL, &us, &unsure))
		return true;
	const int64_t s = hop->time_unix - us / US;

	unsure += (int64_t)TT_MAX_join_window;
	return s >= -unsure && (most < 0 || s <= most + unsure);
}

/* ---- the delivery ---- */

static bool has_recipient(const struct tt_log_leg *leg, struct tt_slice to)
{
	for (size_t i = 0; i < leg->delivers.n; i++)
		if (tt_slice_ieq(leg->delivers.v[i]->recipient, to))
			return true;
	return false;
}

/* How surely the stamp tells of this delivery; 0: it tells of another. */
static int rank(const struct tt_hop *hop, const struct tt_log_leg *leg)
{
	const struct tt_event *const d = leg->delivers.v[0];
	const struct tt_slice to = hop->for_.n ? hop->for_ : hop->recipient;

	if (hop->id.n && tt_slice_eq(d->next_queue_id, hop->id))
		return 4;
	if (to.n)
		return has_recipient(leg, to) ? 3 : 0;
	if (hop->by.ip.n && tt_slice_eq(d->by.ip, hop->by.ip))
		return 2;
	return 1;
}

/* To several recipients at once: one answer at one time. */
static bool is_one_transfer(const struct tt_log_leg *x,
			    const struct tt_log_leg *y)
{
	const struct tt_event *const a = x->delivers.v[0];
	const struct tt_event *const b = y->delivers.v[0];

	return a->time_us == b->time_us && tt_slice_eq(a->text, b->text) &&
	       tt_slice_eq(a->by.ip, b->by.ip);
}

bool tt_log_ses_hop(const struct tt_hop *hop, const struct tt_log_node *n,
		    const struct tt_log_leg **leg_r)
{
	const struct tt_log_leg *best = NULL;
	bool is_peer = false, is_clear = true;
	int most = 0;

	*leg_r = NULL;
	for (size_t i = 0; i < n->out.n; i++) {
		const struct tt_log_leg *const leg = n->out.v[i];
		const struct tt_event *const d = leg->delivers.v[0];
		const int r = rank(hop, leg);

		if (!is_ses_peer(hop, d) || !is_after(hop, d, 0))
			continue;
		is_peer = true;
		if (r > most) {
			most = r;
			best = leg;
			is_clear = true;
		} else if (r == most && best) {
			is_clear &= is_one_transfer(best, leg);
		}
	}
	if (is_clear)
		*leg_r = best;
	if (n->out.n)
		return is_peer;
	/* Only how it came to SES is known: it may have waited there. */
	return is_ses_host(hop) &&
	       (!n->in || !n->in->accept || is_after(hop, n->in->accept, -1));
}
