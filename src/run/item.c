/* item.c - files go from process to process as descriptors
 *
 * One message of a SOCK_SEQPACKET socket for each item, so that it comes whole
 * or not at all: what the files are, their paths, and beside it (SCM_RIGHTS)
 * their descriptors, in order.  It comes from the parent and is trusted;
 * lengths are looked at all the same. */
#include "worker.h"

#include <assert.h>
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#define MAX_FDS 256

/* Aligned as the kernel wants it. */
union control {
	struct cmsghdr head;
	uint8_t bytes[CMSG_SPACE(MAX_FDS * sizeof(int))];
};

/* ---- to the worker ---- */

static void pack_file(struct tt_out *out, const struct tt_entry *e)
{
	const struct tt_item_file file = { (uint32_t)e->kind,
					   (uint32_t)e->path.n };

	tt_out_bytes(out, (struct tt_slice){ (const uint8_t *)&file,
					     sizeof(file) });
}

enum tt_status tt_item_pack(struct tt_out *out, const struct tt_entry *entries,
			    size_t n, uint32_t note, struct tt_err *err)
{
	const struct tt_item_head head = { .note = note, .n = (uint32_t)n };
	uint64_t paths = 0;

	for (size_t i = 0; i < n; i++)
		paths += entries[i].path.n;
	if (n > TT_MAX_item_files || paths > TT_MAX_item_bytes)
		return tt_err_set(err, TT_LIMIT,
				  "%zu files whose paths have %llu bytes "
				  "cannot be read as one", n,
				  (unsigned long long)paths);
	tt_out_bytes(out, (struct tt_slice){ (const uint8_t *)&head,
					     sizeof(head) });
	for (size_t i = 0; i < n; i++)
		pack_file(out, &entries[i]);
	for (size_t i = 0; i < n; i++) {
		tt_out_bytes(out, entries[i].path);
		tt_out_pad(out, '\0', 1);
	}
	assert(out->n <= TT_ITEM_ROOM);
	return TT_OK;
}

int tt_item_send(int sock, struct tt_slice message, const int *fds, size_t n)
{
	struct iovec part = { (void *)(uintptr_t)message.p, message.n };
	union control control = { 0 };
	struct msghdr m = { .msg_iov = &part, .msg_iovlen = 1 };
	ssize_t sent;

	if (n) {
		m.msg_control = control.bytes;
		m.msg_controllen = CMSG_SPACE(n * sizeof(int));
		control.head.cmsg_level = SOL_SOCKET;
		control.head.cmsg_type = SCM_RIGHTS;
		control.head.cmsg_len = CMSG_LEN(n * sizeof(int));
		memcpy(CMSG_DATA(&control.head), fds, n * sizeof(int));
	}
	do {
		sent = sendmsg(sock, &m, MSG_DONTWAIT | MSG_NOSIGNAL);
	} while (sent < 0 && errno == EINTR);
	if (sent >= 0)
		return 1;
	/* Too many descriptors may be on their way. */
	return errno == EAGAIN || errno == ENOBUFS || errno == ETOOMANYREFS ?
		       0 :
		       -1;
}

/* ---- in the worker ---- */

static size_t take_fds(struct msghdr *m, int fds[MAX_FDS])
{
	const struct cmsghdr *const c = CMSG_FIRSTHDR(m);

	if (!c || c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS)
		return 0;
	const size_t n = (c->cmsg_len - CMSG_LEN(0)) / sizeof(int);

	memcpy(fds, CMSG_DATA(c), n * sizeof(int));
	return n;
}

/* The files' descriptions and paths become entries; false: they do not. */
static bool unpack(struct tt_item_got *got, struct tt_slice bytes,
		   const int *fds, size_t n_fds)
{
	const size_t head_n = sizeof(got->head);

	if (bytes.n < head_n)
		return false;
	memcpy(&got->head, bytes.p, head_n);
	const size_t n = got->head.n;
	struct tt_slice files = tt_slice_sub(bytes, head_n,
					     n * sizeof(struct tt_item_file));
	struct tt_slice paths = tt_slice_sub(bytes, head_n + files.n, bytes.n);

	if (n != n_fds || n > MAX_FDS ||
	    files.n != n * sizeof(struct tt_item_file))
		return false;
	for (size_t i = 0; i < n; i++) {
		struct tt_item_file f;

		memcpy(&f, files.p + i * sizeof(f), sizeof(f));
		if (f.path_n >= paths.n)
			return false;
		got->entries[i] = (struct tt_entry){
			.kind = (enum tt_entry_kind)f.kind,
			.path = tt_slice_sub(paths, 0, f.path_n),
			.fd = fds[i],
		};
		paths = tt_slice_sub(paths, f.path_n + 1, paths.n);
	}
	return true;
}

int tt_item_receive(int sock, struct tt_item_got *got, bool is_waiting)
{
	struct iovec part = { got->bytes, TT_ITEM_ROOM };
	union control control;
	struct msghdr m = { .msg_iov = &part,
			    .msg_iovlen = 1,
			    .msg_control = control.bytes,
			    .msg_controllen = sizeof(control.bytes) };
	int fds[MAX_FDS];
	ssize_t n;

	do {
		n = recvmsg(sock, &m,
			    MSG_CMSG_CLOEXEC | (is_waiting ? 0 : MSG_DONTWAIT));
	} while (n < 0 && errno == EINTR);
	if (n <= 0)
		return (int)n;
	const size_t n_fds = take_fds(&m, fds);

	errno = EPROTO;
	return (m.msg_flags & (MSG_TRUNC | MSG_CTRUNC)) == 0 &&
			       unpack(got,
				      (struct tt_slice){ got->bytes,
							 (size_t)n },
				      fds, n_fds) ?
		       1 :
		       -1;
}
