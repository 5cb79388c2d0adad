/* scan_frame.c - the frames of a scan, for both sides */
#include "scan.h"

void tt_frame_code_stream(struct tt_codec *c, struct tt_frame_stream *f)
{
	tt_code_u32(c, &f->file);
	tt_code_bool(c, &f->is_log);
	TT_CODE_LIST(c, &f->member, 1);
	for (size_t i = 0; i < f->member.n; i++)
		tt_code_text(c, &f->member.v[i]);
}

void tt_frame_code_mail(struct tt_codec *c, struct tt_frame_mail *f)
{
	tt_code_u64(c, &f->top_off);
	tt_code_u32(c, &f->seq);
	TT_CODE_LIST(c, &f->headers, 2);
	for (size_t i = 0; i < f->headers.n; i++) {
		tt_code_text(c, &f->headers.v[i].name);
		tt_code_text(c, &f->headers.v[i].value);
	}
	tt_code_text(c, &f->record);
}

static void code_digest(struct tt_codec *c, struct tt_digest *d)
{
	tt_code_bool(c, &d->is_read);
	tt_code_bool(c, &d->is_regular);
	tt_code_bool(c, &d->is_whole);
	tt_code_u64(c, &d->size);
	tt_code_i64(c, &d->mtime_unix);
	tt_code_u32(c, &d->mtime_ns);
	tt_code_bytes(c, d->sha256, sizeof(d->sha256));
}

void tt_frame_code_file_end(struct tt_codec *c, struct tt_frame_file_end *f)
{
	tt_code_u32(c, &f->file);
	code_digest(c, &f->digest);
	tt_diags_code(c, &f->diags);
	tt_code_u64(c, &f->logs);
}
