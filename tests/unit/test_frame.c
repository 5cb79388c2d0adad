/* test_frame.c - frames go through whole, and nothing else does */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include <tlstrail/run/frame.h>

#define N(array) (sizeof(array) / sizeof *(array))

/* Frames of 3 types: "TYPE:bytes", '!' where refused, '~' where torn. */
static void read_all(struct tt_slice bytes, size_t step, struct tt_out *said)
{
	struct tt_frame_reader r;
	struct tt_frame f;
	size_t room;
	int more = 0;

	tt_frame_reader_init(&r, 3);
	for (size_t at = 0; at < bytes.n; at += step) {
		const struct tt_slice part = tt_slice_sub(bytes, at, step);

		memcpy(tt_frame_reader_room(&r, &room), part.p, part.n);
		assert_true(room >= part.n);
		tt_frame_reader_add(&r, part.n);
		while ((more = tt_frame_next(&r, &f)) > 0)
			tt_out_printf(said, "%u:%.*s ", f.type,
				      (int)f.bytes.n,
				      (const char *)f.bytes.p);
	}
	if (more < 0)
		tt_out_str(said, "!");
	if (tt_frame_is_torn(&r))
		tt_out_str(said, "~");
	tt_frame_reader_release(&r);
}

/* Bytes as a little-endian machine has them. */
static const struct row {
	const char *name;
	struct tt_slice bytes;
	const char *said;
} rows[] = {
	{ "none", { NULL, 0 }, "" },
	{ "an empty one", { (const uint8_t *)"\2\0\0\0\0\0\0\0", 8 }, "2: " },
	{ "two",
	  { (const uint8_t *)"\0\0\0\0\1\0\0\0a\1\0\0\0\2\0\0\0bc", 19 },
	  "0:a 1:bc " },
	{ "torn in the head", { (const uint8_t *)"\0\0\0\0\1\0", 6 }, "~" },
	{ "torn in the bytes",
	  { (const uint8_t *)"\0\0\0\0\1\0\0\0a\0\0\0\0\2\0\0\0a", 18 },
	  "0:a ~" },
	{ "an unknown type",
	  { (const uint8_t *)"\0\0\0\0\1\0\0\0a\3\0\0\0\0\0\0\0"
			     "\0\0\0\0\1\0\0\0a", 26 },
	  "0:a !" },
	{ "too long by one",
	  { (const uint8_t *)"\0\0\0\0\1\0\0\1", 8 }, "!" },
	{ "as long as can be written",
	  { (const uint8_t *)"\0\0\0\0\xff\xff\xff\xff", 8 }, "!" },
};

static void test_rows(void **state)
{
	static const size_t steps[] = { 1, 3, 64 };
	struct tt_out said;

	(void)state;
	for (size_t i = 0; i < N(rows) * N(steps); i++) {
		const struct row *const row = &rows[i / N(steps)];

		tt_out_init(&said, -1);
		read_all(row->bytes, steps[i % N(steps)], &said);
		tt_out_bytes(&said, (struct tt_slice){ (uint8_t *)"", 1 });
		if (strcmp((char *)said.buf, row->said) != 0)
			fail_msg("%s: %s, not %s", row->name, said.buf,
				 row->said);
		tt_out_release(&said);
	}
}

/* The longest frame goes, one byte more does not, and takes nothing along. */
static void test_limit(void **state)
{
	struct tt_frame_reader r;
	struct tt_frame f;
	struct tt_out out;
	size_t room, at;

	(void)state;
	tt_out_init(&out, -1);
	at = tt_frame_begin(&out, 1);
	tt_out_pad(&out, 'x', TT_MAX_frame + 1);
	assert_false(tt_frame_end(&out, at));
	assert_int_equal(out.n, 0);
	at = tt_frame_begin(&out, 1);
	tt_out_pad(&out, 'x', TT_MAX_frame);
	assert_true(tt_frame_end(&out, at));
	tt_frame_reader_init(&r, 2);
	for (at = 0; at < out.n;) {
		uint8_t *const to = tt_frame_reader_room(&r, &room);
		const struct tt_slice part = tt_slice_sub(
			(struct tt_slice){ out.buf, out.n }, at, room);

		assert_int_equal(tt_frame_next(&r, &f), 0);
		memcpy(to, part.p, part.n);
		tt_frame_reader_add(&r, part.n);
		at += part.n;
	}
	assert_int_equal(tt_frame_next(&r, &f), 1);
	assert_int_equal(f.bytes.n, TT_MAX_frame);
	assert_true(r.cap <= TT_MAX_frame + 2 * 65536 + TT_FRAME_HEAD);
	tt_frame_reader_release(&r);
	tt_out_release(&out);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_limit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
