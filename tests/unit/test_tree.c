/* test_tree - directories: what is met, in which order, and what is told
 *
 * A row makes a directory out of words and writes down what the walk gives:
 * "path" for a file, "path:codes" where diags were added. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <tlstrail/source.h>
#include <unistd.h>

#include "source/tree_dir.h"

#define N(a) (sizeof(a) / sizeof((a)[0]))

/* ---- a directory to walk ---- */

static char here[64]; /* the working directory of the tests */

static int set_up(void **state)
{
	const char *tmp = getenv("TMPDIR");

	(void)state;
	snprintf(here, sizeof(here), "%s/test_tree.XXXXXX",
		 tmp && strlen(tmp) < 40 ? tmp : "/tmp");
	return mkdtemp(here) && chdir(here) == 0 ? 0 : -1;
}

/* Whatever `path` is, with all below it. */
static void remove_all(const char *path)
{
	DIR *d = opendir(path);
	struct dirent *e;

	if (!d) {
		unlink(path);
		return;
	}
	while ((e = readdir(d)) != NULL) {
		char sub[4096];

		if (!strcmp(e->d_name, ".") || !strcmp(e->d_name, ".."))
			continue;
		snprintf(sub, sizeof(sub), "%s/%s", path, e->d_name);
		if (e->d_type == DT_DIR)
			remove_all(sub);
		else
			unlink(sub);
	}
	closedir(d);
	rmdir(path);
}

static int tear_down(void **state)
{
	(void)state;
	remove_all(here);
	return 0;
}

static void write_file(const char *path, const char *text)
{
	const int fd = open(path, O_WRONLY | O_CREAT | O_APPEND, 0600);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
	close(fd);
}

/* "a/" a directory, "a@b" a link to b, "a|" a FIFO, else a file; what lies
 * above a word has to come before it. */
static void make_one(char *word)
{
	const size_t n = strlen(word);
	char *at = strchr(word, '@');

	if (at) {
		*at = '\0';
		assert_int_equal(symlink(at + 1, word), 0);
	} else if (word[n - 1] == '/') {
		assert_int_equal(mkdir(word, 0700), 0);
	} else if (word[n - 1] == '|') {
		word[n - 1] = '\0';
		assert_int_equal(mkfifo(word, 0600), 0);
	} else {
		write_file(word, "x");
	}
}

static void make(const char *words)
{
	remove_all("t");
	assert_int_equal(mkdir("t", 0700), 0);
	while (*words) {
		char word[300];
		size_t n = strcspn(words, " ");

		snprintf(word, sizeof(word), "%.*s", (int)n, words);
		make_one(word);
		words += n;
		words += strspn(words, " ");
	}
}

/* ---- the walk ---- */

static void tell(struct tt_out *out, const struct tt_entry *e,
		 const struct tt_diags *d)
{
	tt_out_str(out, out->n ? " " : "");
	tt_out_bytes(out, e->path);
	for (size_t i = 0; i < d->list.n; i++) {
		tt_out_str(out, i ? "," : ":");
		tt_out_str(out, tt_diag_info(d->list.v[i].code)->code);
	}
	if (e->kind == TT_ENTRY_NAMED)
		tt_out_str(out, "!");
	assert_int_equal(e->kind == TT_ENTRY_FILE, e->fd >= 0);
	if (e->kind == TT_ENTRY_TOLD)
		assert_true(d->list.n > 0);
}

struct walker {
	struct tt_tree *tree;
	struct tt_arena arena;
	struct tt_diags diags;
	struct tt_entry *entry;
	struct tt_out out;
};

static void begin(struct walker *w, const char *path)
{
	*w = (struct walker){ .tree = tt_tree_open(path, NULL, 0) };
	tt_out_init(&w->out, -1);
}

static bool step(struct walker *w)
{
	tt_arena_clear(&w->arena);
	tt_diags_init(&w->diags, &w->arena);
	if (!tt_tree_next(w->tree, &w->entry, &w->diags))
		return false;
	tell(&w->out, w->entry, &w->diags);
	return true;
}

/* Compares what came with what was to come. */
static void end(struct walker *w, const char *name, const char *want)
{
	while (step(w))
		;
	assert_false(tt_tree_next(w->tree, &w->entry, &w->diags));
	if (!tt_slice_eq((struct tt_slice){ w->out.buf, w->out.n },
			 tt_slice_str(want)))
		fail_msg("%s: %.*s", name, (int)w->out.n,
			 (const char *)w->out.buf);
	tt_tree_close(&w->tree);
	assert_null(w->tree);
	tt_arena_release(&w->arena);
	tt_out_release(&w->out);
}

static size_t count_descriptors(void)
{
	DIR *d = opendir("/proc/self/fd");
	size_t n = 0;

	while (d && readdir(d))
		n++;
	if (d)
		closedir(d);
	return n;
}

static const struct row {
	const char *name, *make, *path, *want;
} rows[] = {
	{ "a file", "t/a", "t/a", "t/a!" },
	{ "standard input", "", "-", "-!" },
	{ "nothing there", "", "t/none", "t/none!" },
	{ "no name", "", "", "!" },
	{ "a pipe", "t/p|", "t/p", "t/p!" },
	{ "an empty directory", "", "t", "t:empty" },
	{ "empty directories in it", "t/a/ t/b/ t/b/c/", "t", "t:empty" },
	{ "a slash at the end", "t/a", "t/", "t/a" },
	{ "slashes at the end", "t/a", "t//", "t//a" },
	{ "order of bytes", "t/b t/a t/B t/10 t/9x t/\xc3\xa4 t/_ t/a.b",
	  "t", "t/10 t/9x t/B t/_ t/a t/a.b t/b t/\xc3\xa4" },
	{ "a directory where it stands", "t/b/ t/b/x t/a t/c t/a.d/ t/a.d/y",
	  "t", "t/a t/a.d/y t/b/x t/c" },
	{ "a link to a file", "t/a t/l@a", "t/l", "t/l:link-followed!" },
	{ "a link to a directory", "t/d/ t/d/a t/l@d", "t/l",
	  "t/l:link-followed t/l/a" },
	{ "a link to a pipe", "t/p| t/l@p", "t/l", "t/l!" },
	{ "a link to nothing", "t/l@none", "t/l", "t/l!" },
	{ "links in it", "t/a t/l@a t/m@. t/n@none", "t",
	  "t/a t/l:link-skipped t/m:link-skipped t/n:link-skipped" },
	{ "links alone", "t/l@none", "t", "t/l:link-skipped" },
	{ "a pipe in it", "t/p| t/q", "t", "t/p:not-a-file t/q" },
	{ "Maildir",
	  "t/new/ t/cur/ t/tmp/ t/new/1.a t/cur/2.a:2,S t/cur/10.a:2,FRS",
	  "t", "t/cur/10.a:2,FRS t/cur/2.a:2,S t/new/1.a" },
	{ "Maildir, its folders",
	  "t/cur/ t/new/ t/.b/ t/.b/cur/ t/.b/new/ t/.b/new/3 t/.a.b/ "
	  "t/.a.b/new/ t/.a.b/cur/ t/.a.b/cur/2 t/new/1 t/a/ t/a/cur/ "
	  "t/a/new/ t/a/cur/4",
	  "t", "t/new/1 t/.a.b/cur/2 t/.b/new/3 t/a/cur/4" },
	{ "Maildir, tmp",
	  "t/cur/ t/new/ t/tmp/ t/tmp/1 t/tmp/2 t/tmp/d/ t/tmp/d/x t/cur/3",
	  "t", "t:left-in-tmp t/cur/3" },
	{ "Maildir, tmp alone", "t/cur/ t/new/ t/tmp/ t/tmp/1", "t",
	  "t:left-in-tmp t:empty" },
	{ "Maildir, tmp a file", "t/cur/ t/new/ t/tmp", "t", "t/tmp" },
	{ "Maildir, tmp a link", "t/cur/ t/new/ t/d/ t/d/a t/tmp@d", "t",
	  "t/d/a t/tmp:link-skipped" },
	{ "no Maildir: no new", "t/cur/ t/tmp/ t/tmp/1 t/cur/2", "t",
	  "t/cur/2 t/tmp/1" },
	{ "no Maildir: new is a file", "t/cur/ t/tmp/ t/tmp/1 t/new", "t",
	  "t/new t/tmp/1" },
	{ "Maildir, what is beside the mail",
	  "t/cur/ t/new/ t/new/1 t/dovecot.index t/dovecot-uidlist "
	  "t/maildirfolder t/subscriptions t/courierimapsubscribed "
	  "t/courierimapkeywords/ t/courierimapkeywords/x t/box",
	  "t", "t:store-file t/new/1 t/box" },
	{ "mh", "t/10 t/9 t/1 t/002 t/2", "t",
	  "t/1 t/002 t/2 t/9 t/10" },
	{ "mh, numbers without end",
	  "t/99999999999999999999999999 t/100000000000000000000000000 t/3",
	  "t",
	  "t/3 t/99999999999999999999999999 t/100000000000000000000000000" },
	{ "mh, deleted", "t/10 t/9 t/,1 t/#2", "t",
	  "t:left-as-deleted t/9 t/10" },
	{ "mh, deleted, and sequences",
	  "t/10 t/9 t/,1 t/#2 t/# t/.mh_sequences", "t",
	  "t:store-file,left-as-deleted t/9 t/10 t/#" },
	{ "mh, folders", "t/10 t/9 t/1/ t/1/2 t/x/ t/x/y", "t",
	  "t/9 t/10 t/1/2 t/x/y" },
	{ "Cyrus", "t/10. t/9. t/cyrus.index t/cyrus.header", "t",
	  "t:store-file t/9. t/10." },
	{ "no mh: a name among the numbers", "t/10 t/9 t/,1 t/a", "t",
	  "t/,1 t/10 t/9 t/a" },
	{ "own files anywhere",
	  "t/a.eml t/.DS_Store t/._a.eml t/Inbox.msf t/Inbox", "t",
	  "t:store-file t/Inbox t/a.eml" },
	{ "a directory with the name of such a file",
	  "t/maildirfolder/ t/maildirfolder/1.eml", "t",
	  "t/maildirfolder/1.eml" },
	{ "a link with the name of such a file", "t/maildirfolder@x", "t",
	  "t/maildirfolder:link-skipped" },
};

static void test_walk(void **state)
{
	const size_t before = count_descriptors();

	(void)state;
	for (size_t i = 0; i < N(rows); i++) {
		struct walker w;

		make(rows[i].make);
		begin(&w, rows[i].path);
		end(&w, rows[i].name, rows[i].want);
	}
	assert_int_equal(count_descriptors(), before);
}

/* A walk that is broken off gives everything back. */
static void test_broken_off(void **state)
{
	const size_t before = count_descriptors();
	struct walker w;

	(void)state;
	make("t/a/ t/a/b/ t/a/b/1 t/a/b/2");
	begin(&w, "t");
	assert_true(step(&w));
	assert_int_equal(w.entry->kind, TT_ENTRY_FILE);
	tt_tree_close(&w.tree);
	tt_arena_release(&w.arena);
	tt_out_release(&w.out);
	assert_int_equal(count_descriptors(), before);
	tt_tree_close(&w.tree);
}

/* Texts that a user reads, and that name what was left. */
static void test_texts(void **state)
{
	static const struct {
		const char *name, *make, *want;
	} texts[] = {
		{ "tmp", "t/cur/ t/new/ t/tmp/ t/tmp/a t/tmp/b",
		  "2 files in tmp, of deliveries that have not ended, left "
		  "unread" },
		{ "tmp, one", "t/cur/ t/new/ t/tmp/ t/tmp/a",
		  "1 file in tmp, of deliveries that have not ended, left "
		  "unread" },
		{ "own", "t/dovecot.b t/dovecot.a",
		  "the mail store's own files were not read: dovecot.a, "
		  "dovecot.b" },
		{ "deleted", "t/1 t/,3 t/,2",
		  "messages that are deleted by their names were left: ,2, "
		  ",3" },
	};

	(void)state;
	for (size_t i = 0; i < N(texts); i++) {
		struct walker w;

		make(texts[i].make);
		begin(&w, "t");
		assert_true(step(&w));
		if (strcmp(w.diags.list.v[0].text, texts[i].want) != 0)
			fail_msg("%s: %s", texts[i].name,
				 w.diags.list.v[0].text);
		tt_tree_close(&w.tree);
		tt_arena_release(&w.arena);
		tt_out_release(&w.out);
	}
}

/* Of many names, as many as fit are told, and how many do not. */
static void test_many_own(void **state)
{
	struct walker w;

	(void)state;
	make("");
	for (unsigned i = 0; i < 100; i++) {
		char path[40];

		snprintf(path, sizeof(path), "t/dovecot.%04u", i);
		write_file(path, "");
	}
	begin(&w, "t");
	assert_true(step(&w));
	const char *text = w.diags.list.v[0].text;

	assert_non_null(strstr(text, ": dovecot.0000, dovecot.0001, "));
	assert_non_null(strstr(text, ", dovecot.0020 and 79 more"));
	end(&w, "many", "t:store-file t:empty");
}

/* ---- what changes on the way ---- */

static void append(void)
{
	write_file("t/a", "more");
}

static void cut(void)
{
	assert_int_equal(truncate("t/a", 1000), 0);
}

static void nothing(void)
{
}

/* Reads half of a file, lets `change` happen, and reads on. */
static void test_changed_file(void **state)
{
	static const struct {
		const char *name;
		void (*change)(void);
		bool is_told;
	} changes[] = {
		{ "nothing", nothing, false },
		{ "appended to", append, true },
		{ "cut", cut, true },
	};
	static char text[200000];

	(void)state;
	memset(text, 'x', sizeof(text) - 1);
	for (size_t i = 0; i < N(changes); i++) {
		struct walker w;
		struct tt_source *s;
		struct tt_stream *stream;
		uint8_t buf[4096];

		make("");
		write_file("t/a", text);
		begin(&w, "t");
		assert_true(step(&w));
		assert_int_equal(tt_source_open_entry(&s, w.entry, &w.diags,
						      NULL), TT_OK);
		assert_int_equal(w.entry->fd, -1);
		assert_int_equal(tt_source_next(s, &stream), 1);
		assert_true(tt_stream_origin(stream)->is_met);
		assert_true(tt_slice_eq(tt_stream_origin(stream)->path,
					TT_S("t/a")));
		assert_true(tt_stream_read(stream, buf, sizeof(buf)) > 0);
		changes[i].change();
		while (tt_stream_read(stream, buf, sizeof(buf)) > 0)
			;
		assert_int_equal(tt_source_next(s, &stream), 0);
		tt_source_close(&s);
		if ((w.diags.list.n == 1 && w.diags.list.v[0].code ==
						    TT_DIAG_changed) !=
		    changes[i].is_told)
			fail_msg("%s: %zu diags", changes[i].name,
				 w.diags.list.n);
		end(&w, changes[i].name, "t/a");
	}
}

static void remove_b(void)
{
	assert_int_equal(unlink("t/b"), 0);
}

static void b_to_link(void)
{
	remove_b();
	assert_int_equal(symlink("a", "t/b"), 0);
}

static void b_to_pipe(void)
{
	remove_b();
	assert_int_equal(mkfifo("t/b", 0600), 0);
}

static void b_to_directory(void)
{
	remove_b();
	assert_int_equal(mkdir("t/b", 0700), 0);
}

static void move_b(void)
{
	assert_int_equal(rename("t/b", "t/0"), 0);
}

static void directory_to_link(void)
{
	assert_int_equal(rename("t/d", "u"), 0);
	assert_int_equal(symlink("../u", "t/d"), 0);
}

static void add_c(void)
{
	write_file("t/c", "x");
}

/* The directory is listed, `change` happens, and the walk goes on. */
static void test_changed_directory(void **state)
{
	static const struct {
		const char *name;
		void (*change)(void);
		const char *want;
	} changes[] = {
		{ "nothing", nothing, "t/a t/b t/d/x" },
		{ "content", append, "t/a t/b t/d/x" },
		{ "gone", remove_b,
		  "t/a t/b:open-failed t/d/x t:changed-while-read" },
		{ "moved", move_b,
		  "t/a t/b:open-failed t/d/x t:changed-while-read" },
		{ "now a link", b_to_link,
		  "t/a t/b:link-skipped t/d/x t:changed-while-read" },
		{ "now a pipe", b_to_pipe,
		  "t/a t/b:not-a-file t/d/x t:changed-while-read" },
		{ "now a directory", b_to_directory,
		  "t/a t/b:not-a-file t/d/x t:changed-while-read" },
		{ "one more", add_c,
		  "t/a t/b t/d/x t:changed-while-read" },
		{ "a directory is now a link", directory_to_link,
		  "t/a t/b t/d:open-failed t:changed-while-read" },
	};

	(void)state;
	for (size_t i = 0; i < N(changes); i++) {
		struct walker w;

		make("t/a t/b t/d/ t/d/x");
		begin(&w, "t");
		assert_true(step(&w));
		changes[i].change();
		end(&w, changes[i].name, changes[i].want);
		remove_all("u");
	}
}

/* ---- the run's own files ---- */

static struct tt_file_id id_of(const char *path)
{
	struct stat st;

	assert_int_equal(stat(path, &st), 0);
	return (struct tt_file_id){ st.st_dev, st.st_ino };
}

static void test_own(void **state)
{
	struct walker w;

	(void)state;
	make("t/a t/b t/c");
	const struct tt_file_id own[] = { id_of("t/b"), { 0, 0 } };

	begin(&w, "t");
	tt_tree_close(&w.tree);
	w.tree = tt_tree_open("t", own, N(own));
	end(&w, "own", "t/a t/b:own-output t/c");
}

static void test_holds(void **state)
{
	static const struct {
		const char *name, *path, *file;
		bool holds;
	} holds[] = {
		{ "a file", "t", "t/a", true },
		{ "a file below", "t", "t/d/x", true },
		{ "a file in tmp", "t", "t/tmp/y", true },
		{ "a store's own file", "t", "t/dovecot.x", true },
		{ "a deleted message", "t", "t/,1", true },
		{ "another name of a file outside", "t", "out", true },
		{ "a file that is linked to", "t", "other", false },
		{ "a file of another directory", "t/d", "t/a", false },
		{ "no directory", "t/a", "t/a", false },
		{ "nothing there", "t/none", "t/a", false },
	};

	(void)state;
	make("t/a t/d/ t/d/x t/cur/ t/new/ t/tmp/ t/tmp/y t/dovecot.x t/,1 "
	     "t/l@../other");
	write_file("out", "x");
	write_file("other", "x");
	assert_int_equal(link("out", "t/d/out"), 0);
	for (size_t i = 0; i < N(holds); i++) {
		const struct tt_file_id id = id_of(holds[i].file);

		if (tt_tree_holds(holds[i].path, &id) != holds[i].holds)
			fail_msg("%s", holds[i].name);
	}
	unlink("out");
	unlink("other");
}

/* ---- limits ---- */

/* mkdir("t/d/d/...") to a depth of n below t. */
static void make_deep(size_t n)
{
	char path[1000] = "t";
	size_t used = 1;

	make("");
	for (size_t i = 0; i < n; i++, used += 2) {
		memcpy(path + used, "/d", 3);
		assert_int_equal(mkdir(path, 0700), 0);
	}
	memcpy(path + used, "/x", 3);
	write_file(path, "x");
}

static void test_depth(void **state)
{
	const struct tt_file_id none = { 0, 0 };
	struct walker w;

	(void)state;
	make_deep(TT_MAX_tree_depth - 1);
	begin(&w, "t");
	assert_true(step(&w));
	assert_int_equal(w.entry->kind, TT_ENTRY_FILE);
	assert_false(step(&w));
	tt_tree_close(&w.tree);
	tt_out_release(&w.out);
	tt_arena_release(&w.arena);
	assert_false(tt_tree_holds("t", &none));

	make_deep(TT_MAX_tree_depth);
	begin(&w, "t");
	assert_true(step(&w));
	assert_int_equal(w.entry->kind, TT_ENTRY_TOLD);
	assert_int_equal(w.diags.list.v[0].code, TT_DIAG_tree_depth);
	assert_false(step(&w));
	tt_tree_close(&w.tree);
	tt_out_release(&w.out);
	tt_arena_release(&w.arena);
	/* What cannot be seen may be there. */
	assert_true(tt_tree_holds("t", &none));
}

/* Names beyond the room are counted, those within it stand. */
static void test_room(void **state)
{
	const uint64_t one = sizeof(struct tt_name) + 2;
	struct tt_dir *d;

	(void)state;
	make("t/a t/b t/c");
	for (uint64_t room = 0; room < 5 * one; room++) {
		const uint64_t n = room / one < 3 ? room / one : 3;

		d = tt_dir_open(AT_FDCWD, "t", false, room);
		assert_non_null(d);
		assert_int_equal(d->n, n);
		assert_int_equal(d->n_cut, 3 - n);
		assert_true(d->bytes <= room);
		tt_dir_close(&d);
		assert_null(d);
	}
	assert_int_equal(tt_dir_count(AT_FDCWD, "t"), 3);
	assert_int_equal(tt_dir_count(AT_FDCWD, "t/a"), -1);
	assert_null(tt_dir_open(AT_FDCWD, "t/a", false, one));
	assert_int_equal(errno, ENOTDIR);
}

/* Whatever order the names were made in, they come in one. */
static void test_order(void **state)
{
	static const char *const stores[] = { "", "t/cur/ t/new/",
					      "t/.mh_sequences" };

	(void)state;
	for (size_t i = 0; i < N(stores); i++) {
		struct tt_dir *d[2];

		for (unsigned turn = 0; turn < 2; turn++) {
			make(stores[i]);
			for (unsigned k = 0; k < 500; k++) {
				char path[40];

				snprintf(path, sizeof(path), "t/%u",
					 (turn ? 499 - k : k) * 7919 % 500);
				write_file(path, "");
			}
			d[turn] = tt_dir_open(AT_FDCWD, "t", false,
					      TT_MAX_tree_names);
			tt_dir_sort(d[turn]);
		}
		assert_int_equal(d[0]->n, d[1]->n);
		for (size_t k = 0; k < d[0]->n; k++)
			assert_string_equal(d[0]->v[k].text, d[1]->v[k].text);
		tt_dir_close(&d[0]);
		tt_dir_close(&d[1]);
	}
}

/* ---- descriptors ---- */

/* What stands between two of them, and was not named, stays. */
static void test_close_all(void **state)
{
	enum { MANY = 12 };
	int fd[MANY], given[MANY], n = 0;

	(void)state;
	for (int i = 0; i < MANY; i++) {
		fd[i] = open("/dev/null", O_RDONLY | O_CLOEXEC);
		assert_true(fd[i] >= 0);
		if (i % 5 != 3)
			given[n++] = fd[i];
	}
	tt_close_all(given, (size_t)n);
	for (int i = 0; i < MANY; i++) {
		const bool is_open = fcntl(fd[i], F_GETFD) >= 0;

		assert_true(is_open == (i % 5 == 3));
		if (is_open)
			close(fd[i]);
	}
	tt_close_all(given, 0);
}

/* A source leaves open what it was only lent. */
static void test_lent(void **state)
{
	struct tt_arena arena = { 0 };
	struct tt_diags diags;
	struct stat st;

	(void)state;
	make("");
	write_file("t/a", "x");
	tt_diags_init(&diags, &arena);
	for (unsigned is_lent = 0; is_lent < 2; is_lent++) {
		const int fd = open("t/a", O_RDONLY | O_CLOEXEC);
		struct tt_entry entry = { .kind = TT_ENTRY_FILE,
					  .path = TT_S("t/a"),
					  .fd = fd,
					  .is_lent = is_lent,
					  .st = &st };
		struct tt_source *source;

		assert_true(fd >= 0 && fstat(fd, &st) == 0);
		assert_int_equal(tt_source_open_entry(&source, &entry, &diags,
						      NULL), TT_OK);
		tt_source_close(&source);
		assert_int_equal(fcntl(fd, F_GETFD) >= 0, is_lent);
		if (is_lent)
			close(fd);
	}
	tt_arena_release(&arena);
}

/* ---- names of stores ---- */

static void test_owns(void **state)
{
	static const struct {
		const char *name;
		bool is_dir, owns;
	} names[] = {
		{ "dovecot.index", false, true },
		{ "dovecot", false, false },
		{ ".dovecot.svbin", false, true },
		{ "maildirsize", false, true },
		{ "maildirsize2", false, false },
		{ "xmaildirsize", false, false },
		{ "Inbox.msf", false, true },
		{ "Inbox.MSF", false, true },
		{ ".msf", false, true },
		{ "msf", false, false },
		{ "._mail.eml", false, true },
		{ ".mail.eml", false, false },
		{ "mail.eml", false, false },
		{ ".notmuch", true, true },
		{ ".notmuch", false, false },
		{ "dovecot.index", true, false },
		{ "", false, false },
	};

	(void)state;
	for (size_t i = 0; i < N(names); i++)
		if (tt_mailstore_owns(tt_slice_str(names[i].name),
				      names[i].is_dir) != names[i].owns)
			fail_msg("%s", names[i].name);
}

/* No two stores ask the same for one directory. */
static void test_bids(void **state)
{
	static const struct {
		const char *make, *store;
	} bids[] = {
		{ "", "directory" },
		{ "t/a", "directory" },
		{ "t/1", "mh" },
		{ "t/1 t/a", "directory" },
		{ "t/1 t/a t/.mh_sequences", "mh" },
		{ "t/1/", "directory" },
		{ "t/,1", "mh" },
		{ "t/cur/ t/new/ t/1", "Maildir" },
		{ "t/cur/ t/new", "directory" },
		{ "t/cur/ t/new/ t/.mh_sequences", "Maildir" },
	};

	(void)state;
	for (size_t i = 0; i < N(bids); i++) {
		int best = 0, n_best = 0;

		make(bids[i].make);
		struct tt_dir *d = tt_dir_open(AT_FDCWD, "t", false,
					       TT_MAX_tree_names);

		tt_dir_sort(d);
		if (strcmp(d->store->name, bids[i].store) != 0)
			fail_msg("%s: %s", bids[i].make, d->store->name);
		for (size_t k = 0; k < tt_n_mailstores; k++) {
			const int bid = tt_mailstores[k].bid(d->v, d->n);

			n_best = bid > best ? 1 : n_best + (bid == best);
			best = bid > best ? bid : best;
		}
		assert_int_equal(n_best, 1);
		tt_dir_close(&d);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_walk),
		cmocka_unit_test(test_broken_off),
		cmocka_unit_test(test_texts),
		cmocka_unit_test(test_many_own),
		cmocka_unit_test(test_changed_file),
		cmocka_unit_test(test_changed_directory),
		cmocka_unit_test(test_own),
		cmocka_unit_test(test_holds),
		cmocka_unit_test(test_depth),
		cmocka_unit_test(test_room),
		cmocka_unit_test(test_order),
		cmocka_unit_test(test_close_all),
		cmocka_unit_test(test_lent),
		cmocka_unit_test(test_owns),
		cmocka_unit_test(test_bids),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
