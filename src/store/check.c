/* check.c - the schema of a case, made and compared to the letter */
#include "store_private.h"

/* In the order in which they are made. */
static const char *statement(size_t i)
{
	return i < tt_schema_n ? tt_schema[i] :
				 tt_schema_late[i - tt_schema_n];
}

/* An index that SQLite made for a UNIQUE or PRIMARY KEY has no statement. */
static void compare_object(struct tt_query *q, size_t *n)
{
	const struct tt_slice name = tt_get_slice(q);
	const struct tt_slice sql = tt_get_slice(q);

	if (!sql.p && tt_slice_istarts(name, TT_S("sqlite_autoindex_")))
		return;
	if (*n >= tt_schema_n + tt_schema_late_n || !sql.p ||
	    !tt_slice_eq(sql, tt_slice_str(statement(*n))))
		tt_case_refuse(q->c, TT_INPUT,
			       "its schema is not that of a case" TT_SCAN_ANEW);
	++*n;
}

static void compare_schema(struct tt_case *c)
{
	struct tt_query q = tt_query_once(
		c, "SELECT name, sql FROM sqlite_schema ORDER BY rowid");
	size_t n = 0;

	while (tt_query_step(&q) == 1)
		compare_object(&q, &n);
	tt_query_end(&q);
	c->n_late = n < tt_schema_n ? 0 : n - tt_schema_n;
	if (n < tt_schema_n || (c->n_late > 1 && c->n_late != tt_schema_late_n))
		tt_case_refuse(c, TT_INPUT, "its schema is not whole" TT_SCAN_ANEW);
}

/* Another program's numbers would be read as ours. */
static void compare_words(struct tt_case *c)
{
	struct tt_query q = tt_query_once(
		c, "SELECT word FROM word WHERE kind = ? AND code = ?");

	for (size_t k = 0; k < tt_words_n && q.s; k++)
		for (int i = 0; i < tt_words[k].n; i++) {
			const char *const word = tt_words[k].name(i);

			q.put = 0;
			tt_put_bytes(&q, tt_slice_str(tt_words[k].kind));
			tt_put_int(&q, i);
			const bool has = tt_query_step(&q) == 1;

			if (has != (word != NULL) ||
			    (has && !tt_slice_eq(tt_get_slice(&q),
						 tt_slice_str(word))))
				tt_case_refuse(c, TT_INPUT,
					       "its words are not ours"
					       TT_SCAN_ANEW);
			(void)sqlite3_reset(q.s);
		}
	tt_query_end(&q);
}

void tt_structure_check(struct tt_case *c)
{
	struct tt_query q = tt_query_once(c, "PRAGMA quick_check(1)");

	if (tt_query_step(&q) == 1) {
		const struct tt_slice s = tt_get_slice(&q);

		if (!tt_slice_eq(s, TT_S("ok")))
			tt_case_refuse(c, TT_INPUT, "damaged: %.*s%s",
				       (int)s.n, (const char *)s.p,
				       TT_SCAN_ANEW);
	}
	tt_query_end(&q);
}

static void put_words(struct tt_case *c)
{
	for (size_t k = 0; k < tt_words_n; k++)
		for (int i = 0; i < tt_words[k].n; i++) {
			const char *const word = tt_words[k].name(i);
			struct tt_query q = tt_query_once(
				c, "INSERT INTO word VALUES (?, ?, ?)");

			tt_put_bytes(&q, tt_slice_str(tt_words[k].kind));
			tt_put_int(&q, i);
			tt_put_bytes(&q, tt_slice_str(word ? word : ""));
			if (word)
				(void)tt_query_step(&q);
			tt_query_end(&q);
		}
}

void tt_schema_make(struct tt_case *c)
{
	for (size_t i = 0; i < tt_schema_n; i++)
		tt_case_exec(c, tt_schema[i]);
	put_words(c);
	tt_case_exec(c, tt_arena_printf(&c->scratch,
					"PRAGMA application_id = %d",
					TT_CASE_APPLICATION_ID));
	tt_case_exec(c, tt_arena_printf(&c->scratch, "PRAGMA user_version = %d",
					TT_CASE_VERSION));
}

void tt_schema_index(struct tt_case *c, size_t n)
{
	for (; c->n_late < n && c->broken.status == TT_OK; c->n_late++)
		tt_case_exec(c, tt_schema_late[c->n_late]);
}

void tt_schema_check(struct tt_case *c)
{
	compare_schema(c);
	compare_words(c);
}
