/* log_kept.c - lines that are kept for what follows them
 *
 * One piece of memory each: the line, where in it its fields stand, and behind
 * it what was decoded and stands nowhere in it.  A line has a few of the fields
 * that there are, and a log's sessions are many. */
#include <string.h>

#include "log.h"

#define STEP ((size_t)64)

static struct tt_slice text_of(const struct tt_log_kept *k, size_t i)
{
	return (struct tt_slice){ k->raw.p + k->field[i].at, k->field[i].n };
}

struct tt_slice tt_log_kept_field(const struct tt_log_kept *k,
				  enum tt_log_field field)
{
	for (size_t i = 0; i < k->n_fields; i++)
		if (k->field[i].id == field)
			return text_of(k, i);
	return TT_NO_SLICE;
}

void tt_log_kept_fields(const struct tt_log_kept *k,
			struct tt_slice field_r[TT_LF_COUNT])
{
	memset(field_r, 0, TT_LF_COUNT * sizeof(*field_r));
	for (size_t i = 0; i < k->n_fields; i++)
		field_r[k->field[i].id] = text_of(k, i);
}

static bool stands_in(struct tt_slice raw, struct tt_slice s)
{
	const uintptr_t from = (uintptr_t)raw.p, at = (uintptr_t)s.p;

	return at >= from && at - from <= raw.n && s.n <= raw.n - (at - from);
}

/* The fields there are, and where they will stand; returns how many bytes
 * behind the line are needed for those that do not stand in it. */
static size_t place_fields(const struct tt_log_reading *c,
			   struct tt_log_kept_at *field, size_t *n_r)
{
	const struct tt_slice raw = c->line->raw;
	size_t n = 0, more = 0;

	for (uint8_t i = 0; i < c->groups->n; i++) {
		const uint8_t id = c->groups->field[i];
		const struct tt_slice s = c->field[id];
		const bool is_in = stands_in(raw, s);

		if (s.n == 0)
			continue;
		const size_t at = is_in ? (size_t)(s.p - raw.p) :
					  raw.n + more;

		field[n++] = (struct tt_log_kept_at){
			.at = (uint32_t)at, .n = (uint32_t)s.n, .id = id
		};
		more += is_in ? 0 : s.n;
	}
	*n_r = n;
	return more;
}

static void copy_text(const struct tt_log_reading *c,
		      const struct tt_log_kept *k, uint8_t *text)
{
	const struct tt_slice raw = c->line->raw;

	if (raw.n)
		memcpy(text, raw.p, raw.n);
	for (size_t i = 0; i < k->n_fields; i++)
		if (k->field[i].at >= raw.n)
			memcpy(text + k->field[i].at,
			       c->field[k->field[i].id].p, k->field[i].n);
}

struct tt_log_kept *tt_log_kept_hold(struct tt_log_kept *k)
{
	if (k)
		k->held++;
	return k;
}

void *tt_log_kept_room(struct tt_log *log, size_t *n,
		       struct tt_log_spare **spare_r)
{
	const size_t steps = tt_add_size(*n, STEP - 1) / STEP;

	*n = steps * STEP;
	*spare_r = steps < TT_LOG_KEPT_SIZES ? &log->spare_kept[steps] : NULL;
	return *spare_r ? tt_log_spare_get(*spare_r, *n) : tt_malloc(*n);
}

void tt_log_kept_give(struct tt_log_spare *spare, void *block)
{
	if (spare)
		tt_log_spare_put(spare, block);
	else
		tt_free_(block);
}

void tt_log_kept_drop(struct tt_log_kept **kept)
{
	struct tt_log_kept *k = *kept;

	*kept = NULL;
	if (k && --k->held == 0)
		tt_log_kept_give(k->spare, k);
}

/* Room for n bytes, of what was kept before if it fits: a process says the same
 * again and again.  In steps, so that what one drops the next can have. */
static struct tt_log_kept *room_for(struct tt_log *log,
				    struct tt_log_kept **kept, size_t n)
{
	struct tt_log_kept *k = *kept;
	struct tt_log_spare *spare;

	if (k && k->held == 1 && k->size >= n && k->size / 2 <= n + STEP)
		return k;
	tt_log_kept_drop(kept);
	k = tt_log_kept_room(log, &n, &spare);
	k->spare = spare;
	k->held = 1;
	k->size = n;
	return *kept = k;
}

void tt_log_spares_release(struct tt_log *log)
{
	for (size_t i = 0; i < TT_LOG_KEPT_SIZES; i++)
		tt_log_spare_release(&log->spare_kept[i]);
	tt_log_spare_release(&log->spare_waiting);
}

void tt_log_keep(struct tt_log_kept **kept, const struct tt_log_reading *c)
{
	struct tt_log_kept_at field[TT_LF_COUNT];
	size_t n_fields;
	const struct tt_slice raw = c->line->raw;
	const size_t more = place_fields(c, field, &n_fields);
	const size_t head = n_fields * sizeof(field[0]);
	struct tt_log_kept *const k =
		room_for(c->log, kept, sizeof(*k) + head + raw.n + more);
	uint8_t *const text = (uint8_t *)k->field + head;

	if (n_fields)
		memcpy(k->field, field, head);
	k->n_fields = n_fields;
	k->raw = (struct tt_slice){ text, raw.n };
	k->off = c->line->off;
	k->origin = c->origin;
	k->rule = c->rule;
	k->pointer = c->line->pointer;
	k->gap = c->log->gap;
	copy_text(c, k, text);
}
