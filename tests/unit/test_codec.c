/* test_codec.c - a timeline that went through bytes is the same
 *
 * Both steps: what was read of a message and then concluded equals what was
 * built at once, and what was concluded comes back whole.  "The same" is the
 * JSON of it, which shows every field. */
#include "trail_fixture.h"

#include <stdlib.h>
#include <tlstrail/emit.h>
#include <tlstrail/trail/codec.h>

#include "log_fixture.h"

static const struct row {
	const char *name, *mail;
} rows[] = {
	{ "five hops", "testdata/sample.eml" },
	{ "a delivery report", "testdata/golden/dsn-postfix.eml" },
	{ "diags", "testdata/golden/paste-quoted.in" },
	{ "no hop", NULL },
};

/* The sample's relay: a witness, a hop of the log's own, its quotes. */
static const char relay_log[] =
	"Jun  9 14:03:22 relay postfix/smtpd[311]: connect from "
	"web01.shop.example.org[10.8.0.14]\n"
	"Jun  9 14:03:22 relay postfix/smtpd[311]: 6C1D84A03F: "
	"client=web01.shop.example.org[10.8.0.14]\n"
	"Jun  9 14:03:22 relay postfix/cleanup[314]: 6C1D84A03F: message-id="
	"<20260609140321.58E2B2141A@web01.shop.example.org>\n"
	"Jun  9 14:03:23 relay postfix/smtp[316]: Trusted TLS connection "
	"established to out3.example.com[203.0.113.24]:25: TLSv1.3 with "
	"cipher TLS_AES_256_GCM_SHA384 (256/256 bits)\n"
	"Jun  9 14:03:24 relay postfix/smtp[316]: 6C1D84A03F: "
	"to=<carol@example.net>, relay=out3.example.com[203.0.113.24]:25, "
	"delay=1.9, delays=0.1/0/0.4/1.4, dsn=2.0.0, status=sent (250 2.0.0 "
	"Ok: queued as 4bRk9N2vJzz3wXp)\n";

static struct tt_slice read_file(struct tt_arena *arena, const char *path)
{
	FILE *f = path ? fopen(path, "rb") : NULL;
	uint8_t *const buf = tt_arena_alloc(arena, 65536);
	size_t n;

	if (!path)
		return TT_S("Subject: alone\n");
	assert_non_null(f);
	n = fread(buf, 1, 65536, f);
	fclose(f);
	return (struct tt_slice){ buf, n };
}

struct kept {
	struct tt_arena arena;
	struct tt_trail_options options;
	struct tt_header header;
	struct tt_diags diags;
	struct tt_timeline t;
};

static void start(struct kept *k, const struct fixture *f,
		  const struct row *row, struct tt_book *book)
{
	struct tt_slice block;

	*k = (struct kept){
		.options = {
			.rules = f->rules,
			.profile = tt_profile_find(f->rules, TT_S("bcp195")),
			.book = book,
		},
	};
	block = read_file(&k->arena, row->mail);
	tt_diags_init(&k->diags, &k->arena);
	tt_header_slice(&k->header, block, &k->arena, &k->diags);
	tt_identity_read(&k->t.identity, &k->header, TT_E2E_PGP, TT_WANT_ALL,
			 &k->arena, &k->diags);
	k->t.path = tt_slice_str(row->mail ? row->mail : "-");
	k->t.length = block.n;
	k->t.has_hash = true;
	memset(k->t.sha256, 0xa1, sizeof(k->t.sha256));
}

static struct tt_out json(const struct tt_timeline *t)
{
	const struct tt_emit_ops *const ops = tt_emit_find("jsonl");
	struct tt_emit_options o = { 0 };
	struct tt_arena arena = { 0 };
	struct tt_totals totals;
	struct tt_out out;

	tt_out_init(&out, -1);
	o.out = &out;
	struct tt_emit *const e = ops->begin(&o);

	ops->timeline(e, t);
	tt_totals_init(&totals, &arena);
	ops->end(e, &totals);
	tt_arena_release(&arena);
	return out;
}

static struct tt_slice put(struct tt_arena *arena, const struct tt_timeline *t)
{
	struct tt_out out;

	tt_out_init(&out, -1);
	tt_timeline_put(&out, t);
	const struct tt_slice s =
		tt_arena_dup(arena, (struct tt_slice){ out.buf, out.n });

	tt_out_release(&out);
	return s;
}

static void assert_same(const char *name, const struct tt_timeline *a,
			const struct tt_timeline *b)
{
	struct tt_out ja = json(a), jb = json(b);

	if (ja.n != jb.n || memcmp(ja.buf, jb.buf, ja.n) != 0)
		fail_msg("%s:\n%.*s\n%.*s", name, (int)ja.n,
			 (const char *)ja.buf, (int)jb.n,
			 (const char *)jb.buf);
	tt_out_release(&ja);
	tt_out_release(&jb);
}

static void check_row(const struct fixture *f, const struct row *row,
		      struct tt_book *book)
{
	struct kept whole, parts;
	struct tt_timeline got, again;

	start(&whole, f, row, book);
	tt_timeline_build(&whole.t, &whole.header, &whole.options, f->matcher,
			  &whole.arena, &whole.diags);
	start(&parts, f, row, book);
	tt_timeline_read(&parts.t, &parts.header, &parts.options, f->matcher,
			 &parts.arena, &parts.diags);
	assert_true(tt_timeline_get(&got, put(&parts.arena, &parts.t),
				    f->rules, &parts.arena));
	tt_timeline_conclude(&got, &parts.options, &parts.arena,
			     &parts.diags);
	assert_same(row->name, &whole.t, &got);
	assert_true(tt_timeline_get(&again, put(&parts.arena, &got), f->rules,
				    &parts.arena));
	assert_same(row->name, &whole.t, &again);
	tt_arena_release(&whole.arena);
	tt_arena_release(&parts.arena);
}

static void test_same(void **state)
{
	for (size_t i = 0; i < N(rows); i++)
		check_row(*state, &rows[i], NULL);
}

static void test_same_with_log(void **state)
{
	const struct fixture *const f = *state;
	struct tt_book *book = tt_book_new();
	struct tt_arena arena = { 0 };
	struct tt_rules *logs = NULL;
	struct tt_diags diags;
	struct tt_err err;

	assert_int_equal(tt_rules_load_logs(&logs, f->rules, &err), TT_OK);
	tt_diags_init(&diags, &arena);
	(void)read_log(book, logs, &arena, "relay.log", relay_log);
	tt_book_settle(book, &diags);
	check_row(f, &rows[0], book);
	assert_false(tt_book_is_untold(book, 0)); /* it was joined */
	tt_book_free(&book);
	tt_rules_free(&logs);
	tt_arena_release(&arena);
}

/* ---- events ---- */

struct sent {
	struct tt_arena *arena;
	struct tt_event_shared shared;
	TT_VEC(struct tt_slice) events;
};

static void send_event(void *ctx, struct tt_event *e)
{
	struct sent *const s = ctx;
	struct tt_out out;

	tt_out_init(&out, -1);
	tt_event_put(&out, e, &s->shared, s->arena);
	*tt_vec_push(s->arena, &s->events) =
		tt_arena_dup(s->arena, (struct tt_slice){ out.buf, out.n });
	tt_out_release(&out);
}

static void get_event(struct tt_book *book, const struct sent *s, size_t i,
		      const struct tt_event_shared *shared)
{
	struct tt_event *const e = TT_NEW(s->arena, struct tt_event);
	const struct tt_slice bytes = s->events.v[i];

	assert_true(tt_event_get(e, bytes, shared, s->arena));
	for (size_t n = 0; n < bytes.n; n++) {
		struct tt_event cut;

		assert_false(tt_event_get(&cut, tt_slice_sub(bytes, 0, n),
					  shared, s->arena));
	}
	tt_book_take(book, e);
}

static void test_events(void **state)
{
	const struct fixture *const f = *state;
	struct tt_book *straight = tt_book_new(), *sent = tt_book_new();
	struct tt_arena arena = { 0 };
	struct sent s = { .arena = &arena };
	const struct tt_event_sink sink = { &s, send_event };
	struct tt_event_shared shared;
	struct tt_rules *logs = NULL;
	struct kept a, b;
	struct tt_diags diags;
	struct tt_err err;
	struct tt_out out;

	assert_int_equal(tt_rules_load_logs(&logs, f->rules, &err), TT_OK);
	tt_diags_init(&diags, &arena);
	(void)read_log(straight, logs, &arena, "relay.log", relay_log);
	(void)read_log_to(sink, logs, &arena, "relay.log", relay_log);
	assert_true(s.events.n >= 3);
	tt_out_init(&out, -1);
	tt_event_shared_put(&out, &s.shared);
	assert_true(tt_event_shared_get(
		&shared, (struct tt_slice){ out.buf, out.n }, &arena));
	assert_int_equal(shared.clocks.n, 1);
	for (size_t i = 0; i < s.events.n; i++)
		get_event(sent, &s, i, &shared);
	tt_book_settle(straight, &diags);
	tt_book_settle(sent, &diags);
	start(&a, f, &rows[0], straight);
	tt_timeline_build(&a.t, &a.header, &a.options, f->matcher, &a.arena,
			  &a.diags);
	start(&b, f, &rows[0], sent);
	tt_timeline_build(&b.t, &b.header, &b.options, f->matcher, &b.arena,
			  &b.diags);
	assert_same("by events that were sent", &a.t, &b.t);
	assert_false(tt_book_is_untold(sent, 0));
	tt_arena_release(&a.arena);
	tt_arena_release(&b.arena);
	tt_out_release(&out);
	tt_book_free(&straight);
	tt_book_free(&sent);
	tt_rules_free(&logs);
	tt_arena_release(&arena);
}

/* Cut anywhere, it is refused; damaged anywhere, it is refused or read, and
 * nothing else happens (the sanitizers watch). */
static void test_damaged(void **state)
{
	const struct fixture *const f = *state;
	struct kept k;
	struct tt_timeline got;

	start(&k, f, &rows[0], NULL);
	tt_timeline_build(&k.t, &k.header, &k.options, f->matcher, &k.arena,
			  &k.diags);
	const struct tt_slice bytes = put(&k.arena, &k.t);

	for (size_t n = 0; n < bytes.n; n++) {
		struct tt_arena arena = { 0 };

		assert_false(tt_timeline_get(&got, tt_slice_sub(bytes, 0, n),
					     f->rules, &arena));
		tt_arena_release(&arena);
	}
	for (size_t at = 0; at < bytes.n; at++) {
		struct tt_arena arena = { 0 };
		uint8_t *const hurt = tt_arena_alloc(&arena, bytes.n);

		memcpy(hurt, bytes.p, bytes.n);
		hurt[at] = (uint8_t)(hurt[at] ^ (1u << (at % 8)));
		if (tt_timeline_get(&got, (struct tt_slice){ hurt, bytes.n },
				    f->rules, &arena)) {
			struct tt_out out = json(&got);

			tt_out_release(&out);
		}
		tt_arena_release(&arena);
	}
	tt_arena_release(&k.arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_same),
		cmocka_unit_test(test_same_with_log),
		cmocka_unit_test(test_events),
		cmocka_unit_test(test_damaged),
	};

	return cmocka_run_group_tests(tests, load, unload);
}
