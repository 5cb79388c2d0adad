/* log_journal.c - journald's JSON: one object an entry
 *
 * On a line each, or pretty, or behind RFC 7464's separators: they are cut
 * like any JSON values. */
#include <string.h>

#include "object.h"

const struct tt_log_field tt_journal_fields[TT_JOURNAL_FIELDS] = {
	[TT_JOURNAL_MESSAGE] = TT_LOG_FIELD("MESSAGE"),
	[TT_JOURNAL_IDENTIFIER] = TT_LOG_FIELD("SYSLOG_IDENTIFIER"),
	[TT_JOURNAL_COMM] = TT_LOG_FIELD("_COMM"),
	[TT_JOURNAL_SYSLOG_PID] = TT_LOG_FIELD("SYSLOG_PID"),
	[TT_JOURNAL_PID] = TT_LOG_FIELD("_PID"),
	[TT_JOURNAL_HOSTNAME] = TT_LOG_FIELD("_HOSTNAME"),
	[TT_JOURNAL_SENT] = TT_LOG_FIELD("_SOURCE_REALTIME_TIMESTAMP"),
	[TT_JOURNAL_STORED] = TT_LOG_FIELD("__REALTIME_TIMESTAMP"),
};

static struct tt_slice either(struct tt_slice a, struct tt_slice b)
{
	return a.n ? a : b;
}

void tt_log_set_journal(struct tt_log_line *l, const struct tt_slice *v)
{
	const struct tt_slice time =
		either(v[TT_JOURNAL_SENT], v[TT_JOURNAL_STORED]);
	struct tt_log_stamp t;

	if (tt_log_time_micros(time, &t))
		tt_log_set_time(l, &t);
	l->host = v[TT_JOURNAL_HOSTNAME];
	l->tag = either(v[TT_JOURNAL_IDENTIFIER], v[TT_JOURNAL_COMM]);
	l->pid = either(v[TT_JOURNAL_SYSLOG_PID], v[TT_JOURNAL_PID]);
	l->text = v[TT_JOURNAL_MESSAGE];
	tt_log_unwrap_text(l);
}

/* MESSAGE where it is no UTF-8: [80,111,115]. */
static bool bytes_of(struct tt_slice array, struct tt_log_text *to,
		     struct tt_slice *text_r)
{
	struct tt_slice value;
	struct tt_json_walk walk = { 0 };
	int more;

	*text_r = (struct tt_slice){ to->p + to->n, 0 };
	while ((more = tt_json_next(array, &walk, NULL, &value)) > 0) {
		const int64_t byte = tt_slice_number(value, 255);

		if (byte < 0)
			return false;
		to->p[to->n++] = (uint8_t)byte;
		text_r->n++;
	}
	return more == 0;
}

/* false: it has no message that can be read. */
static bool take_object(struct tt_slice object, struct tt_log_text *to,
			struct tt_log_line *l)
{
	struct tt_log_field f[TT_JOURNAL_FIELDS];
	struct tt_slice v[TT_JOURNAL_FIELDS];

	memcpy(f, tt_journal_fields, sizeof(f));
	if (!tt_log_read_fields(object, f, TT_JOURNAL_FIELDS))
		return false;
	tt_log_text_room(to, object.n); /* what is decoded never grows */
	for (size_t i = 0; i < TT_JOURNAL_FIELDS; i++)
		v[i] = tt_log_string(f[i].value, to);
	const struct tt_slice said = f[TT_JOURNAL_MESSAGE].value;

	/* null: journald found it too long */
	if (said.n == 0 || (*said.p != '"' && *said.p != '['))
		return false;
	if (*said.p == '[' && !bytes_of(said, to, &v[TT_JOURNAL_MESSAGE]))
		return false;
	l->pointer = "/MESSAGE";
	tt_log_set_journal(l, v);
	return true;
}

/* What is no entry after all: it was taken for a record. */
static void give_back(struct tt_reader *r, const struct tt_log_value *v,
		      enum tt_diag_code code)
{
	r->account.bytes_records -= v->raw.n;
	r->account.bytes_diags += v->raw.n;
	if (code == TT_DIAG_log_line_cut)
		tt_diag_limit(tt_stream_diags(r->stream), code,
			      TT_LIM_log_line, v->off, v->raw.n);
	else
		tt_stream_diag(r->stream, code, v->off, NULL);
}

int tt_log_journal_next(struct tt_reader *r, struct tt_log_line *l)
{
	struct tt_log_value v;
	int more;

	while ((more = tt_json_value_next(r, &v)) > 0) {
		*l = (struct tt_log_line){ .off = v.off, .raw = v.raw };
		if (v.raw.n > TT_MAX_log_line)
			give_back(r, &v, TT_DIAG_log_line_cut);
		else if (take_object(v.raw, &r->log->text, l))
			break;
		else
			give_back(r, &v, TT_DIAG_log_no_message);
	}
	return more;
}
