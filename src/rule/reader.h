/* reader.h - one stamp on its way through the rule set (private to rule) */
#ifndef TLSTRAIL_READER_H
#define TLSTRAIL_READER_H

#include "rules.h"

struct tt_stamp_reader {
	struct tt_matcher *m;
	const struct tt_rules *rules;
	const struct tt_stamp *s;
	struct tt_hits hits;
	struct tt_places there; /* slots that are, places that have comments */
	struct tt_arena *arena;
	struct tt_diags *diags;
	struct tt_reading *r;
	const struct tt_writer *writer; /* the generic one where none fits */
	int year;
};

/* cond.c: does the condition hold?  match_r->m is set where a pattern
 * matched. */
bool tt_cond_holds(struct tt_stamp_reader *rd, const struct tt_cond *c,
		   struct tt_match *match_r);
/* All conditions of one alternative: the first match, and the version any of
 * them found. */
bool tt_alternative_fits(struct tt_stamp_reader *rd,
			 const struct tt_identify *alt, struct tt_slice *span_r,
			 struct tt_slice *version_r);
/* One alternative of the list. */
bool tt_any_fits(struct tt_stamp_reader *rd, const struct tt_identify *v,
		 size_t n);

/* identify.c: who wrote the stamp. */
void tt_read_writer(struct tt_stamp_reader *rd);

/* peer.c: names and addresses, as this writer places them. */
void tt_read_peer(struct tt_stamp_reader *rd);
enum tt_peer_class tt_peer_class_of(const struct tt_reading *r);

/* sender.c: markers where the sender writes. */
void tt_read_sender_text(struct tt_stamp_reader *rd);

/* words.c: what the `with` word means. */
void tt_read_word(struct tt_stamp_reader *rd);

#endif
