/* log_json.c - log lines that are JSON objects: journald's and docker's
 *
 * Both have one object a line, so a line that is none is told and passed over
 * and the next one stands by itself.  A key that comes twice is read once,
 * where it came first. */
#include <string.h>

#include "json.h"
#include "lines.h"

/* The text of a string value, decoded to `to` where it has escapes. */
static struct tt_slice text_of(struct tt_slice value, struct tt_log_text *to)
{
	struct tt_slice text = TT_NO_SLICE;

	if (tt_json_plain(value, &text) || text.n == 0)
		return text;
	if (value.n > to->cap - to->n)
		return TT_NO_SLICE; /* room was made for all */
	text.p = to->p + to->n;
	text.n = tt_json_decode(value, to->p + to->n);
	to->n += text.n;
	return text;
}

static void make_room(struct tt_log_text *t, size_t n)
{
	t->n = 0;
	if (n <= t->cap)
		return;
	t->cap = n * 2;
	t->p = tt_realloc(t->p, t->cap);
}

/* ---- the keys that are read ---- */

struct field {
	struct tt_slice key;
	struct tt_slice value; /* n 0: not there */
};

/* Fills the fields; false: it is no object. */
static bool read_fields(struct tt_slice object, struct field *f, size_t n)
{
	struct tt_slice key, value;
	size_t at = 0;
	int more;

	while ((more = tt_json_next(object, &at, &key, &value)) > 0)
		for (size_t i = 0; i < n; i++)
			if (f[i].value.n == 0 && tt_slice_eq(key, f[i].key))
				f[i].value = value;
	return more == 0 && tt_slice_trim(tt_slice_sub(object, at + 1,
						       object.n)).n == 0;
}

enum { MESSAGE, IDENTIFIER, COMM, SYSLOG_PID, PID, HOSTNAME, SENT, STORED,
       N_JOURNAL };

static const struct field journal_fields[N_JOURNAL] = {
	[MESSAGE] = { .key = { (const uint8_t *)"MESSAGE", 7 } },
	[IDENTIFIER] = { .key = { (const uint8_t *)"SYSLOG_IDENTIFIER", 17 } },
	[COMM] = { .key = { (const uint8_t *)"_COMM", 5 } },
	[SYSLOG_PID] = { .key = { (const uint8_t *)"SYSLOG_PID", 10 } },
	[PID] = { .key = { (const uint8_t *)"_PID", 4 } },
	[HOSTNAME] = { .key = { (const uint8_t *)"_HOSTNAME", 9 } },
	[SENT] = { .key = { (const uint8_t *)"_SOURCE_REALTIME_TIMESTAMP",
			    26 } },
	[STORED] = { .key = { (const uint8_t *)"__REALTIME_TIMESTAMP", 20 } },
};

/* ---- journald ---- */

static struct tt_slice either(struct tt_slice a, struct tt_slice b)
{
	return a.n ? a : b;
}

static int passed_over(struct tt_reader *r, size_t n, enum tt_diag_code code)
{
	tt_stream_diag(r->stream, code, r->base + r->at, NULL);
	tt_pass_bytes(r, n, TT_PART_STRAY);
	return 0;
}

static void set_journal(struct tt_log_line *l, const struct tt_slice *v)
{
	struct tt_log_stamp t;

	if (tt_log_time_micros(either(v[SENT], v[STORED]), &t))
		tt_log_set_time(l, &t);
	l->host = v[HOSTNAME];
	l->tag = either(v[IDENTIFIER], v[COMM]);
	l->pid = either(v[SYSLOG_PID], v[PID]);
	l->text = v[MESSAGE];
	tt_log_unwrap_text(l);
}

/* MESSAGE where it is no UTF-8: [80,111,115]. */
static bool bytes_of(struct tt_slice array, struct tt_log_text *to,
		     struct tt_slice *text_r)
{
	struct tt_slice value;
	size_t at = 0;
	int more;

	*text_r = (struct tt_slice){ to->p + to->n, 0 };
	while ((more = tt_json_next(array, &at, NULL, &value)) > 0) {
		const int64_t byte = tt_slice_number(value, 255);

		if (byte < 0)
			return false;
		to->p[to->n++] = (uint8_t)byte;
		text_r->n++;
	}
	return more == 0;
}

int tt_log_take_json(struct tt_reader *r, const struct tt_seen_line *seen,
		     struct tt_log_line *l)
{
	const struct tt_slice raw = tt_window(r, 0, seen->n);
	struct tt_log_text *const to = &r->log->text;
	struct field f[N_JOURNAL];
	struct tt_slice v[N_JOURNAL];

	memcpy(f, journal_fields, sizeof(f));
	if (!read_fields(raw, f, N_JOURNAL))
		return passed_over(r, seen->all, TT_DIAG_log_torn);
	make_room(to, raw.n); /* what is decoded never grows */
	for (size_t i = 0; i < N_JOURNAL; i++)
		v[i] = text_of(f[i].value, to);
	if (f[MESSAGE].value.n && *f[MESSAGE].value.p == '[' &&
	    !bytes_of(f[MESSAGE].value, to, &v[MESSAGE]))
		return passed_over(r, seen->all, TT_DIAG_log_no_message);
	if (tt_slice_eq(f[MESSAGE].value, TT_S("null")) ||
	    f[MESSAGE].value.n == 0)
		return passed_over(r, seen->all, TT_DIAG_log_no_message);
	l->raw = raw;
	l->pointer = "/MESSAGE";
	set_journal(l, v);
	tt_pass_bytes(r, seen->all, TT_PART_RECORD);
	return 1;
}

/* ---- journald's export format ---- */

/* One field of an entry that begins at `from`: "KEY=value\n", or "KEY\n", the
 * value's length in 8 bytes, the value, "\n".  Returns the length of the
 * field; 0: it is none, or the stream ended in it. */
static size_t export_field(struct tt_reader *r, size_t from,
			   struct tt_slice *key_r, size_t *value_r,
			   size_t *length_r)
{
	struct tt_seen_line seen;
	uint64_t length = 0;

	if (!tt_see_line(r, from, &seen) || seen.is_long || seen.is_open)
		return 0;
	const struct tt_slice line = tt_window(r, from, seen.all - 1);
	const size_t equals = tt_slice_chr(line, '=');

	*key_r = tt_slice_sub(line, 0, equals);
	*value_r = from + key_r->n + 1;
	*length_r = line.n - key_r->n - 1;
	if (equals != SIZE_MAX)
		return seen.all;
	if (tt_reader_need(r, from + seen.all + 8) < from + seen.all + 8)
		return 0;
	for (size_t i = 8; i-- > 0;)
		length = length << 8 | r->buf[r->at + from + seen.all + i];
	if (length > TT_MAX_log_line)
		return 0;
	*value_r = from + seen.all + 8;
	*length_r = (size_t)length;
	const size_t end = *value_r + *length_r;

	if (tt_reader_need(r, end + 1) < end + 1 || r->buf[r->at + end] != '\n')
		return 0;
	*key_r = tt_window(r, from, seen.all - 1);
	return end + 1 - from;
}

struct export_entry {
	size_t n;     /* up to the blank line */
	bool is_open; /* there is none */
	struct {
		size_t at, n;
		bool is_there;
	} v[N_JOURNAL];
};

/* Places, not slices: the window moves while an entry is read. */
static bool read_entry(struct tt_reader *r, struct export_entry *e)
{
	struct tt_slice key;
	size_t at, length, n;

	*e = (struct export_entry){ 0 };
	while (e->n <= TT_MAX_log_line) {
		e->is_open = tt_reader_need(r, e->n + 1) == e->n;
		if (e->is_open || r->buf[r->at + e->n] == '\n')
			return e->n > 0;
		n = export_field(r, e->n, &key, &at, &length);
		if (n == 0)
			return false;
		for (size_t i = 0; i < N_JOURNAL; i++) {
			if (e->v[i].is_there ||
			    !tt_slice_eq(key, journal_fields[i].key))
				continue;
			e->v[i].at = at;
			e->v[i].n = length;
			e->v[i].is_there = true;
		}
		e->n += n;
	}
	return false;
}

/* Over what is no entry, to the line behind the next blank one. */
static void pass_entry(struct tt_reader *r)
{
	static const struct tt_scan_rule rule = { '\n', '\n', '\n',
						  '\n', '\n', false };

	tt_stream_diag(r->stream, TT_DIAG_log_torn, r->base + r->at, NULL);
	r->part = TT_PART_STRAY;
	for (;;) {
		const struct tt_slice s = tt_reader_rest(r);
		const size_t i = tt_scan(&rule, s);

		r->scan += i < s.n ? i + 2 : s.n - (s.n > 0);
		if (i < s.n)
			break;
		if (!tt_reader_more(r)) {
			r->scan = r->end;
			break;
		}
	}
	tt_reader_pass(r, TT_PART_STRAY);
}

int tt_log_export_next(struct tt_reader *r, struct tt_log_line *l)
{
	struct tt_slice v[N_JOURNAL];
	struct export_entry e;

	for (;;) {
		if (tt_reader_need(r, 1) == 0)
			return r->is_failed ? -1 : 0;
		if (r->buf[r->at] == '\n') {
			tt_pass_bytes(r, 1, TT_PART_FRAME);
			continue;
		}
		if (!read_entry(r, &e)) {
			pass_entry(r);
			continue;
		}
		if (e.v[MESSAGE].is_there)
			break;
		(void)passed_over(r, e.n, TT_DIAG_log_no_message);
	}
	if (e.is_open)
		tt_stream_diag(r->stream, TT_DIAG_log_torn, r->base + r->at,
			       NULL);
	*l = (struct tt_log_line){ .off = r->base + r->at,
				   .raw = tt_window(r, 0, e.n - 1),
				   .is_torn = e.is_open };
	for (size_t i = 0; i < N_JOURNAL; i++)
		v[i] = tt_window(r, e.v[i].at, e.v[i].n);
	set_journal(l, v);
	tt_pass_bytes(r, e.n, TT_PART_RECORD);
	return 1;
}

/* ---- docker's json-file ---- */

enum { LOG, STREAM, TIME, N_DOCKER };

static const struct field docker_fields[N_DOCKER] = {
	[LOG] = { .key = { (const uint8_t *)"log", 3 } },
	[STREAM] = { .key = { (const uint8_t *)"stream", 6 } },
	[TIME] = { .key = { (const uint8_t *)"time", 4 } },
};

/* Adds what one object says to the text; false: it is none. */
static bool add_docker(struct tt_log_text *to, struct tt_slice object,
		       struct field *f)
{
	struct tt_slice text;

	memcpy(f, docker_fields, sizeof(docker_fields));
	if (!read_fields(object, f, N_DOCKER) || f[LOG].value.n < 2 ||
	    *f[LOG].value.p != '"')
		return false;
	if (tt_json_plain(f[LOG].value, &text)) {
		tt_log_text_add(to, text);
		return true;
	}
	/* Room first: what is decoded is not longer. */
	const size_t before = to->n;

	tt_log_text_add(to, f[LOG].value);
	to->n = before + tt_json_decode(f[LOG].value, to->p + before);
	return true;
}

static bool is_ended(const struct tt_log_text *t)
{
	return t->n && t->p[t->n - 1] == '\n';
}

/* Adds the objects behind `*n` bytes, as long as the line goes on: docker
 * cuts one at 16 KiB.  *n, *all: the bytes taken, without and with the last
 * line end. */
static void add_pieces(struct tt_reader *r, struct tt_slice stream, size_t *n,
		       size_t *all)
{
	struct tt_log_text *const to = &r->log->text;
	uint8_t same[16];
	const size_t n_same = stream.n < sizeof(same) ? stream.n :
							sizeof(same);
	struct tt_seen_line seen;
	struct field f[N_DOCKER];

	memcpy(same, stream.p, n_same); /* the window moves */
	while (!is_ended(to) && *all < TT_MAX_log_line &&
	       tt_see_line(r, *all, &seen) && !seen.is_long) {
		const size_t before = to->n;

		if (!add_docker(to, tt_window(r, *all, seen.n), f))
			return;
		if (!tt_slice_eq(f[STREAM].value,
				 (struct tt_slice){ same, n_same })) {
			to->n = before;
			return;
		}
		*n = *all + seen.n;
		*all += seen.all;
	}
}

int tt_log_take_docker(struct tt_reader *r, const struct tt_seen_line *seen,
		       struct tt_log_line *l)
{
	struct tt_log_text *const to = &r->log->text;
	struct tt_log_stamp t;
	struct tt_slice time, text;
	struct field f[N_DOCKER];
	size_t n = seen->n, all = seen->all;

	to->n = 0;
	if (!add_docker(to, tt_window(r, 0, n), f))
		return passed_over(r, all, TT_DIAG_log_torn);
	if (tt_json_plain(f[TIME].value, &time) &&
	    tt_log_time_iso(time, &t) == time.n)
		tt_log_set_time(l, &t);
	if (!is_ended(to))
		add_pieces(r, f[STREAM].value, &n, &all);
	l->is_torn = !is_ended(to);
	if (l->is_torn)
		tt_stream_diag(r->stream, TT_DIAG_log_torn, l->off, NULL);
	text = (struct tt_slice){ to->p, to->n };
	while (text.n && (text.p[text.n - 1] == '\n' ||
			  text.p[text.n - 1] == '\r'))
		text.n--;
	l->raw = tt_window(r, 0, n);
	l->pointer = "/log";
	(void)tt_log_unwrap_onto(text, l);
	tt_pass_bytes(r, all, TT_PART_RECORD);
	return 1;
}
