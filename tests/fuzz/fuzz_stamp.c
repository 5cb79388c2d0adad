/* fuzz_stamp - one Received value through grammar and rules
 *
 * Aborts where a slice does not map back to its bytes, where a finding lies
 * outside the stamp or in words of the sender, or where the prefilter changes
 * what is read.  Rules are read from ./rules. */
#include <stdlib.h>
#include <string.h>

#include <tlstrail/rule.h>

#define OFF 77 /* where the value lies in the message */
#define N(a) (sizeof(a) / sizeof((a)[0]))

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(int is_so)
{
	if (!is_so)
		abort();
}

/* Loaded once: that takes longer than a thousand inputs. */
static struct tt_matcher *the_matcher(bool has_prefilter)
{
	static struct tt_rules *rules;
	static struct tt_matcher *matchers[2];
	struct tt_err err = { 0 };

	if (!rules) {
		must(tt_rules_load(&rules, "rules", NULL, 0, false, &err) ==
		     TT_OK);
		matchers[0] = tt_matcher_new(rules);
		matchers[1] = tt_matcher_new(rules);
		tt_matcher_set_prefilter(matchers[0], false);
	}
	return matchers[has_prefilter];
}

/* ---- slices ---- */

/* Comments are blanked in the words of a slot. */
static void check_back(const struct tt_stamp *s, struct tt_slice part,
		       bool is_bare)
{
	if (!part.p || !part.n)
		return;
	const struct tt_slice raw = tt_stamp_raw(s, part);

	must(tt_stamp_off(s, part) >= OFF);
	must(tt_stamp_off(s, part) - OFF + part.n <= s->raw.n);
	must(raw.n == part.n);
	for (size_t i = 0; i < part.n; i++)
		must(raw.p[i] == part.p[i] ||
		     (part.p[i] == ' ' &&
		      (is_bare || tt_is_space(raw.p[i]))));
}

static void check_slices(const struct tt_stamp *s)
{
	const struct tt_peer_text *p = &s->peer;
	const struct tt_slice parts[] = {
		p->first_word,	 p->first_literal,
		p->comment_name, p->comment_address,
		p->comment_helo, p->second_comment_address,
		p->bare_address, s->by_address,
	};

	must(s->flat.n == s->raw.n && s->bare.n == s->raw.n);
	for (int i = 0; i < TT_SLOT_COUNT; i++)
		check_back(s, s->slot[i], i < TT_SLOT_PLACES);
	for (size_t i = 0; i < s->comments.n; i++) {
		check_back(s, s->comments.v[i].text, false);
		must(s->comments.v[i].place < TT_SLOT_PLACES);
	}
	for (size_t i = 0; i < N(parts); i++)
		check_back(s, parts[i], true);
	must(s->comments.n <= TT_MAX_stamp_tokens);
	must(!s->is_truncated || s->is_malformed);
}

/* ---- findings ---- */

static bool is_inside(struct tt_slice outer, struct tt_slice s)
{
	return outer.p && s.p >= outer.p &&
	       s.p + s.n <= outer.p + outer.n;
}

static void check_finding(const struct tt_stamp *s, const struct tt_finding *f)
{
	static const enum tt_slot sender[] = { TT_SLOT_FROM, TT_SLOT_HELO,
					       TT_SLOT_ID, TT_SLOT_FOR };

	must(f->rule != NULL);
	must(is_inside(s->flat, f->span) || is_inside(s->bare, f->span));
	must(!f->cipher.p || is_inside(s->flat, f->cipher) ||
	     is_inside(s->bare, f->cipher));
	must(!f->is_clear || !f->says_tls);
	for (size_t i = 0; i < N(sender); i++)
		must(!f->span.n || !is_inside(s->slot[sender[i]], f->span));
	for (size_t i = 0; i < s->comments.n; i++)
		must(!f->span.n || !s->comments.v[i].is_sender ||
		     !is_inside(s->comments.v[i].text, f->span));
}

static void check_same(const struct tt_reading *a, const struct tt_reading *b)
{
	must(a->writer == b->writer);
	must(a->is_ambiguous == b->is_ambiguous);
	must(a->is_forged_pattern == b->is_forged_pattern);
	must(a->word.rule == b->word.rule);
	must(a->findings.n == b->findings.n);
	must(a->sender_text.n == b->sender_text.n);
	for (size_t i = 0; i < a->findings.n; i++) {
		must(a->findings.v[i].rule == b->findings.v[i].rule);
		must(a->findings.v[i].span.p == b->findings.v[i].span.p);
		must(a->findings.v[i].span.n == b->findings.v[i].span.n);
		must(a->findings.v[i].version == b->findings.v[i].version);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const size_t n = size < TT_MAX_header_value ?
				 size :
				 (size_t)TT_MAX_header_value;
	struct tt_arena arena = { 0 };
	struct tt_reading with, without;
	struct tt_diags diags;
	struct tt_stamp s;

	tt_diags_init(&diags, &arena);
	tt_stamp_split(&s, (struct tt_slice){ data, n }, OFF, &arena, &diags);
	check_slices(&s);
	tt_stamp_read(&with, the_matcher(true), &s, 2024, &arena, &diags);
	for (size_t i = 0; i < with.findings.n; i++)
		check_finding(&s, &with.findings.v[i]);
	must(!with.is_ambiguous || !with.software.n);
	tt_stamp_read(&without, the_matcher(false), &s, 2024, &arena, &diags);
	check_same(&with, &without);
	tt_arena_release(&arena);
	return 0;
}
