/* test_matcher - anchors and patterns: the prefilter changes nothing, and no
 * pattern takes long
 *
 * Patterns run only where their anchor occurs.  Every stamp here is read with
 * the prefilter and without it, and must be read the same: all samples of all
 * rule files, stamps made to tell the two apart, and the Received fields of
 * the open corpus, which lies beside the checkout (or where TT_SHARED says)
 * and is skipped where it is absent. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "corpus.h"

#include "rule/rules.h"

#define N(a) (sizeof(a) / sizeof((a)[0]))
#define B(text) { (const uint8_t *)(text), sizeof(text) - 1 }

struct fixture {
	struct tt_rules *rules;
	struct tt_matcher *with, *without;
	struct tt_arena arena;
	size_t n_stamps, n_findings, n_writers;
	double worst_ms; /* on 2 KiB */
	uint32_t worst_pattern;
};

static int load(void **state)
{
	static struct fixture f;
	struct tt_err err = { 0 };

	if (tt_rules_load(&f.rules, "rules", NULL, 0, true, &err) < 0) {
		print_error("%s\n", err.text);
		return -1;
	}
	f.with = tt_matcher_new(f.rules);
	f.without = tt_matcher_new(f.rules);
	tt_matcher_set_prefilter(f.without, false);
	*state = &f;
	return 0;
}

static int unload(void **state)
{
	struct fixture *f = *state;

	tt_matcher_free(&f->with);
	tt_matcher_free(&f->without);
	tt_rules_free(&f->rules);
	tt_arena_release(&f->arena);
	return 0;
}

/* ---- one stamp, twice ---- */

static bool is_same_slice(struct tt_slice a, struct tt_slice b)
{
	return a.p == b.p && a.n == b.n;
}

static bool is_same_finding(const struct tt_finding *a,
			    const struct tt_finding *b)
{
	return a->rule == b->rule && is_same_slice(a->span, b->span) &&
	       is_same_slice(a->cipher, b->cipher) &&
	       a->is_clear == b->is_clear && a->says_tls == b->says_tls &&
	       a->version == b->version &&
	       a->is_ambiguous == b->is_ambiguous &&
	       a->is_cipher_wrong == b->is_cipher_wrong &&
	       a->bits == b->bits && a->server_auth == b->server_auth &&
	       a->client_auth == b->client_auth;
}

static const char *differs(const struct tt_reading *a,
			   const struct tt_reading *b)
{
	if (a->writer != b->writer ||
	    !is_same_slice(a->software, b->software) ||
	    !is_same_slice(a->software_version, b->software_version) ||
	    !is_same_slice(a->identify_span, b->identify_span))
		return "writer";
	if (a->is_ambiguous != b->is_ambiguous)
		return "ambiguous";
	if (a->is_forged_pattern != b->is_forged_pattern)
		return "forged";
	if (a->word.rule != b->word.rule)
		return "word";
	if (a->findings.n != b->findings.n)
		return "number of findings";
	if (a->sender_text.n != b->sender_text.n)
		return "sender text";
	for (size_t i = 0; i < a->findings.n; i++)
		if (!is_same_finding(&a->findings.v[i], &b->findings.v[i]))
			return "a finding";
	for (size_t i = 0; i < a->sender_text.n; i++)
		if (!is_same_finding(&a->sender_text.v[i],
				     &b->sender_text.v[i]))
			return "a finding of sender text";
	return NULL;
}

/* No finding may lie in words of the sender. */
static bool is_in_sender_slot(const struct tt_stamp *s, struct tt_slice span)
{
	static const enum tt_slot slots[] = { TT_SLOT_FROM, TT_SLOT_HELO,
					      TT_SLOT_ID, TT_SLOT_FOR };

	for (size_t i = 0; i < N(slots); i++) {
		const struct tt_slice t = s->slot[slots[i]];

		/* The words of a slot have their comments blanked. */
		if (t.n && span.n && span.p >= t.p && span.p < t.p + t.n)
			return true;
	}
	for (size_t i = 0; i < s->comments.n; i++) {
		const struct tt_comment *c = &s->comments.v[i];

		if (c->is_sender && span.p >= c->text.p &&
		    span.p < c->text.p + c->text.n)
			return true;
	}
	return false;
}

/* NULL, or what differs. */
static const char *compare(struct fixture *f, struct tt_slice value)
{
	struct tt_reading a, b;
	struct tt_diags diags;
	struct tt_stamp s;

	tt_diags_init(&diags, &f->arena);
	tt_stamp_split(&s, value, 0, &f->arena, &diags);
	tt_stamp_read(&a, f->with, &s, 2024, &f->arena, &diags);
	tt_stamp_read(&b, f->without, &s, 2024, &f->arena, &diags);
	f->n_stamps++;
	f->n_findings += a.findings.n;
	f->n_writers += a.writer != NULL;
	for (size_t i = 0; i < a.findings.n; i++)
		if (is_in_sender_slot(&s, a.findings.v[i].span))
			return "a finding in a sender's slot";
	return differs(&a, &b);
}

static void test_samples(void **state)
{
	struct fixture *f = *state;
	size_t n;
	const struct tt_sample *samples = tt_rules_samples(f->rules, &n);

	f->n_stamps = f->n_findings = 0;
	for (size_t i = 0; i < n; i++)
		for (size_t k = 0; k < samples[i].fields.n; k++) {
			const char *what =
				samples[i].is_header ?
					NULL :
					compare(f, samples[i].fields.v[k]);

			if (what)
				fail_msg("%s:%u: %s differs", samples[i].path,
					 samples[i].line, what);
			tt_arena_clear(&f->arena);
		}
	assert_true(f->n_stamps > 200);
	assert_true(f->n_findings > 50);
}

#define TAIL " by mx.example.com (Postfix) with ESMTPS id 1; " \
	     "Mon, 2 Sep 2024 10:00:00 +0000"

static void test_odd_stamps(void **state)
{
	static const struct {
		const char *name;
		struct tt_slice value;
	} rows[] = {
		{ "a fold inside the anchor",
		  B("from a (a [192.0.2.1]) (using\r\n\tTLSv1.3 with cipher "
		    "X (1/1 bits))" TAIL) },
		{ "two spaces inside the anchor",
		  B("from a (a [192.0.2.1]) (using  TLSv1.3 with cipher X)"
		    TAIL) },
		{ "a vertical tab inside the anchor",
		  B("from a (a [192.0.2.1]) (using\vTLSv1.3 with cipher X)"
		    TAIL) },
		{ "a form feed inside the anchor",
		  B("from a (a [192.0.2.1]) by b with Microsoft\fSMTP Server "
		    "(version=TLS1_2) id 15.1") },
		{ "a no-break space inside the anchor",
		  B("from a (a [192.0.2.1]) (using\xa0TLSv1.3 with cipher X)"
		    TAIL) },
		{ "NUL inside the anchor",
		  B("from a (a [192.0.2.1]) (using\0TLSv1.3 with cipher X)"
		    TAIL) },
		{ "upper case", B("FROM A (A [192.0.2.1]) (USING TLSV1.3 WITH "
				  "CIPHER X) BY B (POSTFIX) WITH ESMTPS") },
		{ "lower case", B("from a by b with microsoft smtp server "
				  "(version=tls1_2, cipher=x) id 15.1") },
		{ "a long s", B("from a by b (Po\xc5\xbf" "tfix) with ESMTP") },
		{ "anchors without their patterns",
		  B("from a (version= cipher= using  encrypted /TLS/ TLS: "
		    "Exim, Postfix. mapi) by b with encrypted; x") },
		{ "an anchor at the very end", B("from a by b (Postfix") },
		{ "an anchor over two slots",
		  B("from a by Microsoft with SMTP Server id 1") },
		{ "nothing", B("") },
		{ "one byte", B("x") },
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < N(rows); i++) {
		const char *what = compare(f, rows[i].value);

		if (what)
			fail_msg("%s: %s differs", rows[i].name, what);
		tt_arena_clear(&f->arena);
	}
}

/* ---- real mail ---- */

static void compare_record(void *ctx, const struct tt_record *rec)
{
	struct fixture *f = ctx;
	struct tt_arena arena = { 0 };
	struct tt_header header;
	struct tt_diags diags;

	tt_diags_init(&diags, &arena);
	tt_header_slice(&header, rec->header, &arena, &diags);
	for (size_t i = 0; i < header.fields.n; i++) {
		const struct tt_field *field = &header.fields.v[i];

		if (!tt_slice_ieq(field->name, TT_S("Received")))
			continue;
		const char *what = compare(f, field->value);

		if (what)
			fail_msg("%.*s: %s differs",
				 (int)rec->origin->member[0].n,
				 (const char *)rec->origin->member[0].p, what);
		tt_arena_clear(&f->arena);
	}
	tt_arena_release(&arena);
}

static void test_corpus(void **state)
{
	struct fixture *f = *state;

	f->n_stamps = f->n_findings = f->n_writers = 0;
	see_corpus(compare_record, f);
	print_message("%zu stamps, %zu with a writer, %zu findings\n",
		      f->n_stamps, f->n_writers, f->n_findings);
	assert_true(f->n_stamps > 20000);
	assert_true(f->n_findings > 10000);
}

/* ---- time ---- */

static double cpu_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec * 1e3 + (double)t.tv_nsec / 1e6;
}

static size_t pump(uint8_t *to, size_t n, struct tt_slice unit)
{
	for (size_t i = 0; i < n; i++)
		to[i] = unit.p[i % unit.n];
	return n;
}

/* The best of three: another process may have had the processor. */
static double match_ms(struct fixture *f, uint32_t pattern,
		       struct tt_slice subject)
{
	double best = 1e9;

	for (int i = 0; i < 3; i++) {
		struct tt_match match;
		const double before = cpu_ms();

		(void)tt_pattern_match(f->with, pattern, subject, &match);
		const double took = cpu_ms() - before;

		best = took < best ? took : best;
	}
	return best;
}

static bool is_sanitized(void)
{
#if defined(__SANITIZE_ADDRESS__)
	return true;
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
	return true;
#endif
#endif
	return false;
}

/* Words that patterns are made of, beside the pieces of the samples. */
static const struct tt_slice pieces[] = {
	B(" "), B("a"), B("1"), B("."), B("-"), B("a."), B("1."), B("a1"),
	B("A-"), B("0:"), B("x "), B("TLS"), B("using "),
	B("using TLSv1.3 with cipher "), B("version=TLS1_3 cipher="),
	B("version=TLSv1.2, cipher=X bits=256 "), B("(256/256 bits) "),
	B("Client CN verified "), B("Client CN \"x\" (not verified) ("),
	B("ESMTP/TLS/"), B("X encrypted "), B("Exim 4."), B("8.17.1/"),
	B("Microsoft SMTP Server "), B("[192.0.2.1] "), B("Mon, 2 Sep "),
	B("mail-manager-smtp.a."), B("x.messagelabs.com"), B("\xff"),
};

static void check_time(struct fixture *f, struct tt_slice unit)
{
	static uint8_t small[2048], large[65536];

	if (!unit.n)
		return;
	const struct tt_slice subjects[] = {
		{ small, pump(small, sizeof(small), unit) },
		{ large, pump(large, sizeof(large), unit) },
	};
	const double limits[] = { 2, 60 }; /* ms */

	for (uint32_t p = 0; p < f->rules->patterns.n; p++)
		for (size_t i = 0; i < N(subjects); i++) {
			const double ms = match_ms(f, p, subjects[i]);

			if (i == 0 && ms > f->worst_ms) {
				f->worst_ms = ms;
				f->worst_pattern = p;
			}
			if (ms > limits[i] && !is_sanitized())
				fail_msg("%s:%u: %.1f ms on %zu bytes of "
					 "'%.*s'",
					 f->rules->patterns.v[p].file,
					 f->rules->patterns.v[p].line, ms,
					 subjects[i].n,
					 (int)(unit.n < 60 ? unit.n : 60),
					 (const char *)unit.p);
		}
}

static void test_time(void **state)
{
	struct fixture *f = *state;
	struct tt_diags diags;
	size_t n;
	const struct tt_sample *samples = tt_rules_samples(f->rules, &n);

	tt_diags_init(&diags, &f->arena);
	tt_matcher_context(f->with, &diags, 0);
	for (size_t i = 0; i < N(pieces); i++)
		check_time(f, pieces[i]);
	for (size_t i = 0; i < n; i++) {
		const struct tt_slice s = samples[i].fields.v[0];

		check_time(f, s);
		check_time(f, tt_slice_sub(s, s.n / 3, s.n / 7 + 1));
	}
	print_message("%zu patterns; at worst %.2f ms on 2 KiB, %s:%u; "
		      "%zu gave up on 64 KiB\n",
		      f->rules->patterns.n, f->worst_ms,
		      f->rules->patterns.v[f->worst_pattern].file,
		      f->rules->patterns.v[f->worst_pattern].line,
		      diags.list.n + (size_t)diags.more);
	tt_matcher_context(f->with, NULL, 0);
}

/* A pattern is tried only where its first byte stands: with one that may be
 * anything, with every byte before and behind others, the answer is that of a
 * matcher that tries it always. */
static void test_first_bytes(void **state)
{
	static const char *const texts[] = {
		"^a",	    "^ (?i) a",	   "(?i) ^a",	  "^[^a]b?",
		"^a|b",	    "^a|^b",	   "^(?:a|b)",	  "^(?: Ab | \\d ) .*",
		"^a?",	    "^a?b",	   "^$",	  "^ \\s* x",
		"^(?=a)",   "^(?!a)",	   "^(?=a|b)b?",  "^ \\b a",
		"^\xff",    "^ (?i) \xe9", "^(?<=x) a",  "^(?<!x) a b?",
		"^^a",	    "^(a)?+b",	   "^ (?> a | )", "^ # a\n b",
		"a",	    "^(?(?=a)a|b)", "^\\Aa",	  "^\\x41 (?i:b)",
		"^[[:^alpha:]]", "^(?i)[k-s]", "^\\W",	  "^(?:a{0,2}|c)b",
	};
	struct tt_rules rules = { 0 };
	struct tt_arena arena = { 0 };
	unsigned n_matches = 0;

	(void)state;
	for (size_t i = 0; i < N(texts); i++)
		*tt_vec_push(&arena, &rules.patterns) = (struct tt_pattern){
			.text = tt_slice_str(texts[i]), .anchor = TT_NO_INDEX
		};
	struct tt_matcher *with = tt_matcher_new(&rules);
	struct tt_matcher *without = tt_matcher_new(&rules);

	tt_matcher_set_prefilter(without, false);
	for (unsigned i = 0; i < 256 * 6 * N(texts); i++) {
		const uint8_t c = (uint8_t)(i % 256);
		const uint32_t p = i / 256 / 6;
		const uint8_t text[] = { c, 'b', c, 'x', c };
		const struct tt_slice subject =
			tt_slice_sub((struct tt_slice){ text, sizeof(text) },
				     i / 256 % 3, i / 256 % 6 < 3 ? 1 : 3);
		struct tt_match a = { 0 }, b = { 0 };
		const bool is = tt_pattern_match(with, p, subject, &a);

		n_matches += is;
		if (is != tt_pattern_match(without, p, subject, &b) ||
		    !is_same_slice(a.span, b.span))
			fail_msg("%s: byte %u, place %u", texts[p], c,
				 i / 256 % 6);
	}
	assert_true(n_matches > 1000);
	tt_matcher_free(&with);
	tt_matcher_free(&without);
	tt_arena_release(&arena);
}

/* An answer of a server, and every beginning of it. */
static size_t compare_answers(struct fixture *f, struct tt_slice text)
{
	size_t n_known = 0;

	for (size_t n = 0; n <= text.n; n++) {
		const struct tt_slice part = tt_slice_sub(text, 0, n);
		const char *with, *without;
		struct tt_diags diags;

		tt_diags_init(&diags, &f->arena);
		(void)tt_status_outcome(f->with, part, 0, &diags, &with);
		(void)tt_status_outcome(f->without, part, 0, &diags, &without);
		if (with != without)
			fail_msg("%.*s: %s, %s", (int)n, (const char *)text.p,
				 with ? with : "none",
				 without ? without : "none");
		n_known += with != NULL;
	}
	return n_known;
}

static void test_answers(void **state)
{
	struct fixture *f = *state;
	size_t n, n_known = 0;
	const struct tt_sample *samples = tt_rules_samples(f->rules, &n);

	for (size_t i = 0; i < n; i++) {
		const struct tt_slice text = samples[i].fields.n ?
						     samples[i].fields.v[0] :
						     TT_NO_SLICE;
		uint8_t *odd = tt_arena_alloc(&f->arena, text.n);

		if (!samples[i].is_status)
			continue;
		for (size_t k = 0; k < text.n; k++)
			odd[k] = text.p[k] == ' '      ? '\t' :
				 tt_is_alpha(text.p[k]) ? text.p[k] ^ 0x20 :
							  text.p[k];
		n_known += compare_answers(f, text);
		n_known += compare_answers(
			f, (struct tt_slice){ odd, text.n });
	}
	assert_true(n_known > 500);
}

/* A pattern that gives up says so: it must not look like "no match". */
static void test_limit_is_told(void **state)
{
	static const char text[] = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!";
	struct tt_rules rules = { 0 };
	struct tt_arena arena = { 0 };
	struct tt_diags diags;
	struct tt_match match;
	const struct tt_pattern slow = { .text = TT_S("^(a+)+$"),
					 .file = "slow.yaml",
					 .line = 7,
					 .anchor = TT_NO_INDEX };

	(void)state;
	*tt_vec_push(&arena, &rules.patterns) = slow;
	tt_diags_init(&diags, &arena);
	struct tt_matcher *m = tt_matcher_new(&rules);

	tt_matcher_context(m, &diags, 5);
	const double before = cpu_ms();

	assert_false(tt_pattern_match(m, 0, TT_S(text), &match));
	assert_int_equal(diags.list.n, 1);
	assert_int_equal(diags.list.v[0].code, TT_DIAG_regex_limit);
	assert_int_equal(diags.list.v[0].off, 5);
	assert_non_null(strstr(diags.list.v[0].text, "slow.yaml:7"));

	static uint8_t large[65536];

	pump(large, sizeof(large), TT_S("a"));
	large[sizeof(large) - 1] = '!';
	assert_false(tt_pattern_match(
		m, 0, (struct tt_slice){ large, sizeof(large) }, &match));
	assert_int_equal(diags.list.n, 2);
	assert_true(is_sanitized() || cpu_ms() - before < 200);
	tt_matcher_free(&m);
	tt_arena_release(&arena);
}

/* Each limit of PCRE2, by its name.  Machine code knows no depth and no heap:
 * what ends there without JIT ends otherwise with it. */
static void test_limits_by_name(void **state)
{
	static const struct {
		const char *name, *pattern;
		size_t n; /* of 'a' before a '!' */
		bool has_jit;
		int limit; /* -1: no match, and none is met */
	} rows[] = {
		{ "steps", "^(a+)+$", 40, true, TT_LIM_regex_match },
		{ "steps, without JIT", "^(a+)+$", 40, false, TT_LIM_regex_match },
		{ "depth, without JIT", "^(?:a|b)*[cd]", 2000, false,
		  TT_LIM_regex_depth },
		{ "the same with JIT", "^(?:a|b)*[cd]", 1000, true, -1 },
		{ "as long as is matched so", "^(a+)+$",
		  TT_ROOM(regex_plain) - 1, true, TT_LIM_regex_match },
		{ "a byte longer", "^(a+)+$", TT_ROOM(regex_plain), true,
		  TT_LIM_regex_callouts },
		{ "its stack", "^(?:a|(b))*[cd]", 2000, true, TT_LIM_regex_stack },
		{ "heap, without JIT", "^(?:a|b)*[cd]", 60000, false,
		  TT_LIM_regex_heap },
		{ "callouts", "a*a*a*[cd]", 60000, true, TT_LIM_regex_callouts },
		{ "callouts, without JIT", "a?b?a?b?a?b?a?b?[cd]", 60000, false,
		  TT_LIM_regex_callouts },
	};
	static uint8_t text[65536];

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct tt_rules rules = { 0 };
		struct tt_arena arena = { 0 };
		struct tt_diags diags;
		struct tt_match match;

		*tt_vec_push(&arena, &rules.patterns) = (struct tt_pattern){
			.text = tt_slice_str(rows[i].pattern),
			.file = "slow.yaml",
			.anchor = TT_NO_INDEX,
		};
		tt_diags_init(&diags, &arena);
		struct tt_matcher *m = tt_matcher_new(&rules);

		tt_matcher_set_jit(m, rows[i].has_jit);
		tt_matcher_context(m, &diags, 0);
		memset(text, 'a', rows[i].n);
		text[rows[i].n] = '!';
		if (tt_pattern_match(m, 0,
				     (struct tt_slice){ text, rows[i].n + 1 },
				     &match))
			fail_msg("%s: a match", rows[i].name);
		const char *const told =
			diags.list.n ? diags.list.v[0].text : "nothing";

		char want[64] = "nothing";

		if (rows[i].limit >= 0)
			snprintf(want, sizeof(want), "(limit %s)",
				 tt_limit_get((enum tt_limit_id)rows[i].limit)
					 ->name);
		if (!strstr(told, want))
			fail_msg("%s: %s", rows[i].name, told);
		tt_matcher_free(&m);
		tt_arena_release(&arena);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_samples),
		cmocka_unit_test(test_odd_stamps),
		cmocka_unit_test(test_corpus),
		cmocka_unit_test(test_time),
		cmocka_unit_test(test_first_bytes),
		cmocka_unit_test(test_answers),
		cmocka_unit_test(test_limit_is_told),
		cmocka_unit_test(test_limits_by_name),
	};

	return cmocka_run_group_tests(tests, load, unload);
}
