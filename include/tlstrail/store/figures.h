/* store/figures.h - floor 6: what a case comes to, for reports
 *
 * Asked of the conclusions that are kept, so that a million messages cost ten
 * seconds and no timeline is read.  Results are in the caller's arena.
 * Their order is part of the answer: it depends on the content only.
 *
 * Messages inside others are counted in tt_totals.embedded and nowhere else.
 * The *entry* hop of a message is its border hop, where that is a network
 * hop; of a message without a border (logs alone), the newest trusted network
 * hop.  Months, peers and receivers are told of it. */
#ifndef TLSTRAIL_STORE_FIGURES_H
#define TLSTRAIL_STORE_FIGURES_H

#include <tlstrail/store.h>

/* The totals that scan and show print. */
enum tt_status tt_case_totals(struct tt_case *c, struct tt_totals *totals_r,
			      struct tt_arena *arena,
			      struct tt_err *err) TT_MUST_CHECK;

/* Of them, messages and their results alone: no hop is read. */
enum tt_status tt_case_results(struct tt_case *c, struct tt_totals *totals_r,
			       struct tt_arena *arena,
			       struct tt_err *err) TT_MUST_CHECK;

struct tt_case_counts {
	uint64_t messages;    /* mail, embedded left out */
	uint64_t embedded, log_only, occurrences, events;
	uint64_t unconcluded; /* of messages: a scan was cut off */
	bool needs_join;      /* so it was before logs were joined with mail */
	uint64_t joined;      /* messages that a log told something of */
	/* Of tt_case_limit_to(), with log_only: left out; kept undated. */
	uint64_t outside, undated;
	uint64_t files[TT_SOURCE_FAILED + 1]; /* by state; newest generation */
};
enum tt_status tt_case_counts(struct tt_case *c,
			      struct tt_case_counts *counts_r,
			      struct tt_err *err) TT_MUST_CHECK;

/* What a peer is named by, surest first. */
enum tt_peer_basis {
	TT_PEER_NONE,
	TT_PEER_RDNS,  /* domain of the name its address resolves to */
	TT_PEER_HELO,  /* domain of what it called itself: anyone can */
	TT_PEER_ADDRESS,
};
const char *tt_peer_basis_name(enum tt_peer_basis b);

#define TT_NO_MONTH INT32_MIN /* undated */

enum tt_group_by {
	TT_GROUP_MONTH,	     /* when the receiving system took it */
	TT_GROUP_RECEIVER,   /* name: the receiving domain */
	TT_GROUP_PEER,	     /* name: domain or address that sent it */
	TT_GROUP_PEER_PART,  /* and part of it: a region of Amazon SES */
	TT_GROUP_PEER_MONTH,
	TT_GROUP_HEADER,     /* name: value of a header that was kept */
};
enum tt_group_order {
	TT_GROUP_BY_KEY,   /* month, then name and part by bytes */
	TT_GROUP_BY_SIZE,  /* most messages first, then as by key */
	TT_GROUP_BY_WORST, /* most failing entry hops first, then by size */
};
struct tt_group {
	struct tt_slice name; /* p NULL: not known, no such hop */
	struct tt_slice part; /* p NULL: none */
	enum tt_peer_basis basis; /* of peers: the least sure one */
	int32_t month; /* year * 12 + month - 1, or TT_NO_MONTH */
	uint64_t messages;
	uint64_t result[TT_RESULT_FAIL + 1];
	/* Of the entry hops; a message without one is in none of them. */
	uint64_t verdict[TT_LOCAL + 1];
	uint64_t version[TT_TLSV1_3 + 1]; /* of encrypted ones; stated, else
					   * implied */
	uint64_t fit[TT_FIT_SUITE + 1];
};
struct tt_groups {
	struct tt_group *v;
	size_t n, cap;
	uint64_t more; /* groups left out by `limit` */
};
struct tt_group_options {
	enum tt_group_by by;
	enum tt_group_order order;
	size_t limit;		/* 0: all.  PEER_MONTH: peers, by order */
	struct tt_slice header; /* GROUP_HEADER: its name, lower case */
};
enum tt_status tt_case_groups(struct tt_case *c,
			      const struct tt_group_options *options,
			      struct tt_groups *groups_r,
			      struct tt_arena *arena,
			      struct tt_err *err) TT_MUST_CHECK;

/* Whose part a failing entry is, told by what else its receiver did: where it
 * took other mail as the profile asks in the same month, the sender's; where
 * in the whole case it took none so, and at least TT_FAULT_MIN failed, its
 * own; else it is open. */
enum tt_part {
	TT_PART_SENDER,
	TT_PART_RECEIVER,
	TT_PART_OPEN,
	TT_PART_COUNT,
};
#define TT_FAULT_MIN 5
struct tt_fault {
	struct tt_slice name; /* of the peer, the receiver; p NULL: unknown */
	uint64_t n;	      /* failing entry hops */
};
struct tt_faults {
	struct tt_fault_list {
		uint64_t total;
		struct tt_fault *v; /* most first, then by name */
		size_t n, cap;
		uint64_t more; /* names left out by `limit` */
	} part[TT_PART_COUNT]; /* OPEN: named by peers */
};
enum tt_status tt_case_faults(struct tt_case *c, size_t limit,
			      struct tt_faults *faults_r,
			      struct tt_arena *arena,
			      struct tt_err *err) TT_MUST_CHECK;

/* A test campaign: messages by the value of a header that the scan kept. */
struct tt_campaign_row {
	struct tt_slice value;
	struct tt_group mail; /* as TT_GROUP_HEADER gives */
	/* Met inside a delivery report that tells of tries that failed. */
	uint64_t reported;
};
struct tt_campaign {
	struct tt_slice header; /* lower case */
	TT_VEC(struct tt_campaign_row) rows; /* by value */
};
enum tt_status tt_case_campaign(struct tt_case *c, struct tt_slice header,
				struct tt_campaign *campaign_r,
				struct tt_arena *arena,
				struct tt_err *err) TT_MUST_CHECK;

/* Delays of trusted network hops, negative ones (clocks) left out of the
 * quantiles: the least value that at least so many do not exceed. */
struct tt_delay {
	struct tt_slice name; /* receiving domain; p NULL: not known */
	uint64_t hops, negative;
	int64_t median_s, p90_s, max_s;
};
struct tt_delays {
	struct tt_delay all;
	TT_VEC(struct tt_delay) by_receiver; /* most hops first */
};
enum tt_status tt_case_delays(struct tt_case *c, struct tt_delays *delays_r,
			      struct tt_arena *arena,
			      struct tt_err *err) TT_MUST_CHECK;

/* Failing messages: by worst hop (cleartext, forbidden suite, old version),
 * then by grounds, then in the order of exports. */
struct tt_worst {
	int64_t id;
	bool is_log_only;
	uint8_t content_sha256[TT_SHA256_LEN];
	struct tt_slice path, message_id, subject, receiver, peer;
	struct tt_slice log_key;
	uint64_t off;
	bool has_time;
	int64_t time_unix;
	enum tt_fit fit;
	enum tt_basis fail_basis;
	enum tt_tls weakest;
};
struct tt_worsts {
	struct tt_worst *v;
	size_t n, cap;
	uint64_t more;
};
enum tt_status tt_case_worst(struct tt_case *c, size_t limit,
			     struct tt_worsts *worsts_r,
			     struct tt_arena *arena,
			     struct tt_err *err) TT_MUST_CHECK;

/* Diags and anomalies by code, most first. */
struct tt_code_count {
	struct tt_slice code;
	uint64_t messages; /* that have it */
	uint64_t sources;  /* diags of files and members that hold no mail */
};
struct tt_code_counts {
	struct tt_code_count *v;
	size_t n, cap;
};
enum tt_status tt_case_diag_counts(struct tt_case *c,
				   struct tt_code_counts *counts_r,
				   struct tt_arena *arena,
				   struct tt_err *err) TT_MUST_CHECK;
enum tt_status tt_case_anomaly_counts(struct tt_case *c,
				      struct tt_code_counts *counts_r,
				      struct tt_arena *arena,
				      struct tt_err *err) TT_MUST_CHECK;

/* What shaped the case and what made it: every option, by name. */
struct tt_case_facts {
	struct tt_case_fact {
		struct tt_slice name, value;
	} *v;
	size_t n, cap;
};
enum tt_status tt_case_facts(struct tt_case *c, struct tt_case_facts *facts_r,
			     struct tt_arena *arena,
			     struct tt_err *err) TT_MUST_CHECK;

/* ---- lists too long for an arena: a call for each, in order ---- */

struct tt_case_source_row {
	int64_t id;
	struct tt_slice path;
	struct tt_slice *member; /* outermost first */
	size_t n_member;
	bool is_file;	  /* no member of one */
	bool is_newest;	  /* its latest generation */
	enum tt_source_state state;
	bool is_regular;
	uint64_t size;
	int64_t mtime_unix;
	bool has_hash;
	uint8_t sha256[TT_SHA256_LEN];
	struct tt_slice reason; /* n 0: none */
	uint64_t occurrences, events, diags;
};
/* By (path, member, generation); borrowed for the call.  False stops. */
enum tt_status tt_case_sources(struct tt_case *c,
			       bool (*take)(void *ctx,
					    const struct tt_case_source_row *r),
			       void *ctx, struct tt_err *err) TT_MUST_CHECK;

struct tt_case_diag_row {
	int64_t source; /* as in tt_case_source_row; 0: of no file */
	enum tt_severity severity;
	struct tt_slice code, text;
	uint64_t off; /* or TT_NO_OFF */
};
/* Of sources (not of messages: those have theirs in their timeline). */
enum tt_status tt_case_source_diags(struct tt_case *c,
				    bool (*take)(void *ctx,
						 const struct tt_case_diag_row *r),
				    void *ctx,
				    struct tt_err *err) TT_MUST_CHECK;

/* Spans to compare with the bytes: those in mail first, source by source in
 * their order, then those in logs. */
struct tt_case_span {
	int64_t source;
	bool is_message;  /* text lies at message_off + off */
	bool is_decoded;  /* ... or in its decoded bytes, at off: only the
			   * message's hash can be compared */
	uint64_t message_off, message_length;
	bool has_hash;
	uint8_t sha256[TT_SHA256_LEN]; /* of the message, as found */
	uint64_t off, length;
	struct tt_slice text; /* n < length: it was not kept whole */
	struct tt_slice rule;
};
enum tt_status tt_case_spans(struct tt_case *c, int64_t source,
			     bool (*take)(void *ctx,
					  const struct tt_case_span *s),
			     void *ctx, struct tt_err *err) TT_MUST_CHECK;

/* Every place of mail in a source, by place, with the hash found there. */
struct tt_case_occurrence {
	uint64_t off, length;
	bool is_decoded; /* off is its carrier's */
	uint8_t sha256[TT_SHA256_LEN], content_sha256[TT_SHA256_LEN];
};
enum tt_status
tt_case_occurrences(struct tt_case *c, int64_t source,
		    bool (*take)(void *ctx,
				 const struct tt_case_occurrence *o),
		    void *ctx, struct tt_err *err) TT_MUST_CHECK;

#endif
