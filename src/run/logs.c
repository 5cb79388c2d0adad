/* logs - what MTA logs tell, read before the mail
 *
 * Logs given by --log, and those among and below the FILEs (log_found.c), go
 * into one book before any mail is read, rotated sets as one log each.  The
 * mail is joined with it; messages of FILEs that no mail was joined with are
 * told at the end, by the logs alone.  A log that is met later - on standard
 * input, in an archive, in a directory with too many of them - has a book of
 * its own and is told at the end; it joins no mail. */
#include <pthread.h>
#include <string.h>
#include <sys/stat.h>

#include "logs.h"

#define TIMES_AGAIN 4

bool tt_logs_have_read(const struct tt_show *s)
{
	return s->logs->n_streams > 0;
}

bool tt_logs_is_file(const struct tt_show *s, size_t file)
{
	return s->logs->is_log[file];
}

/* ---- the logs that are named ---- */

/* When a set was last written to: by its newest file, or, where that is
 * missing, the newest that is there. */
static int64_t mtime_of(const struct tt_show_options *o,
			const char *const *paths,
			const struct tt_log_file *files, size_t n)
{
	struct stat st;

	while (n-- > 0)
		if (tt_show_stat(o, paths[files[n].given], &st))
			return (int64_t)st.st_mtime;
	return 0;
}

/* The last of its files is told what comes of its end. */
static void end_set(struct tt_show *s, const char *last)
{
	struct tt_diags diags;

	tt_diags_init(&diags, &s->record);
	tt_log_end(&s->logs->log, &diags);
	if (last)
		(void)tt_tell_source(s, tt_slice_str(last), &diags, 0);
	s->is_partial |= diags.is_serious;
	tt_arena_clear(&s->record);
}

/* Sets in their order, the files of one set as one log. */
static void read_sets(struct tt_show *s, const char *const *paths,
		      struct tt_log_file *files, size_t n)
{
	struct tt_logs *const logs = s->logs;
	const char *last = NULL;

	tt_log_files_sort(files, n);
	for (size_t i = 0; i < n && !tt_show_is_stopped(s); i++) {
		if (i == 0 || files[i].set != files[i - 1].set) {
			size_t end = i + 1;

			while (end < n && files[end].set == files[i].set)
				end++;
			end_set(s, last);
			logs->log = tt_logs_begin_log(
				s, mtime_of(s->o, paths, files + i, end - i),
				logs->book);
		}
		last = paths[files[i].given];
		tt_show_path(s, last);
	}
	end_set(s, last);
}

/* The files below a directory are logs like those that are named: sets among
 * them are read in their order.  What is no file is told. */
static void list_directory(struct tt_show *s, const char *path)
{
	struct tt_tree *tree = tt_tree_open(path, s->o->own, s->o->n_own);
	struct tt_entry *entry;
	struct tt_diags diags;

	tt_diags_init(&diags, &s->record);
	while (!tt_show_is_stopped(s) && tt_tree_next(tree, &entry, &diags)) {
		if (entry->kind == TT_ENTRY_FILE)
			*tt_vec_push(&s->arena, &s->logs->given) =
				tt_arena_cstr(&s->arena, entry->path);
		else
			tt_show_entry(s, entry, &diags);
		tt_arena_clear(&s->record);
		tt_diags_init(&diags, &s->record);
	}
	tt_tree_close(&tree);
}

static void list_given(struct tt_show *s)
{
	struct stat st;

	for (size_t i = 0; i < s->o->n_logs; i++) {
		const char *const path = s->o->logs[i];

		if (!s->o->ready && stat(path, &st) == 0 &&
		    S_ISDIR(st.st_mode))
			list_directory(s, path);
		else
			*tt_vec_push(&s->arena, &s->logs->given) = path;
	}
}

static void read_given(struct tt_show *s)
{
	const char *const *const paths = s->logs->given.v;
	const size_t n = s->logs->given.n;
	struct tt_log_file *files =
		TT_NEW_N(&s->arena, struct tt_log_file, n + 1);

	for (size_t i = 0; i < n; i++) {
		struct tt_logs_found found;

		(void)tt_logs_look(s, paths[i], &found);
		files[i] = found.file;
		files[i].given = i;
	}
	s->logs->is_only = true;
	s->logs->is_shown = false;
	read_sets(s, paths, files, n);
	s->logs->is_only = false;
}

/* Some of what the mail is joined with was known to be so too late.  Whoever
 * makes logs that never come to an end gets all of them read. */
static void read_again(struct tt_show *s)
{
	struct tt_logs *const logs = s->logs;
	int left = TIMES_AGAIN;

	while (!tt_show_is_stopped(s) && tt_book_again(logs->book)) {
		struct tt_quiet q;

		if (--left == 0)
			tt_book_want_all(logs->book);
		tt_arena_clear(&logs->arena);
		tt_quiet_begin(&q, s);
		q.s.logs = logs;
		read_given(&q.s);
		tt_quiet_end(&q);
	}
}

/* The FILEs that are logs, and those below them. */
static void read_found(struct tt_show *s)
{
	struct tt_logs *const logs = s->logs;
	const size_t n = logs->found.n;
	const char **const paths = TT_NEW_N(&s->arena, const char *, n + 1);
	struct tt_log_file *const files =
		TT_NEW_N(&s->arena, struct tt_log_file, n + 1);

	for (size_t i = 0; i < n; i++) {
		paths[i] = logs->found.v[i].path;
		files[i] = logs->found.v[i].file;
		files[i].given = i;
	}
	logs->is_shown = true;
	read_sets(s, paths, files, n);
}

/* ---- all of it ---- */

void tt_logs_begin(struct tt_show *s)
{
	struct tt_logs *logs = tt_zalloc(sizeof(*logs));

	s->logs = logs;
	pthread_mutex_init(&logs->lock, NULL);
	if (s->o->ready) {
		logs->rules = s->o->ready->log_rules;
		logs->matcher = s->o->ready->log_matcher;
	}
	tt_logs_find(s);
	logs->book = logs->has_mail ? tt_book_new() : tt_logs_book_alone(s);
	list_given(s);
	tt_logs_want(s);
	read_given(s);
	read_again(s);
	read_found(s);
	if (logs->n_streams) {
		tt_logs_settle(s, logs->book);
		s->book = logs->book;
	}
}

/* ---- of a taker ---- */

void tt_logs_open(struct tt_show *s, struct tt_rules *rules,
		  struct tt_matcher *matcher)
{
	s->logs = tt_zalloc(sizeof(*s->logs));
	pthread_mutex_init(&s->logs->lock, NULL);
	s->logs->rules = rules;
	s->logs->matcher = matcher;
	s->logs->is_shown = true;
}

void tt_logs_set_mtime(struct tt_show *s, int64_t mtime_unix)
{
	s->logs->mtime = mtime_unix;
}

bool tt_logs_end_log(struct tt_show *s)
{
	const bool is_any = s->logs->log != NULL;

	tt_log_end(&s->logs->log, NULL);
	return is_any;
}

void tt_logs_forget(struct tt_show *s)
{
	tt_arena_clear(&s->logs->arena);
}

void tt_logs_end(struct tt_show *s)
{
	if (!s->logs)
		return;
	tt_logs_free_mails(s->logs);
	tt_book_free(&s->logs->book);
	tt_book_free(&s->logs->late);
	if (!s->o->ready) {
		tt_matcher_free(&s->logs->matcher);
		tt_rules_free(&s->logs->rules);
	}
	tt_arena_release(&s->logs->arena);
	pthread_mutex_destroy(&s->logs->lock);
	tt_free(&s->logs);
}
