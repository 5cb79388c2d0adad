/* trail_fixture.h - the shipped rules, loaded once for a group of tests, and
 * one message built with them */
#ifndef TESTS_TRAIL_FIXTURE_H
#define TESTS_TRAIL_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "trail/work.h"

#define N(a) (sizeof(a) / sizeof((a)[0]))

struct fixture {
	struct tt_rules *rules;
	struct tt_matcher *matcher;
};

static inline int load(void **state)
{
	static struct fixture f;
	struct tt_err err = { 0 };

	if (tt_rules_load(&f.rules, "rules", NULL, 0, false, &err) < 0) {
		print_error("%s\n", err.text);
		return -1;
	}
	f.matcher = tt_matcher_new(f.rules);
	*state = &f;
	return 0;
}

static inline int unload(void **state)
{
	struct fixture *const f = *state;

	if (f) {
		tt_matcher_free(&f->matcher);
		tt_rules_free(&f->rules);
	}
	return 0;
}

/* One message; release the arena. */
struct built {
	struct tt_arena arena;
	struct tt_diags diags;
	struct tt_header header;
	struct tt_slice block;
	struct tt_timeline t;
};

/* `trust`: words of --trust with a space between, or NULL. */
static inline void build(struct built *b, const struct fixture *f,
			 struct tt_slice block, const char *trust)
{
	struct tt_trail_options options = {
		.want_receiver = true,
		.rules = f->rules,
		.profile = tt_profile_find(f->rules, TT_S("bcp195")),
	};
	struct tt_slice rest = tt_slice_str(trust);

	*b = (struct built){ .block = block };
	tt_diags_init(&b->diags, &b->arena);
	while (rest.n > 0) {
		const struct tt_slice word =
			tt_slice_sub(rest, 0, tt_slice_chr(rest, ' '));

		assert_true(tt_trust_add(&options.trust, &b->arena, word));
		rest = tt_slice_sub(rest, word.n + 1, rest.n);
	}
	tt_header_slice(&b->header, block, &b->arena, &b->diags);
	tt_timeline_build(&b->t, &b->header, &options, f->matcher, &b->arena,
			  &b->diags);
}

/* Every quotation is what stands in the block at its offset. */
static inline bool is_quoted_right(const struct built *b,
				   const struct tt_hop *hop)
{
	for (size_t i = 0; i < hop->evidence.n; i++) {
		const struct tt_evidence *const e = &hop->evidence.v[i];

		if (e->text.n == 0 ||
		    !tt_slice_eq(e->text, tt_slice_sub(b->block, e->off,
						       e->text.n)))
			return false;
	}
	return hop->verdict == TT_UNKNOWN || hop->evidence.n > 0;
}

#endif
