/* test_inflate - ISA-L and zlib, with and without a thread of their own, give
 * the same bytes and the same diags
 *
 * Sound streams, streams cut at every place, streams with a bit turned
 * anywhere, and the headers of the open corpus.  Those of ISA-L are skipped
 * where it is not built in. */
#define _GNU_SOURCE /* memfd_create */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>
#include <zlib.h>

#include "corpus.h"
#include "source/inflate.h"
#include "source/layer.h"

#define N(a) (sizeof(a) / sizeof((a)[0]))
#define TEXT_LEN 60000
#define LONG_LEN 900000 /* several reads of TT_MAX_window */

/* What one engine made of a file. */
struct answer {
	struct tt_out bytes, diags;
	int64_t end;
};

struct way {
	const struct tt_inflate_ops *engine;
	bool is_ahead;
};

static uint32_t next_random(uint32_t *state)
{
	*state = *state * 1664525u + 1013904223u;
	return *state >> 8;
}

/* Words of a small vocabulary: matches at many distances. */
static void add_text(struct tt_out *o, size_t n)
{
	uint32_t state = 7;

	while (o->n < n) {
		tt_out_printf(o, "%x ", next_random(&state) % 900);
		if (next_random(&state) % 9 == 0)
			tt_out_str(o, "\r\n");
	}
}

static void add_gzip(struct tt_out *o, struct tt_slice s, int level,
		     int strategy)
{
	z_stream z = { .next_in = (z_const Bytef *)s.p,
		       .avail_in = (uInt)s.n };
	uint8_t block[4096];
	int r;

	assert_int_equal(deflateInit2(&z, level, Z_DEFLATED, 15 + 16, 8,
				      strategy), Z_OK);
	do {
		z.next_out = block;
		z.avail_out = sizeof(block);
		r = deflate(&z, Z_FINISH);
		tt_out_bytes(o, (struct tt_slice){
					block, sizeof(block) - z.avail_out });
	} while (r == Z_OK);
	assert_int_equal(r, Z_STREAM_END);
	deflateEnd(&z);
}

static void read_by(struct way way, const char *path, size_t step,
		    struct answer *a)
{
	struct tt_arena arena = { 0 };
	struct tt_diags diags;
	struct tt_walk walk = { .diags = &diags, .file_size = UINT64_MAX };
	uint8_t *buf = tt_malloc(step);

	tt_diags_init(&diags, &arena);
	tt_out_init(&a->bytes, -1);
	tt_out_init(&a->diags, -1);
	walk.origin.path = tt_slice_str(path);
	struct tt_input *in = tt_input_file(&walk, path, NULL);

	assert_non_null(in);
	in = tt_gzip_unwrap_by(way.engine, in);
	if (way.is_ahead)
		in = tt_input_ahead(in);
	while ((a->end = tt_input_read(in, buf, step)) > 0)
		tt_out_bytes(&a->bytes,
			     (struct tt_slice){ buf, (size_t)a->end });
	for (size_t i = 0; i < diags.list.n; i++)
		tt_out_printf(&a->diags, "%s @%llu; ", diags.list.v[i].text,
			      (unsigned long long)diags.list.v[i].off);
	assert_true(in->is_failed == (a->end < 0));
	assert_true(walk.made[1] == a->bytes.n);
	tt_input_close(&in);
	tt_arena_release(&arena);
	tt_free(&buf);
}

static bool is_same(const struct tt_out *a, const struct tt_out *b)
{
	return tt_slice_eq((struct tt_slice){ a->buf, a->n },
			   (struct tt_slice){ b->buf, b->n });
}

static void free_answer(struct answer *a)
{
	tt_out_release(&a->bytes);
	tt_out_release(&a->diags);
}

static int file_of(struct tt_slice s, char path[40])
{
	const int fd = memfd_create("input", MFD_CLOEXEC);

	assert_true(fd >= 0);
	for (size_t i = 0; i < s.n;) {
		const ssize_t n = write(fd, s.p + i, s.n - i);

		assert_true(n > 0);
		i += (size_t)n;
	}
	snprintf(path, 40, "/proc/self/fd/%d", fd);
	return fd;
}

/* What zlib and the other way make of s. */
static void read_both(struct tt_slice s, size_t step, struct way way,
		      struct answer *a, struct answer *b)
{
	const struct way plain = { &tt_inflate_zlib, false };
	char path[40];
	const int fd = file_of(s, path);

	read_by(plain, path, step, a);
	read_by(way, path, step, b);
	close(fd);
}

/* `sound`: the undamaged stream's bytes, or NULL.  ISA-L does not mind codes
 * that are never used: where its checksum was right all the same, it may have
 * read what zlib refuses. */
static void compare(const char *name, size_t at, struct tt_slice s,
		    size_t step, struct way way, const struct answer *sound)
{
	struct answer a, b;

	read_both(s, step, way, &a, &b);
	const bool is_right = sound && b.end == 0 &&
			      is_same(&b.bytes, &sound->bytes) &&
			      is_same(&b.diags, &sound->diags);

	if (!is_right && (!is_same(&a.bytes, &b.bytes) ||
			  !is_same(&a.diags, &b.diags) || a.end != b.end))
		fail_msg("%s, %zu: %zu bytes %.*s; %zu bytes %.*s", name, at,
			 a.bytes.n, (int)a.diags.n, (const char *)a.diags.buf,
			 b.bytes.n, (int)b.diags.n, (const char *)b.diags.buf);
	free_answer(&a);
	free_answer(&b);
}

/* ---- streams ---- */

static void make_plain(struct tt_out *o, struct tt_slice text)
{
	add_gzip(o, text, 6, Z_DEFAULT_STRATEGY);
}

static void make_fixed(struct tt_out *o, struct tt_slice text)
{
	add_gzip(o, text, 6, Z_FIXED);
}

static void make_stored(struct tt_out *o, struct tt_slice text)
{
	add_gzip(o, text, 0, Z_DEFAULT_STRATEGY);
}

static void make_literals(struct tt_out *o, struct tt_slice text)
{
	add_gzip(o, text, 6, Z_HUFFMAN_ONLY);
}

static void make_empty(struct tt_out *o, struct tt_slice text)
{
	make_plain(o, tt_slice_sub(text, 0, 0));
}

static void make_members(struct tt_out *o, struct tt_slice text)
{
	make_plain(o, text);
	tt_out_pad(o, '\0', 700);
	make_fixed(o, text);
	make_empty(o, text);
	make_stored(o, text);
}

static void make_trailing(struct tt_out *o, struct tt_slice text)
{
	make_plain(o, text);
	tt_out_str(o, "more behind");
}

static const struct {
	const char *name;
	void (*make)(struct tt_out *o, struct tt_slice text);
} rows[] = {
	{ "plain", make_plain },	{ "fixed codes", make_fixed },
	{ "stored", make_stored },	{ "literals", make_literals },
	{ "empty", make_empty },	{ "members", make_members },
	{ "trailing bytes", make_trailing },
};

static void make_row(size_t i, struct tt_out *o, size_t n)
{
	struct tt_out text;

	tt_out_init(&text, -1);
	tt_out_init(o, -1);
	add_text(&text, n);
	rows[i].make(o, (struct tt_slice){ text.buf, text.n });
	tt_out_release(&text);
}

static void check_sound(struct way way)
{
	static const size_t steps[] = { 61, 4096, 262144, 1 << 20 };

	for (size_t i = 0; i < N(rows); i++) {
		struct tt_out o;

		make_row(i, &o, LONG_LEN);
		for (size_t k = 0; k < N(steps); k++)
			compare(rows[i].name, steps[k],
				(struct tt_slice){ o.buf, o.n }, steps[k], way,
				NULL);
		tt_out_release(&o);
	}
}

static void check_cut(struct way way)
{
	for (size_t i = 0; i < N(rows); i++) {
		struct tt_out o;

		make_row(i, &o, TEXT_LEN);
		for (size_t n = 0; n < o.n;
		     n += n < 40 || o.n - n < 40 ? 1 : 97)
			compare(rows[i].name, n,
				(struct tt_slice){ o.buf, n }, 65536, way,
				NULL);
		tt_out_release(&o);
	}
}

/* A bit of row i is turned, here and there. */
static void check_turned(size_t i, struct way way, uint32_t *random)
{
	struct answer sound, other;
	struct tt_out o;

	make_row(i, &o, TEXT_LEN);
	const struct tt_slice s = { o.buf, o.n };

	read_both(s, 65536, way, &sound, &other);
	for (size_t k = 0; k < 300; k++) {
		const size_t at = (k < 40 ? k : next_random(random)) % o.n;
		const uint8_t was = o.buf[at];

		o.buf[at] ^= (uint8_t)(1u << next_random(random) % 8);
		compare(rows[i].name, at, s, 65536, way, &sound);
		o.buf[at] = was;
	}
	free_answer(&sound);
	free_answer(&other);
	tt_out_release(&o);
}

static void check(struct way way)
{
	uint32_t random = 1;

	check_sound(way);
	check_cut(way);
	for (size_t i = 0; i < N(rows); i++)
		check_turned(i, way, &random);
}

static void test_isal(void **state)
{
	const struct way way = { tt_inflate_isal, false };

	(void)state;
	if (!tt_inflate_isal)
		skip();
	check(way);
}

static void test_ahead(void **state)
{
	const struct way way = { &tt_inflate_zlib, true };

	(void)state;
	check(way);
}

/* Left with the thread in the middle of its work, at the first byte or later:
 * it ends, and of what was not taken only the change of the file is told. */
static void test_left(void **state)
{
	static const size_t takes[] = { 0, 1, 262144, 300000, 900000 };

	(void)state;
	for (size_t i = 0; i < N(takes); i++) {
		struct tt_arena arena = { 0 };
		struct tt_diags diags;
		struct tt_walk walk = { .diags = &diags };
		uint8_t *buf = tt_malloc(LONG_LEN);
		struct tt_out o;
		char path[40];
		size_t n = 0;

		make_row(6, &o, LONG_LEN * 3);
		const int fd = file_of((struct tt_slice){ o.buf, o.n - 1 },
				       path);

		tt_diags_init(&diags, &arena);
		struct tt_input *in = tt_input_ahead(tt_gzip_unwrap_by(
			&tt_inflate_zlib, tt_input_file(&walk, path, NULL)));

		while (n < takes[i]) {
			const int64_t got =
				tt_input_read(in, buf, takes[i] - n);

			assert_true(got > 0);
			n += (size_t)got;
		}
		assert_int_equal(ftruncate(fd, 1), 0);
		tt_input_close(&in);
		assert_int_equal(diags.list.n, 1);
		assert_int_equal(diags.list.v[0].code, TT_DIAG_changed);
		close(fd);
		tt_out_release(&o);
		tt_arena_release(&arena);
		tt_free(&buf);
	}
}

static void add_header(void *ctx, const struct tt_record *rec)
{
	tt_out_bytes(ctx, rec->header);
}

static void test_corpus(void **state)
{
	const struct way way = { tt_inflate_isal, true };
	struct tt_out text, o;

	(void)state;
	if (!tt_inflate_isal)
		skip();
	tt_out_init(&text, -1);
	tt_out_init(&o, -1);
	see_corpus(add_header, &text);
	make_plain(&o, (struct tt_slice){ text.buf, text.n });
	compare("corpus", 0, (struct tt_slice){ o.buf, o.n }, 262144, way,
		NULL);
	tt_out_release(&text);
	tt_out_release(&o);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_isal),
		cmocka_unit_test(test_ahead),
		cmocka_unit_test(test_left),
		cmocka_unit_test(test_corpus),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
