/* scan_progress.c - how far a scan has come
 *
 * On a terminal one line that is written over, else a plain line a minute.
 * Clocks are for these lines only: no result hangs on them. */
#include <string.h>
#include <time.h>

#include "scan.h"

#define TERMINAL_MS 250
#define PLAIN_MS 60000
#define PATIENCE_MS 2000

static int64_t now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

void tt_progress_begin(struct tt_scan *s)
{
	s->progress.begun_ms = s->progress.told_ms = now_ms();
}

bool tt_progress_is_late(const struct tt_scan *s)
{
	return now_ms() - s->progress.begun_ms > PATIENCE_MS;
}

void tt_progress_clear(struct tt_scan *s)
{
	if (!s->progress.is_shown)
		return;
	tt_out_str(s->o->show.messages, "\r\x1b[K");
	s->progress.is_shown = false;
}

static void put_size(struct tt_out *o, uint64_t bytes)
{
	static const char *const units[] = { "bytes", "KB", "MB", "GB", "TB" };
	size_t unit = 0;
	uint64_t tenths = bytes * 10;

	while (tenths >= 10000 && unit < 4) {
		tenths /= 1000;
		unit++;
	}
	if (unit == 0)
		tt_out_printf(o, "%llu bytes", (unsigned long long)bytes);
	else
		tt_out_printf(o, "%llu.%llu %s",
			      (unsigned long long)(tenths / 10),
			      (unsigned long long)(tenths % 10), units[unit]);
}

static void put_count(struct tt_out *o, uint64_t n, const char *what)
{
	tt_out_u64(o, n);
	tt_out_str(o, " ");
	tt_out_str(o, what);
	if (n != 1)
		tt_out_str(o, what[strlen(what) - 1] == 's' ? "es" : "s");
}

static void put_left(struct tt_out *o, const struct tt_progress *p, int64_t ms)
{
	if (p->bytes_in_all <= p->bytes || p->bytes == 0)
		return;
	const uint64_t left = p->bytes_in_all - p->bytes;
	const uint64_t seconds =
		left / (p->bytes / (uint64_t)(ms > 0 ? ms : 1) + 1) / 1000;

	tt_out_printf(o, ", %llu:%02llu left",
		      (unsigned long long)(seconds / 60),
		      (unsigned long long)(seconds % 60));
}

static void put_state(struct tt_scan *s, int64_t ms)
{
	const struct tt_progress *const p = &s->progress;
	struct tt_out *const o = s->o->show.messages;

	tt_out_str(o, "tlstrail: ");
	put_count(o, p->files, "file");
	tt_out_str(o, ", ");
	put_size(o, p->bytes);
	if (p->bytes_in_all) {
		tt_out_str(o, " of ");
		put_size(o, p->bytes_in_all);
	}
	tt_out_str(o, ", ");
	put_count(o, p->messages, "message");
	tt_out_str(o, ", ");
	put_count(o, p->events, "event");
	if (ms >= 1000) {
		tt_out_str(o, ", ");
		put_size(o, p->bytes / (uint64_t)ms * 1000);
		tt_out_str(o, "/s");
	}
	put_left(o, p, ms);
	if (p->lost)
		tt_out_printf(o, ", %llu lost", (unsigned long long)p->lost);
}

void tt_progress_tick(struct tt_scan *s)
{
	struct tt_progress *const p = &s->progress;
	const int64_t now = now_ms();
	const bool is_terminal = s->o->is_terminal;

	if (s->o->show.is_quiet ||
	    now - p->told_ms < (is_terminal ? TERMINAL_MS : PLAIN_MS))
		return;
	p->told_ms = now;
	tt_progress_clear(s);
	put_state(s, now - p->begun_ms);
	if (!is_terminal)
		tt_out_str(s->o->show.messages, "\n");
	p->is_shown = is_terminal;
	(void)!tt_out_flush(s->o->show.messages);
}

/* Nobody was, where nothing was read. */
static void put_confined(const struct tt_scan *s)
{
	char text[TT_CONFINED_TEXT];

	if (s->progress.files == 0)
		return;
	tt_confined_text(&s->confined, text);
	tt_out_str(s->o->show.messages, "; confined by ");
	tt_out_str(s->o->show.messages, text);
}

/* How many, and what the level of confinement leaves out. */
static void put_workers(const struct tt_scan *s)
{
	struct tt_out *const o = s->o->show.messages;

	if (s->n_workers == 0)
		return;
	tt_out_str(o, s->confined.has_memory ? ", memory limited" :
					       ", memory not limited");
	tt_out_str(o, " (each of ");
	put_count(o, s->n_workers, "process");
	tt_out_str(o, ")");
}

void tt_progress_file(struct tt_scan *s, struct tt_slice path,
		      const struct tt_file_told *told)
{
	struct tt_out *const o = s->o->show.messages;

	if (!s->o->show.emit.is_verbose || s->o->show.is_quiet)
		return;
	tt_progress_clear(s);
	tt_out_str(o, "tlstrail: ");
	tt_out_text(o, tt_shown_name(path));
	tt_out_str(o, ": ");
	tt_out_str(o, told->state);
	if (!told->is_read) {
		tt_out_str(o, "\n");
		return;
	}
	tt_out_str(o, ", ");
	put_size(o, told->bytes);
	tt_out_str(o, ", ");
	put_count(o, told->messages, "message");
	tt_out_str(o, ", ");
	put_count(o, told->events, "event");
	if (told->outside)
		tt_out_printf(o, ", %llu outside",
			      (unsigned long long)told->outside);
	tt_out_str(o, "\n");
}

void tt_progress_end(struct tt_scan *s)
{
	const struct tt_progress *const p = &s->progress;
	struct tt_out *const o = s->o->show.messages;

	tt_progress_clear(s);
	if (s->o->show.is_quiet)
		return;
	put_state(s, now_ms() - p->begun_ms);
	put_confined(s);
	if (s->o->show.emit.is_verbose)
		put_workers(s);
	if (p->same) {
		tt_out_str(o, "; ");
		put_count(o, p->same, "file");
		tt_out_str(o, " known and unchanged");
	}
	if (p->skipped)
		tt_out_printf(o,
			      "; %llu passed over that a worker died of "
			      "(--retry-skipped tries them again)",
			      (unsigned long long)p->skipped);
	tt_out_str(o, "\n");
	tt_tell_range(o, p->outside, p->undated);
}
