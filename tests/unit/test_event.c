/* test_event - lines of logs become events
 *
 * A row's lines, and what comes of them with the shipped rules: for each event
 * "kind queue_id[>next_queue_id] verdict[ version][ /recipient]".  Every quote
 * is checked against the bytes at its offset, in every row.  A line stands for
 * its sender, too: whatever he may write into it must stay his own. */
#include <tlstrail/rule/event.h>

#include "trail_fixture.h"

#define MX "Jun  9 14:03:20 mx postfix/smtpd[7]: "
#define CONNECT(ip) MX "connect from out.example.org[" ip "]\n"
#define TLS(v, ip)                                                  \
	MX "Anonymous TLS connection established from "             \
	   "out.example.org[" ip "]: " v " with cipher AES256-SHA " \
	   "(256/256 bits)\n"
#define CLIENT(id, ip) MX id ": client=out.example.org[" ip "]\n"
#define BYE(ip, tls)                                            \
	MX "disconnect from out.example.org[" ip "] ehlo=2" tls \
	   " mail=1 rcpt=1 data=1 quit=1 commands=7\n"
#define BARE_BYE(ip) MX "disconnect from out.example.org[" ip "]\n"
#define A "192.0.2.1"
#define B "192.0.2.2"
/* Another session of the service has TLS: then silence speaks. */
#define LEVEL                                                          \
	"Jun  9 14:03:19 mx postfix/smtpd[6]: Untrusted TLS "          \
	"connection established from x.example.org[192.0.2.9]: TLSv1 " \
	"with cipher AES256-SHA (256/256 bits)\n"
#define LOST                                                      \
	"Jun  9 14:03:20 mx rsyslogd: imuxsock lost 12 messages " \
	"from pid 7 due to rate-limiting\n"
#define RELOAD                                                     \
	"Jun  9 14:03:20 mx postfix/master[1]: reload -- version " \
	"3.7.11, configuration /etc/postfix\n"

#define OUT "Jun  9 14:03:20 out postfix/smtp[9]: "
#define QUEUED(id)                                 \
	"Jun  9 14:03:20 out postfix/qmgr[5]: " id \
	": from=<a@example.org>, size=9, nrcpt=1 (queue active)\n"
#define REMOVED(id) "Jun  9 14:03:20 out postfix/qmgr[5]: " id ": removed\n"
#define OUT_TLS(v, peer)                                            \
	OUT "Trusted TLS connection established to " peer ":25: " v \
	    " with cipher AES256-SHA (256/256 bits)\n"
#define TO(id, peer, use, how)                                 \
	OUT id ": to=<b@example.net>, relay=" peer ":25, " use \
	       "delay=1, delays=0/0/1/0, " how "\n"
#define SENT(next) "dsn=2.0.0, status=sent (250 2.0.0 Ok: queued as " next ")"
#define M1 "mx1.example.net[192.0.2.26]"
#define M2 "mx2.example.net[192.0.2.28]"

static const struct row {
	const char *name, *log, *out;
} rows[] = {
	/* ---- sessions ---- */
	{ "one TLS line for all messages of a session",
	  CONNECT(A) TLS("TLSv1.3", A) CLIENT("4Xq10", A) CLIENT("4Xq11", A)
		  BYE(A, " starttls=1"),
	  "accept 4Xq10 encrypted TLSv1.3; accept 4Xq11 encrypted TLSv1.3" },
	{ "the next session of a process begins anew",
	  CONNECT(A) TLS("TLSv1.3", A) CLIENT("4Xq10", A) BYE(A, " starttls=1")
		  CONNECT(A) CLIENT("4Xq11", A) BYE(A, ""),
	  "accept 4Xq10 encrypted TLSv1.3; accept 4Xq11 cleartext" },
	{ "a beginning ends what went before",
	  CONNECT(A) TLS("TLSv1.3", A) CONNECT(A) CLIENT("4Xq11", A)
		  BARE_BYE(A),
	  "accept 4Xq11 cleartext" },
	{ "TLS of another peer",
	  CONNECT(B) TLS("TLSv1.3", B) CLIENT("4Xq11", A) BARE_BYE(A),
	  "accept 4Xq11 unknown" },
	{ "the end of another peer's session",
	  CLIENT("4Xq11", A) BYE(B, " starttls=1"), "accept 4Xq11 unknown" },
	{ "another host's process of that number",
	  CONNECT(A) TLS("TLSv1.3",
			 A) "Jun  9 14:03:20 mx2 postfix/smtpd[7]: 4Xq11: "
			    "client=out.example.org[192.0.2.1]\n",
	  "accept 4Xq11 unknown" },
	{ "another service's",
	  CONNECT(A) TLS(
		  "TLSv1.3",
		  A) "Jun  9 14:03:20 mx postfix/submission/smtpd[7]: 4Xq11: "
		     "client=out.example.org[192.0.2.1]\n",
	  "accept 4Xq11 unknown" },
	{ "STARTTLS was used, and no line says which version",
	  CONNECT(A) CLIENT("4Xq10", A) BYE(A, " starttls=1"),
	  "accept 4Xq10 encrypted" },
	{ "STARTTLS failed",
	  LEVEL CONNECT(A) CLIENT("4Xq10", A) BYE(A, " starttls=0/1"),
	  "accept 4Xq10 cleartext" },
	/* ---- silence ---- */
	{ "silent, and nothing shows that it would say",
	  CONNECT(A) CLIENT("4Xq10", A) BARE_BYE(A), "accept 4Xq10 unknown" },
	{ "silent, where others have TLS",
	  LEVEL CONNECT(A) CLIENT("4Xq10", A) BARE_BYE(A),
	  "accept 4Xq10 cleartext" },
	{ "others have TLS later on",
	  CONNECT(A) CLIENT("4Xq10", A) BARE_BYE(A) LEVEL,
	  "accept 4Xq10 cleartext" },
	{ "a reload may change what is logged",
	  LEVEL RELOAD CONNECT(A) CLIENT("4Xq10", A) BARE_BYE(A),
	  "accept 4Xq10 unknown" },
	{ "the log begins in the session",
	  LEVEL CLIENT("4Xq10", A) BARE_BYE(A), "accept 4Xq10 unknown" },
	{ "the log ends in the session", LEVEL CONNECT(A) CLIENT("4Xq10", A),
	  "accept 4Xq10 unknown" },
	{ "lines were lost",
	  LEVEL CONNECT(A) LOST CLIENT("4Xq10", A) BARE_BYE(A),
	  "accept 4Xq10 unknown" },
	{ "TLS before lines were lost",
	  CONNECT(A) TLS("TLSv1.3", A) LOST CLIENT("4Xq10", A),
	  "accept 4Xq10 unknown" },
	{ "its end after lines were lost",
	  CLIENT("4Xq10", A) LOST BYE(A, " starttls=1"),
	  "accept 4Xq10 unknown" },
	/* ---- deliveries ---- */
	{ "TLS and the next id",
	  QUEUED("4Xq10") OUT_TLS("TLSv1.2", M1)
		  TO("4Xq10", M1, "", SENT("4Xr10")) REMOVED("4Xq10"),
	  "deliver 4Xq10>4Xr10 encrypted TLSv1.2 /b@example.net" },
	{ "used up by another message",
	  QUEUED("4Xq11") OUT_TLS("TLSv1.2", M1)
		  TO("4Xq10", M1, "", SENT("4Xr10"))
			  TO("4Xq11", M1, "", SENT("4Xr11")),
	  "deliver 4Xq10>4Xr10 encrypted TLSv1.2 /b@example.net; "
	  "deliver 4Xq11>4Xr11 cleartext /b@example.net" },
	{ "conn_use= uses it again",
	  OUT_TLS("TLSv1.2", M1) TO("4Xq10", M1, "", SENT("4Xr10"))
		  TO("4Xq11", M1, "conn_use=2, ", SENT("4Xr11")),
	  "deliver 4Xq10>4Xr10 encrypted TLSv1.2 /b@example.net; "
	  "deliver 4Xq11>4Xr11 encrypted TLSv1.2 /b@example.net" },
	{ "conn_use= of another peer",
	  OUT_TLS("TLSv1.2", M1)
		  TO("4Xq11", M2, "conn_use=2, ", SENT("4Xr11")),
	  "deliver 4Xq11>4Xr11 unknown /b@example.net" },
	{ "TLS before lines were lost",
	  OUT_TLS("TLSv1.2", M1) LOST TO("4Xq11", M1, "", SENT("4Xr11")),
	  "deliver 4Xq11>4Xr11 unknown /b@example.net" },
	{ "no handshake, then in clear",
	  OUT "SSL_connect error to " M1 ":25: -1\n" OUT
	      "4Xq10: Cannot start TLS: handshake failure\n" TO(
		      "4Xq10", M1, "", SENT("4Xr10")),
	  "attempt 4Xq10 unknown; "
	  "deliver 4Xq10>4Xr10 cleartext /b@example.net" },
	{ "no handshake, then another host",
	  OUT "SSL_connect error to " M1
	      ":25: -1\n" TO("4Xq10", M2, "", SENT("4Xr10")),
	  "deliver 4Xq10>4Xr10 unknown /b@example.net" },
	{ "tls= with the version of the session's line",
	  OUT_TLS("TLSv1.2", M1)
		  TO("4Xq10", M1, "", "tls=dane/requiretls, " SENT("4Xr10")),
	  "deliver 4Xq10>4Xr10 encrypted TLSv1.2 /b@example.net" },
	{ "tls= says clear",
	  OUT_TLS("TLSv1.2", M1)
		  TO("4Xq10", M1, "", "tls=may:none, " SENT("4Xr10")),
	  "deliver 4Xq10>4Xr10 cleartext /b@example.net" },
	{ "tls= violated: not sent",
	  TO("4Xq10", M1, "", "tls=!secure, dsn=4.7.5, status=deferred (x)"),
	  "attempt 4Xq10 unknown /b@example.net" },
	{ "nobody was asked",
	  OUT
	  "4Xq10: to=<b@example.net>, relay=none, "
	  "delay=1, delays=0/0/1/0, dsn=4.4.1, status=deferred (connect to " M1
	  ":25: Connection refused)\n",
	  "attempt 4Xq10 unknown /b@example.net" },
	{ "an answer cut at the end of the record",
	  TO("4Xq10", M1, "",
	     "tls=may, dsn=2.0.0, status=sent (250 2.0.0 Ok: "
	     "queued as 4Xr10 and so on"),
	  "deliver 4Xq10>4Xr10 encrypted /b@example.net" },
	{ "said again by the log itself",
	  OUT_TLS("TLSv1.2", M1)
		  TO("4Xq10", M1, "",
		     SENT("4Xr10")) "Jun  9 14:03:20 out "
				    "postfix/smtp[9]: message repeated 2 "
				    "times: [ 4Xq10: "
				    "to=<b@example.net>, relay=" M1
				    ":25, delay=1, delays=0/0/1/0, " SENT(
					    "4Xr10") "]\n",
	  "deliver 4Xq10>4Xr10 encrypted TLSv1.2 /b@example.net" },
	/* ---- forgery ---- */
	{ "HELO that looks like a line",
	  MX "NOQUEUE: reject: RCPT from "
	     "x.example.org[192.0.2.9]: 554 5.7.1 <b@example.net>: denied; "
	     "from=<> to=<b@example.net> proto=ESMTP helo=<4Xq10: "
	     "client=out.example.org[192.0.2.1]>\n",
	  "" },
	{ "Message-ID that looks like a client",
	  "Jun  9 14:03:20 mx "
	  "postfix/cleanup[8]: 4Xq10: message-id=<4Xq11: client=a[" A "]>\n",
	  "identify 4Xq10 unknown" },
	{ "recipient that looks like a delivery",
	  OUT "4Xq10: to=<\"x>, "
	      "relay=" M2 ":25, delay=1, delays=0/0/1/0, " SENT(
		      "4XrZZ") "\"@example.net>, relay=" M1
			       ":25, delay=1, delays=0/0/1/0, "
			       "tls=none, " SENT("4Xr10") "\n",
	  "deliver 4Xq10>4Xr10 cleartext /\"x>, relay=" M2 ":25, delay=1, "
	  "delays=0/0/1/0, " SENT("4XrZZ") "\"@example.net" },
	{ "answer that names another's id in the middle",
	  TO("4Xq10", M1, "",
	     "tls=none, dsn=2.0.0, status=sent (250 "
	     "thanks, Ok: queued as 4Xr66)"),
	  "deliver 4Xq10 cleartext /b@example.net" },
	{ "a queue id of another's length",
	  TO("NOQUEUE-4Xq10", M1, "", SENT("4Xr10")), "" },
	{ "Exim: subject that looks like TLS",
	  "2026-06-09 14:03:21 1xUoXz-0003kT-2a <= a@example.org "
	  "H=out.example.org [192.0.2.1] P=esmtp S=798 id=1@a.example.org "
	  "T=\"x P=esmtps X=TLS1.3:A:256\"\n",
	  "accept 1xUoXz-0003kT-2a cleartext" },
	{ "Exim: HELO that looks like TLS",
	  "2026-06-09 14:03:21 1xUoXz-0003kT-2a <= a@example.org "
	  "H=(x P=esmtps X=TLS1.3:A:256 S=1) [192.0.2.1] P=esmtp S=798\n",
	  "accept 1xUoXz-0003kT-2a cleartext" },
	{ "Exim: sender that looks like a peer",
	  "2026-06-09 14:03:21 1xUoXz-0003kT-2a <= \"x H=a [192.0.2.9] "
	  "P=esmtps S=1\"@example.org H=out.example.org [192.0.2.1] P=esmtp "
	  "S=798\n",
	  "accept 1xUoXz-0003kT-2a cleartext" },
	{ "Sendmail: Message-ID that looks like proto",
	  "Jun  9 14:03:20 mx sm-mta[13674]: 6599E3Kf013674: "
	  "from=<a@example.org>, size=798, class=0, nrcpts=1, msgid=<x>, "
	  "proto=ESMTPS, daemon=MTA, relay=a [192.0.2.9]>, proto=ESMTP, "
	  "daemon=MTA, relay=out.example.org [192.0.2.1]\n",
	  "accept 6599E3Kf013674 cleartext" },
	{ "OpenSMTPD: host that looks like TLS",
	  "Jun  9 14:03:20 mx smtpd[5]: 24ba331012345678 smtp connected "
	  "address=192.0.2.1 host=x smtp tls ciphers=TLSv1.3:A:256\n"
	  "Jun  9 14:03:20 mx smtpd[5]: 24ba331012345678 smtp message "
	  "msgid=24ba3310 size=9 nrcpt=1 proto=ESMTP\n",
	  "accept 24ba3310 cleartext" },
};

/* ---- one row ---- */

struct told {
	struct tt_arena arena;
	TT_VEC(struct tt_event *) events;
};

static void take(void *ctx, struct tt_event *e)
{
	struct told *const t = ctx;

	*tt_vec_push(&t->arena, &t->events) =
		e->is_lent ? tt_event_dup(e, &t->arena) : e;
}

static void read_log(struct told *t, const struct fixture *f, const char *text)
{
	const struct tt_origin origin = { .path = TT_S("mail.log") };
	const struct tt_log_options options = { .rules = f->rules,
						.arena = &t->arena,
						.year = 2026,
						.sink = { t, take } };
	struct tt_log *log = tt_log_begin(&options, f->matcher);
	struct tt_slice rest = tt_slice_str(text);
	struct tt_diags diags;
	uint64_t off = 0;

	tt_diags_init(&diags, &t->arena);
	tt_log_from(log, &origin);
	while (rest.n) {
		const size_t n = tt_slice_chr(rest, '\n');
		struct tt_log_line line;

		(void)tt_log_unwrap(tt_slice_sub(rest, 0, n), &line);
		line.off = off;
		line.raw = tt_slice_sub(rest, 0, n);
		tt_log_take_line(log, &line, &diags);
		off += n + 1;
		rest = tt_slice_sub(rest, n + 1, rest.n);
	}
	tt_log_end(&log, NULL);
	assert_null(log);
}

static void check_quotes(const struct row *r, const struct tt_event *e)
{
	const size_t n = strlen(r->log);

	if (e->quotes.n == 0)
		fail_msg("%s: nothing is quoted", r->name);
	for (size_t i = 0; i < e->quotes.n; i++) {
		const struct tt_event_quote *q = &e->quotes.v[i];

		assert_non_null(q->rule);
		assert_true(tt_slice_eq(q->origin->path, TT_S("mail.log")));
		assert_true(q->off < n && q->text.n < n - q->off);
		assert_memory_equal(r->log + q->off, q->text.p, q->text.n);
		if (r->log[q->off + q->text.n] != '\n')
			fail_msg("%s: %s quotes half a line, or more",
				 r->name, q->rule);
	}
}

static const char *describe(struct tt_arena *a, const struct tt_event *e)
{
	const struct tt_slice kind = tt_event_value(e, TT_S("event"), a);
	const char *const version = tt_tls_name(e->version);

	return tt_arena_printf(a, "%.*s %.*s%s%.*s %s%s%s%s%.*s", (int)kind.n,
			       kind.p, (int)e->queue_id.n, e->queue_id.p,
			       e->next_queue_id.n ? ">" : "",
			       (int)e->next_queue_id.n, e->next_queue_id.p,
			       tt_verdict_name(tt_event_verdict(e)),
			       version ? " " : "", version ? version : "",
			       e->recipient.n ? " /" : "", (int)e->recipient.n,
			       e->recipient.p);
}

static void test_rows(void **state)
{
	for (size_t i = 0; i < N(rows); i++) {
		const struct row *const r = &rows[i];
		struct told t = { .arena = { 0 } };
		const char *out = "";

		read_log(&t, *state, r->log);
		for (size_t k = 0; k < t.events.n; k++) {
			check_quotes(r, t.events.v[k]);
			out = tt_arena_printf(
				&t.arena, "%s%s%s", out, k ? "; " : "",
				describe(&t.arena, t.events.v[k]));
		}
		if (strcmp(out, r->out) != 0)
			fail_msg("%s: %s", r->name, out);
		tt_arena_release(&t.arena);
	}
}

/* ---- bounds ---- */

/* More of a log than is held: the eldest go, and that is told once; of as many
 * as the limit nothing is told. */
static const struct bound_row {
	const char *name, *lead, *tail; /* a line; a number between */
	uint64_t most;
	enum tt_diag_code code;
	bool is_message; /* each line, and none is lost */
} bound_rows[] = {
	{ "connections", "mx postfix/smtpd[",
	  "]: connect from out.example.org[192.0.2.1]",
	  TT_ROOM(log_sessions), TT_DIAG_sessions_cut, false },
	{ "queued messages", "mx postfix/qmgr[7]: 4XQQ",
	  ": from=<a@example.org>, size=9, nrcpt=1 (queue active)",
	  TT_ROOM(log_queued), TT_DIAG_queued_cut, false },
	{ "messages of a connection", "mx postfix/smtpd[7]: 4XQQ",
	  ": client=out.example.org[192.0.2.1]", TT_ROOM(log_waiting),
	  TT_DIAG_waiting_cut, true },
	{ "hosts", "mx", " postfix/smtpd[7]: warning: x", TT_ROOM(log_names),
	  TT_DIAG_names_cut, false },
	{ "programs", "mx a", "[7]: x", TT_ROOM(log_names),
	  TT_DIAG_names_cut, false },
};

static void check_bound(const struct fixture *f, const struct bound_row *row,
			uint64_t n)
{
	struct told t = { .arena = { 0 } };
	const struct tt_log_options options = { .rules = f->rules,
						.arena = &t.arena,
						.sink = { &t, take } };
	struct tt_log *log = tt_log_begin(&options, f->matcher);
	const struct tt_origin origin = { .path = TT_S("mail.log") };
	struct tt_diags diags;
	char text[128];

	tt_diags_init(&diags, &t.arena);
	tt_log_from(log, &origin);
	for (uint64_t i = 0; i < n; i++) {
		struct tt_log_line line = { .off = 0 };

		snprintf(text, sizeof(text), "Jun  9 14:03:20 %s%llu%s",
			 row->lead, (unsigned long long)i, row->tail);
		(void)tt_log_unwrap(tt_slice_str(text), &line);
		line.off = i;
		line.raw = tt_slice_str(text);
		tt_log_take_line(log, &line, &diags);
	}
	tt_log_end(&log, NULL);
	if (diags.list.n != (n > row->most))
		fail_msg("%s: %zu diags of %llu", row->name, diags.list.n,
			 (unsigned long long)n);
	if (diags.list.n) {
		assert_int_equal(diags.list.v[0].code, row->code);
		assert_int_equal(diags.list.v[0].off, row->most);
	}
	assert_int_equal(t.events.n, row->is_message ? n : 0);
	tt_arena_release(&t.arena);
}

/* Lines of names beyond the limit take no memory for ever, and say nothing;
 * those of a name before it are read as ever. */
static void test_names_bound(void **state)
{
	const struct fixture *const f = *state;
	struct told t = { .arena = { 0 } };
	const struct tt_log_options options = { .rules = f->rules,
						.arena = &t.arena,
						.sink = { &t, take } };
	const uint64_t n = TT_MAX_log_names + 100000;
	struct tt_log *log = tt_log_begin(&options, f->matcher);
	const struct tt_origin origin = { .path = TT_S("mail.log") };
	struct tt_diags diags;
	const uint8_t *then = NULL;
	char text[200];

	tt_diags_init(&diags, &t.arena);
	tt_log_from(log, &origin);
	for (uint64_t i = 0; i <= n; i++) {
		struct tt_log_line line = { .off = 0 };

		snprintf(text, sizeof(text),
			 "Jun  9 14:03:20 mx%llu postfix/smtpd[7]: 4XQQ1: "
			 "client=out.example.org[192.0.2.1]",
			 (unsigned long long)(i == n ? 0 : i));
		(void)tt_log_unwrap(tt_slice_str(text), &line);
		line.off = i;
		line.raw = tt_slice_str(text);
		assert_int_equal(tt_log_take_line(log, &line, &diags),
				 i < TT_MAX_log_names || i == n);
		if (i == TT_MAX_log_names)
			then = t.arena.at;
		if (i == n - 1)
			assert_ptr_equal(t.arena.at, then);
	}
	assert_int_equal(diags.list.n, 1);
	assert_int_equal(diags.list.v[0].code, TT_DIAG_names_cut);
	assert_int_equal(diags.list.v[0].off, TT_MAX_log_names);
	tt_log_end(&log, NULL);
	tt_arena_release(&t.arena);
}

/* Lines that are put off because no message of theirs is wanted; later all
 * are. */
struct later {
	struct told told;
	bool is_wanted;
};

static void take_later(void *ctx, struct tt_event *e)
{
	(void)ctx;
	(void)e;
}

static bool passes_yet(void *ctx, const struct tt_event_ids *ids,
		       enum tt_log_passing how)
{
	(void)ids;
	(void)how;
	return !((const struct later *)ctx)->is_wanted;
}

static void read_put_off(struct tt_log *log, uint64_t i, const char *text,
			 struct tt_diags *diags)
{
	struct tt_log_line line = { .off = 0 };
	char whole[200];

	snprintf(whole, sizeof(whole),
		 "Jun  9 14:03:20 mx%llu postfix-%llu/smtpd[7]: %s",
		 (unsigned long long)i % 300, (unsigned long long)i / 300,
		 text);
	(void)tt_log_unwrap(tt_slice_str(whole), &line);
	line.off = i;
	line.raw = tt_slice_str(whole);
	(void)tt_log_take_line(log, &line, diags);
}

/* Of each connection its lines are put off, and each is of a service of its own:
 * to read them all is to meet one service more than the limit, which is told,
 * though it is at the end. */
static void test_put_off_told(void **state)
{
	const struct fixture *const f = *state;
	struct later l = { .told = { .arena = { 0 } } };
	const struct tt_log_options options = { .rules = f->rules,
						.arena = &l.told.arena,
						.sink = { &l, take_later },
						.passes = passes_yet };
	const uint64_t n = TT_MAX_log_sessions;
	struct tt_log *log = tt_log_begin(&options, f->matcher);
	const struct tt_origin origin = { .path = TT_S("mail.log") };
	struct tt_diags diags, last;

	assert_true(TT_MAX_log_sessions == TT_MAX_log_names);
	tt_diags_init(&diags, &l.told.arena);
	tt_diags_init(&last, &l.told.arena);
	tt_log_from(log, &origin);
	for (uint64_t i = 0; i <= n; i++) {
		l.is_wanted = i == 0; /* and read at once */
		read_put_off(log, i, "connect from a.example[192.0.2.1]",
			     &diags);
		read_put_off(log, i, "4XQQ1: client=a.example[192.0.2.1]",
			     &diags);
		if (i == 0)
			read_put_off(log, i, "disconnect from "
				     "a.example[192.0.2.1] ehlo=1 commands=1",
				     &diags);
	}
	assert_int_equal(diags.list.n, 0);
	l.is_wanted = true;
	tt_log_end(&log, &last);
	assert_int_equal(last.list.n, 1);
	assert_int_equal(last.list.v[0].code, TT_DIAG_names_cut);
	assert_true(last.list.v[0].off <= n);
	tt_arena_release(&l.told.arena);
}

static void test_bounds(void **state)
{
	for (size_t i = 0; i < N(bound_rows); i++) {
		check_bound(*state, &bound_rows[i], bound_rows[i].most);
		check_bound(*state, &bound_rows[i], bound_rows[i].most + 2);
	}
}

static int load_logs(void **state)
{
	static struct fixture logs;
	struct tt_err err = { 0 };

	if (load(state) < 0)
		return -1;
	struct fixture *const all = *state;
	const bool is_read = tt_rules_load_logs(&logs.rules, all->rules,
						&err) == TT_OK;

	unload(state);
	if (!is_read)
		return -1;
	logs.matcher = tt_matcher_new(logs.rules);
	*state = &logs;
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_rows),
					    cmocka_unit_test(test_names_bound),
					    cmocka_unit_test(test_put_off_told),
					    cmocka_unit_test(test_bounds) };

	return cmocka_run_group_tests(tests, load_logs, unload);
}
