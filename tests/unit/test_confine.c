/* test_confine.c - what a confined process can do no more, and what it can
 *
 * Each row is a process of its own.  A forbidden act is tried three times:
 * free, where it must succeed or else shows nothing (the row is skipped: not
 * every machine lets a user mount); confined, where it must be denied; with
 * the filter of calls alone, where it must be denied too. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/bpf.h>
#include <linux/keyctl.h>
#include <pthread.h>
#include <sched.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include <tlstrail/run/confine.h>
#include <tlstrail/source.h>

#define N(array) (sizeof(array) / sizeof *(array))

/* Where the acts are done; made anew for each. */
static char dir[] = "/tmp/tt-confine-XXXXXX";
static int open_fd = -1;  /* a file in it, open to read and write */
static int socket_fd = -1; /* a datagram socket */
static struct sockaddr_un address; /* of another, in it */
static volatile int parents_word = 4711;

/* ---- forbidden acts: 0, or -1 with errno ---- */

static int opened(int fd)
{
	return fd < 0 ? -1 : 0;
}

static int read_file(void) { return opened(open("file", O_RDONLY)); }
static int list_dir(void)
{
	return opened(open(".", O_RDONLY | O_DIRECTORY));
}
static int write_file(void) { return opened(open("file", O_WRONLY)); }
static int update_file(void) { return opened(open("file", O_RDWR)); }
static int make_file(void)
{
	return opened(open("new", O_RDONLY | O_CREAT, 0600));
}
static int cut_on_open(void)
{
	return opened(open("file", O_RDONLY | O_TRUNC));
}
static int open_by_new_call(void)
{
	struct { uint64_t flags, mode, resolve; } how = { O_RDWR, 0, 0 };

	return opened((int)syscall(SYS_openat2, AT_FDCWD, "file", &how,
				   sizeof(how)));
}
static int remove_file(void) { return unlink("file"); }
static int rename_file(void) { return rename("file", "other"); }
static int cut_file(void) { return truncate("file", 1); }
static int cut_open_file(void) { return ftruncate(open_fd, 1); }
static int open_up_file(void) { return chmod("file", 0777); }
static int link_file(void) { return link("file", "other"); }
static int make_symlink(void) { return symlink("/etc/passwd", "other"); }
static int make_dir(void) { return mkdir("sub", 0700); }
static int touch_file(void)
{
	return utimensat(AT_FDCWD, "file", NULL, 0);
}

static int make_socket(void)
{
	return opened(socket(AF_INET, SOCK_STREAM, 0));
}
static int connect_socket(void)
{
	return connect(socket_fd, (struct sockaddr *)&address,
		       sizeof(address));
}
static int send_to(void)
{
	return sendto(socket_fd, "x", 1, 0, (struct sockaddr *)&address,
		      sizeof(address)) < 0 ? -1 : 0;
}

static int run_program(void)
{
	return execl("/bin/true", "true", (char *)NULL);
}
static int fork_and_run(void)
{
	int status = 1;
	const pid_t child = fork();

	if (child == 0)
		_exit(run_program() ? 1 : 0);
	if (child < 0 || waitpid(child, &status, 0) < 0)
		return -1;
	return status ? -1 : 0;
}
static int make_process(void)
{
	struct { uint64_t flags, pidfd, child, parent, exit; uint64_t no[6]; }
		a = { .exit = SIGCHLD };
	const long child = syscall(SYS_clone3, &a, 64);

	if (child == 0)
		_exit(0);
	return child < 0 ? -1 : 0;
}
static int trace(void)
{
	return ptrace(PTRACE_TRACEME, 0, NULL, NULL) < 0 ? -1 : 0;
}
static int read_parents_memory(void)
{
	int word = 0;
	struct iovec to = { &word, sizeof(word) };
	struct iovec from = { (void *)(uintptr_t)&parents_word, sizeof(word) };

	return process_vm_readv(getppid(), &to, 1, &from, 1, 0) < 0 ? -1 : 0;
}
static int signal_parent(void) { return kill(getppid(), SIGCONT); }
static int signal_parents_thread(void)
{
	return (int)syscall(SYS_tgkill, getppid(), getppid(), SIGCONT);
}
static int change_parents_limit(void)
{
	struct rlimit limit;

	getrlimit(RLIMIT_CORE, &limit);
	return prlimit(getppid(), RLIMIT_CORE, &limit, NULL);
}
static int change_own_limit(void)
{
	struct rlimit limit;

	getrlimit(RLIMIT_CORE, &limit);
	return setrlimit(RLIMIT_CORE, &limit);
}

static int map_code(void)
{
	return mmap(NULL, 4096, PROT_READ | PROT_WRITE | PROT_EXEC,
		    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) == MAP_FAILED ? -1 : 0;
}
static int turn_into_code(void)
{
	void *const p = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
			     MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	return mprotect(p, 4096, PROT_READ | PROT_EXEC);
}

static int mount_tmpfs(void)
{
	return mount("none", dir, "tmpfs", 0, NULL);
}
static int new_namespace(void) { return unshare(CLONE_NEWNS); }
static int change_root(void) { return chroot("."); }
static int change_user(void) { return setuid(getuid()); }
static int make_ring(void)
{
	uint8_t params[120] = { 0 };

	return opened((int)syscall(SYS_io_uring_setup, 1, params));
}
static int make_bpf_map(void)
{
	union bpf_attr attr = { .map_type = BPF_MAP_TYPE_ARRAY,
				.key_size = 4,
				.value_size = 4,
				.max_entries = 1 };

	return opened((int)syscall(SYS_bpf, BPF_MAP_CREATE, &attr,
				   sizeof(attr)));
}
static int ask_for_keys(void)
{
	return opened((int)syscall(SYS_keyctl, KEYCTL_GET_KEYRING_ID,
				   KEY_SPEC_PROCESS_KEYRING, 1));
}

/* ---- running them ---- */

enum outcome { DONE, REFUSED, KILLED, ODD };

static const char *const outcome_names[] = { "done", "refused", "killed",
					     "ended oddly" };

struct layers {
	bool is_confined, has_no_landlock, is_reader;
};

static const struct layers
	nothing = { .is_confined = false },
	worker = { .is_confined = true },
	filter_alone = { .is_confined = true, .has_no_landlock = true },
	reader = { .is_confined = true, .is_reader = true };

static enum outcome try_act(int (*act)(void), struct layers l)
{
	const struct tt_confine_options o = {
		.more_files = 8,
		.has_no_landlock = l.has_no_landlock,
		.is_reader = l.is_reader,
	};
	struct tt_confined c;
	struct tt_err err = { 0 };
	int status = -1;
	const pid_t child = fork();

	if (child == 0) {
		if (l.is_confined && tt_confine(&o, &c, &err) < 0)
			_exit(3);
		_exit(act() == 0 ? 0 : 2);
	}
	if (child < 0 || waitpid(child, &status, 0) < 0)
		return ODD;
	if (WIFSIGNALED(status))
		return WTERMSIG(status) == SIGSYS ? KILLED : ODD;
	return WEXITSTATUS(status) == 0 ? DONE :
	       WEXITSTATUS(status) == 2 ? REFUSED :
					  ODD;
}

static void put_file(void)
{
	open_fd = open("file", O_RDWR | O_CREAT | O_TRUNC, 0600);
	assert_true(open_fd >= 0 && write(open_fd, "evidence", 8) == 8);
}

static void set_up(void)
{
	memcpy(dir + sizeof(dir) - 7, "XXXXXX", 6);
	assert_non_null(mkdtemp(dir));
	assert_int_equal(chdir(dir), 0);
	put_file();
	address = (struct sockaddr_un){ .sun_family = AF_UNIX,
					.sun_path = "socket" };
	socket_fd = socket(AF_UNIX, SOCK_DGRAM, 0);
	const int other = socket(AF_UNIX, SOCK_DGRAM, 0);

	assert_int_equal(bind(other, (struct sockaddr *)&address,
			      sizeof(address)), 0);
}

static void tear_down(void)
{
	static const char *const names[] = { "file", "other", "new",
					     "socket" };

	(void)umount2(dir, MNT_DETACH);
	for (size_t i = 0; i < N(names); i++)
		(void)unlink(names[i]);
	(void)rmdir("sub");
	assert_int_equal(chdir("/"), 0);
	(void)rmdir(dir);
	for (int fd = 3; fd < 16; fd++)
		close(fd);
}

static enum outcome try_in_dir(int (*act)(void), struct layers l)
{
	set_up();
	const enum outcome o = try_act(act, l);

	tear_down();
	return o;
}

struct row {
	const char *name;
	int (*act)(void);
	enum outcome want;
};

static const struct row rows[] = {
	{ "open a file to read", read_file, REFUSED },
	{ "list a directory", list_dir, REFUSED },
	{ "open a file to write", write_file, KILLED },
	{ "open a file to update", update_file, KILLED },
	{ "create a file", make_file, KILLED },
	{ "truncate a file by opening it", cut_on_open, KILLED },
	{ "open a file by openat2", open_by_new_call, REFUSED },
	{ "unlink", remove_file, KILLED },
	{ "rename", rename_file, KILLED },
	{ "truncate", cut_file, KILLED },
	{ "ftruncate", cut_open_file, KILLED },
	{ "chmod", open_up_file, KILLED },
	{ "link", link_file, KILLED },
	{ "symlink", make_symlink, KILLED },
	{ "mkdir", make_dir, KILLED },
	{ "set a file's times", touch_file, KILLED },
	{ "socket", make_socket, KILLED },
	{ "connect", connect_socket, KILLED },
	{ "sendto", send_to, KILLED },
	{ "execve", run_program, KILLED },
	{ "fork and execve", fork_and_run, KILLED },
	{ "make a process by clone3", make_process, REFUSED },
	{ "ptrace", trace, KILLED },
	{ "read the parent's memory", read_parents_memory, KILLED },
	{ "kill the parent", signal_parent, KILLED },
	{ "tgkill the parent", signal_parents_thread, KILLED },
	{ "change the parent's limits", change_parents_limit, REFUSED },
	{ "change its own limits", change_own_limit, REFUSED },
	{ "map memory to run code in", map_code, REFUSED },
	{ "make memory executable", turn_into_code, REFUSED },
	{ "mount", mount_tmpfs, KILLED },
	{ "unshare", new_namespace, KILLED },
	{ "chroot", change_root, KILLED },
	{ "setuid", change_user, KILLED },
	{ "io_uring", make_ring, KILLED },
	{ "bpf", make_bpf_map, KILLED },
	{ "keyctl", ask_for_keys, KILLED },
};

/* What a reader does all the same. */
static int (*const for_reader[])(void) = { read_file, list_dir, map_code,
					   turn_into_code };

static enum outcome want_of_reader(const struct row *row)
{
	for (size_t i = 0; i < N(for_reader); i++)
		if (row->act == for_reader[i])
			return DONE;
	return row->want;
}

/* What this machine and this build reach at all. */
static struct tt_confined reached(bool has_no_landlock)
{
	const struct tt_confine_options o = { .has_no_landlock =
						      has_no_landlock };
	struct tt_confined c = { 0 };
	struct tt_err err = { 0 };
	int status, ends[2];

	assert_int_equal(pipe(ends), 0);
	const pid_t child = fork();

	if (child == 0) {
		struct tt_confine_options more = o;

		more.more_files = 8;
		if (tt_confine(&more, &c, &err) < 0)
			_exit(1);
		_exit(write(ends[1], &c, sizeof(c)) != sizeof(c));
	}
	close(ends[1]);
	assert_int_equal(read(ends[0], &c, sizeof(c)), sizeof(c));
	close(ends[0]);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	return c;
}

static void expect(enum outcome want, enum outcome got, const char *how)
{
	if (want != got)
		fail_msg("%s: %s, not %s", how, outcome_names[got],
			 outcome_names[want]);
}

static void test_denied(void **state)
{
	const struct row *const row = *state;

	if (!reached(false).has_seccomp ||
	    try_in_dir(row->act, nothing) != DONE)
		skip();
	expect(row->want, try_in_dir(row->act, worker), "confined");
	expect(row->want, try_in_dir(row->act, filter_alone),
	       "by the filter alone");
	expect(want_of_reader(row), try_in_dir(row->act, reader), "a reader");
}

/* ---- what must still be possible: 0 ---- */

static int read_what_is_open(void)
{
	char buf[8];
	struct stat st;

	return lseek(open_fd, 0, SEEK_SET) == 0 &&
	       read(open_fd, buf, 8) == 8 && pread(open_fd, buf, 8, 0) == 8 &&
	       fstat(open_fd, &st) == 0 && st.st_size == 8 &&
	       close(open_fd) == 0 ? 0 : -1;
}

static void *touch(void *arg)
{
	*(int *)arg = 1;
	return NULL;
}

static int run_thread(void)
{
	pthread_t t;
	int was_run = 0;

	return pthread_create(&t, NULL, touch, &was_run) == 0 &&
	       pthread_join(t, NULL) == 0 && was_run ? 0 : -1;
}

static int take_memory(void)
{
	const size_t n = 200u << 20;
	char *const p = malloc(n);

	if (!p)
		return -1;
	memset(p, 1, n);
	free(p);
	return 0;
}

static int tell_time(void)
{
	struct timespec now;

	return clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
}

/* One call closes them for a reader; a worker does without it. */
static int close_many(void)
{
	int fd[4];

	for (size_t i = 0; i < N(fd); i++)
		fd[i] = dup(open_fd);
	tt_close_all(fd, N(fd));
	for (size_t i = 0; i < N(fd); i++)
		if (fd[i] < 0 || fcntl(fd[i], F_GETFD) != -1)
			return -1;
	return fcntl(open_fd, F_GETFD) < 0 ? -1 : 0;
}

static const struct row possible[] = {
	{ "read what is open", read_what_is_open, DONE },
	{ "close many descriptors", close_many, DONE },
	{ "run a thread", run_thread, DONE },
	{ "take 200 MiB", take_memory, DONE },
	{ "tell the time", tell_time, DONE },
};

/* What a worker has no use for any more. */
static int load_library(void)
{
	return dlopen("libm.so.6", RTLD_NOW) ? 0 : -1;
}

static int ask_for_names(void)
{
	struct stat st;
	char where[PATH_MAX];

	return stat("file", &st) == 0 && access("file", R_OK) == 0 &&
	       getcwd(where, sizeof(where)) ? 0 : -1;
}

static int write_what_is_open(void)
{
	return write(open_fd, "x", 1) == 1 && pwrite(open_fd, "y", 1, 9) == 1 ?
		       0 : -1;
}

static const struct row possible_for_reader[] = {
	{ "load a library", load_library, DONE },
	{ "ask for names", ask_for_names, DONE },
	{ "write what is open", write_what_is_open, DONE },
	{ "run a thread", run_thread, DONE },
};

static void test_possible_for_reader(void **state)
{
	const struct row *const row = *state;

	expect(DONE, try_in_dir(row->act, reader), "a reader");
}

static void test_possible(void **state)
{
	const struct row *const row = *state;

	expect(DONE, try_in_dir(row->act, worker), "confined");
	expect(DONE, try_in_dir(row->act, reader), "a reader");
}

/* ---- limits, levels ---- */

static int take_too_much(void)
{
	const char *const p = mmap(NULL, (size_t)600 << 20,
				   PROT_READ | PROT_WRITE,
				   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	return p == MAP_FAILED ? -1 : 0;
}

static void test_memory(void **state)
{
	(void)state;
	if (!reached(false).has_memory)
		skip();
	expect(DONE, try_in_dir(take_too_much, nothing), "free");
	expect(REFUSED, try_in_dir(take_too_much, worker), "confined");
}

static void test_abort(void **state)
{
	struct tt_confine_options o = { .more_files = 8 };
	struct tt_confined c;
	struct tt_err err = { 0 };
	int status;
	const pid_t child = fork();

	(void)state;
	if (child == 0) {
		if (tt_confine(&o, &c, &err) == 0)
			abort();
		_exit(0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFSIGNALED(status));
	assert_int_equal(WTERMSIG(status), SIGABRT);
}

static void test_landlock_alone(void **state)
{
	const struct tt_confine_options o = { .more_files = 8,
					      .has_no_seccomp = true };
	struct tt_confined c;
	struct tt_err err = { 0 };
	int status;

	(void)state;
	if (!reached(false).landlock)
		skip();
	set_up();
	const pid_t child = fork();

	if (child == 0) {
		if (tt_confine(&o, &c, &err) < 0 || c.has_seccomp)
			_exit(1);
		if (read_file() == 0 || errno != EACCES)
			_exit(2);
		if (remove_file() == 0 || errno != EACCES)
			_exit(3);
		_exit(run_program() == 0 || errno != EACCES ? 4 : 0);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	tear_down();
	assert_int_equal(status, 0);
}

static void test_text(void **state)
{
	static const struct {
		struct tt_confined c;
		const char *text;
	} texts[] = {
		{ { 7, true, true }, "landlock 7 + seccomp" },
		{ { 3, false, true }, "landlock 3 alone" },
		{ { 0, true, true }, "seccomp alone" },
		{ { 0, false, true }, "none" },
	};
	char text[TT_CONFINED_TEXT];

	(void)state;
	for (size_t i = 0; i < N(texts); i++) {
		tt_confined_text(&texts[i].c, text);
		assert_string_equal(text, texts[i].text);
	}
	tt_confined_text(&(struct tt_confined){ INT_MAX, true, true }, text);
	assert_true(strlen(text) < sizeof(text));
}

/* A test for each row; returns how many. */
static size_t add_tests(struct CMUnitTest *tests, const struct row *of,
			size_t n, CMUnitTestFunction test)
{
	for (size_t i = 0; i < n; i++)
		tests[i] = (struct CMUnitTest){ of[i].name, test, NULL, NULL,
						(void *)(uintptr_t)&of[i] };
	return n;
}

int main(void)
{
	const struct CMUnitTest others[] = {
		cmocka_unit_test(test_memory),
		cmocka_unit_test(test_abort),
		cmocka_unit_test(test_landlock_alone),
		cmocka_unit_test(test_text),
	};
	struct CMUnitTest
		tests[N(rows) + N(possible) + N(possible_for_reader)];
	size_t n = add_tests(tests, rows, N(rows), test_denied);

	n += add_tests(tests + n, possible, N(possible), test_possible);
	add_tests(tests + n, possible_for_reader, N(possible_for_reader),
		  test_possible_for_reader);
	const int failed = cmocka_run_group_tests_name("denied or possible",
						       tests, NULL, NULL);

	return failed + cmocka_run_group_tests(others, NULL, NULL);
}
