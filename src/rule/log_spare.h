/* log_spare.h - blocks of one size that were given back (private to rule)
 *
 * The last one first: it is still in the caches.  malloc() keeps seven of a
 * size at hand, and a log's sessions come and go by dozens. */
#ifndef TLSTRAIL_LOG_SPARE_H
#define TLSTRAIL_LOG_SPARE_H

#include <tlstrail/util.h>

#define TT_LOG_SPARE 64

struct tt_log_spare {
	void *block[TT_LOG_SPARE];
	size_t n;
};

static inline void *tt_log_spare_get(struct tt_log_spare *s, size_t size)
{
	return s->n ? s->block[--s->n] : tt_malloc(size);
}

static inline void tt_log_spare_put(struct tt_log_spare *s, void *block)
{
	if (s->n < TT_LOG_SPARE)
		s->block[s->n++] = block;
	else
		tt_free_(block);
}

static inline void tt_log_spare_release(struct tt_log_spare *s)
{
	while (s->n)
		tt_free_(s->block[--s->n]);
}

#endif
