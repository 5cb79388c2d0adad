/* worker.h - what the two sides of a pool share */
#ifndef TLSTRAIL_RUN_WORKER_PRIVATE_H
#define TLSTRAIL_RUN_WORKER_PRIVATE_H

#include <sys/stat.h>
#include <sys/types.h>

#include <tlstrail/run/worker.h>

/* ---- memory that outlives a crash ----
 *
 * Frames of whole records gather in `room` before they go through the pipe:
 * of a worker that is gone, the parent takes from there what had not gone.
 * Bytes are counted from the worker's beginning: [base, total) are in the
 * room.  The worker alone writes; its parent believes none of it. */

/* The frames of one record always fit. */
#define TT_SHARED_ROOM (16777216 + 65536)

struct tt_shared {
	uint64_t beat;	 /* moves while the worker goes on */
	uint64_t serial; /* of the item in work; 0: none */
	uint64_t records; /* of it that are over */
	uint64_t off;	 /* of the record in work */
	uint64_t base, total;
	uint32_t is_in_record;
	uint32_t is_ready; /* confined, as is told next */
	pid_t parent;
	struct tt_confined confined;
	struct tt_err err; /* why not */
	uint8_t room[TT_SHARED_ROOM];
};

/* The type of the pool's own frame: the item is done; its serial number. */
#define TT_FRAME_DONE TT_POOL_TYPES

/* ---- item.c: an item through a socket ---- */

struct tt_item_head {
	uint64_t serial;
	uint64_t resume; /* records to be passed over */
	uint32_t note;	 /* the caller's */
	uint32_t n;	 /* files; each is: */
};

struct tt_item_file {
	uint32_t kind;	 /* enum tt_entry_kind */
	uint32_t path_n; /* its bytes, which follow with a NUL, in order */
};

/* What the bytes of an item may come to. */
#define TT_ITEM_ROOM \
	(sizeof(struct tt_item_head) + 256 * sizeof(struct tt_item_file) + \
	 131072 + 256)

/* The entries as a message; TT_LIMIT where they are too many or too long. */
enum tt_status tt_item_pack(struct tt_out *out, const struct tt_entry *entries,
			    size_t n, uint32_t note,
			    struct tt_err *err) TT_MUST_CHECK;
/* Sends it with the descriptors: 1; 0: not now; -1 with errno. */
int tt_item_send(int sock, struct tt_slice message, const int *fds, size_t n);

/* An item as it comes; paths are in `bytes`. */
struct tt_item_got {
	struct tt_item_head head;
	struct tt_entry entries[256];
	struct stat st[256]; /* of their descriptors */
	uint8_t *bytes; /* of TT_ITEM_ROOM */
};
/* 1; 0: there will be none; -1 with errno: EAGAIN if not is_waiting. */
int tt_item_receive(int sock, struct tt_item_got *got, bool is_waiting);

/* ---- worker.c ---- */

/* It ends with this where there is no parent, or no way to work for it. */
#define TT_WORKER_BROKEN 71

/* In the child; with the descriptors that are to stay open. */
_Noreturn void tt_worker_serve(const struct tt_pool_options *options,
			       struct tt_shared *shared, int sock, int out,
			       int words);

#endif
