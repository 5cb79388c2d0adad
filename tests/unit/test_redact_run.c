/* test_redact_run.c - no slice of a timeline gets past --redact
 *
 * An address stands in every slice that may quote evidence; neither text, nor
 * -v, nor JSON may print its local part.  What stays by design (doc: the
 * manual's REDACTION) is left out: Message-ID, ids, IP addresses, suite names
 * of the table.
 *
 * The sizes below are there to break: who adds a field that quotes evidence
 * redacts it in src/run/redact.c and plants it here. */
#include "by_hand.h"
#include "redact_fixture.h"
#include "run/show.h"

#ifdef __LP64__
#define HOLDS(type, size)                                          \
	_Static_assert(sizeof(struct type) == (size),              \
		       #type " has changed: redact what it quotes, " \
			     "plant it here, then mend the size")
HOLDS(tt_timeline, 464);
HOLDS(tt_attempt, 144);
HOLDS(tt_identity, 112);
HOLDS(tt_hop, 448);
HOLDS(tt_result, 72);
HOLDS(tt_anomaly, 24);
HOLDS(tt_context, 112);
HOLDS(tt_witness, 48);
HOLDS(tt_evidence, 72);
HOLDS(tt_diag, 24);
#endif

#define PLANT "<wiretap@example.org>"

struct planted {
	struct example x;
	struct tt_context context;
	struct tt_attempt attempt;
	struct tt_evidence report;
	struct tt_origin log;
	struct tt_slice member, advice;
};

/* What stays, among the fields of by_hand.h. */
static bool is_kept(const struct example *x, const struct tt_slice *s)
{
	return s == &x->t.identity.message_id || s == &x->hop.id ||
	       s == &x->hop.from.ip || s == &x->hop.by.ip ||
	       s == &x->hop.cipher_iana;
}

static void plant(struct planted *p)
{
	struct example *x = &p->x;

	fill(x);
	for (size_t i = 0; field_at(x, i); i++)
		if (!is_kept(x, field_at(x, i)))
			*field_at(x, i) = TT_S(PLANT);
	x->diag.text = "no colon in " PLANT;
	p->context = (struct tt_context){
		"other",
		{ .kind = TT_EVIDENCE_HEADER, .off = 7, .text = TT_S(PLANT) },
		TT_S("X-Tls: " PLANT),
		false,
		0,
	};
	p->member = TT_S(PLANT);
	p->log = (struct tt_origin){ TT_S(PLANT), &p->member, 1, 0, 0 };
	p->report = (struct tt_evidence){ .kind = TT_EVIDENCE_LOG,
					  .off = 9,
					  .text = TT_S(PLANT),
					  .origin = &p->log,
					  .pointer = TT_S("/a/" PLANT) };
	p->advice = TT_S("ask " PLANT);
	p->attempt = (struct tt_attempt){
		.recipient = TT_S(PLANT),
		.from = { TT_S(PLANT), TT_NO_SLICE },
		.by = { TT_S(PLANT), TT_NO_SLICE },
		.text = TT_S("smtp; 550 5.1.1 " PLANT),
	};
	p->attempt.evidence.v = &p->report;
	p->attempt.evidence.n = 1;
	x->t.attempts.v = &p->attempt;
	x->t.attempts.n = 1;
	x->hop.attempts.v = &p->attempt;
	x->hop.attempts.n = 1;
	x->t.advice.v = &p->advice;
	x->t.advice.n = 1;
	x->t.context.v = &p->context;
	x->t.context.n = 1;
}

static size_t count(const char *text, const char *word)
{
	size_t n = 0;

	for (; (text = strstr(text, word)); text++)
		n++;
	return n;
}

static void check_output(const char *output, bool is_verbose, bool is_redacted)
{
	const struct tt_header header = { 0 };
	struct tt_redact *r = tt_redact_new(rules, TT_NO_SLICE, false);
	struct planted p;
	struct tt_out out;

	plant(&p);
	if (is_redacted)
		tt_redact_timeline(r, &arena, &p.x.t, &header, &p.x.diags);
	const char *text = emit(
		output, &p.x.t, 1,
		(struct tt_emit_options){ .is_verbose = is_verbose,
					  .width = 200 },
		&out);

	if ((count(text, "wiretap") == 0) != is_redacted)
		print_error("%s\n", text);
	assert_int_equal(count(text, "wiretap") == 0, is_redacted);
	tt_out_release(&out);
	tt_redact_free(&r);
}

/* Without --redact it is there: the rows below could fail. */
static void test_planted(void **state)
{
	(void)state;
	check_output("text", false, false);
	check_output("text", true, false);
	check_output("jsonl", false, false);
}

static void test_redacted(void **state)
{
	(void)state;
	check_output("text", false, true);
	check_output("text", true, true);
	check_output("jsonl", false, true);
}

/* Every one of them is in the JSON: those of by_hand.h, two of the context,
 * the diag, the advice, and eight of the attempt, which stands twice. What only the text prints, the receiving domain, is not. */
static void test_all_are_planted(void **state)
{
	struct planted p;
	struct tt_out out;
	size_t n = 2 + 1 + 1 + 2 * 8;

	(void)state;
	plant(&p);
	for (size_t i = 0; field_at(&p.x, i); i++)
		n += !is_kept(&p.x, field_at(&p.x, i)) &&
		     field_at(&p.x, i) != &p.x.t.result.receiving_domain;
	const char *text = emit("jsonl", &p.x.t, 1,
				(struct tt_emit_options){ .width = 80 }, &out);

	assert_int_equal(count(text, "wiretap"), n);
	tt_out_release(&out);
}

/* The real bytes are not written to: other readers have them, too. */
static void test_original_stays(void **state)
{
	const struct tt_header header = { 0 };
	struct tt_redact *r = tt_redact_new(rules, TT_NO_SLICE, false);
	struct planted p;
	struct tt_timeline t;

	(void)state;
	plant(&p);
	t = p.x.t;
	tt_redact_timeline(r, &arena, &t, &header, &p.x.diags);
	for (size_t i = 0; field_at(&p.x, i); i++)
		if (!is_kept(&p.x, field_at(&p.x, i)))
			assert_true(tt_slice_eq(*field_at(&p.x, i),
						TT_S(PLANT)));
	assert_int_equal(t.hops.v[0].evidence.v[0].length,
			 sizeof(PLANT) - 1);
	tt_redact_free(&r);
}

/* A field that was cut may end in half a local part. */
static void test_cut_field(void **state)
{
	struct tt_field field = { .name = TT_S("Received"),
				  .value = TT_S(" from mx.example.net (wiret"),
				  .value_off = 9,
				  .is_cut = true };
	struct tt_header header = { 0 };
	struct tt_redact *r = tt_redact_new(rules, TT_NO_SLICE, false);
	struct planted p;

	(void)state;
	header.fields.v = &field;
	header.fields.n = 1;
	plant(&p);
	p.x.evidence.text = TT_S("mx.example.net (wiret");
	p.x.hop.from.name = TT_S("mx.example.net");
	tt_redact_timeline(r, &arena, &p.x.t, &header, &p.x.diags);
	const struct tt_slice s = p.x.t.hops.v[0].evidence.v[0].text;

	assert_true(tt_slice_find(s, TT_S("wiret")) == SIZE_MAX);
	assert_true(tt_slice_find(s, TT_S("mx.example.net (u-")) == 0);
	assert_true(tt_slice_eq(p.x.t.hops.v[0].from.name,
				TT_S("mx.example.net")));
	tt_redact_free(&r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_planted),
		cmocka_unit_test(test_redacted),
		cmocka_unit_test(test_all_are_planted),
		cmocka_unit_test(test_original_stays),
		cmocka_unit_test(test_cut_field),
	};

	return cmocka_run_group_tests(tests, open_rules, close_rules);
}
