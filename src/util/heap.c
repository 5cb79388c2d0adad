/* heap.c - what malloc keeps, and what it gives back
 *
 * By itself glibc gives back what is free at the end of the heap as soon as
 * that is 128 KiB, and takes blocks of that size from the system one by one.
 * Where pages of SQLite's and messages come and go there, the same memory is
 * taken, cleared by the kernel and given back some hundred times in a scan of
 * ten thousand messages. */
#include <malloc.h>
#include <tlstrail/util/heap.h>

#define STEP_BYTES (256 * 1024)
#define KEPT_BYTES (2 * 1024 * 1024)
/* From here on each block is the system's: few, and kept for long. */
#define LARGE_BYTES (1024 * 1024)

void tt_heap_begin(void)
{
#ifdef M_TRIM_THRESHOLD
	(void)mallopt(M_TRIM_THRESHOLD, KEPT_BYTES);
	(void)mallopt(M_TOP_PAD, STEP_BYTES);
	(void)mallopt(M_MMAP_THRESHOLD, LARGE_BYTES);
#endif
}
