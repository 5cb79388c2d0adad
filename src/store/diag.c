/* diag.c - what was skipped, cut or over a limit, of sources and messages */
#include "store_private.h"

static void add_row(struct tt_case *c, int64_t source, int64_t message,
		    int64_t seq, const struct tt_diag *d)
{
	const struct tt_diag_info *const info = tt_diag_info(d->code);
	struct tt_query q = tt_query(
		c, TT_STMT_DIAG_ADD,
		"INSERT INTO diag(source_id, message_id, seq, severity,"
		" code_id, off, text) VALUES (?, ?, ?, ?, ?, ?, ?)");

	tt_put_some(&q, source, 0);
	tt_put_some(&q, message, 0);
	tt_put_int(&q, seq);
	tt_put_int(&q, info->severity);
	tt_put_name(&q, info->code);
	tt_put_off(&q, d->off);
	tt_put_bytes(&q, tt_slice_str(d->text));
	tt_query_run(&q);
}

void tt_diag_rows_add(struct tt_case *c, int64_t source, int64_t message,
		      int64_t seq, const struct tt_diags *diags)
{
	for (size_t i = 0; i < diags->list.n; i++)
		add_row(c, source, message, seq + (int64_t)i,
			&diags->list.v[i]);
}

static int64_t next_seq(struct tt_case *c, int64_t source)
{
	struct tt_query q = tt_query(c, TT_STMT_DIAG_NEXT,
				     "SELECT coalesce(max(seq), -1) + 1"
				     " FROM diag WHERE source_id = ?");

	tt_put_int(&q, source);

	return tt_query_int(&q);
}

enum tt_status tt_case_add_diags(struct tt_case *c, int64_t source,
				 const struct tt_diags *diags,
				 struct tt_err *err)
{
	tt_write_begin(c);
	if (diags->list.n)
		tt_diag_rows_add(c, source, 0, next_seq(c, source), diags);
	if (diags->more) {
		struct tt_query q = tt_query(
			c, TT_STMT_SOURCE_DIAGS,
			"UPDATE source SET more_diags = more_diags + ?"
			" WHERE id = ?");

		tt_put_int(&q, (int64_t)diags->more);
		tt_put_int(&q, source);
		tt_query_run(&q);
	}
	return tt_write_end(c, (unsigned)diags->list.n, err);
}
