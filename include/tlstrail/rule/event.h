/* rule/event.h - floor 4: log records become events
 *
 * What a line means is data: rules/log (text) and rules/json (structured),
 * tlstrail-rules(5).  A line gives a fact about a session or a message; the
 * session is kept here until the message's facts are together, and pushed as
 * an event.  Which events belong to one message, and to which of its stamps,
 * is the trail's (trail/join.h).
 *
 * A session key is a process only together with host and service, and only
 * until that process starts another connection (formats/mta-logs.md). */
#ifndef TLSTRAIL_RULE_EVENT_H
#define TLSTRAIL_RULE_EVENT_H

#include <tlstrail/record/log.h>
#include <tlstrail/rule.h>

enum tt_event_kind {
	TT_EVENT_ACCEPT,   /* host took the message from a peer, as queue_id */
	TT_EVENT_DELIVER,  /* host handed it to a peer, who took it */
	TT_EVENT_ATTEMPT,  /* a try that carried nothing: see outcome */
	TT_EVENT_IDENTIFY, /* queue_id has this message_id */
	TT_EVENT_LINK,	   /* queue_id went on as next_queue_id on this host */
	TT_EVENT_CONTEXT,  /* policy, complaint, report: decides nothing */
};

enum tt_side {
	TT_SIDE_NULL,
	TT_SIDE_RECEIVER, /* the log of who took the message */
	TT_SIDE_SENDER,
	TT_SIDE_SUBMITTER,
};
const char *tt_side_name(enum tt_side s); /* NULL for TT_SIDE_NULL */

/* The clock of one host in one file: what its times lack.  Shared by its
 * events, and settled after they were read. */
struct tt_log_clock {
	bool has_year, has_zone; /* written, or given by --year, --tz */
	int year; /* of the log's first line, where none is written; 0: not
		   * even guessed */
	int64_t offset_us; /* to be taken off local times */
	const struct tt_zone *zone; /* instead, by the date; or NULL */
};

/* Does this service log TLS at all?  Silence is judged by it at the end
 * (mta-logs.md, section 7): of one host, service and file, and anew when the
 * daemon reloads. */
struct tt_log_level {
	bool is_seen;
};

/* How a missing TLS line is to be read. */
enum tt_silence {
	TT_SILENCE_NOTHING,  /* it says nothing: unknown */
	TT_SILENCE_CLEAR,    /* this software always tells */
	TT_SILENCE_IF_LEVEL, /* clear where the level is seen */
};

/* What an event is read off.  Text is kept with the event. */
struct tt_event_quote {
	enum tt_evidence_kind kind;
	const char *rule;		/* "log/postfix#smtpd-client" */
	const struct tt_origin *origin; /* path and member; outlives it */
	uint64_t off;			/* of text in the stream */
	struct tt_slice text;		/* exactly those bytes */
	struct tt_slice pointer;	/* JSON pointer in it; n 0: none */
};

/* Slices with n 0 are not known.  Its clock, level and service live in the
 * arena given to whoever reads the log, and so does the rest if it is not
 * lent. */
struct tt_event {
	enum tt_event_kind kind;
	bool is_lent; /* only until the sink returns: keep a copy */
	enum tt_side side;
	struct tt_slice software; /* "Postfix" */
	bool is_shown; /* its log is to be told, not only joined */
	bool is_experimental;	  /* its rule has no real sample */
	struct tt_slice host;	  /* whose log it is */
	struct tt_slice service;  /* "postfix/smtpd" */

	enum tt_log_time time;
	int64_t time_us;
	int years; /* NO_YEAR: how many after the log's first line */
	const struct tt_log_clock *clock; /* NULL: the time is exact */
	int64_t book_us; /* by that clock; the book's own (trail/join.h) */

	/* Keys.  SES message ids are ses_id; message_id is without <>. */
	struct tt_slice queue_id, next_queue_id, message_id, ses_id;
	bool is_id_unstamped; /* queue_id stands in no stamp */
	bool is_through; /* next_queue_id is of a host behind the peer */
	bool is_origin_link; /* LINK: known by an orig_queue_id */
	struct tt_slice sender, recipient;
	/* What a context is of (an SES configuration set), and what the
	 * message was sent by. */
	struct tt_slice about;

	struct {
		struct tt_slice name, helo, rdns, ip;
	} from; /* the peer of an ACCEPT; of a DELIVER, where it is told */
	struct {
		struct tt_slice name, ip;
	} by;
	enum tt_transport transport;

	/* TLS as stated; TT_UNKNOWN with `silence` where nothing was said. */
	enum tt_verdict verdict;
	enum tt_silence silence;
	const struct tt_log_level *level; /* for IF_LEVEL */
	enum tt_tls version;
	bool is_version_ambiguous;
	struct tt_slice cipher;
	bool is_cipher_wrong;
	int bits; /* -1: not stated */
	enum tt_auth server_auth, client_auth;

	enum tt_outcome outcome; /* ATTEMPT */
	const char *context;	 /* CONTEXT: "policy", "tlsrpt", ... */
	struct tt_slice text;	 /* the answer, the reason; as logged */
	TT_VEC(struct tt_event_quote) quotes;
};

/* The verdict with silence judged: ENCRYPTED, CLEARTEXT or UNKNOWN. */
enum tt_verdict tt_event_verdict(const struct tt_event *e);
/* Microseconds since the epoch, by the event's own clock or, if it is not
 * NULL, by another that knows better, and how uncertain they are in seconds;
 * false: untimed. */
bool tt_event_time(const struct tt_event *e, const struct tt_log_clock *clock,
		   int64_t *unix_us_r, int64_t *uncertainty_s_r);

/* A copy that stays as long as the arena. */
struct tt_event *tt_event_dup(const struct tt_event *e, struct tt_arena *arena);

/* Takes events, the one it is given or a copy of what is lent. */
struct tt_event_sink {
	void *ctx;
	void (*take)(void *ctx, struct tt_event *event);
};

/* A mail that a record carries, whole or in part.  Lent, but for its origin,
 * until the sink returns. */
struct tt_log_mail {
	const struct tt_origin *origin; /* of the log */
	uint64_t off; /* in the stream: the outermost value that holds it */
	struct tt_slice pointer; /* RFC 6901, to the text it was decoded from */
	struct tt_slice bytes;	 /* decoded */
	bool is_cut; /* the text is damaged behind what they say */
};

/* Takes mails.  diags: the log's. */
struct tt_log_mail_sink {
	void *ctx;
	void (*take)(void *ctx, const struct tt_log_mail *mail,
		     struct tt_diags *diags);
};

/* Of hosts whose logs do not write it. */
struct tt_log_zone {
	struct tt_slice host; /* n 0: every host */
	int offset_min;
	const struct tt_zone *zone; /* instead of it; or NULL */
};

/* What an event can be known by; n 0: not known. */
struct tt_event_ids {
	struct tt_slice queue_id, next_queue_id, message_id, ses_id;
	const struct tt_origin *origin; /* where it is told */
	uint64_t off;
};

/* What is done where it is of none. */
enum tt_log_passing {
	TT_PASS_NOT_YET, /* nothing: it is asked for again */
	TT_PASS_LINE,	 /* remembered, to be noticed if it is wanted later */
	TT_PASS_EVENT,	 /* that, and counted as an event that was not made */
};

struct tt_log_options {
	const struct tt_rules *rules;
	struct tt_arena *arena; /* of the run: events live in it */
	struct tt_event_sink sink;
	struct tt_log_mail_sink mail; /* take NULL: nobody wants any */
	/* Of the sink: is an event of these ids, borrowed, of any use?  Asked
	 * before one is built, unless it is a context.  NULL: all are. */
	bool (*wants)(void *ctx, const struct tt_event_ids *ids);
	/* ... or is what has these ids of none?  For lines that are not read
	 * to their end: an id may be another's.  NULL: every line is read. */
	bool (*passes)(void *ctx, const struct tt_event_ids *ids,
		       enum tt_log_passing how);
	void (*see)(void *ctx, const char *rule); /* of the sink: each rule
						   * at work; or NULL */
	/* A rule that fits a line that another has taken, to give something
	 * else: of samples; or NULL. */
	void (*see_second)(void *ctx, const char *first, const char *second);
	int year;	    /* --year; 0: from mtime_unix */
	int64_t mtime_unix; /* of the file; 0: not known */
	TT_VEC(struct tt_log_zone) zones; /* --tz */
	bool is_shown; /* for its events */
};

/* One log, or a rotated set read as one.  Free with tt_log_end(), which pushes
 * what was still open (as incomplete) and nulls. */
struct tt_log;
/* Before the first line of each stream; what it points at is copied. */
void tt_log_from(struct tt_log *log, const struct tt_origin *origin);
struct tt_log *tt_log_begin(const struct tt_log_options *options,
			    struct tt_matcher *m);
/* False: no rule reads it. */
bool tt_log_take_line(struct tt_log *log, const struct tt_log_line *line,
		      struct tt_diags *diags);
/* Counts the value's records. */
struct tt_log_count {
	uint64_t n;
	uint64_t n_passed; /* read, and no matter of ours; not told otherwise */
};
struct tt_log_count tt_log_take_value(struct tt_log *log,
				      const struct tt_log_value *value,
				      struct tt_diags *diags);
/* diags: of what is read at last; NULL: for nobody. */
void tt_log_end(struct tt_log **log, struct tt_diags *diags);

/* ---- samples ---- */

struct tt_log_proof {
	struct tt_arena *arena;
	TT_VEC(struct tt_event *) events;
	TT_VEC(const char *) rules; /* that were at work */
	TT_VEC(struct tt_log_second {
		const char *first;
		const char *second;
	}) seconds; /* two that say different things of one line */
	TT_VEC(struct tt_slice) mails; /* their bytes */
};
/* What the sample's lines give, in the arena. */
void tt_log_sample_read(struct tt_log_proof *proof_r, struct tt_matcher *m,
			const struct tt_sample *sample,
			struct tt_arena *arena);
/* By the name of the JSON ("tls_version"), or event, side, host, queue_id,
 * next_queue_id, message_id, sender; p NULL: no such name. */
struct tt_slice tt_event_value(const struct tt_event *e, struct tt_slice key,
			       struct tt_arena *arena);

#endif
