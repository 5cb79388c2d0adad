/* utf8.h - reading one code point (private to util) */
#ifndef TLSTRAIL_UTF8_H
#define TLSTRAIL_UTF8_H

#include <tlstrail/util/slice.h>

/* Length in bytes of the code point at s.p[0] and its value; 0 where the
 * bytes are not UTF-8 as RFC 3629 has it (no overlong forms, no surrogates,
 * nothing above U+10FFFF). */
size_t tt_utf8_next(struct tt_slice s, uint32_t *code_r);

#endif
