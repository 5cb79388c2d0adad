/* field_ends.h - where the fields of a header block end (private to message)
 *
 * An LF ends a field where no fold is behind it: a space or a tab (RFC 5322,
 * 2.2.3). */
#ifndef TLSTRAIL_FIELD_ENDS_H
#define TLSTRAIL_FIELD_ENDS_H

#include <tlstrail/util.h>

/* Places of such LFs in the block, from `from` on, in order; at most `most`,
 * which is not 0.  Where there are fewer, no more come behind them. */
size_t tt_field_ends(struct tt_slice block, size_t from, size_t *ends_r,
		     size_t most);

/* The implementations, for the test that they agree. */
struct tt_field_ends_variant {
	const char *name;
	size_t (*find)(struct tt_slice block, size_t from, size_t *ends_r,
		       size_t most);
	bool (*is_there)(void);
};
extern const struct tt_field_ends_variant tt_field_ends_variants[];
extern const size_t tt_n_field_ends_variants; /* best first */

#endif
