/* guard.c - the reader of show, and who watches it
 *
 * Both sides.  The reader alone writes what is shared; the guard looks at it
 * and believes none of it: it decides whether there is another reader, never
 * where one may write. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "process.h"
#include "show.h"
#include "worker.h"

#define N_OUTPUTS 3
#define NAME_BYTES 512
/* At least TT_MAX_lanes; one more would be seen by what it writes. */
#define N_BEATS 16

struct place {
	uint64_t in; /* what is read, as a hash; 0: what no file has */
	uint64_t at; /* enum tt_place */
	uint64_t n;
};

struct shared {
	struct place place;
	uint64_t n_places; /* it was at */
	uint64_t is_done;
	uint64_t beat[N_BEATS];
	struct tt_out_ledger ledger[N_OUTPUTS];
	uint8_t name[NAME_BYTES]; /* of the file, and its end */
	uint64_t name_n;
};

/* Where a reader was lost. */
struct loss {
	struct place place;
	struct tt_err why;
};

struct tt_guard {
	struct shared *shared;
	TT_VEC(struct loss) losses;
	struct tt_arena arena;
	unsigned n_readers; /* that are gone */
};

/* ---- the reader's side ---- */

static void set(uint64_t *to, uint64_t v)
{
	__atomic_store_n(to, v, __ATOMIC_RELAXED);
}

unsigned tt_guard_nth(const struct tt_guard *guard)
{
	return guard ? guard->n_readers : 0;
}

struct tt_out_ledger *tt_guard_ledger(struct tt_guard *guard, unsigned n)
{
	return guard && n < N_OUTPUTS ? &guard->shared->ledger[n] : NULL;
}

uint64_t *tt_guard_beat(struct tt_guard *guard, unsigned lane)
{
	return guard && lane < N_BEATS ? &guard->shared->beat[lane] :
					      NULL;
}

/* FNV-1a, with what ends a name: names of members have no bound. */
static uint64_t add_name(uint64_t hash, struct tt_slice name)
{
	for (size_t i = 0; i < name.n; i++)
		hash = (hash ^ name.p[i]) * 0x100000001b3u;
	return (hash ^ 0x100) * 0x100000001b3u;
}

void tt_guard_in(struct tt_guard *guard, const struct tt_origin *origin)
{
	uint64_t hash = 0xcbf29ce484222325u;

	if (!guard)
		return;
	struct shared *const s = guard->shared;

	set(&s->place.at, TT_PLACE_NONE);
	if (!origin) {
		set(&s->place.in, 0);
		set(&s->name_n, 0);
		return;
	}
	hash = add_name(hash, origin->path);
	for (size_t i = 0; i < origin->n_member; i++)
		hash = add_name(hash, origin->member[i]);
	set(&s->place.in, hash | 1);
	const size_t n = origin->path.n < NAME_BYTES ? origin->path.n :
						       NAME_BYTES;

	memcpy(s->name, origin->path.p + (origin->path.n - n), n);
	set(&s->name_n, n);
}

static const char *why_at(const struct tt_guard *g, const struct place *p)
{
	for (size_t i = 0; i < g->losses.n; i++)
		if (memcmp(&g->losses.v[i].place, p, sizeof(*p)) == 0)
			return g->losses.v[i].why.text;
	return NULL;
}

const char *tt_guard_at(struct tt_guard *guard, enum tt_place place, uint64_t n)
{
	if (!guard)
		return NULL;
	struct shared *const s = guard->shared;

	set(&s->place.at, place);
	set(&s->place.n, n);
	set(&s->n_places, s->n_places + 1);
	return guard->losses.n ? why_at(guard, &s->place) : NULL;
}

static void free_guard(struct tt_guard **guard)
{
	struct tt_guard *const g = *guard;

	(void)munmap(g->shared, sizeof(*g->shared));
	tt_arena_release(&g->arena);
	tt_free(guard);
}

void tt_guard_done(struct tt_guard **guard)
{
	if (!*guard)
		return;
	set(&(*guard)->shared->is_done, 1);
	free_guard(guard);
}

/* ---- signals ---- */

static volatile pid_t reader; /* 0: none */

/* What the terminal sends, the reader gets as well; what another process sends
 * to this one is for the reader. */
static void pass_on(int number, siginfo_t *info, void *unused)
{
	(void)unused;
	if (info->si_code <= 0 && reader > 0)
		(void)kill(reader, number);
}

/* Whoever began this process may have wanted to hear nothing of his own: then
 * the system would keep how the reader ended from us. */
static void catch_signals(void)
{
	struct sigaction sa = { .sa_flags = (int)(SA_SIGINFO | SA_RESTART) };

	sa.sa_sigaction = pass_on;
	sigemptyset(&sa.sa_mask);
	sigaction(SIGINT, &sa, NULL);
	(void)signal(SIGCHLD, SIG_DFL);
}

/* Somebody ended the reader, and means all of it. */
static bool is_meant(int number)
{
	return number == SIGINT || number == SIGTERM || number == SIGHUP ||
	       number == SIGQUIT || number == SIGPIPE || number == SIGXFSZ ||
	       number == SIGXCPU;
}

/* As whoever waits for this process would have seen the reader end. */
static int end_by(int number)
{
	(void)prctl(PR_SET_DUMPABLE, 0, 0, 0, 0); /* no core */
	(void)signal(number, SIG_DFL);
	(void)raise(number);
	return TT_EXIT_INTERNAL; /* it is blocked, or ignored */
}

/* ---- the watch ---- */

struct watch {
	unsigned cpu_seconds;
	uint64_t memory;
	uint64_t seen;	/* what moves while the reader goes on */
	int64_t cpu_ns; /* its processor time when that moved last */
	uint64_t n_places, rss; /* its memory when it came to that place */
	bool is_killed;
	enum tt_loss why;
};

static uint64_t movement(const struct shared *s)
{
	uint64_t sum = __atomic_load_n(&s->n_places, __ATOMIC_RELAXED);

	for (size_t i = 0; i < N_BEATS; i++)
		sum += __atomic_load_n(&s->beat[i], __ATOMIC_RELAXED);
	for (size_t i = 0; i < N_OUTPUTS; i++)
		sum += __atomic_load_n(&s->ledger[i].done, __ATOMIC_RELAXED);
	return sum;
}

static void end_reader(struct watch *w, enum tt_loss why)
{
	w->is_killed = true;
	w->why = why;
	(void)kill(reader, SIGKILL);
}

/* What one record takes, whatever all logs before it took. */
static void look_at_memory(struct watch *w, const struct shared *s)
{
	const uint64_t n = __atomic_load_n(&s->n_places, __ATOMIC_RELAXED);
	const uint64_t rss = tt_process_memory(reader).resident;

	if (n != w->n_places) {
		w->n_places = n;
		w->rss = rss;
	} else if (rss > w->rss && rss - w->rss > w->memory) {
		end_reader(w, TT_LOSS_MEMORY);
	}
}

static void look_at_time(struct watch *w, const struct shared *s)
{
	const uint64_t seen = movement(s);
	const int64_t now = tt_process_cpu(reader);

	if (seen != w->seen || w->cpu_ns < 0) {
		w->seen = seen;
		w->cpu_ns = now;
	} else if (now - w->cpu_ns >= (int64_t)w->cpu_seconds * 1000000000) {
		end_reader(w, TT_LOSS_CPU);
	}
}

/* Between records there is sorting and joining, as long as that takes. */
static void look(struct watch *w, const struct shared *s)
{
	if (__atomic_load_n(&s->place.at, __ATOMIC_RELAXED) == TT_PLACE_NONE) {
		w->cpu_ns = -1;
		w->n_places = 0;
		return;
	}
	look_at_memory(w, s);
	if (!w->is_killed)
		look_at_time(w, s);
}

/* Until the reader, who has the other end, is gone, which is seen at once;
 * returns how. */
static int wait_for(struct watch *w, const struct shared *s, int fd)
{
	struct pollfd p = { fd, 0, 0 };
	int status = 0;

	while (!w->is_killed && poll(&p, 1, TT_POOL_TICK_MS) <= 0)
		look(w, s);
	while (waitpid(reader, &status, 0) < 0 && errno == EINTR)
		;
	return status;
}

/* ---- losing one ---- */

static struct tt_err why_of(const struct watch *w, int status)
{
	const struct tt_lost lost = {
		.why = w->is_killed	     ? w->why :
		       WIFSIGNALED(status) ? TT_LOSS_SIGNAL :
						TT_LOSS_EXIT,
		.number = w->is_killed	      ? (int)w->cpu_seconds :
			  WIFSIGNALED(status) ? WTERMSIG(status) :
						WEXITSTATUS(status),
		.limit = TT_LIM_worker_cpu,
	};
	struct tt_err why;

	tt_lost_text(&lost, &why);
	return why;
}

static bool can_be_read_again(const char *name)
{
	struct stat st;
	const bool is_input = strcmp(name, "-") == 0;

	/* What is not there is told again. */
	return (is_input ? fstat(STDIN_FILENO, &st) : stat(name, &st)) != 0 ||
	       S_ISREG(st.st_mode) || S_ISDIR(st.st_mode);
}

static bool can_all_be_read_again(const struct tt_show_options *o)
{
	for (size_t i = 0; i < o->n_files; i++)
		if (!can_be_read_again(o->files[i]))
			return false;
	for (size_t i = 0; i < o->n_logs; i++)
		if (!can_be_read_again(o->logs[i]))
			return false;
	return true;
}

/* What the next reader need not write.  False: part of it may be written. */
static bool close_ledgers(struct shared *s)
{
	for (size_t i = 0; i < N_OUTPUTS; i++) {
		struct tt_out_ledger *const l = &s->ledger[i];

		if (l->begun != l->done)
			return false;
		l->before = l->done;
	}
	return true;
}

/* Why there is no other reader; NULL: there is. */
static const char *why_no_other(struct tt_guard *g,
				const struct tt_show_options *o,
				const struct tt_err *why)
{
	const struct place place = g->shared->place;

	if (place.at == TT_PLACE_NONE)
		return "no message was at fault";
	if (!can_all_be_read_again(o))
		return "what came through a pipe cannot be read again";
	if (g->n_readers > TT_MAX_item_retries)
		return "too often (limit item_retries)";
	if (why_at(g, &place))
		return "it happened where it was to be passed over";
	if (!close_ledgers(g->shared))
		return "part of the output may be written";
	if (place.at != TT_PLACE_LANES)
		*tt_vec_push(&g->arena, &g->losses) =
			(struct loss){ place, *why };
	return NULL;
}

static void tell_end(const struct tt_guard *g, const struct tt_show_options *o,
		     const struct tt_err *why, const char *reason)
{
	const struct shared *const s = g->shared;
	const uint64_t n = s->name_n < NAME_BYTES ? s->name_n : NAME_BYTES;
	struct tt_arena arena = { 0 };
	struct tt_diags diags;

	tt_diags_init(&diags, &arena);
	tt_diag_add(&diags, TT_DIAG_worker_lost,
		    s->place.at == TT_PLACE_RECORD ? s->place.n : TT_NO_OFF,
		    "the answer ends here: %s (%s)", why->text, reason);
	tt_emit_diag(o->messages,
		     tt_shown_name((struct tt_slice){ s->name, (size_t)n }),
		     &diags.list.v[0]);
	(void)!tt_out_flush(o->messages);
	tt_arena_release(&arena);
}

/* ---- one reader after the other ---- */

/* The reader's first steps: it goes where its guard goes. */
static void begin_reader(struct tt_guard *g, pid_t guard, int64_t input)
{
	(void)prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
	if (getppid() != guard)
		_exit(TT_WORKER_BROKEN); /* it died before that */
	if (g->n_readers && input >= 0)
		(void)lseek(STDIN_FILENO, input, SEEK_SET);
	set(&g->shared->place.at, TT_PLACE_NONE);
}

/* What is closed of the standard ones stays so, and takes no output. */
static bool open_ends(int ends[2])
{
	int low[2];

	if (pipe(low) != 0)
		return false;
	for (int i = 0; i < 2; i++)
		ends[i] = fcntl(low[i], F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
	close(low[0]);
	close(low[1]);
	if (ends[0] >= 0 && ends[1] >= 0)
		return true;
	if (ends[0] >= 0)
		close(ends[0]);
	return false;
}

/* As fork(); the reader alone has the end of which *fd_r is the other. */
static pid_t start(int *fd_r)
{
	int ends[2];

	if (!open_ends(ends))
		return -1;
	const pid_t pid = fork();
	const int error = errno;

	close(ends[pid == 0 ? 0 : 1]);
	*fd_r = ends[0];
	if (pid < 0)
		close(ends[0]);
	errno = error;
	return pid;
}

static struct tt_guard *new_guard(void)
{
	struct shared *const s =
		mmap(NULL, sizeof(*s), PROT_READ | PROT_WRITE,
		     MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (s == MAP_FAILED)
		return NULL;
	struct tt_guard *const g = tt_zalloc(sizeof(*g));

	g->shared = s;
	tt_arena_init(&g->arena);
	return g;
}

/* Without one, this process reads: better than no answer. */
static int read_unwatched(struct tt_guard **guard,
			  const struct tt_show_options *o)
{
	tt_out_printf(o->messages,
		      "tlstrail: no process could be had to read in (%s): a "
		      "crash would end this one\n", strerror(errno));
	(void)!tt_out_flush(o->messages);
	if (*guard)
		free_guard(guard);
	return -1;
}

/* The last reader is gone, or there is another: -1. */
static int settle(struct tt_guard *g, const struct tt_show_options *o,
		  const struct watch *w, int status)
{
	/* Without memory it ends by itself, and says so. */
	if (WIFEXITED(status) && (g->shared->is_done ||
				  WEXITSTATUS(status) == TT_EXIT_INTERNAL))
		return WEXITSTATUS(status);
	if (WIFSIGNALED(status) && !w->is_killed && is_meant(WTERMSIG(status)))
		return end_by(WTERMSIG(status));
	const struct tt_err why = why_of(w, status);

	g->n_readers++;
	const char *const reason = why_no_other(g, o, &why);

	if (!reason)
		return -1;
	tell_end(g, o, &why, reason);
	return TT_EXIT_INTERNAL;
}

/* Another reader: true in it. */
static bool be_reader(struct tt_guard *g, pid_t guard, int64_t input,
		      pid_t *pid_r, int *fd_r)
{
	*pid_r = start(fd_r);
	if (*pid_r != 0)
		return false;
	begin_reader(g, guard, input);
	return true;
}

/* How one reader ended: its status, or -1, that another goes on. */
static int watch_reader(struct tt_guard *g,
			const struct tt_guard_options *options, pid_t pid,
			int fd)
{
	const uint64_t cpu = tt_limit_get(TT_LIM_worker_cpu)->value;
	struct watch w = {
		.cpu_seconds = options->cpu_seconds ? options->cpu_seconds :
						      (unsigned)cpu,
		.memory = options->memory ? options->memory :
					    TT_MAX_worker_memory,
		.cpu_ns = -1,
	};

	reader = pid;
	const int status = wait_for(&w, g->shared, fd);

	reader = 0;
	close(fd);
	return settle(g, options->show, &w, status);
}

int tt_guard_begin(struct tt_guard **guard_r,
		   const struct tt_guard_options *options)
{
	const int64_t input = lseek(STDIN_FILENO, 0, SEEK_CUR);
	const pid_t self = getpid();
	struct tt_guard *const g = *guard_r = new_guard();
	int status = -1, fd;
	pid_t pid;

	if (!g)
		return read_unwatched(guard_r, options->show);
	catch_signals();
	do {
		if (be_reader(g, self, input, &pid, &fd))
			return -1;
		if (pid < 0 && !g->n_readers)
			return read_unwatched(guard_r, options->show);
		status = pid < 0 ? TT_EXIT_INTERNAL :
				   watch_reader(g, options, pid, fd);
	} while (status < 0);
	free_guard(guard_r);
	return status;
}
