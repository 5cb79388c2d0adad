/* scan_take.c - frames of the workers go into the case
 *
 * A worker reads hostile bytes, so what it sends is hostile: each frame is
 * decoded within its bounds, and one that is not what it should be ends the
 * item, as a crash does. */
#include <string.h>
#include <sys/stat.h>

#include "scan.h"

struct item_file {
	struct tt_case_file file;
	int64_t source;	  /* in the case */
	uint64_t messages, events; /* of it, in this run */
	uint64_t outside; /* messages of it that are left out */
	uint64_t counted; /* bytes of it that progress has */
	bool is_ended;	  /* its end was told */
	bool is_failed;	  /* nothing of it could be read */
	bool has_digest;
	struct tt_digest digest;
};

struct tt_scan_item {
	struct tt_arena arena;
	TT_VEC(struct item_file) files;
	size_t at;	/* of files: what is being read */
	int64_t source; /* its member's in the case; 0: none yet */
	int64_t log;	/* the first of what is read as one log; 0: none */
	/* Where lines of the log stand that is read. */
	struct tt_arena stream;
	struct tt_origin place;
	char reason[sizeof(((struct tt_err *)0)->text)];
};

/* ---- items ---- */

struct tt_scan_item *tt_scan_item_new(void)
{
	return tt_zalloc(sizeof(struct tt_scan_item));
}

void tt_scan_item_drop(struct tt_scan_item **item)
{
	if (*item) {
		tt_arena_release(&(*item)->arena);
		tt_arena_release(&(*item)->stream);
	}
	tt_free(item);
}

struct tt_case_file tt_scan_file(const struct tt_entry *entry)
{
	const struct stat *const st = entry->st;
	struct tt_case_file f = { .path = entry->path };

	if (!st || !S_ISREG(st->st_mode))
		return f;
	f.is_regular = true;
	f.size = (uint64_t)st->st_size;
	f.mtime_unix = (int64_t)st->st_mtim.tv_sec;
	f.mtime_ns = (uint32_t)st->st_mtim.tv_nsec;
	return f;
}

/* Diags of files go to the case and, as show has it, to the user. */
static bool tell_diags(struct tt_scan *s, struct tt_slice path, int64_t source,
		       const struct tt_diags *diags)
{
	const struct tt_show_options *const o = &s->o->show;
	const struct tt_slice name = tt_shown_name(path);

	s->is_partial |= diags->is_serious;
	for (size_t i = 0; i < diags->list.n; i++) {
		const struct tt_diag *const d = &diags->list.v[i];

		if (o->is_quiet &&
		    tt_diag_info(d->code)->severity != TT_SEV_FAILED)
			continue;
		tt_progress_clear(s);
		tt_emit_diag(o->messages, name, d);
	}
	return (diags->list.n == 0 && diags->more == 0) ||
	       tt_case_add_diags(s->store, source, diags, &s->err) == TT_OK;
}

bool tt_scan_item_add(struct tt_scan *s, struct tt_scan_item *item,
		      const struct tt_entry *entry,
		      const struct tt_diags *diags)
{
	struct item_file *const f = tt_vec_push(&item->arena, &item->files);

	*f = (struct item_file){ .file = tt_scan_file(entry) };
	f->file.path = tt_arena_dup(&item->arena, entry->path);
	return tt_case_begin(s->store, &f->file, &f->source, &s->err) ==
		       TT_OK &&
	       tell_diags(s, f->file.path, f->source, diags);
}

bool tt_scan_told(struct tt_scan *s, const struct tt_entry *entry,
		  const struct tt_diags *diags)
{
	const struct tt_case_file f = { .path = entry->path };
	const enum tt_source_state state = diags->is_serious ? TT_SOURCE_FAILED
							     : TT_SOURCE_DONE;
	int64_t source;

	return tt_case_begin(s->store, &f, &source, &s->err) == TT_OK &&
	       tell_diags(s, f.path, source, diags) &&
	       tt_case_end(s->store, source, state, NULL, TT_NO_SLICE,
			   &s->err) == TT_OK;
}

/* ---- frames ---- */

static struct item_file *file_at(struct tt_scan_item *item)
{
	return &item->files.v[item->at];
}

static void keep_place(struct tt_scan_item *item,
		       const struct tt_frame_stream *f)
{
	struct tt_slice *member;

	tt_arena_clear(&item->stream);
	member = TT_NEW_N(&item->stream, struct tt_slice, f->member.n);
	for (size_t i = 0; i < f->member.n; i++)
		member[i] = tt_arena_dup(&item->stream, f->member.v[i]);
	item->place = (struct tt_origin){
		.path = file_at(item)->file.path,
		.member = member,
		.n_member = f->member.n,
	};
}

static bool take_stream(struct tt_scan *s, struct tt_scan_item *item,
			struct tt_codec *c)
{
	struct tt_frame_stream f = { 0 };

	tt_frame_code_stream(c, &f);
	c->is_bad |= f.file >= item->files.n;
	if (c->is_bad)
		return true;
	item->at = f.file;
	if (tt_case_member(s->store, file_at(item)->source, f.member.v,
			   f.member.n, &item->source, &s->err) != TT_OK)
		return false;
	if (f.is_log && !item->log)
		item->log = item->source;
	if (f.is_log)
		keep_place(item, &f);
	return true;
}

/* How far the file is read; of a compressed one that is a guess, and never
 * more than there is. */
static void count_to(struct tt_scan *s, struct item_file *f, uint64_t off)
{
	if (off > f->file.size)
		off = f->file.size;
	if (off <= f->counted)
		return;
	s->progress.bytes += off - f->counted;
	f->counted = off;
}

static bool take_mail(struct tt_scan *s, struct tt_scan_item *item,
		      struct tt_codec *c)
{
	struct tt_frame_mail f = { 0 };
	struct tt_timeline t;

	tt_frame_code_mail(c, &f);
	c->is_bad |= !item->source ||
		     !tt_timeline_get(&t, f.record, s->o->show.trail.rules,
				      &s->record);
	if (c->is_bad)
		return true;
	tt_scan_conclude_on(s, &t, NULL);
	const struct tt_case_mail mail = {
		.place = { item->source, f.top_off, f.seq },
		.record = f.record,
		.t = &t,
		.rules = s->o->show.trail.rules,
		.headers = f.headers.v,
		.n_headers = f.headers.n,
	};

	s->progress.messages += !t.has_parent;
	file_at(item)->messages += !t.has_parent;
	s->progress.undated += !t.has_parent &&
			       tt_range_find(&s->o->show.range, &t) ==
				       TT_RANGE_UNDATED;
	s->has_input = true;
	count_to(s, file_at(item), f.top_off);
	return tt_case_add(s->store, &mail, &s->err) == TT_OK;
}

static bool take_outside(struct tt_scan *s, struct tt_scan_item *item,
			 struct tt_codec *c)
{
	(void)c;
	file_at(item)->outside++;
	s->progress.outside++;
	s->has_input = true;
	return true;
}

static bool take_event(struct tt_scan *s, struct tt_scan_item *item,
		       struct tt_codec *c)
{
	const struct tt_slice record = c->in;
	const struct tt_event_shared shared = {
		.origin = &item->place,
		.is_open = true,
	};
	struct tt_event e;

	c->in = TT_NO_SLICE;
	c->is_bad |= !item->log ||
		     !tt_event_get(&e, record, &shared, &s->record);
	if (c->is_bad)
		return true;
	s->progress.events++;
	file_at(item)->events++;
	s->has_input = true;
	if (e.quotes.n)
		count_to(s, file_at(item), e.quotes.v[0].off);
	return tt_case_add_event(s->store, item->log, &e, record, &s->err) ==
	       TT_OK;
}

static bool take_shared(struct tt_scan *s, struct tt_scan_item *item,
			struct tt_codec *c)
{
	const struct tt_slice bytes = c->in;
	const int64_t log = item->log;
	struct tt_event_shared shared;

	c->in = TT_NO_SLICE;
	c->is_bad |= !log || !tt_event_shared_get(&shared, bytes, &s->record);
	item->log = 0;
	return c->is_bad ||
	       tt_case_add_log(s->store, log, bytes, &s->err) == TT_OK;
}

static bool take_file_end(struct tt_scan *s, struct tt_scan_item *item,
			  struct tt_codec *c)
{
	struct tt_frame_file_end end = { 0 };

	tt_diags_init(&end.diags, &s->record);
	tt_frame_code_file_end(c, &end);
	c->is_bad |= end.file >= item->files.n;
	if (c->is_bad)
		return true;
	struct item_file *const f = &item->files.v[end.file];

	f->is_ended = true;
	f->is_failed = !end.digest.is_read;
	f->has_digest = end.digest.is_read && end.digest.is_whole;
	f->digest = end.digest;
	s->has_input |= end.logs > 0;
	count_to(s, f, f->file.size);
	if (!f->file.is_regular)
		s->progress.bytes += end.digest.size;
	return tell_diags(s, f->file.path, f->source, &end.diags);
}

static bool take_frame(void *ctx, void *tag, const struct tt_frame *frame)
{
	static bool (*const take[TT_FRAME_COUNT])(
		struct tt_scan *, struct tt_scan_item *, struct tt_codec *) = {
		[TT_FRAME_STREAM] = take_stream,
		[TT_FRAME_MAIL] = take_mail,
		[TT_FRAME_OUTSIDE] = take_outside,
		[TT_FRAME_EVENT] = take_event,
		[TT_FRAME_SHARED] = take_shared,
		[TT_FRAME_FILE_END] = take_file_end,
	};
	struct tt_scan *const s = ctx;
	struct tt_codec c = { .in = frame->bytes, .arena = &s->record };
	const bool is_kept = take[frame->type](s, tag, &c);

	tt_arena_clear(&s->record);
	if (is_kept && (c.is_bad || c.in.n)) {
		s->is_broken = true;
		tt_err_set(&s->err, TT_INPUT,
			   "a worker sent what is no frame "
			   "of a scan");
		return false;
	}
	return is_kept;
}

/* ---- the end of an item ---- */

/* Of an item that is read anew they come again; without the end of its log
 * nobody knows what they mean.  Returns how many there were. */
static uint64_t forget_events(struct tt_scan *s, struct tt_scan_item *item)
{
	uint64_t n = 0;

	for (size_t i = 0; i < item->files.n && s->err.status == TT_OK; i++) {
		struct item_file *const f = &item->files.v[i];

		n += f->events;
		f->events = 0;
		(void)!tt_case_forget_events(s->store, f->source, &s->err);
	}
	s->progress.events -= n;
	item->log = 0;
	return n;
}

static void take_lost(void *ctx, void *tag, const struct tt_lost *lost)
{
	struct tt_scan *const s = ctx;
	struct tt_scan_item *const item = tag;
	struct item_file *const f = file_at(item);
	const char *const limit = tt_arena_printf(
		&s->record, " (limit item_retries: %llu times)",
		(unsigned long long)TT_MAX_item_retries);
	const bool had_events = item->log && forget_events(s, item);
	struct tt_err why = { 0 };
	struct tt_diags diags;

	tt_lost_text(lost, &why);
	tt_diags_init(&diags, &s->record);
	tt_diag_add(&diags, TT_DIAG_worker_lost,
		    lost->is_record ? lost->off : TT_NO_OFF, "%s%s: %s",
		    !lost->is_item ? "a message was passed over"
		    : had_events   ? "the rest of the file was not read, and "
				     "what logs in it tell is not kept"
				   : "the rest of the file was not read",
		    lost->is_too_often ? limit : "", why.text);
	s->progress.lost++;
	if (lost->is_item)
		memcpy(item->reason, why.text, sizeof(item->reason));
	(void)!tell_diags(s, f->file.path,
			  item->source ? item->source : f->source, &diags);
	tt_arena_clear(&s->record);
}

/* For a Maildir a line each would be too much: the sum is told at the end. */
static void keep_outside(struct tt_scan *s, const struct item_file *f)
{
	struct tt_diags diags;

	if (!f->outside)
		return;
	tt_diags_init(&diags, &s->record);
	tt_diag_add(&diags, TT_DIAG_outside_period, TT_NO_OFF,
		    "%llu message%s outside --since and --until",
		    (unsigned long long)f->outside, f->outside == 1 ? "" : "s");
	(void)!tt_case_add_diags(s->store, f->source, &diags, &s->err);
	tt_arena_clear(&s->record);
}

static bool end_file(struct tt_scan *s, const struct tt_scan_item *item,
		     const struct item_file *f, enum tt_item_end end)
{
	const enum tt_source_state state = end == TT_ITEM_LOST && !f->is_ended
						   ? TT_SOURCE_SKIPPED
					   : f->is_failed ? TT_SOURCE_FAILED
							  : TT_SOURCE_DONE;

	const struct tt_file_told told = {
		.state = tt_source_state_name(state),
		.is_read = true,
		.bytes = f->file.is_regular ? f->file.size : f->digest.size,
		.messages = f->messages,
		.events = f->events,
		.outside = f->outside,
	};

	s->progress.files++;
	tt_progress_file(s, f->file.path, &told);
	keep_outside(s, f);
	return tt_case_end(s->store, f->source, state,
			   f->has_digest ? &f->digest : NULL,
			   tt_slice_str(item->reason), &s->err) == TT_OK;
}

static void take_done(void *ctx, void *tag, enum tt_item_end end)
{
	struct tt_scan *const s = ctx;
	struct tt_scan_item *item = tag;

	/* What was stopped is begun, and will be read again. */
	for (size_t i = 0; i < item->files.n && end != TT_ITEM_STOPPED &&
			   s->err.status == TT_OK;
	     i++)
		if (!end_file(s, item, &item->files.v[i], end))
			break;
	tt_scan_item_drop(&item);
}

static bool tick(void *ctx)
{
	struct tt_scan *const s = ctx;

	tt_progress_tick(s);
	return tt_case_tick(s->store, &s->err) == TT_OK;
}

struct tt_pool_sink tt_scan_sink(struct tt_scan *s)
{
	return (struct tt_pool_sink){ .ctx = s,
				      .frame = take_frame,
				      .lost = take_lost,
				      .done = take_done,
				      .tick = tick };
}
