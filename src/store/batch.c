/* batch.c - events of a log as they come, many to a row
 *
 * A row for each, with its columns and indexes, was half of what a log cost.
 * So they wait, log by log, until there is enough for a row: their records one
 * behind the other, each behind its length, and of each a list of numbers that
 * the view `event` opens (numbers.c); a text is a place in the records.
 *
 * What waits is not in the case yet.  A scan that is cut off reads the log
 * anew, whatever it has of it. */
#include <tlstrail/util/code.h>

#include "store_private.h"

/* The numbers of an event, in the order of the view's: texts, of two numbers
 * each, stand last. */
#define FACTS 18
#define FIRST_TEXT 8

/* Of one log, read off one source; the room stays where n is 0. */
struct open_batch {
	int64_t log, source;
	int64_t log_file, source_file; /* that they are, or are members of */
	uint64_t n;
	struct tt_out facts, records;
};

struct tt_batches {
	struct open_batch *v; /* one for each log that is being read */
	size_t n, cap;
};

/* ---- those that are open ---- */

static int64_t file_of(struct tt_case *c, int64_t source)
{
	struct tt_query q = tt_query(c, TT_STMT_SOURCE_FILE,
				     "SELECT coalesce(file_id, id) FROM source"
				     " WHERE id = ?");

	tt_put_int(&q, source);

	return tt_query_int(&q);
}

static struct open_batch *grow(struct tt_batches *all)
{
	if (all->n == all->cap) {
		all->cap = all->cap ? tt_mul_size(all->cap, 2) : 4;
		all->v = tt_realloc(all->v, tt_mul_size(all->cap,
							sizeof(*all->v)));
	}
	struct open_batch *const b = &all->v[all->n++];

	*b = (struct open_batch){ 0 };
	tt_out_init(&b->facts, -1);
	tt_out_init(&b->records, -1);
	return b;
}

void tt_batches_free(struct tt_batches **batches)
{
	for (size_t i = 0; *batches && i < (*batches)->n; i++) {
		tt_out_release(&(*batches)->v[i].facts);
		tt_out_release(&(*batches)->v[i].records);
	}
	if (*batches)
		tt_free(&(*batches)->v);
	tt_free(batches);
}

static struct tt_slice bytes_of(const struct tt_out *out)
{
	return (struct tt_slice){ out->buf, out->n };
}

static void end(struct tt_case *c, struct open_batch *b)
{
	struct tt_query q = tt_query(c, TT_STMT_BATCH_ADD,
				     "INSERT INTO batch(log_id, source_id, n,"
				     " facts, records) VALUES (?, ?, ?, ?, ?)");

	tt_put_int(&q, b->log);
	tt_put_int(&q, b->source);
	tt_put_int(&q, (int64_t)b->n);
	tt_put_ascii(&q, bytes_of(&b->facts));
	tt_put_blob(&q, bytes_of(&b->records));
	tt_query_run(&q);
	tt_join_mark(c, true);
	c->anew_since_commit += b->n;
	b->n = b->facts.n = b->records.n = 0;
}

/* Of the log; where there is none yet, one that is free, or new. */
static struct open_batch *find(struct tt_batches *all, int64_t log)
{
	struct open_batch *unused = NULL;

	for (size_t i = 0; i < all->n; i++) {
		if (all->v[i].n && all->v[i].log == log)
			return &all->v[i];
		if (!all->v[i].n)
			unused = &all->v[i];
	}
	return unused ? unused : grow(all);
}

static struct open_batch *batch_for(struct tt_case *c, int64_t log,
				    int64_t source)
{
	if (!c->batches)
		c->batches = tt_zalloc(sizeof(*c->batches));
	struct open_batch *const b = find(c->batches, log);

	if (b->n && b->source != source)
		end(c, b);
	if (!b->n) {
		b->log = log;
		b->source = source;
		b->log_file = file_of(c, log);
		b->source_file = file_of(c, source);
	}
	return b;
}

static bool is_any(const struct open_batch *b, int64_t what)
{
	(void)what;
	return b->n > 0;
}

static bool is_of_log(const struct open_batch *b, int64_t log)
{
	return b->log == log;
}

static bool is_of_file(const struct open_batch *b, int64_t file)
{
	return b->log_file == file || b->source_file == file;
}

static void end_each(struct tt_case *c,
		     bool (*is)(const struct open_batch *b, int64_t what),
		     int64_t what)
{
	for (size_t i = 0; c->batches && i < c->batches->n; i++)
		if (c->batches->v[i].n && is(&c->batches->v[i], what))
			end(c, &c->batches->v[i]);
}

void tt_events_end(struct tt_case *c)
{
	if (!c->batches)
		return;
	tt_write_begin(c);
	end_each(c, is_any, 0);
}

void tt_events_end_log(struct tt_case *c, int64_t log)
{
	end_each(c, is_of_log, log);
}

void tt_events_end_file(struct tt_case *c, int64_t file)
{
	end_each(c, is_of_file, file);
}

/* ---- events ---- */

static void put_length(struct tt_out *records, uint64_t n)
{
	struct tt_codec code = { .out = records };

	tt_code_u64(&code, &n);
}

static void put_facts(struct tt_numbers *l, const struct tt_event *e)
{
	tt_numbers_put(l, e->quotes.n ? (int64_t)e->quotes.v[0].off : 0);
	tt_numbers_put(l, e->kind);
	tt_numbers_put(l, e->side);
	tt_numbers_put_string(l, e->host);
	tt_numbers_put_string(l, e->software);
	tt_numbers_put(l, e->version);
	tt_numbers_put_string(l, e->cipher);
	tt_numbers_put(l, e->outcome);
	tt_numbers_put_text(l, e->queue_id);
	tt_numbers_put_text(l, e->next_queue_id);
	tt_numbers_put_text(l, e->message_id);
	tt_numbers_put_text(l, e->ses_id);
	tt_numbers_put_text(l, e->recipient);
}

static void add(struct tt_case *c, struct open_batch *b,
		const struct tt_event *e, struct tt_slice record)
{
	struct tt_numbers l;

	put_length(&b->records, record.n);
	tt_numbers_open(&l, c, record);
	l.before = b->records.n;
	tt_out_bytes(&b->records, record);
	tt_numbers_begin(&l);
	put_facts(&l, e);
	tt_numbers_end(&l, &b->facts);
	b->n++;
}

enum tt_status tt_batch_add(struct tt_case *c, int64_t log, int64_t source,
			    const struct tt_event *event,
			    struct tt_slice record, struct tt_err *err)
{
	struct open_batch *const b = batch_for(c, log, source);

	add(c, b, event, record);
	if (b->facts.n + b->records.n < TT_MAX_event_batch)
		return tt_case_status(c, err);
	end(c, b);
	return tt_write_end_anew(c, 0, err);
}

bool tt_batch_next(struct tt_case *c, struct tt_slice *in,
		   struct tt_slice *record_r)
{
	struct tt_codec code = { .in = *in };
	uint64_t n = 0;

	if (in->n == 0)
		return false;
	tt_code_u64(&code, &n);
	if (code.is_bad || n > code.in.n) {
		tt_case_refuse(c, TT_INPUT, "a batch of events that is none");
		return false;
	}
	*record_r = tt_slice_sub(code.in, 0, (size_t)n);
	*in = tt_slice_sub(code.in, (size_t)n, code.in.n);
	return true;
}

/* ---- of those that are there, some ---- */

/* Texts lie elsewhere now: as many bytes nearer the beginning. */
static void put_facts_again(struct tt_case *c, struct tt_out *facts,
			    const int64_t v[FACTS], int64_t nearer)
{
	struct tt_numbers l;

	tt_numbers_open(&l, c, TT_NO_SLICE);
	tt_numbers_begin(&l);
	for (size_t i = 0; i < FACTS; i++) {
		const bool is_place = i >= FIRST_TEXT && i % 2 == 0 && v[i];

		tt_numbers_put(&l, is_place ? v[i] - nearer : v[i]);
	}
	tt_numbers_end(&l, facts);
}

/* Into b, whatever of them is to be kept. */
static void filter(struct tt_case *c, struct open_batch *b,
		   struct tt_slice facts, struct tt_slice records,
		   bool (*keep)(void *ctx, uint64_t i), void *ctx)
{
	const size_t n = records.n;
	struct tt_slice record;
	int64_t v[FACTS];

	for (uint64_t i = 0; tt_batch_next(c, &records, &record); i++) {
		if (tt_numbers_next(&facts, v, FACTS) != 1) {
			tt_case_refuse(c, TT_INPUT, "a list that is none");
			return;
		}
		if (!keep(ctx, i))
			continue;
		const int64_t was = (int64_t)(n - records.n - record.n);

		put_length(&b->records, record.n);
		put_facts_again(c, &b->facts, v,
				was - (int64_t)b->records.n);
		tt_out_bytes(&b->records, record);
		b->n++;
	}
}

static void replace(struct tt_case *c, int64_t batch,
		    const struct open_batch *b)
{
	struct tt_query q =
		b->n ? tt_query(c, TT_STMT_BATCH_KEEP,
				"UPDATE batch SET n = ?, facts = ?,"
				" records = ? WHERE id = ?") :
		       tt_query(c, TT_STMT_BATCH_DROP,
				"DELETE FROM batch WHERE id = ?");

	if (b->n) {
		tt_put_int(&q, (int64_t)b->n);
		tt_put_ascii(&q, bytes_of(&b->facts));
		tt_put_blob(&q, bytes_of(&b->records));
	}
	tt_put_int(&q, batch);
	tt_query_run(&q);
	q = tt_query(c, TT_STMT_SETTLED_DROP,
		     "DELETE FROM settled WHERE batch_id = ?");
	tt_put_int(&q, batch);
	tt_query_run(&q);
}

void tt_batch_keep(struct tt_case *c, int64_t batch,
		   bool (*keep)(void *ctx, uint64_t i), void *ctx)
{
	struct open_batch b = { 0 };
	struct tt_query q = tt_query(c, TT_STMT_BATCH_GET,
				     "SELECT facts, records FROM batch"
				     " WHERE id = ?");

	tt_out_init(&b.facts, -1);
	tt_out_init(&b.records, -1);
	tt_put_int(&q, batch);
	if (tt_query_step(&q) == 1) {
		const struct tt_slice facts = tt_get_slice(&q);

		filter(c, &b, facts, tt_get_slice(&q), keep, ctx);
	}
	tt_query_end(&q);
	replace(c, batch, &b);
	tt_out_release(&b.facts);
	tt_out_release(&b.records);
}

void tt_events_forget(struct tt_case *c, int64_t file)
{
	struct tt_query q;

	tt_events_end_file(c, file);
	q = tt_query(c, TT_STMT_FORGET_EVENTS,
		     "DELETE FROM batch WHERE source_id IN " TT_OF_FILE);
	tt_put_int(&q, file);
	tt_query_run(&q);
	if (c->broken.status != TT_OK || !sqlite3_changes(c->db))
		return;
	tt_case_exec(c, TT_SETTLED_DROP);
	tt_join_mark(c, true);
}

enum tt_status tt_case_forget_events(struct tt_case *c, int64_t file,
				     struct tt_err *err)
{
	tt_write_begin(c);
	tt_events_forget(c, file);
	return tt_write_end(c, 0, err);
}
