/* mailstore.c - which store do these names announce?
 *
 * A store is known by names alone: nothing is opened. */
#include "mailstore.h"

static int bid_any(const struct tt_name *v, size_t n)
{
	(void)v;
	(void)n;
	return 1;
}

const struct tt_mailstore tt_mailstores[] = {
	{ "Maildir", tt_maildir_bid, tt_maildir_use, tt_maildir_order,
	  tt_maildir_is_mail },
	{ "mh", tt_mh_bid, tt_mh_use, tt_mh_order, tt_mh_is_mail },
	{ "directory", bid_any, tt_mailstore_use, tt_mailstore_order,
	  tt_mailstore_is_mail },
};
const size_t tt_n_mailstores =
	sizeof(tt_mailstores) / sizeof(tt_mailstores[0]);

const struct tt_mailstore *tt_mailstore_choose(const struct tt_name *v,
					       size_t n)
{
	const struct tt_mailstore *best = NULL;
	int best_bid = 0;

	for (size_t i = 0; i < tt_n_mailstores; i++) {
		const int bid = tt_mailstores[i].bid(v, n);

		if (bid > best_bid) {
			best_bid = bid;
			best = &tt_mailstores[i];
		}
	}
	return best;
}
