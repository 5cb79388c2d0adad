/* store_private.h - what the files of floor 6 share
 *
 * A failure of SQLite sticks to the case (`broken`): whoever binds or steps
 * after it does nothing, and the caller learns of it once, at the end of what
 * it does.  So a row is written without a question after each column. */
#ifndef STORE_PRIVATE_H
#define STORE_PRIVATE_H

#include <sqlite3.h>
#include <tlstrail/store/figures.h>
#include <tlstrail/util/code.h>

#define TT_CASE_APPLICATION_ID 1414288451 /* "TLTC" */
#define TT_CASE_VERSION 6
#define TT_MEMBER_END 1	   /* between the names of a member */
#define TT_MEMBER_ESCAPE 2 /* before a byte that would be one of these */

/* ---- schema.c, words.c ---- */

/* The statements that make a case, in their order. */
extern const char *const tt_schema[];
extern const size_t tt_schema_n;
/* Indexes that a case has once a scan has ended: all, none, or the first. */
extern const char *const tt_schema_late[];
extern const size_t tt_schema_late_n;

/* In SQL, of bytes: what tt_numbers_put_text() put; the same over record r. */
#define TT_TEXT_IN(bytes, at, n)                                          \
	"CASE WHEN " n " > 0 THEN CAST(substr(" bytes ", " at ", " n       \
	") AS TEXT) WHEN " n " < 0 THEN substr(" bytes ", " at ", -(" n   \
	")) END"
#define TT_TEXT_AT(at, n) TT_TEXT_IN(TT_RECORDED, at, n)
#define TT_RECORDED "coalesce(r.concluded, r.read)"

/* The rows of `word`: name(0 .. n-1); NULL where a number has no word. */
struct tt_word_kind {
	const char *kind;
	int n;
	const char *(*name)(int code);
};
extern const struct tt_word_kind tt_words[];
extern const size_t tt_words_n;

/* ---- the case ---- */

enum tt_stmt {
	TT_STMT_BEGIN,
	TT_STMT_COMMIT,
	TT_STMT_STRING_GET,
	TT_STMT_STRING_ADD,
	TT_STMT_STRING_VALUE,
	TT_STMT_OPTION_GET,
	TT_STMT_OPTION_PUT,
	TT_STMT_SOURCE_GET,
	TT_STMT_SOURCE_NEWEST,
	TT_STMT_SOURCE_LOST,
	TT_STMT_SOURCE_ADD,
	TT_STMT_SOURCE_BEGIN,
	TT_STMT_SOURCE_END,
	TT_STMT_SOURCE_DIAGS,
	TT_STMT_SOURCE_KEY,
	TT_STMT_FORGET_EVENTS,
	TT_STMT_FORGET_LOGS,
	TT_STMT_FORGET_DIAGS,
	TT_STMT_FORGET_MORE,
	TT_STMT_MEMBER_GET,
	TT_STMT_DIAG_ADD,
	TT_STMT_DIAG_NEXT,
	TT_STMT_MESSAGE_FIND,
	TT_STMT_MESSAGE_COMPARE,
	TT_STMT_MESSAGE_ADD,
	TT_STMT_MESSAGE_ADD_WHOLE,
	TT_STMT_MESSAGE_MOVE,
	TT_STMT_MESSAGE_MAIL,
	TT_STMT_MESSAGE_STATE,
	TT_STMT_MESSAGE_RESULT,
	TT_STMT_RECORD_ADD,
	TT_STMT_RECORD_PUT,
	TT_STMT_RECORD_CONCLUDED,
	TT_STMT_OCCURRENCE_ADD,
	TT_STMT_HEADER_ADD,
	TT_STMT_HEADER_DROP,
	TT_STMT_DETAIL_PUT,
	TT_STMT_DETAIL_GET,
	TT_STMT_DETAIL_DROP,
	TT_STMT_ANOMALY_ADD,
	TT_STMT_ANOMALY_DROP,
	TT_STMT_DIAG_DROP,
	TT_STMT_SOURCE_FILE,
	TT_STMT_BATCH_ADD,
	TT_STMT_BATCH_GET,
	TT_STMT_BATCH_KEEP,
	TT_STMT_BATCH_DROP,
	TT_STMT_SETTLED_ADD,
	TT_STMT_SETTLED_DROP,
	TT_STMT_LOG_ONLY_ADD,
	TT_STMT_LOG_PUT,
	TT_STMT_LOG_GET,
	TT_STMT_LOG_ORDER_ADD,
	TT_STMT_BROWSE_ROW,
	TT_STMT_COUNT
};

struct tt_strings; /* string.c */
struct tt_batches; /* batch.c */
struct tt_log_order; /* log_order.c */
struct tt_contents; /* content.c */

struct tt_case {
	sqlite3 *db;
	sqlite3_stmt *stmt[TT_STMT_COUNT];
	bool is_writer, is_in_transaction;
	size_t n_late; /* of tt_schema_late */
	struct tt_contents *contents; /* content.c; NULL: not looked for yet */
	bool is_limited; /* by tt_case_limit_to() */
	uint64_t since_commit, anew_since_commit; /* records */
	int64_t commit_ms;
	struct tt_err broken; /* status TT_OK: it is not */
	struct tt_strings *strings;
	struct tt_batches *batches; /* batch.c; NULL: none is open */
	struct tt_settling {	    /* of the batch that is walked; event.c */
		int64_t batch;
		uint64_t n; /* events */
		struct tt_out times;
	} settling;
	struct tt_sha256 *hash;
	struct tt_arena scratch; /* of one call */
	/* The last answer of tt_source_find(), by path and member. */
	struct tt_arena found;
	struct tt_slice found_key;
	int64_t found_source;
	int join; /* the mark of tt_case_needs_join(); -1: not read yet */
	struct tt_out hops, quotes, concluded; /* of the message at hand */
	struct tt_code_places *places;	       /* of concluded */
	bool has_forgotten; /* tt_log_order_forget() */
	struct tt_log_order *order; /* tt_log_order_begin(), or NULL */
	int64_t log_only; /* the message at hand, where it is one; or 0 */
};

/* ---- db.c: statements ---- */

/* To stand behind what is wrong with the file itself. */
#define TT_SCAN_ANEW "; scan the evidence into a new case"
/* What who reads only cannot do without. */
#define TT_CUT_OFF \
	"its scan was cut off: the same scan, run again, ends it"

/* What SQLite last said becomes c->broken. */
void tt_case_break(struct tt_case *c);
/* The same for what we found ourselves; the first failure stands. */
void tt_case_refuse(struct tt_case *c, enum tt_status status, const char *fmt,
		    ...) TT_PRINTF(3, 4);
/* c->broken as the caller's status. */
enum tt_status tt_case_status(const struct tt_case *c, struct tt_err *err);

/* Runs statements that take and give nothing. */
void tt_case_exec(struct tt_case *c, const char *sql);
/* The first column of the only row. */
int64_t tt_case_int(struct tt_case *c, const char *sql);

struct tt_query {
	struct tt_case *c;
	sqlite3_stmt *s; /* NULL: the case is broken */
	int put, got;	 /* columns so far */
	bool is_own;	 /* to be finalized: no slot of the case holds it */
};
/* Prepares once a case; columns are put, then got, in their order. */
struct tt_query tt_query(struct tt_case *c, enum tt_stmt id, const char *sql);
/* One that is not kept. */
struct tt_query tt_query_once(struct tt_case *c, const char *sql);
/* 1 row, 0 end, -1 broken; the columns of a row are borrowed until the next
 * step or the end. */
int tt_query_step(struct tt_query *q);
void tt_query_end(struct tt_query *q);
/* step and end: the first column of the only row; 0, there is none. */
int64_t tt_query_int(struct tt_query *q);
/* step and end, where no row is expected. */
void tt_query_run(struct tt_query *q);

void tt_put_null(struct tt_query *q);
void tt_put_int(struct tt_query *q, int64_t v);
void tt_put_off(struct tt_query *q, uint64_t v); /* TT_NO_OFF: null */
/* null where v is `none`. */
void tt_put_some(struct tt_query *q, int64_t v, int64_t none);
void tt_put_if(struct tt_query *q, bool has, int64_t v);
/* Text, or a blob where it is not UTF-8; n 0: null. */
void tt_put_text(struct tt_query *q, struct tt_slice s);
/* What we wrote ourselves; n 0: null. */
void tt_put_ascii(struct tt_query *q, struct tt_slice s);
/* UTF-8 without a NUL: text, and no blob. */
bool tt_is_text(struct tt_slice s);
/* The same, empty where it is. */
void tt_put_bytes(struct tt_query *q, struct tt_slice s);
void tt_put_blob(struct tt_query *q, struct tt_slice s);
void tt_put_hash(struct tt_query *q, bool has,
		 const uint8_t hash[TT_SHA256_LEN]);

bool tt_get_is_null(const struct tt_query *q); /* the next column */
void tt_get_skip(struct tt_query *q);
int64_t tt_get_int(struct tt_query *q);
/* In [0, max]; a value outside breaks the case. */
int tt_get_code(struct tt_query *q, int max);
uint64_t tt_get_off(struct tt_query *q);
struct tt_slice tt_get_slice(struct tt_query *q); /* p NULL: null */
/* Copied into the arena. */
struct tt_slice tt_get_copy(struct tt_query *q, struct tt_arena *arena);
bool tt_get_hash(struct tt_query *q, uint8_t hash_r[TT_SHA256_LEN]);

/* ---- judge.c, check.c, option.c, transaction.c: what open.c is made of ---- */

/* TT_OK: a case, or, where may_be_new, what one can be made of. */
enum tt_status tt_file_judge(const char *path, bool may_be_new, bool *is_new_r,
			     struct tt_err *err) TT_MUST_CHECK;
/* Is there a journal beside it?  One that names files of others breaks the
 * case: SQLite would go by it. */
bool tt_has_journal(struct tt_case *c, const char *path);
void tt_schema_make(struct tt_case *c);
/* Makes the first n of the late indexes, as far as there are none. */
void tt_schema_index(struct tt_case *c, size_t n);
/* Breaks the case where it is not ours: statements and words; pages. */
void tt_schema_check(struct tt_case *c);
void tt_structure_check(struct tt_case *c);

void tt_options_take(struct tt_case *c, bool is_new,
		     const struct tt_case_option *o, size_t n);
void tt_option_put(struct tt_case *c, const char *name, bool is_fixed,
		   struct tt_slice value);

/* Before and after a change: opens a transaction, and commits it where a
 * checkpoint is due. */
void tt_write_begin(struct tt_case *c);
enum tt_status tt_write_end(struct tt_case *c, unsigned records,
			    struct tt_err *err);
/* After records that a scan that was cut off makes anew in any case: to keep
 * them early saves nothing. */
enum tt_status tt_write_end_anew(struct tt_case *c, uint64_t records,
				 struct tt_err *err);
/* Commits, where one is open. */
void tt_transaction_end(struct tt_case *c);

/* ---- numbers.c ---- */

/* A row of a list: a JSON array of at most so many numbers, each with its sign
 * and a comma. */
#define TT_NUMBERS_MOST 48
#define TT_NUMBER_MOST 21
struct tt_numbers {
	struct tt_case *c;
	struct tt_slice record; /* in which all texts stand */
	uint64_t before; /* bytes of what it is put behind, in one value */
	const struct tt_code_places *places; /* of texts in it; NULL: they are
					      * borrowed from there */
	size_t n;
	char row[1 + TT_NUMBERS_MOST * TT_NUMBER_MOST];
};
#define TT_NO_NUMBER INT64_MIN /* null */

void tt_numbers_open(struct tt_numbers *l, struct tt_case *c,
		     struct tt_slice record);
void tt_numbers_begin(struct tt_numbers *l);
void tt_numbers_put_long(struct tt_numbers *l, int64_t v);
/* Most are of one digit: inline, for a message has a few hundred. */
static inline void tt_numbers_put(struct tt_numbers *l, int64_t v)
{
	if (v < 0 || v > 9) {
		tt_numbers_put_long(l, v);
		return;
	}
	l->row[l->n++] = (char)('0' + v);
	l->row[l->n++] = ',';
}
void tt_numbers_put_if(struct tt_numbers *l, bool has, int64_t v);
/* Two: the first byte, counted from 1, and how many; 0, 0 where there are
 * none, and less than 0 where they are no text but a blob.  A text that is not
 * borrowed from the record breaks the case. */
void tt_numbers_put_text(struct tt_numbers *l, struct tt_slice s);
/* Its number in `string`; n 0, NULL: 0. */
void tt_numbers_put_string(struct tt_numbers *l, struct tt_slice s);
void tt_numbers_put_name(struct tt_numbers *l, const char *s);
/* The row is the list's; an empty list is no list. */
void tt_numbers_end(struct tt_numbers *l, struct tt_out *list);

/* The next row of n numbers: 1, 0 at the end, -1 where it is none. */
int tt_numbers_next(struct tt_slice *in, int64_t *v, size_t n);

/* ---- number_table.c ---- */

/* The lists as tables, for the statements of this connection. */
void tt_number_tables(sqlite3 *db);

/* ---- range.c ---- */

/* How many tt_case_limit_to() left out. */
void tt_case_count_outside(struct tt_case *c, struct tt_case_counts *counts);

/* ---- string.c ---- */

struct tt_strings *tt_strings_new(void);
void tt_strings_free(struct tt_strings **strings);
/* Number of a text, added where it is new; 0 where the case is broken. */
int64_t tt_string_id(struct tt_case *c, struct tt_slice s);
/* And back, in the arena; of 0 none. */
struct tt_slice tt_string_of(struct tt_case *c, int64_t id,
			     struct tt_arena *arena);
/* Its number as the next value; n 0: null. */
void tt_put_string(struct tt_query *q, struct tt_slice s);
void tt_put_name(struct tt_query *q, const char *s); /* NULL: null */

/* ---- content.c ---- */

/* The next row whose content may be this, to be compared; *at is 0 at first,
 * and stays the caller's.  0: there is none more. */
int64_t tt_content_next(struct tt_case *c, const uint8_t content[TT_SHA256_LEN],
			size_t *at);
void tt_content_add(struct tt_case *c, const uint8_t content[TT_SHA256_LEN],
		    int64_t id);
void tt_contents_free(struct tt_contents **contents);

/* ---- source.c ---- */

/* Names of a member as the column has them, in c->scratch, and back. */
struct tt_slice tt_member_key(struct tt_case *c, const struct tt_slice *member,
			      size_t n);
size_t tt_member_names(struct tt_slice key, struct tt_slice **names_r,
		       struct tt_arena *arena);
/* Newest generation of where evidence lies; breaks the case where there is
 * none. */
int64_t tt_source_find(struct tt_case *c, const struct tt_origin *origin);

/* ---- diag.c ---- */

/* Rows of one source or message (the other is 0), from seq on. */
void tt_diag_rows_add(struct tt_case *c, int64_t source, int64_t message,
		      int64_t seq, const struct tt_diags *diags);

/* ---- join_mark.c ---- */

/* In the table of options, and none. */
#define TT_JOIN_MARK "join-due"
#define TT_OPEN_MARK "scan-open"
/* Events came or went: all mail is to be concluded on. */
void tt_join_mark(struct tt_case *c, bool is_due);
/* A scan began, or came to its end. */
void tt_open_mark(struct tt_case *c, bool is_open);

/* ---- batch.c, event_again.c ---- */

/* What waits becomes rows: all of it; within a change: of one log; of logs
 * that are a file, or its members. */
void tt_events_end(struct tt_case *c);
void tt_events_end_log(struct tt_case *c, int64_t log);
void tt_events_end_file(struct tt_case *c, int64_t file);
void tt_batches_free(struct tt_batches **batches);
/* An event of a log, read off a source: for its batch that is open. */
enum tt_status tt_batch_add(struct tt_case *c, int64_t log, int64_t source,
			    const struct tt_event *event,
			    struct tt_slice record,
			    struct tt_err *err) TT_MUST_CHECK;
/* The next record of a batch, of which *in is left; false: that was the last,
 * or what is there is none, and the case broken. */
bool tt_batch_next(struct tt_case *c, struct tt_slice *in,
		   struct tt_slice *record_r);
/* Of a batch that is there, the events that keep says; they have to be settled
 * anew. */
void tt_batch_keep(struct tt_case *c, int64_t batch,
		   bool (*keep)(void *ctx, uint64_t i), void *ctx);
/* Those of a file and its members. */
void tt_events_forget(struct tt_case *c, int64_t file);
/* Of batches that went. */
#define TT_SETTLED_DROP                                         \
	"DELETE FROM settled WHERE NOT EXISTS (SELECT 1 FROM batch" \
	" WHERE id = batch_id)"
/* Those of older generations of a file that are told by the newest, too. */
void tt_events_drop_superseded(struct tt_case *c, int64_t file);

/* ---- source.c: ids of a file's row and of its members', ?1 ---- */

#define TT_OF_FILE \
	"(SELECT ?1 UNION ALL SELECT id FROM source WHERE file_id = ?1)"

/* ---- listed.c: the order of lists, as bytes that compare so ---- */

#define TT_LISTED_LEN (1 + 8 + TT_SHA256_LEN)
struct tt_listed {
	bool is_embedded, has_time;
	int64_t time_unix;
	const uint8_t *key; /* TT_SHA256_LEN bytes; borrowed */
};
/* In the arena; TT_LISTED_LEN bytes. */
struct tt_slice tt_listed_put(const struct tt_listed *l,
			      struct tt_arena *arena);
/* Borrows; false: of another length. */
bool tt_listed_get(struct tt_listed *l_r, struct tt_slice s);
/* To, with commas between, and U+2026 where it is cut; in the arena, or, where
 * it is one, borrowed. */
struct tt_slice tt_recipients_text(const struct tt_identity *i,
				   struct tt_arena *arena);

/* ---- walk.c ---- */

/* As tt_case_find(), by the column of that name. */
int tt_case_find_listed(struct tt_case *c, struct tt_slice listed,
			struct tt_case_message *m_r, struct tt_arena *arena,
			struct tt_err *err);

/* ---- month.c: year * 12 + month - 1 ---- */

/* Of days since January 1 of the year 0 (Gregorian). */
int32_t tt_month_of_day(int64_t day);
/* The first second of a month of the years 0 to 9999, since 1970. */
int64_t tt_month_begin(int32_t month);

/* ---- conclude.c, conclude_rows.c, entry.c ---- */

/* The columns of a message that are derived, and their values' places.
 * log_key n 0: its content names it. */
#define TT_CONCLUSION_COLUMNS                                              \
	"is_concluded, is_joined, more_diags, attempts, verdict,"          \
	" fail_basis, border, border_basis, claimed, silent_internal,"     \
	" hops, encrypted, cleartext, unknown, excluded, weakest, time,"   \
	" worst_fit, entry, entry_verdict, entry_version, entry_fit,"      \
	" receiver_id, peer_id, peer_part_id, peer_basis, listed"
#define TT_CONCLUSION_VALUES                                           \
	"?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?," \
	" ?, ?, ?, ?, ?, ?, ?"
void tt_put_conclusion(struct tt_query *q, const struct tt_timeline *t,
		       bool is_joined, struct tt_slice log_key,
		       const struct tt_rules *rules);
/* As tt_case_conclude(), within a change. */
void tt_conclude(struct tt_case *c, int64_t id, const struct tt_timeline *t,
		 struct tt_slice read, struct tt_slice bytes,
		 const struct tt_rules *rules);

/* Hops and quotations, as detail.hops and detail.quotes have them: numbers in
 * the order in which schema.c names them.  These are read here, too. */
enum {
	TT_HOP_DELAY = 25,
	TT_HOP_VERSION,
	TT_HOP_VERDICT = 32,
	TT_HOP_BASIS,
	TT_HOP_IS_TRUSTED = 38,
	TT_HOP_IS_EXCLUDED,
	TT_HOP_IS_STAMP = 42,
	TT_HOP_IS_PARSED,
	TT_HOP_WRITER = 45,
	TT_HOP_DECIDED_BY,
	TT_HOP_NUMBERS,
};
enum {
	TT_QUOTE_RULE = 3,
	TT_QUOTE_SOURCE,
	TT_QUOTE_OFF,
	TT_QUOTE_LENGTH,
	TT_QUOTE_TEXT_AT,
	TT_QUOTE_TEXT_N,
	TT_QUOTE_NUMBERS = 11,
};
/* is_first: none are there.  record: what is kept of it, read or concluded;
 * the timeline's texts are borrowed from there. */
void tt_rows_replace(struct tt_case *c, int64_t id, bool is_first,
		     const struct tt_timeline *t, struct tt_slice record);
/* Where none are there; the record is of the timeline, as c->places has it. */
void tt_rows_add_placed(struct tt_case *c, int64_t id,
			const struct tt_timeline *t, struct tt_slice record);
void tt_rows_drop(struct tt_case *c, int64_t id);

/* ---- log_order.c ---- */

/* Quotations of logs come or go: their order is made as the scan ends. */
void tt_log_order_forget(struct tt_case *c);
void tt_log_order_make(struct tt_case *c);
void tt_log_order_free(struct tt_log_order **order);
/* From here on messages that only logs know come anew.  Quotation `seq` of the
 * message at hand, where it is one, in a source (0: in none). */
void tt_log_order_begin(struct tt_case *c);
void tt_log_order_add(struct tt_case *c, int64_t seq, int64_t source,
		      const struct tt_evidence *e);
/* Those of one log, in that order; take returns false to stop. */
void tt_log_order_spans(struct tt_case *c, int64_t source,
			bool (*take)(void *ctx, const struct tt_case_span *s),
			void *ctx);

/* ---- entry.c ---- */

/* The hop that months, peers and receivers are told of; -1: none. */
struct tt_entry_hop {
	int hop;
	bool has_time;
	int64_t time_unix;
	int worst_fit; /* -1: no trusted network hop */
	struct tt_slice receiver, peer, part;
	enum tt_peer_basis basis;
};
/* A hop whose silence is counted and decides nothing. */
bool tt_hop_is_silent(const struct tt_timeline *t, const struct tt_hop *hop);
struct tt_entry_hop tt_entry_find(const struct tt_timeline *t,
				  const struct tt_rules *rules,
				  struct tt_arena *arena);

#endif
