/* rules.h - the rule set as it lies in memory (private to rule) */
#ifndef TLSTRAIL_RULES_H
#define TLSTRAIL_RULES_H

#include <tlstrail/rule.h>
#include "anchors.h"
#include "yaml.h"

/* What lines and records of logs say alike, by the names that rules use. */
#define TT_EVENT_FIELDS(X) \
	X(queue_id)        \
	X(next_queue_id)   \
	X(message_id)      \
	X(sender)          \
	X(recipient)       \
	X(from_name)       \
	X(from_helo)       \
	X(from_rdns)       \
	X(from_ip)         \
	X(by_name)         \
	X(by_ip)           \
	X(version)         \
	X(cipher)          \
	X(bits)

#define TT_NO_INDEX UINT32_MAX

/* One pattern; compiled by a matcher on first use. */
struct tt_pattern {
	struct tt_slice text;
	const char *file; /* for messages */
	unsigned line;
	uint32_t anchor; /* index of the literal it needs, or TT_NO_INDEX */
};

/* Which places a condition or marker looks at. */
struct tt_places {
	uint32_t slots;	   /* bit per tt_slot */
	uint32_t comments; /* bit per place */
};

struct tt_cond {
	enum { TT_COND_PATTERN, TT_COND_ABSENT } kind;
	bool is_negated;
	struct tt_places places;
	uint32_t pattern;
};

/* All of these must hold. */
struct tt_conds {
	TT_VEC(struct tt_cond) list;
};

struct tt_identify {
	struct tt_conds conds;
	bool is_weak; /* by shape: counts only where no other writer fits */
	uint32_t anchor; /* the first condition's, checked before any match */
};

enum tt_from_source {
	TT_FROM_NONE,
	TT_FROM_FIRST_WORD,
	TT_FROM_COMMENT_NAME,
	TT_FROM_COMMENT_ADDRESS,
	TT_FROM_SECOND_COMMENT_ADDRESS,
	TT_FROM_COMMENT_HELO,
	TT_FROM_BARE_ADDRESS,
	TT_FROM_FIRST_LITERAL,
	TT_FROM_NAME_UNLESS_LITERAL,
	TT_FROM_BY_ADDRESS,
	TT_FROM_SOURCES,
};
#define TT_FROM_TRIES 4
struct tt_from_map {
	enum tt_from_source name[TT_FROM_TRIES], helo[TT_FROM_TRIES],
		rdns[TT_FROM_TRIES], ip[TT_FROM_TRIES];
};

struct tt_auth_value {
	struct tt_slice word;
	enum tt_auth auth;
};

/* A value map of a captured word, or one fixed value. */
struct tt_auth_map {
	bool is_set;
	enum tt_auth fixed;
	char group[24]; /* n 0: fixed */
	TT_VEC(struct tt_auth_value) values;
};

struct tt_marker {
	const char *id; /* "received/postfix#using" */
	struct tt_places places;
	uint32_t pattern;
	bool says_tls, is_clear, is_keyword_basis, is_bits_bytes;
	bool is_cipher_wrong; /* when ... */
	enum tt_tls when_version, when_suite_last;
	struct tt_auth_map client_auth, server_auth;
};

struct tt_when {
	int year_min, year_max; /* 0: any */
	unsigned peers;		/* bit per tt_peer_class; 0: any */
	int has_from;		/* -1 any */
	uint32_t by_name, software_version; /* patterns */
	bool has_cond;
	struct tt_cond cond;
};

enum tt_peer_class {
	TT_PEER_PRIVATE,
	TT_PEER_LOOPBACK,
	TT_PEER_PUBLIC,
	TT_PEER_SAME,
	TT_PEER_NONE,
};

struct tt_word_rule {
	const char *id;
	TT_VEC(struct tt_slice) is; /* lower case; "absent", "any" */
	uint32_t like;		    /* pattern on the whole `with` */
	struct tt_when when;
	struct tt_word gives;
};

struct tt_word_list {
	TT_VEC(struct tt_word_rule) list;
};

struct tt_writer {
	const char *id; /* "received/postfix" */
	struct tt_slice software;
	bool is_generic, is_forged; /* class, not a writer */
	bool rdns_verified, keyword_reliable;
	TT_VEC(struct tt_identify) identify;
	TT_VEC(struct tt_identify) ambiguous;
	struct tt_from_map from;
	TT_VEC(uint32_t) markers; /* into rules->markers */
	struct tt_word_list words;
};

struct tt_header_rule {
	const char *id;
	struct tt_slice field;
	TT_VEC(uint32_t) markers;
	bool is_border_witness;
	struct tt_slice border_under;
};

struct tt_status_rule {
	const char *id; /* "status/tls#not-offered" */
	const char *owner;
	uint32_t pattern;
	TT_VEC(uint32_t) anchors; /* one of them is in every match; none: it is
				   * always tried */
	enum tt_outcome outcome;
};

struct tt_suite_name {
	struct tt_slice name;
	uint32_t suite;
};
struct tt_version_name {
	struct tt_slice name;
	enum tt_tls version;
	bool is_ambiguous;
	uint32_t next; /* of the same length and last letter, + 1 */
};

struct tt_alternative {
	uint16_t writer, identify;
};

/* Words before a local part (rules/redact.yaml). */
struct tt_redact_rule {
	const char *id; /* "redact#for" */
	uint32_t pattern;
};

struct tt_rules_file {
	const char *name, *path;
	struct tt_slice bytes;
};

struct tt_log_rule;
struct tt_log_answer;
struct tt_log_service;
/* rules/log: log_rules.h */
struct tt_log_rules {
	TT_VEC(struct tt_log_rule) list;
	TT_VEC(struct tt_log_answer) answers;
	TT_VEC(struct tt_log_service) services;
};

struct tt_json_rule;
struct tt_json_envelope;
/* rules/json: json_rules.h */
struct tt_json_rules {
	TT_VEC(struct tt_json_rule) list;
	TT_VEC(struct tt_json_envelope) envelopes;
};

/* Hosts of a domain that stand in several places, by the label before it. */
struct tt_host_part {
	struct tt_slice under;
	struct tt_slice common, part; /* this label is of that part */
};

struct tt_rules {
	struct tt_arena arena;
	bool want_samples;
	unsigned parts; /* that were loaded */
	const char *dir, *const *extra; /* where from */
	size_t n_extra;
	char hash[65];
	TT_VEC(struct tt_rules_file) files;

	TT_VEC(struct tt_pattern) patterns;
	struct tt_anchors anchors;

	TT_VEC(struct tt_marker) markers;
	TT_VEC(struct tt_writer) writers;
	/* Alternatives by anchor; those without one in list anchors.list.n. */
	struct tt_alternative *alternatives;
	uint32_t *alternative_from; /* anchors.list.n + 2 */
	uint32_t generic; /* the writer of stamps nobody claims */
	struct tt_word_list keywords; /* the general table */
	TT_VEC(struct tt_header_rule) headers;
	uint32_t header_shapes[32]; /* name length -> bits of first letters */
	TT_VEC(struct tt_status_rule) statuses;
	struct tt_anchors status_anchors;
	TT_VEC(const char *) status_files;
	TT_VEC(struct tt_layout) layouts;
	struct tt_log_rules log;
	struct tt_json_rules json;
	TT_VEC(struct tt_profile) profiles;
	TT_VEC(struct tt_advice) advice;
	TT_VEC(struct tt_slice) shared, own_name;
	TT_VEC(struct tt_host_part) host_parts;
	TT_VEC(struct tt_redact_rule) redact;
	TT_VEC(struct tt_sample) samples;

	TT_VEC(struct tt_suite) suites;
	struct tt_suite_name *suite_table; /* open addressing */
	size_t suite_mask, n_suite_names;
	TT_VEC(struct tt_version_name) versions;
	/* By length and last letter: the first row + 1, in order. */
	uint32_t version_head[64];
};

/* ---- loading, one function per kind of file ---- */

struct tt_loader {
	struct tt_rules *rules;
	struct tt_rule_file file;
};

enum tt_status tt_load_writer(struct tt_loader *l, const struct tt_node *root)
	TT_MUST_CHECK;
enum tt_status tt_load_markers(struct tt_loader *l, const struct tt_node *root)
	TT_MUST_CHECK;
enum tt_status tt_load_keywords(struct tt_loader *l,
				const struct tt_node *root) TT_MUST_CHECK;
enum tt_status tt_load_header(struct tt_loader *l, const struct tt_node *root)
	TT_MUST_CHECK;
enum tt_status tt_load_layout(struct tt_loader *l, const struct tt_node *root)
	TT_MUST_CHECK;
enum tt_status tt_load_profile(struct tt_loader *l, const struct tt_node *root)
	TT_MUST_CHECK;
enum tt_status tt_load_status(struct tt_loader *l, const struct tt_node *root)
	TT_MUST_CHECK;
enum tt_status tt_load_suites(struct tt_loader *l, const struct tt_node *root)
	TT_MUST_CHECK;
enum tt_status tt_load_log(struct tt_loader *l, const struct tt_node *root)
	TT_MUST_CHECK;
enum tt_status tt_load_advice(struct tt_loader *l, const struct tt_node *root)
	TT_MUST_CHECK;
enum tt_status tt_load_json(struct tt_loader *l, const struct tt_node *root)
	TT_MUST_CHECK;
enum tt_status tt_load_redact(struct tt_loader *l, const struct tt_node *root)
	TT_MUST_CHECK;
enum tt_status tt_load_samples(struct tt_loader *l,
			       const struct tt_node *root) TT_MUST_CHECK;
/* Shared by them. */
/* Its literal, in lower case, among those of `to`. */
enum tt_status tt_load_anchor(struct tt_loader *l, const struct tt_node *at,
			      struct tt_anchors *to, uint32_t *anchor_r);
enum tt_status tt_load_pattern(struct tt_loader *l, const struct tt_node *at,
			       struct tt_slice anchor,
			       uint32_t *pattern_r) TT_MUST_CHECK;
enum tt_status tt_load_words(struct tt_loader *l, const struct tt_node *list,
			     const char *owner,
			     struct tt_word_list *words_r) TT_MUST_CHECK;
enum tt_status tt_load_marker(struct tt_loader *l, const struct tt_node *node,
			      const char *owner,
			      uint32_t *marker_r) TT_MUST_CHECK;
/* {slot, pattern, anchor}, {absent: slot}, {not: {...}} */
enum tt_status tt_load_cond(struct tt_loader *l, const struct tt_node *node,
			    struct tt_cond *cond_r,
			    bool is_negated) TT_MUST_CHECK;
/* One value, or {group, map}; nothing where node is NULL. */
enum tt_status tt_load_auth_map(struct tt_loader *l,
				const struct tt_node *node,
				struct tt_auth_map *map_r) TT_MUST_CHECK;
const char *tt_rule_id(struct tt_loader *l, const char *owner,
		       struct tt_slice id);
enum tt_status tt_load_tls(struct tt_loader *l, const struct tt_node *map,
			   const char *key,
			   enum tt_tls *version_r) TT_MUST_CHECK;
/* One of the words, or a fallback where the key is missing. */
enum tt_status tt_load_word(struct tt_loader *l, const struct tt_node *map,
			    const char *key, const char *const *names,
			    size_t n, int fallback, int *word_r) TT_MUST_CHECK;
/* The kind of a context, for ever; "other" for a word that is none. */
const char *tt_load_context(struct tt_slice word);
/* A key that is missing (fallback), "true" or "false". */
enum tt_status tt_load_bool(struct tt_loader *l, const struct tt_node *map,
			    const char *key, bool fallback,
			    bool *value_r) TT_MUST_CHECK;
enum tt_status tt_load_places(struct tt_loader *l, const struct tt_node *map,
			      struct tt_places *places_r) TT_MUST_CHECK;
/* Every word of a scalar or a list of scalars. */
const struct tt_node *tt_node_items(const struct tt_node *node);

/* Model words to values; -1 where unknown. */
int tt_verdict_by_name(struct tt_slice s);
int tt_basis_by_name(struct tt_slice s);
int tt_transport_by_name(struct tt_slice s);
int tt_tls_by_name(struct tt_slice s);
int tt_auth_by_name(struct tt_slice s);

/* The spelling of a version as a writer prints it; false: not in the table. */
bool tt_version_find(const struct tt_rules *rules, struct tt_slice text,
		     enum tt_tls *version_r, bool *is_ambiguous_r);

/* ---- matching ---- */

/* Anchors found in one text. */
struct tt_hits {
	uint64_t *bits; /* one per anchor; all are set without the prefilter */
};

struct tt_match {
	struct tt_slice span;	 /* of the whole match */
	const struct tt_matcher *m; /* named groups: tt_match_group() */
	uint32_t pattern;
	struct tt_slice subject;
	const size_t *at; /* pairs: where its groups begin and end */
};

/* Finds all anchors of the set in `text`, in one pass. */
void tt_hits_find(struct tt_matcher *m, const struct tt_anchors *a,
		  struct tt_slice text, struct tt_hits *hits_r);
static inline bool tt_hits_has(const struct tt_hits *hits, uint32_t anchor)
{
	return anchor == TT_NO_INDEX ||
	       (hits->bits[anchor / 64] >> (anchor % 64) & 1);
}
/* The first anchor from `from` on that was found, or one past the last. */
uint32_t tt_hits_next(const struct tt_matcher *m, const struct tt_hits *hits,
		      uint32_t from);

/* Does the pattern match `subject`?  A limit hit is a diag and false. */
bool tt_pattern_match(struct tt_matcher *m, uint32_t pattern,
		      struct tt_slice subject, struct tt_match *match_r);
/* The number of a group of a pattern that has matched; 0: none of that name.
 * And what it captured: for patterns that are read often. */
unsigned tt_match_number(const struct tt_match *match, const char *name);
static inline struct tt_slice tt_match_numbered(const struct tt_match *match,
						unsigned number)
{
	const size_t *const at = match->at + 2 * (size_t)number;

	return at[0] == SIZE_MAX ? TT_NO_SLICE :
				   tt_slice_sub(match->subject, at[0],
						at[1] - at[0]);
}
/* Groups of markers and writers, whose numbers are kept with the pattern. */
enum tt_group {
	TT_GROUP_VERSION,
	TT_GROUP_CIPHER,
	TT_GROUP_BITS,
	TT_GROUP_SOFTWARE_VERSION,
	TT_GROUP_VALUE,
	TT_GROUPS,
};
struct tt_slice tt_match_known(const struct tt_match *match, enum tt_group g);
/* A named group of the last match; p NULL where it took no part. */
struct tt_slice tt_match_group(const struct tt_match *match,
			       const char *name);

/* Set before a stamp is read, for limit diags. */
void tt_matcher_context(struct tt_matcher *m, struct tt_diags *diags,
			uint64_t off);
struct tt_arena *tt_matcher_scratch(struct tt_matcher *m);
const struct tt_rules *tt_matcher_rules(const struct tt_matcher *m);

/* Compiles one pattern only to see that it does; TT_RULE if not. */
enum tt_status tt_pattern_check(const struct tt_pattern *p,
				struct tt_err *err) TT_MUST_CHECK;

/* Does comment i, which holds a TLS marker of the from clause, stand right
 * behind the peer's address?  Before it, in it, or behind further comments (a
 * login, a certificate's name) stand words of the peer's choice. */
bool tt_comment_is_in_order(const struct tt_stamp *s, size_t comment);
/* Could words of the client have left a comment open, or have closed one:
 * (mx [10.0.0.1]) (unknown [192.0.2.1]), or, where a marker was read,
 * (envelope-from <x) (TLS1.3) (@example.org>)? */
bool tt_stamp_is_loose(const struct tt_stamp *s, bool has_marker);

/* Does a marker read something off this text?  Fills the finding. */
bool tt_marker_match(struct tt_matcher *m, uint32_t marker,
		     struct tt_slice text, struct tt_finding *finding_r);
/* Is the suite of a finding known to be wrong where `version` is stated? */
bool tt_marker_is_wrong(const struct tt_rules *rules,
			const struct tt_finding *f, enum tt_tls version);

#endif
