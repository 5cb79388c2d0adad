/* book_parts.h - between the files that make up the book (private to trail) */
#ifndef TRAIL_BOOK_PARTS_H
#define TRAIL_BOOK_PARTS_H

#include "book.h"

/* ---- book_order.c ---- */

/* Times, by the year that each host's logs are guessed to be of; then order,
 * and every event once. */
void tt_book_order(struct tt_book *b);
/* Whose log the event is of. */
struct tt_log_host *tt_book_host(struct tt_book *b, const struct tt_event *e);
size_t tt_book_hash(struct tt_slice id);
int64_t tt_book_time(const struct tt_event *e); /* microseconds */
enum tt_evidence_kind tt_book_evidence(const struct tt_event *e);
/* What names its message on its host; n 0: nothing does. */
struct tt_slice tt_book_id(const struct tt_event *e);
/* 0: two accounts of one thing.  And by where they stand. */
int tt_book_by_content(const struct tt_event *a, const struct tt_event *b);
int tt_book_by_place(const struct tt_event *a, const struct tt_event *b);

/* ---- book_node.c ---- */

/* Nodes, legs and messages of the events in their order. */
void tt_book_build(struct tt_book *b);

#endif
