/* test_source - files, compression, archives, and what is wrong with them
 *
 * Inputs are made here, by zlib and libarchive, in memory files that are
 * opened through /proc: nothing is written to disk. */
#define _GNU_SOURCE /* memfd_create */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <archive.h>
#include <archive_entry.h>
#include <cmocka.h>
#include <tlstrail/source.h>
#include <zlib.h>

#include "source/layer.h"

#define N(a) (sizeof(a) / sizeof((a)[0]))
#define MAIL_LEN 2000
#define ROOM ((size_t)8 << 20)

struct bytes {
	uint8_t *p;
	size_t n;
};

static struct bytes make(const void *p, size_t n)
{
	struct bytes b = { tt_malloc(n), n };

	if (n)
		memcpy(b.p, p, n);
	return b;
}

static void replace(struct bytes *b, struct bytes with)
{
	tt_free(&b->p);
	*b = with;
}

/* Text that compresses, but not to nothing. */
static struct bytes make_mail(void)
{
	char text[MAIL_LEN + 64];
	size_t n = 0;

	for (unsigned i = 1; n < MAIL_LEN; i++)
		n += (size_t)snprintf(text + n, 40, "X-%u: %x %x\n", i,
				      i * 2654435761u, i * 40503u);
	return make(text, MAIL_LEN);
}

static void gzip(struct bytes *b)
{
	z_stream z = { .next_in = b->p, .avail_in = (uInt)b->n };
	struct bytes to = { tt_malloc(b->n + 1024), b->n + 1024 };

	assert_int_equal(deflateInit2(&z, 6, Z_DEFLATED, 15 + 16, 8,
				      Z_DEFAULT_STRATEGY), Z_OK);
	z.next_out = to.p;
	z.avail_out = (uInt)to.n;
	assert_int_equal(deflate(&z, Z_FINISH), Z_STREAM_END);
	to.n -= z.avail_out;
	deflateEnd(&z);
	replace(b, to);
}

struct writer {
	struct archive *a;
	struct bytes to;
	size_t used;
};

static void writer_open(struct writer *w, int format, int filter,
			const char *options)
{
	w->a = archive_write_new();
	w->to = (struct bytes){ tt_malloc(ROOM), ROOM };
	assert_int_equal(archive_write_set_format(w->a, format), ARCHIVE_OK);
	assert_int_equal(archive_write_add_filter(w->a, filter), ARCHIVE_OK);
	assert_int_equal(archive_write_set_bytes_in_last_block(w->a, 1),
			 ARCHIVE_OK);
	if (options) {
		assert_int_equal(archive_write_set_options(w->a, options),
				 ARCHIVE_OK);
		assert_int_equal(archive_write_set_passphrase(w->a, "pw"),
				 ARCHIVE_OK);
	}
	assert_int_equal(archive_write_open_memory(w->a, w->to.p, w->to.n,
						   &w->used), ARCHIVE_OK);
}

static void writer_add(struct writer *w, const char *name, unsigned type,
		       const char *link, const struct bytes *content)
{
	struct archive_entry *e = archive_entry_new();

	archive_entry_set_pathname(e, name);
	archive_entry_set_filetype(e, type);
	archive_entry_set_perm(e, 0600);
	if (link && type == AE_IFLNK)
		archive_entry_set_symlink(e, link);
	else if (link)
		archive_entry_set_hardlink(e, link);
	archive_entry_set_size(e, content ? (la_int64_t)content->n : 0);
	assert_int_equal(archive_write_header(w->a, e), ARCHIVE_OK);
	if (content)
		assert_int_equal(archive_write_data(w->a, content->p,
						    content->n),
				 content->n);
	archive_entry_free(e);
}

static struct bytes writer_close(struct writer *w)
{
	assert_int_equal(archive_write_close(w->a), ARCHIVE_OK);
	archive_write_free(w->a);
	w->to.n = w->used;
	return w->to;
}

static void pack(struct bytes *b, int format, int filter, const char *name)
{
	struct writer w;

	writer_open(&w, format, filter, NULL);
	writer_add(&w, name, AE_IFREG, NULL, b);
	replace(b, writer_close(&w));
}

/* A tar with everything that is no file in it, and two files. */
static void pack_special(struct bytes *b)
{
	struct writer w;

	writer_open(&w, ARCHIVE_FORMAT_TAR_USTAR, ARCHIVE_FILTER_NONE, NULL);
	writer_add(&w, "d", AE_IFDIR, NULL, NULL);
	writer_add(&w, "d/1", AE_IFREG, NULL, b);
	writer_add(&w, "d/soft", AE_IFLNK, "1", NULL);
	writer_add(&w, "d/hard", AE_IFREG, "d/1", NULL);
	writer_add(&w, "d/pipe", AE_IFIFO, NULL, NULL);
	writer_add(&w, "d/2", AE_IFREG, NULL, b);
	replace(b, writer_close(&w));
}

static void pack_encrypted(struct bytes *b)
{
	struct writer w;

	writer_open(&w, ARCHIVE_FORMAT_ZIP, ARCHIVE_FILTER_NONE,
		    "zip:encryption=traditional");
	writer_add(&w, "secret", AE_IFREG, NULL, b);
	replace(b, writer_close(&w));
}

static void append(struct bytes *b, const void *p, size_t n)
{
	b->p = tt_realloc(b->p, b->n + n);
	memcpy(b->p + b->n, p, n);
	b->n += n;
}

/* Padding, then the same again, so that its first byte is the last that the
 * second read of the file brings. */
static void pad_and_repeat(struct bytes *b)
{
	const size_t to = TT_INPUT_PEEK + (size_t)TT_MAX_window - 1;
	struct bytes all = { tt_zalloc(to), to };

	memcpy(all.p, b->p, b->n);
	append(&all, b->p, b->n);
	replace(b, all);
}

/* One letter of a recipe, applied to what there is. */
static void cook(struct bytes *b, char letter)
{
	static const uint8_t zeros[600];
	static const struct {
		char letter;
		int format, filter;
	} packs[] = {
		{ 'b', ARCHIVE_FORMAT_RAW, ARCHIVE_FILTER_BZIP2 },
		{ 'x', ARCHIVE_FORMAT_RAW, ARCHIVE_FILTER_XZ },
		{ 's', ARCHIVE_FORMAT_RAW, ARCHIVE_FILTER_ZSTD },
		{ 'l', ARCHIVE_FORMAT_RAW, ARCHIVE_FILTER_LZ4 },
		{ 'T', ARCHIVE_FORMAT_TAR_USTAR, ARCHIVE_FILTER_NONE },
		{ 'P', ARCHIVE_FORMAT_TAR, ARCHIVE_FILTER_NONE },
		{ 'Z', ARCHIVE_FORMAT_ZIP, ARCHIVE_FILTER_NONE },
		{ '7', ARCHIVE_FORMAT_7ZIP, ARCHIVE_FILTER_NONE },
		{ 'C', ARCHIVE_FORMAT_CPIO_SVR4_NOCRC, ARCHIVE_FILTER_NONE },
		{ 'O', ARCHIVE_FORMAT_CPIO_POSIX, ARCHIVE_FILTER_NONE },
	};
	const char name[] = { letter, 0 };

	for (size_t i = 0; i < N(packs); i++)
		if (packs[i].letter == letter)
			pack(b, packs[i].format, packs[i].filter, name);
	switch (letter) {
	case 'm': replace(b, make_mail()); break;
	case 'g': gzip(b); break;
	case '0': append(b, zeros, sizeof(zeros)); break;
	case '!': append(b, "junk!", 5); break;
	case '<': b->n -= b->n > 300 ? 300 : b->n / 2; break;
	case '^': b->p[b->n - 6] ^= 1; break;
	case '~': b->p[b->n / 2] ^= 0xff; break;
	case '+': {
		struct bytes twice = make(b->p, b->n);

		append(&twice, b->p, b->n);
		replace(b, twice);
		break;
	}
	case '-': b->n -= 1024; break; /* the mark of a tar's end */
	case '%': b->p[b->n - 12]++; break; /* members a zip lists */
	case '|': pad_and_repeat(b); break;
	case 'S': pack_special(b); break;
	case 'E': pack_encrypted(b); break;
	default: break;
	}
}

static const struct row {
	const char *name, *recipe;
	const char *streams; /* member path=length, "!" where it failed */
	const char *codes;   /* of the diags */
	int end;	     /* of tt_source_next() */
} rows[] = {
	{ "plain", "m", "=2000;", "", 0 },
	{ "empty", "", "=0;", "", 0 },
	{ "gzip", "mg", "=2000;", "", 0 },
	{ "gzip members", "mg+", "=4000;", "", 0 },
	{ "many gzip members", "mg++++", "=32000;", "", 0 },
	{ "gzip of nothing", "g", "=0;", "", 0 },
	{ "gzip, padded", "mg0", "=2000;", "", 0 },
	{ "gzip, padded between", "mg0+", "=4000;", "", 0 },
	{ "gzip, split between reads", "mg|", "=4000;", "", 0 },
	{ "gzip, more behind", "mg!", "=2000;", "trailing-bytes ", 0 },
	{ "gzip, more behind padding", "mg0!", "=2000;", "trailing-bytes ",
	  0 },
	{ "gzip, cut", "mg<", "=some!;", "truncated ", 0 },
	{ "gzip, wrong checksum", "mg^", "=2000!;", "corrupt ", 0 },
	{ "bzip2", "mb", "=2000;", "", 0 },
	{ "bzip2, more behind", "mb!", "=2000;", "trailing-bytes ", 0 },
	{ "bzip2, cut", "mb<", "=0!;", "truncated ", 0 },
	{ "xz", "mx", "=2000;", "", 0 },
	{ "xz, cut", "mx<", "=0!;", "truncated ", 0 },
	{ "zstd", "ms", "=2000;", "", 0 },
	{ "zstd frames", "ms+", "=4000;", "", 0 },
	{ "zstd, cut", "ms<", "=0!;", "truncated ", 0 },
	{ "lz4", "ml", "=2000;", "", 0 },
	{ "four filters", "mgbxs", "=2000;", "", 0 },
	{ "five filters", "mggggg", "", "limit-filters ", 0 },
	{ "xz in xz counts twice", "mxxxxx", "", "limit-filters ", 0 },
	{ "tar", "mT", "T=2000;", "", 0 },
	{ "tar, pax", "mP", "P=2000;", "", 0 },
	{ "tar, twice", "mT+", "T=2000;T=2000;", "", 0 },
	{ "tar, cut", "mT<<<<<", "T=some!;", "truncated ", -1 },
	{ "tar without its end", "mT-", "T=2000;", "truncated ", 0 },
	{ "tar without its end, in gzip", "mT-g", "T=2000;", "truncated ",
	  0 },
	{ "tar, more behind", "mT!", "T=2000;", "truncated ", -1 },
	{ "zip", "mZ", "Z=2000;", "", 0 },
	{ "zip, damaged", "mZ~", "Z=0!;", "corrupt ", 0 },
	{ "zip that lists one more", "mZ%", "Z=2000;", "corrupt ", 0 },
	{ "7zip", "m7", "7=2000;", "", 0 },
	{ "cpio", "mC", "C=2000;", "", 0 },
	{ "cpio, odc", "mO", "O=2000;", "", 0 },
	{ "tar.gz", "mTg", "T=2000;", "", 0 },
	{ "tar.gz, cut", "mTg<", "T=some!;", "truncated ", -1 },
	{ "tar.zst", "mTs", "T=2000;", "", 0 },
	{ "gz in tar", "mgT", "T=2000;", "", 0 },
	{ "gz in zip in tar.xz", "mgZTx", "T>Z=2000;", "", 0 },
	{ "7zip in gzip", "m7g", "7=2000;", "", 0 },
	{ "three archives", "mZ7T", "T>7>Z=2000;", "", 0 },
	{ "four archives", "mTTTT", "", "limit-archives ", 0 },
	{ "links and pipes", "mS", "d/1=2000;d/2=2000;",
	  "member-skipped member-skipped member-skipped ", 0 },
	{ "links in an inner archive", "mSZg", "Z>d/1=2000;Z>d/2=2000;",
	  "member-skipped member-skipped member-skipped ", 0 },
	{ "encrypted", "mE", "", "encrypted-member ", 0 },
	{ "encrypted in tar", "mETg", "", "encrypted-member ", 0 },
};

static int file_of(const struct bytes *b)
{
	const int fd = memfd_create("input", MFD_CLOEXEC);

	assert_true(fd >= 0);
	for (size_t i = 0; i < b->n;) {
		const ssize_t n = write(fd, b->p + i, b->n - i);

		assert_true(n > 0);
		i += (size_t)n;
	}
	return fd;
}

static void path_of(int fd, char path[40])
{
	snprintf(path, 40, "/proc/self/fd/%d", fd);
}

/* Memory that is lent for a first read, while n_lent says so. */
static uint8_t lent[4096];
static size_t n_lent;
/* ... or what the entry read ahead into it, and the sum it has of that. */
static bool is_ahead;
static size_t n_ahead;
static const uint8_t ahead_sum[TT_SHA256_LEN];

/* Takes what was read into it, and writes to it as who lent it may: returns
 * how many bytes of the mail stood there. */
static uint64_t take_lent(struct tt_stream *s, struct bytes mail)
{
	const uint8_t *sum = NULL;
	const size_t n = n_lent ? tt_stream_take(s, lent, &sum) : 0;
	const bool has_sum = is_ahead && n > 0;

	for (size_t i = 0; i < n; i++)
		if (lent[i] != mail.p[i % MAIL_LEN])
			fail_msg("byte %zu, lent", i);
	assert_ptr_equal(sum, has_sum ? ahead_sum : NULL);
	assert_true(!has_sum || n == n_ahead);
	memset(lent, 0xee, sizeof(lent));
	assert_int_equal(tt_stream_take(s, lent, &sum), 0);
	assert_null(sum);
	return n;
}

static void tell_stream(struct tt_out *o, struct tt_stream *s, size_t step)
{
	const struct tt_origin *origin = tt_stream_origin(s);
	struct bytes mail = make_mail();
	uint8_t *buf = tt_malloc(step);
	uint64_t n = take_lent(s, mail);
	int64_t got;

	for (size_t i = 0; i < origin->n_member; i++) {
		tt_out_str(o, i ? ">" : "");
		tt_out_bytes(o, origin->member[i]);
	}
	while ((got = tt_stream_read(s, buf, step)) > 0)
		for (int64_t i = 0; i < got; i++, n++)
			if (buf[i] != mail.p[n % MAIL_LEN])
				fail_msg("byte %zu", (size_t)n);
	/* What has ended stays so. */
	assert_int_equal(tt_stream_read(s, buf, step), got);
	/* How far a damaged stream can be read depends on its compressor. */
	if (got < 0 && n > 0 && n < MAIL_LEN)
		tt_out_str(o, "=some!;");
	else
		tt_out_printf(o, "=%zu%s;", (size_t)n, got < 0 ? "!" : "");
	tt_free(&buf);
	tt_free(&mail.p);
}

static enum tt_status open_walked(struct tt_source **source_r,
				  const char *path, struct tt_diags *diags,
				  struct tt_err *err)
{
	struct stat st;
	struct tt_entry entry = { .kind = TT_ENTRY_FILE,
				  .path = tt_slice_str(path),
				  .fd = is_ahead ? open(path, O_RDONLY) : -1,
				  .st = &st,
				  .ahead_sum = ahead_sum };

	if (!is_ahead)
		return tt_source_open(source_r, path, diags, err);
	assert_int_equal(fstat(entry.fd, &st), 0);
	tt_entry_read_ahead(&entry, lent, n_lent);
	n_ahead = entry.ahead.n;
	assert_int_equal(n_ahead, (size_t)st.st_size < n_lent ?
					  (size_t)st.st_size : n_lent);
	return tt_source_open_entry(source_r, &entry, diags, err);
}

/* Walks `path` and writes down what came. */
static int walk(const char *path, size_t step, struct tt_out *streams,
		struct tt_out *codes)
{
	struct tt_arena arena = { 0 };
	struct tt_diags diags;
	struct tt_err err = { 0 };
	struct tt_source *source;
	struct tt_stream *stream;
	int r = -2;

	tt_out_init(streams, -1);
	tt_out_init(codes, -1);
	tt_diags_init(&diags, &arena);
	if (open_walked(&source, path, &diags, &err) == TT_OK) {
		if (n_lent)
			tt_source_lend(source, lent, n_lent);
		while ((r = tt_source_next(source, &stream)) > 0)
			if (step)
				tell_stream(streams, stream, step);
		tt_source_close(&source);
	}
	assert_null(source);
	for (size_t i = 0; i < diags.list.n; i++)
		tt_out_printf(codes, "%s ",
			      tt_diag_info(diags.list.v[i].code)->code);
	tt_arena_release(&arena);
	return r;
}

static bool is_text(const struct tt_out *o, const char *want)
{
	return tt_slice_eq((struct tt_slice){ o->buf, o->n },
			   tt_slice_str(want));
}

static void check_walk(const struct row *row, const char *path, size_t step)
{
	struct tt_out streams, codes;
	const int end = walk(path, step, &streams, &codes);

	if (!is_text(&streams, row->streams) || !is_text(&codes, row->codes) ||
	    end != row->end)
		fail_msg("%s (%zu): %.*s / %.*s / %d", row->name, step,
			 (int)streams.n, (const char *)streams.buf,
			 (int)codes.n, (const char *)codes.buf, end);
	tt_out_release(&streams);
	tt_out_release(&codes);
}

static void test_walk(void **state)
{
	(void)state;
	for (size_t i = 0; i < N(rows); i++) {
		struct bytes b = make("", 0);
		char path[40];

		for (const char *p = rows[i].recipe; *p; p++)
			cook(&b, *p);
		const int fd = file_of(&b);

		path_of(fd, path);
		check_walk(&rows[i], path, 65536);
		check_walk(&rows[i], path, 7);
		for (n_lent = 512; n_lent <= sizeof(lent); n_lent *= 2)
			for (unsigned ahead = 0; ahead < 2; ahead++) {
				is_ahead = ahead;
				check_walk(&rows[i], path, 7);
			}
		n_lent = 0;
		is_ahead = false;
		close(fd);
		tt_free(&b.p);
	}
}

/* What was lent holds the beginning of a plain file, but of one so short that
 * the look at its layer took it all. */
static void test_take(void **state)
{
	static const char text[3 * MAIL_LEN];
	static const struct {
		const char *name;
		size_t length, want;
	} take_rows[] = {
		{ "empty", 0, 0 },
		{ "less than a layer needs", 511, 0 },
		{ "as much", 512, 512 },
		{ "all", MAIL_LEN, MAIL_LEN },
		{ "more than is lent", sizeof(text), sizeof(lent) },
	};

	(void)state;
	for (size_t i = 0; i < N(take_rows); i++) {
		struct bytes b = make(text, take_rows[i].length);
		struct tt_arena arena = { 0 };
		struct tt_diags diags;
		struct tt_source *source;
		struct tt_stream *stream;
		const uint8_t *sum;
		char path[40];
		const int fd = file_of(&b);

		path_of(fd, path);
		tt_diags_init(&diags, &arena);
		assert_int_equal(tt_source_open(&source, path, &diags, NULL),
				 TT_OK);
		tt_source_lend(source, lent, sizeof(lent));
		assert_int_equal(tt_source_next(source, &stream), 1);
		if (tt_stream_take(stream, lent + 1, &sum) != 0 ||
		    tt_stream_take(stream, lent, &sum) != take_rows[i].want ||
		    sum)
			fail_msg("%s", take_rows[i].name);
		tt_source_close(&source);
		tt_arena_release(&arena);
		close(fd);
		tt_free(&b.p);
	}
}

/* What is not read of a stream is skipped. */
static void test_unread(void **state)
{
	struct bytes b = make("", 0);
	struct tt_out streams, codes;
	char path[40];

	(void)state;
	for (const char *p = "mSZg"; *p; p++)
		cook(&b, *p);
	const int fd = file_of(&b);

	path_of(fd, path);
	assert_int_equal(walk(path, 0, &streams, &codes), 0);
	assert_true(is_text(&codes,
			    "member-skipped member-skipped member-skipped "));
	tt_out_release(&streams);
	tt_out_release(&codes);
	close(fd);
	tt_free(&b.p);
}

/* ---- what is opened ---- */

static void test_pipe(void **state)
{
	static const char *const recipes[] = { "m", "mg", "mTg", "mZ", "m7" };
	static const struct row want[] = {
		{ "pipe", "", "=2000;", "", 0 },
		{ "pipe, gzip", "", "=2000;", "", 0 },
		{ "pipe, tar.gz", "", "T=2000;", "", 0 },
		{ "pipe, zip", "", "Z=2000;", "", 0 },
		{ "pipe, 7zip", "", "7=2000;", "", 0 },
	};

	(void)state;
	for (size_t i = 0; i < N(recipes); i++) {
		struct bytes b = make("", 0);
		char path[40];
		int fd[2];

		for (const char *p = recipes[i]; *p; p++)
			cook(&b, *p);
		assert_int_equal(pipe(fd), 0);
		assert_int_equal(write(fd[1], b.p, b.n), b.n);
		close(fd[1]);
		path_of(fd[0], path);
		check_walk(&want[i], path, 4096);
		close(fd[0]);
		tt_free(&b.p);
	}
}

static const struct row refused_rows[] = {
	{ "directory", "/proc/self", "", "is-a-directory ", -2 },
	{ "device", "/dev/null", "", "not-a-file ", -2 },
	{ "missing", "no/such/file", "", "open-failed ", -2 },
	{ "no name", "", "", "open-failed ", -2 },
};

static void test_refused(void **state)
{
	(void)state;
	for (size_t i = 0; i < N(refused_rows); i++)
		check_walk(&refused_rows[i], refused_rows[i].recipe, 16);
}

static void test_open_error(void **state)
{
	struct tt_arena arena = { 0 };
	struct tt_diags diags;
	struct tt_err err = { 0 };
	struct tt_source *source;

	(void)state;
	tt_diags_init(&diags, &arena);
	assert_int_equal(tt_source_open(&source, "no/such/file", &diags, &err),
			 TT_IO);
	assert_string_equal(err.text, "no/such/file: No such file or directory");
	/* Who prints a diag says the path. */
	assert_string_equal(diags.list.v[0].text, "No such file or directory");
	assert_true(err.sys_errno != 0);
	tt_arena_release(&arena);
}

/* What tt_source_open() would read of `path`, opened before; -1: it is not. */
static int64_t read_opened(const char *path, struct tt_diags *diags)
{
	struct tt_entry entry = { .kind = TT_ENTRY_NAMED,
				  .path = tt_slice_str(path),
				  .fd = -1 };
	struct tt_source *source;
	struct tt_stream *stream;
	struct tt_err err = { 0 };
	struct stat st;
	uint8_t buf[4096];

	if (tt_entry_open(&entry, &st, diags, &err) < 0) {
		assert_int_equal(entry.fd, -1);
		return -1;
	}
	assert_ptr_equal(entry.st, &st);
	entry.path = TT_S("-"); /* its name is not asked for any more */
	assert_int_equal(tt_source_open_entry(&source, &entry, diags, &err),
			 TT_OK);
	assert_int_equal(entry.fd, -1);
	assert_int_equal(tt_source_next(source, &stream), 1);
	assert_false(tt_stream_origin(stream)->is_met);
	int64_t n = 0, got;

	while ((got = tt_stream_read(stream, buf, sizeof(buf))) > 0)
		n += got;
	tt_source_close(&source);
	return n;
}

/* A file, standard input from where it stands, what cannot be opened. */
static void test_opened(void **state)
{
	struct tt_arena arena = { 0 };
	struct tt_diags diags;
	struct bytes b = make_mail();
	const int fd = file_of(&b), before = dup(STDIN_FILENO);
	char path[40];

	(void)state;
	path_of(fd, path);
	tt_diags_init(&diags, &arena);
	assert_int_equal(read_opened(path, &diags), MAIL_LEN);
	assert_int_equal(lseek(fd, 100, SEEK_SET), 100);
	assert_int_equal(dup2(fd, STDIN_FILENO), STDIN_FILENO);
	assert_int_equal(read_opened("-", &diags), MAIL_LEN - 100);
	assert_int_equal(fcntl(STDIN_FILENO, F_GETFD), 0); /* still open */
	assert_int_equal(diags.list.n, 0);
	assert_int_equal(read_opened("no/such/file", &diags), -1);
	assert_int_equal(read_opened("/dev/full", &diags), -1);
	assert_int_equal(diags.list.n, 2);
	assert_int_equal(diags.list.v[0].code, TT_DIAG_open_failed);
	assert_int_equal(diags.list.v[1].code, TT_DIAG_not_regular);
	dup2(before, STDIN_FILENO);
	close(before);
	close(fd);
	tt_free(&b.p);
	tt_arena_release(&arena);
}

/* Reads a mail from `fd`, which `change` is done to on the way. */
static size_t read_changed(int fd, void (*change)(int fd))
{
	struct tt_arena arena = { 0 };
	struct tt_diags diags;
	struct tt_source *source;
	struct tt_stream *stream;
	uint8_t buf[600];
	char path[40];
	size_t n = 0;

	path_of(fd, path);
	tt_diags_init(&diags, &arena);
	assert_int_equal(tt_source_open(&source, path, &diags, NULL), TT_OK);
	assert_int_equal(tt_source_next(source, &stream), 1);
	assert_true(tt_stream_read(stream, buf, sizeof(buf)) > 0);
	change(fd);
	while (tt_stream_read(stream, buf, sizeof(buf)) > 0)
		;
	assert_int_equal(tt_source_next(source, &stream), 0);
	tt_source_close(&source);
	for (size_t i = 0; i < diags.list.n; i++)
		n += diags.list.v[i].code == TT_DIAG_changed;
	assert_int_equal(n, diags.list.n);
	tt_arena_release(&arena);
	return n;
}

static void change_nothing(int fd)
{
	(void)fd;
}

static void change_length(int fd)
{
	assert_int_equal(ftruncate(fd, 700), 0);
}

static void change_times(int fd)
{
	const struct timespec times[2] = { { 1, 0 }, { 1, 0 } };

	assert_int_equal(futimens(fd, times), 0);
}

static void test_changed(void **state)
{
	static const struct {
		const char *name;
		void (*change)(int fd);
		size_t n_diag;
	} changes[] = {
		{ "nothing", change_nothing, 0 },
		{ "length", change_length, 1 },
		{ "times", change_times, 1 },
	};

	(void)state;
	for (size_t i = 0; i < N(changes); i++) {
		struct bytes b = make_mail();
		const int fd = file_of(&b);
		const size_t n = read_changed(fd, changes[i].change);

		if (n != changes[i].n_diag)
			fail_msg("%s: %zu diags", changes[i].name, n);
		close(fd);
		tt_free(&b.p);
	}
}

/* ---- the hash of the file ---- */

/* Text of n_mib MiB that gzip makes little of. */
static struct bytes make_large(size_t n_mib)
{
	struct bytes b = { tt_malloc(n_mib << 20), n_mib << 20 };
	uint32_t x = 1;

	for (size_t i = 0; i < b.n; i++) {
		x = x * 1664525 + 1013904223;
		b.p[i] = i % 64 == 63 ? '\n' : (uint8_t)('a' + (x >> 28));
	}
	return b;
}

enum digest_how { READ_ALL, READ_SOME, READ_NONE, STOPPED, GROWN };

/* What is said of it once the stream is there. */
enum digest_way { NOT_SAID, APART, ALONG, WAYS };

static void read_for(struct tt_source *source, enum digest_how how,
		     struct tt_sha256 *along, int fd)
{
	struct tt_stream *stream;
	uint8_t buf[4096];
	int64_t n;

	if (how == READ_NONE)
		return;
	assert_int_equal(tt_source_next(source, &stream), 1);
	if (along) {
		n = tt_stream_read(stream, buf, 1000);
		tt_stream_digest(stream, along,
				 (struct tt_slice){ buf, (size_t)n });
		tt_stream_digest_settle(stream);
	}
	while ((n = tt_stream_read(stream, buf, sizeof(buf))) > 0 &&
	       how == READ_ALL)
		tt_stream_digest_settle(stream);
	tt_stream_digest_leave(stream);
	if (how == GROWN)
		assert_int_equal(pwrite(fd, "x", 1, 5 << 20), 1);
}

/* Once for what was parsed, and once for the hash unless that goes along. */
static uint64_t beats_of(const struct bytes *b, enum digest_how how,
			 bool is_along)
{
	return how == READ_NONE || is_along ? b->n : 2 * b->n;
}

static void check_digest(const char *name, const struct bytes *b,
			 enum digest_how how, enum digest_way way,
			 bool is_gzip)
{
	struct tt_sha256 *other = tt_sha256_new();
	struct tt_arena arena = { 0 };
	struct tt_diags diags;
	struct tt_source *source;
	struct tt_sha256 *hash = tt_sha256_new();
	struct tt_digest d = { .hash = hash };
	uint8_t want[TT_SHA256_LEN];
	const int stop = how == STOPPED;
	const int fd = file_of(b);
	uint64_t beat = 0;
	char path[40];

	path_of(fd, path);
	tt_diags_init(&diags, &arena);
	assert_int_equal(tt_source_open(&source, path, &diags, NULL), TT_OK);
	tt_source_stop_on(source, &stop);
	tt_source_beat_to(source, &beat);
	tt_source_digest_to(source, &d);
	if (way == APART)
		tt_digest_apart(&d, &(struct tt_walk){ .stop = &stop,
						       .beat = &beat });
	read_for(source, how, way == ALONG ? other : NULL, fd);
	tt_source_close(&source);
	tt_sha256_free(&other);
	if (how <= READ_NONE && how != READ_SOME &&
	    beat != beats_of(b, how, way == ALONG && !is_gzip))
		fail_msg("%s: %llu beats", name, (unsigned long long)beat);
	tt_sha256_begin(hash);
	tt_sha256_add(hash, (struct tt_slice){ b->p, b->n });
	tt_sha256_end(hash, want);
	const bool is_same = d.size == b->n &&
			     memcmp(d.sha256, want, sizeof(want)) == 0;

	if (!d.is_read || !d.is_regular || d.is_whole == stop ||
	    (stop && way != ALONG && d.size != 0) ||
	    (how < STOPPED && !is_same))
		fail_msg("%s: whole %d, same %d, %llu bytes", name, d.is_whole,
			 is_same, (unsigned long long)d.size);
	if (diags.list.n != (how == GROWN) ||
	    (how == GROWN && diags.list.v[0].code != TT_DIAG_changed))
		fail_msg("%s: %zu diags", name, diags.list.n);
	tt_sha256_free(&hash);
	tt_arena_release(&arena);
	close(fd);
}

/* Small files are hashed at the end, large ones beside the parse, and where it
 * is asked for all as they are read. */
static void test_digest(void **state)
{
	static const struct {
		const char *name;
		size_t n_mib; /* 0: a mail of 2,000 bytes */
		bool is_gzip;
		enum digest_how how;
	} digests[] = {
		{ "small", 0, false, READ_ALL },
		{ "small, unread", 0, false, READ_NONE },
		{ "small, stopped", 0, false, STOPPED },
		{ "small, grown", 0, false, GROWN },
		{ "large", 3, false, READ_ALL },
		{ "large, read in part", 3, false, READ_SOME },
		{ "large, unread", 3, false, READ_NONE },
		{ "large, stopped", 3, false, STOPPED },
		{ "large, grown", 3, false, GROWN },
		{ "large gzip", 4, true, READ_ALL },
		{ "large gzip, read in part", 4, true, READ_SOME },
		{ "large gzip, stopped", 4, true, STOPPED },
	};

	(void)state;
	for (size_t i = 0; i < N(digests); i++) {
		const size_t n = digests[i].n_mib;
		struct bytes b = n ? make_large(n) : make_mail();

		if (digests[i].is_gzip)
			gzip(&b);
		if (n)
			assert_true(b.n >= TT_MAX_ahead_from);
		for (int way = NOT_SAID; way < WAYS; way++)
			check_digest(digests[i].name, &b, digests[i].how,
				     (enum digest_way)way,
				     digests[i].is_gzip);
		tt_free(&b.p);
	}
}

/* What has ended can be gone back in, past what was peeked. */
static void test_seek(void **state)
{
	struct tt_walk walk_state = { .file_size = 6 };
	struct tt_input *in = tt_input_bytes(&walk_state, TT_S("abcdef"));
	uint8_t buf[8];

	(void)state;
	assert_int_equal(tt_input_peek(in).n, 6);
	assert_int_equal(tt_input_read(in, buf, 2), 2);
	assert_int_equal(tt_input_seek(in, 1, SEEK_CUR), 3);
	assert_int_equal(tt_input_read(in, buf, 8), 3);
	assert_memory_equal(buf, "def", 3);
	assert_int_equal(tt_input_read(in, buf, 8), 0);
	assert_int_equal(tt_input_seek(in, -2, SEEK_END), 4);
	assert_int_equal(tt_input_read(in, buf, 8), 2);
	assert_memory_equal(buf, "ef", 2);
	assert_int_equal(tt_input_seek(in, -1, SEEK_SET), -1);
	tt_input_close(&in);
	assert_null(in);
}

/* ---- limits ---- */

static int64_t copy_below(struct tt_input *in, uint8_t *buf, size_t n)
{
	return tt_input_read(in->below, buf, n);
}

/* Nobody decompresses 64 GiB for a test: the walk is told that it has, but for
 * three bytes.  Three more are all it may give; with a fourth it is over. */
static void test_output(void **state)
{
	static const struct tt_input_ops made = { .read = copy_below,
						  .is_made = true };

	(void)state;
	for (size_t n = 3; n <= 4; n++) {
		struct tt_arena arena = { 0 };
		struct tt_diags diags;
		struct tt_walk walk = {
			.diags = &diags,
			.file_bytes = 6,
			.file_size = UINT64_MAX,
			.made = { 0, TT_MAX_output - 3 },
		};
		uint8_t buf[8];

		tt_diags_init(&diags, &arena);
		struct tt_input *in = tt_input_new(
			&made, &walk,
			tt_input_bytes(&walk, tt_slice_sub(TT_S("abcd"), 0, n)),
			sizeof(struct tt_input));

		assert_int_equal(tt_input_read(in, buf, sizeof(buf)), n);
		assert_int_equal(tt_input_read(in, buf, sizeof(buf)),
				 n == 3 ? 0 : -1);
		assert_int_equal(walk.is_over, n == 4);
		assert_int_equal(diags.list.n, n == 4);
		if (n == 4) {
			assert_int_equal(diags.list.v[0].code,
					 TT_DIAG_limit_output);
			assert_non_null(strstr(diags.list.v[0].text,
					       "limit output:"));
		}
		tt_input_close(&in);
		tt_arena_release(&arena);
	}
}

/* `n` MiB of zeros, as gzip of gzip: far more than 2,000 to 1. */
static struct bytes make_bomb(size_t n_mib)
{
	const size_t n = n_mib << 20;
	struct bytes b = { tt_zalloc(n), n };

	gzip(&b);
	gzip(&b);
	return b;
}

/* The bomb as a member, and a mail behind it. */
static void pack_bomb(struct bytes *b)
{
	struct bytes mail = make_mail();
	struct writer w;

	writer_open(&w, ARCHIVE_FORMAT_TAR_USTAR, ARCHIVE_FILTER_NONE, NULL);
	writer_add(&w, "bomb", AE_IFREG, NULL, b);
	writer_add(&w, "mail", AE_IFREG, NULL, &mail);
	replace(b, writer_close(&w));
	tt_free(&mail.p);
}

static uint64_t read_all(struct tt_stream *s, int64_t *end_r)
{
	uint8_t *buf = tt_malloc(1 << 20);
	uint64_t n = 0;

	while ((*end_r = tt_stream_read(s, buf, 1 << 20)) > 0)
		n += (uint64_t)*end_r;
	tt_free(&buf);
	return n;
}

static void test_bomb(void **state)
{
	struct bytes b = make_bomb(128);
	struct tt_arena arena = { 0 };
	struct tt_diags diags;
	struct tt_source *source;
	struct tt_stream *stream;
	char path[40];
	int64_t end;

	(void)state;
	pack_bomb(&b);
	const int fd = file_of(&b);

	path_of(fd, path);
	tt_diags_init(&diags, &arena);
	assert_int_equal(tt_source_open(&source, path, &diags, NULL), TT_OK);
	assert_int_equal(tt_source_next(source, &stream), 1);
	const uint64_t n = read_all(stream, &end);

	assert_int_equal(end, -1);
	assert_true(n >= TT_MAX_ratio_after && n < (uint64_t)80 << 20);
	assert_int_equal(diags.list.n, 1);
	assert_int_equal(diags.list.v[0].code, TT_DIAG_limit_ratio);
	/* Only the bomb is abandoned. */
	assert_int_equal(tt_source_next(source, &stream), 1);
	assert_int_equal(read_all(stream, &end), MAIL_LEN);
	assert_int_equal(end, 0);
	assert_int_equal(tt_source_next(source, &stream), 0);
	tt_source_close(&source);
	tt_arena_release(&arena);
	close(fd);
	tt_free(&b.p);
}

/* zip in gzip has to be held, and is too long for that. */
static void test_nested_limit(void **state)
{
	const size_t n = (size_t)TT_MAX_nested_member + 1;
	struct bytes b = { tt_zalloc(n), n };
	struct tt_out streams, codes;
	char path[40];

	(void)state;
	memcpy(b.p, "PK\3\4", 4);
	gzip(&b);
	const int fd = file_of(&b);

	path_of(fd, path);
	assert_int_equal(walk(path, 16, &streams, &codes), 0);
	assert_true(is_text(&streams, ""));
	assert_true(is_text(&codes, "limit-nested-member "));
	tt_out_release(&streams);
	tt_out_release(&codes);
	close(fd);
	tt_free(&b.p);
}

/* ---- layers by their first bytes ---- */

static const struct {
	const char *name, *bytes;
	size_t n;
	const char *layer; /* NULL: plain */
} layer_rows[] = {
	{ "text", "Received: from a\n", 17, NULL },
	{ "short json", "{\"a\":1}\n", 8, NULL },
	{ "csv", "a;b;c\n", 6, NULL },
	{ "mtree", "#mtree\n./a type=file\n", 21, NULL },
	{ "warc", "WARC/1.0\r\n", 10, NULL },
	{ "zeros", "\0\0\0\0\0\0\0\0", 8, NULL },
	{ "BZh as text", "BZh9 is a name", 14, NULL },
	{ "PK as text", "PK is a name", 12, NULL },
	{ "cpio's number as text", "070701 is a number", 18, NULL },
	{ "gzip", "\x1f\x8b\x08\0", 4, "gzip" },
	{ "gzip with reserved flags", "\x1f\x8b\x08\xe0", 4, NULL },
	{ "outlook message", "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 8,
	  "outlook" },
	{ "outlook folders", "!BDN....", 8, "outlook" },
	{ "empty zip", "PK\5\6\0\0", 6, "zip" },
	{ "zstd, skippable", "\x50\x2a\x4d\x18", 4, "zstd" },
	{ "nothing", "", 0, NULL },
};

static void test_layers(void **state)
{
	(void)state;
	for (size_t i = 0; i < N(layer_rows); i++) {
		const struct tt_slice s = {
			(const uint8_t *)layer_rows[i].bytes, layer_rows[i].n
		};
		const struct tt_layer *layer = tt_layer_choose(s);
		const char *want = layer_rows[i].layer;
		size_t n_bids = 0;

		for (size_t k = 0; k < tt_n_layers; k++)
			n_bids += tt_layers[k].bid(s) > 0;
		if ((layer && !want) || (want && !layer) ||
		    (want && strcmp(layer->name, want) != 0) ||
		    n_bids != (want != NULL))
			fail_msg("%s: %s, %zu bids", layer_rows[i].name,
				 layer ? layer->name : "plain", n_bids);
	}
}

static void test_outlook(void **state)
{
	static const struct row want = { "outlook", "", "", "outlook-item ",
					 0 };
	struct bytes b = make("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 8);
	char path[40];

	(void)state;
	gzip(&b);
	const int fd = file_of(&b);

	path_of(fd, path);
	check_walk(&want, path, 16);
	close(fd);
	tt_free(&b.p);
}

/* Names are bytes, whatever the locale, and stand before a diag's text. */
static void test_names(void **state)
{
	static const char name[] = "n\xc3\xa4me";
	struct bytes b = make("x", 1);
	struct tt_arena arena = { 0 };
	struct tt_diags diags;
	struct tt_source *source;
	struct tt_stream *stream;
	char path[40];

	(void)state;
	pack(&b, ARCHIVE_FORMAT_TAR_USTAR, ARCHIVE_FILTER_NONE, name);
	const int fd = file_of(&b);

	path_of(fd, path);
	tt_diags_init(&diags, &arena);
	assert_int_equal(tt_source_open(&source, path, &diags, NULL), TT_OK);
	assert_int_equal(tt_source_next(source, &stream), 1);
	const struct tt_origin *origin = tt_stream_origin(stream);

	assert_true(tt_slice_eq(origin->path, tt_slice_str(path)));
	assert_int_equal(origin->n_member, 1);
	assert_true(tt_slice_eq(origin->member[0], tt_slice_str(name)));
	tt_stream_diag(stream, TT_DIAG_not_mail, 0, "text %d", 1);
	assert_string_equal(diags.list.v[0].text, "n\xc3\xa4me: text 1");
	tt_source_close(&source);
	tt_arena_release(&arena);
	close(fd);
	tt_free(&b.p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_walk),
		cmocka_unit_test(test_take),
		cmocka_unit_test(test_unread),
		cmocka_unit_test(test_pipe),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_open_error),
		cmocka_unit_test(test_opened),
		cmocka_unit_test(test_changed),
		cmocka_unit_test(test_digest),
		cmocka_unit_test(test_seek),
		cmocka_unit_test(test_output),
		cmocka_unit_test(test_bomb),
		cmocka_unit_test(test_nested_limit),
		cmocka_unit_test(test_layers),
		cmocka_unit_test(test_outlook),
		cmocka_unit_test(test_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
