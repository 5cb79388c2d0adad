/* test_apart.c - logs that are put aside tell what a book in memory tells
 *
 * Events are made by chance, of few ids, hosts, times and places, so that they
 * meet in every way: used again, copied, named by others in circles, told by
 * clocks without year or zone.  So are mails whose stamps name the same.  Two
 * books take all of it, one of them apart; what both tell, of each mail and of
 * the rest, its order, its keys and what is left over must be the same. */
#include <stdlib.h>
#include <time.h>

#include <tlstrail/trail/codec.h>
#include <tlstrail/trail/join.h>
#include <tlstrail/util/limits.h>
#include <tlstrail/util/zone.h>

#include "trail_fixture.h"

#define N(a) (sizeof(a) / sizeof((a)[0]))
#define SLICE(s) (int)(s).n, (const char *)(s).p
#define US INT64_C(1000000)
#define CLOCKS 6
#define LEVELS 3
#define LEAST_EVENT 64 /* bytes, as it is put aside */

static uint64_t seed;

static uint64_t chance(uint64_t n)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return (seed >> 11) % n;
}

static struct tt_slice pick(const char *const *list, size_t n)
{
	return tt_slice_str(list[chance(n)]);
}
#define PICK(list) pick(list, N(list))

/* ---- what events are made of ---- */

static struct tt_slice members[][1] = { { { (const uint8_t *)"a.log", 5 } },
					{ { (const uint8_t *)"b.log", 5 } } };
static const struct tt_origin origins[] = {
	{ .path = { (const uint8_t *)"one.log", 7 } },
	{ .path = { (const uint8_t *)"two.log", 7 } },
	{ .path = { (const uint8_t *)"a.tar", 5 },
	  .member = members[0],
	  .n_member = 1 },
	{ .path = { (const uint8_t *)"a.tar", 5 },
	  .member = members[1],
	  .n_member = 1 },
};

/* Clocks that change when a log has ended. */
struct clocks {
	struct tt_log_clock clock[CLOCKS];
	struct tt_log_level level[LEVELS];
};

static void begin_clocks(struct clocks *c, struct tt_arena *arena)
{
	memset(c, 0, sizeof(*c));
	c->clock[1].has_zone = true;
	c->clock[1].offset_us = 7200 * US;
	c->clock[2].has_zone = true;
	c->clock[2].zone = tt_zone_find(TT_S("Europe/Berlin"), arena);
	c->clock[3].offset_us = chance(2) ? -3600 * US : 1;
}

/* A year is given for all logs, or for none. */
static void end_clocks(struct clocks *c)
{
	const bool is_given = chance(5) == 0;

	for (size_t i = 0; i < CLOCKS; i++) {
		c->clock[i].year = chance(4) ? 2023 + (int)chance(3) : 0;
		c->clock[i].has_year = is_given;
	}
	for (size_t i = 0; i < LEVELS; i++)
		c->level[i].is_seen = chance(2);
}

/* How much of what there is to pick from: few make more meet. */
struct shape {
	size_t n_events;
	uint64_t n_ids, n_seconds;
	bool is_long; /* ids of many bytes, alike at their begin */
};

static struct tt_slice make_id(const struct shape *s, struct tt_arena *arena)
{
	return tt_slice_str(tt_arena_printf(
		arena, "%s%llu", s->is_long ? "4bRk9N2vJz" : "Q",
		(unsigned long long)chance(s->n_ids)));
}

static void set_time(struct tt_event *e, const struct shape *s,
		     struct clocks *c)
{
	/* About the night in which Berlin's clock is turned back. */
	static const int64_t from[] = {
		INT64_C(1729987200) * US, /* 2024-10-27 */
		INT64_C(1727742600) * US,
	};
	static const int64_t in_year[] = {
		INT64_C(25920000) * US, /* the end of October */
		INT64_C(5011200) * US,	/* that of February */
		INT64_C(31535990) * US,
	};
	const int64_t after = (int64_t)chance(s->n_seconds) * US +
			      (int64_t)chance(3) * 400000;

	e->time = (enum tt_log_time)chance(TT_LOG_UTC + 1);
	if (e->time == TT_LOG_NO_YEAR)
		e->time_us = in_year[chance(N(in_year))] + after;
	else if (e->time != TT_LOG_UNTIMED)
		e->time_us = from[chance(N(from))] + after;
	e->years = e->time == TT_LOG_NO_YEAR ? (int)chance(2) : 0;
	if (e->time != TT_LOG_UTC && chance(9))
		e->clock = &c->clock[chance(CLOCKS)];
}

static void set_quotes(struct tt_event *e, const struct shape *s,
		       struct tt_arena *arena)
{
	static const char *const rules[] = { "log/a#one", "log/b#two",
					     "json/c#three" };
	const size_t n = 1 + (size_t)chance(3);

	for (size_t i = 0; i < n; i++)
		*tt_vec_push(arena, &e->quotes) = (struct tt_event_quote){
			.kind = chance(3) ? TT_EVIDENCE_LOG : TT_EVIDENCE_SES,
			.rule = rules[chance(N(rules))],
			.origin = &origins[chance(N(origins))],
			.off = chance(s->n_ids * 4) * 10,
			.text = tt_slice_str("a line of a log, or what it says"),
			.pointer = chance(2) ? TT_S("/mail/0") : TT_NO_SLICE,
		};
}

static void set_keys(struct tt_event *e, const struct shape *s,
		     struct tt_arena *arena)
{
	static const char *const hosts[] = { "mx", "MX", "mx.example.net", "",
					     "out.example.org", "127.0.0.1" };
	static const char *const to[] = { "", "b@example.net", "B@example.net",
					  "c@example.org" };
	static const char *const mids[] = { "", "", "1@a.test", "<2@a.test>",
					    "3\\303\\251@a.test" };
	const uint64_t how = chance(12);

	e->host = PICK(hosts);
	if (how == 0 || how > 2)
		e->queue_id = make_id(s, arena);
	if (how == 0 || how == 1)
		e->ses_id = make_id(s, arena);
	if (chance(3) == 0)
		e->next_queue_id = make_id(s, arena);
	e->message_id = PICK(mids);
	e->recipient = PICK(to);
	if (chance(8) == 0)
		e->about = PICK(to);
	e->is_id_unstamped = chance(2);
	e->is_through = chance(6) == 0;
}

static void set_sides(struct tt_event *e)
{
	static const char *const names[] = { "", "mx.example.net",
					     "out.example.org", "other",
					     "in.example.com" };
	static const char *const ips[] = { "", "192.0.2.1", "127.0.0.1",
					   "2001:db8::1" };
	static const char *const texts[] = { "", "250 Ok",
					     "a line of a log", "other" };

	e->from.name = PICK(names);
	e->from.rdns = chance(3) ? TT_NO_SLICE : PICK(names);
	e->from.ip = PICK(ips);
	e->by.name = PICK(names);
	e->by.ip = PICK(ips);
	e->text = PICK(texts);
	e->transport = chance(8) ? TT_TRANSPORT_SMTP : TT_TRANSPORT_LOCAL;
}

static void set_tls(struct tt_event *e, struct clocks *c)
{
	e->verdict = (enum tt_verdict)chance(TT_UNKNOWN + 1);
	if (e->verdict == TT_ENCRYPTED && chance(2))
		e->version = chance(2) ? TT_TLSV1_2 : TT_TLSV1_3;
	e->cipher = chance(3) ? TT_NO_SLICE : TT_S("TLS_AES_256_GCM_SHA384");
	e->silence = (enum tt_silence)chance(TT_SILENCE_IF_LEVEL + 1);
	if (e->silence == TT_SILENCE_IF_LEVEL)
		e->level = &c->level[chance(LEVELS)];
	e->bits = -1;
}

/* What has no name is known by its place: a record has one time and host. */
static void set_place(struct tt_event *e, const struct clocks *c)
{
	e->quotes.v[0].off = (uint64_t)(e->time_us / US) * 1024 +
			     e->host.n * 16 + (e->host.n && *e->host.p < 'a') +
			     (e->clock ? (uint64_t)(e->clock - c->clock) * 2 + 2 : 0);
	e->quotes.v[0].origin = &origins[e->time % N(origins)];
}

static struct tt_event *make_event(const struct shape *s, struct clocks *c,
				   struct tt_arena *arena)
{
	struct tt_event *e = TT_NEW(arena, struct tt_event);

	e->kind = chance(3) ? (enum tt_event_kind)chance(3) :
			      (enum tt_event_kind)chance(TT_EVENT_CONTEXT + 1);
	e->side = (enum tt_side)chance(TT_SIDE_SUBMITTER + 1);
	e->software = TT_S("Postfix");
	e->is_shown = chance(7);
	e->is_lent = chance(2);
	if (e->kind == TT_EVENT_CONTEXT)
		e->context = chance(2) ? "policy" : "tlsrpt";
	set_time(e, s, c);
	set_keys(e, s, arena);
	set_sides(e);
	set_tls(e, c);
	set_quotes(e, s, arena);
	if (e->queue_id.n + e->ses_id.n == 0)
		set_place(e, c);
	return e;
}

/* ---- mails ---- */

#define MAILS 8

struct mails {
	struct tt_slice record[MAILS]; /* as built, without logs */
	size_t n;
};

static void put_stamp(struct tt_out *out, const struct shape *s,
		      struct tt_arena *arena)
{
	static const char *const from[] = {
		"out.example.org (out.example.org [192.0.2.1])",
		"other (unknown [2001:db8::1])",
		"a9-1.smtp-out.amazonses.com (x.amazonses.com [192.0.2.1])",
		"localhost (localhost [127.0.0.1])",
	};
	static const char *const by[] = { "mx.example.net", "mx",
					  "out.example.org" };
	const time_t at = (time_t)(1729987200 + chance(s->n_seconds));
	struct tm utc;
	char date[64];

	assert_non_null(gmtime_r(&at, &utc));
	assert_true(strftime(date, sizeof(date), "%a, %d %b %Y %T +0000",
			     &utc) > 0);
	tt_out_printf(out, "Received: from %s\n\tby %s (Postfix) with %s",
		      from[chance(N(from))], by[chance(N(by))],
		      chance(2) ? "ESMTPS" : "SMTP");
	if (chance(6))
		tt_out_printf(out, " id %.*s", SLICE(make_id(s, arena)));
	if (chance(2))
		tt_out_str(out, "\n\tfor <b@example.net>");
	tt_out_printf(out, "; %s\n", date);
}

static void put_message_id(struct tt_out *out, const struct shape *s,
			   struct tt_arena *arena)
{
	static const char *const mids[] = { "<1@a.test>", "<2@a.test>",
					    "<3\303\251@a.test>" };
	const uint64_t how = chance(5);

	if (how < N(mids))
		tt_out_printf(out, "Message-ID: %s\n", mids[how]);
	else if (how == N(mids))
		tt_out_printf(out,
			      "Message-ID: <%.*s@eu-west-1.amazonses.com>\n",
			      SLICE(make_id(s, arena)));
}

/* What a case keeps of it. */
static struct tt_slice read_mail(const struct fixture *f, struct tt_slice block,
				 struct tt_arena *arena)
{
	const struct tt_trail_options options = {
		.want_receiver = true,
		.rules = f->rules,
		.profile = tt_profile_find(f->rules, TT_S("bcp195")),
	};
	struct tt_timeline t = { 0 };
	struct tt_header header;
	struct tt_diags diags;
	struct tt_out out;

	tt_out_init(&out, -1);
	tt_diags_init(&diags, arena);
	tt_header_slice(&header, block, arena, &diags);
	tt_identity_read(&t.identity, &header, (enum tt_end_to_end)0,
			 TT_WANT_ALL, arena, &diags);
	tt_timeline_read(&t, &header, &options, f->matcher, arena, &diags);
	t.diags = &diags;
	tt_timeline_put(&out, &t);
	const struct tt_slice record =
		tt_arena_dup(arena, (struct tt_slice){ out.buf, out.n });

	tt_out_release(&out);
	return record;
}

static void make_mails(struct mails *m, const struct fixture *f,
		       const struct shape *s, struct tt_arena *arena)
{
	m->n = (size_t)chance(MAILS + 1);
	for (size_t i = 0; i < m->n; i++) {
		struct tt_out out;

		tt_out_init(&out, -1);
		for (size_t n = (size_t)chance(4); n > 0; n--)
			put_stamp(&out, s, arena);
		put_message_id(&out, s, arena);
		tt_out_str(&out, "Subject: x\n\n");
		m->record[i] = read_mail(
			f, (struct tt_slice){ out.buf, out.n }, arena);
		tt_out_release(&out);
	}
}

/* ---- what a book tells, as bytes ---- */

struct telling {
	struct tt_book *book;
	struct tt_trail_options options;
	struct tt_out out;
	uint64_t n_told;
	const struct mails *mails;
	struct tt_out mail[MAILS];
	uint64_t n_met, n_changed; /* mails: by the book's own account; that
				    * logs told something of */
};

static void get_mail(struct tt_timeline *t, const struct telling *x, size_t i,
		     struct tt_arena *arena)
{
	assert_true(tt_timeline_get(t, x->mails->record[i], x->options.rules,
				    arena));
}

static void put_mail(const struct telling *x, size_t i, struct tt_book *book,
		     struct tt_out *out)
{
	struct tt_trail_options options = x->options;
	struct tt_arena arena = { 0 };
	struct tt_diags diags;
	struct tt_timeline t;

	get_mail(&t, x, i, &arena);
	diags = *t.diags;
	t.diags = &diags;
	options.book = book;
	tt_timeline_conclude(&t, &options, &arena, &diags);
	tt_timeline_put(out, &t);
	tt_arena_release(&arena);
}

static bool is_same(const struct tt_out *a, const struct tt_out *b)
{
	return a->n == b->n && (a->n == 0 || memcmp(a->buf, b->buf, a->n) == 0);
}

static void conclude_mail(struct telling *x, size_t i, struct tt_book *book)
{
	struct tt_out alone;

	assert_int_equal(x->mail[i].n, 0); /* once */
	put_mail(x, i, book, &x->mail[i]);
	tt_out_init(&alone, -1);
	put_mail(x, i, NULL, &alone);
	x->n_changed += !is_same(&alone, &x->mail[i]);
	tt_out_release(&alone);
}

static bool join(void *ctx, int64_t mail, struct tt_book *part)
{
	struct telling *const x = ctx;

	x->n_met++;
	conclude_mail(x, (size_t)mail - 1, part);
	return true;
}

/* With nothing, where the book has nothing of it. */
static void conclude_others(struct telling *x, bool is_apart)
{
	for (size_t i = 0; i < x->mails->n; i++)
		if (!is_apart)
			conclude_mail(x, i, x->book);
		else if (!tt_book_has_joined(x->book, (int64_t)i + 1))
			conclude_mail(x, i,
				      tt_book_has_contexts(x->book) ? x->book :
								      NULL);
}

static void put_key(struct telling *x, size_t i, struct tt_arena *arena)
{
	const struct tt_slice key = tt_book_key(x->book, i, arena);

	tt_out_str(&x->out, "\n");
	tt_out_bytes(&x->out, key);
}

static void put_timeline(struct telling *x, const struct tt_timeline *t)
{
	tt_out_printf(&x->out, "\n%d %d ", t->is_of_logs, t->is_no_message);
	tt_timeline_put(&x->out, t);
}

static void tell_rest(struct telling *x, struct tt_arena *arena)
{
	struct tt_book_rest *rest;
	const size_t n = tt_book_list_rest(x->book, arena, &rest);

	for (size_t i = 0; i < n; i++)
		tt_out_printf(&x->out, "\n%d: %d %d %d",
			      (int)(rest[i].origin - origins), (int)rest[i].n,
			      (int)rest[i].n_unused,
			      (int)rest[i].first_unused);
}

static void tell(struct telling *x, bool is_apart)
{
	struct tt_arena arena = { 0 };
	struct tt_diags diags;
	struct tt_timeline t;
	size_t at = 0;

	tt_diags_init(&diags, &arena);
	tt_book_settle(x->book, &diags);
	conclude_others(x, is_apart);
	for (size_t i = 0; i < tt_book_n_messages(x->book); i++) {
		tt_diags_init(&diags, &arena);
		if (tt_book_is_untold(x->book, i) &&
		    tt_book_timeline(&t, x->book, i, &x->options, &arena,
				     &diags)) {
			put_key(x, i, &arena);
			put_timeline(x, &t);
			x->n_told++;
		}
		tt_arena_clear(&arena);
	}
	tt_diags_init(&diags, &arena);
	while (tt_book_contexts(&t, x->book, &at, &x->options, &arena, &diags))
		put_timeline(x, &t);
	tell_rest(x, &arena);
	assert_int_equal(tt_book_status(x->book, NULL), TT_OK);
	tt_arena_release(&arena);
}

/* ---- both ---- */

static struct telling begin_telling(const struct fixture *f,
				    const struct mails *mails, bool is_apart)
{
	struct telling x = { .book = tt_book_new(), .mails = mails };

	x.options.rules = f->rules;
	x.options.profile = tt_profile_find(f->rules, TT_S("bcp195"));
	tt_out_init(&x.out, -1);
	for (size_t i = 0; i < MAILS; i++)
		tt_out_init(&x.mail[i], -1);
	if (is_apart)
		tt_book_apart(x.book, &x.options);
	return x;
}

static void end_telling(struct telling *x)
{
	tt_book_free(&x->book);
	tt_out_release(&x->out);
	for (size_t i = 0; i < MAILS; i++)
		tt_out_release(&x->mail[i]);
}

/* Mails say what they name, and are met by it. */
static void name_mails(struct telling *x)
{
	const struct tt_book_joiner joiner = { x, join };
	struct tt_arena arena = { 0 };

	tt_book_join_apart(x->book, &joiner);
	for (size_t i = 0; i < x->mails->n; i++) {
		struct tt_timeline t;

		get_mail(&t, x, i, &arena);
		tt_book_join_mail(x->book, (int64_t)i + 1, &t);
		tt_arena_clear(&arena);
	}
	tt_arena_release(&arena);
}

static void compare(const struct tt_out *whole, const struct tt_out *apart,
		    uint64_t first, const char *what)
{
	if (!is_same(whole, apart))
		fail_msg("seed %llu, %s: %zu bytes, apart %zu",
			 (unsigned long long)first, what, whole->n, apart->n);
}

struct checked {
	uint64_t n_told, n_met, n_changed;
};

static struct checked check(const struct fixture *f, const struct shape *s,
			    bool has_mails)
{
	const uint64_t first = seed;
	struct tt_arena arena = { 0 };
	struct mails mails = { 0 };
	struct clocks clocks;

	if (has_mails)
		make_mails(&mails, f, s, &arena);
	struct telling whole = begin_telling(f, &mails, false);
	struct telling apart = begin_telling(f, &mails, true);

	if (has_mails)
		name_mails(&apart);
	begin_clocks(&clocks, &arena);
	for (size_t i = 0; i < s->n_events; i++) {
		struct tt_event *const e = make_event(s, &clocks, &arena);

		tt_book_take(apart.book, e);
		tt_book_take(whole.book, e);
	}
	end_clocks(&clocks);
	tell(&whole, false);
	tell(&apart, has_mails);
	compare(&whole.out, &apart.out, first, "messages");
	for (size_t i = 0; i < mails.n; i++)
		compare(&whole.mail[i], &apart.mail[i], first, "a mail");
	const struct checked n = { whole.n_told, apart.n_met,
				   whole.n_changed };

	end_telling(&whole);
	end_telling(&apart);
	tt_arena_release(&arena);
	return n;
}

static struct shape make_shape(void)
{
	return (struct shape){
		.n_events = 1 + (size_t)chance(40),
		.n_ids = 1 + chance(12),
		.n_seconds = 1 + chance(chance(2) ? 6 : 20000),
		.is_long = chance(2),
	};
}

static void test_few(void **state)
{
	uint64_t n = 0;

	seed = UINT64_C(0x9e3779b97f4a7c15);
	for (int i = 0; i < 1000; i++) {
		const struct shape s = make_shape();

		n += check(*state, &s, false).n_told;
	}
	assert_true(n > 5000);
}

static void test_few_with_mails(void **state)
{
	struct checked n = { 0 };

	seed = UINT64_C(0x94d049bb133111eb);
	for (int i = 0; i < 2000; i++) {
		const struct shape s = make_shape();
		const struct checked more = check(*state, &s, true);

		n.n_told += more.n_told;
		n.n_met += more.n_met;
		n.n_changed += more.n_changed;
	}
	assert_true(n.n_told > 5000);
	assert_true(n.n_met > 7000);
	assert_true(n.n_changed > 3000);
}

/* More than the slab and memory hold: chunks of one id stand far apart, what
 * hangs together is put aside until it is due, and of what the slab holds the
 * youngest stays for what comes. */
static void test_many(void **state)
{
	const struct shape loose = { 40000, 30000, 3000000, true };
	const struct shape dense = { 3000, 400, 20000, false };
	const struct shape crowded = { 40000, 9000, 60000, false };

	assert_true(loose.n_events * LEAST_EVENT > TT_MAX_log_slab);
	assert_true(crowded.n_events * LEAST_EVENT > TT_MAX_log_slab);
	seed = UINT64_C(0xbf58476d1ce4e5b9);
	assert_true(check(*state, &loose, false).n_told > 16000);
	assert_true(check(*state, &dense, false).n_told > 100);
	assert_true(check(*state, &crowded, false).n_told > 100);
	assert_true(check(*state, &loose, true).n_met > 0);
	assert_true(check(*state, &dense, true).n_met > 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_few),
		cmocka_unit_test(test_few_with_mails),
		cmocka_unit_test(test_many),
	};

	return cmocka_run_group_tests(tests, load, unload);
}
