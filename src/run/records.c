/* records.c - messages, each as a reader gives it: of a stream, or of a log */
#include <string.h>

#include <tlstrail/message/paste.h>

#include "logs.h"

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

/* Where a message that was decoded comes from. */
static void tell_log(const struct tt_record *rec, struct tt_diags *diags)
{
	tt_diag_add(diags, TT_DIAG_mail_in_log, TT_NO_OFF,
		    "the message stands in a log, as %.*s inside the value at "
		    "byte %llu", (int)rec->pointer.n,
		    (const char *)rec->pointer.p,
		    (unsigned long long)rec->off);
	if (rec->is_cut)
		tt_diag_add(diags, TT_DIAG_mail_damaged, rec->length, NULL);
}

static void pass_over(struct tt_show *s)
{
	s->has_body = false;
	tt_arena_clear(&s->record);
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
		.is_decoded = rec->pointer.n > 0,
		.has_hash = rec->has_hash,
	};
	struct tt_paste paste;
	struct tt_diags diags;

	if (s->taker && !s->taker->begin(s->taker->ctx, rec)) {
		pass_over(s);
		return;
	}
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
	if (rec->pointer.n)
		tell_log(rec, &diags);
	head.end_to_end = parts->end_to_end;
	head.found = parts;
	tt_diags_join(&diags, &parts->diags);
	tt_show_message(s, &t, &head, &diags);
	tt_embedded_show(s, rec, parts, head.want_all);
	tt_arena_clear(&s->record);
}

/* ---- all of a stream; one that a log carries ---- */

void tt_show_check_account(struct tt_show *s, const struct tt_reader *reader,
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

int tt_show_records(struct tt_show *s, struct tt_reader *reader,
		    struct tt_stream *stream)
{
	struct tt_record rec;
	uint64_t n = 0;
	int more = 0;

	while (!tt_show_is_stopped(s)) {
		if (tt_show_is_lost(s, stream, n++))
			return -1;
		more = tt_record_next(reader, &rec);
		if (more <= 0)
			break;
		if (tt_show_is_passed_over(s, stream, "a message", rec.off))
			pass_over(s);
		else
			take_record(s, &rec);
		if (s->lane)
			s->relieve(s->lane);
	}
	return more;
}

void tt_show_log_mail(struct tt_show *s, const struct tt_log_mail *mail,
		      struct tt_diags *diags)
{
	const struct tt_reader_options ro = {
		.as = TT_FORMAT_EML,
		.want_hash = tt_show_wants_hash(s),
		.body = { s, tt_embedded_begin, tt_embedded_add },
		.room = s->logs->mail_room,
	};
	struct tt_stream *stream = tt_stream_from_bytes(mail->bytes, diags);
	struct tt_reader *reader = NULL;
	struct tt_record rec;
	struct tt_err err = { 0 };

	tt_show_in(s, mail->origin);
	const char *const why = tt_show_at(s, TT_PLACE_RECORD, mail->off);

	if (why)
		tt_diag_add(diags, TT_DIAG_worker_lost, mail->off,
			    "the message in a value of the log was passed "
			    "over: %s", why);
	else if (tt_reader_open(&reader, stream, &ro, &err) == TT_OK) {
		while (tt_record_next(reader, &rec) > 0) {
			rec.origin = mail->origin;
			rec.off = mail->off;
			rec.pointer = mail->pointer;
			rec.is_cut = mail->is_cut;
			take_record(s, &rec);
		}
		tt_show_check_account(s, reader, mail->origin->path);
		tt_reader_close(&reader);
	}
	tt_stream_free(&stream);
	tt_show_in(s, NULL);
}
