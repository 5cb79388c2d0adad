/* fuzz_mbox - bytes through the record floor
 *
 * The first byte chooses format and hashing, the second the size of a read;
 * the rest is the stream.  Aborts where a byte is not accounted for, where
 * messages overlap, or where the size of a read changes the outcome. */
#include <stdlib.h>
#include <string.h>

#include <tlstrail/record.h>

#include "record/reader.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct outcome {
	enum tt_status opened;
	uint64_t n_messages;
	struct tt_account account;
	uint8_t sum[TT_SHA256_LEN]; /* of all that is told of messages */
};

static void must(int is_so)
{
	if (!is_so)
		abort();
}

static void add_record(struct tt_sha256 *h, const struct tt_record *rec)
{
	const uint64_t numbers[] = { rec->off, rec->length,
				     rec->header_length, rec->header.n,
				     rec->body_head.n };

	tt_sha256_add(h, (struct tt_slice){ (const uint8_t *)numbers,
					    sizeof(numbers) });
	tt_sha256_add(h, rec->header);
	tt_sha256_add(h, rec->body_head);
	tt_sha256_add(h, (struct tt_slice){ rec->sha256, TT_SHA256_LEN });
	tt_sha256_add(h, (struct tt_slice){ rec->content_sha256,
					    TT_SHA256_LEN });
}

static void check_record(const struct tt_record *rec, struct tt_slice bytes,
			 uint64_t *at)
{
	must(rec->off >= *at && rec->length <= bytes.n - rec->off);
	must(rec->header_length <= rec->length);
	must(rec->header.n <= rec->header_length);
	must(rec->header.n == 0 || memcmp(rec->header.p, bytes.p + rec->off,
					  rec->header.n) == 0);
	*at = rec->off + rec->length;
}

static void run(struct outcome *o, struct tt_slice bytes,
		const struct tt_reader_options *options, size_t chunk)
{
	struct tt_arena arena = { 0 };
	struct tt_diags diags;
	struct tt_reader *r;
	struct tt_record rec;
	struct tt_sha256 *h = tt_sha256_new();
	uint64_t at = 0;

	memset(o, 0, sizeof(*o));
	tt_sha256_begin(h);
	tt_diags_init(&diags, &arena);
	struct tt_stream *stream = tt_stream_from_bytes(bytes, &diags);

	o->opened = tt_reader_open_chunk(&r, stream, options, chunk, NULL);
	if (o->opened == TT_OK) {
		while (tt_record_next(r, &rec) > 0) {
			check_record(&rec, bytes, &at);
			add_record(h, &rec);
			o->n_messages++;
		}
		o->account = tt_reader_account(r);
		must(o->account.bytes_in == bytes.n);
		must(o->account.bytes_in == o->account.bytes_records +
						    o->account.bytes_frame +
						    o->account.bytes_diags);
		tt_reader_close(&r);
	} else {
		must(diags.list.n > 0);
	}
	tt_sha256_end(h, o->sum);
	tt_sha256_free(&h);
	tt_stream_free(&stream);
	tt_arena_release(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	if (size < 2)
		return 0;
	const struct tt_slice bytes = { data + 2, size - 2 };
	struct tt_reader_options options = {
		.as = (enum tt_format)(data[0] % 4),
		.want_hash = (data[0] & 4) != 0,
	};
	struct outcome whole, parts;

	run(&whole, bytes, &options, (size_t)TT_MAX_window);
	/* A small read shows the bidders less: keep what they chose. */
	if (options.as == TT_FORMAT_AUTO)
		return 0;
	run(&parts, bytes, &options, 1 + data[1]);
	must(memcmp(&whole, &parts, sizeof(whole)) == 0);
	return 0;
}
