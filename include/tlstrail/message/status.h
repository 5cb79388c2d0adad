/* status.h - the text of a delivery report (RFC 3464) becomes fields
 *
 * One block about the message, then one for each recipient, with blank lines
 * between them.  A report is written by whoever sent the message it stands
 * in: every word of it is a claim. */
#ifndef TLSTRAIL_MESSAGE_STATUS_H
#define TLSTRAIL_MESSAGE_STATUS_H

#include <tlstrail/message.h>

/* NULL: not there.  The first of its name counts. */
struct tt_status_recipient {
	const struct tt_field *original_recipient, *final_recipient;
	const struct tt_field *action, *status, *remote_mta;
	const struct tt_field *diagnostic_code;
	const struct tt_field *last_attempt_date, *will_retry_until;
};

struct tt_status_report {
	struct tt_header header; /* all fields, in order; offsets in text */
	const struct tt_field *reporting_mta, *received_from_mta;
	const struct tt_field *arrival_date;
	TT_VEC(struct tt_status_recipient) recipients;
};

/* Never fails on content.  `off` is that of the text in its message, or
 * TT_NO_OFF, and only used to tell damage.  Fields live in `arena`, their
 * bytes in `text`. */
void tt_status_read(struct tt_status_report *report_r, struct tt_slice text,
		    uint64_t off, struct tt_arena *arena,
		    struct tt_diags *diags);
/* A field's value as one line, folds undone: what looks like a comment in it
 * is the server's text.  n 0 where f is NULL. */
struct tt_slice tt_status_text(const struct tt_field *f,
			       struct tt_arena *arena);

#endif
