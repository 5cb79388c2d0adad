/* test_sift.c - what a book keeps that is read for one mail
 *
 * A row is a mail's Message-ID and stamp's id, and a log.  Read as often as the
 * book asks for, it must know the messages that hang together with the mail,
 * and no others. */
#include "log_fixture.h"
#include "log_rules_fixture.h"
#include "trail/sift.h"

#define ID(id, mid) \
	"Jun  9 14:03:20 mx postfix/cleanup[8]: " id ": message-id=<" mid ">\n"
#define SENT(id, next) \
	"Jun  9 14:03:21 mx postfix/smtp[9]: " id ": to=<b@example.net>, " \
	"relay=in.example.net[192.0.2.26]:25, delay=1, delays=0/0/1/0, " \
	"dsn=2.0.0, status=sent (250 2.0.0 Ok: queued as " next ")\n"
#define TO_SES(id, next) \
	"Jun  9 14:03:21 mx postfix/smtp[9]: " id ": to=<b@example.net>, " \
	"relay=email-smtp.eu-west-1.amazonaws.com[192.0.2.26]:587, " \
	"delay=1, delays=0/0/1/0, dsn=2.0.0, " \
	"status=sent (250 Ok " next ")\n"
#define OTHERS ID("4Oth10", "other1@x.test") SENT("4Oth10", "4Oth11") \
	ID("4Oth11", "other2@x.test")

static const struct row {
	const char *name, *message_id, *id, *log;
	const char *kept; /* Message-IDs, in the order of the log */
	int n_readings;
} rows[] = {
	{ "Message-ID", "<m@x.test>", "4None1",
	  OTHERS ID("4Aaa10", "m@x.test"), "m@x.test", 1 },
	{ "Message-ID as Exim writes it", "<m\xc3\xa9@x.test>", "4None1",
	  OTHERS ID("4Aaa10", "m\\303\\251@x.test"), "m\xc3\xa9@x.test", 1 },
	{ "stamp's id", "<m@x.test>", "4Aaa10",
	  OTHERS ID("4Aaa10", "a@x.test"), "a@x.test", 1 },
	{ "no Message-ID", "", "4Aaa10", OTHERS ID("4Aaa10", "a@x.test"),
	  "a@x.test", 1 },
	{ "neither", "<m@x.test>", "4None1", OTHERS, "", 1 },
	{ "on to the stamp", "<m@x.test>", "4Aaa10",
	  SENT("4Bbb10", "4Aaa10") ID("4Bbb10", "b@x.test") OTHERS,
	  "b@x.test", 1 },
	{ "on to the stamp, known too late", "<m@x.test>", "4Aaa10",
	  ID("4Bbb10", "b@x.test") SENT("4Bbb10", "4Aaa10") OTHERS,
	  "b@x.test", 2 },
	{ "two steps, each too late", "<m@x.test>", "4Aaa10",
	  ID("4Ccc10", "c@x.test") SENT("4Ccc10", "4Bbb10")
	  ID("4Bbb10", "b@x.test") SENT("4Bbb10", "4Aaa10") OTHERS,
	  "c@x.test b@x.test", 3 },
	{ "two steps, in the wrong order", "<m@x.test>", "4Aaa10",
	  ID("4Bbb10", "b@x.test") SENT("4Bbb10", "4Aaa10")
	  SENT("4Ccc10", "4Bbb10") ID("4Ccc10", "c@x.test") OTHERS,
	  "b@x.test c@x.test", 2 },
	{ "from the stamp on", "<m@x.test>", "4Aaa10",
	  SENT("4Aaa10", "4Bbb10") ID("4Aaa10", "a@x.test")
	  ID("4Bbb10", "b@x.test") OTHERS, "a@x.test b@x.test", 1 },
	{ "id given to SES",
	  "<0100019eacb1e89e-6a1f0c52-9b7e-4d10-8c4e-2f1f6d0a9c01-000000"
	  "@eu-west-1.amazonses.com>", "",
	  TO_SES("4Aaa10", "0100019eacb1e89e-6a1f0c52-9b7e-4d10-8c4e-"
	  "2f1f6d0a9c01-000000") ID("4Aaa10", "a@x.test") OTHERS,
	  "a@x.test", 1 },
};


static struct tt_timeline mail_of(const struct row *r, struct tt_hop *hop)
{
	struct tt_timeline t = { 0 };

	*hop = (struct tt_hop){ .id = tt_slice_str(r->id) };
	t.identity.message_id = tt_slice_str(r->message_id);
	t.hops.v = hop;
	t.hops.n = 1;
	return t;
}

/* Message-IDs of the book's messages and their hosts' ids. */
static void put_kept(struct tt_book *book, struct tt_arena *arena, char *out,
		     size_t size)
{
	const struct tt_trail_options o = { .rules = log_rules };
	struct tt_diags diags;

	tt_diags_init(&diags, arena);
	tt_book_settle(book, &diags);
	*out = '\0';
	for (size_t i = 0; i < tt_book_n_messages(book); i++) {
		struct tt_timeline t;

		tt_book_timeline(&t, book, i, &o, arena, &diags);
		const struct tt_slice id = t.identity.message_id;
		const size_t n = strlen(out);

		if (id.n > 2)
			snprintf(out + n, size - n, "%s%.*s", n ? " " : "",
				 (int)id.n - 2, (const char *)id.p + 1);
	}
}

static void check(const struct row *r)
{
	struct tt_arena arena = { 0 }, told = { 0 };
	struct tt_book *book = tt_book_new();
	struct tt_hop hop;
	const struct tt_timeline mail = mail_of(r, &hop);
	char kept[256];
	int n = 0;

	assert_true(tt_book_want(book, &mail));
	do {
		tt_arena_clear(&arena);
		read_log(book, log_rules, &arena, "mail.log", r->log);
		n++;
	} while (n < 9 && tt_book_again(book));
	put_kept(book, &told, kept, sizeof(kept));
	if (strcmp(kept, r->kept) || n != r->n_readings)
		fail_msg("%s: kept \"%s\" in %d", r->name, kept, n);
	tt_book_free(&book);
	tt_arena_release(&told);
	tt_arena_release(&arena);
}

/* More ids than there is room for: nothing is left out any more. */
static void test_full(void **state)
{
	struct tt_arena arena = { 0 }, told = { 0 };
	struct tt_book *book = tt_book_new();
	char id[16], kept[256];
	bool is_taken = true;

	(void)state;
	for (uint64_t i = 0; i < TT_MAX_join_ids; i++) {
		struct tt_hop hop = { 0 };
		struct tt_timeline t = { 0 };

		snprintf(id, sizeof(id), "%llu", (unsigned long long)i);
		hop.id = tt_slice_str(id);
		t.hops.v = &hop;
		t.hops.n = 1;
		is_taken &= tt_book_want(book, &t);
		if (i + 1 < TT_MAX_join_ids)
			continue;
		assert_true(is_taken);
		hop.id = TT_S("one more");
		assert_false(tt_book_want(book, &t));
	}
	(void)tt_book_again(book);
	read_log(book, log_rules, &arena, "mail.log", OTHERS);
	put_kept(book, &told, kept, sizeof(kept));
	assert_string_equal(kept, "other1@x.test other2@x.test");
	tt_book_free(&book);
	tt_arena_release(&told);
	tt_arena_release(&arena);
}

#define MANY 700000 /* more than the small filters hold */
#define OFTEN 1000

static bool takes(struct tt_sift *sift, unsigned i)
{
	char id[32];
	const int n = snprintf(id, sizeof(id), "4Id%u", i);
	const struct tt_event_ids ids = {
		.queue_id = { (const uint8_t *)id, (size_t)n },
	};

	return tt_sift_takes(sift, &ids);
}

/* Is an event that ends at the wanted id, and begins at another, a reason to
 * read again? */
static bool is_again(struct tt_sift *sift, const char *wanted, unsigned i)
{
	char id[32];
	const int n = snprintf(id, sizeof(id), "4Id%u", i);
	const struct tt_event_ids ids = {
		.queue_id = { (const uint8_t *)id, (size_t)n },
		.next_queue_id = tt_slice_str(wanted),
	};

	assert_true(tt_sift_takes(sift, &ids));
	return tt_sift_again(sift);
}

static struct tt_sift *leave_out_many(const char *wanted)
{
	struct tt_sift *sift = tt_sift_new();
	const struct row r = { .message_id = "", .id = wanted };
	struct tt_hop hop;
	const struct tt_timeline mail = mail_of(&r, &hop);

	assert_true(tt_sift_add_mail(sift, &mail));
	for (unsigned i = 0; i < MANY; i++)
		assert_false(takes(sift, i));
	return sift;
}

/* However many are left out, one that is wanted after all is noticed; and
 * seldom one that never was. */
static void test_left_out(void **state)
{
	static const unsigned ids[] = { 0,	 65535,  65536,	300000,
					 327679, 327680, MANY - 1 };
	unsigned wrong = 0;

	(void)state;
	for (size_t i = 0; i < N(ids); i++) {
		struct tt_sift *sift = leave_out_many("4Aaa10");

		if (!is_again(sift, "4Aaa10", ids[i]))
			fail_msg("id %u of those left out", ids[i]);
		assert_false(is_again(sift, "4Aaa10", MANY + 1));
		tt_sift_free(&sift);
	}
	struct tt_sift *sift = leave_out_many("4Aaa10");

	for (unsigned i = 0; i < OFTEN; i++) {
		if (!is_again(sift, "4Aaa10", MANY + 1 + i))
			continue;
		wrong++;
		tt_sift_free(&sift);
		sift = leave_out_many("4Aaa10");
	}
	tt_sift_free(&sift);
	assert_true(wrong < OFTEN / 100);
}

static void test_rows(void **state)
{
	(void)state;
	for (size_t i = 0; i < N(rows); i++)
		check(&rows[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_full),
		cmocka_unit_test(test_left_out),
	};

	return cmocka_run_group_tests(tests, load_logs, unload_logs);
}
