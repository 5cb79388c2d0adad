/* fuzz_log - bytes through the readers of logs
 *
 * The first byte chooses the format, the second the size of a read; the rest
 * is the stream.  Aborts where a byte is not accounted for, where what is
 * given does not stand in the stream, where a value's brackets do not pair, or
 * where the size of a read changes the outcome. */
#include <stdlib.h>
#include <string.h>

#include "record/json.h"
#include "record/lines.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct outcome {
	enum tt_status opened;
	enum tt_format format;
	uint64_t n_items, n_diags;
	struct tt_account account;
	uint8_t sum[TT_SHA256_LEN]; /* of all that is told of them */
};

static void must(int is_so)
{
	if (!is_so)
		abort();
}

static bool is_in(struct tt_slice part, struct tt_slice whole)
{
	return part.n == 0 || (part.p >= whole.p &&
			       part.p + part.n <= whole.p + whole.n);
}

static void check_raw(uint64_t off, struct tt_slice raw,
		      struct tt_slice bytes)
{
	must(off <= bytes.n && raw.n <= bytes.n - off);
	must(raw.n == 0 || memcmp(raw.p, bytes.p + off, raw.n) == 0);
}

static void add_line(struct tt_sha256 *h, const struct tt_log_line *l,
		     struct tt_slice bytes)
{
	const uint64_t numbers[] = { l->off, l->raw.n, l->length, l->time,
				     (uint64_t)l->time_us,
				     (uint64_t)l->precision_us,
				     l->has_offset, (uint64_t)l->offset_min,
				     l->is_tag_cut, l->is_torn,
				     l->is_after_gap, l->repeated,
				     l->host.n, l->tag.n, l->pid.n };
	const struct tt_slice parts[] = {
		{ (const uint8_t *)numbers, sizeof(numbers) },
		l->host, l->tag, l->pid, l->text
	};

	check_raw(l->off, l->raw, bytes);
	must(l->length >= l->raw.n);
	if (!l->pointer) {
		must(is_in(l->host, l->raw) && is_in(l->tag, l->raw));
		must(is_in(l->pid, l->raw));
	}
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
		tt_sha256_add(h, parts[i]);
}

/* What a reader of each byte by itself would say. */
static void check_brackets(struct tt_slice s)
{
	bool is_string = false;
	unsigned depth = 0;

	for (size_t i = 0; i < s.n; i++) {
		const uint8_t c = s.p[i];

		const uint8_t next = i + 1 < s.n ? s.p[i + 1] : 0;

		if (c == '\\')
			i += next == '\\' || next == '"';
		else if (c == '"')
			is_string = !is_string;
		else if (!is_string && (c == '{' || c == '['))
			depth++;
		else if (!is_string && (c == '}' || c == ']'))
			must(--depth > 0 || i + 1 == s.n);
	}
	must(depth == 0 && !is_string);
}

static void add_value(struct tt_sha256 *h, const struct tt_log_value *v,
		      struct tt_slice bytes, enum tt_format format)
{
	const uint64_t numbers[] = { v->off, v->raw.n, v->lead.n };
	const struct tt_slice n = { (const uint8_t *)numbers,
				    sizeof(numbers) };

	check_raw(v->off, v->raw, bytes);
	if (format == TT_FORMAT_JSON)
		check_brackets(v->raw);
	tt_sha256_add(h, n);
	tt_sha256_add(h, v->lead);
	tt_sha256_add(h, v->fields);
}

static void read_all(struct outcome *o, struct tt_reader *r,
		     struct tt_sha256 *h, struct tt_slice bytes)
{
	struct tt_log_line l;
	struct tt_log_value v;

	o->format = tt_reader_format(r);
	if (o->format < TT_FORMAT_LOG)
		return;
	for (; o->format == TT_FORMAT_LOG && tt_log_line_next(r, &l) > 0;
	     o->n_items++)
		add_line(h, &l, bytes);
	for (; o->format != TT_FORMAT_LOG && tt_log_value_next(r, &v) > 0;
	     o->n_items++)
		add_value(h, &v, bytes, o->format);
	o->account = tt_reader_account(r);
	must(o->account.bytes_in == bytes.n);
	must(o->account.bytes_in == o->account.bytes_records +
					    o->account.bytes_frame +
					    o->account.bytes_diags);
}

static void run(struct outcome *o, struct tt_slice bytes, enum tt_format as,
		size_t chunk)
{
	const struct tt_reader_options options = { .as = as };
	struct tt_arena arena = { 0 };
	struct tt_diags diags;
	struct tt_reader *r;
	struct tt_sha256 *h = tt_sha256_new();

	memset(o, 0, sizeof(*o));
	tt_sha256_begin(h);
	tt_diags_init(&diags, &arena);
	struct tt_stream *stream = tt_stream_from_bytes(bytes, &diags);

	o->opened = tt_reader_open_chunk(&r, stream, &options, chunk, NULL);
	if (o->opened == TT_OK) {
		read_all(o, r, h, bytes);
		tt_reader_close(&r);
	}
	o->n_diags = diags.list.n + diags.more;
	/* What is passed over is told. */
	must(o->account.bytes_diags == 0 || o->n_diags > 0);
	tt_sha256_end(h, o->sum);
	tt_sha256_free(&h);
	tt_stream_free(&stream);
	tt_arena_release(&arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const enum tt_format formats[] = {
		TT_FORMAT_AUTO, TT_FORMAT_LOG, TT_FORMAT_JSON, TT_FORMAT_CSV
	};

	if (size < 2)
		return 0;
	const struct tt_slice bytes = { data + 2, size - 2 };
	const enum tt_format as = formats[data[0] % 4];
	struct outcome whole, parts;

	run(&whole, bytes, as, (size_t)TT_MAX_window);
	/* A small read shows the bidders less: keep what they chose. */
	if (as == TT_FORMAT_AUTO)
		return 0;
	run(&parts, bytes, as, 1 + data[1]);
	must(memcmp(&whole, &parts, sizeof(whole)) == 0);
	return 0;
}
