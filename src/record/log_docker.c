/* log_docker.c - docker's json-file: an object a line
 *
 * A line that is none is told and passed over, and the next one stands by
 * itself.  Docker cuts what a container writes at 16 KiB; the pieces are
 * joined as long as they are of the same stream, one behind the other. */
#include <string.h>

#include "object.h"

enum { LOG, STREAM, TIME, N_DOCKER };

static const struct tt_log_field docker_fields[N_DOCKER] = {
	[LOG] = TT_LOG_FIELD("log"),
	[STREAM] = TT_LOG_FIELD("stream"),
	[TIME] = TT_LOG_FIELD("time"),
};

/* Adds what one object says to the text; false: it is none. */
static bool add_docker(struct tt_log_text *to, struct tt_slice object,
		       struct tt_log_field *f)
{
	struct tt_slice text;

	memcpy(f, docker_fields, sizeof(docker_fields));
	if (!tt_log_read_fields(object, f, N_DOCKER) || f[LOG].value.n < 2 ||
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
	struct tt_log_field f[N_DOCKER];

	if (n_same) /* the window moves */
		memcpy(same, stream.p, n_same);
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

static void set_time(const struct tt_log_field *f, struct tt_log_line *l)
{
	struct tt_log_stamp t;
	struct tt_slice time;

	if (tt_json_plain(f[TIME].value, &time) && time.n &&
	    tt_log_time_iso(time, &t) == time.n)
		tt_log_set_time(l, &t);
}

int tt_log_take_docker(struct tt_reader *r, const struct tt_seen_line *seen,
		       struct tt_log_line *l)
{
	struct tt_log_text *const to = &r->log->text;
	struct tt_slice text;
	struct tt_log_field f[N_DOCKER];
	size_t n = seen->n, all = seen->all;

	to->n = 0;
	if (!add_docker(to, tt_window(r, 0, n), f)) {
		tt_stream_diag(r->stream, TT_DIAG_log_torn, l->off, NULL);
		tt_pass_bytes(r, all, TT_PART_STRAY);
		return 0;
	}
	set_time(f, l);
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

void tt_log_object_time(struct tt_slice object, struct tt_log_line *l)
{
	struct tt_log_field f[N_DOCKER + 1];
	struct tt_log_stamp t;
	struct tt_slice micros;

	memcpy(f, docker_fields, sizeof(docker_fields));
	f[N_DOCKER] = tt_journal_fields[TT_JOURNAL_STORED];
	if (!tt_log_read_fields(object, f, N_DOCKER + 1))
		return;
	if (tt_json_plain(f[N_DOCKER].value, &micros) &&
	    tt_log_time_micros(micros, &t))
		tt_log_set_time(l, &t);
	else
		set_time(f, l);
}
