/* text.h - short texts of ours, in a buffer
 *
 * A text that does not fit ends in TT_CUT_MARK, so that nobody takes what is
 * left for all there was: whoever reads it sees the cut, and --redact knows
 * that what stands before it may be half an address. */
#ifndef TLSTRAIL_UTIL_TEXT_H
#define TLSTRAIL_UTIL_TEXT_H

#include <stdarg.h>
#include <tlstrail/util/err.h>
#include <tlstrail/util/slice.h>

#define TT_CUT_MARK "\xe2\x80\xa6" /* an ellipsis */

/* As vsnprintf() into buf, always terminated; returns the length of what is
 * there.  size is more than sizeof(TT_CUT_MARK). */
size_t tt_text_vformat(char *buf, size_t size, const char *fmt, va_list ap)
	__attribute__((format(printf, 3, 0)));
size_t tt_text_format(char *buf, size_t size, const char *fmt, ...)
	TT_PRINTF(3, 4);

#endif
