/* entry.c - one entry of a tree: its streams, of messages or log lines */
#include "logs.h"

/* By --log only logs are given. */
static int refuse_mail(struct tt_reader *reader, struct tt_stream *stream)
{
	struct tt_record rec;
	int more;

	tt_stream_diag(stream, TT_DIAG_not_log, 0, NULL);
	while ((more = tt_record_next(reader, &rec)) > 0)
		;
	return more;
}

static void take_stream(struct tt_show *s, struct tt_stream *stream,
			struct tt_slice path)
{
	const struct tt_reader_options ro = {
		.as = s->o->as,
		.want_hash = tt_show_wants_hash(s),
		.body = { s, tt_embedded_begin, tt_embedded_add },
		.room = s->room,
	};
	struct tt_reader *reader = NULL;
	struct tt_err err = { 0 };
	int more;

	s->is_cut_short = false;
	tt_show_in(s, tt_stream_origin(stream));
	if (tt_show_is_lost(s, stream, 0) ||
	    tt_reader_open(&reader, stream, &ro, &err) < 0)
		return; /* its diag tells */
	const bool is_log = tt_logs_is_format(tt_reader_format(reader));

	if (is_log && !s->logs) {
		tt_reader_close(&reader);
		return;
	}
	if (is_log)
		more = tt_logs_stream(s, reader, stream);
	else if (tt_logs_want_only(s))
		more = refuse_mail(reader, stream);
	else
		more = tt_show_records(s, reader, stream);
	s->is_partial |= more < 0;
	if (!tt_show_is_stopped(s) && !s->is_cut_short)
		tt_show_check_account(s, reader, path);
	tt_reader_close(&reader);
}

/* Where a reader was lost on the way to the n-th stream, there the file ends. */
static bool is_file_lost(struct tt_show *s, const struct tt_entry *entry,
			 struct tt_diags *diags, uint64_t n)
{
	const struct tt_origin origin = { .path = entry->path };

	tt_show_in(s, &origin);
	const char *const why = tt_show_at(s, TT_PLACE_FILE, n);

	if (why)
		tt_diag_add(diags, TT_DIAG_worker_lost, TT_NO_OFF, "%s: %s",
			    n ? "the rest of the file was not read" :
				"the file was not read", why);
	return why != NULL;
}

/* Reads an entry that is a file; returns how many of its diags were told. */
static size_t read_file(struct tt_show *s, struct tt_entry *entry,
			struct tt_diags *diags, struct tt_digest *digest)
{
	struct tt_source *source = NULL;
	struct tt_stream *stream;
	struct tt_err err = { 0 };
	size_t told = 0;
	uint64_t n = 0;
	int more = 0;

	if (is_file_lost(s, entry, diags, n) ||
	    tt_source_open_entry(&source, entry, diags, &err) < 0) {
		s->is_partial = true;
		return 0;
	}
	tt_source_stop_on(source, s->o->is_interrupted);
	tt_source_beat_to(source, s->beat);
	tt_reader_room_lend(s->room, source);
	if (digest->hash)
		tt_source_digest_to(source, digest);
	while (!tt_show_is_stopped(s) &&
	       (more = tt_source_next(source, &stream)) > 0) {
		take_stream(s, stream, entry->path);
		if (is_file_lost(s, entry, diags, ++n))
			break;
		if (!s->taker && !tt_show_is_interrupted(s->o))
			told = tt_tell_source(s, entry->path, diags, told);
	}
	s->is_partial |= more < 0;
	tt_source_close(&source);
	tt_show_in(s, NULL);
	return told;
}

void tt_show_entry(struct tt_show *s, struct tt_entry *entry,
		   struct tt_diags *diags)
{
	struct tt_digest digest = { .hash = s->hash };
	const uint64_t before = s->totals.messages;
	size_t told = 0;

	if (entry->kind != TT_ENTRY_TOLD)
		told = read_file(s, entry, diags, &digest);
	if (s->taker) {
		s->taker->file_end(s->taker->ctx, &digest, diags);
		return;
	}
	/* What an interruption cut short is no fault of the file. */
	if (!tt_show_is_interrupted(s->o)) {
		tt_tell_source(s, entry->path, diags, told);
		tt_tell_more(s, entry->path, diags);
	}
	s->is_partial |= diags->is_serious;
	tt_manifest_source(s, entry->path, &digest, diags,
			   s->totals.messages - before);
}
