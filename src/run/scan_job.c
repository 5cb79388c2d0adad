/* scan_job.c - what a worker does with an item: it reads, and sends frames
 *
 * An item is a file, or the files of a rotated log, the oldest first.  Reading
 * is what show does; what show would print goes out as frames. */
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ahead.h"
#include "logs.h"
#include "scan.h"

struct job {
	const struct tt_scan_reading *reading;
	struct tt_show s;
	struct tt_show_options o;
	struct tt_out unused; /* nothing is printed here */
	struct tt_taker taker;
	struct tt_ahead ahead;
	struct tt_reader_room *room; /* of what was not read ahead */

	/* of the item */
	struct tt_work *work;
	uint32_t file;	 /* which of its files */
	struct tt_slice path; /* its path */
	bool has_stream; /* its stream was told */
	struct tt_arena stream;
	struct tt_frame_stream told;
	uint64_t top_off; /* of the message at hand */
	uint32_t seq, n_there; /* messages in this value of a log before it */
	struct tt_out record; /* the same as bytes; its room stays */
	struct tt_arena shared_arena;
	struct tt_event_shared shared;
	const struct tt_origin *here; /* of lines of the log's stream, as far
				       * as it was met */
	uint64_t n_logs; /* streams of the file that were one */
	uint64_t n_cut, first_cut; /* frames that were too long; where */
};

/* A message and those in it: several may stand in one value of a log. */
#define SEQ_EACH 1024

/* What is too long for a frame is told with the file's diags. */
static void end_frame(struct job *j, uint64_t off)
{
	if (!tt_work_frame_end(j->work) && j->n_cut++ == 0)
		j->first_cut = off;
}

/* What others hang on is never so long; else the item is lost, and told. */
static void must_end_frame(struct job *j)
{
	if (!tt_work_frame_end(j->work))
		_exit(TT_EXIT_INTERNAL);
}

static struct tt_codec begin_frame(struct job *j, enum tt_scan_frame type)
{
	return (struct tt_codec){
		.out = tt_work_frame(j->work, (uint32_t)type),
		.arena = &j->s.record,
	};
}

/* ---- where things are ---- */

static bool is_told(const struct job *j, const struct tt_origin *o, bool is_log)
{
	if (!j->has_stream || j->told.is_log != is_log ||
	    j->told.member.n != o->n_member)
		return false;
	for (size_t i = 0; i < o->n_member; i++)
		if (!tt_slice_eq(j->told.member.v[i], o->member[i]))
			return false;
	return true;
}

static void tell_stream(struct job *j, const struct tt_origin *o, bool is_log)
{
	if (is_told(j, o, is_log))
		return;
	tt_arena_clear(&j->stream);
	memset(&j->told, 0, sizeof(j->told));
	j->told.file = j->file;
	j->told.is_log = is_log;
	for (size_t i = 0; i < o->n_member; i++)
		*tt_vec_push(&j->stream, &j->told.member) =
			tt_arena_dup(&j->stream, o->member[i]);
	j->has_stream = true;
	struct tt_codec c = begin_frame(j, TT_FRAME_STREAM);

	tt_frame_code_stream(&c, &j->told);
	must_end_frame(j);
}

/* ---- mail ---- */

static bool begin_message(void *ctx, const struct tt_record *rec)
{
	struct job *const j = ctx;

	j->n_there = rec->pointer.n && rec->off == j->top_off ? j->n_there + 1 :
								0;
	j->top_off = rec->off;
	j->seq = j->n_there * SEQ_EACH;
	if (!tt_work_record(j->work, rec->off))
		return false;
	tell_stream(j, rec->origin, false);
	return true;
}

static void end_message(void *ctx)
{
	tt_work_record_end(((struct job *)ctx)->work);
}

static void keep_headers(struct job *j, const struct tt_header *h,
			 struct tt_frame_mail *mail)
{
	const struct tt_scan_reading *const r = j->reading;

	for (size_t i = 0; i < h->fields.n; i++)
		for (size_t k = 0; k < r->n_keep; k++) {
			const struct tt_field *const f = &h->fields.v[i];

			if (!tt_slice_ieq(f->name, tt_slice_str(r->keep[k])))
				continue;
			*tt_vec_push(&j->s.record,
				     &mail->headers) = (struct tt_case_header){
				tt_slice_str(r->keep[k]),
				tt_slice_trim(f->value)
			};
		}
}

static void send_message(void *ctx, const struct tt_timeline *t,
			 const struct tt_header *header)
{
	struct job *const j = ctx;
	struct tt_frame_mail mail = { .top_off = j->top_off, .seq = j->seq++ };

	j->record.n = 0;
	tt_timeline_put(&j->record, t);
	mail.record = (struct tt_slice){ j->record.buf, j->record.n };
	keep_headers(j, header, &mail);
	struct tt_codec c = begin_frame(j, TT_FRAME_MAIL);

	tt_frame_code_mail(&c, &mail);
	end_frame(j, t->off);
}

/* One by one, so that what was sent before a worker died is not counted by the
 * next one again. */
static void send_outside(void *ctx)
{
	struct job *const j = ctx;

	(void)begin_frame(j, TT_FRAME_OUTSIDE);
	must_end_frame(j);
}

/* ---- logs ---- */

static void begin_log(void *ctx, const struct tt_origin *origin)
{
	struct job *const j = ctx;

	tt_work_record_end(j->work); /* of the mail before it, in an archive */
	j->n_logs++;
	j->top_off = TT_NO_OFF;
	j->here = NULL;
	tell_stream(j, origin, true);
}

/* The parent knows it: an event need not say so. */
static bool is_of_stream(const struct job *j, const struct tt_origin *o)
{
	return tt_slice_eq(o->path, j->path) && is_told(j, o, true);
}

/* Where the event begins, if that is so. */
static const struct tt_origin *place_of(struct job *j, const struct tt_event *e)
{
	const struct tt_origin *const o =
		e->quotes.n ? e->quotes.v[0].origin : NULL;

	if (o && o != j->here && is_of_stream(j, o))
		j->here = o;
	return o && o == j->here ? o : NULL;
}

static void send_event(void *ctx, struct tt_event *e)
{
	struct job *const j = ctx;
	struct tt_out *const out = tt_work_frame(j->work, TT_FRAME_EVENT);

	j->shared.origin = place_of(j, e);
	tt_event_put(out, e, &j->shared, &j->shared_arena);
	end_frame(j, e->quotes.n ? e->quotes.v[0].off : TT_NO_OFF);
}

static void go_on(void *ctx)
{
	tt_work_on(((struct job *)ctx)->work);
}

static void send_shared(struct job *j)
{
	struct tt_out *const out = tt_work_frame(j->work, TT_FRAME_SHARED);

	tt_event_shared_put(out, &j->shared);
	must_end_frame(j);
	memset(&j->shared, 0, sizeof(j->shared));
	j->here = NULL;
	tt_arena_clear(&j->shared_arena);
}

/* ---- files ---- */

static void send_file_end(void *ctx, const struct tt_digest *digest,
			  const struct tt_diags *diags)
{
	struct job *const j = ctx;
	struct tt_frame_file_end end = {
		.file = j->file,
		.digest = *digest,
		.logs = j->n_logs,
	};

	tt_diags_init(&end.diags, &j->s.file);
	tt_diags_join(&end.diags, diags);
	if (j->n_cut)
		tt_diag_limit(&end.diags, TT_DIAG_frame_cut, TT_LIM_frame,
			      j->first_cut, 0);
	j->n_cut = 0;
	struct tt_codec c = begin_frame(j, TT_FRAME_FILE_END);

	tt_frame_code_file_end(&c, &end);
	must_end_frame(j);
	j->n_logs = 0;
}

static void read_file(struct job *j, struct tt_entry *entry)
{
	struct tt_diags diags;

	j->has_stream = false;
	tt_arena_clear(&j->s.file);
	tt_diags_init(&diags, &j->s.file);
	j->s.room = tt_ahead_room(&j->ahead, entry);
	if (!j->s.room)
		j->s.room = j->room;
	tt_show_entry(&j->s, entry, &diags);
	tt_work_record_end(j->work);
	if (j->s.is_broken)
		_exit(TT_EXIT_INTERNAL); /* bytes were lost: say it aloud */
}

_Static_assert(TT_JOB_AHEAD <= TT_AHEAD_FILES, "each has a room");

static void look_ahead(void *state, struct tt_entry *const *entries, size_t n)
{
	struct job *const j = state;

	tt_ahead_read(&j->ahead, entries, n);
}

static void run(void *state, struct tt_work *work, struct tt_entry *entries,
		size_t n)
{
	struct job *const j = state;

	j->work = work;
	j->s.beat = tt_work_beat(work);
	tt_logs_set_mtime(&j->s, 0);
	for (size_t i = 0; i < n; i++)
		if (entries[i].st)
			tt_logs_set_mtime(&j->s,
					  (int64_t)entries[i].st->st_mtime);
	for (size_t i = 0; i < n; i++) {
		j->file = (uint32_t)i;
		j->path = entries[i].path;
		read_file(j, &entries[i]);
	}
	if (tt_logs_end_log(&j->s))
		send_shared(j);
	tt_logs_forget(&j->s);
}

/* ---- the worker ---- */

static void *begin(void *ctx)
{
	const struct tt_scan_reading *const r = ctx;
	struct job *const j = tt_zalloc(sizeof(*j));

	j->reading = r;
	j->o = *r->o;
	j->o.messages = j->o.emit.out = &j->unused;
	j->o.redact = TT_REDACT_NOTHING;
	j->o.manifest = NULL;
	j->o.is_quiet = true;
	tt_out_init(&j->unused, -1);
	tt_out_init(&j->record, -1);
	j->taker = (struct tt_taker){
		.ctx = j,
		.begin = begin_message,
		.message = send_message,
		.message_end = end_message,
		.outside = send_outside,
		.stream = begin_log,
		.events = { j, send_event },
		.line = go_on,
		.file_end = send_file_end,
	};
	j->s = (struct tt_show){
		.o = &j->o,
		.is_json = true,
		.taker = &j->taker,
		.hash = tt_sha256_new(),
	};
	tt_show_open_with(&j->s, r->matcher);
	tt_ahead_open(&j->ahead);
	j->room = j->s.room;
	tt_logs_open(&j->s, r->log_rules, r->log_matcher);
	return j;
}

void tt_scan_compile(struct tt_scan_reading *reading)
{
	if (reading->is_compiled)
		return;
	tt_matcher_compile(reading->matcher);
	tt_matcher_compile(reading->log_matcher);
	tt_message_preload();
	reading->is_compiled = true;
}

struct tt_job tt_scan_job(struct tt_scan_reading *reading)
{
	return (struct tt_job){ .ctx = reading,
				.begin = begin,
				.ahead = look_ahead,
				.run = run };
}
