/* confine_calls.c - the calls a confined process may make (libseccomp)
 *
 * Three lists.  Allowed is what reading descriptors, memory, threads and the
 * end take; some of it by its arguments only.  Killed is what no code of this
 * program does: whoever does it is not this program any more.  All else is
 * ENOSYS, what a kernel says that is older than the C library, which then does
 * without; filters that kill or say EPERM there break with each new one.
 *
 * Threads are let through: a source inflates and hashes a large file beside
 * the parse.  clone3() hides its flags in memory, so it does not exist, and
 * clone() serves. */
#define _GNU_SOURCE
#include "confine.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <seccomp.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>

#define N(array) (sizeof(array) / sizeof *(array))

static const char *const allowed[] = {
	/* what is open */
	"read", "pread64", "lseek", "close", "dup", "fstat", "fadvise64",
	"write", "recvmsg", "poll", "ppoll",
	/* memory */
	"brk", "munmap", "mremap", "madvise",
	/* threads */
	"futex", "set_robust_list", "rseq", "sched_yield",
	"sched_getaffinity", "exit",
	/* signals that come */
	"rt_sigaction", "rt_sigprocmask", "rt_sigreturn", "restart_syscall",
	/* what it is and what time */
	"getpid", "gettid", "clock_gettime", "gettimeofday", "time",
	"getrandom", "sysinfo", "exit_group",
};

/* What a reader may besides: names, libraries and JIT, a large spool. */
static const char *const allowed_reader[] = {
	"stat", "lstat", "newfstatat", "statx", "access", "faccessat",
	"faccessat2", "readlink", "readlinkat", "getdents64", "getcwd",
	"mmap", "mprotect", "pwrite64", "fcntl", "uname", "getuid", "geteuid",
	"getgid", "getegid", "sigaltstack", "membarrier", "close_range",
};

static const char *const killed[] = {
	/* another program, another process */
	"execve", "execveat", "fork", "vfork", "ptrace", "process_vm_readv",
	"process_vm_writev", "kill", "tkill", "rt_sigqueueinfo",
	"rt_tgsigqueueinfo", "pidfd_open", "pidfd_getfd",
	"pidfd_send_signal",
	/* the network, and anybody's sockets */
	"socket", "socketpair", "connect", "bind", "listen", "accept",
	"accept4", "sendto", "sendmsg", "sendmmsg",
	/* files by their names, and their contents */
	"creat", "truncate", "ftruncate", "fallocate", "unlink", "unlinkat",
	"rename", "renameat", "renameat2", "link", "linkat", "symlink",
	"symlinkat", "mkdir", "mkdirat", "rmdir", "mknod", "mknodat", "chmod",
	"fchmod", "fchmodat", "chown", "fchown", "lchown", "fchownat",
	"utime", "utimes", "futimesat", "utimensat", "setxattr", "lsetxattr",
	"fsetxattr", "removexattr", "lremovexattr", "fremovexattr",
	"pwritev", "pwritev2", "copy_file_range", "sendfile",
	/* the system */
	"mount", "umount2", "move_mount", "open_tree", "fsopen", "chroot",
	"pivot_root", "setns", "unshare", "bpf", "io_uring_setup",
	"io_uring_enter", "io_uring_register", "keyctl", "add_key",
	"request_key", "perf_event_open", "userfaultfd", "init_module",
	"finit_module", "delete_module", "kexec_load", "reboot", "swapon",
	"swapoff", "quotactl", "acct", "ioperm", "iopl", "open_by_handle_at",
	/* whose it is */
	"setuid", "setgid", "setreuid", "setregid", "setresuid", "setresgid",
	"setgroups", "setfsuid", "setfsgid", "capset", "personality",
};

static const char *const killed_worker[] = { "pwrite64" };

/* Whatever opens for more than reading has one of these. */
#define WRITE_FLAGS (O_ACCMODE | O_CREAT | O_TRUNC)

enum verdict { ALLOW, KILL, REFUSE };

/* Calls that are judged by an argument: where arg & mask == value. */
struct rule {
	const char *call;
	unsigned arg;
	uint64_t mask, value;
	enum verdict verdict;
};

static const struct rule by_argument[] = {
	{ "clone", 0, CLONE_THREAD, CLONE_THREAD, ALLOW },
	{ "clone", 0, CLONE_THREAD, 0, KILL },
	{ "open", 1, O_ACCMODE, O_WRONLY, KILL },
	{ "open", 1, O_ACCMODE, O_RDWR, KILL },
	{ "open", 1, O_ACCMODE, O_ACCMODE, KILL },
	{ "open", 1, O_CREAT, O_CREAT, KILL },
	{ "open", 1, O_TRUNC, O_TRUNC, KILL },
	{ "openat", 2, O_ACCMODE, O_WRONLY, KILL },
	{ "openat", 2, O_ACCMODE, O_RDWR, KILL },
	{ "openat", 2, O_ACCMODE, O_ACCMODE, KILL },
	{ "openat", 2, O_CREAT, O_CREAT, KILL },
	{ "openat", 2, O_TRUNC, O_TRUNC, KILL },
	/* to be asked only */
	{ "prlimit64", 2, UINT64_MAX, 0, ALLOW },
};

static const struct rule of_worker[] = {
	{ "mmap", 2, PROT_EXEC, 0, ALLOW },
	{ "mmap", 2, PROT_EXEC, PROT_EXEC, REFUSE },
	{ "mprotect", 2, PROT_EXEC, 0, ALLOW },
	{ "mprotect", 2, PROT_EXEC, PROT_EXEC, REFUSE },
	{ "open", 1, WRITE_FLAGS, 0, REFUSE },
	{ "openat", 2, WRITE_FLAGS, 0, REFUSE },
	/* glibc's fstat(); the name it goes with is empty */
	{ "newfstatat", 3, AT_EMPTY_PATH, AT_EMPTY_PATH, ALLOW },
	{ "fcntl", 1, UINT64_MAX, F_GETFL, ALLOW },
	{ "fcntl", 1, UINT64_MAX, F_GETFD, ALLOW },
	/* SQLite's locks, on what was opened before */
	{ "fcntl", 1, UINT64_MAX, F_SETLK, ALLOW },
};

static const struct rule of_reader[] = {
	{ "open", 1, WRITE_FLAGS, 0, ALLOW },
	{ "openat", 2, WRITE_FLAGS, 0, ALLOW },
	/* isatty() */
	{ "ioctl", 1, UINT64_MAX, TCGETS, ALLOW },
};

static uint32_t action(enum verdict v)
{
	switch (v) {
	case ALLOW: return SCMP_ACT_ALLOW;
	case KILL: return SCMP_ACT_KILL_PROCESS;
	case REFUSE: break;
	}
	return SCMP_ACT_ERRNO(EACCES);
}

/* A machine that has no such call needs no rule for it. */
static int add(scmp_filter_ctx filter, const char *call, enum verdict v,
	       const struct scmp_arg_cmp *arg)
{
	const int number = seccomp_syscall_resolve_name(call);

	if (number < 0)
		return 0;
	return seccomp_rule_add_array(filter, action(v), number, arg != NULL,
				      arg);
}

static int add_list(scmp_filter_ctx filter, const char *const *calls, size_t n,
		    enum verdict v)
{
	int r = 0;

	for (size_t i = 0; i < n && r == 0; i++)
		r = add(filter, calls[i], v, NULL);
	return r;
}

static int add_rules(scmp_filter_ctx filter, const struct rule *rules,
		     size_t n)
{
	int r = 0;

	for (size_t i = 0; i < n && r == 0; i++) {
		const struct rule *const rule = &rules[i];
		const struct scmp_arg_cmp arg = { rule->arg,
						  SCMP_CMP_MASKED_EQ,
						  rule->mask, rule->value };

		r = add(filter, rule->call, rule->verdict, &arg);
	}
	return r;
}

/* abort() sends to itself; to others nothing is sent. */
static int add_own_signals(scmp_filter_ctx filter)
{
	const struct scmp_arg_cmp self = { 0, SCMP_CMP_EQ,
					   (scmp_datum_t)getpid(), 0 };
	const struct scmp_arg_cmp other = { 0, SCMP_CMP_NE,
					    (scmp_datum_t)getpid(), 0 };
	const int r = add(filter, "tgkill", ALLOW, &self);

	return r ? r : add(filter, "tgkill", KILL, &other);
}

static int add_of_worker(scmp_filter_ctx filter)
{
	const int r = add_list(filter, killed_worker, N(killed_worker), KILL);

	return r ? r : add_rules(filter, of_worker, N(of_worker));
}

static int add_of_reader(scmp_filter_ctx filter)
{
	const int r = add_list(filter, allowed_reader, N(allowed_reader),
			       ALLOW);

	return r ? r : add_rules(filter, of_reader, N(of_reader));
}

/* 0, or an errno's value, negative. */
static int build(scmp_filter_ctx filter, bool is_reader)
{
	/* Another machine's calls (32 bits) would go round the lists. */
	int r = seccomp_attr_set(filter, SCMP_FLTATR_ACT_BADARCH,
				 SCMP_ACT_KILL_PROCESS);

	if (r == 0)
		r = add_list(filter, allowed, N(allowed), ALLOW);
	if (r == 0)
		r = add_list(filter, killed, N(killed), KILL);
	if (r == 0)
		r = add_rules(filter, by_argument, N(by_argument));
	if (r == 0)
		r = is_reader ? add_of_reader(filter) : add_of_worker(filter);
	if (r == 0)
		r = add_own_signals(filter);
	return r;
}

bool tt_calls_can_filter(void)
{
	return prctl(PR_GET_SECCOMP, 0, 0, 0, 0) >= 0;
}

enum tt_status tt_calls_filter(bool is_reader, struct tt_err *err)
{
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ERRNO(ENOSYS));
	const int r = filter ? build(filter, is_reader) : -ENOMEM;
	const int loaded = r == 0 ? seccomp_load(filter) : r;

	seccomp_release(filter);
	errno = -loaded;
	return loaded == 0 ? TT_OK :
			     tt_err_io(err, "filtering system calls");
}

void tt_run_versions(struct tt_out *out)
{
	const struct scmp_version *const v = seccomp_version();

	tt_out_printf(out, "libseccomp %u.%u.%u\n", v->major, v->minor,
		      v->micro);
}
