/* transaction.c - what is lost when a scan is cut off: one checkpoint */
#include <time.h>
#include "store_private.h"

static int64_t now_ms(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

void tt_transaction_end(struct tt_case *c)
{
	if (!c->is_in_transaction || c->broken.status != TT_OK)
		return;
	struct tt_query q = tt_query(c, TT_STMT_COMMIT, "COMMIT");

	tt_query_run(&q);
	c->is_in_transaction = false;
}

void tt_write_begin(struct tt_case *c)
{
	tt_arena_clear(&c->scratch);
	if (!c->is_writer)
		tt_case_refuse(c, TT_USAGE, "opened to be read only");
	if (c->is_in_transaction || c->broken.status != TT_OK)
		return;
	struct tt_query q = tt_query(c, TT_STMT_BEGIN, "BEGIN IMMEDIATE");

	tt_query_run(&q);
	c->is_in_transaction = c->broken.status == TT_OK;
	c->since_commit = c->anew_since_commit = 0;
	c->commit_ms = now_ms();
}

enum tt_status tt_write_end(struct tt_case *c, unsigned records,
			    struct tt_err *err)
{
	c->since_commit += records;
	return c->since_commit >= TT_MAX_checkpoint_records ?
		       tt_case_commit(c, err) :
		       tt_case_tick(c, err);
}

enum tt_status tt_write_end_anew(struct tt_case *c, uint64_t records,
				 struct tt_err *err)
{
	c->anew_since_commit += records;
	return c->anew_since_commit >= TT_MAX_checkpoint_anew ?
		       tt_case_commit(c, err) :
		       tt_case_tick(c, err);
}

enum tt_status tt_case_tick(struct tt_case *c, struct tt_err *err)
{
	if (c->is_in_transaction &&
	    now_ms() - c->commit_ms >= (int64_t)TT_MAX_checkpoint_ms)
		return tt_case_commit(c, err);
	return tt_case_status(c, err);
}

enum tt_status tt_case_commit(struct tt_case *c, struct tt_err *err)
{
	tt_transaction_end(c);
	return tt_case_status(c, err);
}
