/* test_log - wrappers of log lines, JSON values, CSV, rotated sets
 *
 * Every stream is cut with reads of one block and again with small ones; each
 * of its beginnings is cut, too, and must be accounted for. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#include <tlstrail/record/log.h>

#include "record/json.h"
#include "record/lines.h"

#define N(a) (sizeof(a) / sizeof((a)[0]))

/* 21 November, 17:06:43: in 1970, and in 2026 */
#define NOV INT64_C(28055203)
#define NOV26 INT64_C(1795280803)

static uint32_t noise(uint32_t *state)
{
	*state = *state * 1664525u + 1013904223u;
	return *state >> 8;
}

static bool is_text(struct tt_slice s, const char *want)
{
	return tt_slice_eq(s, tt_slice_str(want ? want : ""));
}

/* ---- wrappers ---- */

static const struct line_row {
	const char *name, *line;
	enum tt_log_time time;
	int64_t seconds, us;
	int precision;
	const char *host, *tag, *pid, *text;
	int offset; /* NO_OFFSET: not written */
	unsigned repeated;
	bool is_cut;
} line_rows[] = {
#define NO_OFFSET (-9999)
#define BSD TT_LOG_NO_YEAR, NOV, 0, 1000000
	{ "rfc 3164", "Nov 21 17:06:43 mx postfix/smtpd[12]: connect from a",
	  BSD, "mx", "postfix/smtpd", "12", "connect from a", NO_OFFSET, 0, 0 },
	{ "day padded", "Nov  1 17:06:43 mx a: b", TT_LOG_NO_YEAR,
	  NOV - 20 * 86400, 0, 1000000, "mx", "a", "", "b", NO_OFFSET, 0, 0 },
	{ "day with a zero", "Nov 01 17:06:43 mx a: b", TT_LOG_NO_YEAR,
	  NOV - 20 * 86400, 0, 1000000, "mx", "a", "", "b", NO_OFFSET, 0, 0 },
	{ "day not padded", "Nov 1 17:06:43 mx a: b", TT_LOG_NO_YEAR,
	  NOV - 20 * 86400, 0, 1000000, "mx", "a", "", "b", NO_OFFSET, 0, 0 },
	{ "leap day", "Feb 29 01:02:03 mx a: b", TT_LOG_NO_YEAR, 68173323, 0,
	  1000000, "mx", "a", "", "b", NO_OFFSET, 0, 0 },
	{ "year", "Nov 21 2026 17:06:43 mx a: b", TT_LOG_LOCAL, NOV26, 0,
	  1000000, "mx", "a", "", "b", NO_OFFSET, 0, 0 },
	{ "milliseconds", "Nov 21 17:06:43.250 mx a: b", TT_LOG_NO_YEAR, NOV,
	  250000, 1000, "mx", "a", "", "b", NO_OFFSET, 0, 0 },
	{ "priority", "<22>Nov 21 17:06:43 mx a[1]: b", BSD, "mx", "a", "1",
	  "b", NO_OFFSET, 0, 0 },
	{ "letter in a pid", "Nov 21 17:06:43 mx postfix/smtpd[1a]: x", BSD,
	  "mx", "postfix/smtpd", "1a", "x", NO_OFFSET, 0, 0 },
	{ "no space behind", "Nov 21 17:06:43 mx postfix/smtpd[12]:x", BSD,
	  "mx", "", "", "postfix/smtpd[12]:x", NO_OFFSET, 0, 0 },
	{ "no pid in brackets", "Nov 21 17:06:43 mx postfix/smtpd[]: x", BSD,
	  "mx", "", "", "postfix/smtpd[]: x", NO_OFFSET, 0, 0 },
	{ "empty text", "Nov 21 17:06:43 mx postfix/smtpd[12]: ", BSD, "mx",
	  "postfix/smtpd", "12", "", NO_OFFSET, 0, 0 },
	{ "tag of the same end", "Nov 21 17:06:43 mx suffix/smtpd[12]: x", BSD,
	  "mx", "suffix/smtpd", "12", "x", NO_OFFSET, 0, 0 },
	{ "tag of the same length", "Nov 21 17:06:43 mx prefix-smtpd[12]: x",
	  BSD, "mx", "prefix-smtpd", "12", "x", NO_OFFSET, 0, 0 },
	{ "hex pid", "Nov 21 17:06:43 mx dma[ba83f9.56271d60ff60]: trying",
	  BSD, "mx", "dma", "ba83f9.56271d60ff60", "trying", NO_OFFSET, 0, 0 },
	{ "no pid", "Nov 21 17:06:43 mx courierd: newmsg,id=0.1: dns", BSD,
	  "mx", "courierd", "", "newmsg,id=0.1: dns", NO_OFFSET, 0, 0 },
	{ "dots and slashes",
	  "Nov 21 17:06:43 mx.example.com postfix-in/relay/smtp.2[7]: x", BSD,
	  "mx.example.com", "postfix-in/relay/smtp.2", "7", "x", NO_OFFSET, 0,
	  0 },
	{ "colons in a tag", "Nov 21 17:06:43 mx Mail::Box[7]: x", BSD, "mx",
	  "Mail::Box", "7", "x", NO_OFFSET, 0, 0 },
	{ "host is an address", "Nov 21 17:06:43 2001:db8::1 a[7]: x", BSD,
	  "2001:db8::1", "a", "7", "x", NO_OFFSET, 0, 0 },
	{ "no host", "Nov 21 17:06:43 a/b[7]: x", BSD, "", "a/b", "7", "x",
	  NO_OFFSET, 0, 0 },
	{ "no host, no pid", "Nov 21 17:06:43 lmtp(12): x", BSD, "",
	  "lmtp(12)", "", "x", NO_OFFSET, 0, 0 },
	{ "no tag", "Nov 21 17:06:43 mx -- MARK --", BSD, "mx", "", "",
	  "-- MARK --", NO_OFFSET, 0, 0 },
	{ "neither", "Nov 21 17:06:43 host=a.example tls=on auth=off", BSD, "",
	  "", "", "host=a.example tls=on auth=off", NO_OFFSET, 0, 0 },
	{ "msmtp to syslog", "Nov 21 17:06:43 pc msmtp: host=a tls=on", BSD,
	  "pc", "msmtp", "", "host=a tls=on", NO_OFFSET, 0, 0 },
	{ "nothing said", "Nov 21 17:06:43 mx a[7]:", BSD, "mx", "a", "7", "",
	  NO_OFFSET, 0, 0 },
	{ "spaces said", "Nov 21 17:06:43 mx a[7]:   b ", BSD, "mx", "a", "7",
	  "  b ", NO_OFFSET, 0, 0 },
	{ "address as pid is none", "Nov 21 17:06:43 mx b[192.0.2.1] said: x",
	  BSD, "mx", "", "", "b[192.0.2.1] said: x", NO_OFFSET, 0, 0 },
	{ "facility", "Nov 21 17:06:43 mx mail.info a[7]: x", BSD, "mx", "a",
	  "7", "x", NO_OFFSET, 0, 0 },
	{ "facility in brackets", "Nov 21 17:06:43 <mail.info> mx a[7]: x",
	  BSD, "mx", "a", "7", "x", NO_OFFSET, 0, 0 },
	{ "facility and colon", "Nov 21 17:06:43 mx mail:info a[7]: x", BSD,
	  "mx", "a", "7", "x", NO_OFFSET, 0, 0 },
	{ "solaris", "Nov 21 17:06:43 mx a[7]: [ID 801593 mail.info] x", BSD,
	  "mx", "a", "7", "x", NO_OFFSET, 0, 0 },
	{ "relayed whole", "Nov 21 17:06:44 loghost Nov 21 17:06:43 mx a[7]: x",
	  BSD, "mx", "a", "7", "x", NO_OFFSET, 0, 0 },
	{ "a tag's text is not a head",
	  "Nov 21 17:06:43 mx a[7]: Nov 21 17:06:43 my b[8]: x", BSD, "mx",
	  "a", "7", "Nov 21 17:06:43 my b[8]: x", NO_OFFSET, 0, 0 },
	{ "escapes stay", "Nov 21 17:06:43 mx a[7]: b#011c\\303\\251", BSD,
	  "mx", "a", "7", "b#011c\\303\\251", NO_OFFSET, 0, 0 },
	{ "repeated",
	  "Nov 21 17:06:43 mx a[7]: message repeated 3 times: [ b [c] ]", BSD,
	  "mx", "a", "7", "b [c] ", NO_OFFSET, 3, 0 },
	{ "repeated, classic",
	  "Nov 21 17:06:43 mx last message repeated 2 times",
	  BSD, "mx", "", "", "last message repeated 2 times", NO_OFFSET, 2, 0 },
	{ "repeated by a sender",
	  "Nov 21 17:06:43 mx a[7]: helo=message repeated 3 times: [ b]", BSD,
	  "mx", "a", "7", "helo=message repeated 3 times: [ b]", NO_OFFSET, 0,
	  0 },
	{ "rfc 3339", "2026-11-21T19:06:43.525742+02:00 mx a/b[7]: x",
	  TT_LOG_UTC, NOV26, 525742, 1, "mx", "a/b", "7", "x", 120, 0, 0 },
	{ "short-iso", "2026-11-21T17:06:43+0000 mx a[7]: x", TT_LOG_UTC,
	  NOV26, 0, 1000000, "mx", "a", "7", "x", 0, 0, 0 },
	{ "west", "2026-11-21T13:36:43-0330 mx a[7]: x", TT_LOG_UTC, NOV26, 0,
	  1000000, "mx", "a", "7", "x", -210, 0, 0 },
	{ "nanoseconds", "2026-11-21T17:06:43.123456789Z mx a: x", TT_LOG_UTC,
	  NOV26, 123456, 1, "mx", "a", "", "x", 0, 0, 0 },
	{ "haraka", "2026-11-21T17:06:43.500Z [INFO] [6C.1] [outbound] x",
	  TT_LOG_UTC, NOV26, 500000, 1000, "", "", "",
	  "[INFO] [6C.1] [outbound] x", 0, 0, 0 },
	{ "level and words",
	  "2026-11-21T17:06:43Z INFO TLS handshake (a.b) c=d",
	  TT_LOG_UTC, NOV26, 0, 1000000, "", "", "",
	  "INFO TLS handshake (a.b) c=d", 0, 0, 0 },
	{ "level and colon", "2026-11-21T17:06:43Z INFO Delivery: x",
	  TT_LOG_UTC, NOV26, 0, 1000000, "", "", "", "INFO Delivery: x", 0, 0,
	  0 },
	{ "exim", "2026-11-21 17:06:43 1aBcDe-0001x2-18 DKIM: d=a",
	  TT_LOG_LOCAL, NOV26, 0, 1000000, "", "", "",
	  "1aBcDe-0001x2-18 DKIM: d=a", NO_OFFSET, 0, 0 },
	{ "exim, zone, milliseconds, pid",
	  "2026-11-21 17:36:43.123 +0030 [1234] 1aBcDe-0001x2-18 Completed",
	  TT_LOG_UTC, NOV26, 123000, 1000, "", "", "1234",
	  "1aBcDe-0001x2-18 Completed", 30, 0, 0 },
	{ "exim to syslog",
	  "Nov 21 17:06:44 mx exim[7]: 2026-11-21 17:06:43 [7] 1aB Completed",
	  TT_LOG_LOCAL, NOV26, 0, 1000000, "mx", "exim", "7", "1aB Completed",
	  NO_OFFSET, 0, 0 },
	{ "own date behind an instant",
	  "2026-11-21T17:06:43+00:00 mx exim[7]: 2026-11-21 18:06:43 1aB x",
	  TT_LOG_UTC, NOV26, 0, 1000000, "mx", "exim", "7", "1aB x", 0, 0, 0 },
	{ "cisco", "Sat Nov 21 17:06:43 2026 Info: MID 7 ICID 8", TT_LOG_LOCAL,
	  NOV26, 0, 1000000, "", "", "", "Info: MID 7 ICID 8", NO_OFFSET, 0,
	  0 },
	{ "in brackets", "[2026-11-21 18:06:43.500000 +0100] rprt s=1",
	  TT_LOG_UTC, NOV26, 500000, 1, "", "", "", "rprt s=1", 60, 0, 0 },
	{ "in brackets, no space behind", "[2026-11-21 18:06:43]rprt s=1",
	  TT_LOG_UNTIMED, 0, 0, 0, "", "", "",
	  "[2026-11-21 18:06:43]rprt s=1", NO_OFFSET, 0, 0 },
	{ "multilog", "@400000006b01cfad1dcd6500 new msg 7", TT_LOG_UTC, NOV26,
	  500000, 1, "", "", "", "new msg 7", NO_OFFSET, 0, 0 },
	{ "splogger", "Nov 21 17:06:43 mx qmail: 1795280803.633171 new msg 7",
	  TT_LOG_UTC, NOV26, 633171, 1, "mx", "qmail", "", "new msg 7",
	  NO_OFFSET, 0, 0 },
	{ "rfc 5424", "<22>1 2026-11-21T17:06:43.5+00:00 mx exim 7 - - x y",
	  TT_LOG_UTC, NOV26, 500000, 100000, "mx", "exim", "7", "x y", 0, 0,
	  true },
	{ "rfc 5424, two spaces",
	  "<22>1 2026-11-21T17:06:43Z mx postfix 7 - -  connect from a",
	  TT_LOG_UTC, NOV26, 0, 1000000, "mx", "postfix", "7",
	  "connect from a", 0, 0, true },
	{ "rfc 5424, mark, data, whole name",
	  "<22>1 2026-11-21T17:06:43Z mx a/b 7 ID [x y=\"]\\\"\"][z] "
	  "\xef\xbb\xbfhello", TT_LOG_UTC, NOV26, 0, 1000000, "mx", "a/b", "7",
	  "hello", 0, 0, false },
	{ "rfc 5424, nothing known", "<22>1 - - - - - - x", TT_LOG_UNTIMED, 0,
	  0, 0, "", "", "", "x", NO_OFFSET, 0, false },
	{ "rfc 5424, nothing said", "<22>1 2026-11-21T17:06:43Z mx a - - -",
	  TT_LOG_UTC, NOV26, 0, 1000000, "mx", "a", "", "", 0, 0, true },
	{ "a date and a logger's head", "2026-11-21 17:06:43 mx a/b[7]: x",
	  TT_LOG_LOCAL, NOV26, 0, 1000000, "mx", "a/b", "7", "x", NO_OFFSET,
	  0, false },
	{ "docker logs -t", "2026-11-21T17:06:43Z Nov 21 17:06:42 mx a[7]: x",
	  TT_LOG_UTC, NOV26, 0, 1000000, "mx", "a", "7", "x", 0, 0, false },
	{ "kubernetes",
	  "2026-11-21T17:06:43.5Z stdout F Nov 21 17:06:42 mx a[7]: x",
	  TT_LOG_UTC, NOV26, 500000, 100000, "mx", "a", "7", "x", 0, 0,
	  false },
	{ "short-full", "Sat 2026-11-21 17:06:43 UTC mx a[7]: x", TT_LOG_UTC,
	  NOV26, 0, 1000000, "mx", "a", "7", "x", 0, 0, false },
	{ "short-full, another zone", "Sat 2026-11-21 17:06:43 CET mx a[7]: x",
	  TT_LOG_LOCAL, NOV26, 0, 1000000, "mx", "a", "7", "x", NO_OFFSET, 0,
	  false },
	{ "short-unix", "1795280803.633171 mx a[7]: x", TT_LOG_UTC, NOV26,
	  633171, 1, "mx", "a", "7", "x", NO_OFFSET, 0, false },
	{ "no time", "postfix/smtpd[7]: connect from a", TT_LOG_UNTIMED, 0, 0,
	  0, "", "postfix/smtpd", "7", "connect from a", NO_OFFSET, 0, 0 },
	{ "no head", "connect from a: b", TT_LOG_UNTIMED, 0, 0, 0, "", "", "",
	  "connect from a: b", NO_OFFSET, 0, 0 },
	{ "no such day", "Nov 31 17:06:43 mx a: b", TT_LOG_UNTIMED, 0, 0, 0, "",
	  "", "", "Nov 31 17:06:43 mx a: b", NO_OFFSET, 0, 0 },
	{ "no such hour", "2026-11-21T24:06:43Z mx a: b", TT_LOG_UNTIMED, 0, 0,
	  0, "", "", "", "2026-11-21T24:06:43Z mx a: b", NO_OFFSET, 0, 0 },
};

static void check_line(const struct line_row *row)
{
	struct tt_log_line l;
	const bool has_offset = row->offset != NO_OFFSET;

	(void)tt_log_unwrap(tt_slice_str(row->line), &l);
	if (l.time != row->time ||
	    l.time_us != row->seconds * 1000000 + row->us ||
	    l.precision_us != row->precision)
		fail_msg("%s: time %d, %lld us, of %d", row->name, (int)l.time,
			 (long long)l.time_us, l.precision_us);
	if (l.has_offset != has_offset ||
	    (has_offset && l.offset_min != row->offset))
		fail_msg("%s: offset %d", row->name, l.offset_min);
	if (!is_text(l.host, row->host) || !is_text(l.tag, row->tag) ||
	    !is_text(l.pid, row->pid))
		fail_msg("%s: host %.*s, tag %.*s, pid %.*s", row->name,
			 (int)l.host.n, l.host.p, (int)l.tag.n, l.tag.p,
			 (int)l.pid.n, l.pid.p);
	if (!is_text(l.text, row->text))
		fail_msg("%s: text %.*s", row->name, (int)l.text.n, l.text.p);
	if (l.repeated != row->repeated || l.is_tag_cut != row->is_cut)
		fail_msg("%s: repeated %u, cut %d", row->name, l.repeated,
			 l.is_tag_cut);
}

static void test_lines(void **state)
{
	(void)state;
	for (size_t i = 0; i < N(line_rows); i++)
		check_line(&line_rows[i]);
}

static bool is_same_line(const struct tt_log_line *a,
			 const struct tt_log_line *b)
{
	return a->time == b->time && a->time_us == b->time_us &&
	       a->precision_us == b->precision_us &&
	       a->has_offset == b->has_offset &&
	       a->offset_min == b->offset_min &&
	       tt_slice_eq(a->host, b->host) && tt_slice_eq(a->tag, b->tag) &&
	       tt_slice_eq(a->pid, b->pid) && tt_slice_eq(a->text, b->text) &&
	       a->is_tag_cut == b->is_tag_cut && a->repeated == b->repeated;
}

/* What is remembered of the line before changes nothing. */
static void test_lines_after_others(void **state)
{
	(void)state;
	for (size_t i = 0; i < N(line_rows); i++)
		for (size_t k = 0; k < N(line_rows); k++) {
			struct tt_log_line first = { 0 }, got = { 0 }, want;
			struct tt_log_memo memo = { .n = 0 };
			const struct tt_slice s =
				tt_slice_str(line_rows[k].line);

			/* Head and tag are known when it is read again. */
			for (int n = 0; n < 2; n++)
				tt_log_unwrap_next(
					tt_slice_str(line_rows[i].line), &memo,
					&first);
			tt_log_unwrap_next(s, &memo, &got);
			(void)tt_log_unwrap(s, &want);
			if (!is_same_line(&got, &want))
				fail_msg("%s behind %s", line_rows[k].name,
					 line_rows[i].name);
		}
}

/* ---- where lines end ---- */

static bool is_clock_at(struct tt_slice s, size_t at)
{
	return at + 6 < s.n && (s.p[at] == ' ' || s.p[at] == 'T') &&
	       s.p[at + 3] == ':' && s.p[at + 6] == ':';
}

static void test_line_ends(void **state)
{
	static const char bytes[] = " T::::aaaaaaa\n\0";
	uint8_t text[200];
	uint32_t seed = 1;

	(void)state;
	for (int k = 0; k < 200000; k++) {
		const size_t n = noise(&seed) % sizeof(text);
		const struct tt_slice s = { text, n };
		const uint32_t odd = 1 + noise(&seed) % 32;
		size_t n_clocks = 0;
		bool has_nul = false;

		for (size_t i = 0; i < n; i++)
			text[i] = noise(&seed) % odd ?
					  'a' :
					  (uint8_t)bytes[noise(&seed) %
							 sizeof(bytes)];
		const size_t end = tt_slice_chr(s, '\n');

		for (size_t i = 0; i < n && i < end; i++) {
			n_clocks += is_clock_at(s, i);
			has_nul |= text[i] == 0;
		}
		for (size_t i = 0; i < tt_n_line_end_variants; i++) {
			const struct tt_line_end_variant *const v =
				&tt_line_end_variants[i];
			bool is_odd;

			if (!v->is_there())
				continue;
			if (v->find(s, &is_odd) != end ||
			    ((has_nul || n_clocks > 1) && !is_odd))
				fail_msg("%s: %d: %.*s", v->name, k, (int)n,
					 (const char *)text);
		}
	}
}

/* ---- streams ---- */

#define MAX_ITEMS 8

struct item {
	uint64_t off;
	size_t n; /* of raw */
	const char *text;
	bool is_torn;
};

static const struct stream_row {
	const char *name;
	const char *bytes;
	size_t n; /* 0: to the NUL */
	enum tt_format format;
	uint64_t frame, diags;
	size_t n_diag;
	enum tt_diag_code first_diag;
	size_t n_want;
	struct item want[MAX_ITEMS];
} stream_rows[] = {
#define H "Nov 21 17:06:43 mx a[7]: "   /* 25 bytes */
#define H8 "Nov 21 17:06:43 mx a[8]: "
	{ "two lines", H "b\n" H "cd\n", 0, TT_FORMAT_LOG, 0, 0, 0, 0, 2,
	  { { 0, 26, "b", 0 }, { 27, 27, "cd", 0 } } },
	{ "crlf, blank lines, mark", "\xef\xbb\xbf" H "b\r\n\r\n\n" H "c\r\n",
	  0, TT_FORMAT_LOG, 6, 0, 0, 0, 2,
	  { { 3, 26, "b", 0 }, { 34, 26, "c", 0 } } },
	{ "no line end at the end", H "b\n" H "c", 0, TT_FORMAT_LOG, 0, 0, 1,
	  TT_DIAG_log_torn, 2, { { 0, 26, "b", 0 }, { 27, 26, "c", 1 } } },
	{ "begins in the middle", "sent (ok)\n" H "b\n" H "c\n", 0,
	  TT_FORMAT_LOG, 0, 10, 1, TT_DIAG_log_no_head, 2,
	  { { 10, 26, "b", 0 }, { 37, 26, "c", 0 } } },
	{ "goes on without a head", H "b\n" H "c\n  and: d\n", 0,
	  TT_FORMAT_LOG, 0, 9, 1, TT_DIAG_log_no_head, 2,
	  { { 0, 26, "b", 0 }, { 27, 26, "c", 0 } } },
	{ "half a head", "smtpd[7]: b\n" H "b\n" H "c\n", 0, TT_FORMAT_LOG, 0,
	  12, 1, TT_DIAG_log_no_head, 2,
	  { { 12, 26, "b", 0 }, { 39, 26, "c", 0 } } },
	{ "journalctl's words", "-- Boot 1 --\n" H "b\n" H "c\n", 0,
	  TT_FORMAT_LOG, 13, 0, 0, 0, 2,
	  { { 13, 26, "b", 0 }, { 40, 26, "c", 0 } } },
	{ "two lines in one", H "b\n" H "c=d, e=" H "f\n" H "g\n", 0,
	  TT_FORMAT_LOG, 0, 0, 1, TT_DIAG_log_mixed, 3,
	  { { 0, 26, "b", 0 }, { 27, 58, "c=d, e=", 1 },
	    { 86, 26, "g", 0 } } },
	{ "two lines in one, rfc 3339",
	  "2026-11-21T17:06:43Z mx a[7]: b2026-11-21T17:06:43Z mx a[7]: c\n",
	  0, TT_FORMAT_LOG, 0, 0, 1, TT_DIAG_log_mixed, 1,
	  { { 0, 62, "b", 1 } } },
	{ "a time is no head", H "b Nov 21 17:06:43 c\n", 0, TT_FORMAT_LOG, 0,
	  0, 0, 0, 1, { { 0, 44, "b Nov 21 17:06:43 c", 0 } } },
	{ "zeros between", H "b\n\0\0\0" H "c\n", 57, TT_FORMAT_LOG, 0, 3, 1,
	  TT_DIAG_log_binary, 2,
	  { { 0, 26, "b", 0 }, { 30, 26, "c", 0 } } },
	{ "zeros in a line", H "b\0\0" H "c\n", 55, TT_FORMAT_LOG, 0, 2, 2,
	  TT_DIAG_log_torn, 2, { { 0, 26, "b", 1 }, { 28, 26, "c", 0 } } },
	{ "zeros in half a line", "b\0\0" H "c\n" H "d\n" H "e\n", 84,
	  TT_FORMAT_LOG, 0, 3, 2, TT_DIAG_log_no_head, 3,
	  { { 3, 26, "c", 0 }, { 30, 26, "d", 0 }, { 57, 26, "e", 0 } } },
	{ "pieces", H "[1/3] 2026-11-21 17:06:43 b\n" H "[2/3] c\n"
	  H "[3/3] d\n", 0, TT_FORMAT_LOG, 0, 0, 0, 0, 1,
	  { { 0, 118, "bcd", 0 } } },
	{ "pieces, others between",
	  H "[1/2] b\n" H8 "x\n" H "[2/2] c\n" H "d\n", 0,
	  TT_FORMAT_LOG, 0, 0, 0, 0, 3,
	  { { 0, 92, "bc", 0 }, { 33, 26, "x", 0 }, { 93, 26, "d", 0 } } },
	{ "pieces of two", H "[1/2] b\n" H8 "[1/2] x\n" H "[2/2] c\n" H8
	  "[2/2] y\n", 0, TT_FORMAT_LOG, 0, 0, 0, 0, 2,
	  { { 0, 98, "bc", 0 }, { 33, 98, "xy", 0 } } },
	{ "pieces cut at a line end", H "[1\\2] b\n" H "[2\\2] c\n", 0,
	  TT_FORMAT_LOG, 0, 0, 0, 0, 1, { { 0, 65, "b\nc", 0 } } },
	{ "a piece is missing", H "[1/3] b\n" H "[3/3] d\n", 0, TT_FORMAT_LOG,
	  0, 33, 2, TT_DIAG_log_piece, 1, { { 0, 32, "b", 1 } } },
	{ "the first piece is missing", H "[2/2] client=x\n" H "d\n", 0,
	  TT_FORMAT_LOG, 0, 40, 1, TT_DIAG_log_piece, 1,
	  { { 40, 26, "d", 0 } } },
	{ "a daemon's own log",
	  "2026-11-21 17:06:43 b\n2026-11-21 17:06:43 mx a[7]: c\n"
	  "2026-11-21 17:06:43 d\n", 0, TT_FORMAT_LOG, 0, 0, 0, 0, 3,
	  { { 0, 21, "b", 0 }, { 22, 30, "mx a[7]: c", 0 },
	    { 53, 21, "d", 0 } } },
	{ "docker",
	  "{\"log\":\"" H "b \\\"c\\\"\\n\",\"stream\":\"stdout\","
	  "\"time\":\"2026-11-21T17:06:43.1Z\"}\n"
	  "{\"log\":\"d\\n\",\"stream\":\"stdout\","
	  "\"time\":\"2026-11-21T17:06:43.1Z\"}\n", 0, TT_FORMAT_LOG, 0, 0, 0,
	  0, 2, { { 0, 94, "b \"c\"", 0 }, { 95, 63, "d", 0 } } },
	{ "docker, pieces",
	  "{\"log\":\"" H "b\",\"stream\":\"stdout\",\"time\":\"x\"}\n"
	  "{\"log\":\"c\\n\",\"stream\":\"stdout\",\"time\":\"x\"}\n", 0,
	  TT_FORMAT_LOG, 0, 0, 0, 0, 1, { { 0, 108, "bc", 0 } } },
	{ "docker, another stream",
	  "{\"log\":\"" H "b\",\"stream\":\"stdout\",\"time\":\"x\"}\n"
	  "{\"log\":\"c\\n\",\"stream\":\"stderr\",\"time\":\"x\"}\n", 0,
	  TT_FORMAT_LOG, 0, 0, 1, TT_DIAG_log_torn, 2,
	  { { 0, 65, "b", 1 }, { 66, 42, "c", 0 } } },
	{ "docker, no times",
	  "{\"log\":\"b\\n\",\"stream\":\"x\",\"time\":\"\"}\n"
	  "{\"log\":\"c\\n\",\"stream\":\"x\"}\n", 0, TT_FORMAT_LOG, 0, 0,
	  0, 0, 2, { { 0, 36, "b", 0 }, { 37, 26, "c", 0 } } },
	{ "docker, torn",
	  "{\"log\":\"b\\n\",\"stream\":\"stdout\",\"time\":\"x\"}\n"
	  "{\"log\":\"c\\n\",\"stre\n"
	  "{\"log\":\"d\\n\",\"stream\":\"stdout\",\"time\":\"x\"}\n", 0,
	  TT_FORMAT_LOG, 0, 19, 1, TT_DIAG_log_torn, 2,
	  { { 0, 42, "b", 0 }, { 62, 42, "d", 0 } } },
	{ "kubernetes, pieces",
	  "2026-11-21T17:06:43Z stdout P " H "b\n"
	  "2026-11-21T17:06:43Z stdout P " H8 "c\n"
	  "2026-11-21T17:06:43Z stdout F " H8 "d\n"
	  "2026-11-21T17:06:43Z stdout F " H "e\n", 0, TT_FORMAT_LOG, 0, 114,
	  3, TT_DIAG_log_piece, 2,
	  { { 0, 56, "b", 1 }, { 171, 56, "e", 0 } } },
	{ "journald",
	  "{\"MESSAGE\":\"b\\u00e9\\n\\ud83d\\ude00\",\"_HOSTNAME\":\"mx\","
	  "\"x\":{\"y\":[1]}}\n"
	  "{ \"MESSAGE\" : [99, 255 ] , \"_HOSTNAME\":\"mx\" }\n"
	  "{\"MESSAGE\":null,\"_HOSTNAME\":\"mx\"}\n"
	  "{\"MESSAGE\":\"d\",\"_HOSTNAME\":\"mx\"}\n", 0, TT_FORMAT_LOG, 4,
	  33, 1, TT_DIAG_log_no_message, 3,
	  { { 0, 66, "b\xc3\xa9\n\xf0\x9f\x98\x80", 0 },
	    { 67, 45, "c\xff", 0 }, { 147, 32, "d", 0 } } },
	{ "journald, pretty, a piece",
	  "{\n\t\"MESSAGE\" : \"[1/2] 2026-11-21 17:06:43 b\",\n"
	  "\t\"_HOSTNAME\" : \"mx\"\n}\n", 0, TT_FORMAT_LOG, 1, 0, 1,
	  TT_DIAG_log_piece, 1, { { 0, 67, "b", 1 } } },
	{ "journald, exported",
	  "__CURSOR=s\n_HOSTNAME=mx\nMESSAGE=b=c\n\n"
	  "__CURSOR=t\nMESSAGE\n\5\0\0\0\0\0\0\0d\n\ne\n\n_HOSTNAME=mx\n\n"
	  "__CURSOR=u\n_HOSTNAME=mx\n\n", 109, TT_FORMAT_LOG, 3, 24, 1,
	  TT_DIAG_log_no_message, 2,
	  { { 0, 35, "b=c", 0 }, { 37, 45, "d\n\ne\n", 0 } } },
	{ "json lines", "{\"a\":\"}\"}\n{\"b\":\"\\\"{\"}\n\n", 0,
	  TT_FORMAT_JSON, 3, 0, 0, 0, 2,
	  { { 0, 9, NULL, 0 }, { 10, 11, NULL, 0 } } },
	{ "json, one behind the other", "{\"a\":1}{\"b\":[{}]} [{\"c\":2}],{}",
	  0, TT_FORMAT_JSON, 2, 0, 0, 0, 4,
	  { { 0, 7, NULL, 0 }, { 7, 10, NULL, 0 }, { 18, 9, NULL, 0 },
	    { 28, 2, NULL, 0 } } },
	{ "json, pretty", "{\n  \"a\": [\n    1\n  ]\n}\n{\n}\n", 0,
	  TT_FORMAT_JSON, 2, 0, 0, 0, 2,
	  { { 0, 22, NULL, 0 }, { 23, 3, NULL, 0 } } },
	{ "json behind times",
	  "2026-11-21T17:06:43.000Z {\"a\":1}\n2026-11-21T17:06:43Z\t{}\n", 0,
	  TT_FORMAT_JSON, 48, 0, 0, 0, 2,
	  { { 25, 7, NULL, 0 }, { 54, 2, NULL, 0 } } },
	{ "json, cut at the end", "{\"a\":1}\n{\"b\":{\"c\":\"d", 0,
	  TT_FORMAT_JSON, 1, 12, 1, TT_DIAG_json_torn, 1,
	  { { 0, 7, NULL, 0 } } },
	{ "json, cut in a string", "{\"a\":\"b\n{\"c\":1}\n", 0,
	  TT_FORMAT_JSON, 1, 8, 1, TT_DIAG_json_torn, 1,
	  { { 8, 7, NULL, 0 } } },
	{ "json, cut behind a value", "{\"a\":1\n{\"c\":1}\n", 0,
	  TT_FORMAT_JSON, 1, 7, 1, TT_DIAG_json_torn, 1,
	  { { 7, 7, NULL, 0 } } },
	{ "json, cut behind a comma", "{\"a\":1,\n{\"c\":1}\n", 0,
	  TT_FORMAT_JSON, 1, 8, 1, TT_DIAG_json_torn, 1,
	  { { 8, 7, NULL, 0 } } },
	{ "json, brackets do not pair", "{\"a\":[1}\n{\"c\":1}\n", 0,
	  TT_FORMAT_JSON, 1, 9, 1, TT_DIAG_json_torn, 1,
	  { { 9, 7, NULL, 0 } } },
	{ "json, text between", "{\"a\":1}\nerror: {\"b\":1}\n{\"c\":1}\n", 0,
	  TT_FORMAT_JSON, 2, 15, 1, TT_DIAG_json_stray, 2,
	  { { 0, 7, NULL, 0 }, { 23, 7, NULL, 0 } } },
	{ "csv, first line names", "a,b,c,d,e\n1,2,3,4,\"x,\"\"y\"\n"
	  "a,b,c,d,e\n6,7,8,9,\"\n5,4,3,2,1\n", 0, TT_FORMAT_CSV, 20, 10, 1,
	  TT_DIAG_csv_torn, 2,
	  { { 10, 15, "a,b,c,d,e", 0 }, { 46, 9, "a,b,c,d,e", 0 } } },
	{ "csv, exchange",
	  "#Software: x\r\n#Fields: p,q\r\n1,2\r\n#Fields: r,s\r\n3,4\r\n5,",
	  0, TT_FORMAT_CSV, 42, 2, 1, TT_DIAG_csv_torn, 2,
	  { { 28, 3, "p,q", 0 }, { 47, 3, "r,s", 0 } } },
};

struct got {
	size_t n;
	struct item item[MAX_ITEMS];
	char text[MAX_ITEMS][128];
	struct tt_account account;
	size_t n_diag;
	enum tt_diag_code first_diag;
	enum tt_format format;
};

static void add_item(struct got *got, uint64_t off, struct tt_slice raw,
		     struct tt_slice text, bool is_torn,
		     struct tt_slice bytes)
{
	char *const kept = got->text[got->n];

	assert_true(got->n < MAX_ITEMS);
	assert_true(off + raw.n <= bytes.n);
	if (raw.n)
		assert_memory_equal(raw.p, bytes.p + off, raw.n);
	(void)snprintf(kept, sizeof(got->text[0]), "%.*s", (int)text.n,
		       (const char *)text.p);
	got->item[got->n++] = (struct item){ off, raw.n, kept, is_torn };
}

static int next_item(struct got *got, struct tt_reader *r,
		     struct tt_slice bytes)
{
	struct tt_log_value v;
	struct tt_log_line l;
	int more;

	if (got->format == TT_FORMAT_LOG) {
		more = tt_log_line_next(r, &l);
		if (more > 0)
			add_item(got, l.off, l.raw, l.text, l.is_torn, bytes);
		return more;
	}
	more = tt_log_value_next(r, &v);
	if (more > 0)
		add_item(got, v.off, v.raw, v.fields, false, bytes);
	return more;
}

static void cut(struct got *got, struct tt_slice bytes, enum tt_format as,
		size_t chunk)
{
	const struct tt_reader_options options = { .as = as };
	struct tt_arena arena = { 0 };
	struct tt_diags diags;
	struct tt_reader *r;

	memset(got, 0, sizeof(*got));
	tt_diags_init(&diags, &arena);
	struct tt_stream *stream = tt_stream_from_bytes(bytes, &diags);

	if (tt_reader_open_chunk(&r, stream, &options, chunk, NULL) == TT_OK) {
		got->format = tt_reader_format(r);
		while ((as || got->format >= TT_FORMAT_LOG) &&
		       next_item(got, r, bytes) > 0)
			;
		got->account = tt_reader_account(r);
		tt_reader_close(&r);
		if (as) {
			assert_int_equal(got->account.bytes_in, bytes.n);
			assert_int_equal(got->account.bytes_in,
					 got->account.bytes_records +
						 got->account.bytes_frame +
						 got->account.bytes_diags);
		}
	}
	got->n_diag = diags.list.n;
	if (diags.list.n)
		got->first_diag = diags.list.v[0].code;
	tt_stream_free(&stream);
	tt_arena_release(&arena);
}

static void check_item(const char *name, const struct item *got,
		       const struct item *want)
{
	if (got->off != want->off || got->n != want->n ||
	    got->is_torn != want->is_torn)
		fail_msg("%s: %zu bytes at %llu, torn %d", name, got->n,
			 (unsigned long long)got->off, got->is_torn);
	if (want->text && strcmp(got->text, want->text) != 0)
		fail_msg("%s: text %s", name, got->text);
}

static void check_stream(const struct stream_row *row, const struct got *got,
			 size_t chunk)
{
	if (got->n != row->n_want || got->n_diag != row->n_diag ||
	    (row->n_diag && got->first_diag != row->first_diag) ||
	    got->account.bytes_frame != row->frame ||
	    got->account.bytes_diags != row->diags)
		fail_msg("%s: reads of %zu: %zu items, %zu diags (%s), %llu "
			 "frame, %llu passed", row->name, chunk, got->n,
			 got->n_diag, tt_diag_info(got->first_diag)->code,
			 (unsigned long long)got->account.bytes_frame,
			 (unsigned long long)got->account.bytes_diags);
	for (size_t i = 0; i < got->n; i++)
		check_item(row->name, &got->item[i], &row->want[i]);
}

static struct tt_slice bytes_of(const struct stream_row *row)
{
	struct tt_slice s = tt_slice_str(row->bytes);

	if (row->n)
		s.n = row->n;
	return s;
}

static void test_streams(void **state)
{
	static const size_t chunks[] = { 1, 2, 3, 5, 7, 16, 63, 64, 100 };
	struct got got;

	(void)state;
	for (size_t i = 0; i < N(stream_rows); i++) {
		const struct stream_row *const row = &stream_rows[i];
		const struct tt_slice s = bytes_of(row);

		cut(&got, s, TT_FORMAT_AUTO, (size_t)TT_MAX_window);
		if (got.format != row->format)
			fail_msg("%s: format %d", row->name, (int)got.format);
		check_stream(row, &got, s.n);
		cut(&got, s, row->format, (size_t)TT_MAX_window);
		check_stream(row, &got, s.n);
	}
	for (size_t i = 0; i < N(stream_rows); i++)
		for (size_t k = 0; k < N(chunks); k++) {
			const struct stream_row *const row = &stream_rows[i];

			cut(&got, bytes_of(row), row->format, chunks[k]);
			check_stream(row, &got, chunks[k]);
		}
}

/* What a beginning gives, the whole gives too, or it is torn; or it stands
 * before the first line with a time, and nobody knew yet that they have. */
static void check_prefix(const struct stream_row *row, const struct got *got,
			 size_t n)
{
	for (size_t i = 0; i < got->n; i++) {
		const struct item *const item = &got->item[i];
		size_t k = 0;

		if (item->is_torn || item->off < row->want[0].off)
			continue;
		while (k < row->n_want && row->want[k].off != item->off)
			k++;
		if (k == row->n_want)
			fail_msg("%s: %zu bytes: %s", row->name, n,
				 item->text);
		check_item(row->name, item, &row->want[k]);
	}
}

static void test_prefixes(void **state)
{
	struct got got;

	(void)state;
	for (size_t i = 0; i < N(stream_rows); i++) {
		const struct stream_row *const row = &stream_rows[i];
		const struct tt_slice s = bytes_of(row);

		for (size_t n = 1; n < s.n; n++) {
			cut(&got, tt_slice_sub(s, 0, n), row->format,
			    1 + n % 67);
			check_prefix(row, &got, n);
		}
	}
}

/* A stream of `lead`, n times `fill`, and `tail`, which the caller frees. */
static struct tt_slice make(const char *lead, char fill, size_t n,
			    const char *tail)
{
	const size_t n_lead = strlen(lead), n_tail = strlen(tail);
	uint8_t *const p = tt_malloc(n_lead + n + n_tail);

	memcpy(p, lead, n_lead);
	memset(p + n_lead, fill, n);
	memcpy(p + n_lead + n, tail, n_tail);
	return (struct tt_slice){ p, n_lead + n + n_tail };
}

/* ---- gaps ---- */

/* "g": a line after a gap, "-": one that follows the one before. */
static const struct {
	const char *name, *bytes, *gaps;
	size_t n;
} gap_rows[] = {
	{ "none", H "b\n\n" H "c\n", "--", 0 },
	{ "half a line first", "b\n" H "c\n" H "d\n", "g-", 0 },
	{ "half a line between", H "b\nb\n" H "c\n" H "d\n", "-g-", 0 },
	{ "zeros", H "b\n\0" H "c\n" H "d\n", "-g-", 82 },
	{ "a piece", H "b\n" H "[2/2] c\n" H "d\n", "-g", 0 },
	{ "pieces", H "[1/2] b\n" H "[2/2] c\n" H "d\n", "--", 0 },
	{ "journald",
	  "{\"MESSAGE\":\"b\",\"_HOSTNAME\":\"a\"}\n{\"MESSAGE\":null}\n"
	  "{\"MESSAGE\":\"c\"}\n", "-g", 0 },
};

static void check_gaps(const char *name, struct tt_slice bytes,
		       const char *gaps)
{
	const struct tt_reader_options options = { .as = TT_FORMAT_LOG };
	struct tt_arena arena = { 0 };
	struct tt_diags diags;
	struct tt_reader *r;
	struct tt_log_line l;
	size_t i = 0;

	tt_diags_init(&diags, &arena);
	struct tt_stream *stream = tt_stream_from_bytes(bytes, &diags);

	assert_int_equal(tt_reader_open(&r, stream, &options, NULL), TT_OK);
	for (; tt_log_line_next(r, &l) > 0; i++)
		if (gaps[i] != (l.is_after_gap ? 'g' : '-'))
			fail_msg("%s: line %zu", name, i);
	assert_int_equal(gaps[i], 0);
	tt_reader_close(&r);
	tt_stream_free(&stream);
	tt_arena_release(&arena);
}

static void test_gaps(void **state)
{
	(void)state;
	for (size_t i = 0; i < N(gap_rows); i++) {
		struct tt_slice s = tt_slice_str(gap_rows[i].bytes);

		if (gap_rows[i].n)
			s.n = gap_rows[i].n;
		check_gaps(gap_rows[i].name, s, gap_rows[i].gaps);
	}
	struct tt_slice s = make(H "b\n" H, 'x', TT_MAX_log_line * 2,
				 "\n" H "d\n");

	check_gaps("a long line", s, "---");
	tt_free_((void *)s.p);
}

/* ---- limits ---- */

static const struct {
	const char *name, *lead, *tail;
	char fill;
	uint64_t n;
	enum tt_format format;
	size_t n_items, n_raw; /* of the first */
	size_t n_diag;
	enum tt_diag_code diag;
} limit_rows[] = {
#define LINE (UINT64_C(1) << 20)
#define VALUE TT_ROOM(log_value)
	{ "line at the limit", H, "\n" H "c\n", 'x', LINE - 25, TT_FORMAT_LOG,
	  2, LINE, 0, 0 },
	{ "line over the limit", H, "\n" H "c\n", 'x', LINE - 24,
	  TT_FORMAT_LOG, 2, LINE, 1, TT_DIAG_log_line_cut },
	{ "line far over the limit", H, "\n" H "c\n", 'x', LINE * 3,
	  TT_FORMAT_LOG, 2, LINE, 1, TT_DIAG_log_line_cut },
	{ "line over the limit, and the end", H, "", 'x', LINE * 2,
	  TT_FORMAT_LOG, 1, LINE, 1, TT_DIAG_log_line_cut },
	{ "docker's line over the limit",
	  "{\"log\":\"a\\n\",\"stream\":\"b\",\"time\":\"c\"}\n{\"log\":\"",
	  "\"}\n", 'x', LINE, TT_FORMAT_LOG, 1, 37, 1,
	  TT_DIAG_log_line_cut },
	{ "value at the limit", "{\"a\":\"", "\"}\n{}\n", 'x', VALUE - 8,
	  TT_FORMAT_JSON, 2, VALUE, 0, 0 },
	{ "value over the limit", "{\"a\":\"", "\"}\n{}\n", 'x', VALUE - 7,
	  TT_FORMAT_JSON, 1, 2, 1, TT_DIAG_json_value_cut },
	{ "value over the limit, and the end", "{\"a\":\"", "\"}", 'x',
	  VALUE - 7, TT_FORMAT_JSON, 0, 0, 1, TT_DIAG_json_value_cut },
	{ "value far over the limit", "{\"a\":\"", "\"}\n{}\n", 'x',
	  VALUE + LINE, TT_FORMAT_JSON, 1, 2, 1, TT_DIAG_json_value_cut },
	{ "deep value", "", "\n{}\n", '[', 65, TT_FORMAT_JSON, 1, 2, 1,
	  TT_DIAG_json_deep },
	{ "record over the limit", "a,b,c,d,e\n1,2,3,4,", "\n1,2,3,4,5\n",
	  'x', LINE, TT_FORMAT_CSV, 1, 9, 1, TT_DIAG_log_line_cut },
};

static void test_limits(void **state)
{
	struct got got;

	(void)state;
	for (size_t i = 0; i < N(limit_rows); i++) {
		struct tt_slice s = make(limit_rows[i].lead, limit_rows[i].fill,
					 limit_rows[i].n, limit_rows[i].tail);

		cut(&got, s, limit_rows[i].format, (size_t)TT_MAX_window);
		if (got.n != limit_rows[i].n_items ||
		    got.item[0].n != limit_rows[i].n_raw ||
		    got.n_diag != limit_rows[i].n_diag ||
		    (got.n_diag && got.first_diag != limit_rows[i].diag))
			fail_msg("%s: %zu items, %zu bytes, %zu diags (%s)",
				 limit_rows[i].name, got.n, got.item[0].n,
				 got.n_diag,
				 tt_diag_info(got.first_diag)->code);
		tt_free_((void *)s.p);
	}
}

/* ---- where JSON values end ---- */

/* A byte at a time, what json.h says. */
static enum tt_json_scan_state scan_slowly(struct tt_slice s, size_t *pos_r)
{
	char open[64];
	unsigned depth = 0;
	bool is_string = false, is_escaped = false;
	uint8_t last = ',';

	for (*pos_r = 0; *pos_r < s.n; ++*pos_r) {
		const uint8_t c = s.p[*pos_r];
		const bool was_escaped = is_escaped;

		is_escaped = c == '\\' && !was_escaped;
		if (c == '"' && !was_escaped)
			is_string = !is_string;
		if (is_string && c == '\n')
			return TT_JSON_BROKEN;
		if (!is_string && (c == '{' || c == '[')) {
			if (!strchr(",:[{", last))
				return TT_JSON_BROKEN;
			if (depth == TT_MAX_log_depth)
				return TT_JSON_DEEP;
			open[depth++] = (char)c;
		}
		if (!is_string && (c == '}' || c == ']')) {
			if (open[--depth] != (c == '}' ? '{' : '['))
				return TT_JSON_BROKEN;
			if (depth == 0) {
				++*pos_r;
				return TT_JSON_WHOLE;
			}
		}
		if (!tt_is_space(c))
			last = c;
	}
	return TT_JSON_MORE;
}

static void check_scan(struct tt_slice s, size_t step)
{
	size_t want_pos;
	const enum tt_json_scan_state want = scan_slowly(s, &want_pos);

	for (size_t i = 0; i < tt_n_json_variants; i++) {
		const struct tt_json_variant *const v = &tt_json_variants[i];
		enum tt_json_scan_state got = TT_JSON_MORE;
		struct tt_json_scan scan = { 0 };

		if (!v->is_there())
			continue;
		for (size_t n = step; got == TT_JSON_MORE; n += step) {
			got = v->scan(&scan, tt_slice_sub(s, 0, n));
			if (n >= s.n)
				break;
		}
		if (got != want ||
		    (want != TT_JSON_MORE && scan.pos != want_pos))
			fail_msg("%s: state %d at %zu, want %d at %zu: %.*s",
				 v->name, (int)got, scan.pos, (int)want,
				 want_pos, (int)s.n, (const char *)s.p);
	}
}

static void test_json_scan(void **state)
{
	static const char bytes[] = "{{{}}[[]\"\"\"\"\\\\,,::aaaaaaaaaa  \n";
	uint32_t seed = 1;
	uint8_t text[300];

	(void)state;
	for (int k = 0; k < 200000; k++) {
		const size_t n = 1 + noise(&seed) % sizeof(text);
		const uint32_t odd = 1 + noise(&seed) % 64;

		text[0] = noise(&seed) % 2 ? '{' : '[';
		for (size_t i = 1; i < n; i++)
			text[i] = noise(&seed) % odd ?
					  'a' :
					  (uint8_t)bytes[noise(&seed) %
							 (sizeof(bytes) - 1)];
		check_scan((struct tt_slice){ text, n },
			   k % 8 ? sizeof(text) : 1 + noise(&seed) % 100);
	}
	memset(text, '[', sizeof(text));
	for (size_t n = 1; n < 80; n++)
		check_scan((struct tt_slice){ text, n }, 100);
}

/* A string ends at the quote before which an even number of backslashes
 * stands. */
static size_t length_slowly(struct tt_slice s, bool *is_plain_r)
{
	for (size_t i = 1; i < s.n; i++) {
		size_t back = 0;

		while (s.p[i - 1 - back] == '\\')
			back++;
		*is_plain_r &= back == 0;
		if (s.p[i] == '"' && back % 2 == 0)
			return i + 1;
	}
	return 0;
}

static void check_string(struct tt_slice s)
{
	bool is_plain = true;
	const size_t want = length_slowly(s, &is_plain);

	for (size_t i = 0; i < tt_n_json_strings; i++) {
		bool got_plain = true;
		const size_t got = tt_json_strings[i].length(s, 1, &got_plain);

		if (got != want || (want && got_plain != is_plain))
			fail_msg("%s: %zu, want %zu: %.*s",
				 tt_json_strings[i].name, got, want, (int)s.n,
				 (const char *)s.p);
	}
}

static void test_json_string(void **state)
{
	uint32_t seed = 1;
	uint8_t text[100];

	(void)state;
	text[0] = '"';
	for (int k = 0; k < 200000; k++) {
		const size_t n = 1 + noise(&seed) % sizeof(text);
		const uint32_t odd = 1 + noise(&seed) % 40;

		for (size_t i = 1; i < n; i++)
			text[i] = noise(&seed) % odd ? 'a' :
				  noise(&seed) % 3   ? '\\' :
						       '"';
		check_string((struct tt_slice){ text, n });
	}
}

/* ---- rotated sets ---- */

#define MAX_FILES 8

static const struct {
	const char *name;
	const char *given[MAX_FILES], *want[MAX_FILES];
	size_t n_sets;
	int64_t times[MAX_FILES]; /* of those given; 0: none */
} set_rows[] = {
	{ "logrotate", { "d/mail.log", "d/mail.log.1", "d/mail.log.10.gz",
			 "d/mail.log.2.gz" },
	  { "d/mail.log.10.gz", "d/mail.log.2.gz", "d/mail.log.1",
	    "d/mail.log" }, 1, { 0 } },
	{ "dates", { "maillog", "maillog-20261121.xz", "maillog-20261114.xz",
		     "maillog-20251231" },
	  { "maillog-20251231", "maillog-20261114.xz", "maillog-20261121.xz",
	    "maillog" }, 1, { 0 } },
	{ "dates with hours", { "a-2026112103", "a-20261121", "a-2026112023" },
	  { "a-2026112023", "a-20261121", "a-2026112103" }, 1, { 0 } },
	{ "dates with dashes, seconds",
	  { "a-2026-11-21", "a-2026-11-20", "b-1795280803", "b-1795280802" },
	  { "a-2026-11-20", "a-2026-11-21", "b-1795280802", "b-1795280803" },
	  2, { 0 } },
	{ "exicyclog", { "mainlog", "mainlog.02.gz", "mainlog.01" },
	  { "mainlog.02.gz", "mainlog.01", "mainlog" }, 1, { 0 } },
	{ "before the extension", { "m.1.log.gz", "m.log", "m.2.log.gz" },
	  { "m.2.log.gz", "m.1.log.gz", "m.log" }, 1, { 0 } },
	{ "docker", { "9f-json.log", "9f-json.log.1" },
	  { "9f-json.log.1", "9f-json.log" }, 1, { 0 } },
	{ "others between", { "b.log", "a.log.1", "c/b.log.1", "b.log.1",
			      "a.log" },
	  { "b.log.1", "b.log", "a.log.1", "a.log", "c/b.log.1" }, 3, { 0 } },
	{ "no set", { "mx1.log", "mx2.log", "a.b" },
	  { "mx1.log", "mx2.log", "a.b" }, 3, { 0 } },
	{ "times know better", { "m.log", "m.log.1", "m.log.2" },
	  { "m.log.1", "m.log.2", "m.log" }, 1, { 30, 10, 20 } },
	{ "one time is missing", { "m.log", "m.log.1", "m.log.2" },
	  { "m.log.2", "m.log.1", "m.log" }, 1, { 30, 10, 0 } },
};

static void test_sets(void **state)
{
	(void)state;
	for (size_t i = 0; i < N(set_rows); i++) {
		struct tt_log_file f[MAX_FILES] = { 0 };
		size_t n = 0, n_sets = 1;

		for (; n < MAX_FILES && set_rows[i].given[n]; n++)
			f[n] = (struct tt_log_file){
				.path = tt_slice_str(set_rows[i].given[n]),
				.given = n,
				.time = set_rows[i].times[n] ? TT_LOG_UTC :
							       TT_LOG_UNTIMED,
				.time_us = set_rows[i].times[n],
			};
		tt_log_files_sort(f, n);
		for (size_t k = 0; k < n; k++) {
			n_sets += k && f[k].set != f[k - 1].set;
			if (!is_text(f[k].path, set_rows[i].want[k]))
				fail_msg("%s: %zu is %.*s", set_rows[i].name,
					 k, (int)f[k].path.n, f[k].path.p);
		}
		if (n_sets != set_rows[i].n_sets)
			fail_msg("%s: %zu sets", set_rows[i].name, n_sets);
	}
	tt_log_files_sort(NULL, 0);
}

static const struct {
	const char *name, *bytes;
	enum tt_log_time time;
	int64_t seconds;
} first_rows[] = {
	{ "half a line first", "b\n" H "c\n" H "d\n", TT_LOG_NO_YEAR, NOV },
	{ "an instant", "2026-11-21T17:06:43Z mx a: b\n", TT_LOG_UTC, NOV26 },
	{ "docker", "{\"log\":\"a\\n\",\"stream\":\"b\","
	  "\"time\":\"2026-11-21T17:06:43Z\"}\n", TT_LOG_UTC, NOV26 },
	{ "journald", "{\"MESSAGE\":\"a\","
	  "\"__REALTIME_TIMESTAMP\":\"1795280803000000\"}\n", TT_LOG_UTC,
	  NOV26 },
	{ "journald, exported", "__CURSOR=a\n"
	  "__REALTIME_TIMESTAMP=1795280803000000\nMESSAGE=b\n\n", TT_LOG_UTC,
	  NOV26 },
};

static void test_first_time(void **state)
{
	const struct tt_reader_options options = { .as = TT_FORMAT_LOG };

	(void)state;
	for (size_t i = 0; i < N(first_rows); i++) {
		struct tt_log_file file = { 0 };
		struct tt_arena arena = { 0 };
		struct tt_diags diags;
		struct tt_reader *r;

		tt_diags_init(&diags, &arena);
		struct tt_stream *stream = tt_stream_from_bytes(
			tt_slice_str(first_rows[i].bytes), &diags);

		assert_int_equal(tt_reader_open(&r, stream, &options, NULL),
				 TT_OK);
		tt_log_first_time(r, &file);
		if (file.time != first_rows[i].time ||
		    file.time_us != first_rows[i].seconds * 1000000)
			fail_msg("%s: time %d", first_rows[i].name,
				 (int)file.time);
		tt_reader_close(&r);
		tt_stream_free(&stream);
		tt_arena_release(&arena);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lines),
		cmocka_unit_test(test_lines_after_others),
		cmocka_unit_test(test_line_ends),
		cmocka_unit_test(test_streams),
		cmocka_unit_test(test_prefixes),
		cmocka_unit_test(test_gaps),
		cmocka_unit_test(test_limits),
		cmocka_unit_test(test_json_scan),
		cmocka_unit_test(test_json_string),
		cmocka_unit_test(test_sets),
		cmocka_unit_test(test_first_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
