/* input.h - a chain of byte sources: file, decompressor, archive member
 *
 * Each input pulls from the one below it, which it owns.  An input has a
 * small peek buffer so that the next layer can be chosen without taking
 * bytes from it; everything else is read straight into the caller's buffer.
 * Of a file it is the first block that is looked at where it lies. */
#ifndef TLSTRAIL_SOURCE_INPUT_H
#define TLSTRAIL_SOURCE_INPUT_H

#include <pthread.h>
#include <stdarg.h>
#include <tlstrail/source.h>

/* A tar header is the longest thing a layer is known by. */
#define TT_INPUT_PEEK 512

/* Filters and archives of one chain, and the file. */
#define TT_WALK_LEVELS 8
#define TT_WALK_MEMBERS 4 /* > TT_MAX_archives */

/* Diags of a chain that runs ahead (input_ahead.c), until its bytes are
 * taken.  A layer tells once or twice before it ends. */
#define TT_LATER_DIAGS 32
struct tt_later_diag {
	enum tt_diag_code code;
	bool is_of_file; /* members' names do not belong before it */
	uint64_t off;
	char text[512];
};
struct tt_later {
	size_t n;
	struct tt_later_diag v[TT_LATER_DIAGS];
};

/* What the inputs of one FILE share. */
struct tt_walk {
	struct tt_origin origin;
	struct tt_slice member[TT_WALK_MEMBERS];
	struct tt_diags *diags;
	struct tt_later *later; /* takes the diags where it is not NULL */
	volatile const int *stop;
	uint64_t *beat; /* of tt_source_beat_to(), or NULL */
	struct tt_digest *digest; /* NULL: not wanted */
	uint8_t *lent; /* of tt_source_lend(), or NULL */
	size_t n_lent;
	struct tt_slice ahead; /* of the entry, read off its descriptor */
	const uint8_t *ahead_sum; /* of that, or NULL */
	bool is_lent;		  /* the descriptor: it stays open */
	uint64_t file_bytes; /* read from the file so far */
	uint64_t file_size;  /* UINT64_MAX where not known */
	uint64_t n_members;
	/* Decompressed bytes by level of nesting: all, and those of inputs
	 * that were closed without being called a bomb. */
	uint64_t made[TT_WALK_LEVELS];
	uint64_t kept[TT_WALK_LEVELS];
	bool is_over; /* a limit of the whole file was met */
};

/* Another process may be looking. */
static inline void tt_beat(uint64_t *beat, uint64_t n)
{
	if (beat)
		(void)__atomic_fetch_add(beat, n, __ATOMIC_RELAXED);
}

struct tt_input;

struct tt_input_ops {
	/* As tt_stream_read(); not called again after 0 or -1. */
	int64_t (*read)(struct tt_input *in, uint8_t *buf, size_t n);
	/* As lseek(), -1 on failure; NULL: cannot. */
	int64_t (*seek)(struct tt_input *in, int64_t off, int whence);
	/* What is at hand without being taken, TT_INPUT_PEEK bytes or more;
	 * nothing where there are fewer.  NULL: never anything. */
	struct tt_slice (*look)(struct tt_input *in);
	/* Takes all that look() showed where that lies at buf, and returns how
	 * much.  NULL: never anything. */
	size_t (*take)(struct tt_input *in, const uint8_t *buf);
	/* Frees what the input owns but not `below`; NULL: nothing. */
	void (*close)(struct tt_input *in);
	bool is_made; /* its bytes count against ratio and output */
};

struct tt_input {
	const struct tt_input_ops *ops;
	struct tt_walk *walk;
	struct tt_input *below; /* owned; NULL at the bottom */
	unsigned level;		/* layers below */
	unsigned n_filters;	/* of them compression */
	uint64_t made;
	bool is_end, is_failed, is_bomb;
	size_t peek_at, peek_n;
	uint8_t peek[TT_INPUT_PEEK];
};

/* Allocates `size` bytes that begin with a struct tt_input, zeroed, on top
 * of `below`, which may be NULL. */
void *tt_input_new(const struct tt_input_ops *ops, struct tt_walk *walk,
		   struct tt_input *below, size_t size);
/* Closes and frees the whole chain; nulls. */
void tt_input_close(struct tt_input **in);

int64_t tt_input_read(struct tt_input *in, uint8_t *buf,
		      size_t n) TT_MUST_CHECK;
/* The first bytes, TT_INPUT_PEEK at most; borrowed, until the next read. */
struct tt_slice tt_input_peek(struct tt_input *in);
/* tt_stream_take(), of an input. */
size_t tt_input_take(struct tt_input *in, const uint8_t *buf);
bool tt_input_can_seek(const struct tt_input *in);
int64_t tt_input_seek(struct tt_input *in, int64_t off,
		      int whence) TT_MUST_CHECK;

/* Reads to the end and returns how many bytes there were. */
uint64_t tt_input_drain(struct tt_input *in);

/* Opens the bottom of a chain.  NULL: a diag was added, err tells. */
struct tt_input *tt_input_file(struct tt_walk *walk, const char *path,
			       struct tt_err *err);
/* The two steps of it: a descriptor, or -1; and an input that takes it. */
int tt_open_named(struct tt_walk *walk, const char *path, struct stat *st_r,
		  struct tt_err *err);
struct tt_input *tt_input_opened(struct tt_walk *walk, int fd,
				 const struct stat *st);
/* Opens for reading as evidence must be, see input_file.c; `more` adds flags.
 * A descriptor, or -1 and errno. */
int tt_open_evidence(int at, const char *path, int more);
/* Whether size and times of a file or directory are what they were. */
bool tt_is_unchanged(const struct stat *before, const struct stat *now);
/* A regular file at the bottom: it can be gone back in. */
bool tt_input_is_file(const struct tt_input *in);
/* Of a regular file from its first byte on, was this much given, and no more
 * looked at? */
bool tt_input_file_gave(const struct tt_input *in, uint64_t n);
/* From tt_input_file(), what was read of it leaves the memory that was lent,
 * which others will write to. */
void tt_input_file_keep(struct tt_input *in);
/* Adds the diag `changed` where the file is not what it was when opened;
 * once. `in` is from tt_input_file(). */
void tt_input_file_check(struct tt_input *in);

/* Begins to hash it; see tt_digest_begin(). */
void tt_input_file_digest(struct tt_input *in);

/* digest.c */
struct stat;
/* The descriptor must stay open until the end. */
void tt_digest_begin(struct tt_digest *d, int fd, const struct stat *st);
/* Where a thread hashes, it reads *walk->stop. */
void tt_digest_apart(struct tt_digest *d, const struct tt_walk *walk);
/* The file is hashed as it is read; `seen` is what was read already. */
void tt_digest_along(struct tt_digest *d, struct tt_sha256 *beside,
		     struct tt_slice seen);
/* The file is hashed already: its n bytes to `sum`. */
void tt_digest_know(struct tt_digest *d, const uint8_t sum[TT_SHA256_LEN],
		    uint64_t n);
/* Bytes of the file from `off` on were read. */
void tt_digest_follow(struct tt_digest *d, uint64_t off,
		      struct tt_slice bytes);
/* Has it that much of the file, and no thread that goes on? */
bool tt_digest_is_at(const struct tt_digest *d, uint64_t size);
/* n 0: the end. */
void tt_digest_add(struct tt_digest *d, const uint8_t *p, size_t n);
void tt_digest_end(struct tt_digest *d, const struct tt_walk *walk);

/* Over borrowed bytes; can seek. */
struct tt_input *tt_input_bytes(struct tt_walk *walk, struct tt_slice bytes);
/* Reads `below` to its end into memory and closes it, so that there can be
 * seeking.  NULL: it is longer than TT_MAX_nested_member; a diag was added. */
struct tt_input *tt_input_hold(struct tt_input *below);

/* The same bytes, read ahead by a thread; takes the chain.  Its inputs must
 * not be used any more. */
struct tt_input *tt_input_ahead(struct tt_input *chain);

/* thread.c: runs run(arg); false where no thread can be had.  Join it. */
bool tt_thread_start(pthread_t *thread_r, void *(*run)(void *),
		     void *arg) TT_MUST_CHECK;

/* Adds a diag with the member's names before its text. */
void tt_walk_diag(struct tt_walk *walk, enum tt_diag_code code, uint64_t off,
		  const char *fmt, ...) TT_PRINTF(4, 5);
void tt_walk_vdiag(struct tt_walk *walk, enum tt_diag_code code, uint64_t off,
		    const char *fmt, va_list ap) TT_PRINTF(4, 0);
/* What is of the file itself, whichever member is being read. */
void tt_walk_file_diag(struct tt_walk *walk, enum tt_diag_code code,
		       uint64_t off, const char *fmt, ...) TT_PRINTF(4, 5);
void tt_walk_limit(struct tt_walk *walk, enum tt_diag_code code,
		   enum tt_limit_id limit, uint64_t needed);

#endif
