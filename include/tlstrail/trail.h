/* tlstrail/trail.h - floor 5: stamps become one timeline per message
 *
 * Order, verdict and basis, trust boundary, links, delays, anomalies and the
 * result, as the model writes them.  A pure function of its input: same
 * bytes and options, same timeline. */
#ifndef TLSTRAIL_TRAIL_H
#define TLSTRAIL_TRAIL_H

#include <tlstrail/rule.h>

enum tt_link {
	TT_LINK_NULL,
	TT_LINK_ADDRESS,
	TT_LINK_NAME,
	TT_LINK_LABEL,
	TT_LINK_DOMAIN,
	TT_LINK_NONE,
};
const char *tt_link_name(enum tt_link l); /* NULL for TT_LINK_NULL */

#define TT_ANOMALIES(X)                                       \
	X(time_reversed, "time-reversed")                     \
	X(stale, "stale")                                     \
	X(chain_break, "chain-break")                         \
	X(no_date, "no-date")                                 \
	X(bad_date, "bad-date")                               \
	X(no_by, "no-by")                                     \
	X(nat_peer, "nat-peer")                               \
	X(version_cipher_mismatch, "version-cipher-mismatch") \
	X(ambiguous_version, "ambiguous-version")             \
	X(keyword_marker_mismatch, "keyword-marker-mismatch") \
	X(conflict, "conflict")                               \
	X(sender_text, "sender-text")                         \
	X(ambiguous_stamp, "ambiguous-stamp")                 \
	X(malformed, "malformed")                             \
	X(nul_byte, "nul-byte")                               \
	X(truncated, "truncated")                             \
	X(null_cipher, "null-cipher")                         \
	X(forged_pattern, "forged-pattern")

enum tt_anomaly_code {
#define TT_ANOMALY_ID(id, name) TT_ANOMALY_##id,
	TT_ANOMALIES(TT_ANOMALY_ID)
#undef TT_ANOMALY_ID
		TT_ANOMALY_COUNT
};
const char *tt_anomaly_name(enum tt_anomaly_code c);

struct tt_anomaly {
	enum tt_anomaly_code code;
	int hop; /* index in the timeline; -1: the message */
	struct tt_slice text; /* the fact, in words and figures */
};

struct tt_evidence {
	enum tt_evidence_kind kind;
	const char *rule; /* NULL: the grammar alone */
	uint64_t off;	  /* in the message */
	struct tt_slice text; /* exactly those bytes */
	uint64_t length;      /* of them, where text was redacted; else 0 */
	const struct tt_origin *origin; /* of a log; NULL: the message */
	struct tt_slice pointer; /* JSON pointer in text; n 0: null */
};
static inline uint64_t tt_evidence_length(const struct tt_evidence *e)
{
	return e->length ? e->length : e->text.n;
}

struct tt_witness {
	enum tt_evidence_kind kind;
	bool is_experimental; /* no real sample of its log was at hand */
	const char *side; /* "receiver", "sender", "submitter" or NULL */
	struct tt_slice host;
	const char *key; /* join key; NULL for the stamp itself */
	enum tt_verdict verdict;
	enum tt_tls version;
};

/* A try that carried nothing, by a delivery report in the message: whoever
 * sent the message wrote it, and it decides nothing.  p NULL is null. */
struct tt_attempt {
	bool has_time;
	int64_t time_unix;
	struct tt_slice recipient;
	struct {
		struct tt_slice name, ip;
	} from, by;
	enum tt_outcome outcome;
	struct tt_slice text;
	TT_VEC(struct tt_evidence) evidence;
};

/* Slices with p NULL are null in the output. */
struct tt_hop {
	int index;
	struct {
		struct tt_slice name, helo, rdns, ip;
	} from;
	struct {
		struct tt_slice name, ip;
	} by;
	struct tt_slice via, with, id, for_, recipient;
	enum tt_transport transport;
	bool has_time, has_offset, has_delay;
	int64_t time_unix;
	int time_us; /* fraction, of a time that a log gave; 0 in stamps */
	int64_t time_uncertainty_s;
	int offset_min;
	int64_t delay_s;
	enum tt_tls version, version_implied;
	struct tt_slice cipher, cipher_iana;
	bool is_cipher_unreliable;
	bool is_version_ambiguous; /* as a log has it: a name of no single one */
	unsigned suite_flags; /* tt_suite_flag; 0 where not in the table */
	bool is_suite_mismatch; /* the version stated has none of that name */
	int bits; /* -1: null */
	enum tt_verdict verdict;
	enum tt_basis basis;
	enum tt_auth server_auth, client_auth;
	struct tt_slice software;
	bool is_trusted, is_corroborated, is_mute, is_excluded;
	enum tt_link link;
	TT_VEC(struct tt_witness) witnesses;
	TT_VEC(struct tt_attempt) attempts; /* those before its success */
	TT_VEC(struct tt_evidence) evidence;
	uint32_t anomalies; /* bit per tt_anomaly_code */
	const char *writer;	/* rule file that claims the stamp, or NULL */
	const char *decided_by; /* rule that gave the verdict, or NULL */
	bool is_stamp;	/* a Received field tells of it, not logs alone */
	bool is_within_host; /* the peer was the host itself */
	bool is_parsed; /* by and date were read (coverage) */
	uint64_t off, length; /* the field's value in the message */
};

enum tt_result_verdict {
	TT_RESULT_NONE,
	TT_RESULT_PASS,
	TT_RESULT_UNDETERMINED,
	TT_RESULT_FAIL,
};
enum tt_claimed {
	TT_CLAIMED_NONE,
	TT_CLAIMED_OK,
	TT_CLAIMED_NO_VERSION,
	TT_CLAIMED_SILENT,
	TT_CLAIMED_ADMITS_FAILURE,
};
enum tt_border_basis {
	TT_BORDER_NULL,
	TT_BORDER_GIVEN,
	TT_BORDER_LAYOUT,
	TT_BORDER_INFERRED,
	TT_BORDER_TOP_ONLY,
};
const char *tt_result_verdict_name(enum tt_result_verdict v);
const char *tt_claimed_name(enum tt_claimed c);
const char *tt_border_basis_name(enum tt_border_basis b); /* NULL: null */

struct tt_result {
	const struct tt_profile *profile;
	enum tt_result_verdict verdict;
	enum tt_basis fail_basis; /* NONE: null */
	int border;		  /* index, or -1: null */
	enum tt_border_basis border_basis;
	struct tt_slice receiving_domain; /* of the newest trusted by; text
					   * output only */
	enum tt_claimed claimed;
	unsigned silent_internal;
	unsigned hops, encrypted, cleartext, unknown, excluded;
	enum tt_tls weakest; /* NONE: null */
};

struct tt_context {
	const char *kind; /* "other": a TLS header that decides nothing */
	struct tt_evidence evidence;
	struct tt_slice text;
	bool has_time; /* of a log's record; a header has none */
	int64_t time_unix;
};

struct tt_timeline {
	/* source */
	struct tt_slice path;
	const struct tt_slice *member;
	size_t n_member;
	uint64_t off, length; /* is_decoded: the carrier's place, and how
			       * many bytes came */
	bool has_hash;
	uint8_t sha256[TT_SHA256_LEN], content_sha256[TT_SHA256_LEN];
	/* A message inside another: wholly claimed. */
	bool has_parent, is_decoded;
	uint8_t parent_sha256[TT_SHA256_LEN]; /* content of its carrier */
	bool is_of_logs;    /* no mail is at hand */
	bool is_no_message; /* ... and of none: there is context alone */

	struct tt_identity identity;
	TT_VEC(struct tt_hop) hops; /* oldest first */
	struct tt_result result;
	TT_VEC(struct tt_anomaly) anomalies;
	TT_VEC(struct tt_attempt) attempts; /* of legs that never succeeded */
	TT_VEC(struct tt_context) context;
	TT_VEC(struct tt_slice) advice; /* what to do; SES legs */
	const struct tt_diags *diags;
};

/* How a hop, trusted or claimed, stands to a profile (model.md, "Result of a
 * message"), so that an output can name the hop that decided and why. */
enum tt_fit {
	TT_FIT_MEETS,
	TT_FIT_UNKNOWN,	   /* the verdict is unknown */
	TT_FIT_NO_VERSION, /* encrypted, and the profile needs a version */
	TT_FIT_NO_SUITE,   /* ... or a suite */
	TT_FIT_CLEARTEXT,
	TT_FIT_VERSION, /* older than the profile's minimum */
	TT_FIT_SUITE,	/* a suite the profile forbids, NULL ones included */
};
enum tt_fit tt_hop_fit(const struct tt_hop *hop,
		       const struct tt_profile *profile);
/* One word, as a case and the page have it. */
const char *tt_fit_name(enum tt_fit fit);

/* The *entry* of a message: its border hop, where that is a network hop; of a
 * message without a border (logs alone), the newest trusted network hop.  Its
 * index; -1: none. */
int tt_timeline_entry(const struct tt_timeline *t);
/* When the receiving system took it: the entry's time, else that of the newest
 * trusted hop that has one.  false: no trusted hop has. */
bool tt_timeline_received(const struct tt_timeline *t, int64_t *unix_r);

/* --since and --until: both ends belong to it. */
struct tt_range {
	bool has_since, has_until;
	int64_t since, until;
};
static inline bool tt_range_is_given(const struct tt_range *p)
{
	return p->has_since || p->has_until;
}
enum tt_range_place {
	TT_RANGE_WITHIN,
	TT_RANGE_OUTSIDE,
	TT_RANGE_UNDATED, /* nothing tells that it is outside */
};
/* By when it was received; else by its own Date, which is a claim.  Of a
 * message inside another ask its carrier instead. */
enum tt_range_place tt_range_find(const struct tt_range *p,
				    const struct tt_timeline *t);
/* Its ends as options write them, the same for the same instant; "" where one
 * is not given. */
struct tt_range_words {
	char since[24], until[24];
};
struct tt_range_words tt_range_words(const struct tt_range *p);

struct tt_trust {
	TT_VEC(struct tt_cidr) cidrs;
	TT_VEC(struct tt_slice) names; /* lower case, without trailing dot */
};
/* CIDR, address or host name; false: neither. */
bool tt_trust_add(struct tt_trust *trust, struct tt_arena *arena,
		  struct tt_slice word);

struct tt_book;

struct tt_trail_options {
	const struct tt_rules *rules;
	const struct tt_profile *profile;
	struct tt_trust trust;
	bool is_claimed;    /* no stamp is trusted: a message inside */
	bool want_receiver; /* fill result.receiving_domain */
	struct tt_book *book; /* trail/join.h: settled; NULL: no logs */
};

/* Organisational domain of a host name (Public Suffix List), lower case, in
 * arena; n 0 for literals, single labels and public suffixes. */
struct tt_slice tt_org_domain(struct tt_arena *arena, struct tt_slice host);

/* Fills everything of the timeline but source and identity (which the caller
 * has filled before).  Fields and block must outlive it. */
void tt_timeline_build(struct tt_timeline *t, const struct tt_header *header,
		       const struct tt_trail_options *options,
		       struct tt_matcher *matcher, struct tt_arena *arena,
		       struct tt_diags *diags);

/* The same in two steps, between which a timeline may be kept
 * (trail/codec.h).  What was read is a function of the header, the rules and
 * options->trust alone; it is not to be shown before it is concluded: joined
 * with options->book, and judged.  In between, its anomalies are those of
 * single stamps, and its result has the border only. */
void tt_timeline_read(struct tt_timeline *t, const struct tt_header *header,
		      const struct tt_trail_options *options,
		      struct tt_matcher *matcher, struct tt_arena *arena,
		      struct tt_diags *diags);
void tt_timeline_conclude(struct tt_timeline *t,
			  const struct tt_trail_options *options,
			  struct tt_arena *arena, struct tt_diags *diags);

/* Adds the attempts that one delivery report tells: one for each recipient
 * whose Action is failed or delayed.  After tt_timeline_build().  `off` is
 * the text's in the message; TT_NO_OFF where it was decoded: then nothing is
 * quoted.  Bytes of `text` must outlive the timeline. */
void tt_attempts_add(struct tt_timeline *t, struct tt_slice text,
		     uint64_t off, struct tt_matcher *matcher,
		     struct tt_arena *arena, struct tt_diags *diags);

/* ---- rules and their samples ---- */

/* tt_rules_load(); where `extra` is given, all samples are run too, and one
 * that fails is TT_RULE.  To be called before any evidence is read. */
enum tt_status tt_rules_open(struct tt_rules **rules_r, const char *dir,
			     const char *const *extra, size_t n_extra,
			     struct tt_err *err) TT_MUST_CHECK;

struct tt_sample_score {
	size_t passed, failed;
};
/* Runs every rule on its own samples and on all others'; failures are
 * printed with file and line.  The rules were loaded with want_samples. */
struct tt_sample_score tt_rules_test(const struct tt_rules *rules,
				     struct tt_out *out);

/* ---- totals over many messages ---- */

struct tt_totals {
	uint64_t messages, hops;
	uint64_t embedded; /* messages inside them, in none of the figures */
	/* Of --since and --until: left out, in no other figure; and kept
	 * though nothing dates them. */
	uint64_t outside, undated;
	uint64_t result[TT_RESULT_FAIL + 1];
	uint64_t verdict[TT_LOCAL + 1];
	uint64_t basis[TT_BASIS_LOG + 1];
	uint64_t version[TT_TLSV1_3 + 1]; /* stated; of encrypted hops */
	uint64_t stamps;   /* of the hops: the others only logs know */
	uint64_t unparsed; /* stamps without by or date */
	uint64_t no_writer; /* stamps no writer claims */
	uint64_t anomalies[TT_ANOMALY_COUNT];
	struct tt_arena *arena;
	TT_VEC(struct tt_rule_count {
		const char *rule;
		uint64_t n;
	}) rules; /* which rule decided how many stamps */
};
void tt_totals_init(struct tt_totals *t, struct tt_arena *arena);
void tt_totals_add(struct tt_totals *t, const struct tt_timeline *timeline);
/* Adds those of `from`, which were counted apart. */
void tt_totals_join(struct tt_totals *t, const struct tt_totals *from);

void tt_trail_versions(struct tt_out *out);

#endif
