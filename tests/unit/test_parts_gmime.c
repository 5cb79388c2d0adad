/* test_parts_gmime - GMime's tree as the walk's second opinion
 *
 * Over messages of testdata: the messages inside, in the same order, with the
 * same Message-ID, and a body of one part in the same place.  Left out are
 * shapes that GMime takes for files: text/rfc822-headers, an attached .eml,
 * and what is encoded. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <gmime/gmime.h>
#include <stdio.h>
#include <string.h>
#include <tlstrail/message.h>

#define MAX_BYTES 65536
#define NO_BODY (-1) /* of one part */

static const char *const files[] = {
	"testdata/golden/forward.eml",	  "testdata/golden/arf.eml",
	"testdata/golden/journal.eml",	  "testdata/golden/digest.eml",
	"testdata/golden/dsn-postfix.eml",
};

struct opinion {
	size_t n;
	struct {
		char id[128];
		long long body;
	} message[16];
};

static void take(struct opinion *o, struct tt_slice id, long long body)
{
	assert_true(o->n < sizeof(o->message) / sizeof(o->message[0]));
	assert_true(id.n < sizeof(o->message[0].id));
	memcpy(o->message[o->n].id, id.p, id.n);
	o->message[o->n++].body = body;
}

/* ---- GMime's ---- */

static long long body_of(GMimeObject *part)
{
	if (!GMIME_IS_PART(part))
		return NO_BODY;
	GMimeDataWrapper *content = g_mime_part_get_content(GMIME_PART(part));

	return g_mime_data_wrapper_get_stream(content)->bound_start;
}

static void see(GMimeObject *part, struct opinion *o)
{
	if (GMIME_IS_MULTIPART(part)) {
		GMimeMultipart *m = GMIME_MULTIPART(part);

		for (int i = 0; i < g_mime_multipart_get_count(m); i++)
			see(g_mime_multipart_get_part(m, i), o);
	} else if (GMIME_IS_MESSAGE_PART(part)) {
		GMimeMessage *m = g_mime_message_part_get_message(
			GMIME_MESSAGE_PART(part));
		GMimeObject *inner = g_mime_message_get_mime_part(m);

		take(o, tt_slice_str(g_mime_message_get_message_id(m)),
		     body_of(inner));
		see(inner, o);
	}
}

static struct opinion his(struct tt_slice all)
{
	GMimeStream *mem = g_mime_stream_mem_new_with_buffer(
		(const char *)all.p, all.n);
	GMimeParser *parser = g_mime_parser_new_with_stream(mem);
	GMimeMessage *m = g_mime_parser_construct_message(parser, NULL);
	struct opinion o = { 0 };

	assert_non_null(m);
	see(g_mime_message_get_mime_part(m), &o);
	g_object_unref(m);
	g_object_unref(parser);
	g_object_unref(mem);
	return o;
}

/* ---- ours ---- */

static size_t line_end(struct tt_slice all, uint64_t at)
{
	return all.p[at] == '\r' ? 2 : 1;
}

/* The files hold no NUL, and one stands behind them. */
static const char *find(struct tt_slice all, uint64_t at, const char *text)
{
	return strstr((const char *)all.p + at, text);
}

static struct tt_slice id_of(struct tt_slice all, uint64_t at)
{
	static const char name[] = "\nMessage-ID: <";
	const char *p = find(all, at, name);

	assert_non_null(p);
	p += sizeof(name) - 1;
	return (struct tt_slice){ (const uint8_t *)p, strcspn(p, ">") };
}

static void walk(struct tt_parts *parts, struct tt_slice all,
		 struct tt_arena *arena)
{
	const bool is_crlf = find(all, 0, "\r\n") != NULL;
	const char *end = find(all, 0, is_crlf ? "\r\n\r\n" : "\n\n");

	assert_non_null(end);
	const char *p = end + (is_crlf ? 4 : 2);
	const size_t body = (size_t)((const uint8_t *)p - all.p);
	const struct tt_parts_options options = { .body_off = body,
						  .arena = arena };

	assert_true(tt_parts_begin(parts, tt_slice_sub(all, 0, body),
				   &options));
	tt_parts_add(parts, tt_slice_sub(all, body, all.n));
}

/* Where GMime has no body of one part there is nothing to compare. */
static void compare(const char *file, struct tt_slice all)
{
	const struct opinion o = his(all);
	struct tt_arena arena = { 0 };
	struct tt_parts *parts = tt_parts_new();

	walk(parts, all, &arena);
	const struct tt_parts_found *f = tt_parts_end(parts);

	print_message("%s: %zu\n", file, o.n);
	assert_true(o.n > 0);
	assert_int_equal(f->embedded.n, o.n);
	for (size_t i = 0; i < o.n; i++) {
		const struct tt_embedded *m = &f->embedded.v[i];
		const uint64_t end = m->off + m->header_length;

		assert_true(tt_slice_eq(tt_slice_str(o.message[i].id),
					id_of(all, m->off)));
		if (o.message[i].body != NO_BODY)
			assert_int_equal(end + line_end(all, end),
					 o.message[i].body);
	}
	tt_parts_free(&parts);
	tt_arena_release(&arena);
}

static void test_files(void **state)
{
	static uint8_t bytes[MAX_BYTES + 1];

	(void)state;
	g_mime_init();
	for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
		FILE *f = fopen(files[i], "rb");

		assert_non_null(f);
		const size_t n = fread(bytes, 1, MAX_BYTES, f);

		fclose(f);
		assert_true(n < MAX_BYTES);
		bytes[n] = '\0';
		compare(files[i], (struct tt_slice){ bytes, n });
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_files),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
