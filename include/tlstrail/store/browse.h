/* store/browse.h - floor 6: a case page by page, for one who looks around
 *
 * A case opened to be read, whoever made it, and asked in small: lists by
 * filters, newest first, and what the whole comes to.  No call looks at more
 * than a row of the limits table says; an answer that had to stop there says
 * so, and where to go on.  Nothing grows with the case but the figures, which
 * are bounded too.
 *
 * Each call sees one state of the case.  A scan may write it meanwhile: while
 * it does, calls fail by TT_USAGE ("in use by another"), and what it added is
 * seen by the next.  A call that failed leaves nothing behind.
 *
 * Messages of their own are listed by the time at which the receiving system
 * took them, as in reports; those inside others, which are in no figure, by
 * their own date.  The order and its cursors depend on the evidence alone. */
#ifndef TLSTRAIL_STORE_BROWSE_H
#define TLSTRAIL_STORE_BROWSE_H

#include <tlstrail/store/figures.h>

struct tt_browse; /* opaque; one thread at a time */

/* TT_USAGE, too: its scan was cut off before it made the indexes.  *browse_r
 * is NULL on failure; free with tt_browse_close(), which nulls. */
enum tt_status tt_browse_open(struct tt_browse **browse_r, const char *path,
			      struct tt_err *err) TT_MUST_CHECK;
void tt_browse_close(struct tt_browse **browse);
/* The case itself, for the calls of store.h and figures.h that read, between
 * these two: they see one state.  False, with a story: it cannot be read now,
 * and tt_browse_end() is not called.  end gives the status of all. */
struct tt_case *tt_browse_begin(struct tt_browse *browse,
				struct tt_err *err) TT_MUST_CHECK;
enum tt_status tt_browse_end(struct tt_browse *browse,
			     struct tt_err *err) TT_MUST_CHECK;

/* ---- what is asked for ---- */

/* What the entry hop (store/figures.h) came by: each message is in one. */
enum tt_way {
	TT_WAY_NONE, /* no such hop */
	TT_WAY_UNKNOWN,
	TT_WAY_CLEARTEXT,
	TT_WAY_LOCAL,
	TT_WAY_NO_VERSION, /* encrypted, no version recorded */
	TT_WAY_TLS,	   /* + enum tt_tls - 1 */
	TT_WAY_COUNT = TT_WAY_TLS + TT_TLSV1_3,
};
/* "none", "unknown", "cleartext", "local", "no-version", "TLSv1.3" ... */
const char *tt_way_name(enum tt_way way);

#define TT_BROWSE_ANY (-1)
#define TT_BROWSE_TERMS 8

struct tt_browse_filter {
	bool is_embedded; /* those inside others, and no message of its own */
	int verdict;	  /* enum tt_result_verdict, or TT_BROWSE_ANY */
	int basis;	  /* of the failure: enum tt_basis, or TT_BROWSE_ANY */
	int way;	  /* enum tt_way, or TT_BROWSE_ANY */
	bool has_peer;
	struct tt_slice peer; /* n 0: without one */
	bool has_month;
	int32_t month; /* as in struct tt_group; TT_NO_MONTH: undated */
	/* Each must be part of Message-ID, From, To or Subject; ASCII letters
	 * by either case. */
	struct tt_slice term[TT_BROWSE_TERMS];
	size_t n_terms;
};
#define TT_BROWSE_ALL                                           \
	((struct tt_browse_filter){ .verdict = TT_BROWSE_ANY, \
				    .basis = TT_BROWSE_ANY,   \
				    .way = TT_BROWSE_ANY })

/* The place of a message in the order: opaque, to be given back. */
#define TT_CURSOR_LEN (9 + TT_SHA256_LEN)
struct tt_cursor {
	bool is_set;
	uint8_t bytes[TT_CURSOR_LEN];
};

/* ---- lists ---- */

struct tt_browse_row {
	struct tt_cursor cursor; /* names it, too: tt_browse_find() */
	bool is_embedded, is_log_only, is_joined;
	uint8_t content_sha256[TT_SHA256_LEN]; /* where !is_log_only */
	bool has_time, has_date;
	int64_t time_unix, date_unix; /* when it was taken; its Date */
	struct tt_slice message_id, from, subject;
	struct tt_slice to; /* ends in U+2026 where it is cut */
	struct tt_slice peer, receiver; /* p NULL: none */
	enum tt_result_verdict verdict;
	enum tt_basis fail_basis;
	enum tt_tls weakest;
	enum tt_way way;
	uint64_t hops, encrypted, cleartext, unknown;
};

struct tt_browse_page {
	TT_VEC(struct tt_browse_row) rows; /* newest first */
	/* What lies before and after: where another call goes on.  Not set:
	 * nothing does. */
	struct tt_cursor newer, older;
	bool is_cut; /* stopped by TT_MAX_browse_work: go on there */
	/* Of all that fit; where !is_exact, of the newest that were looked
	 * at: there are so many at least. */
	uint64_t total;
	bool is_exact;
};
/* At most `limit` rows: the next older than `from`, or the next newer ones
 * where is_newer; from the newest on where it is not set.  In the arena. */
struct tt_browse_options {
	struct tt_browse_filter filter;
	struct tt_cursor from;
	bool is_newer;
	size_t limit; /* at most TT_MAX_browse_page */
};
enum tt_status tt_browse_list(struct tt_browse *browse,
			      const struct tt_browse_options *options,
			      struct tt_browse_page *page_r,
			      struct tt_arena *arena,
			      struct tt_err *err) TT_MUST_CHECK;

/* ---- the whole ---- */

struct tt_browse_month {
	int32_t month; /* or TT_NO_MONTH */
	uint64_t messages;
	uint64_t result[TT_RESULT_FAIL + 1];
	uint64_t way[TT_WAY_COUNT];
};
struct tt_browse_peer {
	struct tt_slice name; /* p NULL: none is known */
	uint64_t messages, failing;
};
struct tt_browse_figures {
	uint64_t messages; /* of their own, and those that only logs know */
	uint64_t result[TT_RESULT_FAIL + 1];
	uint64_t basis[TT_BASIS_LOG + 1]; /* of failures */
	uint64_t way[TT_WAY_COUNT];
	TT_VEC(struct tt_browse_month) months; /* newest first */
	TT_VEC(struct tt_browse_peer) peers;   /* most messages first */
	uint64_t more_months, more_peers; /* that are not listed */
	/* False: more than TT_MAX_browse_rows; of the newest of them. */
	bool is_whole;
	/* False: more peers than TT_MAX_browse_peers; of those met first. */
	bool has_all_peers;
	struct tt_case_counts counts;
	struct tt_case_facts facts;
};
/* Borrowed from browse, until the next call that finds the case changed. */
enum tt_status tt_browse_figures(struct tt_browse *browse,
				 const struct tt_browse_figures **figures_r,
				 struct tt_err *err) TT_MUST_CHECK;

/* ---- one message; between tt_browse_begin() and _end() ---- */

/* By its cursor (by content: tt_case_find()); 1, 0 none, -1.  In the arena. */
int tt_browse_find(struct tt_browse *browse, const struct tt_cursor *cursor,
		   struct tt_case_message *m_r, struct tt_arena *arena,
		   struct tt_err *err) TT_MUST_CHECK;
/* Where its content lies: primary place first; at most `limit`. */
struct tt_browse_place {
	struct tt_slice path;
	struct tt_slice *member;
	size_t n_member;
	uint64_t off, length;
	bool is_decoded; /* off is its carrier's */
	bool is_primary;
};
struct tt_browse_places {
	TT_VEC(struct tt_browse_place) list;
	uint64_t more;
};
enum tt_status tt_browse_places(struct tt_browse *browse, int64_t id,
				size_t limit,
				struct tt_browse_places *places_r,
				struct tt_arena *arena,
				struct tt_err *err) TT_MUST_CHECK;
/* The messages inside it where it lies, in their order: contents.  None of one
 * that is inside another itself: its carrier has them. */
struct tt_browse_inside {
	TT_VEC(struct tt_browse_content {
		uint8_t sha256[TT_SHA256_LEN];
	}) list;
	uint64_t more;
};
enum tt_status tt_browse_inside(struct tt_browse *browse, int64_t id,
				size_t limit,
				struct tt_browse_inside *inside_r,
				struct tt_arena *arena,
				struct tt_err *err) TT_MUST_CHECK;

#endif
