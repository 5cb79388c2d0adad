/* test_answer.c - the timeline in one sentence, for chains made by hand */
#include "by_hand.h"
#include "emit/answer.h"

struct row {
	const char *name, *chain;
	const struct tt_profile *profile;
	const char *sentence;
};

static const struct row rows[] = {
	/* ---- pass ---- */
	{ "one transfer, no earlier record", "Te3M", &bcp195,
	  "Received over TLS 1.3 on the one recorded transfer into "
	  "example.net; no earlier transfer is recorded." },
	{ "two versions, newest first", "Te2M Te3M", &bcp195,
	  "Received over TLS 1.3 and TLS 1.2 on every recorded transfer into "
	  "example.net; no earlier transfer is recorded." },
	{ "three versions", "Te0M Te2M Te3M", &any_tls,
	  "Received over TLS 1.3, TLS 1.2 and TLS 1.0 on every recorded "
	  "transfer into example.net; no earlier transfer is recorded." },
	{ "an implied version is told as implied", "TeiM", &bcp195,
	  "Received over TLS 1.2 (implied by the suite) on the one recorded "
	  "transfer into example.net; no earlier transfer is recorded." },
	{ "stated beside implied is told once", "TeiM Te2M", &bcp195,
	  "Received over TLS 1.2 on every recorded transfer into "
	  "example.net; no earlier transfer is recorded." },
	{ "no version under any-tls", "TeK", &any_tls,
	  "Received over TLS of no recorded version on the one recorded "
	  "transfer into example.net; no earlier transfer is recorded." },
	{ "hand-over inside is not a transfer", "Te3M XlS", &bcp195,
	  "Received over TLS 1.3 on the one recorded transfer into "
	  "example.net; no earlier transfer is recorded." },
	{ "a mute inner hop is not counted", "Te3M Tum", &bcp195,
	  "Received over TLS 1.3 on the one recorded transfer into "
	  "example.net; no earlier transfer is recorded." },

	/* ---- what the sender claims ---- */
	{ "claimed: one, TLS", "Ce3M Te3M", &bcp195,
	  "Received over TLS 1.3 on the one recorded transfer into "
	  "example.net; the one hop before that is the sender's own claim "
	  "(TLS)." },
	{ "claimed: two, TLS", "Ce3M Ce2M Te3M", &bcp195,
	  "Received over TLS 1.3 on the one recorded transfer into "
	  "example.net; the two hops before that are the sender's own claim "
	  "(TLS on each)." },
	{ "claimed: without version", "Ce3M CeK Te3M", &bcp195,
	  "Received over TLS 1.3 on the one recorded transfer into "
	  "example.net; the two hops before that are the sender's own claim "
	  "(TLS on each, not always with its version)." },
	{ "claimed: one without version", "CeK Te3M", &bcp195,
	  "Received over TLS 1.3 on the one recorded transfer into "
	  "example.net; the one hop before that is the sender's own claim "
	  "(TLS of no recorded version)." },
	{ "claimed: one is silent", "Cu Ce3M Te3M", &bcp195,
	  "Received over TLS 1.3 on the one recorded transfer into "
	  "example.net; the two hops before that are the sender's own claim "
	  "(one of them does not say whether TLS was used)." },
	{ "claimed: all are silent", "Cu Cu Te3M", &bcp195,
	  "Received over TLS 1.3 on the one recorded transfer into "
	  "example.net; the two hops before that are the sender's own claim "
	  "(they do not say whether TLS was used)." },
	{ "claimed: the only one is silent", "Cu Te3M", &bcp195,
	  "Received over TLS 1.3 on the one recorded transfer into "
	  "example.net; the one hop before that is the sender's own claim "
	  "(it does not say whether TLS was used)." },
	{ "claimed: admits cleartext", "CcK Ce3M Te3M", &bcp195,
	  "Received over TLS 1.3 on the one recorded transfer into "
	  "example.net; the two hops before that are the sender's own claim "
	  "and admit cleartext on hop 0." },
	{ "claimed: admits an old version", "Ce3M Ce0M Te3M", &bcp195,
	  "Received over TLS 1.3 on the one recorded transfer into "
	  "example.net; the two hops before that are the sender's own claim "
	  "and admit TLS 1.0 on hop 1." },
	{ "claimed: admits a weak suite", "Ce2rM Te3M", &bcp195,
	  "Received over TLS 1.3 on the one recorded transfer into "
	  "example.net; the one hop before that is the sender's own claim "
	  "and admits a weak suite on hop 0." },
	{ "claimed: nothing over the network", "YlS Te3M", &bcp195,
	  "Received over TLS 1.3 on the one recorded transfer into "
	  "example.net; the one hop before that is the sender's own claim "
	  "and tells of no network transfer." },

	/* ---- fail ---- */
	{ "cleartext as stated", "TcM", &bcp195,
	  "On the way into example.net, hop 0 was cleartext (stated); no "
	  "earlier transfer is recorded." },
	{ "cleartext by keyword names it", "TcK", &bcp195,
	  "On the way into example.net, hop 0 was cleartext (by keyword "
	  "ESMTP); no earlier transfer is recorded." },
	{ "cleartext inferred is never stated", "TcS", &bcp195,
	  "On the way into example.net, hop 0 was cleartext (inferred: no TLS "
	  "recorded, and this writer records it when used); no earlier "
	  "transfer is recorded." },
	{ "cleartext from a log", "TcG", &bcp195,
	  "On the way into example.net, hop 0 was cleartext (from a log); no "
	  "earlier transfer is recorded." },
	{ "an old version", "Te0M Te3M", &bcp195,
	  "On the way into example.net, hop 0 used TLS 1.0 (stated), older "
	  "than profile bcp195 asks for; the other transfer used TLS 1.3; no "
	  "earlier transfer is recorded." },
	{ "a forbidden suite", "Te2rM", &bcp195,
	  "On the way into example.net, hop 0 used RC4-SHA, which profile "
	  "bcp195 rules out; no earlier transfer is recorded." },
	{ "a suite without encryption", "Te2nM", &any_tls,
	  "On the way into example.net, hop 0 used TLS_RSA_WITH_NULL_SHA256, a "
	  "suite without encryption; no earlier transfer is recorded." },
	{ "two that fail", "TcM Te0M", &bcp195,
	  "On the way into example.net, hop 0 was cleartext (stated) and hop "
	  "1 used TLS 1.0 (stated), older than profile bcp195 asks for; no "
	  "earlier transfer is recorded." },
	{ "more than are told one by one", "TcM TcM TcM TcM TcM", &bcp195,
	  "On the way into example.net, hop 0 was cleartext (stated), hop 1 "
	  "was cleartext (stated), hop 2 was cleartext (stated) and two more "
	  "like them; no earlier transfer is recorded." },
	{ "failure and claim", "Ce3M TcM Te2M Te2M", &bcp195,
	  "On the way into example.net, hop 1 was cleartext (stated); the "
	  "other two used TLS 1.2; the one hop before that is the sender's "
	  "own claim (TLS)." },

	/* ---- undetermined ---- */
	{ "does not say", "Tu Te3M", &bcp195,
	  "Not determined: on the way into example.net, hop 0 does not say "
	  "whether TLS was used; the other transfer used TLS 1.3; no earlier "
	  "transfer is recorded." },
	{ "no version", "TeK", &bcp195,
	  "Not determined: on the way into example.net, hop 0 says TLS, but "
	  "not which version; no earlier transfer is recorded." },
	{ "no suite", "Te3M", &fips,
	  "Not determined: on the way into example.net, hop 0 says TLS, but "
	  "not which suite; no earlier transfer is recorded." },
	{ "only mute inner hops", "XlS Tum", &bcp195,
	  "Not determined: on the way into example.net, only inner transfers "
	  "are recorded, in stamps of a form that can never state TLS; no "
	  "earlier transfer is recorded." },

	/* ---- none ---- */
	{ "no stamp at all", "", &bcp195,
	  "No transfer is recorded: the message has no Received field." },
	{ "local only", "XlS XlK", &bcp195,
	  "No network transfer into example.net is recorded, only hand-over "
	  "inside a host; no earlier transfer is recorded." },
	{ "http, fetch and local", "XehK XufK XlS", &bcp195,
	  "No network transfer into example.net is recorded, only hand-over "
	  "inside a host, submission over HTTP and retrieval from a mailbox; "
	  "no earlier transfer is recorded." },
	{ "nothing trusted", "Ce3M Cu", &bcp195,
	  "No stamp of this message was written by a receiver to be trusted; "
	  "the two hops are the sender's own claim (one of them does not say "
	  "whether TLS was used)." },
	{ "nothing trusted, one hop", "Ce3M", &bcp195,
	  "No stamp of this message was written by a receiver to be trusted; "
	  "the one hop is the sender's own claim (TLS)." },
};

static void test_sentences(void **state)
{
	(void)state;
	for (size_t i = 0; i < N(rows); i++) {
		struct tt_hop hops[MAX_HOPS];
		struct tt_timeline t;
		struct tt_out out;

		make_timeline(&t, hops, rows[i].chain, rows[i].profile);
		tt_out_init(&out, -1);
		tt_answer(&out, &t);
		tt_out_bytes(&out, (struct tt_slice){ (const uint8_t *)"", 1 });
		if (strcmp((char *)out.buf, rows[i].sentence) != 0)
			fail_msg("%s: %s", rows[i].name, (char *)out.buf);
		tt_out_release(&out);
	}
}

/* Whatever the chain, the sentence is one, and does not say what it must
 * not: no chain here states cleartext, and none of them is "secure". */
static void check_chain(const char *chain)
{
	static const char *const never[] = { "secure", "cleartext (stated",
					     "  ", " ;", " ,", "()" };
	struct tt_hop hops[MAX_HOPS];
	struct tt_timeline t;
	struct tt_out out;

	make_timeline(&t, hops, chain, &bcp195);
	tt_out_init(&out, -1);
	tt_answer(&out, &t);
	tt_out_bytes(&out, (struct tt_slice){ (const uint8_t *)"", 1 });
	const char *text = (const char *)out.buf;

	for (size_t k = 0; k < N(never); k++)
		if (strstr(text, never[k]))
			fail_msg("%s: has '%s': %s", chain, never[k], text);
	if (text[out.n - 2] != '.' || strchr(text, '\n'))
		fail_msg("%s: is no sentence: %s", chain, text);
	if (strchr(chain, 'S') && t.result.verdict == TT_RESULT_FAIL &&
	    !strstr(text, "inferred:"))
		fail_msg("%s: hides its grounds: %s", chain, text);
	tt_out_release(&out);
}

static void test_every_chain(void **state)
{
	static const char *const words[] = { "e0M", "e2M", "e3sM", "eiM", "eK",
					     "e2rM", "e2nM", "cS", "u", "um",
					     "ehK" };
	static const char trust[] = "TCXY";
	char chain[32];

	(void)state;
	for (size_t i = 0; i < 4 * N(words); i++) {
		snprintf(chain, sizeof(chain), "%c%s", trust[i % 4],
			 words[i / 4]);
		check_chain(chain);
		for (size_t k = 0; k < 4 * N(words); k++) {
			snprintf(chain, sizeof(chain), "%c%s %c%s",
				 trust[i % 4], words[i / 4], trust[k % 4],
				 words[k / 4]);
			if (strstr(chain, "0") || strstr(chain, "2r") ||
			    strstr(chain, "2n"))
				continue; /* these fail by themselves */
			check_chain(chain);
		}
	}
}

static void test_receiver(void **state)
{
	struct tt_hop hops[MAX_HOPS];
	struct tt_timeline t;

	(void)state;
	make_timeline(&t, hops, "Ce3M Te3M", &bcp195);
	assert_true(tt_slice_eq(tt_answer_receiver(&t), TT_S("example.net")));
	t.result.receiving_domain = TT_NO_SLICE;
	assert_true(tt_slice_eq(tt_answer_receiver(&t),
				TT_S("mx2.example.net")));
	hops[1].by.name = TT_NO_SLICE;
	assert_true(tt_slice_eq(tt_answer_receiver(&t),
				TT_S("the receiving server")));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sentences),
		cmocka_unit_test(test_every_chain),
		cmocka_unit_test(test_receiver),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
