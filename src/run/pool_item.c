/* pool_item.c - items that wait for a worker or are in one's hands */
#include "pool.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* ---- queues ---- */

void tt_queue_init(struct tt_pool_queue *q)
{
	*q = (struct tt_pool_queue){ 0 };
	q->last = &q->first;
}

void tt_queue_push(struct tt_pool_queue *q, struct tt_pool_item *item)
{
	item->next = NULL;
	*q->last = item;
	q->last = &item->next;
	q->n++;
	q->size += item->size;
}

struct tt_pool_item *tt_queue_pop(struct tt_pool_queue *q)
{
	struct tt_pool_item *const item = q->first;

	if (!item)
		return NULL;
	q->first = item->next;
	if (!q->first)
		q->last = &q->first;
	q->n--;
	q->size -= item->size;
	return item;
}

void tt_queue_put_back(struct tt_pool_queue *to, struct tt_pool_queue *from)
{
	if (!from->first)
		return;
	*from->last = to->first;
	if (!to->first)
		to->last = from->last;
	to->first = from->first;
	to->n += from->n;
	to->size += from->size;
	tt_queue_init(from);
}

/* ---- items ---- */

static void close_all(struct tt_entry *entries, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (entries[i].fd >= 0)
			close(entries[i].fd);
		entries[i].fd = -1;
	}
}

/* What is known of a file that is given: where it stands, and whether it can
 * be read again. */
static void take_file(struct tt_pool_item *item, struct tt_entry *e)
{
	const bool is_file = e->st && S_ISREG(e->st->st_mode);
	const int64_t at = is_file ? lseek(e->fd, 0, SEEK_CUR) : -1;

	item->fds[item->n] = e->fd;
	item->at[item->n++] = at;
	item->can_retry &= at >= 0;
	item->size += at >= 0 ? (uint64_t)e->st->st_size : UINT32_MAX;
	e->fd = -1;
}

enum tt_status tt_pool_item_new(struct tt_pool *pool,
				struct tt_pool_item **item_r,
				struct tt_entry *entries, size_t n,
				uint32_t note, void *tag, struct tt_err *err)
{
	struct tt_pool_item *item = tt_zalloc(sizeof(*item));

	tt_out_init(&item->message, -1);
	*item_r = item;
	if (tt_item_pack(&item->message, entries, n, note, err) < 0) {
		tt_out_release(&item->message);
		tt_free(item_r);
		close_all(entries, n);
		return TT_LIMIT;
	}
	item->tag = tag;
	item->serial = ++pool->n_given;
	item->can_retry = true;
	item->fds = tt_zalloc(tt_mul_size(n, sizeof(*item->fds)));
	item->at = tt_zalloc(tt_mul_size(n, sizeof(*item->at)));
	for (size_t i = 0; i < n; i++)
		take_file(item, &entries[i]);
	pool->n_files += n;
	return TT_OK;
}

void tt_pool_item_done(struct tt_pool *pool, struct tt_pool_item *item,
		       enum tt_item_end end)
{
	for (size_t i = 0; i < item->n; i++)
		close(item->fds[i]);
	pool->n_files -= item->n;
	pool->o.sink.done(pool->o.sink.ctx, item->tag, end);
	tt_out_release(&item->message);
	tt_free(&item->fds);
	tt_free(&item->at);
	tt_free(&item);
}

bool tt_pool_item_rewind(const struct tt_pool_item *item)
{
	for (size_t i = 0; i < item->n; i++)
		if (lseek(item->fds[i], item->at[i], SEEK_SET) < 0)
			return false;
	return true;
}
