/* show.h - what the files of this floor share while `show` runs */
#ifndef TLSTRAIL_RUN_SHOW_H
#define TLSTRAIL_RUN_SHOW_H

#include <tlstrail/run.h>
#include <tlstrail/run/guard.h>
#include <tlstrail/trail/join.h>

struct stat; /* <sys/stat.h> */
struct tt_logs; /* logs.h */
struct tt_digest; /* source.h */

/* Who takes what is read in place of an output: a scan's worker, for its
 * parent to conclude on. */
struct tt_taker {
	void *ctx;
	/* A message of its own begins; false: it is to be passed over. */
	bool (*begin)(void *ctx, const struct tt_record *rec);
	/* As tt_timeline_read() left it: that message, then those inside. */
	void (*message)(void *ctx, const struct tt_timeline *t,
			const struct tt_header *header);
	/* The message of its own is outside of o->range, with all inside. */
	void (*outside)(void *ctx);
	/* All of it has come, and so it goes on with a log. */
	void (*message_end)(void *ctx);
	/* A stream of a log begins; a line or record of it. */
	void (*stream)(void *ctx, const struct tt_origin *origin);
	void (*line)(void *ctx);
	struct tt_event_sink events;
	/* A file has been read, or could not be. */
	void (*file_end)(void *ctx, const struct tt_digest *digest,
			 const struct tt_diags *diags);
};
struct tt_lane; /* lanes.c: one thread's share */

struct tt_show {
	const struct tt_show_options *o;
	struct tt_arena arena;	/* the run's */
	struct tt_arena file;	/* cleared at each file */
	struct tt_arena record; /* cleared at each message */
	struct tt_matcher *matcher;
	struct tt_reader_room *room; /* goes from stream to stream */
	struct tt_parts *parts;
	bool is_outside; /* of o->range: the message being read */
	bool has_body; /* the parts are those of the message being read */
	struct tt_emit *emit;
	struct tt_redact *redact; /* NULL: nothing is redacted */
	struct tt_diags hidden;	  /* by it, in names, beside addresses */
	struct tt_totals totals;
	struct tt_logs *logs; /* NULL: logs are passed over */
	struct tt_book *book; /* settled; NULL: no logs */
	uint64_t *beat;		/* a worker's: bytes read count; or NULL */
	struct tt_sha256 *hash; /* where there is a manifest */
	uint64_t n_sources;	   /* told in it */
	uint64_t n_sources_before; /* ... when the lanes began */
	struct tt_lane *lane; /* whose part of the run it is, or NULL */
	void (*relieve)(struct tt_lane *lane); /* between its messages */
	const struct tt_taker *taker; /* NULL: the output */
	bool is_json;
	bool is_alone; /* reads by this thread only */
	bool is_cut_short; /* the stream: where a reader was lost */
	bool is_partial, is_broken; /* exit status 3, 70 */
};

/* ---- reading.c ---- */

/* What a run has of its own to read with; o is set before.  Close what was
 * opened. */
void tt_show_open(struct tt_show *s);
void tt_show_open_with(struct tt_show *s, struct tt_matcher *matcher);
void tt_show_close(struct tt_show *s);
bool tt_show_is_interrupted(const struct tt_show_options *o);
bool tt_show_is_stopped(const struct tt_show *s);
/* Does the output show hashes of messages? */
bool tt_show_wants_hash(const struct tt_show *s);

/* ---- place.c ---- */

/* What is read, and where in it (run/guard.h): of a run by one thread, for who
 * watches it.  A lane is at no place of its own. */
void tt_show_in(const struct tt_show *s, const struct tt_origin *origin);
const char *tt_show_at(const struct tt_show *s, enum tt_place place,
		       uint64_t n) TT_MUST_CHECK;
/* What that is no answer to: nothing is there. */
void tt_show_at_none(const struct tt_show *s);
/* Before the n-th record of a stream is read: was a reader lost with what comes
 * now?  Then that is told, and the stream ends there. */
bool tt_show_is_lost(struct tt_show *s, struct tt_stream *stream, uint64_t n);
/* Was one lost with the record that begins there?  Then that is told, of what
 * it is, and it is to be passed over. */
bool tt_show_is_passed_over(struct tt_show *s, struct tt_stream *stream,
			    const char *what, uint64_t off);

/* ---- entry.c ---- */

/* Reads one entry of a tree. */
void tt_show_entry(struct tt_show *s, struct tt_entry *entry,
		   struct tt_diags *diags);

/* ---- records.c ---- */

/* The messages of a stream; as tt_record_next(), at its end. */
int tt_show_records(struct tt_show *s, struct tt_reader *reader,
		    struct tt_stream *stream);
/* Reads a mail that a log carries; diags: the log's. */
struct tt_log_mail;
void tt_show_log_mail(struct tt_show *s, const struct tt_log_mail *mail,
		      struct tt_diags *diags);
/* Every byte read is in a message, in a frame, or told as passed over: a fault
 * of ours is told where that is not so. */
void tt_show_check_account(struct tt_show *s, const struct tt_reader *reader,
			   struct tt_slice path);

/* ---- argument.c ---- */

/* Reads one argument: a file, or a directory's files. */
void tt_show_path(struct tt_show *s, const char *name);

/* ---- ready.c ---- */

/* The file of that name, which was opened before, as an entry with a descriptor
 * of its own. */
bool tt_show_ready_open(const struct tt_show_ready *ready, const char *name,
			struct tt_entry *entry_r, struct stat *st_r);
/* stat() and tt_source_open() of an argument, whether it is to be opened or
 * was (struct tt_show_ready). */
bool tt_show_stat(const struct tt_show_options *o, const char *name,
		  struct stat *st_r);
enum tt_status tt_show_source(struct tt_source **source_r,
			      const struct tt_show_options *o, const char *name,
			      struct tt_diags *diags,
			      struct tt_err *err) TT_MUST_CHECK;

/* ---- message.c ---- */

/* What a timeline is made of. */
struct tt_message_head {
	struct tt_slice block; /* the header, cut at the limit */
	uint64_t length;       /* of it, uncut */
	enum tt_end_to_end end_to_end;
	const struct tt_parts_found *found; /* where its reports are */
	int message;   /* which of theirs it is: index, or TT_CARRIER */
	bool want_all; /* it may be shown whole */
	const struct tt_paste *paste; /* the block was pasted; or NULL */
};
/* The source of t is filled in; the rest is, and t is pushed. */
void tt_show_message(struct tt_show *s, struct tt_timeline *t,
		     const struct tt_message_head *head,
		     struct tt_diags *diags);

/* ---- range.c: --since and --until ---- */

/* Is it left out?  Counts it, if it is no message inside another: those go
 * with their carrier. */
bool tt_show_is_outside(struct tt_show *s, const struct tt_timeline *t);
/* How many were, and how many are kept though nothing dates them: a line. */
void tt_tell_range(struct tt_out *messages, uint64_t outside,
		    uint64_t undated);

/* ---- embedded.c: the parts of a body, and the messages among them ---- */

/* As in struct tt_body_sink; ctx is the struct tt_show. */
bool tt_embedded_begin(void *ctx, struct tt_slice header, uint64_t body_off,
		       bool is_cr);
void tt_embedded_add(void *ctx, struct tt_slice bytes);
/* What the walk over this message's body found. */
const struct tt_parts_found *tt_embedded_found(struct tt_show *s,
					       const struct tt_record *rec);
/* Pushes a timeline for each message inside. */
void tt_embedded_show(struct tt_show *s, const struct tt_record *rec,
		      const struct tt_parts_found *found, bool want_all);

/* ---- pasted.c ---- */

struct tt_paste;
/* Repairs the header of a pasted record; what the walk over its body found. */
const struct tt_parts_found *tt_pasted_found(struct tt_show *s,
					     const struct tt_record *rec,
					     struct tt_paste *paste_r,
					     struct tt_diags *diags);

/* ---- log_stream.c ---- */

bool tt_logs_is_format(enum tt_format f);
/* Takes a stream of such a format; as tt_record_next(), at its end. */
int tt_logs_stream(struct tt_show *s, struct tt_reader *reader,
		   struct tt_stream *stream);
/* Is nothing but a log wanted now? */
bool tt_logs_want_only(const struct tt_show *s);

/* ---- logs.c ---- */

/* Reads the logs that are named; tells at the end what only they know. */
void tt_logs_begin(struct tt_show *s);
void tt_logs_tell(struct tt_show *s);
void tt_logs_end(struct tt_show *s);
/* Was a log read?  Was this FILE one, and is read? */
bool tt_logs_have_read(const struct tt_show *s);
bool tt_logs_is_file(const struct tt_show *s, size_t file);
/* What was read of that tree is not read again. */
void tt_logs_pass_over(const struct tt_show *s, struct tt_tree *tree);
/* Is what logs told gone, for want of room or by a fault of the disk? */
bool tt_logs_is_lost(const struct tt_show *s);

/* ---- redact.c ---- */

/* Puts tokens in place of addresses; what t points at is not written to, but
 * the message's diags are told where a limit hid more than addresses. */
void tt_redact_timeline(struct tt_redact *r, struct tt_arena *arena,
			struct tt_timeline *t, const struct tt_header *header,
			struct tt_diags *diags);

/* ---- manifest.c; nothing where none is wanted ---- */

void tt_manifest_begin(struct tt_show *s);
void tt_manifest_source(struct tt_show *s, struct tt_slice path,
			const struct tt_digest *d, const struct tt_diags *diags,
			uint64_t messages);
void tt_manifest_end(struct tt_show *s);

/* ---- tell.c: diags, on the messages' descriptor ---- */

/* Writes what is left of out, and says so where that, or a write before it,
 * went wrong: then false. */
bool tt_flush_or_tell(struct tt_out *out, struct tt_out *messages);
/* The name of an input in messages. */
struct tt_slice tt_shown_name(struct tt_slice path);
/* Those of a source from `told` on; returns how many it has told of. */
size_t tt_tell_source(struct tt_show *s, struct tt_slice path,
		      const struct tt_diags *d, size_t told);
/* How many were not listed, if any. */
void tt_tell_more(struct tt_show *s, struct tt_slice path,
		  const struct tt_diags *d);
/* One line for one message; JSON has its diags in the timeline. */
void tt_tell_message(struct tt_show *s, const struct tt_timeline *t,
		     const struct tt_diags *d);

#endif
