/* base64.h - a text in base64, all of it at hand (RFC 4648)
 *
 * For texts that software wrote, where what does not belong to base64 means
 * that something is missing; the parts of a mail are read as RFC 2045 has it
 * (message/parts.h). */
#ifndef TLSTRAIL_MESSAGE_BASE64_H
#define TLSTRAIL_MESSAGE_BASE64_H

#include <tlstrail/util.h>

/* Line ends and blanks are passed over.  `out` has room for s.n bytes; *n_r is
 * how many came.  Returns how many bytes of s are whole quanta, padding and
 * what was passed over; fewer than s.n: what stands there does not belong, or
 * the last quantum is cut. */
size_t tt_base64_decode(struct tt_slice s, uint8_t *out, size_t *n_r);

#endif
