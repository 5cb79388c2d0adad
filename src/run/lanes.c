/* lanes.c - the files of a directory, some at a time
 *
 * A directory's files have nothing to do with one another.  They are taken in
 * rounds: while the lanes - this thread is one of them - read the files of one
 * round, the next is fetched from the tree.  A lane takes the next file nobody
 * has - several, where messages are hashed: together their sums take half the
 * time - and has everything of its own that a run has: matcher, arenas, memory
 * for reading.  What it would print goes to the file's own buffers, which are
 * written out in the order of the tree as soon as all before them are.  A file
 * whose buffers grow past TT_MAX_lane_output waits for its turn and writes from
 * then on what it has: so memory does not grow with a file, and as the first
 * file that is not written never waits, neither do the others for ever. */
#define _GNU_SOURCE
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ahead.h"
#include "lanes.h"

/* Each open until its round is over, in two rounds. */
#define ROUND 256
#define ROUND_FILES (2 * ROUND + 64)
/* So many are worth a thread. */
#define MANY 128

struct item {
	struct tt_entry entry;
	struct stat st;
	int fd; /* or -1 */
	struct tt_diags diags; /* what the walk had to say of it */
	bool is_done;
	struct tt_out out, messages, manifest;
};

struct round {
	struct tt_arena arena;
	struct item item[ROUND];
	size_t n;
};

struct lanes;

struct tt_lane {
	struct lanes *all;
	struct tt_show s;
	struct tt_show_options o;
	struct tt_out out, messages,
		manifest; /* the item's, while it is read */
	size_t at;	  /* which item */
	struct tt_ahead ahead;
	struct tt_reader_room *room; /* of what was not read ahead */
	bool want_hash;
	pthread_t thread;
};

struct lanes {
	struct tt_show *s;
	struct round round[2];
	struct tt_lane *lane; /* 0: of this thread */
	size_t n_lane;

	pthread_mutex_t
		lock; /* for what follows, and whatever s->o writes to */
	pthread_cond_t begun, moved;
	struct round *now;
	unsigned n_begun;     /* rounds, so that none is taken twice */
	size_t next, written; /* of its items: to be taken, to be written */
	size_t n_reading;
	bool is_over, is_broken;
};

/* ---- writing, in order ---- */

static void move(struct tt_out *to, struct tt_out *from)
{
	tt_out_bytes(to, (struct tt_slice){ from->buf, from->n });
	from->n = 0;
}

static void write_item(const struct lanes *a, struct tt_out *out,
		       struct tt_out *messages, struct tt_out *manifest)
{
	const struct tt_show_options *const o = a->s->o;

	move(o->emit.out, out);
	move(o->messages, messages);
	if (o->manifest)
		move(o->manifest, manifest);
}

/* Those whose turn it is. */
static void write_done(struct lanes *a)
{
	struct round *const r = a->now;

	for (; a->written < r->n && r->item[a->written].is_done; a->written++)
		write_item(a, &r->item[a->written].out,
			   &r->item[a->written].messages,
			   &r->item[a->written].manifest);
	pthread_cond_broadcast(&a->moved);
}

/* Between messages: where much waits to be written, waits until it is due, and
 * writes it. */
static void relieve(struct tt_lane *l)
{
	if (l->out.n + l->messages.n <= TT_MAX_lane_output)
		return;
	pthread_mutex_lock(&l->all->lock);
	while (l->all->written != l->at)
		pthread_cond_wait(&l->all->moved, &l->all->lock);
	write_item(l->all, &l->out, &l->messages, &l->manifest);
	pthread_mutex_unlock(&l->all->lock);
}

/* ---- reading ---- */

/* The lane's writers are the item's for the time, but for their filters. */
static void lend(struct tt_out *lane, struct tt_out *item)
{
	const struct tt_out_filter *const filter = lane->filter;

	*lane = *item;
	lane->filter = filter;
}

static void read_item(struct tt_lane *l, struct item *item)
{
	struct tt_diags diags;

	lend(&l->out, &item->out);
	lend(&l->messages, &item->messages);
	lend(&l->manifest, &item->manifest);
	tt_arena_clear(&l->s.file);
	tt_diags_init(&diags, &l->s.file);
	tt_diags_join(&diags, &item->diags);
	tt_show_entry(&l->s, &item->entry, &diags);
	item->out = l->out;
	item->messages = l->messages;
	item->manifest = l->manifest;
}

/* With the lock. */
static bool is_stopped(const struct lanes *a)
{
	return a->is_broken || a->s->o->emit.out->failed ||
	       tt_show_is_interrupted(a->s->o);
}

/* Reads the small ones of n items, and hashes them. */
static void look_ahead(struct tt_lane *l, struct item *item, size_t n)
{
	struct tt_entry *entry[TT_AHEAD_FILES];

	for (size_t i = 0; i < n; i++)
		entry[i] = &item[i].entry;
	tt_ahead_read(&l->ahead, entry, n);
}

/* With the lock, but while it reads; where the run was stopped, it does not. */
static void take_item(struct tt_lane *l, struct item *item)
{
	struct lanes *const a = l->all;
	const bool is_read = !is_stopped(a);

	pthread_mutex_unlock(&a->lock);
	if (is_read)
		read_item(l, item);
	pthread_mutex_lock(&a->lock);
	a->is_broken |= l->s.is_broken;
	item->is_done = true;
	write_done(a);
}

static void take_items(struct tt_lane *l, size_t from, size_t n)
{
	struct lanes *const a = l->all;
	struct item *const item = &a->now->item[from];

	if (l->want_hash && !is_stopped(a)) {
		pthread_mutex_unlock(&a->lock);
		look_ahead(l, item, n);
		pthread_mutex_lock(&a->lock);
	}
	for (size_t i = 0; i < n; i++) {
		l->at = from + i;
		l->s.room = tt_ahead_room(&l->ahead, &item[i].entry);
		if (!l->s.room)
			l->s.room = l->room;
		take_item(l, &item[i]);
	}
}

/* How many of a round a lane takes next: fewer at its end, so that none is
 * left to wait for another. */
static size_t n_to_take(const struct tt_lane *l)
{
	const struct lanes *const a = l->all;
	const size_t share = (a->now->n - a->next + a->n_lane - 1) / a->n_lane;

	if (!l->want_hash)
		return 1;
	return share < TT_AHEAD_FILES ? share : TT_AHEAD_FILES;
}

/* Takes items of the round till none is left; with the lock. */
static void read_round(struct tt_lane *l)
{
	struct lanes *const a = l->all;

	while (a->next < a->now->n) {
		const size_t from = a->next, n = n_to_take(l);

		a->next += n;
		a->n_reading++;
		take_items(l, from, n);
		a->n_reading--;
	}
	/* the last to end may have written nothing */
	pthread_cond_broadcast(&a->moved);
}

static void *run_lane(void *arg)
{
	struct tt_lane *const l = arg;
	struct lanes *const a = l->all;
	unsigned seen = 0;

	pthread_mutex_lock(&a->lock);
	for (;;) {
		while (!a->is_over && a->n_begun == seen)
			pthread_cond_wait(&a->begun, &a->lock);
		if (a->is_over)
			break;
		seen = a->n_begun;
		read_round(l);
	}
	pthread_mutex_unlock(&a->lock);
	return NULL;
}

/* ---- rounds ---- */

static void add_item(struct round *r, struct item *item,
		      struct tt_entry *entry)
{
	item->entry = *entry;
	item->entry.path =
		tt_slice_str(tt_arena_cstr(&r->arena, entry->path));
	if (entry->kind == TT_ENTRY_FILE) {
		item->st = *entry->st;
		item->entry.st = &item->st;
		item->entry.is_lent = true;
		entry->fd = -1; /* ours now */
	} else {
		item->entry.fd = -1;
	}
	item->fd = item->entry.fd;
	item->is_done = false;
	r->n++;
}

static bool is_stopped_now(struct lanes *a)
{
	pthread_mutex_lock(&a->lock);
	const bool is = is_stopped(a);

	pthread_mutex_unlock(&a->lock);
	return is;
}

static void close_files(struct round *r)
{
	int fd[ROUND];
	size_t n = 0;

	for (size_t i = 0; i < r->n; i++)
		if (r->item[i].fd >= 0)
			fd[n++] = r->item[i].fd;
	tt_close_all(fd, n);
	r->n = 0;
}

/* What the tree has next, as much as there is room for. */
static void fill(struct lanes *a, struct round *r, struct tt_tree *tree)
{
	struct tt_entry *entry;

	close_files(r);
	tt_arena_clear(&r->arena);
	while (r->n < ROUND && !is_stopped_now(a)) {
		struct item *const item = &r->item[r->n];

		tt_diags_init(&item->diags, &r->arena);
		if (!tt_tree_next(tree, &entry, &item->diags))
			break;
		add_item(r, item, entry);
	}
}

/* Reads a round with all lanes, and fetches the next meanwhile. */
static void run_round(struct lanes *a, struct round *r, struct round *next,
		      struct tt_tree *tree)
{
	pthread_mutex_lock(&a->lock);
	a->now = r;
	a->next = a->written = 0;
	a->n_begun++;
	pthread_cond_broadcast(&a->begun);
	pthread_mutex_unlock(&a->lock);
	fill(a, next, tree);
	pthread_mutex_lock(&a->lock);
	read_round(&a->lane[0]);
	while (a->n_reading > 0)
		pthread_cond_wait(&a->moved, &a->lock);
	pthread_mutex_unlock(&a->lock);
}

/* ---- lanes ---- */

static void open_lane(struct lanes *a, struct tt_lane *l)
{
	const struct tt_show *const s = a->s;

	*l = (struct tt_lane){ .all = a, .o = *s->o };
	tt_out_init(&l->out, -1);
	tt_out_init(&l->messages, -1);
	tt_out_init(&l->manifest, -1);
	l->o.emit.out = &l->out;
	l->o.emit.is_many = l->o.emit.is_quiet = true;
	l->o.messages = &l->messages;
	l->o.manifest = s->o->manifest ? &l->manifest : NULL;
	l->s = (struct tt_show){ .o = &l->o,
				 .is_json = s->is_json,
				 .lane = l,
				 .relieve = relieve,
				 .logs = s->logs,
				 .book = s->book,
				 .n_sources = s->n_sources,
				 .beat = tt_guard_beat(
					 s->o->guard,
					 (unsigned)(l - a->lane)) };
	tt_show_open(&l->s);
	l->manifest.filter = l->messages.filter;
	l->want_hash = tt_show_wants_hash(s);
	l->room = l->s.room;
	if (l->want_hash)
		tt_ahead_open(&l->ahead);
	l->s.hash = s->hash ? tt_sha256_new() : NULL;
	l->s.emit = l->o.ops->begin(&l->o.emit);
}

/* What limits hid is told once, however many lanes met it. */
static void join_hidden(struct tt_diags *to, const struct tt_diags *from)
{
	for (size_t i = 0; i < from->list.n; i++) {
		const struct tt_diag *const d = &from->list.v[i];
		size_t k = 0;

		while (k < to->list.n && to->list.v[k].code != d->code)
			k++;
		if (k == to->list.n)
			tt_diag_add(to, d->code, d->off, "%s", d->text);
	}
}

static void close_lane(struct lanes *a, struct tt_lane *l)
{
	struct tt_show *const s = a->s;

	l->o.ops->end(l->s.emit, &l->s.totals);
	tt_totals_join(&s->totals, &l->s.totals);
	join_hidden(&s->hidden, &l->s.hidden);
	s->is_partial |= l->s.is_partial;
	s->is_broken |= l->s.is_broken;
	s->n_sources += l->s.n_sources - s->n_sources_before;
	tt_sha256_free(&l->s.hash);
	l->s.room = l->room;
	tt_ahead_close(&l->ahead);
	tt_show_close(&l->s);
}

/* Signals are for the thread that was there first. */
static void start_threads(struct lanes *a)
{
	sigset_t all, before;
	size_t n = 1;

	sigfillset(&all);
	(void)pthread_sigmask(SIG_SETMASK, &all, &before);
	for (; n < a->n_lane; n++) {
		open_lane(a, &a->lane[n]);
		if (pthread_create(&a->lane[n].thread, NULL, run_lane,
				   &a->lane[n]) != 0) {
			close_lane(a, &a->lane[n]);
			break;
		}
	}
	(void)pthread_sigmask(SIG_SETMASK, &before, NULL);
	a->n_lane = n;
}

static void stop_threads(struct lanes *a)
{
	pthread_mutex_lock(&a->lock);
	a->is_over = true;
	pthread_cond_broadcast(&a->begun);
	pthread_mutex_unlock(&a->lock);
	for (size_t i = 1; i < a->n_lane; i++) {
		pthread_join(a->lane[i].thread, NULL);
		close_lane(a, &a->lane[i]);
	}
}

static void release(struct lanes *a)
{
	for (size_t r = 0; r < 2; r++) {
		close_files(&a->round[r]);
		for (size_t i = 0; i < ROUND; i++) {
			tt_out_release(&a->round[r].item[i].out);
			tt_out_release(&a->round[r].item[i].messages);
			tt_out_release(&a->round[r].item[i].manifest);
		}
		tt_arena_release(&a->round[r].arena);
	}
	pthread_cond_destroy(&a->moved);
	pthread_cond_destroy(&a->begun);
	pthread_mutex_destroy(&a->lock);
	tt_free(&a->lane);
	tt_free(&a);
}

static struct lanes *begin(struct tt_show *s, size_t n_lane)
{
	struct lanes *a = tt_zalloc(sizeof(*a));

	a->s = s;
	a->n_lane = n_lane;
	a->lane = tt_zalloc(tt_mul_size(n_lane, sizeof(*a->lane)));
	pthread_mutex_init(&a->lock, NULL);
	pthread_cond_init(&a->begun, NULL);
	pthread_cond_init(&a->moved, NULL);
	for (size_t r = 0; r < 2; r++)
		for (size_t i = 0; i < ROUND; i++) {
			tt_out_init(&a->round[r].item[i].out, -1);
			tt_out_init(&a->round[r].item[i].messages, -1);
			tt_out_init(&a->round[r].item[i].manifest, -1);
		}
	return a;
}

/* Cores this process may use, where two rounds of files may be open. */
static size_t n_useful(void)
{
	struct rlimit files;
	cpu_set_t cores;

	if (sched_getaffinity(0, sizeof(cores), &cores) != 0 ||
	    getrlimit(RLIMIT_NOFILE, &files) != 0 ||
	    files.rlim_cur < ROUND_FILES)
		return 1;
	const size_t n = (size_t)CPU_COUNT(&cores);

	return n < TT_MAX_lanes ? n : (size_t)TT_MAX_lanes;
}

/* Too few to be worth a thread. */
static void read_alone(struct tt_show *s, struct round *r)
{
	for (size_t i = 0; i < r->n; i++) {
		tt_arena_clear(&s->file);
		tt_show_entry(s, &r->item[i].entry, &r->item[i].diags);
	}
}

static void read_together(struct lanes *a, struct tt_tree *tree)
{
	struct round *r = &a->round[0], *next = &a->round[1];

	a->s->n_sources_before = a->s->n_sources;
	(void)!tt_show_at(a->s, TT_PLACE_LANES, 0);
	open_lane(a, &a->lane[0]);
	start_threads(a);
	while (r->n > 0) {
		struct round *const done = r;

		run_round(a, r, next, tree);
		r = next;
		next = done;
		(void)!tt_out_flush(a->s->o->messages);
	}
	stop_threads(a);
	close_lane(a, &a->lane[0]);
	tt_show_at_none(a->s);
}

bool tt_lanes_take(struct tt_show *s, struct tt_tree *tree)
{
	const size_t n_lane = n_useful();

	if (n_lane < 2)
		return false;
	struct lanes *const a = begin(s, n_lane);

	fill(a, &a->round[0], tree);
	if (a->round[0].n < MANY)
		read_alone(s, &a->round[0]);
	else
		read_together(a, tree);
	release(a);
	return true;
}
