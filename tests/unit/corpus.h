/* corpus.h - every message of the open corpus, for tests that compare
 *
 * It lies beside the checkout (or where TT_SHARED says) and is not part of
 * the project: where it is absent the test counts as skipped. */
#ifndef TLSTRAIL_TEST_CORPUS_H
#define TLSTRAIL_TEST_CORPUS_H

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
#include <tlstrail/record.h>

typedef void (*see_record)(void *ctx, const struct tt_record *rec);

static inline void see_stream(struct tt_stream *stream, see_record see,
			      void *ctx)
{
	const struct tt_reader_options options = { .as = TT_FORMAT_AUTO };
	struct tt_reader *reader;
	struct tt_record rec;
	struct tt_err err = { 0 };

	if (tt_reader_open(&reader, stream, &options, &err) < 0)
		return;
	while (tt_record_next(reader, &rec) > 0)
		see(ctx, &rec);
	tt_reader_close(&reader);
}

/* Skips the test where there is no corpus. */
static inline void see_corpus(see_record see, void *ctx)
{
	const char *shared = getenv("TT_SHARED");
	struct tt_arena arena = { 0 };
	struct tt_source *source;
	struct tt_stream *stream;
	struct tt_diags diags;
	struct tt_err err = { 0 };
	char path[512];

	snprintf(path, sizeof(path), "%s/corpus/open.tar.zst",
		 shared ? shared : "../shared");
	if (access(path, R_OK) < 0)
		skip();
	tt_diags_init(&diags, &arena);
	assert_int_equal(tt_source_open(&source, path, &diags, &err), TT_OK);
	while (tt_source_next(source, &stream) > 0)
		see_stream(stream, see, ctx);
	tt_source_close(&source);
	tt_arena_release(&arena);
}

#endif
