/* stamp_peer.h - what the from and by clauses say of hosts
 * (private to message) */
#ifndef TLSTRAIL_STAMP_PEER_H
#define TLSTRAIL_STAMP_PEER_H

#include <tlstrail/message.h>

/* Fills stamp->peer, the HELO and TCP_INFO slots and stamp->by_address from
 * slots and comments that are already there. */
void tt_stamp_read_peer(struct tt_stamp *stamp);

/* Does a comment begin as what a client said? */
bool tt_comment_is_sender(struct tt_slice text);

#endif
