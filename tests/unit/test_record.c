/* test_record - envelope lines, bids, cutting, hashes, scanning
 *
 * Every fixture is cut with reads of one block and again with small ones, so
 * that whatever can straddle two reads does. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#include <tlstrail/record.h>

#include "record/reader.h"

#define N(a) (sizeof(a) / sizeof((a)[0]))
#define ENV "From a@example.org Mon Jan  1 10:00:00 2024\n"

/* Deterministic noise: the same on every run. */
static uint32_t noise(uint32_t *state)
{
	*state = *state * 1664525u + 1013904223u;
	return *state >> 8;
}

/* ---- envelope lines ---- */

static const struct {
	const char *name, *line;
	bool is_one;
} from_rows[] = {
	{ "rfc 4155", "From a@example.org Mon Jan  1 10:00:00 2024\n", true },
	{ "crlf", "From a@example.org Mon Jan  1 10:00:00 2024\r\n", true },
	{ "cr", "From a@example.org Mon Jan  1 10:00:00 2024\r", true },
	{ "cr cr lf", "From a@example.org Mon Jan  1 10:00:00 2024\r\r\n",
	  true },
	{ "no line end", "From a@example.org Mon Jan  1 10:00:00 2024", true },
	{ "one-digit day", "From a@b Mon Jan 1 10:00:00 2024\n", true },
	{ "no seconds", "From a@b Mon Jan  1 10:00 2024\n", true },
	{ "zone before", "From a@b Mon Jan  1 10:00:00 CET 2024\n", true },
	{ "two zones", "From a@b Mon Jan  1 10:00:00 MET DST 2024\n", true },
	{ "offset before", "From 17@xxx Mon Jan 01 10:00:00 +0000 2024\n",
	  true },
	{ "offset after", "From a@b Mon Jan  1 10:00:00 2024 -0800\n", true },
	{ "zone after", "From a@b Mon Jan  1 10:00:00 2024 (CET)\n", true },
	{ "uucp", "From a Mon Jan  1 10:00:00 2024 remote from host\n",
	  true },
	{ "daemon", "From MAILER-DAEMON Fri Jul  8 12:08:34 2011\n", true },
	{ "dash", "From - Fri Jul  8 12:08:34 2011\n", true },
	{ "spaces", "From a at example.org  Fri Jul  8 12:08:34 2011\n",
	  true },
	{ "quoted", "From \"a b\"@example.org Fri Jul  8 12:08:34 2011\n",
	  true },
	{ "day-like sender", "From Mon Fri Jul  8 12:08:34 2011\n", true },
	{ "no sender", "From  Fri Jul  8 12:08:34 2011\n", true },
	{ "trailing blanks", "From a@b Fri Jul  8 12:08:34 2011  \n", true },
	{ "tabs", "From a@b\tFri Jul  8 12:08:34 2011\n", true },
	{ "nothing but a date", "From Fri Jul  8 12:08:34 2011\n", false },
	{ "text", "From here on it is all text\n", false },
	{ "text with a day", "From me on Mon it is text\n", false },
	{ "text after", "From a Mon Jan  1 10:00:00 2024 he went\n", false },
	{ "no such month", "From a@b Mon Jam  1 10:00:00 2024\n", false },
	{ "no such day", "From a@b Mon Jan 32 10:00:00 2024\n", false },
	{ "no such hour", "From a@b Mon Jan  1 25:00:00 2024\n", false },
	{ "no such minute", "From a@b Mon Jan  1 10:60:00 2024\n", false },
	{ "short year", "From a@b Mon Jan  1 10:00:00 24\n", false },
	{ "old year", "From a@b Mon Jan  1 10:00:00 1931\n", false },
	{ "no year", "From a@b Mon Jan  1 10:00:00\n", false },
	{ "quoted line", ">From a@b Mon Jan  1 10:00:00 2024\n", false },
	{ "lower case", "from a@b Mon Jan  1 10:00:00 2024\n", false },
	{ "header", "From: a@b Mon Jan  1 10:00:00 2024\n", false },
	{ "date on next line", "From a@b\nMon Jan  1 10:00:00 2024\n", false },
	{ "remote from nobody",
	  "From a Mon Jan  1 10:00:00 2024 remote from\n", false },
	{ "word alone", "From ", false },
	{ "empty", "", false },
};

static void test_from_line(void **state)
{
	(void)state;
	for (size_t i = 0; i < N(from_rows); i++) {
		const struct tt_slice s = tt_slice_str(from_rows[i].line);
		const size_t want = from_rows[i].is_one ? s.n : 0;

		if (tt_mbox_from_line(s) != want)
			fail_msg("%s: %zu", from_rows[i].name,
				 tt_mbox_from_line(s));
	}
}

static void test_from_line_bound(void **state)
{
	static const char tail[] = " Mon Jan  1 10:00:00 2024\n";
	char line[2048];

	(void)state;
	for (size_t n = 900; n < 1100; n++) {
		memset(line, 'a', sizeof(line));
		memcpy(line, "From ", 5);
		memcpy(line + n - (sizeof(tail) - 1), tail, sizeof(tail));
		const size_t got = tt_mbox_from_line(
			(struct tt_slice){ (uint8_t *)line, n });

		/* The limit counts the text, the line end comes on top. */
		assert_int_equal(got, n <= TT_MAX_mbox_from_line + 1 ? n : 0);
	}
}

/* ---- bids ---- */

static const struct {
	const char *name;
	const char *prefix;
	size_t n; /* 0: to the NUL */
	bool is_whole;
	enum tt_format best; /* AUTO: none may bid */
} bid_rows[] = {
	{ "mbox", ENV "Subject: x\n\nb\n", 0, true, TT_FORMAT_MBOX },
	{ "mbox, more to come", ENV "Subject: x\n\nb\n", 0, false,
	  TT_FORMAT_MBOX },
	{ "mbox after blanks and mark", "\xef\xbb\xbf\r\n\n" ENV "A: b\n", 0,
	  true, TT_FORMAT_MBOX },
	{ "envelope line alone", ENV, 0, true, TT_FORMAT_MBOX },
	{ "message", "Received: from a by b; x\nSubject: x\n\nbody\n", 0,
	  true, TT_FORMAT_EML },
	{ "message, crlf", "Subject: x\r\nTo: a\r\n\r\nbody\r\n", 0, true,
	  TT_FORMAT_EML },
	{ "message, cr", "Subject: x\rTo: a\r\rbody\r", 0, true,
	  TT_FORMAT_EML },
	{ "message, cr cr lf", "Subject: x\r\r\nTo: a\r\r\n\r\r\nbody\r\r\n",
	  0, true, TT_FORMAT_EML },
	{ "long header", "Received: from a by b; x\nSubject: x\n", 0, false,
	  TT_FORMAT_EML },
	{ "one field and a body", "Received: from a by b; x\n\nbody", 0, true,
	  TT_FORMAT_EML },
	{ "one field", "Received: from a by b; x", 0, true,
	  TT_FORMAT_HEADERS },
	{ "pasted", "Received: from a by b; x\nSubject: x\n\n\n", 0, true,
	  TT_FORMAT_HEADERS },
	{ "pasted, crlf", "Received: from a by b; x\r\nSubject: x\r\n", 0,
	  true, TT_FORMAT_HEADERS },
	{ "pasted after blanks and mark",
	  "\xef\xbb\xbf\n\nReceived: from a by b; x\n", 0, true,
	  TT_FORMAT_HEADERS },
	{ "space before colon", "Received : from a by b; x\n", 0, true,
	  TT_FORMAT_HEADERS },
	{ "pasted from the middle",
	  " by b with ESMTP; x\nReceived: from a by b; x\n", 0, true,
	  TT_FORMAT_HEADERS },
	{ "one bad line", "Some title\nReceived: from a by b; x\n", 0, true,
	  TT_FORMAT_HEADERS },
	{ "lost folds",
	  "Received: from a\nby b\nwith c; x\nSubject: x\nTo: a\n", 0, true,
	  TT_FORMAT_HEADERS },
	{ "quoted envelope line", ">From a@b Mon Jan\nX-Foo: bar\n", 0, true,
	  TT_FORMAT_HEADERS },
	{ "broken envelope line", "From a@b yesterday\nTo: a\n\nb", 0, true,
	  TT_FORMAT_EML },
	{ "stray NUL", "Subject: a\0b\nTo: a\n", 19, true,
	  TT_FORMAT_HEADERS },
	{ "no mail fields", "Foo: a\nBar: b\n\nbaz\n", 0, true,
	  TT_FORMAT_AUTO },
	{ "text", "Dear all,\n\nthis is From me To: you.\n", 0, true,
	  TT_FORMAT_AUTO },
	{ "log",
	  "Jan  1 10:00:00 mx postfix/smtpd[1]: connect from a[192.0.2.1]\n",
	  0, true, TT_FORMAT_LOG },
	{ "log, rfc 3339", "2024-01-01T10:00:00Z mx exim: Subject: a\n", 0,
	  true, TT_FORMAT_LOG },
	{ "log, first line torn",
	  "from a\nJan  1 10:00:00 mx a[1]: b\nJan  1 10:00:00 mx a[1]: b\n",
	  0, true, TT_FORMAT_LOG },
	{ "log with a stamp in it",
	  "Jan  1 10:00:00 mx a[1]: b\nReceived: from a by b\n"
	  "Jan  1 10:00:00 mx a[1]: b\n", 0, true, TT_FORMAT_LOG },
	{ "mail about a log",
	  "Subject: x\nTo: y\n\nJan  1 10:00:00 mx a[1]: b\n"
	  "Jan  1 10:00:00 mx a[1]: b\nJan  1 10:00:00 mx a[1]: b\n"
	  "Jan  1 10:00:00 mx a[1]: b\n", 0, true, TT_FORMAT_EML },
	{ "text with a time", "2024-01-01 10:00:00 we met\nand\nspoke\n", 0,
	  true, TT_FORMAT_AUTO },
	{ "level in brackets", "[INFO] started\n", 0, true,
	  TT_FORMAT_AUTO },
	{ "docker",
	  "{\"log\":\"a\\n\",\"stream\":\"stdout\",\"time\":\"x\"}\n", 0,
	  true, TT_FORMAT_LOG },
	{ "journald", "{\"MESSAGE\":\"a\",\"_HOSTNAME\":\"b\"}\n", 0, true,
	  TT_FORMAT_LOG },
	{ "journald, exported", "__CURSOR=s=1\nMESSAGE=a\n\n", 0, true,
	  TT_FORMAT_LOG },
	{ "json", "{\"mail\":{\"headers\":[\"Received: a\"]}}\n", 0, true,
	  TT_FORMAT_JSON },
	{ "json, indented", "{\n  \"Subject\": \"x\",\n  \"To\": \"y\"\n}\n",
	  0, true, TT_FORMAT_JSON },
	{ "json behind a time", "2024-01-01T10:00:00Z {\"a\":1}\n", 0, true,
	  TT_FORMAT_JSON },
	{ "json, an array", "[\n {\"a\":1}\n]\n", 0, true,
	  TT_FORMAT_JSON },
	{ "csv", "type,orig,rcpt,size,vmta\nd,a@b,c@d,1,\"x,y\"\n", 0, true,
	  TT_FORMAT_CSV },
	{ "csv, exchange", "#Software: x\r\n#Fields: a,b\r\n1,2\r\n", 0,
	  true, TT_FORMAT_CSV },
	{ "csv, quoted names",
	  "\"Message ID\",\"Start date\",From,To (all),\"#\"\n1,2,3,4,5\n", 0,
	  true, TT_FORMAT_CSV },
	{ "two sentences", "One, two, three, four, five\nA, b, c, d, e\n", 0,
	  true, TT_FORMAT_AUTO },
	{ "a list, no csv", "One,two,three,four,five\nand six\n", 0, true,
	  TT_FORMAT_AUTO },
	{ "picture", "\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\1\0", 20, true,
	  TT_FORMAT_AUTO },
	{ "binary with a name", "To: \0\0\0\1\2\3\4", 11, true,
	  TT_FORMAT_AUTO },
	{ "utf-16", "\xff\xfeT\0o\0:\0 \0a\0\n\0", 14, true,
	  TT_FORMAT_AUTO },
	{ "blanks", "\n\n\n", 0, true, TT_FORMAT_AUTO },
	{ "zeros", "\0\0\0\0\0\0\0\0", 8, true, TT_FORMAT_AUTO },
	{ "nothing", "", 0, true, TT_FORMAT_AUTO },
};

static void test_bids(void **state)
{
	(void)state;
	for (size_t i = 0; i < N(bid_rows); i++) {
		struct tt_slice s = tt_slice_str(bid_rows[i].prefix);
		enum tt_format best = TT_FORMAT_AUTO;
		int highest = 0, n_highest = 0;

		if (bid_rows[i].n)
			s.n = bid_rows[i].n;
		for (size_t k = 0; k < tt_n_formats; k++) {
			const int bid =
				tt_formats[k].bid(s, bid_rows[i].is_whole,
						  highest);

			if (bid > highest) {
				highest = bid;
				best = tt_formats[k].format;
				n_highest = 0;
			}
			n_highest += bid && bid == highest;
		}
		if (best != bid_rows[i].best || n_highest > 1)
			fail_msg("%s: format %d, %d times",
				 bid_rows[i].name, (int)best, n_highest);
	}
}

/* ---- cutting ---- */

#define MAX_RECORDS 6

struct want {
	uint64_t off, length, header_length;
	const char *head; /* NULL: not looked at */
};

static const struct cut_row {
	const char *name;
	const char *bytes;
	size_t n; /* 0: to the NUL */
	enum tt_format as;
	uint64_t frame, diags;
	size_t n_diag;
	size_t n_want;
	struct want want[MAX_RECORDS];
} cut_rows[] = {
	{ "one message", ENV "A: b\n\nbody\n\n", 0, TT_FORMAT_MBOX, 45, 0, 0,
	  1, { { 44, 11, 5, "body\n" } } },
	{ "no blank line at the end", ENV "A: b\n\nbody\n", 0, TT_FORMAT_MBOX,
	  44, 0, 0, 1, { { 44, 11, 5, "body\n" } } },
	{ "no line end at the end", ENV "A: b\n\nbody", 0, TT_FORMAT_MBOX, 44,
	  0, 0, 1, { { 44, 10, 5, "body" } } },
	{ "two messages", ENV "A: b\n\nbody\n\n" ENV "C: d\n\nmore\n\n", 0,
	  TT_FORMAT_MBOX, 90, 0, 0, 2,
	  { { 44, 11, 5, "body\n" }, { 100, 11, 5, "more\n" } } },
	{ "crlf", "From a@b Mon Jan  1 10:00:00 2024\r\nA: b\r\n\r\nbody\r\n"
	  "\r\nFrom a@b Mon Jan  1 10:00:00 2024\r\nC: d\r\n\r\nx\r\n", 0,
	  TT_FORMAT_MBOX, 72, 0, 0, 2,
	  { { 35, 14, 6, "body\r\n" }, { 86, 11, 6, "x\r\n" } } },
	{ "cr", "From a@b Mon Jan  1 10:00:00 2024\rA: b\r\rbody\r"
	  "\rFrom a@b Mon Jan  1 10:00:00 2024\rC: d\r\rx\r", 0,
	  TT_FORMAT_MBOX, 69, 0, 0, 2,
	  { { 34, 11, 5, "body\r" }, { 80, 8, 5, "x\r" } } },
	{ "cr cr lf", "From a@b Mon Jan  1 10:00:00 2024\r\r\nA: b\r\r\n\r\r\n"
	  "x\r\r\n\r\r\nFrom a@b Mon Jan  1 10:00:00 2024\r\r\nC: d\r\r\n", 0,
	  TT_FORMAT_MBOX, 75, 0, 0, 2,
	  { { 36, 14, 7, "x\r\r\n" }, { 89, 7, 7, "" } } },
	{ "lf, then crlf, then cr", ENV "A: b\n\nx\n\n"
	  "From a@b Mon Jan  1 10:00:00 2024\r\nA: b\r\n\r\nx\r\n\r\n"
	  "From a@b Mon Jan  1 10:00:00 2024\rA: b\r\rx\r", 0,
	  TT_FORMAT_MBOX, 44 + 1 + 35 + 2 + 34, 0, 0, 3,
	  { { 44, 8, 5, "x\n" }, { 88, 11, 6, "x\r\n" },
	    { 135, 8, 5, "x\r" } } },
	{ "a bare CR ends no line of an LF file",
	  ENV "A: b\n\nx\r\rFrom a@b Mon Jan  1 10:00:00 2024\ry\n", 0,
	  TT_FORMAT_MBOX, 44, 0, 0, 1, { { 44, 45, 5, NULL } } },
	{ "From in text", ENV "A: b\n\n\nFrom here\n\nFrom there\n\n", 0,
	  TT_FORMAT_MBOX, 45, 0, 0, 1,
	  { { 44, 29, 5, "\nFrom here\n\nFrom there\n" } } },
	{ "no blank line before", ENV "A: b\n\nbody\n" ENV "C: d\n", 0,
	  TT_FORMAT_MBOX, 44, 0, 0, 1, { { 44, 60, 5, NULL } } },
	{ "quoted", ENV "A: b\n\n\n>" ENV "\n\n", 0, TT_FORMAT_MBOX, 45, 0, 0,
	  1, { { 44, 53, 5, NULL } } },
	{ "more blank lines", ENV "A: b\n\nx\n\n\n" ENV "C: d\n\n", 0,
	  TT_FORMAT_MBOX, 90, 0, 0, 2,
	  { { 44, 9, 5, "x\n\n" }, { 98, 5, 5, "" } } },
	{ "no body", ENV "A: b\n\n" ENV "C: d\n\n\n", 0, TT_FORMAT_MBOX, 90,
	  0, 0, 2, { { 44, 5, 5, "" }, { 94, 6, 5, "" } } },
	{ "no message", ENV "\n" ENV "\n\n" ENV, 0, TT_FORMAT_MBOX, 134, 0,
	  0, 3,
	  { { 44, 0, 0, "" }, { 89, 1, 1, "" }, { 135, 0, 0, "" } } },
	{ "blank lines before the header", ENV "\n\nA: b\n\nx\n", 0,
	  TT_FORMAT_MBOX, 44, 0, 0, 1, { { 44, 10, 7, "x\n" } } },
	{ "mark and blank lines first", "\xef\xbb\xbf\n\n" ENV "A: b\n", 0,
	  TT_FORMAT_MBOX, 49, 0, 0, 1, { { 49, 5, 5, "" } } },
	{ "stray bytes", "garbage\n\nmore\n\n" ENV "A: b\n", 0,
	  TT_FORMAT_MBOX, 44, 15, 1, 1, { { 59, 5, 5, "" } } },
	{ "envelope line without end",
	  "From a@b Mon Jan  1 10:00:00 2024", 0, TT_FORMAT_MBOX, 33, 0, 0,
	  1, { { 33, 0, 0, "" } } },
	{ "message", "A: b\r\n\r\nbody\r\n\r\n", 0, TT_FORMAT_EML, 0, 0, 0, 1,
	  { { 0, 16, 6, "body\r\n\r\n" } } },
	{ "message with an envelope line in it", "A: b\n\n\n" ENV "\n", 0,
	  TT_FORMAT_EML, 0, 0, 0, 1, { { 0, 52, 5, NULL } } },
	{ "message, cr", "A: b\rC: d\r\rbody\r", 0, TT_FORMAT_EML, 0, 0, 0, 1,
	  { { 0, 16, 10, "body\r" } } },
	{ "message, blank line with a CR too many",
	  "A: b\n\r\r\nbody\n", 0, TT_FORMAT_EML, 0, 0, 0, 1,
	  { { 0, 13, 5, "body\n" } } },
	{ "bare CRs in an LF header", "A: b\nC: \r\rD: e\n\nbody\n", 0,
	  TT_FORMAT_EML, 0, 0, 0, 1, { { 0, 21, 15, "body\n" } } },
	{ "mark and blank lines in a message",
	  "\xef\xbb\xbf\r\n\nA: b\n\nbody\n", 0, TT_FORMAT_EML, 0, 0, 0, 1,
	  { { 0, 17, 11, "body\n" } } },
	{ "message, cr, no body", "A: b\r\r", 0, TT_FORMAT_EML, 0, 0, 0, 1,
	  { { 0, 6, 5, "" } } },
	{ "header line, cr", "A: b\r", 0, TT_FORMAT_EML, 0, 0, 0, 1,
	  { { 0, 5, 5, "" } } },
	{ "header alone", "A: b\nC: d", 0, TT_FORMAT_EML, 0, 0, 0, 1,
	  { { 0, 9, 9, "" } } },
	{ "blank lines alone", "\n\r\n\n", 0, TT_FORMAT_EML, 0, 0, 0, 1,
	  { { 0, 4, 4, "" } } },
	{ "NULs", "A: \0b\n\n\0\n", 9, TT_FORMAT_EML, 0, 0, 0, 1,
	  { { 0, 9, 6, NULL } } },
	{ "pasted with blank lines", "A: b\n\nC: d\n", 0, TT_FORMAT_HEADERS, 0,
	  0, 0, 1, { { 0, 11, 11, "" } } },
};

struct got {
	size_t n;
	struct tt_record rec[MAX_RECORDS];
	uint8_t head[MAX_RECORDS][256], header[MAX_RECORDS][256];
	struct tt_account account;
	size_t n_diag;
	enum tt_diag_code first_diag;
	enum tt_status opened;
};

static void keep(uint8_t *to, struct tt_slice s)
{
	if (s.n)
		memcpy(to, s.p, s.n < 256 ? s.n : 256);
}

/* A body sink: what came must be the input from there on. */
struct body {
	struct tt_slice input;
	size_t n_header; /* as begin got it */
	uint32_t header_sum;
	uint64_t off, length;
	uint32_t sum;
	bool has_begun;
};

static uint32_t sum_on(uint32_t sum, struct tt_slice s)
{
	for (size_t i = 0; i < s.n; i++)
		sum = (sum ^ s.p[i]) * 16777619u;
	return sum;
}

static bool begin_body(void *ctx, struct tt_slice header, uint64_t body_off,
		       bool is_cr)
{
	struct body *const b = ctx;

	(void)is_cr;
	b->n_header = header.n;
	b->header_sum = sum_on(0, header);
	b->off = body_off;
	b->length = b->sum = 0;
	b->has_begun = true;
	return true;
}

static void add_body(void *ctx, struct tt_slice bytes)
{
	struct body *const b = ctx;

	assert_true(b->has_begun && bytes.n > 0);
	b->length += bytes.n;
	b->sum = sum_on(b->sum, bytes);
}

static void check_body(struct body *b, const struct tt_record *rec)
{
	if (b->has_begun) {
		assert_int_equal(b->off + b->length, rec->length);
		assert_int_equal(b->n_header, rec->header.n);
		assert_int_equal(b->header_sum, sum_on(0, rec->header));
		assert_int_equal(
			b->sum,
			sum_on(0, tt_slice_sub(b->input,
					       (size_t)(rec->off + b->off),
					       (size_t)b->length)));
	} else {
		assert_int_equal(rec->body_head.n, 0);
	}
	b->has_begun = false;
}

/* Has been with the reader of the row before: nothing of it may show. */
static struct tt_reader_room *room;

static int make_room(void **state)
{
	(void)state;
	room = tt_reader_room_new();
	return 0;
}

static int free_room(void **state)
{
	(void)state;
	tt_reader_room_free(&room);
	return 0;
}

/* Cuts `bytes` with reads of `chunk`, and checks the account. */
static void cut(struct got *got, struct tt_slice bytes, enum tt_format as,
		size_t chunk)
{
	struct body body = { .input = bytes };
	const struct tt_reader_options options = {
		as, true, { &body, begin_body, add_body }, room
	};
	struct tt_arena arena = { 0 };
	struct tt_diags diags;
	struct tt_reader *r;
	struct tt_record rec;

	memset(got, 0, sizeof(*got));
	tt_diags_init(&diags, &arena);
	struct tt_stream *stream = tt_stream_from_bytes(bytes, &diags);

	got->opened =
		tt_reader_open_chunk(&r, stream, &options, chunk, NULL);
	while (got->opened == TT_OK && tt_record_next(r, &rec) > 0) {
		assert_true(got->n < MAX_RECORDS);
		got->rec[got->n] = rec;
		keep(got->head[got->n], rec.body_head);
		keep(got->header[got->n], rec.header);
		check_body(&body, &rec);
		got->n++;
	}
	if (got->opened == TT_OK) {
		got->account = tt_reader_account(r);
		tt_reader_close(&r);
		assert_int_equal(got->account.bytes_in, bytes.n);
		assert_int_equal(got->account.bytes_in,
				 got->account.bytes_records +
					 got->account.bytes_frame +
					 got->account.bytes_diags);
	}
	got->n_diag = diags.list.n;
	if (diags.list.n)
		got->first_diag = diags.list.v[0].code;
	tt_stream_free(&stream);
	tt_arena_release(&arena);
}

static bool is_same_record(const struct got *a, const struct got *b, size_t i)
{
	const struct tt_record *x = &a->rec[i], *y = &b->rec[i];

	return x->off == y->off && x->length == y->length &&
	       x->header.n == y->header.n &&
	       x->header_length == y->header_length &&
	       x->body_head.n == y->body_head.n &&
	       memcmp(a->head[i], b->head[i], sizeof(a->head[i])) == 0 &&
	       memcmp(a->header[i], b->header[i], sizeof(a->header[i])) == 0 &&
	       memcmp(x->sha256, y->sha256, TT_SHA256_LEN) == 0 &&
	       memcmp(x->content_sha256, y->content_sha256, TT_SHA256_LEN) ==
		       0;
}

/* The same cut, however the reads fall. */
static void check_chunks(const char *name, struct tt_slice bytes,
			 enum tt_format as, const struct got *want)
{
	static const size_t chunks[] = { 1,  2,	 3,  5,	 7,  16,  64,
					 65, 66, 67, 68, 69, 100, 127,
					 128, 200, 1000, 4096 };

	for (size_t k = 0; k < N(chunks); k++) {
		struct got got;

		cut(&got, bytes, as, chunks[k]);
		if (got.n != want->n || got.n_diag != want->n_diag ||
		    got.account.bytes_frame != want->account.bytes_frame)
			fail_msg("%s: reads of %zu: %zu messages", name,
				 chunks[k], got.n);
		for (size_t i = 0; i < got.n; i++)
			if (!is_same_record(&got, want, i))
				fail_msg("%s: reads of %zu: message %zu",
					 name, chunks[k], i);
	}
}

static void check_hash(const char *name, const struct tt_record *rec,
		       struct tt_slice bytes)
{
	struct tt_sha256 *h = tt_sha256_new();
	uint8_t sum[TT_SHA256_LEN];

	tt_sha256_begin(h);
	tt_sha256_add(h, tt_slice_sub(bytes, (size_t)rec->off,
				      (size_t)rec->length));
	tt_sha256_end(h, sum);
	tt_sha256_free(&h);
	if (memcmp(sum, rec->sha256, sizeof(sum)) != 0)
		fail_msg("%s: sha256", name);
}

static void check_want(const struct cut_row *row, const struct got *got,
		       struct tt_slice bytes)
{
	for (size_t i = 0; i < row->n_want; i++) {
		const struct want *w = &row->want[i];
		const struct tt_record *rec = &got->rec[i];

		if (rec->off != w->off || rec->length != w->length ||
		    rec->header_length != w->header_length)
			fail_msg("%s: message %zu: %zu+%zu, header %zu",
				 row->name, i, (size_t)rec->off,
				 (size_t)rec->length,
				 (size_t)rec->header_length);
		if (memcmp(got->header[i], bytes.p + rec->off,
			   (size_t)rec->header_length) != 0)
			fail_msg("%s: header %zu", row->name, i);
		if (w->head &&
		    (rec->body_head.n != strlen(w->head) ||
		     memcmp(got->head[i], w->head, strlen(w->head)) != 0))
			fail_msg("%s: body %zu", row->name, i);
		check_hash(row->name, rec, bytes);
	}
}

static void test_cut(void **state)
{
	(void)state;
	for (size_t i = 0; i < N(cut_rows); i++) {
		const struct cut_row *row = &cut_rows[i];
		struct tt_slice bytes = tt_slice_str(row->bytes);
		struct got got;

		if (row->n)
			bytes.n = row->n;
		cut(&got, bytes, row->as, (size_t)TT_MAX_window);
		if (got.opened != TT_OK || got.n != row->n_want)
			fail_msg("%s: %zu messages", row->name, got.n);
		if (got.account.bytes_frame != row->frame ||
		    got.account.bytes_diags != row->diags ||
		    got.n_diag != row->n_diag)
			fail_msg("%s: frame %zu, stray %zu, %zu diags",
				 row->name, (size_t)got.account.bytes_frame,
				 (size_t)got.account.bytes_diags, got.n_diag);
		check_want(row, &got, bytes);
		check_chunks(row->name, bytes, row->as, &got);
	}
}

/* ---- Content-Length ---- */

#define BODY "body\n\n" ENV "A: b\n\ninner\n"

/* n_body: of BODY; %d is the Content-Length. */
static const struct {
	const char *name, *fmt;
	int length;
	size_t n_want;
	bool has_diag;
} length_rows[] = {
	{ "leads to the next message",
	  ENV "Content-Length: %d\n\n" BODY "\n" ENV "C: d\n\nx\n",
	  sizeof(BODY) - 1, 2, true },
	{ "folded case", ENV "A: b\ncontent-length:\t%d \n\n" BODY "\n" ENV
	  "C: d\n\nx\n", sizeof(BODY) - 1, 2, true },
	{ "no blank line behind", ENV "Content-Length: %d\n\n" BODY ENV
	  "C: d\n\nx\n", sizeof(BODY) - 1, 2, true },
	{ "leads to the end", ENV "Content-Length: %d\n\n" BODY,
	  sizeof(BODY) - 1, 1, true },
	{ "leads to the blank line at the end",
	  ENV "Content-Length: %d\n\n" BODY "\n", sizeof(BODY) - 1, 1, true },
	{ "nothing to lead past",
	  ENV "Content-Length: %d\n\nx\n\n" ENV "C: d\n\nx\n", 2, 2, false },
	{ "too long by one", ENV "Content-Length: %d\n\n" BODY "\n" ENV
	  "C: d\n\nx\n", sizeof(BODY) + 1, 3, false },
	{ "too short by one", ENV "Content-Length: %d\n\n" BODY "\n" ENV
	  "C: d\n\nx\n", sizeof(BODY) - 2, 3, false },
	{ "beyond the end", ENV "Content-Length: %d\n\n" BODY "\n", 9999, 2,
	  false },
	{ "huge", ENV "Content-Length: %d000000000000\n\n" BODY "\n", 9223372,
	  2, false },
	{ "no number", ENV "Content-Length: x%d\n\n" BODY "\n",
	  sizeof(BODY) - 1, 2, false },
	{ "not the first message's", ENV "A: b\n\nx\n\n" ENV
	  "Content-Length: %d\n\n" BODY "\n", sizeof(BODY) - 1, 3, false },
	{ "after a wrong one", ENV "Content-Length: 7\n\nx\n\n" ENV
	  "Content-Length: %d\n\n" BODY "\n", sizeof(BODY) - 1, 3, false },
	{ "after one that counts the blank line",
	  ENV "Content-Length: 3\n\nx\n\n" ENV "Content-Length: %d\n\n"
	  BODY "\n", sizeof(BODY) - 1, 2, true },
	{ "after a right one", ENV "Content-Length: 2\n\nx\n\n" ENV
	  "Content-Length: %d\n\n" BODY "\n", sizeof(BODY) - 1, 2, true },
};

#pragma GCC diagnostic ignored "-Wformat-nonliteral"
static void test_content_length(void **state)
{
	(void)state;
	for (size_t i = 0; i < N(length_rows); i++) {
		char text[1024];
		struct got got;
		const int n = snprintf(text, sizeof(text), length_rows[i].fmt,
				       length_rows[i].length);
		const struct tt_slice s = { (uint8_t *)text, (size_t)n };

		cut(&got, s, TT_FORMAT_MBOX, (size_t)TT_MAX_window);
		if (got.n != length_rows[i].n_want ||
		    (got.n_diag == 1 &&
		     got.first_diag == TT_DIAG_content_length) !=
			    length_rows[i].has_diag)
			fail_msg("%s: %zu messages, %zu diags",
				 length_rows[i].name, got.n, got.n_diag);
		check_chunks(length_rows[i].name, s, TT_FORMAT_MBOX, &got);
	}
}

/* A Content-Length is followed only so far. */
static void test_length_limit(void **state)
{
	static const struct {
		size_t length, n_want;
	} sizes[] = {
		{ (size_t)TT_MAX_mbox_lookahead, 1 },
		{ (size_t)TT_MAX_mbox_lookahead + 64, 2 },
	};

	(void)state;
	for (size_t i = 0; i < N(sizes); i++) {
		uint8_t *text = tt_malloc(sizes[i].length + 256);
		const size_t n = (size_t)snprintf(
			(char *)text, 256,
			ENV "Content-Length: %zu\n\nx\n\n" ENV,
			sizes[i].length);
		const size_t all = n + sizes[i].length - (sizeof(ENV) + 2);
		struct got got;

		memset(text + n, 'y', all - n);
		cut(&got, (struct tt_slice){ text, all }, TT_FORMAT_MBOX,
		    (size_t)TT_MAX_window);
		assert_int_equal(got.n, sizes[i].n_want);
		tt_free(&text);
	}
}

/* ---- what is not cut ---- */

static const struct {
	const char *name, *bytes;
	enum tt_format as;
	enum tt_diag_code code;
} refused_rows[] = {
	{ "empty", "", TT_FORMAT_AUTO, TT_DIAG_empty },
	{ "empty, told", "", TT_FORMAT_EML, TT_DIAG_empty },
	{ "text", "Hello\n\nthere\n", TT_FORMAT_AUTO, TT_DIAG_not_mail },
	{ "a message, told to be an mbox", "To: a\n\nFrom here\n",
	  TT_FORMAT_MBOX, TT_DIAG_not_mail },
	{ "blank lines, told to be an mbox", "\n\n\n", TT_FORMAT_MBOX,
	  TT_DIAG_not_mail },
};

static void test_refused(void **state)
{
	(void)state;
	for (size_t i = 0; i < N(refused_rows); i++) {
		struct got got;

		cut(&got, tt_slice_str(refused_rows[i].bytes),
		    refused_rows[i].as, (size_t)TT_MAX_window);
		if (got.opened != TT_INPUT || got.n_diag != 1 ||
		    got.first_diag != refused_rows[i].code)
			fail_msg("%s: status %d, %zu diags",
				 refused_rows[i].name, (int)got.opened,
				 got.n_diag);
	}
}

/* ---- content_sha256 ---- */

/* Each row is one mail in several dresses. */
static const struct {
	const char *name;
	struct {
		const char *bytes;
		enum tt_format as;
	} form[8];
} same_rows[] = {
	{ "line ends",
	  { { "A: b\n\nx\ny\n", TT_FORMAT_EML },
	    { "A: b\r\n\r\nx\r\ny\r\n", TT_FORMAT_EML },
	    { "A: b\r\rx\ry\r", TT_FORMAT_EML },
	    { "A: b\n\r\nx\r\ny\n", TT_FORMAT_EML },
	    { "A: b\r\r\n\r\r\nx\r\r\ny\r\r\n", TT_FORMAT_EML },
	    { ENV "A: b\n\nx\ny\n\n", TT_FORMAT_MBOX },
	    { "From a Mon Jan  1 10:00:00 2024\r\nA: b\r\n\r\nx\r\ny\r\n\r\n",
	      TT_FORMAT_MBOX },
	    { "From a Mon Jan  1 10:00:00 2024\rA: b\r\rx\ry\r\r",
	      TT_FORMAT_MBOX } } },
	{ "the end",
	  { { "A: b\n\nx\n", TT_FORMAT_EML },
	    { "A: b\n\nx", TT_FORMAT_EML },
	    { "A: b\n\nx\n\n\n\n", TT_FORMAT_EML },
	    { "A: b\r\n\r\nx\r\n\r\n\r\n", TT_FORMAT_EML },
	    { "A: b\r\n\r\nx\r", TT_FORMAT_EML },
	    { ENV "A: b\n\nx\n\n\n", TT_FORMAT_MBOX },
	    { ENV "A: b\n\nx", TT_FORMAT_MBOX } } },
	{ "quoting",
	  { { "A: b\n\nFrom x\n> y\n>>>Fro\n", TT_FORMAT_EML },
	    { "A: b\n\n>From x\n> y\n>>>Fro\n", TT_FORMAT_EML },
	    { "A: b\n\n>>>>From x\n> y\n>>>Fro\n", TT_FORMAT_EML },
	    { "A: b\r\n\r\n>From x\r\n> y\r\n>>>Fro", TT_FORMAT_EML },
	    { "A: b\r\r>From x\r> y\r>>>Fro", TT_FORMAT_EML },
	    { ENV "A: b\n\n>From x\n> y\n>>>Fro\n\n", TT_FORMAT_MBOX },
	    { ENV "A: b\n\n>>From x\n> y\n>>>Fro\n", TT_FORMAT_MBOX } } },
	{ "quoted first line",
	  { { ">From x\nA: b\n", TT_FORMAT_EML },
	    { "From x\nA: b\n", TT_FORMAT_EML } } },
	{ "nothing but line ends",
	  { { "\n", TT_FORMAT_EML },
	    { "\n\n\n", TT_FORMAT_EML },
	    { "\r\n", TT_FORMAT_EML },
	    { "\r\r\r", TT_FORMAT_EML } } },
};

static void test_same_content(void **state)
{
	(void)state;
	for (size_t i = 0; i < N(same_rows); i++) {
		struct got first, got;

		for (size_t k = 0; k < 8 && same_rows[i].form[k].bytes; k++) {
			const struct tt_slice s =
				tt_slice_str(same_rows[i].form[k].bytes);
			const enum tt_format as = same_rows[i].form[k].as;

			cut(&got, s, as, (size_t)TT_MAX_window);
			assert_int_equal(got.n, 1);
			if (k == 0)
				first = got;
			if (memcmp(first.rec[0].content_sha256,
				   got.rec[0].content_sha256,
				   TT_SHA256_LEN) != 0)
				fail_msg("%s: form %zu", same_rows[i].name,
					 k);
			check_chunks(same_rows[i].name, s, as, &got);
		}
	}
}

static const struct {
	const char *name, *a, *b;
} other_rows[] = {
	{ "a byte", "A: b\n\nx\n", "A: b\n\ny\n" },
	{ "a blank line inside", "A: b\n\nx\ny\n", "A: b\n\nx\n\ny\n" },
	{ "space at the end", "A: b\n\nx\n", "A: b\n\nx \n" },
	{ "'>' of a reply", "A: b\n\n>y\n", "A: b\n\ny\n" },
	{ "'>' inside a line", "A: b\n\nx>From y\n", "A: b\n\nxFrom y\n" },
	{ "'>' before From without space", "A: b\n\n>From\n",
	  "A: b\n\nFrom\n" },
	{ "a bare CR in an LF file", "A: b\n\nx\ry\n", "A: b\n\nx\ny\n" },
};

static void test_other_content(void **state)
{
	(void)state;
	for (size_t i = 0; i < N(other_rows); i++) {
		struct got a, b;

		cut(&a, tt_slice_str(other_rows[i].a), TT_FORMAT_EML, 4096);
		cut(&b, tt_slice_str(other_rows[i].b), TT_FORMAT_EML, 4096);
		if (memcmp(a.rec[0].content_sha256, b.rec[0].content_sha256,
			   TT_SHA256_LEN) == 0)
			fail_msg("%s: equal", other_rows[i].name);
	}
}

/* ---- the normal form against its definition ---- */

static size_t quotes_before_from(const uint8_t *p, size_t n)
{
	size_t i = 0;

	while (i < n && p[i] == '>')
		i++;
	return i && n - i >= 5 && memcmp(p + i, "From ", 5) == 0 ? i : 0;
}

/* Word for word, with as little thought as can be. */
static size_t naive_lines(uint8_t *to, const uint8_t *p, size_t n, bool is_cr)
{
	size_t m = 0;

	for (size_t i = 0; i < n; i++) {
		size_t k = i;

		while (!is_cr && k < n && p[k] == '\r')
			k++;
		if (p[i] != '\r')
			to[m++] = p[i];
		else if (is_cr) {
			to[m++] = '\n';
			i += i + 1 < n && p[i + 1] == '\n';
		} else if (k < n && p[k] != '\n')
			to[m++] = '\r';
	}
	return m;
}

static size_t naive(uint8_t *to, const uint8_t *p, size_t n, bool is_cr)
{
	uint8_t lines[512];
	const size_t n_lines = naive_lines(lines, p, n, is_cr);
	size_t m = 0;

	for (size_t i = 0; i < n_lines; i++) {
		if (i == 0 || lines[i - 1] == '\n')
			i += quotes_before_from(lines + i, n_lines - i);
		to[m++] = lines[i];
	}
	while (m && to[m - 1] == '\n')
		m--;
	to[m++] = '\n';
	return m;
}

static void hash(struct tt_slice s, uint8_t sum[TT_SHA256_LEN])
{
	struct tt_sha256 *h = tt_sha256_new();

	tt_sha256_begin(h);
	tt_sha256_add(h, s);
	tt_sha256_end(h, sum);
	tt_sha256_free(&h);
}

static size_t make_text(uint8_t *text, uint32_t *seed)
{
	static const char *const bits[] = { "\n", "\n", "\r", "\r\n", ">",
					    ">",  "From ", "Fro", "From",
					    "x",  " ",	   "ab" };
	const size_t n_bits = noise(seed) % 24;
	/* Some texts without CR, so that the shortcut is taken, too. */
	const bool has_cr = noise(seed) % 2;
	size_t n = 0;

	for (size_t i = 0; i < n_bits; i++) {
		const char *bit = bits[noise(seed) % N(bits)];

		if (!has_cr && strchr(bit, '\r'))
			continue;
		memcpy(text + n, bit, strlen(bit));
		n += strlen(bit);
	}
	return n;
}

/* What stands in a window is told beforehand, in some rounds: as it will come,
 * or as more or less than that, whose sum must not be taken. */
static void expect(struct tt_normal *n, struct tt_slice text,
		   const uint8_t sum[TT_SHA256_LEN], uint32_t *seed)
{
	static const uint8_t other[TT_SHA256_LEN] = { 1 };
	const uint32_t kind = noise(seed) % 4;

	if (kind == 0)
		tt_normal_expect(n, text, sum);
	else if (kind == 1)
		tt_normal_expect(n, tt_slice_sub(text, 0, text.n / 2),
				 text.n / 2 == text.n ? sum : other);
	else if (kind == 2)
		tt_normal_expect(n, (struct tt_slice){ text.p, text.n + 1 },
				 other);
}

static void test_normal(void **state)
{
	struct tt_normal *n = tt_normal_new();
	uint32_t seed = 1;

	(void)state;
	for (unsigned round = 0; round < 40000; round++) {
		uint8_t text[256], want[512];
		uint8_t raw[32], content[32], raw_want[32], content_want[32];
		const size_t len = make_text(text, &seed);
		const bool is_cr = noise(&seed) % 3 == 0;

		hash((struct tt_slice){ text, len }, raw_want);
		hash((struct tt_slice){ want, naive(want, text, len, is_cr) },
		     content_want);
		tt_normal_begin(n, is_cr);
		expect(n, (struct tt_slice){ text, len }, raw_want, &seed);
		for (size_t i = 0; i < len;) {
			size_t part = 1 + noise(&seed) % 9;

			part = part < len - i ? part : len - i;
			if (noise(&seed) % 40 == 0)
				tt_normal_settle(n);
			tt_normal_add(n, (struct tt_slice){ text + i, part });
			i += part;
		}
		tt_normal_end(n, raw, content);
		if (memcmp(raw, raw_want, 32) != 0)
			fail_msg("round %u: sha256", round);
		if (memcmp(content, content_want, 32) != 0)
			fail_msg("round %u: content_sha256", round);
	}
	tt_normal_free(&n);
}

/* ---- scanning ---- */

static void test_scan(void **state)
{
	static const struct tt_scan_rule rules[] = {
		{ '\n', 'F', 'F', '\n', 'F', false },
		{ '\n', 'F', 'F', '\r', 'F', false },
		{ '\n', '\n', '\r', '\r', '\r', false },
		{ '\n', '>', '>', '\r', '\r', true },
		{ '\n', '>', 'F', '\n', '>', false },
		{ '\n', '>', 'F', '\n', 'F', false },
		{ '\n', '>', 'F', '\n', 'x', false },
		{ '\n', '>', '\n', '\r', 'x', true },
	};
	static const char letters[] = "\n\rF>xyzxyzxyzxyzxyzxyzxyz";
	const struct tt_scan_variant *plain =
		&tt_scan_variants[tt_n_scan_variants - 1];
	uint8_t text[300];
	uint32_t seed = 2;

	(void)state;
	assert_string_equal(plain->name, "plain");
	for (unsigned round = 0; round < 100000; round++) {
		const size_t off = noise(&seed) % 40;
		const size_t len = noise(&seed) % (sizeof(text) - off);
		const struct tt_slice s = { text + off, len };
		const struct tt_scan_rule *rule =
			&rules[noise(&seed) % N(rules)];
		/* Few letters: early hits; many: hits far into a block. */
		const uint32_t variety = 4 + noise(&seed) % 20;

		for (size_t i = 0; i < sizeof(text); i++)
			text[i] = (uint8_t)letters[noise(&seed) % variety];
		const size_t want = plain->scan(rule, s);

		for (size_t k = 0; k + 1 < tt_n_scan_variants; k++) {
			if (!tt_scan_variants[k].is_there())
				continue;
			if (tt_scan_variants[k].scan(rule, s) != want)
				fail_msg("round %u: %s", round,
					 tt_scan_variants[k].name);
		}
		assert_int_equal(tt_scan(rule, s), want);
	}
}

/* ---- size ---- */

/* Header blocks over the limit are cut, and counted whole. */
static void test_long_header(void **state)
{
	const size_t n = (size_t)TT_MAX_header_block + 100000;
	uint8_t *text = tt_malloc(n);
	struct got got;

	(void)state;
	memset(text, 'x', n);
	memcpy(text, "A: b", 4);
	memcpy(text + n - 7, "\n\nbody\n", 7);
	cut(&got, (struct tt_slice){ text, n }, TT_FORMAT_EML,
	    (size_t)TT_MAX_window);
	assert_int_equal(got.n, 1);
	assert_int_equal(got.rec[0].header.n, TT_MAX_header_block);
	assert_int_equal(got.rec[0].header_length, n - 6);
	assert_int_equal(got.rec[0].body_head.n, 5);
	tt_free(&text);
}

/* Many messages, larger and smaller than a block. */
static void test_many(void **state)
{
	static const size_t chunks[] = { (size_t)1 << 18, 4096, 61 };
	const size_t cap = (size_t)3 << 20, n_messages = 400;
	uint8_t *text = tt_malloc(cap);
	uint32_t seed = 3;
	size_t n = 0;

	(void)state;
	for (size_t i = 0; i < n_messages; i++) {
		const size_t body = i == 7 ? 1000000 : noise(&seed) % 4000;

		memcpy(text + n, ENV "A: b\n\n", 50);
		n += 50;
		for (size_t k = 0; k < body; k++)
			text[n++] = (uint8_t)"\nF\nrom >x"[noise(&seed) % 9];
		memcpy(text + n, "x\n\n", 3);
		n += 3;
	}
	for (size_t k = 0; k < N(chunks); k++) {
		const struct tt_reader_options options = {
			.as = TT_FORMAT_MBOX, .want_hash = true
		};
		struct tt_arena arena = { 0 };
		struct tt_diags diags;
		struct tt_reader *r;
		struct tt_record rec;
		size_t found = 0;

		tt_diags_init(&diags, &arena);
		struct tt_stream *s = tt_stream_from_bytes(
			(struct tt_slice){ text, n }, &diags);

		assert_int_equal(tt_reader_open_chunk(&r, s, &options,
						      chunks[k], NULL),
				 TT_OK);
		while (tt_record_next(r, &rec) > 0) {
			found++;
			check_hash("many", &rec,
				   (struct tt_slice){ text, n });
		}
		assert_int_equal(found, n_messages);
		assert_int_equal(tt_reader_account(r).bytes_frame,
				 n_messages * 45);
		tt_reader_close(&r);
		tt_stream_free(&s);
		tt_arena_release(&arena);
	}
	tt_free(&text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_from_line),
		cmocka_unit_test(test_from_line_bound),
		cmocka_unit_test(test_bids),
		cmocka_unit_test(test_cut),
		cmocka_unit_test(test_content_length),
		cmocka_unit_test(test_length_limit),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_same_content),
		cmocka_unit_test(test_other_content),
		cmocka_unit_test(test_normal),
		cmocka_unit_test(test_scan),
		cmocka_unit_test(test_long_header),
		cmocka_unit_test(test_many),
	};

	return cmocka_run_group_tests(tests, make_room, free_room);
}
