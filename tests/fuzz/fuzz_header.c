/* fuzz_header - a header block through slicer, identity and trail
 *
 * Aborts where a field does not lie in the block at its offset, where fields
 * overlap, where a piece of evidence is not the bytes it points at, or where
 * an index or count of the timeline is off.  Rules are read from ./rules. */
#include <stdlib.h>
#include <string.h>

#include <tlstrail/trail.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(int is_so)
{
	if (!is_so)
		abort();
}

/* Loaded once: that takes longer than a thousand inputs. */
static struct tt_rules *the_rules(void)
{
	static struct tt_rules *rules;
	struct tt_err err = { 0 };

	if (!rules)
		must(tt_rules_load(&rules, "rules", NULL, 0, false, &err) ==
		     TT_OK);
	return rules;
}

static struct tt_matcher *the_matcher(void)
{
	static struct tt_matcher *matcher;

	if (!matcher)
		matcher = tt_matcher_new(the_rules());
	return matcher;
}

static bool is_field_name(struct tt_slice name)
{
	for (size_t i = 0; i < name.n; i++)
		if (name.p[i] <= 32 || name.p[i] >= 127 || name.p[i] == ':')
			return false;
	return name.n > 0;
}

static void check_fields(const struct tt_header *h, struct tt_slice block)
{
	uint64_t past = 0;

	must(h->fields.n <= TT_MAX_header_fields);
	for (size_t i = 0; i < h->fields.n; i++) {
		const struct tt_field *f = &h->fields.v[i];

		must(f->off >= past);
		must(is_field_name(f->name));
		must(f->name.p == block.p + f->off);
		must(f->value_off > f->off + f->name.n);
		must(f->value_off + f->value.n <= block.n);
		must(f->value.p == block.p + f->value_off);
		must(f->value.n <= TT_MAX_header_value);
		past = f->value_off + f->value.n;
	}
}

static void check_hop(const struct tt_hop *h, size_t i, struct tt_slice block)
{
	must(h->index == (int)i);
	must(h->off + h->length <= block.n);
	must(h->verdict == TT_UNKNOWN ? h->basis == TT_BASIS_NONE : 1);
	must(h->version == TT_TLS_NONE || h->verdict == TT_ENCRYPTED);
	must(h->version == TT_TLS_NONE || h->version_implied == TT_TLS_NONE);
	for (size_t k = 0; k < h->evidence.n; k++) {
		const struct tt_evidence *e = &h->evidence.v[k];

		must(e->off + e->text.n <= block.n);
		must(memcmp(e->text.p, block.p + e->off, e->text.n) == 0);
	}
}

static void check_timeline(const struct tt_timeline *t, struct tt_slice block)
{
	const struct tt_result *r = &t->result;

	must(t->hops.n <= TT_MAX_hops);
	must(r->border >= -1 && r->border < (int)t->hops.n);
	must((r->border < 0) == (t->hops.n == 0));
	for (size_t i = 0; i < t->hops.n; i++) {
		check_hop(&t->hops.v[i], i, block);
		/* Trust is a run from the top. */
		must(t->hops.v[i].is_trusted == ((int)i >= r->border));
	}
	for (size_t i = 0; i < t->anomalies.n; i++)
		must(t->anomalies.v[i].hop >= -1 &&
		     t->anomalies.v[i].hop < (int)t->hops.n);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct tt_slice block = { data, size };
	const struct tt_trail_options options = {
		.rules = the_rules(),
		.profile = tt_profile_find(the_rules(), TT_S("bcp195")),
	};
	struct tt_arena arena = { 0 };
	struct tt_timeline t = { 0 };
	struct tt_header header;
	struct tt_diags diags;

	tt_diags_init(&diags, &arena);
	tt_header_slice(&header, block, &arena, &diags);
	check_fields(&header, block);
	tt_identity_read(&t.identity, &header, TT_E2E_NONE, TT_WANT_ALL, &arena,
			 &diags);
	tt_timeline_build(&t, &header, &options, the_matcher(), &arena,
			  &diags);
	check_timeline(&t, block);
	must(diags.list.n <= TT_MAX_diags);
	tt_arena_release(&arena);
	return 0;
}
