/* number_table.c - lists of numbers as tables, for our own statements
 *
 * What json_each() does for whoever asks, in a tenth of the time: a report
 * reads the hops of a million messages.
 *
 *	... FROM detail d, hop_numbers(d.hops) h
 *
 * A list of somebody else's case that is none breaks the case. */
#include "store_private.h"

#define COLUMNS_MOST 10

struct number_table {
	const char *name, *sql; /* the columns, and last the list */
	int n;
	size_t n_numbers;	  /* of a row */
	uint8_t at[COLUMNS_MOST]; /* which number a column is */
};

/* Not a number of the row: how many rows come before it. */
#define SEQ UINT8_MAX

static const struct number_table tables[] = {
	{
		.name = "hop_numbers",
		.sql = "CREATE TABLE x(delay, tls_version, verdict, basis,"
		       " is_trusted, is_excluded, is_stamp, is_parsed,"
		       " writer_id, decided_by_id, list HIDDEN)",
		.n = 10,
		.n_numbers = TT_HOP_NUMBERS,
		.at = { TT_HOP_DELAY, TT_HOP_VERSION, TT_HOP_VERDICT,
			TT_HOP_BASIS, TT_HOP_IS_TRUSTED, TT_HOP_IS_EXCLUDED,
			TT_HOP_IS_STAMP, TT_HOP_IS_PARSED, TT_HOP_WRITER,
			TT_HOP_DECIDED_BY },
	},
	{
		.name = "quote_numbers",
		.sql = "CREATE TABLE x(seq, rule_id, source_id, off, length,"
		       " text_at, text_n, list HIDDEN)",
		.n = 7,
		.n_numbers = TT_QUOTE_NUMBERS,
		.at = { SEQ, TT_QUOTE_RULE, TT_QUOTE_SOURCE, TT_QUOTE_OFF,
			TT_QUOTE_LENGTH, TT_QUOTE_TEXT_AT, TT_QUOTE_TEXT_N },
	},
};

_Static_assert(TT_HOP_NUMBERS <= TT_NUMBERS_MOST &&
		       TT_QUOTE_NUMBERS <= TT_NUMBERS_MOST,
	       "a row has room for them");

struct table {
	sqlite3_vtab base; /* first: a pointer to it is one to all */
	const struct number_table *what;
};

struct cursor {
	sqlite3_vtab_cursor base; /* first, too */
	uint8_t *list;
	size_t room;
	struct tt_slice left;
	sqlite3_int64 seq;
	bool is_end;
	int64_t v[TT_NUMBERS_MOST];
};

/* ---- the table ---- */

static int connect(sqlite3 *db, void *what, int n, const char *const *words,
		   sqlite3_vtab **table_r, char **why_r)
{
	const struct number_table *const t = what;
	const int status = sqlite3_declare_vtab(db, t->sql);

	(void)n;
	(void)words;
	(void)why_r;
	if (status != SQLITE_OK)
		return status;
	struct table *const table = tt_zalloc(sizeof(*table));

	table->what = t;
	*table_r = &table->base;
	return SQLITE_OK;
}

static int disconnect(sqlite3_vtab *base)
{
	struct table *table = (struct table *)base;

	tt_free(&table);
	return SQLITE_OK;
}

/* Only with a list, which comes as an argument. */
static int plan(sqlite3_vtab *base, sqlite3_index_info *info)
{
	const int list = ((struct table *)base)->what->n;

	for (int i = 0; i < info->nConstraint; i++) {
		if (info->aConstraint[i].iColumn != list ||
		    info->aConstraint[i].op != SQLITE_INDEX_CONSTRAINT_EQ ||
		    !info->aConstraint[i].usable)
			continue;
		info->aConstraintUsage[i].argvIndex = 1;
		info->aConstraintUsage[i].omit = 1;
		info->estimatedCost = 1;
		info->estimatedRows = 8;
		return SQLITE_OK;
	}
	return SQLITE_CONSTRAINT;
}

/* ---- its rows ---- */

static int open_cursor(sqlite3_vtab *base, sqlite3_vtab_cursor **cursor_r)
{
	struct cursor *const x = tt_zalloc(sizeof(*x));

	(void)base;
	*cursor_r = &x->base;
	return SQLITE_OK;
}

static int close_cursor(sqlite3_vtab_cursor *base)
{
	struct cursor *x = (struct cursor *)base;

	tt_free(&x->list);
	tt_free(&x);
	return SQLITE_OK;
}

static int step(struct cursor *x)
{
	struct table *const table = (struct table *)x->base.pVtab;
	const int more =
		tt_numbers_next(&x->left, x->v, table->what->n_numbers);

	x->is_end = more != 1;
	if (more >= 0)
		return SQLITE_OK;
	sqlite3_free(table->base.zErrMsg);
	table->base.zErrMsg = sqlite3_mprintf("a list that is none");
	return SQLITE_CORRUPT;
}

static int next(sqlite3_vtab_cursor *base)
{
	struct cursor *const x = (struct cursor *)base;

	x->seq++;
	return step(x);
}

/* The value is not there for longer than the call. */
static int begin(sqlite3_vtab_cursor *base, int number, const char *word,
		 int n_args, sqlite3_value **args)
{
	struct cursor *const x = (struct cursor *)base;
	const uint8_t *const p = sqlite3_value_blob(args[0]);
	const size_t n = (size_t)sqlite3_value_bytes(args[0]);

	(void)number;
	(void)word;
	(void)n_args;
	if (x->room < n) {
		x->list = tt_realloc(x->list, n);
		x->room = n;
	}
	if (n)
		memcpy(x->list, p, n);
	x->left = (struct tt_slice){ x->list, n };
	x->seq = 0;
	return step(x);
}

static int is_end(sqlite3_vtab_cursor *base)
{
	return ((struct cursor *)base)->is_end;
}

static int column(sqlite3_vtab_cursor *base, sqlite3_context *to, int i)
{
	const struct cursor *const x = (struct cursor *)base;
	const struct number_table *const t =
		((struct table *)base->pVtab)->what;

	if (i >= t->n)
		sqlite3_result_null(to);
	else if (t->at[i] == SEQ)
		sqlite3_result_int64(to, x->seq);
	else if (x->v[t->at[i]] == TT_NO_NUMBER)
		sqlite3_result_null(to);
	else
		sqlite3_result_int64(to, x->v[t->at[i]]);
	return SQLITE_OK;
}

static int row_id(sqlite3_vtab_cursor *base, sqlite3_int64 *id_r)
{
	*id_r = ((struct cursor *)base)->seq;
	return SQLITE_OK;
}

/* No xCreate: the table is there without a statement, and in no schema. */
static const sqlite3_module module = {
	.xConnect = connect,
	.xBestIndex = plan,
	.xDisconnect = disconnect,
	.xOpen = open_cursor,
	.xClose = close_cursor,
	.xFilter = begin,
	.xNext = next,
	.xEof = is_end,
	.xColumn = column,
	.xRowid = row_id,
};

void tt_number_tables(sqlite3 *db)
{
	for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]); i++)
		if (sqlite3_create_module(db, tables[i].name, &module,
					  (void *)&tables[i]) != SQLITE_OK)
			tt_out_of_memory();
}
