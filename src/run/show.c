/* show - the pipeline: files in, timelines out, an exit status
 *
 * Pulls streams, messages and headers from the floors below, one message at a
 * time, and pushes its timeline to the output; memory does not grow with the
 * input.  An argument is a file, or a directory whose files are taken one by
 * one.  A file that cannot be read is named and the rest goes on.  What
 * belongs to a message stands in its timeline; what belongs to a file is told
 * on the messages' descriptor. */
#include <string.h>

#include <tlstrail/message/paste.h>

#include "lanes.h"

static bool is_interrupted(const struct tt_show_options *o)
{
	return o->is_interrupted && *o->is_interrupted;
}

bool tt_show_is_stopped(const struct tt_show *s)
{
	return s->is_broken || s->o->emit.out->failed || is_interrupted(s->o);
}

/* ---- one message ---- */

/* A paste whose lines are blank-separated ends, for RFC 5322, at the first
 * of them; the rest must not go unnoticed. */
static void look_at_body(const struct tt_record *rec, struct tt_diags *diags)
{
	const struct tt_slice head = tt_slice_trim(rec->body_head);

	if (tt_slice_istarts(head, TT_S("Received:")))
		tt_diag_add(diags, TT_DIAG_body_like_header, rec->header_length,
			    NULL);
}

static void take_record(struct tt_show *s, const struct tt_record *rec)
{
	const struct tt_parts_found *parts;
	struct tt_message_head head = {
		.block = rec->header,
		.length = rec->header_length,
		.message = TT_CARRIER,
		.want_all = s->is_json || s->o->emit.is_verbose ||
			    (s->totals.messages == 0 && !s->lane),
	};
	struct tt_timeline t = {
		.path = rec->origin->path,
		.member = rec->origin->member,
		.n_member = rec->origin->n_member,
		.off = rec->off,
		.length = rec->length,
		.has_hash = rec->has_hash,
	};
	struct tt_paste paste;
	struct tt_diags diags;

	memcpy(t.sha256, rec->sha256, sizeof(t.sha256));
	memcpy(t.content_sha256, rec->content_sha256, sizeof(t.content_sha256));
	tt_diags_init(&diags, &s->record);
	if (rec->is_pasted) {
		parts = tt_pasted_found(s, rec, &paste, &diags);
		head.paste = &paste;
		head.block = paste.block;
		head.length = paste.block.n + rec->header_length -
			      rec->header.n;
	} else {
		parts = tt_embedded_found(s, rec);
		look_at_body(rec, &diags);
	}
	head.end_to_end = parts->end_to_end;
	head.found = parts;
	tt_diags_join(&diags, &parts->diags);
	tt_show_message(s, &t, &head, &diags);
	tt_embedded_show(s, rec, parts, head.want_all);
	tt_arena_clear(&s->record);
}

/* ---- one stream, one file ---- */

/* Every byte read is in a message, in a frame, or told as passed over. */
static void check_account(struct tt_show *s, const struct tt_reader *reader,
			  struct tt_slice path)
{
	const struct tt_account a = tt_reader_account(reader);

	if (a.bytes_in == a.bytes_records + a.bytes_frame + a.bytes_diags)
		return;
	s->is_broken = true;
	tt_out_str(s->o->messages, "tlstrail: ");
	tt_out_text(s->o->messages, tt_shown_name(path));
	tt_out_printf(s->o->messages,
		      ": internal error: %llu bytes read, but %llu + %llu + "
		      "%llu accounted for\n",
		      (unsigned long long)a.bytes_in,
		      (unsigned long long)a.bytes_records,
		      (unsigned long long)a.bytes_frame,
		      (unsigned long long)a.bytes_diags);
}

static int take_records(struct tt_show *s, struct tt_reader *reader)
{
	struct tt_record rec;
	int more = 0;

	while (!tt_show_is_stopped(s) &&
	       (more = tt_record_next(reader, &rec)) > 0) {
		take_record(s, &rec);
		tt_lane_relieve(s);
	}
	return more;
}

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
		.want_hash = s->is_json || s->o->emit.is_verbose,
		.body = { s, tt_embedded_begin, tt_embedded_add },
		.room = s->room,
	};
	struct tt_reader *reader = NULL;
	struct tt_err err = { 0 };
	int more;

	if (tt_reader_open(&reader, stream, &ro, &err) < 0)
		return; /* its diag tells */
	if (tt_logs_is_format(tt_reader_format(reader)))
		more = tt_logs_stream(s, reader, stream);
	else if (tt_logs_want_only(s))
		more = refuse_mail(reader, stream);
	else
		more = take_records(s, reader);
	s->is_partial |= more < 0;
	if (!tt_show_is_stopped(s))
		check_account(s, reader, path);
	tt_reader_close(&reader);
}

/* Reads an entry that is a file; returns how many of its diags were told. */
static size_t read_file(struct tt_show *s, struct tt_entry *entry,
			struct tt_diags *diags, struct tt_digest *digest)
{
	struct tt_source *source = NULL;
	struct tt_stream *stream;
	struct tt_err err = { 0 };
	size_t told = 0;
	int more = 0;

	if (tt_source_open_entry(&source, entry, diags, &err) < 0) {
		s->is_partial = true;
		return 0;
	}
	tt_source_stop_on(source, s->o->is_interrupted);
	if (digest->hash)
		tt_source_digest_to(source, digest);
	while (!tt_show_is_stopped(s) && (more = tt_source_next(source, &stream)) > 0) {
		take_stream(s, stream, entry->path);
		if (!is_interrupted(s->o))
			told = tt_tell_source(s, entry->path, diags, told);
	}
	s->is_partial |= more < 0;
	tt_source_close(&source);
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
	/* What an interruption cut short is no fault of the file. */
	if (!is_interrupted(s->o)) {
		tt_tell_source(s, entry->path, diags, told);
		tt_tell_more(s, entry->path, diags);
	}
	s->is_partial |= diags->is_serious;
	tt_manifest_source(s, entry->path, &digest, diags,
			   s->totals.messages - before);
}

/* One argument: a file, or a directory of them. */
void tt_show_path(struct tt_show *s, const char *name)
{
	struct tt_tree *tree = tt_tree_open(name, s->o->own, s->o->n_own);
	struct tt_entry *entry;
	struct tt_diags diags;
	bool is_alone = false; /* one thread is all there can be */

	while (!tt_show_is_stopped(s)) {
		tt_arena_clear(&s->file);
		tt_diags_init(&diags, &s->file);
		if (!tt_tree_next(tree, &entry, &diags))
			break;
		tt_show_entry(s, entry, &diags);
		if (is_alone || entry->kind == TT_ENTRY_NAMED ||
		    s->totals.messages < 2)
			continue;
		if (tt_lanes_take(s, tree))
			break;
		is_alone = true;
	}
	tt_tree_close(&tree);
}

/* ---- the end ---- */

static bool is_failed_on(const struct tt_show *s)
{
	const uint64_t *r = s->totals.result;

	switch (s->o->fail_on) {
	case TT_FAIL_ON_NEVER:
		return false;
	case TT_FAIL_ON_FAIL:
		return r[TT_RESULT_FAIL] > 0;
	case TT_FAIL_ON_UNDETERMINED:
		return r[TT_RESULT_FAIL] + r[TT_RESULT_UNDETERMINED] > 0;
	}
	return false;
}

static enum tt_exit exit_of(const struct tt_show *s, bool is_written)
{
	if (s->is_broken)
		return TT_EXIT_INTERNAL;
	if (!is_written)
		return TT_EXIT_OUTPUT;
	if (is_interrupted(s->o))
		return TT_EXIT_INTERRUPTED;
	if (s->totals.messages == 0 && !tt_logs_have_read(s))
		return TT_EXIT_NO_INPUT;
	if (is_failed_on(s))
		return TT_EXIT_FAIL_ON;
	return s->is_partial ? TT_EXIT_PARTIAL : TT_EXIT_DONE;
}

/* Flushes, and says so where it went wrong. */
static bool write_out(const struct tt_show_options *o)
{
	if (tt_out_flush(o->emit.out) == 0)
		return true;
	tt_out_printf(o->messages,
		      "tlstrail: the output could not be written: %s\n",
		      strerror(o->emit.out->failed));
	return false;
}

void tt_show_open(struct tt_show *s)
{
	const struct tt_show_options *const o = s->o;

	tt_arena_init(&s->arena);
	tt_arena_init(&s->file);
	tt_arena_init(&s->record);
	tt_totals_init(&s->totals, &s->arena);
	tt_diags_init(&s->hidden, &s->arena);
	s->matcher = tt_matcher_new(o->trail.rules);
	s->room = tt_reader_room_new();
	s->parts = tt_parts_new();
	if (o->redact) {
		s->redact = tt_redact_new(o->trail.rules, o->redact_key,
					  o->redact == TT_REDACT_DOMAINS);
		o->messages->filter = tt_redact_filter(s->redact, &s->hidden);
	}
}

static void begin_show(struct tt_show *s)
{
	tt_show_open(s);
	tt_manifest_begin(s);
	s->emit = s->o->ops->begin(&s->o->emit);
}

/* The last words; returns the exit status. */
static enum tt_exit end_show(struct tt_show *s)
{
	const struct tt_show_options *const o = s->o;
	bool is_written;

	o->ops->end(s->emit, &s->totals);
	if (is_interrupted(o))
		tt_out_printf(o->messages,
			      "tlstrail: interrupted after %llu message%s\n",
			      (unsigned long long)s->totals.messages,
			      s->totals.messages == 1 ? "" : "s");
	tt_manifest_end(s);
	(void)tt_tell_source(s, TT_S("--redact"), &s->hidden, 0);
	s->is_partial |= s->hidden.is_serious;
	is_written = write_out(o);
	is_written &= !(o->manifest && o->manifest->failed);
	return exit_of(s, is_written);
}

void tt_show_close(struct tt_show *s)
{
	s->o->messages->filter = NULL; /* it goes with redact */
	tt_logs_end(s);
	tt_redact_free(&s->redact);
	tt_parts_free(&s->parts);
	tt_reader_room_free(&s->room);
	tt_matcher_free(&s->matcher);
	tt_arena_release(&s->record);
	tt_arena_release(&s->file);
	tt_arena_release(&s->arena);
}

enum tt_exit tt_run_show(const struct tt_show_options *options)
{
	struct tt_show s = {
		.o = options,
		.is_json = strcmp(options->ops->name, "jsonl") == 0,
	};

	begin_show(&s);
	tt_logs_begin(&s);
	for (size_t i = 0; i < options->n_files && !tt_show_is_stopped(&s); i++) {
		if (tt_logs_is_file(&s, i))
			continue;
		tt_show_path(&s, options->files[i]);
		/* Messages come when they are due, even if the run is long. */
		(void)!tt_out_flush(options->messages);
	}
	tt_logs_tell(&s);
	const enum tt_exit status = end_show(&s);

	(void)!tt_out_flush(options->messages);
	tt_show_close(&s);
	return status;
}
