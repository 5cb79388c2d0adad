/* util/heap.h - how the system's memory is asked for */
#ifndef TLSTRAIL_UTIL_HEAP_H
#define TLSTRAIL_UTIL_HEAP_H

/* Once, before anything is allocated: what was freed stays with the process up
 * to a few MiB, and more is asked for in steps of some size. */
void tt_heap_begin(void);

#endif
