/* paste.h - pasted header text becomes a header block again
 *
 * What comes over a clipboard was quoted, numbered, indented, wrapped,
 * encoded or reversed on the way.  Each repair takes back one such change and
 * is a NOTE diag that says how often it was made and where first.  A repair
 * only takes away decoration, decodes what stood encoded, and joins lines
 * that belong together: no letter comes from anywhere but the paste.  Where
 * two readings are possible the poorer one is kept and told (paste-unsure).
 *
 * Every byte of the repaired block knows the bytes of the paste it came from,
 * so that evidence quotes the paste as it was pasted. */
#ifndef TLSTRAIL_MESSAGE_PASTE_H
#define TLSTRAIL_MESSAGE_PASTE_H

#include <tlstrail/util.h>

struct tt_paste {
	struct tt_slice pasted;	 /* borrowed from the caller */
	struct tt_slice block;	 /* the header block: pasted itself, or a
				  * repaired copy in the arena */
	struct tt_slice body;	 /* what follows it and the blank line, as
				  * pasted */
	bool is_body_intact; /* no repair was of a damage that its lines must
			      * have as well */
	/* Byte i of the block came from pasted[from[i] .. + width[i]); NULL
	 * where nothing was repaired.  Width 0: a space put in between. */
	const uint32_t *from;
	const uint8_t *width;
	size_t first_diag; /* diags from here on count in the block */
};

/* Never fails: text that gets no better by it stays as it is. */
void tt_paste_repair(struct tt_paste *paste_r, struct tt_slice pasted,
		     struct tt_arena *arena, struct tt_diags *diags);

/* The bytes of the paste that block[off .. off + n) came from. */
struct tt_slice tt_paste_span(const struct tt_paste *paste, uint64_t off,
			      uint64_t n, uint64_t *off_r);

#endif
