/* fuzz_codec - the bytes of a timeline, as a worker or a case hands them over
 *
 * Text is read as a header block, put and got; other bytes are got as they
 * are.  Aborts where what was got is put as other bytes the second time. */
#include <stdlib.h>

#include <tlstrail/trail/codec.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(int is_so)
{
	if (!is_so)
		abort();
}

static struct tt_rules *the_rules(void)
{
	static struct tt_rules *rules;
	struct tt_err err = { 0 };

	if (!rules)
		must(tt_rules_load(&rules, "rules", NULL, 0, false, &err) ==
		     TT_OK);
	return rules;
}

static void read_text(struct tt_out *out, struct tt_slice block,
		      struct tt_arena *arena)
{
	const struct tt_trail_options options = {
		.rules = the_rules(),
		.profile = tt_profile_find(the_rules(), TT_S("bcp195")),
	};
	struct tt_matcher *m = tt_matcher_new(options.rules);
	struct tt_timeline t = { .path = TT_S("fuzz") };
	struct tt_header header;
	struct tt_diags diags;

	tt_diags_init(&diags, arena);
	tt_header_slice(&header, block, arena, &diags);
	tt_identity_read(&t.identity, &header, TT_E2E_NONE, TT_WANT_ALL,
			 arena, &diags);
	tt_timeline_read(&t, &header, &options, m, arena, &diags);
	tt_timeline_put(out, &t);
	tt_matcher_free(&m);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct tt_slice bytes = { data, size };
	struct tt_arena arena = { 0 };
	struct tt_out first, second, third;
	struct tt_timeline t;

	tt_out_init(&first, -1);
	tt_out_init(&second, -1);
	tt_out_init(&third, -1);
	if (size && data[0] != TT_CODEC_VERSION)
		read_text(&first, bytes, &arena);
	else
		tt_out_bytes(&first, bytes);
	if (tt_timeline_get(&t, (struct tt_slice){ first.buf, first.n },
			    the_rules(), &arena)) {
		tt_timeline_put(&second, &t);
		must(tt_timeline_get(
			&t, (struct tt_slice){ second.buf, second.n },
			the_rules(), &arena));
		tt_timeline_put(&third, &t);
		must(second.n == third.n &&
		     memcmp(second.buf, third.buf, second.n) == 0);
	} else {
		must(size == 0 || data[0] == TT_CODEC_VERSION);
	}
	tt_out_release(&first);
	tt_out_release(&second);
	tt_out_release(&third);
	tt_arena_release(&arena);
	return 0;
}
