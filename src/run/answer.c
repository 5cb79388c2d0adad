/* answer.c - the job of a worker that answers one request
 *
 * The pipeline of show runs over the bytes, with an output that has what show
 * prints as JSON Lines and as text, so that nothing of an answer can differ
 * from that. */
#include <string.h>

#include <tlstrail/message.h>
#include <tlstrail/run/answer.h>

/* Frames go through a pipe in pieces of this. */
#define PIECE 65536

struct tt_answer_reading {
	const struct tt_show_options *o;
	struct tt_show_ready ready;
};

/* ---- before the fork ---- */

struct tt_answer_reading *
tt_answer_reading_new(const struct tt_show_options *options, struct tt_err *err)
{
	struct tt_answer_reading *r = tt_zalloc(sizeof(*r));
	const struct tt_rules *const rules = options->trail.rules;

	r->o = options;
	if (tt_rules_load_logs(&r->ready.log_rules, rules, err) != TT_OK) {
		tt_answer_reading_free(&r);
		return NULL;
	}
	r->ready.matcher = tt_matcher_new(rules);
	r->ready.log_matcher = tt_matcher_new(r->ready.log_rules);
	tt_matcher_compile(r->ready.matcher);
	tt_matcher_compile(r->ready.log_matcher);
	return r;
}

void tt_answer_reading_free(struct tt_answer_reading **reading)
{
	struct tt_answer_reading *const r = *reading;

	if (!r)
		return;
	tt_matcher_free(&r->ready.matcher);
	tt_matcher_free(&r->ready.log_matcher);
	tt_rules_free(&r->ready.log_rules);
	tt_free(reading);
}

/* ---- one run of show ---- */

struct request {
	const struct tt_answer_reading *reading;
	struct tt_arena arena;
	const char **names;
	size_t n, n_logs;
	struct tt_show_ready ready;
	enum tt_redact_what redact;
};

static void take_entries(struct request *q, const struct tt_entry *entries,
			 size_t n)
{
	struct tt_show_file *files =
		TT_NEW_N(&q->arena, struct tt_show_file, n + 1);

	q->names = TT_NEW_N(&q->arena, const char *, n + 1);
	q->n = n;
	for (size_t i = 0; i < n; i++) {
		q->names[i] = tt_arena_cstr(&q->arena, entries[i].path);
		files[i] = (struct tt_show_file){ q->names[i], entries[i].fd };
	}
	q->ready = q->reading->ready;
	q->ready.files = files;
	q->ready.n_files = n;
}

static enum tt_exit show(const struct request *q, struct tt_out *out,
			 struct tt_out *messages)
{
	struct tt_show_options o = *q->reading->o;

	o.files = q->names;
	o.n_files = q->n - q->n_logs;
	o.logs = q->names + o.n_files;
	o.n_logs = q->n_logs;
	o.ready = &q->ready;
	o.redact = q->redact;
	o.ops = &tt_emit_answer;
	o.emit = (struct tt_emit_options){ .out = out, .is_verbose = true };
	o.messages = messages;
	o.has_json_messages = true;
	o.is_quiet = false;
	return tt_run_show(&o);
}

/* ---- the object ---- */

/* Lines become members. */
static void put_lines(struct tt_out *out, const struct tt_out *lines)
{
	struct tt_slice rest = { lines->buf, lines->n };
	const char *sep = "\n";

	while (rest.n) {
		const size_t end = tt_slice_chr(rest, '\n'); /* of each */

		tt_out_str(out, sep);
		tt_out_bytes(out, tt_slice_sub(rest, 0, end));
		rest = tt_slice_sub(rest, end + 1, rest.n);
		sep = ",\n";
	}
	if (lines->n)
		tt_out_str(out, "\n");
}

/* Where it was cut, what it ends with is no object. */
static enum tt_answer_frame tell(struct tt_out *object,
				 const struct request *q)
{
	struct tt_out diags;

	tt_out_init(&diags, -1);
	object->most = diags.most = TT_MAX_answer;
	const enum tt_exit status = show(q, object, &diags);

	tt_out_str(object, ",\"diags\":[");
	put_lines(object, &diags);
	tt_out_printf(object, "],\"status\":%d}\n", (int)status);
	const bool is_long = object->failed || diags.failed;

	tt_out_release(&diags);
	return is_long			      ? TT_ANSWER_LONG :
	       status == TT_EXIT_INTERNAL ? TT_ANSWER_BROKEN :
						TT_ANSWER_END;
}

static void end_frame(struct tt_work *work)
{
	/* They are far shorter than TT_MAX_frame. */
	(void)!tt_work_frame_end(work);
}

static void send_object(struct tt_work *work, const struct tt_out *object)
{
	struct tt_slice rest = { object->buf, object->n };

	for (; rest.n; rest = tt_slice_sub(rest, PIECE, rest.n)) {
		tt_out_bytes(tt_work_frame(work, TT_ANSWER_BYTES),
			     tt_slice_sub(rest, 0, PIECE));
		end_frame(work);
	}
}

static void answer(struct tt_work *work, const struct request *q)
{
	struct tt_out object;

	tt_out_init(&object, -1);
	const enum tt_answer_frame end = tell(&object, q);

	if (end == TT_ANSWER_END)
		send_object(work, &object);
	(void)tt_work_frame(work, end);
	end_frame(work);
	tt_out_release(&object);
}

static void run(void *state, struct tt_work *work, struct tt_entry *entries,
		size_t n)
{
	const uint32_t note = tt_work_note(work);
	struct request q = {
		.reading = state,
		.redact = (enum tt_redact_what)(note & 0xff),
		.n_logs = note >> 8,
	};

	take_entries(&q, entries, n);
	answer(work, &q);
	tt_arena_release(&q.arena);
}

struct tt_job tt_answer_job(struct tt_answer_reading *reading)
{
	return (struct tt_job){ .ctx = reading, .run = run };
}
