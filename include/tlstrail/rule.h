/* tlstrail/rule.h - floor 4: what a writer's words mean, as data
 *
 * Knowledge about MTAs lives in rules/ (tlstrail-rules(5)): how a writer is
 * recognised, where it puts which fact, what its silence means, and samples
 * that prove it.  This floor loads the files, compiles the patterns (PCRE2),
 * and reads one stamp into facts that point at bytes.  It gives no verdict on
 * a hop: that is the trail's. */
#ifndef TLSTRAIL_RULE_H
#define TLSTRAIL_RULE_H

#include <tlstrail/message.h>

/* ---- the model's words ---- */

enum tt_verdict { TT_UNKNOWN, TT_ENCRYPTED, TT_CLEARTEXT, TT_LOCAL };
enum tt_basis {
	TT_BASIS_NONE,
	TT_BASIS_MARKER,
	TT_BASIS_KEYWORD,
	TT_BASIS_SOFTWARE,
	TT_BASIS_LOG,
};
enum tt_transport {
	TT_TRANSPORT_OTHER,
	TT_TRANSPORT_SMTP,
	TT_TRANSPORT_LMTP,
	TT_TRANSPORT_HTTP,
	TT_TRANSPORT_FETCH,
	TT_TRANSPORT_LOCAL,
};
enum tt_tls { /* ordered: older is smaller */
	TT_TLS_NONE,
	TT_SSLV2,
	TT_SSLV3,
	TT_TLSV1_0,
	TT_TLSV1_1,
	TT_TLSV1_2,
	TT_TLSV1_3,
};
enum tt_auth {
	TT_AUTH_NULL,
	TT_AUTH_VERIFIED,
	TT_AUTH_TRUSTED,
	TT_AUTH_UNTRUSTED,
	TT_AUTH_ANONYMOUS,
	TT_AUTH_NONE,
};

enum tt_evidence_kind {
	TT_EVIDENCE_RECEIVED,
	TT_EVIDENCE_HEADER,
	TT_EVIDENCE_LOG,
	TT_EVIDENCE_SES,
	TT_EVIDENCE_CLOUDTRAIL,
	TT_EVIDENCE_MAILMANAGER,
	TT_EVIDENCE_TLSRPT,
	TT_EVIDENCE_OTHER,
};
const char *tt_evidence_kind_name(enum tt_evidence_kind k);

/* The words of the model and the JSON; NULL for TT_TLS_NONE, TT_AUTH_NULL. */
const char *tt_verdict_name(enum tt_verdict v);
const char *tt_basis_name(enum tt_basis b);
const char *tt_transport_name(enum tt_transport t);
const char *tt_tls_name(enum tt_tls v);
const char *tt_auth_name(enum tt_auth a);

/* ---- cipher suites (rules/suites.yaml: IANA, OpenSSL, GnuTLS names) ---- */

enum tt_suite_flag {
	TT_SUITE_NULL = 1 << 0,
	TT_SUITE_EXPORT = 1 << 1,
	TT_SUITE_RC4 = 1 << 2,
	TT_SUITE_DES = 1 << 3,
	TT_SUITE_3DES = 1 << 4,
	TT_SUITE_ANON = 1 << 5, /* no server certificate: told, not failed */
	TT_SUITE_AEAD = 1 << 6,
	TT_SUITE_CBC = 1 << 7,
	TT_SUITE_NOFS = 1 << 8, /* no forward secrecy */
	TT_SUITE_NOFIPS = 1 << 9, /* an algorithm FIPS 140 does not approve */
	TT_SUITE_MD5 = 1 << 10,
};

struct tt_suite {
	struct tt_slice iana;	/* name registered for it, n 0 if none */
	enum tt_tls only;	/* the one version it exists in, or NONE */
	enum tt_tls first, last; /* versions it may be used with */
	unsigned flags;
};

/* ---- profiles (rules/profiles) ---- */

struct tt_profile {
	struct tt_slice name, label;
	enum tt_tls min_version; /* NONE: any, even unknown */
	unsigned forbid;	 /* tt_suite_flag */
	bool is_suite_required;
};

/* ---- layouts: known receivers' chains (rules/layout) ---- */

struct tt_layout {
	const char *id; /* "layout/outlook" */
	struct tt_slice name;
	TT_VEC(struct tt_slice) by_under; /* every `by` lies under one of */
	bool by_address;	/* ... or is a 10/8 or 2002: address, no from */
	struct tt_slice border; /* domain the border's `by` lies under */
	bool is_border_exact;	/* ... or is */
	TT_VEC(struct tt_cidr) inside; /* addresses of the system itself */
	bool is_peer_judged; /* a public peer outside `inside` is the border */
};

/* ---- TLS-bearing headers other than Received (rules/header) ---- */

struct tt_finding;

/* ---- the rule set ---- */

struct tt_rules;   /* immutable after loading */
struct tt_matcher; /* match data and scratch of one thread */

/* Loads the set in `dir`, then each of `extra` (files add, they do not
 * replace).  A file that does not load is TT_RULE with file, line and reason.
 * want_samples keeps the samples too and compiles every pattern; what the
 * build has not tested is opened with tt_rules_open() (trail.h), which runs
 * them.  Free with tt_rules_free(), which nulls. */
enum tt_status tt_rules_load(struct tt_rules **rules_r, const char *dir,
			     const char *const *extra, size_t n_extra,
			     bool want_samples,
			     struct tt_err *err) TT_MUST_CHECK;
/* What a log's lines mean, of the same directories; tt_rules_load() leaves it
 * out unless samples are wanted.  Free like the other. */
enum tt_status tt_rules_load_logs(struct tt_rules **rules_r,
				  const struct tt_rules *of,
				  struct tt_err *err) TT_MUST_CHECK;
void tt_rules_free(struct tt_rules **rules);

/* SHA-256 over the names and bytes of all files, 64 hex digits. */
const char *tt_rules_hash(const struct tt_rules *rules);
/* Is it the set that was tested when the program was built? */
bool tt_rules_is_built_in(const struct tt_rules *rules);

/* By exact name, whichever library's; NULL where the table has none. */
const struct tt_suite *tt_suite_find(const struct tt_rules *rules,
				     struct tt_slice name);
const struct tt_profile *tt_profile_find(const struct tt_rules *rules,
					 struct tt_slice name);
/* All of them, for messages that name the choices. */
const struct tt_profile *tt_rules_profiles(const struct tt_rules *rules,
					   size_t *n_r);
const struct tt_layout *tt_rules_layouts(const struct tt_rules *rules,
					 size_t *n_r);
/* Is the organisational domain shared by unrelated senders (data)? */
bool tt_rules_is_shared(const struct tt_rules *rules, struct tt_slice domain);
/* The domain that sends under its own names only (data; anomaly chain-break)
 * and that the host is or lies below; n 0: none. */
struct tt_slice tt_rules_own_name(const struct tt_rules *rules,
				  struct tt_slice host);

/* Which part of its domain the host is of (data): a region of Amazon SES; n 0:
 * none is known. */
struct tt_slice tt_rules_host_part(const struct tt_rules *rules,
				   struct tt_slice host);

/* What can be done about a hop (rules/advice.yaml). */
enum tt_advice_case {
	TT_ADVICE_UNRECORDED, /* nothing tells of the way before it */
	TT_ADVICE_UNKNOWN,
	TT_ADVICE_CLEARTEXT,
	TT_ADVICE_VERSION,
};
struct tt_advice {
	const char *id;
	struct tt_slice from_under, by_under; /* domains; one is n 0 */
	unsigned cases;			      /* bit per case */
	struct tt_slice text;
};
const struct tt_advice *tt_rules_advice(const struct tt_rules *rules,
					size_t *n_r);

struct tt_matcher *tt_matcher_new(const struct tt_rules *rules);
void tt_matcher_free(struct tt_matcher **matcher);
/* Compiles all patterns now instead of on first use: for a process that will
 * not be let to make code.  Of forked processes each has them then. */
void tt_matcher_compile(struct tt_matcher *m);

/* A statement about TLS that a rule read off a place the receiver writes. */
struct tt_finding {
	const char *rule;     /* "received/postfix#using" */
	struct tt_slice span; /* in the stamp's flat text */
	bool is_clear;	      /* states that TLS was not used */
	bool says_tls;	      /* states TLS (else only about certificates) */
	enum tt_tls version;
	bool is_ambiguous;    /* TLSv1/SSLv3: names no single version */
	struct tt_slice cipher;
	bool is_cipher_wrong; /* this writer prints a wrong suite here */
	int bits;	      /* used; -1 not stated */
	enum tt_auth server_auth, client_auth;
	bool is_keyword_basis; /* e.g. Google Transport Security */
};

/* What the `with` word, or its absence, means for this writer. */
struct tt_word {
	const char *rule; /* NULL: no rule fits */
	enum tt_verdict verdict;
	enum tt_basis basis;
	enum tt_transport transport;
	bool has_transport;
	bool is_mute; /* a form that can never state TLS */
	bool is_tls_word; /* the general table knows it as TLS */
};

/* What the rules read off one stamp.  In the arena given. */
struct tt_reading {
	const char *writer;	  /* rule file: "received/postfix"; or NULL */
	struct tt_slice software; /* name to show; n 0 */
	struct tt_slice software_version;
	struct tt_slice identify_span;
	bool is_ambiguous; /* two writers fit, or a HELO could have closed a
			    * comment: software unset, bare keywords unknown */
	bool is_forged_pattern; /* known ratware text */
	bool rdns_verified, keyword_reliable;
	struct tt_slice from_name, from_helo, from_rdns;
	struct tt_ip from_ip, by_ip;
	bool is_loopback;  /* the peer is this host by its address */
	bool is_same_host; /* both addresses are equal */
	bool has_peer;	   /* an address or a name of a network peer */
	TT_VEC(struct tt_finding) findings;
	TT_VEC(struct tt_finding) sender_text; /* markers in sender slots */
	struct tt_word word;
};

/* The reverse name of an address, as a stamp or log has it; none, where it is
 * the word that stands for none. */
struct tt_slice tt_reverse_name(struct tt_slice s);

/* Reads a stamp.  `year` is that of its date, or the best guess where it has
 * none (0: none).  Never fails; limits go to diags. */
void tt_stamp_read(struct tt_reading *reading_r, struct tt_matcher *m,
		   const struct tt_stamp *stamp, int year,
		   struct tt_arena *arena, struct tt_diags *diags);

/* A TLS-bearing header field. */
struct tt_header_reading {
	const char *rule;
	bool is_border_witness; /* speaks of the border hop ... */
	struct tt_slice border_under; /* ... where its `by` lies under this */
	struct tt_finding finding; /* span into the field's value */
};
/* false: no rule for this field, or its value says nothing. */
bool tt_field_read(struct tt_header_reading *reading_r, struct tt_matcher *m,
		   const struct tt_field *field, struct tt_diags *diags);

/* ---- --redact: mail addresses become tokens (rules/redact.yaml) ---- */

/* u-0123456789 for a local part or login, n- for a display name, w- for an
 * encoded word nobody decoded, d-0123456789.invalid for a domain: the first
 * digits of SHA-256 over the key and what is replaced, so that the same
 * address has the same token everywhere. */
struct tt_redact; /* of one thread */

/* The rules and the key are borrowed.  Free with tt_redact_free(), which
 * nulls. */
struct tt_redact *tt_redact_new(const struct tt_rules *rules,
				struct tt_slice key, bool has_domains);
void tt_redact_free(struct tt_redact **r);

/* s itself where nothing is to be replaced, else in arena: a text that may
 * be a server's (addresses, logins behind its words, what stands before a
 * TT_CUT_MARK); prose (addresses only); a field that is an address with all
 * that stands around it. */
struct tt_slice tt_redact_text(struct tt_redact *r, struct tt_arena *arena,
			       struct tt_slice s);
/* The same for a text that was cut at its end. */
struct tt_slice tt_redact_cut(struct tt_redact *r, struct tt_arena *arena,
			      struct tt_slice s);
struct tt_slice tt_redact_prose(struct tt_redact *r, struct tt_arena *arena,
				struct tt_slice s);
struct tt_slice tt_redact_address(struct tt_redact *r, struct tt_arena *arena,
				  struct tt_slice s);
/* Is `name`, for the words of the stamp, a login? */
bool tt_redact_names(struct tt_redact *r, struct tt_arena *arena,
		     struct tt_slice stamp, struct tt_slice name);
/* Where to tell from now on that a limit hid more than addresses, once each;
 * NULL: nowhere. */
void tt_redact_tell_to(struct tt_redact *r, struct tt_diags *diags);
/* tt_redact_text() for a writer; what limits hid there is told to `diags`,
 * if it is not NULL, once each. */
const struct tt_out_filter *tt_redact_filter(struct tt_redact *r,
					     struct tt_diags *diags);

/* For the samples: the first word rule that fits, and what it names. */
const char *tt_redact_word(struct tt_matcher *m, struct tt_slice stamp,
			   struct tt_slice *local_r);

/* ---- answers in delivery reports (rules/status) ---- */

enum tt_outcome {
	TT_OUTCOME_NONE,
	TT_OUTCOME_DEFERRED,
	TT_OUTCOME_BOUNCED,
	TT_OUTCOME_REFUSED,
	TT_OUTCOME_HANDSHAKE_FAILED,
	TT_OUTCOME_FALLBACK,
};
const char *tt_outcome_name(enum tt_outcome o); /* NULL for none */

/* What an answer says of TLS: the first entry whose pattern fits; NONE where
 * it says nothing.  At most TT_MAX_diagnostic_text bytes are judged.  `text`
 * is unfolded; *rule_r is the entry's id. */
enum tt_outcome tt_status_outcome(struct tt_matcher *m, struct tt_slice text,
				  uint64_t off, struct tt_diags *diags,
				  const char **rule_r);

/* ---- rules list | show | test ---- */

void tt_rules_list(const struct tt_rules *rules, struct tt_out *out);
/* false: no rule of that name. */
bool tt_rules_show(const struct tt_rules *rules, const char *name,
		   struct tt_out *out);

/* ---- samples: a stamp, and what must be read off it ---- */

struct tt_expect {
	struct tt_slice key, value; /* "verdict", "encrypted" */
};

struct tt_sample {
	const char *path, *rule; /* file; "received/postfix" */
	unsigned line;
	TT_VEC(struct tt_slice) fields; /* values of Received, newest first;
					 * or one "Name: value" */
	bool is_header;
	bool is_status; /* one answer of a delivery report */
	bool is_log;	/* lines of a log, in their wrapper */
	bool is_json;	/* ... or values of one */
	struct tt_slice names; /* of CSV fields */
	TT_VEC(struct tt_expect) expect;
};
/* Those kept by tt_rules_load(); none without want_samples. */
const struct tt_sample *tt_rules_samples(const struct tt_rules *rules,
					 size_t *n_r);

/* Every writer of the whole set that fits a stamp (those known by shape only
 * where no other does), and what every TLS marker of the set finds in it,
 * whoever wrote it: a second one is a cross-match. */
struct tt_fits {
	TT_VEC(const char *) writers;
	TT_VEC(struct tt_finding) findings;
};
void tt_stamp_fits(struct tt_fits *fits_r, struct tt_matcher *m,
		   const struct tt_stamp *stamp, struct tt_arena *arena);
/* Ids of everything that must have samples: writers, markers, layouts,
 * header rules, words.  NULL past the end. */
const char *tt_rules_id_at(const struct tt_rules *rules, size_t i);

/* For the test that proves the prefilter: with `off`, every pattern is tried
 * one by one. */
void tt_matcher_set_prefilter(struct tt_matcher *m, bool is_on);
/* Off, before the first match: what a PCRE2 without JIT does. */
void tt_matcher_set_jit(struct tt_matcher *m, bool is_on);

void tt_rule_versions(struct tt_out *out);

#endif
