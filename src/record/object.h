/* object.h - log lines that are JSON objects (private to record)
 *
 * A key that comes twice is read once, where it came first. */
#ifndef TLSTRAIL_RECORD_OBJECT_H
#define TLSTRAIL_RECORD_OBJECT_H

#include "json.h"
#include "lines.h"

struct tt_log_field {
	struct tt_slice key;
	struct tt_slice value; /* n 0: not there */
};
#define TT_LOG_FIELD(name)                                                \
	{                                                                 \
		{ (const uint8_t *)(name), sizeof(name) - 1 }, { NULL, 0 } \
	}

/* Fills the fields; false: it is no object. */
bool tt_log_read_fields(struct tt_slice object, struct tt_log_field *f,
			size_t n);
/* Room for n bytes, which may hold nothing yet. */
void tt_log_text_room(struct tt_log_text *t, size_t n);
/* What a string says, decoded to `to` where it has escapes; room was made. */
struct tt_slice tt_log_string(struct tt_slice value, struct tt_log_text *to);

/* ---- journald's fields, in both its formats ---- */

enum tt_journal_field {
	TT_JOURNAL_MESSAGE,
	TT_JOURNAL_IDENTIFIER,
	TT_JOURNAL_COMM,
	TT_JOURNAL_SYSLOG_PID,
	TT_JOURNAL_PID,
	TT_JOURNAL_HOSTNAME,
	TT_JOURNAL_SENT,
	TT_JOURNAL_STORED,
	TT_JOURNAL_FIELDS,
};
extern const struct tt_log_field tt_journal_fields[TT_JOURNAL_FIELDS];
/* Of the fields' values. */
void tt_log_set_journal(struct tt_log_line *l, const struct tt_slice *v);

#endif
