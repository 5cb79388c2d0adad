/* tlstrail/store.h - floor 6: the case file (SQLite; tlstrail-case(5))
 *
 * What a scan found, kept so that it can be asked, exported, verified and
 * added to.  A case is a set: adding what is there changes nothing, and what
 * it tells depends on the evidence alone, not on the order in which it came.
 *
 * Status of every call, with a story in err:
 *   TT_IO     the system said no (disk full, unreadable; sys_errno tells).
 *             What was committed stands and the case is sound: exit 74.
 *             Every later call on the case fails the same way; close it.
 *   TT_INPUT  the file is damaged, or not as this program writes it.
 *   TT_USAGE  no case, one of another version, in use by another scan, or
 *             made under other options (err names the one).
 * Times are seconds since the epoch (UTC), offsets and lengths bytes.  Slices
 * that a call takes are copied before it returns; those it gives live where
 * its comment says. */
#ifndef TLSTRAIL_STORE_H
#define TLSTRAIL_STORE_H

#include <tlstrail/trail/join.h>

/* ---- opening ---- */

struct tt_case; /* opaque; one thread at a time */

/* What shapes the content is fixed when the case is made; the rest (version
 * of the program, level of confinement) is that of the last scan. */
struct tt_case_option {
	const char *name; /* "--trust", "rules": words of the refusal */
	struct tt_slice value;
	bool is_fixed;
};

/* To read and to write; made where there is no file, or an empty one.  A file
 * that is no case is never written to.  *case_r is NULL on failure; free with
 * tt_case_close(), which nulls. */
enum tt_status tt_case_open(struct tt_case **case_r, const char *path,
			    const struct tt_case_option *options, size_t n,
			    struct tt_err *err) TT_MUST_CHECK;
/* To read only, whoever made it: nothing in it is trusted (schema compared to
 * the letter, quick_check, no view or trigger run).  What a scan that was killed
 * had begun is taken back first; where that cannot be written, TT_USAGE. */
enum tt_status tt_case_open_to_read(struct tt_case **case_r, const char *path,
				    struct tt_err *err) TT_MUST_CHECK;
/* From now on the case, open to read, has only messages of the period: by when
 * they were received, else by their Date; those that nothing dates; and what is
 * inside them.  Hops, diags and figures with them; events and sources stay. */
enum tt_status tt_case_limit_to(struct tt_case *c,
				const struct tt_range *range,
				struct tt_err *err) TT_MUST_CHECK;
/* Commits; a case is one file again after it. */
enum tt_status tt_case_close(struct tt_case **c,
			     struct tt_err *err) TT_MUST_CHECK;

/* Files the case consists of while it is written: a scan must not read them.
 * Returns how many. */
#define TT_CASE_FILES 2 /* at most */
size_t tt_case_own_files(const struct tt_case *c,
			 struct tt_file_id own_r[TT_CASE_FILES]);

/* The value of an option; p NULL: none of that name.  In the arena. */
enum tt_status tt_case_option(struct tt_case *c, const char *name,
			      struct tt_slice *value_r,
			      struct tt_arena *arena,
			      struct tt_err *err) TT_MUST_CHECK;

/* A fact of the last scan that it did not know when it opened the case. */
enum tt_status tt_case_note(struct tt_case *c, const char *name,
			    struct tt_slice value,
			    struct tt_err *err) TT_MUST_CHECK;

/* Writers need not commit: it is done every TT_MAX_checkpoint_records or
 * TT_MAX_checkpoint_ms, whichever comes first, by the calls that add; this
 * is for those who waited. */
enum tt_status tt_case_tick(struct tt_case *c,
			    struct tt_err *err) TT_MUST_CHECK;
enum tt_status tt_case_commit(struct tt_case *c,
			      struct tt_err *err) TT_MUST_CHECK;

/* ---- sources: what was read, and how far ---- */

enum tt_source_state {
	TT_SOURCE_BEGUN = 1, /* not to its end yet: to be read again */
	TT_SOURCE_DONE,
	TT_SOURCE_SKIPPED, /* its worker died of it: not to be tried again */
	TT_SOURCE_FAILED,  /* could not be read */
};
const char *tt_source_state_name(enum tt_source_state s);

struct tt_case_file {
	struct tt_slice path;
	bool is_regular; /* else size and mtime mean nothing: a pipe */
	uint64_t size;
	int64_t mtime_unix;
	uint32_t mtime_ns;
};

/* What the case knows of a file by path, size and time of change. */
enum tt_case_known {
	TT_CASE_NEW,	 /* never begun, or not to its end: read it */
	TT_CASE_SAME,	 /* DONE, and it looks unchanged */
	TT_CASE_CHANGED, /* DONE or SKIPPED, and it has changed: read it */
	TT_CASE_BAD,	 /* SKIPPED, and it looks unchanged */
};
struct tt_case_look {
	enum tt_case_known known;
	unsigned tries; /* how often it was begun and not ended since */
	bool has_lost;	/* read, but for records that a worker died of */
	bool has_hash;
	uint8_t sha256[TT_SHA256_LEN]; /* of what was read then */
};
enum tt_status tt_case_look(struct tt_case *c, const struct tt_case_file *f,
			    struct tt_case_look *look_r,
			    struct tt_err *err) TT_MUST_CHECK;

/* Begins to read a file, anew where it was read: *source_r is what belongs to
 * it is added under.  Its events and diags are forgotten, its messages stand;
 * where the file has changed since it was DONE, what was read then is kept as
 * another generation of it, less what tt_case_end() finds in the new one. */
enum tt_status tt_case_begin(struct tt_case *c, const struct tt_case_file *f,
			     int64_t *source_r,
			     struct tt_err *err) TT_MUST_CHECK;
/* A member of a file that was begun; with none, the file itself. */
enum tt_status tt_case_member(struct tt_case *c, int64_t file,
			      const struct tt_slice *member, size_t n_member,
			      int64_t *source_r,
			      struct tt_err *err) TT_MUST_CHECK;
/* The file is through.  digest may be NULL, reason n 0. */
enum tt_status tt_case_end(struct tt_case *c, int64_t file,
			   enum tt_source_state state,
			   const struct tt_digest *digest,
			   struct tt_slice reason,
			   struct tt_err *err) TT_MUST_CHECK;

/* ---- what is found ---- */

/* Where a message was met: the order of exports.  A message inside another
 * has its carrier's place and the next number. */
struct tt_case_place {
	int64_t source;
	uint64_t top_off; /* of the message that lies in the stream itself */
	uint32_t seq;	  /* 0: that one; 1...: those inside it, in order */
};
struct tt_case_header {
	struct tt_slice name, value; /* name in lower case */
};
struct tt_case_mail {
	struct tt_case_place place;
	struct tt_slice record; /* as bytes (trail/codec.h): what was read */
	/* As tt_timeline_read() left it, to be concluded on later; or, where
	 * rules are given, as it is concluded on without any log. */
	const struct tt_timeline *t;
	const struct tt_rules *rules; /* as of tt_case_conclude(), or NULL */
	const struct tt_case_header *headers; /* --keep-header */
	size_t n_headers;
};
/* One occurrence.  Of all occurrences of a content the first counts, one that
 * is a message of its own before one inside another, then by (path, member,
 * place): its record is kept, and what is concluded on it. */
enum tt_status tt_case_add(struct tt_case *c, const struct tt_case_mail *mail,
			   struct tt_err *err) TT_MUST_CHECK;
/* Of a log that was begun: a file, a member, or the first of a set of rotated
 * ones.  What its events share comes once it has ended (trail/codec.h). */
enum tt_status tt_case_add_log(struct tt_case *c, int64_t log,
			       struct tt_slice shared,
			       struct tt_err *err) TT_MUST_CHECK;
/* The place is that of its first quote, in a file that was begun, and what the
 * record need not say (trail/codec.h).  Texts are borrowed from the record.
 * Events of logs that did not end yet may not be in the case when it is
 * committed. */
enum tt_status tt_case_add_event(struct tt_case *c, int64_t log,
				 const struct tt_event *event,
				 struct tt_slice record,
				 struct tt_err *err) TT_MUST_CHECK;
/* Those of a file and its members: it is read anew, or its log has no end, so
 * that nobody knows what they mean. */
enum tt_status tt_case_forget_events(struct tt_case *c, int64_t file,
				     struct tt_err *err) TT_MUST_CHECK;
/* Of a file or member: after those that it has. */
enum tt_status tt_case_add_diags(struct tt_case *c, int64_t source,
				 const struct tt_diags *diags,
				 struct tt_err *err) TT_MUST_CHECK;

/* ---- walks ---- */

enum tt_case_order {
	TT_CASE_ALL,	    /* by place; messages of logs alone last */
	/* By number; to conclude on: mail without a conclusion, or with one
	 * that logs are part of. */
	TT_CASE_UNCONCLUDED,
	TT_CASE_MAIL, /* the same of all mail */
};
struct tt_case_message {
	int64_t id;
	bool is_log_only;
	struct tt_slice record; /* n 0 where is_log_only */
	struct tt_slice concluded; /* n 0: concluding on record gives it */
	struct tt_slice path;	   /* of its place */
	uint64_t off, length;	   /* where !is_decoded: in path, member */
	bool has_hash, is_decoded, is_concluded;
	uint8_t sha256[TT_SHA256_LEN], content_sha256[TT_SHA256_LEN];
};
/* Free with tt_case_walk_free(), which nulls.  tt_case_conclude() may be
 * called on the way, but not in a walk by TT_CASE_ALL. */
struct tt_case_walk;
struct tt_case_walk *tt_case_walk_new(struct tt_case *c,
				      enum tt_case_order order);
void tt_case_walk_free(struct tt_case_walk **walk);
/* 1, 0 at the end, -1; *m_r is borrowed until the next call. */
int tt_case_walk_next(struct tt_case_walk *walk, struct tt_case_message *m_r,
		      struct tt_err *err) TT_MUST_CHECK;
/* One message by its content: 1, 0 none, -1.  In the arena. */
int tt_case_find(struct tt_case *c, const uint8_t content[TT_SHA256_LEN],
		 struct tt_case_message *m_r, struct tt_arena *arena,
		 struct tt_err *err) TT_MUST_CHECK;

/* The same of a mail, by its number (id). */
int tt_case_find_mail(struct tt_case *c, int64_t id,
		      struct tt_case_message *m_r, struct tt_arena *arena,
		      struct tt_err *err) TT_MUST_CHECK;

struct tt_case_event {
	int64_t log; /* what tt_case_log() is asked for */
	const struct tt_origin *origin; /* where it lies */
	struct tt_slice record;
	bool is_settled; /* tt_case_settle() */
};
/* Every event, by (path, member) and as they came, each borrowed for the call
 * only.  `take` returns false to stop; it settles each that is not. */
enum tt_status tt_case_events(struct tt_case *c,
			      bool (*take)(void *ctx,
					   const struct tt_case_event *e),
			      void *ctx, struct tt_err *err) TT_MUST_CHECK;
/* When the event at hand was, and its verdict: known by what its log's events
 * share. */
void tt_case_settle(struct tt_case *c, const struct tt_event *event);
/* What the events of a log share; in the arena. */
enum tt_status tt_case_log(struct tt_case *c, int64_t log,
			   struct tt_slice *shared_r, struct tt_arena *arena,
			   struct tt_err *err) TT_MUST_CHECK;

/* ---- concluding ---- */

/* True where events came or went, or mail came that was concluded on without
 * them, since tt_case_concluded(): where there are events, all mail is to be
 * concluded on then, else only what TT_CASE_UNCONCLUDED gives. */
enum tt_status tt_case_needs_join(struct tt_case *c, bool *needs_r,
				  struct tt_err *err) TT_MUST_CHECK;
/* True where a scan was cut off, and for as long as one writes: not all that
 * it was given is in the case. */
enum tt_status tt_case_is_unfinished(struct tt_case *c, bool *is_r,
				     struct tt_err *err) TT_MUST_CHECK;
/* Replaces what is kept of the conclusion on one message: its hops, evidence,
 * anomalies, diags and result.  `read` is its record as it is kept, `bytes` the
 * timeline encoded, n 0 where no log joined: evidence is quoted from the one
 * or the other.  rules names what peers are part of; same as the timeline's. */
enum tt_status tt_case_conclude(struct tt_case *c, int64_t id,
				const struct tt_timeline *t,
				struct tt_slice read, struct tt_slice bytes,
				const struct tt_rules *rules,
				struct tt_err *err) TT_MUST_CHECK;
/* Messages that logs alone know: all are dropped, then added anew. */
enum tt_status tt_case_drop_log_only(struct tt_case *c,
				     struct tt_err *err) TT_MUST_CHECK;
enum tt_status tt_case_add_log_only(struct tt_case *c, struct tt_slice key,
				    const struct tt_timeline *t,
				    const struct tt_rules *rules,
				    struct tt_err *err) TT_MUST_CHECK;
/* After the last of them. */
enum tt_status tt_case_concluded(struct tt_case *c,
				 struct tt_err *err) TT_MUST_CHECK;
/* The scan has ended: makes what only those who read the case need. */
enum tt_status tt_case_finish(struct tt_case *c,
			      struct tt_err *err) TT_MUST_CHECK;

void tt_store_versions(struct tt_out *out);

#endif
