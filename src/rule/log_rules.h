/* log_rules.h - rules/log as it lies in memory, and what reads by it (private
 * to rule) */
#ifndef TLSTRAIL_LOG_RULES_H
#define TLSTRAIL_LOG_RULES_H

#include <tlstrail/rule/event.h>
#include "log_spare.h"
#include "rules.h"

/* Named groups of a line's pattern. */
#define TT_LOG_FIELDS(X)   \
	X(session)         \
	TT_EVENT_FIELDS(X) \
	X(orig_queue_id)   \
	X(peer)            \
	X(reused)          \
	X(client)          \
	X(server)          \
	X(proto)           \
	X(status)          \
	X(tls)             \
	X(answer)          \
	X(text)

enum tt_log_field {
#define TT_LOG_FIELD_ID(name) TT_LF_##name,
	TT_LOG_FIELDS(TT_LOG_FIELD_ID)
#undef TT_LOG_FIELD_ID
		TT_LF_COUNT
};

/* What a line gives. */
#define TT_LOG_GIVES(X) \
	X(nothing)      \
	X(open)         \
	X(tls)          \
	X(clear)        \
	X(close)        \
	X(message)      \
	X(data)         \
	X(accept)       \
	X(identify)     \
	X(active)       \
	X(deliver)      \
	X(attempt)      \
	X(link)         \
	X(end)          \
	X(context)      \
	X(level)        \
	X(reload)       \
	X(gap)

enum tt_log_gives {
#define TT_LOG_GIVES_ID(name) TT_GIVES_##name,
	TT_LOG_GIVES(TT_LOG_GIVES_ID)
#undef TT_LOG_GIVES_ID
		TT_GIVES_COUNT
};

/* What a session is known by, beside host and tag. */
enum tt_log_key {
	TT_LOG_KEY_NONE,    /* the line stands alone */
	TT_LOG_KEY_PROCESS, /* its process id */
	TT_LOG_KEY_SESSION, /* the group `session` */
	TT_LOG_KEY_QUEUE,   /* the group `queue_id` */
};

/* What a field says beyond the line: the first case of a field that fits. */
struct tt_log_case {
	enum tt_log_field field;
	uint32_t pattern;
	TT_VEC(struct tt_slice) words; /* all that the pattern fits, where it
					* is "^ word $" or "^ (?: a | b ) $" */
	bool has_verdict, has_gives, has_transport;
	enum tt_verdict verdict;
	enum tt_log_gives gives;
	enum tt_transport transport;
	enum tt_outcome outcome;
};

/* What a line that nobody asks for is told by, its pattern not matched. */
struct tt_log_glance {
	bool is_enough; /* its literals say what kind of line it is ... */
	TT_VEC(struct tt_slice) unless; /* ... where none of these is in it */
	struct tt_slice answer; /* a literal before the field `answer` */
};

struct tt_log_rule {
	const char *id; /* "log/postfix#client" */
	struct tt_slice software;
	bool is_experimental;
	bool is_id_unstamped;
	TT_VEC(struct tt_slice) services;
	/* Literals that must be there: one of these at the beginning, one
	 * behind the id that the text begins with, one anywhere.  n 0: none
	 * such is asked for. */
	TT_VEC(struct tt_slice) begins;
	struct tt_slice after_id, anchor;
	struct tt_log_glance glance;
	uint32_t pattern;
	uint32_t tag; /* pattern of the whole tag; TT_NO_INDEX: any */
	struct tt_log_case says; /* without a case; field unused */
	enum tt_log_key key;
	enum tt_side side;
	enum tt_silence silence;
	uint32_t level_number; /* which of a tag's levels: "in", "out" */
	bool is_at_once; /* not to wait for the end of the session */
	bool needs_whole; /* silence speaks where the session's beginning, and
			   * for what waits its end too, was seen */
	bool needs_data; /* the line is told of a message only behind one that
			  * gives data; else it gives nothing */
	bool needs_active; /* ... where the message's way to the queue was */
	bool is_list; /* recipient is a list with commas */
	bool is_bits_bytes;
	bool is_cipher_wrong; /* when: */
	enum tt_tls when_version;
	const char *context;
	struct tt_auth_map client_auth, server_auth;
	TT_VEC(struct tt_log_case) cases;
};

/* The next queue id, in words of the host that gave it. */
struct tt_log_answer {
	const char *id;
	struct tt_slice anchor; /* a literal that must be there; n 0: none */
	uint32_t pattern;
	bool is_through; /* of a host behind the one that answered */
};

/* Of all rules that a tag's lines may fit. */
struct tt_log_service {
	struct tt_slice name; /* "x/smtpd" without what is before the slash:
			       * "/smtpd"; a whole tag: "sm-mta"; "-" */
	TT_VEC(uint32_t) rules;
	/* By the first byte of a text, a bit for each rule that it may fit;
	 * NULL: there are too many of them. */
	uint64_t *by_first;
};

/* ---- log_service.c ---- */

/* The rules for a tag; NULL: none.  is_cut: all of the services that have a
 * tag before their slash may be meant. */
const struct tt_log_service *tt_log_service_find(const struct tt_rules *r,
						 struct tt_slice tag,
						 bool is_cut);
/* The first of its rules, from the one at `from` on, that a text may fit by
 * its first byte; rules.n: none. */
static inline size_t tt_log_service_next(const struct tt_log_service *s,
					 struct tt_slice text, size_t from)
{
	if (!s->by_first || from >= s->rules.n || text.n == 0)
		return text.n ? from : s->rules.n;
	const uint64_t left = s->by_first[*text.p] >> from;

	return left ? from + (size_t)__builtin_ctzll(left) : s->rules.n;
}
/* Length of the id that a text begins with, as after_id has it; 0: none. */
size_t tt_log_id_length(struct tt_slice text);
/* Puts the rule under its services. */
void tt_log_service_add(struct tt_rules *r, uint32_t index);

/* ---- log_session.c: what is known of a connection so far ---- */

/* A line that was read, on the heap for what follows.  What more than one
 * holds is not written to any more. */
struct tt_log_kept {
	struct tt_log_spare *spare; /* where its memory goes; NULL: too large */
	unsigned held;
	struct tt_slice raw;
	uint64_t off;
	const struct tt_origin *origin;
	const struct tt_log_rule *rule;
	const char *pointer;
	uint64_t gap; /* the log's count of them when it was read */
	size_t size, n_fields;
	struct tt_log_kept_at {
		uint32_t at, n; /* from raw.p */
		uint8_t id;	/* enum tt_log_field */
	} field[];
};

/* One more holds it; or NULL. */
struct tt_log_kept *tt_log_kept_hold(struct tt_log_kept *k);
void tt_log_kept_drop(struct tt_log_kept **kept);

/* What is known beside its line of a message that is accepted. */
struct tt_log_accepted {
	struct tt_log_kept *peer, *tls, *clear; /* what was said before */
	enum tt_silence silence;
	const struct tt_log_level *level;
	int years; /* of the line's time */
};

/* ... until its session ends, on the heap.  Most are of no use to whoever
 * reads, so no event is made of it before. */
struct tt_log_seen;
struct tt_log_waiting {
	struct tt_log_kept *line;
	struct tt_log_seen *host;
	struct tt_log_case says;
	enum tt_log_time time;
	int64_t time_us;
	struct tt_log_accepted known;
	struct tt_log_waiting *next;
};

#define TT_LOG_USED 22

/* A line of a session that is read when it is known to be of use, and what
 * came after it up to the next one. */
struct tt_log_unread {
	struct tt_log_unread *next;
	struct tt_log_spare *spare; /* where its memory goes; NULL: too large */
	struct tt_log_seen *host;
	const struct tt_log_rule *rule; /* the first that it may fit */
	const struct tt_origin *origin;
	const char *pointer;
	uint64_t off, gap;
	int64_t time_us;
	uint32_t n, text_at, text_n; /* bytes; the text among them */
	uint32_t reloads; /* the host's before it */
	uint8_t time; /* enum tt_log_time */
	uint8_t used_n, used[TT_LOG_USED]; /* by this queue id; n 0: none */
	uint64_t used_line; /* on this line */
	uint8_t raw[];
};

struct tt_log_session {
	/* First what is looked at for every line. */
	uint64_t hash;
	struct tt_slice host, tag; /* interned */
	struct tt_slice key;
	bool is_opened;
	bool has_data; /* the message went over; its answer is to come */
	uint8_t key_room[16]; /* where it stands, if it fits ... */
	struct tt_log_kept *open, *tls, *clear, *message; /* or NULL */
	struct tt_log_waiting *waiting, *last_waiting;
	size_t n_waiting;
	struct tt_log_unread *unread; /* the first line; or NULL */
	unsigned n_unread, n_accepts; /* of them, those of messages */
	uint64_t gap; /* the log's count of them when it began */
	struct tt_slice used_by; /* queue id that last used it ... */
	uint64_t used_line; /* ... on this line of the log */
	uint64_t queued_line; /* of a message: where its turn began */
	uint8_t used_room[16];
	uint8_t *key_long, *used_long; /* ... or here, on the heap */
	struct tt_log_session *older, *newer; /* by age */
};

/* The hash stands beside, so that a search reads one session at most. */
struct tt_log_slot {
	uint64_t hash;
	struct tt_log_session *session; /* NULL: free */
};

struct tt_log_sessions {
	struct tt_log_slot *slots; /* open addressing, half of it free */
	size_t n_slots, n;
	struct tt_log_spare spare;
	struct tt_log_session *oldest, *newest;
};

void tt_log_sessions_init(struct tt_log_sessions *s);
/* Host and tag are interned: their places are their names. */
uint64_t tt_log_session_hash(struct tt_slice host, struct tt_slice tag,
			     struct tt_slice key);
/* It will be asked for soon: its place, when that is there, itself, and then
 * what it keeps. */
void tt_log_session_fetch(const struct tt_log_sessions *s, uint64_t hash);
void tt_log_session_fetch_kept(const struct tt_log_sessions *s, uint64_t hash);
void tt_log_session_fetch_it(const struct tt_log_sessions *s, uint64_t hash);
/* The oldest will be dropped soon, and then the one after it: nobody has
 * looked at them for long. */
void tt_log_sessions_fetch_oldest(const struct tt_log_sessions *s);
/* The session of the key, whose hash is given, or NULL. */
struct tt_log_session *tt_log_session_find(struct tt_log_sessions *s,
					   uint64_t hash, struct tt_slice host,
					   struct tt_slice tag,
					   struct tt_slice key);
struct tt_log_session *tt_log_session_add(struct tt_log_sessions *s,
					  uint64_t hash, struct tt_slice host,
					  struct tt_slice tag,
					  struct tt_slice key);
/* What waits is the caller's to push before. */
void tt_log_session_drop(struct tt_log_sessions *s,
			 struct tt_log_session *session);
/* Which message has used what it says of TLS; n 0: none. */
void tt_log_session_used(struct tt_log_session *session, struct tt_slice id);
/* The same, as of this line. */
void tt_log_session_use(struct tt_log_session *session, struct tt_slice id,
			uint64_t line);
void tt_log_sessions_release(struct tt_log_sessions *s);

#endif
