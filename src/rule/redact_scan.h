/* redact_scan.h - an at sign, and how far the address around it reaches
 *
 * Places are offsets in s; lo is where the search backward ends.  Owns
 * nothing, cannot fail.  RFC 5322, 3.4.1, and what mail programs write. */
#ifndef RULE_REDACT_SCAN_H
#define RULE_REDACT_SCAN_H

#include <tlstrail/util.h>

/* Bytes of the at sign at i, %40, =40, &#64; and &commat; among them; 0: none
 * stands there. */
size_t tt_at_sign(struct tt_slice s, size_t i);
/* Where the local part before the at sign begins; `at`: there is none. */
size_t tt_local_before(struct tt_slice s, size_t lo, size_t at);
/* The same before a cut: also from a quote or bracket that is still open. */
size_t tt_local_before_cut(struct tt_slice s, size_t lo, size_t cut);
/* Does < or &lt; end before i? */
bool tt_is_bracket_before(struct tt_slice s, size_t lo, size_t i);
/* The end of the comment that begins at i; i: none, or one in which something
 * stands that is to be taken by itself. */
size_t tt_skip_comment(struct tt_slice s, size_t i);
/* The domain behind an at sign that ends before i: [*from_r, returned). */
size_t tt_domain_behind(struct tt_slice s, size_t i, bool is_bracketed,
			size_t *from_r);
/* The end of an encoded word that begins at i; i: none does. */
size_t tt_encoded_word(struct tt_slice s, size_t i);

#endif
