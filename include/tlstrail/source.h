/* tlstrail/source.h - floor 1: evidence becomes byte streams
 *
 * Opens what was named on the command line, read-only, walks it where it is a
 * directory, unwraps compression
 * and archives, and yields plain byte streams, each with an origin.  Nothing
 * is ever extracted to disk; names inside archives are evidence bytes.
 *
 * gzip (RFC 1952) is inflated by zlib, or ISA-L where that is built in; tar, cpio, zip and 7-Zip archives and
 * bzip2, xz, zstd and lz4 come from libarchive with an explicit list of
 * formats (never all of them: it takes short JSON lines for mtree). */
#ifndef TLSTRAIL_SOURCE_H
#define TLSTRAIL_SOURCE_H

#include <tlstrail/util.h>

struct stat; /* <sys/stat.h> */

struct tt_tree;	  /* one argument: a file, or a directory and all below */
struct tt_source; /* one file */
struct tt_stream; /* one plain file, or one member, decompressed */

/* Where a stream's bytes come from.  Borrowed from the stream. */
struct tt_origin {
	struct tt_slice path;		/* as given; "-" is standard input */
	const struct tt_slice *member;	/* outermost first */
	size_t n_member;
	bool is_met; /* in a directory, not named */
	bool is_delivery; /* by place and name one message of a Maildir */
};

/* ---- the walk ---- */

/* A file by the system's numbers, whatever its name. */
struct tt_file_id {
	uint64_t dev, ino;
};

enum tt_entry_kind {
	TT_ENTRY_NAMED, /* the argument itself, which is no directory */
	TT_ENTRY_FILE,	/* met in a directory, opened, a regular file */
	TT_ENTRY_TOLD,	/* nothing to read: its diags say what of it */
};

struct tt_entry {
	enum tt_entry_kind kind;
	struct tt_slice path; /* PATH/sub/name; borrowed until the next call */
	int fd;		      /* the tree's until a source takes it; or -1 */
	bool is_lent;	      /* the source leaves it open */
	const struct stat *st; /* of fd; borrowed */
	struct tt_slice ahead; /* read off fd by tt_entry_read_ahead() */
	const uint8_t *ahead_sum; /* SHA-256 of that; borrowed; or NULL */
};

/* Begins a walk of PATH ("-": standard input), borrowed.  Everything that is
 * met below a directory comes in an order that depends on the names alone:
 * that of mailstore.c's layouts, which are known by the names in a directory.
 * Links are followed where PATH is one and nowhere else; what is neither file
 * nor directory is told and not opened.  own: files this run writes to, which
 * must not be read; borrowed.  Free with tt_tree_close(), which nulls. */
struct tt_tree *tt_tree_open(const char *path, const struct tt_file_id *own,
			     size_t n_own);
void tt_tree_close(struct tt_tree **tree);

/* Before the first entry: what is a message by its place and name - one of a
 * Maildir's or MH's, *.eml - is neither opened nor given. */
void tt_tree_leave_mail(struct tt_tree *tree);
/* Were there any? */
bool tt_tree_has_left_mail(const struct tt_tree *tree);
/* Before the first entry: these files were read already and are passed over
 * without a word.  In the order of tt_file_id_order(); borrowed. */
void tt_tree_pass_over(struct tt_tree *tree, const struct tt_file_id *known,
		       size_t n);
int tt_file_id_order(const void *a, const void *b); /* for qsort() */

/* The next entry, or false at the end.  What there is to say of it is added
 * to diags. */
bool tt_tree_next(struct tt_tree *tree, struct tt_entry **entry_r,
		  struct tt_diags *diags) TT_MUST_CHECK;

/* Closes n descriptors, those that were opened one after the other by one
 * call. */
void tt_close_all(const int *fd, size_t n);

/* Whether this regular file lies in the directory PATH, be it under a name
 * that would not be read; true too where a limit keeps us from knowing. */
bool tt_tree_holds(const char *path, const struct tt_file_id *file);

/* ---- the bytes ---- */

/* Opens PATH ("-": standard input) with O_RDONLY and friends; never writes.
 * diags takes what belongs to the file and not to a message; borrowed, must
 * outlive the source.  On failure *source_r is NULL, a diag is added and err
 * tells.  Free with tt_source_close(), which nulls. */
enum tt_status tt_source_open(struct tt_source **source_r, const char *path,
			      struct tt_diags *diags,
			      struct tt_err *err) TT_MUST_CHECK;
/* Opens a NAMED entry now, that another process is to read; the others are
 * open, or are not to be.  *st_r is its st then; failing as
 * tt_source_open().  What a source does not take the caller closes. */
enum tt_status tt_entry_open(struct tt_entry *entry, struct stat *st_r,
			     struct tt_diags *diags,
			     struct tt_err *err) TT_MUST_CHECK;
/* Reads the beginning of a FILE, up to n bytes, before its source is there to
 * do so: into `buf`, which will be lent to that source.  What is there then is
 * entry->ahead; nothing where it could not be read, of which the source will
 * tell. */
void tt_entry_read_ahead(struct tt_entry *entry, uint8_t *buf, size_t n);
/* tt_source_open() for an entry that is not TOLD; takes its descriptor. */
enum tt_status tt_source_open_entry(struct tt_source **source_r,
				    struct tt_entry *entry,
				    struct tt_diags *diags,
				    struct tt_err *err) TT_MUST_CHECK;
void tt_source_close(struct tt_source **source);

/* Lends memory that a plain file is read into at first, so that a mail need
 * not be moved from there: tt_stream_take().  Before the first
 * tt_source_next(); borrowed until the close. */
void tt_source_lend(struct tt_source *source, uint8_t *buf, size_t n);

/* The next plain stream: 1, 0 at the end, -1 if nothing more can be read of
 * this source (a diag was added).  A stream is borrowed and valid until the
 * next call; what was left unread of it is skipped.  Members that cannot be
 * read are diags, and the walk goes on. */
int tt_source_next(struct tt_source *source,
		   struct tt_stream **stream_r) TT_MUST_CHECK;

/* Reads that a signal cuts short are taken up again, unless *flag is set by
 * then: so that one who waits on a pipe can be interrupted. */
void tt_source_stop_on(struct tt_source *source, volatile const int *flag);

/* Adds to *beat (NULL: nowhere) what is read of the file, to be parsed or to
 * be hashed, from whichever thread: so that another process sees that it goes
 * on. */
void tt_source_beat_to(struct tt_source *source, uint64_t *beat);

/* SHA-256 over the whole file as it lies on disk. `hash` is the caller's and
 * set before; the rest is filled by the time of tt_source_close(). */
struct tt_digest {
	struct tt_sha256 *hash;
	bool is_read;	 /* it was opened: what follows is set */
	bool is_regular; /* else a pipe: size is what was read of it */
	bool is_whole;	 /* the end was seen, so the hash is of all */
	uint64_t size;
	int64_t mtime_unix;
	uint32_t mtime_ns;
	uint8_t sha256[TT_SHA256_LEN];
	/* the source's */
	int fd;
	bool is_large, is_along, is_known;
	struct tt_digest_thread *beside; /* a large file's */
};
/* After the two before, before the first tt_source_next(); borrowed
 * until the close, and not to be looked at before. */
void tt_source_digest_to(struct tt_source *source, struct tt_digest *digest);

/* Where a digest is wanted: it is best made beside the parse, by a thread.
 * But where the bytes of a plain file are hashed in messages anyway, by
 * `along` (NULL: they are not), those of the file go beside that (util/sha256.h)
 * and cost no more.  Then `seen`, which is all that was read of the stream, and
 * whatever is read of it later stays where it is until
 * tt_stream_digest_settle(); by tt_stream_digest_leave() that is over.  What an
 * entry was read ahead and hashed of is not hashed again where that is all. */
void tt_stream_digest(struct tt_stream *stream, struct tt_sha256 *along,
		      struct tt_slice seen);
void tt_stream_digest_settle(struct tt_stream *stream);
void tt_stream_digest_leave(struct tt_stream *stream);

/* Are its bytes more than lie on the disk? */
bool tt_stream_is_packed(const struct tt_stream *stream);

const struct tt_origin *tt_stream_origin(const struct tt_stream *stream);
struct tt_diags *tt_stream_diags(struct tt_stream *stream);

/* Adds to the stream's diags, with the member's names before the text: one
 * list serves all members of a source.  fmt NULL takes the table's text. */
void tt_stream_diag(struct tt_stream *stream, enum tt_diag_code code,
		    uint64_t off, const char *fmt, ...) TT_PRINTF(4, 5);

/* Up to n bytes into buf: > 0, 0 at the end, -1 where reading stopped before
 * the end (a diag was added; what came before stands). */
int64_t tt_stream_read(struct tt_stream *stream, uint8_t *buf,
		       size_t n) TT_MUST_CHECK;

/* What was read already into `buf`, which was lent, and not given yet: takes
 * it, and returns how many bytes stand there; 0 where none do.  Who writes to
 * what was lent asks this first.  *sum_r is their SHA-256, where an entry had
 * it, or NULL; borrowed from the source. */
size_t tt_stream_take(struct tt_stream *stream, const uint8_t *buf,
		      const uint8_t **sum_r);

/* A stream over bytes in memory, both borrowed: for tests and fuzzers.  Free
 * with tt_stream_free(), which nulls. */
struct tt_stream *tt_stream_from_bytes(struct tt_slice bytes,
				       struct tt_diags *diags);
void tt_stream_free(struct tt_stream **stream);

/* Loads what would be loaded on first use - the locale and the modules that
 * names in archives are read with - for a process that will not be let to. */
void tt_source_preload(void);

/* Versions of the libraries this floor uses, one "name version" a line. */
void tt_source_versions(struct tt_out *out);

#endif
