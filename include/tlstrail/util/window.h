/* tlstrail/util/window.h - memory that files are read into */
#ifndef TLSTRAIL_UTIL_WINDOW_H
#define TLSTRAIL_UTIL_WINDOW_H

#include <stddef.h>

#define TT_CACHE_LINE 64

/* As tt_malloc(), n > 0, at the beginning of a line of the cache: the kernel
 * copies faster to such a place.  tt_realloc() may move it elsewhere. */
void *tt_window_new(size_t n);

#endif
