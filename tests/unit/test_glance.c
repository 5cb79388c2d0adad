/* test_glance.c - lines that are not read to their end change no answer
 *
 * A log is read for one queue id twice: every line in full, and with what is
 * put off or passed by its literals alone.  What is told of the id and of what
 * hangs together with it must be the same, fact by fact, and as many facts be
 * left out.  Rows are what is known to be delicate; then logs by chance, of
 * few processes, ids and peers, so that all of it meets. */
#include <stdlib.h>

#include "log_fixture.h"
#include "log_rules_fixture.h"
#include "trail/sift.h"

#define AT "Jun  9 14:03:20 mx postfix/"
#define CONNECT(pid, ip) AT "smtpd[" pid "]: connect from a.test[" ip "]\n"
#define TLS(pid, ip) AT "smtpd[" pid "]: Anonymous TLS connection established " \
	"from a.test[" ip "]: TLSv1.3 with cipher C (256/256 bits)\n"
#define CLIENT(pid, id, ip) AT "smtpd[" pid "]: " id ": client=a.test[" ip "]\n"
#define DISCONNECT(pid, ip, words) \
	AT "smtpd[" pid "]: disconnect from a.test[" ip "] " words "\n"
#define CLOSE(pid, ip) DISCONNECT(pid, ip, "ehlo=2 starttls=1 mail=1 data=1")
#define PLAIN(pid, ip) DISCONNECT(pid, ip, "ehlo=1 mail=1 data=1")
#define ID(id, mid) AT "cleanup[8]: " id ": message-id=<" mid ">\n"
#define ACTIVE(id) AT "qmgr[2]: " id ": from=<a@a.test>, size=9, nrcpt=1 " \
	"(queue active)\n"
#define REMOVED(id) AT "qmgr[2]: " id ": removed\n"
#define OUT_TLS(pid, ip) AT "smtp[" pid "]: Trusted TLS connection established " \
	"to b.test[" ip "]:25: TLSv1.2 with cipher C (256/256 bits)\n"
#define TO(pid, id, ip, more, status) \
	AT "smtp[" pid "]: " id ": to=<b@b.test>, relay=b.test[" ip "]:25, " more \
	"delay=1, delays=0/0/1/0, dsn=2.0.0, status=" status "\n"
#define SENT(next) "sent (250 2.0.0 Ok: queued as " next ")"
#define RELOAD AT "master[1]: reload -- version 3.7.11, configuration /e\n"

static const struct row {
	const char *name, *log;
	const char *has; /* in what is told */
} rows[] = {
	{ "a session of one message",
	  CONNECT("7", "192.0.2.1") TLS("7", "192.0.2.1")
	  CLIENT("7", "4Want1", "192.0.2.1") CLOSE("7", "192.0.2.1"),
	  "accept 4Want1  ip=192.0.2.1 encrypted TLSv1.3" },
	{ "... that does not end",
	  CONNECT("7", "192.0.2.1") TLS("7", "192.0.2.1")
	  CLIENT("7", "4Want1", "192.0.2.1"), "encrypted TLSv1.3" },
	{ "the second message of a session",
	  TLS("6", "192.0.2.1") CONNECT("7", "192.0.2.1")
	  TLS("7", "192.0.2.1") CLIENT("7", "4Oth01", "192.0.2.1")
	  CLIENT("7", "4Want1", "192.0.2.1") CLOSE("7", "192.0.2.1"),
	  "encrypted TLSv1.3" },
	{ "the ninth",
	  TLS("6", "192.0.2.1") CONNECT("7", "192.0.2.1")
	  TLS("7", "192.0.2.1") CLIENT("7", "4Oth01", "192.0.2.1")
	  CLIENT("7", "4Oth02", "192.0.2.1") CLIENT("7", "4Oth03", "192.0.2.1")
	  CLIENT("7", "4Oth04", "192.0.2.1") CLIENT("7", "4Oth05", "192.0.2.1")
	  CLIENT("7", "4Oth06", "192.0.2.1") CLIENT("7", "4Oth07", "192.0.2.1")
	  CLIENT("7", "4Oth08", "192.0.2.1") CLIENT("7", "4Want1", "192.0.2.1")
	  CLOSE("7", "192.0.2.1"), "encrypted TLSv1.3" },
	{ "TLS behind the message, of the same connection",
	  TLS("6", "192.0.2.1") CONNECT("7", "192.0.2.1")
	  CLIENT("7", "4Want1", "192.0.2.1") TLS("7", "192.0.2.1")
	  CLIENT("7", "4Oth01", "192.0.2.1") CLOSE("7", "192.0.2.1"),
	  "accept 4Want1  ip=192.0.2.1 cleartext" },
	{ "... and then is known to be wanted, with a message read between",
	  CONNECT("7", "192.0.2.1") TLS("8", "192.0.2.1")
	  CLIENT("7", "4Fff01", "192.0.2.1")
	  AT "smtpd[7]: 4Eee01: client=a.test[192.0.2.1], "
	  "orig_queue_id=4Bbb01, orig_client=b.test[192.0.2.9]\n"
	  TLS("7", "192.0.2.1") ID("4Fff01", "want@x.test"),
	  "accept 4Fff01  ip=192.0.2.1 cleartext" },
	{ "... and twice, of two peers",
	  CONNECT("7", "192.0.2.1") CLIENT("7", "4Aaa01", "192.0.2.1")
	  TLS("8", "192.0.2.1") TLS("7", "192.0.2.1") TLS("7", "192.0.2.2")
	  ID("4Aaa01", "want@x.test"),
	  "accept 4Aaa01  ip=192.0.2.1 cleartext" },
	{ "the same process, without TLS this time",
	  TLS("6", "192.0.2.1") CONNECT("7", "192.0.2.1")
	  TLS("7", "192.0.2.1") CLIENT("7", "4Oth01", "192.0.2.1")
	  CLOSE("7", "192.0.2.1") CONNECT("7", "192.0.2.1")
	  CLIENT("7", "4Want1", "192.0.2.1") PLAIN("7", "192.0.2.1"),
	  "accept 4Want1  ip=192.0.2.1 cleartext" },
	{ "... whose end before was not seen",
	  TLS("6", "192.0.2.1") CONNECT("7", "192.0.2.1")
	  TLS("7", "192.0.2.1") CLIENT("7", "4Oth01", "192.0.2.1")
	  CONNECT("7", "192.0.2.1") CLIENT("7", "4Want1", "192.0.2.1"),
	  "accept 4Want1  ip=192.0.2.1 " },
	{ "a TLS line of another peer",
	  TLS("6", "192.0.2.1") TLS("7", "192.0.2.9")
	  CLIENT("7", "4Want1", "192.0.2.1"),
	  "accept 4Want1  ip=192.0.2.1 unknown" },
	{ "known by its Message-ID alone",
	  TLS("6", "192.0.2.1") CONNECT("7", "192.0.2.1")
	  TLS("7", "192.0.2.1") CLIENT("7", "4Aaa01", "192.0.2.1")
	  ID("4Aaa01", "want@x.test") CLOSE("7", "192.0.2.1"),
	  "accept 4Aaa01  ip=192.0.2.1 encrypted TLSv1.3" },
	{ "... when its session is over",
	  TLS("6", "192.0.2.1") CONNECT("7", "192.0.2.1")
	  TLS("7", "192.0.2.1") CLIENT("7", "4Aaa01", "192.0.2.1")
	  CLOSE("7", "192.0.2.1") ID("4Aaa01", "want@x.test"),
	  "accept 4Aaa01  ip=192.0.2.1 encrypted TLSv1.3" },
	{ "a filter names the id",
	  CONNECT("7", "127.0.0.1") AT "smtpd[7]: 4Aaa01: client=a.test"
	  "[127.0.0.1], orig_queue_id=4Want1, orig_client=b.test[192.0.2.1]\n",
	  "link 4Want1 4Aaa01" },
	{ "no id at all",
	  AT "smtpd[7]: NOQUEUE: client=a.test[192.0.2.1]\n"
	  CLIENT("7", "4Want1", "192.0.2.1"), "accept 4Want1" },
	{ "TLS that another message used up",
	  ACTIVE("4Want1") OUT_TLS("9", "192.0.2.5")
	  TO("9", "4Oth01", "192.0.2.5", "", SENT("4Nxt01"))
	  TO("9", "4Want1", "192.0.2.5", "", SENT("4Nxt02")),
	  "deliver 4Want1 4Nxt02 ip=192.0.2.5 cleartext" },
	{ "... or only asked with",
	  ACTIVE("4Want1") OUT_TLS("9", "192.0.2.5")
	  TO("9", "4Oth01", "192.0.2.5", "", "deliverable (250 ok)")
	  TO("9", "4Want1", "192.0.2.5", "", SENT("4Nxt02")),
	  "deliver 4Want1 4Nxt02 ip=192.0.2.5 encrypted TLSv1.2" },
	{ "... on the same connection",
	  ACTIVE("4Want1") OUT_TLS("9", "192.0.2.5")
	  TO("9", "4Oth01", "192.0.2.5", "", SENT("4Nxt01"))
	  TO("9", "4Want1", "192.0.2.5", "conn_use=2, ", SENT("4Nxt02")),
	  "deliver 4Want1 4Nxt02 ip=192.0.2.5 encrypted TLSv1.2" },
	{ "on to the id, by a host before",
	  OUT_TLS("9", "192.0.2.5") ACTIVE("4Aaa01")
	  TO("9", "4Aaa01", "192.0.2.5", "", SENT("4Want1")),
	  "deliver 4Aaa01 4Want1 ip=192.0.2.5 encrypted TLSv1.2" },
	{ "... whose recipient looks like an answer",
	  OUT_TLS("9", "192.0.2.5") ACTIVE("4Aaa01")
	  AT "smtp[9]: 4Aaa01: to=<\"status=sent (250 2.0.0 Ok: queued as "
	  "4Oth09)\"@b.test>, relay=b.test[192.0.2.5]:25, delay=1, "
	  "delays=0/0/1/0, dsn=2.0.0, status=" SENT("4Want1") "\n",
	  "deliver 4Aaa01 4Want1 ip=192.0.2.5 encrypted TLSv1.2" },
	{ "the daemon began anew between",
	  OUT_TLS("9", "192.0.2.5") RELOAD ACTIVE("4Want1")
	  TO("8", "4Want1", "192.0.2.5", "", SENT("4Nxt01")),
	  "deliver 4Want1 4Nxt01 ip=192.0.2.5 unknown" },
	{ "... and the line of TLS was put off",
	  TLS("6", "192.0.2.1") CONNECT("7", "192.0.2.1")
	  TLS("7", "192.0.2.1") RELOAD CONNECT("5", "192.0.2.3")
	  CLIENT("5", "4Want1", "192.0.2.3"),
	  "accept 4Want1  ip=192.0.2.3 unknown" },
	{ "an end without a session", CLOSE("7", "192.0.2.1")
	  REMOVED("4Oth01") CLIENT("7", "4Want1", "192.0.2.1"),
	  "accept 4Want1" },
};


/* What a reading tells. */
struct told {
	struct tt_sift *sift;
	struct tt_arena arena;
	TT_VEC(struct tt_event *) events; /* lent ones copied */
	uint64_t n_left_out;
};

static struct tt_event_ids ids_of(const struct tt_event *e)
{
	return (struct tt_event_ids){
		.queue_id = e->queue_id,
		.next_queue_id = e->next_queue_id,
		.message_id = e->message_id,
	};
}

static void take(void *ctx, struct tt_event *e)
{
	struct told *const t = ctx;
	const struct tt_event_ids ids = ids_of(e);

	if (tt_sift_takes(t->sift, &ids))
		*tt_vec_push(&t->arena, &t->events) = tt_event_dup(e, &t->arena);
	else
		t->n_left_out++;
}

static bool wants(void *ctx, const struct tt_event_ids *ids)
{
	struct told *const t = ctx;
	const bool is_it = tt_sift_takes(t->sift, ids);

	t->n_left_out += !is_it;
	return is_it;
}

static bool passes(void *ctx, const struct tt_event_ids *ids,
		   enum tt_log_passing how)
{
	struct told *const t = ctx;

	if (how == TT_PASS_NOT_YET)
		return !tt_sift_has(t->sift, ids);
	if (tt_sift_takes(t->sift, ids))
		return false;
	t->n_left_out += how == TT_PASS_EVENT;
	return true;
}

static void put(char *out, size_t size, const struct tt_event *e)
{
	static const char *const kinds[] = { "accept", "deliver", "attempt",
					     "identify", "link", "context" };
	const size_t n = strlen(out);
	const char *const version = tt_tls_name(e->version);
	const struct tt_slice ip = e->kind == TT_EVENT_ACCEPT ? e->from.ip :
								e->by.ip;
	size_t at = n;

	at += (size_t)snprintf(
		out + at, size - at, "%s %.*s %.*s ip=%.*s %s %s off",
		kinds[e->kind], (int)e->queue_id.n, (const char *)e->queue_id.p,
		(int)e->next_queue_id.n, (const char *)e->next_queue_id.p,
		(int)ip.n, (const char *)ip.p,
		tt_verdict_name(tt_event_verdict(e)), version ? version : "-");
	for (size_t i = 0; i < e->quotes.n && at < size - 32; i++)
		at += (size_t)snprintf(out + at, size - at, " %llu",
				       (unsigned long long)e->quotes.v[i].off);
	snprintf(out + at, size - at, "\n");
}

static int by_place(const void *a, const void *b)
{
	const struct tt_event *const x = *(struct tt_event *const *)a,
			      *const y = *(struct tt_event *const *)b;
	const uint64_t i = x->quotes.v[0].off, j = y->quotes.v[0].off;

	return i != j ? (i > j) - (i < j) :
			(x->kind > y->kind) - (x->kind < y->kind);
}

/* As often as the sift asks for; returns how many facts were left out. */
static uint64_t tell(const char *log, bool is_glance, char *out, size_t size)
{
	struct told t = { .sift = tt_sift_new() };
	struct tt_arena arena = { 0 };
	struct tt_hop hop = { .id = TT_S("4Want1") };
	struct tt_timeline mail = { 0 };

	mail.identity.message_id = TT_S("<want@x.test>");
	mail.hops.v = &hop;
	mail.hops.n = 1;
	assert_true(tt_sift_add_mail(t.sift, &mail));
	do {
		t.events.n = 0;
		t.n_left_out = 0;
		read_log_for((struct tt_event_sink){ &t, take }, wants,
			     is_glance ? passes : NULL, log_rules, &arena,
			     "mail.log", log);
	} while (tt_sift_again(t.sift));
	if (t.events.n)
		qsort(t.events.v, t.events.n, sizeof(*t.events.v), by_place);
	*out = '\0';
	for (size_t i = 0; i < t.events.n; i++)
		put(out, size, t.events.v[i]);
	tt_sift_free(&t.sift);
	tt_arena_release(&t.arena);
	tt_arena_release(&arena);
	return t.n_left_out;
}

static void compare(const char *name, const char *log, char *full)
{
	char glance[8192];
	const uint64_t n = tell(log, false, full, sizeof(glance));
	const uint64_t m = tell(log, true, glance, sizeof(glance));

	if (strcmp(full, glance) == 0 && n == m)
		return;
	fprintf(stderr, "%s--- in full, %llu left out\n%s", log,
		    (unsigned long long)n, full);
	fprintf(stderr, "--- at a glance, %llu left out\n%s",
		    (unsigned long long)m, glance);
	fail_msg("%s", name);
}

static void test_rows(void **state)
{
	char told[8192];

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		compare(rows[i].name, rows[i].log, told);
		if (!strstr(told, rows[i].has))
			fail_msg("%s: told\n%s", rows[i].name, told);
	}
}

/* ---- by chance ---- */

#define LOGS 1500
#define LINES 24

static unsigned chance(uint32_t *seed, unsigned n)
{
	*seed = *seed * 1664525 + 1013904223;
	return (*seed >> 12) % n;
}

/* \1 a process, \2 the end of an address, \3 an id, \4 another. */
static const char *const kinds_of_line[] = {
	CONNECT("\1", "192.0.2.\2"), CONNECT("\1", "192.0.2.\2"),
	TLS("\1", "192.0.2.\2"), TLS("\1", "192.0.2.\2"),
	CLIENT("\1", "\3", "192.0.2.\2"),
	CLIENT("\1", "\3", "192.0.2.\2"),
	CLIENT("\1", "\3", "192.0.2.\2"),
	CLOSE("\1", "192.0.2.\2"), PLAIN("\1", "192.0.2.\2"),
	DISCONNECT("\1", "192.0.2.\2", "ehlo=1 starttls=0/1 quit=1"),
	ID("\3", "other@x.test"), ID("\3", "want@x.test"), ACTIVE("\3"),
	REMOVED("\3"), OUT_TLS("\1", "192.0.2.\2"),
	OUT_TLS("\1", "192.0.2.\2"),
	TO("\1", "\3", "192.0.2.\2", "", SENT("\4")),
	TO("\1", "\3", "192.0.2.\2", "", SENT("\4")),
	TO("\1", "\3", "192.0.2.\2", "conn_use=2, ", SENT("\4")),
	TO("\1", "\3", "192.0.2.\2", "", "deferred (451 later)"),
	TO("\1", "\3", "192.0.2.\2", "", "deliverable (250 ok)"),
	AT "smtpd[\1]: \3: client=a.test[192.0.2.\2], "
	   "orig_queue_id=\4, orig_client=b.test[192.0.2.9]\n",
	AT "smtpd[\1]: NOQUEUE: client=a.test[192.0.2.\2]\n",
	AT "smtp[\1]: SSL_connect error to b.test[192.0.2.\2]:25: -1\n",
	AT "smtp[\1]: \3: Cannot start TLS: handshake failure\n",
	RELOAD,
};
#define KINDS (sizeof(kinds_of_line) / sizeof(kinds_of_line[0]))

static size_t expand(const char *kind, const char *const words[4], char *out)
{
	size_t n = 0;

	for (; *kind; kind++) {
		const char *const word = *kind <= 4 ? words[*kind - 1] : NULL;
		const size_t more = word ? strlen(word) : 1;

		memcpy(out + n, word ? word : kind, more);
		n += more;
	}
	out[n] = '\0';
	return n;
}

static void make(uint32_t seed, char *log, size_t size)
{
	static const char *const ids[] = { "4Want1", "4Aaa01", "4Bbb01",
					   "4Ccc01", "4Ddd01", "4Eee01",
					   "4Fff01" };
	const unsigned n_ids = sizeof(ids) / sizeof(ids[0]);

	*log = '\0';
	for (size_t i = 0, at = 0; i < LINES; i++) {
		const char *const words[] = {
			chance(&seed, 2) ? "7" : "8",
			chance(&seed, 2) ? "1" : "2",
			ids[chance(&seed, n_ids)],
			ids[chance(&seed, n_ids)],
		};

		at += expand(kinds_of_line[chance(&seed, KINDS)], words,
			     log + at);
		assert_true(at < size - 512);
	}
}

static void test_chance(void **state)
{
	char log[LINES * 256], told[8192], name[32];
	unsigned n_told = 0;

	(void)state;
	for (uint32_t seed = 0; seed < LOGS; seed++) {
		make(seed, log, sizeof(log));
		snprintf(name, sizeof(name), "seed %u", (unsigned)seed);
		compare(name, log, told);
		n_told += *told != '\0';
	}
	assert_true(n_told > LOGS / 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_chance),
	};

	return cmocka_run_group_tests(tests, load_logs, unload_logs);
}
