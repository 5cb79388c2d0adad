/* test_apart.c - logs shown alone tell what a book in memory tells
 *
 * Events are made by chance, of few ids, hosts, times and places, so that they
 * meet in every way: used again, copied, named by others in circles, told by
 * clocks without year or zone.  Two books take the same, one of them apart;
 * what both tell, its order and what is left over must be the same. */
#include <stdlib.h>

#include <tlstrail/trail/codec.h>
#include <tlstrail/trail/join.h>
#include <tlstrail/util/limits.h>
#include <tlstrail/util/zone.h>

#include "trail_fixture.h"

#define N(a) (sizeof(a) / sizeof((a)[0]))
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

/* ---- what a book tells, as bytes ---- */

struct telling {
	struct tt_book *book;
	struct tt_trail_options options;
	struct tt_out out;
	uint64_t n_told;
};

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

static void tell(struct telling *x)
{
	struct tt_arena arena = { 0 };
	struct tt_diags diags;
	struct tt_timeline t;
	size_t at = 0;

	tt_diags_init(&diags, &arena);
	tt_book_settle(x->book, &diags);
	for (size_t i = 0; i < tt_book_n_messages(x->book); i++) {
		tt_diags_init(&diags, &arena);
		if (tt_book_is_untold(x->book, i) &&
		    tt_book_timeline(&t, x->book, i, &x->options, &arena,
				     &diags)) {
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

static struct telling begin_telling(const struct fixture *f, bool is_apart)
{
	struct telling x = { .book = tt_book_new() };

	x.options.rules = f->rules;
	x.options.profile = tt_profile_find(f->rules, TT_S("bcp195"));
	tt_out_init(&x.out, -1);
	if (is_apart)
		tt_book_apart(x.book, &x.options);
	return x;
}

static void end_telling(struct telling *x)
{
	tt_book_free(&x->book);
	tt_out_release(&x->out);
}

/* Returns how many messages were told. */
static uint64_t check(const struct fixture *f, const struct shape *s)
{
	struct telling whole = begin_telling(f, false);
	struct telling apart = begin_telling(f, true);
	const uint64_t first = seed;
	struct tt_arena arena = { 0 };
	struct clocks clocks;

	begin_clocks(&clocks, &arena);
	for (size_t i = 0; i < s->n_events; i++) {
		struct tt_event *const e = make_event(s, &clocks, &arena);

		tt_book_take(apart.book, e);
		tt_book_take(whole.book, e);
	}
	end_clocks(&clocks);
	tell(&whole);
	tell(&apart);
	if (whole.out.n != apart.out.n ||
	    memcmp(whole.out.buf, apart.out.buf, whole.out.n) != 0)
		fail_msg("seed %llu, %zu events: %llu messages of %zu bytes, "
			 "apart %llu of %zu", (unsigned long long)first,
			 s->n_events, (unsigned long long)whole.n_told,
			 whole.out.n, (unsigned long long)apart.n_told,
			 apart.out.n);
	const uint64_t n = whole.n_told;

	end_telling(&whole);
	end_telling(&apart);
	tt_arena_release(&arena);
	return n;
}

static void test_few(void **state)
{
	uint64_t n = 0;

	seed = UINT64_C(0x9e3779b97f4a7c15);
	for (int i = 0; i < 1000; i++) {
		const struct shape s = {
			.n_events = 1 + (size_t)chance(40),
			.n_ids = 1 + chance(12),
			.n_seconds = 1 + chance(chance(2) ? 6 : 20000),
			.is_long = chance(2),
		};

		n += check(*state, &s);
	}
	assert_true(n > 5000);
}

/* More than the slab and memory hold: chunks of one id stand far apart, and
 * what hangs together is put aside until it is due. */
static void test_many(void **state)
{
	const struct shape loose = { 40000, 30000, 3000000, true };
	const struct shape dense = { 3000, 400, 20000, false };

	assert_true(loose.n_events * LEAST_EVENT > TT_MAX_log_slab);
	seed = UINT64_C(0xbf58476d1ce4e5b9);
	assert_true(check(*state, &loose) > 16000);
	assert_true(check(*state, &dense) > 100);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_few),
		cmocka_unit_test(test_many),
	};

	return cmocka_run_group_tests(tests, load, unload);
}
