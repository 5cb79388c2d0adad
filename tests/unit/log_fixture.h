/* log_fixture.h - the text of a log, line by line, into a book */
#ifndef TESTS_LOG_FIXTURE_H
#define TESTS_LOG_FIXTURE_H

#include <tlstrail/record/log.h>
#include <tlstrail/rule/event.h>
#include <tlstrail/trail/join.h>

typedef bool wants_fn(void *ctx, const struct tt_event_ids *ids);
typedef bool passes_fn(void *ctx, const struct tt_event_ids *ids,
		       enum tt_log_passing how);

/* How many diags there were. */
static size_t read_log_for(struct tt_event_sink sink, wants_fn *wants,
			   passes_fn *passes, const struct tt_rules *rules,
			   struct tt_arena *arena, const char *path,
			   const char *text)
{
	const struct tt_origin origin = { .path = tt_slice_str(path) };
	const struct tt_log_options options = {
		.rules = rules,
		.arena = arena,
		.sink = sink,
		.wants = wants,
		.passes = passes,
	};
	struct tt_matcher *m = tt_matcher_new(rules);
	struct tt_log *log = tt_log_begin(&options, m);
	struct tt_slice rest = tt_slice_str(text);
	struct tt_diags diags;
	uint64_t off = 0;

	tt_diags_init(&diags, arena);
	tt_log_from(log, &origin);
	while (rest.n) {
		const size_t n = tt_slice_chr(rest, '\n');
		struct tt_log_line line;

		const struct tt_log_value value = {
			.off = off, .raw = tt_slice_sub(rest, 0, n)
		};

		(void)tt_log_unwrap(value.raw, &line);
		line.off = off;
		line.raw = value.raw;
		if (n && *rest.p == '{')
			tt_log_take_value(log, &value, &diags);
		else
			tt_log_take_line(log, &line, &diags);
		off += n + 1;
		rest = tt_slice_sub(rest, n + 1, rest.n);
	}
	tt_log_end(&log, NULL);
	tt_matcher_free(&m);
	return diags.list.n;
}

static inline size_t read_log_to(struct tt_event_sink sink,
				 const struct tt_rules *rules,
				 struct tt_arena *arena, const char *path,
				 const char *text)
{
	return read_log_for(sink, NULL, NULL, rules, arena, path, text);
}

static inline size_t read_log(struct tt_book *book,
			      const struct tt_rules *rules,
			      struct tt_arena *arena, const char *path,
			      const char *text)
{
	const struct tt_event_sink sink = { book, tt_book_take };

	return read_log_to(sink, rules, arena, path, text);
}

#endif
