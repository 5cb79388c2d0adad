/* book_parts.h - between the files that make up the book (private to trail) */
#ifndef TRAIL_BOOK_PARTS_H
#define TRAIL_BOOK_PARTS_H

#include <tlstrail/util/slots.h>

#include "book.h"

/* ---- book_order.c ---- */

/* Before the first tt_book_host(): so many chains, a power of two. */
void tt_book_begin_hosts(struct tt_book *b, size_t n);
/* Times, by the year that each host's logs are guessed to be of; then order,
 * and every event once. */
void tt_book_order(struct tt_book *b);
/* That order alone, where times are known. */
void tt_book_drop_copies(struct tt_book *b);
/* Is it of a year that nobody wrote? */
bool tt_book_is_year_guessed(const struct tt_event *e);
/* Whose log the event is of. */
struct tt_log_host *tt_book_host(struct tt_book *b, const struct tt_event *e);
struct tt_log_host *tt_book_host_at(struct tt_book *b, struct tt_slice place);
/* The same, or NULL. */
struct tt_log_host *tt_book_find_host(const struct tt_book *b,
				      struct tt_slice place);
size_t tt_book_hash(struct tt_slice id);
int64_t tt_book_time(const struct tt_event *e); /* microseconds */
enum tt_evidence_kind tt_book_evidence(const struct tt_event *e);
bool tt_book_is_transfer(const struct tt_event *e);
/* The first eight bytes, in an order like that of the whole. */
uint64_t tt_book_prefix(struct tt_slice id);
/* What names its message on its host; n 0: nothing does. */
struct tt_slice tt_book_id(const struct tt_event *e);
/* 0: two accounts of one thing.  And by where they stand. */
int tt_book_by_content(const struct tt_event *a, const struct tt_event *b);
int tt_book_by_place(const struct tt_event *a, const struct tt_event *b);

/* ---- log_message.c: of a book whose events are in memory ---- */

/* As tt_book_is_untold() and tt_book_timeline(). */
bool tt_log_is_untold(const struct tt_book *b, size_t message);
bool tt_log_message(struct tt_timeline *t, const struct tt_book *book,
		    size_t message, const struct tt_trail_options *options,
		    struct tt_arena *arena, struct tt_diags *diags);

/* Of a message that begins so; as tt_book_key(). */
struct tt_slice tt_book_begin_key(const struct tt_event *e,
				  struct tt_arena *arena);

/* ---- log_rest.c ---- */

/* How much of each log is told, while it is counted. */
struct tt_counting {
	struct tt_arena *arena;
	TT_VEC(struct tt_book_rest) list;
	size_t last;	      /* one log's events often follow each other */
	struct tt_slots slots; /* of list, by origin */
};
void tt_count_node(struct tt_counting *c, const struct tt_log_node *n,
		   bool is_told);
/* With the book's contexts; as tt_book_list_rest(). */
size_t tt_count_list(struct tt_counting *c, const struct tt_book *b,
		     struct tt_book_rest **rest_r);

/* The same of a book in memory. */
size_t tt_log_list_rest(const struct tt_book *b, struct tt_arena *arena,
			struct tt_book_rest **rest_r);

/* ---- book_node.c ---- */

/* Nodes, legs and messages of the events in their order. */
void tt_book_build(struct tt_book *b);
/* Then, where mail is to be joined: legs and nodes by what it names. */
void tt_book_index(struct tt_book *b);
/* Which of two messages begins first: as their first lines stand in time, and
 * in the logs.  qsort()'s. */
int tt_book_by_begin(const struct tt_event *a, const struct tt_event *b);

#endif
