/* test_header_gmime - GMime's header list as the slicer's second opinion
 *
 * Over every message of the open corpus: the same fields in the same order
 * with the same bytes.  Blocks with a NUL are left out: GMime
 * cuts values there (reliability.md, P2), and so are those over 1 MiB. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <gmime/gmime.h>
#include <string.h>
#include <tlstrail/message.h>
#include "corpus.h"

struct tally {
	size_t n_messages, n_fields, n_skipped, n_bad;
};

static struct tt_slice gmime_value(GMimeHeader *h)
{
	const char *raw = g_mime_header_get_raw_value(h);

	return tt_slice_trim(tt_slice_str(raw ? raw : ""));
}

/* GMime keeps fields that describe the body with the part. */
struct his {
	GMimeHeaderList *list[2]; /* message, part */
	int at[2];
};

static const char *compare_field(struct his *his, const struct tt_field *f)
{
	const int k = tt_slice_istarts(f->name, TT_S("Content-"));

	if (!his->list[k] ||
	    his->at[k] >= g_mime_header_list_get_count(his->list[k]))
		return "GMime has fewer fields";
	GMimeHeader *h = g_mime_header_list_get_header_at(his->list[k],
							  his->at[k]++);
	const char *name = g_mime_header_get_name(h);

	if (!tt_slice_ieq(tt_slice_str(name), f->name))
		return name;
	/* A cut value is told; its beginning must agree. */
	const struct tt_slice value = gmime_value(h);
	const struct tt_slice ours = tt_slice_trim(f->value);

	return tt_slice_eq(f->is_cut ? tt_slice_sub(value, 0, ours.n) : value,
			   ours) ?
		       NULL :
		       name;
}

/* NULL, or what differs. */
static const char *compare_all(GMimeMessage *m, const struct tt_header *mine)
{
	GMimeObject *part = g_mime_message_get_mime_part(m);
	struct his his = {
		.list = { g_mime_object_get_header_list(GMIME_OBJECT(m)),
			  part ? g_mime_object_get_header_list(part) : NULL },
	};

	for (size_t i = 0; i < mine->fields.n; i++) {
		const char *why = compare_field(&his, &mine->fields.v[i]);

		if (why)
			return why;
	}
	return his.at[0] == g_mime_header_list_get_count(his.list[0]) ?
		       NULL :
		       "GMime has more fields";
}

static GMimeMessage *parse(struct tt_slice block)
{
	GMimeStream *mem = g_mime_stream_mem_new_with_buffer(
		(const char *)block.p, block.n);

	g_mime_stream_seek(mem, 0, GMIME_STREAM_SEEK_END);
	g_mime_stream_write(mem, "\n\n", 2);
	g_mime_stream_reset(mem);
	GMimeParser *parser = g_mime_parser_new_with_stream(mem);
	GMimeMessage *m = g_mime_parser_construct_message(parser, NULL);

	g_object_unref(parser);
	g_object_unref(mem);
	return m;
}

static void compare(void *ctx, const struct tt_record *rec)
{
	struct tally *t = ctx;
	struct tt_arena arena = { 0 };
	struct tt_diags diags;
	struct tt_header mine;
	const char *why;

	t->n_messages++;
	if (!rec->header.n || tt_slice_chr(rec->header, 0) != SIZE_MAX ||
	    rec->header.n < rec->header_length) {
		t->n_skipped++;
		return;
	}
	tt_diags_init(&diags, &arena);
	tt_header_slice(&mine, rec->header, &arena, &diags);
	t->n_fields += mine.fields.n;
	GMimeMessage *his = parse(rec->header);

	why = his ? compare_all(his, &mine) : "GMime reads no message";
	if (why) {
		t->n_bad++;
		print_error("%.*s: %s\n", (int)rec->origin->member[0].n,
			    (const char *)rec->origin->member[0].p, why);
	}
	if (his)
		g_object_unref(his);
	tt_arena_release(&arena);
}

static void test_corpus(void **state)
{
	struct tally t = { 0 };

	(void)state;
	g_mime_init();
	see_corpus(compare, &t);
	print_message("%zu messages, %zu fields, %zu left out, %zu differ\n",
		      t.n_messages, t.n_fields, t.n_skipped, t.n_bad);
	assert_true(t.n_messages > 4000);
	assert_true(t.n_fields > 200000);
	assert_int_equal(t.n_bad, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_corpus),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
